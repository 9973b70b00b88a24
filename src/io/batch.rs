//! Some rows of sites or phases at once, column by column.
//!
//! A column is read for many rows before the next one begins, so that what is the same for all its
//! cells is looked up once, and a column that the file lacks is read once. Should a finding cost any
//! row of a batch for want of a key, the batch is read anew without the rows that are lost.

use arrayvec::ArrayVec;
use rustc_hash::FxHashMap;

use super::memo::Lately;
use super::odd_rows::OddSigns;
use super::part::{Part, PartContext, PartTable, carries_phases, hash_of, step};
use super::places::{PlaceCodes, StateTitle};
use super::problem::{Noted, Problem, tell};
use super::quick::{
    Any, Codes, Compared, Dates, KnownWords, Loose, Numbers, Owners, Precisions, Reader, Statuses,
    Texts, Words,
};
use super::row::{Bounded, FileContext, Row, Votes, trimmed};
use super::shares::{Share, ShareOf};
use super::split::Cells;
use super::well_formed::{has_control_characters, is_comment};
use crate::model::column::Table as _;
use crate::model::table::{Holds, PlainColumns as _, ReadColumns, Slot, Word};
use crate::model::tables::{phases, sites};
use crate::model::{
    Basis, Column, Confidence, CountScope, ExtraColumns, Maybe, MaybeDay, Name, Names, Origin,
    Origins, Phase, Phases, Precision, Run, Scope, SiteIndex, Sites, Status,
};

/// So many rows are read at once: their cells and values fit the nearest caches.
pub(super) const BATCH: usize = 256;

/// So many sites are found without waiting for memory.
const IN_CACHE: usize = 10_000;

/// A record with its line.
pub(super) type Line<'a> = (u64, Cells<'a>);

/// Whether a record is a row: neither a comment nor a line of delimiters, as spreadsheets leave them.
#[inline]
pub(super) fn is_row(record: Cells<'_>, width: usize) -> bool {
    // Most rows begin with a sign that can be seen.
    let first = record.raw(0).first();
    first.is_some_and(|byte| byte.is_ascii_graphic() && *byte != b'#') || may_be_row(record, width)
}

#[cold]
fn may_be_row(record: Cells<'_>, width: usize) -> bool {
    !record.iter().all(|cell| cell.trim().is_empty()) && !is_comment(record, width)
}

/// What is known of rows before they are looked at.
#[derive(Clone, Copy)]
pub(super) struct RowSigns {
    /// Whether they may hold control characters.
    pub odd: bool,
    /// Whether the last of them has no line end.
    pub unended: bool,
}

/// Reads rows into a part; `last` is the site of the phase before.
pub(super) fn read_rows(
    rows: &[Line<'_>],
    RowSigns { odd, unended }: RowSigns,
    cx: &PartContext<'_>,
    part: &mut Part,
    last: &mut u32,
) {
    part.rows += rows.len() as u64;
    let mut noted = Vec::new();
    if odd {
        let rows = rows.iter().filter(|(_, record)| has_control_characters(*record));
        noted.extend(rows.map(|&(line, record)| note(line, record, Problem::Control)));
    }
    let signs = OddSigns::of(cx);
    let odd = |record| if signs.may_be_odd(record) { signs.oddity(record) } else { None };
    if rows.iter().all(|(_, record)| odd(*record).is_none()) {
        read_shaped(rows, noted, cx, part, last);
        return;
    }
    let mut shaped: Vec<Line<'_>> = Vec::with_capacity(rows.len());
    for &(line, record) in rows {
        let cut = unended && rows.last().is_some_and(|last| last.0 == line);
        let problem = match odd(record) {
            Some(Problem::Short | Problem::Remark) if cut => Some(Problem::Width),
            problem => problem,
        };
        noted.extend(problem.map(|problem| note(line, record, problem)));
        if problem.is_none_or(|problem| problem == Problem::Short) {
            shaped.push((line, record));
        }
    }
    read_shaped(&shaped, noted, cx, part, last);
}

/// A problem of a whole row.
fn note(line: u64, record: Cells<'_>, problem: Problem) -> Noted<'_> {
    Noted { line, record, slot: Slot::FIRST, problem }
}

/// Reads rows that have the cells of the header.
fn read_shaped<'a>(
    rows: &[Line<'a>],
    mut noted: Vec<Noted<'a>>,
    cx: &PartContext<'a>,
    part: &mut Part,
    last: &mut u32,
) {
    let before = (part.sites.len(), part.phases.len(), *last);
    let without = if rows.is_empty() { Vec::new() } else { read(rows, cx, part, &mut noted, last) };
    if !without.is_empty() {
        part.sites.truncate(before.0);
        part.phases.truncate(before.1);
        part.row_hashes.truncate(before.0);
        part.continued.retain(|row| *row < before.0);
        *last = before.2;
        // Lines of both stand in the same order.
        let mut gone = without.iter().peekable();
        let stays = |row: &&Line<'a>| {
            while gone.next_if(|line| **line < row.0).is_some() {}
            gone.peek() != Some(&&row.0)
        };
        let good: Vec<Line<'a>> = rows.iter().filter(stays).copied().collect();
        if !good.is_empty() {
            read(&good, cx, part, &mut noted, last);
        }
    }
    tell(&mut noted, cx.file, &mut part.report);
}

/// Reads rows, column by column; gives the lines of those that are lost, if there are any, for want
/// of a key. Then no other column is read.
fn read<'a>(
    rows: &[Line<'a>],
    cx: &PartContext<'a>,
    part: &mut Part,
    noted: &mut Vec<Noted<'a>>,
    last: &mut u32,
) -> Vec<u64> {
    let Part { names, sites, phases, votes, recent, row_hashes, continued, lately, .. } = part;
    let texts = Texts { names, recent };
    let number = cx.number;
    let (gone, bounded) = (Vec::new(), Vec::new());
    let mut batch = Batch {
        rows,
        file: cx.file,
        number,
        noted,
        votes,
        lost: gone,
        bounded,
        goes_on: continued,
        lately,
    };
    match &cx.table {
        PartTable::Sites { places, phases_given } => {
            let carries = carries_phases(cx.file.found) && !phases_given;
            let to_phases = carries.then_some((phases, row_hashes));
            batch.sites(texts, places, sites, to_phases);
        }
        PartTable::Phases { sites, by_name } => {
            batch.phases(texts, (sites, by_name.as_ref()), phases, last);
        }
    }
    batch.lost
}

/// Rows in hand.
struct Batch<'b, 'a> {
    rows: &'b [Line<'a>],
    file: &'a FileContext<'a>,
    /// Position in the list of files.
    number: u16,
    noted: &'b mut Vec<Noted<'a>>,
    votes: &'b mut Votes,
    /// Lines of the rows that a finding has cost.
    lost: Vec<u64>,
    /// Bounds of amounts.
    bounded: Vec<Bounded>,
    /// Rows of sites that go on with the site above them.
    goes_on: &'b mut Vec<usize>,
    lately: &'b mut Lately,
}

impl<'a> Batch<'_, 'a> {
    /// Reads something of one row.
    #[inline]
    fn cell<T>(&mut self, at: usize, read: &mut impl FnMut(&mut Row<'a, '_>) -> T) -> T {
        let (line, record) = self.rows[at];
        let (noted, votes) = (&mut *self.noted, &mut *self.votes);
        let bounded = &mut self.bounded;
        let lately = &mut *self.lately;
        let file = self.file;
        let mut row = Row { file, record, line, noted, votes, lost: false, at, bounded, lately };
        let cell = read(&mut row);
        if row.lost {
            self.lost.push(line);
        }
        cell
    }

    /// Reads something of every row into a column.
    #[inline]
    fn each<T: Clone + PartialEq>(
        &mut self,
        to: &mut Column<T>,
        mut read: impl FnMut(&mut Row<'a, '_>) -> T,
    ) {
        to.extend_with(self.rows.len(), |at| self.cell(at, &mut read));
    }

    /// Reads a column of the table. One that the file lacks reads alike in every row.
    #[inline]
    fn column<T: Clone + PartialEq>(
        &mut self,
        slot: Slot,
        to: &mut Column<T>,
        mut reader: impl Reader<'a, T>,
    ) {
        let count = self.rows.len();
        let Some(place) = self.file.found.at[slot] else {
            let same = self.cell(0, &mut |row: &mut Row<'a, '_>| reader.read(row));
            return to.push_same(same, count);
        };
        to.extend_with(count, |at| {
            let (line, record) = &self.rows[at];
            match reader.quick(record.raw(place), *line, self.votes) {
                Some(cell) => cell,
                None => self.cell(at, &mut |row: &mut Row<'a, '_>| reader.read(row)),
            }
        });
    }

    /// Reads a column of which each row must have a cell.
    #[inline]
    fn keys<T: Clone + PartialEq>(
        &mut self,
        slot: Slot,
        to: &mut Column<T>,
        mut reader: impl Reader<'a, T>,
    ) {
        if self.file.found.at[slot].is_some() {
            return self.column(slot, to, reader);
        }
        self.each(to, |row| reader.read(row));
    }

    /// Looks sites of rows up that stand in no order, so that reading them need not wait for memory.
    fn look_ahead(&self, slot: Slot, sites: &SiteIndex, last: u32) {
        let Some(place) = self.file.found.at[slot] else { return };
        // Rows that follow the sites need no look.
        let follows = |id: &[u8]| sites.is(last, id) || sites.is(last + 1, id);
        if sites.len() < IN_CACHE || self.rows.first().is_some_and(|row| follows(row.1.raw(place)))
        {
            return;
        }
        let mut before: &[u8] = &[];
        let mut ids: ArrayVec<&[u8], { SiteIndex::AT_ONCE }> = ArrayVec::new();
        for (_, record) in self.rows {
            let id = record.raw(place);
            if id != before {
                ids.push(id);
                before = id;
            }
            if ids.is_full() {
                sites.look_ahead(&ids);
                ids.clear();
            }
        }
        sites.look_ahead(&ids);
    }

    fn name(&mut self, slot: Slot, texts: &mut Texts<'_>, to: &mut Column<Name>) {
        self.column(slot, to, Compared { slot, texts });
    }

    fn loose(&mut self, slot: Slot, texts: &mut Texts<'_>, to: &mut Column<Name>) {
        self.column(slot, to, Loose { slot, texts, key: false });
    }

    fn code(&mut self, slot: Slot, texts: &mut Texts<'_>, to: &mut Column<Name>) {
        let code = |row: &mut Row<'a, '_>| texts.name(row.code(slot));
        self.column(slot, to, Codes::new(slot, code));
    }

    fn numbers(&mut self, slot: Slot, to: &mut Column<Maybe>) {
        let (column, format) = (self.file.column(slot), &self.file.formats[slot]);
        if column.holds == Holds::Power && self.file.found.unit_at.is_some() {
            return self.column(slot, to, Any(|row: &mut Row<'a, '_>| row.number(slot)));
        }
        self.column(slot, to, Numbers { slot, column, format });
    }

    fn days(&mut self, slot: Slot, to: &mut Column<MaybeDay>) {
        self.column(slot, to, Any(|row: &mut Row<'a, '_>| row.day(slot).into()));
    }

    /// A word of a closed list.
    fn words<T: Word>(&mut self, slot: Slot, to: &mut Column<T>) {
        self.column(slot, to, Words::new(slot, T::parse, T::default()));
    }

    /// A day and how well it is known, by the form of its cell.
    fn dated(&mut self, slot: Slot, days: &mut Column<MaybeDay>) -> Column<Precision> {
        let mut forms = Column::default();
        self.column(slot, days, Dates { slot, forms: &mut forms });
        let read = forms.len();
        if read < self.rows.len() {
            forms.push_same(Precision::Day, self.rows.len() - read);
        }
        forms
    }

    /// Columns that the table does not know, as they stand.
    fn extra(&mut self, texts: &mut Texts<'_>, to: &mut ExtraColumns) {
        for (&place, column) in self.file.found.extra.iter().zip(to.columns_mut()) {
            column.extend_with(self.rows.len(), |at| {
                let (_, record) = &self.rows[at];
                texts.loose(record.get(place).map_or("", trimmed))
            });
        }
    }

    fn origins(&self, to: &mut Origins) {
        let file = self.number;
        for &(line, _) in self.rows {
            to.push(Origin { file, line: u32::try_from(line).unwrap_or(u32::MAX) });
        }
    }

    /// States, with the cells that are not the table's own words; whether any of them has ended.
    fn statuses(
        &mut self,
        slot: Slot,
        texts: &mut Texts<'_>,
        to: &mut Column<Status>,
        said: &mut Column<Name>,
    ) -> bool {
        let mut ended = false;
        let found = &self.file.found;
        let header = found.implied_by.map_or("", |at| &self.file.header[at]);
        let otherwise = (found.implied.unwrap_or(Status::Unstated), texts.name(header));
        let rows = said.len() + self.rows.len();
        let (known, unknown) = (KnownWords::new(), KnownWords::new());
        let ended_too = &mut ended;
        let is_queue = found.is_queue;
        let reader =
            Statuses { slot, otherwise, texts, said, is_queue, ended: ended_too, known, unknown };
        self.column(slot, to, reader);
        // Where the file has no such column, one cell was read for all rows.
        let read = said.len();
        if read < rows {
            said.push_same(otherwise.1, rows - read);
        }
        ended
    }

    fn sites(
        &mut self,
        mut texts: Texts<'_>,
        places: &PlaceCodes,
        to: &mut Sites,
        carried: Option<(&mut Phases, &mut Vec<u64>)>,
    ) {
        let texts = &mut texts;
        let before = to.len();
        let of = sites::AT;
        // A file without ids has them made from the names, and so has a row without one, when the
        // parts are joined.
        let has_ids = self.file.found.at[of.id].is_some();
        let continued = self.continued(before > 0);
        self.each(&mut to.id, |row| {
            if !has_ids {
                return texts.loose(&slug(row.text(of.name)));
            }
            let id = row.text(of.id);
            if id.is_empty() && !continued.contains(&row.at) {
                row.say(of.id, Problem::NoId);
            }
            texts.loose(id)
        });
        self.each(&mut to.name, |row| match row.plain_text(of.name) {
            _ if continued.contains(&row.at) => {
                row.say(of.name, Problem::Continued);
                Name::EMPTY
            }
            name if says_nothing(name) => texts.loose(&stand_in(row)),
            name => texts.loose(name),
        });
        if self.file.found.at[of.developer].is_some() {
            let either = |row: &mut Row<'a, '_>| {
                let operator = row.names(of.operator);
                texts.name(&if operator.is_empty() { row.names(of.developer) } else { operator })
            };
            self.each(&mut to.operator, either);
        } else {
            self.name(of.operator, texts, &mut to.operator);
        }
        let country = |row: &mut Row<'a, '_>| texts.name(places.country(row.code(of.country)));
        self.column(of.country, &mut to.country, Codes::new(of.country, country));
        let mut by_name = false;
        let state = |row: &mut Row<'a, '_>| {
            let cell = row.code(of.subdivision);
            by_name |=
                !cell.is_empty() && (!places.is_zone(cell) || row.code(of.country).is_empty());
            texts.name(cell)
        };
        self.column(of.subdivision, &mut to.subdivision, Codes::new(of.subdivision, state));
        if by_name {
            self.resolve_states(texts, places, to, before);
        }
        let ended = self.statuses(of.status, texts, &mut to.status, &mut to.status_said);
        to.read_plain(&mut Plainly { batch: &mut *self, texts: &mut *texts });
        let at = &self.file.found.at;
        if at[of.city].is_some() && (at[of.country].is_none() || at[of.subdivision].is_none()) {
            part_cities(texts, places, to, before);
        }
        for &at in &continued {
            go_on(to, before + at);
            self.goes_on.push(before + at);
        }
        self.extra(texts, &mut to.extra);
        self.origins(&mut to.origin);
        if let Some((phases, hashes)) = carried {
            let first = phases.len();
            self.carried(texts, to, before, (&mut *phases, hashes));
            if ended {
                count_until_the_end(texts.names, phases, first);
            }
        }
    }

    /// Rows that name neither a site nor a place, under one that does: merged cells leave them so.
    fn continued(&self, any_before: bool) -> Vec<usize> {
        let (of, found) = (sites::AT, self.file.found);
        let Some(name) = found.at[of.name].filter(|_| carries_phases(found)) else {
            return Vec::new();
        };
        let others =
            [of.id, of.operator, of.developer, of.owner, of.city, of.country, of.lat, of.lon];
        let others: Vec<usize> = others.into_iter().filter_map(|slot| found.at[slot]).collect();
        let says = |at: usize, record: Cells<'_>| !record.get(at).map_or("", trimmed).is_empty();
        let goes_on = |(at, (_, record)): &(usize, &Line<'a>)| {
            record.raw(name).is_empty()
                && (*at > 0 || any_before)
                && !others.iter().any(|&at| says(at, *record))
        };
        self.rows.iter().enumerate().filter(goes_on).map(|(at, _)| at).collect()
    }

    /// Puts codes in the place of names of states, and the country of a state where none is given.
    fn resolve_states(
        &mut self,
        texts: &mut Texts<'_>,
        places: &PlaceCodes,
        to: &mut Sites,
        from: usize,
    ) {
        let title = self.file.found.at[sites::AT.subdivision].map(|at| &self.file.header[at]);
        let title = StateTitle::of(title.map_or("", String::as_str));
        for at in 0..self.rows.len() {
            let site = from + at;
            let said = texts.names.get(to.subdivision[site]);
            let country = texts.names.get(to.country[site]);
            if said.is_empty() || places.is_zone(said) && !country.is_empty() {
                continue;
            }
            if let Some((state, of)) = places.state_titled(&title, country, said) {
                let (state, of) = (texts.name(state), texts.name(of));
                to.subdivision.set(site, state);
                if to.country[site].is_empty() {
                    to.country.set(site, of);
                }
            } else if places.should_know(country, said) {
                self.cell(at, &mut |row| row.say(sites::AT.subdivision, Problem::UnknownState));
            }
        }
    }

    /// A row of sites that carries power or a date is one phase of its site; one with what stands at
    /// several dates is one for each.
    fn carried(
        &mut self,
        texts: &mut Texts<'_>,
        sites: &Sites,
        from: usize,
        (phases, hashes): (&mut Phases, &mut Vec<u64>),
    ) {
        let of = sites::AT;
        let first = phases.len();
        let file = self.file;
        self.hash_rows(hashes);
        for at in 0..self.rows.len() {
            let site = from + at;
            let phase = self.cell(at, &mut |row| carried_phase(row, texts, sites, site));
            if file.found.shares.is_empty() {
                phases.push(phase);
            } else {
                self.shares_of(at, &phase, texts, phases);
            }
        }
        if file.found.shares.is_empty() {
            self.keep_bounds(phases, first, [of.facility_mw, of.it_mw, of.chip_count]);
        }
    }

    /// The phases of a row whose columns each hold a share of its site. IT load and chips are those of
    /// the whole, and are parted as the power is.
    fn shares_of(&mut self, at: usize, whole: &Phase, texts: &mut Texts<'_>, to: &mut Phases) {
        let file = self.file;
        let mut shares: Vec<(Share, [Maybe; 3])> = Vec::with_capacity(file.found.shares.len());
        for &share in &file.found.shares {
            let before = self.bounded.len();
            let mw = self
                .cell(at, &mut |row| row.number_of(sites::AT.facility_mw, share.at, share.unit));
            let bounds = self.bounded.drain(before..).next_back().map(|bounded| bounded.bounds);
            let [low, high] = bounds.unwrap_or([Maybe::NONE; 2]);
            if mw.get().is_some_and(|mw| mw > 0.0 || share.of.stands()) {
                shares.push((share, [mw, low, high]));
            }
        }
        let total: f64 = shares.iter().filter_map(|(_, [mw, ..])| mw.get()).sum();
        let in_service = |share: &Share| share.of == ShareOf::InState(Status::Operating);
        let more_to_come = shares.iter().any(|(share, _)| !in_service(share));
        for &(share, [facility_mw, low, high]) in &shares {
            let mut phase = Phase {
                facility_mw,
                facility_mw_low: low,
                facility_mw_high: high,
                ..whole.clone()
            };
            if !share.of.stands() {
                let part = facility_mw.get().unwrap_or(0.0) / total;
                let of = |whole: Maybe| Maybe::from(whole.get().map(|whole| whole * part));
                phase.it_mw = of(whole.it_mw);
                phase.chip_count = of(whole.chip_count);
                phase.phase = texts.loose(&file.header[share.at]);
            }
            match share.of {
                ShareOf::StandsOn(day, precision) | ShareOf::AddedOn(day, precision) => {
                    (phase.online, phase.precision) = (Some(day).into(), precision);
                }
                ShareOf::InState(status) => {
                    (phase.status, phase.status_said) = (status, Name::EMPTY);
                    // The date of a row is that of what is still to come.
                    if in_service(&share) && more_to_come {
                        phase.online = MaybeDay::NONE;
                    }
                }
                ShareOf::Phase => {}
            }
            if let Some(place) = share.date_at {
                let online = sites::AT.online;
                let date = self.cell(at, &mut |row| row.dated_of(online, place));
                phase.online = date.map(|(day, _)| day).into();
                phase.precision = date.map_or(Precision::Day, |(_, precision)| precision);
            }
            to.push(phase);
        }
        if shares.is_empty() && !file.found.shares.iter().any(|share| share.of.stands()) {
            to.push(whole.clone());
        }
    }

    /// What tells rows apart: a hash of all cells of each.
    fn hash_rows(&self, hashes: &mut Vec<u64>) {
        hashes.extend(self.rows.iter().map(|(_, record)| {
            record.iter().fold(0, |hash, cell| step(hash, hash_of(cell.as_bytes())))
        }));
    }

    /// Puts the bounds of amounts beside them, and the middle of bounds where no amount is given.
    fn keep_bounds(&mut self, phases: &mut Phases, first: usize, slots: [Slot; 3]) {
        let columns = [
            (&mut phases.facility_mw, &mut phases.facility_mw_low, &mut phases.facility_mw_high),
            (&mut phases.it_mw, &mut phases.it_mw_low, &mut phases.it_mw_high),
            (&mut phases.chip_count, &mut phases.chip_count_low, &mut phases.chip_count_high),
        ];
        // What a cell says to be IT load is that, whatever its title says.
        let mut as_it: Vec<(usize, Maybe, [Maybe; 2])> = Vec::new();
        for (slot, (value, low, high)) in slots.into_iter().zip(columns) {
            for &(at, it, bounds) in as_it.iter().filter(|_| slot == slots[1]) {
                if !value[at].is_some() {
                    value.set(at, it);
                    low.set(at, bounds[0]);
                    high.set(at, bounds[1]);
                }
            }
            for bounded in self.bounded.iter().filter(|bounded| bounded.slot == slot) {
                let [least, most] = bounded.bounds;
                let at = first + bounded.at;
                if bounded.is_it {
                    as_it.push((at, value[at], [least, most]));
                    value.set(at, Maybe::NONE);
                    continue;
                }
                if !low[at].is_some() && !high[at].is_some() {
                    low.set(at, least);
                    high.set(at, most);
                }
            }
            // Most files have no such columns.
            if matches!(low.run(first..first + self.rows.len()), Run::Same(low) if !low.is_some()) {
                continue;
            }
            for at in first..first + self.rows.len() {
                if let (None, Some(low), Some(high)) =
                    (value[at].get(), low[at].get(), high[at].get())
                {
                    value.set(at, Maybe::some(low + (high - low) / 2.0));
                }
            }
        }
    }

    fn phases(
        &mut self,
        mut texts: Texts<'_>,
        (sites, by_name): (&SiteIndex, Option<&FxHashMap<String, Option<u32>>>),
        to: &mut Phases,
        last: &mut u32,
    ) {
        let (texts, of) = (&mut texts, phases::AT);
        self.look_ahead(of.site, sites, *last);
        self.keys(of.site, &mut to.site, Owners { sites, by_name, last });
        self.keys(of.phase, &mut to.phase, Loose { slot: of.phase, texts, key: true });
        if !self.lost.is_empty() {
            self.lost.sort_unstable();
            return;
        }
        let forms = self.dated(of.online, &mut to.online);
        if self.file.found.at[of.precision].is_some() {
            let words = Words::new(of.precision, Precision::parse, Precision::Day);
            let reader = Precisions { words, forms: &forms, row: 0 };
            self.column(of.precision, &mut to.precision, reader);
        } else {
            forms.iter().for_each(|&form| to.precision.push(form));
        }
        let first = to.status.len();
        let ended = self.statuses(of.status, texts, &mut to.status, &mut to.status_said);
        to.read_plain(&mut Plainly { batch: &mut *self, texts: &mut *texts });
        self.extra(texts, &mut to.extra);
        self.origins(&mut to.origin);
        self.keep_bounds(to, first, [of.facility_mw, of.it_mw, of.chip_count]);
        if ended {
            count_until_the_end(texts.names, to, first);
        }
    }
}

/// Gives a row the site of the row above.
fn go_on(to: &mut Sites, row: usize) {
    let above = row - 1;
    macro_rules! take {
        ($($column:ident)*) => { $(
            let cell = to.$column[above];
            to.$column.set(row, cell);
        )* };
    }
    take!(id name operator owner country subdivision city lat lon);
}

/// Puts the state and the country that a city names behind it in their columns, where those are empty.
fn part_cities(texts: &mut Texts<'_>, places: &PlaceCodes, to: &mut Sites, from: usize) {
    for site in from..to.city.len() {
        let cell = texts.names.get(to.city[site]);
        if !cell.contains([',', ';', '\n']) {
            continue;
        }
        let cell = cell.to_owned();
        let Some(parted) = places.parted(&cell) else { continue };
        let fits = |said: Name, found: &str, texts: &Texts<'_>| {
            let said = texts.names.get(said);
            said.is_empty() || found.is_empty() || said == found
        };
        if !fits(to.country[site], parted.country, texts)
            || !fits(to.subdivision[site], parted.state, texts)
        {
            continue;
        }
        let city = texts.name(parted.city);
        to.city.set(site, city);
        if texts.names.get(to.country[site]).is_empty() {
            let country = texts.name(parted.country);
            to.country.set(site, country);
        }
        if texts.names.get(to.subdivision[site]).is_empty() && !parted.state.is_empty() {
            let state = texts.name(parted.state);
            to.subdivision.set(site, state);
        }
    }
}

/// Columns that need nothing but their cells.
struct Plainly<'x, 'b, 'a, 't, 'p> {
    batch: &'x mut Batch<'b, 'a>,
    texts: &'t mut Texts<'p>,
}

impl ReadColumns for Plainly<'_, '_, '_, '_, '_> {
    #[inline]
    fn texts(&mut self, slot: Slot, to: &mut Column<Name>) {
        match self.batch.file.column(slot).holds {
            Holds::Named => self.batch.name(slot, self.texts, to),
            Holds::Code => self.batch.code(slot, self.texts, to),
            _ => self.batch.loose(slot, self.texts, to),
        }
    }

    #[inline]
    fn numbers(&mut self, slot: Slot, to: &mut Column<Maybe>) {
        self.batch.numbers(slot, to);
    }

    #[inline]
    fn days(&mut self, slot: Slot, to: &mut Column<MaybeDay>) {
        self.batch.days(slot, to);
    }

    #[inline]
    fn words<T: Word>(&mut self, slot: Slot, to: &mut Column<T>) {
        self.batch.words(slot, to);
    }
}

/// The phase that a row of sites carries.
fn carried_phase(
    row: &mut Row<'_, '_>,
    texts: &mut Texts<'_>,
    sites: &Sites,
    site: usize,
) -> Phase {
    let of = sites::AT;
    let online = row.dated(of.online);
    let phase = match row.text(of.phase) {
        "" => "Whole site",
        unit => unit,
    };
    Phase {
        site: site as u32,
        phase: texts.loose(phase),
        online: online.map(|(day, _)| day).into(),
        precision: online.map_or(Precision::Day, |(_, form)| form),
        included_in: Name::EMPTY,
        retired: row.day(of.retired).into(),
        facility_mw: row.number(of.facility_mw),
        facility_mw_low: row.number(of.facility_mw_low),
        facility_mw_high: row.number(of.facility_mw_high),
        it_mw: row.number(of.it_mw),
        it_mw_low: row.number(of.it_mw_low),
        it_mw_high: row.number(of.it_mw_high),
        basis: Basis::Unknown,
        scope: Scope::Unstated,
        chip: texts.name(row.text(of.chip)),
        chip_count: row.number(of.chip_count),
        chip_count_low: row.number(of.chip_count_low),
        chip_count_high: row.number(of.chip_count_high),
        chip_count_scope: CountScope::Phase,
        tenant: Name::EMPTY,
        status: sites.status[site],
        status_said: sites.status_said[site],
        confidence: match row.word(of.confidence, Confidence::parse, Confidence::Unstated) {
            Confidence::Unstated => row.tagged(),
            confidence => confidence,
        },
        capex_usd_bn: Maybe::NONE,
        source: sites.sources[site],
        as_of: sites.as_of[site],
        notes: Name::EMPTY,
        origin: sites.origin.at(site),
    }
}

/// Whether a name is none.
fn says_nothing(name: &str) -> bool {
    let words = ["unnamed", "undisclosed", "confidential", "not disclosed", "untitled"];
    name.is_empty() || name.len() < 14 && words.iter().any(|word| name.eq_ignore_ascii_case(word))
}

/// What stands for the name of a site that has none: its operator and city, its id, or its line.
fn stand_in(row: &mut Row<'_, '_>) -> String {
    let of = sites::AT;
    if row.file.found.at[of.name].is_some() {
        row.say(of.name, Problem::NoName);
    }
    let operators = [of.operator, of.developer, of.owner].map(|slot| row.text(slot));
    let operator = operators.into_iter().find(|text| !text.is_empty()).unwrap_or("");
    match (operator, row.text(of.city), row.text(of.id)) {
        ("", "", "") => format!("Site of line {}", row.line),
        ("", city, "") => city.to_owned(),
        ("", _, id) => id.to_owned(),
        (operator, "", _) => operator.to_owned(),
        (operator, city, _) => format!("{operator}, {city}"),
    }
}

/// Phases that are said to have ended, and on which day, count until then.
fn count_until_the_end(names: &Names, phases: &mut Phases, from: usize) {
    for phase in from..phases.len() {
        let has_ended = || Status::has_ended(names.get(phases.status_said[phase]));
        let ends = phases.retired[phase].get().is_some();
        if ends && phases.status[phase] == Status::Cancelled && has_ended() {
            phases.status.set(phase, Status::Operating);
        }
    }
}

/// Whether a sign belongs to the letter before it, as vowels of Indian and Thai letters do.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{483}'..='\u{487}' | '\u{591}'..='\u{5bd}'
        | '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}' | '\u{900}'..='\u{e4d}' | '\u{1ab0}'..='\u{1aff}')
        && !c.is_whitespace()
        && !matches!(c, '\u{964}' | '\u{965}')
}

/// A key from a name: small letters, digits and hyphens.
pub(super) fn slug(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars().flat_map(char::to_lowercase) {
        if c.is_alphanumeric() || is_mark(c) {
            out.push(c);
        } else if !out.ends_with('-') && !out.is_empty() {
            out.push('-');
        }
    }
    out.trim_end_matches('-').to_owned()
}

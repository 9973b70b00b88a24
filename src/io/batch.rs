//! Some rows of sites or phases at once, column by column.
//!
//! A column is read for many rows before the next one begins, so that what is the same for all its
//! cells is looked up once, and a column that the file lacks is read once. Should any row of a batch
//! have a finding, the batch is taken back and its rows are read one by one, each whole, so that
//! findings come in the order of lines and a lost row takes its cells along.

use super::part::{CountryCodes, Part, PartContext, PartTable, carries_phases};
use super::quick::{
    Any, Codes, Compared, Dates, Loose, Numbers, Owners, Precisions, Reader, Texts, Words,
};
use super::row::{FileContext, Row, Votes};
use super::split::Cells;
use super::well_formed::{RowShape, control_characters, well_formed};
use crate::diagnostic::Report;
use crate::model::column::Table as _;
use crate::model::{
    Basis, Column, Confidence, CoordPrecision, CountScope, Kind, Maybe, MaybeDay, Name, Origin,
    Origins, Phase, Phases, Precision, Scope, SiteIndex, Sites, Status,
};

/// So many rows are read at once: their cells and values fit the nearest caches.
pub(super) const BATCH: usize = 256;

/// A record with its line.
pub(super) type Line<'a> = (u64, Cells<'a>);

/// Whether a record is a line of delimiters, as spreadsheets leave them: a blank line.
#[inline]
pub(super) fn is_blank(record: Cells<'_>) -> bool {
    // Most rows begin with a sign that can be seen.
    let seen = |cell: &str| cell.as_bytes().first().is_some_and(u8::is_ascii_graphic);
    !record.get(0).is_some_and(seen) && record.iter().all(|cell| cell.trim().is_empty())
}

/// Reads rows into a part. `odd` tells whether they may hold control characters; `last` is the site
/// of the phase before.
pub(super) fn read_rows(
    rows: &[Line<'_>],
    odd: bool,
    cx: &PartContext<'_>,
    part: &mut Part,
    last: &mut u32,
) {
    part.rows += rows.len() as u64;
    if rows.len() > 1 {
        let mut findings = Report::default();
        let before = (part.sites.len(), part.phases.len(), *last);
        part.votes_before.clone_from(&part.votes);
        if read(rows, odd, cx, part, &mut findings, last) && findings.is_empty() {
            return;
        }
        part.sites.truncate(before.0);
        part.phases.truncate(before.1);
        *last = before.2;
        std::mem::swap(&mut part.votes, &mut part.votes_before);
    }
    let mut findings = std::mem::take(&mut part.report);
    for row in rows.chunks(1) {
        let before = (part.sites.len(), part.phases.len());
        if !read(row, odd, cx, part, &mut findings, last) {
            part.sites.truncate(before.0);
            part.phases.truncate(before.1);
        }
    }
    part.report = findings;
}

/// Reads rows, column by column; whether every row is to be kept.
fn read(
    rows: &[Line<'_>],
    odd: bool,
    cx: &PartContext<'_>,
    part: &mut Part,
    report: &mut Report,
    last: &mut u32,
) -> bool {
    for &(line, record) in rows {
        let shape = RowShape { path: cx.file.path, header: cx.file.header, line };
        if !well_formed(shape, record, report) {
            return false;
        }
        if odd {
            control_characters(shape, record, report);
        }
    }
    let Part { names, sites, phases, votes, recent, .. } = part;
    let texts = Texts { names, recent };
    let mut batch = Batch { rows, file: cx.file, number: cx.number, report, votes, lost: false };
    match &cx.table {
        PartTable::Sites { countries, phases_given } => {
            let carried = (carries_phases(cx.file.found) && !phases_given).then_some(phases);
            batch.sites(texts, countries, sites, carried);
        }
        PartTable::Phases { sites } => batch.phases(texts, sites, phases, last),
    }
    !batch.lost
}

/// Rows in hand.
struct Batch<'b, 'a> {
    rows: &'b [Line<'a>],
    file: &'a FileContext<'a>,
    /// Position in the list of files.
    number: u16,
    report: &'b mut Report,
    votes: &'b mut Votes,
    /// Whether a finding has cost a row.
    lost: bool,
}

impl<'a> Batch<'_, 'a> {
    /// Reads something of one row.
    #[inline]
    fn cell<T>(&mut self, at: usize, read: &mut impl FnMut(&mut Row<'a, '_>) -> T) -> T {
        let (line, record) = self.rows[at];
        let (report, votes) = (&mut *self.report, &mut *self.votes);
        let mut row = Row { file: self.file, record, line, report, votes, lost: false };
        let cell = read(&mut row);
        self.lost |= row.lost;
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
        slot: usize,
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
        slot: usize,
        to: &mut Column<T>,
        mut reader: impl Reader<'a, T>,
    ) {
        if self.file.found.at[slot].is_some() {
            return self.column(slot, to, reader);
        }
        self.each(to, |row| reader.read(row));
    }

    fn name(&mut self, slot: usize, texts: &mut Texts<'_>, to: &mut Column<Name>) {
        self.column(slot, to, Compared { slot, texts });
    }

    fn loose(&mut self, slot: usize, texts: &mut Texts<'_>, to: &mut Column<Name>) {
        self.column(slot, to, Loose { slot, texts, key: false });
    }

    fn code(&mut self, slot: usize, texts: &mut Texts<'_>, to: &mut Column<Name>) {
        let code = |row: &mut Row<'a, '_>| texts.name(row.code(slot));
        self.column(slot, to, Codes::new(slot, code));
    }

    fn numbers(&mut self, slot: usize, to: &mut Column<Maybe>) {
        let (column, format) = (self.file.column(slot), &self.file.formats[slot]);
        self.column(slot, to, Numbers { slot, column, format });
    }

    fn days(&mut self, slot: usize, to: &mut Column<MaybeDay>) {
        self.column(slot, to, Any(|row: &mut Row<'a, '_>| row.day(slot).into()));
    }

    /// A word of a closed list.
    fn words<T: Copy + PartialEq>(
        &mut self,
        slot: usize,
        to: &mut Column<T>,
        parse: fn(&str) -> Option<T>,
        otherwise: T,
    ) {
        self.column(slot, to, Words::new(slot, parse, otherwise));
    }

    /// A day and how well it is known, by the form of its cell.
    fn dated(&mut self, slot: usize, days: &mut Column<MaybeDay>) -> Column<Precision> {
        let mut forms = Column::default();
        self.column(slot, days, Dates { slot, forms: &mut forms });
        let read = forms.len();
        if read < self.rows.len() {
            forms.push_same(Precision::Day, self.rows.len() - read);
        }
        forms
    }

    fn origins(&self, to: &mut Origins) {
        let file = self.number;
        for &(line, _) in self.rows {
            to.push(Origin { file, line: u32::try_from(line).unwrap_or(u32::MAX) });
        }
    }

    fn sites(
        &mut self,
        mut texts: Texts<'_>,
        countries: &CountryCodes,
        to: &mut Sites,
        carried: Option<&mut Phases>,
    ) {
        let texts = &mut texts;
        let before = to.len();
        // A file without ids has them made from the names; one with ids must give each row one.
        let has_ids = self.file.found.at[0].is_some();
        self.each(&mut to.id, |row| {
            let name = row.key(1);
            if has_ids { texts.loose(row.key(0)) } else { texts.loose(&slug(name)) }
        });
        self.words(12, &mut to.kind, Kind::parse, Kind::Ground);
        self.numbers(9, &mut to.lat);
        self.numbers(10, &mut to.lon);
        self.each(&mut to.name, |row| texts.loose(row.text(1)));
        self.name(2, texts, &mut to.operator);
        self.name(3, texts, &mut to.owner);
        self.name(4, texts, &mut to.users);
        let country = |row: &mut Row<'a, '_>| texts.name(countries.code(row.code(5)));
        self.column(5, &mut to.country, Codes::new(5, country));
        self.code(6, texts, &mut to.subdivision);
        self.code(7, texts, &mut to.price_zone);
        self.loose(8, texts, &mut to.city);
        let unstated = CoordPrecision::Unstated;
        self.words(11, &mut to.coord_precision, CoordPrecision::parse, unstated);
        self.words(13, &mut to.status, Status::parse, Status::Unstated);
        self.numbers(14, &mut to.pue);
        self.loose(15, texts, &mut to.cooling);
        self.loose(16, texts, &mut to.power_source);
        self.loose(17, texts, &mut to.sources);
        self.days(18, &mut to.as_of);
        self.loose(19, texts, &mut to.notes);
        self.origins(&mut to.origin);
        if let Some(phases) = carried {
            self.carried(texts, to, before, phases);
        }
    }

    /// A row of sites that carries power or a date is one phase of its site.
    fn carried(&mut self, texts: &mut Texts<'_>, sites: &Sites, from: usize, phases: &mut Phases) {
        for at in 0..self.rows.len() {
            let site = from + at;
            let phase = self.cell(at, &mut |row| {
                let online = row.dated(22);
                Phase {
                    site: site as u32,
                    phase: texts.loose("Whole site"),
                    online: online.map(|(day, _)| day).into(),
                    precision: online.map_or(Precision::Day, |(_, form)| form),
                    included_in: Name::EMPTY,
                    retired: MaybeDay::NONE,
                    facility_mw: row.number(20),
                    it_mw: row.number(21),
                    basis: Basis::Unknown,
                    scope: Scope::Unstated,
                    chip: texts.name(row.text(23)),
                    chip_count: row.number(24),
                    chip_count_scope: CountScope::Phase,
                    tenant: Name::EMPTY,
                    status: sites.status[site],
                    confidence: Confidence::Unstated,
                    capex_usd_bn: Maybe::NONE,
                    source: sites.sources[site],
                    as_of: sites.as_of[site],
                    notes: Name::EMPTY,
                    origin: sites.origin.at(site),
                }
            });
            phases.push(phase);
        }
    }

    fn phases(&mut self, mut texts: Texts<'_>, sites: &SiteIndex, to: &mut Phases, last: &mut u32) {
        let texts = &mut texts;
        self.keys(0, &mut to.site, Owners { sites, last });
        self.keys(1, &mut to.phase, Loose { slot: 1, texts, key: true });
        let forms = self.dated(2, &mut to.online);
        if self.file.found.at[3].is_some() {
            let words = Words::new(3, precision, Precision::Day);
            self.column(3, &mut to.precision, Precisions { words, forms: &forms, row: 0 });
        } else {
            forms.iter().for_each(|&form| to.precision.push(form));
        }
        self.loose(4, texts, &mut to.included_in);
        self.days(5, &mut to.retired);
        self.numbers(6, &mut to.facility_mw);
        self.numbers(7, &mut to.it_mw);
        self.words(8, &mut to.basis, Basis::parse, Basis::Unknown);
        self.words(9, &mut to.scope, Scope::parse, Scope::Unstated);
        self.name(10, texts, &mut to.chip);
        self.numbers(11, &mut to.chip_count);
        self.words(12, &mut to.chip_count_scope, CountScope::parse, CountScope::Phase);
        self.name(13, texts, &mut to.tenant);
        self.words(14, &mut to.status, Status::parse, Status::Unstated);
        self.words(15, &mut to.confidence, Confidence::parse, Confidence::Unstated);
        self.numbers(16, &mut to.capex_usd_bn);
        self.loose(17, texts, &mut to.source);
        self.days(18, &mut to.as_of);
        self.loose(19, texts, &mut to.notes);
        self.origins(&mut to.origin);
    }
}

/// A key from a name: small letters, digits and hyphens.
fn slug(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars().flat_map(char::to_lowercase) {
        if c.is_alphanumeric() {
            out.push(c);
        } else if !out.ends_with('-') && !out.is_empty() {
            out.push('-');
        }
    }
    out.trim_end_matches('-').to_owned()
}

fn precision(text: &str) -> Option<Precision> {
    [Precision::Day, Precision::Month, Precision::Quarter, Precision::Year]
        .into_iter()
        .find(|p| p.word().eq_ignore_ascii_case(text))
}

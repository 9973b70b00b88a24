//! Rows of sites and phases, read a block at a time, on any thread, into columns of their own.
//!
//! What needs the rest of the file (keys that no other row has, ids made from names, lines of the
//! file) is left to [`super::merge`], which takes the parts in their order.

use rustc_hash::FxHashMap;

use super::header::Recognised;
use super::readers::site_of;
use super::row::{FileContext, Row, Votes};
use super::split::{Cells, Doubtful, Room, Splitter};
use super::well_formed::{RowShape, control_characters, is_odd, well_formed};
use crate::diagnostic::Report;
use crate::model::{
    Basis, Confidence, CoordPrecision, CountScope, Dataset, Kind, Maybe, Name, Names, Origin,
    Phase, Phases, Precision, Scope, Site, SiteIndex, Sites, Status,
};

/// The rows of one block, with texts of their own.
#[derive(Debug, Default)]
pub(super) struct Part {
    pub names: Names,
    pub sites: Sites,
    /// Phases; those that sites carry stand here with the position of their site in the part.
    pub phases: Phases,
    pub report: Report,
    pub votes: Votes,
    /// Rows, lost ones included.
    pub rows: u64,
    /// Line ends of the block.
    pub lines: u64,
    /// A hash of its bytes.
    pub hash: u64,
    recent: Recent,
    room: Room,
    marks: Vec<u64>,
}

impl Part {
    /// Empties the part and keeps its room. Rows were taken out by whoever took them over.
    pub(super) fn clear(&mut self, file: &PartContext<'_>) {
        self.names.clear();
        self.recent.clear();
        self.report = Report::default();
        self.votes = file.no_votes();
        (self.rows, self.lines, self.hash) = (0, 0, 0);
    }
}

/// What the readers of all blocks of a file share.
pub(super) struct PartContext<'a> {
    pub file: &'a FileContext<'a>,
    /// Position in the list of files.
    pub number: u16,
    pub delimiter: u8,
    /// Whether cells vote on their format.
    pub voting: bool,
    pub table: PartTable<'a>,
}

impl PartContext<'_> {
    /// Votes before the first cell.
    pub(super) fn no_votes(&self) -> Votes {
        if self.voting {
            Votes::new(self.file.found.table.columns.len(), self.delimiter)
        } else {
            Votes::default()
        }
    }
}

/// Which table it is, with what its rows refer to.
pub(super) enum PartTable<'a> {
    Sites {
        countries: CountryCodes,
        /// Whether a file of the user's holds phases, so that sites make none of their own.
        phases_given: bool,
    },
    Phases {
        sites: &'a SiteIndex,
    },
}

/// Codes, names and alpha-2 codes of the countries, to find the code of what a cell says.
pub(super) struct CountryCodes {
    /// Alpha-3, alpha-2 and name of each.
    rows: Vec<[String; 3]>,
    known: FxHashMap<String, usize>,
}

impl CountryCodes {
    pub(super) fn new(data: &Dataset) -> Self {
        let text = |name: Name| data.text(name).to_owned();
        let rows: Vec<_> =
            data.countries.iter().map(|c| [c.iso3, c.iso2, c.name].map(text)).collect();
        let known = rows.iter().enumerate().map(|(at, row)| (row[0].clone(), at)).collect();
        Self { rows, known }
    }

    /// A country cell: the code, or the code of a name or alpha-2 that the table knows.
    fn code<'t>(&'t self, cell: &'t str) -> &'t str {
        if cell.is_empty() || self.known.contains_key(cell) {
            return cell;
        }
        let same = |text: &str| text.eq_ignore_ascii_case(cell);
        let longer = |name: &str| {
            let rest = cell.strip_prefix(name);
            rest.is_some_and(|r| r.starts_with(" of ") || r.starts_with(", "))
        };
        let rows = || self.rows.iter();
        let found = rows()
            .find(|[iso3, iso2, name]| same(iso2) || same(name) || same(iso3))
            .or_else(|| rows().find(|[_, _, name]| longer(name)));
        found.map_or(cell, |[iso3, ..]| iso3)
    }
}

/// Texts seen lately, so that most cells need no look into the tables of texts.
#[derive(Debug)]
struct Recent {
    interned: Box<[Name]>,
    loose: Box<[Name]>,
}

const RECENT: usize = 1024;

impl Default for Recent {
    fn default() -> Self {
        let empty = || vec![Name::EMPTY; RECENT].into_boxed_slice();
        Self { interned: empty(), loose: empty() }
    }
}

impl Recent {
    fn clear(&mut self) {
        self.interned.fill(Name::EMPTY);
        self.loose.fill(Name::EMPTY);
    }

    /// A place for a text, from its length, first and last bytes.
    #[inline]
    fn place(text: &str) -> usize {
        let bytes = text.as_bytes();
        let eight = |text: Option<&[u8; 8]>| text.map_or(0, |t| u64::from_le_bytes(*t));
        let four = |text: Option<&[u8; 4]>| text.map_or(0, |t| u64::from(u32::from_le_bytes(*t)));
        let (first, last) = match bytes.len() {
            0..4 => (bytes.iter().fold(0, |sum, &b| sum << 8 | u64::from(b)), 0),
            4..8 => (four(bytes.first_chunk()), four(bytes.last_chunk())),
            _ => (eight(bytes.first_chunk()), eight(bytes.last_chunk())),
        };
        let mixed =
            (first ^ last.rotate_left(23) ^ bytes.len() as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        (mixed >> 54) as usize
    }

    #[inline]
    fn interned(&mut self, names: &mut Names, text: &str) -> Name {
        if text.is_empty() {
            return Name::EMPTY;
        }
        let slot = &mut self.interned[Self::place(text)];
        if !names.is(*slot, text) {
            *slot = names.intern(text);
        }
        *slot
    }

    #[inline]
    fn loose(&mut self, names: &mut Names, text: &str) -> Name {
        if text.is_empty() {
            return Name::EMPTY;
        }
        let slot = &mut self.loose[Self::place(text)];
        if !names.is(*slot, text) {
            *slot = names.add(text);
        }
        *slot
    }
}

/// Where the cells of a row go.
struct Sink<'p> {
    names: &'p mut Names,
    recent: &'p mut Recent,
    sites: &'p mut Sites,
    phases: &'p mut Phases,
    file: u16,
    /// The site of the phase before.
    last: &'p mut u32,
}

impl Sink<'_> {
    /// A text that is compared.
    #[inline]
    fn name(&mut self, text: &str) -> Name {
        self.recent.interned(self.names, text)
    }

    /// A text that is only read.
    #[inline]
    fn loose(&mut self, text: &str) -> Name {
        self.recent.loose(self.names, text)
    }

    fn origin(&self, line: u64) -> Origin {
        Origin { file: self.file, line: u32::try_from(line).unwrap_or(u32::MAX) }
    }
}

/// Why a block cannot be read alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unreadable {
    /// Quotes leave open what its records are.
    Doubtful,
    /// It is not UTF-8.
    NotUtf8,
}

impl From<Doubtful> for Unreadable {
    fn from(_: Doubtful) -> Self {
        Self::Doubtful
    }
}

/// Reads the rows of a block; lines count from the block's first, which is 1.
///
/// # Errors
/// [`Unreadable`] where the file has to be read in one piece.
pub(super) fn read_block(
    block: &[u8],
    first: bool,
    cx: &PartContext<'_>,
    part: &mut Part,
) -> Result<(), Unreadable> {
    let text = std::str::from_utf8(block).map_err(|_not_utf8| Unreadable::NotUtf8)?;
    let odd = has_odd(block);
    let marks = std::mem::take(&mut part.marks);
    let mut room = std::mem::take(&mut part.room);
    let mut splitter = Splitter::new(text, cx.delimiter, cx.file.header.len(), marks);
    let mut last = 0;
    if first {
        splitter.next(&mut room)?;
    }
    while let Some((line, cells)) = splitter.next(&mut room)? {
        read_record(cells, line + 1, odd, cx, part, &mut last);
    }
    part.lines = splitter.lines();
    part.hash = hash_of(block);
    part.marks = splitter.into_marks();
    part.room = room;
    Ok(())
}

/// Whether a block holds bytes that no text has; worked out without branches.
fn has_odd(block: &[u8]) -> bool {
    block.chunks(4096).any(|chunk| chunk.iter().fold(false, |any, &b| any | is_odd(b)))
}

/// A hash of bytes: four at once, each of eight bytes in 32, so that none waits for another.
pub(super) fn hash_of(bytes: &[u8]) -> u64 {
    let (blocks, rest) = bytes.as_chunks::<32>();
    let mut lanes = [0_u64; 4];
    for block in blocks {
        let (words, _) = block.as_chunks::<8>();
        for (lane, word) in lanes.iter_mut().zip(words) {
            *lane = step(*lane, u64::from_le_bytes(*word));
        }
    }
    let hash = lanes.into_iter().fold(0, step);
    let hash = rest.iter().fold(hash, |hash, byte| step(hash, u64::from(*byte)));
    step(hash, bytes.len() as u64)
}

/// Takes a further word into a hash.
pub(super) fn step(hash: u64, word: u64) -> u64 {
    (hash.rotate_left(5) ^ word).wrapping_mul(0x517c_c1b7_2722_0a95)
}

/// Reads one record into a part. `odd` tells whether it may hold control characters.
pub(super) fn read_record(
    record: Cells<'_>,
    line: u64,
    odd: bool,
    cx: &PartContext<'_>,
    part: &mut Part,
    last: &mut u32,
) {
    let blank = |record: Cells<'_>| record.iter().all(|cell| cell.trim().is_empty());
    if record.get(0).is_none_or(|cell| cell.trim().is_empty()) && blank(record) {
        // A line of delimiters, as spreadsheets leave them, is a blank line.
        return;
    }
    part.rows += 1;
    let shape = RowShape { path: cx.file.path, header: cx.file.header, line };
    if !well_formed(shape, record, &mut part.report) {
        return;
    }
    if odd {
        control_characters(shape, record, &mut part.report);
    }
    let Part { names, sites, phases, report, votes, recent, .. } = part;
    let mut row = Row { file: cx.file, record, line, report, votes, lost: false };
    let mut sink = Sink { names, recent, sites, phases, file: cx.number, last };
    match &cx.table {
        PartTable::Sites { countries, phases_given } => {
            site(&mut row, &mut sink, countries, *phases_given);
        }
        PartTable::Phases { sites } => phase(&mut row, &mut sink, sites),
    }
}

/// Whether the sites of a file carry power, dates or chips.
pub(super) fn carries_phases(found: &Recognised) -> bool {
    [20, 21, 22, 24].iter().any(|&slot| found.at[slot].is_some())
}

fn site(row: &mut Row<'_, '_>, sink: &mut Sink<'_>, countries: &CountryCodes, given: bool) {
    // A file without ids has them made from the names; one with ids must give each row one.
    let has_ids = row.file.found.at[0].is_some();
    let name = row.key(1);
    let id = if has_ids { sink.loose(row.key(0)) } else { sink.loose(&slug(name)) };
    let kind = row.word(12, Kind::parse, Kind::Ground);
    let (lat, lon) = (row.number(9), row.number(10));
    let site = Site {
        id,
        name: sink.loose(name),
        operator: sink.name(row.text(2)),
        owner: sink.name(row.text(3)),
        users: sink.name(row.text(4)),
        country: sink.name(countries.code(row.code(5))),
        subdivision: sink.name(row.code(6)),
        price_zone: sink.name(row.code(7)),
        city: sink.loose(row.text(8)),
        lat,
        lon,
        coord_precision: row.word(11, CoordPrecision::parse, CoordPrecision::Unstated),
        kind,
        status: row.word(13, Status::parse, Status::Unstated),
        pue: row.number(14),
        cooling: sink.loose(row.text(15)),
        power_source: sink.loose(row.text(16)),
        sources: sink.loose(row.text(17)),
        as_of: row.day(18),
        notes: sink.loose(row.text(19)),
        origin: sink.origin(row.line),
    };
    let carries = carries_phases(row.file.found) && !given;
    let phase = carries.then(|| phase_of_site(row, sink, &site));
    if row.lost {
        return;
    }
    sink.sites.push(site);
    if let Some(mut phase) = phase {
        phase.site = sink.sites.len() as u32 - 1;
        sink.phases.push(phase);
    }
}

/// A row of sites that carries power or a date is one phase of its site.
fn phase_of_site(row: &mut Row<'_, '_>, sink: &mut Sink<'_>, site: &Site) -> Phase {
    let online = row.dated(22);
    Phase {
        site: 0,
        phase: sink.loose("Whole site"),
        online: online.map(|(day, _)| day),
        precision: online.map_or(Precision::Day, |(_, p)| p),
        included_in: Name::EMPTY,
        retired: None,
        facility_mw: row.number(20),
        it_mw: row.number(21),
        basis: Basis::Unknown,
        scope: Scope::Unstated,
        chip: sink.name(row.text(23)),
        chip_count: row.number(24),
        chip_count_scope: CountScope::Phase,
        tenant: Name::EMPTY,
        status: site.status,
        confidence: Confidence::Unstated,
        capex_usd_bn: Maybe::NONE,
        source: site.sources,
        as_of: site.as_of,
        notes: Name::EMPTY,
        origin: site.origin,
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

fn phase(row: &mut Row<'_, '_>, sink: &mut Sink<'_>, sites: &SiteIndex) {
    let key = row.key(0);
    // Phases of a site often follow each other, and sites each other as in their own file.
    let last = *sink.last;
    let near = [last, last + 1].into_iter().find(|&site| !key.is_empty() && sites.is(site, key));
    let site = near.or_else(|| site_of(row, 0, key, sites));
    let site = site.unwrap_or(0);
    *sink.last = site;
    let name = row.key(1);
    let online = row.dated(2);
    let form = online.map_or(Precision::Day, |(_, p)| p);
    let phase = Phase {
        site,
        phase: sink.loose(name),
        online: online.map(|(day, _)| day),
        precision: if row.text(3).is_empty() { form } else { row.word(3, precision, form) },
        included_in: sink.loose(row.text(4)),
        retired: row.day(5),
        facility_mw: row.number(6),
        it_mw: row.number(7),
        basis: row.word(8, Basis::parse, Basis::Unknown),
        scope: row.word(9, Scope::parse, Scope::Unstated),
        chip: sink.name(row.text(10)),
        chip_count: row.number(11),
        chip_count_scope: row.word(12, CountScope::parse, CountScope::Phase),
        tenant: sink.name(row.text(13)),
        status: row.word(14, Status::parse, Status::Unstated),
        confidence: row.word(15, Confidence::parse, Confidence::Unstated),
        capex_usd_bn: row.number(16),
        source: sink.loose(row.text(17)),
        as_of: row.day(18),
        notes: sink.loose(row.text(19)),
        origin: sink.origin(row.line),
    };
    if !row.lost {
        sink.phases.push(phase);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_seen_lately_keep_their_codes() {
        let (mut names, mut recent) = (Names::default(), Recent::default());
        let texts: Vec<String> = (0..5000).map(|n| format!("operator {}", n % 700)).collect();
        for text in &texts {
            let name = recent.interned(&mut names, text);
            assert_eq!(names.get(name), text);
            assert_eq!(names.find(text), Some(name));
            let loose = recent.loose(&mut names, text);
            assert_eq!(names.get(loose), text);
        }
    }

    #[test]
    fn odd_bytes_are_seen_anywhere() {
        let mut text = vec![b'a'; 10_000];
        assert!(!has_odd(&text));
        text[9_999] = 7;
        assert!(has_odd(&text));
    }
}

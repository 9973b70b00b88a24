//! Rows of sites and phases, read a block at a time, on any thread, into columns of their own.
//!
//! What needs the rest of the file (keys that no other row has, ids made from names, lines of the
//! file) is left to [`super::merge`], which takes the parts in their order.

use std::sync::{Mutex, PoisonError};

use encoding_rs::Encoding;
use rustc_hash::FxHashMap;

use super::batch::{BATCH, Line, RowSigns, is_row, read_rows};
use super::encoding;
use super::header::Recognised;
use super::memo::Lately;
use super::places::PlaceCodes;
use super::row::{FileContext, Votes};
use super::split::{Doubtful, Room, Splitter};
use super::text::has_spaced_quotes;
use super::well_formed::is_odd;
use crate::diagnostic::{Report, Severity};
use crate::model::tables::sites;
use crate::model::{ExtraColumns, Name, Names, Phases, SiteIndex, Sites, TableKind};

/// The rows of one block, with texts of their own.
#[derive(Debug, Default)]
pub(super) struct Part {
    pub names: Names,
    pub sites: Sites,
    /// Phases; those that sites carry stand here with the position of their site in the part.
    pub phases: Phases,
    /// Of rows that carry phases, what tells them apart.
    pub row_hashes: Vec<u64>,
    /// Rows of sites that go on with the site above them.
    pub continued: Vec<usize>,
    pub report: Report,
    pub votes: Votes,
    /// Rows, lost ones included.
    pub rows: u64,
    /// Line ends of the block.
    pub lines: u64,
    /// A hash of its bytes.
    pub hash: u64,
    pub recent: Recent,
    pub lately: Lately,
    room: Room,
    marks: Vec<u64>,
}

impl Part {
    /// Empties the part and keeps its room. Rows were taken out by whoever took them over.
    pub(super) fn clear(&mut self, file: &PartContext<'_>) {
        self.names.clear();
        self.recent.clear();
        self.lately.clear();
        self.row_hashes.clear();
        self.continued.clear();
        self.report = Report::default();
        let told = file.told.lock().unwrap_or_else(PoisonError::into_inner);
        for &(code, severity) in told.iter() {
            self.report.have_first(file.file.path, code, severity);
        }
        self.votes = file.no_votes();
        let extra = file.file.found.extra.iter().map(|&at| file.file.header[at].clone());
        let extra = ExtraColumns::of(extra.collect());
        match file.table {
            PartTable::Sites { .. } => self.sites.extra = extra,
            PartTable::Phases { .. } => self.phases.extra = extra,
        }
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
    /// Of lines that are not UTF-8, where it is known.
    pub encoding: Option<&'static Encoding>,
    /// Codes of which enough findings are kept of the rows before.
    pub told: Mutex<Vec<(&'static str, Severity)>>,
}

impl PartContext<'_> {
    /// Votes before the first cell.
    pub(super) fn no_votes(&self) -> Votes {
        if self.voting {
            Votes::new(self.file.found.kind, self.delimiter)
        } else {
            Votes::default()
        }
    }
}

/// Which table it is, with what its rows refer to.
pub(super) enum PartTable<'a> {
    Sites {
        places: Box<PlaceCodes>,
        /// Whether a file of the user's holds phases, so that sites make none of their own.
        phases_given: bool,
    },
    Phases {
        sites: &'a SiteIndex,
        /// Sites by their folded names, where keys of the file are no ids.
        by_name: Option<FxHashMap<String, Option<u32>>>,
    },
}

/// Texts seen lately, so that most cells need no look into the tables of texts.
#[derive(Debug)]
pub(super) struct Recent {
    interned: Box<[Seen]>,
    loose: Box<[Seen]>,
}

/// A text by its first and last bytes and its length, which are all there is to one of up to 16
/// bytes; with its code. Length 0 is no text.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Seen {
    first: u64,
    last: u64,
    length: u32,
    name: Name,
}

impl Seen {
    #[inline]
    fn of(bytes: &[u8]) -> Self {
        let eight = |text: Option<&[u8; 8]>| text.map_or(0, |t| u64::from_le_bytes(*t));
        let four = |text: Option<&[u8; 4]>| text.map_or(0, |t| u64::from(u32::from_le_bytes(*t)));
        let (first, last) = match bytes.len() {
            0..4 => (bytes.iter().fold(0, |sum, &b| sum << 8 | u64::from(b)), 0),
            4..8 => (four(bytes.first_chunk()), four(bytes.last_chunk())),
            _ => (eight(bytes.first_chunk()), eight(bytes.last_chunk())),
        };
        Self { first, last, length: bytes.len() as u32, name: Name::EMPTY }
    }

    /// Where it has its place.
    #[inline]
    fn place(&self) -> usize {
        let mixed = self.first ^ self.last.rotate_left(23) ^ u64::from(self.length);
        (mixed.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 54) as usize
    }

    /// Whether a text that looks like this one is the one that stands in its place.
    #[inline]
    fn is(&self, placed: &Self, names: &Names, text: &[u8]) -> bool {
        let alike =
            (self.first, self.last, self.length) == (placed.first, placed.last, placed.length);
        alike && (self.length <= 16 || names.is(placed.name, text))
    }
}

const RECENT: usize = 1024;

impl Default for Recent {
    fn default() -> Self {
        let empty = || vec![Seen::default(); RECENT].into_boxed_slice();
        Self { interned: empty(), loose: empty() }
    }
}

impl Recent {
    fn clear(&mut self) {
        self.interned.fill(Seen::default());
        self.loose.fill(Seen::default());
    }

    #[inline]
    fn find(
        places: &mut [Seen],
        names: &mut Names,
        text: &str,
        code: impl FnOnce(&mut Names, &str) -> Name,
    ) -> Name {
        if text.is_empty() {
            return Name::EMPTY;
        }
        let seen = Seen::of(text.as_bytes());
        let slot = &mut places[seen.place()];
        if !seen.is(slot, names, text.as_bytes()) {
            *slot = Seen { name: code(names, text), ..seen };
        }
        slot.name
    }

    #[inline]
    fn seen(places: &[Seen], names: &Names, text: &[u8]) -> Option<Name> {
        let seen = Seen::of(text);
        let before = &places[seen.place()];
        (before.length > 0 && seen.is(before, names, text)).then_some(before.name)
    }

    /// The code of a text that is compared, if it was seen lately.
    #[inline]
    pub(super) fn seen_interned(&self, names: &Names, text: &[u8]) -> Option<Name> {
        Self::seen(&self.interned, names, text)
    }

    /// The code of a text that is only read, if it was seen lately.
    #[inline]
    pub(super) fn seen_loose(&self, names: &Names, text: &[u8]) -> Option<Name> {
        Self::seen(&self.loose, names, text)
    }

    /// The code of a text that is compared.
    #[inline]
    pub(super) fn interned(&mut self, names: &mut Names, text: &str) -> Name {
        Self::find(&mut self.interned, names, text, Names::intern)
    }

    /// A code of a text that is only read.
    #[inline]
    pub(super) fn loose(&mut self, names: &mut Names, text: &str) -> Name {
        Self::find(&mut self.loose, names, text, Names::add)
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
    let decoded;
    let text = match (std::str::from_utf8(block), cx.encoding) {
        (Ok(text), _) => text,
        (Err(_), Some(encoding)) => {
            decoded = encoding::to_text(block, encoding);
            &decoded
        }
        (Err(_), None) => return Err(Unreadable::NotUtf8),
    };
    let odd = has_odd(text.as_bytes());
    let marks = std::mem::take(&mut part.marks);
    let mut room = std::mem::take(&mut part.room);
    let mut splitter = Splitter::new(text, cx.delimiter, cx.file.header.len(), marks);
    // Most blocks have no quotes, and the splitter has looked for them.
    if splitter.has_quotes() && has_spaced_quotes(text.as_bytes(), cx.delimiter) {
        return Err(Unreadable::Doubtful);
    }
    let mut last = 0;
    let heading = if first { cx.file.records } else { 0 };
    for _ in 0..heading {
        splitter.next(&mut room)?;
    }
    let mut more = true;
    while more {
        more = splitter.fill(&mut room, BATCH)?;
        let mut lines: Vec<Line<'_>> = Vec::with_capacity(BATCH);
        for (line, record) in room.records(text) {
            if is_row(record, cx.file.header.len()) {
                lines.push((line + 1, record));
            }
        }
        // A row that has no line end may be cut.
        let unended = !more && !text.ends_with(['\n', '\r']);
        read_rows(&lines, RowSigns { odd, unended }, cx, part, &mut last);
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

/// Whether the sites of a file carry power, dates or chips.
pub(super) fn carries_phases(found: &Recognised) -> bool {
    let at = sites::AT;
    let slots = [at.facility_mw, at.it_mw, at.online, at.chip_count, at.facility_mw_low];
    if !found.shares.is_empty() {
        return true;
    }
    found.kind == TableKind::Sites && slots.iter().any(|&slot| found.at[slot].is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_seen_lately_keep_their_codes() {
        let (mut names, mut recent) = (Names::default(), Recent::default());
        // Texts of any length, that differ in any byte.
        let of = |n: usize| {
            let mut text = "operator of many sites"[..=n % 21].to_owned();
            text.insert_str(n % (text.len() + 1), &(n % 9).to_string());
            text
        };
        let texts: Vec<String> = (0..9000).map(|n| of(n % 1700)).collect();
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

//! The texts of a data set, each standing as a code.
//!
//! Texts that are compared (operators, zones, chips) are interned: a distinct text is stored once,
//! and equal codes mean equal texts. Texts that are only read (names of sites, addresses, remarks)
//! are loose: they are stored as they come, since looking each of millions up would cost more than
//! all the rest of a load.

use std::hash::BuildHasher as _;

use hashbrown::HashTable;
use rustc_hash::{FxBuildHasher, FxHashMap};

/// The code of a text in [`Names`]. Code 0 is the empty text, which means "not given".
///
/// Codes of interned texts are equal where the texts are. Those of loose texts
/// ([`Names::add`]) need not be: compare what [`Names::get`] gives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Name(pub u32);

impl Name {
    /// The empty text: no source gave the value.
    pub const EMPTY: Self = Self(0);

    /// Whether nothing was given.
    pub fn is_empty(self) -> bool {
        self == Self::EMPTY
    }

    /// Whether the text is loose, with its position among the loose ones.
    fn loose(self) -> Option<usize> {
        self.0.checked_sub(LOOSE).map(|at| at as usize)
    }
}

/// Codes from here on are those of loose texts.
const LOOSE: u32 = 1 << 31;

/// Whether two texts are the same. Most are short, and a call of the system's routine would cost
/// more than the comparison.
#[inline]
pub(crate) fn same_text(a: &[u8], b: &[u8]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    let eight = |text: &[u8], at: usize| {
        text.get(at..at + 8).and_then(|t| t.first_chunk()).map_or(0, |t| u64::from_le_bytes(*t))
    };
    let four = |text: Option<&[u8; 4]>| text.map_or(0, |t| u32::from_le_bytes(*t));
    match a.len() {
        0..4 => a.iter().zip(b).all(|(a, b)| a == b),
        4..8 => {
            four(a.first_chunk()) == four(b.first_chunk())
                && four(a.last_chunk()) == four(b.last_chunk())
        }
        8..=32 => {
            let last = a.len() - 8;
            let mut at = 0;
            while at < last {
                if eight(a, at) != eight(b, at) {
                    return false;
                }
                at += 8;
            }
            eight(a, last) == eight(b, last)
        }
        _ => a == b,
    }
}

/// Texts one after the other in one buffer.
#[derive(Clone, Debug, Default)]
pub(super) struct Texts {
    text: String,
    /// Where each ends, without what is beyond four bytes.
    ends: Vec<u32>,
    /// The first text that ends beyond each further multiple of 4 GiB.
    turns: Vec<u32>,
}

impl Texts {
    pub(super) fn push(&mut self, text: &str) -> u32 {
        self.text.push_str(text);
        self.push_end(self.text.len())
    }

    fn push_end(&mut self, end: usize) -> u32 {
        let at = self.ends.len() as u32;
        while self.turns.len() < end >> 32 {
            self.turns.push(at);
        }
        self.ends.push(end as u32);
        at
    }

    /// Where a text begins and ends.
    #[inline]
    fn range(&self, at: usize) -> Option<std::ops::Range<usize>> {
        let end = *self.ends.get(at)? as usize;
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        if self.turns.is_empty() {
            Some(start..end)
        } else {
            Some(self.far(at, start)..self.far(at + 1, end))
        }
    }

    /// The whole end of the text before one, from what stands in four bytes.
    #[cold]
    fn far(&self, after: usize, low: usize) -> usize {
        (self.turns.partition_point(|&turn| (turn as usize) < after) << 32) | low
    }

    /// A text by its position; empty if there is none.
    #[inline]
    pub(super) fn get(&self, at: usize) -> &str {
        self.range(at).map_or("", |range| &self.text[range])
    }

    #[inline]
    pub(super) fn is(&self, at: usize, text: &[u8]) -> bool {
        let same = |range| same_text(&self.text.as_bytes()[range], text);
        self.range(at).is_some_and(same)
    }

    /// Number of texts.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Bytes that they take in memory.
    pub(super) fn bytes(&self) -> usize {
        self.text.len() + self.ends.len() * size_of::<u32>()
    }

    fn append(&mut self, other: &Self) {
        let base = self.text.len();
        self.text.push_str(&other.text);
        if self.text.len() >> 32 == 0 {
            self.ends.extend(other.ends.iter().map(|end| end + base as u32));
            return;
        }
        for range in (0..other.ends.len()).filter_map(|at| other.range(at)) {
            self.push_end(base + range.end);
        }
    }

    fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
        self.turns.clear();
    }
}

/// All texts of a data set.
#[derive(Clone, Debug)]
pub struct Names {
    interned: Texts,
    table: HashTable<u32>,
    loose: Texts,
}

impl Default for Names {
    fn default() -> Self {
        let (interned, loose) = (Texts::default(), Texts::default());
        let mut names = Self { interned, table: HashTable::new(), loose };
        names.intern("");
        names
    }
}

/// Something known of names, found without hashing where they are interned.
#[derive(Clone, Debug)]
pub struct NameMap<T> {
    interned: Vec<Option<T>>,
    loose: FxHashMap<Name, T>,
}

impl<T> Default for NameMap<T> {
    fn default() -> Self {
        Self { interned: Vec::new(), loose: FxHashMap::default() }
    }
}

impl<T: Copy> NameMap<T> {
    /// What is known of a name.
    #[inline]
    pub fn get(&self, name: Name) -> Option<T> {
        match name.loose() {
            None => self.interned.get(name.0 as usize).copied().flatten(),
            Some(_) => self.loose.get(&name).copied(),
        }
    }

    /// Makes something known of a name.
    pub fn insert(&mut self, name: Name, value: T) {
        if name.loose().is_some() {
            self.loose.insert(name, value);
            return;
        }
        let at = name.0 as usize;
        if self.interned.len() <= at {
            self.interned.resize(at + 1, None);
        }
        self.interned[at] = Some(value);
    }
}

/// From the codes of one [`Names`] to those of another that took its texts over.
#[derive(Clone, Debug, Default)]
pub struct Renaming {
    interned: Vec<Name>,
    loose: u32,
}

impl Renaming {
    /// The code in the other.
    #[inline]
    pub fn of(&self, name: Name) -> Name {
        match name.loose() {
            Some(_) => Name(name.0 + self.loose),
            None => self.interned[name.0 as usize],
        }
    }
}

impl Names {
    /// The code of `text`, which is stored if it is new.
    pub fn intern(&mut self, text: &str) -> Name {
        let hash = FxBuildHasher.hash_one(text);
        let texts = &self.interned;
        if let Some(&code) = self.table.find(hash, |&code| texts.get(code as usize) == text) {
            return Name(code);
        }
        let code = self.interned.push(text);
        let texts = &self.interned;
        self.table.insert_unique(hash, code, |&c| FxBuildHasher.hash_one(texts.get(c as usize)));
        Name(code)
    }

    /// Stores a text without looking whether it is known: for texts that are read and never
    /// compared by code.
    pub fn add(&mut self, text: &str) -> Name {
        if text.is_empty() { Name::EMPTY } else { Name(LOOSE + self.loose.push(text)) }
    }

    /// The code of an interned text if it is known.
    pub fn find(&self, text: &str) -> Option<Name> {
        let hash = FxBuildHasher.hash_one(text);
        let same = |&code: &u32| self.interned.get(code as usize) == text;
        self.table.find(hash, same).map(|&code| Name(code))
    }

    /// The text of a code; empty for a code that is not of this table.
    #[inline]
    pub fn get(&self, name: Name) -> &str {
        let (texts, at) = match name.loose() {
            Some(at) => (&self.loose, at),
            None => (&self.interned, name.0 as usize),
        };
        texts.get(at)
    }

    /// Whether a code is that of a text.
    #[inline]
    pub fn is(&self, name: Name, text: &[u8]) -> bool {
        match name.loose() {
            Some(at) => self.loose.is(at, text),
            None => self.interned.is(name.0 as usize, text),
        }
    }

    /// Takes over all texts of another.
    pub fn take_over(&mut self, other: &Self) -> Renaming {
        let loose = self.loose.ends.len() as u32;
        self.loose.append(&other.loose);
        let texts = 0..other.interned.ends.len();
        Renaming { interned: texts.map(|at| self.intern(other.interned.get(at))).collect(), loose }
    }

    /// Forgets all texts but the empty one, and keeps the room.
    pub fn clear(&mut self) {
        self.interned.clear();
        self.loose.clear();
        self.table.clear();
        self.intern("");
    }

    /// Number of stored texts, the empty one included.
    pub fn len(&self) -> usize {
        self.interned.ends.len() + self.loose.ends.len()
    }

    /// Always false: the empty text is always there.
    pub fn is_empty(&self) -> bool {
        self.interned.ends.is_empty()
    }

    /// Bytes that the texts and their table take in memory.
    pub fn bytes(&self) -> usize {
        self.interned.bytes() + self.loose.bytes() + self.table.allocation_size()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_both_kinds_are_found() {
        let mut names = Names::default();
        let codes = [names.intern("a"), names.add("a"), names.intern("b"), names.add("c")];
        let mut map = NameMap::default();
        for (at, &code) in codes.iter().enumerate() {
            assert_eq!(map.get(code), None);
            map.insert(code, at);
        }
        assert_eq!(codes.map(|code| map.get(code)), [Some(0), Some(1), Some(2), Some(3)]);
    }

    #[test]
    fn texts_beyond_four_gibibytes_keep_their_places() {
        let mut texts = Texts::default();
        let far = 1_usize << 32;
        let ends = [3, far - 1, far + 2, far + 9, 3 * far + 4, 3 * far + 4];
        let places: Vec<u32> = ends.iter().map(|&end| texts.push_end(end)).collect();
        assert_eq!(places, [0, 1, 2, 3, 4, 5]);
        let starts = [0].into_iter().chain(ends);
        for (at, (start, end)) in starts.zip(ends).enumerate() {
            assert_eq!(texts.range(at), Some(start..end));
        }
        assert_eq!(texts.range(ends.len()), None);
    }

    #[test]
    fn a_text_has_one_code_and_the_empty_one_is_zero() {
        let mut names = Names::default();
        let a = names.intern("Amazon");
        assert_eq!(names.intern("Amazon"), a);
        assert_eq!(names.intern(""), Name::EMPTY);
        assert_eq!(names.get(a), "Amazon");
        assert_eq!(names.find("Google"), None);
        for n in 0..1000 {
            names.intern(&n.to_string());
        }
        assert_eq!(names.find("Amazon"), Some(a));
        assert_eq!(names.find("999").map(|n| names.get(n)), Some("999"));
    }

    #[test]
    fn texts_are_compared_to_their_last_byte() {
        let text: Vec<u8> = (0..60).collect();
        for len in 0..text.len() {
            assert!(same_text(&text[..len], &text.clone()[..len]));
            assert!(!same_text(&text[..len], &text[..=len]));
            for at in 0..len {
                let mut other = text[..len].to_vec();
                other[at] ^= 1;
                assert!(!same_text(&text[..len], &other), "{len} {at}");
            }
        }
    }

    #[test]
    fn loose_texts_are_kept_apart_and_taken_over() {
        let mut all = Names::default();
        let amazon = all.intern("Amazon");
        all.add("first remark");
        let mut part = Names::default();
        let (google, again) = (part.intern("Google"), part.intern("Amazon"));
        let (remark, twin) = (part.add("a remark"), part.add("a remark"));
        assert_eq!(part.find("a remark"), None);
        assert_ne!(remark, twin);
        assert_eq!(part.add(""), Name::EMPTY);
        let names = all.take_over(&part);
        assert_eq!(names.of(again), amazon);
        assert_eq!(names.of(Name::EMPTY), Name::EMPTY);
        for (name, text) in [(google, "Google"), (remark, "a remark"), (twin, "a remark")] {
            assert_eq!(all.get(names.of(name)), text);
        }
        part.clear();
        assert_eq!((part.len(), part.find("Google")), (1, None));
    }
}

//! Interned text: every distinct text of a data set is stored once and stands as a code.

use std::hash::BuildHasher as _;

use hashbrown::HashTable;
use rustc_hash::FxBuildHasher;

/// The code of a text in [`Names`]. Code 0 is the empty text, which means "not given".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Name(pub u32);

impl Name {
    /// The empty text: no source gave the value.
    pub const EMPTY: Self = Self(0);

    /// Whether nothing was given.
    pub fn is_empty(self) -> bool {
        self == Self::EMPTY
    }

    /// The code as a position.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// All texts of a data set, in one buffer.
#[derive(Clone, Debug)]
pub struct Names {
    text: String,
    ends: Vec<u64>,
    table: HashTable<u32>,
}

impl Default for Names {
    fn default() -> Self {
        let mut names = Self { text: String::new(), ends: Vec::new(), table: HashTable::new() };
        names.intern("");
        names
    }
}

impl Names {
    /// The code of `text`, which is stored if it is new.
    pub fn intern(&mut self, text: &str) -> Name {
        let hash = FxBuildHasher.hash_one(text);
        let (buffer, ends) = (&self.text, &self.ends);
        if let Some(&code) = self.table.find(hash, |&code| slice(buffer, ends, code) == text) {
            return Name(code);
        }
        let code = self.ends.len() as u32;
        self.text.push_str(text);
        self.ends.push(self.text.len() as u64);
        let (buffer, ends) = (&self.text, &self.ends);
        self.table.insert_unique(hash, code, |&c| FxBuildHasher.hash_one(slice(buffer, ends, c)));
        Name(code)
    }

    /// The code of `text` if it is known.
    pub fn find(&self, text: &str) -> Option<Name> {
        let hash = FxBuildHasher.hash_one(text);
        let same = |&code: &u32| slice(&self.text, &self.ends, code) == text;
        self.table.find(hash, same).map(|&code| Name(code))
    }

    /// The text of a code; empty for a code that is not of this table.
    pub fn get(&self, name: Name) -> &str {
        if name.index() < self.ends.len() { slice(&self.text, &self.ends, name.0) } else { "" }
    }

    /// Number of distinct texts, the empty one included.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Always false: the empty text is always there.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }
}

fn slice<'a>(text: &'a str, ends: &[u64], code: u32) -> &'a str {
    let at = code as usize;
    let start = if at == 0 { 0 } else { ends[at - 1] as usize };
    &text[start..ends[at] as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

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
}

//! Sites by their ids.

use std::hash::BuildHasher as _;

use super::names::same_text;
use hashbrown::HashTable;
use rustc_hash::FxBuildHasher;

/// Positions of sites by id. It holds the ids itself, so that a load can look sites up while the
/// texts of the data set still grow.
#[derive(Clone, Debug, Default)]
pub struct SiteIndex {
    text: String,
    ends: Vec<u64>,
    table: HashTable<u32>,
}

fn hash_of(id: &str) -> u64 {
    FxBuildHasher.hash_one(id)
}

impl SiteIndex {
    /// Room for so many sites.
    pub fn reserve(&mut self, sites: usize) {
        let text = &self.text;
        let ends = &self.ends;
        self.table.reserve(sites, |&at| hash_of(slice(text, ends, at as usize)));
    }

    /// Takes the next site. An id that another site has stays with that one, whose position is
    /// given back; the new site then counts, and cannot be found.
    pub fn push(&mut self, id: &str) -> Option<u32> {
        let hash = hash_of(id);
        let found = self.find(hash, id);
        if found.is_none() {
            self.insert(hash, id);
        } else {
            self.text.push_str(id);
            self.ends.push(self.text.len() as u64);
        }
        found
    }

    /// Takes the next site unless another has its id; tells whether it did.
    pub fn push_new(&mut self, id: &str) -> bool {
        let hash = hash_of(id);
        if self.find(hash, id).is_some() {
            return false;
        }
        self.insert(hash, id);
        true
    }

    fn insert(&mut self, hash: u64, id: &str) {
        let at = self.ends.len() as u32;
        self.text.push_str(id);
        self.ends.push(self.text.len() as u64);
        let (text, ends) = (&self.text, &self.ends);
        let rehash = |&at: &u32| hash_of(slice(text, ends, at as usize));
        self.table.insert_unique(hash, at, rehash);
    }

    /// The site of an id.
    #[inline]
    pub fn get(&self, id: &str) -> Option<u32> {
        self.find(hash_of(id), id)
    }

    /// Whether a site has an id, and is found by it.
    #[inline]
    pub fn is(&self, site: u32, id: &str) -> bool {
        let at = site as usize;
        let Some(&end) = self.ends.get(at) else { return false };
        let start = if at == 0 { 0 } else { self.ends[at - 1] as usize };
        same_text(&self.text.as_bytes()[start..end as usize], id.as_bytes())
    }

    fn find(&self, hash: u64, id: &str) -> Option<u32> {
        let same = |&at: &u32| slice(&self.text, &self.ends, at as usize) == id;
        self.table.find(hash, same).copied()
    }

    /// Number of sites.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Bytes that it takes in memory.
    pub fn bytes(&self) -> usize {
        self.text.len() + self.ends.len() * size_of::<u64>() + self.table.allocation_size()
    }
}

#[inline]
fn slice<'a>(text: &'a str, ends: &[u64], at: usize) -> &'a str {
    let start = if at == 0 { 0 } else { ends[at - 1] as usize };
    &text[start..ends[at] as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_two_sites_with_one_id_is_found() {
        let mut index = SiteIndex::default();
        let ids: Vec<String> = (0..1000).map(|n| format!("site-{}", n % 900)).collect();
        let twins = ids.iter().filter(|id| index.push(id).is_some()).count();
        assert_eq!((twins, index.len()), (100, 1000));
        assert_eq!(index.get("site-5"), Some(5));
        assert_eq!(index.get("site-899"), Some(899));
        assert_eq!(index.get("site-900"), None);
    }
}

//! Sites by their ids.

use std::hash::BuildHasher as _;
use std::hint::black_box;

use super::names::Texts;
use hashbrown::HashTable;
use hashbrown::hash_table::Entry;
use rustc_hash::FxBuildHasher;

/// Positions of sites by id. It holds the ids itself, so that a load can look sites up while the
/// texts of the data set still grow.
#[derive(Clone, Debug, Default)]
pub struct SiteIndex {
    ids: Texts,
    table: HashTable<u32>,
}

fn hash_of(id: &str) -> u64 {
    FxBuildHasher.hash_one(id)
}

impl SiteIndex {
    /// Room for so many sites.
    pub fn reserve(&mut self, sites: usize) {
        let ids = &self.ids;
        self.table.reserve(sites, |&at| hash_of(ids.get(at as usize)));
    }

    /// Takes the next site. An id that another site has stays with that one, whose position is
    /// given back; the new site then counts, and cannot be found.
    pub fn push(&mut self, id: &str) -> Option<u32> {
        let hash = hash_of(id);
        let found = self.find(hash, id);
        if found.is_none() {
            self.insert(hash, id);
        } else {
            self.ids.push(id);
        }
        found
    }

    /// Takes the next sites, [`Self::AT_ONCE`] at most, without those whose id another has: a bit
    /// for each of these.
    ///
    /// # Panics
    /// If there are more.
    pub fn push_new(&mut self, next: &[&str]) -> u64 {
        assert!(next.len() <= Self::AT_ONCE, "{} sites at once", next.len());
        let mut hashes = [0; Self::AT_ONCE];
        hashes.iter_mut().zip(next).for_each(|(hash, id)| *hash = hash_of(id));
        // Their places are looked at one after the other, with nothing between them: so far memory
        // need not be waited for one by one.
        for hash in hashes.iter().take(next.len()) {
            black_box(self.table.find(*hash, |_| false));
        }
        let Self { ids, table } = self;
        let mut twice = 0;
        for (at, (id, hash)) in next.iter().zip(hashes).enumerate() {
            let same = |&at: &u32| ids.is(at as usize, id.as_bytes());
            let rehash = |&at: &u32| hash_of(ids.get(at as usize));
            match table.entry(hash, same, rehash) {
                Entry::Vacant(place) => {
                    place.insert(ids.len() as u32);
                    ids.push(id);
                }
                Entry::Occupied(_) => twice |= 1 << at,
            }
        }
        twice
    }

    /// Looks at the places of some ids, [`Self::AT_ONCE`] at most, one after the other with nothing
    /// between them, so that those that are asked for next need not wait for memory one by one.
    ///
    /// # Panics
    /// If there are more.
    pub fn look_ahead(&self, ids: &[&[u8]]) {
        assert!(ids.len() <= Self::AT_ONCE, "{} ids at once", ids.len());
        let mut near = [0_u32; Self::AT_ONCE];
        for (near, id) in near.iter_mut().zip(ids) {
            // The first of the same short hash is nearly always the one.
            let id = std::str::from_utf8(id).unwrap_or_default();
            *near = self.table.find(hash_of(id), |_| true).copied().unwrap_or(0);
        }
        let near = &near[..ids.len()];
        let texts = near.iter().map(|&at| self.ids.get(at as usize).as_bytes());
        black_box(texts.fold(0_u32, |sum, text| {
            sum.wrapping_add(u32::from(text.first().copied().unwrap_or(0)))
        }));
    }

    /// So many sites are taken at once.
    pub const AT_ONCE: usize = 64;

    fn insert(&mut self, hash: u64, id: &str) {
        let at = self.ids.push(id);
        let ids = &self.ids;
        self.table.insert_unique(hash, at, |&at| hash_of(ids.get(at as usize)));
    }

    /// The site of an id.
    #[inline]
    pub fn get(&self, id: &str) -> Option<u32> {
        self.find(hash_of(id), id)
    }

    /// Whether a site has an id, and is found by it.
    #[inline]
    pub fn is(&self, site: u32, id: &[u8]) -> bool {
        self.ids.is(site as usize, id)
    }

    fn find(&self, hash: u64, id: &str) -> Option<u32> {
        self.table.find(hash, |&at| self.ids.is(at as usize, id.as_bytes())).copied()
    }

    /// Number of sites.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ids.len() == 0
    }

    /// Bytes that it takes in memory.
    pub fn bytes(&self) -> usize {
        self.ids.bytes() + self.table.allocation_size()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sites_that_are_taken_at_once_have_one_id_each() {
        let mut index = SiteIndex::default();
        let ids: Vec<String> = (0..1000).map(|n| format!("site-{}", n % 900)).collect();
        let mut twins = 0;
        for some in ids.chunks(SiteIndex::AT_ONCE) {
            let some: Vec<&str> = some.iter().map(String::as_str).collect();
            twins += index.push_new(&some).count_ones();
        }
        assert_eq!((twins, index.len()), (100, 900));
        // Also of those that come together.
        assert_eq!(index.push_new(&["a", "b", "a", "site-7"]), 0b1100);
        assert_eq!((index.get("b"), index.get("site-899")), (Some(901), Some(899)));
    }

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

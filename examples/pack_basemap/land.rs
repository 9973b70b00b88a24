//! Atoms and the edges of their dissolved outlines.

use std::collections::BTreeMap;
use std::collections::hash_map::Entry;

use anyhow::{Result, ensure};
use rustc_hash::FxHashMap;

use crate::geometry::{AtomNo, LAT_POLE, LON_CUT, Point, double_area};

/// The smallest area with an id: a subdivision, a country without subdivisions, or a lake.
pub(crate) struct Atom {
    pub(crate) id: String,
    pub(crate) country: String,
    pub(crate) name: String,
}

/// Atoms and the directed edges of their dissolved outlines, land on the left.
#[derive(Default)]
pub(crate) struct Land {
    pub(crate) atoms: Vec<Atom>,
    pub(crate) numbers: BTreeMap<String, AtomNo>,
    pub(crate) edges: FxHashMap<(Point, Point), AtomNo>,
    /// Edges that two atoms claim on the same side.
    pub(crate) overlaps: usize,
}

impl Land {
    pub(crate) fn atom(&mut self, id: String, country: String, name: String) -> AtomNo {
        let next = self.atoms.len() as AtomNo;
        *self.numbers.entry(id.clone()).or_insert_with(|| {
            self.atoms.push(Atom { id, country, name });
            next
        })
    }

    /// Adds the edges of a ring (closed or not), turned so that the land is on its left.
    pub(crate) fn add_ring(
        &mut self,
        atom: AtomNo,
        mut ring: Vec<Point>,
        exterior: bool,
    ) -> Result<()> {
        ring.dedup();
        while ring.len() > 1 && ring.first() == ring.last() {
            ring.pop();
        }
        if ring.len() < 3 {
            return Ok(());
        }
        if (double_area(&ring) > 0) != exterior {
            ring.reverse();
        }
        for (i, &a) in ring.iter().enumerate() {
            let b = ring[(i + 1) % ring.len()];
            ensure!(
                (a.0 - b.0).abs() < LON_CUT || (a.1 == LAT_POLE && b.1 == LAT_POLE),
                "a ring of {} is not cut at the antimeridian",
                self.atoms[atom as usize].id
            );
            self.add_edge(a, b, atom);
        }
        Ok(())
    }

    pub(crate) fn add_edge(&mut self, a: Point, b: Point, atom: AtomNo) {
        if self.edges.get(&(b, a)) == Some(&atom) {
            self.edges.remove(&(b, a));
            return;
        }
        match self.edges.entry((a, b)) {
            Entry::Occupied(_) => self.overlaps += 1,
            Entry::Vacant(free) => {
                free.insert(atom);
            }
        }
    }
}

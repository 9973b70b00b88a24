//! Finds segments that meet.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use crate::geometry::{MinMax as _, Point, bounds_of, cells_of, conflict, contains};
use crate::simplify::{Segment, Simplified};

/// Segments by cell.
pub(crate) struct Grid {
    pub(crate) size: i32,
    pub(crate) cells: FxHashMap<(i32, i32), Vec<u32>>,
}

impl Grid {
    pub(crate) fn new(level: &Simplified<'_>, segments: &[Segment]) -> Self {
        let total: f64 = segments
            .iter()
            .map(|&s| {
                let (a, b) = level.ends(s);
                f64::from((a.0 - b.0).abs().max((a.1 - b.1).abs()))
            })
            .sum();
        let size = ((2.0 * total / segments.len().max(1) as f64) as i32).max(100);
        let mut cells: FxHashMap<_, Vec<u32>> = FxHashMap::default();
        for (number, &segment) in segments.iter().enumerate() {
            let (a, b) = level.ends(segment);
            for cell in cells_of(size, a.min_max(b)) {
                cells.entry(cell).or_default().push(number as u32);
            }
        }
        Self { size, cells }
    }

    /// Segments that meet other than at a shared end.
    pub(crate) fn crossings(
        &self,
        level: &Simplified<'_>,
        segments: &[Segment],
    ) -> BTreeSet<Segment> {
        let mut bad = BTreeSet::new();
        #[expect(clippy::iter_over_hash_type, reason = "the result is a sorted set")]
        for cell in self.cells.values() {
            for (i, &first) in cell.iter().enumerate() {
                let (a, b) = level.ends(segments[first as usize]);
                for &second in &cell[..i] {
                    let (c, d) = level.ends(segments[second as usize]);
                    if conflict(a, b, c, d) {
                        bad.insert(segments[first as usize]);
                        bad.insert(segments[second as usize]);
                    }
                }
            }
        }
        bad
    }

    /// Segments that have passed over a kept vertex of another part.
    pub(crate) fn trespasses(
        &self,
        level: &Simplified<'_>,
        segments: &[Segment],
    ) -> BTreeSet<Segment> {
        let mut bad = BTreeSet::new();
        for &(arc, position) in segments {
            let (from, to) = (level.kept[arc][position], level.kept[arc][position + 1]);
            let path = &level.mesh.arcs[arc].points[from..=to];
            if path.len() > 2 && self.vertex_within(level, segments, path) {
                bad.insert((arc, position));
            }
        }
        bad
    }

    pub(crate) fn vertex_within(
        &self,
        level: &Simplified<'_>,
        segments: &[Segment],
        path: &[Point],
    ) -> bool {
        let bounds = bounds_of(path);
        let (low, high) = bounds;
        cells_of(self.size, bounds).filter_map(|cell| self.cells.get(&cell)).flatten().any(
            |&number| {
                let p = level.ends(segments[number as usize]).0;
                (low.0..=high.0).contains(&p.0)
                    && (low.1..=high.1).contains(&p.1)
                    && !path.contains(&p)
                    && contains(path, p)
            },
        )
    }
}

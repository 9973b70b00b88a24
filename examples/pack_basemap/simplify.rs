//! Drops vertices and puts back those without which lines would meet.

use std::collections::BTreeSet;

use crate::arcs::{Arc, Mesh};
use crate::geometry::{MAX_BORDER_EDGE, MAX_REPAIR_ROUNDS, Point, QUANTA};
use crate::grid::Grid;

/// The arcs of one level: indices of the kept points, empty when the arc is dropped.
pub(crate) struct Simplified<'m> {
    pub(crate) mesh: &'m Mesh,
    pub(crate) kept: Vec<Vec<usize>>,
    /// Rounds and vertices of the repair, and what could not be mended.
    pub(crate) rounds: usize,
    pub(crate) restored: usize,
    pub(crate) unsolved: usize,
}

/// A segment of a simplified arc: arc number and position in its kept list.
pub(crate) type Segment = (usize, usize);

impl<'m> Simplified<'m> {
    pub(crate) fn new(mesh: &'m Mesh, vertex_area: f64, keep: &[bool]) -> Self {
        let kept = mesh
            .arcs
            .iter()
            .map(|arc| if keep[arc.component] { kept_points(arc, vertex_area) } else { Vec::new() })
            .collect();
        let mut this = Self { mesh, kept, rounds: 0, restored: 0, unsolved: 0 };
        this.repair();
        this
    }

    pub(crate) fn point(&self, arc: usize, position: usize) -> Point {
        self.mesh.arcs[arc].points[self.kept[arc][position]]
    }

    pub(crate) fn ends(&self, (arc, position): Segment) -> (Point, Point) {
        (self.point(arc, position), self.point(arc, position + 1))
    }

    pub(crate) fn segments(&self) -> Vec<Segment> {
        let count = |arc: usize| self.kept[arc].len().saturating_sub(1);
        (0..self.kept.len()).flat_map(|arc| (0..count(arc)).map(move |i| (arc, i))).collect()
    }

    /// Puts vertices back until no two segments meet but at their ends and no arc has changed sides.
    pub(crate) fn repair(&mut self) {
        for round in 1..=MAX_REPAIR_ROUNDS {
            let segments = self.segments();
            let grid = Grid::new(self, &segments);
            let mut bad = grid.crossings(self, &segments);
            bad.extend(grid.trespasses(self, &segments));
            self.rounds = round;
            let restored = self.restore(&bad);
            self.unsolved = bad.len();
            self.restored += restored;
            if restored == 0 {
                break;
            }
        }
    }

    /// Puts back the weightiest vertex of each segment.
    pub(crate) fn restore(&mut self, segments: &BTreeSet<Segment>) -> usize {
        let mut restored = 0;
        for &(arc, position) in segments.iter().rev() {
            let (from, to) = (self.kept[arc][position], self.kept[arc][position + 1]);
            let weight = &self.mesh.arcs[arc].weight;
            if let Some(index) = (from + 1..to).max_by(|&i, &j| weight[i].total_cmp(&weight[j])) {
                self.kept[arc].insert(position + 1, index);
                restored += 1;
            }
        }
        restored
    }

    /// The points of each arc with long segments divided.
    pub(crate) fn lines(&self) -> Vec<Vec<Point>> {
        let arcs = self.kept.iter().zip(&self.mesh.arcs);
        arcs.map(|(kept, arc)| divided(kept.iter().map(|&i| arc.points[i]))).collect()
    }
}

pub(crate) fn kept_points(arc: &Arc, vertex_area: f64) -> Vec<usize> {
    let mut kept: Vec<usize> =
        (0..arc.points.len()).filter(|&i| arc.weight[i] >= vertex_area).collect();
    let least = if arc.closed() { 5.min(arc.points.len()) } else { 2 };
    if kept.len() < least {
        let mut order: Vec<usize> = (0..arc.points.len()).collect();
        order.sort_by(|&i, &j| arc.weight[j].total_cmp(&arc.weight[i]).then(i.cmp(&j)));
        order.truncate(least);
        order.sort_unstable();
        kept = order;
    }
    kept
}

/// Divides segments longer than [`MAX_BORDER_EDGE`] evenly.
pub(crate) fn divided(points: impl Iterator<Item = Point>) -> Vec<Point> {
    let mut out: Vec<Point> = Vec::new();
    for p in points {
        if let Some(&last) = out.last() {
            let (dx, dy) = (f64::from(p.0 - last.0), f64::from(p.1 - last.1));
            let parts = (dx.hypot(dy) / (MAX_BORDER_EDGE * QUANTA)).ceil();
            for i in 1..parts as i32 {
                let share = f64::from(i) / parts;
                let (x, y) = ((dx * share).round() as i32, (dy * share).round() as i32);
                out.push((last.0 + x, last.1 + y));
            }
        }
        out.push(p);
    }
    out
}

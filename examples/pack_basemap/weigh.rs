//! How much each vertex of a line matters.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use crate::geometry::{Point, QUANTA};

/// Signed area under a line in square degrees of the equator; of a closed line its area.
pub(crate) fn weighted_area(points: &[Point]) -> f64 {
    let Some(&origin) = points.first() else {
        return 0.0;
    };
    points.windows(2).map(|pair| triangle_area(origin, pair[0], pair[1])).sum()
}

/// Signed area of a triangle, weighted by the cosine of its middle latitude.
pub(crate) fn triangle_area(a: Point, b: Point, c: Point) -> f64 {
    let cross =
        i64::from(b.0 - a.0) * i64::from(c.1 - a.1) - i64::from(c.0 - a.0) * i64::from(b.1 - a.1);
    let lat = (f64::from(a.1) + f64::from(b.1) + f64::from(c.1)) / (3.0 * QUANTA);
    cross as f64 / (2.0 * QUANTA * QUANTA) * lat.to_radians().cos()
}

/// A vertex and the area that goes with it, smallest first in a heap.
pub(crate) struct Candidate {
    pub(crate) area: f64,
    pub(crate) index: usize,
    pub(crate) stamp: u32,
}

impl PartialEq for Candidate {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}
impl Eq for Candidate {}
impl PartialOrd for Candidate {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Candidate {
    fn cmp(&self, other: &Self) -> Ordering {
        other.area.total_cmp(&self.area).then(other.index.cmp(&self.index))
    }
}

/// Visvalingam and Whyatt: the area at which each vertex of a line goes.
pub(crate) fn weights(points: &[Point]) -> Vec<f64> {
    let last = points.len() - 1;
    let mut weight = vec![f64::INFINITY; points.len()];
    let mut before: Vec<usize> = (0..points.len()).map(|i| i.saturating_sub(1)).collect();
    let mut after: Vec<usize> = (0..points.len()).map(|i| (i + 1).min(last)).collect();
    let mut stamps = vec![0_u32; points.len()];
    let area = |i: usize, before: &[usize], after: &[usize]| {
        triangle_area(points[before[i]], points[i], points[after[i]]).abs()
    };
    let mut heap: BinaryHeap<Candidate> = (1..last)
        .map(|index| Candidate { area: area(index, &before, &after), index, stamp: 0 })
        .collect();
    let mut floor = 0.0_f64;
    while let Some(Candidate { area: size, index, stamp }) = heap.pop() {
        if stamp != stamps[index] || weight[index].is_finite() {
            continue;
        }
        floor = floor.max(size);
        weight[index] = floor;
        let (b, a) = (before[index], after[index]);
        after[b] = a;
        before[a] = b;
        for neighbour in [b, a] {
            if neighbour != 0 && neighbour != last {
                stamps[neighbour] += 1;
                let area = area(neighbour, &before, &after);
                heap.push(Candidate { area, index: neighbour, stamp: stamps[neighbour] });
            }
        }
    }
    weight
}

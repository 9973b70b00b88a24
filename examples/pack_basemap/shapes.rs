//! Links arcs to rings and rings to shapes.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use crate::arcs::{HalfArc, Mesh};
use crate::fill::{
    bisect, in_order, loose_edges, restore_skipped, triangle_double_area, triangulated,
};
use crate::geometry::{AtomNo, Point, bounds_of, contains, double_area};

/// A shape of a level, ready to be written.
pub(crate) struct Shape {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) parent: Option<usize>,
    pub(crate) lake: bool,
    pub(crate) polygons: Vec<Vec<Vec<HalfArc>>>,
    pub(crate) inner: Vec<Point>,
    pub(crate) triangles: Vec<[u32; 3]>,
    pub(crate) ring_points: usize,
    /// Edges of rings that are no edge of a triangle.
    pub(crate) loose: usize,
    /// Relative difference between the area of the triangles and that of the rings.
    pub(crate) error: f64,
}

/// Rings of arcs with the members on the left; `member` tells which atoms belong.
pub(crate) fn link_rings(
    mesh: &Mesh,
    lines: &[Vec<Point>],
    member: impl Fn(AtomNo) -> bool,
) -> Vec<Vec<HalfArc>> {
    let mut from: BTreeMap<Point, Vec<HalfArc>> = BTreeMap::new();
    for (number, arc) in mesh.arcs.iter().enumerate() {
        let (left, right) = (member(arc.left), member(arc.right));
        if lines[number].len() > 1 && left != right {
            from.entry(start_of(lines, (number, right))).or_default().push((number, right));
        }
    }
    let mut rings = Vec::new();
    while let Some((&start, _)) = from.first_key_value() {
        let mut ring: Vec<HalfArc> = Vec::new();
        let mut at = start;
        while let Some(choices) = from.get_mut(&at) {
            let next = leftmost(lines, ring.last().copied(), choices);
            let half = choices.swap_remove(next);
            if choices.is_empty() {
                from.remove(&at);
            }
            ring.push(half);
            at = start_of(lines, (half.0, !half.1));
            if at == start {
                break;
            }
        }
        rings.push(ring);
    }
    rings
}

pub(crate) fn start_of(lines: &[Vec<Point>], (arc, reversed): HalfArc) -> Point {
    let line = &lines[arc];
    if reversed { line[line.len() - 1] } else { line[0] }
}

/// The second point of a half arc.
pub(crate) fn second_of(lines: &[Vec<Point>], (arc, reversed): HalfArc) -> Point {
    let line = &lines[arc];
    if reversed { line[line.len() - 2] } else { line[1] }
}

/// Of the half arcs that go on from the end of `last`, the one most to the left: keeps rings simple
/// where they touch themselves.
pub(crate) fn leftmost(lines: &[Vec<Point>], last: Option<HalfArc>, choices: &[HalfArc]) -> usize {
    let Some(last) = last else { return 0 };
    let back = (last.0, !last.1);
    let (at, before) = (start_of(lines, back), second_of(lines, back));
    let turn = |half: HalfArc| {
        let next = second_of(lines, half);
        let incoming = (f64::from(at.0 - before.0), f64::from(at.1 - before.1));
        let outgoing = (f64::from(next.0 - at.0), f64::from(next.1 - at.1));
        let cross = incoming.0 * outgoing.1 - incoming.1 * outgoing.0;
        cross.atan2(incoming.0 * outgoing.0 + incoming.1 * outgoing.1)
    };
    (0..choices.len()).max_by(|&i, &j| turn(choices[i]).total_cmp(&turn(choices[j]))).unwrap_or(0)
}

/// The points of a ring, without the first at the end.
pub(crate) fn ring_points(lines: &[Vec<Point>], ring: &[HalfArc]) -> Vec<Point> {
    let mut points = Vec::new();
    for &(arc, reversed) in ring {
        let line = &lines[arc];
        let count = line.len() - 1;
        if reversed {
            points.extend(line.iter().rev().take(count));
        } else {
            points.extend(line.iter().take(count));
        }
    }
    points
}

/// A ring with its points.
pub(crate) struct Ring {
    pub(crate) arcs: Vec<HalfArc>,
    pub(crate) points: Vec<Point>,
    pub(crate) area: i64,
}

/// Sorts rings into polygons: exteriors, each with its holes after it.
pub(crate) fn group_rings(lines: &[Vec<Point>], rings: Vec<Vec<HalfArc>>) -> Vec<Vec<Ring>> {
    let measured = rings.into_iter().map(|arcs| {
        let points = ring_points(lines, &arcs);
        Ring { area: double_area(&points), points, arcs }
    });
    let (mut exteriors, mut holes) = (Vec::new(), Vec::new());
    for ring in measured.filter(|ring| ring.points.len() >= 3 && ring.area != 0) {
        if ring.area > 0 {
            exteriors.push(vec![ring]);
        } else {
            holes.push(ring);
        }
    }
    exteriors.sort_by_key(|polygon| polygon[0].area);
    for hole in holes {
        let host = exteriors.iter().position(|polygon| encloses(&polygon[0].points, &hole.points));
        if let Some(host) = host {
            exteriors[host].push(hole);
        }
    }
    exteriors.reverse();
    exteriors
}

/// Whether a ring lies within another, told by a vertex that is not on both.
pub(crate) fn encloses(outer: &[Point], inner: &[Point]) -> bool {
    let (low, high) = bounds_of(outer);
    let (low2, high2) = bounds_of(inner);
    if low2.0 < low.0 || low2.1 < low.1 || high2.0 > high.0 || high2.1 > high.1 {
        return false;
    }
    let shared: FxHashSet<Point> = outer.iter().copied().collect();
    inner.iter().find(|p| !shared.contains(p)).is_some_and(|&p| contains(outer, p))
}

/// Builds a shape from the arcs around its members.
pub(crate) fn build_shape(
    mesh: &Mesh,
    lines: &[Vec<Point>],
    id: &str,
    name: &str,
    parent: Option<usize>,
    member: impl Fn(AtomNo) -> bool,
) -> Shape {
    let polygons = group_rings(lines, link_rings(mesh, lines, member));
    let mut points: Vec<Point> =
        polygons.iter().flatten().flat_map(|r| r.points.iter().copied()).collect();
    let ring_count = points.len();
    let area: i64 = polygons.iter().flatten().map(|r| r.area).sum();
    let mut triangles = Vec::new();
    let (mut base, mut loose) = (0, 0);
    for polygon in &polygons {
        let count: usize = polygon.iter().map(|r| r.points.len()).sum();
        let mut fill = triangulated(polygon, base as u32);
        let mut start = base as u32;
        for ring in polygon {
            let end = start + ring.points.len() as u32;
            restore_skipped(&mut fill, start..end);
            loose += loose_edges(&fill, start..end);
            start = end;
        }
        triangles.extend(fill);
        base += count;
    }
    bisect(&mut points, &mut triangles);
    let covered: i64 = triangles.iter().map(|t| triangle_double_area(&points, *t).abs()).sum();
    Shape {
        id: id.to_owned(),
        name: name.to_owned(),
        parent,
        lake: false,
        polygons: polygons.into_iter().map(|p| p.into_iter().map(|r| r.arcs).collect()).collect(),
        inner: points.split_off(ring_count),
        triangles: in_order(triangles),
        ring_points: ring_count,
        loose,
        error: (covered - area) as f64 / area.max(1) as f64,
    }
}

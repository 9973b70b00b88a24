//! Triangles.

use std::ops::Range;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::geometry::{MAX_INNER_EDGE, Point, QUANTA, side};
use crate::shapes::Ring;

pub(crate) fn triangle_double_area(points: &[Point], [a, b, c]: [u32; 3]) -> i64 {
    side(points[a as usize], points[b as usize], points[c as usize])
}

/// Earcut, then Delaunay, which keeps inner edges short and slivers rare.
pub(crate) fn triangulated(polygon: &[Ring], base: u32) -> Vec<[u32; 3]> {
    let points: Vec<[f64; 2]> =
        polygon.iter().flat_map(|r| &r.points).map(|p| [f64::from(p.0), f64::from(p.1)]).collect();
    let mut holes: Vec<u32> = Vec::new();
    let mut count = 0;
    for ring in polygon {
        if count > 0 {
            holes.push(count);
        }
        count += ring.points.len() as u32;
    }
    let mut indices: Vec<u32> = Vec::new();
    earcut::Earcut::new().earcut_slice(&points, &holes, &mut indices);
    earcut::refine(&mut indices, &points);
    indices.chunks_exact(3).map(|t| [t[0] + base, t[1] + base, t[2] + base]).collect()
}

/// Earcut leaves out points on straight lines. A neighbour may not, and then a projection tears the two
/// apart: divides the triangle at such points.
pub(crate) fn restore_skipped(triangles: &mut Vec<[u32; 3]>, ring: Range<u32>) {
    let used: FxHashSet<u32> = triangles.iter().flatten().copied().collect();
    let Some(first) = ring.clone().find(|i| used.contains(i)) else {
        return;
    };
    let (mut from, mut skipped) = (first, Vec::new());
    for i in (first + 1..ring.end).chain(ring.start..=first) {
        if !used.contains(&i) {
            skipped.push(i);
            continue;
        }
        if !skipped.is_empty() {
            divide_edge(triangles, from, i, &skipped);
        }
        skipped.clear();
        from = i;
    }
}

/// Divides the triangle on the left of the edge at points of the edge.
pub(crate) fn divide_edge(triangles: &mut Vec<[u32; 3]>, from: u32, to: u32, points: &[u32]) {
    let on_edge = |t: &[u32; 3]| (0..3).find(|&k| t[k] == from && t[(k + 1) % 3] == to);
    let found = triangles.iter().enumerate().find_map(|(number, t)| Some((number, on_edge(t)?)));
    if let Some((number, corner)) = found {
        let apex = triangles.swap_remove(number)[(corner + 2) % 3];
        let mut before = from;
        for &point in points.iter().chain([&to]) {
            triangles.push([before, point, apex]);
            before = point;
        }
    }
}

/// Edges of a ring that are no edge of a triangle.
pub(crate) fn loose_edges(triangles: &[[u32; 3]], ring: Range<u32>) -> usize {
    let edges: FxHashSet<(u32, u32)> =
        triangles.iter().flat_map(|t| [(t[0], t[1]), (t[1], t[2]), (t[2], t[0])]).collect();
    let next = |i: u32| if i + 1 < ring.end { i + 1 } else { ring.start };
    ring.clone().filter(|&i| !edges.contains(&(i, next(i)))).count()
}

/// Divides triangles until no edge is longer than [`MAX_INNER_EDGE`]. An edge is divided or not for both
/// of its triangles alike, so no vertex ever lies within an edge.
pub(crate) fn bisect(points: &mut Vec<Point>, triangles: &mut Vec<[u32; 3]>) {
    loop {
        let mut middles: FxHashMap<(u32, u32), u32> = FxHashMap::default();
        let mut divided = Vec::with_capacity(triangles.len());
        for &t in triangles.iter() {
            let middle =
                [(0, 1), (1, 2), (2, 0)].map(|(i, j)| middle_of(points, &mut middles, t[i], t[j]));
            divide(t, middle, &mut divided);
        }
        *triangles = divided;
        if middles.is_empty() {
            return;
        }
    }
}

pub(crate) fn middle_of(
    points: &mut Vec<Point>,
    middles: &mut FxHashMap<(u32, u32), u32>,
    i: u32,
    j: u32,
) -> Option<u32> {
    let (a, b) = (points[i as usize], points[j as usize]);
    let length = f64::from(a.0 - b.0).hypot(f64::from(a.1 - b.1));
    (length > MAX_INNER_EDGE * QUANTA).then(|| {
        *middles.entry((i.min(j), i.max(j))).or_insert_with(|| {
            points.push((i32::midpoint(a.0, b.0), i32::midpoint(a.1, b.1)));
            points.len() as u32 - 1
        })
    })
}

/// Divides one triangle at the middles given for its edges ab, bc, ca.
#[expect(clippy::many_single_char_names, reason = "corners and middles of a triangle")]
pub(crate) fn divide([a, b, c]: [u32; 3], middle: [Option<u32>; 3], out: &mut Vec<[u32; 3]>) {
    match middle {
        [None, None, None] => out.push([a, b, c]),
        [Some(m), None, None] => out.extend([[a, m, c], [m, b, c]]),
        [None, Some(m), None] => out.extend([[b, m, a], [m, c, a]]),
        [None, None, Some(m)] => out.extend([[c, m, b], [m, a, b]]),
        [Some(m), Some(n), None] => out.extend([[m, b, n], [a, m, n], [a, n, c]]),
        [None, Some(m), Some(n)] => out.extend([[m, c, n], [b, m, n], [b, n, a]]),
        [Some(n), None, Some(m)] => out.extend([[m, a, n], [c, m, n], [c, n, b]]),
        [Some(m), Some(n), Some(o)] => out.extend([[a, m, o], [m, b, n], [o, n, c], [m, n, o]]),
    }
}

/// Triangles with the least index first, sorted: they compress best so.
pub(crate) fn in_order(mut triangles: Vec<[u32; 3]>) -> Vec<[u32; 3]> {
    for t in &mut triangles {
        let least = (0..3).min_by_key(|&i| t[i]).unwrap_or(0);
        t.rotate_left(least);
    }
    triangles.sort_unstable();
    triangles
}

//! Cuts outlines into arcs.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use crate::geometry::{AtomNo, LAT_POLE, LON_CUT, Point, SEA};
use crate::weigh::{weighted_area, weights};

/// A line between junctions (or closed) with the same atoms on its sides all along.
pub(crate) struct Arc {
    pub(crate) points: Vec<Point>,
    /// Weighted area that removing a point would change; infinite at the ends.
    pub(crate) weight: Vec<f64>,
    pub(crate) left: AtomNo,
    pub(crate) right: AtomNo,
    /// Only there because the plane ends at ±180° and -90°.
    pub(crate) seam: bool,
    /// Arcs that hang together have the same number.
    pub(crate) component: usize,
}

impl Arc {
    pub(crate) fn closed(&self) -> bool {
        self.points.first() == self.points.last()
    }
}

/// An arc and the way it is run through.
pub(crate) type HalfArc = (usize, bool);

/// All arcs at full detail.
pub(crate) struct Mesh {
    pub(crate) arcs: Vec<Arc>,
    /// Area of each component.
    pub(crate) areas: Vec<f64>,
    /// For each atom its components by the area of its ring there, the largest first.
    pub(crate) islands: BTreeMap<AtomNo, Vec<usize>>,
}

/// An undirected edge between atoms.
#[derive(Clone, Copy)]
pub(crate) struct Edge {
    pub(crate) a: Point,
    pub(crate) b: Point,
    pub(crate) left: AtomNo,
    pub(crate) right: AtomNo,
    pub(crate) seam: bool,
}

impl Edge {
    pub(crate) fn same_sides(&self, other: &Self) -> bool {
        self.seam == other.seam
            && ((self.left, self.right) == (other.left, other.right)
                || (self.left, self.right) == (other.right, other.left))
    }
}

pub(crate) fn is_seam(a: Point, b: Point) -> bool {
    (a.0 == b.0 && a.0.abs() == LON_CUT) || (a.1 == LAT_POLE && b.1 == LAT_POLE)
}

pub(crate) fn undirected(edges: &FxHashMap<(Point, Point), AtomNo>) -> Vec<Edge> {
    let mut list: Vec<Edge> = edges
        .iter()
        .filter_map(|(&(a, b), &left)| {
            let right = edges.get(&(b, a)).copied().unwrap_or(SEA);
            (right == SEA || a < b).then_some(Edge { a, b, left, right, seam: is_seam(a, b) })
        })
        .collect();
    list.sort_unstable_by_key(|e| (e.a, e.b));
    list
}

impl Mesh {
    pub(crate) fn new(edges: &FxHashMap<(Point, Point), AtomNo>) -> Self {
        let edges = undirected(edges);
        let mut at: BTreeMap<Point, Vec<usize>> = BTreeMap::new();
        for (number, edge) in edges.iter().enumerate() {
            at.entry(edge.a).or_default().push(number);
            at.entry(edge.b).or_default().push(number);
        }
        let mut arcs = trace(&edges, &at);
        let components = number_components(&mut arcs);
        for arc in &mut arcs {
            arc.weight = weights(&arc.points);
        }
        let mut mesh = Self { arcs, areas: vec![0.0; components], islands: BTreeMap::new() };
        mesh.measure();
        mesh
    }

    pub(crate) fn point_count(&self) -> usize {
        self.arcs.iter().map(|arc| arc.points.len()).sum()
    }

    /// Fills in the areas of components and the islands of atoms.
    pub(crate) fn measure(&mut self) {
        let mut parts: BTreeMap<(usize, AtomNo), f64> = BTreeMap::new();
        for arc in &self.arcs {
            let area = weighted_area(&arc.points);
            *parts.entry((arc.component, arc.left)).or_default() += area;
            *parts.entry((arc.component, arc.right)).or_default() -= area;
        }
        let mut islands: BTreeMap<AtomNo, Vec<(f64, usize)>> = BTreeMap::new();
        for (&(component, atom), &area) in &parts {
            self.areas[component] = self.areas[component].max(area.abs());
            if atom != SEA && area > 0.0 {
                islands.entry(atom).or_default().push((area, component));
            }
        }
        for (atom, mut list) in islands {
            list.sort_by(|x, y| y.0.total_cmp(&x.0));
            self.islands.insert(atom, list.into_iter().map(|(_, component)| component).collect());
        }
    }
}

/// Follows edges from junction to junction, then the closed lines that are left.
pub(crate) fn trace(edges: &[Edge], at: &BTreeMap<Point, Vec<usize>>) -> Vec<Arc> {
    let joins = |p: &Point| match at.get(p).map(Vec::as_slice) {
        Some(&[e, f]) => edges[e].same_sides(&edges[f]),
        _ => false,
    };
    let mut used = vec![false; edges.len()];
    let mut arcs = Vec::new();
    let junctions = at.iter().filter(|(p, _)| !joins(p));
    let loops = at.iter().filter(|(p, _)| joins(p));
    for (&start, incident) in junctions.chain(loops) {
        for &first in incident {
            if used[first] {
                continue;
            }
            let (left, right) = sides_from(&edges[first], start);
            let mut arc = Arc {
                points: vec![start],
                weight: Vec::new(),
                left,
                right,
                seam: edges[first].seam,
                component: 0,
            };
            let (mut edge, mut p) = (first, start);
            loop {
                used[edge] = true;
                p = if edges[edge].a == p { edges[edge].b } else { edges[edge].a };
                arc.points.push(p);
                let next = at[&p].iter().find(|&&e| !used[e]);
                match next {
                    Some(&next) if joins(&p) => edge = next,
                    _ => break,
                }
            }
            arcs.push(arc);
        }
    }
    arcs
}

/// What lies left and right of an edge when it is run through from `start`.
pub(crate) fn sides_from(edge: &Edge, start: Point) -> (AtomNo, AtomNo) {
    if edge.a == start { (edge.left, edge.right) } else { (edge.right, edge.left) }
}

/// Numbers the components of arcs that share end points.
pub(crate) fn number_components(arcs: &mut [Arc]) -> usize {
    let mut at: BTreeMap<Point, Vec<usize>> = BTreeMap::new();
    for (number, arc) in arcs.iter().enumerate() {
        at.entry(arc.points[0]).or_default().push(number);
        at.entry(arc.points[arc.points.len() - 1]).or_default().push(number);
    }
    let mut seen = vec![false; arcs.len()];
    let mut components = 0;
    for first in 0..arcs.len() {
        if seen[first] {
            continue;
        }
        let mut stack = vec![first];
        seen[first] = true;
        while let Some(number) = stack.pop() {
            arcs[number].component = components;
            let points = &arcs[number].points;
            for end in [points[0], points[points.len() - 1]] {
                for &other in &at[&end] {
                    if !seen[other] {
                        seen[other] = true;
                        stack.push(other);
                    }
                }
            }
        }
        components += 1;
    }
    components
}

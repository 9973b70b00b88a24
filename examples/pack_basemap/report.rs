//! What the run prints.

use std::collections::{BTreeMap, BTreeSet};

use crate::Detail;
use crate::arcs::Mesh;
use crate::geometry::{Point, QUANTA};
use crate::land::Land;
use crate::shapes::Shape;
use crate::simplify::Simplified;
use crate::source::{Atlas, unwrapped};
use crate::tables::Codes;

pub(crate) fn report_level(
    detail: &Detail,
    level: &Simplified<'_>,
    lines: &[Vec<Point>],
    shapes: &[Shape],
    lakes: &[Shape],
) {
    let points: usize = lines.iter().map(Vec::len).sum();
    let sum = |f: fn(&Shape) -> usize| shapes.iter().map(f).sum::<usize>();
    println!(
        "{}: {} shapes, {} lakes, {} arcs with {points} points; shapes: {} ring points, {} inner points, {} triangles",
        detail.name,
        shapes.len(),
        lakes.len(),
        lines.iter().filter(|l| l.len() > 1).count(),
        sum(|s| s.ring_points),
        sum(|s| s.inner.len()),
        sum(|s| s.triangles.len()),
    );
    println!(
        "  repair: {} rounds, {} vertices put back, {} segments not mended",
        level.rounds, level.restored, level.unsolved
    );
    for shape in shapes.iter().chain(lakes) {
        if shape.triangles.is_empty() || shape.loose > 0 || shape.error.abs() > 1e-3 {
            println!(
                "  {:?}: {} triangles, area off by {:.5}, {} loose edges",
                shape.id,
                shape.triangles.len(),
                shape.error,
                shape.loose
            );
        }
    }
}

pub(crate) fn report_codes(land: &Land, codes: &Codes) {
    let have: BTreeSet<&str> =
        land.atoms.iter().flat_map(|a| [a.id.as_str(), a.country.as_str()]).collect();
    let zones: BTreeSet<&str> = codes.zones.iter().map(|z| z.id.as_str()).collect();
    let without: Vec<&str> = codes
        .zones
        .iter()
        .filter(|z| z.kind != "bidding_zone" && !have.contains(z.id.as_str()))
        .map(|z| z.id.as_str())
        .collect();
    println!("zones without a polygon: {without:?}");
    let unknown: Vec<&&str> = have.iter().filter(|id| !zones.contains(**id)).collect();
    println!("polygons without a zone: {unknown:?}");
}

/// Compares the area of every country with world-atlas, which checks crosswalk and dissolving at once.
pub(crate) fn compare_with_atlas(land: &Land, mesh: &Mesh, codes: &Codes, atlas: &Atlas) {
    let mut own: BTreeMap<&str, f64> = BTreeMap::new();
    for arc in &mesh.arcs {
        let area = plain_area(&arc.points);
        for (atom, sign) in [(arc.left, 1.0), (arc.right, -1.0)] {
            if let Some(atom) = land.atoms.get(atom as usize) {
                *own.entry(&atom.country).or_default() += sign * area;
            }
        }
    }
    let mut groups: BTreeMap<BTreeSet<&str>, f64> = BTreeMap::new();
    for feature in &atlas.features {
        let rows = codes
            .crosswalk
            .iter()
            .filter(|r| r.numeric == feature.numeric && r.source_name == feature.name);
        let ids: BTreeSet<&str> = rows.map(|r| r.alpha3.as_str()).collect();
        if ids.is_empty() {
            println!(
                "world-atlas feature {:?} {} is not in the crosswalk",
                feature.numeric, feature.name
            );
        }
        *groups.entry(ids).or_default() +=
            feature.polygons.iter().map(|p| polygon_area(p)).sum::<f64>();
    }
    for (ids, area) in groups {
        let here: f64 = ids.iter().filter_map(|id| own.get(id)).sum();
        if (here / area - 1.0).abs() > 0.05 {
            println!("area of {ids:?}: {here:.4} square degrees, {area:.4} in world-atlas");
        }
    }
}

/// Area under a line in square degrees, to the equator.
pub(crate) fn plain_area(points: &[Point]) -> f64 {
    points.windows(2).map(|p| f64::from(p[0].0 - p[1].0) * f64::from(p[0].1 + p[1].1)).sum::<f64>()
        / (2.0 * QUANTA * QUANTA)
}

pub(crate) fn polygon_area(polygon: &[Vec<[f64; 2]>]) -> f64 {
    let area = |ring: &Vec<[f64; 2]>| {
        let points = unwrapped(ring);
        let next = points.iter().cycle().skip(1);
        let twice: f64 = points.iter().zip(next).map(|(a, b)| (a[0] - b[0]) * (a[1] + b[1])).sum();
        (twice / 2.0).abs()
    };
    polygon.iter().enumerate().map(|(i, ring)| if i == 0 { area(ring) } else { -area(ring) }).sum()
}

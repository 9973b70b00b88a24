//! The offline basemap: outlines of countries and of states or provinces, triangulated, in three levels
//! of detail.
//!
//! The file is written by `examples/pack_basemap`, which describes the format and where the outlines
//! come from. Each level is compressed by itself, so a map decodes only what it draws:
//!
//! ```
//! use wattlas::geo::basemap::{self, LevelOfDetail};
//!
//! let level = basemap::decode(wattlas::io::builtin::BASEMAP, LevelOfDetail::Coarse)?;
//! let here = basemap::zone_at(&level, 2.35, 48.86);
//! assert_eq!(here.map(|shape| shape.id.as_str()), Some("FRA"));
//! # Ok::<(), basemap::BasemapError>(())
//! ```
//!
//! Rings never cross ±180° and edges are short (6° along rings, 8° inside), so any projection may be
//! applied to the points alone. Edges along ±180° and along the south pole belong to the fills and never
//! to the lines. Points are in degrees; where neighbours touch they have exactly the same points.
//!
//! Lakes lie on top of the land: paint [`Level::lakes`] after the fills and before the lines. The Caspian
//! Sea belongs to no country and is left open by the fills.

use std::io::Read as _;
use std::ops::Range;

use flate2::read::ZlibDecoder;

use super::projection::around;

/// First bytes of the file.
const MAGIC: &[u8] = b"WBMP";
/// The version of the format this module reads.
const VERSION: u32 = 1;
/// Levels in the file.
const LEVELS: usize = 3;
/// Degrees in a quantum.
const QUANTUM: f64 = 1e-4;
/// Longitudes and latitudes in quanta stay within these.
const LIMITS: (i64, i64) = (1_800_000, 900_000);
/// No level is larger than this when inflated: damage must not eat the memory.
const MAX_RAW: u32 = 64 << 20;
/// No level has more points in its rings than this, for the same reason.
const MAX_RING_POINTS: usize = 8 << 20;

/// Why a basemap could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BasemapError {
    /// The bytes are not a basemap.
    #[error("not a basemap file")]
    NotABasemap,
    /// Written by another version of the packer.
    #[error("basemap version {0} cannot be read")]
    Version(u32),
    /// The bytes end before the data does.
    #[error("the basemap is cut short")]
    Truncated,
    /// The bytes are damaged.
    #[error("the basemap is damaged: {0}")]
    Damaged(&'static str),
}

/// How closely outlines are followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LevelOfDetail {
    /// About 0.3°: globes, thumbnails and world maps under 800 pixels.
    Coarse,
    /// About 0.08°: a world map 1600 pixels wide.
    Medium,
    /// About 0.015°: continents and countries.
    Fine,
}

impl LevelOfDetail {
    /// All levels, the coarsest first.
    pub const ALL: [Self; LEVELS] = [Self::Coarse, Self::Medium, Self::Fine];

    /// The level for a map on which the whole world (360°) is so many pixels wide.
    pub fn for_map_width(pixels: f32) -> Self {
        if pixels < 1_000.0 {
            Self::Coarse
        } else if pixels < 4_500.0 {
            Self::Medium
        } else {
            Self::Fine
        }
    }

    fn index(self) -> usize {
        match self {
            Self::Coarse => 0,
            Self::Medium => 1,
            Self::Fine => 2,
        }
    }
}

/// One level of detail, decoded.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Level {
    /// Countries by id, then subdivisions by id.
    pub shapes: Vec<Shape>,
    /// Large lakes, without ids: water over the land.
    pub lakes: Vec<Shape>,
    /// Coasts and borders, each once.
    pub lines: Vec<Line>,
}

/// A country, a subdivision or a lake.
#[derive(Debug, Clone, PartialEq)]
pub struct Shape {
    /// Alpha-3 of a country, ISO 3166-2 of a subdivision, empty for a lake.
    pub id: String,
    /// Alpha-3 of the country of a subdivision.
    pub parent: Option<String>,
    /// Name as in `zones.csv`, else as in the source.
    pub name: String,
    /// West, south, east, north. Of a shape on both sides of the antimeridian this is the whole width.
    pub bounds: [f32; 4],
    /// Longitude and latitude: the points of the rings, then points inside.
    pub points: Vec<[f32; 2]>,
    /// Ranges of `points`, the first point of a ring not repeated at its end. Exteriors run
    /// counterclockwise, holes clockwise.
    pub rings: Vec<Range<u32>>,
    /// Ranges of `rings`; the first of each polygon is its exterior, the rest are holes.
    pub polygons: Vec<Range<u32>>,
    /// The fill: indices into `points`, counterclockwise.
    pub triangles: Vec<[u32; 3]>,
}

/// What a line separates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LineKind {
    /// Land and sea.
    Coast,
    /// Two countries.
    Country,
    /// Two subdivisions of a country.
    Subdivision,
    /// Land and a lake.
    LakeShore,
}

/// A coast or border, or a part of one.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// What it separates.
    pub kind: LineKind,
    /// Longitude and latitude; the first point is repeated at the end of a closed line.
    pub points: Vec<[f32; 2]>,
    /// West, south, east, north.
    pub bounds: [f32; 4],
    /// Index in [`Level::shapes`] of what lies left and right: the subdivision if the country has any.
    pub sides: [Option<u32>; 2],
}

impl Shape {
    /// Whether the point lies inside; points on the edge belong to one of the two neighbours.
    pub fn contains(&self, lon: f64, lat: f64) -> bool {
        let [west, south, east, north] = self.bounds.map(f64::from);
        if !(west..=east).contains(&lon) || !(south..=north).contains(&lat) {
            return false;
        }
        let crossed = |ring| self.edges_crossed(ring, lon, lat);
        let total: usize = self.rings.iter().map(crossed).sum();
        total % 2 == 1
    }

    /// Edges of a ring that a ray to the east crosses.
    fn edges_crossed(&self, ring: &Range<u32>, lon: f64, lat: f64) -> usize {
        let Some(points) = self.points.get(ring.start as usize..ring.end as usize) else {
            return 0;
        };
        let Some(end) = points.last() else { return 0 };
        let before = std::iter::once(end).chain(points);
        before
            .zip(points)
            .filter(|(a, b)| ray_meets(a.map(f64::from), b.map(f64::from), lon, lat))
            .count()
    }
}

/// Whether a ray to the east from the point crosses the edge. The edge is always taken from south to
/// north, so that both neighbours come to the same answer.
fn ray_meets(a: [f64; 2], b: [f64; 2], lon: f64, lat: f64) -> bool {
    let (low, high) = if a[1] <= b[1] { (a, b) } else { (b, a) };
    if low[1] > lat || high[1] <= lat {
        return false;
    }
    low[0] + (lat - low[1]) / (high[1] - low[1]) * (high[0] - low[0]) > lon
}

/// The shape at a point: the subdivision where there is one, else the country. Longitudes may go beyond
/// ±180°.
pub fn zone_at(level: &Level, lon: f64, lat: f64) -> Option<&Shape> {
    let lon = around(lon);
    let subdivisions = level.shapes.iter().filter(|shape| shape.parent.is_some());
    let countries = level.shapes.iter().filter(|shape| shape.parent.is_none());
    subdivisions.chain(countries).find(|shape| shape.contains(lon, lat))
}

/// Decodes one level of detail.
///
/// # Errors
///
/// If the bytes are not a basemap, are of another version, or are damaged anywhere in this level.
pub fn decode(bytes: &[u8], level: LevelOfDetail) -> Result<Level, BasemapError> {
    let raw = inflate(bytes, level)?;
    let mut reader = Reader { rest: &raw };
    let arcs = read_arcs(&mut reader)?;
    let mut shapes = read_shapes(&mut reader, &arcs)?;
    if !reader.rest.is_empty() {
        return Err(BasemapError::Damaged("bytes are left over"));
    }
    name_parents(&mut shapes)?;
    let (lakes, land): (Vec<_>, Vec<_>) = shapes.into_iter().partition(|s| s.lake);
    let lines = lines_of(arcs, land.len())?;
    let plain = |list: Vec<ReadShape>| list.into_iter().map(|s| s.shape).collect();
    Ok(Level { shapes: plain(land), lakes: plain(lakes), lines })
}

/// Finds the block of a level and inflates it; zlib checks that it is whole.
fn inflate(bytes: &[u8], level: LevelOfDetail) -> Result<Vec<u8>, BasemapError> {
    if bytes.get(..MAGIC.len()) != Some(MAGIC) {
        return Err(BasemapError::NotABasemap);
    }
    let version = header_number(bytes, 0)?;
    if version != VERSION {
        return Err(BasemapError::Version(version));
    }
    let field = 1 + 3 * level.index();
    let offset = header_number(bytes, field)? as usize;
    let length = header_number(bytes, field + 1)? as usize;
    let raw_length = header_number(bytes, field + 2)?;
    if raw_length > MAX_RAW {
        return Err(BasemapError::Damaged("a level is too large"));
    }
    let end = offset.checked_add(length).ok_or(BasemapError::Truncated)?;
    let block = bytes.get(offset..end).ok_or(BasemapError::Truncated)?;
    let mut raw = Vec::with_capacity(raw_length as usize);
    let limit = u64::from(raw_length) + 1;
    let read = ZlibDecoder::new(block).take(limit).read_to_end(&mut raw);
    if read.ok() != Some(raw_length as usize) {
        return Err(BasemapError::Damaged("a level does not inflate"));
    }
    Ok(raw)
}

/// A number of the header, counted from after the magic.
fn header_number(bytes: &[u8], index: usize) -> Result<u32, BasemapError> {
    let start = MAGIC.len() + 4 * index;
    let four = bytes.get(start..start + 4).and_then(|b| b.try_into().ok());
    four.map(u32::from_le_bytes).ok_or(BasemapError::Truncated)
}

/// Bytes still to be read.
struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn byte(&mut self) -> Result<u8, BasemapError> {
        let (&first, rest) = self.rest.split_first().ok_or(BasemapError::Truncated)?;
        self.rest = rest;
        Ok(first)
    }

    fn varint(&mut self) -> Result<u64, BasemapError> {
        let mut value = 0;
        for shift in (0..56).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err(BasemapError::Damaged("a number is too long"))
    }

    fn signed(&mut self) -> Result<i64, BasemapError> {
        self.varint().map(unzigzag)
    }

    /// The length of a list. Each item takes a byte or more, so a length beyond what is left is damage.
    fn count(&mut self) -> Result<usize, BasemapError> {
        let value = usize::try_from(self.varint()?).ok();
        value.filter(|&n| n <= self.rest.len()).ok_or(BasemapError::Damaged("a list is too long"))
    }

    fn text(&mut self) -> Result<&'a str, BasemapError> {
        let length = self.count()?;
        let (text, rest) = self.rest.split_at_checked(length).ok_or(BasemapError::Truncated)?;
        self.rest = rest;
        std::str::from_utf8(text).ok().ok_or(BasemapError::Damaged("a text is not UTF-8"))
    }

    /// A reference to an item of a list: number + 1, or 0 for none.
    fn reference(&mut self) -> Result<Option<u32>, BasemapError> {
        let value = u32::try_from(self.varint()?).ok();
        value.map(|n| n.checked_sub(1)).ok_or(BasemapError::Damaged("a reference is too large"))
    }

    fn points(&mut self, cursor: &mut Cursor) -> Result<Vec<[f32; 2]>, BasemapError> {
        let count = self.count()?;
        let mut points = Vec::with_capacity(count);
        for _ in 0..count {
            points.push(cursor.moved(self.signed()?, self.signed()?)?);
        }
        Ok(points)
    }
}

fn unzigzag(value: u64) -> i64 {
    (value >> 1).cast_signed() ^ -(value & 1).cast_signed()
}

/// The last point read, in quanta.
#[derive(Default)]
struct Cursor {
    x: i64,
    y: i64,
}

impl Cursor {
    fn moved(&mut self, dx: i64, dy: i64) -> Result<[f32; 2], BasemapError> {
        self.x += dx;
        self.y += dy;
        if self.x.abs() > LIMITS.0 || self.y.abs() > LIMITS.1 {
            return Err(BasemapError::Damaged("a point is not on earth"));
        }
        Ok([self.x, self.y].map(|quanta| (quanta as f64 * QUANTUM) as f32))
    }
}

/// An arc of the file; no kind means a seam.
struct ReadArc {
    kind: Option<LineKind>,
    sides: [Option<u32>; 2],
    points: Vec<[f32; 2]>,
}

fn read_arcs(reader: &mut Reader<'_>) -> Result<Vec<ReadArc>, BasemapError> {
    let count = reader.count()?;
    let mut arcs = Vec::with_capacity(count);
    let mut cursor = Cursor::default();
    for _ in 0..count {
        let kind = match reader.byte()? {
            0 => Some(LineKind::Coast),
            1 => Some(LineKind::Country),
            2 => Some(LineKind::Subdivision),
            3 => None,
            4 => Some(LineKind::LakeShore),
            _ => return Err(BasemapError::Damaged("an unknown kind of line")),
        };
        let sides = [reader.reference()?, reader.reference()?];
        let points = reader.points(&mut cursor)?;
        if points.len() < 2 {
            return Err(BasemapError::Damaged("a line of one point"));
        }
        arcs.push(ReadArc { kind, sides, points });
    }
    Ok(arcs)
}

/// A shape and what is still to be resolved of it.
struct ReadShape {
    shape: Shape,
    parent: Option<u32>,
    lake: bool,
}

fn read_shapes(reader: &mut Reader<'_>, arcs: &[ReadArc]) -> Result<Vec<ReadShape>, BasemapError> {
    let count = reader.count()?;
    let mut shapes = Vec::with_capacity(count);
    let mut left = MAX_RING_POINTS;
    for _ in 0..count {
        shapes.push(read_shape(reader, arcs, &mut left)?);
    }
    Ok(shapes)
}

/// Reads a shape; `left` counts down the ring points of the level.
fn read_shape(
    reader: &mut Reader<'_>,
    arcs: &[ReadArc],
    left: &mut usize,
) -> Result<ReadShape, BasemapError> {
    let id = reader.text()?.to_owned();
    let parent = reader.reference()?;
    let name = reader.text()?.to_owned();
    let lake = reader.byte()? & 1 == 1;
    let mut rings = RingReader { arcs, left, last: 0, points: Vec::new(), rings: Vec::new() };
    let count = reader.count()?;
    let mut polygons = Vec::with_capacity(count);
    for _ in 0..count {
        let start = rings.rings.len() as u32;
        for _ in 0..reader.count()? {
            rings.read(reader)?;
        }
        polygons.push(start..rings.rings.len() as u32);
    }
    let RingReader { mut points, rings, .. } = rings;
    points.extend(reader.points(&mut Cursor::default())?);
    let triangles = read_triangles(reader, points.len())?;
    let bounds = bounds_of(&points);
    let shape = Shape { id, parent: None, name, bounds, points, rings, polygons, triangles };
    Ok(ReadShape { shape, parent, lake })
}

/// Puts the rings of a shape together from arcs.
struct RingReader<'a> {
    arcs: &'a [ReadArc],
    left: &'a mut usize,
    last: i64,
    points: Vec<[f32; 2]>,
    rings: Vec<Range<u32>>,
}

impl RingReader<'_> {
    fn read(&mut self, reader: &mut Reader<'_>) -> Result<(), BasemapError> {
        let start = self.points.len() as u32;
        for _ in 0..reader.count()? {
            let code = reader.varint()?;
            self.last += unzigzag(code >> 1);
            let arc = usize::try_from(self.last).ok().and_then(|number| self.arcs.get(number));
            let arc = arc.ok_or(BasemapError::Damaged("a ring of an unknown line"))?;
            let but_last = arc.points.len() - 1;
            let left = self.left.checked_sub(but_last);
            *self.left = left.ok_or(BasemapError::Damaged("too many points"))?;
            if code & 1 == 1 {
                self.points.extend(arc.points.iter().rev().take(but_last));
            } else {
                self.points.extend(arc.points.iter().take(but_last));
            }
        }
        self.rings.push(start..self.points.len() as u32);
        Ok(())
    }
}

fn read_triangles(reader: &mut Reader<'_>, points: usize) -> Result<Vec<[u32; 3]>, BasemapError> {
    let count = reader.count()?;
    let mut triangles = Vec::with_capacity(count);
    let corner = |index: i64| {
        let index = u32::try_from(index).ok().filter(|&i| (i as usize) < points);
        index.ok_or(BasemapError::Damaged("a corner of a triangle is no point"))
    };
    let mut first = 0;
    for _ in 0..count {
        first += reader.signed()?;
        let (second, third) = (first + reader.signed()?, first + reader.signed()?);
        triangles.push([corner(first)?, corner(second)?, corner(third)?]);
    }
    Ok(triangles)
}

/// Turns parent numbers into the ids of countries.
fn name_parents(shapes: &mut [ReadShape]) -> Result<(), BasemapError> {
    for index in 0..shapes.len() {
        if let Some(parent) = shapes[index].parent {
            let parent = shapes.get(parent as usize).filter(|p| p.parent.is_none());
            let parent = parent.ok_or(BasemapError::Damaged("a subdivision of no country"))?;
            let id = parent.shape.id.clone();
            shapes[index].shape.parent = Some(id);
        }
    }
    Ok(())
}

/// The arcs that are lines: all but the seams.
fn lines_of(arcs: Vec<ReadArc>, shapes: usize) -> Result<Vec<Line>, BasemapError> {
    let mut lines = Vec::with_capacity(arcs.len());
    for arc in arcs {
        if arc.sides.iter().flatten().any(|&side| side as usize >= shapes) {
            return Err(BasemapError::Damaged("a line borders on no shape"));
        }
        if let Some(kind) = arc.kind {
            let bounds = bounds_of(&arc.points);
            lines.push(Line { kind, points: arc.points, bounds, sides: arc.sides });
        }
    }
    Ok(lines)
}

/// West, south, east, north; all zero without points.
fn bounds_of(points: &[[f32; 2]]) -> [f32; 4] {
    let Some(&[lon, lat]) = points.first() else {
        return [0.0; 4];
    };
    points.iter().fold([lon, lat, lon, lat], |[west, south, east, north], &[lon, lat]| {
        [west.min(lon), south.min(lat), east.max(lon), north.max(lat)]
    })
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
    use std::io::Write as _;

    use flate2::{Compression, write::ZlibEncoder};

    use super::*;

    const BYTES: &[u8] = include_bytes!("../../assets/basemap/basemap.bin");
    const CROSSWALK: &str = include_str!("../../assets/basemap/crosswalk.csv");

    fn levels() -> Vec<Level> {
        LevelOfDetail::ALL.iter().map(|&level| decode(BYTES, level).unwrap()).collect()
    }

    fn crosswalk() -> Vec<[String; 3]> {
        let mut reader = csv::Reader::from_reader(CROSSWALK.as_bytes());
        let rows = reader.records().map(|row| row.unwrap());
        rows.map(|row| [0, 1, 2].map(|column| row[column].to_owned())).collect()
    }

    fn ring_edges(shape: &Shape) -> impl Iterator<Item = (u32, u32)> {
        shape.rings.iter().flat_map(|ring| {
            ring.clone().map(|i| (i, if i + 1 < ring.end { i + 1 } else { ring.start }))
        })
    }

    fn double_area(shape: &Shape, [a, b, c]: [u32; 3]) -> f64 {
        let [a, b, c] = [a, b, c].map(|i| shape.points[i as usize].map(f64::from));
        (b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1])
    }

    fn length(shape: &Shape, i: u32, j: u32) -> f32 {
        let (a, b) = (shape.points[i as usize], shape.points[j as usize]);
        (a[0] - b[0]).hypot(a[1] - b[1])
    }

    #[test]
    fn every_country_of_the_crosswalk_has_a_shape_at_every_level() {
        let expected: BTreeSet<String> =
            crosswalk().into_iter().map(|[_, alpha3, _]| alpha3).collect();
        for level in levels() {
            let countries = level.shapes.iter().filter(|s| s.parent.is_none());
            let found: BTreeSet<String> = countries.map(|s| s.id.clone()).collect();
            assert_eq!(found, expected);
            assert!(level.shapes.iter().all(|s| !s.triangles.is_empty() && !s.name.is_empty()));
        }
    }

    #[test]
    fn shapes_have_their_own_names() {
        let level = decode(BYTES, LevelOfDetail::Coarse).unwrap();
        let name = |id: &str| level.shapes.iter().find(|s| s.id == id).map(|s| s.name.clone());
        assert_eq!(name("USA").as_deref(), Some("United States"));
        assert_eq!(name("GB-ENG").as_deref(), Some("England"));
    }

    #[test]
    fn the_crosswalk_knows_features_without_or_with_repeated_ids() {
        let rows = crosswalk();
        let of = |name: &str| -> Vec<(&str, &str)> {
            rows.iter().filter(|r| r[2] == name).map(|r| (r[0].as_str(), r[1].as_str())).collect()
        };
        assert_eq!(of("Kosovo"), [("", "XKX")]);
        assert_eq!(of("N. Cyprus"), [("", "CYP")]);
        assert_eq!(of("Somaliland"), [("", "SOM")]);
        assert_eq!(of("Ashmore and Cartier Is."), [("036", "AUS")]);
        assert_eq!(of("Australia"), [("036", "AUS")]);
        assert_eq!(of("Indian Ocean Ter."), [("", "CCK"), ("", "CXR")]);
        let mut numbers: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for [numeric, alpha3, _] in rows.iter().filter(|r| !r[0].is_empty()) {
            numbers.entry(numeric).or_default().insert(alpha3);
        }
        let split: Vec<&str> =
            numbers.iter().filter(|(_, ids)| ids.len() > 1).map(|(n, _)| *n).collect();
        assert_eq!(split, ["250", "528", "554", "578"]);
    }

    #[test]
    fn shapes_are_found_where_they_are() {
        let cases = [
            ("FRA", 2.35, 48.86),
            ("GUF", -53.0, 4.0),
            ("LSO", 28.2, -29.5),
            ("ZAF", 25.0, -29.0),
            ("US-TX", -97.7, 30.3),
            ("US-HI", -155.5, 19.6),
            ("GB-ENG", -1.5, 52.5),
            ("GB-SCT", -4.0, 57.0),
            ("IN-UK", 79.2, 30.0),
            ("IN-TS", 79.0, 17.8),
            ("AU-ACT", 149.0, -35.5),
            ("XKX", 20.9, 42.6),
            ("CYP", 33.5, 35.27),
            ("SOM", 44.5, 9.7),
            ("ESH", -10.2, 26.3),
            ("RUS", 100.0, 65.0),
            ("RUS", -175.0, 66.8),
            ("RUS", 185.0, 66.8),
            ("FJI", 178.0, -17.8),
            ("ATA", 0.0, -90.0),
            ("ATA", 179.99, -85.0),
            ("ATA", -179.99, -85.0),
        ];
        for level in levels() {
            for (id, lon, lat) in cases {
                assert_eq!(
                    zone_at(&level, lon, lat).map(|s| s.id.as_str()),
                    Some(id),
                    "{lon} {lat}"
                );
            }
            assert!(zone_at(&level, -40.0, 0.0).is_none(), "the Atlantic");
            assert!(zone_at(&level, 51.0, 41.0).is_none(), "the Caspian Sea");
            assert!(zone_at(&level, 0.0, 90.0).is_none(), "the north pole");
            assert!(level.lakes.iter().any(|lake| lake.contains(-87.5, 47.5)), "Lake Superior");
        }
    }

    #[test]
    fn a_point_lies_in_one_country_and_in_one_of_its_subdivisions() {
        for level in levels() {
            let parents: BTreeSet<&str> =
                level.shapes.iter().filter_map(|s| s.parent.as_deref()).collect();
            for step in 0..3_000 {
                let lon = (f64::from(step) * 222.492_235_949_962_15).rem_euclid(360.0) - 180.0;
                let lat = (f64::from(step) + 0.5) / 3_000.0 * 180.0 - 90.0;
                let here: Vec<&Shape> =
                    level.shapes.iter().filter(|s| s.contains(lon, lat)).collect();
                let (inner, outer): (Vec<&Shape>, Vec<&Shape>) =
                    here.into_iter().partition(|s| s.parent.is_some());
                assert!(outer.len() <= 1, "two countries at {lon} {lat}");
                let divided = outer.iter().any(|s| parents.contains(s.id.as_str()));
                assert_eq!(inner.len(), usize::from(divided), "subdivisions at {lon} {lat}");
                assert!(inner.iter().all(|s| s.parent.as_deref() == Some(outer[0].id.as_str())));
            }
        }
    }

    #[test]
    fn triangles_cover_the_rings_and_nothing_else() {
        for shape in levels().iter().flat_map(|level| &level.shapes) {
            let filled: f64 = shape.triangles.iter().map(|&t| double_area(shape, t)).sum();
            let outlined: f64 = ring_edges(shape)
                .map(|(i, j)| {
                    let [a, b] = [i, j].map(|i| shape.points[i as usize].map(f64::from));
                    a[0] * b[1] - b[0] * a[1]
                })
                .sum();
            assert!((filled - outlined).abs() <= 1e-3 * outlined + 1e-6, "{}", shape.id);
        }
    }

    /// So no projection can open gaps: every edge belongs to two triangles or to one and a ring.
    #[test]
    fn triangles_fit_edge_to_edge() {
        for shape in levels().iter().flat_map(|level| &level.shapes) {
            let mut edges: HashSet<(u32, u32)> = HashSet::new();
            for &[a, b, c] in &shape.triangles {
                for (i, j) in [(a, b), (b, c), (c, a)] {
                    assert!(length(shape, i, j) <= 8.01, "{}", shape.id);
                    assert!(edges.insert((i, j)), "an edge twice in {}", shape.id);
                }
            }
            for (i, j) in ring_edges(shape) {
                assert!(length(shape, i, j) <= 6.01, "{}", shape.id);
                assert!(
                    edges.remove(&(i, j)),
                    "an edge of a ring of {} without a triangle",
                    shape.id
                );
            }
            assert!(edges.iter().all(|&(i, j)| edges.contains(&(j, i))), "{}", shape.id);
        }
    }

    #[test]
    fn lines_are_the_ring_edges_but_for_the_cut_and_the_pole() {
        let key = |p: [f32; 2]| p.map(f32::to_bits);
        for level in levels() {
            let mut lines: HashMap<_, LineKind> = HashMap::new();
            for line in level.lines.iter().filter(|l| l.kind != LineKind::LakeShore) {
                for pair in line.points.windows(2) {
                    let (a, b) = (key(pair[0]), key(pair[1]));
                    assert!(
                        !lines.contains_key(&(a, b)) && !lines.contains_key(&(b, a)),
                        "a line twice"
                    );
                    lines.insert((a, b), line.kind);
                }
            }
            for shape in &level.shapes {
                for (i, j) in ring_edges(shape) {
                    let (a, b) = (shape.points[i as usize], shape.points[j as usize]);
                    let at = |index: usize, value: f32| (a[index], b[index]) == (value, value);
                    let seam = at(0, 180.0) || at(0, -180.0) || at(1, -90.0);
                    let (a, b) = (key(a), key(b));
                    let kind = lines.get(&(a, b)).or_else(|| lines.get(&(b, a)));
                    assert_eq!(kind.is_none(), seam, "{}", shape.id);
                    let inner = kind == Some(&LineKind::Subdivision);
                    assert!(!inner || shape.parent.is_some(), "{}", shape.id);
                }
            }
        }
    }

    #[test]
    fn sides_of_lines_are_the_shapes_that_have_them() {
        let level = decode(BYTES, LevelOfDetail::Coarse).unwrap();
        for line in &level.lines {
            let ids: Vec<&Shape> =
                line.sides.iter().flatten().map(|&i| &level.shapes[i as usize]).collect();
            let country = |s: &&Shape| s.parent.clone().unwrap_or_else(|| s.id.clone());
            let countries: BTreeSet<String> = ids.iter().map(country).collect();
            let expected = match line.kind {
                LineKind::LakeShore => (0, 0),
                LineKind::Coast => (1, 1),
                LineKind::Country => (2, 2),
                LineKind::Subdivision => (2, 1),
            };
            assert_eq!((ids.len(), countries.len()), expected);
        }
    }

    #[test]
    fn longitudes_wrap() {
        let level = decode(BYTES, LevelOfDetail::Coarse).unwrap();
        let at = |lon: f64| zone_at(&level, lon, 48.86).map(|s| s.id.clone());
        assert_eq!(at(2.35), at(362.35));
        assert_eq!(at(2.35), at(-357.65));
    }

    #[test]
    fn other_files_are_refused() {
        assert_eq!(decode(b"", LevelOfDetail::Coarse), Err(BasemapError::NotABasemap));
        assert_eq!(decode(b"PNG and more", LevelOfDetail::Coarse), Err(BasemapError::NotABasemap));
        assert_eq!(decode(b"WBMP\x02\0\0\0", LevelOfDetail::Fine), Err(BasemapError::Version(2)));
        assert_eq!(decode(b"WBMP\x01\0\0\0", LevelOfDetail::Fine), Err(BasemapError::Truncated));
        let short = &BYTES[..BYTES.len() - 1];
        assert_eq!(decode(short, LevelOfDetail::Fine), Err(BasemapError::Truncated));
        assert!(decode(short, LevelOfDetail::Coarse).is_ok(), "levels are read by themselves");
    }

    #[test]
    fn damage_is_an_error() {
        for position in (0..BYTES.len()).step_by(BYTES.len() / 40) {
            let mut bytes = BYTES.to_vec();
            bytes[position] ^= 0x55;
            let results = LevelOfDetail::ALL.map(|level| decode(&bytes, level));
            assert!(results.iter().any(Result::is_err), "byte {position}");
        }
    }

    /// Damage that zlib does not see: the block is packed again after a byte has changed.
    #[test]
    fn damage_within_a_block_never_panics() {
        let raw = inflate(BYTES, LevelOfDetail::Coarse).unwrap();
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::none());
        let mut refused = 0;
        for (turn, position) in (0..raw.len()).step_by(raw.len() / 400).enumerate() {
            let mut damaged = raw.clone();
            damaged[position] = [0xff, 0x00, 0x80, 0x7f, damaged[position] ^ 1][turn % 5];
            encoder.write_all(&damaged).unwrap();
            let block = encoder.reset(Vec::new()).unwrap();
            let mut file = b"WBMP\x01\0\0\0".to_vec();
            for value in [20, block.len(), raw.len()] {
                file.extend((value as u32).to_le_bytes());
            }
            file.extend(block);
            refused += usize::from(decode(&file, LevelOfDetail::Coarse).is_err());
        }
        assert!(refused > 0);
    }
}

//! What a figure is made of. One list of marks is painted by the window and written to files.

use std::sync::Arc;

use super::symbol::Symbols;
use crate::geo::{PixelRect, Projector, basemap::LevelOfDetail};

/// A colour: red, green, blue, and opacity, 0 to 255 each, not premultiplied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Color(pub [u8; 4]);

impl Color {
    /// An opaque colour from `0xRRGGBB`.
    pub const fn hex(rgb: u32) -> Self {
        Self([(rgb >> 16) as u8, (rgb >> 8) as u8, rgb as u8, 255])
    }

    /// The colour with an opacity from 0 to 1.
    #[must_use]
    pub fn alpha(self, opacity: f32) -> Self {
        let [r, g, b, _] = self.0;
        Self([r, g, b, (opacity.clamp(0.0, 1.0) * 255.0).round() as u8])
    }

    /// A mix with another colour: 0 is this one, 1 the other. Keeps this opacity.
    #[must_use]
    pub fn mix(self, other: Self, share: f32) -> Self {
        let channel = |at: usize| {
            let (a, b) = (f32::from(self.0[at]), f32::from(other.0[at]));
            (a + (b - a) * share).round() as u8
        };
        Self([channel(0), channel(1), channel(2), self.0[3]])
    }
}

/// A position in pixels, right and down.
pub type Point = [f32; 2];

/// How a line is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stroke {
    /// Width in pixels.
    pub width: f32,
    /// Colour.
    pub color: Color,
    /// Lengths of dash and gap in pixels; solid if none.
    pub dash: Option<[f32; 2]>,
}

impl Stroke {
    /// A solid line.
    pub fn solid(width: f32, color: Color) -> Self {
        Self { width, color, dash: None }
    }

    /// A dashed line.
    pub fn dashed(width: f32, color: Color, dash: f32, gap: f32) -> Self {
        Self { width, color, dash: Some([dash, gap]) }
    }
}

/// Which end of a text is at its position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// The left end.
    Start,
    /// The middle.
    Middle,
    /// The right end.
    End,
}

/// A filled area: its rings, even-odd, and the same area as triangles.
#[derive(Clone, Debug, PartialEq)]
pub struct Area {
    /// Closed rings; an inner ring is a hole.
    pub rings: Vec<Vec<Point>>,
    /// Corners of the triangles.
    pub corners: Vec<Point>,
    /// Triangles, as positions in `corners`.
    pub triangles: Vec<[u32; 3]>,
    /// Colour.
    pub fill: Color,
}

impl Area {
    /// The area between steps: for each step its left, right, top and bottom.
    pub fn steps(steps: &[[f32; 4]], fill: Color) -> Self {
        let mut corners = Vec::with_capacity(steps.len() * 4);
        let mut triangles = Vec::with_capacity(steps.len() * 2);
        for &[left, right, top, bottom] in steps {
            let at = corners.len() as u32;
            corners.extend([[left, top], [right, top], [right, bottom], [left, bottom]]);
            triangles.extend([[at, at + 1, at + 2], [at, at + 2, at + 3]]);
        }
        let upper = steps.iter().flat_map(|&[left, right, top, _]| [[left, top], [right, top]]);
        let lower = steps
            .iter()
            .rev()
            .flat_map(|&[left, right, _, bottom]| [[right, bottom], [left, bottom]]);
        Self { rings: vec![upper.chain(lower).collect()], corners, triangles, fill }
    }
}

/// How a shape of the land is filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LandFill {
    /// Its colour.
    pub color: Color,
    /// Whether it is hatched, since nothing is known of it.
    pub hatched: bool,
}

/// The land of a flat map, said rather than drawn, for a painter that keeps its outlines.
#[derive(Clone, Debug, PartialEq)]
pub struct Land {
    /// From places to pixels.
    pub projector: Projector,
    /// How fine its outlines are.
    pub detail: LevelOfDetail,
    /// The fill of each shape of [`super::land::filled`], in their order.
    pub fills: Vec<LandFill>,
    /// Colour of lakes.
    pub water: Color,
    /// Stroke of coasts and lake shores, of borders of countries, and of those of their parts.
    pub strokes: [Stroke; 3],
    /// Stroke of hatching; its lines rise, [`HATCH_SPACING`] apart.
    pub hatch: Stroke,
}

/// Pixels between the lines of hatched land.
pub const HATCH_SPACING: f32 = 6.5;

/// One thing to draw.
#[derive(Clone, Debug, PartialEq)]
pub enum Mark {
    /// A filled area.
    Area(Area),
    /// A line through points.
    Line {
        /// The points.
        points: Vec<Point>,
        /// Whether the last is joined to the first.
        closed: bool,
        /// How.
        stroke: Stroke,
    },
    /// Many short lines of one stroke: hatching, ticks, grids.
    Segments {
        /// Both ends of each.
        ends: Vec<[Point; 2]>,
        /// How.
        stroke: Stroke,
    },
    /// A circle.
    Circle {
        /// Its middle.
        center: Point,
        /// Its radius in pixels.
        radius: f32,
        /// Its inside.
        fill: Option<Color>,
        /// Its outline.
        stroke: Option<Stroke>,
    },
    /// A rectangle.
    Rect {
        /// Where.
        rect: PixelRect,
        /// Radius of its corners in pixels.
        corner: f32,
        /// Its inside.
        fill: Option<Color>,
        /// Its outline.
        stroke: Option<Stroke>,
    },
    /// A text in one line.
    Text(Text),
    /// Land, in figures for a painter that keeps it ([`super::MapBy::Buffers`]); never in others.
    Land(Box<Land>),
    /// Symbols of sites or of their sums, in figures for the same painter; never in others.
    Symbols(Arc<Symbols>),
    /// Marks that end at a rectangle.
    Clip {
        /// The rectangle.
        rect: PixelRect,
        /// The marks.
        marks: Vec<Self>,
    },
}

/// A text in one line.
#[derive(Clone, Debug, PartialEq)]
pub struct Text {
    /// Where its baseline begins, is centred or ends.
    pub at: Point,
    /// What it says.
    pub text: String,
    /// Size in pixels.
    pub size: f32,
    /// Whether it is bold.
    pub bold: bool,
    /// Which end is at `at`.
    pub anchor: Anchor,
    /// Colour.
    pub color: Color,
    /// An outline behind it that keeps it legible over marks.
    pub halo: Option<Color>,
}

/// Hatching of an area: parallel lines at an angle, `spacing` pixels apart, by even-odd rule.
pub fn hatch(rings: &[Vec<Point>], spacing: f32, falling: bool) -> Vec<[Point; 2]> {
    // Turned by 45°, hatch lines are rows: u = x ∓ y is constant along them, v runs along them.
    let sign = if falling { -1.0 } else { 1.0 };
    let turned = |p: Point| [p[0] + sign * p[1], p[0] - sign * p[1]];
    let back = |u: f32, v: f32| [f32::midpoint(u, v), sign * (u - v) / 2.0];
    let step = spacing * std::f32::consts::SQRT_2;
    let mut rows: std::collections::BTreeMap<i32, Vec<f32>> = std::collections::BTreeMap::new();
    for ring in rings {
        for (at, &a) in ring.iter().enumerate() {
            let b = ring[(at + 1) % ring.len()];
            let (a, b) = (turned(a), turned(b));
            let (low, high) = if a[0] <= b[0] { (a, b) } else { (b, a) };
            let first = (low[0] / step).ceil() as i32;
            let last = (high[0] / step).ceil() as i32 - 1;
            for row in first..=last {
                let share = (row as f32 * step - low[0]) / (high[0] - low[0]);
                rows.entry(row).or_default().push(low[1] + share * (high[1] - low[1]));
            }
        }
    }
    let mut out = Vec::new();
    for (row, mut cuts) in rows {
        cuts.sort_by(f32::total_cmp);
        let u = row as f32 * step;
        out.extend(cuts.chunks_exact(2).map(|pair| [back(u, pair[0]), back(u, pair[1])]));
    }
    out
}

/// A circle as a ring of so many corners, for hatching.
pub fn circle_ring(center: Point, radius: f32, corners: usize) -> Vec<Point> {
    let angle = |at: usize| at as f32 / corners as f32 * std::f32::consts::TAU;
    let corner =
        |at| [center[0] + radius * f32::cos(angle(at)), center[1] + radius * f32::sin(angle(at))];
    (0..corners).map(corner).collect()
}

/// A rectangle as a ring.
pub fn rect_ring(rect: PixelRect) -> Vec<Point> {
    vec![
        [rect.x, rect.y],
        [rect.right(), rect.y],
        [rect.right(), rect.bottom()],
        [rect.x, rect.bottom()],
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hatching_stays_inside_and_leaves_holes() {
        let outer = rect_ring(PixelRect::new(0.0, 0.0, 100.0, 100.0));
        let hole = rect_ring(PixelRect::new(40.0, 40.0, 20.0, 20.0));
        for falling in [false, true] {
            let lines = hatch(&[outer.clone(), hole.clone()], 5.0, falling);
            assert!(lines.len() > 20);
            for [a, b] in lines {
                let middle = [f32::midpoint(a[0], b[0]), f32::midpoint(a[1], b[1])];
                let inside = |p: Point| p.iter().all(|&v| (-0.01..=100.01).contains(&v));
                assert!(inside(a) && inside(b));
                assert!(!middle.iter().all(|&v| (40.1..59.9).contains(&v)), "{middle:?}");
            }
        }
    }

    #[test]
    fn steps_meet_their_neighbours() {
        let area = Area::steps(&[[0.0, 10.0, 5.0, 9.0], [10.0, 20.0, 3.0, 9.0]], Color::hex(0));
        assert_eq!(area.rings[0].len(), 8);
        assert_eq!(area.triangles.len(), 4);
    }
}

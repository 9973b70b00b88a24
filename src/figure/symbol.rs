//! Symbols of sites and of their sums: a disc in a ring, by what is in service and how sure that is.
//!
//! A [`Symbol`] says amounts; a scale makes pixels of them. It is drawn with marks, or said to a
//! painter that keeps symbols in buffers ([`Symbols`]).

use super::amount;
use super::canvas::Canvas;
use super::mark::{Color, Point, Stroke, circle_ring, hatch};
use super::powers::SitePower;
use crate::geo::{PixelRect, Projector};
use crate::scenario::Quantity;

/// How an amount becomes a radius: area is proportional to it, with a floor and a ceiling in pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct SizeScale {
    per_root: f32,
    /// What is measured.
    pub(super) quantity: Quantity,
}

/// The largest sum of a map of sums has this radius, as a share of a cell.
const LARGEST_OF_CELL: f32 = 0.72;

/// No amount is drawn smaller than this radius, in pixels.
pub const LEAST_RADIUS: f32 = 2.0;

/// Half the side of the square of a site of which nothing is known, in pixels.
pub const UNKNOWN_HALF: f32 = 2.5;

/// Pixels between the lines of hatched discs.
pub const DISC_HATCH_SPACING: f32 = 3.2;

/// Lengths of dash and gap of rings that are announced only, in pixels.
pub const RING_DASH: [f32; 2] = [4.0, 3.0];

impl SizeScale {
    pub(super) fn new(width: f32, zoom: f64, quantity: Quantity) -> Self {
        let growth = (zoom as f32).max(1.0).powf(0.35).min(3.0);
        let large = (width * 0.0165).clamp(12.0, 30.0) * growth;
        Self { per_root: large / (amount::reference(quantity) as f32).sqrt(), quantity }
    }

    /// The scale at which sums are drawn: the heaviest cell of the level just covers its own.
    pub(super) fn for_sums(self, heaviest: f64, cell_px: f32) -> Self {
        let most = heaviest.max(f64::MIN_POSITIVE).sqrt() as f32;
        let per_root = (cell_px * LARGEST_OF_CELL / most).min(self.per_root);
        Self { per_root, ..self }
    }

    /// Pixels of the radius of an amount of 1.
    pub(super) fn per_root(self) -> f32 {
        self.per_root
    }

    /// The amount that has a radius, in pixels.
    pub(super) fn amount_of(self, radius: f32) -> f64 {
        f64::from(radius / self.per_root).powi(2)
    }

    /// Radius in pixels of an amount.
    pub(super) fn radius(self, value: f64) -> f32 {
        self.of(value as f32)
    }

    fn of(self, value: f32) -> f32 {
        if value <= 0.0 { 0.0 } else { (self.per_root * value.sqrt()).max(LEAST_RADIUS) }
    }
}

/// What a symbol tells beside amounts; several at once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Form(pub u32);

impl Form {
    /// Most of the full build-out is announced only: its ring is dashed.
    pub const ANNOUNCED: Self = Self(1);
    /// Most of the full build-out is the load of a whole campus: its ring is double.
    pub const CAMPUS: Self = Self(2);
    /// In a crowd that an inset shows: without its ring.
    pub const PLAIN: Self = Self(4);
    /// Nothing is known of it: a square.
    pub const UNKNOWN: Self = Self(8);

    /// Whether it tells all of another.
    pub fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    fn with(self, other: Self, told: bool) -> Self {
        if told { Self(self.0 | other.0) } else { self }
    }
}

/// A site, or a sum of sites, as it is drawn. Amounts are in the unit of the measure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Symbol {
    /// Its place in the plane of the projection.
    pub plane: [f64; 2],
    /// All that stands once all dates are past.
    pub build_out: f32,
    /// In service, from the surest on, each with those before it: operating, expected, due,
    /// announced.
    pub online: [f32; 4],
    /// Its colour.
    pub color: Color,
    /// What else it tells.
    pub form: Form,
}

/// Symbols of a flat map, said rather than drawn, for a painter that keeps them: those of the map and
/// around it, the first lowest.
#[derive(Clone, Debug, PartialEq)]
pub struct Symbols {
    /// From places to pixels.
    pub projector: Projector,
    /// The symbols.
    pub list: Vec<Symbol>,
    /// Pixels of the radius of an amount of 1; that of others grows with the root, from
    /// [`LEAST_RADIUS`].
    pub per_root: f32,
    /// What keeps symbols apart from the ground.
    pub halo: Color,
    /// Whether they are drawn as sums, with fewer strokes.
    pub sums: bool,
}

impl Symbol {
    pub(super) fn new(power: &SitePower, color: Color, plain: bool) -> Self {
        let half = power.build_out / 2.0;
        let expected = power.operating + power.expected;
        let due = expected + power.due;
        let online = [power.operating, expected, due, due + power.announced].map(|v| v as f32);
        let build_out = power.build_out as f32;
        let nothing = build_out <= 0.0 && online[3] <= 0.0;
        let unknown = nothing && power.unknown == power.phases && !plain;
        let form = Form::default()
            .with(Form::ANNOUNCED, power.build_out_announced > half)
            .with(Form::CAMPUS, power.build_out_campus > half)
            .with(Form::PLAIN, plain)
            .with(Form::UNKNOWN, unknown);
        Self { plane: [0.0; 2], build_out, online, color, form }
    }

    fn ring_and_disc(&self, size: SizeScale) -> [f32; 2] {
        [size.of(self.build_out), size.of(self.online[3])]
    }

    /// The radius that a pointer meets, in pixels.
    pub(super) fn reach(&self, size: SizeScale) -> f32 {
        let [ring, disc] = self.ring_and_disc(size);
        if ring <= 0.0 && disc <= 0.0 { 4.0 } else { ring.max(disc) }
    }

    /// Draws it in full, its middle at a position.
    pub(super) fn draw(&self, canvas: &mut Canvas, at: Point, size: SizeScale, halo: Color) {
        let [ring, disc] = self.ring_and_disc(size);
        if self.form.has(Form::UNKNOWN) {
            let [x, y] = at.map(|middle| middle - UNKNOWN_HALF);
            let rect = PixelRect::new(x, y, UNKNOWN_HALF * 2.0, UNKNOWN_HALF * 2.0);
            canvas.rect(rect, 0.0, None, Some(Stroke::solid(2.6, halo.alpha(0.8))));
            canvas.rect(rect, 0.0, None, Some(Stroke::solid(1.2, self.color)));
        }
        if ring > disc + 0.5 && !self.form.has(Form::PLAIN) {
            self.ring(canvas, at, ring, halo);
        }
        if disc > 0.0 {
            self.disc(canvas, at, size, halo);
        }
    }

    /// Draws it with few strokes: build-out as a light disc in a ring, what is in service light, what
    /// operates solid.
    pub(super) fn draw_sum(&self, canvas: &mut Canvas, at: Point, size: SizeScale, halo: Color) {
        let [ring, disc] = self.ring_and_disc(size);
        if ring <= 0.0 && disc <= 0.0 {
            self.draw(canvas, at, size, halo);
            return;
        }
        let (solid, color) = (size.of(self.online[0]), self.color);
        if ring > disc + 0.5 {
            canvas.circle(at, ring, Some(color.alpha(0.16)), Some(Stroke::solid(1.1, color)));
        }
        if disc > solid + 0.25 {
            canvas.circle(at, disc, Some(color.alpha(0.5)), None);
        }
        if solid > 0.0 {
            canvas.circle(at, solid, Some(color.alpha(0.95)), None);
        }
    }

    /// Full build-out: solid, dashed where most of it is announced only, double for a campus.
    fn ring(&self, canvas: &mut Canvas, at: Point, radius: f32, halo: Color) {
        let color = self.color;
        let stroke = Stroke {
            dash: self.form.has(Form::ANNOUNCED).then_some(RING_DASH),
            ..Stroke::solid(1.5, color)
        };
        canvas.circle(at, radius, Some(color.alpha(0.13)), None);
        canvas.circle(at, radius, None, Some(Stroke::solid(3.0, halo.alpha(0.55))));
        canvas.circle(at, radius, None, Some(stroke));
        if self.form.has(Form::CAMPUS) {
            canvas.circle(at, (radius - 3.0).max(1.0), None, Some(Stroke::solid(0.9, color)));
        }
    }

    /// What is in service, by how sure it is, from the middle outward: operating solid, expected
    /// light, due hatched rising, announced hatched falling.
    fn disc(&self, canvas: &mut Canvas, at: Point, size: SizeScale, halo: Color) {
        let (color, online) = (self.color, self.online);
        let [solid, light, due, outer] = online.map(|value| size.of(value));
        let edge = Stroke::solid(2.0, halo.alpha(0.9));
        canvas.circle(at, outer, Some(halo.alpha(0.75)), Some(edge));
        canvas.circle(at, outer, Some(color.alpha(0.16)), Some(Stroke::solid(1.0, color)));
        let rings =
            [(online[2] > online[1], light, due, false), (online[3] > online[2], due, outer, true)];
        for (_, inner, radius, falling) in rings.into_iter().filter(|(stands, ..)| *stands) {
            let mut rings = vec![circle_ring(at, radius, 40)];
            if inner > 0.0 {
                rings.push(circle_ring(at, inner, 40));
            }
            let lines = hatch(&rings, DISC_HATCH_SPACING, falling);
            canvas.segments(lines, Stroke::solid(1.2, color));
        }
        if online[1] > online[0] {
            canvas.circle(at, light, Some(color.alpha(0.5)), None);
        }
        if solid > 0.0 {
            let opacity = if self.form.has(Form::PLAIN) { 0.75 } else { 0.95 };
            canvas.circle(at, solid, Some(color.alpha(opacity)), None);
        }
    }
}

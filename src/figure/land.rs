//! The ground of the map: sea, zones coloured by a value, lakes, borders.

use std::sync::OnceLock;

use rustc_hash::FxHashSet;

use super::Scene;
use super::canvas::Canvas;
use super::mark::{Area, Color, HATCH_SPACING, Land, LandFill, Mark, Point, Stroke, hatch};
use super::prepare::zone_value;
use super::spec::{FigureSpec, MapBy, Overlay};
use super::theme::{Colors, value_color};
use crate::geo::basemap::{self, BasemapError, Level, LevelOfDetail, LineKind, Shape};
use crate::geo::{Projection, Projector, around};
use crate::model::{Dataset, Month, Name, ZoneKind};

/// The basemap, each level decoded when it is first drawn.
#[derive(Debug)]
pub struct World {
    bytes: &'static [u8],
    levels: [OnceLock<Level>; 3],
}

impl World {
    /// A basemap in the format of [`crate::geo::basemap`].
    ///
    /// # Errors
    /// [`BasemapError`] if its coarse level cannot be read.
    pub fn new(bytes: &'static [u8]) -> Result<Self, BasemapError> {
        let this = Self { bytes, levels: [const { OnceLock::new() }; 3] };
        let coarse = basemap::decode(bytes, LevelOfDetail::Coarse)?;
        this.levels[0].get_or_init(|| coarse);
        Ok(this)
    }

    /// A level; a coarser one where it is damaged.
    pub fn level(&self, detail: LevelOfDetail) -> &Level {
        let slot = &self.levels[detail as usize];
        slot.get_or_init(|| basemap::decode(self.bytes, detail).unwrap_or_default())
    }
}

/// What of the values is drawn: their scale, and how many are missing or clipped.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct OverlayScale {
    /// Low and high end of the colours.
    pub domain: [f64; 2],
    /// Values at the clock's month, for the histogram.
    pub values: Vec<f64>,
    /// Share of the values beyond the ends.
    pub clipped: f64,
    /// Zones of the map whose price is that of earlier months (RULES C2).
    pub held: usize,
    /// Those of them whose last datum is older than [`OLD_MONTHS`], hatched over their colour.
    pub old: usize,
    /// Zones of the map without a value.
    pub missing: usize,
    /// Zones with a value of their own and no outline: bidding zones and markets.
    pub without_outline: usize,
}

/// The shapes to be filled: subdivisions where the basemap has them, else countries.
pub fn filled(level: &Level) -> impl Iterator<Item = &Shape> {
    let parents: FxHashSet<&str> =
        level.shapes.iter().filter_map(|s| s.parent.as_deref()).collect();
    level.shapes.iter().filter(move |s| s.parent.is_some() || !parents.contains(s.id.as_str()))
}

/// The value of a shape, that of its own zone, else of its country's, and how many months it is held.
fn shape_value(
    data: &Dataset,
    spec: &FigureSpec,
    month: Month,
    shape: &Shape,
) -> Option<(f64, i32)> {
    let zone = shape_zone(data, shape)?;
    if spec.overlay != Overlay::Price {
        return Some((zone_value(data, spec.overlay, spec.question.sector, month, zone)?, 0));
    }
    let chain = data.zone_chain(zone);
    let price = data.price_book().along(&chain, spec.question.sector, month)?;
    Some((price.usd_per_mwh, price.age_months))
}

/// The zone of a shape: its own, else its country's.
fn shape_zone(data: &Dataset, shape: &Shape) -> Option<Name> {
    let names = [Some(shape.id.as_str()), shape.parent.as_deref()];
    let known = names.into_iter().flatten().filter_map(|id| data.names.find(id));
    known.into_iter().find(|&zone| data.zone(zone).is_some())
}

/// A price whose last datum is so many months old says little of today.
pub(super) const OLD_MONTHS: i32 = 24;

/// The scale of an overlay: from the 5th to the 95th percentile of the values at the as-of month,
/// in round numbers, so that colours stay while the clock moves.
pub(super) fn overlay_scale(scene: &Scene<'_>, spec: &FigureSpec) -> OverlayScale {
    if spec.overlay == Overlay::None {
        return OverlayScale::default();
    }
    let level = scene.world.level(LevelOfDetail::Coarse);
    let at = |month: Month| -> Vec<Option<(f64, i32)>> {
        filled(level).map(|shape| shape_value(scene.data, spec, month, shape)).collect()
    };
    let reference = scene.outcome.grid.as_of.map_or(spec.month, crate::model::Day::month);
    let now = at(spec.month);
    let known = |values: &[Option<(f64, i32)>]| -> Vec<f64> {
        values.iter().flatten().map(|(value, _)| *value).collect()
    };
    let mut sorted = if reference == spec.month { known(&now) } else { known(&at(reference)) };
    if sorted.is_empty() {
        sorted = known(&now);
    }
    sorted.sort_by(f64::total_cmp);
    let quantile = |q: f64| {
        let position = q * (sorted.len().max(1) - 1) as f64;
        sorted.get(position.round() as usize).copied().unwrap_or(0.0)
    };
    let step = if quantile(0.98) > 100.0 { 50.0 } else { 10.0 };
    let low = (quantile(0.05) / step).floor() * step;
    let high = ((quantile(0.95) / step).ceil() * step).max(low + step);
    let values = known(&now);
    let beyond = values.iter().filter(|v| **v < low || **v > high).count();
    let without_outline = scene.data.tables.zones.iter().filter(|zone| {
        let own = match spec.overlay {
            Overlay::Carbon => zone.carbon_g_per_kwh.is_some(),
            _ => spec.question.sector.sectors().iter().any(|&sector| {
                scene.data.price_book().price(zone.id, sector, spec.month).is_some()
            }),
        };
        zone.kind == ZoneKind::BiddingZone && own
    });
    let ages = || now.iter().flatten().map(|(_, age)| *age);
    OverlayScale {
        domain: [low, high],
        clipped: if values.is_empty() { 0.0 } else { beyond as f64 / values.len() as f64 },
        held: ages().filter(|age| *age > 0).count(),
        old: ages().filter(|age| *age > OLD_MONTHS).count(),
        missing: now.iter().filter(|v| v.is_none()).count(),
        without_outline: without_outline.count(),
        values,
    }
}

/// A colour of the scale.
pub(super) fn scale_color(colors: &Colors, scale: &OverlayScale, value: f64) -> Color {
    let [low, high] = scale.domain;
    value_color(colors, ((value - low) / (high - low)) as f32)
}

/// Degrees that can be seen: west, south, east, north, the east beyond 180° where the view wraps.
/// None where all may be.
pub fn visible(projector: &Projector) -> Option<[f64; 4]> {
    if projector.view.projection == Projection::Globe || projector.view.zoom < 1.5 {
        return None;
    }
    let rect = projector.rect;
    let center = projector.view.center.lon;
    let mut out = [f64::MAX, f64::MAX, f64::MIN, f64::MIN];
    for x in 0..=8_u8 {
        for y in 0..=8_u8 {
            let point = [
                rect.x + rect.width * f32::from(x) / 8.0,
                rect.y + rect.height * f32::from(y) / 8.0,
            ];
            let place = projector.unproject(point)?;
            let lon = center + around(place.lon - center);
            out = [out[0].min(lon), out[1].min(place.lat), out[2].max(lon), out[3].max(place.lat)];
        }
    }
    Some([out[0] - 2.0, out[1] - 2.0, out[2] + 2.0, out[3] + 2.0])
}

/// Whether something within bounds, shifted by so many degrees, meets what can be seen.
pub fn seen(window: Option<[f64; 4]>, bounds: [f32; 4], shift: f64) -> bool {
    let Some([west, south, east, north]) = window else { return true };
    let [w, s, e, n] = bounds.map(f64::from);
    w + shift <= east && e + shift >= west && s <= north && n >= south
}

/// Draws sea, land, lakes and borders.
pub(super) fn draw(
    canvas: &mut Canvas,
    scene: &Scene<'_>,
    spec: &FigureSpec,
    projector: &Projector,
    scale: &OverlayScale,
) {
    let colors = spec.theme.colors();
    let width = projector.world_width_px();
    // A map a fifth as wide has the next coarser level.
    let flat = projector.view.projection != Projection::Globe;
    let kept = flat && spec.drawn_by != MapBy::Marks;
    let coarser = spec.draft && !(kept && spec.drawn_by == MapBy::Buffers);
    let detail = LevelOfDetail::for_map_width(if coarser { width / 5.0 } else { width });
    let level = scene.world.level(detail);
    sea(canvas, colors, projector);
    let fill = |shape: &Shape| {
        let value = shape_value(scene.data, spec, spec.month, shape);
        let shown = spec.overlay != Overlay::None;
        let color = match value {
            Some((value, _)) if shown => scale_color(colors, scale, value),
            _ => colors.land,
        };
        let fresh = value.is_some_and(|(_, age)| age <= OLD_MONTHS);
        LandFill { color, hatched: shown && !fresh }
    };
    if kept {
        canvas.marks.push(Mark::Land(Box::new(Land {
            projector: *projector,
            detail,
            fills: filled(level).map(fill).collect(),
            water: colors.sea,
            strokes: [LineKind::Coast, LineKind::Country, LineKind::Subdivision]
                .map(|kind| border(colors, kind)),
            hatch: hatching(colors),
        })));
        return;
    }
    let window = visible(projector);
    for shift in projector.copies() {
        for shape in filled(level).filter(|s| seen(window, s.bounds, shift)) {
            let LandFill { color, hatched } = fill(shape);
            let Some(area) = area(shape, projector, shift, color) else { continue };
            let lines = if hatched { hatch(&area.rings, HATCH_SPACING, false) } else { Vec::new() };
            canvas.marks.push(Mark::Area(area));
            canvas.segments(lines, hatching(colors));
        }
        for lake in level.lakes.iter().filter(|s| seen(window, s.bounds, shift)) {
            let lake = area(lake, projector, shift, colors.sea);
            canvas.marks.extend(lake.map(Mark::Area));
        }
        borders(canvas, level, colors, projector, (window, shift));
    }
}

/// The lines over land of which nothing is known.
fn hatching(colors: &Colors) -> Stroke {
    Stroke::solid(0.7, colors.hatch.alpha(0.7))
}

/// How coasts and borders are drawn.
fn border(colors: &Colors, kind: LineKind) -> Stroke {
    let (width, opacity) = match kind {
        LineKind::Coast | LineKind::LakeShore => (0.6, 0.8),
        LineKind::Country => (0.9, 0.95),
        LineKind::Subdivision => (0.6, 0.5),
    };
    Stroke::solid(width, colors.border.alpha(opacity))
}

fn sea(canvas: &mut Canvas, colors: &Colors, projector: &Projector) {
    if projector.view.projection == Projection::Globe {
        let sea = colors.sea.mix(colors.land, 0.25);
        let center = projector.rect.center();
        canvas.circle(
            center,
            projector.globe_radius_px(),
            Some(sea),
            Some(Stroke::solid(1.0, colors.rule)),
        );
    }
    let lines = graticule(projector);
    let mut ends = Vec::new();
    for shift in projector.copies() {
        for line in &lines {
            let points: Vec<_> =
                line.iter().map(|p| projector.project(p[0] + shift, p[1])).collect();
            ends.extend(points.windows(2).filter(|w| w[0].1 && w[1].1).map(|w| [w[0].0, w[1].0]));
        }
    }
    ends.retain(|[a, b]| near(projector, *a) || near(projector, *b));
    canvas.segments(ends, Stroke::solid(0.7, colors.graticule));
}

/// Meridians and parallels, as close as the zoom asks for, over the part that can be seen.
fn graticule(projector: &Projector) -> Vec<Vec<[f64; 2]>> {
    let step: f64 = match projector.view.zoom {
        z if z < 3.0 => 30.0,
        z if z < 12.0 => 10.0,
        z if z < 60.0 => 2.0,
        _ => 0.5,
    };
    let [west, south, east, north] = visible(projector).unwrap_or([-180.0, -60.0, 180.0, 80.0]);
    let (south, north) = (south.max(-80.0), north.min(80.0));
    let points =
        |from: f64, to: f64| (0..=64).map(move |at| from + (to - from) * f64::from(at) / 64.0);
    let marks = |from: f64, to: f64| {
        let (first, last) = ((from / step).ceil() as i32, (to / step).floor() as i32);
        (first..=last).map(move |at| f64::from(at) * step)
    };
    let meridians =
        marks(west, east).map(|lon| points(south, north).map(|lat| [lon, lat]).collect());
    let parallels =
        marks(south, north).map(|lat| points(west, east).map(|lon| [lon, lat]).collect());
    meridians.chain(parallels).collect()
}

fn near(projector: &Projector, point: Point) -> bool {
    projector.rect.shrunk(-200.0).contains(point)
}

/// A shape as an area of the figure; none where nothing of it can be seen.
fn area(shape: &Shape, projector: &Projector, shift: f64, fill: Color) -> Option<Area> {
    let projected: Vec<(Point, bool)> = shape
        .points
        .iter()
        .map(|p| projector.project(f64::from(p[0]) + shift, f64::from(p[1])))
        .collect();
    let globe = projector.view.projection == Projection::Globe;
    if globe && !projected.iter().any(|(_, front)| *front) {
        return None;
    }
    let corners: Vec<Point> = projected.iter().map(|(p, _)| *p).collect();
    if !globe && outside(&corners, projector) {
        return None;
    }
    let mut rings: Vec<Vec<Point>> = shape
        .rings
        .iter()
        .map(|ring| corners[ring.start as usize..ring.end as usize].to_vec())
        .collect();
    if globe && covers_far_point(shape, projector) {
        // What lies beyond the rim fills the disc once more: even-odd takes it out again.
        let center = projector.rect.center();
        rings.push(super::mark::circle_ring(center, projector.globe_radius_px(), 120));
    }
    let front = |triangle: &&[u32; 3]| triangle.iter().any(|&at| projected[at as usize].1);
    let triangles = shape.triangles.iter().filter(front).copied().collect();
    Some(Area { rings, corners, triangles, fill })
}

fn outside(points: &[Point], projector: &Projector) -> bool {
    let rect = projector.rect;
    let beyond =
        |side: fn(&Point, &crate::geo::PixelRect) -> bool| points.iter().all(|p| side(p, &rect));
    beyond(|p, r| p[0] < r.x)
        || beyond(|p, r| p[0] > r.right())
        || beyond(|p, r| p[1] < r.y)
        || beyond(|p, r| p[1] > r.bottom())
}

/// Whether a shape holds the point that lies farthest from the viewer of the globe.
fn covers_far_point(shape: &Shape, projector: &Projector) -> bool {
    let center = projector.view.center;
    let lon = (center.lon + 360.0).rem_euclid(360.0) - 180.0;
    shape.contains(lon, -center.lat)
}

fn borders(
    canvas: &mut Canvas,
    level: &Level,
    colors: &Colors,
    projector: &Projector,
    (window, shift): (Option<[f64; 4]>, f64),
) {
    let globe = projector.view.projection == Projection::Globe;
    for line in level.lines.iter().filter(|l| seen(window, l.bounds, shift)) {
        let stroke = border(colors, line.kind);
        let projected: Vec<(Point, bool)> = line
            .points
            .iter()
            .map(|p| projector.project(f64::from(p[0]) + shift, f64::from(p[1])))
            .collect();
        for run in projected.chunk_by(|a, b| a.1 == b.1) {
            let points: Vec<Point> = run.iter().map(|(p, _)| *p).collect();
            if run[0].1 && points.len() > 1 && (globe || !outside(&points, projector)) {
                canvas.line(points, stroke);
            }
        }
    }
}

//! Map projections of the sphere, with inverses, and the view of a map in a rectangle.

use std::f64::consts::{FRAC_PI_2, PI, TAU};

/// A place: longitude first, degrees.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct LonLat {
    /// Degrees east.
    pub lon: f64,
    /// Degrees north.
    pub lat: f64,
}

impl LonLat {
    /// A place.
    pub fn new(lon: f64, lat: f64) -> Self {
        Self { lon, lat }
    }
}

/// How the sphere is drawn.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Projection {
    /// Equal Earth (Šavrič, Patterson and Jenny 2018): areas are right.
    #[default]
    EqualEarth,
    /// Web Mercator: angles are right; repeats to the east and west.
    Mercator,
    /// Orthographic: the globe from afar.
    Globe,
}

/// Web Mercator ends here: beyond, the map would have no end.
pub const MERCATOR_LIMIT_DEG: f64 = 85.051_128_779_806_6;

impl Projection {
    /// All projections: projection, word of the command line, title.
    pub const ALL: [(Self, &'static str, &'static str); 3] = [
        (Self::EqualEarth, "equal-earth", "Equal Earth"),
        (Self::Mercator, "mercator", "Web Mercator"),
        (Self::Globe, "globe", "Globe"),
    ];

    /// Where a flat projection puts a place on its plane, in radii of the sphere; none for the globe.
    pub fn plane(self, place: LonLat) -> Option<[f64; 2]> {
        match self {
            Self::EqualEarth => Some(equal_earth(place.lon.to_radians(), place.lat.to_radians())),
            Self::Mercator => Some([place.lon.to_radians(), mercator_y(place.lat)]),
            Self::Globe => None,
        }
    }

    /// Reads the word of the command line.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, word, _)| *word == text).map(|(p, ..)| *p)
    }
}

const EQUAL_EARTH: [f64; 4] = [1.340_264, -0.081_106, 0.000_893, 0.003_796];

fn equal_earth_y(theta: f64) -> (f64, f64) {
    let [a1, a2, a3, a4] = EQUAL_EARTH;
    let t2 = theta * theta;
    let t6 = t2 * t2 * t2;
    let y = theta * (a1 + a2 * t2 + t6 * (a3 + a4 * t2));
    let slope = a1 + 3.0 * a2 * t2 + t6 * (7.0 * a3 + 9.0 * a4 * t2);
    (y, slope)
}

/// Equal Earth on the unit sphere: radians to x, y.
fn equal_earth(lambda: f64, phi: f64) -> [f64; 2] {
    let root = 3.0_f64.sqrt();
    let theta = (root / 2.0 * phi.sin()).asin();
    let (y, slope) = equal_earth_y(theta);
    [2.0 * root / 3.0 * lambda * theta.cos() / slope, y]
}

fn equal_earth_inverse(x: f64, y: f64) -> Option<[f64; 2]> {
    let root = 3.0_f64.sqrt();
    let mut theta = y / EQUAL_EARTH[0];
    for _ in 0..12 {
        let (at, slope) = equal_earth_y(theta);
        let step = (at - y) / slope;
        theta -= step;
        if step.abs() < 1e-13 {
            break;
        }
    }
    let sine = 2.0 / root * theta.sin();
    if sine.abs() > 1.0 {
        return None;
    }
    let (_, slope) = equal_earth_y(theta);
    let lambda = x * 3.0 * slope / (2.0 * root * theta.cos());
    (lambda.abs() <= PI + 1e-9).then(|| [lambda, sine.asin()])
}

/// A longitude in degrees, brought within -180° (included) to 180°.
pub fn around(lon: f64) -> f64 {
    (lon + 180.0).rem_euclid(360.0) - 180.0
}

fn mercator_y(lat_deg: f64) -> f64 {
    let phi = lat_deg.clamp(-MERCATOR_LIMIT_DEG, MERCATOR_LIMIT_DEG).to_radians();
    (PI / 4.0 + phi / 2.0).tan().ln()
}

/// A rectangle in pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PixelRect {
    /// Left.
    pub x: f32,
    /// Top.
    pub y: f32,
    /// Width.
    pub width: f32,
    /// Height.
    pub height: f32,
}

impl PixelRect {
    /// A rectangle.
    pub fn new(x: f32, y: f32, width: f32, height: f32) -> Self {
        Self { x, y, width: width.max(0.0), height: height.max(0.0) }
    }

    /// Right edge.
    pub fn right(&self) -> f32 {
        self.x + self.width
    }

    /// Bottom edge.
    pub fn bottom(&self) -> f32 {
        self.y + self.height
    }

    /// The middle.
    pub fn center(&self) -> [f32; 2] {
        [self.x + self.width / 2.0, self.y + self.height / 2.0]
    }

    /// Whether a point lies in it.
    pub fn contains(&self, point: [f32; 2]) -> bool {
        (self.x..=self.right()).contains(&point[0]) && (self.y..=self.bottom()).contains(&point[1])
    }

    /// Whether two rectangles share more than an edge.
    pub fn meets(&self, other: &Self) -> bool {
        self.x < other.right()
            && other.x < self.right()
            && self.y < other.bottom()
            && other.y < self.bottom()
    }

    /// The rectangle, smaller by a margin on every side.
    #[must_use]
    pub fn shrunk(&self, by: f32) -> Self {
        Self::new(self.x + by, self.y + by, self.width - 2.0 * by, self.height - 2.0 * by)
    }
}

/// What part of the world is looked at.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct View {
    /// How the sphere is drawn.
    pub projection: Projection,
    /// The place in the middle.
    pub center: LonLat,
    /// 1 shows the inhabited world, 2 half of it.
    pub zoom: f64,
}

/// Zoom is held between these.
pub const ZOOM_RANGE: (f64, f64) = (0.8, 400.0);

impl View {
    /// The inhabited world; the globe is turned to the Atlantic.
    pub fn world(projection: Projection) -> Self {
        let center = match projection {
            Projection::EqualEarth => LonLat::new(0.0, 14.0),
            Projection::Mercator => LonLat::new(0.0, 30.0),
            Projection::Globe => LonLat::new(-60.0, 32.0),
        };
        Self { projection, center, zoom: 1.0 }
    }

    /// What lies between two corners, south-west and north-east, and fills the view.
    pub fn within(projection: Projection, [low, high]: [LonLat; 2]) -> Self {
        let center =
            LonLat::new(f64::midpoint(low.lon, high.lon), f64::midpoint(low.lat, high.lat));
        let shrink = center.lat.to_radians().cos().max(0.2);
        let width = ((high.lon - low.lon) * shrink).max(1e-3);
        let height = (high.lat - low.lat).max(1e-3);
        let zoom = (WORLD_SPAN[0] / width).min(WORLD_SPAN[1] / height);
        Self { projection, center, zoom: zoom.clamp(ZOOM_RANGE.0, ZOOM_RANGE.1) }
    }

    /// All of some places, with room around them; the world where they are all over it or there are
    /// none. One place alone is shown with some of its country.
    pub fn around(projection: Projection, places: impl Iterator<Item = LonLat>) -> Self {
        let world = Self::world(projection);
        let mut bounds: Option<[f64; 4]> = None;
        for place in places {
            let [west, south, east, north] =
                bounds.unwrap_or([place.lon, place.lat, place.lon, place.lat]);
            bounds = Some([
                west.min(place.lon),
                south.min(place.lat),
                east.max(place.lon),
                north.max(place.lat),
            ]);
        }
        let Some([west, south, east, north]) = bounds else { return world };
        let center = LonLat::new(f64::midpoint(west, east), f64::midpoint(south, north));
        // The world at zoom 1 is about so wide and high; degrees of longitude shrink to the poles.
        let shrink = center.lat.to_radians().cos().max(0.2);
        let width = ((east - west) * shrink).max(LEAST_SPAN);
        let height = (north - south).max(LEAST_SPAN);
        let zoom = (WORLD_SPAN[0] / width).min(WORLD_SPAN[1] / height) * ROOM;
        if zoom < NEAR {
            return world;
        }
        Self { projection, center, zoom: zoom.min(ZOOM_RANGE.1) }
    }
}

/// Degrees that a view of one place alone has at least.
const LEAST_SPAN: f64 = 8.0;
/// Degrees of longitude and latitude that the world has at zoom 1.
const WORLD_SPAN: [f64; 2] = [330.0, 130.0];
/// The share of a view that places take.
const ROOM: f64 = 0.75;
/// Views nearer than this are worth leaving the world for.
const NEAR: f64 = 1.5;

/// A view laid into a rectangle: places to pixels and back.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Projector {
    /// The view.
    pub view: View,
    /// The rectangle.
    pub rect: PixelRect,
    scale: f64,
    origin: [f64; 2],
    turn: [f64; 4],
}

/// From the plane of a flat projection to pixels: a point `p` of the plane is drawn at
/// `center + (p - origin) · scale`, with y pointing up on the plane and down in pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PlaneToPixels {
    /// The point of the plane in the middle.
    pub origin: [f64; 2],
    /// Pixels a radius of the sphere.
    pub scale: f64,
    /// The middle, in pixels.
    pub center: [f32; 2],
}

/// A projected point, and whether it faces the viewer.
pub type Projected = ([f32; 2], bool);

impl Projector {
    /// Lays a view into a rectangle.
    pub fn new(view: View, rect: PixelRect) -> Self {
        let (width, height) = (f64::from(rect.width), f64::from(rect.height));
        let span = |low: f64, high: f64| high - low;
        let fit = match view.projection {
            Projection::EqualEarth => {
                let y = |lat: f64| equal_earth(0.0, lat.to_radians())[1];
                (width / 5.45).min(height / span(y(-57.0), y(85.0)))
            }
            Projection::Mercator => {
                (width / TAU).min(height / span(mercator_y(-57.0), mercator_y(80.0)))
            }
            Projection::Globe => width.min(height) * 0.47,
        };
        let (lon, lat) = (view.center.lon.to_radians(), view.center.lat.to_radians());
        let mut this = Self {
            view,
            rect,
            scale: fit * view.zoom,
            origin: [0.0; 2],
            turn: [lat.sin(), lat.cos(), lon.sin(), lon.cos()],
        };
        if view.projection != Projection::Globe {
            this.origin = this.plane(view.center);
        }
        this
    }

    /// Pixels that the whole world (360°) is wide.
    pub fn world_width_px(&self) -> f32 {
        let units = match self.view.projection {
            Projection::EqualEarth => 5.41,
            Projection::Mercator => TAU,
            Projection::Globe => PI,
        };
        (self.scale * units) as f32
    }

    /// How the plane of a flat projection is laid into the rectangle; none for the globe.
    pub fn plane_to_pixels(&self) -> Option<PlaneToPixels> {
        let flat = self.view.projection != Projection::Globe;
        let (origin, scale) = (self.origin, self.scale);
        flat.then(|| PlaneToPixels { origin, scale, center: self.rect.center() })
    }

    /// Radius of the globe in pixels.
    pub fn globe_radius_px(&self) -> f32 {
        self.scale as f32
    }

    fn plane(&self, place: LonLat) -> [f64; 2] {
        self.view.projection.plane(place).unwrap_or_else(|| {
            let (point, front) = self.sphere(place);
            if front { point } else { rim(point) }
        })
    }

    fn sphere(&self, place: LonLat) -> ([f64; 2], bool) {
        let [sin_c, cos_c, sin_l, cos_l] = self.turn;
        let (sin_lon, cos_lon) = place.lon.to_radians().sin_cos();
        let (sin_lat, cos_lat) = place.lat.to_radians().sin_cos();
        let cos_d = cos_lon * cos_l + sin_lon * sin_l;
        let sin_d = sin_lon * cos_l - cos_lon * sin_l;
        let x = cos_lat * sin_d;
        let y = cos_c * sin_lat - sin_c * cos_lat * cos_d;
        let depth = sin_c * sin_lat + cos_c * cos_lat * cos_d;
        ([x, y], depth >= 0.0)
    }

    /// Where a place is drawn. On the globe a place of the far side is put on the rim, and told.
    pub fn project(&self, lon: f64, lat: f64) -> Projected {
        let place = LonLat::new(lon, lat);
        let (point, front) = if self.view.projection == Projection::Globe {
            let (point, front) = self.sphere(place);
            (if front { point } else { rim(point) }, front)
        } else {
            (self.plane(place), true)
        };
        let [cx, cy] = self.rect.center();
        let x = (point[0] - self.origin[0]) * self.scale + f64::from(cx);
        let y = (self.origin[1] - point[1]) * self.scale + f64::from(cy);
        ([x as f32, y as f32], front)
    }

    /// The place at a pixel, if one is drawn there. Longitudes lie within ±180°.
    pub fn unproject(&self, at: [f32; 2]) -> Option<LonLat> {
        let [cx, cy] = self.rect.center();
        let x = f64::from(at[0] - cx) / self.scale + self.origin[0];
        let y = self.origin[1] - f64::from(at[1] - cy) / self.scale;
        let [lambda, phi] = match self.view.projection {
            Projection::EqualEarth => equal_earth_inverse(x, y)?,
            Projection::Mercator => [x, 2.0 * y.exp().atan() - FRAC_PI_2],
            Projection::Globe => self.globe_inverse(x, y)?,
        };
        let lon = around(lambda.to_degrees());
        Some(LonLat::new(lon, phi.to_degrees()))
    }

    fn globe_inverse(&self, x: f64, y: f64) -> Option<[f64; 2]> {
        let [sin_c, cos_c, sin_l, cos_l] = self.turn;
        let depth = (1.0 - x * x - y * y).max(-1.0);
        if depth < 0.0 {
            return None;
        }
        let depth = depth.sqrt();
        let phi = (depth * sin_c + y * cos_c).asin();
        let (east, ahead) = (x, depth * cos_c - y * sin_c);
        Some([east.atan2(ahead) + sin_l.atan2(cos_l), phi])
    }

    /// Offsets in degrees of longitude at which the world is drawn again: Mercator repeats.
    pub fn copies(&self) -> Vec<f64> {
        if self.view.projection != Projection::Mercator {
            return vec![0.0];
        }
        let half = f64::from(self.rect.width) / 2.0 / self.scale;
        let (west, east) = (self.origin[0] - half, self.origin[0] + half);
        let first = ((west - PI) / TAU).ceil() as i32;
        let last = ((east + PI) / TAU).floor() as i32;
        (first.max(-3)..=last.min(3)).map(|n| f64::from(n) * 360.0).collect()
    }

    /// The view after a drag by so many pixels.
    pub fn panned(&self, delta: [f32; 2]) -> View {
        let mut view = self.view;
        if view.projection == Projection::Globe {
            let per_px = 1.0_f64.to_degrees() / self.scale;
            let lon = view.center.lon - f64::from(delta[0]) * per_px;
            view.center.lon = around(lon);
            view.center.lat = (view.center.lat + f64::from(delta[1]) * per_px).clamp(-89.0, 89.0);
            return view;
        }
        let [cx, cy] = self.rect.center();
        let moved = self.unproject([cx - delta[0], cy - delta[1]]);
        if let Some(center) = moved {
            view.center = center;
        }
        view.center.lat = view.center.lat.clamp(-84.0, 84.0);
        view
    }

    /// The view after a zoom by a factor that keeps the place under a pixel where it is.
    pub fn zoomed(&self, factor: f64, at: [f32; 2]) -> View {
        let mut view = self.view;
        view.zoom = (view.zoom * factor).clamp(ZOOM_RANGE.0, ZOOM_RANGE.1);
        let Some(anchor) = self.unproject(at) else { return view };
        let after = Self::new(view, self.rect);
        let (now, _) = after.project(anchor.lon, anchor.lat);
        after.panned([at[0] - now[0], at[1] - now[1]])
    }
}

fn rim(point: [f64; 2]) -> [f64; 2] {
    let length = point[0].hypot(point[1]);
    if length < 1e-12 { [0.0, 1.0] } else { [point[0] / length, point[1] / length] }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn projector(projection: Projection) -> Projector {
        let view = View { zoom: 1.3, ..View::world(projection) };
        Projector::new(view, PixelRect::new(10.0, 20.0, 1600.0, 900.0))
    }

    #[test]
    fn a_view_around_places_holds_all_of_them() {
        let places = [[8.6, 50.1], [13.4, 52.5], [11.5, 48.1]];
        let rect = PixelRect::new(0.0, 0.0, 1000.0, 500.0);
        for projection in [Projection::EqualEarth, Projection::Mercator, Projection::Globe] {
            let at = || places.iter().map(|[lon, lat]| LonLat::new(*lon, *lat));
            let view = View::around(projection, at());
            assert!(view.zoom > 4.0, "{view:?}");
            let projector = Projector::new(view, rect);
            for place in at() {
                let (pixel, _) = projector.project(place.lon, place.lat);
                assert!(rect.contains(pixel), "{projection:?} {pixel:?}");
            }
            assert_eq!(View::around(projection, std::iter::empty()), View::world(projection));
            let far = [LonLat::new(-120.0, 40.0), LonLat::new(150.0, -30.0)];
            assert_eq!(View::around(projection, far.into_iter()), View::world(projection));
            let one = View::around(projection, at().take(1));
            assert!(one.zoom < 40.0 && one.zoom > 4.0, "{one:?}");
        }
    }

    #[test]
    fn equal_earth_has_the_published_extent() {
        let [x, _] = equal_earth(PI, 0.0);
        let [_, y] = equal_earth(0.0, FRAC_PI_2);
        assert!((x - 2.706_629).abs() < 1e-5 && (y - 1.317_362_7).abs() < 1e-6, "{x} {y}");
    }

    #[test]
    fn the_far_side_of_the_globe_lies_on_the_rim() {
        let globe = projector(Projection::Globe);
        let (point, front) = globe.project(120.0, -32.0);
        let [cx, cy] = globe.rect.center();
        let radius = (point[0] - cx).hypot(point[1] - cy);
        assert!(!front && (radius - globe.globe_radius_px()).abs() < 0.01);
    }

    #[test]
    fn mercator_repeats_where_the_map_wraps() {
        let mut view = View::world(Projection::Mercator);
        view.center.lon = 170.0;
        let copies = Projector::new(view, PixelRect::new(0.0, 0.0, 1600.0, 900.0)).copies();
        assert!(copies.contains(&0.0) && copies.contains(&360.0), "{copies:?}");
    }

    proptest! {
        #[test]
        fn a_place_comes_back_from_its_pixel(lon in -179.0..179.0_f64, lat in -80.0..80.0_f64) {
            for (projection, ..) in Projection::ALL {
                let projector = projector(projection);
                let (point, front) = projector.project(lon, lat);
                if !front {
                    continue;
                }
                let back = projector.unproject(point);
                // f32 pixels lose what lies near the rim of the globe.
                let near_rim = projection == Projection::Globe && {
                    let [cx, cy] = projector.rect.center();
                    (point[0] - cx).hypot(point[1] - cy) > 0.98 * projector.globe_radius_px()
                };
                if near_rim {
                    continue;
                }
                let back = back.unwrap();
                prop_assert!((back.lat - lat).abs() < 0.01, "{projection:?} {back:?}");
                prop_assert!((back.lon - lon).abs() < 0.02, "{projection:?} {back:?}");
            }
        }

        #[test]
        fn zooming_keeps_the_place_under_the_pointer(x in 700.0..900.0_f32, y in 400.0..500.0_f32) {
            for projection in [Projection::EqualEarth, Projection::Mercator] {
                let before = projector(projection);
                let place = before.unproject([x, y]).unwrap();
                let after = Projector::new(before.zoomed(1.5, [x, y]), before.rect);
                let (now, _) = after.project(place.lon, place.lat);
                prop_assert!((now[0] - x).abs() < 3.0 && (now[1] - y).abs() < 3.0, "{now:?}");
            }
        }
    }
}

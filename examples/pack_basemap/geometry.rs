//! Points in quanta.

/// A point in 1e-4 degree: longitude, latitude.
pub(crate) type Point = (i32, i32);
/// Number of an atom; [`SEA`] is none.
pub(crate) type AtomNo = u32;

/// Id in `admin1_codes.csv` of what is left out.
pub(crate) const SKIP: &str = "-";
/// Quanta in a degree.
pub(crate) const QUANTA: f64 = 1e4;
/// The side of an arc where no land is.
pub(crate) const SEA: AtomNo = u32::MAX;
/// Longitude of the cut.
pub(crate) const LON_CUT: i32 = 1_800_000;
/// Latitude of the pole closure.
pub(crate) const LAT_POLE: i32 = -900_000;
/// Longest segment of a ring, in degrees.
pub(crate) const MAX_BORDER_EDGE: f64 = 6.0;
/// Longest inner edge of a triangle, in degrees.
pub(crate) const MAX_INNER_EDGE: f64 = 8.0;
/// Rounds of putting vertices back before the packer gives up.
pub(crate) const MAX_REPAIR_ROUNDS: usize = 200;

/// Twice the area of a ring, positive when counterclockwise.
pub(crate) fn double_area(ring: &[Point]) -> i64 {
    let wide = |p: Point| (i64::from(p.0), i64::from(p.1));
    let last = ring.last().copied().unwrap_or_default();
    let mut sum = 0;
    let mut before = wide(last);
    for &p in ring {
        let p = wide(p);
        sum += before.0 * p.1 - p.0 * before.1;
        before = p;
    }
    sum
}

pub(crate) fn quantised(lon: f64, lat: f64) -> Point {
    ((lon * QUANTA).round() as i32, (lat * QUANTA).round() as i32)
}

/// The corners of the box about two points.
pub(crate) trait MinMax {
    fn min_max(self, other: Self) -> (Point, Point);
}

impl MinMax for Point {
    fn min_max(self, other: Self) -> (Point, Point) {
        ((self.0.min(other.0), self.1.min(other.1)), (self.0.max(other.0), self.1.max(other.1)))
    }
}

pub(crate) fn bounds_of(points: &[Point]) -> (Point, Point) {
    let first = points.first().copied().unwrap_or_default();
    points.iter().fold((first, first), |(low, high), &p| (low.min_max(p).0, high.min_max(p).1))
}

pub(crate) fn cells_of(size: i32, (low, high): (Point, Point)) -> impl Iterator<Item = (i32, i32)> {
    let rows = low.1.div_euclid(size)..=high.1.div_euclid(size);
    (low.0.div_euclid(size)..=high.0.div_euclid(size))
        .flat_map(move |x| rows.clone().map(move |y| (x, y)))
}

/// Which side of the line from a to b the point c is on: positive left.
pub(crate) fn side(a: Point, b: Point, c: Point) -> i64 {
    i64::from(b.0 - a.0) * i64::from(c.1 - a.1) - i64::from(b.1 - a.1) * i64::from(c.0 - a.0)
}

/// Whether two segments meet other than at one shared end.
pub(crate) fn conflict(a: Point, b: Point, c: Point, d: Point) -> bool {
    let shared = usize::from(a == c || a == d) + usize::from(b == c || b == d);
    match shared {
        2 => true,
        1 => {
            let (joint, end) = if a == c || a == d { (a, b) } else { (b, a) };
            let other_end = if c == joint { d } else { c };
            side(joint, end, other_end) == 0 && dot(joint, end, other_end) > 0
        }
        _ => meet(a, b, c, d),
    }
}

pub(crate) fn dot(a: Point, b: Point, c: Point) -> i64 {
    i64::from(b.0 - a.0) * i64::from(c.0 - a.0) + i64::from(b.1 - a.1) * i64::from(c.1 - a.1)
}

pub(crate) fn meet(a: Point, b: Point, c: Point, d: Point) -> bool {
    let (low, high) = a.min_max(b);
    let (low2, high2) = c.min_max(d);
    low.0 <= high2.0
        && low2.0 <= high.0
        && low.1 <= high2.1
        && low2.1 <= high.1
        && side(a, b, c).signum() * side(a, b, d).signum() <= 0
        && side(c, d, a).signum() * side(c, d, b).signum() <= 0
}

/// Even-odd test; the ring may be open or closed.
pub(crate) fn contains(ring: &[Point], p: Point) -> bool {
    let mut inside = false;
    let mut a = ring[ring.len() - 1];
    for &b in ring {
        if (a.1 > p.1) != (b.1 > p.1) {
            let left = side(a, b, p) > 0;
            inside ^= left == (b.1 > a.1);
        }
        a = b;
    }
    inside
}

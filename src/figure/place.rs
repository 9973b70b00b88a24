//! Labels: the largest first, beside their symbol, never over another label.

use rustc_hash::FxHashMap;

use super::mark::Point;
use super::text;
use crate::geo::PixelRect;

/// A symbol that wants a label.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted {
    /// Its middle.
    pub center: Point,
    /// Its radius.
    pub radius: f32,
    /// Whose it is; it says what its label says.
    pub of: usize,
}

/// A label in its place.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Placed {
    /// What it says.
    pub text: String,
    /// Left end of the baseline.
    pub at: Point,
    /// A line from symbol to label, where the label could not stand beside it.
    pub leader: Option<[Point; 2]>,
}

/// Directions in which a label may stand, best first: right, left, then the diagonals, above, below.
const DIRECTIONS: [[f32; 2]; 8] = [
    [1.0, 0.0],
    [-1.0, 0.0],
    [0.8, -0.7],
    [0.8, 0.7],
    [-0.8, -0.7],
    [-0.8, 0.7],
    [0.0, -1.0],
    [0.0, 1.0],
];

/// How far from the symbol's edge labels are tried, in pixels; beyond the first with a leader.
const DISTANCES: [f32; 4] = [4.0, 16.0, 30.0, 48.0];

/// Width and height of a sector in pixels, and how many labels it may have: more is not taken in.
const SECTOR: [f32; 2] = [300.0, 260.0];
const IN_SECTOR: usize = 12;

/// Square pixels of a map that stays as it is for each label.
const PER_LABEL: f32 = 19_500.0;

/// So many symbols of a sector at most are tried for a label.
const TRIED_IN_SECTOR: usize = 30;

/// Symbols so far beyond the edges of a map take part, in pixels, so that labels near its edges are
/// placed as they will be once the map was moved.
pub(super) const BEYOND: f32 = 160.0;

/// What labels have to respect.
#[derive(Clone, Copy, Debug)]
pub(super) struct Room<'a> {
    /// Size of the text in pixels.
    pub size: f32,
    /// The map, which they must not leave.
    pub frame: PixelRect,
    /// Rectangles to be kept free.
    pub taken: &'a [PixelRect],
}

impl Room<'_> {
    fn holds(&self, rect: &PixelRect) -> bool {
        let ends = [[rect.x, rect.y], [rect.right(), rect.bottom()]];
        ends.into_iter().all(|end| self.frame.contains(end))
    }
}

/// Places labels on a map that stays as it is: those of the largest symbols, which come first.
pub(super) fn of_largest(
    wanted: &[Wanted],
    text: &dyn Fn(usize) -> String,
    room: Room<'_>,
) -> Vec<Placed> {
    let most = (room.frame.width * room.frame.height / PER_LABEL).clamp(4.0, 60.0) as usize;
    let largest = wanted.iter().filter(|want| room.frame.contains(want.center));
    let largest: Vec<Wanted> = largest.take(most * 4).copied().collect();
    let mut table = Table::new(&largest, room);
    let placed = largest.iter().enumerate().filter_map(|(index, want)| {
        table.place(index, text(want.of), |rect| room.holds(rect)).map(|(_, label)| label)
    });
    placed.take(most).collect()
}

/// Places labels on a map that is moved, in the order given, so that they stay where they are: sectors
/// are counted from a point that moves with the map, and its edges come last.
pub(super) fn by_sector(
    wanted: &[Wanted],
    text: &dyn Fn(usize) -> String,
    room: Room<'_>,
    from: Point,
) -> Vec<Placed> {
    let mut table = Table::new(wanted, room);
    let mut sectors: FxHashMap<[i32; 2], [usize; 2]> = FxHashMap::default();
    let mut out = Vec::new();
    for (index, want) in wanted.iter().enumerate() {
        let sector = |axis: usize| (want.center[axis] - from[axis]) / SECTOR[axis];
        let sector = [0, 1].map(|axis| sector(axis).floor() as i32);
        let [tried, labelled] = sectors.entry(sector).or_default();
        if *tried >= TRIED_IN_SECTOR || *labelled >= IN_SECTOR {
            continue;
        }
        *tried += 1;
        if let Some((rect, label)) = table.place(index, text(want.of), |_| true) {
            *labelled += 1;
            out.push((rect, index, label));
        }
    }
    // What is not wholly within the map gives way to all else, and is tried once more.
    out.retain(|(_, index, _)| room.frame.contains(wanted[*index].center));
    let (done, outside): (Vec<_>, Vec<_>) = out.into_iter().partition(|(r, ..)| room.holds(r));
    table.boxes = done.iter().map(|(rect, ..)| *rect).chain(room.taken.iter().copied()).collect();
    let again = outside
        .into_iter()
        .filter_map(|(_, index, label)| table.place(index, label.text, |rect| room.holds(rect)));
    let again: Vec<Placed> = again.map(|(_, label)| label).collect();
    done.into_iter().map(|(.., label)| label).chain(again).collect()
}

/// What is on a map so far.
struct Table<'a> {
    size: f32,
    symbols: Symbols<'a>,
    /// What is covered by labels or by something else.
    boxes: Vec<PixelRect>,
}

impl<'a> Table<'a> {
    fn new(wanted: &'a [Wanted], room: Room<'_>) -> Self {
        let symbols = Symbols::new(wanted, room.frame);
        Self { size: room.size, symbols, boxes: room.taken.to_vec() }
    }

    /// Finds a place for the label of a symbol where one is wanted, and takes it.
    fn place(
        &mut self,
        index: usize,
        text: String,
        is_wanted: impl Fn(&PixelRect) -> bool,
    ) -> Option<(PixelRect, Placed)> {
        let want = &self.symbols.all[index];
        let width = text::width(&text, self.size, false);
        // A small symbol is not worth a long line.
        let reach = if want.radius < 4.5 { 1 } else { DISTANCES.len() };
        let (rect, direction, distance) = DISTANCES[..reach].iter().find_map(|&distance| {
            DIRECTIONS.iter().find_map(|&direction| {
                let rect = label_rect(want, direction, distance, width, self.size);
                let free = is_wanted(&rect)
                    && !self.boxes.iter().any(|b| b.meets(&rect))
                    && self.symbols.uncovered(&rect, index, distance);
                free.then_some((rect, direction, distance))
            })
        })?;
        let far = distance > DISTANCES[0];
        let leader = far.then(|| leader(want, direction, &rect));
        self.boxes.push(rect);
        Some((rect, Placed { text, at: [rect.x + 2.0, rect.bottom() - 4.0], leader }))
    }
}

fn label_rect(
    want: &Wanted,
    direction: [f32; 2],
    distance: f32,
    width: f32,
    size: f32,
) -> PixelRect {
    let length = direction[0].hypot(direction[1]);
    let reach = want.radius + distance;
    let x = want.center[0] + direction[0] / length * reach;
    let y = want.center[1] + direction[1] / length * reach;
    let (width, height) = (width + 4.0, size + 4.0);
    let left = match direction[0] {
        d if d > 0.1 => x,
        d if d < -0.1 => x - width,
        _ => x - width / 2.0,
    };
    let top = match direction[1] {
        d if d > 0.9 => y,
        d if d < -0.9 => y - height,
        _ => y - height / 2.0,
    };
    PixelRect::new(left, top, width, height)
}

/// Symbols by the squares of a grid that they lie in, so that a label looks at those around it alone.
struct Symbols<'a> {
    all: &'a [Wanted],
    grid: Grid,
    /// For each square the last entry in it, and for each entry its symbol and the entry before; none
    /// is [`NONE`].
    last: Vec<u32>,
    entries: Vec<[u32; 2]>,
}

/// Squares over a rectangle. What lies beyond its edges is in the squares at them.
struct Grid {
    corner: Point,
    size: [usize; 2],
}

/// Side of a square of the grid in pixels.
const SQUARE: f32 = 64.0;

/// Labels keep so far from symbols that are not theirs, in pixels.
const APART: f32 = 3.0;

const NONE: u32 = u32::MAX;

impl Grid {
    fn new(rect: PixelRect) -> Self {
        let count = |side: f32| (side / SQUARE).ceil().max(1.0) as usize;
        Self { corner: [rect.x, rect.y], size: [count(rect.width), count(rect.height)] }
    }

    fn squares(&self, rect: &PixelRect) -> impl Iterator<Item = usize> + use<> {
        let [width, height] = self.size;
        let at = |value: f32, count: usize| ((value / SQUARE).max(0.0) as usize).min(count - 1);
        let [x, y] = self.corner;
        let columns = at(rect.x - x, width)..=at(rect.right() - x, width);
        let rows = at(rect.y - y, height)..=at(rect.bottom() - y, height);
        rows.flat_map(move |row| columns.clone().map(move |column| row * width + column))
    }
}

impl<'a> Symbols<'a> {
    fn new(all: &'a [Wanted], frame: PixelRect) -> Self {
        let grid = Grid::new(frame.shrunk(-BEYOND));
        let mut last = vec![NONE; grid.size[0] * grid.size[1]];
        let mut entries = Vec::with_capacity(all.len() * 2);
        for (at, want) in all.iter().enumerate() {
            let [x, y] = want.center;
            let around = PixelRect::new(x, y, 0.0, 0.0).shrunk(-want.radius - APART);
            for square in grid.squares(&around) {
                let before = std::mem::replace(&mut last[square], entries.len() as u32);
                entries.push([at as u32, before]);
            }
        }
        Self { all, grid, last, entries }
    }

    /// The symbols that have to do with a square.
    fn of(&self, square: usize) -> impl Iterator<Item = usize> {
        let entry = |at: u32| self.entries.get(at as usize).copied();
        let entries = std::iter::successors(entry(self.last[square]), move |e| entry(e[1]));
        entries.map(|[symbol, _]| symbol as usize)
    }

    /// Whether a label leaves the middles of other symbols free. A label with a leader must also not
    /// lie on larger symbols.
    fn uncovered(&self, rect: &PixelRect, own: usize, distance: f32) -> bool {
        let near = self.grid.squares(rect).flat_map(|square| self.of(square));
        near.filter(|at| *at != own).all(|at| {
            let other = &self.all[at];
            let x = other.center[0].clamp(rect.x, rect.right());
            let y = other.center[1].clamp(rect.y, rect.bottom());
            let gap = (x - other.center[0]).hypot(y - other.center[1]);
            // Touching a foreign ring, a label would read as its name. Far from its own it must leave
            // all free; beside its own it may lie over specks.
            let speck = other.radius < 4.5 && distance <= DISTANCES[0];
            gap > if speck { other.radius * 0.5 } else { other.radius + APART }
        })
    }
}

fn leader(want: &Wanted, direction: [f32; 2], rect: &PixelRect) -> [Point; 2] {
    let length = direction[0].hypot(direction[1]);
    let edge = |reach: f32| {
        [
            want.center[0] + direction[0] / length * reach,
            want.center[1] + direction[1] / length * reach,
        ]
    };
    let end = [
        want.center[0].clamp(rect.x, rect.right()),
        (rect.y + rect.height / 2.0).clamp(rect.y, rect.bottom()),
    ];
    [edge(want.radius.min(6.0)), end]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn labels_overlap_nothing_and_stay_in_the_frame(
            spots in proptest::collection::vec((0.0..800.0_f32, 0.0..400.0_f32, 1.0..30.0_f32), 1..60),
            moves in proptest::bool::ANY,
        ) {
            let frame = PixelRect::new(0.0, 0.0, 800.0, 400.0);
            let wanted: Vec<Wanted> = spots
                .iter()
                .enumerate()
                .map(|(of, &(x, y, radius))| Wanted { center: [x, y], radius, of })
                .collect();
            let text = |of| format!("Site number {of}");
            let room = Room { size: 12.0, frame, taken: &[] };
            let placed = if moves {
                by_sector(&wanted, &text, room, [0.0; 2])
            } else {
                of_largest(&wanted, &text, room)
            };
            let rects: Vec<PixelRect> = placed
                .iter()
                .map(|p| {
                    let width = text::width(&p.text, 12.0, false);
                    PixelRect::new(p.at[0] - 2.0, p.at[1] + 4.0 - 16.0, width + 4.0, 16.0)
                })
                .collect();
            for (label, rect) in placed.iter().zip(&rects) {
                for other in wanted.iter().filter(|other| label.text != text(other.of)) {
                    let near = |at: f32, low: f32, high: f32| at - at.clamp(low, high);
                    let x = near(other.center[0], rect.x, rect.right());
                    let y = near(other.center[1], rect.y, rect.bottom());
                    let speck = other.radius < 4.5 && label.leader.is_none();
                    let apart = if speck { other.radius * 0.5 } else { other.radius + APART };
                    prop_assert!(x.hypot(y) > apart - 0.01, "{label:?} lies over {other:?}");
                }
            }
            for (at, rect) in rects.iter().enumerate() {
                prop_assert!(rect.x >= -0.01 && rect.right() <= 800.01);
                prop_assert!(rects[..at].iter().all(|r| !r.shrunk(0.01).meets(&rect.shrunk(0.01))));
            }
        }
    }
}

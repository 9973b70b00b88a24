//! Labels: the largest first, beside their symbol, never over another label.

use super::mark::Point;
use super::text;
use crate::geo::PixelRect;

/// A symbol that wants a label.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    /// Its middle.
    pub center: Point,
    /// Its radius.
    pub radius: f32,
    /// What it says.
    pub text: String,
}

/// A label in its place.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Placed {
    /// Which of the wanted.
    pub index: usize,
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

/// Places labels in the order given, at most `most` of them. `taken` are rectangles to be kept free,
/// `symbols` circles that a label should not cover.
pub(super) fn labels(
    wanted: &[Wanted],
    size: f32,
    frame: PixelRect,
    taken: &[PixelRect],
    most: usize,
) -> Vec<Placed> {
    let mut boxes: Vec<PixelRect> = taken.to_vec();
    let mut placed = Vec::new();
    for (index, want) in wanted.iter().enumerate() {
        if placed.len() >= most {
            break;
        }
        let width = text::width(&want.text, size, false);
        // A small symbol is not worth a long line.
        let reach = if want.radius < 4.5 { 1 } else { DISTANCES.len() };
        let spot = DISTANCES[..reach].iter().find_map(|&distance| {
            DIRECTIONS.iter().find_map(|&direction| {
                let rect = label_rect(want, direction, distance, width, size);
                let inside = frame.contains([rect.x, rect.y])
                    && frame.contains([rect.right(), rect.bottom()]);
                let free = inside
                    && !boxes.iter().any(|b| b.meets(&rect))
                    && uncovered(&rect, index, wanted, distance);
                free.then_some((rect, direction, distance))
            })
        });
        let Some((rect, direction, distance)) = spot else { continue };
        let far = distance > DISTANCES[0];
        let leader = far.then(|| leader(want, direction, &rect));
        placed.push(Placed { index, at: [rect.x + 2.0, rect.bottom() - 4.0], leader });
        boxes.push(rect);
    }
    placed
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

/// Whether a label leaves the middles of other symbols free. A label with a leader must also not
/// lie on larger symbols.
fn uncovered(rect: &PixelRect, own: usize, wanted: &[Wanted], distance: f32) -> bool {
    wanted.iter().enumerate().filter(|(at, _)| *at != own).all(|(_, other)| {
        let x = other.center[0].clamp(rect.x, rect.right());
        let y = other.center[1].clamp(rect.y, rect.bottom());
        let gap = (x - other.center[0]).hypot(y - other.center[1]);
        // Touching a foreign ring, a label would read as its name. Far from its own it must leave
        // all free; beside its own it may lie over specks.
        let speck = other.radius < 4.5 && distance <= DISTANCES[0];
        let free = if speck { other.radius * 0.5 } else { other.radius + 3.0 };
        gap > free
    })
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
        fn labels_never_overlap_and_stay_in_the_frame(
            spots in proptest::collection::vec((0.0..800.0_f32, 0.0..400.0_f32, 1.0..30.0_f32), 1..60),
        ) {
            let frame = PixelRect::new(0.0, 0.0, 800.0, 400.0);
            let wanted: Vec<Wanted> = spots
                .iter()
                .enumerate()
                .map(|(at, &(x, y, radius))| Wanted { center: [x, y], radius, text: format!("Site number {at}") })
                .collect();
            let placed = labels(&wanted, 12.0, frame, &[], 40);
            let rects: Vec<PixelRect> = placed
                .iter()
                .map(|p| {
                    let width = text::width(&wanted[p.index].text, 12.0, false);
                    PixelRect::new(p.at[0] - 2.0, p.at[1] + 4.0 - 16.0, width + 4.0, 16.0)
                })
                .collect();
            for (at, rect) in rects.iter().enumerate() {
                prop_assert!(rect.x >= -0.01 && rect.right() <= 800.01);
                prop_assert!(rects[..at].iter().all(|r| !r.shrunk(0.01).meets(&rect.shrunk(0.01))));
            }
        }
    }
}

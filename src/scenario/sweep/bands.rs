//! What many draws amount to: percentiles by month and group, milestones, exceedance.

use std::sync::{Mutex, PoisonError};

use crate::model::{Grid, Month};
use crate::scenario::measure::Measure;
use crate::scenario::workers::{Workers, map};

/// The percentiles of a band.
pub const PERCENTILES: [f64; 5] = [0.05, 0.25, 0.50, 0.75, 0.95];

/// Percentiles of a group, month by month.
#[derive(Clone, Debug, PartialEq)]
pub struct BandRow {
    /// Name of the group; `(total)` for all.
    pub name: String,
    /// The [`PERCENTILES`] of each month, over the draws in which a value is known; none where there
    /// are none.
    pub months: Vec<Option<[f64; 5]>>,
    /// The mean of each month, likewise.
    pub mean: Vec<Option<f64>>,
    /// Draws in which a value is known, by month. In the others all that stands is of unknown value, or
    /// what a ratio is divided by is nothing.
    pub known: Vec<u32>,
    /// Phases in service without a value, by month, under the scenario without draws.
    pub unknown: Vec<u32>,
}

/// Bands of all groups, the total last.
#[derive(Clone, Debug, PartialEq)]
pub struct Bands {
    /// What was measured.
    pub measure: Measure,
    /// The months.
    pub grid: Grid,
    /// Number of draws that they rest on.
    pub draws: u32,
    /// Groups by code point, then the total.
    pub rows: Vec<BandRow>,
}

pub(super) fn band_rows(
    workers: &dyn Workers,
    names: Vec<String>,
    mut sample: Vec<f64>,
    months: usize,
    draws: u32,
) -> Vec<BandRow> {
    // Each cell is reordered in its own place, by whichever hand comes to it.
    let cells: Vec<Mutex<&mut [f64]>> =
        sample.chunks_exact_mut(draws as usize).map(Mutex::new).collect();
    let blocks = cells.len().div_ceil(CELLS);
    let found = map(workers, blocks, |block| {
        let cells = &cells[block * CELLS..((block + 1) * CELLS).min(cells.len())];
        let made = cells.iter().map(|cell| {
            let mut values = cell.lock().unwrap_or_else(PoisonError::into_inner);
            let mut known = values.len();
            let mut at = 0;
            while at < known {
                if values[at].is_nan() {
                    known -= 1;
                    values.swap(at, known);
                } else {
                    at += 1;
                }
            }
            let values = &mut values[..known];
            let mean = values.iter().sum::<f64>() / (known.max(1) as f64);
            let some = known > 0;
            (some.then(|| percentiles(values)), some.then_some(mean), known as u32)
        });
        made.collect::<Vec<_>>()
    });
    let found: Vec<_> = found.into_iter().flatten().collect();
    let rows = names.into_iter().zip(found.chunks(months));
    rows.map(|(name, cells)| BandRow {
        name,
        months: cells.iter().map(|(band, ..)| *band).collect(),
        mean: cells.iter().map(|(_, mean, _)| *mean).collect(),
        known: cells.iter().map(|(.., known)| *known).collect(),
        unknown: Vec::new(),
    })
    .collect()
}

/// The [`PERCENTILES`] of values, which are reordered; linear between neighbours, as most tables
/// have them (Hyndman and Fan 1996, type 7). NaN where there are none.
pub fn percentiles(values: &mut [f64]) -> [f64; 5] {
    let count = values.len();
    let Some(first) = values.first().copied() else { return [f64::NAN; 5] };
    if values.iter().all(|v| v.to_bits() == first.to_bits()) {
        return [first; 5];
    }
    let mut done = 0;
    PERCENTILES.map(|share| {
        let place = share * (count - 1) as f64;
        let low = place.floor() as usize;
        // The last one below `done` is in its place; the rest is parted at `low`.
        if low >= done {
            values[done..].select_nth_unstable_by(low - done, f64::total_cmp);
            done = low + 1;
        }
        let below = values[low];
        let fraction = place - place.floor();
        if fraction <= 0.0 {
            return below;
        }
        let above = values[low + 1..].iter().copied().fold(f64::INFINITY, f64::min);
        below + fraction * (above - below)
    })
}

/// When a level is reached, over draws.
#[derive(Clone, Debug, PartialEq)]
pub struct Milestone {
    /// The level, in the unit of the measure.
    pub level: f64,
    /// Month at each of the [`PERCENTILES`]: by then so large a share of draws has reached it. None
    /// where fewer ever do.
    pub months: [Option<Month>; 5],
    /// Share of draws that do not reach it on the grid.
    pub never: f64,
    /// Share of draws at or above the level, month by month.
    pub exceedance: Vec<f64>,
}

/// Milestones of a total: `[month][draw]`, flat.
pub fn milestones(total: &[f64], grid: &Grid, levels: &[f64]) -> Vec<Milestone> {
    let draws = total.len() / grid.len;
    let of = |level: &f64| {
        let mut reached = vec![grid.len; draws];
        let mut exceedance = Vec::with_capacity(grid.len);
        for month in 0..grid.len {
            let values = &total[month * draws..(month + 1) * draws];
            let mut above = 0;
            for (first, value) in reached.iter_mut().zip(values) {
                if value >= level {
                    above += 1;
                    *first = (*first).min(month);
                }
            }
            exceedance.push(f64::from(above) / draws as f64);
        }
        reached.sort_unstable();
        let months = PERCENTILES.map(|share| {
            let place = ((share * draws as f64).ceil() as usize).clamp(1, draws) - 1;
            Some(reached[place]).filter(|m| *m < grid.len).map(|m| grid.month(m))
        });
        let never = reached.iter().filter(|m| **m == grid.len).count() as f64 / draws as f64;
        Milestone { level: *level, months, never, exceedance }
    };
    levels.iter().map(of).collect()
}

/// Cells are handed to threads in blocks of so many.
const CELLS: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::draws::{Purpose, Stream};

    #[test]
    #[expect(clippy::float_cmp, reason = "the same operations give the same bits")]
    fn percentiles_are_linear_between_neighbours() {
        let mut values: Vec<f64> = (0..101).rev().map(f64::from).collect();
        assert_eq!(percentiles(&mut values), [5.0, 25.0, 50.0, 75.0, 95.0]);
        let two = percentiles(&mut [4.0, 1.0]);
        let want = [1.15, 1.75, 2.5, 3.25, 3.85];
        assert!(two.iter().zip(want).all(|(a, b)| (a - b).abs() < 1e-12), "{two:?}");
        assert_eq!(percentiles(&mut [2.0]), [2.0; 5]);
        assert!(percentiles(&mut []).iter().all(|v| v.is_nan()));
        // Against sorting, on values with ties.
        let stream = Stream::new(3, Purpose::Day, 5);
        for count in [2_u32, 3, 7, 50, 999] {
            let mut values: Vec<f64> =
                (0..count).map(|d| (stream.unit(d) * 20.0).floor()).collect();
            let mut sorted = values.clone();
            sorted.sort_by(f64::total_cmp);
            let want = PERCENTILES.map(|p| {
                let place = p * f64::from(count - 1);
                let low = place.floor() as usize;
                let high = (low + 1).min(count as usize - 1);
                sorted[low] + (place - place.floor()) * (sorted[high] - sorted[low])
            });
            assert_eq!(percentiles(&mut values), want, "{count}");
        }
    }

    #[test]
    fn a_milestone_is_the_first_month_at_or_above_its_level() {
        let grid = Grid::new(Month::new(2027, 1), Month::new(2027, 3));
        // Two draws: 1, 5, 9 and 0, 0, 6.
        let total = [1.0, 0.0, 5.0, 0.0, 9.0, 6.0];
        let found = milestones(&total, &grid, &[5.0, 8.0, 100.0]);
        assert_eq!(found[0].months[0], Some(Month::new(2027, 2)));
        assert_eq!(found[0].months[4], Some(Month::new(2027, 3)));
        assert_eq!(found[0].exceedance, [0.0, 0.5, 1.0]);
        assert_eq!((found[1].never, found[2].never), (0.5, 1.0));
        assert_eq!(found[1].months[4], None);
    }
}

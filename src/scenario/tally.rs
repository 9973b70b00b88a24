//! Sums by row and month, where each phase is touched only where it begins and ends.
//!
//! A set is a way of being shared among groups; a row is a set at a price. Known and unknown, stated
//! and derived are kept beside each other in a cell, so that a phase touches one place of memory
//! where it begins and one where it ends, whatever is asked of the sums later.

use super::phase::Rule;
use super::stack::Series;
use super::workers::{Workers, map};
use crate::model::{Maybe, Scope};

/// What counts, by class: unknown, stated, derived.
type Counts = [i32; 3];
const UNKNOWN: usize = 0;

/// Data with fewer phases than this are summed in one piece.
const PIECE: usize = 100_000;

/// Columns that every tally reads.
#[derive(Clone, Copy)]
pub(super) struct Columns<'a> {
    pub rule: &'a [Rule],
    pub scope: &'a [Scope],
    pub mask: Option<&'a [bool]>,
}

impl Columns<'_> {
    #[inline]
    fn class(&self, phase: usize) -> usize {
        let rule = self.rule[phase];
        usize::from(rule != Rule::Unknown) + usize::from(rule.is_derived())
    }

    #[inline]
    fn left_out(&self, phase: usize) -> bool {
        self.mask.is_some_and(|m| !m[phase])
    }
}

/// A cell of stocks: changes of the value, stated and derived, and of what counts.
type StockCell = ([f64; 2], Counts);

/// Sums stocks: `value[phase]` counts over `span[phase]`.
///
/// # Shape
/// One series a set.
pub(super) fn stocks(
    workers: &dyn Workers,
    (sets, months): (usize, usize),
    set_of: &[u32],
    (value, span): (&[Maybe], &[[u16; 2]]),
    columns: Columns<'_>,
) -> Vec<Series> {
    let width = months + 1;
    // Campus loads have cells of their own behind the others; where there are none, their memory is
    // never touched.
    let campus = sets * width;
    let parts = in_pieces(workers, set_of.len(), |range| {
        let mut cells: Vec<StockCell> = vec![([0.0; 2], [0; 3]); campus * 2];
        for phase in range {
            let [from, to] = span[phase];
            if from >= to || columns.left_out(phase) {
                continue;
            }
            let class = columns.class(phase);
            let amount = value[phase].get().unwrap_or(0.0);
            let behind = if columns.scope[phase] == Scope::Campus { campus } else { 0 };
            let base = behind + set_of[phase] as usize * width;
            let cell = &mut cells[base + usize::from(from)];
            cell.0[class.saturating_sub(1)] += amount;
            cell.1[class] += 1;
            if usize::from(to) < months {
                let cell = &mut cells[base + usize::from(to)];
                cell.0[class.saturating_sub(1)] -= amount;
                cell.1[class] -= 1;
            }
        }
        cells
    });
    map(workers, sets, |set| {
        let mut series = Series::zeros(months);
        for behind in [0, campus] {
            let (mut sums, mut counts) = ([0.0; 2], [0; 3]);
            for month in 0..months {
                for cells in &parts {
                    let (change, more) = cells[behind + set * width + month];
                    add(&mut sums, &mut counts, change, more);
                }
                settle(&mut sums, &counts);
                series.add_cell(month, sums, counts, behind > 0);
            }
        }
        series
    })
}

/// What phases add to a flow, and when.
#[derive(Clone, Copy)]
pub(super) struct Lives<'a> {
    /// Value for each hour.
    pub value: &'a [Maybe],
    /// Whole months `from..to`, the first one to be shortened.
    pub span: &'a [[u16; 2]],
    /// Days missed in the first month, and days in service in the month after the last.
    pub broken: &'a [[u8; 2]],
}

/// Rows of flows: a set at a price.
pub(super) struct Rows<'a> {
    /// Number of sets.
    pub sets: usize,
    /// The set of each row.
    pub set_of: &'a [u32],
    /// The curve of each row.
    pub curve_of: &'a [u32],
    /// Rates by curve and month; NaN where unknown.
    pub curves: &'a [Vec<f64>],
}

/// How much of a curve is known.
#[derive(Clone, Copy)]
enum Known {
    All,
    Nothing,
    /// Some months: what counts is kept for this curve and set apart.
    Some,
}

/// A cell of a set: broken months at their rate, and what counts.
type SetCell = ([f64; 2], Counts);

struct FlowCells {
    /// Changes of the value by row and month.
    rows: Vec<[f64; 2]>,
    sets: Vec<SetCell>,
    /// What counts in rows whose rate is known in some months only.
    mixed: Vec<Counts>,
}

/// Sums flows: each phase's value over the hours in which it stands, times the rate of its row.
///
/// # Shape
/// One series a set.
pub(super) fn flows(
    workers: &dyn Workers,
    rows: &Rows<'_>,
    hours: &[f64],
    row_of: &[u32],
    lives: Lives<'_>,
    columns: Columns<'_>,
) -> Vec<Series> {
    let months = hours.len();
    let width = months + 1;
    let known: Vec<Known> = rows.curves.iter().map(|curve| how_known(curve)).collect();
    let mut mixed_at = vec![u32::MAX; rows.set_of.len()];
    let mut mixed = 0;
    for (at, curve) in mixed_at.iter_mut().zip(rows.curve_of) {
        if matches!(known[*curve as usize], Known::Some) {
            *at = mixed;
            mixed += 1;
        }
    }
    let (row_cells, set_cells) = (rows.set_of.len() * width, rows.sets * width);
    let mixed_cells = mixed as usize * width;
    let parts = in_pieces(workers, row_of.len(), |range| {
        // Campus loads behind the others.
        let mut cells = FlowCells {
            rows: vec![[0.0; 2]; row_cells * 2],
            sets: vec![([0.0; 2], [0; 3]); set_cells * 2],
            mixed: vec![[0; 3]; mixed_cells * 2],
        };
        for phase in range {
            if columns.left_out(phase) {
                continue;
            }
            let [from, end] = lives.span[phase].map(usize::from);
            let [missed, last] = lives.broken[phase];
            let to = end + usize::from(last > 0);
            if from >= to {
                continue;
            }
            let row = row_of[phase] as usize;
            let curve = rows.curve_of[row] as usize;
            let behind = usize::from(columns.scope[phase] == Scope::Campus);
            let mut class = columns.class(phase);
            let side = class.saturating_sub(1);
            let amount = lives.value[phase].get().unwrap_or(0.0);
            let set = set_cells * behind + rows.set_of[row] as usize * width;
            match known[curve] {
                Known::All => {}
                Known::Nothing => class = UNKNOWN,
                Known::Some => {
                    let base = mixed_cells * behind + mixed_at[row] as usize * width;
                    cells.mixed[base + from][class] += 1;
                    if to < months {
                        cells.mixed[base + to][class] -= 1;
                    }
                }
            }
            if !matches!(known[curve], Known::Some) {
                cells.sets[set + from].1[class] += 1;
                if to < months {
                    cells.sets[set + to].1[class] -= 1;
                }
            }
            if amount == 0.0 || matches!(known[curve], Known::Nothing) {
                continue;
            }
            let rates = &rows.curves[curve];
            let base = row_cells * behind + row * width;
            cells.rows[base + from][side] += amount;
            let day = 24.0 * amount;
            cells.sets[set + from].0[side] -= day * f64::from(missed) * known_or_zero(rates[from]);
            if end < months {
                cells.rows[base + end][side] -= amount;
                cells.sets[set + end].0[side] += day * f64::from(last) * known_or_zero(rates[end]);
            }
        }
        cells
    });
    let mut of_set: Vec<Vec<u32>> = vec![Vec::new(); rows.sets];
    for (row, set) in rows.set_of.iter().enumerate() {
        of_set[*set as usize].push(row as u32);
    }
    map(workers, rows.sets, |set| {
        let mut series = Series::zeros(months);
        for behind in [0, 1] {
            let mut cells = vec![([0.0; 2], [0; 3]); months];
            let mut counts = [0; 3];
            for (month, cell) in cells.iter_mut().enumerate() {
                for part in &parts {
                    let (lump, more) = part.sets[set_cells * behind + set * width + month];
                    cell.0.iter_mut().zip(lump).for_each(|(sum, lump)| *sum += lump);
                    counts.iter_mut().zip(more).for_each(|(sum, more)| *sum += more);
                }
                cell.1 = counts;
            }
            for &row in &of_set[set] {
                let row = row as usize;
                let curve = &rows.curves[rows.curve_of[row] as usize];
                let base = row_cells * behind + row * width;
                let mixed = mixed_at[row];
                let (mut sums, mut counts) = ([0.0; 2], [0; 3]);
                for (month, cell) in cells.iter_mut().enumerate() {
                    for part in &parts {
                        let change = part.rows[base + month];
                        sums.iter_mut().zip(change).for_each(|(sum, step)| *sum += step);
                    }
                    let factor = known_or_zero(curve[month]) * hours[month];
                    cell.0.iter_mut().zip(sums).for_each(|(sum, rate)| *sum += rate * factor);
                    if mixed != u32::MAX {
                        let at = mixed_cells * behind + mixed as usize * width + month;
                        for part in &parts {
                            counts.iter_mut().zip(part.mixed[at]).for_each(|(a, b)| *a += b);
                        }
                        if curve[month].is_nan() {
                            cell.1[UNKNOWN] += counts.iter().sum::<i32>();
                        } else {
                            cell.1.iter_mut().zip(counts).for_each(|(a, b)| *a += b);
                        }
                    }
                }
            }
            for (month, (mut sums, counts)) in cells.into_iter().enumerate() {
                settle(&mut sums, &counts);
                series.add_cell(month, sums, counts, behind > 0);
            }
        }
        series
    })
}

fn how_known(curve: &[f64]) -> Known {
    let unknown = curve.iter().filter(|rate| rate.is_nan()).count();
    match unknown {
        0 => Known::All,
        n if n == curve.len() => Known::Nothing,
        _ => Known::Some,
    }
}

#[inline]
fn known_or_zero(rate: f64) -> f64 {
    if rate.is_nan() { 0.0 } else { rate }
}

/// The sums of ranges of phases, as many as there are hands.
fn in_pieces<T: Send + Sync>(
    workers: &dyn Workers,
    len: usize,
    sum: impl Fn(std::ops::Range<usize>) -> T + Sync,
) -> Vec<T> {
    let pieces = if len < PIECE { 1 } else { workers.width().max(1) };
    map(workers, pieces, |piece| sum(len * piece / pieces..len * (piece + 1) / pieces))
}

fn add(sums: &mut [f64; 2], counts: &mut Counts, change: [f64; 2], more: Counts) {
    sums.iter_mut().zip(change).for_each(|(sum, step)| *sum += step);
    counts.iter_mut().zip(more).for_each(|(sum, step)| *sum += step);
}

/// Where nothing counts the sum is exactly zero, whatever the rounding of what came and went.
fn settle(sums: &mut [f64; 2], counts: &Counts) {
    for (sum, count) in sums.iter_mut().zip(&counts[1..]) {
        if *count == 0 {
            *sum = 0.0;
        }
    }
}

impl Series {
    /// Adds a cell to a month.
    #[inline]
    fn add_cell(&mut self, month: usize, sums: [f64; 2], counts: Counts, campus: bool) {
        let value = sums[0] + sums[1];
        self.value[month] += value;
        self.derived[month] += sums[1];
        if campus {
            self.campus[month] += value;
        }
        self.unknown[month] += counts[UNKNOWN].max(0).cast_unsigned();
        self.count[month] += counts.iter().sum::<i32>().max(0).cast_unsigned();
    }
}

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
    fn left_out(&self, phase: usize) -> bool {
        self.mask.is_some_and(|m| !m[phase])
    }
}

/// The class of a value by the rule that gave it.
#[inline]
fn class_of(rule: Rule) -> usize {
    usize::from(rule != Rule::Unknown) + usize::from(rule.is_derived())
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
        let mut any_campus = false;
        // Columns side by side, so that their ends are looked at once and not for every phase.
        let first = range.start;
        let lives = span[range.clone()].iter().zip(&value[range.clone()]);
        let kinds = columns.rule[range.clone()].iter().zip(&columns.scope[range.clone()]);
        let rows = lives.zip(kinds).zip(&set_of[range]);
        for (at, (((&[from, to], value), (rule, scope)), &set)) in rows.enumerate() {
            if from >= to || columns.left_out(first + at) {
                continue;
            }
            let class = class_of(*rule);
            let amount = value.get().unwrap_or(0.0);
            let behind = if *scope == Scope::Campus { campus } else { 0 };
            any_campus |= behind > 0;
            let base = behind + set as usize * width;
            let cell = &mut cells[base + usize::from(from)];
            cell.0[class.saturating_sub(1)] += amount;
            cell.1[class] += 1;
            if usize::from(to) < months {
                let cell = &mut cells[base + usize::from(to)];
                cell.0[class.saturating_sub(1)] -= amount;
                cell.1[class] -= 1;
            }
        }
        (cells, any_campus)
    });
    let any_campus = parts.iter().any(|(_, any)| *any);
    map(workers, sets, |set| {
        let mut series = Series::zeros(months);
        for behind in [0, campus].into_iter().take(1 + usize::from(any_campus)) {
            let (mut sums, mut counts) = ([0.0; 2], [0; 3]);
            for month in 0..months {
                for (cells, _) in &parts {
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

/// What a phase needs to know of its row.
#[derive(Clone, Copy)]
struct RowFacts {
    /// First cell of its set.
    set: u32,
    /// First rate of its curve.
    curve: u32,
    /// First cell of its own counts, where its rate is known in some months only.
    mixed: u32,
    /// Whether its rate is known in any month.
    priced: bool,
}

/// No cells.
const NONE: u32 = u32::MAX;

/// A cell of a set: broken months at their rate, and what counts.
type SetCell = ([f64; 2], Counts);

/// Sums of a range of phases; campus loads behind the others.
struct FlowCells {
    /// Changes of the value by row and month.
    rows: Vec<[f64; 2]>,
    sets: Vec<SetCell>,
    /// What counts in rows whose rate is known in some months only.
    mixed: Vec<Counts>,
    /// Whether there is any campus load.
    campus: bool,
}

/// Additions to far cells that wait for one another: done in a row they need not wait for memory
/// one by one.
struct Waiting {
    at: [u32; BATCH],
    amount: [f64; BATCH],
    len: usize,
}

/// So many additions wait.
const BATCH: usize = 64;

impl Default for Waiting {
    fn default() -> Self {
        Self { at: [0; BATCH], amount: [0.0; BATCH], len: 0 }
    }
}

impl Waiting {
    #[inline]
    fn push(&mut self, cells: &mut [[f64; 2]], cell: usize, side: usize, amount: f64) {
        self.at[self.len] = (cell * 2 + side) as u32;
        self.amount[self.len] = amount;
        self.len += 1;
        if self.len == BATCH {
            self.flush(cells);
        }
    }

    fn flush(&mut self, cells: &mut [[f64; 2]]) {
        let cells = cells.as_flattened_mut();
        for (at, amount) in self.at.iter().zip(&self.amount).take(self.len) {
            cells[*at as usize] += amount;
        }
        self.len = 0;
    }
}

/// Flows being summed.
struct Flows<'a> {
    rows: &'a Rows<'a>,
    hours: &'a [f64],
    facts: Vec<RowFacts>,
    /// Rates by curve and month, one month more than the grid has; 0 where unknown.
    rates: Vec<f64>,
    /// Cells of rows, of sets, and of counts set apart.
    sizes: [usize; 3],
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
    let flows = Flows::new(rows, hours);
    let parts = in_pieces(workers, row_of.len(), |range| flows.sum(range, row_of, lives, columns));
    let mut of_set: Vec<Vec<u32>> = vec![Vec::new(); rows.sets];
    for (row, set) in rows.set_of.iter().enumerate() {
        of_set[*set as usize].push(row as u32);
    }
    map(workers, rows.sets, |set| flows.finish(&parts, set, &of_set[set]))
}

impl<'a> Flows<'a> {
    fn new(rows: &'a Rows<'a>, hours: &'a [f64]) -> Self {
        let width = hours.len() + 1;
        let mut rates = Vec::with_capacity(rows.curves.len() * width);
        for curve in rows.curves {
            rates.extend(curve.iter().map(|rate| if rate.is_nan() { 0.0 } else { *rate }));
            rates.push(0.0);
        }
        let unknown: Vec<usize> = rows
            .curves
            .iter()
            .map(|curve| curve.iter().filter(|rate| rate.is_nan()).count())
            .collect();
        let mut mixed = 0;
        let fact = |(set, curve): (&u32, &u32)| {
            let lacking = unknown[*curve as usize];
            let some = lacking > 0 && lacking < hours.len();
            let own = if some { mixed } else { NONE };
            mixed += if some { width as u32 } else { 0 };
            RowFacts {
                set: set * width as u32,
                curve: curve * width as u32,
                mixed: own,
                priced: lacking < hours.len(),
            }
        };
        let facts = rows.set_of.iter().zip(rows.curve_of).map(fact).collect();
        let sizes = [rows.set_of.len() * width, rows.sets * width, mixed as usize];
        Self { rows, hours, facts, rates, sizes }
    }

    fn sum(
        &self,
        range: std::ops::Range<usize>,
        row_of: &[u32],
        lives: Lives<'_>,
        columns: Columns<'_>,
    ) -> FlowCells {
        let months = self.hours.len();
        let width = months + 1;
        let mut cells = FlowCells {
            rows: vec![[0.0; 2]; self.sizes[0] * 2],
            sets: vec![([0.0; 2], [0; 3]); self.sizes[1] * 2],
            mixed: vec![[0; 3]; self.sizes[2] * 2],
            campus: false,
        };
        let first = range.start;
        let spans = lives.span[range.clone()].iter().zip(&lives.broken[range.clone()]);
        let kinds = columns.rule[range.clone()].iter().zip(&columns.scope[range.clone()]);
        let rows = row_of[range.clone()].iter().zip(&lives.value[range]);
        let all = spans.zip(kinds).zip(rows).enumerate();
        let mut waiting = Waiting::default();
        for (at, (((span, &[missed, last]), (rule, scope)), (&row, value))) in all {
            let [from, end] = span.map(usize::from);
            let to = end + usize::from(last > 0);
            if from >= to || columns.left_out(first + at) {
                continue;
            }
            let row = row as usize;
            let facts = self.facts[row];
            let behind = usize::from(*scope == Scope::Campus);
            cells.campus |= behind > 0;
            let known = class_of(*rule);
            let side = known.saturating_sub(1);
            let set = self.sizes[1] * behind + facts.set as usize;
            if facts.mixed == NONE {
                // Where no month has a rate nothing is known.
                let class = if facts.priced { known } else { UNKNOWN };
                cells.sets[set + from].1[class] += 1;
                if to < months {
                    cells.sets[set + to].1[class] -= 1;
                }
            } else {
                let base = self.sizes[2] * behind + facts.mixed as usize;
                cells.mixed[base + from][known] += 1;
                if to < months {
                    cells.mixed[base + to][known] -= 1;
                }
            }
            let amount = value.get().unwrap_or(0.0);
            if !facts.priced || amount == 0.0 {
                continue;
            }
            let base = self.sizes[0] * behind + row * width;
            let (rate, day) = (facts.curve as usize, 24.0 * amount);
            waiting.push(&mut cells.rows, base + from, side, amount);
            cells.sets[set + from].0[side] -= day * f64::from(missed) * self.rates[rate + from];
            if end < months {
                waiting.push(&mut cells.rows, base + end, side, -amount);
                cells.sets[set + end].0[side] += day * f64::from(last) * self.rates[rate + end];
            }
        }
        waiting.flush(&mut cells.rows);
        cells
    }

    /// The series of a set, from its rows and those of its own cells.
    fn finish(&self, parts: &[FlowCells], set: usize, rows: &[u32]) -> Series {
        let months = self.hours.len();
        let width = months + 1;
        let mut series = Series::zeros(months);
        let any_campus = parts.iter().any(|part| part.campus);
        for behind in 0..=usize::from(any_campus) {
            let mut cells = vec![([0.0; 2], [0; 3]); months];
            let mut counts = [0; 3];
            for (month, cell) in cells.iter_mut().enumerate() {
                for part in parts {
                    let at = self.sizes[1] * behind + set * width + month;
                    add(&mut cell.0, &mut counts, part.sets[at].0, part.sets[at].1);
                }
                cell.1 = counts;
            }
            for &row in rows {
                self.finish_row(parts, row as usize, behind, &mut cells);
            }
            for (month, (mut sums, counts)) in cells.into_iter().enumerate() {
                settle(&mut sums, &counts);
                series.add_cell(month, sums, counts, behind > 0);
            }
        }
        series
    }

    fn finish_row(&self, parts: &[FlowCells], row: usize, behind: usize, cells: &mut [SetCell]) {
        let facts = self.facts[row];
        let curve = &self.rows.curves[self.rows.curve_of[row] as usize];
        let base = self.sizes[0] * behind + row * (self.hours.len() + 1);
        let (mut sums, mut counts) = ([0.0; 2], [0; 3]);
        for (month, cell) in cells.iter_mut().enumerate() {
            for part in parts {
                let change = part.rows[base + month];
                sums.iter_mut().zip(change).for_each(|(sum, step)| *sum += step);
            }
            let factor = self.rates[facts.curve as usize + month] * self.hours[month];
            cell.0.iter_mut().zip(sums).for_each(|(sum, rate)| *sum += rate * factor);
            if facts.mixed == NONE {
                continue;
            }
            let at = self.sizes[2] * behind + facts.mixed as usize + month;
            for part in parts {
                counts.iter_mut().zip(part.mixed[at]).for_each(|(sum, more)| *sum += more);
            }
            if curve[month].is_nan() {
                cell.1[UNKNOWN] += counts.iter().sum::<i32>();
            } else {
                cell.1.iter_mut().zip(counts).for_each(|(sum, more)| *sum += more);
            }
        }
    }
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

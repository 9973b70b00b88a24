//! Sums by row and month, where each phase is touched only where it begins and ends.
//!
//! A row is a way of being shared among groups, or such a way with a price zone. Known and unknown,
//! stated and derived, AI and campus are kept as classes of a cell, so that a phase costs one
//! addition where it begins and one where it ends, whatever is asked of the sums later.

use super::phase::Rule;
use super::stack::Series;
use super::workers::{Workers, map};
use crate::model::{Maybe, Scope};

/// Classes of a cell: unknown, stated, derived, and the last two for campus loads.
const CLASSES: usize = 5;
const UNKNOWN: usize = 0;

/// Whether a class is derived, and whether it is campus load.
const fn class_marks(class: usize) -> (bool, bool) {
    (class == 2 || class == 4, class >= 3)
}

/// Data with fewer phases than this are summed in one piece.
const PIECE: usize = 100_000;

/// What a phase adds while it stands.
#[derive(Clone, Copy)]
pub(super) struct Addend {
    /// Value for each whole month (or hour of it).
    pub value: Maybe,
    /// First month, and month after the last, in which it counts.
    pub span: [u16; 2],
    /// What is to be added in the first month, and in the month after the last, besides: the
    /// broken months at its ends.
    pub lumps: [f64; 2],
    /// Months after which its value no longer flows; that of the span, but for broken months.
    pub end: u16,
}

/// Columns that every tally reads.
#[derive(Clone, Copy)]
pub(super) struct Columns<'a> {
    pub rule: &'a [Rule],
    pub scope: &'a [Scope],
    pub mask: Option<&'a [bool]>,
}

impl Columns<'_> {
    #[inline]
    fn class(&self, phase: usize, known: bool) -> usize {
        if !known {
            return UNKNOWN;
        }
        let derived = usize::from(self.rule[phase].is_derived());
        let campus = usize::from(self.scope[phase] == Scope::Campus);
        1 + derived + 2 * campus
    }
}

/// A cell: changes of the value, of what counts, and the lump of the month.
type StockCell = (f64, i64);
type FlowCell = (f64, f64, i64);

/// Sums stocks: `value[phase]` counts over `span[phase]`.
///
/// # Shape
/// One series a row.
pub(super) fn stocks(
    workers: &dyn Workers,
    (rows, months): (usize, usize),
    row_of: &[u32],
    (value, span): (&[Maybe], &[[u16; 2]]),
    columns: Columns<'_>,
) -> Vec<Series> {
    let width = months + 1;
    let len = row_of.len();
    let pieces = if len < PIECE { 1 } else { workers.width().max(1) };
    let parts = map(workers, pieces, |piece| {
        let range = len * piece / pieces..len * (piece + 1) / pieces;
        let mut cells: Vec<StockCell> = vec![(0.0, 0); rows * width * CLASSES];
        let mut used = [false; CLASSES];
        for phase in range {
            let [from, to] = span[phase];
            if from >= to || columns.mask.is_some_and(|m| !m[phase]) {
                continue;
            }
            let value = value[phase];
            let known = value.get();
            let class = columns.class(phase, known.is_some());
            used[class] = true;
            let known = known.unwrap_or(0.0);
            let base = (class * rows + row_of[phase] as usize) * width;
            let cell = &mut cells[base + usize::from(from)];
            cell.0 += known;
            cell.1 += 1;
            if usize::from(to) < months {
                let cell = &mut cells[base + usize::from(to)];
                cell.0 -= known;
                cell.1 -= 1;
            }
        }
        (cells, used)
    });
    let used = used_classes(parts.iter().map(|(_, used)| used));
    map_rows(workers, rows, |row| {
        let mut series = Series::zeros(months);
        for class in (0..CLASSES).filter(|&c| used[c]) {
            let base = (class * rows + row) * width;
            let (mut value, mut count) = (0.0, 0_i64);
            for month in 0..months {
                for (cells, _) in &parts {
                    let (change, more) = cells[base + month];
                    value += change;
                    count += more;
                }
                value = if count == 0 { 0.0 } else { value };
                series.add_class(month, class, value, count);
            }
        }
        series
    })
}

/// Sums flows: each phase's value over the hours in which it stands.
///
/// # Shape
/// One series a row, values in value × hours.
pub(super) fn flows(
    workers: &dyn Workers,
    (rows, hours): (usize, &[f64]),
    row_of: &(dyn Fn(usize) -> u32 + Sync),
    addend: &(impl Fn(usize) -> Addend + Sync),
    len: usize,
    columns: Columns<'_>,
) -> Vec<Series> {
    let months = hours.len();
    let width = months + 1;
    let pieces = if len < PIECE { 1 } else { workers.width().max(1) };
    let parts = map(workers, pieces, |piece| {
        let range = len * piece / pieces..len * (piece + 1) / pieces;
        let mut cells: Vec<FlowCell> = vec![(0.0, 0.0, 0); rows * width * CLASSES];
        let mut used = [false; CLASSES];
        for phase in range {
            if columns.mask.is_some_and(|m| !m[phase]) {
                continue;
            }
            let Addend { value, span: [from, to], lumps, end } = addend(phase);
            if from >= to {
                continue;
            }
            let known = value.get();
            let class = columns.class(phase, known.is_some());
            used[class] = true;
            let known = known.unwrap_or(0.0);
            let base = (class * rows + row_of(phase) as usize) * width;
            let cell = &mut cells[base + usize::from(from)];
            cell.0 += known;
            cell.1 += known * lumps[0];
            cell.2 += 1;
            let (end, to) = (usize::from(end), usize::from(to));
            if end < months {
                let cell = &mut cells[base + end];
                cell.0 -= known;
                cell.1 += known * lumps[1];
            }
            if to < months {
                cells[base + to].2 -= 1;
            }
        }
        (cells, used)
    });
    let used = used_classes(parts.iter().map(|(_, used)| used));
    map_rows(workers, rows, |row| {
        let mut series = Series::zeros(months);
        for class in (0..CLASSES).filter(|&c| used[c]) {
            let base = (class * rows + row) * width;
            let (mut value, mut count) = (0.0, 0_i64);
            for month in 0..months {
                let mut lump = 0.0;
                for (cells, _) in &parts {
                    let (change, more, counted) = cells[base + month];
                    value += change;
                    lump += more;
                    count += counted;
                }
                value = if count == 0 { 0.0 } else { value };
                let sum = if count == 0 { 0.0 } else { value * hours[month] + lump };
                series.add_class(month, class, sum, count);
            }
        }
        series
    })
}

fn used_classes<'a>(parts: impl Iterator<Item = &'a [bool; CLASSES]>) -> [bool; CLASSES] {
    parts.fold([false; CLASSES], |all, part| std::array::from_fn(|at| all[at] || part[at]))
}

/// Rows finished in blocks, so that a piece of work is worth handing over.
fn map_rows(
    workers: &dyn Workers,
    rows: usize,
    finish: impl Fn(usize) -> Series + Sync,
) -> Vec<Series> {
    let blocks = if rows < 256 { 1 } else { workers.width().max(1) * 4 };
    let made = map(workers, blocks, |block| {
        let range = rows * block / blocks..rows * (block + 1) / blocks;
        range.map(&finish).collect::<Vec<Series>>()
    });
    made.into_iter().flatten().collect()
}

impl Series {
    /// Adds a class of a cell to a month.
    #[inline]
    fn add_class(&mut self, month: usize, class: usize, value: f64, count: i64) {
        if count == 0 {
            return;
        }
        self.count[month] += count as u32;
        if class == UNKNOWN {
            self.unknown[month] += count as u32;
            return;
        }
        let (derived, campus) = class_marks(class);
        self.value[month] += value;
        if derived {
            self.derived[month] += value;
        }
        if campus {
            self.campus[month] += value;
        }
    }
}

//! Stocks: what stands at the end of each month.
//!
//! A cell holds a value and what counts beside each other, so that a phase changes one place in memory
//! where it begins, and one where it ends.

use super::{Columns, MOST, in_pieces};
use crate::model::{Maybe, Run, Scope};
use crate::scenario::phase::Rule;
use crate::scenario::stack::Series;
use crate::scenario::workers::{Workers, map};

/// Changes of a stock in a month, and of what counts: one for each phase, and [`MOST`] more where its
/// value is not known. Sums of these are whole numbers below 2⁵³, which are exact; and two numbers of
/// a kind are changed at once.
type StockCell = [f64; 2];

/// Phases that count, and those of them whose value is not known.
fn counted(sum: f64) -> [u32; 2] {
    let sum = sum as u64;
    [(sum % MOST) as u32, (sum / MOST) as u32]
}

/// Blocks of cells of stocks: stated and unknown, derived, and both again for campuses.
const DERIVED: usize = 1;
const CAMPUS: usize = 2;

/// What a phase changes of what counts, by the rule that gave its value.
#[inline]
fn counting(rule: Rule) -> f64 {
    const UNKNOWN: f64 = 1.0 + MOST as f64;
    if rule == Rule::Unknown { UNKNOWN } else { 1.0 }
}

/// Columns of some phases whose stock is summed.
struct StockColumns<'a> {
    span: &'a [[u16; 2]],
    value: &'a [Maybe],
    rule: &'a [Rule],
    set_of: &'a [u32],
    /// Cells of a set, and of a block.
    width: usize,
    block: usize,
}

impl StockColumns<'_> {
    /// Notes the changes of each phase. `behind` says how far behind the cells of its set those of a
    /// phase are: not at all, or by the blocks before those of campuses; none if it is left out.
    ///
    /// Cells are farther than the nearest cache: the less there is to do for a phase, the more of
    /// them are waited for at once.
    #[inline]
    fn sum(&self, cells: &mut [StockCell], behind: impl Fn(usize) -> Option<usize>) {
        let lives = self.span.iter().zip(self.value);
        let kinds = self.rule.iter().zip(self.set_of);
        for (at, ((&[from, to], value), (rule, &set))) in lives.zip(kinds).enumerate() {
            if from >= to {
                continue;
            }
            let Some(behind) = behind(at) else { continue };
            let derived = if rule.is_derived() { self.block } else { 0 };
            let count = counting(*rule);
            let amount = value.get().unwrap_or(0.0);
            let base = behind + derived + set as usize * self.width;
            add(&mut cells[base + usize::from(from)], [amount, count]);
            if usize::from(to) + 1 < self.width {
                add(&mut cells[base + usize::from(to)], [-amount, -count]);
            }
        }
    }
}

#[inline]
fn add(cell: &mut StockCell, change: StockCell) {
    cell.iter_mut().zip(change).for_each(|(sum, step)| *sum += step);
}

/// So many phases are looked at before room is made for more.
const STOCK_BLOCK: usize = 2048;

/// Makes room for blocks that anything falls in; memory of others is not touched.
fn make_room(cells: &mut Vec<StockCell>, wanted: usize) {
    if cells.is_empty() {
        *cells = vec![[0.0; 2]; wanted];
    } else if cells.len() < wanted {
        cells.resize(wanted, [0.0; 2]);
    }
}

/// Sums stocks: `value[phase]` counts over `span[phase]`.
///
/// # Shape
/// One series a set.
pub(in crate::scenario) fn stocks(
    workers: &dyn Workers,
    (sets, months): (usize, usize),
    set_of: &[u32],
    (value, span): (&[Maybe], &[[u16; 2]]),
    columns: Columns<'_>,
) -> Vec<Series> {
    let width = months + 1;
    let block = sets * width;
    let parts = in_pieces(workers, set_of.len(), |range| {
        let mut cells: Vec<StockCell> = Vec::new();
        for start in range.clone().step_by(STOCK_BLOCK) {
            let range = start..range.end.min(start + STOCK_BLOCK);
            let stocks = StockColumns {
                span: &span[range.clone()],
                value: &value[range.clone()],
                rule: &columns.rule[range.clone()],
                set_of: &set_of[range.clone()],
                width,
                block,
            };
            let scope = columns.scope.run(range);
            let is_campus = |scope: &Scope| *scope == Scope::Campus;
            let any_campus = match scope {
                Run::Same(scope) => is_campus(scope),
                Run::Each(scopes) => scopes.iter().any(is_campus),
            };
            let any_derived = stocks.rule.iter().any(|rule| rule.is_derived());
            let last = usize::from(any_campus) * CAMPUS + usize::from(any_derived) * DERIVED;
            make_room(&mut cells, (last + 1) * block);
            let behind = |scope: &Scope| if is_campus(scope) { CAMPUS * block } else { 0 };
            // A loop for each case, so that none asks at every phase what holds for all.
            match (columns.mask, scope) {
                (None, Run::Same(scope)) => {
                    let behind = behind(scope);
                    stocks.sum(&mut cells, |_| Some(behind));
                }
                (None, Run::Each(scopes)) => {
                    stocks.sum(&mut cells, |at| Some(behind(&scopes[at])));
                }
                (Some(mask), scope) => {
                    let mask = &mask[start..];
                    stocks.sum(&mut cells, |at| mask[at].then(|| behind(scope.at(at))));
                }
            }
        }
        cells
    });
    map(workers, sets, |set| {
        let mut series = Series::zeros(months);
        for side in 0..4 {
            let first = side * block + set * width;
            let pieces = parts.iter().filter_map(|cells| cells.get(first..first + months));
            let pieces: Vec<&[StockCell]> = pieces.collect();
            series.add_stock(&pieces, side);
        }
        series
    })
}

impl Series {
    /// Adds a block of cells, from several pieces. Where nothing counts the sum is exactly zero,
    /// whatever the rounding of what came and went.
    fn add_stock(&mut self, pieces: &[&[StockCell]], block: usize) {
        let mut counts = vec![0.0; pieces.len()];
        let mut value = 0.0;
        for month in 0..self.value.len() {
            let [mut count, mut unknown] = [0; 2];
            for (piece, sum) in pieces.iter().zip(&mut counts) {
                let [change, more] = piece[month];
                value += change;
                *sum += more;
                let [all, not_known] = counted(*sum);
                count += all;
                unknown += not_known;
            }
            if count == unknown {
                value = 0.0;
            }
            self.count[month] += count;
            self.unknown[month] += unknown;
            self.value[month] += value;
            self.derived[month] += if block & DERIVED > 0 { value } else { 0.0 };
            self.campus[month] += if block & CAMPUS > 0 { value } else { 0.0 };
        }
    }
}

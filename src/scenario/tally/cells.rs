//! Cells of sums: what changes in a month, beside what counts.
//!
//! A cell holds a value and what counts beside each other, so that a phase changes one place in memory
//! where it begins, and one where it ends.

use super::MOST;
use crate::model::{Run, Scope};
use crate::scenario::phase::Rule;
use crate::scenario::stack::Series;

/// Changes of a value in a month, and of what counts: one for each phase, and [`MOST`] more where its
/// value is not known. Sums of these are whole numbers below 2⁵³, which are exact; and two numbers of
/// a kind are changed at once.
pub(super) type Cell = [f64; 2];

/// What an unknown value counts more.
pub(super) const NOT_KNOWN: f64 = MOST as f64;

/// Phases that count, and those of them whose value is not known.
pub(super) fn counted(sum: f64) -> [u32; 2] {
    let sum = sum as u64;
    [(sum % MOST) as u32, (sum / MOST) as u32]
}

/// Blocks of cells: stated and unknown, derived, and both again for campuses.
const DERIVED: usize = 1;
const CAMPUS: usize = 2;
pub(super) const BLOCKS: usize = 4;

/// Blocks before those of a scope.
#[inline]
pub(super) fn blocks_before(scope: Scope) -> usize {
    if scope == Scope::Campus { CAMPUS } else { 0 }
}

/// Blocks that there must be for some phases.
pub(super) fn blocks_for(rule: &[Rule], scope: Run<'_, Scope>) -> usize {
    let is_campus = |scope: &Scope| *scope == Scope::Campus;
    let any_campus = match scope {
        Run::Same(scope) => is_campus(scope),
        Run::Each(scopes) => scopes.iter().any(is_campus),
    };
    let any_derived = rule.iter().any(|rule| rule.is_derived());
    1 + usize::from(any_campus) * CAMPUS + usize::from(any_derived) * DERIVED
}

/// Makes room for cells that anything falls in; memory of others is not touched.
pub(super) fn make_room<T: Clone + Default>(cells: &mut Vec<T>, wanted: usize) {
    if cells.is_empty() {
        *cells = vec![T::default(); wanted];
    } else if cells.len() < wanted {
        cells.resize(wanted, T::default());
    }
}

#[inline]
pub(super) fn add(cell: &mut Cell, change: Cell) {
    cell.iter_mut().zip(change).for_each(|(sum, step)| *sum += step);
}

impl Series {
    /// Adds cells of a block, from several pieces. `change` is what a value changes besides in a
    /// month, `times` what it is multiplied by there.
    pub(super) fn add_cells(
        &mut self,
        block: usize,
        pieces: &[&[Cell]],
        change: impl Fn(usize) -> f64,
        times: impl Fn(usize) -> f64,
    ) {
        let mut counts = vec![0.0; pieces.len()];
        let mut sum = 0.0;
        for month in 0..self.value.len() {
            let [mut count, mut unknown] = [0; 2];
            sum += change(month);
            for (piece, total) in pieces.iter().zip(&mut counts) {
                let [step, more] = piece[month];
                sum += step;
                *total += more;
                let [all, not_known] = counted(*total);
                count += all;
                unknown += not_known;
            }
            if count == unknown {
                sum = 0.0;
            }
            self.add_month(block, month, sum * times(month), [count, unknown]);
        }
    }

    /// Adds what a block comes to in a month, with all that count and those of unknown value. Where
    /// no value is known the sum is exactly zero, whatever the rounding of what came and went.
    pub(super) fn add_month(
        &mut self,
        block: usize,
        month: usize,
        sum: f64,
        [count, unknown]: [u32; 2],
    ) {
        let value = if count == unknown { 0.0 } else { sum };
        self.count[month] += count;
        self.unknown[month] += unknown;
        self.value[month] += value;
        self.derived[month] += if block & DERIVED > 0 { value } else { 0.0 };
        self.campus[month] += if block & CAMPUS > 0 { value } else { 0.0 };
    }
}

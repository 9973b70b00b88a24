//! Stocks: what stands at the end of each month.

use super::cells::{BLOCKS, Cell, NOT_KNOWN, add, blocks_before, blocks_for, make_room};
use super::{Columns, in_pieces};
use crate::model::{Maybe, Run};
use crate::scenario::phase::Rule;
use crate::scenario::stack::Series;
use crate::scenario::workers::{Workers, map};

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
    fn sum(&self, cells: &mut [Cell], behind: impl Fn(usize) -> Option<usize>) {
        let lives = self.span.iter().zip(self.value);
        let kinds = self.rule.iter().zip(self.set_of);
        for (at, ((&[from, to], value), (rule, &set))) in lives.zip(kinds).enumerate() {
            if from >= to {
                continue;
            }
            let Some(behind) = behind(at) else { continue };
            let derived = if rule.is_derived() { self.block } else { 0 };
            let count = if *rule == Rule::Unknown { 1.0 + NOT_KNOWN } else { 1.0 };
            let amount = value.get().unwrap_or(0.0);
            let base = behind + derived + set as usize * self.width;
            add(&mut cells[base + usize::from(from)], [amount, count]);
            if usize::from(to) + 1 < self.width {
                add(&mut cells[base + usize::from(to)], [-amount, -count]);
            }
        }
    }
}

/// So many phases are looked at before room is made for more.
const STOCK_BLOCK: usize = 2048;

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
        let mut cells: Vec<Cell> = Vec::new();
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
            make_room(&mut cells, blocks_for(stocks.rule, scope) * block);
            // A loop for each case, so that none asks at every phase what holds for all.
            match (columns.mask, scope) {
                (None, Run::Same(scope)) => {
                    let behind = blocks_before(*scope) * block;
                    stocks.sum(&mut cells, |_| Some(behind));
                }
                (None, Run::Each(scopes)) => {
                    stocks.sum(&mut cells, |at| Some(blocks_before(scopes[at]) * block));
                }
                (Some(mask), scope) => {
                    let mask = &mask[start..];
                    stocks.sum(&mut cells, |at| {
                        mask[at].then(|| blocks_before(*scope.at(at)) * block)
                    });
                }
            }
        }
        cells
    });
    map(workers, sets, |set| {
        let mut series = Series::zeros(months);
        for side in 0..BLOCKS {
            let first = side * block + set * width;
            let pieces = parts.iter().filter_map(|cells| cells.get(first..first + months));
            let pieces: Vec<&[Cell]> = pieces.collect();
            series.add_cells(side, &pieces, |_| 0.0, |_| 1.0);
        }
        series
    })
}

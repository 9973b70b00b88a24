//! Flows: what is drawn or paid over the hours of each month.
//!
//! A row is a set at a price. Cells of sets hold what phases pay at the rate of the month in which
//! they begin. Where the rate of a row changes later, all that stands in it pays the difference from
//! then on: so for each row it is noted how much began at which step of its rate. A phase that begins
//! after the last step of its rate, as all do that are to come while prices are held, changes cells of
//! its set alone: those are near, and those of rows are far.

use super::cells::{BLOCKS, Cell, NOT_KNOWN, add, blocks_before, blocks_for, make_room};
use super::{Columns, in_pieces};
use crate::model::{Maybe, Run};
use crate::scenario::phase::Rule;
use crate::scenario::stack::Series;
use crate::scenario::workers::{Workers, map};

/// What phases add to a flow, and when.
#[derive(Clone, Copy)]
pub(in crate::scenario) struct Lives<'a> {
    /// Value for each hour.
    pub value: &'a [Maybe],
    /// Whole months `from..to`, the first one to be shortened.
    pub span: &'a [[u16; 2]],
    /// Days missed in the first month, and days in service in the month after the last.
    pub broken: &'a [[u8; 2]],
}

/// Rows of flows: a set at a price.
pub(in crate::scenario) struct Rows<'a> {
    /// Number of sets.
    pub sets: usize,
    /// The set of each row.
    pub set_of: &'a [u32],
    /// The curve of each row.
    pub curve_of: &'a [u32],
    /// Rates by curve and month; NaN where unknown.
    pub curves: &'a [Vec<f64>],
}

/// What a phase needs to know of its row, in eight bytes: there are thousands of rows.
#[derive(Clone, Copy)]
struct RowFacts {
    /// First cell of its set.
    set: u32,
    /// First month of its curve.
    curve: u32,
}

/// Whether a curve is known in a month, and the next month in which that is otherwise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Turn(u16);

impl Turn {
    const KNOWN: u16 = 1 << 15;

    fn new(known: bool, next: usize) -> Self {
        Self(next as u16 | if known { Self::KNOWN } else { 0 })
    }

    #[inline]
    fn is_known(self) -> bool {
        self.0 & Self::KNOWN > 0
    }

    /// The month; the number of months if it never changes again.
    #[inline]
    fn next(self) -> usize {
        usize::from(self.0 & !Self::KNOWN)
    }

    /// Those of a curve, one a month.
    fn of(curve: &[f64]) -> Vec<Self> {
        let mut turns = vec![Self::default(); curve.len()];
        let mut next = curve.len();
        for at in (0..curve.len()).rev() {
            let known = !curve[at].is_nan();
            if turns.get(at + 1).is_some_and(|after| after.is_known() != known) {
                next = at + 1;
            }
            turns[at] = Self::new(known, next);
        }
        turns
    }
}

/// A step of a curve: its rate changes in a month, by so much.
type Step = (usize, f64);

/// Steps of a curve, and of each month the number of steps up to it.
fn steps_of(curve: &[f64]) -> (Vec<Step>, Vec<u16>) {
    let (mut steps, mut number) = (Vec::new(), Vec::new());
    let mut last = curve.first().map(|rate| known_or_zero(*rate));
    for (month, rate) in curve.iter().map(|rate| known_or_zero(*rate)).enumerate() {
        if let Some(last) = last.replace(rate).filter(|last| last.to_bits() != rate.to_bits()) {
            steps.push((month, rate - last));
        }
        number.push(steps.len() as u16);
    }
    (steps, number)
}

fn known_or_zero(rate: f64) -> f64 {
    if rate.is_nan() { 0.0 } else { rate }
}

/// Sums of a range of phases, by blocks.
#[derive(Default)]
struct FlowCells {
    /// Changes of what is paid, and of what counts, by set and month.
    sets: Vec<Cell>,
    /// What begins less what ends before each step of the rate of a row.
    rows: Vec<f64>,
}

/// So many phases are summed at once.
const BLOCK: usize = 512;

/// Changes of far cells that were worked out and wait to be done: done in a row, with nothing between
/// them, they need not wait for memory one by one.
struct Waiting {
    cells: [u32; BLOCK * 2],
    amounts: [f64; BLOCK * 2],
    count: usize,
}

impl Waiting {
    fn new() -> Self {
        Self { cells: [0; BLOCK * 2], amounts: [0.0; BLOCK * 2], count: 0 }
    }

    /// Lets a change wait, if it is one: written in any case, since no branch could be foreseen.
    #[inline]
    fn push(&mut self, cell: usize, amount: f64, counts: bool) {
        self.cells[self.count % (BLOCK * 2)] = cell as u32;
        self.amounts[self.count % (BLOCK * 2)] = amount;
        self.count += usize::from(counts);
    }

    fn flush(&mut self, rows: &mut [f64]) {
        let changes = self.cells.iter().zip(&self.amounts).take(self.count);
        changes.for_each(|(&at, amount)| rows[at as usize] += amount);
        self.count = 0;
    }
}

/// Columns of some phases that follow one another.
#[derive(Clone, Copy)]
struct Block<'a> {
    span: &'a [[u16; 2]],
    broken: &'a [[u8; 2]],
    value: &'a [Maybe],
    rule: &'a [Rule],
    row: &'a [u32],
}

/// Flows being summed.
struct Flows<'a> {
    hours: &'a [f64],
    facts: Vec<RowFacts>,
    /// Rates by curve and month, and what they come to in a day of the month; one month more than the
    /// grid has; 0 where unknown.
    rates: Vec<[f64; 2]>,
    /// When rates are known, and how many steps were before, in the same places.
    turns: Vec<(Turn, u16)>,
    /// Steps by curve.
    steps: Vec<Vec<Step>>,
    /// Steps of a row: as many as the curve has that has most.
    most: usize,
    /// Cells of all sets, and of all rows: those of a block.
    set_cells: usize,
    row_cells: usize,
}

/// Sums flows: each phase's value over the hours in which it stands, times the rate of its row.
///
/// # Shape
/// One series a set.
pub(in crate::scenario) fn flows(
    workers: &dyn Workers,
    rows: &Rows<'_>,
    hours: &[f64],
    row_of: &[u32],
    lives: Lives<'_>,
    columns: Columns<'_>,
) -> Vec<Series> {
    let flows = Flows::new(rows, hours);
    let parts = in_pieces(workers, row_of.len(), |range| flows.sum(range, row_of, lives, columns));
    let mut of_set: Vec<Vec<(usize, usize)>> = vec![Vec::new(); rows.sets];
    for (row, (set, curve)) in rows.set_of.iter().zip(rows.curve_of).enumerate() {
        of_set[*set as usize].push((row, *curve as usize));
    }
    map(workers, rows.sets, |set| flows.finish(&parts, set, &of_set[set]))
}

impl<'a> Flows<'a> {
    fn new(rows: &Rows<'_>, hours: &'a [f64]) -> Self {
        let width = hours.len() + 1;
        let (mut rates, mut turns, mut steps) = (Vec::new(), Vec::new(), Vec::new());
        for curve in rows.curves {
            let month = |(rate, hours): (&f64, &f64)| {
                let rate = known_or_zero(*rate);
                [rate, rate * 24.0 / hours]
            };
            rates.extend(curve.iter().zip(hours).map(month));
            rates.push([0.0; 2]);
            let (of_curve, number) = steps_of(curve);
            // What begins after the last step goes through none.
            let last = of_curve.len() as u16;
            let number = number.into_iter().map(|step| if step < last { step } else { u16::MAX });
            turns.extend(Turn::of(curve).into_iter().zip(number));
            turns.push((Turn::default(), u16::MAX));
            steps.push(of_curve);
        }
        let fact = |(set, curve): (&u32, &u32)| RowFacts {
            set: set * width as u32,
            curve: curve * width as u32,
        };
        let facts: Vec<RowFacts> = rows.set_of.iter().zip(rows.curve_of).map(fact).collect();
        let most = steps.iter().map(Vec::len).max().unwrap_or(0);
        let (set_cells, row_cells) = (rows.sets * width, facts.len() * most);
        Self { hours, facts, rates, turns, steps, most, set_cells, row_cells }
    }

    fn sum(
        &self,
        range: std::ops::Range<usize>,
        row_of: &[u32],
        lives: Lives<'_>,
        columns: Columns<'_>,
    ) -> FlowCells {
        let mut cells = FlowCells::default();
        let mut waiting = Waiting::new();
        for start in range.clone().step_by(BLOCK) {
            let range = start..range.end.min(start + BLOCK);
            let block = Block {
                span: &lives.span[range.clone()],
                broken: &lives.broken[range.clone()],
                value: &lives.value[range.clone()],
                rule: &columns.rule[range.clone()],
                row: &row_of[range.clone()],
            };
            let scope = columns.scope.run(range);
            let blocks = blocks_for(block.rule, scope);
            make_room(&mut cells.sets, blocks * self.set_cells);
            make_room(&mut cells.rows, blocks * self.row_cells);
            let sets = cells.sets.as_mut_slice();
            match (columns.mask, scope) {
                (None, Run::Same(scope)) => {
                    let before = blocks_before(*scope);
                    self.sum_block(block, &mut waiting, sets, |_| Some(before));
                }
                (None, Run::Each(scopes)) => {
                    let before = |at: usize| Some(blocks_before(scopes[at]));
                    self.sum_block(block, &mut waiting, sets, before);
                }
                (Some(mask), scope) => {
                    let mask = &mask[start..];
                    let before = |at: usize| mask[at].then(|| blocks_before(*scope.at(at)));
                    self.sum_block(block, &mut waiting, sets, before);
                }
            }
            waiting.flush(&mut cells.rows);
        }
        cells
    }

    /// Notes what some phases change in the cells of their sets, and lets wait what they change in
    /// those of their rows. What a month lacks of days is not paid there, and no later than there.
    #[inline]
    fn sum_block(
        &self,
        block: Block<'_>,
        waiting: &mut Waiting,
        sets: &mut [Cell],
        before: impl Fn(usize) -> Option<usize>,
    ) {
        let months = self.hours.len();
        let lives = block.span.iter().zip(block.broken).zip(block.value);
        let kinds = block.rule.iter().zip(block.row);
        for (at, (((span, broken), value), (rule, &row))) in lives.zip(kinds).enumerate() {
            let [from, end] = span.map(usize::from);
            let [missed, last] = *broken;
            let to = end + usize::from(last > 0);
            if from >= to {
                continue;
            }
            let Some(before) = before(at) else { continue };
            let facts = self.facts[row as usize];
            let amount = value.get().unwrap_or(0.0);
            let of_block = before + usize::from(rule.is_derived());
            let set = of_block * self.set_cells + facts.set as usize;
            let row = of_block * self.row_cells + row as usize * self.most;
            let curve = facts.curve as usize;
            let [rate, a_day] = self.rates[curve + from];
            let (turn, step) = self.turns[curve + from];
            let count = if *rule == Rule::Unknown { 1.0 + NOT_KNOWN } else { 1.0 };
            let missing = amount * f64::from(missed) * a_day;
            let pair = &mut sets[set + from..][..2];
            add(&mut pair[0], [amount * rate - missing, count]);
            pair[1][0] += missing;
            let step = usize::from(step);
            waiting.push(row + step, amount, step < self.most && amount != 0.0);
            if end < months {
                let [rate, a_day] = self.rates[curve + end];
                let more = amount * f64::from(last) * a_day;
                let pair = &mut sets[set + end..][..2];
                pair[0][0] += more - amount * rate;
                pair[1][0] -= more;
                sets[set + to][1] -= count;
                let step = usize::from(self.turns[curve + end].1);
                waiting.push(row + step, -amount, step < self.most && amount != 0.0);
            }
            if (turn.next() < to || !turn.is_known()) && *rule != Rule::Unknown {
                self.count_unknown(&mut sets[set..], curve, [from, to]);
            }
        }
    }

    /// Counts a phase of known value as unknown in those of the months `from..to` in which its rate
    /// is not known.
    fn count_unknown(&self, cells: &mut [Cell], curve: usize, [from, to]: [usize; 2]) {
        let mut at = from;
        while at < to {
            let (turn, _) = self.turns[curve + at];
            let next = turn.next().min(to);
            if !turn.is_known() {
                cells[at][1] += NOT_KNOWN;
                cells[next][1] -= NOT_KNOWN;
            }
            at = next;
        }
    }

    /// The series of a set, from its own cells and those of its rows with their curves.
    fn finish(&self, parts: &[FlowCells], set: usize, rows: &[(usize, usize)]) -> Series {
        let months = self.hours.len();
        let mut series = Series::zeros(months);
        for block in 0..BLOCKS {
            let first = block * self.set_cells + set * (months + 1);
            let pieces = parts.iter().filter_map(|part| part.sets.get(first..first + months));
            let pieces: Vec<&[Cell]> = pieces.collect();
            if pieces.is_empty() {
                continue;
            }
            let mut changes = vec![0.0; months];
            for (row, curve) in rows {
                let first = block * self.row_cells + row * self.most;
                let began = |part: &FlowCells, step: usize| part.rows.get(first + step).copied();
                let mut stands = 0.0;
                for (step, (month, change)) in self.steps[*curve].iter().enumerate() {
                    stands += parts.iter().filter_map(|part| began(part, step)).sum::<f64>();
                    changes[*month] += stands * change;
                }
            }
            series.add_cells(block, &pieces, |month| changes[month], |month| self.hours[month]);
        }
        series
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_the_months_in_which_a_rate_changes() {
        let (steps, number) = steps_of(&[3.0, 3.0, 5.0, f64::NAN, f64::NAN, 1.0]);
        assert_eq!(steps, [(2, 2.0), (3, -5.0), (5, 1.0)]);
        assert_eq!(number, [0, 0, 1, 2, 2, 3]);
        assert_eq!(steps_of(&[7.0; 4]), (Vec::new(), vec![0; 4]));
        assert_eq!(steps_of(&[]), (Vec::new(), Vec::new()));
    }
}

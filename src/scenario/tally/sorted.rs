//! Sums over phases that stand in the order of their rows.
//!
//! Cells of many rows are far from the processor, and phases of a table come in any order. What is
//! asked again of the same phases and rows, at other prices, is faster where those of a row stand
//! together: its cells are near while it is summed, and memory is read from one end to the other.

use std::ops::Range;

use super::cells::{BLOCKS, Cell, NOT_KNOWN, add, blocks_before, blocks_for, counted};
use super::{Columns, Lives, Rows, in_pieces};
use crate::model::Maybe;
use crate::scenario::stack::Series;
use crate::scenario::workers::{Workers, map};

/// An end that does not come.
const NEVER: u16 = u16::MAX;

/// What sums need to know of phases that stand in some month, those of a row together. Cells are
/// those of a row, a block behind the other.
#[derive(Debug)]
struct Part {
    /// Unknown where missing.
    amount: Vec<Maybe>,
    /// The cells in which they begin and end; [`NEVER`] where one goes on.
    cells: Vec<[u16; 2]>,
    /// Days missed in the first month, and days in service after the last; none if months are whole.
    broken: Vec<[u8; 2]>,
    /// Which of the table they are; none if months are whole.
    phase: Vec<u32>,
    /// The first phase of each row, in the order of rows, and the end.
    first: Vec<u32>,
}

/// Phases in the order of their rows: 18 bytes a phase, 12 if months are whole.
#[derive(Debug)]
pub(in crate::scenario) struct Sorted {
    parts: Vec<Part>,
    /// Rows by set.
    order: Vec<u32>,
    /// Blocks of cells that anything falls in.
    blocks: usize,
}

/// Rows that are fewer have their cells at hand in any case; rows of fewer phases than this on
/// average are not worth their cells.
const FEW: usize = 64;

/// So many phases or more are summed at once by one hand.
const TASK: usize = 50_000;

impl Sorted {
    /// Whether it is worth while to sort phases.
    pub(in crate::scenario) fn is_worth_while(rows: usize, phases: usize, months: usize) -> bool {
        rows > FEW && phases / FEW > rows && BLOCKS * (months + 1) < usize::from(NEVER)
    }

    /// Puts all phases in order.
    pub(in crate::scenario) fn new(
        workers: &dyn Workers,
        (rows, months): (&Rows<'_>, usize),
        row_of: &[u32],
        lives: Lives<'_>,
        columns: Columns<'_>,
    ) -> Self {
        let mut order: Vec<u32> = (0..rows.set_of.len() as u32).collect();
        order.sort_by_key(|&row| rows.set_of[row as usize]);
        let mut rank = vec![0; order.len()];
        order.iter().zip(0..).for_each(|(&row, at)| rank[row as usize] = at);
        let part = |range| Part::new((&rank, months), range, row_of, lives, columns);
        let parts = in_pieces(workers, row_of.len(), part);
        let blocks = blocks_for(columns.rule, columns.scope.run(0..row_of.len()));
        Self { parts, order, blocks }
    }

    /// Sums flows as [`super::flows()`] does, of all phases or those of a mask; where months are whole,
    /// of all. The result does not depend on the number of hands.
    ///
    /// # Shape
    /// One series a set.
    pub(in crate::scenario) fn flows(
        &self,
        workers: &dyn Workers,
        rows: &Rows<'_>,
        hours: &[f64],
        mask: Option<&[bool]>,
    ) -> Vec<Series> {
        let tasks = self.tasks();
        let sum = |at: usize| self.sum(tasks[at].clone(), (rows, hours), mask);
        let sums = map(workers, tasks.len(), sum);
        let mut out = vec![Series::zeros(hours.len()); rows.sets];
        for (set, series) in sums.iter().flatten() {
            out[*set as usize].take(series, 1.0, 0, hours.len());
        }
        out
    }

    /// Stretches of rows that have about the same number of phases.
    fn tasks(&self) -> Vec<Range<usize>> {
        let phases = |rows: Range<usize>| -> u32 {
            self.parts.iter().map(|part| part.first[rows.end] - part.first[rows.start]).sum()
        };
        let mut tasks = Vec::new();
        let mut start = 0;
        for end in 1..=self.order.len() {
            if end == self.order.len() || phases(start..end) as usize >= TASK {
                tasks.push(start..end);
                start = end;
            }
        }
        tasks
    }

    /// Sums of the sets of some rows, in their order.
    fn sum(
        &self,
        range: Range<usize>,
        (rows, hours): (&Rows<'_>, &[f64]),
        mask: Option<&[bool]>,
    ) -> Vec<(u32, Series)> {
        let mut sums = SetSums::new(hours, self.blocks);
        let mut out = Vec::new();
        let mut current = None;
        for at in range {
            let row = self.order[at] as usize;
            let set = rows.set_of[row];
            if let Some(last) = current.replace(set).filter(|last| *last != set) {
                out.push((last, sums.finish()));
            }
            for part in &self.parts {
                let phases = part.first[at] as usize..part.first[at + 1] as usize;
                let (amount, cells) = (&part.amount[phases.clone()], &part.cells[phases.clone()]);
                let Some(broken) = part.broken.get(phases.clone()) else {
                    sums.note(amount, cells);
                    continue;
                };
                match mask {
                    None => sums.note_broken((amount, cells, broken), |_| true),
                    Some(mask) => {
                        let phase = &part.phase[phases];
                        sums.note_broken((amount, cells, broken), |at| mask[phase[at] as usize]);
                    }
                }
            }
            sums.close_row(&rows.curves[rows.curve_of[row] as usize]);
        }
        out.extend(current.map(|last| (last, sums.finish())));
        out
    }
}

/// Sums of the rows of a set, one row after the other.
struct SetSums<'a> {
    hours: &'a [f64],
    /// Share of a day in the month of each cell.
    day: Vec<f64>,
    /// Cells of the row at work.
    row: Vec<Cell>,
    /// What the rows before come to in a month, and changes of what counts.
    set: Vec<Cell>,
    /// What counts as unknown in a month because its rate is not known.
    unpriced: Vec<u32>,
}

impl<'a> SetSums<'a> {
    fn new(hours: &'a [f64], blocks: usize) -> Self {
        let day: Vec<f64> = hours.iter().map(|hours| 24.0 / hours).chain([0.0]).collect();
        let cells = vec![Cell::default(); blocks * day.len()];
        Self {
            hours,
            day: day.repeat(blocks),
            set: cells.clone(),
            unpriced: vec![0; cells.len()],
            row: cells,
        }
    }

    /// Notes what phases change in the cells of their row, in whole months.
    fn note(&mut self, amount: &[Maybe], cells: &[[u16; 2]]) {
        let row = self.row.as_mut_slice();
        for (amount, &[begins, ends]) in amount.iter().zip(cells) {
            let change = change_of(*amount);
            add(&mut row[usize::from(begins)], change);
            if ends < NEVER {
                add(&mut row[usize::from(ends)], change.map(std::ops::Neg::neg));
            }
        }
    }

    /// The same in broken months, of those that take part. What a month lacks of days does not count
    /// there, and no later than there.
    #[inline]
    fn note_broken(
        &mut self,
        (amount, cells, broken): (&[Maybe], &[[u16; 2]], &[[u8; 2]]),
        takes_part: impl Fn(usize) -> bool,
    ) {
        let (row, day) = (self.row.as_mut_slice(), self.day.as_slice());
        let lives = amount.iter().zip(cells).zip(broken);
        for (at, ((amount, &[begins, ends]), broken)) in lives.enumerate() {
            if !takes_part(at) {
                continue;
            }
            let [amount, count] = change_of(*amount);
            let begins = usize::from(begins);
            let missing = amount * f64::from(broken[0]) * day[begins];
            // Two cells side by side are asked for at once.
            let pair = &mut row[begins..begins + 2];
            add(&mut pair[0], [amount - missing, count]);
            pair[1][0] += missing;
            if ends < NEVER {
                let ends = usize::from(ends);
                let more = amount * f64::from(broken[1]) * day[ends];
                row[ends][0] += more - amount;
                row[ends + 1][0] -= more;
                row[ends + usize::from(broken[1] > 0)][1] -= count;
            }
        }
    }

    /// Adds what the row comes to at its rates, and clears its cells.
    fn close_row(&mut self, curve: &[f64]) {
        let width = self.hours.len() + 1;
        let blocks = self.row.chunks_exact_mut(width).zip(self.set.chunks_exact_mut(width));
        for ((row, set), unpriced) in blocks.zip(self.unpriced.chunks_exact_mut(width)) {
            let mut stands = Cell::default();
            let rates = curve.iter().zip(self.hours);
            for (((change, sum), unpriced), (rate, hours)) in
                row.iter().zip(set).zip(unpriced).zip(rates)
            {
                add(&mut stands, *change);
                sum[1] += change[1];
                if rate.is_nan() {
                    let [count, unknown] = counted(stands[1]);
                    *unpriced += count - unknown;
                } else {
                    sum[0] += stands[0] * rate * hours;
                }
            }
            row.fill(Cell::default());
        }
    }

    /// The series of the set; begins the next.
    fn finish(&mut self) -> Series {
        let months = self.hours.len();
        let mut series = Series::zeros(months);
        let blocks = self.set.chunks_exact(months + 1).zip(self.unpriced.chunks_exact(months + 1));
        for (block, (set, unpriced)) in blocks.enumerate() {
            let mut counts = 0.0;
            for (month, ([sum, change], unpriced)) in
                set.iter().zip(unpriced).take(months).enumerate()
            {
                counts += change;
                let [count, unknown] = counted(counts);
                series.add_month(block, month, *sum, [count, unknown + unpriced]);
            }
        }
        self.set.fill(Cell::default());
        self.unpriced.fill(0);
        series
    }
}

/// What a phase changes where it begins.
#[inline]
fn change_of(amount: Maybe) -> Cell {
    let known = amount.get();
    [known.unwrap_or(0.0), if known.is_none() { 1.0 + NOT_KNOWN } else { 1.0 }]
}

impl Part {
    fn new(
        (rank, months): (&[u32], usize),
        range: Range<usize>,
        row_of: &[u32],
        lives: Lives<'_>,
        columns: Columns<'_>,
    ) -> Self {
        let broken = |phase: usize| lives.broken.get(phase).copied().unwrap_or_default();
        let stands = |phase: usize| {
            let [from, end] = lives.span[phase];
            from < end + u16::from(broken(phase)[1] > 0)
        };
        let row = |phase: usize| rank[row_of[phase] as usize] as usize;
        // The count of a row is put two places on: summed, and moved while lines are put in their
        // places, the first of each row is where it belongs.
        let mut first = vec![0_u32; rank.len() + 2];
        range.clone().filter(|&phase| stands(phase)).for_each(|phase| first[row(phase) + 2] += 1);
        for at in 2..first.len() {
            first[at] += first[at - 1];
        }
        let count = first.last().map_or(0, |count| *count as usize);
        let broken_count = if lives.broken.is_empty() { 0 } else { count };
        let mut out = Self {
            amount: vec![Maybe::NONE; count],
            cells: vec![[0; 2]; count],
            broken: vec![[0; 2]; broken_count],
            phase: vec![0; broken_count],
            first: Vec::new(),
        };
        let scope = columns.scope.run(range.clone());
        let start = range.start;
        for phase in range.filter(|&phase| stands(phase)) {
            let derived = usize::from(columns.rule[phase].is_derived());
            let block = (blocks_before(*scope.at(phase - start)) + derived) * (months + 1);
            let [begins, ends] = lives.span[phase];
            let goes_on = usize::from(ends) >= months;
            let place = &mut first[row(phase) + 1];
            let at = *place as usize;
            out.amount[at] = lives.value[phase];
            let block = block as u16;
            out.cells[at] = [block + begins, if goes_on { NEVER } else { block + ends }];
            if let Some((days, number)) = out.broken.get_mut(at).zip(out.phase.get_mut(at)) {
                *days = broken(phase);
                *number = phase as u32;
            }
            *place += 1;
        }
        first.pop();
        out.first = first;
        out
    }
}

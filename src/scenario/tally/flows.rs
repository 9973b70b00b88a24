//! Flows: what is drawn or paid over the hours of each month.
//!
//! A row is a set at a price. Values have cells in rows, since each row has its own price; what counts
//! has cells in sets.

use super::{Columns, in_pieces};
use crate::model::{Maybe, Run, Scope};
use crate::scenario::phase::Rule;
use crate::scenario::stack::Series;
use crate::scenario::workers::{Workers, map};

/// What counts, by class: unknown, stated, derived; the last is never used, and makes a cell half a
/// line of the cache.
type Counts = [i32; 4];
const UNKNOWN: usize = 0;

/// The class of a value by the rule that gave it.
#[inline]
fn class_of(rule: Rule) -> usize {
    const CLASSES: [u8; 8] = [UNKNOWN as u8, 1, 1, 2, 2, 2, 2, 2];
    usize::from(CLASSES[rule as usize])
}

/// A cell: changes of the value, stated and derived, and of what counts.
#[derive(Clone, Copy, Default)]
struct Cell([f64; 2], Counts);

/// Where a value of a class is added: stated or derived.
#[inline]
fn side_of(class: usize) -> usize {
    class >> 1 & 1
}

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
    /// First rate of its curve; the highest bit tells whether a rate is known in any month.
    curve: u32,
}

impl RowFacts {
    const PRICED: u32 = 1 << 31;

    #[inline]
    fn is_priced(self) -> bool {
        self.curve & Self::PRICED > 0
    }

    #[inline]
    fn first_rate(self) -> usize {
        (self.curve & !Self::PRICED) as usize
    }
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

/// Sums of a range of phases; campus loads behind the others.
struct FlowCells {
    /// Changes of the value, stated and derived, by row and month.
    rows: Vec<f64>,
    /// Changes of what counts, by set and month.
    sets: Vec<Counts>,
    /// Whether there is room for campus loads. Few tables hold any, and the room is as large as that
    /// of all others.
    campus: bool,
}

impl FlowCells {
    #[cold]
    fn make_room_for_campus(&mut self) {
        self.rows.resize(self.rows.len() * 2, 0.0);
        self.sets.resize(self.sets.len() * 2, Counts::default());
        self.campus = true;
    }
}

/// So many phases are summed at once.
const BLOCK: usize = 512;

/// Changes of far cells that were worked out and wait to be done: done in a row, with nothing between
/// them, they need not wait for memory one by one.
struct Waiting {
    /// Cells of values, with what is added there, and a month later.
    cells: [u32; BLOCK * 2],
    amounts: [[f64; 2]; BLOCK * 2],
    /// Counts that grow by one, and that shrink by one.
    more: [u32; BLOCK],
    fewer: [u32; BLOCK],
    /// So many wait, of each.
    values: usize,
    grown: usize,
    shrunk: usize,
}

impl Waiting {
    fn new() -> Self {
        Self {
            cells: [0; BLOCK * 2],
            amounts: [[0.0; 2]; BLOCK * 2],
            more: [0; BLOCK],
            fewer: [0; BLOCK],
            values: 0,
            grown: 0,
            shrunk: 0,
        }
    }

    fn flush(&mut self, cells: &mut FlowCells) {
        let values = self.cells.iter().zip(&self.amounts).take(self.values);
        for (&at, &[here, later]) in values {
            let pair = &mut cells.rows[at as usize..][..3];
            pair[0] += here;
            pair[2] += later;
        }
        let counts = cells.sets.as_flattened_mut();
        self.more[..self.grown].iter().for_each(|&at| counts[at as usize] += 1);
        self.fewer[..self.shrunk].iter().for_each(|&at| counts[at as usize] -= 1);
        (self.values, self.grown, self.shrunk) = (0, 0, 0);
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
    /// Share of a day in each month.
    day: Vec<f64>,
    facts: Vec<RowFacts>,
    /// Rates by curve and month, one month more than the grid has; 0 where unknown.
    rates: Vec<f64>,
    /// When rates are known, in the same places.
    turns: Vec<Turn>,
    /// Values of all rows.
    row_values: usize,
    /// Cells of all sets.
    set_cells: usize,
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
    let mut of_set: Vec<Vec<u32>> = vec![Vec::new(); rows.sets];
    for (row, set) in rows.set_of.iter().enumerate() {
        of_set[*set as usize].push(row as u32);
    }
    map(workers, rows.sets, |set| flows.finish(&parts, set, &of_set[set]))
}

impl<'a> Flows<'a> {
    fn new(rows: &Rows<'_>, hours: &'a [f64]) -> Self {
        let width = hours.len() + 1;
        let (mut rates, mut turns) = (Vec::new(), Vec::new());
        for curve in rows.curves {
            rates.extend(curve.iter().map(|rate| if rate.is_nan() { 0.0 } else { *rate }));
            rates.push(0.0);
            turns.extend(Turn::of(curve));
            turns.push(Turn::default());
        }
        let priced = |curve: &Vec<f64>| {
            if curve.iter().all(|rate| rate.is_nan()) { 0 } else { RowFacts::PRICED }
        };
        let priced: Vec<u32> = rows.curves.iter().map(priced).collect();
        let fact = |(set, curve): (&u32, &u32)| RowFacts {
            set: set * width as u32,
            curve: (curve * width as u32) | priced[*curve as usize],
        };
        let facts = rows.set_of.iter().zip(rows.curve_of).map(fact).collect();
        let (row_values, set_cells) = (rows.set_of.len() * width * 2, rows.sets * width);
        let day = hours.iter().map(|hours| 24.0 / hours).chain([0.0]).collect();
        Self { hours, day, facts, rates, turns, row_values, set_cells }
    }

    fn sum(
        &self,
        range: std::ops::Range<usize>,
        row_of: &[u32],
        lives: Lives<'_>,
        columns: Columns<'_>,
    ) -> FlowCells {
        let mut cells = FlowCells {
            rows: vec![0.0; self.row_values],
            sets: vec![[0; 4]; self.set_cells],
            campus: false,
        };
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
            let behind = |scope: &Scope| usize::from(*scope == Scope::Campus);
            let scope = columns.scope.run(range);
            let any_campus = match scope {
                Run::Same(scope) => *scope == Scope::Campus,
                Run::Each(scopes) => scopes.contains(&Scope::Campus),
            };
            if any_campus && !cells.campus {
                cells.make_room_for_campus();
            }
            match (columns.mask, scope) {
                (None, Run::Same(scope)) => {
                    let behind = behind(scope);
                    self.sum_block(block, &mut waiting, &mut cells, |_| Some(behind));
                }
                (None, Run::Each(scopes)) => {
                    self.sum_block(block, &mut waiting, &mut cells, |at| Some(behind(&scopes[at])));
                }
                (Some(mask), scope) => {
                    let mask = &mask[start..];
                    self.sum_block(block, &mut waiting, &mut cells, |at| {
                        mask[at].then(|| behind(scope.at(at)))
                    });
                }
            }
            waiting.flush(&mut cells);
        }
        cells
    }

    /// Works out what some phases change: the cells of values of their rows, and of counts of their
    /// sets. Of a broken month its share is added there, and the rest a month later.
    #[inline]
    fn sum_block(
        &self,
        block: Block<'_>,
        waiting: &mut Waiting,
        cells: &mut FlowCells,
        behind: impl Fn(usize) -> Option<usize>,
    ) {
        let months = self.hours.len();
        let lives = block.span.iter().zip(block.broken).zip(block.value);
        let kinds = block.rule.iter().zip(block.row);
        let (mut values, mut grown, mut shrunk) = (0, 0, 0);
        for (at, (((span, broken), value), (rule, &row))) in lives.zip(kinds).enumerate() {
            let [from, end] = span.map(usize::from);
            let [missed, last] = *broken;
            let to = end + usize::from(last > 0);
            if from >= to {
                continue;
            }
            let Some(behind) = behind(at) else { continue };
            let facts = self.facts[row as usize];
            let class = class_of(*rule);
            let amount = value.get().unwrap_or(0.0);
            let first = row as usize * (months + 1) * 2 + side_of(class);
            let first = self.row_values * behind + first;
            let late = amount * f64::from(missed) * self.day[from];
            // Written in any case, and kept if it counts: no branch could be foreseen.
            let counts = usize::from(facts.is_priced() && amount != 0.0);
            waiting.cells[values % (BLOCK * 2)] = (first + from * 2) as u32;
            waiting.amounts[values % (BLOCK * 2)] = [amount - late, late];
            values += counts;
            if end < months {
                let more = amount * f64::from(last) * self.day[end];
                waiting.cells[values % (BLOCK * 2)] = (first + end * 2) as u32;
                waiting.amounts[values % (BLOCK * 2)] = [more - amount, -more];
                values += counts;
            }
            let set = self.set_cells * behind + facts.set as usize;
            let turn = self.turns[facts.first_rate() + from];
            if turn.next() < to {
                self.count(&mut cells.sets[set..], facts.first_rate(), [from, to], class);
                continue;
            }
            let class = if turn.is_known() { class } else { UNKNOWN };
            waiting.more[grown % BLOCK] = ((set + from) * 4 + class) as u32;
            grown += 1;
            if to < months {
                waiting.fewer[shrunk % BLOCK] = ((set + to) * 4 + class) as u32;
                shrunk += 1;
            }
        }
        (waiting.values, waiting.grown, waiting.shrunk) = (values, grown, shrunk);
    }

    /// Counts a phase over months `from..to` in its class, and as unknown where its rate is.
    fn count(&self, cells: &mut [Counts], rate: usize, [from, to]: [usize; 2], known: usize) {
        let class_in = |turn: Turn| if turn.is_known() { known } else { UNKNOWN };
        let mut turn = self.turns[rate + from];
        cells[from][class_in(turn)] += 1;
        while turn.next() < to {
            let at = turn.next();
            cells[at][class_in(turn)] -= 1;
            turn = self.turns[rate + at];
            cells[at][class_in(turn)] += 1;
        }
        if to < self.hours.len() {
            cells[to][class_in(turn)] -= 1;
        }
    }

    /// The series of a set, from its rows and those of its own cells.
    fn finish(&self, parts: &[FlowCells], set: usize, rows: &[u32]) -> Series {
        let months = self.hours.len();
        let width = months + 1;
        let mut series = Series::zeros(months);
        let any_campus = parts.iter().any(|part| part.campus);
        for behind in 0..=usize::from(any_campus) {
            let parts: Vec<&FlowCells> =
                parts.iter().filter(|part| behind == 0 || part.campus).collect();
            let mut cells = vec![Cell::default(); months];
            let mut counts = [0; 4];
            for (month, cell) in cells.iter_mut().enumerate() {
                for part in &parts {
                    let at = self.set_cells * behind + set * width + month;
                    counts.iter_mut().zip(part.sets[at]).for_each(|(sum, step)| *sum += step);
                }
                cell.1 = counts;
            }
            for &row in rows {
                self.finish_row(&parts, row as usize, behind, &mut cells);
            }
            for (month, Cell(mut sums, counts)) in cells.into_iter().enumerate() {
                settle(&mut sums, &counts);
                series.add_cell(month, sums, counts, behind > 0);
            }
        }
        series
    }

    fn finish_row(&self, parts: &[&FlowCells], row: usize, behind: usize, cells: &mut [Cell]) {
        let rate = self.facts[row].first_rate();
        let first = self.row_values * behind + row * (self.hours.len() + 1) * 2;
        let mut sums = [0.0; 2];
        for (month, cell) in cells.iter_mut().enumerate() {
            for part in parts {
                let change = &part.rows[first + month * 2..][..2];
                sums.iter_mut().zip(change).for_each(|(sum, step)| *sum += step);
            }
            let factor = self.rates[rate + month] * self.hours[month];
            cell.0.iter_mut().zip(sums).for_each(|(sum, rate)| *sum += rate * factor);
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_follow_from_rules() {
        let rules = [
            Rule::Unknown,
            Rule::Stated,
            Rule::StatedAsFacility,
            Rule::ItTimesPue,
            Rule::FacilityByPue,
            Rule::FromCount,
            Rule::FromPower,
            Rule::FromAccelerators,
        ];
        for rule in rules {
            let class = match rule {
                Rule::Unknown => UNKNOWN,
                rule if rule.is_derived() => 2,
                _ => 1,
            };
            assert_eq!(class_of(rule), class, "{rule:?}");
        }
    }
}

//! Rows of sums: a way of being shared among groups, at a place of prices; and phases in their order.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};

use rustc_hash::FxHashMap;

use super::Outcome;
use super::group::Grouping;
use super::measure::Factor;
use super::phase::Quantity;
use super::tally::{Rows, Sorted};
use crate::model::{Dataset, Name};

/// What the phases of a row pay alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Place {
    pub zone: Name,
    pub class: u16,
    pub orbital: bool,
}

/// Rows of (way of being shared, place), and the row of each phase.
#[derive(Debug)]
pub(super) struct CellRows {
    sets: usize,
    pub places: Vec<Place>,
    pub set_of: Vec<u32>,
    pub place_of: Vec<u32>,
    /// None if rows are sets.
    row_of: Option<Vec<u32>>,
}

/// Rows that do not depend on an outcome, made when first asked for and kept with the groups: those
/// of sets, and those of sets at places.
#[derive(Clone, Debug, Default)]
pub(super) struct KeptRows([OnceLock<Arc<CellRows>>; 2]);

impl PartialEq for KeptRows {
    /// What is kept follows from the groups.
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// A table of cells with more places than this is not made.
const LARGEST_TABLE: usize = 1 << 22;
/// No row yet.
const NO_ROW: u32 = u32::MAX;

impl CellRows {
    /// One row a set, whatever the price.
    fn by_set(grouping: &Grouping) -> Self {
        let sets = grouping.sets().len();
        Self {
            sets,
            places: vec![Place { zone: Name::EMPTY, class: 0, orbital: false }],
            set_of: (0..sets as u32).collect(),
            place_of: vec![0; sets],
            row_of: None,
        }
    }

    /// The same for sums, at rates by place and month.
    pub(super) fn at<'a>(&'a self, curves: &'a [Vec<f64>]) -> Rows<'a> {
        Rows { sets: self.sets, set_of: &self.set_of, curve_of: &self.place_of, curves }
    }

    /// The row of each phase.
    pub(super) fn row_of<'a>(&'a self, grouping: &'a Grouping) -> &'a [u32] {
        self.row_of.as_deref().unwrap_or(grouping.set_of())
    }

    /// The rows of all phases: sets alone, or at the places whose prices they pay. Those of outcomes
    /// whose phases are all of one class are kept with the groups.
    pub(super) fn of(
        data: &Dataset,
        outcome: &Outcome,
        grouping: &Grouping,
        priced: bool,
    ) -> Arc<Self> {
        let [by_set, at_places] = &grouping.rows.0;
        let made = || Arc::new(Self::new(data, outcome, grouping));
        if !priced {
            Arc::clone(by_set.get_or_init(|| Arc::new(Self::by_set(grouping))))
        } else if outcome.energy.class_of.is_empty() {
            Arc::clone(at_places.get_or_init(made))
        } else {
            made()
        }
    }

    fn new(data: &Dataset, outcome: &Outcome, grouping: &Grouping) -> Self {
        let sets = grouping.set_of();
        let classes = outcome.energy.classes.len();
        let mut places = Vec::new();
        for (zone, orbital) in data.price_places() {
            for class in 0..classes as u16 {
                places.push(Place { zone: *zone, class, orbital: *orbital });
            }
        }
        let width = places.len();
        let table_size = grouping.sets().len().saturating_mul(width);
        let mut table = vec![NO_ROW; if table_size <= LARGEST_TABLE { table_size } else { 0 }];
        let mut hashed: FxHashMap<usize, u32> = FxHashMap::default();
        let (mut set_of, mut place_of) = (Vec::new(), Vec::new());
        let place_of_site = data.price_place_of();
        let row = |phase: usize| {
            let site = data.phases.site[phase] as usize;
            let class = usize::from(outcome.energy.class_at(phase));
            let place = place_of_site[site] as usize * classes + class;
            let at = sets[phase] as usize * width + place;
            let slot =
                if table.is_empty() { hashed.entry(at).or_insert(NO_ROW) } else { &mut table[at] };
            if *slot == NO_ROW {
                *slot = set_of.len() as u32;
                set_of.push(sets[phase]);
                place_of.push(place as u32);
            }
            *slot
        };
        let row_of = Some((0..data.phases.len()).map(row).collect());
        let mut out = Self { sets: grouping.sets().len(), places, set_of, place_of, row_of };
        out.keep_used();
        out
    }

    /// Forgets places that no row is at: a rate is worked out for each place.
    fn keep_used(&mut self) {
        let mut new = vec![NO_ROW; self.places.len()];
        let mut used = Vec::new();
        for at in &mut self.place_of {
            let slot = &mut new[*at as usize];
            if *slot == NO_ROW {
                *slot = used.len() as u32;
                used.push(self.places[*at as usize]);
            }
            *at = *slot;
        }
        self.places = used;
    }
}

/// What phases are put in order for: a quantity times a factor, as a flow; or, without one, as a
/// stock.
pub(super) type Summed = (Quantity, Option<Factor>);

/// A question that was asked, and phases in order once it was asked again.
#[derive(Debug)]
struct Asked {
    summed: Summed,
    /// The question that asked first.
    question: u64,
    /// Not kept for the sake of being asked again.
    rows: Weak<CellRows>,
    sorted: Option<Arc<Sorted>>,
}

impl Asked {
    fn is(&self, summed: Summed, rows: &Arc<CellRows>) -> bool {
        self.summed == summed && std::ptr::eq(self.rows.as_ptr(), Arc::as_ptr(rows))
    }
}

/// Phases of an outcome in the order of their rows, once they are asked for again: to put them in
/// order takes longer than to sum them once.
#[derive(Clone, Debug, Default)]
pub(super) struct KeptOrder {
    asked: Arc<Mutex<Vec<Asked>>>,
    questions: Arc<AtomicU64>,
}

impl PartialEq for KeptOrder {
    /// It follows from the rest of the outcome.
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// So many questions are remembered.
const ASKED: usize = 8;
/// So many orders are kept, of 18 bytes a phase or less.
const ORDERS: usize = 2;

impl KeptOrder {
    /// The number of a new question. What it asks for more than once, as a ratio does of both its
    /// sides, is not asked again.
    pub(super) fn question(&self) -> u64 {
        self.questions.fetch_add(1, Ordering::Relaxed)
    }

    /// Phases in order, if an earlier question asked for this and it is worth while.
    pub(super) fn asked_again(
        &self,
        question: u64,
        (summed, rows): (Summed, &Arc<CellRows>),
        (phases, months): (usize, usize),
        sort: impl FnOnce() -> Sorted,
    ) -> Option<Arc<Sorted>> {
        if !Sorted::is_worth_while(rows.set_of.len(), phases, months) {
            return None;
        }
        let lock = || self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        let mut asked = lock();
        // What was asked of groups that are gone is forgotten.
        asked.retain(|asked| asked.rows.strong_count() > 0);
        let Some(before) = asked.iter().find(|asked| asked.is(summed, rows)) else {
            asked.push(Asked { summed, question, rows: Arc::downgrade(rows), sorted: None });
            let over = asked.len().saturating_sub(ASKED);
            asked.drain(..over);
            return None;
        };
        if let Some(sorted) = &before.sorted {
            return Some(Arc::clone(sorted));
        }
        if before.question == question {
            return None;
        }
        drop(asked);
        let sorted = Arc::new(sort());
        let mut asked = lock();
        asked.retain(|asked| !asked.is(summed, rows));
        let rows = Arc::downgrade(rows);
        asked.push(Asked { summed, question, rows, sorted: Some(Arc::clone(&sorted)) });
        let orders = asked.iter_mut().rev().filter(|asked| asked.sorted.is_some());
        orders.skip(ORDERS).for_each(|asked| asked.sorted = None);
        Some(sorted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Alone;
    use crate::scenario::tally::{Columns, Lives};

    const ROWS: usize = 100;
    const PHASES: usize = 10_000;

    fn rows() -> Arc<CellRows> {
        let places = vec![Place { zone: Name::EMPTY, class: 0, orbital: false }];
        let set_of = (0..ROWS as u32).collect();
        let place_of = vec![0; ROWS];
        Arc::new(CellRows { sets: ROWS, places, set_of, place_of, row_of: None })
    }

    /// No phase in order.
    fn nobody() -> Sorted {
        let rows = Rows { sets: 0, set_of: &[], curve_of: &[], curves: &[] };
        let lives = Lives { value: &[], span: &[], broken: &[] };
        let columns = Columns { rule: &[], scope: &crate::model::Column::default(), mask: None };
        Sorted::new(&Alone, (&rows, 1), &[], lives, columns)
    }

    #[test]
    fn phases_are_put_in_order_when_they_are_asked_for_again() {
        let kept = KeptOrder::default();
        let ask = |summed, rows: &_| {
            kept.asked_again(kept.question(), (summed, rows), (PHASES, 12), nobody)
        };
        let never = || -> Sorted { unreachable!("they are in order") };
        let (stock, rows, other_rows) = ((Quantity::ItMw, None), rows(), rows());
        let question = kept.question();
        for _ in 0..3 {
            let same = kept.asked_again(question, (stock, &rows), (PHASES, 12), nobody);
            assert!(same.is_none(), "one question does not ask again");
        }
        let sorted = ask(stock, &rows).expect("asked again");
        let again = kept.asked_again(question, (stock, &rows), (PHASES, 12), never).expect("kept");
        assert!(Arc::ptr_eq(&sorted, &again));
        // As a flow, of another quantity, or in other groups, it is another question.
        let flow = (Quantity::ItMw, Some(Factor::Energy));
        let others = [(flow, &rows), ((Quantity::H100e, None), &rows), (stock, &other_rows)];
        for (summed, rows) in others {
            assert!(ask(summed, rows).is_none());
            assert!(ask(summed, rows).is_some());
        }
        // The last two are kept; the first has to be put in order anew.
        let anew = ask(stock, &rows).expect("asked before");
        assert!(!Arc::ptr_eq(&sorted, &anew));
        // Nothing is kept of groups that are gone.
        let gone = Arc::downgrade(&other_rows);
        drop(other_rows);
        assert!(gone.upgrade().is_none());
        assert!(ask(flow, &rows).is_some());
        assert!(
            kept.asked.lock().expect("no panic").iter().all(|asked| asked.is(asked.summed, &rows))
        );
    }

    #[test]
    fn few_phases_and_few_rows_are_summed_as_they_stand() {
        let (kept, rows) = (KeptOrder::default(), rows());
        for _ in 0..3 {
            let size = (ROWS * 64, 12);
            let stock = ((Quantity::ItMw, None), &rows);
            let few = kept.asked_again(kept.question(), stock, size, nobody);
            assert!(few.is_none());
        }
    }
}

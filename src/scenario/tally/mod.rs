//! Sums by row and month, where each phase is touched only where it begins and ends.
//!
//! A set is a way of being shared among groups. Cells hold changes from month to month.

mod cells;
mod flows;
mod sorted;
mod stocks;

use super::phase::Rule;
use super::workers::{Workers, stretches};
use crate::model::{Column, Scope};

pub(super) use flows::{Lives, Rows, flows};
pub(super) use sorted::Sorted;
pub(super) use stocks::stocks;

/// Columns that every tally reads.
#[derive(Clone, Copy)]
pub(super) struct Columns<'a> {
    pub rule: &'a [Rule],
    pub scope: &'a Column<Scope>,
    pub mask: Option<&'a [bool]>,
}

/// Data with fewer phases than this are summed in one piece.
const PIECE: usize = 100_000;

/// A piece has fewer phases than this.
const MOST: u64 = 1 << 26;

/// The sums of ranges of phases, as many as there are hands.
fn in_pieces<T: Send + Sync>(
    workers: &dyn Workers,
    len: usize,
    sum: impl Fn(std::ops::Range<usize>) -> T + Sync,
) -> Vec<T> {
    let pieces = if len < PIECE { 1 } else { workers.width().max(1) };
    let pieces = pieces.max(len / (MOST as usize - 1) + 1);
    stretches(workers, (pieces, len), sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::model::Maybe;
    use crate::scenario::Alone;
    use crate::scenario::stack::Series;
    use proptest::prelude::*;

    const MONTHS: usize = 9;

    /// Three hands, one after the other.
    struct Three;

    impl Workers for Three {
        fn each(&self, count: usize, work: &(dyn Fn(usize) + Sync)) {
            (0..count).rev().for_each(work);
        }

        fn width(&self) -> usize {
            3
        }
    }

    /// A phase: row, span, broken days, value, rule, whether it is a campus, whether it takes part.
    type Phase = (u32, [u16; 2], [u8; 2], Option<f64>, u8, bool, bool);

    fn phase() -> impl Strategy<Value = Phase> {
        let span = (0..=MONTHS as u16, 0..=MONTHS as u16).prop_map(|(from, to)| [from, to]);
        let broken = (0_u8..28, 0_u8..28).prop_map(|(a, b)| [a, b]);
        let value = proptest::option::weighted(0.8, 0.0..50.0_f64);
        (0_u32..6, span, broken, value, 0_u8..2, any::<bool>(), any::<bool>())
    }

    /// Rates of a curve, unknown in some months.
    fn curve() -> impl Strategy<Value = Vec<f64>> {
        proptest::collection::vec(prop_oneof![3 => 1.0..100.0_f64, 1 => Just(f64::NAN)], MONTHS)
    }

    /// What the rules say, phase by phase and month by month.
    fn plainly(phases: &[Phase], curves: &[Vec<f64>], hours: &[f64], set: u32) -> Series {
        let mut out = Series::zeros(MONTHS);
        for (row, [from, end], [missed, last], value, derived, campus, part) in phases {
            let to = end + u16::from(*last > 0);
            if !part || from >= &to || row % 2 != set {
                continue;
            }
            for month in usize::from(*from)..usize::from(to) {
                let rate = curves[(row / 2) as usize][month];
                out.count[month] += 1;
                let Some(value) = value.filter(|_| !rate.is_nan()) else {
                    out.unknown[month] += 1;
                    continue;
                };
                let mut stood = if month < usize::from(*end) { hours[month] } else { 0.0 };
                stood -= if month == usize::from(*from) { 24.0 * f64::from(*missed) } else { 0.0 };
                stood += if month == usize::from(*end) { 24.0 * f64::from(*last) } else { 0.0 };
                let sum = value * rate * stood;
                out.value[month] += sum;
                out.derived[month] += if *derived > 0 { sum } else { 0.0 };
                out.campus[month] += if *campus { sum } else { 0.0 };
            }
        }
        out
    }

    /// Whether sums of nothing are zero, not what rounding left of what came and went.
    fn is_settled(series: &Series) -> bool {
        (0..MONTHS).all(|m| series.unknown[m] < series.count[m] || series.value[m].abs() <= 0.0)
    }

    fn near(a: &[f64], b: &[f64]) -> bool {
        a.iter().zip(b).all(|(a, b)| (a - b).abs() <= 1e-9 * (1.0 + a.abs().max(b.abs())).max(1e5))
    }

    fn same(found: &Series, wanted: &Series) -> Result<(), TestCaseError> {
        prop_assert_eq!(&found.count, &wanted.count);
        prop_assert_eq!(&found.unknown, &wanted.unknown);
        prop_assert!(near(&found.value, &wanted.value), "{:?} {:?}", found, wanted);
        prop_assert!(near(&found.derived, &wanted.derived), "{:?} {:?}", found, wanted);
        prop_assert!(near(&found.campus, &wanted.campus), "{:?} {:?}", found, wanted);
        prop_assert!(is_settled(found), "{:?}", found);
        Ok(())
    }

    proptest! {
        #[test]
        fn flows_are_what_the_rules_say_month_by_month(
            phases in proptest::collection::vec(phase(), 0..1200),
            curves in proptest::collection::vec(curve(), 3),
            masked in any::<bool>(),
        ) {
            // A phase ends in the grid with broken days, or goes on beyond it.
            let phases: Vec<Phase> = phases
                .into_iter()
                .map(|(row, span, mut broken, value, derived, campus, part)| {
                    broken[1] = if usize::from(span[1]) < MONTHS { broken[1] } else { 0 };
                    (row, span, broken, value, derived, campus, part || !masked)
                })
                .collect();
            let hours: Vec<f64> = (0..MONTHS).map(|m| 24.0 * (28 + m % 4) as f64).collect();
            let rows = Rows {
                sets: 2,
                set_of: &[0, 1, 0, 1, 0, 1],
                curve_of: &[0, 0, 1, 1, 2, 2],
                curves: &curves,
            };
            let row_of: Vec<u32> = phases.iter().map(|p| p.0).collect();
            let span: Vec<[u16; 2]> = phases.iter().map(|p| p.1).collect();
            let broken: Vec<[u8; 2]> = phases.iter().map(|p| p.2).collect();
            let value: Vec<Maybe> = phases.iter().map(|p| p.3.into()).collect();
            let rule: Vec<Rule> = phases
                .iter()
                .map(|p| match (p.3, p.4) {
                    (None, _) => Rule::Unknown,
                    (_, 0) => Rule::Stated,
                    _ => Rule::ItTimesPue,
                })
                .collect();
            let mut scope = Column::default();
            phases.iter().for_each(|p| scope.push(if p.5 { Scope::Campus } else { Scope::Ai }));
            let mask: Vec<bool> = phases.iter().map(|p| p.6).collect();
            let lives = Lives { value: &value, span: &span, broken: &broken };
            let mask = masked.then_some(mask.as_slice());
            let columns = Columns { rule: &rule, scope: &scope, mask };
            let sums = flows(&Alone, &rows, &hours, &row_of, lives, columns);
            for (set, found) in sums.iter().enumerate() {
                let wanted = plainly(&phases, &curves, &hours, set as u32);
                same(found, &wanted)?;
            }
            // The same phases in the order of their rows, all of them and those that take part.
            let all = Columns { mask: None, ..columns };
            let order = (&rows, MONTHS);
            for workers in [&Alone as &dyn Workers, &Three] {
                let sorted = Sorted::new(workers, order, &row_of, lives, all);
                let (some, whole) = (sorted.flows(workers, &rows, &hours, columns.mask), &sums);
                for (found, wanted) in some.iter().zip(whole) {
                    same(found, wanted)?;
                }
            }
            // Stocks are flows of one hour a month at the rate 1, in whole months.
            let ones = [vec![1.0; MONTHS]];
            let whole: Vec<Phase> = phases
                .iter()
                .map(|(row, span, _, value, derived, campus, part)| {
                    (row % 2, *span, [0, 0], *value, *derived, *campus, *part)
                })
                .collect();
            let set_of: Vec<u32> = whole.iter().map(|p| p.0).collect();
            let sums = stocks(&Alone, (2, MONTHS), &set_of, (&value, &span), columns);
            for (set, found) in sums.iter().enumerate() {
                same(found, &plainly(&whole, &ones, &[1.0; MONTHS], set as u32))?;
            }
            let rows = Rows { sets: 2, set_of: &[0, 1], curve_of: &[0, 0], curves: &ones };
            let whole = Lives { broken: &[], ..lives };
            let sorted = Sorted::new(&Alone, (&rows, MONTHS), &set_of, whole, all);
            for (set, found) in sorted.flows(&Alone, &rows, &ones[0], None).iter().enumerate() {
                let wanted = stocks(&Alone, (2, MONTHS), &set_of, (&value, &span), all);
                same(found, &wanted[set])?;
            }
        }
    }
}

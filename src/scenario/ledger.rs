//! Two scenarios compared: the difference by month and group, and the ledger that gives every part
//! of it to one adjustment or assumption (RULES S5).

use std::sync::Arc;

use super::assumptions::{ENGINE_KEYS, parameter};
use super::engine::Engine;
use super::group::{GroupKey, Grouping};
use super::spec::{Adjustment, Assumption, Layer, PreferredSeries, Scenario};
use super::stack::{Query, Stack, stack};
use super::workers::{Alone, Workers, map};
use super::{Filter, Lens, Measure, Outcome};
use crate::model::{Dataset, Month, SectorChoice};

/// What is compared.
#[derive(Clone, Debug, PartialEq)]
pub struct CompareQuery {
    /// What is measured.
    pub measure: Measure,
    /// By which groups.
    pub group_by: GroupKey,
    /// Which phases take part.
    pub filter: Filter,
    /// Whose price.
    pub sector: SectorChoice,
    /// The year in whose money costs are told; nominal if none.
    pub real_year: Option<i32>,
    /// The buyer through whose lens it is seen, if there is one (RULES F2).
    pub lens: Option<Arc<Lens>>,
}

/// So many differing parts are split by Shapley values; more in file order.
pub const MOST_SHAPLEY: usize = 8;

/// How the difference was split.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// The mean over all orders.
    Shapley,
    /// One after the other, in the order of the file.
    FileOrder,
}

impl Method {
    /// The word of tables.
    pub fn word(self) -> &'static str {
        match self {
            Self::Shapley => "shapley",
            Self::FileOrder => "file order",
        }
    }
}

/// A part of the difference.
#[derive(Clone, Debug, PartialEq)]
pub struct LedgerRow {
    /// Id of the adjustment, or `assumption KEY`, `series ZONE`, `(order)`.
    pub adjustment: String,
    /// Assumption or decision.
    pub layer: Layer,
    /// Its part. All parts sum to the difference exactly, in any order.
    pub value: f64,
    /// Its part in whole units; these sum to the printed difference.
    pub printed: i64,
}

/// The account of a difference at a month.
#[derive(Clone, Debug, PartialEq)]
pub struct Ledger {
    /// What was measured.
    pub measure: Measure,
    /// The month.
    pub month: Month,
    /// Total under the first scenario.
    pub before: f64,
    /// Total under the second.
    pub after: f64,
    /// Total with the assumptions of the second and the decisions of the first.
    pub assumed: f64,
    /// Phases in service without a value, which no part holds, under each.
    pub unknown: [u32; 2],
    /// The parts, in the order of the second file.
    pub rows: Vec<LedgerRow>,
    /// How they were found.
    pub method: Method,
}

impl Ledger {
    /// The difference: exactly the sum of the rows.
    pub fn difference(&self) -> f64 {
        self.after - self.before
    }

    /// The difference in whole units, half away from zero.
    pub fn printed(&self) -> i64 {
        self.difference().round() as i64
    }
}

/// One part that may be as in the first or as in the second scenario.
#[derive(Clone, Debug)]
enum Part {
    /// With whether its value differs.
    Assumption(Option<Assumption>, Option<Assumption>, bool),
    Series(Option<PreferredSeries>, Option<PreferredSeries>),
    Adjustment(Option<Box<Adjustment>>, Option<Box<Adjustment>>),
}

impl Part {
    fn differs(&self) -> bool {
        match self {
            Self::Assumption(_, _, differs) => *differs,
            Self::Series(a, b) => a != b,
            Self::Adjustment(a, b) => {
                let acts = |x: &Option<Box<Adjustment>>| {
                    x.as_ref().filter(|x| x.enabled).map(|x| effect(x))
                };
                acts(a) != acts(b)
            }
        }
    }

    fn name(&self) -> String {
        match self {
            Self::Assumption(a, b, _) => {
                format!("assumption {}", b.as_ref().or(a.as_ref()).map_or("", |x| &x.key))
            }
            Self::Series(a, b) => {
                format!("series {}", b.as_ref().or(a.as_ref()).map_or("", |x| &x.zone))
            }
            Self::Adjustment(a, b) => {
                b.as_ref().or(a.as_ref()).map_or(String::new(), |x| x.id.clone())
            }
        }
    }

    fn layer(&self) -> Layer {
        match self {
            Self::Adjustment(a, b) => {
                b.as_ref().or(a.as_ref()).map_or(Layer::Decision, |x| x.layer)
            }
            _ => Layer::Assumption,
        }
    }

    fn put(&self, second: bool, out: &mut Scenario) {
        match self {
            Self::Assumption(a, b, false) => {
                out.assumptions.extend(b.clone().or_else(|| a.clone()));
            }
            Self::Assumption(a, b, true) => {
                out.assumptions.extend(if second { b.clone() } else { a.clone() });
            }
            Self::Series(a, b) => out.series.extend(if second { b.clone() } else { a.clone() }),
            Self::Adjustment(a, b) => {
                let chosen = if second { b } else { a };
                out.adjustments.extend(chosen.as_deref().cloned());
            }
        }
    }
}

/// What an adjustment does, without what is said about it.
fn effect(adjustment: &Adjustment) -> Adjustment {
    let mut out = adjustment.clone();
    out.why.clear();
    out.source.clear();
    out.layer = out.lever.layer();
    out.added.sites.iter_mut().for_each(|site| site.line = 0);
    out.added.phases.iter_mut().for_each(|phase| phase.line = 0);
    out
}

/// All parts of two scenarios: assumptions, series, then adjustments in the order of the second,
/// those of the first alone after what they follow.
fn merged(data: &Dataset, a: &Scenario, b: &Scenario) -> Vec<Part> {
    let mut out = Vec::new();
    let keys = a.assumptions.iter().chain(&b.assumptions).map(|x| x.key.as_str());
    for key in distinct(keys) {
        let of = |s: &Scenario| s.assumptions.iter().find(|x| x.key == key).cloned();
        let values = [a, b].map(|scenario| parameter(data, scenario, key));
        // A parameter that one side alone has belongs to the adjustments that name it; those of the
        // engine have a default there.
        let both = values.iter().all(Option::is_some) || ENGINE_KEYS.contains(&key);
        out.push(Part::Assumption(of(a), of(b), both && values[0] != values[1]));
    }
    for zone in distinct(a.series.iter().chain(&b.series).map(|x| x.zone.as_str())) {
        let of = |s: &Scenario| s.series.iter().find(|x| x.zone == zone).cloned();
        out.push(Part::Series(of(a), of(b)));
    }
    let mut ids: Vec<&str> = b.adjustments.iter().map(|x| x.id.as_str()).collect();
    let in_a = |id: &str| a.adjustments.iter().any(|x| x.id == id);
    let mut after = 0;
    for adjustment in &a.adjustments {
        if let Some(at) = ids.iter().position(|id| *id == adjustment.id) {
            after = at + 1;
        } else {
            while ids.get(after).is_some_and(|id| !in_a(id)) {
                after += 1;
            }
            ids.insert(after, &adjustment.id);
            after += 1;
        }
    }
    for id in ids {
        let of = |s: &Scenario| s.adjustments.iter().find(|x| x.id == id).cloned().map(Box::new);
        out.push(Part::Adjustment(of(a), of(b)));
    }
    out
}

fn distinct<'a>(keys: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut out: Vec<&str> = Vec::new();
    for key in keys {
        if !out.contains(&key) {
            out.push(key);
        }
    }
    out
}

/// Stacks of two scenarios over the same groups, and their difference.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// Under each scenario.
    pub stacks: [Stack; 2],
    /// Names of all groups, by code point.
    pub names: Vec<String>,
    /// Second less first; the total is the last row.
    ///
    /// # Shape
    /// `rows[group][month]`; none where either side is not known.
    pub rows: Vec<Vec<Option<f64>>>,
}

impl Comparison {
    /// Groups of which something stands at a month, and no difference is known.
    pub fn unknown_groups(&self, month: usize) -> usize {
        let groups = self.rows.len().saturating_sub(1);
        self.rows.iter().take(groups).filter(|row| row[month].is_none()).count()
    }
}

/// The values of a scenario by group and month.
pub fn scenario_stack(data: &Dataset, outcome: &Outcome, query: &CompareQuery) -> Stack {
    let mask = query.filter.mask(data, outcome, query.sector);
    let grouping =
        Grouping::seen_with(&Alone, data, outcome, query.group_by.clone(), query.lens.as_deref());
    let asked = Query {
        mask: mask.as_deref(),
        sector: query.sector,
        real_year: query.real_year,
        ..Query::new(query.measure, &grouping)
    };
    stack(data, outcome, &asked)
}

/// Compares two outcomes by month and group. A group that one side lacks counts as 0 there, but for
/// ratios, which have no value then.
pub fn compare(data: &Dataset, outcomes: [&Outcome; 2], query: &CompareQuery) -> Comparison {
    let stacks = outcomes.map(|outcome| scenario_stack(data, outcome, query));
    let mut names: Vec<String> =
        stacks.iter().flat_map(|s| s.groups.iter().map(|g| g.name.clone())).collect();
    names.sort();
    names.dedup();
    let ratio = query.measure.is_ratio();
    let months = stacks[0].grid.len;
    let value = |stack: &Stack, name: Option<&String>, month: usize| match name {
        None => stack.total.known(month).filter(|_| !ratio || stack.total.count[month] > 0),
        Some(name) => {
            let found = stack.groups.binary_search_by(|g| g.name.cmp(name));
            let series = found.ok().map(|at| &stack.groups[at].series);
            match series.filter(|s| s.count[month] > 0) {
                Some(series) => series.known(month),
                None => (!ratio).then_some(0.0),
            }
        }
    };
    let row = |name: Option<&String>| {
        let cell = |month| Some(value(&stacks[1], name, month)? - value(&stacks[0], name, month)?);
        (0..months).map(cell).collect::<Vec<Option<f64>>>()
    };
    let rows = names.iter().map(|name| row(Some(name))).chain([row(None)]).collect();
    Comparison { stacks, names, rows }
}

/// Splits the difference of two scenarios at a month. The data hold what both add. None where under
/// one of them, or between them, nothing in service has a value: an unknown total has no parts.
pub fn ledger(
    workers: &dyn Workers,
    data: &Dataset,
    engine: &Engine,
    scenarios: [&Scenario; 2],
    query: &CompareQuery,
    month: Month,
) -> Option<Ledger> {
    let parts = merged(data, scenarios[0], scenarios[1]);
    let players: Vec<usize> = (0..parts.len()).filter(|&at| parts[at].differs()).collect();
    let total = |scenario: &Scenario| {
        if workers.cancelled() {
            return (None, 0);
        }
        total_at(data, engine, scenario, query, month)
    };
    let value = |scenario: &Scenario| total(scenario).0;
    let mixed = |second: &dyn Fn(usize) -> bool| {
        let mut out = Scenario { name: scenarios[1].name.clone(), ..Scenario::default() };
        for (at, part) in parts.iter().enumerate() {
            let player = players.iter().position(|p| *p == at);
            part.put(player.is_none_or(second), &mut out);
        }
        out
    };
    let count = players.len();
    let (method, mut shares) = if count <= MOST_SHAPLEY {
        let values = map(workers, 1 << count, |set| value(&mixed(&|p| set >> p & 1 == 1)));
        let values: Vec<f64> = values.into_iter().collect::<Option<_>>()?;
        (Method::Shapley, shapley(count, &values))
    } else {
        let values = map(workers, count + 1, |upto| value(&mixed(&|p| p < upto)));
        let values: Vec<f64> = values.into_iter().collect::<Option<_>>()?;
        (Method::FileOrder, values.windows(2).map(|pair| pair[1] - pair[0]).collect())
    };
    let assumption = |p: usize| parts[players[p]].layer() == Layer::Assumption;
    let ends = scenarios.map(total);
    let unknown = ends.map(|(_, unknown)| unknown);
    let (before, after) = (ends[0].0?, ends[1].0?);
    let assumed = value(&mixed(&assumption))?;
    let mut names: Vec<(String, Layer)> =
        players.iter().map(|&at| (parts[at].name(), parts[at].layer())).collect();
    // Levers that both have may stand in another order, which price levers feel.
    let rest = (after - before) - shares.iter().sum::<f64>();
    if rest.abs() > 1e-9 * before.abs().max(after.abs()).max(1.0) {
        names.push(("(order)".to_owned(), Layer::Decision));
        shares.push(rest);
    }
    let totals = [before, assumed, after];
    let settled = settled(query.measure, month, totals, names, &shares, method);
    Some(Ledger { unknown, ..settled })
}

/// Rounds all values to multiples of one power of two, so that sums are exact, and to whole units.
fn settled(
    measure: Measure,
    month: Month,
    [before, assumed, after]: [f64; 3],
    names: Vec<(String, Layer)>,
    shares: &[f64],
    method: Method,
) -> Ledger {
    let largest = shares.iter().chain([&before, &after]).fold(1.0_f64, |m, v| m.max(v.abs()));
    // 2⁻⁴⁸ of the largest value: a relative step of 3.6e-15.
    let step = 2.0_f64.powi(largest.log2().ceil() as i32 - 48);
    let on_step = |value: f64| (value / step).round() * step;
    let (before, after) = (on_step(before), on_step(after));
    let steps = largest_remainder(shares, step, ((after - before) / step).round() as i64);
    let values: Vec<f64> = steps.iter().map(|n| *n as f64 * step).collect();
    let printed = largest_remainder(&values, 1.0, (after - before).round() as i64);
    let rows = names.into_iter().zip(&values).zip(printed);
    let rows = rows.map(|(((adjustment, layer), value), printed)| LedgerRow {
        adjustment,
        layer,
        value: *value,
        printed,
    });
    Ledger {
        measure,
        month,
        before,
        after,
        assumed: on_step(assumed),
        unknown: [0; 2],
        rows: rows.collect(),
        method,
    }
}

/// The total of a measure at a month under a scenario, none where nothing of it is known, and the
/// number of phases in service without a value.
pub fn total_at(
    data: &Dataset,
    engine: &Engine,
    scenario: &Scenario,
    query: &CompareQuery,
    month: Month,
) -> (Option<f64>, u32) {
    let outcome = engine.run(data, scenario);
    // The total does not depend on the groups; these are the fewest.
    let query = CompareQuery { group_by: GroupKey::Kind, ..query.clone() };
    let stack = scenario_stack(data, &outcome, &query);
    let at = outcome.grid.clamp(month);
    (stack.total.known(at), stack.total.unknown[at])
}

/// Shapley values from the values of all sets of players; a set is a number, a player a bit of it.
fn shapley(count: usize, values: &[f64]) -> Vec<f64> {
    let factorial = |n: usize| (1..=n).map(|k| k as f64).product::<f64>();
    let weight = |size: usize| factorial(size) * factorial(count - size - 1) / factorial(count);
    let of = |player: usize| {
        let without = (0..values.len()).filter(|set| set >> player & 1 == 0);
        without
            .map(|set| {
                let gain = values[set | 1 << player] - values[set];
                weight(set.count_ones() as usize) * gain
            })
            .sum()
    };
    (0..count).map(of).collect()
}

/// Parts in whole steps that sum to a total, by largest remainder; ties go to the first.
fn largest_remainder(parts: &[f64], step: f64, total: i64) -> Vec<i64> {
    let exact: Vec<f64> = parts.iter().map(|part| part / step).collect();
    let mut out: Vec<i64> = exact.iter().map(|n| n.floor() as i64).collect();
    let mut left = total - out.iter().sum::<i64>();
    let mut order: Vec<usize> = (0..parts.len()).collect();
    let rest = |at: usize| exact[at] - exact[at].floor();
    order.sort_by(|&a, &b| rest(b).total_cmp(&rest(a)).then(a.cmp(&b)));
    // More is left than there are parts, or less than nothing, only by rounding of the total.
    for at in order.iter().cycle() {
        if left <= 0 || order.is_empty() {
            break;
        }
        out[*at] += 1;
        left -= 1;
    }
    for at in order.iter().rev().cycle() {
        if left >= 0 || order.is_empty() {
            break;
        }
        out[*at] -= 1;
        left += 1;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapley_shares_what_two_make_together() {
        // Alone 10 and 20, together 50: each has half of the 20 that neither makes alone.
        assert_eq!(shapley(2, &[0.0, 10.0, 20.0, 50.0]), [20.0, 30.0]);
        assert!(shapley(0, &[7.0]).is_empty());
    }

    #[test]
    fn printed_parts_sum_to_the_printed_total() {
        assert_eq!(largest_remainder(&[0.4, 0.4, 0.4], 1.0, 1), [1, 0, 0]);
        assert_eq!(largest_remainder(&[-572.75, 358.0], 1.0, -215), [-573, 358]);
        assert_eq!(largest_remainder(&[-556.2, 16.2], 1.0, -540), [-556, 16]);
        assert_eq!(largest_remainder(&[0.5, 0.5, -2.0], 1.0, -1), [1, 0, -2]);
    }

    #[test]
    fn what_only_the_first_has_follows_what_it_followed() {
        use crate::scenario::Lever;
        let of = |ids: &[&str]| Scenario {
            adjustments: ids.iter().map(|id| Adjustment::new(id, Lever::Cancel)).collect(),
            ..Scenario::default()
        };
        let names = |a: &[&str], b: &[&str]| {
            merged(&Dataset::default(), &of(a), &of(b)).iter().map(Part::name).collect::<Vec<_>>()
        };
        assert_eq!(names(&["x", "gone"], &["x", "new"]), ["x", "new", "gone"]);
        assert_eq!(names(&["gone", "x"], &["x"]), ["gone", "x"]);
        assert_eq!(names(&[], &["a", "b"]), ["a", "b"]);
    }
}

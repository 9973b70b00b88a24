//! Ratios beside the stacks: what a compute figure covers, and the mean price that sites pay.

use super::Outcome;
use super::group::Grouping;
use super::measure::Measure;
use super::stack::{Query, Series, Stack, stack};
use crate::model::{Dataset, SectorChoice};

/// A ratio of a group in a month (RULES G5): the ratio, and the phases left out of it.
pub type Ratio = (Option<f64>, u32);

/// Ratios of all groups, and of the total as the last row.
///
/// # Shape
/// `rows[group][month]`.
#[derive(Clone, Debug, PartialEq)]
pub struct RatioTable {
    /// Groups by code point.
    pub names: Vec<String>,
    /// One row a group, and the total last.
    pub rows: Vec<Vec<Ratio>>,
}

/// Share of known MW at the meter whose compute figure is known too, by group and month (G5).
/// The count is that of phases of unknown MW.
pub fn coverage(
    data: &Dataset,
    outcome: &Outcome,
    grouping: &Grouping,
    mask: Option<&[bool]>,
    measure: Measure,
) -> RatioTable {
    let query = Query { mask, ..Query::new(Measure::FacilityMw, grouping) };
    let all = stack(data, outcome, &query);
    let column = measure.quantity().map(|q| outcome.phases.column(q));
    let known: Vec<bool> = (0..data.phases.len())
        .map(|p| mask.is_none_or(|m| m[p]) && column.is_some_and(|c| c.value[p].is_some()))
        .collect();
    let some = stack(data, outcome, &Query { mask: Some(&known), ..query });
    let rows = |stack: Stack| -> Vec<Series> {
        stack.groups.into_iter().map(|g| g.series).chain([stack.total]).collect()
    };
    let row = |(part, whole): (&Series, &Series)| -> Vec<Ratio> {
        let ratio = |month: usize| {
            let denominator = whole.value[month];
            (denominator > 0.0).then(|| part.value[month] / denominator)
        };
        (0..whole.value.len()).map(|m| (ratio(m), whole.unknown[m])).collect()
    };
    let (part, whole) = (rows(some), rows(all));
    let rows = part.iter().zip(&whole).map(row).collect();
    RatioTable { names: grouping.names.clone(), rows }
}

/// Average price paid, USD per MWh: cost ÷ energy over phases for which both are known (G5).
/// The count is that of phases in service that lack one.
pub fn price_ratio(
    data: &Dataset,
    outcome: &Outcome,
    grouping: &Grouping,
    mask: Option<&[bool]>,
    sector: SectorChoice,
) -> RatioTable {
    let query = Query { mask, sector, ..Query::new(Measure::UsdPerMwh, grouping) };
    let stack = stack(data, outcome, &query);
    let row = |series: &Series| -> Vec<Ratio> {
        let months = 0..series.value.len();
        months
            .map(|m| (series.known(m).filter(|_| series.count[m] > 0), series.unknown[m]))
            .collect()
    };
    let rows = stack.groups.iter().map(|g| &g.series).chain([&stack.total]).map(row).collect();
    RatioTable { names: grouping.names.clone(), rows }
}

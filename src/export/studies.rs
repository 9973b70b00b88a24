//! Tables of studies: comparison, ledger, bands, milestones, tornado, supply curve.

use serde_json::{Value, json};

use std::io;

use super::table::{Cell, Rows, Table};
use crate::model::{Dataset, Grid, Month};
use crate::scenario::ledger::{Comparison, Ledger};
use crate::scenario::supply::Supply;
use crate::scenario::sweep::{Bands, Milestone};
use crate::scenario::{Grouping, Layer, Measure, Stack, Tornado};

/// A value of a stack at a month; empty for groups that it lacks.
fn value_of(stack: &Stack, name: &str, at: usize) -> Option<f64> {
    if name == TOTAL {
        return stack.total.known(at);
    }
    let found = stack.groups.binary_search_by(|g| g.name.as_str().cmp(name)).ok()?;
    let series = &stack.groups[found].series;
    if series.count[at] > 0 { series.known(at) } else { None }
}

const TOTAL: &str = "(total)";

fn names(comparison: &Comparison) -> impl Iterator<Item = &str> {
    comparison.names.iter().map(String::as_str).chain([TOTAL])
}

/// Phases of a group in service at a month, and those of them without a value.
fn counts_of(stack: &Stack, name: &str, at: usize) -> [u32; 2] {
    let found = stack.groups.binary_search_by(|g| g.name.as_str().cmp(name));
    let series = match (name, found) {
        (TOTAL, _) => &stack.total,
        (_, Ok(at)) => &stack.groups[at].series,
        (_, Err(_)) => return [0; 2],
    };
    [series.count[at], series.unknown[at]]
}

/// `month,group,before,after,difference,unit,unknown_before,unknown_after`: groups of which something
/// stands on either side, and the total in every month. A value that is not known is empty, and so is
/// a difference of one; the phases without a value stand beside.
pub fn comparison_table(comparison: &Comparison) -> Table {
    Table::of(|to| write_comparison(comparison, to))
}

/// The same, row by row.
///
/// # Errors
/// What the system says where rows are written.
pub fn write_comparison(comparison: &Comparison, to: &mut dyn Rows) -> io::Result<()> {
    to.begin(&[
        "month",
        "group",
        "before",
        "after",
        "difference",
        "unit",
        "unknown_before",
        "unknown_after",
    ])?;
    let [first, second] = &comparison.stacks;
    for (at, month) in first.grid.months().enumerate() {
        for (name, row) in names(comparison).zip(&comparison.rows) {
            let (before, after) = (value_of(first, name, at), value_of(second, name, at));
            let counts = [first, second].map(|stack| counts_of(stack, name, at));
            if name != TOTAL && counts.iter().all(|[standing, _]| *standing == 0) {
                continue;
            }
            to.row(vec![
                month.to_string().as_str().into(),
                Cell::Text(name.to_owned()),
                before.into(),
                after.into(),
                row[at].into(),
                first.measure.unit().into(),
                Cell::Count(u64::from(counts[0][1])),
                Cell::Count(u64::from(counts[1][1])),
            ])?;
        }
    }
    Ok(())
}

/// `month,measure,unit,adjustment,layer,part,printed,unknown`: the total before, the parts, their sum,
/// and the total after; beside both totals the phases in service without a value, which no part holds.
pub fn ledger_table(ledger: &Ledger) -> Table {
    let mut table = Table::new(&[
        "month",
        "measure",
        "unit",
        "adjustment",
        "layer",
        "part",
        "printed",
        "unknown",
    ]);
    let count = |unknown: u32| Cell::Count(u64::from(unknown));
    let mut push = |name: &str, layer: &str, part: f64, printed: Option<i64>, unknown: Cell| {
        table.rows.push(vec![
            ledger.month.to_string().as_str().into(),
            ledger.measure.word().into(),
            ledger.measure.unit().into(),
            Cell::Text(name.to_owned()),
            layer.into(),
            Cell::Number(part),
            printed.map_or(Cell::Empty, |n| Cell::Number(n as f64)),
            unknown,
        ]);
    };
    push("(before)", "", ledger.before, None, count(ledger.unknown[0]));
    for row in &ledger.rows {
        push(&row.adjustment, row.layer.word(), row.value, Some(row.printed), Cell::Empty);
    }
    push("(change)", "", ledger.difference(), Some(ledger.printed()), Cell::Empty);
    push("(after)", "", ledger.after, None, count(ledger.unknown[1]));
    table
}

/// Difference and ledger at a month, with the groups: one JSON object. The values of the ledger sum
/// to `difference` exactly, those of `printed` to `difference_printed`.
pub fn comparison_json(
    comparison: &Comparison,
    ledger: Option<&Ledger>,
    names_of: [&str; 2],
    month: Month,
) -> String {
    let [first, second] = &comparison.stacks;
    let at = first.grid.clamp(month);
    let groups: Vec<Value> = names(comparison)
        .zip(&comparison.rows)
        .filter_map(|(name, row)| {
            let (before, after) = (value_of(first, name, at), value_of(second, name, at));
            (before.is_some() || after.is_some() || name == TOTAL).then(
                || json!({"group": name, "before": before, "after": after, "difference": row[at]}),
            )
        })
        .collect();
    let mut out = json!({
        "before_scenario": names_of[0],
        "after_scenario": names_of[1],
        "measure": first.measure.word(),
        "unit": first.measure.unit(),
        "date": first.grid.month(at).to_string(),
    });
    if let Some(ledger) = ledger {
        let rows = ledger.rows.iter().map(|row| {
            json!({
                "adjustment": row.adjustment,
                "layer": row.layer.word(),
                "value": row.value,
                "printed": row.printed,
            })
        });
        out["before"] = ledger.before.into();
        out["after"] = ledger.after.into();
        out["difference"] = ledger.difference().into();
        out["difference_printed"] = ledger.printed().into();
        out["unknown_before"] = ledger.unknown[0].into();
        out["unknown_after"] = ledger.unknown[1].into();
        out["steps"] = json!([
            {"layer": Layer::Assumption.word(), "value": ledger.assumed - ledger.before},
            {"layer": Layer::Decision.word(), "value": ledger.after - ledger.assumed},
        ]);
        out["method"] = ledger.method.word().into();
        out["ledger"] = rows.collect();
    } else {
        out["before"] = json!(value_of(first, TOTAL, at));
        out["after"] = json!(value_of(second, TOTAL, at));
        out["difference"] = json!(comparison.rows.last().and_then(|row| row[at]));
    }
    out["groups"] = groups.into();
    format!("{out}\n")
}

/// `month,group,p5,p25,p50,p75,p95,mean,unit,draws,draws_known,unknown`: percentiles and mean over the
/// draws in which a value is known, empty where there are none; `unknown` are the phases in service
/// without a value under the scenario without draws.
pub fn band_table(bands: &Bands) -> Table {
    Table::of(|to| write_bands(bands, to))
}

/// The same, row by row.
///
/// # Errors
/// What the system says where rows are written.
pub fn write_bands(bands: &Bands, to: &mut dyn Rows) -> io::Result<()> {
    to.begin(&[
        "month",
        "group",
        "p5",
        "p25",
        "p50",
        "p75",
        "p95",
        "mean",
        "unit",
        "draws",
        "draws_known",
        "unknown",
    ])?;
    for (at, month) in bands.grid.months().enumerate() {
        for row in &bands.rows {
            let band = row.months[at];
            // Groups that stand in no draw have no row, as in tables of one outcome.
            let nothing = |band: [f64; 5]| band.iter().all(|v| *v == 0.0);
            let none = band.is_some_and(nothing) && row.mean[at] == Some(0.0);
            if row.name != TOTAL && none && row.unknown[at] == 0 {
                continue;
            }
            let mut cells: Vec<Cell> =
                vec![month.to_string().as_str().into(), Cell::Text(row.name.clone())];
            cells.extend((0..5).map(|share| Cell::from(band.map(|band| band[share]))));
            cells.push(row.mean[at].into());
            cells.push(bands.measure.unit().into());
            cells.push(Cell::Count(u64::from(bands.draws)));
            cells.push(Cell::Count(u64::from(row.known[at])));
            cells.push(Cell::Count(u64::from(row.unknown[at])));
            to.row(cells)?;
        }
    }
    Ok(())
}

/// `level,unit,p5,p25,p50,p75,p95,never`: the month by which so large a share of draws has reached
/// the level; empty where fewer ever do.
pub fn milestone_table(milestones: &[Milestone], measure: Measure) -> Table {
    let mut table = Table::new(&["level", "unit", "p5", "p25", "p50", "p75", "p95", "never"]);
    for milestone in milestones {
        let mut row = vec![Cell::Number(milestone.level), measure.unit().into()];
        let month = |m: Option<Month>| m.map_or(Cell::Empty, |m| m.to_string().as_str().into());
        row.extend(milestone.months.map(month));
        row.push(Cell::Number(milestone.never));
        table.rows.push(row);
    }
    table
}

/// `month,level,unit,share`: the share of draws at or above the level.
pub fn exceedance_table(milestones: &[Milestone], grid: &Grid, measure: Measure) -> Table {
    let mut table = Table::new(&["month", "level", "unit", "share"]);
    for (at, month) in grid.months().enumerate() {
        for milestone in milestones {
            table.rows.push(vec![
                month.to_string().as_str().into(),
                Cell::Number(milestone.level),
                measure.unit().into(),
                Cell::Number(milestone.exceedance[at]),
            ]);
        }
    }
    table
}

/// `input,low_input,high_input,low,central,high,unit,rank_correlation,share`, the largest swing first.
pub fn tornado_table(tornado: &Tornado, measure: Measure) -> Table {
    let mut table = Table::new(&[
        "input",
        "low_input",
        "high_input",
        "low",
        "central",
        "high",
        "unit",
        "rank_correlation",
        "share",
    ]);
    for row in &tornado.rows {
        table.rows.push(vec![
            Cell::Text(row.input.clone()),
            row.ends.map(|e| e[0]).into(),
            row.ends.map(|e| e[1]).into(),
            Cell::Number(row.low),
            Cell::Number(tornado.central),
            Cell::Number(row.high),
            measure.unit().into(),
            Cell::Number(row.rank_correlation),
            Cell::Number(row.share),
        ]);
    }
    table
}

/// `month,site_id,name,group,facility_mw,cumulative_mw,cost,unit`, from cheap to dear.
pub fn supply_table(
    data: &Dataset,
    grouping: &Grouping,
    supply: &Supply,
    (measure, month): (Measure, Month),
) -> Table {
    let mut table = Table::new(&[
        "month",
        "site_id",
        "name",
        "group",
        "facility_mw",
        "cumulative_mw",
        "cost",
        "unit",
    ]);
    let mut sum = 0.0;
    for block in &supply.blocks {
        sum += block.facility_mw;
        let group = grouping.names.get(block.group as usize).map_or("", String::as_str);
        table.rows.push(vec![
            month.to_string().as_str().into(),
            data.text(data.sites.id[block.site]).into(),
            data.text(data.sites.name[block.site]).into(),
            group.into(),
            Cell::Number(block.facility_mw),
            Cell::Number(sum),
            Cell::Number(block.cost),
            measure.unit().into(),
        ]);
    }
    table
}

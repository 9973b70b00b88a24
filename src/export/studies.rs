//! Tables of studies: comparison, ledger, bands, milestones, tornado, supply curve.

use serde_json::{Value, json};

use super::table::{Cell, Table};
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

/// `month,group,before,after,difference,unit`: groups that have a value on either side, and the
/// total in every month.
pub fn comparison_table(comparison: &Comparison) -> Table {
    let mut table = Table::new(&["month", "group", "before", "after", "difference", "unit"]);
    let [first, second] = &comparison.stacks;
    for (at, month) in first.grid.months().enumerate() {
        for (name, row) in names(comparison).zip(&comparison.rows) {
            let (before, after) = (value_of(first, name, at), value_of(second, name, at));
            if name != TOTAL && before.is_none() && after.is_none() {
                continue;
            }
            table.rows.push(vec![
                month.to_string().as_str().into(),
                Cell::Text(name.to_owned()),
                before.into(),
                after.into(),
                row[at].into(),
                first.measure.unit().into(),
            ]);
        }
    }
    table
}

/// `month,measure,unit,adjustment,layer,part,printed`: the total before, the parts, their sum, and
/// the total after.
pub fn ledger_table(ledger: &Ledger) -> Table {
    let mut table =
        Table::new(&["month", "measure", "unit", "adjustment", "layer", "part", "printed"]);
    let mut push = |name: &str, layer: &str, part: f64, printed: Option<i64>| {
        table.rows.push(vec![
            ledger.month.to_string().as_str().into(),
            ledger.measure.word().into(),
            ledger.measure.unit().into(),
            Cell::Text(name.to_owned()),
            layer.into(),
            Cell::Number(part),
            printed.map_or(Cell::Empty, |n| Cell::Number(n as f64)),
        ]);
    };
    push("(before)", "", ledger.before, None);
    for row in &ledger.rows {
        push(&row.adjustment, row.layer.word(), row.value, Some(row.printed));
    }
    push("(change)", "", ledger.difference(), Some(ledger.printed()));
    push("(after)", "", ledger.after, None);
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

/// `month,group,p5,p25,p50,p75,p95,mean,unit,draws`.
pub fn band_table(bands: &Bands) -> Table {
    let mut table =
        Table::new(&["month", "group", "p5", "p25", "p50", "p75", "p95", "mean", "unit", "draws"]);
    for (at, month) in bands.grid.months().enumerate() {
        for row in &bands.rows {
            let band = row.months[at];
            // Groups that stand in no draw have no row, as in tables of one outcome.
            if row.name != TOTAL && band.iter().all(|v| *v == 0.0) && row.mean[at] == 0.0 {
                continue;
            }
            let mut cells: Vec<Cell> =
                vec![month.to_string().as_str().into(), Cell::Text(row.name.clone())];
            let known = |v: f64| Cell::from(Some(v).filter(|v| v.is_finite()));
            cells.extend(band.map(known));
            cells.push(known(row.mean[at]));
            cells.push(bands.measure.unit().into());
            cells.push(Cell::Count(u64::from(bands.draws)));
            table.rows.push(cells);
        }
    }
    table
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

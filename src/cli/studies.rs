//! The commands that take more than one run: compare, sweep, tornado, scenarios.

use anyhow::Context as _;

use super::plan::{ComparePlan, SweepPlan, TornadoPlan};
use super::run::{Exit, finish, not_an_input, one_scenario, print, put, put_rows, put_with};
use super::world::World;
use crate::diagnostic::harmless_json;
use crate::export::{Format, studies};
use crate::figure::StudyError;
use crate::io::builtin;
use crate::parallel::Threads;
use crate::scenario::sweep::milestones;
use crate::scenario::{self, Ledger, Scenario, Sweep, SweepQuery};

/// Compares two scenarios; the baseline goes before a single one.
pub(super) fn compare(plan: &ComparePlan) -> anyhow::Result<Exit> {
    not_an_input(&plan.data, plan.output.as_deref())?;
    let world = World::open(&plan.data, (None, None))?;
    let scenarios = match world.files.as_slice() {
        [] => anyhow::bail!("there is nothing to compare: name one or two scenarios (--scenario)"),
        [one] => [Scenario::default(), one.scenario.clone()],
        [first, second] => [first.scenario.clone(), second.scenario.clone()],
        _ => anyhow::bail!("two scenarios can be compared, and more were named"),
    };
    let question = &plan.data.question;
    let threads = Threads::new(plan.threads);
    let query = question.compare_query(&threads, (&world.data, &world.engine))?;
    let outcomes = [0, 1].map(|at| world.engine.run(&world.data, &scenarios[at]));
    let comparison = scenario::compare(&world.data, [&outcomes[0], &outcomes[1]], &query);
    let month = world.month(plan.data.month);
    let month = world.grid.month(world.grid.clamp(month));
    let account = || -> anyhow::Result<Ledger> {
        if query.measure.is_ratio() {
            return Err(StudyError::Ratio(query.measure.title()).into());
        }
        let pair = [&scenarios[0], &scenarios[1]];
        let ledger = scenario::ledger(&threads, &world.data, &world.engine, pair, &query, month);
        Ok(ledger.ok_or_else(|| StudyError::Unknown(query.measure.title(), month.title()))?)
    };
    let output = plan.output.as_deref();
    match plan.format {
        Format::Json => {
            // An unknown total has no account: the object says null.
            let ledger = if query.measure.is_ratio() { None } else { account().ok() };
            let names = [scenarios[0].name.as_str(), scenarios[1].name.as_str()];
            let text = studies::comparison_json(&comparison, ledger.as_ref(), names, month);
            let text = harmless_json(text);
            put_with(output, |out| Ok(out.write_all(text.as_bytes())?))?;
        }
        Format::Csv if plan.ledger => {
            put(&studies::ledger_table(&account()?), Format::Csv, output)?;
        }
        Format::Csv => {
            put_rows(Format::Csv, output, |to| Ok(studies::write_comparison(&comparison, to)?))?;
        }
    }
    Ok(finish(&world))
}

/// Draws a scenario many times.
pub(super) fn sweep(plan: &SweepPlan) -> anyhow::Result<Exit> {
    one_scenario(&plan.data, "sweep")?;
    not_an_input(&plan.data, plan.output.as_deref())?;
    let world = World::open(&plan.data, (None, None))?;
    let scenario = world.scenario(0);
    let question = &plan.data.question;
    let threads = Threads::new(plan.threads);
    let query = SweepQuery {
        group_by: plan.group_by.clone(),
        draws: plan.draws,
        seed: plan.seed,
        ..question.sweep_query(&threads, (&world.data, &world.engine))?
    };
    let sweep = Sweep::new(&world.data, &world.engine, &scenario, query)?;
    let (format, output) = (plan.format, plan.output.as_deref());
    if plan.levels.is_empty() {
        let bands = sweep.bands(&threads, sweep.draws());
        put_rows(format, output, |to| Ok(studies::write_bands(&bands, to)?))?;
    } else {
        let total = sweep.total(&threads, sweep.draws());
        let found = milestones(&total, &world.grid, &plan.levels);
        let table = if plan.exceedance {
            studies::exceedance_table(&found, &world.grid, question.measure)
        } else {
            studies::milestone_table(&found, question.measure)
        };
        put(&table, format, output)?;
    }
    Ok(finish(&world))
}

/// Tells which uncertain input matters.
pub(super) fn tornado(plan: &TornadoPlan) -> anyhow::Result<Exit> {
    one_scenario(&plan.data, "tornado")?;
    not_an_input(&plan.data, plan.output.as_deref())?;
    let world = World::open(&plan.data, (None, None))?;
    let question = &plan.data.question;
    let (draws, seed) = (plan.draws, plan.seed);
    let threads = Threads::new(plan.threads);
    let month = world.month(plan.data.month);
    let (data, engine) = (&world.data, &world.engine);
    let asked = question.sweep_query(&threads, (data, engine))?;
    let query = SweepQuery { draws, seed, ..asked };
    let found = scenario::tornado(&threads, data, engine, &world.scenario(0), &query, month)?;
    put(&studies::tornado_table(&found, question.measure), plan.format, plan.output.as_deref())?;
    Ok(finish(&world))
}

/// Lists the scenarios of the app, or prints one.
pub(super) fn scenarios(name: Option<&str>) -> anyhow::Result<Exit> {
    if let Some(name) = name {
        let found = builtin::SCENARIOS.iter().find(|(n, _)| *n == name);
        let (_, text) = found.with_context(|| format!("`{name}` is no scenario of the app"))?;
        print(text)?;
        return Ok(Exit::Well);
    }
    let world = World::open(&super::plan::DataPlan::of_files(Vec::new()), (None, None))?;
    let mut out = String::new();
    for (name, text) in builtin::SCENARIOS {
        let file = super::world::read(name, text, &world.data)?;
        out.push_str(&format!("{name:<22} {}\n", file.scenario.name));
    }
    print(&out)?;
    Ok(Exit::Well)
}

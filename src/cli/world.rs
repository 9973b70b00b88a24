//! From what was typed to data, scenarios and outcomes: the one path of all commands.

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;

use super::plan::DataPlan;
use crate::diagnostic::TableCount;
use crate::figure::{self, Places, Prepared, Question, Standing};
use crate::geo::projection::LonLat;
use crate::io::{self, Loaded, ScenarioFile, builtin};
use crate::model::{Dataset, Day, Grid, Month};
use crate::parallel::Threads;
use crate::scenario::{Engine, Outcome, Scenario, extended};

/// Data, and the scenarios that were asked for over them.
pub(super) struct World {
    /// Tables and report.
    pub loaded: Loaded,
    /// The scenarios in the order of the command line; none is the baseline.
    pub files: Vec<ScenarioFile>,
    /// The months.
    pub grid: Grid,
    /// The tables with the rows that the scenarios add.
    pub data: Arc<Dataset>,
    /// What does not depend on a scenario.
    pub engine: Engine,
}

/// Opens the files named over the built-in tables. A file that cannot be opened is a finding.
pub(super) fn load(files: &[PathBuf]) -> anyhow::Result<Loaded> {
    let (inputs, unread) = crate::files::read_inputs(files, &told_of_waiting);
    if !files.is_empty() && unread.len() == files.len() {
        let first = &unread[0];
        anyhow::bail!("cannot read {}: {}", first.place.file.display(), first.found);
    }
    let loaded = io::load(&inputs, &io::Unwatched, &Threads::new(None))?;
    let mut loaded = loaded.run_on(crate::clock::today());
    for finding in unread {
        loaded.report.push(finding);
    }
    Ok(loaded)
}

/// Goes on waiting for a pipe, and says so once.
pub(super) fn told_of_waiting(path: &Path, waited: u32) -> bool {
    if waited == crate::files::TWO_SECONDS {
        super::run::say(&format!("waiting for the pipe {}; Ctrl-C ends it", path.display()));
    }
    true
}

/// Refuses files in which no table is recognised: what would be written in their place is of other
/// data than was asked for (RULES L2).
fn all_recognised(files: &[PathBuf], loaded: &Loaded) -> anyhow::Result<()> {
    let used = |table: &&TableCount| table.kind.is_some() && table.kept > 0;
    let tables = || loaded.report.tables.iter().filter(used);
    let data = files.iter().filter(|file| !crate::files::is_mapping(file));
    let unknown = data.filter(|file| !tables().any(|table| table.file == **file));
    let unknown: Vec<String> = unknown.map(|file| file.display().to_string()).collect();
    if unknown.is_empty() {
        return Ok(());
    }
    super::run::tell_findings(&loaded.report);
    anyhow::bail!(
        "no table is recognised in {}, or no row of it can be used, so nothing is written; `wattlas \
         check` shows more, and `wattlas sample` writes a template of every table",
        unknown.join(", ")
    )
}

/// A scenario by the path of its file, or by the name of one that comes with the app.
fn scenario(named: &str, data: &Dataset) -> anyhow::Result<ScenarioFile> {
    let built_in = builtin::SCENARIOS.iter().find(|(name, _)| *name == named);
    if let Some((name, text)) = built_in.filter(|_| !Path::new(named).exists()) {
        return read(name, text, data);
    }
    let text = crate::files::read_text(Path::new(named), &told_of_waiting).with_context(|| {
        let known: Vec<&str> = builtin::SCENARIOS.iter().map(|(name, _)| *name).collect();
        format!("cannot read the scenario {named}; those of the app are {}", known.join(", "))
    })?;
    io::read_scenario(Path::new(named), &text, data)
        .map_err(|error| anyhow::anyhow!("{named} is no scenario\n{error}"))
}

/// A scenario that comes with the app.
pub(super) fn read(name: &str, text: &str, data: &Dataset) -> anyhow::Result<ScenarioFile> {
    let path = Path::new(builtin::FOLDER).join(format!("{name}.toml"));
    io::read_scenario(&path, text, data)
        .map_err(|error| anyhow::anyhow!("{name} does not fit these data\n{error}"))
}

impl World {
    /// Where sites are.
    pub(super) fn places(&self) -> impl Iterator<Item = LonLat> {
        let sites = &self.data.sites;
        let places = sites.lat.iter().zip(sites.lon.iter());
        places.filter_map(|(lat, lon)| Some(LonLat::new(lon.get()?, lat.get()?)))
    }

    /// Loads data and scenarios. `from` and `to` make a grid of their own.
    pub(super) fn open(
        plan: &DataPlan,
        (from, to): (Option<Month>, Option<Month>),
    ) -> anyhow::Result<Self> {
        let loaded = load(&plan.files)?;
        all_recognised(&plan.files, &loaded)?;
        plan.question.group_by.check(&loaded.data).context("--group-by")?;
        let files: Vec<ScenarioFile> = plan
            .scenarios
            .iter()
            .map(|named| scenario(named, &loaded.data))
            .collect::<anyhow::Result<_>>()?;
        for finding in files.iter().flat_map(|file| &file.findings) {
            super::run::say(&finding.to_string());
        }
        let own = loaded.data.grid_as_of(plan.as_of);
        let (first, last) = (from.unwrap_or(own.first), to.unwrap_or(own.last()));
        let months = Grid::new(first, last.max(first));
        let grid = Grid { first, len: months.len, date_policy: plan.date_policy, ..own };
        let all: Vec<&Scenario> = files.iter().map(|file| &file.scenario).collect();
        let data = match extended(&loaded.data, &all) {
            Cow::Borrowed(_) => Arc::clone(&loaded.data),
            Cow::Owned(data) => Arc::new(data),
        };
        let engine = Engine::new_with(&Threads::new(None), &data, &grid);
        let world = Self { loaded, files, grid, data, engine };
        world.tell_idle();
        Ok(world)
    }

    /// Tells of adjustments that touch no phase.
    fn tell_idle(&self) {
        for file in &self.files {
            for (id, touched) in self.engine.touched(&self.data, &file.scenario) {
                if touched == 0 {
                    let line = file.lines.get(&id).copied().unwrap_or(1);
                    let path = file.path.display();
                    super::run::say(&format!(
                        "{path}:{line}: the adjustment `{id}` touches no phase"
                    ));
                }
            }
        }
    }

    /// The scenario at a position; the baseline where there is none.
    pub(super) fn scenario(&self, at: usize) -> Scenario {
        self.files.get(at).map_or_else(Scenario::default, |file| file.scenario.clone())
    }

    /// What follows from a scenario.
    pub(super) fn outcome(&self, at: usize) -> Outcome {
        self.engine.run_with(&Threads::new(None), &self.data, &self.scenario(at))
    }

    /// The month that is asked for: as typed, else the as-of month, else the last of the grid.
    pub(super) fn month(&self, typed: Option<Month>) -> Month {
        typed.or(self.grid.as_of.map(Day::month)).unwrap_or_else(|| self.grid.last())
    }

    /// The answer to a question under a scenario; with the spans that imprecise dates leave open, if
    /// they are to be shown.
    pub(super) fn prepare(
        &self,
        at: usize,
        outcome: &Outcome,
        question: &Question,
        spans: bool,
    ) -> anyhow::Result<Prepared> {
        let threads = Threads::new(None);
        let ends = || figure::extremes(&threads, &self.data, &self.engine, &self.scenario(at));
        let extremes = spans.then(ends);
        let extremes = extremes.as_ref();
        let scenario = self.files.get(at).is_some_and(|f| !f.scenario.is_baseline());
        let baseline = scenario.then(|| self.engine.baseline());
        Ok(figure::prepare(&threads, &self.data, outcome, extremes, baseline, question, None)?)
    }

    /// What stands at each site at a month.
    pub(super) fn powers(&self, outcome: &Outcome, prepared: &Prepared, month: Month) -> Standing {
        let threads = Threads::new(None);
        let places = Arc::new(Places::new(&threads, &self.data));
        let data = (&*self.data, &places);
        Standing::new(Arc::new(threads), data, outcome, prepared, month)
    }
}

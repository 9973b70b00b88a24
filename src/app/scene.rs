//! What is loaded and what follows from it, kept up to date with the state.

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::diagnostic::Diagnostic;
use crate::figure::{
    self, Extremes, FigureKind, FigureSpec, Places, Prepared, Question, Standing, Study,
    StudyError, StudyInput,
};
use crate::io::{self, Loaded, ScenarioFile, builtin};
use crate::model::{Dataset, DatePolicy, Grid, Month};
use crate::parallel::Threads;
use crate::scenario::{
    Engine, Filter, FilterError, GroupKey, Grouping, Measure, Outcome, Query, Scenario, Workers,
    extended, stack_with,
};
use crate::ui::{Against, ScenarioChoice, State};

/// Engines of the chosen date policy, and of both ends of imprecise dates.
type Engines = [Arc<Engine>; 3];
/// Totals by measure and month.
type Totals = Vec<Vec<Option<f64>>>;

/// A loaded data set with its outcome.
#[derive(Clone)]
pub struct Ready {
    /// Tables and report.
    pub loaded: Arc<Loaded>,
    /// The tables with what the scenario adds.
    pub data: Arc<Dataset>,
    /// Where its sites are.
    places: Arc<Places>,
    /// The scenario that was worked out.
    pub scenario: Arc<Scenario>,
    /// What does not depend on the scenario.
    engines: Engines,
    /// What follows.
    pub outcome: Arc<Outcome>,
    /// What follows with imprecise dates at both ends of their period.
    pub extremes: Arc<Extremes>,
    /// The answer to the question asked last.
    pub prepared: Arc<Prepared>,
    /// For each adjustment that takes part, how many phases it touches.
    pub touched: Arc<Vec<(String, usize)>>,
    /// Figures of the scenario beside those of the baseline.
    pub against: Arc<Vec<Against>>,
    /// The half of them that is the baseline's.
    beside: Option<Arc<Totals>>,
}

/// Loads files over the built-in tables and works out what follows.
///
/// # Errors
/// [`io::Cancelled`] if the load was stopped.
pub fn load(files: &[PathBuf], watch: &dyn io::Watch) -> Result<Ready, io::Cancelled> {
    let (inputs, unread): (_, Vec<Diagnostic>) = io::read_inputs(files);
    let mut loaded = io::load(&inputs, watch, &Threads::new(None))?;
    unread.into_iter().for_each(|finding| loaded.report.push(finding));
    if watch.cancelled() {
        return Err(io::Cancelled);
    }
    // A question without a filter cannot fail.
    Ready::new(loaded).map_err(|_no_filter| io::Cancelled)
}

/// A scenario by the name of one of the app, or by its file.
///
/// # Errors
/// What is wrong with it, in words.
pub fn read_scenario(key: &str, data: &Dataset) -> Result<ScenarioFile, String> {
    let built_in = builtin::SCENARIOS.iter().find(|(name, _)| *name == key);
    let (path, text) = if let Some((name, text)) = built_in {
        (Path::new(builtin::FOLDER).join(format!("{name}.toml")), (*text).to_owned())
    } else {
        let path = PathBuf::from(key);
        let text = std::fs::read_to_string(&path);
        (path, text.map_err(|error| format!("cannot read {key}: {error}"))?)
    };
    io::read_scenario(&path, &text, data).map_err(|error| {
        let first = error.findings.first();
        first.map_or_else(String::new, |f| format!("{}: {}", f.place_text(), f.what))
    })
}

/// Scenarios of the app that fit a data set: key and name.
pub fn scenario_list(data: &Dataset) -> Vec<(String, String)> {
    let named = builtin::SCENARIOS.iter().filter_map(|(key, _)| {
        let file = read_scenario(key, data).ok()?;
        Some(((*key).to_owned(), file.scenario.name))
    });
    named.collect()
}

fn engines(data: &Dataset, grid: &Grid) -> Engines {
    let threads = Threads::new(None);
    let engine = Engine::new_with(&threads, data, grid);
    let [end, start] = [DatePolicy::End, DatePolicy::Start]
        .map(|policy| Arc::new(engine.with_policy(&threads, data, policy)));
    [Arc::new(engine), end, start]
}

/// The question of a state.
pub fn question(state: &State) -> Question {
    Question {
        group_by: state.group_by,
        measure: state.measure,
        sector: state.sector,
        filter: state.filter.trim().to_owned(),
        real_year: state.real_year,
    }
}

/// What stands beside the baseline in the scenario's card.
const BESIDE: [Measure; 4] =
    [Measure::FacilityMw, Measure::CostUsd, Measure::UsdPerH100eHour, Measure::CarbonT];

impl Ready {
    fn new(loaded: Loaded) -> Result<Self, FilterError> {
        let loaded = Arc::new(loaded);
        let data = Arc::clone(&loaded.data);
        let threads = Threads::new(None);
        let places = Arc::new(Places::new(&data));
        let engines = engines(&data, &data.grid());
        let outcome = engines[0].baseline().clone();
        let extremes = [engines[1].baseline().clone(), engines[2].baseline().clone()];
        let prepared = figure::prepare(
            &threads,
            &data,
            &outcome,
            &extremes,
            None,
            &Question::default(),
            None,
        )?;
        Ok(Self {
            loaded,
            data,
            places,
            scenario: Arc::default(),
            engines,
            outcome: Arc::new(outcome),
            extremes: Arc::new(extremes),
            prepared: Arc::new(prepared),
            touched: Arc::default(),
            against: Arc::default(),
            beside: None,
        })
    }

    /// Whether the answers are those that a state asks for.
    pub fn is_current(&self, state: &State) -> bool {
        self.prepared.question == question(state)
            && self.outcome.grid.date_policy == state.date_policy
            && *self.scenario == state.scenario.scenario
    }

    /// Answers what a state asks.
    ///
    /// # Errors
    /// [`FilterError`] where its filter cannot be read; the old answers stay.
    pub fn answer(&self, state: &State) -> Result<Self, FilterError> {
        let threads = Threads::new(None);
        let mut next = self.clone();
        let scenario = &state.scenario.scenario;
        let moved = *self.scenario != *scenario;
        let policy = self.outcome.grid.date_policy != state.date_policy;
        let mut rebuilt = false;
        if moved || policy {
            rebuilt = next.set_world(scenario, state.date_policy);
            next.outcome = Arc::new(next.engines[0].run_with(&threads, &next.data, scenario));
            next.extremes = Arc::new(
                [1, 2].map(|at| next.engines[at].run_with(&threads, &next.data, scenario)),
            );
            next.touched = Arc::new(next.engines[0].touched(&next.data, scenario));
            next.scenario = Arc::new(scenario.clone());
        }
        let question = question(state);
        let baseline = (!scenario.is_baseline()).then(|| next.engines[0].baseline());
        let earlier = (!rebuilt).then_some(figure::prepare::Earlier {
            prepared: &self.prepared,
            outcome: &self.outcome,
        });
        let prepared = figure::prepare(
            &threads,
            &next.data,
            &next.outcome,
            &next.extremes,
            baseline,
            &question,
            earlier,
        )?;
        next.against = Arc::new(match baseline {
            Some(baseline) => {
                // The baseline's half stays while only a lever moves.
                let same = !rebuilt && self.prepared.question == question;
                next.beside = match self.beside.clone().filter(|_| same) {
                    Some(kept) => Some(kept),
                    None => Some(Arc::new(totals(&next.data, baseline, &question, None)?)),
                };
                let after = totals(&next.data, &next.outcome, &question, Some(&prepared))?;
                let before = next.beside.iter().flat_map(|totals| totals.iter().cloned());
                let rows = BESIDE.into_iter().zip(after).zip(before);
                rows.map(|((measure, scenario), baseline)| Against { measure, scenario, baseline })
                    .collect()
            }
            None => Vec::new(),
        });
        next.prepared = Arc::new(prepared);
        Ok(next)
    }

    /// The tables with what a scenario adds, and the engines over them, if they differ from those
    /// at hand; tells whether they did.
    fn set_world(&mut self, scenario: &Scenario, policy: DatePolicy) -> bool {
        let wanted = extended(&self.loaded.data, &[scenario]);
        let same_rows = wanted.added == self.data.added;
        if same_rows && self.outcome.grid.date_policy == policy {
            return false;
        }
        if !same_rows {
            self.data = match wanted {
                Cow::Borrowed(_) => Arc::clone(&self.loaded.data),
                Cow::Owned(data) => Arc::new(data),
            };
            self.places = Arc::new(Places::new(&self.data));
        }
        let grid = Grid { date_policy: policy, ..self.loaded.data.grid() };
        self.engines = engines(&self.data, &grid);
        true
    }

    /// What stands at each site at a month.
    pub fn powers(&self, month: Month) -> Standing {
        let data = (&*self.data, &self.places);
        Standing::new(&Threads::new(None), data, &self.outcome, &self.prepared, month)
    }

    /// Works out the study that a chart asks for, with so many draws.
    ///
    /// # Errors
    /// [`StudyError`].
    pub fn study(
        &self,
        kind: FigureKind,
        month: Month,
        draws: Option<u32>,
        watch: &(dyn io::Watch + Sync),
    ) -> Result<Option<Study>, StudyError> {
        let mut spec = FigureSpec::new(kind, month);
        spec.question = self.prepared.question.clone();
        let scenario = &*self.scenario;
        let own = [scenario];
        let baseline =
            scenario.is_baseline() && matches!(kind, FigureKind::Compare | FigureKind::Ledger);
        let input = StudyInput {
            workers: &Watched { threads: Threads::new(None), watch },
            data: &self.data,
            engine: &self.engines[0],
            scenarios: if baseline { &[] } else { &own },
            draws,
            seed: None,
        };
        input.study(&spec)
    }
}

/// Threads that stop when nobody waits any more.
struct Watched<'a> {
    threads: Threads,
    watch: &'a (dyn io::Watch + Sync),
}

impl Workers for Watched<'_> {
    fn each(&self, count: usize, work: &(dyn Fn(usize) + Sync)) {
        self.threads.each(count, work);
    }

    fn width(&self) -> usize {
        self.threads.width()
    }

    fn cancelled(&self) -> bool {
        self.watch.cancelled()
    }
}

/// Totals of an outcome, of all that stands beside the baseline. An answer about that outcome lends
/// its groups and its filter.
fn totals(
    data: &Dataset,
    outcome: &Outcome,
    question: &Question,
    prepared: Option<&Prepared>,
) -> Result<Totals, FilterError> {
    let (grouping, mask) = if let Some(prepared) = prepared {
        (Arc::clone(&prepared.grouping), prepared.mask.clone())
    } else {
        let filter = Filter::parse(&question.filter)?;
        let mask = filter.mask(data, outcome, question.sector);
        (Arc::new(Grouping::new(data, outcome, GroupKey::Kind)), mask)
    };
    let total_of = |measure| {
        let query = Query {
            mask: mask.as_deref(),
            sector: question.sector,
            real_year: question.real_year,
            ..Query::new(measure, &grouping)
        };
        stack_with(&Threads::new(None), data, outcome, &query).total
    };
    let of = |measure| {
        // Two of them are answered already.
        let total = match prepared {
            Some(prepared) if measure == question.measure => prepared.capacity.total.clone(),
            Some(prepared) if measure == Measure::CostUsd => prepared.cost.total.clone(),
            _ => total_of(measure),
        };
        let known = |m: usize| total.known(m).filter(|_| total.count[m] > 0);
        (0..total.value.len()).map(known).collect()
    };
    Ok(BESIDE.into_iter().map(of).collect())
}

/// The choice of a scenario that was read.
pub fn chosen(key: &str, file: ScenarioFile) -> ScenarioChoice {
    let opened = Some(Box::new((file.text.clone(), file.scenario.clone())));
    ScenarioChoice { key: key.to_owned(), text: file.text, scenario: file.scenario, opened }
}

//! What is loaded and what follows from it, kept up to date with the state.

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use crate::diagnostic::Diagnostic;
use crate::figure::{
    self, Extremes, FigureKind, FigureSpec, Places, Prepared, Question, Standing, Study,
    StudyError, StudyInput,
};
use crate::io::{self, Loaded, ScenarioFile, builtin};
use crate::model::{Dataset, DatePolicy, Grid, Month};
use crate::parallel::Threads;
use crate::scenario::{
    Engine, GroupKey, Grouping, Measure, Outcome, Query, QuestionError, Scenario, Workers,
    extended, stack_with,
};
use crate::ui::{Against, ScenarioChoice, State};

/// Engines of the chosen date policy, and of both ends of imprecise dates, made when first needed.
#[derive(Clone)]
struct Engines {
    chosen: Arc<Engine>,
    ends: Arc<OnceLock<[Engine; 2]>>,
}

/// Data with more phases than this are worked out beside the window, not in its frame, and in two
/// steps: first what the map and the bands need.
pub const IN_FRAME_PHASES: usize = 20_000;

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
    /// What follows with imprecise dates at both ends of their period; none as long as only the
    /// first step was made.
    extremes: Option<Arc<Extremes>>,
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
    let waits = |_: &Path, _| !watch.cancelled();
    let (inputs, unread): (_, Vec<Diagnostic>) = crate::files::read_inputs(files, &waits);
    let loaded = io::load(&inputs, watch, &Threads::new(None))?;
    let mut loaded = loaded.run_on(crate::clock::today());
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
        let text = crate::files::read_text(&path, &|_, waited| waited < crate::files::TWO_SECONDS);
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
    let chosen = Arc::new(Engine::new_with(&threads, data, grid));
    Engines { chosen, ends: Arc::default() }
}

/// The question of a state.
pub fn question(state: &State) -> Question {
    Question {
        group_by: state.group_by.clone(),
        measure: state.measure,
        sector: state.sector,
        filter: state.filter.trim().to_owned(),
        real_year: state.real_year,
        buyer: state.buyer.clone(),
    }
}

/// What stands beside the baseline in the scenario's card.
const BESIDE: [Measure; 4] =
    [Measure::FacilityMw, Measure::CostUsd, Measure::UsdPerH100eHour, Measure::CarbonT];

impl Ready {
    fn new(loaded: Loaded) -> Result<Self, QuestionError> {
        let loaded = Arc::new(loaded);
        let data = Arc::clone(&loaded.data);
        let threads = Threads::new(None);
        let places = Arc::new(Places::new(&threads, &data));
        let engines = engines(&data, &data.grid());
        let outcome = engines.chosen.baseline().clone();
        let question = Question::default();
        let prepared = figure::prepare(&threads, &data, &outcome, None, None, &question, None)?;
        let first = Self {
            loaded,
            data,
            places,
            scenario: Arc::default(),
            engines,
            outcome: Arc::new(outcome),
            extremes: None,
            prepared: Arc::new(prepared),
            touched: Arc::default(),
            against: Arc::default(),
            beside: None,
        };
        if first.is_large() { Ok(first) } else { first.completed(&io::Unwatched) }
    }

    /// Whether answers are given in two steps.
    pub fn is_large(&self) -> bool {
        self.data.phases.len() > IN_FRAME_PHASES
    }

    /// Whether both steps of the answer were made.
    pub fn is_complete(&self) -> bool {
        self.extremes.is_some()
    }

    /// Makes the second step: the spans of imprecise dates, and the dearer figures beside the
    /// baseline. Ends early where nobody waits; the result is then to be thrown away.
    ///
    /// # Errors
    /// [`QuestionError`] where the filter cannot be read, which the first step would have told.
    pub fn completed(&self, watch: &(dyn io::Watch + Sync)) -> Result<Self, QuestionError> {
        let threads = Threads::new(None);
        let (data, scenario) = (&self.data, &*self.scenario);
        let engines = self.engines.ends.get_or_init(|| {
            [DatePolicy::End, DatePolicy::Start]
                .map(|policy| self.engines.chosen.with_policy(&threads, data, policy))
        });
        let mut next = self.clone();
        let mut ends = Vec::new();
        for engine in engines {
            if watch.cancelled() {
                return Ok(next);
            }
            ends.push(engine.run_with(&threads, data, scenario));
        }
        let extremes = Extremes::try_from(ends).ok().map(Arc::new);
        let question = &self.prepared.question;
        let baseline = (!scenario.is_baseline()).then(|| self.engines.chosen.baseline());
        let earlier = figure::prepare::Earlier { prepared: &self.prepared, outcome: &self.outcome };
        let prepared = figure::prepare(
            &threads,
            data,
            &self.outcome,
            extremes.as_deref(),
            baseline,
            question,
            Some(earlier),
        )?;
        next.extremes = extremes;
        next.prepared = Arc::new(prepared);
        if !watch.cancelled() {
            next.set_against(baseline, true)?;
        }
        Ok(next)
    }

    /// Sets the scenario's figures beside those of the baseline: those at hand, or `all`.
    fn set_against(&mut self, baseline: Option<&Outcome>, all: bool) -> Result<(), QuestionError> {
        let Some(baseline) = baseline else {
            (self.against, self.beside) = (Arc::default(), None);
            return Ok(());
        };
        let question = &self.prepared.question;
        if self.beside.is_none() && all {
            self.beside = Some(Arc::new(totals(&self.data, baseline, question, None, all)?));
        }
        let after = totals(&self.data, &self.outcome, question, Some(&self.prepared), all)?;
        let row = |(at, (measure, scenario)): (usize, (Measure, Vec<Option<f64>>))| {
            let before = self.beside.as_ref().map(|totals: &Arc<Totals>| totals[at].clone());
            let baseline = before.unwrap_or_default();
            Against { measure, scenario, baseline }
        };
        let rows = BESIDE.into_iter().zip(after).enumerate().map(row).collect();
        self.against = Arc::new(rows);
        Ok(())
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
    /// [`QuestionError`] where its filter cannot be read; the old answers stay.
    pub fn answer(&self, state: &State) -> Result<Self, QuestionError> {
        let threads = Threads::new(None);
        let mut next = self.clone();
        let scenario = &state.scenario.scenario;
        let moved = *self.scenario != *scenario;
        let policy = self.outcome.grid.date_policy != state.date_policy;
        let mut rebuilt = false;
        if moved || policy {
            rebuilt = next.set_world(scenario, state.date_policy);
            next.outcome = Arc::new(next.engines.chosen.run_with(&threads, &next.data, scenario));
            next.touched = Arc::new(next.engines.chosen.touched(&next.data, scenario));
            next.scenario = Arc::new(scenario.clone());
        }
        let question = question(state);
        let chosen = Arc::clone(&next.engines.chosen);
        let baseline = (!scenario.is_baseline()).then(|| chosen.baseline());
        let earlier = (!rebuilt).then_some(figure::prepare::Earlier {
            prepared: &self.prepared,
            outcome: &self.outcome,
        });
        let prepared = figure::prepare(
            &threads,
            &next.data,
            &next.outcome,
            None,
            baseline,
            &question,
            earlier,
        )?;
        // The baseline's half stays while only a lever moves.
        if rebuilt || self.prepared.question != question {
            next.beside = None;
        }
        next.prepared = Arc::new(prepared);
        next.extremes = None;
        if next.is_large() {
            next.set_against(baseline, false)?;
            return Ok(next);
        }
        next.completed(&io::Unwatched)
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
            self.places = Arc::new(Places::new(&Threads::new(None), &self.data));
        }
        let grid = Grid { date_policy: policy, ..self.loaded.data.grid() };
        self.engines = engines(&self.data, &grid);
        true
    }

    /// What stands at each site at a month.
    pub fn powers(&self, month: Month) -> Standing {
        let data = (&*self.data, &self.places);
        Standing::new(Arc::new(Threads::new(None)), data, &self.outcome, &self.prepared, month)
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
            engine: &self.engines.chosen,
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
/// its groups and its filter. What would have to be summed for it is left empty unless `all` is
/// asked for.
fn totals(
    data: &Dataset,
    outcome: &Outcome,
    question: &Question,
    prepared: Option<&Prepared>,
    all: bool,
) -> Result<Totals, QuestionError> {
    let (grouping, mask) = if let Some(prepared) = prepared {
        (Arc::clone(&prepared.grouping), prepared.mask.clone())
    } else {
        let threads = Threads::new(None);
        let lens = question.lens(&threads, data, outcome)?;
        let filter = question.filter_over(data)?;
        let mask = filter.mask_with(&threads, data, outcome, question.sector);
        let key = GroupKey::Kind;
        let lens = lens.as_deref();
        (Arc::new(Grouping::seen_with(&threads, data, outcome, key, lens)), mask)
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
            _ if all => total_of(measure),
            _ => return Vec::new(),
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

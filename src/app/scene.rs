//! What is loaded and what follows from it, kept up to date with the state.

use std::sync::Arc;

use crate::diagnostic::Diagnostic;
use crate::figure::{self, Extremes, Prepared, Question, SitePower};
use crate::io::{self, Loaded};
use crate::model::{DatePolicy, Grid, Month};
use crate::scenario::{self, FilterError, Outcome, Scenario};
use crate::ui::State;

/// A loaded data set with its outcome.
#[derive(Clone)]
pub struct Ready {
    /// Tables and report.
    pub loaded: Arc<Loaded>,
    /// What follows.
    pub outcome: Arc<Outcome>,
    /// What follows with imprecise dates at both ends of their period.
    pub extremes: Arc<Extremes>,
    /// The answer to the question asked last.
    pub prepared: Arc<Prepared>,
}

/// Loads files over the built-in tables and works out what follows.
///
/// # Errors
/// [`io::Cancelled`] if the load was stopped.
pub fn load(files: &[std::path::PathBuf], watch: &dyn io::Watch) -> Result<Ready, io::Cancelled> {
    let (inputs, unread): (_, Vec<Diagnostic>) = io::read_inputs(files);
    let mut loaded = io::load(&inputs, watch)?;
    unread.into_iter().for_each(|finding| loaded.report.push(finding));
    let loaded = Arc::new(loaded);
    let outcome = run(&loaded, DatePolicy::Nominal);
    // A question without a filter cannot fail.
    if watch.cancelled() {
        return Err(io::Cancelled);
    }
    let extremes = figure::extremes(&loaded.data, &Scenario::default(), &outcome.grid);
    let prepared = figure::prepare(&loaded.data, &outcome, &extremes, &Question::default());
    let prepared = prepared.ok().map(Arc::new).ok_or(io::Cancelled)?;
    Ok(Ready { loaded, outcome: Arc::new(outcome), extremes: Arc::new(extremes), prepared })
}

fn run(loaded: &Loaded, policy: DatePolicy) -> Outcome {
    let grid = Grid { date_policy: policy, ..loaded.data.grid() };
    scenario::run(&loaded.data, &Scenario::default(), &grid)
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

impl Ready {
    /// Whether the answers are those that a state asks for.
    pub fn is_current(&self, state: &State) -> bool {
        self.prepared.question == question(state)
            && self.outcome.grid.date_policy == state.date_policy
    }

    /// Answers what a state asks.
    ///
    /// # Errors
    /// [`FilterError`] where its filter cannot be read; the old answers stay.
    pub fn answer(&self, state: &State) -> Result<Self, FilterError> {
        let outcome = if self.outcome.grid.date_policy == state.date_policy {
            Arc::clone(&self.outcome)
        } else {
            Arc::new(run(&self.loaded, state.date_policy))
        };
        let prepared =
            figure::prepare(&self.loaded.data, &outcome, &self.extremes, &question(state))?;
        let (loaded, extremes) = (Arc::clone(&self.loaded), Arc::clone(&self.extremes));
        Ok(Self { loaded, outcome, extremes, prepared: Arc::new(prepared) })
    }

    /// What stands at each site at a month.
    pub fn powers(&self, month: Month) -> Vec<SitePower> {
        figure::site_powers(&self.loaded.data, &self.outcome, &self.prepared, month)
    }
}

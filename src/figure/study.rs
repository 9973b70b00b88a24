//! What figures of several runs rest on: comparison, bands, tornado, ledger, supply curve.

use std::sync::Arc;

use super::spec::{FigureKind, FigureSpec, Question};
use crate::model::{Dataset, Grid};
use crate::scenario::ledger::{Comparison, scenario_stack};
use crate::scenario::supply::{Supply, SupplyQuery, supply};
use crate::scenario::sweep::{Milestone, SweepError, milestones};
use crate::scenario::{
    Bands, CompareQuery, Engine, Filter, Grouping, Ledger, Lens, LensError, Measure, Outcome,
    QuestionError, Scenario, Stack, Sweep, SweepQuery, Tornado, Workers, compare, ledger, tornado,
};

/// The answer to a question that takes more than one run.
#[derive(Clone, Debug, PartialEq)]
pub enum Study {
    /// The same stack under several scenarios, and the difference of the last from the first.
    Compare {
        /// Names of the scenarios.
        names: Vec<String>,
        /// Their stacks.
        stacks: Vec<Stack>,
        /// Last less first.
        comparison: Box<Comparison>,
    },
    /// Bands of many draws.
    Fan {
        /// Percentiles of the total.
        bands: Box<Bands>,
        /// The scenario without draws, and the baseline, month by month.
        lines: [Vec<Option<f64>>; 2],
        /// When round levels are reached.
        milestones: Vec<Milestone>,
        /// Name of the scenario.
        name: String,
    },
    /// Effects of uncertain inputs.
    Tornado {
        /// The effects.
        tornado: Tornado,
        /// Name of the scenario.
        name: String,
    },
    /// The account of a difference.
    Ledger {
        /// The account.
        ledger: Ledger,
        /// Names of both scenarios.
        names: [String; 2],
    },
    /// What is in service by what it costs.
    Supply {
        /// The curve.
        supply: Supply,
        /// What it is ordered by.
        measure: Measure,
    },
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum StudyError {
    /// There is no such buyer.
    #[error(transparent)]
    Question(#[from] QuestionError),
    /// The draws cannot be made.
    #[error(transparent)]
    Sweep(#[from] SweepError),
    /// Nothing to compare.
    #[error("there is nothing to compare: name a scenario")]
    NoScenario,
    /// An unknown total has no parts, and no draws.
    #[error("nothing in service has a known value of {0} in {1}: there is nothing to tell apart")]
    Unknown(&'static str, String),
    /// Nobody waits for it any more.
    #[error("the answer was cancelled")]
    Cancelled,
    /// A ratio has no ledger.
    #[error("{0} is a ratio; its change has no parts that add up")]
    Ratio(&'static str),
}

impl Question {
    /// The lens of the buyer over a data set, if one is asked for.
    ///
    /// # Errors
    /// [`LensError`] where there is no such buyer.
    pub fn lens(
        &self,
        workers: &dyn Workers,
        data: &Dataset,
        outcome: &Outcome,
    ) -> Result<Option<Arc<Lens>>, LensError> {
        let buyer = self.buyer.as_deref().map(str::trim).filter(|buyer| !buyer.is_empty());
        let lens = buyer.map(|buyer| Lens::new(workers, data, outcome, buyer)).transpose()?;
        Ok(lens.map(Arc::new))
    }

    /// The filter, once everything that a question names is held against a data set.
    ///
    /// # Errors
    /// [`QuestionError`] where the filter cannot be read, or the data have no such column to group by.
    pub fn filter_over(&self, data: &Dataset) -> Result<Filter, QuestionError> {
        self.group_by.check(data)?;
        Ok(Filter::parse_over(&self.filter, data)?)
    }

    /// The question as one about two scenarios over a data set.
    ///
    /// # Errors
    /// [`QuestionError`] where the filter cannot be read, or there is no such buyer.
    pub fn compare_query(
        &self,
        workers: &dyn Workers,
        (data, engine): (&Dataset, &Engine),
    ) -> Result<CompareQuery, QuestionError> {
        Ok(CompareQuery {
            measure: self.measure,
            group_by: self.group_by.clone(),
            filter: self.filter_over(data)?,
            sector: self.sector,
            real_year: self.real_year,
            lens: self.lens(workers, data, engine.baseline())?,
        })
    }

    /// The question as one about the total of many draws.
    ///
    /// # Errors
    /// [`QuestionError`] where the filter cannot be read, or there is no such buyer.
    pub fn sweep_query(
        &self,
        workers: &dyn Workers,
        (data, engine): (&Dataset, &Engine),
    ) -> Result<SweepQuery, QuestionError> {
        Ok(SweepQuery {
            filter: self.filter_over(data)?,
            sector: self.sector,
            real_year: self.real_year,
            lens: self.lens(workers, data, engine.baseline())?,
            ..SweepQuery::new(self.measure)
        })
    }
}

/// What a study is made from.
#[derive(Clone, Copy)]
pub struct StudyInput<'a> {
    /// Hands that are lent.
    pub workers: &'a dyn Workers,
    /// The tables, with what the scenarios add.
    pub data: &'a Dataset,
    /// What does not depend on a scenario.
    pub engine: &'a Engine,
    /// The scenarios.
    pub scenarios: &'a [&'a Scenario],
    /// Number of draws; that of the scenario if none.
    pub draws: Option<u32>,
    /// Seed; that of the scenario if none.
    pub seed: Option<u64>,
}

impl StudyInput<'_> {
    /// Works out what a figure needs besides one outcome; none for figures that need no more.
    ///
    /// # Errors
    /// [`StudyError`].
    pub fn study(&self, spec: &FigureSpec) -> Result<Option<Study>, StudyError> {
        let study = match spec.kind {
            FigureKind::Compare => self.compare(spec),
            FigureKind::Fan => self.fan(spec),
            FigureKind::Tornado => self.tornado(spec),
            FigureKind::Ledger => self.ledger(spec),
            FigureKind::Supply => self.supply(spec),
            _ => return Ok(None),
        };
        // What was given up half-way is no answer.
        if self.workers.cancelled() { Err(StudyError::Cancelled) } else { study.map(Some) }
    }

    fn sweep_query(&self, spec: &FigureSpec) -> Result<SweepQuery, QuestionError> {
        let query = spec.question.sweep_query(self.workers, (self.data, self.engine))?;
        Ok(SweepQuery { draws: self.draws, seed: self.seed, ..query })
    }

    fn compare_query(&self, spec: &FigureSpec) -> Result<CompareQuery, QuestionError> {
        spec.question.compare_query(self.workers, (self.data, self.engine))
    }

    /// The scenarios to compare: the baseline goes before a single one.
    fn compared(&self) -> Result<Vec<Scenario>, StudyError> {
        let named = self.scenarios.iter().map(|s| (*s).clone());
        match self.scenarios {
            [] => Err(StudyError::NoScenario),
            [_] => Ok(std::iter::once(Scenario::default()).chain(named).collect()),
            _ => Ok(named.collect()),
        }
    }

    fn compare(&self, spec: &FigureSpec) -> Result<Study, StudyError> {
        let scenarios = self.compared()?;
        let query = self.compare_query(spec)?;
        let outcomes: Vec<_> = scenarios.iter().map(|s| self.engine.run(self.data, s)).collect();
        let ends = [&outcomes[0], &outcomes[outcomes.len() - 1]];
        let comparison = Box::new(compare(self.data, ends, &query));
        let stacks = outcomes.iter().map(|o| scenario_stack(self.data, o, &query)).collect();
        let names = scenarios.into_iter().map(|s| s.name).collect();
        Ok(Study::Compare { names, stacks, comparison })
    }

    fn fan(&self, spec: &FigureSpec) -> Result<Study, StudyError> {
        let baseline = Scenario::default();
        let scenario = self.scenarios.first().copied().unwrap_or(&baseline);
        let sweep = Sweep::new(self.data, self.engine, scenario, self.sweep_query(spec)?)?;
        let bands = sweep.bands(self.workers, sweep.draws());
        let total = sweep.total(self.workers, sweep.draws());
        let grid = self.engine.baseline().grid;
        let query = self.compare_query(spec)?;
        let line = |scenario: &Scenario| {
            let outcome = self.engine.run(self.data, scenario);
            let stack = scenario_stack(self.data, &outcome, &query);
            (0..grid.len).map(|m| stack.total.known(m)).collect()
        };
        let lines = [line(scenario), line(&baseline)];
        let milestones = if spec.question.measure.quantity().is_some() {
            milestones(&total, &grid, &round_levels(&bands, &grid))
        } else {
            Vec::new()
        };
        let name = scenario.name.clone();
        Ok(Study::Fan { bands: Box::new(bands), lines, milestones, name })
    }

    fn tornado(&self, spec: &FigureSpec) -> Result<Study, StudyError> {
        let baseline = Scenario::default();
        let scenario = self.scenarios.first().copied().unwrap_or(&baseline);
        let query = self.sweep_query(spec)?;
        let tornado = tornado(self.workers, self.data, self.engine, scenario, &query, spec.month)?;
        Ok(Study::Tornado { tornado, name: scenario.name.clone() })
    }

    fn ledger(&self, spec: &FigureSpec) -> Result<Study, StudyError> {
        let scenarios = self.compared()?;
        let query = self.compare_query(spec)?;
        if query.measure.is_ratio() {
            return Err(StudyError::Ratio(query.measure.title()));
        }
        let (first, last) = (&scenarios[0], &scenarios[scenarios.len() - 1]);
        let pair = [first, last];
        let ledger = ledger(self.workers, self.data, self.engine, pair, &query, spec.month);
        let ledger =
            ledger.ok_or_else(|| StudyError::Unknown(query.measure.title(), spec.month.title()))?;
        Ok(Study::Ledger { ledger, names: [first.name.clone(), last.name.clone()] })
    }

    fn supply(&self, spec: &FigureSpec) -> Result<Study, StudyError> {
        let baseline = Scenario::default();
        let scenario = self.scenarios.first().copied().unwrap_or(&baseline);
        let outcome = self.engine.run(self.data, scenario);
        let query = self.compare_query(spec)?;
        let mask = query.filter.mask_with(self.workers, self.data, &outcome, query.sector);
        let lens = query.lens.as_deref();
        let grouping = Grouping::seen_with(self.workers, self.data, &outcome, query.group_by, lens);
        let measure =
            if query.measure.is_ratio() { query.measure } else { Measure::UsdPerH100eHour };
        let asked = SupplyQuery {
            measure,
            grouping: &grouping,
            mask: mask.as_deref(),
            sector: query.sector,
            month: spec.month,
        };
        Ok(Study::Supply { supply: supply(self.data, &outcome, &asked), measure })
    }
}

/// Up to three round levels that the median passes while draws differ.
fn round_levels(bands: &Bands, grid: &Grid) -> Vec<f64> {
    let Some(total) = bands.rows.last() else { return Vec::new() };
    let spread = |m: &usize| total.months[*m].is_some_and(|band| band[4] - band[0] > 1e-9);
    let Some(first) = (0..grid.len).find(spread) else { return Vec::new() };
    let median = |month: usize| total.months[month].map_or(0.0, |band| band[2]);
    let (low, high) = (median(first), median(grid.len - 1));
    let steps = super::scale::ticks(high, 6);
    let inside: Vec<f64> = steps.into_iter().filter(|s| *s > low && *s <= high).collect();
    let every = inside.len().div_ceil(3).max(1);
    inside.into_iter().rev().step_by(every).take(3).collect::<Vec<_>>().into_iter().rev().collect()
}

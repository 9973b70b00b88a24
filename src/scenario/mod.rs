//! From a data set to an outcome: `run(dataset, scenario, grid)`, pure and deterministic.
//!
//! The engine follows `docs/method.md` (rules T1 to S6). It knows no file, clock, thread or
//! screen; randomness comes in only as a seed, and work is spread by whoever lends [`Workers`].

mod additions;
pub mod assumptions;
pub mod bill;
mod compute;
pub mod draws;
pub mod energy;
mod engine;
pub mod equations;
pub mod filter;
pub mod group;
pub mod input;
pub mod ledger;
pub mod levers;
pub mod measure;
pub mod phase;
pub mod ratios;
mod rows;
pub mod spec;
pub mod stack;
pub mod supply;
pub mod sweep;
mod tally;
pub mod tornado;
mod workers;

use std::sync::Arc;

use crate::model::{Dataset, Grid};

pub use additions::extended;
pub use assumptions::Assumptions;
pub use energy::{EnergyRules, Rate};
pub use engine::Engine;
pub use filter::{Filter, FilterError};
pub use group::{GroupError, GroupKey, Grouping, Lens, LensError};
pub use input::{Distribution, Input};
pub use ledger::{CompareQuery, Ledger, compare, ledger};
pub use levers::Lever;
pub use measure::Measure;
pub use phase::{PhaseOutcomes, Quantity, Rule, State};
pub use ratios::{coverage, price_ratio};
pub use spec::{Adjustment, Assumption, Layer, Scenario};
pub use stack::{
    Query, Series, Stack, StackSeries, UndatedAt, UndatedSums, by_status_sums, stack, stack_with,
    undated_sums,
};
pub use sweep::{Bands, Sweep, SweepQuery};
pub use tornado::{Tornado, tornado};
pub use workers::{Alone, Workers, map, stretches};

/// Why a question cannot be asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum QuestionError {
    /// The filter cannot be read.
    #[error(transparent)]
    Filter(#[from] FilterError),
    /// There is no such buyer.
    #[error(transparent)]
    Lens(#[from] LensError),
    /// There is no such column to group by.
    #[error(transparent)]
    Group(#[from] GroupError),
}

/// What follows from a data set under a scenario.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// The months, and how dates were read.
    pub grid: Grid,
    /// Name of the scenario.
    pub scenario: String,
    /// Shares and ratios that were used.
    pub assumptions: Assumptions,
    /// Those of the tables, whatever the scenario says: metered energy became power by them (RULES P1).
    pub tables: Assumptions,
    /// Per phase, in the order of the table: power, compute, days in service, state.
    pub phases: PhaseOutcomes,
    /// What was done to energy and prices.
    pub energy: Arc<EnergyRules>,
    /// What follows from the rest, worked out when first asked for.
    kept: stack::Kept,
    /// Phases in the order of groups that were asked for.
    order: rows::KeptOrder,
    /// What the scenario states, in words: inputs with their source, levers with their numbers.
    pub stated: Arc<Vec<String>>,
}

/// Works out every phase of a data set under a scenario. The data set holds what the scenario adds
/// ([`extended`]); an [`Engine`] does the same for many scenarios in less time.
pub fn run(data: &Dataset, scenario: &Scenario, grid: &Grid) -> Outcome {
    Engine::new(data, grid).run(data, scenario)
}

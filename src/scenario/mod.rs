//! From a data set to an outcome: `run(dataset, scenario, grid)`, pure and deterministic.
//!
//! The engine follows `docs/method.md` (rules T1 to G5). It knows no file, clock, thread or
//! screen; randomness would come in only as a seed.

pub mod filter;
pub mod group;
pub mod phase;
pub mod stack;

use crate::model::{Dataset, Grid};

pub use filter::{Filter, FilterError};
pub use group::{GroupKey, Grouping};
pub use phase::{PhaseOutcomes, Quantity, Rule, State};
pub use stack::{Measure, Query, Series, Stack, StackSeries, coverage, price_ratio, stack};

/// What is changed against the data. The baseline changes nothing; it goes the same way through
/// the engine as every other scenario.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Scenario {
    /// As shown on figures.
    pub name: String,
}

impl Default for Scenario {
    fn default() -> Self {
        Self { name: "Baseline".to_owned() }
    }
}

/// Shares and ratios that the engine takes from the table of parameters.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Assumptions {
    /// PUE that converts capacity where a site gives none (RULES P2), dimensionless.
    pub capacity_pue: f64,
    /// PUE of energy where a site gives none (RULES C3), dimensionless.
    pub energy_pue: f64,
    /// Share of nameplate IT power really drawn, `a + (1 − a) · i` (RULES C3), 0 to 1.
    pub load_factor: f64,
}

impl Assumptions {
    /// Reads `capacity_pue`, `pue_ai_us_2023`, `util_gpu_operational` and `idle_power_fraction`,
    /// with the defaults of the rules (1.2, 1.14, 0.80, 0.20) where a row is missing.
    pub fn of(data: &Dataset) -> Self {
        let parameter = |key, default| data.parameter(key).unwrap_or(default);
        let activity = parameter("util_gpu_operational", 0.80);
        let idle = parameter("idle_power_fraction", 0.20);
        Self {
            capacity_pue: parameter("capacity_pue", 1.2),
            energy_pue: parameter("pue_ai_us_2023", 1.14),
            load_factor: load_factor(activity, idle),
        }
    }
}

/// Share of nameplate IT power really drawn, 0 to 1: `a + (1 − a) · i`.
///
/// # Units
/// `activity` is the share of time in useful work, `idle` the power of an idle machine as a
/// share of nameplate.
///
/// # Source
/// Equation 1 of `assets/data/equations.md` (Uptime Institute, LBNL).
pub fn load_factor(activity: f64, idle: f64) -> f64 {
    activity + (1.0 - activity) * idle
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
    /// Per phase, in the order of the table: power, compute, days in service, state.
    pub phases: PhaseOutcomes,
}

/// Works out every phase of a data set under a scenario.
pub fn run(data: &Dataset, scenario: &Scenario, grid: &Grid) -> Outcome {
    let assumptions = Assumptions::of(data);
    Outcome {
        grid: *grid,
        scenario: scenario.name.clone(),
        assumptions,
        phases: phase::phase_outcomes(data, grid, &assumptions),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_load_factor_of_the_worked_example_holds() {
        assert!((load_factor(0.80, 0.20) - 0.84).abs() < 1e-15);
        let energy = 100.0 * load_factor(0.80, 0.20) * 1.14 * 8760.0;
        assert!((energy - 838_857.6).abs() < 1e-6);
        assert!((energy * 86.20 - 72_309_525.12).abs() < 1e-4);
    }
}

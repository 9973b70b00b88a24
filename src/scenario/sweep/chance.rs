//! What chance decides: whether a phase is built, how late it is, and on which day it comes.

use crate::model::{Dataset, Day, Grid, Month};
use crate::scenario::input::{Distribution, Input, Triangle};
use crate::scenario::phase::DayTable;
use crate::scenario::spec::Scenario;
use crate::scenario::stack::month_hours;

/// Probabilities and delays by state.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Risks {
    pub(super) completion: [f64; 4],
    pub(super) late: [f64; 4],
    pub(super) delay: [Distribution; 4],
}

impl Risks {
    pub(super) fn of(data: &Dataset, scenario: &Scenario) -> Self {
        let lookup = |key: &str| crate::scenario::assumptions::parameter(data, scenario, key);
        let number = |input: &Input| input.value(&lookup).unwrap_or(0.0);
        let states = &scenario.uncertainty.states;
        let law = |input: &Input| {
            input.spread().unwrap_or_else(|| {
                let months = number(input);
                Distribution::Uniform { low: months, high: months }
            })
        };
        Self {
            completion: std::array::from_fn(|at| number(&states[at].completion)),
            late: std::array::from_fn(|at| number(&states[at].late)),
            delay: std::array::from_fn(|at| law(&states[at].delay)),
        }
    }
}

/// First days and hours of the months of the grid.
pub(super) struct Clock {
    pub(super) table: DayTable,
    pub(super) first: Vec<Day>,
    pub(super) hours: Vec<f64>,
    pub(super) days: Vec<i32>,
}

impl Clock {
    pub(super) fn new(grid: &Grid) -> Self {
        Self {
            table: DayTable::new(grid),
            first: (0..=grid.len).map(|at| grid.month(at).first_day()).collect(),
            hours: month_hours(grid),
            days: grid.months().map(Month::days).collect(),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.hours.len()
    }

    /// Month from the start of the grid; far ahead for days after it.
    #[inline]
    pub(super) fn month(&self, day: Day) -> i32 {
        if day >= self.first[0] && day < self.first[self.len()] {
            return i32::from(self.table.position(day));
        }
        self.place(day).0
    }

    /// Month from the start of the grid, and day of the month from 0. Days after the grid are all
    /// alike; so are those before it.
    pub(super) fn place(&self, day: Day) -> (i32, i32) {
        if day >= self.first[self.len()] {
            return (i32::MAX, 0);
        }
        if day >= self.first[0] {
            let month = self.table.position(day);
            return (i32::from(month), day.0 - self.first[usize::from(month)].0);
        }
        if day == Day::ALWAYS {
            return (i32::MIN, 0);
        }
        let (_, _, number) = day.ymd();
        let first = self.first[0].month().index();
        (day.month().index() - first, number as i32 - 1)
    }
}

/// What decides when a case goes online.
pub(super) struct Fate {
    pub(super) completion: f64,
    pub(super) late: f64,
    /// One over the probability of being late.
    pub(super) likely: f64,
    pub(super) law: Law,
    pub(super) day: bool,
}

/// The length of a delay, in whole months.
pub(super) enum Law {
    Sure(i32),
    Triangle(Triangle),
    Other(Distribution),
}

impl Law {
    pub(super) fn of(law: Distribution) -> Self {
        match law {
            Distribution::Uniform { low, high } if low >= high => Self::Sure((low + 0.5) as i32),
            Distribution::Triangular { low, mode, high } => {
                Self::Triangle(Triangle::new(low, mode, high))
            }
            other => Self::Other(other),
        }
    }

    #[inline]
    pub(super) fn months(&self, u: f64) -> i32 {
        match self {
            Self::Sure(months) => *months,
            // Delays are not negative: half a month and more is one.
            Self::Triangle(law) => (law.quantile(u) + 0.5) as i32,
            Self::Other(law) => (law.quantile(u) + 0.5) as i32,
        }
    }
}

//! Which uncertain input matters: its effect from low to high, and its rank correlation.

use super::draws::spearman;
use super::engine::Engine;
use super::spec::Scenario;
use super::sweep::{Sources, Sweep, SweepError, SweepQuery, percentiles};
use super::workers::Workers;
use crate::model::{Dataset, Month};

/// The effect of one input.
#[derive(Clone, Debug, PartialEq)]
pub struct TornadoRow {
    /// Name of the input, or `(completion)`, `(delay)`, `(days)`, `(amounts)` for chance phase by phase.
    pub input: String,
    /// Its low and high end; none for chance phase by phase.
    pub ends: Option<[f64; 2]>,
    /// The measure at its low end, everything else at its centre; for chance the 5th percentile.
    pub low: f64,
    /// The same at its high end; the 95th percentile.
    pub high: f64,
    /// Spearman's coefficient between the input and the measure, over all draws.
    pub rank_correlation: f64,
    /// Its square as a share of the squares of all rows, 0 to 1.
    pub share: f64,
}

impl TornadoRow {
    /// Length of its bar.
    pub fn swing(&self) -> f64 {
        (self.high - self.low).abs()
    }
}

/// Effects of all inputs, the largest first.
#[derive(Clone, Debug, PartialEq)]
pub struct Tornado {
    /// The measure with every input at its centre: the mean over draws.
    pub central: f64,
    /// Number of draws.
    pub draws: u32,
    /// One row an input.
    pub rows: Vec<TornadoRow>,
}

/// Chance phase by phase, as rows of a tornado.
const CHANCES: [(&str, Sources); 4] = [
    ("(completion)", Sources { completion: true, ..Sources::NONE }),
    ("(delay)", Sources { delay: true, ..Sources::NONE }),
    ("(days)", Sources { day: true, ..Sources::NONE }),
    ("(amounts)", Sources { amounts: true, ..Sources::NONE }),
];

/// Spearman's coefficient over the draws in which both are known.
fn rank_of_known(a: &[f64], b: &[f64]) -> f64 {
    let both = a.iter().zip(b).filter(|(a, b)| !a.is_nan() && !b.is_nan());
    let (a, b): (Vec<f64>, Vec<f64>) = both.map(|(a, b)| (*a, *b)).unzip();
    spearman(&a, &b)
}

/// Works out the effect of each uncertain input on a total at a month.
///
/// All runs share their draws, so that a bar shows its input and not luck.
///
/// # Errors
/// [`SweepError`] if the draws cannot be made.
pub fn tornado(
    workers: &dyn Workers,
    data: &Dataset,
    engine: &Engine,
    scenario: &Scenario,
    query: &SweepQuery,
    month: Month,
) -> Result<Tornado, SweepError> {
    let at = engine.baseline().grid.clamp(month);
    let sample = |scenario: &Scenario, sources: Sources| -> Result<Vec<f64>, SweepError> {
        if workers.cancelled() {
            return Err(SweepError::Cancelled);
        }
        let query = SweepQuery { sources, group_by: None, ..query.clone() };
        let sweep = Sweep::new(data, engine, scenario, query)?;
        Ok(sweep.total_at(workers, at, sweep.draws()))
    };
    // Draws in which all that stands is of unknown value say nothing.
    let known = |values: Vec<f64>| -> Result<Vec<f64>, SweepError> {
        let known: Vec<f64> = values.into_iter().filter(|value| !value.is_nan()).collect();
        if known.is_empty() { Err(SweepError::Unknown(month.title())) } else { Ok(known) }
    };
    let mean = |values: Vec<f64>| -> Result<f64, SweepError> {
        let values = known(values)?;
        Ok(values.iter().sum::<f64>() / values.len() as f64)
    };
    let uncertain = scenario.uncertain();
    let centre: Vec<f64> = uncertain.iter().map(|(_, law)| law.point()).collect();
    let fixed = Sources { parameters: false, ..query.sources };
    let central = mean(sample(&scenario.with_values(&centre), fixed)?)?;
    let full_query = SweepQuery { group_by: None, ..query.clone() };
    let full = Sweep::new(data, engine, scenario, full_query)?;
    let draws = full.draws();
    let total = full.total(workers, draws);
    let all = &total[at * draws as usize..(at + 1) * draws as usize];
    let mut rows = Vec::new();
    for (input, (name, law)) in uncertain.iter().enumerate() {
        let ends = law.ends();
        // An input of rank correlation 1 or −1 with this one goes with it: a pair is never mixed.
        let value_at = |high: usize| {
            let mut values = centre.clone();
            values[input] = ends[high];
            for (other, rank) in scenario.uncertainty.tied_to(name) {
                if let Some(other) = uncertain.iter().position(|(name, _)| name == other) {
                    values[other] =
                        uncertain[other].1.ends()[if rank > 0.0 { high } else { 1 - high }];
                }
            }
            mean(sample(&scenario.with_values(&values), fixed)?)
        };
        let column = full.parameters().values.get(input);
        rows.push(TornadoRow {
            input: name.clone(),
            ends: Some(ends),
            low: value_at(0)?,
            high: value_at(1)?,
            rank_correlation: column.map_or(0.0, |values| rank_of_known(values, all)),
            share: 0.0,
        });
    }
    let phases = &data.phases;
    let lows = [&phases.facility_mw_low, &phases.it_mw_low, &phases.chip_count_low];
    let bounded = lows.iter().any(|column| column.any(|low| low.is_some()));
    for (name, sources) in CHANCES.into_iter().filter(|(_, s)| bounded || !s.amounts) {
        let values = sample(&scenario.with_values(&centre), sources)?;
        let [low, .., high] = percentiles(&mut known(values.clone())?);
        let varies = values.iter().any(|v| v.to_bits() != values[0].to_bits());
        if varies {
            let rank_correlation = rank_of_known(&values, all);
            let input = name.to_owned();
            rows.push(TornadoRow { input, ends: None, low, high, rank_correlation, share: 0.0 });
        }
    }
    let squares: f64 = rows.iter().map(|row| row.rank_correlation.powi(2)).sum();
    for row in &mut rows {
        row.share = if squares > 0.0 { row.rank_correlation.powi(2) / squares } else { 0.0 };
    }
    rows.sort_by(|a, b| b.swing().total_cmp(&a.swing()).then(a.input.cmp(&b.input)));
    Ok(Tornado { central, draws, rows })
}

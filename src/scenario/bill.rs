//! What a site and a phase pay as of a month.

use super::Outcome;
use super::energy::{Rate, RateQuery};
use super::equations::HOURS_PER_YEAR;
use super::phase::Quantity;
use super::stack::energy_factor;
use crate::model::{Dataset, Grid, Month, SectorChoice};

/// The yearly bill of a site, as of a month.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SiteBill {
    /// Energy, MWh a year.
    pub energy_mwh: f64,
    /// All-in rate, USD per MWh, over the energy; none where it is not known.
    pub usd_per_mwh: Option<f64>,
    /// Parts of the bill, USD a year: energy, capacity, carbon, households; none where not known.
    pub parts: [Option<f64>; 4],
    /// Capital and upkeep, USD a year.
    pub capital_usd: f64,
    /// Emissions where it is used, t CO2e a year.
    pub carbon_t: Option<f64>,
    /// Phases in service without IT power.
    pub unknown: usize,
}

impl SiteBill {
    /// The bill, USD a year.
    pub fn usd(&self) -> Option<f64> {
        self.usd_per_mwh.map(|rate| rate * self.energy_mwh)
    }
}

/// Energy and bill of a site at the yearly rate of a month, for what is in service at the end of
/// the month and has IT power. None where nothing in service has any.
pub fn site_bill(
    data: &Dataset,
    outcome: &Outcome,
    site: usize,
    month: Month,
    sector: SectorChoice,
) -> Option<SiteBill> {
    let day = month.last_day();
    let own = data.phases_of(site);
    let (mut energy, mut unknown, mut known) = (0.0, 0, 0);
    let (mut parts, mut carbon, mut usd, mut capital) = ([Some(0.0); 4], Some(0.0), Some(0.0), 0.0);
    for phase in own.filter(|&p| outcome.phases.stands_on(p, day)) {
        let Some(it) = outcome.phases.get(Quantity::ItMw, phase) else {
            unknown += 1;
            continue;
        };
        known += 1;
        let mwh = it * energy_factor(data, outcome, phase) * HOURS_PER_YEAR;
        let rate = phase_rate(data, outcome, phase, month, sector);
        let add = |sum: Option<f64>, rate: Option<f64>| Some(sum? + mwh * rate?);
        energy += mwh;
        usd = add(usd, rate.total());
        let rates = [rate.energy, Some(rate.capacity), rate.carbon, rate.cover];
        parts.iter_mut().zip(rates).for_each(|(sum, rate)| *sum = add(*sum, rate));
        carbon = add(carbon, rate.location_g.map(|g| g / 1000.0));
        capital += it * outcome.assumptions.capital_usd_per_mw_year(data.sites.kind[site]);
    }
    (known > 0).then(|| SiteBill {
        energy_mwh: energy,
        usd_per_mwh: usd.filter(|_| energy > 0.0).map(|usd| usd / energy),
        parts,
        capital_usd: capital,
        carbon_t: carbon,
        unknown,
    })
}

/// What a MWh costs a phase in a month.
pub fn phase_rate(
    data: &Dataset,
    outcome: &Outcome,
    phase: usize,
    month: Month,
    sector: SectorChoice,
) -> Rate {
    let site = data.phases.site[phase] as usize;
    let query = RateQuery {
        data,
        rules: &outcome.energy,
        assumptions: &outcome.assumptions,
        sector,
        start: data.price_start(site),
        kind: data.sites.kind[site],
        class: outcome.energy.class_at(phase),
    };
    let grid = Grid::new(month, month);
    query.curve(&grid).first().copied().unwrap_or_default()
}

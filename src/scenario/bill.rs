//! What a site and a phase pay as of a month.

use super::energy::{Rate, RateQuery};
use super::equations::HOURS_PER_YEAR;
use super::measure::{Factor, Measure};
use super::phase::Quantity;
use super::stack::{LEAST, flow_amount};
use super::{Lens, Outcome};
use crate::model::{Dataset, Grid, Kind, Month, SectorChoice};

/// The yearly bill of a site, as of a month.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SiteBill {
    /// Energy, MWh a year.
    pub energy_mwh: f64,
    /// The bill, USD a year; none where it is not known.
    pub usd: Option<f64>,
    /// The bill over the energy, USD per MWh; none where it is not known, or there is no energy.
    pub usd_per_mwh: Option<f64>,
    /// Parts of the bill, USD a year: energy, capacity, carbon, households; none where not known.
    pub parts: [Option<f64>; 4],
    /// Capital and upkeep, USD a year.
    pub capital_usd: f64,
    /// All-in cost per accelerator-hour sold, over phases of which both are known; none where there
    /// are none.
    pub usd_per_accelerator_hour: Option<f64>,
    /// All-in cost per H100e-hour sold, likewise.
    pub usd_per_h100e_hour: Option<f64>,
    /// Emissions where it is used, t CO2e a year.
    pub carbon_t: Option<f64>,
    /// Phases in service without IT power.
    pub unknown: usize,
}

/// What a phase pays, uses and offers in a year of service.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct PhaseYear {
    /// IT power, MW.
    pub it_mw: f64,
    /// Energy, MWh.
    pub mwh: f64,
    /// Capital and upkeep, USD.
    pub capital_usd: f64,
    /// Accelerator-hours and H100e-hours that are sold.
    pub hours: [Option<f64>; 2],
}

impl PhaseYear {
    /// That of a phase; none where its IT power is not known.
    pub(super) fn of(data: &Dataset, outcome: &Outcome, phase: usize) -> Option<Self> {
        let it_mw = outcome.phases.get(Quantity::ItMw, phase)?;
        let amount = |quantity, factor| flow_amount(data, outcome, (quantity, factor), phase);
        let sold = HOURS_PER_YEAR * outcome.assumptions.sold_share;
        let hours = |quantity| amount(quantity, Factor::Compute).map(|count| count * sold);
        Some(Self {
            it_mw,
            mwh: amount(Quantity::ItMw, Factor::Energy)? * HOURS_PER_YEAR,
            capital_usd: it_mw
                * outcome.assumptions.capital_usd_per_mw_year(stands_as(data, outcome, phase)),
            hours: [hours(Quantity::Accelerators), hours(Quantity::H100e)],
        })
    }

    /// Cost, and what it is divided by, of a ratio of cost; none where either is not known.
    pub(super) fn cost_of(&self, measure: Measure, rate: &Rate) -> Option<(f64, f64)> {
        let bill = self.mwh * rate.total()?;
        let all_in = bill + self.capital_usd;
        match measure {
            Measure::UsdPerH100eHour => Some((all_in, self.hours[1]?)),
            Measure::UsdPerAcceleratorHour => Some((all_in, self.hours[0]?)),
            Measure::UsdPerMwYear => Some((all_in, self.it_mw)),
            Measure::ElectricityShare => Some((bill, all_in)),
            _ => Some((bill, self.mwh)),
        }
    }
}

/// Where a phase stands: on the ground where it was moved there.
fn stands_as(data: &Dataset, outcome: &Outcome, phase: usize) -> Kind {
    match outcome.energy.moved_to(phase) {
        Some(_) => Kind::Ground,
        None => data.sites.kind[data.phases.site[phase] as usize],
    }
}

/// Energy and bill of a site at the yearly rate of a month, for what is in service at the end of
/// the month and has IT power; through the lens of a buyer, its share of that. None where nothing in
/// service has any.
pub fn site_bill(
    data: &Dataset,
    outcome: &Outcome,
    site: usize,
    (month, sector): (Month, SectorChoice),
    lens: Option<&Lens>,
) -> Option<SiteBill> {
    let day = month.last_day();
    let own = data.phases_of(site);
    let (mut energy, mut unknown, mut known) = (0.0, 0, 0);
    let (mut parts, mut carbon, mut usd, mut capital) = ([Some(0.0); 4], Some(0.0), Some(0.0), 0.0);
    let mut ratios = [[0.0; 2]; 2];
    let at = outcome.grid.clamp(month) as u32;
    for phase in own.filter(|&p| outcome.phases.stands_on(p, day)) {
        let share = lens.map_or(1.0, |lens| lens.share(phase, at));
        if share <= 0.0 {
            continue;
        }
        let Some(year) = PhaseYear::of(data, outcome, phase) else {
            unknown += 1;
            continue;
        };
        known += 1;
        let mwh = year.mwh * share;
        let rate = phase_rate(data, outcome, phase, month, sector);
        let add = |sum: Option<f64>, rate: Option<f64>| Some(sum? + mwh * rate?);
        energy += mwh;
        usd = add(usd, rate.total());
        let rates = [rate.energy, Some(rate.capacity), rate.carbon, rate.cover];
        parts.iter_mut().zip(rates).for_each(|(sum, rate)| *sum = add(*sum, rate));
        carbon = add(carbon, rate.location_g.map(|g| g / 1000.0));
        capital += year.capital_usd * share;
        let measures = [Measure::UsdPerAcceleratorHour, Measure::UsdPerH100eHour];
        for (sums, measure) in ratios.iter_mut().zip(measures) {
            if let Some((above, below)) = year.cost_of(measure, &rate) {
                *sums = [sums[0] + above * share, sums[1] + below * share];
            }
        }
    }
    let ratio = |[above, below]: [f64; 2]| (below > LEAST).then(|| above / below);
    (known > 0).then(|| SiteBill {
        energy_mwh: if energy > LEAST { energy } else { 0.0 },
        usd_per_mwh: usd.filter(|_| energy > LEAST).map(|usd| usd / energy),
        usd,
        parts,
        capital_usd: capital,
        usd_per_accelerator_hour: ratio(ratios[0]),
        usd_per_h100e_hour: ratio(ratios[1]),
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

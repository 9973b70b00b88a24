//! What a scenario does to the energy that phases use, to its price, and to its emissions.
//!
//! Phases that the same adjustments touch share a class. A bill meets each pair of price zone and
//! class once, however many phases it has.

use super::Assumptions;
use super::equations::{DAYS_PER_YEAR, HOURS_PER_YEAR, Households};
use crate::model::{Dataset, Grid, Kind, Month, Name, PriceAt, Sector, SectorChoice};

/// What adjustments do to the energy of all phases.
#[derive(Clone, Debug, PartialEq)]
pub struct EnergyRules {
    /// Classes of phases; the first is that of phases that nothing touches.
    pub classes: Vec<EnergyClass>,
    /// The class of each phase; empty where all are of the first.
    pub class_of: Vec<u16>,
    /// Steps that prices go through, in the order of the adjustments.
    pub steps: Vec<PriceStep>,
    /// Zones with the series that goes before all others there.
    pub series: Vec<(Name, Name)>,
}

impl Default for EnergyRules {
    fn default() -> Self {
        Self {
            classes: vec![EnergyClass::default()],
            class_of: Vec::new(),
            steps: Vec::new(),
            series: Vec::new(),
        }
    }
}

impl EnergyRules {
    /// Position of the class of a phase.
    #[inline]
    pub fn class_at(&self, phase: usize) -> u16 {
        self.class_of.get(phase).copied().unwrap_or(0)
    }

    /// The class of a phase.
    #[inline]
    pub fn class(&self, phase: usize) -> &EnergyClass {
        &self.classes[usize::from(self.class_at(phase))]
    }

    /// The zone that a phase was moved to, if it was.
    pub fn moved_to(&self, phase: usize) -> Option<Name> {
        self.class(phase).zone
    }
}

/// What phases of a class have in common.
#[derive(Clone, Debug, PartialEq)]
pub struct EnergyClass {
    /// Zone that they were moved to.
    pub zone: Option<Name>,
    /// PUE of energy in place of the site's.
    pub pue: Option<f64>,
    /// Load factor in place of the general one.
    pub load_factor: Option<f64>,
    /// Share of the energy that curtailment leaves, 0 to 1.
    pub kept: f64,
    /// Share of the peak that curtailment at the peak leaves, 0 to 1 (RULES S7).
    pub peak: f64,
    /// Positions of the price steps that they go through.
    pub steps: Vec<u32>,
}

impl Default for EnergyClass {
    fn default() -> Self {
        Self { zone: None, pue: None, load_factor: None, kept: 1.0, peak: 1.0, steps: Vec::new() }
    }
}

/// Of a class whose energy is shed whole so little counts as left, that a charge on its peak still
/// comes out of a rate per MWh; sums of it are nothing ([`super::stack`]).
pub(super) const LEAST_KEPT: f64 = 1e-100;

impl EnergyClass {
    /// The share of energy that curtailment leaves, as sums take it: never quite nothing.
    #[inline]
    pub(super) fn kept_in_sums(&self) -> f64 {
        self.kept.max(LEAST_KEPT)
    }
}

/// A step of prices, over a window of months.
#[derive(Clone, Debug, PartialEq)]
pub struct PriceStep {
    /// First month.
    pub from: Option<Month>,
    /// Last month, included.
    pub to: Option<Month>,
    /// Prices of this sector alone.
    pub sector: Option<Sector>,
    /// What it does.
    pub kind: StepKind,
}

/// What a price step does.
#[derive(Clone, Debug, PartialEq)]
pub enum StepKind {
    /// Multiplies the price.
    Shock(f64),
    /// Replaces it from its first month on, each price until the next.
    Path(Vec<(Month, f64)>),
    /// Grows it by a share in each full year since a month.
    Growth {
        /// Share a year.
        rate: f64,
        /// The month.
        start: Month,
    },
    /// Energy from elsewhere than the grid.
    Supply {
        /// Share of all energy, 0 to 1.
        share: f64,
        /// USD/MWh, delivery included.
        usd_per_mwh: f64,
        /// g CO2e per kWh.
        g_per_kwh: f64,
        /// Made behind the meter.
        on_site: bool,
    },
    /// USD per t CO2e.
    Carbon(f64),
    /// USD per MW-day of peak.
    Capacity(f64),
    /// Households held harmless: share covered, and elasticity of price to load.
    Coverage {
        /// Share, 0 to 1.
        share: f64,
        /// Elasticity.
        elasticity: f64,
    },
    /// USD/MWh in orbit.
    Orbit(f64),
}

impl StepKind {
    /// Whether it changes nothing, so that phases need no class of their own.
    pub(crate) fn is_idle(&self) -> bool {
        let zero = |value: &f64| value.abs() < f64::MIN_POSITIVE;
        match self {
            Self::Shock(factor) => zero(&(factor - 1.0)),
            Self::Growth { rate, .. } => zero(rate),
            Self::Supply { share, .. } => zero(share),
            Self::Carbon(usd) | Self::Capacity(usd) => zero(usd),
            Self::Coverage { share, elasticity } => zero(share) || *elasticity <= 0.0,
            Self::Path(path) => path.is_empty(),
            Self::Orbit(_) => false,
        }
    }
}

/// What a MWh costs, by part, and what it emits.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rate {
    /// Price of the zone after the steps that act on it, USD/MWh.
    pub grid: Option<f64>,
    /// Energy with contracts and on-site supply, USD/MWh.
    pub energy: Option<f64>,
    /// Capacity charge, USD per MWh.
    pub capacity: f64,
    /// Carbon, USD per MWh; none where the intensity is not known and matters.
    pub carbon: Option<f64>,
    /// Cover of household bills, USD per MWh; none where a figure of the zone is missing.
    pub cover: Option<f64>,
    /// Emissions where it is used, g/kWh.
    pub location_g: Option<f64>,
    /// Emissions after contracts, g/kWh.
    pub market_g: Option<f64>,
}

impl Rate {
    /// All parts, USD per MWh; none where one of them is not known.
    pub fn total(&self) -> Option<f64> {
        Some(self.energy? + self.capacity + self.carbon? + self.cover?)
    }
}

/// What a rate is asked for.
#[derive(Clone, Copy)]
pub(crate) struct RateQuery<'a> {
    pub data: &'a Dataset,
    pub rules: &'a EnergyRules,
    pub assumptions: &'a Assumptions,
    pub sector: SectorChoice,
    /// Where the chain of zones begins; empty in orbit.
    pub start: Name,
    pub kind: Kind,
    pub class: u16,
}

impl RateQuery<'_> {
    /// Rates of the months of a grid.
    pub(crate) fn curve(&self, grid: &Grid) -> Vec<Rate> {
        let class = &self.rules.classes[usize::from(self.class)];
        let chain = self.data.zone_chain(class.zone.unwrap_or(self.start));
        grid.months().map(|month| self.rate(class, &chain, month)).collect()
    }

    /// The observed price, before any step, with what it rests on.
    pub(crate) fn observed(&self, chain: &[Name], month: Month) -> Option<PriceAt> {
        let book = self.data.price_book();
        book.along_preferring(chain, self.sector, month, &self.rules.series)
    }

    fn rate(&self, class: &EnergyClass, chain: &[Name], month: Month) -> Rate {
        let observed = self.observed(chain, month);
        let sector = observed.map_or(self.sector.sectors()[0], |p| p.sector);
        let mut price = observed.map(|p| p.usd_per_mwh);
        let active = |step: &&PriceStep| {
            step.from.is_none_or(|from| from <= month)
                && step.to.is_none_or(|to| month <= to)
                && step.sector.is_none_or(|s| s == sector)
        };
        let steps = class.steps.iter().map(|&at| &self.rules.steps[at as usize]);
        let steps: Vec<&PriceStep> = steps.filter(active).collect();
        let orbital = self.kind == Kind::Orbital && class.zone.is_none();
        for step in &steps {
            price = stepped(&step.kind, price, month, orbital);
        }
        self.parts(class, chain, month, price, &steps)
    }

    fn parts(
        &self,
        class: &EnergyClass,
        chain: &[Name],
        month: Month,
        grid: Option<f64>,
        steps: &[&PriceStep],
    ) -> Rate {
        let supply = Supply::of(steps);
        let intensity = chain.iter().find_map(|&z| self.data.zone(z)?.carbon_g_per_kwh.get());
        let mixed = |own: f64, share: f64, rest: Option<f64>| {
            if share >= 1.0 { Some(own) } else { rest.map(|rest| own + (1.0 - share) * rest) }
        };
        let location_g = mixed(supply.on_site_g, supply.on_site, intensity);
        let market_g = mixed(supply.g, supply.share, intensity);
        let load_factor = class.load_factor.unwrap_or(self.assumptions.load_factor);
        let mut rate = Rate {
            grid,
            energy: mixed(supply.usd, supply.share, grid),
            capacity: 0.0,
            carbon: Some(0.0),
            cover: Some(0.0),
            location_g,
            market_g,
        };
        for step in steps {
            match step.kind {
                StepKind::Carbon(usd_per_t) => {
                    let more = location_g.map(|g| g / 1000.0 * usd_per_t);
                    rate.carbon = rate.carbon.zip(more).map(|(sum, more)| sum + more);
                }
                StepKind::Capacity(usd_per_mw_day) if load_factor > 0.0 => {
                    let per_mwh = usd_per_mw_day * DAYS_PER_YEAR / (HOURS_PER_YEAR * load_factor);
                    // The charge is on the peak before curtailment; the rate is met by what it leaves.
                    let peak = class.peak / class.kept_in_sums();
                    rate.capacity += per_mwh * (1.0 - supply.on_site) * peak;
                }
                StepKind::Coverage { share, elasticity } => {
                    let more = self.cover(chain, month, share, elasticity);
                    rate.cover = rate.cover.zip(more).map(|(sum, more)| sum + more);
                }
                _ => {}
            }
        }
        rate
    }

    /// What covering households costs for each MWh that is added to their zone.
    fn cover(&self, chain: &[Name], month: Month, share: f64, elasticity: f64) -> Option<f64> {
        let homes = households(self.data, chain, month)?;
        Some(homes.cover_usd(1.0, elasticity, share))
    }
}

/// Households of the nearest zone of a chain that has all figures, at a month.
pub fn households(data: &Dataset, chain: &[Name], month: Month) -> Option<Households> {
    let usd_per_mwh =
        data.price_book().along(chain, SectorChoice::One(Sector::Residential), month)?.usd_per_mwh;
    chain.iter().find_map(|&name| {
        let zone = data.zone(name)?;
        Some(Households {
            load_mwh: zone.annual_demand_twh.get()? * 1e6,
            homes: zone.households.get()?,
            mwh_per_home: zone.household_kwh_year.get()? / 1000.0,
            usd_per_mwh,
        })
    })
}

/// A price after a step (RULES S4).
fn stepped(kind: &StepKind, price: Option<f64>, month: Month, orbital: bool) -> Option<f64> {
    match kind {
        StepKind::Shock(factor) => price.map(|p| p * factor),
        StepKind::Growth { rate, start } => {
            let years = (month.index() - start.index()).max(0) / 12;
            price.map(|p| p * (1.0 + rate).powi(years))
        }
        StepKind::Path(path) if !orbital => {
            path.iter().rev().find(|(from, _)| *from <= month).map_or(price, |(_, p)| Some(*p))
        }
        StepKind::Orbit(usd_per_mwh) if orbital => Some(*usd_per_mwh),
        _ => price,
    }
}

/// Energy from elsewhere than the grid: all shares, and those on site.
#[derive(Default)]
struct Supply {
    share: f64,
    usd: f64,
    g: f64,
    on_site: f64,
    on_site_g: f64,
}

impl Supply {
    /// Sums shares; together they are at most 1.
    fn of(steps: &[&PriceStep]) -> Self {
        let mut out = Self::default();
        for step in steps {
            let StepKind::Supply { share, usd_per_mwh, g_per_kwh, on_site } = step.kind else {
                continue;
            };
            let share = share.min(1.0 - out.share).max(0.0);
            out.share += share;
            out.usd += share * usd_per_mwh;
            out.g += share * g_per_kwh;
            if on_site {
                out.on_site += share;
                out.on_site_g += share * g_per_kwh;
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn growth_counts_full_years_since_its_start() {
        let step = StepKind::Growth { rate: 0.05, start: Month::new(2027, 3) };
        let at = |year, month| stepped(&step, Some(100.0), Month::new(year, month), false);
        assert_eq!(at(2028, 2), Some(100.0));
        assert_eq!(at(2028, 3), Some(105.0));
        assert_eq!(stepped(&step, None, Month::new(2030, 1), false), None);
    }

    #[test]
    fn a_path_fills_what_is_unknown_but_not_in_orbit() {
        let step = StepKind::Path(vec![(Month::new(2027, 1), 70.0), (Month::new(2028, 1), 75.0)]);
        let at = |year, orbital| stepped(&step, None, Month::new(year, 6), orbital);
        assert_eq!(at(2026, false), None);
        assert_eq!(at(2027, false), Some(70.0));
        assert_eq!(at(2029, false), Some(75.0));
        assert_eq!(at(2029, true), None);
    }

    #[test]
    fn contracts_together_are_never_more_than_all() {
        let supply = |share| PriceStep {
            from: None,
            to: None,
            sector: None,
            kind: StepKind::Supply { share, usd_per_mwh: 50.0, g_per_kwh: 0.0, on_site: false },
        };
        let (a, b) = (supply(0.7), supply(0.6));
        let sum = Supply::of(&[&a, &b]);
        assert!((sum.share - 1.0).abs() < 1e-12 && (sum.usd - 50.0).abs() < 1e-12);
    }
}

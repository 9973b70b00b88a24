//! Shares, ratios and costs that the engine takes from the table of parameters, or from a scenario.

use super::equations::{capital_recovery_factor, load_factor};
use super::spec::Scenario;
use crate::model::{Dataset, Kind};

/// Keys that the engine knows and the table of parameters need not have.
pub const ENGINE_KEYS: [&str; 3] = ["sold_share", "inflation", "it_capital_usd_per_mw"];

/// Accelerators in the rack whose cost `capex_it_per_rack_nvl72` is.
const CHIPS_PER_RACK: f64 = 72.0;

/// Shares, ratios and costs of a run. Every field has a key of the table of parameters.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Assumptions {
    /// PUE that converts capacity where a site gives none (RULES P2), dimensionless.
    pub capacity_pue: f64,
    /// PUE of energy where a site gives none (RULES C3), dimensionless.
    pub energy_pue: f64,
    /// Share of time in useful work, 0 to 1.
    pub activity: f64,
    /// Power of an idle machine as a share of nameplate, 0 to 1.
    pub idle: f64,
    /// Share of nameplate IT power really drawn, `a + (1 − a) · i` (RULES C3), 0 to 1.
    pub load_factor: f64,
    /// Share of accelerator-hours sold (`u_s` of the equations), 0 to 1.
    pub sold_share: f64,
    /// Capital of IT equipment, USD per MW of IT power.
    pub it_capital_usd_per_mw: f64,
    /// Capital of shell, power and cooling, USD per MW of IT power.
    pub facility_capital_usd_per_mw: f64,
    /// Capital in orbit without accelerators, launch included, USD per MW of IT power.
    pub orbit_capital_usd_per_mw: f64,
    /// Share of nominal compute that an orbit delivers, 0 to 1: from the source of that capital, with
    /// which it comes in a pair.
    pub orbit_delivered: f64,
    /// Life of IT equipment, of a facility, of a mission in orbit: years.
    pub lives: [f64; 3],
    /// Discount rate, a year.
    pub discount_rate: f64,
    /// Operation and maintenance of a facility, a year, as a share of its capital.
    pub maintenance: f64,
    /// Water on site, litres per kWh of IT energy.
    pub wue: f64,
    /// Embodied carbon of one accelerator with its share of the server, kg CO2e.
    pub embodied_kg_per_chip: f64,
    /// Inflation, a year, where the scenario gives one (RULES C4).
    pub inflation: Option<f64>,
}

impl Assumptions {
    /// Those of a scenario, else of the table of parameters, else the defaults of the rules.
    pub fn of(data: &Dataset, scenario: &Scenario) -> Self {
        let lookup = |key: &str| parameter(data, scenario, key);
        let or = |key: &str, default: f64| lookup(key).unwrap_or(default);
        let activity = or("util_gpu_operational", 0.80);
        let idle = or("idle_power_fraction", 0.20);
        let rack_usd = or("capex_it_per_rack_nvl72", 3.4) * 1e6;
        // The same of its IT power: of one accelerator, in W.
        let per_mw = rack_usd / CHIPS_PER_RACK / (or("rack_chip_w", 2184.0) / 1e6);
        Self {
            capacity_pue: or("capacity_pue", 1.2),
            energy_pue: or("pue_ai_us_2023", 1.14),
            activity,
            idle,
            load_factor: load_factor(activity, idle),
            sold_share: or("sold_share", 0.80),
            it_capital_usd_per_mw: lookup("it_capital_usd_per_mw").unwrap_or(per_mw),
            facility_capital_usd_per_mw: or("capex_facility_per_mw", 12.0) * 1e6,
            orbit_capital_usd_per_mw: or("orb_capex_per_w", 212.0) * 1e6,
            orbit_delivered: or("orb_delivered_fraction", 0.38),
            lives: [
                or("life_it_years", 5.0),
                or("life_facility_years", 14.0),
                or("orb_life_years", 5.0),
            ],
            discount_rate: or("discount_rate_dc", 0.08),
            maintenance: or("ground_maintenance", 0.05),
            wue: or("wue_onsite", 0.569),
            embodied_kg_per_chip: or("embodied_a100", 318.0),
            inflation: lookup("inflation"),
        }
    }

    /// Capital and maintenance of a MW of IT power, USD a year.
    ///
    /// Ground: `K_it · CRF(r, n_it) + K_f · CRF(r, n_f) + m · K_f`; orbit: both over the life of
    /// the mission, without maintenance (equations, sections 3 and 6).
    pub fn capital_usd_per_mw_year(&self, kind: Kind) -> f64 {
        let [it, facility, orbit] = self.lives;
        let crf = |years| capital_recovery_factor(self.discount_rate, years).unwrap_or(0.0);
        match kind {
            Kind::Ground => {
                self.it_capital_usd_per_mw * crf(it)
                    + self.facility_capital_usd_per_mw * (crf(facility) + self.maintenance)
            }
            Kind::Orbital => {
                (self.it_capital_usd_per_mw + self.orbit_capital_usd_per_mw) * crf(orbit)
            }
        }
    }
}

/// Whether the water that a cooling uses is not that of the national mean: it says closed loop, dry or
/// air, and no source says how much it is.
pub fn water_is_unknown(cooling: &str) -> bool {
    let text = cooling.to_lowercase();
    let words = || text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let words: Vec<&str> = words().collect();
    let pair = |first: &str, second: &str| words.windows(2).any(|two| two == [first, second]);
    words.iter().any(|word| matches!(*word, "dry" | "air" | "waterless" | "aircooled"))
        || pair("closed", "loop")
        || pair("water", "free")
        || pair("no", "evaporation")
        || pair("zero", "water")
}

/// A parameter: that of the scenario, else the central value of the table.
pub fn parameter(data: &Dataset, scenario: &Scenario, key: &str) -> Option<f64> {
    lookup(data, scenario, key, 0)
}

/// Assumptions may rest on one another, this deep.
const DEEPEST: usize = 8;

fn lookup(data: &Dataset, scenario: &Scenario, key: &str, depth: usize) -> Option<f64> {
    let own = scenario.assumptions.iter().find(|a| a.key == key).filter(|_| depth < DEEPEST);
    match own {
        Some(own) => own.input.value(&|other: &str| {
            // An assumption that names itself means the value of the table.
            if other == key {
                data.parameter(other)
            } else {
                lookup(data, scenario, other, depth + 1)
            }
        }),
        None => data.parameter(key),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn water_of_closed_dry_and_air_cooling_is_not_known() {
        for cooling in [
            "closed loop",
            "Closed-loop liquid; outside air for the rest",
            "LiquidCore closed loop",
            "air",
            "air-cooled chillers",
            "DRY coolers",
            "water-free",
            "liquid, no evaporation",
        ] {
            assert!(water_is_unknown(cooling), "{cooling}");
        }
        for cooling in ["", "liquid", "evaporative", "lake water", "warm water", "repair", "loop"] {
            assert!(!water_is_unknown(cooling), "{cooling}");
        }
    }
}

//! The equations of cost, carbon, households, compute and risk, as functions of plain numbers.
//!
//! Sections are those of `assets/data/equations.md`, which names the sources of the inputs; its
//! worked examples are the tests of this module.

/// Hours in a year.
pub const HOURS_PER_YEAR: f64 = 8760.0;
/// Days in a year.
pub const DAYS_PER_YEAR: f64 = 365.0;
/// Stefan–Boltzmann constant, W m⁻² K⁻⁴.
pub const STEFAN_BOLTZMANN: f64 = 5.670_374_419e-8;

/// An equation has no answer.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum CostError {
    /// A life that is not positive.
    #[error("a life of {years} years is not positive")]
    Life {
        /// The life.
        years: f64,
    },
}

/// Share of nameplate IT power really drawn, 0 to 1: `a + (1 − a) · i`.
///
/// # Units
/// `activity` is the share of time in useful work, `idle` the power of an idle machine as a
/// share of nameplate.
///
/// # Source
/// Equations, section 1 (Uptime Institute, LBNL).
pub fn load_factor(activity: f64, idle: f64) -> f64 {
    activity + (1.0 - activity) * idle
}

/// Energy of a site in a year, MWh: `P_it · U · PUE · 8760`.
///
/// # Units
/// `it_mw` is IT nameplate in MW, `load_factor` and `pue` are dimensionless.
///
/// # Source
/// Equations, section 1.
pub fn energy_mwh_per_year(it_mw: f64, load_factor: f64, pue: f64) -> f64 {
    it_mw * load_factor * pue * HOURS_PER_YEAR
}

/// Electricity bill of a year, USD: `E · p + 365 · d · P_pk`.
///
/// # Units
/// Energy in MWh a year, price in USD/MWh, charge in USD per MW-day of the peak in MW. The charge
/// is 0 where the price is a retail average, which contains it.
///
/// # Source
/// Equations, section 1.
pub fn bill_usd_per_year(
    energy_mwh: f64,
    usd_per_mwh: f64,
    charge_usd_per_mw_day: f64,
    peak_mw: f64,
) -> f64 {
    energy_mwh * usd_per_mwh + DAYS_PER_YEAR * charge_usd_per_mw_day * peak_mw
}

/// Price of energy of which a share is under contract, USD/MWh: `s (p_c + t) + (1 − s) p_g`.
///
/// # Units
/// `share` 0 to 1; contract, delivery and grid price in USD/MWh.
///
/// # Source
/// Equations, section 2.
pub fn effective_price(share: f64, contract: f64, delivery: f64, grid: f64) -> f64 {
    share * (contract + delivery) + (1.0 - share) * grid
}

/// Share of an investment due each year, as a fraction of the investment.
///
/// `rate · (1 + rate)ⁿ / ((1 + rate)ⁿ − 1)`; at rate 0 it is `1 / years`.
///
/// # Units
/// `rate` is a rate per year (0.08 for 8 %); `years` is the economic life.
///
/// # Errors
/// [`CostError::Life`] if `years` is not positive.
///
/// # Source
/// Short, Packey and Holt (1995), NREL/TP-462-5173; equations, section 3.
pub fn capital_recovery_factor(rate: f64, years: f64) -> Result<f64, CostError> {
    if years.is_nan() || years <= 0.0 {
        return Err(CostError::Life { years });
    }
    if rate.abs() < f64::MIN_POSITIVE {
        return Ok(1.0 / years);
    }
    // `exp_m1` and `ln_1p` keep their digits where a rate close to 0 would lose them.
    Ok(-rate / (-years * rate.ln_1p()).exp_m1())
}

/// What one accelerator costs in a year, all in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AcceleratorCost {
    /// Capital of IT, USD.
    pub it_capital_usd: f64,
    /// Capital of the facility, USD.
    pub facility_capital_usd: f64,
    /// Lives of IT and facility, years.
    pub lives: [f64; 2],
    /// Discount rate, a year.
    pub rate: f64,
    /// Maintenance a year, as a share of the facility's capital.
    pub maintenance: f64,
    /// All IT power of the accelerator, kW.
    pub it_kw: f64,
    /// Load factor, 0 to 1.
    pub load_factor: f64,
    /// PUE.
    pub pue: f64,
    /// Price of energy, USD/MWh.
    pub usd_per_mwh: f64,
}

impl AcceleratorCost {
    /// Annualised capital, USD a year.
    ///
    /// # Errors
    /// [`CostError::Life`].
    pub fn capital(&self) -> Result<f64, CostError> {
        let it = self.it_capital_usd * capital_recovery_factor(self.rate, self.lives[0])?;
        let facility =
            self.facility_capital_usd * capital_recovery_factor(self.rate, self.lives[1])?;
        Ok(it + facility)
    }

    /// Electricity, USD a year: `w · U · PUE · 8760 · p / 1000`.
    pub fn electricity(&self) -> f64 {
        energy_mwh_per_year(self.it_kw / 1000.0, self.load_factor, self.pue) * self.usd_per_mwh
    }

    /// All of it, USD a year: capital + maintenance + electricity.
    ///
    /// # Errors
    /// [`CostError::Life`].
    pub fn total(&self) -> Result<f64, CostError> {
        Ok(self.capital()? + self.maintenance * self.facility_capital_usd + self.electricity())
    }

    /// Energy alone at full power, USD per accelerator-hour.
    pub fn energy_per_hour(&self) -> f64 {
        self.it_kw * self.pue * self.usd_per_mwh / 1000.0
    }
}

/// Emissions, t CO2e, of energy in MWh at an intensity in g/kWh.
///
/// # Source
/// Equations, section 4.
pub fn emissions_t(energy_mwh: f64, g_per_kwh: f64) -> f64 {
    energy_mwh * g_per_kwh / 1000.0
}

/// Intensity after contracts, g/kWh: `(1 − s) g_r + s g_c`.
///
/// # Source
/// Equations, section 4, market-based.
pub fn market_intensity(share: f64, contract: f64, residual: f64) -> f64 {
    (1.0 - share) * residual + share * contract
}

/// Embodied emissions of accelerators, t CO2e a year: `N · e / (1000 n)`.
///
/// # Units
/// `kg_per_chip` in kg CO2e, `years` the life of IT equipment.
pub fn embodied_t_per_year(accelerators: f64, kg_per_chip: f64, years: f64) -> f64 {
    accelerators * kg_per_chip / (1000.0 * years)
}

/// Water on site, thousand litres (m³), of IT energy in MWh at a use in litres per kWh.
pub fn water_m3(it_energy_mwh: f64, litres_per_kwh: f64) -> f64 {
    it_energy_mwh * litres_per_kwh
}

/// Effect of added load on the bills of the households of a zone, by elasticity (route A).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HouseholdEffect {
    /// Relative change of the residential price.
    pub price_change: f64,
    /// USD a year for one home.
    pub usd_per_home: f64,
    /// USD a year for all homes.
    pub usd: f64,
}

/// Households of a zone.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Households {
    /// Load of the zone, MWh a year.
    pub load_mwh: f64,
    /// Their number.
    pub homes: f64,
    /// MWh that a home uses in a year.
    pub mwh_per_home: f64,
    /// Residential price, USD/MWh.
    pub usd_per_mwh: f64,
}

impl Households {
    /// What added energy (MWh a year) does at an elasticity of price to load: `q p ε dE / L`.
    ///
    /// # Source
    /// Equations, section 5, route A; the literature does not agree on the sign of the elasticity.
    pub fn effect(&self, added_mwh: f64, elasticity: f64) -> HouseholdEffect {
        let price_change = elasticity * added_mwh / self.load_mwh;
        let usd_per_home = self.mwh_per_home * self.usd_per_mwh * price_change;
        HouseholdEffect { price_change, usd_per_home, usd: self.homes * usd_per_home }
    }

    /// What a company pays that covers a share of the rise, USD a year; a fall is not paid back.
    pub fn cover_usd(&self, added_mwh: f64, elasticity: f64, share: f64) -> f64 {
        share * self.effect(added_mwh, elasticity).usd.max(0.0)
    }
}

/// Extra cost of a capacity auction, USD a delivery year: `(c1 − c0) · days · D` (route B).
///
/// # Units
/// Prices in USD per MW-day, procured capacity in MW, days of the delivery year (1 June to 31 May: 366
/// where it holds a 29 February).
///
/// # Source
/// Equations, section 5, route B.
pub fn capacity_auction_usd(before: f64, after: f64, procured_mw: f64, days: f64) -> f64 {
    (after - before) * days * procured_mw
}

/// Cost of launch per watt, USD/W: USD/kg over W/kg.
pub fn launch_usd_per_w(usd_per_kg: f64, w_per_kg: f64) -> f64 {
    usd_per_kg / w_per_kg
}

/// Heat that a radiator gives off, W/m²: `j e σ (T_r⁴ − T_s⁴) F`.
///
/// # Units
/// Temperatures in K; emissivity and view factor 0 to 1; `sides` 1 or 2.
pub fn radiator_w_per_m2(
    emissivity: f64,
    radiator_k: f64,
    sink_k: f64,
    view_factor: f64,
    sides: f64,
) -> f64 {
    sides * emissivity * STEFAN_BOLTZMANN * (radiator_k.powi(4) - sink_k.powi(4)) * view_factor
}

/// Cost of a delivered watt for a year, USD: `[K · CRF(r, n) + O&M] / f`.
///
/// # Units
/// Capital in USD per W of IT power; `maintenance` a share of it a year; `delivered` 0 to 1, from the
/// same source as the capital: the two come in pairs.
///
/// # Errors
/// [`CostError::Life`].
pub fn usd_per_delivered_watt_year(
    capital: f64,
    rate: f64,
    years: f64,
    maintenance: f64,
    delivered: f64,
) -> Result<f64, CostError> {
    let yearly = capital * capital_recovery_factor(rate, years)? + capital * maintenance;
    Ok(yearly / delivered)
}

/// Tokens in a second: `N · tps · share · use`.
pub fn tokens_per_second(
    accelerators: f64,
    tokens_per_chip_second: f64,
    inference_share: f64,
    utilisation: f64,
) -> f64 {
    accelerators * tokens_per_chip_second * inference_share * utilisation
}

/// Seconds in a day.
pub const SECONDS_PER_DAY: f64 = 86_400.0;

/// Weekly users that output tokens a second serve: `tokens/d / (T_u · o)`.
///
/// # Units
/// `tokens_per_user_day` counts tokens of all kinds of a weekly user; `output_share` is the share of
/// them that is output, 0 to 1, since benchmarks count output alone.
///
/// # Source
/// Equations, section 7.
pub fn users_served(tokens_per_second: f64, tokens_per_user_day: f64, output_share: f64) -> f64 {
    tokens_per_second * SECONDS_PER_DAY / (tokens_per_user_day * output_share)
}

/// Herfindahl–Hirschman index of shares that sum to 1: 0 to 10,000.
pub fn hhi(shares: &[f64]) -> f64 {
    10_000.0 * shares.iter().map(|x| x * x).sum::<f64>()
}

/// Effective number of equal parts: `1 / Σ x²`.
pub fn effective_number(shares: &[f64]) -> f64 {
    1.0 / shares.iter().map(|x| x * x).sum::<f64>()
}

/// Share that is lost if the largest part fails.
pub fn largest_share(shares: &[f64]) -> f64 {
    shares.iter().copied().fold(0.0, f64::max)
}

/// Mean and standard deviation of independent phases that are built or not.
///
/// # Units
/// Pairs of size (any unit) and probability of completion.
///
/// # Source
/// Equations, section 9: `Σ P c`, `Σ P² c (1 − c)`.
pub fn built_mean_and_sd(phases: &[(f64, f64)]) -> (f64, f64) {
    let mean = phases.iter().map(|(p, c)| p * c).sum();
    let variance: f64 = phases.iter().map(|(p, c)| p * p * c * (1.0 - c)).sum();
    (mean, variance.sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Equal to the digits that the page shows.
    fn shown(value: f64, text: &str) {
        let decimals = text.split_once('.').map_or(0, |(_, d)| d.len());
        let got = format!("{value:.decimals$}");
        assert_eq!(got, text.replace(' ', ""), "{value}");
    }

    #[test]
    fn section_1_energy_and_bill() {
        let u = load_factor(0.80, 0.20);
        shown(u, "0.84");
        let energy = energy_mwh_per_year(100.0, u, 1.14);
        shown(energy, "838 857.6");
        shown(bill_usd_per_year(energy, 86.20, 0.0, 0.0), "72 309 525.12");
        // A capacity charge as an adder to the price is the same money (RULES C5).
        let adder = 269.92 * DAYS_PER_YEAR / (HOURS_PER_YEAR * u);
        let charged = bill_usd_per_year(energy, 0.0, 269.92, 100.0 * 1.14);
        assert!((charged - energy * adder).abs() < 1e-6 * charged);
    }

    #[test]
    fn section_2_effective_price() {
        shown(effective_price(0.6, 58.0, 20.0, 86.20), "81.28");
        shown(effective_price(0.6, 58.0, 0.0, 86.20), "69.28");
    }

    #[test]
    fn section_3_cost_of_an_accelerator() {
        shown(capital_recovery_factor(0.08, 5.0).unwrap(), "0.250456");
        shown(capital_recovery_factor(0.08, 14.0).unwrap(), "0.121297");
        assert_eq!(capital_recovery_factor(0.0, 4.0), Ok(0.25));
        assert_eq!(capital_recovery_factor(0.1, 0.0), Err(CostError::Life { years: 0.0 }));
        let cost = AcceleratorCost {
            it_capital_usd: 3.4e6 / 72.0,
            facility_capital_usd: 2.5e6 / 72.0,
            lives: [5.0, 14.0],
            rate: 0.08,
            maintenance: 0.05,
            it_kw: 2.184,
            load_factor: 0.84,
            pue: 1.14,
            usd_per_mwh: 86.20,
        };
        shown(cost.it_capital_usd, "47222.22");
        shown(cost.facility_capital_usd, "34722.22");
        shown(cost.capital().unwrap(), "16 038.81");
        shown(cost.maintenance * cost.facility_capital_usd, "1 736.11");
        shown(cost.electricity(), "1 579.24");
        let total = cost.total().unwrap();
        shown(total, "19 354.16");
        shown(total / 2.184 * 1000.0 / 1e6, "8.862");
        let per_hour = total / (HOURS_PER_YEAR * 0.80);
        shown(per_hour, "2.7617");
        shown(per_hour / 2.527, "1.0929");
        shown(cost.electricity() / total, "0.0816");
        shown(cost.energy_per_hour(), "0.2146");
    }

    #[test]
    fn section_4_carbon_and_water() {
        let energy = 838_857.6;
        shown(emissions_t(energy, 244.8), "205 352.34");
        shown(emissions_t(energy, market_intensity(0.6, 0.0, 244.8)), "82 140.94");
        let it = 100.0 * 0.84 * HOURS_PER_YEAR;
        shown(it, "735 840");
        shown(water_m3(it, 0.569), "418 693");
        assert!((embodied_t_per_year(1000.0, 318.0, 5.0) - 63.6).abs() < 1e-9);
    }

    #[test]
    fn section_5_households() {
        let added = energy_mwh_per_year(1000.0, 0.84, 1.14);
        shown(added / 1e6, "8.388576");
        let virginia = Households {
            load_mwh: 144.67e6,
            homes: 3_658_997.0,
            mwh_per_home: 12.365,
            usd_per_mwh: 152.80,
        };
        shown(added / virginia.load_mwh, "0.057984");
        for (elasticity, change, home, millions) in [
            (-0.2, "-0.011597", "-21.91", "-80.17"),
            (0.5, "0.028992", "54.78", "200.43"),
            (1.0, "0.057984", "109.55", "400.86"),
        ] {
            let effect = virginia.effect(added, elasticity);
            shown(effect.price_change, change);
            shown(effect.usd_per_home, home);
            shown(effect.usd / 1e6, millions);
            let cover = virginia.cover_usd(added, elasticity, 1.0);
            assert!((cover - effect.usd.max(0.0)).abs() < 1e-6);
        }
        shown(capacity_auction_usd(0.0, 333.44, 134_479.0, 366.0) / 1e9, "16.412");
        shown(capacity_auction_usd(28.92, 333.44, 134_479.0, 366.0) / 1e9, "14.988");
    }

    #[test]
    fn section_6_ground_and_orbit() {
        shown(launch_usd_per_w(200.0, 70.0), "2.857");
        shown(launch_usd_per_w(3000.0, 37.0), "81.081");
        let one = radiator_w_per_m2(0.85, 320.0, 250.0, 0.90, 1.0);
        let two = radiator_w_per_m2(0.85, 320.0, 250.0, 0.90, 2.0);
        shown(one, "285.41");
        shown(two, "570.82");
        shown(1e6 / two, "1751.9");
        let ground = usd_per_delivered_watt_year(12.0, 0.08, 14.0, 0.05, 0.47).unwrap();
        shown(ground, "4.374");
        for (capital, delivered, text) in
            [(16.7, 0.98, "4.268"), (212.0, 0.38, "139.728"), (524.0, 0.29, "452.549")]
        {
            let orbit = usd_per_delivered_watt_year(capital, 0.08, 5.0, 0.0, delivered).unwrap();
            shown(orbit, text);
        }
        // With accelerators of 21.6 USD/W on both sides.
        let chips =
            |delivered| usd_per_delivered_watt_year(21.6, 0.08, 5.0, 0.0, delivered).unwrap();
        let far = usd_per_delivered_watt_year(212.0, 0.08, 5.0, 0.0, 0.38).unwrap() + chips(0.38);
        shown(ground + chips(0.47), "15.884");
        shown(far, "153.965");
        shown(far / (ground + chips(0.47)), "9.7");
    }

    #[test]
    fn section_7_tokens_and_users() {
        let rate = tokens_per_second(100_000.0, 73.4, 0.60, 0.65);
        shown(rate, "2 862 600");
        shown(rate * SECONDS_PER_DAY, "247 328 640 000");
        shown(users_served(rate, 17_500.0, 0.2), "70 665 326");
        shown(users_served(rate, 17_500.0, 1.0), "14 133 065");
    }

    #[test]
    fn section_8_concentration() {
        let shares = [0.4, 0.3, 0.2, 0.1];
        shown(hhi(&shares), "3000");
        shown(effective_number(&shares), "3.3333");
        shown(largest_share(&shares), "0.4");
    }

    #[test]
    fn section_9_completion() {
        let (mean, sd) = built_mean_and_sd(&[(500.0, 0.9), (800.0, 0.6), (300.0, 0.2)]);
        shown(mean, "990");
        shown(sd, "436.46");
        shown(0.9 * 0.6 * 0.2, "0.108");
    }
}

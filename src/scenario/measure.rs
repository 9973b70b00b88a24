//! What can be measured: capacity, energy, money, emissions, and the ratios between them.

use super::phase::Quantity;

/// What is summed, or divided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// MW at the meter, at the end of the month.
    FacilityMw,
    /// MW of IT load, at the end of the month.
    ItMw,
    /// Number of accelerators, at the end of the month.
    Accelerators,
    /// H100 equivalents, at the end of the month.
    H100e,
    /// MWh in the month (RULES C3).
    EnergyMwh,
    /// Electricity bill, USD in the month (RULES C4).
    CostUsd,
    /// Its part for energy, USD.
    EnergyCostUsd,
    /// Its part for capacity, USD.
    CapacityCostUsd,
    /// Its part for emissions, USD.
    CarbonCostUsd,
    /// Its part for households, USD.
    CoverUsd,
    /// Annualised capital and maintenance, USD in the month.
    CapitalUsd,
    /// All-in cost: bill, capital, maintenance; USD in the month.
    TcoUsd,
    /// Accelerator-hours in the month.
    AcceleratorHours,
    /// H100e-hours in the month.
    H100eHours,
    /// Emissions where the energy is used, t CO2e in the month.
    CarbonT,
    /// Emissions after contracts, t CO2e in the month.
    CarbonMarketT,
    /// Embodied emissions of accelerators over their life, t CO2e in the month, each as an A100.
    EmbodiedT,
    /// Water on site, m³ in the month.
    WaterM3,
    /// Electricity bill per MWh.
    UsdPerMwh,
    /// All-in cost per MW-year of IT power.
    UsdPerMwYear,
    /// All-in cost per accelerator-hour sold.
    UsdPerAcceleratorHour,
    /// All-in cost per H100e-hour sold.
    UsdPerH100eHour,
    /// Electricity bill as a share of the all-in cost.
    ElectricityShare,
}

/// A flow: a quantity over the hours of a month, times a factor and a rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Flow {
    /// What flows.
    pub quantity: Quantity,
    /// Times what, phase by phase.
    pub factor: Factor,
    /// Times what, by zone, class and month.
    pub rate: RatePart,
}

/// Factor of a flow, phase by phase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Factor {
    /// Load factor × PUE × what curtailment leaves.
    Energy,
    /// Load factor × what curtailment leaves; not known where the cooling has a use of water of its own.
    Water,
    /// What curtailment leaves; in orbit times the share that is delivered.
    Compute,
    /// One.
    Whole,
}

/// Rate of a flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RatePart {
    One,
    Bill,
    Energy,
    Capacity,
    Carbon,
    Cover,
    Capital,
    LocationCarbon,
    MarketCarbon,
    Embodied,
    Water,
}

/// How a measure comes about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A quantity at the end of the month.
    Stock(Quantity),
    /// Flows of the month, added.
    Flows(&'static [Flow]),
    /// One measure over another, times what the unit asks for.
    Ratio(Measure, Measure, Per),
}

/// What the denominator of a ratio is multiplied by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Per {
    /// One.
    Unit,
    /// Share of hours that are sold.
    Sold,
    /// MWh of nameplate to MW-years.
    Year,
}

/// A row of the table of measures.
pub struct MeasureRow {
    /// The measure.
    pub measure: Measure,
    /// Word of the command line.
    pub word: &'static str,
    /// Unit of exported values.
    pub unit: &'static str,
    /// Title for people.
    pub title: &'static str,
    pub(crate) kind: Kind,
}

const fn flow(quantity: Quantity, factor: Factor, rate: RatePart) -> Flow {
    Flow { quantity, factor, rate }
}

const IT: Quantity = Quantity::ItMw;
const BILL: Flow = flow(IT, Factor::Energy, RatePart::Bill);
const CAPITAL: Flow = flow(IT, Factor::Whole, RatePart::Capital);

const fn row(
    measure: Measure,
    word: &'static str,
    unit: &'static str,
    title: &'static str,
    kind: Kind,
) -> MeasureRow {
    MeasureRow { measure, word, unit, title, kind }
}

/// All measures in the order of menus.
pub const MEASURES: &[MeasureRow] = &[
    row(
        Measure::FacilityMw,
        "facility_mw",
        "MW",
        "Facility power",
        Kind::Stock(Quantity::FacilityMw),
    ),
    row(Measure::ItMw, "it_mw", "MW", "IT power", Kind::Stock(IT)),
    row(
        Measure::Accelerators,
        "accelerators",
        "chips",
        "Accelerators",
        Kind::Stock(Quantity::Accelerators),
    ),
    row(Measure::H100e, "h100e", "H100e", "H100 equivalents", Kind::Stock(Quantity::H100e)),
    row(
        Measure::EnergyMwh,
        "energy_mwh",
        "MWh",
        "Electricity use",
        Kind::Flows(&[flow(IT, Factor::Energy, RatePart::One)]),
    ),
    row(Measure::CostUsd, "cost_usd", "USD", "Electricity cost", Kind::Flows(&[BILL])),
    row(
        Measure::EnergyCostUsd,
        "energy_cost_usd",
        "USD",
        "Bill: energy",
        Kind::Flows(&[flow(IT, Factor::Energy, RatePart::Energy)]),
    ),
    row(
        Measure::CapacityCostUsd,
        "capacity_cost_usd",
        "USD",
        "Bill: capacity",
        Kind::Flows(&[flow(IT, Factor::Energy, RatePart::Capacity)]),
    ),
    row(
        Measure::CarbonCostUsd,
        "carbon_cost_usd",
        "USD",
        "Bill: carbon",
        Kind::Flows(&[flow(IT, Factor::Energy, RatePart::Carbon)]),
    ),
    row(
        Measure::CoverUsd,
        "cover_usd",
        "USD",
        "Bill: household cover",
        Kind::Flows(&[flow(IT, Factor::Energy, RatePart::Cover)]),
    ),
    row(Measure::CapitalUsd, "capital_usd", "USD", "Capital and upkeep", Kind::Flows(&[CAPITAL])),
    row(Measure::TcoUsd, "tco_usd", "USD", "All-in cost", Kind::Flows(&[BILL, CAPITAL])),
    row(
        Measure::AcceleratorHours,
        "accelerator_hours",
        "chip-hours",
        "Accelerator-hours",
        Kind::Flows(&[flow(Quantity::Accelerators, Factor::Compute, RatePart::One)]),
    ),
    row(
        Measure::H100eHours,
        "h100e_hours",
        "H100e-hours",
        "H100e-hours",
        Kind::Flows(&[flow(Quantity::H100e, Factor::Compute, RatePart::One)]),
    ),
    row(
        Measure::CarbonT,
        "carbon_t",
        "t CO2e",
        "Emissions, location",
        Kind::Flows(&[flow(IT, Factor::Energy, RatePart::LocationCarbon)]),
    ),
    row(
        Measure::CarbonMarketT,
        "carbon_market_t",
        "t CO2e",
        "Emissions, market",
        Kind::Flows(&[flow(IT, Factor::Energy, RatePart::MarketCarbon)]),
    ),
    row(
        Measure::EmbodiedT,
        "embodied_t",
        "t CO2e",
        "Embodied emissions, each chip as an A100",
        Kind::Flows(&[flow(Quantity::Accelerators, Factor::Whole, RatePart::Embodied)]),
    ),
    row(
        Measure::WaterM3,
        "water_m3",
        "m3",
        "Water on site",
        Kind::Flows(&[flow(IT, Factor::Water, RatePart::Water)]),
    ),
    row(
        Measure::UsdPerMwh,
        "usd_per_mwh",
        "USD/MWh",
        "Electricity cost per MWh",
        Kind::Ratio(Measure::CostUsd, Measure::EnergyMwh, Per::Unit),
    ),
    row(
        Measure::UsdPerMwYear,
        "usd_per_mw_year",
        "USD/MW-year",
        "All-in cost per MW-year",
        Kind::Ratio(Measure::TcoUsd, Measure::ItMw, Per::Year),
    ),
    row(
        Measure::UsdPerAcceleratorHour,
        "usd_per_accelerator_hour",
        "USD/chip-hour",
        "All-in cost per accelerator-hour",
        Kind::Ratio(Measure::TcoUsd, Measure::AcceleratorHours, Per::Sold),
    ),
    row(
        Measure::UsdPerH100eHour,
        "usd_per_h100e_hour",
        "USD/H100e-hour",
        "All-in cost per H100e-hour",
        Kind::Ratio(Measure::TcoUsd, Measure::H100eHours, Per::Sold),
    ),
    row(
        Measure::ElectricityShare,
        "electricity_share",
        "share",
        "Electricity in all-in cost",
        Kind::Ratio(Measure::CostUsd, Measure::TcoUsd, Per::Unit),
    ),
];

impl Measure {
    /// Its row in the table.
    pub fn row(self) -> &'static MeasureRow {
        MEASURES.get(self as usize).unwrap_or(&MEASURES[0])
    }

    /// The word of the command line.
    pub fn word(self) -> &'static str {
        self.row().word
    }

    /// The unit of exported values.
    pub fn unit(self) -> &'static str {
        self.row().unit
    }

    /// The title for people.
    pub fn title(self) -> &'static str {
        self.row().title
    }

    /// Reads the word of the command line.
    pub fn parse(text: &str) -> Option<Self> {
        MEASURES.iter().find(|row| row.word == text).map(|row| row.measure)
    }

    /// The capacity quantity, unless the measure is a flow or a ratio.
    pub fn quantity(self) -> Option<Quantity> {
        match self.row().kind {
            Kind::Stock(quantity) => Some(quantity),
            _ => None,
        }
    }

    /// Whether it is a flow of the month, which charts show at a yearly rate.
    pub fn is_flow(self) -> bool {
        matches!(self.row().kind, Kind::Flows(_))
    }

    /// Whether it is a ratio, which is never stacked (RULES G5).
    pub fn is_ratio(self) -> bool {
        matches!(self.row().kind, Kind::Ratio(..))
    }

    /// Whether it is money, nominal unless a price year is asked for (RULES C4).
    pub fn is_money(self) -> bool {
        self.unit().starts_with("USD")
    }

    /// Whether it rests on prices of electricity.
    pub fn needs_prices(self) -> bool {
        let priced =
            |flow: &Flow| matches!(flow.rate, RatePart::Bill | RatePart::Energy | RatePart::Cover);
        match self.row().kind {
            Kind::Stock(_) => false,
            Kind::Flows(flows) => flows.iter().any(priced),
            Kind::Ratio(over, under, _) => over.needs_prices() || under.needs_prices(),
        }
    }

    /// The flows of the measure over whose hours it is summed; stocks as a flow of their quantity.
    pub(crate) fn flows(self) -> &'static [Flow] {
        const IT_HOURS: &[Flow] = &[flow(IT, Factor::Whole, RatePart::One)];
        match self.row().kind {
            Kind::Flows(flows) => flows,
            _ => IT_HOURS,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_the_order_of_the_measures() {
        for (at, row) in MEASURES.iter().enumerate() {
            assert_eq!(row.measure as usize, at, "{}", row.word);
            assert_eq!(Measure::parse(row.word), Some(row.measure));
        }
    }
}

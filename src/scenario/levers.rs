//! The table of levers: what each is called, which numbers it takes, in which unit and range. Reader,
//! sliders and documents all use it.

use super::spec::Layer;

/// A number of a lever.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Field {
    /// Key in files.
    pub name: &'static str,
    /// Unit, for people.
    pub unit: &'static str,
    /// Smallest value.
    pub low: f64,
    /// Largest value.
    pub high: f64,
    /// Value where it is not given; none where it must be.
    pub default: Option<f64>,
    /// Ends of its slider.
    pub slider: [f64; 2],
}

const fn field(
    name: &'static str,
    unit: &'static str,
    [low, high]: [f64; 2],
    default: Option<f64>,
    slider: [f64; 2],
) -> Field {
    Field { name, unit, low, high, default, slider }
}

/// What a lever needs besides numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// Nothing.
    Nothing,
    /// A word under this key.
    Word(&'static str),
    /// A word under this key, or the numbers.
    WordOr(&'static str),
    /// A path of prices.
    Path,
    /// Sites or phases.
    Rows,
}

/// What an adjustment does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Lever {
    /// Later by months.
    Delay,
    /// Earlier by months.
    BringForward,
    /// Power and accelerators times a factor.
    Scale,
    /// Not built.
    Cancel,
    /// Nothing but these.
    Only,
    /// All but these.
    Except,
    /// Ends at a date or an age.
    Retire,
    /// New sites and phases.
    Add,
    /// Another chip at equal power.
    SwapChip,
    /// Another zone.
    Move,
    /// PUE of energy.
    Pue,
    /// Share of nameplate IT power really drawn.
    LoadFactor,
    /// Share of time in useful work.
    Utilisation,
    /// Prices times a factor.
    PriceShock,
    /// Prices along a path.
    PricePath,
    /// Prices that grow each year.
    PriceGrowth,
    /// A share of energy under contract.
    Ppa,
    /// A share of energy made on site.
    OnSite,
    /// A price on emissions.
    CarbonPrice,
    /// A capacity charge that the price does not contain.
    CapacityCharge,
    /// Hours in which a share of the load is shed.
    Curtail,
    /// Households are held harmless.
    Coverage,
    /// PUE and price of power in orbit.
    Orbit,
}

/// A row of the table of levers.
pub struct LeverRow {
    /// The lever.
    pub lever: Lever,
    /// Word of files.
    pub word: &'static str,
    /// Title for people.
    pub title: &'static str,
    /// What it does, for people.
    pub what: &'static str,
    /// Assumption or decision.
    pub layer: Layer,
    /// Its numbers.
    pub fields: &'static [Field],
    /// What else it needs.
    pub needs: Needs,
}

const SHARE: [f64; 2] = [0.0, 1.0];

/// All levers.
pub const LEVERS: &[LeverRow] = &[
    LeverRow {
        lever: Lever::Delay,
        word: "delay",
        title: "Delay",
        what: "phases that do not operate go online later; the day of the month is kept",
        layer: Layer::Decision,
        fields: &[field("months", "months", [0.0, 600.0], None, [0.0, 60.0])],
        needs: Needs::Nothing,
    },
    LeverRow {
        lever: Lever::BringForward,
        word: "bring_forward",
        title: "Bring forward",
        what: "phases that do not operate go online earlier, but not before the as-of date",
        layer: Layer::Decision,
        fields: &[field("months", "months", [0.0, 600.0], None, [0.0, 60.0])],
        needs: Needs::Nothing,
    },
    LeverRow {
        lever: Lever::Scale,
        word: "scale",
        title: "Scale",
        what: "power and accelerators are multiplied",
        layer: Layer::Decision,
        fields: &[field("factor", "×", [0.0, 1000.0], None, [0.0, 3.0])],
        needs: Needs::Nothing,
    },
    LeverRow {
        lever: Lever::Cancel,
        word: "cancel",
        title: "Cancel",
        what: "phases are not built",
        layer: Layer::Decision,
        fields: &[],
        needs: Needs::Nothing,
    },
    LeverRow {
        lever: Lever::Only,
        word: "only",
        title: "Only",
        what: "all other phases are not built",
        layer: Layer::Decision,
        fields: &[],
        needs: Needs::Nothing,
    },
    LeverRow {
        lever: Lever::Except,
        word: "except",
        title: "Except",
        what: "these phases are not built",
        layer: Layer::Decision,
        fields: &[],
        needs: Needs::Nothing,
    },
    LeverRow {
        lever: Lever::Retire,
        word: "retire",
        title: "Retire",
        what: "phases end on a date, or so many years after they go online",
        layer: Layer::Decision,
        fields: &[field("age_years", "years", [0.0, 200.0], None, [1.0, 30.0])],
        needs: Needs::WordOr("date"),
    },
    LeverRow {
        lever: Lever::Add,
        word: "add",
        title: "Add",
        what: "new sites and phases",
        layer: Layer::Decision,
        fields: &[],
        needs: Needs::Rows,
    },
    LeverRow {
        lever: Lever::SwapChip,
        word: "swap_chip",
        title: "Swap chip",
        what: "another chip at equal power; accelerators and H100 equivalents follow anew",
        layer: Layer::Decision,
        fields: &[],
        needs: Needs::Word("chip"),
    },
    LeverRow {
        lever: Lever::Move,
        word: "move",
        title: "Move",
        what: "phases stand in another zone: its price, carbon and country",
        layer: Layer::Decision,
        fields: &[],
        needs: Needs::Word("zone"),
    },
    LeverRow {
        lever: Lever::Pue,
        word: "pue",
        title: "PUE",
        what: "PUE of energy; capacity stays as stated or derived",
        layer: Layer::Assumption,
        fields: &[field("pue", "ratio", [1.0, 5.0], None, [1.0, 2.0])],
        needs: Needs::Nothing,
    },
    LeverRow {
        lever: Lever::LoadFactor,
        word: "load_factor",
        title: "Load factor",
        what: "share of nameplate IT power really drawn",
        layer: Layer::Assumption,
        fields: &[field("load_factor", "share", SHARE, None, SHARE)],
        needs: Needs::Nothing,
    },
    LeverRow {
        lever: Lever::Utilisation,
        word: "utilisation",
        title: "Utilisation",
        what: "share of time in useful work; the load factor follows with the idle power",
        layer: Layer::Assumption,
        fields: &[field("utilisation", "share", SHARE, None, SHARE)],
        needs: Needs::Nothing,
    },
    LeverRow {
        lever: Lever::PriceShock,
        word: "price_shock",
        title: "Price shock",
        what: "the price of electricity is multiplied",
        layer: Layer::Assumption,
        fields: &[field("factor", "×", [0.0, 1000.0], None, [0.0, 3.0])],
        needs: Needs::Nothing,
    },
    LeverRow {
        lever: Lever::PricePath,
        word: "price_path",
        title: "Price path",
        what: "the price of electricity follows a path from its start, also where none is known",
        layer: Layer::Assumption,
        fields: &[],
        needs: Needs::Path,
    },
    LeverRow {
        lever: Lever::PriceGrowth,
        word: "price_growth",
        title: "Price growth",
        what: "the price of electricity grows by a share in each full year",
        layer: Layer::Assumption,
        fields: &[field("rate", "a year", [-0.99, 10.0], None, [-0.10, 0.20])],
        needs: Needs::Nothing,
    },
    LeverRow {
        lever: Lever::Ppa,
        word: "ppa",
        title: "Power purchase",
        what: "a share of the energy is bought under contract",
        layer: Layer::Decision,
        fields: &[
            field("share", "share", SHARE, None, SHARE),
            field("price", "USD/MWh", [-1000.0, 10_000.0], None, [0.0, 200.0]),
            field("delivery", "USD/MWh", [0.0, 10_000.0], Some(0.0), [0.0, 60.0]),
            field("carbon", "g/kWh", [0.0, 5000.0], Some(0.0), [0.0, 1000.0]),
        ],
        needs: Needs::Nothing,
    },
    LeverRow {
        lever: Lever::OnSite,
        word: "onsite",
        title: "On-site generation",
        what: "a share of the energy is made on site",
        layer: Layer::Decision,
        fields: &[
            field("share", "share", SHARE, None, SHARE),
            field("price", "USD/MWh", [-1000.0, 10_000.0], None, [0.0, 200.0]),
            field("carbon", "g/kWh", [0.0, 5000.0], Some(0.0), [0.0, 1000.0]),
        ],
        needs: Needs::Nothing,
    },
    LeverRow {
        lever: Lever::CarbonPrice,
        word: "carbon_price",
        title: "Carbon price",
        what: "emissions of the energy that is used cost money",
        layer: Layer::Assumption,
        fields: &[field("price", "USD/t", [0.0, 100_000.0], None, [0.0, 300.0])],
        needs: Needs::Nothing,
    },
    LeverRow {
        lever: Lever::CapacityCharge,
        word: "capacity_charge",
        title: "Capacity charge",
        what: "a price of peak power that the price of energy does not contain",
        layer: Layer::Assumption,
        fields: &[field("price", "USD/MW-day", [0.0, 100_000.0], None, [0.0, 600.0])],
        needs: Needs::Nothing,
    },
    LeverRow {
        lever: Lever::Curtail,
        word: "curtail",
        title: "Curtailment",
        what: "in some hours of the year a share of the load is shed",
        layer: Layer::Decision,
        fields: &[
            field("hours", "hours a year", [0.0, 8760.0], None, [0.0, 1000.0]),
            field("share", "share", SHARE, None, SHARE),
        ],
        needs: Needs::Nothing,
    },
    LeverRow {
        lever: Lever::Coverage,
        word: "coverage",
        title: "Household cover",
        what: "the rise of household bills in the zone is paid for, by elasticity",
        layer: Layer::Decision,
        fields: &[
            field("share", "share", SHARE, None, SHARE),
            field("elasticity", "ratio", [-5.0, 10.0], None, [-0.5, 2.0]),
        ],
        needs: Needs::Nothing,
    },
    LeverRow {
        lever: Lever::Orbit,
        word: "orbit",
        title: "Orbit",
        what: "PUE and price of power in orbit, where no zone gives one",
        layer: Layer::Assumption,
        fields: &[
            field("pue", "ratio", [1.0, 5.0], Some(1.0), [1.0, 2.0]),
            field("price", "USD/MWh", [0.0, 100_000.0], None, [0.0, 500.0]),
        ],
        needs: Needs::Nothing,
    },
];

impl Lever {
    /// Its row in the table.
    pub fn row(self) -> &'static LeverRow {
        LEVERS.iter().find(|row| row.lever == self).unwrap_or(&LEVERS[0])
    }

    /// Reads the word of files.
    pub fn parse(word: &str) -> Option<Self> {
        LEVERS.iter().find(|row| row.word == word).map(|row| row.lever)
    }

    /// The word of files.
    pub fn word(self) -> &'static str {
        self.row().word
    }

    /// Its numbers.
    pub fn fields(self) -> &'static [Field] {
        self.row().fields
    }

    /// Assumption or decision.
    pub fn layer(self) -> Layer {
        self.row().layer
    }

    /// Whether it acts on energy or its price rather than on which phases stand when.
    pub fn acts_on_energy(self) -> bool {
        !matches!(
            self,
            Self::Delay
                | Self::BringForward
                | Self::Scale
                | Self::Cancel
                | Self::Only
                | Self::Except
                | Self::Retire
                | Self::Add
                | Self::SwapChip
        )
    }

    /// Whether its window is one of the months of prices rather than of phases (RULES S0).
    pub fn has_price_window(self) -> bool {
        matches!(
            self,
            Self::PriceShock
                | Self::PricePath
                | Self::PriceGrowth
                | Self::Ppa
                | Self::OnSite
                | Self::CarbonPrice
                | Self::CapacityCharge
                | Self::Coverage
                | Self::Orbit
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_lever_has_one_row_and_one_word() {
        for (at, row) in LEVERS.iter().enumerate() {
            assert_eq!(row.lever.row().word, row.word);
            assert_eq!(Lever::parse(row.word), Some(row.lever));
            assert!(LEVERS[..at].iter().all(|r| r.word != row.word));
            for field in row.fields {
                assert!(field.low <= field.slider[0] && field.slider[1] <= field.high);
            }
        }
    }
}

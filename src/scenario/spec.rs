//! A scenario as written: assumptions, and an ordered list of adjustments.
//!
//! An adjustment is selector × lever × window. What a lever is called, which numbers it takes, in
//! which unit and range, stands in one table ([`super::levers::LEVERS`]) that the reader of files, the sliders and
//! the documents use alike.

use super::filter::Filter;
use super::input::{Distribution, Input};
use super::levers::Lever;
use crate::model::{
    Basis, Confidence, CountScope, Day, Kind, Maybe, Month, Precision, Scope, Sector, Status,
};

/// What is changed against the data. The baseline changes nothing; it goes the same way through
/// the engine as every other scenario.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    /// As shown on figures.
    pub name: String,
    /// What it asks, in a sentence or two.
    pub description: String,
    /// Parameters that differ from the table of parameters, or that only the scenario has.
    pub assumptions: Vec<Assumption>,
    /// What is changed, in order.
    pub adjustments: Vec<Adjustment>,
    /// What is drawn at random.
    pub uncertainty: Uncertainty,
    /// Series of prices that go before all others of their zone.
    pub series: Vec<PreferredSeries>,
}

impl Default for Scenario {
    fn default() -> Self {
        Self {
            name: "Baseline".to_owned(),
            description: String::new(),
            assumptions: Vec::new(),
            adjustments: Vec::new(),
            uncertainty: Uncertainty::default(),
            series: Vec::new(),
        }
    }
}

/// A parameter of a scenario.
#[derive(Clone, Debug, PartialEq)]
pub struct Assumption {
    /// Key, as in the table of parameters.
    pub key: String,
    /// Its value.
    pub input: Input,
    /// Its unit; empty where the table of parameters has one.
    pub unit: String,
    /// A page, or the word `assumption`.
    pub source: String,
}

/// A series of prices that goes before all others of a zone (RULES C2, overridden).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreferredSeries {
    /// Code of the zone.
    pub zone: String,
    /// Name of the series.
    pub series: String,
}

/// Whether a lever states how the world is, or what somebody does in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Layer {
    /// How the world is: prices, PUE, load.
    Assumption,
    /// What somebody does: delay, add, move.
    Decision,
}

impl Layer {
    /// The word of files and tables.
    pub fn word(self) -> &'static str {
        match self {
            Self::Assumption => "assumption",
            Self::Decision => "decision",
        }
    }
}

/// One change.
#[derive(Clone, Debug, PartialEq)]
pub struct Adjustment {
    /// Name within the scenario, by which scenarios are compared.
    pub id: String,
    /// Whether it takes part.
    pub enabled: bool,
    /// Which phases.
    pub select: Filter,
    /// What is done.
    pub lever: Lever,
    /// The lever's numbers, in the order of [`Lever::fields`]; none where it is not given.
    pub inputs: Vec<Option<Input>>,
    /// The lever's word: a chip, a zone, a day.
    pub word: String,
    /// A path of prices: month and USD per MWh, each holding until the next.
    pub path: Vec<(Month, Input)>,
    /// Whether curtailment sheds the peak too, which a charge on peak feels (RULES S7).
    pub at_peak: bool,
    /// Sites and phases that are added.
    pub added: Added,
    /// Prices of this sector alone, for levers on prices.
    pub sector: Option<Sector>,
    /// First month of the window.
    pub from: Option<Month>,
    /// Last month of the window, included.
    pub to: Option<Month>,
    /// Assumption or decision.
    pub layer: Layer,
    /// Why, in words.
    pub why: String,
    /// A page, or the word `assumption`.
    pub source: String,
}

impl Adjustment {
    /// An adjustment that does nothing more than its lever says.
    pub fn new(id: &str, lever: Lever) -> Self {
        Self {
            id: id.to_owned(),
            enabled: true,
            select: Filter::default(),
            lever,
            inputs: vec![None; lever.fields().len()],
            word: String::new(),
            path: Vec::new(),
            at_peak: false,
            added: Added::default(),
            sector: None,
            from: None,
            to: None,
            layer: lever.layer(),
            why: String::new(),
            source: String::new(),
        }
    }

    /// Whether a month lies in its window, both ends included (RULES S0).
    pub fn holds(&self, month: Month) -> bool {
        self.from.is_none_or(|from| from <= month) && self.to.is_none_or(|to| month <= to)
    }
}

/// Sites and phases that a scenario adds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Added {
    /// New sites.
    pub sites: Vec<AddedSite>,
    /// New phases, of new sites or of those of the data.
    pub phases: Vec<AddedPhase>,
}

impl Added {
    /// What is added, in words.
    fn told(&self) -> String {
        let mw = self.phases.iter().filter_map(|p| p.facility_mw.get().or(p.it_mw.get()));
        format!(
            "{} sites, {} phases, {} MW stated",
            self.sites.len(),
            self.phases.len(),
            mw.sum::<f64>()
        )
    }
}

/// A site that a scenario adds; the columns of the table of sites.
#[derive(Clone, Debug, PartialEq)]
pub struct AddedSite {
    /// Key.
    pub id: String,
    /// Name; the key where none is given.
    pub name: String,
    /// Who runs it.
    pub operator: String,
    /// Who owns it.
    pub owner: String,
    /// Who uses it.
    pub users: String,
    /// Alpha-3 code of its country.
    pub country: String,
    /// Subdivision.
    pub subdivision: String,
    /// Bidding zone.
    pub price_zone: String,
    /// Town.
    pub city: String,
    /// Latitude in degrees.
    pub lat: Maybe,
    /// Longitude in degrees.
    pub lon: Maybe,
    /// Ground or orbit.
    pub kind: Kind,
    /// Design or reported PUE.
    pub pue: Maybe,
    /// Line of the scenario's file.
    pub line: u32,
}

impl Default for AddedSite {
    fn default() -> Self {
        Self {
            id: String::new(),
            name: String::new(),
            operator: String::new(),
            owner: String::new(),
            users: String::new(),
            country: String::new(),
            subdivision: String::new(),
            price_zone: String::new(),
            city: String::new(),
            lat: Maybe::NONE,
            lon: Maybe::NONE,
            kind: Kind::Ground,
            pue: Maybe::NONE,
            line: 0,
        }
    }
}

/// A phase that a scenario adds; the columns of the table of phases.
#[derive(Clone, Debug, PartialEq)]
pub struct AddedPhase {
    /// Key of its site.
    pub site_id: String,
    /// Name within the site.
    pub phase: String,
    /// Nominal day of going online.
    pub online: Option<Day>,
    /// How well that day is known.
    pub precision: Precision,
    /// Phase of the same site that contains it.
    pub included_in: String,
    /// Day on which it ends.
    pub retired: Option<Day>,
    /// MW at the meter.
    pub facility_mw: Maybe,
    /// MW of IT load.
    pub it_mw: Maybe,
    /// What `facility_mw` is.
    pub basis: Basis,
    /// AI or whole campus.
    pub scope: Scope,
    /// Chip.
    pub chip: String,
    /// Number of accelerators.
    pub chip_count: Maybe,
    /// What that counts.
    pub chip_count_scope: CountScope,
    /// Who uses it.
    pub tenant: String,
    /// Status.
    pub status: Status,
    /// How well it is supported.
    pub confidence: Confidence,
    /// Page or the word `assumption`.
    pub source: String,
    /// Line of the scenario's file.
    pub line: u32,
}

impl Default for AddedPhase {
    fn default() -> Self {
        Self {
            site_id: String::new(),
            phase: String::new(),
            online: None,
            precision: Precision::Day,
            included_in: String::new(),
            retired: None,
            facility_mw: Maybe::NONE,
            it_mw: Maybe::NONE,
            basis: Basis::Unknown,
            scope: Scope::Unstated,
            chip: String::new(),
            chip_count: Maybe::NONE,
            chip_count_scope: CountScope::Phase,
            tenant: String::new(),
            status: Status::Planned,
            confidence: Confidence::Unstated,
            source: String::new(),
            line: 0,
        }
    }
}

/// What is drawn at random besides parameters: completion, delay and days (RULES S6).
#[derive(Clone, Debug, PartialEq)]
pub struct Uncertainty {
    /// Seed of all draws.
    pub seed: u64,
    /// Number of draws.
    pub draws: u32,
    /// By state, in the order of [`DRAWN_STATES`].
    pub states: [StateRisk; 4],
    /// Rank correlation of any two phases, 0 to 1: a shock that all share.
    pub shared_global: Input,
    /// Further rank correlation of phases of one site, 0 to 1: a shock that they share.
    pub shared_site: Input,
    /// Whether days within imprecise dates are drawn.
    pub days: bool,
    /// Rank correlations between uncertain inputs.
    pub correlations: Vec<RankCorrelation>,
}

impl Default for Uncertainty {
    fn default() -> Self {
        Self {
            seed: 1,
            draws: 2000,
            states: Default::default(),
            shared_global: Input::Number(0.0),
            shared_site: Input::Number(0.0),
            days: true,
            correlations: Vec::new(),
        }
    }
}

impl Uncertainty {
    /// Inputs that go wholly with one, or wholly against it: those of rank correlation 1 or −1.
    pub fn tied_to<'a>(&'a self, input: &'a str) -> impl Iterator<Item = (&'a String, f64)> {
        self.correlations.iter().filter(|pair| pair.rank.abs() >= 1.0).filter_map(move |pair| {
            let [a, b] = &pair.between;
            let other = match () {
                () if a == input => b,
                () if b == input => a,
                () => return None,
            };
            Some((other, pair.rank))
        })
    }
}

/// States of phases whose completion and delay can be drawn.
pub const DRAWN_STATES: [&str; 4] = ["construction", "planned", "announced", "due"];

/// What may happen to phases of one state.
#[derive(Clone, Debug, PartialEq)]
pub struct StateRisk {
    /// Probability that the phase is built at all, 0 to 1.
    pub completion: Input,
    /// Probability that it is late, 0 to 1.
    pub late: Input,
    /// Length of the delay if it is late, months.
    pub delay: Input,
}

impl Default for StateRisk {
    fn default() -> Self {
        Self { completion: Input::Number(1.0), late: Input::Number(0.0), delay: Input::Number(0.0) }
    }
}

/// Rank correlation between two uncertain inputs.
#[derive(Clone, Debug, PartialEq)]
pub struct RankCorrelation {
    /// Names of the inputs, as the tornado writes them.
    pub between: [String; 2],
    /// Spearman's coefficient, −1 to 1.
    pub rank: f64,
}

impl Scenario {
    /// Visits every input with its name: `KEY` of an assumption, `ID.FIELD` of an adjustment,
    /// `STATE.completion` and the like of the uncertainty. The order is that of the file.
    pub fn visit(&mut self, visit: &mut impl FnMut(&str, &mut Input)) {
        for assumption in &mut self.assumptions {
            visit(&assumption.key, &mut assumption.input);
        }
        for adjustment in self.adjustments.iter_mut().filter(|a| a.enabled) {
            let fields = adjustment.lever.fields();
            for (field, input) in fields.iter().zip(&mut adjustment.inputs) {
                if let Some(input) = input {
                    visit(&format!("{}.{}", adjustment.id, field.name), input);
                }
            }
            for (month, input) in &mut adjustment.path {
                visit(&format!("{}.{month}", adjustment.id), input);
            }
        }
        for (state, risk) in DRAWN_STATES.iter().zip(&mut self.uncertainty.states) {
            visit(&format!("{state}.completion"), &mut risk.completion);
            visit(&format!("{state}.late"), &mut risk.late);
        }
        visit("shared_global", &mut self.uncertainty.shared_global);
        visit("shared_site", &mut self.uncertainty.shared_site);
    }

    /// The uncertain inputs: name and how each is spread. The length of a delay is drawn phase by
    /// phase and is none of them.
    pub fn uncertain(&self) -> Vec<(String, Distribution)> {
        let mut out = Vec::new();
        self.clone().visit(&mut |name, input| {
            out.extend(input.spread().map(|spread| (name.to_owned(), spread)));
        });
        out
    }

    /// The scenario with numbers in the place of its uncertain inputs, in their order.
    #[must_use]
    pub fn with_values(&self, values: &[f64]) -> Self {
        let mut out = self.clone();
        let mut values = values.iter();
        out.visit(&mut |_, input| {
            if input.spread().is_some()
                && let Some(value) = values.next()
            {
                *input = Input::Number(*value);
            }
        });
        out
    }

    /// What it states, in words: assumptions with unit and source, levers with their numbers.
    pub fn stated(&self) -> Vec<String> {
        let told = |source: &str| match source {
            "" => String::new(),
            "assumption" => " (assumption)".to_owned(),
            _ => " (sourced)".to_owned(),
        };
        let assumptions = self.assumptions.iter().map(|a| {
            let unit = if a.unit.is_empty() { String::new() } else { format!(" {}", a.unit) };
            format!("{} {}{unit}{}", a.key, a.input, told(&a.source))
        });
        let levers = self.adjustments.iter().filter(|a| a.enabled).map(|adjustment| {
            let fields = adjustment.lever.fields().iter().zip(&adjustment.inputs);
            let numbers: Vec<String> = fields
                .filter_map(|(field, input)| {
                    let input = input.as_ref()?;
                    Some(match field.unit {
                        "×" => format!("× {input}"),
                        "share" | "ratio" | "a year" => format!("{} {input}", field.name),
                        unit => format!("{input} {unit}"),
                    })
                })
                .chain(adjustment.at_peak.then(|| "at the peak".to_owned()))
                .chain((!adjustment.word.is_empty()).then(|| adjustment.word.clone()))
                .chain((adjustment.lever == Lever::Add).then(|| adjustment.added.told()))
                .collect();
            let what = adjustment.lever.row().title.to_lowercase();
            let numbers = numbers.join(", ");
            let space = if numbers.is_empty() { "" } else { " " };
            format!("{}: {what}{space}{numbers}{}", adjustment.id, told(&adjustment.source))
        });
        assumptions.chain(levers).collect()
    }

    /// Whether another means the same, wherever its rows stand in its file.
    pub fn means(&self, other: &Self) -> bool {
        let placeless = |scenario: &Self| {
            let mut out = scenario.clone();
            for adjustment in &mut out.adjustments {
                adjustment.added.sites.iter_mut().for_each(|site| site.line = 0);
                adjustment.added.phases.iter_mut().for_each(|phase| phase.line = 0);
            }
            out
        };
        placeless(self) == placeless(other)
    }

    /// Whether it changes nothing and draws nothing but days.
    pub fn is_baseline(&self) -> bool {
        let changes = self.adjustments.iter().any(|a| a.enabled);
        !changes && self.assumptions.is_empty() && self.series.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_go_to_the_uncertain_inputs_in_order() {
        let mut scenario = Scenario::default();
        let mut delay = Adjustment::new("late", Lever::Delay);
        delay.inputs[0] = Some(Input::Spread(Distribution::Uniform { low: 0.0, high: 12.0 }));
        scenario.adjustments.push(delay);
        scenario.uncertainty.states[2].completion =
            Input::Spread(Distribution::Uniform { low: 0.1, high: 0.5 });
        let names: Vec<String> = scenario.uncertain().into_iter().map(|(n, _)| n).collect();
        assert_eq!(names, ["late.months", "announced.completion"]);
        let fixed = scenario.with_values(&[3.0, 0.2]);
        assert_eq!(fixed.adjustments[0].inputs[0], Some(Input::Number(3.0)));
        assert_eq!(fixed.uncertainty.states[2].completion, Input::Number(0.2));
        assert!(fixed.uncertain().is_empty());
    }
}

//! What a figure is to show. The window edits a spec; the command line reads one.

use super::theme::Theme;
use crate::geo::{Projection, View};
use crate::model::{Month, SectorChoice};
use crate::scenario::{GroupKey, Measure};

/// Which figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FigureKind {
    /// Sites on the world.
    Map,
    /// Stacked capacity over time.
    Capacity,
    /// Stacked electricity cost over time.
    Cost,
    /// All three.
    Overview,
    /// The same stack under several scenarios.
    Compare,
    /// Bands of many draws.
    Fan,
    /// Effects of uncertain inputs.
    Tornado,
    /// The account of a difference.
    Ledger,
    /// What is in service by what it costs.
    Supply,
    /// Electricity prices of zones over time.
    Prices,
}

impl FigureKind {
    /// Whether it takes more than one run.
    pub fn is_study(self) -> bool {
        matches!(self, Self::Compare | Self::Fan | Self::Tornado | Self::Ledger | Self::Supply)
    }
}

/// What colours the zones of the map.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Overlay {
    /// Nothing.
    None,
    /// Electricity price of the sector at the month.
    #[default]
    Price,
    /// Carbon intensity of electricity.
    Carbon,
}

impl Overlay {
    /// All overlays: overlay, word of the command line, title.
    pub const ALL: [(Self, &'static str, &'static str); 3] = [
        (Self::None, "none", "None"),
        (Self::Price, "price", "Electricity price"),
        (Self::Carbon, "carbon", "Carbon intensity"),
    ];

    /// Reads the word of the command line.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, word, _)| *word == text).map(|(o, ..)| *o)
    }
}

/// What is asked of the outcome: one question for all parts of a figure.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Question {
    /// What phases are grouped by.
    pub group_by: GroupKey,
    /// What is stacked.
    pub measure: Measure,
    /// Whose price.
    #[serde(with = "sector_word")]
    pub sector: SectorChoice,
    /// Which phases take part, as typed.
    pub filter: String,
    /// The year in whose money costs are told; nominal if none.
    #[serde(default)]
    pub real_year: Option<i32>,
    /// The buyer of whose share everything is told, by name or alias; the whole if none (RULES F2).
    #[serde(default)]
    pub buyer: Option<String>,
}

impl Default for Question {
    fn default() -> Self {
        Self {
            group_by: GroupKey::User,
            measure: Measure::FacilityMw,
            sector: SectorChoice::default(),
            filter: String::new(),
            real_year: None,
            buyer: None,
        }
    }
}

/// Who draws the land and the symbols of a flat map.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MapBy {
    /// The figure: its marks say all.
    #[default]
    Marks,
    /// A painter that keeps outlines and symbols in buffers: the figure says which land and which
    /// symbols they are.
    Buffers,
    /// The same, where fine outlines would be drawn too slowly while the view moves.
    SlowBuffers,
}

/// A figure, asked for.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct FigureSpec {
    /// Which figure.
    pub kind: FigureKind,
    /// Width and height in pixels.
    pub size: [f32; 2],
    /// Colours.
    pub theme: Theme,
    /// The clock.
    #[serde(with = "month_word")]
    pub month: Month,
    /// What is asked.
    pub question: Question,
    /// What colours the zones.
    pub overlay: Overlay,
    /// Which part of the world.
    pub view: View,
    /// Whether title, sources and counts stand around the marks. The window shows them itself.
    pub framed: bool,
    /// Ids of the sites to be marked.
    pub selected: Vec<String>,
    /// A group that alone keeps its colour.
    pub isolated: Option<String>,
    /// Which hours of hourly prices are in view: the first, and that after the last, from
    /// 1970-01-01T00:00Z; prices by month if none.
    #[serde(default)]
    pub hours: Option<[f64; 2]>,
    /// Whether outlines are drawn a level coarser, while the view moves.
    #[serde(default)]
    pub draft: bool,
    /// Who draws a map.
    #[serde(default)]
    pub drawn_by: MapBy,
}

impl FigureSpec {
    /// A framed figure of the whole world.
    pub fn new(kind: FigureKind, month: Month) -> Self {
        Self {
            kind,
            size: [1600.0, 900.0],
            theme: Theme::Light,
            month,
            question: Question::default(),
            overlay: Overlay::default(),
            view: View::world(Projection::EqualEarth),
            framed: true,
            selected: Vec::new(),
            isolated: None,
            hours: None,
            draft: false,
            drawn_by: MapBy::Marks,
        }
    }
}

mod month_word {
    use super::Month;
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
    pub(super) fn serialize<S: Serializer>(month: &Month, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(month)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Month, D::Error> {
        let text = String::deserialize(from)?;
        Month::parse(&text).ok_or_else(|| D::Error::custom("a month such as 2026-11"))
    }
}

mod sector_word {
    use super::SectorChoice;
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
    pub(super) fn serialize<S: Serializer>(
        sector: &SectorChoice,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        to.serialize_str(sector.word())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<SectorChoice, D::Error> {
        let text = String::deserialize(from)?;
        SectorChoice::parse(&text).ok_or_else(|| D::Error::custom("a sector such as industrial"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spec_comes_back_from_its_text() {
        let spec = FigureSpec::new(FigureKind::Overview, Month::new(2026, 11));
        let text = serde_json::to_string(&spec).unwrap();
        assert_eq!(serde_json::from_str::<FigureSpec>(&text).unwrap(), spec);
    }
}

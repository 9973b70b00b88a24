//! What the user asked for, and what panels may look at.

use std::path::PathBuf;
use std::sync::Arc;

use eframe::egui;

use super::command::Command;
use crate::diagnostic::Report;
use crate::figure::{
    Figure, FigureKind, Overlay, Prepared, SiteColumn, SiteOrder, Standing, Theme, World,
};
use crate::geo::{Projection, View};
use crate::model::{Dataset, DatePolicy, Month, SectorChoice};
use crate::scenario::{GroupKey, Measure, Outcome, Scenario};

/// What the user asked for. Panels make these; only `update` obeys them.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Moves the clock.
    SetMonth(Month),
    /// Starts or stops the clock.
    Play(bool),
    /// Groups and colours by another key.
    SetGroupBy(GroupKey),
    /// Measures something else.
    SetMeasure(Measure),
    /// Asks for another sector's price.
    SetSector(SectorChoice),
    /// Colours the zones by something else.
    SetOverlay(Overlay),
    /// Draws the world in another way.
    SetProjection(Projection),
    /// Looks at another part of the world.
    SetView(View),
    /// Puts imprecise dates elsewhere in their period.
    SetDatePolicy(DatePolicy),
    /// Types in the filter.
    SetFilter(String),
    /// Tells everything of the share of a buyer; of the whole if none.
    SetBuyer(Option<String>),
    /// Selects sites by id.
    Select(Vec<String>),
    /// Lets one group alone keep its colour; again: all of them.
    Isolate(String),
    /// Shows another chart.
    SetTab(Tab),
    /// Shows prices by hour, and which hours; by month if none.
    SetHours(Option<[f64; 2]>),
    /// Orders the table of sites by a column; again: from the other end.
    OrderSites(SiteColumn),
    /// Goes dark or light.
    SetTheme(Theme),
    /// Shows or hides the list of problems.
    ShowProblems(bool),
    /// Shows or hides the list of keys.
    ShowKeys(bool),
    /// Shows or hides the field for the path of a file to open.
    ShowOpen(bool),
    /// Shows the selection or the scenario at the right.
    ShowSide(Side),
    /// Shows another scenario: by the name of one of the app, or by its file; the baseline if empty.
    OpenScenario(String),
    /// Sets a number of an adjustment: its id, the field, the value.
    SetLever(String, &'static str, f64),
    /// Sets a parameter of the scenario.
    SetAssumption(String, f64),
    /// Switches an adjustment on or off.
    EnableAdjustment(String, bool),
    /// Lets a curtailment shed the peak too, or not.
    ShedAtPeak(String, bool),
    /// Goes back to the scenario as it was opened.
    ResetScenario,
    /// Writes the scenario to a file that is not there yet.
    SaveScenario(PathBuf),
    /// Opens files.
    Open(Vec<PathBuf>),
    /// Goes back to the built-in data.
    OpenBuiltIn,
    /// Stops the load.
    CancelLoad,
    /// Forgets a message.
    DismissMessage,
}

/// What stands at the right, where a scenario is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Side {
    /// Facts of what is selected.
    #[default]
    Selection,
    /// The cards of the scenario.
    Scenario,
}

/// Charts under the map.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Tab {
    /// Stacked capacity.
    #[default]
    Capacity,
    /// Stacked electricity cost.
    Cost,
    /// Bands of many draws.
    Fan,
    /// Baseline and scenario side by side.
    Compare,
    /// The difference by adjustment.
    Ledger,
    /// Effects of uncertain inputs.
    Tornado,
    /// What is in service by what it costs.
    Supply,
    /// Electricity prices of zones.
    Prices,
    /// The sites in a table.
    Sites,
}

impl Tab {
    /// All tabs with their title.
    pub const ALL: [(Self, &'static str); 9] = [
        (Self::Capacity, "Capacity"),
        (Self::Cost, "Cost"),
        (Self::Fan, "Spread"),
        (Self::Compare, "Compare"),
        (Self::Ledger, "Ledger"),
        (Self::Tornado, "Tornado"),
        (Self::Supply, "Supply"),
        (Self::Prices, "Prices"),
        (Self::Sites, "Sites"),
    ];

    /// What it shows, in a line.
    pub fn tip(self) -> &'static str {
        match self {
            Self::Capacity => "what is in service over time",
            Self::Cost => "electricity cost over time",
            Self::Fan => "bands of many draws over time",
            Self::Compare => "the baseline and the scenario side by side",
            Self::Ledger => "the difference by adjustment",
            Self::Tornado => "the effect of each uncertain input",
            Self::Supply => "supply curve: what is in service by what it costs",
            Self::Prices => "observed electricity prices of zones over time",
            Self::Sites => "all sites in a table",
        }
    }

    /// The figure that it shows; none where it is no figure.
    pub fn figure(self) -> Option<FigureKind> {
        Some(match self {
            Self::Capacity => FigureKind::Capacity,
            Self::Cost => FigureKind::Cost,
            Self::Fan => FigureKind::Fan,
            Self::Compare => FigureKind::Compare,
            Self::Ledger => FigureKind::Ledger,
            Self::Tornado => FigureKind::Tornado,
            Self::Supply => FigureKind::Supply,
            Self::Prices => FigureKind::Prices,
            Self::Sites => return None,
        })
    }
}

/// The scenario that is shown.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ScenarioChoice {
    /// Name of one of the app, or the file; empty for the baseline.
    pub key: String,
    /// Its text, with all changes made here.
    pub text: String,
    /// What it means.
    pub scenario: Scenario,
    /// As it was opened.
    pub opened: Option<Box<(String, Scenario)>>,
}

/// A figure of the scenario beside that of the baseline, month by month.
#[derive(Clone, Debug, PartialEq)]
pub struct Against {
    /// What is measured.
    pub measure: Measure,
    /// Under the scenario; empty while it is being worked out.
    pub scenario: Vec<Option<f64>>,
    /// Under the baseline; empty while it is being worked out.
    pub baseline: Vec<Option<f64>>,
}

/// Everything that the user has chosen.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own in the window")]
pub struct State {
    /// The clock.
    pub month: Month,
    /// Whether the clock runs.
    pub playing: bool,
    /// What phases are grouped by.
    pub group_by: GroupKey,
    /// What is measured.
    pub measure: Measure,
    /// Whose price.
    pub sector: SectorChoice,
    /// The year in whose money costs are told; nominal if none.
    pub real_year: Option<i32>,
    /// The buyer of whose share everything is told; the whole if none (RULES F2).
    pub buyer: Option<String>,
    /// What colours the zones.
    pub overlay: Overlay,
    /// Which part of the world.
    pub view: View,
    /// Where imprecise dates are put.
    pub date_policy: DatePolicy,
    /// The scenario.
    pub scenario: ScenarioChoice,
    /// The filter as typed.
    pub filter: String,
    /// Ids of the selected sites.
    pub selection: Vec<String>,
    /// A group that alone keeps its colour.
    pub isolated: Option<String>,
    /// Which chart.
    pub tab: Tab,
    /// Which hours of hourly prices are in view; prices by month if none.
    pub hours: Option<[f64; 2]>,
    /// In which order sites stand in their table.
    pub sites_order: SiteOrder,
    /// Dark or light.
    pub theme: Theme,
    /// Whether the list of problems is open.
    pub problems_open: bool,
    /// Whether the list of keys is open.
    pub keys_open: bool,
    /// Whether the field for a path is open.
    pub open_dialog: bool,
    /// What stands at the right.
    pub side: Side,
}

impl Default for State {
    fn default() -> Self {
        Self {
            month: Month::new(2026, 1),
            playing: false,
            group_by: GroupKey::User,
            measure: Measure::FacilityMw,
            // The one with most data: a map without them says little.
            sector: SectorChoice::Best,
            real_year: None,
            buyer: None,
            overlay: Overlay::default(),
            view: View::world(Projection::EqualEarth),
            date_policy: DatePolicy::Nominal,
            scenario: ScenarioChoice::default(),
            filter: String::new(),
            selection: Vec::new(),
            isolated: None,
            tab: Tab::default(),
            hours: None,
            sites_order: SiteOrder::default(),
            theme: Theme::Dark,
            problems_open: false,
            keys_open: false,
            open_dialog: false,
            side: Side::default(),
        }
    }
}

/// How far a load is.
#[derive(Clone, Debug, PartialEq)]
pub struct Progress {
    /// What is going on.
    pub what: String,
    /// Done, of 1; none where it cannot be told.
    pub share: Option<f32>,
}

/// What a panel may look at in this frame.
#[derive(Clone, Copy)]
pub struct PanelContext<'a> {
    /// What the user has chosen.
    pub state: &'a State,
    /// The tables.
    pub data: &'a Dataset,
    /// What was found in the files.
    pub report: &'a Report,
    /// What follows from the tables.
    pub outcome: &'a Outcome,
    /// The answer to the question.
    pub prepared: &'a Prepared,
    /// What stands at each site at the clock's month.
    pub powers: &'a Standing,
    /// The basemap.
    pub world: &'a World,
    /// The answer to the chart's question, where it takes more than one run.
    pub study: Option<&'a crate::figure::Study>,
    /// Why there is none.
    pub study_error: Option<&'a str>,
    /// The sites in the order of their table, and whether they are being put into another; none
    /// before they are first asked for.
    pub roster: Option<(&'a [u32], bool)>,
    /// Scenarios to choose from: key and name.
    pub scenarios: &'a [(String, String)],
    /// For each adjustment that takes part, how many phases it touches.
    pub touched: &'a [(String, usize)],
    /// Figures of the scenario beside those of the baseline; none for the baseline.
    pub against: &'a [Against],
    /// What is wrong with the filter, if anything.
    pub filter_error: Option<&'a str>,
    /// What is being worked on.
    pub progress: Option<&'a Progress>,
    /// Something to be told.
    pub message: Option<&'a str>,
    /// Commands whose keys were pressed in this frame.
    pub commands: &'a [Command],
    /// Counts what changed in the data and its answers, for the keys of what is derived from them.
    pub revision: u64,
    /// Counts the studies.
    pub study_revision: u64,
    /// Milliseconds that the last recomputation and the last frame took.
    pub costs_ms: (f32, f32),
}

impl<'a> PanelContext<'a> {
    /// What figures and totals are built from.
    #[must_use]
    pub fn scene(&self) -> crate::figure::Scene<'a> {
        crate::figure::Scene {
            data: self.data,
            outcome: self.outcome,
            prepared: self.prepared,
            powers: self.powers,
            world: self.world,
            study: self.study,
        }
    }
}

/// A figure with its shapes, ready to be painted again and again.
#[derive(Clone)]
pub struct Painted {
    /// The figure.
    pub figure: Arc<Figure>,
    /// Its shapes: all of it, or its texts where there is a picture of the rest.
    pub shapes: Arc<super::paint::Shapes>,
    /// A picture of all but its texts.
    pub picture: Option<Picture>,
}

/// A picture of a figure, kept by whoever paints it.
#[derive(Clone)]
pub enum Picture {
    /// A texture of the window.
    Texture(egui::TextureHandle),
    /// Pixels that a card keeps, so many to the point.
    Card(Arc<egui::ColorImage>, f32),
}

impl Painted {
    /// Paints the figure into its rectangle.
    pub fn paint(&self, painter: &egui::Painter, rect: egui::Rect) {
        match &self.picture {
            None => {}
            Some(Picture::Texture(picture)) => {
                let [width, height] = self.figure.size;
                let place = egui::Rect::from_min_size(rect.min, egui::vec2(width, height));
                let whole = egui::Rect::from_min_max(egui::Pos2::ZERO, egui::pos2(1.0, 1.0));
                painter.image(picture.id(), place, whole, egui::Color32::WHITE);
            }
            Some(Picture::Card(image, scale)) => {
                super::picture::paint(painter, rect.min, *scale, image);
            }
        }
        self.shapes.paint(painter);
    }
}

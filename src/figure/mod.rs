//! Pictures as values: `build(spec, scene) → Figure`, the same for window and files.
//!
//! Nothing here draws on a screen. A figure is a list of marks with positions in pixels; text is
//! measured with the bundled font, so that window, PNG, SVG and PDF agree.

pub mod amount;
mod canvas;
pub mod chart;
mod compose;
pub mod hours;
mod land;
mod legend;
mod lines;
mod map;
pub mod mark;
mod place;
mod powers;
pub mod prepare;
pub mod preview;
mod prices;
pub mod roster;
pub mod scale;
pub mod spec;
pub mod standing;
mod studies;
pub mod study;
pub mod symbol;
pub mod text;
pub mod theme;

use crate::geo::{PixelRect, Projector};
use crate::model::Dataset;
use crate::scenario::{Outcome, QuestionError};

pub use chart::{Band, ChartRegion, bands};
pub use compose::{GroupTotal, PriceAges};
pub use hours::{HourLine, HoursRegion};
pub use land::{World, filled, seen, visible};
pub use mark::{Color, HATCH_SPACING, Land, LandFill, Mark, Point, Stroke};
pub use powers::SitePower;
pub use prepare::{Extremes, Palette, Prepared, Slot, extremes, prepare};
pub use preview::{Preview, preview};
pub use roster::{SiteColumn, SiteOrder, roster};
pub use spec::{FigureKind, FigureSpec, MapBy, Overlay, Question};
pub use standing::{Cluster, PlaceTotal, Places, Standing};
pub use study::{Study, StudyError, StudyInput};
pub use symbol::{Form, Symbol, Symbols};
pub use theme::{Colors, Theme};

/// What figures are made from.
#[derive(Clone, Copy)]
pub struct Scene<'a> {
    /// The tables.
    pub data: &'a Dataset,
    /// What follows from them.
    pub outcome: &'a Outcome,
    /// The answer to the spec's question.
    pub prepared: &'a Prepared,
    /// What stands at each site at the spec's month.
    pub powers: &'a Standing,
    /// The basemap.
    pub world: &'a World,
    /// The answer to a question that takes more than one run, where the figure asks one.
    pub study: Option<&'a Study>,
}

/// A site in its place on a figure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SiteMark {
    /// Position of the site; of the largest, where the mark stands for several.
    pub site: usize,
    /// Its middle.
    pub center: Point,
    /// Its radius.
    pub radius: f32,
    /// Position among the clusters of the region, where the mark stands for several sites.
    pub cluster: Option<u32>,
}

/// An event in its place on a figure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EventMark {
    /// Position of the event.
    pub event: usize,
    /// Its middle.
    pub center: Point,
}

/// A part of a figure that can be pointed at.
#[derive(Clone, Debug, PartialEq)]
pub enum Region {
    /// A map.
    Map {
        /// Places to pixels.
        projector: Projector,
        /// Its sites, the largest first.
        sites: Vec<SiteMark>,
        /// The sums that some of them stand for.
        clusters: Vec<Cluster>,
        /// A rectangle of it that an inset covers.
        inset: Option<PixelRect>,
    },
    /// The lane of orbital sites.
    Orbit {
        /// Its rectangle.
        lane: PixelRect,
        /// Its sites.
        sites: Vec<SiteMark>,
    },
    /// A chart over time.
    Chart {
        /// Its axes and bands.
        chart: Box<ChartRegion>,
        /// Its events.
        events: Vec<EventMark>,
    },
    /// A chart of hours.
    Hours(Box<HoursRegion>),
}

/// A picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// Width and height in pixels.
    pub size: [f32; 2],
    /// Colour behind everything.
    pub ground: Color,
    /// What is drawn, from back to front.
    pub marks: Vec<Mark>,
    /// What can be pointed at.
    pub regions: Vec<Region>,
    /// Its title, for files and screen readers.
    pub title: String,
    /// All that it follows from, as JSON: spec, scenario, dates, a hash of the data.
    pub spec: String,
}

/// Makes a figure.
pub fn build(spec: &FigureSpec, scene: &Scene<'_>) -> Figure {
    compose::compose(spec, scene)
}

/// The site at a position; none where a mark that stands for several is nearest.
pub fn site_at(regions: &[Region], at: Point) -> Option<usize> {
    mark_at(regions, at).filter(|(mark, _)| mark.cluster.is_none()).map(|(mark, _)| mark.site)
}

/// The mark at a position, by the nearest edge within six pixels; among discs that hold the
/// position the smallest, since it lies on top. With it the sum that it stands for, if it stands
/// for several sites.
pub fn mark_at(regions: &[Region], at: Point) -> Option<(SiteMark, Option<Cluster>)> {
    let lists = regions.iter().rev().filter_map(|region| match region {
        Region::Map { projector, sites, clusters, inset } => {
            let here = projector.rect.contains(at) && !inset.is_some_and(|r| r.contains(at));
            here.then_some((sites, clusters.as_slice()))
        }
        Region::Orbit { lane, sites } => lane.contains(at).then_some((sites, [].as_slice())),
        Region::Chart { .. } | Region::Hours(_) => None,
    });
    let reach = |mark: &SiteMark| {
        let distance = (mark.center[0] - at[0]).hypot(mark.center[1] - at[1]);
        if distance <= mark.radius { mark.radius / 1e4 } else { distance - mark.radius }
    };
    lists
        .flat_map(|(sites, clusters)| sites.iter().map(move |mark| (mark, clusters)))
        .map(|(mark, clusters)| (reach(mark), mark, clusters))
        .filter(|(distance, ..)| *distance <= 6.0)
        .min_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, mark, clusters)| {
            (*mark, mark.cluster.and_then(|at| clusters.get(at as usize)).copied())
        })
}

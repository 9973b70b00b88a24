//! Pictures as values: `build(spec, scene) → Figure`, the same for window and files.
//!
//! Nothing here draws on a screen. A figure is a list of marks with positions in pixels; text is
//! measured with the bundled font, so that window, PNG, SVG and PDF agree.

pub mod amount;
mod canvas;
pub mod chart;
mod compose;
mod land;
mod legend;
mod lines;
mod map;
pub mod mark;
mod place;
pub mod prepare;
pub mod scale;
pub mod spec;
mod studies;
pub mod study;
pub mod text;
pub mod theme;

use crate::geo::{PixelRect, Projector};
use crate::model::Dataset;
use crate::scenario::Outcome;

pub use chart::{Band, ChartRegion, bands};
pub use compose::{GroupTotal, group_totals};
pub use land::World;
pub use mark::{Color, Mark, Point};
pub use prepare::{Extremes, Palette, Prepared, SitePower, Slot, extremes, prepare, site_powers};
pub use spec::{FigureKind, FigureSpec, Overlay, Question};
pub use study::{Study, StudyError, StudyInput};
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
    pub powers: &'a [SitePower],
    /// The basemap.
    pub world: &'a World,
    /// The answer to a question that takes more than one run, where the figure asks one.
    pub study: Option<&'a Study>,
}

/// A site in its place on a figure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SiteMark {
    /// Position of the site.
    pub site: usize,
    /// Its middle.
    pub center: Point,
    /// Its radius.
    pub radius: f32,
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

/// The site at a position, by the nearest edge within six pixels; among discs that hold the
/// position the smallest, since it lies on top.
pub fn site_at(regions: &[Region], at: Point) -> Option<usize> {
    let lists = regions.iter().rev().filter_map(|region| match region {
        Region::Map { projector, sites, inset } => {
            let here = projector.rect.contains(at) && !inset.is_some_and(|r| r.contains(at));
            here.then_some(sites)
        }
        Region::Orbit { lane, sites } => lane.contains(at).then_some(sites),
        Region::Chart { .. } => None,
    });
    let reach = |mark: &SiteMark| {
        let distance = (mark.center[0] - at[0]).hypot(mark.center[1] - at[1]);
        if distance <= mark.radius { mark.radius / 1e4 } else { distance - mark.radius }
    };
    lists
        .flatten()
        .map(|mark| (reach(mark), mark.site))
        .filter(|(distance, _)| *distance <= 6.0)
        .min_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, site)| site)
}

//! The map while data are still being read: where the sites are, and no more.

use std::sync::Arc;

use super::canvas::{Canvas, Style};
use super::mark::{Anchor, Mark, Stroke};
use super::prepare::prepare;
use super::spec::{FigureKind, FigureSpec, Overlay, Question};
use super::standing::{Places, Standing, counts};
use super::theme::Theme;
use super::{Figure, QuestionError, Scene, World, land};
use crate::geo::{LonLat, PixelRect, Projector};
use crate::model::Dataset;
use crate::scenario::{Alone, Engine};
use crate::units::grouped;

/// Level of the cells that a preview counts: 128 around the world.
const LEVEL: u32 = 7;

/// Where the sites of a data set are, counted by cell.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Preview {
    /// Middles of cells with the number of their sites.
    pub cells: Vec<(LonLat, u32)>,
    /// Sites that were read, with a place or without.
    pub sites: usize,
}

impl Preview {
    /// Counts the sites of a data set whose other tables may still be missing.
    pub fn new(data: &Dataset) -> Self {
        Self { cells: counts(data, LEVEL), sites: data.sites.len() }
    }
}

/// Draws a preview.
///
/// # Errors
/// Never for the question without a filter that it asks; the type is that of every question.
pub fn preview(
    world: &World,
    preview: &Preview,
    theme: Theme,
    size: [f32; 2],
) -> Result<Figure, QuestionError> {
    let data = Dataset::default();
    let engine = Engine::new(&data, &data.grid());
    let outcome = engine.baseline();
    let question = Question::default();
    let prepared = prepare(&Alone, &data, outcome, None, None, &question, None)?;
    let places = Arc::new(Places::new(&Alone, &data));
    let month = outcome.grid.first;
    let standing = Standing::new(Arc::new(Alone), (&data, &places), outcome, &prepared, month);
    let scene =
        Scene { data: &data, outcome, prepared: &prepared, powers: &standing, world, study: None };
    let mut spec = FigureSpec::new(FigureKind::Map, month);
    (spec.theme, spec.size, spec.overlay, spec.framed) = (theme, size, Overlay::None, false);
    let colors = theme.colors();
    let projector = Projector::new(spec.view, PixelRect::new(0.0, 0.0, size[0], size[1]));
    let mut canvas = Canvas::default();
    let scale = land::overlay_scale(&scene, &spec);
    land::draw(&mut canvas, &scene, &spec, &projector, &scale);
    let most = preview.cells.iter().map(|(_, count)| *count).max().unwrap_or(1);
    let largest = projector.world_width_px() / (1_u32 << LEVEL) as f32 * 0.8;
    for (place, count) in &preview.cells {
        let (at, front) = projector.project(place.lon, place.lat);
        if front && projector.rect.contains(at) {
            let radius = (largest * (*count as f32 / most as f32).sqrt()).max(1.2);
            let stroke = Stroke::solid(0.8, colors.hues[0]);
            canvas.circle(at, radius, Some(colors.hues[0].alpha(0.5)), Some(stroke));
        }
    }
    let note = format!(
        "{} sites are read, what stands there is not yet",
        grouped(preview.sites as f64, 0)
    );
    let style = Style::new(12.5, colors.text).anchor(Anchor::End).halo(colors.halo);
    canvas.text([size[0] - 12.0, size[1] - 14.0], note, style);
    let rect = projector.rect;
    Ok(Figure {
        size,
        ground: colors.ground,
        marks: vec![Mark::Clip { rect, marks: canvas.marks }],
        regions: Vec::new(),
        title: "Sites so far".to_owned(),
        spec: String::new(),
    })
}

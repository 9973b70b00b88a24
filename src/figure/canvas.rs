//! A list of marks under construction, with short words for common ones.

use super::mark::{Anchor, Color, Mark, Point, Stroke, Text};
use super::text;
use crate::geo::PixelRect;

/// Marks under construction.
#[derive(Debug, Default)]
pub(super) struct Canvas {
    pub marks: Vec<Mark>,
}

/// How a text is set.
#[derive(Clone, Copy, Debug)]
pub(super) struct Style {
    pub size: f32,
    pub bold: bool,
    pub anchor: Anchor,
    pub color: Color,
    pub halo: Option<Color>,
}

impl Style {
    pub(super) fn new(size: f32, color: Color) -> Self {
        Self { size, bold: false, anchor: Anchor::Start, color, halo: None }
    }

    pub(super) fn bold(self) -> Self {
        Self { bold: true, ..self }
    }

    pub(super) fn anchor(self, anchor: Anchor) -> Self {
        Self { anchor, ..self }
    }

    pub(super) fn halo(self, color: Color) -> Self {
        Self { halo: Some(color), ..self }
    }
}

impl Canvas {
    pub(super) fn text(&mut self, at: Point, content: impl Into<String>, style: Style) {
        let content = content.into();
        if content.is_empty() {
            return;
        }
        self.marks.push(Mark::Text(Text {
            at,
            text: content,
            size: style.size,
            bold: style.bold,
            anchor: style.anchor,
            color: style.color,
            halo: style.halo,
        }));
    }

    /// A text, and where it ends.
    pub(super) fn text_then(&mut self, at: Point, content: &str, style: Style) -> f32 {
        self.text(at, content, style);
        at[0] + text::width(content, style.size, style.bold)
    }

    pub(super) fn line(&mut self, points: Vec<Point>, stroke: Stroke) {
        self.marks.push(Mark::Line { points, closed: false, stroke });
    }

    pub(super) fn segments(&mut self, ends: Vec<[Point; 2]>, stroke: Stroke) {
        if !ends.is_empty() {
            self.marks.push(Mark::Segments { ends, stroke });
        }
    }

    pub(super) fn rect(
        &mut self,
        rect: PixelRect,
        corner: f32,
        fill: Option<Color>,
        stroke: Option<Stroke>,
    ) {
        self.marks.push(Mark::Rect { rect, corner, fill, stroke });
    }

    pub(super) fn circle(
        &mut self,
        center: Point,
        radius: f32,
        fill: Option<Color>,
        stroke: Option<Stroke>,
    ) {
        self.marks.push(Mark::Circle { center, radius, fill, stroke });
    }
}

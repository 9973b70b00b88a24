//! A figure's marks as shapes of the window: the same marks that go to files.

use std::ops::Range;
use std::sync::Arc;

use eframe::egui::epaint::{CircleShape, RectShape, TessellationOptions, Tessellator, TextShape};
use eframe::egui::{
    self, Color32, FontFamily, FontId, Mesh, PaintCallback, Painter, Pos2, Rect, Shape,
    Stroke as EguiStroke, Vec2, pos2, vec2,
};
use eframe::egui_wgpu::{Callback, CallbackTrait};

use super::land::{LandMeshes, LandPaint};
use super::symbols::SymbolsPaint;
use super::triangles::{Triangles, TrianglesPaint};
use crate::figure::mark::{Anchor, Area, Color, Land, Mark, Point, Stroke, Text};
use crate::figure::{Figure, Symbols, World};
use crate::geo::PixelRect;

/// Shapes of a figure in their place in the window, each with its clip.
pub struct Shapes {
    items: Vec<(Rect, Item)>,
    /// The triangles of the figure, where a card keeps them.
    triangles: Option<Arc<Triangles>>,
}

/// A part of a figure. Texts are laid out in every frame (the window keeps what it laid out
/// before): where their letters lie in its texture may change at any time.
enum Item {
    Mesh(Arc<Mesh>),
    /// Some of the triangles of the figure, which a card keeps.
    Triangles(Range<u32>),
    Text(Text),
    Card(PaintCallback),
}

/// What a card keeps for figures that are left to it.
pub struct CardKeeper<'a> {
    /// The outlines.
    pub world: &'a World,
    /// Those that were laid on a plane so far.
    pub meshes: &'a mut LandMeshes,
}

impl Shapes {
    /// Turns a figure into shapes. Everything but text becomes triangles here, once; a frame then
    /// only copies them.
    pub fn new(
        figure: &Figure,
        pixels_per_point: f32,
        corner: Pos2,
        card: Option<CardKeeper<'_>>,
    ) -> Self {
        let page = Rect::from_min_size(corner, vec2(figure.size[0], figure.size[1]));
        let options = TessellationOptions {
            coarse_tessellation_culling: false,
            round_line_segments_to_pixels: false,
            ..TessellationOptions::default()
        };
        let tessellator = Tessellator::new(pixels_per_point, options, [1, 1], Vec::new());
        let (items, mesh) = (Vec::new(), Mesh::default());
        let mut builder = Builder {
            tessellator,
            items,
            mesh,
            clip: page,
            offset: corner.to_vec2(),
            sent: 0,
            card,
            maps: [0; 2],
        };
        builder.marks(&figure.marks);
        builder.flush();
        let triangles = builder.card.is_some().then(|| Arc::new(Triangles::new(&builder.mesh)));
        Self { items: builder.items, triangles }
    }

    /// The texts of a figure alone, to be painted over a picture of all else, halos included.
    pub fn texts(figure: &Figure, corner: Pos2) -> Self {
        let page = Rect::from_min_size(corner, vec2(figure.size[0], figure.size[1]));
        let mut items = Vec::new();
        push_texts(&figure.marks, page, corner.to_vec2(), &mut items);
        Self { items, triangles: None }
    }

    /// Paints the shapes.
    pub fn paint(&self, painter: &Painter) {
        for (clip, item) in &self.items {
            let painter = painter.with_clip_rect(clip.intersect(painter.clip_rect()));
            match item {
                Item::Mesh(mesh) => {
                    painter.add(Shape::Mesh(Arc::clone(mesh)));
                }
                Item::Triangles(part) => {
                    let all = self.triangles.iter().cloned();
                    let part = all.map(|all| TrianglesPaint { all, part: part.clone() });
                    let callback = |part| Callback::new_paint_callback(*clip, part);
                    painter.extend(part.map(callback).map(Shape::Callback));
                }
                Item::Text(text) => paint_text(&painter, text),
                Item::Card(callback) => {
                    painter.add(Shape::Callback(callback.clone()));
                }
            }
        }
    }
}

/// A text moved by an offset.
fn moved(text: &Text, offset: Vec2) -> Text {
    Text { at: [text.at[0] + offset.x, text.at[1] + offset.y], ..text.clone() }
}

fn push_texts(marks: &[Mark], clip: Rect, offset: Vec2, out: &mut Vec<(Rect, Item)>) {
    for mark in marks {
        match mark {
            Mark::Text(text) => {
                let bare = Text { halo: None, ..moved(text, offset) };
                out.push((clip, Item::Text(bare)));
            }
            Mark::Clip { rect: at, marks } => {
                let inner = rect(*at).translate(offset).intersect(clip);
                push_texts(marks, inner, offset, out);
            }
            _ => {}
        }
    }
}

/// A text; its halo is the same text around it, since the window draws no outlines of text.
fn paint_text(painter: &Painter, text: &Text) {
    let font = font(text.size, text.bold);
    let galley = painter.layout_no_wrap(text.text.clone(), font, Color32::PLACEHOLDER);
    let width = galley.size().x;
    let x = match text.anchor {
        Anchor::Start => text.at[0],
        Anchor::Middle => text.at[0] - width / 2.0,
        Anchor::End => text.at[0] - width,
    };
    let baseline =
        galley.rows.first().and_then(|row| row.glyphs.first()).map_or(text.size, |g| g.pos.y);
    let at = pos2(x, text.at[1] - baseline);
    let halo = text.halo.into_iter().flat_map(|color| HALO.map(|offset| (offset, color)));
    for ([dx, dy], color) in halo {
        painter.add(TextShape::new(at + vec2(dx, dy), Arc::clone(&galley), color32(color)));
    }
    painter.add(TextShape::new(at, galley, color32(text.color)));
}

struct Builder<'a> {
    tessellator: Tessellator,
    items: Vec<(Rect, Item)>,
    /// Triangles that are in no item yet; all of the figure's, where a card keeps them.
    mesh: Mesh,
    /// Where those of the mesh begin that are in no item yet.
    sent: u32,
    clip: Rect,
    offset: Vec2,
    card: Option<CardKeeper<'a>>,
    /// Maps whose land, and whose symbols, were left to the card so far.
    maps: [usize; 2],
}

/// A colour of ours for egui.
pub fn color32(color: Color) -> Color32 {
    let [r, g, b, a] = color.0;
    Color32::from_rgba_unmultiplied(r, g, b, a)
}

fn pos(point: Point) -> Pos2 {
    pos2(point[0], point[1])
}

/// A rectangle of ours for egui.
pub fn rect(rect: PixelRect) -> Rect {
    Rect::from_min_size(pos2(rect.x, rect.y), vec2(rect.width, rect.height))
}

fn outline(stroke: Option<Stroke>) -> EguiStroke {
    stroke
        .filter(|s| s.dash.is_none())
        .map_or(EguiStroke::NONE, |s| EguiStroke::new(s.width, color32(s.color)))
}

/// The font of a text.
pub fn font(size: f32, bold: bool) -> FontId {
    FontId::new(size, if bold { FontFamily::Name("bold".into()) } else { FontFamily::Proportional })
}

impl Builder<'_> {
    fn pos(&self, point: Point) -> Pos2 {
        pos(point) + self.offset
    }

    fn rect(&self, at: PixelRect) -> Rect {
        rect(at).translate(self.offset)
    }

    fn flush(&mut self) {
        if self.card.is_some() {
            let part = self.sent..self.mesh.indices.len() as u32;
            self.sent = part.end;
            if !part.is_empty() {
                self.items.push((self.clip, Item::Triangles(part)));
            }
            return;
        }
        let mesh = std::mem::take(&mut self.mesh);
        if !mesh.is_empty() {
            self.items.push((self.clip, Item::Mesh(Arc::new(mesh))));
        }
    }

    fn shape(&mut self, shape: Shape) {
        self.tessellator.tessellate_shape(shape, &mut self.mesh);
    }

    fn marks(&mut self, marks: &[Mark]) {
        for mark in marks {
            self.mark(mark);
        }
    }

    fn mark(&mut self, mark: &Mark) {
        match mark {
            Mark::Area(area) => self.area(area),
            Mark::Line { points, closed, stroke } => {
                let mut points: Vec<Pos2> = points.iter().map(|p| self.pos(*p)).collect();
                if *closed && let Some(&first) = points.first() {
                    points.push(first);
                }
                self.line(points, *stroke);
            }
            Mark::Segments { ends, stroke } => {
                for [a, b] in ends {
                    self.line(vec![self.pos(*a), self.pos(*b)], *stroke);
                }
            }
            Mark::Circle { center, radius, fill, stroke } => {
                let fill = fill.map_or(Color32::TRANSPARENT, color32);
                let shape = CircleShape {
                    center: self.pos(*center),
                    radius: *radius,
                    fill,
                    stroke: outline(*stroke),
                };
                self.shape(shape.into());
                if let Some(dashed) = stroke.filter(|s| s.dash.is_some()) {
                    let ring = crate::figure::mark::circle_ring(*center, *radius, 72);
                    let mut ring: Vec<Pos2> = ring.into_iter().map(|p| self.pos(p)).collect();
                    ring.extend(ring.first().copied());
                    self.line(ring, dashed);
                }
            }
            Mark::Rect { rect: at, corner, fill, stroke } => {
                let fill = fill.map_or(Color32::TRANSPARENT, color32);
                let kind = egui::StrokeKind::Middle;
                let shape = RectShape::new(self.rect(*at), *corner, fill, outline(*stroke), kind);
                self.shape(shape.with_round_to_pixels(false).into());
            }
            Mark::Text(text) => self.text(text),
            Mark::Land(land) => self.land(land),
            Mark::Symbols(symbols) => self.symbols(symbols),
            Mark::Clip { rect: at, marks } => {
                self.flush();
                let outer = self.clip;
                self.clip = self.rect(*at).intersect(outer);
                self.marks(marks);
                self.flush();
                self.clip = outer;
            }
        }
    }

    fn land(&mut self, land: &Land) {
        let Some(CardKeeper { world, meshes }) = &mut self.card else { return };
        let paint = LandPaint::new(land, world, meshes, self.offset.to_pos2(), self.maps[0]);
        let Some(paint) = paint else { return };
        self.maps[0] += 1;
        self.leave(paint);
    }

    fn symbols(&mut self, symbols: &Arc<Symbols>) {
        let paint = SymbolsPaint::new(symbols, self.offset.to_pos2(), self.maps[1]);
        let Some(paint) = paint else { return };
        self.maps[1] += 1;
        self.leave(paint);
    }

    /// Leaves something to the card.
    fn leave(&mut self, paint: impl CallbackTrait + 'static) {
        self.flush();
        self.items.push((self.clip, Item::Card(Callback::new_paint_callback(self.clip, paint))));
    }

    fn area(&mut self, area: &Area) {
        let first = self.mesh.vertices.len() as u32;
        let color = color32(area.fill);
        for corner in &area.corners {
            let at = pos(*corner) + self.offset;
            self.mesh.colored_vertex(at, color);
        }
        for [a, b, c] in &area.triangles {
            self.mesh.add_triangle(first + a, first + b, first + c);
        }
    }

    fn line(&mut self, points: Vec<Pos2>, stroke: Stroke) {
        let style = EguiStroke::new(stroke.width, color32(stroke.color));
        match stroke.dash {
            None => self.shape(Shape::line(points, style)),
            Some([dash, gap]) => {
                for piece in Shape::dashed_line(&points, style, dash, gap) {
                    self.shape(piece);
                }
            }
        }
    }

    fn text(&mut self, text: &Text) {
        self.flush();
        self.items.push((self.clip, Item::Text(moved(text, self.offset))));
    }
}

/// Where the copies of a halo lie, in pixels.
const HALO: [[f32; 2]; 4] = [[-1.2, -1.2], [1.2, -1.2], [-1.2, 1.2], [1.2, 1.2]];

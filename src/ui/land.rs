//! The land of flat maps on the graphics card: outlines stay there, and a view that moves changes a
//! few numbers.
//!
//! A [`LandMesh`] is made once for each projection and level of detail. A [`LandPaint`] says what of
//! it is seen and how it is coloured.

use std::ops::Range;
use std::sync::Arc;

use eframe::egui::{PaintCallbackInfo, Pos2};
use eframe::egui_wgpu::{CallbackResources, CallbackTrait, ScreenDescriptor, wgpu};
use rustc_hash::FxHashMap;

use super::card::{
    MOST_COPIES, OVER, Shader, Views, buffer, buffer_of, bytes_of, over_the_window, shader,
};
use crate::figure::{Color, HATCH_SPACING, Land, LandFill, World, filled, seen, visible};
use crate::geo::basemap::{Level, LevelOfDetail, Line, LineKind, Shape};
use crate::geo::{LonLat, Projection};

/// A projection, and how fine outlines are.
type Key = (Projection, LevelOfDetail);

/// A point of the plane of a projection.
type PlanePoint = [f32; 2];

/// A shape or a line: where it stands in its buffer, and the degrees that it lies within.
#[derive(Clone, Debug, PartialEq)]
struct Piece {
    range: Range<u32>,
    bounds: [f32; 4],
}

/// Corners that take the colour of lakes.
const WATER: u16 = u16::MAX;

/// The land of a projection and level of detail, in its plane.
#[derive(Debug, PartialEq)]
pub struct LandMesh {
    key: Key,
    corners: Vec<PlanePoint>,
    /// The fill of each corner: the position of its shape, or [`WATER`].
    fill_of: Vec<u16>,
    triangles: Vec<u32>,
    /// Land, then lakes, with their places in `triangles`.
    shapes: Vec<Piece>,
    /// Both ends of pieces of lines, and which stroke they have.
    segments: Vec<(PlanePoint, PlanePoint, u32)>,
    /// Lines, with their places in `segments`.
    lines: Vec<Piece>,
}

impl LandMesh {
    /// The land of a level; none on the globe, whose shapes depend on the view.
    pub fn new(level: &Level, (projection, detail): Key) -> Option<Self> {
        let plane = |p: [f32; 2]| -> Option<PlanePoint> {
            let place = LonLat::new(f64::from(p[0]), f64::from(p[1]));
            projection.plane(place).map(|[x, y]| [x as f32, y as f32])
        };
        plane([0.0; 2])?;
        let mut this = Self {
            key: (projection, detail),
            corners: Vec::new(),
            fill_of: Vec::new(),
            triangles: Vec::new(),
            shapes: Vec::new(),
            segments: Vec::new(),
            lines: Vec::new(),
        };
        for (at, shape) in filled(level).enumerate() {
            this.shape(shape, at as u16, plane);
        }
        level.lakes.iter().for_each(|lake| this.shape(lake, WATER, plane));
        level.lines.iter().for_each(|line| this.line(line, plane));
        Some(this)
    }

    fn shape(&mut self, shape: &Shape, fill: u16, plane: impl Fn([f32; 2]) -> Option<PlanePoint>) {
        let (first, start) = (self.corners.len() as u32, self.triangles.len() as u32);
        self.corners.extend(shape.points.iter().filter_map(|&p| plane(p)));
        self.fill_of.resize(self.corners.len(), fill);
        self.triangles.extend(shape.triangles.as_flattened().iter().map(|corner| first + corner));
        let range = start..self.triangles.len() as u32;
        self.shapes.push(Piece { range, bounds: shape.bounds });
    }

    fn line(&mut self, line: &Line, plane: impl Fn([f32; 2]) -> Option<PlanePoint>) {
        let kind = match line.kind {
            LineKind::Coast | LineKind::LakeShore => 0,
            LineKind::Country => 1,
            LineKind::Subdivision => 2,
        };
        let start = self.segments.len() as u32;
        let points: Vec<PlanePoint> = line.points.iter().filter_map(|&p| plane(p)).collect();
        self.segments.extend(points.windows(2).map(|pair| (pair[0], pair[1], kind)));
        let range = start..self.segments.len() as u32;
        self.lines.push(Piece { range, bounds: line.bounds });
    }
}

/// The meshes made so far.
#[derive(Debug, Default)]
pub struct LandMeshes(FxHashMap<Key, Arc<LandMesh>>);

impl LandMeshes {
    fn get(&mut self, world: &World, key: Key) -> Option<Arc<LandMesh>> {
        if let Some(mesh) = self.0.get(&key) {
            return Some(Arc::clone(mesh));
        }
        let mesh = Arc::new(LandMesh::new(world.level(key.1), key)?);
        self.0.insert(key, Arc::clone(&mesh));
        Some(mesh)
    }
}

/// What is seen of a list of pieces, pieces that follow each other as one.
fn seen_of(pieces: &[Piece], window: Option<[f64; 4]>, shift: f64) -> Vec<Range<u32>> {
    let mut out: Vec<Range<u32>> = Vec::new();
    for piece in pieces.iter().filter(|piece| seen(window, piece.bounds, shift)) {
        match out.last_mut() {
            Some(last) if last.end == piece.range.start => last.end = piece.range.end,
            _ => out.push(piece.range.clone()),
        }
    }
    out
}

/// One copy of the world: how it is laid into the window, and what of it is seen.
#[derive(Clone, Debug, PartialEq)]
struct Copy {
    /// The point of the plane in the middle.
    origin: [f32; 2],
    triangles: Vec<Range<u32>>,
    segments: Vec<Range<u32>>,
}

/// Land to be painted from the buffers of a card.
#[derive(Clone, Debug)]
pub struct LandPaint {
    mesh: Arc<LandMesh>,
    copies: Vec<Copy>,
    /// Where the figure's corner is, and the middle of the map, in points.
    corner: Pos2,
    center: Pos2,
    /// Points a unit of the plane.
    scale: f32,
    land: Arc<Land>,
    /// Which map of the figure it is: each has numbers of its own on the card.
    slot: usize,
}

impl LandPaint {
    /// The land of a map of a figure whose corner is at a position; none on the globe.
    pub fn new(
        land: &Land,
        world: &World,
        meshes: &mut LandMeshes,
        corner: Pos2,
        slot: usize,
    ) -> Option<Self> {
        let from = &land.projector;
        let plane = from.plane_to_pixels()?;
        let mesh = meshes.get(world, (from.view.projection, land.detail))?;
        let window = visible(from);
        let shifts = from.copies();
        let copies = shifts.iter().take(MOST_COPIES).map(|&shift| Copy {
            // The world is moved to the east by moving the middle to the west.
            origin: [(plane.origin[0] - shift.to_radians()) as f32, plane.origin[1] as f32],
            triangles: seen_of(&mesh.shapes, window, shift),
            segments: seen_of(&mesh.lines, window, shift),
        });
        let copies = copies.collect();
        let center = corner + eframe::egui::vec2(plane.center[0], plane.center[1]);
        let (scale, land) = (plane.scale as f32, Arc::new(land.clone()));
        Some(Self { mesh, copies, corner, center, scale, land, slot })
    }

    /// The colour of every corner: red, green, blue, and half opaque where it is hatched.
    fn colors(&self) -> Vec<u8> {
        let bytes = |fill: LandFill| {
            let [r, g, b, _] = fill.color.0;
            [r, g, b, if fill.hatched { 127 } else { 255 }]
        };
        let water = LandFill { color: self.land.water, hatched: false };
        let fill = |at: &u16| self.land.fills.get(usize::from(*at)).copied().unwrap_or(water);
        self.mesh.fill_of.iter().flat_map(|at| bytes(fill(at))).collect()
    }

    /// The numbers of the shader's `View` for a copy.
    fn view(&self, copy: &Copy, screen: &ScreenDescriptor, linear: bool) -> [f32; 28] {
        let points = screen.pixels_per_point;
        let [width, height] = screen.size_in_pixels.map(|side| side as f32);
        let rgba = |color: Color| color.0.map(|channel| f32::from(channel) / 255.0);
        let strokes = [&self.land.strokes[0], &self.land.strokes[1], &self.land.strokes[2]];
        let all = strokes.into_iter().chain([&self.land.hatch]);
        let mut out = [0.0; 28];
        let head = [
            copy.origin,
            [self.center.x * points, self.center.y * points],
            [width, height],
            [self.scale * points, points],
            [self.corner.x * points, self.corner.y * points],
            [if linear { 1.0 } else { 0.0 }, HATCH_SPACING * points],
        ];
        out[..12].copy_from_slice(head.as_flattened());
        out[12..16].copy_from_slice(&rgba(self.land.hatch.color));
        out[16..20].copy_from_slice(&rgba(self.land.strokes[0].color));
        for (at, stroke) in all.enumerate() {
            out[20 + at] = stroke.width * points;
            out[24 + at] = rgba(stroke.color)[3];
        }
        out
    }

    fn slots(&self) -> impl Iterator<Item = (usize, &Copy)> {
        let first = self.slot * MOST_COPIES;
        self.copies.iter().enumerate().map(move |(at, copy)| (first + at, copy))
    }
}

/// A mesh on the card, and how it is coloured there.
struct Kept {
    corners: wgpu::Buffer,
    colors: wgpu::Buffer,
    triangles: wgpu::Buffer,
    segments: wgpu::Buffer,
    /// The fills in `colors`.
    shown: Option<(Vec<LandFill>, Color)>,
}

impl Kept {
    fn new(device: &wgpu::Device, queue: &wgpu::Queue, mesh: &LandMesh) -> Self {
        let card = (device, queue);
        let number = |value: f32| value.to_ne_bytes();
        let corners = bytes_of(mesh.corners.as_flattened().iter().map(|&at| number(at)));
        let triangles = bytes_of(mesh.triangles.iter().map(|at| at.to_ne_bytes()));
        let segments = mesh.segments.iter().flat_map(|&([ax, ay], [bx, by], kind)| {
            [number(ax), number(ay), number(bx), number(by), kind.to_ne_bytes()]
        });
        let vertex = wgpu::BufferUsages::VERTEX;
        Self {
            corners: buffer_of(card, "corners of land", &corners, vertex),
            colors: buffer(device, "colours of land", mesh.fill_of.len() * 4, vertex),
            triangles: buffer_of(card, "triangles of land", &triangles, wgpu::BufferUsages::INDEX),
            segments: buffer_of(card, "outlines of land", &bytes_of(segments), vertex),
            shown: None,
        }
    }
}

/// Pipelines and buffers for land on a card.
pub(super) struct LandCard {
    fill: wgpu::RenderPipeline,
    line: wgpu::RenderPipeline,
    views: Views,
    linear: bool,
    kept: FxHashMap<Key, Kept>,
}

/// Bytes of a piece of a line: both ends, and its stroke.
const SEGMENT_BYTES: u64 = 20;

/// Bytes of a view.
const VIEW_BYTES: u64 = 28 * 4;

/// The shader, for the card and for the test that reads it.
const SHADER: &str = shader!("land.wgsl");

impl LandCard {
    pub(super) fn new(device: &wgpu::Device, target: wgpu::TextureFormat) -> Self {
        let shader = Shader::new(device, target, ("land", SHADER), VIEW_BYTES);
        let corner = wgpu::vertex_attr_array![0 => Float32x2];
        let color = wgpu::vertex_attr_array![1 => Unorm8x4];
        let segment = wgpu::vertex_attr_array![0 => Float32x4, 1 => Uint32];
        let buffer = |stride, step_mode, attributes| {
            Some(wgpu::VertexBufferLayout { array_stride: stride, step_mode, attributes })
        };
        let (vertex, instance) = (wgpu::VertexStepMode::Vertex, wgpu::VertexStepMode::Instance);
        Self {
            fill: shader.pipeline(
                ["fill_corner", "fill_pixel"],
                &[buffer(8, vertex, &corner), buffer(4, vertex, &color)],
                wgpu::PrimitiveTopology::TriangleList,
                None,
            ),
            line: shader.pipeline(
                ["line_corner", "line_pixel"],
                &[buffer(SEGMENT_BYTES, instance, &segment)],
                wgpu::PrimitiveTopology::TriangleStrip,
                OVER,
            ),
            linear: target.is_srgb(),
            views: shader.views,
            kept: FxHashMap::default(),
        }
    }
}

impl CallbackTrait for LandPaint {
    fn prepare(
        &self,
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        screen: &ScreenDescriptor,
        _encoder: &mut wgpu::CommandEncoder,
        resources: &mut CallbackResources,
    ) -> Vec<wgpu::CommandBuffer> {
        let Some(card) = resources.get_mut::<LandCard>() else { return Vec::new() };
        let kept = card.kept.entry(self.mesh.key);
        let kept = kept.or_insert_with(|| Kept::new(device, queue, &self.mesh));
        let same = |(fills, water): &(Vec<LandFill>, Color)| {
            *fills == self.land.fills && *water == self.land.water
        };
        if !kept.shown.as_ref().is_some_and(same) {
            queue.write_buffer(&kept.colors, 0, &self.colors());
            kept.shown = Some((self.land.fills.clone(), self.land.water));
        }
        for (slot, copy) in self.slots() {
            let view = self.view(copy, screen, card.linear);
            card.views.write((device, queue), slot, &view);
        }
        Vec::new()
    }

    fn paint(
        &self,
        info: PaintCallbackInfo,
        pass: &mut wgpu::RenderPass<'static>,
        resources: &CallbackResources,
    ) {
        let Some(card) = resources.get::<LandCard>() else { return };
        let Some(kept) = card.kept.get(&self.mesh.key) else { return };
        over_the_window(pass, &info);
        for (slot, copy) in self.slots() {
            let Some(group) = card.views.group(slot) else { return };
            pass.set_bind_group(0, group, &[]);
            pass.set_pipeline(&card.fill);
            pass.set_vertex_buffer(0, kept.corners.slice(..));
            pass.set_vertex_buffer(1, kept.colors.slice(..));
            pass.set_index_buffer(kept.triangles.slice(..), wgpu::IndexFormat::Uint32);
            for range in &copy.triangles {
                pass.draw_indexed(range.clone(), 0, 0..1);
            }
            pass.set_pipeline(&card.line);
            // Not every card can begin within the instances of a buffer; all can begin within it.
            for range in &copy.segments {
                let from = u64::from(range.start) * SEGMENT_BYTES;
                pass.set_vertex_buffer(0, kept.segments.slice(from..));
                pass.draw(0..4, 0..range.end - range.start);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::Stroke;
    use crate::geo::{PixelRect, Projector, View};
    use crate::ui::card::assert_takes;

    #[test]
    fn the_shader_is_well_formed_and_takes_the_numbers_of_a_view() {
        let entries = ["fill_corner", "fill_pixel", "line_corner", "line_pixel"];
        assert_takes(SHADER, VIEW_BYTES, &entries);
    }

    fn land(view: View) -> Land {
        let stroke = Stroke::solid(0.6, Color::hex(0));
        Land {
            projector: Projector::new(view, PixelRect::new(10.0, 20.0, 900.0, 500.0)),
            detail: LevelOfDetail::Coarse,
            fills: Vec::new(),
            water: Color::hex(0),
            strokes: [stroke; 3],
            hatch: stroke,
        }
    }

    fn world() -> World {
        World::new(include_bytes!("../../assets/basemap/basemap.bin")).unwrap()
    }

    /// What the shader does, in single precision.
    fn pixel(paint: &LandPaint, copy: &Copy, at: PlanePoint) -> [f32; 2] {
        let moved =
            [(at[0] - copy.origin[0]) * paint.scale, (at[1] - copy.origin[1]) * paint.scale];
        [paint.center.x + moved[0], paint.center.y - moved[1]]
    }

    #[test]
    fn corners_come_to_lie_where_the_projector_puts_them() {
        let (world, mut meshes) = (world(), LandMeshes::default());
        for projection in [Projection::EqualEarth, Projection::Mercator] {
            for (lon, lat, zoom) in
                [(0.0, 14.0, 1.0), (-77.5, 39.0, 60.0), (179.0, -17.0, 400.0), (-100.0, 30.0, 5.0)]
            {
                let view = View { projection, center: LonLat::new(lon, lat), zoom };
                let land = land(view);
                let corner = Pos2::new(30.0, 40.0);
                let paint = LandPaint::new(&land, &world, &mut meshes, corner, 0).unwrap();
                let shifts = land.projector.copies();
                assert_eq!(shifts.len(), paint.copies.len());
                let mut near = 0;
                for shape in filled(world.level(land.detail)) {
                    for (point, (shift, copy)) in shape
                        .points
                        .iter()
                        .flat_map(|p| shifts.iter().zip(&paint.copies).map(move |c| (p, c)))
                    {
                        let (lon, lat) = (f64::from(point[0]), f64::from(point[1]));
                        let (wanted, _) = land.projector.project(lon + shift, lat);
                        if !land.projector.rect.shrunk(-50.0).contains(wanted) {
                            continue;
                        }
                        near += 1;
                        let [x, y] = projection.plane(LonLat::new(lon, lat)).unwrap();
                        let found = pixel(&paint, copy, [x as f32, y as f32]);
                        let off = [found[0] - 30.0 - wanted[0], found[1] - 40.0 - wanted[1]];
                        assert!(off[0].hypot(off[1]) < 0.1, "{projection:?} {zoom} {off:?}");
                    }
                }
                assert!(near > 0, "{projection:?} {zoom}");
            }
        }
        let globe = land(View::world(Projection::Globe));
        assert!(LandPaint::new(&globe, &world, &mut meshes, Pos2::ZERO, 0).is_none());
    }

    #[test]
    fn what_is_seen_holds_every_shape_that_meets_the_map_and_few_others() {
        let (world, mut meshes) = (world(), LandMeshes::default());
        let center = LonLat::new(10.0, 50.0);
        let view = View { projection: Projection::EqualEarth, center, zoom: 12.0 };
        let land = land(view);
        let paint = LandPaint::new(&land, &world, &mut meshes, Pos2::ZERO, 0).unwrap();
        let drawn = |range: &Range<u32>| {
            paint.copies[0].triangles.iter().any(|r| r.start <= range.start && range.end <= r.end)
        };
        let rect = land.projector.rect;
        let level = world.level(land.detail);
        let mut count = 0;
        for (shape, piece) in filled(level).zip(&paint.mesh.shapes) {
            let meets = shape.points.iter().any(|p| {
                let (at, _) = land.projector.project(f64::from(p[0]), f64::from(p[1]));
                rect.contains(at)
            });
            assert!(!meets || drawn(&piece.range), "{}", shape.name);
            count += usize::from(drawn(&piece.range));
        }
        assert!(count > 5 && count < filled(level).count() / 2, "{count}");
        let whole: u32 = paint.mesh.shapes.iter().map(|p| p.range.len() as u32).sum();
        assert_eq!(whole as usize, paint.mesh.triangles.len());
    }

    #[test]
    fn colours_follow_their_shapes() {
        let (world, mut meshes) = (world(), LandMeshes::default());
        let mut land = land(View::world(Projection::EqualEarth));
        let count = filled(world.level(land.detail)).count();
        land.fills = vec![LandFill { color: Color::hex(0x10_20_30), hatched: false }; count];
        land.fills[3] = LandFill { color: Color::hex(0xA0_B0_C0), hatched: true };
        land.water = Color::hex(0x01_02_03);
        let paint = LandPaint::new(&land, &world, &mut meshes, Pos2::ZERO, 0).unwrap();
        let colors = paint.colors();
        for (fill, color) in paint.mesh.fill_of.iter().zip(colors.chunks(4)) {
            let wanted = match *fill {
                WATER => [1, 2, 3, 255],
                3 => [0xA0, 0xB0, 0xC0, 127],
                _ => [0x10, 0x20, 0x30, 255],
            };
            assert_eq!(color, wanted);
        }
        assert!(paint.mesh.fill_of.contains(&3) && paint.mesh.fill_of.contains(&WATER));
    }
}

//! Symbols of flat maps on the graphics card: they stay there, and a view that moves changes a few
//! numbers.
//!
//! A [`SymbolsPaint`] says which symbols a map has and how they are laid into the window. Of the
//! symbols those alone are sent that differ from what the card has in their place.

use std::ops::Range;
use std::sync::Arc;

use eframe::egui::{PaintCallbackInfo, Pos2, vec2};
use eframe::egui_wgpu::{CallbackResources, CallbackTrait, ScreenDescriptor, wgpu};

use super::card::{MOST_COPIES, OVER, Shader, Views, buffer, bytes_of, over_the_window, shader};
use crate::figure::symbol::{DISC_HATCH_SPACING, LEAST_RADIUS, RING_DASH, UNKNOWN_HALF};
use crate::figure::{Symbol, Symbols};
use crate::geo::PlaneToPixels;

/// Symbols to be painted from the buffers of a card.
#[derive(Clone, Debug)]
pub(super) struct SymbolsPaint {
    symbols: Arc<Symbols>,
    plane: PlaneToPixels,
    /// Where the figure's corner is, in points.
    corner: Pos2,
    anchor: Anchor,
    /// Degrees by which each copy of the world is moved to the east.
    shifts: Vec<f64>,
    /// Which map of the figure it is: each has buffers of its own on the card.
    slot: usize,
}

/// Numbers of a view.
const VIEW: usize = 24;

/// Bytes of a symbol: place, full build-out, four amounts, colour, form.
const SYMBOL_BYTES: usize = 36;

/// The shader, for the card and for the test that reads it.
const SHADER: &str = shader!("symbols.wgsl");

/// The point of the plane that places are counted from on the card, whose numbers are short.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Anchor([f64; 2]);

/// The point that places are counted from: near the middle of the map, and the same as long as the
/// map moves less than its width.
fn anchor(plane: &PlaneToPixels, width_px: f32) -> Anchor {
    let step = (f64::from(width_px.max(1.0)) / plane.scale).log2().ceil().exp2();
    Anchor(plane.origin.map(|at| (at / step).round() * step))
}

impl SymbolsPaint {
    /// The symbols of a map of a figure whose corner is at a position; none on the globe.
    pub(super) fn new(symbols: &Arc<Symbols>, corner: Pos2, slot: usize) -> Option<Self> {
        let from = &symbols.projector;
        let plane = from.plane_to_pixels()?;
        let shifts = from.copies().into_iter().take(MOST_COPIES).collect();
        let anchor = anchor(&plane, from.rect.width);
        Some(Self { symbols: Arc::clone(symbols), plane, corner, anchor, shifts, slot })
    }

    fn seen_from_anchor(&self, [x, y]: [f64; 2]) -> [f32; 2] {
        let Anchor([from_x, from_y]) = self.anchor;
        [(x - from_x) as f32, (y - from_y) as f32]
    }

    /// The numbers of the shader's `View` for a copy of the world.
    fn view(&self, shift: f64, screen: &ScreenDescriptor, linear: bool) -> [f32; VIEW] {
        let points = screen.pixels_per_point;
        let [width, height] = screen.size_in_pixels.map(|side| side as f32);
        let center = self.corner + vec2(self.plane.center[0], self.plane.center[1]);
        // The world is moved to the east by moving the middle to the west.
        let [x, y] = self.plane.origin;
        let origin = self.seen_from_anchor([x - shift.to_radians(), y]);
        let halo = self.symbols.halo.0.map(|channel| f32::from(channel) / 255.0);
        let parts = [
            origin,
            [center.x * points, center.y * points],
            [width, height],
            [self.plane.scale as f32 * points, points],
            [self.corner.x * points, self.corner.y * points],
            [f32::from(u8::from(linear)), self.symbols.per_root],
            [halo[0], halo[1]],
            [halo[2], halo[3]],
            [f32::from(u8::from(self.symbols.sums)), LEAST_RADIUS],
            [DISC_HATCH_SPACING, UNKNOWN_HALF],
            RING_DASH,
            [0.0; 2],
        ];
        let mut out = [0.0; VIEW];
        out.copy_from_slice(parts.as_flattened());
        out
    }

    /// The bytes of some of the symbols.
    fn bytes(&self, range: Range<usize>) -> Vec<u8> {
        let symbols = self.symbols.list[range].iter();
        let mut out = Vec::with_capacity(symbols.len() * SYMBOL_BYTES);
        for symbol in symbols {
            let [x, y] = self.seen_from_anchor(symbol.plane);
            let amounts = [x, y, symbol.build_out].into_iter().chain(symbol.online);
            out.extend(bytes_of(amounts.map(f32::to_ne_bytes)));
            out.extend(symbol.color.0);
            out.extend(symbol.form.0.to_ne_bytes());
        }
        out
    }

    fn slots(&self) -> impl Iterator<Item = (usize, f64)> {
        let first = self.slot * MOST_COPIES;
        self.shifts.iter().enumerate().map(move |(at, &shift)| (first + at, shift))
    }
}

/// Fewer equal symbols than this between two that differ are sent with them.
const GAP: usize = 8;

/// Where symbols differ from those before in their place.
fn changed(old: &[Symbol], new: &[Symbol]) -> Vec<Range<usize>> {
    let mut out: Vec<Range<usize>> = Vec::new();
    let differs = |at: &usize| old.get(*at) != Some(&new[*at]);
    for at in (0..new.len()).filter(differs) {
        match out.last_mut() {
            Some(last) if at < last.end + GAP => last.end = at + 1,
            _ => out.push(at..at + 1),
        }
    }
    out
}

/// Symbols of a map on the card.
struct Kept {
    buffer: wgpu::Buffer,
    symbols: Arc<Symbols>,
    anchor: Anchor,
}

/// Pipeline and buffers for symbols on a card.
pub(super) struct SymbolCard {
    pipeline: wgpu::RenderPipeline,
    views: Views,
    linear: bool,
    /// By map of a figure.
    kept: Vec<Option<Kept>>,
}

impl SymbolCard {
    pub(super) fn new(device: &wgpu::Device, target: wgpu::TextureFormat) -> Self {
        let shader = Shader::new(device, target, ("symbols", SHADER), (VIEW * 4) as u64);
        let symbol = wgpu::vertex_attr_array![
            0 => Float32x2, 1 => Float32, 2 => Float32x4, 3 => Unorm8x4, 4 => Uint32
        ];
        let symbols = wgpu::VertexBufferLayout {
            array_stride: SYMBOL_BYTES as u64,
            step_mode: wgpu::VertexStepMode::Instance,
            attributes: &symbol,
        };
        let entries = ["symbol_corner", "symbol_pixel"];
        let strip = wgpu::PrimitiveTopology::TriangleStrip;
        Self {
            pipeline: shader.pipeline(entries, &[Some(symbols)], strip, OVER),
            linear: target.is_srgb(),
            views: shader.views,
            kept: Vec::new(),
        }
    }

    /// Sends what the card does not have yet.
    fn keep(&mut self, device: &wgpu::Device, queue: &wgpu::Queue, paint: &SymbolsPaint) {
        if self.kept.len() <= paint.slot {
            self.kept.resize_with(paint.slot + 1, || None);
        }
        let kept = &mut self.kept[paint.slot];
        let new = &paint.symbols.list;
        let room = |kept: &Kept| kept.buffer.size() >= (new.len() * SYMBOL_BYTES) as u64;
        let kept = match kept {
            Some(kept) if room(kept) => kept,
            _ => {
                let size = new.len().next_power_of_two() * SYMBOL_BYTES;
                let usage = wgpu::BufferUsages::VERTEX;
                let nothing = Symbols { list: Vec::new(), ..Symbols::clone(&paint.symbols) };
                kept.insert(Kept {
                    buffer: buffer(device, "symbols", size, usage),
                    symbols: Arc::new(nothing),
                    anchor: paint.anchor,
                })
            }
        };
        let same = kept.anchor == paint.anchor;
        let old: &[Symbol] = if same { &kept.symbols.list } else { &[] };
        for range in changed(old, new) {
            let from = (range.start * SYMBOL_BYTES) as u64;
            queue.write_buffer(&kept.buffer, from, &paint.bytes(range));
        }
        (kept.symbols, kept.anchor) = (Arc::clone(&paint.symbols), paint.anchor);
    }
}

impl CallbackTrait for SymbolsPaint {
    fn prepare(
        &self,
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        screen: &ScreenDescriptor,
        _encoder: &mut wgpu::CommandEncoder,
        resources: &mut CallbackResources,
    ) -> Vec<wgpu::CommandBuffer> {
        let Some(card) = resources.get_mut::<SymbolCard>() else { return Vec::new() };
        card.keep(device, queue, self);
        for (slot, shift) in self.slots() {
            let view = self.view(shift, screen, card.linear);
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
        let Some(card) = resources.get::<SymbolCard>() else { return };
        let Some(Some(kept)) = card.kept.get(self.slot) else { return };
        over_the_window(pass, &info);
        pass.set_pipeline(&card.pipeline);
        pass.set_vertex_buffer(0, kept.buffer.slice(..));
        for (slot, _) in self.slots() {
            let Some(group) = card.views.group(slot) else { return };
            pass.set_bind_group(0, group, &[]);
            pass.draw(0..4, 0..self.symbols.list.len() as u32);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::{Color, Form};
    use crate::geo::{LonLat, PixelRect, Projection, Projector, View, around};
    use crate::ui::card::assert_takes;
    use proptest::prelude::*;

    #[test]
    fn the_shader_is_well_formed_and_takes_the_numbers_of_a_view() {
        assert_takes(SHADER, (VIEW * 4) as u64, &["symbol_corner", "symbol_pixel"]);
        let forms = [Form::ANNOUNCED, Form::CAMPUS, Form::PLAIN, Form::UNKNOWN];
        for (form, name) in forms.iter().zip(["ANNOUNCED", "CAMPUS", "PLAIN", "UNKNOWN"]) {
            assert!(SHADER.contains(&format!("const {name} = {}u;", form.0)), "{name}");
        }
    }

    fn symbol(plane: [f64; 2], build_out: f32) -> Symbol {
        let color = Color::hex(0x11_22_33);
        Symbol { plane, build_out, online: [1.0, 2.0, 3.0, 4.0], color, form: Form::CAMPUS }
    }

    fn symbols(view: View, list: Vec<Symbol>) -> Arc<Symbols> {
        let projector = Projector::new(view, PixelRect::new(10.0, 20.0, 900.0, 500.0));
        Arc::new(Symbols { projector, list, per_root: 0.5, halo: Color::hex(0), sums: false })
    }

    fn numbers(bytes: &[u8]) -> Vec<f32> {
        bytes.chunks(4).map(|b| f32::from_ne_bytes([b[0], b[1], b[2], b[3]])).collect()
    }

    #[test]
    fn symbols_come_to_lie_where_the_projector_puts_their_places() {
        let screen = ScreenDescriptor { size_in_pixels: [1000, 600], pixels_per_point: 2.0 };
        let corner = Pos2::new(30.0, 40.0);
        for projection in [Projection::EqualEarth, Projection::Mercator] {
            for (lon, lat, zoom) in
                [(0.0, 14.0, 1.0), (-77.5, 39.0, 60.0), (179.0, -17.0, 4000.0), (170.0, -9.0, 3.0)]
            {
                let center = LonLat::new(lon, lat);
                let view = View { projection, center, zoom };
                let near =
                    |at: f64| LonLat::new(around(lon + at * 90.0 / zoom), lat + at * 20.0 / zoom);
                let places = [-0.9, -0.1, 0.0, 0.2, 0.8].map(near);
                let list =
                    places.map(|place| symbol(projection.plane(place).unwrap(), 1.0)).to_vec();
                let symbols = symbols(view, list);
                let paint = SymbolsPaint::new(&symbols, corner, 0).unwrap();
                let bytes = paint.bytes(0..places.len());
                let (mut seen, mut beyond) = (0, 0);
                for (_, shift) in paint.slots() {
                    let n = paint.view(shift, &screen, false);
                    for (place, bytes) in places.iter().zip(bytes.chunks(SYMBOL_BYTES)) {
                        let at = numbers(bytes);
                        let x = n[2] + (at[0] - n[0]) * n[6];
                        let y = n[3] - (at[1] - n[1]) * n[6];
                        let (wanted, _) = symbols.projector.project(place.lon + shift, place.lat);
                        if !symbols.projector.rect.contains(wanted) {
                            continue;
                        }
                        seen += 1;
                        beyond += usize::from(shift.abs() > 1.0);
                        let off = [x / 2.0 - 30.0 - wanted[0], y / 2.0 - 40.0 - wanted[1]];
                        assert!(off[0].hypot(off[1]) < 0.02, "{projection:?} {zoom} {off:?}");
                    }
                }
                assert!(seen >= 3, "{projection:?} {zoom} {seen}");
                // Mercator goes on beyond 180° with a copy of the world.
                let wraps = projection == Projection::Mercator && lon > 160.0 && zoom < 10.0;
                assert!(beyond > 0 || !wraps, "no copy is seen");
            }
        }
        let globe = symbols(View::world(Projection::Globe), Vec::new());
        assert!(SymbolsPaint::new(&globe, corner, 0).is_none());
    }

    #[test]
    fn a_symbol_is_said_in_its_bytes() {
        let list = vec![symbol([0.5, 0.25], 7.0)];
        let paint =
            SymbolsPaint::new(&symbols(View::world(Projection::EqualEarth), list), Pos2::ZERO, 0)
                .unwrap();
        let bytes = paint.bytes(0..1);
        assert_eq!(bytes.len(), SYMBOL_BYTES);
        let amounts = numbers(&bytes[8..28]);
        let wanted = [7.0, 1.0, 2.0, 3.0, 4.0];
        assert!(amounts.iter().zip(wanted).all(|(a, b): (&f32, f32)| (a - b).abs() < 1e-6));
        assert_eq!(bytes[28..32], [0x11, 0x22, 0x33, 255]);
        assert_eq!(bytes[32..36], Form::CAMPUS.0.to_ne_bytes());
    }

    #[test]
    fn places_are_counted_from_the_same_point_while_a_map_moves_a_little() {
        let mut view = View::world(Projection::Mercator);
        view.zoom = 40.0;
        let mut anchors = Vec::new();
        for step in 0..200 {
            view.center.lon = -80.0 + f64::from(step) * 0.01;
            let paint = SymbolsPaint::new(&symbols(view, Vec::new()), Pos2::ZERO, 0).unwrap();
            anchors.push(paint.anchor);
        }
        anchors.dedup();
        assert!(anchors.len() <= 2, "{anchors:?}");
    }

    proptest! {
        #[test]
        fn what_changed_is_sent_and_little_else(
            old in proptest::collection::vec(0..4_u8, 0..80),
            new in proptest::collection::vec(0..4_u8, 0..80),
        ) {
            let list = |values: &[u8]| -> Vec<Symbol> {
                values.iter().map(|&v| symbol([0.0; 2], f32::from(v))).collect()
            };
            let (old, new) = (list(&old), list(&new));
            let mut card = old.clone();
            card.resize(new.len(), symbol([9.0; 2], 9.0));
            let runs = changed(&old, &new);
            for run in &runs {
                card[run.clone()].copy_from_slice(&new[run.clone()]);
                prop_assert!(old.get(run.start) != Some(&new[run.start]));
                prop_assert!(old.get(run.end - 1) != Some(&new[run.end - 1]));
            }
            prop_assert_eq!(&card, &new);
            prop_assert!(runs.windows(2).all(|pair| pair[1].start >= pair[0].end + GAP));
            prop_assert!(changed(&new, &new).is_empty());
        }
    }
}

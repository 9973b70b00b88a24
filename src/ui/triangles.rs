//! Triangles of figures on the graphics card: sent once for a figure, not in every frame, and painted
//! without looking up a texture.

use std::ops::Range;
use std::sync::{Arc, Weak};

use eframe::egui::{Mesh, PaintCallbackInfo};
use eframe::egui_wgpu::{CallbackResources, CallbackTrait, ScreenDescriptor, wgpu};

use super::card::{OVER, Shader, Views, buffer_of, bytes_of, over_the_window, shader};

/// Triangles of a figure, as a card takes them. Their places in a texture are not used.
#[derive(Debug)]
pub(super) struct Triangles {
    corners: Vec<u8>,
    indices: Vec<u8>,
}

impl Triangles {
    pub(super) fn new(mesh: &Mesh) -> Self {
        let indices = bytes_of(mesh.indices.iter().map(|at| at.to_ne_bytes()));
        Self { corners: corners(mesh), indices }
    }
}

/// Some of the triangles of a figure, to be painted from the buffers of a card.
pub(super) struct TrianglesPaint {
    /// All of them.
    pub(super) all: Arc<Triangles>,
    /// Which of their corners, three to a triangle.
    pub(super) part: Range<u32>,
}

/// The shader, for the card and for the test that reads it.
const SHADER: &str = shader!("triangles.wgsl");

/// Bytes of a view.
const VIEW_BYTES: u64 = 16;

/// Bytes of a corner: place and colour.
const CORNER_BYTES: u64 = 12;

/// The corners of triangles, as bytes.
fn corners(mesh: &Mesh) -> Vec<u8> {
    let corner = |v: &eframe::egui::epaint::Vertex| {
        let mut out = [0; CORNER_BYTES as usize];
        out[..4].copy_from_slice(&v.pos.x.to_ne_bytes());
        out[4..8].copy_from_slice(&v.pos.y.to_ne_bytes());
        out[8..].copy_from_slice(&v.color.to_array());
        out
    };
    bytes_of(mesh.vertices.iter().map(corner))
}

/// Triangles on the card, as long as somebody else has them.
struct Kept {
    of: Weak<Triangles>,
    corners: wgpu::Buffer,
    indices: wgpu::Buffer,
}

/// Pipeline and buffers for triangles on a card.
pub(super) struct TrianglesCard {
    pipeline: wgpu::RenderPipeline,
    views: Views,
    linear: bool,
    kept: Vec<Kept>,
}

impl TrianglesCard {
    pub(super) fn new(device: &wgpu::Device, target: wgpu::TextureFormat) -> Self {
        let shader = Shader::new(device, target, ("triangles", SHADER), VIEW_BYTES);
        let corner = wgpu::vertex_attr_array![0 => Float32x2, 1 => Unorm8x4];
        let corners = wgpu::VertexBufferLayout {
            array_stride: CORNER_BYTES,
            step_mode: wgpu::VertexStepMode::Vertex,
            attributes: &corner,
        };
        let entries = ["triangle_corner", "triangle_pixel"];
        let list = wgpu::PrimitiveTopology::TriangleList;
        Self {
            pipeline: shader.pipeline(entries, &[Some(corners)], list, OVER),
            linear: target.is_srgb(),
            views: shader.views,
            kept: Vec::new(),
        }
    }

    fn find(&self, all: &Arc<Triangles>) -> Option<&Kept> {
        self.kept.iter().find(|kept| std::ptr::eq(kept.of.as_ptr(), Arc::as_ptr(all)))
    }

    fn keep(&mut self, device: &wgpu::Device, queue: &wgpu::Queue, all: &Arc<Triangles>) {
        if self.find(all).is_some() {
            return;
        }
        self.kept.retain(|kept| kept.of.strong_count() > 0);
        let card = (device, queue);
        let usage = wgpu::BufferUsages::VERTEX;
        self.kept.push(Kept {
            of: Arc::downgrade(all),
            corners: buffer_of(card, "corners of a figure", &all.corners, usage),
            indices: buffer_of(
                card,
                "triangles of a figure",
                &all.indices,
                wgpu::BufferUsages::INDEX,
            ),
        });
    }
}

impl CallbackTrait for TrianglesPaint {
    fn prepare(
        &self,
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        screen: &ScreenDescriptor,
        _encoder: &mut wgpu::CommandEncoder,
        resources: &mut CallbackResources,
    ) -> Vec<wgpu::CommandBuffer> {
        let Some(card) = resources.get_mut::<TrianglesCard>() else { return Vec::new() };
        card.keep(device, queue, &self.all);
        let [width, height] = screen.size_in_pixels.map(|side| side as f32);
        let linear = f32::from(u8::from(card.linear));
        let view = [width, height, screen.pixels_per_point, linear];
        card.views.write((device, queue), 0, &view);
        Vec::new()
    }

    fn paint(
        &self,
        info: PaintCallbackInfo,
        pass: &mut wgpu::RenderPass<'static>,
        resources: &CallbackResources,
    ) {
        let Some(card) = resources.get::<TrianglesCard>() else { return };
        let (kept, group) = (card.find(&self.all), card.views.group(0));
        let (Some(kept), Some(group)) = (kept, group) else { return };
        over_the_window(pass, &info);
        pass.set_pipeline(&card.pipeline);
        pass.set_bind_group(0, group, &[]);
        pass.set_vertex_buffer(0, kept.corners.slice(..));
        pass.set_index_buffer(kept.indices.slice(..), wgpu::IndexFormat::Uint32);
        pass.draw_indexed(self.part.clone(), 0, 0..1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::card::assert_takes;
    use eframe::egui::{Color32, pos2};

    #[test]
    fn the_shader_is_well_formed_and_takes_the_numbers_of_a_view() {
        assert_takes(SHADER, VIEW_BYTES, &["triangle_corner", "triangle_pixel"]);
    }

    #[test]
    fn corners_are_said_in_their_bytes() {
        let mut mesh = Mesh::default();
        mesh.colored_vertex(pos2(1.5, -2.0), Color32::from_rgba_premultiplied(1, 2, 3, 4));
        mesh.colored_vertex(pos2(0.0, 7.0), Color32::WHITE);
        let bytes = corners(&mesh);
        assert_eq!(bytes.len(), 2 * CORNER_BYTES as usize);
        let first = [1.5_f32.to_ne_bytes(), (-2.0_f32).to_ne_bytes(), [1, 2, 3, 4]];
        assert_eq!(bytes[..12], *first.as_flattened());
        assert_eq!(bytes[20..], [255; 4]);
    }
}

//! The ground of the window, painted by a shader of its own.
//!
//! Shapes of egui look up a texture for every pixel. Where the processor does the work of a card,
//! that is most of what a frame costs, so large grounds of one colour go without.

use eframe::egui::{Color32, PaintCallback, PaintCallbackInfo, Rect, Rgba};
use eframe::egui_wgpu::{Callback, CallbackResources, CallbackTrait, ScreenDescriptor, wgpu};

use super::card::{Shader, Views};

/// A ground to be painted.
struct FlatPaint {
    color: Color32,
    slot: usize,
}

/// A rectangle of one opaque colour. Each of a frame has a slot of its own.
pub(super) fn ground(rect: Rect, color: Color32, slot: usize) -> PaintCallback {
    Callback::new_paint_callback(rect, FlatPaint { color, slot })
}

/// The shader, for the card and for the test that reads it.
const SHADER: &str = include_str!("flat.wgsl");

/// Bytes of a colour.
const COLOR_BYTES: u64 = 16;

/// Pipeline and colour of the ground on a card.
pub(super) struct FlatCard {
    pipeline: wgpu::RenderPipeline,
    views: Views,
    linear: bool,
}

impl FlatCard {
    pub(super) fn new(device: &wgpu::Device, target: wgpu::TextureFormat) -> Self {
        let shader = Shader::new(device, target, ("flat", SHADER), COLOR_BYTES);
        let strip = wgpu::PrimitiveTopology::TriangleStrip;
        let pipeline = shader.pipeline(["flat_corner", "flat_pixel"], &[], strip, None);
        Self { pipeline, linear: target.is_srgb(), views: shader.views }
    }
}

impl CallbackTrait for FlatPaint {
    fn prepare(
        &self,
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        _screen: &ScreenDescriptor,
        _encoder: &mut wgpu::CommandEncoder,
        resources: &mut CallbackResources,
    ) -> Vec<wgpu::CommandBuffer> {
        if let Some(card) = resources.get_mut::<FlatCard>() {
            let color = if card.linear {
                Rgba::from(self.color).to_array()
            } else {
                self.color.to_normalized_gamma_f32()
            };
            card.views.write((device, queue), self.slot, &color);
        }
        Vec::new()
    }

    fn paint(
        &self,
        _info: PaintCallbackInfo,
        pass: &mut wgpu::RenderPass<'static>,
        resources: &CallbackResources,
    ) {
        let Some(card) = resources.get::<FlatCard>() else { return };
        let Some(group) = card.views.group(self.slot) else { return };
        pass.set_pipeline(&card.pipeline);
        pass.set_bind_group(0, group, &[]);
        pass.draw(0..4, 0..1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::card::assert_takes;

    #[test]
    fn the_shader_is_well_formed_and_takes_a_colour() {
        assert_takes(SHADER, COLOR_BYTES, &["flat_corner", "flat_pixel"]);
    }
}

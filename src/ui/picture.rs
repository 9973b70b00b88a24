//! A picture of a figure in the window: pixel upon pixel, sent once.

use std::sync::{Arc, Weak};

use eframe::egui::{ColorImage, PaintCallbackInfo, Painter, Pos2, Rect, Shape, vec2};
use eframe::egui_wgpu::{Callback, CallbackResources, CallbackTrait, ScreenDescriptor, wgpu};

use super::card::{OVER, Shader, Views, over_the_window, shader};

/// Paints a picture with its corner at a position, given how many pixels a point has.
pub(super) fn paint(
    painter: &Painter,
    corner: Pos2,
    pixels_per_point: f32,
    image: &Arc<ColorImage>,
) {
    let [width, height] = image.size.map(|side| side as f32 / pixels_per_point);
    let rect = Rect::from_min_size(corner, vec2(width, height));
    let picture = PicturePaint { corner, image: Arc::clone(image) };
    painter.add(Shape::Callback(Callback::new_paint_callback(rect, picture)));
}

struct PicturePaint {
    corner: Pos2,
    image: Arc<ColorImage>,
}

/// The shader, for the card and for the test that reads it.
const SHADER: &str = shader!("picture.wgsl");

/// Bytes of a view.
const VIEW_BYTES: u64 = 24;

/// A picture on the card, as long as somebody else has it.
struct Kept {
    of: Weak<ColorImage>,
    pixels: wgpu::BindGroup,
}

/// Pipeline and picture on a card.
pub(super) struct PictureCard {
    pipeline: wgpu::RenderPipeline,
    views: Views,
    pixels: wgpu::BindGroupLayout,
    linear: bool,
    kept: Option<Kept>,
}

impl PictureCard {
    pub(super) fn new(device: &wgpu::Device, target: wgpu::TextureFormat) -> Self {
        let pixels = device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
            label: Some("pixels"),
            entries: &[wgpu::BindGroupLayoutEntry {
                binding: 0,
                visibility: wgpu::ShaderStages::VERTEX_FRAGMENT,
                ty: wgpu::BindingType::Texture {
                    sample_type: wgpu::TextureSampleType::Float { filterable: false },
                    view_dimension: wgpu::TextureViewDimension::D2,
                    multisampled: false,
                },
                count: None,
            }],
        });
        let text = ("picture", SHADER);
        let shader = Shader::with(device, target, text, VIEW_BYTES, Some(&pixels));
        let strip = wgpu::PrimitiveTopology::TriangleStrip;
        let pipeline = shader.pipeline(["picture_corner", "picture_pixel"], &[], strip, OVER);
        Self { pipeline, views: shader.views, pixels, linear: target.is_srgb(), kept: None }
    }

    fn has(&self, image: &Arc<ColorImage>) -> bool {
        let same = |kept: &Kept| std::ptr::eq(kept.of.as_ptr(), Arc::as_ptr(image));
        self.kept.as_ref().is_some_and(same)
    }

    fn keep(&mut self, device: &wgpu::Device, queue: &wgpu::Queue, image: &Arc<ColorImage>) {
        if self.has(image) {
            return;
        }
        let [width, height] = image.size.map(|side| side as u32);
        let size = wgpu::Extent3d { width, height, depth_or_array_layers: 1 };
        let texture = device.create_texture(&wgpu::TextureDescriptor {
            label: Some("picture"),
            size,
            mip_level_count: 1,
            sample_count: 1,
            dimension: wgpu::TextureDimension::D2,
            format: wgpu::TextureFormat::Rgba8Unorm,
            usage: wgpu::TextureUsages::TEXTURE_BINDING | wgpu::TextureUsages::COPY_DST,
            view_formats: &[],
        });
        let bytes = image.as_raw();
        let rows = wgpu::TexelCopyBufferLayout {
            offset: 0,
            bytes_per_row: Some(width * 4),
            rows_per_image: None,
        };
        queue.write_texture(texture.as_image_copy(), bytes, rows, size);
        let view = texture.create_view(&wgpu::TextureViewDescriptor::default());
        let pixels = device.create_bind_group(&wgpu::BindGroupDescriptor {
            label: Some("pixels"),
            layout: &self.pixels,
            entries: &[wgpu::BindGroupEntry {
                binding: 0,
                resource: wgpu::BindingResource::TextureView(&view),
            }],
        });
        self.kept = Some(Kept { of: Arc::downgrade(image), pixels });
    }
}

impl CallbackTrait for PicturePaint {
    fn prepare(
        &self,
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        screen: &ScreenDescriptor,
        _encoder: &mut wgpu::CommandEncoder,
        resources: &mut CallbackResources,
    ) -> Vec<wgpu::CommandBuffer> {
        let Some(card) = resources.get_mut::<PictureCard>() else { return Vec::new() };
        card.keep(device, queue, &self.image);
        let [x, y] =
            [self.corner.x, self.corner.y].map(|at| (at * screen.pixels_per_point).round());
        let [width, height] = screen.size_in_pixels.map(|side| side as f32);
        let linear = f32::from(u8::from(card.linear));
        card.views.write((device, queue), 0, &[x, y, width, height, linear, 0.0]);
        Vec::new()
    }

    fn paint(
        &self,
        info: PaintCallbackInfo,
        pass: &mut wgpu::RenderPass<'static>,
        resources: &CallbackResources,
    ) {
        let Some(card) = resources.get::<PictureCard>() else { return };
        let Some(kept) = card.kept.as_ref().filter(|_| card.has(&self.image)) else { return };
        let Some(group) = card.views.group(0) else { return };
        over_the_window(pass, &info);
        pass.set_pipeline(&card.pipeline);
        pass.set_bind_group(0, group, &[]);
        pass.set_bind_group(1, &kept.pixels, &[]);
        pass.draw(0..4, 0..1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::card::assert_takes;

    #[test]
    fn the_shader_is_well_formed_and_takes_the_numbers_of_a_view() {
        assert_takes(SHADER, VIEW_BYTES, &["picture_corner", "picture_pixel"]);
    }
}

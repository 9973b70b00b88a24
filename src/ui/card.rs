//! What drawings on the graphics card have in common: shaders, pipelines, and the numbers of views.

use eframe::egui::PaintCallbackInfo;
use eframe::egui_wgpu::{RenderState, wgpu};

use super::flat::FlatCard;
use super::land::LandCard;
use super::picture::PictureCard;
use super::symbols::SymbolCard;
use super::triangles::TrianglesCard;

/// Prepares a card for what the window draws there. Tells whether the card is one: where the
/// processor does its work, fine outlines are too slow for a view that moves.
pub fn install(card: &RenderState) -> bool {
    let (device, target) = (&card.device, card.target_format);
    let resources = &mut card.renderer.write().callback_resources;
    resources.insert(LandCard::new(device, target));
    resources.insert(SymbolCard::new(device, target));
    resources.insert(FlatCard::new(device, target));
    resources.insert(TrianglesCard::new(device, target));
    resources.insert(PictureCard::new(device, target));
    card.adapter.get_info().device_type != wgpu::DeviceType::Cpu
}

/// Colours multiplied by their opacity, laid over what is there.
pub(super) const OVER: Option<wgpu::BlendState> =
    Some(wgpu::BlendState::PREMULTIPLIED_ALPHA_BLENDING);

/// Copies of the world that a map may have.
pub(super) const MOST_COPIES: usize = 7;

/// What shaders share.
macro_rules! shader {
    ($name:literal) => {
        concat!(include_str!("common.wgsl"), include_str!($name))
    };
}
pub(super) use shader;

/// The bytes of values, one after another.
pub(super) fn bytes_of<const N: usize>(values: impl Iterator<Item = [u8; N]>) -> Vec<u8> {
    values.flatten().collect()
}

/// A buffer that can be written to, of at least four bytes.
pub(super) fn buffer(
    device: &wgpu::Device,
    label: &str,
    size: usize,
    usage: wgpu::BufferUsages,
) -> wgpu::Buffer {
    device.create_buffer(&wgpu::BufferDescriptor {
        label: Some(label),
        size: (size.max(4)) as u64,
        usage: usage | wgpu::BufferUsages::COPY_DST,
        mapped_at_creation: false,
    })
}

/// A buffer with these bytes.
pub(super) fn buffer_of(
    (device, queue): (&wgpu::Device, &wgpu::Queue),
    label: &str,
    bytes: &[u8],
    usage: wgpu::BufferUsages,
) -> wgpu::Buffer {
    let buffer = buffer(device, label, bytes.len(), usage);
    queue.write_buffer(&buffer, 0, bytes);
    buffer
}

/// Has what follows drawn in pixels of the whole window.
pub(super) fn over_the_window(pass: &mut wgpu::RenderPass<'static>, info: &PaintCallbackInfo) {
    let [width, height] = info.screen_size_px.map(|side| side as f32);
    pass.set_viewport(0.0, 0.0, width, height, 0.0, 1.0);
}

/// A shader on a card, to make pipelines of.
pub(super) struct Shader<'a> {
    device: &'a wgpu::Device,
    module: wgpu::ShaderModule,
    layout: wgpu::PipelineLayout,
    target: wgpu::TextureFormat,
    /// The numbers of its views.
    pub(super) views: Views,
}

impl<'a> Shader<'a> {
    /// A shader by its name and text, which takes so many bytes for a view.
    pub(super) fn new(
        device: &'a wgpu::Device,
        target: wgpu::TextureFormat,
        text: (&'static str, &str),
        view_bytes: u64,
    ) -> Self {
        Self::with(device, target, text, view_bytes, None)
    }

    /// The same; it takes pixels too.
    pub(super) fn with(
        device: &'a wgpu::Device,
        target: wgpu::TextureFormat,
        (label, text): (&'static str, &str),
        view_bytes: u64,
        pixels: Option<&wgpu::BindGroupLayout>,
    ) -> Self {
        let module = device.create_shader_module(wgpu::ShaderModuleDescriptor {
            label: Some(label),
            source: wgpu::ShaderSource::Wgsl(text.into()),
        });
        let group = device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
            label: Some(label),
            entries: &[wgpu::BindGroupLayoutEntry {
                binding: 0,
                visibility: wgpu::ShaderStages::VERTEX_FRAGMENT,
                ty: wgpu::BindingType::Buffer {
                    ty: wgpu::BufferBindingType::Uniform,
                    has_dynamic_offset: false,
                    min_binding_size: std::num::NonZeroU64::new(view_bytes),
                },
                count: None,
            }],
        });
        let groups: Vec<_> = [Some(&group), pixels].into_iter().flatten().map(Some).collect();
        let layout = device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
            label: Some(label),
            bind_group_layouts: &groups,
            immediate_size: 0,
        });
        let views = Views { label, group, bytes: view_bytes, kept: Vec::new() };
        Self { device, module, layout, target, views }
    }

    /// A pipeline: the shader's entries for corners and pixels, what it reads, and how its colours
    /// are laid over what is there; they replace it if none.
    pub(super) fn pipeline(
        &self,
        [corners, pixels]: [&str; 2],
        buffers: &[Option<wgpu::VertexBufferLayout<'_>>],
        topology: wgpu::PrimitiveTopology,
        blend: Option<wgpu::BlendState>,
    ) -> wgpu::RenderPipeline {
        let module = &self.module;
        self.device.create_render_pipeline(&wgpu::RenderPipelineDescriptor {
            label: Some(corners),
            layout: Some(&self.layout),
            vertex: wgpu::VertexState {
                module,
                entry_point: Some(corners),
                compilation_options: wgpu::PipelineCompilationOptions::default(),
                buffers,
            },
            primitive: wgpu::PrimitiveState { topology, ..wgpu::PrimitiveState::default() },
            depth_stencil: None,
            multisample: wgpu::MultisampleState::default(),
            fragment: Some(wgpu::FragmentState {
                module,
                entry_point: Some(pixels),
                compilation_options: wgpu::PipelineCompilationOptions::default(),
                targets: &[Some(wgpu::ColorTargetState {
                    format: self.target,
                    blend,
                    write_mask: wgpu::ColorWrites::ALL,
                })],
            }),
            multiview_mask: None,
            cache: None,
        })
    }
}

/// The numbers of views on a card: those of each map, and of each copy of the world in it, have a
/// buffer of their own, since all are written before the first is drawn.
pub(super) struct Views {
    label: &'static str,
    group: wgpu::BindGroupLayout,
    bytes: u64,
    kept: Vec<View>,
}

/// The numbers of a view, on the card and as they were sent last.
struct View {
    buffer: wgpu::Buffer,
    group: wgpu::BindGroup,
    sent: Vec<u8>,
}

impl Views {
    /// Sends the numbers of a view, unless they are there.
    pub(super) fn write(
        &mut self,
        (device, queue): (&wgpu::Device, &wgpu::Queue),
        slot: usize,
        view: &[f32],
    ) {
        while self.kept.len() <= slot {
            let buffer =
                buffer(device, self.label, self.bytes as usize, wgpu::BufferUsages::UNIFORM);
            let group = device.create_bind_group(&wgpu::BindGroupDescriptor {
                label: Some(self.label),
                layout: &self.group,
                entries: &[wgpu::BindGroupEntry {
                    binding: 0,
                    resource: buffer.as_entire_binding(),
                }],
            });
            self.kept.push(View { buffer, group, sent: Vec::new() });
        }
        let bytes = bytes_of(view.iter().map(|value| value.to_ne_bytes()));
        let kept = &mut self.kept[slot];
        if kept.sent != bytes {
            queue.write_buffer(&kept.buffer, 0, &bytes);
            kept.sent = bytes;
        }
    }

    /// What binds the numbers of a view; none if they were never written.
    pub(super) fn group(&self, slot: usize) -> Option<&wgpu::BindGroup> {
        self.kept.get(slot).map(|view| &view.group)
    }
}

/// Holds a shader to be well-formed, to take so many bytes for a view, and to have these entries.
#[cfg(test)]
pub(super) fn assert_takes(shader: &str, view_bytes: u64, entries: &[&str]) {
    use wgpu::naga::{TypeInner, front::wgsl, valid};
    let module = wgsl::parse_str(shader).unwrap();
    let mut validator =
        valid::Validator::new(valid::ValidationFlags::all(), valid::Capabilities::empty());
    validator.validate(&module).unwrap();
    let (_, view) = module.types.iter().find(|(_, t)| t.name.as_deref() == Some("View")).unwrap();
    let TypeInner::Struct { span, .. } = view.inner else { panic!("a struct") };
    assert_eq!(u64::from(span), view_bytes);
    let found: Vec<&str> = module.entry_points.iter().map(|e| e.name.as_str()).collect();
    assert_eq!(found, entries);
}

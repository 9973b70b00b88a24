//! A small software renderer for `egui_kittest` (egui 0.37): no GPU, same bytes on every machine.
//!
//! What it does, like egui-wgpu's `RendererOptions::PREDICTABLE`: premultiplied source-over in gamma
//! space, texel times vertex colour, top-left fill rule at pixel centres (vertices snapped to 1/256 px,
//! so shared edges neither gap nor overlap), bilinear or nearest sampling, integer scissor rectangles.
//!
//! What it doesn't: paint callbacks (an error), mip maps, dithering.
//!
//! Needs the dev-dependency `image` (0.25), which `egui_kittest` does not re-export.

use std::collections::HashMap;

use eframe::egui::epaint::{
    ClippedPrimitive, ImageData, Primitive, Vertex, textures::TextureOptions,
};
use eframe::egui::{Color32, Mesh, TextureFilter, TextureId, TextureWrapMode, TexturesDelta};

/// Give it to `Harness::builder().renderer(SoftRenderer::default())`.
#[derive(Default)]
pub(crate) struct SoftRenderer {
    textures: HashMap<TextureId, Texture>,
    /// Freed by the last delta, but still to be seen in the frame that freed them.
    doomed: Vec<TextureId>,
    /// What is behind everything; transparent unless set.
    background: Color32,
}

struct Texture {
    size: [usize; 2],
    pixels: Vec<[u8; 4]>,
    options: TextureOptions,
}

/// Row-major premultiplied RGBA8.
pub(crate) struct Canvas {
    pub width: usize,
    pub pixels: Vec<u8>,
}

/// Half-open, in whole pixels, within the canvas.
#[derive(Clone, Copy)]
struct Clip {
    min: [i64; 2],
    max: [i64; 2],
}

/// A value that is linear across the triangle: `at + dx * x + dy * y` at the centre of pixel (x, y).
#[derive(Clone, Copy)]
struct Plane {
    at: f64,
    dx: f64,
    dy: f64,
}

impl SoftRenderer {
    /// Takes up texture changes, and leaves `delta` empty, as egui wants it.
    pub(crate) fn update_textures(&mut self, delta: &mut TexturesDelta) {
        for id in self.doomed.drain(..) {
            self.textures.remove(&id);
        }
        for (id, images) in delta.set.drain() {
            for delta in images {
                let ImageData::Color(image) = &delta.image;
                let [w, h] = image.size;
                let new = image.pixels.iter().map(eframe::egui::Color32::to_array);
                if let (Some([x, y]), Some(old)) = (delta.pos, self.textures.get_mut(&id)) {
                    let new: Vec<_> = new.collect();
                    for row in 0..h {
                        let to = (y + row) * old.size[0] + x;
                        old.pixels[to..to + w].copy_from_slice(&new[row * w..(row + 1) * w]);
                    }
                    old.options = delta.options;
                } else {
                    let texture =
                        Texture { size: [w, h], pixels: new.collect(), options: delta.options };
                    self.textures.insert(id, texture);
                }
            }
        }
        self.doomed.extend(delta.free.drain());
    }

    /// Paints what `Context::tessellate` gave.
    ///
    /// # Errors
    /// On a paint callback, or a texture that was never uploaded.
    pub(crate) fn paint(
        &self,
        primitives: &[ClippedPrimitive],
        pixels_per_point: f32,
        width: usize,
        height: usize,
    ) -> Result<Canvas, String> {
        let mut canvas =
            Canvas { width, pixels: self.background.to_array().repeat(width * height) };
        for ClippedPrimitive { clip_rect, primitive } in primitives {
            let Primitive::Mesh(mesh) = primitive else {
                return Err("paint callbacks need a GPU".to_owned());
            };
            let px = |v: f32, max: usize| {
                ((f64::from(v) * f64::from(pixels_per_point)).round() as i64).clamp(0, max as i64)
            };
            let clip = Clip {
                min: [px(clip_rect.min.x, width), px(clip_rect.min.y, height)],
                max: [px(clip_rect.max.x, width), px(clip_rect.max.y, height)],
            };
            if mesh.indices.is_empty() || clip.min[0] >= clip.max[0] || clip.min[1] >= clip.max[1] {
                continue;
            }
            let texture = self
                .textures
                .get(&mesh.texture_id)
                .ok_or_else(|| format!("unknown texture {:?}", mesh.texture_id))?;
            paint_mesh(&mut canvas, clip, mesh, texture, pixels_per_point);
        }
        Ok(canvas)
    }
}

impl egui_kittest::TestRenderer for SoftRenderer {
    fn handle_delta(&mut self, delta: &mut TexturesDelta) {
        self.update_textures(delta);
    }

    fn render(
        &mut self,
        ctx: &eframe::egui::Context,
        output: &eframe::egui::FullOutput,
    ) -> Result<image::RgbaImage, String> {
        let ppp = ctx.pixels_per_point();
        let size = ctx.content_rect().size() * ppp;
        let (w, h) = (size.x.round() as usize, size.y.round() as usize);
        let primitives = ctx.tessellate(output.shapes.clone(), ppp);
        let canvas = self.paint(&primitives, ppp, w, h)?;
        image::RgbaImage::from_raw(w as u32, h as u32, canvas.pixels)
            .ok_or_else(|| "bad image size".to_owned())
    }
}

fn paint_mesh(
    canvas: &mut Canvas,
    clip: Clip,
    mesh: &Mesh,
    texture: &Texture,
    pixels_per_point: f32,
) {
    for [a, b, c] in mesh.indices.as_chunks::<3>().0 {
        let [a, b, c] = [a, b, c].map(|&i| mesh.vertices[i as usize]);
        paint_triangle(canvas, clip, [a, b, c], texture, pixels_per_point);
    }
}

/// Vertices are snapped to this many steps a pixel.
const STEPS: i64 = 256;

fn paint_triangle(
    canvas: &mut Canvas,
    clip: Clip,
    mut v: [Vertex; 3],
    texture: &Texture,
    pixels_per_point: f32,
) {
    if v.iter().any(|v| !(v.pos.x.is_finite() && v.pos.y.is_finite())) {
        return;
    }
    let snap = |p: f32| {
        (f64::from(p) * f64::from(pixels_per_point) * STEPS as f64).round().clamp(-5e8, 5e8) as i64
    };
    let mut p = v.map(|v| [snap(v.pos.x), snap(v.pos.y)]);
    let mut area =
        (p[1][0] - p[0][0]) * (p[2][1] - p[0][1]) - (p[1][1] - p[0][1]) * (p[2][0] - p[0][0]);
    if area == 0 {
        return;
    }
    if area < 0 {
        p.swap(1, 2);
        v.swap(1, 2);
        area = -area;
    }

    // The pixel (x, y) has its centre at (x + 1/2, y + 1/2).
    let first_centre = |v: i64| (v - STEPS / 2).div_euclid(STEPS);
    let y_min = first_centre(p[0][1].min(p[1][1]).min(p[2][1])).max(clip.min[1]);
    let y_max = (first_centre(p[0][1].max(p[1][1]).max(p[2][1])) + 1).min(clip.max[1]);
    if y_min >= y_max {
        return;
    }

    let plane = |at: [f64; 3]| {
        let [x, y] = [0, 1].map(|i| p.map(|p| p[i] as f64 / STEPS as f64));
        let area = area as f64 / (STEPS * STEPS) as f64;
        let (d1, d2) = (at[1] - at[0], at[2] - at[0]);
        let dx = (d1 * (y[2] - y[0]) - d2 * (y[1] - y[0])) / area;
        let dy = (d2 * (x[1] - x[0]) - d1 * (x[2] - x[0])) / area;
        Plane { at: at[0] + dx * (0.5 - x[0]) + dy * (0.5 - y[0]), dx, dy }
    };

    let same_colour = v[0].color == v[1].color && v[0].color == v[2].color;
    let same_texel = v[0].uv == v[1].uv && v[0].uv == v[2].uv;
    let [tw, th] = texture.size.map(|s| s as f64);
    // In texels, from the centre of the first.
    let [u, w] = [
        plane(v.map(|v| f64::from(v.uv.x) * tw - 0.5)),
        plane(v.map(|v| f64::from(v.uv.y) * th - 0.5)),
    ];
    let colour = [0, 1, 2, 3].map(|i| plane(v.map(|v| f64::from(v.color[i]))));
    let filter = if u.dx.abs().max(u.dy.abs()).max(w.dx.abs()).max(w.dy.abs()) > 1.001 {
        texture.options.minification
    } else {
        texture.options.magnification
    };
    // Glyphs: texel on pixel, nothing to interpolate.
    let aligned = (u.dx - 1.0).abs() < 1e-3
        && u.dy.abs() < 1e-3
        && w.dx.abs() < 1e-3
        && (w.dy - 1.0).abs() < 1e-3
        && {
            let (x, y) = (p[0][0] as f64 / STEPS as f64, p[0][1] as f64 / STEPS as f64);
            let off = |plane: Plane| {
                plane.at + plane.dx * x + plane.dy * y
                    - (x * plane.dx.round() + y * plane.dy.round())
            };
            [off(u), off(w)].iter().all(|o| (o - o.round()).abs() < 0.02)
        };
    let nearest = filter == TextureFilter::Nearest || aligned;
    let constant = (same_colour && same_texel)
        .then(|| multiply(sample(texture, u.at, w.at, nearest), v[0].color.to_array()));
    if constant == Some([0; 4]) {
        return;
    }
    let texel = same_texel.then(|| sample(texture, u.at, w.at, nearest));

    for y in y_min..y_max {
        // Where on this row is each edge function positive (or zero, on top and left edges)?
        let (mut x_min, mut x_max) = (clip.min[0], clip.max[0]);
        let centre_y = y * STEPS + STEPS / 2;
        for i in 0..3 {
            let (a, b) = (p[i], p[(i + 1) % 3]);
            let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
            let inclusive = dy < 0 || (dy == 0 && dx > 0);
            let k = dx * (centre_y - a[1]) + dy * (a[0] - STEPS / 2) - i64::from(!inclusive);
            match dy.cmp(&0) {
                std::cmp::Ordering::Greater => x_max = x_max.min(k.div_euclid(STEPS * dy) + 1),
                std::cmp::Ordering::Less => x_min = x_min.max(-k.div_euclid(STEPS * -dy)),
                std::cmp::Ordering::Equal if k < 0 => x_max = x_min,
                std::cmp::Ordering::Equal => {}
            }
        }
        if x_min >= x_max {
            continue;
        }
        let start = (y as usize * canvas.width + x_min as usize) * 4;
        let row = &mut canvas.pixels[start..start + (x_max - x_min) as usize * 4];
        let (row, _) = row.as_chunks_mut::<4>();

        if let Some(source) = constant {
            if source[3] == 255 {
                row.fill(source);
            } else {
                for pixel in row {
                    blend(pixel, source);
                }
            }
            continue;
        }
        let at = |plane: Plane| plane.at + plane.dx * x_min as f64 + plane.dy * y as f64;
        let [mut tu, mut tw] = [at(u), at(w)];
        let mut c = colour.map(at);
        for pixel in row {
            let tint = if same_colour {
                v[0].color.to_array()
            } else {
                c.map(|c| (c + 0.5).clamp(0.0, 255.0) as u8)
            };
            let texel = match texel {
                Some(texel) => texel,
                None => sample(texture, tu, tw, nearest),
            };
            if texel != [0; 4] {
                blend(pixel, multiply(texel, tint));
            }
            tu += u.dx;
            tw += w.dx;
            if !same_colour {
                for i in 0..4 {
                    c[i] += colour[i].dx;
                }
            }
        }
    }
}

/// `round(a * b / 255)`, exactly.
fn scale(a: u8, b: u8) -> u8 {
    let t = u32::from(a) * u32::from(b) + 128;
    ((t + (t >> 8)) >> 8) as u8
}

fn multiply(a: [u8; 4], b: [u8; 4]) -> [u8; 4] {
    if a == [255; 4] {
        return b;
    }
    [scale(a[0], b[0]), scale(a[1], b[1]), scale(a[2], b[2]), scale(a[3], b[3])]
}

/// Premultiplied source-over.
fn blend(pixel: &mut [u8; 4], source: [u8; 4]) {
    let rest = 255 - source[3];
    for i in 0..4 {
        pixel[i] = source[i].saturating_add(scale(pixel[i], rest));
    }
}

/// `u` and `v` in texels from the centre of the first.
fn sample(texture: &Texture, u: f64, v: f64, nearest: bool) -> [u8; 4] {
    let [w, h] = texture.size;
    let fold = |i: i64, n: usize| -> usize {
        let n = n as i64;
        (match texture.options.wrap_mode {
            TextureWrapMode::ClampToEdge => i.clamp(0, n - 1),
            TextureWrapMode::Repeat => i.rem_euclid(n),
            TextureWrapMode::MirroredRepeat => {
                let i = i.rem_euclid(2 * n);
                i.min(2 * n - 1 - i)
            }
        }) as usize
    };
    let get = |x: i64, y: i64| texture.pixels[fold(y, h) * w + fold(x, w)];
    if nearest {
        return get((u + 0.5).floor() as i64, (v + 0.5).floor() as i64);
    }
    let (x, y) = (u.floor(), v.floor());
    let (fx, fy) = (u - x, v - y);
    let (x, y) = (x as i64, y as i64);
    let [a, b, c, d] = [get(x, y), get(x + 1, y), get(x, y + 1), get(x + 1, y + 1)];
    if a == b && a == c && a == d {
        return a;
    }
    [0, 1, 2, 3].map(|i| {
        let [a, b, c, d] = [a, b, c, d].map(|t| f64::from(t[i]));
        let top = a + (b - a) * fx;
        let bottom = c + (d - c) * fx;
        (top + (bottom - top) * fy + 0.5) as u8
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use eframe::egui::{Pos2, pos2};

    fn white() -> Texture {
        Texture { size: [1, 1], pixels: vec![[255; 4]], options: TextureOptions::LINEAR }
    }

    /// Random fans and grids of half-transparent triangles: every pixel inside is painted once.
    #[test]
    fn shared_edges_are_painted_once() {
        let mut seed = 1u32;
        let mut random = move || {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 8) as f32 / (1u32 << 24) as f32
        };
        let colour = Color32::from_rgba_premultiplied(100, 0, 0, 100);
        for _ in 0..200 {
            let n = 4;
            let mut mesh = Mesh::default();
            for y in 0..=n {
                for x in 0..=n {
                    let inner = |i: usize| i > 0 && i < n;
                    let mut jitter = |i| if inner(i) { random() * 7.0 - 3.5 } else { 0.0 };
                    let p = Pos2::new(x as f32 * 16.0 + jitter(x), y as f32 * 16.0 + jitter(y));
                    mesh.colored_vertex(p, colour);
                }
            }
            for y in 0..n as u32 {
                for x in 0..n as u32 {
                    let i = y * (n as u32 + 1) + x;
                    let below = i + n as u32 + 1;
                    mesh.add_triangle(i, i + 1, below);
                    mesh.add_triangle(i + 1, below + 1, below);
                }
            }
            let mut canvas = Canvas { width: 64, pixels: vec![0; 64 * 64 * 4] };
            paint_mesh(&mut canvas, Clip { min: [0, 0], max: [64, 64] }, &mesh, &white(), 1.0);
            let (pixels, _) = canvas.pixels.as_chunks::<4>();
            assert!(pixels.iter().all(|p| *p == [100, 0, 0, 100]), "a gap or an overlap");
        }
    }

    #[test]
    fn top_left_rule_and_clip() {
        // From centre to centre: the top and left pixels belong, the bottom and right ones do not.
        let mut mesh = Mesh::default();
        mesh.add_colored_rect(
            eframe::egui::Rect::from_min_max(pos2(1.5, 1.5), pos2(4.5, 3.5)),
            Color32::WHITE,
        );
        let count = |clip| {
            let mut canvas = Canvas { width: 8, pixels: vec![0; 256] };
            paint_mesh(&mut canvas, clip, &mesh, &white(), 1.0);
            let (pixels, _) = canvas.pixels.as_chunks::<4>();
            let lit: Vec<_> =
                (0..64).filter(|&i| pixels[i] == [255; 4]).map(|i| (i % 8, i / 8)).collect();
            lit
        };
        let all = count(Clip { min: [0, 0], max: [8, 8] });
        assert_eq!(all, [(1, 1), (2, 1), (3, 1), (1, 2), (2, 2), (3, 2)]);
        assert_eq!(count(Clip { min: [2, 2], max: [8, 8] }), [(2, 2), (3, 2)]);
    }

    #[test]
    fn bilinear_is_halfway_between_texels() {
        let texture = Texture {
            size: [2, 1],
            pixels: vec![[0, 0, 0, 255], [200, 100, 50, 255]],
            options: TextureOptions::LINEAR,
        };
        assert_eq!(sample(&texture, 0.5, 0.0, false), [100, 50, 25, 255]);
        assert_eq!(sample(&texture, -3.0, 0.0, false), [0, 0, 0, 255]);
        assert_eq!(sample(&texture, 0.6, 0.0, true), [200, 100, 50, 255]);
    }
}

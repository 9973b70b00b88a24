// A picture of a figure, pixel upon pixel.

struct View {
    // Corner of the picture, and size of the window, in pixels.
    corner: vec2<f32>,
    screen: vec2<f32>,
    // 1 where the window takes colours without gamma.
    linear: f32,
}

@group(0) @binding(0) var<uniform> view: View;
@group(1) @binding(0) var pixels: texture_2d<f32>;

@vertex
fn picture_corner(@builtin(vertex_index) corner: u32) -> @builtin(position) vec4<f32> {
    let side = vec2<f32>(vec2<u32>(corner & 1u, corner >> 1u));
    let size = vec2<f32>(textureDimensions(pixels));
    return on_screen(view.corner + side * size);
}

@fragment
fn picture_pixel(@builtin(position) at: vec4<f32>) -> @location(0) vec4<f32> {
    let color = textureLoad(pixels, vec2<i32>(floor(at.xy - view.corner)), 0);
    return shown(color);
}

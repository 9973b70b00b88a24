// One colour over a rectangle of the window.

struct View {
    color: vec4<f32>,
}

@group(0) @binding(0) var<uniform> view: View;

@vertex
fn flat_corner(@builtin(vertex_index) corner: u32) -> @builtin(position) vec4<f32> {
    let side = vec2<f32>(vec2<u32>(corner & 1u, corner >> 1u)) * 2.0 - 1.0;
    return vec4<f32>(side, 0.0, 1.0);
}

@fragment
fn flat_pixel() -> @location(0) vec4<f32> {
    return view.color;
}

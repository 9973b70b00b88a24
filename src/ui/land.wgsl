// The land of flat maps: shapes and outlines in the plane of their projection, laid into the window
// by a few numbers. Colours are those of the window: with gamma, and multiplied by their opacity.

struct View {
    // The point of the plane in the middle, and where the middle is, in pixels.
    origin: vec2<f32>,
    center: vec2<f32>,
    // Size of the window in pixels.
    screen: vec2<f32>,
    // Pixels a unit of the plane, and pixels to the point.
    scale: f32,
    points: f32,
    // Corner of the figure in pixels: hatching keeps to it.
    corner: vec2<f32>,
    // 1 where the window takes colours without gamma.
    linear: f32,
    // Distance between the lines of hatching, in pixels.
    spacing: f32,
    hatch: vec4<f32>,
    border: vec4<f32>,
    // Widths in pixels and opacities of coasts, borders and inner borders, and of hatching.
    widths: vec4<f32>,
    alphas: vec4<f32>,
}

@group(0) @binding(0) var<uniform> view: View;

fn pixel(at: vec2<f32>) -> vec2<f32> {
    let moved = (at - view.origin) * view.scale;
    return view.center + vec2<f32>(moved.x, -moved.y);
}

struct Filled {
    @builtin(position) position: vec4<f32>,
    @location(0) @interpolate(flat) color: vec4<f32>,
}

@vertex
fn fill_corner(@location(0) at: vec2<f32>, @location(1) color: vec4<f32>) -> Filled {
    return Filled(on_screen(pixel(at)), color);
}

@fragment
fn fill_pixel(in: Filled) -> @location(0) vec4<f32> {
    var color = vec4<f32>(in.color.rgb, 1.0);
    // Half opaque is the word for hatched.
    if in.color.a < 0.75 {
        let at = in.position.xy - view.corner;
        let across = (at.x + at.y) * 0.70710678;
        let distance = abs(across - round(across / view.spacing) * view.spacing);
        let share = covered(distance, view.widths.w) * view.alphas.w;
        color = vec4<f32>(mix(color.rgb, view.hatch.rgb, share), 1.0);
    }
    return shown(color);
}

struct Outlined {
    @builtin(position) position: vec4<f32>,
    // Distance from the middle of the line in pixels, its width, its opacity.
    @location(0) across: f32,
    @location(1) @interpolate(flat) width: f32,
    @location(2) @interpolate(flat) alpha: f32,
}

@vertex
fn line_corner(
    @builtin(vertex_index) corner: u32,
    @location(0) ends: vec4<f32>,
    @location(1) kind: u32,
) -> Outlined {
    let a = pixel(ends.xy);
    let b = pixel(ends.zw);
    let along = b - a;
    let length = max(length(along), 1e-6);
    let normal = vec2<f32>(-along.y, along.x) / length;
    let width = view.widths[kind];
    let side = select(-1.0, 1.0, (corner & 1u) == 1u);
    let reach = side * (width * 0.5 + 0.5);
    let end = select(a, b, corner >= 2u);
    return Outlined(on_screen(end + normal * reach), reach, width, view.alphas[kind]);
}

@fragment
fn line_pixel(in: Outlined) -> @location(0) vec4<f32> {
    let alpha = covered(abs(in.across), in.width) * in.alpha;
    return shown(vec4<f32>(view.border.rgb, 1.0)) * alpha;
}

// Triangles of a figure, a colour at each corner. Positions are in points of the window; colours are
// those of the window, with gamma, and multiplied by their opacity.

struct View {
    // Size of the window in pixels.
    screen: vec2<f32>,
    // Pixels to the point.
    points: f32,
    // 1 where the window takes colours without gamma.
    linear: f32,
}

@group(0) @binding(0) var<uniform> view: View;

struct Corner {
    @builtin(position) position: vec4<f32>,
    @location(0) color: vec4<f32>,
}

@vertex
fn triangle_corner(@location(0) at: vec2<f32>, @location(1) color: vec4<f32>) -> Corner {
    return Corner(on_screen(at * view.points), color);
}

@fragment
fn triangle_pixel(in: Corner) -> @location(0) vec4<f32> {
    return shown(in.color);
}

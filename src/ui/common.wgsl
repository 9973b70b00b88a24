// What the shaders of maps share. `view` is each shader's own.

fn on_screen(at: vec2<f32>) -> vec4<f32> {
    let share = at / view.screen;
    return vec4<f32>(share.x * 2.0 - 1.0, 1.0 - share.y * 2.0, 0.0, 1.0);
}

// A colour as the window takes it: with gamma, or without.
fn shown(color: vec4<f32>) -> vec4<f32> {
    if view.linear < 0.5 {
        return color;
    }
    let low = color.rgb / 12.92;
    let high = pow((color.rgb + vec3<f32>(0.055)) / 1.055, vec3<f32>(2.4));
    return vec4<f32>(select(high, low, color.rgb <= vec3<f32>(0.04045)), color.a);
}

// Share of a pixel that a line of some width covers, so far from its middle.
fn covered(distance: f32, width: f32) -> f32 {
    let half = width * 0.5;
    return max(0.0, min(half, distance + 0.5) - max(-half, distance - 0.5));
}


// Symbols of sites and of their sums: amounts in the plane of a projection, laid into the window by a
// few numbers. Each is a square that holds it; what covers a pixel of it is worked out there, layer
// upon layer. Distances are in points, colours are those of the window.

struct View {
    // The point of the plane in the middle, seen from where places are counted from, and where the
    // middle is, in pixels.
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
    // Points of the radius of an amount of 1.
    per_root: f32,
    halo: vec4<f32>,
    // 1 where symbols are sums, drawn with few strokes.
    sums: f32,
    // No amount is drawn smaller.
    least: f32,
    // Points between lines of hatching.
    spacing: f32,
    // Half the side of the square of what is unknown.
    square: f32,
    // Lengths of dash and gap.
    dash: vec2<f32>,
}

@group(0) @binding(0) var<uniform> view: View;

// Forms; several at once.
const ANNOUNCED = 1u;
const CAMPUS = 2u;
const PLAIN = 4u;
const UNKNOWN = 8u;

struct Corner {
    @builtin(position) position: vec4<f32>,
    // From the middle of the symbol.
    @location(0) at: vec2<f32>,
    // Radii: full build-out; operating, expected, due and announced, each with those before.
    @location(1) @interpolate(flat) ring: f32,
    @location(2) @interpolate(flat) online: vec4<f32>,
    @location(3) @interpolate(flat) color: vec3<f32>,
    @location(4) @interpolate(flat) halo: vec3<f32>,
    @location(5) @interpolate(flat) form: u32,
    // Whether something expected, due, announced stands there.
    @location(6) @interpolate(flat) stands: vec3<u32>,
}

fn radius(amount: f32) -> f32 {
    return select(0.0, max(view.per_root * sqrt(amount), view.least), amount > 0.0);
}

@vertex
fn symbol_corner(
    @builtin(vertex_index) corner: u32,
    @location(0) place: vec2<f32>,
    @location(1) build_out: f32,
    @location(2) online: vec4<f32>,
    @location(3) color: vec4<f32>,
    @location(4) form: u32,
) -> Corner {
    var out: Corner;
    out.ring = radius(build_out);
    out.online = vec4<f32>(radius(online.x), radius(online.y), radius(online.z), radius(online.w));
    out.color = shown(color).rgb;
    out.halo = shown(view.halo).rgb;
    out.form = form;
    out.stands = vec3<u32>(online.yzw > online.xyz);
    var reach = max(out.ring, out.online.w);
    if (form & UNKNOWN) != 0u {
        reach = max(reach, view.square * 1.5);
    }
    // Strokes and soft edges lie around it; what has no extent has no corners.
    reach = select(0.0, reach + 3.0, reach > 0.0);
    let side = vec2<f32>(vec2<u32>(corner & 1u, corner >> 1u)) * 2.0 - 1.0;
    out.at = side * reach;
    let moved = (place - view.origin) * view.scale;
    out.position = on_screen(view.center + vec2<f32>(moved.x, -moved.y) + out.at * view.points);
    return out;
}

// Share of a pixel inside a circle.
fn inside(distance: f32, radius: f32) -> f32 {
    return clamp((radius - distance) * view.points + 0.5, 0.0, 1.0);
}

// Share of a pixel that a stroke covers, so far from its middle.
fn stroke(distance: f32, width: f32) -> f32 {
    return covered(abs(distance) * view.points, width * view.points);
}

fn over(under: vec4<f32>, color: vec3<f32>, alpha: f32) -> vec4<f32> {
    return under * (1.0 - alpha) + vec4<f32>(color, 1.0) * alpha;
}

// Share of a pixel that the dashes of a ring cover along it.
fn dashed(at: vec2<f32>, radius: f32) -> f32 {
    let turn = atan2(at.y, at.x);
    let along = select(turn, turn + 6.2831853, turn < 0.0) * radius;
    let period = view.dash.x + view.dash.y;
    let from_middle = along - view.dash.x * 0.5;
    let apart = abs(from_middle - round(from_middle / period) * period);
    return clamp((view.dash.x * 0.5 - apart) * view.points + 0.5, 0.0, 1.0);
}

// Share of a pixel that hatching covers between two circles.
fn hatched(pixel: vec2<f32>, distance: f32, radii: vec2<f32>, falling: bool) -> f32 {
    let from_corner = (pixel - view.corner) / view.points;
    let rises = select(from_corner.x + from_corner.y, from_corner.x - from_corner.y, falling);
    let across = rises * 0.70710678;
    let line = across - round(across / view.spacing) * view.spacing;
    return stroke(line, 1.2) * (inside(distance, radii.y) - inside(distance, radii.x));
}

fn sum(in: Corner, distance: f32) -> vec4<f32> {
    var out = vec4<f32>(0.0);
    let disc = in.online.w;
    let solid = in.online.x;
    if in.ring > disc + 0.5 {
        out = over(out, in.color, inside(distance, in.ring) * 0.16);
        out = over(out, in.color, stroke(distance - in.ring, 1.1));
    }
    if disc > solid + 0.25 {
        out = over(out, in.color, inside(distance, disc) * 0.5);
    }
    if solid > 0.0 {
        out = over(out, in.color, inside(distance, solid) * 0.95);
    }
    return out;
}

fn site(in: Corner, distance: f32) -> vec4<f32> {
    var out = vec4<f32>(0.0);
    let disc = in.online.w;
    let plain = (in.form & PLAIN) != 0u;
    if in.ring > disc + 0.5 && !plain {
        out = over(out, in.color, inside(distance, in.ring) * 0.13);
        out = over(out, in.halo, stroke(distance - in.ring, 3.0) * 0.55);
        var drawn = stroke(distance - in.ring, 1.5);
        if (in.form & ANNOUNCED) != 0u {
            drawn *= dashed(in.at, in.ring);
        }
        out = over(out, in.color, drawn);
        if (in.form & CAMPUS) != 0u {
            out = over(out, in.color, stroke(distance - max(in.ring - 3.0, 1.0), 0.9));
        }
    }
    if disc > 0.0 {
        out = over(out, in.halo, inside(distance, disc) * 0.75);
        out = over(out, in.halo, stroke(distance - disc, 2.0) * 0.9);
        out = over(out, in.color, inside(distance, disc) * 0.16);
        out = over(out, in.color, stroke(distance - disc, 1.0));
        if in.stands.y != 0u {
            out = over(out, in.color, hatched(in.position.xy, distance, in.online.yz, false));
        }
        if in.stands.z != 0u {
            out = over(out, in.color, hatched(in.position.xy, distance, in.online.zw, true));
        }
        if in.stands.x != 0u {
            out = over(out, in.color, inside(distance, in.online.y) * 0.5);
        }
        if in.online.x > 0.0 {
            out = over(out, in.color, inside(distance, in.online.x) * select(0.95, 0.75, plain));
        }
    }
    return out;
}

@fragment
fn symbol_pixel(in: Corner) -> @location(0) vec4<f32> {
    if (in.form & UNKNOWN) != 0u {
        let edge = max(abs(in.at.x), abs(in.at.y)) - view.square;
        let apart = over(vec4<f32>(0.0), in.halo, stroke(edge, 2.6) * 0.8);
        return over(apart, in.color, stroke(edge, 1.2));
    }
    let distance = length(in.at);
    if view.sums > 0.5 {
        return sum(in, distance);
    }
    return site(in, distance);
}

//! What the signs of the map mean: sizes, patterns, colours of the overlay.

use super::amount::{amount, reference};
use super::canvas::{Canvas, Style};
use super::land::{OverlayScale, scale_color};
use super::mark::{Anchor, Point, Stroke, circle_ring, hatch, rect_ring};
use super::scale::ticks;
use super::spec::{FigureSpec, Overlay};
use super::symbol::SizeScale;
use super::text;
use super::theme::Colors;
use crate::geo::PixelRect;
use crate::units::{grouped, percent};

const SIZE: f32 = 11.0;
/// A narrower one has no room for the patterns.
const PATTERNS_FROM: f32 = 560.0;

/// How a legend stands under a map.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct LegendLayout {
    /// Its height in pixels.
    pub(super) height: f32,
    /// Whether the scale of the overlay stands under the signs.
    two_rows: bool,
}

impl LegendLayout {
    /// Under a map of that width: two rows where one does not hold signs and scale side by side. Of
    /// `many` sites sums are shown, whose samples are wider; the legend does not change its height
    /// when one zooms in until the sites are seen.
    pub(super) fn new(width: f32, size: SizeScale, many: bool) -> Self {
        let two_rows = width >= PATTERNS_FROM && !one_row(width, size, many);
        let height = match width {
            w if w < 300.0 => 0.0,
            w if w < PATTERNS_FROM => 62.0,
            _ if two_rows => 122.0,
            _ => 68.0,
        };
        Self { height, two_rows }
    }
}

/// Room that the samples of sums need.
const SAMPLES_OF_SUMS: f32 = 190.0;

/// Room for the scale of the overlay with all words that it may have, so that the legend has one height
/// for every sector and overlay, and the map does not move when another is chosen.
const SCALE_ROOM: f32 = 560.0;

/// Whether sizes, patterns and scale stand side by side.
fn one_row(width: f32, size: SizeScale, many: bool) -> bool {
    let mut scratch = Canvas::default();
    let colors = super::theme::Theme::Dark.colors();
    let x = sizes(&mut scratch, colors, size, 6.0, 0.0);
    let x = if many { x.max(SAMPLES_OF_SUMS) } else { x };
    patterns(&mut scratch, colors, x + 10.0, 0.0) + 18.0 + SCALE_ROOM <= width
}

/// Draws the legend.
pub(super) fn draw(
    canvas: &mut Canvas,
    spec: &FigureSpec,
    scale: &OverlayScale,
    size: SizeScale,
    (rect, layout): (PixelRect, LegendLayout),
) {
    let colors = spec.theme.colors();
    if rect.height < 40.0 {
        return;
    }
    let small = rect.width < PATTERNS_FROM;
    let narrow = layout.two_rows;
    let row = PixelRect::new(rect.x, rect.y + 8.0, rect.width, 54.0);
    let x = sizes(canvas, colors, size, row.x + 6.0, row.y);
    let x = if small { x } else { patterns(canvas, colors, x + 10.0, row.y) };
    if spec.overlay != Overlay::None {
        let (left, top) = if narrow { (rect.x + 6.0, row.bottom()) } else { (x + 18.0, row.y) };
        let area = PixelRect::new(left, top, rect.right() - left - 4.0, 54.0);
        overlay(canvas, spec, scale, area);
    }
}

fn sizes(canvas: &mut Canvas, colors: &Colors, size: SizeScale, x: f32, y: f32) -> f32 {
    let style = Style::new(SIZE, colors.weak).anchor(Anchor::Middle);
    let mut left = x;
    for value in samples(size) {
        let radius = size.radius(value);
        let label = amount(size.quantity, value).replace(".0 ", " ").replace(".00 ", " ");
        let width = (radius * 2.0).max(text::width(&label, SIZE, false));
        let center = [left + width / 2.0, y + 36.0 - radius];
        canvas.circle(center, radius, None, Some(Stroke::solid(1.2, colors.weak)));
        canvas.text([center[0], y + 50.0], label, style);
        left += width + 12.0;
    }
    left
}

/// Three amounts whose circles fit the legend: the largest round one, a fifth, a fiftieth.
fn samples(size: SizeScale) -> [f64; 3] {
    let fits = |value: &f64| size.radius(*value) <= 17.0;
    let start = reference(size.quantity);
    // Sums of many sites need larger samples than sites do.
    let most = size.amount_of(17.0);
    let grown = if most > start { 10_f64.powf((most / start).log10().floor()) } else { 1.0 };
    let steps = [4.0, 2.0, 1.0, 0.4, 0.2, 0.1, 0.04, 0.02, 0.01].map(|share| share * start * grown);
    let from = if grown > 1.0 { 0 } else { 2 };
    let largest = steps[from..].iter().copied().find(fits).unwrap_or(start * 0.01);
    [largest / 50.0, largest / 5.0, largest]
}

/// Draws one sign of the legend at a place.
type Sign = fn(&mut Canvas, &Colors, Point);

fn patterns(canvas: &mut Canvas, colors: &Colors, x: f32, y: f32) -> f32 {
    let signs: [[(Sign, &str); 4]; 2] = [
        [
            (|c, k, at| c.circle(at, 5.5, Some(k.text), None), "operating"),
            (
                |c, k, at| {
                    c.circle(at, 5.5, Some(k.text.alpha(0.5)), Some(Stroke::solid(1.0, k.text)));
                },
                "expected",
            ),
            (|c, k, at| hatched(c, k, at, false), "due"),
            (|c, k, at| hatched(c, k, at, true), "announced"),
        ],
        [
            (
                |c, k, at| c.circle(at, 5.5, None, Some(Stroke::solid(1.4, k.text))),
                "full build-out",
            ),
            (
                |c, k, at| c.circle(at, 5.5, None, Some(Stroke::dashed(1.4, k.text, 3.0, 2.4))),
                "mostly announced",
            ),
            (double, "whole campus"),
            (
                |c, k, at| {
                    c.rect(
                        PixelRect::new(at[0] - 2.5, at[1] - 2.5, 5.0, 5.0),
                        0.0,
                        None,
                        Some(Stroke::solid(1.2, k.text)),
                    );
                },
                "unknown",
            ),
        ],
    ];
    let mut column_x = x;
    for column in 0..4 {
        let mut widest = 0.0_f32;
        for (row, entries) in signs.iter().enumerate() {
            let (sign, label) = entries[column];
            let middle = y + 16.0 + row as f32 * 22.0;
            sign(canvas, colors, [column_x + 6.0, middle]);
            let end = canvas.text_then(
                [column_x + 17.0, middle + 4.0],
                label,
                Style::new(SIZE, colors.weak),
            );
            widest = widest.max(end - column_x);
        }
        column_x += widest + 10.0;
    }
    column_x
}

fn hatched(canvas: &mut Canvas, colors: &Colors, at: Point, falling: bool) {
    let lines = hatch(&[circle_ring(at, 5.5, 32)], 2.6, falling);
    canvas.segments(lines, Stroke::solid(1.1, colors.text));
    canvas.circle(at, 5.5, None, Some(Stroke::solid(1.0, colors.text)));
}

fn double(canvas: &mut Canvas, colors: &Colors, at: Point) {
    canvas.circle(at, 6.0, None, Some(Stroke::solid(1.2, colors.text)));
    canvas.circle(at, 3.4, None, Some(Stroke::solid(0.9, colors.text)));
}

const BARS: usize = 40;

fn overlay(canvas: &mut Canvas, spec: &FigureSpec, scale: &OverlayScale, rect: PixelRect) {
    let colors = spec.theme.colors();
    let bar_width = (rect.width * 0.36).clamp(78.0, 240.0);
    let bar = PixelRect::new(rect.x, rect.y + 28.0, bar_width, 8.0);
    histogram(canvas, colors, scale, bar);
    let [low, high] = scale.domain;
    let style = Style::new(SIZE, colors.weak).anchor(Anchor::Middle);
    let count = if bar.width < 170.0 { 2 } else { 4 };
    let steps = ticks(high - low, count);
    let step = steps.get(1).copied().unwrap_or(1.0);
    let first = (low / step).ceil() * step;
    let values = (0..steps.len()).map(|at| first + at as f64 * step);
    for value in values.filter(|v| *v <= high + 1e-9) {
        let x = bar.x + ((value - low) / (high - low)) as f32 * bar.width;
        let label = grouped(value, 0);
        let half = text::width(&label, SIZE, false) / 2.0;
        let x = x.clamp(bar.x + half, bar.right() - half);
        canvas.text([x, bar.bottom() + 13.0], label, style);
    }
    let x = bar.right() + 14.0;
    let space = rect.right() - x;
    let style = Style::new(if space > 300.0 { SIZE } else { 10.5 }, colors.text);
    let wide = space > 300.0;
    let lines = overlay_words(spec, scale, wide);
    let (size, step) = if wide { (SIZE, 16.0) } else { (10.5, 13.5) };
    let hatched_line = if wide { 1 } else { 2 };
    let mut y = rect.y + if wide { 14.0 } else { 10.0 };
    for (at, line) in lines.iter().enumerate() {
        let style = if at == 0 { style } else { Style::new(size, colors.weak) };
        let indent = if at == hatched_line { 16.0 } else { 0.0 };
        if at == hatched_line {
            let sample = PixelRect::new(x, y - 8.0, 11.0, 9.0);
            canvas.rect(sample, 0.0, Some(colors.land), None);
            let lines = hatch(&[rect_ring(sample)], 3.5, false);
            canvas.segments(lines, Stroke::solid(0.9, colors.hatch));
        }
        canvas.text([x + indent, y], text::fitted(line, size, false, space - indent), style);
        y += step;
    }
}

fn histogram(canvas: &mut Canvas, colors: &Colors, scale: &OverlayScale, bar: PixelRect) {
    let [low, high] = scale.domain;
    let mut counts = [0_u32; BARS];
    for value in &scale.values {
        let at = ((value - low) / (high - low) * BARS as f64).floor();
        counts[at.clamp(0.0, BARS as f64 - 1.0) as usize] += 1;
    }
    let most = counts.iter().copied().max().unwrap_or(1).max(1) as f32;
    let width = bar.width / BARS as f32;
    for (at, count) in counts.iter().enumerate() {
        let left = bar.x + at as f32 * width;
        let middle = low + (high - low) * (at as f64 + 0.5) / BARS as f64;
        let color = scale_color(colors, scale, middle);
        canvas.rect(PixelRect::new(left, bar.y, width + 0.4, bar.height), 0.0, Some(color), None);
        let tall = *count as f32 / most * 24.0;
        let tall = if *count > 0 { tall.max(1.5) } else { 0.0 };
        let column = PixelRect::new(left, bar.y - 2.0 - tall, (width - 0.8).max(0.6), tall);
        if tall > 0.0 {
            canvas.rect(column, 0.0, Some(color.mix(colors.text, 0.25)), None);
        }
    }
}

/// What the colours mean: lines of a wide legend, or shorter ones for a narrow one. The second or
/// third line is that of the hatching.
fn overlay_words(spec: &FigureSpec, scale: &OverlayScale, wide: bool) -> Vec<String> {
    let month = spec.month.title();
    let (what, unit) = match spec.overlay {
        Overlay::Carbon => ("Carbon, yearly average".to_owned(), "g CO₂e/kWh".to_owned()),
        _ => (format!("Price, {}", spec.question.sector.title()), format!("USD/MWh, {month}")),
    };
    let held = match (scale.held, scale.old) {
        (0, _) => String::new(),
        (n, 0) => format!("{n} hold an earlier price"),
        (n, old) => format!("{n} hold an earlier price, {old} of over 2 years (hatched)"),
    };
    let clipped = if scale.clipped > 0.0 {
        format!("{} beyond the ends", percent(scale.clipped))
    } else {
        String::new()
    };
    let missing = format!("no data: {} zones", scale.missing);
    let markets = match scale.without_outline {
        0 => String::new(),
        n => format!("{n} markets have values and no outline"),
    };
    let joined = |parts: &[&str]| {
        parts.iter().filter(|p| !p.is_empty()).copied().collect::<Vec<_>>().join(" · ")
    };
    if wide {
        vec![joined(&[&what, &unit]), joined(&[&missing, &markets]), joined(&[&clipped, &held])]
    } else {
        let short = scale.clipped;
        let clipped =
            if short > 0.0 { format!("{} clipped", percent(short)) } else { String::new() };
        let old = match scale.old {
            0 => clipped,
            old => format!("{old} over 2 years"),
        };
        vec![what, unit, format!("{} without data", scale.missing), old]
    }
}

//! Stepped lines and bands over time: ratios by group, and the fan of many draws.

use super::canvas::{Canvas, Style};
use super::chart::{
    AXIS_SIZE, ChartRegion, LABEL_SIZE, ReadLine, TimeAxis, clock, events, on_axis, spread,
    time_axis, value_axis,
};
use super::mark::{Area, Color, Mark, Stroke};
use super::scale::{Scale, axis_unit, tick_text, ticks};
use super::theme::Colors;
use super::{Region, Scene, text};
use crate::geo::PixelRect;
use crate::model::{Grid, Month};

/// A line of the chart.
pub(super) struct Line {
    /// Its name; a line without one has no label.
    pub name: String,
    pub color: Color,
    /// One value a month; none where it is not known.
    pub values: Vec<Option<f64>>,
    pub width: f32,
    pub dashed: bool,
    /// Whether it goes on from the line of the same name with what is held, not known; it has no
    /// label of its own.
    pub held: bool,
}

impl Line {
    fn is_labelled(&self) -> bool {
        !self.name.is_empty() && !self.held
    }
}

/// Named lines as they are read at a month, what is held after what is known.
fn read(lines: &[Line]) -> Vec<ReadLine> {
    let of = |line: &Line| {
        let mut values: Vec<_> = line.values.iter().map(|v| v.map(|v| (v, false))).collect();
        for more in lines.iter().filter(|more| more.held && more.name == line.name) {
            for (slot, value) in values.iter_mut().zip(&more.values) {
                *slot = slot.or(value.map(|value| (value, true)));
            }
        }
        ReadLine { name: line.name.clone(), color: line.color, values }
    };
    lines.iter().filter(|line| line.is_labelled()).map(of).collect()
}

/// A band between two values of each month.
pub(super) struct Band {
    pub low: Vec<f64>,
    pub high: Vec<f64>,
    pub fill: Color,
}

/// What is drawn.
pub(super) struct LinesInput<'a> {
    pub grid: &'a Grid,
    pub lines: Vec<Line>,
    pub bands: Vec<Band>,
    pub unit: String,
    /// What the axis shows, without its unit.
    pub title: String,
    /// What more is to be said where there is room.
    pub note: String,
    /// The highest value that the axis has to show, where lines may leave the plot.
    pub most: Option<f64>,
    pub month: Month,
    pub colors: &'a Colors,
}

/// Draws lines and bands into a rectangle.
pub(super) fn draw(
    canvas: &mut Canvas,
    scene: &Scene<'_>,
    input: &LinesInput<'_>,
    rect: PixelRect,
) -> Region {
    let values = input.lines.iter().flat_map(|line| line.values.iter().flatten());
    let tops = input.bands.iter().flat_map(|band| band.high.iter());
    let highest = values.chain(tops).copied().filter(|v| v.is_finite()).fold(0.0, f64::max);
    let most = input.most.map_or(highest, |most| most.min(highest));
    let (factor, unit) = axis_unit(most, &input.unit);
    let named = input.lines.iter().filter(|line| line.is_labelled());
    let texts: Vec<String> = named.map(|line| label(line, factor)).collect();
    let widest = texts.iter().map(|t| text::width(t, LABEL_SIZE, true)).fold(64.0, f32::max);
    let label_width = widest.min(rect.width * 0.30) + 20.0;
    let (top, height) = (rect.y + 30.0, rect.height - 30.0 - 20.0 - 18.0);
    let steps = ticks(most / factor, ((height / 44.0) as usize).clamp(2, 8));
    let step = steps.get(1).copied().unwrap_or(1.0);
    let numbers = steps.iter().map(|&t| text::width(&tick_text(t, step), AXIS_SIZE, false));
    let axis = numbers.fold(32.0, f32::max) + 14.0;
    let plot = PixelRect::new(rect.x + axis, top, rect.width - axis - label_width, height);
    let highest = steps.last().copied().unwrap_or(1.0) * factor;
    let region = ChartRegion {
        name: "lines",
        plot,
        time: TimeAxis::new(input.grid, [plot.x, plot.right()]),
        value: Scale { domain: [0.0, highest.max(most)], range: [plot.bottom(), plot.y] },
        bands: Vec::new(),
        lines: read(&input.lines),
        unit: (factor, unit.clone()),
    };
    value_axis(canvas, input.colors, (plot, &region.value), &steps, factor);
    time_axis(canvas, input.colors, &region);
    for band in &input.bands {
        area(canvas, &region, band);
    }
    let mut inside = Canvas::default();
    for line in &input.lines {
        stepped(&mut inside, &region, line);
    }
    if input.most.is_some() {
        canvas.marks.push(Mark::Clip { rect: plot, marks: inside.marks });
    } else {
        canvas.marks.append(&mut inside.marks);
    }
    heading(canvas, input, &region, rect, &unit);
    labels(canvas, input, &region, rect.right(), factor);
    clock(canvas, input.colors, input.month, &region);
    let events = events(canvas, scene, (input.colors, input.month), &region);
    Region::Chart { chart: Box::new(region), events }
}

/// Title, unit and note above the plot, beside the flag of the clock; without the note where it
/// finds no room.
fn heading(
    canvas: &mut Canvas,
    input: &LinesInput<'_>,
    region: &ChartRegion,
    rect: PixelRect,
    unit: &str,
) {
    let short = format!("{}, {unit}", input.title);
    let long =
        if input.note.is_empty() { short.clone() } else { format!("{short} · {}", input.note) };
    let flag = region.time.middle(input.month);
    let left = if on_axis(region, input.month) { flag - rect.x - 60.0 } else { rect.width };
    let right = rect.right() - flag - 44.0;
    let width = |text: &str| text::width(text, LABEL_SIZE, false);
    let places =
        [(&long, rect.x + 4.0, left), (&long, flag + 44.0, right), (&short, rect.x + 4.0, left)];
    let fits = places.into_iter().find(|(text, _, room)| width(text) <= *room);
    let (text, x, _) = fits.unwrap_or((&short, flag + 44.0, right));
    let style = Style::new(LABEL_SIZE, input.colors.weak);
    canvas.text([x, region.plot.y - 14.0], text.as_str(), style);
}

/// The last value of a line, in the unit of the axis.
fn last(line: &Line, factor: f64) -> Option<f64> {
    line.values.iter().rev().flatten().next().map(|v| v / factor)
}

fn number(value: f64) -> String {
    let decimals = usize::from(value.abs() < 99.95) + usize::from(value.abs() < 9.995);
    crate::units::grouped(value, decimals)
}

fn label(line: &Line, factor: f64) -> String {
    format!("{} {}", line.name, last(line, factor).map_or(String::new(), number))
}

fn area(canvas: &mut Canvas, region: &ChartRegion, band: &Band) {
    let mut steps: Vec<[f32; 4]> = Vec::new();
    for at in 0..region.time.len {
        let month = region.time.first.plus(at as i32);
        let (left, right) = (region.time.left(month), region.time.left(month.plus(1)));
        let (top, bottom) = (region.value.px(band.high[at]), region.value.px(band.low[at]));
        if top.is_finite() && bottom - top > 0.2 {
            steps.push([left, right, top, bottom]);
        }
    }
    fill_steps(canvas, &steps, band.fill);
}

/// Fills steps (left, right, top, bottom), those that meet as one area.
pub(super) fn fill_steps(canvas: &mut Canvas, steps: &[[f32; 4]], fill: Color) {
    for run in steps.chunk_by(|a, b| (a[1] - b[0]).abs() < 1e-3) {
        canvas.marks.push(Mark::Area(Area::steps(run, fill)));
    }
}

fn stepped(canvas: &mut Canvas, region: &ChartRegion, line: &Line) {
    let stroke = if line.dashed {
        Stroke::dashed(line.width, line.color, 5.0, 4.0)
    } else {
        Stroke::solid(line.width, line.color)
    };
    let mut points: Vec<[f32; 2]> = Vec::new();
    for (at, value) in line.values.iter().enumerate() {
        let month = region.time.first.plus(at as i32);
        match value {
            Some(value) => {
                let y = region.value.px(*value);
                points.push([region.time.left(month), y]);
                points.push([region.time.left(month.plus(1)), y]);
            }
            None if !points.is_empty() => canvas.line(std::mem::take(&mut points), stroke),
            None => {}
        }
    }
    if !points.is_empty() {
        canvas.line(points, stroke);
    }
}

/// Names at the right edge, beside the ends of the lines.
fn labels(
    canvas: &mut Canvas,
    input: &LinesInput<'_>,
    region: &ChartRegion,
    right: f32,
    factor: f64,
) {
    let end = |line: &Line| {
        let value = last(line, factor)?;
        let y = region.value.px(value * factor);
        Some(End { name: line.name.clone(), color: line.color, value, y })
    };
    let ends = input.lines.iter().filter(|line| line.is_labelled()).filter_map(end);
    end_labels(canvas, ends.collect(), region.plot, right);
}

/// Where a line ends, to be named there.
pub(super) struct End {
    pub name: String,
    pub color: Color,
    /// Its last value, in the unit of the axis.
    pub value: f64,
    pub y: f32,
}

impl End {
    pub(super) fn text(&self) -> String {
        format!("{} {}", self.name, number(self.value))
    }
}

/// Names and values between a plot and the right edge, none over another.
pub(super) fn end_labels(canvas: &mut Canvas, mut ends: Vec<End>, plot: PixelRect, right: f32) {
    ends.sort_by(|a, b| b.y.total_cmp(&a.y));
    let mut spots: Vec<f32> = ends.iter().map(|end| end.y).collect();
    spread(&mut spots, LABEL_SIZE + 3.0, plot.y + 6.0, plot.bottom());
    let x = plot.right();
    for (end, y) in ends.iter().zip(&spots) {
        let leader = vec![[x + 1.0, end.y], [x + 6.0, end.y], [x + 12.0, *y]];
        canvas.line(leader, Stroke::solid(1.0, end.color.alpha(0.8)));
        let value = number(end.value);
        let space = right - x - 22.0 - text::width(&value, LABEL_SIZE, true);
        let name = text::fitted(&end.name, LABEL_SIZE, false, space.max(0.0));
        let style = Style::new(LABEL_SIZE, end.color);
        let after = canvas.text_then([x + 15.0, y + LABEL_SIZE * 0.36], &name, style);
        canvas.text([after + 5.0, y + LABEL_SIZE * 0.36], value, style.bold());
    }
}

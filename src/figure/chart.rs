//! Stepped, stacked areas over time: capacity and electricity cost.

use super::canvas::{Canvas, Style};
use super::mark::{Anchor, Area, Color, Mark, Point, Stroke, hatch, rect_ring};
use super::prepare::{Palette, Slot};
use super::scale::{Scale, axis_unit, tick_text, ticks};
use super::theme::Colors;
use super::{EventMark, Region, Scene, text};
use crate::geo::PixelRect;
use crate::model::{Grid, Month};
use crate::scenario::{Measure, Series, Stack};
use crate::units::Megawatts;

/// A band of the stack.
#[derive(Clone, Debug, PartialEq)]
pub struct Band {
    /// Its name.
    pub name: String,
    /// Its colour.
    pub slot: Slot,
    /// Groups of the stack that it sums.
    pub groups: Vec<usize>,
    /// Its value by month, in the unit of the measure (a yearly rate for costs and energy).
    pub values: Vec<f64>,
}

/// What of a stack is drawn.
pub(super) struct ChartInput<'a> {
    pub stack: &'a Stack,
    pub envelope: &'a [Series; 2],
    pub palette: &'a Palette,
    pub isolated: Option<&'a str>,
    pub month: Month,
    pub colors: &'a Colors,
    /// A title above the plot in place of the measure's; none where the page has it.
    pub title: Option<String>,
    /// The highest value of the axis, where charts share one.
    pub most: Option<f64>,
    /// Whether events lie below the plot.
    pub events: bool,
    /// Totals of the baseline, drawn as a line where they are known, where a scenario is shown.
    pub reference: Option<&'a [Option<f64>]>,
}

/// Values of a month as drawn: power as it is, energy and money at a yearly rate of 8,760 hours,
/// so that short months make no notches.
fn rate(stack: &Stack, values: &[f64]) -> Vec<f64> {
    yearly(stack.measure, &stack.grid, values)
}

/// Values of the months of a grid as drawn.
pub fn yearly(measure: Measure, grid: &Grid, values: &[f64]) -> Vec<f64> {
    if !measure.is_flow() {
        return values.to_vec();
    }
    let hours = grid.months().map(|m| f64::from(m.days()) * 24.0);
    values.iter().zip(hours).map(|(v, h)| v * 8760.0 / h).collect()
}

/// The bands of a stack from bottom to top: hues by their size at the end, then the others, then
/// what has no name. The order depends on the whole grid alone, never on the clock.
pub fn bands(stack: &Stack, palette: &Palette) -> Vec<Band> {
    let mut hues: Vec<usize> = Vec::new();
    let (mut others, mut unnamed) = (Vec::new(), Vec::new());
    for (at, group) in stack.groups.iter().enumerate() {
        if group.series.count.iter().all(|&n| n == 0) {
            continue;
        }
        match palette.slot(at) {
            Slot::Hue(_) => hues.push(at),
            Slot::Other => others.push(at),
            Slot::Unnamed => unnamed.push(at),
        }
    }
    let hue = |at: usize| match palette.slot(at) {
        Slot::Hue(hue) => hue,
        _ => u8::MAX,
    };
    hues.sort_by_key(|&at| hue(at));
    let mut out: Vec<Band> = hues
        .into_iter()
        .map(|at| {
            let title = palette.title(at, &stack.groups[at].name).to_owned();
            band(stack, title, palette.slot(at), vec![at])
        })
        .collect();
    match others.as_slice() {
        [] => {}
        [one] => {
            let title = palette.title(*one, &stack.groups[*one].name).to_owned();
            out.push(band(stack, title, Slot::Other, others));
        }
        many => {
            let name = format!("{} others", many.len());
            out.push(band(stack, name, Slot::Other, others));
        }
    }
    if let [first, ..] = unnamed.as_slice() {
        let name = stack.groups[*first].name.trim_matches(['(', ')']).to_owned();
        out.push(band(stack, name, Slot::Unnamed, unnamed));
    }
    out.retain(|b| b.values.iter().any(|v| *v > 0.0));
    out
}

fn band(stack: &Stack, name: String, slot: Slot, groups: Vec<usize>) -> Band {
    let mut sums = vec![0.0; stack.grid.len];
    for &group in &groups {
        let values = &stack.groups[group].series.value;
        sums.iter_mut().zip(values).for_each(|(sum, value)| *sum += value);
    }
    Band { name, slot, groups, values: rate(stack, &sums) }
}

/// Where the months of a grid lie.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TimeAxis {
    /// First month of the grid.
    pub first: Month,
    /// Number of months.
    pub len: usize,
    /// Left and right end in pixels.
    pub range: [f32; 2],
}

impl TimeAxis {
    pub(super) fn new(grid: &Grid, range: [f32; 2]) -> Self {
        Self { first: grid.first, len: grid.len, range }
    }

    /// Left edge of a month.
    pub fn left(&self, month: Month) -> f32 {
        let share = (month.index() - self.first.index()) as f32 / self.len as f32;
        self.range[0] + share * (self.range[1] - self.range[0])
    }

    /// The middle of a month.
    pub fn middle(&self, month: Month) -> f32 {
        f32::midpoint(self.left(month), self.left(month.plus(1)))
    }

    /// The month at a pixel, held within the grid.
    pub fn month(&self, px: f32) -> Month {
        let share = (px - self.range[0]) / (self.range[1] - self.range[0]).max(1.0);
        let at = (share * self.len as f32).floor().clamp(0.0, self.len as f32 - 1.0);
        self.first.plus(at as i32)
    }
}

/// A chart as it lies in its figure, for whoever points at it.
#[derive(Clone, Debug, PartialEq)]
pub struct ChartRegion {
    /// Its name: `capacity` or `cost`.
    pub name: &'static str,
    /// The plot, axes and labels not counted.
    pub plot: PixelRect,
    /// Months to pixels.
    pub time: TimeAxis,
    /// Values to pixels.
    pub value: Scale,
    /// Bands from bottom to top.
    pub bands: Vec<Band>,
    /// Lines that have a name, where it shows lines.
    pub lines: Vec<ReadLine>,
    /// What values are divided by to be read, and the unit that they then have.
    pub unit: (f64, String),
}

/// A line with its name, for whoever points at the chart.
#[derive(Clone, Debug, PartialEq)]
pub struct ReadLine {
    /// Its name.
    pub name: String,
    /// Its colour.
    pub color: Color,
    /// By month the value, and whether it is held from earlier months.
    pub values: Vec<Option<(f64, bool)>>,
}

impl ChartRegion {
    /// The band at a position, and its month.
    pub fn band_at(&self, at: Point) -> Option<(usize, Month)> {
        if !self.plot.contains(at) {
            return None;
        }
        let month = self.time.month(at[0]);
        let (value, mut sum) = (self.value.value(at[1]), 0.0);
        let index = (month.index() - self.time.first.index()) as usize;
        for (band, entry) in self.bands.iter().enumerate() {
            sum += entry.values[index];
            if value <= sum {
                return Some((band, month));
            }
        }
        None
    }
}

pub(super) const LABEL_SIZE: f32 = 12.0;
pub(super) const AXIS_SIZE: f32 = 11.5;

/// Draws a chart into a rectangle.
pub(super) fn draw(
    canvas: &mut Canvas,
    scene: &Scene<'_>,
    input: &ChartInput<'_>,
    rect: PixelRect,
) -> Region {
    let bands = bands(input.stack, input.palette);
    let most = input.most.unwrap_or_else(|| peak(input, &bands));
    let (factor, unit) = axis_unit(most, input.stack.measure.unit());
    let label_width = label_width(&bands, factor, rect.width);
    let top = rect.y + if input.title.is_some() { 46.0 } else { 30.0 };
    let events_height = if input.events { 18.0 } else { 0.0 };
    let height = rect.bottom() - top - 20.0 - events_height;
    let steps = ticks(most / factor, ((height / 44.0) as usize).clamp(2, 8));
    // The axis takes as much room as its longest number, and at least that of "events".
    let step = steps.get(1).copied().unwrap_or(1.0);
    let numbers = steps.iter().map(|&tick| text::width(&tick_text(tick, step), AXIS_SIZE, false));
    let axis = numbers.fold(32.0, f32::max) + 14.0;
    let plot = PixelRect::new(rect.x + axis, top, rect.width - axis - label_width, height);
    let highest = steps.last().copied().unwrap_or(1.0) * factor;
    let value = Scale { domain: [0.0, highest.max(most)], range: [plot.bottom(), plot.y] };
    let time = TimeAxis::new(&input.stack.grid, [plot.x, plot.right()]);
    let region = ChartRegion {
        name: if input.stack.measure == Measure::CostUsd { "cost" } else { "capacity" },
        plot,
        time,
        value,
        bands,
        lines: Vec::new(),
        unit: (factor, unit.clone()),
    };
    value_axis(canvas, input.colors, (region.plot, &region.value), &steps, factor);
    time_axis(canvas, input.colors, &region);
    areas(canvas, input, &region);
    let clock_at = on_axis(&region, input.month).then(|| region.time.middle(input.month));
    let mut keys = Keys::new(region.plot, clock_at);
    if input.events {
        by_status(canvas, scene, input, &region, &mut keys);
    }
    shading(canvas, input, &region, &mut keys);
    if input.events {
        told(canvas, scene, input, &mut keys);
    }
    reference(canvas, input, &region);
    heading(canvas, input, &region, rect, &unit, factor);
    labels(canvas, input, &region, rect.right(), factor);
    clock(canvas, input.colors, input.month, &region);
    let events = if input.events {
        events(canvas, scene, (input.colors, input.month), &region)
    } else {
        Vec::new()
    };
    Region::Chart { chart: Box::new(region), events }
}

/// The highest value that a chart shows.
pub(super) fn peak(input: &ChartInput<'_>, bands: &[Band]) -> f64 {
    let sums = (0..input.stack.grid.len).map(|m| bands.iter().map(|b| b.values[m]).sum::<f64>());
    let upper = rate(input.stack, &input.envelope[1].value);
    let reference = input.reference.unwrap_or_default().iter();
    let reference: Vec<f64> = reference.map(|value| value.unwrap_or(0.0)).collect();
    let reference = rate(input.stack, &reference);
    sums.chain(upper).chain(reference).fold(0.0, f64::max)
}

/// The total of the baseline as a dashed line with its name.
fn reference(canvas: &mut Canvas, input: &ChartInput<'_>, region: &ChartRegion) {
    let Some(values) = input.reference else { return };
    let colors = input.colors;
    let known: Vec<f64> = values.iter().map(|value| value.unwrap_or(0.0)).collect();
    let rates = rate(input.stack, &known);
    let months: Vec<usize> = (0..values.len()).filter(|&at| values[at].is_some()).collect();
    let mut end = None;
    // The line breaks where the baseline is not known.
    for run in months.chunk_by(|a, b| b - a == 1) {
        let mut line = Vec::new();
        for &at in run {
            let month = region.time.first.plus(at as i32);
            let y = region.value.px(rates[at]);
            line.push([region.time.left(month), y]);
            line.push([region.time.left(month.plus(1)), y]);
        }
        end = line.last().copied();
        canvas.line(line, Stroke::dashed(1.5, colors.strong, 5.0, 4.0));
    }
    let Some(end) = end else { return };
    let style = Style::new(11.0, colors.strong).anchor(Anchor::End).halo(colors.ground);
    let y = (end[1] - 6.0).max(region.plot.y + 10.0);
    canvas.text([region.plot.right() - 4.0, y], "baseline", style);
}

fn label_width(bands: &[Band], factor: f64, width: f32) -> f32 {
    let longest = bands.iter().map(|b| text::width(&label_text(b, factor), LABEL_SIZE, false));
    longest.fold(64.0, f32::max).min(width * 0.30) + 18.0
}

/// The value at the end of the grid, in the unit of the axis.
fn label_value(band: &Band, factor: f64) -> String {
    let value = band.values.last().copied().unwrap_or(0.0) / factor;
    let decimals = usize::from(value < 99.95) + usize::from(value < 0.095 && value > 0.0);
    crate::units::grouped(value, decimals)
}

fn label_text(band: &Band, factor: f64) -> String {
    format!("{} {}", band.name, label_value(band, factor))
}

pub(super) fn value_axis(
    canvas: &mut Canvas,
    colors: &Colors,
    (plot, value): (PixelRect, &Scale),
    steps: &[f64],
    factor: f64,
) {
    let step = steps.windows(2).next().map_or(1.0, |pair| pair[1] - pair[0]);
    let style = Style::new(AXIS_SIZE, colors.weak).anchor(Anchor::End);
    let mut lines = Vec::new();
    for &tick in steps {
        let y = value.px(tick * factor);
        lines.push([[plot.x, y], [plot.right(), y]]);
        canvas.text([plot.x - 8.0, y + AXIS_SIZE * 0.36], tick_text(tick, step), style);
    }
    canvas.segments(lines, Stroke::solid(1.0, colors.rule.alpha(0.75)));
}

pub(super) fn time_axis(canvas: &mut Canvas, colors: &Colors, region: &ChartRegion) {
    let time = &region.time;
    let (first, last) = (time.first.year(), time.first.plus(time.len as i32 - 1).year());
    let per_year = (time.range[1] - time.range[0]) / (last - first + 1) as f32;
    let every = [1, 2, 5, 10, 20, 50, 100]
        .into_iter()
        .find(|e| *e as f32 * per_year >= 40.0)
        .unwrap_or(100);
    let baseline = region.plot.bottom();
    let style = Style::new(AXIS_SIZE, colors.weak).anchor(Anchor::Middle);
    let mut marks = Vec::new();
    for year in (first..=last).filter(|y| (y - first) % every == 0) {
        let x = time.left(Month::new(year, 1)).max(time.range[0]);
        marks.push([[x, baseline], [x, baseline + 4.0]]);
        let middle = if every == 1 { x + per_year / 2.0 } else { x };
        if middle < time.range[1] - 8.0 {
            canvas.text([middle, baseline + 16.0], year.to_string(), style);
        }
    }
    canvas.segments(marks, Stroke::solid(1.0, colors.rule));
}

fn band_color(input: &ChartInput<'_>, band: &Band) -> Color {
    let color = band.slot.color(input.colors);
    match input.isolated {
        Some(name) if name != band.name => color.mix(input.colors.ground, 0.82),
        _ => color,
    }
}

/// Whether two positions are the same pixel for all that can be seen.
fn same(a: f32, b: f32) -> bool {
    (a - b).abs() < 1e-3
}

fn areas(canvas: &mut Canvas, input: &ChartInput<'_>, region: &ChartRegion) {
    let months = region.time.len;
    let mut below = vec![0.0; months];
    let mut edges = Vec::new();
    for band in &region.bands {
        let above: Vec<f64> = below.iter().zip(&band.values).map(|(b, v)| b + v).collect();
        let mut steps: Vec<[f32; 4]> = Vec::new();
        for at in 0..months {
            let month = region.time.first.plus(at as i32);
            let (left, right) = (region.time.left(month), region.time.left(month.plus(1)));
            let (top, bottom) = (region.value.px(above[at]), region.value.px(below[at]));
            match steps.last_mut() {
                Some(last) if same(last[2], top) && same(last[3], bottom) => last[1] = right,
                _ => steps.push([left, right, top, bottom]),
            }
        }
        let line = steps.iter().flat_map(|s| [[s[0], s[2]], [s[1], s[2]]]).collect();
        edges.push(line);
        steps.retain(|s| s[3] > s[2]);
        for run in steps.chunk_by(|a, b| same(a[1], b[0])) {
            canvas.marks.push(Mark::Area(Area::steps(run, band_color(input, band))));
        }
        below = above;
    }
    for line in edges {
        canvas.line(line, Stroke::solid(0.75, input.colors.ground.alpha(0.75)));
    }
}

/// The total if every imprecise date fell at the start, or at the end, of its period (RULES T3).
fn shading(canvas: &mut Canvas, input: &ChartInput<'_>, region: &ChartRegion, keys: &mut Keys) {
    let [low, high] = [0, 1].map(|at| rate(input.stack, &input.envelope[at].value));
    let mut steps: Vec<[f32; 4]> = Vec::new();
    for at in 0..region.time.len {
        let month = region.time.first.plus(at as i32);
        let (left, right) = (region.time.left(month), region.time.left(month.plus(1)));
        let (top, bottom) =
            (region.value.px(high[at].max(low[at])), region.value.px(low[at].min(high[at])));
        if bottom - top > 0.5 {
            steps.push([left, right, top, bottom]);
        }
    }
    let colors = input.colors;
    if !steps.is_empty() {
        let sample = keys.sample();
        canvas.rect(sample, 0.0, Some(colors.strong.alpha(0.13)), None);
        let edges = [sample.y, sample.bottom()].map(|y| [[sample.x, y], [sample.right(), y]]);
        canvas.segments(edges.to_vec(), Stroke::dashed(1.0, colors.strong.alpha(0.55), 3.0, 3.0));
        let long = "total if imprecise dates are early or late";
        keys.say(canvas, colors, &[long, "span of imprecise dates"]);
    }
    for run in steps.chunk_by(|a, b| same(a[1], b[0])) {
        canvas.marks.push(Mark::Area(Area::steps(run, colors.strong.alpha(0.13))));
        for side in [2, 3] {
            let line = run.iter().flat_map(|s| [[s[0], s[side]], [s[1], s[side]]]).collect();
            canvas.line(line, Stroke::dashed(1.0, colors.strong.alpha(0.55), 3.0, 3.0));
        }
    }
}

/// What signs of a chart mean, one below the other where the stack is still low.
struct Keys {
    plot: PixelRect,
    y: f32,
    /// Room for words, in pixels: a part of the plot, and not over the clock.
    room: f32,
}

/// From one key to the next, in pixels.
const KEY_STEP: f32 = 15.0;

impl Keys {
    fn new(plot: PixelRect, clock: Option<f32>) -> Self {
        let mut out = Self { plot, y: plot.y + 6.0, room: plot.width * 0.45 };
        let left = out.sample().right() + 6.0;
        if let Some(clock) = clock.filter(|clock| *clock > left) {
            out.room = out.room.min(clock - left - 6.0);
        }
        out
    }

    /// Where the sign of the next key stands.
    fn sample(&self) -> PixelRect {
        PixelRect::new(self.plot.x + 8.0, self.y, 16.0, 9.0)
    }

    /// Writes the words of a key beside its sign: the longest for which there is room.
    fn say(&mut self, canvas: &mut Canvas, colors: &Colors, words: &[&str]) {
        let sample = self.sample();
        let style = Style::new(11.0, colors.weak).halo(colors.ground);
        let fits = |words: &&&str| text::width(words, 11.0, false) < self.room;
        let words = words.iter().find(fits).or(words.last()).copied().unwrap_or_default();
        let room = self.plot.right() - sample.right() - 10.0;
        let words = text::fitted(words, 11.0, false, room.max(0.0));
        // Over bands of any colour words need a ground of their own.
        let width = text::width(&words, 11.0, false);
        let ground = PixelRect::new(sample.right() + 3.0, self.y - 3.0, width + 6.0, KEY_STEP);
        canvas.rect(ground, 3.0, Some(colors.ground.alpha(0.82)), None);
        canvas.text([sample.right() + 6.0, sample.bottom() - 0.5], words, style);
        self.y += KEY_STEP;
    }
}

/// Hatches at the foot of the stack what counts without a date, since it operates (RULES T5). Of
/// energy and money its number is told alone.
fn by_status(
    canvas: &mut Canvas,
    scene: &Scene<'_>,
    input: &ChartInput<'_>,
    region: &ChartRegion,
    keys: &mut Keys,
) {
    let Some(sums) = &scene.prepared.by_status else { return };
    let at = input.stack.grid.clamp(input.month);
    let (colors, series) = (input.colors, &sums.total);
    let (count, value) = (series.count[at], series.known(at));
    if count == 0 {
        return;
    }
    let phases = crate::units::counted(u64::from(count), "phase");
    let sample = keys.sample();
    let line = Stroke::solid(0.9, colors.strong.alpha(0.55));
    let Some(quantity) = input.stack.measure.quantity() else {
        canvas.segments(hatch(&[rect_ring(sample)], 3.5, false), line);
        let words = format!("{phases} without a date, dated by status");
        keys.say(
            canvas,
            colors,
            &[&words, &format!("{phases} dated by status"), "dated by status"],
        );
        return;
    };
    let mut ring = Vec::new();
    for month in 0..region.time.len {
        let first = region.time.first.plus(month as i32);
        let y = region.value.px(series.value[month]);
        ring.push([region.time.left(first), y]);
        ring.push([region.time.left(first.plus(1)), y]);
    }
    let base = region.value.px(0.0);
    let ends = [ring.last().copied(), ring.first().copied()];
    ring.extend(ends.into_iter().flatten().map(|[x, _]| [x, base]));
    canvas.segments(hatch(&[ring], 5.0, false), line);
    canvas.segments(hatch(&[rect_ring(sample)], 3.5, false), line);
    let value = value.map_or("unknown".to_owned(), |value| super::amount::amount(quantity, value));
    let words = format!("{value} in {phases} without a date, dated by status");
    keys.say(canvas, colors, &[&words, &format!("{value} dated by status"), "dated by status"]);
}

/// What is not in the stack: what has no date, and what a buyer does not use.
fn told(canvas: &mut Canvas, scene: &Scene<'_>, input: &ChartInput<'_>, keys: &mut Keys) {
    let (colors, prepared) = (input.colors, scene.prepared);
    let at = input.stack.grid.clamp(input.month);
    let of_power = input.stack.measure == Measure::FacilityMw;
    let due = prepared.due;
    if due.phases > 0 && of_power {
        let sample = keys.sample();
        canvas.circle(sample.center(), 4.5, Some(colors.weak), None);
        let power = crate::units::power(crate::units::Megawatts(due.facility_mw));
        let long = format!("due, in the stack: {}", due.words());
        keys.say(
            canvas,
            colors,
            &[&long, &format!("due: {}", due.words()), &format!("{power} due")],
        );
    }
    if let Some(undated) = prepared.undated_at(at).power_text() {
        let sample = keys.sample();
        canvas.circle(sample.center(), 4.5, None, Some(Stroke::solid(1.3, colors.weak)));
        let power = prepared.undated_at(at).value;
        let power = power.map_or("? MW".to_owned(), |mw| crate::units::power(Megawatts(mw)));
        let phases = crate::units::counted(u64::from(prepared.undated_at(at).phases), "phase");
        let long = format!("undated, not in the stack: {undated}");
        let middle = format!("undated: {undated}");
        keys.say(canvas, colors, &[&long, &middle, &format!("{power} undated, {phases}")]);
    }
    if let Some(lens) = &prepared.lens {
        let sample = keys.sample();
        let [x, y] = sample.center();
        canvas.circle([x, y], 4.0, Some(colors.accent), None);
        let words = format!("share of {} alone", lens.buyer());
        keys.say(canvas, colors, &[&words, &format!("share of {}", lens.buyer())]);
    }
}

fn heading(
    canvas: &mut Canvas,
    input: &ChartInput<'_>,
    region: &ChartRegion,
    rect: PixelRect,
    unit: &str,
    factor: f64,
) {
    let measure = input.stack.measure;
    let per = if measure.is_flow() { " a year" } else { "" };
    let what = format!("{}, {unit}{per}", measure.title());
    let base = region.plot.y - 14.0;
    if let Some(title) = &input.title {
        let style = Style::new(14.0, input.colors.strong).bold();
        let title = if title.is_empty() { what } else { format!("{title}: {what}") };
        canvas.text([rect.x, rect.y + 14.0], text::fitted(&title, 14.0, true, rect.width), style);
    } else {
        let by = format!("{what}, by {}", input.stack.key.title().to_lowercase());
        // On the side of the clock that has more room.
        let clock = if on_axis(region, input.month) {
            region.time.middle(input.month)
        } else {
            rect.right()
        };
        let (left, right) = (clock - 40.0 - rect.x - 8.0, rect.right() - clock - 40.0);
        let style = Style::new(LABEL_SIZE, input.colors.weak);
        let (x, room) = if left >= right { (rect.x + 4.0, left) } else { (clock + 40.0, right) };
        canvas.text([x, base], text::fitted(&by, LABEL_SIZE, false, room.max(0.0)), style);
    }
    if !on_axis(region, input.month) {
        return;
    }
    let at = input.stack.grid.clamp(input.month);
    let total: f64 = region.bands.iter().map(|b| b.values[at]).sum();
    let decimals = usize::from(total / factor < 99.95);
    let known = input.stack.total.known(at);
    let number = known.map_or("unknown".to_owned(), |_| {
        format!("{} {unit}", crate::units::grouped(total / factor, decimals))
    });
    let style = Style::new(LABEL_SIZE, input.colors.strong).bold();
    let x = region.time.middle(input.month);
    let space = text::width(&number, LABEL_SIZE, true) + 8.0;
    // Never behind the month above the plot.
    let y =
        (region.value.px(total).min(region.plot.bottom() - 4.0) - 6.0).max(region.plot.y + 12.0);
    let (x, anchor) = if x - 6.0 - space < region.plot.x {
        (x + 6.0, Anchor::Start)
    } else {
        (x - 6.0, Anchor::End)
    };
    canvas.text([x, y], number, style.anchor(anchor).halo(input.colors.ground));
}

/// Names at the right edge, beside their band, moved apart where they would meet.
fn labels(
    canvas: &mut Canvas,
    input: &ChartInput<'_>,
    region: &ChartRegion,
    right: f32,
    factor: f64,
) {
    let line = LABEL_SIZE + 3.0;
    let mut sum = 0.0;
    let mut wanted: Vec<(usize, f32, f64)> = Vec::new();
    for (at, band) in region.bands.iter().enumerate() {
        let value = band.values.last().copied().unwrap_or(0.0);
        let middle = region.value.px(sum + value / 2.0);
        sum += value;
        wanted.push((at, middle, value));
    }
    let total = sum;
    let room = ((region.plot.height - 6.0) / line).floor().max(1.0) as usize;
    if wanted.len() > room {
        wanted.sort_by(|a, b| b.2.total_cmp(&a.2));
        wanted.truncate(room);
        wanted.sort_by_key(|(at, ..)| *at);
    }
    let mut spots: Vec<f32> = wanted.iter().map(|(_, y, _)| *y).collect();
    spread(&mut spots, line, region.plot.y + line, region.plot.bottom());
    let x = region.plot.right();
    let top = region.value.px(total).min(spots.last().copied().unwrap_or(f32::MAX)) - line;
    let number = crate::units::grouped(total / factor, usize::from(total / factor < 99.95));
    let style = Style::new(LABEL_SIZE, input.colors.strong);
    let at = [x + 15.0, top.max(region.plot.y) + LABEL_SIZE * 0.36];
    let end = canvas.text_then(at, "total", style);
    canvas.text([end + 5.0, at[1]], number, style.bold());
    for ((at, middle, _), y) in wanted.iter().zip(&spots) {
        let band = &region.bands[*at];
        let color = band_color(input, band);
        let leader = vec![[x + 1.0, *middle], [x + 6.0, *middle], [x + 12.0, *y]];
        canvas.line(leader, Stroke::solid(1.0, color.alpha(0.8)));
        let number = label_value(band, factor);
        let number_width = text::width(&number, LABEL_SIZE, true);
        let space = right - x - 20.0 - number_width;
        let name = text::fitted(&band.name, LABEL_SIZE, false, space);
        let style = Style::new(LABEL_SIZE, color);
        let end = canvas.text_then([x + 15.0, y + LABEL_SIZE * 0.36], &name, style);
        canvas.text([end + 5.0, y + LABEL_SIZE * 0.36], number, style.bold());
    }
}

/// Moves positions (from bottom to top, so falling in pixels) apart to a distance, within bounds.
pub(super) fn spread(spots: &mut [f32], line: f32, top: f32, bottom: f32) {
    let mut ceiling = bottom;
    for spot in spots.iter_mut() {
        *spot = spot.min(ceiling);
        ceiling = *spot - line;
    }
    let mut floor = top;
    for spot in spots.iter_mut().rev() {
        *spot = spot.max(floor);
        floor = *spot + line;
    }
}

/// Whether a month lies on the axis.
pub(super) fn on_axis(region: &ChartRegion, month: Month) -> bool {
    let at = month.index() - region.time.first.index();
    (0..region.time.len as i32).contains(&at)
}

pub(super) fn clock(canvas: &mut Canvas, colors: &Colors, month: Month, region: &ChartRegion) {
    if !on_axis(region, month) {
        return;
    }
    let x = region.time.middle(month);
    let plot = region.plot;
    let line = vec![[x, plot.y - 8.0], [x, plot.bottom() + 5.0]];
    canvas.line(line, Stroke::solid(1.25, colors.strong));
    let title = month.title();
    let width = text::width(&title, 11.5, true) + 14.0;
    let left = (x - width / 2.0).clamp(plot.x - 40.0, plot.right() - width + 40.0);
    let pill = PixelRect::new(left, plot.y - 26.0, width, 18.0);
    canvas.rect(pill, 4.0, Some(colors.strong), None);
    let style = Style::new(11.5, colors.ground).bold().anchor(Anchor::Middle);
    canvas.text([pill.center()[0], pill.y + 13.2], title, style);
}

pub(super) fn events(
    canvas: &mut Canvas,
    scene: &Scene<'_>,
    (colors, now): (&Colors, Month),
    region: &ChartRegion,
) -> Vec<EventMark> {
    let y = region.plot.bottom() + 30.0;
    let style = Style::new(11.0, colors.weak).anchor(Anchor::End);
    if scene.data.tables.events.is_empty() {
        return Vec::new();
    }
    canvas.text([region.plot.x - 8.0, y + 3.5], "events", style);
    let mut out = Vec::new();
    let end = region.time.first.plus(region.time.len as i32);
    for (at, event) in scene.data.tables.events.iter().enumerate() {
        let month = event.date.month();
        if month < region.time.first || month >= end {
            continue;
        }
        let (_, _, day) = event.date.ymd();
        let share = (day as f32 - 0.5) / month.days() as f32;
        let (left, right) = (region.time.left(month), region.time.left(month.plus(1)));
        let x = left + share * (right - left);
        let color = event_color(colors, scene.data.text(event.kind));
        let past = event.date <= now.last_day();
        let color = if past { color } else { color.alpha(0.45) };
        canvas.marks.push(Mark::Area(Area {
            rings: vec![vec![[x - 3.6, y + 3.2], [x, y - 3.6], [x + 3.6, y + 3.2]]],
            corners: vec![[x - 3.6, y + 3.2], [x, y - 3.6], [x + 3.6, y + 3.2]],
            triangles: vec![[0, 1, 2]],
            fill: color,
        }));
        out.push(EventMark { event: at, center: [x, y] });
    }
    out
}

/// The colour of a kind of event.
pub fn event_color(colors: &Colors, kind: &str) -> Color {
    match kind {
        "deal" => colors.hues[0],
        "power" => colors.hues[6],
        "policy" => colors.hues[3],
        "launch" => colors.hues[2],
        "limits" => colors.hues[4],
        _ => colors.unnamed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_moved_apart_and_stay_inside() {
        let mut spots = vec![99.0, 98.0, 97.0, 20.0];
        spread(&mut spots, 15.0, 0.0, 100.0);
        for pair in spots.windows(2) {
            assert!(pair[0] - pair[1] >= 15.0 - 1e-3, "{spots:?}");
        }
        assert!(spots.iter().all(|s| (0.0..=100.0).contains(s)), "{spots:?}");
    }

    #[test]
    fn a_pixel_of_the_axis_is_its_month() {
        let grid = Grid::new(Month::new(2024, 1), Month::new(2029, 12));
        let time = TimeAxis::new(&grid, [50.0, 770.0]);
        for month in grid.months() {
            assert_eq!(time.month(time.middle(month)), month);
        }
        assert_eq!(time.month(-100.0), grid.first);
        assert_eq!(time.month(10_000.0), grid.last());
    }
}

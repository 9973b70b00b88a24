//! Electricity prices hour by hour: the zones of most compute in colour, the spread of all behind.
//!
//! Where there is room for single hours, lines are steps. Where there is not, a line is the mean of
//! some hours or of whole days, and the range of their prices is shaded, so that no peak is lost. The
//! work depends on the pixels, not on the hours; and columns stand fast while the view moves.

use super::canvas::{Canvas, Style};
use super::chart::{AXIS_SIZE, LABEL_SIZE, value_axis};
use super::lines::{End, end_labels, fill_steps};
use super::mark::{Anchor, Color, Mark, Stroke};
use super::prices::{NAMED, most_first};
use super::scale::{Scale, tick_text, ticks_between};
use super::spec::FigureSpec;
use super::standing::PlaceTotal;
use super::theme::Colors;
use super::{Region, Scene, text};
use crate::geo::PixelRect;
use crate::model::time::MONTH_NAMES;
use crate::model::{Dataset, Hour, HourSeries, HourlyPrices, Month, Name, Summary};

/// The fewest hours that a view shows.
pub const FEWEST: f64 = 12.0;

/// Ticks of the time axis are at least so far apart, in pixels.
const TICK_ROOM: f64 = 76.0;

/// A line of the chart, for whoever points at it.
#[derive(Clone, Debug, PartialEq)]
pub struct HourLine {
    /// Name of the zone.
    pub name: String,
    /// Its colour.
    pub color: Color,
    /// Position of the zone in [`HourlyPrices::zones`].
    pub zone: usize,
}

/// Axes and lines of the chart.
#[derive(Clone, Debug, PartialEq)]
pub struct HoursRegion {
    /// The plot, axes and labels not counted.
    pub plot: PixelRect,
    /// First hour in view, and that after the last.
    pub hours: [f64; 2],
    /// Named lines.
    pub lines: Vec<HourLine>,
}

impl HoursRegion {
    /// The hour at a pixel from the left, with its fraction.
    pub fn hour_at(&self, x: f32) -> f64 {
        let share = f64::from((x - self.plot.x) / self.plot.width);
        self.hours[0] + share * (self.hours[1] - self.hours[0])
    }

    fn px(&self, hour: f64) -> f32 {
        let share = (hour - self.hours[0]) / (self.hours[1] - self.hours[0]);
        self.plot.x + share as f32 * self.plot.width
    }

    /// The view moved by pixels to the right, as if it were dragged.
    pub fn panned(&self, pixels: f32) -> [f64; 2] {
        let past = f64::from(pixels / self.plot.width) * (self.hours[1] - self.hours[0]);
        self.hours.map(|hour| hour - past)
    }

    /// The view zoomed about a pixel from the left: a factor above 1 shows fewer hours.
    pub fn zoomed(&self, factor: f64, x: f32) -> [f64; 2] {
        let still = self.hour_at(x);
        self.hours.map(|hour| still + (hour - still) / factor)
    }
}

/// A part of the hours that there are, at least [`FEWEST`] long and not beyond the first and the
/// last: what a view that was asked for becomes.
pub fn within(prices: &HourlyPrices, [from, to]: [f64; 2]) -> [f64; 2] {
    let all = prices.hours();
    let (start, end) = (f64::from(all.start), f64::from(all.end));
    let whole = (end - start).max(FEWEST);
    let length = if (to - from).is_finite() { (to - from).clamp(FEWEST, whole) } else { whole };
    // Too short a view grows about its middle.
    let from = (from + to - length) / 2.0;
    let from = if from.is_finite() { from.clamp(start, start + whole - length) } else { start };
    [from, from + length]
}

/// A zone with what its compute draws.
struct Ranked {
    zone: usize,
    total: PlaceTotal,
}

/// Zones with hourly prices, those of most compute first, then by code. A site belongs to the first
/// zone of its chain that has any.
fn ranked(scene: &Scene<'_>) -> Vec<Ranked> {
    let (data, prices) = (scene.data, scene.data.hours());
    let mut out: Vec<Ranked> =
        (0..prices.zones.len()).map(|zone| Ranked { zone, total: PlaceTotal::default() }).collect();
    for (&(start, orbital), place) in data.price_places().iter().zip(scene.powers.by_place(data)) {
        if let Some(zone) = zone_of(data, start).filter(|_| !orbital) {
            out[zone].total.add(place);
        }
    }
    let code = |ranked: &Ranked| data.text(prices.zones[ranked.zone].zone);
    out.sort_by(|a, b| most_first((&a.total, code(a)), (&b.total, code(b))));
    out
}

/// The first zone of a chain that has hourly prices.
fn zone_of(data: &Dataset, start: Name) -> Option<usize> {
    if start.is_empty() {
        return None;
    }
    data.zone_chain(start).into_iter().find_map(|zone| data.hours().position(zone))
}

/// Whose prices are drawn as lines, each with its colour and width; the last is drawn last.
fn chosen_lines(spec: &FigureSpec, scene: &Scene<'_>) -> Vec<(HourLine, f32)> {
    let (data, colors) = (scene.data, spec.theme.colors());
    let site = spec.selected.iter().find_map(|id| data.site_position(id));
    let chosen = site.and_then(|site| zone_of(data, data.price_start(site)));
    let ranked = ranked(scene);
    let used = ranked.iter().take(NAMED).take_while(|ranked| ranked.total.sites > 0).count();
    // Where no site pays any of them, the first few stand for all.
    let named = if used > 0 { used } else { NAMED.min(ranked.len()) };
    let line = |zone: usize, color: Color, width: f32| {
        let id = data.hours().zones[zone].zone;
        let name = data.text(data.zone(id).map_or(id, |zone| zone.name)).to_owned();
        (HourLine { name, color, zone }, width)
    };
    let others = ranked.iter().take(named).enumerate().rev();
    let mut out: Vec<_> = others
        .filter(|(_, ranked)| Some(ranked.zone) != chosen)
        .map(|(at, ranked)| line(ranked.zone, colors.hues[at], 1.3))
        .collect();
    out.extend(chosen.map(|zone| line(zone, colors.strong, 2.0)));
    out
}

/// Whole hours in view.
fn whole([from, to]: [f64; 2]) -> std::ops::Range<i32> {
    from.floor() as i32..to.ceil() as i32
}

/// Draws the prices into a rectangle.
pub(super) fn draw(
    canvas: &mut Canvas,
    spec: &FigureSpec,
    scene: &Scene<'_>,
    rect: PixelRect,
) -> Region {
    let colors = spec.theme.colors();
    let prices = scene.data.hours();
    let hours = within(prices, spec.hours.unwrap_or([f64::NAN; 2]));
    let lines = chosen_lines(spec, scene);
    let series = |line: &HourLine| &prices.zones[line.zone].prices;
    let mut drawn: Vec<&HourSeries> = lines.iter().map(|(line, _)| series(line)).collect();
    drawn.extend([&prices.spread[0], &prices.spread[2]]);
    // The width of the plot is not known yet; the axis does not depend on it by much.
    let rough = Columns::new(&HoursRegion { plot: rect, hours, lines: Vec::new() });
    let ([low, high], beyond) = rough.usual_extent(&drawn);
    let mut ends: Vec<End> = lines
        .iter()
        .filter_map(|(line, _)| {
            let value = rough.last(series(line), hours[1])?;
            let (name, color) = (line.name.clone(), line.color);
            Some(End { name, color, value, y: 0.0 })
        })
        .collect();
    let widest = ends.iter().map(|end| text::width(&end.text(), LABEL_SIZE, true));
    let labels = widest.fold(64.0, f32::max).min(rect.width * 0.30) + 20.0;
    let (top, height) = (rect.y + 30.0, rect.height - 30.0 - 20.0 - 18.0);
    let mut steps = ticks_between([low, high], ((height / 44.0) as usize).clamp(2, 8));
    // Prices a little below zero need no whole step there.
    let bottom = low * 1.08;
    steps.retain(|&step| step >= bottom);
    let step = steps.windows(2).next().map_or(1.0, |pair| pair[1] - pair[0]);
    let numbers = steps.iter().map(|&t| text::width(&tick_text(t, step), AXIS_SIZE, false));
    let axis = numbers.fold(32.0, f32::max) + 14.0;
    let plot = PixelRect::new(rect.x + axis, top, rect.width - axis - labels, height);
    let domain = [bottom, steps.last().copied().unwrap_or(1.0)];
    let value = Scale { domain, range: [plot.bottom(), plot.y] };
    let region =
        HoursRegion { plot, hours, lines: lines.iter().map(|(line, _)| line.clone()).collect() };
    value_axis(canvas, colors, (plot, &value), &steps, 1.0);
    time_axis(canvas, colors, &region);
    let mut inside = Canvas::default();
    clock(&mut inside, colors, spec.month, &region);
    let columns = Columns::new(&region);
    spread_marks(&mut inside, prices, &columns, &value, colors);
    if !columns.single() {
        for (line, _) in &lines {
            let range = |summary: Summary| [summary.low, summary.high];
            columns.band(&mut inside, series(line), &value, (line.color.alpha(0.11), range));
        }
    }
    for (line, width) in &lines {
        let stroke = Stroke::solid(*width, line.color);
        columns.line(&mut inside, series(line), &value, stroke);
    }
    canvas.marks.push(Mark::Clip { rect: plot, marks: inside.marks });
    heading(
        canvas,
        colors,
        (plot.x - 34.0, rect.right(), plot.y - 14.0),
        &[columns.words(), spread_words(prices), beyond],
    );
    ends.iter_mut().for_each(|end| end.y = value.px(end.value));
    end_labels(canvas, ends, plot, rect.right());
    Region::Hours(Box::new(region))
}

/// Lengths of columns, in hours: parts of a day, then days.
/// Longer parts of a day than three hours would show its shape no more, and hide the days.
const LENGTHS: [i32; 8] = [1, 2, 3, 24, 48, 72, 168, 336];

/// Of the columns with the lowest and the highest prices so many, of 1, may go beyond the axis.
const BEYOND: f64 = 0.02;

/// The axis goes so far above the highest of the usual prices.
const HEADROOM: f64 = 1.15;

/// Runs of hours that are drawn as one.
struct Columns {
    /// Hours of each.
    length: i32,
    /// First hour of each, and that after the last.
    starts: Vec<i32>,
    /// Their pixels.
    edges: Vec<f32>,
}

impl Columns {
    fn new(region: &HoursRegion) -> Self {
        let [from, to] = region.hours;
        let pixel = (to - from) / f64::from(region.plot.width.max(1.0));
        let fits = |length: &i32| f64::from(*length) >= pixel;
        let many = || (pixel / 168.0).ceil() as i32 * 168;
        let length = LENGTHS.into_iter().find(fits).unwrap_or_else(many);
        // Columns begin at multiples of their length, wherever the view begins.
        let seen = whole(region.hours);
        let first = seen.start.div_euclid(length);
        let last = (seen.end + length - 1).div_euclid(length);
        let starts: Vec<i32> = (first..=last).map(|at| at * length).collect();
        let edges = starts.iter().map(|&hour| region.px(f64::from(hour))).collect();
        Self { length, starts, edges }
    }

    /// Whether each is one hour, in which its price holds.
    fn single(&self) -> bool {
        self.length == 1
    }

    /// Left and right edge of each, with what a series says of its hours.
    fn summaries<'a>(
        &'a self,
        series: &'a HourSeries,
    ) -> impl Iterator<Item = ([f32; 2], Option<Summary>)> + 'a {
        let edges = self.edges.windows(2).map(|pair| [pair[0], pair[1]]);
        edges.zip(self.starts.windows(2).map(|pair| series.summary(pair[0]..pair[1])))
    }

    /// What the axis has to show: the prices of nearly all columns, and zero. With it, in words,
    /// the extent of all prices where some go beyond.
    fn usual_extent(&self, drawn: &[&HourSeries]) -> ([f64; 2], String) {
        let all = drawn.iter().flat_map(|series| self.summaries(series));
        let (mut lows, mut highs): (Vec<f64>, Vec<f64>) =
            all.filter_map(|(_, summary)| summary).map(|s| (s.low, s.high)).unzip();
        let most = highs.iter().copied().fold(0.0, f64::max);
        let least = lows.iter().copied().fold(0.0, f64::min);
        let cut = (highs.len() as f64 * BEYOND) as usize;
        let usual = |values: &mut Vec<f64>, order: fn(&f64, &f64) -> std::cmp::Ordering| {
            let inside = cut.min(values.len().saturating_sub(1));
            if values.is_empty() { 0.0 } else { *values.select_nth_unstable_by(inside, order).1 }
        };
        let low = usual(&mut lows, f64::total_cmp).min(0.0);
        let high = usual(&mut highs, |a, b| b.total_cmp(a)).max(0.0) * HEADROOM;
        if most <= high && least >= low {
            return ([low, most], String::new());
        }
        let [least, most_text] = [least, most].map(|price| crate::units::grouped(price, 0));
        ([low, high.min(most)], format!("all prices: {least} to {most_text}"))
    }

    /// The last price that is known before an hour. Hours are looked through in one column only.
    fn last(&self, series: &HourSeries, end: f64) -> Option<f64> {
        let columns = self.starts.windows(2).rev().map(|pair| pair[0]..pair[1]);
        let mut columns = columns.map(|hours| hours.start..hours.end.min(end.ceil() as i32));
        let known = columns.find(|hours| series.summary(hours.clone()).is_some())?;
        known.rev().find_map(|hour| series.get(Hour(hour)))
    }

    /// A line through prices of single hours, in steps, or through the means of columns.
    fn line(&self, canvas: &mut Canvas, series: &HourSeries, value: &Scale, stroke: Stroke) {
        let ends = self.summaries(series).map(|(edges, summary)| {
            let summary = summary?;
            Some((edges, value.px(summary.mean)))
        });
        let ends: Vec<_> = ends.collect();
        for run in ends.split(Option::is_none) {
            let run = run.iter().flatten();
            let points: Vec<[f32; 2]> = if self.single() {
                run.flat_map(|&([left, right], y)| [[left, y], [right, y]]).collect()
            } else {
                run.map(|&([left, right], y)| [f32::midpoint(left, right), y]).collect()
            };
            if points.len() > 1 {
                canvas.line(points, stroke);
            }
        }
    }

    /// An area from a low to a high price of each column.
    fn band(
        &self,
        canvas: &mut Canvas,
        series: &HourSeries,
        value: &Scale,
        (fill, ends): (Color, impl Fn(Summary) -> [f64; 2]),
    ) {
        let steps = self.summaries(series).filter_map(|([left, right], summary)| {
            let [low, high] = ends(summary?).map(|price| value.px(price));
            Some([left, right, high, low])
        });
        fill_steps(canvas, &steps.collect::<Vec<_>>(), fill);
    }

    /// What a line shows.
    fn words(&self) -> String {
        match self.length {
            1 => "Price by hour, USD/MWh".to_owned(),
            24 => "Daily mean of hourly prices, USD/MWh, and their range".to_owned(),
            hours if hours % 24 == 0 => {
                format!("Mean price of {} days, USD/MWh, and the range of hours", hours / 24)
            }
            hours => format!("Mean price of {hours} hours, USD/MWh, and their range"),
        }
    }
}

/// The band from the 5th to the 95th percentile of all zones, and their median; of columns of
/// several hours the means of each.
fn spread_marks(
    canvas: &mut Canvas,
    prices: &HourlyPrices,
    columns: &Columns,
    value: &Scale,
    colors: &Colors,
) {
    let [low, median, high] = &prices.spread;
    let ends = columns.summaries(low).zip(columns.summaries(high));
    let steps = ends.filter_map(|(([left, right], low), (_, high))| {
        let (low, high) = (value.px(low?.mean), value.px(high?.mean));
        Some([left, right, high, low])
    });
    fill_steps(canvas, &steps.collect::<Vec<_>>(), colors.weak.alpha(0.14));
    columns.line(canvas, median, value, Stroke::solid(1.0, colors.weak.alpha(0.75)));
}

fn spread_words(prices: &HourlyPrices) -> String {
    format!("grey: 5–95 % and median of {} zones", prices.zones.len())
}

/// The month of the clock, where it is in view.
fn clock(canvas: &mut Canvas, colors: &Colors, month: Month, region: &HoursRegion) {
    let edge = |month: Month| region.px(f64::from(Hour::of(month.first_day()).0));
    let (left, right) = (edge(month), edge(month.plus(1)));
    let plot = region.plot;
    let (left, right) = (left.max(plot.x), right.min(plot.right()));
    if left < right {
        let rect = PixelRect::new(left, plot.y, right - left, plot.height);
        canvas.rect(rect, 0.0, Some(colors.strong.alpha(0.05)), None);
    }
}

/// What the chart shows, on the line at `y` above the plot: as many of the words as find room.
fn heading(
    canvas: &mut Canvas,
    colors: &Colors,
    (left, right, y): (f32, f32, f32),
    words: &[String; 3],
) {
    let [first, more @ ..] = words;
    let mut line = first.clone();
    for words in more.iter().filter(|words| !words.is_empty()) {
        let longer = format!("{line} · {words}");
        if text::width(&longer, LABEL_SIZE, false) <= right - left {
            line = longer;
        }
    }
    canvas.text([left, y], line, Style::new(LABEL_SIZE, colors.weak));
}

/// Ticks of the time axis: hours, and what they say.
fn time_ticks([from, to]: [f64; 2], width: f64) -> Vec<(i32, String)> {
    let room = (to - from) / width * TICK_ROOM;
    let step = [1, 3, 6, 12, 24, 48, 168].into_iter().find(|&step| f64::from(step) >= room);
    let mut out = match step {
        Some(step) => hour_ticks([from, to], step),
        None => month_ticks([from, to], room / 730.0),
    };
    // The year stands once, and where it changes.
    let mut year = None;
    for (hour, text) in out.iter_mut().filter(|(_, text)| !text.contains(':')) {
        let own = Hour(*hour).day().ymd().0;
        if year != Some(own) && *text != own.to_string() {
            text.push_str(&format!(" {own}"));
        }
        year = Some(own);
    }
    out
}

/// Ticks every so many hours: days and times of day.
fn hour_ticks([from, to]: [f64; 2], step: i32) -> Vec<(i32, String)> {
    // Weeks begin on Mondays; 5 January 1970 was one.
    let shift = if step == 168 { 96 } else { 0 };
    let first = (from.ceil() as i32 - shift + step - 1).div_euclid(step) * step + shift;
    let hours = (first..to.ceil() as i32).step_by(step as usize).map(Hour);
    let words = |hour: Hour| {
        let (_, month, day) = hour.day().ymd();
        match hour.of_day() {
            0 => format!("{day} {}", MONTH_NAMES[month as usize - 1]),
            of_day => format!("{of_day:02}:00"),
        }
    };
    hours.map(|hour| (hour.0, words(hour))).collect()
}

/// Ticks at least so many months apart: months, or years.
fn month_ticks([from, to]: [f64; 2], least: f64) -> Vec<(i32, String)> {
    let step = [1, 3, 6, 12, 24, 60].into_iter().find(|&step| f64::from(step) >= least);
    let step = step.unwrap_or(120);
    let first = Hour(from as i32).day().month().index().div_euclid(step) * step;
    let months = (0..).map(|at| Month::from_index(first + at * step));
    let ticks = months.map(|month| (Hour::of(month.first_day()).0, month));
    let seen = ticks.take_while(|(hour, _)| f64::from(*hour) < to);
    let words = |month: Month| match (step, month.number()) {
        (12.., _) => month.year().to_string(),
        (_, number) => MONTH_NAMES[number as usize - 1].to_owned(),
    };
    let seen = seen.filter(|(hour, _)| f64::from(*hour) >= from);
    seen.map(|(hour, month)| (hour, words(month))).collect()
}

fn time_axis(canvas: &mut Canvas, colors: &Colors, region: &HoursRegion) {
    let baseline = region.plot.bottom();
    let style = Style::new(AXIS_SIZE, colors.weak).anchor(Anchor::Middle);
    let mut marks = Vec::new();
    for (hour, words) in time_ticks(region.hours, f64::from(region.plot.width)) {
        let x = region.px(f64::from(hour));
        marks.push([[x, baseline], [x, baseline + 4.0]]);
        let half = text::width(&words, AXIS_SIZE, false) / 2.0;
        if x + half < region.plot.right() + 30.0 {
            // A text at the left edge begins where the axis does.
            canvas.text([x.max(region.plot.x - 40.0 + half), baseline + 16.0], words, style);
        }
    }
    canvas.segments(marks, Stroke::solid(1.0, colors.rule));
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn region(hours: [f64; 2], width: f32) -> HoursRegion {
        HoursRegion { plot: PixelRect::new(40.0, 10.0, width, 100.0), hours, lines: Vec::new() }
    }

    proptest! {
        /// The columns of any view hold each hour of it once, and the line reaches every peak.
        #[test]
        fn every_hour_in_view_is_in_one_column(
            from in -5000.0..5000.0_f64,
            length in FEWEST..9000.0,
            width in 60.0..900.0_f32,
            peak in 0.0..1.0_f64,
        ) {
            let region = region([from, from + length], width);
            let columns = Columns::new(&region);
            let seen = whole(region.hours);
            let ends = (columns.starts[0], *columns.starts.last().unwrap());
            prop_assert!(ends.0 <= seen.start && ends.1 >= seen.end);
            prop_assert!(columns.starts.windows(2).all(|pair| pair[1] - pair[0] == columns.length));
            prop_assert!(columns.starts.len() <= width as usize + 3);

            let peak = seen.start + (peak * (seen.len() - 1) as f64) as i32;
            let value_at = |hour| if hour == peak { 900.0 } else { 50.0 };
            let values: Vec<f32> = seen.clone().map(value_at).collect();
            let series = HourSeries::new(Hour(seen.start), values);
            let value = Scale { domain: [0.0, 1000.0], range: [110.0, 10.0] };
            let top = value.px(900.0);
            let mut canvas = Canvas::default();
            let color = Color([0, 0, 0, 255]);
            columns.line(&mut canvas, &series, &value, Stroke::solid(1.0, color));
            columns.band(&mut canvas, &series, &value, (color, |s| [s.low, s.high]));
            let points = canvas.marks.iter().flat_map(|mark| match mark {
                Mark::Line { points, .. } => points.clone(),
                Mark::Area(area) => area.rings.concat(),
                _ => Vec::new(),
            });
            let tops: Vec<f32> = points.filter(|p| (p[1] - top).abs() < 1e-2).map(|p| p[0]).collect();
            prop_assert!(!tops.is_empty(), "the peak is lost");
            // It stands where its hour is.
            let room = f64::from(columns.length);
            let (left, right) = (f64::from(peak) - room, f64::from(peak) + room);
            let (left, right) = (region.px(left) - 0.1, region.px(right) + 0.1);
            prop_assert!(tops.iter().all(|x| (left..right).contains(x)));
        }

        /// What was asked for becomes a view of hours that there are.
        #[test]
        fn a_view_stays_within_the_hours(from in -1e5..1e5_f64, length in -10.0..1e5_f64) {
            let prices = HourlyPrices::new(vec![crate::model::ZoneHours {
                local: None,
                zone: Name(1),
                source: Name::EMPTY,
                prices: HourSeries::new(Hour(1000), vec![1.0; 8760]),
            }]);
            let [a, b] = within(&prices, [from, from + length]);
            prop_assert!(a >= 1000.0 && b <= 9760.0 + 1e-6, "{a} to {b}");
            prop_assert!(b - a >= FEWEST - 1e-9);
            let [from, to] = within(&prices, [f64::NAN; 2]);
            prop_assert!((from - 1000.0).abs() + (to - 9760.0).abs() < 1e-9);
        }
    }

    #[test]
    fn ticks_say_their_date_and_the_year_once() {
        let hour = |text: &str| f64::from(Hour::parse(text).unwrap().0);
        let words = |from: &str, to: &str| -> Vec<String> {
            let ticks = time_ticks([hour(from), hour(to)], 700.0);
            ticks.into_iter().map(|(_, text)| text).collect()
        };
        let day = words("2025-12-31T20:00Z", "2026-01-01T16:00Z");
        assert_eq!(day, ["21:00", "1 Jan 2026", "03:00", "06:00", "09:00", "12:00", "15:00"]);
        let year = words("2025-01-01T00:00Z", "2026-01-01T00:00Z");
        assert_eq!(year, ["Jan 2025", "Apr", "Jul", "Oct"]);
        let week = words("2026-11-24T00:00Z", "2026-12-01T00:00Z");
        assert_eq!(week[..2], ["24 Nov 2026", "25 Nov"]);
        let many = words("2000-01-01T00:00Z", "2030-01-01T00:00Z");
        assert_eq!(many, ["2000", "2005", "2010", "2015", "2020", "2025"]);
    }

    #[test]
    fn a_view_is_zoomed_about_the_pointer_and_dragged_along() {
        let region = region([0.0, 100.0], 200.0);
        let still = region.hour_at(90.0);
        let [from, to] = region.zoomed(2.0, 90.0);
        assert!((to - from - 50.0).abs() < 1e-9);
        let zoomed = HoursRegion { hours: [from, to], ..region.clone() };
        assert!((zoomed.hour_at(90.0) - still).abs() < 1e-9);
        let [from, to] = region.panned(20.0);
        assert!((from + 10.0).abs() < 1e-4 && (to - 90.0).abs() < 1e-4);
    }
}

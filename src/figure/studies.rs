//! Figures of studies: comparison, fan, tornado, ledger, supply curve.

use super::canvas::{Canvas, Style};
use super::chart::{self, ChartInput, yearly};
use super::lines::{self, Band, Line, LinesInput};
use super::mark::{Anchor, Area, Color, Mark, Stroke};
use super::prepare::Slot;
use super::scale::{Scale, axis_unit, tick_text, ticks};
use super::spec::FigureSpec;
use super::study::Study;
use super::theme::Colors;
use super::{Region, Scene, text};
use crate::geo::PixelRect;
use crate::model::Month;
use crate::scenario::ledger::Comparison;
use crate::scenario::supply::Supply;
use crate::scenario::{Bands, Layer, Ledger, Measure, Series, Stack, Tornado};
use crate::units::{grouped, percent};

/// Draws the study of a scene.
pub(super) fn draw(
    canvas: &mut Canvas,
    spec: &FigureSpec,
    scene: &Scene<'_>,
    rect: PixelRect,
) -> Vec<Region> {
    let colors = spec.theme.colors();
    match scene.study {
        Some(Study::Compare { names, stacks, comparison }) => {
            compare(canvas, spec, scene, (names, stacks, comparison), rect)
        }
        Some(Study::Fan { bands, lines, .. }) => {
            vec![fan(canvas, spec, scene, bands, lines, rect)]
        }
        Some(Study::Tornado { tornado, .. }) => {
            tornado_bars(canvas, colors, spec, tornado, rect);
            Vec::new()
        }
        Some(Study::Ledger { ledger, names }) => {
            waterfall(canvas, colors, ledger, names, rect);
            Vec::new()
        }
        Some(Study::Supply { supply, measure }) => {
            curve(canvas, spec, scene, supply, *measure, rect);
            Vec::new()
        }
        None => {
            let style = Style::new(13.0, colors.weak).anchor(Anchor::Middle);
            canvas.text(rect.center(), "being worked out", style);
            Vec::new()
        }
    }
}

/// Ratios by group as lines: the groups with a hue, and the total.
pub(super) fn ratios(
    canvas: &mut Canvas,
    spec: &FigureSpec,
    scene: &Scene<'_>,
    rect: PixelRect,
) -> Region {
    let (prepared, colors) = (scene.prepared, spec.theme.colors());
    let stack = &prepared.capacity;
    let values = |series: &Series| {
        let months = 0..series.value.len();
        months.map(|m| series.known(m).filter(|_| series.count[m] > 0)).collect::<Vec<_>>()
    };
    let mut lines = Vec::new();
    for (at, group) in stack.groups.iter().enumerate() {
        if let Slot::Hue(_) = prepared.palette.slot(at) {
            let values = values(&group.series);
            if values.iter().any(Option::is_some) {
                lines.push(Line {
                    name: prepared.palette.title(at, &group.name).to_owned(),
                    color: prepared.palette.slot(at).color(colors),
                    values,
                    width: 1.5,
                    dashed: false,
                    held: false,
                });
            }
        }
    }
    lines.push(Line {
        name: "all".to_owned(),
        color: colors.strong,
        values: values(&stack.total),
        width: 2.0,
        dashed: false,
        held: false,
    });
    let input = LinesInput {
        most: None,
        note: String::new(),
        grid: &stack.grid,
        lines,
        bands: Vec::new(),
        unit: stack.measure.unit().to_owned(),
        title: stack.measure.title().to_owned(),
        month: spec.month,
        colors,
    };
    lines::draw(canvas, scene, &input, rect)
}

fn fan(
    canvas: &mut Canvas,
    spec: &FigureSpec,
    scene: &Scene<'_>,
    bands: &Bands,
    lines: &[Vec<Option<f64>>; 2],
    rect: PixelRect,
) -> Region {
    let (colors, measure) = (spec.theme.colors(), bands.measure);
    let of = |at: usize| -> Vec<f64> {
        let total = bands.rows.last();
        let values: Vec<f64> = total.map_or(Vec::new(), |row| {
            row.months.iter().map(|m| m.map_or(f64::NAN, |m| m[at])).collect()
        });
        yearly(measure, &bands.grid, &values)
    };
    let known = |values: &[Option<f64>]| -> Vec<Option<f64>> {
        let flat: Vec<f64> = values.iter().map(|v| v.unwrap_or(f64::NAN)).collect();
        let rates = yearly(measure, &bands.grid, &flat);
        rates.into_iter().map(|v| Some(v).filter(|v| v.is_finite())).collect()
    };
    let hue = colors.accent;
    let some = |values: Vec<f64>| values.into_iter().map(|v| Some(v).filter(|v| v.is_finite()));
    let line = |name: &str, color: Color, values, width, dashed| Line {
        name: name.to_owned(),
        color,
        values,
        width,
        dashed,
        held: false,
    };
    let per = if measure.is_flow() { " a year" } else { "" };
    let input = LinesInput {
        most: None,
        note: format!("{} draws", crate::units::grouped(f64::from(bands.draws), 0)),
        grid: &bands.grid,
        lines: vec![
            line("baseline", colors.weak, known(&lines[1]), 1.25, true),
            line("without draws", colors.text, known(&lines[0]), 1.25, false),
            line("95 %", hue.alpha(0.55), some(of(4)).collect(), 0.75, false),
            line("median", hue, some(of(2)).collect(), 2.0, false),
            line("5 %", hue.alpha(0.55), some(of(0)).collect(), 0.75, false),
        ],
        bands: vec![
            Band { low: of(0), high: of(4), fill: hue.alpha(0.16) },
            Band { low: of(1), high: of(3), fill: hue.alpha(0.24) },
        ],
        unit: format!("{}{per}", measure.unit()),
        title: measure.title().to_owned(),
        month: spec.month,
        colors,
    };
    lines::draw(canvas, scene, &input, rect)
}

/// Milestones in a line of words.
pub(super) fn milestone_note(study: &Study) -> Option<String> {
    let Study::Fan { milestones, bands, .. } = study else { return None };
    let word = |month: Option<Month>| month.map_or("later".to_owned(), Month::title);
    let texts: Vec<String> = milestones
        .iter()
        .map(|m| {
            let (factor, unit) = axis_unit(m.level.max(1.0), bands.measure.unit());
            let never = if m.never > 0.0 {
                format!(", never in {}", percent(m.never))
            } else {
                String::new()
            };
            format!(
                "{} {unit} reached {} ({} to {}{never})",
                grouped(m.level / factor, usize::from((m.level / factor).fract() > 0.05)),
                word(m.months[2]),
                word(m.months[0]),
                word(m.months[4]),
            )
        })
        .collect();
    (!texts.is_empty()).then(|| texts.join(" · "))
}

/// Cards of all scenarios with one axis, above the difference of the last from the first.
fn compare(
    canvas: &mut Canvas,
    spec: &FigureSpec,
    scene: &Scene<'_>,
    (names, stacks, comparison): (&[String], &[Stack], &Comparison),
    rect: PixelRect,
) -> Vec<Region> {
    let colors = spec.theme.colors();
    let own = &scene.prepared.grouping.names;
    let palettes: Vec<_> = stacks
        .iter()
        .map(|stack| {
            let names: Vec<String> = stack.groups.iter().map(|g| g.name.clone()).collect();
            scene.prepared.palette.for_names(own, &names)
        })
        .collect();
    // Spans of dates are left out: the cards are to be read against each other.
    let envelopes: Vec<[Series; 2]> =
        stacks.iter().map(|s| [s.total.clone(), s.total.clone()]).collect();
    let inputs: Vec<ChartInput<'_>> = (0..stacks.len())
        .map(|at| ChartInput {
            stack: &stacks[at],
            envelope: &envelopes[at],
            palette: &palettes[at],
            isolated: spec.isolated.as_deref(),
            month: spec.month,
            colors,
            title: Some(names[at].clone()),
            most: None,
            events: false,
            reference: None,
        })
        .collect();
    let most = inputs
        .iter()
        .map(|input| chart::peak(input, &chart::bands(input.stack, input.palette)))
        .fold(0.0, f64::max);
    let gap = 24.0;
    let upper = (rect.height * 0.62).floor();
    let width = (rect.width - gap * (stacks.len() as f32 - 1.0)) / stacks.len() as f32;
    let mut regions = Vec::new();
    for (at, input) in inputs.into_iter().enumerate() {
        let input = ChartInput { most: Some(most), ..input };
        let place = PixelRect::new(rect.x + (width + gap) * at as f32, rect.y, width, upper);
        regions.push(chart::draw(canvas, scene, &input, place));
    }
    let below =
        PixelRect::new(rect.x, rect.y + upper + 10.0, rect.width, rect.height - upper - 10.0);
    difference(canvas, spec, scene, comparison, below);
    regions
}

/// The difference by group: what is more above the line, what is less below it.
fn difference(
    canvas: &mut Canvas,
    spec: &FigureSpec,
    scene: &Scene<'_>,
    comparison: &Comparison,
    rect: PixelRect,
) {
    let colors = spec.theme.colors();
    let stack = &comparison.stacks[0];
    let (grid, measure) = (stack.grid, stack.measure);
    let palette =
        scene.prepared.palette.for_names(&scene.prepared.grouping.names, &comparison.names);
    let mut by_slot: Vec<(Slot, String, Vec<f64>)> = Vec::new();
    for (at, name) in comparison.names.iter().enumerate() {
        let flat: Vec<f64> = comparison.rows[at].iter().map(|v| v.unwrap_or(0.0)).collect();
        let values = yearly(measure, &grid, &flat);
        let slot = palette.slot(at);
        let shared = !matches!(slot, Slot::Hue(_));
        match by_slot.iter_mut().find(|(s, ..)| shared && *s == slot) {
            Some((.., sum)) => sum.iter_mut().zip(values).for_each(|(a, b)| *a += b),
            None => by_slot.push((slot, palette.title(at, name).to_owned(), values)),
        }
    }
    let side = |sign: f64| {
        (0..grid.len)
            .map(|m| by_slot.iter().map(|(.., v)| (v[m] * sign).max(0.0)).sum::<f64>())
            .fold(0.0, f64::max)
    };
    let (up, down) = if measure.is_ratio() { (0.0, 0.0) } else { (side(1.0), side(-1.0)) };
    let total: Vec<Option<f64>> = {
        let row = comparison.rows.last().cloned().unwrap_or_default();
        let flat: Vec<f64> = row.iter().map(|v| v.unwrap_or(f64::NAN)).collect();
        yearly(measure, &grid, &flat)
            .into_iter()
            .map(|v| Some(v).filter(|v| v.is_finite()))
            .collect()
    };
    let ends = total.iter().flatten().fold((up, down), |(u, d), v| (u.max(*v), d.max(-v)));
    let (up, down) = (ends.0.max(1e-12), ends.1);
    let per = if measure.is_flow() { " a year" } else { "" };
    let (factor, unit) = axis_unit(up.max(down), measure.unit());
    canvas.text(
        [rect.x, rect.y + 12.0],
        format!("Difference of the last from the first, {unit}{per}"),
        Style::new(13.0, colors.strong).bold(),
    );
    let plot =
        PixelRect::new(rect.x + 46.0, rect.y + 24.0, rect.width - 46.0 - 190.0, rect.height - 46.0);
    let scale = Scale { domain: [-down, up], range: [plot.bottom(), plot.y] };
    let time = chart::TimeAxis { first: grid.first, len: grid.len, range: [plot.x, plot.right()] };
    let step = ticks(up.max(down) / factor, 3).get(1).copied().unwrap_or(1.0);
    let style = Style::new(11.0, colors.weak).anchor(Anchor::End);
    let first = (-down / factor / step).ceil() as i32;
    let last = (up / factor / step).floor() as i32;
    let mut rules = Vec::new();
    for n in first..=last {
        let y = scale.px(f64::from(n) * step * factor);
        rules.push([[plot.x, y], [plot.right(), y]]);
        canvas.text([plot.x - 8.0, y + 4.0], tick_text(f64::from(n) * step, step), style);
    }
    canvas.segments(rules, Stroke::solid(1.0, colors.rule.alpha(0.75)));
    if !measure.is_ratio() {
        // One area a group and side, so that no seams show between months.
        let mut bases = vec![[0.0_f64; 2]; grid.len];
        for (slot, _, values) in &by_slot {
            let mut steps: [Vec<[f32; 4]>; 2] = [Vec::new(), Vec::new()];
            for (month, base) in bases.iter_mut().enumerate() {
                let at = grid.month(month);
                let side = usize::from(values[month] < 0.0);
                let (from, to) = (scale.px(base[side]), scale.px(base[side] + values[month]));
                base[side] += values[month];
                let (left, right) = (time.left(at), time.left(at.plus(1)));
                if (from - to).abs() > 0.01 {
                    steps[side].push([left, right, from.min(to), from.max(to)]);
                }
            }
            for side in &steps {
                for run in side.chunk_by(|a, b| (a[1] - b[0]).abs() < 1e-3) {
                    canvas.marks.push(Mark::Area(Area::steps(run, slot.color(colors))));
                }
            }
        }
    }
    difference_line(canvas, spec, &total, (&time, &scale, plot), (factor, &unit, per));
    let unknown = comparison.unknown_groups(grid.clamp(spec.month));
    if unknown > 0 {
        let told = format!("{} unknown", crate::units::counted(unknown as u64, "group"));
        let place = [plot.right() + 12.0, plot.y + 65.0];
        canvas.text(place, told, Style::new(11.0, colors.weak));
    }
}

/// The difference of all groups as a line, and what it is at the clock and at the end.
fn difference_line(
    canvas: &mut Canvas,
    spec: &FigureSpec,
    total: &[Option<f64>],
    (time, scale, plot): (&chart::TimeAxis, &Scale, PixelRect),
    (factor, unit, per): (f64, &str, &str),
) {
    let colors = spec.theme.colors();
    let last = time.first.plus(total.len() as i32 - 1);
    let month_at = |at: usize| time.first.plus(at as i32);
    let zero = scale.px(0.0);
    canvas.line(vec![[plot.x, zero], [plot.right(), zero]], Stroke::solid(1.0, colors.weak));
    let points: Vec<[f32; 2]> = total
        .iter()
        .enumerate()
        .filter_map(|(m, v)| {
            let (at, y) = (month_at(m), scale.px((*v)?));
            Some([[time.left(at), y], [time.left(at.plus(1)), y]])
        })
        .flatten()
        .collect();
    canvas.line(points, Stroke::solid(1.75, colors.strong));
    let now = spec.month.clamp(time.first, last);
    let at = (now.index() - time.first.index()) as usize;
    let x = time.middle(now);
    canvas.line(vec![[x, plot.y - 4.0], [x, plot.bottom()]], Stroke::solid(1.0, colors.strong));
    let told = total[at].map_or("unknown".to_owned(), |v| signed(v / factor));
    canvas.text(
        [plot.right() + 12.0, plot.y + 14.0],
        format!("{}: {told} {unit}{per}", now.title()),
        Style::new(12.0, colors.strong).bold(),
    );
    let end = total.last().copied().flatten().map_or("unknown".to_owned(), |v| signed(v / factor));
    canvas.text(
        [plot.right() + 12.0, plot.y + 31.0],
        format!("{}: {end} {unit}{per}", last.title()),
        Style::new(12.0, colors.text),
    );
    canvas.text(
        [plot.right() + 12.0, plot.y + 48.0],
        "line: all groups",
        Style::new(11.0, colors.weak),
    );
}

/// A number with its sign.
fn signed(value: f64) -> String {
    let decimals = usize::from(value.abs() < 99.95) + usize::from(value.abs() < 9.995);
    let text = grouped(value.abs(), decimals);
    let zero = text.chars().all(|c| matches!(c, '0' | '.' | ','));
    match (zero, value < 0.0) {
        (true, _) => "0".to_owned(),
        (_, true) => format!("−{text}"),
        _ => format!("+{text}"),
    }
}

/// A number as ends of inputs are written: up to four digits that matter.
fn plain(value: f64) -> String {
    if value.abs() >= 1000.0 {
        return grouped(value, 0);
    }
    let text = format!("{value:.4}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Names on the left, bars, numbers on the right.
struct BarRows {
    names: f32,
    plot: PixelRect,
    step: f32,
}

impl BarRows {
    fn new(rect: PixelRect, count: usize, numbers: f32) -> Self {
        let names = (rect.width * 0.26).min(330.0);
        let plot = PixelRect::new(
            rect.x + names + 12.0,
            rect.y + 26.0,
            rect.width - names - 12.0 - numbers,
            rect.height - 26.0 - 42.0,
        );
        let step = (plot.height / count.max(1) as f32).min(64.0);
        Self { names, plot, step }
    }

    fn y(&self, at: usize) -> f32 {
        self.plot.y + self.step * (at as f32 + 0.5)
    }

    fn name(&self, canvas: &mut Canvas, rect: PixelRect, at: usize, name: &str, style: Style) {
        let fitted = text::fitted(name, style.size, style.bold, self.names);
        let place = [rect.x + self.names, self.y(at) + style.size * 0.36];
        canvas.text(place, fitted, style.anchor(Anchor::End));
    }
}

fn value_rules(
    canvas: &mut Canvas,
    colors: &Colors,
    rows: &BarRows,
    count: usize,
    (low, high, factor): (f64, f64, f64),
    unit: &str,
) -> Scale {
    let pad = (high - low).max(high.abs() * 1e-6).max(1e-12) * 0.06;
    let floor = if low == 0.0 { 0.0 } else { low - pad };
    let scale = Scale { domain: [floor, high + pad], range: [rows.plot.x, rows.plot.right()] };
    let step = ticks((high - low + 2.0 * pad) / factor, 6).get(1).copied().unwrap_or(1.0);
    let bottom = rows.plot.y + rows.step * count as f32;
    let style = Style::new(11.0, colors.weak).anchor(Anchor::Middle);
    let mut rules = Vec::new();
    let first = (scale.domain[0] / factor / step).ceil() as i64;
    let last = (scale.domain[1] / factor / step).floor() as i64;
    for n in first..=last {
        let x = scale.px(n as f64 * step * factor);
        rules.push([[x, rows.plot.y], [x, bottom]]);
        canvas.text([x, bottom + 15.0], tick_text(n as f64 * step, step), style);
    }
    canvas.segments(rules, Stroke::solid(1.0, colors.rule.alpha(0.75)));
    let style = Style::new(11.0, colors.weak);
    canvas.text([rows.plot.right() + 8.0, bottom + 15.0], unit, style);
    scale
}

fn tornado_bars(
    canvas: &mut Canvas,
    colors: &Colors,
    spec: &FigureSpec,
    tornado: &Tornado,
    rect: PixelRect,
) {
    let measure = spec.question.measure;
    if tornado.rows.is_empty() {
        let style = Style::new(13.0, colors.weak).anchor(Anchor::Middle);
        canvas.text(rect.center(), "no input of the scenario is uncertain", style);
        return;
    }
    let rows = BarRows::new(rect, tornado.rows.len(), 210.0);
    let shown = ((rows.plot.height / 20.0) as usize).min(tornado.rows.len());
    let rows = BarRows::new(rect, shown, 210.0);
    let ends = tornado.rows.iter().flat_map(|r| [r.low, r.high]).chain([tornado.central]);
    let (low, high) =
        ends.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(v), h.max(v)));
    let (factor, unit) = axis_unit(high.abs().max(low.abs()), measure.unit());
    let per = if measure.is_flow() { " in the month" } else { "" };
    let scale =
        value_rules(canvas, colors, &rows, shown, (low, high, factor), &format!("{unit}{per}"));
    let centre = scale.px(tornado.central);
    for (at, row) in tornado.rows.iter().take(shown).enumerate() {
        let y = rows.y(at);
        let name = chance_title(&row.input);
        rows.name(canvas, rect, at, name, Style::new(12.5, colors.text));
        let thick = (rows.step * 0.55).min(28.0);
        let mut bar = |from: f32, to: f32, hue: Color| {
            let bar = PixelRect::new(from.min(to), y - thick / 2.0, (from - to).abs(), thick);
            canvas.rect(bar, 0.0, Some(hue), None);
        };
        if row.ends.is_some() {
            // The longer bar first, so that two on one side are both seen.
            let mut bars = [(row.low, colors.hues[1]), (row.high, colors.hues[0])];
            let length = |value: f64| (value - tornado.central).abs();
            bars.sort_by(|a, b| length(b.0).total_cmp(&length(a.0)));
            for (value, hue) in bars {
                bar(centre, scale.px(value), hue);
            }
        } else {
            bar(scale.px(row.low), scale.px(row.high), colors.unnamed);
        }
        let words = match row.ends {
            Some([low, high]) => format!("{} to {}", plain(low), plain(high)),
            None => "5 % to 95 %".to_owned(),
        };
        let ranks = format!("ρ {} · {}", signed(row.rank_correlation), percent(row.share));
        let end = rows.plot.right() + 10.0;
        let style = Style::new(11.0, colors.weak);
        canvas.text([end, y + 4.0], words, style);
        canvas.text([rect.right(), y + 4.0], ranks, style.anchor(Anchor::End));
    }
    let bottom = rows.plot.y + rows.step * shown as f32;
    canvas.line(
        vec![[centre, rows.plot.y - 6.0], [centre, bottom]],
        Stroke::solid(1.25, colors.strong),
    );
    let told = format!("{} {unit}", grouped(tornado.central / factor, 2));
    let style = Style::new(12.0, colors.strong).bold().anchor(Anchor::Middle);
    canvas.text([centre, rows.plot.y - 10.0], told, style);
    let key = [
        (colors.hues[1], "input at its low end"),
        (colors.hues[0], "at its high end"),
        (colors.unnamed, "chance phase by phase, alone"),
    ];
    let mut x = rect.x;
    for (hue, words) in key {
        let y = bottom + 36.0;
        canvas.rect(PixelRect::new(x, y - 9.5, 11.0, 11.0), 2.0, Some(hue), None);
        let style = Style::new(11.5, colors.weak);
        x = canvas.text_then([x + 16.0, y], words, style) + 16.0;
    }
    if shown < tornado.rows.len() {
        let more = tornado.rows.len() - shown;
        let words = format!("{more} smaller effects are not shown");
        canvas.text([x, bottom + 36.0], words, Style::new(11.0, colors.weak));
    }
}

/// What chance phase by phase is called on figures.
fn chance_title(input: &str) -> &str {
    match input {
        "(completion)" => "which phases are completed",
        "(delay)" => "which phases are late, and by how much",
        "(days)" => "days within imprecise dates",
        other => other,
    }
}

fn waterfall(
    canvas: &mut Canvas,
    colors: &Colors,
    ledger: &Ledger,
    names: &[String; 2],
    rect: PixelRect,
) {
    // Between first and last total: assumptions first, then decisions.
    let mut order: Vec<usize> = (0..ledger.rows.len()).collect();
    order.sort_by_key(|&at| ledger.rows[at].layer == Layer::Decision);
    let all = order.len() + 2;
    let room = (((rect.height - 52.0) / 20.0) as usize).max(3);
    let hidden = all.saturating_sub(room);
    let (kept, more) = order.split_at(order.len() - hidden.min(order.len()));
    let mut bars: Vec<(String, f64, Option<Layer>)> = kept
        .iter()
        .map(|&at| {
            let row = &ledger.rows[at];
            (row.adjustment.clone(), row.value, Some(row.layer))
        })
        .collect();
    if !more.is_empty() {
        let sum = more.iter().map(|&at| ledger.rows[at].value).sum();
        bars.push((format!("{} more", more.len()), sum, None));
    }
    let count = bars.len() + 2;
    let rows = BarRows::new(rect, count, 150.0);
    let mut sum = ledger.before;
    let mut ends = (ledger.before.min(ledger.after).min(0.0), ledger.before.max(ledger.after));
    for (_, value, _) in &bars {
        sum += value;
        ends = (ends.0.min(sum), ends.1.max(sum));
    }
    // Where the changes are small beside the totals, the axis does not begin at 0 and says so.
    let least = bars.iter().scan(ledger.before, |s, (_, v, _)| {
        *s += v;
        Some(*s)
    });
    let least = least.fold(ledger.before.min(ledger.after), f64::min);
    let cut = ends.0 >= 0.0 && ends.1 - least < ends.1 * 0.25;
    let low = if cut { least - (ends.1 - least).max(ends.1 * 1e-3) } else { ends.0 };
    let (factor, unit) = axis_unit(ends.1.abs().max(ends.0.abs()), ledger.measure.unit());
    let scale = value_rules(canvas, colors, &rows, count, (low, ends.1, factor), &unit);
    let base = scale.px(if cut { scale.domain[0] } else { 0.0 });
    let thick = (rows.step * 0.62).min(34.0);
    let whole = |canvas: &mut Canvas, at: usize, name: &str, value: f64| {
        let (x, y) = (scale.px(value), rows.y(at));
        let bar = PixelRect::new(base.min(x), y - thick / 2.0, (x - base).abs(), thick);
        canvas.rect(bar, 0.0, Some(colors.unnamed), None);
        rows.name(canvas, rect, at, name, Style::new(12.5, colors.strong).bold());
        let told = format!("{} {unit}", grouped(value / factor, decimals(value / factor)));
        let style = Style::new(12.5, colors.strong).bold();
        canvas.text([rows.plot.right() + 10.0, y + 4.5], told, style);
    };
    whole(canvas, 0, &names[0], ledger.before);
    let mut sum = ledger.before;
    for (at, (name, value, layer)) in bars.iter().enumerate() {
        let y = rows.y(at + 1);
        let (from, to) = (scale.px(sum), scale.px(sum + value));
        canvas.line(
            vec![[from, y - rows.step + thick / 2.0], [from, y + thick / 2.0]],
            Stroke::solid(1.0, colors.weak),
        );
        sum += value;
        let hue = if *value < 0.0 { colors.hues[3] } else { colors.hues[2] };
        let fill = if *layer == Some(Layer::Assumption) { hue.alpha(0.55) } else { hue };
        let length = (from - to).abs().max(if *value == 0.0 { 0.0 } else { 1.0 });
        let bar = PixelRect::new(from.min(to), y - thick / 2.0, length, thick);
        canvas.rect(bar, 0.0, Some(fill), None);
        rows.name(canvas, rect, at + 1, name, Style::new(12.5, colors.text));
        let told = format!("{} {unit}", signed(value / factor));
        let ink = if told == format!("0 {unit}") { colors.weak } else { hue };
        canvas.text([rows.plot.right() + 10.0, y + 4.5], told, Style::new(12.5, ink));
    }
    whole(canvas, count - 1, &names[1], ledger.after);
    let mut words = "Paler bars are assumptions, the others decisions.".to_owned();
    if cut {
        words.push_str(" The axis does not begin at 0.");
    }
    canvas.text([rect.x, rect.y + 13.0], words, Style::new(11.5, colors.weak));
}

fn decimals(value: f64) -> usize {
    usize::from(value.abs() < 999.5) + usize::from(value.abs() < 9.995)
}

fn curve(
    canvas: &mut Canvas,
    spec: &FigureSpec,
    scene: &Scene<'_>,
    supply: &Supply,
    measure: Measure,
    rect: PixelRect,
) {
    let colors = spec.theme.colors();
    if supply.blocks.is_empty() {
        let style = Style::new(13.0, colors.weak).anchor(Anchor::Middle);
        canvas.text(rect.center(), "nothing in service has a known cost", style);
        return;
    }
    let legend = 210.0_f32.min(rect.width * 0.25);
    let plot = PixelRect::new(
        rect.x + 54.0,
        rect.y + 30.0,
        rect.width - 54.0 - legend,
        rect.height - 72.0,
    );
    let all: f64 = supply.blocks.iter().map(|b| b.facility_mw).sum();
    // A few very dear blocks must not flatten the rest: the axis ends above the 98th percentile.
    let highest = supply.blocks.last().map_or(0.0, |b| b.cost);
    let mut sum = 0.0;
    let broad = supply.blocks.iter().find(|b| {
        sum += b.facility_mw;
        sum >= all * 0.98
    });
    let broad = broad.map_or(highest, |b| b.cost);
    let most = if highest > broad * 2.0 { broad * 1.5 } else { highest };
    let steps = ticks(most, ((plot.height / 50.0) as usize).clamp(2, 8));
    let top = steps.last().copied().unwrap_or(1.0);
    let y = Scale { domain: [0.0, top], range: [plot.bottom(), plot.y] };
    let (factor, unit) = axis_unit(all, "MW");
    let x = Scale { domain: [0.0, all], range: [plot.x, plot.right()] };
    let step = steps.get(1).copied().unwrap_or(1.0);
    let style = Style::new(11.5, colors.weak);
    let mut rules = Vec::new();
    for &tick in &steps {
        let at = y.px(tick);
        rules.push([[plot.x, at], [plot.right(), at]]);
        let place = [plot.x - 8.0, at + 4.0];
        canvas.text(place, tick_text(tick, step), style.anchor(Anchor::End));
    }
    canvas.segments(rules, Stroke::solid(1.0, colors.rule.alpha(0.75)));
    let mut from = 0.0;
    let mut groups: Vec<(u32, f64)> = Vec::new();
    let mut beyond = 0.0;
    for block in &supply.blocks {
        let (left, right) = (x.px(from), x.px(from + block.facility_mw));
        from += block.facility_mw;
        let height = y.px(block.cost.min(top));
        let slot = scene.prepared.palette.slot(block.group as usize);
        let bar = PixelRect::new(left, height, right - left, plot.bottom() - height);
        let edge = (right - left > 2.0).then(|| Stroke::solid(0.5, colors.ground));
        canvas.rect(bar, 0.0, Some(slot.color(colors)), edge);
        if block.cost > top {
            beyond += block.facility_mw;
        }
        match groups.iter_mut().find(|(g, _)| *g == block.group) {
            Some((_, mw)) => *mw += block.facility_mw,
            None => groups.push((block.group, block.facility_mw)),
        }
        let name = scene.data.text(scene.data.sites.name[block.site]);
        let fitted = text::fitted(name, 10.5, false, right - left - 6.0);
        if right - left > 54.0 && plot.bottom() - height > 20.0 && fitted.len() > 4 {
            canvas.text(
                [f32::midpoint(left, right), plot.bottom() - 6.0],
                fitted,
                Style::new(10.5, colors.ground).anchor(Anchor::Middle),
            );
        }
    }
    x_axis(canvas, colors, plot, &x, (all, factor), &unit);
    let title = format!("{}, {}", measure.title(), measure.unit());
    canvas.text([rect.x, rect.y + 13.0], title, Style::new(12.5, colors.strong).bold());
    let mut notes = Vec::new();
    if supply.left_out > 0 {
        notes.push(format!(
            "{} phases in service ({} GW stated) have no known cost and are not drawn",
            supply.left_out,
            grouped(supply.left_out_mw / 1000.0, 1)
        ));
    }
    if beyond > 0.0 {
        notes.push(format!("blocks of {} MW reach above the axis", grouped(beyond, 0)));
    }
    canvas.text([plot.x, rect.bottom() - 2.0], notes.join(" · "), Style::new(11.0, colors.weak));
    groups.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    group_key(
        canvas,
        spec,
        scene,
        &groups,
        PixelRect::new(plot.right() + 20.0, plot.y, legend - 24.0, plot.height),
    );
}

fn x_axis(
    canvas: &mut Canvas,
    colors: &Colors,
    plot: PixelRect,
    scale: &Scale,
    (most, factor): (f64, f64),
    unit: &str,
) {
    let steps = ticks(most / factor, 8);
    let step = steps.get(1).copied().unwrap_or(1.0);
    let style = Style::new(11.5, colors.weak).anchor(Anchor::Middle);
    for tick in steps.into_iter().filter(|t| t * factor <= most) {
        let at = scale.px(tick * factor);
        canvas.text([at, plot.bottom() + 16.0], tick_text(tick, step), style);
    }
    let words = format!("{unit} in service, from cheap to dear");
    let style = Style::new(11.5, colors.weak).anchor(Anchor::End);
    canvas.text([plot.right(), plot.bottom() + 31.0], words, style);
}

/// Groups with their colour and MW.
fn group_key(
    canvas: &mut Canvas,
    spec: &FigureSpec,
    scene: &Scene<'_>,
    groups: &[(u32, f64)],
    rect: PixelRect,
) {
    let colors = spec.theme.colors();
    let (palette, names) = (&scene.prepared.palette, &scene.prepared.grouping.names);
    let mut rows: Vec<(String, Slot, f64)> = Vec::new();
    for &(group, mw) in groups {
        let slot = palette.slot(group as usize);
        let name = names.get(group as usize).map_or("none", String::as_str);
        let name = match slot {
            Slot::Other => "others",
            Slot::Unnamed => "none named",
            Slot::Hue(_) => palette.title(group as usize, name),
        };
        match rows.iter_mut().find(|(_, s, _)| *s == slot) {
            Some((.., sum)) => *sum += mw,
            None => rows.push((name.to_owned(), slot, mw)),
        }
    }
    canvas.text(
        [rect.x, rect.y + 2.0],
        spec.question.group_by.title(),
        Style::new(11.5, colors.weak),
    );
    for (at, (name, slot, mw)) in rows.iter().enumerate() {
        let y = rect.y + 24.0 + 20.0 * at as f32;
        if y > rect.bottom() {
            break;
        }
        canvas.rect(
            PixelRect::new(rect.x, y - 9.5, 11.0, 11.0),
            3.0,
            Some(slot.color(colors)),
            None,
        );
        let told = crate::units::power(crate::units::Megawatts(*mw));
        let space = rect.width - 24.0 - text::width(&told, 12.0, false);
        let style = Style::new(12.0, colors.text);
        canvas.text([rect.x + 17.0, y], text::fitted(name, 12.0, false, space), style);
        canvas.text([rect.right(), y], told, style.anchor(Anchor::End));
    }
}

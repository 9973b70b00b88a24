//! The page: title, parts, and the lines that say what the numbers rest on.

use super::amount::{amount, noun};
use super::canvas::{Canvas, Style};
use super::chart::{self, ChartInput};
use super::mark::{Anchor, Stroke};
use super::prepare::{Prepared, Slot, symbol_quantity};
use super::spec::{FigureKind, FigureSpec, Overlay};
use super::study::Study;
use super::{Figure, Region, Scene, hours, map, prices, studies, text};
use crate::geo::PixelRect;
use crate::model::{Basis, Name, price::price_curves};
use crate::scenario::draws::{FNV_START, fnv1a};
use crate::scenario::{Measure, Series, Stack};
use crate::units::{counted, grouped, percent};

/// Space around the page.
const MARGIN: f32 = 36.0;

/// Makes the page.
pub(super) fn compose(spec: &FigureSpec, scene: &Scene<'_>) -> Figure {
    let colors = spec.theme.colors();
    let mut canvas = Canvas::default();
    let page = PixelRect::new(0.0, 0.0, spec.size[0], spec.size[1]);
    let title = title(spec, scene);
    let mut body = page;
    if spec.framed {
        body = frame(&mut canvas, spec, scene, &title);
    }
    let regions = parts(&mut canvas, spec, scene, body);
    Figure {
        size: spec.size,
        ground: colors.ground,
        marks: canvas.marks,
        regions,
        title,
        spec: provenance(spec, scene),
    }
}

/// All that the figure follows from, as JSON: spec, scenario, dates, and a hash of the data.
fn provenance(spec: &FigureSpec, scene: &Scene<'_>) -> String {
    let grid = &scene.outcome.grid;
    serde_json::json!({
        "figure": spec,
        "scenario": scene.outcome.scenario,
        "stated": *scene.outcome.stated,
        "date_policy": grid.date_policy,
        "as_of": grid.as_of.map(|day| day.to_string()),
        "from": grid.first.to_string(),
        "to": grid.last().to_string(),
        "data": format!("{:016x}", scene.data.fingerprint),
    })
    .to_string()
}

/// Seven hexadecimal digits of all that the figure follows from (FNV-1a, 64 bit).
fn mark(provenance: &str) -> String {
    let hash = fnv1a(FNV_START, provenance.as_bytes());
    format!("{:07x}", hash >> 36)
}

fn parts(
    canvas: &mut Canvas,
    spec: &FigureSpec,
    scene: &Scene<'_>,
    body: PixelRect,
) -> Vec<Region> {
    match spec.kind {
        FigureKind::Map if spec.framed && body.width > 980.0 => {
            let list = PixelRect::new(body.right() - 236.0, body.y + 8.0, 236.0, body.height - 8.0);
            let main = PixelRect::new(body.x, body.y, body.width - 260.0, body.height);
            groups_list(canvas, spec, scene, list);
            map::draw(canvas, scene, spec, main)
        }
        FigureKind::Map => map::draw(canvas, scene, spec, body),
        FigureKind::Capacity if spec.question.measure.is_ratio() => {
            vec![studies::ratios(canvas, spec, scene, body)]
        }
        FigureKind::Capacity => vec![capacity(canvas, spec, scene, body)],
        FigureKind::Cost => vec![cost(canvas, spec, scene, body)],
        FigureKind::Overview => overview(canvas, spec, scene, body),
        FigureKind::Prices if by_hour(spec, scene) => {
            vec![hours::draw(canvas, spec, scene, body)]
        }
        FigureKind::Prices => vec![prices::draw(canvas, spec, scene, body)],
        _ => studies::draw(canvas, spec, scene, body),
    }
}

/// Whether prices are shown by hour.
fn by_hour(spec: &FigureSpec, scene: &Scene<'_>) -> bool {
    spec.hours.is_some() && scene.data.has_hours()
}

/// A chart lower than this shows no steps.
const LOWEST_CHART: f32 = 120.0;

/// Map beside both charts; above them where the page is narrow.
fn overview(
    canvas: &mut Canvas,
    spec: &FigureSpec,
    scene: &Scene<'_>,
    body: PixelRect,
) -> Vec<Region> {
    let gap = 28.0;
    let beside = body.width >= 1000.0 && body.width > body.height * 1.2;
    let (map_rect, capacity_rect, cost_rect) = if beside {
        let left = ((body.width - gap) * 0.645).floor();
        let half = (body.height - gap) / 2.0;
        let (x, right) = (body.x + left + gap, body.width - left - gap);
        (
            PixelRect::new(body.x, body.y, left, body.height),
            PixelRect::new(x, body.y, right, half),
            PixelRect::new(x, body.y + half + gap, right, half),
        )
    } else {
        let top = (body.height * 0.54).floor();
        let (y, height) = (body.y + top + gap / 2.0, body.height - top - gap / 2.0);
        let above = PixelRect::new(body.x, body.y, body.width, top);
        if body.width >= 640.0 {
            let half = (body.width - gap) / 2.0;
            let right = PixelRect::new(body.x + half + gap, y, half, height);
            (above, PixelRect::new(body.x, y, half, height), right)
        } else {
            let half = (height - gap / 2.0) / 2.0;
            let below = PixelRect::new(body.x, y + half + gap / 2.0, body.width, half);
            (above, PixelRect::new(body.x, y, body.width, half), below)
        }
    };
    if capacity_rect.height < LOWEST_CHART {
        // Too small a page for three: the map alone can be read.
        return map::draw(canvas, scene, spec, body);
    }
    let mut regions = map::draw(canvas, scene, spec, map_rect);
    regions.push(capacity(canvas, spec, scene, capacity_rect));
    regions.push(cost(canvas, spec, scene, cost_rect));
    regions
}

fn capacity(canvas: &mut Canvas, spec: &FigureSpec, scene: &Scene<'_>, rect: PixelRect) -> Region {
    if spec.question.measure.is_ratio() {
        return studies::ratios(canvas, spec, scene, rect);
    }
    let prepared = scene.prepared;
    stacked(canvas, spec, scene, rect, (&prepared.capacity, &prepared.envelope, 0))
}

fn cost(canvas: &mut Canvas, spec: &FigureSpec, scene: &Scene<'_>, rect: PixelRect) -> Region {
    let prepared = scene.prepared;
    // The figure of cost shows another flow where that is the measure.
    if spec.kind == FigureKind::Cost && prepared.capacity.measure.is_flow() {
        return capacity(canvas, spec, scene, rect);
    }
    stacked(canvas, spec, scene, rect, (&prepared.cost, &prepared.cost_envelope, 1))
}

fn stacked(
    canvas: &mut Canvas,
    spec: &FigureSpec,
    scene: &Scene<'_>,
    rect: PixelRect,
    (stack, envelope, reference): (&Stack, &[Series; 2], usize),
) -> Region {
    let input = ChartInput {
        stack,
        envelope,
        palette: &scene.prepared.palette,
        isolated: spec.isolated.as_deref(),
        month: spec.month,
        colors: spec.theme.colors(),
        title: (spec.kind == FigureKind::Overview).then(String::new),
        most: None,
        events: true,
        reference: scene.prepared.reference.as_ref().map(|lines| lines[reference].as_slice()),
    };
    chart::draw(canvas, scene, &input, rect)
}

/// A page smaller than this has one line of notes and no subtitle.
const COMPACT_BELOW: [f32; 2] = [760.0, 520.0];

/// Title and subtitle above, notes below; returns what is left between.
fn frame(canvas: &mut Canvas, spec: &FigureSpec, scene: &Scene<'_>, title: &str) -> PixelRect {
    let colors = spec.theme.colors();
    let [width, height] = spec.size;
    let compact = width < COMPACT_BELOW[0] || height < COMPACT_BELOW[1];
    let margin = if compact { 14.0 } else { MARGIN };
    let room = width - 2.0 * margin;
    let (size, baseline) = if compact { (15.0, 24.0) } else { (23.0, 46.0) };
    let heading = text::fitted(title, size, true, room);
    canvas.text([margin, baseline], heading, Style::new(size, colors.strong).bold());
    let mut y = baseline + if compact { 12.0 } else { 24.0 };
    let mark =
        format!("wattlas {} · {}", env!("CARGO_PKG_VERSION"), mark(&provenance(spec, scene)));
    let mark_width = text::width(&mark, 11.0, false);
    let mut lines = Vec::new();
    if compact {
        let notes = notes(spec, scene).join(" · ");
        lines.push(text::fitted(&notes, 11.0, false, room - mark_width - 18.0));
    } else {
        for line in text::wrapped(&subtitle(spec, scene), 13.5, false, room) {
            canvas.text([margin, y], line, Style::new(13.5, colors.weak));
            y += 18.0;
        }
        for note in notes(spec, scene) {
            lines.extend(text::wrapped(&note, 11.0, false, room));
        }
        let last = lines.last().map_or(0.0, |l| text::width(l, 11.0, false));
        if last > room - mark_width - 24.0 {
            lines.push(String::new());
        }
    }
    let bottom = height - if compact { 8.0 } else { 22.0 };
    let top = bottom - 15.0 * (lines.len().max(1) - 1) as f32;
    for (at, line) in lines.iter().enumerate() {
        let at = [margin, top + 15.0 * at as f32];
        canvas.text(at, line.as_str(), Style::new(11.0, colors.weak));
    }
    let style = Style::new(11.0, colors.weak).anchor(Anchor::End);
    canvas.text([width - margin, bottom], mark, style);
    let rule = top - if compact { 14.0 } else { 20.0 };
    canvas.line(vec![[margin, rule], [width - margin, rule]], Stroke::solid(1.0, colors.rule));
    PixelRect::new(margin, y, room, rule - y - if compact { 4.0 } else { 8.0 })
}

fn title(spec: &FigureSpec, scene: &Scene<'_>) -> String {
    let by = spec.question.group_by.title().to_lowercase();
    let month = spec.month.title();
    let measure = scene.prepared.capacity.measure;
    match spec.kind {
        FigureKind::Map => format!("Where the compute is, {month}"),
        FigureKind::Capacity => format!("{} of AI compute sites, by {by}", measure.title()),
        FigureKind::Cost if measure.is_flow() => {
            format!("{} of AI compute sites, by {by}", measure.title())
        }
        FigureKind::Cost => format!("Electricity cost of AI compute sites, by {by}"),
        FigureKind::Overview => format!("The world’s AI compute in watts, {month}"),
        FigureKind::Prices => "What electricity costs where the compute is".to_owned(),
        _ => study_title(spec, scene, measure, &by),
    }
}

fn study_title(spec: &FigureSpec, scene: &Scene<'_>, measure: Measure, by: &str) -> String {
    let month = spec.month.title();
    let what = measure.title();
    match scene.study {
        Some(Study::Compare { names, .. }) => format!("{what} by {by}: {}", names.join(" – ")),
        Some(Study::Fan { name, .. }) => format!("{what}, with its spread: {name}"),
        Some(Study::Tornado { name, .. }) => {
            format!("What moves {} in {month}: {name}", lower_first(what))
        }
        Some(Study::Ledger { names, .. }) => {
            format!("{what} in {month}: from {} to {}", names[0], names[1])
        }
        Some(Study::Supply { measure, .. }) => {
            format!("Supply curve of compute, {month}: {}", lower_first(measure.title()))
        }
        None => what.to_owned(),
    }
}

/// A title within a sentence: its first letter small, unless it begins with a short form.
fn lower_first(title: &str) -> String {
    let mut chars = title.chars();
    match (chars.next(), chars.next()) {
        (Some(first), Some(second)) if second.is_lowercase() || second == '-' => {
            first.to_lowercase().chain(title.chars().skip(1)).collect()
        }
        _ => title.to_owned(),
    }
}

fn study_subtitle(spec: &FigureSpec, scene: &Scene<'_>) -> String {
    match scene.study {
        Some(Study::Compare { .. }) => {
            "All cards share one axis. Below: what the last has more (up) or less (down) than the first.".to_owned()
        }
        Some(study @ Study::Fan { bands, .. }) => {
            let draws = grouped(f64::from(bands.draws), 0);
            let reached = studies::milestone_note(study).map_or(String::new(), |n| format!(" {n}."));
            format!("5th to 95th and 25th to 75th percentile of {draws} draws, and their median.{reached}")
        }
        Some(Study::Tornado { tornado, .. }) => format!(
            "Mean of {} draws with one input at its low or high end, all others at their centre but those of rank correlation 1 or −1 with it. ρ: rank correlation of input and result over draws of all inputs.",
            grouped(f64::from(tornado.draws), 0)
        ),
        Some(Study::Ledger { ledger, .. }) => {
            let how = match ledger.method {
                crate::scenario::ledger::Method::Shapley => "mean over all orders (Shapley values)",
                crate::scenario::ledger::Method::FileOrder => "one after the other in file order, since they are more than eight",
            };
            let told = |value: f64| {
                let (factor, unit) = super::scale::axis_unit(value.abs(), ledger.measure.unit());
                let sign = if value < 0.0 { "−" } else { "+" };
                format!("{sign}{} {unit}", grouped((value / factor).abs(), 2))
            };
            format!(
                "Each part is the effect of one adjustment: {how}. Parts sum to the difference exactly. In two steps: assumptions {}, then decisions {}.",
                told(ledger.assumed - ledger.before),
                told(ledger.after - ledger.assumed)
            )
        }
        Some(Study::Supply { .. }) => {
            format!("Each block is a site in service: its width is MW at the meter, its height its cost at the yearly rate of the month, {} price.", spec.question.sector.title())
        }
        None => String::new(),
    }
}

fn subtitle(spec: &FigureSpec, scene: &Scene<'_>) -> String {
    let by = spec.question.group_by.title().to_lowercase();
    let what = noun(symbol_quantity(spec.question.measure));
    let sites = format!(
        "Area of the ring is {what} at full build-out, of the disc that in service at the date"
    );
    let mut out = match spec.kind {
        FigureKind::Map => format!("AI compute sites by {by}. {sites}."),
        FigureKind::Capacity if spec.question.measure.is_ratio() => format!("Sum of cost over sum of what it is divided by, of phases for which both are known; {} price.", spec.question.sector.title()),
        FigureKind::Capacity => "Steps are the months in which phases go live; shaded: the total if imprecise dates fall at the end or the start of their period.".to_owned(),
        FigureKind::Cost => format!("Monthly bill at a yearly rate, nominal USD, {} price of each site’s zone; after its last datum a price is held.", spec.question.sector.title()),
        FigureKind::Overview => format!("AI compute sites by {by}. {sites}. Shaded on the right: the total if imprecise dates fall at the end or the start of their period."),
        FigureKind::Prices if by_hour(spec, scene) => format!("Nominal price of each hour as the files give it, universal time; in colour the {} zones of most compute at full build-out. Bills take monthly prices.", prices::NAMED),
        FigureKind::Prices => format!("Observed nominal {} price of each zone that has one, under no scenario; in colour the {} zones of most compute at full build-out. Dashed: held after the last observation.", spec.question.sector.title(), prices::NAMED),
        _ => study_subtitle(spec, scene),
    };
    if let Some(lens) = &scene.prepared.lens {
        out.push_str(&format!(" Share of {} alone, month by month.", lens.buyer()));
    }
    if !spec.question.filter.trim().is_empty() {
        out.push_str(&format!(" Filter: {}", spec.question.filter.trim()));
    }
    out
}

/// How much of what stands has no value, under each of the scenarios that are drawn.
fn unknown_note(spec: &FigureSpec, scene: &Scene<'_>, at: usize) -> String {
    let phases = |count: u32| counted(u64::from(count), "phase");
    let pair = |names: [&String; 2], unknown: [u32; 2]| {
        let [a, b] = unknown.map(phases);
        format!("in service without a value: {a} under {}, {b} under {}", names[0], names[1])
    };
    match scene.study {
        Some(Study::Compare { names, stacks, comparison }) if !stacks.is_empty() => {
            let last = stacks.len() - 1;
            let unknown = [&stacks[0], &stacks[last]].map(|stack| stack.total.unknown[at]);
            let groups = counted(comparison.unknown_groups(at) as u64, "group");
            let told = pair([&names[0], &names[last]], unknown);
            format!("{told}; {groups} of unknown difference")
        }
        Some(Study::Ledger { ledger, names }) => pair([&names[0], &names[1]], ledger.unknown),
        Some(Study::Fan { bands, .. }) if !bands.rows.is_empty() => {
            let total = &bands.rows[bands.rows.len() - 1];
            let at = bands.grid.clamp(spec.month);
            let (known, draws) = (f64::from(total.known[at]), f64::from(bands.draws));
            format!(
                "{} in service without a value; known in {} of {} draws",
                phases(total.unknown[at]),
                grouped(known, 0),
                grouped(draws, 0)
            )
        }
        _ => {
            let cost = spec.kind == FigureKind::Cost && !spec.question.measure.is_flow();
            let total =
                if cost { &scene.prepared.cost.total } else { &scene.prepared.capacity.total };
            format!(
                "{} of {} phases in service without a value",
                grouped(f64::from(total.unknown[at]), 0),
                grouped(f64::from(total.count[at]), 0)
            )
        }
    }
}

/// What the numbers rest on: scenario, basis, unknowns, sources, licences.
fn notes(spec: &FigureSpec, scene: &Scene<'_>) -> Vec<String> {
    let (data, outcome, prepared) = (scene.data, scene.outcome, scene.prepared);
    let at = outcome.grid.clamp(spec.month);
    let mut first = vec![format!("Scenario: {}", outcome.scenario)];
    first.extend(outcome.grid.as_of_text());
    first.extend(prepared.lens.as_ref().map(|lens| format!("share of {} alone", lens.buyer())));
    let policy = outcome.grid.date_policy;
    if let Some((_, word)) = crate::model::DatePolicy::ALL.iter().find(|(p, _)| *p == policy) {
        first.push(format!("dates: {word}"));
    }
    first.push(basis_note(spec, scene));
    let cost = spec.kind == FigureKind::Cost && !spec.question.measure.is_flow();
    let measured = if cost { &prepared.cost } else { &prepared.capacity };
    let total = &measured.total;
    if total.value[at] > 0.0 && !measured.measure.is_ratio() {
        first
            .push(format!("{} of the total derived", percent(total.derived[at] / total.value[at])));
        if total.campus[at] > 0.0 {
            first.push(format!(
                "{} load of whole campuses",
                percent(total.campus[at] / total.value[at])
            ));
        }
    }
    first.push(unknown_note(spec, scene, at));
    first.extend(prepared.undated_at(at).power_text().map(|text| format!("undated: {text}")));
    if let Some(count) = prepared.by_status.as_ref().map(|sums| sums.total.count[at])
        && count > 0
    {
        let phases = counted(u64::from(count), "phase");
        first.push(format!("{phases} without a date, dated by status"));
    }
    if let Some(Some(share)) = prepared.covered.as_ref().and_then(|c| c.get(at)) {
        first.push(format!("covers {} of known MW", percent(*share)));
    }
    first.push(site_counts(scene));
    if matches!(spec.kind, FigureKind::Cost | FigureKind::Overview | FigureKind::Prices)
        || spec.overlay == Overlay::Price
    {
        first.extend(price_years(spec, scene));
    }
    if measured.measure.is_money() {
        first.push(match (spec.question.real_year, outcome.assumptions.inflation) {
            (Some(year), Some(rate)) => format!("money of {year}, inflation {}", percent(rate)),
            (Some(_), None) => "money nominal: the scenario gives no inflation".to_owned(),
            _ => "money nominal".to_owned(),
        });
    }
    let mut out = vec![first.join(" · ")];
    if !outcome.stated.is_empty() {
        out.push(format!("The scenario states: {}", outcome.stated.join("; ")));
    }
    out.push(sources(data, spec));
    out
}

fn site_counts(scene: &Scene<'_>) -> String {
    let totals = scene.powers.totals();
    let (part, unknown) = (grouped(totals.sites as f64, 0), grouped(totals.unknown as f64, 0));
    format!("{part} sites, {unknown} of them without any value known")
}

/// What is measured, and what was assumed for it (RULES P1, P2, C3).
fn basis_note(spec: &FigureSpec, scene: &Scene<'_>) -> String {
    let assumed = scene.outcome.assumptions;
    let measure = if spec.kind == FigureKind::Cost && !spec.question.measure.is_flow() {
        Measure::CostUsd
    } else {
        spec.question.measure
    };
    let pue = assumed.capacity_pue;
    let energy = format!(
        "load factor {:.2}, PUE {} where a site gives none",
        assumed.load_factor, assumed.energy_pue
    );
    let mut out = match measure {
        Measure::FacilityMw => {
            format!("basis: power at the meter, PUE {pue} where only IT is known")
        }
        Measure::ItMw => format!("basis: IT power, PUE {pue} where only the meter is known"),
        Measure::Accelerators | Measure::H100e => {
            format!("basis: stated counts, else IT power by watts a chip, PUE {pue}")
        }
        _ => format!("basis: IT power, {energy}"),
    };
    if spec.kind == FigureKind::Overview && measure != Measure::CostUsd {
        out.push_str(&format!("; cost: {energy}"));
    }
    let marked = marked_phases(spec, scene);
    if marked > 0 {
        out.push_str(&format!(
            "; {} in service of MW on an unknown basis",
            counted(marked as u64, "phase")
        ));
    }
    out
}

/// Phases in service whose stated MW are not surely those at the meter (RULES P1).
fn marked_phases(spec: &FigureSpec, scene: &Scene<'_>) -> usize {
    let (phases, day) = (&scene.data.phases, spec.month.last_day());
    let taken = |p: usize| scene.prepared.mask.as_ref().is_none_or(|m| m[p]);
    let doubted = |p: usize| {
        phases.facility_mw[p].is_some()
            && matches!(phases.basis[p], Basis::Unknown | Basis::Generation)
    };
    let marked = (0..phases.len()).filter(|&p| taken(p) && doubted(p));
    marked.filter(|&p| scene.outcome.phases.stands_on(p, day)).count()
}

/// Oldest and newest year of the prices that sites pay at the month, and how old they are (RULES C4).
fn price_years(spec: &FigureSpec, scene: &Scene<'_>) -> Option<String> {
    let ages = PriceAges::of(scene.data, scene.powers, (spec.month, spec.question.sector))?;
    Some(format!("prices nominal, {}", ages.text()))
}

/// How old the prices are that sites pay at a month.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PriceAges {
    /// Years of the oldest and the newest datum.
    pub years: [i32; 2],
    /// Least and most months since the last datum; 0 where one covers the month.
    pub months: [i32; 2],
}

impl PriceAges {
    /// Those of the sites that take part; none where none of them has a price.
    pub fn of(
        data: &crate::model::Dataset,
        powers: &super::Standing,
        (month, sector): (crate::model::Month, crate::model::SectorChoice),
    ) -> Option<Self> {
        // Every place has sites; where some take no part it has to be looked which.
        let all = powers.totals().sites == data.sites.len();
        let counts = if all { &[] } else { powers.by_place(data) };
        let part = |at: usize| counts.get(at).is_none_or(|total| total.sites > 0);
        let places = data.price_places().iter().enumerate();
        let seen = places.filter(|(at, (_, orbital))| !orbital && part(*at));
        let starts: Vec<Name> = seen.map(|(_, (zone, _))| *zone).collect();
        let curves = price_curves(data, &starts, sector, &[month]);
        let prices: Vec<_> = curves.iter().flatten().flatten().collect();
        let rows = || prices.iter().map(|price| price.row as usize);
        let ages = || prices.iter().map(|price| price.age_months);
        Some(Self {
            years: [
                rows().map(|row| data.tables.prices.from[row]).min()?.year(),
                rows().map(|row| data.tables.prices.to[row]).max()?.year(),
            ],
            months: [ages().min()?, ages().max()?],
        })
    }

    /// `data of 2019 to 2026, up to 83 months old`.
    pub fn text(&self) -> String {
        let [oldest, newest] = self.years;
        let [_, most] = self.months;
        let age = match most {
            0 => String::new(),
            1 => ", up to 1 month old".to_owned(),
            n => format!(", up to {n} months old"),
        };
        format!("data of {oldest} to {newest}{age}")
    }
}

fn sources(data: &crate::model::Dataset, spec: &FigureSpec) -> String {
    let mut parts = vec![format!("Sources: {} site records", grouped(data.sites.len() as f64, 0))];
    let hourly = spec.hours.is_some() && spec.kind == FigureKind::Prices && data.has_hours();
    let priced = spec.kind != FigureKind::Capacity && !hourly;
    if hourly {
        let sources = data.hours().zones.iter().map(|zone| data.text(zone.source));
        let sources: std::collections::BTreeSet<&str> = sources.filter(|s| !s.is_empty()).collect();
        parts.extend(sources.into_iter().map(|source| format!("hours of {source}")));
    }
    if priced {
        let mut counts: std::collections::BTreeMap<&str, usize> = std::collections::BTreeMap::new();
        for &source in &data.tables.prices.source {
            if let Some(source) = data.source(source) {
                *counts.entry(data.text(source.publisher)).or_insert(0) += 1;
            }
        }
        let mut order: Vec<(&str, usize)> = counts.into_iter().collect();
        order.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
        let more = order.len().saturating_sub(5);
        parts.extend(order.iter().take(5).map(|(name, _)| (*name).to_owned()));
        if more > 0 {
            parts.push(format!("{more} more publishers of prices"));
        }
    }
    let title = if data.info.title.is_empty() { "data without a title" } else { &data.info.title };
    let as_of = data.stated_as_of().map_or(String::new(), |day| format!(", as of {day}"));
    let licence = if data.info.licence.is_empty() {
        String::new()
    } else {
        format!(" · licence: {}", data.info.licence)
    };
    let left_out = data.left_out.words().map_or(String::new(), |words| format!("{words} · "));
    let sources = parts.join(", ");
    let towns = if data.placed_by_city > 0 { " · GeoNames (CC BY 4.0)" } else { "" };
    format!("{left_out}{sources} · Natural Earth (public domain){towns} · {title}{as_of}{licence}")
}

/// Groups with their colour, what is in service at the date, and the full build-out.
fn groups_list(canvas: &mut Canvas, spec: &FigureSpec, scene: &Scene<'_>, rect: PixelRect) {
    let colors = spec.theme.colors();
    let rows = scene.powers.groups().to_vec();
    let quantity = symbol_quantity(spec.question.measure);
    let style = Style::new(11.5, colors.weak);
    canvas.text([rect.x, rect.y + 12.0], spec.question.group_by.title(), style);
    let most = rows.iter().map(|r| r.2.max(r.3)).fold(1.0, f64::max);
    let widest = |value: fn(&GroupTotal) -> f64| {
        let widths = rows.iter().map(|r| text::width(&amount(quantity, value(r)), 12.0, false));
        widths.fold(52.0, f32::max)
    };
    let (second, first) = (widest(|r| r.3), widest(|r| r.2));
    let first_end = rect.right() - second - 12.0;
    canvas.text([first_end, rect.y + 12.0], "in service", style.anchor(Anchor::End));
    canvas.text([rect.right(), rect.y + 12.0], "built out", style.anchor(Anchor::End));
    let mut y = rect.y + 38.0;
    for (name, slot, online, built) in rows {
        if y > rect.bottom() - 10.0 {
            break;
        }
        let color = slot.color(colors);
        canvas.rect(PixelRect::new(rect.x, y - 9.5, 11.0, 11.0), 3.0, Some(color), None);
        let style = Style::new(12.0, colors.text);
        let space = first_end - first - 8.0 - rect.x - 18.0;
        canvas.text([rect.x + 18.0, y], text::fitted(&name, 12.0, false, space), style);
        let style = style.anchor(Anchor::End);
        canvas.text([first_end, y], amount(quantity, online), style);
        canvas.text([rect.right(), y], amount(quantity, built), style);
        let length = |mw: f64| (rect.width - 18.0) * (mw / most) as f32;
        canvas.rect(
            PixelRect::new(rect.x + 18.0, y + 5.0, length(built), 3.0),
            1.0,
            Some(color.alpha(0.3)),
            None,
        );
        canvas.rect(
            PixelRect::new(rect.x + 18.0, y + 5.0, length(online), 3.0),
            1.0,
            Some(color),
            None,
        );
        y += 27.0;
    }
}

/// Name, colour, amount in service at a date, amount at full build-out.
pub type GroupTotal = (String, Slot, f64, f64);

/// Amounts by group, in the order of the bands, from the sums of single groups.
pub(super) fn group_totals(prepared: &Prepared, sums: &[[f64; 2]]) -> Vec<GroupTotal> {
    chart::bands(&prepared.capacity, &prepared.palette)
        .into_iter()
        .map(|band| {
            let (online, built) = band
                .groups
                .iter()
                .fold((0.0, 0.0), |sum, &g| (sum.0 + sums[g][0], sum.1 + sums[g][1]));
            (band.name, band.slot, online, built)
        })
        .collect()
}

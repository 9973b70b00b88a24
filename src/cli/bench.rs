//! `wattlas bench`: times a stage inside the process, so that anyone can repeat our claims.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use anyhow::Context as _;
use serde_json::{Map, Value, json};

use super::args::{BenchArgs, BenchStage};
use super::plan::DataPlan;
use super::run::{Exit, print};
use super::timing::peak_mb;
use super::world::World;
use crate::figure::{self, FigureKind, FigureSpec, Places, Scene, Standing, World as Basemap};
use crate::io::{self, builtin};
use crate::parallel::Threads;
use crate::scenario::{Grouping, Measure, Query, Sweep, SweepQuery, stack_with};

/// Delays and cancellations by status, drawn where no scenario is named.
const CHANCES: &str = "[uncertainty.completion]\n\
    construction = 0.95\nplanned = 0.7\nannounced = 0.3\n\
    [uncertainty.late]\nconstruction = 0.3\nplanned = 0.5\nannounced = 0.6\n\
    [uncertainty.delay]\n\
    construction = { distribution = \"triangular\", low = 3, mode = 6, high = 18 }\n\
    planned = { distribution = \"triangular\", low = 6, mode = 12, high = 48 }\n\
    announced = { distribution = \"triangular\", low = 6, mode = 12, high = 48 }\n";

const NO_WINDOW: &str = "this build has no window to time";

/// Of one frame: milliseconds of logic, layout and triangles, and the corners of the triangles.
pub type FrameParts = [f64; 4];

/// Frames by gesture, in one list a run.
pub type GestureFrames = Vec<(&'static str, Vec<Vec<FrameParts>>)>;

/// A window without a screen, lent by whoever has one.
#[derive(Clone, Copy, Debug)]
pub struct Window {
    /// Opens files and does gestures, so many runs of each after one to warm up. The first is a pan.
    pub frames: fn(&[PathBuf], u32) -> anyhow::Result<GestureFrames>,
    /// Opens files until the first picture: milliseconds to the first marks, and the corners of the
    /// triangles of the picture.
    pub start: fn(&[PathBuf]) -> anyhow::Result<[f64; 2]>,
}

/// Times of the runs of a stage, and what it comes to.
struct Timed {
    ms: Vec<f64>,
    total: f64,
    /// What else is told, by name.
    parts: Map<String, Value>,
}

/// Calls `work` once to warm up, then so many times, each timed. What it gives is the total.
fn timed(runs: u32, mut work: impl FnMut() -> anyhow::Result<f64>) -> anyhow::Result<Timed> {
    work()?;
    let (mut ms, mut total) = (Vec::new(), 0.0);
    for _ in 0..runs {
        let start = Instant::now();
        total = work()?;
        ms.push(start.elapsed().as_secs_f64() * 1e3);
    }
    Ok(Timed { ms, total, parts: Map::new() })
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => f64::NAN,
        odd if odd % 2 == 1 => sorted[middle],
        _ => f64::midpoint(sorted[middle - 1], sorted[middle]),
    }
}

fn rounded(ms: f64) -> f64 {
    (ms * 1e4).round() / 1e4
}

/// Times a stage and prints what came out.
pub(super) fn bench(args: BenchArgs, window: Option<&Window>) -> anyhow::Result<Exit> {
    let BenchArgs { stage, data, draws, runs, threads, json } = args;
    let measure = if stage == BenchStage::Cost { Measure::CostUsd } else { Measure::FacilityMw };
    let plan = DataPlan::new(data, measure)?;
    let threads = Threads::new(threads);
    let timed = match stage {
        BenchStage::Load => load(&plan, threads, runs)?,
        BenchStage::Stack | BenchStage::Cost => stack(&plan, threads, runs)?,
        BenchStage::Sweep => sweep(&plan, threads, runs, draws)?,
        BenchStage::Pick => pick(&plan, threads, runs)?,
        BenchStage::Frame => frame(&plan, window.context(NO_WINDOW)?, runs)?,
        BenchStage::Start => start(&plan, window.context(NO_WINDOW)?, runs)?,
    };
    let low = timed.ms.iter().copied().fold(f64::INFINITY, f64::min);
    let high = timed.ms.iter().copied().fold(0.0, f64::max);
    let mut line = json!({
        "ms": rounded(median(&timed.ms)), "ms_min": rounded(low), "ms_max": rounded(high),
        "n": timed.ms.len(), "peak_mb": peak_mb(), "total": timed.total,
    });
    let mut text = String::new();
    if !json {
        let name = format!("{stage:?}").to_lowercase();
        text.push_str(&format!(
            "{name}: median {:.3} ms of {} runs, {low:.3} to {high:.3} ms\n",
            median(&timed.ms),
            timed.ms.len()
        ));
        for (part, value) in &timed.parts {
            text.push_str(&format!("  {part}: {value}\n"));
        }
    }
    if let (Some(line), false) = (line.as_object_mut(), timed.parts.is_empty()) {
        line.insert("parts".to_owned(), Value::Object(timed.parts));
    }
    text.push_str(&format!("{line}\n"));
    print(&text)?;
    Ok(Exit::Well)
}

/// Files to typed columns.
fn load(plan: &DataPlan, threads: Threads, runs: u32) -> anyhow::Result<Timed> {
    let (mut ms, mut total, mut bytes) = (Vec::new(), 0.0, 0);
    for run in 0..=runs {
        let start = Instant::now();
        let (inputs, _) = crate::files::read_inputs(&plan.files, &|_, _| true);
        let loaded = io::load(&inputs, &io::Unwatched, &threads)?;
        // The first run warms up. Giving the memory back is no part of a load.
        if run > 0 {
            ms.push(start.elapsed().as_secs_f64() * 1e3);
        }
        bytes = loaded.data.bytes();
        total = loaded.report.tables.iter().map(|table| table.kept as f64).sum();
    }
    let mut timed = Timed { ms, total, parts: Map::new() };
    timed.parts.insert("data_mb".to_owned(), json!(rounded(bytes as f64 / 1e6)));
    Ok(timed)
}

/// Sums by group and month of data at hand, codes and index kept.
fn stack(plan: &DataPlan, threads: Threads, runs: u32) -> anyhow::Result<Timed> {
    let world = World::open(plan, (None, None))?;
    let outcome = world.outcome(0);
    let question = &plan.question;
    let lens = question.lens(&threads, &world.data, &outcome)?;
    let key = question.group_by.clone();
    let grouping = Grouping::seen_with(&threads, &world.data, &outcome, key, lens.as_deref());
    let filter = crate::scenario::Filter::parse(&question.filter)?;
    let mask = filter.mask(&world.data, &outcome, question.sector);
    let query = Query {
        mask: mask.as_deref(),
        sector: question.sector,
        real_year: question.real_year,
        ..Query::new(question.measure, &grouping)
    };
    let ask = || {
        let stack = stack_with(&threads, &world.data, &outcome, &query);
        let cells = stack.groups.iter().flat_map(|group| &group.series.value);
        Ok(cells.filter(|value| value.is_finite()).sum())
    };
    // Phases are put in the order of groups when a question is asked again: two runs warm up.
    let mut parts = Map::new();
    for name in ["first_ms", "second_ms"] {
        let start = Instant::now();
        ask()?;
        parts.insert(name.to_owned(), json!(rounded(start.elapsed().as_secs_f64() * 1e3)));
    }
    Ok(Timed { parts, ..timed(runs, ask)? })
}

fn sweep(plan: &DataPlan, threads: Threads, runs: u32, draws: u32) -> anyhow::Result<Timed> {
    let world = World::open(plan, (None, None))?;
    let scenario = match world.files.first() {
        Some(file) => file.scenario.clone(),
        None => io::read_scenario(Path::new("bench.toml"), CHANCES, &world.data)?.scenario,
    };
    timed(runs, || {
        let asked = plan.question.sweep_query(&threads, (&world.data, &world.engine))?;
        let query = SweepQuery { draws: Some(draws), ..asked };
        let sweep = Sweep::new(&world.data, &world.engine, &scenario, query)?;
        let bands = sweep.bands(&threads, sweep.draws());
        let cells = bands.rows.iter().flat_map(|row| row.months.iter().flatten().flatten());
        Ok(cells.copied().filter(|value| value.is_finite()).sum())
    })
}

/// Places of a pointer along each side of a map.
const POINTS: [u16; 2] = [64, 36];

fn pick(plan: &DataPlan, threads: Threads, runs: u32) -> anyhow::Result<Timed> {
    let world = World::open(plan, (None, None))?;
    let outcome = world.outcome(0);
    let prepared = world.prepare(0, &outcome, &plan.question, false)?;
    let month = world.month(plan.month);
    let places = Arc::new(Places::new(&threads, &world.data));
    let standing =
        Standing::new(Arc::new(threads), (&world.data, &places), &outcome, &prepared, month);
    let basemap = Basemap::new(builtin::BASEMAP)?;
    let scene = Scene {
        data: &world.data,
        outcome: &outcome,
        prepared: &prepared,
        powers: &standing,
        world: &basemap,
        study: None,
    };
    let mut spec = FigureSpec::new(FigureKind::Map, month);
    spec.framed = false;
    spec.question = plan.question.clone();
    let figure = figure::build(&spec, &scene);
    let [width, height] = figure.size;
    let at = |column: u16, row: u16| {
        [
            width * (f32::from(column) + 0.5) / f32::from(POINTS[0]),
            height * (f32::from(row) + 0.5) / f32::from(POINTS[1]),
        ]
    };
    let picks = f64::from(POINTS[0]) * f64::from(POINTS[1]);
    let mut timed = timed(runs, || {
        let all = (0..POINTS[1]).flat_map(|row| (0..POINTS[0]).map(move |column| (column, row)));
        let hits = all.filter(|&(x, y)| figure::mark_at(&figure.regions, at(x, y)).is_some());
        Ok(hits.count() as f64)
    })?;
    timed.ms.iter_mut().for_each(|ms| *ms /= picks);
    timed.parts.insert("picks_a_run".to_owned(), json!(picks));
    Ok(timed)
}

/// The window under gestures; the time is that of a frame of the first of them, the pan.
fn frame(plan: &DataPlan, window: &Window, runs: u32) -> anyhow::Result<Timed> {
    let mut timed = Timed { ms: Vec::new(), total: 0.0, parts: Map::new() };
    for (word, costs) in (window.frames)(&plan.files, runs)? {
        let ms = |cost: &FrameParts| cost[..3].iter().sum::<f64>();
        if timed.parts.is_empty() {
            let of_run = |run: &Vec<FrameParts>| median(&run.iter().map(ms).collect::<Vec<f64>>());
            timed.ms = costs.iter().map(of_run).collect();
        }
        let all = costs.concat();
        let of = |part: &dyn Fn(&FrameParts) -> f64| {
            rounded(median(&all.iter().map(part).collect::<Vec<f64>>()))
        };
        timed.total += all.iter().map(|cost| cost[3]).sum::<f64>();
        let most = all.iter().map(ms).fold(0.0, f64::max);
        let cost = json!({
            "ms": of(&ms), "ms_max": rounded(most), "logic_ms": of(&|c| c[0]),
            "layout_ms": of(&|c| c[1]), "triangles_ms": of(&|c| c[2]), "corners": of(&|c| c[3]),
        });
        timed.parts.insert(word.to_owned(), cost);
    }
    Ok(timed)
}

/// Files to the first picture of the window.
fn start(plan: &DataPlan, window: &Window, runs: u32) -> anyhow::Result<Timed> {
    let mut marks = Vec::new();
    let mut timed = timed(runs, || {
        let [first_marks_ms, corners] = (window.start)(&plan.files)?;
        marks.push(first_marks_ms);
        Ok(corners)
    })?;
    // The first run warms up.
    timed.parts.insert("first_marks_ms".to_owned(), json!(rounded(median(&marks[1..]))));
    Ok(timed)
}

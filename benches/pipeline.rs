//! Load, run and figure at the reference sizes S and M, and hourly prices of a year.
//!
//! `cargo bench --bench pipeline`; `docs/performance.md` says how to read the figures.

mod made_up;
mod made_up_hours;

use std::hint::black_box;
use std::path::PathBuf;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use wattlas::figure::{self, FigureKind, FigureSpec, Question, Scene, World};
use wattlas::io::{self, Input};
use wattlas::parallel::Threads;
use wattlas::scenario::{self, Alone, Engine, GroupKey, Grouping, Measure, Query, Scenario};

const SIZES: [(&str, usize); 2] = [("S", 1_000), ("M", 100_000)];

fn inputs(sites: usize) -> Vec<Input> {
    let own = |name: &str, text: String| Input {
        path: PathBuf::from(name),
        bytes: text.into_bytes().into(),
        built_in: false,
    };
    let mut inputs = io::builtin::inputs();
    inputs.push(own("sites.csv", made_up::sites(sites)));
    inputs.push(own("phases.csv", made_up::phases(sites)));
    inputs
}

fn load(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("load");
    group.sample_size(10);
    for (name, sites) in SIZES {
        let inputs = inputs(sites);
        group.bench_function(name, |bench| {
            bench.iter(|| io::load(black_box(&inputs), &io::Unwatched, &Alone));
        });
    }
    group.bench_function("built-in", |bench| {
        let inputs = io::builtin::inputs();
        bench.iter(|| io::load(black_box(&inputs), &io::Unwatched, &Alone));
    });
    group.finish();
}

fn run(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("run");
    group.sample_size(10);
    for (name, sites) in SIZES {
        let Ok(loaded) = io::load(&inputs(sites), &io::Unwatched, &Alone) else {
            continue;
        };
        let (data, grid) = (&loaded.data, loaded.data.grid());
        group.bench_function(BenchmarkId::new("outcome", name), |bench| {
            bench.iter(|| scenario::run(black_box(data), &Scenario::default(), &grid));
        });
        let outcome = scenario::run(data, &Scenario::default(), &grid);
        let grouping = Grouping::new(data, &outcome, GroupKey::Operator);
        for measure in [Measure::FacilityMw, Measure::CostUsd] {
            let query = Query::new(measure, &grouping);
            group.bench_function(BenchmarkId::new(measure.word(), name), |bench| {
                bench.iter(|| scenario::stack(black_box(data), &outcome, &query));
            });
        }
    }
    group.finish();
}

fn figures(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("figure");
    group.sample_size(10);
    let Ok(world) = World::new(io::builtin::BASEMAP) else { return };
    for (name, sites) in SIZES {
        let Ok(loaded) = io::load(&inputs(sites), &io::Unwatched, &Alone) else {
            continue;
        };
        let data = &loaded.data;
        let engine = Engine::new(data, &data.grid());
        let outcome = engine.baseline().clone();
        let Ok(prepared) = figure::prepare(
            &Alone,
            data,
            &outcome,
            Some(&figure::extremes(&Alone, data, &engine, &Scenario::default())),
            None,
            &Question::default(),
            None,
        ) else {
            continue;
        };
        let month = outcome.grid.last();
        let places = std::sync::Arc::new(figure::Places::new(&Alone, data));
        let powers = figure::Standing::new(
            std::sync::Arc::new(Alone),
            (data, &places),
            &outcome,
            &prepared,
            month,
        );
        let scene = Scene {
            data,
            outcome: &outcome,
            prepared: &prepared,
            powers: &powers,
            world: &world,
            study: None,
        };
        for kind in [FigureKind::Map, FigureKind::Capacity] {
            let spec = FigureSpec::new(kind, month);
            group.bench_function(BenchmarkId::new(format!("{kind:?}"), name), |bench| {
                bench.iter(|| figure::build(black_box(&spec), &scene));
            });
        }
    }
    group.finish();
}

/// A year of hourly prices of 250 zones: reading them, and a figure of the year and of a week.
fn hours(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("hours");
    group.sample_size(10);
    let file = Input {
        path: "hours.csv".into(),
        bytes: made_up_hours::hours(250).into_bytes().into(),
        built_in: false,
    };
    let mut inputs = io::builtin::inputs();
    inputs.push(file);
    group.bench_function("load", |bench| {
        bench.iter(|| io::load(black_box(&inputs), &io::Unwatched, &Threads::new(None)));
    });
    let Ok(world) = World::new(io::builtin::BASEMAP) else { return };
    let Ok(loaded) = io::load(&inputs, &io::Unwatched, &Threads::new(None)) else { return };
    let data = &loaded.data;
    let outcome = Engine::new(data, &data.grid()).baseline().clone();
    let question = Question::default();
    let prepared = figure::prepare(&Alone, data, &outcome, None, None, &question, None);
    let Ok(prepared) = prepared else { return };
    let month = outcome.grid.last();
    let places = std::sync::Arc::new(figure::Places::new(&Alone, data));
    let hands = std::sync::Arc::new(Alone);
    let powers = figure::Standing::new(hands, (data, &places), &outcome, &prepared, month);
    let (outcome, prepared, powers, world) = (&outcome, &prepared, &powers, &world);
    let scene = Scene { data, outcome, prepared, powers, world, study: None };
    let all = data.hours().hours();
    let first = f64::from(all.start);
    for (name, length) in [("year", 8760.0), ("month", 730.0), ("week", 168.0)] {
        let mut spec = FigureSpec::new(FigureKind::Prices, month);
        (spec.hours, spec.framed) = (Some([first, first + length]), false);
        group.bench_function(BenchmarkId::new("figure", name), |bench| {
            bench.iter(|| figure::build(black_box(&spec), &scene));
        });
    }
    group.finish();
}

criterion_group!(benches, load, run, figures, hours);
criterion_main!(benches);

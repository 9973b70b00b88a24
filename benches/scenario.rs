//! What-if at the reference sizes: a changed lever, many draws, and the sums at a million sites.
//!
//! `cargo bench --bench scenario`; `docs/performance.md` says how to read the figures.

mod made_up;

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use wattlas::io::{self, Input};
use wattlas::model::Dataset;
use wattlas::parallel::Threads;
use wattlas::scenario::{
    Alone, Engine, Filter, GroupKey, Grouping, Input as Number, Measure, Query, Scenario, Sweep,
    SweepQuery, stack_with,
};

/// Sizes of the bench: sites, with five phases each.
const SIZES: [(&str, usize); 2] = [("S", 1_000), ("M", 100_000)];
const LARGE: usize = 1_000_000;

fn data(sites: usize) -> Arc<Dataset> {
    let own = |name: &str, text: String| Input {
        path: PathBuf::from(name),
        bytes: text.into_bytes().into(),
        built_in: false,
    };
    let mut inputs = io::builtin::inputs();
    inputs.push(own("sites.csv", made_up::sites(sites)));
    inputs.push(own("phases.csv", made_up::phases(sites)));
    io::load(&inputs, &io::Unwatched, &wattlas::scenario::Alone)
        .map_or_else(|_| Arc::default(), |loaded| loaded.data)
}

fn scenario(data: &Dataset, text: &str) -> Scenario {
    io::read_scenario(Path::new("bench.toml"), text, data)
        .map_or_else(|_| Scenario::default(), |file| file.scenario)
}

const LATE: &str = "[[adjustment]]\nid = \"late\"\nlever = \"delay\"\n\
    select = \"country:USA -status:operating\"\nmonths = 6\n\
    [[adjustment]]\nid = \"dear\"\nlever = \"price_shock\"\nselect = \"country:USA\"\nfactor = 1.2\n";

const CHANCES: &str = "[uncertainty.completion]\nconstruction = 0.95\nplanned = 0.7\nannounced = 0.3\n\
    [uncertainty.late]\nconstruction = 0.3\nplanned = 0.5\nannounced = 0.6\n\
    [uncertainty.delay]\n\
    construction = { distribution = \"triangular\", low = 3, mode = 6, high = 18 }\n\
    planned = { distribution = \"triangular\", low = 6, mode = 12, high = 48 }\n\
    announced = { distribution = \"triangular\", low = 6, mode = 12, high = 48 }\n";

/// A lever moves: a new outcome, and the two stacks that charts show.
fn lever(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("lever");
    group.sample_size(20);
    for (name, sites) in SIZES {
        let data = data(sites);
        let engine = Engine::new(&data, &data.grid());
        let mut late = scenario(&data, LATE);
        let mut months = 0.0;
        let mut moved = || {
            months = (months + 1.0) % 48.0;
            late.adjustments[0].inputs[0] = Some(Number::Number(months));
            engine.run(&data, &late)
        };
        let grouping = Grouping::new(&data, &moved(), GroupKey::Operator);
        group.bench_function(BenchmarkId::new("outcome", name), |bench| bench.iter(&mut moved));
        let threads = Threads::new(None);
        for measure in [Measure::FacilityMw, Measure::CostUsd] {
            let query = Query::new(measure, &grouping);
            group.bench_function(BenchmarkId::new(measure.word(), name), |bench| {
                bench.iter(|| stack_with(&threads, &data, &moved(), &query));
            });
        }
    }
    group.finish();
}

/// 10,000 draws of delay and cancellation, and the first band.
fn draws(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("draws");
    group.sample_size(10);
    let data = data(1_000);
    let engine = Engine::new(&data, &data.grid());
    let chances = scenario(&data, CHANCES);
    let threads = Threads::new(None);
    let query = || SweepQuery { draws: Some(10_000), ..SweepQuery::new(Measure::FacilityMw) };
    group.bench_function("S 10000, bands of the total", |bench| {
        bench.iter(|| {
            let sweep = Sweep::new(&data, &engine, &chances, query());
            sweep.map(|sweep| sweep.bands(&threads, 10_000))
        });
    });
    group.bench_function("S first 200 of 10000", |bench| {
        bench.iter(|| {
            let sweep = Sweep::new(&data, &engine, &chances, query());
            sweep.map(|sweep| sweep.bands(&threads, 200))
        });
    });
    group.bench_function("S 10000, one thread", |bench| {
        bench.iter(|| {
            let sweep = Sweep::new(&data, &engine, &chances, query());
            sweep.map(|sweep| sweep.bands(&Alone, 10_000))
        });
    });
    group.finish();
}

/// Draws under a filter whose phases are contained in others that it leaves out.
fn contained(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("contained");
    group.sample_size(10);
    for count in [20_000, 80_000] {
        let mut phases = String::from("site_id,phase,online,included_in,facility_mw,status\n");
        let mut sites = String::from("id,name,lat,lon,country\n");
        for site in 0..count {
            sites += &format!("s{site},S,10,10,USA\n");
            phases += &format!(
                "s{site},Hall,2027-01-31,Campus,10,planned\ns{site},Campus,2029-01-31,,50,planned\n"
            );
        }
        let input = |name: &str, text: String| Input {
            path: PathBuf::from(name),
            bytes: text.into_bytes().into(),
            built_in: false,
        };
        let inputs = [input("sites.csv", sites), input("phases.csv", phases)];
        let data = io::load(&inputs, &io::Unwatched, &Alone)
            .map_or_else(|_| Arc::default(), |loaded| loaded.data);
        let engine = Engine::new(&data, &data.grid());
        let chances = scenario(&data, CHANCES);
        let query = || SweepQuery {
            draws: Some(20),
            filter: Filter::parse("phase:Hall").unwrap_or_default(),
            ..SweepQuery::new(Measure::FacilityMw)
        };
        group.bench_function(BenchmarkId::new("20 draws of halls", count), |bench| {
            bench.iter(|| {
                let sweep = Sweep::new(&data, &engine, &chances, query());
                sweep.map(|sweep| sweep.bands(&Alone, 20))
            });
        });
    }
    group.finish();
}

/// Sums at a million sites, codes and index kept.
fn large(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("L");
    group.sample_size(10);
    let data = data(LARGE);
    let engine = Engine::new(&data, &data.grid());
    let outcome = engine.baseline();
    let grouping = Grouping::new(&data, outcome, GroupKey::Operator);
    let threads = Threads::new(None);
    for measure in [Measure::FacilityMw, Measure::CostUsd] {
        let query = Query::new(measure, &grouping);
        group.bench_function(measure.word(), |bench| {
            bench.iter(|| stack_with(&threads, black_box(&data), outcome, &query));
        });
    }
    group.finish();
}

criterion_group!(benches, lever, draws, contained, large);
criterion_main!(benches);

//! The whole window without a screen, S and M: a frame while the map is panned and the clock
//! scrubbed, the pointer, a filter, the start; and as a yardstick the same sites as points of
//! `egui_plot`.
//!
//! `cargo bench --bench window`; `docs/performance.md` says how to read the figures.

mod made_up;

use std::hint::black_box;
use std::path::PathBuf;
use std::sync::Arc;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use eframe::egui;
use egui_plot::{Plot, PlotPoints, Points};
use wattlas::app::rig::{Gesture, Rig};
use wattlas::io;
use wattlas::model::{Dataset, SectorChoice};
use wattlas::parallel::Threads;
use wattlas::scenario::{Engine, Filter};

const SIZES: [(&str, usize); 2] = [("S", 1_000), ("M", 100_000)];
const WINDOW: [f32; 2] = [1680.0, 1050.0];

/// Made-up tables as files.
fn files(folder: &tempfile::TempDir, sites: usize) -> Vec<PathBuf> {
    let tables = [("sites.csv", made_up::sites(sites)), ("phases.csv", made_up::phases(sites))];
    let write = |(name, text): (&str, String)| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).map(|()| path)
    };
    tables.into_iter().filter_map(|table| write(table).ok()).collect()
}

fn load(files: &[PathBuf]) -> Arc<Dataset> {
    let (inputs, _) = wattlas::files::read_inputs(files, &|_, _| true);
    io::load(&inputs, &io::Unwatched, &Threads::new(None))
        .map_or_else(|_| Arc::default(), |loaded| loaded.data)
}

fn frames(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("window");
    group.sample_size(10);
    for (name, sites) in SIZES {
        let Ok(folder) = tempfile::tempdir() else { continue };
        let files = files(&folder, sites);
        group.bench_function(BenchmarkId::new("start", name), |bench| {
            bench.iter(|| Rig::open(files.clone(), WINDOW).and_then(|mut rig| rig.first_picture()));
        });
        let Ok(mut rig) = Rig::open(files.clone(), WINDOW) else { continue };
        if rig.first_picture().is_err() {
            continue;
        }
        for (gesture, word) in Gesture::ALL {
            group.bench_function(BenchmarkId::new(format!("{word}, 8 frames"), name), |bench| {
                bench.iter(|| rig.gesture(gesture, 8));
            });
        }
        let data = load(&files);
        let engine = Engine::new(&data, &data.grid());
        let Ok(filter) = Filter::parse("country:USA mw>5 -status:operating") else { continue };
        group.bench_function(BenchmarkId::new("filter", name), |bench| {
            bench.iter(|| {
                filter.mask_with(
                    &Threads::new(None),
                    black_box(&data),
                    engine.baseline(),
                    SectorChoice::default(),
                )
            });
        });
        group.bench_function(BenchmarkId::new("egui_plot, points of all sites", name), |bench| {
            bench.iter_batched_ref(
                egui::Context::default,
                |ctx| plotted(ctx, &data),
                criterion::BatchSize::SmallInput,
            );
        });
    }
    group.finish();
}

/// One frame of the sites as points of a plot.
fn plotted(ctx: &egui::Context, data: &Dataset) -> usize {
    let input = egui::RawInput {
        screen_rect: Some(egui::Rect::from_min_size(egui::Pos2::ZERO, WINDOW.into())),
        ..egui::RawInput::default()
    };
    let mut output = ctx.run_ui(input, |ui| {
        Plot::new("sites").show(ui, |plot| {
            let places = data.sites.lon.iter().zip(&data.sites.lat);
            let known = places.filter_map(|(lon, lat)| Some([lon.get()?, lat.get()?]));
            plot.points(Points::new("sites", known.collect::<PlotPoints<'_>>()).radius(2.0));
        });
    });
    output.textures_delta.clear();
    ctx.tessellate(output.shapes, output.pixels_per_point).len()
}

criterion_group!(benches, frames);
criterion_main!(benches);

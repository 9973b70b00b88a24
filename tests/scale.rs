//! What a map of many sites shows, held against a look at every site: sums are whole, nothing is
//! lost at the edges of tiles and of the world, and moving the map reads no site again.

#![expect(clippy::unwrap_used, reason = "a test may end where it finds the unexpected")]

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use proptest::prelude::*;
use wattlas::figure::standing::{Around, MANY, Shown};
use wattlas::figure::{self, FigureKind, FigureSpec, Places, Question, Scene, Standing, World};
use wattlas::geo::{LonLat, PixelRect, Projection, Projector, View};
use wattlas::io::{self, Input};
use wattlas::model::{Dataset, Month};
use wattlas::scenario::{Alone, Engine, Outcome};

/// Sites at places, each with its own power, over the built-in tables.
fn data(places: &[(f64, f64)]) -> Arc<Dataset> {
    let mut text = String::from("id,name,country,lat,lon,facility_mw,online,status\n");
    for (at, (lon, lat)) in places.iter().enumerate() {
        let mw = 1 + at % 97;
        let year = 2024 + at % 8;
        writeln!(text, "s{at},S {at},USA,{lat},{lon},{mw},{year}-01-01,operating").unwrap();
    }
    let mut inputs = io::builtin::inputs();
    let bytes = text.into_bytes().into();
    inputs.push(Input { path: PathBuf::from("sites.csv"), bytes, built_in: false });
    io::load(&inputs, &io::Unwatched, &Alone).unwrap().data
}

struct Made {
    data: Arc<Dataset>,
    outcome: Outcome,
    prepared: figure::Prepared,
    standing: Standing,
}

impl Made {
    fn scene<'a>(&'a self, world: &'a World) -> Scene<'a> {
        Scene {
            data: &self.data,
            outcome: &self.outcome,
            prepared: &self.prepared,
            powers: &self.standing,
            world,
            study: None,
        }
    }

    /// A moving map without a frame.
    fn spec(&self) -> FigureSpec {
        let mut spec = FigureSpec::new(FigureKind::Map, self.standing.month());
        (spec.size, spec.framed, spec.draft) = ([900.0, 600.0], false, true);
        spec
    }
}

fn made(places: &[(f64, f64)]) -> Made {
    made_of(places, "")
}

/// The sites that a filter lets through.
fn made_of(places: &[(f64, f64)], filter: &str) -> Made {
    let data = data(places);
    let engine = Engine::new(&data, &data.grid());
    let outcome = engine.baseline().clone();
    let question = Question { filter: filter.to_owned(), ..Question::default() };
    let prepared = figure::prepare(&Alone, &data, &outcome, None, None, &question, None).unwrap();
    let index = Arc::new(Places::new(&wattlas::parallel::Threads::new(Some(3)), &data));
    let month = Month::new(2027, 6);
    let standing = Standing::new(
        Arc::new(wattlas::parallel::Threads::new(Some(2))),
        (&data, &index),
        &outcome,
        &prepared,
        month,
    );
    Made { data, outcome, prepared, standing }
}

/// Places in crowds and alone, many of them at the edges of the world and of tiles.
fn many_places() -> Vec<(f64, f64)> {
    let mut out = Vec::new();
    let mut state = 7_u64;
    let mut draw = |low: f64, high: f64| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        low + (high - low) * (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    for at in 0..5 * MANY {
        out.push(match at % 6 {
            0 => (draw(-180.0, 180.0), draw(-90.0, 90.0)),
            1 => (draw(-5.0, 15.0), draw(44.0, 56.0)),
            2 => (draw(-100.0, -99.0), draw(31.0, 32.0)),
            // On both sides of ±180°, and exactly there.
            3 => (*[180.0, -180.0, 179.999, -179.999].get(at / 6 % 4).unwrap(), draw(-80.0, 80.0)),
            // On corners of cells and of tiles.
            4 => ((at / 6 % 32) as f64 * 11.25 - 180.0, (at / 192 % 31) as f64 * 5.625 - 84.375),
            _ => (draw(170.0, 180.0), draw(-50.0, -10.0)),
        });
    }
    out
}

fn view() -> impl Strategy<Value = View> {
    let projection = prop_oneof![
        Just(Projection::EqualEarth),
        Just(Projection::Mercator),
        Just(Projection::Globe)
    ];
    (projection, -180.0..180.0, -84.0..84.0, 0.0..6.0_f64).prop_map(|(projection, lon, lat, z)| {
        View { projection, center: LonLat::new(lon, lat), zoom: z.exp2() }
    })
}

/// Whether a place is on the map.
fn on_screen(projector: &Projector, lon: f64, lat: f64) -> bool {
    projector.copies().iter().any(|shift| {
        let (at, front) = projector.project(lon + shift, lat);
        front && projector.rect.contains(at)
    })
}

#[test]
fn no_site_in_view_is_lost_and_every_sum_is_that_of_its_sites() {
    let places = many_places();
    let Made { data, standing, .. } = made(&places);
    let (summed, single) = (Cell::new(0), Cell::new(0));
    let config =
        ProptestConfig { cases: 160, failure_persistence: None, ..ProptestConfig::default() };
    proptest!(config, |(view in view(), size in (300.0..1700.0_f32, 200.0..1000.0_f32))| {
        let projector = Projector::new(view, PixelRect::new(10.0, 20.0, size.0, size.1));
        let seen: Vec<usize> =
            (0..places.len()).filter(|&at| on_screen(&projector, places[at].0, places[at].1)).collect();
        let shown = standing.shown(&data, &projector);
        let around = standing.around(&data, &projector, &shown);
        match shown {
            Shown::Sites(sites) => {
                single.set(single.get() + 1);
                let Around::Sites(around) = around else { panic!("sites, as shown") };
                prop_assert!(sites.iter().all(|site| around.contains(site)));
                let mut shown = vec![0; places.len()];
                sites.iter().for_each(|&site| shown[site as usize] += 1);
                prop_assert!(shown.iter().all(|&times| times <= 1));
                for &at in &seen {
                    prop_assert_eq!(shown[at], 1, "{:?} is lost in {:?}", places[at], view);
                }
            }
            Shown::Clusters { cells, heaviest, .. } => {
                summed.set(summed.get() + 1);
                let Around::Cells(around) = around else { panic!("cells, as shown") };
                prop_assert!(cells.iter().all(|cell| around.contains(cell)));
                let mut own = vec![(0_u32, 0.0, 0.0); cells.len()];
                let mut held = vec![0; places.len()];
                for (at, &(lon, lat)) in places.iter().enumerate() {
                    for (cell, sums) in cells.iter().zip(&mut own) {
                        let [west, south, east, north] = cell.bounds();
                        let last = east >= 180.0 && lon >= 180.0;
                        if ((west..east).contains(&lon) || last) && south < lat && lat <= north {
                            held[at] += 1;
                            let power = &standing[at];
                            *sums = (sums.0 + 1, sums.1 + power.build_out, sums.2 + power.online());
                        }
                    }
                }
                for &at in &seen {
                    prop_assert_eq!(held[at], 1, "{:?} is lost in {:?}", places[at], view);
                }
                prop_assert!(held.iter().all(|&times| times <= 1));
                for (cell, (sites, build_out, online)) in cells.iter().zip(&own) {
                    prop_assert_eq!(cell.sites, *sites);
                    prop_assert!((cell.power.build_out - build_out).abs() < 1e-6);
                    prop_assert!((cell.power.online() - online).abs() < 1e-6);
                    prop_assert!(*build_out <= heaviest + 1e-6);
                }
            }
        }
    });
    let (summed, single) = (summed.get(), single.get());
    assert!(summed > 10 && single > 10, "{summed} views of sums, {single} of sites");
}

#[test]
fn sums_of_the_world_are_the_totals_of_the_sites() {
    let Made { data, standing, .. } = made(&many_places());
    for projection in [Projection::EqualEarth, Projection::Mercator] {
        let view = View { zoom: 0.8, ..View::world(projection) };
        let projector = Projector::new(view, PixelRect::new(0.0, 0.0, 3000.0, 3000.0));
        let Shown::Clusters { cells, .. } = standing.shown(&data, &projector) else {
            panic!("a world of so many sites is shown by sums");
        };
        let sum =
            |of: fn(&figure::SitePower) -> f64| cells.iter().map(|c| of(&c.power)).sum::<f64>();
        let totals = standing.totals();
        let sites: usize = cells.iter().map(|cell| cell.sites as usize).sum();
        assert_eq!(sites, totals.sites);
        assert!((sum(|p| p.build_out) - totals.build_out).abs() < 1e-6);
        assert!((sum(figure::SitePower::online) - totals.online).abs() < 1e-6);
    }
}

#[test]
fn moving_the_map_reads_no_site_again() {
    let made = made(&many_places());
    let (standing, mut spec) = (&made.standing, made.spec());
    let world = World::new(io::builtin::BASEMAP).unwrap();
    let scene = made.scene(&world);
    let mut look = |lon: f64| {
        spec.view = View { center: LonLat::new(lon, 20.0), zoom: 1.5, ..spec.view };
        let before = standing.sites_read();
        let figure = figure::build(&spec, &scene);
        assert!(!figure.marks.is_empty());
        standing.sites_read() - before
    };
    let first = look(-60.0);
    assert!(first > 0, "a first look reads the sites that it sums");
    look(40.0);
    for step in 0..100 {
        assert_eq!(look(-60.0 + f64::from(step)), 0, "step {step}");
    }
}

/// The symbols that a figure says to a painter that keeps them.
fn said(figure: &figure::Figure) -> Vec<Arc<figure::Symbols>> {
    fn gather(marks: &[figure::Mark], out: &mut Vec<Arc<figure::Symbols>>) {
        for mark in marks {
            match mark {
                figure::Mark::Clip { marks, .. } => gather(marks, out),
                figure::Mark::Symbols(symbols) => out.push(Arc::clone(symbols)),
                _ => {}
            }
        }
    }
    let mut out = Vec::new();
    gather(&figure.marks, &mut out);
    out
}

#[test]
fn a_map_that_moves_says_the_same_symbols_and_draws_none() {
    let places = many_places();
    let world = World::new(io::builtin::BASEMAP).unwrap();
    // Sums of the world, single sites of a region, and few sites altogether.
    for (count, zoom, sums) in
        [(places.len(), 1.5, true), (places.len(), 40.0, false), (300, 3.0, false)]
    {
        let made = made(&places[..count]);
        let mut spec = made.spec();
        let scene = made.scene(&world);
        spec.drawn_by = figure::MapBy::Buffers;
        let mut lists: Vec<Arc<figure::Symbols>> = Vec::new();
        for step in 0..60 {
            let lon = 2.0 + f64::from(step) * 0.5 / zoom;
            spec.view = View { center: LonLat::new(lon, 48.0), zoom, ..spec.view };
            let figure = figure::build(&spec, &scene);
            let [symbols] = &said(&figure)[..] else { panic!("one map") };
            assert_eq!(symbols.sums, sums, "{count} sites at {zoom}");
            assert!(!symbols.list.is_empty());
            lists.push(Arc::clone(symbols));
        }
        lists.dedup_by(|a, b| a.list == b.list);
        assert!(lists.len() <= 3, "{} lists of {count} sites at {zoom}", lists.len());
        let mut drawn = |by: figure::MapBy| {
            spec.drawn_by = by;
            circles(&figure::build(&spec, &scene).marks)
        };
        let (said, drawn) = (drawn(figure::MapBy::Buffers), drawn(figure::MapBy::Marks));
        // The legend has circles too.
        assert!(said < 20 && drawn > said + 20, "{said} and {drawn} circles at {zoom}");
    }
}

#[test]
fn a_crowd_is_said_plainly_and_nothing_under_its_inset() {
    let world = World::new(io::builtin::BASEMAP).unwrap();
    let made = built_in();
    let mut spec = made.spec();
    (spec.size, spec.draft, spec.drawn_by) = ([1400.0, 800.0], false, figure::MapBy::Buffers);
    spec.view = View::world(Projection::EqualEarth);
    let figure = figure::build(&spec, &made.scene(&world));
    let [main, inset] = &said(&figure)[..] else { panic!("a map with an inset") };
    let plain = |symbols: &figure::Symbols| {
        symbols.list.iter().filter(|symbol| symbol.form.has(figure::Form::PLAIN)).count()
    };
    assert!(plain(main) > 20 && plain(main) < main.list.len(), "{} are plain", plain(main));
    assert_eq!(plain(inset), 0);
    let to_pixels = main.projector.plane_to_pixels().unwrap();
    let covered = inset.projector.rect.shrunk(10.0);
    for symbol in &main.list {
        let moved = [0, 1].map(|at| (symbol.plane[at] - to_pixels.origin[at]) * to_pixels.scale);
        let [x, y] = to_pixels.center;
        assert!(!covered.contains([x + moved[0] as f32, y - moved[1] as f32]), "{symbol:?}");
    }
    assert!(inset.list.len() >= main.list.len(), "the inset says what lies around it too");
}

fn circles(marks: &[figure::Mark]) -> usize {
    let of = |mark: &figure::Mark| match mark {
        figure::Mark::Clip { marks, .. } => circles(marks),
        figure::Mark::Circle { .. } => 1,
        _ => 0,
    };
    marks.iter().map(of).sum()
}

/// Marks of a map, texts and outlines included.
fn marks_of(places: &[(f64, f64)]) -> usize {
    fn count(marks: &[figure::Mark]) -> usize {
        let of = |mark: &figure::Mark| match mark {
            figure::Mark::Clip { marks, .. } => count(marks),
            _ => 1,
        };
        marks.iter().map(of).sum()
    }
    let made = made(places);
    let world = World::new(io::builtin::BASEMAP).unwrap();
    count(&figure::build(&made.spec(), &made.scene(&world)).marks)
}

#[test]
fn more_sites_make_no_more_marks() {
    // What is drawn is what costs: a guard by count, since times vary between machines.
    let places = many_places();
    let shifted =
        places.iter().map(|&(lon, lat)| ((lon * 0.999).clamp(-180.0, 180.0), lat * 0.999));
    let doubled: Vec<(f64, f64)> = places.iter().copied().chain(shifted).collect();
    let (few, many) = (marks_of(&places), marks_of(&doubled));
    assert!(many <= few * 11 / 10, "{many} marks of {} sites, {few} of half", doubled.len());
    assert!(many < 8000, "{many} marks");
}

#[test]
fn a_preview_counts_every_site_with_a_place() {
    let places = many_places();
    let data = data(&places);
    let preview = figure::Preview::new(&data);
    assert_eq!(preview.sites, places.len());
    assert_eq!(preview.cells.iter().map(|(_, count)| *count as usize).sum::<usize>(), places.len());
    let world = World::new(io::builtin::BASEMAP).unwrap();
    let theme = figure::Theme::Dark;
    let figure = figure::preview(&world, &preview, theme, [800.0, 500.0]).unwrap();
    let some = wattlas::export::picture::pixels(&figure).unwrap();
    let none = figure::Preview::default();
    let bare = figure::preview(&world, &none, theme, [800.0, 500.0]).unwrap();
    let bare = wattlas::export::picture::pixels(&bare).unwrap();
    let differ = some.data().iter().zip(bare.data()).filter(|(a, b)| a != b).count();
    assert!(differ > 2000, "{differ} bytes differ: the sites are to be seen");
}

#[test]
fn a_filter_that_leaves_few_of_many_costs_few() {
    let made = made_of(&many_places(), "mw>96.5");
    let totals = made.standing.totals();
    assert!(0 < totals.placed && totals.placed < MANY / 4, "{totals:?}");
    let before = made.standing.sites_read();
    let view = View::world(Projection::EqualEarth);
    let projector = Projector::new(view, PixelRect::new(0.0, 0.0, 900.0, 600.0));
    let Shown::Sites(sites) = made.standing.shown(&made.data, &projector) else {
        panic!("few sites are shown one by one");
    };
    assert_eq!(sites.len(), totals.placed);
    assert_eq!(made.standing.sites_read(), before, "no site is looked for");
}

#[test]
fn a_closed_data_set_gives_its_memory_back() {
    let Made { data, standing, .. } = made(&many_places()[..100]);
    let kept = Arc::downgrade(&data);
    drop(standing);
    drop(data);
    assert!(kept.upgrade().is_none(), "something still holds the data set");
}

/// The table of sites holds each that takes part once, in the order of its column, what is unknown
/// last; held against keys worked out one by one, with pieces ordered side by side.
#[test]
fn the_table_of_sites_is_ordered_by_each_of_its_columns() {
    use wattlas::figure::roster::site_number;
    use wattlas::figure::{SiteColumn, SiteOrder, roster};
    use wattlas::model::{SectorChoice, Status};

    let mut places = many_places();
    places.extend((0..70_000).map(|at| (-100.0 + f64::from(at) * 1e-4, 40.0)));
    for filter in ["", "mw>40"] {
        let made = made_of(&places, filter);
        let (data, standing, sector) = (&made.data, &made.standing, SectorChoice::default());
        let sites = &data.sites;
        let lower = |name| Some(data.text(name).to_lowercase()).filter(|t| !t.is_empty());
        for by in SiteColumn::ALL {
            for turned in [false, true] {
                let order = SiteOrder { by, turned };
                let rows = roster(
                    &wattlas::parallel::Threads::new(Some(3)),
                    data,
                    (standing, sector),
                    order,
                );
                let mut once = rows.clone();
                once.sort_unstable();
                let all = (0..sites.len() as u32).filter(|&s| standing[s as usize].takes_part);
                assert!(once.into_iter().eq(all), "{by:?}");
                let text = |site: usize| match by {
                    SiteColumn::Name => lower(sites.name[site]),
                    SiteColumn::Operator => lower(sites.operator[site]),
                    SiteColumn::Users => lower(sites.users[site]),
                    SiteColumn::Country => lower(sites.country[site]),
                    SiteColumn::Status => Some(sites.status[site])
                        .filter(|&status| status != Status::Unstated)
                        .map(|status| format!("{}", status as u8)),
                    _ => None,
                };
                let number = |site| site_number(data, (standing, sector), by, site);
                for pair in rows.windows(2) {
                    let [a, b] = [pair[0] as usize, pair[1] as usize];
                    if by.is_number() {
                        let (a, b) = (number(a), number(b));
                        let right = match (a, b) {
                            (Some(a), Some(b)) => {
                                if turned {
                                    a <= b
                                } else {
                                    a >= b
                                }
                            }
                            (a, b) => a.is_some() || b.is_none(),
                        };
                        assert!(right, "{by:?} {turned} {a:?} {b:?}");
                    } else {
                        let (a, b) = (text(a), text(b));
                        let right = match (&a, &b) {
                            (Some(a), Some(b)) => {
                                if turned {
                                    a >= b
                                } else {
                                    a <= b
                                }
                            }
                            (a, b) => a.is_some() || b.is_none(),
                        };
                        assert!(right, "{by:?} {turned} {a:?} {b:?}");
                    }
                }
            }
        }
    }
}

/// Cells of a level that several hands make are those of all sites, none parted and none twice.
#[test]
fn cells_are_whole_where_several_hands_make_them() {
    let places: Vec<(f64, f64)> = (0..150_000_u32)
        .map(|at| {
            // Crowds of very different sizes, so that pieces begin within large cells.
            let (crowd, step) = (f64::from(at % 7), f64::from(at % 1000) * 1e-3);
            (crowd * crowd * 6.0 - 100.0 + step, 10.0 + crowd * 5.0 + step)
        })
        .collect();
    let made = made(&places);
    let rect = PixelRect::new(0.0, 0.0, 900.0, 600.0);
    for zoom in [1.0, 3.0] {
        let view = View { zoom, ..View::world(Projection::EqualEarth) };
        let shown = made.standing.shown(&made.data, &Projector::new(view, rect));
        let Shown::Clusters { cells, heaviest, .. } = shown else { panic!("sites") };
        let mut seen = 0;
        for cell in &cells {
            let [west, south, east, north] = cell.bounds();
            let within = |&&(lon, lat): &&(f64, f64)| {
                (west..east).contains(&lon) && lat > south && lat <= north
            };
            assert_eq!(places.iter().filter(within).count(), cell.sites as usize);
            assert!(cell.power.build_out <= heaviest);
            seen += cell.sites as usize;
        }
        assert!(zoom > 1.0 || seen == places.len(), "{seen}");
    }
}

/// What is shown before all tables are read counts every site once, where the sites are.
#[test]
fn the_first_marks_count_every_site_where_it_is() {
    let mut places: Vec<(f64, f64)> = (0..5000_u32)
        .map(|at| {
            (f64::from(at * 7919 % 36_000) / 100.0 - 180.0, f64::from(at % 1700) / 10.0 - 85.0)
        })
        .collect();
    places.extend([(180.0, 0.0), (-180.0, 0.0), (0.0, 90.0), (0.0, -90.0)]);
    let cell = |(lon, lat): (f64, f64)| {
        let at = |degrees: f64| ((degrees / 360.0 * 128.0) as u32).min(127);
        (at(lon + 180.0), at(90.0 - lat))
    };
    let mut wanted: BTreeMap<(u32, u32), (f64, f64, u32)> = BTreeMap::new();
    for &(lon, lat) in &places {
        let sums = wanted.entry(cell((lon, lat))).or_default();
        *sums = (sums.0 + lon, sums.1 + lat, sums.2 + 1);
    }
    let preview = figure::Preview::new(&data(&places));
    assert_eq!((preview.sites, preview.cells.len()), (places.len(), wanted.len()));
    for (place, count) in preview.cells {
        let (lon, lat, sites) = wanted[&cell((place.lon, place.lat))];
        assert_eq!(count, sites);
        let (lon, lat) = (lon / f64::from(sites), lat / f64::from(sites));
        assert!((place.lon - lon).abs() < 1e-9 && (place.lat - lat).abs() < 1e-9);
    }
}

/// The built-in data as a moving map shows them.
fn built_in() -> Made {
    let data = io::load(&io::builtin::inputs(), &io::Unwatched, &Alone).unwrap().data;
    let engine = Engine::new(&data, &data.grid());
    let outcome = engine.baseline().clone();
    let prepared =
        figure::prepare(&Alone, &data, &outcome, None, None, &Question::default(), None).unwrap();
    let index = Arc::new(Places::new(&Alone, &data));
    let month = Month::new(2027, 6);
    let standing = Standing::new(Arc::new(Alone), (&data, &index), &outcome, &prepared, month);
    Made { data, outcome, prepared, standing }
}

/// Texts of a map that lie well within it, with their places.
fn labels(figure: &figure::Figure, rect: PixelRect) -> BTreeMap<String, [f32; 2]> {
    fn gather(marks: &[figure::Mark], rect: PixelRect, out: &mut BTreeMap<String, [f32; 2]>) {
        for mark in marks {
            match mark {
                figure::Mark::Clip { marks, .. } => gather(marks, rect, out),
                figure::Mark::Text(text) if rect.contains(text.at) => {
                    out.insert(text.text.clone(), text.at);
                }
                _ => {}
            }
        }
    }
    let mut out = BTreeMap::new();
    gather(&figure.marks, rect, &mut out);
    out
}

#[test]
fn labels_stay_with_their_symbols_while_the_map_moves() {
    let world = World::new(io::builtin::BASEMAP).unwrap();
    let (mut same, mut moved, mut gone) = (0, 0, 0);
    for made in [built_in(), made(&many_places())] {
        for zoom in [1.5, 3.0, 8.0] {
            let mut spec = made.spec();
            spec.size = [1100.0, 700.0];
            spec.view = View { center: LonLat::new(-80.0, 38.0), zoom, ..spec.view };
            let scene = made.scene(&world);
            let mut before: Option<BTreeMap<String, [f32; 2]>> = None;
            for _ in 0..80 {
                let figure = figure::build(&spec, &scene);
                let projector = figure.regions.iter().find_map(|region| match region {
                    figure::Region::Map { projector, .. } => Some(*projector),
                    _ => None,
                });
                let projector = projector.unwrap();
                let now = labels(&figure, projector.rect.shrunk(8.0));
                if let Some(before) = before {
                    let inner = projector.rect.shrunk(200.0);
                    for (text, at) in before.iter().filter(|(_, at)| inner.contains(**at)) {
                        match now.get(text) {
                            None => gone += 1,
                            Some(then) => {
                                let off = [then[0] - at[0] + 5.0, then[1] - at[1]];
                                if off[0].hypot(off[1]) < 1.0 { same += 1 } else { moved += 1 }
                            }
                        }
                    }
                }
                before = Some(now);
                spec.view = projector.panned([-5.0, 0.0]);
            }
        }
    }
    assert!(same > 3000, "{same} labels");
    assert!((moved + gone) * 250 <= same, "{moved} move and {gone} go of {same}");
}

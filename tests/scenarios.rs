//! Laws of the engine: what changes nothing, what sums, what draws agree with.

#![expect(clippy::unwrap_used, reason = "a test may end where it finds the unexpected")]

use std::path::Path;
use std::sync::{Arc, OnceLock};

use proptest::prelude::*;
use wattlas::figure;
use wattlas::io::{self, Input, builtin};
use wattlas::model::{Dataset, Day, Month, Status};
use wattlas::parallel::Threads;
use wattlas::scenario::draws::{Purpose, Stream, key_of};
use wattlas::scenario::input::triangular;
use wattlas::scenario::ledger::{CompareQuery, ledger};
use wattlas::scenario::measure::MEASURES;
use wattlas::scenario::supply::{SupplyQuery, supply};
use wattlas::scenario::sweep::{Sources, SweepError};
use wattlas::scenario::{
    Alone, Engine, Filter, GroupKey, Grouping, Measure, Outcome, Quantity, Query, Scenario, Stack,
    Sweep, SweepQuery, Workers, extended, run, stack, stack_with, tornado,
};

fn built_in() -> &'static Dataset {
    static DATA: OnceLock<Arc<Dataset>> = OnceLock::new();
    DATA.get_or_init(|| {
        io::load(&builtin::inputs(), &io::Unwatched, &wattlas::scenario::Alone).unwrap().data
    })
}

/// A file of the user's.
fn file(name: &str, text: impl Into<String>) -> Input {
    Input { path: name.into(), bytes: text.into().into_bytes().into(), built_in: false }
}

fn read(text: &str, data: &Dataset) -> Scenario {
    let file = io::read_scenario(Path::new("test.toml"), text, data);
    file.unwrap_or_else(|error| panic!("{error}\n{text}")).scenario
}

fn work_out(text: &str) -> Outcome {
    let data = built_in();
    run(data, &read(text, data), &data.grid())
}

fn baseline() -> &'static Outcome {
    static BASE: OnceLock<Outcome> = OnceLock::new();
    BASE.get_or_init(|| run(built_in(), &Scenario::default(), &built_in().grid()))
}

fn stacked(outcome: &Outcome, measure: Measure, key: GroupKey) -> Stack {
    let grouping = Grouping::new(built_in(), outcome, key);
    stack(built_in(), outcome, &Query::new(measure, &grouping))
}

const SELECTORS: [&str; 8] = [
    "",
    "-status:operating",
    "country:USA",
    "status:announced mw>500",
    "operator:Amazon or user:Anthropic",
    "continent:Europe,Asia",
    "zone:US-TX",
    "chip_vendor:NVIDIA",
];

/// An adjustment of a lever, with its numbers; the id is its place.
fn adjustment(at: usize, select: &str, lever: &str, numbers: &str) -> String {
    format!("[[adjustment]]\nid = \"a{at}\"\nselect = '{select}'\nlever = \"{lever}\"\n{numbers}\n")
}

fn any_lever() -> impl Strategy<Value = (&'static str, String)> {
    prop_oneof![
        (0..40_i32).prop_map(|m| ("delay", format!("months = {m}"))),
        (0..40_i32).prop_map(|m| ("bring_forward", format!("months = {m}"))),
        (0.0..2.0_f64).prop_map(|f| ("scale", format!("factor = {f:.3}"))),
        Just(("cancel", String::new())),
        Just(("only", String::new())),
        Just(("except", String::new())),
        (0.5..15.0_f64).prop_map(|y| ("retire", format!("age_years = {y:.2}"))),
        Just(("swap_chip", "chip = \"Trainium2\"".to_owned())),
        Just(("move", "zone = \"SWE\"".to_owned())),
        (1.0..1.8_f64).prop_map(|p| ("pue", format!("pue = {p:.3}"))),
        (0.1..1.0_f64).prop_map(|u| ("utilisation", format!("utilisation = {u:.3}"))),
        (0.2..2.0_f64)
            .prop_map(|f| ("price_shock", format!("factor = {f:.3}\nfrom = \"2027-01\""))),
        (20.0..90.0_f64).prop_map(|p| ("price_path", format!("path = {{ \"2027-06\" = {p:.2} }}"))),
        (-0.05..0.2_f64).prop_map(|g| ("price_growth", format!("rate = {g:.4}"))),
        (0.0..1.0_f64).prop_map(|s| ("ppa", format!("share = {s:.3}\nprice = 55\ndelivery = 12"))),
        (0.0..1.0_f64)
            .prop_map(|s| ("onsite", format!("share = {s:.3}\nprice = 80\ncarbon = 400"))),
        (0.0..200.0_f64).prop_map(|p| ("carbon_price", format!("price = {p:.1}"))),
        (0.0..400.0_f64).prop_map(|p| ("capacity_charge", format!("price = {p:.1}"))),
        (0.0..900.0_f64).prop_map(|h| ("curtail", format!("hours = {h:.0}\nshare = 0.5"))),
        (0.0..1.0_f64).prop_map(|s| ("coverage", format!("share = {s:.3}\nelasticity = 0.4"))),
    ]
}

fn any_scenario(most: usize) -> impl Strategy<Value = String> {
    prop::collection::vec((any_lever(), 0..SELECTORS.len()), 0..most).prop_map(|levers| {
        let text = levers.into_iter().enumerate();
        text.map(|(at, ((lever, numbers), select))| {
            adjustment(at, SELECTORS[select], lever, &numbers)
        })
        .collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn levers_at_their_neutral_value_change_nothing_bit_for_bit(select in 0..SELECTORS.len()) {
        let neutral = [
            ("delay", "months = 0"),
            ("bring_forward", "months = 0"),
            ("scale", "factor = 1"),
            ("price_shock", "factor = 1"),
            ("price_growth", "rate = 0"),
            ("ppa", "share = 0\nprice = 10"),
            ("carbon_price", "price = 0"),
            ("capacity_charge", "price = 0"),
            ("curtail", "hours = 0\nshare = 1"),
            ("coverage", "share = 0\nelasticity = 1"),
        ];
        for (lever, numbers) in neutral {
            let outcome = work_out(&adjustment(0, SELECTORS[select], lever, numbers));
            prop_assert_eq!(&outcome.phases, &baseline().phases, "{}", lever);
            for measure in [Measure::FacilityMw, Measure::H100e, Measure::CostUsd, Measure::TcoUsd] {
                let (a, b) = (
                    stacked(&outcome, measure, GroupKey::Country),
                    stacked(baseline(), measure, GroupKey::Country),
                );
                prop_assert_eq!(a, b, "{} {}", lever, measure.word());
            }
        }
    }

    #[test]
    fn delay_and_bring_forward_by_the_same_months_cancel_out(
        months in 0..48_i32,
        select in 0..SELECTORS.len(),
        swapped: bool,
    ) {
        let mut levers = ["delay", "bring_forward"];
        if swapped {
            levers.reverse();
        }
        let numbers = format!("months = {months}");
        let text: String = levers
            .iter()
            .enumerate()
            .map(|(at, lever)| adjustment(at, SELECTORS[select], lever, &numbers))
            .collect();
        prop_assert_eq!(&work_out(&text).phases, &baseline().phases);
    }

    #[test]
    fn groups_sum_to_totals_and_costs_are_not_negative(text in any_scenario(5)) {
        let outcome = work_out(&text);
        for row in MEASURES.iter().filter(|row| !row.measure.is_ratio()) {
            for key in [GroupKey::User, GroupKey::PriceZone] {
                let stack = stacked(&outcome, row.measure, key);
                for month in 0..stack.grid.len {
                    let sum: f64 = stack.groups.iter().map(|g| g.series.value[month]).sum();
                    let total = stack.total.value[month];
                    let near = (sum - total).abs() <= 1e-9 * total.abs().max(1.0);
                    prop_assert!(near, "{} {}: {sum} and {total}", row.word, month);
                    prop_assert!(total >= -1e-9, "{} {total}", row.word);
                    prop_assert!(stack.total.unknown[month] <= stack.total.count[month]);
                }
            }
        }
    }

    #[test]
    fn what_is_cancelled_is_never_more_than_the_baseline(select in 0..SELECTORS.len()) {
        let outcome = work_out(&adjustment(0, SELECTORS[select], "cancel", ""));
        for measure in [Measure::FacilityMw, Measure::H100e, Measure::EnergyMwh, Measure::CostUsd] {
            let (a, b) = (
                stacked(&outcome, measure, GroupKey::Kind).total,
                stacked(baseline(), measure, GroupKey::Kind).total,
            );
            for month in 0..a.value.len() {
                prop_assert!(a.value[month] <= b.value[month] * (1.0 + 1e-12) + 1e-9);
            }
        }
    }

    #[test]
    fn the_ledger_sums_to_the_difference_exactly(
        first in any_scenario(3),
        second in any_scenario(5),
        measure in 0..6_usize,
        month in 0..96_i32,
    ) {
        let data = built_in();
        let (a, b) = (read(&first, data), read(&second, data));
        let engine = Engine::new(data, &data.grid());
        let query = CompareQuery {
            measure: MEASURES[measure].measure,
            group_by: GroupKey::Kind,
            filter: Filter::default(),
            sector: wattlas::model::SectorChoice::default(),
            real_year: None,
            lens: None,
        };
        let month = Month::new(2024, 1).plus(month);
        let account = ledger(&Alone, data, &engine, [&a, &b], &query, month);
        let known = |scenario: &Scenario| {
            let outcome = engine.run(data, scenario);
            let stack = stacked(&outcome, query.measure, GroupKey::Kind);
            stack.total.known(data.grid().clamp(month)).is_some()
        };
        // An unknown total has no account, and a known one between known ones has.
        let Some(account) = account else {
            return Ok(());
        };
        prop_assert!(known(&a) && known(&b));
        let (mut forward, mut backward) = (0.0, 0.0);
        account.rows.iter().for_each(|row| forward += row.value);
        account.rows.iter().rev().for_each(|row| backward += row.value);
        prop_assert_eq!(forward.to_bits(), (account.difference() + 0.0).to_bits());
        prop_assert_eq!(backward.to_bits(), forward.to_bits());
        let printed: i64 = account.rows.iter().map(|row| row.printed).sum();
        prop_assert_eq!(printed, account.printed());
        // And it is the difference of the two outcomes.
        let at = |scenario: &Scenario| {
            let outcome = engine.run(data, scenario);
            stacked(&outcome, query.measure, GroupKey::Kind).total.value[data.grid().clamp(month)]
        };
        let (before, after) = (at(&a), at(&b));
        let (want, size) = (after - before, before.abs().max(after.abs()).max(1.0));
        let error = (account.difference() - want).abs();
        prop_assert!(error <= 1e-9 * size, "{error} of {size}");
        // Printed as JSON it is read back the same.
        let text = serde_json::to_string(&account.difference()).unwrap();
        prop_assert_eq!(text.parse::<f64>().unwrap().to_bits(), account.difference().to_bits());
    }
}

/// Sites without history, for draws: power in quarters of a MW, so that all sums are exact.
fn made_up(phases: &str) -> Arc<Dataset> {
    let mut inputs = builtin::inputs();
    let row = |at: u32| format!("s{at},Site {at},Op {},USA,US-VA,ground,planned\n", at % 2);
    let sites = (0..4).map(row).collect::<Vec<_>>().concat();
    let header = "id,name,operator,country,subdivision,kind,status\n";
    inputs.push(file("sites.csv", format!("{header}{sites}")));
    let header =
        "site_id,phase,online,online_precision,facility_mw,mw_basis,status,included_in,retired\n";
    inputs.push(file("phases.csv", format!("{header}{phases}")));
    io::load(&inputs, &io::Unwatched, &wattlas::scenario::Alone).unwrap().data
}

fn sweep_total(data: &Dataset, text: &str, draws: u32, threads: usize) -> Vec<f64> {
    let scenario = read(text, data);
    let engine = Engine::new(data, &data.grid());
    let query =
        SweepQuery { draws: Some(draws), seed: Some(11), ..SweepQuery::new(Measure::FacilityMw) };
    let sweep = Sweep::new(data, &engine, &scenario, query).unwrap();
    sweep.total(&Threads::new(Some(threads)), draws)
}

#[test]
fn without_delay_mean_and_variance_are_those_of_independent_phases() {
    let sizes =
        [(500.0, "construction"), (800.0, "planned"), (300.0, "announced"), (120.0, "planned")];
    let row = |(at, (mw, status)): (usize, &(f64, &str))| {
        format!("s{at},P,2027-03-31,day,{mw},meter,{status},,\n")
    };
    let phases = sizes.iter().enumerate().map(row).collect::<Vec<_>>().concat();
    let data = made_up(&phases);
    let completion = |status: &str| match status {
        "construction" => 0.9,
        "planned" => 0.6,
        _ => 0.2,
    };
    let text = "[uncertainty.completion]\nconstruction = 0.9\nplanned = 0.6\nannounced = 0.2\n";
    let draws = 40_000;
    let total = sweep_total(&data, text, draws, 2);
    let month = data.grid().clamp(Month::new(2027, 12));
    let values = &total[month * draws as usize..(month + 1) * draws as usize];
    let pairs: Vec<(f64, f64)> = sizes.iter().map(|(mw, s)| (*mw, completion(s))).collect();
    let mean: f64 = pairs.iter().map(|(p, c)| p * c).sum();
    let variance: f64 = pairs.iter().map(|(p, c)| p * p * c * (1.0 - c)).sum();
    let n = f64::from(draws);
    let got = values.iter().sum::<f64>() / n;
    let spread = values.iter().map(|v| (v - got).powi(2)).sum::<f64>() / (n - 1.0);
    // Standard error of the mean is σ/√n; that of the variance at most √((κ − 1)/n) σ², with a
    // kurtosis κ below 3 for a few such phases. Four of each.
    assert!((got - mean).abs() < 4.0 * (variance / n).sqrt(), "{got} {mean}");
    assert!((spread - variance).abs() < 4.0 * variance * (2.0 / n).sqrt(), "{spread} {variance}");
}

/// The draws of the engine done once more, plainly: one phase after the other, by the day.
fn plainly(data: &Dataset, rows: &[Plain], draws: u32, shared: [f64; 2]) -> Vec<f64> {
    let grid = data.grid();
    let mut out = vec![0.0; grid.len * draws as usize];
    let together = shared[0] + shared[1];
    let (to_site, to_world) = (together.sqrt(), (shared[0] / together.max(1e-300)).sqrt());
    let chance = |row: &Plain, draw: u32, purpose: Purpose, shock: Purpose| {
        let phase = key_of(&["phase", row.site, row.phase]);
        let site = key_of(&["site", row.site]);
        let of = |purpose, key| Stream::new(11, purpose, key).unit(draw);
        if together > 0.0 && of(shock, phase) < to_site {
            if of(shock, site) < to_world {
                return of(purpose, 0x5741_5454_4c41_5353);
            }
            return of(purpose, site);
        }
        of(purpose, phase)
    };
    for draw in 0..draws {
        let start = |row: &Plain| -> Option<Month> {
            if row.completion < 1.0
                && chance(row, draw, Purpose::Completion, Purpose::CompletionShock)
                    >= row.completion
            {
                return None;
            }
            let mut day = Day::parse(row.online).unwrap();
            if row.year {
                let key = key_of(&["phase", row.site, row.phase]);
                let u = Stream::new(11, Purpose::Day, key).unit(draw);
                let (year, ..) = day.ymd();
                let first = Day::from_ymd(year, 1, 1).unwrap();
                let days = Day::from_ymd(year + 1, 1, 1).unwrap().0 - first.0;
                day = Day(first.0 + (u * f64::from(days)) as i32);
            }
            let mut month = day.month();
            if row.late > 0.0 {
                let bad = chance(row, draw, Purpose::Delay, Purpose::DelayShock) - (1.0 - row.late);
                if bad > 0.0 {
                    month = month
                        .plus(triangular(6.0, 12.0, 48.0, bad * (1.0 / row.late)).round() as i32);
                }
            }
            Some(month)
        };
        for (at, month) in grid.months().enumerate() {
            for row in rows {
                let Some(from) = start(row) else { continue };
                let whole = row.within.and_then(|w| start(&rows[w]));
                let gone = whole.is_some_and(|whole| whole <= month)
                    || row.retired.is_some_and(|day| Day::parse(day).unwrap().month() <= month);
                if from <= month && !gone {
                    out[at * draws as usize + draw as usize] += row.mw;
                }
            }
        }
    }
    out
}

struct Plain {
    site: &'static str,
    phase: &'static str,
    online: &'static str,
    year: bool,
    mw: f64,
    completion: f64,
    late: f64,
    within: Option<usize>,
    retired: Option<&'static str>,
}

const CHANCES: &str = "[uncertainty.completion]\nplanned = 0.7\nannounced = 0.25\n\
    [uncertainty.late]\nplanned = 0.5\nannounced = 0.9\nconstruction = 0.3\n\
    [uncertainty.delay]\n\
    planned = { distribution = \"triangular\", low = 6, mode = 12, high = 48 }\n\
    announced = { distribution = \"triangular\", low = 6, mode = 12, high = 48 }\n\
    construction = { distribution = \"triangular\", low = 6, mode = 12, high = 48 }\n";

fn chancy() -> (Arc<Dataset>, Vec<Plain>) {
    let data = made_up(
        "s0,A,2026-12-31,day,100.25,meter,construction,,\n\
         s0,B,2027-06-30,year,60.5,meter,planned,,\n\
         s1,A,2027-01-31,day,20,meter,planned,B,\n\
         s1,B,2028-05-31,day,80.75,meter,announced,,\n\
         s2,A,2025-02-28,day,40,meter,operating,,2028-01-01\n\
         s3,A,2029-12-31,year,300.5,meter,announced,,\n\
         s3,B,2031-12-31,day,1,meter,operating,,\n",
    );
    let row = |site, phase, online, mw, completion, late| Plain {
        site,
        phase,
        online,
        year: false,
        mw,
        completion,
        late,
        within: None,
        retired: None,
    };
    let rows = vec![
        row("s0", "A", "2026-12-31", 100.25, 1.0, 0.3),
        Plain { year: true, ..row("s0", "B", "2027-06-30", 60.5, 0.7, 0.5) },
        Plain { within: Some(3), ..row("s1", "A", "2027-01-31", 20.0, 0.7, 0.5) },
        row("s1", "B", "2028-05-31", 80.75, 0.25, 0.9),
        Plain { retired: Some("2028-01-01"), ..row("s2", "A", "2025-02-28", 40.0, 1.0, 0.0) },
        Plain { year: true, ..row("s3", "A", "2029-12-31", 300.5, 0.25, 0.9) },
        row("s3", "B", "2031-12-31", 1.0, 1.0, 0.0),
    ];
    (data, rows)
}

#[test]
fn with_delay_the_draws_are_exactly_those_of_a_plain_program() {
    let (data, rows) = chancy();
    for shared in [[0.0, 0.0], [0.2, 0.3], [0.5, 0.0]] {
        let text = format!(
            "[uncertainty]\nshared_global = {}\nshared_site = {}\n{CHANCES}",
            shared[0], shared[1]
        );
        let got = sweep_total(&data, &text, 700, 2);
        assert_eq!(got, plainly(&data, &rows, 700, shared), "{shared:?}");
    }
}

#[test]
fn threads_and_the_number_of_draws_asked_for_do_not_change_a_draw() {
    let (data, _) = chancy();
    let one = sweep_total(&data, CHANCES, 1000, 1);
    assert_eq!(one, sweep_total(&data, CHANCES, 1000, 2));
    assert_eq!(one, sweep_total(&data, CHANCES, 1000, 3));
    let scenario = read(CHANCES, &data);
    let engine = Engine::new(&data, &data.grid());
    let query = SweepQuery {
        draws: Some(1000),
        seed: Some(11),
        group_by: Some(GroupKey::Operator),
        ..SweepQuery::new(Measure::FacilityMw)
    };
    let sweep = Sweep::new(&data, &engine, &scenario, query).unwrap();
    let first = sweep.total(&Alone, 200);
    let months = data.grid().len;
    for month in 0..months {
        assert_eq!(first[month * 200..(month + 1) * 200], one[month * 1000..month * 1000 + 200]);
    }
    let bands = [1, 2].map(|n| sweep.bands(&Threads::new(Some(n)), 1000));
    assert_eq!(bands[0], bands[1]);
    // Groups sum to the total, draw by draw and so in the mean.
    let rows = &bands[0].rows;
    let (total, groups) = rows.split_last().unwrap();
    for month in 0..months {
        let known = |row: &wattlas::scenario::sweep::BandRow| row.mean[month].unwrap();
        let sum: f64 = groups.iter().map(known).sum();
        assert!((sum - known(total)).abs() < 1e-9);
    }
}

#[test]
fn scenarios_share_their_draws() {
    let (data, _) = chancy();
    let base = sweep_total(&data, CHANCES, 500, 2);
    let half = format!("{CHANCES}{}", adjustment(0, "", "scale", "factor = 0.5"));
    let scaled = sweep_total(&data, &half, 500, 2);
    for (a, b) in base.iter().zip(&scaled) {
        assert_eq!((a * 0.5).to_bits(), b.to_bits());
    }
}

#[test]
fn a_sure_parameter_drawn_as_a_law_of_no_width_changes_nothing() {
    // The way by one outcome for all draws, and that by an outcome for each, are the same sums.
    let (data, _) = chancy();
    let sure = format!("{CHANCES}{}", adjustment(0, "operator:\"Op 1\"", "scale", "factor = 0.5"));
    let drawn =
        format!("{CHANCES}{}", adjustment(0, "operator:\"Op 1\"", "scale", "factor = [0.5, 0.5]"));
    assert_eq!(sweep_total(&data, &sure, 300, 2), sweep_total(&data, &drawn, 300, 2));
}

#[test]
fn draws_of_money_without_chance_are_the_outcome() {
    let data = built_in();
    let text = format!(
        "[assumptions]\nsold_share = 0.6\ncapacity_pue = 1.3\n{}{}",
        adjustment(0, "country:USA", "price_shock", "factor = 1.3"),
        adjustment(1, "-status:operating", "delay", "months = 5")
    );
    let scenario = read(&text, data);
    let engine = Engine::new(data, &data.grid());
    let outcome = engine.run(data, &scenario);
    for row in MEASURES {
        let query =
            SweepQuery { draws: Some(2), sources: Sources::NONE, ..SweepQuery::new(row.measure) };
        let sweep = Sweep::new(data, &engine, &scenario, query).unwrap();
        let total = sweep.total(&Alone, 2);
        let want = stacked(&outcome, row.measure, GroupKey::Kind).total;
        for month in 0..data.grid().len {
            let (got, want_value) = (total[month * 2], want.value[month]);
            // What is unknown is so in every draw, and nothing else is.
            let near = match want.known(month) {
                Some(value) => (got - value).abs() <= 1e-9 * value.abs().max(1.0),
                None => got.is_nan(),
            };
            assert!(near, "{} {month}: {got} {want_value}", row.word);
        }
    }
}

#[test]
fn every_scenario_of_the_app_does_something_and_its_figures_can_be_drawn() {
    let data = built_in();
    for (name, text) in builtin::SCENARIOS {
        let scenario = read(text, data);
        let world = extended(data, &[&scenario]);
        let engine = Engine::new(&world, &world.grid());
        for (id, touched) in engine.touched(&world, &scenario) {
            assert!(touched > 0, "{name}: {id} touches no phase");
        }
        let outcome = engine.run(&world, &scenario);
        assert_ne!(
            (&outcome.phases, &outcome.energy, outcome.assumptions),
            (&engine.baseline().phases, &engine.baseline().energy, engine.baseline().assumptions),
            "{name}"
        );
    }
}

#[test]
fn moved_phases_take_country_price_and_carbon_of_their_zone() {
    let text = adjustment(0, "site:xai-colossus-1", "move", "zone = \"SWE\"");
    let outcome = work_out(&text);
    let phase = (0..built_in().phases.len())
        .find(|&p| {
            let site = built_in().phases.site[p] as usize;
            built_in().text(built_in().sites.id[site]) == "xai-colossus-1"
        })
        .unwrap();
    let grouping = Grouping::new(built_in(), &outcome, GroupKey::Country);
    assert_eq!(grouping.names[grouping.parts(phase)[0].group as usize], "SWE");
    let rate = |outcome: &Outcome| {
        let sector = wattlas::model::SectorChoice::default();
        let month = Month::new(2026, 6);
        wattlas::scenario::bill::phase_rate(built_in(), outcome, phase, month, sector)
    };
    let (here, there) = (rate(baseline()), rate(&outcome));
    assert!(there.location_g.unwrap() < here.location_g.unwrap() / 2.0, "{here:?} {there:?}");
    assert_ne!(here.grid, there.grid);
}

#[test]
fn only_leaves_what_later_adjustments_add() {
    let data = built_in();
    let add = "[[adjustment]]\nid = \"new\"\nlever = \"add\"\n[[adjustment.phase]]\n\
        site_id = \"xai-colossus-1\"\nonline = 2027-01-01\nfacility_mw = 77\nmw_basis = \"meter\"\n";
    let total = |text: &str| {
        let scenario = read(text, data);
        let world = extended(data, &[&scenario]);
        let outcome = run(&world, &scenario, &world.grid());
        let grouping = Grouping::new(&world, &outcome, GroupKey::Kind);
        let stack = stack(&world, &outcome, &Query::new(Measure::FacilityMw, &grouping));
        stack.total.value[stack.grid.clamp(Month::new(2027, 6))]
    };
    let only = adjustment(0, "country:NOR", "only", "");
    let norway = total(&only);
    assert!((total(&format!("{only}{add}")) - norway - 77.0).abs() < 1e-9);
    // Added before, it is one of the rest.
    assert!((total(&format!("{add}{only}")) - norway).abs() < 1e-9);
}

#[test]
fn a_tornado_has_the_effect_of_each_input_from_low_to_high() {
    let (data, _) = chancy();
    let text = format!(
        "{}{}",
        adjustment(0, "site:s0", "scale", "factor = [0.5, 1.5]"),
        adjustment(1, "site:s3", "price_shock", "factor = [0.5, 1.5]")
    );
    let scenario = read(&text, &data);
    let engine = Engine::new(&data, &data.grid());
    let query = SweepQuery { draws: Some(200), ..SweepQuery::new(Measure::FacilityMw) };
    let month = Month::new(2031, 12);
    let found = tornado(&Alone, &data, &engine, &scenario, &query, month).unwrap();
    let [first, second] = [0, 1].map(|at| &found.rows[at]);
    assert_eq!((first.input.as_str(), second.input.as_str()), ("a0.factor", "a1.factor"));
    // Site s0 has 100.25 and 60.5 MW.
    assert!((found.central - first.low - 80.375).abs() < 1e-9, "{found:?}");
    assert!((first.high - found.central - 80.375).abs() < 1e-9, "{found:?}");
    assert!(first.rank_correlation > 0.999 && first.share > 0.9, "{found:?}");
    assert!(second.swing() < 1e-9, "{found:?}");
}

#[test]
fn a_supply_curve_rises_and_holds_all_that_is_in_service() {
    let month = Month::new(2026, 11);
    let grouping = Grouping::new(built_in(), baseline(), GroupKey::Operator);
    let asked = SupplyQuery {
        measure: Measure::UsdPerMwh,
        grouping: &grouping,
        mask: None,
        sector: wattlas::model::SectorChoice::default(),
        month,
    };
    let curve = supply(built_in(), baseline(), &asked);
    assert!(curve.blocks.len() > 20);
    assert!(curve.blocks.windows(2).all(|pair| pair[0].cost <= pair[1].cost));
    let drawn: f64 = curve.blocks.iter().map(|block| block.facility_mw).sum();
    let total = stacked(baseline(), Measure::FacilityMw, GroupKey::Kind).total;
    let want = total.value[built_in().grid().clamp(month)];
    assert!((drawn + curve.left_out_mw - want).abs() < 1e-6, "{drawn} {want}");
    // A block costs what its site pays.
    let block = &curve.blocks[0];
    let sector = wattlas::model::SectorChoice::default();
    let asked = (month, sector);
    let bill = wattlas::scenario::bill::site_bill(built_in(), baseline(), block.site, asked, None);
    assert!((bill.unwrap().usd_per_mwh.unwrap() - block.cost).abs() < 1e-9);
}

/// Accelerators and H100 equivalents are worked out when first asked for where no count is stated:
/// they are what they are where one is, which makes all of them be worked out at once.
#[test]
fn compute_worked_out_late_is_that_worked_out_at_once() {
    let load = |count: &str| {
        let mut inputs = builtin::inputs();
        let sites =
            "id,name,country,kind,status\ns0,A,USA,ground,planned\ns1,B,FRA,ground,planned\n";
        inputs.push(file("sites.csv", sites.to_owned()));
        let phases = format!(
            "site_id,phase,online,facility_mw,it_mw,chip,chip_count\n\
             s0,A,2026-01-31,120.5,,H100,\ns0,B,2026-02-28,,33.25,GB200,\ns0,C,2026-02-28,,,GB200,\n\
             s0,D,2027-02-28,75,,,\ns1,A,2026-05-31,60,,no such chip,\ns1,Z,2026-05-31,,,H100,{count}\n"
        );
        inputs.push(file("phases.csv", phases));
        io::load(&inputs, &io::Unwatched, &wattlas::scenario::Alone).unwrap().data
    };
    let [late, at_once] = ["", "5000"].map(load);
    let levers = "[[adjustment]]\nid = \"a\"\nlever = \"scale\"\nselect = \"country:USA\"\nfactor = 0.5\n\
        [[adjustment]]\nid = \"b\"\nlever = \"swap_chip\"\nselect = \"chip:H100\"\nchip = \"Trainium2\"\n";
    for text in ["", levers] {
        let [late, at_once] = [&late, &at_once]
            .map(|data| Engine::new(data, &data.grid()).run(data, &read(text, data)).phases);
        for quantity in [Quantity::Accelerators, Quantity::H100e] {
            let mut known = 0;
            // The last phase states its count in one of them.
            for phase in 0..5 {
                // One phase is looked at before all are, and after.
                let alone = (late.get(quantity, phase), late.rule(quantity, phase));
                let wanted = (at_once.get(quantity, phase), at_once.rule(quantity, phase));
                assert_eq!(alone, wanted, "{quantity:?} {phase}");
                let column = late.column(quantity);
                assert_eq!((column.value[phase].get(), column.rule[phase]), wanted);
                known += usize::from(wanted.0.is_some());
            }
            assert!(known >= 2);
            assert_eq!(late.get(quantity, 5), None);
            assert!(at_once.get(quantity, 5).is_some());
        }
    }
}

/// Groups do not depend on how many hands sort phases into them, tenancies included.
#[test]
fn groups_are_alike_on_any_number_of_hands() {
    let (data, outcome) = (built_in(), baseline());
    assert!(!data.tables.tenancies.is_empty());
    for (key, ..) in GroupKey::ALL {
        let alone = Grouping::new(data, outcome, key.clone());
        for threads in [2, 3] {
            let many = Grouping::new_with(&Threads::new(Some(threads)), data, outcome, key.clone());
            assert!(many == alone, "{key:?}");
        }
    }
}

/// What the map counts of a group at a month is what the bands show, for groups that share a phase
/// and for those that have it for some months.
#[test]
fn groups_of_the_map_sum_to_the_bands() {
    let (data, outcome) = (built_in(), baseline());
    for key in [GroupKey::User, GroupKey::Operator, GroupKey::Chip, GroupKey::Country] {
        let question = figure::Question { group_by: key.clone(), ..figure::Question::default() };
        let prepared = figure::prepare(&Alone, data, outcome, None, None, &question, None).unwrap();
        let places = Arc::new(figure::Places::new(&Alone, data));
        for (at, month) in outcome.grid.months().enumerate().step_by(7) {
            let hands: Arc<Threads> = Arc::new(Threads::new(Some(2)));
            let standing = figure::Standing::new(hands, (data, &places), outcome, &prepared, month);
            let bands = figure::bands(&prepared.capacity, &prepared.palette);
            assert_eq!(bands.len(), standing.groups().len());
            for (band, (name, _, online, _)) in bands.iter().zip(standing.groups()) {
                let value = |group: &usize| prepared.capacity.groups[*group].series.value[at];
                let wanted: f64 = band.groups.iter().map(value).sum();
                let gap = (online - wanted).abs();
                assert!(gap <= 1e-9 * wanted.max(1.0), "{key:?} {month} {name} {online} {wanted}");
            }
        }
    }
}

/// What follows for a phase does not depend on how many others there are: tables of many phases are
/// worked out piece by piece, and their dates are moved by a table.
#[test]
fn phases_among_many_are_what_they_are_among_few() {
    let row = |at: usize| {
        let precision = ["day", "month", "quarter", "year"][at / 3 % 4];
        let status = ["operating", "construction", "planned", "announced", "cancelled"][at % 5];
        let (year, month, day) = (2019 + at / 7 % 14, 1 + at % 12, 1 + at / 5 % 28);
        let basis = if at % 6 == 1 { "it" } else { "meter" };
        let mw = if at % 11 == 5 { String::new() } else { (at % 400).to_string() };
        let within = if at % 50 == 49 { format!("P{}", at - 4) } else { String::new() };
        let retired = if at % 9 == 4 { format!("{}-06-30", 2021 + at % 12) } else { String::new() };
        let online = format!("{year}-{month:02}-{day:02}");
        format!("s{},P{at},{online},{precision},{mw},{basis},{status},{within},{retired}\n", at % 4)
    };
    let text = [
        adjustment(0, "status:planned", "delay", "months = 7"),
        adjustment(1, "mw>200", "bring_forward", "months = 16"),
        adjustment(2, "mw<20", "cancel", ""),
        adjustment(3, "mw>350", "retire", "age_years = 4"),
        adjustment(4, "status:announced", "scale", "factor = 0.5"),
    ]
    .concat();
    let many = 70_000;
    let data = made_up(&(0..many).map(row).collect::<Vec<_>>().concat());
    let grid = data.grid();
    let threads = Threads::new(Some(2));
    let engine = Engine::new_with(&threads, &data, &grid);
    let scenarios = [Scenario::default(), read(&text, &data)];
    let all = scenarios.each_ref().map(|s| engine.run_with(&threads, &data, s).phases);
    for few in [0..200, 32_600..32_900, 65_400..65_700, 69_800..70_000] {
        let own = made_up(&few.clone().map(row).collect::<Vec<_>>().concat());
        for (scenario, all) in scenarios.iter().zip(&all) {
            let found = run(&own, scenario, &grid).phases;
            assert_eq!(found.len(), few.len());
            for (at, phase) in few.clone().enumerate() {
                let days = (found.from[at], found.to[at], found.span[at], found.broken[at]);
                let among = (all.from[phase], all.to[phase], all.span[phase], all.broken[phase]);
                assert_eq!(days, among, "{}", row(phase));
                let part = !data.phases.included_in[phase].is_empty();
                let never = data.phases.status[phase] == Status::Cancelled && !part;
                assert!(!never || days.1 == Day::NEVER, "what never begins has no end");
                assert_eq!(found.state[at], all.state[phase]);
                assert_eq!(found.chip(at), all.chip(phase));
                for quantity in [Quantity::FacilityMw, Quantity::ItMw] {
                    assert_eq!(found.get(quantity, at), all.get(quantity, phase));
                    assert_eq!(found.rule(quantity, at), all.rule(quantity, phase));
                }
            }
            let base = &engine.baseline().phases;
            let differs = |&phase: &usize| {
                (all.from[phase], all.to[phase]) != (base.from[phase], base.to[phase])
            };
            let moved = few.clone().filter(differs).count();
            assert_eq!(moved > few.len() / 10, !scenario.is_baseline(), "{moved}");
        }
    }
}

/// Chips are told apart however many there are.
#[test]
fn phases_keep_their_chips_where_there_are_many() {
    for kinds in [3, 255, 256, 300] {
        let mut inputs = builtin::inputs();
        inputs.push(file("sites.csv", "id,name,country\ns,Site,USA\n".to_owned()));
        let row = |at: usize| format!("s,P{at},2027-01-01,1,Chip {}\n", at * 7 % kinds);
        let rows = (0..1000).map(row).collect::<Vec<_>>().concat();
        inputs.push(file("phases.csv", format!("site_id,phase,online,facility_mw,chip\n{rows}")));
        let data = io::load(&inputs, &io::Unwatched, &Alone).unwrap().data;
        let outcome = run(&data, &Scenario::default(), &data.grid());
        for phase in 0..1000 {
            assert_eq!(outcome.phases.chip(phase).group, format!("Chip {}", phase * 7 % kinds));
        }
        assert_eq!(Grouping::new(&data, &outcome, GroupKey::Chip).names.len(), kinds);
    }
}

/// Who is named nowhere but where another holds all is no group.
#[test]
fn who_holds_nothing_is_no_group() {
    let mut inputs = builtin::inputs();
    inputs
        .push(file("sites.csv", "id,name,users,country\ns,Site,Landlord,USA\nt,Other,Guest,USA\n"));
    let phases = "site_id,phase,online,facility_mw\ns,A,2027-01-01,1\nt,B,2027-01-01,2\n";
    inputs.push(file("phases.csv", phases));
    inputs.push(file("tenancies.csv", "site_id,tenant,share,from\ns,Tenant,1,2020-01-01\n"));
    let data = io::load(&inputs, &io::Unwatched, &Alone).unwrap().data;
    let outcome = run(&data, &Scenario::default(), &data.grid());
    let groups = Grouping::new(&data, &outcome, GroupKey::User);
    assert_eq!(groups.names, ["Guest", "Tenant"]);
}

/// Phases that are asked for again are summed in another order, to the same sums.
#[test]
fn what_is_asked_again_is_answered_alike() {
    let zones = ["US-TX", "US-VA", "DEU"];
    let row = |at: usize| format!("s{at},Site {at},Operator {},{}\n", at % 120, zones[at % 3]);
    let phase = |at: usize| {
        let (year, month, day) = (2021 + at / 7 % 12, 1 + at % 12, 1 + at / 5 % 28);
        let scope = if at % 13 == 3 { "campus" } else { "ai" };
        let mw = if at % 11 == 5 { String::new() } else { (at % 400).to_string() };
        let basis = if at % 6 == 1 { "it" } else { "meter" };
        let retired = if at % 9 == 4 { format!("{}-06-17", 2026 + at % 8) } else { String::new() };
        let online = format!("{year}-{month:02}-{day:02}");
        format!("s{},P{at},{online},{mw},{basis},{scope},GB200,{retired}\n", at % 700)
    };
    let mut inputs = builtin::inputs();
    let sites = (0..700).map(row).collect::<String>();
    let phases = (0..105_000).map(phase).collect::<String>();
    let columns = "site_id,phase,online,facility_mw,mw_basis,mw_scope,chip,retired";
    inputs.push(file("sites.csv", format!("id,name,operator,zone\n{sites}")));
    inputs.push(file("phases.csv", format!("{columns}\n{phases}")));
    let data = io::load(&inputs, &io::Unwatched, &Alone).unwrap().data;
    let threads = Threads::new(Some(2));
    let (grid, baseline) = (data.grid(), Scenario::default());
    let outcomes = [0, 1].map(|_| Engine::new(&data, &grid).run(&data, &baseline));
    let grouping = Grouping::new(&data, &outcomes[0], GroupKey::Operator);
    let mask: Vec<bool> = (0..data.phases.len()).map(|phase| phase % 3 > 0).collect();
    for measure in MEASURES.iter().map(|row| row.measure) {
        for mask in [None, Some(mask.as_slice())] {
            let query = Query { mask, ..Query::new(measure, &grouping) };
            let alone = |_| stack(&data, &outcomes[0], &query);
            let together = |_| stack_with(&threads, &data, &outcomes[1], &query);
            let [first, second, third] = [0; 3].map(alone);
            let other = [0; 3].map(together);
            assert!(second == third, "{measure:?}");
            let same = mask.is_some() || second == other[2];
            assert!(same, "{measure:?}: the number of hands changes nothing");
            let series = |stack: &Stack| {
                let groups = stack.groups.iter().map(|group| group.series.clone());
                groups.chain([stack.total.clone()]).collect::<Vec<_>>()
            };
            for (first, second) in series(&first).iter().zip(&series(&second)) {
                assert_eq!((&first.count, &first.unknown), (&second.count, &second.unknown));
                let pairs = [
                    (&first.value, &second.value),
                    (&first.derived, &second.derived),
                    (&first.campus, &second.campus),
                ];
                for (first, second) in pairs.iter().flat_map(|(a, b)| a.iter().zip(b.iter())) {
                    let size = first.abs().max(second.abs()).max(1e-3);
                    assert!((first - second).abs() <= 1e-9 * size, "{measure:?} {first} {second}");
                }
            }
        }
    }
}

/// A site is coloured by the group of most of its power, however its phases are ordered.
#[test]
fn a_site_belongs_to_the_group_of_most_of_its_power() {
    let mut inputs = builtin::inputs();
    inputs.push(file("sites.csv", "id,name,lat,lon\ns,Site,1,1\nt,Other,2,2\n"));
    let phases = "s,A,2020-01-01,10,Two\ns,B,2020-01-01,15,One\ns,C,2020-01-01,10,Two\n\
                  t,D,2020-01-01,10,Two\nt,E,2020-01-01,10,Two\nt,F,2020-01-01,25,One\n";
    let header = "site_id,phase,online,facility_mw,tenant";
    inputs.push(file("phases.csv", format!("{header}\n{phases}")));
    let data = io::load(&inputs, &io::Unwatched, &Alone).unwrap().data;
    let outcome = run(&data, &Scenario::default(), &data.grid());
    let question = figure::Question { group_by: GroupKey::User, ..figure::Question::default() };
    let prepared = figure::prepare(&Alone, &data, &outcome, None, None, &question, None).unwrap();
    let places = Arc::new(figure::Places::new(&Alone, &data));
    let month = Month::new(2026, 1);
    let hands = Arc::new(Alone);
    let standing = figure::Standing::new(hands, (&data, &places), &outcome, &prepared, month);
    let name = |site: usize| prepared.grouping.names[standing[site].group as usize].as_str();
    assert_eq!([name(0), name(1)], ["Two", "One"]);
}

/// Nobody waits for what these hands do.
struct GivenUp;

impl Workers for GivenUp {
    fn each(&self, count: usize, work: &(dyn Fn(usize) + Sync)) {
        Alone.each(count, work);
    }

    fn width(&self) -> usize {
        Alone.width()
    }

    fn cancelled(&self) -> bool {
        true
    }
}

#[test]
fn a_cancelled_answer_is_an_error_and_never_nought() {
    use wattlas::figure::{FigureKind, FigureSpec, StudyError, StudyInput};
    let data = io::load(&builtin::inputs(), &io::Unwatched, &Alone).unwrap().data;
    let grid = data.grid();
    let engine = Engine::new(&data, &grid);
    let (name, text) = builtin::SCENARIOS[0];
    let scenario = io::read_scenario(name.as_ref(), text, &data).unwrap().scenario;
    let query = SweepQuery { draws: Some(50), ..SweepQuery::new(Measure::FacilityMw) };
    let sweep = Sweep::new(&data, &engine, &scenario, query.clone()).unwrap();
    assert!(sweep.total(&GivenUp, 50).iter().all(|value| value.is_nan()));
    assert!(sweep.total(&Alone, 50).iter().any(|value| *value > 0.0));
    let month = grid.last();
    let found = tornado(&GivenUp, &data, &engine, &scenario, &query, month);
    assert_eq!(found.err(), Some(SweepError::Cancelled));
    for kind in [FigureKind::Fan, FigureKind::Tornado, FigureKind::Ledger, FigureKind::Compare] {
        let input = StudyInput {
            workers: &GivenUp,
            data: &data,
            engine: &engine,
            scenarios: &[&scenario],
            draws: Some(50),
            seed: None,
        };
        let answer = input.study(&FigureSpec::new(kind, month));
        assert_eq!(answer.err(), Some(StudyError::Cancelled), "{kind:?}");
        let answer = StudyInput { workers: &Alone, ..input }.study(&FigureSpec::new(kind, month));
        assert!(answer.is_ok_and(|study| study.is_some()), "{kind:?}");
    }
}

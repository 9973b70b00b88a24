//! The golden data set: results worked out by an independent program from the rules.

#![expect(clippy::unwrap_used, reason = "a test may end where it finds the unexpected")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use wattlas::export::{Cell, Table, studies, tables};
use wattlas::io;
use wattlas::model::{DatePolicy, Day, Month, SectorChoice};
use wattlas::scenario::ledger::{CompareQuery, ledger};
use wattlas::scenario::measure::{MEASURES, MeasureRow};
use wattlas::scenario::ratios::RatioTable;
use wattlas::scenario::{
    Alone, Engine, Filter, GroupKey, Grouping, Lens, Measure, Outcome, Query, Scenario, Stack,
    coverage, extended, price_ratio, run, stack,
};

struct Golden {
    loaded: io::Loaded,
    outcome: Outcome,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

fn golden() -> Golden {
    of_folder("data", None)
}

/// The tables of a folder, as of a run on a day.
fn of_folder(name: &str, run_day: Option<Day>) -> Golden {
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(folder().join(name)).unwrap().map(|e| e.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|e| e == "csv"));
    paths.sort();
    let inputs: Vec<_> = paths.iter().map(|p| io::read_file(p).unwrap()).collect();
    let mut loaded = io::load(&inputs, &io::Unwatched, &wattlas::scenario::Alone).unwrap();
    if let Some(day) = run_day {
        loaded = loaded.run_on(day);
    }
    let outcome = run(&loaded.data, &Scenario::default(), &loaded.data.grid());
    Golden { loaded, outcome }
}

/// The questions of the golden data.
fn questions() -> serde_json::Value {
    let text = std::fs::read_to_string(folder().join("scenarios.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

type Rows = BTreeMap<Vec<String>, Vec<String>>;

/// Rows of a file by the first `keys` cells.
fn expected(name: &str, keys: usize) -> Rows {
    let path = folder().join("expected").join(name);
    let mut reader = csv::ReaderBuilder::new().from_path(path).unwrap();
    reader
        .records()
        .map(|record| {
            let cells: Vec<String> = record.unwrap().iter().map(str::to_owned).collect();
            (cells[..keys].to_vec(), cells[keys..].to_vec())
        })
        .collect()
}

fn text(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => text.clone(),
        Cell::Number(number) => number.to_string(),
        Cell::Count(count) => count.to_string(),
        Cell::Empty => String::new(),
    }
}

fn rows(table: &Table, keys: usize, width: usize) -> Rows {
    let cells = table.rows.iter().map(|row| row.iter().take(width).map(text).collect::<Vec<_>>());
    cells.map(|cells| (cells[..keys].to_vec(), cells[keys..].to_vec())).collect()
}

fn same(a: &str, b: &str) -> bool {
    match (a.parse::<f64>(), b.parse::<f64>()) {
        (Ok(a), Ok(b)) => (a - b).abs() <= 1e-9 * a.abs().max(b.abs()).max(1.0),
        _ => a == b,
    }
}

fn compare(name: &str, got: &Rows, want: &Rows) {
    assert_eq!(got.keys().collect::<Vec<_>>(), want.keys().collect::<Vec<_>>(), "{name}");
    for (key, want) in want {
        let got = &got[key];
        let fits = got.len() == want.len() && got.iter().zip(want).all(|(a, b)| same(a, b));
        assert!(fits, "{name} {key:?}: {got:?} instead of {want:?}");
    }
}

fn stack_rows(golden: &Golden, outcome: &Outcome, key: GroupKey, measure: Measure) -> Rows {
    let data = &golden.loaded.data;
    let grouping = Grouping::new(data, outcome, key);
    counting(&stack(data, outcome, &Query::new(measure, &grouping)))
}

/// Rows of a stack in which something counts: those in which something is undated alone are told in
/// files of their own.
fn counting(stack: &Stack) -> Rows {
    let mut out = rows(&tables::stack_table(stack), 2, 6);
    out.retain(|key, cells| key[1] == "(total)" || !cells[0].is_empty() || cells[2] != "0");
    out
}

/// What a stack says is undated: value, phases, those without a value, unit.
fn undated(stack: &Stack) -> Rows {
    let all = rows(&tables::stack_table(stack), 2, 9);
    let cells = |(key, cells): (Vec<String>, Vec<String>)| {
        let [_, _, _, unit, value, phases, unknown] = cells.try_into().unwrap();
        (phases != "0" || key[1] == "(total)").then(|| (key, vec![value, phases, unknown, unit]))
    };
    all.into_iter().filter_map(cells).collect()
}

fn files(prefix: &str) -> Vec<(String, Vec<String>)> {
    let mut names: Vec<String> = std::fs::read_dir(folder().join("expected"))
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .filter(|n| n.starts_with(prefix))
        .collect();
    names.sort();
    assert!(!names.is_empty(), "no file begins with {prefix}");
    let words = |n: &String| {
        let middle = n.trim_start_matches(prefix).trim_end_matches(".csv");
        (n.clone(), vec![middle.to_owned()])
    };
    names.iter().map(words).collect()
}

#[test]
fn capacity_by_group_and_measure_is_that_of_the_golden_data() {
    let golden = golden();
    let mut checked = 0;
    for (name, middle) in files("capacity_") {
        for MeasureRow { measure, word, .. } in MEASURES {
            let measure = *measure;
            let Some(key) = middle[0].strip_suffix(&format!("_{word}")) else { continue };
            let key = GroupKey::parse(key).unwrap();
            compare(
                &name,
                &stack_rows(&golden, &golden.outcome, key, measure),
                &expected(&name, 2),
            );
            checked += 1;
        }
    }
    assert_eq!(checked, 28);
}

#[test]
fn what_is_undated_stands_beside_every_total() {
    let golden = golden();
    let data = &golden.loaded.data;
    let mut checked = 0;
    for MeasureRow { measure, word, .. } in MEASURES {
        for (key, ..) in GroupKey::ALL {
            let name = format!("undated_{}_{word}.csv", key.word());
            if !folder().join("expected").join(&name).exists() {
                continue;
            }
            let grouping = Grouping::new(data, &golden.outcome, key);
            let sums = stack(data, &golden.outcome, &Query::new(*measure, &grouping));
            compare(&name, &undated(&sums), &expected(&name, 2));
            checked += 1;
        }
    }
    assert_eq!(checked, 7);
    // Energy and money, which a phase without a date does not have, tell the number alone.
    let grouping = Grouping::new(data, &golden.outcome, GroupKey::Country);
    let sums = stack(data, &golden.outcome, &Query::new(Measure::CostUsd, &grouping));
    let found = undated(&sums);
    let want = expected("undated_country_facility_mw.csv", 2);
    assert_eq!(found.len(), want.len());
    for (key, cells) in &found {
        assert_eq!((cells[0].as_str(), cells[2].as_str()), ("", ""), "{key:?}");
        assert_eq!(cells[1], want[key][1], "{key:?}");
    }
}

#[test]
fn data_without_any_date_have_the_year_of_their_run() {
    for entry in questions()["bare"].as_array().unwrap() {
        let text = |key: &str| entry[key].as_str().unwrap();
        let day = Day::parse(text("today")).unwrap();
        let bare = of_folder(text("data"), Some(day));
        let grid = bare.loaded.data.grid();
        assert_eq!((grid.as_of, grid.as_of_run), (Some(day), true));
        assert_eq!(grid.as_of_text().unwrap(), format!("as of {day}, the day of the run"));
        for table in entry["tables"].as_array().unwrap() {
            let [key, measure] = [0, 1].map(|at| table[at].as_str().unwrap());
            let name = format!("bare_{}_{key}_{measure}.csv", text("id"));
            let (key, measure) = (GroupKey::parse(key).unwrap(), Measure::parse(measure).unwrap());
            let data = &bare.loaded.data;
            let grouping = Grouping::new(data, &bare.outcome, key);
            let sums = stack(data, &bare.outcome, &Query::new(measure, &grouping));
            compare(&name, &counting(&sums), &expected(&name, 2));
            let name = format!("undated_{name}");
            compare(&name, &undated(&sums), &expected(&name, 2));
        }
    }
}

#[test]
fn a_buyer_sees_its_share_of_everything() {
    let golden = golden();
    let data = &golden.loaded.data;
    let mut checked = 0;
    for entry in questions()["lenses"].as_array().unwrap() {
        let id = entry["id"].as_str().unwrap();
        let buyer = entry["buyer"].as_str().unwrap();
        let lens = Lens::new(&Alone, data, &golden.outcome, buyer).unwrap();
        let seen = |table: &serde_json::Value| {
            let [key, measure] = [0, 1].map(|at| table[at].as_str().unwrap().to_owned());
            let of = GroupKey::parse(&key).unwrap();
            let grouping = Grouping::seen_with(&Alone, data, &golden.outcome, of, Some(&lens));
            (key, measure, grouping)
        };
        for table in entry["tables"].as_array().unwrap() {
            let (key, word, grouping) = seen(table);
            let name = format!("lens_{id}_{key}_{word}.csv");
            let want = expected(&name, 2);
            let measure = Measure::parse(&word).unwrap();
            if measure.is_ratio() {
                let sector = SectorChoice::default();
                let table = price_ratio(data, &golden.outcome, &grouping, None, sector);
                compare(&name, &ratio_rows(&golden, &table, &want), &want);
            } else {
                let sums = stack(data, &golden.outcome, &Query::new(measure, &grouping));
                compare(&name, &counting(&sums), &want);
            }
            checked += 1;
        }
        for table in entry["undated"].as_array().into_iter().flatten() {
            let (key, word, grouping) = seen(table);
            let name = format!("undated_lens_{id}_{key}_{word}.csv");
            let measure = Measure::parse(&word).unwrap();
            let sums = stack(data, &golden.outcome, &Query::new(measure, &grouping));
            compare(&name, &undated(&sums), &expected(&name, 2));
            checked += 1;
        }
    }
    assert_eq!(checked, 6);
    // A name of several is refused, and says of whom.
    let several = Lens::new(&Alone, data, &golden.outcome, "Ostra JV").unwrap_err().to_string();
    assert!(several.contains("Ostra Labs"), "{several}");
    let nobody = Lens::new(&Alone, data, &golden.outcome, "verity").unwrap_err().to_string();
    assert!(nobody.contains("did you mean `Verity Models`"), "{nobody}");
}

#[test]
fn energy_and_cost_are_those_of_the_golden_data() {
    let golden = golden();
    for (prefix, measure) in [("energy_mwh_", Measure::EnergyMwh), ("cost_usd_", Measure::CostUsd)]
    {
        for (name, middle) in files(prefix) {
            let key = GroupKey::parse(&middle[0]).unwrap();
            compare(
                &name,
                &stack_rows(&golden, &golden.outcome, key, measure),
                &expected(&name, 2),
            );
        }
    }
}

#[test]
fn a_grid_of_its_own_counts_what_is_online_before_it() {
    let golden = golden();
    let mut grid = golden.loaded.data.grid();
    (grid.first, grid.len) = (Month::new(2026, 7), 6);
    let outcome = run(&golden.loaded.data, &Scenario::default(), &grid);
    for (name, measure) in
        [("energy_mwh", Measure::EnergyMwh), ("facility_mw", Measure::FacilityMw)]
    {
        let name = format!("grid_2026h2_operator_{name}.csv");
        compare(
            &name,
            &stack_rows(&golden, &outcome, GroupKey::Operator, measure),
            &expected(&name, 2),
        );
    }
}

#[test]
fn date_policies_are_those_of_the_golden_data() {
    let golden = golden();
    for MeasureRow { measure, word, .. } in &MEASURES[..5] {
        let mut got = Rows::new();
        for (policy, policy_word) in DatePolicy::ALL {
            let mut grid = golden.loaded.data.grid();
            grid.date_policy = policy;
            let outcome = run(&golden.loaded.data, &Scenario::default(), &grid);
            for (mut key, cells) in stack_rows(&golden, &outcome, GroupKey::Kind, *measure) {
                if key[1] == "(total)" {
                    policy_word.clone_into(&mut key[1]);
                    got.insert(key, cells);
                }
            }
        }
        let name = format!("policy_{word}.csv");
        compare(&name, &got, &expected(&name, 2));
    }
}

fn ratio_rows(golden: &Golden, table: &RatioTable, in_service: &Rows) -> Rows {
    let mut out = Rows::new();
    for (at, month) in golden.outcome.grid.months().enumerate() {
        let names = table.names.iter().map(String::as_str).chain(["(total)"]);
        for (name, row) in names.zip(&table.rows) {
            let key = vec![month.to_string(), name.to_owned()];
            let (value, left_out) = row[at];
            if in_service.contains_key(&key) {
                let value = value.map_or(String::new(), |v| v.to_string());
                out.insert(key, vec![value, left_out.to_string()]);
            }
        }
    }
    out
}

#[test]
fn ratios_leave_out_what_is_unknown_and_count_it() {
    let golden = golden();
    let data = &golden.loaded.data;
    for measure in [Measure::Accelerators, Measure::H100e] {
        let name = format!("coverage_operator_{}.csv", measure.word());
        let grouping = Grouping::new(data, &golden.outcome, GroupKey::Operator);
        let table = coverage(data, &golden.outcome, &grouping, None, measure);
        let want = expected(&name, 2);
        compare(&name, &ratio_rows(&golden, &table, &want), &want);
    }
    for (name, key) in files("ratio_usd_per_mwh_") {
        let key = GroupKey::parse(&key[0]).unwrap();
        let grouping = Grouping::new(data, &golden.outcome, key);
        let table = price_ratio(data, &golden.outcome, &grouping, None, SectorChoice::default());
        let want = expected(&name, 2);
        compare(&name, &ratio_rows(&golden, &table, &want), &want);
    }
}

#[test]
fn every_price_is_that_of_the_golden_data() {
    let golden = golden();
    let months: Vec<Month> = golden.outcome.grid.months().collect();
    let mut got = Rows::new();
    let want = expected("price.csv", 3);
    for choice in SectorChoice::ALL {
        let table = tables::price_table(&golden.loaded.data, &months, choice);
        got.extend(rows(&table, 3, 10).into_iter().filter(|(key, _)| want.contains_key(key)));
    }
    compare("price.csv", &got, &want);
}

#[test]
fn every_phase_is_that_of_the_golden_data() {
    let golden = golden();
    let mut got = Rows::new();
    for day in ["2025-12-31", "2026-06-15", "2029-12-31"] {
        let day = Day::parse(day).unwrap();
        let table = tables::phase_table(&golden.loaded.data, &golden.outcome, (None, None), day);
        got.extend(rows(&table, 3, 18));
    }
    compare("phase_table.csv", &got, &expected("phase_table.csv", 3));
}

#[test]
fn filters_let_through_the_phases_of_the_golden_data() {
    let golden = golden();
    let data = &golden.loaded.data;
    for (key, cells) in expected("filters.csv", 1) {
        let filter = Filter::parse(&cells[0]).unwrap();
        let mask = filter.mask(data, &golden.outcome, SectorChoice::default()).unwrap();
        let phases = (0..data.phases.len()).filter(|&p| mask[p]).map(|p| {
            let site = data.sites.id[data.phases.site[p] as usize];
            format!("{}/{}", data.text(site), data.text(data.phases.phase[p]))
        });
        assert_eq!(phases.collect::<Vec<_>>().join(" | "), cells[1], "{key:?} {}", cells[0]);
    }
}

#[test]
fn the_only_finding_on_the_golden_data_is_the_warning_it_was_made_for() {
    let golden = golden();
    let want = expected("warnings.csv", 2);
    // Phases without a date are there on purpose.
    let findings: Vec<_> = golden
        .loaded
        .report
        .findings()
        .iter()
        .filter(|d| !["N301", "N302", "W217"].contains(&d.code))
        .collect();
    assert_eq!(findings.len(), want.len(), "{findings:#?}");
    assert_eq!(findings[0].code, "W212");
    assert!(findings[0].what.contains("0.51 times"), "{}", findings[0].what);
    assert_eq!(findings[0].place.line.map(std::num::NonZeroU64::get), Some(21));
}

/// The same independent program of rules, run on the built-in data: every grouping and measure,
/// in June and December of every year.
#[test]
fn the_built_in_data_agree_with_an_independent_program() {
    use std::io::Read as _;

    let packed = std::fs::read(folder().join("builtin.csv.gz")).unwrap();
    let mut text = String::new();
    flate2::read::GzDecoder::new(packed.as_slice()).read_to_string(&mut text).unwrap();
    let mut wanted: BTreeMap<(String, String), Rows> = BTreeMap::new();
    for record in csv::Reader::from_reader(text.as_bytes()).records() {
        let cells: Vec<String> = record.unwrap().iter().map(str::to_owned).collect();
        let rows = wanted.entry((cells[0].clone(), cells[1].clone())).or_default();
        rows.insert(cells[2..4].to_vec(), cells[4..].to_vec());
    }
    assert_eq!(wanted.len(), 16 * 7);
    let loaded =
        io::load(&io::builtin::inputs(), &io::Unwatched, &wattlas::scenario::Alone).unwrap();
    let data = &loaded.data;
    let outcome = run(data, &Scenario::default(), &data.grid());
    for ((key, measure), want) in &wanted {
        let grouping = Grouping::new(data, &outcome, GroupKey::parse(key).unwrap());
        let best = measure == "cost_usd_best";
        let sector = if best { SectorChoice::Best } else { SectorChoice::default() };
        let measure = Measure::parse(measure.trim_end_matches("_best")).unwrap();
        let query = Query { sector, ..Query::new(measure, &grouping) };
        let mut got = counting(&stack(data, &outcome, &query));
        got.retain(|key, _| key[0].ends_with("-06") || key[0].ends_with("-12"));
        got.values_mut().for_each(|cells| cells.truncate(3));
        compare(&format!("{key} {}", measure.word()), &got, want);
    }
}

/// A scenario, and the measures of its tables: of what counts, and of what is undated.
struct Asked {
    id: String,
    scenario: Scenario,
    measures: [Vec<String>; 2],
}

/// The scenarios of the golden data, as files of ours.
fn golden_scenarios(golden: &Golden) -> Vec<Asked> {
    let json = questions();
    let scenarios = json["scenarios"].as_array().unwrap().iter().map(|scenario| {
        let mut toml = format!("name = {}\n", scenario["id"]);
        for adjustment in scenario["adjustments"].as_array().unwrap() {
            toml.push_str(&adjustment_toml(adjustment));
        }
        let name = scenario["id"].as_str().unwrap().to_owned();
        let file = io::read_scenario(Path::new("golden.toml"), &toml, &golden.loaded.data);
        let file = file.unwrap_or_else(|error| panic!("{name}: {error}\n{toml}"));
        assert!(file.findings.is_empty(), "{:?}", file.findings);
        let measures = ["measures", "undated"].map(|key| {
            let words = scenario[key].as_array().into_iter().flatten();
            words.map(|word| word.as_str().unwrap().to_owned()).collect()
        });
        Asked { id: name, scenario: file.scenario, measures }
    });
    scenarios.collect()
}

fn adjustment_toml(adjustment: &serde_json::Value) -> String {
    let value = &adjustment["value"];
    let lever = adjustment["lever"].as_str().unwrap();
    let mut out = format!("[[adjustment]]\nid = {}\nlever = \"{lever}\"\n", adjustment["id"]);
    if lever != "add" {
        out.push_str(&format!("select = {}\n", adjustment["selector"]));
    }
    out.push_str(&match lever {
        "delay" | "bring_forward" => format!("months = {value}\n"),
        "scale" | "price_shock" => format!("factor = {value}\n"),
        "swap_chip" => format!("chip = {value}\n"),
        "price_growth" => format!("rate = {value}\n"),
        "capacity_charge" => format!("price = {value}\n"),
        "pue" | "load_factor" => format!("{lever} = {value}\n"),
        "curtail" => {
            let fields = value.as_object().unwrap().iter();
            let lines = fields.map(|(key, value)| format!("{key} = {value}\n"));
            lines.collect::<Vec<_>>().concat()
        }
        "price_path" => {
            let points = value.as_array().unwrap().iter();
            let points = points.map(|p| format!("{} = {}", p[0], p[1])).collect::<Vec<_>>();
            format!("path = {{ {} }}\n", points.join(", "))
        }
        _ => String::new(),
    });
    for end in ["from", "to"] {
        if let Some(month) = adjustment["window"][end].as_str() {
            out.push_str(&format!("{end} = \"{month}\"\n"));
        }
    }
    if lever == "add" {
        out.push_str("[[adjustment.phase]]\n");
        for (key, cell) in value.as_object().unwrap() {
            let cell = cell.as_str().unwrap();
            match cell.parse::<f64>() {
                Ok(number) => out.push_str(&format!("{key} = {number}\n")),
                Err(_) => out.push_str(&format!("{key} = \"{cell}\"\n")),
            }
        }
    }
    out
}

#[test]
fn scenarios_are_those_of_the_golden_data() {
    let golden = golden();
    let mut checked = 0;
    for Asked { id, scenario, measures } in golden_scenarios(&golden) {
        let data = extended(&golden.loaded.data, &[&scenario]);
        let outcome = run(&data, &scenario, &golden.loaded.data.grid());
        assert_eq!(data.grid(), golden.loaded.data.grid());
        let grouping = Grouping::new(&data, &outcome, GroupKey::Country);
        let sums = |word: &str| {
            stack(&data, &outcome, &Query::new(Measure::parse(word).unwrap(), &grouping))
        };
        for word in &measures[0] {
            let file = format!("scenario_{id}_country_{word}.csv");
            compare(&file, &counting(&sums(word)), &expected(&file, 2));
            checked += 1;
        }
        for word in &measures[1] {
            let file = format!("undated_scenario_{id}_country_{word}.csv");
            compare(&file, &undated(&sums(word)), &expected(&file, 2));
            checked += 1;
        }
    }
    assert_eq!(checked, files("scenario_").len() + files("undated_scenario_").len());
    assert_eq!(checked, 20 + 3);
}

#[test]
fn the_empty_scenario_changes_nothing_bit_for_bit() {
    let golden = golden();
    let data = &golden.loaded.data;
    let empty = io::read_scenario(Path::new("empty.toml"), "", data).unwrap().scenario;
    let outcome = run(data, &empty, &data.grid());
    assert_eq!(outcome.phases, golden.outcome.phases);
    assert_eq!(outcome.energy, golden.outcome.energy);
}

#[test]
fn ledgers_are_those_of_the_golden_data() {
    let golden = golden();
    let named = golden_scenarios(&golden);
    let scenarios: Vec<&Scenario> = named.iter().map(|asked| &asked.scenario).collect();
    let data = extended(&golden.loaded.data, &scenarios);
    let engine = Engine::new(&data, &golden.loaded.data.grid());
    let json = questions();
    let mut got = Rows::new();
    for entry in json["ledgers"].as_array().unwrap() {
        let scenario = |key: &str| {
            let name = entry[key].as_str();
            let found = named.iter().find(|asked| Some(asked.id.as_str()) == name);
            found.map_or_else(Scenario::default, |asked| asked.scenario.clone())
        };
        let query = CompareQuery {
            measure: Measure::parse(entry["measure"].as_str().unwrap()).unwrap(),
            group_by: GroupKey::Country,
            filter: Filter::default(),
            sector: SectorChoice::default(),
            real_year: None,
            lens: None,
        };
        let month = Month::parse(entry["month"].as_str().unwrap()).unwrap();
        let pair = [&scenario("before"), &scenario("after")];
        let account = ledger(&Alone, &data, &engine, pair, &query, month);
        for row in rows(&studies::ledger_table(&account.unwrap()), 4, 7) {
            let (mut key, mut cells) = row;
            key.insert(0, entry["id"].as_str().unwrap().to_owned());
            // Ours has the layer besides.
            cells.remove(0);
            got.insert(key, cells);
        }
    }
    compare("ledgers.csv", &got, &expected("ledgers.csv", 5));
}

//! Damaged files: each kind of damage gives a finding on the right line, costs no good row, and
//! never a panic. Small cases are files in `tests/damaged`; large ones are made here.

#![expect(clippy::unwrap_used, reason = "a test may end where it finds the unexpected")]

use std::path::{Path, PathBuf};

use serde_json::Value;
use wattlas::diagnostic::Severity;
use wattlas::io::{self, Input, Loaded};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests")
}

/// Loads a file over the golden tables.
fn load_over_golden(name: &str, bytes: Vec<u8>) -> Loaded {
    let tables = std::fs::read_dir(folder().join("golden/data")).unwrap();
    let mut paths: Vec<PathBuf> = tables.map(|e| e.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|e| e == "csv"));
    paths.sort();
    let golden = |path: &PathBuf| Input { built_in: true, ..io::read_file(path).unwrap() };
    let mut inputs: Vec<Input> = paths.iter().map(golden).collect();
    inputs.push(Input { path: PathBuf::from(name), bytes: bytes.into(), built_in: false });
    io::load(&inputs, &io::Unwatched, &wattlas::scenario::Alone).unwrap()
}

/// Lines of findings on a file with the worst severity on each, notes on unused columns aside.
fn findings(loaded: &Loaded, name: &str) -> Vec<(u64, Severity)> {
    let own = loaded.report.findings().iter().filter(|d| d.place.file == Path::new(name));
    let mut lines: Vec<(u64, Severity)> = own
        .filter(|d| d.code != "N301")
        .map(|d| (d.place.line.map_or(0, std::num::NonZeroU64::get), d.severity))
        .collect();
    lines.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.cmp(&a.1)));
    lines.dedup_by_key(|l| l.0);
    lines
}

fn kept(loaded: &Loaded, name: &str) -> u64 {
    loaded.report.tables.iter().find(|t| t.file == Path::new(name)).unwrap().kept
}

fn numbers(value: &Value) -> Vec<u64> {
    value.as_array().into_iter().flatten().filter_map(Value::as_u64).collect()
}

/// What is wrong with the outcome of a case, if anything.
fn complaint(case: &Value, loaded: &Loaded, name: &str) -> Option<String> {
    let found = findings(loaded, name);
    let wanted = numbers(&case["expect_lines"]);
    let also = case["also_ok"].as_array().into_iter().flatten();
    let mut outcomes: Vec<String> =
        also.filter_map(|o| Some(o["severity"].as_str()?.to_owned())).collect();
    outcomes.push(case["severity"].as_str().unwrap().to_owned());
    let nothing_to_tell = found.is_empty() && outcomes.iter().any(|o| o == "none");
    let places: Vec<u64> = wanted.iter().copied().chain(numbers(&case["damaged_lines"])).collect();
    if let Some(stray) = found.iter().find(|(line, _)| !places.contains(line) && *line != 0) {
        return Some(format!("finding on line {} of {found:?}", stray.0));
    }
    if let Some(odd) = found.iter().find(|(_, s)| !outcomes.contains(&s.word().to_owned())) {
        return Some(format!("{odd:?} is not one of {outcomes:?}"));
    }
    let told = |line: &u64| found.iter().any(|(l, _)| l == line);
    let enough = if case["any_of"].as_bool() == Some(true) {
        wanted.iter().any(told)
    } else {
        wanted.iter().all(told)
    };
    if !enough && !nothing_to_tell {
        return Some(format!("lines {wanted:?} expected, {found:?} told"));
    }
    // Where a judgement may fall in two ways, each has its number of rows.
    let also = case["also_ok"].as_array().into_iter().flatten();
    let mut good: Vec<u64> = also.filter_map(|o| o["good_rows"].as_u64()).collect();
    good.push(case["good_rows"].as_u64().unwrap());
    let rows = kept(loaded, name);
    (!good.contains(&rows)).then(|| format!("{rows} rows kept instead of {good:?}"))
}

#[test]
fn every_kind_of_damage_is_told_on_its_line_and_costs_no_good_row() {
    let text = std::fs::read_to_string(folder().join("damaged/manifest.json")).unwrap();
    let cases: Vec<Value> = serde_json::from_str(&text).unwrap();
    let (mut tried, mut complaints) = (0, Vec::new());
    for case in &cases {
        let name = case["file"].as_str().unwrap();
        let path = folder().join("damaged/cases").join(name);
        if LARGE.iter().any(|large| name.starts_with(large)) {
            continue;
        }
        let bytes = std::fs::read(path).unwrap();
        let loaded = load_over_golden(name, bytes);
        tried += 1;
        if let Some(what) = complaint(case, &loaded, name) {
            complaints.push(format!("{name} ({}): {what}", case["damage"]));
        }
    }
    assert!(tried >= 130, "only {tried} cases were found");
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

/// Cases of the manifest that are made in the tests below rather than kept as files.
const LARGE: [&str; 7] = ["054", "055", "110", "111", "112", "113", "114"];

const HEADER: &str = "site_id,phase,online,facility_mw,notes";

fn phases(lines: &[String]) -> Vec<u8> {
    let mut text = format!("{HEADER}\n");
    for line in lines {
        text.push_str(line);
        text.push('\n');
    }
    text.into_bytes()
}

fn good(at: usize) -> String {
    format!("cedar-hollow,P{at},2026-01-01,10,\"good, and quoted\"")
}

#[test]
fn huge_cells_and_rows_cost_themselves_only() {
    let ten_mb = format!("cedar-hollow,X,2026-01-01,10,{}", "x".repeat(10_000_000));
    let lines = format!("cedar-hollow,Y,2026-01-01,10,\"{}\"", "line\n".repeat(400_000));
    let wide = format!("cedar-hollow,Z,2026-01-01,10,{}", "y,".repeat(200_000));
    let bytes = phases(&[good(1), ten_mb, good(2), lines, good(3), wide, good(4)]);
    let loaded = load_over_golden("huge.csv", bytes);
    let told: Vec<u64> = findings(&loaded, "huge.csv").iter().map(|f| f.0).collect();
    assert_eq!(told, [3, 5, 400_007]);
    assert_eq!(kept(&loaded, "huge.csv"), 4);
    let longest = loaded.report.findings().iter().map(|d| d.found.len()).max().unwrap();
    assert!(longest < 400, "a message of {longest} bytes");
}

#[test]
fn thousands_of_bad_rows_are_counted_and_the_good_ones_stay() {
    let mut lines = vec![good(0)];
    lines.extend((0..20_000).map(|at| format!("cedar-hollow,B{at},2026-01-01,12oo,")));
    lines.push(good(1));
    let loaded = load_over_golden("bad.csv", phases(&lines));
    assert_eq!(kept(&loaded, "bad.csv"), 20_002, "a cell costs itself only");
    assert_eq!(loaded.report.count(Severity::Error), 20_000);
    let kept_in_full = loaded.report.findings().iter().filter(|d| d.code == "E104").count() as u64;
    let counted: u64 = loaded.report.overflow().map(|o| o.2).sum();
    assert_eq!(kept_in_full + counted, 20_000);
}

#[test]
fn a_bad_row_does_not_take_the_key_of_a_good_one() {
    let bytes = phases(&[
        "cedar-hollow,A,2026-01-01,12,\"good, and quoted\",too wide".to_owned(),
        "cedar-hollow,A,2026-01-01,12,".to_owned(),
    ]);
    let loaded = load_over_golden("again.csv", bytes);
    assert_eq!(kept(&loaded, "again.csv"), 1);
    assert_eq!(findings(&loaded, "again.csv"), [(2, Severity::Error)]);
}

#[test]
fn cells_up_to_a_mebibyte_are_kept() {
    for (length, rows) in [(1_000_000, 1), (1 << 20, 1), ((1 << 20) + 1, 0)] {
        let line = format!("cedar-hollow,A,2026-01-01,10,{}", "x".repeat(length));
        let loaded = load_over_golden("long.csv", phases(&[line]));
        assert_eq!(kept(&loaded, "long.csv"), rows, "{length}");
    }
}

#[test]
fn findings_have_the_code_of_their_damage() {
    let cases = [
        ("001_mw_letters.csv", "E104"),
        ("012_date_feb_30.csv", "E113"),
        ("018_unknown_site.csv", "E112"),
        ("019_duplicate_phase.csv", "E111"),
        ("041_latitude_200.csv", "E114"),
        ("061_price_zone_unknown.csv", "W209"),
        ("084_ragged_short.csv", "W231"),
        ("092_quote_open_middle.csv", "E106"),
        ("123_duplicate_header.csv", "W202"),
        ("126_empty.csv", "E102"),
        ("129_header_only.csv", "W203"),
        ("130_binary.csv", "E103"),
        ("132_not_a_table.csv", "E108"),
        ("134_phases_without_online.csv", "E109"),
        ("138_latin1.csv", "W201"),
    ];
    for (name, code) in cases {
        let bytes = std::fs::read(folder().join("damaged/cases").join(name)).unwrap();
        let loaded = load_over_golden(name, bytes);
        let own = loaded.report.findings().iter().filter(|d| d.place.file == Path::new(name));
        let codes: Vec<&str> = own.map(|d| d.code).filter(|c| *c != "N301").collect();
        assert!(codes.contains(&code), "{name}: {codes:?}");
    }
}

#[test]
fn namibia_is_a_country_and_not_a_missing_value() {
    let bytes = b"name,country,lat,lon\nWindhoek 1,NA,-22.5,17.0\n".to_vec();
    let mut inputs = io::builtin::inputs();
    inputs.push(Input { path: "namibia.csv".into(), bytes: bytes.into(), built_in: false });
    let loaded = io::load(&inputs, &io::Unwatched, &wattlas::scenario::Alone).unwrap();
    assert_eq!(loaded.data.text(loaded.data.sites.country[0]), "NAM");
}

#[test]
fn the_built_in_data_load_whole_and_only_true_gaps_are_told() {
    let loaded =
        io::load(&io::builtin::inputs(), &io::Unwatched, &wattlas::scenario::Alone).unwrap();
    for table in &loaded.report.tables {
        assert_eq!(table.kept, table.rows, "{}", table.file.display());
    }
    assert_eq!(loaded.data.sites.len(), 265);
    assert_eq!(loaded.data.phases.len(), 480);
    assert_eq!(loaded.data.tables.contracts.len(), 88);
    assert_eq!(loaded.data.tables.events.len(), 173);
    assert_eq!(loaded.data.tables.prices.len(), 12_613);
    let codes: Vec<&str> = loaded.report.findings().iter().map(|d| d.code).collect();
    assert_eq!(codes, ["W212"], "{:#?}", loaded.report.findings());
}

#[test]
fn sites_of_the_users_own_leave_the_built_in_phases_out() {
    let bytes =
        b"name;lat;lon;Power (GW);Start date;status\nMine;52,5;13,4;1,5;2027;planned\n".to_vec();
    let mut inputs = io::builtin::inputs();
    inputs.push(Input { path: "own.csv".into(), bytes: bytes.into(), built_in: false });
    let loaded = io::load(&inputs, &io::Unwatched, &wattlas::scenario::Alone).unwrap();
    assert_eq!(loaded.data.sites.len(), 1);
    assert_eq!(loaded.data.phases.len(), 1);
    assert_eq!(loaded.data.phases.facility_mw[0].get(), Some(1500.0));
    assert_eq!(loaded.data.sites.lat[0].get(), Some(52.5));
    assert!(loaded.data.tables.contracts.is_empty() && loaded.data.tables.events.is_empty());
    // Nor do they have the day of the built-in data: theirs is that of the run.
    assert_eq!(loaded.data.as_of(), None);
    let day = wattlas::model::Day::parse("2027-03-01");
    let loaded = loaded.run_on(day.unwrap());
    assert_eq!((loaded.data.as_of(), loaded.data.stated_as_of()), (day, None));
    assert!(!loaded.data.tables.prices.is_empty());
    assert_eq!(findings(&loaded, "own.csv"), []);
}

/// `NA` is a code, and no operator, also in a file long enough that it was seen before.
#[test]
fn na_is_a_code_and_no_operator() {
    let row = |at: usize| format!("s{at},Site {at},NA,NA\n");
    let rows: String = (0..700).map(row).collect();
    let mut inputs = io::builtin::inputs();
    let bytes = format!("id,name,operator,subdivision\n{rows}").into_bytes().into();
    inputs.push(Input { path: "sites.csv".into(), bytes, built_in: false });
    let data = io::load(&inputs, &io::Unwatched, &wattlas::scenario::Alone).unwrap().data;
    assert_eq!(data.sites.len(), 700);
    for site in 0..700 {
        assert_eq!(data.text(data.sites.operator[site]), "");
        assert_eq!(data.text(data.sites.subdivision[site]), "NA");
    }
}

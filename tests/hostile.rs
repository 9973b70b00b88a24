//! Files that are made to harm, or that are harmed: each ends soon, in little memory, with a word.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test may end where it finds the unexpected")]

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use wattlas::diagnostic::Severity;
use wattlas::io::{self, Input, Loaded};
use wattlas::scenario::Alone;

/// Runs a command in a folder with little memory to take, in kB of addresses; what never ends is ended.
fn wattlas(folder: &Path, args: &str) -> Output {
    let program = env!("CARGO_BIN_EXE_wattlas");
    let script = format!("ulimit -v 1500000; exec timeout 600 {program} {args}");
    let mut command = Command::new("bash");
    command.current_dir(folder).args(["-c", &script]).stdin(Stdio::null());
    for name in ["DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET"] {
        command.env_remove(name);
    }
    command.output().unwrap()
}

/// Runs a command that is to end with a code; gives what it printed.
fn ends(folder: &Path, code: i32, args: &str) -> String {
    let out = wattlas(folder, args);
    let text = String::from_utf8([out.stdout, out.stderr].concat()).unwrap();
    let short: String = text.chars().take(600).collect();
    assert_eq!(out.status.code(), Some(code), "{args}: {short}");
    text
}

fn put(folder: &Path, name: &str, bytes: impl AsRef<[u8]>) {
    std::fs::write(folder.join(name), bytes).unwrap();
}

fn load(name: &str, bytes: impl Into<Vec<u8>>) -> Loaded {
    let mut inputs = io::builtin::inputs();
    inputs.push(Input { path: name.into(), bytes: bytes.into().into(), built_in: false });
    io::load(&inputs, &io::Unwatched, &Alone).unwrap()
}

fn codes(loaded: &Loaded) -> Vec<(&'static str, u64)> {
    let findings = loaded.report.findings().iter();
    findings.map(|f| (f.code, f.place.line.map_or(0, std::num::NonZeroU64::get))).collect()
}

#[test]
fn values_beyond_all_that_there_is_are_errors_of_their_cells() {
    let text = "name,lat,lon,Power (MW),online,chip_count\nA,40,-100,1e20,2026-01-01,5\n\
                B,40,-100,12,2026-01-01,1e300\nC,40,-100,1e7,2026-01-01,3\n";
    let loaded = load("own.csv", text);
    let [a, b, c] = [0, 1, 2].map(|site| loaded.data.phases.facility_mw[site].get());
    assert_eq!([a, b, c], [None, Some(12.0), Some(1e7)]);
    let errors: Vec<_> = codes(&loaded).into_iter().filter(|(code, _)| *code == "E114").collect();
    assert_eq!(errors, [("E114", 2), ("E114", 3)]);
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), "own.csv", text);
    put(
        folder.path(),
        "chips.csv",
        "chip,server_w_per_chip,vendor\nH100 SXM,1e15,N\nH200 SXM,1e100,N\n",
    );
    for figure in ["map", "overview", "capacity", "cost", "prices"] {
        for data in ["own.csv", "chips.csv"] {
            let args = format!("render {figure} --data {data} -o {figure}.svg");
            ends(folder.path(), 1, &args);
            let svg = std::fs::read_to_string(folder.path().join(format!("{figure}.svg"))).unwrap();
            assert!(!svg.contains("NaN") && !svg.contains("\"inf"), "{figure} of {data}");
        }
    }
}

#[test]
fn dates_and_amounts_far_from_all_others_are_told() {
    let mut text = "name,lat,lon,power_mw,online\n".to_owned();
    (0..50).for_each(|at| text.push_str(&format!("S{at},1,2,{},20{:02}\n", 20 + at, 20 + at % 12)));
    assert!(codes(&load("own.csv", text.clone())).is_empty());
    let loaded = load("own.csv", text.clone() + "Far,1,2,30,2199-01-01\nBig,1,2,90000,2026\n");
    let far: Vec<_> = codes(&loaded).into_iter().filter(|(code, _)| *code == "W228").collect();
    assert_eq!(far, [("W228", 52), ("W228", 53)]);
    // What is said of many is no slip.
    (0..9).for_each(|at| text.push_str(&format!("L{at},1,2,30,2150\n")));
    assert!(codes(&load("own.csv", text)).is_empty());
}

#[test]
fn one_slip_in_a_year_does_not_take_all_memory() {
    let folder = tempfile::tempdir().unwrap();
    let mut text = "name,operator,lat,lon,power_mw,online\n".to_owned();
    for at in 0..1200 {
        text.push_str(&format!("S{at},Operator {at},1,2,10,2026-0{}-01\n", 1 + at % 9));
    }
    text.push_str("Last,Operator 1,1,2,10,2199-01-01\n");
    put(folder.path(), "own.csv", text);
    let told = ends(folder.path(), 0, "check own.csv");
    assert!(told.contains("W228"), "{told}");
    ends(folder.path(), 0, "render overview --data own.csv --group-by operator -o x.svg");
    let svg = std::fs::read_to_string(folder.path().join("x.svg")).unwrap();
    assert!(svg.contains("smaller)"), "groups that are not shown are counted");
    ends(folder.path(), 0, "export capacity --data own.csv --group-by operator -o x.csv");
    let csv = std::fs::read_to_string(folder.path().join("x.csv")).unwrap();
    let of = |month: &str, group: &str| {
        let row = csv.lines().find(|row| row.starts_with(&format!("{month},{group},")));
        row.and_then(|row| row.split(',').nth(2)).map(|value| value.parse::<f64>().unwrap())
    };
    for (month, group, mw) in [
        ("2026-12", "(total)", 12_000.0),
        ("2150-03", "Operator 1199", 10.0),
        ("2199-12", "Operator 1", 20.0),
        ("2199-12", "(total)", 12_010.0),
    ] {
        assert_eq!(of(month, group), Some(mw), "{month} {group}");
    }
}

/// Months that are worked out some at a time are those that are worked out at once.
#[test]
fn the_months_of_many_groups_are_those_of_few() {
    let folder = tempfile::tempdir().unwrap();
    let mut text = "name,operator,lat,lon,country,power_mw,online,retired\n".to_owned();
    for at in 0..2000 {
        let (year, gone) = (2001 + at % 30, 2031 + at % 160);
        text.push_str(&format!("S{at},Operator {at},1,2,USA,{},{year}-03-17,{gone}\n", at % 7 + 1));
    }
    put(folder.path(), "own.csv", &text);
    for table in ["capacity", "cost"] {
        let whole = format!(
            "export {table} --data own.csv --group-by operator --from 2020-01 --to 2110-12 -o all.csv"
        );
        ends(folder.path(), 0, &whole);
        let some = format!(
            "export {table} --data own.csv --group-by operator --from 2029-01 --to 2031-12 -o some.csv"
        );
        ends(folder.path(), 0, &some);
        let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
        let (all, some) = (read("all.csv"), read("some.csv"));
        let key = |row: &str| row.splitn(3, ',').take(2).collect::<Vec<_>>().join(",");
        let value = |row: &str| row.split(',').nth(2).unwrap().parse::<f64>().unwrap_or(f64::NAN);
        let wanted: std::collections::BTreeMap<String, f64> =
            some.lines().skip(1).map(|row| (key(row), value(row))).collect();
        let found: Vec<(String, f64)> = all
            .lines()
            .skip(1)
            .map(|row| (key(row), value(row)))
            .filter(|(key, _)| wanted.contains_key(key))
            .collect();
        assert_eq!(found.len(), wanted.len());
        assert!(wanted.len() > 70_000);
        for (key, value) in found {
            let other = wanted[&key];
            let near = (value - other).abs() <= 1e-9 * other.abs().max(1.0);
            assert!(near || value.is_nan() && other.is_nan(), "{key}: {value} and {other}");
        }
    }
}

#[test]
fn names_of_columns_are_cut_in_findings() {
    let long = "x".repeat(200_000);
    let mut text = format!("site_id,phase,online,facility_mw,{long}\n");
    (0..3000).for_each(|at| text.push_str(&format!("none,P{at},2026,12oo,1\n")));
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), "own.csv", text);
    for json in ["", "--json "] {
        let told = ends(folder.path(), 1, &format!("check {json}own.csv"));
        assert!(told.len() < 3_000_000, "{} bytes", told.len());
    }
}

#[test]
fn what_is_no_table_ends_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    for (name, head) in
        [("nuls", ""), ("prices", "zone,sector,from,price\n"), ("sites", "name,lat,lon\n")]
    {
        put(path, name, head);
        let file = std::fs::OpenOptions::new().append(true).open(path.join(name)).unwrap();
        file.set_len(50 << 30).unwrap();
        ends(path, 1, &format!("check {name}"));
        ends(path, 2, &format!("export sites --data {name}"));
    }
    assert!(ends(path, 2, "check /dev/zero").contains("it is a device"));
    assert!(ends(path, 2, "check .").contains("it is a folder"));
    assert!(ends(path, 2, "export sites --scenario /dev/zero").contains("it is a device"));
    // One line of a gigabyte in a small packed file, with a header and without.
    for head in ["", "name,lat,lon,power_mw\n", "zone,sector,from,price\n"] {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        gzip.write_all(head.as_bytes()).unwrap();
        let much = vec![b'a'; 1 << 20];
        (0..1024).for_each(|_| gzip.write_all(&much).unwrap());
        put(path, "bomb.csv.gz", gzip.finish().unwrap());
        let told = ends(path, 1, "check bomb.csv.gz");
        assert!(told.contains("E101"), "{told}");
    }
}

#[test]
fn pipes_are_read_and_judged_by_their_beginning() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    put(path, "sites.csv", "name,lat,lon,power_mw,online\nA,1,2,3,2024\n");
    assert!(ends(path, 0, "check <(cat sites.csv)").contains("1 of 1 rows kept"));
    assert!(ends(path, 0, "check <(gzip -c sites.csv)").contains("1 of 1 rows kept"));
    assert!(ends(path, 0, "export sites --data <(sleep 0.3; cat sites.csv)").contains(",A,"));
    assert!(ends(path, 1, "check <(yes a,b)").contains("E108"));
    assert!(ends(path, 1, "check <(cat /dev/zero)").contains("E103"));
    assert!(ends(path, 1, "check <(yes | tr -d '\\n')").contains("E108"));
    let told = ends(path, 0, "check <(sleep 2.6; cat sites.csv)");
    assert!(told.contains("waiting for the pipe"), "{told}");
}

#[test]
fn a_file_that_is_cut_while_it_is_read_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sites.csv");
    let mut text = "name,lat,lon,power_mw,online\n".to_owned();
    (0..20_000).for_each(|at| text.push_str(&format!("Site {at},1,2,3,2024\n")));
    for (head, kept) in [("", true), ("zone,sector,from,price\n", false)] {
        let text = format!("{head}{text}");
        std::fs::write(&path, &text).unwrap();
        let input = io::read_file(&path).unwrap();
        // At the border of a row, so that nothing but the length tells.
        let cut = text[..text.len() / 2].rfind('\n').unwrap() + 1;
        std::fs::write(&path, &text[..cut]).unwrap();
        let mut inputs = io::builtin::inputs();
        inputs.push(input);
        let loaded = io::load(&inputs, &io::Unwatched, &Alone).unwrap();
        let error = loaded.report.findings().iter().find(|f| f.code == "E101").unwrap();
        assert!(error.found.contains("cut while it was read"), "{error} {kept}");
        assert_eq!(error.severity, Severity::Error);
    }
}

#[test]
fn contracts_in_a_circle_are_told() {
    let text = "id,buyer,seller,capacity_mw,within\na,A,B,1,b\nb,A,B,1,a\nc,A,B,1,c\nd,A,B,1,a\n";
    let told: Vec<u64> = codes(&load("contracts.csv", text))
        .into_iter()
        .filter(|(code, _)| *code == "W230")
        .map(|(_, line)| line)
        .collect();
    assert_eq!(told, [2, 3, 4]);
}

#[test]
fn findings_by_the_hundred_thousand_are_counted_and_the_first_and_last_kept() {
    let mut text = "name,lat,lon,power_mw,online,status\n".to_owned();
    for at in 0..60_000 {
        let status = if at % 2 == 0 { "planned" } else { "humming" };
        text.push_str(&format!("Site {at},1,2,3,2024,{status}\n"));
    }
    for workers in
        [&Alone as &dyn wattlas::scenario::Workers, &wattlas::parallel::Threads::new(Some(3))]
    {
        let mut inputs = io::builtin::inputs();
        let bytes = text.clone().into_bytes().into();
        inputs.push(Input { path: "own.csv".into(), bytes, built_in: false });
        let loaded = io::load(&inputs, &io::Unwatched, workers).unwrap();
        let lines: Vec<u64> =
            codes(&loaded).iter().filter(|c| c.0 == "W204").map(|c| c.1).collect();
        assert_eq!(lines.len(), 1010);
        assert_eq!((lines[0], lines[999], lines[1000], lines[1009]), (3, 2001, 59_983, 60_001));
        assert_eq!(loaded.report.count(Severity::Warning), 30_000);
        assert_eq!(loaded.report.overflow().map(|o| o.2).collect::<Vec<_>>(), [28_990]);
    }
}

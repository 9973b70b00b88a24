//! The command line: files in, files out, exit codes.

#![expect(clippy::unwrap_used, reason = "a test may end where it finds the unexpected")]

use std::path::Path;

use assert_cmd::Command;
use predicates::prelude::*;
use predicates::str::contains;

fn wattlas() -> Command {
    let mut command = Command::cargo_bin("wattlas").unwrap();
    for variable in ["DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET"] {
        command.env_remove(variable);
    }
    command
}

fn golden(name: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    root.join("tests/golden/data").join(name).display().to_string()
}

fn golden_files() -> Vec<String> {
    let tables =
        ["sites", "phases", "tenancies", "zones", "prices", "sources", "chips", "countries"];
    let more = ["parameters", "aliases", "dataset"];
    tables.iter().chain(&more).map(|t| golden(&format!("{t}.csv"))).collect()
}

#[test]
fn check_of_the_built_in_data_ends_well() {
    let output = wattlas().args(["check", "--json"]).assert().success().get_output().stdout.clone();
    let report: serde_json::Value = serde_json::from_slice(&output).unwrap();
    assert_eq!(report["tables"].as_array().unwrap().len(), 16);
    let first = &report["diagnostics"][0];
    for key in ["code", "severity", "file", "line", "column", "found", "expected", "help"] {
        assert!(first.get(key).is_some(), "{key}");
    }
    for table in report["tables"].as_array().unwrap() {
        assert!(["file", "kind", "rows", "kept"].iter().all(|key| table.get(key).is_some()));
    }
}

#[test]
fn strict_makes_warnings_errors() {
    wattlas().args(["check", "--strict"]).assert().code(1);
}

#[test]
fn a_bad_row_is_told_and_ends_with_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("phases.csv");
    std::fs::write(&path, "site_id,phase,online,facility_mw\nxai-colossus-1,X,2026-01-01,12oo\n")
        .unwrap();
    wattlas()
        .arg("check")
        .arg(&path)
        .assert()
        .code(1)
        .stdout(contains("error[E104]: `facility_mw` is not a number"))
        .stdout(contains("phases.csv:2, column facility_mw"))
        .stdout(contains("1 error, 0 warnings, 0 notes"));
    let out = folder.path().join("out.csv");
    wattlas()
        .args(["export", "capacity", "--data"])
        .arg(&path)
        .arg("-o")
        .arg(&out)
        .assert()
        .code(1)
        .stderr(contains("`facility_mw` is not a number"));
    assert!(out.exists(), "the table is written all the same");
}

#[test]
fn what_cannot_be_run_ends_with_two() {
    let cases: [(&[&str], &str); 7] = [
        (&["export", "capacity", "--group-by", "colour"], "--group-by"),
        (&["export", "capacity", "--filter", "stauts:x"], "is not a field"),
        (&["export", "capacity", "--from", "2027-01", "--to", "2026-01"], "--to"),
        (&["render", "map", "-o", "x.gif"], ".png, .svg or .pdf"),
        (&["render", "map", "-o", "/no/such/folder/x.png"], "cannot write"),
        (&["render", "cost", "-o", "x.png", "--measure", "it_mw"], "--measure"),
        (&["check", "no-such-file.csv"], "cannot read"),
    ];
    for (arguments, message) in cases {
        wattlas().args(arguments).assert().code(2).stderr(contains(message));
    }
}

#[test]
fn a_filter_error_points_at_the_character() {
    wattlas()
        .args(["export", "sites", "--filter", "mw>5 stauts:x"])
        .assert()
        .code(2)
        .stderr(contains("  mw>5 stauts:x\n       ^"));
}

#[test]
fn figures_are_written_in_three_forms_and_the_same_each_time() {
    let folder = tempfile::tempdir().unwrap();
    for (figure, ending, magic) in [
        ("overview", "png", "\u{89}PNG"),
        ("map", "svg", "<svg"),
        ("capacity", "pdf", "%PDF"),
        ("cost", "svg", "<svg"),
    ] {
        let paths = ["a", "b"].map(|name| folder.path().join(format!("{figure}-{name}.{ending}")));
        for path in &paths {
            let size = ["--size", "900x600"];
            wattlas().args(["render", figure, "-o"]).arg(path).args(size).assert().success();
        }
        let [a, b] = paths.map(|path| std::fs::read(path).unwrap());
        let magic: Vec<u8> = magic.chars().map(|c| c as u8).collect();
        assert!(a.starts_with(&magic), "{figure}.{ending}");
        assert_eq!(a, b, "{figure}.{ending}");
    }
}

#[test]
fn an_svg_says_what_it_rests_on() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("overview.svg");
    wattlas().args(["render", "overview", "-o"]).arg(&path).assert().success();
    let text = std::fs::read_to_string(path).unwrap();
    for part in [
        "Scenario: Baseline",
        "PUE 1.2",
        "without a value",
        "Sources: 265 site records",
        "licence",
        "no data",
        "USD/MWh",
        "In orbit",
    ] {
        assert!(text.contains(part), "{part}");
    }
}

#[test]
fn tables_of_the_golden_data_come_out_of_the_command_line() {
    let mut command = wattlas();
    command.args(["export", "cost", "--group-by", "country", "--measure", "energy_mwh"]);
    command.arg("--data").args(golden_files());
    let output = command.assert().success().get_output().stdout.clone();
    let text = String::from_utf8(output).unwrap();
    assert!(
        text.starts_with(
            "month,group,value,derived,unknown,unit,undated,undated_phases,undated_unknown\n"
        ),
        "{text}"
    );
    let row = text.lines().find(|l| l.starts_with("2027-01,NOR,")).unwrap();
    let value: f64 = row.split(',').nth(2).unwrap().parse().unwrap();
    assert!((value - 51_499.929_6).abs() < 1e-6, "{row}");
}

#[test]
fn a_grid_of_its_own_has_only_its_months() {
    let arguments =
        ["export", "capacity", "--from", "2026-07", "--to", "2026-08", "--format", "json"];
    let output = wattlas().args(arguments).assert().success().get_output().stdout.clone();
    let rows: Vec<serde_json::Value> = serde_json::from_slice(&output).unwrap();
    let months: std::collections::BTreeSet<&str> =
        rows.iter().filter_map(|r| r["month"].as_str()).collect();
    assert_eq!(months.into_iter().collect::<Vec<_>>(), ["2026-07", "2026-08"]);
    assert_eq!(rows.iter().filter(|r| r["group"] == "(total)").count(), 2);
}

#[test]
fn the_sample_reads_back_as_the_built_in_data_and_nothing_is_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("sample");
    wattlas().arg("sample").arg(&dir).assert().success();
    wattlas().arg("sample").arg(&dir).assert().code(2).stderr(contains("is left as it is"));
    let mut files: Vec<_> = std::fs::read_dir(&dir).unwrap().map(|e| e.unwrap().path()).collect();
    files.sort();
    // The tables, hourly prices, rates of exchange, and a scenario as template.
    let scenario = dir.join("scenario.toml");
    files.retain(|file| *file != scenario);
    assert_eq!(files.len(), 18);
    let template = scenario.display().to_string();
    wattlas().args(["export", "capacity", "--scenario", &template]).assert().success();
    let export = |own: bool| {
        let mut command = wattlas();
        command.args(["export", "cost", "--group-by", "operator"]);
        if own {
            command.arg("--data").args(&files);
        }
        command.assert().success().get_output().stdout.clone()
    };
    assert_eq!(export(true), export(false));
}

#[test]
fn without_a_display_the_overview_is_drawn_to_a_file_and_said_in_two_lines() {
    let folder = tempfile::tempdir().unwrap();
    let output =
        wattlas().current_dir(folder.path()).assert().success().get_output().stdout.clone();
    let text = String::from_utf8(output).unwrap();
    assert_eq!(text.lines().count(), 2, "{text}");
    assert!(text.contains("wattlas-overview.png"), "{text}");
    let picture = std::fs::read(folder.path().join("wattlas-overview.png")).unwrap();
    assert!(picture.len() > 50_000);
}

#[test]
fn timings_are_one_line_of_json_on_stderr() {
    let output = wattlas()
        .args(["export", "sites", "--timings"])
        .assert()
        .success()
        .get_output()
        .stderr
        .clone();
    let text = String::from_utf8(output).unwrap();
    let timings: serde_json::Value = serde_json::from_str(text.trim()).unwrap();
    for key in ["load_ms", "run_ms", "build_ms", "write_ms", "peak_mb"] {
        assert!(timings.get(key).is_some(), "{key}");
    }
}

#[test]
fn own_files_are_never_changed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sites.csv");
    let text = "id;name;lat;lon\na;A;1,5;2,5\n";
    std::fs::write(&path, text).unwrap();
    let target = folder.path().join("x.svg");
    wattlas()
        .args(["render", "map", "--data"])
        .arg(&path)
        .arg("-o")
        .arg(&target)
        .assert()
        .success();
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
    let svg = std::fs::read_to_string(&target).unwrap();
    assert!(predicate::str::contains("1 sites, 1 of them without any value known").eval(&svg));
}

/// The picture of the README is what the app draws; `UPDATE_SNAPSHOTS=1` draws it anew.
#[test]
fn the_picture_of_the_readme_is_up_to_date() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("overview.png");
    let figure = ["render", "overview", "--theme", "dark", "--sector", "best", "-o"];
    wattlas().args(figure).arg(&path).assert().success();
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/overview.png");
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        std::fs::copy(&path, &kept).unwrap();
    }
    let [new, old] = [&path, &kept].map(|p| image::open(p).unwrap().into_rgb8());
    assert_eq!(new.dimensions(), old.dimensions());
    let differ = new
        .pixels()
        .zip(old.pixels())
        .filter(|(a, b)| a.0.iter().zip(b.0).any(|(a, b)| a.abs_diff(b) > 24));
    let share = differ.count() as f64 / f64::from(new.width() * new.height());
    assert!(share < 0.005, "{:.2} % of the pixels differ", share * 100.0);
}

fn json_of(args: &[&str]) -> serde_json::Value {
    let output = wattlas().args(args).assert().success().get_output().stdout.clone();
    serde_json::from_slice(&output).unwrap()
}

#[test]
fn every_scenario_of_the_app_is_compared_with_the_baseline() {
    let output = wattlas().arg("scenarios").assert().success().get_output().stdout.clone();
    let list = String::from_utf8(output).unwrap();
    assert!(list.lines().count() >= 8);
    for name in list.lines().filter_map(|line| line.split_whitespace().next()) {
        let arguments = [
            "compare",
            "--scenario",
            name,
            "--measure",
            "tco_usd",
            "--date",
            "2030-12",
            "--format",
            "json",
        ];
        let json = json_of(&arguments);
        let difference = json["difference"].as_f64().unwrap();
        let rows = json["ledger"].as_array().unwrap();
        let sum = rows.iter().fold(0.0, |sum, row| sum + row["value"].as_f64().unwrap());
        assert!((sum - difference).abs() < f64::MIN_POSITIVE, "{name}: {sum} {difference}");
        assert!(rows.iter().all(|row| row["adjustment"].is_string()), "{name}");
        let steps: f64 =
            json["steps"].as_array().unwrap().iter().map(|s| s["value"].as_f64().unwrap()).sum();
        assert!((steps - difference).abs() < f64::MIN_POSITIVE, "{name}");
        wattlas().args(["scenarios", name]).assert().success().stdout(contains("[[adjustment]]"));
    }
}

#[test]
fn figures_of_studies_are_drawn_without_a_display() {
    let folder = tempfile::tempdir().unwrap();
    for kind in ["compare", "fan", "tornado", "ledger", "supply"] {
        let path = folder.path().join(format!("{kind}.svg"));
        wattlas()
            .args(["render", kind, "--scenario", "whole-site", "--draws", "50", "-o"])
            .arg(&path)
            .assert()
            .success();
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.starts_with("<svg") && text.contains("</text>"), "{kind}");
    }
}

#[test]
fn a_sweep_gives_the_same_bytes_on_any_number_of_threads() {
    let of = |threads: &str| {
        let arguments = [
            "sweep",
            "--scenario",
            "grid-queues",
            "--draws",
            "300",
            "--seed",
            "7",
            "--group-by",
            "status",
            "--threads",
            threads,
        ];
        wattlas().args(arguments).assert().success().get_output().stdout.clone()
    };
    let one = of("1");
    assert_eq!(one, of("2"));
    let text = String::from_utf8(one).unwrap();
    assert!(text.starts_with("month,group,p5,p25,p50,p75,p95,"), "{}", &text[..60]);
    wattlas()
        .args(["sweep", "--scenario", "grid-queues", "--draws", "50", "--milestone", "50000"])
        .assert()
        .success()
        .stdout(contains("level,unit,p5,p25,p50,p75,p95,never"));
    wattlas()
        .args([
            "tornado",
            "--scenario",
            "gas-plus-40",
            "--measure",
            "cost_usd",
            "--date",
            "2028-12",
        ])
        .args(["--draws", "50"])
        .assert()
        .success()
        .stdout(contains("input,low_input,high_input,low,central,high,unit"));
}

#[test]
fn a_scenario_that_cannot_be_meant_names_file_line_and_key() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bad.toml");
    std::fs::write(&path, "[[adjustment]]\nlever = \"scale\"\nfactor = -1\n").unwrap();
    wattlas()
        .args(["export", "capacity", "--scenario"])
        .arg(&path)
        .assert()
        .code(2)
        .stderr(contains("bad.toml:3, column factor").and(contains("from 0 to 1000")));
    wattlas().arg("check").arg(&path).assert().code(1).stdout(contains("error[E403]"));
    wattlas()
        .args(["export", "capacity", "--scenario", "no-such-scenario"])
        .assert()
        .code(2)
        .stderr(contains("grid-queues"));
    wattlas()
        .args(["export", "capacity", "--scenario", "grid-queues", "--scenario", "gas-plus-40"])
        .assert()
        .code(2)
        .stderr(contains("takes one scenario"));
}

#[test]
fn bench_times_every_stage_and_ends_with_one_line_of_json() {
    for stage in ["load", "stack", "cost", "sweep", "frame", "pick", "start"] {
        let output = wattlas().args(["bench", stage, "-n", "2", "--draws", "50"]).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success(), "{stage}: {text}");
        let line: serde_json::Value = serde_json::from_str(text.lines().last().unwrap()).unwrap();
        let [ms, low, high] = ["ms", "ms_min", "ms_max"].map(|key| line[key].as_f64().unwrap());
        assert!(0.0 < ms && low <= ms && ms <= high, "{stage}: {line}");
        assert_eq!(line["n"], 2, "{stage}");
        assert!(line["total"].as_f64().unwrap() > 0.0, "{stage}: {line}");
        assert!(text.starts_with(stage), "{text}");
    }
}

#[test]
fn a_packed_file_is_read_as_a_plain_one() {
    use std::io::Write as _;
    let folder = tempfile::tempdir().unwrap();
    let plain =
        b"name,country,lat,lon,facility_mw,online,status\nA,USA,40,-100,5,2027-01-01,planned\n";
    let path = folder.path().join("sites.csv.gz");
    let file = std::fs::File::create(&path).unwrap();
    let mut gzip = flate2::write::GzEncoder::new(file, flate2::Compression::fast());
    gzip.write_all(plain).unwrap();
    gzip.finish().unwrap();
    let output = wattlas().arg("check").arg(&path).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{text}");
    assert!(text.contains("sites, 1 of 1 rows kept"), "{text}");
}

/// Zones of most compute stand in colour with their names, by the sites that a filter leaves; what is
/// held is dashed, and zones beyond the axis are counted.
#[test]
fn prices_of_zones_are_drawn_over_time() {
    let folder = tempfile::tempdir().unwrap();
    let drawn = |more: &[&str]| {
        let path = folder.path().join("prices.svg");
        wattlas().args(["render", "prices", "-o"]).arg(&path).args(more).assert().success();
        std::fs::read_to_string(&path).unwrap()
    };
    let all = drawn(&[]);
    for wanted in ["Texas", "Ohio", "USD/MWh", "industrial", "go higher", "stroke-dasharray"] {
        assert!(all.contains(wanted), "{wanted}");
    }
    let few = drawn(&["--filter", "country:SWE", "--sector", "residential"]);
    assert!(few.contains("Sweden") && few.contains("residential"));
    assert!(!["Texas", "Ohio", "Angola"].iter().any(|name| few.contains(name)));
}

/// Hours of a file are drawn by hour, or by day where there are many; a row that cannot be an hour, or
/// comes twice, is told with its line and costs no other.
#[test]
fn hourly_prices_are_drawn_and_their_rows_checked() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("spot.csv");
    let mut text = "Bidding zone,Datetime (UTC),Price (USD/kWh)\n".to_owned();
    for at in 0..24 * 400 {
        let day = wattlas::model::Day::parse("2025-01-01").unwrap();
        let day = wattlas::model::Day(day.0 + at / 24);
        let price = if at == 5000 { 4.0 } else { 0.03 + 0.001 * f64::from(at % 24) };
        text.push_str(&format!("US-TX,{day} {:02}:00,{price}\n", at % 24));
    }
    std::fs::write(&file, &text).unwrap();
    let drawn = |more: &[&str]| {
        let path = folder.path().join("hours.svg");
        let mut command = wattlas();
        command.args(["render", "prices", "-o"]).arg(&path).arg("--data").arg(&file).args(more);
        command.assert().success();
        std::fs::read_to_string(&path).unwrap()
    };
    let all = drawn(&["--hours", "all"]);
    for wanted in ["Texas", "Daily mean", "USD/MWh", "Jan 2025", "all prices: 0 to 4"] {
        assert!(all.contains(wanted), "{wanted}");
    }
    let day = drawn(&["--hours", "2025-03-01..2025-03-02"]);
    for wanted in ["Price by hour", "12:00", "1 Mar 2025", "53.0"] {
        assert!(day.contains(wanted), "{wanted}");
    }
    // Without the option prices by month, as before.
    assert!(drawn(&[]).contains("industrial"));
    let message = |command: &mut assert_cmd::Command| {
        let output = command.output().unwrap();
        assert!(!output.status.success());
        String::from_utf8_lossy(&output.stderr).into_owned()
            + &String::from_utf8_lossy(&output.stdout)
    };
    let refused = |args: &[&str]| message(wattlas().args(args).arg("-o").arg("x.svg"));
    // Without a file of them the hours of 2025 that come with the app.
    let built_in = |hours: &str| {
        let path = folder.path().join("built_in.svg");
        let args = ["render", "prices", "--hours", hours, "-o"];
        wattlas().args(args).arg(&path).assert().success();
        std::fs::read_to_string(&path).unwrap()
    };
    for wanted in ["SMARD.de (CC BY 4.0)", "Daily mean", "Jan 2025", "France"] {
        assert!(built_in("all").contains(wanted), "{wanted}");
    }
    assert!(built_in("2025-01-01..2025-01-02").contains("Price by hour"));
    for other in ["2020-01-01..2020-12-31", "2030-01-01..2030-01-02"] {
        let args = ["render", "prices", "--hours", other, "--data"];
        let out = folder.path().join("none.svg");
        let told = message(wattlas().args(args).arg(&file).arg("-o").arg(&out));
        assert!(told.contains("go from 2025-01-01 00:00 to 2026-02-04 23:00"), "{told}");
        assert!(!out.exists());
    }
    assert!(refused(&["render", "map", "--hours", "all"]).contains("render prices"));
    assert!(refused(&["render", "prices", "--hours", "2025-02-30..x"]).contains("--hours"));

    let odd = "US-TX,2025-01-01 00:00,0.5\nUS-TX,at noon,0.5\nUS-TX,2125-01-01 00:00,1\n\
               US-TX,2026-06-01 00:00,cheap\n,2026-06-01 00:00,1\n";
    std::fs::write(&file, text + odd).unwrap();
    let told = message(wattlas().arg("check").arg(&file));
    for wanted in ["E111", "E113", "E116", "E104", "E110", "9602", "9606", "9600 of 9605"] {
        assert!(told.contains(wanted), "{wanted} in {told}");
    }
}

/// What is exported opens again as what it was.
#[test]
fn exports_open_again_as_what_they_were() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let put = |name: &str, text: &str| {
        let path = folder.join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let sites = put(
        "own.csv",
        "name,country,lat,lon,facility_mw,online,status\nA,USA,40,-100,120.5,2026-01-01,operating\n\
         B,DEU,52,13,80,2027-05-01,planned\nC,FRA,48,2,,2027,planned\n",
    );
    let spot = put(
        "spot.csv",
        "MTU (UTC),Area,Day-ahead Price (EUR/MWh)\n2026-10-01 00:00,BZN|FR,50.25\n\
         2026-10-01 01:00,BZN|FR,-3.5\n2026-10-01 00:00,BZN|DE-LU,61\n",
    );
    let export = |table: &str, data: &Path, more: &[&str]| {
        let out = folder.join(format!("{table}-{}", data.file_name().unwrap().to_string_lossy()));
        let mut run = wattlas();
        run.args(["export", table, "--data"]).arg(data).args(more).arg("-o").arg(&out);
        run.assert().success();
        out
    };
    let check = |path: &Path| {
        let run = wattlas().arg("check").arg(path).assert();
        String::from_utf8(run.get_output().stdout.clone()).unwrap()
    };
    let hours = export("hours", &spot, &[]);
    assert!(check(&hours).contains("hours, 3 of 3 rows kept"), "{}", check(&hours));
    // Read once more, they are the same.
    let again = export("hours", &hours, &[]);
    let columns = |path: &Path| {
        let text = std::fs::read_to_string(path).unwrap();
        let row = |line: &str| line.split(',').take(3).map(str::to_owned).collect::<Vec<_>>();
        text.lines().map(row).collect::<Vec<_>>()
    };
    assert_eq!(columns(&hours), columns(&again));
    // 50.25 EUR at 1.12016 USD, the mean reference rate of October 2026.
    assert!(
        std::fs::read_to_string(&hours)
            .unwrap()
            .contains("FRA,2026-10-01T00:00Z,56.28804,50.25,EUR,ENTSO-E")
    );
    let months = ["--date", "2027-12"];
    let again = [export("sites", &sites, &months), export("phases", &sites, &months)];
    let run = wattlas().arg("check").args(&again).assert().success();
    let told = String::from_utf8(run.get_output().stdout.clone()).unwrap();
    for wanted in ["sites, 3 of 3 rows kept", "phases, 3 of 3 rows kept"] {
        assert!(told.contains(wanted), "{told}");
    }
    let prices = export("prices", &sites, &["--date", "2025-06"]);
    let told = check(&prices);
    assert!(told.contains("prices, "), "{told}");
    assert!(!told.contains("E108") && !told.contains("E104"), "{told}");
}

/// RULES L2: rows left out are told and the rest is written; where nothing is recognised, nothing is.
#[test]
fn what_is_not_recognised_is_not_drawn_as_something_else() {
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let good =
        "name,country,lat,lon,facility_mw,online,status\nA,USA,40,-100,5,2027-01-01,planned\n";
    let junk = put("junk.csv", "colour,taste\nred,sweet\n");
    let whole = put("whole.csv", good);
    let some = put("some.csv", &format!("{good}B,USA,400,-100,5,2027-01-01,planned\n"));
    for (files, code) in [(vec![&junk], 2), (vec![&whole, &junk], 2), (vec![&some], 1)] {
        let commands = [["render", "capacity", "png"], ["export", "capacity", "csv"]];
        for [command, what, ending] in commands {
            let out = folder.path().join(format!("out.{ending}"));
            let mut run = wattlas();
            run.args([command, what, "-o"]).arg(&out);
            for path in &files {
                run.arg("--data").arg(path);
            }
            let told = run.assert().code(code).get_output().stderr.clone();
            let told = String::from_utf8(told).unwrap();
            assert_eq!(out.exists(), code == 1, "{command} {files:?}: {told}");
            assert!(code == 1 || told.contains("junk.csv") && told.contains("E108"), "{told}");
            std::fs::remove_file(&out).ok();
        }
    }
}

//! Tables and scenarios that are damaged at random, given to every command: no panic, no other exit
//! code than 0, 1 and 2, no number that is none, nothing that steers a terminal, and little memory.
//!
//! The number of inputs is `WATTLAS_MUTATIONS`, their seed `WATTLAS_SEED`; each is made from its number
//! alone, and `WATTLAS_FIRST` begins at a later one.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test may end where it finds the unexpected")]

mod dice;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};

use dice::Dice;

/// What is put into cells and texts.
const ODD: &[&str] = &[
    "1e308",
    "-1e308",
    "1e20",
    "1e7",
    "1e-300",
    "-0",
    "NaN",
    "inf",
    "-1",
    "0",
    "0.0000001",
    "1e15",
    "9999-12-31",
    "2199-12-31",
    "1900-01-01",
    "0000-00-00",
    "2026-02-30",
    "2199",
    "1900",
    "",
    "\"",
    "\"\"",
    ",",
    ";",
    "\n",
    "\r",
    "\r\n",
    "\t",
    "\0",
    "\u{1b}[2J",
    "\u{202e}",
    "é",
    "\u{feff}",
    "=1+1",
    "TBD",
    "operating",
    "retired",
    "Current",
    "US-TX",
    "USA",
    "orbital",
    "average",
    "(MW)",
    "GW",
    "1,234",
    "1.234,5",
    "90",
    "-180",
    "💥",
    "x:y",
    "[",
    "]",
    "{",
    "}",
    "#",
    "'",
    "true",
    "[[adjustment]]\n",
    "select",
    "lever",
    "low",
    "high",
    "triangular",
    "draws = 4000000000",
    "months = 1e9",
    "factor = 1e300",
    "factor = nan",
    "mw = 1e30",
    "usd_per_mwh = -1e300",
    "online = 2199-12-01",
    "to = 1900-01",
];

fn mutated(dice: &mut Dice, bytes: &[u8]) -> Vec<u8> {
    let mut out = bytes.to_vec();
    // A few lines are enough, and quicker.
    if dice.below(4) > 0 {
        let lines: Vec<&[u8]> = bytes.split_inclusive(|b| *b == b'\n').collect();
        let from = dice.below(lines.len());
        let some = 1 + dice.below(40);
        out = [lines[0], &lines[from.min(lines.len())..lines.len().min(from + some)].concat()]
            .concat();
    }
    for _ in 0..=dice.below(6) {
        let at = dice.below(out.len() + 1);
        match dice.below(9) {
            0 if at < out.len() => out[at] = dice.next() as u8,
            1 => out.truncate(at),
            2 | 3 => drop(out.splice(at..at, dice.of(ODD).bytes())),
            // A cell becomes something else.
            4..=7 => {
                let border = |b: &u8| matches!(b, b',' | b'\n' | b'=' | b' ');
                let end = out[at..].iter().position(border).map_or(out.len(), |end| at + end);
                let start = out[..at].iter().rposition(border).map_or(0, |start| start + 1);
                drop(out.splice(start..end, dice.of(ODD).bytes()));
            }
            _ => {
                let end = (at + dice.below(300)).min(out.len());
                let piece = out[at..end].to_vec();
                let to = dice.below(out.len() + 1);
                drop(out.splice(to..to, piece));
            }
        }
    }
    out.truncate(1 << 20);
    out
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn files(folder: &str, ending: &str) -> Vec<(String, Vec<u8>)> {
    let entries = std::fs::read_dir(root().join(folder)).unwrap();
    let mut out: Vec<(String, Vec<u8>)> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == ending))
        .map(|path| {
            (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(path).unwrap())
        })
        .collect();
    out.sort();
    out
}

const GROUPS: &[&str] =
    &["operator", "user", "chip", "site", "price_zone", "status", "country", "subdivision"];
const MEASURES: &[&str] = &[
    "facility_mw",
    "it_mw",
    "accelerators",
    "h100e",
    "energy_mwh",
    "cost_usd",
    "carbon_t",
    "usd_per_mwh",
    "usd_per_h100e_hour",
    "tco_usd",
    "water_m3",
];

/// What is asked of the files.
fn command(dice: &mut Dice, data: &[String], scenario: Option<&str>) -> Vec<String> {
    let figures = [
        "overview", "map", "capacity", "cost", "prices", "supply", "fan", "compare", "tornado",
        "ledger",
    ];
    let tables = ["capacity", "cost", "sites", "phases", "prices", "supply"];
    let mut args: Vec<String> = match dice.below(8) {
        0 => vec!["check".into(), "--json".into()],
        1 => vec!["check".into()],
        2 | 3 => vec!["export".into(), dice.of(&tables).into()],
        4 => vec!["compare".into()],
        5 => vec!["sweep".into(), "--draws".into(), "40".into()],
        6 => vec!["tornado".into(), "--draws".into(), "40".into()],
        _ => vec![
            "render".into(),
            dice.of(&figures).into(),
            "--format".into(),
            "svg".into(),
            "-o".into(),
            "-".into(),
        ],
    };
    let check = args[0] == "check";
    let at = if matches!(args[0].as_str(), "export" | "render") { 2 } else { 1 };
    if !check {
        if !data.is_empty() {
            args.push("--data".into());
        }
        if args[0] != "render" || dice.below(2) > 0 {
            let option = |name: &str, value: &str| [name.to_owned(), value.to_owned()];
            if dice.below(2) > 0 {
                let group = dice.of(GROUPS);
                args.splice(at..at, option("--group-by", group));
            }
            if dice.below(3) == 0 && args.get(1).is_none_or(|arg| arg != "cost") {
                let measure = dice.of(MEASURES);
                args.splice(at..at, option("--measure", measure));
            }
            if dice.below(4) == 0 {
                let month = dice.of(&["1900-01", "2026-11", "2199-12", "2031-07"]);
                args.splice(at..at, option("--date", month));
            }
        }
        if args[0] == "render" && dice.below(4) == 0 {
            args.extend(["--size".into(), dice.of(&["240x240", "4096x4096", "900x4096"]).into()]);
            if !data.is_empty() {
                // What follows are files.
                let at = args.iter().position(|arg| arg == "--data").unwrap();
                let own = args.remove(at);
                args.push(own);
            }
        }
    }
    args.extend(data.iter().cloned());
    if let Some(scenario) = scenario {
        if !check {
            args.push("--scenario".into());
        }
        args.push(scenario.into());
    }
    args
}

/// Makes an input from its number, and gives what is wrong with what comes of it.
fn complaint(folder: &Path, number: u64, seed: u64, base: &Base) -> Option<String> {
    let mut dice = Dice(seed ^ number.wrapping_mul(0xD134_2543_DE82_EF95));
    let mut data = Vec::new();
    for _ in 0..dice.below(3) + usize::from(!number.is_multiple_of(3)) {
        let (name, bytes) = &base.tables[dice.below(base.tables.len())];
        std::fs::write(folder.join(name), mutated(&mut dice, bytes)).unwrap();
        data.push(name.clone());
    }
    let (name, bytes) = &base.scenarios[dice.below(base.scenarios.len())];
    let scenario = (dice.below(3) == 0 || data.is_empty()).then_some(name.as_str());
    if scenario.is_some() {
        std::fs::write(folder.join(name), mutated(&mut dice, bytes)).unwrap();
    }
    data.sort();
    data.dedup();
    let args = command(&mut dice, &data, scenario);
    let mut run = Command::new("bash");
    run.current_dir(folder).stdin(Stdio::null());
    for name in ["DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET"] {
        run.env_remove(name);
    }
    // Threads reserve addresses that they do not use: 500 MB of memory fit into these.
    let script = "ulimit -v 1000000; exec timeout 600 \"$@\"";
    let out = run.args(["-c", script, "bash", &base.program]).args(&args).output().unwrap();
    for name in data.iter().map(String::as_str).chain(scenario) {
        std::fs::remove_file(folder.join(name)).unwrap();
    }
    let texts = [out.stdout, out.stderr].map(String::from_utf8);
    let [Ok(written), Ok(said)] = texts else { return Some(format!("{args:?}: not UTF-8")) };
    let text = format!("{written}{said}");
    let steers = |c: char| c != '\n' && c != '\t' && wattlas::diagnostic::steers(c);
    let is_csv = ["export", "sweep", "tornado", "compare"].contains(&args[0].as_str());
    let what = match out.status.code() {
        _ if text.contains("panicked") => "a panic",
        Some(0..=2) if text.chars().any(steers) && !(is_csv && text.contains('\r')) => "it steers",
        Some(0..=2) if is_csv && has_no_number_in_csv(&written) => "no number",
        Some(0..=2) if args[0] == "render" && has_no_number_in_svg(&written) => "no number",
        Some(0..=2) => return None,
        _ => "it ended oddly",
    };
    let told: String = text.lines().rev().take(3).collect::<Vec<_>>().join(" | ");
    let told: String = told.chars().take(300).collect();
    Some(format!("input {number}: {what} ({:?}): {args:?}: {told}", out.status.code()))
}

/// Whether a column of numbers holds something that is none; texts may say what they like.
fn has_no_number_in_csv(csv: &str) -> bool {
    let header: Vec<&str> = csv.lines().next().unwrap_or("").split(',').collect();
    let parts = ["mw", "usd", "value", "derived", "mwh", "p5", "p95", "mean", "before", "after"];
    let more = ["difference", "lat", "lon", "low", "high", "central", "part", "share", "cost"];
    let is_number = |name: &&str| {
        parts.iter().chain(&more).any(|part| *name == *part || name.ends_with(&format!("_{part}")))
    };
    let columns: Vec<usize> = (0..header.len()).filter(|at| is_number(&header[*at])).collect();
    // Rows with quoted cells may have commas inside them.
    let rows = csv.lines().skip(1).filter(|row| !row.contains('"'));
    rows.map(|row| row.split(',').collect::<Vec<_>>()).any(|cells| {
        let odd = |at: &usize| matches!(cells.get(*at), Some(&"NaN" | &"inf" | &"-inf"));
        cells.len() == header.len() && columns.iter().any(odd)
    })
}

/// Whether a tag of a picture holds something that is no number; texts between tags may say it.
fn has_no_number_in_svg(svg: &str) -> bool {
    let tags = svg.split('<').filter_map(|part| part.split('>').next());
    tags.into_iter().any(|tag| tag.contains("NaN") || tag.contains("\"inf") || tag.contains(" inf"))
}

struct Base {
    program: String,
    tables: Vec<(String, Vec<u8>)>,
    scenarios: Vec<(String, Vec<u8>)>,
}

#[test]
fn damaged_inputs_end_with_a_word() {
    let from_env = |name: &str, otherwise: u64| {
        std::env::var(name).ok().map_or(otherwise, |text| text.parse().unwrap())
    };
    let (count, seed, first) = (
        from_env("WATTLAS_MUTATIONS", 120),
        from_env("WATTLAS_SEED", 16),
        from_env("WATTLAS_FIRST", 0),
    );
    let program =
        std::env::var("WATTLAS_PROGRAM").unwrap_or(env!("CARGO_BIN_EXE_wattlas").to_owned());
    let mut tables = files("tests/golden/data", "csv");
    tables.extend(files("tests/damaged/cases", "csv").into_iter().step_by(9));
    let base = Base { program, tables, scenarios: files("assets/scenarios", "toml") };
    let next = AtomicU64::new(first);
    let hands = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let complaints: Vec<String> = std::thread::scope(|scope| {
        let hand = || {
            let folder = tempfile::tempdir().unwrap();
            let mut out = Vec::new();
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= first + count {
                    return out;
                }
                out.extend(complaint(folder.path(), number, seed, &base));
            }
        };
        let hands: Vec<_> = (0..hands).map(|_| scope.spawn(hand)).collect();
        hands.into_iter().flat_map(|hand| hand.join().unwrap()).collect()
    });
    assert!(complaints.is_empty(), "{} of {count}:\n{}", complaints.len(), complaints.join("\n"));
}

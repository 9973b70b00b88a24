//! Files of many blocks: the same data set from memory, from disk and packed, on any number of
//! threads, and whatever turns up late in the file.

#![expect(clippy::unwrap_used, reason = "a test may end where it finds the unexpected")]

#[path = "../benches/made_up.rs"]
mod made_up;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use wattlas::io::{self, Bytes, Input, Loaded};
use wattlas::model::Dataset;
use wattlas::parallel::Threads;
use wattlas::scenario::{Alone, Workers};

const SITES: usize = 8_000;

fn input(name: &str, bytes: impl Into<Bytes>) -> Input {
    Input { path: PathBuf::from(name), bytes: bytes.into(), built_in: false }
}

fn load(inputs: &[Input], workers: &dyn Workers) -> Loaded {
    let mut all = io::builtin::inputs();
    all.extend_from_slice(inputs);
    io::load(&all, &io::Unwatched, workers).unwrap()
}

/// Everything that a load found out, as text.
fn told(loaded: &Loaded) -> String {
    let Dataset { sites, phases, .. } = &*loaded.data;
    format!("{sites:?}\n{phases:?}\n{:?}\n{:?}", loaded.data.files, loaded.report)
}

/// Tables of several blocks with damage in each of them.
fn tables() -> [String; 2] {
    let damage = |text: &str, with: &dyn Fn(usize) -> Option<String>| {
        let mut out = String::new();
        for (at, line) in text.lines().enumerate() {
            out.extend([line, "\n"]);
            out.extend(with(at));
        }
        out
    };
    let sites = damage(&made_up::sites(SITES), &|at| {
        // The same site again, and a remark of two lines.
        (at % 1999 == 7).then(|| {
            format!("site-{},Again,,,,USA,,,,1,1,city,ground,planned,,,\n", at - 1)
                + &format!("extra-{at},\"Of two\nlines\",,,,USA,,,,1,1,city,ground,planned,,,\n")
        })
    });
    let phases = damage(&made_up::phases(SITES), &|at| {
        (at % 4999 == 9).then(|| {
            format!("site-1,Odd {at},2030-13-01,day,5,,meter,ai,,,,planned,,\n")
                + "nowhere,Odd,2030-12-01,day,5,,meter,ai,,,,planned,,\n\n"
        })
    });
    [sites, phases]
}

#[test]
fn the_number_of_threads_and_the_way_of_storing_change_nothing() {
    let [sites, phases] = tables();
    let plain = |workers: &dyn Workers| {
        let (sites, phases) = (sites.clone().into_bytes(), phases.clone().into_bytes());
        load(&[input("sites.csv", sites), input("phases.csv", phases)], workers)
    };
    let alone = plain(&Alone);
    assert!(phases.len() > 4 << 20, "the table is to fill several blocks");
    assert_eq!(alone.data.sites.len(), SITES + 4);
    assert_eq!(alone.data.phases.len(), 5 * SITES + 8, "a date that cannot be read costs no row");
    let codes: Vec<&str> = alone.report.findings().iter().map(|d| d.code).collect();
    for (code, count) in [("E111", 4), ("E113", 8), ("E112", 8)] {
        assert_eq!(codes.iter().filter(|c| **c == code).count(), count, "{code} in {codes:?}");
    }
    // Lines are those of the file, in whatever block they stand.
    let numbered = phases.lines().zip(1_u64..);
    let odd: Vec<u64> =
        numbered.filter(|(line, _)| line.starts_with("site-1,Odd")).map(|(_, at)| at).collect();
    let findings = alone.report.findings().iter().filter(|d| d.code == "E113");
    let lines: Vec<u64> = findings.filter_map(|d| d.place.line).map(u64::from).collect();
    assert_eq!(lines, odd);
    let wanted = told(&alone);
    for threads in [2, 3, 8] {
        assert!(told(&plain(&Threads::new(Some(threads)))) == wanted, "{threads} threads");
    }

    let gzip = |text: &str| {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(text.as_bytes()).unwrap();
        gzip.finish().unwrap()
    };
    let zstd = |text: &str| {
        let level = ruzstd::encoding::CompressionLevel::Fastest;
        ruzstd::encoding::compress_to_vec(text.as_bytes(), level)
    };
    let threads = Threads::new(Some(2));
    let packed = [input("sites.csv", gzip(&sites)), input("phases.csv", zstd(&phases))];
    assert!(told(&load(&packed, &threads)) == wanted, "packed");

    let folder = tempfile::tempdir().unwrap();
    let on_disk = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        let bytes = io::read_file(&path).unwrap().bytes;
        assert!(matches!(bytes, Bytes::Disk { .. }), "{name} is to be read as a stream");
        input(name, bytes)
    };
    let stored = [on_disk("sites.csv", &sites), on_disk("phases.csv", &phases)];
    assert!(told(&load(&stored, &threads)) == wanted, "on disk");
}

/// Rows as they read, whatever the codes of their texts.
fn rows(data: &Dataset) -> String {
    let (sites, phases) = (&data.sites, &data.phases);
    let text = |name: &wattlas::model::Name| data.text(*name).to_owned();
    let texts = [&sites.id, &sites.name, &sites.operator, &sites.country, &sites.city]
        .into_iter()
        .chain([&phases.phase, &phases.chip, &phases.tenant, &phases.source]);
    let texts: Vec<Vec<String>> = texts.map(|names| names.iter().map(text).collect()).collect();
    format!(
        "{texts:?}\n{:?}\n{:?}\n{:?}\n{:?}\n{:?}\n{:?}\n{:?}\n{:?}",
        (&sites.lat, &sites.lon, &sites.status),
        (&phases.site, &phases.online, &phases.precision, &phases.retired),
        &phases.facility_mw,
        &phases.it_mw,
        &phases.chip_count,
        (&phases.basis, &phases.scope, &phases.chip_count_scope),
        (&phases.status, &phases.confidence, &phases.as_of),
        (0..phases.len()).map(|at| phases.origin.at(at)).collect::<Vec<_>>(),
    )
}

#[test]
fn rows_read_many_at_once_are_those_read_one_by_one() {
    let [sites, phases] = tables();
    // Rows with several findings, costly and not, close to each other and far apart.
    let odd = [
        "site-4,A,2030-13-01,fortnight,5,,meter,ai,,,,planed,,\n",
        ",B,2030,year,x,,meter,campus,H1OO,,,planned,sure,\n",
        "site-5,C,2031-Q2,,-5,1.25,metre,ai,H100,12.5.1,,planned,high,a\u{1}b\n",
        "site-6,D,2031-06,,7\n",
        "site-7,E,31/12/2031,day, 8.5 ,N/A,it,ai,\"H100\",-,?,OPERATIONAL,,\"x, y\"\n",
    ];
    let (mut text, mut more) = (String::new(), odd.iter().cycle());
    for (at, line) in phases.lines().enumerate() {
        text.extend([line, "\n"]);
        if at % 700 < 3 {
            text.extend(more.next().copied());
        }
        if at % 1400 == 1000 {
            // Far from any other: it keeps its row and must be told all the same.
            text.push_str("site-9,F,2031-06,month,7,,metre,ai,,,,planned,,\n");
        }
    }
    let all = |phases: String| {
        let sites = input("sites.csv", sites.clone().into_bytes());
        load(&[sites, input("phases.csv", phases.into_bytes())], &Threads::new(Some(2)))
    };
    let many = all(text.clone());
    // A quote that is never closed has the file read in one piece, row by row.
    let single = all(text + "site-8,\"Open,2031-01-01,day,5,,meter,ai,,,,planned,,\n");
    let told = |loaded: &Loaded| -> Vec<String> {
        let found = loaded.report.findings().iter().filter(|d| d.code != "E106");
        found.map(|d| format!("{d:?}")).collect()
    };
    let codes: Vec<&str> = many.report.findings().iter().map(|d| d.code).collect();
    for code in ["E104", "W231", "E110", "E113", "E114", "W204", "W222"] {
        assert!(codes.contains(&code), "{code} in {codes:?}");
    }
    assert!(single.report.findings().iter().any(|d| d.code == "E106"), "it is to be read again");
    assert_eq!(told(&many), told(&single));
    assert!(rows(&many.data) == rows(&single.data), "the rows differ");
}

/// A batch that is read again votes once: 300 points outvote 200 commas, though the rows of these are
/// read twice because one of them is lost.
#[test]
fn rows_that_are_read_again_vote_once() {
    let mut text = "site_id;phase;online;facility_mw;mw_basis\n".to_owned();
    for at in 0..500 {
        let mw = if at < 300 { "1.5" } else { "1,5" };
        let site = if at == 400 { "elsewhere" } else { "s" };
        text.push_str(&format!("{site};P{at};2030-01-01;{mw};meter\n"));
    }
    let sites = input("sites.csv", b"id,name,country,lat,lon\ns,S,USA,40,-100\n".to_vec());
    // What the column decides holds for a cell that can be read in two ways.
    text.push_str("s;P500;2030-01-01;1.500;meter\n");
    let loaded = load(&[sites, input("phases.csv", text.into_bytes())], &Alone);
    assert_eq!(power(&loaded), (500, 750.0));
}

/// The numbers of power, which formats decide, and how many rows there are.
fn power(loaded: &Loaded) -> (usize, f64) {
    let phases = &loaded.data.phases;
    (phases.len(), phases.facility_mw.iter().filter_map(|mw| mw.get()).sum())
}

#[test]
fn what_turns_up_late_in_a_file_is_read_as_if_it_came_first() {
    let header = "site_id;phase;online;facility_mw\n";
    let rows = |with: &dyn Fn(usize) -> String| -> String {
        (0..60_000).map(with).collect::<Vec<_>>().concat()
    };
    let sites = || input("sites.csv", b"id,name,country,lat,lon\ns,S,USA,40,-100\n".to_vec());
    let all = |text: String| {
        let phases = input("phases.csv", text.into_bytes());
        load(&[sites(), phases], &Threads::new(Some(2)))
    };
    // Whole numbers and no sign of what a comma means, until the last row.
    let late =
        rows(&|at| format!("s;P{at};2030-01-01;{}\n", if at == 59_999 { "1,5" } else { "2" }));
    let loaded = all(format!("{header}{late}"));
    assert_eq!(power(&loaded), (60_000, 59_999.0 * 2.0 + 1.5));
    // Days first, which a late row alone shows.
    let late = rows(&|at| format!("s;P{at};{}/02/2030;2\n", if at == 59_999 { 17 } else { 3 }));
    let loaded = all(format!("{header}{late}"));
    let online = &loaded.data.phases.online;
    assert_eq!(online[0].get().unwrap().to_string(), "2030-02-03");
    assert_eq!(online[59_999].get().unwrap().to_string(), "2030-02-17");
    // A quote that is never closed costs its own line.
    let open =
        rows(&|at| format!("s;{}P{at};2030-01-01;2\n", if at == 50_000 { "\"" } else { "" }));
    let loaded = all(format!("{header}{open}"));
    assert_eq!(power(&loaded), (59_999, 59_999.0 * 2.0));
    let found = loaded.report.findings().iter().find(|d| d.place.file == Path::new("phases.csv"));
    assert_eq!(found.unwrap().place.line.map(std::num::NonZeroU64::get), Some(50_002));
    // Letters of another encoding.
    let mut bytes =
        format!("{header}{}", rows(&|at| format!("s;P{at};2030-01-01;2\n"))).into_bytes();
    bytes.extend(b"s;S\xE3o Paulo;2030-01-01;2\n");
    let loaded = load(&[sites(), input("phases.csv", bytes)], &Threads::new(Some(2)));
    assert_eq!(power(&loaded).0, 60_001);
    let last = loaded.data.phases.phase[60_000];
    assert_eq!(loaded.data.text(last), "São Paulo");
    // Line ends of all kinds.
    for end in ["\r\n", "\r"] {
        let text = format!("{header}{}", rows(&|at| format!("s;P{at};2030-01-01;2\n")));
        assert_eq!(power(&all(text.replace('\n', end))), (60_000, 120_000.0), "{end:?}");
    }
}

/// Stops after so many looks.
struct Impatient(AtomicUsize);

impl io::Watch for Impatient {
    fn progress(&self, done: u64, total: u64) {
        assert!(done <= total, "{done} of {total}");
    }

    fn cancelled(&self) -> bool {
        self.0.fetch_sub(1, Ordering::Relaxed) == 0
    }
}

#[test]
fn a_load_can_be_stopped_at_any_look() {
    let phases = made_up::phases(SITES);
    let mut inputs = io::builtin::inputs();
    inputs.push(input("sites.csv", made_up::sites(SITES).into_bytes()));
    inputs.push(input("phases.csv", phases.into_bytes()));
    for looks in 0..12 {
        let watch = Impatient(AtomicUsize::new(looks));
        let stopped = io::load(&inputs, &watch, &Threads::new(Some(2)));
        assert_eq!(stopped.err(), Some(io::Cancelled), "{looks}");
    }
}

/// Sees the sites before the phases are read.
struct First(AtomicUsize);

impl io::Watch for First {
    fn progress(&self, _: u64, _: u64) {}

    fn cancelled(&self) -> bool {
        false
    }

    fn sites(&self, data: &Dataset) {
        assert_eq!(data.phases.len(), 0);
        self.0.store(data.sites.len(), Ordering::Relaxed);
    }
}

#[test]
fn sites_are_shown_before_their_phases_are_read() {
    let mut inputs = io::builtin::inputs();
    inputs.push(input("sites.csv", made_up::sites(100).into_bytes()));
    inputs.push(input("phases.csv", made_up::phases(100).into_bytes()));
    let first = First(AtomicUsize::new(0));
    io::load(&inputs, &first, &Alone).unwrap();
    assert_eq!(first.0.into_inner(), 100);
}

//! What the program writes and prints: whole or not at all, where it was told, and nothing that steers
//! a terminal.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test may end where it finds the unexpected")]

use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _, PermissionsExt as _, symlink};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

const SITES: &str = "name,lat,lon,power_mw,online\nA,40,-100,10,2024\nB,41,-101,20,2025\n";

fn wattlas(folder: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wattlas"));
    command.current_dir(folder).args(args).stdin(Stdio::null());
    for name in ["DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET"] {
        command.env_remove(name);
    }
    command.output().unwrap()
}

/// Runs a command that is to end with a code; gives what it wrote to both ends.
fn ends(folder: &Path, code: i32, args: &[&str]) -> [String; 2] {
    let out = wattlas(folder, args);
    let texts = [out.stdout, out.stderr].map(|text| String::from_utf8(text).unwrap());
    assert_eq!(out.status.code(), Some(code), "{args:?}: {texts:?}");
    texts
}

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("sites.csv"), SITES).unwrap();
    folder
}

fn entries(folder: &Path) -> Vec<String> {
    let names = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        names.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

const EXPORT: [&str; 5] = ["export", "sites", "--data", "sites.csv", "-o"];

fn export_to(target: &str) -> Vec<&str> {
    EXPORT.iter().copied().chain([target]).collect()
}

#[test]
fn outputs_go_through_links_and_keep_the_rights_of_a_file() {
    let folder = folder();
    let at = |name: &str| folder.path().join(name);
    std::fs::write(at("real.csv"), "old").unwrap();
    std::fs::set_permissions(at("real.csv"), std::fs::Permissions::from_mode(0o640)).unwrap();
    symlink("real.csv", at("link.csv")).unwrap();
    ends(folder.path(), 0, &export_to("link.csv"));
    let about = std::fs::symlink_metadata(at("real.csv")).unwrap();
    assert_eq!(about.permissions().mode() & 0o777, 0o640);
    assert!(std::fs::read_to_string(at("real.csv")).unwrap().contains("site_id"));
    assert!(std::fs::symlink_metadata(at("link.csv")).unwrap().is_symlink());
    assert_eq!(entries(folder.path()), ["link.csv", "real.csv", "sites.csv"]);
}

#[test]
fn devices_pipes_and_standard_output_are_written_to() {
    let folder = folder();
    let before = std::fs::metadata("/dev/null").unwrap();
    ends(folder.path(), 0, &export_to("/dev/null"));
    let after = std::fs::metadata("/dev/null").unwrap();
    assert!(after.file_type().is_char_device() && after.ino() == before.ino());
    let [out, _] = ends(folder.path(), 0, &export_to("-"));
    assert!(out.starts_with("month,site_id") && out.lines().count() == 3, "{out}");
    let picture = ["render", "map", "--data", "sites.csv", "--format", "svg", "-o", "-"];
    assert!(ends(folder.path(), 0, &picture)[0].starts_with("<svg"));
    // A pipe has a reader, who gets all of it.
    let pipe = folder.path().join("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let reader = Command::new("cat").arg(&pipe).stdout(Stdio::piped()).spawn().unwrap();
    ends(folder.path(), 0, &export_to("pipe"));
    assert_eq!(String::from_utf8(reader.wait_with_output().unwrap().stdout).unwrap(), out);
    assert!(std::fs::metadata(&pipe).unwrap().file_type().is_fifo());
    assert_eq!(entries(folder.path()), ["pipe", "sites.csv"]);
}

#[test]
fn an_input_is_never_the_output() {
    let folder = folder();
    symlink("sites.csv", folder.path().join("link.csv")).unwrap();
    std::fs::hard_link(folder.path().join("sites.csv"), folder.path().join("hard.csv")).unwrap();
    for target in ["sites.csv", "./sites.csv", "link.csv", "hard.csv"] {
        let [_, told] = ends(folder.path(), 2, &export_to(target));
        assert!(told.contains("is an input"), "{told}");
    }
    let render = ["render", "map", "--data", "sites.csv", "--format", "svg", "-o", "link.csv"];
    ends(folder.path(), 2, &render);
    assert_eq!(std::fs::read_to_string(folder.path().join("sites.csv")).unwrap(), SITES);
}

#[test]
fn a_save_that_fails_names_the_target_and_leaves_nothing() {
    let folder = folder();
    let [_, told] = ends(folder.path(), 2, &export_to("none/out.csv"));
    assert!(told.contains("cannot write none/out.csv") && !told.contains(".part"), "{told}");
    let [_, told] = ends(folder.path(), 2, &export_to("."));
    assert!(told.contains("it is a folder"), "{told}");
    assert_eq!(entries(folder.path()), ["sites.csv"]);
}

#[test]
fn an_overview_that_is_there_is_left_as_it_is() {
    let folder = folder();
    let [out, _] = ends(folder.path(), 0, &["sites.csv"]);
    assert!(out.contains("wattlas-overview.png"), "{out}");
    let first = std::fs::read(folder.path().join("wattlas-overview.png")).unwrap();
    std::fs::write(folder.path().join("wattlas-overview.png"), "mine").unwrap();
    let [out, _] = ends(folder.path(), 0, &["sites.csv"]);
    assert!(out.contains("wattlas-overview-2.png"), "{out}");
    assert_eq!(std::fs::read(folder.path().join("wattlas-overview-2.png")).unwrap(), first);
    assert_eq!(std::fs::read(folder.path().join("wattlas-overview.png")).unwrap(), b"mine");
}

/// Ends a process by a signal at some moment; whether it was still at work.
fn end_after(args: &[&str], folder: &Path, wait: Duration, signal: &str) -> bool {
    let mut child = Command::new(env!("CARGO_BIN_EXE_wattlas"))
        .current_dir(folder)
        .args(args)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    std::thread::sleep(wait);
    let at_work = child.try_wait().unwrap().is_none();
    if at_work {
        Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
    }
    child.wait().unwrap();
    at_work
}

#[test]
fn whoever_is_ended_leaves_the_old_file_whole_and_nothing_stray() {
    let folder = folder();
    let path = folder.path();
    // Many rows, so that some ends fall into the writing.
    let long = [
        "export",
        "prices",
        "--from",
        "2000-01",
        "--to",
        "2030-12",
        "--data",
        "sites.csv",
        "-o",
        "out.csv",
    ];
    let start = Instant::now();
    ends(path, 0, &long);
    let takes = start.elapsed();
    let whole = std::fs::read(path.join("out.csv")).unwrap();
    let mut at_work = 0;
    for round in 0..24 {
        let signal = ["-KILL", "-INT", "-TERM"][round % 3];
        at_work += u32::from(end_after(&long, path, takes * round as u32 / 24, signal));
        assert!(std::fs::read(path.join("out.csv")).unwrap() == whole, "the old file is whole");
        let stray = entries(path).len() - 2;
        assert!(signal == "-KILL" || stray <= usize::from(round > 0), "{:?}", entries(path));
    }
    assert!(at_work > 5, "only {at_work} were at work when they were ended");
    ends(path, 0, &export_to("other.csv"));
    assert_eq!(entries(path), ["other.csv", "out.csv", "sites.csv"]);
    // Of a sample there is all or nothing.
    for round in 0..12 {
        let signal = ["-KILL", "-INT"][round % 2];
        end_after(&["sample", "new"], path, Duration::from_millis(round as u64), signal);
        let there = path.join("new").exists();
        assert!(!there || entries(&path.join("new")).len() > 15, "{:?}", entries(path));
        if there {
            std::fs::remove_dir_all(path.join("new")).unwrap();
        }
    }
    ends(path, 0, &["sample", "new"]);
    assert_eq!(entries(path), ["new", "other.csv", "out.csv", "sites.csv"]);
}

#[test]
fn nothing_that_steers_a_terminal_is_printed_or_drawn() {
    let folder = folder();
    let put = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    put("head.csv", "key,value\u{1b}[31m\u{1b}]0;PWNED\u{7}\nas_of,2026-99-99\n");
    put(
        "keys.toml",
        "name = \"x\"\n[[adjustment]]\nid = \"\\u001b[31mred\\u0007\"\nlever=\"cancel\"\n\
         select=\"operator:Nobody\\u001b[2J\"\n\"\\u001b[2Jkey\"=1\n",
    );
    put("odd\u{1b}[2J\u{202e}.csv", "fruit\nno\n");
    put(
        "cells.csv",
        "name,operator,lat,lon,power_mw,online\n\"a\u{1b}[31m\u{202e}b\",\u{9b}31mOp\u{7f},1,2,3,2024\n",
    );
    let runs: &[&[&str]] = &[
        &["check", "head.csv"],
        &["check", "--json", "head.csv"],
        &["check", "--json", "cells.csv"],
        &["check", "keys.toml"],
        &["check", "odd\u{1b}[2J\u{202e}.csv"],
        &["check", "none\u{1b}[2J.csv"],
        &["export", "sites", "--data", "odd\u{1b}[2J\u{202e}.csv"],
        &["export", "sites", "--data", "cells.csv"],
        &["export", "sites", "--data", "cells.csv", "--format", "json"],
        &["export", "capacity", "--data", "cells.csv", "--group-by", "operator"],
        &["export", "capacity", "--scenario", "keys.toml"],
        &["compare", "--scenario", "keys.toml", "--format", "json"],
        &[
            "render",
            "overview",
            "--data",
            "cells.csv",
            "--group-by",
            "operator",
            "--format",
            "svg",
            "-o",
            "-",
        ],
        &["export", "sites", "--filter", "\u{1b}[2J"],
        &["export", "sites", "--buyer", "\u{1b}[2J"],
    ];
    for args in runs {
        let out = wattlas(folder.path(), args);
        let text = String::from_utf8([out.stdout, out.stderr].concat()).unwrap();
        let steers = |c: &char| *c != '\n' && wattlas::diagnostic::steers(*c);
        assert_eq!(text.chars().find(steers), None, "{args:?}");
        assert!(out.status.code().is_some_and(|code| code <= 2), "{args:?}");
    }
}

#[test]
fn options_out_of_their_range_are_told_in_words() {
    let folder = folder();
    for (args, word) in [
        (&["export", "prices", "--from", "0001-01"] as &[&str], "1900 to 2199"),
        (&["export", "capacity", "--to", "9999-12"], "1900 to 2199"),
        (&["export", "capacity", "--date", "2999-01"], "2026"),
        (&["sweep", "--exceedance", "nan"], "finite number"),
        (&["sweep", "--milestone", "inf"], "finite number"),
        (&["sweep", "--draws", "0"], "1..="),
        (&["sweep", "--threads", "0"], "1 to 1024"),
        (&["render", "map", "--size", "99999x99999", "-o", "x.png"], "--size"),
        (&["render", "map", "--frame", "10,20,5,30", "-o", "x.png"], "WEST,SOUTH,EAST,NORTH"),
        (&["render", "map", "--frame", "mars", "-o", "x.png"], "world, data"),
    ] {
        let [_, told] = ends(folder.path(), 2, args);
        assert!(told.contains(word), "{args:?}: {told}");
    }
    assert_eq!(entries(folder.path()), ["sites.csv"]);
}

#[test]
fn what_could_not_be_read_stands_in_the_footer_of_the_figure() {
    let folder = folder();
    let text = format!("{SITES}C,north,-100,10,2024\nD,1,2,3,2024,more,cells\nE,1,2,3,some day\n");
    std::fs::write(folder.path().join("sites.csv"), text).unwrap();
    for figure in ["overview", "map", "capacity", "cost", "supply"] {
        let args = ["render", figure, "--data", "sites.csv", "--format", "svg", "-o", "-"];
        let out = wattlas(folder.path(), &args);
        let svg = String::from_utf8(out.stdout).unwrap();
        assert_eq!(out.status.code(), Some(1), "{figure}");
        assert!(svg.contains("1 row and 2 cells could not be read and are left out"), "{figure}");
    }
}

#[test]
fn a_display_that_does_not_answer_is_told_and_the_overview_drawn() {
    let folder = folder();
    let mut command = Command::new(env!("CARGO_BIN_EXE_wattlas"));
    command.current_dir(folder.path()).arg("sites.csv").stdin(Stdio::null());
    command.env_remove("WAYLAND_SOCKET").env("XDG_RUNTIME_DIR", folder.path());
    command.env("WAYLAND_DISPLAY", "wayland-stale").env("DISPLAY", ":4711");
    let out = command.output().unwrap();
    let text = String::from_utf8([out.stdout, out.stderr].concat()).unwrap();
    assert_eq!(out.status.code(), Some(0), "{text}");
    if cfg!(feature = "app") {
        let told = "no display answers to WAYLAND_DISPLAY=wayland-stale or DISPLAY=:4711";
        assert!(text.contains(told), "{text}");
    }
    assert!(folder.path().join("wattlas-overview.png").exists());
}

#[test]
fn a_map_shows_what_its_frame_says() {
    let folder = folder();
    let map = |frame: &str| {
        let args = [
            "render",
            "map",
            "--data",
            "sites.csv",
            "--frame",
            frame,
            "--format",
            "svg",
            "-o",
            "-",
        ];
        let out = wattlas(folder.path(), &args);
        assert_eq!(out.status.code(), Some(0), "{frame}");
        String::from_utf8(out.stdout).unwrap()
    };
    let [world, data, bounds] = ["world", "data", "-12,35,30,60"].map(map);
    assert!(world != data && world != bounds && data != bounds);
}

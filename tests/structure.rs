//! What must hold of the sources and the documents: directions of imports, and documents that say
//! what the code says.

#![expect(clippy::unwrap_used, reason = "a test may end where it finds the unexpected")]

use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn sources(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, out);
        } else if path.extension().is_some_and(|e| e == "rs") {
            out.push(path);
        }
    }
}

/// Modules that each module may import.
const MAY: [(&str, &[&str]); 16] = [
    ("units", &[]),
    ("diagnostic", &[]),
    ("geo", &[]),
    ("save", &[]),
    ("model", &["units", "diagnostic", "geo"]),
    ("scenario", &["model", "units", "diagnostic", "geo"]),
    ("io", &["scenario", "model", "units", "diagnostic", "geo"]),
    ("figure", &["scenario", "model", "units", "diagnostic", "geo"]),
    ("export", &["figure", "scenario", "model", "units", "diagnostic", "geo"]),
    ("ui", &["figure", "scenario", "model", "units", "diagnostic", "geo"]),
    ("parallel", &["scenario"]),
    ("clock", &["model"]),
    ("files", &["io", "diagnostic"]),
    (
        "app",
        &[
            "clock",
            "files",
            "parallel",
            "ui",
            "figure",
            "scenario",
            "model",
            "io",
            "export",
            "save",
            "units",
            "diagnostic",
            "geo",
        ],
    ),
    (
        "cli",
        &[
            "clock",
            "files",
            "parallel",
            "figure",
            "scenario",
            "model",
            "io",
            "export",
            "save",
            "units",
            "diagnostic",
            "geo",
        ],
    ),
    ("main", &["app", "cli", "save", "diagnostic"]),
];

#[test]
fn imports_run_one_way() {
    let src = root().join("src");
    let mut files = Vec::new();
    sources(&src, &mut files);
    let mut seen = 0;
    for path in files {
        let inner = path.strip_prefix(&src).unwrap();
        let module =
            inner.iter().next().unwrap().to_string_lossy().trim_end_matches(".rs").to_owned();
        if module == "lib" {
            continue;
        }
        let (_, may) =
            MAY.iter().find(|(m, _)| *m == module).unwrap_or_else(|| panic!("{module} is new"));
        let text = std::fs::read_to_string(&path).unwrap();
        for hidden in ["super::super::", "use crate::{", "::crate::"] {
            assert!(!text.contains(hidden), "{inner:?} has {hidden}, which hides a direction");
        }
        for part in text.split("crate::").skip(1) {
            let used: String =
                part.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            let known = MAY.iter().any(|(m, _)| *m == used);
            assert!(
                !known || used == module || may.contains(&used.as_str()),
                "{module} imports {used} in {inner:?}"
            );
            seen += usize::from(known);
        }
    }
    assert!(seen > 100, "only {seen} imports were seen");
}

#[test]
fn the_core_knows_no_screen_clock_or_environment() {
    let src = root().join("src");
    for module in ["model", "scenario", "figure", "io", "export", "geo"] {
        let mut files = Vec::new();
        sources(&src.join(module), &mut files);
        for path in files {
            let text = std::fs::read_to_string(&path).unwrap();
            for word in ["egui", "eframe", "Instant::now", "SystemTime", "std::env::", "thread::"] {
                assert!(!text.contains(word), "{} knows {word}", path.display());
            }
        }
    }
}

#[test]
fn the_data_format_document_holds_every_column() {
    let text = std::fs::read_to_string(root().join("docs/data-format.md")).unwrap();
    let tables = wattlas::model::table::markdown();
    assert!(
        text.contains(&tables),
        "docs/data-format.md is not up to date; run cargo run --example data_format"
    );
}

#[test]
fn the_scenario_document_holds_every_lever() {
    let text = std::fs::read_to_string(root().join("docs/scenarios.md")).unwrap();
    assert!(
        text.contains(&wattlas::io::scenario::markdown()),
        "docs/scenarios.md is not up to date; run cargo run --example scenario_format"
    );
}

#[test]
fn every_zone_on_the_ground_has_an_outline() {
    use wattlas::geo::basemap::{LevelOfDetail, decode};
    use wattlas::model::ZoneKind;

    let loaded = wattlas::io::load(
        &wattlas::io::builtin::inputs(),
        &wattlas::io::Unwatched,
        &wattlas::scenario::Alone,
    )
    .unwrap();
    for detail in LevelOfDetail::ALL {
        let level = decode(wattlas::io::builtin::BASEMAP, detail).unwrap();
        let ids: std::collections::BTreeSet<&str> =
            level.shapes.iter().map(|s| s.id.as_str()).collect();
        let mut missing = Vec::new();
        for zone in loaded.data.tables.zones.iter().filter(|z| z.kind != ZoneKind::BiddingZone) {
            let id = loaded.data.text(zone.id);
            if !ids.contains(id) {
                missing.push(id.to_owned());
            }
        }
        assert!(missing.is_empty(), "{detail:?}: {missing:?}");
    }
}

#[test]
fn readme_names_two_commands() {
    let text = std::fs::read_to_string(root().join("README.md")).unwrap();
    let blocks: Vec<&str> = text.split("```text\n").skip(1).collect();
    assert_eq!(blocks[0].lines().next(), Some("cargo run --release"));
    assert_eq!(blocks[1].lines().next(), Some("cargo test"));
    let ci = std::fs::read_to_string(root().join(".ci/run")).unwrap();
    assert!(ci.lines().any(|line| line == "cargo test"), "CI runs the README's test command");
}

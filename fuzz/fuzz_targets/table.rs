//! Any bytes as a table: whatever they are, the load ends with data or findings.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wattlas::io::{self, Input};
use wattlas::scenario::Alone;

fuzz_target!(|bytes: &[u8]| {
    let input = Input { path: "own.csv".into(), bytes: bytes.to_vec().into(), built_in: false };
    let loaded = io::load(&[input], &io::Unwatched, &Alone).expect("nobody stops it");
    for table in &loaded.report.tables {
        assert!(table.kept <= table.rows);
    }
});

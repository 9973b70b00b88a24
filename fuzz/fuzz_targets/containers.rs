//! Any bytes as an archive, a workbook, a Parquet or a GeoJSON file: the load ends with data or findings.
//! Seeds with their beginnings help: see the README.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wattlas::io::{self, Input};
use wattlas::scenario::Alone;

const BEGINNINGS: [&[u8]; 5] =
    [b"", b"PK\x03\x04", b"PAR1", b"\xd0\xcf\x11\xe0", b"{\"type\":\"FeatureCollection\",\"features\":["];

fuzz_target!(|bytes: &[u8]| {
    let Some((first, rest)) = bytes.split_first() else { return };
    let begin = BEGINNINGS[usize::from(*first) % BEGINNINGS.len()];
    let input = Input { path: "own".into(), bytes: [begin, rest].concat().into(), built_in: false };
    let loaded = io::load(&[input], &io::Unwatched, &Alone).expect("nobody stops it");
    for table in &loaded.report.tables {
        assert!(table.kept <= table.rows);
    }
});

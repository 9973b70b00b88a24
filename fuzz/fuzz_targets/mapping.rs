//! Any text as a mapping beside a table that it may fit.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wattlas::io::{self, Input};
use wattlas::scenario::Alone;

const TABLE: &[u8] = b"name,lat,lon,MW,COD\nA,52,13,20,2024\nB,50,8,30,Q3 2027\n";

fuzz_target!(|text: &str| {
    let input = |path: &str, bytes: &[u8]| Input {
        path: path.into(),
        bytes: bytes.to_vec().into(),
        built_in: false,
    };
    let inputs = [input("own.csv", TABLE), input("own.toml", text.as_bytes())];
    io::load(&inputs, &io::Unwatched, &Alone).expect("nobody stops it");
});

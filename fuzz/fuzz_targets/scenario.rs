//! Any text as a scenario, and as a filter.
#![no_main]

use std::path::Path;

use libfuzzer_sys::fuzz_target;
use wattlas::io;
use wattlas::model::Dataset;
use wattlas::scenario::Filter;

fuzz_target!(|text: &str| {
    let data = Dataset::default();
    let read = io::read_scenario(Path::new("own.toml"), text, &data);
    drop(read);
    drop(Filter::parse_over(text, &data));
});

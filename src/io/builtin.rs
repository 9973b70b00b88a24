//! The data that comes inside the binary.

use std::path::PathBuf;

use super::blocks::{Bytes, Input};

macro_rules! tables {
    ($($name:literal),* $(,)?) => {
        /// The built-in tables: file name and content.
        pub static TABLES: &[(&str, &[u8])] =
            &[$(($name, include_bytes!(concat!("../../assets/data/", $name)))),*];
    };
}

tables![
    "dataset.csv",
    "sources.csv",
    "countries.csv",
    "zones.csv",
    "chips.csv",
    "aliases.csv",
    "parameters.csv",
    "prices.csv",
    "sites.csv",
    "phases.csv",
    "tenancies.csv",
    "contracts.csv",
    "events.csv",
    "limits.csv",
    "rules.csv",
    "throughput.csv",
];

macro_rules! scenarios {
    ($($name:literal),* $(,)?) => {
        /// The scenarios that come with the app: name and text.
        pub static SCENARIOS: &[(&str, &str)] =
            &[$(($name, include_str!(concat!("../../assets/scenarios/", $name, ".toml")))),*];
    };
}

scenarios![
    "grid-queues",
    "announced-half",
    "gas-plus-40",
    "pjm-cap-ends",
    "export-rules",
    "trainium-for-nvidia",
    "nvidia-reference",
    "orbit-3gw",
    "whole-site",
    "ppa-and-cover",
];

/// Hourly prices of 2025, packed; read when they are looked at.
pub static HOURS: &[u8] = include_bytes!("../../assets/data/hourly-europe-2025.csv.gz");

/// Who publishes them, and how they may be passed on.
pub const HOURS_SOURCE: &str = "SMARD.de (CC BY 4.0)";

/// Hubs, nodes and areas of markets with their zones.
pub static HUBS: &[u8] = include_bytes!("../../assets/prices/hubs.csv");

/// Monthly rates of exchange: see `assets/prices/make.py`.
pub static RATES: &[u8] = include_bytes!("../../assets/prices/rates.csv");

/// A scenario with every key and every lever, commented.
pub static SCENARIO_TEMPLATE: &str = include_str!("../../assets/scenarios/template.toml");

/// The basemap, in the format of [`crate::geo::basemap`].
pub static BASEMAP: &[u8] = include_bytes!("../../assets/basemap/basemap.bin");

/// Towns with their coordinates, packed; see `assets/gazetteer/make.py`.
pub static TOWNS: &[u8] = include_bytes!("../../assets/gazetteer/cities.tsv.zst");

/// Where built-in tables are said to be in messages; no folder of a user has this name.
pub const FOLDER: &str = "<built-in>";

/// The built-in tables as inputs of a load.
pub fn inputs() -> Vec<Input> {
    let input = |(name, bytes): &(&str, &'static [u8])| Input {
        path: PathBuf::from(FOLDER).join(name),
        bytes: Bytes::Memory(std::borrow::Cow::Borrowed(*bytes)),
        built_in: true,
    };
    TABLES.iter().map(input).collect()
}

/// Names and bytes of the files of a sample: the built-in tables, and a scenario as template.
pub fn sample() -> Vec<(&'static str, &'static [u8])> {
    let template = ("scenario.toml", SCENARIO_TEMPLATE.as_bytes());
    let more = [("hourly-europe-2025.csv.gz", HOURS), ("rates.csv", RATES), template];
    TABLES.iter().copied().chain(more).collect()
}

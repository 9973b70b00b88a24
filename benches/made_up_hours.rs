//! A year of made-up hourly prices, the same for the same number of zones.

use super::made_up::{COUNTRIES, Draws, STATES};
use std::fmt::Write as _;

/// A year of made-up hourly prices of so many zones, as CSV: first the states and countries of the
/// sites, then others. Days have a shape, some hours a peak, some lie below zero, some are missing.
pub(crate) fn hours(zones: usize) -> String {
    const DAYS: [u64; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let mut draws = Draws(3);
    let mut out = String::from("zone,hour,price_usd_per_mwh\n");
    let known = STATES.iter().copied().chain(COUNTRIES.iter().map(|country| country.0));
    let others = (0..).map(|at| format!("zone-{at}"));
    for zone in known.map(str::to_owned).chain(others).take(zones) {
        let level = 25.0 + draws.below(6000) as f64 / 100.0;
        for (month, days) in (1..).zip(DAYS) {
            for (day, hour) in (1..=days).flat_map(|day| (0..24).map(move |hour| (day, hour))) {
                let evening = (f64::from(hour) - 18.0).abs();
                let shape = 1.0 + 0.5 * (-evening * evening / 18.0).exp();
                let noon = if (10..15).contains(&hour) && month % 12 > 3 { 0.45 } else { 1.0 };
                let noise = 0.8 + draws.below(4000) as f64 / 1e4;
                let price = match draws.below(3000) {
                    0 => level * 18.0,
                    1..=12 => -15.0,
                    _ => level * shape * noon * noise,
                };
                if draws.below(2000) > 0 {
                    let _written =
                        writeln!(out, "{zone},2025-{month:02}-{day:02}T{hour:02}:00Z,{price:.2}");
                }
            }
        }
    }
    out
}

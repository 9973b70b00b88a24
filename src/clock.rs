//! The day of the run, for whoever starts one. The core never asks: it is handed in (RULES T4).

use std::time::{SystemTime, UNIX_EPOCH};

use crate::model::Day;

/// Seconds of a day.
const DAY_SECONDS: u64 = 86_400;

/// Today, universal time.
pub fn today() -> Day {
    #[expect(clippy::disallowed_methods, reason = "window and command line hand the day in")]
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Day(i32::try_from(since.as_secs() / DAY_SECONDS).unwrap_or(i32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn today_is_a_day_of_this_century() {
        let (year, ..) = today().ymd();
        assert!((2026..2100).contains(&year), "{year}");
    }
}

//! From the currency of a price to USD, by the monthly rates of a table of the user's or of the shipped
//! one.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use crate::io::builtin;
use crate::model::{Dataset, Month};

/// A row of the shipped table.
#[derive(serde::Deserialize)]
struct RateRow {
    currency: String,
    month: String,
    usd: f64,
}

/// Rates of a currency by month, in their order.
type ByMonth = Vec<(Month, f64)>;

static SHIPPED: LazyLock<FxHashMap<String, ByMonth>> = LazyLock::new(|| {
    let mut out: FxHashMap<String, ByMonth> = FxHashMap::default();
    for row in csv::Reader::from_reader(builtin::RATES).into_deserialize::<RateRow>().flatten() {
        if let Some(month) = Month::parse(&row.month) {
            out.entry(row.currency).or_default().push((month, row.usd));
        }
    }
    out
});

/// Rates of exchange.
#[derive(Clone, Debug, Default)]
pub(in crate::io) struct Rates {
    own: FxHashMap<String, ByMonth>,
}

/// What a unit of a currency is worth.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::io) struct Rate {
    /// USD for one.
    pub usd: f64,
    /// Whether it is that of an earlier month, held.
    pub held: bool,
}

impl Rates {
    /// Those of a data set before those that are shipped.
    pub(in crate::io) fn of(data: &Dataset) -> Self {
        let mut own: FxHashMap<String, ByMonth> = FxHashMap::default();
        for rate in &data.tables.rates {
            if let Some(usd) = rate.usd.get().filter(|usd| *usd > 0.0) {
                let currency = data.text(rate.currency).to_uppercase();
                own.entry(currency).or_default().push((rate.month, usd));
            }
        }
        #[expect(clippy::iter_over_hash_type, reason = "each list is sorted by itself")]
        for list in own.values_mut() {
            list.sort_by_key(|(month, _)| *month);
        }
        Self { own }
    }

    /// The rate of a currency in a month, or the latest before it; none before the first.
    pub(in crate::io) fn at(&self, currency: &str, month: Month) -> Option<Rate> {
        if currency == "USD" {
            return Some(Rate { usd: 1.0, held: false });
        }
        let of = |list: &ByMonth| {
            let after = list.partition_point(|(at, _)| *at <= month);
            let (at, usd) = *list.get(after.checked_sub(1)?)?;
            Some(Rate { usd, held: at != month })
        };
        self.own.get(currency).and_then(of).or_else(|| SHIPPED.get(currency).and_then(of))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_rate_is_held_and_none_is_before_the_first() {
        let rates = Rates::default();
        let month = |text: &str| Month::parse(text).unwrap();
        // European Central Bank, mean of the reference rates of October 2026: 1.12016 USD per EUR.
        let october = rates.at("EUR", month("2026-10")).unwrap();
        assert_eq!((october.usd, october.held), (1.12016, false));
        let later = rates.at("EUR", month("2030-01"));
        assert_eq!(later, Some(Rate { held: true, ..october }));
        assert_eq!(rates.at("EUR", month("1999-01")), None);
        assert_eq!(rates.at("XAU", month("2026-10")), None);
        assert_eq!(rates.at("USD", month("1980-01")), Some(Rate { usd: 1.0, held: false }));
    }
}

//! Rates of exchange by month.

use crate::model::table::table;
use crate::model::{Maybe, Month, Name};

table! {
    /// Rates of exchange by month, by which prices in other currencies become USD.
    rows rates: Rate unique(currency: currency, month) {
        /// Currency.
        currency: Name = Key Text "ISO 4217"; "currency";
        /// Month in which the rate holds; the latest holds on.
        month: Month = Key Month; "month";
        /// USD for one unit of the currency.
        usd: Maybe = Key Amount "a number > 0, in USD"; "usd usdperunit";
        /// Publisher.
        source: Name = Extra Text; "source";
    }
}

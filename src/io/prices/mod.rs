//! Files of electricity prices in the forms of those who publish them: hours and parts of hours of
//! markets, months to years of statistics.
//!
//! A [`form::PriceForm`] says which cells are times, zones and prices; [`rows`] reads by it on any
//! thread, and [`merge`] takes the parts in their order. Hours become the mean of their parts
//! (RULES C6), months and longer become rows of the table of prices.

mod clock;
mod find;
pub(super) mod form;
mod mapped;
mod market;
mod merge;
mod period;
mod rates;
mod read;
mod rows;
mod sheet;
mod times;
mod told;
mod unit;
mod words;
mod zones;

pub(super) use form::PriceForm;
pub(super) use mapped::{is_clock, is_unit};
pub(super) use period::is_period;
pub(super) use rates::Rates;
pub(super) use read::{ReadError, ReadInto, read};
pub(super) use sheet::{dimensions_apart, look, speaks_of_prices};
pub(super) use told::use_of;

//! Rows of hourly prices to series.

use super::blocks::{Bytes, Input};
use super::builtin;
use super::prices::Rates;
use crate::model::tables::Price;
use crate::model::{
    Dataset, Hour, HourRows, HourSeries, HourlyPrices, LocalHours, Maybe, Name, Names, Origin,
    ReadHours, Sector, SourceFile, TableKind, ZoneHours, spread,
};
use crate::scenario::{Alone, Workers, map};

/// Hours whose spread is worked out by one hand at once.
const PIECE: usize = 1024;

/// Makes the series of all zones, and the spread among them.
pub(super) fn finish(
    rows: HourRows,
    rates: &Rates,
    names: &Names,
    workers: &dyn Workers,
) -> HourlyPrices {
    let rows = rows.into_zones();
    let zones = map(workers, rows.len(), |at| {
        let ReadHours { zone, source, currency, first, values } = &rows[at];
        let money = names.get(*currency);
        if money == "USD" {
            let prices = HourSeries::new(*first, values.clone());
            return ZoneHours { zone: *zone, source: *source, prices, local: None };
        }
        let usd = in_usd(values, *first, money, rates);
        let local =
            LocalHours { currency: *currency, prices: HourSeries::new(*first, values.clone()) };
        let prices = HourSeries::new(*first, usd);
        ZoneHours { zone: *zone, source: *source, prices, local: Some(local) }
    });
    with_spread(zones, workers)
}

/// Prices in USD by the rate of their month; NaN where there is none.
fn in_usd(values: &[f32], first: Hour, money: &str, rates: &Rates) -> Vec<f32> {
    let mut out = Vec::with_capacity(values.len());
    while out.len() < values.len() {
        let month = Hour(first.0 + out.len() as i32).day().month();
        let end = i64::from(month.plus(1).first_day().0) * 24 - i64::from(first.0);
        let end = usize::try_from(end).unwrap_or(usize::MAX).min(values.len());
        let rate = rates.at(money, month).map_or(f64::NAN, |rate| rate.usd);
        let converted =
            values[out.len()..end].iter().map(|value| (f64::from(*value) * rate) as f32);
        out.extend(converted.collect::<Vec<f32>>());
    }
    out
}

/// Of a month of which so much is known the mean stands for the month.
const KNOWN_OF_MONTH: f64 = 0.9;

/// The series of monthly means of hours (RULES C6).
pub(super) const SERIES: &str = "hours";

/// Adds the mean of each month of which 90 % of the hours are known to the prices, as wholesale
/// (RULES C6).
pub(super) fn months_of(prices: &HourlyPrices, data: &mut Dataset) {
    let series = data.names.intern(SERIES);
    let dollars = data.names.intern("USD");
    let basis = data.names.intern("mean of the hours of the month");
    let of_hours = |file: &SourceFile| file.kind == Some(TableKind::Hours) && !file.built_in;
    let file = data.files.iter().position(of_hours).unwrap_or(0);
    let origin = Origin { file: u16::try_from(file).unwrap_or(0), line: 1 };
    for zone in &prices.zones {
        let hours = zone.prices.hours();
        let local = zone.local.as_ref().map_or(&zone.prices, |local| &local.prices);
        let mut month = Hour(hours.start).day().month();
        while Hour::of(month.first_day()).0 < hours.end {
            let own = Hour::of(month.first_day()).0..Hour::of(month.plus(1).first_day()).0;
            let known = local.known(own.clone());
            if f64::from(known) >= KNOWN_OF_MONTH * f64::from(own.end - own.start) {
                let mean = |series: &HourSeries| {
                    series.summary(own.clone()).map_or(Maybe::NONE, |all| Maybe::some(all.mean))
                };
                data.tables.prices.push(Price {
                    zone: zone.zone,
                    sector: Sector::Wholesale,
                    series,
                    from: month,
                    to: month,
                    usd_per_mwh: mean(&zone.prices),
                    local: mean(local),
                    currency: zone.local.as_ref().map_or(dollars, |local| local.currency),
                    basis,
                    source: zone.source,
                    origin,
                });
            }
            month = month.plus(1);
        }
    }
}

fn with_spread(zones: Vec<ZoneHours>, workers: &dyn Workers) -> HourlyPrices {
    let mut prices = HourlyPrices::new(zones);
    let hours = prices.hours();
    let first = crate::model::Hour(hours.start);
    let pieces = map(workers, hours.len().div_ceil(PIECE), |piece| {
        let from = hours.start + (piece * PIECE) as i32;
        spread(&prices.zones, from..hours.end.min(from + PIECE as i32))
    });
    let spread = pieces.concat();
    prices.spread = [0, 1, 2].map(|at| {
        HourSeries::new(first, spread.iter().map(|percentiles| percentiles[at]).collect())
    });
    prices
}

/// The hourly prices that come with the app, by the zones of a data set; those of zones that it does
/// not know are left out.
pub(super) fn built_in(data: &Dataset) -> HourlyPrices {
    let file = Input {
        path: builtin::FOLDER.into(),
        bytes: Bytes::Memory(builtin::HOURS.into()),
        built_in: false,
    };
    let Ok(loaded) = super::load(&[file], &super::Unwatched, &Alone) else {
        return HourlyPrices::default();
    };
    let (own, source) = (&loaded.data, data.names.find(builtin::HOURS_SOURCE));
    let zone = |hours: &ZoneHours| {
        let zone =
            data.names.find(own.text(hours.zone)).filter(|zone| data.zone(*zone).is_some())?;
        let source = source.unwrap_or(Name::EMPTY);
        Some(ZoneHours { zone, source, prices: hours.prices.clone(), local: None })
    };
    let zones: Vec<ZoneHours> = own.given_hours.zones.iter().filter_map(zone).collect();
    with_spread(zones, &Alone)
}

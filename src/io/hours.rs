//! Rows of hourly prices to series.

use super::blocks::{Bytes, Input};
use super::builtin;
use super::problem::Problem;
use super::readers::Sink;
use super::row::Row;
use crate::model::tables::hours;
use crate::model::{
    Dataset, HourRows, HourSeries, HourlyPrices, Name, NotTaken, ZoneHours, spread,
};
use crate::scenario::{Alone, Workers, map};

/// Hours whose spread is worked out by one hand at once.
const PIECE: usize = 1024;

/// Takes a row of hourly prices.
pub(super) fn hour(row: &mut Row<'_, '_>, sink: &mut Sink<'_>) {
    let at = hours::AT;
    let [zone, ..] = [at.zone, at.hour, at.price_usd_per_mwh].map(|slot| row.key(slot));
    let (hour, price) = (row.hour(at.hour), row.number(at.price_usd_per_mwh).get());
    let (Some(hour), Some(price), false) = (hour, price, row.lost) else { return };
    let zone = sink.data.names.intern(zone);
    let source = sink.data.names.intern(row.text(at.source));
    let Err(error) = sink.hours.push((zone, source), hour, price) else { return };
    row.say(
        at.hour,
        match error {
            NotTaken::Twice => Problem::HourTwice,
            NotTaken::Far => Problem::FarHour,
        },
    );
}

/// Makes the series of all zones, and the spread among them.
pub(super) fn finish(rows: HourRows, workers: &dyn Workers) -> HourlyPrices {
    let rows = rows.into_zones();
    let zones = map(workers, rows.len(), |at| {
        let (zone, source, first, values) = &rows[at];
        ZoneHours { zone: *zone, source: *source, prices: HourSeries::new(*first, values.clone()) }
    });
    with_spread(zones, workers)
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
        Some(ZoneHours { zone, source, prices: hours.prices.clone() })
    };
    let zones: Vec<ZoneHours> = own.given_hours.zones.iter().filter_map(zone).collect();
    with_spread(zones, &Alone)
}

//! The form of a file of prices: which cells are times, zones and prices, in which unit and by which
//! clock.

use super::clock::Clock;
use super::market::Market;
use super::unit::PriceUnit;
use crate::io::cell::{DateOrder, Decimal};
use crate::io::header::Recognised;
use crate::model::tables::hours;
use crate::model::{Day, Month, Sector};

/// How a file of prices is read.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::io) struct PriceForm {
    /// Who publishes such files, if that is known.
    pub market: Option<&'static Market>,
    /// Hours, or months and longer.
    pub span: Span,
    /// The clock of times that do not say theirs.
    pub clock: Clock,
    /// Whether times are those at which an interval ends.
    pub ends: bool,
    /// Minutes of an interval.
    pub minutes: i64,
    pub time: TimeColumns,
    pub zone: ZoneFrom,
    pub values: Vec<Value>,
    /// Unit of values that have none of their own.
    pub unit: PriceUnit,
    /// What of clock, unit and sector the file says.
    pub said: Said,
    pub unit_at: Option<usize>,
    pub currency_at: Option<usize>,
    pub sector_at: Option<usize>,
    /// The sector of values that have none of their own.
    pub sector: Sector,
    /// Columns whose words tell series of one zone and sector apart.
    pub series_at: Vec<usize>,
    pub basis_at: Option<usize>,
    pub source_at: Option<usize>,
    /// Columns with the words of rows that are prices, and of rows that are none.
    pub only: Vec<(usize, Vec<String>)>,
    pub except: Vec<(usize, Vec<String>)>,
    pub order: DateOrder,
    pub decimal: Decimal,
    /// How much of the header it explains.
    pub score: u32,
    /// Whether a mapping says all this.
    pub mapped: bool,
}

/// What a file says itself; the rest is what is usual.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::io) struct Said {
    pub clock: bool,
    pub unit: bool,
    pub sector: bool,
}

/// What a row or column stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::io) enum Span {
    /// Hours and parts of them.
    Hours,
    /// Days, each of which is all its hours.
    Days,
    /// So many months.
    Months(i32),
}

/// Where the time of a row is.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::io) struct TimeColumns {
    /// A time, a day, or a period.
    pub at: Option<usize>,
    /// The last month of the period.
    pub to: Option<usize>,
    /// A day that stands above the table.
    pub day: Option<Day>,
    /// The month of the year that the time column holds, or the day of the month that it holds.
    pub month: Option<usize>,
    pub day_of_month: Option<usize>,
    /// The hour, or shorter part, of the day.
    pub hour: Option<usize>,
    /// Whether such numbers begin with 0.
    pub from_zero: bool,
    /// The part of the hour.
    pub part: Option<usize>,
    /// Whether it is the second hour of a clock that was put back.
    pub second: Option<usize>,
}

/// Where the zone of a price is.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::io) enum ZoneFrom {
    Column(usize),
    /// One for all, by name.
    Named(String),
    /// Each value column has its own.
    Titles,
}

/// A column of prices.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::io) struct Value {
    pub at: usize,
    pub zone: Option<String>,
    /// Number of its part of the day, and whether that is the second of a clock that was put back.
    pub hour: Option<(u32, bool)>,
    pub period: Option<(Month, Month)>,
    pub sector: Option<Sector>,
    pub unit: Option<PriceUnit>,
}

impl PriceForm {
    /// Takes it for our own table of hours, whose times are universal time.
    pub(in crate::io) fn be_our_hours(&mut self) {
        (self.clock, self.said.clock, self.span) = (Clock::Utc, true, Span::Hours);
    }

    /// Our own table of hours.
    pub(in crate::io) fn of_hours(found: &Recognised) -> Self {
        let at = hours::AT;
        let unit = PriceUnit { currency: Some("USD"), per_mwh: found.factor[at.price_usd_per_mwh] };
        let value = Value {
            at: found.at[at.price_usd_per_mwh].unwrap_or(0),
            unit: Some(unit.clone()),
            ..Value::default()
        };
        Self {
            market: None,
            span: Span::Hours,
            clock: Clock::Utc,
            ends: false,
            minutes: 60,
            time: TimeColumns { at: found.at[at.hour], ..TimeColumns::default() },
            zone: found.at[at.zone].map_or(ZoneFrom::Named(String::new()), ZoneFrom::Column),
            values: vec![value],
            unit,
            said: Said { clock: true, unit: true, sector: true },
            unit_at: None,
            currency_at: None,
            sector_at: None,
            sector: Sector::Wholesale,
            series_at: Vec::new(),
            basis_at: None,
            source_at: found.at[at.source],
            only: Vec::new(),
            except: Vec::new(),
            order: DateOrder::DayFirst,
            decimal: Decimal::Point,
            score: found.score,
            mapped: false,
        }
    }
}

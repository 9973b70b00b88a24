//! Rows of a file of prices to points: which zone, when, how much.
//!
//! Blocks are read on any thread; what needs the rest of the file (hours that a clock has twice, prices
//! given twice, ids of zones) is left to [`super::merge`], which takes them in their order.

use rustc_hash::FxHashMap;

use super::clock::{DAY, Instant, Reader, Stamp, minutes_of_day, number_of_day};
use super::form::{PriceForm, Span, Value, ZoneFrom};
use super::period::period;
use super::unit::{PriceUnit, currency};
use super::words::{is_other_sector, month_number, number, sector_of};
use crate::diagnostic::{Diagnostic, Place, Report, Severity, excerpt};
use crate::io::cell::{CellFormat, is_missing};
use crate::io::row::{FIRST_DAY, LAST_DAY, YEARS};
use crate::io::split::Cells;
use crate::model::{Day, Month, Sector};
use std::path::Path;

/// A price of an interval.
#[derive(Clone, Copy, Debug)]
pub(super) struct Point {
    /// Position in the list of zones of the part.
    pub zone: u32,
    pub line: u32,
    /// Minutes of universal time at which the interval begins.
    pub minute: i64,
    /// The later time, where the clock had it twice and the row does not say which.
    pub or: Option<i64>,
    /// Per MWh in the currency of the zone.
    pub per_mwh: f64,
}

/// A price of some months.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Months {
    pub zone: u32,
    pub line: u64,
    pub sector: Sector,
    pub series: String,
    pub basis: String,
    pub from: Month,
    pub to: Month,
    pub per_mwh: f64,
}

/// A zone as a part names it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct PartZone {
    pub name: String,
    pub series: String,
    pub source: String,
    pub currency: &'static str,
}

/// How many rows there are, and what became of them.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Counts {
    pub rows: u64,
    pub kept: u64,
    /// Rows of parts of a price, as congestion and loss, and of other sectors.
    pub others: u64,
}

/// What was read of a block.
#[derive(Debug, Default)]
pub(in crate::io) struct Part {
    pub zones: Vec<PartZone>,
    pub points: Vec<Point>,
    pub months: Vec<Months>,
    pub report: Report,
    pub counts: Counts,
    pub lines: u64,
    pub hash: u64,
}

/// Reads rows of one form into a part.
pub(super) struct RowReader<'a> {
    form: &'a PriceForm,
    header: &'a [String],
    path: &'a Path,
    format: CellFormat,
    clock: Reader,
    /// Zones of the part.
    zones: FxHashMap<PartZone, u32>,
    /// The same by the bytes of the cells that name them, and room for those.
    by_cells: FxHashMap<Box<[u8]>, (&'static str, u32)>,
    key: Vec<u8>,
    last_unit: Option<(String, String, PriceUnit)>,
    /// Numbers of the day go on over clocks that are put forward or back.
    elapsed: bool,
    /// The day of the row before, in minutes.
    last_day: Option<i64>,
    own_series: String,
}

/// What is wrong with a row.
#[derive(Clone, Copy, Debug)]
enum Trouble {
    Time(usize),
    Price(usize),
    Zone(usize),
    Never(usize),
    Currency(usize),
}

/// The time of a row.
enum When {
    Minute(i64, Option<i32>, Option<bool>),
    Months(Month, Month),
    Day(Day),
}

impl When {
    /// Whether it is one of the years that dates of this field have.
    fn is_of_this_age(&self) -> bool {
        let day = match self {
            Self::Minute(minute, ..) => i32::try_from(minute.div_euclid(DAY)).unwrap_or(i32::MAX),
            Self::Day(day) => day.0,
            Self::Months(from, to) => {
                let years = YEARS.0..=YEARS.1;
                return years.contains(&from.year()) && years.contains(&to.year());
            }
        };
        (FIRST_DAY..=LAST_DAY).contains(&day)
    }
}

impl<'a> RowReader<'a> {
    pub(super) fn new(form: &'a PriceForm, header: &'a [String], path: &'a Path) -> Self {
        let numbered = form.values.iter().filter_map(|value| value.hour);
        let most = numbered.map(|(number, _)| number).max().unwrap_or(0);
        let by_market = form.market.is_some_and(|market| market.counts_on);
        let elapsed = form.minutes < 60 && form.time.part.is_none() || by_market || most > 24;
        Self {
            form,
            header,
            path,
            format: CellFormat {
                order: form.order,
                decimal: form.decimal,
                ..CellFormat::default()
            },
            clock: Reader::new(form.clock),
            zones: FxHashMap::default(),
            by_cells: FxHashMap::default(),
            key: Vec::new(),
            last_unit: None,
            elapsed,
            last_day: None,
            own_series: series_of_file(form, path),
        }
    }

    /// Reads a row.
    pub(super) fn row(&mut self, line: u64, cells: Cells<'_>, part: &mut Part) {
        part.counts.rows += 1;
        let said = |(at, words): &(usize, Vec<String>)| {
            let cell = cells.get(*at).unwrap_or("").trim();
            words.iter().any(|word| word.eq_ignore_ascii_case(cell))
        };
        if !self.form.only.iter().all(said) || self.form.except.iter().any(said) {
            part.counts.others += 1;
            return;
        }
        match self.points(line, cells, part) {
            Ok(true) => part.counts.kept += 1,
            Ok(false) => part.counts.others += 1,
            Err(trouble) => self.tell(trouble, line, cells, &mut part.report),
        }
    }

    /// Whether the row is one of prices.
    fn points(&mut self, line: u64, cells: Cells<'_>, part: &mut Part) -> Result<bool, Trouble> {
        let form = self.form;
        let cell = |at: usize| cells.get(at).unwrap_or("").trim();
        let sector = match form.sector_at {
            None => None,
            Some(at) => {
                let cell = cell(at);
                let own = cell.rsplit_once(" : ").map_or(cell, |(_, sector)| sector);
                if is_other_sector(own) {
                    return Ok(false);
                }
                // A row of a place without a sector is the heading of those under it.
                let heading = own == cell && form.zone == ZoneFrom::Column(at);
                if heading && sector_of(own).is_none() {
                    return Ok(false);
                }
                sector_of(own).or(Some(form.sector))
            }
        };
        let empty = |value: &Value| is_empty(cell(value.at));
        // Prices in national currency and at purchasing power stand beside those in euro.
        if form.currency_at.is_some_and(|at| ["NAC", "PPS", "PPP"].contains(&cell(at))) {
            return Ok(false);
        }
        let unit = self.unit_of_row(cells)?;
        let when = self.when(cells).filter(When::is_of_this_age);
        // Lines of remarks and sums below a table have neither time nor price.
        let all_empty = form.values.iter().all(empty);
        // A row of words under many prices explains their marks.
        let no_number =
            |value: &Value| empty(value) || number(cell(value.at), &self.format).is_none();
        if form.values.len() >= 3 && !all_empty && form.values.iter().all(no_number) {
            return Ok(false);
        }
        if all_empty {
            return Ok(when.is_some() || form.time.at.is_none());
        }
        self.values(line, cells, (sector, unit.as_ref(), when.as_ref()), part)?;
        Ok(true)
    }

    /// Takes the prices of a row.
    fn values(
        &mut self,
        line: u64,
        cells: Cells<'_>,
        (sector, unit, when): (Option<Sector>, Option<&PriceUnit>, Option<&When>),
        part: &mut Part,
    ) -> Result<(), Trouble> {
        let form = self.form;
        let mut known_zone = None;
        for value in &form.values {
            let text = cells.get(value.at).unwrap_or("").trim();
            if is_empty(text) {
                continue;
            }
            let own = unit.or(value.unit.as_ref()).unwrap_or(&form.unit);
            let price = number(text, &self.format).ok_or(Trouble::Price(value.at))?;
            let per_mwh = price * own.per_mwh;
            if !(-1e6..=1e6).contains(&per_mwh)
                && !matches!(own.currency, Some("JPY" | "KRW" | "IDR" | "VND" | "CLP" | "COP"))
            {
                return Err(Trouble::Price(value.at));
            }
            let money = own.currency.unwrap_or("USD");
            let zone = match (&value.zone, known_zone) {
                (None, Some(zone)) => zone,
                _ => self.zone(value, money, cells, part)?,
            };
            if value.zone.is_none() {
                known_zone = Some(zone);
            }
            if let Some((from, to)) = value.period {
                self.months(
                    line,
                    cells,
                    (zone, sector.or(value.sector)),
                    (from, to),
                    per_mwh,
                    part,
                );
                continue;
            }
            match when {
                Some(When::Months(from, to)) => {
                    self.months(
                        line,
                        cells,
                        (zone, sector.or(value.sector)),
                        (*from, *to),
                        per_mwh,
                        part,
                    );
                }
                Some(When::Day(day)) if value.hour.is_none() => {
                    self.day(line, zone, *day, per_mwh, part)?;
                }
                Some(when) => {
                    let minute = self.minute_of(when, value)?;
                    let (minute, or) = minute;
                    part.points.push(Point { zone, line: line as u32, minute, or, per_mwh });
                }
                None => return Err(Trouble::Time(form.time.at.unwrap_or(0))),
            }
        }
        Ok(())
    }

    /// A day is all its hours.
    fn day(
        &mut self,
        line: u64,
        zone: u32,
        day: Day,
        per_mwh: f64,
        part: &mut Part,
    ) -> Result<(), Trouble> {
        let begin = i64::from(day.0) * DAY;
        let at = |instant: Instant| match instant {
            Instant::At(minute) | Instant::Either(minute, _) => Some(minute),
            Instant::Never => None,
        };
        let lost = || Trouble::Time(self.form.time.at.unwrap_or(0));
        let from = at(self.clock.instant(begin)).ok_or_else(lost)?;
        let to = at(self.clock.instant(begin + DAY)).ok_or_else(lost)?;
        let mut minute = from;
        while minute < to {
            part.points.push(Point { zone, line: line as u32, minute, or: None, per_mwh });
            minute += 60;
        }
        Ok(())
    }

    fn months(
        &self,
        line: u64,
        cells: Cells<'_>,
        (zone, sector): (u32, Option<Sector>),
        (from, to): (Month, Month),
        per_mwh: f64,
        part: &mut Part,
    ) {
        let cell = |at: usize| cells.get(at).unwrap_or("").trim();
        let mut series = self.own_series.clone();
        for &at in &self.form.series_at {
            if !cell(at).is_empty() && !self.form.zone.eq(&ZoneFrom::Column(at)) {
                if !series.is_empty() {
                    series.push(' ');
                }
                series.push_str(cell(at));
            }
        }
        let basis = self.form.basis_at.map_or("", cell).to_owned();
        let sector = sector.unwrap_or(self.form.sector);
        part.months.push(Months { zone, line, sector, series, basis, from, to, per_mwh });
    }

    /// The minute of universal time of a value, and the other where the clock had it twice.
    fn minute_of(&mut self, when: &When, value: &Value) -> Result<(i64, Option<i64>), Trouble> {
        let form = self.form;
        let at = form.time.at.or(form.time.hour).unwrap_or(0);
        let (minute, ahead, second) = match (when, value.hour) {
            (When::Day(day), Some((number, second))) => {
                return self.numbered(i64::from(day.0) * DAY, number, Some(second), value.at);
            }
            (When::Minute(minute, ahead, second), _) => (*minute, *ahead, *second),
            _ => return Err(Trouble::Time(at)),
        };
        // The interval that ends then began so long before, whatever its clock was put to.
        let back = if form.ends { form.minutes } else { 0 };
        // Hours are called by the hour before, also where the clock is put back at their end.
        let skipped = |reader: &mut Reader| reader.instant(minute - back) == Instant::Never;
        let begins = back >= 60 && ahead.is_none() && !skipped(&mut self.clock);
        let (minute, back) = if begins { (minute - back, 0) } else { (minute, back) };
        if let Some(ahead) = ahead {
            return Ok((minute - i64::from(ahead) - back, None));
        }
        match self.clock.instant(minute) {
            Instant::At(minute) => Ok((minute - back, None)),
            Instant::Either(first, later) => Ok(match second {
                Some(true) => (later - back, None),
                Some(false) => (first - back, None),
                None => (first - back, Some(later - back)),
            }),
            // An hour that ends when the clock is put forward.
            Instant::Never if back > 0 => match self.clock.instant(minute - back) {
                Instant::At(minute) => Ok((minute, None)),
                _ => Err(Trouble::Never(at)),
            },
            Instant::Never => Err(Trouble::Never(at)),
        }
    }

    /// The minute of a numbered part of a day.
    fn numbered(
        &mut self,
        day: i64,
        number: u32,
        second: Option<bool>,
        at: usize,
    ) -> Result<(i64, Option<i64>), Trouble> {
        let before = i64::from(number) - i64::from(!self.form.time.from_zero);
        let local = day + before.max(0) * self.form.minutes;
        if self.elapsed {
            return match self.clock.instant(day) {
                Instant::At(begin) | Instant::Either(begin, _) => {
                    Ok((begin + before.max(0) * self.form.minutes, None))
                }
                Instant::Never => Err(Trouble::Never(at)),
            };
        }
        match (self.clock.instant(local), second) {
            (Instant::At(minute), _) => Ok((minute, None)),
            (Instant::Either(_, later), Some(true)) => Ok((later, None)),
            (Instant::Either(first, later), _) if self.form.time.second.is_none() => {
                Ok((first, Some(later)))
            }
            (Instant::Either(first, _), _) => Ok((first, None)),
            (Instant::Never, _) => Err(Trouble::Never(at)),
        }
    }

    /// When the row says that it is.
    fn when(&mut self, cells: Cells<'_>) -> Option<When> {
        let form = self.form;
        let cell = |at: usize| cells.get(at).unwrap_or("").trim();
        let time = &form.time;
        let Some(at) = time.at else { return time.day.map(When::Day) };
        if let Span::Months(length) = form.span {
            if let Some(month) = time.month {
                let year = cell(at).parse().ok().filter(|year| (1900..2200).contains(year))?;
                let month = Month::new(year, month_number(cell(month))?);
                return Some(When::Months(month, month));
            }
            let fiscal = form.market.map_or(1, |market| market.fiscal_from);
            let own = period(cell(at), form.order, fiscal).or_else(|| {
                let stamp = Stamp::parse(cell(at), form.order)?;
                let from = Day(stamp.minute.div_euclid(DAY) as i32).month();
                Some((from, from.plus(length - 1)))
            })?;
            let to = time.to.map(cell).filter(|to| !to.is_empty());
            let to = to.and_then(|to| period(to, form.order, fiscal)).map_or(own.1, |(_, to)| to);
            return Some(When::Months(own.0, to));
        }
        let text = cells.get(at).unwrap_or("");
        // Of cells that were one the first alone has the day.
        if time.hour.is_some() && text.trim().is_empty() && time.day_of_month.is_none() {
            let day = self.last_day?;
            return self.when_of_hour(day, cells);
        }
        let mut stamp = if let Some(day) = time.day_of_month {
            let month = match time.month {
                Some(month) => Month::new(
                    cell(at).parse().ok().filter(|year| (1900..2200).contains(year))?,
                    month_number(cell(month))?,
                ),
                None => period(cell(at), form.order, 1)?.0,
            };
            let number: u32 = cell(day).parse().ok()?;
            let day = Day::from_ymd(month.year(), month.number(), number)?;
            Stamp { minute: i64::from(day.0) * DAY, ahead: None, timed: false, second: false }
        } else {
            Stamp::parse(text, form.order).or_else(|| Stamp::parse(text.trim(), form.order))?
        };
        if time.hour.is_none() {
            if form.span == Span::Days {
                return Some(When::Day(Day(stamp.minute.div_euclid(DAY) as i32)));
            }
            if !stamp.timed && form.values.iter().any(|value| value.hour.is_some()) {
                return Some(When::Day(Day(stamp.minute.div_euclid(DAY) as i32)));
            }
            let second = time.second.map(|at| is_yes(cell(at)));
            let second = second.or(stamp.second.then_some(true));
            return Some(When::Minute(stamp.minute, stamp.ahead, second));
        }
        stamp.minute = stamp.minute.div_euclid(DAY) * DAY;
        self.last_day = Some(stamp.minute);
        self.when_of_hour(stamp.minute, cells)
    }

    /// When a row is of a day that is known.
    fn when_of_hour(&mut self, day: i64, cells: Cells<'_>) -> Option<When> {
        let form = self.form;
        let time = &form.time;
        let cell = |at: usize| cells.get(at).unwrap_or("").trim();
        let hour = time.hour?;
        let flag = time.second.map(|at| is_yes(cell(at)));
        let text = cell(hour);
        if let Some(minutes) = minutes_of_day(text) {
            let ending = self.hour_ends();
            let step = if ending { form.minutes } else { 0 };
            return Some(When::Minute(day + minutes - step, None, flag));
        }
        let (number, second) = number_of_day(text).or_else(|| first_hour(text))?;
        let part = match time.part {
            Some(at) => (cell(at).parse::<i64>().ok()? - 1).clamp(0, 11) * 15,
            None => 0,
        };
        let second = flag.map_or_else(|| second.then_some(true), Some);
        // A range such as `00 - 01` begins with its hour.
        if number_of_day(text).is_none() {
            return Some(When::Minute(day + i64::from(number) * 60, None, second));
        }
        if self.elapsed {
            let begin = match self.clock.instant(day) {
                Instant::At(begin) | Instant::Either(begin, _) => begin,
                Instant::Never => return None,
            };
            let before = i64::from(number) - i64::from(!time.from_zero);
            return Some(When::Minute(begin + before.max(0) * form.minutes + part, Some(0), None));
        }
        let before = i64::from(number) - i64::from(!time.from_zero);
        Some(When::Minute(day + before.max(0) * form.minutes + part, None, second))
    }

    /// Whether a column of times of day says when an hour ends.
    fn hour_ends(&self) -> bool {
        let title = self.form.time.hour.and_then(|at| self.header.get(at));
        title.is_some_and(|title| {
            let lower = title.to_lowercase();
            lower.contains("end") || lower.trim() == "he"
        })
    }

    /// The unit and currency that the row has in columns of its own.
    fn unit_of_row(&mut self, cells: Cells<'_>) -> Result<Option<PriceUnit>, Trouble> {
        let form = self.form;
        if form.unit_at.is_none() && form.currency_at.is_none() {
            return Ok(None);
        }
        let cell = |at: Option<usize>| at.map_or("", |at| cells.get(at).unwrap_or("").trim());
        let (unit, money) = (cell(form.unit_at), cell(form.currency_at));
        if let Some((last, currency, found)) = &self.last_unit
            && last == unit
            && currency == money
        {
            return Ok(Some(found.clone()));
        }
        let title = form.values.first().and_then(|value| value.unit.clone());
        let mut found = title.unwrap_or_else(|| form.unit.clone());
        if let Some(own) = PriceUnit::find(unit) {
            found = PriceUnit { currency: own.currency.or(found.currency), ..own };
        } else if let Some(energy) = PriceUnit::energy(unit) {
            found.per_mwh = energy;
        }
        if !money.is_empty() {
            let at = form.currency_at.unwrap_or(0);
            found.currency = Some(currency(money).ok_or(Trouble::Currency(at))?);
        }
        self.last_unit = Some((unit.to_owned(), money.to_owned(), found.clone()));
        Ok(Some(found))
    }

    /// The zone of a value of a row.
    #[inline]
    fn zone(
        &mut self,
        value: &Value,
        money: &'static str,
        cells: Cells<'_>,
        part: &mut Part,
    ) -> Result<u32, Trouble> {
        let name = match (&value.zone, &self.form.zone) {
            (Some(zone), _) | (None, ZoneFrom::Named(zone)) => zone.as_bytes(),
            (None, ZoneFrom::Column(at)) => cells.raw(*at),
            (None, ZoneFrom::Titles) => return Err(Trouble::Zone(value.at)),
        };
        // What tells zones of a part apart, as it is written.
        self.key.clear();
        self.key.extend_from_slice(name);
        let of_hours: &[usize] =
            if self.form.span_is_months() { &[] } else { &self.form.series_at };
        for &at in of_hours.iter().chain(&self.form.source_at) {
            self.key.push(0);
            self.key.extend_from_slice(cells.raw(at));
        }
        if let Some((currency, zone)) = self.by_cells.get(self.key.as_slice())
            && *currency == money
        {
            return Ok(*zone);
        }
        let zone = self.new_zone(value, money, cells)?;
        let count = self.zones.len() as u32;
        let at = *self.zones.entry(zone).or_insert_with_key(|zone| {
            part.zones.push(zone.clone());
            count
        });
        self.by_cells.insert(self.key.as_slice().into(), (money, at));
        Ok(at)
    }

    /// A zone by the cells that name it.
    fn new_zone(
        &self,
        value: &Value,
        money: &'static str,
        cells: Cells<'_>,
    ) -> Result<PartZone, Trouble> {
        let form = self.form;
        let cell = |at: usize| cells.get(at).unwrap_or("").trim();
        let name = match (&value.zone, &form.zone) {
            (Some(zone), _) | (None, ZoneFrom::Named(zone)) => zone.as_str(),
            (None, ZoneFrom::Column(at)) if form.sector_at == Some(*at) => {
                cell(*at).rsplit_once(" : ").map_or(cell(*at), |(zone, _)| zone)
            }
            (None, ZoneFrom::Column(at)) => cell(*at),
            (None, ZoneFrom::Titles) => "",
        };
        if let (true, ZoneFrom::Column(at)) = (name.is_empty(), &form.zone) {
            return Err(Trouble::Zone(*at));
        }
        let series: Vec<&str> = match form.span {
            Span::Months(_) => Vec::new(),
            _ => form.series_at.iter().map(|at| cell(*at)).collect(),
        };
        Ok(PartZone {
            name: name.to_owned(),
            series: series.join(" "),
            source: form.source_at.map_or("", cell).to_owned(),
            currency: money,
        })
    }

    fn tell(&self, trouble: Trouble, line: u64, cells: Cells<'_>, report: &mut Report) {
        let (code, at, what, expected) = match trouble {
            Trouble::Time(at) => {
                let expected = "a time such as 2026-11-24T14:00Z or 2026-11-24 14:15, or a month, quarter, half or year";
                ("E113", at, "is not a time", expected)
            }
            Trouble::Price(at) => {
                ("E104", at, "is not a price", "a finite number in the unit of its title")
            }
            Trouble::Zone(at) => ("E110", at, "is empty", "the zone of the price"),
            Trouble::Never(at) => (
                "W242",
                at,
                "is no time: the clock was put forward over it",
                "a time that the clock of the market had",
            ),
            Trouble::Currency(at) => ("E115", at, "is no currency", "ISO 4217, as EUR"),
        };
        let title = self.header.get(at).map_or("", String::as_str);
        let severity = if code.starts_with('E') { Severity::Error } else { Severity::Warning };
        report.tell(self.path, (code, severity), 1, |_| Diagnostic {
            code,
            severity,
            what: format!("`{}` {what}", excerpt(title)),
            place: Place::line(self.path, line).column(title),
            found: excerpt(cells.get(at).unwrap_or("").trim()),
            expected: expected.to_owned(),
            help: None,
        });
    }

    /// Empties what is known of the part before.
    pub(super) fn next_part(&mut self) {
        self.zones.clear();
        self.by_cells.clear();
    }
}

/// The number of the hour with which `00 - 01` or `00-01` begins.
pub(super) fn first_hour(text: &str) -> Option<(u32, bool)> {
    let (first, second) = text.split_once(['-', '–'])?;
    let number = |text: &str| text.trim().parse::<u32>().ok().filter(|hour| *hour <= 24);
    let (first, second) = (number(first)?, number(second)?);
    (second == first + 1 || second == 0 || second == first).then_some((first, false))
}

/// Whether a cell holds no price: it is empty, or has a mark for that.
fn is_empty(cell: &str) -> bool {
    cell.is_empty()
        || is_missing(cell)
        || cell == ":"
        || cell.starts_with(": ")
        || is_no_figure(cell)
}

fn is_yes(cell: &str) -> bool {
    ["y", "yes", "true", "1"].iter().any(|word| cell.eq_ignore_ascii_case(word))
}

/// Marks for a figure that is not there: `NM`, `W`, `--`, `c`, `.`.
fn is_no_figure(cell: &str) -> bool {
    ["nm", "w", "--", "---", "c", ".", "..", "...", "x", "z", "n/e", "u", ": c", ": u", ": z", "*"]
        .iter()
        .any(|mark| cell.eq_ignore_ascii_case(mark))
}

/// What the series of a file are called where no column says it: who publishes it, or the file's name.
fn series_of_file(form: &PriceForm, path: &Path) -> String {
    if form.series_at.iter().any(|_| form.market.is_none()) {
        return String::new();
    }
    match form.market {
        Some(market) => market.name.to_owned(),
        None => {
            path.file_stem().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
        }
    }
}

//! When the prices of a file hold: columns of times, parts of a day, periods as titles, clocks.

use super::clock::{Clock, DAY, Stamp, minutes_of_day, number_of_day};
use super::find::Finder;
use super::form::{Span, TimeColumns, Value, ZoneFrom};
use super::market::Ends;
use super::period::period;
use super::rows::first_hour;
use super::unit::PriceUnit;
use super::words::{
    day_in, is_end, is_number, is_other_sector, month_number, sector_of, time_rank, tokens,
};
use super::zones::clock_of_zone;
use crate::io::cell::{DateOrder, FormatVotes};
use crate::io::titles::has;
use crate::model::{Day, Month, Sector};

/// What the times of a file are.
#[derive(Clone, Debug, Default)]
pub(super) struct Times {
    pub columns: TimeColumns,
    pub order: DateOrder,
    /// Title of their column.
    pub title: String,
    /// How much of the header it explains.
    pub score: u32,
}

impl Finder<'_> {
    /// The column of times with the parts of a day and of a year beside it; where hours are columns a
    /// day above the table may do.
    pub(super) fn times(&mut self, needed: bool) -> Option<Times> {
        let mut times = Times::default();
        if let Some((at, rank)) = self.time_column() {
            times.score = 4 + rank / 4;
            times.columns.at = self.take(Some(at));
            times.order = self.order(at).0;
            self.sheet.title(at).clone_into(&mut times.title);
        } else if needed {
            return None;
        } else {
            times.columns.day = Some(day_in(self.sheet.context)?);
        }
        self.parts_of_time(&mut times.columns, times.order);
        Some(times)
    }

    /// Whether times are those at which an interval ends.
    pub(super) fn ends(&self, title: &str, minutes: i64) -> bool {
        let all = tokens(title);
        match self.market.map_or(Ends::No, |market| market.ends) {
            _ if is_end(&all) || self.ends_said() => true,
            _ if has(&all, "start beginning begin mtu von") => false,
            Ends::No => false,
            Ends::Yes => true,
            Ends::Short => minutes < 60,
        }
    }

    /// The order of the dates of a column.
    pub(super) fn order(&self, at: usize) -> (DateOrder, bool) {
        let mut votes = FormatVotes::new(self.sheet.delimiter);
        for cell in self.sheet.cells(at) {
            votes.look(cell.split_once([' ', 'T']).map_or(cell, |(date, _)| date));
        }
        let (order, open) = votes.order();
        // Where days are open, files of the United States begin with the month.
        let american = self.market.is_some_and(|market| {
            market.zone.starts_with("US-") || market.zone.starts_with("CA-") || market.by_states
        });
        if open && american { (DateOrder::MonthFirst, false) } else { (order, open) }
    }

    /// The column of times by its title and its cells, with its rank.
    pub(super) fn time_column(&self) -> Option<(usize, u32)> {
        let mut best: Option<(usize, u32)> = None;
        for at in self.free() {
            let rank = time_rank(self.sheet.title(at), self.market);
            if rank == 0 || self.sheet.cells(at).next().is_none() {
                continue;
            }
            let (order, _) = self.order(at);
            let timed = |cell: &str| Stamp::parse(cell, order).is_some_and(|s| s.timed);
            let untitled = self.sheet.title(at).trim().is_empty();
            let dated = |cell: &str| {
                Stamp::parse(cell, order).is_some() || period(cell, order, 1).is_some()
            };
            let plain = |cell: &str| cell.len() < 4 && cell.bytes().all(|b| b.is_ascii_digit());
            let good = self.sheet.share(at, dated);
            let least = if untitled && self.sheet.share(at, timed) < 0.9 { 0.95 } else { 0.6 };
            if good < least || self.sheet.share(at, plain) > 0.5 {
                continue;
            }
            // A time of day says more than a day.
            let is_period = |cell: &str| period(cell, order, 1).is_some();
            let finer = u32::from(self.sheet.share(at, timed) > 0.5) * 3
                + u32::from(self.sheet.share(at, is_period) < 0.5) * 2;
            let rank = rank * 2 + finer;
            if best.is_none_or(|(_, most)| rank > most) {
                best = Some((at, rank));
            }
        }
        best
    }

    /// Titles that are periods: years, quarters, months.
    pub(super) fn period_titles(&self) -> Vec<Value> {
        let fiscal = self.market.map_or(1, |market| market.fiscal_from);
        let value = |at: usize| {
            let title = self.sheet.title(at);
            let end = title.find(['(', '[']).filter(|at| *at > 0).unwrap_or(title.len());
            let own = title[..end].trim();
            let unit = PriceUnit::find(title);
            // `Residential September 2025`.
            if let Some((group, rest)) = own.split_once(' ')
                && let Some(sector) = sector_of(group).filter(|sector| *sector != Sector::Wholesale)
                && let Some(period) = period(rest, DateOrder::DayFirst, fiscal)
            {
                let (period, sector) = (Some(period), Some(sector));
                return Some(Value { at, period, sector, unit, ..Value::default() });
            }
            if is_other_sector(own) {
                return None;
            }
            let period = Some(period(own, DateOrder::DayFirst, fiscal)?);
            Some(Value { at, period, unit, ..Value::default() })
        };
        let all: Vec<Value> = self.free().filter_map(value).collect();
        // Columns of flags have no title of their own.
        let numbers =
            all.iter().filter(|value| self.sheet.share(value.at, is_number) > 0.3).count();
        if all.len() >= 2 && numbers * 3 >= all.len() || all.len() >= 5 { all } else { Vec::new() }
    }

    /// Titles that are hours of the day.
    pub(super) fn hour_titles(&self) -> Vec<Value> {
        let mut words = 0;
        let mut all = Vec::new();
        for at in self.free() {
            let title = self.sheet.title(at);
            let hour = number_of_day(title).or_else(|| {
                let minutes = minutes_of_day(title)?;
                Some((u32::try_from(minutes / 60).ok()? + 1, false))
            });
            if let Some(hour) = hour {
                words += usize::from(title.trim().starts_with(|c: char| c.is_alphabetic()));
                all.push(Value { at, hour: Some(hour), ..Value::default() });
            }
        }
        // Numbers alone are hours where there are as many as a day has.
        let from_zero = all.iter().any(|value| value.hour == Some((0, false)));
        if from_zero {
            all.iter_mut()
                .for_each(|value| value.hour = value.hour.map(|(n, twice)| (n + 1, twice)));
        }
        if words >= 3 || all.len() >= 23 { all } else { Vec::new() }
    }

    /// Hours, parts of hours and months beside the column of times.
    pub(super) fn parts_of_time(&mut self, time: &mut TimeColumns, order: DateOrder) {
        let sheet = self.sheet;
        let Some(at) = time.at else { return };
        let timed =
            sheet.share(at, |cell| Stamp::parse(cell, order).is_some_and(|s| s.timed)) > 0.5;
        let to = (0..sheet.titles.len())
            .find(|other| sheet.folded(*other) == "to" && sheet.folded(at) == "from");
        time.to = self.take(to);
        if timed {
            return;
        }
        let small = |cell: &str| {
            number_of_day(cell).is_some()
                || minutes_of_day(cell).is_some()
                || first_hour(cell).is_some()
        };
        let hour = self.free().find(|at| {
            let all = tokens(sheet.title(*at));
            let plain = sheet.folded(*at);
            let words = "hour hours he hourending stunde stunden hora heure hr hrs oprhr deliveryhour \
                saat ora settlementperiod tradingperiod period block time anfang von uhrzeit start periodo 時刻コード ora uur";
            (has(&all, words) || plain == "時刻コード" || plain == "hourending")
                && !has(&all, "repeated flag referencia")
                && sheet.share(*at, small) > 0.8
        });
        // Of a column of minutes beside a column of hours the finer one says when.
        let finer = self.free().find(|at| {
            let all = tokens(sheet.title(*at));
            has(&all, "timeblock block") && sheet.share(*at, |c| minutes_of_day(c).is_some()) > 0.8
        });
        time.hour = self.take(finer.or(hour));
        if let Some(at) = time.hour {
            let number = |cell: &str| number_of_day(cell).map(|(number, _)| number);
            let title = tokens(sheet.title(at));
            let ending = has(&title, "ending he hourending oprhr");
            time.from_zero =
                !ending && sheet.cells(at).filter_map(number).any(|number| number == 0);
        }
        let part = sheet.named("deliveryinterval");
        time.part = self.take(part);
        let second = sheet.named("repeatedhourflag dstflag");
        time.second = self.take(second);
        let is_month = |cell: &str| month_number(cell).is_some();
        let year = |cell: &str| cell.len() == 4 && cell.bytes().all(|b| b.is_ascii_digit());
        if sheet.share(at, year) > 0.9 {
            let month = self.free().find(|at| {
                has(&tokens(sheet.title(*at)), "month monat mois mes")
                    && sheet.share(*at, is_month) > 0.9
            });
            time.month = self.take(month);
            let small_day =
                |cell: &str| cell.parse::<u32>().is_ok_and(|day| (1..=31).contains(&day));
            let day = self.free().find(|at| {
                has(&tokens(sheet.title(*at)), "dia day tag") && sheet.share(*at, small_day) > 0.9
            });
            if time.month.is_some() {
                time.day_of_month = self.take(day);
            }
        }
        let whole_month = |cell: &str| period(cell, order, 1).is_some_and(|(a, b)| a == b);
        let small_day = |cell: &str| cell.parse::<u32>().is_ok_and(|day| (1..=31).contains(&day));
        if sheet.share(at, |cell| whole_month(cell) && cell.len() <= 7) > 0.9 {
            let day = self.free().find(|at| {
                has(&tokens(sheet.title(*at)), "dia day tag") && sheet.share(*at, small_day) > 0.9
            });
            time.day_of_month = self.take(day);
        }
    }

    pub(super) fn span(
        &self,
        time: &TimeColumns,
        order: DateOrder,
        hours: bool,
        values: &[Value],
        fiscal: u32,
    ) -> Option<Span> {
        if hours || time.hour.is_some() {
            return Some(Span::Hours);
        }
        if let Some((from, to)) = values.first().and_then(|value| value.period) {
            return Some(Span::Months(to.index() - from.index() + 1));
        }
        let at = time.at?;
        if time.day_of_month.is_some() {
            return Some(Span::Days);
        }
        if time.month.is_some() {
            return Some(Span::Months(1));
        }
        let stamps = || self.sheet.cells(at).filter_map(|cell| Stamp::parse(cell, order));
        // Midnight alone is no time of day, if it is more than one.
        let first = stamps().next();
        let one = stamps().all(|stamp| Some(stamp) == first);
        let is_time = |stamp: Stamp| stamp.timed && (one || stamp.minute.rem_euclid(DAY) != 0);
        if stamps().any(is_time) {
            return Some(Span::Hours);
        }
        let of_cells: Vec<(Month, Month)> =
            self.sheet.cells(at).filter_map(|cell| period(cell, order, fiscal)).collect();
        let whole = of_cells.len() * 2 > self.sheet.cells(at).count();
        if whole {
            let lengths = of_cells.iter().map(|(from, to)| to.index() - from.index() + 1);
            return lengths.min().map(Span::Months);
        }
        let mut days: Vec<i64> = stamps().map(|stamp| stamp.minute.div_euclid(DAY)).collect();
        days.sort_unstable();
        days.dedup();
        let step = days.windows(2).map(|pair| pair[1] - pair[0]).min();
        let firsts = days.iter().all(|day| Day(*day as i32).ymd().2 == 1);
        Some(match step {
            None if firsts => Span::Months(1),
            Some(27..=45) => Span::Months(1),
            Some(46..=120) => Span::Months(3),
            Some(121..=200) => Span::Months(6),
            Some(201..) => Span::Months(12),
            _ => Span::Days,
        })
    }

    /// Minutes of an interval: the shortest step between times.
    pub(super) fn minutes(&self, time: &TimeColumns, order: DateOrder, values: &[Value]) -> i64 {
        if values.iter().any(|value| value.hour.is_some()) {
            let most = values.iter().filter_map(|value| value.hour).map(|(n, _)| n).max();
            return of_parts(most.unwrap_or(24));
        }
        if let Some(at) = time.hour {
            if time.part.is_some() {
                return 60;
            }
            let numbers = self.sheet.cells(at).filter_map(number_of_day).map(|(n, _)| n).max();
            let clocks: Vec<i64> = self.sheet.cells(at).filter_map(minutes_of_day).collect();
            let all = tokens(self.sheet.title(at));
            if clocks.is_empty() {
                // A day may begin with few of its parts among the first rows.
                let halves = has(&all, "settlementperiod settlement trading 時刻コード")
                    || self.sheet.folded(at) == "時刻コード";
                let quarters = has(&all, "block timeblock");
                let by_market = self.market.map_or(0, |market| market.minutes);
                return match numbers {
                    _ if by_market > 0 => by_market,
                    _ if halves => 30,
                    _ if quarters => 15,
                    Some(most) => of_parts(most),
                    None => 60,
                };
            }
            return shortest(clocks);
        }
        let Some(at) = time.at else { return 60 };
        // `01:00 - 01:15` says how long it is.
        let range = self.sheet.cells(at).find_map(|cell| {
            let (from, to) = cell.split_once(" - ")?;
            let (from, to) = (Stamp::parse(from, order)?, Stamp::parse(to, order)?);
            let minutes = to.minute - from.minute;
            (1..=60).contains(&minutes).then_some(minutes)
        });
        if let Some(minutes) = range {
            return minutes;
        }
        let stamp = |cell: &str| Stamp::parse(cell, order).map(|stamp| stamp.minute);
        // A column of begins and one of ends say it, too.
        let other = self.free().find(|other| {
            let (own, that) = (tokens(self.sheet.title(at)), tokens(self.sheet.title(*other)));
            is_end(&own) != is_end(&that)
                && time_rank(self.sheet.title(*other), self.market) > 1
                && self.sheet.share(*other, |cell| stamp(cell).is_some()) > 0.9
        });
        let between = |row: &Vec<String>| {
            let (a, b) = (stamp(row.get(at)?)?, stamp(row.get(other?)?)?);
            Some((a - b).abs()).filter(|minutes| (1..=60).contains(minutes))
        };
        if let Some(minutes) = self.sheet.rows.iter().find_map(between) {
            return minutes;
        }
        shortest(self.sheet.cells(at).filter_map(stamp).collect())
    }

    /// The clock that times are by, and whether something says it.
    pub(super) fn clock(&self, title: &str, time: &TimeColumns) -> (Clock, bool) {
        let said = |text: &str| {
            let all = tokens(text);
            let place = |name: &str| Clock::parse(name);
            match () {
                () if has(&all, "cet") && has(&all, "cest") => place("Europe/Brussels"),
                () if all.iter().any(|word| word.contains("utc") || word.contains("gmt")) => {
                    let lower = text.to_lowercase();
                    let at = lower.find("utc").or_else(|| lower.find("gmt"))?;
                    let end = lower[at..]
                        .find([')', ']', ',', '\n', ' '])
                        .map_or(lower.len(), |e| at + e);
                    Clock::parse(lower.get(at..end)?).or(Some(Clock::Utc))
                }
                () if has(&all, "est") => Some(Clock::Ahead(-300)),
                () if has(&all, "cet") => place("Europe/Brussels"),
                () if has(&all, "ept") => place("America/New_York"),
                () => None,
            }
        };
        let hour = time.hour.map_or("", |at| self.sheet.title(at));
        let usual = || Clock::parse(self.market?.clock);
        if let Some(clock) = said(title).or_else(|| said(hour)) {
            return (clock, true);
        }
        // Of the lines above only those that speak of it, not one with the time of a download.
        let speaks = |line: &&str| {
            let all = tokens(line);
            has(&all, "zone timezone ending times hours") || line.len() < 20 && has(&all, "utc cet")
        };
        let above = self.sheet.context.lines().filter(speaks).find_map(said);
        if let Some(clock) = above {
            return (clock, true);
        }
        match usual() {
            Some(clock) => (clock, true),
            None => (Clock::Utc, false),
        }
    }

    /// The clock of the country of the first zone, if it has one.
    pub(super) fn clock_of_place(&self, zone: &ZoneFrom, values: &[Value]) -> Option<Clock> {
        let name = match zone {
            ZoneFrom::Named(name) => Some(name.clone()),
            ZoneFrom::Column(at) => self.sheet.cells(*at).next().map(str::to_owned),
            ZoneFrom::Titles => values.iter().find_map(|value| value.zone.clone()),
        };
        clock_of_zone(&name?, self.market)
    }

    /// Whether lines above or the cells say that times are those of ends: a day that ends with 24:00 or
    /// begins with its first interval's end.
    pub(super) fn ends_said(&self) -> bool {
        let lower = self.sheet.context.to_lowercase();
        ["hour ending", "hour_end", "hour-end", "hours-ending", "interval ending", "hour_ending"]
            .iter()
            .any(|word| lower.contains(word))
            || self
                .sheet
                .rows
                .iter()
                .flatten()
                .any(|cell| cell.ends_with(" 24:00") && cell.len() > 8 || cell.ends_with("T24:00"))
    }
}

/// Minutes of parts of a day of which so many are numbered.
fn of_parts(most: u32) -> i64 {
    match most {
        0..=25 => 60,
        26..=50 => 30,
        _ => 15,
    }
}

/// The shortest step between times, within an hour; an hour where there is none.
fn shortest(mut minutes: Vec<i64>) -> i64 {
    minutes.sort_unstable();
    minutes.dedup();
    let steps = minutes.windows(2).map(|pair| pair[1] - pair[0]);
    steps.min().map_or(60, |step| step.clamp(1, 60))
}

//! Days, months, the precision of dates, and the grid of months (RULES T1 to T4).

use std::fmt;

use chrono::{Datelike as _, NaiveDate};

/// A day, counted from 1970-01-01 (UTC).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub i32);

/// A day that may not be given, in the room of a day.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct MaybeDay(Day);

impl MaybeDay {
    /// Not given: earlier than every date of a file.
    pub const NONE: Self = Self(Day(i32::MIN));

    /// The day, if there is one.
    #[inline]
    pub fn get(self) -> Option<Day> {
        (self != Self::NONE).then_some(self.0)
    }
}

impl From<Option<Day>> for MaybeDay {
    #[inline]
    fn from(day: Option<Day>) -> Self {
        day.map_or(Self::NONE, Self)
    }
}

impl Default for MaybeDay {
    fn default() -> Self {
        Self::NONE
    }
}

impl fmt::Debug for MaybeDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.get().fmt(f)
    }
}

/// Days from 0001-01-01 to 1970-01-01, plus one: where the calendar library counts from.
const EPOCH: i32 = 719_163;

/// Whether every byte of a word is at most 9: one above shows in its high bits, or once six is added.
#[inline]
pub(crate) fn are_digits(values: u64) -> bool {
    let beyond = values | ((values & 0x0f0f_0f0f_0f0f_0f0f) + 0x0606_0606_0606_0606);
    beyond & 0xf0f0_f0f0_f0f0_f0f0 == 0
}

impl Day {
    /// Later than every date of a file: what never ends, ends here.
    pub const NEVER: Self = Self(i32::MAX);

    /// Earlier than every date of a file: what is in service without a date has been so since then
    /// (RULES T5).
    pub const ALWAYS: Self = Self(i32::MIN + 1);

    /// The day of a calendar date, if there is one.
    pub fn from_ymd(year: i32, month: u32, day: u32) -> Option<Self> {
        let date = NaiveDate::from_ymd_opt(year, month, day)?;
        Some(Self(date.num_days_from_ce() - EPOCH))
    }

    /// The calendar date: year, month 1 to 12, day.
    pub fn ymd(self) -> (i32, u32, u32) {
        // Days of the years 0 to 9999, by the same source as `of_date` (`civil_from_days`).
        if (-719_528..=2_932_896).contains(&self.0) {
            let days = self.0 + 719_468;
            let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
            let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
            let of_year = of_era - (365 * year + year / 4 - year / 100);
            let shifted = (5 * of_year + 2) / 153;
            let day = of_year - (153 * shifted + 2) / 5 + 1;
            let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
            let year = year + era * 400 + i32::from(month <= 2);
            return (year, month as u32, day as u32);
        }
        let date = NaiveDate::from_num_days_from_ce_opt(self.0.saturating_add(EPOCH));
        date.map_or((9999, 12, 31), |d| (d.year(), d.month(), d.day()))
    }

    /// The month that holds the day.
    pub fn month(self) -> Month {
        let (year, month, _) = self.ymd();
        Month::new(year, month)
    }

    /// Reads `2026-11-24`.
    #[inline]
    pub fn parse(text: &str) -> Option<Self> {
        Self::of_ten(text.as_bytes()).or_else(|| Self::parse_short(text))
    }

    /// Reads `2026-11-24` of ten bytes.
    #[inline]
    pub(crate) fn of_ten(bytes: &[u8]) -> Option<Self> {
        let &[y0, y1, y2, y3, b'-', m0, m1, b'-', d0, d1] = bytes else { return None };
        // Eight digits in a word.
        let digits = u64::from_le_bytes([y0, y1, y2, y3, m0, m1, d0, d1]);
        let values = digits ^ 0x3030_3030_3030_3030;
        if !are_digits(values) {
            return None;
        }
        // Tens and ones of each pair become the value of its upper byte.
        let pairs = (values * 10 + (values >> 8)).to_le_bytes();
        let [century, of_century, month, day] =
            [pairs[0], pairs[2], pairs[4], pairs[6]].map(i32::from);
        Self::of_date(century * 100 + of_century, month, day)
    }

    /// The day of a date of the years 0 to 9999, counted from the first day of year 0.
    fn of_date(year: i32, month: i32, day: i32) -> Option<Self> {
        /// Days of a common year before each month, from 1.
        const BEFORE: [i32; 13] = [0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
        /// Days from the first of year 0 to 1 January 1970.
        const TO_1970: i32 = 719_528;
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let longest = match month {
            4 | 6 | 9 | 11 => 30,
            2 => 28 + i32::from(leap),
            1..=12 => 31,
            _ => return None,
        };
        if !(1..=longest).contains(&day) {
            return None;
        }
        let before = BEFORE[month as usize] + i32::from(leap && month > 2);
        let leaps = (year + 3) / 4 - (year + 99) / 100 + (year + 399) / 400;
        Some(Self(year * 365 + leaps + before + day - 1 - TO_1970))
    }

    fn parse_short(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '-');
        let year = four_digits(parts.next()?)?;
        let month = two_digits(parts.next()?)?;
        let day = two_digits(parts.next()?)?;
        Self::from_ymd(year, month, day)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.ymd();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

fn four_digits(text: &str) -> Option<i32> {
    (text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok())?
}

fn two_digits(text: &str) -> Option<u32> {
    let fits = (1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    fits.then(|| text.parse().ok())?
}

/// A calendar month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month(i32);

/// English short names of the months.
pub const MONTH_NAMES: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

impl Month {
    /// The month of a year; `month` counts from 1 and is held within the year.
    pub fn new(year: i32, month: u32) -> Self {
        Self(year * 12 + month.clamp(1, 12) as i32 - 1)
    }

    /// From a count of months since January of year 0.
    pub fn from_index(index: i32) -> Self {
        Self(index)
    }

    /// Months since January of year 0.
    pub fn index(self) -> i32 {
        self.0
    }

    /// The year.
    pub fn year(self) -> i32 {
        self.0.div_euclid(12)
    }

    /// The month of the year, from 1.
    pub fn number(self) -> u32 {
        self.0.rem_euclid(12) as u32 + 1
    }

    /// The first day.
    pub fn first_day(self) -> Day {
        let year = self.year();
        if (0..=9999).contains(&year) {
            return Day::of_date(year, self.number() as i32, 1).unwrap_or(Day::NEVER);
        }
        Day::from_ymd(year, self.number(), 1).unwrap_or(Day::NEVER)
    }

    /// The last day.
    pub fn last_day(self) -> Day {
        Day(self.plus(1).first_day().0 - 1)
    }

    /// Number of days.
    pub fn days(self) -> i32 {
        let year = self.year();
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        match self.number() {
            4 | 6 | 9 | 11 => 30,
            2 => 28 + i32::from(leap),
            _ => 31,
        }
    }

    /// So many months later (earlier if negative).
    #[must_use]
    pub fn plus(self, months: i32) -> Self {
        Self(self.0 + months)
    }

    /// Reads `2026-11`.
    pub fn parse(text: &str) -> Option<Self> {
        let (year, month) = text.split_once('-')?;
        let (year, month) = (four_digits(year)?, two_digits(month)?);
        (1..=12).contains(&month).then(|| Self::new(year, month))
    }

    /// `Nov 2026`.
    pub fn title(self) -> String {
        format!("{} {}", MONTH_NAMES[self.number() as usize - 1], self.year())
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year(), self.number())
    }
}

/// How well a date is known: the true day lies somewhere in that period (RULES T3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Precision {
    /// To the day.
    #[default]
    Day,
    /// To the month.
    Month,
    /// To the calendar quarter.
    Quarter,
    /// To the half of a calendar year.
    Half,
    /// To the calendar year.
    Year,
}

impl super::column::Joins for MaybeDay {}
impl super::column::Joins for Month {}
impl super::column::Joins for Precision {}

impl super::table::Word for Precision {
    fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|p| p.word().eq_ignore_ascii_case(text))
    }

    fn word(self) -> &'static str {
        self.word()
    }
}

impl Precision {
    /// All of them, the finest first.
    pub const ALL: [Self; 5] = [Self::Day, Self::Month, Self::Quarter, Self::Half, Self::Year];

    /// The word of the table.
    pub fn word(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Half => "half",
            Self::Year => "year",
        }
    }

    /// First and last day of the period that holds `day`.
    pub fn period(self, day: Day) -> (Day, Day) {
        if self == Self::Day {
            return (day, day);
        }
        let (year, month, _) = day.ymd();
        let (first, last) = match self {
            Self::Day | Self::Month => (month, month),
            Self::Quarter => {
                let first = (month - 1) / 3 * 3 + 1;
                (first, first + 2)
            }
            Self::Half => {
                let first = (month - 1) / 6 * 6 + 1;
                (first, first + 5)
            }
            Self::Year => (1, 12),
        };
        let (first, last) = (Month::new(year, first), Month::new(year, last));
        (first.first_day(), Day(last.first_day().0 + last.days() - 1))
    }
}

/// Where in its period an imprecise date is put (RULES T3).
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum DatePolicy {
    /// The date of the table.
    #[default]
    Nominal,
    /// The first day of the period.
    Start,
    /// The first day plus half the days, rounded down.
    Middle,
    /// The last day of the period.
    End,
}

impl DatePolicy {
    /// All policies, with the word of the command line.
    pub const ALL: [(Self, &'static str); 4] = [
        (Self::Nominal, "nominal"),
        (Self::Start, "start"),
        (Self::Middle, "middle"),
        (Self::End, "end"),
    ];

    /// Moves a date of that precision.
    pub fn place(self, day: Day, precision: Precision) -> Day {
        if self == Self::Nominal {
            return day;
        }
        let (first, last) = precision.period(day);
        match self {
            Self::Nominal => day,
            Self::Start => first,
            Self::Middle => Day(first.0 + (last.0 - first.0 + 1) / 2).min(last),
            Self::End => last,
        }
    }
}

/// The months of a run, and how its dates are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grid {
    /// The first month.
    pub first: Month,
    /// Number of months, at least 1.
    pub len: usize,
    /// Where imprecise dates are put.
    pub date_policy: DatePolicy,
    /// The as-of date (RULES T4), if there is one.
    pub as_of: Option<Day>,
    /// Whether that is the day of the run, since neither the data nor anybody gave one.
    pub as_of_run: bool,
}

impl Grid {
    /// From the first to the last month, both included; at least one month.
    pub fn new(first: Month, last: Month) -> Self {
        let len = (last.index() - first.index()).max(0) as usize + 1;
        Self { first, len, date_policy: DatePolicy::Nominal, as_of: None, as_of_run: false }
    }

    /// The as-of date as figures print it: with a word where it is that of the run (RULES T4).
    pub fn as_of_text(&self) -> Option<String> {
        let told = if self.as_of_run { ", the day of the run" } else { "" };
        self.as_of.map(|day| format!("as of {day}{told}"))
    }

    /// The last month.
    pub fn last(&self) -> Month {
        self.month(self.len - 1)
    }

    /// The month at a position.
    pub fn month(&self, at: usize) -> Month {
        self.first.plus(at as i32)
    }

    /// The position of a month, held within the grid.
    pub fn clamp(&self, month: Month) -> usize {
        (month.index() - self.first.index()).clamp(0, self.len as i32 - 1) as usize
    }

    /// All months in order.
    pub fn months(&self) -> impl Iterator<Item = Month> + use<> {
        let first = self.first;
        (0..self.len as i32).map(move |at| first.plus(at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn periods_are_those_of_the_calendar() {
        let day = Day::parse("2024-02-20").unwrap();
        let text = |p: Precision| {
            let (a, b) = p.period(day);
            format!("{a} {b}")
        };
        assert_eq!(text(Precision::Day), "2024-02-20 2024-02-20");
        assert_eq!(text(Precision::Month), "2024-02-01 2024-02-29");
        assert_eq!(text(Precision::Quarter), "2024-01-01 2024-03-31");
        assert_eq!(text(Precision::Year), "2024-01-01 2024-12-31");
    }

    #[test]
    fn the_middle_of_a_period_is_rounded_down() {
        let place = |text, precision| {
            DatePolicy::Middle.place(Day::parse(text).unwrap(), precision).to_string()
        };
        assert_eq!(place("2026-05-01", Precision::Month), "2026-05-16");
        assert_eq!(place("2026-05-01", Precision::Year), "2026-07-02");
        assert_eq!(place("2026-05-07", Precision::Day), "2026-05-07");
    }

    #[test]
    fn a_day_that_may_be_missing_takes_no_more_room() {
        assert_eq!(size_of::<MaybeDay>(), size_of::<Day>());
        for day in [None, Some(Day(0)), Some(Day::NEVER), Day::parse("1900-01-01")] {
            assert_eq!(MaybeDay::from(day).get(), day);
        }
        assert_eq!(MaybeDay::default(), MaybeDay::NONE);
    }

    #[test]
    fn impossible_dates_are_no_dates() {
        for text in ["2023-02-29", "2023-13-01", "23-01-01", "2023-1", "2023-01-01x", "+023-01-01"]
        {
            assert_eq!(Day::parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_day_is_within_its_month(number in -719_162_i32..2_932_866) {
            let day = Day(number);
            let month = day.month();
            prop_assert!(month.first_day() <= day && day <= month.last_day());
            prop_assert_eq!(month.days(), month.plus(1).first_day().0 - month.first_day().0);
            prop_assert_eq!(Day::parse(&day.to_string()), Some(day));
            let (year, number, of_month) = day.ymd();
            prop_assert_eq!(Day::from_ymd(year, number, of_month), Some(day));
            let of_date = Day::of_date(year, number as i32, of_month as i32);
            prop_assert_eq!(of_date, Day::from_ymd(year, number, of_month));
            prop_assert_eq!(Month::parse(&month.to_string()), Some(month));
        }
    }
}

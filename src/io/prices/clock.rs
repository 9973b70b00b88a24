//! Times as price files write them, and the clock of a market, to minutes of universal time.

use chrono::{LocalResult, NaiveDate, Offset as _, TimeDelta, TimeZone as _};
use chrono_tz::Tz;

use crate::io::cell::{CellFormat, DateOrder};
use crate::model::Day;

/// Minutes of a day.
pub(super) const DAY: i64 = 1440;

/// A time as a cell states it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    /// Minutes from 1970-01-01 by the clock of the cell.
    pub minute: i64,
    /// Minutes that this clock is ahead of universal time, where the cell says it.
    pub ahead: Option<i32>,
    /// Whether it has a time of day.
    pub timed: bool,
    /// Whether it is the second hour of a clock that was put back: `02*`, `02X`.
    pub second: bool,
}

/// Words of clocks, with the minutes that they are ahead of universal time.
const CLOCKS: [(&str, i32); 25] = [
    ("utc", 0),
    ("gmt", 0),
    ("z", 0),
    ("cest", 120),
    ("mesz", 120),
    ("cet", 60),
    ("mez", 60),
    ("eest", 180),
    ("eet", 120),
    ("west", 60),
    ("wet", 0),
    ("bst", 60),
    ("est", -300),
    ("edt", -240),
    ("cst", -360),
    ("cdt", -300),
    ("mst", -420),
    ("mdt", -360),
    ("pst", -480),
    ("pdt", -420),
    ("aest", 600),
    ("aedt", 660),
    ("jst", 540),
    ("kst", 540),
    ("ist", 330),
];

fn two(bytes: &[u8]) -> Option<u32> {
    match bytes {
        [a @ b'0'..=b'9', b @ b'0'..=b'9'] => Some(u32::from(a - b'0') * 10 + u32::from(b - b'0')),
        [b @ b'0'..=b'9'] => Some(u32::from(b - b'0')),
        _ => None,
    }
}

/// `01:00`, `1:05 PM`, `24:00`, `01:00:00.000`: minutes of the day, and what stands behind.
fn time_of_day(text: &str) -> Option<(i64, &str)> {
    let bytes = text.as_bytes();
    let digits = bytes.iter().take_while(|b| b.is_ascii_digit()).count();
    if !(1..=2).contains(&digits) {
        return None;
    }
    let hour = two(&bytes[..digits])?;
    let mut rest = &text[digits..];
    let mut minute = 0;
    if let Some(after) = rest.strip_prefix([':', 'h']) {
        let digits = after.bytes().take_while(u8::is_ascii_digit).count().min(2);
        if digits > 0 {
            minute = two(&after.as_bytes()[..digits])?;
        }
        rest = &after[digits..];
        // Seconds and their parts are none of an interval's.
        if let Some(after) = rest.strip_prefix(':') {
            let end = after.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(after.len());
            rest = &after[end..];
        }
    }
    let behind = rest.trim_start();
    let (mut hour, mut rest) = (hour, behind);
    for (mark, add) in [("am", 0), ("pm", 12), ("a.m.", 0), ("p.m.", 12)] {
        let fits = behind.get(..mark.len()).is_some_and(|head| head.eq_ignore_ascii_case(mark));
        if fits && (1..=12).contains(&hour) {
            hour = hour % 12 + add;
            rest = &behind[mark.len()..];
        }
    }
    let all = i64::from(hour * 60 + minute);
    (minute < 60 && all <= DAY).then_some((all, rest))
}

/// What a text behind a time says of its clock; an error where it says something else.
fn ahead(text: &str) -> Result<Option<i32>, ()> {
    let text = text.trim().trim_matches(['(', ')', '[', ']']).trim();
    if text.is_empty() {
        return Ok(None);
    }
    if let Some(rest) = text.strip_prefix(['+', '-']) {
        let digits: String = rest.chars().filter(char::is_ascii_digit).collect();
        let only = rest.chars().all(|c| c.is_ascii_digit() || c == ':');
        let (hours, minutes) = match digits.len() {
            1 | 2 if only => (digits.parse::<i32>().map_err(drop)?, 0),
            4 if only => (
                digits[..2].parse::<i32>().map_err(drop)?,
                digits[2..].parse::<i32>().map_err(drop)?,
            ),
            _ => return Err(()),
        };
        if hours > 14 || minutes > 59 {
            return Err(());
        }
        let all = hours * 60 + minutes;
        return Ok(Some(if text.starts_with('-') { -all } else { all }));
    }
    let word = CLOCKS.iter().find(|(word, _)| text.eq_ignore_ascii_case(word));
    if let Some((_, minutes)) = word {
        return Ok(Some(*minutes));
    }
    // `UTC+1`, `GMT +01:00`.
    let rest = text
        .get(..3)
        .filter(|head| head.eq_ignore_ascii_case("utc") || head.eq_ignore_ascii_case("gmt"));
    match rest {
        Some(head) => ahead(&text[head.len()..]),
        None => Err(()),
    }
}

/// The day of a text, by the order of the column; by the other where that has no such day.
fn day_of(text: &str, order: DateOrder) -> Option<Day> {
    let format = CellFormat { order, ..CellFormat::default() };
    let other = match order {
        DateOrder::DayFirst => DateOrder::MonthFirst,
        DateOrder::MonthFirst => DateOrder::DayFirst,
    };
    let text = text.trim().trim_end_matches([',', 'T', 't', '-']).trim();
    let dated = |format: CellFormat| format.date(text).map(|(day, _)| day);
    dated(format).or_else(|| dated(CellFormat { order: other, ..format }))
}

impl Stamp {
    /// Reads a time; of an interval from one to another its begin.
    pub(super) fn parse(cell: &str, order: DateOrder) -> Option<Self> {
        if let Some(stamp) = Self::plain(cell.as_bytes()) {
            return Some(stamp);
        }
        let cell = cell.trim();
        if cell.len() > 80 {
            return None;
        }
        let parted = [" - ", " – ", " — ", " to ", "/"].iter().find_map(|mark| {
            let (first, second) = cell.split_once(mark)?;
            // Slashes part dates, too.
            (*mark != "/" || second.contains(':') && first.contains(':')).then_some(first)
        });
        let cell = parted.unwrap_or(cell).trim();
        if let Some(stamp) = Self::number(cell) {
            return Some(stamp);
        }
        // The time of day begins with the digits before the first colon.
        let Some(colon) = cell.find(':') else {
            if let Some((day, hour)) = cell.split_once(['T', ' ']).filter(|(day, hour)| {
                day.len() >= 8 && hour.len() <= 3 && hour.starts_with(|c: char| c.is_ascii_digit())
            }) {
                let second = hour.ends_with(['*', 'X']);
                let hour = hour.trim_end_matches(['h', 'H', 'Z', '*', 'X']);
                let hour = two(hour.as_bytes()).filter(|hour| *hour <= 24)?;
                let minute = i64::from(day_of(day, order)?.0) * DAY + i64::from(hour) * 60;
                return Some(Self { minute, ahead: None, timed: true, second });
            }
            let day = day_of(cell, order)?;
            return Some(Self {
                minute: i64::from(day.0) * DAY,
                ahead: None,
                timed: false,
                second: false,
            });
        };
        let digits = cell[..colon].bytes().rev().take_while(u8::is_ascii_digit).count();
        let (date, time) = cell.split_at(colon - digits.min(2));
        let (minutes, rest) = time_of_day(time)?;
        let ahead = ahead(rest).ok()?;
        let day = day_of(date, order)?;
        Some(Self { minute: i64::from(day.0) * DAY + minutes, ahead, timed: true, second: false })
    }

    /// `2026-11-24T14:00`, with or without seconds and a zone of time: most cells.
    #[inline]
    fn plain(bytes: &[u8]) -> Option<Self> {
        let (date, rest) = bytes.split_first_chunk::<10>()?;
        let (&[b'T' | b't' | b' ', h0, h1, b':', m0, m1], rest) = rest.split_first_chunk::<6>()?
        else {
            return None;
        };
        let day = Day::of_ten(date)?;
        let (hour, minute) = (two(&[h0, h1])?, two(&[m0, m1])?);
        let rest = rest.strip_prefix(b":00").unwrap_or(rest);
        let rest = rest.strip_prefix(b".000").unwrap_or(rest);
        let ahead = match rest {
            [] => None,
            [b'Z' | b'z'] => Some(0),
            [sign @ (b'+' | b'-'), h0, h1, b':', m0, m1]
            | [sign @ (b'+' | b'-'), h0, h1, m0, m1] => {
                let all = two(&[*h0, *h1])? * 60 + two(&[*m0, *m1])?;
                Some(if *sign == b'-' { -(all as i32) } else { all as i32 })
            }
            _ => return None,
        };
        let minutes = i64::from(hour * 60 + minute);
        let sound = minute < 60 && minutes <= DAY && ahead.is_none_or(|ahead| ahead.abs() <= 840);
        sound.then(|| Self {
            minute: i64::from(day.0) * DAY + minutes,
            ahead,
            timed: true,
            second: false,
        })
    }

    /// `202510260100`, days of a spreadsheet with their fraction, seconds from 1970.
    fn number(cell: &str) -> Option<Self> {
        let digits = cell.bytes().filter(u8::is_ascii_digit).count();
        if digits == cell.len() && digits == 12 {
            let (year, month, day) =
                (cell[..4].parse().ok()?, cell[4..6].parse().ok()?, cell[6..8].parse().ok()?);
            let time = cell[8..10].parse::<i64>().ok()? * 60 + cell[10..].parse::<i64>().ok()?;
            let day = Day::from_ymd(year, month, day)?;
            return Some(Self {
                minute: i64::from(day.0) * DAY + time,
                ahead: None,
                timed: true,
                second: false,
            });
        }
        if digits == cell.len() && matches!(digits, 10 | 13) {
            let seconds = cell.parse::<i64>().ok()? / if digits == 13 { 1000 } else { 1 };
            return Some(Self { minute: seconds / 60, ahead: Some(0), timed: true, second: false });
        }
        let (whole, _) = cell.split_once('.').filter(|_| digits + 1 == cell.len())?;
        let value: f64 = (whole.len() == 5).then(|| cell.parse().ok())??;
        let fits = (20_000.0..80_000.0).contains(&value);
        let minute = ((value - 25_569.0) * DAY as f64).round() as i64;
        fits.then_some(Self { minute, ahead: None, timed: true, second: false })
    }
}

/// `1`, `HE 01`, `H24`, `02X`, `Hour 5`, `3A`: the number of an hour or of a shorter part of a day,
/// with whether it is the second of a clock that was put back.
pub(super) fn number_of_day(cell: &str) -> Option<(u32, bool)> {
    let cell = cell.trim();
    let digits = cell.find(|c: char| c.is_ascii_digit())?;
    let word = cell[..digits].trim().trim_end_matches(['.', '_', '-']).to_lowercase();
    let known =
        ["", "he", "h", "hour", "hr", "hour ending", "hourending", "stunde", "heure", "hora"];
    if !known.contains(&word.as_str()) {
        return None;
    }
    let rest = &cell[digits..];
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let number = rest[..end].parse().ok().filter(|number| *number <= 100)?;
    match rest[end..].trim() {
        "" | "A" | "a" => Some((number, false)),
        "X" | "x" | "B" | "b" | "*" => Some((number, true)),
        _ => None,
    }
}

/// Minutes of the day of a cell such as `01:00`, `00:00 - 00:15` or `24:00`.
pub(super) fn minutes_of_day(cell: &str) -> Option<i64> {
    let cell = cell.trim();
    let first = cell.split_once([' ', '-', '–']).map_or(cell, |(first, _)| first);
    let (minutes, rest) = if first.contains(':') {
        // `1:00 PM` has a blank of its own.
        time_of_day(cell).or_else(|| time_of_day(first))?
    } else {
        return None;
    };
    let sound = rest.trim().is_empty() || rest.trim_start().starts_with(['-', '–']);
    sound.then_some(minutes)
}

/// The clock of a market.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::io) enum Clock {
    /// Universal time.
    #[default]
    Utc,
    /// So many minutes ahead of it, all year.
    Ahead(i32),
    /// That of a place, which may be put forward and back.
    Place(Tz),
}

/// When something was, in minutes of universal time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Instant {
    /// Then.
    At(i64),
    /// At one of two times, since the clock was put back between them.
    Either(i64, i64),
    /// Never, since the clock was put forward over it.
    Never,
}

/// A clock with what it said of the day that was asked for last.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reader {
    clock: Clock,
    /// A day, and the minutes ahead if they are the same all day.
    last: (i64, Option<i64>),
}

impl Clock {
    /// Reads `UTC`, `UTC+10`, `Europe/Berlin`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Ok(place) = text.parse::<Tz>() {
            return Some(if place == Tz::UTC { Self::Utc } else { Self::Place(place) });
        }
        match ahead(text) {
            Ok(Some(0)) => Some(Self::Utc),
            Ok(Some(minutes)) => Some(Self::Ahead(minutes)),
            _ => None,
        }
    }

    /// The same for files and people.
    pub(super) fn words(self) -> String {
        match self {
            Self::Utc => "UTC".to_owned(),
            Self::Ahead(minutes) => {
                let sign = if minutes < 0 { '-' } else { '+' };
                format!("UTC{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60)
            }
            Self::Place(place) => place.name().to_owned(),
        }
    }

    fn place_instant(place: Tz, minute: i64) -> Instant {
        let local = NaiveDate::from_ymd_opt(1970, 1, 1)
            .and_then(|day| day.and_hms_opt(0, 0, 0))
            .and_then(|time| time.checked_add_signed(TimeDelta::try_minutes(minute)?));
        let Some(local) = local else { return Instant::Never };
        let ahead = |offset: <Tz as chrono::TimeZone>::Offset| {
            i64::from(offset.fix().local_minus_utc()) / 60
        };
        match place.offset_from_local_datetime(&local) {
            LocalResult::Single(offset) => Instant::At(minute - ahead(offset)),
            LocalResult::Ambiguous(first, second) => {
                let (first, second) = (minute - ahead(first), minute - ahead(second));
                Instant::Either(first.min(second), first.max(second))
            }
            LocalResult::None => Instant::Never,
        }
    }
}

impl Reader {
    /// Of a clock.
    pub(super) fn new(clock: Clock) -> Self {
        Self { clock, last: (i64::MIN, None) }
    }

    /// When a time of this clock was.
    #[inline]
    pub(super) fn instant(&mut self, minute: i64) -> Instant {
        match self.clock {
            Clock::Utc => Instant::At(minute),
            Clock::Ahead(ahead) => Instant::At(minute - i64::from(ahead)),
            Clock::Place(place) => {
                let day = minute.div_euclid(DAY);
                if self.last.0 != day {
                    let of = |minute: i64| match Clock::place_instant(place, minute) {
                        Instant::At(at) => Some(minute - at),
                        _ => None,
                    };
                    let (begin, end) = (of(day * DAY), of((day + 1) * DAY - 1));
                    self.last = (day, begin.filter(|begin| end == Some(*begin)));
                }
                match self.last.1 {
                    Some(ahead) => Instant::At(minute - ahead),
                    None => Clock::place_instant(place, minute),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(cell: &str) -> Option<String> {
        let stamp = Stamp::parse(cell, DateOrder::DayFirst)?;
        let day = Day(stamp.minute.div_euclid(DAY) as i32);
        let minute = stamp.minute.rem_euclid(DAY);
        let ahead = stamp.ahead.map_or(String::new(), |ahead| format!(" {ahead:+}"));
        Some(if stamp.timed {
            format!("{day} {:02}:{:02}{ahead}", minute / 60, minute % 60)
        } else {
            day.to_string()
        })
    }

    #[test]
    fn times_are_read_in_all_their_forms() {
        for (cell, wanted) in [
            ("2026-11-24T14:00Z", "2026-11-24 14:00 +0"),
            ("2026-11-24 14:15:00", "2026-11-24 14:15"),
            ("2026-11-24T14:00:00.000+01:00", "2026-11-24 14:00 +60"),
            ("2026-11-24T14:00:00-0500", "2026-11-24 14:00 -300"),
            ("30.03.2025 01:00", "2025-03-30 01:00"),
            ("30/03/2025 02:00", "2025-03-30 02:00"),
            ("03/30/2025 04:00", "2025-03-30 04:00"),
            ("26/10/2025 02:00:00 (CEST) - 26/10/2025 02:15:00 (CEST)", "2025-10-26 02:00 +120"),
            ("26/10/2025 01:00:00 - 26/10/2025 01:15:00", "2025-10-26 01:00"),
            ("2026/08/01 00:05:00", "2026-08-01 00:05"),
            ("1/2/2026 1:05:00 PM", "2026-02-01 13:05"),
            ("1/2/2026 12:05 AM", "2026-02-01 00:05"),
            ("2026-07-14T07:00:00-00:00", "2026-07-14 07:00 +0"),
            ("2026-11-24 24:00", "2026-11-25 00:00"),
            ("26-Oct-2025 01:00", "2025-10-26 01:00"),
            ("2026-11-24T14", "2026-11-24 14:00"),
            ("202510260130", "2025-10-26 01:30"),
            ("45956.25", "2025-10-26 06:00"),
            ("1767225600", "2026-01-01 00:00 +0"),
            ("2026-11-24", "2026-11-24"),
            ("24.11.2026", "2026-11-24"),
            ("20261124", "2026-11-24"),
            ("2025-10-26T00:00Z/2025-10-26T01:00Z", "2025-10-26 00:00 +0"),
            ("2025-01-01 00:00 UTC+1", "2025-01-01 00:00 +60"),
        ] {
            assert_eq!(said(cell).as_deref(), Some(wanted), "{cell}");
        }
        for none in [
            "",
            "noon",
            "2026-13-24T14:00",
            "2026-11-24T25:00",
            "14:00",
            "2026-11-24 14:61",
            "1.5",
            "é026-11-24T14:00",
        ] {
            assert_eq!(said(none), None, "{none}");
        }
        assert_eq!(number_of_day("HE 01"), Some((1, false)));
        assert_eq!(number_of_day("02X"), Some((2, true)));
        assert_eq!(number_of_day("24"), Some((24, false)));
        assert_eq!(number_of_day("Node 4"), None);
        assert_eq!(minutes_of_day("24:00"), Some(DAY));
        assert_eq!(minutes_of_day("00:15 - 00:30"), Some(15));
        assert_eq!(minutes_of_day("1:00 PM"), Some(780));
    }

    #[test]
    fn clocks_that_are_put_forward_and_back_have_days_of_23_and_25_hours() {
        let berlin = Clock::parse("Europe/Berlin").unwrap();
        let mut reader = Reader::new(berlin);
        let mut hours = |from: &str, count: i64| {
            let begin = Stamp::parse(from, DateOrder::DayFirst).unwrap().minute;
            let (mut once, mut twice, mut never) = (0, 0, 0);
            for hour in 0..count {
                match reader.instant(begin + hour * 60) {
                    Instant::At(_) => once += 1,
                    Instant::Either(first, second) => {
                        assert_eq!(second - first, 60);
                        twice += 1;
                    }
                    Instant::Never => never += 1,
                }
            }
            (once, twice, never)
        };
        assert_eq!(hours("2025-03-30 00:00", 24), (23, 0, 1));
        assert_eq!(hours("2025-10-26 00:00", 24), (23, 1, 0));
        assert_eq!(hours("2025-06-01 00:00", 24), (24, 0, 0));
        let summer = Stamp::parse("2025-06-01 02:00", DateOrder::DayFirst).unwrap().minute;
        assert_eq!(reader.instant(summer), Instant::At(summer - 120));
        assert_eq!(Clock::parse("UTC+10"), Some(Clock::Ahead(600)));
        assert_eq!(Clock::parse("UTC+10").unwrap().words(), "UTC+10:00");
        assert_eq!(Clock::parse("Mars/Olympus"), None);
        assert_eq!(Reader::new(Clock::Ahead(-300)).instant(0), Instant::At(300));
    }
}

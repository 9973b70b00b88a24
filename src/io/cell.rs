//! Cells to values: numbers, dates, units, and the format that a column was decided to have.

use super::dates::{number_date, word_date};
use crate::model::time::are_digits;
use crate::model::{Day, Month, Precision};

/// Which mark parts the decimals of a column.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Decimal {
    /// `1,234.5`
    #[default]
    Point,
    /// `1.234,5`
    Comma,
}

/// Which of day and month comes first in dates with slashes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DateOrder {
    /// `31/12/2026`
    #[default]
    DayFirst,
    /// `12/31/2026`
    MonthFirst,
}

/// What a column's header and cells decided.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CellFormat {
    /// Decimal mark.
    pub decimal: Decimal,
    /// Order of dates with slashes.
    pub order: DateOrder,
    /// The table's unit per unit of the file: 1000 for GW where the table has MW.
    pub factor: f64,
}

impl Default for CellFormat {
    fn default() -> Self {
        Self { decimal: Decimal::Point, order: DateOrder::DayFirst, factor: 1.0 }
    }
}

/// A short number of digits with at most one point: nearly all numbers of nearly all files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Plain {
    digits: u64,
    negative: bool,
    /// Digits after the point; none where there is no point.
    decimals: Option<u8>,
}

/// Powers of ten that are exact.
const TENS: [f64; 16] =
    [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

impl Plain {
    /// Up to 15 digits, which a double holds exactly, so that one division rounds rightly.
    #[inline]
    pub(super) fn read(cell: &[u8]) -> Option<Self> {
        let negative = cell.first() == Some(&b'-');
        let bytes = cell.get(usize::from(negative)..)?;
        match bytes.len() {
            1..=8 => Self::of_word(bytes, negative),
            9..=16 => Self::of_bytes(bytes, negative),
            _ => None,
        }
    }

    /// The same in a place of its own, for cells that are read one by one.
    #[inline(never)]
    pub(super) fn of_cell(cell: &str) -> Option<Self> {
        Self::read(cell.as_bytes())
    }

    /// The same of one to eight bytes, all at once: what their number and the place of the point
    /// are, no processor could guess.
    #[inline]
    fn of_word(bytes: &[u8], negative: bool) -> Option<Self> {
        const DIGITS: u64 = 0x3030_3030_3030_3030;
        let len = bytes.len();
        // Bytes that overlap are the same, and may be put on top of each other.
        let word = if let (Some(first), Some(last)) = (bytes.first_chunk(), bytes.last_chunk()) {
            let [first, last] = [first, last].map(|four| u64::from(u32::from_le_bytes(*four)));
            first | last << (8 * (len - 4))
        } else {
            let byte = |at: usize| u64::from(bytes[at]) << (8 * at);
            byte(0) | byte(len / 2) | byte(len - 1)
        };
        // The first byte that is a point shows in its highest bit.
        let points = word ^ 0x2e2e_2e2e_2e2e_2e2e;
        let points = points.wrapping_sub(0x0101_0101_0101_0101) & !points & 0x8080_8080_8080_8080;
        let (place, has_point) = (points.trailing_zeros() / 8, points != 0);
        let before = !u64::MAX.checked_shl(8 * place).unwrap_or(0);
        let word = (word & before) | ((word >> 8) & !before);
        let count = len - usize::from(has_point);
        if count == 0 {
            return None;
        }
        // Moved to the end of the word, behind zeros.
        let values = (word ^ DIGITS) << (8 * (8 - count));
        if !are_digits(values) {
            return None;
        }
        // Neighbours become one number of twice the digits, three times.
        let values = (values * 10 + (values >> 8)) & 0x00ff_00ff_00ff_00ff;
        let values = (values * 100 + (values >> 16)) & 0x0000_ffff_0000_ffff;
        let digits = (values * 10_000 + (values >> 32)) & 0xffff_ffff;
        let decimals = has_point.then(|| (count - place as usize) as u8);
        Some(Self { digits, negative, decimals })
    }

    /// The same byte by byte.
    fn of_bytes(bytes: &[u8], negative: bool) -> Option<Self> {
        let (mut digits, mut count, mut point) = (0_u64, 0_u8, None);
        for &byte in bytes {
            match byte {
                b'0'..=b'9' => {
                    digits = digits * 10 + u64::from(byte - b'0');
                    count += 1;
                }
                b'.' if point.is_none() => point = Some(count),
                _ => return None,
            }
        }
        let fits = (1..=15).contains(&count);
        fits.then(|| Self { digits, negative, decimals: point.map(|point| count - point) })
    }

    #[inline]
    fn value(self) -> f64 {
        // No more than 15 digits: the sign of an integer is free.
        let value =
            self.digits.cast_signed() as f64 / TENS[usize::from(self.decimals.unwrap_or(0))];
        if self.negative { -value } else { value }
    }
}

/// Whether a cell of a number or date says in words that there is none; [`is_missing`] has the words
/// that say so of any cell.
pub(super) fn says_none(cell: &str) -> bool {
    let lower = cell.trim().trim_end_matches('.').to_lowercase();
    let words = [
        "nan",
        "nd",
        "n.d",
        "n/d",
        "tbc",
        "tba",
        "tbd",
        "undisclosed",
        "not disclosed",
        "confidential",
        "not available",
        "not known",
        "not applicable",
        "not stated",
        "not reported",
        "no data",
        "no info",
        "k. a",
        "unk",
        "n/k",
        "nk",
        "k.a",
        "keine angabe",
        "unbekannt",
        "s.d",
        "sin datos",
        "inconnu",
        "desconocido",
        "to be determined",
        "to be confirmed",
        "to be announced",
        "pending",
        "missing",
        "withheld",
        "redacted",
        "private",
        "unspecified",
        "none given",
        "varies",
        "various",
        "x",
        "xx",
        "未知",
        "not found",
        "offen",
        "non communiqué",
        "nicht bekannt",
        "por definir",
        "不明",
        "保密",
        "present",
        "ongoing",
        "still open",
        "to date",
        "nil",
        "not announced",
        "not yet announced",
        "not stated",
        "not public",
        "n.v.t",
        "brak danych",
    ];
    words.contains(&lower.as_str())
        || lower.starts_with('#') && lower.ends_with(['!', '?', 'a', '0'])
        || lower.chars().all(|c| matches!(c, '-' | '–' | '—' | '.' | '?' | '…' | '*' | ' ' | '_'))
}

/// Whether a cell says that there is no value.
#[inline]
pub fn is_missing(cell: &str) -> bool {
    match cell.as_bytes() {
        [] => true,
        // Most cells are told from the words of [`says_missing`] by their first letter.
        [first, ..] => MAY_BE_MISSING[usize::from(*first)] && cell.len() <= 7 && says_missing(cell),
    }
}

/// First bytes of the words that say that there is no value.
const MAY_BE_MISSING: [bool; 256] = {
    let mut may = [false; 256];
    let mut at = 0x80;
    while at < 256 {
        may[at] = true;
        at += 1;
    }
    let firsts = b"-?.nN\\#uUtT";
    at = 0;
    while at < firsts.len() {
        may[firsts[at] as usize] = true;
        at += 1;
    }
    may
};

fn says_missing(cell: &str) -> bool {
    matches!(cell, "" | "-" | "–" | "—" | "?" | "." | "..")
        || ["na", "n/a", "n.a.", "null", "none", "\\n", "#n/a", "unknown", "tbd"]
            .iter()
            .any(|w| cell.eq_ignore_ascii_case(w))
}

impl CellFormat {
    /// Reads a finite number. `None` if the cell is none.
    #[inline]
    pub fn number(&self, cell: &str) -> Option<f64> {
        match Plain::of_cell(cell) {
            Some(plain) if self.decimal == Decimal::Point => self.plain_number(plain),
            _ => self.odd_number(cell),
        }
    }

    /// The value of a plain number where the decimal mark is a point.
    #[inline]
    pub(super) fn plain_number(&self, plain: Plain) -> Option<f64> {
        let value = plain.value() * self.factor;
        value.is_finite().then_some(value)
    }

    fn odd_number(&self, cell: &str) -> Option<f64> {
        let plain = cell.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-'));
        let value: f64 = if plain && self.decimal == Decimal::Point {
            fast_float2::parse(cell).ok()?
        } else {
            fast_float2::parse(self.tidy(cell)?).ok()?
        };
        let value = value * self.factor;
        value.is_finite().then_some(value)
    }

    /// Takes thousands marks out and puts the decimal point in.
    fn tidy(&self, cell: &str) -> Option<String> {
        let (group, point) = match self.decimal {
            Decimal::Point => (',', '.'),
            Decimal::Comma => ('.', ','),
        };
        let cell = cell.replace('\u{2212}', "-");
        let (whole, fraction) = cell.split_once(point).unwrap_or((&cell, ""));
        if fraction.contains([group, point, ' ']) {
            return None;
        }
        let spaced = |c: char| matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}' | '\'' | '’');
        let parts: Vec<&str> = whole.split(|c| c == group || spaced(c)).collect();
        let grouped = parts.len() == 1 || parts[1..].iter().all(|p| p.len() == 3);
        let mut out = parts.concat();
        if !grouped || out.is_empty() && fraction.is_empty() {
            return None;
        }
        if !fraction.is_empty() {
            out.push('.');
            out.push_str(fraction);
        }
        Some(out)
    }

    /// Reads a date with the precision that its form has.
    #[inline]
    pub fn date(&self, cell: &str) -> Option<(Day, Precision)> {
        if let Some(day) = Day::parse(cell) {
            return Some((day, Precision::Day));
        }
        if let Some(month) = Month::parse(cell) {
            return Some((month.first_day(), Precision::Month));
        }
        let time = cell
            .split_once(['T', ' '])
            .filter(|(_, t)| t.starts_with(|c: char| c.is_ascii_digit()));
        if let Some(day) = time.and_then(|(date, _)| Day::parse(date)) {
            return Some((day, Precision::Day));
        }
        if cell.len() == 4 && cell.bytes().all(|b| b.is_ascii_digit()) {
            return Some((Day::from_ymd(cell.parse().ok()?, 1, 1)?, Precision::Year));
        }
        if let Some(day) = year_with_fraction(cell) {
            return Some((day, Precision::Year));
        }
        if let Some(day) = self.slashed(cell) {
            return Some((day, Precision::Day));
        }
        if let Some(month) = month_and_year(cell) {
            return Some((month.first_day(), Precision::Month));
        }
        number_date(cell).or_else(|| word_date(cell).map(|date| (date.day, date.precision)))
    }

    fn slashed(&self, cell: &str) -> Option<Day> {
        let (mark, parts) = numeric_parts(cell)?;
        let [a, b, c] = parts;
        if a > 31 {
            return Day::from_ymd(a as i32, b, c);
        }
        // `24/11/26` is a day of this century.
        let c = if cell.len() <= 8 && c < 100 && two_digits(cell) { c + 2000 } else { c };
        let day_first = mark == '.' || self.order == DateOrder::DayFirst;
        let (day, month) = if day_first { (a, b) } else { (b, a) };
        (c >= 1000).then(|| Day::from_ymd(c as i32, month, day))?
    }

    /// Reads a month; a day stands for its month.
    pub fn month(&self, cell: &str) -> Option<Month> {
        Month::parse(cell).or_else(|| {
            let (day, precision) = self.date(cell)?;
            (precision <= Precision::Month).then(|| day.month())
        })
    }
}

/// A year that a spreadsheet has turned to a number with a fraction: `2014.0`, `2008.81`.
fn year_with_fraction(cell: &str) -> Option<Day> {
    let (year, fraction) = cell.split_once('.')?;
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let fits = year.len() == 4 && digits(year) && digits(fraction);
    fits.then(|| Day::from_ymd(year.parse().ok()?, 1, 1))?
}

/// Degrees, minutes and seconds with a quarter of the sky before or behind them, or a sign of
/// degrees: `24°9'15"N`, `N 52° 30.000'`, `54° 26′ 39.5″ E`, `59.2°`.
///
/// # Units
/// Degrees, south and west negative.
pub fn degrees(cell: &str) -> Option<f64> {
    let cell = cell.trim();
    let quarter = |c: char| match c.to_ascii_uppercase() {
        'N' | 'E' => Some(1.0),
        'S' | 'W' => Some(-1.0),
        _ => None,
    };
    let (first, last) = (cell.chars().next()?, cell.chars().last()?);
    let (sign, body) = if let Some(sign) = quarter(last) {
        (Some(sign), &cell[..cell.len() - last.len_utf8()])
    } else if let Some(sign) = quarter(first) {
        (Some(sign), &cell[first.len_utf8()..])
    } else {
        (None, cell)
    };
    let body = body.trim();
    // Without a quarter it takes a sign of degrees, and may be negative.
    let negative = sign.is_none() && body.starts_with(['-', '\u{2212}']);
    let body = body.trim_start_matches(['-', '\u{2212}', '+']);
    if sign.is_none() && !body.contains(['°', 'º', '˚'])
        || sign.is_some() && body.len() < cell.trim_matches(char::is_alphabetic).trim().len()
    {
        return None;
    }
    let parts: Vec<&str> = body
        .split(['°', 'º', '˚', '\'', '′', '’', '´', '"', '″', '”', '“', ' ', ':', '\u{a0}'])
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .collect();
    if parts.is_empty() || parts.len() > 3 {
        return None;
    }
    let mut sum = 0.0;
    for (part, unit) in parts.iter().zip([1.0, 60.0, 3600.0]) {
        let plain = part.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b','));
        let value: f64 = plain.then(|| part.replace(',', ".").parse().ok())??;
        let within = value >= 0.0 && (unit < 2.0 || value < 60.0);
        sum += within.then_some(value / unit)?;
    }
    let sign = sign.unwrap_or(if negative { -1.0 } else { 1.0 });
    sum.is_finite().then_some(sign * sum)
}

/// `12/2027`, `03.2028`, `2027/06`.
fn month_and_year(cell: &str) -> Option<Month> {
    let (a, b) = cell.split_once(['/', '.', '-'])?;
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if !digits(a) || !digits(b) {
        return None;
    }
    let (month, year) = if a.len() == 4 { (b, a) } else { (a, b) };
    let fits = year.len() == 4 && month.len() <= 2;
    let (month, year): (u32, i32) =
        fits.then(|| Some((month.parse().ok()?, year.parse().ok()?)))??;
    (1..=12).contains(&month).then(|| Month::new(year, month))
}

/// Whether a text is a time of the day.
fn is_time(text: &str) -> bool {
    let text = text.trim_end_matches(['Z', 'z']).trim();
    let mut parts = text.split([':', '+']);
    let digits =
        |part: &str| (1..=2).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    text.contains(':') && parts.next().is_some_and(digits)
}

/// Whether the last number of a date has two digits.
fn two_digits(cell: &str) -> bool {
    let last = cell.rsplit(['/', '.', '-']).next().unwrap_or("");
    last.len() == 2
}

/// The three numbers of a date with `/` or `.`, and the mark.
fn numeric_parts(cell: &str) -> Option<(char, [u32; 3])> {
    let mark = cell.chars().find(|c| matches!(c, '/' | '.' | '-'))?;
    // The time of the day says nothing of the date.
    let cell = cell
        .split_once([' ', 'T'])
        .filter(|(_, time)| is_time(time))
        .map_or(cell, |(date, _)| date);
    let mut parts = cell.split(mark);
    let mut next = || {
        let part = parts.next()?;
        let fits = (1..=4).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        fits.then(|| part.parse::<u32>().ok())?
    };
    let out = [next()?, next()?, next()?];
    parts.next().is_none().then_some((mark, out))
}

/// What all cells of a column say about its decimal mark and the order of its dates.
#[derive(Clone, Copy, Debug, Default)]
pub struct FormatVotes {
    comma_decimal: u64,
    point_decimal: u64,
    undecided_number: u64,
    day_first: u64,
    month_first: u64,
    undecided_date: u64,
    /// The greatest numbers that cells such as `1,234` and `1.234` hold if their mark parts thousands.
    comma_groups: u64,
    point_groups: u64,
    /// Whether `1.234` may be a thousand, as in files with decimal commas.
    point_may_group: bool,
    /// Whether a point with three digits behind it stands in a cell with more than a number, such as a
    /// unit of its own: what the unit of the header says does not hold for it.
    beside_words: bool,
    /// Whether semicolons part the cells, as where commas are decimal marks.
    semicolons: bool,
}

impl FormatVotes {
    /// For a file whose cells are parted by something else than commas, `1.234` may be a thousand.
    pub fn new(delimiter: u8) -> Self {
        let (point_may_group, semicolons) = (delimiter != b',', delimiter == b';');
        Self { point_may_group, semicolons, ..Self::default() }
    }

    /// Looks at one cell; tells whether it can be read in two ways.
    pub fn look(&mut self, cell: &str) -> bool {
        let before = self.undecided_number + self.undecided_date;
        self.count(cell);
        self.undecided_number + self.undecided_date > before
    }

    /// Looks at a cell that is a plain number.
    #[inline]
    pub(super) fn look_plain(&mut self, cell: Plain) -> bool {
        match cell.decimals {
            None => false,
            // `0.125` has no thousands.
            Some(3) if cell.digits < 1000 => {
                self.point_decimal += 1;
                false
            }
            Some(3) => {
                self.undecided_number += u64::from(self.point_may_group);
                self.point_groups = self.point_groups.max(cell.digits);
                self.point_may_group
            }
            Some(_) => {
                self.point_decimal += 1;
                false
            }
        }
    }

    /// Adds what another part of the column said.
    pub(super) fn add(&mut self, other: &Self) {
        self.comma_decimal += other.comma_decimal;
        self.point_decimal += other.point_decimal;
        self.undecided_number += other.undecided_number;
        self.day_first += other.day_first;
        self.month_first += other.month_first;
        self.undecided_date += other.undecided_date;
        self.beside_words |= other.beside_words;
        self.comma_groups = self.comma_groups.max(other.comma_groups);
        self.point_groups = self.point_groups.max(other.point_groups);
    }

    fn count(&mut self, cell: &str) {
        if let Some(('/' | '-', [a, b, c])) = numeric_parts(cell) {
            match (a, b) {
                (32.., _) => {}
                (13.., _) => self.day_first += 1,
                (_, 13..) => self.month_first += 1,
                _ if a != b && (c >= 1000 || two_digits(cell)) => self.undecided_date += 1,
                _ => {}
            }
            return;
        }
        // Of `1.200 MW` and `~1,5` the number alone speaks.
        let start = cell.find(|c: char| c.is_ascii_digit()).unwrap_or(0);
        let run = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | ' ' | '\'' | '\u{a0}');
        let end = cell[start..].find(|c| !run(c)).map_or(cell.len(), |at| start + at);
        let cell = cell[start..end].trim_end_matches([' ', '.', ',']);
        let commas = memchr::memchr_iter(b',', cell.as_bytes()).count();
        let points = memchr::memchr_iter(b'.', cell.as_bytes()).count();
        let three_after = |mark| cell.rsplit_once(mark).is_some_and(|(_, after)| after.len() == 3);
        if commas + points == 1 && (three_after(',') || three_after('.')) {
            let digits: String = cell.chars().filter(char::is_ascii_digit).collect();
            let groups = if commas == 1 { &mut self.comma_groups } else { &mut self.point_groups };
            *groups = (*groups).max(digits.parse().unwrap_or(u64::MAX));
        }
        match (commas, points) {
            (0, 0) => {}
            (1.., 1..) => {
                let comma_last = cell.rfind(',') > cell.rfind('.');
                *(if comma_last { &mut self.comma_decimal } else { &mut self.point_decimal }) += 1;
            }
            (0, 1) if three_after('.') && self.point_may_group => {
                self.undecided_number += 1;
                self.beside_words = true;
            }
            (0, 1) if three_after('.') => {}
            (0, 1) => self.point_decimal += 1,
            (1, 0) if three_after(',') => self.undecided_number += 1,
            (0, _) | (1, 0) => self.comma_decimal += 1,
            (_, 0) => self.point_decimal += 1,
        }
    }

    /// The decimal mark, and whether the cells left it open. A mark that makes a cell greater than
    /// anything the column can hold is not chosen if the other does not. `whole` says that its numbers
    /// hardly have three decimals.
    pub fn decimal(&self, most: f64, whole: bool) -> (Decimal, bool) {
        let too_much = |groups: u64| groups as f64 > most;
        match (too_much(self.comma_groups), too_much(self.point_groups)) {
            (true, false) => return (Decimal::Comma, false),
            (false, true) => return (Decimal::Point, false),
            _ => {}
        }
        // Of kW and of things points that may part thousands do so where semicolons part the cells.
        let thousands = whole
            && self.semicolons
            && self.point_groups > 0
            && self.point_decimal == 0
            && !self.beside_words;
        let comma = self.comma_decimal > self.point_decimal || thousands;
        let open = self.comma_decimal == 0 && self.point_decimal == 0 && self.undecided_number > 0;
        (if comma { Decimal::Comma } else { Decimal::Point }, open)
    }

    /// The order of dates, and whether the cells left it open.
    pub fn order(&self) -> (DateOrder, bool) {
        let month_first = self.month_first > self.day_first;
        let open = self.month_first == 0 && self.day_first == 0 && self.undecided_date > 0;
        (if month_first { DateOrder::MonthFirst } else { DateOrder::DayFirst }, open)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use proptest::prelude::*;

    proptest! {
        #[test]
        fn numbers_read_at_once_are_those_read_byte_by_byte(
            bytes in proptest::collection::vec(
                prop_oneof![8 => b'0'..=b'9', 2 => Just(b'.'), 1 => any::<u8>()],
                0..10,
            ),
            negative in any::<bool>(),
        ) {
            let cell: Vec<u8> = negative.then_some(b'-').into_iter().chain(bytes).collect();
            let negative = cell.first() == Some(&b'-');
            let wanted = Plain::of_bytes(&cell[usize::from(negative)..], negative);
            prop_assert_eq!(Plain::read(&cell), wanted);
        }
    }

    const COMMA: CellFormat =
        CellFormat { decimal: Decimal::Comma, order: DateOrder::MonthFirst, factor: 1.0 };

    #[test]
    fn numbers_of_both_marks_are_read() {
        let point = CellFormat::default();
        assert_eq!(point.number("1,234.5"), Some(1234.5));
        assert_eq!(point.number("1 234"), Some(1234.0));
        assert_eq!(point.number("\u{2212}3.5"), Some(-3.5));
        assert_eq!(COMMA.number("1.234,5"), Some(1234.5));
        assert_eq!(COMMA.number("12,5"), Some(12.5));
        for bad in
            ["12oo", "NaN", "inf", "-inf", "1e999", "1.2.3", "12,34", "60 MW", "", "-", "12 34"]
        {
            assert_eq!(point.number(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_unit_of_the_header_scales() {
        let gw = CellFormat { factor: 1000.0, ..CellFormat::default() };
        assert_eq!(gw.number("1.2"), Some(1200.0));
    }

    #[test]
    fn dates_of_many_forms_are_read() {
        let read =
            |format: CellFormat, text| format.date(text).map(|(d, p)| format!("{d} {}", p.word()));
        let day_first = CellFormat::default();
        assert_eq!(read(day_first, "01/11/2019").as_deref(), Some("2019-11-01 day"));
        assert_eq!(read(COMMA, "9/20/2016").as_deref(), Some("2016-09-20 day"));
        assert_eq!(read(COMMA, "31.12.2026").as_deref(), Some("2026-12-31 day"));
        assert_eq!(read(day_first, "2027").as_deref(), Some("2027-01-01 year"));
        assert_eq!(read(day_first, "2014.0").as_deref(), Some("2014-01-01 year"));
        assert_eq!(read(day_first, "2027Q3").as_deref(), Some("2027-07-01 quarter"));
        assert_eq!(read(day_first, "2027-06").as_deref(), Some("2027-06-01 month"));
        assert_eq!(read(day_first, "2026-01-05T10:00:00Z").as_deref(), Some("2026-01-05 day"));
        for bad in ["2026-02-30", "31/31/2026", "soon", "1/2", "1/2/3/4", "2026-13"] {
            assert_eq!(read(day_first, bad), None, "{bad}");
        }
    }

    #[test]
    fn degrees_with_minutes_and_seconds_are_read() {
        let near = |text, value: f64| (degrees(text).unwrap() - value).abs() < 1e-9;
        assert!(near("24°9'15\"N", 24.0 + 9.0 / 60.0 + 15.0 / 3600.0));
        assert!(near("54° 26′ 39.5″ W", -(54.0 + 26.0 / 60.0 + 39.5 / 3600.0)));
        assert!(near("12.5 S", -12.5));
        assert!(near("N 52° 30.000'", 52.5) && near("E 13° 24,000'", 13.4));
        assert!(near("52º30'N", 52.5) && near("S 33.5", -33.5) && near("59.2°", 59.2));
        assert!(near("-70,5°", -70.5) && near("52:30:00 N", 52.5));
        for bad in ["", "N", "24°75'0\"N", "a°b'c\"N", "1 2 3 4 N", "-5°N", "12", "Nice 5", "4E99W"]
        {
            assert_eq!(degrees(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_column_decides_from_all_its_cells() {
        let mut votes = FormatVotes::default();
        assert!(votes.look("1,200"));
        assert!(!votes.look("12,5"));
        assert_eq!(votes.decimal(f64::INFINITY, false), (Decimal::Comma, false));
        let mut votes = FormatVotes::default();
        assert!(votes.look("1,200"));
        assert_eq!(votes.decimal(f64::INFINITY, false), (Decimal::Point, true));
        let mut votes = FormatVotes::new(b';');
        assert!(votes.look("52,512"));
        assert_eq!(votes.decimal(90.0, false), (Decimal::Comma, false), "no latitude is 52512");
        let mut votes = FormatVotes::new(b';');
        assert!(votes.look("52.512"));
        assert_eq!(votes.decimal(90.0, false), (Decimal::Point, false));
        let mut votes = FormatVotes::default();
        assert!(votes.look("01/02/2026"));
        assert!(!votes.look("9/20/2016"));
        assert_eq!(votes.order(), (DateOrder::MonthFirst, false));
    }
}

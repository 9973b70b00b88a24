//! One row of a table: cells to values, with a finding for each that cannot be read.

use std::borrow::Cow;
use std::path::Path;

use super::amount::{Amount, Units, unit_of_power};
use super::cell::{CellFormat, Decimal, FormatVotes, Plain, degrees, is_missing, says_none};
use super::dates::word_date;
use super::evidence::pair;
use super::header::{Recognised, SiteSlots};
use super::memo::{Lately, OddNumber};
use super::problem::{Noted, Problem};
use super::split::Cells;
use crate::model::table::{ColumnSpec, Holds, Need, PerColumn, Slot};
use crate::model::tables::sites;
use crate::model::{Confidence, Day, Maybe, Month, Precision, TableKind};

/// What every row of a file shares.
pub(super) struct FileContext<'a> {
    /// The file as it was named.
    pub path: &'a Path,
    /// Its columns.
    pub found: &'a Recognised,
    /// Its header, as written.
    pub header: &'a [String],
    /// Records up to the first row.
    pub records: usize,
    /// What each column of the table was decided to hold.
    pub formats: PerColumn<CellFormat>,
}

impl FileContext<'_> {
    pub(super) fn column(&self, slot: Slot) -> &'static ColumnSpec {
        self.found.kind.spec().column(slot)
    }

    /// The column as the file's own header writes it.
    pub(super) fn written(&self, slot: Slot) -> &str {
        let at = self.found.at[slot].and_then(|at| self.header.get(at));
        at.map_or(self.column(slot).name, String::as_str)
    }
}

/// A date outside these years is a slip of the keyboard, and would make a grid without end.
pub(super) const YEARS: (i32, i32) = (1900, 2199);
/// 1 January 1900 and 31 December 2199, in days from 1970.
pub(super) const FIRST_DAY: i32 = -25_567;
pub(super) const LAST_DAY: i32 = 84_005;

/// What the cells of a file said of their format so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Votes {
    /// One a column of the table.
    pub of: PerColumn<FormatVotes>,
    /// Line of the first cell of each column that can be read in two ways; 0 if there is none.
    pub first_open: PerColumn<u64>,
}

impl Votes {
    /// None so far, for the columns of a table.
    pub(super) fn new(kind: TableKind, delimiter: u8) -> Self {
        // Where commas part the cells, a point is a decimal point.
        let of = kind.spec().each(FormatVotes::new(delimiter));
        Self { of, first_open: kind.spec().each(0) }
    }

    /// Looks at one cell.
    #[inline]
    pub(super) fn look(&mut self, slot: Slot, line: u64, cell: &str) {
        self.look_number(slot, line, cell, Plain::of_cell(cell));
    }

    #[inline]
    fn look_number(&mut self, slot: Slot, line: u64, cell: &str, plain: Option<Plain>) {
        let Some(votes) = self.of.get_mut(slot) else { return };
        let open = match plain {
            Some(plain) => votes.look_plain(plain),
            None => votes.look(cell),
        };
        if open && self.first_open[slot] == 0 {
            self.first_open[slot] = line;
        }
    }

    /// Looks at one cell that is a plain number.
    #[inline]
    pub(super) fn look_plain(&mut self, slot: Slot, line: u64, plain: Plain) {
        self.look_number(slot, line, "", Some(plain));
    }

    /// Adds those of a later part of the file, before which so many lines stand.
    pub(super) fn add(&mut self, other: &Self, lines: u64) {
        for (slot, votes) in other.of.iter() {
            self.of[slot].add(votes);
            if self.first_open[slot] == 0 && other.first_open[slot] != 0 {
                self.first_open[slot] = other.first_open[slot] + lines;
            }
        }
    }
}

/// A row in hand.
pub(super) struct Row<'a, 'r> {
    pub file: &'a FileContext<'a>,
    pub record: Cells<'a>,
    pub line: u64,
    /// What is wrong with it.
    pub noted: &'r mut Vec<Noted<'a>>,
    /// Where the formats of cells are counted as they are read; without columns where they were
    /// counted before.
    pub votes: &'r mut Votes,
    /// Whether a finding has cost the row.
    pub lost: bool,
    /// Its position among the rows that are read at once.
    pub at: usize,
    /// Bounds of amounts, as they are read.
    pub bounded: &'r mut Vec<Bounded>,
    /// Cells of unusual forms that were read before.
    pub lately: &'r mut Lately,
}

/// Between which values an amount lies.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounded {
    /// Its column.
    pub slot: Slot,
    /// Position of its row.
    pub at: usize,
    /// The least and the most; missing where the cell does not say.
    pub bounds: [Maybe; 2],
    /// Whether the cell says that it is IT load.
    pub is_it: bool,
}

/// Whether there is a sign of a tag in a cell.
fn may_be_tagged(cell: &str) -> bool {
    memchr::memchr(b'#', cell.as_bytes()).is_some()
}

/// A name without the tags behind it.
fn untagged(name: &str) -> &str {
    if !may_be_tagged(name) {
        return name;
    }
    let tag = |at: &usize| name[at + 2..].starts_with(char::is_alphabetic);
    name.find(" #").filter(tag).map_or(name, |at| name[..at].trim_end())
}

/// A cell without the blanks around it.
#[inline]
pub(super) fn trimmed(cell: &str) -> &str {
    let solid = |byte: u8| byte.is_ascii_graphic();
    match cell.as_bytes() {
        [] => cell,
        [first, .., last] if solid(*first) && solid(*last) => cell,
        _ => cell.trim(),
    }
}

impl<'a> Row<'a, '_> {
    /// The cell of a column, trimmed; empty where missing.
    #[inline]
    pub(super) fn raw(&self, slot: Slot) -> &'a str {
        let at = self.file.found.at[slot];
        at.and_then(|at| self.record.get(at)).map_or("", trimmed)
    }

    /// Text; words such as `N/A` count as missing.
    #[inline]
    pub(super) fn text(&self, slot: Slot) -> &'a str {
        let cell = self.raw(slot);
        if is_missing(cell) { "" } else { cell }
    }

    /// Text without tags behind it.
    pub(super) fn plain_text(&self, slot: Slot) -> &'a str {
        untagged(self.text(slot))
    }

    /// Names, parted by `; ` whatever parts them in the file.
    pub(super) fn names(&self, slot: Slot) -> Cow<'a, str> {
        let cell = self.text(slot);
        match self.file.found.list_marks[slot] {
            Some(mark) if cell.contains(mark) => {
                let parts: Vec<&str> = cell
                    .split(mark)
                    .map(|name| untagged(name.trim()))
                    .filter(|n| !n.is_empty())
                    .collect();
                Cow::Owned(parts.join("; "))
            }
            _ if may_be_tagged(cell) && cell.contains(" #") => {
                let parts: Vec<&str> = cell.split(';').map(|name| untagged(name.trim())).collect();
                Cow::Owned(parts.join("; "))
            }
            _ => Cow::Borrowed(cell),
        }
    }

    /// How sure a row is by the tags in its cells, as `Meta #confident`; the least sure counts.
    pub(super) fn tagged(&self) -> Confidence {
        let tags = self.record.iter().filter(|cell| cell.contains('#')).flat_map(|cell| {
            cell.split('#').skip(1).filter_map(|tag| {
                let end = tag.find(|c: char| !c.is_alphanumeric()).unwrap_or(tag.len());
                Confidence::parse(&tag[..end]).filter(|c| *c != Confidence::Unstated)
            })
        });
        tags.max().unwrap_or_default()
    }

    /// A code of a country or zone; `NA` is Namibia, not a missing value.
    pub(super) fn code(&self, slot: Slot) -> &'a str {
        let cell = self.raw(slot);
        if cell == "NA" { cell } else { self.text(slot) }
    }

    /// A text, by what its column holds.
    pub(super) fn any_text(&self, slot: Slot) -> &'a str {
        if self.file.column(slot).holds == Holds::Code { self.code(slot) } else { self.text(slot) }
    }

    /// Text of a key: its absence costs the row.
    #[inline]
    pub(super) fn key(&mut self, slot: Slot) -> &'a str {
        let cell = self.text(slot);
        if cell.is_empty() {
            self.say(slot, Problem::NoKey);
        }
        cell
    }

    /// A number within what its column holds.
    #[inline]
    pub(super) fn number(&mut self, slot: Slot) -> Maybe {
        self.number_in(slot, self.raw(slot))
    }

    /// A number of what a column holds that stands elsewhere in the row.
    /// `unit` is that of its own title, in that of the column.
    pub(super) fn number_of(&mut self, slot: Slot, at: usize, unit: Option<f64>) -> Maybe {
        let cell = self.record.get(at).map_or("", trimmed);
        if unit.is_none_or(|unit| (unit - self.file.formats[slot].factor).abs() < f64::EPSILON) {
            return self.number_in(slot, cell);
        }
        self.votes.look_number(slot, self.line, cell, Plain::of_cell(cell));
        self.number_scaled(slot, cell, unit)
    }

    #[inline]
    fn number_in(&mut self, slot: Slot, cell: &'a str) -> Maybe {
        if cell.is_empty() {
            return Maybe::NONE;
        }
        let column = self.file.column(slot);
        if column.holds == Holds::Power
            && let Some(at) = self.file.found.unit_at
        {
            return self.number_with_unit(slot, cell, at);
        }
        let plain = Plain::of_cell(cell);
        let format = &self.file.formats[slot];
        if let Some(plain) = plain.filter(|_| format.decimal == Decimal::Point) {
            self.votes.look_number(slot, self.line, cell, Some(plain));
            if let Some(value) = format.plain_number(plain).filter(|value| within(column, *value)) {
                return Maybe::some(value);
            }
        } else if is_missing(cell) {
            return Maybe::NONE;
        } else {
            self.votes.look_number(slot, self.line, cell, plain);
        }
        self.odd_number(slot, cell)
    }

    /// Power whose unit stands in another column.
    #[cold]
    fn number_with_unit(&mut self, slot: Slot, cell: &'a str, at: usize) -> Maybe {
        let unit = unit_of_power(self.record.get(at).map_or("", trimmed));
        self.number_scaled(slot, cell, unit)
    }

    /// A number in a unit of its own, in that of the column.
    #[cold]
    fn number_scaled(&mut self, slot: Slot, cell: &'a str, unit: Option<f64>) -> Maybe {
        if is_missing(cell) || says_none(cell) {
            return Maybe::NONE;
        }
        let format = self.file.formats[slot];
        let format = CellFormat { factor: unit.unwrap_or(format.factor), ..format };
        let amount = |cell| amount(self.file.column(slot), cell, &format);
        let value = match format.number(cell) {
            None => amount(cell).map(|amount| self.bound(slot, amount)),
            number => number,
        };
        match value {
            Some(value) if within(self.file.column(slot), value) => return Maybe::some(value),
            Some(_) => self.say(slot, Problem::OutOfRange),
            None => self.say(slot, Problem::NotNumber),
        }
        Maybe::NONE
    }

    /// A number that is not a plain one within what its column holds.
    #[cold]
    fn odd_number(&mut self, slot: Slot, cell: &str) -> Maybe {
        let column = self.file.column(slot);
        let angle = matches!(column.holds, Holds::Latitude | Holds::Longitude);
        let found = self.file.found;
        if angle
            && found.kind == TableKind::Sites
            && found.at[sites::AT.lat] == found.at[sites::AT.lon]
        {
            return self.half_of_pair(slot, cell);
        }
        let (file, lately) = (self.file, &mut *self.lately);
        let value = match lately.numbers.of(slot, cell, || read_odd(file, slot, cell)) {
            OddNumber::Number(value) => value,
            OddNumber::Amount(amount) => self.bound(slot, amount),
            OddNumber::None => {
                if column.need == Need::Key {
                    self.say(slot, Problem::NoKey);
                }
                return Maybe::NONE;
            }
            OddNumber::Unreadable => {
                self.say(slot, Problem::NotNumber);
                return Maybe::NONE;
            }
        };
        if !within(column, value) {
            self.say(slot, Problem::OutOfRange);
            return Maybe::NONE;
        }
        Maybe::some(value)
    }

    /// Latitude or longitude of a cell that holds both.
    fn half_of_pair(&mut self, slot: Slot, cell: &str) -> Maybe {
        let found = self.file.found;
        let both = pair(cell, !found.lon_first).or_else(|| pair(cell, found.lon_first));
        let Some((lat, lon)) = both else {
            if !says_none(cell) {
                self.say(slot, Problem::NotNumber);
            }
            return Maybe::NONE;
        };
        Maybe::some(if self.file.column(slot).holds == Holds::Latitude { lat } else { lon })
    }

    /// The value of an amount, whose bounds are kept.
    fn bound(&mut self, slot: Slot, amount: Amount) -> f64 {
        let column = self.file.column(slot);
        let bounds = [amount.low, amount.high].map(Maybe::from);
        let of = SiteSlots::of(self.file.found.kind);
        let is_it = amount.is_it && of.is_some_and(|of| of.facility_mw == slot);
        if (is_it || bounds.iter().any(|bound| bound.is_some()))
            && bounds.iter().all(|bound| bound.get().is_none_or(|value| within(column, value)))
        {
            self.bounded.push(Bounded { slot, at: self.at, bounds, is_it });
        }
        amount.value
    }

    /// A date, with the precision of its form.
    pub(super) fn dated(&mut self, slot: Slot) -> Option<(Day, Precision)> {
        let own = self.raw(slot);
        let lacks = |cell| is_missing(cell) || says_none(cell);
        let has_other = self.file.found.other_date_at.is_some();
        let cell = if has_other && lacks(own) { self.other_date(slot) } else { own };
        self.dated_in(slot, cell)
    }

    /// A date of what a column holds that stands elsewhere in the row.
    pub(super) fn dated_of(&mut self, slot: Slot, at: usize) -> Option<(Day, Precision)> {
        self.dated_in(slot, self.record.get(at).map_or("", trimmed))
    }

    fn dated_in(&mut self, slot: Slot, cell: &'a str) -> Option<(Day, Precision)> {
        if is_missing(cell) {
            return None;
        }
        let date = self.date(slot, cell);
        match date {
            Some((day, precision)) if is_date(day) => {
                let year = precision == Precision::Year;
                if let Some(month) = self.month_of(slot).filter(|_| year) {
                    return Some((Month::new(day.ymd().0, month).first_day(), Precision::Month));
                }
                if year && is_fiscal(cell) {
                    self.say(slot, Problem::FiscalYear);
                }
                return date;
            }
            Some(_) => self.say(slot, Problem::OddDate),
            None if says_none(cell) => {}
            None => self.say(slot, Problem::NotDate),
        }
        None
    }

    /// The day of going online of a row that has none in the column of these.
    fn other_date(&self, slot: Slot) -> &'a str {
        let of = SiteSlots::of(self.file.found.kind);
        let at = self.file.found.other_date_at.filter(|_| of.is_some_and(|of| of.online == slot));
        at.and_then(|at| self.record.get(at)).map_or("", trimmed)
    }

    /// The month of the year in which the row goes online, where it stands in another column.
    fn month_of(&self, slot: Slot) -> Option<u32> {
        let at = self.file.found.month_at?;
        let of = SiteSlots::of(self.file.found.kind)?;
        let month: u32 =
            trimmed(self.record.get(at).filter(|_| slot == of.online)?).parse().ok()?;
        (1..=12).contains(&month).then_some(month)
    }

    #[inline]
    fn date(&mut self, slot: Slot, cell: &str) -> Option<(Day, Precision)> {
        if let Some(day) = Day::parse(cell) {
            // A date of the one form that can be read in one way only has no vote.
            return Some((day, Precision::Day));
        }
        self.votes.look(slot, self.line, cell);
        let format = &self.file.formats[slot];
        self.lately.dates.of(slot, cell, || format.date(cell))
    }

    /// A date, its precision aside.
    pub(super) fn day(&mut self, slot: Slot) -> Option<Day> {
        self.dated(slot).map(|(day, _)| day)
    }

    /// A month.
    pub(super) fn month(&mut self, slot: Slot) -> Option<Month> {
        let cell = self.raw(slot);
        if is_missing(cell) {
            return None;
        }
        self.votes.look(slot, self.line, cell);
        let month = self.file.formats[slot].month(cell);
        let month = month.filter(|m| (YEARS.0..=YEARS.1).contains(&m.year()));
        if month.is_none() {
            self.say(slot, Problem::NotMonth);
        }
        month
    }

    /// A word of a closed list; an unknown one is a warning, and `otherwise` stands in.
    pub(super) fn word<T: Copy>(
        &mut self,
        slot: Slot,
        parse: fn(&str) -> Option<T>,
        otherwise: T,
    ) -> T {
        let cell = self.text(slot);
        if let Some(value) = parse(cell) {
            return value;
        }
        if !cell.is_empty() {
            self.say(slot, Problem::UnknownWord);
        }
        otherwise
    }

    /// Notes what is wrong with a cell; that may cost the row.
    pub(super) fn say(&mut self, slot: Slot, problem: Problem) {
        self.lost |= problem.costs_row(self.file.column(slot));
        self.noted.push(Noted { line: self.line, record: self.record, slot, problem });
    }
}

/// An amount of what a column holds, with a unit of its own, a range or an "about".
fn amount(column: &ColumnSpec, cell: &str, format: &CellFormat) -> Option<Amount> {
    let units = match column.holds {
        Holds::Power => Units::Power,
        Holds::Count => Units::Things,
        _ => return None,
    };
    Amount::read(cell, units, format)
}

/// Reads a cell that is no plain number within what its column holds.
fn read_odd(file: &FileContext<'_>, slot: Slot, cell: &str) -> OddNumber {
    let (column, format) = (file.column(slot), file.formats[slot]);
    let angle = matches!(column.holds, Holds::Latitude | Holds::Longitude);
    let number = format.number(cell);
    let bounded = angle || column.holds == Holds::Ratio;
    if bounded && number.is_none_or(|value| !within(column, value)) {
        // Of an angle or a ratio one mark alone may be possible, whatever the other cells have.
        let other = match format.decimal {
            Decimal::Point => Decimal::Comma,
            Decimal::Comma => Decimal::Point,
        };
        let read = CellFormat { decimal: other, ..format }.number(cell);
        if let Some(value) = read.filter(|value| within(column, *value)) {
            return OddNumber::Number(value);
        }
    }
    let number = number.or_else(|| if angle { degrees(cell) } else { None });
    let percent = matches!(column.holds, Holds::Ratio | Holds::Share);
    let number = number.or_else(|| {
        let share = format.number(cell.strip_suffix('%').filter(|_| percent)?.trim_end())?;
        Some(share / 100.0)
    });
    match number {
        Some(value) => OddNumber::Number(value),
        None => match amount(column, cell, &format) {
            Some(amount) => OddNumber::Amount(amount),
            None if says_none(cell) => OddNumber::None,
            None => OddNumber::Unreadable,
        },
    }
}

/// Whether a cell names a year of a company's books.
fn is_fiscal(cell: &str) -> bool {
    !cell.starts_with(|c: char| c.is_ascii_digit())
        && word_date(cell).is_some_and(|date| date.fiscal)
}

/// Whether a day is a date of a field.
#[inline]
pub(super) fn is_date(day: Day) -> bool {
    (FIRST_DAY..=LAST_DAY).contains(&day.0)
}

/// Whether a value fits its column: the most is far beyond all that there is, so that a slip of the
/// keyboard or of a unit is told, and no figure of ours grows without end.
pub(super) fn within(column: &ColumnSpec, value: f64) -> bool {
    match column.holds {
        Holds::Latitude => (-90.0..=90.0).contains(&value),
        Holds::Longitude => (-180.0..=180.0).contains(&value),
        Holds::Ratio => (1.0..=5.0).contains(&value),
        Holds::Share | Holds::Power | Holds::Count | Holds::Amount => {
            (0.0..=most(column)).contains(&value)
        }
        Holds::Watts => value > 0.0 && value <= most(column),
        Holds::Year => (1900.0..=most(column)).contains(&value),
        _ => value.abs() <= most(column),
    }
}

/// The greatest value that a column can hold, by its size.
///
/// # Units
/// That of the column.
pub(super) fn most(column: &ColumnSpec) -> f64 {
    match column.holds {
        Holds::Latitude => 90.0,
        Holds::Longitude => 180.0,
        Holds::Ratio => 5.0,
        Holds::Share => 1.0,
        Holds::Year => 2200.0,
        // 10 TW, which is more than all power stations have, in MW; and in USD/MWh, where markets
        // stop at 20,000.
        Holds::Power | Holds::Price => 1e7,
        // A hundred times the accelerators of the world.
        Holds::Count => 1e10,
        // A chip of a megawatt.
        Holds::Watts => 1e6,
        _ => 1e18,
    }
}

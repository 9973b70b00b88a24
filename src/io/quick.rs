//! Readers of columns, quick for cells of the usual forms.
//!
//! A cell of a usual form is read from its bytes as they stand in the file; any other is left to a
//! [`Row`], which trims it, knows the other forms, and has something to say where it cannot be read.
//! Texts and words are known by their bytes: one that stands here was read by a row before.

use rustc_hash::FxHashMap;

use super::cell::{CellFormat, Decimal, Plain, is_missing};
use super::part::Recent;
use super::places::folded;
use super::problem::Problem;
use super::readers::site_of;
use super::row::{Row, Votes, is_date, within};
use crate::model::names::same_text;
use crate::model::table::{ColumnSpec, Slot};
use crate::model::tables::phases;
use crate::model::{Column, Day, Maybe, MaybeDay, Name, Names, Precision, SiteIndex, Status};

/// Reads the cells of a column.
pub(super) trait Reader<'a, T> {
    /// A cell of a usual form.
    fn quick(&mut self, _cell: &'a [u8], _line: u64, _votes: &mut Votes) -> Option<T> {
        None
    }

    /// Any cell.
    fn read(&mut self, row: &mut Row<'a, '_>) -> T;
}

/// A column whose cells have no usual form.
pub(super) struct Any<F>(pub F);

impl<'a, T, F: FnMut(&mut Row<'a, '_>) -> T> Reader<'a, T> for Any<F> {
    #[inline]
    fn read(&mut self, row: &mut Row<'a, '_>) -> T {
        self.0(row)
    }
}

/// Where the texts of cells go.
pub(super) struct Texts<'p> {
    pub names: &'p mut Names,
    pub recent: &'p mut Recent,
}

impl Texts<'_> {
    /// A text that is compared.
    #[inline]
    pub(super) fn name(&mut self, text: &str) -> Name {
        self.recent.interned(self.names, text)
    }

    /// A text that is only read.
    #[inline]
    pub(super) fn loose(&mut self, text: &str) -> Name {
        self.recent.loose(self.names, text)
    }
}

/// Texts that are compared.
pub(super) struct Compared<'t, 'p> {
    pub slot: Slot,
    pub texts: &'t mut Texts<'p>,
}

impl<'a> Reader<'a, Name> for Compared<'_, '_> {
    #[inline]
    fn quick(&mut self, cell: &'a [u8], _: u64, _: &mut Votes) -> Option<Name> {
        match cell {
            [] => Some(Name::EMPTY),
            // A country elsewhere, here no text.
            b"NA" => None,
            _ => self.texts.recent.seen_interned(self.texts.names, cell),
        }
    }

    fn read(&mut self, row: &mut Row<'a, '_>) -> Name {
        self.texts.name(&row.names(self.slot))
    }
}

/// Texts that are only read; of a key, each row must have one.
pub(super) struct Loose<'t, 'p> {
    pub slot: Slot,
    pub texts: &'t mut Texts<'p>,
    pub key: bool,
}

impl<'a> Reader<'a, Name> for Loose<'_, '_> {
    #[inline]
    fn quick(&mut self, cell: &'a [u8], _: u64, _: &mut Votes) -> Option<Name> {
        match cell {
            [] => (!self.key).then_some(Name::EMPTY),
            _ => self.texts.recent.seen_loose(self.texts.names, cell),
        }
    }

    fn read(&mut self, row: &mut Row<'a, '_>) -> Name {
        let text = if self.key { row.key(self.slot) } else { row.text(self.slot) };
        self.texts.loose(text)
    }
}

/// Codes, which are compared.
pub(super) struct Codes<'a, F> {
    read: F,
    known: KnownWords<'a, Name, 64>,
    slot: Slot,
}

impl<F> Codes<'_, F> {
    pub(super) fn new(slot: Slot, read: F) -> Self {
        Self { read, known: KnownWords::new(), slot }
    }
}

impl<'a, F: FnMut(&mut Row<'a, '_>) -> Name> Reader<'a, Name> for Codes<'a, F> {
    #[inline]
    fn quick(&mut self, cell: &'a [u8], _: u64, _: &mut Votes) -> Option<Name> {
        if cell.is_empty() { Some(Name::EMPTY) } else { self.known.get(cell) }
    }

    fn read(&mut self, row: &mut Row<'a, '_>) -> Name {
        let code = (self.read)(row);
        self.known.put(row.raw(self.slot).as_bytes(), code);
        code
    }
}

/// Sites by their ids. Phases of a site often follow each other, and sites each other as in their
/// own file.
pub(super) struct Owners<'s> {
    pub sites: &'s SiteIndex,
    /// Sites by their folded names; none where two have one.
    pub by_name: Option<&'s FxHashMap<String, Option<u32>>>,
    /// The site of the row before.
    pub last: &'s mut u32,
}

impl<'a> Reader<'a, u32> for Owners<'_> {
    #[inline]
    fn quick(&mut self, cell: &'a [u8], _: u64, _: &mut Votes) -> Option<u32> {
        let near = [*self.last, *self.last + 1].into_iter();
        let found = near.filter(|_| !cell.is_empty()).find(|&site| self.sites.is(site, cell))?;
        *self.last = found;
        Some(found)
    }

    fn read(&mut self, row: &mut Row<'a, '_>) -> u32 {
        let slot = phases::AT.site;
        let key = row.key(slot);
        let named = || self.by_name?.get(&folded(key)).copied().flatten();
        let found = self.sites.get(key).or_else(named);
        *self.last = found.or_else(|| site_of(row, slot, key, self.sites)).unwrap_or(0);
        *self.last
    }
}

/// Numbers.
pub(super) struct Numbers<'c> {
    pub slot: Slot,
    pub column: &'static ColumnSpec,
    pub format: &'c CellFormat,
}

impl<'a> Reader<'a, Maybe> for Numbers<'_> {
    #[inline]
    fn quick(&mut self, cell: &'a [u8], line: u64, votes: &mut Votes) -> Option<Maybe> {
        if cell.is_empty() {
            return Some(Maybe::NONE);
        }
        let plain = Plain::read(cell).filter(|_| self.format.decimal == Decimal::Point)?;
        let value = self.format.plain_number(plain).filter(|value| within(self.column, *value))?;
        votes.look_plain(self.slot, line, plain);
        Some(Maybe::some(value))
    }

    fn read(&mut self, row: &mut Row<'a, '_>) -> Maybe {
        row.number(self.slot)
    }
}

/// Days, and how well each is known by the form of its cell.
pub(super) struct Dates<'f> {
    pub slot: Slot,
    pub forms: &'f mut Column<Precision>,
}

impl<'a> Reader<'a, MaybeDay> for Dates<'_> {
    #[inline]
    fn quick(&mut self, cell: &'a [u8], _: u64, _: &mut Votes) -> Option<MaybeDay> {
        let day = Day::of_ten(cell).filter(|day| is_date(*day))?;
        self.forms.push(Precision::Day);
        Some(Some(day).into())
    }

    fn read(&mut self, row: &mut Row<'a, '_>) -> MaybeDay {
        let date = row.dated(self.slot);
        self.forms.push(date.map_or(Precision::Day, |(_, form)| form));
        date.map(|(day, _)| day).into()
    }
}

/// Words of a closed list.
pub(super) struct Words<'a, T> {
    slot: Slot,
    parse: fn(&str) -> Option<T>,
    otherwise: T,
    /// What an empty cell says.
    empty: T,
    known: KnownWords<'a, T, 16>,
    /// Words that are none of the list.
    unknown: KnownWords<'a, (), 16>,
}

impl<T: Copy> Words<'_, T> {
    pub(super) fn new(slot: Slot, parse: fn(&str) -> Option<T>, otherwise: T) -> Self {
        let empty = parse("").unwrap_or(otherwise);
        let (known, unknown) = (KnownWords::new(), KnownWords::new());
        Self { slot, parse, otherwise, empty, known, unknown }
    }
}

impl<'a, T: Copy> Reader<'a, T> for Words<'a, T> {
    #[inline]
    fn quick(&mut self, cell: &'a [u8], _: u64, _: &mut Votes) -> Option<T> {
        if cell.is_empty() { Some(self.empty) } else { self.known.get(cell) }
    }

    /// A word that is not of the list is a finding in every row.
    fn read(&mut self, row: &mut Row<'a, '_>) -> T {
        let cell = row.raw(self.slot);
        if self.unknown.get(cell.as_bytes()).is_some() {
            row.say(self.slot, Problem::UnknownWord);
            return self.otherwise;
        }
        let word = row.word(self.slot, self.parse, self.otherwise);
        if (self.parse)(cell).is_some() {
            self.known.put(cell.as_bytes(), word);
        } else if !is_missing(cell) {
            self.unknown.put(cell.as_bytes(), ());
        }
        word
    }
}

/// States, with the cells that are not the table's own words.
pub(super) struct Statuses<'a, 't, 'p> {
    pub slot: Slot,
    /// What a row without one has, and the header that says so.
    pub otherwise: (Status, Name),
    pub texts: &'t mut Texts<'p>,
    pub said: &'t mut Column<Name>,
    /// Whether `active` means waiting in a queue.
    pub is_queue: bool,
    /// Whether any cell said that the thing was in service and is no more.
    pub ended: &'t mut bool,
    pub known: KnownWords<'a, (Status, Name), 16>,
    /// Words that are no state.
    pub unknown: KnownWords<'a, Name, 16>,
}

impl<'a> Reader<'a, Status> for Statuses<'a, '_, '_> {
    #[inline]
    fn quick(&mut self, cell: &'a [u8], _: u64, _: &mut Votes) -> Option<Status> {
        let (status, said) = match cell {
            [] => self.otherwise,
            _ => self.known.get(cell)?,
        };
        self.said.push(said);
        Some(status)
    }

    fn read(&mut self, row: &mut Row<'a, '_>) -> Status {
        if let Some(said) = self.unknown.get(row.raw(self.slot).as_bytes()) {
            row.say(self.slot, Problem::UnknownWord);
            self.said.push(said);
            return Status::Unstated;
        }
        let cell = row.text(self.slot);
        let known = &mut row.lately.states;
        let status = match known.of(self.slot, cell, || Status::parse_loosely(cell)) {
            _ if cell.is_empty() => self.otherwise.0,
            Some(Status::Operating) if self.is_queue && cell.eq_ignore_ascii_case("active") => {
                Status::Planned
            }
            Some(status) => status,
            None => {
                row.say(self.slot, Problem::UnknownWord);
                Status::Unstated
            }
        };
        let said = match cell {
            "" => self.otherwise.1,
            cell if cell == status.word() => Name::EMPTY,
            cell => self.texts.loose(cell),
        };
        *self.ended |= status == Status::Cancelled && Status::has_ended(cell);
        self.said.push(said);
        let bytes = row.raw(self.slot).as_bytes();
        if status != Status::Unstated || cell.is_empty() {
            self.known.put(bytes, (status, said));
        } else {
            self.unknown.put(bytes, said);
        }
        status
    }
}

/// How well dates are known: words of a closed list, else what the form of the date says.
pub(super) struct Precisions<'a, 'f> {
    pub words: Words<'a, Precision>,
    pub forms: &'f Column<Precision>,
    pub row: usize,
}

impl<'a> Reader<'a, Precision> for Precisions<'a, '_> {
    #[inline]
    fn quick(&mut self, cell: &'a [u8], line: u64, votes: &mut Votes) -> Option<Precision> {
        let word = match cell {
            [] => self.forms[self.row],
            _ => self.words.quick(cell, line, votes)?,
        };
        self.row += 1;
        Some(word)
    }

    fn read(&mut self, row: &mut Row<'a, '_>) -> Precision {
        let form = self.forms[self.row];
        self.row += 1;
        if row.text(self.words.slot).is_empty() {
            return form;
        }
        self.words.otherwise = form;
        self.words.read(row)
    }
}

/// Words of a column that were read lately, with what they mean: most rows say one of them.
pub(super) struct KnownWords<'a, T, const N: usize> {
    words: [(&'a [u8], Option<T>); N],
}

impl<'a, T: Copy, const N: usize> KnownWords<'a, T, N> {
    pub(super) fn new() -> Self {
        Self { words: [(&[], None); N] }
    }

    #[inline]
    fn place(word: &[u8]) -> usize {
        match word {
            [] => 0,
            [first, .., last] => (usize::from(*first) * 3 + usize::from(*last) + word.len()) % N,
            [only] => usize::from(*only) % N,
        }
    }

    #[inline]
    fn get(&self, word: &[u8]) -> Option<T> {
        let (seen, value) = self.words[Self::place(word)];
        value.filter(|_| same_text(seen, word))
    }

    fn put(&mut self, word: &'a [u8], value: T) {
        self.words[Self::place(word)] = (word, Some(value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_seen_before_are_known_by_all_their_bytes() {
        let mut seen = KnownWords::<usize, 16>::new();
        let words = ["", "a", "b", "operating", "operatinG", "planned", "fifteen letters", "x\0"];
        for (at, word) in words.iter().map(|word| word.as_bytes()).enumerate() {
            assert_eq!(seen.get(word), None);
            seen.put(word, at);
            assert_eq!(seen.get(word), Some(at));
        }
    }
}

//! Cells of unusual forms that were read lately, with what they mean: files repeat themselves.

use super::amount::Amount;
use super::part::step;
use crate::model::table::Slot;
use crate::model::{Day, Precision, Status};

/// What was read lately in the columns of one file.
#[derive(Debug, Default)]
pub(super) struct Lately {
    pub numbers: Memo<OddNumber>,
    pub dates: Memo<Option<(Day, Precision)>>,
    pub states: Memo<Option<Status>>,
}

impl Lately {
    /// Forgets all: columns of another file, or in other formats, follow.
    pub(super) fn clear(&mut self) {
        self.numbers.clear();
        self.dates.clear();
        self.states.clear();
    }
}

/// What a cell says that is no plain number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum OddNumber {
    /// A number in another form.
    Number(f64),
    /// An amount with a unit, a range or an "about".
    Amount(Amount),
    /// That there is none.
    None,
    /// Nothing that can be read.
    Unreadable,
}

/// So many cells are remembered at most.
const PLACES: usize = 1024;

/// Cells that are no longer are remembered.
const LONGEST: usize = 22;

/// Cells with what they mean, each at a place that follows from its bytes: one pushes another out.
#[derive(Debug)]
pub(super) struct Memo<V> {
    places: Vec<Option<(Key, V)>>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Key {
    slot: Slot,
    length: u8,
    bytes: [u8; LONGEST],
}

impl<V> Default for Memo<V> {
    fn default() -> Self {
        Self { places: Vec::new() }
    }
}

impl<V: Copy> Memo<V> {
    /// What a cell of a column means, which depends on nothing but its text.
    #[inline(never)]
    pub(super) fn of(&mut self, slot: Slot, cell: &str, read: impl FnOnce() -> V) -> V {
        let mut bytes = [0; LONGEST];
        let Some(own) = bytes.get_mut(..cell.len()) else { return read() };
        own.copy_from_slice(cell.as_bytes());
        let key = Key { slot, length: cell.len() as u8, bytes };
        if self.places.is_empty() {
            self.places.resize_with(PLACES, || None);
        }
        let (words, _) = bytes.as_chunks::<8>();
        let hash =
            words.iter().fold(cell.len() as u64, |hash, w| step(hash, u64::from_le_bytes(*w)));
        let hash = bytes[16..].iter().fold(hash, |hash, byte| step(hash, u64::from(*byte)));
        let place = &mut self.places[(hash >> 40) as usize % PLACES];
        match place {
            Some((known, value)) if *known == key => *value,
            _ => place.insert((key, read())).1,
        }
    }

    fn clear(&mut self) {
        self.places.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_known_by_column_and_all_their_bytes() {
        let mut memo = Memo::default();
        let slots = [Slot::new(0), Slot::new(3)];
        let cells = [
            "",
            "a",
            "b",
            "a\0",
            "mid-2027",
            "mid-2028",
            "twenty-two letters at.",
            "longer than twenty-two letters",
        ];
        let mut value = 0;
        for slot in slots {
            for cell in cells {
                value += 1;
                assert_eq!(memo.of(slot, cell, || value), value, "{cell}");
                // What is too long is read each time.
                let again = if cell.len() > LONGEST { 99 } else { value };
                assert_eq!(memo.of(slot, cell, || 99), again, "{cell}");
            }
        }
        memo.clear();
        assert_eq!(memo.of(slots[0], "a", || 7), 7);
        // More than there are places for.
        for round in 0..2 {
            for at in 0..3 * PLACES {
                let cell = format!("~{at}");
                assert_eq!(memo.of(slots[1], &cell, || at), at, "{round}");
            }
        }
    }
}

//! Rows of the small tables, which go straight to the model. Sites and phases, which come by the
//! million, are read in parts: see [`super::part`].

use rustc_hash::FxHashSet;

use super::problem::Problem;
use super::row::Row;
use super::well_formed::says_sum;
use crate::model::table::{Cells, Doubt, Need, Slot, Word};
use crate::model::tables::{ByHand, dataset};
use crate::model::{Dataset, Day, Maybe, Month, Name, Origin, RowTables, SiteIndex, TableKind};

/// What the readers of one table share.
pub(super) struct Sink<'d> {
    pub data: &'d mut Dataset,
    pub file: u16,
    /// Keys seen so far in tables of this kind.
    pub seen: FxHashSet<[u32; 5]>,
}

/// A row, and where it goes.
struct RowCells<'x, 'a, 'r, 'd> {
    row: &'x mut Row<'a, 'r>,
    sink: &'x mut Sink<'d>,
}

impl RowCells<'_, '_, '_, '_> {
    /// Tells where a key is missing; that costs the row.
    fn required(&mut self, slot: Slot) {
        if self.row.file.column(slot).need == Need::Key {
            self.row.key(slot);
        }
    }
}

impl Cells for RowCells<'_, '_, '_, '_> {
    fn text(&mut self, slot: Slot) -> Name {
        self.required(slot);
        self.sink.data.names.intern(self.row.any_text(slot))
    }

    fn number(&mut self, slot: Slot) -> Maybe {
        self.required(slot);
        self.row.number(slot)
    }

    fn day(&mut self, slot: Slot) -> Option<Day> {
        self.required(slot);
        self.row.day(slot)
    }

    fn month(&mut self, slot: Slot) -> Option<Month> {
        self.required(slot);
        self.row.month(slot)
    }

    fn word<T: Word>(&mut self, slot: Slot) -> T {
        self.required(slot);
        self.row.word(slot, T::parse, T::default())
    }

    fn site(&mut self, slot: Slot) -> u32 {
        let key = self.row.key(slot);
        site_of(self.row, slot, key, self.sink.data.site_index()).unwrap_or(0)
    }

    fn is_empty(&self, slot: Slot) -> bool {
        self.row.text(slot).is_empty()
    }

    fn origin(&self) -> Origin {
        let line = u32::try_from(self.row.line).unwrap_or(u32::MAX);
        Origin { file: self.sink.file, line }
    }

    fn doubt(&mut self, slot: Slot, doubt: Doubt) {
        let problem = match doubt {
            Doubt::OutOfOrder => Problem::OutOfOrder,
            Doubt::LongPrice => Problem::LongPrice,
            Doubt::UnknownKindOfAlias => Problem::UnknownKindOfAlias,
        };
        self.row.say(slot, problem);
    }

    fn read(&self, name: Name) -> &str {
        self.sink.data.text(name)
    }

    fn once(&mut self, slot: Slot, key: [u32; 5]) {
        if !self.sink.seen.insert(key) {
            self.row.say(slot, Problem::Duplicate);
        }
    }

    fn lost(&self) -> bool {
        self.row.lost
    }

    fn tables(&mut self) -> &mut RowTables {
        &mut self.sink.data.tables
    }
}

/// The position of the site that a cell names; an unknown one costs the row.
pub(super) fn site_of(
    row: &mut Row<'_, '_>,
    slot: Slot,
    key: &str,
    sites: &SiteIndex,
) -> Option<u32> {
    if key.is_empty() {
        return None;
    }
    let found = sites.get(key);
    if found.is_none() {
        row.say(slot, if says_sum(key) { Problem::Sum } else { Problem::UnknownSite });
    }
    found
}

/// The finding that a cell names no site; hints are added where all sites are at hand.
pub(super) const UNKNOWN_SITE: &str = "E112";

/// Reads one row of a table; `false` if it was lost.
pub(super) fn read_row(kind: TableKind, row: &mut Row<'_, '_>, sink: &mut Sink<'_>) -> bool {
    match kind.read_row(&mut RowCells { row: &mut *row, sink: &mut *sink }) {
        Ok(kept) => return kept,
        Err(ByHand::Dataset) => fact(row, sink),
        // Those are read in parts.
        Err(ByHand::Hours | ByHand::Sites | ByHand::Phases) => return false,
    }
    !row.lost
}

/// A fact on the data set as a whole.
fn fact(row: &mut Row<'_, '_>, sink: &mut Sink<'_>) {
    let [key, value] = [dataset::AT.key, dataset::AT.value].map(|slot| row.key(slot));
    let name = sink.data.names.intern(key);
    if !row.lost && !sink.seen.insert([name.0, 0, 0, 0, 0]) {
        row.say(dataset::AT.key, Problem::Duplicate);
    }
    if row.lost {
        return;
    }
    let info = &mut sink.data.info;
    match key {
        "title" => value.clone_into(&mut info.title),
        "licence" => value.clone_into(&mut info.licence),
        "as_of" => info.as_of = row.day(dataset::AT.value),
        _ => info.other.push((key.to_owned(), value.to_owned())),
    }
}

//! Other names of chips, chip vendors and organisations.

use crate::model::table::{Cells, Doubt, Settle, table};
use crate::model::{Maybe, Name};

table! {
    /// Other names of chips, chip vendors and organisations.
    rows aliases: Alias unique(alias: kind, alias, id), settled {
        /// What the alias names.
        kind: Name = Key Text "chip, chip_vendor or organisation"; "kind";
        /// As it stands in cells.
        alias: Name = Key Text; "alias";
        /// What it means.
        id: Name = Key Text; "id";
        /// Share of the alias that is this one; empty for the whole.
        share: Maybe = Open Share; "share";
    }
}

impl Settle for Alias {
    fn settle(&mut self, cells: &mut impl Cells) {
        if !["chip", "chip_vendor", "organisation"].contains(&cells.read(self.kind)) {
            cells.doubt(AT.kind, Doubt::UnknownKindOfAlias);
        }
    }
}

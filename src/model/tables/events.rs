//! Dated events worth a mark on a timeline.

use crate::model::table::table;
use crate::model::{Day, Name};

table! {
    /// Dated events worth a mark on a timeline.
    rows events: Event {
        /// Its day.
        date: Day = Key Date; "date day";
        /// What it is about.
        kind: Name = Extra Text "limits, deal, policy, power, launch or other"; "kind type";
        /// Short text.
        label: Name = Key Text "text of at most 40 characters"; "label title event headline";
        /// Long text.
        detail: Name = Extra Text; "detail details description";
        /// Page.
        source: Name = Extra Text "an address"; "source url";
    }
}

//! Publishers of the prices.

use crate::model::table::table;
use crate::model::{Name};

table! {
    /// Publishers of the prices.
    rows sources: Source unique(id: id) {
        /// Key.
        id: Name = Key Text "text, no two alike"; "id sourceid";
        /// Who publishes it.
        publisher: Name = Key Text; "publisher";
        /// Page.
        url: Name = Extra Text "an address"; "url link";
        /// Licence, in words.
        licence: Name = Key Text; "licence license";
        /// Remarks.
        notes: Name = Extra Text; "notes";
    }
}

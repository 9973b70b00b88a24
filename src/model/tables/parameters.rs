//! Figures of the literature, with their range.

use crate::model::table::table;
use crate::model::{Maybe, Name};

table! {
    /// Figures of the literature, with their range.
    rows parameters: Parameter unique(key: key) {
        /// Key.
        key: Name = Key Text "text, no two alike"; "key parameter";
        /// What it is.
        label: Name = Key Text; "label";
        /// Low end.
        low: Maybe = Extra Number; "low";
        /// Central value.
        central: Maybe = Measure Number; "central value";
        /// High end.
        high: Maybe = Extra Number; "high";
        /// Unit of all three.
        unit: Name = Extra Text; "unit";
        /// Page.
        source: Name = Extra Text; "source";
        /// Remarks.
        notes: Name = Extra Text; "notes";
    }
}

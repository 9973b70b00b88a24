//! Output tokens a second by chip and model. They are read and checked; no figure uses them yet.

use crate::model::table::table;
use crate::model::{Maybe, Name};

table! {
    /// Output tokens a second by chip and model. They are read and checked; no figure uses them
    /// yet.
    rows throughput: Throughput {
        /// Chip.
        chip: Name = Key Text "name of a chip"; "chip";
        /// Model that runs on it.
        model: Name = Key Text; "model";
        /// Benchmark and its settings.
        setting: Name = Extra Text; "setting";
        /// Output tokens a second of one chip.
        tokens_per_s: Maybe = Key Amount "a number ≥ 0, tokens a second"; "tokenspers";
        /// The same at another speed to each user.
        low: Maybe = Extra Amount "a number ≥ 0, tokens a second"; "low";
        /// Likewise.
        high: Maybe = Extra Amount "a number ≥ 0, tokens a second"; "high";
        /// Page.
        source: Name = Extra Text "an address"; "source";
        /// Remarks.
        notes: Name = Extra Text; "notes";
    }
}

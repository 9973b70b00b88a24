//! Rules of policy that sites may meet or break. They are read and checked; no figure uses them yet.

use crate::model::table::table;
use crate::model::{Day, Maybe, Name};

table! {
    /// Rules of policy that sites may meet or break. They are read and checked; no figure uses them
    /// yet.
    rows rules: Rule unique(id: id) {
        /// Key.
        id: Name = Key Text "text, no two alike"; "id";
        /// Where it holds.
        jurisdiction: Name = Key Text "code of a country or subdivision, or text"; "jurisdiction";
        /// What it is called.
        rule: Name = Key Text; "rule";
        /// Efficiency, siting, moratorium, tariff …
        kind: Name = Extra Text; "kind";
        /// In force, adopted, proposed …
        state: Name = Key Text; "state";
        /// Day of adoption.
        adopted: Option<Day> = Extra Date; "adopted";
        /// First day on which it holds.
        in_force: Option<Day> = Extra Date; "inforce";
        /// Last day.
        until: Option<Day> = Extra Date; "until";
        /// Size from which it holds.
        threshold_mw: Maybe = Extra Power; "thresholdmw";
        /// Other thresholds, in words.
        threshold: Name = Extra Text; "threshold";
        /// What it demands, in words.
        demands: Name = Extra Text; "demands";
        /// Highest PUE.
        pue_max: Maybe = Extra Ratio; "puemax";
        /// Least share of heat reused.
        reuse_min: Maybe = Extra Amount; "reusemin";
        /// Least share of renewable energy.
        renewable_min: Maybe = Extra Amount; "renewablemin";
        /// Least share of contracted power that is paid for.
        min_take: Maybe = Extra Amount; "mintake";
        /// Length of contracts.
        term_years: Maybe = Extra Amount "a number ≥ 0, in years"; "termyears";
        /// Page.
        source: Name = Extra Text "an address"; "source";
        /// Remarks.
        notes: Name = Extra Text; "notes";
    }
}

//! Deals on compute, capacity or energy.

use crate::model::table::table;
use crate::model::{Basis, Day, Maybe, Name};

table! {
    /// Deals on compute, capacity or energy.
    rows contracts: Contract unique(id: id) {
        /// Key.
        id: Name = Key Text "text, no two alike"; "id contract contractid";
        /// Who buys.
        buyer: Name = Key Text "a name"; "buyer";
        /// Who sells.
        seller: Name = Key Text "a name"; "seller";
        /// Day of the announcement.
        announced: Option<Day> = Extra Date; "announced";
        /// First day.
        start: Option<Day> = Extra Date; "start";
        /// Last day.
        end: Option<Day> = Extra Date; "end";
        /// MW of the deal, compute or generation.
        capacity_mw: Maybe = Extra Power; "capacitymw capacity";
        /// What those MW are.
        mw_basis: Basis = Extra Text "meter, it, generation, average or unknown"; "mwbasis basis";
        /// Value of the deal.
        value_usd_bn: Maybe = Extra Amount "a number ≥ 0, in bn USD"; "valueusdbn value";
        /// Chips, in words.
        hardware: Name = Extra Text; "hardware chip";
        /// Sites of the deal.
        site_ids: Name = Extra Text "ids parted by `;`"; "siteids sites";
        /// Contract that already contains this one.
        within: Name = Extra Text "id of a contract"; "within";
        /// Where, in words.
        geography: Name = Extra Text; "geography";
        /// What is dealt in.
        kind: Name = Extra Text "compute, energy, chips, capital or other"; "kind";
        /// `active`, `letter of intent` …
        status: Name = Extra Text; "status";
        /// Page.
        source: Name = Extra Text "an address"; "source url";
        /// Remarks.
        notes: Name = Extra Text; "notes";
    }
}

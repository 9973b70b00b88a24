//! Changes of the usage limits of AI services. They are read and checked; no figure uses them yet.

use crate::model::table::table;
use crate::model::{Day, Maybe, Name, Precision};

table! {
    /// Changes of the usage limits of AI services. They are read and checked; no figure uses them
    /// yet.
    rows limits: Limit unique(id: id) {
        /// Key.
        id: Name = Key Text "text, no two alike"; "id";
        /// Whose service it is.
        provider: Name = Key Text "a name"; "provider";
        /// The service.
        product: Name = Extra Text; "product";
        /// Plans that it holds for; all if empty.
        plan: Name = Extra Text "names parted by `;`"; "plan";
        /// First day.
        date: Option<Day> = Header Date; "date";
        /// How well that day is known.
        precision as date_precision: Precision = Extra Text "day, month, quarter, half or year";
            "dateprecision";
        /// Last day; open if empty.
        to: Option<Day> = Extra Date; "to";
        /// Time over which the limit counts.
        window: Name = Extra Text; "window";
        /// What changes, in words.
        change: Name = Key Text; "change";
        /// What the limit is multiplied by.
        factor: Maybe = Extra Amount; "factor";
        /// The limit itself.
        limit: Name = Extra Text "a number, or a range such as 40-80"; "limit";
        /// Its unit.
        unit: Name = Extra Text; "unit";
        /// Deal that it is said to rest on.
        contract: Name = Extra Text "id of a contract"; "contract";
        /// Page.
        source: Name = Extra Text "an address"; "source";
        /// Remarks.
        notes: Name = Extra Text; "notes";
    }
}

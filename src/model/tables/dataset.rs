//! Facts on the data set as a whole.

use crate::model::table::table;

table! {
    /// Facts on the data set as a whole.
    schema dataset {
        /// What the row says.
        key: Name = Key Text "title, as_of, licence or another word"; "key";
        /// What it is.
        value: Name = Key Text "text; for `as_of` a date"; "value";
    }
}

//! From bytes to the model: encodings, delimiters, headers, cells, checks.
//!
//! Nothing here knows a screen. A bad row never costs a good one and never disappears: every
//! finding goes to the [`crate::diagnostic::Report`].

pub mod amount;
mod batch;
mod belongs;
mod blocks;
pub mod builtin;
pub mod cell;
mod check;
mod containers;
pub mod dates;
mod encoding;
mod evidence;
mod formats;
mod gazetteer;
pub mod header;
mod hours;
mod in_order;
mod layout;
mod load;
mod mapping;
mod memo;
mod merge;
mod odd_rows;
mod open;
mod part;
mod places;
mod prices;
mod problem;
mod quick;
mod readers;
mod row;
pub mod scenario;
mod shares;
pub mod split;
pub mod text;
mod timeline;
mod titles;
mod well_formed;
mod whole_text;

pub use blocks::{Bytes, Input, plain};
pub use load::{Cancelled, Loaded, ReadFileError, Unwatched, Watch, load, read_file};
pub use mapping::{MappedColumn, Mapping, Role, TomlKind, write as write_mapping};
pub use open::{may_be_a_table, unreadable};
pub use scenario::{ReadScenarioError, ScenarioFile, read_scenario};

//! From bytes to the model: encodings, delimiters, headers, cells, checks.
//!
//! Nothing here knows a screen. A bad row never costs a good one and never disappears: every
//! finding goes to the [`crate::diagnostic::Report`].

pub mod builtin;
pub mod cell;
mod check;
pub mod header;
mod load;
mod readers;
mod row;
pub mod scenario;
pub mod schema;
pub mod text;

pub use load::{
    Cancelled, Input, Loaded, ReadFileError, Unwatched, Watch, load, read_file, read_inputs,
};
pub use scenario::{ReadScenarioError, ScenarioFile, read_scenario};

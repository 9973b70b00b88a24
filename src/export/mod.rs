//! Figures and results to files: SVG, PNG, PDF, CSV, JSON; written whole or not at all.

pub mod save;
pub mod table;
pub mod tables;

pub use save::{SaveError, save};
pub use table::{Cell, Format, Table};

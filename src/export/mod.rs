//! Figures and results to files: SVG, PNG, PDF, CSV, JSON; written whole or not at all.

pub mod picture;
pub mod save;
pub mod studies;
pub mod svg;
pub mod table;
pub mod tables;

pub use picture::{PictureError, pdf, png};
pub use save::{SaveError, save};
pub use svg::svg;
pub use table::{Cell, Format, Table};

//! Figures and results as bytes: SVG, PNG, PDF, CSV, JSON.

pub mod picture;
pub mod studies;
pub mod svg;
pub mod table;
pub mod tables;

pub use picture::{PictureError, pdf, png};
pub use svg::svg;
pub use table::{Cell, Format, Rows, Table, Writer};

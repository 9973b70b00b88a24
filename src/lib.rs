//! Wattlas, an atlas of the world's compute, in watts.
//!
//! It loads tables of AI compute sites, their phases and electricity prices, and draws maps,
//! stacked capacity and electricity cost: in a window, and as pictures and tables from the
//! command line. One path leads from file to picture, each step a pure function between values:
//!
//! ```text
//! bytes ─io::load→ Dataset + Report ─scenario::run→ Outcome ─figure::build→ Figure ─→ screen | file
//! ```
//!
//! ```
//! use wattlas::{io, scenario};
//!
//! let loaded = io::load(&io::builtin::inputs(), &io::Unwatched, &scenario::Alone)?;
//! let outcome = scenario::run(&loaded.data, &scenario::Scenario::default(), &loaded.data.grid());
//! assert_eq!(outcome.phases.len(), loaded.data.phases.len());
//! # Ok::<(), io::Cancelled>(())
//! ```
//!
//! What every number means stands in `docs/method.md`.

#[cfg(feature = "app")]
pub mod app;
pub mod cli;
pub mod clock;
pub mod diagnostic;
pub mod export;
pub mod figure;
pub mod files;
pub mod geo;
pub mod io;
pub mod model;
pub mod parallel;
pub mod save;
pub mod scenario;
#[cfg(feature = "app")]
pub mod ui;
pub mod units;

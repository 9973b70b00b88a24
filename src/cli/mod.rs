//! The command line: what was typed, what is meant, and the doing of it.

pub mod args;
mod bench;
pub mod plan;
mod run;
mod studies;
mod timing;
mod world;

pub use bench::{FrameParts, GestureFrames, Window};
pub use run::{Exit, overview_to_file, run};

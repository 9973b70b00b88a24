//! Wattlas, an atlas of the world's compute, in watts.
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod cli;
pub mod diagnostic;
pub mod model;
pub mod scenario;
pub mod units;
pub mod io;
pub mod export;
pub mod figure;
pub mod geo;

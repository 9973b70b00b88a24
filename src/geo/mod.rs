//! The world's surface: projections, viewports, and the offline basemap.
//!
//! Longitude first, in degrees. This module is the ground: it imports nothing of ours.

pub mod basemap;
pub mod projection;

pub use projection::{LonLat, PixelRect, PlaneToPixels, Projection, Projector, View, around};

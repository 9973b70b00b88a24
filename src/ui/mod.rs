//! Panels: each reads, draws, and returns what was asked for. None changes anything.

pub mod action;
pub mod card;
pub mod chart_panel;
pub mod clock;
pub mod command;
pub mod controls;
pub mod drawing;
mod flat;
pub mod frame_panels;
mod hours_chart;
pub mod inspector;
pub mod land;
pub mod layout;
pub mod map_panel;
pub mod paint;
mod picture;
pub mod scenario_panel;
pub mod sites_table;
mod symbols;
pub mod theme;
mod triangles;

pub use action::{Action, Against, PanelContext, Progress, ScenarioChoice, Side, State, Tab};
pub use command::Command;

//! The app: state, jobs, and the window that holds the panels.

pub mod jobs;
pub mod rig;
pub mod roster;
pub mod scene;
pub mod update;
pub mod window;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use eframe::egui::ViewportBuilder;

pub use window::App;

use crate::figure::MapBy;

/// Whether the system says that it has a display.
pub fn has_display() -> bool {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let needs_one = cfg!(all(unix, not(target_os = "macos")));
    !needs_one || ["WAYLAND_DISPLAY", "WAYLAND_SOCKET", "DISPLAY"].into_iter().any(set)
}

/// Opens the window and stays until it is closed. `drawn` is set with its first frame.
///
/// # Errors
/// If the system gives no window, or no graphics adapter, not even one in software.
pub fn open(files: Vec<PathBuf>, drawn: &Arc<AtomicBool>) -> eframe::Result {
    let viewport = ViewportBuilder::default()
        .with_title("Wattlas")
        .with_app_id("wattlas")
        .with_inner_size([1440.0, 900.0])
        .with_min_inner_size([900.0, 560.0]);
    let options = eframe::NativeOptions { viewport, ..eframe::NativeOptions::default() };
    let drawn = Arc::clone(drawn);
    let create: eframe::AppCreator<'_> = Box::new(move |cc| {
        let drawn_by = match cc.wgpu_render_state.as_ref().map(crate::ui::card::install) {
            Some(true) => MapBy::Buffers,
            Some(false) => MapBy::SlowBuffers,
            None => MapBy::Marks,
        };
        Ok(Box::new(App::new(&cc.egui_ctx, files)?.telling(drawn).leaving_maps_to(drawn_by)))
    });
    eframe::run_native("wattlas", options, create)
}

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

/// How a window can be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Display {
    /// As the system has it.
    Usual,
    /// By X11, since what is named for Wayland does not answer.
    X11,
}

/// Which display there is.
///
/// # Errors
/// Why there is none, in words: none is named, or those that are named do not answer.
#[cfg(all(unix, not(target_os = "macos")))]
pub fn display() -> Result<Display, String> {
    let named = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    if named("WAYLAND_SOCKET").is_some() {
        return Ok(Display::Usual);
    }
    let (wayland, x11) = (named("WAYLAND_DISPLAY"), named("DISPLAY"));
    if let Some(name) = &wayland
        && answers(&PathBuf::from(named("XDG_RUNTIME_DIR").unwrap_or_default()).join(name))
    {
        return Ok(Display::Usual);
    }
    if let Some(name) = &x11
        && x11_answers(&name.to_string_lossy())
    {
        return Ok(if wayland.is_some() { Display::X11 } else { Display::Usual });
    }
    let told = |name: &str, value: Option<std::ffi::OsString>| {
        value.map(|value| format!("{name}={}", value.to_string_lossy()))
    };
    let stale: Vec<String> =
        [told("WAYLAND_DISPLAY", wayland), told("DISPLAY", x11)].into_iter().flatten().collect();
    Err(match stale.as_slice() {
        [] => "no display was found".to_owned(),
        named => format!("no display answers to {}", named.join(" or ")),
    })
}

/// Which display there is: elsewhere every system has one.
///
/// # Errors
/// None.
#[cfg(not(all(unix, not(target_os = "macos"))))]
pub fn display() -> Result<Display, String> {
    Ok(Display::Usual)
}

/// Whether somebody listens at a socket.
#[cfg(all(unix, not(target_os = "macos")))]
fn answers(socket: &std::path::Path) -> bool {
    std::os::unix::net::UnixStream::connect(socket).is_ok()
}

/// Whether an X server answers to a name such as `:0` or `:1.0`; one on another machine is believed.
#[cfg(all(unix, not(target_os = "macos")))]
fn x11_answers(name: &str) -> bool {
    let Some((host, number)) = name.rsplit_once(':') else { return false };
    if !matches!(host, "" | "unix") {
        return true;
    }
    let number = number.split('.').next().unwrap_or_default();
    let path = format!("/tmp/.X11-unix/X{number}");
    answers(std::path::Path::new(&path)) || abstract_answers(&path)
}

#[cfg(target_os = "linux")]
fn abstract_answers(name: &str) -> bool {
    use std::os::linux::net::SocketAddrExt as _;
    use std::os::unix::net::{SocketAddr, UnixStream};
    let address = SocketAddr::from_abstract_name(name);
    address.is_ok_and(|address| UnixStream::connect_addr(&address).is_ok())
}

#[cfg(all(unix, not(target_os = "macos"), not(target_os = "linux")))]
fn abstract_answers(_: &str) -> bool {
    false
}

/// Has the window opened by X11.
#[cfg(all(unix, not(target_os = "macos")))]
fn by_x11(options: &mut eframe::NativeOptions) {
    use winit::platform::x11::EventLoopBuilderExtX11 as _;
    options.event_loop_builder = Some(Box::new(|builder| {
        builder.with_x11();
    }));
}

#[cfg(not(all(unix, not(target_os = "macos"))))]
fn by_x11(_: &mut eframe::NativeOptions) {}

/// Opens the window and stays until it is closed. `drawn` is set with its first frame.
///
/// # Errors
/// If the system gives no window, or no graphics adapter, not even one in software.
pub fn open(files: Vec<PathBuf>, display: Display, drawn: &Arc<AtomicBool>) -> eframe::Result {
    let viewport = ViewportBuilder::default()
        .with_title("Wattlas")
        .with_app_id("wattlas")
        .with_inner_size([1440.0, 900.0])
        .with_min_inner_size([900.0, 560.0]);
    let mut options = eframe::NativeOptions { viewport, ..eframe::NativeOptions::default() };
    if display == Display::X11 {
        by_x11(&mut options);
    }
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

//! Chooses command line or window; nothing else.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
#[cfg(feature = "app")]
use std::sync::Arc;
#[cfg(feature = "app")]
use std::sync::atomic::{AtomicBool, Ordering};

use clap::Parser as _;
use wattlas::cli::{self, Exit, args::Cli};

/// What is drawn where no window can be opened.
const OVERVIEW: &str = "wattlas-overview.png";

fn main() -> ExitCode {
    // What is half written goes when the process is asked to end. Where the system refuses, it goes with
    // the next write to the same folder.
    ctrlc::set_handler(|| wattlas::save::abandon(|| std::process::exit(130))).unwrap_or_default();
    let typed = Cli::parse();
    let result = match typed.command {
        Some(command) => cli::run(command, WINDOW.as_ref()),
        None => open(&typed.files),
    };
    match result {
        Ok(Exit::Well) => ExitCode::SUCCESS,
        Ok(Exit::DataErrors) => ExitCode::from(1),
        Err(error) => {
            let text = format!("wattlas: {error:#}");
            let text = wattlas::diagnostic::harmless_lines(&text);
            writeln!(std::io::stderr().lock(), "{text}").unwrap_or_default();
            ExitCode::from(2)
        }
    }
}

/// The window, for the bench.
#[cfg(feature = "app")]
const WINDOW: Option<cli::Window> =
    Some(cli::Window { frames: wattlas::app::rig::frames, start: wattlas::app::rig::start });
#[cfg(not(feature = "app"))]
const WINDOW: Option<cli::Window> = None;

#[cfg(feature = "app")]
fn open(files: &[PathBuf]) -> anyhow::Result<Exit> {
    let display = match wattlas::app::display() {
        Ok(display) => display,
        Err(why) => return overview(files, &why),
    };
    // A missing system library makes the window's own libraries panic rather than fail. Until the
    // first frame such a panic is caught and told in our words; later ones are faults, and stay so.
    let drawn = Arc::new(AtomicBool::new(false));
    let told = std::panic::take_hook();
    let quiet = Arc::clone(&drawn);
    std::panic::set_hook(Box::new(move |info| {
        if quiet.load(Ordering::Relaxed) {
            told(info);
        }
    }));
    let opened = std::panic::catch_unwind({
        let (files, drawn) = (files.to_vec(), Arc::clone(&drawn));
        move || wattlas::app::open(files, display, &drawn)
    });
    match opened {
        Ok(Ok(())) => Ok(Exit::Well),
        Ok(Err(error)) => {
            // The last part says what it is; the parts before say where in a library.
            let text = error.to_string();
            let short = text.rsplit(": ").next().unwrap_or_default();
            overview(files, &format!("the window cannot be opened ({short})"))
        }
        Err(panic) if drawn.load(Ordering::Relaxed) => std::panic::resume_unwind(panic),
        Err(_) => overview(
            files,
            "the window cannot be opened; on Debian and Ubuntu it needs libxkbcommon-x11-0, libgl1 and libegl1",
        ),
    }
}

#[cfg(not(feature = "app"))]
fn open(files: &[PathBuf]) -> anyhow::Result<Exit> {
    overview(files, "this build has no window")
}

/// Draws the overview to a file instead of a window, and says so in two lines.
fn overview(files: &[PathBuf], why: &str) -> anyhow::Result<Exit> {
    let (exit, path) = cli::overview_to_file(files, Path::new(OVERVIEW))?;
    let path = path.display();
    let text = format!("wattlas: {why}, so the overview was drawn to a file\n{path}\n");
    let text = wattlas::diagnostic::harmless_lines(&text);
    std::io::stdout().lock().write_all(text.as_bytes()).unwrap_or_default();
    Ok(exit)
}

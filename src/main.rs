//! Chooses command line or window; nothing else.

use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser as _;
use wattlas::cli::{self, Exit, args::Cli};

fn main() -> ExitCode {
    let typed = Cli::parse();
    let result = match typed.command {
        Some(command) => cli::run(command),
        None => window(&typed.files),
    };
    match result {
        Ok(Exit::Well) => ExitCode::SUCCESS,
        Ok(Exit::DataErrors) => ExitCode::from(1),
        Err(error) => {
            writeln!(std::io::stderr().lock(), "wattlas: {error:#}").unwrap_or_default();
            ExitCode::from(2)
        }
    }
}

fn window(files: &[std::path::PathBuf]) -> anyhow::Result<Exit> {
    cli::overview_to_file(files, std::path::Path::new("wattlas-overview.png"))
}

//! Writes made-up sites and phases of the reference sizes, for benches and for trying the app.
//!
//! ```text
//! cargo run --release --example generate -- S target/size-s     # 1,000 sites, 5,000 phases
//! cargo run --release --example generate -- M target/size-m     # 100,000 and 500,000
//! cargo run --release --example generate -- L target/size-l     # 1,000,000 and 5,000,000
//! cargo run --release --example generate -- field-M target/field-m # the same sizes as others write them
//! cargo run --release --example generate -- hours target/hours # 250 zones × 8,760 hours of prices
//! wattlas target/size-m/sites.csv target/size-m/phases.csv
//! ```
//!
//! The same size gives the same bytes. Names and figures are invented; countries are real.

#[path = "../benches/made_up.rs"]
mod made_up;
#[path = "../benches/made_up_field.rs"]
mod made_up_field;
#[path = "../benches/made_up_hours.rs"]
mod made_up_hours;

use std::io::Write as _;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [size, folder] = arguments.as_slice() else {
        return complain("usage: generate S|M|L|field-S|field-M|field-L|hours FOLDER");
    };
    let folder = std::path::Path::new(folder);
    if size == "hours" {
        let written = std::fs::create_dir_all(folder)
            .and_then(|()| std::fs::write(folder.join("hours.csv"), made_up_hours::hours(250)));
        return match written {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => complain(&format!("cannot write to {}: {error}", folder.display())),
        };
    }
    let (as_others, size) = match size.strip_prefix("field-") {
        Some(size) => (true, size),
        None => (false, size.as_str()),
    };
    let sites = match size {
        "S" => 1_000,
        "M" => 100_000,
        "L" => 1_000_000,
        _ => return complain("the size is S, M, L, field-S, field-M, field-L or hours"),
    };
    let write = || -> std::io::Result<()> {
        std::fs::create_dir_all(folder)?;
        let tables = if as_others {
            [made_up_field::sites(sites), made_up_field::phases(sites)]
        } else {
            [made_up::sites(sites), made_up::phases(sites)]
        };
        let [sites, phases] = tables;
        std::fs::write(folder.join("sites.csv"), sites)?;
        std::fs::write(folder.join("phases.csv"), phases)
    };
    match write() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => complain(&format!("cannot write to {}: {error}", folder.display())),
    }
}

fn complain(text: &str) -> ExitCode {
    writeln!(std::io::stderr(), "{text}").unwrap_or_default();
    ExitCode::from(2)
}

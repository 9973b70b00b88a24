//! Writes the table of levers into `docs/scenarios.md`: `cargo run --example scenario_format`.

use std::path::Path;

const HEADING: &str = "## Levers\n\n";

fn main() -> std::io::Result<()> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/scenarios.md");
    let text = std::fs::read_to_string(&path)?;
    let head = text.split(HEADING).next().unwrap_or_default();
    let text = format!("{head}{HEADING}{}", wattlas::io::scenario::markdown());
    std::fs::write(path, text)
}

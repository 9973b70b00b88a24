//! Writes the tables of columns into `docs/data-format.md`, between its two marks.
//!
//! ```text
//! cargo run --example data_format
//! ```

use std::path::Path;

const BEGIN: &str = "<!-- columns -->\n";
const END: &str = "<!-- end of columns -->";

fn main() -> std::io::Result<()> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/data-format.md");
    let text = std::fs::read_to_string(&path)?;
    let Some((before, rest)) = text.split_once(BEGIN) else {
        return Err(std::io::Error::other("the mark of the columns is missing"));
    };
    let after = rest.split_once(END).map_or("", |(_, after)| after);
    let tables = wattlas::model::table::markdown();
    std::fs::write(&path, format!("{before}{BEGIN}{tables}{END}{after}"))
}

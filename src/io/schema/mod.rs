//! The tables and their columns, as data. Reader, checks and `docs/data-format.md` all use it.

mod tables;

pub use tables::TABLES;

/// What a column is to its row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// The file must have it, and a row without it is left out.
    Key,
    /// The file must have it; a cell may be empty, one that cannot be read counts as missing, with an
    /// error.
    Header,
    /// It may be missing, which says something of its own, such as "all of it" or "without end"; a
    /// cell that cannot be read costs the row.
    Open,
    /// It may be missing; a cell that cannot be read counts as missing, with an error.
    Measure,
    /// It may be missing; a cell that cannot be read counts as missing, with a warning.
    Extra,
}

/// What cells of a column hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// Text.
    Text,
    /// A number with a unit of its own.
    Number,
    /// A number of things.
    Count,
    /// Power, in MW unless the header says kW or GW.
    Power,
    /// A price, in USD/MWh unless the header says USD/kWh or c/kWh.
    Price,
    /// Power of one chip, in W.
    Watts,
    /// A ratio from 1 to 5.
    Ratio,
    /// A share from 0 to 1.
    Share,
    /// Degrees of latitude.
    Latitude,
    /// Degrees of longitude.
    Longitude,
    /// A date.
    Date,
    /// A month.
    Month,
    /// An hour.
    Hour,
    /// A year.
    Year,
}

/// One column of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name in our own tables.
    pub name: &'static str,
    /// What it is to its row.
    pub need: Need,
    /// What its cells hold.
    pub holds: Holds,
    /// What is expected of a cell, for messages.
    pub expects: &'static str,
    /// Headers that mean it, without unit, spaces and marks, in small letters.
    pub aliases: &'static str,
    /// What it means.
    pub means: &'static str,
}

/// One table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Table {
    /// Its name: `sites`, `phases` …
    pub kind: &'static str,
    /// What a row is.
    pub title: &'static str,
    /// Its columns, in the order of our own tables.
    pub columns: &'static [Column],
}

const fn column(
    name: &'static str,
    need: Need,
    holds: Holds,
    expects: &'static str,
    aliases: &'static str,
    means: &'static str,
) -> Column {
    Column { name, need, holds, expects, aliases, means }
}

/// The tables as Markdown, for `docs/data-format.md`.
pub fn markdown() -> String {
    let mut out = String::new();
    for table in &TABLES {
        out.push_str(&format!("### `{}`\n\n{}.\n\n", table.kind, table.title));
        out.push_str("| column | needed | expects | other headers | meaning |\n| --- | --- | --- | --- | --- |\n");
        for column in table.columns {
            let need = match column.need {
                Need::Key => "key",
                Need::Header => "column",
                Need::Open => "open",
                Need::Measure => "measure",
                Need::Extra => "",
            };
            let others: Vec<String> = column.aliases.split(' ').map(|a| format!("`{a}`")).collect();
            let expects = column.expects.replace('|', "\\|");
            out.push_str(&format!(
                "| `{}` | {need} | {expects} | {} | {} |\n",
                column.name,
                others.join(" "),
                column.means
            ));
        }
        out.push('\n');
    }
    out
}

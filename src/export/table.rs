//! A table of results, and its form as CSV or JSON.

use serde_json::{Map, Value};

/// A cell of a result.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Text.
    Text(String),
    /// A number, written in the shortest form that reads back the same.
    Number(f64),
    /// A count.
    Count(u64),
    /// Not known.
    Empty,
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        if text.is_empty() { Self::Empty } else { Self::Text(text.to_owned()) }
    }
}

impl From<Option<f64>> for Cell {
    fn from(value: Option<f64>) -> Self {
        value.map_or(Self::Empty, Self::Number)
    }
}

/// How a table is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// RFC 4180, UTF-8, LF.
    #[default]
    Csv,
    /// An array of objects.
    Json,
}

/// Rows under named columns.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// Names of the columns.
    pub columns: Vec<&'static str>,
    /// Rows, each as long as the header.
    pub rows: Vec<Vec<Cell>>,
}

impl Table {
    /// An empty table.
    pub fn new(columns: &[&'static str]) -> Self {
        Self { columns: columns.to_vec(), rows: Vec::new() }
    }

    /// The table in a format.
    pub fn write(&self, format: Format) -> String {
        match format {
            Format::Csv => self.to_csv(),
            Format::Json => self.to_json(),
        }
    }

    fn to_csv(&self) -> String {
        let mut out = self.columns.join(",");
        out.push('\n');
        for row in &self.rows {
            for (at, cell) in row.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                push_cell(&mut out, cell);
            }
            out.push('\n');
        }
        out
    }

    fn to_json(&self) -> String {
        let object = |row: &Vec<Cell>| {
            let pairs = self.columns.iter().zip(row).map(|(name, cell)| {
                let value = match cell {
                    Cell::Text(text) => Value::from(text.as_str()),
                    Cell::Number(number) => Value::from(*number),
                    Cell::Count(count) => Value::from(*count),
                    Cell::Empty => Value::Null,
                };
                ((*name).to_owned(), value)
            });
            Value::Object(pairs.collect::<Map<_, _>>())
        };
        let mut out = Value::Array(self.rows.iter().map(object).collect()).to_string();
        out.push('\n');
        out
    }
}

fn push_cell(out: &mut String, cell: &Cell) {
    match cell {
        Cell::Text(text) => push_text(out, text),
        Cell::Number(number) => out.push_str(&number.to_string()),
        Cell::Count(count) => out.push_str(&count.to_string()),
        Cell::Empty => {}
    }
}

/// Writes a text. One that a spreadsheet would run as a formula gets an apostrophe in front.
fn push_text(out: &mut String, text: &str) {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let guarded = if formula { format!("'{text}") } else { text.to_owned() };
    if guarded.contains([',', '"', '\n', '\r']) {
        out.push('"');
        out.push_str(&guarded.replace('"', "\"\""));
        out.push('"');
    } else {
        out.push_str(&guarded);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_disarmed_and_missing_stays_empty() {
        let mut table = Table::new(&["a", "b", "c"]);
        table.rows.push(vec!["=cmd()".into(), Cell::Number(0.1), Cell::Empty]);
        table.rows.push(vec!["x, \"y\"".into(), Cell::Count(3), Cell::Number(-2.0)]);
        assert_eq!(table.write(Format::Csv), "a,b,c\n'=cmd(),0.1,\n\"x, \"\"y\"\"\",3,-2\n");
        let json = table.write(Format::Json);
        assert!(json.starts_with("[{\"a\":\"=cmd()\",\"b\":0.1,\"c\":null}"), "{json}");
    }
}

//! A table of results, and its form as CSV or JSON.

use std::io::{self, Write};

use serde_json::{Map, Value};

use crate::diagnostic::{harmless_json, shown, steers};

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

/// Who takes a table row by row.
pub trait Rows {
    /// Takes the names of the columns, before any row.
    ///
    /// # Errors
    /// What the system says.
    fn begin(&mut self, columns: &[&str]) -> io::Result<()>;

    /// Takes a row, as long as the header.
    ///
    /// # Errors
    /// What the system says.
    fn row(&mut self, row: Vec<Cell>) -> io::Result<()>;
}

/// Rows under named columns.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// Names of the columns.
    pub columns: Vec<String>,
    /// Rows, each as long as the header.
    pub rows: Vec<Vec<Cell>>,
}

impl Table {
    /// An empty table.
    pub fn new(columns: &[&str]) -> Self {
        Self { columns: owned(columns), rows: Vec::new() }
    }

    /// What is written to it.
    pub fn of(write: impl FnOnce(&mut dyn Rows) -> io::Result<()>) -> Self {
        let mut out = Self::default();
        // Memory takes all that is written.
        write(&mut out).unwrap_or_default();
        out
    }

    /// The table in a format.
    pub fn write(&self, format: Format) -> String {
        let mut out = Vec::new();
        let mut writer = Writer::new(&mut out, format);
        let mut write = || {
            writer.begin(&self.names())?;
            self.rows.iter().try_for_each(|row| writer.put(row))?;
            writer.finish()
        };
        // Memory takes all that is written.
        write().unwrap_or_default();
        String::from_utf8_lossy(&out).into_owned()
    }
}

impl Table {
    fn names(&self) -> Vec<&str> {
        self.columns.iter().map(String::as_str).collect()
    }

    /// Gives its rows to somebody else.
    ///
    /// # Errors
    /// What they say.
    pub fn give(&self, to: &mut dyn Rows) -> io::Result<()> {
        to.begin(&self.names())?;
        self.rows.iter().try_for_each(|row| to.row(row.clone()))
    }
}

impl Rows for Table {
    fn begin(&mut self, columns: &[&str]) -> io::Result<()> {
        self.columns = owned(columns);
        Ok(())
    }

    fn row(&mut self, row: Vec<Cell>) -> io::Result<()> {
        self.rows.push(row);
        Ok(())
    }
}

/// Writes a table row by row, so that none of it has to be kept.
pub struct Writer<W: Write> {
    out: W,
    format: Format,
    columns: Vec<String>,
    rows: u64,
    line: String,
}

impl<W: Write> Writer<W> {
    /// Writes to something in a format.
    pub fn new(out: W, format: Format) -> Self {
        Self { out, format, columns: Vec::new(), rows: 0, line: String::new() }
    }

    fn put(&mut self, row: &[Cell]) -> io::Result<()> {
        self.line.clear();
        match self.format {
            Format::Csv => {
                for (at, cell) in row.iter().enumerate() {
                    if at > 0 {
                        self.line.push(',');
                    }
                    push_cell(&mut self.line, cell);
                }
                self.line.push('\n');
            }
            Format::Json => {
                let pairs = self.columns.iter().zip(row).map(|(name, cell)| {
                    let value = match cell {
                        Cell::Text(text) => Value::from(text.as_str()),
                        Cell::Number(number) => Value::from(*number),
                        Cell::Count(count) => Value::from(*count),
                        Cell::Empty => Value::Null,
                    };
                    (name.clone(), value)
                });
                self.line.push_str(if self.rows == 0 { "[" } else { "," });
                let object = Value::Object(pairs.collect::<Map<_, _>>()).to_string();
                self.line.push_str(&harmless_json(object));
            }
        }
        self.rows += 1;
        self.out.write_all(self.line.as_bytes())
    }

    /// Ends the table.
    ///
    /// # Errors
    /// What the system says.
    pub fn finish(&mut self) -> io::Result<()> {
        if self.format == Format::Json {
            self.out.write_all(if self.rows == 0 { b"[]\n" } else { b"]\n" })?;
        }
        self.out.flush()
    }
}

impl<W: Write> Rows for Writer<W> {
    fn begin(&mut self, columns: &[&str]) -> io::Result<()> {
        self.columns = owned(columns);
        match self.format {
            Format::Csv => {
                self.line.clear();
                for (at, title) in columns.iter().enumerate() {
                    if at > 0 {
                        self.line.push(',');
                    }
                    push_text(&mut self.line, title);
                }
                self.line.push('\n');
                self.out.write_all(self.line.as_bytes())
            }
            Format::Json => Ok(()),
        }
    }

    fn row(&mut self, row: Vec<Cell>) -> io::Result<()> {
        self.put(&row)
    }
}

fn owned(columns: &[&str]) -> Vec<String> {
    columns.iter().map(|title| (*title).to_owned()).collect()
}

fn push_cell(out: &mut String, cell: &Cell) {
    match cell {
        Cell::Text(text) => push_text(out, text),
        Cell::Number(number) => out.push_str(&number.to_string()),
        Cell::Count(count) => out.push_str(&count.to_string()),
        Cell::Empty => {}
    }
}

/// Writes a text. One that a spreadsheet would run as a formula gets an apostrophe in front, also where
/// it stands in full width; what a spreadsheet of another country takes for the mark between cells is
/// quoted, and what steers a terminal is shown instead.
fn push_text(out: &mut String, text: &str) {
    const FORMULA: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];
    let quoted = text.contains([',', ';', '\t', '"', '\n', '\r']);
    if quoted {
        out.push('"');
    }
    if text.starts_with(FORMULA) {
        out.push('\'');
    }
    if quoted || text.chars().any(steers) {
        for c in text.chars() {
            match c {
                '"' => out.push_str("\"\""),
                '\n' | '\r' | '\t' => out.push(c),
                c => out.push(shown(c)),
            }
        }
    } else {
        out.push_str(text);
    }
    if quoted {
        out.push('"');
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
        let mut odd = Table::new(&["a"]);
        for text in ["a;=1+1", "＝1", "－2", "x\ty", "red\u{1b}[31m\u{202e}", "two\nlines"] {
            odd.rows.push(vec![text.into()]);
        }
        let csv = "a\n\"a;=1+1\"\n'＝1\n'－2\n\"x\ty\"\nred␣[31m␣\n\"two\nlines\"\n";
        assert_eq!(odd.write(Format::Csv), csv);
        assert_eq!(Table::new(&["a"]).write(Format::Json), "[]\n");
        let json = table.write(Format::Json);
        assert!(json.starts_with("[{\"a\":\"=cmd()\",\"b\":0.1,\"c\":null}"), "{json}");
    }
}

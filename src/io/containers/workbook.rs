//! Workbooks of Excel and LibreOffice: each sheet is a table.

use std::io::Cursor;

use calamine::{Data, Reader as _, open_workbook_auto_from_rs};
use chrono::Timelike as _;

use super::archive::guard;
use super::{MOST_TABLES, Refused, Rows, Table};

/// A sheet of more rows and columns is something else.
const MOST_CELLS: usize = 200_000_000;

/// The sheets that hold something.
pub(super) fn tables(bytes: &[u8]) -> Result<Vec<Table>, Refused> {
    if bytes.starts_with(b"PK") {
        guard(bytes)?;
    }
    let mut book = open_workbook_auto_from_rs(Cursor::new(bytes)).map_err(|error| {
        let what = format!("it begins as a workbook and is none that can be read: {error}");
        Refused::new(what, "save it as XLSX or CSV; a password is not asked for")
    })?;
    let names = book.sheet_names();
    if names.len() > MOST_TABLES {
        let what = format!("the workbook has {} sheets", names.len());
        return Err(Refused::new(what, "save the sheets that are to be read as CSV"));
    }
    let mut out = Vec::new();
    for name in names {
        let range = book.worksheet_range(&name).map_err(|error| {
            Refused::new(format!("the sheet {name} cannot be read: {error}"), "save it as CSV")
        })?;
        let Some((first_row, first_column)) = range.start() else { continue };
        let (rows, columns) = range.get_size();
        if rows.saturating_mul(columns) > MOST_CELLS {
            let what = format!("the sheet {name} has {rows} rows and {columns} columns");
            return Err(Refused::new(what, "save the part with the table as CSV"));
        }
        let mut table = Rows::new();
        // Rows stand on the lines that have their numbers.
        for _ in 0..first_row {
            table.cell("")?;
            table.end()?;
        }
        for row in range.rows() {
            for _ in 0..first_column {
                table.cell("")?;
            }
            let end = row.iter().rposition(|cell| *cell != Data::Empty).map_or(1, |at| at + 1);
            for cell in &row[..end] {
                table.cell(&text_of(cell))?;
            }
            table.end()?;
        }
        out.push(table.into_table(name)?);
    }
    if let [only] = out.as_mut_slice() {
        only.name.clear();
    }
    if out.is_empty() {
        return Err(Refused::new("the workbook has no sheet with cells", ""));
    }
    Ok(out)
}

/// A cell as text; a day without a time of day is its date.
fn text_of(cell: &Data) -> String {
    match cell {
        Data::Empty => String::new(),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => {
            text.trim().to_owned()
        }
        Data::Int(value) => value.to_string(),
        Data::Float(value) => value.to_string(),
        Data::Bool(value) => value.to_string(),
        Data::Error(error) => error.to_string(),
        Data::DateTime(time) => match time.as_datetime() {
            Some(at) if time.is_datetime() && time.as_f64() >= 1.0 => {
                if at.num_seconds_from_midnight() == 0 && at.nanosecond() == 0 {
                    at.format("%Y-%m-%d").to_string()
                } else {
                    // Days of a spreadsheet are kept to about a millisecond.
                    let near = at + chrono::TimeDelta::milliseconds(500);
                    near.format("%Y-%m-%d %H:%M:%S").to_string()
                }
            }
            Some(at) => at.format("%H:%M:%S").to_string(),
            None => time.as_f64().to_string(),
        },
    }
}

//! Whether a record has the shape of a row of its file.

use std::path::Path;

use super::split::Cells;
use crate::diagnostic::{Diagnostic, Place, Report, Severity, excerpt};

/// Where a record stands, and what its header has.
#[derive(Clone, Copy)]
pub(super) struct RowShape<'a> {
    pub path: &'a Path,
    pub header: &'a [String],
    pub line: u64,
}

/// Cells longer than this are no cells: the row is left out.
const LONGEST_CELL: usize = 1 << 20;

fn row_error(
    shape: RowShape<'_>,
    code: &'static str,
    what: String,
    found: &str,
    (expected, help): (String, Option<&str>),
    report: &mut Report,
) {
    report.push(Diagnostic {
        code,
        severity: Severity::Error,
        what,
        place: Place::line(shape.path, shape.line),
        found: excerpt(found),
        expected,
        help: help.map(str::to_owned),
    });
}

/// Tells of a quote that opens in a line and is never closed.
pub(super) fn open_quote(shape: RowShape<'_>, record: Cells<'_>, report: &mut Report) {
    let found = record.get(0).unwrap_or("");
    let help = "double a quote that belongs to the text; the next lines were read on";
    let expected = ("a closing quote before the next delimiter".to_owned(), Some(help));
    row_error(shape, "E106", "a quote is never closed".to_owned(), found, expected, report);
}

/// Whether a byte is a control character that no text has.
#[inline]
pub(super) fn is_odd(byte: u8) -> bool {
    (byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r')) || byte == 0x7f
}

/// Warns of bytes in a row that no text has.
pub(super) fn control_characters(shape: RowShape<'_>, record: Cells<'_>, report: &mut Report) {
    let Some(at) = record.iter().position(|cell| cell.bytes().any(is_odd)) else { return };
    let column = shape.header.get(at).map_or("", String::as_str);
    report.push(Diagnostic {
        code: "W222",
        severity: Severity::Warning,
        what: "a cell holds control characters".to_owned(),
        place: Place::line(shape.path, shape.line).column(column),
        found: excerpt(record.get(at).unwrap_or("")),
        expected: "letters, figures and signs".to_owned(),
        help: None,
    });
}

/// Whether a record has the cells of the header, none of them too long.
#[inline]
pub(super) fn well_formed(shape: RowShape<'_>, record: Cells<'_>, report: &mut Report) -> bool {
    let plain = record.len() == shape.header.len() && record.bytes() <= LONGEST_CELL;
    plain || odd_shape(shape, record, report)
}

/// The same of a record with more or fewer cells, or many bytes.
#[cold]
fn odd_shape(shape: RowShape<'_>, record: Cells<'_>, report: &mut Report) -> bool {
    let (have, want) = (record.len(), shape.header.len());
    let long = (record.bytes() > LONGEST_CELL)
        .then(|| record.iter().find(|c| c.len() > LONGEST_CELL))
        .flatten();
    let extra_empty = have > want && record.iter().skip(want).all(|c| c.trim().is_empty());
    if let Some(long) = long {
        let what = format!("a cell has {} bytes", long.len());
        let expected = ("cells of at most 1 MiB".to_owned(), None);
        row_error(shape, "E107", what, long, expected, report);
        return false;
    }
    if have == want || extra_empty {
        return true;
    }
    let what = format!("the row has {have} cells, the header {want}");
    let found = record.iter().collect::<Vec<_>>().join(",");
    let help = "a delimiter inside a text needs quotes around the cell";
    let expected = (format!("{want} cells"), Some(help));
    row_error(shape, "E105", what, &found, expected, report);
    false
}

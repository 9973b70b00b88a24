//! Whether a record has the shape of a row of its file.

use super::problem::Problem;
use super::split::Cells;

/// Cells longer than this are no cells: the row is left out.
pub(super) const LONGEST_CELL: usize = 1 << 20;

/// Whether a byte is a control character that no text has.
#[inline]
pub(super) fn is_odd(byte: u8) -> bool {
    (byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r')) || byte == 0x7f
}

/// Whether a cell of a row holds bytes that no text has.
pub(super) fn has_control_characters(record: Cells<'_>) -> bool {
    record.iter().any(|cell| cell.bytes().any(is_odd))
}

/// What is wrong with a record that has not the cells of the header, or one that is too long.
#[inline]
pub(super) fn odd_shape(record: Cells<'_>, width: usize) -> Option<Problem> {
    let plain = record.len() == width && record.bytes() <= LONGEST_CELL;
    if plain { None } else { shape_of(record, width) }
}

/// The same of a record with more or fewer cells, or many bytes.
#[cold]
fn shape_of(record: Cells<'_>, width: usize) -> Option<Problem> {
    if record.bytes() > LONGEST_CELL && record.iter().any(|cell| cell.len() > LONGEST_CELL) {
        return Some(Problem::LongCell);
    }
    let more_are_empty =
        || record.len() > width && record.iter().skip(width).all(|cell| cell.trim().is_empty());
    (record.len() != width && !more_are_empty()).then_some(Problem::Width)
}

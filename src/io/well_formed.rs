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
    if record.len() > width {
        let more_are_empty = record.iter().skip(width).all(|cell| cell.trim().is_empty());
        return (!more_are_empty).then_some(Problem::Width);
    }
    let filled = record.iter().filter(|cell| !cell.trim().is_empty()).count();
    match record.len() {
        len if len == width => None,
        _ if filled == 1 && width > 2 => Some(Problem::Remark),
        _ => Some(Problem::Short),
    }
}

/// Whether a record is a comment: a line that begins with `#`, and is no row with all its cells.
#[inline]
pub(super) fn is_comment(record: Cells<'_>, width: usize) -> bool {
    matches!(record.raw(0).first(), Some(b'#' | b' '))
        && record.get(0).is_some_and(|cell| cell.trim_start().starts_with('#'))
        && (record.len() != width || record.iter().skip(1).all(|cell| cell.trim().is_empty()))
}

/// Whether a cell may say that its row is the sum of others, by its first two letters.
#[inline]
pub(super) fn may_say_sum(cell: &[u8]) -> bool {
    match cell {
        [first, second, ..] => {
            matches!(
                (first | 0x20, second | 0x20),
                (b't', b'o')
                    | (b's', b'u' | b'o')
                    | (b'g', b'r' | b'e')
                    | (b'i', b'n')
                    | (b'a', b'l' | b'v')
                    | (b'm', b'e')
                    | (b'd', b'u')
                    | (b'o', b'v')
                    | (b'r', b'a')
            ) || matches!(first, 0xd0..=0xd1 | 0xe5..=0xed | b' ')
                || ends_in_total(cell)
        }
        _ => false,
    }
}

/// Whether a cell ends in `total`, as `Texas total` does.
#[inline]
fn ends_in_total(cell: &[u8]) -> bool {
    let may_end = |last: &u8| matches!(last | 0x20, b'l' | b's') || last.is_ascii_whitespace();
    cell.last().is_some_and(may_end) && surely_ends_in_total(cell)
}

#[cold]
fn surely_ends_in_total(cell: &[u8]) -> bool {
    let cell = cell.trim_ascii_end();
    let cell = cell.strip_suffix(b"s").unwrap_or(cell);
    cell.len() > 6 && cell[cell.len() - 6..].eq_ignore_ascii_case(b" total")
}

/// Whether a cell says that its row is the sum of others.
pub(super) fn says_sum(cell: &str) -> bool {
    may_say_sum(cell.as_bytes()) && is_sum(cell)
}

/// Words behind `total` and `all` in the name of a sum.
const OF_SUMS: &str = "in of for the all mw gw operation operating operational service planned under \
    construction announced capacity power load sites projects facilities campuses phases units data \
    centers centres pipeline us usa europe region regions countries states above listed and";

fn is_sum(cell: &str) -> bool {
    let words = [
        "total",
        "totals",
        "grand total",
        "grand totals",
        "subtotal",
        "sub-total",
        "sub total",
        "sum",
        "summe",
        "gesamt",
        "gesamtsumme",
        "insgesamt",
        "suma",
        "suma total",
        "totale",
        "somme",
        "soma",
        "total general",
        "合计",
        "总计",
        "合計",
        "總計",
        "총계",
        "total mw",
        "total capacity",
        "sum total",
        "total power",
        "total sites",
        "all sites",
        "всего",
        "итого",
        "overall",
        "all projects",
        "all campuses",
        "all facilities",
        "all data centers",
        "all data centres",
        "all rows",
        "total général",
        "total geral",
        "totaal",
        "totalt",
        "razem",
        "小计",
        "小計",
    ];
    let end = cell.find(['(', ':', '[']).unwrap_or(cell.len());
    let word = cell[..end].trim().to_lowercase();
    let begins = ["subtotal", "sub-total", "sum of", "average", "mean ", "median", "durchschnitt"];
    // `Total in operation`, `Total planned MW`, and no firm that is called so.
    let of_all = |word: &str| {
        let rest = word.strip_prefix("total ").or_else(|| word.strip_prefix("all "));
        rest.is_some_and(|rest| {
            rest.split_whitespace().all(|token| OF_SUMS.split_whitespace().any(|w| w == token))
        })
    };
    words.contains(&word.as_str())
        || of_all(&word)
        || begins.iter().any(|begin| word.starts_with(begin))
        || ends_in_total(word.as_bytes())
}

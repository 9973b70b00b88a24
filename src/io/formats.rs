//! What the cells of each column say of its decimal mark and the order of its dates.

use csv::StringRecord;

use super::cell::{CellFormat, Decimal};
use super::header::Recognised;
use super::open::Opened;
use super::row::{Votes, most};
use super::text::{Cut, Records};
use crate::diagnostic::{Diagnostic, Place, Report, Severity, excerpt};
use crate::model::table::{Holds, PerColumn, Slot};

/// Decimal points and days first, with the factors of the units.
pub(super) fn usual(found: &Recognised) -> PerColumn<CellFormat> {
    let format = |(_, &factor): (_, &f64)| CellFormat { factor, ..CellFormat::default() };
    PerColumn::new(found.factor.iter().map(format).collect())
}

/// Columns of the table, with their position in the file, whose cells have a format.
fn columns(file: &Opened<'_>) -> Vec<(Slot, usize)> {
    let table = file.found.kind.spec();
    let at = file.found.at.iter().filter_map(|(slot, at)| Some((slot, (*at)?)));
    at.filter(|(slot, _)| !table.column(*slot).holds.is_text()).collect()
}

/// Decides from what the cells said; the report, where there is one, is told what they left open.
pub(super) fn decide(
    file: &Opened<'_>,
    votes: &Votes,
    mut report: Option<&mut Report>,
) -> PerColumn<CellFormat> {
    let mut formats = usual(&file.found);
    let columns = columns(file);
    let table = file.found.kind.spec();
    let decimal = |slot: Slot| {
        let column = table.column(slot);
        let whole = file.found.factor[slot] < 1.0 || column.holds == Holds::Count;
        votes.of[slot].decimal(most(column), whole)
    };
    // Points of dates are no marks of thousands.
    let is_date =
        |slot: Slot| matches!(table.column(slot).holds, Holds::Date | Holds::Month | Holds::Hour);
    let commas =
        columns.iter().any(|&(slot, _)| !is_date(slot) && decimal(slot) == (Decimal::Comma, false));
    for &(slot, at) in &columns {
        let dates = matches!(table.column(slot).holds, Holds::Date | Holds::Month);
        let ((decimal, open_number), (order, open_date)) = (decimal(slot), votes.of[slot].order());
        // An open column goes with the others of its file.
        let settled = open_number && commas;
        let open_number = open_number && !settled;
        formats[slot].decimal = if settled { Decimal::Comma } else { decimal };
        formats[slot].order = order;
        // What a mapping says is not open.
        let said = (file.found.decimal[slot], file.found.order[slot]);
        formats[slot].decimal = said.0.unwrap_or(formats[slot].decimal);
        formats[slot].order = said.1.unwrap_or(formats[slot].order);
        // Things have no decimals.
        let open_number = open_number && table.column(slot).holds != Holds::Count;
        let open =
            if dates { open_date && said.1.is_none() } else { open_number && said.0.is_none() };
        if let Some(report) = report.as_deref_mut().filter(|_| open) {
            let line = votes.first_open[slot].max(1);
            undecided(file, line, &file.header[at], dates, report);
        }
    }
    formats
}

/// The formats that the beginning of a file speaks for.
pub(super) fn of_head(file: &Opened<'_>) -> PerColumn<CellFormat> {
    let text = file.beginning();
    if !may_differ(file, text.as_bytes()) {
        return usual(&file.found);
    }
    decide(file, &votes_of(file, &text), None)
}

/// Lets all cells of a text vote.
pub(super) fn votes_of(file: &Opened<'_>, text: &str) -> Votes {
    let columns = columns(file);
    let mut votes = Votes::new(file.found.kind, file.delimiter);
    let mut records = Records::new(text, file.delimiter, file.header.len());
    let mut record = StringRecord::new();
    for _ in 0..file.records {
        records.next(&mut record);
    }
    while let Some(cut) = records.next(&mut record) {
        let (Cut::Row(line) | Cut::OpenQuote(line)) = cut;
        for &(slot, at) in &columns {
            votes.look(slot, line, record.get(at).unwrap_or("").trim());
        }
    }
    votes
}

/// Whether cells of a text can have another format than the usual.
pub(super) fn may_differ(file: &Opened<'_>, text: &[u8]) -> bool {
    let given = file.found.decimal.iter().any(|(_, mark)| mark.is_some())
        || file.found.order.iter().any(|(_, order)| order.is_some());
    if given {
        return true;
    }
    file.delimiter != b',' || has_slashed_numbers(text) || memchr::memchr(b'"', text).is_some()
}

/// Whether a slash stands between two digits anywhere, as in `31/12/2026`.
fn has_slashed_numbers(text: &[u8]) -> bool {
    memchr::memchr_iter(b'/', text).any(|at| {
        let digit = |at: usize| text.get(at).is_some_and(u8::is_ascii_digit);
        at > 0 && digit(at - 1) && digit(at + 1)
    })
}

fn undecided(file: &Opened<'_>, line: u64, column: &str, dates: bool, report: &mut Report) {
    let (what, help) = if dates {
        (
            "the order of day and month is open in",
            "read as day/month/year; write 2026-11-24 to be sure",
        )
    } else {
        ("the decimal mark is open in", "read with a decimal point; write 1234.5 to be sure")
    };
    report.push(Diagnostic {
        code: "W206",
        severity: Severity::Warning,
        what: format!("{what} `{column}`"),
        place: Place::line(&file.input.path, line).column(column),
        found: excerpt(column),
        expected: "cells that can be read in one way only".to_owned(),
        help: Some(help.to_owned()),
    });
}

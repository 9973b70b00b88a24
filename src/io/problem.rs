//! What can be wrong with a row, and how it is told.
//!
//! Files can have findings by the hundred thousand, of which few are kept. A finding is noted while
//! rows are read, and put into words only if it is kept.

use std::path::Path;

use super::cell::{CellFormat, Decimal};
use super::row::{FileContext, trimmed};
use super::split::Cells;
use super::well_formed::{LONGEST_CELL, is_odd};
use crate::diagnostic::{Diagnostic, Place, Report, Severity, excerpt};
use crate::model::table::{ColumnSpec, Holds, Need, Slot};

/// What is wrong with a row or a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Problem {
    /// It is no number.
    NotNumber,
    /// It is a number that its column cannot have.
    OutOfRange,
    /// It is no date.
    NotDate,
    /// It is a date out of all time.
    OddDate,
    /// It is a year of a company's books.
    FiscalYear,
    /// It is no month.
    NotMonth,
    /// It is no word of the list.
    UnknownWord,
    /// A row needs it, and it is empty.
    NoKey,
    /// The site has no name, and what stands for it.
    NoName,
    /// The row goes on with the site above it.
    Continued,
    /// The site has no id where the others of the file have one.
    NoId,
    /// It names no state or province that is known.
    UnknownState,
    /// A row before has the same key.
    Duplicate,
    /// It names no site.
    UnknownSite,
    /// It is before its start.
    OutOfOrder,
    /// A price of more than 100 years.
    LongPrice,
    /// It is no kind of alias.
    UnknownKindOfAlias,
    /// The row has more cells than the header.
    Width,
    /// The row has fewer cells than the header.
    Short,
    /// A line with one cell where the header has many.
    Remark,
    /// The row is the sum of others.
    Sum,
    /// The row is a heading of those under it.
    Heading,
    /// The row is the header once more.
    HeaderAgain,
    /// A cell is too long to be one.
    LongCell,
    /// A quote is never closed.
    OpenQuote,
    /// A cell holds control characters.
    Control,
}

/// A problem of a row in hand.
#[derive(Clone, Copy, Debug)]
pub(super) struct Noted<'a> {
    pub line: u64,
    pub record: Cells<'a>,
    /// The column of the table; of problems of a whole row the first.
    pub slot: Slot,
    pub problem: Problem,
}

/// What a finding says: what it is, the text found, what was expected, how to mend it.
struct Words<'t> {
    what: String,
    found: String,
    expected: String,
    help: Option<&'t str>,
}

impl Problem {
    /// Its code, and what it costs.
    pub(super) fn code(self, column: &ColumnSpec) -> (&'static str, Severity) {
        let costs = column.need != Need::Extra;
        let cell = |code| if costs { (code, Severity::Error) } else { ("W205", Severity::Warning) };
        match self {
            Self::NotNumber => cell("E104"),
            Self::OutOfRange | Self::OddDate => cell("E114"),
            Self::NotDate | Self::NotMonth => cell("E113"),
            Self::UnknownWord if column.need == Need::Key => ("E115", Severity::Error),
            Self::UnknownWord => ("W204", Severity::Warning),
            Self::FiscalYear => ("N303", Severity::Note),
            Self::NoName => ("W225", Severity::Warning),
            Self::Continued => ("N307", Severity::Note),
            Self::HeaderAgain => ("E120", Severity::Error),
            Self::NoId => ("W226", Severity::Warning),
            Self::UnknownState => ("W227", Severity::Warning),
            Self::UnknownKindOfAlias => ("W213", Severity::Warning),
            Self::Control => ("W222", Severity::Warning),
            Self::Width => ("E105", Severity::Error),
            Self::Short => ("W231", Severity::Warning),
            Self::Remark | Self::Heading => ("W232", Severity::Warning),
            Self::Sum => ("W233", Severity::Warning),
            Self::OpenQuote => ("E106", Severity::Error),
            Self::LongCell => ("E107", Severity::Error),
            Self::NoKey => ("E110", Severity::Error),
            Self::Duplicate => ("E111", Severity::Error),
            Self::UnknownSite => ("E112", Severity::Error),
            Self::OutOfOrder | Self::LongPrice => ("E116", Severity::Error),
        }
    }

    /// Whether it costs the row: an unreadable cell does so only where the row is nothing without it.
    pub(super) fn costs_row(self, column: &ColumnSpec) -> bool {
        match self {
            Self::NotNumber | Self::OutOfRange | Self::OddDate | Self::NotDate | Self::NotMonth => {
                matches!(column.need, Need::Key | Need::Open)
            }
            Self::Sum => true,
            _ => self.code(column).1 == Severity::Error,
        }
    }

    /// Whether it is about the row rather than one of its cells.
    fn is_of_row(self) -> bool {
        matches!(
            self,
            Self::Width
                | Self::LongCell
                | Self::OpenQuote
                | Self::Short
                | Self::Remark
                | Self::Sum
                | Self::Heading
                | Self::HeaderAgain
        )
    }

    fn words(self, noted: &Noted<'_>, file: &FileContext<'_>) -> Words<'static> {
        let (column, written) = (file.column(noted.slot), file.written(noted.slot));
        let of_column = |what: &str| Words {
            what: format!("`{written}` {what}"),
            found: excerpt(cell(noted, file)),
            expected: column.expects().to_owned(),
            help: (!self.costs_row(column)).then_some("the cell counts as missing; the row stays"),
        };
        let told = |what: &str, expected: &str, help| Words {
            expected: expected.to_owned(),
            help,
            ..of_column(what)
        };
        match self {
            Self::NotNumber => {
                let help = number_help(cell(noted, file), &file.formats[noted.slot]);
                let words = of_column("is not a number");
                Words { help: help.or(words.help), ..words }
            }
            Self::OutOfRange => {
                let words = of_column("is out of range");
                let turned = cell(noted, file).trim_start_matches('-').parse::<f64>();
                let swapped =
                    column.holds == Holds::Latitude && turned.is_ok_and(|lat| lat <= 180.0);
                let help = swapped.then_some("latitude and longitude look swapped");
                Words { help: help.or(words.help), ..words }
            }
            Self::NotDate => of_column("is not a date"),
            Self::OddDate => {
                let help = Some("years from 1900 to 2199 are dates of this field");
                Words { help, ..of_column("is out of range") }
            }
            Self::FiscalYear => told(
                "is a fiscal year",
                "a date of the calendar",
                Some(
                    "it is read as the calendar year; write 2026-07 where the year begins in July",
                ),
            ),
            Self::NotMonth => of_column("is not a month"),
            Self::UnknownWord => {
                let stays = !self.costs_row(column);
                let help = stays.then_some("it counts as not stated, and is kept as it is written");
                told("is an unknown word", column.expects(), help)
            }
            Self::NoKey => told("is empty", column.expects(), None),
            Self::NoName => {
                told("is empty", "a name", Some("its id or its operator and city stand for it"))
            }
            Self::Continued => told(
                "is empty, and so is all that says which site it is",
                "a name in each row",
                Some("the row is a further phase of the site above, as merged cells leave it"),
            ),
            Self::NoId => told("is empty", "an id", Some("one is made from the name")),
            Self::UnknownState => told(
                "names no state or province that is known",
                "ISO 3166-2, or a name as in the table of zones",
                Some("the electricity price of the country holds, if there is one"),
            ),
            Self::Duplicate => told(
                "is a duplicate",
                "a key that no other row has",
                Some("the first row with this key is used"),
            ),
            Self::UnknownSite => told("names no site", "id of a row of the sites", None),
            Self::OutOfOrder => told("is before its start", column.expects(), None),
            Self::LongPrice => Words {
                what: "the price covers more than 100 years".to_owned(),
                ..told("", "a month at most 100 years after `from`", None)
            },
            Self::UnknownKindOfAlias => told("is an unknown kind of alias", column.expects(), None),
            Self::Width
            | Self::LongCell
            | Self::OpenQuote
            | Self::Short
            | Self::Remark
            | Self::Sum
            | Self::Heading
            | Self::HeaderAgain
            | Self::Control => self.words_of_row(noted.record, file.header.len()),
        }
    }

    fn words_of_row(self, record: Cells<'_>, want: usize) -> Words<'static> {
        let some = |wanted: &dyn Fn(&str) -> bool| record.iter().find(|cell| wanted(cell));
        let (what, found, expected, help) = match self {
            Self::LongCell => {
                let long = some(&|cell| cell.len() > LONGEST_CELL).unwrap_or("");
                let what = format!("a cell has {} bytes", long.len());
                (what, excerpt(long), "cells of at most 1 MiB".to_owned(), None)
            }
            Self::OpenQuote => {
                let help = "double a quote that belongs to the text; the next lines were read on";
                let expected = "a closing quote before the next delimiter".to_owned();
                let found = excerpt(record.get(0).unwrap_or(""));
                ("a quote is never closed".to_owned(), found, expected, Some(help))
            }
            Self::Control => {
                let found = excerpt(some(&|cell| cell.bytes().any(is_odd)).unwrap_or(""));
                let expected = "letters, figures and signs".to_owned();
                ("a cell holds control characters".to_owned(), found, expected, None)
            }
            _ => {
                let found = excerpt(&record.iter().take(80).collect::<Vec<_>>().join(","));
                let what = match self {
                    Self::Remark => "a line of text is no row".to_owned(),
                    Self::Sum => "the row is the sum of others".to_owned(),
                    Self::Heading => "the row is a heading of those under it".to_owned(),
                    Self::HeaderAgain => "the row is the header once more".to_owned(),
                    _ => format!("the row has {} cells, the header {want}", record.len()),
                };
                let help = match self {
                    Self::Short => "the cells at its end count as missing; the row stays",
                    Self::Remark | Self::Sum | Self::Heading | Self::HeaderAgain => {
                        "it is left out"
                    }
                    _ => "a delimiter inside a text needs quotes around the cell",
                };
                let expected = match self {
                    Self::Remark | Self::Sum | Self::Heading | Self::HeaderAgain => {
                        "a row of one thing".to_owned()
                    }
                    _ => format!("{want} cells"),
                };
                (what, found, expected, Some(help))
            }
        };
        Words { what, found, expected, help }
    }
}

/// The cell of a problem, trimmed.
fn cell<'a>(noted: &Noted<'a>, file: &FileContext<'_>) -> &'a str {
    let at = file.found.at[noted.slot];
    at.and_then(|at| noted.record.get(at)).map_or("", trimmed)
}

impl Noted<'_> {
    fn diagnostic(&self, file: &FileContext<'_>) -> Diagnostic {
        let (code, severity) = self.problem.code(file.column(self.slot));
        let Words { what, found, expected, help } = self.problem.words(self, file);
        let place = Place::line(file.path, self.line);
        let place = match self.problem {
            Problem::Control => {
                let odd = self.record.iter().position(|cell| cell.bytes().any(is_odd));
                place.column(odd.and_then(|at| file.header.get(at)).map_or("", String::as_str))
            }
            problem if problem.is_of_row() => place,
            _ => place.column(file.written(self.slot)),
        };
        let help = help.map(str::to_owned);
        Diagnostic { code, severity, what, place, found, expected, help }
    }
}

/// Puts what was noted of some rows into a report, in the order of lines.
pub(super) fn tell(noted: &mut Vec<Noted<'_>>, file: &FileContext<'_>, report: &mut Report) {
    if noted.is_empty() {
        return;
    }
    let code = |note: &Noted<'_>| note.problem.code(file.column(note.slot));
    noted.sort_by_key(|note| (code(note), note.line));
    for run in noted.chunk_by(|a, b| code(a) == code(b)) {
        report.tell(file.path, code(&run[0]), run.len(), |at| run[at].diagnostic(file));
    }
    noted.clear();
}

/// That a key of a column stands in a row before.
pub(super) fn second_key(path: &Path, column: &str, line: u64, found: &str) -> Diagnostic {
    Diagnostic {
        code: "E111",
        severity: Severity::Error,
        what: format!("`{column}` is a duplicate"),
        place: Place::line(path, line).column(column),
        found: excerpt(found),
        expected: "a key that no other row has".to_owned(),
        help: Some("the first row with this key is used".to_owned()),
    }
}

/// Why a cell may not read as a number.
fn number_help(cell: &str, format: &CellFormat) -> Option<&'static str> {
    if format.decimal == Decimal::Comma && cell.contains('.') {
        return Some("the cells of this column have decimal commas");
    }
    let cell = &cell[..cell.floor_char_boundary(80)];
    let digits = cell.chars().filter(char::is_ascii_digit).count();
    let oh = cell.chars().all(|c| c.is_ascii_digit() || "oO.l".contains(c));
    if oh && digits > 0 && cell.chars().any(|c| c.is_ascii_alphabetic()) {
        return Some("letters o and l look like the digits 0 and 1");
    }
    let lower = cell.to_lowercase();
    if ["nan", "inf", "-inf", "infinity", "-infinity"].contains(&lower.as_str()) {
        return Some("leave the cell empty where no value is known");
    }
    let unit: String = lower.chars().skip_while(|c| !c.is_alphabetic()).collect();
    let known = ["mw", "gw", "kw", "w", "mwh", "kwh", "%"].contains(&unit.trim());
    if digits > 0 && known && cell.starts_with(|c: char| c.is_ascii_digit()) {
        return Some("the unit belongs in the header, for example `power (MW)`");
    }
    None
}

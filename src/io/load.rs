//! Files to a data set: recognise each table, read it, check what it refers to, report.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use csv::StringRecord;
use rustc_hash::FxHashSet;

use super::cell::{CellFormat, Decimal, FormatVotes};
use super::check;
use super::header::{self, NotRecognised, Recognised};
use super::readers::{Sink, read_row};
use super::row::{FileContext, Row};
use super::schema::{Holds, TABLES};
use super::text::{self, Cut, Records};
use crate::diagnostic::{Diagnostic, Place, Report, Severity, TableCount, excerpt};
use crate::model::{Dataset, SourceFile};

/// A file to load.
#[derive(Clone, Debug)]
pub struct Input {
    /// As it is to be named in messages.
    pub path: PathBuf,
    /// What is in it.
    pub bytes: std::borrow::Cow<'static, [u8]>,
    /// Whether it comes with the app.
    pub built_in: bool,
}

/// A file that could not be opened: the load goes on without it.
#[derive(Debug, thiserror::Error)]
#[error("cannot read {path}")]
#[non_exhaustive]
pub struct ReadFileError {
    /// The file as it was named.
    pub path: PathBuf,
    /// What the system said.
    #[source]
    pub source: std::io::Error,
}

/// Reads a file's bytes.
///
/// # Errors
/// [`ReadFileError`] with what the system says.
pub fn read_file(path: &Path) -> Result<Input, ReadFileError> {
    match std::fs::read(path) {
        Ok(bytes) => Ok(Input { path: path.to_owned(), bytes: bytes.into(), built_in: false }),
        Err(source) => Err(ReadFileError { path: path.to_owned(), source }),
    }
}

/// The built-in tables and the files named, and a finding on each file that cannot be read.
pub fn read_inputs(files: &[PathBuf]) -> (Vec<Input>, Vec<Diagnostic>) {
    let mut inputs = super::builtin::inputs();
    let mut unread = Vec::new();
    for path in files {
        match read_file(path) {
            Ok(input) => inputs.push(input),
            Err(error) => unread.push(Diagnostic {
                code: "E101",
                severity: Severity::Error,
                what: "the file cannot be read".to_owned(),
                place: Place::file(path),
                found: error.source.to_string(),
                expected: "a file that can be read".to_owned(),
                help: None,
            }),
        }
    }
    (inputs, unread)
}

/// Who watches a load: told how far it is, asked whether to stop.
pub trait Watch {
    /// So many bytes of so many are done.
    fn progress(&self, done: u64, total: u64);
    /// Whether to stop.
    fn cancelled(&self) -> bool;
}

/// A watch that neither looks nor stops.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unwatched;

impl Watch for Unwatched {
    fn progress(&self, _done: u64, _total: u64) {}

    fn cancelled(&self) -> bool {
        false
    }
}

/// The load was stopped.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("the load was stopped")]
pub struct Cancelled;

/// A data set while it is read.
struct Filling {
    data: Dataset,
    report: Report,
}

/// A data set, and what is to be said about its files.
#[derive(Clone, Debug, Default)]
pub struct Loaded {
    /// The tables.
    pub data: Arc<Dataset>,
    /// Findings and counts.
    pub report: Report,
}

/// A file whose table is known.
struct Opened<'a> {
    input: &'a Input,
    text: std::borrow::Cow<'a, str>,
    delimiter: u8,
    header: Vec<String>,
    found: Recognised,
}

/// Loads files over the built-in tables. A file of the user's takes the place of the built-in
/// table of its kind; where it is the sites, built-in phases, tenancies, contracts and events
/// are left out too (RULES L3).
///
/// # Errors
/// [`Cancelled`] if the watch says so.
pub fn load(inputs: &[Input], watch: &dyn Watch) -> Result<Loaded, Cancelled> {
    let mut report = Report::default();
    let mut opened: Vec<Opened<'_>> =
        inputs.iter().filter_map(|input| open(input, &mut report)).collect();
    let own: FxHashSet<&str> =
        opened.iter().filter(|o| !o.input.built_in).map(|o| o.found.table.kind).collect();
    let follows_sites = |kind| ["phases", "tenancies", "contracts", "events"].contains(&kind);
    opened.retain(|o| {
        let kind = o.found.table.kind;
        let replaced = own.contains(kind) || own.contains("sites") && follows_sites(kind);
        !(o.input.built_in && replaced)
    });
    let mut loaded = Filling { data: Dataset::default(), report };
    let total = opened.iter().map(|o| o.text.len() as u64).sum();
    let mut done = 0;
    for table in &TABLES {
        let mut seen = FxHashSet::default();
        for file in opened.iter().filter(|o| o.found.table.kind == table.kind) {
            let given = own.contains("phases");
            read_table(file, &mut loaded, (&mut seen, given), &|at| {
                watch.progress(done + at as u64, total);
                watch.cancelled()
            })?;
            done += file.text.len() as u64;
        }
        if table.kind == "sites" {
            loaded.data.reindex();
        }
    }
    loaded.data.fingerprint = fingerprint(&opened);
    name_own_data(&mut loaded.data, &own);
    loaded.data.events.sort_by_key(|e| e.date);
    loaded.data.reindex();
    if watch.cancelled() {
        return Err(Cancelled);
    }
    check::references(&loaded.data, &mut loaded.report);
    loaded.report.sort();
    Ok(Loaded { data: Arc::new(loaded.data), report: loaded.report })
}

/// A hash of all files' bytes.
fn fingerprint(opened: &[Opened<'_>]) -> u64 {
    let step =
        |hash: u64, word: u64| (hash.rotate_left(5) ^ word).wrapping_mul(0x517c_c1b7_2722_0a95);
    let mut hash = 0;
    for file in opened {
        let (words, rest) = file.input.bytes.as_chunks::<8>();
        hash = words.iter().fold(hash, |hash, word| step(hash, u64::from_le_bytes(*word)));
        hash = rest.iter().fold(hash, |hash, byte| step(hash, u64::from(*byte)));
        hash = step(hash, file.input.bytes.len() as u64);
    }
    hash
}

/// Sites of the user's own do not carry the title and licence of the built-in data.
fn name_own_data(data: &mut Dataset, own: &FxHashSet<&str>) {
    if !own.contains("sites") || own.contains("dataset") {
        return;
    }
    let files = data.files.iter().filter(|f| !f.built_in);
    let names = files.filter_map(|f| Some(f.path.file_name()?.to_string_lossy().into_owned()));
    data.info.title = names.collect::<Vec<_>>().join(", ");
    data.info.licence.clear();
}

fn whole_file(
    report: &mut Report,
    input: &Input,
    code: &'static str,
    line: u64,
    what: &str,
    found: &str,
    (expected, help): (&str, Option<String>),
) {
    let severity = if code.starts_with('E') { Severity::Error } else { Severity::Warning };
    report.push(Diagnostic {
        code,
        severity,
        what: what.to_owned(),
        place: Place::line(&input.path, line),
        found: excerpt(found),
        expected: expected.to_owned(),
        help,
    });
}

fn open<'a>(input: &'a Input, report: &mut Report) -> Option<Opened<'a>> {
    let lost = |report: &mut Report, input: &Input| {
        report.tables.push(TableCount {
            file: input.path.clone(),
            kind: "unknown",
            rows: 0,
            kept: 0,
            because: "no table was recognised".to_owned(),
        });
    };
    let Ok(decoded) = text::decode(&input.bytes) else {
        let expected = ("a text file: CSV in UTF-8, UTF-16 or Windows-1252", None);
        whole_file(
            report,
            input,
            "E103",
            1,
            "the file is not text",
            "bytes that are NUL",
            expected,
        );
        lost(report, input);
        return None;
    };
    if decoded.broken_utf16 {
        let expected = ("UTF-16 without gaps", Some("save the file as UTF-8".to_owned()));
        let what = "the file begins as UTF-16 and holds what is none";
        whole_file(report, input, "W201", 1, what, "broken UTF-16", expected);
    }
    if let Some(line) = decoded.not_utf8_at {
        let help = Some("save the file as UTF-8 to be sure of its letters".to_owned());
        let expected = ("UTF-8", help);
        whole_file(
            report,
            input,
            "W201",
            line,
            "the file is not UTF-8 and was read as Windows-1252",
            "a byte that is not UTF-8",
            expected,
        );
    }
    if decoded.text.trim().is_empty() {
        let expected = ("a header line and rows", None);
        whole_file(report, input, "E102", 1, "the file is empty", "", expected);
        lost(report, input);
        return None;
    }
    let delimiter = text::find_delimiter(&decoded.text);
    let (line, header) = header_of(&decoded.text, delimiter);
    if header.len() > MOST_COLUMNS {
        let what = format!("the header has {} columns", header.len());
        let expected = format!("at most {MOST_COLUMNS} columns");
        whole_file(report, input, "E118", line, &what, &header[0], (&expected, None));
        lost(report, input);
        return None;
    }
    duplicates(report, input, line, &header);
    let names: Vec<&str> = header.iter().map(String::as_str).collect();
    match header::recognise(&names) {
        Ok(found) => {
            unused_columns(report, input, line, &header, &found);
            Some(Opened { input, text: decoded.text, delimiter, header, found })
        }
        Err(why) => {
            not_recognised(report, input, line, &header, &why);
            lost(report, input);
            None
        }
    }
}

/// No table of this field has more columns; a file that has is something else.
const MOST_COLUMNS: usize = 2048;

/// The first record and its line.
fn header_of(text: &str, delimiter: u8) -> (u64, Vec<String>) {
    let mut records = Records::new(text, delimiter, 0);
    let mut record = StringRecord::new();
    let line = match records.next(&mut record) {
        Some(Cut::Row(line) | Cut::OpenQuote(line)) => line,
        None => 1,
    };
    let mut header: Vec<String> = record.iter().map(|h| h.trim().to_owned()).collect();
    while header.len() > 1 && header.last().is_some_and(String::is_empty) {
        header.pop();
    }
    (line, header)
}

fn duplicates(report: &mut Report, input: &Input, line: u64, header: &[String]) {
    for (at, name) in header.iter().enumerate() {
        if !name.is_empty() && header[..at].iter().any(|h| h.eq_ignore_ascii_case(name)) {
            report.push(Diagnostic {
                code: "W202",
                severity: Severity::Warning,
                what: format!("the header has `{name}` twice"),
                place: Place::line(&input.path, line).column(name),
                found: excerpt(name),
                expected: "each column once".to_owned(),
                help: Some("the first of them is used".to_owned()),
            });
        }
    }
}

fn unused_columns(
    report: &mut Report,
    input: &Input,
    line: u64,
    header: &[String],
    found: &Recognised,
) {
    let kind = found.table.kind;
    for &at in &found.unused {
        let name = &header[at];
        if name.is_empty() || header[..at].iter().any(|h| h.eq_ignore_ascii_case(name)) {
            continue;
        }
        report.push(Diagnostic {
            code: "N301",
            severity: Severity::Note,
            what: format!("the column `{name}` is not used"),
            place: Place::line(&input.path, line).column(name),
            found: excerpt(name),
            expected: format!("a column of the table of {kind}"),
            help: None,
        });
    }
}

fn not_recognised(
    report: &mut Report,
    input: &Input,
    line: u64,
    header: &[String],
    why: &NotRecognised,
) {
    if let Some((at, unit)) = &why.unit {
        let expected =
            ("a unit that can be converted", Some("convert the column first".to_owned()));
        let what = format!("the unit of `{}` cannot be used: {unit}", header[*at]);
        whole_file(report, input, "E117", line, &what, &header[*at], expected);
        return;
    }
    let (code, what, expected) = if let Some((kind, missing)) = &why.nearest {
        let missing = missing.iter().map(|m| format!("`{m}`")).collect::<Vec<_>>().join(", ");
        let what = format!("the table looks like {kind}, but has no column {missing}");
        ("E109", what, format!("the columns of the table of {kind}; see docs/data-format.md"))
    } else {
        let kinds: Vec<&str> = TABLES.iter().map(|t| t.kind).collect();
        let expected = format!("the header of one of: {}", kinds.join(", "));
        ("E108", "no table is recognised by this header".to_owned(), expected)
    };
    whole_file(report, input, code, line, &what, &header.join(","), (&expected, None));
}

/// Cells longer than this are no cells: the row is left out.
const LONGEST_CELL: usize = 1 << 20;

/// So many unknown sites of a file get a hint at what they may have meant.
const MOST_HINTS: u32 = 20;

/// How often progress is told and the watch asked, in rows.
const ROWS_A_LOOK: u64 = 1000;

fn read_table(
    file: &Opened<'_>,
    loaded: &mut Filling,
    (seen, phases_given): (&mut FxHashSet<[u32; 5]>, bool),
    look: &dyn Fn(usize) -> bool,
) -> Result<(), Cancelled> {
    let kind = file.found.table.kind;
    let context = FileContext {
        path: &file.input.path,
        found: &file.found,
        header: &file.header,
        formats: formats(file, &mut loaded.report),
    };
    let number = loaded.data.files.len() as u16;
    loaded.data.files.push(SourceFile {
        path: file.input.path.clone(),
        kind,
        built_in: file.input.built_in,
    });
    if kind == "sites" && phases_given && !file.input.built_in {
        own_power_unused(file, &mut loaded.report);
    }
    let mut sink = Sink {
        data: &mut loaded.data,
        file: number,
        seen: std::mem::take(seen),
        phases_given,
        hints: MOST_HINTS,
    };
    let mut records = Records::new(&file.text, file.delimiter, file.header.len());
    let mut record = StringRecord::new();
    let (mut rows, mut kept) = (0_u64, 0_u64);
    records.next(&mut record);
    while let Some(cut) = records.next(&mut record) {
        if record.iter().all(|cell| cell.trim().is_empty()) {
            // A line of delimiters, as spreadsheets leave them, is a blank line.
            continue;
        }
        rows += 1;
        if rows.is_multiple_of(ROWS_A_LOOK) && look(records.bytes_done()) {
            return Err(Cancelled);
        }
        let line = match cut {
            Cut::Row(line) => line,
            Cut::OpenQuote(line) => {
                open_quote(file, line, &record, &mut loaded.report);
                continue;
            }
        };
        if !well_formed(file, line, &record, &mut loaded.report) {
            continue;
        }
        control_characters(file, line, &record, &mut loaded.report);
        let report = &mut loaded.report;
        let mut row = Row { file: &context, record: &record, line, report, lost: false };
        kept += u64::from(read_row(kind, &mut row, &mut sink));
    }
    *seen = sink.seen;
    if rows == 0 {
        let expected = ("rows under the header", None);
        whole_file(
            &mut loaded.report,
            file.input,
            "W203",
            1,
            "the file has a header and no rows",
            "",
            expected,
        );
    }
    let because = file.found.because.clone();
    let count = TableCount { file: file.input.path.clone(), kind, rows, kept, because };
    loaded.report.tables.push(count);
    Ok(())
}

/// Tells that power and dates among the sites are not used, since a file of phases has them.
fn own_power_unused(file: &Opened<'_>, report: &mut Report) {
    let columns = ["facility_mw", "it_mw", "online", "chip_count"];
    for (column, at) in file.found.table.columns.iter().zip(&file.found.at) {
        let Some(at) = at.filter(|_| columns.contains(&column.name)) else { continue };
        report.push(Diagnostic {
            code: "W223",
            severity: Severity::Warning,
            what: format!("`{}` of the sites is not used", file.header[at]),
            place: Place::line(&file.input.path, 1).column(&file.header[at]),
            found: excerpt(&file.header[at]),
            expected: "power and dates in one place only".to_owned(),
            help: Some("the phases of the other file count".to_owned()),
        });
    }
}

fn row_error(
    file: &Opened<'_>,
    line: u64,
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
        place: Place::line(&file.input.path, line),
        found: excerpt(found),
        expected,
        help: help.map(str::to_owned),
    });
}

fn open_quote(file: &Opened<'_>, line: u64, record: &StringRecord, report: &mut Report) {
    let found = record.iter().next().unwrap_or("");
    let help = "double a quote that belongs to the text; the next lines were read on";
    let expected = ("a closing quote before the next delimiter".to_owned(), Some(help));
    row_error(file, line, "E106", "a quote is never closed".to_owned(), found, expected, report);
}

/// Warns of bytes in a row that no text has.
fn control_characters(file: &Opened<'_>, line: u64, record: &StringRecord, report: &mut Report) {
    let odd = |b: u8| (b < 0x20 && !matches!(b, b'\t' | b'\n' | b'\r')) || b == 0x7f;
    if !record.as_slice().bytes().any(odd) {
        return;
    }
    let at = record.iter().position(|cell| cell.bytes().any(odd)).unwrap_or(0);
    let column = file.header.get(at).map_or("", String::as_str);
    report.push(Diagnostic {
        code: "W222",
        severity: Severity::Warning,
        what: "a cell holds control characters".to_owned(),
        place: Place::line(&file.input.path, line).column(column),
        found: excerpt(record.get(at).unwrap_or("")),
        expected: "letters, figures and signs".to_owned(),
        help: None,
    });
}

/// Whether a record has the cells of the header, none of them too long.
fn well_formed(file: &Opened<'_>, line: u64, record: &StringRecord, report: &mut Report) -> bool {
    let (have, want) = (record.len(), file.header.len());
    let extra_empty = have > want && record.iter().skip(want).all(|c| c.trim().is_empty());
    if let Some(long) = record.iter().find(|c| c.len() > LONGEST_CELL) {
        let what = format!("a cell has {} bytes", long.len());
        let expected = ("cells of at most 1 MiB".to_owned(), None);
        row_error(file, line, "E107", what, long, expected, report);
        return false;
    }
    if have == want || extra_empty {
        return true;
    }
    let what = format!("the row has {have} cells, the header {want}");
    let found = record.iter().collect::<Vec<_>>().join(",");
    let help = "a delimiter inside a text needs quotes around the cell";
    let expected = (format!("{want} cells"), Some(help));
    row_error(file, line, "E105", what, &found, expected, report);
    false
}

/// Whether a slash stands between two digits anywhere, as in `31/12/2026`.
fn has_slashed_numbers(text: &[u8]) -> bool {
    memchr::memchr_iter(b'/', text).any(|at| {
        let digit = |at: usize| text.get(at).is_some_and(u8::is_ascii_digit);
        at > 0 && digit(at - 1) && digit(at + 1)
    })
}

/// Decides decimal marks and date orders from all cells of the columns that need it.
fn formats(file: &Opened<'_>, report: &mut Report) -> Vec<CellFormat> {
    let mut formats: Vec<CellFormat> = file
        .found
        .factor
        .iter()
        .map(|&factor| CellFormat { factor, ..CellFormat::default() })
        .collect();
    let text = file.text.as_bytes();
    let may_differ = file.delimiter != b','
        || has_slashed_numbers(text)
        || memchr::memmem::find(text, b"\"").is_some();
    if file.input.built_in || !may_differ {
        return formats;
    }
    let columns: Vec<(usize, usize)> = file
        .found
        .at
        .iter()
        .enumerate()
        .filter_map(|(slot, at)| Some((slot, (*at)?)))
        .filter(|(slot, _)| file.found.table.columns[*slot].holds != Holds::Text)
        .collect();
    // Where commas part the cells, a point is a decimal point.
    let votes = FormatVotes::new(file.delimiter != b',');
    let mut votes = vec![votes; formats.len()];
    let mut records = Records::new(&file.text, file.delimiter, file.header.len());
    let mut record = StringRecord::new();
    records.next(&mut record);
    let mut first_open = vec![1; formats.len()];
    while let Some(cut) = records.next(&mut record) {
        let (Cut::Row(line) | Cut::OpenQuote(line)) = cut;
        for &(slot, at) in &columns {
            let open = votes[slot].look(record.get(at).unwrap_or("").trim());
            if open && first_open[slot] == 1 {
                first_open[slot] = line;
            }
        }
    }
    let commas = columns.iter().any(|&(slot, _)| votes[slot].decimal() == (Decimal::Comma, false));
    for &(slot, at) in &columns {
        let dates = matches!(file.found.table.columns[slot].holds, Holds::Date | Holds::Month);
        let ((decimal, open_number), (order, open_date)) =
            (votes[slot].decimal(), votes[slot].order());
        // An open column goes with the others of its file.
        let settled = open_number && commas;
        let open_number = open_number && !settled;
        formats[slot].decimal = if settled { Decimal::Comma } else { decimal };
        formats[slot].order = order;
        if if dates { open_date } else { open_number } {
            undecided(file, first_open[slot], &file.header[at], dates, report);
        }
    }
    formats
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

//! Looks at the beginning of a file: how it is encoded and parted, and which table it is.

use std::borrow::Cow;
use std::cell::Cell;

use encoding_rs::Encoding;

use super::blocks::Input;
use super::containers;
use super::header::{NotRecognised, Recognised, recognise_except};
use super::layout::{self, Layout, tidied};
use super::mapping::{Mapping, is_priced};
use super::prices::{self, PriceForm};
use super::text;
use super::{encoding, evidence};
use crate::diagnostic::{Diagnostic, Place, Report, Severity, TableCount, excerpt};
use crate::model::{Month, Status, TableKind};

/// A file whose table is known.
pub(super) struct Opened<'a> {
    pub input: &'a Input,
    /// All of its text, where it was read in one piece; else it is to be read as a stream.
    pub text: Option<Cow<'a, str>>,
    pub delimiter: u8,
    pub header: Vec<String>,
    pub found: Recognised,
    /// How its rows are read where it is one of prices in a form of its own.
    pub prices: Option<Box<PriceForm>>,
    /// Records up to the first row: titles, comments and the header.
    pub records: usize,
    /// Of lines that are not UTF-8.
    pub encoding: Option<&'static Encoding>,
}

impl Opened<'_> {
    /// Whether it may come by the million rows, and is read as a stream, in parts.
    fn is_large(&self) -> bool {
        is_large(self.found.kind) || self.prices.is_some()
    }

    /// The text of the first rows, in which records stand as in the file.
    pub(super) fn beginning(&self) -> String {
        if let Some(text) = &self.text {
            return text[..text.floor_char_boundary(FIRST_ROWS)].to_owned();
        }
        let Ok((head, _)) = self.input.bytes.head() else { return String::new() };
        self.decoded(&head)
    }

    /// All of its text, where that is no longer than so many bytes.
    pub(super) fn whole_if_short(&self, most: u64) -> Option<Cow<'_, str>> {
        if let Some(text) = &self.text {
            return (text.len() as u64 <= most).then_some(Cow::Borrowed(text));
        }
        let (bytes, is_all) = self.input.bytes.first(most).ok()?;
        is_all.then(|| Cow::Owned(self.decoded(&bytes)))
    }

    fn decoded(&self, head: &[u8]) -> String {
        let head = head.strip_prefix(&[0xEF, 0xBB, 0xBF]).unwrap_or(head);
        match (std::str::from_utf8(head), self.encoding) {
            (Ok(text), _) => text.to_owned(),
            (Err(_), Some(encoding)) => encoding::to_text(head, encoding),
            // A letter may be cut in two at the end.
            (Err(error), None) => {
                String::from_utf8_lossy(&head[..error.valid_up_to()]).into_owned()
            }
        }
    }

    /// Takes the file for a table of another kind, if its header and its cells can be one.
    pub(super) fn take_for(&mut self, kind: TableKind) {
        let names: Vec<&str> = self.header.iter().map(String::as_str).collect();
        if let Ok(found) = recognise_except(&names, &[kind], &[]) {
            let rows = first_rows(&self.beginning(), self.delimiter, self.records);
            self.found = evidence::weigh(&names, found, &rows);
        }
    }
}

/// Whether a table comes by the million, and is read as a stream, in parts.
pub(super) fn is_large(kind: TableKind) -> bool {
    matches!(kind, TableKind::Sites | TableKind::Phases)
}

pub(super) fn whole_file(
    report: &mut Report,
    input: &Input,
    code: &'static str,
    line: u64,
    what: &str,
    found: &str,
    (expected, help): (&str, Option<String>),
) {
    let severity = match code.as_bytes().first() {
        Some(b'E') => Severity::Error,
        Some(b'N') => Severity::Note,
        _ => Severity::Warning,
    };
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

fn lost(report: &mut Report, input: &Input) {
    report.tables.push(no_table(input));
}

pub(super) fn no_table(input: &Input) -> TableCount {
    TableCount {
        file: input.path.clone(),
        kind: None,
        rows: 0,
        kept: 0,
        because: "no table was recognised".to_owned(),
        columns: Vec::new(),
    }
}

/// A finding on a file that the system does not give.
pub fn unreadable(path: &std::path::Path, error: &std::io::Error) -> Diagnostic {
    Diagnostic {
        code: "E101",
        severity: Severity::Error,
        what: "the file cannot be read".to_owned(),
        place: Place::file(path),
        found: error.to_string(),
        expected: "a file that can be read".to_owned(),
        help: None,
    }
}

/// A finding on a file that breaks off while it is read, as packed files do that were cut.
pub(super) fn broken_off(path: &std::path::Path, error: &std::io::Error) -> Diagnostic {
    Diagnostic {
        what: "the file cannot be read to its end, and none of it is used".to_owned(),
        place: Place::line(path, 1),
        help: Some(
            "get it once more; if it is packed, unpack it to see whether it is whole".into(),
        ),
        ..unreadable(path, error)
    }
}

/// All of a file's text; what is odd about its encoding is told.
pub(super) fn whole_text<'a>(input: &'a Input, report: &mut Report) -> Option<Cow<'a, str>> {
    let bytes = match input.bytes.whole() {
        Ok(bytes) => bytes,
        Err(error) => {
            report.push(broken_off(&input.path, &error));
            return None;
        }
    };
    let decoded = match bytes {
        Cow::Borrowed(bytes) => text::decode(bytes),
        Cow::Owned(bytes) => text::decode(&bytes).map(text::Decoded::into_owned),
    };
    let Ok(decoded) = decoded else {
        not_text(report, input);
        return None;
    };
    if decoded.broken_utf16 {
        let expected = ("UTF-16 without gaps", Some("save the file as UTF-8".to_owned()));
        let what = "the file begins as UTF-16 and holds what is none";
        whole_file(report, input, "W201", 1, what, "broken UTF-16", expected);
    }
    if let Some((line, encoding)) = decoded.not_utf8_at {
        not_utf8(report, input, line, encoding);
    }
    if decoded.text.trim().is_empty() {
        let expected = ("a header line and rows", None);
        whole_file(report, input, "E102", 1, "the file is empty", "", expected);
        return None;
    }
    Some(decoded.text)
}

/// Tells that lines of a file are not UTF-8, and as what they are read.
pub(super) fn not_utf8(report: &mut Report, input: &Input, line: u64, encoding: &'static Encoding) {
    let help = Some("save the file as UTF-8 to be sure of its letters".to_owned());
    let what = format!("lines that are not UTF-8 are read as {}", encoding::name(encoding));
    let found = "a byte that is not UTF-8";
    whole_file(report, input, "W201", line, &what, found, ("UTF-8", help));
}

/// The beginning of a file that is UTF-8, if its header ends within it and more follows.
fn head_text(head: &[u8]) -> Option<&str> {
    let utf16 = head.starts_with(&[0xFF, 0xFE]) || head.starts_with(&[0xFE, 0xFF]);
    if utf16 || memchr::memchr(0, head).is_some() {
        return None;
    }
    let head = head.strip_prefix(&[0xEF, 0xBB, 0xBF]).unwrap_or(head);
    match std::str::from_utf8(head) {
        Ok(text) => Some(text),
        // A letter may be cut in two at the end.
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(&head[..error.valid_up_to()]).ok()
        }
        Err(_) => None,
    }
}

/// A mapping that is given, with its file, and whether it was of use.
pub(super) type GivenMapping<'a> = (&'a Input, Mapping, Cell<bool>);

/// Which table a text is, by its header.
fn recognise_text<'a>(
    input: &'a Input,
    mappings: &[GivenMapping<'_>],
    text: &str,
    report: &mut Report,
) -> Option<(Opened<'a>, usize)> {
    let looked = if input.built_in { layout::first(text) } else { layout::find(text) };
    let by_mapping =
        mappings.iter().any(|(_, map, _)| is_priced(map.table) && map.fits(&looked.header));
    let prices = if input.built_in { None } else { prices_of(input, text, &looked, by_mapping) };
    let prices = mapped_prices(mappings, &looked, prices);
    if let Some((layout, form)) = prices {
        let found = Recognised::prices(&form);
        let header = layout.header.iter().map(|name| excerpt(name)).collect();
        let opened = Opened {
            input,
            text: None,
            delimiter: layout.delimiter,
            header,
            found,
            prices: Some(Box::new(form)),
            records: layout.records,
            encoding: None,
        };
        return Some((opened, layout.end));
    }
    let Layout { delimiter, header, line, records, end, found } = looked;
    if header.len() > MOST_COLUMNS {
        let what = format!("the header has {} columns", header.len());
        let expected = format!("at most {MOST_COLUMNS} columns");
        whole_file(report, input, "E118", line, &what, &header[0], (&expected, None));
        return None;
    }
    duplicates(report, input, line, &header);
    let given = mappings.iter().find(|(_, map, _)| !input.built_in && map.fits(&header));
    // Of a file that nothing else is known of, a mapping says what it is.
    let found = match given {
        Some((_, map, _)) => found.or_else(|_| Ok(Recognised::nothing_of(map.table))),
        None => found,
    };
    match found {
        Ok(found) => {
            let names: Vec<&str> = header.iter().map(String::as_str).collect();
            let mut found = if input.built_in {
                found
            } else {
                evidence::weigh(&names, found, &first_rows(text, delimiter, records))
            };
            if let Some((_, map, used)) = given {
                used.set(true);
                map.apply(&header, &mut found);
            }
            unused_columns(report, input, line, &header, &found);
            // Names are shown from here on, and compared no more.
            let header = header.iter().map(|name| excerpt(name)).collect();
            Some((
                Opened {
                    input,
                    text: None,
                    delimiter,
                    header,
                    found,
                    prices: None,
                    records,
                    encoding: None,
                },
                end,
            ))
        }
        Err(why) => {
            if let Some((name, help)) = containers::name_of(text.as_bytes()) {
                let what = format!("the file is {name}");
                let expected = ("a table", Some(help.to_owned()));
                whole_file(report, input, "E103", 1, &what, "", expected);
            } else {
                not_recognised(report, input, line, &header, &why);
            }
            None
        }
    }
}

/// A form of prices with what a mapping of its file says, which may be all that is known of it.
fn mapped_prices(
    mappings: &[GivenMapping<'_>],
    looked: &Layout,
    found: Option<(Layout, PriceForm)>,
) -> Option<(Layout, PriceForm)> {
    let of = |header: &[String]| {
        let fits = |map: &Mapping| is_priced(map.table) && map.fits(header);
        mappings.iter().find(|(_, map, _)| fits(map))
    };
    match found {
        Some((layout, form)) => {
            let Some((_, map, used)) = of(&layout.header) else { return Some((layout, form)) };
            used.set(true);
            let form = form.mapped(map, &layout.header);
            Some((layout, form))
        }
        None if looked.found.is_err() => {
            let (_, map, used) = of(&looked.header)?;
            used.set(true);
            let nothing = Recognised::nothing_of(TableKind::Hours);
            let form = PriceForm::of_hours(&nothing).mapped(map, &looked.header);
            let Layout { delimiter, ref header, line, records, end, .. } = *looked;
            let (header, found) = (header.clone(), looked.found.clone());
            Some((Layout { delimiter, header, line, records, end, found }, form))
        }
        None => None,
    }
}

/// The form of a file of prices, where no other table is what it is.
fn prices_of(
    input: &Input,
    text: &str,
    looked: &Layout,
    by_mapping: bool,
) -> Option<(Layout, PriceForm)> {
    let own = match &looked.found {
        Ok(found) if found.kind == TableKind::Hours => true,
        // Our own table is read as such, where its months are months.
        Ok(found) if found.kind == TableKind::Prices => {
            let rows = first_rows(text, looked.delimiter, looked.records);
            let from = found.at[crate::model::tables::prices::AT.from];
            let month = |row: &Vec<String>| {
                from.and_then(|at| row.get(at))
                    .is_none_or(|cell| Month::parse(cell).is_some() || !prices::is_period(cell))
            };
            if !by_mapping
                && rows.iter().all(month)
                && found.factor.iter().all(|(_, factor)| (*factor - 1.0).abs() < f64::EPSILON)
            {
                return None;
            }
            true
        }
        // Years of countries are prices where the cells say so.
        Ok(found)
            if found.kind == TableKind::Sites
                && !found.shares.is_empty()
                && prices::speaks_of_prices(&first_rows(
                    text,
                    looked.delimiter,
                    looked.records,
                )) =>
        {
            false
        }
        Ok(_) => return None,
        Err(_) => false,
    };
    let mut found = prices::look(text, &input.path, looked);
    // Hours of our own table are universal time.
    if let (true, Some((layout, form))) = (own, &mut found)
        && layout.header.iter().any(|title| title == "price_usd_per_mwh")
        && layout.header.iter().any(|title| title == "hour")
    {
        form.be_our_hours();
    }
    if found.is_none() && own && looked.found.as_ref().is_ok_and(|f| f.kind == TableKind::Hours) {
        let form = PriceForm::of_hours(looked.found.as_ref().ok()?);
        let Layout { delimiter, ref header, line, records, end, .. } = *looked;
        let found = looked.found.clone();
        return Some((
            Layout { delimiter, header: header.clone(), line, records, end, found },
            form,
        ));
    }
    found
}

/// The cells of so many bytes have their say in roles.
const FIRST_ROWS: usize = 1 << 17;

/// The first rows under a header.
fn first_rows(text: &str, delimiter: u8, header: usize) -> Vec<Vec<String>> {
    let head = &text[..text.floor_char_boundary(FIRST_ROWS)];
    let head = text::tidy_quotes(head, delimiter);
    let mut records = text::Records::new(&head, delimiter, 0);
    let mut record = csv::StringRecord::new();
    let mut rows = Vec::new();
    let mut at = 0;
    while rows.len() < evidence::ROWS && records.next(&mut record).is_some() {
        if at >= header {
            rows.push(record.iter().map(|cell| cell.trim().to_owned()).collect());
        }
        at += 1;
    }
    rows
}

/// Looks at a file, which may hold several tables, one under the other; none, and a finding, where it
/// is no table.
pub(super) fn open<'a>(
    input: &'a Input,
    mappings: &[GivenMapping<'_>],
    report: &mut Report,
) -> Vec<Opened<'a>> {
    let Some(mut opened) = look(input, mappings, report) else {
        lost(report, input);
        return Vec::new();
    };
    let mut all = Vec::new();
    // A table of prices ends with its file: its rows of words are remarks, not headers.
    while opened.prices.is_none()
        && let Some(next) = next_table(&mut opened, report)
    {
        all.push(opened);
        opened = next;
    }
    all.push(opened);
    all
}

/// Files of more bytes are one table. One that holds a second is told by the cells of its rows.
const MOST_OF_SEVERAL: usize = 1 << 22;

/// A row that scores so much is the header of a table: two columns by name.
const TITLES_AT_LEAST: u32 = 8;

/// The table under the first one of a file, which ends where it begins.
fn next_table<'a>(first: &mut Opened<'a>, report: &mut Report) -> Option<Opened<'a>> {
    let own = |text: &&Cow<'a, str>| !first.input.built_in && text.len() <= MOST_OF_SEVERAL;
    let whole = first.text.as_ref().filter(own)?.clone();
    let mut records = text::Records::new(&whole, first.delimiter, 0);
    let mut record = csv::StringRecord::new();
    let (mut count, mut from) = (0, 0);
    while let Some(text::Cut::Row(line)) = records.next(&mut record) {
        let begins = std::mem::replace(&mut from, records.bytes_done());
        count += 1;
        if count <= first.records {
            continue;
        }
        let cells: Vec<&str> = record.iter().map(str::trim).collect();
        let filled = cells.iter().filter(|cell| !cell.is_empty());
        let titles =
            |cell: &&str| cell.len() < 60 && !cell.starts_with(|c: char| c.is_ascii_digit());
        if filled.clone().count() < 2 || !filled.clone().all(titles) {
            continue;
        }
        let end = cells.iter().rposition(|cell| !cell.is_empty()).map_or(0, |at| at + 1);
        let names = &cells[..end];
        if names.iter().eq(first.header.iter()) || names.len() > MOST_COLUMNS {
            continue;
        }
        let found = match super::header::recognise(names) {
            Ok(found) => found,
            // Titles of a table that lacks something end the one above, too.
            Err(why) if why.score >= TITLES_AT_LEAST && names.len() > 2 => {
                let header: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
                not_recognised(report, first.input, line, &header, &why);
                let mut rows = 0;
                while records.next(&mut record).is_some() {
                    rows += u64::from(record.iter().any(|cell| !cell.trim().is_empty()));
                }
                report.tables.push(TableCount {
                    rows,
                    because: format!("the table from line {line} on is none that is known"),
                    ..no_table(first.input)
                });
                first.text = Some(Cow::Owned(whole[..begins].to_owned()));
                return None;
            }
            Err(_) => continue,
        };
        // A row of a site with the name of a column somewhere is no header.
        let used = found.at.iter().filter(|(_, at)| at.is_some()).count();
        if used < 2 || used * 2 < names.len() {
            continue;
        }
        let header: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let found = evidence::weigh(names, found, &first_rows(&whole, first.delimiter, count));
        report.push(Diagnostic {
            code: "N308",
            severity: Severity::Note,
            what: format!("a further table begins here, and is read as {}", found.kind.name()),
            place: Place::line(&first.input.path, line),
            found: excerpt(&header.join(",")),
            expected: "one table a file".to_owned(),
            help: Some("where it is none, put what follows in a file of its own".to_owned()),
        });
        unused_columns(report, first.input, line, &header, &found);
        let header = header.iter().map(|name| excerpt(name)).collect();
        first.text = Some(Cow::Owned(whole[..begins].to_owned()));
        return Some(Opened {
            input: first.input,
            text: Some(whole),
            delimiter: first.delimiter,
            header,
            found,
            prices: None,
            records: count,
            encoding: first.encoding,
        });
    }
    None
}

/// No header has more bytes.
const LONGEST_HEADER: u64 = 1 << 20;

/// Judges a file by its beginning, before all of it is read.
fn look<'a>(
    input: &'a Input,
    mappings: &[GivenMapping<'_>],
    report: &mut Report,
) -> Option<Opened<'a>> {
    let head = input.bytes.head().and_then(|(head, all)| {
        if all || has_line_end(&head) { Ok((head, all)) } else { input.bytes.first(LONGEST_HEADER) }
    });
    let (head, all) = match head {
        Ok(head) => head,
        Err(error) => {
            report.push(broken_off(&input.path, &error));
            return None;
        }
    };
    let Ok(decoded) = text::decode(&head) else {
        not_text(report, input);
        return None;
    };
    if !all && !has_line_end(&head) {
        let expected = ("a header line and rows", None);
        let what = "the first line has more than 1 MiB";
        whole_file(report, input, "E101", 1, what, &decoded.text, expected);
        return None;
    }
    let is_utf16 = head.starts_with(&[0xFF, 0xFE]) || head.starts_with(&[0xFE, 0xFF]);
    if let (false, false, Some((line, encoding))) = (all, is_utf16, decoded.not_utf8_at) {
        // A line of the head may be cut.
        let whole = memchr::memrchr(b'\n', &head).map_or(head.len(), |at| at + 1);
        let text = encoding::to_text(&head[..whole], encoding);
        let mut own = Report::default();
        if let Some((opened, end)) = recognise_text(input, mappings, &text, &mut own)
            && opened.is_large()
            && end < text.len()
        {
            report.append(own);
            not_utf8(report, input, line, encoding);
            return Some(Opened { encoding: Some(encoding), ..opened });
        }
    }
    if !all {
        let mut own = Report::default();
        let utf8 = head_text(&head);
        let text = prices::dimensions_apart(utf8.unwrap_or(&decoded.text).into());
        let seen = recognise_text(input, mappings, &text, &mut own);
        let Some((opened, end)) = seen else {
            report.append(own);
            return None;
        };
        // A header that fills the head is not known to end in it.
        let spaced = text::has_spaced_quotes(&head, opened.delimiter)
            // Dimensions are parted in a text that is whole.
            || matches!(text, Cow::Owned(_));
        if opened.is_large() && utf8.is_some() && end < head.len() && !spaced {
            report.append(own);
            return Some(opened);
        }
    }
    let text = prices::dimensions_apart(whole_text(input, report)?);
    let (opened, _) = recognise_text(input, mappings, &text, report)?;
    let text = tidied(text, opened.delimiter);
    Some(Opened { text: Some(text), ..opened })
}

fn has_line_end(bytes: &[u8]) -> bool {
    memchr::memchr2(b'\n', b'\r', bytes).is_some()
}

/// Whether bytes may be the beginning of a table, so that more of them are worth waiting for.
pub fn may_be_a_table(head: &[u8]) -> bool {
    if let [0x1f, 0x8b, ..]
    | [0x28, 0xb5, 0x2f, 0xfd, ..]
    | [b'P', b'K', ..]
    | [b'P', b'A', b'R', b'1', ..] = head
    {
        return true;
    }
    let input = Input { path: "".into(), bytes: head.to_vec().into(), built_in: false };
    let decoded = text::decode(head);
    decoded.is_ok_and(|decoded| {
        let text = head_text(head).unwrap_or(&decoded.text);
        has_line_end(head) && recognise_text(&input, &[], text, &mut Report::default()).is_some()
    })
}

fn not_text(report: &mut Report, input: &Input) {
    let head = input.bytes.head().map(|(head, _)| head).unwrap_or_default();
    let expected = "a text file: CSV in UTF-8, UTF-16 or another encoding of letters";
    if let Some((name, help)) = containers::name_of(&head) {
        let what = format!("the file is {name}");
        whole_file(report, input, "E103", 1, &what, "", (expected, Some(help.to_owned())));
        return;
    }
    let what = "the file is not text";
    whole_file(report, input, "E103", 1, what, "bytes that are NUL", (expected, None));
}

/// No table of this field has more columns; a file that has is something else.
pub(super) const MOST_COLUMNS: usize = 2048;

fn duplicates(report: &mut Report, input: &Input, line: u64, header: &[String]) {
    for (at, name) in header.iter().enumerate() {
        if !name.is_empty() && header[..at].iter().any(|h| h.eq_ignore_ascii_case(name)) {
            report.push(Diagnostic {
                code: "W202",
                severity: Severity::Warning,
                what: format!("the header has `{}` twice", excerpt(name)),
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
    let kind = found.kind.name();
    if let Some(name) = found.implied_by.map(|at| &header[at]) {
        let (what, read) = match found.implied {
            Some(Status::Operating) => ("in service", "operating"),
            _ => ("to come", "planned"),
        };
        report.push(Diagnostic {
            code: "N302",
            severity: Severity::Note,
            what: format!("`{}` says what is {what}", excerpt(name)),
            place: Place::line(&input.path, line).column(name),
            found: excerpt(name),
            expected: "a column `status`, or a date in each row".to_owned(),
            help: Some(format!("rows without a state are read as {read}")),
        });
    }
    for &(at, speaks_of) in &found.unused {
        let name = &header[at];
        if name.is_empty() || header[..at].iter().any(|h| h.eq_ignore_ascii_case(name)) {
            continue;
        }
        let near = speaks_of.filter(|_| !input.built_in);
        // What is kept as text is told with the other columns.
        if near.is_none() && found.extra.contains(&at) {
            continue;
        }
        let (code, severity) =
            if near.is_some() { ("W229", Severity::Warning) } else { ("N301", Severity::Note) };
        let help = near.map(|near| {
            let own = found.kind.spec().find(near);
            match own.map(|slot| found.at[slot].and_then(|at| header.get(at))) {
                Some(Some(used)) => format!("`{}` is read as `{near}`", excerpt(used)),
                Some(None) => format!("name it `{near}` to have it read so"),
                None => format!("a table of {kind} has no `{near}`; put it in a file of its own"),
            }
        });
        report.push(Diagnostic {
            code,
            severity,
            what: format!("the column `{}` is not used", excerpt(name)),
            place: Place::line(&input.path, line).column(name),
            found: excerpt(name),
            expected: format!("a column of the table of {kind}"),
            help,
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
        let what = format!("the unit of `{}` cannot be used: {unit}", excerpt(&header[*at]));
        whole_file(report, input, "E117", line, &what, &header[*at], expected);
        return;
    }
    let (code, what, expected) = if let Some((kind, missing)) = &why.nearest {
        let missing: Vec<String> = missing
            .iter()
            .map(|name| match (*kind, *name) {
                (TableKind::Sites, "lat") => "of a place, power or date".to_owned(),
                (_, name) => format!("`{name}`"),
            })
            .collect();
        let missing = missing.join(", ");
        let kind = kind.name();
        let what = format!("the table looks like {kind}, but has no column {missing}");
        ("E109", what, format!("the columns of the table of {kind}; see docs/data-format.md"))
    } else {
        let kinds: Vec<&str> = TableKind::ALL.iter().map(|kind| kind.name()).collect();
        let expected = format!("the header of one of: {}", kinds.join(", "));
        ("E108", "no table is recognised by this header".to_owned(), expected)
    };
    whole_file(report, input, code, line, &what, &header.join(","), (&expected, None));
}

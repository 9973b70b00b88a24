//! Where the header of a text is, and what parts its cells: below titles, comments or `sep=`, in one
//! row or in two.
//!
//! Rows near the begin of a file are tried as headers, and the one of which a table is best
//! recognised is it.

use std::borrow::Cow;

use csv::StringRecord;

use super::amount::unit_of_power;
use super::cell::is_missing;
use super::header::{NotRecognised, Recognised, recognise};
use super::text::{Cut, Records, tidy_quotes};

/// What a text is as a table.
#[derive(Debug)]
pub(super) struct Layout {
    pub delimiter: u8,
    /// Titles of the columns; of two rows, both.
    pub header: Vec<String>,
    /// Line on which the header begins.
    pub line: u64,
    /// Records up to the first row: titles, comments, header and units.
    pub records: usize,
    /// Bytes up to the first row.
    pub end: usize,
    pub found: Result<Recognised, NotRecognised>,
}

/// A header is looked for in so many records.
const RECORDS: usize = 24;

/// And in so many bytes.
const HEAD: usize = 1 << 16;

/// A record near the begin.
struct Head {
    line: u64,
    cells: Vec<String>,
    /// Bytes up to its end.
    end: usize,
}

impl Head {
    fn filled(&self) -> usize {
        self.cells.iter().filter(|cell| !cell.is_empty()).count()
    }

    fn is_comment(&self) -> bool {
        self.cells.first().is_some_and(|cell| cell.starts_with('#') && self.filled() < 3)
    }

    /// Whether it may be a header: words rather than numbers.
    fn may_be_header(&self) -> bool {
        let numbers = self.cells.iter().filter(|cell| is_value(cell)).count();
        self.filled() > 0 && !self.is_comment() && numbers * 2 <= self.filled()
    }

    /// Whether all that it holds are units of the columns above.
    fn is_units(&self) -> bool {
        self.filled() > 0
            && self.cells.iter().all(|cell| cell.is_empty() || is_unit(cell))
            && self.cells.iter().any(|cell| cell.chars().any(char::is_alphabetic))
    }
}

/// Whether a cell is a number or an address, as headers have none; years are titles, too.
fn is_value(cell: &str) -> bool {
    let digits = cell.bytes().filter(u8::is_ascii_digit).count();
    let year = cell.len() == 4 && digits == 4;
    let missing = !cell.is_empty() && is_missing(cell);
    cell.starts_with("http") || missing || !year && digits * 2 > cell.chars().count()
}

/// Units that are none of power, and words for kinds of values.
const KINDS_OF_VALUES: &str = "deg,degrees,degree,°,decimal degrees,dd,wgs84,year,years,yyyy,\
    yyyy-mm-dd,date,text,string,str,number,integer,int,float,category,name,-,–,n/a,none,%,usd/mwh,\
    $/mwh,eur/mwh,usd,bn usd,usd bn,$m,#,count,id,units,unit,iso3,code,url,link,mwh,gwh,m2,sqft,sq ft,\
    ha,acres";

/// Whether a cell is a unit or a kind of value.
fn is_unit(cell: &str) -> bool {
    let inner = cell.trim_matches(['(', ')', '[', ']', '{', '}']).trim().to_lowercase();
    KINDS_OF_VALUES.split(',').any(|word| word == inner) || unit_of_power(&inner).is_some()
}

/// The header of a text that has it in its first row, and commas between its cells.
pub(super) fn first(text: &str) -> Layout {
    let line = memchr::memchr(b'\n', text.as_bytes()).map_or(text.len(), |at| at + 1);
    let header = text[..line].trim_end().split(',').map(str::to_owned).collect::<Vec<_>>();
    let names: Vec<&str> = header.iter().map(String::as_str).collect();
    let found = recognise(&names);
    Layout { delimiter: b',', header, line: 1, records: 1, end: line, found }
}

/// Bytes of a first line such as `sep=;`, and the marks that may part cells, the likeliest first.
pub(super) fn delimiters(text: &str) -> (usize, Vec<u8>) {
    let mut delimiters: Vec<u8> = Vec::new();
    let first = text.lines().next().unwrap_or("");
    if let Some(mark) = separator(first) {
        return ((first.len() + 1).min(text.len()), vec![mark]);
    }
    let head = &text[..text.floor_char_boundary(HEAD)];
    let lines: Vec<&str> = head.lines().filter(|l| !l.trim().is_empty()).take(RECORDS).collect();
    let count = |mark: u8| lines.iter().map(|l| unquoted(l, mark)).sum::<usize>();
    delimiters.extend([b',', b';', b'\t', b'|'].into_iter().filter(|mark| count(*mark) > 0));
    delimiters.sort_by_key(|mark| std::cmp::Reverse(count(*mark)));
    if delimiters.is_empty() {
        delimiters.push(b',');
    }
    (0, delimiters)
}

/// Finds the header of a text.
pub(super) fn find(text: &str) -> Layout {
    let (from, delimiters) = delimiters(text);
    let mut best: Option<(u32, Layout)> = None;
    for delimiter in delimiters {
        let (score, layout) = find_with(text, from, delimiter);
        let whole = layout.found.as_ref().is_ok_and(|found| found.is_whole(layout.header.len()));
        if best.as_ref().is_none_or(|(most, _)| score > *most) {
            best = Some((score, layout));
        }
        if whole {
            break;
        }
    }
    // There is one delimiter at least.
    best.map_or_else(|| find_with(text, from, b',').1, |(_, layout)| layout)
}

/// The delimiter that a first line `sep=;` names.
fn separator(line: &str) -> Option<u8> {
    let line = line.trim_start_matches('\u{feff}').trim_matches('"');
    let mark = line.get(..4).filter(|head| head.eq_ignore_ascii_case("sep="))?;
    let rest = line[mark.len()..].trim_end_matches(['\r', '\n']);
    match rest.as_bytes() {
        [mark @ (b',' | b';' | b'\t' | b'|')] => Some(*mark),
        _ if rest.eq_ignore_ascii_case("\\t") || rest.eq_ignore_ascii_case("tab") => Some(b'\t'),
        _ => None,
    }
}

/// How often a mark stands outside quotes.
fn unquoted(line: &str, mark: u8) -> usize {
    let mut quoted = false;
    let mut count = 0;
    for byte in line.bytes() {
        quoted ^= byte == b'"';
        count += usize::from(!quoted && byte == mark);
    }
    count
}

/// The first records of a text.
fn heads(text: &str, from: usize, delimiter: u8) -> Vec<Head> {
    let all = &text[from..];
    let first = memchr::memchr2(b'\n', b'\r', all.as_bytes()).map_or(all.len(), |at| at + 1);
    let head = &all[..all.floor_char_boundary(first.max(HEAD))];
    let cut = head.len() < all.len();
    let head = tidy_quotes(head, delimiter);
    let lines = u64::from(from > 0);
    let mut records = Records::new(&head, delimiter, 0);
    let mut record = StringRecord::new();
    let mut out: Vec<Head> = Vec::new();
    while out.len() < RECORDS {
        let Some(Cut::Row(line) | Cut::OpenQuote(line)) = records.next(&mut record) else { break };
        let end = records.bytes_done();
        if cut && end >= head.len() && !out.is_empty() {
            break;
        }
        let cells: Vec<String> = record.iter().map(|cell| cell.trim().to_owned()).collect();
        out.push(Head { line: line + lines, cells, end: from + end });
    }
    out
}

/// The best header with a delimiter, and how much of it was recognised.
fn find_with(text: &str, from: usize, delimiter: u8) -> (u32, Layout) {
    let heads = heads(text, from, delimiter);
    let mut best: Option<(u32, Layout)> = None;
    let mut try_one = |header: Vec<String>, first: usize, last: usize| {
        let names: Vec<&str> = header.iter().map(String::as_str).collect();
        let found = recognise(&names);
        let score = match &found {
            Ok(found) => found.score + 1000,
            Err(missing) => missing.score,
        };
        let whole = found.as_ref().is_ok_and(|found| found.is_whole(header.len()));
        if best.as_ref().is_none_or(|(most, _)| score > *most) {
            let units = heads.get(last + 1).is_some_and(Head::is_units);
            let last = last + usize::from(units);
            let layout = Layout {
                delimiter,
                header,
                line: heads.get(first).map_or(1, |head| head.line),
                records: last + 1 + usize::from(from > 0),
                end: heads.get(last).map_or(0, |head| head.end),
                found,
            };
            best = Some((score, layout));
        }
        whole
    };
    for (at, head) in heads.iter().enumerate() {
        if !head.may_be_header() {
            continue;
        }
        let units = heads.get(at + 1).filter(|below| below.is_units());
        let header = match units {
            Some(below) => with_units(&head.cells, &below.cells),
            None => trimmed(head.cells.clone()),
        };
        if try_one(header, at, at) {
            break;
        }
        let below = heads.get(at + 1).filter(|below| units.is_none() && below.may_be_header());
        // A title row above has gaps where it stands above several columns.
        if let Some(below) = below.filter(|_| head.filled() < head.cells.len() && head.filled() > 1)
        {
            try_one(joined(&head.cells, &below.cells), at, at + 1);
        }
    }
    best.unwrap_or_else(|| {
        let header = heads.first();
        let (line, end) = header.map_or((1, 0), |head| (head.line, head.end));
        let cells = header.map_or_else(Vec::new, |head| trimmed(head.cells.clone()));
        let names: Vec<&str> = cells.iter().map(String::as_str).collect();
        let found = recognise(&names);
        let records = 1 + usize::from(from > 0);
        (0, Layout { delimiter, header: cells, line, records, end, found })
    })
}

/// A header without the empty cells at its end.
pub(super) fn trimmed(mut header: Vec<String>) -> Vec<String> {
    while header.len() > 1 && header.last().is_some_and(String::is_empty) {
        header.pop();
    }
    header
}

/// A header with the units that stand in a row of their own.
fn with_units(header: &[String], units: &[String]) -> Vec<String> {
    let unit = |at: usize| units.get(at).map_or("", |unit| unit.trim_matches(['(', ')', '[', ']']));
    let names = header.iter().enumerate().map(|(at, name)| match unit(at) {
        unit if name.to_lowercase().contains(&unit.to_lowercase()) => name.clone(),
        unit if unit_of_power(unit).is_some() || unit.contains('/') && !name.contains('(') => {
            format!("{name} ({unit})")
        }
        _ => name.clone(),
    });
    trimmed(names.collect())
}

/// The titles of two rows; one that stands above several columns stands in its first.
pub(super) fn joined(above: &[String], below: &[String]) -> Vec<String> {
    let mut group = "";
    let width = above.len().max(below.len());
    let names = (0..width).map(|at| {
        let (title, name) = (above.get(at).map_or("", String::as_str), below.get(at));
        let name = name.map_or("", String::as_str);
        if !title.is_empty() {
            group = title;
        }
        match (group, name) {
            (_, "") => title.to_owned(),
            ("", name) => name.to_owned(),
            (group, name) => format!("{group} {name}"),
        }
    });
    trimmed(names.collect())
}

/// A text whose quoted cells begin behind their delimiter.
pub(super) fn tidied(text: Cow<'_, str>, delimiter: u8) -> Cow<'_, str> {
    match tidy_quotes(&text, delimiter) {
        Cow::Borrowed(_) => text,
        Cow::Owned(tidy) => Cow::Owned(tidy),
    }
}

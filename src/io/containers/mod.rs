//! Files that hold tables in another form than text: archives, workbooks, Parquet, GeoJSON. Each of
//! their tables becomes a text of rows, which is read as any other.

mod archive;
mod geojson;
mod named;
#[cfg(feature = "parquet")]
mod parquet;
#[cfg(feature = "workbooks")]
mod workbook;

use std::borrow::Cow;
use std::io::{self, Read as _};
use std::path::PathBuf;

use super::blocks::{Bytes, Input};
use super::open::unreadable;
use crate::diagnostic::{Diagnostic, Place, Report, Severity};
use crate::scenario::{Alone, Workers};

/// What unpacks to more than this is refused.
const MOST_BYTES: u64 = 1 << 30;

/// What unpacks to more than this and to [`MOST_GROWTH`] times its size is a trap.
const MOST_UNPACKED: u64 = 1 << 26;
const MOST_GROWTH: u64 = 400;

/// Tables of a file.
const MOST_TABLES: usize = 64;

/// A table of a container.
#[derive(Debug)]
struct Table {
    /// Its name in the container: of a sheet, or of a file in an archive; empty of the only one.
    name: String,
    bytes: Vec<u8>,
}

/// Why a container is not read.
#[derive(Debug)]
struct Refused {
    /// What it is, and why.
    what: String,
    help: String,
}

impl Refused {
    fn new(what: impl Into<String>, help: impl Into<String>) -> Self {
        Self { what: what.into(), help: help.into() }
    }
}

/// What kind of container some bytes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Zip,
    OldWorkbook,
    Parquet,
    Json,
}

impl Kind {
    fn of(head: &[u8]) -> Option<Self> {
        match head {
            [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Some(Self::Zip),
            [0xd0, 0xcf, 0x11, 0xe0, ..] => Some(Self::OldWorkbook),
            [b'P', b'A', b'R', b'1', ..] => Some(Self::Parquet),
            _ => {
                let text = head.strip_prefix(&[0xEF, 0xBB, 0xBF]).unwrap_or(head);
                text.trim_ascii_start().starts_with(b"{").then_some(Self::Json)
            }
        }
    }
}

/// The tables of a file as files of their own; none where it is no container.
pub(super) fn tables(
    input: &Input,
    workers: &dyn Workers,
    report: &mut Report,
) -> Option<Vec<Input>> {
    if input.built_in {
        return None;
    }
    let (head, _) = input.bytes.first(HEAD).ok()?;
    let kind = Kind::of(&head)?;
    // What is packed in a container of its own kind is told by what it holds.
    let found = match kind {
        Kind::Json if !geojson::may_be(&head) => return None,
        Kind::Parquet => parquet_tables(input, workers),
        _ => whole(input)
            .map_err(Found::Io)
            .and_then(|bytes| of_bytes(&bytes, 0).map_err(Found::Refused)),
    };
    match found {
        Ok(tables) => Some(tables.into_iter().map(|table| input_of(input, table)).collect()),
        Err(Found::Io(error)) => {
            report.push(unreadable(&input.path, &error));
            Some(Vec::new())
        }
        Err(Found::Refused(refused)) => {
            report.push(Diagnostic {
                code: "E121",
                severity: Severity::Error,
                what: refused.what,
                place: Place::file(&input.path),
                found: String::new(),
                expected: "CSV, TSV, XLSX, ODS, Parquet, GeoJSON, or a zip of them".to_owned(),
                help: Some(refused.help).filter(|help| !help.is_empty()),
            });
            Some(Vec::new())
        }
    }
}

/// What a file that is no text and no container is called: none where nobody knows.
pub(super) fn name_of(head: &[u8]) -> Option<(&'static str, &'static str)> {
    named::name_of(head)
}

/// So many bytes tell what a file is.
const HEAD: u64 = 4096;

enum Found {
    Io(io::Error),
    Refused(Refused),
}

/// All bytes of a container, as they are stored.
fn whole(input: &Input) -> io::Result<Cow<'_, [u8]>> {
    match &input.bytes {
        Bytes::Memory(bytes) => Ok(Cow::Borrowed(bytes)),
        Bytes::Disk { .. } => {
            let mut bytes = Vec::new();
            input.bytes.open()?.take(MOST_BYTES + 1).read_to_end(&mut bytes)?;
            if bytes.len() as u64 > MOST_BYTES {
                return Err(io::Error::other("it has more than 1 GiB; save its tables as CSV"));
            }
            Ok(bytes.into())
        }
    }
}

/// The tables of some bytes; `depth` is that of archives around them.
fn of_bytes(bytes: &[u8], depth: usize) -> Result<Vec<Table>, Refused> {
    match Kind::of(bytes) {
        Some(Kind::Zip) if archive::is_workbook(bytes) => workbook_tables(bytes),
        Some(Kind::Zip) if depth > 0 => {
            Err(Refused::new("an archive within an archive is not opened", "unpack it first"))
        }
        Some(Kind::Zip) => archive::tables(bytes),
        Some(Kind::OldWorkbook) => workbook_tables(bytes),
        Some(Kind::Parquet) => parquet_of(bytes.to_vec(), &Alone),
        Some(Kind::Json) if geojson::may_be(bytes) => {
            geojson::table(bytes).map(|table| vec![table])
        }
        _ => Ok(vec![Table { name: String::new(), bytes: bytes.to_vec() }]),
    }
}

fn input_of(input: &Input, table: Table) -> Input {
    let path = if table.name.is_empty() {
        input.path.clone()
    } else {
        PathBuf::from(format!("{}#{}", input.path.display(), table.name))
    };
    Input { path, bytes: table.bytes.into(), built_in: false }
}

#[cfg(feature = "workbooks")]
fn workbook_tables(bytes: &[u8]) -> Result<Vec<Table>, Refused> {
    workbook::tables(bytes)
}

#[cfg(not(feature = "workbooks"))]
fn workbook_tables(_: &[u8]) -> Result<Vec<Table>, Refused> {
    Err(Refused::new("this build reads no workbooks", "save the sheet as CSV"))
}

#[cfg(feature = "parquet")]
fn parquet_of(bytes: Vec<u8>, workers: &dyn Workers) -> Result<Vec<Table>, Refused> {
    parquet::table(bytes, workers).map(|table| vec![table])
}

#[cfg(not(feature = "parquet"))]
fn parquet_of(_: Vec<u8>, _: &dyn Workers) -> Result<Vec<Table>, Refused> {
    Err(Refused::new("this build reads no Parquet files", "save the table as CSV"))
}

fn parquet_tables(input: &Input, workers: &dyn Workers) -> Result<Vec<Table>, Found> {
    let bytes = whole(input).map_err(Found::Io)?;
    parquet_of(bytes.into_owned(), workers).map_err(Found::Refused)
}

/// Writes rows of cells as delimited text, a row a line whatever its cells hold.
struct Rows {
    out: csv::Writer<Vec<u8>>,
}

impl Rows {
    fn new() -> Self {
        let mut builder = csv::WriterBuilder::new();
        Self { out: builder.flexible(true).from_writer(Vec::new()) }
    }

    /// A cell, and whether its row goes on is left to [`Self::end`]. A line break within would move the
    /// rows below it to other lines; lists are parted by ` / ` as well.
    fn cell(&mut self, text: &str) -> Result<(), Refused> {
        let written = if text.contains(['\n', '\r']) {
            let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
            self.out.write_field(lines.collect::<Vec<_>>().join(" / "))
        } else {
            self.out.write_field(text)
        };
        written.map_err(|error| Refused::new(error.to_string(), ""))
    }

    fn end(&mut self) -> Result<(), Refused> {
        let written = self.out.write_record(None::<&[u8]>);
        written.map_err(|error| Refused::new(error.to_string(), ""))
    }

    fn into_table(self, name: String) -> Result<Table, Refused> {
        let bytes = self.out.into_inner().map_err(|error| Refused::new(error.to_string(), ""))?;
        Ok(Table { name, bytes })
    }
}

//! Reads a file of prices: block by block with all workers, or a text in one piece.

use std::io;
use std::path::Path;

use super::form::PriceForm;
use super::merge::Merger;
use super::rates::Rates;
use super::rows::{Part, RowReader};
use super::told::tell;
use crate::diagnostic::Report;
use crate::io::batch::{BATCH, is_row};
use crate::io::encoding;
use crate::io::in_order::{Join as _, read_in_order};
use crate::io::load::{Cancelled, Watch};
use crate::io::open::Opened;
use crate::io::part::hash_of;
use crate::io::split::{Doubtful, Room, Splitter};
use crate::io::text::{Cut, Records, has_spaced_quotes};
use crate::model::{Dataset, HourRows};
use crate::scenario::Workers;

/// What was read of a file.
#[derive(Debug, Default)]
pub(in crate::io) struct PriceRead {
    pub rows: u64,
    pub kept: u64,
    pub hash: u64,
    pub report: Report,
}

/// Why a file was not read to its end.
#[derive(Debug)]
pub(in crate::io) enum ReadError {
    Cancelled,
    /// Quotes or letters leave open what its records are: it has to be read in one piece.
    Again,
    Failed(io::Error),
}

impl From<Doubtful> for ReadError {
    fn from(_: Doubtful) -> Self {
        Self::Again
    }
}

impl From<io::Error> for ReadError {
    fn from(error: io::Error) -> Self {
        Self::Failed(error)
    }
}

impl From<Cancelled> for ReadError {
    fn from(_: Cancelled) -> Self {
        Self::Cancelled
    }
}

/// Bytes of a text that are read at once.
const PIECE: usize = 1 << 20;

/// What a read needs beside its file.
pub(in crate::io) struct ReadInto<'a> {
    pub data: &'a mut Dataset,
    pub hours: &'a mut HourRows,
    pub rates: &'a Rates,
    pub number: u16,
    pub watch: &'a dyn Watch,
    pub done: u64,
    pub total: u64,
    pub workers: &'a dyn Workers,
}

/// Reads a file of prices.
///
/// # Errors
/// [`ReadError`] with what to do.
pub(in crate::io) fn read(
    file: &Opened<'_>,
    form: &PriceForm,
    text: Option<&str>,
    into: ReadInto<'_>,
) -> Result<PriceRead, ReadError> {
    let ReadInto { data, hours, rates, number, watch, done, total, workers } = into;
    let path = file.input.path.as_path();
    let merger = Merger::new(data, (hours, rates), form, path, number);
    let look = |bytes: u64| {
        watch.progress(done + bytes, total);
        if watch.cancelled() { Err(ReadError::Cancelled) } else { Ok(()) }
    };
    let merger = match text {
        Some(text) => read_text(file, form, text, merger, &look)?,
        None => read_stream(file, form, merger, &look, workers)?,
    };
    let mut out = PriceRead {
        rows: merger.counts.rows,
        kept: merger.counts.kept,
        hash: merger.hash,
        report: Report::default(),
    };
    tell(file, form, &merger, &mut out.report);
    out.report.append(merger.report);
    Ok(out)
}

fn read_stream<'a>(
    file: &Opened<'_>,
    form: &PriceForm,
    merger: Merger<'a>,
    look: &(dyn Fn(u64) -> Result<(), ReadError> + Sync),
    workers: &dyn Workers,
) -> Result<Merger<'a>, ReadError> {
    let read = || {
        let mut reader = RowReader::new(form, &file.header, &file.input.path);
        let (mut marks, mut room) = (Vec::new(), Room::default());
        move |block: &[u8], number: usize, part: &mut Part| {
            let heading = if number == 0 { file.records } else { 0 };
            read_block(block, file, heading, &mut reader, part, (&mut marks, &mut room))
        }
    };
    read_in_order(file.input.bytes.open()?, workers, merger, look, &read)
}

fn read_block(
    block: &[u8],
    file: &Opened<'_>,
    heading: usize,
    reader: &mut RowReader<'_>,
    part: &mut Part,
    (marks, room): (&mut Vec<u64>, &mut Room),
) -> Result<(), ReadError> {
    let decoded;
    let text = match (std::str::from_utf8(block), file.encoding) {
        (Ok(text), _) => text,
        (Err(_), Some(encoding)) => {
            decoded = encoding::to_text(block, encoding);
            &decoded
        }
        (Err(_), None) => return Err(ReadError::Again),
    };
    let width = file.header.len();
    let mut splitter = Splitter::new(text, file.delimiter, width, std::mem::take(marks));
    if splitter.has_quotes() && has_spaced_quotes(text.as_bytes(), file.delimiter) {
        return Err(ReadError::Again);
    }
    reader.next_part();
    for _ in 0..heading {
        splitter.next(room)?;
    }
    let mut more = true;
    while more {
        more = splitter.fill(room, BATCH)?;
        for (line, record) in room.records(text) {
            if is_row(record, width) {
                reader.row(line + 1, record, part);
            }
        }
    }
    part.lines = splitter.lines();
    part.hash = hash_of(block);
    *marks = splitter.into_marks();
    Ok(())
}

/// Reads a text record by record, with care for its quotes.
fn read_text<'a>(
    file: &Opened<'_>,
    form: &PriceForm,
    text: &str,
    mut merger: Merger<'a>,
    look: &(dyn Fn(u64) -> Result<(), ReadError> + Sync),
) -> Result<Merger<'a>, ReadError> {
    let width = file.header.len();
    let mut records = Records::new(text, file.delimiter, width);
    let mut record = csv::StringRecord::new();
    for _ in 0..file.records {
        records.next(&mut record);
    }
    let mut reader = RowReader::new(form, &file.header, &file.input.path);
    let (mut part, mut begin) = (Part::default(), 0);
    let mut spans = Vec::new();
    loop {
        let next = records.next(&mut record);
        let done = records.bytes_done();
        if next.is_none() || done - begin > PIECE {
            look(done as u64)?;
            part.hash = hash_of(&text.as_bytes()[begin..done]);
            merger.join(&mut part);
            reader.next_part();
            begin = done;
        }
        let Some(cut) = next else { break };
        let (Cut::Row(line) | Cut::OpenQuote(line)) = cut;
        spans.clear();
        let span = |range: std::ops::Range<usize>| crate::io::split::Span {
            start: range.start as u32,
            end: range.end as u32,
        };
        spans.extend((0..record.len()).filter_map(|at| record.range(at)).map(span));
        let cells = crate::io::split::Cells::new(record.as_slice(), &spans);
        if matches!(cut, Cut::OpenQuote(_)) {
            open_quote(&file.input.path, line, cells.get(0).unwrap_or(""), &mut part.report);
            part.counts.rows += 1;
        } else if is_row(cells, width) {
            reader.row(line, cells, &mut part);
        }
    }
    Ok(merger)
}

fn open_quote(path: &Path, line: u64, found: &str, report: &mut Report) {
    use crate::diagnostic::{Diagnostic, Place, Severity, excerpt};
    report.push(Diagnostic {
        code: "E106",
        severity: Severity::Error,
        what: "a quote is never closed".to_owned(),
        place: Place::line(path, line),
        found: excerpt(found),
        expected: "a closing quote before the next delimiter".to_owned(),
        help: Some(
            "double a quote that belongs to the text; the next lines were read on".to_owned(),
        ),
    });
}

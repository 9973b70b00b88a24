//! The records of a text that is read in one piece: many at once where no quote leaves anything open.

use csv::StringRecord;

use super::batch::{BATCH, is_row};
use super::problem::{Noted, Problem, tell};
use super::row::FileContext;
use super::split::{Cells, Room, Span, Splitter};
use super::text::{Cut, Records};
use crate::diagnostic::Report;
use crate::model::table::Slot;

/// The records of a text under its header, with a finding on each line that opens a quote and does
/// not close it. Blank lines and comments are passed over.
pub(super) struct WholeText<'a> {
    text: &'a str,
    cut: CutRecords<'a>,
    file: &'a FileContext<'a>,
    /// Rows that were no records.
    pub lost: u64,
}

/// Texts with quotes are cut whole up to so many bytes, and else record by record.
const QUOTED_AT_ONCE: usize = 1 << 23;

/// How a text is cut.
enum CutRecords<'a> {
    /// Many records at once.
    Quick { splitter: Splitter<'a>, room: Room, next: usize, more: bool },
    /// One by one.
    Careful { records: Box<Records<'a>>, record: StringRecord, spans: Vec<Span> },
}

impl<'a> WholeText<'a> {
    pub(super) fn new(text: &'a str, file: &'a FileContext<'a>, delimiter: u8) -> Self {
        let width = file.header.len();
        let cut = Self::quickly(text, file, delimiter).unwrap_or_else(|| {
            let mut records = Box::new(Records::new(text, delimiter, width));
            let mut record = StringRecord::new();
            for _ in 0..file.records {
                records.next(&mut record);
            }
            CutRecords::Careful { records, record, spans: Vec::new() }
        });
        Self { text, cut, file, lost: 0 }
    }

    /// The quick way, which needs to know that no quote leaves anything open.
    fn quickly(text: &'a str, file: &FileContext<'_>, delimiter: u8) -> Option<CutRecords<'a>> {
        // Positions in a block are of 32 bits.
        u32::try_from(text.len()).ok()?;
        let mut splitter = Splitter::new(text, delimiter, file.header.len(), Vec::new());
        let most = match splitter.has_quotes() {
            true if text.len() > QUOTED_AT_ONCE => return None,
            true => usize::MAX,
            false => BATCH.max(file.records),
        };
        let mut room = Room::default();
        let more = splitter.fill(&mut room, most).ok()?;
        Some(CutRecords::Quick { splitter, room, next: file.records, more })
    }

    pub(super) fn bytes_done(&self) -> usize {
        match &self.cut {
            CutRecords::Quick { splitter, .. } => splitter.bytes_done(),
            CutRecords::Careful { records, .. } => records.bytes_done(),
        }
    }

    /// Whether the text ends within the last record.
    pub(super) fn is_unended(&self) -> bool {
        let is_last = match &self.cut {
            CutRecords::Quick { room, next, .. } => *next >= room.len(),
            CutRecords::Careful { .. } => true,
        };
        is_last && self.bytes_done() >= self.text.len() && !self.text.ends_with(['\n', '\r'])
    }

    /// The cells of the last record.
    pub(super) fn cells(&self) -> Cells<'_> {
        match &self.cut {
            CutRecords::Quick { room, next, .. } => {
                let (_, cells) = room.record(self.text, next.saturating_sub(1));
                cells
            }
            CutRecords::Careful { record, spans, .. } => Cells::new(record.as_slice(), spans),
        }
    }

    /// The line of the next record, whose cells [`Self::cells`] has then.
    pub(super) fn next(&mut self, report: &mut Report) -> Option<u64> {
        let width = self.file.header.len();
        loop {
            match &mut self.cut {
                CutRecords::Quick { splitter, room, next, more } => {
                    while *next >= room.len() {
                        if !*more {
                            return None;
                        }
                        // What has quotes is cut by now.
                        *more = splitter.fill(room, BATCH).unwrap_or(false);
                        *next = 0;
                    }
                    let (line, cells) = room.record(self.text, *next);
                    *next += 1;
                    if is_row(cells, width) {
                        return Some(line + 1);
                    }
                }
                CutRecords::Careful { records, record, spans } => {
                    let cut = records.next(record)?;
                    let span = |range: std::ops::Range<usize>| Span {
                        start: range.start as u32,
                        end: range.end as u32,
                    };
                    spans.clear();
                    spans.extend((0..record.len()).filter_map(|at| record.range(at)).map(span));
                    let cells = Cells::new(record.as_slice(), spans);
                    match cut {
                        Cut::Row(line) if is_row(cells, width) => return Some(line),
                        Cut::OpenQuote(line)
                            if cells.iter().any(|cell| !cell.trim().is_empty()) =>
                        {
                            let (slot, problem) = (Slot::FIRST, Problem::OpenQuote);
                            let note = Noted { line, record: cells, slot, problem };
                            tell(&mut vec![note], self.file, report);
                            self.lost += 1;
                        }
                        _ => {}
                    }
                }
            }
        }
    }
}

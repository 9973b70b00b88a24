//! Bytes to text: encodings, and how a delimited file is cut into records.
//!
//! The `csv` crate does the cutting; this module adds what it does not tell: the line of a
//! record in an editor's count, and a way on after a quote that is never closed.

use std::borrow::Cow;
use std::io::Cursor;

use csv::{ReaderBuilder, StringRecord};
use encoding_rs::Encoding;

use super::encoding;
use super::split::{Room, Splitter};

/// A file's text, and how it was read.
#[derive(Debug)]
pub struct Decoded<'a> {
    /// The text, without a byte order mark.
    pub text: Cow<'a, str>,
    /// Line of the first byte that is not UTF-8, and the encoding of such lines.
    pub not_utf8_at: Option<(u64, &'static Encoding)>,
    /// Whether a UTF-16 file holds what is no UTF-16.
    pub broken_utf16: bool,
}

impl Decoded<'_> {
    /// The same, with a text of its own.
    pub fn into_owned(self) -> Decoded<'static> {
        Decoded {
            text: Cow::Owned(self.text.into_owned()),
            not_utf8_at: self.not_utf8_at,
            broken_utf16: self.broken_utf16,
        }
    }
}

/// The file is no text: it holds NULs.
#[derive(Debug, PartialEq, Eq)]
pub struct Binary;

/// Reads bytes as text: UTF-16 by its byte order mark, UTF-8, else what its lines speak for.
///
/// # Errors
/// [`Binary`] where a file that is not UTF-16 begins with NULs among its first 8 kB.
pub fn decode(bytes: &[u8]) -> Result<Decoded<'_>, Binary> {
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        let little = bytes[0] == 0xFF;
        let coding = if little { encoding_rs::UTF_16LE } else { encoding_rs::UTF_16BE };
        let (text, _, broken_utf16) = coding.decode(bytes);
        return Ok(Decoded { text, not_utf8_at: None, broken_utf16 });
    }
    let bytes = bytes.strip_prefix(&[0xEF, 0xBB, 0xBF]).unwrap_or(bytes);
    let head = &bytes[..bytes.len().min(8192)];
    let nuls = memchr::memchr_iter(0, head).count();
    if nuls > 0 && nuls * 100 > head.len() {
        return Err(Binary);
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(Decoded { text: text.into(), not_utf8_at: None, broken_utf16: false }),
        Err(error) => {
            let line = lines_in(bytes, 0, error.valid_up_to()) + 1;
            let encoding = encoding::detect(bytes).unwrap_or(encoding_rs::WINDOWS_1252);
            let text = encoding::to_text(bytes, encoding).into();
            Ok(Decoded { text, not_utf8_at: Some((line, encoding)), broken_utf16: false })
        }
    }
}

/// Line ends in a span: `\n`, `\r\n` and a lone `\r` each count once.
pub(super) fn lines_in(bytes: &[u8], from: usize, to: usize) -> u64 {
    let to = to.min(bytes.len());
    let span = &bytes[from.min(to)..to];
    let lone = |r: &usize| bytes.get(from + r + 1) != Some(&b'\n');
    let returns = memchr::memchr_iter(b'\r', span).filter(lone).count();
    (memchr::memchr_iter(b'\n', span).count() + returns) as u64
}

/// The same text with quoted cells that begin right behind their delimiter, where blanks stand
/// between: `Alpha, "Foo, Inc.", 52`.
pub fn tidy_quotes(text: &str, delimiter: u8) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    if !has_spaced_quotes(bytes, delimiter) {
        return Cow::Borrowed(text);
    }
    let mut out = Vec::with_capacity(bytes.len());
    let (mut at, mut starts, mut changed) = (0, true, false);
    while at < bytes.len() {
        let blanks = bytes[at..].iter().take_while(|b| **b == b' ').count();
        if starts && bytes.get(at + blanks) == Some(&b'"') {
            let Some(end) = end_of_quoted(&bytes[at + blanks..]) else { break };
            out.extend_from_slice(&bytes[at + blanks..at + blanks + end]);
            let after = &bytes[at + blanks + end..];
            let behind = after.iter().take_while(|b| **b == b' ').count();
            changed |= blanks > 0;
            let ends = ends_cell(after.get(behind), delimiter);
            at += blanks + end + if ends { behind } else { 0 };
            starts = false;
            continue;
        }
        starts = bytes[at] == delimiter || b"\r\n".contains(&bytes[at]);
        out.push(bytes[at]);
        at += 1;
    }
    out.extend_from_slice(&bytes[at..]);
    if !changed {
        return Cow::Borrowed(text);
    }
    // Nothing but blanks was taken out.
    String::from_utf8(out).map_or(Cow::Borrowed(text), Cow::Owned)
}

/// Whether a blank and a quote stand behind a delimiter anywhere.
pub(super) fn has_spaced_quotes(bytes: &[u8], delimiter: u8) -> bool {
    let after = |at: usize| {
        // Two quotes are one that belongs to a text.
        if bytes.get(at + 2) == Some(&b'"') && !ends_cell(bytes.get(at + 3), delimiter) {
            return false;
        }
        let before = bytes[..at].iter().rposition(|b| *b != b' ');
        before.is_some_and(|at| bytes[at] == delimiter)
    };
    memchr::memmem::find_iter(bytes, b" \"").any(after)
}

/// Whether a cell ends before a byte.
fn ends_cell(next: Option<&u8>, delimiter: u8) -> bool {
    next.is_none_or(|next| *next == delimiter || matches!(next, b'\r' | b'\n'))
}

/// Bytes of a quoted cell, both quotes included.
fn end_of_quoted(bytes: &[u8]) -> Option<usize> {
    let mut at = 1;
    loop {
        at += memchr::memchr(b'"', bytes.get(at..)?)? + 1;
        if bytes.get(at) != Some(&b'"') {
            return Some(at);
        }
        at += 1;
    }
}

/// What became of a line.
#[derive(Debug, PartialEq, Eq)]
pub enum Cut {
    /// The record was filled; its first line.
    Row(u64),
    /// A quote that opens in this line is never closed rightly. Reading goes on at the next line.
    OpenQuote(u64),
}

/// Cuts a text into records, in order.
pub struct Records<'a> {
    text: &'a str,
    delimiter: u8,
    reader: csv::Reader<Cursor<&'a [u8]>>,
    /// A position up to which lines have been counted.
    counted: usize,
    lines: u64,
    width: usize,
    /// Bytes that may still be read in vain behind quotes that are never closed; then a record ends
    /// with its line.
    patience: usize,
    /// Where the last record ended, once each ends with its line.
    by_lines: Option<usize>,
}

/// Bytes that are read in vain behind open quotes at most, in files that are no longer.
const PATIENCE: usize = 1 << 22;

impl<'a> Records<'a> {
    /// Starts at the beginning. `width` is the number of cells expected, 0 if not known yet.
    pub fn new(text: &'a str, delimiter: u8, width: usize) -> Self {
        let bytes = text.as_bytes();
        Self {
            text,
            delimiter,
            reader: reader(bytes, delimiter),
            by_lines: None,
            counted: 0,
            lines: 0,
            width,
            patience: PATIENCE.max(2 * bytes.len()),
        }
    }

    /// Bytes cut so far.
    pub fn bytes_done(&self) -> usize {
        self.by_lines.unwrap_or(self.reader.position().byte() as usize)
    }

    /// The next record, or none at the end. Blank lines are passed over.
    pub fn next(&mut self, record: &mut StringRecord) -> Option<Cut> {
        let before = self.bytes_done();
        if self.by_lines.is_some() {
            return self.next_line(record, before);
        }
        match self.reader.read_record(record) {
            Ok(true) => {}
            // The text is valid UTF-8 in memory and any width is allowed: nothing can fail.
            Ok(false) | Err(_) => return None,
        }
        let bytes = self.text.as_bytes();
        let end = self.bytes_done();
        let blank = bytes[before..end].iter().take_while(|b| matches!(b, b'\r' | b'\n')).count();
        let start = before + blank;
        let line = self.line_at(start);
        let mut raw = &bytes[start..end];
        while let Some((b'\r' | b'\n', rest)) = raw.split_last() {
            raw = rest;
        }
        let first_end = memchr::memchr2(b'\n', b'\r', raw);
        let Some(first_end) =
            first_end.or_else(|| open_at_end(raw, end == bytes.len(), self.delimiter))
        else {
            return Some(Cut::Row(line));
        };
        let fits = self.width == 0 || record.len() == self.width;
        if fits && quotes_are_sound(raw, self.delimiter) {
            return Some(Cut::Row(line));
        }
        self.patience = self.patience.saturating_sub(end - start - first_end);
        let mut from = csv::Position::new();
        from.set_byte((start + first_end) as u64);
        if self.patience == 0 || self.reader.seek(from).is_err() {
            self.by_lines = Some(start + first_end);
        }
        Some(Cut::OpenQuote(line))
    }

    /// The next record, of which it is known that it ends with its line.
    fn next_line(&mut self, record: &mut StringRecord, from: usize) -> Option<Cut> {
        let bytes = self.text.as_bytes();
        let ends = |b: &&u8| matches!(b, b'\r' | b'\n');
        let start = from + bytes[from..].iter().take_while(ends).count();
        let end =
            memchr::memchr2(b'\n', b'\r', &bytes[start..]).map_or(bytes.len(), |at| start + at);
        if start == end {
            return None;
        }
        let raw = &self.text[start..end];
        self.by_lines = Some(end);
        record.clear();
        let mut room = Room::default();
        let cells = Splitter::new(raw, self.delimiter, 0, Vec::new()).next(&mut room);
        let sound = quotes_are_sound(raw.as_bytes(), self.delimiter);
        match cells {
            Ok(Some((_, cells))) => cells.iter().for_each(|cell| record.push_field(cell)),
            _ => raw.split(char::from(self.delimiter)).for_each(|cell| record.push_field(cell)),
        }
        let line = self.line_at(start);
        Some(if sound { Cut::Row(line) } else { Cut::OpenQuote(line) })
    }

    fn line_at(&mut self, at: usize) -> u64 {
        self.lines += lines_in(self.text.as_bytes(), self.counted, at);
        self.counted = at;
        self.lines + 1
    }
}

/// Where the last line ends, if it opens a quote and does not close it.
fn open_at_end(raw: &[u8], last: bool, delimiter: u8) -> Option<usize> {
    (last && memchr::memchr(b'"', raw).is_some() && !quotes_are_sound(raw, delimiter))
        .then_some(raw.len())
        .filter(|_| memchr::memchr_iter(b'"', raw).count() % 2 == 1)
}

fn reader(bytes: &[u8], delimiter: u8) -> csv::Reader<Cursor<&[u8]>> {
    let mut builder = ReaderBuilder::new();
    builder.has_headers(false).flexible(true).delimiter(delimiter);
    builder.from_reader(Cursor::new(bytes))
}

/// Whether every quoted cell of a record is closed, and followed by a delimiter or the end.
fn quotes_are_sound(raw: &[u8], delimiter: u8) -> bool {
    let mut at = 0;
    while at <= raw.len() {
        if raw.get(at) == Some(&b'"') {
            at += 1;
            loop {
                let Some(quote) = memchr::memchr(b'"', &raw[at..]) else { return false };
                at += quote + 1;
                if raw.get(at) != Some(&b'"') {
                    break;
                }
                at += 1;
            }
            if at < raw.len() && raw[at] != delimiter {
                return false;
            }
        } else {
            at += memchr::memchr(delimiter, &raw[at..]).unwrap_or(raw.len() - at);
        }
        at += 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str, width: usize) -> Vec<(Cut, Vec<String>)> {
        let mut records = Records::new(text, b',', width);
        let mut record = StringRecord::new();
        let mut out = Vec::new();
        while let Some(cut) = records.next(&mut record) {
            out.push((cut, record.iter().map(str::to_owned).collect()));
        }
        out
    }

    fn lines(text: &str, width: usize) -> Vec<Cut> {
        cut(text, width).into_iter().map(|(cut, _)| cut).collect()
    }

    #[test]
    fn lines_are_counted_as_an_editor_does() {
        let expected = [Cut::Row(1), Cut::Row(3), Cut::Row(5)];
        assert_eq!(lines("a,b\n\n\"1\n2\",x\n3,4\n", 2), expected);
        assert_eq!(lines("a,b\r\n\r\n\"1\r\n2\",x\r\n3,4\r\n", 2), expected);
        assert_eq!(lines("a,b\r\r\"1\r2\",x\r3,4\r", 2), expected);
    }

    #[test]
    fn an_open_quote_costs_its_own_line_only() {
        let text = "a,b\n1,\"open\n2,x\n3,\"closed, rightly\"\n4,y\n";
        let expected = [Cut::Row(1), Cut::OpenQuote(2), Cut::Row(3), Cut::Row(4), Cut::Row(5)];
        assert_eq!(lines(text, 2), expected);
    }

    #[test]
    fn an_open_quote_in_the_last_line_is_told() {
        assert_eq!(lines("a,b\n1,\"open", 2), [Cut::Row(1), Cut::OpenQuote(2)]);
        assert_eq!(lines("a,b\n1,\"open\n2,x\n", 2), [Cut::Row(1), Cut::OpenQuote(2), Cut::Row(3)]);
    }

    #[test]
    fn quotes_that_are_opened_in_every_line_are_read_in_vain_for_a_while_only() {
        // With each of them looked for to the end of the file this would take minutes.
        let text = "a,\"b\",\"c\n".repeat(50_000) + "d,\"e\",f\n";
        let all = lines(&text, 3);
        assert_eq!(all.len(), 50_001);
        assert!(all[..50_000].iter().all(|cut| matches!(cut, Cut::OpenQuote(_))));
        assert_eq!(all.last(), Some(&Cut::Row(50_001)));
    }

    #[test]
    fn old_line_ends_cost_no_more_than_new_ones() {
        // With a count from the start for each record this would take minutes.
        let text = "1,2\r".repeat(200_000);
        let all = lines(&text, 2);
        assert_eq!(all.len(), 200_000);
        assert_eq!(all.last(), Some(&Cut::Row(200_000)));
    }

    #[test]
    fn texts_of_other_encodings_are_read() {
        let utf16: Vec<u8> = [0xFF, 0xFE]
            .into_iter()
            .chain("é,b".encode_utf16().flat_map(u16::to_le_bytes))
            .collect();
        assert_eq!(decode(&utf16).unwrap().text, "é,b");
        let latin = decode(b"a,b\nS\xE3o,1\n").unwrap();
        let at = latin.not_utf8_at.map(|(line, _)| line);
        assert_eq!((latin.text.as_ref(), at), ("a,b\nSão,1\n", Some(2)));
        assert_eq!(decode(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR").unwrap_err(), Binary);
    }

    #[test]
    fn blanks_before_a_quoted_cell_do_not_count() {
        let text = "a, \"Foo, Inc.\" , 52\n \"b\",\"x \"\", y\", \"z\"\n";
        assert_eq!(tidy_quotes(text, b','), "a,\"Foo, Inc.\", 52\n\"b\",\"x \"\", y\",\"z\"\n");
        for same in ["a,\"said, \"\"hi\"\" there\",b\n", "a,b \"c\",d\n", "a, \"open\n"] {
            assert!(matches!(tidy_quotes(same, b','), Cow::Borrowed(_)), "{same}");
        }
    }
}

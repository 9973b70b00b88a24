//! Cuts a block of delimited text into records and cells, fast.
//!
//! It gives what the `csv` crate gives (a property test holds that), for blocks that begin and end
//! at the border of a record. What is doubtful about quotes it leaves to [`super::text::Records`],
//! which can read on after a quote that is never closed.

/// Where a cell stands in a text, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// Byte after the last.
    pub end: u32,
}

/// The cells of one record.
#[derive(Clone, Copy, Debug)]
pub struct Cells<'a> {
    text: &'a str,
    spans: &'a [Span],
}

impl<'a> Cells<'a> {
    /// Cells that stand in a text.
    pub fn new(text: &'a str, spans: &'a [Span]) -> Self {
        Self { text, spans }
    }

    /// A cell by its position.
    #[inline]
    pub fn get(&self, at: usize) -> Option<&'a str> {
        let span = self.spans.get(at)?;
        self.text.get(span.start as usize..span.end as usize)
    }

    /// The bytes of a cell by its position; none where there is no such cell.
    #[inline]
    pub fn raw(&self, at: usize) -> &'a [u8] {
        let cell = |span: &Span| self.text.as_bytes().get(span.start as usize..span.end as usize);
        self.spans.get(at).and_then(cell).unwrap_or_default()
    }

    /// Number of cells.
    pub fn len(&self) -> usize {
        self.spans.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// Bytes from the first cell's begin to the last one's end.
    pub fn bytes(&self) -> usize {
        match self.spans {
            [] => 0,
            [first, .., last] => (last.end - first.start) as usize,
            [only] => (only.end - only.start) as usize,
        }
    }

    /// All cells in order.
    pub fn iter(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let Self { text, spans } = *self;
        spans.iter().map(|span| &text[span.start as usize..span.end as usize])
    }
}

/// A record cannot be cut without doubt: a quote is not closed, or spans lines and does not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Doubtful;

/// Room for some records, used again and again.
#[derive(Debug, Default)]
pub struct Room {
    /// The cells of all records.
    spans: Vec<Span>,
    records: Vec<Record>,
    /// The cells of records with quotes, without them.
    unquoted: String,
}

/// A record in a [`Room`].
#[derive(Clone, Copy, Debug)]
struct Record {
    /// From 0.
    line: u64,
    /// Position after its last cell.
    end: u32,
    /// Whether its cells stand apart from the text, without quotes.
    unquoted: bool,
}

impl Room {
    fn clear(&mut self) {
        self.spans.clear();
        self.records.clear();
        self.unquoted.clear();
    }

    /// Position after the last cell of the last whole record.
    #[inline]
    fn first_span(&self) -> usize {
        self.records.last().map_or(0, |record| record.end as usize)
    }

    fn take(&mut self, line: u64, unquoted: bool) {
        self.records.push(Record { line, end: self.spans.len() as u32, unquoted });
    }

    /// Number of records.
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// A record with its line, from 0; one without cells where there is none.
    pub fn record<'r>(&'r self, text: &'r str, at: usize) -> (u64, Cells<'r>) {
        let before = at.checked_sub(1).and_then(|at| self.records.get(at));
        let first = before.map_or(0, |record| record.end as usize);
        let Some(record) = self.records.get(at) else { return (0, Cells { text, spans: &[] }) };
        let text = if record.unquoted { self.unquoted.as_str() } else { text };
        (record.line, Cells { text, spans: &self.spans[first..record.end as usize] })
    }

    /// The records with their lines, from 0. `text` is that of the block.
    pub fn records<'r>(&'r self, text: &'r str) -> impl Iterator<Item = (u64, Cells<'r>)> {
        let mut first = 0;
        self.records.iter().map(move |record| {
            let spans = &self.spans[first..record.end as usize];
            first = record.end as usize;
            let text = if record.unquoted { self.unquoted.as_str() } else { text };
            (record.line, Cells { text, spans })
        })
    }
}

/// Cuts one block.
pub struct Splitter<'t> {
    text: &'t str,
    delimiter: u8,
    width: usize,
    /// For each 64 bytes, those that part cells or records or open a quoted cell.
    /// Whether there is any quote or return.
    plain: bool,
    marks: Vec<u64>,
    word: usize,
    bits: u64,
    at: usize,
    lines: u64,
}

/// One bit for each byte of 64 that equals one of the wanted.
#[inline]
fn equal<const N: usize>(block: &[u8; 64], wanted: [u8; N]) -> u64 {
    // Compared first, all alike, which is done for many bytes at once; then eight are packed by a
    // product, whose highest byte gathers the lowest bit of each.
    let hits = block.map(|byte| wanted.iter().fold(0, |any, &w| any | u8::from(byte == w)));
    let (eights, _) = hits.as_chunks::<8>();
    let packed =
        |bytes: &[u8; 8]| u64::from_le_bytes(*bytes).wrapping_mul(0x0102_0408_1020_4080) >> 56;
    eights.iter().enumerate().fold(0, |word, (at, bytes)| word | packed(bytes) << (8 * at))
}

fn mark<const N: usize>(bytes: &[u8], wanted: [u8; N], marks: &mut Vec<u64>) {
    let (blocks, rest) = bytes.as_chunks::<64>();
    marks.clear();
    marks.extend(blocks.iter().map(|block| equal(block, wanted)));
    if !rest.is_empty() {
        let mut last = [0; 64];
        last[..rest.len()].copy_from_slice(rest);
        // The filling is no text: NULs are not among the wanted.
        marks.push(equal(&last, wanted));
    }
}

impl<'t> Splitter<'t> {
    /// For a block of whole records. `width` is the number of cells expected, 0 if not known;
    /// `marks` is room from an earlier block.
    pub fn new(text: &'t str, delimiter: u8, width: usize, mut marks: Vec<u64>) -> Self {
        let bytes = text.as_bytes();
        let plain = memchr::memchr2(b'"', b'\r', bytes).is_none();
        if plain {
            mark(bytes, [delimiter, b'\n'], &mut marks);
        } else {
            mark(bytes, [delimiter, b'\n', b'\r', b'"'], &mut marks);
        }
        let bits = marks.first().copied().unwrap_or(0);
        Self { text, delimiter, width, plain, marks, word: 0, bits, at: 0, lines: 0 }
    }

    /// Whether there may be quotes.
    pub fn has_quotes(&self) -> bool {
        !self.plain && memchr::memchr(b'"', self.text.as_bytes()).is_some()
    }

    /// Bytes cut so far.
    pub fn bytes_done(&self) -> usize {
        self.at
    }

    /// Line ends passed so far, as an editor counts them.
    pub fn lines(&self) -> u64 {
        self.lines
    }

    /// Gives the room of the marks back.
    pub fn into_marks(self) -> Vec<u64> {
        self.marks
    }

    /// Position of the next mark; the length of the text if there is none.
    #[inline]
    fn next_mark(&mut self) -> usize {
        while self.bits == 0 {
            self.word += 1;
            match self.marks.get(self.word) {
                Some(&bits) => self.bits = bits,
                None => return self.text.len(),
            }
        }
        let at = self.word * 64 + self.bits.trailing_zeros() as usize;
        self.bits &= self.bits - 1;
        at
    }

    /// Goes on from a position.
    fn seek(&mut self, at: usize) {
        self.at = at;
        self.word = at / 64;
        let ahead = u64::MAX << (at % 64);
        self.bits = self.marks.get(self.word).map_or(0, |bits| bits & ahead);
    }

    /// Passes the line end at a position: where the next line begins.
    fn pass_line_end(&mut self, at: usize) -> usize {
        self.lines += 1;
        let bytes = self.text.as_bytes();
        if bytes[at] == b'\r' && bytes.get(at + 1) == Some(&b'\n') {
            self.next_mark();
            return at + 2;
        }
        at + 1
    }

    /// The next record with its line, from 0, or none at the end. Blank lines are passed over.
    ///
    /// # Errors
    /// [`Doubtful`] where quotes leave open what the record is.
    pub fn next<'r>(&mut self, room: &'r mut Room) -> Result<Option<(u64, Cells<'r>)>, Doubtful>
    where
        't: 'r,
    {
        self.fill(room, 1)?;
        Ok(room.records(self.text).next())
    }

    /// Cuts the next records, at most so many; whether there may be more.
    ///
    /// # Errors
    /// [`Doubtful`] where quotes leave open what a record is.
    pub fn fill(&mut self, room: &mut Room, most: usize) -> Result<bool, Doubtful> {
        room.clear();
        while room.records.len() < most {
            if !self.cut(room)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Cuts the next record; whether there was one.
    #[inline]
    fn cut(&mut self, room: &mut Room) -> Result<bool, Doubtful> {
        let bytes = self.text.as_bytes();
        let cells = room.spans.len();
        let mut start = self.at;
        let mut line = self.lines;
        let mut record = start;
        loop {
            // Cells that end in the word of marks in hand.
            let first = self.word * 64;
            let mut bits = self.bits;
            while bits != 0 {
                let mark = first + bits.trailing_zeros() as usize;
                if bytes[mark] != self.delimiter {
                    break;
                }
                bits &= bits - 1;
                room.spans.push(Span { start: start as u32, end: mark as u32 });
                start = mark + 1;
            }
            self.bits = bits;
            let mark = self.next_mark();
            let Some(&byte) = bytes.get(mark) else {
                self.at = bytes.len();
                if room.spans.len() == cells && start == bytes.len() {
                    return Ok(false);
                }
                room.spans.push(Span { start: start as u32, end: bytes.len() as u32 });
                break;
            };
            if byte == self.delimiter {
                room.spans.push(Span { start: start as u32, end: mark as u32 });
                start = mark + 1;
            } else if byte == b'"' {
                if mark == start {
                    let Some(close) = self.plainly_closed() else {
                        self.quoted(record, line, room)?;
                        return Ok(true);
                    };
                    room.spans.push(Span { start: start as u32 + 1, end: close as u32 });
                    let end = self.next_mark();
                    match bytes.get(end) {
                        Some(&byte) if byte == self.delimiter => start = end + 1,
                        Some(_) => {
                            self.at = self.pass_line_end(end);
                            break;
                        }
                        None => {
                            self.at = bytes.len();
                            break;
                        }
                    }
                }
            } else {
                let blank = room.spans.len() == cells && mark == start;
                if !blank {
                    room.spans.push(Span { start: start as u32, end: mark as u32 });
                }
                start = self.pass_line_end(mark);
                self.at = start;
                if !blank {
                    break;
                }
                (line, record) = (self.lines, start);
            }
        }
        room.take(line, false);
        Ok(true)
    }

    /// Where the quote is that closes the cell whose first quote was passed, if the cell holds no
    /// quote or line end and ends with it.
    #[inline(never)]
    fn plainly_closed(&mut self) -> Option<usize> {
        let bytes = self.text.as_bytes();
        loop {
            let mark = self.next_mark();
            match bytes.get(mark)? {
                b'"' => {
                    let ends = |next: &u8| *next == self.delimiter || matches!(next, b'\n' | b'\r');
                    return bytes.get(mark + 1).is_none_or(ends).then_some(mark);
                }
                b'\n' | b'\r' => return None,
                _ => {}
            }
        }
    }

    /// A record with quoted cells, from its first byte.
    fn quoted(&mut self, record: usize, line: u64, room: &mut Room) -> Result<(), Doubtful> {
        let bytes = self.text.as_bytes();
        let first = room.first_span();
        room.spans.truncate(first);
        let (mut at, mut sound) = (record, true);
        let ends = |byte: u8| matches!(byte, b'\n' | b'\r');
        loop {
            let start = room.unquoted.len() as u32;
            if bytes.get(at) == Some(&b'"') {
                at += 1;
                loop {
                    let quote = memchr::memchr(b'"', &bytes[at..]).ok_or(Doubtful)? + at;
                    room.unquoted.push_str(&self.text[at..quote]);
                    at = quote + 1;
                    if bytes.get(at) != Some(&b'"') {
                        break;
                    }
                    room.unquoted.push('"');
                    at += 1;
                }
                sound &= bytes.get(at).is_none_or(|&b| b == self.delimiter || ends(b));
            }
            let rest = memchr::memchr3(self.delimiter, b'\n', b'\r', &bytes[at..]);
            let end = rest.map_or(bytes.len(), |rest| at + rest);
            room.unquoted.push_str(&self.text[at..end]);
            room.spans.push(Span { start, end: room.unquoted.len() as u32 });
            at = end;
            if bytes.get(at) != Some(&self.delimiter) {
                break;
            }
            at += 1;
        }
        let raw = &bytes[record..at];
        if raw.iter().any(|&b| ends(b)) {
            if !sound || self.width != 0 && room.spans.len() - first != self.width {
                return Err(Doubtful);
            }
            self.lines += super::text::lines_in(bytes, record, at);
        } else if !sound && at + 2 >= bytes.len() && memchr::memchr_iter(b'"', raw).count() % 2 == 1
        {
            return Err(Doubtful);
        }
        self.seek(at);
        if at < bytes.len() {
            self.next_mark();
            self.at = self.pass_line_end(at);
        }
        room.take(line, true);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::text::{Cut, Records};
    use proptest::prelude::*;

    type Rows = Vec<(u64, Vec<String>)>;

    fn fast(text: &str, width: usize) -> Result<Rows, Doubtful> {
        let mut splitter = Splitter::new(text, b',', width, Vec::new());
        let mut room = Room::default();
        let mut out = Vec::new();
        while let Some((line, cells)) = splitter.next(&mut room)? {
            out.push((line + 1, cells.iter().map(str::to_owned).collect()));
        }
        Ok(out)
    }

    /// What the `csv` crate gives, if it meets no open quote.
    fn slow(text: &str, width: usize) -> Option<Rows> {
        let mut records = Records::new(text, b',', width);
        let mut record = csv::StringRecord::new();
        let mut out = Vec::new();
        while let Some(cut) = records.next(&mut record) {
            let Cut::Row(line) = cut else { return None };
            out.push((line, record.iter().map(str::to_owned).collect()));
        }
        Some(out)
    }

    proptest! {
        #[test]
        fn marks_are_those_of_a_look_at_every_byte(
            bytes in proptest::array::uniform32(0_u8..128),
            more in proptest::array::uniform32(prop_oneof![Just(b','), Just(b'\n'), Just(255)]),
        ) {
            let mut block = [0; 64];
            block[..32].copy_from_slice(&bytes);
            block[32..].copy_from_slice(&more);
            let wanted = [b',', b'\n', b'"', bytes[0].max(1)];
            let plain = (0..64).filter(|&at| wanted.contains(&block[at]));
            let bits = plain.fold(0, |bits, at| bits | 1_u64 << at);
            prop_assert_eq!(equal(&block, wanted), bits);
        }
    }

    #[test]
    fn records_are_cut_across_the_words_of_the_marks() {
        let mut wide = String::new();
        (0..40).for_each(|n| wide.extend([&n.to_string(), ",", &"x".repeat(n), "\n"]));
        assert_eq!(fast(&wide, 2).unwrap(), slow(&wide, 2).unwrap());
        assert_eq!(fast("", 0).unwrap(), Vec::new());
        assert_eq!(fast("\r\n\r\na", 0).unwrap(), [(3, vec!["a".to_owned()])]);
        let quoted = "a,\"b\nc\",\"d \"\"e\"\"\"\r\nf,\"\",6\"\n";
        assert_eq!(fast(quoted, 3).unwrap(), slow(quoted, 3).unwrap());
        assert_eq!(fast("a,\"b\n", 2), Err(Doubtful));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn the_fast_way_cuts_as_the_csv_crate_does(
            parts in proptest::collection::vec(
                prop_oneof![
                    4 => Just(","), 3 => Just("\n"), 1 => Just("\r\n"), 1 => Just("\r"),
                    2 => Just("\""), 1 => Just("\"\""), 3 => Just("a"), 1 => Just("é"),
                    1 => Just("a long cell that fills more than one word of eight bytes"),
                    2 => Just("\"x, y\""), 1 => Just("\"x\ny\""),
                ],
                0..60,
            ),
            width in 0_usize..4,
        ) {
            let text = parts.concat();
            // Where the fast way is in doubt, nothing is claimed; else both must agree.
            if let Ok(rows) = fast(&text, width) {
                prop_assert_eq!(Some(rows), slow(&text, width));
            }
        }

        #[test]
        fn sound_texts_are_never_doubtful(
            rows in proptest::collection::vec(proptest::array::uniform3("[a\",\n é]{0,6}"), 1..20),
        ) {
            let cell = |c: &String| format!("\"{}\"", c.replace('"', "\"\""));
            let line = |r: &[String; 3]| r.iter().map(cell).collect::<Vec<_>>().join(",") + "\n";
            let text: String = rows.iter().map(line).collect();
            let cut = fast(&text, 3).unwrap();
            let cells: Vec<Vec<String>> = cut.into_iter().map(|(_, cells)| cells).collect();
            prop_assert_eq!(cells, rows.iter().map(|r| r.to_vec()).collect::<Vec<_>>());
        }
    }
}

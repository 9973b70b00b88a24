//! Where bytes come from, and how a stream of them is cut into blocks of whole records.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A file to load.
#[derive(Clone, Debug)]
pub struct Input {
    /// As it is to be named in messages.
    pub path: PathBuf,
    /// What is in it.
    pub bytes: Bytes,
    /// Whether it comes with the app.
    pub built_in: bool,
}

/// The content of a file: in memory, or on disk and read as a stream.
#[derive(Clone, Debug)]
pub enum Bytes {
    /// All of it.
    Memory(Cow<'static, [u8]>),
    /// A plain file, which is opened when it is read.
    Disk {
        /// Where it is.
        path: PathBuf,
        /// Its length in bytes when it was named.
        len: u64,
    },
}

impl From<Vec<u8>> for Bytes {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Memory(bytes.into())
    }
}

/// Files up to this size are read at once.
const SMALL: u64 = 1 << 16;

/// A file that unpacks to more than this, and to [`MOST_GROWTH`] times its size, is a trap.
const MOST_UNPACKED: u64 = 1 << 26;

/// What is read in one piece has no more bytes.
const MOST_WHOLE: u64 = 1 << 31;

/// A record with more bytes is none.
const MOST_RECORD: usize = 1 << 24;

/// Whether a path names a plain file.
///
/// # Errors
/// What it names else, or what the system says.
pub fn plain(path: &Path) -> io::Result<()> {
    let about = std::fs::metadata(path)?;
    if about.is_file() {
        return Ok(());
    }
    let what = if about.is_dir() { "it is a folder" } else { "it is a device, not a file" };
    Err(io::Error::new(io::ErrorKind::InvalidInput, what))
}

fn too_long() -> io::Error {
    let what = format!("a line has more than {} MiB, which no row has", MOST_RECORD >> 20);
    io::Error::new(io::ErrorKind::InvalidData, what)
}

/// No table of text is packed better than this.
const MOST_GROWTH: u64 = 400;

impl Bytes {
    /// The bytes of a file by its path.
    ///
    /// # Errors
    /// What the system says.
    pub fn of(path: &Path) -> io::Result<Self> {
        plain(path)?;
        let len = std::fs::metadata(path)?.len();
        let file = File::open(path)?;
        if len > SMALL {
            return Ok(Self::Disk { path: path.to_owned(), len });
        }
        // Files of the system have no length, and may have no end.
        let mut bytes = Vec::new();
        file.take(MOST_UNPACKED + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > MOST_UNPACKED {
            return Err(io::Error::other("it has no length, and no end"));
        }
        Ok(bytes.into())
    }

    /// Length as stored, in bytes.
    pub fn len(&self) -> u64 {
        match self {
            Self::Memory(bytes) => bytes.len() as u64,
            Self::Disk { len, .. } => *len,
        }
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A stream of the content, unpacked where it is gzip or zstd.
    ///
    /// # Errors
    /// What the system says.
    pub fn open(&self) -> io::Result<Stream<'_>> {
        let taken = Arc::new(AtomicU64::new(0));
        let stored: Box<dyn Read + Send + '_> = match self {
            Self::Memory(bytes) => Box::new(&bytes[..]),
            Self::Disk { path, .. } => Box::new(File::open(path)?),
        };
        let len = match self {
            Self::Memory(_) => 0,
            Self::Disk { len, .. } => *len,
        };
        let mut stored = Counted { inner: stored, taken: Arc::clone(&taken), len };
        let mut magic = [0; 4];
        let mut have = 0;
        while have < magic.len() {
            match stored.read(&mut magic[have..])? {
                0 => break,
                more => have += more,
            }
        }
        let whole = io::Cursor::new(magic[..have].to_vec()).chain(stored);
        let (reader, packed): (Box<dyn Read + Send + '_>, bool) = match &magic[..have] {
            [0x1f, 0x8b, ..] => {
                (Box::new(flate2::read::MultiGzDecoder::new(BufReader::new(whole))), true)
            }
            [0x28, 0xb5, 0x2f, 0xfd] => (Box::new(Zstd::new(BufReader::new(whole))), true),
            _ => (Box::new(whole), false),
        };
        Ok(Stream { reader, taken, given: 0, packed })
    }

    /// All of the content, unpacked.
    ///
    /// # Errors
    /// What the system says.
    pub fn whole(&self) -> io::Result<Cow<'_, [u8]>> {
        let packed = self.open()?.packed;
        match self {
            Self::Memory(bytes) if !packed => Ok(Cow::Borrowed(bytes)),
            _ => Ok(whole(self.open()?)?.into()),
        }
    }

    /// The first bytes, unpacked, and whether that is all.
    ///
    /// # Errors
    /// What the system says.
    pub fn head(&self) -> io::Result<(Vec<u8>, bool)> {
        self.first(SMALL)
    }

    /// The same of so many bytes.
    ///
    /// # Errors
    /// What the system says.
    pub(super) fn first(&self, count: u64) -> io::Result<(Vec<u8>, bool)> {
        let mut bytes = Vec::new();
        self.open()?.take(count + 1).read_to_end(&mut bytes)?;
        let all = bytes.len() as u64 <= count;
        bytes.truncate(count as usize);
        Ok((bytes, all))
    }
}

/// All of a stream, as long as it may be text.
fn whole(mut stream: Stream<'_>) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    // Where the line begins that is being read.
    let mut line = 0;
    loop {
        let before = bytes.len();
        let count = (&mut stream).take(BLOCK as u64).read_to_end(&mut bytes)?;
        if count == 0 {
            return Ok(bytes);
        }
        if let Some(end) = memchr::memrchr2(b'\n', b'\r', &bytes[before..]) {
            line = before + end;
        }
        if bytes.len() - line > MOST_RECORD {
            return Err(too_long());
        }
        if bytes.len() as u64 > MOST_WHOLE {
            let what = "more than 2 GiB would be read in one piece; save it as UTF-8, or in parts";
            return Err(io::Error::other(what));
        }
    }
}

/// Counts the bytes that pass, and misses those that a file of some length does not give.
struct Counted<R> {
    inner: R,
    taken: Arc<AtomicU64>,
    len: u64,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        let taken = self.taken.fetch_add(count as u64, Ordering::Relaxed) + count as u64;
        if count == 0 && !buffer.is_empty() && taken < self.len {
            let what = format!("it was cut while it was read: {taken} of {} bytes came", self.len);
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, what));
        }
        Ok(count)
    }
}

/// All frames of a zstd file, one after the other.
struct Zstd<R: Read> {
    frame: Option<ruzstd::decoding::StreamingDecoder<R, ruzstd::decoding::FrameDecoder>>,
    rest: Option<R>,
}

impl<R: io::BufRead> Zstd<R> {
    fn new(reader: R) -> Self {
        Self { frame: None, rest: Some(reader) }
    }
}

impl<R: io::BufRead> Read for Zstd<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            if let Some(mut frame) = self.frame.take() {
                let count = frame.read(buffer)?;
                if count > 0 || buffer.is_empty() {
                    self.frame = Some(frame);
                    return Ok(count);
                }
                self.rest = Some(frame.into_inner());
            }
            let Some(mut rest) = self.rest.take() else { return Ok(0) };
            if rest.fill_buf()?.is_empty() {
                return Ok(0);
            }
            let frame = ruzstd::decoding::StreamingDecoder::new(rest);
            self.frame = Some(frame.map_err(io::Error::other)?);
        }
    }
}

/// The content of a file as it is read.
pub struct Stream<'a> {
    reader: Box<dyn Read + Send + 'a>,
    taken: Arc<AtomicU64>,
    given: u64,
    packed: bool,
}

impl Stream<'_> {
    /// Bytes taken so far, as stored.
    pub fn taken(&self) -> u64 {
        self.taken.load(Ordering::Relaxed)
    }
}

impl Read for Stream<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.reader.read(buffer)?;
        self.given += count as u64;
        if self.packed && self.given > MOST_UNPACKED && self.given > MOST_GROWTH * self.taken() {
            let what = format!("it unpacks to more than {MOST_GROWTH} times its size");
            return Err(io::Error::other(what));
        }
        Ok(count)
    }
}

/// About the size of a block: what stays in the nearer caches of a core.
pub(super) const BLOCK: usize = 1 << 20;

/// Cuts a stream into blocks that end at the border of a record.
pub(super) struct Blocks<'a> {
    stream: Stream<'a>,
    carry: Vec<u8>,
    next: usize,
    size: usize,
    ended: bool,
}

impl<'a> Blocks<'a> {
    /// Blocks of about so many bytes.
    pub(super) fn new(stream: Stream<'a>, size: usize) -> Self {
        Self { stream, carry: Vec::new(), next: 0, size, ended: false }
    }

    /// Bytes taken so far, as stored.
    pub(super) fn taken(&self) -> u64 {
        self.stream.taken()
    }

    /// Fills `block` with the next one and gives its number from 0; none at the end. The byte order
    /// mark of UTF-8 is left out.
    ///
    /// # Errors
    /// What the system says.
    pub(super) fn next(&mut self, block: &mut Vec<u8>) -> io::Result<Option<usize>> {
        block.clear();
        block.append(&mut self.carry);
        let mut wanted = self.size;
        while !self.ended {
            let lack = wanted.saturating_sub(block.len()) as u64;
            let count = (&mut self.stream).take(lack).read_to_end(block)?;
            self.ended = (count as u64) < lack;
            if self.next == 0 && block.starts_with(&[0xEF, 0xBB, 0xBF]) {
                block.drain(..3);
            }
            if self.ended {
                break;
            }
            if let Some(cut) = last_border(block) {
                self.carry.extend_from_slice(&block[cut..]);
                block.truncate(cut);
                break;
            }
            if block.len() > MOST_RECORD {
                return Err(too_long());
            }
            wanted += self.size;
        }
        if block.is_empty() {
            return Ok(None);
        }
        self.next += 1;
        Ok(Some(self.next - 1))
    }
}

/// Looking further back than this for a border costs more than a longer block.
const FARTHEST_BACK: usize = 1 << 18;

/// Where the last record of a block ends, as far as quotes can be counted: at a line end with as
/// many quotes opened as closed before it. Where that is wrong, because quotes stand inside cells,
/// the block ends in a quoted cell, which whoever cuts it into records sees.
fn last_border(block: &[u8]) -> Option<usize> {
    let least = block.len().saturating_sub(FARTHEST_BACK);
    let mut quotes: Option<usize> = None;
    let mut end = block.len();
    loop {
        let line = memchr::memrchr(b'\n', &block[..end]).or_else(|| {
            // A carriage return at the very end may have a line feed to follow.
            memchr::memrchr(b'\r', &block[..end.min(block.len() - 1)])
        })?;
        let before = match quotes {
            None => memchr::memchr_iter(b'"', &block[..=line]).count(),
            Some(later) => later - memchr::memchr_iter(b'"', &block[line + 1..=end]).count(),
        };
        if before.is_multiple_of(2) {
            return Some(line + 1);
        }
        if line <= least {
            return None;
        }
        quotes = Some(before);
        end = line;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn blocks(bytes: &[u8], size: usize) -> Vec<Vec<u8>> {
        let bytes = Bytes::from(bytes.to_vec());
        let mut blocks = Blocks::new(bytes.open().unwrap(), size);
        let mut out = Vec::new();
        let mut block = Vec::new();
        while let Some(number) = blocks.next(&mut block).unwrap() {
            assert_eq!(number, out.len());
            out.push(block.clone());
        }
        out
    }

    #[test]
    fn a_line_end_inside_quotes_is_no_border() {
        let text = b"a,b\n1,\"two\nlines\"\n3,4\n";
        for size in 1..text.len() + 2 {
            let cut = blocks(text, size);
            assert!(cut.iter().all(|b| b.ends_with(b"\n")), "{size}: {cut:?}");
            assert!(!cut.iter().any(|b| b.starts_with(b"lines")), "{size}: {cut:?}");
        }
    }

    #[test]
    fn packed_files_are_unpacked_as_they_are_read() {
        use std::io::Write as _;
        let text = b"a,b\n1,2\n".repeat(50_000);
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(&text).unwrap();
        assert_eq!(blocks(&gzip.finish().unwrap(), 1000).concat(), text);
        let frame = ruzstd::encoding::compress_to_vec(
            &text[..],
            ruzstd::encoding::CompressionLevel::Fastest,
        );
        assert_eq!(blocks(&frame, 1000).concat(), text);
        assert_eq!(blocks(&[frame.clone(), frame].concat(), 1000).concat(), text.repeat(2));
    }

    proptest! {
        #[test]
        fn blocks_hold_every_byte_once(
            text in "[a,\"\r\n]{0,200}",
            size in 1_usize..50,
        ) {
            prop_assert_eq!(blocks(text.as_bytes(), size).concat(), text.as_bytes());
        }
    }
}

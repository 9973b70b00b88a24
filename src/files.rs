//! Files as the user names them: plain ones, and pipes, which are waited for and can be read once.

use std::fs::File;
use std::io::{self as std_io, Read as _};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::Duration;

use crate::diagnostic::Diagnostic;
use crate::io::{self, Input};

/// How long a pipe is waited for at once.
const A_WHILE: Duration = Duration::from_millis(100);

/// So many waits are two seconds, after which whoever waits should be told.
pub const TWO_SECONDS: u32 = 20;

/// What comes through a pipe is kept in memory, and no more than this, in bytes.
const MOST_PIPED: usize = 1 << 30;

/// A pipe is judged by its first bytes: where no table begins, the rest is not waited for.
const HEAD: usize = 1 << 16;

/// A scenario has no more bytes.
const MOST_TEXT: u64 = 1 << 24;

/// Asked each tenth of a second in which nothing comes, with how many of them there were for this
/// file; whether to go on waiting.
pub type Waits<'a> = &'a dyn Fn(&Path, u32) -> bool;

/// The built-in tables and the files named, and a finding on each file that cannot be read.
pub fn read_inputs(files: &[PathBuf], waits: Waits<'_>) -> (Vec<Input>, Vec<Diagnostic>) {
    let mut inputs = io::builtin::inputs();
    let mut unread = Vec::new();
    for path in files {
        match read(path, waits) {
            Ok(input) => inputs.push(input),
            Err(error) => unread.push(io::unreadable(path, &error)),
        }
    }
    (inputs, unread)
}

fn read(path: &Path, waits: Waits<'_>) -> std_io::Result<Input> {
    if is_pipe(path) {
        let bytes = through_pipe(path, &io::may_be_a_table, waits)?.into();
        return Ok(Input { path: path.to_owned(), bytes, built_in: false });
    }
    io::read_file(path).map_err(|error| error.source)
}

/// Whether a file is a mapping, which goes with the data that it is of.
pub fn is_mapping(path: &Path) -> bool {
    let toml = path.extension().is_some_and(|extension| extension == "toml") && !is_pipe(path);
    let text = toml.then(|| read_text(path, &|_, _| false).ok()).flatten();
    text.is_some_and(|text| io::TomlKind::of(&text) == io::TomlKind::Mapping)
}

/// The text of a scenario.
///
/// # Errors
/// What the system says, or that it is longer than any scenario, or no text.
pub fn read_text(path: &Path, waits: Waits<'_>) -> std_io::Result<String> {
    let mut bytes = Vec::new();
    if is_pipe(path) {
        bytes = through_pipe(path, &|bytes| bytes.len() as u64 <= MOST_TEXT, waits)?;
    } else {
        io::plain(path)?;
        File::open(path)?.take(MOST_TEXT + 1).read_to_end(&mut bytes)?;
    }
    if bytes.len() as u64 > MOST_TEXT {
        return Err(std_io::Error::other("it is longer than 16 MiB, which no scenario is"));
    }
    String::from_utf8(bytes).map_err(|_not_utf8| std_io::Error::other("it is not text in UTF-8"))
}

#[cfg(unix)]
fn is_pipe(path: &Path) -> bool {
    use std::os::unix::fs::FileTypeExt as _;
    std::fs::metadata(path).is_ok_and(|about| about.file_type().is_fifo())
}

#[cfg(not(unix))]
fn is_pipe(_: &Path) -> bool {
    false
}

/// Reads a pipe on a thread of its own, which is left alone where it is no longer waited for. Once
/// its head is there, `goes_on` says of all bytes so far whether more are wanted.
fn through_pipe(
    path: &Path,
    goes_on: &dyn Fn(&[u8]) -> bool,
    waits: Waits<'_>,
) -> std_io::Result<Vec<u8>> {
    let news = reader(path.to_owned())?;
    let mut bytes = Vec::new();
    let (mut waited, mut judged) = (0, false);
    loop {
        match news.recv_timeout(A_WHILE) {
            Ok(Ok(chunk)) if chunk.is_empty() => return Ok(bytes),
            Ok(chunk) => bytes.extend_from_slice(&chunk?),
            Err(RecvTimeoutError::Disconnected) => return Ok(bytes),
            Err(RecvTimeoutError::Timeout) => {
                waited += 1;
                if !waits(path, waited) {
                    let what = "it was not waited for any longer";
                    return Err(std_io::Error::new(std_io::ErrorKind::Interrupted, what));
                }
            }
        }
        if bytes.len() > MOST_PIPED {
            let what = "more than 1 GiB comes through it; write it to a file first";
            return Err(std_io::Error::other(what));
        }
        if !judged && bytes.len() >= HEAD {
            judged = true;
            if !goes_on(&bytes) {
                return Ok(bytes);
            }
        }
    }
}

/// What a pipe gives, piece by piece; an empty piece is its end.
fn reader(path: PathBuf) -> std_io::Result<Receiver<std_io::Result<Vec<u8>>>> {
    let (sender, news) = sync_channel(16);
    std::thread::Builder::new().name("pipe".to_owned()).spawn(move || {
        let mut file = match File::open(&path) {
            Ok(file) => file,
            // Whoever asked may wait no longer.
            Err(error) => return sender.send(Err(error)).unwrap_or_default(),
        };
        let mut buffer = vec![0; HEAD];
        loop {
            let piece = file.read(&mut buffer).map(|count| buffer[..count].to_vec());
            let last = piece.as_ref().map_or(true, Vec::is_empty);
            if sender.send(piece).is_err() || last {
                return;
            }
        }
    })?;
    Ok(news)
}

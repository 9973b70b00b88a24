//! Writing a file whole or not at all.
//!
//! The bytes go to a file beside the target, which takes its place once they are on the disk. Links are
//! followed, the rights and the owner of an old file are kept, and what is no plain file (a device, a
//! pipe) is written to, never replaced. The file beside the target is locked while its writer lives;
//! one that nobody holds was left by a writer that was killed, and goes with the next write to its
//! folder.

use std::ffi::OsStr;
use std::fs::{File, OpenOptions, TryLockError};
use std::hash::{BuildHasher as _, RandomState};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A file could not be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write {}", path.display())]
#[non_exhaustive]
pub struct SaveError {
    /// The file, as it was named.
    pub path: PathBuf,
    /// What the system said.
    #[source]
    pub source: io::Error,
}

/// Writes a file.
///
/// # Errors
/// [`SaveError`]; an old file is then as it was.
pub fn save(path: &Path, bytes: &[u8]) -> Result<(), SaveError> {
    save_with(path, |out| out.write_all(bytes))
}

/// Writes a file piece by piece.
///
/// # Errors
/// [`SaveError`]; an old file is then as it was.
pub fn save_with(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), SaveError> {
    to_target(path, write).map_err(|source| SaveError { path: path.to_owned(), source })
}

fn to_target(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let target = followed(path)?;
    let old = match std::fs::metadata(&target) {
        Ok(about) => Some(about),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    match &old {
        Some(about) if about.is_dir() => return Err(io::Error::other("it is a folder")),
        Some(about) if !about.is_file() => {
            let mut out = BufWriter::new(OpenOptions::new().write(true).open(&target)?);
            write(&mut out)?;
            return out.flush();
        }
        // What may not be written to may not be replaced either.
        Some(_) => drop(OpenOptions::new().append(true).open(&target)?),
        None => {}
    }
    let mut part = Part::file_in(folder_of(&target))?;
    let mut out = BufWriter::with_capacity(1 << 16, part.file()?);
    write(&mut out)?;
    out.flush()?;
    drop(out);
    let file = part.file()?;
    if let Some(about) = &old {
        keep_owner(file, about)?;
        file.set_permissions(about.permissions())?;
    }
    file.sync_all()?;
    part.become_file(&target)
}

/// Writes the files of a folder: all of them at once where the folder is not there yet. In a folder that
/// is, each is written whole; files that are there with the same bytes are left, so that what was broken
/// off can be gone on with.
///
/// # Errors
/// [`SaveError`] with what is in the way, before anything is written, or with what failed.
pub fn save_folder(path: &Path, files: &[(&str, &[u8])]) -> Result<(), SaveError> {
    let fail = |path: &Path| {
        let path = path.to_owned();
        move |source| SaveError { path, source }
    };
    let target = followed(path).map_err(fail(path))?;
    if !target.exists() {
        return whole_folder(&target, files).map_err(fail(path));
    }
    let mut lacking = Vec::new();
    for (name, bytes) in files {
        let file = target.join(name);
        let is_there = std::fs::symlink_metadata(&file).is_ok_and(|about| {
            about.is_file() && std::fs::read(&file).is_ok_and(|old| old == *bytes)
        });
        if !is_there && std::fs::symlink_metadata(&file).is_ok() {
            let what = io::Error::new(io::ErrorKind::AlreadyExists, "it is there already");
            return Err(fail(&file)(what));
        }
        if !is_there {
            lacking.push((file, *bytes));
        }
    }
    if let (true, Some((name, _))) = (lacking.is_empty(), files.first()) {
        let what = io::Error::new(io::ErrorKind::AlreadyExists, "it is there already");
        return Err(fail(&target.join(name))(what));
    }
    let mut written: Vec<&Path> = Vec::new();
    for (file, bytes) in &lacking {
        if let Err(source) = save_new(file, bytes) {
            written.iter().for_each(|file| remove(file));
            return Err(fail(file)(source));
        }
        written.push(file);
    }
    Ok(())
}

fn whole_folder(target: &Path, files: &[(&str, &[u8])]) -> io::Result<()> {
    std::fs::create_dir_all(folder_of(target))?;
    let part = Part::folder_in(folder_of(target))?;
    for (name, bytes) in files {
        let mut options = OpenOptions::new();
        let mut file = options.write(true).create_new(true).open(part.path.join(name))?;
        file.write_all(bytes)?;
        file.sync_all()?;
    }
    part.become_folder(target)
}

/// Writes a file that must not be there yet.
fn save_new(target: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut part = Part::file_in(folder_of(target))?;
    let file = part.file()?;
    file.write_all(bytes)?;
    file.sync_all()?;
    match std::fs::hard_link(&part.path, target) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => part.become_file(target),
        linked => linked,
    }
}

/// Whether two paths lead to the same file.
pub fn are_the_same(a: &Path, b: &Path) -> bool {
    let real = |path: &Path| std::fs::canonicalize(path).ok();
    let same_name = || real(a).is_some_and(|a| Some(a) == real(b));
    same_name() || same_file(a, b)
}

#[cfg(unix)]
fn same_file(a: &Path, b: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let file = |path| std::fs::metadata(path).ok().map(|about| (about.dev(), about.ino()));
    file(a).is_some_and(|a| Some(a) == file(b))
}

#[cfg(not(unix))]
fn same_file(_: &Path, _: &Path) -> bool {
    false
}

/// A path that is not there yet: the path itself, or with the next free number before its ending.
pub fn free_name(path: &Path) -> PathBuf {
    let taken = |path: &Path| std::fs::symlink_metadata(path).is_ok();
    if !taken(path) {
        return path.to_owned();
    }
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let ending = path.extension().map(|e| format!(".{}", e.to_string_lossy())).unwrap_or_default();
    let numbered = |number: u32| path.with_file_name(format!("{stem}-{number}{ending}"));
    (2..u32::MAX).map(numbered).find(|path| !taken(path)).unwrap_or_else(|| path.to_owned())
}

/// Where links lead, the last of which may lead to nothing.
fn followed(path: &Path) -> io::Result<PathBuf> {
    let mut at = path.to_owned();
    for _ in 0..40 {
        match std::fs::read_link(&at) {
            Ok(to) => at = folder_of(&at).join(to),
            Err(_) => return Ok(at),
        }
    }
    Err(io::Error::other("its links run in a circle"))
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

#[cfg(unix)]
fn keep_owner(file: &File, old: &std::fs::Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt as _, fchown};
    let new = file.metadata()?;
    let other = |new: u32, old: u32| (new != old).then_some(old);
    let (user, group) = (other(new.uid(), old.uid()), other(new.gid(), old.gid()));
    if user.is_none() && group.is_none() {
        return Ok(());
    }
    fchown(file, user, group).map_err(|error| {
        let what =
            format!("it belongs to another user or group, and would not any longer ({error})");
        io::Error::new(io::ErrorKind::PermissionDenied, what)
    })
}

#[cfg(not(unix))]
fn keep_owner(_: &File, _: &std::fs::Metadata) -> io::Result<()> {
    Ok(())
}

/// What is written beside targets right now, so that it can be taken away when the process is asked
/// to end.
static UNFINISHED: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

fn unfinished() -> MutexGuard<'static, Vec<PathBuf>> {
    UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Takes away what is half written. No write begins or ends from then on: to be followed by the end of
/// the process, which gets what `end` gives.
pub fn abandon(end: impl FnOnce()) {
    let unfinished = unfinished();
    unfinished.iter().for_each(|path| remove(path));
    end();
}

fn remove(path: &Path) {
    // Nothing can be done about one that stays; the next write tries again.
    std::fs::remove_file(path).or_else(|_| std::fs::remove_dir_all(path)).unwrap_or_default();
}

const BEGIN: &str = ".wattlas-";
const END: &str = ".part";
/// Letters and digits between them.
const RANDOM: usize = 16;

/// Whether a name is one of those that are written beside targets.
fn is_ours(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    let inner = name.strip_prefix(BEGIN).and_then(|rest| rest.strip_suffix(END));
    inner.is_some_and(|inner| inner.len() == RANDOM && inner.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// A file or folder beside a target, which is gone unless it took its place.
struct Part {
    path: PathBuf,
    /// Open and locked.
    held: Option<File>,
}

impl Part {
    fn file_in(folder: &Path) -> io::Result<Self> {
        Self::new(folder, |path| {
            let mut options = OpenOptions::new();
            options.write(true).create_new(true).open(path)
        })
    }

    fn folder_in(folder: &Path) -> io::Result<Self> {
        Self::new(folder, |path| {
            std::fs::create_dir(path)?;
            File::open(path)
        })
    }

    fn new(folder: &Path, make: impl Fn(&Path) -> io::Result<File>) -> io::Result<Self> {
        remove_left_over(folder);
        let mut last = io::Error::other("no name beside it is free");
        for attempt in 0..100_u64 {
            let number = RandomState::new().hash_one((std::process::id(), attempt));
            let path = folder.join(format!("{BEGIN}{number:016x}{END}"));
            let mut unfinished = unfinished();
            match make(&path) {
                Ok(file) => {
                    // Where there are no locks, nobody takes it for one that was left.
                    let locked = file.try_lock();
                    let gone = std::fs::symlink_metadata(&path).is_err();
                    if gone || matches!(locked, Err(TryLockError::WouldBlock)) {
                        // Somebody took it for one that was left, before it was locked.
                        continue;
                    }
                    unfinished.push(path.clone());
                    return Ok(Self { path, held: Some(file) });
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => last = error,
                Err(error) => return Err(error),
            }
        }
        Err(last)
    }

    fn file(&mut self) -> io::Result<&mut File> {
        self.held.as_mut().ok_or_else(|| io::Error::other("it is closed"))
    }

    /// Takes the place of a file.
    fn become_file(self, target: &Path) -> io::Result<()> {
        self.take_place_of(target)
    }

    /// Takes the place of a folder that is not there.
    fn become_folder(mut self, target: &Path) -> io::Result<()> {
        // Some systems move no folder that is open.
        self.held = None;
        sync_folder(&self.path);
        self.take_place_of(target)
    }

    fn take_place_of(&self, target: &Path) -> io::Result<()> {
        let mut unfinished = unfinished();
        std::fs::rename(&self.path, target)?;
        unfinished.retain(|path| *path != self.path);
        drop(unfinished);
        sync_folder(folder_of(target));
        Ok(())
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        let mut unfinished = unfinished();
        let before = unfinished.len();
        unfinished.retain(|path| *path != self.path);
        if unfinished.len() < before {
            remove(&self.path);
        }
    }
}

/// Puts the names of a folder on the disk, where the system can.
fn sync_folder(folder: &Path) {
    if let Ok(folder) = File::open(folder) {
        folder.sync_all().unwrap_or_default();
    }
}

/// Removes what writers that were killed left in a folder: what nobody holds any longer.
fn remove_left_over(folder: &Path) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let own: Vec<PathBuf> = unfinished().clone();
    for entry in entries.flatten().filter(|entry| is_ours(&entry.file_name())) {
        let path = entry.path();
        let plain = entry.file_type().is_ok_and(|kind| kind.is_file() || kind.is_dir());
        if !plain || own.contains(&path) {
            continue;
        }
        if let Ok(file) = File::open(&path)
            && file.try_lock().is_ok()
        {
            remove(&path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(folder: &Path) -> Vec<String> {
        let names = std::fs::read_dir(folder).unwrap();
        let mut names: Vec<String> =
            names.map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_failed_save_leaves_nothing_behind_and_names_the_target() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("no-such-folder/out.csv");
        let error = save(&target, b"x").unwrap_err();
        assert_eq!(error.to_string(), format!("cannot write {}", target.display()));
        let good = folder.path().join("out.csv");
        save(&good, b"one").unwrap();
        save(&good, b"two").unwrap();
        let fails = |out: &mut dyn Write| {
            out.write_all(b"half")?;
            Err(io::Error::other("no room"))
        };
        let error = save_with(&good, fails).unwrap_err();
        assert!(!error.source.to_string().contains(".part"));
        assert_eq!(std::fs::read(&good).unwrap(), b"two");
        assert_eq!(entries(folder.path()), ["out.csv"]);
    }

    #[test]
    fn what_nobody_holds_goes_and_what_is_held_stays() {
        let folder = tempfile::tempdir().unwrap();
        let name = |letter: char| format!("{BEGIN}{}{END}", letter.to_string().repeat(RANDOM));
        let (left, held) = (name('a'), name('b'));
        for name in [&left, &held] {
            std::fs::write(folder.path().join(name), "half").unwrap();
        }
        std::fs::create_dir(folder.path().join(name('c'))).unwrap();
        for other in [".wattlas-mine", ".wattlas-backup", "a.part"] {
            std::fs::write(folder.path().join(other), "mine").unwrap();
        }
        let holder = File::open(folder.path().join(&held)).unwrap();
        holder.lock().unwrap();
        save(&folder.path().join("out"), b"x").unwrap();
        let mut wanted = [&held, ".wattlas-backup", ".wattlas-mine", "a.part", "out"];
        wanted.sort_unstable();
        assert_eq!(entries(folder.path()), wanted);
        drop(holder);
        save(&folder.path().join("out"), b"y").unwrap();
        assert!(!entries(folder.path()).contains(&held));
    }

    #[test]
    fn a_folder_is_written_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("deep/sample");
        let files: [(&str, &[u8]); 2] = [("a.csv", b"a"), ("b.csv", b"b")];
        assert!(save_folder(&target, &[("a", b"a"), ("no/such", b"b")]).is_err());
        assert!(!target.exists());
        save_folder(&target, &files).unwrap();
        assert_eq!(entries(&target), ["a.csv", "b.csv"]);
        assert_eq!(entries(folder.path()), ["deep"]);
        // What was broken off is gone on with; what is somebody else's is left.
        std::fs::remove_file(target.join("b.csv")).unwrap();
        std::fs::write(target.join("mine"), "mine").unwrap();
        assert!(save_folder(&target, &[("c", b"c"), ("no/such", b"b")]).is_err());
        assert_eq!(entries(&target), ["a.csv", "mine"]);
        save_folder(&target, &files).unwrap();
        assert_eq!(entries(&target), ["a.csv", "b.csv", "mine"]);
        assert!(save_folder(&target, &files).is_err(), "all of them are there");
        std::fs::write(target.join("a.csv"), "changed").unwrap();
        std::fs::remove_file(target.join("b.csv")).unwrap();
        let error = save_folder(&target, &files).unwrap_err();
        assert!(error.path.ends_with("a.csv") && !target.join("b.csv").exists());
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_rights_kept_and_pipes_written_to() {
        use std::os::unix::fs::{PermissionsExt as _, symlink};
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        std::fs::write(at("real"), "old").unwrap();
        std::fs::set_permissions(at("real"), std::fs::Permissions::from_mode(0o600)).unwrap();
        symlink("real", at("link")).unwrap();
        symlink("later", at("dangling")).unwrap();
        symlink(at("circle"), at("circle")).unwrap();
        save(&at("link"), b"new").unwrap();
        assert_eq!(std::fs::read(at("real")).unwrap(), b"new");
        assert_eq!(std::fs::metadata(at("real")).unwrap().permissions().mode() & 0o777, 0o600);
        assert!(std::fs::symlink_metadata(at("link")).unwrap().is_symlink());
        save(&at("dangling"), b"there").unwrap();
        assert_eq!(std::fs::read(at("later")).unwrap(), b"there");
        assert!(save(&at("circle"), b"x").is_err());
        assert!(save(folder.path(), b"x").is_err());
        assert!(are_the_same(&at("link"), &at("real")) && !are_the_same(&at("later"), &at("real")));
        std::fs::hard_link(at("real"), at("hard")).unwrap();
        assert!(are_the_same(&at("hard"), &at("real")));
        // A device takes the bytes, and stays one.
        save(Path::new("/dev/null"), b"x").unwrap();
        assert!(!std::fs::metadata("/dev/null").unwrap().is_file());
    }

    #[test]
    fn names_that_are_taken_are_numbered() {
        let folder = tempfile::tempdir().unwrap();
        let name = folder.path().join("overview.png");
        assert_eq!(free_name(&name), name);
        std::fs::write(&name, "").unwrap();
        assert_eq!(free_name(&name), folder.path().join("overview-2.png"));
        std::fs::write(folder.path().join("overview-2.png"), "").unwrap();
        assert_eq!(free_name(&name), folder.path().join("overview-3.png"));
    }
}

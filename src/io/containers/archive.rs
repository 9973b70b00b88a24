//! Zip archives: the tables in them.

use std::io::{Cursor, Read as _};

use zip::ZipArchive;

use super::{MOST_BYTES, MOST_GROWTH, MOST_TABLES, MOST_UNPACKED, Refused, Table, of_bytes};

fn open(bytes: &[u8]) -> Result<ZipArchive<Cursor<&[u8]>>, Refused> {
    ZipArchive::new(Cursor::new(bytes)).map_err(|error| {
        Refused::new(format!("the archive is broken: {error}"), "get it once more")
    })
}

/// Whether a zip is a workbook: it holds what those of Excel and LibreOffice do.
pub(super) fn is_workbook(bytes: &[u8]) -> bool {
    let Ok(archive) = open(bytes) else { return false };
    let is =
        |name: &str| name.starts_with("xl/workbook") || name == "content.xml" || name == "mimetype";
    archive.file_names().flatten().any(|name| is(&name))
}

/// What unpacks to so much is refused.
pub(super) fn guard(bytes: &[u8]) -> Result<(), Refused> {
    let mut archive = open(bytes)?;
    let mut all = 0_u64;
    for at in 0..archive.len() {
        let Ok(file) = archive.by_index_raw(at) else { continue };
        all = all.saturating_add(file.size());
        let trap = file.size() > MOST_UNPACKED
            && file.size() / MOST_GROWTH > file.compressed_size().max(1);
        if trap || all > MOST_BYTES {
            return Err(Refused::new(
                "it unpacks to far more than it is",
                "unpack it by hand, if you trust it",
            ));
        }
    }
    Ok(())
}

/// Files of an archive that are no tables: what systems and publishers put beside them.
fn is_aside(name: &str) -> bool {
    let lower = name.to_lowercase();
    let file = lower.rsplit('/').next().unwrap_or(&lower);
    let ending = file.rsplit_once('.').map_or("", |(_, ending)| ending);
    lower.starts_with("__macosx")
        || file.starts_with('.')
        || ["readme", "license", "licence", "copyright"].iter().any(|word| file.starts_with(word))
        || ["pdf", "md", "html", "png", "jpg", "xml", "prj", "doc", "docx", "cpg"].contains(&ending)
}

/// The tables in an archive.
pub(super) fn tables(bytes: &[u8]) -> Result<Vec<Table>, Refused> {
    guard(bytes)?;
    let mut archive = open(bytes)?;
    let mut out = Vec::new();
    for at in 0..archive.len() {
        let mut file = match archive.by_index(at) {
            Ok(file) => file,
            Err(error) => {
                let help = "unpack it by hand; a password is not asked for";
                return Err(Refused::new(
                    format!("a file in the archive cannot be read: {error}"),
                    help,
                ));
            }
        };
        let name = match file.name() {
            Ok(name) => name.into_owned(),
            Err(_) => format!("file {}", at + 1),
        };
        if file.is_dir() || is_aside(&name) {
            continue;
        }
        if out.len() >= MOST_TABLES {
            let what = format!("the archive has more than {MOST_TABLES} files");
            return Err(Refused::new(what, "unpack it, and name those that are to be read"));
        }
        let mut inner = Vec::new();
        // The size that the archive claims may be wrong.
        let most = file.size().min(MOST_BYTES);
        let read = (&mut file).take(most + 1).read_to_end(&mut inner);
        if let Err(error) = read {
            return Err(Refused::new(
                format!("{name} in the archive is broken: {error}"),
                "get it once more",
            ));
        }
        if inner.len() as u64 > most {
            return Err(Refused::new("the archive is broken: a file is longer than it says", ""));
        }
        for table in of_bytes(&inner, 1)? {
            let name =
                if table.name.is_empty() { name.clone() } else { format!("{name}#{}", table.name) };
            out.push(Table { name, ..table });
        }
    }
    if out.is_empty() {
        return Err(Refused::new("the archive holds no table", ""));
    }
    Ok(out)
}

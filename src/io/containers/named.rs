//! What files are that hold no table, by their first bytes, and what to do with them.

/// A name and a remedy.
type Known = (&'static str, &'static str);

/// First bytes, where they stand, and what has them.
const MAGIC: [(&[u8], usize, Known); 23] = [
    (b"%PDF", 0, ("a PDF document", "copy its table to a spreadsheet and save it as CSV")),
    (
        b"SQLite format 3",
        0,
        ("an SQLite database or GeoPackage", "export its table as CSV or GeoJSON"),
    ),
    (b"\x89PNG", 0, ("a picture (PNG)", "give the table that it shows")),
    (b"\xff\xd8\xff", 0, ("a picture (JPEG)", "give the table that it shows")),
    (b"GIF8", 0, ("a picture (GIF)", "give the table that it shows")),
    (b"7z\xbc\xaf\x27\x1c", 0, ("a 7-Zip archive", "unpack it")),
    (b"Rar!", 0, ("a RAR archive", "unpack it")),
    (b"BZh", 0, ("a file packed with bzip2", "unpack it, or pack it with gzip, zstd or zip")),
    (b"\xfd7zXZ", 0, ("a file packed with xz", "unpack it, or pack it with gzip, zstd or zip")),
    (b"ustar", 257, ("a tar archive", "unpack it")),
    (b"ARROW1", 0, ("an Arrow or Feather file", "save the table as Parquet or CSV")),
    (b"Obj\x01", 0, ("an Avro file", "save the table as Parquet or CSV")),
    (b"ORC", 0, ("an ORC file", "save the table as Parquet or CSV")),
    (b"\x89HDF", 0, ("an HDF5 or netCDF file", "save the table as CSV")),
    (b"CDF\x01", 0, ("a netCDF file", "save the table as CSV")),
    (b"CDF\x02", 0, ("a netCDF file", "save the table as CSV")),
    (b"fgb", 0, ("a FlatGeobuf file", "save it as GeoJSON or CSV")),
    (b"\0\0\x27\x0a", 0, ("a shapefile", "save it as GeoJSON or CSV")),
    (b"{\\rtf", 0, ("a text with formats (RTF)", "save the table as CSV")),
    (
        b"<!DOCTYPE html",
        0,
        (
            "a web page, not the table behind it",
            "download the file once more, or save the table as CSV",
        ),
    ),
    (
        b"<html",
        0,
        (
            "a web page, not the table behind it",
            "download the file once more, or save the table as CSV",
        ),
    ),
    (b"{", 0, ("JSON without features", "save the table as CSV, or places as GeoJSON")),
    (b"<?xml", 0, ("an XML file", "save the table as CSV")),
];

/// What some first bytes are, and what to do.
pub(super) fn name_of(head: &[u8]) -> Option<Known> {
    let text = head.strip_prefix(&[0xEF, 0xBB, 0xBF]).unwrap_or(head).trim_ascii_start();
    let has = |magic: &[u8], at: usize| {
        let own = |bytes: &[u8]| {
            bytes.get(at..at + magic.len()).is_some_and(|b| b.eq_ignore_ascii_case(magic))
        };
        own(head) || matches!(magic.first(), Some(b'<' | b'{')) && own(text)
    };
    MAGIC.iter().find(|(magic, at, _)| has(magic, *at)).map(|(.., known)| *known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_without_a_table_are_called_what_they_are() {
        for (head, wanted) in [
            (&b"%PDF-1.7"[..], "a PDF document"),
            (b"\n<!doctype HTML><html>", "a web page, not the table behind it"),
            (b"SQLite format 3\0", "an SQLite database or GeoPackage"),
        ] {
            assert_eq!(name_of(head).map(|known| known.0), Some(wanted));
        }
        assert_eq!(name_of(b"name,lat,lon\n"), None);
    }
}

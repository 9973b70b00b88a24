//! Tables in archives, workbooks, Parquet and GeoJSON are read as their text would be.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use wattlas::diagnostic::Severity;
use wattlas::io::{self, Loaded, Unwatched};
use wattlas::scenario::Alone;

use super::{codes, names};

const SITES: &str = "name,country,lat,lon,facility_mw,online,status\n\
    Alpha,USA,40,-100,120,2027-03-01,planned\nBeta,DEU,52.5,13.4,80.5,2026-01-15,operating\n";

fn load(path: &Path) -> Loaded {
    let mut inputs = io::builtin::inputs();
    inputs.push(io::read_file(path).unwrap());
    io::load(&inputs, &Unwatched, &Alone).unwrap()
}

fn put(folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.join(name);
    fs::write(&path, bytes).unwrap();
    path
}

fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in files {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// A workbook with sheets of rows; numbers are numbers, and `d46000` a day.
fn workbook(sheets: &[(&str, &[&[&str]])]) -> Vec<u8> {
    let column = |at: usize| char::from(b'A' + at as u8);
    let mut files: Vec<(String, String)> = Vec::new();
    let (mut list, mut links, mut kinds) = (String::new(), String::new(), String::new());
    for (at, (name, rows)) in sheets.iter().enumerate() {
        let number = at + 1;
        list += &format!("<sheet name=\"{name}\" sheetId=\"{number}\" r:id=\"r{number}\"/>");
        let kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet";
        links += &format!(
            "<Relationship Id=\"r{number}\" Type=\"{kind}\" Target=\"worksheets/sheet{number}.xml\"/>"
        );
        kinds += &format!(
            "<Override PartName=\"/xl/worksheets/sheet{number}.xml\" ContentType=\"application/\
             vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/>"
        );
        let mut cells = String::new();
        for (row, line) in rows.iter().enumerate() {
            cells += &format!("<row r=\"{}\">", row + 1);
            for (place, cell) in line.iter().enumerate() {
                let at = format!("{}{}", column(place), row + 1);
                if let Some(day) = cell.strip_prefix('d').filter(|day| day.parse::<u32>().is_ok()) {
                    cells += &format!("<c r=\"{at}\" s=\"1\"><v>{day}</v></c>");
                } else if cell.parse::<f64>().is_ok() {
                    cells += &format!("<c r=\"{at}\"><v>{cell}</v></c>");
                } else if !cell.is_empty() {
                    cells += &format!("<c r=\"{at}\" t=\"inlineStr\"><is><t>{cell}</t></is></c>");
                }
            }
            cells += "</row>";
        }
        let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
        files.push((
            format!("xl/worksheets/sheet{number}.xml"),
            format!("<worksheet xmlns=\"{main}\"><sheetData>{cells}</sheetData></worksheet>"),
        ));
    }
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006";
    let styles = "<numFmts count=\"0\"/><fonts count=\"1\"><font/></fonts><fills count=\"1\"><fill/></fills>\
         <borders count=\"1\"><border/></borders><cellStyleXfs count=\"1\"><xf/></cellStyleXfs>\
         <cellXfs count=\"2\"><xf numFmtId=\"0\"/><xf numFmtId=\"14\" applyNumberFormat=\"1\"/></cellXfs>";
    files.extend([
        (
            "[Content_Types].xml".to_owned(),
            format!("<Types xmlns=\"{package}/content-types\"><Default Extension=\"xml\" ContentType=\"application/xml\"/>{kinds}</Types>"),
        ),
        (
            "_rels/.rels".to_owned(),
            format!("<Relationships xmlns=\"{package}/relationships\"><Relationship Id=\"r1\" Type=\"{office}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"),
        ),
        (
            "xl/workbook.xml".to_owned(),
            format!("<workbook xmlns=\"{main}\" xmlns:r=\"{office}\"><sheets>{list}</sheets></workbook>"),
        ),
        (
            "xl/_rels/workbook.xml.rels".to_owned(),
            format!("<Relationships xmlns=\"{package}/relationships\">{links}<Relationship Id=\"s\" Type=\"{office}/styles\" Target=\"styles.xml\"/></Relationships>"),
        ),
        ("xl/styles.xml".to_owned(), format!("<styleSheet xmlns=\"{main}\">{styles}</styleSheet>")),
    ]);
    let files: Vec<(&str, &[u8])> =
        files.iter().map(|(name, text)| (name.as_str(), text.as_bytes())).collect();
    zipped(&files)
}

fn sites_of(loaded: &Loaded) -> Vec<(String, Option<f64>, String)> {
    let data = &loaded.data;
    let of = |site: usize| {
        let phase = data.phases_of(site).next().unwrap();
        let online = data.phases.online[phase].get().map_or(String::new(), |day| day.to_string());
        (names(data)[site].to_owned(), data.phases.facility_mw[phase].get(), online)
    };
    (0..data.sites.len()).map(of).collect()
}

#[test]
fn a_table_is_the_same_in_whatever_it_is_packed() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let wanted = sites_of(&load(&put(folder, "plain.csv", SITES.as_bytes())));
    assert_eq!(wanted.len(), 2);
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(SITES.as_bytes()).unwrap();
    let geojson = r#"{"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {"name": "Alpha", "country": "USA", "facility_mw": 120,
         "online": "2027-03-01", "status": "planned"},
         "geometry": {"type": "Point", "coordinates": [-100, 40]}},
        {"type": "Feature", "properties": {"name": "Beta", "country": "DEU", "facility_mw": 80.5,
         "online": "2026-01-15", "status": "operating"},
         "geometry": {"type": "Polygon", "coordinates":
          [[[13.3, 52.4], [13.5, 52.4], [13.5, 52.6], [13.3, 52.6], [13.3, 52.4]]]}}]}"#;
    let rows: [&[&str]; 4] = [
        &["Sites of the field, as of November"],
        &["name", "country", "lat", "lon", "facility_mw", "online", "status"],
        &["Alpha", "USA", "40", "-100", "120", "d46447", "planned"],
        &["Beta", "DEU", "52.5", "13.4", "80.5", "d46037", "operating"],
    ];
    let book = workbook(&[("Sites", &rows)]);
    let two = workbook(&[("About", &[&["What this is"], &["a list"]]), ("Sites", &rows)]);
    for (name, bytes) in [
        ("tabs.tsv", SITES.replace(',', "\t").into_bytes()),
        ("packed.csv.gz", gzip.finish().unwrap()),
        ("one.zip", zipped(&[("sites.csv", SITES.as_bytes()), ("README.txt", b"Read me")])),
        ("book.xlsx", book.clone()),
        ("two.xlsx", two),
        ("book.zip", zipped(&[("folder/book.xlsx", &book)])),
        ("sites.geojson", geojson.as_bytes().to_vec()),
        // Its name does not say what it is.
        ("download", book),
    ] {
        let loaded = load(&put(folder, name, &bytes));
        assert_eq!(sites_of(&loaded), wanted, "{name}: {:?}", loaded.report.findings());
        assert_eq!(loaded.report.count(Severity::Error), 0, "{name}");
        // The law of rows: what is read is kept or told.
        let own = loaded.report.tables.iter().filter(|table| !table.file.starts_with("<built-in>"));
        for table in own {
            assert_eq!((table.rows, table.kept), (2, 2), "{name}");
        }
    }
    let loaded = load(&folder.join("two.xlsx"));
    assert!(codes(&loaded.report).contains(&"N314"), "{:?}", codes(&loaded.report));
}

#[test]
fn a_bad_cell_of_a_sheet_is_told_on_its_row() {
    let folder = tempfile::tempdir().unwrap();
    let rows: [&[&str]; 5] = [
        &[],
        &["name", "country", "lat", "lon", "facility_mw", "online"],
        &["Alpha", "USA", "40", "-100", "120", "2027"],
        &["Beta", "DEU", "52.5", "13.4", "plenty", "2026"],
        &["Gamma", "FRA", "48.8", "2.3", "50", "2026"],
    ];
    let loaded = load(&put(folder.path(), "book.xlsx", &workbook(&[("Data", &rows)])));
    let told = loaded.report.findings().iter().find(|finding| finding.code == "E104").unwrap();
    assert_eq!(told.place.line.map(std::num::NonZero::get), Some(4));
    assert_eq!(names(&loaded.data), ["Alpha", "Beta", "Gamma"]);
}

#[test]
fn what_holds_no_table_is_called_what_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let inner = zipped(&[("sites.csv", SITES.as_bytes())]);
    let zeros = vec![b'0'; 200 << 20];
    for (name, bytes, code, words) in [
        ("a.pdf", b"%PDF-1.7\n\0\0".to_vec(), "E103", "a PDF document"),
        (
            "a.csv",
            b"<!DOCTYPE html>\n<html><body>Sign in</body></html>\n".to_vec(),
            "E103",
            "a web page",
        ),
        ("a.db", b"SQLite format 3\0\0\0".to_vec(), "E103", "SQLite"),
        ("a.zip", zipped(&[("inner.zip", &inner)]), "E121", "within an archive"),
        ("b.zip", zipped(&[("README.txt", b"nothing here")]), "E121", "no table"),
        ("c.zip", zipped(&[("sites.csv", &zeros)]), "E121", "far more than it is"),
        ("d.zip", inner[..inner.len() / 2].to_vec(), "E121", "broken"),
        (
            "a.geojson",
            b"{\"type\": \"FeatureCollection\", \"features\": [{".to_vec(),
            "E121",
            "line 1",
        ),
        (
            "a.xls",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest".to_vec(),
            "E121",
            "none that can be read",
        ),
        ("a.parquet", b"PAR1rest".to_vec(), "E121", "Parquet"),
    ] {
        let loaded = load(&put(folder.path(), name, &bytes));
        let told = loaded.report.findings().iter().find(|finding| finding.code == code);
        let told = told.unwrap_or_else(|| panic!("{name}: {:?}", loaded.report.findings()));
        assert!(told.what.contains(words), "{name}: {}", told.what);
        let own = loaded.report.tables.iter().find(|table| table.file.ends_with(name)).unwrap();
        assert_eq!(own.kind, None, "{name}");
    }
}

#[test]
fn a_parquet_file_is_read_as_its_rows() {
    use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int32Type};
    use parquet::file::properties::WriterProperties;
    use parquet::file::writer::SerializedFileWriter;
    use parquet::schema::parser::parse_message_type;
    let schema =
        "message sites { required binary name (UTF8); required double lat; required double lon;
        optional double facility_mw; required int32 online (DATE); }";
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sites.parquet");
    let schema = std::sync::Arc::new(parse_message_type(schema).unwrap());
    let properties = std::sync::Arc::new(WriterProperties::builder().build());
    let mut writer =
        SerializedFileWriter::new(File::create(&path).unwrap(), schema, properties).unwrap();
    let mut group = writer.next_row_group().unwrap();
    let mut at = 0;
    while let Some(mut column) = group.next_column().unwrap() {
        match at {
            0 => {
                let names = ["Alpha", "Beta"].map(ByteArray::from);
                column.typed::<ByteArrayType>().write_batch(&names, None, None).unwrap();
            }
            1 => {
                column.typed::<DoubleType>().write_batch(&[40.0, 52.5], None, None).unwrap();
            }
            2 => {
                column.typed::<DoubleType>().write_batch(&[-100.0, 13.4], None, None).unwrap();
            }
            3 => {
                column.typed::<DoubleType>().write_batch(&[80.5], Some(&[0, 1]), None).unwrap();
            }
            _ => {
                // 2027-03-01 and 2026-01-15 in days from 1970.
                column.typed::<Int32Type>().write_batch(&[20_878, 20_468], None, None).unwrap();
            }
        }
        column.close().unwrap();
        at += 1;
    }
    group.close().unwrap();
    writer.close().unwrap();
    let found = sites_of(&load(&path));
    let wanted = [("Alpha", None, "2027-03-01"), ("Beta", Some(80.5), "2026-01-15")]
        .map(|(name, mw, day)| (name.to_owned(), mw, day.to_owned()));
    assert_eq!(found, wanted);
}

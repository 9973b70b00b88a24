//! Parquet files of plain columns.

use std::fs::File;

use bytes::Bytes;
use parquet::basic::{ConvertedType, LogicalType, TimeUnit};
use parquet::column::reader::ColumnReader;
use parquet::data_type::{ByteArray, DataType};
use parquet::errors::ParquetError;
use parquet::file::reader::{ChunkReader, FileReader as _, RowGroupReader, SerializedFileReader};
use parquet::schema::types::ColumnDescriptor;

use super::{MOST_BYTES, Refused, Rows, Table};

/// Where a file is.
pub(super) enum Source {
    Disk(File),
    Memory(Vec<u8>),
}

/// Rows that are read at once.
const BATCH: usize = 8192;

impl From<ParquetError> for Refused {
    fn from(error: ParquetError) -> Self {
        Self::new(
            format!("the Parquet file cannot be read: {error}"),
            "save it once more, or as CSV",
        )
    }
}

/// The rows of a file.
pub(super) fn table(source: Source) -> Result<Table, Refused> {
    match source {
        Source::Disk(file) => read(&SerializedFileReader::new(file)?),
        Source::Memory(bytes) => read(&SerializedFileReader::new(Bytes::from(bytes))?),
    }
}

fn read<R: ChunkReader + 'static>(file: &SerializedFileReader<R>) -> Result<Table, Refused> {
    let about = file.metadata();
    let stored = |group: usize| about.row_group(group).total_byte_size().max(0) as u64;
    let size: u64 = (0..about.num_row_groups()).map(stored).sum();
    if size > 2 * MOST_BYTES {
        return Err(Refused::new(
            "the Parquet file unpacks to more than 2 GiB",
            "save it in parts",
        ));
    }
    let schema = about.file_metadata().schema_descr_ptr();
    let mut rows = Rows::new();
    for column in schema.columns() {
        rows.cell(&column.path().string())?;
    }
    rows.end()?;
    for group in 0..about.num_row_groups() {
        let reader = file.get_row_group(group)?;
        read_group(&*reader, schema.columns().iter().map(|column| &**column), &mut rows)?;
    }
    rows.into_table(String::new())
}

fn read_group<'a>(
    group: &dyn RowGroupReader,
    columns: impl Iterator<Item = &'a ColumnDescriptor>,
    rows: &mut Rows,
) -> Result<(), Refused> {
    let mut readers = Vec::new();
    for (at, column) in columns.enumerate() {
        if column.max_rep_level() > 0 {
            let what =
                format!("the column {} of the Parquet file holds lists", column.path().string());
            return Err(Refused::new(what, "save the table without it"));
        }
        readers.push((Form::of(column), column.max_def_level(), group.get_column_reader(at)?));
    }
    let mut left = usize::try_from(group.metadata().num_rows()).unwrap_or(0);
    let mut cells: Vec<Vec<String>> = vec![Vec::new(); readers.len()];
    while left > 0 {
        let count = left.min(BATCH);
        for ((form, most, reader), own) in readers.iter_mut().zip(&mut cells) {
            own.clear();
            column_cells(reader, *form, *most, count, own)?;
        }
        for row in 0..count {
            for own in &cells {
                rows.cell(own.get(row).map_or("", String::as_str))?;
            }
            rows.end()?;
        }
        left -= count;
    }
    Ok(())
}

/// What numbers of a column mean.
#[derive(Clone, Copy, Debug)]
enum Form {
    Plain,
    Date,
    /// So many of its units are a second.
    Time(i64),
    Decimal(i32),
}

impl Form {
    fn of(column: &ColumnDescriptor) -> Self {
        let per_second = |unit: &TimeUnit| match unit {
            TimeUnit::MILLIS => 1_000,
            TimeUnit::MICROS => 1_000_000,
            TimeUnit::NANOS => 1_000_000_000,
        };
        match column.logical_type_ref() {
            Some(LogicalType::Date) => Self::Date,
            Some(LogicalType::Timestamp(time)) => Self::Time(per_second(&time.unit)),
            Some(LogicalType::Decimal(decimal)) => Self::Decimal(decimal.scale),
            _ => match column.converted_type() {
                ConvertedType::DATE => Self::Date,
                ConvertedType::TIMESTAMP_MILLIS => Self::Time(1_000),
                ConvertedType::TIMESTAMP_MICROS => Self::Time(1_000_000),
                ConvertedType::DECIMAL => Self::Decimal(column.type_scale()),
                _ => Self::Plain,
            },
        }
    }

    fn whole(self, value: i64) -> String {
        match self {
            Self::Plain => value.to_string(),
            Self::Date => i32::try_from(value)
                .map_or_else(|_far| value.to_string(), |d| crate::model::Day(d).to_string()),
            Self::Time(per_second) => instant(value.div_euclid(per_second)),
            Self::Decimal(scale) => (value as f64 / 10_f64.powi(scale)).to_string(),
        }
    }
}

/// Seconds from 1970 as a time.
fn instant(seconds: i64) -> String {
    let time = chrono::DateTime::from_timestamp(seconds, 0);
    time.map_or_else(|| seconds.to_string(), |time| time.format("%Y-%m-%dT%H:%M:%SZ").to_string())
}

fn float(value: f64) -> String {
    if value.is_nan() { String::new() } else { value.to_string() }
}

fn text(value: &ByteArray) -> String {
    String::from_utf8_lossy(value.data()).into_owned()
}

/// The cells of a column of the next rows; a missing one is empty.
fn column_cells(
    reader: &mut ColumnReader,
    form: Form,
    most: i16,
    count: usize,
    out: &mut Vec<String>,
) -> Result<(), Refused> {
    let many = (most, count);
    match reader {
        ColumnReader::BoolColumnReader(own) => take(own, many, out, bool::to_string),
        ColumnReader::Int32ColumnReader(own) => take(own, many, out, |v| form.whole(i64::from(*v))),
        ColumnReader::Int64ColumnReader(own) => take(own, many, out, |v| form.whole(*v)),
        ColumnReader::Int96ColumnReader(own) => take(own, many, out, |v| instant(v.to_seconds())),
        ColumnReader::FloatColumnReader(own) => take(own, many, out, |v| float(f64::from(*v))),
        ColumnReader::DoubleColumnReader(own) => take(own, many, out, |v| float(*v)),
        ColumnReader::ByteArrayColumnReader(own) => take(own, many, out, text),
        ColumnReader::FixedLenByteArrayColumnReader(own) => take(own, many, out, |v| text(v)),
    }
}

fn take<T: DataType>(
    reader: &mut parquet::column::reader::ColumnReaderImpl<T>,
    (most, count): (i16, usize),
    out: &mut Vec<String>,
    show: impl Fn(&T::T) -> String,
) -> Result<(), Refused> {
    let (mut values, mut levels) = (Vec::with_capacity(count), Vec::with_capacity(count));
    let mut left = count;
    while left > 0 {
        let (read, ..) = reader.read_records(left, Some(&mut levels), None, &mut values)?;
        if read == 0 {
            break;
        }
        left -= read;
    }
    if most == 0 {
        out.extend(values.iter().map(show));
        return Ok(());
    }
    let mut values = values.iter();
    out.extend(levels.iter().map(|level| {
        if *level == most { values.next().map_or_else(String::new, &show) } else { String::new() }
    }));
    Ok(())
}

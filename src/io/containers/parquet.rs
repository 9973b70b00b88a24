//! Parquet files of plain columns.

use std::io::Write as _;

use bytes::Bytes;
use parquet::basic::{ConvertedType, LogicalType, TimeUnit};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::DataType;
use parquet::errors::ParquetError;
use parquet::file::reader::{ChunkReader, FileReader as _, RowGroupReader, SerializedFileReader};
use parquet::schema::types::ColumnDescriptor;

use super::{MOST_BYTES, Refused, Rows, Table};
use crate::model::Day;
use crate::scenario::{Workers, map};

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

/// The rows of a file; its groups of rows are read by all `workers`, which files on disk do not allow.
pub(super) fn table(bytes: Vec<u8>, workers: &dyn Workers) -> Result<Table, Refused> {
    read(&SerializedFileReader::new(Bytes::from(bytes))?, workers)
}

fn read<R: ChunkReader + 'static>(
    file: &SerializedFileReader<R>,
    workers: &dyn Workers,
) -> Result<Table, Refused> {
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
    let mut header = Rows::new();
    for column in schema.columns() {
        header.cell(&column.path().string())?;
    }
    header.end()?;
    let mut table = header.into_table(String::new())?;
    let groups = map(workers, about.num_row_groups(), |group| {
        let reader = file.get_row_group(group)?;
        read_group(&*reader, schema.columns().iter().map(|column| &**column))
    });
    for text in groups {
        table.bytes.extend(text?);
    }
    Ok(table)
}

/// The cells of a column, one behind the other.
#[derive(Default)]
struct Texts {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Texts {
    fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
    }

    fn get(&self, at: usize) -> &[u8] {
        let from = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        self.ends.get(at).map_or(&[], |end| &self.bytes[from..*end])
    }
}

/// The rows of a group as text.
fn read_group<'a>(
    group: &dyn RowGroupReader,
    columns: impl Iterator<Item = &'a ColumnDescriptor>,
) -> Result<Vec<u8>, Refused> {
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
    let mut cells: Vec<Texts> = readers.iter().map(|_| Texts::default()).collect();
    let mut out = Vec::new();
    while left > 0 {
        let count = left.min(BATCH);
        for ((form, most, reader), own) in readers.iter_mut().zip(&mut cells) {
            own.clear();
            column_cells(reader, *form, *most, count, own)?;
        }
        for row in 0..count {
            for (at, own) in cells.iter().enumerate() {
                if at > 0 {
                    out.push(b',');
                }
                write_cell(own.get(row), &mut out);
            }
            out.push(b'\n');
        }
        left -= count;
    }
    Ok(out)
}

/// Writes a cell, in quotes where it needs them; see [`Rows::cell`] for line breaks.
fn write_cell(cell: &[u8], out: &mut Vec<u8>) {
    if memchr::memchr3(b',', b'"', b'\n', cell).is_none() && memchr::memchr(b'\r', cell).is_none() {
        out.extend_from_slice(cell);
        return;
    }
    out.push(b'"');
    for &byte in cell {
        match byte {
            b'"' => out.extend(b"\"\""),
            b'\n' => out.extend(b" / "),
            b'\r' => {}
            byte => out.push(byte),
        }
    }
    out.push(b'"');
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

    fn whole(self, value: i64, out: &mut Vec<u8>) {
        match self {
            Self::Plain => put(out, value),
            Self::Date => match i32::try_from(value) {
                Ok(day) => put_day(out, Day(day)),
                Err(_) => put(out, value),
            },
            Self::Time(per_second) => instant(value.div_euclid(per_second), out),
            Self::Decimal(scale) => float(value as f64 / 10_f64.powi(scale), out),
        }
    }
}

/// Writes what can be shown; writing to memory cannot fail.
fn put(out: &mut Vec<u8>, value: impl std::fmt::Display) {
    write!(out, "{value}").unwrap_or_default();
}

fn put_day(out: &mut Vec<u8>, day: Day) {
    let (year, month, of_month) = day.ymd();
    let digit = |value: u32| b'0' + (value % 10) as u8;
    match u32::try_from(year) {
        Ok(year @ 1000..=9999) => out.extend([
            digit(year / 1000),
            digit(year / 100),
            digit(year / 10),
            digit(year),
            b'-',
            digit(month / 10),
            digit(month),
            b'-',
            digit(of_month / 10),
            digit(of_month),
        ]),
        _ => put(out, day),
    }
}

/// Seconds from 1970 as a time.
fn instant(seconds: i64, out: &mut Vec<u8>) {
    let (day, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    match i32::try_from(day) {
        Ok(day) => {
            put_day(out, Day(day));
            let (hour, minute) = (second / 3600, second / 60 % 60);
            write!(out, "T{hour:02}:{minute:02}:{:02}Z", second % 60).unwrap_or_default();
        }
        Err(_) => put(out, seconds),
    }
}

/// A number in its shortest form; none where it is none.
fn float(value: f64, out: &mut Vec<u8>) {
    if value.is_nan() {
        return;
    }
    // Most have few decimals, and are whole once these are moved before the point.
    let shifted = value * 1e4;
    if shifted.abs() < 1e14 && (shifted.round() / 1e4).to_bits() == value.to_bits() {
        let whole = shifted.round() as i64;
        if whole < 0 {
            out.push(b'-');
        }
        let (head, mut tail) = (whole.unsigned_abs() / 10_000, whole.unsigned_abs() % 10_000);
        put(out, head);
        let mut unit = 1000;
        if tail > 0 {
            out.push(b'.');
        }
        while tail > 0 {
            out.push(b'0' + (tail / unit) as u8);
            (tail, unit) = (tail % unit, unit / 10);
        }
        return;
    }
    put(out, value);
}

/// The cells of a column of the next rows; a missing one is empty.
fn column_cells(
    reader: &mut ColumnReader,
    form: Form,
    most: i16,
    count: usize,
    out: &mut Texts,
) -> Result<(), Refused> {
    let many = (most, count);
    match reader {
        ColumnReader::BoolColumnReader(own) => take(own, many, out, |v, out| put(out, v)),
        ColumnReader::Int32ColumnReader(own) => {
            take(own, many, out, |v, out| form.whole(i64::from(*v), out))
        }
        ColumnReader::Int64ColumnReader(own) => take(own, many, out, |v, out| form.whole(*v, out)),
        ColumnReader::Int96ColumnReader(own) => {
            take(own, many, out, |v, out| instant(v.to_seconds(), out))
        }
        ColumnReader::FloatColumnReader(own) => take(own, many, out, |v, out| {
            if !v.is_nan() {
                put(out, v);
            }
        }),
        ColumnReader::DoubleColumnReader(own) => take(own, many, out, |v, out| float(*v, out)),
        ColumnReader::ByteArrayColumnReader(own) => {
            take(own, many, out, |v, out| out.extend_from_slice(v.data()))
        }
        ColumnReader::FixedLenByteArrayColumnReader(own) => {
            take(own, many, out, |v, out| out.extend_from_slice(v.data()))
        }
    }
}

fn take<T: DataType>(
    reader: &mut ColumnReaderImpl<T>,
    (most, count): (i16, usize),
    out: &mut Texts,
    show: impl Fn(&T::T, &mut Vec<u8>),
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
    let mut values = values.iter();
    for row in 0..count {
        if most == 0 || levels.get(row) == Some(&most) {
            values.next().into_iter().for_each(|value| show(value, &mut out.bytes));
        }
        out.ends.push(out.bytes.len());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_they_are_shown() {
        for value in [
            0.0,
            1.0,
            -1.5,
            80.5,
            0.1,
            1e-7,
            123_456.789,
            -0.0001,
            1e20,
            98_765_432.1,
            0.123_456_789,
            -7.0,
        ] {
            let mut out = Vec::new();
            float(value, &mut out);
            let text = String::from_utf8(out).unwrap();
            assert_eq!(text.parse::<f64>().unwrap().to_bits(), value.to_bits(), "{text}");
        }
        let mut out = Vec::new();
        instant(1_767_225_661, &mut out);
        assert_eq!(out, b"2026-01-01T00:01:01Z");
        out.clear();
        write_cell(b"a \"b\", c\nd", &mut out);
        assert_eq!(out, b"\"a \"\"b\"\", c / d\"");
    }
}

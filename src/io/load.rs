//! Files to a data set: recognise each table, read it, check what it refers to, report.

use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use rustc_hash::FxHashSet;

use super::batch::{RowSigns, read_rows};
use super::belongs::{settle, sites_by_name};
use super::blocks::{BLOCK, Bytes, Input};
use super::cell::CellFormat;
use super::check;
use super::containers;
use super::encoding;
use super::formats;
use super::gazetteer;
use super::header::RowsOfSite;
use super::in_order::read_in_order;
use super::layout::tidied;
use super::mapping;
use super::memo::Lately;
use super::merge::{Merger, phases_named_twice};
use super::open::{
    GivenMapping, Opened, broken_off, is_large, no_table, not_utf8, open, whole_file, whole_text,
};
use super::part::{Part, PartContext, PartTable, Unreadable, hash_of, read_block, step};
use super::places::PlaceCodes;
use super::prices::{self, PriceForm, Rates, ReadError, ReadInto, dimensions_apart};
use super::problem::{Noted, Problem, second_key, tell};
use super::readers::{Sink, read_row};
use super::row::{FileContext, Row, Votes};
use super::timeline::{self, Turned};
use super::well_formed::{has_control_characters, odd_shape};
use super::whole_text::WholeText;
use crate::diagnostic::{Diagnostic, Place, Report, Severity, TableCount, excerpt};
use crate::model::column::Table as _;
use crate::model::table::{PerColumn, Slot};
use crate::model::tables::{phases, sites};
use crate::model::{Dataset, Day, HourRows, LaterHours, LeftOut, SiteIndex, SourceFile, TableKind};
use crate::scenario::{Workers, map};

/// A file that could not be opened: the load goes on without it.
#[derive(Debug, thiserror::Error)]
#[error("cannot read {path}")]
#[non_exhaustive]
pub struct ReadFileError {
    /// The file as it was named.
    pub path: PathBuf,
    /// What the system said.
    #[source]
    pub source: std::io::Error,
}

/// Names a file for a load. A plain file of some size is read when it is loaded, as a stream.
///
/// # Errors
/// [`ReadFileError`] with what the system says.
pub fn read_file(path: &Path) -> Result<Input, ReadFileError> {
    match Bytes::of(path) {
        Ok(bytes) => Ok(Input { path: path.to_owned(), bytes, built_in: false }),
        Err(source) => Err(ReadFileError { path: path.to_owned(), source }),
    }
}

/// Who watches a load: told how far it is, asked whether to stop.
pub trait Watch: Sync {
    /// So many bytes of so many are done.
    fn progress(&self, done: u64, total: u64);

    /// Whether to stop.
    fn cancelled(&self) -> bool;

    /// The sites are there, and the rows that refer to them are still to be read.
    fn sites(&self, _: &Dataset) {}
}

/// A watch that neither looks nor stops.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unwatched;

impl Watch for Unwatched {
    fn progress(&self, _done: u64, _total: u64) {}

    fn cancelled(&self) -> bool {
        false
    }
}

/// The load was stopped.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("the load was stopped")]
pub struct Cancelled;

/// A data set, and what is to be said about its files.
#[derive(Clone, Debug, Default)]
pub struct Loaded {
    /// The tables.
    pub data: Arc<Dataset>,
    /// Findings and counts.
    pub report: Report,
}

impl Loaded {
    /// The same as of a run on a day, which holds where the data say nothing of their day (RULES T4).
    #[must_use]
    pub fn run_on(mut self, day: Day) -> Self {
        Arc::make_mut(&mut self.data).run_day = Some(day);
        self
    }
}

/// Loads files over the built-in tables. A file of the user's takes the place of the built-in
/// table of its kind; where it is the sites, built-in phases, tenancies, contracts and events
/// are left out too (RULES L3).
///
/// Sites and phases are read a block at a time by all `workers`; the result does not depend on
/// their number.
///
/// # Errors
/// [`Cancelled`] if the watch says so.
pub fn load(
    inputs: &[Input],
    watch: &dyn Watch,
    workers: &dyn Workers,
) -> Result<Loaded, Cancelled> {
    let mut report = Report::default();
    let (maps, data): (Vec<&Input>, Vec<&Input>) =
        inputs.iter().partition(|input| !input.built_in && mapping::is_mapping(input));
    let mut mappings = Vec::new();
    for input in maps {
        mappings
            .extend(mapping::read(input, &mut report).map(|map| (input, map, Cell::new(false))));
    }
    // Tables within archives and workbooks are files of their own from here on.
    let held: Vec<Option<Vec<Input>>> =
        data.iter().map(|input| containers::tables(input, workers, &mut report)).collect();
    let mut opened: Vec<Opened<'_>> = Vec::new();
    for (input, held) in data.into_iter().zip(&held) {
        match held {
            None => opened.extend(open(input, &mappings, &mut report)),
            Some(tables) => opened.extend(open_held(input, tables, &mappings, &mut report)),
        }
    }
    unused_mappings(&mappings, &mut report);
    settle(&mut opened);
    // Published prices stand beside the built-in ones.
    let adds = |o: &Opened<'_>| o.prices.is_some() && o.found.kind == TableKind::Prices;
    let own: FxHashSet<TableKind> =
        opened.iter().filter(|o| !o.input.built_in && !adds(o)).map(|o| o.found.kind).collect();
    let follow = [TableKind::Phases, TableKind::Tenancies, TableKind::Contracts, TableKind::Events];
    let follows_sites = |kind| follow.contains(&kind);
    opened.retain(|o| {
        let kind = o.found.kind;
        let replaced =
            own.contains(&kind) || own.contains(&TableKind::Sites) && follows_sites(kind);
        !(o.input.built_in && replaced)
    });
    let total = opened.iter().map(|o| o.input.bytes.len()).sum();
    let mut loading = Loading {
        data: Dataset::default(),
        report,
        watch,
        workers,
        own: &own,
        done: 0,
        total,
        columns: Vec::new(),
        hours: HourRows::default(),
        rates: None,
        parted: FxHashSet::default(),
    };
    let mut hashes = vec![0; opened.len()];
    for &kind in TableKind::ALL {
        let mut seen = FxHashSet::default();
        for (file, hash) in opened.iter().zip(&mut hashes) {
            if file.found.kind != kind {
                continue;
            }
            *hash = if let Some(form) = &file.prices {
                loading.read_prices(file, form)?
            } else if is_large(kind) {
                loading.read_large(file)?
            } else {
                loading.read_small(file, &mut seen)?
            };
            loading.done += file.input.bytes.len();
        }
        if kind == TableKind::Sites {
            watch.sites(&loading.data);
        }
    }
    loading.finish(&hashes)
}

/// Looks at the tables of an archive or workbook. Sheets without a table stand beside those with one
/// and are told; where there is none, each says why.
fn open_held<'a>(
    container: &Input,
    tables: &'a [Input],
    mappings: &[GivenMapping<'_>],
    report: &mut Report,
) -> Vec<Opened<'a>> {
    let (mut out, mut others) = (Vec::new(), Vec::new());
    for table in tables {
        let mut own = Report::default();
        let found = open(table, mappings, &mut own);
        if found.is_empty() {
            others.push((table, own));
        } else {
            report.append(own);
            out.extend(found);
        }
    }
    if tables.is_empty() {
        report.tables.push(no_table(container));
    }
    for (table, own) in others {
        if out.is_empty() {
            report.append(own);
            continue;
        }
        let what = "this part of the file holds no table that is known, and is not used";
        let found = table.path.to_string_lossy().into_owned();
        let expected = ("sites, phases, prices or another table", None);
        whole_file(report, container, "N314", 1, what, &found, expected);
    }
    out
}

/// A data set while it is read.
struct Loading<'a> {
    data: Dataset,
    report: Report,
    watch: &'a dyn Watch,
    workers: &'a dyn Workers,
    /// Kinds of tables that files of the user's hold.
    own: &'a FxHashSet<TableKind>,
    /// Bytes of the tables that are read, and of all.
    done: u64,
    total: u64,
    /// For each file, how it writes the column of its key.
    columns: Vec<String>,
    /// Hourly prices so far.
    hours: HourRows,
    /// Rates of exchange, once they are asked for.
    rates: Option<Rates>,
    /// Files of sites whose states and countries stand behind their city alone.
    parted: FxHashSet<u16>,
}

/// Why a file was not read to its end.
enum Stop {
    Cancelled,
    /// It has to be read in one piece.
    Again,
    /// It holds lines that are not UTF-8.
    NotUtf8,
    Failed(std::io::Error),
}

impl From<std::io::Error> for Stop {
    fn from(error: std::io::Error) -> Self {
        Self::Failed(error)
    }
}

impl From<Cancelled> for Stop {
    fn from(_: Cancelled) -> Self {
        Self::Cancelled
    }
}

impl From<Unreadable> for Stop {
    fn from(why: Unreadable) -> Self {
        match why {
            Unreadable::Doubtful => Self::Again,
            Unreadable::NotUtf8 => Self::NotUtf8,
        }
    }
}

impl Loading<'_> {
    /// Takes a file into the list, and gives its number.
    fn list(&mut self, file: &Opened<'_>, key: Slot) -> u16 {
        let number = self.data.files.len() as u16;
        self.data.files.push(SourceFile {
            path: file.input.path.clone(),
            kind: Some(file.found.kind),
            built_in: file.input.built_in,
        });
        let of = sites::AT;
        if file.found.kind == TableKind::Sites
            && [of.country, of.subdivision].iter().all(|slot| file.found.at[*slot].is_none())
        {
            self.parted.insert(number);
        }
        let written = file.found.at[key].and_then(|at| file.header.get(at));
        let name = file.found.kind.spec().column(key).name;
        self.columns.push(written.map_or(name, String::as_str).to_owned());
        number
    }

    fn count(&mut self, file: &Opened<'_>, rows: u64, kept: u64) {
        if rows == 0 {
            let expected = ("rows under the header", None);
            let what = "the file has a header and no rows";
            whole_file(&mut self.report, file.input, "W203", 1, what, "", expected);
        }
        self.report.tables.push(TableCount {
            file: file.input.path.clone(),
            kind: Some(file.found.kind.name()),
            rows,
            kept,
            because: file.found.because.clone(),
            columns: columns_of(file),
        });
    }

    /// Reads sites or phases; gives the hash of the file.
    fn read_large(&mut self, file: &Opened<'_>) -> Result<u64, Cancelled> {
        let sites_here = file.found.kind == TableKind::Sites;
        let key = if sites_here { sites::AT.name } else { phases::AT.phase };
        let number = self.list(file, key);
        let phases_given = self.own.contains(&TableKind::Phases);
        if sites_here && phases_given && !file.input.built_in {
            own_power_unused(file, &mut self.report);
        }
        let voting = !file.input.built_in;
        let mut whole = file.text.clone();
        let mut formats = Self::first_formats(file, voting);
        let (mut decided, mut encoding) = (false, file.encoding);
        loop {
            let context = FileContext {
                path: &file.input.path,
                found: &file.found,
                header: &file.header,
                records: file.records,
                formats: formats.clone(),
            };
            let sites = self.data.take_site_index();
            let counts = (self.data.sites.len(), self.data.phases.len());
            let table = if sites_here {
                PartTable::Sites { places: Box::new(PlaceCodes::new(&self.data)), phases_given }
            } else {
                let by_name = sites_by_name(file, &self.data, &sites);
                PartTable::Phases { sites: &sites, by_name }
            };
            let delimiter = file.delimiter;
            let told = Mutex::default();
            let cx =
                PartContext { file: &context, number, delimiter, voting, table, encoding, told };
            let index = if sites_here { sites.clone() } else { SiteIndex::default() };
            let merger = Merger::new(&mut self.data, index, &cx);
            let at = Progress { watch: self.watch, done: self.done, total: self.total };
            let read = match &whole {
                Some(text) => read_text(text, &cx, merger, at),
                None => read_stream(file, &cx, merger, at, self.workers),
            };
            let read = match read {
                Ok(read) => read,
                Err(stop) => {
                    drop(cx);
                    self.undo(counts, sites);
                    match stop {
                        Stop::Cancelled => return Err(Cancelled),
                        Stop::NotUtf8 => match encoding::detect_in(&file.input.bytes) {
                            Ok(found) => {
                                let found = found.unwrap_or(encoding_rs::WINDOWS_1252);
                                not_utf8(&mut self.report, file.input, 1, found);
                                encoding = Some(found);
                                continue;
                            }
                            Err(error) => {
                                self.report.push(broken_off(&file.input.path, &error));
                            }
                        },
                        Stop::Again => {
                            whole = whole_text(file.input, &mut self.report)
                                .map(|text| tidied(text, file.delimiter));
                            if whole.is_some() {
                                continue;
                            }
                        }
                        Stop::Failed(error) => {
                            self.report.push(broken_off(&file.input.path, &error));
                        }
                    }
                    self.count(file, 0, 0);
                    return Ok(0);
                }
            };
            let settled = if voting && !decided {
                formats::decide(file, &read.votes, None)
            } else {
                formats.clone()
            };
            if settled != formats {
                drop(cx);
                self.undo(counts, sites);
                (formats, decided) = (settled, true);
                continue;
            }
            drop(cx);
            self.data.set_site_index(if sites_here { read.index } else { sites });
            if voting {
                formats::decide(file, &read.votes, Some(&mut self.report));
            }
            self.report.append(read.report);
            if file.found.rows == RowsOfSite::Stand && !phases_given {
                let turned = timeline::to_increments(&mut self.data, counts.1);
                timeline_told(file, turned, &mut self.report);
            }
            self.count(file, read.rows, read.kept);
            return Ok(read.hash);
        }
    }

    /// The formats that the beginning of a file speaks for.
    fn first_formats(file: &Opened<'_>, voting: bool) -> PerColumn<CellFormat> {
        if voting { formats::of_head(file) } else { formats::usual(&file.found) }
    }

    /// Reads a file of prices in a form of its own; gives the hash of the file.
    fn read_prices(&mut self, file: &Opened<'_>, form: &PriceForm) -> Result<u64, Cancelled> {
        let number = self.list(file, Slot::FIRST);
        let rates = self.rates.get_or_insert_with(|| Rates::of(&self.data)).clone();
        let mut whole = file.text.clone();
        loop {
            let (prices, zones) = (self.data.tables.prices.len(), self.data.tables.zones.len());
            let before = (!self.hours.is_empty()).then(|| self.hours.clone());
            let into = ReadInto {
                data: &mut self.data,
                hours: &mut self.hours,
                rates: &rates,
                number,
                watch: self.watch,
                done: self.done,
                total: self.total,
                workers: self.workers,
            };
            let error = match prices::read(file, form, whole.as_deref(), into) {
                Ok(read) => {
                    self.report.append(read.report);
                    self.count(file, read.rows, read.kept);
                    return Ok(read.hash);
                }
                Err(error) => error,
            };
            self.data.tables.prices.truncate(prices);
            self.data.tables.zones.truncate(zones);
            self.hours = before.unwrap_or_default();
            match error {
                ReadError::Cancelled => return Err(Cancelled),
                ReadError::Again => {
                    whole = whole_text(file.input, &mut self.report)
                        .map(dimensions_apart)
                        .map(|text| tidied(text, file.delimiter));
                    if whole.is_some() {
                        continue;
                    }
                }
                ReadError::Failed(error) => {
                    self.report.push(broken_off(&file.input.path, &error));
                }
            }
            self.count(file, 0, 0);
            return Ok(0);
        }
    }

    /// Takes back what was read of a file.
    fn undo(&mut self, (sites, phases): (usize, usize), index: SiteIndex) {
        self.data.sites.truncate(sites);
        self.data.phases.truncate(phases);
        self.data.set_site_index(index);
    }

    /// Reads a table that is small enough for one thread; gives the hash of the file.
    fn read_small(
        &mut self,
        file: &Opened<'_>,
        seen: &mut FxHashSet<[u32; 5]>,
    ) -> Result<u64, Cancelled> {
        let kind = file.found.kind;
        let text = file.text.as_deref().unwrap_or("");
        let first = Slot::FIRST;
        let number = self.list(file, first);
        let formats = if file.input.built_in || !formats::may_differ(file, text.as_bytes()) {
            formats::usual(&file.found)
        } else {
            let votes = formats::votes_of(file, text);
            formats::decide(file, &votes, Some(&mut self.report))
        };
        let context = FileContext {
            path: &file.input.path,
            found: &file.found,
            header: &file.header,
            records: file.records,
            formats,
        };
        let at = Progress { watch: self.watch, done: self.done, total: self.total };
        let report = &mut self.report;
        let mut sink = Sink { data: &mut self.data, file: number, seen: std::mem::take(seen) };
        let (mut rows, mut kept) = (0_u64, 0_u64);
        let (mut no_votes, mut lately) = (Votes::default(), Lately::default());
        let mut records = WholeText::new(text, &context, file.delimiter);
        let width = file.header.len();
        loop {
            if rows.is_multiple_of(ROWS_A_LOOK) {
                at.look(records.bytes_done())?;
            }
            let Some(line) = records.next(report) else { break };
            let (unended, record) = (records.is_unended(), records.cells());
            rows += 1;
            let mut noted = Vec::new();
            let mut note = |problem| noted.push(Noted { line, record, slot: first, problem });
            if has_control_characters(record) {
                note(Problem::Control);
            }
            let odd = match odd_shape(record, width) {
                Some(Problem::Short | Problem::Remark) if unended => Some(Problem::Width),
                odd => odd,
            };
            odd.into_iter().for_each(&mut note);
            if odd.is_none_or(|problem| problem == Problem::Short) {
                let (votes, noted) = (&mut no_votes, &mut noted);
                let (file, bounded, lately) = (&context, &mut Vec::new(), &mut lately);
                let (lost, at) = (false, 0);
                let mut row = Row { file, record, line, noted, votes, lost, at, bounded, lately };
                kept += u64::from(read_row(kind, &mut row, &mut sink));
            }
            tell(&mut noted, &context, report);
        }
        rows += records.lost;
        *seen = sink.seen;
        self.count(file, rows, kept);
        Ok(file.input.bytes.whole().map_or(0, |bytes| hash_of(&bytes)))
    }

    fn finish(mut self, hashes: &[u64]) -> Result<Loaded, Cancelled> {
        self.data.fingerprint = hashes.iter().fold(0, |hash, &file| step(hash, file));
        name_own_data(&mut self.data, self.own);
        self.data.tables.events.sort_by_key(|e| e.date);
        let hours = std::mem::take(&mut self.hours);
        let rates = self.rates.take().unwrap_or_default();
        let hours = super::hours::finish(hours, &rates, &self.data.names, self.workers);
        super::hours::months_of(&hours, &mut self.data);
        self.data.given_hours = Arc::new(hours);
        let built_in = self.data.files.iter().any(|file| file.built_in);
        if built_in && !self.own.contains(&TableKind::Hours) {
            self.data.names.intern(super::builtin::HOURS_SOURCE);
            self.data.later_hours = Some(LaterHours::new(super::hours::built_in));
        }
        self.data.reindex();
        self.drop_phases_named_twice();
        if self.watch.cancelled() {
            return Err(Cancelled);
        }
        gazetteer::place_by_city(&mut self.data, &self.parted, &mut self.report);
        check::references(&self.data, self.workers, &mut self.report);
        self.data.left_out = left_out(&self.data, &self.report);
        self.report.sort();
        Ok(Loaded { data: Arc::new(self.data), report: self.report })
    }

    /// Leaves out phases that a row before them names already.
    fn drop_phases_named_twice(&mut self) {
        let sites = self.data.sites.len();
        let pieces = sites.div_ceil(SITES_A_PIECE);
        let found = map(self.workers, pieces, |piece| {
            let first = piece * SITES_A_PIECE;
            phases_named_twice(&self.data, first..sites.min(first + SITES_A_PIECE))
        });
        let mut twice = found.concat();
        if twice.is_empty() {
            return;
        }
        twice.sort_unstable();
        let phases = &self.data.phases;
        for &phase in &twice {
            let (origin, name) = (phases.origin.at(phase as usize), phases.phase[phase as usize]);
            let file = usize::from(origin.file);
            let path = &self.data.files[file].path;
            let (column, found) = (&self.columns[file], self.data.text(name));
            self.report.push(second_key(path, column, u64::from(origin.line), found));
            let count = self.report.tables.iter_mut().find(|t| t.file == *path);
            if let Some(count) = count {
                count.kept -= 1;
            }
        }
        self.data.phases.keep(&|at| twice.binary_search(&(at as u32)).is_err());
        self.data.reindex();
    }
}

/// How many sites are looked through at once.
const SITES_A_PIECE: usize = 1 << 16;

/// How often progress is told and the watch asked, in rows.
const ROWS_A_LOOK: u64 = 1000;

/// Rows of a text that are gathered before they are merged.
const ROWS_A_PART: u64 = 10_000;

/// Who is told of progress, and what came before.
#[derive(Clone, Copy)]
struct Progress<'a> {
    watch: &'a dyn Watch,
    done: u64,
    total: u64,
}

impl Progress<'_> {
    fn look(&self, bytes: usize) -> Result<(), Cancelled> {
        self.watch.progress(self.done + bytes as u64, self.total);
        if self.watch.cancelled() { Err(Cancelled) } else { Ok(()) }
    }
}

/// What was read of a large file.
struct Read {
    index: SiteIndex,
    report: Report,
    votes: Votes,
    rows: u64,
    kept: u64,
    hash: u64,
}

impl From<Merger<'_>> for Read {
    fn from(merger: Merger<'_>) -> Self {
        let Merger { index, report, votes, rows, kept, hash, .. } = merger;
        Self { index, report, votes, rows, kept, hash }
    }
}

/// Room for sites is made beforehand for at most so many parts like the first.
const MOST_PARTS_EXPECTED: usize = 1 << 10;

/// Reads a file block by block with all workers.
fn read_stream(
    file: &Opened<'_>,
    cx: &PartContext<'_>,
    mut merger: Merger<'_>,
    at: Progress<'_>,
    workers: &dyn Workers,
) -> Result<Read, Stop> {
    let stream = file.input.bytes.open()?;
    merger.parts = (file.input.bytes.len() as usize / BLOCK + 1).min(MOST_PARTS_EXPECTED);
    let look = |taken: u64| at.look(taken as usize).map_err(Stop::from);
    let read = || {
        |block: &[u8], number: usize, part: &mut Part| {
            part.clear(cx);
            Ok(read_block(block, number == 0, cx, part)?)
        }
    };
    Ok(read_in_order(stream, workers, merger, &look, &read)?.into())
}

/// Reads a file that had to be read in one piece.
fn read_text(
    text: &str,
    cx: &PartContext<'_>,
    mut merger: Merger<'_>,
    at: Progress<'_>,
) -> Result<Read, Stop> {
    let mut part = Part::default();
    part.clear(cx);
    let mut last = 0;
    let mut records = WholeText::new(text, cx.file, cx.delimiter);
    while let Some(line) = records.next(&mut part.report) {
        let (unended, cells) = (records.is_unended(), records.cells());
        read_rows(&[(line, cells)], RowSigns { odd: true, unended }, cx, &mut part, &mut last);
        if part.rows.is_multiple_of(ROWS_A_LOOK) && at.look(records.bytes_done()).is_err() {
            return Err(Stop::Cancelled);
        }
        if part.rows >= ROWS_A_PART {
            merger.put(&mut part);
            part.clear(cx);
        }
    }
    part.rows += records.lost;
    part.hash = hash_of(text.as_bytes());
    merger.put(&mut part);
    Ok(merger.into())
}

/// What became of each column of a user's file.
fn columns_of(file: &Opened<'_>) -> Vec<(String, String)> {
    if file.input.built_in {
        return Vec::new();
    }
    let titled = file.header.iter().enumerate().filter(|(_, title)| !title.is_empty());
    titled.map(|(at, title)| (title.clone(), mapping::use_of(file, at))).collect()
}

/// Tells of mappings that fit no file.
fn unused_mappings(mappings: &[GivenMapping<'_>], report: &mut Report) {
    for (input, ..) in mappings.iter().filter(|(.., used)| !used.get()) {
        let expected = ("the titles of the columns of a file that is read", None);
        let what = "the mapping fits no file: its columns are those of another";
        whole_file(report, input, "W237", 1, what, "", expected);
    }
}

/// Tells that rows were read as what stands, not as what is added.
fn timeline_told(file: &Opened<'_>, turned: Turned, report: &mut Report) {
    if turned.sites == 0 {
        return;
    }
    let Turned { rows, sites } = turned;
    let what = format!("{rows} values of {sites} sites are read as what stands at their dates");
    let help = "steps are the differences, and a fall is a retirement";
    report.push(Diagnostic {
        code: "N305",
        severity: Severity::Note,
        what,
        place: Place::line(&file.input.path, 1),
        found: excerpt(&file.header.join(",")),
        expected: "rows of increments have a column with the phase or unit".to_owned(),
        help: Some(help.to_owned()),
    });
}

/// Codes of cells that could not be read.
const CELLS_LEFT_OUT: [&str; 4] = ["E104", "E113", "E114", "W205"];

/// What of the user's files is in no figure.
fn left_out(data: &Dataset, report: &Report) -> LeftOut {
    let built_in: Vec<&Path> =
        data.files.iter().filter(|f| f.built_in).map(|f| f.path.as_path()).collect();
    let own: Vec<&TableCount> =
        report.tables.iter().filter(|table| !built_in.contains(&table.file.as_path())).collect();
    LeftOut {
        rows: own.iter().map(|table| table.rows.saturating_sub(table.kept)).sum(),
        cells: report.count_of(&CELLS_LEFT_OUT, |file| !built_in.contains(&file)),
        files: own.iter().filter(|table| table.kind.is_none()).count() as u64,
    }
}

/// Sites of the user's own do not carry the title, licence and as-of date of the built-in data
/// (RULES L3).
fn name_own_data(data: &mut Dataset, own: &FxHashSet<TableKind>) {
    if !own.contains(&TableKind::Sites) || own.contains(&TableKind::Dataset) {
        return;
    }
    let files = data.files.iter().filter(|f| !f.built_in);
    let names = files.filter_map(|f| Some(f.path.file_name()?.to_string_lossy().into_owned()));
    data.info.title = names.collect::<Vec<_>>().join(", ");
    data.info.licence.clear();
    data.info.as_of = None;
}

/// Tells that power and dates among the sites are not used, since a file of phases has them.
fn own_power_unused(file: &Opened<'_>, report: &mut Report) {
    let of = sites::AT;
    for slot in [of.facility_mw, of.it_mw, of.online, of.chip_count] {
        let Some(at) = file.found.at[slot] else { continue };
        report.push(Diagnostic {
            code: "W223",
            severity: Severity::Warning,
            what: format!("`{}` of the sites is not used", file.header[at]),
            place: Place::line(&file.input.path, 1).column(&file.header[at]),
            found: excerpt(&file.header[at]),
            expected: "power and dates in one place only".to_owned(),
            help: Some("the phases of the other file count".to_owned()),
        });
    }
}

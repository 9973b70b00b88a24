//! How a file is read, as a value: which column is which role, in which unit and form, by which rule.
//!
//! It is printed by `wattlas map`, and what a user changed in it is an input of a load, told from data
//! by its top keys: TOML with `table` and `column`.

use std::fmt::Write as _;
use std::path::Path;

use toml_edit::{DocumentMut, Item, Table};

use super::amount::unit_of_power;
use super::belongs::settle_alone;
use super::blocks::Input;
use super::cell::{CellFormat, DateOrder, Decimal};
use super::formats;
use super::header::{DecidedBy, Recognised, RowsOfSite, SiteSlots};
use super::open::{Opened, open};
use super::prices;
use super::shares::{Share, ShareOf};
use super::titles::unit_factor;
use crate::diagnostic::{Diagnostic, Place, Report, Severity, excerpt};
use crate::model::table::{Holds, Slot};
use crate::model::{Day, Precision, Status, TableKind};

/// How a file is read.
#[derive(Clone, Debug, PartialEq)]
pub struct Mapping {
    /// Which table it is.
    pub table: TableKind,
    /// Whether rows of a site say what stands on their dates, where it is said.
    pub timeline: Option<bool>,
    /// The clock of times of prices that do not say theirs, where it is said: `Europe/Berlin`, `UTC+10`.
    pub time_zone: Option<String>,
    /// Whether times of prices are those at which an interval ends, where it is said.
    pub ends: Option<bool>,
    /// Columns by their titles, in the order of the file.
    pub columns: Vec<MappedColumn>,
}

/// How a column is read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MappedColumn {
    /// Its title in the file.
    pub header: String,
    /// What it is.
    pub role: Role,
    /// Unit of its cells that have none of their own; that of the table where it is empty.
    pub unit: String,
    /// Its decimal mark, where it is said.
    pub decimal: Option<Decimal>,
    /// Whether dates begin with the day, where it is said.
    pub dates: Option<DateOrder>,
    /// What parts the names of a list.
    pub list: Option<char>,
}

/// What a column is to its table.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Role {
    /// Text that is kept.
    #[default]
    Text,
    /// One column of the table, or several that one cell holds, as a pair of coordinates does.
    Columns(Vec<Slot>),
    /// The unit of the power of each row.
    Unit,
    /// The month of the year in which each row goes online.
    Month,
    /// The day of going online of rows that have none in their own column.
    OtherDate,
    /// The day of going online of the phase whose power the share before it is.
    DateOfPhase,
    /// A share of the power of each site.
    Share(ShareOf),
}

/// Words of roles that are no columns.
const UNIT_OF_ROW: &str = "unit of the row";
const MONTH_OF_ROW: &str = "month of online";
const DATE_OF_PHASE: &str = "online of the phase before it";
const OTHER_DATE: &str = "online where that is empty";
const STANDS_ON: &str = "facility_mw on ";
const ADDED_ON: &str = "facility_mw added on ";
const IN_STATE: &str = "facility_mw in state ";
const OF_PHASE: &str = "facility_mw of a phase";

impl Role {
    /// Reads a role of a table.
    fn parse(text: &str, table: TableKind) -> Option<Self> {
        let date = |date: &str| CellFormat::default().date(date.trim());
        let share = if let Some(on) = text.strip_prefix(STANDS_ON) {
            let (day, precision) = date(on)?;
            Some(ShareOf::StandsOn(day, precision))
        } else if let Some(on) = text.strip_prefix(ADDED_ON) {
            let (day, precision) = date(on)?;
            Some(ShareOf::AddedOn(day, precision))
        } else if let Some(state) = text.strip_prefix(IN_STATE) {
            Some(ShareOf::InState(Status::parse(state.trim())?))
        } else {
            (text == OF_PHASE).then_some(ShareOf::Phase)
        };
        if let Some(share) = share {
            return (table == TableKind::Sites).then_some(Self::Share(share));
        }
        match text {
            "" => Some(Self::Text),
            UNIT_OF_ROW => SiteSlots::of(table).map(|_| Self::Unit),
            MONTH_OF_ROW => SiteSlots::of(table).map(|_| Self::Month),
            DATE_OF_PHASE => (table == TableKind::Sites).then_some(Self::DateOfPhase),
            OTHER_DATE => SiteSlots::of(table).map(|_| Self::OtherDate),
            names => {
                let slots = names.split_whitespace().map(|name| table.spec().find(name));
                slots.collect::<Option<Vec<_>>>().map(Self::Columns)
            }
        }
    }

    /// What a column of a file became.
    fn of(found: &Recognised, at: usize) -> Self {
        let slots = found.at.iter().filter(|(_, place)| **place == Some(at));
        let slots: Vec<Slot> = slots.map(|(slot, _)| slot).collect();
        if !slots.is_empty() {
            return Self::Columns(slots);
        }
        match found.shares.iter().find(|share| share.at == at) {
            Some(share) => Self::Share(share.of),
            None if found.unit_at == Some(at) => Self::Unit,
            None if found.month_at == Some(at) => Self::Month,
            None if found.other_date_at == Some(at) => Self::OtherDate,
            None if found.shares.iter().any(|share| share.date_at == Some(at)) => Self::DateOfPhase,
            None => Self::Text,
        }
    }

    /// The same for files and people.
    fn words(&self, table: TableKind) -> String {
        match self {
            Self::Text => String::new(),
            Self::Columns(slots) => {
                let names = slots.iter().map(|slot| table.spec().column(*slot).name);
                names.collect::<Vec<_>>().join(" ")
            }
            Self::Unit => UNIT_OF_ROW.to_owned(),
            Self::Month => MONTH_OF_ROW.to_owned(),
            Self::OtherDate => OTHER_DATE.to_owned(),
            Self::DateOfPhase => DATE_OF_PHASE.to_owned(),
            Self::Share(share) => match *share {
                ShareOf::StandsOn(day, precision) => {
                    format!("{STANDS_ON}{}", dated(day, precision))
                }
                ShareOf::AddedOn(day, precision) => format!("{ADDED_ON}{}", dated(day, precision)),
                ShareOf::InState(status) => format!("{IN_STATE}{}", status.word()),
                ShareOf::Phase => OF_PHASE.to_owned(),
            },
        }
    }
}

/// A day in the form of its precision.
fn dated(day: Day, precision: Precision) -> String {
    let (year, month, _) = day.ymd();
    match precision {
        Precision::Day => day.to_string(),
        Precision::Month => day.month().to_string(),
        Precision::Quarter => format!("Q{} {year}", month.div_ceil(3)),
        Precision::Half => format!("H{} {year}", month.div_ceil(6)),
        Precision::Year => year.to_string(),
    }
}

/// Whether two titles are the same; long ones are compared as they are shown.
fn same_title(a: &str, b: &str) -> bool {
    a.trim() == b.trim() || excerpt(a.trim()) == excerpt(b.trim())
}

/// What a TOML file is, by its top keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TomlKind {
    /// How a file is read.
    Mapping,
    /// Rules of policy.
    Rules,
    /// A project.
    Project,
    /// A scenario, or what is to be told as a broken one.
    Scenario,
}

impl TomlKind {
    /// The kind of a text.
    pub fn of(text: &str) -> Self {
        let Ok(document) = text.parse::<DocumentMut>() else {
            // A broken mapping is still told as one.
            return if text.contains("[[column]]") { Self::Mapping } else { Self::Scenario };
        };
        let has = |key: &str| document.contains_key(key);
        if has("column") && !has("adjustment") {
            Self::Mapping
        } else if has("rule") {
            Self::Rules
        } else if has("project") {
            Self::Project
        } else {
            Self::Scenario
        }
    }
}

/// Whether an input is a mapping.
pub(super) fn is_mapping(input: &Input) -> bool {
    let toml = input.path.extension().is_some_and(|extension| extension == "toml");
    toml && text_of(input).is_some_and(|text| TomlKind::of(&text) == TomlKind::Mapping)
}

fn text_of(input: &Input) -> Option<String> {
    let bytes = input.bytes.whole().ok()?;
    String::from_utf8(bytes.into_owned()).ok()
}

/// Whether a table is one of prices.
pub(super) fn is_priced(table: TableKind) -> bool {
    matches!(table, TableKind::Hours | TableKind::Prices)
}

/// Reads a mapping; what is wrong with it is told, and the rest holds.
pub(super) fn read(input: &Input, report: &mut Report) -> Option<Mapping> {
    let text = text_of(input)?;
    let mut say = |line: usize, what: String, found: &str, expected: &str| {
        report.push(Diagnostic {
            code: "E119",
            severity: Severity::Error,
            what,
            place: Place::line(&input.path, line as u64),
            found: excerpt(found),
            expected: expected.to_owned(),
            help: Some("`wattlas map FILE` writes a mapping to begin with".to_owned()),
        });
    };
    let line_of = |at: Option<std::ops::Range<usize>>| {
        at.map_or(1, |at| text[..at.start.min(text.len())].lines().count().max(1))
    };
    let document = match toml_edit::Document::parse(text.as_str()) {
        Ok(document) => document,
        Err(error) => {
            say(
                line_of(error.span()),
                "the mapping is no TOML".to_owned(),
                error.message(),
                "TOML",
            );
            return None;
        }
    };
    let kinds = || TableKind::ALL.iter().map(|kind| kind.name()).collect::<Vec<_>>().join(", ");
    let named = document.get("table").and_then(Item::as_str).unwrap_or("");
    let Some(table) = TableKind::ALL.iter().copied().find(|kind| kind.name() == named) else {
        let line = line_of(document.get("table").and_then(Item::span));
        say(line, "`table` is no table".to_owned(), named, &kinds());
        return None;
    };
    let mut columns = Vec::new();
    let tables = document.get("column").and_then(Item::as_array_of_tables);
    for column in tables.into_iter().flat_map(|tables| tables.iter()) {
        let text = |key: &str| column.get(key).and_then(Item::as_str).unwrap_or("");
        let line = |key: &str| line_of(column.get(key).and_then(Item::span));
        let mut out = MappedColumn {
            header: text("header").to_owned(),
            unit: text("unit").to_owned(),
            list: text("list").chars().next(),
            ..MappedColumn::default()
        };
        let role = text("role");
        if let Some(role) = Role::parse(role, table) {
            out.role = role;
        } else {
            let roles: Vec<&str> = table.spec().columns.iter().map(|c| c.name).collect();
            say(line("role"), format!("`{role}` is no column of {named}"), role, &roles.join(", "));
        }
        if let Role::Columns(slots) = &out.role
            && let Some(&slot) = slots.first()
            && let Err(why) = unit_factor(table.spec().column(slot), &out.unit.to_lowercase())
            && !(is_priced(table) && prices::is_unit(&out.unit))
        {
            say(line("unit"), why, &out.unit, "a unit that can be converted");
            out.role = Role::Text;
        }
        match text("decimal") {
            "" => {}
            "point" => out.decimal = Some(Decimal::Point),
            "comma" => out.decimal = Some(Decimal::Comma),
            odd => say(line("decimal"), "`decimal` is no mark".to_owned(), odd, "point or comma"),
        }
        match text("dates") {
            "" => {}
            "day first" => out.dates = Some(DateOrder::DayFirst),
            "month first" => out.dates = Some(DateOrder::MonthFirst),
            odd => say(
                line("dates"),
                "`dates` is no order".to_owned(),
                odd,
                "day first or month first",
            ),
        }
        columns.push(out);
    }
    let timeline = document.get("timeline").and_then(Item::as_bool);
    let line = |key: &str| line_of(document.get(key).and_then(Item::span));
    let text = |key: &str| document.get(key).and_then(Item::as_str).map(str::to_owned);
    let time_zone = text("time_zone");
    if let Some(odd) = time_zone.as_deref().filter(|zone| !prices::is_clock(zone)) {
        let what = "`time_zone` is no clock".to_owned();
        say(line("time_zone"), what, odd, "a zone of time such as Europe/Berlin, UTC or UTC+10");
    }
    let ends = match text("interval").as_deref() {
        None => None,
        Some("begin") => Some(false),
        Some("end") => Some(true),
        Some(odd) => {
            let what = "`interval` is no side".to_owned();
            say(line("interval"), what, odd, "begin or end");
            None
        }
    };
    Some(Mapping { table, timeline, time_zone, ends, columns })
}

impl MappedColumn {
    /// Unit, form and list of a column of the table.
    fn shape(&self, slot: Slot, table: TableKind, found: &mut Recognised) {
        let factor = unit_factor(table.spec().column(slot), &self.unit.to_lowercase());
        found.factor[slot] = factor.unwrap_or(1.0);
        (found.decimal[slot], found.order[slot]) = (self.decimal, self.dates);
        found.list_marks[slot] = self.list;
    }
}

impl Mapping {
    /// Whether it is one of a file with some titles: it names them all, and no others.
    pub(super) fn fits(&self, header: &[String]) -> bool {
        let mut titles = header.iter().filter(|title| !title.is_empty());
        let has = |title: &str| self.columns.iter().any(|column| same_title(&column.header, title));
        let is_one = |column: &MappedColumn| header.iter().any(|h| same_title(h, &column.header));
        titles.all(|title| has(title)) && self.columns.iter().all(is_one)
    }

    /// The roles that it gives the columns of a file.
    pub(super) fn apply(&self, header: &[String], found: &mut Recognised) {
        let spec = self.table.spec();
        if found.kind != self.table {
            found.kind = self.table;
            found.list_marks = spec.each(None);
            (found.rows, found.implied, found.implied_by) = (RowsOfSite::Phases, None, None);
        }
        found.shares.clear();
        (found.at, found.factor) = (spec.each(None), spec.each(1.0));
        (found.decimal, found.order) = (spec.each(None), spec.each(None));
        found.by = spec.each(DecidedBy::Mapping);
        found.unused.clear();
        found.extra.clear();
        (found.unit_at, found.month_at, found.other_date_at) = (None, None, None);
        let mut left: Vec<&MappedColumn> = self.columns.iter().collect();
        for (at, title) in header.iter().enumerate() {
            // Of columns with one title each has a place of its own.
            let column = left.iter().position(|column| same_title(&column.header, title));
            let column = column.map(|place| left.remove(place));
            match column.map_or(&Role::Text, |column| &column.role) {
                Role::Text => {
                    found.unused.push((at, None));
                    if !title.is_empty() && SiteSlots::of(self.table).is_some() {
                        found.extra.push(at);
                    }
                }
                Role::Unit => found.unit_at = Some(at),
                Role::Month => found.month_at = Some(at),
                Role::OtherDate => found.other_date_at = Some(at),
                Role::DateOfPhase => {
                    let last = found.shares.last_mut();
                    last.into_iter().for_each(|share| share.date_at = Some(at));
                }
                &Role::Share(of) => {
                    let unit = column.and_then(|column| unit_of_power(&column.unit));
                    found.shares.push(Share { at, of, unit, date_at: None });
                }
                Role::Columns(slots) => {
                    for &slot in slots {
                        found.at[slot] = Some(at);
                        column.into_iter().for_each(|column| column.shape(slot, self.table, found));
                    }
                }
            }
        }
        if let Some(timeline) = self.timeline {
            found.rows = match (timeline, found.rows) {
                (true, _) => RowsOfSite::Stand,
                (false, RowsOfSite::Stand) => RowsOfSite::Phases,
                (false, rows) => rows,
            };
        }
        "by a mapping".clone_into(&mut found.because);
    }
}

/// How a file is read, as TOML with the reasons; none, and findings, where it is no table.
pub fn write(input: &Input, report: &mut Report) -> Option<String> {
    let held = super::containers::tables(input, &crate::scenario::Alone, report);
    let held = held.unwrap_or_else(|| vec![input.clone()]);
    let mut file = held.iter().find_map(|input| {
        let mut own = Report::default();
        let found = open(input, &[], &mut own).into_iter().next();
        if found.is_some() || held.len() == 1 {
            report.append(own);
        }
        found
    })?;
    settle_alone(&mut file);
    let mut out = String::new();
    let mut put = |line: std::fmt::Arguments<'_>| {
        // Writing to a text cannot fail.
        out.write_fmt(line).unwrap_or_default();
        out.push('\n');
    };
    put(format_args!(
        "# How {} is read. Change a role, unit or form, and name this file",
        name(&input.path)
    ));
    put(format_args!("# beside the data: wattlas check DATA --mapping THIS"));
    put(format_args!("table = \"{}\"", file.found.kind.name()));
    if file.found.kind == TableKind::Sites {
        put(format_args!(
            "# whether rows of one site say what stands on their dates, not what is added"
        ));
        put(format_args!("timeline = {}", file.found.rows == RowsOfSite::Stand));
    }
    if let Some(form) = &file.prices {
        let (clock, side) = form.times_of();
        put(format_args!(
            "# the clock of times without an offset, and which side of an interval they are"
        ));
        put(format_args!("time_zone = \"{clock}\""));
        put(format_args!("interval = \"{side}\""));
    }
    let encoding = file.encoding.map_or_else(|| "UTF-8".to_owned(), super::encoding::name);
    put(format_args!("# encoding {encoding}, cells parted by {:?}", char::from(file.delimiter)));
    put(format_args!("# {}", file.found.because));
    let formats = formats::of_head(&file);
    for (at, title) in file.header.iter().enumerate().filter(|(_, title)| !title.is_empty()) {
        let mut column = Table::new();
        column.insert("header", toml_edit::value(title.as_str()));
        let why = use_of(&file, at);
        let role = Role::of(&file.found, at);
        let priced = file.prices.as_ref().and_then(|form| form.role_of(at));
        let words = match &priced {
            Some((role, _)) => (*role).to_owned(),
            None => role.words(file.found.kind),
        };
        column.insert("role", toml_edit::value(words));
        if let Some((_, Some(unit))) = priced {
            column.insert("unit", toml_edit::value(unit));
        }
        let share = file.found.shares.iter().find(|share| share.at == at);
        if let Some(unit) = share.and_then(|share| unit_name(Holds::Power, share.unit?)) {
            column.insert("unit", toml_edit::value(unit));
        }
        if let Role::Columns(slots) = role
            && let Some(&slot) = slots.first()
        {
            let spec = file.found.kind.spec().column(slot);
            if let Some(unit) = unit_name(spec.holds, file.found.factor[slot]) {
                column.insert("unit", toml_edit::value(unit));
            }
            let format = formats[slot];
            if !spec.holds.is_text() && format.decimal == Decimal::Comma {
                column.insert("decimal", toml_edit::value("comma"));
            }
            if spec.holds == Holds::Date && format.order == DateOrder::MonthFirst {
                column.insert("dates", toml_edit::value("month first"));
            }
            if let Some(mark) = file.found.list_marks[slot] {
                column.insert("list", toml_edit::value(mark.to_string()));
            }
        }
        put(format_args!("\n[[column]] # {why}"));
        put(format_args!("{}", column.to_string().trim_end()));
    }
    Some(out)
}

fn name(path: &Path) -> String {
    path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}

/// The unit of a factor.
fn unit_name(holds: Holds, factor: f64) -> Option<&'static str> {
    let near = |value: f64| (factor / value - 1.0).abs() < 1e-9;
    match holds {
        Holds::Power if near(1e3) => Some("GW"),
        Holds::Power if near(1e-3) => Some("kW"),
        Holds::Power if near(1e-6) => Some("W"),
        Holds::Power => Some("MW"),
        Holds::Price if near(1e3) => Some("USD/kWh"),
        Holds::Price if near(10.0) => Some("c/kWh"),
        Holds::Price => Some("USD/MWh"),
        _ => None,
    }
}

/// What became of a column of a file, and why.
pub(super) fn use_of(file: &Opened<'_>, at: usize) -> String {
    if let Some(form) = &file.prices {
        return super::prices::use_of(form, at);
    }
    let found = &file.found;
    let role = Role::of(found, at);
    let words = role.words(found.kind);
    match role {
        Role::Columns(slots) => {
            let first = slots.first().copied().unwrap_or(Slot::FIRST);
            let holds = found.kind.spec().column(first).holds;
            let unit = unit_name(holds, found.factor[first]).filter(|_| found.unit_at.is_none());
            let unit = unit.map_or_else(String::new, |unit| format!(" in {unit}"));
            format!("{words}{unit}, by {}", found.by[first].words())
        }
        Role::Share(_) => format!("{words}, by its title"),
        Role::Unit | Role::Month | Role::OtherDate | Role::DateOfPhase => {
            format!("{words}, by its cells")
        }
        Role::Text if found.extra.contains(&at) => "kept as text".to_owned(),
        Role::Text => "not used".to_owned(),
    }
}

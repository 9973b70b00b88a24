//! How a file is read, as a value: which column is which role, in which unit and form, by which rule.
//!
//! It is printed by `wattlas map`, and what a user changed in it is an input of a load, told from data
//! by its file: TOML with `table` and `column`.

use std::fmt::Write as _;
use std::path::Path;

use toml_edit::{DocumentMut, Item, Table};

use super::blocks::Input;
use super::cell::{DateOrder, Decimal};
use super::formats;
use super::header::{By, Recognised, unit_factor};
use super::open::{Opened, open};
use crate::diagnostic::{Diagnostic, Place, Report, Severity, excerpt};
use crate::model::TableKind;
use crate::model::table::{Holds, Slot};

/// How a file is read.
#[derive(Clone, Debug, PartialEq)]
pub struct Mapping {
    /// Which table it is.
    pub table: TableKind,
    /// Whether rows of a site say what stands on their dates, where it is said.
    pub timeline: Option<bool>,
    /// Columns by their titles, in the order of the file.
    pub columns: Vec<MappedColumn>,
}

/// How a column is read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MappedColumn {
    /// Its title in the file.
    pub header: String,
    /// Its role; none where it is kept as text.
    pub role: Option<Slot>,
    /// Unit of its cells that have none of their own; that of the table where it is empty.
    pub unit: String,
    /// Its decimal mark, where it is said.
    pub decimal: Option<Decimal>,
    /// Whether dates begin with the day, where it is said.
    pub dates: Option<DateOrder>,
    /// What parts the names of a list.
    pub list: Option<char>,
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
        if !role.is_empty() {
            out.role = table.spec().find(role);
            if out.role.is_none() {
                let roles: Vec<&str> = table.spec().columns.iter().map(|c| c.name).collect();
                say(
                    line("role"),
                    format!("`{role}` is no column of {named}"),
                    role,
                    &roles.join(", "),
                );
            }
        }
        if let Some(slot) = out.role
            && let Err(why) = unit_factor(table.spec().column(slot), &out.unit.to_lowercase())
        {
            say(line("unit"), why, &out.unit, "a unit that can be converted");
            out.role = None;
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
    Some(Mapping { table, timeline, columns })
}

impl Mapping {
    /// Whether it is one of a file with some titles: it names them all, and no others.
    pub(super) fn fits(&self, header: &[String]) -> bool {
        let titles = header.iter().filter(|title| !title.is_empty());
        let has =
            |title: &str| self.columns.iter().any(|column| column.header.trim() == title.trim());
        titles.clone().all(|title| has(title))
            && self
                .columns
                .iter()
                .all(|column| header.iter().any(|h| h.trim() == column.header.trim()))
    }

    /// The roles that it gives the columns of a file.
    pub(super) fn apply(&self, header: &[String], found: &mut Recognised) {
        let spec = self.table.spec();
        if found.kind != self.table {
            found.kind = self.table;
            found.list_marks = spec.each(None);
            (found.is_timeline, found.implied, found.implied_by) = (false, None, None);
        }
        found.periods.clear();
        (found.at, found.factor) = (spec.each(None), spec.each(1.0));
        (found.decimal, found.order) = (spec.each(None), spec.each(None));
        found.by = spec.each(By::Mapping);
        found.unused.clear();
        found.extra.clear();
        for (at, title) in header.iter().enumerate() {
            let column = self.columns.iter().find(|column| column.header.trim() == title.trim());
            let Some((column, slot)) = column.and_then(|column| Some((column, column.role?)))
            else {
                found.unused.push((at, None));
                if !title.is_empty() && matches!(self.table, TableKind::Sites | TableKind::Phases) {
                    found.extra.push(at);
                }
                continue;
            };
            found.at[slot] = Some(at);
            let unit = column.unit.to_lowercase();
            found.factor[slot] = unit_factor(spec.column(slot), &unit).unwrap_or(1.0);
            (found.decimal[slot], found.order[slot]) = (column.decimal, column.dates);
            found.list_marks[slot] = column.list;
        }
        found.is_timeline = self.timeline.unwrap_or(found.is_timeline);
        "by a mapping".clone_into(&mut found.because);
    }
}

/// How a file is read, as TOML with the reasons; none, and findings, where it is no table.
pub fn write(input: &Input, report: &mut Report) -> Option<String> {
    let file = open(input, &[], report)?;
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
        put(format_args!("timeline = {}", file.found.is_timeline));
    }
    let encoding = file.encoding.map_or_else(|| "UTF-8".to_owned(), super::encoding::name);
    put(format_args!("# encoding {encoding}, cells parted by {:?}", char::from(file.delimiter)));
    put(format_args!("# {}", file.found.because));
    let formats = formats::of_head(&file);
    for (at, title) in file.header.iter().enumerate().filter(|(_, title)| !title.is_empty()) {
        let mut column = Table::new();
        column.insert("header", toml_edit::value(title.as_str()));
        let slots: Vec<Slot> =
            file.found.at.iter().filter(|(_, place)| **place == Some(at)).map(|(s, _)| s).collect();
        let why = use_of(&file, at);
        if let Some(&slot) = slots.first() {
            let spec = file.found.kind.spec().column(slot);
            column.insert("role", toml_edit::value(spec.name));
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
        } else {
            column.insert("role", toml_edit::value(""));
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
    let found = &file.found;
    let spec = found.kind.spec();
    let slots: Vec<Slot> =
        found.at.iter().filter(|(_, place)| **place == Some(at)).map(|(slot, _)| slot).collect();
    let roles: Vec<&str> = slots.iter().map(|slot| spec.column(*slot).name).collect();
    if let Some(&slot) = slots.first() {
        let unit = unit_name(spec.column(slot).holds, found.factor[slot]);
        let unit = unit.map_or_else(String::new, |unit| format!(" in {unit}"));
        return format!("{}{unit}, by {}", roles.join(" and "), found.by[slot].words());
    }
    if let Some(period) = found.periods.iter().find(|period| period.at == at) {
        return format!("facility_mw that stands on {}, by its title", period.day);
    }
    if found.extra.contains(&at) {
        return "kept as text".to_owned();
    }
    "not used".to_owned()
}

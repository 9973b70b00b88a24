//! Scenario files: TOML to a [`Scenario`], with a finding for each thing that cannot be meant.
//!
//! Keys that are not known are told and kept: a scenario is written back by changing values in its
//! own text ([`set_number`]), so that comments, order and unknown keys survive.

mod adjustments;
mod edit;
mod inputs;
mod rows;
mod uncertainty;

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

use toml_edit::{ArrayOfTables, Document, Item, TableLike, Value};

use crate::diagnostic::{Diagnostic, Place, Severity, excerpt};
use crate::model::{Dataset, Day, Month};
use crate::scenario::assumptions::ENGINE_KEYS;
use crate::scenario::levers::{LEVERS, Needs};
use crate::scenario::spec::PreferredSeries;
use crate::scenario::{Assumption, Scenario};

/// A scenario with the text that it was read from.
#[derive(Clone, Debug, PartialEq)]
pub struct ScenarioFile {
    /// The file as it was named.
    pub path: PathBuf,
    /// Its text.
    pub text: String,
    /// What it means.
    pub scenario: Scenario,
    /// Line of each adjustment by id, and of each assumption by key.
    pub lines: BTreeMap<String, u64>,
    /// Things to look at.
    pub findings: Vec<Diagnostic>,
}

/// A scenario cannot be used; the findings say why.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{}", text_of(.findings))]
pub struct ReadScenarioError {
    /// At least one of them is an error.
    pub findings: Vec<Diagnostic>,
}

fn text_of(findings: &[Diagnostic]) -> String {
    findings.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// Reads a scenario. Chips, zones, sites, series and parameters that it names must be of the data.
///
/// # Errors
/// [`ReadScenarioError`] with every error of the file.
pub fn read_scenario(
    path: &Path,
    text: &str,
    data: &Dataset,
) -> Result<ScenarioFile, ReadScenarioError> {
    let mut reader =
        Reader { path, text, data, findings: Vec::new(), lines: BTreeMap::new(), own: Vec::new() };
    let scenario = match Document::parse(text.trim_start_matches('\u{feff}')) {
        Ok(document) => reader.scenario(document.as_item()),
        Err(error) => {
            let span = error.span();
            reader.error("E401", span, "", "this is not TOML", error.message(), "a TOML file");
            Scenario::default()
        }
    };
    let findings = reader.findings;
    if findings.iter().any(|f| f.severity == Severity::Error) {
        return Err(ReadScenarioError { findings });
    }
    let lines = reader.lines;
    Ok(ScenarioFile { path: path.to_owned(), text: text.to_owned(), scenario, lines, findings })
}

pub use edit::{EditError, set_at_peak, set_enabled, set_number, set_spread, written, written_law};

use inputs::plain_number;

struct Reader<'a> {
    path: &'a Path,
    text: &'a str,
    data: &'a Dataset,
    findings: Vec<Diagnostic>,
    lines: BTreeMap<String, u64>,
    /// Keys of the scenario's own assumptions.
    own: Vec<String>,
}

/// Where an item stands.
type Span = Option<Range<usize>>;

impl Reader<'_> {
    fn line(&self, span: &Span) -> u64 {
        let end = span.as_ref().map_or(0, |s| s.start).min(self.text.len());
        memchr::memchr_iter(b'\n', &self.text.as_bytes()[..end]).count() as u64 + 1
    }

    fn push(&mut self, finding: Diagnostic) {
        self.findings.push(finding);
    }

    fn error(
        &mut self,
        code: &'static str,
        span: impl Into<Span>,
        key: &str,
        what: &str,
        found: &str,
        expected: &str,
    ) {
        let mut place = Place::line(self.path, self.line(&span.into()));
        if !key.is_empty() {
            place = place.column(key);
        }
        self.push(Diagnostic {
            code,
            severity: Severity::Error,
            what: what.to_owned(),
            place,
            found: excerpt(found),
            expected: expected.to_owned(),
            help: None,
        });
    }

    /// Tells of keys that mean nothing here.
    fn known(&mut self, table: &dyn TableLike, known: &[&str]) {
        for (key, item) in table.iter().filter(|(key, _)| !known.contains(key)) {
            let span = table.get_key_value(key).and_then(|(k, _)| k.span()).or(item.span());
            let near = nearest(key, known);
            self.push(Diagnostic {
                code: "W451",
                severity: Severity::Warning,
                what: format!("`{key}` is no key here; it is kept and does nothing"),
                place: Place::line(self.path, self.line(&span)).column(key),
                found: key.to_owned(),
                expected: known.join(", "),
                help: near.map(|near| format!("did you mean `{near}`?")),
            });
        }
    }

    fn scenario(&mut self, root: &Item) -> Scenario {
        let mut out = Scenario::default();
        let Some(root) = root.as_table_like() else { return out };
        self.known(
            root,
            &["name", "description", "assumptions", "uncertainty", "prices", "adjustment"],
        );
        if let Some(name) = self.string(root, "name") {
            out.name = name;
        } else if root.get("name").is_none() {
            let name = self.path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
            out.name = name.unwrap_or_default();
        }
        out.description = self.string(root, "description").unwrap_or_default();
        if let Some(table) = self.table(root, "assumptions") {
            self.own = table.iter().map(|(key, _)| key.to_owned()).collect();
            out.assumptions = self.assumptions(table);
        }
        if let Some(table) = self.table(root, "prices") {
            out.series = self.series(table);
        }
        if let Some(table) = self.table(root, "uncertainty") {
            out.uncertainty = self.uncertainty(table);
        }
        for table in self.tables(root, "adjustment") {
            let adjustment = self.adjustment(table, &out.adjustments);
            out.adjustments.extend(adjustment);
        }
        self.correlated(&out);
        out
    }

    fn string(&mut self, table: &dyn TableLike, key: &str) -> Option<String> {
        let item = table.get(key)?;
        let text = item.as_str().map(str::to_owned);
        if text.is_none() {
            self.error(
                "E402",
                item.span(),
                key,
                "this is not text",
                &shown(item),
                "text in quotes",
            );
        }
        text
    }

    fn flag(&mut self, table: &dyn TableLike, key: &str, default: bool) -> bool {
        let Some(item) = table.get(key) else { return default };
        item.as_bool().unwrap_or_else(|| {
            self.error(
                "E402",
                item.span(),
                key,
                "this is not true or false",
                &shown(item),
                "true or false",
            );
            default
        })
    }

    fn number(&mut self, table: &dyn TableLike, key: &str, range: [f64; 2]) -> Option<f64> {
        let item = table.get(key)?;
        let number = plain_number(item).filter(|n| (range[0]..=range[1]).contains(n));
        if number.is_none() {
            let expected = format!("a number from {} to {}", range[0], range[1]);
            self.error("E403", item.span(), key, "this is out of range", &shown(item), &expected);
        }
        number
    }

    fn table<'t>(&mut self, table: &'t dyn TableLike, key: &str) -> Option<&'t dyn TableLike> {
        let item = table.get(key)?;
        let found = item.as_table_like();
        if found.is_none() {
            self.error("E402", item.span(), key, "this is not a table", &shown(item), "a table");
        }
        found
    }

    /// An array of tables, written in either way.
    fn tables<'t>(&mut self, table: &'t dyn TableLike, key: &str) -> Vec<&'t dyn TableLike> {
        match table.get(key) {
            None => Vec::new(),
            Some(Item::ArrayOfTables(tables)) => array(tables),
            Some(Item::Value(Value::Array(values)))
                if values.iter().all(Value::is_inline_table) =>
            {
                values.iter().filter_map(|v| v.as_inline_table()).map(|t| t as _).collect()
            }
            Some(item) => {
                let expected = format!("tables under [[{key}]]");
                self.error(
                    "E402",
                    item.span(),
                    key,
                    "this is not a list of tables",
                    &shown(item),
                    &expected,
                );
                Vec::new()
            }
        }
    }

    fn month(&mut self, table: &dyn TableLike, key: &str) -> Option<Month> {
        let item = table.get(key)?;
        let text = item.as_str().map_or_else(|| shown(item), str::to_owned);
        let month = Month::parse(&text).or_else(|| Day::parse(&text).map(Day::month));
        if month.is_none() {
            self.error(
                "E408",
                item.span(),
                key,
                "this is not a month",
                &text,
                "a month such as \"2027-01\"",
            );
        }
        month
    }

    fn day(&mut self, table: &dyn TableLike, key: &str) -> Option<Day> {
        let item = table.get(key)?;
        let text = item.as_str().map_or_else(|| shown(item), str::to_owned);
        let day = Day::parse(&text);
        if day.is_none() {
            self.error(
                "E408",
                item.span(),
                key,
                "this is not a day",
                &text,
                "a day such as 2027-01-31",
            );
        }
        day
    }

    fn assumptions(&mut self, table: &dyn TableLike) -> Vec<Assumption> {
        let mut out = Vec::new();
        for (key, item) in table.iter() {
            let full = item.as_table_like().filter(|t| t.get("value").is_some());
            let (value, unit, source) = match full {
                Some(full) => {
                    self.known(full, &["value", "unit", "source", "label", "why"]);
                    let unit = self.string(full, "unit").unwrap_or_default();
                    let source = self.string(full, "source").unwrap_or_default();
                    (full.get("value").unwrap_or(item), unit, source)
                }
                None => (item, String::new(), String::new()),
            };
            let line = self.line(&item.span());
            self.lines.insert(key.to_owned(), line);
            if self.data.parameter(key).is_none() && !ENGINE_KEYS.contains(&key) && full.is_none() {
                self.push(Diagnostic {
                    code: "W453",
                    severity: Severity::Warning,
                    what: format!("`{key}` is no parameter of the table; adjustments may name it"),
                    place: Place::line(self.path, line).column(key),
                    found: key.to_owned(),
                    expected: "a key of the table of parameters".to_owned(),
                    help: Some(format!(
                        "say what it is: {key} = {{ value = …, unit = \"…\", source = \"…\" }}"
                    )),
                });
            }
            if let Some(input) = self.input(value, key, range_of(key)) {
                out.push(Assumption { key: key.to_owned(), input, unit, source });
            }
        }
        out
    }

    fn series(&mut self, table: &dyn TableLike) -> Vec<PreferredSeries> {
        self.known(table, &["series"]);
        let Some(list) = self.table(table, "series") else { return Vec::new() };
        let mut out = Vec::new();
        for (zone, item) in list.iter() {
            let Some(series) = self.string(list, zone) else { continue };
            let of_zone = self.data.names.find(zone).zip(self.data.names.find(&series));
            let prices = &self.data.tables.prices;
            let there = of_zone.is_some_and(|(zone, series)| {
                (0..prices.len()).any(|p| prices.zone[p] == zone && prices.series[p] == series)
            });
            if there {
                out.push(PreferredSeries { zone: zone.to_owned(), series });
            } else {
                let expected = "a series of prices of that zone";
                self.error("E407", item.span(), zone, "there is no such series", &series, expected);
            }
        }
        out
    }
}

/// Keys of assumptions with a range that the engine relies on.
fn range_of(key: &str) -> [f64; 2] {
    match key {
        "capacity_pue" | "pue_ai_us_2023" => [1.0, 5.0],
        "util_gpu_operational" | "idle_power_fraction" | "sold_share" => [0.0, 1.0],
        "inflation" | "discount_rate_dc" => [-0.5, 2.0],
        "life_it_years" | "life_facility_years" | "orb_life_years" => [0.1, 100.0],
        _ => [-1e15, 1e15],
    }
}

fn array(tables: &ArrayOfTables) -> Vec<&dyn TableLike> {
    tables.iter().map(|table| table as &dyn TableLike).collect()
}

fn shown(item: &Item) -> String {
    item.to_string().trim().to_owned()
}

/// The levers as a table for the documents.
pub fn markdown() -> String {
    let mut out =
        String::from("| lever | what it does | keys | layer |\n| --- | --- | --- | --- |\n");
    for row in LEVERS {
        let mut keys: Vec<String> = row
            .fields
            .iter()
            .map(|field| {
                let default =
                    field.default.map_or(String::new(), |d| format!(", {d} if not given"));
                format!(
                    "`{}` ({}, {} to {}{default})",
                    field.name, field.unit, field.low, field.high
                )
            })
            .collect();
        match row.needs {
            Needs::Nothing if row.lever == crate::scenario::Lever::Curtail => {
                keys.push("`at_peak` (true or false): the hours are those of the peak, and a capacity charge falls with them".to_owned());
            }
            Needs::Nothing => {}
            Needs::Word(key) => keys.push(format!("`{key}`")),
            Needs::WordOr(key) => keys.push(format!("or `{key}`")),
            Needs::Path => keys.push("`path` of months and USD/MWh".to_owned()),
            Needs::Rows => keys.push("`[[adjustment.site]]`, `[[adjustment.phase]]`".to_owned()),
        }
        let keys = keys.join(", ");
        out.push_str(&format!(
            "| `{}` | {} | {keys} | {} |\n",
            row.word,
            row.what,
            row.layer.word()
        ));
    }
    out
}

/// The known word that is most like a word, if one is near.
fn nearest<'k>(word: &str, known: &[&'k str]) -> Option<&'k str> {
    let distance = |other: &str| {
        let (a, b): (Vec<char>, Vec<char>) =
            (word.to_lowercase().chars().collect(), other.to_lowercase().chars().collect());
        let mut row: Vec<usize> = (0..=b.len()).collect();
        for (i, x) in a.iter().enumerate() {
            let mut left = row[0];
            row[0] = i + 1;
            for (j, y) in b.iter().enumerate() {
                let up = row[j + 1];
                let changed = left + usize::from(x != y);
                left = up;
                row[j + 1] = changed.min(up + 1).min(row[j] + 1);
            }
        }
        row[b.len()]
    };
    let best = known.iter().map(|k| (distance(k), *k)).min()?;
    (best.0 <= 2 + word.len() / 6).then_some(best.1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::{Unwatched, builtin, load};
    use crate::scenario::Distribution;
    use crate::scenario::{Adjustment, Input};

    fn data() -> std::sync::Arc<Dataset> {
        load(&builtin::inputs(), &Unwatched, &crate::scenario::Alone).unwrap().data
    }

    fn read(text: &str) -> Result<ScenarioFile, ReadScenarioError> {
        read_scenario(Path::new("x.toml"), text, &data())
    }

    /// Code, line and key of each finding.
    fn told(text: &str) -> Vec<(String, u64, String)> {
        let findings = match read(text) {
            Ok(file) => file.findings,
            Err(error) => error.findings,
        };
        let place = |f: &Diagnostic| {
            let line = f.place.line.map_or(0, std::num::NonZeroU64::get);
            (f.code.to_owned(), line, f.place.column.as_deref().unwrap_or("").to_owned())
        };
        findings.iter().map(place).collect()
    }

    fn one(code: &str, line: u64, key: &str) -> Vec<(String, u64, String)> {
        vec![(code.to_owned(), line, key.to_owned())]
    }

    #[test]
    fn errors_name_line_and_key() {
        let text =
            |rest: &str| format!("name = \"x\"\n\n[[adjustment]]\nlever = \"delay\"\n{rest}");
        assert_eq!(told(&text("months = -3")), one("E403", 5, "months"));
        assert_eq!(told(&text("months = [24, 12]")), one("E411", 5, "months"));
        assert_eq!(told(&text("")), one("E404", 4, "months"));
        assert_eq!(told(&text("months = \"soon\"")), one("E407", 5, "months"));
        assert_eq!(
            told(&text("months = 3\nselect = \"stauts:planned\"")),
            one("E406", 6, "select")
        );
        assert_eq!(told(&text("months = 3\nfrom = \"2027\"")), one("E408", 6, "from"));
        assert_eq!(
            told(&text("months = 3\nfrom = \"2027-05\"\nto = \"2027-04\"")),
            one("E410", 7, "to")
        );
        assert_eq!(told("[[adjustment]]\nlever = \"dealy\""), one("E405", 2, "lever"));
        assert_eq!(told("name = \"x\"\nname = 3"), one("E401", 2, ""));
        assert_eq!(told(&text("months = 3\nmonth = 4")), one("W451", 6, "month"));
        let swap = "[[adjustment]]\nlever = \"swap_chip\"\nchip = \"Trainum2\"";
        assert_eq!(told(swap), one("E407", 3, "chip"));
        let twice = "[[adjustment]]\nlever = \"cancel\"\n[[adjustment]]\nlever = \"cancel\"";
        assert_eq!(told(twice), one("E409", 4, "id"));
    }

    #[test]
    fn what_does_nothing_is_told() {
        let add = "[[adjustment]]\nlever = \"add\"\nselect = \"mw>5\"\n[[adjustment.phase]]\nsite_id = \"xai-colossus-1\"\nonline = 2028-01-01\nfacility_mw = 5";
        assert_eq!(told(add), one("W451", 3, "select"));
        let table = "[assumptions]\nlife_facility_years = \"table\"";
        assert_eq!(told(table), one("E407", 2, "life_facility_years"));
        let shared = "[uncertainty]\nshared_global = 0.8\nshared_site = 0.7";
        assert_eq!(told(shared), one("E412", 3, "shared_site"));
        let pair = "[assumptions]\ncapacity_pue = [1.1, 1.3]\n[[uncertainty.correlation]]\nbetween = [\"capacity_pue\", \"late.months\"]\nrank = 0.5";
        assert_eq!(told(pair), one("E407", 4, "between"));
        assert_eq!(told("[uncertainty.completion]\nanounced = 0.5"), one("W451", 2, "anounced"));
    }

    #[test]
    fn every_scenario_of_the_app_is_read_without_a_finding() {
        let data = data();
        let template = ("template", builtin::SCENARIO_TEMPLATE);
        for (name, text) in builtin::SCENARIOS.iter().chain([&template]) {
            let file = read_scenario(Path::new(name), text, &data);
            let file = file.unwrap_or_else(|error| panic!("{name}: {error}"));
            assert!(file.findings.is_empty(), "{name}: {:?}", file.findings);
            let known = |a: &Adjustment| !a.why.is_empty() && !a.source.is_empty();
            assert!(file.scenario.adjustments.iter().all(known), "{name}");
        }
        // The template shows every lever.
        let template = read_scenario(Path::new("t"), builtin::SCENARIO_TEMPLATE, &data).unwrap();
        for row in LEVERS {
            let shown = template.scenario.adjustments.iter().any(|a| a.lever == row.lever);
            assert!(shown, "{}", row.word);
        }
    }

    #[test]
    fn inputs_are_numbers_intervals_laws_and_parameters() {
        let file = read(
            "[assumptions]\nutil_gpu_operational = \"table\"\ncapacity_pue = [1.1, 1.3]\n\
             own = { value = 0.4, unit = \"ratio\", source = \"assumption\" }\n\
             [[adjustment]]\nlever = \"price_shock\"\nselect = \"country:USA\"\n\
             factor = { parameter = \"own\", times = 0.5, plus = 1 }\n",
        )
        .unwrap();
        assert!(file.findings.is_empty(), "{:?}", file.findings);
        let scenario = &file.scenario;
        let law = Distribution::Triangular { low: 0.75, mode: 0.80, high: 0.85 };
        assert_eq!(scenario.assumptions[0].input, Input::Spread(law));
        assert_eq!(scenario.uncertain().len(), 2);
        let factor = scenario.adjustments[0].inputs[0].as_ref().unwrap();
        let value =
            factor.value(&|key| crate::scenario::assumptions::parameter(&data(), scenario, key));
        assert!((value.unwrap() - 1.2).abs() < 1e-12);
    }

    #[test]
    fn comments_order_and_unknown_keys_survive_a_change() {
        let text = "# why\nname = \"x\" # the name\nmine = 3\n\n[[adjustment]]\nid = \"a\"\nlever = \"delay\"\nmonths = 6 # half a year\nnote = \"kept\"\n";
        let changed = set_number(text, "a", "months", 9.0).unwrap();
        assert_eq!(changed, text.replace("months = 6 #", "months = 9 #"));
        assert_eq!(set_number(&changed, "a", "months", 6.0).unwrap(), text);
        let off = set_enabled(text, "a", false).unwrap();
        assert!(off.contains("enabled = false"));
        assert_eq!(set_enabled(&off, "a", true).unwrap(), text);
        assert!(!read(&off).unwrap().scenario.adjustments[0].enabled);
    }
}

//! What is wrong with a file, where, and how to mend it.
//!
//! A diagnostic is about the user's data: it is collected and the work goes on. An error type
//! (elsewhere) means that an operation gave nothing. One value, three renderers: terminal
//! ([`std::fmt::Display`]), panel, JSON ([`Diagnostic::to_json`]).

use std::borrow::Cow;
use std::fmt;
use std::num::NonZeroU64;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Kept, and nothing to mend: a choice that was made, or a column that is not used.
    Note,
    /// Kept, and doubted.
    Warning,
    /// The cell, row or file is left out.
    Error,
}

impl Severity {
    /// `error`, `warning` or `note`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// Where. Counted as an editor counts: the first line is 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file as it was named.
    pub file: PathBuf,
    /// The line, if the finding is about one.
    pub line: Option<NonZeroU64>,
    /// As the file's own header writes it.
    pub column: Option<Arc<str>>,
}

impl Place {
    /// The whole file.
    pub fn file(path: &Path) -> Self {
        Self { file: path.to_owned(), line: None, column: None }
    }

    /// One line of it.
    pub fn line(path: &Path, line: u64) -> Self {
        Self { file: path.to_owned(), line: NonZeroU64::new(line), column: None }
    }

    /// The same place, in a column, whose name is shortened as cells are.
    #[must_use]
    pub fn column(mut self, name: &str) -> Self {
        self.column = Some(excerpt(name).into());
        self
    }
}

/// One thing in a data file that somebody should look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Stable and never reused, so that people can talk about it: `"E104"`.
    pub code: &'static str,
    /// What became of the row.
    pub severity: Severity,
    /// What it is, in one clause.
    pub what: String,
    /// Where it is.
    pub place: Place,
    /// The text that was found, shortened to 80 characters.
    pub found: String,
    /// What would have been right.
    pub expected: String,
    /// How to mend it.
    pub help: Option<String>,
}

/// A cell's text for a message: one line, at most 80 characters.
pub fn excerpt(text: &str) -> String {
    let mut chars = text.chars();
    let mut out: String = chars.by_ref().take(80).map(shown).collect();
    if chars.next().is_some() {
        out.push('…');
    }
    out
}

/// A character as a message, a picture or a table of ours shows it: what steers a terminal or the
/// direction of writing is an open box.
pub fn shown(c: char) -> char {
    if steers(c) { '\u{2423}' } else { c }
}

/// Whether a character is a control character, or turns the direction of writing.
pub fn steers(c: char) -> bool {
    let turns = matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    c.is_control() || turns || matches!(c, '\u{2028}' | '\u{2029}')
}

/// A text of one line as it is shown: see [`shown`].
pub fn harmless(text: &str) -> Cow<'_, str> {
    if text.chars().any(steers) { text.chars().map(shown).collect() } else { text.into() }
}

/// A text of several lines as it is shown: see [`shown`].
pub fn harmless_lines(text: &str) -> Cow<'_, str> {
    let keeps = |c: char| matches!(c, '\n' | '\t') || !steers(c);
    if text.chars().all(keeps) {
        return text.into();
    }
    let text = text.replace("\r\n", "\n");
    text.chars().map(|c| if keeps(c) { c } else { shown(c) }).collect()
}

/// JSON that says the same and holds nothing that steers a terminal: such characters stand in texts
/// alone, and are written by their numbers.
pub fn harmless_json(json: String) -> String {
    if !json.chars().any(steers) {
        return json;
    }
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        if steers(c) && c != '\n' {
            // None of them lies beyond the first plane.
            out.push_str(&format!("\\u{:04x}", u32::from(c)));
        } else {
            out.push(c);
        }
    }
    out
}

impl Diagnostic {
    /// The diagnostic as a JSON object.
    pub fn to_json(&self) -> serde_json::Value {
        serde_json::json!({
            "code": self.code,
            "severity": self.severity.word(),
            "file": self.place.file.to_string_lossy(),
            "line": self.place.line,
            "column": self.place.column.as_deref(),
            "what": self.what,
            "found": self.found,
            "expected": self.expected,
            "help": self.help,
        })
    }

    /// `phases.csv:214, column facility_mw`.
    pub fn place_text(&self) -> String {
        let mut text = harmless(&self.place.file.to_string_lossy()).into_owned();
        if let Some(line) = self.place.line {
            text.push_str(&format!(":{line}"));
        }
        if let Some(column) = &self.place.column {
            text.push_str(&format!(", column {column}"));
        }
        text
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}[{}]: {}", self.severity.word(), self.code, self.what)?;
        writeln!(f, "  --> {}", self.place_text())?;
        writeln!(f, "  found     \"{}\"", self.found)?;
        writeln!(f, "  expected  {}", self.expected)?;
        if let Some(help) = &self.help {
            writeln!(f, "  help      {help}")?;
        }
        Ok(())
    }
}

impl TableCount {
    /// The word for its table.
    pub fn word(&self) -> &'static str {
        self.kind.unwrap_or("no table")
    }
}

/// How many rows of a file there were, and how many are in use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableCount {
    /// The file as it was named.
    pub file: PathBuf,
    /// Which table it was taken for: `sites`, `phases` …; none where it is none.
    pub kind: Option<&'static str>,
    /// Rows in the file, header and blank lines not counted.
    pub rows: u64,
    /// Rows that are in the data set.
    pub kept: u64,
    /// How the table was recognised, in words.
    pub because: String,
    /// What became of each column of a user's file: its title, and its role with the rule that decided.
    pub columns: Vec<(String, String)>,
}

/// Findings about all files of one load, and counts in and out.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// One entry a file.
    pub tables: Vec<TableCount>,
    findings: Vec<Diagnostic>,
    kinds: Vec<Kind>,
}

/// The findings of one code in one file.
#[derive(Clone, Debug)]
struct Kind {
    file: PathBuf,
    code: &'static str,
    severity: Severity,
    /// How many there are, and how many of them are kept as the first.
    count: u64,
    first: u64,
    /// Where in the list of findings the last few stand, and which of them is the oldest.
    last: Vec<usize>,
    oldest: usize,
}

/// So many findings of one code in one file are kept in full from the first on; of the others only
/// the last few, and the number.
pub const KEPT_FIRST: u64 = 1000;

/// So many are kept of those that come last.
pub const KEPT_LAST: u64 = 10;

impl PartialEq for Report {
    fn eq(&self, other: &Self) -> bool {
        let counts = |report: &Self| {
            let mut counts: Vec<_> =
                report.kinds.iter().map(|k| (k.file.clone(), k.code, k.count)).collect();
            counts.sort();
            counts
        };
        (&self.tables, &self.findings) == (&other.tables, &other.findings)
            && counts(self) == counts(other)
    }
}

impl Eq for Report {}

impl Report {
    fn kind(&mut self, file: &Path, code: &'static str, severity: Severity) -> usize {
        let same = |kind: &Kind| kind.code == code && kind.file == file;
        self.kinds.iter().position(same).unwrap_or_else(|| {
            let (file, last) = (file.to_owned(), Vec::new());
            self.kinds.push(Kind { file, code, severity, count: 0, first: 0, last, oldest: 0 });
            self.kinds.len() - 1
        })
    }

    /// Keeps a finding among the first, or among the last, which are to come in their order.
    fn keep(&mut self, kind: usize, finding: Diagnostic) {
        let kind = &mut self.kinds[kind];
        if kind.first < KEPT_FIRST {
            kind.first += 1;
            self.findings.push(finding);
        } else if (kind.last.len() as u64) < KEPT_LAST {
            kind.last.push(self.findings.len());
            self.findings.push(finding);
        } else {
            self.findings[kind.last[kind.oldest]] = finding;
            kind.oldest = (kind.oldest + 1) % kind.last.len();
        }
    }

    /// Takes a finding. Of one code and file the first [`KEPT_FIRST`] and the last [`KEPT_LAST`] are
    /// kept; others are counted ([`Report::overflow`] tells how many).
    pub fn push(&mut self, finding: Diagnostic) {
        let kind = self.kind(&finding.place.file, finding.code, finding.severity);
        self.kinds[kind].count += 1;
        self.keep(kind, finding);
    }

    /// Takes many findings of one code and file, of which only those that are kept are made.
    pub fn tell(
        &mut self,
        file: &Path,
        (code, severity): (&'static str, Severity),
        count: usize,
        mut make: impl FnMut(usize) -> Diagnostic,
    ) {
        if count == 0 {
            return;
        }
        let kind = self.kind(file, code, severity);
        self.kinds[kind].count += count as u64;
        let first = count.min((KEPT_FIRST - self.kinds[kind].first) as usize);
        let last = first.max(count.saturating_sub(KEPT_LAST as usize));
        for at in (0..first).chain(last..count) {
            self.keep(kind, make(at));
        }
    }

    /// Lets no more findings of a code be kept as the first, since those of rows before are enough.
    pub(crate) fn have_first(&mut self, file: &Path, code: &'static str, severity: Severity) {
        let kind = self.kind(file, code, severity);
        self.kinds[kind].first = KEPT_FIRST;
    }

    /// Codes of which no more are kept as the first.
    pub(crate) fn full(&self) -> impl Iterator<Item = (&'static str, Severity)> {
        self.kinds.iter().filter(|k| k.first >= KEPT_FIRST).map(|k| (k.code, k.severity))
    }

    /// Whether there is no finding.
    pub fn is_empty(&self) -> bool {
        self.kinds.iter().all(|kind| kind.count == 0)
    }

    /// The findings that are kept, in the order of files and lines.
    pub fn findings(&self) -> &[Diagnostic] {
        &self.findings
    }

    /// Findings that were counted and not kept: file, code, how many.
    pub fn overflow(&self) -> impl Iterator<Item = (&Path, &'static str, u64)> {
        let kept = |kind: &Kind| {
            let here = |f: &&Diagnostic| f.code == kind.code && f.place.file == kind.file;
            self.findings.iter().filter(here).count() as u64
        };
        let more = move |kind: &'_ Kind| kind.count.saturating_sub(kept(kind));
        let over = self.kinds.iter().filter(|kind| kind.count > KEPT_FIRST);
        over.map(move |kind| (kind.file.as_path(), kind.code, more(kind))).filter(|o| o.2 > 0)
    }

    /// Number of findings of a severity, kept or only counted.
    pub fn count(&self, severity: Severity) -> u64 {
        self.kinds.iter().filter(|kind| kind.severity == severity).map(|kind| kind.count).sum()
    }

    /// Number of findings of a severity in some files, kept or only counted.
    pub fn count_in(&self, severity: Severity, file: impl Fn(&Path) -> bool) -> u64 {
        let wanted = |kind: &&Kind| kind.severity == severity && file(&kind.file);
        self.kinds.iter().filter(wanted).map(|kind| kind.count).sum()
    }

    /// Number of findings of some codes in some files, kept or only counted.
    pub fn count_of(&self, codes: &[&str], file: impl Fn(&Path) -> bool) -> u64 {
        let wanted = |kind: &&Kind| codes.contains(&kind.code) && file(&kind.file);
        self.kinds.iter().filter(wanted).map(|kind| kind.count).sum()
    }

    /// Puts the findings in the order of files, lines and codes.
    pub fn sort(&mut self) {
        let order: Vec<PathBuf> = self.tables.iter().map(|t| t.file.clone()).collect();
        let last: Vec<_> = self.kinds.iter().map(|kind| (kind.code, kind.file.clone())).collect();
        self.findings.sort_by_cached_key(|d| {
            let file = order.iter().position(|f| *f == d.place.file).unwrap_or(usize::MAX);
            (file, d.place.line, d.code)
        });
        for (kind, (code, file)) in self.kinds.iter_mut().zip(last) {
            let here = |(_, d): &(usize, &Diagnostic)| d.code == code && d.place.file == file;
            let places: Vec<usize> =
                self.findings.iter().enumerate().filter(here).map(|(at, _)| at).collect();
            let last = kind.last.len().min(places.len());
            kind.last = places[places.len() - last..].to_vec();
            kind.oldest = 0;
        }
    }

    /// The part of the report with the tables and the findings that are wanted.
    #[must_use]
    pub fn about(
        &self,
        table: impl Fn(&Path) -> bool,
        finding: impl Fn(&Diagnostic) -> bool,
    ) -> Self {
        let tables = self.tables.iter().filter(|t| table(&t.file)).cloned().collect();
        let mut out = Self { tables, ..Self::default() };
        self.findings.iter().filter(|d| finding(d)).for_each(|d| out.push(d.clone()));
        for (file, code, more) in self.overflow() {
            let severity = self.severity(file, code);
            let kind = out.kind(file, code, severity);
            out.kinds[kind].count += more;
        }
        out
    }

    fn severity(&self, file: &Path, code: &str) -> Severity {
        let kind = self.kinds.iter().find(|k| k.code == code && k.file == file);
        kind.map_or(Severity::Error, |kind| kind.severity)
    }

    /// Moves all findings down by so many lines.
    pub(crate) fn move_down(&mut self, lines: u64) {
        for line in self.findings.iter_mut().filter_map(|f| f.place.line.as_mut()) {
            *line = line.saturating_add(lines);
        }
    }

    /// Lets findings that are kept be changed, code and place aside.
    pub(crate) fn amend(&mut self, change: impl FnMut(&mut Diagnostic)) {
        self.findings.iter_mut().for_each(change);
    }

    /// Takes over the findings and counts of another report, whose rows come after those of this one.
    pub fn append(&mut self, other: Self) {
        self.tables.extend(other.tables);
        for kind in &other.kinds {
            let own = self.kind(&kind.file, kind.code, kind.severity);
            self.kinds[own].count += kind.count;
        }
        // The last few may stand out of their order in the list.
        let mut findings = other.findings;
        findings.sort_by_key(|finding| finding.place.line);
        for finding in findings {
            let kind = self.kind(&finding.place.file, finding.code, finding.severity);
            self.keep(kind, finding);
        }
    }

    /// The report as JSON: `{"tables": […], "diagnostics": […], "overflow": […]}`.
    pub fn to_json(&self) -> serde_json::Value {
        let tables: Vec<_> = self
            .tables
            .iter()
            .map(|t| {
                serde_json::json!({
                    "file": t.file.to_string_lossy(), "kind": t.kind.unwrap_or("unknown"),
                    "rows": t.rows, "kept": t.kept, "because": t.because,
                    "columns": t.columns.iter().map(|(title, role)| {
                        serde_json::json!({"header": title, "read_as": role})
                    }).collect::<Vec<_>>(),
                })
            })
            .collect();
        let overflow: Vec<_> = self
            .overflow()
            .map(|(file, code, n)| {
                serde_json::json!({"file": file.to_string_lossy(), "code": code, "more": n})
            })
            .collect();
        serde_json::json!({
            "tables": tables,
            "diagnostics": self.findings.iter().map(Diagnostic::to_json).collect::<Vec<_>>(),
            "overflow": overflow,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(line: u64) -> Diagnostic {
        Diagnostic {
            code: "E104",
            severity: Severity::Error,
            what: "`facility_mw` is not a number".to_owned(),
            place: Place::line(Path::new("phases.csv"), line).column("facility_mw"),
            found: "12oo".to_owned(),
            expected: "a finite number ≥ 0, in MW".to_owned(),
            help: Some("the letters \"oo\" look like zeros".to_owned()),
        }
    }

    #[test]
    fn a_diagnostic_reads_like_a_compiler_message() {
        let text = finding(214).to_string();
        assert_eq!(
            text,
            "error[E104]: `facility_mw` is not a number\n  --> phases.csv:214, column facility_mw\n  \
             found     \"12oo\"\n  expected  a finite number ≥ 0, in MW\n  \
             help      the letters \"oo\" look like zeros\n"
        );
    }

    #[test]
    fn findings_past_the_limit_are_counted_and_told() {
        let mut report = Report::default();
        let count = KEPT_FIRST + KEPT_LAST + 5;
        for line in 1..=count {
            report.push(finding(line));
        }
        let lines = |report: &Report| -> Vec<u64> {
            report.findings().iter().map(|f| f.place.line.unwrap().get()).collect()
        };
        let kept = || (1..=KEPT_FIRST).chain(count - KEPT_LAST + 1..=count);
        report.sort();
        assert!(lines(&report).into_iter().eq(kept()), "{:?}", lines(&report));
        assert_eq!(report.count(Severity::Error), count);
        assert_eq!(report.overflow().map(|o| o.2).collect::<Vec<_>>(), [5]);
        let mut other = Report::default();
        other.append(report.clone());
        assert_eq!((other.count(Severity::Error), lines(&other)), (count, lines(&report)));
        // The same told at once, of which most are never made.
        let (mut told, mut made) = (Report::default(), 0);
        let path = Path::new("phases.csv");
        told.tell(path, ("E104", Severity::Error), count as usize, |at| {
            made += 1;
            finding(at as u64 + 1)
        });
        assert_eq!((told.findings(), made), (report.findings(), KEPT_FIRST + KEPT_LAST));
        // Later ones take the place of the last few.
        told.push(finding(count + 1));
        told.sort();
        assert_eq!(lines(&told).last(), Some(&(count + 1)));
        assert_eq!(told.findings().len(), report.findings().len());
    }

    #[test]
    fn json_holds_what_steers_by_its_number() {
        let value = serde_json::json!({"a": "\u{7f}x\u{202e}\u{85}", "b": "é\n"});
        let text = harmless_json(value.to_string());
        assert!(!text.chars().any(steers), "{text}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), value);
        assert_eq!(harmless_lines("a\r\nb\tc\u{1b}[2J\r"), "a\nb\tc␣[2J␣");
    }

    #[test]
    fn what_steers_a_terminal_is_never_shown_raw() {
        assert_eq!(excerpt("\u{1b}[31mred\u{7}\u{202e}"), "␣[31mred␣␣");
        let place = Place::line(Path::new("a\u{1b}[2J.csv"), 1).column(&"\u{7}x".repeat(100_000));
        let text = Diagnostic { place, ..finding(1) }.to_string();
        assert!(!text.chars().any(|c| c != '\n' && steers(c)) && text.len() < 600, "{text}");
    }

    #[test]
    fn an_excerpt_is_one_short_line() {
        assert_eq!(excerpt("a\nb"), "a␣b");
        assert_eq!(excerpt(&"x".repeat(10_000)).chars().count(), 81);
    }
}

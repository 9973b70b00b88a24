//! What is wrong with a file, where, and how to mend it.
//!
//! A diagnostic is about the user's data: it is collected and the work goes on. An error type
//! (elsewhere) means that an operation gave nothing. One value, three renderers: terminal
//! ([`std::fmt::Display`]), panel, JSON ([`Diagnostic::to_json`]).

use std::collections::BTreeMap;
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
    /// The row (or file) is left out.
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

    /// The same place, in a column.
    #[must_use]
    pub fn column(mut self, name: &str) -> Self {
        self.column = Some(name.into());
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
    let mut out: String =
        text.chars().take(80).map(|c| if c.is_control() { '\u{2423}' } else { c }).collect();
    if text.chars().nth(80).is_some() {
        out.push('…');
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
        let mut text = self.place.file.display().to_string();
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

/// How many rows of a file there were, and how many are in use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableCount {
    /// The file as it was named.
    pub file: PathBuf,
    /// Which table it was taken for: `sites`, `phases` …
    pub kind: &'static str,
    /// Rows in the file, header and blank lines not counted.
    pub rows: u64,
    /// Rows that are in the data set.
    pub kept: u64,
    /// How the table was recognised, in words.
    pub because: String,
}

/// Findings about all files of one load, and counts in and out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// One entry a file.
    pub tables: Vec<TableCount>,
    findings: Vec<Diagnostic>,
    counts: BTreeMap<(PathBuf, &'static str), (Severity, u64)>,
}

/// So many findings of one code in one file are kept in full; further ones are counted.
pub const KEPT_PER_CODE: u64 = 10_000;

impl Report {
    /// Takes a finding. From [`KEPT_PER_CODE`] of the same code and file on, only counts it
    /// ([`Report::overflow`] tells how many).
    pub fn push(&mut self, finding: Diagnostic) {
        let key = (finding.place.file.clone(), finding.code);
        let entry = self.counts.entry(key).or_insert((finding.severity, 0));
        entry.1 += 1;
        if entry.1 <= KEPT_PER_CODE {
            self.findings.push(finding);
        }
    }

    /// Whether there is no finding.
    pub fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }

    /// The findings, in the order of files and lines.
    pub fn findings(&self) -> &[Diagnostic] {
        &self.findings
    }

    /// Findings that were counted and not kept: file, code, how many.
    pub fn overflow(&self) -> impl Iterator<Item = (&Path, &'static str, u64)> {
        self.counts
            .iter()
            .filter(|(_, (_, n))| *n > KEPT_PER_CODE)
            .map(|((file, code), (_, n))| (file.as_path(), *code, n - KEPT_PER_CODE))
    }

    /// Number of findings of a severity, kept or only counted.
    pub fn count(&self, severity: Severity) -> u64 {
        self.counts.values().filter(|(s, _)| *s == severity).map(|(_, n)| n).sum()
    }

    /// Puts the findings in the order of files, lines and codes.
    pub fn sort(&mut self) {
        let order: Vec<PathBuf> = self.tables.iter().map(|t| t.file.clone()).collect();
        self.findings.sort_by_key(|d| {
            let file = order.iter().position(|f| *f == d.place.file).unwrap_or(usize::MAX);
            (file, d.place.line, d.code)
        });
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
            let key = (file.to_owned(), code);
            let severity = self.counts.get(&key).map_or(Severity::Error, |c| c.0);
            out.counts.entry(key).or_insert((severity, 0)).1 += more;
        }
        out
    }

    /// Moves all findings down by so many lines.
    pub(crate) fn move_down(&mut self, lines: u64) {
        for line in self.findings.iter_mut().filter_map(|f| f.place.line.as_mut()) {
            *line = line.saturating_add(lines);
        }
    }

    /// Lets findings that are kept in full be changed, code and place aside.
    pub(crate) fn amend(&mut self, change: impl FnMut(&mut Diagnostic)) {
        self.findings.iter_mut().for_each(change);
    }

    /// Takes over the findings and counts of another report.
    pub fn append(&mut self, other: Self) {
        let skipped: Vec<_> =
            other.overflow().map(|(file, code, n)| (file.to_owned(), code, n)).collect();
        self.tables.extend(other.tables);
        let severities = other.counts;
        for finding in other.findings {
            self.push(finding);
        }
        for (file, code, n) in skipped {
            let severity = severities.get(&(file.clone(), code)).map_or(Severity::Error, |s| s.0);
            self.counts.entry((file, code)).or_insert((severity, 0)).1 += n;
        }
    }

    /// The report as JSON: `{"tables": […], "diagnostics": […], "overflow": […]}`.
    pub fn to_json(&self) -> serde_json::Value {
        let tables: Vec<_> = self
            .tables
            .iter()
            .map(|t| {
                serde_json::json!({
                    "file": t.file.to_string_lossy(), "kind": t.kind,
                    "rows": t.rows, "kept": t.kept, "because": t.because,
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
        for line in 1..=KEPT_PER_CODE + 5 {
            report.push(finding(line));
        }
        assert_eq!(report.findings().len() as u64, KEPT_PER_CODE);
        assert_eq!(report.count(Severity::Error), KEPT_PER_CODE + 5);
        assert_eq!(report.overflow().map(|o| o.2).sum::<u64>(), 5);
        let mut other = Report::default();
        other.append(report);
        assert_eq!(other.count(Severity::Error), KEPT_PER_CODE + 5);
    }

    #[test]
    fn an_excerpt_is_one_short_line() {
        assert_eq!(excerpt("a\nb"), "a␣b");
        assert_eq!(excerpt(&"x".repeat(10_000)).chars().count(), 81);
    }
}

//! Doing what is meant. Results go to stdout, talk to stderr.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use super::args::{CheckArgs, Command, TableName};
use super::plan::{DataPlan, ExportPlan, PictureFormat, RenderPlan};
use super::timing::{Stage, Timings};
use crate::diagnostic::{Report, Severity};
use crate::export::{self, Table, tables};
use crate::figure::{self, FigureKind, FigureSpec, Scene, Theme, World};
use crate::io::{self, Loaded, builtin};
use crate::model::{Grid, Month};
use crate::scenario::{self, Filter, Grouping, Outcome, Query, Scenario};

/// How a command ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Well.
    Well,
    /// The data have errors; what could be done was done.
    DataErrors,
}

impl Exit {
    fn of(report: &Report) -> Self {
        if report.count(Severity::Error) > 0 { Self::DataErrors } else { Self::Well }
    }
}

/// Runs a command.
///
/// # Errors
/// If the command could not do its work at all.
pub fn run(command: Command) -> anyhow::Result<Exit> {
    match command {
        Command::Check(args) => check(&args),
        Command::Render(args) => render(RenderPlan::new(args)?),
        Command::Export(args) => export_table(&ExportPlan::new(args)?),
        Command::Sample { dir } => sample(&dir),
    }
}

/// Prints to stdout; a reader that has gone away is no error.
fn print(text: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        other => other.context("cannot write to the terminal"),
    }
}

fn say(text: &str) {
    // Nobody can be told that nobody can be told.
    writeln!(std::io::stderr().lock(), "{text}").unwrap_or_default();
}

/// Opens the files named over the built-in tables. A file that cannot be opened is a finding.
fn load(files: &[PathBuf]) -> anyhow::Result<Loaded> {
    let (inputs, unread) = io::read_inputs(files);
    if !files.is_empty() && unread.len() == files.len() {
        let first = &unread[0];
        anyhow::bail!("cannot read {}: {}", first.place.file.display(), first.found);
    }
    let mut loaded = io::load(&inputs, &io::Unwatched)?;
    for finding in unread {
        loaded.report.push(finding);
    }
    Ok(loaded)
}

/// What is said because of the user's files: all but what the built-in data say by themselves.
fn own_report(report: &Report) -> anyhow::Result<Report> {
    let known = io::load(&builtin::inputs(), &io::Unwatched)?.report;
    let built_in = |path: &Path| path.starts_with(builtin::FOLDER);
    Ok(report.about(|file| !built_in(file), |finding| !known.findings().contains(finding)))
}

fn check(args: &CheckArgs) -> anyhow::Result<Exit> {
    let mut timings = Timings::start();
    let loaded = load(&args.files)?;
    timings.done(Stage::Load);
    let report = if args.files.is_empty() { loaded.report } else { own_report(&loaded.report)? };
    if args.json {
        print(&format!("{}\n", report.to_json()))?;
    } else {
        print(&report_text(&report))?;
    }
    timings.done(Stage::Write);
    if args.timings {
        say(&timings.json());
    }
    let strict = args.strict && report.count(Severity::Warning) > 0;
    if strict {
        say("warnings count as errors (--strict)");
    }
    Ok(if strict { Exit::DataErrors } else { Exit::of(&report) })
}

fn report_text(report: &Report) -> String {
    let mut out = String::new();
    for finding in report.findings() {
        out.push_str(&format!("{finding}\n"));
    }
    for (file, code, more) in report.overflow() {
        out.push_str(&format!("and {more} more of {code} in {}\n\n", file.display()));
    }
    for table in &report.tables {
        let file = table.file.display();
        out.push_str(&format!(
            "{file}: {}, {} of {} rows kept ({})\n",
            table.kind, table.kept, table.rows, table.because
        ));
    }
    let count = |severity| report.count(severity);
    out.push_str(&format!(
        "{}, {}, {}\n",
        counted(count(Severity::Error), "error"),
        counted(count(Severity::Warning), "warning"),
        counted(count(Severity::Note), "note")
    ));
    out
}

/// The grid of a plan: that of the data, or one of its own, with policy and as-of date.
fn grid(loaded: &Loaded, plan: &DataPlan, from: Option<Month>, to: Option<Month>) -> Grid {
    let own = loaded.data.grid();
    let (first, last) = (from.unwrap_or(own.first), to.unwrap_or(own.last()));
    let mut grid = Grid::new(first, last.max(first));
    grid.date_policy = plan.date_policy;
    grid.as_of = plan.as_of.or(own.as_of);
    grid
}

/// The month that is asked for: as typed, else the as-of month, else the last of the grid.
fn month(grid: &Grid, typed: Option<Month>) -> Month {
    typed.or(grid.as_of.map(crate::model::Day::month)).unwrap_or_else(|| grid.last())
}

/// So many errors are told in full when a picture or table was asked for.
const TOLD_ERRORS: usize = 3;

/// Tells of errors in the user's data, and of files that were not used at all.
fn tell_findings(report: &Report) {
    let errors = report.count(Severity::Error);
    for finding in
        report.findings().iter().filter(|d| d.severity == Severity::Error).take(TOLD_ERRORS)
    {
        say(&format!("{}: {} ({})", finding.place_text(), finding.what, finding.code));
    }
    for table in report.tables.iter().filter(|t| t.kind == "unknown") {
        let file = table.file.display();
        say(&format!("{file} was not used; where it should have been, the built-in table was"));
    }
    if errors > 0 {
        say(&format!("{} in the data; `wattlas check` shows all", counted(errors, "error")));
    }
}

/// `1 error`, `2 errors`.
fn counted(count: u64, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// Tells if a filter lets nothing through.
fn tell_empty(mask: Option<&[bool]>, filter: &str) {
    if mask.is_some_and(|m| !m.contains(&true)) {
        say(&format!("no phase passes the filter `{filter}`"));
    }
}

fn render(mut plan: RenderPlan) -> anyhow::Result<Exit> {
    let mut timings = Timings::start();
    let loaded = load(&plan.data.files)?;
    timings.done(Stage::Load);
    let grid = grid(&loaded, &plan.data, None, None);
    let outcome = scenario::run(&loaded.data, &Scenario::default(), &grid);
    let prepared = figure::prepare(
        &loaded.data,
        &outcome,
        &figure::extremes(&loaded.data, &outcome),
        &plan.spec.question,
    )?;
    tell_empty(prepared.mask.as_deref(), &plan.spec.question.filter);
    timings.done(Stage::Run);
    plan.spec.month = month(&grid, plan.data.month);
    let world = World::new(builtin::BASEMAP)?;
    let powers = figure::site_powers(&loaded.data, &outcome, &prepared, plan.spec.month);
    let scene = Scene {
        data: &loaded.data,
        outcome: &outcome,
        prepared: &prepared,
        powers: &powers,
        world: &world,
    };
    let figure = figure::build(&plan.spec, &scene);
    timings.done(Stage::Build);
    let bytes = match plan.format {
        PictureFormat::Png => export::png(&figure)?,
        PictureFormat::Svg => export::svg(&figure).into_bytes(),
        PictureFormat::Pdf => export::pdf(&figure)?,
    };
    export::save(&plan.output, &bytes)?;
    timings.done(Stage::Write);
    if plan.data.timings {
        say(&timings.json());
    }
    tell_findings(&loaded.report);
    Ok(Exit::of(&loaded.report))
}

/// Draws the overview of files, or of the built-in data, to a PNG file.
///
/// # Errors
/// If the data cannot be loaded or the file not be written.
pub fn overview_to_file(files: &[PathBuf], output: &Path) -> anyhow::Result<Exit> {
    let loaded = load(files)?;
    let grid = loaded.data.grid();
    let outcome = scenario::run(&loaded.data, &Scenario::default(), &grid);
    let mut spec = FigureSpec::new(FigureKind::Overview, month(&grid, None));
    spec.theme = Theme::Dark;
    let prepared = figure::prepare(
        &loaded.data,
        &outcome,
        &figure::extremes(&loaded.data, &outcome),
        &spec.question,
    )?;
    let world = World::new(builtin::BASEMAP)?;
    let powers = figure::site_powers(&loaded.data, &outcome, &prepared, spec.month);
    let scene = Scene {
        data: &loaded.data,
        outcome: &outcome,
        prepared: &prepared,
        powers: &powers,
        world: &world,
    };
    tell_findings(&loaded.report);
    export::save(output, &export::png(&figure::build(&spec, &scene))?)?;
    Ok(Exit::of(&loaded.report))
}

fn export_table(plan: &ExportPlan) -> anyhow::Result<Exit> {
    let mut timings = Timings::start();
    let loaded = load(&plan.data.files)?;
    timings.done(Stage::Load);
    let grid = grid(&loaded, &plan.data, plan.from, plan.to);
    let outcome = scenario::run(&loaded.data, &Scenario::default(), &grid);
    timings.done(Stage::Run);
    let table = table(&loaded, &outcome, plan)?;
    timings.done(Stage::Build);
    let text = table.write(plan.format);
    match &plan.output {
        Some(path) => export::save(path, text.as_bytes())?,
        None => print(&text)?,
    }
    timings.done(Stage::Write);
    if plan.data.timings {
        say(&timings.json());
    }
    tell_findings(&loaded.report);
    Ok(Exit::of(&loaded.report))
}

fn table(loaded: &Loaded, outcome: &Outcome, plan: &ExportPlan) -> anyhow::Result<Table> {
    let data = &loaded.data;
    let question = &plan.data.question;
    let mask = Filter::parse(&question.filter)?.mask(data, outcome, question.sector);
    let mask = mask.as_deref();
    tell_empty(mask, &question.filter);
    let at = month(&outcome.grid, plan.data.month);
    Ok(match plan.table {
        TableName::Capacity | TableName::Cost => {
            let grouping = Grouping::new(data, outcome, question.group_by);
            let sector = question.sector;
            let query = Query { measure: question.measure, grouping: &grouping, mask, sector };
            tables::stack_table(&scenario::stack(data, outcome, &query))
        }
        TableName::Sites => tables::site_table(data, outcome, mask, at, question.sector),
        TableName::Phases => {
            let day = plan.data.day.unwrap_or_else(|| at.last_day());
            tables::phase_table(data, outcome, mask, day)
        }
        TableName::Prices => {
            let months: Vec<Month> = match plan.data.month {
                Some(month) => vec![month],
                None => outcome.grid.months().collect(),
            };
            tables::price_table(data, &months, question.sector)
        }
    })
}

fn sample(dir: &Path) -> anyhow::Result<Exit> {
    let paths = builtin::write_sample(dir)?;
    let mut out = String::new();
    for path in paths {
        out.push_str(&format!("{}\n", path.display()));
    }
    print(&out)?;
    Ok(Exit::Well)
}

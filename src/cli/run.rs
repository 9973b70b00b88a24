//! Doing what is meant. Results go to stdout, talk to stderr.

use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use super::args::{CheckArgs, Command, TableName};
use super::bench::Window;
use super::plan::{
    ComparePlan, DataPlan, ExportPlan, Frame, PictureFormat, RenderPlan, SweepPlan, TornadoPlan,
};
use super::studies;
use super::timing::{Stage, Timings};
use super::world::{World, load};
use crate::diagnostic::{Report, Severity, harmless, harmless_json, harmless_lines};
use crate::export::{self, Format, Rows, Table, Writer, tables};
use crate::figure::{self, Figure, FigureKind, FigureSpec, Scene, StudyInput, Theme};
use crate::geo::projection::{LonLat, View};
use crate::io::{self, builtin};
use crate::model::{Dataset, Grid, Hour, Month};
use crate::parallel::Threads;
use crate::save::{are_the_same, free_name, save, save_folder, save_with};
use crate::scenario::group::MOST_CELLS;
use crate::scenario::supply::{SupplyQuery, supply};
use crate::scenario::{self, Engine, Grouping, Lens, Measure, Outcome, Query, Scenario};
use crate::units::counted;

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

/// Runs a command. `window` is there where the build has one; only the bench asks for it.
///
/// # Errors
/// If the command could not do its work at all.
pub fn run(command: Command, window: Option<&Window>) -> anyhow::Result<Exit> {
    match command {
        Command::Check(args) => check(&args),
        Command::Render(args) => render(RenderPlan::new(args)?),
        Command::Export(args) => export_table(&ExportPlan::new(args)?),
        Command::Compare(args) => studies::compare(&ComparePlan::new(args)?),
        Command::Sweep(args) => studies::sweep(&SweepPlan::new(args)?),
        Command::Tornado(args) => studies::tornado(&TornadoPlan::new(args)?),
        Command::Bench(args) => super::bench::bench(args, window),
        Command::Scenarios { name } => studies::scenarios(name.as_deref()),
        Command::Sample { dir } => sample(&dir),
        Command::Map { file } => map(&file),
    }
}

/// Prints to stdout; a reader that has gone away is no error.
pub(super) fn print(text: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    let text = harmless_lines(text);
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        other => other.context("cannot write to the terminal"),
    }
}

pub(super) fn say(text: &str) {
    // Nobody can be told that nobody can be told.
    writeln!(std::io::stderr().lock(), "{}", harmless_lines(text)).unwrap_or_default();
}

/// What is said because of the user's files: all but what the built-in data say by themselves.
fn own_report(report: &Report) -> anyhow::Result<Report> {
    let known = io::load(&builtin::inputs(), &io::Unwatched, &Threads::new(None))?.report;
    let built_in = |path: &Path| path.starts_with(builtin::FOLDER);
    Ok(report.about(|file| !built_in(file), |finding| !known.findings().contains(finding)))
}

/// Prints how a file is read.
fn map(file: &Path) -> anyhow::Result<Exit> {
    let (inputs, unread) =
        crate::files::read_inputs(&[file.to_owned()], &super::world::told_of_waiting);
    if let Some(finding) = unread.first() {
        anyhow::bail!("cannot read {}: {}", finding.place.file.display(), finding.found);
    }
    let mut report = Report::default();
    let mapping = inputs.iter().find(|input| !input.built_in);
    let mapping = mapping.and_then(|input| io::write_mapping(input, &mut report));
    let Some(mapping) = mapping else {
        tell_findings(&report);
        anyhow::bail!("no table is recognised in {}", file.display());
    };
    print(&mapping)?;
    Ok(Exit::Well)
}

fn check(args: &CheckArgs) -> anyhow::Result<Exit> {
    let mut timings = Timings::start();
    let is_scenario = |path: &&PathBuf| {
        path.extension().is_some_and(|e| e == "toml") && !crate::files::is_mapping(path)
    };
    let (scenarios, files): (Vec<&PathBuf>, Vec<&PathBuf>) =
        args.files.iter().partition(is_scenario);
    let files: Vec<PathBuf> = files.into_iter().chain(&args.mapping).cloned().collect();
    let loaded = load(&files)?;
    timings.done(Stage::Load);
    let mut report =
        if args.files.is_empty() { loaded.report } else { own_report(&loaded.report)? };
    for path in scenarios {
        let text = crate::files::read_text(path, &super::world::told_of_waiting)
            .with_context(|| format!("cannot read {}", path.display()))?;
        let read = io::read_scenario(path, &text, &loaded.data);
        read.map_or_else(|error| error.findings, |file| file.findings)
            .into_iter()
            .for_each(|finding| report.push(finding));
    }
    if args.json {
        print(&format!("{}\n", harmless_json(report.to_json().to_string())))?;
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
        let file = harmless(&table.file.to_string_lossy()).into_owned();
        out.push_str(&format!(
            "{file}: {}, {} of {} rows kept ({})\n",
            table.word(),
            table.kept,
            table.rows,
            table.because
        ));
        let widest =
            table.columns.iter().map(|(title, _)| title.chars().count()).max().unwrap_or(0);
        for (title, role) in &table.columns {
            let title = harmless(title);
            let room = " ".repeat(widest.min(40).saturating_sub(title.chars().count()));
            out.push_str(&format!("  {title}{room}  {role}\n"));
        }
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

/// So many errors are told in full when a picture or table was asked for.
const TOLD_ERRORS: usize = 3;

/// Tells of errors in the user's data.
pub(super) fn tell_findings(report: &Report) {
    let errors = report.count(Severity::Error);
    for finding in
        report.findings().iter().filter(|d| d.severity == Severity::Error).take(TOLD_ERRORS)
    {
        say(&format!("{}: {} ({})", finding.place_text(), finding.what, finding.code));
    }
    if errors > 0 {
        say(&format!("{} in the data; `wattlas check` shows all", counted(errors, "error")));
    }
}

/// Tells if a filter lets nothing through.
fn tell_empty(mask: Option<&[bool]>, filter: &str) {
    if mask.is_some_and(|m| !m.contains(&true)) {
        say(&format!("no phase passes the filter `{filter}`"));
    }
}

/// What is said where hours are asked for and none are there.
const NO_HOURS: &str =
    "there are no hourly prices; name a file of them with --data (see docs/data-format.md)";

/// Which hours of those asked for there are.
fn hours_in_view(data: &Dataset, asked: [f64; 2]) -> anyhow::Result<[f64; 2]> {
    anyhow::ensure!(data.has_hours(), NO_HOURS);
    let all = data.hours().hours();
    anyhow::ensure!(
        asked[0] < f64::from(all.end) && asked[1] > f64::from(all.start),
        "--hours: the hourly prices go from {} to {}",
        Hour(all.start),
        Hour(all.end - 1)
    );
    Ok(figure::hours::within(data.hours(), asked))
}

fn render(mut plan: RenderPlan) -> anyhow::Result<Exit> {
    let mut timings = Timings::start();
    not_an_input(&plan.data, Some(&plan.output))?;
    if !matches!(plan.spec.kind, FigureKind::Compare | FigureKind::Ledger) {
        one_scenario(&plan.data, "this figure")?;
    }
    let world = World::open(&plan.data, (None, None))?;
    timings.done(Stage::Load);
    plan.spec.month = world.month(plan.data.month);
    if let Some(asked) = plan.spec.hours {
        plan.spec.hours = Some(hours_in_view(&world.data, asked)?);
    }
    let projection = plan.spec.view.projection;
    plan.spec.view = match plan.frame {
        Frame::World => plan.spec.view,
        Frame::Data => View::around(projection, world.places()),
        Frame::Bounds([west, south, east, north]) => {
            let corners = [LonLat::new(west, south), LonLat::new(east, north)];
            View::within(projection, corners)
        }
    };
    let figure = draw(&world, &plan.spec, (plan.draws, plan.seed, plan.threads), &mut timings)?;
    let bytes = match plan.format {
        PictureFormat::Png => export::png(&figure)?,
        PictureFormat::Svg => export::svg(&figure).into_bytes(),
        PictureFormat::Pdf => export::pdf(&figure)?,
    };
    put_with(Some(&plan.output), |out| Ok(out.write_all(&bytes)?))?;
    timings.done(Stage::Write);
    if plan.data.timings {
        say(&timings.json());
    }
    tell_findings(&world.loaded.report);
    Ok(Exit::of(&world.loaded.report))
}

/// How a command ends that did its work: what is wrong with the data is told, and counts.
pub(super) fn finish(world: &World) -> Exit {
    tell_findings(&world.loaded.report);
    Exit::of(&world.loaded.report)
}

/// Works out and builds one figure.
fn draw(
    world: &World,
    spec: &FigureSpec,
    (draws, seed, threads): (Option<u32>, Option<u64>, Option<usize>),
    timings: &mut Timings,
) -> anyhow::Result<Figure> {
    let outcome = world.outcome(0);
    let prepared = world.prepare(0, &outcome, &spec.question, spec.kind != FigureKind::Map)?;
    tell_empty(prepared.mask.as_deref(), &spec.question.filter);
    let scenarios: Vec<&Scenario> = world.files.iter().map(|file| &file.scenario).collect();
    let input = StudyInput {
        workers: &Threads::new(threads),
        data: &world.data,
        engine: &world.engine,
        scenarios: &scenarios,
        draws,
        seed,
    };
    let study = input.study(spec)?;
    timings.done(Stage::Run);
    let basemap = figure::World::new(builtin::BASEMAP)?;
    let powers = world.powers(&outcome, &prepared, spec.month);
    let scene = Scene {
        data: &world.data,
        outcome: &outcome,
        prepared: &prepared,
        powers: &powers,
        world: &basemap,
        study: study.as_ref(),
    };
    let figure = figure::build(spec, &scene);
    timings.done(Stage::Build);
    Ok(figure)
}

/// Draws the overview of files, or of the built-in data, to a PNG file, and gives its path: the one named,
/// or where that is taken the same with a number.
///
/// # Errors
/// If the data cannot be loaded or the file not be written.
pub fn overview_to_file(files: &[PathBuf], output: &Path) -> anyhow::Result<(Exit, PathBuf)> {
    let plan = DataPlan::of_files(files.to_vec());
    let world = World::open(&plan, (None, None))?;
    let mut spec = FigureSpec::new(FigureKind::Overview, world.month(None));
    spec.theme = Theme::Dark;
    let figure = draw(&world, &spec, (None, None, None), &mut Timings::start())?;
    tell_findings(&world.loaded.report);
    let path = free_name(output);
    save(&path, &export::png(&figure)?)?;
    Ok((Exit::of(&world.loaded.report), path))
}

fn export_table(plan: &ExportPlan) -> anyhow::Result<Exit> {
    let mut timings = Timings::start();
    one_scenario(&plan.data, "export")?;
    not_an_input(&plan.data, plan.output.as_deref())?;
    let world = World::open(&plan.data, (plan.from, plan.to))?;
    timings.done(Stage::Load);
    let outcome = world.outcome(0);
    timings.done(Stage::Run);
    put_rows(plan.format, plan.output.as_deref(), |to| write_table(&world, &outcome, plan, to))?;
    timings.done(Stage::Write);
    if plan.data.timings {
        say(&timings.json());
    }
    tell_findings(&world.loaded.report);
    Ok(Exit::of(&world.loaded.report))
}

/// Refuses a second scenario where one would be left out.
pub(super) fn one_scenario(plan: &DataPlan, command: &str) -> anyhow::Result<()> {
    if plan.scenarios.len() > 1 {
        anyhow::bail!("{command} takes one scenario; `compare` and `render compare` take several");
    }
    Ok(())
}

/// Writes a table to a file or the terminal.
pub(super) fn put(table: &Table, format: Format, output: Option<&Path>) -> anyhow::Result<()> {
    put_rows(format, output, |to| Ok(table.give(to)?))
}

/// Writes rows to a file or the terminal as they come.
pub(super) fn put_rows(
    format: Format,
    output: Option<&Path>,
    rows: impl FnOnce(&mut dyn Rows) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    put_with(output, |out| {
        let mut writer = Writer::new(out, format);
        rows(&mut writer)?;
        Ok(writer.finish()?)
    })
}

/// Writes to a file or, where none is named or `-`, to standard output. What goes wrong before the
/// end leaves an old file as it was.
pub(super) fn put_with(
    output: Option<&Path>,
    write: impl FnOnce(&mut dyn Write) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let Some(path) = output.filter(|path| *path != Path::new("-")) else {
        let mut out = BufWriter::with_capacity(1 << 16, std::io::stdout().lock());
        return match write(&mut out).and_then(|()| Ok(out.flush()?)) {
            Err(error) if is_broken_pipe(&error) => Ok(()),
            other => other.context("cannot write to standard output"),
        };
    };
    let mut failed = None;
    let saved = save_with(path, |out| {
        write(out).map_err(|error| match error.downcast::<std::io::Error>() {
            Ok(error) => error,
            Err(error) => {
                failed = Some(error);
                std::io::Error::other("its content could not be made")
            }
        })
    });
    match failed {
        Some(error) => Err(error),
        None => Ok(saved?),
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let kind = error.downcast_ref::<std::io::Error>().map(std::io::Error::kind);
    kind == Some(std::io::ErrorKind::BrokenPipe)
}

/// Refuses an output that is one of the inputs: files of a user's are never changed.
pub(super) fn not_an_input(plan: &DataPlan, output: Option<&Path>) -> anyhow::Result<()> {
    let Some(output) = output else { return Ok(()) };
    let scenarios = plan.scenarios.iter().map(Path::new);
    let mut inputs = plan.files.iter().map(PathBuf::as_path).chain(scenarios);
    // What passes bytes on may be named twice.
    let is_file = || std::fs::metadata(output).is_ok_and(|about| about.is_file());
    if is_file() && inputs.any(|input| are_the_same(input, output)) {
        anyhow::bail!(
            "{} is an input, and files of yours are never changed; name another file to write to",
            output.display()
        );
    }
    Ok(())
}

fn write_table(
    world: &World,
    outcome: &Outcome,
    plan: &ExportPlan,
    to: &mut dyn Rows,
) -> anyhow::Result<()> {
    let data = &world.data;
    let question = &plan.data.question;
    let sector = question.sector;
    let mask = question.filter_over(data)?.mask(data, outcome, sector);
    let mask = mask.as_deref();
    tell_empty(mask, &question.filter);
    let threads = Threads::new(None);
    let lens = question.lens(&threads, data, outcome)?;
    let lens = lens.as_deref();
    let at = world.month(plan.data.month);
    match plan.table {
        TableName::Capacity | TableName::Cost => write_capacity(world, outcome, plan, mask, to)?,
        TableName::Sites => tables::write_sites(data, outcome, (mask, lens), at, sector, to)?,
        TableName::Phases => {
            let day = plan.data.day.unwrap_or_else(|| at.last_day());
            tables::write_phases(data, outcome, (mask, lens), day, to)?;
        }
        TableName::Prices => {
            let months: Vec<Month> = match plan.data.month {
                Some(month) => vec![month],
                None => outcome.grid.months().collect(),
            };
            tables::write_prices(data, &months, sector, to)?;
        }
        TableName::Hours => {
            anyhow::ensure!(data.has_hours(), NO_HOURS);
            let first = |month: Month| Hour::of(month.first_day()).0;
            let from = plan.from.map_or(i32::MIN, first);
            let end = plan.to.map_or(i32::MAX, |month| first(month.plus(1)));
            tables::write_hours(data, from..end, to)?;
        }
        TableName::Supply => {
            let grouping =
                Grouping::seen_with(&threads, data, outcome, question.group_by.clone(), lens);
            let ratio = question.measure.is_ratio();
            let measure = if ratio { question.measure } else { Measure::UsdPerH100eHour };
            let asked = SupplyQuery { measure, grouping: &grouping, mask, sector, month: at };
            let curve = supply(data, outcome, &asked);
            export::studies::supply_table(data, &grouping, &curve, (measure, at)).give(to)?;
        }
    }
    Ok(())
}

/// Writes the stack of an outcome. Where groups are many, some months are worked out at a time: what
/// went online before the first of them counts from it (RULES T2).
fn write_capacity(
    world: &World,
    outcome: &Outcome,
    plan: &ExportPlan,
    mask: Option<&[bool]>,
    to: &mut dyn Rows,
) -> anyhow::Result<()> {
    let (data, question, threads) = (&world.data, &plan.data.question, Threads::new(None));
    let lens = question.lens(&threads, data, outcome)?;
    let stacked = |outcome: &Outcome, lens: Option<&Lens>| {
        let grouping =
            Grouping::seen_with(&threads, data, outcome, question.group_by.clone(), lens);
        let asked = Query::new(question.measure, &grouping);
        let query = Query { mask, sector: question.sector, real_year: question.real_year, ..asked };
        scenario::stack(data, outcome, &query)
    };
    let groups = Grouping::new_with(&threads, data, outcome, question.group_by.clone()).names.len();
    let grid = outcome.grid;
    let months = (MOST_CELLS / groups.max(1)).clamp(1, grid.len);
    if months == grid.len {
        return Ok(tables::write_stack(&stacked(outcome, lens.as_deref()), to)?);
    }
    let windows = (0..grid.len).step_by(months).map(|at| {
        let window = Grid { first: grid.month(at), len: months.min(grid.len - at), ..grid };
        let engine = Engine::new_with(&threads, data, &window);
        let outcome = engine.run_with(&threads, data, &world.scenario(0));
        let lens = question.lens(&threads, data, &outcome);
        stacked(&outcome, lens.ok().flatten().as_deref())
    });
    Ok(tables::write_stacks(windows, to)?)
}

fn sample(dir: &Path) -> anyhow::Result<Exit> {
    let files = builtin::sample();
    save_folder(dir, &files).map_err(|error| {
        let exists = error.source.kind() == std::io::ErrorKind::AlreadyExists;
        let more = if exists {
            "it is left as it is; name an empty folder"
        } else {
            "nothing of it stays"
        };
        anyhow::Error::from(error).context(more)
    })?;
    let mut out = String::new();
    for (name, _) in files {
        out.push_str(&format!("{}\n", dir.join(name).display()));
    }
    print(&out)?;
    Ok(Exit::Well)
}

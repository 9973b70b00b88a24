//! What can be typed.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// An atlas of the world's compute, in watts.
///
/// Without a command the window opens on the built-in data, or on the files named. Without a
/// display the overview is drawn to `wattlas-overview.png` instead.
#[derive(Debug, Parser)]
#[command(name = "wattlas", version, args_conflicts_with_subcommands = true)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// CSV files to open in the window; they take the place of built-in tables of their kind.
    pub files: Vec<PathBuf>,
}

/// What to do without a window.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Reads files and reports what is wrong with them; the built-in data where none is named.
    Check(CheckArgs),
    /// Draws one figure to a PNG, SVG or PDF file.
    Render(RenderArgs),
    /// Writes a table of results as CSV or JSON.
    Export(ExportArgs),
    /// Compares two scenarios: the difference by month and group, or the ledger at a month.
    Compare(CompareArgs),
    /// Draws a scenario many times: percentiles by month and group, milestones, exceedance.
    Sweep(SweepArgs),
    /// Tells which uncertain input of a scenario matters.
    Tornado(TornadoArgs),
    /// Times a stage of the work inside the process, so that claims can be repeated.
    Bench(BenchArgs),
    /// Lists the scenarios that come with the app, or prints one.
    Scenarios {
        /// The scenario to print.
        name: Option<String>,
    },
    /// Prints how a file is read, with the reasons: to be changed, and given with `--mapping`.
    Map {
        /// The file.
        file: PathBuf,
    },
    /// Writes the built-in tables into a folder, as templates.
    Sample {
        /// The folder. Files that are there are never overwritten.
        dir: PathBuf,
    },
}

/// `wattlas check`.
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// CSV files, scenarios and mappings (.toml).
    pub files: Vec<PathBuf>,
    /// How a file is read, as `wattlas map` prints it.
    #[arg(long, value_name = "FILE")]
    pub mapping: Vec<PathBuf>,
    /// Counts warnings as errors.
    #[arg(long)]
    pub strict: bool,
    /// Prints the report as JSON.
    #[arg(long)]
    pub json: bool,
    /// Prints times and peak memory to stderr, as one line of JSON.
    #[arg(long)]
    pub timings: bool,
}

/// What `render` and `export` share.
#[derive(Debug, Args)]
pub struct DataArgs {
    /// CSV files that take the place of built-in tables of their kind.
    #[arg(long = "data", value_name = "FILE", num_args = 1..)]
    pub data: Vec<PathBuf>,
    /// How a file of the data is read, as `wattlas map` prints it.
    #[arg(long, value_name = "FILE")]
    pub mapping: Vec<PathBuf>,
    /// A scenario: a TOML file, or the name of one that comes with the app (`wattlas scenarios`).
    /// Several where scenarios are compared.
    #[arg(long = "scenario", value_name = "FILE")]
    pub scenarios: Vec<String>,
    /// Which phases take part, for example `operator:Amazon status:planned mw>500`.
    #[arg(long, value_name = "EXPR", default_value = "", allow_hyphen_values = true)]
    pub filter: String,
    /// Tells everything of this buyer's share alone, month by month: a user by name or alias.
    #[arg(long, value_name = "NAME")]
    pub buyer: Option<String>,
    /// What the phases are grouped by [default: user].
    #[arg(
        long,
        value_name = "KEY",
        help = "What the phases are grouped by [default: user]: site, operator, owner, user, chip, chip_vendor, status, site_status, confidence, country, continent, subdivision, price_zone, bloc, regime, kind, scope, or the title of a column of your own"
    )]
    pub group_by: Option<String>,
    /// What is measured.
    #[arg(
        long,
        value_name = "KEY",
        help = "What is measured: facility_mw, it_mw, accelerators, h100e, energy_mwh, cost_usd, energy_cost_usd, capacity_cost_usd, carbon_cost_usd, cover_usd, capital_usd, tco_usd, accelerator_hours, h100e_hours, carbon_t, carbon_market_t, embodied_t, water_m3, usd_per_mwh, usd_per_mw_year, usd_per_accelerator_hour, usd_per_h100e_hour, electricity_share"
    )]
    pub measure: Option<String>,
    /// Whose price: industrial, commercial, residential, wholesale, best.
    #[arg(long, value_name = "KEY", default_value = "industrial")]
    pub sector: String,
    /// The month of the map and of tables of sites; the as-of month if not given.
    #[arg(long, value_name = "YYYY-MM")]
    pub date: Option<String>,
    /// Where imprecise dates are put in their period: nominal, start, middle, end.
    #[arg(long, value_name = "KEY", default_value = "nominal")]
    pub date_policy: String,
    /// The day on which the data are judged; that of the data if not given.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub as_of: Option<String>,
    /// Tells money in that of this year, by the `inflation` of the scenario; nominal if not given.
    #[arg(long, value_name = "YEAR")]
    pub real: Option<i32>,
    /// Prints times and peak memory to stderr, as one line of JSON.
    #[arg(long)]
    pub timings: bool,
}

/// Which figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FigureName {
    /// Sites on the world.
    Map,
    /// Stacked capacity over time.
    Capacity,
    /// Stacked electricity cost over time.
    Cost,
    /// All three.
    Overview,
    /// The same stack under every scenario, and the difference.
    Compare,
    /// Bands of many draws over time.
    Fan,
    /// The effect of each uncertain input at the month.
    Tornado,
    /// The difference of two scenarios by adjustment at the month.
    Ledger,
    /// What is in service by what it costs, at the month.
    Supply,
    /// Electricity prices of zones over time.
    Prices,
}

/// `wattlas render`.
#[derive(Debug, Args)]
pub struct RenderArgs {
    /// Which figure.
    pub figure: FigureName,
    /// The file to write; its ending says how: png, svg, pdf.
    #[arg(short, long, value_name = "OUT")]
    pub output: PathBuf,
    /// What is shared with `export`.
    #[command(flatten)]
    pub data: DataArgs,
    /// What colours the zones: none, price, carbon.
    #[arg(long, value_name = "KEY", default_value = "price")]
    pub overlay: String,
    /// How the world is drawn: equal-earth, mercator, globe.
    #[arg(long, value_name = "KEY", default_value = "equal-earth")]
    pub projection: String,
    /// What of the world a map shows: world, data (all sites), or WEST,SOUTH,EAST,NORTH in degrees.
    #[arg(long, value_name = "FRAME", default_value = "world", allow_hyphen_values = true)]
    pub frame: String,
    /// Width and height in pixels.
    #[arg(long, value_name = "WxH", default_value = "1600x900")]
    pub size: String,
    /// Colours: dark or light.
    #[arg(long, value_name = "KEY", default_value = "light")]
    pub theme: String,
    /// png, svg or pdf; by the ending of the file where it is not given.
    #[arg(long, value_name = "KEY")]
    pub format: Option<String>,
    /// For `prices`: prices by hour, of these days (both included) or hours, or of `all` there are.
    #[arg(long, value_name = "FROM..TO")]
    pub hours: Option<String>,
    /// How `fan` and `tornado` are drawn.
    #[command(flatten)]
    pub draw: DrawArgs,
}

/// Which table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum TableName {
    /// Capacity by group and month.
    Capacity,
    /// Electricity use or cost by group and month.
    Cost,
    /// Sites at a month.
    Sites,
    /// Phases at a month.
    Phases,
    /// Prices by zone and month.
    Prices,
    /// Prices by zone and hour.
    Hours,
    /// Sites in service from cheap to dear, at a month.
    Supply,
}

/// A level that a total may reach.
fn level(text: &str) -> Result<f64, String> {
    let level = text.parse::<f64>().ok().filter(|level| level.is_finite());
    level.ok_or_else(|| "a finite number is expected, in the unit of the measure".to_owned())
}

/// A number of threads.
fn threads(text: &str) -> Result<usize, String> {
    let threads = text.parse().ok().filter(|threads| (1..=1024).contains(threads));
    threads.ok_or_else(|| "a number from 1 to 1024 is expected".to_owned())
}

/// What commands that draw at random share.
#[derive(Debug, Args)]
pub struct DrawArgs {
    /// Number of draws; that of the scenario if not given.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub draws: Option<u32>,
    /// Seed; that of the scenario if not given.
    #[arg(long, value_name = "S")]
    pub seed: Option<u64>,
    /// Threads; as many as the machine runs at once if not given. The result is the same.
    #[arg(long, value_name = "N", value_parser = threads)]
    pub threads: Option<usize>,
}

/// What commands that write a table share.
#[derive(Debug, Args)]
pub struct WriteArgs {
    /// csv or json; by the ending of the file where it is not given, else csv.
    #[arg(long, value_name = "KEY")]
    pub format: Option<String>,
    /// The file to write; the terminal if not given.
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// `wattlas compare`.
#[derive(Debug, Args)]
pub struct CompareArgs {
    /// What is shared with `export`. With one scenario the baseline is compared with it.
    #[command(flatten)]
    pub data: DataArgs,
    /// As CSV: the difference by month and group, or the ledger at `--date`. JSON holds both.
    #[arg(long, value_name = "KEY", default_value = "difference")]
    pub table: String,
    /// Threads; as many as the machine runs at once if not given. The result is the same.
    #[arg(long, value_name = "N", value_parser = threads)]
    pub threads: Option<usize>,
    /// How the table is written.
    #[command(flatten)]
    pub write: WriteArgs,
}

/// `wattlas sweep`.
#[derive(Debug, Args)]
pub struct SweepArgs {
    /// What is shared with `export`.
    #[command(flatten)]
    pub data: DataArgs,
    /// How it is drawn.
    #[command(flatten)]
    pub draw: DrawArgs,
    /// Tells when the total reaches these levels, in the unit of the measure, instead of bands.
    #[arg(long, value_name = "LEVEL", num_args = 1.., value_parser = level)]
    pub milestone: Vec<f64>,
    /// Tells the share of draws at or above these levels, month by month, instead of bands.
    #[arg(long, value_name = "LEVEL", num_args = 1.., conflicts_with = "milestone", value_parser = level)]
    pub exceedance: Vec<f64>,
    /// How the table is written.
    #[command(flatten)]
    pub write: WriteArgs,
}

/// What is timed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum BenchStage {
    /// Files to typed columns. The total is the number of rows kept.
    Load,
    /// Monthly capacity by group, of data at hand. The total is the sum of all cells.
    Stack,
    /// Monthly electricity cost by group, of data at hand. The total is the sum of all cells.
    Cost,
    /// Bands of many draws. The total is the sum of all percentiles.
    Sweep,
    /// A pan, a zoom, a scrub and a dragged lever over the whole window, without a graphics card. The
    /// total is the number of corners of the triangles.
    Frame,
    /// The site under a pointer, at many places of a map. The total is the number of hits.
    Pick,
    /// Files to the first picture of the window. The total is the number of corners of its triangles.
    Start,
}

/// `wattlas bench`.
#[derive(Debug, Args)]
pub struct BenchArgs {
    /// What is timed.
    pub stage: BenchStage,
    /// What is shared with `export`. A sweep without a scenario draws delays and cancellations.
    #[command(flatten)]
    pub data: DataArgs,
    /// Number of draws of a sweep.
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub draws: u32,
    /// Runs that are timed, after one to warm up; their median is told.
    #[arg(short = 'n', long = "runs", value_name = "RUNS", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    pub runs: u32,
    /// Threads; as many as the machine runs at once if not given.
    #[arg(long, value_name = "N", value_parser = threads)]
    pub threads: Option<usize>,
    /// Prints the result as one line of JSON alone.
    #[arg(long)]
    pub json: bool,
}

/// `wattlas tornado`.
#[derive(Debug, Args)]
pub struct TornadoArgs {
    /// What is shared with `export`.
    #[command(flatten)]
    pub data: DataArgs,
    /// How it is drawn.
    #[command(flatten)]
    pub draw: DrawArgs,
    /// How the table is written.
    #[command(flatten)]
    pub write: WriteArgs,
}

/// `wattlas export`.
#[derive(Debug, Args)]
pub struct ExportArgs {
    /// Which table.
    pub table: TableName,
    /// What is shared with `render`.
    #[command(flatten)]
    pub data: DataArgs,
    /// First month; that of the data if not given.
    #[arg(long, value_name = "YYYY-MM")]
    pub from: Option<String>,
    /// Last month; that of the data if not given.
    #[arg(long, value_name = "YYYY-MM")]
    pub to: Option<String>,
    /// How the table is written.
    #[command(flatten)]
    pub write: WriteArgs,
}

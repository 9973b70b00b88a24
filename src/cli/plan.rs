//! What was typed becomes what is meant, before any file is touched.

use std::path::{Path, PathBuf};

use super::args::{
    CompareArgs, DataArgs, DrawArgs, ExportArgs, FigureName, RenderArgs, SweepArgs, TableName,
    TornadoArgs,
};
use crate::export::Format;
use crate::figure::{FigureKind, FigureSpec, Overlay, Question, Theme};
use crate::geo::{Projection, View};
use crate::model::{DatePolicy, Day, Hour, Month, SectorChoice};
use crate::scenario::measure::MEASURES;
use crate::scenario::{Filter, FilterError, GroupKey, Measure};

/// What was typed cannot be meant.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PlanError {
    /// A word that an option does not know.
    #[error("`{value}` is no value of {option}; use {allowed}")]
    Word {
        /// The option.
        option: &'static str,
        /// What was typed.
        value: String,
        /// What could have been.
        allowed: String,
    },
    /// The filter cannot be read.
    #[error(transparent)]
    Filter(#[from] FilterError),
}

fn word<T>(
    option: &'static str,
    value: &str,
    parse: impl Fn(&str) -> Option<T>,
    allowed: impl Fn() -> String,
) -> Result<T, PlanError> {
    parse(value).ok_or_else(|| PlanError::Word {
        option,
        value: value.to_owned(),
        allowed: allowed(),
    })
}

fn list<'a>(words: impl Iterator<Item = &'a str>) -> String {
    words.collect::<Vec<_>>().join(", ")
}

fn month(option: &'static str, value: Option<&str>) -> Result<Option<Month>, PlanError> {
    let form = || format!("a month such as 2026-11, of the years {} to {}", YEARS.0, YEARS.1);
    let read = |text: &str| Month::parse(text).filter(|month| in_time(month.year()));
    value.map(|text| word(option, text, read, form)).transpose()
}

/// Years that tables can hold.
const YEARS: (i32, i32) = (1900, 2199);

fn in_time(year: i32) -> bool {
    (YEARS.0..=YEARS.1).contains(&year)
}

/// A day of those years.
fn day(text: &str) -> Option<Day> {
    Day::parse(text).filter(|day| in_time(day.month().year()))
}

/// What `render` and `export` share.
#[derive(Clone, Debug)]
pub struct DataPlan {
    /// Files over the built-in tables.
    pub files: Vec<PathBuf>,
    /// Scenarios, by file or by the name of one that comes with the app.
    pub scenarios: Vec<String>,
    /// What is asked.
    pub question: Question,
    /// The month; the as-of month if none.
    pub month: Option<Month>,
    /// The last day asked for where a day was given rather than a month.
    pub day: Option<Day>,
    /// Where imprecise dates are put.
    pub date_policy: DatePolicy,
    /// The as-of date; that of the data if none.
    pub as_of: Option<Day>,
    /// Whether times are printed.
    pub timings: bool,
}

impl DataPlan {
    /// Files with nothing else asked.
    pub fn of_files(files: Vec<PathBuf>) -> Self {
        Self {
            files,
            scenarios: Vec::new(),
            question: Question::default(),
            month: None,
            day: None,
            date_policy: DatePolicy::Nominal,
            as_of: None,
            timings: false,
        }
    }

    /// Understands the shared options. `measure` holds where none was typed.
    ///
    /// # Errors
    /// [`PlanError`] naming the option.
    pub fn new(args: DataArgs, measure: Measure) -> Result<Self, PlanError> {
        let measures = || list(MEASURES.iter().map(|row| row.word));
        let sectors = || list(SectorChoice::ALL.iter().map(|s| s.word()));
        let policies = || list(DatePolicy::ALL.iter().map(|(_, w)| *w));
        let policy = |text: &str| DatePolicy::ALL.iter().find(|(_, w)| *w == text).map(|(p, _)| *p);
        let group_by = args.group_by.as_deref().unwrap_or("user");
        let measure = match args.measure.as_deref() {
            Some(text) => word("--measure", text, Measure::parse, measures)?,
            None => measure,
        };
        let day_form = || "a day such as 2026-11-24".to_owned();
        let day = args.date.as_deref().and_then(day);
        let month = if day.is_some() {
            day.map(Day::month)
        } else {
            month("--date", args.date.as_deref())?
        };
        // A field that nobody knows may be a column of the data.
        if let Err(error) = Filter::parse(&args.filter)
            && !error.unknown_field
        {
            return Err(error.into());
        }
        Ok(Self {
            files: args.data.into_iter().chain(args.mapping).collect(),
            scenarios: args.scenarios,
            question: Question {
                // A word that nobody knows may be a column of the data.
                group_by: GroupKey::parse_or_own(group_by),
                measure,
                sector: word("--sector", &args.sector, SectorChoice::parse, sectors)?,
                filter: args.filter,
                real_year: args.real,
                buyer: args.buyer.filter(|buyer| !buyer.trim().is_empty()),
            },
            month,
            day,
            date_policy: word("--date-policy", &args.date_policy, policy, policies)?,
            as_of: args
                .as_of
                .as_deref()
                .map(|t| word("--as-of", t, self::day, day_form))
                .transpose()?,
            timings: args.timings,
        })
    }
}

/// How a picture is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PictureFormat {
    /// Pixels.
    Png,
    /// Vectors.
    Svg,
    /// A page.
    Pdf,
}

/// One figure to a file.
#[derive(Clone, Debug)]
pub struct RenderPlan {
    /// What is shared.
    pub data: DataPlan,
    /// The figure; its month is set once the data are known.
    pub spec: FigureSpec,
    /// The file.
    pub output: PathBuf,
    /// How it is written.
    pub format: PictureFormat,
    /// Number of draws; that of the scenario if none.
    pub draws: Option<u32>,
    /// Seed; that of the scenario if none.
    pub seed: Option<u64>,
    /// Threads; as many as the machine has if none.
    pub threads: Option<usize>,
    /// What of the world a map shows.
    pub frame: Frame,
}

/// What of the world a map shows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Frame {
    /// All of it.
    World,
    /// All sites.
    Data,
    /// West, south, east and north in degrees.
    Bounds([f64; 4]),
}

fn frame(text: &str) -> Option<Frame> {
    match text {
        "world" => return Some(Frame::World),
        "data" => return Some(Frame::Data),
        _ => {}
    }
    let ends: Option<Vec<f64>> = text.split(',').map(|end| end.trim().parse().ok()).collect();
    let [west, south, east, north] = ends?.try_into().ok()?;
    let fits = (-180.0..=180.0).contains(&west)
        && (-180.0..=180.0).contains(&east)
        && -90.0 <= south
        && south < north
        && north <= 90.0
        && west < east;
    fits.then_some(Frame::Bounds([west, south, east, north]))
}

/// The smallest picture side, in pixels: less cannot hold a title.
const SHORTEST_SIDE: u32 = 240;
/// The largest picture side, in pixels.
const LONGEST_SIDE: u32 = 16_384;

fn size(text: &str) -> Option<[f32; 2]> {
    let (width, height) = text.split_once(['x', 'X', '×'])?;
    let side = |t: &str| {
        t.trim().parse::<u32>().ok().filter(|n| (SHORTEST_SIDE..=LONGEST_SIDE).contains(n))
    };
    Some([side(width)? as f32, side(height)? as f32])
}

/// Hours from a day or an hour to another, days included; all there are for `all`.
fn hours(text: &str) -> Option<[f64; 2]> {
    if text == "all" {
        return Some([f64::NEG_INFINITY, f64::INFINITY]);
    }
    let (from, to) = text.split_once("..")?;
    let hour = |text: &str| Hour::parse(text).filter(|hour| in_time(hour.day().month().year()));
    let first = |text: &str| day(text).map(Hour::of).or_else(|| hour(text));
    let after = |text: &str| match day(text) {
        Some(day) => Some(Hour::of(Day(day.0 + 1))),
        None => hour(text),
    };
    let (from, to) = (first(from.trim())?, after(to.trim())?);
    (from < to).then_some([f64::from(from.0), f64::from(to.0)])
}

impl RenderPlan {
    /// Understands `render`.
    ///
    /// # Errors
    /// [`PlanError`] naming the option.
    pub fn new(args: RenderArgs) -> Result<Self, PlanError> {
        let kind = match args.figure {
            FigureName::Map => FigureKind::Map,
            FigureName::Capacity => FigureKind::Capacity,
            FigureName::Cost => FigureKind::Cost,
            FigureName::Overview => FigureKind::Overview,
            FigureName::Compare => FigureKind::Compare,
            FigureName::Fan => FigureKind::Fan,
            FigureName::Tornado => FigureKind::Tornado,
            FigureName::Ledger => FigureKind::Ledger,
            FigureName::Supply => FigureKind::Supply,
            FigureName::Prices => FigureKind::Prices,
        };
        let ending =
            args.output.extension().map(|e| e.to_string_lossy().to_lowercase()).unwrap_or_default();
        let format = |text: &str| match text {
            "png" => Some(PictureFormat::Png),
            "svg" => Some(PictureFormat::Svg),
            "pdf" => Some(PictureFormat::Pdf),
            _ => None,
        };
        let format = match &args.format {
            Some(typed) => word("--format", typed, format, || "png, svg, pdf".into())?,
            None => word("--output", &ending, format, || {
                "a file name that ends in .png, .svg or .pdf, or name the form with --format".into()
            })?,
        };
        let cost = kind == FigureKind::Cost;
        let typed = args.data.measure.clone();
        let default = match kind {
            FigureKind::Cost => Measure::CostUsd,
            FigureKind::Supply => Measure::UsdPerH100eHour,
            _ => Measure::FacilityMw,
        };
        let data = DataPlan::new(args.data, default)?;
        if let Some(value) = typed.filter(|_| cost && !data.question.measure.is_flow()) {
            let allowed =
                "a flow such as energy_mwh, cost_usd or tco_usd for this figure".to_owned();
            return Err(PlanError::Word { option: "--measure", value, allowed });
        }
        let overlays = || list(Overlay::ALL.iter().map(|(_, w, _)| *w));
        let projections = || list(Projection::ALL.iter().map(|(_, w, _)| *w));
        let mut spec = FigureSpec::new(kind, data.month.unwrap_or(Month::new(2026, 1)));
        spec.question = data.question.clone();
        spec.overlay = word("--overlay", &args.overlay, Overlay::parse, overlays)?;
        spec.view =
            View::world(word("--projection", &args.projection, Projection::parse, projections)?);
        let frame = word("--frame", &args.frame, frame, || {
            "world, data, or WEST,SOUTH,EAST,NORTH in degrees such as -125,24,-66,50".to_owned()
        })?;
        spec.size = word("--size", &args.size, size, || {
            format!("width and height from {SHORTEST_SIDE} to {LONGEST_SIDE}, such as 1600x900")
        })?;
        if let Some(typed) = &args.hours {
            let allowed = || "all, or days such as 2026-01-01..2026-01-31".to_owned();
            spec.hours = Some(word("--hours", typed, hours, allowed)?);
            if kind != FigureKind::Prices {
                let allowed = "it with `render prices` alone".to_owned();
                return Err(PlanError::Word { option: "--hours", value: typed.clone(), allowed });
            }
        }
        spec.theme = word("--theme", &args.theme, Theme::parse, || "dark, light".to_owned())?;
        let DrawArgs { draws, seed, threads } = args.draw;
        Ok(Self { data, spec, output: args.output, format, draws, seed, threads, frame })
    }
}

/// How a table is written: as typed, else by the ending of the file, else CSV.
fn table_format(typed: Option<String>, output: Option<&Path>) -> Result<Format, PlanError> {
    let format = |text: &str| match text {
        "csv" => Some(Format::Csv),
        "json" => Some(Format::Json),
        _ => None,
    };
    let ending = output.and_then(Path::extension).map(|e| e.to_string_lossy().into_owned());
    let by_name = ending.filter(|e| format(e).is_some());
    let wanted = typed.or(by_name).unwrap_or_else(|| "csv".to_owned());
    word("--format", &wanted, format, || "csv, json".to_owned())
}

/// Two scenarios side by side.
#[derive(Clone, Debug)]
pub struct ComparePlan {
    /// What is shared.
    pub data: DataPlan,
    /// The ledger rather than the difference, as CSV.
    pub ledger: bool,
    /// How it is written.
    pub format: Format,
    /// Threads; as many as the machine has if none.
    pub threads: Option<usize>,
    /// The file; the terminal if none.
    pub output: Option<PathBuf>,
}

impl ComparePlan {
    /// Understands `compare`.
    ///
    /// # Errors
    /// [`PlanError`] naming the option.
    pub fn new(args: CompareArgs) -> Result<Self, PlanError> {
        let table = |text: &str| match text {
            "difference" => Some(false),
            "ledger" => Some(true),
            _ => None,
        };
        Ok(Self {
            ledger: word("--table", &args.table, table, || "difference, ledger".to_owned())?,
            format: table_format(args.write.format, args.write.output.as_deref())?,
            data: DataPlan::new(args.data, Measure::FacilityMw)?,
            threads: args.threads,
            output: args.write.output,
        })
    }
}

/// Many draws of a scenario.
#[derive(Clone, Debug)]
pub struct SweepPlan {
    /// What is shared.
    pub data: DataPlan,
    /// By which groups; the total alone if none.
    pub group_by: Option<GroupKey>,
    /// Number of draws; that of the scenario if none.
    pub draws: Option<u32>,
    /// Seed; that of the scenario if none.
    pub seed: Option<u64>,
    /// Levels that are asked for instead of bands.
    pub levels: Vec<f64>,
    /// The share of draws above the levels rather than when they are reached.
    pub exceedance: bool,
    /// How it is written.
    pub format: Format,
    /// Threads; as many as the machine has if none.
    pub threads: Option<usize>,
    /// The file; the terminal if none.
    pub output: Option<PathBuf>,
}

impl SweepPlan {
    /// Understands `sweep`.
    ///
    /// # Errors
    /// [`PlanError`] naming the option.
    pub fn new(args: SweepArgs) -> Result<Self, PlanError> {
        let grouped = args.data.group_by.is_some();
        let format = table_format(args.write.format, args.write.output.as_deref())?;
        let data = DataPlan::new(args.data, Measure::FacilityMw)?;
        let exceedance = !args.exceedance.is_empty();
        Ok(Self {
            group_by: grouped.then_some(data.question.group_by.clone()),
            data,
            draws: args.draw.draws,
            seed: args.draw.seed,
            levels: if exceedance { args.exceedance } else { args.milestone },
            exceedance,
            format,
            threads: args.draw.threads,
            output: args.write.output,
        })
    }
}

/// Effects of uncertain inputs.
#[derive(Clone, Debug)]
pub struct TornadoPlan {
    /// What is shared.
    pub data: DataPlan,
    /// Number of draws; that of the scenario if none.
    pub draws: Option<u32>,
    /// Seed; that of the scenario if none.
    pub seed: Option<u64>,
    /// How it is written.
    pub format: Format,
    /// Threads; as many as the machine has if none.
    pub threads: Option<usize>,
    /// The file; the terminal if none.
    pub output: Option<PathBuf>,
}

impl TornadoPlan {
    /// Understands `tornado`.
    ///
    /// # Errors
    /// [`PlanError`] naming the option.
    pub fn new(args: TornadoArgs) -> Result<Self, PlanError> {
        Ok(Self {
            format: table_format(args.write.format, args.write.output.as_deref())?,
            data: DataPlan::new(args.data, Measure::FacilityMw)?,
            draws: args.draw.draws,
            seed: args.draw.seed,
            threads: args.draw.threads,
            output: args.write.output,
        })
    }
}

/// One table to a file or the terminal.
#[derive(Clone, Debug)]
pub struct ExportPlan {
    /// Which.
    pub table: TableName,
    /// What is shared.
    pub data: DataPlan,
    /// First month of a grid of its own.
    pub from: Option<Month>,
    /// Last month of it.
    pub to: Option<Month>,
    /// How it is written.
    pub format: Format,
    /// The file; the terminal if none.
    pub output: Option<PathBuf>,
}

impl ExportPlan {
    /// Understands `export`.
    ///
    /// # Errors
    /// [`PlanError`] naming the option.
    pub fn new(args: ExportArgs) -> Result<Self, PlanError> {
        let measure =
            if args.table == TableName::Cost { Measure::CostUsd } else { Measure::FacilityMw };
        let of_zones = matches!(args.table, TableName::Prices | TableName::Hours);
        if of_zones && !args.data.filter.trim().is_empty() {
            let allowed = "no filter: prices belong to zones, filters test phases".to_owned();
            return Err(PlanError::Word { option: "--filter", value: args.data.filter, allowed });
        }
        if let Some(value) = args.data.buyer.clone().filter(|_| of_zones) {
            let allowed = "no buyer: prices belong to zones, buyers use phases".to_owned();
            return Err(PlanError::Word { option: "--buyer", value, allowed });
        }
        let format = table_format(args.write.format, args.write.output.as_deref())?;
        let (from, to) =
            (month("--from", args.from.as_deref())?, month("--to", args.to.as_deref())?);
        if let (Some(from), Some(to)) = (from, to)
            && to < from
        {
            let allowed = format!("a month not before {from}");
            return Err(PlanError::Word { option: "--to", value: to.to_string(), allowed });
        }
        Ok(Self {
            table: args.table,
            data: DataPlan::new(args.data, measure)?,
            from,
            to,
            format,
            output: args.write.output,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_and_held_within_bounds() {
        assert_eq!(size("1600x900"), Some([1600.0, 900.0]));
        assert_eq!(size("1600×900"), Some([1600.0, 900.0]));
        for bad in ["", "1600", "0x900", "99999x900", "axb"] {
            assert_eq!(size(bad), None, "{bad}");
        }
    }
}

//! What was typed becomes what is meant, before any file is touched.

use std::path::PathBuf;

use super::args::{DataArgs, ExportArgs, FigureName, RenderArgs, TableName};
use crate::export::Format;
use crate::figure::{FigureKind, FigureSpec, Overlay, Question, Theme};
use crate::geo::{Projection, View};
use crate::model::{DatePolicy, Day, Month, SectorChoice};
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
    let form = || "a month such as 2026-11".to_owned();
    value.map(|text| word(option, text, Month::parse, form)).transpose()
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
        let groups = || list(GroupKey::ALL.iter().map(|(_, w, _)| *w));
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
        let day = args.date.as_deref().and_then(Day::parse);
        let month = if day.is_some() {
            day.map(Day::month)
        } else {
            month("--date", args.date.as_deref())?
        };
        Filter::parse(&args.filter)?;
        Ok(Self {
            files: args.data,
            scenarios: args.scenarios,
            question: Question {
                group_by: word("--group-by", group_by, GroupKey::parse, groups)?,
                measure,
                sector: word("--sector", &args.sector, SectorChoice::parse, sectors)?,
                filter: args.filter,
                real_year: args.real,
            },
            month,
            day,
            date_policy: word("--date-policy", &args.date_policy, policy, policies)?,
            as_of: args
                .as_of
                .as_deref()
                .map(|t| word("--as-of", t, Day::parse, day_form))
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
        };
        let ending =
            args.output.extension().map(|e| e.to_string_lossy().to_lowercase()).unwrap_or_default();
        let format = |text: &str| match text {
            "png" => Some(PictureFormat::Png),
            "svg" => Some(PictureFormat::Svg),
            "pdf" => Some(PictureFormat::Pdf),
            _ => None,
        };
        let format = word("--output", &ending, format, || {
            "a file name that ends in .png, .svg or .pdf".into()
        })?;
        let cost = kind == FigureKind::Cost;
        let typed = args.data.measure.clone();
        let default = if cost { Measure::CostUsd } else { Measure::FacilityMw };
        let data = DataPlan::new(args.data, default)?;
        if let Some(value) = typed.filter(|_| cost && data.question.measure.quantity().is_some()) {
            let allowed = "energy_mwh or cost_usd for this figure".to_owned();
            return Err(PlanError::Word { option: "--measure", value, allowed });
        }
        let overlays = || list(Overlay::ALL.iter().map(|(_, w, _)| *w));
        let projections = || list(Projection::ALL.iter().map(|(_, w, _)| *w));
        let mut spec = FigureSpec::new(kind, data.month.unwrap_or(Month::new(2026, 1)));
        spec.question = data.question.clone();
        spec.overlay = word("--overlay", &args.overlay, Overlay::parse, overlays)?;
        spec.view =
            View::world(word("--projection", &args.projection, Projection::parse, projections)?);
        spec.size = word("--size", &args.size, size, || {
            format!("width and height from {SHORTEST_SIDE} to {LONGEST_SIDE}, such as 1600x900")
        })?;
        spec.theme = word("--theme", &args.theme, Theme::parse, || "dark, light".to_owned())?;
        Ok(Self { data, spec, output: args.output, format })
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
        let format = |text: &str| match text {
            "csv" => Some(Format::Csv),
            "json" => Some(Format::Json),
            _ => None,
        };
        if args.table == TableName::Prices && !args.data.filter.trim().is_empty() {
            let allowed = "no filter: prices belong to zones, filters test phases".to_owned();
            return Err(PlanError::Word { option: "--filter", value: args.data.filter, allowed });
        }
        let ending = args.output.as_ref().and_then(|o| o.extension()).map(|e| e.to_string_lossy());
        let by_name = ending.filter(|e| ["csv", "json"].contains(&e.as_ref())).map(String::from);
        let wanted = args.format.or(by_name).unwrap_or_else(|| "csv".to_owned());
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
            format: word("--format", &wanted, format, || "csv, json".to_owned())?,
            output: args.output,
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

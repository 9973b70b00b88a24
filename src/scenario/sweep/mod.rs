//! Monte Carlo: bands of a measure by month and group, milestones, and exceedance.
//!
//! Each draw decides which phases are built, how late they are, on which day of an imprecise date
//! they go online, and which values the uncertain inputs have. Where no input of the engine is
//! uncertain, the scenario is worked out once and the draws move its phases; else it is worked out
//! for each draw. Both ways go through the same sums.

mod bands;
mod chance;
mod curves;
mod lot;

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::draws::{CorrelationError, Parameters, Purpose, Stream, key_of};
use super::engine::Engine;
use super::equations::HOURS_PER_YEAR;
use super::group::{GroupKey, Grouping};
use super::input::Input;
use super::measure::{Kind as MeasureKind, Measure, Per};
use super::phase::{Quantity, State};
use super::spec::{DRAWN_STATES, Scenario};
use super::stack::{Query, ROUNDING, stack_with};
use super::workers::{Workers, map};
use super::{Alone, Filter, FilterError, Lens, Outcome};
use crate::model::{Column, Dataset, Day, Maybe, Month, Precision, SectorChoice, Status};

pub use bands::{BandRow, Bands, Milestone, PERCENTILES, milestones, percentiles};

use bands::band_rows;
use chance::{Clock, Fate, Law, Risks};
use curves::{Curves, Lacks, STOCK, Terms};
use lot::{Lot, STEP};

/// What is asked of the draws.
#[derive(Clone, Debug, PartialEq)]
pub struct SweepQuery {
    /// What is measured.
    pub measure: Measure,
    /// By which groups; the total alone if none.
    pub group_by: Option<GroupKey>,
    /// Which phases take part.
    pub filter: Filter,
    /// Whose price.
    pub sector: SectorChoice,
    /// The year in whose money costs are told; nominal if none.
    pub real_year: Option<i32>,
    /// The buyer through whose lens it is seen, if there is one (RULES F2).
    pub lens: Option<Arc<Lens>>,
    /// Number of draws; that of the scenario if none.
    pub draws: Option<u32>,
    /// Seed; that of the scenario if none.
    pub seed: Option<u64>,
    /// Which sources of chance take part.
    pub sources: Sources,
}

impl SweepQuery {
    /// A measure of all phases, all sources of chance, in nominal money.
    pub fn new(measure: Measure) -> Self {
        Self {
            measure,
            group_by: None,
            filter: Filter::default(),
            sector: SectorChoice::default(),
            real_year: None,
            lens: None,
            draws: None,
            seed: None,
            sources: Sources::ALL,
        }
    }
}

/// Sources of chance.
#[expect(clippy::struct_excessive_bools, reason = "each takes part by itself")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sources {
    /// Whether phases are built.
    pub completion: bool,
    /// Whether they are late.
    pub delay: bool,
    /// On which day of an imprecise date.
    pub day: bool,
    /// Which values uncertain inputs have.
    pub parameters: bool,
    /// Which amounts phases have that are a range or an "about" in the table.
    pub amounts: bool,
}

impl Sources {
    /// All of them.
    pub const ALL: Self =
        Self { completion: true, delay: true, day: true, parameters: true, amounts: true };
    /// None of them.
    pub const NONE: Self =
        Self { completion: false, delay: false, day: false, parameters: false, amounts: false };
}

/// Why there are no draws.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SweepError {
    /// Correlations that contradict each other.
    #[error(transparent)]
    Correlation(#[from] CorrelationError),
    /// The filter cannot be read.
    #[error(transparent)]
    Filter(#[from] FilterError),
    /// In no draw a value is known.
    #[error("nothing in service has a known value in {0}, in any draw")]
    Unknown(String),
    /// Nobody waits for them any more.
    #[error("the draws were cancelled")]
    Cancelled,
    /// Shares of common shocks sum to more than 1.
    #[error("shared_global and shared_site sum to {0}, which is more than 1")]
    Shared(f64),
}

/// Phases as draws see them, worked out for one outcome.
struct Snapshot {
    cases: Arc<Vec<Case>>,
    /// What decides when each case goes online.
    fates: Vec<Fate>,
    /// By month: from nominal to real money, and what a ratio's denominator is multiplied by.
    scale: Vec<f64>,
    curves: Arc<Vec<Vec<f64>>>,
    /// Months in which a curve is not known, by curve; none where it always is.
    gaps: Arc<Vec<Option<Vec<bool>>>>,
    /// Whether a curve is above or below nothing in every month.
    full: Arc<Vec<bool>>,
    /// Cases that say something about what is unknown; none where all is known.
    doubtful: Arc<Vec<u32>>,
}

impl Snapshot {
    /// Whether a phase adds to a sum in a month, or is known to be nothing; none where it is not known.
    fn known(&self, case: &Case, month: usize) -> Option<bool> {
        let gap = |curve: u32| self.gaps[curve as usize].as_ref().is_some_and(|gaps| gaps[month]);
        match case.lacks {
            Lacks::Value => return None,
            Lacks::Months(curve) if gap(curve) => return None,
            Lacks::Nothing | Lacks::Months(_) | Lacks::Takes => {}
        }
        let rate = |curve: u32| match curve {
            STOCK => 1.0,
            curve => self.curves[curve as usize][month],
        };
        Some(case.terms.iter().any(|(value, curve)| *value != 0.0 && rate(*curve) != 0.0))
    }

    /// Cases that say something about what is unknown; none where all is known.
    fn doubtful(&self) -> Vec<u32> {
        if !self.cases.iter().any(|case| case.lacks.anything()) {
            return Vec::new();
        }
        let numbered = self.cases.iter().zip(0..);
        numbered.filter(|(case, _)| !self.always_adds(case)).map(|(_, at)| at).collect()
    }

    /// Whether a phase says nothing about what is unknown: it takes no part, or adds in every month.
    fn always_adds(&self, case: &Case) -> bool {
        let full = |curve: u32| curve == STOCK || self.full[curve as usize];
        let adds = || case.terms.iter().any(|(value, curve)| *value != 0.0 && full(*curve));
        case.lacks == Lacks::Takes || case.lacks == Lacks::Nothing && adds()
    }
}

/// One phase.
#[derive(Clone, Copy, Debug)]
struct Case {
    phase: u32,
    /// Online before chance: month from the start of the grid, and day of the month from 0.
    start: (i32, i32),
    /// Days from the start of its period to that day, and days of the period; 1 where the day is known.
    period: (Day, i32),
    /// Day after the last.
    end: (i32, i32),
    /// State by which it is at risk; none for operating phases.
    state: Option<u8>,
    /// Position of the case that contains it.
    whole: Option<u32>,
    /// What of its value is not known.
    lacks: Lacks,
    /// Value, and the curve that it is multiplied by, for up to two flows.
    terms: [(f64, u32); 2],
    /// The same of the denominator of a ratio.
    under: [(f64, u32); 2],
    streams: [Stream; 6],
    /// Least and most of its amount, as shares of the value; both 1 where it is exact.
    bounds: [f64; 2],
    /// Position of the streams of its site.
    site: u32,
}

/// Draws of a scenario, ready to be made.
pub struct Sweep<'a> {
    data: &'a Dataset,
    engine: &'a Engine,
    scenario: Scenario,
    query: SweepQuery,
    parameters: Parameters,
    /// Whether uncertain inputs change more than probabilities.
    per_draw: bool,
    grouping: Grouping,
    mask: Option<Vec<bool>>,
    shared: Snapshot,
    /// The scenario without draws.
    outcome: Outcome,
    /// Streams of the sites for completion and delay: own value, and whether the world's counts.
    sites: Vec<[Stream; 4]>,
    world: [Stream; 2],
    /// Probability that a phase follows its site, and that a site follows the world.
    follow: [f64; 2],
    clock: Clock,
    seed: u64,
    draws: u32,
}

/// Keys that no site or phase has.
const WORLD: u64 = 0x5741_5454_4c41_5353;

impl<'a> Sweep<'a> {
    /// Works out what does not depend on chance. The data hold what the scenario adds.
    ///
    /// # Errors
    /// [`SweepError`] if the draws cannot be made.
    pub fn new(
        data: &'a Dataset,
        engine: &'a Engine,
        scenario: &Scenario,
        query: SweepQuery,
    ) -> Result<Self, SweepError> {
        let seed = query.seed.unwrap_or(scenario.uncertainty.seed);
        let draws = query.draws.unwrap_or(scenario.uncertainty.draws).max(1);
        let parameters = if query.sources.parameters {
            Parameters::draw(scenario, seed, draws)?
        } else {
            Parameters::default()
        };
        let inputs = parameters.names.iter();
        let per_draw = inputs.into_iter().any(|name| {
            !DRAWN_STATES.iter().any(|state| {
                *name == format!("{state}.completion") || *name == format!("{state}.late")
            })
        });
        let outcome = engine.run(data, scenario);
        let mask = query.filter.mask(data, &outcome, query.sector);
        let key = query.group_by.clone().unwrap_or(GroupKey::Kind);
        let lens = query.lens.as_deref();
        let grouping = Grouping::seen_with(&Alone, data, &outcome, key, lens);
        let number = |input: &Input| {
            input.value(&|key| super::assumptions::parameter(data, scenario, key)).unwrap_or(0.0)
        };
        let (all, own) = (
            number(&scenario.uncertainty.shared_global),
            number(&scenario.uncertainty.shared_site),
        );
        if all + own > 1.0 + 1e-12 {
            return Err(SweepError::Shared(all + own));
        }
        let together = (all + own).max(0.0);
        let follow = [together.sqrt(), if together > 0.0 { (all / together).sqrt() } else { 0.0 }];
        let site_streams = |site: usize| {
            let key = key_of(&["site", data.text(data.sites.id[site])]);
            [Purpose::Completion, Purpose::Delay, Purpose::CompletionShock, Purpose::DelayShock]
                .map(|purpose| Stream::new(seed, purpose, key))
        };
        let mut this = Self {
            data,
            engine,
            scenario: scenario.clone(),
            per_draw,
            sites: (0..data.sites.len()).map(site_streams).collect(),
            world: [Purpose::Completion, Purpose::Delay].map(|p| Stream::new(seed, p, WORLD)),
            follow,
            clock: Clock::new(&outcome.grid),
            shared: Snapshot {
                cases: Arc::default(),
                fates: Vec::new(),
                scale: Vec::new(),
                curves: Arc::default(),
                gaps: Arc::default(),
                full: Arc::default(),
                doubtful: Arc::default(),
            },
            outcome: outcome.clone(),
            query,
            parameters,
            grouping,
            mask,
            seed,
            draws,
        };
        this.shared = this.snapshot(&outcome, scenario);
        Ok(this)
    }

    /// Number of draws in all.
    pub fn draws(&self) -> u32 {
        self.draws
    }

    /// Names and values of the uncertain inputs.
    pub fn parameters(&self) -> &Parameters {
        &self.parameters
    }

    /// Phases with value, date and streams.
    fn snapshot(&self, outcome: &Outcome, scenario: &Scenario) -> Snapshot {
        let (data, measure) = (self.data, self.query.measure);
        let mut curves = Curves::new(self, outcome);
        let mut cases = Vec::new();
        let mut at_of: FxHashMap<u32, u32> = FxHashMap::default();
        let taken = |phase: usize| self.mask.as_ref().is_none_or(|m| m[phase]);
        let contained = self.engine.contained();
        // Who contains a phase that takes part is followed too: it ends that one.
        let parts = contained.iter().filter(|(part, _)| taken(*part as usize));
        let whole: FxHashSet<u32> = parts.map(|(_, whole)| *whole).collect();
        let wanted = |phase: usize| taken(phase) || whole.contains(&(phase as u32));
        for phase in (0..data.phases.len()).filter(|&p| wanted(p)) {
            if outcome.phases.from[phase] == Day::NEVER {
                continue;
            }
            let terms = if taken(phase) { curves.terms(measure, phase) } else { Terms::NONE };
            at_of.insert(phase as u32, cases.len() as u32);
            cases.push(self.case(outcome, phase, terms));
        }
        for (part, whole) in contained {
            if let (Some(&part), Some(&whole)) = (at_of.get(part), at_of.get(whole)) {
                let outer = cases[whole as usize].phase as usize;
                let case: &mut Case = &mut cases[part as usize];
                let phase = case.phase as usize;
                // An end that is not the container's start is its own.
                let to = outcome.phases.to[phase];
                let own = if to == outcome.phases.from[outer] {
                    data.phases.retired[phase].get().unwrap_or(Day::NEVER)
                } else {
                    to
                };
                case.whole = Some(whole);
                case.end = if own == Day::NEVER { (i32::MAX, 0) } else { self.clock.place(own) };
            }
        }
        let risks = Risks::of(data, scenario);
        let full = curves.made.iter().map(|curve| curve.iter().all(|rate| *rate != 0.0));
        let snapshot = Snapshot {
            fates: cases.iter().map(|case| self.fate(case, &risks)).collect(),
            cases: Arc::new(cases),
            scale: self.scale(outcome),
            full: Arc::new(full.collect()),
            curves: Arc::new(curves.made),
            gaps: Arc::new(curves.gaps),
            doubtful: Arc::default(),
        };
        let doubtful = snapshot.doubtful();
        Snapshot { doubtful: Arc::new(doubtful), ..snapshot }
    }

    fn scale(&self, outcome: &Outcome) -> Vec<f64> {
        let assumed = &outcome.assumptions;
        let per = match self.query.measure.row().kind {
            MeasureKind::Ratio(_, _, Per::Sold) => 1.0 / assumed.sold_share,
            MeasureKind::Ratio(_, _, Per::Year) => HOURS_PER_YEAR,
            _ => 1.0,
        };
        let year = self.query.real_year.filter(|_| self.query.measure.is_money());
        let real = |month: Month| match (year, assumed.inflation) {
            (Some(year), Some(inflation)) => (1.0 + inflation).powi(year - month.year()),
            _ => 1.0,
        };
        outcome.grid.months().map(|month| per * real(month)).collect()
    }

    fn case(&self, outcome: &Outcome, phase: usize, terms: Terms) -> Case {
        let Terms { above: terms, under, lacks } = terms;
        let data = self.data;
        let phases = &data.phases;
        let from = outcome.phases.from[phase];
        let precision = phases.precision[phase];
        let (first, last) = precision.period(from);
        let drawn = precision != Precision::Day && self.scenario.uncertainty.days;
        let period = if drawn { (first, last.0 - first.0 + 1) } else { (from, 1) };
        let state = match outcome.phases.state[phase] {
            State::Table(Status::Construction) => Some(0),
            State::Table(Status::Planned) => Some(1),
            State::Table(Status::Announced) => Some(2),
            State::Due => Some(3),
            State::Table(_) => None,
        };
        let site = phases.site[phase];
        let id = data.text(data.sites.id[site as usize]);
        let key = key_of(&["phase", id, data.text(phases.phase[phase])]);
        let to = outcome.phases.to[phase];
        Case {
            phase: phase as u32,
            start: self.clock.place(from),
            period,
            end: if to == Day::NEVER { (i32::MAX, 0) } else { self.clock.place(to) },
            state,
            whole: None,
            lacks,
            terms,
            under,
            streams: [
                Purpose::Completion,
                Purpose::Delay,
                Purpose::Day,
                Purpose::CompletionShock,
                Purpose::DelayShock,
                Purpose::Amount,
            ]
            .map(|purpose| Stream::new(self.seed, purpose, key)),
            site,
            bounds: self.bounds(phase),
        }
    }

    /// Between which shares of its value the amount of a phase lies, by the first that its table states
    /// of what the measure rests on.
    fn bounds(&self, phase: usize) -> [f64; 2] {
        let phases = &self.data.phases;
        let of = |value: &Column<Maybe>, low: &Column<Maybe>, high: &Column<Maybe>| {
            let value = value[phase].get()?;
            let ends = (low[phase].get(), high[phase].get(), value > 0.0);
            Some(if let (Some(low), Some(high), true) = ends {
                [low / value, high / value]
            } else {
                [1.0; 2]
            })
        };
        let facility =
            || of(&phases.facility_mw, &phases.facility_mw_low, &phases.facility_mw_high);
        let it = || of(&phases.it_mw, &phases.it_mw_low, &phases.it_mw_high);
        let chips = || of(&phases.chip_count, &phases.chip_count_low, &phases.chip_count_high);
        let found = match self.query.measure.quantity() {
            Some(Quantity::ItMw) => it().or_else(facility).or_else(chips),
            Some(Quantity::Accelerators | Quantity::H100e) => chips().or_else(it).or_else(facility),
            _ => facility().or_else(it).or_else(chips),
        };
        found.filter(|_| self.query.sources.amounts).unwrap_or([1.0; 2])
    }

    /// What the amount of a phase is in a draw, as a share of its value: anywhere within its bounds.
    #[inline]
    fn amount(case: &Case, draw: u32) -> f64 {
        let [low, high] = case.bounds;
        if low < high { low + (high - low) * case.streams[5].unit(draw) } else { 1.0 }
    }

    /// A number between 0 and 1 for completion (0) or delay (1), with the shocks that are shared.
    #[inline]
    fn chance(&self, case: &Case, which: usize, draw: u32) -> f64 {
        if self.follow[0] > 0.0 && case.streams[3 + which].unit(draw) < self.follow[0] {
            let site = &self.sites[case.site as usize];
            if site[2 + which].unit(draw) < self.follow[1] {
                return self.world[which].unit(draw);
            }
            return site[which].unit(draw);
        }
        case.streams[which].unit(draw)
    }

    /// What decides when a case goes online, worked out once for many draws.
    fn fate(&self, case: &Case, risks: &Risks) -> Fate {
        let sources = self.query.sources;
        let state = case.state.map(usize::from);
        let (mut completion, mut late, mut law) = (1.0, 0.0, Law::Sure(0));
        if let Some(state) = state {
            if sources.completion {
                completion = risks.completion[state];
            }
            if sources.delay {
                late = risks.late[state];
                law = Law::of(risks.delay[state]);
            }
        }
        let first = self.clock.place(case.period.0).0;
        let last = self.clock.place(Day(case.period.0.0 + case.period.1 - 1)).0;
        // Where the whole period lies in one month a stock does not feel the day.
        let felt = first != last || self.query.measure.quantity().is_none();
        let likely = if late > 0.0 { 1.0 / late } else { 0.0 };
        Fate { completion, late, likely, law, day: sources.day && case.period.1 > 1 && felt }
    }

    /// When a phase goes online in a draw; none if it is not built.
    #[inline]
    fn online(&self, case: &Case, fate: &Fate, draw: u32) -> Option<(i32, i32)> {
        if fate.completion < 1.0 && self.chance(case, 0, draw) >= fate.completion {
            return None;
        }
        let mut months = 0;
        if fate.late > 0.0 {
            let unlucky = self.chance(case, 1, draw) - (1.0 - fate.late);
            if unlucky > 0.0 {
                months = fate.law.months(unlucky * fate.likely);
            }
        }
        let mut start = case.start;
        if fate.day {
            let within = (case.streams[2].unit(draw) * f64::from(case.period.1)) as i32;
            start = self.clock.place(Day(case.period.0.0 + within));
        }
        if months == 0 || start.0 == i32::MAX {
            return Some(start);
        }
        let month = start.0 + months;
        match self.clock.days.get(month.max(0) as usize) {
            Some(days) if month >= 0 => Some((month, start.1.min(days - 1))),
            _ => Some((month, start.1)),
        }
    }

    /// Adds a phase to the months of a row.
    #[inline]
    fn add(
        &self,
        curves: &[Vec<f64>],
        (value, curve): (f64, u32),
        (start, end): ((i32, i32), (i32, i32)),
        window: [usize; 2],
        row: &mut [f64],
    ) {
        let months = self.clock.len() as i32;
        if start >= end || start.0 >= months || value == 0.0 {
            return;
        }
        let [low, high] = window;
        if curve == STOCK {
            // Changes, to be summed up later.
            let from = (start.0.max(0) as usize).max(low);
            let to = (end.0.clamp(0, months) as usize).min(high);
            if from < to {
                row[from] += value;
                row[to] -= value;
            }
            return;
        }
        let rates = &curves[curve as usize];
        let hours = |month: i32| {
            let all = self.clock.days[month as usize];
            let before = if month == start.0 { start.1 } else { 0 };
            let until = if month == end.0 { end.1 } else { all };
            f64::from((until - before).max(0)) * 24.0
        };
        let first = start.0.max(0);
        let last = if end.0 >= months { months - 1 } else { end.0 };
        for month in first..=last {
            let at = month as usize;
            if (low..high).contains(&at) {
                let broken = month == start.0 || month == end.0;
                let time = if broken { hours(month) } else { self.clock.hours[at] };
                row[at] += value * time * rates[at];
            }
        }
    }

    /// All rows of a block of draws that share a snapshot: one phase after the other, so that what
    /// belongs to a phase is at hand for all draws.
    ///
    /// # Shape
    /// `out.above[draw][row][month]`, a month more than the grid has.
    fn block(
        &self,
        snapshot: &Snapshot,
        rows: &Rows,
        draws: std::ops::Range<u32>,
        out: &mut Scratch,
    ) {
        let width = self.clock.len() + 1;
        let stride = rows.len * width;
        let ratio = self.query.measure.is_ratio();
        let stock = self.query.measure.quantity().is_some();
        out.clear(stride * draws.len(), ratio);
        for (case, fate) in snapshot.cases.iter().zip(&snapshot.fates) {
            let parts = rows.parts(case.phase);
            // What has no known value adds nothing, whatever becomes of it.
            let worth = case.terms.iter().chain(&case.under).any(|(value, _)| *value != 0.0);
            if parts.is_empty() || !worth {
                continue;
            }
            let whole = case.whole.map(|at| at as usize);
            let whole = whole.map(|at| (&snapshot.cases[at], &snapshot.fates[at]));
            let exact = case.bounds[0] >= case.bounds[1];
            if let ([part], None, true) = (parts, &whole, stock && exact) {
                self.stock_block(case, fate, *part, draws.clone(), stride, &mut out.above);
                continue;
            }
            for (slot, draw) in draws.clone().enumerate() {
                let Some([start, end]) = self.life(case, fate, whole, draw) else { continue };
                let base = slot * stride;
                let amount = Self::amount(case, draw);
                let scaled =
                    |terms: [(f64, u32); 2]| terms.map(|(value, curve)| (value * amount, curve));
                self.add_parts(
                    snapshot,
                    case,
                    parts,
                    (start, end),
                    &mut out.above[base..base + stride],
                    scaled(case.terms),
                );
                if ratio {
                    self.add_parts(
                        snapshot,
                        case,
                        parts,
                        (start, end),
                        &mut out.below[base..base + stride],
                        scaled(case.under),
                    );
                }
            }
        }
        if stock {
            for row in out.above.chunks_exact_mut(width) {
                let (mut sum, mut most) = (0.0, 0.0_f64);
                for value in row.iter_mut() {
                    sum += *value;
                    *value = sum;
                    most = if sum.abs() > most { sum.abs() } else { most };
                }
                // What came and went leaves rounding (RULES G4).
                let least = most * ROUNDING;
                for value in row {
                    *value = if value.abs() < least { 0.0 } else { *value };
                }
            }
        }
        if ratio {
            for (above, below) in out.above.iter_mut().zip(&out.below) {
                *above = if *below > 0.0 { *above / below } else { f64::NAN };
            }
        } else {
            self.mark_unknown(snapshot, rows, draws, out);
        }
    }

    /// When a phase begins and ends in a draw, at the latest where its container starts (RULES P4);
    /// none where it is not built.
    #[inline]
    fn life(
        &self,
        case: &Case,
        fate: &Fate,
        whole: Option<(&Case, &Fate)>,
        draw: u32,
    ) -> Option<[(i32, i32); 2]> {
        let start = self.online(case, fate, draw)?;
        let from = whole.and_then(|(whole, fate)| self.online(whole, fate, draw));
        Some([start, from.map_or(case.end, |from| case.end.min(from))])
    }

    /// Makes those cells unknown in which something stands, and nothing of it has a value.
    fn mark_unknown(
        &self,
        snapshot: &Snapshot,
        rows: &Rows,
        draws: std::ops::Range<u32>,
        out: &mut Scratch,
    ) {
        if snapshot.doubtful.is_empty() {
            return;
        }
        let width = self.clock.len() + 1;
        let stride = rows.len * width;
        // Where a sum is more than nothing, something of it is known: that is so but in few months.
        let empty = empty_months(&out.above, width);
        if empty.is_empty() {
            return;
        }
        out.lacking.clear();
        out.lacking.resize(stride * draws.len(), [0; 2]);
        // What is known to be nothing makes a sum of 0 known; what is not adds to what it lacks.
        for &at in snapshot.doubtful.iter() {
            let (case, fate) = (&snapshot.cases[at as usize], &snapshot.fates[at as usize]);
            let parts = rows.parts(case.phase);
            let first = if fate.day { self.clock.place(case.period.0) } else { case.start };
            if first.0 >= empty.end as i32 {
                continue;
            }
            let whole = case.whole.map(|at| at as usize);
            let whole = whole.map(|at| (&snapshot.cases[at], &snapshot.fates[at]));
            for (slot, draw) in draws.clone().enumerate() {
                let Some([start, end]) = self.life(case, fate, whole, draw) else { continue };
                let Some(span) = self.months_of(start, end) else { continue };
                for part in parts {
                    let base = slot * stride + part.row as usize * width;
                    let from = span.start.max(part.window[0] as usize).max(empty.start);
                    for month in from..span.end.min(part.window[1] as usize).min(empty.end) {
                        let [unknown, nothing] = &mut out.lacking[base + month];
                        match snapshot.known(case, month) {
                            None => *unknown += 1,
                            Some(adds) => *nothing += i32::from(!adds),
                        }
                    }
                }
            }
        }
        let pairs = out.above.chunks_exact_mut(width).zip(out.lacking.chunks_exact(width));
        for (row, lacking) in pairs {
            for (value, [unknown, nothing]) in row.iter_mut().zip(lacking) {
                if *unknown > 0 && *nothing == 0 && *value == 0.0 {
                    *value = f64::NAN;
                }
            }
        }
    }

    /// Months in which something stands that begins and ends so: at their ends, for a stock; else in
    /// which it has hours.
    fn months_of(&self, start: (i32, i32), end: (i32, i32)) -> Option<std::ops::Range<usize>> {
        let months = self.clock.len() as i32;
        if start >= end || start.0 >= months {
            return None;
        }
        let flows = self.query.measure.quantity().is_none() && end.1 > 0;
        let last = end.0.saturating_add(i32::from(flows)).clamp(0, months);
        let first = start.0.max(0);
        (first < last).then_some(first as usize..last as usize)
    }

    /// Adds the changes of a stock in a block of draws. What chance decides is chosen without
    /// branches, which no processor could guess: those draws are listed in which a phase is built,
    /// and those of them in which it is late.
    fn stock_block(
        &self,
        case: &Case,
        fate: &Fate,
        part: RowPart,
        draws: std::ops::Range<u32>,
        stride: usize,
        out: &mut [f64],
    ) {
        let months = self.clock.len() as i32;
        let width = months as usize + 1;
        let [low, high] = part.window.map(|at| at as i32);
        let value = case.terms[0].0 * part.share;
        let to = case.end.0.clamp(0, months).min(high);
        let base = part.row as usize * width;
        for start in draws.clone().step_by(STEP) {
            let mut lot = Lot::new(start..draws.end.min(start + STEP as u32));
            if fate.completion < 1.0 {
                lot.keep(|draw| self.chance(case, 0, draw) < fate.completion);
            }
            self.begin(case, fate, &mut lot);
            if fate.late > 0.0 {
                let lucky = 1.0 - fate.late;
                lot.delay(
                    |draw| self.chance(case, 1, draw) - lucky,
                    |u| fate.law.months(u * fate.likely),
                );
            }
            for (slot, month) in lot.begun() {
                let row = &mut out[slot * stride + base..][..width];
                let from = month.max(low).min(to.max(0));
                let value = if from < to { value } else { 0.0 };
                row[from as usize] += value;
                if to < months {
                    row[to.max(0) as usize] -= value;
                }
            }
        }
    }

    /// Sets the months in which a phase begins in some draws, without delay.
    fn begin(&self, case: &Case, fate: &Fate, lot: &mut Lot) {
        if !fate.day {
            return lot.begin(|_| case.start.0);
        }
        let length = f64::from(case.period.1);
        let within = |draw: u32| (case.streams[2].unit(draw) * length) as i32;
        match self.clock.table.months_of(case.period.0, case.period.1) {
            Some(days) => lot.begin(|draw| i32::from(days[within(draw) as usize])),
            None => lot.begin(|draw| self.clock.month(Day(case.period.0.0 + within(draw)))),
        }
    }

    #[inline]
    fn add_parts(
        &self,
        snapshot: &Snapshot,
        case: &Case,
        parts: &[RowPart],
        span: ((i32, i32), (i32, i32)),
        out: &mut [f64],
        terms: [(f64, u32); 2],
    ) {
        debug_assert!(case.phase != u32::MAX, "a case is of a phase");
        let width = self.clock.len() + 1;
        for part in parts {
            let base = part.row as usize * width;
            let window = [part.window[0] as usize, part.window[1] as usize];
            let row = &mut out[base..base + width];
            for (value, curve) in terms {
                if value != 0.0 {
                    self.add(&snapshot.curves, (value * part.share, curve), span, window, row);
                }
            }
        }
    }

    /// The snapshot of a draw: the shared one, with the probabilities or the whole outcome of its
    /// own where inputs are uncertain.
    fn snapshot_of(&self, draw: u32) -> Option<Snapshot> {
        if self.parameters.names.is_empty() {
            return None;
        }
        let scenario = self.scenario.with_values(&self.parameters.of(draw));
        if self.per_draw {
            let outcome = self.engine.run(self.data, &scenario);
            return Some(self.snapshot(&outcome, &scenario));
        }
        let risks = Risks::of(self.data, &scenario);
        Some(Snapshot {
            cases: Arc::clone(&self.shared.cases),
            fates: self.shared.cases.iter().map(|case| self.fate(case, &risks)).collect(),
            scale: self.shared.scale.clone(),
            curves: Arc::clone(&self.shared.curves),
            gaps: Arc::clone(&self.shared.gaps),
            full: Arc::clone(&self.shared.full),
            doubtful: Arc::clone(&self.shared.doubtful),
        })
    }

    /// Values of rows in some months, in the first `draws` draws.
    ///
    /// # Shape
    /// `[row][month][draw]`, flat.
    fn sample(
        &self,
        workers: &dyn Workers,
        rows: &Rows,
        kept: std::ops::Range<usize>,
        draws: u32,
    ) -> Vec<f64> {
        let months = self.clock.len();
        let cells = rows.len * kept.len();
        let count = draws as usize;
        let blocks = count.div_ceil(BLOCK);
        let block_of = |block: usize| {
            let range = block * BLOCK..((block + 1) * BLOCK).min(count);
            let len = range.len();
            // What is not drawn, since nobody waits for it, is not known.
            let mut out = vec![f64::NAN; cells * len];
            let mut scratch = Scratch::default();
            // Where inputs are uncertain each draw has a snapshot of its own.
            let step = if self.parameters.names.is_empty() { STEP } else { 1 };
            for start in range.clone().step_by(step) {
                if workers.cancelled() {
                    break;
                }
                let draws = start as u32..(start + step).min(range.end) as u32;
                let own = self.snapshot_of(draws.start);
                let snapshot = own.as_ref().unwrap_or(&self.shared);
                self.block(snapshot, rows, draws.clone(), &mut scratch);
                for row in 0..rows.len {
                    for (place, month) in kept.clone().enumerate() {
                        let money = snapshot.scale[month];
                        let cell = (row * kept.len() + place) * len + (start - range.start);
                        for slot in 0..draws.len() {
                            let at = (slot * rows.len + row) * (months + 1) + month;
                            out[cell + slot] = scratch.above[at] * money;
                        }
                    }
                }
            }
            out
        };
        // Blocks are made some at a time, so that there are never two of all values.
        let some = (AT_ONCE / (cells * BLOCK * 8).max(1)).max(workers.width());
        let mut out = vec![0.0; cells * count];
        for first in (0..blocks).step_by(some) {
            let made = map(workers, some.min(blocks - first), |at| block_of(first + at));
            for (block, values) in (first..).zip(made) {
                let len = BLOCK.min(count - block * BLOCK);
                for (cell, values) in values.chunks_exact(len).enumerate() {
                    let at = cell * count + block * BLOCK;
                    out[at..at + len].copy_from_slice(values);
                }
            }
        }
        out
    }

    /// Bands after the first `draws` draws, so that first bands come at once and are refined.
    pub fn bands(&self, workers: &dyn Workers, draws: u32) -> Bands {
        let draws = draws.clamp(1, self.draws);
        let months = self.clock.len();
        let mut rows = Vec::new();
        if self.query.group_by.is_some() {
            let per_row = months * draws as usize * 8;
            let chunk = (LARGEST_SAMPLE / per_row).max(1);
            let groups: Vec<u32> = (0..self.grouping.names.len() as u32).collect();
            for chunk in groups.chunks(chunk) {
                let of = Rows::groups(self, chunk);
                let sample = self.sample(workers, &of, 0..months, draws);
                let names = chunk.iter().map(|&g| self.grouping.names[g as usize].clone());
                rows.extend(band_rows(workers, names.collect(), sample, months, draws));
            }
        }
        let total = self.total(workers, draws);
        rows.extend(band_rows(workers, vec!["(total)".to_owned()], total, months, draws));
        self.count_unknown(workers, &mut rows);
        let grid = self.engine.baseline().grid;
        Bands { measure: self.query.measure, grid, draws, rows }
    }

    /// Sets beside bands the phases that have no value, under the scenario without draws.
    fn count_unknown(&self, workers: &dyn Workers, rows: &mut [BandRow]) {
        let query = Query {
            mask: self.mask.as_deref(),
            sector: self.query.sector,
            ..Query::new(self.query.measure, &self.grouping)
        };
        let stack = stack_with(workers, self.data, &self.outcome, &query);
        for row in rows {
            let group = stack.groups.iter().find(|group| group.name == row.name);
            let series = group.map_or(&stack.total, |group| &group.series);
            row.unknown.clone_from(&series.unknown);
        }
    }

    /// The total in the first `draws` draws.
    ///
    /// # Shape
    /// `[month][draw]`, flat.
    pub fn total(&self, workers: &dyn Workers, draws: u32) -> Vec<f64> {
        let months = 0..self.clock.len();
        self.sample(workers, &Rows::total(self), months, draws.clamp(1, self.draws))
    }

    /// The total of a month in the first `draws` draws.
    pub(super) fn total_at(&self, workers: &dyn Workers, month: usize, draws: u32) -> Vec<f64> {
        let months = month..month + 1;
        self.sample(workers, &Rows::total(self), months, draws.clamp(1, self.draws))
    }
}

/// From the first to the last month in which the sum of a row is nothing, of all rows.
fn empty_months(sums: &[f64], width: usize) -> std::ops::Range<usize> {
    let mut empty = width..0;
    for row in sums.chunks_exact(width) {
        let row = &row[..width - 1];
        let nothing = |value: &f64| *value == 0.0;
        if let Some(first) = row.iter().position(nothing) {
            let last = row.iter().rposition(nothing).unwrap_or(first);
            empty = empty.start.min(first)..empty.end.max(last + 1);
        }
    }
    empty
}

/// Draws are handed to threads in blocks of so many.
const BLOCK: usize = 256;
/// Bytes of the blocks that are made before they are put in their places.
const AT_ONCE: usize = 64 << 20;
/// Bytes of the largest sample that is held at once.
const LARGEST_SAMPLE: usize = 256 << 20;

/// Sums of a block of draws.
#[derive(Default)]
struct Scratch {
    above: Vec<f64>,
    below: Vec<f64>,
    /// Phases that stand without a value, and those that are known to be nothing.
    lacking: Vec<[i32; 2]>,
}

impl Scratch {
    fn clear(&mut self, len: usize, both: bool) {
        self.above.clear();
        self.above.resize(len, 0.0);
        self.below.clear();
        self.below.resize(if both { len } else { 0 }, 0.0);
    }
}

/// The part of a phase that a row takes.
#[derive(Clone, Copy, Debug)]
struct RowPart {
    row: u32,
    share: f64,
    window: [u32; 2],
}

/// Rows that are sampled at once, and what each takes of each phase.
struct Rows {
    len: usize,
    /// Ways of being shared, with what the rows take of each.
    sets: Vec<Vec<RowPart>>,
    set_of: Vec<u32>,
}

impl Rows {
    fn total(sweep: &Sweep<'_>) -> Self {
        let months = sweep.clock.len() as u32;
        if sweep.grouping.has_lens() {
            let sets = 0..sweep.grouping.sets().len();
            let parts = sets.map(|set| {
                let parts = sweep.grouping.in_total(set).unwrap_or_default().iter();
                parts
                    .map(|part| RowPart {
                        row: 0,
                        share: part.share,
                        window: [part.from, part.to.min(months)],
                    })
                    .collect()
            });
            let sets = parts.collect();
            return Self { len: 1, sets, set_of: sweep.grouping.set_of().to_vec() };
        }
        let window = [0, months];
        Self {
            len: 1,
            sets: vec![vec![RowPart { row: 0, share: 1.0, window }]],
            set_of: vec![0; sweep.data.phases.len()],
        }
    }

    fn groups(sweep: &Sweep<'_>, groups: &[u32]) -> Self {
        let months = sweep.clock.len() as u32;
        let first = groups.first().copied().unwrap_or(0);
        let range = first..first + groups.len() as u32;
        let sets = sweep.grouping.sets().iter().map(|parts| {
            let own = parts.iter().filter(|part| range.contains(&part.group));
            own.map(|part| RowPart {
                row: part.group - first,
                share: part.share,
                window: [part.from, part.to.min(months)],
            })
            .collect()
        });
        Self { len: groups.len(), sets: sets.collect(), set_of: sweep.grouping.set_of().to_vec() }
    }

    #[inline]
    fn parts(&self, phase: u32) -> &[RowPart] {
        &self.sets[self.set_of[phase as usize] as usize]
    }
}

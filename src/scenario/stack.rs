//! Monthly sums over groups: capacity, energy, cost, emissions, and the ratios between them.
//!
//! Phases are summed by the way in which they are shared among groups (and by price zone and class
//! for rates); groups then take their shares of these sums. The cost of a stack follows the number
//! of phases once, plus ways × months.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use rustc_hash::FxHashMap;

use super::Outcome;
use super::assumptions::water_is_unknown;
use super::energy::{Rate, RateQuery};
use super::equations::HOURS_PER_YEAR;
use super::group::{GroupKey, Grouping};
use super::measure::{Factor, Flow, Kind as MeasureKind, Measure, Per, RatePart};
use super::phase::{Quantity, Rule, energy_pue};
use super::rows::{CellRows, Place, Summed};
use super::tally::{self, Columns};
use super::workers::{Alone, Workers, fill};
use crate::model::{Dataset, Grid, Kind, Maybe, Name, SectorChoice};

/// What is asked of an outcome.
#[derive(Clone, Copy)]
pub struct Query<'a> {
    /// What is summed.
    pub measure: Measure,
    /// Into which groups.
    pub grouping: &'a Grouping,
    /// Which phases take part; all where there is none.
    pub mask: Option<&'a [bool]>,
    /// Whose price, for costs.
    pub sector: SectorChoice,
    /// The year in whose money costs are told; nominal if none. Without an inflation rate of the
    /// scenario money stays nominal (RULES C4).
    pub real_year: Option<i32>,
}

impl<'a> Query<'a> {
    /// A measure of all phases by group, in nominal money.
    pub fn new(measure: Measure, grouping: &'a Grouping) -> Self {
        Self { measure, grouping, mask: None, sector: SectorChoice::default(), real_year: None }
    }
}

/// Monthly values of one group.
///
/// # Shape
/// Every vector has one entry a month of the grid.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Series {
    /// Sum over phases with a known value.
    pub value: Vec<f64>,
    /// The part of it that was derived (RULES P3).
    pub derived: Vec<f64>,
    /// The part of it that is the load of whole campuses (RULES P6).
    pub campus: Vec<f64>,
    /// Distinct phases that count and have no value.
    pub unknown: Vec<u32>,
    /// Distinct phases that count.
    pub count: Vec<u32>,
    /// Months in which a ratio has a value; none for sums, which have one unless nothing is known.
    pub defined: Option<Vec<bool>>,
}

impl Series {
    pub(super) fn zeros(months: usize) -> Self {
        Self {
            value: vec![0.0; months],
            derived: vec![0.0; months],
            campus: vec![0.0; months],
            unknown: vec![0; months],
            count: vec![0; months],
            defined: None,
        }
    }

    /// The value of a month, or none where every phase that counts is unknown, or a ratio has none.
    pub fn known(&self, month: usize) -> Option<f64> {
        let some = match &self.defined {
            Some(defined) => defined[month],
            None => self.count[month] == 0 || self.unknown[month] < self.count[month],
        };
        some.then(|| self.value[month])
    }

    /// The largest value of all months, whatever its sign.
    fn largest(&self) -> f64 {
        // Lanes of their own, so that the processor takes several at once.
        let mut most = [0.0_f64; 8];
        let (lanes, rest) = self.value.as_chunks::<8>();
        for values in lanes {
            for (most, value) in most.iter_mut().zip(values) {
                let value = value.abs();
                *most = if value > *most { value } else { *most };
            }
        }
        let rest = rest.iter().map(|value| value.abs());
        most.into_iter().chain(rest).fold(0.0, f64::max)
    }

    /// Takes what is nothing but rounding for the zero that it is (RULES G4).
    fn settle(&mut self) {
        let least = (self.largest() * ROUNDING).max(LEAST);
        for sums in [&mut self.value, &mut self.derived, &mut self.campus] {
            for sum in sums {
                // A zero that rounding left below is one like any other.
                *sum = if sum.abs() < least { 0.0 } else { *sum };
            }
        }
    }
}

/// A sum below this share of the largest of its group in the grid is rounding (RULES G4, G5).
pub(super) const ROUNDING: f64 = 1e-9;

/// No sum is so small: it is what is left of energy that was shed whole.
pub(super) const LEAST: f64 = 1e-60;

/// A group with its series.
#[derive(Clone, Debug, PartialEq)]
pub struct StackSeries {
    /// Name of the group.
    pub name: String,
    /// Its months.
    pub series: Series,
}

/// Monthly sums over groups, and their total.
#[derive(Clone, Debug, PartialEq)]
pub struct Stack {
    /// What was summed.
    pub measure: Measure,
    /// Into which groups.
    pub key: GroupKey,
    /// The months.
    pub grid: Grid,
    /// Groups by code point; every group of the grouping, also those that never count.
    pub groups: Vec<StackSeries>,
    /// All groups together, each phase once.
    pub total: Series,
    /// What has no date and counts in no month (RULES T5): MW at the meter, or the quantity of the
    /// measure where it is one of capacity; none where nothing is undated.
    pub undated: Option<Box<UndatedSums>>,
}

/// Sums over some phases, beside those of a stack. `count` is the number of phases, and
/// `unknown` of those without a value.
#[derive(Clone, Debug, PartialEq)]
pub struct UndatedSums {
    /// One series a group of the grouping.
    pub groups: Vec<Series>,
    /// All groups together, each phase once.
    pub total: Series,
}

/// What a total of capacity lacks because it has no date, at a month (RULES T5).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct UndatedAt {
    /// In the quantity that was asked for: 0 where nothing is undated, none where no phase that is has
    /// a value.
    pub value: Option<f64>,
    /// Phases without a date.
    pub phases: u32,
    /// Those of them without a value.
    pub unknown: u32,
}

impl UndatedSums {
    /// What the total lacks at a month.
    pub fn at(&self, month: usize) -> UndatedAt {
        UndatedAt::of(&self.total, month)
    }
}

impl Default for UndatedAt {
    fn default() -> Self {
        Self { value: Some(0.0), phases: 0, unknown: 0 }
    }
}

impl UndatedAt {
    /// That of a series at a month.
    pub fn of(series: &Series, month: usize) -> Self {
        let (phases, unknown) = (series.count[month], series.unknown[month]);
        Self { value: series.known(month), phases, unknown }
    }

    /// `102 MW in 3 phases, 1 of unknown power`: power at the meter, in words; none where nothing is
    /// undated.
    pub fn power_text(&self) -> Option<String> {
        let phases = crate::units::counted(u64::from(self.phases), "phase");
        let power = |mw: f64| crate::units::power(crate::units::Megawatts(mw));
        (self.phases > 0).then(|| match (self.value, self.unknown) {
            (None, _) => format!("{phases} of unknown power"),
            (Some(mw), 0) => format!("{} in {phases}", power(mw)),
            (Some(mw), n) => format!("{} in {phases}, {n} of unknown power", power(mw)),
        })
    }
}

/// Sums of what is undated, in a quantity; none where nothing is.
pub fn undated_sums(
    workers: &dyn Workers,
    data: &Dataset,
    outcome: &Outcome,
    query: &Query<'_>,
    quantity: Quantity,
) -> Option<UndatedSums> {
    let undated = outcome.phases.undated.iter().filter(|one| one.months > 0);
    let rows = undated.map(|one| (one.phase as usize, [0, one.months]));
    sums_of(workers, (data, outcome), query, quantity, rows)
}

/// Sums of what counts though it has no date, since it operates (RULES T5), in a quantity; none where
/// nothing does.
pub fn by_status_sums(
    workers: &dyn Workers,
    data: &Dataset,
    outcome: &Outcome,
    query: &Query<'_>,
    quantity: Quantity,
) -> Option<UndatedSums> {
    let rows = outcome.phases.all_by_status();
    let rows = rows.map(|phase| (phase, outcome.phases.span[phase]));
    sums_of(workers, (data, outcome), query, quantity, rows)
}

/// Sums of some phases over months of the grid, those that a filter lets through.
fn sums_of(
    workers: &dyn Workers,
    (data, outcome): (&Dataset, &Outcome),
    query: &Query<'_>,
    quantity: Quantity,
    rows: impl Iterator<Item = (usize, [u16; 2])>,
) -> Option<UndatedSums> {
    let taken = |phase: usize| query.mask.is_none_or(|mask| mask[phase]);
    let rows: Vec<_> = rows.filter(|(phase, _)| taken(*phase)).collect();
    if rows.is_empty() {
        return None;
    }
    let (grouping, months) = (query.grouping, outcome.grid.len);
    let column = outcome.phases.column(quantity);
    let value: Vec<Maybe> = rows.iter().map(|(phase, _)| column.value[*phase]).collect();
    let rule: Vec<_> = rows.iter().map(|(phase, _)| column.rule[*phase]).collect();
    let span: Vec<[u16; 2]> = rows.iter().map(|(_, span)| *span).collect();
    let set_of: Vec<u32> = rows.iter().map(|(phase, _)| grouping.set_of()[*phase]).collect();
    let mut scope = crate::model::Column::default();
    rows.iter().for_each(|(phase, _)| scope.push(data.phases.scope[*phase]));
    let columns = Columns { rule: &rule, scope: &scope, mask: None };
    let sets = (grouping.sets().len(), months);
    let sums = tally::stocks(workers, sets, &set_of, (&value, &span), columns);
    let mut groups = shared(grouping, months, sums);
    groups.iter_mut().for_each(Series::settle);
    let total = groups.pop()?;
    Some(UndatedSums { groups, total })
}

/// Shares the sums of sets among groups; the total is the last.
fn shared(grouping: &Grouping, months: usize, sets: Vec<Series>) -> Vec<Series> {
    let mut total = Series::zeros(months);
    let mut groups: Vec<Option<Series>> = vec![None; grouping.names.len()];
    for (set, (parts, series)) in grouping.sets().iter().zip(sets).enumerate() {
        match grouping.in_total(set) {
            None => total.take(&series, 1.0, 0, months),
            Some(parts) => {
                for part in parts {
                    let (from, to) = (part.from as usize, (part.to as usize).min(months));
                    total.take(&series, part.share, from, to);
                }
            }
        }
        // What belongs whole to one group that has nothing yet is its series.
        if let [part] = parts.as_slice()
            && part.share.to_bits() == 1.0_f64.to_bits()
            && (part.from, part.to as usize >= months) == (0, true)
            && groups[part.group as usize].is_none()
        {
            groups[part.group as usize] = Some(series);
            continue;
        }
        for part in parts {
            let (from, to) = (part.from as usize, (part.to as usize).min(months));
            let group = &mut groups[part.group as usize];
            let group = group.get_or_insert_with(|| Series::zeros(months));
            group.take(&series, part.share, from, to);
        }
    }
    let groups = groups.into_iter().chain([Some(total)]);
    groups.map(|series| series.unwrap_or_else(|| Series::zeros(months))).collect()
}

/// Sums a measure over groups and months. A ratio has its values in `value`, those left out in
/// `unknown`, and nothing derived.
pub fn stack(data: &Dataset, outcome: &Outcome, query: &Query<'_>) -> Stack {
    stack_with(&Alone, data, outcome, query)
}

/// The same, with hands lent.
pub fn stack_with(
    workers: &dyn Workers,
    data: &Dataset,
    outcome: &Outcome,
    query: &Query<'_>,
) -> Stack {
    let sums = Sums {
        workers,
        data,
        outcome,
        query,
        number: outcome.order.question(),
        cooled: OnceLock::new(),
    };
    let mut groups = match query.measure.row().kind {
        MeasureKind::Stock(quantity) => sums.stock(quantity),
        MeasureKind::Flows(flows) => sums.flow(flows),
        MeasureKind::Ratio(over, under, per) => sums.ratio(over, under, per),
    };
    if !query.measure.is_ratio() {
        groups.iter_mut().for_each(Series::settle);
    }
    let quantity = query.measure.quantity().unwrap_or(Quantity::FacilityMw);
    let undated = undated_sums(workers, data, outcome, query, quantity).map(Box::new);
    if query.measure.is_money()
        && let Some(year) = query.real_year
    {
        groups.iter_mut().for_each(|series| deflate(series, outcome, year));
    }
    let total = groups.pop().unwrap_or_default();
    let named = query.grouping.names.iter().zip(groups);
    Stack {
        measure: query.measure,
        key: query.grouping.key.clone(),
        grid: outcome.grid,
        groups: named.map(|(name, series)| StackSeries { name: name.clone(), series }).collect(),
        total,
        undated,
    }
}

/// Nominal to real money: `÷ (1 + inflation)^(year of the month − price year)`.
fn deflate(series: &mut Series, outcome: &Outcome, year: i32) {
    let Some(inflation) = outcome.assumptions.inflation else { return };
    for (at, month) in outcome.grid.months().enumerate() {
        let factor = (1.0 + inflation).powi(year - month.year());
        series.value[at] *= factor;
        series.derived[at] *= factor;
        series.campus[at] *= factor;
    }
}

/// Hours of each month of the grid.
pub(crate) fn month_hours(grid: &Grid) -> Vec<f64> {
    grid.months().map(|m| f64::from(m.days()) * 24.0).collect()
}

/// A question at work.
struct Sums<'a> {
    workers: &'a dyn Workers,
    data: &'a Dataset,
    outcome: &'a Outcome,
    query: &'a Query<'a>,
    /// Of the questions of the outcome.
    number: u64,
    /// Rules of IT power, unknown where the water of the cooling is.
    cooled: OnceLock<Vec<Rule>>,
}

impl Sums<'_> {
    fn columns<'a>(&'a self, quantity: Quantity, mask: Option<&'a [bool]>) -> Columns<'a> {
        let rule = &self.outcome.phases.column(quantity).rule;
        Columns { rule, scope: &self.data.phases.scope, mask }
    }

    /// The same of a flow: energy of a stated mean load counts as stated (RULES C3).
    fn flow_columns<'a>(&'a self, flow: Flow, mask: Option<&'a [bool]>) -> Columns<'a> {
        let columns = self.columns(flow.quantity, mask);
        match flow.factor {
            Factor::Energy => Columns { rule: self.outcome.phases.energy_rule(), ..columns },
            Factor::Water => {
                let rule = self.cooled.get_or_init(|| self.rules_of_water());
                Columns { rule, ..columns }
            }
            Factor::Compute | Factor::Whole => columns,
        }
    }

    fn rules_of_water(&self) -> Vec<Rule> {
        let own = self.outcome.phases.energy_rule();
        let unknown = own_water(self.data);
        let of_site = |(rule, site): (&Rule, &u32)| {
            if unknown.get(*site as usize).copied().unwrap_or(false) {
                Rule::Unknown
            } else {
                *rule
            }
        };
        own.iter().zip(self.data.phases.site.iter()).map(of_site).collect()
    }

    /// Stocks of all groups, the total last.
    fn stock(&self, quantity: Quantity) -> Vec<Series> {
        let grouping = self.query.grouping;
        let phases = &self.outcome.phases;
        let months = self.outcome.grid.len;
        let value = &phases.column(quantity).value;
        let rows = CellRows::of(self.data, self.outcome, grouping, false);
        // A stock is a flow of one hour a month at the rate 1, in whole months.
        let ones = [vec![1.0; months]];
        let whole = || {
            let lives = tally::Lives { value, span: &phases.span, broken: &[] };
            self.in_order(self.columns(quantity, None), &rows, lives)
        };
        let again = match self.query.mask {
            None => self.asked_again((quantity, None), &rows, whole),
            Some(_) => None,
        };
        let sets = match again {
            Some(sorted) => sorted.flows(self.workers, &rows.at(&ones), &ones[0], None),
            None => tally::stocks(
                self.workers,
                (grouping.sets().len(), months),
                grouping.set_of(),
                (value, &phases.span),
                self.columns(quantity, self.query.mask),
            ),
        };
        self.shared(sets)
    }

    /// Phases in the order of rows, if all of them were asked for before.
    fn asked_again(
        &self,
        summed: Summed,
        rows: &Arc<CellRows>,
        sort: impl FnOnce() -> tally::Sorted,
    ) -> Option<Arc<tally::Sorted>> {
        let size = (self.data.phases.len(), self.outcome.grid.len);
        self.outcome.order.asked_again(self.number, (summed, rows), size, sort)
    }

    fn in_order(
        &self,
        columns: Columns<'_>,
        rows: &CellRows,
        lives: tally::Lives<'_>,
    ) -> tally::Sorted {
        let row_of = rows.row_of(self.query.grouping);
        let months = self.outcome.grid.len;
        tally::Sorted::new(self.workers, (&rows.at(&[]), months), row_of, lives, columns)
    }

    /// Flows of all groups, the total last.
    fn flow(&self, flows: &[Flow]) -> Vec<Series> {
        self.shared(self.flow_sets(flows, flows, self.query.mask))
    }

    /// Shares the sums of sets among groups; the total is the last.
    fn shared(&self, sets: Vec<Series>) -> Vec<Series> {
        shared(self.query.grouping, self.outcome.grid.len, sets)
    }

    /// Flows added, by set. A month in which the rate of one of `all` is not known is not known.
    fn flow_sets(&self, flows: &[Flow], all: &[Flow], mask: Option<&[bool]>) -> Vec<Series> {
        let priced = all.iter().any(|f| f.rate != RatePart::One);
        let rows = CellRows::of(self.data, self.outcome, self.query.grouping, priced);
        let mut sum: Option<Vec<Series>> = None;
        for flow in flows {
            let curves: Vec<Vec<f64>> =
                rows.places.iter().map(|place| self.curve(*flow, all, *place)).collect();
            let series = self.flow_rows(*flow, &rows, &curves, mask);
            sum = Some(match sum {
                None => series,
                Some(mut sum) => {
                    sum.iter_mut().zip(&series).for_each(|(a, b)| a.also(b));
                    sum
                }
            });
        }
        sum.unwrap_or_default()
    }

    /// The rate of a flow at a place, month by month; NaN where one of `all` is not known.
    fn curve(&self, flow: Flow, all: &[Flow], place: Place) -> Vec<f64> {
        let (grid, outcome) = (&self.outcome.grid, self.outcome);
        let moved = outcome.energy.classes[usize::from(place.class)].zone.is_some();
        let kind = if place.orbital { Kind::Orbital } else { Kind::Ground };
        let stands = if moved { Kind::Ground } else { kind };
        let fixed = |part| fixed_rate(part, outcome, stands);
        if all.iter().all(|flow| fixed(flow.rate).is_some()) {
            return vec![fixed(flow.rate).unwrap_or(f64::NAN); grid.len];
        }
        let rates = RateQuery {
            data: self.data,
            rules: &outcome.energy,
            assumptions: &outcome.assumptions,
            sector: self.query.sector,
            start: place.zone,
            kind,
            class: place.class,
        };
        let of = |part, rate: &Rate| fixed(part).or_else(|| part_of(part, rate));
        let month = |rate: &Rate| {
            let whole = all.iter().all(|flow| of(flow.rate, rate).is_some());
            of(flow.rate, rate).filter(|_| whole).unwrap_or(f64::NAN)
        };
        let key = (place, self.query.sector);
        outcome.kept.rates(key, || rates.curve(grid)).iter().map(month).collect()
    }

    /// A flow by set, at the rates of the places of its rows.
    fn flow_rows(
        &self,
        flow: Flow,
        rows: &Arc<CellRows>,
        curves: &[Vec<f64>],
        mask: Option<&[bool]>,
    ) -> Vec<Series> {
        let (data, outcome) = (self.data, self.outcome);
        let phases = &outcome.phases;
        let hours = month_hours(&outcome.grid);
        let column = &phases.column(flow.quantity).value;
        let made = OnceLock::new();
        let value = || -> &[Maybe] {
            match flow.factor {
                Factor::Whole => column,
                Factor::Energy => outcome.kept.drawn(self.workers, data, outcome),
                factor => made.get_or_init(|| times(self.workers, data, outcome, factor, column)),
            }
        };
        let lives = || tally::Lives { value: value(), span: &phases.span, broken: &phases.broken };
        let sort = || self.in_order(self.flow_columns(flow, None), rows, lives());
        if let Some(sorted) = self.asked_again((flow.quantity, Some(flow.factor)), rows, sort) {
            return sorted.flows(self.workers, &rows.at(curves), &hours, mask);
        }
        let row_of = rows.row_of(self.query.grouping);
        let columns = self.flow_columns(flow, mask);
        tally::flows(self.workers, &rows.at(curves), &hours, row_of, lives(), columns)
    }

    /// Ratios of all groups, the total last (RULES G5).
    fn ratio(&self, over: Measure, under: Measure, per: Per) -> Vec<Series> {
        let outcome = self.outcome;
        let (above, below) = (over.flows(), under.flows());
        let all: Vec<Flow> = above.iter().chain(below).copied().collect();
        let columns: Vec<_> =
            all.iter().map(|flow| &outcome.phases.column(flow.quantity).value).collect();
        let known = |p: usize| {
            self.query.mask.is_none_or(|m| m[p]) && columns.iter().all(|c| c[p].is_some())
        };
        let mut both = vec![false; self.data.phases.len()];
        fill(self.workers, &mut both, known);
        let [above, below] =
            [above, below].map(|flows| self.shared(self.flow_sets(flows, &all, Some(&both))));
        let in_service = self.shared(self.flow_sets(&[SERVICE], &[SERVICE], self.query.mask));
        let scale = match per {
            Per::Unit => 1.0,
            Per::Sold => outcome.assumptions.sold_share,
            Per::Year => 1.0 / HOURS_PER_YEAR,
        };
        let rows = above.into_iter().zip(below).zip(in_service);
        rows.map(|((above, below), all)| divided(above, &below, &all, scale)).collect()
    }
}

/// What is in service in a month, whatever is known of it.
const SERVICE: Flow = Flow { quantity: Quantity::ItMw, factor: Factor::Whole, rate: RatePart::One };

/// A ratio month by month; `unknown` counts those in service that it leaves out. Where nothing
/// stands, or what it is divided by is rounding, it has no value (RULES G5).
fn divided(mut above: Series, below: &Series, all: &Series, scale: f64) -> Series {
    let months = above.value.len();
    let mut out = Series::zeros(months);
    let mut defined = vec![false; months];
    above.settle();
    let least = (below.largest() * ROUNDING).max(LEAST);
    for (month, defined) in defined.iter_mut().enumerate() {
        let denominator = below.value[month];
        out.count[month] = all.count[month];
        let part = above.count[month] - above.unknown[month];
        out.unknown[month] = all.count[month] - part;
        if part > 0 && denominator.abs() >= least {
            out.value[month] = above.value[month] / (denominator * scale);
            *defined = true;
        }
    }
    out.defined = Some(defined);
    out
}

/// A rate that does not depend on zone or month.
pub(super) fn fixed_rate(part: RatePart, outcome: &Outcome, kind: Kind) -> Option<f64> {
    let assumed = &outcome.assumptions;
    match part {
        RatePart::One => Some(1.0),
        RatePart::Capital => Some(assumed.capital_usd_per_mw_year(kind) / HOURS_PER_YEAR),
        RatePart::Embodied => {
            let years = if kind == Kind::Orbital { assumed.lives[2] } else { assumed.lives[0] };
            Some(assumed.embodied_kg_per_chip / (1000.0 * years * HOURS_PER_YEAR))
        }
        // Litres per kWh are m³ per MWh.
        RatePart::Water => Some(if kind == Kind::Orbital { 0.0 } else { assumed.wue }),
        _ => None,
    }
}

/// The part of a rate that a flow is multiplied by.
pub(super) fn part_of(part: RatePart, rate: &Rate) -> Option<f64> {
    match part {
        RatePart::Bill => rate.total(),
        RatePart::Energy => rate.energy,
        RatePart::Capacity => Some(rate.capacity),
        RatePart::Carbon => rate.carbon,
        RatePart::Cover => rate.cover,
        RatePart::LocationCarbon => rate.location_g.map(|g| g / 1000.0),
        RatePart::MarketCarbon => rate.market_g.map(|g| g / 1000.0),
        RatePart::One | RatePart::Capital | RatePart::Embodied | RatePart::Water => None,
    }
}

impl Series {
    /// Adds a share of another series over months `from..to`.
    pub(super) fn take(&mut self, other: &Self, share: f64, from: usize, to: usize) {
        for month in from..to {
            self.value[month] += other.value[month] * share;
            self.derived[month] += other.derived[month] * share;
            self.campus[month] += other.campus[month] * share;
            self.unknown[month] += other.unknown[month];
            self.count[month] += other.count[month];
        }
    }

    /// Adds another part of the same phases, of which the same is unknown.
    fn also(&mut self, other: &Self) {
        let pairs = [
            (&mut self.value, &other.value),
            (&mut self.derived, &other.derived),
            (&mut self.campus, &other.campus),
        ];
        for (sums, more) in pairs {
            sums.iter_mut().zip(more).for_each(|(sum, more)| *sum += more);
        }
    }
}

/// Which sites on the ground have a cooling of whose water nothing is known; empty where none has one.
fn own_water(data: &Dataset) -> Vec<bool> {
    let sites = &data.sites;
    if !sites.cooling.any(|cooling| !cooling.is_empty()) {
        return Vec::new();
    }
    let mut told: FxHashMap<Name, bool> = FxHashMap::default();
    let cells = sites.cooling.iter().zip(sites.kind.iter());
    let unknown = cells.map(|(&cooling, kind)| {
        let own = || water_is_unknown(data.text(cooling));
        *kind != Kind::Orbital && *told.entry(cooling).or_insert_with(own)
    });
    unknown.collect()
}

/// Factors of a flow, phase by phase.
struct Factors<'a> {
    data: &'a Dataset,
    outcome: &'a Outcome,
    factor: Factor,
    plain: bool,
    /// Whether energy of some phases follows from their mean load.
    averaged: bool,
    /// Sites whose water is not known, if all are worked out; empty where there are none.
    own_water: Option<Vec<bool>>,
    /// Whether some sites may be in orbit, which delivers but a share of its compute.
    orbital: bool,
}

impl<'a> Factors<'a> {
    fn new(data: &'a Dataset, outcome: &'a Outcome, factor: Factor) -> Self {
        let plain = outcome.energy.class_of.is_empty();
        let energy = matches!(factor, Factor::Energy | Factor::Water);
        let averaged = energy && !outcome.phases.average.is_empty();
        Self {
            data,
            outcome,
            factor,
            plain,
            averaged,
            own_water: None,
            orbital: factor == Factor::Compute,
        }
    }

    /// The same for all phases: what is to be known of sites is worked out beforehand.
    fn of_all(data: &'a Dataset, outcome: &'a Outcome, factor: Factor) -> Self {
        let own_water = (factor == Factor::Water).then(|| own_water(data));
        let orbital =
            factor == Factor::Compute && data.sites.kind.any(|kind| *kind == Kind::Orbital);
        Self { own_water, orbital, ..Self::new(data, outcome, factor) }
    }

    /// Whether every phase flows by its factor alone: none by its mean load, none in orbit, none of
    /// unknown water.
    fn are_alike(&self) -> bool {
        let no_own_water = self.own_water.as_ref().is_some_and(Vec::is_empty);
        !self.averaged && !self.orbital && (self.factor != Factor::Water || no_own_water)
    }

    /// What flows each hour: the value of the quantity times the factor, or what the mean load comes
    /// to at the load factor and PUE of now (RULES C3).
    #[inline]
    fn amount(&self, phase: usize, value: Option<f64>) -> Option<f64> {
        let site = || self.data.phases.site[phase] as usize;
        if self.factor == Factor::Water && self.has_own_water(site()) {
            return None;
        }
        if self.averaged
            && let Some(average_mw) = self.outcome.phases.average_mw(phase)
        {
            let tables = &self.outcome.tables;
            let pue = energy_pue(self.data, tables, phase);
            return Some(average_mw / (tables.load_factor * pue) * self.of(phase));
        }
        if self.orbital && self.data.sites.kind[site()] == Kind::Orbital {
            let moved = self.outcome.energy.moved_to(phase).is_some();
            let delivered = if moved { 1.0 } else { self.outcome.assumptions.orbit_delivered };
            return value.map(|value| value * self.of(phase) * delivered);
        }
        value.map(|value| value * self.of(phase))
    }

    fn has_own_water(&self, site: usize) -> bool {
        let sites = &self.data.sites;
        if let Some(own) = &self.own_water {
            return own.get(site).copied().unwrap_or(false);
        }
        let cooling = self.data.text(sites.cooling[site]);
        sites.kind[site] != Kind::Orbital && water_is_unknown(cooling)
    }

    #[inline]
    fn of(&self, phase: usize) -> f64 {
        if self.factor == Factor::Whole {
            return 1.0;
        }
        let assumed = &self.outcome.assumptions;
        if self.plain {
            return match self.factor {
                Factor::Energy => assumed.load_factor * self.pue(phase),
                Factor::Water => assumed.load_factor,
                _ => 1.0,
            };
        }
        let class = self.outcome.energy.class(phase);
        let load_factor = class.load_factor.unwrap_or(assumed.load_factor);
        match self.factor {
            Factor::Energy => {
                let pue = class.pue.unwrap_or_else(|| self.pue(phase));
                load_factor * pue * class.kept_in_sums()
            }
            Factor::Water => load_factor * class.kept,
            _ => class.kept,
        }
    }

    #[inline]
    fn pue(&self, phase: usize) -> f64 {
        let site = self.data.phases.site[phase] as usize;
        self.data.sites.pue[site].get().unwrap_or(self.outcome.assumptions.energy_pue)
    }
}

/// A column times a factor, phase by phase.
fn times(
    workers: &dyn Workers,
    data: &Dataset,
    outcome: &Outcome,
    factor: Factor,
    column: &[Maybe],
) -> Vec<Maybe> {
    let factors = Factors::of_all(data, outcome, factor);
    let mut out = vec![Maybe::NONE; column.len()];
    if factors.are_alike() {
        fill(workers, &mut out, |phase| {
            column[phase].get().map(|value| value * factors.of(phase)).into()
        });
    } else {
        fill(workers, &mut out, |phase| factors.amount(phase, column[phase].get()).into());
    }
    out
}

/// Where and whose a rate is.
type RateKey = (Place, SectorChoice);

/// What follows from an outcome and is made when first asked for. Outcomes share it that do not
/// differ in what it follows from, and all who hold an outcome.
#[derive(Clone, Debug, Default)]
pub(super) struct Kept {
    /// Average power that each phase draws at the meter while it stands, MW.
    drawn: Arc<OnceLock<Vec<Maybe>>>,
    /// Rates by place, month by month.
    rates: Arc<Mutex<FxHashMap<RateKey, Arc<[Rate]>>>>,
}

impl PartialEq for Kept {
    /// It follows from the rest of the outcome.
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Kept {
    fn drawn<'a>(
        &'a self,
        workers: &dyn Workers,
        data: &Dataset,
        outcome: &Outcome,
    ) -> &'a [Maybe] {
        let column = &outcome.phases.column(Quantity::ItMw).value;
        self.drawn.get_or_init(|| times(workers, data, outcome, Factor::Energy, column))
    }

    fn rates(&self, key: RateKey, work_out: impl FnOnce() -> Vec<Rate>) -> Arc<[Rate]> {
        let lock = || self.rates.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(kept) = lock().get(&key) {
            return Arc::clone(kept);
        }
        let made: Arc<[Rate]> = work_out().into();
        lock().insert(key, Arc::clone(&made));
        made
    }

    /// The same for an outcome with other sizes of phases, under the same prices.
    pub(super) fn without_drawn(&self) -> Self {
        Self { drawn: Arc::default(), rates: Arc::clone(&self.rates) }
    }
}

/// What flows each hour of a phase: a quantity times a factor; none where it is not known.
pub(super) fn flow_amount(
    data: &Dataset,
    outcome: &Outcome,
    (quantity, factor): (Quantity, Factor),
    phase: usize,
) -> Option<f64> {
    Factors::new(data, outcome, factor).amount(phase, outcome.phases.get(quantity, phase))
}

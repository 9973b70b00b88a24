//! Monthly sums over groups: capacity, energy, cost, and the ratios between them.
//!
//! Each phase touches the arrays only where it begins and ends; running sums give the months
//! between. The cost of a stack therefore follows the number of phases plus groups × months.

use rustc_hash::FxHashMap;

use super::Outcome;
use super::group::{GroupKey, Grouping, Part};
use super::phase::Quantity;
use crate::model::{
    Dataset, Day, Grid, Month, Name, PriceAt, Scope, SectorChoice, price::price_curves,
};

/// What is summed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// MW at the meter, at the end of the month.
    FacilityMw,
    /// MW of IT load, at the end of the month.
    ItMw,
    /// Number of accelerators, at the end of the month.
    Accelerators,
    /// H100 equivalents, at the end of the month.
    H100e,
    /// MWh in the month (RULES C3).
    EnergyMwh,
    /// Nominal USD in the month (RULES C4).
    CostUsd,
}

impl Measure {
    /// All measures: measure, word of the command line, unit, title for people.
    pub const ALL: [(Self, &'static str, &'static str, &'static str); 6] = [
        (Self::FacilityMw, "facility_mw", "MW", "Facility power"),
        (Self::ItMw, "it_mw", "MW", "IT power"),
        (Self::Accelerators, "accelerators", "chips", "Accelerators"),
        (Self::H100e, "h100e", "H100e", "H100 equivalents"),
        (Self::EnergyMwh, "energy_mwh", "MWh", "Electricity use"),
        (Self::CostUsd, "cost_usd", "USD", "Electricity cost"),
    ];

    /// The word of the command line.
    pub fn word(self) -> &'static str {
        Self::ALL[self as usize].1
    }

    /// The unit of exported values.
    pub fn unit(self) -> &'static str {
        Self::ALL[self as usize].2
    }

    /// The title for people.
    pub fn title(self) -> &'static str {
        Self::ALL[self as usize].3
    }

    /// Reads the word of the command line.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, word, ..)| *word == text).map(|(m, ..)| *m)
    }

    /// The capacity quantity, unless the measure is one of energy.
    pub fn quantity(self) -> Option<Quantity> {
        match self {
            Self::FacilityMw => Some(Quantity::FacilityMw),
            Self::ItMw => Some(Quantity::ItMw),
            Self::Accelerators => Some(Quantity::Accelerators),
            Self::H100e => Some(Quantity::H100e),
            Self::EnergyMwh | Self::CostUsd => None,
        }
    }
}

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
}

impl Series {
    fn zeros(months: usize) -> Self {
        Self {
            value: vec![0.0; months],
            derived: vec![0.0; months],
            campus: vec![0.0; months],
            unknown: vec![0; months],
            count: vec![0; months],
        }
    }

    /// The value of a month, or none where every phase that counts is unknown.
    pub fn known(&self, month: usize) -> Option<f64> {
        let some = self.count[month] == 0 || self.unknown[month] < self.count[month];
        some.then(|| self.value[month])
    }
}

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
}

/// Sums a measure over groups and months.
pub fn stack(data: &Dataset, outcome: &Outcome, query: &Query<'_>) -> Stack {
    let groups = query.grouping.names.len();
    let sums = match query.measure.quantity() {
        Some(quantity) => capacity(data, outcome, query, quantity),
        None => energy(data, outcome, query),
    };
    let mut sums = sums.into_iter();
    let named = query.grouping.names.iter().zip(sums.by_ref().take(groups));
    let groups = named.map(|(name, series)| StackSeries { name: name.clone(), series }).collect();
    Stack {
        measure: query.measure,
        key: query.grouping.key,
        grid: outcome.grid,
        groups,
        total: sums.next().unwrap_or_default(),
    }
}

/// Rows of running sums: changes at month positions, summed at the end.
struct Changes {
    months: usize,
    value: Vec<f64>,
    derived: Vec<f64>,
    campus: Vec<f64>,
    /// Phases that count, that are unknown, that are derived, that are campus.
    counts: Vec<[i32; 4]>,
}

/// What one phase adds.
#[derive(Clone, Copy)]
struct Addend {
    value: Option<f64>,
    derived: bool,
    campus: bool,
}

impl Changes {
    fn new(rows: usize, months: usize) -> Self {
        let len = rows * (months + 1);
        Self {
            months,
            value: vec![0.0; len],
            derived: vec![0.0; len],
            campus: vec![0.0; len],
            counts: vec![[0; 4]; len],
        }
    }

    fn rows(&self) -> usize {
        self.value.len() / (self.months + 1)
    }

    fn grow(&mut self, rows: usize) {
        let len = rows * (self.months + 1);
        self.value.resize(len, 0.0);
        self.derived.resize(len, 0.0);
        self.campus.resize(len, 0.0);
        self.counts.resize(len, [0; 4]);
    }

    /// Adds over the months `from..to`.
    #[inline]
    fn add(&mut self, row: usize, from: usize, to: usize, addend: Addend, share: f64) {
        if from >= to {
            return;
        }
        let base = row * (self.months + 1);
        for (at, sign) in [(base + from, 1.0), (base + to, -1.0)] {
            let step = if sign > 0.0 { 1 } else { -1 };
            self.counts[at][0] += step;
            let Some(value) = addend.value else {
                self.counts[at][1] += step;
                continue;
            };
            let value = sign * value * share;
            self.value[at] += value;
            if addend.derived {
                self.derived[at] += value;
                self.counts[at][2] += step;
            }
            if addend.campus {
                self.campus[at] += value;
                self.counts[at][3] += step;
            }
        }
    }

    /// Turns changes into months. Where nothing counts the sum is exactly zero, whatever the
    /// rounding of what came and went.
    fn finish(&self, row: usize) -> Series {
        let mut series = Series::zeros(self.months);
        let base = row * (self.months + 1);
        let (mut sums, mut counts) = ([0.0; 3], [0; 4]);
        for month in 0..self.months {
            let at = base + month;
            let steps = [self.value[at], self.derived[at], self.campus[at]];
            sums.iter_mut().zip(steps).for_each(|(sum, step)| *sum += step);
            counts.iter_mut().zip(self.counts[at]).for_each(|(sum, step)| *sum += step);
            let kept = [counts[0] > counts[1], counts[2] > 0, counts[3] > 0];
            sums.iter_mut().zip(kept).filter(|(_, kept)| !kept).for_each(|(sum, _)| *sum = 0.0);
            series.value[month] = sums[0];
            series.derived[month] = sums[1];
            series.campus[month] = sums[2];
            series.count[month] = counts[0] as u32;
            series.unknown[month] = counts[1] as u32;
        }
        series
    }
}

/// Month positions `from..to` in which a phase counts at the end of the month (RULES T2).
fn months_counted(grid: &Grid, from: Day, to: Day) -> (usize, usize) {
    if from >= to {
        return (0, 0);
    }
    (month_position(grid, from), month_position(grid, to))
}

/// Position of the month of a day, held to `0..=len`.
fn month_position(grid: &Grid, day: Day) -> usize {
    if day == Day::NEVER {
        return grid.len;
    }
    (day.month().index() - grid.first.index()).clamp(0, grid.len as i32) as usize
}

fn taken(mask: Option<&[bool]>, phase: usize) -> bool {
    mask.is_none_or(|m| m[phase])
}

fn capacity(
    data: &Dataset,
    outcome: &Outcome,
    query: &Query<'_>,
    quantity: Quantity,
) -> Vec<Series> {
    let grid = &outcome.grid;
    let groups = query.grouping.names.len();
    let mut changes = Changes::new(groups + 1, grid.len);
    let column = outcome.phases.column(quantity);
    for phase in (0..data.phases.len()).filter(|&p| taken(query.mask, p)) {
        let (from, to) = months_counted(grid, outcome.phases.from[phase], outcome.phases.to[phase]);
        let addend = Addend {
            value: column.value[phase].get(),
            derived: column.rule[phase].is_derived(),
            campus: data.phases.scope[phase] == Scope::Campus,
        };
        changes.add(groups, from, to, addend, 1.0);
        for part in query.grouping.parts(phase) {
            let (from, to) = overlap(part, from, to);
            changes.add(part.group as usize, from, to, addend, part.share);
        }
    }
    (0..=groups).map(|row| changes.finish(row)).collect()
}

fn overlap(part: &Part, from: usize, to: usize) -> (usize, usize) {
    (from.max(part.from as usize), to.min(part.to as usize))
}

/// Hours of a phase's life, month by month: whole months, and the broken ones at its ends.
struct Life {
    /// Whole months, `from..to`.
    whole: (usize, usize),
    /// Month position and hours of broken months.
    broken: [(usize, f64); 2],
}

fn life(grid: &Grid, from: Day, to: Day) -> Life {
    let none = (grid.len, 0.0);
    let mut life = Life { whole: (0, 0), broken: [none; 2] };
    if from >= to {
        return life;
    }
    let hours_in = |month: usize| {
        let month = grid.month(month);
        let (first, end) = (month.first_day(), month.plus(1).first_day());
        f64::from((to.min(end).0 - from.max(first).0).max(0)) * 24.0
    };
    let start = month_position(grid, from);
    let starts_broken = start < grid.len && grid.month(start).first_day() < from;
    let end = month_position(grid, to);
    let ends_broken = end < grid.len && to > grid.month(end).first_day();
    if starts_broken {
        life.broken[0] = (start, hours_in(start));
    }
    if ends_broken && !(starts_broken && end == start) {
        life.broken[1] = (end, hours_in(end));
    }
    life.whole = (start + usize::from(starts_broken), end);
    life
}

/// Rows of (group, price zone): energy is summed per pair, and each pair meets its price once.
struct Cells {
    /// Zones by code; the code of each site.
    zones: Vec<Name>,
    zone_of: Vec<u32>,
    /// Row of each pair of group and zone that occurs, found in a table or, where that would be
    /// large, by hash.
    table: Vec<u32>,
    hashed: FxHashMap<u64, u32>,
    keys: Vec<(u32, Name)>,
}

/// No row yet.
const NO_CELL: u32 = u32::MAX;
/// A table of pairs with more places than this is not made.
const LARGEST_TABLE: usize = 1 << 22;

impl Cells {
    /// For the zones of all sites, and so many groups.
    fn new(site_zones: &[Name], groups: usize) -> Self {
        let mut codes: FxHashMap<Name, u32> = FxHashMap::default();
        let mut zones = Vec::new();
        let code = |zone: &Name| {
            *codes.entry(*zone).or_insert_with(|| {
                zones.push(*zone);
                zones.len() as u32 - 1
            })
        };
        let zone_of: Vec<u32> = site_zones.iter().map(code).collect();
        let places = groups.saturating_mul(zones.len());
        let table = if places <= LARGEST_TABLE { vec![NO_CELL; places] } else { Vec::new() };
        Self { zones, zone_of, table, hashed: FxHashMap::default(), keys: Vec::new() }
    }

    /// The row of a group at a site's zone.
    fn row(&mut self, group: u32, site: usize) -> usize {
        let zone = self.zone_of[site];
        let place = group as usize * self.zones.len() + zone as usize;
        let slot = if self.table.is_empty() {
            self.hashed.entry(place as u64).or_insert(NO_CELL)
        } else {
            &mut self.table[place]
        };
        if *slot == NO_CELL {
            *slot = self.keys.len() as u32;
            self.keys.push((group, self.zones[zone as usize]));
        }
        *slot as usize
    }
}

/// Hours of each month of the grid.
pub(crate) fn month_hours(grid: &Grid) -> Vec<f64> {
    grid.months().map(|m| f64::from(m.days()) * 24.0).collect()
}

/// Energy of the groups and of the total, or what it costs.
fn energy(data: &Dataset, outcome: &Outcome, query: &Query<'_>) -> Vec<Series> {
    let cost = query.measure == Measure::CostUsd;
    let (keys, mut rows) = energy_cells(data, outcome, query, cost);
    if cost {
        apply_prices(data, &outcome.grid, query.sector, &keys, &mut rows);
    }
    merge_cells(&keys, &rows, query.grouping.names.len(), outcome.grid.len)
}

/// Energy by group and price zone where a cost is wanted, else by group alone. The total is the
/// group after the last.
fn energy_cells(
    data: &Dataset,
    outcome: &Outcome,
    query: &Query<'_>,
    cost: bool,
) -> (Vec<(u32, Name)>, Vec<Series>) {
    let grid = &outcome.grid;
    let groups = query.grouping.names.len();
    let hours = month_hours(grid);
    let zones: Vec<Name> = (0..data.sites.len())
        .map(|site| if cost { data.price_start(site) } else { Name::EMPTY })
        .collect();
    let mut cells = Cells::new(&zones, groups + 1);
    let mut power = Changes::new(0, grid.len);
    let mut broken: Vec<(usize, usize, Addend, f64)> = Vec::new();
    let column = outcome.phases.column(Quantity::ItMw);
    for phase in (0..data.phases.len()).filter(|&p| taken(query.mask, p)) {
        let site = data.phases.site[phase] as usize;
        let life = life(grid, outcome.phases.from[phase], outcome.phases.to[phase]);
        let addend = Addend {
            value: column.value[phase].get().map(|mw| mw * energy_factor(data, outcome, site)),
            derived: column.rule[phase].is_derived(),
            campus: data.phases.scope[phase] == Scope::Campus,
        };
        let whole = Part { group: groups as u32, share: 1.0, from: 0, to: grid.len as u32 };
        for part in query.grouping.parts(phase).iter().chain([&whole]) {
            let row = cells.row(part.group, site);
            if row == power.rows() {
                power.grow(row + 1);
            }
            let (from, to) = overlap(part, life.whole.0, life.whole.1);
            power.add(row, from, to, addend, part.share);
            let within = |at: usize| (part.from as usize..part.to as usize).contains(&at);
            for (month, hours) in life.broken.into_iter().filter(|(m, h)| *h > 0.0 && within(*m)) {
                let energy = addend.value.map(|v| v * hours * part.share);
                broken.push((row, month, Addend { value: energy, ..addend }, 1.0));
            }
        }
    }
    let mut rows: Vec<Series> = (0..cells.keys.len()).map(|row| power.finish(row)).collect();
    for series in &mut rows {
        for (month, hours) in hours.iter().enumerate() {
            series.value[month] *= hours;
            series.derived[month] *= hours;
            series.campus[month] *= hours;
        }
    }
    for (row, month, addend, share) in broken {
        add_month(&mut rows[row], month, addend, share);
    }
    (cells.keys, rows)
}

/// Average power drawn at the meter per MW of IT nameplate: load factor × PUE of energy (C3).
pub(crate) fn energy_factor(data: &Dataset, outcome: &Outcome, site: usize) -> f64 {
    let pue = data.sites.pue[site].get().unwrap_or(outcome.assumptions.energy_pue);
    outcome.assumptions.load_factor * pue
}

/// Energy and bill of a site at the yearly rate of a month: MWh and USD a year, for what is in
/// service at the end of the month and has IT power, and how many phases in service have none.
/// None where nothing in service has any.
pub fn site_bill(
    data: &Dataset,
    outcome: &Outcome,
    site: usize,
    month: Month,
    usd_per_mwh: f64,
) -> Option<(f64, f64, usize)> {
    let day = month.last_day();
    let own = data.phases_of(site).iter().map(|&p| p as usize);
    let in_service = own.filter(|&p| outcome.phases.stands_on(p, day));
    let it_mw: Vec<Option<f64>> =
        in_service.map(|p| outcome.phases.get(Quantity::ItMw, p)).collect();
    let unknown = it_mw.iter().filter(|mw| mw.is_none()).count();
    if unknown == it_mw.len() {
        return None;
    }
    let sum: f64 = it_mw.iter().flatten().sum();
    let energy = sum * energy_factor(data, outcome, site) * 8760.0;
    Some((energy, energy * usd_per_mwh, unknown))
}

fn add_month(series: &mut Series, month: usize, addend: Addend, share: f64) {
    series.count[month] += 1;
    let Some(value) = addend.value else {
        series.unknown[month] += 1;
        return;
    };
    series.value[month] += value * share;
    if addend.derived {
        series.derived[month] += value * share;
    }
    if addend.campus {
        series.campus[month] += value * share;
    }
}

fn apply_prices(
    data: &Dataset,
    grid: &Grid,
    sector: SectorChoice,
    keys: &[(u32, Name)],
    rows: &mut [Series],
) {
    let mut starts: Vec<Name> = keys.iter().map(|(_, zone)| *zone).collect();
    starts.sort_unstable();
    starts.dedup();
    let months: Vec<_> = grid.months().collect();
    let curves = price_curves(data, &starts, sector, &months);
    for ((_, zone), series) in keys.iter().zip(rows) {
        let Ok(at) = starts.binary_search(zone) else { continue };
        for (month, price) in curves[at].iter().enumerate() {
            price_month(series, month, price.as_ref());
        }
    }
}

fn price_month(series: &mut Series, month: usize, price: Option<&PriceAt>) {
    if let Some(price) = price {
        series.value[month] *= price.usd_per_mwh;
        series.derived[month] *= price.usd_per_mwh;
        series.campus[month] *= price.usd_per_mwh;
    } else {
        series.value[month] = 0.0;
        series.derived[month] = 0.0;
        series.campus[month] = 0.0;
        series.unknown[month] = series.count[month];
    }
}

fn merge_cells(keys: &[(u32, Name)], rows: &[Series], groups: usize, months: usize) -> Vec<Series> {
    let mut out = vec![Series::zeros(months); groups + 1];
    for ((group, _), series) in keys.iter().zip(rows) {
        let sum = &mut out[*group as usize];
        for month in 0..months {
            sum.value[month] += series.value[month];
            sum.derived[month] += series.derived[month];
            sum.campus[month] += series.campus[month];
            sum.unknown[month] += series.unknown[month];
            sum.count[month] += series.count[month];
        }
    }
    out
}

/// A ratio of a group in a month (RULES G5): the ratio, and the phases left out of it.
pub type Ratio = (Option<f64>, u32);

/// Ratios of all groups, and of the total as the last row.
///
/// # Shape
/// `rows[group][month]`.
#[derive(Clone, Debug, PartialEq)]
pub struct RatioTable {
    /// Groups by code point.
    pub names: Vec<String>,
    /// One row a group, and the total last.
    pub rows: Vec<Vec<Ratio>>,
}

/// Share of known MW at the meter whose compute figure is known too, by group and month (G5).
/// The count is that of phases of unknown MW.
pub fn coverage(
    data: &Dataset,
    outcome: &Outcome,
    grouping: &Grouping,
    mask: Option<&[bool]>,
    measure: Measure,
) -> RatioTable {
    let query =
        Query { measure: Measure::FacilityMw, grouping, mask, sector: SectorChoice::default() };
    let all = stack(data, outcome, &query);
    let column = measure.quantity().map(|q| outcome.phases.column(q));
    let known: Vec<bool> = (0..data.phases.len())
        .map(|p| taken(mask, p) && column.is_some_and(|c| c.value[p].is_some()))
        .collect();
    let some = stack(data, outcome, &Query { mask: Some(&known), ..query });
    let rows = |stack: Stack| -> Vec<Series> {
        stack.groups.into_iter().map(|g| g.series).chain([stack.total]).collect()
    };
    ratio_table(grouping, &rows(some), &rows(all), |_, whole, month| whole.unknown[month])
}

/// Average price paid, USD per MWh: cost ÷ energy over phases for which both are known (G5).
/// The count is that of phases in service that lack one.
pub fn price_ratio(
    data: &Dataset,
    outcome: &Outcome,
    grouping: &Grouping,
    mask: Option<&[bool]>,
    sector: SectorChoice,
) -> RatioTable {
    let query = Query { measure: Measure::CostUsd, grouping, mask, sector };
    let grid = &outcome.grid;
    let (keys, energy) = energy_cells(data, outcome, &query, true);
    let mut cost = energy.clone();
    apply_prices(data, grid, sector, &keys, &mut cost);
    let mut priced = energy;
    for (energy, cost) in priced.iter_mut().zip(&cost) {
        // Where a price is missing every phase of the cell is unknown, and its energy is left out.
        let known = |month: usize| cost.unknown[month] < cost.count[month];
        for month in (0..grid.len).filter(|&m| !known(m)) {
            energy.value[month] = 0.0;
        }
    }
    let groups = grouping.names.len();
    let merged = |rows: &[Series]| merge_cells(&keys, rows, groups, grid.len);
    ratio_table(grouping, &merged(&cost), &merged(&priced), |part, _, month| part.unknown[month])
}

/// Ratios of rows of groups, the total last.
fn ratio_table(
    grouping: &Grouping,
    part: &[Series],
    whole: &[Series],
    left_out: impl Fn(&Series, &Series, usize) -> u32,
) -> RatioTable {
    let row = |(part, whole): (&Series, &Series)| -> Vec<Ratio> {
        let ratio = |month: usize| {
            let denominator = whole.value[month];
            (denominator > 0.0).then(|| part.value[month] / denominator)
        };
        (0..whole.value.len()).map(|m| (ratio(m), left_out(part, whole, m))).collect()
    };
    RatioTable { names: grouping.names.clone(), rows: part.iter().zip(whole).map(row).collect() }
}

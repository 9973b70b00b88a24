//! What a question asks of an outcome, worked out once and used by every frame.

use std::sync::{Arc, Mutex, PoisonError};

use super::mark::Color;
use super::spec::{Overlay, Question};
use super::theme::Colors;
use crate::model::{Dataset, DatePolicy, Day, Month, NONE_NAMED, SectorChoice, Status};
use crate::scenario::{
    Engine, Filter, FilterError, GroupKey, Grouping, Measure, Outcome, Quantity, Query, Scenario,
    Series, Stack, State, Workers, coverage, map, stack_with,
};

/// Which hue each group has: the largest eight at the end of the grid, before any filter, so that
/// colours stay with their group while filtering and scrubbing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Palette {
    /// What people call the groups, where that is not the group's own name: sites by name rather
    /// than by id.
    titles: Vec<String>,
    slots: Vec<Slot>,
}

/// The colour of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Slot {
    /// One of the eight hues.
    Hue(u8),
    /// Not among the largest.
    Other,
    /// `(none named)` and its like.
    Unnamed,
}

impl Slot {
    /// The colour in a theme.
    pub fn color(self, colors: &Colors) -> Color {
        match self {
            Self::Hue(at) => colors.hues[usize::from(at) % 8],
            Self::Other => colors.other,
            Self::Unnamed => colors.unnamed,
        }
    }
}

impl Palette {
    fn new(all: &Stack) -> Self {
        let last = |at: usize| all.groups[at].series.value.last().copied().unwrap_or(0.0);
        let peak = |at: usize| all.groups[at].series.value.iter().copied().fold(0.0, f64::max);
        let mut order: Vec<usize> =
            (0..all.groups.len()).filter(|&g| all.groups[g].name != NONE_NAMED).collect();
        order.sort_by(|&a, &b| {
            let by_size = last(b).total_cmp(&last(a)).then(peak(b).total_cmp(&peak(a)));
            by_size.then_with(|| all.groups[a].name.cmp(&all.groups[b].name))
        });
        let mut slots = vec![Slot::Other; all.groups.len()];
        for (hue, &group) in order.iter().take(8).enumerate() {
            slots[group] = Slot::Hue(hue as u8);
        }
        for (slot, group) in slots.iter_mut().zip(&all.groups) {
            if group.name == NONE_NAMED {
                *slot = Slot::Unnamed;
            }
        }
        Self { titles: Vec::new(), slots }
    }

    /// The palette with the names of sites, where groups are ids of sites.
    fn titled(mut self, data: &Dataset, grouping: &Grouping) -> Self {
        if grouping.key == GroupKey::Site {
            let title = |id: &String| {
                let site = data.site_position(id);
                site.map_or(id.clone(), |at| data.text(data.sites.name[at]).to_owned())
            };
            self.titles = grouping.names.iter().map(title).collect();
        }
        self
    }

    /// What a group is called on figures.
    pub fn title<'a>(&'a self, group: usize, name: &'a str) -> &'a str {
        self.titles.get(group).map_or(name, String::as_str)
    }

    /// The same colours for groups of other data: by name, new ones among the others.
    #[must_use]
    pub fn for_names(&self, own: &[String], names: &[String]) -> Self {
        let at = |name: &String| own.binary_search(name).ok();
        let slot = |name: &String| match at(name) {
            Some(at) => self.slot(at),
            None if name == NONE_NAMED => Slot::Unnamed,
            None => Slot::Other,
        };
        let title =
            |name: &String| at(name).map_or(name.clone(), |at| self.title(at, name).to_owned());
        let titles =
            if self.titles.is_empty() { Vec::new() } else { names.iter().map(title).collect() };
        Self { titles, slots: names.iter().map(slot).collect() }
    }

    /// The slot of a group of the grouping.
    pub fn slot(&self, group: usize) -> Slot {
        self.slots.get(group).copied().unwrap_or(Slot::Other)
    }
}

/// The answer to a question, for all months.
#[derive(Clone, Debug)]
pub struct Prepared {
    /// The question.
    pub question: Question,
    /// Phases sorted into groups.
    pub grouping: Arc<Grouping>,
    /// Which phases take part; all where there is none.
    pub mask: Option<Vec<bool>>,
    /// The measure, stacked.
    pub capacity: Stack,
    /// Electricity cost, stacked.
    pub cost: Stack,
    /// Colours of the groups.
    pub palette: Palette,
    /// Total of the measure with imprecise dates at the end, and at the start, of their period.
    pub envelope: [Series; 2],
    /// The same of the cost.
    pub cost_envelope: [Series; 2],
    /// Share of MW that a compute figure covers, by month; none for other measures.
    pub covered: Option<Vec<Option<f64>>>,
    /// Totals of the baseline, of the measure and of cost, where a scenario is shown.
    pub reference: Option<[Vec<f64>; 2]>,
}

/// Outcomes with every imprecise date at the end, and at the start, of its period (RULES T3):
/// what lies between is what the dates leave open.
pub type Extremes = [Outcome; 2];

/// Works the extremes of an outcome out. They depend on data and scenario alone.
pub fn extremes(
    workers: &dyn Workers,
    data: &Dataset,
    engine: &Engine,
    scenario: &Scenario,
) -> Extremes {
    [DatePolicy::End, DatePolicy::Start].map(|date_policy| {
        let engine = engine.with_policy(workers, data, date_policy);
        engine.run_with(workers, data, scenario)
    })
}

/// An answer to an earlier question about the same data under the same dates, whose parts are used
/// again where they would come out the same.
#[derive(Clone, Copy)]
pub struct Earlier<'a> {
    /// The answer.
    pub prepared: &'a Prepared,
    /// The outcome that it was about.
    pub outcome: &'a Outcome,
}

/// Answers a question. Where a baseline is given its totals are kept, to be shown beside those of
/// the outcome. Without the extremes the span that imprecise dates leave open has no width.
///
/// # Errors
/// [`FilterError`] where the filter cannot be read.
pub fn prepare(
    workers: &dyn Workers,
    data: &Dataset,
    outcome: &Outcome,
    extremes: Option<&Extremes>,
    baseline: Option<&Outcome>,
    question: &Question,
    earlier: Option<Earlier<'_>>,
) -> Result<Prepared, FilterError> {
    let filter = Filter::parse(&question.filter)?;
    let mask = filter.mask_with(workers, data, outcome, question.sector);
    let kept = earlier.filter(|earlier| {
        let grouping = &earlier.prepared.grouping;
        grouping.key == question.group_by && grouping.serves(earlier.outcome, outcome)
    });
    let grouping = match kept {
        Some(earlier) => Arc::clone(&earlier.prepared.grouping),
        None => Arc::new(Grouping::new(data, outcome, question.group_by)),
    };
    // What the baseline answers does not change while a lever moves.
    let same = kept.map(|earlier| earlier.prepared).filter(|prepared| {
        prepared.question == *question && prepared.reference.is_some() && baseline.is_some()
    });
    let sum = |data: &Dataset, outcome: &Outcome, query: &Query<'_>| {
        stack_with(workers, data, outcome, query)
    };
    let query = |measure, mask| Query {
        measure,
        grouping: &grouping,
        mask,
        sector: question.sector,
        real_year: question.real_year,
    };
    let chosen = mask.as_deref();
    let measure = question.measure;
    let capacity = sum(data, outcome, &query(measure, chosen));
    let cost = sum(data, outcome, &query(Measure::CostUsd, chosen));
    // Costs would take colours from groups without a price; power ranks for them. Colours are those
    // of the baseline, so that a scenario does not change them.
    let ranked = if measure.quantity().is_some() { measure } else { Measure::FacilityMw };
    let palette = match baseline {
        Some(_) if same.is_some() => same.map(|p| p.palette.clone()).unwrap_or_default(),
        Some(baseline) => {
            let groups = Grouping::new(data, baseline, question.group_by);
            let all = sum(data, baseline, &Query::new(ranked, &groups));
            Palette::new(&all).for_names(&groups.names, &grouping.names)
        }
        None if mask.is_some() || measure != ranked => {
            Palette::new(&sum(data, outcome, &query(ranked, None)))
        }
        None => Palette::new(&capacity),
    };
    let palette = if same.is_some() { palette } else { palette.titled(data, &grouping) };
    let compute = matches!(measure, Measure::Accelerators | Measure::H100e);
    let covered = compute.then(|| {
        let table = coverage(data, outcome, &grouping, chosen, measure);
        table.rows.last().map_or(Vec::new(), |row| row.iter().map(|(share, _)| *share).collect())
    });
    let bounds = |measure, nominal: &Stack| match extremes {
        Some(ends) => ends.each_ref().map(|end| sum(data, end, &query(measure, chosen)).total),
        None => [nominal.total.clone(), nominal.total.clone()],
    };
    let kept_reference = same.and_then(|prepared| prepared.reference.clone());
    let reference = kept_reference.or_else(|| {
        baseline.map(|baseline| {
            // The filter lets through what it lets through of the baseline.
            let mask = filter.mask_with(workers, data, baseline, question.sector);
            let grouping = Grouping::new(data, baseline, GroupKey::Kind);
            [measure, Measure::CostUsd].map(|measure| {
                let asked = Query {
                    measure,
                    grouping: &grouping,
                    mask: mask.as_deref(),
                    sector: question.sector,
                    real_year: question.real_year,
                };
                sum(data, baseline, &asked).total.value
            })
        })
    });
    let envelope = bounds(measure, &capacity);
    let cost_envelope = bounds(Measure::CostUsd, &cost);
    Ok(Prepared {
        question: question.clone(),
        capacity,
        cost,
        palette,
        envelope,
        cost_envelope,
        covered,
        reference,
        mask,
        grouping,
    })
}

/// What stands at a site at the end of a month, by how sure it is, in the unit of the measure:
/// MW at the meter or of IT, accelerators, or H100 equivalents.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct SitePower {
    /// In service, and said to operate.
    pub operating: f64,
    /// In service by its date; under construction or planned, with a date that is not over yet.
    pub expected: f64,
    /// In service by its date, which is over, and no source says that it operates (RULES T4).
    pub due: f64,
    /// In service by its date, and announced only.
    pub announced: f64,
    /// All that stands once all dates are past.
    pub build_out: f64,
    /// The part of it that is announced only.
    pub build_out_announced: f64,
    /// The part of it that is the load of a whole campus (RULES P6).
    pub build_out_campus: f64,
    /// Whether the site is shown: a phase of it passes the filter, or it has none and there is no
    /// filter.
    pub takes_part: bool,
    /// Phases that take part.
    pub phases: u32,
    /// Phases of them whose value is not known.
    pub unknown: u32,
    /// Group of most of the power.
    pub group: u32,
}

impl SitePower {
    /// All that is in service.
    pub fn online(&self) -> f64 {
        self.operating + self.expected + self.due + self.announced
    }
}

/// The quantity whose size the symbols of the map have: that of the measure, else MW at the meter.
pub fn symbol_quantity(measure: Measure) -> Quantity {
    measure.quantity().unwrap_or(Quantity::FacilityMw)
}

/// Pieces that sites are worked out in, so that sums do not depend on how many hands there are.
const PIECES: usize = 16;
/// With more groups than this, sums by group are made in one piece.
const MANY_GROUPS: usize = 4096;

/// Of a group: what is in service, and what stands once all dates are past.
pub(super) type GroupSums = Vec<[f64; 2]>;

/// The power of every site at a month, and sums by group. Sites none of whose phases take part have
/// no phases.
pub(super) fn site_powers(
    workers: &dyn Workers,
    data: &Dataset,
    outcome: &Outcome,
    prepared: &Prepared,
    month: Month,
) -> (Vec<SitePower>, GroupSums) {
    let groups = prepared.grouping.names.len();
    let pieces = if groups > MANY_GROUPS { 1 } else { PIECES };
    let size = data.sites.len().div_ceil(pieces).max(1);
    let mut out = vec![SitePower::default(); data.sites.len()];
    let cut: Vec<Mutex<&mut [SitePower]>> = out.chunks_mut(size).map(Mutex::new).collect();
    let parts = map(workers, cut.len(), |piece| {
        let mut powers = cut[piece].lock().unwrap_or_else(PoisonError::into_inner);
        let mut room = Room { weights: Vec::new(), sums: vec![[0.0; 2]; groups] };
        for (at, power) in powers.iter_mut().enumerate() {
            *power = site_power(data, outcome, prepared, (piece * size + at, month), &mut room);
        }
        room.sums
    });
    drop(cut);
    let mut sums = vec![[0.0; 2]; groups];
    for part in &parts {
        for (sum, more) in sums.iter_mut().zip(part) {
            *sum = [sum[0] + more[0], sum[1] + more[1]];
        }
    }
    (out, sums)
}

/// Sums by group so far, and room for the groups of one site.
struct Room {
    weights: Vec<(u32, f64)>,
    sums: GroupSums,
}

/// The power of a site at a month, which is added to the sums by group.
fn site_power(
    data: &Dataset,
    outcome: &Outcome,
    prepared: &Prepared,
    (site, month): (usize, Month),
    room: &mut Room,
) -> SitePower {
    let quantity = symbol_quantity(prepared.question.measure);
    let (day, at) = (month.last_day(), outcome.grid.clamp(month));
    let last = outcome.grid.len - 1;
    let mut power = SitePower::default();
    let Room { weights, sums } = room;
    weights.clear();
    let own = data.phases_of(site);
    for phase in own.iter().map(|&phase| phase as usize) {
        if prepared.mask.as_ref().is_some_and(|m| !m[phase]) {
            continue;
        }
        let value = outcome.phases.get(quantity, phase);
        add_phase(data, outcome, (phase, value), day, &mut power);
        let mw = value.unwrap_or(1e-9);
        // What is in service decides the group before what is to come.
        let stands = outcome.phases.stands_on(phase, day);
        let weight = if stands { mw * 1e3 } else { mw };
        let lasts = lasts(outcome, phase);
        for part in prepared.grouping.parts(phase) {
            let within = |at: usize| (part.from as usize..part.to as usize).contains(&at);
            let share = value.unwrap_or(0.0) * part.share;
            let sum = &mut sums[part.group as usize];
            sum[0] += if stands && within(at) { share } else { 0.0 };
            sum[1] += if lasts && within(last) { share } else { 0.0 };
            if within(at) {
                match weights.iter_mut().find(|(g, _)| *g == part.group) {
                    Some(slot) => slot.1 += weight * part.share,
                    None => weights.push((part.group, weight * part.share)),
                }
            }
        }
    }
    power.takes_part |= prepared.mask.is_none() && own.is_empty();
    let best = weights.iter().max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)));
    power.group = best.map_or(u32::MAX, |(group, _)| *group);
    power
}

/// Whether a phase stands once all dates are past.
fn lasts(outcome: &Outcome, phase: usize) -> bool {
    outcome.phases.from[phase] != Day::NEVER && outcome.phases.to[phase] == Day::NEVER
}

fn add_phase(
    data: &Dataset,
    outcome: &Outcome,
    (phase, value): (usize, Option<f64>),
    day: Day,
    power: &mut SitePower,
) {
    power.phases += 1;
    power.takes_part = true;
    let Some(mw) = value else {
        power.unknown += 1;
        return;
    };
    let state = outcome.phases.state[phase];
    if outcome.phases.stands_on(phase, day) {
        match state {
            State::Table(Status::Operating) => power.operating += mw,
            State::Table(Status::Announced) => power.announced += mw,
            State::Due => power.due += mw,
            State::Table(_) => power.expected += mw,
        }
    }
    if lasts(outcome, phase) {
        power.build_out += mw;
        if data.phases.status[phase] == Status::Announced {
            power.build_out_announced += mw;
        }
        if data.phases.scope[phase] == crate::model::Scope::Campus {
            power.build_out_campus += mw;
        }
    }
}

/// Value of a zone under an overlay at a month.
pub fn zone_value(
    data: &Dataset,
    overlay: Overlay,
    sector: SectorChoice,
    month: Month,
    zone: crate::model::Name,
) -> Option<f64> {
    let chain = data.zone_chain(zone);
    match overlay {
        Overlay::None => None,
        Overlay::Price => data.price_book().along(&chain, sector, month).map(|p| p.usd_per_mwh),
        Overlay::Carbon => chain.iter().find_map(|&z| data.zone(z)?.carbon_g_per_kwh.get()),
    }
}

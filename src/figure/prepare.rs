//! What a question asks of an outcome, worked out once and used by every frame.

use std::sync::Arc;

use super::mark::Color;
use super::spec::{Overlay, Question};
use super::theme::Colors;
use crate::model::{Dataset, DatePolicy, Month, NONE_NAMED, SectorChoice};
use crate::scenario::{
    Engine, GroupKey, Grouping, Lens, Measure, Outcome, Quantity, Query, QuestionError, Scenario,
    Series, Stack, State, UndatedAt, UndatedSums, Workers, by_status_sums, coverage, stack_with,
    undated_sums,
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
                site.map_or(id.clone(), |at| {
                    super::text::writable(data.text(data.sites.name[at])).into_owned()
                })
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
    /// The lens of the buyer, if there is one.
    pub lens: Option<Arc<Lens>>,
    /// Power at the meter of what has no date, MW; none where nothing is undated (RULES T5).
    pub undated: Option<UndatedSums>,
    /// What is due of the phases that take part: past its date, and not said to operate (RULES T4).
    pub due: Due,
    /// What counts though it has no date, since it operates, in the quantity of the measure where it is
    /// one of capacity, else MW at the meter; none where nothing does (RULES T5).
    pub by_status: Option<UndatedSums>,
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
    /// Totals of the baseline, of the measure and of cost, where a scenario is shown; none in months
    /// in which they are not known.
    pub reference: Option<[Vec<Option<f64>>; 2]>,
}

impl Prepared {
    /// Power at the meter of what has no date, at a month position.
    pub fn undated_at(&self, month: usize) -> UndatedAt {
        self.undated.as_ref().map_or_else(UndatedAt::default, |sums| sums.at(month))
    }
}

/// Phases that are due on the as-of date.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Due {
    /// How many there are.
    pub phases: u32,
    /// Power at the meter of those whose power is known, MW.
    pub facility_mw: f64,
}

impl Due {
    fn of(data: &Dataset, outcome: &Outcome, mask: Option<&[bool]>) -> Self {
        let states = outcome.phases.state.iter().take(data.phases.len());
        let due = states.enumerate().filter(|(_, state)| **state == State::Due);
        let mut out = Self::default();
        for (phase, _) in due.filter(|(phase, _)| mask.is_none_or(|mask| mask[*phase])) {
            out.phases += 1;
            out.facility_mw += outcome.phases.get(Quantity::FacilityMw, phase).unwrap_or(0.0);
        }
        out
    }

    /// `3.2 GW in 12 phases past their date, unconfirmed`.
    pub fn words(self) -> String {
        let power = crate::units::power(crate::units::Megawatts(self.facility_mw));
        let phases = crate::units::counted(u64::from(self.phases), "phase");
        format!("{power} in {phases} past their date, unconfirmed")
    }
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

impl Earlier<'_> {
    /// What was due, where the same is: it is so by the tables, and stays while a lever moves.
    fn same_due(&self, question: &Question, outcome: &Outcome) -> Option<Due> {
        let states = [&self.outcome.phases.state, &outcome.phases.state];
        let same = self.prepared.question.filter == question.filter;
        (same && Arc::ptr_eq(states[0], states[1])).then_some(self.prepared.due)
    }
}

/// Answers a question. Where a baseline is given its totals are kept, to be shown beside those of
/// the outcome. Without the extremes the span that imprecise dates leave open has no width.
///
/// # Errors
/// [`QuestionError`] where the filter cannot be read, or there is no such buyer.
pub fn prepare(
    workers: &dyn Workers,
    data: &Dataset,
    outcome: &Outcome,
    extremes: Option<&Extremes>,
    baseline: Option<&Outcome>,
    question: &Question,
    earlier: Option<Earlier<'_>>,
) -> Result<Prepared, QuestionError> {
    let filter = question.filter_over(data)?;
    let mask = filter.mask_with(workers, data, outcome, question.sector);
    let kept = earlier.filter(|earlier| {
        let grouping = &earlier.prepared.grouping;
        grouping.key == question.group_by
            && earlier.prepared.question.buyer == question.buyer
            && grouping.serves(earlier.outcome, outcome)
    });
    let lens = match kept {
        Some(earlier) => earlier.prepared.lens.clone(),
        None => question.lens(workers, data, outcome)?,
    };
    let seen =
        |outcome: &Outcome, key| Grouping::seen_with(workers, data, outcome, key, lens.as_deref());
    let grouping = match kept {
        Some(earlier) => Arc::clone(&earlier.prepared.grouping),
        None => Arc::new(seen(outcome, question.group_by.clone())),
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
    let cost = match measure {
        Measure::CostUsd => capacity.clone(),
        _ => sum(data, outcome, &query(Measure::CostUsd, chosen)),
    };
    // Costs would take colours from groups without a price; power ranks for them. Colours are those
    // of the baseline, so that a scenario does not change them.
    let ranked = if measure.quantity().is_some() { measure } else { Measure::FacilityMw };
    let palette = match baseline {
        Some(_) if same.is_some() => same.map(|p| p.palette.clone()).unwrap_or_default(),
        Some(baseline) => {
            let groups = seen(baseline, question.group_by.clone());
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
    let reference = same.and_then(|prepared| prepared.reference.clone()).or_else(|| {
        baseline.map(|baseline| {
            // The filter lets through what it lets through of the baseline.
            let mask = filter.mask_with(workers, data, baseline, question.sector);
            let grouping = seen(baseline, GroupKey::Kind);
            [measure, Measure::CostUsd].map(|measure| {
                let asked = Query {
                    measure,
                    grouping: &grouping,
                    mask: mask.as_deref(),
                    sector: question.sector,
                    real_year: question.real_year,
                };
                let total = sum(data, baseline, &asked).total;
                (0..total.value.len()).map(|month| total.known(month)).collect()
            })
        })
    });
    let meter = query(Measure::FacilityMw, chosen);
    let undated = undated_sums(workers, data, outcome, &meter, Quantity::FacilityMw);
    let by_status = by_status_sums(workers, data, outcome, &meter, symbol_quantity(measure));
    Ok(Prepared {
        question: question.clone(),
        lens,
        undated,
        due: earlier
            .and_then(|earlier| earlier.same_due(question, outcome))
            .unwrap_or_else(|| Due::of(data, baseline.unwrap_or(outcome), chosen)),
        by_status,
        envelope: bounds(measure, &capacity),
        cost_envelope: bounds(Measure::CostUsd, &cost),
        capacity,
        cost,
        palette,
        covered,
        reference,
        mask,
        grouping,
    })
}

/// The quantity whose size the symbols of the map have: that of the measure, else MW at the meter.
pub fn symbol_quantity(measure: Measure) -> Quantity {
    measure.quantity().unwrap_or(Quantity::FacilityMw)
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

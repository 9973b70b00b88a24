//! From a scenario as written to an outcome.
//!
//! The engine keeps what does not depend on a scenario: the baseline, which phases each selector
//! matches, and which phase contains which. A changed lever then costs what it touches: columns
//! that it leaves alone are shared with the baseline.

use std::borrow::Cow;
use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::{FxHashMap, FxHashSet};

use super::additions::{adds, tag};
use super::energy::{EnergyClass, EnergyRules, PriceStep, StepKind};
use super::equations::{HOURS_PER_YEAR, load_factor};
use super::levers::Lever;
use super::phase::{self, DayTable, PhaseJoins, PhaseOutcomes, QuantityColumn, Rest, Rule};
use super::rows::KeptOrder;
use super::spec::{Adjustment, Scenario};
use super::stack::Kept;
use super::{Alone, Assumptions, Outcome, Workers, assumptions};
use crate::model::{
    AddedRows, ChipRef, Dataset, DatePolicy, Day, Grid, Kind, Maybe, Month, Resolver, SectorChoice,
    Status,
};

/// Phases that a selector matches.
type Matched = Arc<Vec<u32>>;

/// A selector with its window, and how many rows that scenarios added it may see.
type MaskKey = (String, Option<Month>, Option<Month>, Vec<bool>);

/// What does not depend on a scenario.
#[derive(Debug)]
pub struct Engine {
    grid: Grid,
    base: Outcome,
    /// Phases with every added row switched on.
    all: PhaseOutcomes,
    table: DayTable,
    joins: Arc<PhaseJoins>,
    matched: Mutex<FxHashMap<MaskKey, Matched>>,
}

impl Engine {
    /// Works out the baseline of a data set over a grid.
    pub fn new(data: &Dataset, grid: &Grid) -> Self {
        Self::new_with(&Alone, data, grid)
    }

    /// The same, with hands lent.
    pub fn new_with(workers: &dyn Workers, data: &Dataset, grid: &Grid) -> Self {
        let assumed = Assumptions::of(data, &Scenario::default());
        let joins = Arc::new(PhaseJoins::of(data));
        let all = phase::phase_outcomes(workers, data, grid, [&assumed; 2], &joins);
        Self::of(data, grid, assumed, all, (joins, Kept::default()))
    }

    /// The engine of the same data and months, with imprecise dates put elsewhere in their period.
    /// It shares all that does not depend on dates.
    #[must_use]
    pub fn with_policy(
        &self,
        workers: &dyn Workers,
        data: &Dataset,
        date_policy: DatePolicy,
    ) -> Self {
        let grid = Grid { date_policy, ..self.grid };
        let all = phase::dated(workers, data, &grid, &self.joins, &self.all);
        let shared = (Arc::clone(&self.joins), self.base.kept.clone());
        Self::of(data, &grid, self.base.assumptions, all, shared)
    }

    fn of(
        data: &Dataset,
        grid: &Grid,
        assumed: Assumptions,
        all: PhaseOutcomes,
        (joins, kept): (Arc<PhaseJoins>, Kept),
    ) -> Self {
        let baseline = Scenario::default();
        let mut phases = all.clone();
        let table = DayTable::new(grid);
        if !data.added.is_empty() {
            let off: Vec<bool> = vec![false; data.added.len()];
            switch_off(data, &off, &mut phases);
            restore_contained(data, &joins.contained, &table, &mut phases);
            let gone = rows_off(data, &off);
            phases.undated = Arc::new(phase::undated(data, &joins, &table, &phases.from, &gone));
        }
        let base = Outcome {
            grid: *grid,
            scenario: baseline.name,
            assumptions: assumed,
            tables: assumed,
            phases,
            energy: Arc::default(),
            kept,
            order: KeptOrder::default(),
            stated: Arc::default(),
        };
        Self { grid: *grid, base, all, table, joins, matched: Mutex::default() }
    }

    /// The outcome without any adjustment.
    pub fn baseline(&self) -> &Outcome {
        &self.base
    }

    /// Phases that are part of another, each with the one that contains it.
    pub(super) fn contained(&self) -> &[(u32, u32)] {
        &self.joins.contained
    }

    /// Works out a scenario. The data set holds the rows that the scenario adds ([`super::extended`]).
    pub fn run(&self, data: &Dataset, scenario: &Scenario) -> Outcome {
        self.run_with(&Alone, data, scenario)
    }

    /// The same, with hands lent.
    pub fn run_with(&self, workers: &dyn Workers, data: &Dataset, scenario: &Scenario) -> Outcome {
        let assumed = Assumptions::of(data, scenario);
        let same_pue =
            assumed.capacity_pue.to_bits() == self.base.assumptions.capacity_pue.to_bits();
        let phases = if same_pue {
            self.all.clone()
        } else {
            let both = [&assumed, &self.base.tables];
            phase::phase_outcomes(workers, data, &self.grid, both, &self.joins)
        };
        let mut run = Run {
            engine: self,
            data,
            scenario,
            assumed,
            phases,
            levers: Vec::new(),
            switched_on: active_rows(data, scenario),
            workers,
        };
        run.levers = run.resolve();
        run.place();
        run.size();
        let energy = run.energy();
        let it = super::Quantity::ItMw as usize;
        let same_size = Arc::ptr_eq(&run.phases.power[it], &self.base.phases.power[it]);
        let kept = match energy == *self.base.energy && assumed == self.base.assumptions {
            true if same_size => self.base.kept.clone(),
            true => self.base.kept.without_drawn(),
            false => Kept::default(),
        };
        Outcome {
            grid: self.grid,
            scenario: scenario.name.clone(),
            assumptions: assumed,
            tables: self.base.tables,
            phases: run.phases,
            energy: Arc::new(energy),
            kept,
            order: KeptOrder::default(),
            stated: Arc::new(scenario.stated()),
        }
    }

    /// For each adjustment that takes part, how many phases it touches or adds.
    pub fn touched(&self, data: &Dataset, scenario: &Scenario) -> Vec<(String, usize)> {
        let count = |(adjustment, seen): (&Adjustment, Vec<bool>)| {
            let count = if adds(adjustment) {
                adjustment.added.phases.len()
            } else {
                self.matched(data, adjustment, &seen).len()
            };
            (adjustment.id.clone(), count)
        };
        in_order(data, scenario).map(count).collect()
    }

    /// The phases that an adjustment touches: those that its selector lets through, of the data
    /// and of what earlier adjustments added, and whose nominal month lies in its window.
    fn matched(&self, data: &Dataset, adjustment: &Adjustment, seen: &[bool]) -> Matched {
        let phase_window = !adjustment.lever.has_price_window();
        let window = |month: Option<Month>| month.filter(|_| phase_window);
        let (from, to) = (window(adjustment.from), window(adjustment.to));
        let key = (adjustment.select.text().to_owned(), from, to, seen.to_vec());
        let lock = || self.matched.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = lock().get(&key) {
            return Arc::clone(found);
        }
        let mut world = Cow::Borrowed(&self.base);
        if seen.contains(&true) {
            let mut phases = self.all.clone();
            switch_off(data, seen, &mut phases);
            let gone = rows_off(data, seen);
            let (joins, table) = (&self.joins, &self.table);
            phases.undated = Arc::new(phase::undated(data, joins, table, &phases.from, &gone));
            world =
                Cow::Owned(Outcome { phases, order: KeptOrder::default(), ..self.base.clone() });
        }
        let mask = adjustment.select.mask(data, &world, SectorChoice::default());
        let within = |phase: usize| {
            let month = data.phases.online[phase].get().map(Day::month);
            (from.is_none() && to.is_none())
                || month.is_some_and(|m| {
                    from.is_none_or(|from| from <= m) && to.is_none_or(|to| m <= to)
                })
        };
        let visible = |phase: usize| {
            let rows = data.added.iter().zip(seen);
            rows.into_iter().all(|(rows, seen)| *seen || !rows.phases.contains(&phase))
        };
        let hits = (0..data.phases.len())
            .filter(|&p| mask.as_ref().is_none_or(|m| m[p]) && within(p) && visible(p))
            .map(|p| p as u32);
        let found = Arc::new(hits.collect::<Vec<u32>>());
        lock().insert(key, Arc::clone(&found));
        found
    }
}

/// The adjustments that take part, each with which sets of added rows it sees: those that it or an
/// earlier one adds (RULES S1).
fn in_order<'a>(
    data: &'a Dataset,
    scenario: &'a Scenario,
) -> impl Iterator<Item = (&'a Adjustment, Vec<bool>)> {
    let enabled = scenario.adjustments.iter().filter(|a| a.enabled);
    enabled.scan(vec![false; data.added.len()], |seen, adjustment| {
        if adds(adjustment) {
            let own = tag(adjustment);
            let rows = seen.iter_mut().zip(&data.added);
            rows.for_each(|(seen, rows)| *seen |= rows.tag == own);
        }
        Some((adjustment, seen.clone()))
    })
}

/// For each set of added rows, whether a scenario adds it.
fn active_rows(data: &Dataset, scenario: &Scenario) -> Vec<bool> {
    let active = |rows: &AddedRows| {
        scenario.adjustments.iter().any(|a| a.enabled && adds(a) && tag(a) == rows.tag)
    };
    data.added.iter().map(active).collect()
}

/// Takes rows that are not added out of all months.
fn switch_off(data: &Dataset, active: &[bool], phases: &mut PhaseOutcomes) {
    for (rows, _) in data.added.iter().zip(active).filter(|(_, active)| !**active) {
        for phase in rows.phases.clone() {
            Arc::make_mut(&mut phases.from)[phase] = Day::NEVER;
            Arc::make_mut(&mut phases.to).set(phase, Day::NEVER);
            Arc::make_mut(&mut phases.span)[phase] = [0, 0];
            Arc::make_mut(&mut phases.broken)[phase] = [0, 0];
        }
    }
}

/// Phases of rows that are not added, rising.
fn rows_off(data: &Dataset, active: &[bool]) -> Vec<u32> {
    let rows = data.added.iter().zip(active).filter(|(_, active)| !**active);
    let mut out: Vec<u32> =
        rows.flat_map(|(rows, _)| rows.phases.clone()).map(|phase| phase as u32).collect();
    out.sort_unstable();
    out
}

/// Ends of contained phases after some that contain them were switched off.
fn restore_contained(
    data: &Dataset,
    contained: &[(u32, u32)],
    table: &DayTable,
    phases: &mut PhaseOutcomes,
) {
    for &(part, _) in contained {
        let part = part as usize;
        let own = data.phases.retired[part].get().unwrap_or(Day::NEVER);
        Arc::make_mut(&mut phases.to).set(part, own);
    }
    phase::end_contained(contained, &phases.from, Arc::make_mut(&mut phases.to));
    for &(part, _) in contained {
        let part = part as usize;
        let (from, to) = (phases.from[part], phases.to[part]);
        let span = table.span(from, to);
        Arc::make_mut(&mut phases.span)[part] = span;
        Arc::make_mut(&mut phases.broken)[part] = table.broken(from, to, span);
    }
}

/// An adjustment with the phases that it touches and its numbers.
struct Resolved<'a> {
    adjustment: &'a Adjustment,
    phases: Matched,
    numbers: Vec<Option<f64>>,
    /// Which rows that scenarios added it sees.
    seen: Vec<bool>,
}

impl Resolved<'_> {
    /// A number of the lever; its default where it is not given.
    fn number(&self, at: usize) -> f64 {
        let default = self.adjustment.lever.fields().get(at).and_then(|f| f.default);
        self.numbers.get(at).copied().flatten().or(default).unwrap_or(0.0)
    }
}

/// A scenario being worked out.
struct Run<'a> {
    engine: &'a Engine,
    data: &'a Dataset,
    scenario: &'a Scenario,
    assumed: Assumptions,
    phases: PhaseOutcomes,
    levers: Vec<Resolved<'a>>,
    switched_on: Vec<bool>,
    workers: &'a dyn Workers,
}

impl<'a> Run<'a> {
    fn parameter(&self, key: &str) -> Option<f64> {
        assumptions::parameter(self.data, self.scenario, key)
    }

    /// Selectors to phases, inputs to numbers (RULES S1).
    fn resolve(&self) -> Vec<Resolved<'a>> {
        let mut out = Vec::new();
        for (adjustment, seen) in in_order(self.data, self.scenario) {
            if adds(adjustment) {
                continue;
            }
            let lever = adjustment.lever;
            let fields = lever.fields().iter().zip(&adjustment.inputs);
            let numbers = fields.map(|(field, input)| {
                let value = input.as_ref()?.value(&|key| self.parameter(key))?;
                Some(value.clamp(field.low, field.high))
            });
            out.push(Resolved {
                adjustment,
                phases: self.engine.matched(self.data, adjustment, &seen),
                numbers: numbers.collect(),
                seen,
            });
        }
        out
    }

    fn of(&self, levers: &[Lever]) -> Vec<&Resolved<'a>> {
        self.levers.iter().filter(|l| levers.contains(&l.adjustment.lever)).collect()
    }

    /// When phases stand: offsets, cancellations, retirements, containment (RULES S2, S3, P4).
    fn place(&mut self) {
        let mut changed: Vec<Matched> = Vec::new();
        let mut days = std::mem::take(&mut self.phases);
        if !self.data.added.is_empty() {
            switch_off(self.data, &self.switched_on, &mut days);
            let table = &self.engine.table;
            restore_contained(self.data, &self.engine.joins.contained, table, &mut days);
        }
        self.shift(&mut days, &mut changed);
        let cancelled = changed.len();
        self.cancel(&mut days, &mut changed);
        let cancelled = changed[cancelled..].to_vec();
        self.retire(&mut days, &mut changed);
        let moved = !changed.is_empty();
        if moved {
            self.settle(&mut days, changed);
        }
        if moved || !self.data.added.is_empty() {
            self.undate(&mut days, &cancelled);
        }
        self.phases = days;
    }

    /// Which phases are undated, and until when, after what was moved, cancelled and retired
    /// (RULES T5). No lever on dates moves them; a day of retirement ends them.
    fn undate(&self, days: &mut PhaseOutcomes, cancelled: &[Matched]) {
        let (joins, table) = (&self.engine.joins, &self.engine.table);
        if joins.without_date.is_empty() {
            return;
        }
        let mut gone = rows_off(self.data, &self.switched_on);
        for hits in cancelled {
            let hit = |phase: &&u32| hits.binary_search(phase).is_ok();
            gone.extend(joins.without_date.iter().filter(hit));
        }
        gone.sort_unstable();
        let mut undated = phase::undated(self.data, joins, table, &days.from, &gone);
        for lever in self.of(&[Lever::Retire]) {
            let Some(date) = Day::parse(&lever.adjustment.word) else { continue };
            for one in &mut undated {
                if lever.phases.binary_search(&one.phase).is_ok() {
                    one.until = one.until.min(date);
                    one.months = if one.inside { 0 } else { table.position(one.until) };
                }
            }
        }
        days.undated = Arc::new(undated);
    }

    /// Sums delays and bring-forwards to one offset a phase, applied once to the nominal date.
    fn shift(&self, days: &mut PhaseOutcomes, changed: &mut Vec<Matched>) {
        let moves = self.of(&[Lever::Delay, Lever::BringForward]);
        if moves.is_empty() {
            return;
        }
        let months_of = |lever: &Resolved<'_>| {
            let months = lever.number(0).round() as i32;
            if lever.adjustment.lever == Lever::Delay { months } else { -months }
        };
        // The phases of one lever are moved alike; those of several by the sum of theirs.
        let (touched, offsets) = match moves.as_slice() {
            [one] => (Arc::clone(&one.phases), Vec::new()),
            many => {
                let mut offsets = vec![0_i32; self.data.phases.len()];
                for lever in many {
                    let months = months_of(lever);
                    lever.phases.iter().for_each(|&phase| offsets[phase as usize] += months);
                }
                let shifted = offsets.iter().enumerate().filter(|(_, months)| **months != 0);
                (Arc::new(shifted.map(|(phase, _)| phase as u32).collect()), offsets)
            }
        };
        let alike = months_of(moves[0]);
        if touched.is_empty() || offsets.is_empty() && alike == 0 {
            return;
        }
        let distinct: FxHashSet<i32> = if offsets.is_empty() {
            FxHashSet::from_iter([alike])
        } else {
            touched.iter().map(|&phase| offsets[phase as usize]).collect()
        };
        let grid = &self.engine.grid;
        let by = |months| (months, MovedDays::new(grid, months, touched.len()));
        let days_by: FxHashMap<i32, MovedDays> = distinct.into_iter().map(by).collect();
        let table = &self.data.phases;
        let mut from = Rest::of(Arc::make_mut(&mut days.from).as_mut_slice());
        let cut = |count| from.take(count);
        phase::in_pieces(self.workers, table.len(), cut, |first, from| {
            for phase in within(&touched, first, from.len()) {
                let standing = &mut from[phase - first];
                let movable = table.status[phase] != Status::Operating && *standing != Day::NEVER;
                let months = offsets.get(phase).unwrap_or(&alike);
                if let Some(online) = table.online[phase].get().filter(|_| movable) {
                    let later = days_by[months].of(online);
                    *standing = grid.date_policy.place(later, table.precision[phase]);
                }
            }
        });
        changed.push(touched);
    }

    fn cancel(&self, days: &mut PhaseOutcomes, changed: &mut Vec<Matched>) {
        for lever in self.of(&[Lever::Cancel, Lever::Only, Lever::Except]) {
            let hits: Matched = if lever.adjustment.lever == Lever::Only {
                let mut kept = vec![false; self.data.phases.len()];
                lever.phases.iter().for_each(|&phase| kept[phase as usize] = true);
                // What later adjustments add is none of the rest.
                for (rows, _) in self.data.added.iter().zip(&lever.seen).filter(|(_, seen)| !**seen)
                {
                    kept[rows.phases.clone()].fill(true);
                }
                Arc::new((0..kept.len() as u32).filter(|&p| !kept[p as usize]).collect())
            } else {
                Arc::clone(&lever.phases)
            };
            let from = Arc::make_mut(&mut days.from);
            hits.iter().for_each(|&phase| from[phase as usize] = Day::NEVER);
            changed.push(hits);
        }
    }

    fn retire(&self, days: &mut PhaseOutcomes, changed: &mut Vec<Matched>) {
        for lever in self.of(&[Lever::Retire]) {
            let date = Day::parse(&lever.adjustment.word);
            let months = (lever.number(0) * 12.0).round() as i32;
            let to = Arc::make_mut(&mut days.to);
            for &phase in lever.phases.iter() {
                if let Some(end) = retirement(days.from[phase as usize], date, months) {
                    to.set(phase as usize, to[phase as usize].min(end));
                }
            }
            changed.push(Arc::clone(&lever.phases));
        }
    }

    /// Ends contained phases anew, and finds the months of what changed.
    fn settle(&self, days: &mut PhaseOutcomes, mut changed: Vec<Matched>) {
        let contained = &self.engine.joins.contained;
        if !contained.is_empty() {
            let retired: FxHashMap<u32, Day> = self.retirements(days);
            let to = Arc::make_mut(&mut days.to);
            for &(part, _) in contained {
                let own = self.data.phases.retired[part as usize].get().unwrap_or(Day::NEVER);
                let lever = retired.get(&part).copied().unwrap_or(Day::NEVER);
                to.set(part as usize, own.min(lever));
            }
            phase::end_contained(contained, &days.from, to);
            changed.push(Arc::new(contained.iter().map(|(part, _)| *part).collect()));
        }
        let (from, to, table) = (&days.from, &days.to, &self.engine.table);
        let mut spans = Rest::of(Arc::make_mut(&mut days.span).as_mut_slice());
        let mut brokens = Rest::of(Arc::make_mut(&mut days.broken).as_mut_slice());
        let cut = |count| (spans.take(count), brokens.take(count));
        phase::in_pieces(self.workers, from.len(), cut, |first, (spans, brokens)| {
            let count = spans.len();
            for phase in changed.iter().flat_map(|phases| within(phases, first, count)) {
                let (from, to) = (from[phase], to[phase]);
                let span = table.span(from, to);
                spans[phase - first] = span;
                brokens[phase - first] = table.broken(from, to, span);
            }
        });
    }

    /// Ends that levers give to contained phases.
    fn retirements(&self, days: &PhaseOutcomes) -> FxHashMap<u32, Day> {
        let mut out: FxHashMap<u32, Day> = FxHashMap::default();
        for lever in self.of(&[Lever::Retire]) {
            let date = Day::parse(&lever.adjustment.word);
            let months = (lever.number(0) * 12.0).round() as i32;
            for &(part, _) in &self.engine.joins.contained {
                let end = retirement(days.from[part as usize], date, months);
                if let Some(end) = end.filter(|_| lever.phases.binary_search(&part).is_ok()) {
                    let slot = out.entry(part).or_insert(Day::NEVER);
                    *slot = (*slot).min(end);
                }
            }
        }
        out
    }

    /// How large phases are: chips swapped, then scaled (RULES S3).
    fn size(&mut self) {
        let mut phases = std::mem::take(&mut self.phases);
        for lever in self.of(&[Lever::SwapChip]) {
            self.swap(lever, &mut phases);
        }
        for lever in self.of(&[Lever::Scale]) {
            let factor = lever.number(0);
            let scale = |column: &mut QuantityColumn| {
                for &phase in lever.phases.iter() {
                    let value = &mut column.value[phase as usize];
                    *value = value.get().map(|v| v * factor).into();
                }
            };
            // What was not worked out yet would follow from the power after it is scaled.
            phases.compute_mut().into_iter().flatten().for_each(scale);
            phases.power.iter_mut().map(Arc::make_mut).for_each(scale);
            if !phases.average.is_empty() {
                let average = Arc::make_mut(&mut phases.average);
                for &phase in lever.phases.iter() {
                    let value = &mut average[phase as usize];
                    *value = value.get().map(|v| v * factor).into();
                }
            }
        }
        self.phases = phases;
    }

    /// Power stays; accelerators and H100 equivalents follow from it anew.
    fn swap(&self, lever: &Resolved<'_>, phases: &mut PhaseOutcomes) {
        let chip = chip_named(self.data, &lever.adjustment.word);
        let row = chip.chip.map(|at| &self.data.tables.chips[at]);
        let watts = row.and_then(|c| c.server_w_per_chip.get()).filter(|w| *w > 0.0);
        let each = row.and_then(|c| c.h100e.get());
        let refs = Arc::make_mut(&mut phases.chip_refs);
        refs.push(chip);
        let at = refs.len() as u32 - 1;
        let it = Arc::clone(&phases.power[1]);
        let mut chips = std::mem::take(&mut phases.chip_ref);
        let Some([accelerators, h100e]) = phases.compute_mut() else {
            phases.chip_ref = chips;
            return;
        };
        let chip_ref = Arc::make_mut(&mut chips);
        let put = |column: &mut QuantityColumn, phase: usize, value: Option<f64>, rule: Rule| {
            column.value[phase] = Maybe::from(value);
            column.rule[phase] = value.map_or(Rule::Unknown, |_| rule);
        };
        for &phase in lever.phases.iter() {
            let phase = phase as usize;
            chip_ref.set(phase, at);
            let count = it.value[phase].get().zip(watts).map(|(mw, w)| mw * 1e6 / w);
            put(accelerators, phase, count, Rule::FromPower);
            let compute = count.zip(each).map(|(n, h)| n * h);
            put(h100e, phase, compute, Rule::FromAccelerators);
        }
        phases.chip_ref = chips;
    }

    /// What levers on energy and prices do, as classes of phases.
    fn energy(&self) -> EnergyRules {
        let mut rules = EnergyRules::default();
        let names = &self.data.names;
        rules.series = self
            .scenario
            .series
            .iter()
            .filter_map(|s| names.find(&s.zone).zip(names.find(&s.series)))
            .collect();
        for lever in self.levers.iter().filter(|l| l.adjustment.lever.acts_on_energy()) {
            let step = self.step(lever);
            if step.as_ref().map_or_else(|| Self::is_idle(lever), StepKind::is_idle) {
                continue;
            }
            if let Some(kind) = step {
                let Adjustment { from, to, sector, .. } = *lever.adjustment;
                rules.steps.push(PriceStep { from, to, sector, kind });
            }
            self.classify(lever, &mut rules);
        }
        rules
    }

    /// Whether a lever on energy that is no step of prices changes nothing.
    fn is_idle(lever: &Resolved<'_>) -> bool {
        let off = |at| lever.number(at).abs() < f64::MIN_POSITIVE;
        lever.adjustment.lever == Lever::Curtail && (off(0) || off(1))
    }

    /// The step of prices that a lever makes, if it makes one.
    fn step(&self, lever: &Resolved<'_>) -> Option<StepKind> {
        let n = |at| lever.number(at);
        Some(match lever.adjustment.lever {
            Lever::PriceShock => StepKind::Shock(n(0)),
            Lever::PriceGrowth => {
                let as_of = self.engine.grid.as_of.map(Day::month);
                let start = lever.adjustment.from.or(as_of).unwrap_or(self.engine.grid.first);
                StepKind::Growth { rate: n(0), start }
            }
            Lever::PricePath => {
                let point = |(month, input): &(Month, super::Input)| {
                    let usd = input.value(&|key| self.parameter(key))?;
                    Some((*month, usd))
                };
                StepKind::Path(lever.adjustment.path.iter().filter_map(point).collect())
            }
            Lever::Ppa => StepKind::Supply {
                share: n(0),
                usd_per_mwh: n(1) + n(2),
                g_per_kwh: n(3),
                on_site: false,
            },
            Lever::OnSite => {
                StepKind::Supply { share: n(0), usd_per_mwh: n(1), g_per_kwh: n(2), on_site: true }
            }
            Lever::CarbonPrice => StepKind::Carbon(n(0)),
            Lever::CapacityCharge => StepKind::Capacity(n(0)),
            Lever::Coverage => StepKind::Coverage { share: n(0), elasticity: n(1) },
            Lever::Orbit => StepKind::Orbit(n(1)),
            _ => return None,
        })
    }

    /// Gives the phases of a lever the class that their old one becomes under it.
    fn classify(&self, lever: &Resolved<'_>, rules: &mut EnergyRules) {
        let step = (rules.steps.len() as u32).checked_sub(1);
        let mut becomes: FxHashMap<u16, u16> = FxHashMap::default();
        let orbit = lever.adjustment.lever == Lever::Orbit;
        let mut class_of = std::mem::take(&mut rules.class_of);
        for &phase in lever.phases.iter() {
            let site = self.data.phases.site[phase as usize] as usize;
            if orbit && self.data.sites.kind[site] != Kind::Orbital {
                continue;
            }
            if class_of.is_empty() {
                class_of = vec![0; self.data.phases.len()];
            }
            let old = class_of[phase as usize];
            let new = *becomes.entry(old).or_insert_with(|| {
                let class = self.changed(lever, rules.classes[usize::from(old)].clone(), step);
                rules.classes.push(class);
                rules.classes.len() as u16 - 1
            });
            class_of[phase as usize] = new;
        }
        rules.class_of = class_of;
    }

    fn changed(
        &self,
        lever: &Resolved<'_>,
        mut class: EnergyClass,
        step: Option<u32>,
    ) -> EnergyClass {
        let n = |at| lever.number(at);
        match lever.adjustment.lever {
            Lever::Move => {
                class.zone = self.data.names.find(&lever.adjustment.word).or(class.zone);
            }
            Lever::Pue => class.pue = Some(n(0)),
            Lever::LoadFactor => class.load_factor = Some(n(0)),
            Lever::Utilisation => {
                class.load_factor = Some(load_factor(n(0), self.assumed.idle));
            }
            Lever::Curtail => {
                class.kept *= 1.0 - n(0) / HOURS_PER_YEAR * n(1);
                if lever.adjustment.at_peak {
                    class.peak *= 1.0 - n(1);
                }
            }
            Lever::Orbit => {
                class.pue = Some(n(0));
                class.steps.extend(step);
            }
            _ => class.steps.extend(step),
        }
        class
    }
}

/// Those of some phases, in rising order, that lie among so many from a first one on.
fn within(phases: &[u32], first: usize, count: usize) -> impl Iterator<Item = usize> + '_ {
    let at = |row: usize| phases.partition_point(|&phase| (phase as usize) < row);
    phases[at(first)..at(first + count)].iter().map(|&phase| phase as usize)
}

/// Days moved by so many months; those of a grid are worked out once where they are fewer than the
/// phases to be moved.
struct MovedDays {
    months: i32,
    as_of: Option<Day>,
    first: Day,
    days: Vec<Day>,
}

impl MovedDays {
    fn new(grid: &Grid, months: i32, phases: usize) -> Self {
        let (first, as_of) = (grid.first.first_day(), grid.as_of);
        let end = grid.month(grid.len).first_day();
        let few = ((end.0 - first.0) as usize) < phases;
        let days = if few { first.0..end.0 } else { 0..0 };
        let days = days.map(|day| offset(Day(day), months, as_of)).collect();
        Self { months, as_of, first, days }
    }

    #[inline]
    fn of(&self, day: Day) -> Day {
        let at = i64::from(day.0) - i64::from(self.first.0);
        let known = usize::try_from(at).ok().and_then(|at| self.days.get(at));
        known.copied().unwrap_or_else(|| offset(day, self.months, self.as_of))
    }
}

/// The day on which a phase ends that began on a day: a date, or so many months later; none for what
/// does not count, nor for an age of what has no date (RULES T5).
fn retirement(from: Day, date: Option<Day>, months: i32) -> Option<Day> {
    match (from, date) {
        (Day::NEVER, _) | (Day::ALWAYS, None) => None,
        (_, Some(date)) => Some(date),
        (from, None) => Some(plus_months(from, months)),
    }
}

/// The chip that a word names, by the rules of cells (RULES P5).
fn chip_named(data: &Dataset, word: &str) -> ChipRef {
    Resolver::new(data).chip_text(word)
}

/// A day so many months later; the day of the month is kept, clamped to the month's end.
pub(super) fn plus_months(day: Day, months: i32) -> Day {
    let (year, month, number) = day.ymd();
    let month = Month::new(year, month).plus(months);
    Day(month.first_day().0 + (number as i32).min(month.days()) - 1)
}

/// A nominal date with an offset: a negative one stops at the as-of date, and never makes a phase
/// later than nominal (RULES S2).
pub(super) fn offset(online: Day, months: i32, as_of: Option<Day>) -> Day {
    let moved = plus_months(online, months);
    match as_of {
        Some(as_of) if months < 0 => moved.max(as_of).min(online),
        _ => moved,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offset_keeps_the_day_and_stops_at_the_as_of_date() {
        let day = |text| Day::parse(text).unwrap();
        let as_of = Some(day("2026-06-15"));
        assert_eq!(offset(day("2026-12-31"), 2, as_of), day("2027-02-28"));
        assert_eq!(offset(day("2026-12-31"), -2, as_of), day("2026-10-31"));
        assert_eq!(offset(day("2026-12-31"), -12, as_of), day("2026-06-15"));
        // What is past its date is not made later by being brought forward.
        assert_eq!(offset(day("2026-06-01"), -3, as_of), day("2026-06-01"));
        assert_eq!(offset(day("2027-01-31"), -1, None), day("2026-12-31"));
    }
}

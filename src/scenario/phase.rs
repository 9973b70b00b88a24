//! Per phase: when it counts (T2 to T5, P4), what it is (P1 to P3), and its state.

use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;

use super::compute::Compute;
use super::stack::UndatedAt;
use super::workers::{fill, map};
use super::{Assumptions, Outcome, Workers};
use crate::model::{
    Basis, Chip, ChipRef, Codes, Column, CountScope, Dataset, Day, Grid, Maybe, NameMap, Phases,
    Precision, Resolver, Status,
};

/// How a value of a phase came about (RULES P3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Rule {
    /// Nothing gives it.
    #[default]
    Unknown,
    /// The table states it.
    Stated,
    /// The table states it under `facility_mw`, with basis `it` (RULES P1).
    StatedAsFacility,
    /// IT power × PUE.
    ItTimesPue,
    /// Facility power ÷ PUE.
    FacilityByPue,
    /// Mean load ÷ (load factor × PUE of energy) of the tables (RULES P1).
    FromAverage,
    /// Accelerators × watts per accelerator.
    FromCount,
    /// IT power ÷ watts per accelerator.
    FromPower,
    /// Accelerators × H100 equivalents of one.
    FromAccelerators,
}

impl Rule {
    /// Whether the value was derived rather than stated.
    pub fn is_derived(self) -> bool {
        !matches!(self, Self::Unknown | Self::Stated | Self::StatedAsFacility)
    }

    /// The rule in words; empty for unknown.
    pub fn word(self) -> &'static str {
        match self {
            Self::Unknown => "",
            Self::Stated => "stated",
            Self::StatedAsFacility => "stated as facility_mw",
            Self::ItTimesPue => "it x capacity_pue",
            Self::FacilityByPue => "facility / capacity_pue",
            Self::FromAverage => "average / (load factor x energy pue)",
            Self::FromCount => "accelerators x server_w",
            Self::FromPower => "it / server_w",
            Self::FromAccelerators => "accelerators x h100e",
        }
    }
}

impl Rule {
    /// The rule as people read it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Stated => "stated",
            Self::StatedAsFacility => "stated as IT",
            Self::ItTimesPue => "IT × PUE",
            Self::FacilityByPue => "facility ÷ PUE",
            Self::FromAverage => "mean load ÷ (load factor × PUE)",
            Self::FromCount => "chips × watts",
            Self::FromPower => "IT ÷ watts",
            Self::FromAccelerators => "chips × H100e",
        }
    }
}

/// State of a phase: that of the table, or `due` (RULES T4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum State {
    /// As the table says.
    Table(Status),
    /// Its period ended before the as-of date, and no source says that it operates.
    Due,
}

impl State {
    /// `operating`, `due` …; empty where the table says nothing.
    pub fn word(self) -> &'static str {
        match self {
            Self::Table(status) => status.word(),
            Self::Due => "due",
        }
    }
}

/// The four capacity quantities of a phase.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Quantity {
    /// MW at the meter.
    FacilityMw,
    /// MW of IT load.
    ItMw,
    /// Number of accelerators.
    Accelerators,
    /// H100 equivalents.
    H100e,
}

/// One quantity of all phases: values and how each came about.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct QuantityColumn {
    /// One value a phase.
    pub value: Vec<Maybe>,
    /// One rule a phase.
    pub rule: Vec<Rule>,
}

/// A phase without a date that counts in no month (RULES T5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Undated {
    /// Position of the phase.
    pub phase: u32,
    /// Day from which it is undated no more: its end, or that on which a phase that contains it goes
    /// online; [`Day::NEVER`] if none comes.
    pub until: Day,
    /// Months of the grid at whose end it is undated, from the first; none of what is inside another.
    pub months: u16,
    /// Whether a phase that contains it is undated too, to which it is not added.
    pub inside: bool,
}

/// What follows for every phase, as columns in the order of the table. Outcomes of several
/// scenarios share the columns in which they do not differ.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PhaseOutcomes {
    /// Power at the meter, and of IT.
    pub(super) power: [Arc<QuantityColumn>; 2],
    pub(super) compute: Arc<Compute>,
    /// First day in service; [`Day::NEVER`] for phases that never count.
    pub from: Arc<Vec<Day>>,
    /// Day after the last in service; [`Day::NEVER`] if it does not end.
    pub to: Arc<Column<Day>>,
    /// Month positions `from..to` in which the phase counts at the end of the month (RULES T2).
    pub span: Arc<Vec<[u16; 2]>>,
    /// Days missed in the first month of the span, and days in service in the month after it.
    pub broken: Arc<Vec<[u8; 2]>>,
    /// State with `due`.
    pub state: Arc<Vec<State>>,
    /// Phases without a date that count in no month, by position.
    pub undated: Arc<Vec<Undated>>,
    /// Phases without a date that operate, by position; those that a scenario takes away among them.
    by_status: Arc<Vec<u32>>,
    /// Mean load at the meter of phases that state it, MW; empty where none does (RULES P1).
    pub(super) average: Arc<Vec<Maybe>>,
    /// Rules of IT power, with that of phases of a stated mean load as stated; empty where none is.
    energy_rule: Arc<Vec<Rule>>,
    /// Which chip the cell names: position in [`Self::chip_refs`].
    pub chip_ref: Arc<Codes>,
    /// The distinct chip cells, resolved.
    pub chip_refs: Arc<Vec<ChipRef>>,
}

/// Month positions of days, looked up rather than worked out: a grid has few days.
#[derive(Clone, Debug)]
pub struct DayTable {
    first: Day,
    months: Vec<u16>,
    /// First day of each month, and of that after the grid.
    starts: Vec<Day>,
    len: u16,
}

impl DayTable {
    /// For the days of a grid.
    pub fn new(grid: &Grid) -> Self {
        let mut months = Vec::new();
        for (at, month) in grid.months().enumerate() {
            months.extend(std::iter::repeat_n(at as u16, month.days() as usize));
        }
        let starts = (0..=grid.len).map(|at| grid.month(at).first_day()).collect();
        Self { first: grid.first.first_day(), months, starts, len: grid.len as u16 }
    }

    /// Position of the month of a day: 0 for days before the grid, its length for days after it.
    #[inline]
    pub fn position(&self, day: Day) -> u16 {
        let at = i64::from(day.0) - i64::from(self.first.0);
        if at < 0 { 0 } else { self.months.get(at as usize).copied().unwrap_or(self.len) }
    }

    /// Days missed in the first month of a span, and days in the month after it.
    #[inline]
    pub fn broken(&self, from: Day, to: Day, span: [u16; 2]) -> [u8; 2] {
        if from >= to {
            return [0, 0];
        }
        let within = |day: Day, at: u16| {
            let past = i64::from(day.0) - i64::from(self.starts[usize::from(at)].0);
            if at < self.len { past.clamp(0, 31) as u8 } else { 0 }
        };
        [within(from, span[0]), within(to, span[1])]
    }

    /// Month positions of so many days from a day on; none where some lie outside the grid.
    pub(super) fn months_of(&self, from: Day, days: i32) -> Option<&[u16]> {
        let at = usize::try_from(i64::from(from.0) - i64::from(self.first.0)).ok()?;
        self.months.get(at..at + days as usize)
    }

    /// Month positions in which something from a day to another counts at the end of the month.
    #[inline]
    pub fn span(&self, from: Day, to: Day) -> [u16; 2] {
        if from >= to { [0, 0] } else { [self.position(from), self.position(to)] }
    }
}

impl PhaseOutcomes {
    /// Values and rules of one quantity.
    pub fn column(&self, quantity: Quantity) -> &QuantityColumn {
        match quantity {
            Quantity::FacilityMw => &self.power[0],
            Quantity::ItMw => &self.power[1],
            Quantity::Accelerators => &self.compute.columns()[0],
            Quantity::H100e => &self.compute.columns()[1],
        }
    }

    /// Accelerators and H100 equivalents, to be changed.
    pub(super) fn compute_mut(&mut self) -> Option<[&mut QuantityColumn; 2]> {
        Compute::columns_mut(&mut self.compute)
    }

    /// The value of one quantity of one phase.
    pub fn get(&self, quantity: Quantity, phase: usize) -> Option<f64> {
        self.ruled(quantity, phase).0
    }

    /// The rule that gave it.
    pub fn rule(&self, quantity: Quantity, phase: usize) -> Rule {
        self.ruled(quantity, phase).1
    }

    fn ruled(&self, quantity: Quantity, phase: usize) -> (Option<f64>, Rule) {
        let power = |column: &QuantityColumn| (column.value[phase].get(), column.rule[phase]);
        match quantity {
            Quantity::FacilityMw => power(&self.power[0]),
            Quantity::ItMw => power(&self.power[1]),
            Quantity::Accelerators => self.compute.get(0, phase),
            Quantity::H100e => self.compute.get(1, phase),
        }
    }

    /// The rules that stand behind the energy of phases: that of IT power, but stated where the mean
    /// load is (RULES C3).
    pub(super) fn energy_rule(&self) -> &[Rule] {
        if self.energy_rule.is_empty() { &self.power[1].rule } else { &self.energy_rule }
    }

    /// Mean load at the meter of a phase that states it, MW.
    #[inline]
    pub fn average_mw(&self, phase: usize) -> Option<f64> {
        self.average.get(phase).and_then(|mw| mw.get())
    }

    /// A phase without a date that counts in no month, if it is one.
    pub fn undated(&self, phase: usize) -> Option<&Undated> {
        let at = self.undated.binary_search_by_key(&(phase as u32), |undated| undated.phase);
        at.ok().map(|at| &self.undated[at])
    }

    /// Whether a phase is undated on a day (RULES T5).
    pub fn is_undated_on(&self, phase: usize, day: Day) -> bool {
        self.undated(phase).is_some_and(|undated| !undated.inside && day < undated.until)
    }

    /// Whether a phase counts though it has no date: it is dated by its status (RULES T5).
    pub fn dated_by_status(&self, phase: usize) -> bool {
        self.from[phase] == Day::ALWAYS
    }

    /// The phases that count though they have no date.
    pub fn all_by_status(&self) -> impl Iterator<Item = usize> + '_ {
        let phases = self.by_status.iter().map(|&phase| phase as usize);
        phases.filter(|&phase| self.dated_by_status(phase))
    }

    /// Whether a phase is in service on a day.
    pub fn stands_on(&self, phase: usize, day: Day) -> bool {
        self.from[phase] <= day && day < self.to[phase]
    }

    /// The chip that a phase names.
    pub fn chip(&self, phase: usize) -> &ChipRef {
        &self.chip_refs[self.chip_ref.at(phase) as usize]
    }

    /// Number of phases.
    pub fn len(&self) -> usize {
        self.from.len()
    }

    /// Whether there is no phase.
    pub fn is_empty(&self) -> bool {
        self.from.is_empty()
    }
}

/// What can be put into the derivation of one phase.
#[derive(Clone, Copy, Debug)]
struct Given {
    facility_mw: Option<f64>,
    it_mw: Option<f64>,
    /// IT power that follows from the mean load.
    it_of_average: Option<f64>,
    accelerators: Option<f64>,
    capacity_pue: f64,
    server_w: Option<f64>,
    h100e_per_chip: Option<f64>,
    /// A part of another phase without power of its own derives none (RULES P4).
    power_derivable: bool,
}

/// Values with the rules that gave them, in the order of [`Quantity`].
type Derived = [(Option<f64>, Rule); 4];

/// Applies the rules of P3 in their order until nothing follows.
fn derive(given: &Given) -> Derived {
    let stated = |value: Option<f64>| (value, value.map_or(Rule::Unknown, |_| Rule::Stated));
    let mut facility = stated(given.facility_mw);
    let mut it = stated(given.it_mw);
    if it.0.is_none() && given.it_of_average.is_some() {
        it = (given.it_of_average, Rule::FromAverage);
    }
    let mut accelerators = stated(given.accelerators);
    let mut h100e = (None, Rule::Unknown);
    let fill = |slot: &mut (Option<f64>, Rule), value: Option<f64>, rule: Rule| {
        let fits = slot.0.is_none() && value.is_some();
        if fits {
            *slot = (value, rule);
        }
        fits
    };
    loop {
        let mut changed = false;
        if given.power_derivable {
            let pue = given.capacity_pue;
            changed |= fill(&mut facility, it.0.map(|v| v * pue), Rule::ItTimesPue);
            changed |= fill(&mut it, facility.0.map(|v| v / pue), Rule::FacilityByPue);
            let from_count = accelerators.0.zip(given.server_w).map(|(n, w)| n * w / 1e6);
            changed |= fill(&mut it, from_count, Rule::FromCount);
        }
        let from_power = it.0.zip(given.server_w).map(|(mw, w)| mw * 1e6 / w);
        changed |= fill(&mut accelerators, from_power, Rule::FromPower);
        let compute = accelerators.0.zip(given.h100e_per_chip).map(|(n, h)| n * h);
        changed |= fill(&mut h100e, compute, Rule::FromAccelerators);
        if !changed {
            return [facility, it, accelerators, h100e];
        }
    }
}

/// IT power of one chip, W, where it is known.
fn watts_of(row: Option<&Chip>) -> Option<f64> {
    row.and_then(|chip| chip.server_w_per_chip.get()).filter(|watts| *watts > 0.0)
}

/// MW at the meter, of IT, and of mean load that the table states of a phase (RULES P1).
#[inline]
fn stated_power(phases: &Phases, phase: usize) -> [Option<f64>; 3] {
    let (facility, it) = (phases.facility_mw[phase].get(), phases.it_mw[phase].get());
    match phases.basis[phase] {
        Basis::It => [None, it.or(facility), None],
        Basis::Average => [None, it, facility],
        _ => [facility, it, None],
    }
}

/// IT power of a mean load at the meter, MW, by the load factor and PUE of the tables (RULES P1).
fn it_of_average(data: &Dataset, tables: &Assumptions, phase: usize, average_mw: f64) -> f64 {
    average_mw / (tables.load_factor * energy_pue(data, tables, phase))
}

/// PUE of energy of a phase by the tables: that of its site, else that of the parameters (RULES C3).
#[inline]
pub(super) fn energy_pue(data: &Dataset, tables: &Assumptions, phase: usize) -> f64 {
    data.sites.pue[data.phases.site[phase] as usize].get().unwrap_or(tables.energy_pue)
}

fn given(
    data: &Dataset,
    tables: &Assumptions,
    phase: usize,
    (chip, pue): (&ChipRef, f64),
) -> Given {
    let phases = &data.phases;
    let [facility_mw, it_mw, average] = stated_power(phases, phase);
    let counts = phases.chip_count_scope[phase] == CountScope::Phase;
    let row = chip.chip.map(|at| &data.tables.chips[at]);
    Given {
        facility_mw,
        it_mw,
        it_of_average: average.map(|mw| it_of_average(data, tables, phase, mw)),
        accelerators: phases.chip_count[phase].get().filter(|_| counts),
        capacity_pue: pue,
        server_w: watts_of(row),
        h100e_per_chip: row.and_then(|c| c.h100e.get()),
        power_derivable: phases.included_in[phase].is_empty()
            || facility_mw.is_some()
            || it_mw.is_some()
            || average.is_some(),
    }
}

/// What a phase without a count says of its power, filled in as [`derive`] would.
#[inline]
fn power_of(facility: Option<f64>, it: Option<f64>, pue: f64) -> [(Option<f64>, Rule); 2] {
    match (facility, it) {
        (Some(_), Some(_)) => [(facility, Rule::Stated), (it, Rule::Stated)],
        (Some(mw), None) => [(facility, Rule::Stated), (Some(mw / pue), Rule::FacilityByPue)],
        (None, Some(mw)) => [(Some(mw * pue), Rule::ItTimesPue), (it, Rule::Stated)],
        (None, None) => [(None, Rule::Unknown); 2],
    }
}

/// The first day of the period that holds the as-of date, by precision: a date before it is over by
/// then, whichever day of its own period it stands for.
struct Overdue(Option<[Day; 5]>);

impl Overdue {
    fn new(as_of: Option<Day>) -> Self {
        Self(as_of.map(|day| Precision::ALL.map(|precision| precision.period(day).0)))
    }

    /// The state of a phase at the as-of date (RULES T4).
    #[inline]
    fn state(&self, status: Status, online: Option<Day>, precision: Precision) -> State {
        let settled = matches!(status, Status::Operating | Status::Cancelled);
        let over = |day: Day| self.0.is_some_and(|starts| day < starts[precision as usize]);
        if !settled && online.is_some_and(over) { State::Due } else { State::Table(status) }
    }
}

/// Phases that are worked out at once by one hand.
const PIECE: usize = 1 << 15;

/// Cuts columns into pieces, each with the position of its first phase, and hands each to whoever
/// has time.
pub(super) fn in_pieces<P: Send>(
    workers: &dyn Workers,
    len: usize,
    mut cut: impl FnMut(usize) -> P,
    work: impl Fn(usize, &mut P) + Sync,
) {
    let starts = (0..len).step_by(PIECE);
    let pieces: Vec<Mutex<P>> =
        starts.map(|first| Mutex::new(cut(PIECE.min(len - first)))).collect();
    workers.each(pieces.len(), &|at| {
        work(at * PIECE, &mut pieces[at].lock().unwrap_or_else(PoisonError::into_inner));
    });
}

/// The columns of a piece of the phases that do not depend on dates, being filled.
struct Piece<'a> {
    value: Vec<&'a mut [Maybe]>,
    rule: Vec<&'a mut [Rule]>,
    state: &'a mut [State],
}

/// Which distinct chip cell each phase has, and what these name.
fn chips(workers: &dyn Workers, data: &Dataset) -> (Codes, Vec<ChipRef>) {
    let cells = &data.phases.chip;
    let names = map(workers, cells.len().div_ceil(PIECE), |piece| {
        let mut seen = NameMap::default();
        let mut names = Vec::new();
        for at in piece * PIECE..cells.len().min((piece + 1) * PIECE) {
            if seen.get(cells[at]).is_none() {
                seen.insert(cells[at], ());
                names.push(cells[at]);
            }
        }
        names
    });
    let resolver = Resolver::new(data);
    let mut code_of = NameMap::default();
    let mut refs = Vec::new();
    for name in names.into_iter().flatten() {
        if code_of.get(name).is_none() {
            code_of.insert(name, refs.len() as u32);
            refs.push(resolver.chip(name));
        }
    }
    let code = |phase: usize| code_of.get(cells[phase]).unwrap_or(0);
    let codes = if u8::try_from(refs.len()).is_ok() {
        let mut bytes = vec![0_u8; cells.len()];
        fill(workers, &mut bytes, |phase| code(phase) as u8);
        bytes.into()
    } else {
        let mut words = vec![0_u32; cells.len()];
        fill(workers, &mut words, code);
        words.into()
    };
    (codes, refs)
}

/// Works out all phases of the tables, before any adjustment: with the assumptions of a scenario, and
/// those of the tables, by which metered energy becomes power.
pub(super) fn phase_outcomes(
    workers: &dyn Workers,
    data: &Dataset,
    grid: &Grid,
    [assumptions, tables]: [&Assumptions; 2],
    joins: &PhaseJoins,
) -> PhaseOutcomes {
    let len = data.phases.len();
    let averaged = data.phases.basis.any(|basis| *basis == Basis::Average);
    let (chip_ref, chip_refs) = chips(workers, data);
    // Counts that are stated have a say in all four quantities.
    let counted = data.phases.chip_count.any(|count| count.is_some());
    let columns = if counted { 4 } else { 2 };
    // Columns are first touched by all hands: memory of millions of rows is costly to come by.
    let mut value = map(workers, columns, |_| vec![Maybe::NONE; len]);
    let mut rule = map(workers, columns, |_| vec![Rule::Unknown; len]);
    let mut state = vec![State::Due; len];
    let overdue = Overdue::new(grid.as_of);
    {
        let mut values: Vec<_> = value.iter_mut().map(|cells| Rest::of(cells)).collect();
        let mut rules: Vec<_> = rule.iter_mut().map(|cells| Rest::of(cells)).collect();
        let mut states = Rest::of(&mut state);
        let cut = |count| Piece {
            value: values.iter_mut().map(|cells| cells.take(count)).collect(),
            rule: rules.iter_mut().map(|cells| cells.take(count)).collect(),
            state: states.take(count),
        };
        let phases = &data.phases;
        in_pieces(workers, len, cut, |first, piece| {
            for at in 0..piece.state.len() {
                let phase = first + at;
                let site = phases.site[phase] as usize;
                let pue = data.sites.pue[site].get().unwrap_or(assumptions.capacity_pue);
                let mut derived = [(None, Rule::Unknown); 4];
                if counted {
                    let chip = &chip_refs[chip_ref.at(phase) as usize];
                    derived = derive(&given(data, tables, phase, (chip, pue)));
                } else {
                    let [facility, it, average] = stated_power(phases, phase);
                    derived[..2].copy_from_slice(&power_of(facility, it, pue));
                    if let (Some(mw), None) = (average, it) {
                        let mw = it_of_average(data, tables, phase, mw);
                        derived[0] = (Some(mw * pue), Rule::ItTimesPue);
                        derived[1] = (Some(mw), Rule::FromAverage);
                    }
                }
                if derived[1].1 == Rule::Stated && !phases.it_mw[phase].is_some() {
                    derived[1].1 = Rule::StatedAsFacility;
                }
                let cells = piece.value.iter_mut().zip(&mut piece.rule);
                for ((values, rules), (value, rule)) in cells.zip(derived) {
                    values[at] = value.into();
                    rules[at] = rule;
                }
                let (online, precision) = (phases.online[phase].get(), phases.precision[phase]);
                piece.state[at] = overdue.state(phases.status[phase], online, precision);
            }
        });
    }
    let mut filled = value.into_iter().zip(rule);
    let [facility, it, accelerators, h100e] = [(); 4].map(|()| {
        let (value, rule) = filled.next().unwrap_or_default();
        Arc::new(QuantityColumn { value, rule })
    });
    let chip_ref = Arc::new(chip_ref);
    let (mut average, mut energy_rule) = (Vec::new(), Vec::new());
    if averaged {
        average = vec![Maybe::NONE; len];
        fill(workers, &mut average, |phase| stated_power(&data.phases, phase)[2].into());
        let stated = |(average, rule): (&Maybe, &Rule)| {
            if average.is_some() { Rule::Stated } else { *rule }
        };
        energy_rule = average.iter().zip(&it.rule).map(stated).collect();
    }
    let compute = if counted {
        Compute::made([accelerators, h100e])
    } else {
        let per_chip = chip_refs.iter().map(|chip| {
            let row = chip.chip.map(|at| &data.tables.chips[at]);
            [watts_of(row), row.and_then(|row| row.h100e.get())]
        });
        Compute::late(Arc::clone(&it), Arc::clone(&chip_ref), per_chip.collect())
    };
    let phases = PhaseOutcomes {
        power: [facility, it],
        compute: Arc::new(compute),
        state: Arc::new(state),
        average: Arc::new(average),
        energy_rule: Arc::new(energy_rule),
        chip_ref,
        chip_refs: Arc::new(chip_refs),
        ..PhaseOutcomes::default()
    };
    dated(workers, data, grid, joins, &phases)
}

/// A column of which piece after piece is taken.
pub(super) struct Rest<'a, T>(&'a mut [T]);

impl<'a, T> Rest<'a, T> {
    pub(super) fn of(cells: &'a mut [T]) -> Self {
        Self(cells)
    }

    /// Takes the next so many cells.
    pub(super) fn take(&mut self, count: usize) -> &'a mut [T] {
        self.0.split_off_mut(..count).unwrap_or_default()
    }
}

/// The same phases with their dates read by the policy of a grid.
pub(super) fn dated(
    workers: &dyn Workers,
    data: &Dataset,
    grid: &Grid,
    joins: &PhaseJoins,
    phases: &PhaseOutcomes,
) -> PhaseOutcomes {
    let contained = &joins.contained;
    let len = data.phases.len();
    let mut from = vec![Day::NEVER; len];
    let (mut span, mut broken) = (vec![[0_u16; 2]; len], vec![[0_u8; 2]; len]);
    let table = DayTable::new(grid);
    {
        let mut from = Rest::of(&mut from);
        let (mut span, mut broken) = (Rest::of(&mut span), Rest::of(&mut broken));
        let cut = |count| (from.take(count), (span.take(count), broken.take(count)));
        in_pieces(workers, len, cut, |first, (from, (span, broken))| {
            let months = span.iter_mut().zip(broken.iter_mut());
            for (at, (from, (span, broken))) in from.iter_mut().zip(months).enumerate() {
                let to = own_end(data, first + at);
                *from = own_start(data, first + at, grid);
                *span = table.span(*from, to);
                *broken = table.broken(*from, to, *span);
            }
        });
    }
    let mut to = Column::default();
    if data.phases.retired.any(|day| day.get().is_some()) {
        let mut cells = vec![Day::NEVER; len];
        fill(workers, &mut cells, |phase| own_end(data, phase));
        to = cells.into();
    } else {
        to.push_same(Day::NEVER, len);
    }
    end_contained(contained, &from, &mut to);
    for part in contained.iter().map(|(part, _)| *part as usize) {
        span[part] = table.span(from[part], to[part]);
        broken[part] = table.broken(from[part], to[part], span[part]);
    }
    let mut out = PhaseOutcomes {
        from: Arc::new(from),
        to: Arc::new(to),
        span: Arc::new(span),
        broken: Arc::new(broken),
        ..phases.clone()
    };
    out.undated = Arc::new(undated(data, joins, &table, &out.from, &[]));
    out.by_status = Arc::clone(&joins.by_status);
    out
}

/// First day in service (RULES T2, T3, T5).
#[inline]
fn own_start(data: &Dataset, phase: usize, grid: &Grid) -> Day {
    let status = data.phases.status[phase];
    let online = data.phases.online[phase].get();
    match (online, status) {
        (_, Status::Cancelled) => Day::NEVER,
        (Some(online), _) => grid.date_policy.place(online, data.phases.precision[phase]),
        (None, Status::Operating) => Day::ALWAYS,
        (None, _) => Day::NEVER,
    }
}

/// Day after the last in service, before containment; never for what does not count.
#[inline]
fn own_end(data: &Dataset, phase: usize) -> Day {
    let status = data.phases.status[phase];
    let dated = data.phases.online[phase].get().is_some() || status == Status::Operating;
    let stands = status != Status::Cancelled && dated;
    data.phases.retired[phase].get().filter(|_| stands).unwrap_or(Day::NEVER)
}

/// What the tables say of phases that no scenario changes.
#[derive(Debug)]
pub(super) struct PhaseJoins {
    /// Phases that are part of another, each with the one that contains it.
    pub(super) contained: Vec<(u32, u32)>,
    /// Phases without a date that neither operate nor are cancelled, rising: undated unless something
    /// ends that.
    pub(super) without_date: Vec<u32>,
    /// Phases without a date that operate, rising: they count all the same.
    by_status: Arc<Vec<u32>>,
}

impl PhaseJoins {
    pub(super) fn of(data: &Dataset) -> Self {
        let phases = &data.phases;
        let without = phases.online.rows_where(|day| day.get().is_none());
        let (mut without_date, mut by_status) = (Vec::new(), Vec::new());
        for phase in without {
            match phases.status[phase] {
                Status::Operating => by_status.push(phase as u32),
                Status::Cancelled => {}
                _ => without_date.push(phase as u32),
            }
        }
        Self { contained: contained(data), without_date, by_status: Arc::new(by_status) }
    }
}

/// Which of the phases without a date are undated, and until when (RULES T5). `gone` are those that
/// are not built or not added, rising.
pub(super) fn undated(
    data: &Dataset,
    joins: &PhaseJoins,
    table: &DayTable,
    from: &[Day],
    gone: &[u32],
) -> Vec<Undated> {
    let PhaseJoins { contained, without_date: without, .. } = joins;
    if without.is_empty() {
        return Vec::new();
    }
    let whole_of: FxHashMap<u32, u32> = contained.iter().copied().collect();
    let is_gone = |phase: &u32| gone.binary_search(phase).is_ok();
    let stays = |phase: &u32| without.binary_search(phase).is_ok() && !is_gone(phase);
    let of = |&phase: &u32| {
        let own = data.phases.retired[phase as usize].get().unwrap_or(Day::NEVER);
        let whole = whole_of.get(&phase);
        let until = whole.map_or(own, |whole| own.min(from[*whole as usize]));
        // What is contained in an undated phase is not added to it.
        let inside = whole.is_some_and(stays);
        Undated { phase, until, months: if inside { 0 } else { table.position(until) }, inside }
    };
    without.iter().filter(|phase| !is_gone(phase)).map(of).collect()
}

/// Positions of phases by site and name, of sites where a phase is part of another or is leased
/// by name. Built only where one is.
pub fn phases_by_name(data: &Dataset) -> FxHashMap<(u32, &str), u32> {
    let phases = &data.phases;
    let contained = phases.included_in.rows_where(|name| !name.is_empty());
    let mut sites: Vec<u32> = contained.into_iter().map(|p| phases.site[p]).collect();
    sites.extend(data.tables.tenancies.iter().filter(|t| !t.phase.is_empty()).map(|t| t.site));
    sites.sort_unstable();
    sites.dedup();
    let mut out = FxHashMap::default();
    for site in sites {
        for phase in data.phases_of(site as usize) {
            out.entry((site, data.text(phases.phase[phase]))).or_insert(phase as u32);
        }
    }
    out
}

fn contained(data: &Dataset) -> Vec<(u32, u32)> {
    let by_name = phases_by_name(data);
    let parts = data.phases.included_in.rows_where(|name| !name.is_empty());
    let pair = |part: usize| {
        let key = (data.phases.site[part], data.text(data.phases.included_in[part]));
        let whole = *by_name.get(&key)?;
        (whole as usize != part).then_some((part as u32, whole))
    };
    parts.into_iter().filter_map(pair).collect()
}

/// A phase that is part of another counts until that one is online, then no more (RULES P4).
pub(super) fn end_contained(contained: &[(u32, u32)], from: &[Day], to: &mut Column<Day>) {
    for &(part, whole) in contained {
        to.set(part as usize, to[part as usize].min(from[whole as usize]));
    }
}

/// Where in its life a phase is on a day: `before`, `online`, `ended`, `cancelled`, `undated`; empty
/// where the scenario takes it away.
pub fn life_word(data: &Dataset, outcome: &Outcome, phase: usize, day: Day) -> &'static str {
    if data.phases.status[phase] == Status::Cancelled {
        return "cancelled";
    }
    if let Some(undated) = outcome.phases.undated(phase) {
        return if day < undated.until { "undated" } else { "ended" };
    }
    match (outcome.phases.from[phase], outcome.phases.to[phase]) {
        (Day::NEVER, _) => "",
        (_, to) if to <= day => "ended",
        (from, _) if from <= day => "online",
        _ => "before",
    }
}

/// MW at the meter in service on a day, and how many phases in service have no figure. The power
/// is none where all of them lack one.
pub fn online_power(
    data: &Dataset,
    outcome: &Outcome,
    site: usize,
    day: Day,
) -> (Option<f64>, u32) {
    let (mut sum, mut unknown, mut count) = (0.0, 0, 0);
    for phase in data.phases_of(site) {
        if outcome.phases.stands_on(phase, day) {
            count += 1;
            match outcome.phases.get(Quantity::FacilityMw, phase) {
                Some(mw) => sum += mw,
                None => unknown += 1,
            }
        }
    }
    let known = (count == 0 || unknown < count) && data.phases_of(site).len() > 0;
    (known.then_some(sum), unknown)
}

/// MW at the meter of a site that have no date on a day, and count in no month (RULES T5).
pub fn undated_power(data: &Dataset, outcome: &Outcome, site: usize, day: Day) -> UndatedAt {
    let mut out = UndatedAt { value: None, phases: 0, unknown: 0 };
    for phase in data.phases_of(site).filter(|&p| outcome.phases.is_undated_on(p, day)) {
        out.phases += 1;
        match outcome.phases.get(Quantity::FacilityMw, phase) {
            Some(mw) => out.value = Some(out.value.unwrap_or(0.0) + mw),
            None => out.unknown += 1,
        }
    }
    out
}

/// Marks for a warning where implied watts per accelerator lie outside 0.6 to 1.8 times what the
/// chip draws at the meter (RULES P5): the ratio, if it is out of bounds.
pub fn odd_watts_ratio(
    data: &Dataset,
    outcomes: &PhaseOutcomes,
    phase: usize,
    pue: f64,
) -> Option<f64> {
    let column = outcomes.column(Quantity::Accelerators);
    let stated = (column.rule[phase] == Rule::Stated).then(|| column.value[phase].get())??;
    let facility = outcomes.get(Quantity::FacilityMw, phase)?;
    let chip = outcomes.chip(phase).chip?;
    let watts = data.tables.chips[chip].server_w_per_chip.get()?;
    let ratio = facility * 1e6 / stated / (watts * pue);
    (ratio.is_finite() && !(0.6..=1.8).contains(&ratio)).then_some(ratio)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base() -> Given {
        Given {
            facility_mw: None,
            it_mw: None,
            it_of_average: None,
            accelerators: None,
            capacity_pue: 1.25,
            server_w: Some(2000.0),
            h100e_per_chip: Some(2.5),
            power_derivable: true,
        }
    }

    #[test]
    fn a_count_gives_power_and_compute() {
        let derived = derive(&Given { accelerators: Some(20_000.0), ..base() });
        assert_eq!(derived[0], (Some(50.0), Rule::ItTimesPue));
        assert_eq!(derived[1], (Some(40.0), Rule::FromCount));
        assert_eq!(derived[3], (Some(50_000.0), Rule::FromAccelerators));
    }

    #[test]
    fn power_without_a_count_is_what_the_rules_derive() {
        for (facility_mw, it_mw) in [(None, None), (Some(66.0), None), (None, Some(7.0))]
            .into_iter()
            .chain([(Some(66.0), Some(50.0))])
        {
            let given = Given { facility_mw, it_mw, capacity_pue: 1.3, ..base() };
            assert_eq!(power_of(facility_mw, it_mw, 1.3), derive(&given)[..2]);
        }
    }

    #[test]
    fn a_date_is_over_when_its_whole_period_is() {
        let days = |text: &str| Day::parse(text).unwrap();
        for as_of in ["2026-05-01", "2026-05-31", "2026-06-30", "2026-12-31"].map(days) {
            let overdue = Overdue::new(Some(as_of));
            for day in (days("2025-01-01").0..days("2027-12-31").0).map(Day) {
                for precision in Precision::ALL {
                    let over = day < as_of && precision.period(day).1 < as_of;
                    let state = overdue.state(Status::Planned, Some(day), precision);
                    assert_eq!(state == State::Due, over, "{day} {precision:?} {as_of}");
                }
            }
        }
        let state =
            Overdue::new(None).state(Status::Planned, Some(days("2025-01-01")), Precision::Day);
        assert_eq!(state, State::Table(Status::Planned));
    }

    #[test]
    fn stated_values_are_never_overwritten() {
        let stated = Given { facility_mw: Some(66.0), it_mw: Some(50.0), ..base() };
        let derived = derive(&stated);
        assert_eq!(derived[0], (Some(66.0), Rule::Stated));
        assert_eq!(derived[1], (Some(50.0), Rule::Stated));
        assert_eq!(derived[2], (Some(25_000.0), Rule::FromPower));
    }

    #[test]
    fn a_part_without_power_derives_none_and_keeps_its_compute() {
        let part = Given { accelerators: Some(5000.0), power_derivable: false, ..base() };
        let derived = derive(&part);
        assert_eq!(derived[0].0, None);
        assert_eq!(derived[1].0, None);
        assert_eq!(derived[3].0, Some(12_500.0));
    }

    #[test]
    fn nothing_given_is_nothing_known() {
        assert!(derive(&base()).iter().all(|(v, r)| v.is_none() && *r == Rule::Unknown));
    }
}

//! What stands at every site at a month.

use super::prepare::{Prepared, symbol_quantity};
use crate::model::{Column, Dataset, Day, Maybe, Month, Run, Scope, Status};
use crate::scenario::filter::is_built_out;
use crate::scenario::group::Part;
use crate::scenario::phase::State;
use crate::scenario::{Grouping, Lens, Outcome, Quantity, Workers, map};

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
    /// All that stands once all dates are past, with what is undated still (RULES T5).
    pub build_out: f64,
    /// The part of it that is announced only.
    pub build_out_announced: f64,
    /// The part of it that is the load of a whole campus (RULES P6).
    pub build_out_campus: f64,
    /// Whether the site is shown: a phase of it passes the filter, or it has none and there is no
    /// filter.
    pub takes_part: bool,
    /// Whether what is in service is known: some of it is, or nothing stands.
    pub online_known: bool,
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

/// Sites are worked out in pieces of so many, so that sums do not depend on how many hands there are:
/// a power of two.
const PIECE: usize = 1 << 14;
/// With more groups than this, sums by group are made in one piece.
const MANY_GROUPS: usize = 4096;

/// The power of every site. Pieces stand apart, each made and first touched by the hand that fills
/// it: the memory of a million sites is costly to come by.
pub(super) struct Powers {
    pieces: Vec<Vec<SitePower>>,
}

impl std::ops::Index<usize> for Powers {
    type Output = SitePower;

    #[inline]
    fn index(&self, site: usize) -> &SitePower {
        &self.pieces[site / PIECE][site % PIECE]
    }
}

impl Powers {
    /// Number of sites.
    pub(super) fn len(&self) -> usize {
        self.pieces.iter().map(Vec::len).sum()
    }

    /// All of them in their order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &SitePower> {
        self.pieces.iter().flatten()
    }
}

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
) -> (Powers, GroupSums) {
    let phases = &outcome.phases;
    let last = outcome.grid.len as u32 - 1;
    let look = Look {
        data,
        from: &phases.from,
        to: phases.to.run(0..data.phases.len()),
        state: &phases.state,
        status: &data.phases.status,
        scope: data.phases.scope.run(0..data.phases.len()),
        mask: prepared.mask.as_deref(),
        grouping: &prepared.grouping,
        whole_of: wholes(&prepared.grouping, last),
        lensed: prepared.lens.is_some(),
        day: month.last_day(),
        at: outcome.grid.clamp(month) as u32,
        last,
    };
    let groups = prepared.grouping.names.len();
    let quantity = symbol_quantity(prepared.question.measure);
    let lens = prepared.lens.as_deref();
    // A loop of its own for values at hand: accelerators may have to be worked out one by one. The
    // same where nobody's share is asked for.
    let (mut powers, mut sums) = match (quantity, lens) {
        (power @ (Quantity::FacilityMw | Quantity::ItMw), None) => {
            let values: &[Maybe] = &phases.column(power).value;
            look.sites(workers, groups, (|phase| values[phase], |_| [1.0; 2]))
        }
        (compute, None) => {
            look.sites(workers, groups, (|phase| phases.get(compute, phase).into(), |_| [1.0; 2]))
        }
        (any, Some(lens)) => {
            let shares = |phase| [look.at, look.last].map(|at| lens.share(phase, at));
            look.sites(workers, groups, (|phase| phases.get(any, phase).into(), shares))
        }
    };
    look.add_undated(outcome, quantity, lens, (&mut powers, &mut sums));
    (powers, sums)
}

/// Sums by group so far, and room for the groups of one site.
struct Room {
    weights: Vec<(u32, f64)>,
    sums: GroupSums,
}

impl Room {
    #[inline]
    fn sum(&mut self, group: u32, more: [f64; 2]) {
        let sum = &mut self.sums[group as usize];
        *sum = [sum[0] + more[0], sum[1] + more[1]];
    }

    /// Adds to the sums of a group, and to its weight at the site in hand.
    #[inline]
    fn add(&mut self, group: u32, more: [f64; 2], weight: f64) {
        self.sum(group, more);
        match self.weights.iter_mut().find(|(other, _)| *other == group) {
            Some(slot) => slot.1 += weight,
            None => self.weights.push((group, weight)),
        }
    }
}

/// Phases of a site that follow one another and belong whole to one group, as most do.
struct Alike {
    group: u32,
    sums: [f64; 2],
    weight: f64,
}

impl Alike {
    const NOBODY: Self = Self { group: NO_GROUP, sums: [0.0; 2], weight: 0.0 };

    /// Takes a phase in; those of another group before it go to the room.
    #[inline]
    fn take(&mut self, group: u32, more: [f64; 2], weight: f64, room: &mut Room) {
        if self.group != group {
            std::mem::replace(self, Self { group, ..Self::NOBODY }).close(room);
        }
        self.sums = [self.sums[0] + more[0], self.sums[1] + more[1]];
        self.weight += weight;
    }

    #[inline]
    fn close(self, room: &mut Room) {
        if self.group != NO_GROUP {
            room.add(self.group, self.sums, self.weight);
        }
    }
}

/// No group.
const NO_GROUP: u32 = u32::MAX;

/// For each way of being shared the group that has all of it at all times, if one does.
fn wholes(grouping: &Grouping, last: u32) -> Vec<u32> {
    let whole = |parts: &Vec<Part>| match parts.as_slice() {
        [part] if part.share >= 1.0 && part.from == 0 && part.to > last => part.group,
        _ => NO_GROUP,
    };
    grouping.sets().iter().map(whole).collect()
}

/// What is looked at of phases, and when.
struct Look<'a> {
    data: &'a Dataset,
    from: &'a [Day],
    to: Run<'a, Day>,
    state: &'a [State],
    status: &'a Column<Status>,
    scope: Run<'a, Scope>,
    mask: Option<&'a [bool]>,
    grouping: &'a Grouping,
    /// The group that has all of a phase, by its way of being shared.
    whole_of: Vec<u32>,
    /// Whether the share of a buyer is asked for.
    lensed: bool,
    /// Last day of the month.
    day: Day,
    /// Position of the month in the grid, and of the last one.
    at: u32,
    last: u32,
}

impl Look<'_> {
    fn sites(
        &self,
        workers: &dyn Workers,
        groups: usize,
        (value, shares): (impl Fn(usize) -> Maybe + Sync, impl Fn(usize) -> [f64; 2] + Sync),
    ) -> (Powers, GroupSums) {
        let count = self.data.sites.len();
        let fill = |piece: usize, room: &mut Room| -> Vec<SitePower> {
            let first = piece * PIECE;
            (first..count.min(first + PIECE))
                .map(|site| self.site(site, room, (&value, &shares)))
                .collect()
        };
        let room = || Room { weights: Vec::new(), sums: vec![[0.0; 2]; groups] };
        let pieces = count.div_ceil(PIECE);
        if groups > MANY_GROUPS {
            let mut room = room();
            let pieces = (0..pieces).map(|piece| fill(piece, &mut room)).collect();
            return (Powers { pieces }, room.sums);
        }
        let parts = map(workers, pieces, |piece| {
            let mut room = room();
            (fill(piece, &mut room), room.sums)
        });
        let mut sums = vec![[0.0; 2]; groups];
        for (_, part) in &parts {
            for (sum, more) in sums.iter_mut().zip(part) {
                *sum = [sum[0] + more[0], sum[1] + more[1]];
            }
        }
        (Powers { pieces: parts.into_iter().map(|(powers, _)| powers).collect() }, sums)
    }

    /// Adds what is undated for good to the full build-out of its site, and of its groups.
    fn add_undated(
        &self,
        outcome: &Outcome,
        quantity: Quantity,
        lens: Option<&Lens>,
        (powers, sums): (&mut Powers, &mut GroupSums),
    ) {
        let undated = outcome.phases.undated.iter().map(|one| one.phase as usize);
        let stays = |phase: &usize| {
            is_built_out(outcome, *phase) && self.mask.is_none_or(|mask| mask[*phase])
        };
        for phase in undated.filter(stays) {
            let Some(value) = outcome.phases.get(quantity, phase) else { continue };
            let own = value * lens.map_or(1.0, |lens| lens.share(phase, self.last));
            let site = self.data.phases.site[phase] as usize;
            let power = &mut powers.pieces[site / PIECE][site % PIECE];
            power.build_out += own;
            if self.status[phase] == Status::Announced {
                power.build_out_announced += own;
            }
            if *self.scope.at(phase) == Scope::Campus {
                power.build_out_campus += own;
            }
            let parts = self.grouping.parts(phase).iter();
            for part in parts.filter(|part| (part.from..part.to).contains(&self.last)) {
                sums[part.group as usize][1] += value * part.share;
            }
        }
    }

    /// The power of a site, which is added to the sums by group: of each phase the share that is asked
    /// for, at the month and at the end of the grid.
    #[inline]
    fn site(
        &self,
        site: usize,
        room: &mut Room,
        (value, shares): (&impl Fn(usize) -> Maybe, &impl Fn(usize) -> [f64; 2]),
    ) -> SitePower {
        let mut power = SitePower::default();
        room.weights.clear();
        let mut kinds = [0.0; 4];
        let [mut any, mut any_known] = [false; 2];
        let mut alike = Alike::NOBODY;
        let own = self.data.phases_of(site);
        let no_phases = own.len() == 0;
        for phase in own {
            if self.mask.is_some_and(|mask| !mask[phase]) {
                continue;
            }
            let [share, last_share] = shares(phase);
            if share + last_share <= 0.0 {
                continue;
            }
            let (from, to) = (self.from[phase], *self.to.at(phase));
            let stands = from <= self.day && self.day < to;
            // Whether it stands once all dates are past.
            let lasts = from != Day::NEVER && to == Day::NEVER;
            let known = value(phase);
            any |= stands;
            any_known |= stands & known.is_some();
            power.phases += 1;
            power.unknown += u32::from(!known.is_some());
            // Multiplied rather than branched upon: states and dates cannot be foreseen. What is not
            // known weighs more than nothing.
            let likely = known.get().unwrap_or(1e-9);
            let mw = likely * one_if(known.is_some());
            let when = |holds: bool| mw * one_if(holds);
            let kind = kind_of(self.state[phase]);
            for (at, sum) in kinds.iter_mut().enumerate() {
                *sum += when(stands && kind == at) * share;
            }
            power.build_out += when(lasts) * last_share;
            let announced = self.status[phase] == Status::Announced;
            power.build_out_announced += when(lasts && announced) * last_share;
            let campus = *self.scope.at(phase) == Scope::Campus;
            power.build_out_campus += when(lasts && campus) * last_share;
            // What is in service decides the group before what is to come.
            let weight = likely * (1.0 + 999.0 * one_if(stands));
            let now = [when(stands), when(lasts)];
            let set = self.grouping.set_of()[phase] as usize;
            match self.whole_of[set] {
                NO_GROUP => self.share_out(set, now, weight, room),
                group => alike.take(group, now, weight, room),
            }
        }
        alike.close(room);
        [power.operating, power.announced, power.due, power.expected] = kinds;
        power.takes_part = power.phases > 0 || self.mask.is_none() && no_phases && !self.lensed;
        power.online_known = any_known || !any;
        let best = room.weights.iter().max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)));
        power.group = best.map_or(NO_GROUP, |(group, _)| *group);
        power
    }

    /// Adds a phase to its groups, each in its share and months.
    fn share_out(&self, set: usize, [now, last]: [f64; 2], weight: f64, room: &mut Room) {
        for part in &self.grouping.sets()[set] {
            let within = |at: u32| (part.from..part.to).contains(&at);
            let shared = |mw: f64, at: u32| if within(at) { mw * part.share } else { 0.0 };
            let sums = [shared(now, self.at), shared(last, self.last)];
            if within(self.at) {
                room.add(part.group, sums, weight * part.share);
            } else {
                room.sum(part.group, sums);
            }
        }
    }
}

#[inline]
fn one_if(holds: bool) -> f64 {
    f64::from(u8::from(holds))
}

/// How sure a phase that stands is: operating, announced, due, expected.
#[inline]
fn kind_of(state: State) -> usize {
    match state {
        State::Table(Status::Operating) => 0,
        State::Table(Status::Announced) => 1,
        State::Due => 2,
        State::Table(_) => 3,
    }
}

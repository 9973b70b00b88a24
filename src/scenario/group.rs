//! Groups: which phase belongs to whom, in which share, and when (RULES G1 to G3).

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::rows::KeptRows;
use super::workers::{fill, stretches};
use super::{Alone, Outcome, Workers};
use crate::model::{
    Dataset, Kind, NONE_NAMED, Name, NameMap, ORBIT, Resolver, Tenancy, split_list,
};

/// What phases are grouped by.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum GroupKey {
    /// Id of the site.
    Site,
    /// Who runs it.
    Operator,
    /// Who owns it.
    Owner,
    /// Who uses it, month by month.
    User,
    /// Chip.
    Chip,
    /// Who designs the chip.
    ChipVendor,
    /// State of the phase, with `due`.
    Status,
    /// State of the site.
    SiteStatus,
    /// Confidence of the phase.
    Confidence,
    /// Country, alpha-3.
    Country,
    /// Continent.
    Continent,
    /// Zone where the price chain starts.
    PriceZone,
    /// Data-residency bloc.
    Bloc,
    /// Political regime.
    Regime,
    /// Ground or orbit.
    Kind,
    /// AI or whole campus.
    Scope,
}

impl GroupKey {
    /// All keys: key, word of the command line, title for people.
    pub const ALL: [(Self, &'static str, &'static str); 16] = [
        (Self::Site, "site", "Site"),
        (Self::Operator, "operator", "Operator"),
        (Self::Owner, "owner", "Owner"),
        (Self::User, "user", "User"),
        (Self::Chip, "chip", "Chip"),
        (Self::ChipVendor, "chip_vendor", "Chip vendor"),
        (Self::Status, "status", "Phase status"),
        (Self::SiteStatus, "site_status", "Site status"),
        (Self::Confidence, "confidence", "Confidence"),
        (Self::Country, "country", "Country"),
        (Self::Continent, "continent", "Continent"),
        (Self::PriceZone, "price_zone", "Price zone"),
        (Self::Bloc, "bloc", "Data bloc"),
        (Self::Regime, "regime", "Regime"),
        (Self::Kind, "kind", "Ground or orbit"),
        (Self::Scope, "scope", "Load scope"),
    ];

    /// The word of the command line.
    pub fn word(self) -> &'static str {
        Self::ALL[self as usize].1
    }

    /// The title for people.
    pub fn title(self) -> &'static str {
        Self::ALL[self as usize].2
    }

    /// Reads the word of the command line.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, word, _)| *word == text).map(|(key, ..)| *key)
    }
}

/// A share of a phase that belongs to a group over some months of the grid.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Part {
    /// Position in [`Grouping::names`].
    pub group: u32,
    /// 0 to 1.
    pub share: f64,
    /// First month position.
    pub from: u32,
    /// Month position after the last.
    pub to: u32,
}

/// Phases sorted into groups.
#[derive(Clone, Debug, PartialEq)]
pub struct Grouping {
    /// What they are grouped by.
    pub key: GroupKey,
    /// Names of the groups, by code point.
    pub names: Vec<String>,
    sets: Vec<Vec<Part>>,
    set_of: Vec<u32>,
    pub(super) rows: KeptRows,
}

impl Grouping {
    /// Sorts the phases of a data set into groups.
    pub fn new(data: &Dataset, outcome: &Outcome, key: GroupKey) -> Self {
        Self::new_with(&Alone, data, outcome, key)
    }

    /// The same, with hands lent.
    pub fn new_with(
        workers: &dyn Workers,
        data: &Dataset,
        outcome: &Outcome,
        key: GroupKey,
    ) -> Self {
        Builder::new(workers, data, outcome, key).build()
    }

    /// Whether the phases of another outcome of the same data are grouped alike: what decides their
    /// groups is the same.
    pub fn serves(&self, of: &Outcome, other: &Outcome) -> bool {
        let (a, b) = (&of.phases, &other.phases);
        let same_place = || {
            let moved = |o: &Outcome| o.energy.classes.iter().any(|class| class.zone.is_some());
            !moved(of) && !moved(other)
        };
        of.grid.first == other.grid.first
            && of.grid.len == other.grid.len
            && match self.key {
                GroupKey::Chip | GroupKey::ChipVendor => Arc::ptr_eq(&a.chip_ref, &b.chip_ref),
                GroupKey::Status => Arc::ptr_eq(&a.state, &b.state),
                GroupKey::User
                | GroupKey::Operator
                | GroupKey::Owner
                | GroupKey::Confidence
                | GroupKey::Scope
                | GroupKey::Site
                | GroupKey::SiteStatus => true,
                _ => same_place(),
            }
    }

    /// The distinct ways in which phases are shared among groups.
    pub fn sets(&self) -> &[Vec<Part>] {
        &self.sets
    }

    /// For each phase, its way of being shared: position in [`Self::sets`].
    pub fn set_of(&self) -> &[u32] {
        &self.set_of
    }

    /// The parts of a phase.
    pub fn parts(&self, phase: usize) -> &[Part] {
        &self.sets[self.set_of[phase] as usize]
    }
}

struct Builder<'a> {
    workers: &'a dyn Workers,
    data: &'a Dataset,
    outcome: &'a Outcome,
    key: GroupKey,
    resolver: Resolver<'a>,
    names: Vec<String>,
    codes: FxHashMap<String, u32>,
    sets: Vec<Vec<Part>>,
    organisation_sets: NameMap<u32>,
    single_sets: FxHashMap<u32, u32>,
}

/// So many words of phases are told by where they lie.
const WORDS_TOLD: usize = 24;

/// Named shares that hold over the whole grid.
type Shares = Vec<(String, f64)>;

impl<'a> Builder<'a> {
    fn new(
        workers: &'a dyn Workers,
        data: &'a Dataset,
        outcome: &'a Outcome,
        key: GroupKey,
    ) -> Self {
        Self {
            workers,
            data,
            outcome,
            key,
            resolver: Resolver::new(data),
            names: Vec::new(),
            codes: FxHashMap::default(),
            sets: Vec::new(),
            organisation_sets: NameMap::default(),
            single_sets: FxHashMap::default(),
        }
    }

    fn build(mut self) -> Grouping {
        let set_of = match self.key {
            GroupKey::User => self.by_user(),
            GroupKey::Operator | GroupKey::Owner => self.by_organisation(),
            GroupKey::Chip
            | GroupKey::ChipVendor
            | GroupKey::Status
            | GroupKey::Confidence
            | GroupKey::Scope => self.by_phase(),
            _ => self.by_site(),
        };
        let mut order: Vec<u32> = (0..self.names.len() as u32).collect();
        order.sort_by(|&a, &b| self.names[a as usize].cmp(&self.names[b as usize]));
        let mut rank = vec![0_u32; order.len()];
        for (at, &code) in order.iter().enumerate() {
            rank[code as usize] = at as u32;
        }
        for part in self.sets.iter_mut().flatten() {
            part.group = rank[part.group as usize];
        }
        self.names.sort();
        Grouping {
            key: self.key,
            names: self.names,
            sets: self.sets,
            set_of,
            rows: KeptRows::default(),
        }
    }

    fn code(&mut self, name: &str) -> u32 {
        if let Some(&code) = self.codes.get(name) {
            return code;
        }
        let code = self.names.len() as u32;
        self.names.push(name.to_owned());
        self.codes.insert(name.to_owned(), code);
        code
    }

    fn months(&self) -> u32 {
        self.outcome.grid.len as u32
    }

    fn single(&mut self, name: &str) -> u32 {
        let name = if name.is_empty() { NONE_NAMED } else { name };
        let group = self.code(name);
        let to = self.months();
        let sets = &mut self.sets;
        *self.single_sets.entry(group).or_insert_with(|| {
            sets.push(vec![Part { group, share: 1.0, from: 0, to }]);
            sets.len() as u32 - 1
        })
    }

    fn push_set(&mut self, parts: Vec<Part>) -> u32 {
        self.sets.push(parts);
        self.sets.len() as u32 - 1
    }

    fn organisation_set(&mut self, cell: Name) -> u32 {
        if let Some(set) = self.organisation_sets.get(cell) {
            return set;
        }
        let shares = self.shares(cell);
        let to = self.months();
        let parts = shares
            .iter()
            .map(|(name, share)| Part { group: self.code(name), share: *share, from: 0, to })
            .collect();
        let set = self.push_set(parts);
        self.organisation_sets.insert(cell, set);
        set
    }

    fn shares(&self, cell: Name) -> Shares {
        let shares = self.resolver.organisations(self.data.text(cell));
        if shares.is_empty() { vec![(NONE_NAMED.to_owned(), 1.0)] } else { shares }
    }

    fn by_organisation(&mut self) -> Vec<u32> {
        let data = self.data;
        let cells =
            if self.key == GroupKey::Operator { &data.sites.operator } else { &data.sites.owner };
        let sets: Vec<u32> = cells.iter().map(|&cell| self.organisation_set(cell)).collect();
        self.as_their_sites(&sets)
    }

    /// For each phase what its site has.
    fn as_their_sites(&self, sets: &[u32]) -> Vec<u32> {
        let site_of = &self.data.phases.site;
        let mut out = vec![0; site_of.len()];
        fill(self.workers, &mut out, |phase| sets[site_of[phase] as usize]);
        out
    }

    fn by_phase(&mut self) -> Vec<u32> {
        let (data, outcomes, key) = (self.data, &self.outcome.phases, self.key);
        let word = |phase: usize| match key {
            GroupKey::Chip => outcomes.chip(phase).group.as_str(),
            GroupKey::ChipVendor => outcomes.chip(phase).vendor.as_str(),
            GroupKey::Status => outcomes.state[phase].word(),
            GroupKey::Confidence => data.phases.confidence[phase].word(),
            _ => data.phases.scope[phase].word(),
        };
        // Words are few, and the same ones lie at the same place: they are told by it.
        let mut seen: Vec<(&str, u32)> = Vec::new();
        let mut set_of = |word: &'a str| {
            let known = seen.iter().find(|(old, _)| std::ptr::eq(*old, word));
            if let Some((_, set)) = known {
                return *set;
            }
            let set = self.single(word);
            if seen.len() < WORDS_TOLD {
                seen.push((word, set));
            }
            set
        };
        (0..data.phases.len()).map(|phase| set_of(word(phase))).collect()
    }

    fn by_site(&mut self) -> Vec<u32> {
        let data = self.data;
        let sets: Vec<u32> = (0..data.sites.len())
            .map(|site| self.single(site_word(data, site, self.key)))
            .collect();
        let mut out = self.as_their_sites(&sets);
        let rules = Arc::clone(&self.outcome.energy);
        if rules.classes.iter().any(|class| class.zone.is_some()) {
            for (phase, set) in out.iter_mut().enumerate() {
                if let Some(word) =
                    rules.moved_to(phase).and_then(|z| moved_word(data, z, self.key))
                {
                    *set = self.single(word);
                }
            }
        }
        out
    }

    /// RULES G3: tenancies of the month, then the tenant cell, then the users of the site.
    fn by_user(&mut self) -> Vec<u32> {
        let (data, workers) = (self.data, self.workers);
        let phases = &data.phases;
        let mut tenancies: FxHashMap<u32, Vec<&Tenancy>> = FxHashMap::default();
        for tenancy in &data.tenancies {
            tenancies.entry(tenancy.site).or_default().push(tenancy);
        }
        let holds = |t: &Tenancy, phase: usize| {
            t.phase.is_empty() || data.text(t.phase) == data.text(phases.phase[phase])
        };
        let own = |phase: usize| -> Vec<&Tenancy> {
            let of_site = tenancies.get(&phases.site[phase]).into_iter().flatten().copied();
            of_site.filter(|tenancy| holds(tenancy, phase)).collect()
        };
        // A tenant cell that names nobody says nothing.
        let names_some = |tenant: Name| !split_list(data.text(tenant)).is_empty();
        let rest = |tenant: Name, some: bool, phase: usize| {
            if some { tenant } else { data.sites.users[phases.site[phase] as usize] }
        };
        let found = stretches(workers, (workers.width().max(1), phases.len()), |rows| {
            let (mut tenants, mut seen) = (NameMap::default(), NameMap::default());
            let (mut told, mut names) = (Vec::new(), Vec::new());
            for phase in rows {
                let tenant = phases.tenant[phase];
                let some = tenants.get(tenant).unwrap_or_else(|| {
                    let some = names_some(tenant);
                    tenants.insert(tenant, some);
                    told.push((tenant, some));
                    some
                });
                let name = rest(tenant, some, phase);
                if seen.get(name).is_none() && own(phase).is_empty() {
                    seen.insert(name, ());
                    names.push(name);
                }
            }
            (told, names)
        });
        let mut some = NameMap::default();
        for (told, names) in found {
            told.into_iter().for_each(|(tenant, names_some)| some.insert(tenant, names_some));
            for name in names {
                self.organisation_set(name);
            }
        }
        let mut out = vec![0; phases.len()];
        fill(workers, &mut out, |phase| {
            let tenant = phases.tenant[phase];
            let name = rest(tenant, some.get(tenant).unwrap_or(false), phase);
            self.organisation_sets.get(name).unwrap_or(0)
        });
        let mut leased: Vec<u32> = data.tenancies.iter().map(|tenancy| tenancy.site).collect();
        leased.sort_unstable();
        leased.dedup();
        for phase in leased.into_iter().flat_map(|site| data.phases_of(site as usize)) {
            let own = own(phase);
            if !own.is_empty() {
                let tenant = phases.tenant[phase];
                let rest = rest(tenant, names_some(tenant), phase);
                let parts = self.tenancy_parts(&own, rest);
                out[phase] = self.push_set(parts);
            }
        }
        out
    }

    fn tenancy_parts(&mut self, own: &[&Tenancy], rest: Name) -> Vec<Part> {
        let grid = self.outcome.grid;
        let mut parts: Vec<Part> = Vec::new();
        let mut open: Vec<Part> = Vec::new();
        for (at, month) in grid.months().enumerate() {
            let day = month.last_day();
            let holds =
                |t: &&&Tenancy| t.from.is_none_or(|f| f <= day) && t.to.is_none_or(|to| day < to);
            let now =
                self.month_shares(&own.iter().filter(holds).copied().collect::<Vec<_>>(), rest);
            let same = open.len() == now.len()
                && open
                    .iter()
                    .zip(&now)
                    .all(|(p, (g, s))| p.group == *g && p.share.to_bits() == s.to_bits());
            if !same {
                parts.append(&mut open);
                open = now
                    .into_iter()
                    .map(|(group, share)| Part { group, share, from: at as u32, to: 0 })
                    .collect();
            }
            open.iter_mut().for_each(|p| p.to = at as u32 + 1);
        }
        parts.append(&mut open);
        parts
    }

    fn month_shares(&mut self, holding: &[&Tenancy], rest: Name) -> Vec<(u32, f64)> {
        let sum: f64 = holding.iter().map(|t| t.share).sum();
        let scale = if sum > 1.0 { 1.0 / sum } else { 1.0 };
        let mut out: Vec<(u32, f64)> = Vec::new();
        let mut add = |group: u32, share: f64| {
            if let Some(slot) = out.iter_mut().find(|(g, _)| *g == group) {
                slot.1 += share;
            } else if share > 0.0 {
                out.push((group, share));
            }
        };
        for tenancy in holding {
            for (name, share) in self.shares(tenancy.tenant) {
                let group = self.code(&name);
                add(group, share * tenancy.share * scale);
            }
        }
        let left = 1.0 - sum * scale;
        if left > 1e-12 {
            for (name, share) in self.shares(rest) {
                let group = self.code(&name);
                add(group, share * left);
            }
        }
        out
    }
}

/// The word that groups a site by a key of sites.
fn site_word(data: &Dataset, site: usize, key: GroupKey) -> &str {
    let sites = &data.sites;
    let orbital = sites.kind[site] == Kind::Orbital;
    let country = || data.country(sites.country[site]);
    let of_country =
        |field: fn(&crate::model::Country) -> Name| country().map_or("", |c| data.text(field(c)));
    match key {
        GroupKey::Continent | GroupKey::Bloc | GroupKey::PriceZone if orbital => ORBIT,
        GroupKey::Site => data.text(sites.id[site]),
        GroupKey::SiteStatus => sites.status[site].word(),
        GroupKey::Country => data.text(sites.country[site]),
        GroupKey::Continent => of_country(|c| c.continent),
        GroupKey::Bloc => of_country(|c| c.data_bloc),
        GroupKey::Regime => of_country(|c| c.regime),
        GroupKey::PriceZone => data.text(data.price_start(site)),
        GroupKey::Kind => sites.kind[site].word(),
        _ => "",
    }
}

/// The word that groups a phase that was moved to a zone, for keys that depend on its place.
fn moved_word(data: &Dataset, zone: Name, key: GroupKey) -> Option<&str> {
    let code = data.zone(zone)?.country;
    let of_country = |field: fn(&crate::model::Country) -> Name| {
        Some(data.country(code).map_or("", |c| data.text(field(c))))
    };
    match key {
        GroupKey::PriceZone => Some(data.text(zone)),
        GroupKey::Country => Some(data.text(code)),
        GroupKey::Continent => of_country(|c| c.continent),
        GroupKey::Bloc => of_country(|c| c.data_bloc),
        GroupKey::Regime => of_country(|c| c.regime),
        GroupKey::Kind => Some(Kind::Ground.word()),
        _ => None,
    }
}

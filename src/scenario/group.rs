//! Groups: which phase belongs to whom, in which share, and when (RULES G1 to G3).

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::phase::Quantity;
use super::rows::KeptRows;
use super::workers::{fill, stretches};
use super::{Alone, Outcome, Workers};
use crate::model::{
    AliasKind, Column, Dataset, Kind, Meaning, NONE_NAMED, Name, NameMap, ORBIT, Resolver, Tenancy,
    fold, split_list, title_key,
};

/// What phases are grouped by.
#[derive(
    Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
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
    /// State or province, ISO 3166-2.
    Subdivision,
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
    /// A column of the user's that no table knows, by its title: what the phase has in it, else its
    /// site.
    Own(Box<str>),
}

impl GroupKey {
    /// All keys but columns of the user's: key, word of the command line, title for people.
    pub const ALL: [(Self, &'static str, &'static str); 17] = [
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
        (Self::Subdivision, "subdivision", "State or province"),
        (Self::PriceZone, "price_zone", "Price zone"),
        (Self::Bloc, "bloc", "Data bloc"),
        (Self::Regime, "regime", "Regime"),
        (Self::Kind, "kind", "Ground or orbit"),
        (Self::Scope, "scope", "Load scope"),
    ];

    /// The word of the command line.
    pub fn word(&self) -> &str {
        match self {
            Self::Own(title) => title,
            known => {
                Self::ALL.iter().find(|(key, ..)| key == known).map_or("", |(_, word, _)| word)
            }
        }
    }

    /// The title for people.
    pub fn title(&self) -> &str {
        match self {
            Self::Own(title) => title,
            known => {
                Self::ALL.iter().find(|(key, ..)| key == known).map_or("", |(.., title)| title)
            }
        }
    }

    /// Reads a word of the command line that is no column of the user's.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(_, word, _)| *word == text).map(|(key, ..)| key)
    }

    /// Reads a word of the command line; one that is not known may be a column of the data
    /// ([`Self::check`]).
    pub fn parse_or_own(text: &str) -> Self {
        Self::parse(text).unwrap_or_else(|| Self::Own(text.trim().into()))
    }

    /// The columns of the user's in a data set, by which it may be grouped: of sites, then of phases.
    pub fn own_of(data: &Dataset) -> Vec<Self> {
        let mut seen: FxHashSet<String> = FxHashSet::default();
        let titles = data.sites.extra.titles().chain(data.phases.extra.titles()).map(str::trim);
        let titles = titles.filter(|title| !title.is_empty() && seen.insert(title_key(title)));
        titles.map(|title| Self::Own(title.into())).collect()
    }

    /// Holds a key against the data that it groups.
    ///
    /// # Errors
    /// [`GroupError`] where it is a column that the data lack.
    pub fn check(&self, data: &Dataset) -> Result<(), GroupError> {
        let Self::Own(title) = self else { return Ok(()) };
        let has = |columns: &crate::model::ExtraColumns| columns.find(title).is_some();
        if has(&data.sites.extra) || has(&data.phases.extra) {
            return Ok(());
        }
        let words = Self::ALL.iter().map(|(_, word, _)| (*word).to_owned());
        let own = Self::own_of(data).into_iter().map(|key| key.word().to_owned());
        let words: Vec<String> = words.chain(own).collect();
        Err(GroupError { title: title.to_string(), words: words.join(", ") })
    }
}

/// There is nothing of that name to group by.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no `{title}` to group by: it is no column of the data; there are {words}")]
pub struct GroupError {
    title: String,
    words: String,
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

/// So many groups × months are kept at once at most.
pub const MOST_CELLS: usize = 1 << 21;

/// So many groups stand one by one however many months there are.
const MANY_GROUPS: usize = 100;

/// Phases sorted into groups.
#[derive(Clone, Debug, PartialEq)]
pub struct Grouping {
    /// What they are grouped by.
    pub key: GroupKey,
    /// Names of the groups, by code point.
    pub names: Vec<String>,
    sets: Vec<Vec<Part>>,
    set_of: Vec<u32>,
    /// For each way of being shared what the total takes of it, where that is not the whole: under
    /// the lens of a buyer. `group` says nothing.
    in_total: Option<Vec<Vec<Part>>>,
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

    /// The same through the lens of a buyer, if there is one: of each phase its share as user, month
    /// by month (RULES F2).
    pub fn seen_with(
        workers: &dyn Workers,
        data: &Dataset,
        outcome: &Outcome,
        key: GroupKey,
        lens: Option<&Lens>,
    ) -> Self {
        let own = Self::new_with(workers, data, outcome, key).bounded(data, outcome);
        match lens {
            None => own,
            Some(lens) => lens.over(own, outcome.grid.len as u32),
        }
    }

    /// The same, or where groups times months are too many to be kept, the groups of most power one by
    /// one and all others as one group, which says how many they are.
    fn bounded(self, data: &Dataset, outcome: &Outcome) -> Self {
        let months = outcome.grid.len.max(1);
        if self.names.len().saturating_mul(months) <= MOST_CELLS {
            return self;
        }
        let mut power = vec![0.0; self.names.len()];
        for phase in 0..data.phases.len() {
            let mw = outcome.phases.get(Quantity::FacilityMw, phase).unwrap_or(0.0);
            for part in self.parts(phase) {
                power[part.group as usize] += mw * part.share;
            }
        }
        let nobody = |group: &u32| self.names[*group as usize] == NONE_NAMED;
        let mut order: Vec<u32> = (0..self.names.len() as u32).collect();
        order.sort_by(|a, b| {
            let by_power = power[*b as usize].total_cmp(&power[*a as usize]);
            nobody(b).cmp(&nobody(a)).then(by_power).then(a.cmp(b))
        });
        let keep = (MOST_CELLS / months / 2).max(MANY_GROUPS).min(order.len() - 1);
        let kept = &order[..keep];
        let others = crate::units::grouped((order.len() - keep) as f64, 0);
        let others = format!("({others} smaller)");
        let own = kept.iter().map(|group| self.names[*group as usize].clone());
        let mut names: Vec<String> = own.chain([others.clone()]).collect();
        names.sort();
        let place = |name: &String| names.binary_search(name).unwrap_or(0) as u32;
        let mut at = vec![place(&others); self.names.len()];
        for &group in kept {
            at[group as usize] = place(&self.names[group as usize]);
        }
        let mut made: FxHashMap<Vec<[u64; 4]>, u32> = FxHashMap::default();
        let mut sets: Vec<Vec<Part>> = Vec::new();
        let moved: Vec<u32> = self
            .sets
            .iter()
            .map(|parts| {
                let mut set: Vec<Part> = Vec::with_capacity(parts.len());
                for part in parts {
                    let group = at[part.group as usize];
                    let same =
                        |p: &&mut Part| p.group == group && (p.from, p.to) == (part.from, part.to);
                    match set.iter_mut().find(same) {
                        Some(own) => own.share += part.share,
                        None => set.push(Part { group, ..*part }),
                    }
                }
                let bits = |p: &Part| {
                    [u64::from(p.group), p.share.to_bits(), u64::from(p.from), u64::from(p.to)]
                };
                *made.entry(set.iter().map(bits).collect()).or_insert_with(|| {
                    sets.push(set);
                    sets.len() as u32 - 1
                })
            })
            .collect();
        let set_of = self.set_of.iter().map(|set| moved[*set as usize]).collect();
        Self { key: self.key, names, sets, set_of, in_total: None, rows: KeptRows::default() }
    }

    /// Phases by what their cell says as written, rather than by what names mean. Of the keys whose
    /// cells hold names; others are as in [`Self::new`].
    pub(super) fn as_written(
        workers: &dyn Workers,
        data: &Dataset,
        outcome: &Outcome,
        key: GroupKey,
    ) -> Self {
        Builder { as_written: true, ..Builder::new(workers, data, outcome, key) }.build()
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
                | GroupKey::SiteStatus
                | GroupKey::Own(_) => true,
                _ => same_place(),
            }
    }

    /// The distinct ways in which phases are shared among groups.
    pub fn sets(&self) -> &[Vec<Part>] {
        &self.sets
    }

    /// What the total takes of a way of being shared; the whole where none.
    pub(super) fn in_total(&self, set: usize) -> Option<&[Part]> {
        self.in_total.as_ref().map(|sets| sets[set].as_slice())
    }

    /// The share of a phase that counts in the total at a month position: 1 without a lens.
    #[inline]
    pub fn total_share(&self, phase: usize, at: u32) -> f64 {
        let Some(sets) = &self.in_total else { return 1.0 };
        let parts = sets[self.set_of[phase] as usize].iter();
        parts.filter(|part| (part.from..part.to).contains(&at)).map(|part| part.share).sum()
    }

    /// Whether it is seen through the lens of a buyer.
    pub fn has_lens(&self) -> bool {
        self.in_total.is_some()
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

/// The lens of a buyer: of every phase its share as user, month by month (RULES F2).
#[derive(Clone, Debug, PartialEq)]
pub struct Lens {
    /// The buyer, as its group is called.
    buyer: String,
    /// For each way of being shared among users the buyer's share, by months.
    sets: Vec<Vec<Part>>,
    /// The way of each phase.
    set_of: Vec<u32>,
}

/// Why there is no lens.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LensError {
    /// The name stands for several.
    #[error("`{name}` stands for several: {}; name one of them", partners.join(", "))]
    Several {
        /// The name.
        name: String,
        /// What it stands for.
        partners: Vec<String>,
    },
    /// No phase is used by anybody of that name.
    #[error("`{name}` uses no phase{}", near.as_ref().map_or(String::new(), |n| format!("; did you mean `{n}`?")))]
    Nobody {
        /// The name.
        name: String,
        /// A user whose name is like it.
        near: Option<String>,
    },
}

impl Lens {
    /// The lens of a buyer, by name or alias.
    ///
    /// # Errors
    /// [`LensError`] where the name stands for several, or for nobody who uses anything.
    pub fn new(
        workers: &dyn Workers,
        data: &Dataset,
        outcome: &Outcome,
        buyer: &str,
    ) -> Result<Self, LensError> {
        let meant = match Resolver::new(data).meaning(AliasKind::Organisation, buyer) {
            Meaning::Itself => buyer.trim().to_owned(),
            Meaning::One(name) => name,
            Meaning::Several(partners) => {
                return Err(LensError::Several { name: buyer.trim().to_owned(), partners });
            }
        };
        let users = Grouping::new_with(workers, data, outcome, GroupKey::User);
        let wanted = fold(&meant);
        let Some(own) = users.names.iter().position(|name| fold(name) == wanted) else {
            let near = users.names.iter().find(|name| {
                let name = fold(name);
                wanted.len() > 2 && (name.contains(&wanted) || wanted.contains(&name))
            });
            let (name, near) = (buyer.trim().to_owned(), near.cloned());
            return Err(LensError::Nobody { name, near });
        };
        let of = |parts: &Vec<Part>| {
            parts.iter().filter(|part| part.group as usize == own).copied().collect()
        };
        Ok(Self {
            buyer: users.names[own].clone(),
            sets: users.sets.iter().map(of).collect(),
            set_of: users.set_of,
        })
    }

    /// The buyer, as its group is called.
    pub fn buyer(&self) -> &str {
        &self.buyer
    }

    /// The buyer's share of a phase at a month position.
    #[inline]
    pub fn share(&self, phase: usize, at: u32) -> f64 {
        let parts = self.sets[self.set_of[phase] as usize].iter();
        parts.filter(|part| (part.from..part.to).contains(&at)).map(|part| part.share).sum()
    }

    /// Groups seen through the lens. By user the buyer's group stands alone, its share taken once.
    fn over(&self, own: Grouping, months: u32) -> Grouping {
        let by_user = own.key == GroupKey::User;
        let mut out = Grouping {
            key: own.key,
            names: if by_user { vec![self.buyer.clone()] } else { own.names },
            sets: Vec::new(),
            set_of: Vec::with_capacity(self.set_of.len()),
            in_total: None,
            rows: KeptRows::default(),
        };
        let mut totals: Vec<Vec<Part>> = Vec::new();
        let mut made: FxHashMap<(u32, u32), u32> = FxHashMap::default();
        for (&set, &user) in own.set_of.iter().zip(&self.set_of) {
            let key = (if by_user { user } else { set }, user);
            let at = *made.entry(key).or_insert_with(|| {
                let shares = &self.sets[user as usize];
                let total = |part: &Part| Part { group: 0, to: part.to.min(months), ..*part };
                let total: Vec<Part> = shares.iter().map(total).collect();
                let parts = if by_user {
                    total.clone()
                } else {
                    own.sets[set as usize].iter().flat_map(|part| shared_by(part, &total)).collect()
                };
                out.sets.push(parts);
                totals.push(total);
                out.sets.len() as u32 - 1
            });
            out.set_of.push(at);
        }
        out.in_total = Some(totals);
        out
    }
}

/// A part of a group, taken in the shares and months of a buyer.
fn shared_by<'a>(part: &'a Part, shares: &'a [Part]) -> impl Iterator<Item = Part> + 'a {
    shares.iter().filter_map(|share| {
        let (from, to) = (part.from.max(share.from), part.to.min(share.to));
        let share = part.share * share.share;
        (from < to).then_some(Part { group: part.group, share, from, to })
    })
}

struct Builder<'a> {
    /// Whether groups are what cells say, rather than what that means.
    as_written: bool,
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
            as_written: false,
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
            GroupKey::Own(_) => self.by_own_column(),
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
            in_total: None,
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
        if self.as_written {
            let text = self.data.text(cell).trim();
            let name = if text.is_empty() { NONE_NAMED } else { text };
            return vec![(name.to_owned(), 1.0)];
        }
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
        let (data, outcomes, key) = (self.data, &self.outcome.phases, self.key.clone());
        let as_written = self.as_written;
        let word = |phase: usize| match key {
            GroupKey::Chip | GroupKey::ChipVendor if as_written => {
                data.text(data.phases.chip[phase]).trim()
            }
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

    /// What a phase has in a column of the user's, else its site.
    fn by_own_column(&mut self) -> Vec<u32> {
        let data = self.data;
        let title = self.key.word().to_owned();
        let (of_site, of_phase) = (data.sites.extra.find(&title), data.phases.extra.find(&title));
        let cell = |column: Option<&Column<Name>>, row: usize| {
            column.map_or(Name::EMPTY, |column| column[row])
        };
        let mut set_of: NameMap<u32> = NameMap::default();
        (0..data.phases.len())
            .map(|phase| {
                let own = cell(of_phase, phase);
                let site = data.phases.site[phase] as usize;
                let name = if own == Name::EMPTY { cell(of_site, site) } else { own };
                set_of.get(name).unwrap_or_else(|| {
                    let set = self.single(data.text(name));
                    set_of.insert(name, set);
                    set
                })
            })
            .collect()
    }

    fn by_site(&mut self) -> Vec<u32> {
        let (data, key) = (self.data, self.key.clone());
        let sets: Vec<u32> =
            (0..data.sites.len()).map(|site| self.single(site_word(data, site, &key))).collect();
        let mut out = self.as_their_sites(&sets);
        let rules = Arc::clone(&self.outcome.energy);
        if rules.classes.iter().any(|class| class.zone.is_some()) {
            for (phase, set) in out.iter_mut().enumerate() {
                if let Some(word) = rules.moved_to(phase).and_then(|z| moved_word(data, z, &key)) {
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
        for tenancy in &data.tables.tenancies {
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
        let mut leased: Vec<u32> =
            data.tables.tenancies.iter().map(|tenancy| tenancy.site).collect();
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
        let mut out: Vec<(u32, f64)> = Vec::new();
        let mut add = |group: u32, share: f64| {
            if let Some(slot) = out.iter_mut().find(|(g, _)| *g == group) {
                slot.1 += share;
            } else if share > 0.0 {
                out.push((group, share));
            }
        };
        for (cell, part, _) in parts_of(holding, rest) {
            for (name, share) in self.shares(cell) {
                let group = self.code(&name);
                add(group, share * part);
            }
        }
        out
    }
}

/// Who uses a phase, in which share.
#[derive(Clone, Debug, PartialEq)]
pub struct User {
    /// The name, resolved.
    pub name: String,
    /// 0 to 1.
    pub share: f64,
    /// Whether a row of the tenancies says so, rather than the cell of the phase or of its site.
    pub by_tenancy: bool,
}

/// The users of a phase on the last day of a month, by name (RULES G3).
pub fn users_of(
    data: &Dataset,
    resolver: &Resolver<'_>,
    phase: usize,
    day: crate::model::Day,
) -> Vec<User> {
    let phases = &data.phases;
    let own = data.tables.tenancies.iter().filter(|tenancy| {
        tenancy.site == phases.site[phase]
            && (tenancy.phase.is_empty()
                || data.text(tenancy.phase) == data.text(phases.phase[phase]))
            && tenancy.from.is_none_or(|from| from <= day)
            && tenancy.to.is_none_or(|to| day < to)
    });
    let holding: Vec<&Tenancy> = own.collect();
    let rest = if split_list(data.text(phases.tenant[phase])).is_empty() {
        data.sites.users[phases.site[phase] as usize]
    } else {
        phases.tenant[phase]
    };
    let mut out: Vec<User> = Vec::new();
    for (cell, part, by_tenancy) in parts_of(&holding, rest) {
        let mut shares = resolver.organisations(data.text(cell));
        if shares.is_empty() {
            shares.push((NONE_NAMED.to_owned(), 1.0));
        }
        for (name, share) in shares {
            match out.iter_mut().find(|user| user.name == name) {
                Some(user) => {
                    user.share += share * part;
                    user.by_tenancy |= by_tenancy;
                }
                None => out.push(User { name, share: share * part, by_tenancy }),
            }
        }
    }
    out.sort_by(|a, b| a.name.cmp(&b.name));
    out
}

/// The cells that share a phase among users: tenancies that hold, scaled to at most 1, and what they
/// leave. Each with its share, and whether it is a tenancy.
fn parts_of(holding: &[&Tenancy], rest: Name) -> Vec<(Name, f64, bool)> {
    let sum: f64 = holding.iter().map(|tenancy| tenancy.share).sum();
    let scale = if sum > 1.0 { 1.0 / sum } else { 1.0 };
    let own = holding.iter().map(|tenancy| (tenancy.tenant, tenancy.share * scale, true));
    let left = 1.0 - sum * scale;
    own.chain((left > 1e-12).then_some((rest, left, false))).collect()
}

/// The word that groups a site by a key of sites.
fn site_word<'d>(data: &'d Dataset, site: usize, key: &GroupKey) -> &'d str {
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
        GroupKey::Subdivision => data.text(sites.subdivision[site]),
        GroupKey::Bloc => of_country(|c| c.data_bloc),
        GroupKey::Regime => of_country(|c| c.regime),
        GroupKey::PriceZone => data.text(data.price_start(site)),
        GroupKey::Kind => sites.kind[site].word(),
        _ => "",
    }
}

/// The state or province of a zone: itself, or the nearest that encloses it; empty where none does.
fn subdivision_of(data: &Dataset, zone: Name) -> &str {
    let is_one = |zone: &Name| {
        data.zone(*zone).is_some_and(|zone| zone.kind == crate::model::ZoneKind::Subdivision)
    };
    data.zone_chain(zone).into_iter().find(is_one).map_or("", |zone| data.text(zone))
}

/// The word that groups a phase that was moved to a zone, for keys that depend on its place.
fn moved_word<'d>(data: &'d Dataset, zone: Name, key: &GroupKey) -> Option<&'d str> {
    let code = data.zone(zone)?.country;
    let of_country = |field: fn(&crate::model::Country) -> Name| {
        Some(data.country(code).map_or("", |c| data.text(field(c))))
    };
    match key {
        GroupKey::PriceZone => Some(data.text(zone)),
        GroupKey::Country => Some(data.text(code)),
        GroupKey::Subdivision => Some(subdivision_of(data, zone)),
        GroupKey::Continent => of_country(|c| c.continent),
        GroupKey::Bloc => of_country(|c| c.data_bloc),
        GroupKey::Regime => of_country(|c| c.regime),
        GroupKey::Kind => Some(Kind::Ground.word()),
        _ => None,
    }
}

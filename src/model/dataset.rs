//! The tables of a load, their texts, and the positions that join them.

use std::path::PathBuf;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::column::{Column, Run};
use super::hours::{HourlyPrices, LaterHours};
use super::names::{Name, Names};
use super::price::PriceBook;
use super::site_index::SiteIndex;
use super::table::{AnyRows, Field};
use super::tables::{Country, Phases, RowTables, Sites, Source, TableKind, Zone};
use super::time::{Day, Grid, Month};
use super::words::{Kind, Status};

/// A file that rows came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// As it was named; tables of the built-in data are `<built-in>/NAME.csv`.
    pub path: PathBuf,
    /// Which table it was taken for; none where its rows go to several, as those of scenarios do.
    pub kind: Option<TableKind>,
    /// Whether it comes with the app.
    pub built_in: bool,
}

/// Levels of zones that a chain of parents is followed; a longer one is told (W216).
pub const MOST_ZONE_LEVELS: usize = 16;

/// The rows of `dataset.csv`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DatasetInfo {
    /// Title of the data.
    pub title: String,
    /// Day of the collection.
    pub as_of: Option<Day>,
    /// Licence in words.
    pub licence: String,
    /// Further keys, as written.
    pub other: Vec<(String, String)>,
}

/// What of the user's files could not be read and is in no figure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// Rows.
    pub rows: u64,
    /// Cells of rows that are in use.
    pub cells: u64,
    /// Files.
    pub files: u64,
}

impl LeftOut {
    /// `3 rows and 1 cell of own files left out`; none where nothing is.
    pub fn words(self) -> Option<String> {
        let counted = |count: u64, what: &str| {
            (count > 0).then(|| {
                let number = crate::units::grouped(count as f64, 0);
                format!("{number} {what}{}", if count == 1 { "" } else { "s" })
            })
        };
        let parts: Vec<String> =
            [counted(self.files, "file"), counted(self.rows, "row"), counted(self.cells, "cell")]
                .into_iter()
                .flatten()
                .collect();
        let (last, others) = parts.split_last()?;
        let all = if others.is_empty() {
            last.clone()
        } else {
            format!("{} and {last}", others.join(", "))
        };
        Some(format!("{all} could not be read and are left out"))
    }
}

/// Rows at the end of the tables that a scenario added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddedRows {
    /// What they were made from, so that the same rows are known again.
    pub tag: String,
    /// Positions of the sites.
    pub sites: std::ops::Range<usize>,
    /// Positions of the phases.
    pub phases: std::ops::Range<usize>,
}

/// Positions of the phases of a site, in the order of the table.
#[derive(Clone, Debug)]
pub enum PhasesOf<'a> {
    /// They follow one another.
    Following(std::ops::Range<usize>),
    /// They stand here and there.
    Listed(std::slice::Iter<'a, u32>),
}

impl Iterator for PhasesOf<'_> {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        match self {
            Self::Following(rows) => rows.next(),
            Self::Listed(rows) => rows.next().map(|&row| row as usize),
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        match self {
            Self::Following(rows) => rows.size_hint(),
            Self::Listed(rows) => rows.size_hint(),
        }
    }
}

impl ExactSizeIterator for PhasesOf<'_> {}

/// Where the phases of each site begin in the order of sites, and that order; none where it is that of
/// the table.
fn by_site(site_of: &Column<u32>, sites: usize) -> (Vec<u32>, Option<Vec<u32>>) {
    let mut start = vec![0_u32; sites + 1];
    let of = match site_of.run(0..site_of.len()) {
        Run::Each(of) => of,
        Run::Same(&site) => {
            start[site as usize + 1..].fill(site_of.len() as u32);
            return (start, None);
        }
    };
    of.iter().for_each(|&site| start[site as usize + 1] += 1);
    for at in 0..sites {
        start[at + 1] += start[at];
    }
    if of.is_sorted() {
        return (start, None);
    }
    let mut next = start.clone();
    let mut rows = vec![0; of.len()];
    for (phase, &site) in of.iter().enumerate() {
        let slot = &mut next[site as usize];
        rows[*slot as usize] = phase as u32;
        *slot += 1;
    }
    (start, Some(rows))
}

/// Everything that was loaded.
#[derive(Clone, Debug, Default)]
pub struct Dataset {
    /// All texts.
    pub names: Names,
    /// All files.
    pub files: Vec<SourceFile>,
    /// Title, as-of date, licence.
    pub info: DatasetInfo,
    /// The day of the run, handed in by whoever has a clock: the as-of date where the data give none
    /// (RULES T4).
    pub run_day: Option<Day>,
    /// Rows and cells of the user's files that could not be read.
    pub left_out: LeftOut,
    /// Sites that stand in their city, since their rows have no coordinates.
    pub placed_by_city: u32,
    /// A hash of the bytes of all files, so that figures of other data can be told apart.
    pub fingerprint: u64,
    /// Sites.
    pub sites: Sites,
    /// Phases.
    pub phases: Phases,
    /// The tables whose rows are kept one by one.
    pub tables: RowTables,
    /// Hourly prices that files gave, which are shown and enter no bill: see [`Self::hours`].
    pub given_hours: Arc<HourlyPrices>,
    /// Hourly prices that are read when they are looked at, where no file gave any.
    pub later_hours: Option<LaterHours>,
    /// Rows that scenarios added.
    pub added: Vec<AddedRows>,
    index: Index,
}

#[derive(Clone, Debug, Default)]
struct Index {
    site_start: Vec<u32>,
    /// Phases by site; none where they stand in that order.
    site_phases: Option<Vec<u32>>,
    zone: FxHashMap<Name, u32>,
    country: FxHashMap<Name, u32>,
    source: FxHashMap<Name, u32>,
    site: SiteIndex,
    /// Where sites have the same price: start of the chain of zones, and whether in orbit.
    places: Vec<(Name, bool)>,
    place_of: Vec<u32>,
    book: PriceBook,
}

impl Dataset {
    /// The text of a name.
    #[inline]
    pub fn text(&self, name: Name) -> &str {
        self.names.get(name)
    }

    /// Makes the joins anew; to be called once after the tables have been filled. Sites that are
    /// indexed already must still stand where they stood.
    pub fn reindex(&mut self) {
        let mut site = std::mem::take(&mut self.index.site);
        for at in site.len()..self.sites.len() {
            site.push(self.text(self.sites.id[at]));
        }
        let (start, rows) = by_site(&self.phases.site, self.sites.len());
        self.index = Index {
            site_start: start,
            site_phases: rows,
            zone: positions(self.tables.zones.iter().map(|z| z.id)),
            country: positions(self.tables.countries.iter().map(|c| c.iso3)),
            source: positions(self.tables.sources.iter().map(|s| s.id)),
            site,
            places: Vec::new(),
            place_of: Vec::new(),
            book: PriceBook::new(&self.names, &self.tables.prices),
        };
        self.index_places();
    }

    fn index_places(&mut self) {
        let sites = &self.sites;
        let cells = |at: usize| {
            let orbital = sites.kind[at] == Kind::Orbital;
            (sites.price_zone[at], sites.subdivision[at], sites.country[at], orbital)
        };
        let mut codes: FxHashMap<(Name, bool), u32> = FxHashMap::default();
        let mut known: FxHashMap<(Name, Name, Name, bool), u32> = FxHashMap::default();
        let mut places = Vec::new();
        let mut place_of = Vec::with_capacity(sites.len());
        for site in 0..sites.len() {
            place_of.push(*known.entry(cells(site)).or_insert_with(|| {
                let place = (self.first_zone(site), cells(site).3);
                *codes.entry(place).or_insert_with(|| {
                    places.push(place);
                    places.len() as u32 - 1
                })
            }));
        }
        self.index.places = places;
        self.index.place_of = place_of;
    }

    /// Places where sites have the same price: start of the chain of zones, and whether in orbit.
    pub fn price_places(&self) -> &[(Name, bool)] {
        &self.index.places
    }

    /// The place of each site: position in [`Self::price_places`].
    pub fn price_place_of(&self) -> &[u32] {
        &self.index.place_of
    }

    /// Positions of the phases of a site, in the order of the table.
    #[inline]
    pub fn phases_of(&self, site: usize) -> PhasesOf<'_> {
        let bounds = self.index.site_start.get(site).zip(self.index.site_start.get(site + 1));
        let (first, end) = bounds.map_or((0, 0), |(first, end)| (*first as usize, *end as usize));
        match &self.index.site_phases {
            Some(rows) => PhasesOf::Listed(rows[first..end].iter()),
            None => PhasesOf::Following(first..end),
        }
    }

    /// The rows of a table, if they are kept.
    pub fn table(&self, kind: TableKind) -> Option<&dyn AnyRows> {
        match kind {
            TableKind::Sites => Some(&self.sites),
            TableKind::Phases => Some(&self.phases),
            kind => self.tables.rows(kind),
        }
    }

    /// A cell of a row as text.
    pub fn field_text(&self, field: Field) -> String {
        match field {
            Field::Empty => String::new(),
            Field::Text(name) => self.text(name).to_owned(),
            Field::Word(word) => word.to_owned(),
            Field::Number(value) => value.to_string(),
            Field::Day(day) => day.to_string(),
            Field::Month(month) => month.to_string(),
            Field::Site(site) => self.text(self.sites.id[site as usize]).to_owned(),
        }
    }

    /// The zone of a code.
    pub fn zone(&self, id: Name) -> Option<&Zone> {
        self.index.zone.get(&id).map(|&at| &self.tables.zones[at as usize])
    }

    /// The country of an alpha-3 code.
    pub fn country(&self, iso3: Name) -> Option<&Country> {
        self.index.country.get(&iso3).map(|&at| &self.tables.countries[at as usize])
    }

    /// The state of a site as its table writes it.
    pub fn status_of_site(&self, site: usize) -> &str {
        let said = self.sites.status_said[site];
        if said.is_empty() { self.sites.status[site].word() } else { self.text(said) }
    }

    /// The state of a phase as its table writes it.
    pub fn status_of_phase(&self, phase: usize) -> &str {
        let said = self.phases.status_said[phase];
        if said.is_empty() { self.phases.status[phase].word() } else { self.text(said) }
    }

    /// The source of an id.
    pub fn source(&self, id: Name) -> Option<&Source> {
        self.index.source.get(&id).map(|&at| &self.tables.sources[at as usize])
    }

    /// Position of the site of an id.
    pub fn site_position(&self, id: &str) -> Option<usize> {
        self.index.site.get(id).map(|at| at as usize)
    }

    /// Sites by id.
    pub fn site_index(&self) -> &SiteIndex {
        &self.index.site
    }

    /// Takes the place of the index of sites, which must fit the sites.
    pub(crate) fn set_site_index(&mut self, index: SiteIndex) {
        self.index.site = index;
    }

    /// Gives the index of sites away, to be filled and set again.
    pub(crate) fn take_site_index(&mut self) -> SiteIndex {
        std::mem::take(&mut self.index.site)
    }

    /// Bytes that the rows of sites and phases, the texts and the joins take in memory.
    pub fn bytes(&self) -> usize {
        let index = &self.index;
        let joins = index.site_start.len()
            + index.site_phases.as_ref().map_or(0, Vec::len)
            + index.place_of.len();
        let rows = self.sites.bytes()
            + self.phases.bytes()
            + self.tables.prices.bytes()
            + self.given_hours.bytes();
        rows + self.names.bytes() + index.site.bytes() + joins * size_of::<u32>()
    }

    /// Whether there are hourly prices to look at.
    pub fn has_hours(&self) -> bool {
        !self.given_hours.is_empty() || self.later_hours.is_some()
    }

    /// The hourly prices: those of files, else those that are read now.
    pub fn hours(&self) -> &HourlyPrices {
        match &self.later_hours {
            Some(later) if self.given_hours.is_empty() => later.of(self),
            _ => &self.given_hours,
        }
    }

    /// The central value of a parameter.
    pub fn parameter(&self, key: &str) -> Option<f64> {
        let key = self.names.find(key)?;
        self.tables.parameters.iter().find(|p| p.key == key)?.central.get()
    }

    /// The as-of date of the data: that of `dataset.csv`, else the newest `as_of` cell (RULES T4);
    /// none where the data say none.
    pub fn stated_as_of(&self) -> Option<Day> {
        let newest = || {
            let cells = self.sites.as_of.iter().chain(&self.phases.as_of);
            cells.filter_map(|day| day.get()).max()
        };
        self.info.as_of.or_else(newest)
    }

    /// The as-of date: that of the data, else the day of the run (RULES T4).
    pub fn as_of(&self) -> Option<Day> {
        self.stated_as_of().or(self.run_day)
    }

    /// The default grid: January of the first online year to December of the last, cancelled
    /// phases left out (RULES T1). Where a phase that is not cancelled has no date, it takes in the
    /// as-of year. A data set without any has the twelve months of that year, or of 2020.
    pub fn grid(&self) -> Grid {
        self.grid_as_of(None)
    }

    /// The same under an as-of date that somebody chose.
    pub fn grid_as_of(&self, chosen: Option<Day>) -> Grid {
        let as_of = chosen.or_else(|| self.as_of());
        // What a scenario added does not change the grid.
        let own = self.added.first().map_or(self.phases.len(), |added| added.phases.start);
        let rows = self.phases.online.iter().zip(self.phases.status.iter()).take(own);
        let dates = rows.filter(|(_, s)| **s != Status::Cancelled).map(|(day, _)| day.get());
        let mut without_date = false;
        let ends = dates.fold(None, |ends: Option<[Day; 2]>, day| {
            let Some(day) = day else {
                without_date = true;
                return ends;
            };
            Some(ends.map_or([day; 2], |[first, last]| [first.min(day), last.max(day)]))
        });
        let year_of = |day: Day| day.ymd().0;
        let fallback = as_of.map_or(2020, year_of);
        let [mut first, mut last] = ends.map_or([fallback; 2], |ends| ends.map(year_of));
        if without_date && as_of.is_some() {
            (first, last) = (first.min(fallback), last.max(fallback));
        }
        let mut grid = Grid::new(Month::new(first, 1), Month::new(last, 12));
        grid.as_of = as_of;
        grid.as_of_run = chosen.is_none() && self.stated_as_of().is_none() && as_of.is_some();
        grid
    }

    /// The zones to try for a site's price, nearest first (RULES C1). Empty for orbit.
    pub fn price_chain(&self, site: usize) -> Vec<Name> {
        self.zone_chain(self.price_start(site))
    }

    /// The zone where the price chain of a site starts: its bidding zone, else its subdivision,
    /// else its country; a name that is no row of the zones is passed over (RULES C1).
    /// Empty for orbit and where no zone is known.
    pub fn price_start(&self, site: usize) -> Name {
        let place = self.index.place_of.get(site);
        place.map_or_else(|| self.first_zone(site), |&at| self.index.places[at as usize].0)
    }

    fn first_zone(&self, site: usize) -> Name {
        if self.sites.kind[site] == Kind::Orbital {
            return Name::EMPTY;
        }
        let candidates =
            [self.sites.price_zone[site], self.sites.subdivision[site], self.sites.country[site]];
        let known = |&n: &Name| self.zone(n).is_some();
        // `DOM` in the USA is a zone of a market, and not the Dominican Republic.
        let elsewhere = |&n: &Name| n == candidates[0] && self.is_zone_elsewhere(site);
        candidates.into_iter().filter(known).find(|n| !elsewhere(n)).unwrap_or(Name::EMPTY)
    }

    /// Whether the price zone of a site is one of another country.
    pub fn is_zone_elsewhere(&self, site: usize) -> bool {
        let country = self.sites.country[site];
        let zone = self.zone(self.sites.price_zone[site]);
        zone.is_some_and(|zone| {
            let of = if zone.country.is_empty() { zone.id } else { zone.country };
            !country.is_empty() && self.country(of).is_some() && of != country
        })
    }

    /// A zone and those that enclose it, nearest first. A circle of parents ends where it began.
    pub fn zone_chain(&self, start: Name) -> Vec<Name> {
        let mut chain = Vec::new();
        let mut at = start;
        while let Some(zone) = self.zone(at) {
            if chain.len() >= MOST_ZONE_LEVELS || chain.contains(&at) {
                break;
            }
            chain.push(at);
            at = zone.parent;
        }
        chain
    }

    /// The prices by zone and sector, ranked by series (RULES C2).
    pub fn price_book(&self) -> &PriceBook {
        &self.index.book
    }

    /// How a file is named in messages and origins.
    pub fn file_of(&self, origin: super::Origin) -> Option<&SourceFile> {
        self.files.get(origin.file as usize)
    }
}

fn positions(keys: impl Iterator<Item = Name>) -> FxHashMap<Name, u32> {
    let mut map = FxHashMap::default();
    for (at, key) in keys.enumerate() {
        map.entry(key).or_insert(at as u32);
    }
    map
}

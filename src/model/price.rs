//! Which price a zone has in a month (RULES C1 and C2).

use rustc_hash::FxHashMap;

use super::dataset::Dataset;
use super::names::{Name, Names};
use super::tables::Prices;
use super::time::Month;
use super::words::Sector;

/// Which sector's price is asked for. The sector is part of the question: there is no silent
/// fallback from one to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SectorChoice {
    /// That one and no other.
    One(Sector),
    /// Industrial, commercial, wholesale in turn, each along the whole chain of zones.
    Best,
}

impl Default for SectorChoice {
    fn default() -> Self {
        Self::One(Sector::Industrial)
    }
}

impl SectorChoice {
    /// All choices in the order of menus.
    pub const ALL: [Self; 5] = [
        Self::One(Sector::Industrial),
        Self::One(Sector::Commercial),
        Self::One(Sector::Residential),
        Self::One(Sector::Wholesale),
        Self::Best,
    ];

    /// The word of the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::One(sector) => sector.word(),
            Self::Best => "best",
        }
    }

    /// What it is called for people.
    pub fn title(self) -> &'static str {
        match self {
            Self::One(sector) => sector.word(),
            Self::Best => "any business",
        }
    }

    /// Reads the word of the command line.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|c| c.word() == text)
    }

    /// The sectors to try, in order.
    pub fn sectors(self) -> &'static [Sector] {
        match self {
            Self::One(Sector::Industrial) => &[Sector::Industrial],
            Self::One(Sector::Commercial) => &[Sector::Commercial],
            Self::One(Sector::Residential) => &[Sector::Residential],
            Self::One(Sector::Wholesale) => &[Sector::Wholesale],
            Self::Best => &[Sector::Industrial, Sector::Commercial, Sector::Wholesale],
        }
    }
}

/// A price with what it rests on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PriceAt {
    /// Nominal USD per MWh.
    pub usd_per_mwh: f64,
    /// Zone whose price it is.
    pub zone: Name,
    /// Sector whose price it is.
    pub sector: Sector,
    /// Publisher and method.
    pub series: Name,
    /// Months since the last observation; 0 where a row covers the month.
    pub age_months: i32,
    /// Position of the row that serves the month, or of that of the last month with data.
    pub row: u32,
}

/// One series of a zone and sector, month by month.
#[derive(Clone, Debug)]
struct Series {
    name: Name,
    rows: usize,
    first: Month,
    /// Position of the shortest row that covers the month, of equally short ones that which starts
    /// last; or `NO_ROW`.
    row_at: Vec<u32>,
}

const NO_ROW: u32 = u32::MAX;

/// A series that covers so many of the last twelve months with data is held by its rank (RULES C2).
const HELD_MONTHS: usize = 6;

impl Series {
    fn row(&self, month: Month) -> Option<u32> {
        let at = usize::try_from(month.index() - self.first.index()).ok()?;
        self.row_at.get(at).copied().filter(|&row| row != NO_ROW)
    }

    /// The last month before `month` that a row covers.
    fn last_before(&self, month: Month) -> Option<Month> {
        let span = i64::from(month.index()) - i64::from(self.first.index());
        let end = span.clamp(0, self.row_at.len() as i64) as usize;
        let at = self.row_at[..end].iter().rposition(|&row| row != NO_ROW)?;
        Some(self.first.plus(at as i32))
    }

    fn last(&self) -> Month {
        self.first.plus(self.row_at.len() as i32 - 1)
    }
}

/// All prices, by zone and sector, their series ranked.
#[derive(Clone, Debug, Default)]
pub struct PriceBook {
    series: FxHashMap<(Name, Sector), Vec<Series>>,
    usd_per_mwh: Vec<f64>,
}

impl PriceBook {
    /// Sorts the rows of the table into series.
    pub fn new(names: &Names, prices: &Prices) -> Self {
        let mut rows: FxHashMap<(Name, Sector, Name), Vec<u32>> = FxHashMap::default();
        let mut keys = Vec::new();
        for at in 0..prices.len() {
            if !prices.usd_per_mwh[at].is_some() || prices.to[at] < prices.from[at] {
                continue;
            }
            let key = (prices.zone[at], prices.sector[at], prices.series[at]);
            let list = rows.entry(key).or_default();
            if list.is_empty() {
                keys.push(key);
            }
            list.push(at as u32);
        }
        let mut series: FxHashMap<(Name, Sector), Vec<Series>> = FxHashMap::default();
        for key in keys {
            let made = make_series(prices, key.2, &rows[&key]);
            series.entry((key.0, key.1)).or_default().push(made);
        }
        #[expect(clippy::iter_over_hash_type, reason = "each list is sorted by itself")]
        for list in series.values_mut() {
            list.sort_by(|a, b| {
                let by_rank = b.rows.cmp(&a.rows).then(b.last().cmp(&a.last()));
                by_rank.then_with(|| names.get(a.name).cmp(names.get(b.name)))
            });
        }
        let usd_per_mwh = prices.usd_per_mwh.iter().map(|p| p.get().unwrap_or(0.0)).collect();
        Self { series, usd_per_mwh }
    }

    /// The price of one zone and sector in a month, without looking at parents (RULES C2).
    pub fn price(&self, zone: Name, sector: Sector, month: Month) -> Option<PriceAt> {
        self.price_of(zone, sector, month, None)
    }

    /// The price of one series alone, where one is named.
    fn price_of(
        &self,
        zone: Name,
        sector: Sector,
        month: Month,
        only: Option<Name>,
    ) -> Option<PriceAt> {
        let ranked = self.series.get(&(zone, sector))?;
        let ranked = || ranked.iter().filter(|s| only.is_none_or(|name| s.name == name));
        let answer = |series: &Series, usd_per_mwh: f64, age_months: i32, row: u32| PriceAt {
            usd_per_mwh,
            zone,
            sector,
            series: series.name,
            age_months,
            row,
        };
        if let Some((series, row)) = ranked().find_map(|s| s.row(month).map(|r| (s, r))) {
            return Some(answer(series, self.usd_per_mwh[row as usize], 0, row));
        }
        let latest = ranked().filter_map(|series| series.last_before(month)).max()?;
        let year = |to: Month| (0..12).map(move |back| to.plus(-back));
        // The highest-ranked series that covers half of the last year, else that which covers most.
        let mut held: Option<(&Series, usize)> = None;
        for series in ranked() {
            let covered = year(latest).filter(|&month| series.row(month).is_some()).count();
            if held.is_none_or(|(_, most)| covered > most) {
                held = Some((series, covered));
            }
            if covered >= HELD_MONTHS {
                held = Some((series, covered));
                break;
            }
        }
        let (series, _) = held?;
        let to = series.last_before(month)?;
        let rows = year(to).filter_map(|month| series.row(month));
        let (sum, count) = rows.fold((0.0, 0.0), |(sum, count), row| {
            (sum + self.usd_per_mwh[row as usize], count + 1.0)
        });
        let age = month.index() - to.index();
        Some(answer(series, sum / count, age, series.row(to)?))
    }

    /// The price along a chain of zones, nearest first (RULES C1).
    pub fn along(&self, chain: &[Name], choice: SectorChoice, month: Month) -> Option<PriceAt> {
        self.along_preferring(chain, choice, month, &[])
    }

    /// The same, where some zones have a series that goes before all others.
    pub fn along_preferring(
        &self,
        chain: &[Name],
        choice: SectorChoice,
        month: Month,
        preferred: &[(Name, Name)],
    ) -> Option<PriceAt> {
        let sectors = choice.sectors().iter();
        sectors.flat_map(|&sector| chain.iter().map(move |&zone| (zone, sector))).find_map(
            |(zone, sector)| {
                let series = preferred.iter().find(|(at, _)| *at == zone).map(|(_, name)| *name);
                let first = series.and_then(|name| self.price_of(zone, sector, month, Some(name)));
                first.or_else(|| self.price_of(zone, sector, month, None))
            },
        )
    }

    /// The observed months of a series: month and price in USD per MWh.
    pub fn observed_of(&self, zone: Name, sector: Sector, series: Name) -> Vec<(Month, f64)> {
        let ranked = self.series.get(&(zone, sector)).into_iter().flatten();
        let Some(series) = ranked.into_iter().find(|s| s.name == series) else {
            return Vec::new();
        };
        let rows = series.row_at.iter().enumerate().filter(|(_, row)| **row != NO_ROW);
        rows.map(|(at, &row)| (series.first.plus(at as i32), self.usd_per_mwh[row as usize]))
            .collect()
    }
}

fn make_series(prices: &Prices, name: Name, rows: &[u32]) -> Series {
    let from = |row: u32| prices.from[row as usize];
    let to = |row: u32| prices.to[row as usize];
    let first = rows.iter().map(|&r| from(r)).min().unwrap_or(Month::from_index(0));
    let last = rows.iter().map(|&r| to(r)).max().unwrap_or(first);
    let len = (last.index() - first.index()) as usize + 1;
    let mut row_at = vec![NO_ROW; len];
    let mut length_at = vec![i32::MAX; len];
    for &row in rows {
        let length = to(row).index() - from(row).index();
        let start = (from(row).index() - first.index()) as usize;
        for at in start..=start + length as usize {
            let earlier = |other: u32| other != NO_ROW && from(other) < from(row);
            if length < length_at[at] || length == length_at[at] && earlier(row_at[at]) {
                length_at[at] = length;
                row_at[at] = row;
            }
        }
    }
    Series { name, rows: rows.len(), first, row_at }
}

/// Prices of a set of starting zones over a grid, looked up once each.
pub fn price_curves(
    data: &Dataset,
    starts: &[Name],
    choice: SectorChoice,
    months: &[Month],
) -> Vec<Vec<Option<PriceAt>>> {
    let book = data.price_book();
    let curve = |&start: &Name| {
        let chain = data.zone_chain(start);
        months.iter().map(|&month| book.along(&chain, choice, month)).collect()
    };
    starts.iter().map(curve).collect()
}

//! The sites of a table, in the order of one of its columns.

use super::powers::SitePower;
use super::prepare::zone_value;
use super::spec::Overlay;
use super::standing::Standing;
use crate::model::{Column, Dataset, Name, SectorChoice, Status};
use crate::scenario::{Workers, map};

/// A column that sites are listed and ordered by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum SiteColumn {
    /// Its name.
    Name,
    /// Who runs it.
    Operator,
    /// Who uses its compute.
    Users,
    /// Its country.
    Country,
    /// State of its most advanced phase.
    Status,
    /// In service at the clock's month.
    Online,
    /// Once all dates are past.
    #[default]
    BuildOut,
    /// Observed price of electricity at the clock's month, USD per MWh.
    Price,
}

impl SiteColumn {
    /// All columns as they stand in the table.
    pub const ALL: [Self; 8] = [
        Self::Name,
        Self::Operator,
        Self::Users,
        Self::Country,
        Self::Status,
        Self::Online,
        Self::BuildOut,
        Self::Price,
    ];

    /// Whether its cells are numbers.
    pub fn is_number(self) -> bool {
        matches!(self, Self::Online | Self::BuildOut | Self::Price)
    }
}

/// What an order of sites depends on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct SiteOrder {
    /// The column that decides.
    pub by: SiteColumn,
    /// Whether it begins with the other end: numbers from the least, texts from the last.
    pub turned: bool,
}

/// The number of a site in a column of numbers; none where it is not known.
pub fn site_number(
    data: &Dataset,
    (standing, sector): (&Standing, SectorChoice),
    column: SiteColumn,
    site: usize,
) -> Option<f64> {
    let power = &standing[site];
    // What a site has no phase with a value for is unknown, not zero.
    let known = |power: &SitePower| power.unknown < power.phases;
    match column {
        SiteColumn::Online => (power.online_known && power.phases > 0).then(|| power.online()),
        SiteColumn::BuildOut => known(power).then_some(power.build_out),
        SiteColumn::Price => price_at(data, (standing, sector), data.price_start(site)),
        _ => None,
    }
}

fn price_at(
    data: &Dataset,
    (standing, sector): (&Standing, SectorChoice),
    zone: Name,
) -> Option<f64> {
    let given = Some(zone).filter(|zone| !zone.is_empty());
    given.and_then(|zone| zone_value(data, Overlay::Price, sector, standing.month(), zone))
}

/// Sites that take part, in order; those of which the column says nothing come last.
pub fn roster(
    workers: &dyn Workers,
    data: &Dataset,
    (standing, sector): (&Standing, SectorChoice),
    order: SiteOrder,
) -> Vec<u32> {
    let taking_part = (0..data.sites.len()).filter(|&site| standing[site].takes_part);
    match order.by {
        SiteColumn::Name => {
            let sites: Vec<u32> = taking_part.map(|site| site as u32).collect();
            by_text(workers, data, &sites, order.turned)
        }
        SiteColumn::Operator => by_name(data, taking_part, &data.sites.operator, order.turned),
        SiteColumn::Users => by_name(data, taking_part, &data.sites.users, order.turned),
        SiteColumn::Country => by_name(data, taking_part, &data.sites.country, order.turned),
        SiteColumn::Status => {
            let at = |site: usize| match data.sites.status[site] {
                Status::Unstated => None,
                status => Some(status as u64),
            };
            by_rank(taking_part, at, order.turned)
        }
        SiteColumn::Price => {
            // Sites of a place pay one price.
            let price = |place: &(Name, bool)| {
                let zone = Some(place.0).filter(|_| !place.1);
                zone.and_then(|zone| price_at(data, (standing, sector), zone)).map(rank_of)
            };
            let prices: Vec<Option<u64>> = data.price_places().iter().map(price).collect();
            let of = data.price_place_of();
            by_rank(taking_part, |site| prices[of[site] as usize], !order.turned)
        }
        column => {
            let number = |site| site_number(data, (standing, sector), column, site).map(rank_of);
            by_rank(taking_part, number, !order.turned)
        }
    }
}

/// A whole number that is ordered as a number is.
fn rank_of(number: f64) -> u64 {
    let bits = number.to_bits();
    if bits >> 63 == 1 { !bits } else { bits | 1 << 63 }
}

/// Orders sites by a rank, the least first, or turned; equal ones as in the file.
fn by_rank(
    sites: impl Iterator<Item = usize>,
    rank: impl Fn(usize) -> Option<u64>,
    turned: bool,
) -> Vec<u32> {
    let key = |site: usize| {
        let rank = rank(site);
        let rank = if turned { rank.map(|rank| !rank) } else { rank };
        (rank.is_none(), rank.unwrap_or(0), site as u32)
    };
    let mut keys: Vec<(bool, u64, u32)> = sites.map(key).collect();
    keys.sort_unstable();
    keys.into_iter().map(|(.., site)| site).collect()
}

/// Orders sites by an interned text, whose few distinct ones are compared once.
fn by_name(
    data: &Dataset,
    sites: impl Iterator<Item = usize>,
    column: &Column<Name>,
    turned: bool,
) -> Vec<u32> {
    let mut names: Vec<Name> = column.iter().copied().collect();
    names.sort_unstable();
    names.dedup();
    let mut ranked: Vec<(String, Name)> =
        names.iter().map(|&name| (data.text(name).to_lowercase(), name)).collect();
    ranked.sort_unstable();
    let mut rank = vec![0_u64; names.len()];
    for (at, (_, name)) in ranked.iter().enumerate() {
        if let Ok(slot) = names.binary_search(name) {
            rank[slot] = at as u64;
        }
    }
    let of = |site: usize| {
        let name = column[site];
        let slot = names.binary_search(&name).ok().filter(|_| !name.is_empty());
        slot.map(|slot| rank[slot])
    };
    by_rank(sites, of, turned)
}

/// Sites that are ordered at once.
const PIECE: usize = 1 << 16;

/// Orders sites by their names, without regard to case: pieces side by side, then as one.
fn by_text(workers: &dyn Workers, data: &Dataset, sites: &[u32], turned: bool) -> Vec<u32> {
    let text = |site: u32| data.text(data.sites.name[site as usize]);
    // The first letters decide most of it.
    let key = |site: u32| {
        let mut head = [0_u8; 8];
        let letters = text(site).bytes().map(|byte| byte.to_ascii_lowercase());
        head.iter_mut().zip(letters).for_each(|(slot, letter)| *slot = letter);
        (u64::from_be_bytes(head), site)
    };
    let compare = |a: &(u64, u32), b: &(u64, u32)| {
        a.0.cmp(&b.0).then_with(|| {
            let letters = |site: u32| text(site).chars().flat_map(char::to_lowercase);
            letters(a.1).cmp(letters(b.1)).then(a.1.cmp(&b.1))
        })
    };
    let pieces: Vec<&[u32]> = sites.chunks(PIECE).collect();
    let sorted = map(workers, pieces.len(), |piece| {
        let mut keys: Vec<(u64, u32)> = pieces[piece].iter().map(|&site| key(site)).collect();
        keys.sort_unstable_by(compare);
        keys
    });
    let mut keys = sorted.concat();
    // A stable sort takes runs that are in order as they are.
    keys.sort_by(compare);
    let mut out: Vec<u32> = keys.into_iter().map(|(_, site)| site).collect();
    if turned {
        out.reverse();
    }
    out.sort_by_key(|&site| data.sites.name[site as usize].is_empty());
    out
}

/// The row of a site in an order.
pub fn row_of(roster: &[u32], site: usize) -> Option<usize> {
    roster.iter().position(|&at| at as usize == site)
}

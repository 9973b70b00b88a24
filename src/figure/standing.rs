//! What stands at each site at a month, kept so that a map of a million sites costs what is seen.
//!
//! Sites are ordered along a Z-curve over the world, so that every square cell of a quadtree is one
//! stretch of them. Where more sites are in view than one can tell apart, the map shows the cells
//! of a level, each the sum of its sites. Cells are anchored to the world, not to the screen, and
//! made a tile at a time when first seen: moving the map adds nothing to what was seen before.

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use rustc_hash::FxHashMap;

use super::GroupTotal;
use super::powers::{Powers, SitePower, site_powers};
use super::prepare::Prepared;
use crate::geo::{LonLat, Projection, Projector, around};
use crate::model::{Dataset, Kind, Maybe, Month};
use crate::scenario::{Outcome, Workers, map, stretches};

/// Levels of the quadtree; a cell of the last is 360° / 2¹⁶ wide, some 600 m at the equator.
const DEPTH: u32 = 16;

/// A tile is 2⁵ by 2⁵ cells.
const TILE_LEVELS: u32 = 5;

/// Levels of up to 4² tiles are few.
const FEW_TILES: u32 = 2;

/// Cells on the screen are at least so wide, in pixels, and less than twice as wide.
const CELL_PX: f32 = 18.0;

/// From so many sites in view on, cells are shown in their place.
pub const MANY: usize = 2000;

/// Where sites are: the spatial index of a data set. It does not depend on outcomes.
#[derive(Debug, Default)]
pub struct Places {
    /// Cells of the last level, rising, and the site of each.
    codes: Vec<u32>,
    sites: Vec<u32>,
    orbital: Vec<u32>,
}

/// Spreads the bits of a number, one every second.
fn spread(number: u32) -> u32 {
    let mut n = number & 0xffff;
    n = (n | n << 8) & 0x00ff_00ff;
    n = (n | n << 4) & 0x0f0f_0f0f;
    n = (n | n << 2) & 0x3333_3333;
    (n | n << 1) & 0x5555_5555
}

/// Gathers every second bit.
fn gather(code: u32) -> u32 {
    let mut n = code & 0x5555_5555;
    n = (n | n >> 1) & 0x3333_3333;
    n = (n | n >> 2) & 0x0f0f_0f0f;
    n = (n | n >> 4) & 0x00ff_00ff;
    (n | n >> 8) & 0xffff
}

/// A longitude within ±180°. Both ends stay: a flat map draws them at its two edges.
fn within_the_world(lon: f64) -> f64 {
    if (-180.0..=180.0).contains(&lon) { lon } else { around(lon) }
}

/// The cell of the last level that holds a place.
fn code_of(place: LonLat) -> u32 {
    let side = f64::from(1_u32 << DEPTH);
    let x = (within_the_world(place.lon) + 180.0) / 360.0 * side;
    let y = (90.0 - place.lat).clamp(0.0, 180.0) / 360.0 * side;
    let held = |v: f64| (v as u32).min((1 << DEPTH) - 1);
    spread(held(x)) | spread(held(y)) << 1
}

/// A cell of a level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Square {
    level: u32,
    code: u32,
}

impl Square {
    /// Codes of the last level that it holds.
    fn codes(self) -> Range<u64> {
        let shift = 2 * (DEPTH - self.level);
        let first = u64::from(self.code) << shift;
        first..first + (1 << shift)
    }

    /// West, south, east and north, in degrees.
    fn bounds(self) -> [f64; 4] {
        let width = 360.0 / f64::from(1_u32 << self.level);
        let (x, y) = (f64::from(gather(self.code)), f64::from(gather(self.code >> 1)));
        let (west, north) = (x * width - 180.0, 90.0 - y * width);
        [west, north - width, west + width, north]
    }
}

/// One order from pieces that are in order.
fn merged(pieces: &[Vec<u64>]) -> Vec<u64> {
    let mut order = pieces.concat();
    #[expect(clippy::stable_sort_primitive, reason = "it merges what is in order already")]
    order.sort();
    order
}

/// Where a site on the ground is, if that is known.
fn place_of(data: &Dataset, site: usize) -> Option<LonLat> {
    let sites = &data.sites;
    let place = sites.lon[site].get().zip(sites.lat[site].get());
    let (lon, lat) = place.filter(|_| sites.kind[site] != Kind::Orbital)?;
    Some(LonLat::new(lon, lat))
}

/// The cells of one of the upper levels that hold sites, each with the middle of these and their
/// number. All cells of the level are kept while they are counted: there are `4^level`.
pub(super) fn counts(data: &Dataset, level: u32) -> Vec<(LonLat, u32)> {
    let mut cells = vec![([0.0; 2], 0_u32); 1 << (2 * level)];
    for place in (0..data.sites.len()).filter_map(|site| place_of(data, site)) {
        let ([lon, lat], count) = &mut cells[(code_of(place) >> (2 * (DEPTH - level))) as usize];
        (*lon, *lat, *count) = (*lon + place.lon, *lat + place.lat, *count + 1);
    }
    let middle = |([lon, lat], count): ([f64; 2], u32)| {
        (LonLat::new(lon / f64::from(count), lat / f64::from(count)), count)
    };
    cells.into_iter().filter(|(_, count)| *count > 0).map(middle).collect()
}

impl Places {
    /// The places of the sites on the ground that have one.
    pub fn new(workers: &dyn Workers, data: &Dataset) -> Self {
        let sites = &data.sites;
        let keys = stretches(workers, (workers.width().max(1), sites.len()), |rows| {
            let keys = rows.filter_map(|site| Some((code_of(place_of(data, site)?), site)));
            let mut keys: Vec<u64> =
                keys.map(|(code, site)| u64::from(code) << 32 | site as u64).collect();
            keys.sort_unstable();
            keys
        });
        let order = merged(&keys);
        let orbital = sites.kind.rows_where(|kind| *kind == Kind::Orbital);
        Self {
            codes: order.iter().map(|key| (key >> 32) as u32).collect(),
            sites: order.iter().map(|key| *key as u32).collect(),
            orbital: orbital.into_iter().map(|site| site as u32).collect(),
        }
    }

    /// A stretch of the order in pieces that hold whole cells of a level.
    fn cuts(&self, level: u32, range: Range<usize>) -> Vec<Range<usize>> {
        let shift = 2 * (DEPTH - level);
        let pieces = range.len().div_ceil(PIECE).max(1);
        let border = |piece: usize| {
            let at = range.start + range.len() * piece / pieces;
            if at == range.start || at == range.end {
                return at;
            }
            // The cell that the site before is in goes to the piece before.
            let cell = u64::from(self.codes[at - 1]) >> shift;
            let rest = &self.codes[at..range.end];
            at + rest.partition_point(|&code| u64::from(code) >> shift == cell)
        };
        (0..pieces).map(|piece| border(piece)..border(piece + 1)).collect()
    }

    /// Where the sites of a square stand in the order.
    fn range(&self, square: Square) -> Range<usize> {
        let codes = square.codes();
        let at = |bound: u64| self.codes.partition_point(|&code| u64::from(code) < bound);
        at(codes.start)..at(codes.end)
    }
}

/// Sites that are shown as one: those of a cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cluster {
    /// The middle of its sites, weighted by what stands there.
    pub place: LonLat,
    /// The sum over its sites; `group` is that of most of the power.
    pub power: SitePower,
    /// Number of its sites.
    pub sites: u32,
    /// The largest of them.
    pub largest: u32,
    square: Square,
}

impl Cluster {
    /// The cell: west, south, east and north, in degrees. West and north belong to it, and the
    /// easternmost meridian to the last.
    pub fn bounds(&self) -> [f64; 4] {
        self.square.bounds()
    }
}

/// Sums over all sites of a data set.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Totals {
    /// Sites that take part.
    pub sites: usize,
    /// Sites of them of which nothing is known.
    pub unknown: usize,
    /// Sites of them on the ground, at a place.
    pub placed: usize,
    /// In service, in the unit of the measure.
    pub online: f64,
    /// Once all dates are past.
    pub build_out: f64,
}

/// Cells by level and tile.
type Tiles = FxHashMap<(u32, u32), Arc<[Cluster]>>;

/// Hands that are lent for as long as they are asked for.
pub type Hands = Arc<dyn Workers + Send>;

/// What stands at a month under the answer to a question.
pub struct Standing {
    /// Who makes cells.
    workers: Hands,
    month: Month,
    sites: Powers,
    totals: Totals,
    largest: Arc<[u32]>,
    places: Arc<Places>,
    tiles: Mutex<Tiles>,
    seen: Mutex<Option<Arc<Seen>>>,
    heaviest: [OnceLock<f64>; DEPTH as usize + 1],
    groups: Vec<GroupTotal>,
    by_place: OnceLock<Vec<PlaceTotal>>,
    reads: AtomicU64,
}

/// What stands at a place of one price once all dates are past.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PlaceTotal {
    /// In the unit of the measure.
    pub build_out: f64,
    /// Sites that take part.
    pub sites: usize,
}

impl PlaceTotal {
    /// Takes another place in.
    pub fn add(&mut self, other: &Self) {
        self.build_out += other.build_out;
        self.sites += other.sites;
    }
}

impl std::ops::Index<usize> for Standing {
    type Output = SitePower;

    fn index(&self, site: usize) -> &SitePower {
        &self.sites[site]
    }
}

/// What a map shows of the sites.
#[derive(Debug)]
pub enum Shown {
    /// Each by itself, the largest first.
    Sites(Vec<u32>),
    /// The cells of a level, those with most first; and the most that a cell of the level holds.
    Clusters {
        /// Cells that may be seen.
        cells: Vec<Cluster>,
        /// The most that any cell of the level sums to.
        heaviest: f64,
        /// Width of a cell in pixels.
        cell_px: f32,
    },
}

/// What a painter keeps of the sites, so that a map that moves a little needs nothing else: at least
/// what the map shows, drawn in this order.
#[derive(Clone, Debug)]
pub enum Around {
    /// Sites by themselves, the largest first.
    Sites(Arc<[u32]>),
    /// Cells of a level, those with most first.
    Cells(Arc<[Cluster]>),
}

/// The tiles of a level that were looked at last, as one list of cells, those with most first.
struct Seen {
    level: u32,
    tiles: Vec<Square>,
    cells: Arc<[Cluster]>,
    /// Their sites, once asked for.
    sites: OnceLock<Arc<[u32]>>,
}

/// From so many sites on, those around a map are not listed.
const MOST_AROUND: usize = 4 * MANY;

impl Standing {
    /// Works out what stands at the end of a month.
    pub fn new(
        workers: Hands,
        (data, places): (&Dataset, &Arc<Places>),
        outcome: &Outcome,
        prepared: &Prepared,
        month: Month,
    ) -> Self {
        let (sites, sums) = site_powers(&*workers, data, outcome, prepared, month);
        let mut totals = Totals::default();
        for power in sites.iter().filter(|p| p.takes_part) {
            totals.sites += 1;
            totals.unknown += usize::from(power.unknown == power.phases);
            totals.online += power.online();
            totals.build_out += power.build_out;
        }
        let (largest, count) = largest_of(&*workers, data, &sites);
        totals.placed = count;
        Self {
            month,
            sites,
            totals,
            largest: largest.into(),
            places: Arc::clone(places),
            tiles: Mutex::default(),
            seen: Mutex::default(),
            heaviest: [const { OnceLock::new() }; DEPTH as usize + 1],
            groups: super::compose::group_totals(prepared, &sums),
            workers,
            by_place: OnceLock::new(),
            reads: AtomicU64::new(0),
        }
    }

    /// What stands at each place of [`Dataset::price_places`] once all dates are past. Worked out
    /// when first asked for, from every site.
    pub fn by_place(&self, data: &Dataset) -> &[PlaceTotal] {
        self.by_place.get_or_init(|| {
            let mut out = vec![PlaceTotal::default(); data.price_places().len()];
            let places = data.price_place_of().iter().zip(self.sites.iter());
            for (&place, power) in places.filter(|(_, power)| power.takes_part) {
                out[place as usize].build_out += power.build_out;
                out[place as usize].sites += 1;
            }
            out
        })
    }

    /// The month.
    pub fn month(&self) -> Month {
        self.month
    }

    /// Sums over all sites.
    pub fn totals(&self) -> &Totals {
        &self.totals
    }

    /// The largest sites on the ground, the largest first: up to [`MANY`] of those that take part.
    pub fn largest(&self) -> &[u32] {
        &self.largest
    }

    /// Sites in orbit that take part.
    pub fn orbital(&self) -> Vec<usize> {
        let sites = self.places.orbital.iter().map(|&site| site as usize);
        sites.filter(|&site| self.sites[site].takes_part).collect()
    }

    /// How many sites were looked at for pictures so far: what a picture costs beyond what it shows.
    pub fn sites_read(&self) -> u64 {
        self.reads.load(Ordering::Relaxed)
    }

    /// Amounts by group at the month, in the order of the bands.
    pub fn groups(&self) -> &[GroupTotal] {
        &self.groups
    }

    /// What a map shows: sites by themselves as long as they are few, else cells.
    pub fn shown(&self, data: &Dataset, projector: &Projector) -> Shown {
        if self.totals.placed <= MANY {
            return Shown::Sites(self.largest.to_vec());
        }
        let (level, cell_px) = level_of(projector);
        let copies = projector.copies();
        let seen = self.seen(data, projector, level);
        let may_be_seen = |cell: &&Cluster| may_be_seen(projector, &copies, cell.square, cell_px);
        let cells: Vec<Cluster> = seen.cells.iter().filter(may_be_seen).copied().collect();
        let reach = projector.rect;
        let on_screen = |cell: &&Cluster| {
            copies.iter().any(|shift| {
                let (at, front) = projector.project(cell.place.lon + shift, cell.place.lat);
                front && reach.contains(at)
            })
        };
        let visible: usize = cells.iter().filter(on_screen).map(|cell| cell.sites as usize).sum();
        if visible <= MANY && sites_of(&cells) <= MOST_AROUND {
            return Shown::Sites(self.largest_first(&cells));
        }
        Shown::Clusters { cells, heaviest: self.heaviest(data, level), cell_px }
    }

    /// What a map shows and what lies around it: the same list as long as the map shows the same
    /// tiles.
    pub fn around(&self, data: &Dataset, projector: &Projector, shown: &Shown) -> Around {
        if self.totals.placed <= MANY {
            return Around::Sites(Arc::clone(&self.largest));
        }
        let seen = self.seen(data, projector, level_of(projector).0);
        match shown {
            Shown::Clusters { .. } => Around::Cells(Arc::clone(&seen.cells)),
            Shown::Sites(sites) if sites_of(&seen.cells) > MOST_AROUND => {
                Around::Sites(sites.as_slice().into())
            }
            Shown::Sites(_) => {
                let sites = seen.sites.get_or_init(|| self.largest_first(&seen.cells).into());
                Around::Sites(Arc::clone(sites))
            }
        }
    }

    /// The cells of the tiles that a map may show.
    fn seen(&self, data: &Dataset, projector: &Projector, level: u32) -> Arc<Seen> {
        let tiles = visible_tiles(projector, level);
        let mut kept = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(seen) = kept.as_ref().filter(|s| s.level == level && s.tiles == tiles) {
            return Arc::clone(seen);
        }
        let mut cells: Vec<Cluster> =
            tiles.iter().flat_map(|&tile| self.tile(data, level, tile).to_vec()).collect();
        cells.sort_unstable_by(|a, b| {
            let by_size = extent(&b.power).total_cmp(&extent(&a.power));
            by_size.then(a.square.code.cmp(&b.square.code))
        });
        let seen = Arc::new(Seen { level, tiles, cells: cells.into(), sites: OnceLock::new() });
        *kept = Some(Arc::clone(&seen));
        seen
    }

    /// The sites of cells that take part, the largest first.
    fn largest_first(&self, cells: &[Cluster]) -> Vec<u32> {
        let mut sites = Vec::new();
        for range in cells.iter().map(|cell| self.places.range(cell.square)) {
            self.reads.fetch_add(range.len() as u64, Ordering::Relaxed);
            let part = |site: &u32| self.sites[*site as usize].takes_part;
            sites.extend(self.places.sites[range].iter().copied().filter(part));
        }
        sites.sort_unstable_by(|a, b| larger_first(&self.sites, *a, *b));
        sites
    }

    fn tiles(&self) -> MutexGuard<'_, Tiles> {
        self.tiles.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The cells of a tile of a level, made when first seen.
    fn tile(&self, data: &Dataset, level: u32, tile: Square) -> Arc<[Cluster]> {
        let key = (level, tile.code);
        if let Some(cells) = self.tiles().get(&key) {
            return Arc::clone(cells);
        }
        let cells: Arc<[Cluster]> = self.cells(data, level, self.places.range(tile)).into();
        self.tiles().insert(key, Arc::clone(&cells));
        cells
    }

    /// The cells of a level that a stretch of the order holds.
    fn cells(&self, data: &Dataset, level: u32, range: Range<usize>) -> Vec<Cluster> {
        self.reads.fetch_add(range.len() as u64, Ordering::Relaxed);
        let cuts = self.places.cuts(level, range);
        map(&*self.workers, cuts.len(), |at| self.cells_of(data, level, cuts[at].clone())).concat()
    }

    fn cells_of(&self, data: &Dataset, level: u32, range: Range<usize>) -> Vec<Cluster> {
        let Places { codes, sites, .. } = &*self.places;
        let shift = 2 * (DEPTH - level);
        let cell_of = |at: usize| u64::from(codes[at]) >> shift;
        let mut out = Vec::new();
        let mut sum = Summing::default();
        // Sites of a cell stand far apart in memory: some are fetched at once, with nothing in between,
        // so that they need not be waited for one by one.
        let mut near: Vec<(u32, SitePower, [Maybe; 2])> = Vec::with_capacity(FETCHED);
        let mut cell = range.clone().next().map_or(0, cell_of);
        for first in range.clone().step_by(FETCHED) {
            let last = range.end.min(first + FETCHED);
            near.clear();
            near.extend(sites[first..last].iter().map(|&site| {
                let at = site as usize;
                (site, self.sites[at], [data.sites.lon[at], data.sites.lat[at]])
            }));
            for (at, (site, power, place)) in (first..last).zip(&near) {
                if cell_of(at) != cell {
                    out.extend(sum.finish(Square { level, code: cell as u32 }));
                    cell = cell_of(at);
                }
                sum.add(*site, power, *place);
            }
        }
        out.extend(sum.finish(Square { level, code: cell as u32 }));
        out
    }

    /// The most that a cell of a level sums to.
    fn heaviest(&self, data: &Dataset, level: u32) -> f64 {
        *self.heaviest[level as usize].get_or_init(|| {
            let top = level.saturating_sub(TILE_LEVELS);
            // A level of few tiles is likely to be seen whole: they are made now and kept.
            if top <= FEW_TILES {
                let tiles = (0..1_u32 << (2 * top)).map(|code| Square { level: top, code });
                let most = tiles.map(|tile| {
                    let cells = self.tile(data, level, tile);
                    cells.iter().map(|cell| extent(&cell.power)).fold(0.0, f64::max)
                });
                return most.fold(0.0, f64::max);
            }
            let count = self.places.sites.len();
            self.reads.fetch_add(count as u64, Ordering::Relaxed);
            let cuts = self.places.cuts(level, 0..count);
            let most = map(&*self.workers, cuts.len(), |at| self.most_of(level, cuts[at].clone()));
            most.into_iter().fold(0.0, f64::max)
        })
    }

    /// The most that a cell of a level sums to within a stretch of the order.
    fn most_of(&self, level: u32, range: Range<usize>) -> f64 {
        let Places { codes, sites, .. } = &*self.places;
        let shift = 2 * (DEPTH - level);
        let (mut most, mut cell, mut sums) = (0.0_f64, u64::MAX, [0.0; 2]);
        for (code, site) in codes[range.clone()].iter().zip(&sites[range]) {
            let power = &self.sites[*site as usize];
            let own = u64::from(*code) >> shift;
            if own != cell {
                (cell, sums) = (own, [0.0; 2]);
            }
            sums = [sums[0] + power.build_out, sums[1] + power.online()];
            most = most.max(sums[0]).max(sums[1]);
        }
        most
    }
}

/// The level of the cells of a map, and how wide these are in pixels.
fn level_of(projector: &Projector) -> (u32, f32) {
    let world_px = projector.world_width_px();
    let level = (world_px / CELL_PX).log2().floor().clamp(0.0, DEPTH as f32) as u32;
    (level, world_px / (1_u64 << level) as f32)
}

fn sites_of(cells: &[Cluster]) -> usize {
    cells.iter().map(|cell| cell.sites as usize).sum()
}

/// Sites that are fetched at once.
const FETCHED: usize = 64;

/// Sites that are looked through at once.
const PIECE: usize = 1 << 16;

/// The largest sites on the ground that take part, the largest first, and how many there are.
fn largest_of(workers: &dyn Workers, data: &Dataset, sites: &Powers) -> (Vec<u32>, usize) {
    let order = |a: &(f64, u32), b: &(f64, u32)| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1));
    let cut = |list: &mut Vec<(f64, u32)>| {
        if list.len() > MANY {
            list.select_nth_unstable_by(MANY, order);
            list.truncate(MANY);
        }
    };
    let parts = map(workers, sites.len().div_ceil(PIECE), |piece| {
        let range = piece * PIECE..sites.len().min((piece + 1) * PIECE);
        let shown = range.filter(|&site| sites[site].takes_part && is_placed(data, site));
        let mut list: Vec<(f64, u32)> =
            shown.map(|site| (extent(&sites[site]), site as u32)).collect();
        let count = list.len();
        cut(&mut list);
        (list, count)
    });
    let count = parts.iter().map(|(_, count)| count).sum();
    let mut all: Vec<(f64, u32)> = parts.into_iter().flat_map(|(list, _)| list).collect();
    cut(&mut all);
    all.sort_unstable_by(order);
    (all.into_iter().map(|(_, site)| site).collect(), count)
}

/// Whether a site stands on the ground, at a place that is known.
fn is_placed(data: &Dataset, site: usize) -> bool {
    let sites = &data.sites;
    sites.kind[site] != Kind::Orbital && sites.lon[site].is_some() && sites.lat[site].is_some()
}

/// The size of a symbol follows the larger of what stands and what will.
pub(super) fn extent(power: &SitePower) -> f64 {
    power.build_out.max(power.online())
}

fn larger_first(powers: &Powers, a: u32, b: u32) -> std::cmp::Ordering {
    let size = |site: u32| extent(&powers[site as usize]);
    size(b).total_cmp(&size(a)).then(a.cmp(&b))
}

/// A cell being summed.
#[derive(Default)]
struct Summing {
    power: SitePower,
    sites: u32,
    largest: Option<(f64, u32)>,
    /// Sum of weights, and of weighted longitude and latitude.
    middle: [f64; 3],
    /// Weight of each group, and the groups that have any.
    by_group: Vec<f64>,
    groups: Vec<u32>,
    /// Weight of sites without a group.
    ungrouped: f64,
}

/// What a site weighs of which nothing is known, so that a cell of such sites has a middle.
const SPECK: f64 = 1e-9;

impl Summing {
    fn add(&mut self, site: u32, power: &SitePower, [lon, lat]: [Maybe; 2]) {
        if !power.takes_part {
            return;
        }
        let sum = &mut self.power;
        sum.operating += power.operating;
        sum.expected += power.expected;
        sum.due += power.due;
        sum.announced += power.announced;
        sum.build_out += power.build_out;
        sum.build_out_announced += power.build_out_announced;
        sum.build_out_campus += power.build_out_campus;
        sum.takes_part = true;
        sum.online_known |= power.online_known;
        sum.phases += power.phases;
        sum.unknown += power.unknown;
        self.sites += 1;
        let weight = extent(power).max(SPECK);
        if self.largest.is_none_or(|(most, at)| weight > most || weight >= most && site < at) {
            self.largest = Some((weight, site));
        }
        let lon = within_the_world(lon.get().unwrap_or_default());
        self.middle[0] += weight;
        self.middle[1] += weight * lon;
        self.middle[2] += weight * lat.get().unwrap_or_default();
        // What is in service decides the group before what is to come.
        let votes = power.online() * 1e3 + weight;
        let group = power.group as usize;
        if power.group == u32::MAX {
            self.ungrouped += votes;
            return;
        }
        if self.by_group.len() <= group {
            self.by_group.resize(group + 1, 0.0);
        }
        if self.by_group[group] <= 0.0 {
            self.groups.push(power.group);
        }
        self.by_group[group] += votes;
    }

    fn finish(&mut self, square: Square) -> Option<Cluster> {
        // The room of the groups is used again.
        let (mut by_group, mut groups) =
            (std::mem::take(&mut self.by_group), std::mem::take(&mut self.groups));
        let done = std::mem::take(self);
        let of = |group: u32| by_group[group as usize];
        let best = groups.iter().copied().max_by(|&a, &b| of(a).total_cmp(&of(b)).then(b.cmp(&a)));
        let group = best.filter(|&best| of(best) >= done.ungrouped).unwrap_or(u32::MAX);
        groups.drain(..).for_each(|group| by_group[group as usize] = 0.0);
        (self.by_group, self.groups) = (by_group, groups);
        let (_, largest) = done.largest?;
        let [weight, lon, lat] = done.middle;
        Some(Cluster {
            place: LonLat::new(lon / weight, lat / weight),
            power: SitePower { group, ..done.power },
            sites: done.sites,
            largest,
            square,
        })
    }
}

/// Samples along each side of a map, to find what part of the world it shows.
const SAMPLES: usize = 16;

/// The tiles of a level that a map may show; more rather than fewer.
fn visible_tiles(projector: &Projector, level: u32) -> Vec<Square> {
    let top = level.saturating_sub(TILE_LEVELS);
    let side = 1_u32 << top;
    let width = 360.0 / f64::from(side);
    let [west, south, east, north] = seen_of_the_world(projector);
    let column = |lon: f64| ((lon + 180.0) / width).floor() as i64;
    let row = |lat: f64| ((90.0 - lat) / width).floor().clamp(0.0, f64::from(side - 1)) as u32;
    let (first, last) = (column(west), column(east));
    let columns = (last - first + 1).min(i64::from(side));
    let mut out = Vec::new();
    for y in row(north)..=row(south) {
        for x in (0..columns).map(|at| (first + at).rem_euclid(i64::from(side)) as u32) {
            out.push(Square { level: top, code: spread(x) | spread(y) << 1 });
        }
    }
    out
}

/// West, south, east and north of what a map shows, with a margin. East may lie beyond 180°.
fn seen_of_the_world(projector: &Projector) -> [f64; 4] {
    const ALL_AROUND: [f64; 2] = [-180.0, 179.999_999];
    let rect = projector.rect;
    let globe = projector.view.projection == Projection::Globe;
    let center = projector.view.center.lon;
    let [middle, equator] = projector.project(0.0, 0.0).0;
    let mut bounds = [f64::MAX, f64::MAX, f64::MIN, f64::MIN];
    let mut include = |lon: f64, lat: f64| {
        bounds = [bounds[0].min(lon), bounds[1].min(lat), bounds[2].max(lon), bounds[3].max(lat)];
    };
    for row in 0..=SAMPLES {
        for column in 0..=SAMPLES {
            let share = |at: usize| at as f32 / SAMPLES as f32;
            let at = [rect.x + rect.width * share(column), rect.y + rect.height * share(row)];
            match projector.unproject(at) {
                Some(place) => {
                    let lon = center + around(place.lon - center);
                    include(lon, place.lat);
                }
                // Beside the globe, or past an edge of the flat world.
                None if globe => return [ALL_AROUND[0], -90.0, ALL_AROUND[1], 90.0],
                None => {
                    let edge = ALL_AROUND[usize::from(at[0] > middle)];
                    let lat = projector.unproject([middle, at[1]]).map(|place| place.lat);
                    include(edge, lat.unwrap_or(if at[1] < equator { 90.0 } else { -90.0 }));
                }
            }
        }
    }
    let [west, south, east, north] = bounds;
    let (across, along) = (east - west, north - south);
    let margin = |span: f64| span * 2.0 / SAMPLES as f64;
    let south = (south - margin(along)).max(-90.0);
    let north = (north + margin(along)).min(90.0);
    // A map of most of the world may show both sides of where longitudes begin anew.
    if across > 240.0 || projector.world_width_px() < rect.width * 1.2 {
        return [ALL_AROUND[0], south, ALL_AROUND[1], north];
    }
    [west - margin(across), south, east + margin(across), north]
}

/// Whether a cell may reach into a map; told wrongly only of cells that do not.
fn may_be_seen(projector: &Projector, copies: &[f64], square: Square, cell_px: f32) -> bool {
    let [west, south, east, north] = square.bounds();
    let middle = [f64::midpoint(west, east), f64::midpoint(south, north)];
    let corners = [[west, south], [west, north], [east, south], [east, north], middle];
    let reach = projector.rect.shrunk(-2.0 * cell_px - 40.0);
    copies.iter().any(|shift| {
        let mut bounds = [f32::MAX, f32::MAX, f32::MIN, f32::MIN];
        let mut front = false;
        for [lon, lat] in corners {
            let (at, faces) = projector.project(lon + shift, lat);
            front |= faces;
            bounds = [
                bounds[0].min(at[0]),
                bounds[1].min(at[1]),
                bounds[2].max(at[0]),
                bounds[3].max(at[1]),
            ];
        }
        front
            && bounds[0] <= reach.right()
            && bounds[2] >= reach.x
            && bounds[1] <= reach.bottom()
            && bounds[3] >= reach.y
    })
}

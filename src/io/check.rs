//! What the rows of one table say of another: references, and figures that cannot be right.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::LazyLock;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::diagnostic::{Diagnostic, Place, Report, Severity, excerpt};
use crate::geo::basemap::{self, LevelOfDetail};
use crate::model::{
    Basis, Dataset, Day, Kind, MOST_ZONE_LEVELS, Name, Origin, Phases, Run, Status, TableKind,
    split_list,
};
use crate::scenario::phase::{odd_watts_ratio, phases_by_name};
use crate::scenario::{self, Scenario, Workers, map};

/// Where countries are, roughly: the bounds of each of their pieces of land.
struct Countries {
    /// By the code of the country's name, which is among the first of all texts.
    pieces: Vec<&'static [[f64; 4]]>,
}

/// West, south, east, north of each piece of land, the largest first, by country.
static LAND: LazyLock<BTreeMap<String, Vec<[f64; 4]>>> = LazyLock::new(|| {
    let mut pieces: BTreeMap<String, Vec<[f64; 4]>> = BTreeMap::new();
    let level = basemap::decode(super::builtin::BASEMAP, LevelOfDetail::Coarse).unwrap_or_default();
    for shape in &level.shapes {
        let id = shape.parent.as_deref().unwrap_or(&shape.id);
        for polygon in &shape.polygons {
            let ring = shape.rings.get(polygon.start as usize).cloned().unwrap_or_default();
            let ring = shape.points.get(ring.start as usize..ring.end as usize);
            let mut bounds = [f64::MAX, f64::MAX, f64::MIN, f64::MIN];
            for [lon, lat] in ring.unwrap_or_default().iter().map(|point| point.map(f64::from)) {
                bounds[0] = bounds[0].min(lon);
                bounds[1] = bounds[1].min(lat);
                bounds[2] = bounds[2].max(lon);
                bounds[3] = bounds[3].max(lat);
            }
            pieces.entry(id.to_owned()).or_default().push(bounds);
        }
    }
    // Most points lie on the largest piece.
    let size = |[west, south, east, north]: &[f64; 4]| (west - east) * (north - south);
    pieces.values_mut().for_each(|all| all.sort_by(|a, b| size(a).total_cmp(&size(b))));
    pieces
});

/// What a point may lie beyond a piece of land: coasts and borders are coarse.
///
/// # Units
/// Degrees.
const COARSE: f64 = 0.6;

impl Countries {
    fn of(data: &Dataset) -> Self {
        let mut all: Vec<&'static [[f64; 4]]> = Vec::new();
        for (id, pieces) in LAND.iter() {
            let known = data.names.find(id).filter(|name| data.country(*name).is_some());
            let Some(Name(code)) = known else { continue };
            all.resize(all.len().max(code as usize + 1), &[]);
            all[code as usize] = pieces;
        }
        Self { pieces: all }
    }

    /// Whether a point is far from all land of a country that is known.
    fn excludes(&self, country: Name, (lon, lat): (f64, f64)) -> bool {
        let pieces = self.pieces.get(country.0 as usize).copied().unwrap_or_default();
        !pieces.is_empty()
            && !pieces.iter().any(|[west, south, east, north]| {
                (west - COARSE..=east + COARSE).contains(&lon)
                    && (south - COARSE..=north + COARSE).contains(&lat)
            })
    }

    /// What may be wrong with a point outside its country.
    fn mend(&self, country: Name, (lon, lat): (f64, f64)) -> Option<String> {
        if lon == 0.0 && lat == 0.0 {
            return Some("0, 0 stands for a place that is not known: leave both empty".to_owned());
        }
        let ways = [
            ((lat, lon), "latitude and longitude look swapped"),
            ((-lon, lat), "the sign of the longitude looks lost: west is negative"),
            ((lon, -lat), "the sign of the latitude looks lost: south is negative"),
            ((-lon, -lat), "both signs look lost: south and west are negative"),
        ];
        let fits =
            |(lon, lat): (f64, f64)| lat.abs() <= 90.0 && !self.excludes(country, (lon, lat));
        let way = ways.into_iter().find(|(place, _)| fits(*place));
        way.map(|(_, words)| words.to_owned())
    }
}

struct Checker<'a> {
    data: &'a Dataset,
    workers: &'a dyn Workers,
    report: &'a mut Report,
}

/// What is to be said of a row: what it is and what was found, what was expected and how to mend it.
type RowWords<'w> = ((String, String), (&'w str, Option<String>));

/// Rows that are looked at by one hand at once.
const PIECE: usize = 1 << 16;

impl Checker<'_> {
    /// The rows of which something is to be said, in their order.
    fn rows_where(&self, rows: usize, wanted: impl Fn(usize) -> bool + Sync) -> Vec<usize> {
        let pieces = map(self.workers, rows.div_ceil(PIECE), |piece| {
            let first = piece * PIECE;
            let rows = first..rows.min(first + PIECE);
            rows.filter(|&row| wanted(row)).collect::<Vec<_>>()
        });
        pieces.concat()
    }

    fn warn(
        &mut self,
        code: &'static str,
        origin: Origin,
        column: &str,
        (what, found): (String, &str),
        (expected, help): (&str, Option<String>),
    ) {
        let Some(file) = self.data.file_of(origin) else { return };
        self.report.push(Diagnostic {
            code,
            severity: Severity::Warning,
            what,
            place: Place::line(&file.path, u64::from(origin.line)).column(column),
            found: excerpt(found),
            expected: expected.to_owned(),
            help,
        });
    }

    /// Warns of rows of a large table, in their order; words are made of those that are kept.
    fn warn_rows<'w>(
        &mut self,
        (code, column): (&'static str, &str),
        rows: &[usize],
        origin: impl Fn(usize) -> Origin,
        words: impl Fn(usize) -> RowWords<'w>,
    ) {
        for rows in rows.chunk_by(|&a, &b| origin(a).file == origin(b).file) {
            let Some(file) = self.data.file_of(origin(rows[0])) else { continue };
            let key = (code, Severity::Warning);
            self.report.tell(&file.path, key, rows.len(), |at| {
                let ((what, found), (expected, help)) = words(rows[at]);
                let line = u64::from(origin(rows[at]).line);
                Diagnostic {
                    code,
                    severity: Severity::Warning,
                    what,
                    place: Place::line(&file.path, line).column(column),
                    found: excerpt(&found),
                    expected: expected.to_owned(),
                    help,
                }
            });
        }
    }

    fn containment(&mut self) {
        let data = self.data;
        let phases = &data.phases;
        let by_name = phases_by_name(data);
        for phase in phases.included_in.rows_where(|name| !name.is_empty()) {
            let name = phases.included_in[phase];
            let what = match by_name.get(&(phases.site[phase], data.text(name))) {
                None => "`included_in` names no phase of the site",
                Some(&whole) if whole as usize == phase => "`included_in` names the phase itself",
                Some(&whole)
                    if data.text(phases.included_in[whole as usize])
                        == data.text(phases.phase[phase]) =>
                {
                    "`included_in` runs in a circle"
                }
                Some(_) => continue,
            };
            let found = (what.to_owned(), data.text(name));
            let expected = ("another phase of the same site, which contains this one", None);
            self.warn("W207", phases.origin.at(phase), "included_in", found, expected);
        }
    }

    fn dates(&mut self) {
        let data = self.data;
        let phases = &data.phases;
        let too_early = |phase: usize| {
            let ends = phases.online[phase].get().zip(phases.retired[phase].get());
            ends.and_then(|(online, retired)| (retired <= online).then_some(retired))
        };
        let undated = |phase: usize| {
            phases.online[phase].get().is_none() && phases.status[phase] != Status::Cancelled
        };
        let more_it = |phase: usize| {
            let both = phases.it_mw[phase].get().zip(phases.facility_mw[phase].get());
            both.is_some_and(|(it, facility)| it > facility * 1.001)
                && !matches!(phases.basis[phase], Basis::It | Basis::Average)
        };
        let all = 0..phases.len();
        let any_it = !matches!(phases.it_mw.run(all), Run::Same(mw) if !mw.is_some());
        let odd =
            |phase: usize| too_early(phase).is_some() || undated(phase) || any_it && more_it(phase);
        let odd = self.rows_where(phases.len(), odd);
        let of = |is: &dyn Fn(usize) -> bool| -> Vec<usize> {
            odd.iter().copied().filter(|phase| is(*phase)).collect()
        };
        let ended = of(&|phase| too_early(phase).is_some());
        let open = of(&|phase| undated(phase) && too_early(phase).is_none());
        let more_it = of(&more_it);
        let origin = |phase: usize| phases.origin.at(phase);
        self.warn_rows(("W238", "it_mw"), &more_it, origin, |phase| {
            let found = phases.it_mw[phase].get().map_or(String::new(), |mw| format!("{mw} MW"));
            let facility = phases.facility_mw[phase].get().unwrap_or(0.0);
            let what = format!("IT load is above the power at the meter of {facility} MW");
            let help = "the power at the meter counts; are the columns swapped?".to_owned();
            ((what, found), ("at most the power at the meter", Some(help)))
        });
        self.warn_rows(("W208", "retired"), &ended, origin, |phase| {
            let retired = too_early(phase).map_or(String::new(), |day| day.to_string());
            let help = Some("the phase never counts".to_owned());
            (
                ("`retired` is not after `online`".to_owned(), retired),
                ("a date after `online`", help),
            )
        });
        self.warn_rows(("W217", "online"), &open, origin, |phase| {
            let help = match phases.status[phase] {
                Status::Operating => "it counts from the first month on, dated by its status",
                _ => "it is undated: it counts in no month, and beside every total",
            };
            let found = ("the phase has no date".to_owned(), String::new());
            (found, ("a date, at least a year", Some(help.to_owned())))
        });
    }

    /// Years and amounts so far from all others that a slip of the keyboard is likely.
    fn far_from_all_others(&mut self) {
        let data = self.data;
        let phases = &data.phases;
        let origin = |phase: usize| phases.origin.at(phase);
        let pieces = map(self.workers, phases.len().div_ceil(PIECE), |piece| {
            let first = piece * PIECE;
            Extent::of(phases, first..phases.len().min(first + PIECE))
        });
        let extent = pieces.into_iter().fold(Extent::default(), Extent::and);
        let years = if extent.is_long() { far_years(phases) } else { Vec::new() };
        let year = |phase: usize| phases.online[phase].get().map(|day| day.month().year());
        let far = |phase: usize| year(phase).is_some_and(|year| years.contains(&year));
        let rows = if years.is_empty() { Vec::new() } else { self.rows_where(phases.len(), far) };
        self.warn_rows(("W228", "online"), &rows, origin, |phase| {
            let found = phases.online[phase].get().map_or(String::new(), |day| day.to_string());
            let help = Some("the months of all figures reach as far".to_owned());
            let what = format!("the date is more than {FAR_YEARS} years from all others");
            ((what, found), ("a date near the others", help))
        });
        let columns = [
            ("facility_mw", &phases.facility_mw),
            ("it_mw", &phases.it_mw),
            ("chip_count", &phases.chip_count),
        ];
        for ((column, values), amounts) in columns.into_iter().zip(extent.amounts) {
            let Some(least) = amounts.far() else { continue };
            let far = |phase: usize| values[phase].get().is_some_and(|value| value >= least);
            let rows = self.rows_where(phases.len(), far);
            self.warn_rows(("W228", column), &rows, origin, |phase| {
                let found = values[phase].get().map_or(String::new(), |value| value.to_string());
                let what = format!("the value is more than {FAR_TIMES} times that of any other");
                ((what, found), ("a value near the others", Some("is its unit right?".to_owned())))
            });
        }
    }

    fn zones(&mut self) {
        let data = self.data;
        for zone in &data.tables.zones {
            if !zone.parent.is_empty() && data.zone(zone.parent).is_none() {
                let what = "`parent` names no zone".to_owned();
                self.warn(
                    "W210",
                    zone.origin,
                    "parent",
                    (what, data.text(zone.parent)),
                    ("id of a row of the zones", None),
                );
            } else if in_circle(data, zone.id) {
                let what = "the parents of the zone run in a circle, or too deep".to_owned();
                let help = Some(format!("the chain is followed for {MOST_ZONE_LEVELS} levels"));
                self.warn(
                    "W216",
                    zone.origin,
                    "parent",
                    (what, data.text(zone.parent)),
                    ("parents that end at a country", help),
                );
            }
        }
        let mut told = FxHashSet::default();
        for at in 0..data.tables.prices.len() {
            let zone = data.tables.prices.zone[at];
            if data.zone(zone).is_none() && told.insert(zone) {
                let what = "the price is for a zone that is not in the table of zones".to_owned();
                let help = Some("said once for all rows of this zone".to_owned());
                self.warn(
                    "W209",
                    data.tables.prices.origin.at(at),
                    "zone",
                    (what, data.text(zone)),
                    ("id of a row of the zones", help),
                );
            }
        }
    }

    /// Price zones of sites that are none, or those of another country.
    fn price_zones(&mut self) {
        let data = self.data;
        let sites = &data.sites;
        let given = |site: usize| !sites.price_zone[site].is_empty();
        let odd = |site: usize| {
            given(site)
                && (data.zone(sites.price_zone[site]).is_none() || data.is_zone_elsewhere(site))
        };
        let odd = self.rows_where(sites.len(), odd);
        self.warn_rows(
            ("W235", "price_zone"),
            &odd,
            |site| sites.origin.at(site),
            |site| {
                let zone = data.text(sites.price_zone[site]).to_owned();
                let what = if data.zone(sites.price_zone[site]).is_some() {
                    "the price zone is one of another country".to_owned()
                } else {
                    "the price zone is not in the table of zones".to_owned()
                };
                let help = "the price of its state or country holds, if there is one".to_owned();
                ((what, zone), ("id of a row of the zones", Some(help)))
            },
        );
    }

    /// Points that lie far from the country that the row names.
    fn points(&mut self) {
        let data = self.data;
        let sites = &data.sites;
        let own = data.files.iter().any(|f| !f.built_in && f.kind == Some(TableKind::Sites));
        if !own || !sites.country.any(|country| !country.is_empty()) {
            return;
        }
        let countries = Countries::of(data);
        let place = |site: usize| Some((sites.lon[site].get()?, sites.lat[site].get()?));
        let odd = |site: usize| {
            sites.kind[site] == Kind::Ground
                && place(site).is_some_and(|at| countries.excludes(sites.country[site], at))
        };
        let odd = self.rows_where(sites.len(), odd);
        self.warn_rows(
            ("W236", "lat"),
            &odd,
            |site| sites.origin.at(site),
            |site| {
                let (lon, lat) = place(site).unwrap_or_default();
                let country = sites.country[site];
                let name = data.country(country).map_or("", |c| data.text(c.name));
                let what = format!("the point lies outside {name}");
                let help = countries.mend(country, (lon, lat));
                ((what, format!("{lat}, {lon}")), ("degrees within the country", help))
            },
        );
    }

    fn tenancies(&mut self) {
        let data = self.data;
        let by_name = phases_by_name(data);
        for tenancy in data.tables.tenancies.iter().filter(|t| !t.phase.is_empty()) {
            if !by_name.contains_key(&(tenancy.site, data.text(tenancy.phase))) {
                let what = "`phase` names no phase of the site".to_owned();
                self.warn(
                    "W218",
                    tenancy.origin,
                    "phase",
                    (what, data.text(tenancy.phase)),
                    ("a phase of the site, or nothing for all", None),
                );
            }
        }
    }

    fn contracts(&mut self) {
        let data = self.data;
        let ids: FxHashSet<Name> = data.tables.contracts.iter().map(|c| c.id).collect();
        for contract in &data.tables.contracts {
            for site in split_list(data.text(contract.site_ids)) {
                if !names_site_or_phase(data, site) {
                    let what = "`site_ids` names no site and no phase of one".to_owned();
                    self.warn(
                        "W215",
                        contract.origin,
                        "site_ids",
                        (what, site),
                        ("ids of rows of the sites, or SITE/PHASE", None),
                    );
                }
            }
            if !contract.within.is_empty() && !ids.contains(&contract.within) {
                let what = "`within` names no contract".to_owned();
                self.warn(
                    "W219",
                    contract.origin,
                    "within",
                    (what, data.text(contract.within)),
                    ("id of a contract", None),
                );
            }
        }
        let within: FxHashMap<Name, Name> =
            data.tables.contracts.iter().map(|contract| (contract.id, contract.within)).collect();
        for contract in data.tables.contracts.iter().filter(|c| contains_itself(&within, c.id)) {
            let what = "the contract is within itself, at once or through others".to_owned();
            self.warn(
                "W230",
                contract.origin,
                "within",
                (what, data.text(contract.within)),
                ("a contract that is not within this one", None),
            );
        }
    }

    /// Built-in prices name their source by id; a file of the user's may name it in words.
    fn price_sources(&mut self) {
        let data = self.data;
        let mut told: FxHashSet<Name> = FxHashSet::default();
        for at in 0..data.tables.prices.len() {
            let source = data.tables.prices.source[at];
            if !source.is_empty() && data.source(source).is_none() && told.insert(source) {
                let what = "`source` names no row of the sources".to_owned();
                let help = Some("said once for all rows of this source".to_owned());
                self.warn(
                    "W220",
                    data.tables.prices.origin.at(at),
                    "source",
                    (what, data.text(source)),
                    ("id of a row of the sources", help),
                );
            }
        }
    }

    /// RULES P5: implied watts per accelerator.
    fn watts(&mut self) {
        let data = self.data;
        if !data.phases.chip_count.any(|count| count.is_some()) {
            return;
        }
        let outcome = scenario::run(data, &Scenario::default(), &data.grid());
        let ratio = |phase: usize| {
            let site = data.phases.site[phase] as usize;
            let pue = data.sites.pue[site].get().unwrap_or(outcome.assumptions.capacity_pue);
            odd_watts_ratio(data, &outcome.phases, phase, pue)
        };
        let odd = self.rows_where(data.phases.len(), |phase| ratio(phase).is_some());
        let origin = |phase: usize| data.phases.origin.at(phase);
        self.warn_rows(("W212", "chip_count"), &odd, origin, |phase| {
            let ratio = ratio(phase).unwrap_or(f64::NAN);
            let what =
                format!("power and chip count do not fit: {ratio:.2} times the watts of the chip");
            let count = data.phases.chip_count[phase].get();
            let expected = "0.6 to 1.8 times the watts that the chip draws at the meter";
            ((what, count.map_or(String::new(), |n| format!("{n}"))), (expected, None))
        });
    }

    fn places(&mut self) {
        let data = self.data;
        let sites = &data.sites;
        let mut told: FxHashSet<Name> = FxHashSet::default();
        let lost = |site: usize| {
            let placed = sites.lat[site].is_some() && sites.lon[site].is_some();
            sites.kind[site] == Kind::Ground && !placed
        };
        let unknown = |country: Name| !country.is_empty() && data.country(country).is_none();
        let odd = |site: usize| lost(site) || unknown(sites.country[site]);
        let odd = self.rows_where(sites.len(), odd);
        let nowhere: Vec<usize> = odd.iter().copied().filter(|&site| lost(site)).collect();
        self.warn_rows(
            ("W214", "lat"),
            &nowhere,
            |site| sites.origin.at(site),
            |_| {
                let help = Some("it counts in all totals and is not on the map".to_owned());
                (("the site has no coordinates".to_owned(), String::new()), ("degrees", help))
            },
        );
        for site in odd {
            let country = sites.country[site];
            if unknown(country) && told.insert(country) {
                let what = "`country` is not in the table of countries".to_owned();
                let help = Some("said once for all rows of this country".to_owned());
                self.warn(
                    "W221",
                    sites.origin.at(site),
                    "country",
                    (what, data.text(country)),
                    ("ISO 3166-1 alpha-3", help),
                );
            }
        }
    }
}

/// Whether a chain of contracts, each within the next, comes back to its first.
fn contains_itself(within: &FxHashMap<Name, Name>, first: Name) -> bool {
    let mut at = first;
    for _ in 0..within.len() {
        match within.get(&at) {
            Some(next) if *next == first => return true,
            Some(next) if !next.is_empty() => at = *next,
            _ => return false,
        }
    }
    false
}

/// Years between a date and all others that make it odd.
const FAR_YEARS: i32 = 40;

/// How many times an amount that is odd is of the greatest of the others.
const FAR_TIMES: f64 = 100.0;

/// So many odd ones are slips; more are a kind of their own.
const FEW_FAR: usize = 3;

/// Fewer rows do not tell what is usual.
const LEAST_ROWS: usize = 5;

/// The years that are far from all others, and of few phases.
fn far_years(phases: &Phases) -> Vec<i32> {
    let days = || phases.online.iter().filter_map(|day| day.get());
    let mut counts: BTreeMap<i32, usize> = BTreeMap::new();
    days().for_each(|day| *counts.entry(day.month().year()).or_insert(0) += 1);
    let all: usize = counts.values().sum();
    let years: Vec<(i32, usize)> = counts.into_iter().collect();
    // Stretches of years with gaps between them; the one of most phases is the usual.
    let stretches: Vec<&[(i32, usize)]> = years.chunk_by(|a, b| b.0 - a.0 <= FAR_YEARS).collect();
    let few = |stretch: &&&[(i32, usize)]| {
        let count: usize = stretch.iter().map(|year| year.1).sum();
        all >= LEAST_ROWS && count <= FEW_FAR.max(all / 1000) && 2 * count < all
    };
    stretches.iter().filter(few).flat_map(|stretch| stretch.iter().map(|year| year.0)).collect()
}

/// From which day to which phases go online, and their greatest amounts.
#[derive(Clone, Copy, Default)]
struct Extent {
    days: Option<[i32; 2]>,
    /// Power at the meter, IT power, chips.
    amounts: [Amounts; 3],
}

/// The greatest amounts of a column, and how many there are.
#[derive(Clone, Copy, Default)]
struct Amounts {
    most: [f64; FEW_FAR + 1],
    rows: usize,
}

impl Extent {
    fn of(phases: &Phases, rows: Range<usize>) -> Self {
        let columns = [&phases.facility_mw, &phases.it_mw, &phases.chip_count];
        let mut out = Self::default();
        for (amounts, column) in out.amounts.iter_mut().zip(columns) {
            match column.run(rows.clone()) {
                Run::Same(same) => same.get().into_iter().for_each(|value| amounts.take(value)),
                Run::Each(cells) => {
                    cells.iter().filter_map(|cell| cell.get()).for_each(|v| amounts.take(v));
                }
            }
        }
        let mut take = |day: Option<Day>| {
            let Some(Day(day)) = day else { return };
            let [first, last] = out.days.unwrap_or([day; 2]);
            out.days = Some([first.min(day), last.max(day)]);
        };
        match phases.online.run(rows) {
            Run::Same(same) => take(same.get()),
            Run::Each(cells) => cells.iter().for_each(|cell| take(cell.get())),
        }
        out
    }

    fn and(mut self, other: Self) -> Self {
        for (own, more) in self.amounts.iter_mut().zip(&other.amounts) {
            more.most.iter().for_each(|value| own.take(*value));
            own.rows = own.rows + more.rows - more.most.len();
        }
        self.days = match (self.days, other.days) {
            (Some(a), Some(b)) => Some([a[0].min(b[0]), a[1].max(b[1])]),
            (a, b) => a.or(b),
        };
        self
    }

    fn is_long(&self) -> bool {
        self.days.is_some_and(|[first, last]| last - first > FAR_YEARS * 365)
    }
}

impl Amounts {
    #[inline]
    fn take(&mut self, value: f64) {
        self.rows += 1;
        if value > self.most[FEW_FAR] {
            self.most[FEW_FAR] = value;
            self.most.sort_by(|a, b| b.total_cmp(a));
        }
    }

    /// The least of the amounts that are far greater than all others, if there are such, and few.
    fn far(&self) -> Option<f64> {
        let most = &self.most;
        let gap = |at: &usize| most[at + 1] > 0.0 && most[*at] > FAR_TIMES * most[at + 1];
        (0..FEW_FAR).rev().find(gap).map(|at| most[at]).filter(|_| self.rows >= LEAST_ROWS)
    }
}

/// Whether a part of a cell names a site, or a phase of a site as `SITE/PHASE`.
fn names_site_or_phase(data: &Dataset, part: &str) -> bool {
    let is_phase = |(site, phase): (&str, &str)| {
        let site = data.site_position(site.trim());
        let named = |at: usize| data.text(data.phases.phase[at]) == phase.trim();
        site.is_some_and(|site| data.phases_of(site).any(named))
    };
    data.site_position(part).is_some() || part.split_once('/').is_some_and(is_phase)
}

/// Whether a zone's chain of parents does not end within the depth that the price rule walks.
fn in_circle(data: &Dataset, start: Name) -> bool {
    let mut at = start;
    for _ in 0..MOST_ZONE_LEVELS {
        match data.zone(at) {
            Some(zone) => at = zone.parent,
            None => return false,
        }
    }
    true
}

/// Checks a loaded data set.
pub(super) fn references(data: &Dataset, workers: &dyn Workers, report: &mut Report) {
    let mut checker = Checker { data, workers, report };
    checker.containment();
    checker.dates();
    checker.far_from_all_others();
    checker.places();
    checker.zones();
    checker.price_zones();
    checker.points();
    checker.tenancies();
    checker.contracts();
    checker.price_sources();
    checker.watts();
}

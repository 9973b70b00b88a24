//! What the cells of a column say of its role: a headline is no name, a state of building no state of
//! a country, and a pair of numbers may be a place.

use rustc_hash::FxHashSet;

use super::amount::{Amount, Units, unit_of_power};
use super::cell::{CellFormat, DateOrder, Decimal, degrees, is_missing, says_none};
use super::header::{DecidedBy, Recognised, RowsOfSite, SiteSlots, recognise_except};
use super::shares::{Share, ShareOf};
use super::titles::{has, met, word};
use crate::model::table::{Holds, Slot};
use crate::model::tables::{phases, sites};
use crate::model::{Status, TableKind};

/// Rows that are looked at.
pub(super) const ROWS: usize = 120;

/// Fewer cells than this say nothing.
const FEW: usize = 2;

/// The cells of a column that say something.
struct Cells<'a>(Vec<&'a str>);

impl<'a> Cells<'a> {
    fn of(rows: &'a [Vec<String>], at: usize) -> Self {
        let cells = rows.iter().filter_map(|row| row.get(at)).map(|cell| cell.trim());
        Self(cells.filter(|cell| !is_missing(cell) && !says_none(cell)).collect())
    }

    /// The share of which something holds; none where there are too few.
    fn share(&self, holds: impl Fn(&str) -> bool) -> Option<f64> {
        let count = self.0.iter().filter(|cell| holds(cell)).count();
        (self.0.len() >= FEW).then(|| count as f64 / self.0.len() as f64)
    }

    fn mostly(&self, holds: impl Fn(&str) -> bool) -> bool {
        self.share(holds).is_some_and(|share| share > 0.6)
    }

    fn hardly(&self, holds: impl Fn(&str) -> bool) -> bool {
        self.share(holds).is_some_and(|share| share < 0.34)
    }
}

fn is_status(cell: &str) -> bool {
    Status::parse_loosely(cell).is_some_and(|status| status != Status::Unstated)
}

fn is_number(cell: &str, units: Units) -> bool {
    let comma = CellFormat { decimal: Decimal::Comma, ..CellFormat::default() };
    let reads = |format: &CellFormat| {
        format.number(cell).is_some() || Amount::read(cell, units, format).is_some()
    };
    [CellFormat::default(), comma].iter().any(reads)
}

fn is_angle(cell: &str, most: f64) -> bool {
    let comma = CellFormat { decimal: Decimal::Comma, ..CellFormat::default() };
    let read = CellFormat::default().number(cell).or_else(|| comma.number(cell));
    let value = read.or_else(|| degrees(cell));
    value.is_some_and(|value| value.abs() <= most) || pair(cell, true).is_some()
}

fn is_date(cell: &str) -> bool {
    let month_first = CellFormat { order: DateOrder::MonthFirst, ..CellFormat::default() };
    [CellFormat::default(), month_first].iter().any(|format| format.date(cell).is_some())
}

/// Whether a text is longer than names are: a headline, a remark or an address.
fn is_sentence(cell: &str) -> bool {
    cell.starts_with("http") || cell.chars().count() > 40 && cell.split_whitespace().count() > 6
}

/// Two numbers of one cell, latitude first: `52.5, 13.4`, `(52.5; 13.4)`, `POINT (13.4 52.5)`,
/// `52°30'N 13°24'E`, `[13.4, 52.5]` where longitude goes first.
pub(super) fn pair(cell: &str, lat_first: bool) -> Option<(f64, f64)> {
    let cell = cell.trim();
    // `SRID=4326;POINT (8.68 50.11)`
    let cell = match cell.split_once(';') {
        Some((head, rest)) if head.starts_with("SRID=") => rest.trim(),
        _ => cell,
    };
    if let Some((_, rest)) = cell.split_once("\"coordinates\"") {
        let rest = rest.trim_start_matches([':', ' ']);
        return pair(&rest[..=rest.find(']')?], false);
    }
    let upper = cell.get(..5).unwrap_or("").to_ascii_uppercase();
    let is_point = upper == "POINT";
    let open = if is_point { cell.find('(')? + 1 } else { 0 };
    let body = cell[open..].trim_matches(['(', ')', '[', ']', '{', '}', ' ', '"']);
    let split = |mark: &str| body.split_once(mark).map(|(a, b)| (a.trim(), b.trim()));
    let halves = [";", ", ", "|", "/", ","]
        .iter()
        .find_map(|mark| split(mark).filter(|(a, b)| !a.is_empty() && !b.is_empty()))
        .or_else(|| {
            // `52°30'N 13°24'E`: behind the first quarter of the sky.
            let at = body.find(['N', 'S', 'n', 's']).filter(|at| *at > 0)? + 1;
            Some((body.get(..at)?.trim(), body.get(at..)?.trim()))
        })
        .or_else(|| body.split_once(' ').map(|(a, b)| (a.trim(), b.trim())))?;
    let value = |text: &str| {
        let text = text.trim_end_matches(['°', 'º']);
        let plain = CellFormat::default().number(text);
        plain.filter(|_| !text.contains(',')).or_else(|| degrees(text))
    };
    // A height may stand behind them.
    let second = if is_point { halves.1.split(' ').next().unwrap_or("") } else { halves.1 };
    let (first, second) = (value(halves.0)?, value(second)?);
    let (lat, lon) = if is_point || !lat_first { (second, first) } else { (first, second) };
    (lat.abs() <= 90.0 && lon.abs() <= 180.0).then_some((lat, lon))
}

/// Whether a cell can only be a pair.
fn is_pair(cell: &str) -> bool {
    let comma = CellFormat { decimal: Decimal::Comma, ..CellFormat::default() };
    let number = CellFormat::default().number(cell).or_else(|| comma.number(cell));
    number.is_none() && (pair(cell, true).is_some() || pair(cell, false).is_some())
}

/// Roles as the header gives them, held against the cells of the first rows.
pub(super) fn weigh(header: &[&str], found: Recognised, rows: &[Vec<String>]) -> Recognised {
    let Some(slots) = SiteSlots::of(found.kind).filter(|_| !rows.is_empty()) else { return found };
    let mut found = found;
    let mut except: Vec<(Slot, usize)> = Vec::new();
    for _ in 0..MOST_ROUNDS {
        let against = contradicted(&found, header, rows);
        if against.is_empty() {
            break;
        }
        let tried: Vec<(Slot, usize)> =
            except.iter().copied().chain(against.iter().map(|(role, _)| *role)).collect();
        let Ok(next) = recognise_except(header, &[found.kind], &tried) else { break };
        // A title that is known holds for cells of which some can be read, where no other column has
        // the role: what cannot be read is told.
        let stays = |&((slot, _), any): &((Slot, usize), bool)| any && next.at[slot].is_none();
        let before = except.len();
        except.extend(against.iter().filter(|one| !stays(one)).map(|(role, _)| *role));
        if except.len() == before {
            break;
        }
        match recognise_except(header, &[found.kind], &except) {
            Ok(next) => found = next,
            Err(_) => break,
        }
    }
    fuller_name(&mut found, header, rows, &except);
    shares_and_totals(&mut found, slots.facility_mw, header, rows);
    states_of_building(&mut found, slots.status, header, rows);
    pairs(&mut found, header, rows);
    addresses(&mut found, header, rows);
    units_of_rows(&mut found, [slots.phase, slots.facility_mw, slots.it_mw], header, rows);
    months_of_rows(&mut found, slots.online, header, rows);
    other_dates(&mut found, slots.online, header, rows);
    stands_once(&mut found, slots.online, rows);
    powers(&mut found, [slots.facility_mw, slots.it_mw], header, rows);
    lists(&mut found, rows);
    found
}

/// Shares of power are numbers. Where a column of the whole is their sum, it is left out; where it is
/// another figure, it alone is used. What stands by date does not add up to a total; where it does, it
/// is what is added.
fn shares_and_totals(
    found: &mut Recognised,
    facility: Slot,
    header: &[&str],
    rows: &[Vec<String>],
) {
    if found.shares.is_empty() || found.kind != TableKind::Sites {
        return;
    }
    let is_number = |cell: &str| is_number(cell, Units::Power);
    let odd = |share: &Share| Cells::of(rows, share.at).hardly(is_number);
    let lone = found.at[facility];
    let total = lone.or_else(|| {
        let titled = |at: &usize| {
            let title = header[*at].to_lowercase();
            ["total", "sum", "gesamt", "合计", "合計"].iter().any(|word| title.contains(word))
        };
        let unused = found.unused.iter().map(|(at, _)| *at).filter(titled);
        unused.into_iter().find(|at| Cells::of(rows, *at).mostly(is_number))
    });
    let value = |row: &Vec<String>, at: usize| {
        let cell = row.get(at).map_or("", |cell| cell.trim());
        Amount::read(cell, Units::Power, &CellFormat::default()).map(|amount| amount.value)
    };
    let adds_up = |total: usize| {
        let said: Vec<bool> = rows
            .iter()
            .filter_map(|row| {
                let whole = value(row, total)?;
                let shares: Vec<f64> =
                    found.shares.iter().filter_map(|share| value(row, share.at)).collect();
                // One share alone says nothing of sums.
                (shares.len() > 1)
                    .then(|| (shares.iter().sum::<f64>() - whole).abs() <= whole * 0.02)
            })
            .collect();
        let hits = said.iter().filter(|hit| **hit).count();
        (!said.is_empty()).then_some(hits * 2 > said.len())
    };
    let sums = total.map(adds_up);
    let by_date = found.shares.iter().any(|share| share.of.stands());
    let drop_shares =
        found.shares.iter().any(odd) || !by_date && lone.is_some() && sums == Some(Some(false));
    if drop_shares {
        for share in std::mem::take(&mut found.shares) {
            found.leave(share.at, Some("facility_mw"));
        }
        found.rows = RowsOfSite::Phases;
        return;
    }
    if by_date && sums == Some(Some(true)) {
        for share in &mut found.shares {
            if let ShareOf::StandsOn(day, precision) = share.of {
                share.of = ShareOf::AddedOn(day, precision);
            }
        }
        found.rows = RowsOfSite::Phases;
    }
    // The whole is in its shares.
    if let Some(at) = found.at[facility].take() {
        let known = sums == Some(Some(true));
        found.leave(at, (!known).then_some("facility_mw"));
    }
}

/// A name that many rows lack gives way to another that they have.
fn fuller_name(
    found: &mut Recognised,
    header: &[&str],
    rows: &[Vec<String>],
    except: &[(Slot, usize)],
) {
    let slot = sites::AT.name;
    let filled = |at: usize| Cells::of(rows, at).0.len();
    let Some(at) = found.at.get(slot).copied().flatten().filter(|_| found.kind == TableKind::Sites)
    else {
        return;
    };
    if header[at].trim() == "name" || filled(at) * 10 >= rows.len() * 9 {
        return;
    }
    let mut without = except.to_vec();
    without.push((slot, at));
    if let Ok(next) = recognise_except(header, &[found.kind], &without)
        && let Some(other) = next.at[slot]
        && filled(other) > filled(at)
        && !Cells::of(rows, other).mostly(is_sentence)
    {
        *found = next;
    }
}

/// Roles are given anew at most so many times.
const MOST_ROUNDS: usize = 6;

/// Roles that the cells contradict, and whether the title is known and any cell speaks for it.
fn contradicted(
    found: &Recognised,
    header: &[&str],
    rows: &[Vec<String>],
) -> Vec<((Slot, usize), bool)> {
    let mut out = Vec::new();
    let spec = found.kind.spec();
    let is_own = |slot: Slot, at: usize| header[at].trim() == spec.column(slot).name;
    let Some(SiteSlots { status, .. }) = SiteSlots::of(found.kind) else { return out };
    for (slot, at) in found.at.iter().filter_map(|(slot, at)| Some((slot, (*at)?))) {
        let cells = Cells::of(rows, at);
        if is_own(slot, at) {
            continue;
        }
        let reads: Option<fn(&str) -> bool> = match spec.column(slot).holds {
            Holds::Power => Some(|cell| is_number(cell, Units::Power)),
            Holds::Count => Some(|cell| is_number(cell, Units::Things)),
            Holds::Latitude => Some(|cell| is_angle(cell, 90.0)),
            Holds::Longitude => Some(|cell| is_angle(cell, 180.0)),
            Holds::Date => Some(is_date),
            _ if slot == status => Some(is_status),
            _ => None,
        };
        let against = match reads {
            Some(reads) => cells.hardly(reads),
            None if found.kind == TableKind::Sites && slot == sites::AT.name => {
                cells.mostly(is_sentence)
            }
            None if found.kind == TableKind::Sites && slot == sites::AT.country => {
                cells.mostly(|cell| is_number(cell, Units::Things))
            }
            None => false,
        };
        if against {
            let known = matches!(found.by[slot], DecidedBy::Name | DecidedBy::Spelling);
            let title = header[at].to_lowercase();
            let is_state = slot == status && ["status", "statut"].iter().any(|w| title.contains(w));
            let any = is_state || reads.is_some_and(|reads| cells.0.iter().any(|cell| reads(cell)));
            out.push(((slot, at), known && any));
        }
    }
    out
}

/// A column called `State`, `Phase` or `Stage` that holds states of building is the status.
fn states_of_building(found: &mut Recognised, status: Slot, header: &[&str], rows: &[Vec<String>]) {
    if found.at[status].is_some() || found.kind != TableKind::Sites {
        return;
    }
    for slot in [sites::AT.subdivision, sites::AT.phase] {
        if let Some(at) = found.at[slot]
            && Cells::of(rows, at).mostly(is_status)
        {
            found.at[slot] = None;
            found.assign(status, at);
            return;
        }
    }
    let titled = |at: usize| {
        let title = header[at].to_lowercase();
        ["status", "state", "stage", "phase", "progress", "development"]
            .iter()
            .any(|w| title.contains(w))
    };
    let unused = found.unused.iter().map(|(at, _)| *at);
    let at = unused.into_iter().find(|at| titled(*at) && Cells::of(rows, *at).mostly(is_status));
    if let Some(at) = at {
        found.assign(status, at);
    }
}

/// A column that holds pairs of numbers is the place, where no two columns are.
fn pairs(found: &mut Recognised, header: &[&str], rows: &[Vec<String>]) {
    if found.kind != TableKind::Sites {
        return;
    }
    let of = sites::AT;
    let missing = found.at[of.lat].is_none() || found.at[of.lon].is_none();
    let taken = [of.lat, of.lon, of.city].map(|slot| found.at[slot]).into_iter().flatten();
    let places: Vec<usize> = found.unused.iter().map(|(at, _)| *at).chain(taken).collect();
    let holds_pairs = |at: &usize| Cells::of(rows, *at).mostly(is_pair);
    let Some(at) = places.into_iter().find(|at| missing && holds_pairs(at)) else { return };
    let title = header[at].to_lowercase();
    let lon_title =
        ["lonlat", "lnglat", "lon,", "long,", "lng,", "lon/", "lon_lat", "lon lat", "geojson"];
    let cells = Cells::of(rows, at);
    let both = |first: bool| cells.0.iter().filter(|cell| pair(cell, first).is_some()).count();
    found.lon_first = lon_title.iter().any(|word| title.contains(word)) || both(false) > both(true);
    if found.at[of.city] == Some(at) {
        found.at[of.city] = None;
    }
    found.assign(of.lat, at);
    found.assign(of.lon, at);
}

/// An address is the place of sites that have neither a city nor coordinates.
fn addresses(found: &mut Recognised, header: &[&str], rows: &[Vec<String>]) {
    let of = sites::AT;
    let placed = [of.lat, of.lon, of.city]
        .iter()
        .any(|slot| found.at.get(*slot).is_some_and(Option::is_some));
    if found.kind != TableKind::Sites || placed {
        return;
    }
    let titled = |at: usize| {
        let title = header[at].to_lowercase();
        [
            "address",
            "adresse",
            "direccion",
            "dirección",
            "endereço",
            "地址",
            "住所",
            "place",
            "site location",
        ]
        .iter()
        .any(|word| title.contains(word))
            && !["email", "e-mail", "web", "source"].iter().any(|word| title.contains(word))
    };
    let is_place =
        |cell: &str| !cell.contains('@') && !cell.starts_with("http") && cell.contains(',');
    let mut unused = found.unused.iter().map(|(at, _)| *at);
    let address = unused.find(|at| titled(*at) && Cells::of(rows, *at).mostly(is_place));
    if let Some(at) = address {
        found.assign(of.city, at);
    }
}

/// A column of nothing but units of power is the unit of each row.
fn units_of_rows(
    found: &mut Recognised,
    [phase, facility, it]: [Slot; 3],
    header: &[&str],
    rows: &[Vec<String>],
) {
    let is_unit = |cell: &str| unit_of_power(cell).is_some();
    // A column `Unit` may have been taken for the unit of a site.
    let taken = found.at[phase].filter(|_| found.kind == TableKind::Sites);
    let places = found.unused.iter().map(|(at, _)| *at).chain(taken);
    let unit = places.into_iter().find(|at| Cells::of(rows, *at).share(is_unit) == Some(1.0));
    let Some(at) = unit else { return };
    if found.at[phase] == Some(at) {
        found.at[phase] = None;
    }
    found.use_up(at);
    found.unit_at = Some(at);
    // `Size` beside `Unit` is that of power.
    if found.at[facility].is_none() && found.at[it].is_none() {
        let mut unused = found.unused.iter().map(|(at, _)| *at);
        let is_size = |at: &usize| {
            let tokens = word(header[*at]).tokens;
            has(
                &tokens,
                "size amount value quantity scale magnitude number 规模 grosse taille tamano",
            )
        };
        let is_number = |cell: &str| is_number(cell, Units::Power);
        let size = unused.find(|at| is_size(at) && Cells::of(rows, *at).mostly(is_number));
        if let Some(at) = size {
            found.assign(facility, at);
        }
    }
}

/// A column of months beside a year is the month of it.
fn months_of_rows(found: &mut Recognised, online: Slot, header: &[&str], rows: &[Vec<String>]) {
    let is_year = |cell: &str| cell.len() == 4 && cell.bytes().all(|b| b.is_ascii_digit());
    let is_month = |cell: &str| cell.parse::<u32>().is_ok_and(|month| (1..=12).contains(&month));
    if !found.at[online].is_some_and(|at| Cells::of(rows, at).mostly(is_year)) {
        return;
    }
    let titled = |at: usize| {
        let title = header[at].to_lowercase();
        ["month", "monat", "mois", "mes", "月"].iter().any(|word| title.contains(word))
            && !["retire", "updat", "as of"].iter().any(|word| title.contains(word))
    };
    let mut unused = found.unused.iter().map(|(at, _)| *at);
    let month = unused.find(|at| titled(*at) && Cells::of(rows, *at).mostly(is_month));
    if let Some(at) = month {
        found.use_up(at);
        found.month_at = Some(at);
    }
}

/// A further column of days of going online holds where the first is empty: the planned one where
/// nothing is in service.
fn other_dates(found: &mut Recognised, online: Slot, header: &[&str], rows: &[Vec<String>]) {
    let Some(own) = found.at[online] else { return };
    let titled = |at: usize| {
        let [_, aliases] = met(&word(header[at]));
        aliases.iter().any(|((kind, slot), _)| *kind == found.kind && *slot == online)
    };
    let lacks = |row: &Vec<String>, at: usize| {
        let cell = row.get(at).map_or("", |cell| cell.trim());
        is_missing(cell) || says_none(cell)
    };
    let fills = |at: usize| rows.iter().any(|row| lacks(row, own) && !lacks(row, at));
    // One date is enough where the title says what it is.
    let dated = |at: usize| {
        let cells = Cells::of(rows, at).0;
        let dates = cells.iter().filter(|cell| is_date(cell)).count();
        dates * 10 > cells.len() * 6
    };
    let mut unused = found.unused.iter().map(|(at, _)| *at);
    let Some(other) = unused.find(|at| titled(*at) && dated(*at)) else { return };
    let planned = |at: usize| {
        let words = "prop proposed planned expected target est estimated projected anticipated requested \
            forecast scheduled";
        has(&word(header[at]).tokens, words)
    };
    let swap = planned(own) && !planned(other);
    if !swap && !fills(other) {
        return;
    }
    found.use_up(other);
    let (first, second) = if swap { (other, own) } else { (own, other) };
    found.at[online] = Some(first);
    found.other_date_at = Some(second);
}

/// Two rows of one site and date say not twice what stands there: they are parts of it.
fn stands_once(found: &mut Recognised, online: Slot, rows: &[Vec<String>]) {
    let of = sites::AT;
    if found.rows != RowsOfSite::Stand || found.kind != TableKind::Sites || !found.shares.is_empty()
    {
        return;
    }
    let keys = [found.at[of.id].or(found.at[of.name]), found.at[online]];
    let [Some(site), Some(date)] = keys else { return };
    let mut seen: FxHashSet<[&str; 2]> = FxHashSet::default();
    let mut twice = rows.iter().filter_map(|row| Some([row.get(site)?, row.get(date)?]));
    let parts = twice.any(|pair| {
        let pair = pair.map(|cell| cell.trim());
        pair.iter().all(|cell| !cell.is_empty()) && !seen.insert(pair)
    });
    if parts {
        found.rows = RowsOfSite::Add;
    }
}

/// A column whose cells have units of power is power, where no other is.
fn powers(
    found: &mut Recognised,
    [facility, it]: [Slot; 2],
    header: &[&str],
    rows: &[Vec<String>],
) {
    if found.at[facility].is_some() || found.at[it].is_some() || !found.shares.is_empty() {
        return;
    }
    let with_unit = |cell: &str| {
        let unit = ["mw", "gw", "kw", "watt"].iter().any(|unit| cell.to_lowercase().contains(unit));
        unit && is_number(cell, Units::Power)
    };
    let other = ["price", "cost", "solar", "wind", "battery", "generat", "backup"];
    let other = |at: usize| other.iter().any(|word| header[at].to_lowercase().contains(word));
    let mut unused = found.unused.iter().map(|(at, _)| *at);
    let power = unused.find(|at| !other(*at) && Cells::of(rows, *at).mostly(with_unit));
    if let Some(at) = power {
        found.assign(facility, at);
    }
}

/// What parts the names of a list, by what each column uses.
fn lists(found: &mut Recognised, rows: &[Vec<String>]) {
    let slots = match found.kind {
        TableKind::Sites => {
            let of = sites::AT;
            vec![of.operator, of.owner, of.users, of.developer]
        }
        _ => vec![phases::AT.tenant, phases::AT.chip],
    };
    for slot in slots {
        let Some(at) = found.at[slot] else { continue };
        let cells = Cells::of(rows, at);
        let any = |mark: &str| cells.0.iter().any(|cell| cell.contains(mark));
        // `Foo, Inc.` is one name, `Foo,Bar` are two.
        let tight = |cell: &&&str| {
            cell.contains(',')
                && !cell.contains(", ")
                && !cell.bytes().all(|b| !b.is_ascii_alphabetic())
        };
        found.list_marks[slot] = if any(";") {
            None
        } else if any("\n") {
            Some('\n')
        } else if cells.0.iter().any(|cell| tight(&cell)) {
            Some(',')
        } else if any(" / ") {
            Some('/')
        } else if any(" | ") {
            Some('|')
        } else {
            None
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_read_in_all_usual_forms() {
        for cell in [
            "52.5, 13.4",
            "(52.5, 13.4)",
            "52.5;13.4",
            "52.5,13.4",
            "POINT (13.4 52.5)",
            "52.5 13.4",
            "52°30'N 13°24'E",
            "52.5°, 13.4°",
            "52.5N 13.4E",
        ] {
            let (lat, lon) = pair(cell, true).unwrap_or_default();
            assert!((lat - 52.5).abs() < 1e-9 && (lon - 13.4).abs() < 1e-9, "{cell}: {lat} {lon}");
        }
        assert_eq!(pair("[13.4, 52.5]", false), Some((52.5, 13.4)));
        for bad in ["Berlin, Germany", "52.5", "100, 200", "1 Main St, Ohio 43054", ""] {
            assert_eq!(pair(bad, true), None, "{bad}");
        }
    }
}

//! Readers of the small tables, whose rows go straight to the model. Sites and phases, which come by
//! the million, are read in parts: see [`super::part`].

use rustc_hash::FxHashSet;

use super::problem::Problem;
use super::row::Row;
use super::schema::{Holds, Need};
use crate::model::{
    Alias, Basis, Chip, Contract, Country, Dataset, Event, HourRows, Name, Origin, Parameter,
    Price, Sector, SiteIndex, Source, Tenancy, Zone, ZoneKind,
};

/// What the readers of one table share.
pub(super) struct Sink<'d> {
    pub data: &'d mut Dataset,
    pub file: u16,
    /// Keys seen so far in tables of this kind.
    pub seen: FxHashSet<[u32; 5]>,
    /// Hourly prices of this and earlier files.
    pub hours: &'d mut HourRows,
}

impl Sink<'_> {
    fn name(&mut self, text: &str) -> Name {
        self.data.names.intern(text)
    }

    fn origin(&self, line: u64) -> Origin {
        Origin { file: self.file, line: u32::try_from(line).unwrap_or(u32::MAX) }
    }

    /// Takes a key once; a second one costs the row.
    fn once(&mut self, row: &mut Row<'_, '_>, slot: usize, key: [u32; 5]) {
        if row.lost || self.seen.insert(key) {
            return;
        }
        row.say(slot, Problem::Duplicate);
    }

    /// The site of a key; an unknown one costs the row.
    fn site(&mut self, row: &mut Row<'_, '_>, slot: usize) -> u32 {
        let key = row.key(slot);
        site_of(row, slot, key, self.data.site_index()).unwrap_or(0)
    }
}

/// The position of the site that a cell names; an unknown one costs the row.
pub(super) fn site_of(
    row: &mut Row<'_, '_>,
    slot: usize,
    key: &str,
    sites: &SiteIndex,
) -> Option<u32> {
    if key.is_empty() {
        return None;
    }
    let found = sites.get(key);
    if found.is_none() {
        row.say(slot, Problem::UnknownSite);
    }
    found
}

/// The finding that a cell names no site; hints are added where all sites are at hand.
pub(super) const UNKNOWN_SITE: &str = "E112";

/// Reads one row of a table; `false` if it was lost.
pub(super) fn read_row(kind: &str, row: &mut Row<'_, '_>, sink: &mut Sink<'_>) -> bool {
    match kind {
        "tenancies" => tenancy(row, sink),
        "contracts" => contract(row, sink),
        "events" => event(row, sink),
        "zones" => zone(row, sink),
        "prices" => price(row, sink),
        "hours" => super::hours::hour(row, sink),
        "sources" => source(row, sink),
        "chips" => chip(row, sink),
        "countries" => country(row, sink),
        "parameters" => parameter(row, sink),
        "aliases" => alias(row, sink),
        "limits" | "rules" | "throughput" => checked(row, sink),
        _ => dataset(row, sink),
    }
    !row.lost
}

fn tenancy(row: &mut Row<'_, '_>, sink: &mut Sink<'_>) {
    let site = sink.site(row, 0);
    let tenant = row.key(2);
    let tenancy = Tenancy {
        site,
        phase: sink.name(row.text(1)),
        tenant: sink.name(tenant),
        from: row.day(3),
        to: row.day(4),
        share: row.number(5).get().unwrap_or(1.0),
        source: sink.name(row.text(6)),
        notes: sink.name(row.text(7)),
        origin: sink.origin(row.line),
    };
    if let (Some(from), Some(to)) = (tenancy.from, tenancy.to)
        && to <= from
    {
        row.say(4, Problem::OutOfOrder);
    }
    if !row.lost {
        sink.data.tenancies.push(tenancy);
    }
}

fn contract(row: &mut Row<'_, '_>, sink: &mut Sink<'_>) {
    let [id, buyer, seller] = [0, 1, 2].map(|slot| row.key(slot));
    let id = sink.name(id);
    let contract = Contract {
        id,
        buyer: sink.name(buyer),
        seller: sink.name(seller),
        announced: row.day(3),
        start: row.day(4),
        end: row.day(5),
        capacity_mw: row.number(6),
        mw_basis: row.word(7, Basis::parse, Basis::Unknown),
        value_usd_bn: row.number(8),
        hardware: sink.name(row.text(9)),
        site_ids: sink.name(row.text(10)),
        within: sink.name(row.text(11)),
        geography: sink.name(row.text(12)),
        kind: sink.name(row.text(13)),
        status: sink.name(row.text(14)),
        source: sink.name(row.text(15)),
        notes: sink.name(row.text(16)),
        origin: sink.origin(row.line),
    };
    sink.once(row, 0, [contract.id.0, 0, 0, 0, 0]);
    if !row.lost {
        sink.data.contracts.push(contract);
    }
}

fn event(row: &mut Row<'_, '_>, sink: &mut Sink<'_>) {
    row.key(0);
    let label = row.key(2);
    let Some(date) = row.day(0) else { return };
    let event = Event {
        date,
        kind: sink.name(row.text(1)),
        label: sink.name(label),
        detail: sink.name(row.text(3)),
        source: sink.name(row.text(4)),
        origin: sink.origin(row.line),
    };
    if !row.lost {
        sink.data.events.push(event);
    }
}

fn zone(row: &mut Row<'_, '_>, sink: &mut Sink<'_>) {
    let [id, name, kind] = [0, 1, 2].map(|slot| row.key(slot));
    let id = sink.name(id);
    let kind = ZoneKind::parse(kind)
        .unwrap_or_else(|| row.word(2, ZoneKind::parse, ZoneKind::BiddingZone));
    let zone = Zone {
        id,
        name: sink.name(name),
        kind,
        country: sink.name(row.code(3)),
        parent: sink.name(row.code(4)),
        annual_demand_twh: row.number(5),
        demand_year: row.number(6),
        peak_mw: row.number(7),
        households: row.number(8),
        household_kwh_year: row.number(9),
        carbon_g_per_kwh: row.number(10),
        carbon_year: row.number(11),
        source: sink.name(row.text(12)),
        notes: sink.name(row.text(13)),
        origin: sink.origin(row.line),
    };
    sink.once(row, 0, [zone.id.0, 0, 0, 0, 0]);
    if !row.lost {
        sink.data.zones.push(zone);
    }
}

/// A row that covers more months than this is a slip of the keyboard.
const LONGEST_PRICE_MONTHS: i32 = 1200;

fn price(row: &mut Row<'_, '_>, sink: &mut Sink<'_>) {
    let [zone, sector_word, _, _] = [0, 1, 3, 5].map(|slot| row.key(slot));
    let sector = Sector::parse(sector_word);
    if sector.is_none() && !sector_word.is_empty() {
        row.say(1, Problem::UnknownSector);
    }
    let (from, to) = (row.month(3), row.month(4));
    let usd_per_mwh = row.number(5);
    let (Some(from), Some(sector)) = (from, sector) else {
        return;
    };
    let to = to.unwrap_or(from);
    if to < from {
        row.say(4, Problem::OutOfOrder);
    }
    if to.index() - from.index() > LONGEST_PRICE_MONTHS {
        row.say(4, Problem::LongPrice);
    }
    let (zone, series) = (sink.name(zone), sink.name(row.text(2)));
    let key = [zone.0, sector as u32, series.0, from.index() as u32, to.index() as u32];
    let price = Price {
        zone,
        sector,
        series,
        from,
        to,
        usd_per_mwh,
        local: row.number(6),
        currency: sink.name(row.text(7)),
        basis: sink.name(row.text(8)),
        source: sink.name(row.text(9)),
        origin: sink.origin(row.line),
    };
    sink.once(row, 3, key);
    if !row.lost {
        sink.data.prices.push(price);
    }
}

fn source(row: &mut Row<'_, '_>, sink: &mut Sink<'_>) {
    let [id, publisher, licence] = [0, 1, 3].map(|slot| row.key(slot));
    let id = sink.name(id);
    let source = Source {
        id,
        publisher: sink.name(publisher),
        url: sink.name(row.text(2)),
        licence: sink.name(licence),
        notes: sink.name(row.text(4)),
        origin: sink.origin(row.line),
    };
    sink.once(row, 0, [source.id.0, 0, 0, 0, 0]);
    if !row.lost {
        sink.data.sources.push(source);
    }
}

fn chip(row: &mut Row<'_, '_>, sink: &mut Sink<'_>) {
    let [chip, vendor] = [0, 1].map(|slot| row.key(slot));
    let chip = sink.name(chip);
    let chip = Chip {
        chip,
        vendor: sink.name(vendor),
        released: sink.name(row.text(2)),
        tdp_w: row.number(3),
        server_w_per_chip: row.number(4),
        h100e: row.number(9),
        price_usd: row.number(10),
        source: sink.name(row.text(11)),
        notes: sink.name(row.text(12)),
        origin: sink.origin(row.line),
    };
    sink.once(row, 0, [chip.chip.0, 0, 0, 0, 0]);
    if !row.lost {
        sink.data.chips.push(chip);
    }
}

fn country(row: &mut Row<'_, '_>, sink: &mut Sink<'_>) {
    let [iso3, name, continent] = [0, 2, 3].map(|slot| row.key(slot));
    let iso3 = sink.name(iso3);
    let iso2 = row.code(1);
    let country = Country {
        iso3,
        iso2: sink.name(iso2),
        name: sink.name(name),
        continent: sink.name(continent),
        un_region: sink.name(row.text(4)),
        population: row.number(5),
        regime: sink.name(row.text(7)),
        data_bloc: sink.name(row.text(9)),
        market_notes: sink.name(row.text(10)),
        source: sink.name(row.text(11)),
        origin: sink.origin(row.line),
    };
    sink.once(row, 0, [country.iso3.0, 0, 0, 0, 0]);
    if !row.lost {
        sink.data.countries.push(country);
    }
}

fn parameter(row: &mut Row<'_, '_>, sink: &mut Sink<'_>) {
    let [key, label] = [0, 1].map(|slot| row.key(slot));
    let key = sink.name(key);
    let parameter = Parameter {
        key,
        label: sink.name(label),
        low: row.number(2),
        central: row.number(3),
        high: row.number(4),
        unit: sink.name(row.text(5)),
        source: sink.name(row.text(6)),
        notes: sink.name(row.text(7)),
        origin: sink.origin(row.line),
    };
    sink.once(row, 0, [parameter.key.0, 0, 0, 0, 0]);
    if !row.lost {
        sink.data.parameters.push(parameter);
    }
}

fn alias(row: &mut Row<'_, '_>, sink: &mut Sink<'_>) {
    let [kind, alias, id] = [0, 1, 2].map(|slot| row.key(slot));
    if !["", "chip", "chip_vendor", "organisation"].contains(&kind) {
        row.say(0, Problem::UnknownKindOfAlias);
    }
    let (kind, alias, id) = (sink.name(kind), sink.name(alias), sink.name(id));
    let alias = Alias { kind, alias, id, share: row.number(3), origin: sink.origin(row.line) };
    sink.once(row, 1, [kind.0, alias.alias.0, id.0, 0, 0]);
    if !row.lost {
        sink.data.aliases.push(alias);
    }
}

/// Checks the cells of a row of which nothing is worked out yet.
fn checked(row: &mut Row<'_, '_>, sink: &mut Sink<'_>) {
    let columns = row.file.found.table.columns;
    for (slot, column) in columns.iter().enumerate() {
        if column.need == Need::Key {
            row.key(slot);
        }
        match column.holds {
            Holds::Text => {}
            Holds::Date => drop(row.day(slot)),
            Holds::Month => drop(row.month(slot)),
            Holds::Hour => drop(row.hour(slot)),
            _ => drop(row.number(slot)),
        }
    }
    if columns[0].name == "id" {
        let id = sink.name(row.text(0));
        sink.once(row, 0, [id.0, 0, 0, 0, 0]);
    }
}

fn dataset(row: &mut Row<'_, '_>, sink: &mut Sink<'_>) {
    let [key, value] = [0, 1].map(|slot| row.key(slot));
    let name = sink.name(key);
    sink.once(row, 0, [name.0, 0, 0, 0, 0]);
    if row.lost {
        return;
    }
    let info = &mut sink.data.info;
    match key {
        "title" => value.clone_into(&mut info.title),
        "licence" => value.clone_into(&mut info.licence),
        "as_of" => {
            let day = row.day(1);
            sink.data.info.as_of = day;
        }
        _ => info.other.push((key.to_owned(), value.to_owned())),
    }
}

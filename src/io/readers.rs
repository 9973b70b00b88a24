//! One reader a table: rows to the columns of the model.

use rustc_hash::FxHashSet;

use super::row::{Finding, Row};
use crate::diagnostic::Severity;
use crate::model::{
    Alias, Basis, Chip, Confidence, Contract, CoordPrecision, CountScope, Country, Dataset, Event,
    Kind, Maybe, Name, Origin, Parameter, Phase, Precision, Price, Scope, Sector, Site, Source,
    Status, Tenancy, Zone, ZoneKind,
};

/// What the readers of one table share.
pub(super) struct Sink<'d> {
    pub data: &'d mut Dataset,
    pub file: u16,
    /// Keys seen so far in tables of this kind.
    pub seen: FxHashSet<[u32; 5]>,
    /// Whether a file of the user's holds phases, so that sites make none of their own.
    pub phases_given: bool,
    /// How many hints on unknown sites may still be looked up.
    pub hints: u32,
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
        let what = format!("`{}` is a duplicate", row.file.written(slot));
        let found = row.raw(slot);
        let help = Some("the first row with this key is used".to_owned());
        row.say(
            slot,
            Finding {
                code: "E111",
                severity: Severity::Error,
                what,
                found,
                expected: "a key that no other row has",
                help,
            },
        );
    }

    /// The site of a key; an unknown one costs the row.
    fn site(&mut self, row: &mut Row<'_, '_>, slot: usize) -> u32 {
        let key = row.key(slot);
        if key.is_empty() {
            return 0;
        }
        let id = self.name(key);
        if let Some(at) = self.data.site_position(id) {
            return at as u32;
        }
        let what = format!("`{}` names no site", row.file.written(slot));
        let near = if self.hints > 0 { nearest_site(self.data, key) } else { None };
        self.hints = self.hints.saturating_sub(1);
        let help = near.map(|near| format!("did you mean \"{near}\"?"));
        row.say(
            slot,
            Finding {
                code: "E112",
                severity: Severity::Error,
                what,
                found: key,
                expected: "id of a row of the sites",
                help,
            },
        );
        0
    }
}

/// The site id nearest in spelling, if one is near.
fn nearest_site<'d>(data: &'d Dataset, key: &str) -> Option<&'d str> {
    let squeeze = |t: &str| t.to_lowercase().replace([' ', '_', '-'], "");
    let wanted = squeeze(key);
    if wanted.len() < 4 {
        return None;
    }
    let sites = data.sites.id.iter().zip(&data.sites.name).take(20_000);
    sites
        .map(|(id, name)| (data.text(*id), data.text(*name)))
        .find(|(id, name)| {
            let (id, name) = (squeeze(id), squeeze(name));
            id == wanted || name == wanted || !wanted.is_empty() && id.starts_with(&wanted)
        })
        .map(|(id, _)| id)
}

/// Reads one row of a table; `false` if it was lost.
pub(super) fn read_row(kind: &str, row: &mut Row<'_, '_>, sink: &mut Sink<'_>) -> bool {
    match kind {
        "sites" => site(row, sink),
        "phases" => phase(row, sink),
        "tenancies" => tenancy(row, sink),
        "contracts" => contract(row, sink),
        "events" => event(row, sink),
        "zones" => zone(row, sink),
        "prices" => price(row, sink),
        "sources" => source(row, sink),
        "chips" => chip(row, sink),
        "countries" => country(row, sink),
        "parameters" => parameter(row, sink),
        "aliases" => alias(row, sink),
        _ => dataset(row, sink),
    }
    !row.lost
}

/// An id for a site of a file without ids: from its name, with its line where that is taken or
/// holds no letter.
fn made_id(row: &mut Row<'_, '_>, sink: &mut Sink<'_>, name: &str) -> String {
    let plain = slug(name);
    let taken = |id: &str, sink: &mut Sink<'_>| {
        let id = sink.name(id);
        sink.seen.contains(&[id.0, 0, 0, 0, 0])
    };
    if plain.is_empty() {
        return format!("site-{}", row.line);
    }
    if name.is_empty() || !taken(&plain, sink) {
        return plain;
    }
    let made = format!("{plain}-{}", row.line);
    let what = "a second site has this name, and the file gives no ids".to_owned();
    let help = Some(format!("it is kept as `{made}`"));
    row.say(
        1,
        Finding {
            code: "W224",
            severity: Severity::Warning,
            what,
            found: name,
            expected: "a column `id`, or names that differ",
            help,
        },
    );
    made
}

/// A key from a name: small letters, digits and hyphens.
fn slug(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars().flat_map(char::to_lowercase) {
        if c.is_alphanumeric() {
            out.push(c);
        } else if !out.ends_with('-') && !out.is_empty() {
            out.push('-');
        }
    }
    out.trim_end_matches('-').to_owned()
}

fn site(row: &mut Row<'_, '_>, sink: &mut Sink<'_>) {
    // A file without ids has them made from the names; one with ids must give each row one.
    let has_ids = row.file.found.at[0].is_some();
    let name = row.key(1);
    let id = if has_ids { row.key(0).to_owned() } else { made_id(row, sink, name) };
    let id = sink.name(&id);
    let kind = row.word(12, Kind::parse, Kind::Ground);
    let (lat, lon) = (row.number(9), row.number(10));
    let site = Site {
        id,
        name: sink.name(name),
        operator: sink.name(row.text(2)),
        owner: sink.name(row.text(3)),
        users: sink.name(row.text(4)),
        country: country_code(row.code(5), sink),
        subdivision: sink.name(row.code(6)),
        price_zone: sink.name(row.code(7)),
        city: sink.name(row.text(8)),
        lat,
        lon,
        coord_precision: row.word(11, CoordPrecision::parse, CoordPrecision::Unstated),
        kind,
        status: row.word(13, Status::parse, Status::Unstated),
        pue: row.number(14),
        cooling: sink.name(row.text(15)),
        power_source: sink.name(row.text(16)),
        sources: sink.name(row.text(17)),
        as_of: row.day(18),
        notes: sink.name(row.text(19)),
        origin: sink.origin(row.line),
    };
    let carries = [20, 21, 22, 24].iter().any(|&slot| row.file.found.at[slot].is_some());
    let carries = carries && !sink.phases_given;
    let phase = carries.then(|| phase_of_site(row, sink, &site));
    sink.once(row, usize::from(!has_ids), [id.0, 0, 0, 0, 0]);
    if row.lost {
        return;
    }
    sink.data.sites.push(site);
    if let Some(mut phase) = phase {
        phase.site = sink.data.sites.len() as u32 - 1;
        sink.data.phases.push(phase);
    }
}

/// A row of sites that carries power or a date is one phase of its site.
fn phase_of_site(row: &mut Row<'_, '_>, sink: &mut Sink<'_>, site: &Site) -> Phase {
    let online = row.dated(22);
    Phase {
        site: 0,
        phase: sink.name("Whole site"),
        online: online.map(|(day, _)| day),
        precision: online.map_or(Precision::Day, |(_, p)| p),
        included_in: Name::EMPTY,
        retired: None,
        facility_mw: row.number(20),
        it_mw: row.number(21),
        basis: Basis::Unknown,
        scope: Scope::Unstated,
        chip: sink.name(row.text(23)),
        chip_count: row.number(24),
        chip_count_scope: CountScope::Phase,
        tenant: Name::EMPTY,
        status: site.status,
        confidence: Confidence::Unstated,
        capex_usd_bn: Maybe::NONE,
        source: site.sources,
        as_of: site.as_of,
        notes: Name::EMPTY,
        origin: site.origin,
    }
}

/// A country cell: the code, or the code of a name or alpha-2 that the table of countries knows.
fn country_code(cell: &str, sink: &mut Sink<'_>) -> Name {
    let name = sink.name(cell);
    if cell.is_empty() || sink.data.countries.iter().any(|c| c.iso3 == name) {
        return name;
    }
    let data = &sink.data;
    let same = |n: Name| data.text(n).eq_ignore_ascii_case(cell);
    let longer = |n: Name| {
        let rest = cell.strip_prefix(data.text(n));
        rest.is_some_and(|r| r.starts_with(" of ") || r.starts_with(", "))
    };
    let countries = || data.countries.iter();
    let found = countries()
        .find(|c| same(c.iso2) || same(c.name) || same(c.iso3))
        .or_else(|| countries().find(|c| longer(c.name)));
    found.map_or(name, |c| c.iso3)
}

fn precision(text: &str) -> Option<Precision> {
    [Precision::Day, Precision::Month, Precision::Quarter, Precision::Year]
        .into_iter()
        .find(|p| p.word().eq_ignore_ascii_case(text))
}

fn phase(row: &mut Row<'_, '_>, sink: &mut Sink<'_>) {
    let site = sink.site(row, 0);
    let name = row.key(1);
    let name = sink.name(name);
    let online = row.dated(2);
    let form = online.map_or(Precision::Day, |(_, p)| p);
    let phase = Phase {
        site,
        phase: name,
        online: online.map(|(day, _)| day),
        precision: if row.text(3).is_empty() { form } else { row.word(3, precision, form) },
        included_in: sink.name(row.text(4)),
        retired: row.day(5),
        facility_mw: row.number(6),
        it_mw: row.number(7),
        basis: row.word(8, Basis::parse, Basis::Unknown),
        scope: row.word(9, Scope::parse, Scope::Unstated),
        chip: sink.name(row.text(10)),
        chip_count: row.number(11),
        chip_count_scope: row.word(12, CountScope::parse, CountScope::Phase),
        tenant: sink.name(row.text(13)),
        status: row.word(14, Status::parse, Status::Unstated),
        confidence: row.word(15, Confidence::parse, Confidence::Unstated),
        capex_usd_bn: row.number(16),
        source: sink.name(row.text(17)),
        as_of: row.day(18),
        notes: sink.name(row.text(19)),
        origin: sink.origin(row.line),
    };
    sink.once(row, 1, [site, name.0, 0, 0, 0]);
    if !row.lost {
        sink.data.phases.push(phase);
    }
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
        out_of_order(row, 4);
    }
    if !row.lost {
        sink.data.tenancies.push(tenancy);
    }
}

fn out_of_order(row: &mut Row<'_, '_>, slot: usize) {
    let what = format!("`{}` is before its start", row.file.written(slot));
    let (found, expected) = (row.raw(slot), row.file.column(slot).expects);
    row.say(
        slot,
        Finding { code: "E116", severity: Severity::Error, what, found, expected, help: None },
    );
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
        value_usd_bn: row.number(7),
        hardware: sink.name(row.text(8)),
        site_ids: sink.name(row.text(9)),
        within: sink.name(row.text(10)),
        geography: sink.name(row.text(11)),
        status: sink.name(row.text(12)),
        source: sink.name(row.text(13)),
        notes: sink.name(row.text(14)),
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
        let what = format!("`{}` is an unknown sector", row.file.written(1));
        let expected = row.file.column(1).expects;
        row.say(
            1,
            Finding {
                code: "E115",
                severity: Severity::Error,
                what,
                found: sector_word,
                expected,
                help: None,
            },
        );
    }
    let (from, to) = (row.month(3), row.month(4));
    let usd_per_mwh = row.number(5);
    let (Some(from), Some(sector)) = (from, sector) else {
        return;
    };
    let to = to.unwrap_or(from);
    if to < from {
        out_of_order(row, 4);
    }
    if to.index() - from.index() > LONGEST_PRICE_MONTHS {
        let what = "the price covers more than 100 years".to_owned();
        let found = row.raw(4);
        row.say(
            4,
            Finding {
                code: "E116",
                severity: Severity::Error,
                what,
                found,
                expected: "a month at most 100 years after `from`",
                help: None,
            },
        );
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
        let what = format!("`{}` is an unknown kind of alias", row.file.written(0));
        let expected = row.file.column(0).expects;
        row.say(
            0,
            Finding {
                code: "W213",
                severity: Severity::Warning,
                what,
                found: kind,
                expected,
                help: None,
            },
        );
    }
    let (kind, alias, id) = (sink.name(kind), sink.name(alias), sink.name(id));
    let alias = Alias { kind, alias, id, share: row.number(3), origin: sink.origin(row.line) };
    sink.once(row, 1, [kind.0, alias.alias.0, id.0, 0, 0]);
    if !row.lost {
        sink.data.aliases.push(alias);
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

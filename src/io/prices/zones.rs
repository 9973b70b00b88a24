//! Names of zones, hubs and nodes as price files write them, to ids of zones.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::clock::Clock;
use super::market::Market;
use crate::io::blocks::Input;
use crate::io::places::{PlaceCodes, folded};
use crate::io::{Unwatched, builtin, load};
use crate::scenario::Alone;

/// A hub, node or area of a market that is known by name.
#[derive(Clone, Debug, PartialEq)]
struct Hub {
    market: String,
    /// Its zone, or its own name where it lies within one.
    zone: String,
    /// The zone that it lies within, where it is none by itself.
    parent: Option<String>,
}

/// A row of the shipped list.
#[derive(serde::Deserialize)]
struct HubRow {
    market: String,
    name: String,
    zone: String,
    relation: String,
}

/// Hubs by their folded names.
static HUBS: LazyLock<FxHashMap<String, Vec<Hub>>> = LazyLock::new(|| {
    let mut out: FxHashMap<String, Vec<Hub>> = FxHashMap::default();
    for row in csv::Reader::from_reader(builtin::HUBS).into_deserialize::<HubRow>().flatten() {
        let parent = row.relation.strip_prefix("within ").map(str::to_owned);
        let hub = Hub { market: row.market, zone: row.zone, parent };
        out.entry(folded(&row.name)).or_default().push(hub);
    }
    out
});

/// Countries and zones of the built-in tables, for titles that are read before any table is.
static PLACES: LazyLock<PlaceCodes> = LazyLock::new(|| {
    let wanted = ["countries.csv", "zones.csv"];
    let is_wanted = |input: &Input| wanted.iter().any(|name| input.path.ends_with(name));
    let inputs: Vec<Input> = builtin::inputs().into_iter().filter(is_wanted).collect();
    let data = load(&inputs, &Unwatched, &Alone).map(|loaded| loaded.data).unwrap_or_default();
    PlaceCodes::new(&data)
});

/// What a name of a zone is.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ZoneName {
    /// Id of a zone; the name itself where it is none that is known.
    pub id: String,
    /// The zone that it lies within, where it is a row of no table.
    pub parent: Option<String>,
    /// Whether it is known.
    pub known: bool,
    /// The market whose hub it is.
    pub market: Option<&'static Market>,
}

/// A name without what publishers write around it: `BZN|FR`, `FR BZN`, `Austria (AT)`.
fn bare(name: &str) -> &str {
    let name = name.trim();
    let name = name.split_once('|').filter(|(kind, _)| kind.len() <= 4).map_or(name, |(_, n)| n);
    let name = ["BZN_", "CTA_", "CTY_"].iter().find_map(|p| name.strip_prefix(p)).unwrap_or(name);
    [" BZN", " CTA", " CTY"].iter().find_map(|end| name.strip_suffix(end)).unwrap_or(name).trim()
}

fn hub(name: &str, market: Option<&Market>) -> Option<(&'static Hub, bool)> {
    let hubs = HUBS.get(&folded(name))?;
    let own = market.and_then(|m| hubs.iter().find(|hub| hub.market == m.name));
    own.map(|hub| (hub, true)).or_else(|| hubs.first().map(|hub| (hub, false)))
}

/// The zone that a name means by some tables of places.
pub(super) fn zone_of(name: &str, market: Option<&Market>, places: &PlaceCodes) -> ZoneName {
    let name = bare(name);
    let known = |id: &str| ZoneName { id: id.to_owned(), parent: None, known: true, market: None };
    let of_hub = |hub: &Hub| ZoneName {
        id: hub.zone.clone(),
        parent: hub.parent.clone(),
        known: true,
        market: Market::named(&hub.market),
    };
    if places.is_zone(name) {
        return known(name);
    }
    let hub = hub(name, market);
    // Of another market a short word is rather a country's or a state's.
    if let Some((hub, _)) = hub.filter(|(_, own)| *own) {
        return of_hub(hub);
    }
    let state = |name: &str| {
        let country = market.map_or("", |market| market.country);
        places.state(country, name).map(|(id, _)| known(id))
    };
    let country = |name: &str| {
        let code = places.country(name);
        (places.is_zone(code)).then(|| known(code))
    };
    let by_place = |name: &str| {
        if market.is_some_and(|market| market.by_states) {
            let total = ["us", "ustotal", "unitedstates", "u.s.total"];
            let is_total = total.contains(&folded(name).as_str());
            return if is_total {
                Some(known("USA"))
            } else {
                state(name).or_else(|| country(name))
            };
        }
        country(name).or_else(|| state(name).filter(|_| name.len() > 3))
    };
    if let Some(found) = by_place(name) {
        return found;
    }
    if let Some((hub, _)) = hub {
        return of_hub(hub);
    }
    // `Austria (AT)`, `Italy North (IT-NORD)`.
    if let Some((before, inner)) = name.split_once('(').filter(|(before, _)| !before.is_empty()) {
        let parts = [inner.trim_end_matches(')'), before];
        let found = parts.iter().map(|part| zone_of(part, market, places)).find(|zone| zone.known);
        if let Some(found) = found {
            return found;
        }
    }
    let parent = market.map(|market| market.zone.to_owned()).filter(|zone| !zone.is_empty());
    ZoneName { id: name.to_owned(), parent, known: false, market: None }
}

/// The zone that a title names by the built-in tables, if it names one.
pub(super) fn titled(name: &str, market: Option<&Market>) -> Option<ZoneName> {
    let trimmed = name.trim();
    if trimmed.is_empty() || trimmed.len() > 60 || trimmed.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let zone = zone_of(trimmed, market, &PLACES);
    zone.known.then_some(zone)
}

/// Clocks of countries that have one.
const CLOCKS: &str = "AUT=Europe/Vienna BEL=Europe/Brussels BGR=Europe/Sofia CHE=Europe/Zurich \
    CZE=Europe/Prague DEU=Europe/Berlin DNK=Europe/Copenhagen EST=Europe/Tallinn FIN=Europe/Helsinki \
    FRA=Europe/Paris GBR=Europe/London GRC=Europe/Athens HRV=Europe/Zagreb HUN=Europe/Budapest \
    IRL=Europe/Dublin ITA=Europe/Rome LTU=Europe/Vilnius LUX=Europe/Luxembourg LVA=Europe/Riga \
    NLD=Europe/Amsterdam NOR=Europe/Oslo POL=Europe/Warsaw ROU=Europe/Bucharest SRB=Europe/Belgrade \
    SVK=Europe/Bratislava SVN=Europe/Ljubljana SWE=Europe/Stockholm TUR=Europe/Istanbul \
    MKD=Europe/Skopje MNE=Europe/Podgorica ALB=Europe/Tirane UKR=Europe/Kyiv JPN=Asia/Tokyo \
    KOR=Asia/Seoul IND=Asia/Kolkata SGP=Asia/Singapore MYS=Asia/Kuala_Lumpur THA=Asia/Bangkok \
    PHL=Asia/Manila TWN=Asia/Taipei HKG=Asia/Hong_Kong CHN=Asia/Shanghai ZAF=Africa/Johannesburg \
    NZL=Pacific/Auckland ISR=Asia/Jerusalem ARE=Asia/Dubai SAU=Asia/Riyadh";

/// The clock of the country in which a zone lies, by the built-in tables.
pub(super) fn clock_of_zone(name: &str, market: Option<&Market>) -> Option<Clock> {
    let zone = titled(name, market)?;
    let inner = zone.parent.as_deref().unwrap_or(&zone.id);
    let country = PLACES.country_of_zone(inner)?;
    let clocks = CLOCKS.split_whitespace().filter_map(|entry| entry.split_once('='));
    let clock = clocks.into_iter().find(|(code, _)| *code == country)?.1;
    Clock::parse(clock)
}

//! Places sites without coordinates by their city, with a list of towns that comes with the app.
//!
//! Towns are those of `GeoNames`, packed by `assets/gazetteer/make.py`. The list is read once a load, and
//! only if a site needs it; nothing of it is kept.

use std::io::Read as _;

use rustc_hash::{FxHashMap, FxHashSet};

use super::places::{PlaceCodes, folded};
use crate::diagnostic::{Diagnostic, Place, Report, Severity, excerpt};
use crate::model::{CoordPrecision, Dataset, Maybe, Name};

/// A town of one of the names that are looked for.
#[derive(Clone, Debug, PartialEq)]
struct Town {
    /// Alpha-2.
    country: String,
    /// First level of administration, as ISO 3166-2 has it without the country; empty where unknown.
    state: String,
    /// Degrees.
    lat: f64,
    /// Degrees.
    lon: f64,
    inhabitants: f64,
}

/// Of two towns of a name the greater is meant, if it is so many times greater.
const CLEARLY: f64 = 4.0;

/// The same where not even the country is known.
const CLEARLY_OF_THE_WORLD: f64 = 20.0;

/// Towns that are this near to one another are one, in degrees.
const NEAR: f64 = 0.5;

/// Another name of a town counts like that of one so many times smaller.
const OTHER_NAME: f64 = 0.2;

/// Country (alpha-2; empty where it is not known) and folded name.
type Wanted = (String, String);

/// Towns by what was looked for.
#[derive(Default)]
struct Found(FxHashMap<Wanted, Vec<Town>>);

impl Found {
    /// Looks all that is wanted up in a list of towns.
    fn look(list: &str, wanted: &FxHashSet<Wanted>) -> Self {
        let countries: FxHashSet<&str> =
            wanted.iter().map(|(country, _)| country.as_str()).collect();
        let anywhere = countries.contains("");
        let mut out = Self::default();
        for line in list.lines() {
            let mut cells = line.split('\t');
            let mut cell = || cells.next().unwrap_or("");
            let country = cell();
            if !anywhere && !countries.contains(country) {
                continue;
            }
            let (own_country, state) = (country, cell());
            let [lat, lon, inhabitants] = [(); 3].map(|()| cell().parse().unwrap_or(f64::NAN));
            let mut seen: Vec<Wanted> = Vec::new();
            for (at, name) in cell().split('|').enumerate() {
                let name = folded(name);
                for country in [country, ""] {
                    let key = (country.to_owned(), name.clone());
                    if wanted.contains(&key) && !seen.contains(&key) {
                        let counts = if at == 0 { 1.0 } else { OTHER_NAME };
                        let inhabitants = f64::max(inhabitants, 1.0) * counts;
                        let own = own_country.to_owned();
                        let state = state.to_owned();
                        let town = Town { country: own, state, lat, lon, inhabitants };
                        out.0.entry(key.clone()).or_default().push(town);
                        seen.push(key);
                    }
                }
            }
        }
        out
    }

    /// The town that is meant, if it is clear which.
    fn town(&self, country: &str, state: &str, name: &str) -> Option<&Town> {
        let all = self.0.get(&(country.to_owned(), name.to_owned()))?;
        let in_state =
            |town: &&Town| state.is_empty() || town.state.is_empty() || town.state == state;
        let mut towns: Vec<&Town> = all.iter().filter(in_state).collect();
        towns.sort_by(|a, b| b.inhabitants.total_cmp(&a.inhabitants));
        let (first, rest) = towns.split_first()?;
        let clearly = if country.is_empty() { CLEARLY_OF_THE_WORLD } else { CLEARLY };
        let other = rest.iter().find(|town| {
            (town.lat - first.lat).abs() > NEAR || (town.lon - first.lon).abs() > NEAR
        });
        let clear = other.is_none_or(|other| first.inhabitants >= clearly * other.inhabitants);
        clear.then_some(*first)
    }
}

/// Words around the name of a town.
const BEFORE: [&str; 8] =
    ["near ", "city of ", "greater ", "outside ", "town of ", "ciudad de ", "bei ", "près de "];
const BEHIND: [&str; 6] = [" area", " metro", " region", " city", " metropolitan area", " suburbs"];

/// The names by which the town of a cell is looked for, the likeliest first; folded.
fn names_of(cell: &str) -> Vec<String> {
    let whole = cell.trim().to_lowercase();
    let part = whole.split([',', '(', '/', ';', '–']).next().unwrap_or("").trim();
    let mut plain = part;
    for word in BEFORE {
        plain = plain.strip_prefix(word).unwrap_or(plain);
    }
    let short = BEHIND.iter().find_map(|word| plain.strip_suffix(word)).unwrap_or(plain);
    let mut out: Vec<String> = Vec::new();
    for name in [whole.as_str(), part, plain, short] {
        // Saint and Fort are written both ways.
        let full = name.strip_prefix("st. ").map(|rest| format!("saint {rest}"));
        let full = full.or_else(|| name.strip_prefix("ft. ").map(|rest| format!("fort {rest}")));
        for name in [Some(name.to_owned()), full].into_iter().flatten() {
            let name = folded(&name);
            if !name.is_empty() && !out.contains(&name) {
                out.push(name);
            }
        }
    }
    out
}

/// The list of towns that comes with the app.
fn built_in() -> String {
    let mut text = String::new();
    let decoder = ruzstd::decoding::StreamingDecoder::new(super::builtin::TOWNS);
    // It is a part of the program, and a test reads it.
    let read = decoder.map(|mut decoder| decoder.read_to_string(&mut text));
    if matches!(read, Ok(Ok(_))) { text } else { String::new() }
}

/// What a site says of its town: alpha-2 of the country, the state without it, and the cell.
fn said_of(data: &Dataset, site: usize) -> (String, String, Name) {
    let sites = &data.sites;
    let country = data.country(sites.country[site]);
    let country = country.map_or("", |country| data.text(country.iso2)).to_owned();
    let state = data.text(sites.subdivision[site]);
    let state = state.split_once('-').map_or("", |(_, state)| state).to_owned();
    (country, state, sites.city[site])
}

/// Sites in a state of the USA by what stands behind their city, which may be a country that is called
/// like it (`Berlin, DE`): each with alpha-3 and alpha-2 of that.
fn doubtful(data: &Dataset, parted: &FxHashSet<u16>) -> Vec<(usize, String, String)> {
    if parted.is_empty() {
        return Vec::new();
    }
    let (places, sites) = (PlaceCodes::new(data), &data.sites);
    let of = |site: usize| {
        if !parted.contains(&sites.origin.at(site).file) {
            return None;
        }
        let country = places.country_called_like(data.text(sites.subdivision[site]))?;
        let row = data.tables.countries.iter().find(|row| data.text(row.iso3) == country)?;
        Some((site, country.to_owned(), data.text(row.iso2).to_owned()))
    };
    (0..sites.len()).filter_map(of).collect()
}

/// Gives sites of the user's that have a city and no coordinates those of the city, and says so.
/// `parted` are files whose states and countries stand behind their city alone: what two letters there
/// mean the towns decide.
pub(super) fn place_by_city(data: &mut Dataset, parted: &FxHashSet<u16>, report: &mut Report) {
    let own: Vec<bool> = data.files.iter().map(|file| !file.built_in).collect();
    let doubtful = doubtful(data, parted);
    let sites = &data.sites;
    let lacks = |site: &usize| {
        let site = *site;
        (sites.lat[site].get().is_none() || sites.lon[site].get().is_none())
            && !data.text(sites.city[site]).is_empty()
            && own.get(usize::from(sites.origin.at(site).file)).is_some_and(|own| *own)
    };
    let lacking: Vec<usize> = (0..sites.len()).filter(lacks).collect();
    if lacking.is_empty() && doubtful.is_empty() {
        return;
    }
    let mut names: FxHashMap<Name, Vec<String>> = FxHashMap::default();
    let mut wanted: FxHashSet<Wanted> = FxHashSet::default();
    for &site in &lacking {
        let (country, _, city) = said_of(data, site);
        let names = names.entry(city).or_insert_with(|| names_of(data.text(city)));
        wanted.extend(names.iter().map(|name| (country.clone(), name.clone())));
    }
    for (site, _, country) in &doubtful {
        for name in names_of(data.text(data.sites.city[*site])) {
            wanted
                .extend(["US", country.as_str()].map(|country| (country.to_owned(), name.clone())));
        }
    }
    let found = Found::look(&built_in(), &wanted);
    let mut moved = false;
    for (site, country, short) in doubtful {
        let names = names_of(data.text(data.sites.city[site]));
        let (_, state, _) = said_of(data, site);
        let town = |country: &str, state: &str| {
            let town = |name: &String| found.town(country, state, name);
            names.iter().find_map(town).map_or(0.0, |town| town.inhabitants)
        };
        if town(&short, "") > CLEARLY * town("US", &state) {
            let country = data.names.intern(&country);
            data.sites.country.set(site, country);
            data.sites.subdivision.set(site, Name::EMPTY);
            moved = true;
        }
    }
    let mut told: FxHashMap<u16, Vec<usize>> = FxHashMap::default();
    for site in lacking {
        let (country, state, city) = said_of(data, site);
        let town = names[&city].iter().find_map(|name| found.town(&country, &state, name));
        let Some(town) = town else { continue };
        if country.is_empty() {
            let row = data.tables.countries.iter();
            let row = row.clone().find(|row| data.text(row.iso2) == town.country);
            if let Some(code) = row.map(|row| row.iso3) {
                data.sites.country.set(site, code);
                moved = true;
            }
        }
        data.sites.lat.set(site, Maybe::some(town.lat));
        data.sites.lon.set(site, Maybe::some(town.lon));
        data.sites.coord_precision.set(site, CoordPrecision::City);
        data.placed_by_city += 1;
        told.entry(data.sites.origin.at(site).file).or_default().push(site);
    }
    if moved {
        // Price zones follow from countries.
        data.reindex();
    }
    let mut told: Vec<(u16, Vec<usize>)> = told.into_iter().collect();
    told.sort_unstable();
    for (file, sites) in told {
        let path = data.files[usize::from(file)].path.clone();
        report.tell(&path, ("N306", Severity::Note), sites.len(), |at| {
            let line = u64::from(data.sites.origin.at(sites[at]).line);
            Diagnostic {
                code: "N306",
                severity: Severity::Note,
                what: "the site has no coordinates, and stands in its city on the map".to_owned(),
                place: Place::line(&path, line).column("city"),
                found: excerpt(data.text(data.sites.city[sites[at]])),
                expected: "degrees".to_owned(),
                help: Some(
                    "its place is known as that of a city; give `lat` and `lon` for more"
                        .to_owned(),
                ),
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = "DE\t\t50\t8\t700000\tFrankfurt am Main|Francfort|Frankfurt\n\
        DE\t\t52.3\t14.5\t58000\tFrankfurt (Oder)|Frankfurt\n\
        US\tOH\t40\t-83\t900000\tColumbus\nUS\tGA\t32.5\t-85\t200000\tColumbus\n\
        US\tIN\t39.2\t-85.9\t50000\tColumbus\nUS\tKY\t38\t-84\t300000\tLexington\n\
        US\tMA\t42.4\t-71.2\t290000\tLexington\n";

    fn town(country: &str, state: &str, cell: &str) -> Option<f64> {
        let names = names_of(cell);
        let wanted = names.iter().map(|name| (country.to_owned(), name.clone())).collect();
        let found = Found::look(LIST, &wanted);
        names.iter().find_map(|name| found.town(country, state, name)).map(|town| town.lat)
    }

    #[test]
    fn a_town_is_found_where_it_is_clear_which() {
        assert_eq!(town("DE", "", "Frankfurt am Main"), Some(50.0));
        assert_eq!(town("DE", "", "Frankfurt"), Some(50.0), "twelve times as many live there");
        assert_eq!(town("DE", "", "Francfort (Hesse)"), Some(50.0));
        assert_eq!(town("US", "GA", "Columbus"), Some(32.5));
        assert_eq!(town("US", "", "near Columbus"), Some(40.0));
        assert_eq!(town("US", "", "Lexington"), None, "it may be either");
        assert_eq!(town("US", "KY", "Lexington area"), Some(38.0));
        assert_eq!(town("US", "TX", "Columbus"), None, "there is none in that state");
        assert_eq!(town("", "", "Columbus"), None, "others are not much smaller");
        assert_eq!(town("", "", "Frankfurt am Main"), Some(50.0));
    }

    #[test]
    fn the_list_of_the_app_is_whole() {
        let list = built_in();
        assert!(list.lines().count() > 170_000);
        let whole = |line: &str| {
            let cells: Vec<&str> = line.split('\t').collect();
            cells.len() == 6
                && cells[2].parse::<f64>().is_ok_and(|lat| lat.abs() <= 90.0)
                && cells[3].parse::<f64>().is_ok_and(|lon| lon.abs() <= 180.0)
                && cells[4].parse::<u64>().is_ok()
        };
        assert!(list.lines().all(whole));
    }
}

//! From a header to roles: which table a file is, which column is which, in which unit.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::schema::{Column, Holds, Need, TABLES, Table};

/// A header that was recognised.
#[derive(Clone, Debug)]
pub struct Recognised {
    /// Which table it is.
    pub table: &'static Table,
    /// For every column of the table, its position in the file.
    pub at: Vec<Option<usize>>,
    /// For every column of the table, the factor of its unit.
    pub factor: Vec<f64>,
    /// Positions in the file that no column uses.
    pub unused: Vec<usize>,
    /// How it was recognised, in words.
    pub because: String,
}

/// Why a header means no table.
#[derive(Clone, Debug, PartialEq)]
pub struct NotRecognised {
    /// The table that comes nearest, and its columns that are missing.
    pub nearest: Option<(&'static str, Vec<&'static str>)>,
    /// A column whose unit cannot be converted, and why.
    pub unit: Option<(usize, String)>,
}

/// A header cell: its word without unit, and the unit.
struct Word {
    exact: String,
    plain: String,
    unit: String,
}

fn squeeze(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn word(header: &str) -> Word {
    let exact = header.trim().to_lowercase();
    let (name, bracket) = match exact.find(['(', '[']) {
        Some(open) => {
            let inner = exact[open + 1..].trim_end_matches([')', ']']);
            (exact[..open].to_owned(), inner.to_owned())
        }
        None => (exact.clone(), String::new()),
    };
    let slash_unit =
        ["$/mwh", "usd/mwh", "c/kwh", "usd/kwh", "eur/mwh"].iter().find(|u| name.ends_with(**u));
    if let Some(unit) = slash_unit.filter(|_| bracket.is_empty()) {
        let plain = squeeze(name.trim_end_matches(unit));
        let plain = if plain.is_empty() { "price".to_owned() } else { plain };
        return Word { exact, plain, unit: (*unit).to_owned() };
    }
    let unit = if bracket.is_empty() { unit_in_name(&name) } else { bracket };
    Word { plain: squeeze(&name), exact, unit }
}

/// A unit among the parts of a name such as `capacity_gw` or `price_eur_mwh`.
fn unit_in_name(name: &str) -> String {
    let parts: Vec<&str> = name.split(|c: char| !c.is_alphanumeric()).collect();
    let last = parts.last().copied().unwrap_or("");
    let currency = parts.iter().find(|p| ["usd", "eur", "gbp", "cents", "c"].contains(p));
    match (last, currency) {
        ("mwh" | "kwh", Some(currency)) => format!("{currency}/{last}"),
        ("mw" | "gw" | "kw", _) => last.to_owned(),
        _ => String::new(),
    }
}

/// The factor from the unit of a header to that of the table.
///
/// # Errors
/// What is wrong, in words, where it cannot be converted.
fn unit_factor(column: &Column, unit: &str) -> Result<f64, String> {
    let unit = unit.replace([' ', '.'], "").replace("per", "/");
    let unit = unit.as_str();
    match column.holds {
        Holds::Power => match unit {
            "" | "mw" | "mwe" | "megawatts" | "megawatt" => Ok(1.0),
            "gw" | "gigawatts" => Ok(1e3),
            "kw" | "kilowatts" => Ok(1e-3),
            "w" => Ok(1e-6),
            _ => Err(format!("`{unit}` is no unit of power; use MW, kW or GW")),
        },
        Holds::Price => match unit {
            "" | "usd/mwh" | "$/mwh" | "us$/mwh" | "usd/mwhe" => Ok(1.0),
            "usd/kwh" | "$/kwh" | "us$/kwh" => Ok(1e3),
            "c/kwh" | "¢/kwh" | "cents/kwh" | "cents/kilowatthour" | "usc/kwh" => Ok(10.0),
            _ => {
                Err(format!("`{unit}` cannot be turned to USD/MWh; use USD/MWh, USD/kWh or c/kWh"))
            }
        },
        _ => Ok(1.0),
    }
}

/// Columns of tables, by their places in [`TABLES`] and in the table.
type Places = Vec<[u8; 2]>;

/// The columns that a header cell meets by their own name, and by an alias.
type Met = [Places; 2];

/// Units that an alias of a power or a price may carry in its name.
const UNITS: [&str; 8] = ["gw", "kw", "mw", "usdmwh", "eurmwh", "usdkwh", "ckwh", "centskwh"];

/// Columns by their name, and by their aliases.
static SPELLINGS: LazyLock<[FxHashMap<&'static str, Places>; 2]> = LazyLock::new(|| {
    let mut out = [FxHashMap::default(), FxHashMap::default()];
    for (at, table) in TABLES.iter().enumerate() {
        for (slot, column) in table.columns.iter().enumerate() {
            let place = [at as u8, slot as u8];
            let mut put = |which: usize, word| {
                let places: &mut Places = out[which].entry(word).or_default();
                places.push(place);
            };
            put(0, column.name);
            column.aliases.split(' ').for_each(|alias| put(1, alias));
        }
    }
    out
});

/// Which columns of all tables a header cell meets. A power or price column's alias may carry its
/// unit in the name: `capacity_gw` is `capacity`.
fn met(word: &Word) -> Met {
    let [names, aliases] = &*SPELLINGS;
    let own = names.get(word.exact.as_str()).cloned().unwrap_or_default();
    let mut other = aliases.get(word.plain.as_str()).cloned().unwrap_or_default();
    let unit = squeeze(&word.unit);
    let units =
        UNITS.into_iter().chain([unit.as_str()].into_iter().filter(|unit| !unit.is_empty()));
    for plain in units.filter_map(|unit| word.plain.strip_suffix(unit)) {
        let carries = |place: &&[u8; 2]| {
            let column = &TABLES[usize::from(place[0])].columns[usize::from(place[1])];
            matches!(column.holds, Holds::Power | Holds::Price)
        };
        other.extend(aliases.get(plain).into_iter().flatten().filter(carries));
    }
    [own, other]
}

fn positions(at_table: usize, words: &[Met]) -> (Vec<Option<usize>>, u32, u32) {
    let columns = TABLES[at_table].columns.len();
    let mut at = vec![None; columns];
    let mut taken = vec![false; words.len()];
    let mut hits = [0, 0];
    for (rank, hits) in hits.iter_mut().enumerate() {
        for (column, slot) in at.iter_mut().enumerate().filter(|(_, slot)| slot.is_none()) {
            let place = [at_table as u8, column as u8];
            let met = |word: &Met| word[rank].contains(&place);
            let free = words.iter().zip(&taken).position(|(word, taken)| !taken && met(word));
            if let Some(found) = free {
                taken[found] = true;
                *slot = Some(found);
                *hits += 1;
            }
        }
    }
    (at, hits[0], hits[1])
}

fn missing_keys(table: &Table, at: &[Option<usize>]) -> Vec<&'static str> {
    let pairs = table.columns.iter().zip(at);
    pairs
        .filter(|(c, a)| matches!(c.need, Need::Key | Need::Header) && a.is_none())
        .map(|(c, _)| c.name)
        .collect()
}

/// Recognises a table by its header, not by its file's name: of the tables whose key columns are
/// all there, the one of which most columns are found.
///
/// # Errors
/// [`NotRecognised`] with the nearest table.
pub fn recognise(header: &[&str]) -> Result<Recognised, NotRecognised> {
    let words: Vec<Word> = header.iter().map(|h| word(h)).collect();
    let mut best: Option<(u32, Recognised)> = None;
    let mut nearest: Option<(u32, &'static Table, Vec<&'static str>)> = None;
    let met: Vec<Met> = words.iter().map(met).collect();
    for (at_table, table) in TABLES.iter().enumerate() {
        let (at, names, aliases) = positions(at_table, &met);
        let missing = missing_keys(table, &at);
        let score = names * 5 + aliases * 4;
        if !missing.is_empty() {
            let near = score.saturating_sub(5 * missing.len() as u32);
            if near > 0 && nearest.as_ref().is_none_or(|(s, ..)| near > *s) {
                nearest = Some((near, table, missing));
            }
            continue;
        }
        if best.as_ref().is_none_or(|(s, _)| score > *s) {
            let unused = (0..words.len()).filter(|i| !at.contains(&Some(*i))).collect();
            let because = format!(
                "{names} columns by name, {aliases} by another spelling, of {} in the header",
                words.len()
            );
            let factor = vec![1.0; table.columns.len()];
            best = Some((score, Recognised { table, at, factor, unused, because }));
        }
    }
    let better_near = |score: u32| nearest.as_ref().is_some_and(|(near, ..)| *near > score * 2);
    match best {
        Some((score, found)) if !better_near(score) => with_units(found, &words),
        _ => Err(NotRecognised { nearest: nearest.map(|(_, t, m)| (t.kind, m)), unit: None }),
    }
}

fn with_units(mut found: Recognised, words: &[Word]) -> Result<Recognised, NotRecognised> {
    for (slot, column) in found.table.columns.iter().enumerate() {
        let Some(at) = found.at[slot] else { continue };
        let own_name = words[at].exact == column.name;
        let unit = if own_name { "" } else { words[at].unit.as_str() };
        match unit_factor(column, unit) {
            Ok(factor) => found.factor[slot] = factor,
            Err(why) => {
                let nearest = Some((found.table.kind, vec![column.name]));
                return Err(NotRecognised { nearest, unit: Some((at, why)) });
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(header: &[&str]) -> &'static str {
        recognise(header).map_or("none", |r| r.table.kind)
    }

    #[test]
    fn every_own_header_is_recognised_as_its_table() {
        for table in &TABLES {
            let header: Vec<&str> = table.columns.iter().map(|c| c.name).collect();
            assert_eq!(kind(&header), table.kind);
        }
    }

    #[test]
    fn headers_of_public_files_are_recognised() {
        assert_eq!(
            kind(&["Title", "Latitude", "Longitude", "Owner", "Current power (MW)"]),
            "sites"
        );
        assert_eq!(kind(&["name", "capacity_mw", "latitude", "longitude", "owner"]), "sites");
        assert_eq!(kind(&["Zone", "Sector", "Month", "Price (USD/MWh)"]), "prices");
        assert_eq!(kind(&["fruit", "colour"]), "none");
    }

    #[test]
    #[expect(clippy::float_cmp, reason = "factors are taken from a table")]
    fn units_in_names_and_brackets_scale() {
        let factor = |header: &str, column: &str| {
            let found = recognise(&["site_id", "phase", "online", header]).unwrap();
            let slot = found.table.columns.iter().position(|c| c.name == column).unwrap();
            assert!(found.at[slot].is_some(), "{header}");
            found.factor[slot]
        };
        assert_eq!(factor("Power (MW)", "facility_mw"), 1.0);
        assert_eq!(factor("capacity_gw", "facility_mw"), 1e3);
        assert_eq!(factor("IT power [kW]", "it_mw"), 1e-3);
        let price = |header: &str| {
            let found = recognise(&["zone", "sector", "from", header]).unwrap();
            found.factor[found.table.columns.iter().position(|c| c.holds == Holds::Price).unwrap()]
        };
        assert_eq!(price("c/kWh"), 10.0);
        assert_eq!(price("price_usd_mwh"), 1.0);
        assert_eq!(price("Price ($/kWh)"), 1e3);
        let euro = recognise(&["zone", "sector", "from", "price_eur_mwh"]).unwrap_err();
        assert!(euro.unit.unwrap().1.contains("eur/mwh"));
    }

    #[test]
    fn a_missing_column_names_the_nearest_table() {
        let missing = recognise(&["site_id", "online", "facility_mw", "chip"]).unwrap_err();
        assert_eq!(missing.nearest, Some(("phases", vec!["phase"])));
    }
}

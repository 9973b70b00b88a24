//! What the title of a column says: its words in many languages, its unit, and which columns of all
//! tables it may mean.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::amount::unit_of_power;
use super::header::SiteSlots;
use super::places::folded;
use crate::diagnostic::excerpt;
use crate::model::TableKind;
use crate::model::table::{ColumnSpec, Holds, Slot};

/// A header cell: its word without unit, the unit, and the words that it is made of.
pub(super) struct Word {
    pub exact: String,
    pub plain: String,
    pub unit: String,
    pub tokens: Vec<String>,
}

/// The words of a header in small letters: `it_load_mw`, `ItLoadMW` and `IT load (MW)` are the same.
fn tokens(header: &str) -> Vec<String> {
    let mut out = vec![String::new()];
    let mut small = false;
    for c in header.chars() {
        let starts = small && c.is_uppercase();
        small = c.is_lowercase() || c.is_numeric();
        if (starts || !c.is_alphanumeric()) && out.last().is_some_and(|word| !word.is_empty()) {
            out.push(String::new());
        }
        if let Some(word) = out.last_mut().filter(|_| c.is_alphanumeric()) {
            word.extend(c.to_lowercase());
        }
    }
    out.retain(|word| !word.is_empty());
    // `mw1` is the first of several MW.
    let unnumbered = |word: String| {
        let stem = word.trim_end_matches(|c: char| c.is_ascii_digit());
        if ["mw", "gw", "kw"].contains(&stem) { stem.to_owned() } else { word }
    };
    out.iter().map(|word| unnumbered(folded(word))).collect()
}

/// A title without marks of footnotes behind it, and with wide letters of ASCII as plain ones.
fn plain_title(title: &str) -> String {
    let narrow = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{3000}' => ' ',
        c => c,
    };
    let marks = ['*', '†', '‡', '§', '¹', '²', '³', ' '];
    let plain: String = title.trim_end_matches(marks).chars().map(narrow).collect();
    // A unit is one word, whatever its case.
    plain.replace("kW", "kw").replace("MWe", "mwe").replace("GWe", "gwe")
}

pub(super) fn word(header: &str) -> Word {
    let header = &plain_title(header);
    let tokens = tokens(header);
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
        let plain = folded(name.trim_end_matches(unit));
        let plain = if plain.is_empty() { "price".to_owned() } else { plain };
        return Word { exact, plain, unit: (*unit).to_owned(), tokens };
    }
    let unit = if bracket.is_empty() { unit_in_name(&name) } else { bracket };
    Word { plain: folded(&name), exact, unit, tokens }
}

/// A unit among the parts of a name such as `capacity_gw` or `price_eur_mwh`.
fn unit_in_name(name: &str) -> String {
    let parts: Vec<&str> = name.split(|c: char| !c.is_alphanumeric()).collect();
    let last = parts.last().copied().unwrap_or("");
    let currency = parts.iter().find(|p| ["usd", "eur", "gbp", "cents", "c"].contains(p));
    match (last, currency) {
        ("mwh" | "kwh", Some(currency)) => format!("{currency}/{last}"),
        ("mw" | "gw" | "kw", _) => last.to_owned(),
        // `power_mw_low` has its unit within.
        _ => parts
            .iter()
            .find(|p| ["mw", "gw", "kw"].contains(p))
            .map_or_else(String::new, |p| (*p).to_owned()),
    }
}

/// The factor from the unit of a header to that of the table.
///
/// # Errors
/// What is wrong, in words, where it cannot be converted.
pub(super) fn unit_factor(column: &ColumnSpec, unit: &str) -> Result<f64, String> {
    // `(MW IT)`, `(MW, at the meter)`: the unit goes first.
    let unit = unit.strip_prefix("in ").unwrap_or(unit);
    let first = unit.split([' ', ',', ';']).next().unwrap_or("");
    let unit = if unit_of_power(first).is_some() { first } else { unit };
    let unit = unit.replace([' ', '.'], "").replace("per", "/");
    let unit = unit.as_str();
    match column.holds {
        Holds::Power => match unit {
            "" => Ok(1.0),
            _ => unit_of_power(unit).ok_or_else(|| {
                format!("`{}` is no unit of power; use MW, kW or GW", excerpt(unit))
            }),
        },
        Holds::Price => match unit {
            "" | "usd/mwh" | "$/mwh" | "us$/mwh" | "usd/mwhe" => Ok(1.0),
            "usd/kwh" | "$/kwh" | "us$/kwh" => Ok(1e3),
            "c/kwh" | "¢/kwh" | "cents/kwh" | "cents/kilowatthour" | "usc/kwh" => Ok(10.0),
            _ => {
                let unit = excerpt(unit);
                Err(format!("`{unit}` cannot be turned to USD/MWh; use USD/MWh, USD/kWh or c/kWh"))
            }
        },
        _ => Ok(1.0),
    }
}

/// Columns of tables, with how far the spelling is from the best one.
type Places = Vec<((TableKind, Slot), u8)>;

/// The columns that a header cell meets by their own name, and by another spelling.
pub(super) type Met = [Places; 2];

/// Units that an alias of a power or a price may carry in its name.
const UNITS: [&str; 8] = ["gw", "kw", "mw", "usdmwh", "eurmwh", "usdkwh", "ckwh", "centskwh"];

/// A headline is a name only where nothing else is.
const LAST_RESORT: [&str; 1] = ["title"];

/// How far a header is that no alias spells, but whose words say what it is.
pub(super) const BY_WORDS: u8 = 100;

/// How far power is that is to come.
const LATER: u8 = 160;

/// How far an alias is that is taken where nothing else is.
pub(super) const LAST: u8 = 200;

/// Columns by their name, and by their aliases.
static SPELLINGS: LazyLock<[FxHashMap<&'static str, Places>; 2]> = LazyLock::new(|| {
    let mut out = [FxHashMap::default(), FxHashMap::default()];
    for &kind in TableKind::ALL {
        for slot in kind.spec().slots() {
            let (column, place) = (kind.spec().column(slot), (kind, slot));
            let mut put = |which: usize, word, far| {
                let places: &mut Places = out[which].entry(word).or_default();
                places.push((place, far));
            };
            put(0, column.name, 0);
            for (far, alias) in
                (0_u8..BY_WORDS).chain(std::iter::repeat(BY_WORDS - 1)).zip(column.aliases())
            {
                put(1, alias, if LAST_RESORT.contains(&alias) { LAST } else { far });
            }
        }
    }
    out
});

/// Words of power that is not the load of a site, or not all of it, or not of today.
pub(super) const NOT_THE_LOAD: &str = "solar wind battery batteries storage bess generation generator \
    generators backup diesel gas turbine turbines nuclear geothermal renewable renewables grid \
    interconnection connection substation transmission ppa price cost tariff share percent pct low \
    high min max minimum maximum lower upper p10 p50 p90 density rack racks per type source sources \
    provider supplier company utility status date year note notes future expansion potential \
    ultimate additional chip gpu cooling ups zone owner construction building buildout build \
    pipeline retired decommissioned closed cancelled withdrawn non not no previously former \
    formerly by until expected target forecast ceased mva kva";

/// Words of power that is to come: it is taken where nothing else is.
pub(super) const TO_COME: &str =
    "planned proposed announced requested contracted design permitted approved";

/// Words of power that is in service.
pub(super) const IN_SERVICE: &str = "current currently operational operating existing installed energized \
    energised live running active";

/// Words of a name that is not that of the site.
const NOT_THE_SITE: &str = "operator owner company user tenant county country state city chip \
    utility contact file zone grid source parent customer developer supplier provider status \
    region province unit phase model gpu vendor";

/// Words of days on which something goes online.
const GOES_ONLINE: &str = "online operational operating operation operations commissioned \
    commissioning cod opened opening energized energised energization energisation live golive rfs \
    service launched launch startup";

/// Words that add nothing to a title.
const SMALL: [&str; 15] =
    ["of", "the", "no", "n", "de", "la", "el", "du", "des", "del", "le", "di", "do", "da", "der"];

/// Words of how sure or how late a day is, and of which phase.
const SURE: [&str; 33] = [
    "est",
    "estimated",
    "expected",
    "exp",
    "planned",
    "target",
    "targeted",
    "projected",
    "forecast",
    "anticipated",
    "proposed",
    "actual",
    "approx",
    "approximate",
    "official",
    "requested",
    "earliest",
    "initial",
    "likely",
    "scheduled",
    "intended",
    "original",
    "phase",
    "1",
    "i",
    "of",
    "the",
    "prevue",
    "prevu",
    "geplante",
    "prevista",
    "voraussichtliche",
    "or",
];

/// Words of days on which something ends.
const ENDS: &str = "retired retirement decommissioned decommission decommissioning closure closing \
    shutdown";

/// Words of days on which something else happens.
const OTHER_DAYS: &str = "retired retirement end announced updated as permit approval construction \
    groundbreaking filing decommissioned closed power mw capacity status hours cost system company \
    until to";

pub(super) fn has(tokens: &[String], words: &str) -> bool {
    words.split_whitespace().any(|word| tokens.iter().any(|token| token == word))
}

/// Whether the words of a header speak of power.
fn speaks_of_power(tokens: &[String]) -> bool {
    has(tokens, "mw mwe gw kw mva kva megawatts megawatt gigawatts")
        || has(tokens, "power capacity load leistung")
}

/// The column of sites and phases that the words of a header mean, if they mean one.
fn by_words(tokens: &[String]) -> Option<&'static str> {
    let last = tokens.last().map_or("", String::as_str);
    let unit = has(tokens, "mw mwe gw kw megawatts megawatt gigawatts");
    if (unit || matches!(last, "power" | "capacity" | "load" | "demand"))
        && !has(tokens, NOT_THE_LOAD)
    {
        return Some(if has(tokens, "it critical") { "it_mw" } else { "facility_mw" });
    }
    let dated =
        |words: usize| has(tokens, "date year month since cod rfs day") || tokens.len() <= words;
    if has(tokens, ENDS) && !has(tokens, "power mw capacity status reason planned") {
        return dated(1).then_some("retired");
    }
    let starts_up = has(tokens, "start") && has(tokens, "up");
    if (has(tokens, GOES_ONLINE) || starts_up) && !has(tokens, OTHER_DAYS) {
        let ready = has(tokens, "live startup") || has(tokens, "ready") && has(tokens, "service");
        return dated(if ready { 3 } else { 1 }).then_some("online");
    }
    let only = |words: &str| tokens.iter().all(|token| has(std::slice::from_ref(token), words));
    match tokens {
        _ if has(tokens, "state province") && only("us usa state province region name code or") => {
            Some("subdivision")
        }
        _ if has(tokens, "country") && only("country region name code iso territory or") => {
            Some("country")
        }
        _ if has(tokens, "lat latitude") => Some("lat"),
        _ if has(tokens, "lon lng long longitude") => Some("lon"),
        [_, ..] if last == "name" && !has(tokens, NOT_THE_SITE) => Some("name"),
        _ => None,
    }
}

/// Whether a header speaks of a price of electricity.
pub(super) fn speaks_of_price(word: &Word) -> bool {
    let tokens = &word.tokens;
    let money = has(tokens, "usd eur gbp cents cost") || word.exact.contains(['$', '€', '¢']);
    has(tokens, "price prices tariff tariffs lmp lbmp hoep") || money && has(tokens, "mwh kwh mwhr")
}

/// What a header speaks of that no column uses: the column of the table that is nearest.
pub(super) fn speaks_of(word: &Word) -> Option<&'static str> {
    let tokens = &word.tokens;
    let price = has(tokens, "price prices tariff lmp lbmp usd eur gbp cents")
        || word.exact.contains(['$', '€', '¢']);
    if has(tokens, "price prices tariff lmp lbmp") || price && has(tokens, "mwh kwh mwhr") {
        Some("price_usd_per_mwh")
    } else if has(tokens, "date year month timeline timestamp stamp from") {
        Some("online")
    } else if speaks_of_power(tokens) && !has(tokens, "source sources type mwh kwh") {
        Some(if has(tokens, "it critical") { "it_mw" } else { "facility_mw" })
    } else if has(tokens, ENDS) || has(tokens, "end until") {
        Some("retired")
    } else if has(tokens, "lat latitude coordinates coordinate geo geometry wkt breitengrad") {
        Some("lat")
    } else if has(tokens, GOES_ONLINE) {
        Some("online")
    } else if has(tokens, "lon lng longitude laengengrad längengrad") {
        Some("lon")
    } else if has(tokens, "country") {
        Some("country")
    } else if has(tokens, "state province region") {
        Some("subdivision")
    } else if has(tokens, "address place location") {
        Some("city")
    } else {
        None
    }
}

/// Which columns of all tables a header cell meets. A power or price column's alias may carry its
/// unit in the name: `capacity_gw` is `capacity`.
pub(super) fn met(word: &Word) -> Met {
    let [names, aliases] = &*SPELLINGS;
    let own = names.get(word.exact.as_str()).cloned().unwrap_or_default();
    let mut other = aliases.get(word.plain.as_str()).cloned().unwrap_or_default();
    let of_power = |((kind, slot), _): &&((TableKind, Slot), u8)| {
        kind.spec().column(*slot).holds == Holds::Power
    };
    let unit = folded(&word.unit);
    let units =
        UNITS.into_iter().chain([unit.as_str()].into_iter().filter(|unit| !unit.is_empty()));
    for plain in units.filter_map(|unit| word.plain.strip_suffix(unit)) {
        let carries = |((kind, slot), _): &&((TableKind, Slot), u8)| {
            matches!(kind.spec().column(*slot).holds, Holds::Power | Holds::Price)
        };
        other.extend(aliases.get(plain).into_iter().flatten().filter(carries));
    }
    if own.is_empty() && other.is_empty() && word.tokens.len() > 1 {
        // The same without its unit, wherever that stands.
        let without = |fillers: &[&str]| -> String {
            let kept = |token: &&String| !fillers.contains(&token.as_str());
            word.tokens.iter().filter(kept).map(String::as_str).collect()
        };
        let (plain, short) = (without(&["mw", "gw", "kw", "mwe", "in"]), without(&SMALL));
        // `Est. completion` is a day of completion, however sure.
        let dated = without(&SURE);
        let of_days = |((kind, slot), _): &&((TableKind, Slot), u8)| {
            kind.spec().column(*slot).holds == Holds::Date
        };
        if dated != word.plain && !dated.is_empty() {
            let places = aliases.get(dated.as_str()).into_iter().flatten().filter(of_days);
            other.extend(places.map(|(place, far)| (*place, (*far).max(BY_WORDS - 1))));
        }
        if plain != word.plain {
            other.extend(aliases.get(plain.as_str()).into_iter().flatten().filter(of_power));
        }
        if short != word.plain {
            other.extend(aliases.get(short.as_str()).into_iter().flatten());
        }
    }
    // `Capacity (MW IT)` is IT load.
    if own.is_empty() && has(&word.tokens, "it critical") {
        for ((kind, slot), _) in &mut other {
            if let Some(of) = SiteSlots::of(*kind).filter(|of| of.facility_mw == *slot) {
                *slot = of.it_mw;
            }
        }
    }
    let means = if own.is_empty() && other.is_empty() { by_words(&word.tokens) } else { None };
    let of_sites = |((kind, _), _): &&((TableKind, Slot), u8)| SiteSlots::of(*kind).is_some();
    let later = means.is_some_and(|_| has(&word.tokens, TO_COME));
    let means = means.and_then(|column| names.get(column)).into_iter().flatten().filter(of_sites);
    let far = if later { LATER } else { BY_WORDS } + word.tokens.len().min(30) as u8;
    other.extend(means.map(|(place, _)| (*place, far)));
    [own, other]
}

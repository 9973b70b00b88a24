//! From a header to roles: which table a file is, which column is which, in which unit.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::amount::unit_of_power;
use super::cell::{DateOrder, Decimal};
use super::dates::word_date;
use super::places::folded;
use crate::diagnostic::excerpt;
use crate::model::table::{ColumnSpec, Holds, Need, PerColumn, Slot};
use crate::model::tables::{phases, sites};
use crate::model::{Day, Month, Precision, Status, TableKind};

/// A header that was recognised.
#[derive(Clone, Debug)]
pub struct Recognised {
    /// Which table it is.
    pub kind: TableKind,
    /// For every column of the table, its position in the file.
    pub at: PerColumn<Option<usize>>,
    /// For every column of the table, the factor of its unit.
    pub factor: PerColumn<f64>,
    /// Positions in the file that no column uses, with what those speak of that have power, a date,
    /// a price or a place in their name.
    pub unused: Vec<(usize, Option<&'static str>)>,
    /// Positions in the file of columns that are kept as text beside the table's own.
    pub extra: Vec<usize>,
    /// The state of rows without one, if a header says so.
    pub implied: Option<Status>,
    /// Position in the file of that header.
    pub implied_by: Option<usize>,
    /// By what each column was recognised.
    pub by: PerColumn<By>,
    /// Decimal marks and orders of dates that a mapping gives.
    pub decimal: PerColumn<Option<Decimal>>,
    /// Likewise.
    pub order: PerColumn<Option<DateOrder>>,
    /// Whether a place in one column has its longitude first.
    pub lon_first: bool,
    /// What parts the names of a list where it is no `;`.
    pub list_marks: PerColumn<Option<char>>,
    /// Position of a column with the unit of the power of each row.
    pub unit_at: Option<usize>,
    /// Position of a column with the month of the year in which each row goes online.
    pub month_at: Option<usize>,
    /// Whether `active` means waiting in a queue for a connection.
    pub is_queue: bool,
    /// Whether rows of one site say what stands there on their dates, rather than what is added.
    pub is_timeline: bool,
    /// Columns that hold what stands at a date, which is their title: positions in the file.
    pub periods: Vec<Period>,
    /// How it was recognised, in words.
    pub because: String,
    /// How much of the header it explains.
    pub score: u32,
}

/// By what a column was recognised.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum By {
    /// Its own name.
    #[default]
    Name,
    /// Another spelling that is known.
    Spelling,
    /// The words of its title.
    Words,
    /// What its cells hold.
    Cells,
    /// A mapping.
    Mapping,
}

impl By {
    /// The same for people.
    pub fn words(self) -> &'static str {
        match self {
            Self::Name => "its name",
            Self::Spelling => "another spelling",
            Self::Words => "the words of its title",
            Self::Cells => "its cells",
            Self::Mapping => "the mapping",
        }
    }
}

/// A column whose title is a date.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Period {
    /// Position in the file.
    pub at: usize,
    /// First day of the period.
    pub day: Day,
    /// How long it is.
    pub precision: Precision,
}

impl Recognised {
    /// Our own table, with its first columns in their order.
    fn own(kind: TableKind, count: usize) -> Self {
        let spec = kind.spec();
        let score = 5 * count as u32;
        Self {
            at: PerColumn::new(
                (0..spec.columns.len()).map(|at| Some(at).filter(|at| *at < count)).collect(),
            ),
            by: spec.each(By::Name),
            because: format!(
                "{count} columns by name, 0 by another spelling, of {count} in the header"
            ),
            score,
            ..Self::nothing_of(kind)
        }
    }

    /// A table of which no column is known yet.
    pub(super) fn nothing_of(kind: TableKind) -> Self {
        let spec = kind.spec();
        Self {
            kind,
            at: spec.each(None),
            factor: spec.each(1.0),
            unused: Vec::new(),
            extra: Vec::new(),
            implied: None,
            implied_by: None,
            by: spec.each(By::Mapping),
            decimal: spec.each(None),
            order: spec.each(None),
            lon_first: false,
            list_marks: spec.each(None),
            unit_at: None,
            month_at: None,
            is_queue: false,
            is_timeline: false,
            periods: Vec::new(),
            because: String::new(),
            score: 0,
        }
    }

    /// Whether every column of a header of some width is used.
    pub fn is_whole(&self, width: usize) -> bool {
        self.unused.is_empty() && self.at.iter().filter(|(_, at)| at.is_some()).count() == width
    }
}

/// Why a header means no table.
#[derive(Clone, Debug, PartialEq)]
pub struct NotRecognised {
    /// The table that comes nearest, and its columns that are missing.
    pub nearest: Option<(TableKind, Vec<&'static str>)>,
    /// A column whose unit cannot be converted, and why.
    pub unit: Option<(usize, String)>,
    /// How near that table comes.
    pub score: u32,
}

/// A header cell: its word without unit, the unit, and the words that it is made of.
struct Word {
    exact: String,
    plain: String,
    unit: String,
    tokens: Vec<String>,
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

fn squeeze(text: &str) -> String {
    folded(text)
}

fn word(header: &str) -> Word {
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
        let plain = squeeze(name.trim_end_matches(unit));
        let plain = if plain.is_empty() { "price".to_owned() } else { plain };
        return Word { exact, plain, unit: (*unit).to_owned(), tokens };
    }
    let unit = if bracket.is_empty() { unit_in_name(&name) } else { bracket };
    Word { plain: squeeze(&name), exact, unit, tokens }
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
    let first = unit.split([' ', ',', ';']).next().unwrap_or("");
    let unit = if unit_of_power(first).is_some() { first } else { unit };
    let unit = unit.replace([' ', '.'], "").replace("per", "/");
    let unit = unit.as_str();
    match column.holds {
        Holds::Power => match unit {
            // `(MW IT)`, `(MW, at the meter)`: the unit goes first.
            "" | "mw" | "mwe" | "megawatts" | "megawatt" => Ok(1.0),
            "gw" | "gigawatts" => Ok(1e3),
            "kw" | "kilowatts" => Ok(1e-3),
            "w" => Ok(1e-6),
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
type Met = [Places; 2];

/// Units that an alias of a power or a price may carry in its name.
const UNITS: [&str; 8] = ["gw", "kw", "mw", "usdmwh", "eurmwh", "usdkwh", "ckwh", "centskwh"];

/// A headline is a name only where nothing else is.
const LAST_RESORT: [&str; 1] = ["title"];

/// How far a header is that no alias spells, but whose words say what it is.
const BY_WORDS: u8 = 100;

/// How far power is that is to come.
const LATER: u8 = 160;

/// How far an alias is that is taken where nothing else is.
const LAST: u8 = 200;

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
const NOT_THE_LOAD: &str = "solar wind battery batteries storage bess generation generator \
    generators backup diesel gas turbine turbines nuclear geothermal renewable renewables grid \
    interconnection connection substation transmission ppa price cost tariff share percent pct low \
    high min max minimum maximum lower upper p10 p50 p90 density rack racks per type source sources \
    provider supplier company utility status date year note notes future expansion potential \
    ultimate additional chip gpu cooling ups zone owner construction building buildout build \
    pipeline retired decommissioned closed cancelled withdrawn non not no previously former \
    formerly by until expected target forecast ceased mva kva";

/// Words of power that is to come: it is taken where nothing else is.
const TO_COME: &str = "planned proposed announced requested contracted design permitted approved";

/// Words of power that is in service.
const IN_SERVICE: &str = "current currently operational operating existing installed energized \
    energised live running active";

/// Words of a name that is not that of the site.
const NOT_THE_SITE: &str = "operator owner company user tenant county country state city chip \
    utility contact file zone grid source parent customer developer supplier provider status \
    region province unit phase model gpu vendor";

/// Words of days on which something goes online.
const GOES_ONLINE: &str = "online operational operating operation operations commissioned \
    commissioning cod opened opening energized energised energization energisation live golive rfs \
    service launched launch startup";

/// Words of days on which something ends.
const ENDS: &str = "retired retirement decommissioned decommission decommissioning closure closing \
    shutdown";

/// Words of days on which something else happens.
const OTHER_DAYS: &str = "retired retirement end announced updated as permit approval construction \
    groundbreaking filing decommissioned closed power mw capacity status hours cost system company \
    until to";

fn has(tokens: &[String], words: &str) -> bool {
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
fn speaks_of_price(word: &Word) -> bool {
    let tokens = &word.tokens;
    let money = has(tokens, "usd eur gbp cents cost") || word.exact.contains(['$', '€', '¢']);
    has(tokens, "price prices tariff tariffs lmp lbmp hoep") || money && has(tokens, "mwh kwh mwhr")
}

/// What a header speaks of that no column uses: the column of the table that is nearest.
fn speaks_of(word: &Word) -> Option<&'static str> {
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
    } else if has(tokens, "address place location county") {
        Some("city")
    } else {
        None
    }
}

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
        let (plain, short) = (
            without(&["mw", "gw", "kw", "mwe"]),
            without(&["of", "the", "no", "n", "de", "la", "el", "du", "des", "del", "le"]),
        );
        if plain != word.plain {
            let carries = |((kind, slot), _): &&((TableKind, Slot), u8)| {
                matches!(kind.spec().column(*slot).holds, Holds::Power)
            };
            other.extend(aliases.get(plain.as_str()).into_iter().flatten().filter(carries));
        }
        if short != word.plain {
            other.extend(aliases.get(short.as_str()).into_iter().flatten());
        }
    }
    // `Capacity (MW IT)` is IT load.
    if own.is_empty() && has(&word.tokens, "it critical") {
        for ((kind, slot), _) in &mut other {
            match kind {
                TableKind::Sites if *slot == sites::AT.facility_mw => *slot = sites::AT.it_mw,
                TableKind::Phases if *slot == phases::AT.facility_mw => *slot = phases::AT.it_mw,
                _ => {}
            }
        }
    }
    let means = if own.is_empty() && other.is_empty() { by_words(&word.tokens) } else { None };
    let of_sites = |((kind, _), _): &&((TableKind, Slot), u8)| is_of_sites(*kind);
    let later = means.is_some_and(|_| has(&word.tokens, TO_COME));
    let means = means.and_then(|column| names.get(column)).into_iter().flatten().filter(of_sites);
    let far = if later { LATER } else { BY_WORDS } + word.tokens.len().min(30) as u8;
    other.extend(means.map(|(place, _)| (*place, far)));
    [own, other]
}

/// Whether it is a table of sites or phases.
fn is_of_sites(kind: TableKind) -> bool {
    matches!(kind, TableKind::Sites | TableKind::Phases)
}

/// Where a table's columns stand, and how many are met by name, by an alias, and by their words.
fn positions(
    kind: TableKind,
    words: &[Met],
    except: &[(Slot, usize)],
) -> (PerColumn<Option<usize>>, PerColumn<By>, [u32; 3]) {
    let mut at = kind.spec().each(None);
    let mut by = kind.spec().each(By::Name);
    let mut taken = vec![false; words.len()];
    let mut hits = [0; 3];
    for rank in 0..2 {
        for slot in kind.spec().slots() {
            if at[slot].is_some() {
                continue;
            }
            let place = (kind, slot);
            let far = |word: &Met| word[rank].iter().find(|met| met.0 == place).map(|met| met.1);
            let free = words
                .iter()
                .enumerate()
                .filter(|(at, _)| !taken[*at] && !except.contains(&(slot, *at)));
            let best = free.filter_map(|(at, word)| Some((far(word)?, at))).min();
            if let Some((far, found)) = best {
                taken[found] = true;
                at[slot] = Some(found);
                by[slot] = match rank {
                    0 => By::Name,
                    _ if (BY_WORDS..LAST).contains(&far) => By::Words,
                    _ => By::Spelling,
                };
                hits[rank + usize::from(rank == 1 && (BY_WORDS..LAST).contains(&far))] += 1;
            }
        }
    }
    (at, by, hits)
}

fn missing_keys(kind: TableKind, at: &PerColumn<Option<usize>>) -> Vec<&'static str> {
    let columns = at.iter().map(|(slot, at)| (kind.spec().column(slot), at));
    columns
        .filter(|(c, a)| matches!(c.need, Need::Key | Need::Header) && a.is_none())
        .map(|(c, _)| c.name)
        .collect()
}

/// What a table lacks to be one of its kind.
fn lacks(
    kind: TableKind,
    at: &PerColumn<Option<usize>>,
    words: &[Word],
    wide: bool,
) -> Vec<&'static str> {
    let mut missing = missing_keys(kind, at);
    if kind != TableKind::Sites {
        return missing;
    }
    let of = sites::AT;
    let has_any = |slots: &[Slot]| slots.iter().any(|slot| at[*slot].is_some());
    if has_any(&[of.id, of.operator, of.developer]) {
        // A row without a name goes by those.
        missing.retain(|name| *name != "name");
    }
    let power = [of.facility_mw, of.it_mw, of.chip_count];
    let place = [of.city, of.country, of.subdivision];
    let placed = has_any(&[of.lat]) && has_any(&[of.lon]);
    // Loads and prices of nodes by the hour have names, too, and so have tariffs of places.
    let hourly = words.iter().any(|word| {
        let tokens = &word.tokens;
        has(tokens, "timestamp datetime interval hour hourly")
            || has(tokens, "time") && has(tokens, "stamp zone")
    });
    let priced = words.iter().any(speaks_of_price);
    let is_other = !placed && (hourly || priced && !has_any(&power));
    let has_some = has_any(&power) || has_any(&place) || has_any(&[of.online]) || wide;
    if is_other || !has_some && !has_any(&[of.lat, of.lon]) {
        missing.push("lat");
    }
    missing
}

/// Recognises a table by its header, not by its file's name: of the tables whose key columns are
/// all there, the one of which most columns are found. A table is one of sites only if it has a
/// place, power or a date beside a name.
///
/// # Errors
/// [`NotRecognised`] with the nearest table.
pub fn recognise(header: &[&str]) -> Result<Recognised, NotRecognised> {
    recognise_except(header, TableKind::ALL, &[])
}

/// Recognises a table by its header as one of some kinds, without some roles of its columns.
///
/// # Errors
/// [`NotRecognised`] with the nearest table.
pub fn recognise_except(
    header: &[&str],
    kinds: &[TableKind],
    except: &[(Slot, usize)],
) -> Result<Recognised, NotRecognised> {
    if let Some(&kind) =
        kinds.iter().find(|kind| is_own_header(**kind, header) && except.is_empty())
    {
        return Ok(Recognised::own(kind, header.len()));
    }
    let words: Vec<Word> = header.iter().map(|h| word(h)).collect();
    let mut best: Option<(u32, Recognised)> = None;
    let mut nearest: Option<(u32, TableKind, Vec<&'static str>)> = None;
    let mut met: Vec<Met> = words.iter().map(met).collect();
    // What stands at a date, which is its title, has no other role.
    for period in periods(header, &words, |_| false) {
        met[period.at] = Met::default();
    }
    for &kind in kinds {
        let (mut at, by, [names, aliases, by_words]) = positions(kind, &met, except);
        let in_use = |i: usize| at.iter().any(|(_, at)| *at == Some(i));
        let wide = kind == TableKind::Sites && !periods(header, &words, in_use).is_empty();
        let missing = lacks(kind, &at, &words, wide);
        let score =
            (names * 5 + aliases * 4 + by_words * 3).saturating_sub(unit_score(kind, &at, &words));
        if !missing.is_empty() {
            let near = score.saturating_sub(5 * missing.len() as u32);
            if near > 0 && nearest.as_ref().is_none_or(|(s, ..)| near > *s) {
                nearest = Some((near, kind, missing));
            }
            continue;
        }
        if best.as_ref().is_none_or(|(s, _)| score > *s) {
            let said =
                if by_words == 0 { String::new() } else { format!(", {by_words} by their words") };
            let because = format!(
                "{names} columns by name, {aliases} by another spelling{said}, of {} in the header",
                words.len()
            );
            let (implied, implied_by) = implied_state(kind, &mut at, &words);
            let used = |i: usize| at.iter().any(|(_, at)| *at == Some(i));
            let periods =
                if kind == TableKind::Sites { periods(header, &words, used) } else { Vec::new() };
            let unused =
                (0..words.len()).filter(|i| !used(*i) && !periods.iter().any(|p| p.at == *i));
            let unused: Vec<_> = unused.map(|i| (i, speaks_of(&words[i]))).collect();
            let extra = if is_of_sites(kind) { titled(&unused, header) } else { Vec::new() };
            let factor = kind.spec().each(1.0);
            let is_timeline =
                kind == TableKind::Sites && (!periods.is_empty() || is_panel(&at, &words));
            let found = Recognised {
                kind,
                at,
                factor,
                unused,
                extra,
                implied,
                implied_by,
                by,
                decimal: kind.spec().each(None),
                order: kind.spec().each(None),
                lon_first: false,
                list_marks: kind.spec().each(None),
                unit_at: None,
                month_at: None,
                is_queue: words.iter().any(|word| {
                    has(&word.tokens, "queue") || word.tokens.first().is_some_and(|t| t == "q")
                }),
                is_timeline,
                periods,
                because,
                score,
            };
            best = Some((score, found));
        }
    }
    let better_near = |score: u32| nearest.as_ref().is_some_and(|(near, ..)| *near > score * 2);
    match best {
        Some((score, found)) if !better_near(score) => with_units(found, &words),
        _ => {
            let score = nearest.as_ref().map_or(0, |(near, ..)| *near);
            let nearest = nearest.map(|(_, kind, m)| (kind, m));
            Err(NotRecognised { nearest, unit: None, score })
        }
    }
}

/// What the unit of a site adds to a score: the tables of phases have it too, and mean it.
fn unit_score(kind: TableKind, at: &PerColumn<Option<usize>>, words: &[Word]) -> u32 {
    let slot = sites::AT.phase;
    match at.get(slot).copied().flatten().filter(|_| kind == TableKind::Sites) {
        Some(at) if words[at].exact == kind.spec().column(slot).name => 5,
        Some(_) => 4,
        None => 0,
    }
}

/// Whether rows are what stands at a date: their date is called so, and no unit is named.
fn is_panel(at: &PerColumn<Option<usize>>, words: &[Word]) -> bool {
    let of = sites::AT;
    let title = at[of.online].map_or("", |at| words[at].plain.as_str());
    let titles = [
        "date",
        "year",
        "month",
        "quarter",
        "period",
        "asof",
        "asofdate",
        "timestamp",
        "day",
        "time",
        "reportingyear",
        "reportingdate",
        "datayear",
        "snapshot",
        "snapshotdate",
        "observationdate",
        "yearmonth",
        "jahr",
        "datum",
        "année",
        "annee",
        "año",
        "ano",
        "fecha",
    ];
    titles.contains(&title) && at[of.phase].is_none()
}

/// Columns whose title is a date, of what stands then; there are two at least.
fn periods(header: &[&str], words: &[Word], used: impl Fn(usize) -> bool) -> Vec<Period> {
    let around = "mw mwe gw kw power capacity it facility total installed cumulative end of by in \
        forecast projected expected actual online operational load year planned at";
    let of = |at: usize| {
        let tokens: Vec<&str> = words[at].tokens.iter().map(String::as_str).collect();
        let rest: Vec<&str> = tokens
            .into_iter()
            .filter(|token| !around.split_whitespace().any(|word| word == *token))
            .collect();
        let text = rest.join(" ");
        let plain = header[at].trim();
        let (day, precision) = if let Some(month) = Month::parse(plain) {
            (month.first_day(), Precision::Month)
        } else {
            let date = word_date(&text)?;
            (date.day, date.precision)
        };
        let years = Day::from_ymd(1950, 1, 1)?..Day::from_ymd(2101, 1, 1)?;
        years.contains(&day).then_some(Period { at, day, precision })
    };
    let found: Vec<Period> = (0..words.len()).filter(|at| !used(*at)).filter_map(of).collect();
    if found.len() < 2 { Vec::new() } else { found }
}

/// Whether a header is that of our own table, column by column; later columns may be missing.
fn is_own_header(kind: TableKind, header: &[&str]) -> bool {
    let columns = kind.spec().columns;
    let own = columns.iter().map(|column| column.name).take(header.len());
    let rest = columns.iter().skip(header.len());
    header.len() > 2
        && own.eq(header.iter().copied())
        && rest.clone().all(|column| !matches!(column.need, Need::Key | Need::Header))
}

/// Of columns that nothing uses, those that have a title that no column before them has.
fn titled(unused: &[(usize, Option<&'static str>)], header: &[&str]) -> Vec<usize> {
    let titled = |at: &usize| {
        let title = header[*at].trim();
        !title.is_empty() && !header[..*at].iter().any(|h| h.trim().eq_ignore_ascii_case(title))
    };
    unused.iter().map(|(at, _)| *at).filter(titled).collect()
}

/// The state that the header of a power says rows without one have: `Current power (MW)` is in service,
/// `Planned capacity (MW)` is to come. Where one of two powers is in service and the other is not said
/// to be, the other is not used: it is another figure than that of today.
fn implied_state(
    kind: TableKind,
    at: &mut PerColumn<Option<usize>>,
    words: &[Word],
) -> (Option<Status>, Option<usize>) {
    let powers = match kind {
        TableKind::Sites => [sites::AT.facility_mw, sites::AT.it_mw],
        TableKind::Phases => [phases::AT.facility_mw, phases::AT.it_mw],
        _ => return (None, None),
    };
    let used: Vec<Slot> = powers.into_iter().filter(|slot| at[*slot].is_some()).collect();
    let tokens = |slot: Slot| at[slot].map_or(&[][..], |at| words[at].tokens.as_slice());
    let stands = |slot: &&Slot| {
        let tokens = tokens(**slot);
        has(tokens, IN_SERVICE) && !has(tokens, TO_COME) && !has(tokens, NOT_THE_LOAD)
    };
    if let Some(&said) = used.iter().find(stands) {
        let by = at[said];
        let others: Vec<Slot> = used.iter().filter(|slot| !stands(slot)).copied().collect();
        others.into_iter().for_each(|slot| at[slot] = None);
        return (Some(Status::Operating), by);
    }
    let to_come = |slot: &&Slot| has(tokens(**slot), TO_COME);
    match used.as_slice() {
        [] => (None, None),
        all if all.iter().all(|slot| to_come(&slot)) => (Some(Status::Planned), at[all[0]]),
        _ => (None, None),
    }
}

fn with_units(mut found: Recognised, words: &[Word]) -> Result<Recognised, NotRecognised> {
    for slot in found.kind.spec().slots() {
        let Some(at) = found.at[slot] else { continue };
        let column = found.kind.spec().column(slot);
        let own_name = words[at].exact == column.name;
        let unit = if own_name { "" } else { words[at].unit.as_str() };
        match unit_factor(column, unit) {
            Ok(factor) => found.factor[slot] = factor,
            // A column of racks or kVA is no power; the rest of the table is what it is.
            Err(_) if column.need != Need::Key => {
                found.at[slot] = None;
                found.unused.push((at, Some(column.name)));
                found.extra.push(at);
            }
            Err(why) => {
                let nearest = Some((found.kind, vec![column.name]));
                return Err(NotRecognised { nearest, unit: Some((at, why)), score: found.score });
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(header: &[&str]) -> &'static str {
        recognise(header).map_or("none", |r| r.kind.name())
    }

    #[test]
    fn every_own_header_is_recognised_as_its_table() {
        for table in TableKind::ALL.iter().map(|kind| kind.spec()) {
            let header: Vec<&str> = table.columns.iter().map(|c| c.name).collect();
            assert_eq!(kind(&header), table.name);
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
            let slot = found.kind.spec().find(column).unwrap();
            assert!(found.at[slot].is_some(), "{header}");
            found.factor[slot]
        };
        assert_eq!(factor("Power (MW)", "facility_mw"), 1.0);
        assert_eq!(factor("capacity_gw", "facility_mw"), 1e3);
        assert_eq!(factor("IT power [kW]", "it_mw"), 1e-3);
        let price = |header: &str| {
            let found = recognise(&["zone", "sector", "from", header]).unwrap();
            found.factor[crate::model::tables::prices::AT.usd_per_mwh]
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
        assert_eq!(missing.nearest, Some((TableKind::Phases, vec!["phase"])));
    }
}

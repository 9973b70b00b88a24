//! From a header to roles: which table a file is, which column is which, in which unit.

use super::cell::{DateOrder, Decimal};
use super::prices::PriceForm;
use super::shares::{ADDED, Share, shares};
use super::titles::{
    BY_WORDS, IN_SERVICE, LAST, Met, NOT_THE_LOAD, TO_COME, Word, has, met, speaks_of,
    speaks_of_price, unit_factor, word,
};
use crate::model::table::{Need, PerColumn, Slot};
use crate::model::tables::{phases, sites};
use crate::model::{Status, TableKind};

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
    pub by: PerColumn<DecidedBy>,
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
    /// Position of a column with the day of going online of rows that have none in its own.
    pub other_date_at: Option<usize>,
    /// Whether `active` means waiting in a queue for a connection.
    pub is_queue: bool,
    /// What further rows of one site say.
    pub rows: RowsOfSite,
    /// Columns that each hold a share of the power of a site.
    pub shares: Vec<Share>,
    /// How it was recognised, in words.
    pub because: String,
    /// How much of the header it explains.
    pub score: u32,
}

/// What further rows of one site say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RowsOfSite {
    /// A unit or phase each.
    #[default]
    Phases,
    /// What stands there on a date.
    Stand,
    /// What is added on a date.
    Add,
}

/// By what a column was recognised.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DecidedBy {
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

impl DecidedBy {
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

impl Recognised {
    /// Our own table, with its first columns in their order.
    fn own(kind: TableKind, count: usize) -> Self {
        let spec = kind.spec();
        let score = 5 * count as u32;
        Self {
            at: PerColumn::new(
                (0..spec.columns.len()).map(|at| Some(at).filter(|at| *at < count)).collect(),
            ),
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
            by: spec.each(DecidedBy::Name),
            decimal: spec.each(None),
            order: spec.each(None),
            lon_first: false,
            list_marks: spec.each(None),
            unit_at: None,
            month_at: None,
            other_date_at: None,
            is_queue: false,
            rows: RowsOfSite::default(),
            shares: Vec::new(),
            because: String::new(),
            score: 0,
        }
    }

    /// A table of prices in a form of its own.
    pub(super) fn prices(form: &PriceForm) -> Self {
        let kind = if form.span_is_months() { TableKind::Prices } else { TableKind::Hours };
        let because = match form.market {
            Some(market) => format!("prices in the form of {}", market.name),
            None => "prices by titles and cells".to_owned(),
        };
        Self { because, score: form.score, ..Self::nothing_of(kind) }
    }

    /// Takes a column out of those that nothing uses.
    pub(super) fn use_up(&mut self, at: usize) {
        self.unused.retain(|(unused, _)| *unused != at);
        self.extra.retain(|extra| *extra != at);
    }

    /// Leaves a column as text, with the column of the table that it speaks of, if that is to be told.
    pub(super) fn leave(&mut self, at: usize, near: Option<&'static str>) {
        self.unused.push((at, near));
        self.unused.sort_unstable();
        self.extra.push(at);
        self.extra.sort_unstable();
    }

    /// Gives a column a role by what its cells hold.
    pub(super) fn assign(&mut self, slot: Slot, at: usize) {
        self.use_up(at);
        self.at[slot] = Some(at);
        self.by[slot] = DecidedBy::Cells;
    }

    /// Whether a mapping says how it is read.
    pub(super) fn is_mapped(&self) -> bool {
        self.by.iter().any(|(_, by)| *by == DecidedBy::Mapping)
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

/// The columns that tables of sites and of phases share, by their places.
#[derive(Clone, Copy, Debug)]
pub(super) struct SiteSlots {
    pub facility_mw: Slot,
    pub it_mw: Slot,
    pub online: Slot,
    pub status: Slot,
    /// The name of the phase, or of the unit of a site.
    pub phase: Slot,
}

impl SiteSlots {
    /// Those of a table; none of one that is neither.
    pub(super) fn of(kind: TableKind) -> Option<Self> {
        match kind {
            TableKind::Sites => {
                let sites::Columns { facility_mw, it_mw, online, status, phase, .. } = sites::AT;
                Some(Self { facility_mw, it_mw, online, status, phase })
            }
            TableKind::Phases => {
                let phases::Columns { facility_mw, it_mw, online, status, phase, .. } = phases::AT;
                Some(Self { facility_mw, it_mw, online, status, phase })
            }
            _ => None,
        }
    }
}

/// Where a table's columns stand, and how many are met by name, by an alias, and by their words.
fn positions(
    kind: TableKind,
    words: &[Met],
    except: &[(Slot, usize)],
) -> (PerColumn<Option<usize>>, PerColumn<DecidedBy>, [u32; 3]) {
    let mut at = kind.spec().each(None);
    let mut by = kind.spec().each(DecidedBy::Name);
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
                    0 => DecidedBy::Name,
                    _ if (BY_WORDS..LAST).contains(&far) => DecidedBy::Words,
                    _ => DecidedBy::Spelling,
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
    // A share of a site's power has no other role.
    let shares = shares(header, &words);
    for share in &shares {
        met[share.at] = Met::default();
        if let Some(at) = share.date_at {
            met[at] = Met::default();
        }
    }
    for &kind in kinds {
        let (mut at, by, [names, aliases, by_words]) = positions(kind, &met, except);
        let shares = if kind == TableKind::Sites { shares.as_slice() } else { &[] };
        let missing = lacks(kind, &at, &words, !shares.is_empty());
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
            let used = |i: usize| {
                at.iter().any(|(_, at)| *at == Some(i))
                    || shares.iter().any(|share| share.at == i || share.date_at == Some(i))
            };
            let unused = (0..words.len()).filter(|i| !used(*i));
            let unused: Vec<_> = unused.map(|i| (i, speaks_of(&words[i]))).collect();
            let of_sites = SiteSlots::of(kind).is_some();
            let extra = if of_sites { titled(&unused, header) } else { Vec::new() };
            let is_panel = kind == TableKind::Sites && is_panel(&at, &words);
            // What is added on a date does not stand there.
            let adds = |at: usize| has(&words[at].tokens, ADDED);
            let adds = is_panel && at[sites::AT.facility_mw].is_some_and(adds);
            let rows = if shares.iter().any(|share| share.of.stands()) || is_panel && !adds {
                RowsOfSite::Stand
            } else if is_panel {
                RowsOfSite::Add
            } else {
                RowsOfSite::Phases
            };
            let found = Recognised {
                at,
                unused,
                extra,
                implied,
                implied_by,
                by,
                is_queue: words.iter().any(says_queue),
                rows,
                shares: shares.to_vec(),
                because,
                score,
                ..Recognised::nothing_of(kind)
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

/// Whether a title is one of a queue for connections.
fn says_queue(word: &Word) -> bool {
    has(&word.tokens, "queue") || word.tokens.first().is_some_and(|token| token == "q")
}

/// Titles of dates on which something stands rather than begins.
const STANDS_ON: &str = "date year month quarter period asof asofdate timestamp day time \
    reportingyear reportingdate datayear snapshot snapshotdate observationdate yearmonth jahr datum \
    annee ano anno rok vuosi 年 年份 연도 fecha";

/// Whether rows are what stands at a date: their date is called so, and no unit is named.
fn is_panel(at: &PerColumn<Option<usize>>, words: &[Word]) -> bool {
    let of = sites::AT;
    let title = at[of.online].map_or("", |at| words[at].plain.as_str());
    let cumulative =
        |at: usize| has(&words[at].tokens, "cumulative cumul cumulated kumuliert cumule acumulado");
    let stands = at[of.phase].is_none() && STANDS_ON.split_whitespace().any(|word| word == title);
    stands || at[of.online].is_some() && at[of.facility_mw].is_some_and(cumulative)
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
    let Some(of) = SiteSlots::of(kind) else { return (None, None) };
    let used: Vec<Slot> =
        [of.facility_mw, of.it_mw].into_iter().filter(|slot| at[*slot].is_some()).collect();
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

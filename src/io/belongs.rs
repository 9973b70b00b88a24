//! Which rows belong to the sites of another file: units that name them, and phases of sites that
//! nobody knows.

use csv::StringRecord;
use rustc_hash::{FxHashMap, FxHashSet};

use super::builtin::TABLES;
use super::open::Opened;
use super::places::folded;
use super::text::Records;
use crate::model::table::Slot;
use crate::model::tables::{phases, sites};
use crate::model::{Dataset, SiteIndex, TableKind};

/// Decides of files of the user's whether their rows are sites or units of sites, which the header
/// alone may leave open.
pub(super) fn settle(files: &mut [Opened<'_>]) {
    sites_to_phases(files);
    let is_sites = |file: &Opened<'_>| file.found.kind == TableKind::Sites;
    if files.iter().any(|file| !file.input.built_in && is_sites(file)) {
        return;
    }
    let built_in = files.iter().find(|file| file.input.built_in && is_sites(file));
    let known = built_in.and_then(|file| file.input.bytes.whole().ok());
    let known = known.map_or(Vec::new(), std::borrow::Cow::into_owned);
    for file in files.iter_mut().filter(|file| !file.input.built_in) {
        phases_to_sites(file, &known);
    }
}

/// The same of a file that is read alone, beside the built-in sites.
pub(super) fn settle_alone(file: &mut Opened<'_>) {
    let sites = TABLES.iter().find(|(name, _)| *name == "sites.csv");
    phases_to_sites(file, sites.map_or(&[], |(_, bytes)| bytes));
}

/// Takes phases whose sites nobody knows for sites with their units.
fn phases_to_sites(file: &mut Opened<'_>, known: &[u8]) {
    let Some(at) = file.found.at.get(phases::AT.site).copied().flatten() else { return };
    if file.found.kind != TableKind::Phases || file.found.is_mapped() {
        return;
    }
    let mut keys = 0;
    let any_known = with_keys(file, at, |key| {
        keys += 1;
        let cell = |before: &str, after: &str| format!("{before}{key}{after}");
        let spellings = [cell("\n", ","), cell(",", ","), cell(",\"", "\",")];
        spellings.iter().any(|text| memchr::memmem::find(known, text.as_bytes()).is_some())
    });
    if keys > 0 && !any_known {
        file.take_for(TableKind::Sites);
    }
}

/// Takes files for phases whose rows are units of the sites of another file: they have no place, and
/// name sites of it.
fn sites_to_phases(files: &mut [Opened<'_>]) {
    let at = sites::AT;
    let own_sites = |file: &Opened<'_>| !file.input.built_in && file.found.kind == TableKind::Sites;
    let has = |file: &Opened<'_>, slot: Slot| file.found.at[slot].is_some();
    let placed = |file: &Opened<'_>| has(file, at.lat);
    let units: Vec<usize> = (0..files.len())
        .filter(|&unit| {
            let file = &files[unit];
            let measured = [at.facility_mw, at.it_mw, at.online, at.chip_count, at.phase];
            own_sites(file)
                && !placed(file)
                && !file.found.is_mapped()
                && measured.iter().any(|&slot| has(file, slot))
        })
        .collect();
    for unit in units {
        let file = &files[unit];
        let is_of = |(other, sites): (usize, &Opened<'_>)| {
            let is_base = || placed(sites) || has(file, at.phase) && !has(sites, at.phase);
            other != unit && own_sites(sites) && is_base() && names_sites_of(file, sites)
        };
        if files.iter().enumerate().any(is_of) {
            files[unit].take_for(TableKind::Phases);
        }
    }
}

/// Files of sites that are no longer are searched for all keys of another.
const SEARCHED_WHOLE: u64 = 1 << 24;

/// Whether half of the first rows of a file name sites of another, by id or name. Of a large file the
/// titles of the keys decide.
fn names_sites_of(file: &Opened<'_>, sites: &Opened<'_>) -> bool {
    let keys = |file: &Opened<'_>| {
        let slots = [sites::AT.id, sites::AT.name].map(|slot| file.found.at[slot]);
        slots.into_iter().flatten().collect::<Vec<usize>>()
    };
    let Some(&key) = keys(file).first() else { return false };
    let letters = |file: &Opened<'_>, at: usize| folded(&file.header[at]);
    let Some(text) = sites.whole_if_short(SEARCHED_WHOLE) else {
        let wanted = letters(file, key);
        return keys(sites).into_iter().any(|at| letters(sites, at) == wanted);
    };
    let mut known: FxHashSet<String> = FxHashSet::default();
    let ats = keys(sites);
    let mut records = Records::new(&text, sites.delimiter, 0);
    let mut record = StringRecord::new();
    while records.next(&mut record).is_some() {
        known.extend(ats.iter().filter_map(|at| record.get(*at)).map(folded));
    }
    known.remove("");
    let (mut tried, mut hits) = (0_usize, 0_usize);
    with_keys(file, key, |key| {
        tried += 1;
        hits += usize::from(known.contains(&folded(key)));
        false
    });
    tried > 0 && hits * 2 >= tried
}

/// Whether something holds of any of the first keys of a file.
fn with_keys(file: &Opened<'_>, at: usize, mut holds: impl FnMut(&str) -> bool) -> bool {
    let text = file.beginning();
    let mut records = Records::new(&text, file.delimiter, 0);
    let mut record = StringRecord::new();
    let mut row = 0;
    while row < file.records + KEYS_TRIED && records.next(&mut record).is_some() {
        let key =
            record.get(at).map(str::trim).filter(|key| row >= file.records && !key.is_empty());
        if key.is_some_and(&mut holds) {
            return true;
        }
        row += 1;
    }
    false
}

/// Sites by their folded names, if keys at the begin of a file of phases are no ids.
pub(super) fn sites_by_name(
    file: &Opened<'_>,
    data: &Dataset,
    sites: &SiteIndex,
) -> Option<FxHashMap<String, Option<u32>>> {
    let at = file.found.at[phases::AT.site]?;
    if !with_keys(file, at, |key| sites.get(key).is_none()) {
        return None;
    }
    let mut out: FxHashMap<String, Option<u32>> = FxHashMap::default();
    for (site, name) in (0..).zip(&data.sites.name) {
        let found = out.entry(folded(data.text(*name))).or_insert(Some(site));
        *found = found.filter(|other| *other == site);
    }
    out.remove("");
    Some(out)
}

/// So many keys of a file tell whether they are ids.
const KEYS_TRIED: usize = 200;

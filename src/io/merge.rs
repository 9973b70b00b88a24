//! Takes the parts of a file in their order, whatever thread made them.

use std::sync::PoisonError;

use rustc_hash::{FxHashMap, FxHashSet};

use super::batch::slug;
use super::header::RowsOfSite;
use super::in_order::Join;
use super::part::{Part, PartContext, PartTable, carries_phases, step};
use super::problem::second_key;
use super::readers::UNKNOWN_SITE;
use super::row::Votes;
use crate::diagnostic::{Diagnostic, Place, Report, Severity, excerpt};
use crate::model::column::{Joining, Table as _};
use crate::model::names::same_text;
use crate::model::tables::sites;
use crate::model::{Dataset, Maybe, Name, Names, PhasesOf, SiteIndex};

/// So many unknown sites of a file get a hint at what they may have meant.
const MOST_HINTS: u32 = 20;

/// What the parts of one file become.
pub(super) struct Merger<'a> {
    pub data: &'a mut Dataset,
    /// Sites by id, while sites are read.
    pub index: SiteIndex,
    pub report: Report,
    pub votes: Votes,
    /// Rows in the file, and rows in use.
    pub rows: u64,
    pub kept: u64,
    /// A hash of all bytes.
    pub hash: u64,
    /// About so many parts will come.
    pub parts: usize,
    lines: u64,
    hints: u32,
    /// What unknown ones may be, if anything, by what was found.
    hinted: FxHashMap<String, Option<String>>,
    cx: &'a PartContext<'a>,
    /// What rows of each site say, where they carry phases.
    rows_seen: FxHashSet<(u32, u64)>,
    /// How many rows such sites have.
    unit_counts: FxHashMap<u32, u32>,
}

impl Join for Merger<'_> {
    type Part = Part;

    fn join(&mut self, part: &mut Part) {
        self.put(part);
    }
}

impl<'a> Merger<'a> {
    pub(super) fn new(data: &'a mut Dataset, index: SiteIndex, cx: &'a PartContext<'a>) -> Self {
        Self {
            data,
            index,
            report: Report::default(),
            votes: cx.no_votes(),
            rows: 0,
            kept: 0,
            hash: 0,
            parts: 1,
            lines: 0,
            hints: MOST_HINTS,
            hinted: FxHashMap::default(),
            cx,
            rows_seen: FxHashSet::default(),
            unit_counts: FxHashMap::default(),
        }
    }

    /// Puts the rows of the next part at the end of the table.
    pub(super) fn put(&mut self, part: &mut Part) {
        part.report.move_down(self.lines);
        if matches!(self.cx.table, PartTable::Sites { .. }) {
            self.identify(part);
            self.kept += part.sites.len() as u64;
        }
        let names = self.data.names.take_over(&part.names);
        let how = Joining { names: &names, lines: u32::try_from(self.lines).unwrap_or(u32::MAX) };
        if matches!(self.cx.table, PartTable::Sites { .. }) {
            self.data.sites.join(&mut part.sites, &how);
        } else {
            self.kept += part.phases.len() as u64;
            self.hint(part);
        }
        self.data.phases.join(&mut part.phases, &how);
        self.report.append(std::mem::take(&mut part.report));
        let mut told = self.cx.told.lock().unwrap_or_else(PoisonError::into_inner);
        told.clear();
        told.extend(self.report.full());
        self.votes.add(&part.votes, self.lines);
        self.rows += part.rows;
        self.lines += part.lines;
        self.hash = step(self.hash, part.hash);
    }

    /// Gives every site its id, once. A further row of a site that carries power or dates is a
    /// further phase of it; any other is left out.
    fn identify(&mut self, part: &mut Part) {
        if self.rows == 0 {
            self.index.reserve(part.sites.len().saturating_mul(self.parts));
        }
        let has_ids = self.cx.file.found.at[sites::AT.id].is_some();
        let lacking = part.sites.id.any(|id| part.names.get(*id).is_empty());
        let base = self.data.sites.len() as u32;
        // The site of each row, and rows that are the first of theirs.
        let mut site_of: Vec<u32> = Vec::with_capacity(part.sites.len());
        let mut firsts: Vec<usize> = Vec::with_capacity(part.sites.len());
        let mut again = Vec::new();
        let mut second = Vec::new();
        // What an id is made of depends on those before.
        let at_once = if lacking || !has_ids { 1 } else { SiteIndex::AT_ONCE };
        for first in (0..part.sites.len()).step_by(at_once) {
            let rows = first..part.sites.len().min(first + at_once);
            if !has_ids || lacking && part.names.get(part.sites.id[first]).is_empty() {
                self.make_id(part, first, (base, &firsts), &mut second);
            }
            let ids: Vec<&str> =
                rows.clone().map(|row| part.names.get(part.sites.id[row])).collect();
            let taken = self.index.push_new(&ids);
            for row in rows.clone() {
                if taken >> (row - first) & 1 == 0 {
                    site_of.push(base + firsts.len() as u32);
                    firsts.push(row);
                } else {
                    let site = self.index.get(ids[row - first]).unwrap_or(0);
                    site_of.push(site);
                    again.push(row);
                }
            }
        }
        self.tell_second_names(part, &second);
        let twice = self.take_units(part, &again, &site_of);
        self.tell_twice(part, &twice, has_ids);
        let of: Vec<usize> = part.phases.site.iter().map(|&site| site as usize).collect();
        part.phases.site.change(|row| *row = site_of[*row as usize]);
        if !again.is_empty() {
            let again: FxHashSet<usize> = again.into_iter().collect();
            part.phases.keep(&|phase| !twice.contains(&of[phase]));
            self.kept += (again.len() - twice.len()) as u64;
            part.sites.keep(&|row| !again.contains(&row));
        }
    }

    /// Tells of sites that share a name, and are kept apart.
    fn tell_second_names(&self, part: &mut Part, second: &[(u64, Name, String)]) {
        let path = self.cx.file.path;
        let (report, names) = (&mut part.report, &part.names);
        report.tell(path, ("W224", Severity::Warning), second.len(), |at| {
            let (line, name, made) = &second[at];
            Diagnostic {
                code: "W224",
                severity: Severity::Warning,
                what: "a second site has this name, and the file gives no ids".to_owned(),
                place: Place::line(path, *line).column(self.cx.file.written(sites::AT.name)),
                found: excerpt(names.get(*name)),
                expected: "a column `id`, or names that differ".to_owned(),
                help: Some(format!("it is kept as `{}`", excerpt(made))),
            }
        });
    }

    /// Tells of rows that are left out, since a row before has their key.
    fn tell_twice(&self, part: &mut Part, twice: &FxHashSet<usize>, has_ids: bool) {
        let key = if has_ids { sites::AT.id } else { sites::AT.name };
        let (path, column) = (self.cx.file.path, self.cx.file.written(key));
        let mut rows: Vec<usize> = twice.iter().copied().collect();
        rows.sort_unstable();
        let found = |row: usize| if has_ids { part.sites.id[row] } else { part.sites.name[row] };
        let line = |row: usize| u64::from(part.sites.origin.at(row).line) + self.lines;
        let (report, names) = (&mut part.report, &part.names);
        report.tell(path, ("E111", Severity::Error), rows.len(), |at| {
            second_key(path, column, line(rows[at]), names.get(found(rows[at])))
        });
    }

    /// Takes further rows of sites as phases of theirs; gives the rows that are the same as one before,
    /// or carry nothing.
    fn take_units(
        &mut self,
        part: &mut Part,
        again: &[usize],
        site_of: &[u32],
    ) -> FxHashSet<usize> {
        let found = self.cx.file.found;
        if !self.joins_rows() {
            return again.iter().copied().collect();
        }
        if found.rows == RowsOfSite::Stand {
            return FxHashSet::default();
        }
        let named = found.at[sites::AT.phase].is_some();
        let mut twice = FxHashSet::default();
        let mut further = again.iter().peekable();
        let mut told = Vec::new();
        for (row, &site) in site_of.iter().enumerate() {
            let is_new = self.rows_seen.insert((site, part.row_hashes[row]));
            if further.next_if(|next| **next == row).is_none() {
                continue;
            }
            if !is_new {
                twice.insert(row);
                continue;
            }
            // What merged cells leave is told with the cell.
            if part.continued.binary_search(&row).is_err() {
                told.push(row);
            }
            if !named {
                let count = self.unit_counts.entry(site).or_insert(1);
                *count += 1;
                part.phases.phase.set(row, part.names.add(&format!("Unit {count}")));
            }
        }
        let path = self.cx.file.path;
        let line = |row: usize| u64::from(part.sites.origin.at(row).line) + self.lines;
        let column = self.cx.file.written(sites::AT.name);
        let name = |row: usize| part.names.get(part.sites.name[row]);
        part.report.tell(path, ("N304", Severity::Note), told.len(), |at| Diagnostic {
            code: "N304",
            severity: Severity::Note,
            what: "a further row of a site is a further phase of it".to_owned(),
            place: Place::line(path, line(told[at])).column(column),
            found: excerpt(name(told[at])),
            expected: "one row a site, or a column with the unit".to_owned(),
            help: Some("its power adds to that of the rows above".to_owned()),
        });
        twice
    }

    /// Whether rows of one site are phases of it.
    fn joins_rows(&self) -> bool {
        let given = matches!(self.cx.table, PartTable::Sites { phases_given: true, .. });
        let found = self.cx.file.found;
        carries_phases(found) && !given && found.shares.is_empty()
    }

    /// Whether a row stands where a site does that has its name.
    fn same_place(
        &self,
        part: &Part,
        row: usize,
        site: u32,
        (base, firsts): (u32, &[usize]),
    ) -> bool {
        let (table, names, at) = if site < base {
            (&self.data.sites, &self.data.names, site as usize)
        } else {
            (&part.sites, &part.names, firsts[(site - base) as usize])
        };
        let near = |a: Maybe, b: Maybe| match (a.get(), b.get()) {
            (Some(a), Some(b)) => (a - b).abs() < 0.05,
            _ => true,
        };
        let same = |a: Name, b: Name| {
            let (a, b) = (names.get(a), part.names.get(b));
            a.is_empty() || b.is_empty() || a == b
        };
        let found = self.cx.file.found;
        let placed = table.lat[at].is_some() && part.sites.lat[row].is_some();
        let in_city = !names.get(table.city[at]).is_empty()
            && names.get(table.city[at]) == part.names.get(part.sites.city[row]);
        // Two that are called alike, as "Anonymous" is, are one where more than the name says so.
        (placed
            || in_city
            || found.rows != RowsOfSite::Phases
            || found.at[sites::AT.phase].is_some())
            && near(table.lat[at], part.sites.lat[row])
            && near(table.lon[at], part.sites.lon[row])
            && same(table.country[at], part.sites.country[row])
            && same(table.subdivision[at], part.sites.subdivision[row])
            && same(table.operator[at], part.sites.operator[row])
    }

    /// An id for a site without one: from its name, with its line where that is taken or holds no
    /// letter.
    fn make_id(
        &self,
        part: &mut Part,
        row: usize,
        before: (u32, &[usize]),
        second: &mut Vec<(u64, Name, String)>,
    ) {
        let has_ids = self.cx.file.found.at[sites::AT.id].is_some();
        if row > 0 && part.continued.binary_search(&row).is_ok() {
            part.sites.id.set(row, part.sites.id[row - 1]);
            return;
        }
        let line = u64::from(part.sites.origin.at(row).line) + self.lines;
        let id = part.names.get(part.sites.id[row]);
        let plain =
            if id.is_empty() { slug(part.names.get(part.sites.name[row])) } else { id.to_owned() };
        let made = match plain.as_str() {
            "" => format!("site-{line}"),
            taken
                if !has_ids
                    && self.joins_rows()
                    && self
                        .index
                        .get(taken)
                        .is_some_and(|site| self.same_place(part, row, site, before)) =>
            {
                return;
            }
            taken if self.index.get(taken).is_some() => {
                let made = format!("{taken}-{line}");
                // Of a file with ids it is said that the row lacks one.
                if !has_ids {
                    second.push((line, part.sites.name[row], made.clone()));
                }
                made
            }
            _ if !id.is_empty() => return,
            _ => plain,
        };
        part.sites.id.set(row, part.names.add(&made));
    }

    /// Tells which sites unknown ones may be.
    fn hint(&mut self, part: &mut Part) {
        let (data, hints, hinted) = (&*self.data, &mut self.hints, &mut self.hinted);
        part.report.amend(|finding| {
            if finding.code != UNKNOWN_SITE || *hints == 0 {
                return;
            }
            *hints -= 1;
            let near = hinted
                .entry(finding.found.clone())
                .or_insert_with(|| nearest_site(data, &finding.found).map(str::to_owned));
            finding.help = near.as_ref().map(|near| format!("did you mean \"{near}\"?"));
        });
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

/// Names of so many phases are compared without hashing them.
const FEW_PHASES: usize = 8;

/// Sites whose phases are looked at together.
const SITES_TOGETHER: usize = 64;

/// Positions of phases whose site has an earlier phase of the same name.
pub(super) fn phases_named_twice(data: &Dataset, sites: std::ops::Range<usize>) -> Vec<u32> {
    let name = |phase: u32| data.phases.phase[phase as usize];
    let mut out = Vec::new();
    let mut hashes: Vec<(u64, u32)> = Vec::new();
    // Phases of some sites, each where those of the next begin, with their names: gathered step by
    // step, so that memory need not be waited for one by one.
    let mut few: Vec<u32> = Vec::new();
    let mut ends: Vec<usize> = Vec::new();
    let mut names: Vec<crate::model::Name> = Vec::new();
    let mut texts: Vec<&[u8]> = Vec::new();
    for first in sites.clone().step_by(SITES_TOGETHER) {
        few.clear();
        ends.clear();
        for site in first..(first + SITES_TOGETHER).min(sites.end) {
            let phases = data.phases_of(site);
            if phases.len() <= FEW_PHASES {
                if matches!(phases, PhasesOf::Following(_)) {
                    // They stand side by side, and so do their names.
                    texts.clear();
                    for phase in phases {
                        let text = data.text(name(phase as u32)).as_bytes();
                        let before = texts.iter().any(|other| same_text(other, text));
                        out.extend(before.then_some(phase as u32));
                        texts.push(text);
                    }
                    continue;
                }
                few.extend(phases.map(|phase| phase as u32));
                ends.push(few.len());
                continue;
            }
            hashes.clear();
            hashes.extend(phases.map(|p| (short_hash(&data.names, name(p as u32)), p as u32)));
            // Rows of one name stand side by side then, the earliest first.
            hashes.sort_unstable();
            for run in hashes.chunk_by(|a, b| a.0 == b.0).filter(|run| run.len() > 1) {
                for (at, &(_, phase)) in run.iter().enumerate() {
                    let text = data.text(name(phase));
                    let before = run[..at].iter().any(|&(_, p)| data.text(name(p)) == text);
                    out.extend(before.then_some(phase));
                }
            }
        }
        names.clear();
        names.extend(few.iter().map(|&phase| name(phase)));
        texts.clear();
        texts.extend(names.iter().map(|&name| data.text(name).as_bytes()));
        let mut begin = 0;
        for &end in &ends {
            // A few are compared with one another.
            let own = &texts[begin..end];
            for (at, text) in own.iter().enumerate() {
                let before = own[..at].iter().any(|other| same_text(other, text));
                out.extend(before.then(|| few[begin + at]));
            }
            begin = end;
        }
    }
    out
}

fn short_hash(names: &Names, name: crate::model::Name) -> u64 {
    use std::hash::BuildHasher as _;
    rustc_hash::FxBuildHasher.hash_one(names.get(name))
}

//! Cumulative timelines: what stands at a site by date becomes phases, which are increments.
//!
//! A step up is a phase that goes online then. A fall is a retirement of the difference (RULES L1):
//! of what went online first, the most recent stays.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use crate::model::column::Table as _;
use crate::model::{Dataset, Day, Maybe, Phase};

/// Amounts that stand: each has its own steps.
const MEASURES: usize = 3;

fn amounts(phase: &Phase) -> [Option<f64>; MEASURES] {
    [phase.facility_mw.get(), phase.it_mw.get(), phase.chip_count.get()]
}

/// How many rows and sites were turned.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Turned {
    pub rows: u64,
    pub sites: u64,
}

/// Turns the phases from a position on, which say what stands on their dates, to increments.
pub(super) fn to_increments(data: &mut Dataset, from: usize) -> Turned {
    let mut of_site: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for row in from..data.phases.len() {
        of_site.entry(data.phases.site[row]).or_default().push(row);
    }
    if of_site.values().all(|rows| rows.len() < 2) {
        return Turned::default();
    }
    let mut turned = Turned::default();
    let mut out: Vec<Phase> = Vec::new();
    for rows in of_site.values() {
        let phases: Vec<Phase> = rows.iter().map(|&row| data.phases.row(row)).collect();
        turned.rows += phases.len() as u64;
        turned.sites += 1;
        out.extend(steps(phases));
    }
    data.phases.truncate(from);
    for mut phase in out {
        let name = match phase.online.get() {
            Some(day) => data.names.add(&name_of(day, phase.retired.get())),
            None => phase.phase,
        };
        phase.phase = name;
        data.phases.push(phase);
    }
    turned
}

fn name_of(online: Day, retired: Option<Day>) -> String {
    match retired {
        Some(day) => format!("{online} until {day}"),
        None => online.to_string(),
    }
}

/// The increments of one site.
fn steps(mut rows: Vec<Phase>) -> Vec<Phase> {
    let (mut dated, undated): (Vec<Phase>, Vec<Phase>) =
        rows.drain(..).partition(|phase| phase.online.get().is_some());
    // Of two rows of a day the later one holds.
    dated.sort_by_key(|phase| (phase.online.get(), phase.origin.line));
    let mut pieces: FxHashMap<(Day, Option<Day>), [Option<f64>; MEASURES]> = FxHashMap::default();
    for measure in 0..MEASURES {
        for (online, retired, amount) in pieces_of(&dated, measure) {
            let all = pieces.entry((online, retired)).or_default();
            all[measure] = Some(all[measure].unwrap_or(0.0) + amount);
        }
    }
    let mut keys: Vec<(Day, Option<Day>)> = pieces.keys().copied().collect();
    keys.sort_unstable();
    let mut out: Vec<Phase> = Vec::new();
    for (online, retired) in keys {
        let Some(row) = dated.iter().rfind(|phase| phase.online.get() == Some(online)) else {
            continue;
        };
        let [facility, it, chips] = pieces[&(online, retired)].map(Maybe::from);
        let none = Maybe::NONE;
        out.push(Phase {
            facility_mw: facility,
            facility_mw_low: none,
            facility_mw_high: none,
            it_mw: it,
            it_mw_low: none,
            it_mw_high: none,
            chip_count: chips,
            chip_count_low: none,
            chip_count_high: none,
            retired: retired.or(row.retired.get()).into(),
            ..row.clone()
        });
    }
    // A site of which nothing is known by number is still dated by its first row.
    if out.is_empty() {
        out.extend(dated.into_iter().take(1));
    }
    out.extend(undated);
    out
}

/// Pieces of one amount: from when, until when, and how much.
fn pieces_of(dated: &[Phase], measure: usize) -> Vec<(Day, Option<Day>, f64)> {
    let mut levels: Vec<(Day, f64)> = Vec::new();
    for phase in dated {
        if let (Some(day), Some(level)) = (phase.online.get(), amounts(phase)[measure]) {
            match levels.last_mut() {
                Some(last) if last.0 == day => last.1 = level,
                _ => levels.push((day, level)),
            }
        }
    }
    let mut stands: std::collections::VecDeque<(Day, f64)> = std::collections::VecDeque::new();
    let (mut out, mut before) = (Vec::new(), 0.0);
    for (day, level) in levels {
        let mut fall = before - level;
        if fall < 0.0 {
            stands.push_back((day, -fall));
        }
        while fall > 0.0 {
            let Some((online, amount)) = stands.pop_front() else { break };
            let gone = amount.min(fall);
            out.push((online, Some(day), gone));
            if amount > gone {
                stands.push_front((online, amount - gone));
            }
            fall -= gone;
        }
        before = level;
    }
    out.extend(stands.into_iter().map(|(online, amount)| (online, None, amount)));
    out
}

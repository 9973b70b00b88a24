//! Rows that are none of a table: sums, headings, the header once more, remarks.

use super::header::Recognised;
use super::part::{PartContext, PartTable};
use super::places::{PlaceCodes, is_part_of_the_world};
use super::problem::Problem;
use super::row::trimmed;
use super::split::Cells;
use super::well_formed::{may_say_sum, odd_shape, says_sum};
use crate::model::tables::sites;

/// By what a row is known that is none of the table's.
pub(super) struct OddSigns<'c> {
    header: &'c [String],
    /// Bytes of the first title.
    first: usize,
    /// Of sites. Sums among phases name no site, and are known by that.
    of_sites: Option<(SumSigns, &'c PlaceCodes)>,
}

impl<'c> OddSigns<'c> {
    pub(super) fn of(cx: &'c PartContext<'_>) -> Self {
        let header = cx.file.header;
        let of_sites = match &cx.table {
            PartTable::Sites { places, .. } => Some((SumSigns::of(cx.file.found), &**places)),
            PartTable::Phases { .. } => None,
        };
        Self { header, first: header.first().map_or(0, String::len), of_sites }
    }

    /// Whether a closer look is due; hardly any row needs it.
    #[inline]
    pub(super) fn may_be_odd(&self, record: Cells<'_>) -> bool {
        let width = self.header.len();
        odd_shape(record, width).is_some()
            // Hardly any name is as long as its header.
            || record.raw(0).len() == self.first
            || self.of_sites.as_ref().is_some_and(|(sums, _)| {
                sums.may_hold(record) || may_be_heading(record, width)
            })
    }

    /// What a row is that is none of the table's.
    #[cold]
    pub(super) fn oddity(&self, record: Cells<'_>) -> Option<Problem> {
        let width = self.header.len();
        if let Some(problem) = odd_shape(record, width) {
            return Some(problem);
        }
        if is_header_again(record, self.header) {
            return Some(Problem::HeaderAgain);
        }
        if may_be_heading(record, width) && is_remark(record) {
            return Some(Problem::Remark);
        }
        let (sums, places) = self.of_sites.as_ref()?;
        if sums.hold(record) {
            return Some(Problem::Sum);
        }
        let is_heading = may_be_heading(record, width) && is_lone_place(record, places);
        is_heading.then_some(Problem::Heading)
    }
}

/// Where a row may say that it is the sum of those above, and where a place of its own stands.
struct SumSigns {
    key: Option<usize>,
    unit: Option<usize>,
    places: [Option<usize>; 2],
}

impl SumSigns {
    fn of(found: &Recognised) -> Self {
        let of = sites::AT;
        Self {
            key: found.at[of.name],
            unit: found.at[of.phase],
            places: [of.lat, of.lon].map(|slot| found.at[slot]),
        }
    }

    /// Whether a row may be called a sum.
    #[inline]
    fn may_hold(&self, record: Cells<'_>) -> bool {
        let named = |at: usize| may_say_sum(record.raw(at));
        named(0) || self.key.is_some_and(named) || self.unit.is_some_and(named)
    }

    /// Whether a row is a sum: it is called so, and has no place of its own.
    fn hold(&self, record: Cells<'_>) -> bool {
        let cell = |at: usize| record.get(at).map_or("", trimmed);
        let named = |at: usize| says_sum(cell(at));
        // The sum of the units of a site may have its place.
        self.unit.is_some_and(named)
            || (named(0) || self.key.is_some_and(named))
                && self.places.iter().flatten().all(|at| cell(*at).is_empty())
    }
}

/// Whether little stands in a row, as in a heading of those under it: a country, state or part of
/// the world, alone.
#[inline]
fn may_be_heading(record: Cells<'_>, width: usize) -> bool {
    width > 2 && record.raw(1).is_empty() && record.raw(width - 1).is_empty()
}

/// Whether all that stands in a row is a remark: `Note: …`, `Source: …`, `* …`.
fn is_remark(record: Cells<'_>) -> bool {
    let mut filled = record.iter().map(trimmed).filter(|cell| !cell.is_empty());
    let (Some(cell), None) = (filled.next(), filled.next()) else { return false };
    let begin = cell.to_lowercase();
    let begins = "note:|notes:|source:|sources:|*|†|n.b.|nb:|disclaimer|last updated|updated:|as of |©|data:|\
        quelle:|quellen:|hinweis|anmerkung|fuente:|nota:|notas:|fonte:|remarque|注:|注：|来源:|来源：|出典|資料:";
    begins.split('|').any(|word| begin.starts_with(word))
}

/// Whether a row holds nothing but a country, state or part of the world.
#[cold]
fn is_lone_place(record: Cells<'_>, places: &PlaceCodes) -> bool {
    let mut filled = record.iter().map(trimmed).filter(|cell| !cell.is_empty());
    let (Some(cell), None) = (filled.next(), filled.next()) else { return false };
    let cell = cell.trim_end_matches(':');
    is_part_of_the_world(cell) || places.is_place(cell)
}

/// Whether a row is the header once more, as pages and joined files have it.
fn is_header_again(record: Cells<'_>, header: &[String]) -> bool {
    record.len() > 1 && record.iter().zip(header).all(|(cell, title)| trimmed(cell) == title)
}

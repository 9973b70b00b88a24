//! The supply curve of compute: what is in service, ordered by what it costs.

use rustc_hash::FxHashMap;

use super::bill::PhaseYear;
use super::energy::{Rate, RateQuery};
use super::measure::Measure;
use super::phase::Quantity;
use super::stack::LEAST;
use super::{Grouping, Outcome};
use crate::model::{Dataset, Grid, Kind, Month, Name, SectorChoice};

/// A block of the curve: a site at a month.
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    /// Position of the site.
    pub site: usize,
    /// Group of most of its power: position in the grouping's names.
    pub group: u32,
    /// MW at the meter in service.
    pub facility_mw: f64,
    /// Its cost, in the unit of the measure.
    pub cost: f64,
}

/// Blocks from cheap to dear, and what could not be placed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Supply {
    /// The blocks.
    pub blocks: Vec<Block>,
    /// MW in service whose cost is not known.
    pub left_out_mw: f64,
    /// Phases in service whose cost or power is not known.
    pub left_out: u32,
}

/// What is asked of the curve.
#[derive(Clone, Copy)]
pub struct SupplyQuery<'a> {
    /// A ratio of cost: per MWh, per H100e-hour, per accelerator-hour or per MW-year.
    pub measure: Measure,
    /// What colours the blocks.
    pub grouping: &'a Grouping,
    /// Which phases take part; all where there is none.
    pub mask: Option<&'a [bool]>,
    /// Whose price.
    pub sector: SectorChoice,
    /// The month.
    pub month: Month,
}

#[derive(Clone, Copy, Default)]
struct Sums {
    mw: f64,
    over: f64,
    under: f64,
    group: Option<(u32, f64)>,
}

/// Works out the curve at the end of a month, at its yearly rate.
pub fn supply(data: &Dataset, outcome: &Outcome, query: &SupplyQuery<'_>) -> Supply {
    let (day, at) = (query.month.last_day(), outcome.grid.clamp(query.month) as u32);
    let mut rates: FxHashMap<(Name, u16, Kind), Rate> = FxHashMap::default();
    let mut sums = vec![Sums::default(); data.sites.len()];
    let mut out = Supply::default();
    let taken = |p: &usize| query.mask.is_none_or(|m| m[*p]);
    for phase in (0..data.phases.len()).filter(taken) {
        let share = query.grouping.total_share(phase, at);
        if !outcome.phases.stands_on(phase, day) || share <= 0.0 {
            continue;
        }
        let site = data.phases.site[phase] as usize;
        let (start, kind) = (data.price_start(site), data.sites.kind[site]);
        let class = outcome.energy.class_at(phase);
        let rate = *rates.entry((start, class, kind)).or_insert_with(|| {
            let asked = RateQuery {
                data,
                rules: &outcome.energy,
                assumptions: &outcome.assumptions,
                sector: query.sector,
                start,
                kind,
                class,
            };
            asked.curve(&Grid::new(query.month, query.month)).first().copied().unwrap_or_default()
        });
        let mw = outcome.phases.get(Quantity::FacilityMw, phase).map(|mw| mw * share);
        let year = PhaseYear::of(data, outcome, phase);
        let Some((over, under)) = year.and_then(|year| year.cost_of(query.measure, &rate)) else {
            out.left_out += 1;
            out.left_out_mw += mw.unwrap_or(0.0);
            continue;
        };
        let Some(mw) = mw else {
            out.left_out += 1;
            continue;
        };
        let sum = &mut sums[site];
        sum.mw += mw;
        sum.over += over * share;
        sum.under += under * share;
        let parts = query.grouping.parts(phase).iter().filter(|p| p.from <= at && at < p.to);
        for part in parts {
            let weight = part.share / share * mw;
            if sum.group.is_none_or(|(_, most)| weight > most) {
                sum.group = Some((part.group, weight));
            }
        }
    }
    for (site, sum) in sums.iter().enumerate().filter(|(_, s)| s.under > LEAST && s.mw > 0.0) {
        out.blocks.push(Block {
            site,
            group: sum.group.map_or(u32::MAX, |(group, _)| group),
            facility_mw: sum.mw,
            cost: sum.over / sum.under,
        });
    }
    out.blocks.sort_by(|a, b| a.cost.total_cmp(&b.cost).then(a.site.cmp(&b.site)));
    out
}

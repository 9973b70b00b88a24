//! What a phase is worth in each month: values, and the rates that they are multiplied by.

use rustc_hash::FxHashMap;

use super::Sweep;
use crate::model::{Dataset, Kind, Name, SectorChoice};
use crate::scenario::energy::RateQuery;
use crate::scenario::measure::{Flow, Kind as MeasureKind, Measure, RatePart};
use crate::scenario::stack::{fixed_rate, flow_amount, part_of};
use crate::scenario::{Outcome, Rate};

/// Curve of stocks: none.
pub(super) const STOCK: u32 = u32::MAX;

/// Rates by zone, class and flow, each worked out once.
pub(super) struct Curves<'a> {
    data: &'a Dataset,
    outcome: &'a Outcome,
    sector: SectorChoice,
    pub(super) made: Vec<Vec<f64>>,
    known: FxHashMap<(Name, u16, bool, u8), u32>,
}

impl<'a> Curves<'a> {
    pub(super) fn new(sweep: &'a Sweep<'_>, outcome: &'a Outcome) -> Self {
        let sector = sweep.query.sector;
        Self { data: sweep.data, outcome, sector, made: Vec::new(), known: FxHashMap::default() }
    }

    /// Values with curves of a measure for a phase, and those of a ratio's denominator.
    pub(super) fn terms(&mut self, measure: Measure, phase: usize) -> [[(f64, u32); 2]; 2] {
        let none = (0.0, STOCK);
        match measure.row().kind {
            MeasureKind::Stock(quantity) => {
                let value = self.outcome.phases.get(quantity, phase).unwrap_or(0.0);
                [[(value, STOCK), none], [none; 2]]
            }
            MeasureKind::Flows(flows) => [self.flows(flows, flows, phase), [none; 2]],
            MeasureKind::Ratio(over, under, _) => {
                let (above, below) = (over.flows(), under.flows());
                let all: Vec<Flow> = above.iter().chain(below).copied().collect();
                [above, below].map(|flows| self.flows(flows, &all, phase))
            }
        }
    }

    /// Terms of flows; nothing where one of `all` is not known.
    fn flows(&mut self, flows: &[Flow], all: &[Flow], phase: usize) -> [(f64, u32); 2] {
        let mut out = [(0.0, STOCK); 2];
        let amount = |flow: &Flow| {
            flow_amount(self.data, self.outcome, (flow.quantity, flow.factor), phase)
        };
        if !all.iter().all(|flow| amount(flow).is_some()) {
            return out;
        }
        for (slot, flow) in out.iter_mut().zip(flows) {
            let amount = amount(flow).unwrap_or(0.0);
            *slot = (amount, self.curve(flow.rate, all, phase));
        }
        out
    }

    /// The rates of a flow by month; 0 where one of `all` is not known.
    fn curve(&mut self, part: RatePart, all: &[Flow], phase: usize) -> u32 {
        let site = self.data.phases.site[phase] as usize;
        let start = self.data.price_start(site);
        let orbital = self.data.sites.kind[site] == Kind::Orbital;
        let class = self.outcome.energy.class_at(phase);
        let key = (start, class, orbital, part as u8);
        if let Some(&at) = self.known.get(&key) {
            return at;
        }
        let kind = if orbital { Kind::Orbital } else { Kind::Ground };
        let rates = RateQuery {
            data: self.data,
            rules: &self.outcome.energy,
            assumptions: &self.outcome.assumptions,
            sector: self.sector,
            start,
            kind,
            class,
        };
        let moved = self.outcome.energy.classes[usize::from(class)].zone.is_some();
        let stands = if moved { Kind::Ground } else { kind };
        let rate_of = |part: RatePart, rate: &Rate| {
            fixed_rate(part, self.outcome, stands).or_else(|| part_of(part, rate))
        };
        let curve = rates.curve(&self.outcome.grid).into_iter().map(|rate| {
            let whole = all.iter().all(|flow| rate_of(flow.rate, &rate).is_some());
            rate_of(part, &rate).filter(|_| whole).unwrap_or(0.0)
        });
        self.made.push(curve.collect());
        let at = self.made.len() as u32 - 1;
        self.known.insert(key, at);
        at
    }
}

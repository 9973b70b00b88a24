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

/// What of the value of a phase is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lacks {
    /// Nothing: it is known.
    Nothing,
    /// All of it.
    Value,
    /// Its rate, in the months in which that of a curve is not known.
    Months(u32),
    /// It takes no part: it is followed for another's sake.
    Takes,
}

impl Lacks {
    /// Whether anything is not known.
    pub(super) fn anything(self) -> bool {
        matches!(self, Self::Value | Self::Months(_))
    }
}

/// What a phase is worth: values with curves for up to two flows, and those of a ratio's denominator.
#[derive(Clone, Copy, Debug)]
pub(super) struct Terms {
    pub(super) above: [(f64, u32); 2],
    pub(super) under: [(f64, u32); 2],
    pub(super) lacks: Lacks,
}

impl Terms {
    /// Those of a phase that takes no part.
    pub(super) const NONE: Self =
        Self { above: [(0.0, STOCK); 2], under: [(0.0, STOCK); 2], lacks: Lacks::Takes };
}

/// Rates by zone, class and flow, each worked out once.
pub(super) struct Curves<'a> {
    data: &'a Dataset,
    outcome: &'a Outcome,
    sector: SectorChoice,
    pub(super) made: Vec<Vec<f64>>,
    /// Months in which each is not known; none where it always is.
    pub(super) gaps: Vec<Option<Vec<bool>>>,
    known: FxHashMap<(Name, u16, bool, u8), u32>,
}

impl<'a> Curves<'a> {
    pub(super) fn new(sweep: &'a Sweep<'_>, outcome: &'a Outcome) -> Self {
        let sector = sweep.query.sector;
        Self {
            data: sweep.data,
            outcome,
            sector,
            made: Vec::new(),
            gaps: Vec::new(),
            known: FxHashMap::default(),
        }
    }

    /// Values with curves of a measure for a phase, and those of a ratio's denominator.
    pub(super) fn terms(&mut self, measure: Measure, phase: usize) -> Terms {
        let none = (0.0, STOCK);
        match measure.row().kind {
            MeasureKind::Stock(quantity) => {
                let value = self.outcome.phases.get(quantity, phase);
                let lacks = if value.is_some() { Lacks::Nothing } else { Lacks::Value };
                let above = [(value.unwrap_or(0.0), STOCK), none];
                Terms { above, under: [none; 2], lacks }
            }
            MeasureKind::Flows(flows) => {
                let above = self.flows(flows, flows, phase);
                // The rates of all flows are known in the same months.
                let lacks = match above {
                    None => Lacks::Value,
                    Some([(_, curve), _]) if self.has_gaps(curve) => Lacks::Months(curve),
                    Some(_) => Lacks::Nothing,
                };
                Terms { above: above.unwrap_or([none; 2]), under: [none; 2], lacks }
            }
            MeasureKind::Ratio(over, under, _) => {
                let (above, below) = (over.flows(), under.flows());
                let all: Vec<Flow> = above.iter().chain(below).copied().collect();
                let [above, under] =
                    [above, below].map(|flows| self.flows(flows, &all, phase).unwrap_or([none; 2]));
                Terms { above, under, lacks: Lacks::Nothing }
            }
        }
    }

    fn has_gaps(&self, curve: u32) -> bool {
        self.gaps.get(curve as usize).is_some_and(Option::is_some)
    }

    /// Terms of flows; none where one of `all` is not known.
    fn flows(&mut self, flows: &[Flow], all: &[Flow], phase: usize) -> Option<[(f64, u32); 2]> {
        let mut out = [(0.0, STOCK); 2];
        let amount =
            |flow: &Flow| flow_amount(self.data, self.outcome, (flow.quantity, flow.factor), phase);
        if !all.iter().all(|flow| amount(flow).is_some()) {
            return None;
        }
        for (slot, flow) in out.iter_mut().zip(flows) {
            let amount = amount(flow).unwrap_or(0.0);
            *slot = (amount, self.curve(flow.rate, all, phase));
        }
        Some(out)
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
            rate_of(part, &rate).filter(|_| whole)
        });
        let curve: Vec<Option<f64>> = curve.collect();
        let gaps = curve.iter().map(Option::is_none);
        self.gaps.push(curve.iter().any(Option::is_none).then(|| gaps.collect()));
        self.made.push(curve.into_iter().map(|rate| rate.unwrap_or(0.0)).collect());
        let at = self.made.len() as u32 - 1;
        self.known.insert(key, at);
        at
    }
}

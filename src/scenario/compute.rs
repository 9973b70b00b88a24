//! Accelerators and H100 equivalents, worked out when first asked for.

use std::sync::{Arc, OnceLock};

use super::phase::{QuantityColumn, Rule};
use crate::model::Codes;

/// Accelerators and H100 equivalents. Where no phase states a count they follow from IT power and
/// chip alone, and are worked out when first asked for: most questions are about power.
#[derive(Clone, Debug, Default)]
pub(super) struct Compute {
    made: OnceLock<[Arc<QuantityColumn>; 2]>,
    it: Arc<QuantityColumn>,
    chip_ref: Arc<Codes>,
    /// Watts and H100 equivalents of one, by distinct chip cell.
    per_chip: Arc<Vec<[Option<f64>; 2]>>,
}

impl Compute {
    /// Both, made already.
    pub(super) fn made(columns: [Arc<QuantityColumn>; 2]) -> Self {
        Self { made: OnceLock::from(columns), ..Self::default() }
    }

    /// Both, made when first asked for from IT power and chips.
    pub(super) fn late(
        it: Arc<QuantityColumn>,
        chip_ref: Arc<Codes>,
        per_chip: Vec<[Option<f64>; 2]>,
    ) -> Self {
        Self { made: OnceLock::new(), it, chip_ref, per_chip: Arc::new(per_chip) }
    }

    /// Accelerators and H100 equivalents of all phases.
    pub(super) fn columns(&self) -> &[Arc<QuantityColumn>; 2] {
        self.made.get_or_init(|| {
            let len = self.it.value.len();
            let column =
                || QuantityColumn { value: Vec::with_capacity(len), rule: Vec::with_capacity(len) };
            let (mut accelerators, mut h100e) = (column(), column());
            for phase in 0..len {
                let [count, compute] = self.of(phase);
                accelerators.push(count);
                h100e.push(compute);
            }
            [Arc::new(accelerators), Arc::new(h100e)]
        })
    }

    /// The columns, to be changed.
    pub(super) fn columns_mut(this: &mut Arc<Self>) -> Option<[&mut QuantityColumn; 2]> {
        // They are made where all who share them have them.
        this.columns();
        let columns = Arc::make_mut(this).made.get_mut()?;
        Some(columns.each_mut().map(Arc::make_mut))
    }

    /// Both of one phase, from its power and chip.
    fn of(&self, phase: usize) -> [(Option<f64>, Rule); 2] {
        let [watts, each] = self.per_chip[self.chip_ref.at(phase) as usize];
        let count = self.it.value[phase].get().zip(watts).map(|(mw, w)| mw * 1e6 / w);
        let compute = count.zip(each).map(|(n, h)| n * h);
        let ruled = |value: Option<f64>, rule| (value, value.map_or(Rule::Unknown, |_| rule));
        [ruled(count, Rule::FromPower), ruled(compute, Rule::FromAccelerators)]
    }

    /// One of them of one phase; looking at one phase works none of the others out.
    pub(super) fn get(&self, at: usize, phase: usize) -> (Option<f64>, Rule) {
        match self.made.get() {
            Some(columns) => (columns[at].value[phase].get(), columns[at].rule[phase]),
            None => self.of(phase)[at],
        }
    }
}

impl PartialEq for Compute {
    fn eq(&self, other: &Self) -> bool {
        self.columns() == other.columns()
    }
}

impl QuantityColumn {
    fn push(&mut self, (value, rule): (Option<f64>, Rule)) {
        self.rule.push(rule);
        self.value.push(value.into());
    }
}

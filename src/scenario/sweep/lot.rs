//! Draws of a phase, some at a time, so that no processor has to guess what chance decides.

/// So many draws are made at once: their sums stay close at hand.
pub(super) const STEP: usize = 32;

/// Some draws, and the months in which a phase begins in them.
pub(super) struct Lot {
    first: u32,
    /// How far behind the first they are.
    slots: [u8; STEP],
    months: [i32; STEP],
    count: usize,
}

impl Lot {
    /// All of them; [`STEP`] at most.
    pub(super) fn new(draws: std::ops::Range<u32>) -> Self {
        assert!(draws.len() <= STEP, "{} draws at once", draws.len());
        let slots = std::array::from_fn(|slot| slot as u8);
        Self { first: draws.start, slots, months: [0; STEP], count: draws.len() }
    }

    /// Leaves those out in which something is not so.
    #[inline]
    pub(super) fn keep(&mut self, is_so: impl Fn(u32) -> bool) {
        let mut kept = 0;
        for at in 0..self.count {
            let slot = self.slots[at];
            self.slots[kept] = slot;
            kept += usize::from(is_so(self.first + u32::from(slot)));
        }
        self.count = kept;
    }

    /// Sets the months.
    #[inline]
    pub(super) fn begin(&mut self, month: impl Fn(u32) -> i32) {
        for (slot, begins) in self.slots.iter().zip(&mut self.months).take(self.count) {
            *begins = month(self.first + u32::from(*slot));
        }
    }

    /// Puts those off in which bad luck is more than nothing.
    #[inline]
    pub(super) fn delay(&mut self, unlucky: impl Fn(u32) -> f64, months: impl Fn(f64) -> i32) {
        let (mut late, mut luck) = ([0_u8; STEP], [0.0; STEP]);
        let mut count = 0;
        for (at, slot) in self.slots.iter().enumerate().take(self.count) {
            let unlucky = unlucky(self.first + u32::from(*slot));
            late[count] = at as u8;
            luck[count] = unlucky;
            count += usize::from(unlucky > 0.0);
        }
        for (at, unlucky) in late.iter().zip(&luck).take(count) {
            let month = &mut self.months[usize::from(*at)];
            *month = month.saturating_add(months(*unlucky));
        }
    }

    /// Slots with their months.
    pub(super) fn begun(&self) -> impl Iterator<Item = (usize, i32)> {
        let slots = self.slots.iter().map(|slot| usize::from(*slot));
        slots.zip(self.months).take(self.count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_that_are_kept_keep_their_months() {
        let mut lot = Lot::new(100..120);
        lot.keep(|draw| draw % 3 == 0);
        lot.keep(|draw| draw % 5 > 1);
        lot.begin(|draw| draw as i32);
        lot.delay(|draw| f64::from(draw) - 110.0, |unlucky| unlucky as i32 * 10);
        let begun: Vec<(usize, i32)> = lot.begun().collect();
        assert_eq!(begun, [(2, 102), (8, 108), (14, 154), (17, 187)]);
    }
}

//! Threads that the core may be lent.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::scenario::{Alone, Workers};

/// So many threads at once.
#[derive(Clone, Copy, Debug)]
pub struct Threads(usize);

impl Threads {
    /// As many as asked for; as many as the machine runs at once if none.
    pub fn new(count: Option<usize>) -> Self {
        let all = || std::thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get);
        Self(count.unwrap_or_else(all).max(1))
    }
}

impl Workers for Threads {
    fn each(&self, count: usize, work: &(dyn Fn(usize) + Sync)) {
        let helpers = self.0.min(count).saturating_sub(1);
        if helpers == 0 {
            return Alone.each(count, work);
        }
        let next = AtomicUsize::new(0);
        let take = || {
            loop {
                let at = next.fetch_add(1, Ordering::Relaxed);
                if at >= count {
                    break;
                }
                work(at);
            }
        };
        std::thread::scope(|scope| {
            for at in 0..helpers {
                let name = format!("worker {at}");
                // Without a further thread the work is done all the same.
                drop(std::thread::Builder::new().name(name).spawn_scoped(scope, take));
            }
            take();
        });
    }

    fn width(&self) -> usize {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::map;

    #[test]
    fn every_piece_is_done_once_on_any_number_of_threads() {
        for threads in 1..5 {
            let done = map(&Threads::new(Some(threads)), 100, |at| at * at);
            assert_eq!(done, (0..100).map(|at| at * at).collect::<Vec<usize>>());
        }
    }
}

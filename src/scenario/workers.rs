//! Work that can be spread over threads by whoever has some. The core has none of its own.

use std::ops::Range;
use std::sync::{Mutex, OnceLock, PoisonError};

/// Lends hands for work whose pieces do not depend on each other.
pub trait Workers: Sync {
    /// Calls `work` once with each number below `count`, in any order, and returns when all calls
    /// have ended.
    fn each(&self, count: usize, work: &(dyn Fn(usize) + Sync));

    /// About how many pieces run at once.
    fn width(&self) -> usize;

    /// Whether nobody waits for the result any more: long work then ends soon, with a result that is
    /// to be thrown away.
    fn cancelled(&self) -> bool {
        false
    }
}

/// One piece after the other, on the thread that asks.
#[derive(Clone, Copy, Debug, Default)]
pub struct Alone;

impl Workers for Alone {
    fn each(&self, count: usize, work: &(dyn Fn(usize) + Sync)) {
        (0..count).for_each(work);
    }

    fn width(&self) -> usize {
        1
    }
}

/// The results of all pieces, in their order.
pub fn map<T: Send + Sync>(
    workers: &dyn Workers,
    count: usize,
    work: impl Fn(usize) -> T + Sync,
) -> Vec<T> {
    let slots: Vec<OnceLock<T>> = (0..count).map(|_| OnceLock::new()).collect();
    workers.each(count, &|at| {
        let result = work(at);
        drop(slots[at].set(result));
    });
    slots.into_iter().filter_map(OnceLock::into_inner).collect()
}

/// The results of stretches of about the same number of rows, in their order.
pub fn stretches<T: Send + Sync>(
    workers: &dyn Workers,
    (count, rows): (usize, usize),
    work: impl Fn(Range<usize>) -> T + Sync,
) -> Vec<T> {
    map(workers, count, |at| work(rows * at / count..rows * (at + 1) / count))
}

/// Rows that are filled at once by one hand.
const PIECE: usize = 1 << 15;

/// Fills a column, row by row.
pub(super) fn fill<T: Send>(
    workers: &dyn Workers,
    column: &mut [T],
    value: impl Fn(usize) -> T + Sync,
) {
    let pieces: Vec<Mutex<&mut [T]>> = column.chunks_mut(PIECE).map(Mutex::new).collect();
    workers.each(pieces.len(), &|piece| {
        let mut cells = pieces[piece].lock().unwrap_or_else(PoisonError::into_inner);
        for (at, cell) in cells.iter_mut().enumerate() {
            *cell = value(piece * PIECE + at);
        }
    });
}

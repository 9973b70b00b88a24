//! A file read block by block by all workers, whose parts are joined in their order.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use super::blocks::{BLOCK, Blocks, Stream};
use crate::scenario::Workers;

/// Parts that wait for an earlier one, for each worker, before workers wait too.
const MOST_WAITING: usize = 8;

/// Who joins the parts of a file.
pub(super) trait Join {
    /// What is read of a block.
    type Part: Default + Send;

    /// Takes over the next part, and leaves its room to be filled anew.
    fn join(&mut self, part: &mut Self::Part);
}

/// A joiner with the parts that wait for an earlier one.
struct Queue<J: Join> {
    joiner: J,
    next: usize,
    early: BTreeMap<usize, J::Part>,
    spare: Vec<J::Part>,
}

impl<J: Join> Queue<J> {
    /// Takes a part, and gives one back to be filled.
    fn take(&mut self, number: usize, part: J::Part) -> J::Part {
        self.early.insert(number, part);
        while let Some(mut part) = self.early.remove(&self.next) {
            self.joiner.join(&mut part);
            self.spare.push(part);
            self.next += 1;
        }
        self.spare.pop().unwrap_or_default()
    }
}

/// A lock that is held for moments; what a thread that panicked left is not used, since the panic
/// goes on.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Reads a stream with all workers. Each has a reader of its own, which fills a part from a block with
/// its number; `look` is told the bytes taken so far, as stored.
///
/// # Errors
/// The first of a reader, of `look` or of the system.
pub(super) fn read_in_order<J, E, R>(
    stream: Stream<'_>,
    workers: &dyn Workers,
    joiner: J,
    look: &(dyn Fn(u64) -> Result<(), E> + Sync),
    reader: &(dyn Fn() -> R + Sync),
) -> Result<J, E>
where
    J: Join + Send,
    E: From<io::Error> + Send,
    R: FnMut(&[u8], usize, &mut J::Part) -> Result<(), E>,
{
    let blocks = Mutex::new(Blocks::new(stream, BLOCK));
    let (early, spare) = (BTreeMap::new(), Vec::new());
    let queue = Mutex::new(Queue { joiner, next: 0, early, spare });
    let changed = Condvar::new();
    let stop: Mutex<Option<E>> = Mutex::new(None);
    let stopped = || lock(&stop).is_some();
    workers.each(workers.width(), &|_| {
        let mut read = reader();
        let mut block = Vec::new();
        let mut part = J::Part::default();
        while !stopped() {
            let (next, taken) = {
                let mut blocks = lock(&blocks);
                (blocks.next(&mut block), blocks.taken())
            };
            let filled = next.map_err(E::from).and_then(|next| {
                let Some(number) = next else { return Ok(None) };
                look(taken)?;
                read(&block, number, &mut part)?;
                Ok(Some(number))
            });
            let number = match filled {
                Ok(Some(number)) => number,
                Ok(None) => break,
                Err(why) => {
                    lock(&stop).get_or_insert(why);
                    // Whoever holds the lock either sees the stop or waits already.
                    drop(lock(&queue));
                    return changed.notify_all();
                }
            };
            let mut queue = lock(&queue);
            part = queue.take(number, part);
            changed.notify_all();
            while queue.early.len() > MOST_WAITING * workers.width() && !stopped() {
                queue = changed.wait(queue).unwrap_or_else(PoisonError::into_inner);
            }
        }
    });
    match stop.into_inner().unwrap_or_else(PoisonError::into_inner) {
        Some(stop) => Err(stop),
        None => Ok(queue.into_inner().unwrap_or_else(PoisonError::into_inner).joiner),
    }
}

//! Work that takes longer than a frame, on threads of its own.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, TryRecvError, sync_channel};
use std::sync::{Arc, OnceLock};

use crate::figure::Preview;
use crate::io::Watch;
use crate::model::Dataset;

/// News from a job.
#[derive(Debug)]
pub enum JobNews<T> {
    /// Not done yet: so much of 1.
    Progress(Option<f32>),
    /// The answer.
    Done(T),
    /// The thread ended without an answer: a bug, and shown as one.
    Died,
}

/// A flag that asks a job to stop, and a count of how far it is.
#[derive(Debug, Default)]
pub struct Reins {
    cancelled: AtomicBool,
    done: AtomicU64,
    total: AtomicU64,
    preview: OnceLock<Arc<Preview>>,
}

impl Watch for Reins {
    fn progress(&self, done: u64, total: u64) {
        self.done.store(done, Ordering::Relaxed);
        self.total.store(total, Ordering::Relaxed);
    }

    fn cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    fn sites(&self, data: &Dataset) {
        self.preview.get_or_init(|| Arc::new(Preview::new(data)));
    }
}

/// The reins of a load, which wakes the window when there is something to see before its end.
pub struct Waking<'a> {
    /// What is told.
    pub reins: &'a Reins,
    /// Asks the window for a frame.
    pub wake: &'a (dyn Fn() + Sync),
}

impl Watch for Waking<'_> {
    fn progress(&self, done: u64, total: u64) {
        self.reins.progress(done, total);
    }

    fn cancelled(&self) -> bool {
        self.reins.cancelled()
    }

    fn sites(&self, data: &Dataset) {
        self.reins.sites(data);
        (self.wake)();
    }
}

/// A job under way. Dropping it asks it to stop; a late answer then finds nobody.
#[derive(Debug)]
pub struct Job<T> {
    reins: Arc<Reins>,
    answer: Receiver<T>,
}

impl<T: Send + 'static> Job<T> {
    /// Starts work on a named thread. `wake` is called once the answer is there.
    ///
    /// # Errors
    /// If the system gives no thread.
    pub fn start(
        name: &str,
        work: impl FnOnce(&Reins) -> T + Send + 'static,
        wake: impl FnOnce() + Send + 'static,
    ) -> std::io::Result<Self> {
        let reins = Arc::new(Reins::default());
        let (sender, answer) = sync_channel(1);
        let held = Arc::clone(&reins);
        std::thread::Builder::new().name(name.to_owned()).spawn(move || {
            // Nobody waits for the answer of a job that was dropped.
            if sender.send(work(&held)).is_ok() {
                wake();
            }
        })?;
        Ok(Self { reins, answer })
    }

    /// What is new.
    pub fn poll(&self) -> JobNews<T> {
        match self.answer.try_recv() {
            Ok(answer) => JobNews::Done(answer),
            Err(TryRecvError::Disconnected) => JobNews::Died,
            Err(TryRecvError::Empty) => JobNews::Progress(self.share()),
        }
    }

    /// Where the sites are that a load has read, once it has read all of them.
    pub fn preview(&self) -> Option<Arc<Preview>> {
        self.reins.preview.get().cloned()
    }

    /// How far it is, of 1; none where it has not said.
    pub fn share(&self) -> Option<f32> {
        let total = self.reins.total.load(Ordering::Relaxed);
        let done = self.reins.done.load(Ordering::Relaxed);
        (total > 0).then(|| done as f32 / total as f32)
    }
}

impl<T> Drop for Job<T> {
    fn drop(&mut self) {
        self.reins.cancelled.store(true, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::channel;

    #[test]
    fn an_answer_arrives_and_a_panic_is_told() {
        let (woken, wakes) = channel();
        let job = Job::start("sum", |_| 1 + 1, move || woken.send(()).unwrap()).unwrap();
        wakes.recv().unwrap();
        assert!(matches!(job.poll(), JobNews::Done(2)));
        let (ended, ends) = channel();
        let job = Job::start(
            "dies",
            move |_| -> i32 {
                let _told = Told(ended);
                std::panic::resume_unwind(Box::new("on purpose"))
            },
            || {},
        )
        .unwrap();
        ends.recv().unwrap();
        let died = (0..1000).any(|_| {
            std::thread::yield_now();
            matches!(job.poll(), JobNews::Died)
        });
        assert!(died);
    }

    struct Told(std::sync::mpsc::Sender<()>);

    impl Drop for Told {
        fn drop(&mut self) {
            self.0.send(()).unwrap();
        }
    }

    #[test]
    fn a_dropped_job_is_asked_to_stop() {
        let (stopped, stops) = channel();
        let job = Job::start(
            "waits",
            move |reins| {
                while !reins.cancelled() {
                    std::thread::yield_now();
                }
                stopped.send(()).unwrap();
            },
            || {},
        )
        .unwrap();
        drop(job);
        stops.recv().unwrap();
    }
}

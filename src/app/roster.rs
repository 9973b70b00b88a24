//! The order of the table of sites, kept up beside the window.

use std::sync::Arc;

use eframe::egui;

use super::jobs::{Job, JobNews};
use crate::figure::{SiteColumn, SiteOrder, Standing, roster};
use crate::model::{Dataset, Month, SectorChoice};
use crate::parallel::Threads;

/// So many sites are ordered within a frame.
const IN_FRAME_SITES: usize = 20_000;

/// What an order depends on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RosterKey {
    /// Counts what changes what stands where.
    pub standing: u64,
    /// The column, and from which end.
    pub order: SiteOrder,
    /// The clock.
    pub month: Month,
    /// Whose price.
    pub sector: SectorChoice,
}

impl RosterKey {
    /// Whether another key asks for the same order.
    fn same(&self, other: &Self) -> bool {
        let timeless = !matches!(self.order.by, SiteColumn::Online | SiteColumn::Price);
        let sector = self.order.by != SiteColumn::Price || self.sector == other.sector;
        let asked = (self.standing, self.order) == (other.standing, other.order);
        asked && sector && (timeless || self.month == other.month)
    }
}

/// What the order of a key is made from.
pub struct RosterInput<'a> {
    /// The tables.
    pub data: &'a Arc<Dataset>,
    /// What stands at the key's month.
    pub standing: &'a Arc<Standing>,
}

/// The last order, and the next one while it is made.
#[derive(Default)]
pub struct RosterKeeper {
    shown: Option<(RosterKey, Arc<Vec<u32>>)>,
    job: Option<(RosterKey, Job<Vec<u32>>)>,
}

impl RosterKeeper {
    /// Forgets the order: its sites are gone.
    pub fn forget(&mut self) {
        *self = Self::default();
    }

    /// Gives up the order that is being made: nobody looks.
    pub fn stop(&mut self) {
        self.job = None;
    }

    /// Whether an order is being made.
    pub fn is_busy(&self) -> bool {
        self.job.is_some()
    }

    /// The order as far as it is known, and whether another is being made.
    pub fn get(
        &mut self,
        ctx: &egui::Context,
        key: RosterKey,
        input: &RosterInput<'_>,
    ) -> (Option<Arc<Vec<u32>>>, bool) {
        if let Some((made, job)) = &self.job {
            match job.poll() {
                JobNews::Progress(_) if made.same(&key) => {}
                // What is no longer asked is given up.
                JobNews::Progress(_) => self.job = None,
                // A fault is not tried again in every frame: the old order stays.
                JobNews::Died => {
                    let rows = self.shown.take().map_or_else(Arc::default, |(_, rows)| rows);
                    self.shown = Some((*made, rows));
                    self.job = None;
                }
                JobNews::Done(rows) => {
                    self.shown = Some((*made, Arc::new(rows)));
                    self.job = None;
                }
            }
        }
        let current = self.shown.as_ref().is_some_and(|(shown, _)| shown.same(&key));
        if !current && self.job.is_none() {
            self.start(ctx, key, input);
        }
        (self.shown.as_ref().map(|(_, rows)| Arc::clone(rows)), self.job.is_some())
    }

    fn start(&mut self, ctx: &egui::Context, key: RosterKey, input: &RosterInput<'_>) {
        let (data, standing) = (Arc::clone(input.data), Arc::clone(input.standing));
        let make = move || roster(&Threads::new(None), &data, (&standing, key.sector), key.order);
        if input.data.sites.len() <= IN_FRAME_SITES {
            self.shown = Some((key, Arc::new(make())));
            return;
        }
        let waker = ctx.clone();
        let job = Job::start("roster", move |_| make(), move || waker.request_repaint());
        self.job = job.ok().map(|job| (key, job));
    }
}

//! The work behind the answers: reads sources when they are due, several processes on one database
//! sharing them.
//!
//! Reading order: `timing` says when a source is due again, `reader` leases due sources and reads
//! them, `writer` writes what came of it, `pulse` keeps the leases and watches over it all, and
//! [`Worker::run`] goes on until it is told to stop. Invariants: what waits between them is bounded;
//! results are written in the order in which sources were leased, so that one process alone always
//! comes to the same catalog; no failure of a source or of the database ends a loop.

mod listen;
mod pulse;
mod reader;
mod timing;
mod wake;
mod writer;

pub use timing::Timing;
pub use wake::Wake;

use crate::clock::{Clock, millis};
use crate::follow::Follower;
use crate::ingest::rules::Allow;
use crate::ingest::{Context, Origins, Root};
use crate::query::Catalog;
use crate::readiness::{Part, Readiness};
use crate::store::{
    CONFIG, Db, Holder, Orphans, ProviderLocation, Refresh, StoreError, forget_departed,
    has_unread, put_provider_locations, release_sources, remove_lost, repair_due, request_refresh,
    start_reading,
};
use futures::FutureExt;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::watch;

/// How often it is looked whether something is due, when nobody says so.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How often what few notice is put in order.
const TIDY_EVERY: Duration = Duration::from_secs(20);
/// How long a name that nobody claims any more keeps its uid.
const GRACE: Duration = Duration::from_mins(10);
/// How long until something that failed is tried again: at first, and at most.
const RETRY: Duration = Duration::from_millis(200);
const MAX_RETRY: Duration = Duration::from_secs(5);
/// How long the database may take to lease sources or to write a batch.
const SILENCE: Duration = Duration::from_mins(1);

/// What the work needs.
#[derive(Clone)]
pub struct Worker {
    pub db: Db,
    pub catalog: Catalog,
    pub clock: Clock,
    pub readiness: Readiness,
    /// How locations are read.
    pub context: Context,
    pub roots: Vec<Root>,
    pub origins: Arc<Origins>,
    pub timing: Timing,
    pub orphans: Orphans,
    pub holder: Holder,
    pub wake: Wake,
    /// Grows with everything that is done, for whoever watches.
    pub progress: Arc<AtomicU64>,
}

/// Brings the read model up to what the store holds, and to when its sources were last read.
///
/// # Errors
/// [`StoreError`]; then the model stays as it was.
pub async fn follow(db: &Db, catalog: &Catalog) -> Result<(), StoreError> {
    let follower = Follower::new(db.clone(), catalog.clone());
    follower.catch_up().await?;
    follower.read_times().await
}

/// What a time of work came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Round {
    /// Sources that were read.
    pub sources: usize,
    /// Sources of which something new was written.
    pub changed: usize,
}

impl Worker {
    /// A worker with everything as it is by default.
    pub fn new(db: Db, catalog: Catalog, clock: Clock, context: Context) -> Self {
        Self {
            db,
            catalog,
            clock,
            readiness: Readiness::default(),
            context,
            roots: Vec::new(),
            origins: Arc::new(Origins::new(Vec::new(), Allow::rules(None, []))),
            timing: Timing::default(),
            orphans: Orphans::default(),
            holder: Holder {
                name: uuid::Uuid::new_v4().to_string(),
                lease: 20_000,
            },
            wake: Wake::default(),
            progress: Arc::default(),
        }
    }

    /// The worker with the roots that the operator has named, and the rules for all others.
    #[must_use]
    pub fn with_roots(self, roots: Vec<Root>, allow: Allow) -> Self {
        Self {
            origins: Arc::new(Origins::new(roots.clone(), allow)),
            roots,
            ..self
        }
    }

    /// The worker with leases of that length.
    #[must_use]
    pub fn with_lease(mut self, lease: Duration) -> Self {
        self.holder.lease = millis(lease);
        self
    }

    /// Reads sources whenever they are due, until `stop` says so; then gives back what is leased.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        let pulse = tokio::spawn(pulse::run(self.clone(), stop.clone()));
        let listen = tokio::spawn(listen::run(self.db.clone(), self.wake.clone()));
        let work = AssertUnwindSafe(self.work());
        tokio::select! {
            _ = work.catch_unwind() => tracing::error!("the work has ended, which it never should"),
            _ = stop.wait_for(|stop| *stop) => {}
        }
        pulse.abort();
        listen.abort();
        if let Err(error) = release_sources(&self.db, &self.holder).await {
            tracing::warn!(%error, "leases could not be given back; they run out by themselves");
        }
    }

    async fn work(&self) {
        self.until_done("the roots could not be stored", || self.prepare())
            .await;
        let mut tidied = Instant::now();
        let mut last = self.clock.now();
        loop {
            let result = AssertUnwindSafe(self.drain()).catch_unwind().await;
            if result.is_err() {
                tracing::error!("the work panicked and begins anew; please report it");
                tokio::time::sleep(MAX_RETRY).await;
                continue;
            }
            if self.readiness.is_starting() && self.is_done().await {
                self.readiness.ready();
            }
            let now = self.clock.now();
            if tidied.elapsed() >= TIDY_EVERY || now < last {
                tidied = Instant::now();
                self.until_done("the store could not be tidied", || self.tidy())
                    .await;
            }
            last = now;
            if result.is_ok_and(|round| round.sources == 0) {
                self.wake.wait(LOOK_EVERY).await;
            }
        }
    }

    /// Names the roots in the store and makes due what is read at a start.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn prepare(&self) -> Result<(), StoreError> {
        let roots: Vec<ProviderLocation> = self
            .roots
            .iter()
            .map(|root| ProviderLocation::of(&root.location))
            .collect();
        let now = || self.clock.now();
        put_provider_locations(&self.db, CONFIG, &roots, now(), writer::new_id).await?;
        remove_lost(&self.db, self.orphans, now()).await?;
        start_reading(&self.db, self.timing.interval.is_none(), now()).await
    }

    /// Reads everything that is due until nothing is, and brings the read model up to date.
    pub async fn drain(&self) -> Round {
        let start = Instant::now();
        let (sender, receiver) = tokio::sync::mpsc::channel(reader::QUEUE);
        let (written, progress) = watch::channel(0);
        let reading = Box::pin(reader::read_due(self, sender, progress));
        let writing = Box::pin(writer::write_all(self, receiver, written));
        let ((), round) = tokio::join!(reading, writing);
        self.progress.fetch_add(1, Ordering::Relaxed);
        if round.sources > 0 {
            self.until_done("the read model could not be brought up to date", || {
                follow(&self.db, &self.catalog)
            })
            .await;
            let model = self.catalog.whole();
            tracing::info!(
                sources = round.sources,
                changed = round.changed,
                entities = model.entries.len(),
                problems = model.problems.len(),
                took_ms = start.elapsed().as_secs_f64() * 1000.0,
                "read the catalog"
            );
        }
        round
    }

    /// Reads everything once more, due or not, and brings the read model up to date.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails at the beginning.
    pub async fn pass(&self) -> Result<Round, StoreError> {
        self.prepare().await?;
        request_refresh(&self.db, Refresh::Everything, self.clock.now()).await?;
        let round = self.drain().await;
        // What was removed without anything being read shows too.
        follow(&self.db, &self.catalog).await?;
        Ok(round)
    }

    /// Whether everything that is known has been read once, by whomever.
    async fn is_done(&self) -> bool {
        has_unread(&self.db).await.is_ok_and(|unread| !unread)
    }

    async fn tidy(&self) -> Result<(), StoreError> {
        let now = self.clock.now();
        let repaired = repair_due(&self.db, self.timing.horizon(), now).await?;
        if repaired > 0 {
            tracing::warn!(
                repaired,
                "the clock has jumped back; sources are read at once"
            );
        }
        let grace = millis(GRACE);
        forget_departed(&self.db, grace, now).await
    }

    /// Tries until it succeeds; says so in the log and in the readiness when it does not.
    async fn until_done<T, F: Future<Output = Result<T, StoreError>>>(
        &self,
        what: &str,
        mut attempt: impl FnMut() -> F,
    ) -> T {
        let mut retry = RETRY;
        loop {
            match attempt().await {
                Ok(done) => {
                    self.readiness.recovered(Part::Connection);
                    return done;
                }
                Err(error) => {
                    tracing::error!(%error, "{what}; trying again");
                    self.readiness.degraded(Part::Connection, &error);
                }
            }
            tokio::time::sleep(retry).await;
            retry = (retry * 2).min(MAX_RETRY);
        }
    }
}

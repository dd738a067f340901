//! The work behind the answers: reading sources, and following what the store holds.

use crate::clock::Clock;
use crate::follow::Follower;
use crate::ingest::parse::MAX_BYTES;
use crate::ingest::validate::custom::Kinds;
use crate::ingest::{Context, Fingerprint, LocationRef, Outcome, Root, SourceUpdate, ingest_all};
use crate::metrics;
use crate::outbound::Outbound;
use crate::query::Catalog;
use crate::readiness::Readiness;
use crate::scm::Scm;
use crate::store::{
    Db, SourceState, StoreError, put_sources, remove_sources_except, source_states,
};
use app::catalog::{EntityRef, Problem, Severity};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, watch};

/// Updates that wait to be written while others are read.
const QUEUE: usize = 64;
/// When pages begin to see what a long pass has brought so far.
const SHOW_AFTER: Duration = Duration::from_millis(500);
/// How long until a pass that failed is tried again.
const RETRY: Duration = Duration::from_secs(10);

/// What the work needs.
#[derive(Clone)]
pub struct Worker {
    pub db: Db,
    pub catalog: Catalog,
    pub clock: Clock,
    pub readiness: Readiness,
    pub outbound: Outbound,
    pub scm: Arc<Scm>,
    pub kinds: Arc<Kinds>,
    pub roots: Vec<Root>,
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

impl Worker {
    /// Reads all sources, again after each `interval`, until `stop` says so. `None` reads them once.
    pub async fn run(self, interval: Option<Duration>, mut stop: watch::Receiver<bool>) {
        loop {
            let passed = tokio::select! {
                passed = self.pass() => passed,
                _ = stop.wait_for(|stop| *stop) => return,
            };
            let wait = match passed {
                Ok(()) => {
                    self.readiness.ready();
                    interval
                }
                Err(error) => {
                    tracing::error!(%error, "the sources could not all be read; trying again");
                    Some(RETRY)
                }
            };
            let Some(wait) = wait else { return };
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                _ = stop.wait_for(|stop| *stop) => return,
            }
        }
    }

    /// Reads all sources once and brings the read model up to date.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails; what was written until then stays.
    pub async fn pass(&self) -> Result<(), StoreError> {
        let start = Instant::now();
        let states = source_states(&self.db).await?;
        let (sender, mut updates) = mpsc::channel(QUEUE);
        let walk = tokio::spawn(ingest_all(
            self.roots.clone(),
            self.context(&states),
            sender,
        ));
        let mut pass = Pass::default();
        let mut show_at = Instant::now() + SHOW_AFTER;
        let mut batch = Vec::new();
        while updates.recv_many(&mut batch, QUEUE).await > 0 {
            pass.changed |= self.put(&batch).await?;
            for update in batch.drain(..) {
                pass.note(update.location.to_string(), &update.outcome);
            }
            if pass.changed && Instant::now() > show_at {
                let start = Instant::now();
                follow(&self.db, &self.catalog).await?;
                // The larger the catalog, the rarer: showing must not slow the reading down.
                show_at = Instant::now() + SHOW_AFTER + start.elapsed() * 10;
            }
        }
        walk.await
            .map_err(|error| StoreError::Corrupt(error.to_string()))?;
        let gone = remove_sources_except(&self.db, &pass.kept(&states)).await?;
        // Every pass, changed or not: pages tell when a source was last read.
        follow(&self.db, &self.catalog).await?;
        let model = self.catalog.model();
        tracing::info!(
            sources = pass.seen.len(),
            removed = gone,
            entities = model.entries.len(),
            problems = model.problems.len(),
            took_ms = start.elapsed().as_secs_f64() * 1000.0,
            "read the catalog"
        );
        Ok(())
    }

    /// Writes a batch. If the database refuses it, source by source, so that one source it cannot
    /// take does not keep the others out; that one becomes a problem.
    async fn put(&self, batch: &[SourceUpdate]) -> Result<bool, StoreError> {
        match self.write(batch).await {
            Err(error) if error.is_refusal() => metrics::batch_failed(),
            done => return done,
        }
        let mut changed = false;
        for update in batch {
            changed |= match self.write(std::slice::from_ref(update)).await {
                Err(error) if error.is_refusal() => {
                    tracing::error!(%error, location = update.location.shown(), "a source cannot be stored");
                    self.write(&[refused(update)]).await?
                }
                done => done?,
            };
        }
        Ok(changed)
    }

    async fn write(&self, updates: &[SourceUpdate]) -> Result<bool, StoreError> {
        let new_id = || uuid::Uuid::new_v4().to_string();
        let start = Instant::now();
        let changed = put_sources(&self.db, updates, self.clock.now(), new_id).await?;
        metrics::batch_written(updates.len(), start.elapsed());
        Ok(changed)
    }

    fn context(&self, states: &[SourceState]) -> Context {
        let known: HashMap<String, Fingerprint> = states
            .iter()
            .map(|state| {
                let fingerprint = Fingerprint {
                    etag: state.etag.clone(),
                    content_hash: state.content_hash.clone(),
                };
                (state.location.clone(), fingerprint)
            })
            .collect();
        Context {
            outbound: self.outbound.clone(),
            scm: Arc::clone(&self.scm),
            kinds: Arc::clone(&self.kinds),
            max_bytes: MAX_BYTES,
            previous: Arc::new(move |location: &LocationRef| {
                known.get(&location.to_string()).cloned()
            }),
        }
    }
}

/// What stands in for a source that the database does not take: what was there stays.
fn refused(update: &SourceUpdate) -> SourceUpdate {
    let problem = Problem {
        severity: Severity::Error,
        source: update.location.to_string(),
        line: None,
        entity_ref: None,
        message:
            "the database does not take what this source holds; look for control characters and \
                  for names that are far too long"
                .to_owned(),
    };
    SourceUpdate {
        outcome: Outcome::Unreadable,
        problems: vec![problem],
        ..update.clone()
    }
}

/// What a pass has come across.
#[derive(Debug, Default)]
struct Pass {
    seen: HashSet<String>,
    unreadable: HashSet<String>,
    changed: bool,
}

/// Whether the source may lead to more than was seen: it could not be read, not all of it could be
/// understood, or a Location entity in it keeps its last good version, whose targets are not told.
fn leads_on_unseen(outcome: &Outcome) -> bool {
    match outcome {
        Outcome::Unchanged => false,
        Outcome::Unreadable => true,
        Outcome::Read {
            kept, incomplete, ..
        } => {
            let is_location = |kept: &EntityRef| kept.kind.eq_ignore_ascii_case("location");
            *incomplete || kept.iter().any(is_location)
        }
    }
}

impl Pass {
    fn note(&mut self, location: String, outcome: &Outcome) {
        if leads_on_unseen(outcome) {
            self.unreadable.insert(location.clone());
        }
        self.seen.insert(location);
    }

    /// The sources that stay: those that were seen, and what those that could not be read have led
    /// to before.
    fn kept(&self, states: &[SourceState]) -> HashSet<String> {
        let mut kept = self.seen.clone();
        let mut unknown = self.unreadable.clone();
        loop {
            let led_to = |state: &&SourceState| {
                state
                    .parent
                    .as_ref()
                    .is_some_and(|parent| unknown.contains(parent))
            };
            let next: HashSet<String> = states
                .iter()
                .filter(led_to)
                .map(|state| state.location.clone())
                .filter(|location| !kept.contains(location))
                .collect();
            if next.is_empty() {
                return kept;
            }
            kept.extend(next.iter().cloned());
            unknown = next;
        }
    }
}

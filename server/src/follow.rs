//! Keeps the read model at the last change of the store, whoever made it.

use crate::clock::Clock;
use crate::identity::claims::claimed;
use crate::metrics;
use crate::permission::stored_role;
use crate::query::{Catalog, Model};
use crate::store::identity::list_sign_in_claims;
use crate::store::{
    Db, Listener, StoreError, get_changes, get_last_change, get_last_role_change, list_read_times,
    list_roles, list_visits, stream_catalog,
};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinError;

/// Parts of the store that wait to be built into a model.
const PARTS: usize = 4;
/// How often the store is looked at all the same: a change that nobody has told of shows by then.
const REPAIR: Duration = Duration::from_secs(2);
/// How long until listening that failed is tried again.
const RETRY: Duration = Duration::from_secs(5);
/// Replicas need not have the same time: what was read that much earlier is looked at again, in
/// milliseconds.
const OVERLAP: i64 = 60_000;
/// How many repairs until it is also looked at when sources were last read.
const READ_TIMES: u32 = 5;

/// Brings a read model up to date. Copies share the turn, for it belongs to the catalog.
#[derive(Debug, Clone)]
pub struct Follower {
    db: Db,
    catalog: Catalog,
    /// The latest reading of a source that is known.
    read_at: Arc<AtomicI64>,
    /// The latest visit that is known.
    visited_at: Arc<AtomicI64>,
    /// The latest sign-in whose claims are known.
    claimed_at: Arc<AtomicI64>,
    clock: Clock,
}

impl Follower {
    pub fn new(db: Db, catalog: Catalog) -> Self {
        Self {
            db,
            catalog,
            read_at: Arc::default(),
            visited_at: Arc::default(),
            claimed_at: Arc::default(),
            clock: Clock::system(),
        }
    }

    /// The same by another clock than that of the machine.
    #[must_use]
    pub fn with_clock(self, clock: Clock) -> Self {
        Self { clock, ..self }
    }

    /// Brings the read model to the last change of the store and returns its number. Whoever comes
    /// while another is at it waits for that one, and mostly finds nothing left to do.
    ///
    /// # Errors
    /// [`StoreError`]; then the model stays as it was.
    pub async fn catch_up(&self) -> Result<i64, StoreError> {
        let _turn = self.catalog.turn().await;
        let known = self.catalog.whole();
        if known.followed && get_last_change(&self.db).await? == known.change {
            metrics::up_to_date();
            return Ok(known.change);
        }
        let start = Instant::now();
        let known_before = known.followed;
        let followed = if known.followed {
            self.follow_changes(known).await
        } else {
            self.read_all().await
        };
        let followed = match followed {
            // What cannot be brought up to date step by step can be read as a whole.
            Err(StoreError::Corrupt(reason)) if known_before => {
                tracing::warn!(reason, "reading the whole catalog again");
                self.read_all().await
            }
            followed => followed,
        };
        let model = followed.inspect_err(|_| metrics::follow_failed())?;
        metrics::followed(model.change, !known_before, start.elapsed());
        Ok(model.change)
    }

    /// Reads the whole store into a model of its own.
    async fn read_all(&self) -> Result<Arc<Model>, StoreError> {
        let (sender, receiver) = mpsc::channel(PARTS);
        let built = tokio::task::spawn_blocking(move || Model::build(receiver));
        // When the database fails, what was built of the beginning is no model.
        stream_catalog(&self.db, sender).await?;
        let model = built.await.map_err(interrupted)??;
        self.show(model).await
    }

    /// Reads what has changed since a model.
    async fn follow_changes(&self, known: Arc<Model>) -> Result<Arc<Model>, StoreError> {
        let changes = get_changes(&self.db, known.change, |changes| known.missing(changes)).await?;
        let built = tokio::task::spawn_blocking(move || known.changed(changes));
        let model = built.await.map_err(interrupted)??;
        self.show(model).await
    }

    async fn show(&self, model: Model) -> Result<Arc<Model>, StoreError> {
        let catalog = self.catalog.clone();
        let shown = tokio::task::spawn_blocking(move || {
            catalog.replace(model);
            catalog.whole()
        });
        shown.await.map_err(interrupted)
    }

    /// Brings up to date when sources were last read, which is no change of the catalog.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn read_times(&self) -> Result<(), StoreError> {
        let since = self.read_at.load(Ordering::Relaxed) - OVERLAP;
        let model = self.catalog.whole();
        for (location, read_at) in list_read_times(&self.db, since).await? {
            self.read_at.fetch_max(read_at, Ordering::Relaxed);
            if let Some(source) = model.sources.get(&location) {
                source.set_read_at(read_at);
            }
        }
        Ok(())
    }

    /// Brings in what people have looked at, on whichever replica.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn visits(&self) -> Result<(), StoreError> {
        let since = self.visited_at.load(Ordering::Relaxed) - OVERLAP;
        for visit in list_visits(&self.db, since).await? {
            self.visited_at.fetch_max(visit.at, Ordering::Relaxed);
            self.catalog
                .set_visit(&visit.user_ref, &visit.entity_ref, visit.at);
        }
        Ok(())
    }

    /// Brings in the roles that have been made, on whichever replica.
    ///
    /// # Errors
    /// [`StoreError`]; then the policy stays as it was.
    pub async fn roles(&self) -> Result<(), StoreError> {
        let mut known = self.catalog.roles_turn().await;
        // What is read after the number is of it, or newer: then the next one brings it once more.
        let last = get_last_role_change(&self.db).await?;
        if *known == Some(last) {
            return Ok(());
        }
        let stored = list_roles(&self.db).await?;
        let roles = stored.iter().filter_map(stored_role).collect();
        self.catalog.rule_by(self.catalog.policy().with_made(roles));
        *known = Some(last);
        Ok(())
    }

    /// Brings in what providers have claimed of people, on whichever replica, and forgets what counts no
    /// more.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn claims(&self) -> Result<(), StoreError> {
        if self.catalog.policy().claims().is_empty() {
            return Ok(());
        }
        let since = self.claimed_at.load(Ordering::Relaxed) - OVERLAP;
        for stored in list_sign_in_claims(&self.db, since).await? {
            self.claimed_at
                .fetch_max(stored.signed_in_at, Ordering::Relaxed);
            let user = stored.user_ref.clone();
            self.catalog.set_claimed(&user, claimed(stored));
        }
        self.catalog.forget_claimed(self.clock.now());
        Ok(())
    }

    /// Follows until `stop` says so: at once when the database tells of a change, and every few
    /// seconds in case it could not.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        tokio::select! {
            () = self.follow() => {}
            _ = stop.wait_for(|stop| *stop) => {}
        }
    }

    async fn follow(&self) {
        loop {
            let error = match Listener::start(&self.db).await {
                Ok(listener) => self.listen(listener).await,
                Err(error) => error,
            };
            tracing::warn!(%error, "changes are not followed for a moment; trying again");
            tokio::time::sleep(RETRY).await;
        }
    }

    /// What is no change of the catalog.
    async fn beside(&self) -> Result<(), StoreError> {
        self.read_times().await?;
        self.visits().await
    }

    /// Follows what is told. Returns why it ended.
    async fn listen(&self, mut listener: Listener) -> StoreError {
        let mut repairs = 0u32;
        loop {
            if let Err(error) = self.catch_up().await {
                return error;
            }
            if let Err(error) = self.roles().await {
                return error;
            }
            if let Err(error) = self.claims().await {
                return error;
            }
            if repairs.is_multiple_of(READ_TIMES)
                && let Err(error) = self.beside().await
            {
                return error;
            }
            match tokio::time::timeout(REPAIR, listener.changed()).await {
                Ok(Err(error)) => return error,
                Ok(Ok(())) => {}
                Err(_) => repairs = repairs.wrapping_add(1),
            }
        }
    }
}

/// The error of work that has panicked.
fn interrupted(error: JoinError) -> StoreError {
    StoreError::Corrupt(error.to_string())
}

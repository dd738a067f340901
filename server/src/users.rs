//! What is kept of each person: the port of `app`, answered from the store.

use crate::clock::{Clock, Millis};
use crate::query::{Catalog, VISITS};
use crate::readiness::{Readiness, Standing};
use crate::store::{Db, Visit, put_star, put_visits};
use app::catalog::EntityRef;
use app::catalog::port::{Answer, Users};
use app::error::ApiError;
use app::viewer::Viewer;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Visits that wait to be written, at most; more are not kept beyond a restart.
const WAITING: usize = 1000;
/// How long visits are gathered before they are written again.
const PAUSE: Duration = Duration::from_secs(1);

/// Keeps stars and visits in the store and beside the read model.
#[derive(Debug, Clone)]
pub struct StoredUsers {
    db: Db,
    catalog: Catalog,
    clock: Clock,
    readiness: Readiness,
    waiting: Arc<Mutex<Waiting>>,
}

/// Visits that are not written yet, by person and entity.
#[derive(Debug, Default)]
struct Waiting {
    visits: BTreeMap<(String, String), Millis>,
    /// Somebody is at it.
    writing: bool,
}

impl StoredUsers {
    pub fn new(db: Db, catalog: Catalog, clock: Clock, readiness: Readiness) -> Self {
        Self {
            db,
            catalog,
            clock,
            readiness,
            waiting: Arc::default(),
        }
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes until nothing waits any more, once in a while: however many pages are opened, the
    /// database sees little of it.
    async fn write_visits(self) {
        loop {
            let visits = {
                let mut waiting = self.waiting();
                if waiting.visits.is_empty() {
                    waiting.writing = false;
                    return;
                }
                std::mem::take(&mut waiting.visits)
            };
            let visit = |((user_ref, entity_ref), at)| Visit {
                user_ref,
                entity_ref,
                at,
            };
            let visits: Vec<Visit> = visits.into_iter().map(visit).collect();
            if let Err(error) = put_visits(&self.db, &visits, VISITS).await {
                tracing::debug!(%error, count = visits.len(), "visits could not be kept");
            }
            tokio::time::sleep(PAUSE).await;
        }
    }
}

impl Users for StoredUsers {
    fn set_starred<'a>(
        &'a self,
        viewer: &'a Viewer,
        entity_ref: &'a EntityRef,
        starred: bool,
    ) -> Answer<'a, ()> {
        Box::pin(async move {
            // Whatever a form names would be kept for ever; a star of what is gone can be removed.
            if starred && self.catalog.seen_by(viewer).get(entity_ref).is_none() {
                return Err(ApiError::NotFound(format!(
                    "There is no {entity_ref} to star."
                )));
            }
            let user = &viewer.user_ref;
            let put = put_star(&self.db, user, entity_ref, starred, self.clock.now()).await;
            put.map_err(|error| {
                tracing::error!(%error, "a star could not be kept");
                ApiError::Unavailable(
                    "The star could not be kept: the database does not answer. Try again in a minute."
                        .to_owned(),
                )
            })?;
            self.catalog.set_star(user, entity_ref, starred);
            Ok(())
        })
    }

    fn visit(&self, viewer: &Viewer, entity_ref: &EntityRef) {
        let (user, entity) = (viewer.user_ref.to_string(), entity_ref.to_string());
        let now = self.clock.now();
        self.catalog.set_visit(&user, &entity, now);
        if matches!(self.readiness.standing(), Standing::Degraded(_)) {
            return;
        }
        let mut waiting = self.waiting();
        if waiting.visits.len() < WAITING {
            waiting.visits.insert((user, entity), now);
        }
        if !waiting.writing {
            waiting.writing = true;
            drop(waiting);
            tokio::spawn(self.clone().write_visits());
        }
    }
}

//! What people and programs do to the catalog, beside what its files say.
//!
//! Pages come here through the port of `app`, clients through `http`; both find the same checks. To
//! add a deed: 1. a file here with a method of [`Registry`], 2. its handler in `http` or its method
//! in the port.

mod analyze;
mod draft;
mod locations;
mod look;
mod pages;
mod preview;
mod propose;
mod push;
mod refresh;
mod removal;
mod unprocessed;
mod validate;

pub use analyze::{Analysis, ExistingFile};
pub use preview::Preview;
pub use push::{Push, Verdict};

use crate::audit::Audit;
use crate::clock::Clock;
use crate::config::{Import, OnConflict};
use crate::follow::Follower;
use crate::ingest::Context;
use crate::ingest::rules::Allow;
use crate::query::Catalog;
use crate::store::{Db, Orphans, StoreError};
use crate::work::Wake;
use app::error::ApiError;

/// All that it takes to change the catalog, and to say beforehand what would come of it.
#[derive(Debug, Clone)]
pub struct Registry {
    pub db: Db,
    pub catalog: Catalog,
    pub clock: Clock,
    /// How locations are read.
    pub context: Context,
    /// What may come from locations that people and programs name.
    pub allow: Allow,
    /// `catalog.readonly`: locations come from the configuration alone.
    pub readonly: bool,
    /// `catalog.defaultLocationConflictStrategy`.
    pub on_conflict: OnConflict,
    /// `catalog.import`: how files are offered to repositories that have none.
    pub import: Import,
    /// What becomes of what nothing leads to any more.
    pub orphans: Orphans,
    /// Wakes the work when something has become due.
    pub wake: Wake,
    /// Where it is kept who has changed what.
    pub audit: Audit,
}

impl Registry {
    /// Refuses what changes locations where nobody may.
    fn writable(&self) -> Result<(), ApiError> {
        if self.readonly {
            let message = "This operation not allowed in readonly mode";
            return Err(ApiError::Forbidden(message.to_owned()));
        }
        Ok(())
    }

    /// Waits until readers see what was written. Whatever happens here, it is written.
    async fn show(&self) {
        self.wake.wake();
        let follower = Follower::new(self.db.clone(), self.catalog.clone());
        if let Err(error) = follower.catch_up().await {
            tracing::warn!(%error, "what was written shows a little later");
        }
    }
}

fn new_id() -> String {
    uuid::Uuid::new_v4().to_string()
}

/// What is said when the store does not take a change.
fn not_stored(error: &StoreError) -> ApiError {
    tracing::error!(%error, "the catalog could not be changed");
    match error {
        StoreError::Database(_) => ApiError::Unavailable(
            "The database does not answer, so nothing was changed. Try again in a minute."
                .to_owned(),
        ),
        _ => ApiError::Internal,
    }
}

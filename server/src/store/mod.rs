//! The only truth: what was read and what people keep, in SQLite or PostgreSQL.
//!
//! To store something new: 1. a migration with its reason, 2. a file here with its SQL as constants
//! and its verbs `get`, `list`, `put`, `remove`, 3. a test that runs on both engines.

mod backup;
mod catalog;
mod claims;
mod db;
mod deletion;
mod descent;
mod feed;
mod inclusions;
mod jobs;
mod links;
mod locations;
mod problems;
mod pushed;
mod refresh;
mod roots;
mod sources;
mod stars;
mod tombstones;
mod tx;
mod unprocessed;

pub use backup::back_up;
pub use catalog::{StoredCatalog, StoredClaim, StoredSource, get_catalog};
pub use claims::forget_departed;
pub use db::{Connections, Db};
pub use deletion::delete_entity;
pub use descent::Orphans;
pub use feed::{Listener, get_last_change, list_read_times};
pub use jobs::{claim_job, finish_job, heartbeat_job, release_job, request_job};
pub use locations::{
    CONFIG, REGISTERED, Registered, StoredLocation, change_location, change_provider_locations,
    find_locations, get_location, list_locations, put_location, put_provider_locations,
    remove_location,
};
pub use pushed::{put_pushed, remove_pushed};
pub use refresh::{Refresh, request_refresh};
pub use roots::ProviderLocation;
pub use sources::{SourceState, put_sources, remove_sources_except, source_states};
pub use stars::{list_stars, put_star};
pub use tombstones::{Tombstone, lift_tombstone, list_tombstones};
pub use unprocessed::{Unprocessed, list_failed, list_pending, remove_unprocessed};

/// Why the store could not do its work.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    #[error("the database could not be brought up to date: {0}")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    #[error("the database holds what Callboard did not write: {0}")]
    Corrupt(String),
}

impl StoreError {
    /// Whether the database works but does not take what it was given. An engine that is going
    /// down also says no; what is tried next then fails as well.
    pub fn is_refusal(&self) -> bool {
        matches!(self, Self::Database(sqlx::Error::Database(_)))
    }
}

//! The only truth: what was read and what people keep, in SQLite or PostgreSQL.
//!
//! To store something new: 1. a migration with its reason (where the engines want different words,
//! one of the same number for each in `migrations/sqlite` and `migrations/postgres`), 2. a file here with its SQL as constants
//! and its verbs `get`, `list`, `put`, `remove`, 3. a test that runs on both engines.

mod audit;
mod backup;
mod below;
mod claims;
mod db;
mod deletion;
mod descent;
mod feed;
mod health;
pub mod identity;
mod inclusions;
mod jobs;
mod leases;
mod links;
mod listed;
mod locations;
mod problems;
mod pushed;
mod refresh;
mod roles;
mod roots;
mod sources;
mod stars;
mod tasks;
mod tombstones;
mod tx;
mod unprocessed;
mod visits;

pub use audit::{AuditFilter, AuditRow, forget_audit, list_audit, put_audit};
pub use backup::back_up;
pub use below::{below_sql, list_read_below, range_below};
pub use claims::forget_departed;
pub use db::{Connections, Db, in_time};
pub use deletion::delete_entity;
pub use descent::{Orphans, remove_lost};
pub use feed::{
    ClaimHead, Listener, Stored, StoredChanges, StoredClaim, StoredDocument, StoredSource,
    get_changes, get_last_change, list_read_times, stream_catalog,
};
pub use health::{SourceStanding, count_standings, list_standings};
pub use jobs::{bring_forward_job, claim_job, finish_job, heartbeat_job, release_job, request_job};
pub use leases::{
    Finished, Holder, Leased, Queue, Written, claim_sources, finish_sources, get_queue, has_unread,
    heartbeat_sources, release_sources, repair_due, start_reading,
};
pub use listed::{get_fingerprint, put_listed};
pub use locations::{
    CONFIG, MadeBy, REGISTERED, Registered, StoredLocation, change_location,
    change_provider_locations, get_location, list_locations, list_providers, put_location,
    put_provider_locations, remove_location,
};
pub use pushed::{put_pushed, remove_pushed};
pub use refresh::{Refresh, request_refresh};
pub use roles::{
    RoleChange, RoleRefusal, StoredRole, get_last_role_change, list_roles, put_role, remove_role,
};
pub use roots::ProviderLocation;
pub use sources::{SourceState, put_sources, source_states};
pub use stars::{list_stars, put_star};
pub use tasks::{
    Cancelled, ClaimedTask, End, FOUND_SECRETS, NewTask, Progress, StoredEvent, StoredTask, TASKS,
    TaskQuery, announce_tasks, cancel_task, claim_tasks, forget_ended_tasks, get_task,
    heartbeat_tasks, list_task_events, list_task_steps, list_tasks, put_tasks, release_tasks,
    reopen_task, write_progress,
};
pub use tombstones::{Tombstone, lift_tombstone};
pub use tx::{CHANGES, DUE};
pub use unprocessed::{due_times, forget_problems};
pub use visits::{Visit, list_visits, put_visits};

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
    /// Whether two transactions were in each other's way, and this one gave way: the same again may
    /// succeed at once.
    pub fn is_conflict(&self) -> bool {
        let Self::Database(sqlx::Error::Database(error)) = self else {
            return false;
        };
        matches!(error.code().as_deref(), Some("40P01" | "40001"))
    }

    /// Whether the database works but does not take what it was given. An engine that is going
    /// down, full, or busy with somebody else also says no, but not for good.
    pub fn is_refusal(&self) -> bool {
        let Self::Database(sqlx::Error::Database(error)) = self else {
            return false;
        };
        let code = error.code().unwrap_or_default();
        match code.parse::<u32>() {
            // Result codes of SQLite: the lowest byte says what, the others why.
            Ok(code) if code < 100_000 && error.code().is_some_and(|it| it.len() < 5) => {
                !matches!(code & 0xff, 5 | 6 | 7 | 8 | 9 | 10 | 11 | 13 | 14 | 15 | 26)
            }
            // Classes of PostgreSQL: connections, transactions, locks, resources, interventions.
            _ => {
                let passing = ["08", "25", "40", "53", "55", "57", "58", "XX"];
                !passing.iter().any(|class| code.starts_with(class))
            }
        }
    }
}

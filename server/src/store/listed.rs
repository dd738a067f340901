//! What providers list by themselves: entities, all of one provider at one source that nobody reads.

use super::StoreError;
use super::db::{Db, on};
use super::descent::Orphans;
use super::sources::write_sources;
use super::tx::run;
use crate::clock::Millis;
use crate::ingest::{Fingerprint, LocationRef, Outcome, SourceUpdate};
use sqlx::Row;

const PUT: &str = "
    insert into locations (id, provider, location, kind, target, ordinal)
    values ($1, $2, $2, $3, $4, $5)
    on conflict (provider, location) do nothing";
/// An earlier release may have made it due.
const SUCCEED: &str = "update sources set failures = 0, due_at = null where location = $1";
const FAIL: &str = "update sources set failures = failures + 1, due_at = null where location = $1";
const GET: &str = "select etag, content_hash from sources where location = $1";

/// Replaces what a provider has listed, or keeps note that it could not; the location is that of the
/// provider. Returns the number of the change, or `None` when nothing is different.
///
/// # Errors
/// [`StoreError::Database`]; then nothing has changed.
pub async fn put_listed(
    db: &Db,
    update: &SourceUpdate,
    now: Millis,
    new_id: impl Fn() -> String,
) -> Result<Option<i64>, StoreError> {
    let mut tx = db.begin(now).await?;
    let location = update.location.to_string();
    if update.outcome != Outcome::Unchanged {
        let number = tx.take(1).await?;
        let (kind, target) = (&update.location.kind, &update.location.target);
        run!(tx, PUT, new_id(), &location, kind, target, number);
    }
    write_sources(&mut tx, &[update], Orphans::Delete, now, &new_id).await?;
    let how = match update.outcome {
        Outcome::Unreadable => FAIL,
        _ => SUCCEED,
    };
    run!(tx, how, &location);
    tx.commit().await
}

/// What is known of a source that was listed or read.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn get_fingerprint(
    db: &Db,
    location: &LocationRef,
) -> Result<Option<Fingerprint>, StoreError> {
    let location = location.to_string();
    on!(db, pool => {
        let row = sqlx::query(GET).bind(&location).fetch_optional(pool).await?;
        Ok(row.map(|row| Fingerprint { etag: row.get(0), content_hash: row.get(1) }))
    })
}

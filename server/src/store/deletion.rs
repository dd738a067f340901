//! Deleting an entity: for now, or so that it stays out.

use super::StoreError;
use super::db::Db;
use super::descent::{Orphans, remove_sources, settle};
use super::tombstones::put_tombstone;
use super::tx::{list, rows, run};
use crate::clock::Millis;
use sqlx::Row;

const FIND: &str = "select entity_ref from identities where uid = $1";
const LIST_SOURCES: &str = "
    select distinct sources.location, sources.orphan from sources
    join claims on claims.location = sources.location where claims.entity_ref = $1";
const REMOVE_CLAIMS: &str = "delete from claims where entity_ref = $1";
const REMOVE_IDENTITY: &str = "delete from identities where entity_ref = $1";
const REMOVE_PROBLEMS: &str = "delete from problems where entity_ref = $1 and location in list($2)";
/// What still emits the entity forgets that it has been read, and so does what led to it.
const FORGET_READING: &str = "
    update sources set etag = null, content_hash = null
    where location in list($1)
        or location in (select parent from links where child in list($1))";
const TOUCH: &str = "update sources set changed = $2 where location in list($1)";
const LIST_EMPTY: &str = "
    select location from sources where location in list($1) and orphan = 1
        and not exists (select 1 from claims where claims.location = sources.location)";
const LIST_LED_TO: &str = "select child from links where parent in list($1)";

/// Removes an entity. What a source still holds comes back when it is read next, with another uid;
/// what comes from an orphan is gone for good. With `keep_out`, who says so, the name stays out of
/// the catalog whatever claims it, until its tombstone is lifted.
///
/// Returns the number of the change, or `None` when there is no such entity.
///
/// # Errors
/// [`StoreError::Database`]; then nothing has changed.
pub async fn delete_entity(
    db: &Db,
    uid: &str,
    keep_out: Option<&str>,
    orphans: Orphans,
    now: Millis,
) -> Result<Option<i64>, StoreError> {
    let mut tx = db.begin(now).await?;
    let number = tx.take(1).await?;
    let names: Vec<String> = rows!(tx, FIND, uid; row => row.get(0));
    let Some(name) = names.into_iter().next() else {
        return Ok(None);
    };
    let sources: Vec<(String, i64)> =
        rows!(tx, LIST_SOURCES, &name; row => (row.get(0), row.get(1)));
    if let Some(who) = keep_out {
        put_tombstone(&mut tx, &name, who, now, number).await?;
    }
    let (orphaned, living): (Vec<_>, Vec<_>) =
        sources.into_iter().partition(|(_, orphan)| *orphan != 0);
    // A name that is kept out stays claimed, so that it is there as soon as it may be.
    if keep_out.is_some() && orphaned.is_empty() {
        return tx.commit().await;
    }
    let living = list(living.iter().map(|(location, _)| location));
    let orphaned = list(orphaned.iter().map(|(location, _)| location));
    run!(tx, REMOVE_PROBLEMS, &name, &orphaned);
    run!(tx, REMOVE_CLAIMS, &name);
    run!(tx, REMOVE_IDENTITY, &name);
    run!(tx, FORGET_READING, &living);
    run!(tx, TOUCH, &living, number);
    run!(tx, TOUCH, &orphaned, number);
    let empty: Vec<String> = rows!(tx, LIST_EMPTY, &orphaned; row => row.get(0));
    let led_to: Vec<String> = rows!(tx, LIST_LED_TO, list(&empty); row => row.get(0));
    let empty: Vec<&String> = empty.iter().collect();
    remove_sources(&mut tx, &empty, number).await?;
    settle(&mut tx, &led_to, orphans, number).await?;
    tx.commit().await
}

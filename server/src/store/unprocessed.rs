//! What has never become an entity: when its sources are read again, and how it is forgotten.

use super::StoreError;
use super::db::Db;
use super::tx::{list, rows, run};
use crate::clock::Millis;
use sqlx::Row;
use std::collections::HashMap;

const DUE_TIMES: &str =
    "select location, due_at from sources where location in list($1) and due_at is not null";
const REMOVE_PROBLEMS: &str = "delete from problems where location = $1 and entity_ref = $2";
const FORGET_READING: &str = "
    update sources set etag = null, content_hash = null, changed = $2 where location = $1";

/// When each of these sources is read next, in Unix milliseconds; those that are not read by
/// themselves are left out.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn due_times(
    db: &Db,
    locations: impl IntoIterator<Item = &str>,
) -> Result<HashMap<String, Millis>, StoreError> {
    let locations = list(locations);
    let mut tx = db.begin(0).await?;
    let times = rows!(tx, DUE_TIMES, &locations; row => (row.get(0), row.get(1)));
    Ok(times.into_iter().collect())
}

/// Forgets what is wrong with an entity of a source. When the source still holds it, the next
/// reading finds it again. Returns the number of the change, or `None` when nothing was known.
///
/// # Errors
/// [`StoreError::Database`]; then nothing has changed.
pub async fn forget_problems(
    db: &Db,
    location: &str,
    entity_ref: &str,
    now: Millis,
) -> Result<Option<i64>, StoreError> {
    let mut tx = db.begin(now).await?;
    let number = tx.take(1).await?;
    if run!(tx, REMOVE_PROBLEMS, location, entity_ref) == 0 {
        return Ok(None);
    }
    run!(tx, FORGET_READING, location, number);
    tx.commit().await
}

//! Sets of entities that somebody hands over, in place of a location to read.

use super::StoreError;
use super::db::Db;
use super::descent::Orphans;
use super::roots::remove_roots;
use super::sources::write_sources;
use super::tx::{DUE, list, rows, run};
use crate::clock::Millis;
use crate::ingest::SourceUpdate;
use sqlx::Row;
use std::collections::HashSet;

const LIST: &str = "select location from locations where provider = $1 order by ordinal";
const PUT: &str = "
    insert into locations (id, provider, location, kind, target, ordinal)
    values ($1, $2, $3, $4, $5, $6)
    on conflict (provider, location) do nothing";
const REMOVE: &str = "delete from locations where provider = $1 and location in list($2)";

/// Replaces all that a provider, such as `push:name`, has handed over: what is not in `updates` is
/// gone. Nobody reads these sources; the Location entities in them are followed.
///
/// Returns the number of the change, or `None` when there was nothing and is nothing.
///
/// # Errors
/// [`StoreError::Database`]; then nothing has changed.
pub async fn put_pushed(
    db: &Db,
    provider: &str,
    updates: &[SourceUpdate],
    now: Millis,
    new_id: impl Fn() -> String,
) -> Result<Option<i64>, StoreError> {
    let mut tx = db.begin(now).await?;
    let known: Vec<String> = rows!(tx, LIST, provider; row => row.get(0));
    if known.is_empty() && updates.is_empty() {
        return Ok(None);
    }
    let number = tx.take(updates.len() + 1).await?;
    for (ordinal, update) in (number..).zip(updates) {
        let location = &update.location;
        run!(
            tx,
            PUT,
            new_id(),
            provider,
            location.to_string(),
            &location.kind,
            &location.target,
            ordinal
        );
    }
    let all: Vec<&SourceUpdate> = updates.iter().collect();
    write_sources(&mut tx, &all, Orphans::Delete, now, &new_id).await?;
    let named: HashSet<String> = updates.iter().map(|it| it.location.to_string()).collect();
    let gone: Vec<String> = known.into_iter().filter(|it| !named.contains(it)).collect();
    run!(tx, REMOVE, provider, list(&gone));
    remove_roots(&mut tx, &gone, number).await?;
    tx.notify(DUE, String::new()).await?;
    tx.commit().await
}

/// Forgets all that a provider has handed over. Returns the number of the change, or `None` when
/// there was nothing.
///
/// # Errors
/// [`StoreError::Database`]; then nothing has changed.
pub async fn remove_pushed(
    db: &Db,
    provider: &str,
    now: Millis,
) -> Result<Option<i64>, StoreError> {
    put_pushed(db, provider, &[], now, String::new).await
}

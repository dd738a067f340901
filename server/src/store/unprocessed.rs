//! What has never become an entity: names that are not valid, and locations not yet read.

use super::StoreError;
use super::db::Db;
use super::problems::named;
use super::tx::{rows, run};
use crate::clock::Millis;
use crate::digest::sha1_hex;
use app::catalog::ErrorName;
use sqlx::Row;
use std::collections::BTreeMap;

/// An entity that is not in the catalog, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unprocessed {
    /// Stays the same from one reading to the next.
    pub id: String,
    pub entity_ref: String,
    pub location: String,
    pub origin: String,
    /// Empty for what is still to be read.
    pub errors: Vec<(ErrorName, String)>,
    /// Unix milliseconds; `None` when it is not read by itself.
    pub due_at: Option<Millis>,
}

const LIST_FAILED: &str = "
    select problems.location, problems.entity_ref, problems.message, sources.origin, sources.due_at,
        problems.error
    from problems join sources on sources.location = problems.location
    where problems.entity_ref is not null and not exists
        (select 1 from claims where claims.entity_ref = problems.entity_ref)
    order by problems.entity_ref, problems.location, problems.position";
const LIST_PENDING: &str = "
    select location, origin, due_at from sources where read_at = 0 order by ordinal, location";
const REMOVE_PROBLEMS: &str = "delete from problems where location = $1 and entity_ref = $2";
const FORGET_READING: &str = "
    update sources set etag = null, content_hash = null, changed = $2 where location = $1";

/// Entities that were read and have never been valid, by name.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn list_failed(db: &Db) -> Result<Vec<Unprocessed>, StoreError> {
    let mut tx = db.begin(0).await?;
    let found = rows!(tx, LIST_FAILED; row => {
        let error: (ErrorName, String) = (named(row.get(5)), row.get(2));
        let names: (String, String) = (row.get(0), row.get(1));
        (names, error, row.get::<String, _>(3), row.get::<Option<i64>, _>(4))
    });
    let mut failed: BTreeMap<(String, String), Unprocessed> = BTreeMap::new();
    for ((location, entity_ref), error, origin, due_at) in found {
        let key = (entity_ref.clone(), location.clone());
        let one = failed.entry(key).or_insert_with(|| Unprocessed {
            id: id(&entity_ref, &location),
            entity_ref,
            location,
            origin,
            errors: Vec::new(),
            due_at,
        });
        one.errors.push(error);
    }
    Ok(failed.into_values().collect())
}

/// Sources that are known and have not been read yet, each under the name of the Location entity
/// that would stand for it.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn list_pending(db: &Db) -> Result<Vec<Unprocessed>, StoreError> {
    let mut tx = db.begin(0).await?;
    Ok(rows!(tx, LIST_PENDING; row => {
        let location: String = row.get(0);
        let entity_ref = format!("location:default/generated-{}", sha1_hex(&location));
        Unprocessed {
            id: id(&entity_ref, &location),
            entity_ref,
            location,
            origin: row.get(1),
            errors: Vec::new(),
            due_at: row.get(2),
        }
    }))
}

/// Forgets an entity that has never been valid. When its source still holds it, the next reading
/// finds it again. Returns the number of the change, or `None` when there is none with that id.
///
/// # Errors
/// [`StoreError::Database`]; then nothing has changed.
pub async fn remove_unprocessed(db: &Db, id: &str, now: Millis) -> Result<Option<i64>, StoreError> {
    let failed = list_failed(db).await?;
    let Some(found) = failed.into_iter().find(|it| it.id == id) else {
        return Ok(None);
    };
    let mut tx = db.begin(now).await?;
    let number = tx.take(1).await?;
    run!(tx, REMOVE_PROBLEMS, &found.location, &found.entity_ref);
    run!(tx, FORGET_READING, &found.location, number);
    tx.commit().await
}

/// A UUID made of what the entity is called and where it stands.
fn id(entity_ref: &str, location: &str) -> String {
    let digest = sha1_hex(format!("{entity_ref}\n{location}"));
    format!(
        "{}-{}-5{}-8{}-{}",
        &digest[..8],
        &digest[8..12],
        &digest[12..15],
        &digest[15..18],
        &digest[18..30]
    )
}

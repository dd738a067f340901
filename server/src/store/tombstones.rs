//! Names that people keep out of the catalog, whatever claims them.

use super::StoreError;
use super::db::Db;
use super::tx::{Tx, list, rows, run};
use crate::clock::Millis;
use crate::ingest::{Outcome, SourceUpdate};
use app::catalog::EntityRef;
use sqlx::Row;

/// A name that is kept out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tombstone {
    /// As a key: lower case.
    pub entity_ref: String,
    /// Who keeps it out.
    pub created_by: String,
    /// Unix milliseconds.
    pub created_at: Millis,
}

const PUT: &str = "
    insert into tombstones (entity_ref, created_by, created_at, lifted_at, changed)
    values ($1, $2, $3, null, $4)
    on conflict (entity_ref) do update set
        created_by = excluded.created_by, created_at = excluded.created_at,
        lifted_at = null, changed = excluded.changed";
const LIFT: &str = "
    update tombstones set lifted_at = $2, changed = $3
    where entity_ref in list($1) and lifted_at is null";
const LIST_LIFTING: &str = "select location from sources where location in list($1) and lifts = 1";
const LIFT_BELOW: &str = "
    update sources set lifts = 1, etag = null, content_hash = null,
        due_at = case when due_at <= $2 then due_at - 1 else $2 end
    where lifts = 0 and read_at > 0
        and location in (select child from links where parent in list($1))";
const STOP_LIFTING: &str = "update sources set lifts = 0 where location in list($1)";

/// Lets a name in again; what claims it is there at once. Returns the number of the change, or
/// `None` when the name was not kept out.
///
/// # Errors
/// [`StoreError::Database`]; then nothing has changed.
pub async fn lift_tombstone(
    db: &Db,
    entity_ref: &EntityRef,
    now: Millis,
) -> Result<Option<i64>, StoreError> {
    let mut tx = db.begin(now).await?;
    let number = tx.take(1).await?;
    let lifted = run!(tx, LIFT, list([entity_ref.to_string()]), now, number);
    if lifted == 0 {
        return Ok(None);
    }
    tx.commit().await
}

/// Keeps a name out.
pub(super) async fn put_tombstone(
    tx: &mut Tx,
    entity_ref: &str,
    who: &str,
    now: Millis,
    number: i64,
) -> Result<(), StoreError> {
    run!(tx, PUT, entity_ref, who, now, number);
    Ok(())
}

/// Lifts the tombstones of what newly registered locations turn out to hold, and sees to it that
/// the same happens further down.
pub(super) async fn lift_claimed(
    tx: &mut Tx,
    updates: &[(i64, &SourceUpdate)],
) -> Result<(), StoreError> {
    let read = list(updates.iter().map(|(_, it)| it.location.to_string()));
    let lifting: Vec<String> = rows!(tx, LIST_LIFTING, read; row => row.get(0));
    if lifting.is_empty() {
        return Ok(());
    }
    let now = tx.now;
    for (number, update) in updates {
        let Outcome::Read { claims, .. } = &update.outcome else {
            continue;
        };
        if lifting.contains(&update.location.to_string()) {
            let names = list(claims.iter().map(|claim| claim.entity_ref.to_string()));
            run!(tx, LIFT, names, now, *number);
        }
    }
    run!(tx, LIFT_BELOW, list(&lifting), now);
    run!(tx, STOP_LIFTING, list(&lifting));
    Ok(())
}

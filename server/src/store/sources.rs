//! Writing what sources hold: all of a batch in one transaction.

use super::StoreError;
use super::claims::{CHUNK, swap_claims};
use super::db::{Db, on};
use super::descent::{Orphans, settle};
use super::inclusions::swap_inclusions;
use super::links::{count_targets, swap_links};
use super::problems::swap_problems;
use super::roots::put_missing;
use super::tombstones::lift_claimed;
use super::tx::{Tx, list, run, within};
use crate::clock::Millis;
use crate::ingest::{Outcome, SourceUpdate};
use sqlx::{QueryBuilder, Row};

/// What was known of a source when it was last read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceState {
    pub location: String,
    pub origin: String,
    pub parent: Option<String>,
    pub etag: Option<String>,
    pub content_hash: Option<String>,
}

const TOUCH: &str = "update sources set read_at = $2 where location in list($1)";
const PUT_READ: &str = "
    insert into sources (location, origin, parent, etag, content_hash, read_at, changed, due_at) ";
const ON_READ: &str = "
    on conflict (location) do update set
        origin = excluded.origin, parent = excluded.parent, etag = excluded.etag,
        content_hash = excluded.content_hash, read_at = excluded.read_at, changed = excluded.changed";
const ON_UNREADABLE: &str = "
    on conflict (location) do update set
        read_at = excluded.read_at, changed = excluded.changed, etag = null, content_hash = null";
const FORGET_REMOVALS: &str = "delete from removals where location in list($1)";
const LIST_STATES: &str =
    "select location, origin, parent, etag, content_hash from sources order by location";

/// Swaps in what some sources hold now, all of it in one transaction; `now` is Unix milliseconds.
///
/// A source that cannot be read keeps its claims, and so does an entity whose new version is not
/// valid: the last good version stays. A source that is new is not read again by itself. Returns
/// whether a read model has something to follow.
///
/// # Errors
/// [`StoreError::Database`]; then nothing has changed.
#[tracing::instrument(name = "write sources", skip_all, fields(sources = updates.len()))]
pub async fn put_sources(
    db: &Db,
    updates: &[SourceUpdate],
    now: Millis,
    new_id: impl Fn() -> String,
) -> Result<bool, StoreError> {
    let mut tx = db.begin(now).await?;
    let updates: Vec<&SourceUpdate> = updates.iter().collect();
    write_sources(&mut tx, &updates, Orphans::Delete, now, &new_id).await?;
    Ok(tx.commit().await?.is_some())
}

/// Does the same as a part of something larger.
pub(super) async fn write_sources(
    tx: &mut Tx,
    updates: &[&SourceUpdate],
    orphans: Orphans,
    read_at: Millis,
    new_id: &impl Fn() -> String,
) -> Result<(), StoreError> {
    let (unchanged, changed): (Vec<&SourceUpdate>, Vec<&SourceUpdate>) = updates
        .iter()
        .partition(|it| it.outcome == Outcome::Unchanged);
    if !unchanged.is_empty() {
        let unchanged = unchanged.iter().map(|it| it.location.to_string());
        run!(tx, TOUCH, list(unchanged), read_at);
    }
    if changed.is_empty() {
        return Ok(());
    }
    let changed = number(tx, &changed).await?;
    let (unreadable, read): (Vec<_>, Vec<_>) = changed
        .iter()
        .partition(|(_, update)| update.outcome == Outcome::Unreadable);
    for (rows, on_conflict) in [(unreadable, ON_UNREADABLE), (read, ON_READ)] {
        for chunk in rows.chunks(CHUNK) {
            within!(tx, connection => {
                QueryBuilder::new(PUT_READ)
                    .push_values(chunk, |mut values, (number, update)| {
                        values.push_bind(update.location.to_string())
                            .push_bind(update.origin.to_string())
                            .push_bind(update.parent.as_ref().map(ToString::to_string))
                            .push_bind(&update.etag).push_bind(&update.content_hash)
                            .push_bind(read_at).push_bind(number).push("null");
                    })
                    .push(on_conflict)
                    .build().execute(connection).await?;
            });
        }
    }
    write_contents(tx, &changed, orphans, new_id).await
}

/// Gives each update the number of its change, so that the first claim of a name is the first that
/// was read. As many numbers after the last one are free as the updates have targets.
pub(super) async fn number<'a>(
    tx: &mut Tx,
    updates: &[&'a SourceUpdate],
) -> Result<Vec<(i64, &'a SourceUpdate)>, StoreError> {
    let targets: usize = updates.iter().map(|it| count_targets(it)).sum();
    let first = tx.take(updates.len() + targets).await?;
    Ok((first..).zip(updates.iter().copied()).collect())
}

/// Swaps in what stands in sources whose rows are up to date already.
pub(super) async fn write_contents(
    tx: &mut Tx,
    updates: &[(i64, &SourceUpdate)],
    orphans: Orphans,
    new_id: &impl Fn() -> String,
) -> Result<(), StoreError> {
    let Some((last, _)) = updates.last() else {
        return Ok(());
    };
    let all = updates.iter().map(|(_, it)| it.location.to_string());
    run!(tx, FORGET_REMOVALS, list(all));
    swap_problems(tx, updates).await?;
    let read: Vec<(i64, &SourceUpdate)> = updates
        .iter()
        .filter(|(_, it)| matches!(it.outcome, Outcome::Read { .. }))
        .copied()
        .collect();
    if read.is_empty() {
        return Ok(());
    }
    swap_claims(tx, &read, new_id).await?;
    put_missing(tx, &read, new_id).await?;
    swap_inclusions(tx, &read).await?;
    let affected = swap_links(tx, &read, last + 1).await?;
    lift_claimed(tx, &read).await?;
    settle(tx, &affected, orphans, *last).await?;
    Ok(())
}

/// What is known of every source, by location.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn source_states(db: &Db) -> Result<Vec<SourceState>, StoreError> {
    on!(db, pool => {
        let rows = sqlx::query(LIST_STATES).fetch_all(pool).await?;
        Ok(rows.iter().map(|row| SourceState {
            location: row.get(0),
            origin: row.get(1),
            parent: row.get(2),
            etag: row.get(3),
            content_hash: row.get(4),
        }).collect())
    })
}

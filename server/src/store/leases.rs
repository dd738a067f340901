//! Sharing the sources that are due: who reads which, for how long, and what came of it.
//!
//! Invariants: a source is leased to one holder at a time; each lease has a number of its own; what
//! a holder brings is written only while the lease it had is still the last one. Time is that of the
//! database, so that the clocks of replicas need not agree.

use super::StoreError;
use super::claims::CHUNK;
use super::db::Db;
use super::descent::Orphans;
use super::problems::named;
use super::sources::{number, write_contents};
use super::tx::{Inner, Tx, list, rows, run, within};
use crate::clock::Millis;
use crate::ingest::{Due, Fingerprint, LocationRef, Outcome, SourceUpdate};
use app::catalog::ErrorName;
use sqlx::{AssertSqlSafe, QueryBuilder, Row as _};
use std::collections::{HashMap, HashSet};

/// Who reads, and for how long it has what it claims, in milliseconds. All holders on one database
/// have about the same: one whose lease is over twice as long counts as one whose clock was wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    pub name: String,
    pub lease: Millis,
}

/// A source that is leased.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leased {
    pub due: Due,
    /// The number of the lease.
    pub lease: i64,
    /// When it was due.
    pub due_at: Millis,
    /// How often in a row it could not be read until now.
    pub failures: u32,
}

/// What came of reading a source.
#[derive(Debug, Clone, PartialEq)]
pub struct Finished {
    pub leased: Leased,
    pub update: SourceUpdate,
    /// How long until it is due again, in milliseconds; `None`: not by itself.
    pub again_in: Option<Millis>,
}

/// What writing has come to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Written {
    /// The number of the last change, if there was one.
    pub change: Option<i64>,
    /// How many leases had gone to somebody else; of these nothing was written.
    pub lost: usize,
}

/// What waits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Queue {
    pub due: usize,
    /// For how long the first of them has been due, in milliseconds.
    pub oldest: Millis,
}

const LIST_DUE: &str = "
    select location, origin, parent, etag, content_hash, depth, failures, lease, due_at,
        coalesce(
            (select optional from links
                where links.child = sources.location and links.parent = sources.parent),
            (select min(case when presence = 'optional' then 1 else 0 end) from locations
                where locations.location = sources.location),
            0),
        coalesce(
            (select found from links
                where links.child = sources.location and links.parent = sources.parent),
            0),
        (select named_by from links
            where links.child = sources.location and links.parent = sources.parent)
    from sources
    where due_at <= $1
        and (leased_until is null or leased_until <= $1 or leased_until > $2)
    order by due_at, ordinal
    limit $3";
const LEASE: &str = "
    update sources set leased_by = $2, leased_until = $3, lease = lease + 1
    where location in list($1)";
const HEARTBEAT: &str = "update sources set leased_until = $2 where leased_by = $1";
/// What is being written at this moment needs no more time.
const HEARTBEAT_POSTGRES: &str = "
    update sources set leased_until = $2 where location in
        (select location from sources where leased_by = $1 for update skip locked)";
const RELEASE: &str =
    "update sources set leased_by = null, leased_until = null where leased_by = $1";
const RELEASE_ALL: &str =
    "update sources set leased_by = null, leased_until = null where leased_by is not null";
const FINISHED: &str = "with finished
    (location, lease, due_at, again_at, failures, changed, etag, content_hash) as (";
const FINISH_UNCHANGED: &str = ")
    update sources set leased_by = null, leased_until = null, failures = finished.failures,
        due_at = case when sources.due_at = finished.due_at
            then finished.again_at else sources.due_at end,
        etag = coalesce(finished.etag, sources.etag), read_at = ";
const FINISH_CHANGED: &str = ")
    update sources set leased_by = null, leased_until = null, failures = finished.failures,
        due_at = case when sources.due_at = finished.due_at
            then finished.again_at else sources.due_at end,
        etag = finished.etag, content_hash = finished.content_hash, changed = finished.changed,
        read_at = ";
const HELD: &str = "
    from finished where sources.location = finished.location
        and sources.lease = finished.lease and sources.leased_by = ";
const LIST_PROBLEMS: &str = "
    select problems.location, message, entity_ref, error from problems
    join sources on sources.location = problems.location
    where problems.location in list($1) and content_hash is null and etag is null
    order by problems.location, position";
const QUEUE: &str = "select count(*), min(due_at) from sources where due_at <= $1";
const REPAIR: &str = "update sources set due_at = $1 where due_at > $2";
const MAKE_STARTED_DUE: &str = "
    update sources set due_at = $1
    where (due_at is null or due_at > $1) and ($2 = 1 or due_at is null or location like 'file:%')
        and orphan = 0 and location not like 'push:%' and location not like 'github-org:%'
        and leased_by is null";
const UNREAD: &str = "
    select read_at from sources where read_at = 0 and due_at is not null limit 1";

/// Leases up to `limit` sources that are due, the longest first.
///
/// # Errors
/// [`StoreError::Database`]; then nothing is leased.
pub async fn claim_sources(
    db: &Db,
    holder: &Holder,
    limit: usize,
    now: Millis,
) -> Result<Vec<Leased>, StoreError> {
    let mut tx = db.begin(now).await?;
    let (now, limit) = (tx.now, i64::try_from(limit).unwrap_or(i64::MAX));
    let until = now.saturating_add(holder.lease);
    let wrong = now.saturating_add(holder.lease.saturating_mul(2));
    let sql = match tx.inner() {
        Inner::Sqlite(_) => LIST_DUE.to_owned(),
        Inner::Postgres(_) => format!("{LIST_DUE} for update skip locked"),
    };
    let found = within!(tx, connection => {
        let rows = sqlx::query(AssertSqlSafe(sql)).bind(now).bind(wrong).bind(limit);
        let rows = rows.fetch_all(connection).await?;
        rows.iter().map(|row| leased(Row {
            location: row.get(0),
            origin: row.get(1),
            parent: row.get(2),
            known: Fingerprint { etag: row.get(3), content_hash: row.get(4) },
            depth: row.get(5),
            failures: row.get(6),
            lease: row.get(7),
            due_at: row.get(8),
            optional: row.get(9),
            found: row.get(10),
            named_by: row.get(11),
        })).collect::<Result<Vec<_>, _>>()?
    });
    if found.is_empty() {
        return Ok(found);
    }
    let locations = list(found.iter().map(|it| it.due.location.to_string()));
    run!(tx, LEASE, locations, &holder.name, until);
    tx.commit().await?;
    Ok(found)
}

/// Prolongs all leases of a holder. Returns how many there are.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn heartbeat_sources(db: &Db, holder: &Holder, now: Millis) -> Result<u64, StoreError> {
    let mut tx = db.begin(now).await?;
    let until = tx.now.saturating_add(holder.lease);
    let sql = match tx.inner() {
        Inner::Sqlite(_) => HEARTBEAT,
        Inner::Postgres(_) => HEARTBEAT_POSTGRES,
    };
    let held = run!(tx, sql, &holder.name, until);
    tx.commit().await?;
    Ok(held)
}

/// Gives back all leases of a holder, for others to take at once.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn release_sources(db: &Db, holder: &Holder) -> Result<(), StoreError> {
    let mut tx = db.begin(0).await?;
    run!(tx, RELEASE, &holder.name);
    tx.commit().await?;
    Ok(())
}

/// Writes what came of reading, all of it in one transaction, and gives the leases back. What its
/// holder no longer has a lease for is left out.
///
/// # Errors
/// [`StoreError::Database`]; then nothing has changed.
#[tracing::instrument(name = "write sources", skip_all, fields(sources = finished.len()))]
pub async fn finish_sources(
    db: &Db,
    holder: &Holder,
    finished: &[Finished],
    orphans: Orphans,
    now: Millis,
    new_id: impl Fn() -> String,
) -> Result<Written, StoreError> {
    let mut tx = db.begin(now).await?;
    let known = known_problems(&mut tx, finished).await?;
    let (unchanged, changed): (Vec<&Finished>, Vec<&Finished>) = finished
        .iter()
        .partition(|it| is_unchanged(&it.update, &known));
    let updates: Vec<&SourceUpdate> = changed.iter().map(|it| &it.update).collect();
    // Whoever changes the catalog waits here first, and only then for single sources: who waited the
    // other way round could wait for ever.
    let numbered = if updates.is_empty() {
        Vec::new()
    } else {
        number(&mut tx, &updates).await?
    };
    let mut held = finish(&mut tx, holder, &unchanged, &[], FINISH_UNCHANGED).await?;
    if !numbered.is_empty() {
        let numbers: Vec<i64> = numbered.iter().map(|(number, _)| *number).collect();
        let mine = finish(&mut tx, holder, &changed, &numbers, FINISH_CHANGED).await?;
        let numbered: Vec<(i64, &SourceUpdate)> = numbered
            .into_iter()
            .filter(|(_, it)| mine.contains(&it.location.to_string()))
            .collect();
        held.extend(mine);
        write_contents(&mut tx, &numbered, orphans, &new_id).await?;
    }
    let lost = finished.len() - held.len();
    let change = tx.commit().await?;
    Ok(Written { change, lost })
}

/// What waits for a reader.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn get_queue(db: &Db, now: Millis) -> Result<Queue, StoreError> {
    let mut tx = db.begin(now).await?;
    let now = tx.now;
    let found: Vec<(i64, Option<i64>)> = rows!(tx, QUEUE, now; row => (row.get(0), row.get(1)));
    let (due, oldest) = found.first().copied().unwrap_or_default();
    Ok(Queue {
        due: usize::try_from(due).unwrap_or_default(),
        oldest: oldest.map_or(0, |oldest| (now - oldest).max(0)),
    })
}

/// Whether there are sources that have never been read, and are to be.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn has_unread(db: &Db) -> Result<bool, StoreError> {
    let mut tx = db.begin(0).await?;
    let found: Vec<i64> = rows!(tx, UNREAD; row => row.get(0));
    Ok(!found.is_empty())
}

/// Makes due what a process reads when it starts: files, which may have come with it, and what is
/// read once; with `everything`, all. Where one process has the database for itself, leases are
/// from a former life.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn start_reading(db: &Db, everything: bool, now: Millis) -> Result<(), StoreError> {
    let mut tx = db.begin(now).await?;
    if matches!(tx.inner(), Inner::Sqlite(_)) {
        run!(tx, RELEASE_ALL);
    }
    let now = tx.now;
    run!(tx, MAKE_STARTED_DUE, now, i64::from(everything));
    tx.commit().await?;
    Ok(())
}

/// Makes due at once what would be due only after `horizon` milliseconds: when a clock jumps back,
/// sources would wait for it to come around again. Returns how many there were.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn repair_due(db: &Db, horizon: Millis, now: Millis) -> Result<u64, StoreError> {
    let mut tx = db.begin(now).await?;
    let now = tx.now;
    let repaired = run!(tx, REPAIR, now, now.saturating_add(horizon));
    tx.commit().await?;
    Ok(repaired)
}

/// Gives leases back, and returns for which sources they were still there.
async fn finish(
    tx: &mut Tx,
    holder: &Holder,
    finished: &[&Finished],
    numbers: &[i64],
    how: &str,
) -> Result<HashSet<String>, StoreError> {
    let now = tx.now;
    let mut held = HashSet::new();
    let rows: Vec<(&Finished, i64)> = finished
        .iter()
        .copied()
        .zip(numbers.iter().copied().chain(std::iter::repeat(0)))
        .collect();
    for chunk in rows.chunks(CHUNK) {
        let found: Vec<String> = within!(tx, connection => {
            let mut query = QueryBuilder::new(FINISHED);
            query.push_values(chunk, |mut values, (it, number)| {
                let is_read = it.update.outcome != Outcome::Unreadable;
                values.push_bind(it.update.location.to_string())
                    .push_bind(it.leased.lease)
                    .push_bind(it.leased.due_at)
                    .push_bind(it.again_in.map(|again_in| now.saturating_add(again_in)))
                    .push_bind(if is_read { 0 } else { i64::from(it.leased.failures) + 1 })
                    .push_bind(*number)
                    .push_bind(it.update.etag.as_ref().filter(|_| is_read))
                    .push_bind(it.update.content_hash.as_ref().filter(|_| is_read));
            });
            query.push(how).push_bind(now).push(HELD).push_bind(&holder.name)
                .push(" returning sources.location");
            let rows = query.build().fetch_all(connection).await?;
            rows.iter().map(|row| row.get(0)).collect()
        });
        held.extend(found);
    }
    Ok(held)
}

/// What is wrong, to whom it is told, and what clients know it as.
type Told = (String, Option<String>, ErrorName);

/// What was wrong already with those sources that can still not be read.
async fn known_problems(
    tx: &mut Tx,
    finished: &[Finished],
) -> Result<HashMap<String, Vec<Told>>, StoreError> {
    let unreadable = finished
        .iter()
        .filter(|it| it.update.outcome == Outcome::Unreadable)
        .map(|it| it.update.location.to_string());
    let unreadable: Vec<String> = unreadable.collect();
    let mut known: HashMap<String, Vec<Told>> = HashMap::new();
    if !unreadable.is_empty() {
        let found = rows!(tx, LIST_PROBLEMS, list(&unreadable); row => {
            (row.get::<String, _>(0), (row.get(1), row.get(2), named(row.get(3))))
        });
        for (location, told) in found {
            known.entry(location).or_default().push(told);
        }
    }
    Ok(known)
}

fn is_unchanged(update: &SourceUpdate, known: &HashMap<String, Vec<Told>>) -> bool {
    match update.outcome {
        Outcome::Unchanged => true,
        Outcome::Read { .. } => false,
        Outcome::Unreadable => known
            .get(&update.location.to_string())
            .is_some_and(|known| {
                let problems = update.problems.iter();
                let told = problems.map(|it| (it.message.clone(), it.entity_ref.clone(), it.error));
                known.iter().cloned().eq(told)
            }),
    }
}

/// A row of the table of sources.
struct Row {
    location: String,
    origin: String,
    parent: Option<String>,
    known: Fingerprint,
    depth: i64,
    failures: i64,
    lease: i64,
    due_at: i64,
    optional: i64,
    found: i64,
    named_by: Option<String>,
}

fn leased(row: Row) -> Result<Leased, StoreError> {
    Ok(Leased {
        due: Due {
            location: location(&row.location)?,
            origin: location(&row.origin)?,
            parent: row.parent.as_deref().map(location).transpose()?,
            named_by: row.named_by.and_then(|name| name.parse().ok()),
            optional: row.optional != 0,
            found: row.found != 0,
            depth: usize::try_from(row.depth).unwrap_or_default(),
            known: row.known,
        },
        // The one that is about to begin.
        lease: row.lease + 1,
        due_at: row.due_at,
        failures: u32::try_from(row.failures).unwrap_or_default(),
    })
}

/// Stored locations are taken as they are; whether they may be read is decided where they are.
fn location(text: &str) -> Result<LocationRef, StoreError> {
    let (kind, target) = text
        .split_once(':')
        .ok_or_else(|| StoreError::Corrupt(format!("{text} is no location")))?;
    Ok(LocationRef {
        kind: kind.to_owned(),
        target: target.to_owned(),
    })
}

//! What read models follow: everything at first, then what has changed since.

use super::StoreError;
use super::db::{Db, on};
use super::locations::{StoredLocation, stored_location};
use super::problems::named;
use super::tombstones::Tombstone;
use super::tx::CHANGES;
use app::catalog::{Problem, Relation, Severity};
use futures::TryStreamExt;
use sqlx::Row;
use sqlx::postgres::PgListener;
use tokio::sync::mpsc::Sender;

/// How many rows are handed over at once: heads are small, documents are not.
const HEADS: usize = 4096;
const DOCUMENTS: usize = 256;

/// A part of the whole store. They come in the order in which they stand here.
#[derive(Debug)]
pub enum Stored {
    /// By location.
    Sources(Vec<(String, StoredSource)>),
    Problems(Vec<Problem>),
    /// The tombstones that are in force.
    KeptOut(Vec<Tombstone>),
    /// The locations that people and programs have registered.
    Registered(Vec<StoredLocation>),
    Heads(Vec<ClaimHead>),
    AllHeads,
    Documents(Vec<StoredDocument>),
    /// The number of the last change that all of this holds.
    All(i64),
}

/// A source that was read.
#[derive(Debug, Clone)]
pub struct StoredSource {
    pub origin: String,
    /// The location that led to this one; none for one that was registered.
    pub parent: Option<String>,
    /// Unix milliseconds.
    pub read_at: i64,
    /// Nothing leads to it any more.
    pub orphan: bool,
}

/// A claim without its document.
#[derive(Debug)]
pub struct ClaimHead {
    pub location: String,
    /// Its place in the source.
    pub position: i64,
    /// As a key: lower case.
    pub entity_ref: String,
    /// The number under which the name was first claimed: the lowest owns it.
    pub claimed: i64,
    pub line: u32,
    pub uid: String,
    /// A list of [`Relation`] as JSON.
    pub relations: String,
}

/// The document of a claim: the entity without relations, uid and etag.
#[derive(Debug)]
pub struct StoredDocument {
    pub location: String,
    pub position: i64,
    pub entity_ref: String,
    pub document: String,
}

/// A valid document of a source, with all that is known of it.
#[derive(Debug, Clone)]
pub struct StoredClaim {
    pub location: String,
    pub position: i64,
    pub entity_ref: String,
    pub claimed: i64,
    pub line: u32,
    pub uid: String,
    pub document: String,
    pub relations: Vec<Relation>,
}

/// What has changed since a change.
#[derive(Debug, Default)]
pub struct StoredChanges {
    /// The number of the last change that this holds.
    pub change: i64,
    /// The sources that have changed, with all that they claim now and all that is wrong with them.
    pub sources: Vec<(String, StoredSource)>,
    pub claims: Vec<StoredClaim>,
    pub problems: Vec<Problem>,
    /// The sources that are gone.
    pub removed: Vec<String>,
    /// Tombstones with whether they are in force.
    pub tombstones: Vec<(Tombstone, bool)>,
    /// What is registered of the sources that have changed; of those that are gone, nothing is.
    pub registered: Vec<StoredLocation>,
    /// The claims of names that were asked for.
    pub named: Vec<StoredClaim>,
    /// Whether those have been read.
    pub is_complete: bool,
}

/// Hears of changes as they are made, on PostgreSQL. Elsewhere nobody else writes.
pub struct Listener(Option<PgListener>);

const GET_CHANGE: &str = "select last from changes where id = 1";
const GET_READ_TIMES: &str = "select location, read_at from sources where read_at > $1";
/// The channel as PostgreSQL knows it; test schemas do not wake one another.
const GET_CHANNEL: &str = "select $1 || '_' || md5(current_schema() || ' ' || current_database())";

const LIST_SOURCES: &str =
    "select location, origin, parent, read_at, orphan from sources where changed > $1";
const LIST_REMOVED: &str = "select location from removals where changed > $1";
const LIST_TOMBSTONES: &str = "
    select entity_ref, created_by, created_at, lifted_at from tombstones where changed > $1";
/// Who registers a location, changes it or takes it away touches its source, as earlier releases do.
const LIST_REGISTERED: &str = "
    select l.id, l.provider, l.kind, l.target, l.presence, l.ordinal, l.task_id,
        l.template_ref
    from sources s join locations l on l.location = s.location and l.provider = 'registered'
    where s.changed > $1";
const LIST_PROBLEMS: &str = "
    select p.location, p.severity, p.line, p.entity_ref, p.message, p.error
    from problems p join sources s on s.location = p.location
    where s.changed > $1 order by p.location, p.position";
const LIST_HEADS: &str = "
    select c.location, c.position, c.entity_ref, c.claimed, c.line, i.uid, c.relations
    from claims c join identities i on i.entity_ref = c.entity_ref";
const LIST_DOCUMENTS: &str = "select location, position, entity_ref, document from claims";
const LIST_CLAIMS: &str = "
    select c.location, c.position, c.entity_ref, c.claimed, c.line, i.uid, c.relations, c.document
    from claims c join sources s on s.location = c.location
    join identities i on i.entity_ref = c.entity_ref
    where s.changed > $1";
const LIST_CLAIMS_OF: &str = "
    select c.location, c.position, c.entity_ref, c.claimed, c.line, i.uid, c.relations, c.document
    from claims c join identities i on i.entity_ref = c.entity_ref
    where c.entity_ref = $1";

/// Rows are read alike on both engines, whose types are not the same.
macro_rules! source {
    ($row:ident) => {
        StoredSource {
            origin: $row.get(1),
            parent: $row.get(2),
            read_at: $row.get(3),
            orphan: $row.get::<i64, _>(4) != 0,
        }
    };
}

macro_rules! problem {
    ($row:ident) => {
        Problem {
            source: $row.get(0),
            severity: if $row.get::<&str, _>(1) == "warning" {
                Severity::Warning
            } else {
                Severity::Error
            },
            line: $row
                .get::<Option<i64>, _>(2)
                .and_then(|line| u32::try_from(line).ok()),
            entity_ref: $row.get(3),
            message: $row.get(4),
            error: named($row.get(5)),
        }
    };
}

/// With whether it is in force.
macro_rules! tombstone {
    ($row:ident) => {
        (
            Tombstone {
                entity_ref: $row.get(0),
                created_by: $row.get(1),
                created_at: $row.get(2),
            },
            $row.get::<Option<i64>, _>(3).is_none(),
        )
    };
}

macro_rules! claim {
    ($row:ident) => {
        relations($row.get(2), $row.get(6)).map(|relations| StoredClaim {
            location: $row.get(0),
            position: $row.get(1),
            entity_ref: $row.get(2),
            claimed: $row.get(3),
            line: line($row.get(4)),
            uid: $row.get(5),
            document: $row.get(7),
            relations,
        })
    };
}

/// The number of the last change.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn get_last_change(db: &Db) -> Result<i64, StoreError> {
    on!(db, pool => Ok(sqlx::query(GET_CHANGE).fetch_one(pool).await?.get(0)))
}

/// The sources that were read after `since`, each with when: Unix milliseconds.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn list_read_times(db: &Db, since: i64) -> Result<Vec<(String, i64)>, StoreError> {
    on!(db, pool => {
        let rows = sqlx::query(GET_READ_TIMES).bind(since).fetch_all(pool).await?;
        Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
    })
}

/// Hands over the whole store as of one moment, part by part. Ends early when nobody takes them any
/// more.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn stream_catalog(db: &Db, out: Sender<Stored>) -> Result<(), StoreError> {
    /// Collects rows and hands them over by so many.
    macro_rules! hand_over {
        ($tx:expr, $sql:expr, $most:expr, $kind:path, $row:ident => $made:expr) => {{
            let mut rows = sqlx::query($sql).fetch(&mut *$tx);
            let mut waiting = Vec::new();
            while let Some($row) = rows.try_next().await? {
                waiting.push($made);
                if waiting.len() == $most
                    && out.send($kind(std::mem::take(&mut waiting))).await.is_err()
                {
                    return Ok(());
                }
            }
            drop(rows);
            if out.send($kind(waiting)).await.is_err() {
                return Ok(());
            }
        }};
    }
    on!(db, pool => {
        let mut tx = pool.begin_with(begin(db)).await?;
        let change: i64 = sqlx::query(GET_CHANGE).fetch_one(&mut *tx).await?.get(0);
        // Before the first change there was nothing.
        let sources = sqlx::query(LIST_SOURCES).bind(-1i64).fetch_all(&mut *tx).await?;
        let problems = sqlx::query(LIST_PROBLEMS).bind(-1i64).fetch_all(&mut *tx).await?;
        let tombstones = sqlx::query(LIST_TOMBSTONES).bind(-1i64).fetch_all(&mut *tx).await?;
        let kept_out = tombstones.iter().map(|row| tombstone!(row));
        let kept_out = kept_out.filter(|(_, in_force)| *in_force);
        let registered = sqlx::query(LIST_REGISTERED).bind(-1i64).fetch_all(&mut *tx).await?;
        for part in [
            Stored::Sources(sources.iter().map(|row| (row.get(0), source!(row))).collect()),
            Stored::Problems(problems.iter().map(|row| problem!(row)).collect()),
            Stored::KeptOut(kept_out.map(|(tombstone, _)| tombstone).collect()),
            Stored::Registered(registered.iter().map(|row| stored_location!(row)).collect()),
        ] {
            if out.send(part).await.is_err() {
                return Ok(());
            }
        }
        hand_over!(tx, LIST_HEADS, HEADS, Stored::Heads, row => ClaimHead {
            location: row.get(0),
            position: row.get(1),
            entity_ref: row.get(2),
            claimed: row.get(3),
            line: line(row.get(4)),
            uid: row.get(5),
            relations: row.get(6),
        });
        if out.send(Stored::AllHeads).await.is_err() {
            return Ok(());
        }
        hand_over!(tx, LIST_DOCUMENTS, DOCUMENTS, Stored::Documents, row => StoredDocument {
            location: row.get(0),
            position: row.get(1),
            entity_ref: row.get(2),
            document: row.get(3),
        });
        tx.commit().await?;
        let _ = out.send(Stored::All(change)).await;
        Ok(())
    })
}

/// What has changed since a change, as of one moment, with the claims of all names that `missing`
/// asks for when it sees the rest.
///
/// # Errors
/// [`StoreError::Database`], or [`StoreError::Corrupt`] when a row cannot be understood.
pub async fn get_changes(
    db: &Db,
    since: i64,
    missing: impl FnOnce(&StoredChanges) -> Vec<String>,
) -> Result<StoredChanges, StoreError> {
    on!(db, pool => {
        let mut tx = pool.begin_with(begin(db)).await?;
        let change = sqlx::query(GET_CHANGE).fetch_one(&mut *tx).await?.get(0);
        let sources = sqlx::query(LIST_SOURCES).bind(since).fetch_all(&mut *tx).await?;
        let removed = sqlx::query(LIST_REMOVED).bind(since).fetch_all(&mut *tx).await?;
        let tombstones = sqlx::query(LIST_TOMBSTONES).bind(since).fetch_all(&mut *tx).await?;
        let registered = sqlx::query(LIST_REGISTERED).bind(since).fetch_all(&mut *tx).await?;
        let problems = sqlx::query(LIST_PROBLEMS).bind(since).fetch_all(&mut *tx).await?;
        let claims = sqlx::query(LIST_CLAIMS).bind(since).fetch_all(&mut *tx).await?;
        let mut changes = StoredChanges {
            change,
            sources: sources.iter().map(|row| (row.get(0), source!(row))).collect(),
            claims: claims.iter().map(|row| claim!(row)).collect::<Result<_, StoreError>>()?,
            problems: problems.iter().map(|row| problem!(row)).collect(),
            removed: removed.iter().map(|row| row.get(0)).collect(),
            tombstones: tombstones.iter().map(|row| tombstone!(row)).collect(),
            registered: registered.iter().map(|row| stored_location!(row)).collect(),
            named: Vec::new(),
            is_complete: false,
        };
        drop(claims);
        for name in missing(&changes) {
            let claims = sqlx::query(LIST_CLAIMS_OF).bind(name).fetch_all(&mut *tx).await?;
            for row in &claims {
                changes.named.push(claim!(row)?);
            }
        }
        changes.is_complete = true;
        tx.commit().await?;
        Ok(changes)
    })
}

fn begin(db: &Db) -> &'static str {
    match db {
        Db::Sqlite(_) => "begin",
        Db::Postgres(_) => "begin isolation level repeatable read read only",
    }
}

fn line(line: i64) -> u32 {
    u32::try_from(line).unwrap_or(1)
}

fn relations(entity_ref: &str, relations: &str) -> Result<Vec<Relation>, StoreError> {
    serde_json::from_str(relations)
        .map_err(|error| StoreError::Corrupt(format!("relations of {entity_ref}: {error}")))
}

impl Listener {
    /// Begins to listen for changes of the catalog.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn start(db: &Db) -> Result<Self, StoreError> {
        Self::on(db, CHANGES).await
    }

    /// Begins to listen on a channel.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn on(db: &Db, channel: &str) -> Result<Self, StoreError> {
        let Db::Postgres(pool) = db else {
            return Ok(Self(None));
        };
        let channel: String = sqlx::query(GET_CHANNEL)
            .bind(channel)
            .fetch_one(pool)
            .await?
            .get(0);
        let mut listener = PgListener::connect_with(pool).await?;
        listener.listen(&channel).await?;
        Ok(Self(Some(listener)))
    }

    /// Returns when there may be something new. Never, where nobody tells.
    ///
    /// # Errors
    /// [`StoreError::Database`] when the connection is gone.
    pub async fn changed(&mut self) -> Result<(), StoreError> {
        match &mut self.0 {
            // `None` stands for a connection that was lost and is back: something may be missed.
            Some(listener) => {
                listener.try_recv().await?;
                Ok(())
            }
            None => std::future::pending().await,
        }
    }
}

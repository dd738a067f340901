//! Writing what a source holds: all of it in one transaction.

use super::StoreError;
use super::db::{Db, on};
use crate::ingest::{Claim, Outcome, SourceUpdate};
use app::catalog::{EntityRef, Problem, Severity};
use sqlx::Row;
use std::collections::{HashMap, HashSet};

/// What was known of a source when it was last read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceState {
    pub location: String,
    pub origin: String,
    pub parent: Option<String>,
    pub etag: Option<String>,
    pub content_hash: Option<String>,
}

/// A claim as it goes into the table.
struct ClaimRow {
    entity_ref: String,
    claimed: i64,
    line: i64,
    document: String,
    relations: String,
}

const NEXT_CHANGE: &str = "update changes set last = last + 1 where id = 1 returning last";
const TOUCH: &str = "update sources set read_at = $2 where location = $1";
const PUT_SOURCE: &str = "
    insert into sources (location, origin, parent, etag, content_hash, read_at)
    values ($1, $2, $3, $4, $5, $6)
    on conflict (location) do update set
        origin = excluded.origin, parent = excluded.parent, etag = excluded.etag,
        content_hash = excluded.content_hash, read_at = excluded.read_at";
const PUT_UNREADABLE: &str = "
    insert into sources (location, origin, parent, read_at) values ($1, $2, $3, $4)
    on conflict (location) do update set read_at = excluded.read_at, etag = null, content_hash = null";
const LIST_CLAIMS: &str = "
    select entity_ref, claimed, line, document, relations from claims
    where location = $1 order by position";
const REMOVE_CLAIMS: &str = "delete from claims where location = $1";
const PUT_CLAIM: &str = "
    insert into claims (location, position, entity_ref, claimed, line, document, relations)
    values ($1, $2, $3, $4, $5, $6, $7)";
const PUT_IDENTITY: &str =
    "insert into identities (entity_ref, uid) values ($1, $2) on conflict (entity_ref) do nothing";
const REMOVE_PROBLEMS: &str = "delete from problems where location = $1";
const PUT_PROBLEM: &str = "
    insert into problems (location, position, severity, line, entity_ref, message)
    values ($1, $2, $3, $4, $5, $6)";
const LIST_STATES: &str =
    "select location, origin, parent, etag, content_hash from sources order by location";
const REMOVE_SOURCE: &str = "delete from sources where location = $1";
const REMOVE_UNCLAIMED: &str =
    "delete from identities where entity_ref not in (select entity_ref from claims)";

/// Swaps in what a source holds now, in one transaction; `now` is Unix milliseconds.
///
/// A source that cannot be read keeps its claims, and so does an entity whose new version is not
/// valid: the last good version stays. Returns whether a read model has something to follow.
///
/// # Errors
/// [`StoreError::Database`]; then nothing has changed.
pub async fn put_source(
    db: &Db,
    update: &SourceUpdate,
    now: i64,
    new_id: impl Fn() -> String,
) -> Result<bool, StoreError> {
    let location = update.location.to_string();
    let origin = update.origin.to_string();
    let parent = update.parent.as_ref().map(ToString::to_string);
    on!(db, pool => {
        let mut tx = pool.begin().await?;
        match &update.outcome {
            Outcome::Unchanged => {
                sqlx::query(TOUCH).bind(&location).bind(now).execute(&mut *tx).await?;
                tx.commit().await?;
                return Ok(false);
            }
            Outcome::Unreadable => {
                sqlx::query(PUT_UNREADABLE)
                    .bind(&location).bind(&origin).bind(&parent).bind(now)
                    .execute(&mut *tx).await?;
                sqlx::query(NEXT_CHANGE).execute(&mut *tx).await?;
            }
            Outcome::Read { claims, kept, incomplete, .. } => {
                sqlx::query(PUT_SOURCE)
                    .bind(&location).bind(&origin).bind(&parent)
                    .bind(&update.etag).bind(&update.content_hash).bind(now)
                    .execute(&mut *tx).await?;
                let change: i64 = sqlx::query(NEXT_CHANGE).fetch_one(&mut *tx).await?.get(0);
                let before = sqlx::query(LIST_CLAIMS).bind(&location).fetch_all(&mut *tx).await?;
                let before = before.iter().map(|row| ClaimRow {
                    entity_ref: row.get(0),
                    claimed: row.get(1),
                    line: row.get(2),
                    document: row.get(3),
                    relations: row.get(4),
                });
                let rows = next_claims(before.collect(), claims, kept, *incomplete, change);
                sqlx::query(REMOVE_CLAIMS).bind(&location).execute(&mut *tx).await?;
                for (position, row) in (0i64..).zip(&rows) {
                    sqlx::query(PUT_CLAIM)
                        .bind(&location).bind(position).bind(&row.entity_ref).bind(row.claimed)
                        .bind(row.line).bind(&row.document).bind(&row.relations)
                        .execute(&mut *tx).await?;
                    sqlx::query(PUT_IDENTITY)
                        .bind(&row.entity_ref).bind(new_id())
                        .execute(&mut *tx).await?;
                }
            }
        }
        sqlx::query(REMOVE_PROBLEMS).bind(&location).execute(&mut *tx).await?;
        for (position, problem) in (0i64..).zip(&update.problems) {
            sqlx::query(PUT_PROBLEM)
                .bind(&location).bind(position).bind(severity_word(problem))
                .bind(problem.line.map(i64::from)).bind(&problem.entity_ref).bind(&problem.message)
                .execute(&mut *tx).await?;
        }
        tx.commit().await?;
    });
    Ok(true)
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

/// Forgets every source that is not in `locations`, with all it claims. Returns how many went.
///
/// # Errors
/// [`StoreError::Database`]; then nothing has changed.
pub async fn remove_sources_except(
    db: &Db,
    locations: &HashSet<String>,
) -> Result<usize, StoreError> {
    let gone: Vec<SourceState> = source_states(db)
        .await?
        .into_iter()
        .filter(|state| !locations.contains(&state.location))
        .collect();
    if gone.is_empty() {
        return Ok(0);
    }
    on!(db, pool => {
        let mut tx = pool.begin().await?;
        for state in &gone {
            sqlx::query(REMOVE_SOURCE).bind(&state.location).execute(&mut *tx).await?;
        }
        sqlx::query(REMOVE_UNCLAIMED).execute(&mut *tx).await?;
        sqlx::query(NEXT_CHANGE).execute(&mut *tx).await?;
        tx.commit().await?;
    });
    Ok(gone.len())
}

/// The claims of a source after it was read: new documents keep the number under which their name
/// was first claimed, and names whose new version is not valid keep their last good document. When
/// part of the content could not be understood, all that it may have named is kept.
fn next_claims(
    before: Vec<ClaimRow>,
    claims: &[Claim],
    kept: &[EntityRef],
    incomplete: bool,
    change: i64,
) -> Vec<ClaimRow> {
    let mut numbers: HashMap<String, i64> = HashMap::new();
    for row in &before {
        numbers.entry(row.entity_ref.clone()).or_insert(row.claimed);
    }
    let mut rows: Vec<ClaimRow> = claims
        .iter()
        .map(|claim| {
            let entity_ref = claim.entity_ref.to_string();
            ClaimRow {
                claimed: numbers.get(&entity_ref).copied().unwrap_or(change),
                entity_ref,
                line: i64::from(claim.line),
                document: claim.document.to_string(),
                relations: serde_json::to_string(&claim.relations)
                    .expect("relations are texts, which JSON can hold"),
            }
        })
        .collect();
    let claimed: HashSet<String> = rows.iter().map(|row| row.entity_ref.clone()).collect();
    let kept: HashSet<String> = kept.iter().map(ToString::to_string).collect();
    rows.extend(before.into_iter().filter(|row| {
        (incomplete || kept.contains(&row.entity_ref)) && !claimed.contains(&row.entity_ref)
    }));
    rows
}

fn severity_word(problem: &Problem) -> &'static str {
    match problem.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

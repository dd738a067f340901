//! Writing what a source holds: all of it in one transaction.

use super::StoreError;
use super::db::{Db, on};
use crate::ingest::{Claim, Outcome, SourceUpdate};
use app::catalog::{EntityRef, Problem, Severity};
use sqlx::{QueryBuilder, Row};
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

/// How many rows one statement writes; engines bound the values of a statement.
const CHUNK: usize = 500;

/// A claim as it goes into the table.
#[derive(Clone)]
struct ClaimRow {
    entity_ref: String,
    claimed: i64,
    line: i64,
    document: String,
    relations: String,
}

impl ClaimRow {
    fn of(claim: &Claim, claimed: i64) -> Self {
        Self {
            entity_ref: claim.entity_ref.to_string(),
            claimed,
            line: i64::from(claim.line),
            document: claim.document.to_string(),
            relations: serde_json::to_string(&claim.relations)
                .expect("relations are texts, which JSON can hold"),
        }
    }
}

const TAKE_NUMBERS: &str = "update changes set last = last + $1 where id = 1 returning last";
const TOUCH: &str = "update sources set read_at = $2 where location = $1";
const PUT_SOURCE: &str = "
    insert into sources (location, origin, parent, etag, content_hash, read_at, changed)
    values ($1, $2, $3, $4, $5, $6, $7)
    on conflict (location) do update set
        origin = excluded.origin, parent = excluded.parent, etag = excluded.etag,
        content_hash = excluded.content_hash, read_at = excluded.read_at, changed = excluded.changed";
const PUT_UNREADABLE: &str = "
    insert into sources (location, origin, parent, read_at, changed) values ($1, $2, $3, $4, $5)
    on conflict (location) do update set
        read_at = excluded.read_at, changed = excluded.changed, etag = null, content_hash = null";
const FORGET_REMOVAL: &str = "delete from removals where location = $1";
const PUT_REMOVAL: &str = "
    insert into removals (location, changed) values ($1, $2)
    on conflict (location) do update set changed = excluded.changed";
const TAKE_CLAIMS: &str = "
    delete from claims where location = $1
    returning entity_ref, claimed, line, document, relations, position";
const PUT_CLAIMS: &str = "
    insert into claims (location, position, entity_ref, claimed, line, document, relations) ";
const PUT_IDENTITIES: &str = "insert into identities (entity_ref, uid) ";
const REMOVE_PROBLEMS: &str = "delete from problems where location = $1";
const PUT_PROBLEMS: &str = "
    insert into problems (location, position, severity, line, entity_ref, message) ";
const LIST_STATES: &str =
    "select location, origin, parent, etag, content_hash from sources order by location";
const REMOVE_SOURCE: &str = "delete from sources where location = $1";
const REMOVE_UNCLAIMED: &str =
    "delete from identities where entity_ref not in (select entity_ref from claims)";

/// Swaps in what some sources hold now, all of it in one transaction; `now` is Unix milliseconds.
///
/// A source that cannot be read keeps its claims, and so does an entity whose new version is not
/// valid: the last good version stays. Returns whether a read model has something to follow.
///
/// # Errors
/// [`StoreError::Database`]; then nothing has changed.
pub async fn put_sources(
    db: &Db,
    updates: &[SourceUpdate],
    now: i64,
    new_id: impl Fn() -> String,
) -> Result<bool, StoreError> {
    let newly_read = updates
        .iter()
        .filter(|update| update.outcome != Outcome::Unchanged);
    let changes = i64::try_from(newly_read.count()).expect("a batch is small");
    let mut rows = Rows::default();
    on!(db, pool => {
        let mut tx = pool.begin().await?;
        // One number for each source, so that the first claim of a name is the first that was read.
        let last: i64 = sqlx::query(TAKE_NUMBERS).bind(changes).fetch_one(&mut *tx).await?.get(0);
        let mut number = last - changes;
        for update in updates {
            number += i64::from(update.outcome != Outcome::Unchanged);
            let location = update.location.to_string();
            let origin = update.origin.to_string();
            let parent = update.parent.as_ref().map(ToString::to_string);
            match &update.outcome {
                Outcome::Unchanged => {
                    sqlx::query(TOUCH).bind(&location).bind(now).execute(&mut *tx).await?;
                    continue;
                }
                Outcome::Unreadable => {
                    sqlx::query(PUT_UNREADABLE)
                        .bind(&location).bind(origin).bind(parent).bind(now).bind(number)
                        .execute(&mut *tx).await?;
                }
                Outcome::Read { claims, kept, incomplete, .. } => {
                    sqlx::query(PUT_SOURCE)
                        .bind(&location).bind(origin).bind(parent)
                        .bind(&update.etag).bind(&update.content_hash).bind(now).bind(number)
                        .execute(&mut *tx).await?;
                    let before = sqlx::query(TAKE_CLAIMS).bind(&location).fetch_all(&mut *tx).await?;
                    let mut before: Vec<(i64, ClaimRow)> = before.iter().map(|row| {
                        (row.get(5), ClaimRow {
                            entity_ref: row.get(0),
                            claimed: row.get(1),
                            line: row.get(2),
                            document: row.get(3),
                            relations: row.get(4),
                        })
                    }).collect();
                    before.sort_by_key(|(position, _)| *position);
                    let before = before.into_iter().map(|(_, row)| row).collect();
                    rows.claim(&location, next_claims(before, claims, kept, *incomplete, number));
                }
            }
            sqlx::query(FORGET_REMOVAL).bind(&location).execute(&mut *tx).await?;
            sqlx::query(REMOVE_PROBLEMS).bind(&location).execute(&mut *tx).await?;
            rows.report(&location, &update.problems);
        }
        for chunk in rows.claims.chunks(CHUNK) {
            QueryBuilder::new(PUT_CLAIMS)
                .push_values(chunk, |mut values, (location, position, claim)| {
                    values.push_bind(location).push_bind(position).push_bind(&claim.entity_ref)
                        .push_bind(claim.claimed).push_bind(claim.line)
                        .push_bind(&claim.document).push_bind(&claim.relations);
                })
                .build().execute(&mut *tx).await?;
            QueryBuilder::new(PUT_IDENTITIES)
                .push_values(chunk, |mut values, (_, _, claim)| {
                    values.push_bind(&claim.entity_ref).push_bind(new_id());
                })
                .push(" on conflict (entity_ref) do nothing")
                .build().execute(&mut *tx).await?;
        }
        for chunk in rows.problems.chunks(CHUNK) {
            QueryBuilder::new(PUT_PROBLEMS)
                .push_values(chunk, |mut values, (location, position, problem)| {
                    values.push_bind(location).push_bind(position).push_bind(severity_word(problem))
                        .push_bind(problem.line.map(i64::from))
                        .push_bind(&problem.entity_ref).push_bind(&problem.message);
                })
                .build().execute(&mut *tx).await?;
        }
        tx.commit().await?;
    });
    Ok(changes > 0)
}

/// The rows that one transaction writes, gathered so that they go out in few statements.
#[derive(Default)]
struct Rows<'a> {
    claims: Vec<(String, i64, ClaimRow)>,
    problems: Vec<(String, i64, &'a Problem)>,
}

impl<'a> Rows<'a> {
    fn claim(&mut self, location: &str, claims: Vec<ClaimRow>) {
        let claims = (0..).zip(claims);
        self.claims
            .extend(claims.map(|(position, claim)| (location.to_owned(), position, claim)));
    }

    fn report(&mut self, location: &str, problems: &'a [Problem]) {
        let problems = (0..).zip(problems);
        let rows = problems.map(|(position, problem)| (location.to_owned(), position, problem));
        self.problems.extend(rows);
    }
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
        let number: i64 = sqlx::query(TAKE_NUMBERS).bind(1i64).fetch_one(&mut *tx).await?.get(0);
        for state in &gone {
            sqlx::query(REMOVE_SOURCE).bind(&state.location).execute(&mut *tx).await?;
            sqlx::query(PUT_REMOVAL).bind(&state.location).bind(number).execute(&mut *tx).await?;
        }
        sqlx::query(REMOVE_UNCLAIMED).execute(&mut *tx).await?;
        tx.commit().await?;
    });
    Ok(gone.len())
}

/// The claims of a source after it was read: new documents keep the number under which their name
/// was first claimed, a provisional one does not replace what was there, and names whose new version is not valid keep their last good document. When
/// part of the content could not be understood, all that it may have named is kept.
fn next_claims(
    before: Vec<ClaimRow>,
    claims: &[Claim],
    kept: &[EntityRef],
    incomplete: bool,
    number: i64,
) -> Vec<ClaimRow> {
    let mut earlier: HashMap<String, &ClaimRow> = HashMap::new();
    for row in &before {
        earlier.entry(row.entity_ref.clone()).or_insert(row);
    }
    let mut rows: Vec<ClaimRow> = claims
        .iter()
        .map(|claim| {
            let entity_ref = claim.entity_ref.to_string();
            match earlier.get(&entity_ref) {
                Some(earlier) if claim.provisional => (*earlier).clone(),
                earlier => ClaimRow::of(claim, earlier.map_or(number, |row| row.claimed)),
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

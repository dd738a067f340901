//! Reading all that a read model is built from.

use super::StoreError;
use super::db::{Db, on};
use app::catalog::{EntityRef, Problem, Relation, Severity};
use sqlx::Row;
use std::collections::HashMap;

/// The whole store at one moment.
#[derive(Debug, Default)]
pub struct StoredCatalog {
    /// The number of the last change it holds.
    pub change: i64,
    pub sources: HashMap<String, StoredSource>,
    /// First claims first: the first of a name owns it.
    pub claims: Vec<StoredClaim>,
    /// The uid of each name.
    pub uids: HashMap<String, String>,
    pub problems: Vec<Problem>,
}

/// A source that was read.
#[derive(Debug, Clone)]
pub struct StoredSource {
    pub origin: String,
    /// The location that led to this one; none for one that was registered.
    pub parent: Option<String>,
    /// Unix milliseconds.
    pub read_at: i64,
}

/// A valid document of a source.
#[derive(Debug, Clone)]
pub struct StoredClaim {
    pub location: String,
    /// As a key: lower case.
    pub entity_ref: String,
    pub line: u32,
    /// The entity without relations, uid and etag.
    pub document: String,
    pub relations: Vec<Relation>,
}

const GET_CHANGE: &str = "select last from changes where id = 1";
const LIST_SOURCES: &str = "select location, origin, parent, read_at from sources";
const LIST_CLAIMS: &str = "
    select location, entity_ref, line, document, relations from claims
    where entity_ref not in (select entity_ref from tombstones where lifted_at is null)
    order by claimed, location, position";
const LIST_IDENTITIES: &str = "select entity_ref, uid from identities";
const LIST_PROBLEMS: &str = "
    select location, severity, line, entity_ref, message from problems
    order by severity, location, position";

/// Reads everything as of one moment.
///
/// # Errors
/// [`StoreError::Database`], or [`StoreError::Corrupt`] when a row cannot be understood.
pub async fn get_catalog(db: &Db) -> Result<StoredCatalog, StoreError> {
    let begin = match db {
        Db::Sqlite(_) => "begin",
        Db::Postgres(_) => "begin isolation level repeatable read read only",
    };
    on!(db, pool => {
        let mut tx = pool.begin_with(begin).await?;
        let change = sqlx::query(GET_CHANGE).fetch_one(&mut *tx).await?.get(0);
        let sources = sqlx::query(LIST_SOURCES).fetch_all(&mut *tx).await?;
        let sources = sources.iter().map(|row| {
            (row.get(0), StoredSource { origin: row.get(1), parent: row.get(2), read_at: row.get(3) })
        }).collect();
        let claims = sqlx::query(LIST_CLAIMS).fetch_all(&mut *tx).await?;
        let claims = claims.iter().map(|row| {
            claim(row.get(0), row.get(1), row.get(2), row.get(3), row.get(4))
        }).collect::<Result<_, _>>()?;
        let uids = sqlx::query(LIST_IDENTITIES).fetch_all(&mut *tx).await?;
        let uids = uids.iter().map(|row| (row.get(0), row.get(1))).collect();
        let problems = sqlx::query(LIST_PROBLEMS).fetch_all(&mut *tx).await?;
        let problems = problems.iter().map(|row| Problem {
            source: row.get(0),
            severity: if row.get::<&str, _>(1) == "warning" { Severity::Warning } else { Severity::Error },
            line: row.get::<Option<i64>, _>(2).and_then(|line| u32::try_from(line).ok()),
            entity_ref: row.get(3),
            message: row.get(4),
        }).collect();
        tx.commit().await?;
        Ok(StoredCatalog { change, sources, claims, uids, problems })
    })
}

fn claim(
    location: String,
    entity_ref: String,
    line: i64,
    document: String,
    relations: &str,
) -> Result<StoredClaim, StoreError> {
    let relations = serde_json::from_str(relations)
        .map_err(|error| StoreError::Corrupt(format!("relations of {entity_ref}: {error}")))?;
    Ok(StoredClaim {
        location,
        entity_ref,
        line: u32::try_from(line).unwrap_or(1),
        document,
        relations,
    })
}

impl StoredClaim {
    /// The kind, namespace and name as the document writes them.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when the document is no entity.
    pub fn parse(&self) -> Result<(EntityRef, serde_json::Value), StoreError> {
        let corrupt = |what: &str| StoreError::Corrupt(format!("{}: {what}", self.entity_ref));
        let document: serde_json::Value =
            serde_json::from_str(&self.document).map_err(|error| corrupt(&error.to_string()))?;
        let text = |pointer: &str| {
            document
                .pointer(pointer)
                .and_then(serde_json::Value::as_str)
                .ok_or_else(|| corrupt(pointer))
        };
        let entity_ref = EntityRef::new(
            text("/kind")?,
            text("/metadata/namespace")?,
            text("/metadata/name")?,
        );
        Ok((entity_ref, document))
    }
}

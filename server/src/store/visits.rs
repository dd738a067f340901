//! What people have lately looked at.

use super::StoreError;
use super::db::{Db, on};
use crate::clock::Millis;
use sqlx::Row;

/// A look at the page of an entity; both references are lower case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visit {
    pub user_ref: String,
    pub entity_ref: String,
    pub at: Millis,
}

const PUT: &str = "
    insert into visits (user_ref, entity_ref, visited_at) values ($1, $2, $3)
    on conflict (user_ref, entity_ref) do update set visited_at = excluded.visited_at
    where visits.visited_at < excluded.visited_at";
const FORGET: &str = "
    delete from visits where user_ref = $1 and entity_ref not in (
        select entity_ref from visits where user_ref = $1
        order by visited_at desc, entity_ref limit $2)";
const LIST: &str = "
    select user_ref, entity_ref, visited_at from visits where visited_at >= $1
    order by visited_at, user_ref, entity_ref";

/// Remembers visits, and of each person no more than the last `most`.
///
/// # Errors
/// [`StoreError::Database`]; then some may have been kept.
pub async fn put_visits(db: &Db, visits: &[Visit], most: usize) -> Result<(), StoreError> {
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let mut people: Vec<&str> = visits.iter().map(|visit| &*visit.user_ref).collect();
    people.sort_unstable();
    people.dedup();
    // One statement at a time: nobody who reads the catalog in waits behind them.
    on!(db, pool => {
        for visit in visits {
            let put = sqlx::query(PUT).bind(&visit.user_ref).bind(&visit.entity_ref);
            put.bind(visit.at).execute(pool).await?;
        }
        for person in people {
            sqlx::query(FORGET).bind(person).bind(most).execute(pool).await?;
        }
    });
    Ok(())
}

/// The visits since `since`, the oldest first.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn list_visits(db: &Db, since: Millis) -> Result<Vec<Visit>, StoreError> {
    on!(db, pool => {
        let rows = sqlx::query(LIST).bind(since).fetch_all(pool).await?;
        Ok(rows.iter().map(|row| Visit {
            user_ref: row.get(0),
            entity_ref: row.get(1),
            at: row.get(2),
        }).collect())
    })
}

//! What is read below a URL, or included from there.

use super::StoreError;
use super::db::{Db, on};
use crate::ingest::LocationRef;
use sqlx::Row;

const LIST_SQLITE: &str = "
    select location from sources where lower(location) >= $1 and lower(location) < $2
    union select file from inclusions where lower(file) >= $1 and lower(file) < $2";
const LIST_POSTGRES: &str = r#"
    select location from sources
    where lower(location collate "C") >= $1 and lower(location collate "C") < $2
    union select file from inclusions
    where lower(file collate "C") >= $1 and lower(file collate "C") < $2"#;
/// No text that goes on is greater.
const LAST: char = char::MAX;

/// How an engine is asked, so that an index answers: `$1` and `$2` are [`range_below`].
pub fn below_sql(db: &Db) -> &'static str {
    match db {
        Db::Sqlite(_) => LIST_SQLITE,
        Db::Postgres(_) => LIST_POSTGRES,
    }
}

/// What begins like this stands from the first text on and before the second.
pub fn range_below(prefix: &LocationRef) -> (String, String) {
    let from = prefix.to_string().to_ascii_lowercase();
    let to = format!("{from}{LAST}");
    (from, to)
}

/// The sources, and the files that sources include, whose location begins like this; hosts of
/// repositories do not tell small letters from large ones.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn list_read_below(
    db: &Db,
    prefix: &LocationRef,
) -> Result<Vec<LocationRef>, StoreError> {
    let (from, to) = range_below(prefix);
    on!(db, pool => {
        let rows = sqlx::query(below_sql(db)).bind(from).bind(to).fetch_all(pool).await?;
        let locations = rows.iter().map(|row| row.get::<String, _>(0));
        Ok(locations.filter_map(|location| location.parse().ok()).collect())
    })
}

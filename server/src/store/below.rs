//! What is read below a URL, or included from there.

use super::StoreError;
use super::db::{Db, on};
use crate::ingest::LocationRef;
use sqlx::Row;

const LIST: &str = "
    select location from sources where lower(substr(location, 1, cast($2 as integer))) = $1
    union select file from inclusions where lower(substr(file, 1, cast($2 as integer))) = $1";

/// The sources, and the files that sources include, whose location begins like this; hosts of
/// repositories do not tell small letters from large ones.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn list_read_below(
    db: &Db,
    prefix: &LocationRef,
) -> Result<Vec<LocationRef>, StoreError> {
    let prefix = prefix.to_string().to_lowercase();
    let length = i64::try_from(prefix.chars().count()).unwrap_or(i64::MAX);
    on!(db, pool => {
        let rows = sqlx::query(LIST).bind(&prefix).bind(length).fetch_all(pool).await?;
        let locations = rows.iter().map(|row| row.get::<String, _>(0));
        Ok(locations.filter_map(|location| location.parse().ok()).collect())
    })
}

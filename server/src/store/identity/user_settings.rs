//! What front ends keep for a user.

use super::super::StoreError;
use super::super::db::{Db, on};
use sqlx::Row;

const PUT: &str = "
    insert into user_settings (user_ref, bucket, name, value) values ($1, $2, $3, $4)
    on conflict (user_ref, bucket, name) do update set value = excluded.value";
const GET: &str =
    "select value from user_settings where user_ref = $1 and bucket = $2 and name = $3";
const LIST: &str =
    "select bucket, name, value from user_settings where user_ref = $1 order by bucket, name";
const REMOVE: &str = "delete from user_settings where user_ref = $1 and bucket = $2 and name = $3";

/// Keeps a value, JSON.
///
/// # Errors
/// [`StoreError::Database`]; then the former stays.
pub async fn put_user_setting(
    db: &Db,
    user_ref: &str,
    bucket: &str,
    name: &str,
    value: &str,
) -> Result<(), StoreError> {
    on!(db, pool => {
        let put = sqlx::query(PUT).bind(user_ref).bind(bucket).bind(name);
        put.bind(value).execute(pool).await?;
    });
    Ok(())
}

/// A value, JSON.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn get_user_setting(
    db: &Db,
    user_ref: &str,
    bucket: &str,
    name: &str,
) -> Result<Option<String>, StoreError> {
    on!(db, pool => {
        let get = sqlx::query(GET).bind(user_ref).bind(bucket).bind(name);
        Ok(get.fetch_optional(pool).await?.map(|row| row.get(0)))
    })
}

/// Everything that is kept for a user, as bucket, name and value.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn list_user_settings(
    db: &Db,
    user_ref: &str,
) -> Result<Vec<(String, String, String)>, StoreError> {
    on!(db, pool => {
        let rows = sqlx::query(LIST).bind(user_ref).fetch_all(pool).await?;
        Ok(rows.iter().map(|row| (row.get(0), row.get(1), row.get(2))).collect())
    })
}

/// Forgets a value.
///
/// # Errors
/// [`StoreError::Database`]; then it stays.
pub async fn remove_user_setting(
    db: &Db,
    user_ref: &str,
    bucket: &str,
    name: &str,
) -> Result<(), StoreError> {
    on!(db, pool => {
        sqlx::query(REMOVE).bind(user_ref).bind(bucket).bind(name).execute(pool).await?;
    });
    Ok(())
}

//! What people have starred.

use super::StoreError;
use super::db::{Db, on};
use app::catalog::EntityRef;
use sqlx::Row;

const PUT: &str = "
    insert into stars (user_ref, entity_ref, starred_at) values ($1, $2, $3)
    on conflict (user_ref, entity_ref) do nothing";
const REMOVE: &str = "delete from stars where user_ref = $1 and entity_ref = $2";
const LIST: &str = "select user_ref, entity_ref from stars order by starred_at, entity_ref";

/// Remembers or forgets a star; `now` is Unix milliseconds.
///
/// # Errors
/// [`StoreError::Database`]; then nothing has changed.
pub async fn put_star(
    db: &Db,
    user: &EntityRef,
    entity: &EntityRef,
    starred: bool,
    now: i64,
) -> Result<(), StoreError> {
    let (user, entity) = (user.to_string(), entity.to_string());
    on!(db, pool => {
        if starred {
            sqlx::query(PUT).bind(user).bind(entity).bind(now).execute(pool).await?;
        } else {
            sqlx::query(REMOVE).bind(user).bind(entity).execute(pool).await?;
        }
    });
    Ok(())
}

/// Every star as `(user, entity)`, oldest first.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn list_stars(db: &Db) -> Result<Vec<(String, String)>, StoreError> {
    on!(db, pool => {
        let rows = sqlx::query(LIST).fetch_all(pool).await?;
        Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
    })
}

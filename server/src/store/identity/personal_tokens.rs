//! Tokens that people make for their programs.

use super::super::StoreError;
use super::super::db::{Db, on};
use crate::clock::Millis;
use sqlx::Row;

/// A token, without what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonalToken {
    pub id: String,
    pub token_hash: String,
    /// Lower case.
    pub user_ref: String,
    /// Whether it ends with the user's entity.
    pub needs_entity: bool,
    pub name: String,
    /// Separated by spaces.
    pub scopes: String,
    pub created_at: Millis,
    pub expires_at: Millis,
    pub used_at: Option<Millis>,
}

const PUT: &str = "
    insert into personal_tokens (id, token_hash, user_ref, needs_entity, name, scopes, created_at, expires_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8)";
const GET: &str = "
    select id, token_hash, user_ref, needs_entity, name, scopes, created_at, expires_at, used_at
    from personal_tokens where token_hash = $1";
const LIST: &str = "
    select id, token_hash, user_ref, needs_entity, name, scopes, created_at, expires_at, used_at
    from personal_tokens where user_ref = $1 order by created_at desc, id";
const TOUCH: &str = "update personal_tokens set used_at = $2 where id = $1";
const REMOVE: &str = "delete from personal_tokens where id = $1 and user_ref = $2";

macro_rules! token_of {
    ($row:expr) => {{
        let row = $row;
        PersonalToken {
            id: row.get(0),
            token_hash: row.get(1),
            user_ref: row.get(2),
            needs_entity: row.get(3),
            name: row.get(4),
            scopes: row.get(5),
            created_at: row.get(6),
            expires_at: row.get(7),
            used_at: row.get(8),
        }
    }};
}

/// Keeps a token.
///
/// # Errors
/// [`StoreError::Database`]; then it is not good for anything.
pub async fn put_personal_token(db: &Db, token: &PersonalToken) -> Result<(), StoreError> {
    on!(db, pool => {
        sqlx::query(PUT)
            .bind(&token.id)
            .bind(&token.token_hash)
            .bind(&token.user_ref)
            .bind(token.needs_entity)
            .bind(&token.name)
            .bind(&token.scopes)
            .bind(token.created_at)
            .bind(token.expires_at)
            .execute(pool)
            .await?;
    });
    Ok(())
}

/// The token of this hash, expired or not.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn get_personal_token(db: &Db, hash: &str) -> Result<Option<PersonalToken>, StoreError> {
    on!(db, pool => {
        let row = sqlx::query(GET).bind(hash).fetch_optional(pool).await?;
        Ok(row.map(|row| token_of!(row)))
    })
}

/// The tokens of a user, the latest first.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn list_personal_tokens(
    db: &Db,
    user_ref: &str,
) -> Result<Vec<PersonalToken>, StoreError> {
    on!(db, pool => {
        let rows = sqlx::query(LIST).bind(user_ref).fetch_all(pool).await?;
        Ok(rows.into_iter().map(|row| token_of!(row)).collect())
    })
}

/// Notes that a token is used.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn touch_personal_token(db: &Db, id: &str, now: Millis) -> Result<(), StoreError> {
    on!(db, pool => { sqlx::query(TOUCH).bind(id).bind(now).execute(pool).await?; });
    Ok(())
}

/// Takes a token of a user back. Returns whether there was one.
///
/// # Errors
/// [`StoreError::Database`]; then it is still good.
pub async fn remove_personal_token(db: &Db, id: &str, user_ref: &str) -> Result<bool, StoreError> {
    on!(db, pool => {
        let done = sqlx::query(REMOVE).bind(id).bind(user_ref).execute(pool).await?;
        Ok(done.rows_affected() > 0)
    })
}

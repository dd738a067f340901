//! Sessions: one for each browser in which somebody is signed in.

use super::super::StoreError;
use super::super::db::{Db, on};
use crate::clock::Millis;
use sqlx::Row;

/// A session as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredSession {
    pub id: String,
    /// Of what the browser shows.
    pub secret_hash: String,
    /// Of what it showed before.
    pub previous_hash: Option<String>,
    pub rotated_at: Millis,
    /// Whether the browser has shown the present secret yet.
    pub confirmed: bool,
    /// Lower case.
    pub user_ref: String,
    /// Whether it ends with the user's entity.
    pub needs_entity: bool,
    pub provider: String,
    /// JSON.
    pub profile: String,
    /// Sealed.
    pub token: Option<String>,
    pub created_at: Millis,
    pub seen_at: Millis,
    pub expires_at: Millis,
    pub address: String,
    pub agent: String,
}

const PUT: &str = "
    insert into sessions (id, secret_hash, rotated_at, user_ref, needs_entity, provider, profile, token,
        created_at, seen_at, expires_at, address, agent)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $3, $3, $9, $10, $11)";
const COLUMNS: &str =
    "id, secret_hash, previous_hash, rotated_at, confirmed, user_ref, needs_entity, provider,
    profile, token, created_at, seen_at, expires_at, address, agent";
const GET: &str = "select {columns} from sessions where secret_hash = $1 or previous_hash = $1";
const LIST: &str = "select {columns} from sessions where user_ref = $1 order by seen_at desc, id";
const ROTATE: &str = "
    update sessions set secret_hash = $3, previous_hash = $2, rotated_at = $4, confirmed = $5
    where id = $1 and secret_hash = $2";
const CONFIRM: &str = "update sessions set confirmed = $2 where id = $1";
const TOUCH: &str = "update sessions set seen_at = $2 where id = $1 and seen_at < $2";
const TOKEN: &str = "select token from sessions where id = $1";
const REPLACE_TOKEN: &str = "update sessions set token = $3 where id = $1 and token = $2";
const REMOVE: &str = "delete from sessions where id = $1 and user_ref = $2";
const REMOVE_ALL: &str = "delete from sessions where user_ref = $1 and id <> $2";

macro_rules! session_of {
    ($row:expr) => {{
        let row = $row;
        StoredSession {
            id: row.get(0),
            secret_hash: row.get(1),
            previous_hash: row.get(2),
            rotated_at: row.get(3),
            confirmed: row.get(4),
            user_ref: row.get(5),
            needs_entity: row.get(6),
            provider: row.get(7),
            profile: row.get(8),
            token: row.get(9),
            created_at: row.get(10),
            seen_at: row.get(11),
            expires_at: row.get(12),
            address: row.get(13),
            agent: row.get(14),
        }
    }};
}

fn with_columns(statement: &str) -> sqlx::AssertSqlSafe<String> {
    sqlx::AssertSqlSafe(statement.replace("{columns}", COLUMNS))
}

/// Begins a session; what rotation keeps is not looked at.
///
/// # Errors
/// [`StoreError::Database`]; then there is none.
pub async fn put_session(db: &Db, session: &StoredSession) -> Result<(), StoreError> {
    on!(db, pool => {
        sqlx::query(PUT)
            .bind(&session.id)
            .bind(&session.secret_hash)
            .bind(session.created_at)
            .bind(&session.user_ref)
            .bind(session.needs_entity)
            .bind(&session.provider)
            .bind(&session.profile)
            .bind(&session.token)
            .bind(session.expires_at)
            .bind(&session.address)
            .bind(&session.agent)
            .execute(pool)
            .await?;
    });
    Ok(())
}

/// The session whose secret, or the one before, has this hash.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn get_session(db: &Db, hash: &str) -> Result<Option<StoredSession>, StoreError> {
    on!(db, pool => {
        let row = sqlx::query(with_columns(GET)).bind(hash).fetch_optional(pool).await?;
        Ok(row.map(|row| session_of!(row)))
    })
}

/// The sessions of a user, the last used first.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn list_sessions(db: &Db, user_ref: &str) -> Result<Vec<StoredSession>, StoreError> {
    on!(db, pool => {
        let rows = sqlx::query(with_columns(LIST)).bind(user_ref).fetch_all(pool).await?;
        Ok(rows.into_iter().map(|row| session_of!(row)).collect())
    })
}

/// Gives a session a new secret unless somebody else has just done so. Returns whether it has it.
///
/// # Errors
/// [`StoreError::Database`]; then it has the old one.
pub async fn rotate_session(
    db: &Db,
    id: &str,
    old_hash: &str,
    new_hash: &str,
    now: Millis,
) -> Result<bool, StoreError> {
    on!(db, pool => {
        let done = sqlx::query(ROTATE)
            .bind(id)
            .bind(old_hash)
            .bind(new_hash)
            .bind(now)
            .bind(false)
            .execute(pool)
            .await?;
        Ok(done.rows_affected() == 1)
    })
}

/// The sealed tokens of a session, when there are any.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn session_token(db: &Db, id: &str) -> Result<Option<String>, StoreError> {
    on!(db, pool => {
        let row = sqlx::query(TOKEN).bind(id).fetch_optional(pool).await?;
        Ok(row.and_then(|row| row.get(0)))
    })
}

/// Keeps the sealed tokens `new` in the place of `old`, unless somebody else has just replaced those.
/// Returns whether they are kept.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn replace_session_token(
    db: &Db,
    id: &str,
    old: &str,
    new: &str,
) -> Result<bool, StoreError> {
    on!(db, pool => {
        let done = sqlx::query(REPLACE_TOKEN)
            .bind(id)
            .bind(old)
            .bind(new)
            .execute(pool)
            .await?;
        Ok(done.rows_affected() == 1)
    })
}

/// Notes that the browser has the new secret.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn confirm_session(db: &Db, id: &str) -> Result<(), StoreError> {
    on!(db, pool => { sqlx::query(CONFIRM).bind(id).bind(true).execute(pool).await?; });
    Ok(())
}

/// Notes that a session is used.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn touch_session(db: &Db, id: &str, now: Millis) -> Result<(), StoreError> {
    on!(db, pool => { sqlx::query(TOUCH).bind(id).bind(now).execute(pool).await?; });
    Ok(())
}

/// Ends a session of a user. Returns whether there was one.
///
/// # Errors
/// [`StoreError::Database`]; then it goes on.
pub async fn remove_session(db: &Db, id: &str, user_ref: &str) -> Result<bool, StoreError> {
    on!(db, pool => {
        let done = sqlx::query(REMOVE).bind(id).bind(user_ref).execute(pool).await?;
        Ok(done.rows_affected() > 0)
    })
}

/// Ends all sessions of a user but one.
///
/// # Errors
/// [`StoreError::Database`]; then they go on.
pub async fn remove_sessions(db: &Db, user_ref: &str, but: &str) -> Result<u64, StoreError> {
    on!(db, pool => {
        let done = sqlx::query(REMOVE_ALL).bind(user_ref).bind(but).execute(pool).await?;
        Ok(done.rows_affected())
    })
}

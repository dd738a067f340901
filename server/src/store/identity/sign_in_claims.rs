//! What providers have claimed of people when they last signed in.

use super::super::StoreError;
use super::super::db::{Db, on};
use crate::clock::Millis;
use sqlx::Row;

/// What one provider has claimed of somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredClaims {
    /// Lower case.
    pub user_ref: String,
    pub provider: String,
    /// JSON: pairs of a name and a value.
    pub claims: String,
    pub signed_in_at: Millis,
    pub expires_at: Millis,
}

const PUT: &str = "
    insert into sign_in_claims (user_ref, provider, claims, signed_in_at, expires_at)
    values ($1, $2, $3, $4, $5)
    on conflict (user_ref, provider) do update set
        claims = excluded.claims, signed_in_at = excluded.signed_in_at, expires_at = excluded.expires_at";
const GET: &str = "
    select user_ref, provider, claims, signed_in_at, expires_at from sign_in_claims where user_ref = $1";
const LIST: &str = "
    select user_ref, provider, claims, signed_in_at, expires_at from sign_in_claims
    where signed_in_at >= $1 order by signed_in_at, user_ref, provider";

macro_rules! claims_of {
    ($row:expr) => {{
        let row = $row;
        StoredClaims {
            user_ref: row.get(0),
            provider: row.get(1),
            claims: row.get(2),
            signed_in_at: row.get(3),
            expires_at: row.get(4),
        }
    }};
}

/// Keeps what a provider claims in the place of what it has claimed before.
///
/// # Errors
/// [`StoreError::Database`]; then that is what is still believed.
pub async fn put_sign_in_claims(db: &Db, claims: &StoredClaims) -> Result<(), StoreError> {
    on!(db, pool => {
        sqlx::query(PUT)
            .bind(&claims.user_ref)
            .bind(&claims.provider)
            .bind(&claims.claims)
            .bind(claims.signed_in_at)
            .bind(claims.expires_at)
            .execute(pool)
            .await?;
    });
    Ok(())
}

/// What is claimed of a user, expired or not.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn get_sign_in_claims(db: &Db, user_ref: &str) -> Result<Vec<StoredClaims>, StoreError> {
    on!(db, pool => {
        let rows = sqlx::query(GET).bind(user_ref).fetch_all(pool).await?;
        Ok(rows.iter().map(|row| claims_of!(row)).collect())
    })
}

/// What was claimed since `since`, the oldest first.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn list_sign_in_claims(db: &Db, since: Millis) -> Result<Vec<StoredClaims>, StoreError> {
    on!(db, pool => {
        let rows = sqlx::query(LIST).bind(since).fetch_all(pool).await?;
        Ok(rows.iter().map(|row| claims_of!(row)).collect())
    })
}

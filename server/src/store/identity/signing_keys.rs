//! What signs the tokens of users.

use super::super::StoreError;
use super::super::db::{Db, on};
use crate::clock::Millis;
use sqlx::Row;

/// A pair of keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SigningKey {
    pub id: String,
    /// JSON Web Key.
    pub public_key: String,
    /// Sealed.
    pub private_key: String,
    pub created_at: Millis,
    pub expires_at: Millis,
}

const PUT: &str = "
    insert into signing_keys (id, public_key, private_key, created_at, expires_at) values ($1, $2, $3, $4, $5)";
const LIST: &str = "
    select id, public_key, private_key, created_at, expires_at from signing_keys
    where expires_at > $1 order by created_at desc, id";

/// Keeps a pair of keys.
///
/// # Errors
/// [`StoreError::Database`]; then nobody else knows it.
pub async fn put_signing_key(db: &Db, key: &SigningKey) -> Result<(), StoreError> {
    on!(db, pool => {
        sqlx::query(PUT)
            .bind(&key.id)
            .bind(&key.public_key)
            .bind(&key.private_key)
            .bind(key.created_at)
            .bind(key.expires_at)
            .execute(pool)
            .await?;
    });
    Ok(())
}

/// The pairs that are still good, the latest first.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn list_signing_keys(db: &Db, now: Millis) -> Result<Vec<SigningKey>, StoreError> {
    on!(db, pool => {
        let rows = sqlx::query(LIST).bind(now).fetch_all(pool).await?;
        Ok(rows.iter().map(|row| SigningKey {
            id: row.get(0),
            public_key: row.get(1),
            private_key: row.get(2),
            created_at: row.get(3),
            expires_at: row.get(4),
        }).collect())
    })
}

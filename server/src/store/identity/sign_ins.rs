//! Sign-ins under way, and those that came to nothing.

use super::super::StoreError;
use super::super::db::{Db, on};
use crate::clock::Millis;
use sqlx::Row;

/// Somebody who is at their provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingSignIn {
    pub state_hash: String,
    /// Of what the browser shows that began.
    pub browser_hash: String,
    pub provider: String,
    /// Sealed.
    pub flow: String,
    pub expires_at: Millis,
}

/// Somebody who was not let in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedSignIn {
    pub id: String,
    pub failed_at: Millis,
    pub provider: String,
    /// JSON.
    pub report: String,
    /// Of an IPv6 client the network, in which it can choose any address.
    pub address: String,
}

const PUT: &str = "
    insert into sign_ins (state_hash, browser_hash, provider, flow, expires_at) values ($1, $2, $3, $4, $5)";
const TAKE: &str = "
    delete from sign_ins where state_hash = $1 and browser_hash = $2 and provider = $3
    returning flow, expires_at";
const PUT_FAILURE: &str = "
    insert into sign_in_failures (id, failed_at, provider, report, address) values ($1, $2, $3, $4, $5)";
const NTH_FAILURE: &str = "
    select failed_at from sign_in_failures where address = $1 and failed_at > $2
    order by failed_at desc limit 1 offset $3";
const LIST_FAILURES: &str = "
    select id, failed_at, provider, report, address from sign_in_failures
    order by failed_at desc, id limit $1";

/// Remembers somebody who is sent to their provider.
///
/// # Errors
/// [`StoreError::Database`]; then they would not be known when they return.
pub async fn put_sign_in(db: &Db, pending: &PendingSignIn) -> Result<(), StoreError> {
    on!(db, pool => {
        sqlx::query(PUT)
            .bind(&pending.state_hash)
            .bind(&pending.browser_hash)
            .bind(&pending.provider)
            .bind(&pending.flow)
            .bind(pending.expires_at)
            .execute(pool)
            .await?;
    });
    Ok(())
}

/// Takes the sign-in of these hashes away: it is good for once. Returns its sealed flow, unless it is
/// too late.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn take_sign_in(
    db: &Db,
    state_hash: &str,
    browser_hash: &str,
    provider: &str,
    now: Millis,
) -> Result<Option<String>, StoreError> {
    on!(db, pool => {
        let row = sqlx::query(TAKE)
            .bind(state_hash)
            .bind(browser_hash)
            .bind(provider)
            .fetch_optional(pool)
            .await?;
        let row = row.map(|row| (row.get::<String, _>(0), row.get::<Millis, _>(1)));
        Ok(row.filter(|(_, expires_at)| *expires_at > now).map(|(flow, _)| flow))
    })
}

/// Keeps that somebody was not let in.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn put_failure(db: &Db, failed: &FailedSignIn) -> Result<(), StoreError> {
    on!(db, pool => {
        sqlx::query(PUT_FAILURE)
            .bind(&failed.id)
            .bind(failed.failed_at)
            .bind(&failed.provider)
            .bind(&failed.report)
            .bind(&failed.address)
            .execute(pool)
            .await?;
    });
    Ok(())
}

/// When signing in failed from an address, counted from the last time: 0 is the last. None when it did not
/// fail so often since `since`.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn nth_failure(
    db: &Db,
    address: &str,
    since: Millis,
    nth: i64,
) -> Result<Option<Millis>, StoreError> {
    on!(db, pool => {
        let query = sqlx::query(NTH_FAILURE).bind(address).bind(since).bind(nth);
        let row = query.fetch_optional(pool).await?;
        Ok(row.map(|row| row.get(0)))
    })
}

/// The last `most` failures, the latest first.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn list_failures(db: &Db, most: i64) -> Result<Vec<FailedSignIn>, StoreError> {
    on!(db, pool => {
        let rows = sqlx::query(LIST_FAILURES).bind(most).fetch_all(pool).await?;
        Ok(rows.iter().map(|row| FailedSignIn {
            id: row.get(0),
            failed_at: row.get(1),
            provider: row.get(2),
            report: row.get(3),
            address: row.get(4),
        }).collect())
    })
}

//! What people are signed in with. Secrets come in as hashes or sealed; nothing here opens them.

mod personal_tokens;
mod sessions;
mod sign_in_claims;
mod sign_ins;
mod signing_keys;
mod user_settings;

pub use personal_tokens::{
    PersonalToken, get_personal_token, list_personal_tokens, put_personal_token,
    remove_personal_token, touch_personal_token,
};
pub use sessions::{
    StoredSession, confirm_session, get_session, list_sessions, put_session, remove_session,
    remove_sessions, replace_session_token, rotate_session, session_token, touch_session,
};
pub use sign_in_claims::{
    StoredClaims, get_sign_in_claims, list_sign_in_claims, put_sign_in_claims,
};
pub use sign_ins::{
    FailedSignIn, PendingSignIn, list_failures, nth_failure, put_failure, put_sign_in, take_sign_in,
};
pub use signing_keys::{SigningKey, list_signing_keys, put_signing_key};
pub use user_settings::{
    get_user_setting, list_user_settings, put_user_setting, remove_user_setting,
};

use super::StoreError;
use super::db::{Db, on};
use crate::clock::Millis;

/// How long it is told that somebody was not let in.
const FAILURES_KEPT: Millis = 30 * 24 * 60 * 60 * 1000;

const FORGET: [&str; 5] = [
    "delete from sessions where expires_at <= $1",
    "delete from sign_ins where expires_at <= $1",
    "delete from sign_in_claims where expires_at <= $1",
    "delete from personal_tokens where expires_at <= $1",
    "delete from signing_keys where expires_at <= $1",
];
const FORGET_IDLE: &str = "delete from sessions where seen_at <= $1";
const FORGET_FAILURES: &str = "delete from sign_in_failures where failed_at <= $1";

/// Forgets what lets nobody in any more; sessions also that were last used before `idle_since`.
///
/// # Errors
/// [`StoreError::Database`]; then some of it may be forgotten.
pub async fn forget_expired(db: &Db, now: Millis, idle_since: Millis) -> Result<(), StoreError> {
    on!(db, pool => {
        for statement in FORGET {
            sqlx::query(statement).bind(now).execute(pool).await?;
        }
        sqlx::query(FORGET_IDLE).bind(idle_since).execute(pool).await?;
        sqlx::query(FORGET_FAILURES).bind(now - FAILURES_KEPT).execute(pool).await?;
    });
    Ok(())
}

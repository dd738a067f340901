//! What one process at a time does on a schedule: leases on names.

use super::StoreError;
use super::db::Db;
use super::tx::run;
use crate::clock::Millis;

const PUT: &str = "insert into jobs (name, due_at) values ($1, $2) on conflict (name) do nothing";
/// A job that is due at 0 was asked for: whoever takes it notes that, to tell a later request from it.
const CLAIM: &str = "
    update jobs set leased_by = $2, leased_until = $3,
        due_at = case when due_at = 0 then 1 else due_at end
    where name = $1 and due_at <= $4
        and (leased_by is null or leased_by = $2 or leased_until <= $4)";
const HEARTBEAT: &str = "update jobs set leased_until = $3 where name = $1 and leased_by = $2";
const RELEASE: &str =
    "update jobs set leased_by = null, leased_until = null where name = $1 and leased_by = $2";
const FINISH: &str = "
    update jobs set leased_by = null, leased_until = null,
        due_at = case when due_at = 0 then 0 else $3 end
    where name = $1 and leased_by = $2";
const BRING_FORWARD: &str = "update jobs set due_at = $2 where name = $1 and due_at > $2";
const MAKE_DUE: &str = "update jobs set due_at = 0 where name = $1";

/// Takes a job for `lease` milliseconds when it is due and nobody else has it. A job that is not
/// known is due.
///
/// # Errors
/// [`StoreError::Database`]; then it is not taken.
pub async fn claim_job(
    db: &Db,
    name: &str,
    holder: &str,
    lease: Millis,
    now: Millis,
) -> Result<bool, StoreError> {
    let mut tx = db.begin(now).await?;
    let now = tx.now;
    run!(tx, PUT, name, 0i64);
    let claimed = run!(tx, CLAIM, name, holder, now.saturating_add(lease), now) > 0;
    tx.commit().await?;
    Ok(claimed)
}

/// Keeps a job for `lease` milliseconds from now. Returns whether it was still the holder's.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn heartbeat_job(
    db: &Db,
    name: &str,
    holder: &str,
    lease: Millis,
    now: Millis,
) -> Result<bool, StoreError> {
    let mut tx = db.begin(now).await?;
    let until = tx.now.saturating_add(lease);
    let kept = run!(tx, HEARTBEAT, name, holder, until) > 0;
    tx.commit().await?;
    Ok(kept)
}

/// Gives a job back undone, for others to take at once.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn release_job(db: &Db, name: &str, holder: &str) -> Result<(), StoreError> {
    let mut tx = db.begin(0).await?;
    run!(tx, RELEASE, name, holder);
    tx.commit().await?;
    Ok(())
}

/// Gives a job back done; `next` says from the time when that is when it is due again. One that was asked
/// for meanwhile is due at once: what it was asked for may have come too late. Returns whether it was
/// still the holder's.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn finish_job(
    db: &Db,
    name: &str,
    holder: &str,
    next: impl FnOnce(Millis) -> Millis,
    now: Millis,
) -> Result<bool, StoreError> {
    let mut tx = db.begin(now).await?;
    let due = next(tx.now);
    let finished = run!(tx, FINISH, name, holder, due) > 0;
    tx.commit().await?;
    Ok(finished)
}

/// Makes a job that is due later due at the time that `next` says: a schedule may have changed.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn bring_forward_job(
    db: &Db,
    name: &str,
    next: impl FnOnce(Millis) -> Millis,
    now: Millis,
) -> Result<(), StoreError> {
    let mut tx = db.begin(now).await?;
    let due = next(tx.now);
    run!(tx, BRING_FORWARD, name, due);
    tx.commit().await?;
    Ok(())
}

/// Makes a job due at once.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn request_job(db: &Db, name: &str) -> Result<(), StoreError> {
    let mut tx = db.begin(0).await?;
    run!(tx, MAKE_DUE, name);
    tx.commit().await?;
    Ok(())
}

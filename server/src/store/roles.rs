//! The roles that are made in the portal.

use super::StoreError;
use super::db::{Db, on};
use super::tx::{CHANGES, Tx, rows, run};
use crate::clock::Millis;
use sqlx::Row;

/// A role as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRole {
    /// The name in lower case.
    pub key: String,
    /// JSON.
    pub document: String,
    /// The number of the change that made it so.
    pub version: i64,
    pub changed_at: Millis,
    /// Who has made it so, as a reference.
    pub changed_by: String,
}

/// A role that is to be kept.
#[derive(Debug, Clone)]
pub struct RoleChange<'a> {
    pub key: &'a str,
    pub document: &'a str,
    pub by: &'a str,
    /// The key and the version of the role that it takes the place of; none for a new one.
    pub instead_of: Option<(&'a str, i64)>,
    /// How many roles there may be.
    pub most: usize,
}

/// Why a role was left as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RoleRefusal {
    /// Another role has the name.
    Taken,
    TooMany,
    /// There is no such role, or not any more.
    Gone,
    /// Somebody has changed it meanwhile: this is what it is now.
    Changed(StoredRole),
}

const LAST: &str = "select last from role_changes where id = 1";
const TAKE: &str = "update role_changes set last = last + 1 where id = 1 returning last";
const LIST: &str = "
    select name_key, document, version, changed_at, changed_by from roles order by name_key";
const GET: &str = "
    select name_key, document, version, changed_at, changed_by from roles where name_key = $1";
const COUNT: &str = "select count(*) from roles";
const PUT: &str = "
    insert into roles (name_key, document, version, changed_at, changed_by)
    values ($1, $2, $3, $4, $5)";
const REMOVE: &str = "delete from roles where name_key = $1";

macro_rules! role_of {
    ($row:expr) => {{
        let row = $row;
        StoredRole {
            key: row.get(0),
            document: row.get(1),
            version: row.get(2),
            changed_at: row.get(3),
            changed_by: row.get(4),
        }
    }};
}

/// The number of the last change of any role.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn get_last_role_change(db: &Db) -> Result<i64, StoreError> {
    on!(db, pool => Ok(sqlx::query(LAST).fetch_one(pool).await?.get(0)))
}

/// Every role, by name.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn list_roles(db: &Db) -> Result<Vec<StoredRole>, StoreError> {
    on!(db, pool => {
        let rows = sqlx::query(LIST).fetch_all(pool).await?;
        Ok(rows.iter().map(|row| role_of!(row)).collect())
    })
}

/// Keeps a role, new or changed. Returns it as it is kept, or why it is not.
///
/// # Errors
/// [`StoreError::Database`]; then nothing has changed.
pub async fn put_role(
    db: &Db,
    change: &RoleChange<'_>,
    now: Millis,
) -> Result<Result<StoredRole, RoleRefusal>, StoreError> {
    let mut tx = db.begin(now).await?;
    let version = take(&mut tx).await?;
    let former = match change.instead_of {
        None => None,
        Some((key, seen)) => match get(&mut tx, key).await? {
            None => return Ok(Err(RoleRefusal::Gone)),
            Some(stored) if stored.version != seen => {
                return Ok(Err(RoleRefusal::Changed(stored)));
            }
            Some(stored) => Some(stored.key),
        },
    };
    if former.as_deref() != Some(change.key) && get(&mut tx, change.key).await?.is_some() {
        return Ok(Err(RoleRefusal::Taken));
    }
    if let Some(key) = &former {
        run!(tx, REMOVE, key);
    } else {
        let count: Vec<i64> = rows!(tx, COUNT; row => row.get(0));
        let count = count.first().copied().unwrap_or_default();
        if usize::try_from(count).is_ok_and(|count| count >= change.most) {
            return Ok(Err(RoleRefusal::TooMany));
        }
    }
    let at = tx.now;
    run!(tx, PUT, change.key, change.document, version, at, change.by);
    finish(tx).await?;
    Ok(Ok(StoredRole {
        key: change.key.to_owned(),
        document: change.document.to_owned(),
        version,
        changed_at: at,
        changed_by: change.by.to_owned(),
    }))
}

/// Takes a role away: the one of that version, where that is said. Returns why it stays.
///
/// # Errors
/// [`StoreError::Database`]; then it stays.
pub async fn remove_role(
    db: &Db,
    key: &str,
    seen: Option<i64>,
    now: Millis,
) -> Result<Result<(), RoleRefusal>, StoreError> {
    let mut tx = db.begin(now).await?;
    take(&mut tx).await?;
    let Some(stored) = get(&mut tx, key).await? else {
        return Ok(Err(RoleRefusal::Gone));
    };
    if seen.is_some_and(|seen| seen != stored.version) {
        return Ok(Err(RoleRefusal::Changed(stored)));
    }
    run!(tx, REMOVE, key);
    finish(tx).await?;
    Ok(Ok(()))
}

/// The number of this change. From here to the end of the transaction nobody else changes a role.
async fn take(tx: &mut Tx) -> Result<i64, StoreError> {
    let last: Vec<i64> = rows!(tx, TAKE; row => row.get(0));
    let last = last.first().copied();
    last.ok_or_else(|| StoreError::Corrupt("role_changes has no row".to_owned()))
}

async fn get(tx: &mut Tx, key: &str) -> Result<Option<StoredRole>, StoreError> {
    let found: Vec<StoredRole> = rows!(tx, GET, key; row => role_of!(row));
    Ok(found.into_iter().next())
}

/// Wakes those who follow the catalog: they look at the roles, too.
async fn finish(mut tx: Tx) -> Result<(), StoreError> {
    tx.notify(CHANGES, "roles".to_owned()).await?;
    tx.commit().await.map(|_| ())
}

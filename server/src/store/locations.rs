//! Who named which location to be read.

use super::StoreError;
use super::db::{Db, on};
use super::roots::{ProviderLocation, put_roots, remove_roots, touch};
use super::tx::{DUE, Tx, insert, list, rows, run};
use crate::clock::Millis;
use crate::ingest::{LocationRef, generated_ref};
use app::catalog::EntityRef;
use sqlx::Row;
use std::collections::HashSet;

/// The provider of the locations of the configuration.
pub const CONFIG: &str = "config";
/// The provider of the locations that people and programs have registered.
pub const REGISTERED: &str = "registered";

/// A location with its provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredLocation {
    /// A UUID.
    pub id: String,
    pub provider: String,
    pub kind: String,
    pub target: String,
    /// `required`, `optional` or nothing.
    pub presence: Option<String>,
    /// What was named first has the lowest.
    pub ordinal: i64,
    /// None when no task has registered it.
    pub made_by: Option<MadeBy>,
}

/// What has made that which a location holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MadeBy {
    /// The id of the task.
    pub task: String,
    /// The reference of its template, where it has one.
    pub template: Option<String>,
}

impl StoredLocation {
    pub fn location(&self) -> LocationRef {
        LocationRef {
            kind: self.kind.clone(),
            target: self.target.clone(),
        }
    }

    /// The entity that stands for it.
    pub fn entity_ref(&self) -> EntityRef {
        generated_ref(&self.location())
    }
}

/// A location as its row says, on either engine.
macro_rules! stored_location {
    ($row:ident) => {
        $crate::store::StoredLocation {
            id: $row.get(0),
            provider: $row.get(1),
            kind: $row.get(2),
            target: $row.get(3),
            presence: $row.get(4),
            ordinal: $row.get(5),
            made_by: $crate::store::locations::made_by($row.get(6), $row.get(7)),
        }
    };
}
pub(super) use stored_location;

pub(super) fn made_by(task: Option<String>, template: Option<String>) -> Option<MadeBy> {
    task.map(|task| MadeBy { task, template })
}

/// What registering a location has come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Registered {
    /// It is known from now on, with the number of the change.
    New(StoredLocation, i64),
    /// It was registered before; nothing has changed.
    Exists(StoredLocation),
}

const LIST: &str = "
    select id, provider, kind, target, presence, ordinal, task_id, template_ref from locations where provider = $1
    order by ordinal";
const LIST_PROVIDERS: &str = "select distinct provider from locations order by provider";
const GET: &str = "
    select id, provider, kind, target, presence, ordinal, task_id, template_ref from locations where id = $1";
const FIND: &str = "
    select id, provider, kind, target, presence, ordinal, task_id, template_ref from locations
    where provider = $1 and location = $2";
const LIST_NAMERS: &str = "select provider from locations where location = $1";
const LIST_NAMED: &str = "select location, presence from locations where provider = $1";
const PUT: &str = "insert into locations (id, provider, location, kind, target, presence, ordinal, task_id, template_ref) ";
const ON_CONFLICT: &str = "
    on conflict (provider, location) do update set presence = excluded.presence";
const REMOVE: &str = "delete from locations where id = $1 and provider = $2 returning location";
const REMOVE_NAMED: &str = "delete from locations where provider = $1 and location in list($2)";
const CHANGE: &str = "
    update locations set location = $2, kind = $3, target = $4, presence = $5 where id = $1";

/// The locations of a provider, in the order in which they were named.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn list_locations(db: &Db, provider: &str) -> Result<Vec<StoredLocation>, StoreError> {
    on!(db, pool => {
        let rows = sqlx::query(LIST).bind(provider).fetch_all(pool).await?;
        Ok(rows.iter().map(|row| stored_location!(row)).collect())
    })
}

/// Who has named locations.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn list_providers(db: &Db) -> Result<Vec<String>, StoreError> {
    on!(db, pool => {
        let rows = sqlx::query(LIST_PROVIDERS).fetch_all(pool).await?;
        Ok(rows.iter().map(|row| row.get(0)).collect())
    })
}

/// The location with that id, whoever named it.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn get_location(db: &Db, id: &str) -> Result<Option<StoredLocation>, StoreError> {
    on!(db, pool => {
        let row = sqlx::query(GET).bind(id).fetch_optional(pool).await?;
        Ok(row.map(|row| stored_location!(row)))
    })
}

/// Registers a location: it is read soon, what it holds is no longer kept out, and the entity that
/// stands for it is there at once. `new_id` gives ids for the location and for entities.
///
/// # Errors
/// [`StoreError::Database`]; then nothing has changed.
pub async fn put_location(
    db: &Db,
    location: &ProviderLocation,
    now: Millis,
    new_id: impl Fn() -> String,
) -> Result<Registered, StoreError> {
    let mut tx = db.begin(now).await?;
    // Whoever is second waits here, and then finds what the first has written.
    let number = tx.take(2).await?;
    let name = location.location().to_string();
    let known = rows!(tx, FIND, REGISTERED, &name; row => stored_location!(row));
    if let Some(known) = known.into_iter().next() {
        return Ok(Registered::Exists(known));
    }
    let row = (new_id(), location);
    put_rows(&mut tx, REGISTERED, std::slice::from_ref(&row), number).await?;
    put_roots(
        &mut tx,
        std::slice::from_ref(location),
        true,
        number,
        &new_id,
    )
    .await?;
    tx.notify(DUE, String::new()).await?;
    tx.commit().await?;
    let stored = StoredLocation {
        id: row.0,
        provider: REGISTERED.to_owned(),
        kind: location.kind.clone(),
        target: location.target.clone(),
        presence: location.presence.clone(),
        ordinal: number,
        made_by: location.made_by.clone(),
    };
    Ok(Registered::New(stored, number + 1))
}

/// Points a registered location somewhere else; what came by it alone goes. Returns the number of
/// the change, or `None` when there is no such registered location.
///
/// # Errors
/// [`StoreError::Database`]; then nothing has changed. A refusal says that the place is registered
/// already under another id.
pub async fn change_location(
    db: &Db,
    id: &str,
    location: &ProviderLocation,
    now: Millis,
    new_id: impl Fn() -> String,
) -> Result<Option<i64>, StoreError> {
    let mut tx = db.begin(now).await?;
    let number = tx.take(2).await?;
    let before = rows!(tx, GET, id; row => stored_location!(row));
    let Some(before) = before.into_iter().find(|it| it.provider == REGISTERED) else {
        return Ok(None);
    };
    let name = location.location().to_string();
    run!(
        tx,
        CHANGE,
        id,
        name,
        &location.kind,
        &location.target,
        &location.presence
    );
    put_roots(
        &mut tx,
        std::slice::from_ref(location),
        true,
        number,
        &new_id,
    )
    .await?;
    let left = vec![before.location().to_string()];
    leave(&mut tx, left, number).await?;
    tx.notify(DUE, String::new()).await?;
    tx.commit().await
}

/// Forgets a registered location, and all that came by it alone. Returns the number of the change,
/// or `None` when there is no such registered location.
///
/// # Errors
/// [`StoreError::Database`]; then nothing has changed.
pub async fn remove_location(db: &Db, id: &str, now: Millis) -> Result<Option<i64>, StoreError> {
    let mut tx = db.begin(now).await?;
    let number = tx.take(1).await?;
    let gone: Vec<String> = rows!(tx, REMOVE, id, REGISTERED; row => row.get(0));
    if gone.is_empty() {
        return Ok(None);
    }
    leave(&mut tx, gone, number).await?;
    tx.commit().await
}

/// Replaces the whole set of a provider's locations. Returns the number of the change, or `None`
/// when nothing is different.
///
/// # Errors
/// [`StoreError::Database`]; then nothing has changed.
pub async fn put_provider_locations(
    db: &Db,
    provider: &str,
    locations: &[ProviderLocation],
    now: Millis,
    new_id: impl Fn() -> String,
) -> Result<Option<i64>, StoreError> {
    let mut tx = db.begin(now).await?;
    let known: Vec<(String, Option<String>)> =
        rows!(tx, LIST_NAMED, provider; row => (row.get(0), row.get(1)));
    let named: HashSet<String> = locations
        .iter()
        .map(|it| it.location().to_string())
        .collect();
    let gone = known.iter().map(|(location, _)| location.clone());
    let gone: Vec<String> = gone.filter(|it| !named.contains(it)).collect();
    let known: HashSet<(String, Option<String>)> = known.into_iter().collect();
    let is_new =
        |it: &&ProviderLocation| !known.contains(&(it.location().to_string(), it.presence.clone()));
    let added: Vec<ProviderLocation> = locations.iter().filter(is_new).cloned().collect();
    change(tx, provider, &added, gone, &new_id).await
}

/// Adds locations of a provider and removes others. Returns the number of the change, or `None`
/// when nothing is different.
///
/// # Errors
/// [`StoreError::Database`]; then nothing has changed.
pub async fn change_provider_locations(
    db: &Db,
    provider: &str,
    added: &[ProviderLocation],
    removed: &[LocationRef],
    now: Millis,
    new_id: impl Fn() -> String,
) -> Result<Option<i64>, StoreError> {
    let tx = db.begin(now).await?;
    let removed = removed.iter().map(ToString::to_string).collect();
    change(tx, provider, added, removed, &new_id).await
}

async fn change(
    mut tx: Tx,
    provider: &str,
    added: &[ProviderLocation],
    removed: Vec<String>,
    new_id: &impl Fn() -> String,
) -> Result<Option<i64>, StoreError> {
    if added.is_empty() && removed.is_empty() {
        return Ok(None);
    }
    let mut seen = HashSet::new();
    let added = added.iter().filter(|it| seen.insert(it.location()));
    let added: Vec<ProviderLocation> = added.cloned().collect();
    let number = tx.take(added.len() + 1).await?;
    let rows: Vec<(String, &ProviderLocation)> =
        added.iter().map(|location| (new_id(), location)).collect();
    put_rows(&mut tx, provider, &rows, number).await?;
    put_roots(&mut tx, &added, false, number, new_id).await?;
    run!(tx, REMOVE_NAMED, provider, list(&removed));
    leave(&mut tx, removed, number).await?;
    tx.notify(DUE, String::new()).await?;
    tx.commit().await
}

/// Takes from locations what they have as roots, unless somebody else names them; then read models
/// hear that it is one less.
async fn leave(tx: &mut Tx, locations: Vec<String>, number: i64) -> Result<(), StoreError> {
    let mut left = Vec::new();
    let mut shared = Vec::new();
    for location in locations {
        let others: Vec<String> = rows!(tx, LIST_NAMERS, &location; row => row.get(0));
        let others = if others.is_empty() {
            &mut left
        } else {
            &mut shared
        };
        others.push(location);
    }
    touch(tx, &shared, number).await?;
    remove_roots(tx, &left, number).await
}

async fn put_rows(
    tx: &mut Tx,
    provider: &str,
    rows: &[(String, &ProviderLocation)],
    number: i64,
) -> Result<(), StoreError> {
    let rows: Vec<(i64, &(String, &ProviderLocation))> = (number..).zip(rows).collect();
    insert!(
        tx, PUT, rows, ON_CONFLICT;
        (ordinal, (id, location)) => id, provider, location.location().to_string(),
            &location.kind, &location.target, &location.presence, ordinal,
            location.made_by.as_ref().map(|it| &it.task),
            location.made_by.as_ref().and_then(|it| it.template.as_ref())
    );
    Ok(())
}

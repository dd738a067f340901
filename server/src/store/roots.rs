//! Registered locations as sources: where reading begins.

use super::StoreError;
use super::claims::{CHUNK, ClaimRow, GENERATED, Placed, depart, put_claims};
use super::descent::{Orphans, settle};
use super::locations::MadeBy;
use super::tx::{Tx, list, rows, run, within};
use crate::ingest::{LocationRef, SourceUpdate, generated};
use sqlx::{QueryBuilder, Row};
use std::collections::HashSet;

const LIST_KNOWN: &str = "select location from sources where location in list($1)";
const PUT: &str = "
    insert into sources (location, origin, parent, read_at, changed, due_at, ordinal, lifts) ";
const RAISE: &str = "
    update sources set lifts = $4, changed = $2, etag = null, content_hash = null,
        due_at = case when due_at <= $3 then due_at - 1 else $3 end
    where location in list($1)";
const FORGET_REMOVALS: &str = "delete from removals where location in list($1)";
const REMOVE_GENERATED: &str = "delete from claims where location in list($1) and position < 0";
const TAKE_GENERATED: &str = "
    delete from claims where location in list($1) and position < 0 returning entity_ref";
const TOUCH: &str = "update sources set changed = $2 where location in list($1)";
const LIST_MISSING: &str = "
    select location, kind, target, presence from locations
    where location in list($1) and provider not like 'push:%' and provider not like 'github-org:%'
        and not exists
            (select 1 from claims where claims.location = locations.location and position < 0)
    order by ordinal";

/// A location that somebody names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderLocation {
    /// `file` or `url`.
    pub kind: String,
    /// An absolute path or a URL.
    pub target: String,
    /// `required`, `optional` or nothing.
    pub presence: Option<String>,
    /// The task that names it.
    pub made_by: Option<MadeBy>,
}

impl ProviderLocation {
    /// A location of which nothing is said but where it is.
    pub fn of(location: &LocationRef) -> Self {
        Self {
            kind: location.kind.clone(),
            target: location.target.clone(),
            presence: None,
            made_by: None,
        }
    }

    pub fn location(&self) -> LocationRef {
        LocationRef {
            kind: self.kind.clone(),
            target: self.target.clone(),
        }
    }
}

/// Makes sources of locations whose rows are written already, due at once, each with the entity
/// that stands for it. `number` is that of the change; the next ones are free for the sources.
/// With `lifts`, what they turn out to hold is no longer kept out.
pub(super) async fn put_roots(
    tx: &mut Tx,
    locations: &[ProviderLocation],
    lifts: bool,
    number: i64,
    new_id: &impl Fn() -> String,
) -> Result<(), StoreError> {
    let names: Vec<String> = locations
        .iter()
        .map(|it| it.location().to_string())
        .collect();
    let known = rows!(tx, LIST_KNOWN, list(&names); row => row.get::<String, _>(0));
    let known: HashSet<String> = known.into_iter().collect();
    let new: Vec<&String> = names.iter().filter(|it| !known.contains(*it)).collect();
    let now = tx.now;
    let mut ordinal = number;
    for chunk in new.chunks(CHUNK) {
        within!(tx, connection => {
            QueryBuilder::new(PUT)
                .push_values(chunk, |mut values, location| {
                    values.push_bind(*location).push_bind(*location).push("null").push_bind(0i64)
                        .push_bind(number).push_bind(now).push_bind(ordinal)
                        .push_bind(i64::from(lifts));
                    ordinal += 1;
                })
                .build().execute(connection).await?;
        });
    }
    run!(tx, FORGET_REMOVALS, list(&names));
    let known: Vec<String> = known.into_iter().collect();
    if !known.is_empty() {
        run!(tx, RAISE, list(&known), number, now, i64::from(lifts));
        run!(tx, REMOVE_GENERATED, list(&known));
        settle(tx, &known, Orphans::Delete, number).await?;
    }
    put_generated(tx, &names, number, new_id).await
}

/// Takes from sources what they have as roots. What nothing else leads to goes. The rows that
/// named them are removed already.
pub(super) async fn remove_roots(
    tx: &mut Tx,
    locations: &[String],
    number: i64,
) -> Result<(), StoreError> {
    if locations.is_empty() {
        return Ok(());
    }
    let names: Vec<String> = rows!(tx, TAKE_GENERATED, list(locations); row => row.get(0));
    depart(tx, names).await?;
    touch(tx, locations, number).await?;
    settle(tx, locations, Orphans::Delete, number).await?;
    Ok(())
}

/// Lets read models hear of locations, whatever has changed about them.
pub(super) async fn touch(
    tx: &mut Tx,
    locations: &[String],
    number: i64,
) -> Result<(), StoreError> {
    if !locations.is_empty() {
        run!(tx, TOUCH, list(locations), number);
    }
    Ok(())
}

/// Gives roots that were read the entity that stands for them, where somebody has deleted it.
pub(super) async fn put_missing(
    tx: &mut Tx,
    updates: &[(i64, &SourceUpdate)],
    new_id: &impl Fn() -> String,
) -> Result<(), StoreError> {
    let roots = updates.iter().filter(|(_, it)| it.parent.is_none());
    let roots: Vec<String> = roots.map(|(_, it)| it.location.to_string()).collect();
    let Some((number, _)) = updates.first().filter(|_| !roots.is_empty()) else {
        return Ok(());
    };
    put_generated(tx, &roots, *number, new_id).await
}

async fn put_generated(
    tx: &mut Tx,
    names: &[String],
    number: i64,
    new_id: &impl Fn() -> String,
) -> Result<(), StoreError> {
    let missing: Vec<ProviderLocation> = rows!(tx, LIST_MISSING, list(names); row => {
        ProviderLocation { kind: row.get(1), target: row.get(2), presence: row.get(3), made_by: None }
    });
    let mut seen = HashSet::new();
    let placed: Vec<Placed> = missing
        .iter()
        .filter(|it| seen.insert(it.location()))
        .map(|it| {
            let claim = generated(&it.location(), it.presence.as_deref());
            (
                it.location().to_string(),
                GENERATED,
                ClaimRow::of(&claim, number),
            )
        })
        .collect();
    put_claims(tx, &placed, new_id).await
}

//! Making sources due now, because somebody asks or a webhook tells.

use super::StoreError;
use super::db::Db;
use super::tx::{DUE, Tx, list, rows, run};
use crate::clock::Millis;
use crate::ingest::LocationRef;
use app::catalog::EntityRef;
use sqlx::Row;
use std::collections::HashSet;

/// How often it is tried when others are in the way.
const ATTEMPTS: u32 = 4;

/// What is to be read again.
#[derive(Debug, Clone, Copy)]
pub enum Refresh<'a> {
    /// The sources of entities and what led to them; of Location entities also what they lead to.
    Entities(&'a [EntityRef]),
    /// Sources by their locations, and those that include one of them by a placeholder.
    Locations(&'a [LocationRef]),
    Everything,
}

const OF_ENTITIES: &str = "select distinct location from claims where entity_ref in list($1)";
const PARENTS: &str =
    "select distinct parent from sources where location in list($1) and parent is not null";
const LED_TO: &str = "
    select distinct child from links where parent in
        (select location from claims where entity_ref in list($1))";
const INCLUDING: &str = "select distinct location from inclusions where file in list($1)";
/// A reading that is under way may have begun too early: a due time that differs from the one it
/// knows stays when it ends.
const MAKE_DUE: &str = "
    update sources set due_at = case when due_at <= $2 then due_at - 1 else $2 end
    where location in list($1) and orphan = 0 and location not like 'push:%' and location not like 'github-org:%'";
/// Sources that a provider lists have the name of its job.
const MAKE_JOBS_DUE: &str = "update jobs set due_at = 0 where name in list($1)";
const MAKE_ALL_DUE: &str = "
    update sources set due_at = case when due_at <= $1 then due_at - 1 else $1 end
    where orphan = 0 and location not like 'push:%' and location not like 'github-org:%'";

/// Makes sources due, and wakes the other processes that read. Returns how many there are.
///
/// # Errors
/// [`StoreError::Database`]; then nothing has changed.
pub async fn request_refresh(db: &Db, what: Refresh<'_>, now: Millis) -> Result<u64, StoreError> {
    // It may cross the way of those who write what they have read.
    for _ in 1..ATTEMPTS {
        match refresh(db, what, now).await {
            Err(error) if error.is_conflict() => {}
            done => return done,
        }
    }
    refresh(db, what, now).await
}

async fn refresh(db: &Db, what: Refresh<'_>, now: Millis) -> Result<u64, StoreError> {
    let mut tx = db.begin(now).await?;
    let now = tx.now;
    let due = match what {
        Refresh::Everything => run!(tx, MAKE_ALL_DUE, now),
        Refresh::Entities(refs) => {
            let sources = of_entities(&mut tx, refs).await?;
            run!(tx, MAKE_JOBS_DUE, list(&sources));
            run!(tx, MAKE_DUE, list(&sources), now)
        }
        Refresh::Locations(locations) => {
            let mut sources: Vec<String> = locations.iter().map(ToString::to_string).collect();
            let including = rows!(tx, INCLUDING, list(&sources); row => row.get::<String, _>(0));
            sources.extend(including);
            run!(tx, MAKE_DUE, list(&sources), now)
        }
    };
    tx.notify(DUE, String::new()).await?;
    tx.commit().await?;
    Ok(due)
}

async fn of_entities(tx: &mut Tx, refs: &[EntityRef]) -> Result<Vec<String>, StoreError> {
    let names = list(refs.iter().map(ToString::to_string));
    let mut open: Vec<String> = rows!(tx, OF_ENTITIES, names; row => row.get(0));
    let mut sources: HashSet<String> = open.iter().cloned().collect();
    while !open.is_empty() {
        let parents = rows!(tx, PARENTS, list(&open); row => row.get::<String, _>(0));
        open = parents
            .into_iter()
            .filter(|parent| sources.insert(parent.clone()))
            .collect();
    }
    let is_location = |it: &&EntityRef| it.kind.eq_ignore_ascii_case("location");
    let locations = list(refs.iter().filter(is_location).map(ToString::to_string));
    sources.extend(rows!(tx, LED_TO, locations; row => row.get::<String, _>(0)));
    Ok(sources.into_iter().collect())
}

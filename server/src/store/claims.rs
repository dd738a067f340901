//! What sources claim: valid documents with a number that says who came first.

use super::StoreError;
use super::tx::{Inner, Tx, list, rows, run, within};
use crate::ingest::{Claim, Outcome, SourceUpdate};
use app::catalog::EntityRef;
use sqlx::{QueryBuilder, Row};
use std::collections::{HashMap, HashSet};

/// How many rows one statement writes; engines bound the values of a statement.
pub(super) const CHUNK: usize = 500;
/// The same where rows go out as arrays.
const ARRAY: usize = 5_000;
/// Where the entity that stands for a registered location has its place; reading never touches it.
pub(super) const GENERATED: i64 = -1;

/// A claim as it goes into the table.
#[derive(Clone)]
pub(super) struct ClaimRow {
    pub(super) entity_ref: String,
    claimed: i64,
    line: i64,
    document: String,
    relations: String,
}

/// A claim with its source and its place there.
pub(super) type Placed = (String, i64, ClaimRow);

impl ClaimRow {
    pub(super) fn of(claim: &Claim, claimed: i64) -> Self {
        Self {
            entity_ref: claim.entity_ref.to_string(),
            claimed,
            line: i64::from(claim.line),
            document: claim.document.to_string(),
            relations: serde_json::to_string(&claim.relations)
                .expect("relations are texts, which JSON can hold"),
        }
    }
}

const TAKE: &str = "
    delete from claims where location in list($1) and position >= 0
    returning location, position, entity_ref, claimed, line, document, relations";
const PUT: &str = "
    insert into claims (location, position, entity_ref, claimed, line, document, relations) ";
const PUT_ARRAYS: &str = "
    insert into claims (location, position, entity_ref, claimed, line, document, relations)
    select * from unnest($1::text[], $2::bigint[], $3::text[], $4::bigint[], $5::bigint[],
        $6::text[], $7::text[])";
const PUT_IDENTITY_ARRAYS: &str = "
    insert into identities (entity_ref, uid)
    select * from unnest($1::text[], $2::text[])
    on conflict (entity_ref) do nothing";
const PUT_IDENTITIES: &str = "insert into identities (entity_ref, uid) ";
const DEPART: &str = "insert into departures (entity_ref, departed_at) ";
const FORGET_DEPARTED: &str = "
    delete from identities where entity_ref in
        (select entity_ref from departures where departed_at < $1)
    and not exists (select 1 from claims where claims.entity_ref = identities.entity_ref)";
const FORGET_DEPARTURES: &str = "delete from departures where departed_at < $1";

/// Swaps in the claims of sources that were read, each under the number of its change, and notes
/// the names that are claimed by them no more.
pub(super) async fn swap_claims(
    tx: &mut Tx,
    updates: &[(i64, &SourceUpdate)],
    new_id: &impl Fn() -> String,
) -> Result<(), StoreError> {
    let mut before = take_claims(tx, updates.iter().map(|(_, it)| it.location.to_string())).await?;
    let mut placed: Vec<Placed> = Vec::new();
    let mut departed = HashSet::new();
    for (number, update) in updates {
        let Outcome::Read {
            claims,
            kept,
            incomplete,
            ..
        } = &update.outcome
        else {
            continue;
        };
        let location = update.location.to_string();
        let before = before.remove(&location).unwrap_or_default();
        departed.extend(before.iter().map(|row| row.entity_ref.clone()));
        let next = next_claims(before, claims, kept, *incomplete, *number);
        for row in &next {
            departed.remove(&row.entity_ref);
        }
        placed.extend((0..).zip(next).map(|(at, row)| (location.clone(), at, row)));
    }
    put_claims(tx, &placed, new_id).await?;
    depart(tx, departed).await
}

/// Removes the claims that sources came to by reading, and returns them in order.
async fn take_claims(
    tx: &mut Tx,
    locations: impl IntoIterator<Item = String>,
) -> Result<HashMap<String, Vec<ClaimRow>>, StoreError> {
    let mut taken: Vec<Placed> = rows!(tx, TAKE, list(locations); row => {
        (row.get(0), row.get(1), ClaimRow {
            entity_ref: row.get(2),
            claimed: row.get(3),
            line: row.get(4),
            document: row.get(5),
            relations: row.get(6),
        })
    });
    taken.sort_by_key(|(_, position, _)| *position);
    let mut by_location: HashMap<String, Vec<ClaimRow>> = HashMap::new();
    for (location, _, row) in taken {
        by_location.entry(location).or_default().push(row);
    }
    Ok(by_location)
}

/// Writes claims, and gives each name that has none an identity.
pub(super) async fn put_claims(
    tx: &mut Tx,
    placed: &[Placed],
    new_id: &impl Fn() -> String,
) -> Result<(), StoreError> {
    match tx.inner() {
        Inner::Sqlite(tx) => {
            for chunk in placed.chunks(CHUNK) {
                QueryBuilder::new(PUT)
                    .push_values(chunk, |mut values, (location, position, claim)| {
                        values
                            .push_bind(location)
                            .push_bind(position)
                            .push_bind(&claim.entity_ref)
                            .push_bind(claim.claimed)
                            .push_bind(claim.line)
                            .push_bind(&claim.document)
                            .push_bind(&claim.relations);
                    })
                    .build()
                    .execute(&mut **tx)
                    .await?;
                QueryBuilder::new(PUT_IDENTITIES)
                    .push_values(chunk, |mut values, (_, _, claim)| {
                        values.push_bind(&claim.entity_ref).push_bind(new_id());
                    })
                    .push(" on conflict (entity_ref) do nothing")
                    .build()
                    .execute(&mut **tx)
                    .await?;
            }
        }
        // A statement that is always the same is understood once.
        Inner::Postgres(tx) => {
            for chunk in placed.chunks(ARRAY) {
                let texts = |of: fn(&Placed) -> &str| chunk.iter().map(of).collect::<Vec<&str>>();
                let numbers = |of: fn(&Placed) -> i64| chunk.iter().map(of).collect::<Vec<i64>>();
                let names = texts(|(_, _, claim)| &claim.entity_ref);
                sqlx::query(PUT_ARRAYS)
                    .bind(texts(|(location, ..)| location))
                    .bind(numbers(|(_, position, _)| *position))
                    .bind(&names)
                    .bind(numbers(|(_, _, claim)| claim.claimed))
                    .bind(numbers(|(_, _, claim)| claim.line))
                    .bind(texts(|(_, _, claim)| &claim.document))
                    .bind(texts(|(_, _, claim)| &claim.relations))
                    .execute(&mut **tx)
                    .await?;
                let ids: Vec<String> = chunk.iter().map(|_| new_id()).collect();
                sqlx::query(PUT_IDENTITY_ARRAYS)
                    .bind(&names)
                    .bind(ids)
                    .execute(&mut **tx)
                    .await?;
            }
        }
    }
    Ok(())
}

/// Notes names that a source claims no more. Their identities stay for a while: perhaps the entity
/// only moves to another file, which is read a moment later.
pub(super) async fn depart(
    tx: &mut Tx,
    names: impl IntoIterator<Item = String>,
) -> Result<(), StoreError> {
    let names: HashSet<String> = names.into_iter().collect();
    let names: Vec<String> = names.into_iter().collect();
    let now = tx.now;
    for chunk in names.chunks(CHUNK) {
        within!(tx, connection => {
            QueryBuilder::new(DEPART)
                .push_values(chunk, |mut values, name| {
                    values.push_bind(name).push_bind(now);
                })
                .push(" on conflict (entity_ref) do update set departed_at = excluded.departed_at")
                .build().execute(connection).await?;
        });
    }
    Ok(())
}

/// Forgets the identities of names that departed more than `grace` milliseconds ago and did not
/// come back.
///
/// # Errors
/// [`StoreError::Database`]; then nothing has changed.
pub async fn forget_departed(
    db: &super::Db,
    grace: i64,
    now: crate::clock::Millis,
) -> Result<(), StoreError> {
    let mut tx = db.begin(now).await?;
    let before = tx.now - grace;
    run!(tx, FORGET_DEPARTED, before);
    run!(tx, FORGET_DEPARTURES, before);
    tx.commit().await?;
    Ok(())
}

/// The claims of a source after it was read: new documents keep the number under which their name
/// was first claimed, a provisional one does not replace what was there, and names whose new
/// version is not valid keep their last good document. When part of the content could not be
/// understood, all that it may have named is kept.
fn next_claims(
    before: Vec<ClaimRow>,
    claims: &[Claim],
    kept: &[EntityRef],
    incomplete: bool,
    number: i64,
) -> Vec<ClaimRow> {
    let mut earlier: HashMap<String, &ClaimRow> = HashMap::new();
    for row in &before {
        earlier.entry(row.entity_ref.clone()).or_insert(row);
    }
    let mut rows: Vec<ClaimRow> = claims
        .iter()
        .map(|claim| {
            let entity_ref = claim.entity_ref.to_string();
            match earlier.get(&entity_ref) {
                Some(earlier) if claim.provisional => (*earlier).clone(),
                earlier => ClaimRow::of(claim, earlier.map_or(number, |row| row.claimed)),
            }
        })
        .collect();
    let claimed: HashSet<String> = rows.iter().map(|row| row.entity_ref.clone()).collect();
    let kept: HashSet<String> = kept.iter().map(ToString::to_string).collect();
    rows.extend(before.into_iter().filter(|row| {
        (incomplete || kept.contains(&row.entity_ref)) && !claimed.contains(&row.entity_ref)
    }));
    rows
}

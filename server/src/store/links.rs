//! Which source leads to which.

use super::StoreError;
use super::claims::CHUNK;
use super::tx::{Tx, insert, list, rows, run, within};
use crate::ingest::{Outcome, SourceUpdate, Target};
use sqlx::{QueryBuilder, Row};
use std::collections::{HashMap, HashSet};

/// A way from one source to another.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Link {
    child: String,
    /// The Location entity that names it, in lower case.
    named_by: Option<String>,
    optional: bool,
    found: bool,
}

const LIST: &str = "
    select parent, child, optional, found, named_by from links where parent in list($1) order by position";
const REMOVE: &str = "delete from links where parent in list($1)";
const PUT: &str = "
    insert into links (parent, child, position, optional, found, named_by) ";
const PUT_CHILDREN: &str = "
    insert into sources
        (location, origin, parent, read_at, changed, due_at, depth, ordinal, lifts) ";
const LIST_PARENTS: &str =
    "select location, origin, depth, lifts from sources where location in list($1)";
const LIST_ORPHANS: &str = "select location from sources where location in list($1) and orphan = 1";

/// Swaps in where sources lead that were read, and makes what is new there due. `ordinal` is the
/// first number for new sources, of which as many are free as there are targets.
///
/// Returns the sources of which it has to be found out anew what leads to them.
pub(super) async fn swap_links(
    tx: &mut Tx,
    updates: &[(i64, &SourceUpdate)],
    mut ordinal: i64,
) -> Result<Vec<String>, StoreError> {
    let mut before = list_links(tx, updates).await?;
    let mut changed: Vec<(i64, String, Vec<Link>)> = Vec::new();
    let mut affected = Vec::new();
    let mut added: Vec<(usize, String)> = Vec::new();
    for (number, update) in updates {
        let Outcome::Read { children, .. } = &update.outcome else {
            continue;
        };
        let parent = update.location.to_string();
        let before = before.remove(&parent).unwrap_or_default();
        let mut links = distinct(children, &parent);
        let named: HashSet<&str> = links.iter().map(|link| link.child.as_str()).collect();
        let gone = before.iter().filter(|it| !named.contains(&*it.child));
        let gone: Vec<Link> = gone.cloned().collect();
        if leads_on_unseen(&update.outcome) {
            links.extend(gone);
        } else {
            affected.extend(gone.into_iter().map(|link| link.child));
        }
        if links == before {
            continue;
        }
        let known: HashSet<&str> = before.iter().map(|link| link.child.as_str()).collect();
        let new = links.iter().filter(|it| !known.contains(&*it.child));
        added.extend(new.map(|link| (changed.len(), link.child.clone())));
        changed.push((*number, parent, links));
    }
    if changed.is_empty() {
        return Ok(affected);
    }
    run!(
        tx,
        REMOVE,
        list(changed.iter().map(|(_, parent, _)| parent))
    );
    put_links(tx, &changed).await?;
    let mut parents: HashMap<String, (String, i64, i64)> = HashMap::new();
    let listed = list(changed.iter().map(|(_, parent, _)| parent));
    parents.extend(rows!(tx, LIST_PARENTS, listed; row => {
        (row.get(0), (row.get(1), row.get(2), row.get(3)))
    }));
    let now = tx.now;
    for chunk in added.chunks(CHUNK) {
        within!(tx, connection => {
            QueryBuilder::new(PUT_CHILDREN)
                .push_values(chunk, |mut values, (at, child)| {
                    let (number, parent, _) = &changed[*at];
                    let (origin, depth, lifts) = &parents[parent];
                    values.push_bind(child).push_bind(origin).push_bind(parent).push_bind(0i64)
                        .push_bind(number).push_bind(now).push_bind(depth + 1).push_bind(ordinal)
                        .push_bind(lifts);
                    ordinal += 1;
                })
                .push(" on conflict (location) do nothing")
                .build().execute(connection).await?;
        });
    }
    let orphans = list(added.iter().map(|(_, child)| child));
    affected.extend(rows!(tx, LIST_ORPHANS, orphans; row => row.get::<String, _>(0)));
    Ok(affected)
}

/// How many targets the source names; no more new sources come of it.
pub(super) fn count_targets(update: &SourceUpdate) -> usize {
    match &update.outcome {
        Outcome::Read { children, .. } => children.len(),
        _ => 0,
    }
}

async fn list_links(
    tx: &mut Tx,
    updates: &[(i64, &SourceUpdate)],
) -> Result<HashMap<String, Vec<Link>>, StoreError> {
    let parents = list(updates.iter().map(|(_, it)| it.location.to_string()));
    let found: Vec<(String, Link)> = rows!(tx, LIST, parents; row => {
        (row.get(0), Link {
            child: row.get(1),
            optional: row.get::<i64, _>(2) != 0,
            found: row.get::<i64, _>(3) != 0,
            named_by: row.get(4),
        })
    });
    let mut links: HashMap<String, Vec<Link>> = HashMap::new();
    for (parent, link) in found {
        links.entry(parent).or_default().push(link);
    }
    Ok(links)
}

async fn put_links(tx: &mut Tx, changed: &[(i64, String, Vec<Link>)]) -> Result<(), StoreError> {
    let rows = changed.iter().flat_map(|(_, parent, links)| {
        (0i64..)
            .zip(links)
            .map(move |(position, link)| (parent, position, link))
    });
    let rows: Vec<(&String, i64, &Link)> = rows.collect();
    insert!(
        tx, PUT, rows, "";
        (parent, position, link) => *parent, &link.child, position, i64::from(link.optional),
            i64::from(link.found), &link.named_by
    );
    Ok(())
}

/// Each target once, and none that leads back to where it stands.
fn distinct(targets: &[Target], parent: &str) -> Vec<Link> {
    let mut seen = HashSet::new();
    let links = targets.iter().map(|target| Link {
        child: target.location.to_string(),
        named_by: target.named_by.as_ref().map(ToString::to_string),
        optional: target.optional,
        found: target.found,
    });
    links
        .filter(|link| link.child != parent && seen.insert(link.child.clone()))
        .collect()
}

/// Whether the source may lead to more than was seen: not all of it could be understood, or a
/// Location entity in it keeps its last good version, whose targets are not told.
fn leads_on_unseen(outcome: &Outcome) -> bool {
    match outcome {
        Outcome::Unchanged => false,
        Outcome::Unreadable => true,
        Outcome::Read {
            kept, incomplete, ..
        } => {
            *incomplete
                || kept
                    .iter()
                    .any(|it| it.kind.eq_ignore_ascii_case("location"))
        }
    }
}

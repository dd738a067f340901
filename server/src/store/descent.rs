//! What leads to a source: found out anew where links or roots have gone, so that what nothing
//! leads to any more goes too, or is kept as an orphan.

use super::StoreError;
use super::claims::depart;
use super::db::Db;
use super::tx::{Tx, insert, list, rows, run};
use crate::clock::Millis;
use sqlx::Row;
use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};

/// What becomes of a source that nothing leads to any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Orphans {
    /// It goes, with everything that it alone led to.
    #[default]
    Delete,
    /// It stays as it was last read, and its entities say that they are orphans.
    Keep,
}

/// How a source is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Way {
    origin: String,
    parent: Option<String>,
    depth: i64,
}

/// A source as it is stored.
struct Stored {
    way: Way,
    is_orphan: bool,
}

const LIST_LOST: &str = "
    select location from sources where (orphan = 0 or $1 = 1)
        and not exists (select 1 from locations where locations.location = sources.location)
        and not exists (select 1 from links where links.child = sources.location)";
const LIST_CHILDREN: &str = "select child from links where parent in list($1)";
const LIST_SOURCES: &str = "
    select location, origin, parent, depth, orphan from sources where location in list($1)
    order by ordinal";
const LIST_ROOTS: &str = "select distinct location from locations where location in list($1)";
const LIST_LINKS: &str = "
    select links.parent, links.child, sources.origin, sources.depth
    from links join sources on sources.location = links.parent
    where links.child in list($1)
    order by sources.depth, sources.ordinal, links.position";
const PUT_WAY: &str = "
    update sources set origin = $2, parent = $3, depth = $4, orphan = 0, changed = $5,
        etag = null, content_hash = null,
        due_at = case when due_at <= $6 then due_at - 1 else $6 end
    where location = $1";
const MAKE_ORPHANS: &str = "
    update sources set orphan = 1, parent = null, due_at = null, changed = $2
    where location in list($1) and orphan = 0";
const TAKE_NAMES: &str = "delete from claims where location in list($1) returning entity_ref";
const REMOVE_LINKS: &str = "delete from links where child in list($1)";
const REMOVE: &str = "delete from sources where location in list($1)";
const PUT_REMOVALS: &str = "insert into removals (location, changed) ";
const ON_REMOVAL: &str = " on conflict (location) do update set changed = excluded.changed";

/// Finds out anew what leads to the `affected` sources and those below them: gives each the
/// shortest way that is left, and removes or marks those that nothing leads to.
///
/// Returns how many sources went.
pub(super) async fn settle(
    tx: &mut Tx,
    affected: &[String],
    orphans: Orphans,
    number: i64,
) -> Result<usize, StoreError> {
    if affected.is_empty() {
        return Ok(0);
    }
    let below = list_below(tx, affected).await?;
    let listed = list(&below);
    let roots: HashSet<String> = rows!(tx, LIST_ROOTS, &listed; row => row.get(0))
        .into_iter()
        .collect();
    let links: Vec<(String, String, String, i64)> = rows!(tx, LIST_LINKS, &listed; row => {
        (row.get(0), row.get(1), row.get(2), row.get(3))
    });
    let sources: Vec<(String, Stored)> = rows!(tx, LIST_SOURCES, &listed; row => {
        let way = Way { origin: row.get(1), parent: row.get(2), depth: row.get(3) };
        (row.get(0), Stored { way, is_orphan: row.get::<i64, _>(4) != 0 })
    });
    let ways = ways(&sources, &roots, &links);
    let now = tx.now;
    for (location, stored) in &sources {
        let Some(way) = ways.get(location) else {
            continue;
        };
        if *way != stored.way || stored.is_orphan {
            run!(
                tx,
                PUT_WAY,
                location,
                &way.origin,
                &way.parent,
                way.depth,
                number,
                now
            );
        }
    }
    let lost = sources.iter().map(|(location, _)| location);
    let lost = lost.filter(|it| !ways.contains_key(*it));
    match orphans {
        Orphans::Delete => {
            let lost: Vec<&String> = lost.collect();
            remove_sources(tx, &lost, number).await?;
            Ok(lost.len())
        }
        Orphans::Keep => {
            // What an orphan leads to is no orphan.
            let led_to: HashSet<&String> = links.iter().map(|(_, child, ..)| child).collect();
            let lost = list(lost.filter(|it| !led_to.contains(it)));
            run!(tx, MAKE_ORPHANS, lost, number);
            Ok(0)
        }
    }
}

/// Finds sources that nothing leads to, as an earlier release or another setting may have left them
/// behind, and does with them what is to be done with orphans.
///
/// # Errors
/// [`StoreError::Database`]; then nothing has changed.
pub async fn remove_lost(db: &Db, orphans: Orphans, now: Millis) -> Result<(), StoreError> {
    let mut tx = db.begin(now).await?;
    let too = i64::from(orphans == Orphans::Delete);
    let lost: Vec<String> = rows!(tx, LIST_LOST, too; row => row.get(0));
    if lost.is_empty() {
        return Ok(());
    }
    let number = tx.take(1).await?;
    settle(&mut tx, &lost, orphans, number).await?;
    tx.commit().await?;
    Ok(())
}

/// Removes sources with all they claim and where they lead, and leaves word of it.
pub(super) async fn remove_sources(
    tx: &mut Tx,
    locations: &[&String],
    number: i64,
) -> Result<(), StoreError> {
    if locations.is_empty() {
        return Ok(());
    }
    let listed = list(locations);
    let names: Vec<String> = rows!(tx, TAKE_NAMES, &listed; row => row.get(0));
    depart(tx, names).await?;
    run!(tx, REMOVE_LINKS, &listed);
    run!(tx, REMOVE, &listed);
    insert!(tx, PUT_REMOVALS, locations, ON_REMOVAL; location => *location, number);
    Ok(())
}

/// The locations themselves and all that they lead to.
async fn list_below(tx: &mut Tx, locations: &[String]) -> Result<Vec<String>, StoreError> {
    let mut seen: HashSet<String> = locations.iter().cloned().collect();
    let mut below: Vec<String> = seen.iter().cloned().collect();
    let mut open = below.clone();
    while !open.is_empty() {
        let children: Vec<String> = rows!(tx, LIST_CHILDREN, list(&open); row => row.get(0));
        open = children
            .into_iter()
            .filter(|child| seen.insert(child.clone()))
            .collect();
        below.extend(open.iter().cloned());
    }
    Ok(below)
}

/// The way by which each source is reached that something leads to. Links from outside `sources`
/// hold; those within hold when their parent is reached.
fn ways(
    sources: &[(String, Stored)],
    roots: &HashSet<String>,
    links: &[(String, String, String, i64)],
) -> HashMap<String, Way> {
    let inside: HashMap<&str, &Stored> = sources
        .iter()
        .map(|(location, stored)| (location.as_str(), stored))
        .collect();
    let mut ways: HashMap<String, Way> = HashMap::new();
    // By depth, so that the shortest way wins.
    let mut open: BTreeMap<i64, VecDeque<String>> = BTreeMap::new();
    for (location, _) in sources.iter().filter(|(it, _)| roots.contains(it)) {
        let way = Way {
            origin: location.clone(),
            parent: None,
            depth: 0,
        };
        ways.insert(location.clone(), way);
        open.entry(0).or_default().push_back(location.clone());
    }
    // A way that still holds is not changed for another.
    let outside = links
        .iter()
        .filter(|(parent, ..)| !inside.contains_key(parent.as_str()));
    let holds = |(parent, child, ..): &&(String, String, String, i64)| {
        inside
            .get(child.as_str())
            .is_some_and(|it| it.way.parent.as_ref() == Some(parent))
    };
    let (first, second): (Vec<_>, Vec<_>) = outside.partition(holds);
    for (parent, child, origin, depth) in first.into_iter().chain(second) {
        if inside.contains_key(child.as_str()) && !ways.contains_key(child) {
            let way = Way {
                origin: origin.clone(),
                parent: Some(parent.clone()),
                depth: depth + 1,
            };
            ways.insert(child.clone(), way);
            open.entry(depth + 1).or_default().push_back(child.clone());
        }
    }
    let mut within: HashMap<&str, Vec<&str>> = HashMap::new();
    for (parent, child, ..) in links {
        within.entry(parent).or_default().push(child);
    }
    while let Some(mut level) = open.first_entry() {
        let Some(location) = level.get_mut().pop_front() else {
            level.remove();
            continue;
        };
        let (origin, depth) = (ways[&location].origin.clone(), ways[&location].depth + 1);
        for child in within.get(location.as_str()).into_iter().flatten() {
            if inside.contains_key(child) && !ways.contains_key(*child) {
                let way = Way {
                    origin: origin.clone(),
                    parent: Some(location.clone()),
                    depth,
                };
                ways.insert((*child).to_owned(), way);
                open.entry(depth)
                    .or_default()
                    .push_back((*child).to_owned());
            }
        }
    }
    ways
}

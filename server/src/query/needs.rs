//! What somebody needs of others and others need of them: what crosses the line of who owns what.

use super::belonging::ref_of;
use super::details::related;
use super::model::Model;
use super::summarise::Summaries;
use app::catalog::{Need, RelatedEntity};
use roaring::RoaringBitmap;

/// The keys of what an entity cannot do without.
const NEEDING: [&str; 2] = ["relations.dependson", "relations.consumesapi"];
/// How many owners are named, and how many entities of each.
const MOST_OWNERS: usize = 12;
const MOST_NAMED: usize = 6;

/// What crosses the line around a set of entities, by who owns it: what these need, and what needs them.
/// No document is read but of what is named.
pub(super) fn needs(
    model: &Model,
    summaries: &mut Summaries<'_>,
    owned: &RoaringBitmap,
) -> (Vec<Need>, Vec<Need>) {
    let mut needed = RoaringBitmap::new();
    let mut needing = RoaringBitmap::new();
    let fields = NEEDING.iter().filter_map(|key| model.index.field(key));
    for field in fields {
        for (target, ids) in field.spellings() {
            let Some(number) = model.number(&target.to_lowercase()) else {
                continue;
            };
            if owned.contains(number) {
                ids.each(|id| {
                    needing.insert(id);
                });
            } else if ids.count_in(owned) > 0 {
                needed.insert(number);
            }
        }
    }
    needing -= owned;
    (
        by_owner(model, summaries, needed),
        by_owner(model, summaries, needing),
    )
}

/// Entities by who owns them, the owner of most first; at the end those that nobody owns.
fn by_owner(model: &Model, summaries: &mut Summaries<'_>, all: RoaringBitmap) -> Vec<Need> {
    if all.is_empty() {
        return Vec::new();
    }
    let mut of_owners: Vec<(String, RoaringBitmap)> = Vec::new();
    let mut left = all.clone();
    if let Some(owners) = model.index.field("relations.ownedby") {
        for (owner, ids) in owners.spellings() {
            let mut own = RoaringBitmap::new();
            ids.each(|id| {
                if all.contains(id) {
                    own.insert(id);
                }
            });
            if !own.is_empty() {
                left -= &own;
                of_owners.push((owner.to_lowercase(), own));
            }
        }
    }
    of_owners.sort_by(|a, b| b.1.len().cmp(&a.1.len()).then_with(|| a.0.cmp(&b.0)));
    let owned = of_owners.into_iter().take(MOST_OWNERS).map(|(owner, ids)| {
        let owner = owner.parse().ok().map(|owner| summaries.link(&owner));
        let entities = entities(model, summaries, &ids);
        Need {
            owner,
            total: count(&ids),
            entities,
        }
    });
    let mut needs: Vec<Need> = owned.collect();
    if !left.is_empty() {
        needs.push(Need {
            owner: None,
            total: count(&left),
            entities: entities(model, summaries, &left),
        });
    }
    needs
}

/// The first of them by reference.
fn entities(
    model: &Model,
    summaries: &mut Summaries<'_>,
    ids: &RoaringBitmap,
) -> Vec<RelatedEntity> {
    let mut entries: Vec<_> = ids.iter().map(|id| model.entry(id)).collect();
    entries.sort_by(|a, b| a.key.cmp(&b.key));
    let first = entries.into_iter().take(MOST_NAMED);
    first
        .map(|entry| related(summaries, model, &ref_of(entry)))
        .collect()
}

fn count(ids: &RoaringBitmap) -> usize {
    usize::try_from(ids.len()).unwrap_or(usize::MAX)
}

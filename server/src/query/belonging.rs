//! The tree of groups around a group or a person, its people, and what they answer for.

use super::details::{related, relations_of};
use super::summarise::{Summaries, link_of};
use super::{Entry, Model};
use app::catalog::{Belonging, EntityRef, Member, OwnedKind, TeamNode};
use serde_json::Value;
use std::collections::{BTreeMap, HashSet};

/// More groups than this are not followed: they may be a circle of thousands.
const MOST_GROUPS: usize = 200;

/// What belongs to a group or a person; none for any other entity.
pub(super) fn belonging(
    model: &Model,
    summaries: &mut Summaries<'_>,
    entry: &Entry,
    entity: &Value,
) -> Option<Belonging> {
    let is_group = entry.key.starts_with("group:");
    if !is_group && !entry.key.starts_with("user:") {
        return None;
    }
    let within = if is_group { "parentOf" } else { "memberOf" };
    let mut walk = Walk {
        model,
        seen: HashSet::from([entry.key.to_string()]),
        found: Vec::new(),
    };
    walk.descend(entity, within, 0, is_group);
    let groups = walk.found;

    let mut owned: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let mut counted = HashSet::new();
    count(entity, &mut owned, &mut counted, true);
    for (_, group) in &groups {
        count(group, &mut owned, &mut counted, false);
    }
    let members = if is_group {
        members(model, summaries, entity, &groups)
    } else {
        Vec::new()
    };
    let mut owners = vec![entry.key.to_string()];
    owners.extend(
        groups
            .iter()
            .map(|(_, group)| link_of(group).entity_ref.to_string()),
    );
    Some(Belonging {
        above: above(model, summaries, entity),
        below: groups
            .iter()
            .map(|(depth, group)| TeamNode {
                link: link_of(group),
                depth: *depth,
                members: targets(group, "hasMember").count(),
            })
            .collect(),
        members,
        owned: owned
            .into_iter()
            .map(|(kind, (direct, all))| OwnedKind { kind, direct, all })
            .collect(),
        owners: owners
            .into_iter()
            .map(|owner| owner.to_lowercase())
            .collect(),
    })
}

fn targets<'a>(entity: &'a Value, kind: &'a str) -> impl Iterator<Item = EntityRef> + 'a {
    relations_of(entity)
        .filter(move |(known, _)| *known == kind)
        .map(|(_, target)| target)
}

/// Groups below a group, each once, and none without end.
struct Walk<'a> {
    model: &'a Model,
    seen: HashSet<String>,
    found: Vec<(usize, Value)>,
}

impl Walk<'_> {
    fn descend(&mut self, entity: &Value, kind: &str, depth: usize, deeper: bool) {
        for target in targets(entity, kind) {
            if self.found.len() >= MOST_GROUPS || !self.seen.insert(target.to_string()) {
                continue;
            }
            let Some(entry) = self.model.get(&target) else {
                continue;
            };
            let group = self.model.entity(entry);
            self.found.push((depth, group.clone()));
            if deeper {
                self.descend(&group, kind, depth + 1, deeper);
            }
        }
    }
}

/// The groups above, the highest first.
fn above(
    model: &Model,
    summaries: &mut Summaries<'_>,
    entity: &Value,
) -> Vec<app::catalog::EntityLink> {
    let mut path: Vec<EntityRef> = Vec::new();
    let mut next = targets(entity, "childOf").next();
    while let Some(parent) = next {
        if path.contains(&parent) || path.len() >= MOST_GROUPS {
            break;
        }
        let known = model.get(&parent).map(|entry| model.entity(entry));
        path.push(parent);
        next = known.and_then(|group| targets(&group, "childOf").next());
    }
    path.iter()
        .rev()
        .map(|group| summaries.link(group))
        .collect()
}

fn members(
    model: &Model,
    summaries: &mut Summaries<'_>,
    entity: &Value,
    groups: &[(usize, Value)],
) -> Vec<Member> {
    let mut seen = HashSet::new();
    let mut members = Vec::new();
    let circles = std::iter::once((None, entity));
    let circles = circles.chain(
        groups
            .iter()
            .map(|(_, group)| (Some(link_of(group)), group)),
    );
    for (via, group) in circles {
        let mut circle: Vec<Member> = targets(group, "hasMember")
            .filter(|person| seen.insert(person.to_string()))
            .map(|person| Member {
                entity: related(summaries, model, &person),
                via: via.clone(),
            })
            .collect();
        circle.sort_by_cached_key(|member| member.entity.link.label().to_lowercase());
        members.append(&mut circle);
    }
    members
}

fn count(
    entity: &Value,
    owned: &mut BTreeMap<String, (usize, usize)>,
    counted: &mut HashSet<String>,
    direct: bool,
) {
    for target in targets(entity, "ownerOf") {
        if counted.insert(target.to_string()) {
            let counts = owned.entry(target.kind.to_lowercase()).or_default();
            counts.0 += usize::from(direct);
            counts.1 += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn members_and_what_is_owned_come_through_groups_within() {
        let group = |name: &str, relations: Value| {
            let entity = json!({ "kind": "Group", "metadata": { "name": name },
                                 "spec": { "type": "team" }, "relations": relations });
            (name.to_owned(), entity)
        };
        let to = |kind: &str, target: &str| json!({ "type": kind, "targetRef": target });
        let model = Model::of_entities(vec![
            group(
                "all",
                json!([
                    to("parentOf", "group:default/crew"),
                    to("hasMember", "user:default/ada"),
                    to("ownerOf", "component:default/orders"),
                ]),
            ),
            group(
                "crew",
                json!([
                    to("childOf", "group:default/all"),
                    to("parentOf", "group:default/all"),
                    to("hasMember", "user:default/ada"),
                    to("hasMember", "user:default/ben"),
                    to("ownerOf", "component:default/dimmer"),
                ]),
            ),
        ]);
        let entry = model.get_key("group:default/all").unwrap();
        let entity = model.entity(entry);
        let found = belonging(&model, &mut Summaries::of(&model), entry, &entity).unwrap();
        let names: Vec<_> = found
            .members
            .iter()
            .map(|member| (member.entity.link.label(), member.via.is_some()))
            .collect();
        assert_eq!(names, [("ada", false), ("ben", true)]);
        assert_eq!(found.below.len(), 1);
        let owned = &found.owned[0];
        assert_eq!(
            (owned.kind.as_str(), owned.direct, owned.all),
            ("component", 1, 2)
        );
        let crew = model.get_key("group:default/crew").unwrap();
        let entity = model.entity(crew);
        let found = belonging(&model, &mut Summaries::of(&model), crew, &entity).unwrap();
        assert_eq!(found.above[0].label(), "all");
    }
}

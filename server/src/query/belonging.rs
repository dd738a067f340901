//! The tree of groups around a group or a person, its people, and what they answer for.

use super::details::{named, related, relations_of};
use super::needs::needs;
use super::summarise::Summaries;
use super::{Entry, Model};
use app::catalog::{Belonging, EntityLink, EntityRef, Member, OwnedKind, TeamNode};
use roaring::RoaringBitmap;
use serde_json::Value;
use std::collections::{BTreeMap, HashSet};

/// More groups than this are not followed: they may be a circle of thousands.
const MOST_GROUPS: usize = 200;
/// More members than this are counted, not named.
const MOST_MEMBERS: usize = 200;

/// What belongs to a group or a person; none for any other entity. Of the groups within, no document is
/// read: what says that it belongs to them stands in the index.
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
    let groups = if is_group {
        within(model, entry)
    } else {
        groups_of(model, entity)
    };
    let (members, members_total) = if is_group {
        members(model, summaries, entity, &groups)
    } else {
        (Vec::new(), 0)
    };
    let below = groups.iter().map(|(depth, group)| TeamNode {
        link: link(summaries, group),
        depth: *depth,
        members: naming(model, "memberof", group).iter().count(),
    });
    let below = below.collect();
    let owners = std::iter::once(entry).chain(groups.iter().map(|(_, group)| *group));
    let (direct, all) = all_owned(model, entry, &groups);
    let (needs, needed_by) = needs(model, summaries, &all);
    Some(Belonging {
        above: above(model, summaries, entity),
        below,
        members,
        members_total,
        owned: owned(model, &direct, &all),
        needs,
        needed_by,
        owners: owners.map(|owner| owner.key.to_string()).collect(),
    })
}

/// The entities that have a relation of that kind, in lower case, to an entity.
fn naming(model: &Model, kind: &str, entry: &Entry) -> RoaringBitmap {
    model
        .index
        .matching(&format!("relations.{kind}"), &entry.key)
}

/// The same, by name.
fn by_name<'a>(model: &'a Model, kind: &str, entry: &Entry) -> Vec<&'a Entry> {
    let ids = naming(model, kind, entry);
    let mut entries: Vec<&Entry> = ids.iter().map(|id| model.entry(id)).collect();
    entries.sort_by(|a, b| a.key.cmp(&b.key));
    entries
}

fn targets<'a>(entity: &'a Value, kind: &'a str) -> impl Iterator<Item = EntityRef> + 'a {
    relations_of(entity)
        .filter(move |(known, _)| *known == kind)
        .map(|(_, target)| target)
}

fn link(summaries: &mut Summaries<'_>, entry: &Entry) -> EntityLink {
    summaries.link(&ref_of(entry))
}

/// The reference of an entry.
pub(super) fn ref_of(entry: &Entry) -> EntityRef {
    let entity_ref = entry.key.parse();
    entity_ref.unwrap_or_else(|_| EntityRef::new("group", "default", &*entry.key))
}

/// The groups of a person.
fn groups_of<'a>(model: &'a Model, person: &Value) -> Vec<(usize, &'a Entry)> {
    let groups = targets(person, "memberOf").filter_map(|group| model.get(&group));
    groups.take(MOST_GROUPS).map(|group| (0, group)).collect()
}

/// The groups within a group with how deep they are, each once, and none without end.
fn within<'a>(model: &'a Model, group: &Entry) -> Vec<(usize, &'a Entry)> {
    let mut walk = Walk {
        model,
        seen: HashSet::from([group.key.to_string()]),
        found: Vec::new(),
    };
    walk.descend(group, 0);
    walk.found
}

struct Walk<'a> {
    model: &'a Model,
    seen: HashSet<String>,
    found: Vec<(usize, &'a Entry)>,
}

impl Walk<'_> {
    fn descend(&mut self, group: &Entry, depth: usize) {
        for child in by_name(self.model, "childof", group) {
            if self.found.len() >= MOST_GROUPS || !self.seen.insert(child.key.to_string()) {
                continue;
            }
            self.found.push((depth, child));
            self.descend(child, depth + 1);
        }
    }
}

/// The groups above, the highest first.
fn above(model: &Model, summaries: &mut Summaries<'_>, entity: &Value) -> Vec<EntityLink> {
    let mut path: Vec<EntityRef> = Vec::new();
    let mut next = targets(entity, "childOf").next();
    while let Some(parent) = next {
        if path.contains(&parent) || path.len() >= MOST_GROUPS {
            break;
        }
        let entry = model.get(&parent);
        let above = entry.and_then(|entry| by_name(model, "parentof", entry).first().copied());
        next = above.and_then(|above| above.key.parse().ok());
        path.push(parent);
    }
    let path = path.iter().rev();
    path.map(|group| summaries.link(group)).collect()
}

/// Direct members first, then those of the groups within; and how many there are.
fn members(
    model: &Model,
    summaries: &mut Summaries<'_>,
    entity: &Value,
    groups: &[(usize, &Entry)],
) -> (Vec<Member>, usize) {
    let mut seen = HashSet::new();
    let direct: Vec<EntityRef> = targets(entity, "hasMember")
        .filter(|person| seen.insert(person.to_string().to_lowercase()))
        .collect();
    let direct = direct.iter().take(MOST_MEMBERS).map(|person| Member {
        entity: related(summaries, model, person),
        via: None,
    });
    let mut members = sorted(direct.collect());
    for (_, group) in groups {
        let people = by_name(model, "memberof", group).into_iter();
        let people: Vec<&Entry> = people
            .filter(|person| seen.insert(person.key.to_string()))
            .collect();
        let room = MOST_MEMBERS.saturating_sub(members.len());
        let via = (room > 0 && !people.is_empty()).then(|| link(summaries, group));
        let circle = people.into_iter().take(room).map(|person| Member {
            entity: named(link(summaries, person)),
            via: via.clone(),
        });
        members.append(&mut sorted(circle.collect()));
    }
    (members, seen.len())
}

fn sorted(mut members: Vec<Member>) -> Vec<Member> {
    members.sort_by_cached_key(|member| member.entity.link.label().to_lowercase());
    members
}

/// What is owned directly, and in all.
fn all_owned(
    model: &Model,
    entry: &Entry,
    groups: &[(usize, &Entry)],
) -> (RoaringBitmap, RoaringBitmap) {
    let direct = naming(model, "ownedby", entry);
    let mut all = direct.clone();
    for (_, group) in groups {
        all |= naming(model, "ownedby", group);
    }
    (direct, all)
}

/// How many entities of each kind these are.
fn owned(model: &Model, direct: &RoaringBitmap, all: &RoaringBitmap) -> Vec<OwnedKind> {
    let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for id in all {
        let key = &*model.entry(id).key;
        let kind = key.split(':').next().unwrap_or_default();
        let counts = counts.entry(kind).or_default();
        counts.0 += usize::from(direct.contains(id));
        counts.1 += 1;
    }
    let kinds = counts.into_iter().map(|(kind, (direct, all))| OwnedKind {
        kind: kind.to_owned(),
        direct,
        all,
    });
    kinds.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use app::catalog::Need;
    use serde_json::json;

    /// Kind, name and relations.
    type Related<'a> = (&'a str, &'a str, &'a [(&'a str, &'a str)]);

    fn model(entities: &[Related<'_>]) -> Model {
        let entities = entities.iter().map(|(kind, name, relations)| {
            let relations = relations
                .iter()
                .map(|(relation, target)| json!({ "type": relation, "targetRef": target }));
            let entity = json!({ "kind": kind, "metadata": { "name": name },
                                 "spec": { "type": "team" },
                                 "relations": relations.collect::<Vec<_>>() });
            ((*name).to_owned(), entity)
        });
        Model::of_entities(entities.collect())
    }

    fn of(model: &Model, key: &str) -> Belonging {
        let entry = model.get_key(key).unwrap();
        let entity = model.entity(entry);
        belonging(model, &mut Summaries::of(model), entry, &entity).unwrap()
    }

    #[test]
    fn members_and_what_is_owned_come_through_groups_within() {
        let (all, crew) = ("group:default/all", "group:default/crew");
        let model = model(&[
            (
                "Group",
                "all",
                &[
                    ("parentOf", crew),
                    ("childOf", crew),
                    ("hasMember", "user:default/ada"),
                    ("hasMember", "user:default/gone"),
                ],
            ),
            (
                "Group",
                "crew",
                &[
                    ("childOf", all),
                    ("parentOf", all),
                    ("hasMember", "user:default/ben"),
                ],
            ),
            ("User", "ada", &[("memberOf", all), ("memberOf", crew)]),
            ("User", "ben", &[("memberOf", crew)]),
            ("Component", "orders", &[("ownedBy", all)]),
            ("Component", "dimmer", &[("ownedBy", crew)]),
            ("API", "lamps", &[("ownedBy", crew)]),
        ]);
        let found = of(&model, all);
        let names: Vec<_> = found
            .members
            .iter()
            .map(|member| (member.entity.link.label(), member.via.is_some()))
            .collect();
        assert_eq!(names, [("ada", false), ("gone", false), ("ben", true)]);
        assert_eq!(found.members_total, 3);
        // A circle ends.
        assert_eq!(found.below.len(), 1);
        assert_eq!((found.below[0].members, found.below[0].depth), (2, 0));
        assert_eq!(found.owners, [all, crew]);
        let owned: Vec<_> = found
            .owned
            .iter()
            .map(|it| (&*it.kind, it.direct, it.all))
            .collect();
        assert_eq!(owned, [("api", 0, 1), ("component", 1, 2)]);
        assert_eq!(of(&model, crew).above.len(), 2);
        // What a person's groups own is theirs, too.
        let ben = of(&model, "user:default/ben");
        assert_eq!(ben.below[0].link.label(), "crew");
        let owned: Vec<_> = ben.owned.iter().map(|it| (&*it.kind, it.all)).collect();
        assert_eq!(owned, [("api", 1), ("component", 1)]);
    }

    #[test]
    fn what_crosses_the_line_is_needed() {
        let (crew, desk) = ("group:default/crew", "group:default/desk");
        let (dimmer, lamps) = ("component:default/dimmer", "api:default/lamps");
        let model = model(&[
            ("Group", "crew", &[]),
            ("Group", "desk", &[]),
            (
                "Component",
                "dimmer",
                &[
                    ("ownedBy", crew),
                    ("dependsOn", "component:default/rig"),
                    ("dependsOn", "resource:default/mains"),
                    ("dependsOn", "resource:default/unknown"),
                    ("consumesApi", "api:default/tickets"),
                ],
            ),
            ("Component", "rig", &[("ownedBy", crew)]),
            ("API", "lamps", &[("ownedBy", crew)]),
            ("API", "tickets", &[("ownedBy", desk)]),
            ("Resource", "mains", &[]),
            (
                "Component",
                "till",
                &[
                    ("ownedBy", desk),
                    ("dependsOn", dimmer),
                    ("consumesApi", lamps),
                ],
            ),
        ]);
        let shown = |needs: &[Need]| -> Vec<_> {
            let shown = needs.iter().map(|need| {
                let owner = need.owner.as_ref().map(|it| it.label().to_owned());
                let names = need.entities.iter().map(|it| it.link.label().to_owned());
                (owner, need.total, names.collect::<Vec<_>>())
            });
            shown.collect()
        };
        let found = of(&model, crew);
        let of_desk = |name: &str| (Some("desk".to_owned()), 1, vec![name.to_owned()]);
        let nobodys = (None, 1, vec!["mains".to_owned()]);
        assert_eq!(shown(&found.needs), [of_desk("tickets"), nobodys]);
        assert_eq!(shown(&found.needed_by), [of_desk("till")]);
    }

    #[test]
    fn a_large_team_is_counted_and_not_named_whole() {
        let names: Vec<String> = (0..MOST_MEMBERS + 20)
            .map(|it| format!("p{it:03}"))
            .collect();
        let of_crew: &[(&str, &str)] = &[("memberOf", "group:default/crew")];
        let above: &[(&str, &str)] = &[("parentOf", "group:default/crew")];
        let within: &[(&str, &str)] = &[("childOf", "group:default/all")];
        let mut entities = vec![("Group", "all", above), ("Group", "crew", within)];
        entities.extend(names.iter().map(|name| ("User", &**name, of_crew)));
        let model = model(&entities);
        let found = of(&model, "group:default/all");
        assert_eq!(found.members.len(), MOST_MEMBERS);
        assert_eq!(found.members_total, MOST_MEMBERS + 20);
    }
}

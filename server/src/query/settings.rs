//! Who the viewer is, and by which way they belong to which groups.

use super::details::relations_of;
use super::summarise::Summaries;
use super::{Model, text_at};
use app::catalog::{EntityRef, Membership, Settings, Why};
use app::viewer::Viewer;
use std::collections::{HashSet, VecDeque};

/// More groups than this are not followed: they may be a circle of thousands.
const MOST_GROUPS: usize = 200;

/// The settings of a viewer.
pub(super) fn settings(model: &Model, viewer: &Viewer) -> Settings {
    let mut summaries = Summaries::of(model);
    let entity = model.get(&viewer.user_ref).map(|entry| model.entity(entry));
    let email = entity
        .as_ref()
        .and_then(|entity| text_at(entity, "/spec/profile/email"));
    let of_kind = |entity: &serde_json::Value, kind: &str| -> Vec<EntityRef> {
        let related = relations_of(entity).filter(|(known, _)| *known == kind);
        related.map(|(_, target)| target).collect()
    };
    let direct = entity.iter().flat_map(|entity| of_kind(entity, "memberOf"));
    // From each group up, the nearest first, so that a way is as short as it can be.
    let mut open: VecDeque<(EntityRef, Vec<EntityRef>)> =
        direct.map(|group| (group, Vec::new())).collect();
    let mut seen: HashSet<EntityRef> = HashSet::new();
    let mut memberships = Vec::new();
    while let Some((group, way)) = open.pop_front() {
        if seen.len() >= MOST_GROUPS || !seen.insert(group.clone()) {
            continue;
        }
        if let Some(entry) = model.get(&group) {
            let parents = of_kind(&model.entity(entry), "childOf");
            let way: Vec<EntityRef> = way.iter().cloned().chain([group.clone()]).collect();
            open.extend(parents.into_iter().map(|parent| (parent, way.clone())));
        }
        memberships.push(Membership {
            owns: viewer.owns(&group),
            group: summaries.link(&group),
            why: if way.is_empty() {
                Why::Member
            } else {
                Why::Above(way.iter().map(|group| summaries.link(group)).collect())
            },
        });
    }
    let configured = viewer.ownership.iter();
    for group in configured.filter(|group| **group != viewer.user_ref && !seen.contains(*group)) {
        memberships.push(Membership {
            group: summaries.link(group),
            why: Why::Configured,
            owns: true,
        });
    }
    Settings {
        person: summaries.link(&viewer.user_ref),
        email,
        guest: viewer.guest,
        memberships,
    }
}

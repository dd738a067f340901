//! Who a group is: its members and the groups within it.

use super::super::entity_link::QuietLink;
use crate::catalog::{RelatedEntity, RelationGroup, relation};
use crate::ui::{Avatar, Card};
use leptos::prelude::*;

/// The relations that are people, apart from the others. Members come first.
pub(super) fn split(groups: Vec<RelationGroup>) -> (Vec<RelationGroup>, Vec<RelationGroup>) {
    let (mut people, others): (Vec<_>, Vec<_>) = groups
        .into_iter()
        .partition(|group| matches!(group.kind.as_str(), "hasMember" | "parentOf"));
    people.sort_by_key(|group| group.kind != "hasMember");
    (people, others)
}

#[component]
pub(super) fn People(group: RelationGroup) -> impl IntoView {
    let count = group.entities.len();
    let title = if group.kind == "parentOf" {
        "Groups within"
    } else {
        relation::label(&group.kind)
    }
    .to_owned();
    view! {
        <Card title count=count>
            <ul class="card-body people">
                {group.entities.into_iter().map(|entity| view! { <Person entity /> }).collect_view()}
            </ul>
        </Card>
    }
}

#[component]
fn Person(entity: RelatedEntity) -> impl IntoView {
    let name = entity.link.label().to_owned();
    let is_user = entity.link.entity_ref.kind.eq_ignore_ascii_case("user");
    let avatar = if is_user {
        Avatar::PersonLarge
    } else {
        Avatar::TeamLarge
    };
    let note = entity.description.or(entity.spec_type);
    view! {
        <li class="line py-1">
            {avatar.of(&name, None)}
            <div class="min-w-0">
                <p class="font-medium"><QuietLink link=entity.link /></p>
                {note.map(|note| view! { <p class="meta clip">{note}</p> })}
            </div>
        </li>
    }
    .into_any()
}

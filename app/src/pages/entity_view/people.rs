//! Who is in a group: its members, and those of the groups within.

use super::super::entity_link::QuietLink;
use crate::catalog::{Belonging, Member};
use crate::ui::{Avatar, Card};
use leptos::either::Either;
use leptos::prelude::*;

#[component]
pub(super) fn Members(belonging: Option<Belonging>, title: Option<String>) -> impl IntoView {
    let (members, count) = match belonging {
        Some(belonging) => (belonging.members, belonging.members_total),
        None => (Vec::new(), 0),
    };
    let more = count.saturating_sub(members.len());
    let more =
        (more > 0).then(|| view! { <li class="line meta">{format!("and {more} more")}</li> });
    let body = if members.is_empty() {
        Either::Left(view! { <p class="card-body ui text-muted">"Nobody is a member yet."</p> })
    } else {
        let people = members
            .into_iter()
            .map(|member| view! { <Person member /> });
        Either::Right(view! { <ul class="card-body people">{people.collect_view()} {more}</ul> })
    };
    view! {
        <Card title=title.unwrap_or_else(|| "Members".to_owned()) count=count>{body}</Card>
    }
    .into_any()
}

#[component]
fn Person(member: Member) -> impl IntoView {
    let entity = member.entity;
    let name = entity.link.label().to_owned();
    let note = entity.description.or(entity.spec_type);
    let note = match member.via {
        Some(group) => Some(format!("through {}", group.label())),
        None => note,
    };
    view! {
        <li class="line py-1">
            {Avatar::PersonLarge.of(&name, None)}
            <div class="min-w-0">
                <p class="font-medium"><QuietLink link=entity.link /></p>
                {note.map(|note| view! { <p class="meta clip">{note}</p> })}
            </div>
        </li>
    }
    .into_any()
}

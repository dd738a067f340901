//! What the entity hangs together with, like the cast of a programme: the part left, who plays it
//! right.

use super::super::entity_line::EntityLine;
use crate::catalog::{EntityListQuery, EntitySummary, RelationGroup, relation};
use crate::routes::use_links;
use crate::ui::Card;
use leptos::either::Either;
use leptos::prelude::*;

/// More lines than this are a list of their own.
const LINES: usize = 24;

#[component]
pub(super) fn Relations(
    summary: EntitySummary,
    groups: Vec<RelationGroup>,
    /// Whether it is all there is to see, and so has to say that there is nothing.
    alone: bool,
) -> impl IntoView {
    let groups = beside_facts(&summary, groups);
    (alone || !groups.is_empty()).then(|| view! { <Cast summary groups /> })
}

#[component]
fn Cast(summary: EntitySummary, groups: Vec<RelationGroup>) -> impl IntoView {
    let body = if groups.is_empty() {
        Either::Left(
            view! { <p class="card-body ui text-muted">"It names nothing else, and nothing else names it."</p> },
        )
    } else {
        let owner = summary.entity_ref.to_string();
        Either::Right(
            groups
                .into_iter()
                .map(|group| view! { <Part group owner=owner.clone() /> })
                .collect_view(),
        )
    };
    view! {
        <Card title="Relations">
            <div>{body}</div>
        </Card>
    }
}

/// Without the owner and the system, which the strip of facts names already.
fn beside_facts(summary: &EntitySummary, groups: Vec<RelationGroup>) -> Vec<RelationGroup> {
    let shown = |kind: &str| match kind {
        "ownedBy" => summary.owner.as_ref(),
        "partOf" => summary.system.as_ref(),
        _ => None,
    };
    groups
        .into_iter()
        .map(|mut group| {
            if let Some(link) = shown(&group.kind) {
                group
                    .entities
                    .retain(|entity| entity.link.entity_ref != link.entity_ref);
            }
            group
        })
        .filter(|group| !group.entities.is_empty())
        .collect()
}

#[component]
fn Part(group: RelationGroup, owner: String) -> impl IntoView {
    let total = group.entities.len();
    let all = (total > LINES && group.kind == "ownerOf").then(|| {
        let query = EntityListQuery { owners: vec![owner], ..EntityListQuery::default() };
        view! { <a class="link ui" href=use_links().catalog(&query)>"All " {total} " in the catalog"</a> }
    });
    let shown = if all.is_some() { LINES } else { total };
    let lines = group
        .entities
        .into_iter()
        .take(shown)
        .map(|entity| view! { <EntityLine line=entity.into() /> });
    view! {
        <section class="billing">
            <h3 class="billing-part">{relation::label(&group.kind).to_owned()} " " <span class="count">{total}</span></h3>
            <div class="min-w-0">
                <ul>{lines.collect_view()}</ul>
                {all}
            </div>
        </section>
    }
    .into_any()
}

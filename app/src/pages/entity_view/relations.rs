//! What the entity hangs together with, like the cast of a programme: the part left, who plays it
//! right.

use super::super::entity_line::EntityLine;
use crate::catalog::{EntityListQuery, EntitySummary, RelationGroup, relation};
use crate::routes::use_links;
use crate::ui::{Card, YamlHint};
use leptos::either::Either;
use leptos::prelude::*;

/// More lines than this are a list of their own.
const LINES: usize = 24;

/// The relations of the given types, in their order. One that is empty is one muted line.
#[component]
pub(super) fn Relations(
    summary: EntitySummary,
    groups: Vec<RelationGroup>,
    types: Vec<String>,
    title: Option<String>,
) -> impl IntoView {
    let title = title.unwrap_or_else(|| {
        let words: Vec<&str> = types.iter().map(|kind| relation::label(kind)).collect();
        words.join(" · ")
    });
    let found = |kind: &String| groups.iter().find(|group| group.kind == *kind).cloned();
    let count = types
        .iter()
        .filter_map(found)
        .map(|group| group.entities.len())
        .sum();
    let owner = summary.entity_ref.to_string();
    let body = if count == 0 {
        Either::Left(view! { <Nothing summary kind=types.first().cloned().unwrap_or_default() /> })
    } else {
        let parts = types.iter().map(|kind| {
            let group = found(kind).unwrap_or_else(|| RelationGroup {
                kind: kind.clone(),
                entities: Vec::new(),
            });
            view! { <Part group owner=owner.clone() /> }
        });
        Either::Right(parts.collect_view())
    };
    view! { <Card title count=count><div>{body}</div></Card> }.into_any()
}

/// No relation of these types: what that means, and what to write.
#[component]
fn Nothing(summary: EntitySummary, kind: String) -> impl IntoView {
    let (said, field) = said(&kind);
    let hint = field.map(|(field, example)| {
        let name = &summary.entity_ref.name;
        let yaml = format!("metadata:\n  name: {name}\nspec:\n  {field}:\n    - {example}\n");
        view! { <YamlHint summary="How to add one" yaml /> }
    });
    view! { <div class="card-body"><p class="ui text-muted">{said}</p>{hint}</div> }.into_any()
}

/// What is said where there is no relation of that type, and the field that makes one.
fn said(kind: &str) -> (&'static str, Option<(&'static str, &'static str)>) {
    match kind {
        "providesApi" => ("It names no API.", Some(("providesApis", "my-api"))),
        "consumesApi" => ("It consumes no API.", Some(("consumesApis", "their-api"))),
        "dependsOn" => (
            "It names nothing it needs.",
            Some(("dependsOn", "component:default/other")),
        ),
        "dependencyOf" => ("Nothing says that it needs this.", None),
        "apiProvidedBy" => ("No component says that it provides this.", None),
        "apiConsumedBy" => ("No component says that it consumes this.", None),
        "hasPart" => ("Nothing says that it is part of this.", None),
        _ => ("There are none.", None),
    }
}

/// The relations that no other card of the tab shows; nothing when there are none.
#[component]
pub(super) fn Rest(
    summary: EntitySummary,
    groups: Vec<RelationGroup>,
    taken: Vec<String>,
    title: Option<String>,
) -> impl IntoView {
    let mut groups = beside_facts(&summary, groups);
    groups.retain(|group| !taken.contains(&group.kind));
    let owner = summary.entity_ref.to_string();
    let alone = groups.is_empty() && taken.is_empty();
    let nothing = alone.then(|| {
        view! { <p class="card-body ui text-muted">"It names nothing else, and nothing else names it."</p> }
    });
    (alone || !groups.is_empty()).then(|| {
        let parts = groups
            .into_iter()
            .map(|group| view! { <Part group owner=owner.clone() /> })
            .collect_view();
        view! {
            <Card title=title.unwrap_or_else(|| "Relations".to_owned())>
                <div>{nothing} {parts}</div>
            </Card>
        }
    })
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
    let nothing =
        (total == 0).then(|| view! { <p class="line text-muted">{said(&group.kind).0}</p> });
    let lines = group
        .entities
        .into_iter()
        .take(shown)
        .map(|entity| view! { <EntityLine line=entity.into() /> });
    view! {
        <section class="billing">
            <h3 class="billing-part">{relation::label(&group.kind).to_owned()} " " <span class="count">{(total > 0).then_some(total)}</span></h3>
            <div class="min-w-0">
                {nothing}
                <ul>{lines.collect_view()}</ul>
                {all}
            </div>
        </section>
    }
    .into_any()
}

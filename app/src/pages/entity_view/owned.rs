//! What a group or a person answers for, by kind, and the first of it by name.

use super::super::entity_line::EntityLine;
use super::super::kind;
use super::super::kind_tile::KindTile;
use crate::catalog::{EntityDetails, EntityListQuery, OwnedKind};
use crate::routes::use_links;
use crate::ui::{Card, YamlHint};
use leptos::prelude::*;

/// More lines than this are a list of their own.
const LINES: usize = 12;

#[component]
pub(super) fn Owned(details: EntityDetails, title: Option<String>) -> impl IntoView {
    let (mut kinds, owners) = match details.belonging {
        Some(belonging) => (belonging.owned, belonging.owners),
        None => (Vec::new(), Vec::new()),
    };
    kinds.sort_by_key(|owned| kind::rank(&owned.kind));
    let total: usize = kinds.iter().map(|owned| owned.all).sum();
    let groups = details.relations.into_iter();
    let direct = groups
        .filter(|group| group.kind == "ownerOf")
        .flat_map(|group| group.entities);
    let lines = direct
        .take(LINES)
        .map(|entity| view! { <EntityLine line=entity.into() /> })
        .collect_view();
    let nothing = (total == 0).then(|| {
        let reference = details.summary.entity_ref.to_string();
        view! {
            <p class="ui text-muted">"Nothing names it as its owner."</p>
            <YamlHint summary="How to name it" yaml=format!("spec:\n  owner: {reference}\n") />
        }
    });
    let kinds = kinds
        .into_iter()
        .map(move |owned| view! { <KindCount owned owners=owners.clone() /> });
    view! {
        <Card title=title.unwrap_or_else(|| "Owns".to_owned()) count=total>
            <div class="card-body">
                {nothing}
                <ul class="flex flex-wrap gap-2 mb-2" aria-label="By kind">{kinds.collect_view()}</ul>
                <ul>{lines}</ul>
            </div>
        </Card>
    }
    .into_any()
}

#[component]
fn KindCount(owned: OwnedKind, owners: Vec<String>) -> impl IntoView {
    let query = EntityListQuery {
        kind: Some(owned.kind.clone()),
        owners,
        ..EntityListQuery::default()
    };
    let more = owned.all - owned.direct;
    let note = match (owned.direct, more) {
        (_, 0) => None,
        (0, _) => Some("through teams".to_owned()),
        (_, more) => Some(format!("{more} through teams")),
    };
    view! {
        <li>
            <a class="filter" href=use_links().catalog(&query)>
                <KindTile kind=&owned.kind />
                {kind::plural(&owned.kind)}
                <span class="count">{owned.all}</span>
                {note.map(|note| view! { <span class="meta">{note}</span> })}
            </a>
        </li>
    }
    .into_any()
}

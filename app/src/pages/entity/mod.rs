//! The page of one entity: what it is, who answers for it, what it hangs together with, and why it
//! is in the catalog.

mod about;
mod actions;
mod cards;
mod definition;
mod docs;
mod header;
mod labels;
mod links;
mod notices;
mod owned;
mod people;
mod relations;
mod source;
mod teams;

#[cfg(feature = "ssr")]
pub(crate) use links::LinkLine;

use super::not_found::Missing;
use crate::catalog::api::get_entity;
use crate::catalog::{CardName, EntityDetails, EntityRef};
use crate::routes::use_links;
use crate::ui::{Load, SkeletonLines, Tab, Tabs};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};

#[component]
pub fn EntityPage() -> impl IntoView {
    let params = use_params_map();
    let entity_ref = Memo::new(move |_| {
        let part = |name| params.with(|params| params.get(name).unwrap_or_default());
        EntityRef::new(part("kind"), part("namespace"), part("name"))
    });
    let details = Resource::new(move || entity_ref.get(), get_entity);
    let missing = move || {
        let entity_ref = entity_ref.get_untracked();
        view! {
            <Title text="Nothing here" />
            <Missing title="Nothing of this name"
                text=format!("The catalog holds no {entity_ref}. It may have been renamed or removed, or its file could not be read: the page of problems would say so.")
                search=entity_ref.name />
        }
    };
    view! {
        <Load resource=details missing skeleton=|| view! { <SkeletonLines lines=9 /> } let:details>
            <Entity details />
        </Load>
    }
}

#[component]
fn Entity(details: EntityDetails) -> impl IntoView {
    let params = use_query_map();
    let tabs = details.layout.tabs.clone();
    // A link may name a tab that is not, or no longer, there.
    let current = Memo::new(move |_| {
        let asked = params.with(|params| params.get("tab"));
        let known = tabs.iter().position(|tab| asked.as_ref() == Some(&tab.id));
        known.unwrap_or_default()
    });
    let page = StoredValue::new(details.clone());
    view! {
        <Title text=details.summary.label().to_owned() />
        <notices::Notices details=details.clone() />
        <header::Header details=details.clone() />
        {move || page.with_value(|details| view! { <ViewTabs details=details.clone() current=current.get() /> })}
        <div class="mt-4">{move || page.with_value(|details| cards::tab(details, current.get()))}</div>
    }
    .into_any()
}

#[component]
fn ViewTabs(details: EntityDetails, current: usize) -> impl IntoView {
    let here = use_links().entity(&details.summary.entity_ref);
    let problems = details.problems.len();
    let tabs = details
        .layout
        .tabs
        .into_iter()
        .enumerate()
        .map(|(at, tab)| {
            let holds = |card: CardName| tab.cards.iter().any(|placed| placed.card == card);
            Tab {
                count: (at > 0 && problems > 0 && holds(CardName::Problems)).then_some(problems),
                href: match at {
                    0 => here.clone(),
                    _ => format!("{here}?tab={}", tab.id),
                },
                current: at == current,
                label: tab.title,
            }
        });
    let tabs: Vec<Tab> = tabs.collect();
    view! { <div class="mt-3"><Tabs label="Views" tabs /></div> }.into_any()
}

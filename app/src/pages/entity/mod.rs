//! The page of one entity: what it is, who answers for it, what it hangs together with, and why it
//! is in the catalog.

mod about;
mod actions;
mod definition;
mod header;
mod labels;
mod links;
mod notices;
mod people;
mod relations;
mod source;

use super::not_found::Missing;
use super::problem_list::ProblemList;
use crate::catalog::api::get_entity;
use crate::catalog::{EntityDetails, EntityRef};
use crate::routes::use_links;
use crate::ui::{Load, SkeletonLines, Tab, Tabs};
use leptos::either::EitherOf3;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};

/// The tabs of the page; each is a URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum View {
    Overview,
    Definition,
    Source,
}

#[component]
pub fn EntityPage() -> impl IntoView {
    let params = use_params_map();
    let entity_ref = Memo::new(move |_| {
        let part = |name| params.with(|params| params.get(name).unwrap_or_default());
        EntityRef::new(part("kind"), part("namespace"), part("name"))
    });
    let view = use_view();
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
            <Entity details view />
        </Load>
    }
}

fn use_view() -> Memo<View> {
    let params = use_query_map();
    Memo::new(move |_| {
        params.with(|params| match params.get_str("tab") {
            Some("definition") => View::Definition,
            Some("source") => View::Source,
            _ => View::Overview,
        })
    })
}

#[component]
fn Entity(details: EntityDetails, view: Memo<View>) -> impl IntoView {
    let has_definition = details.definition.is_some();
    // A link may name the tab of a definition that is not, or no longer, there.
    let view = Memo::new(move |_| match view.get() {
        View::Definition if !has_definition => View::Overview,
        view => view,
    });
    let page = StoredValue::new(details.clone());
    let content = move || match view.get() {
        View::Definition => EitherOf3::A(
            page.with_value(|details| view! { <definition::Definition details=details.clone() /> }),
        ),
        View::Source => EitherOf3::B(
            page.with_value(|details| view! { <source::SourceView details=details.clone() /> }),
        ),
        View::Overview => {
            EitherOf3::C(page.with_value(|details| view! { <Overview details=details.clone() /> }))
        }
    };
    view! {
        <Title text=details.summary.label().to_owned() />
        <notices::Notices details=details.clone() />
        <header::Header details=details.clone() />
        {move || view! { <ViewTabs entity_ref=page.with_value(|details| details.summary.entity_ref.clone()) view=view.get() has_definition problems=details.problems.len() /> }}
        <div class="mt-4">{content}</div>
    }
}

#[component]
fn ViewTabs(
    entity_ref: EntityRef,
    view: View,
    has_definition: bool,
    problems: usize,
) -> impl IntoView {
    let here = use_links().entity(&entity_ref);
    let tab = |of: View, label: &str, word: Option<&str>| Tab {
        label: label.to_owned(),
        count: (of == View::Source && problems > 0).then_some(problems),
        href: word.map_or_else(|| here.clone(), |word| format!("{here}?tab={word}")),
        current: view == of,
    };
    let mut tabs = vec![tab(View::Overview, "Overview", None)];
    if has_definition {
        tabs.push(tab(View::Definition, "Definition", Some("definition")));
    }
    tabs.push(tab(View::Source, "Source", Some("source")));
    view! { <div class="mt-3"><Tabs label="Views" tabs /></div> }
}

#[component]
fn Overview(details: EntityDetails) -> impl IntoView {
    let summary = details.summary;
    let problems = (!details.problems.is_empty()).then(|| {
        let problems = details.problems;
        view! {
            <section class="card px-4 py-2" aria-label="Problems"><ProblemList problems /></section>
        }
    });
    let (people, others) = people::split(details.relations);
    let alone = people.is_empty();
    view! {
        <div class="columns">
            <div class="stack">
                {problems}
                {people.into_iter().map(|group| view! { <people::People group /> }).collect_view()}
                <relations::Relations summary=summary.clone() groups=others alone=alone />
            </div>
            <div class="stack">
                <about::About summary description=details.description_html profile=details.profile />
                <links::Links links=details.links />
                <source::SourceCard source=details.source />
                <labels::Labels labels=details.labels annotations=details.annotations />
            </div>
        </div>
    }
    .into_any()
}

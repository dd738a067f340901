//! The list of what the catalog holds. All that it shows is said by its URL.

mod columns;
mod filter;
mod filter_bar;
mod row;
mod table;
mod text_filter;

use super::kind;
use crate::catalog::api::list_entities;
use crate::catalog::{EntityList, EntityListQuery, FacetValue, Facets, PAGE_SIZE, Scope};
use crate::routes::use_links;
use crate::ui::{EmptyState, Icon, Load, Pagination, SkeletonRows, Tab, Tabs};
use filter_bar::{FilterBar, Scopes};
use leptos::either::Either;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use table::EntityTable;
use text_filter::TextFilter;

#[component]
pub fn CatalogPage() -> impl IntoView {
    let params = use_query_map();
    let query = Memo::new(move |_| params.with(super::query_of));
    let list = Resource::new(move || query.get(), list_entities);
    let title = move || {
        query.with(|query| {
            query
                .kind
                .as_deref()
                .map_or("Catalog".to_owned(), kind::plural)
        })
    };
    view! {
        <Title text=title />
        <div class="catalog-head">
            <h1 class="page-title">"Catalog"</h1>
            <Load resource=list skeleton=|| view! { <div class="tabs h-[37px]"></div> } let:list>
                <Kinds query=query.get_untracked() facets=list.facets />
            </Load>
        </div>
        <div class="catalog-filters">
            <TextFilter query />
            <Scopes query />
            <Load resource=list let:list>
                <FilterBar query=query.get_untracked() total=list.total facets=list.facets />
            </Load>
            <a class="btn" href=use_links().register()>"Register"</a>
        </div>
        <Load resource=list skeleton=|| view! { <SkeletonRows rows=18 /> } let:list>
            <Results query=query.get_untracked() list />
        </Load>
    }
}

/// The kinds as tabs. A filter that another kind does not know is dropped on the way there.
#[component]
fn Kinds(query: EntityListQuery, facets: Facets) -> impl IntoView {
    let links = use_links();
    let all: usize = facets.kinds.iter().map(|value| value.count).sum();
    let tab = |kind: Option<String>, label: String, count: usize| {
        let current = query.kind == kind;
        let query = EntityListQuery {
            kind,
            types: Vec::new(),
            page: 1,
            ..query.clone()
        };
        Tab {
            label,
            count: Some(count),
            href: links.catalog(&query),
            current,
        }
    };
    let mut tabs = vec![tab(None, "All".to_owned(), all)];
    let mut kinds = facets.kinds;
    if let Some(kind) = &query.kind
        && !kinds
            .iter()
            .any(|value| value.value.eq_ignore_ascii_case(kind))
    {
        // Where the reader is stays in sight, even when nothing is left there.
        kinds.push(FacetValue {
            value: kind.clone(),
            label: kind.clone(),
            count: 0,
        });
    }
    kinds.sort_by_key(|value| kind::rank(&value.value));
    for value in &kinds {
        let name = value.value.to_lowercase();
        tabs.push(tab(Some(name), kind::plural(&value.label), value.count));
    }
    view! { <Tabs label="Kind" tabs /> }
}

#[component]
fn Results(query: EntityListQuery, list: EntityList) -> impl IntoView {
    let links = use_links();
    if list.rows.is_empty() {
        let (title, text, action) = why_empty(&query);
        let everything = EntityListQuery {
            kind: query
                .kind
                .clone()
                .filter(|_| filter::is_narrowed(&query) || query.scope != Scope::All),
            ..EntityListQuery::default()
        };
        return Either::Left(view! {
            <EmptyState icon=Icon::Search title text>
                <a class="btn" href=links.catalog(&everything)>{action}</a>
            </EmptyState>
        });
    }
    let page = query.clone();
    let href = move |number| {
        links.catalog(&EntityListQuery {
            page: number,
            ..page.clone()
        })
    };
    Either::Right(view! {
        <EntityTable query rows=list.rows />
        <Pagination page=list.page pages=list.pages total=list.total page_size=PAGE_SIZE href />
    })
}

/// Why there is nothing, in a title, a sentence, and the way out.
fn why_empty(query: &EntityListQuery) -> (&'static str, &'static str, &'static str) {
    if filter::is_narrowed(query) {
        return (
            "Nothing matches",
            "No entity passes all of these filters.",
            "Clear the filters",
        );
    }
    match query.scope {
        Scope::Owned => (
            "Nothing here is yours",
            "No entity of this kind names you or one of your teams as its owner.",
            "Show everyone’s",
        ),
        Scope::Starred => (
            "Nothing starred here",
            "The star at the end of a row keeps it in this list.",
            "Show all",
        ),
        Scope::All => (
            "None in this catalog",
            "No catalog file that was read describes an entity of this kind.",
            "Show every kind",
        ),
    }
}

//! The list of what the catalog holds. All that it shows is said by its URL.

mod columns;
mod filter;
mod filter_bar;
mod list_menus;
#[cfg(feature = "ssr")]
pub(crate) mod rows;
mod table;
mod text_filter;

use super::{kind, star};
use crate::catalog::api::list_entities;
use crate::catalog::{EntityListQuery, FacetValue, Facets, ListView, PAGE_SIZE, Scope};
use crate::routes::{ListPlace, use_links};
use crate::ui::{EmptyState, Icon, InPage, Load, Pagination, SkeletonRows, Tab, Tabs};
use filter_bar::{FilterBar, Scopes};
use leptos::either::Either;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use table::EntityTable;
use text_filter::TextFilter;

/// Everything, or one kind of it.
#[component]
pub fn CatalogPage() -> impl IntoView {
    page(ListPlace::Catalog)
}

/// APIs alone, by type.
#[component]
pub fn ApiDocsPage() -> impl IntoView {
    page(ListPlace::ApiDocs)
}

/// Templates alone, as cards by type.
#[component]
pub fn TemplatesPage() -> impl IntoView {
    page(ListPlace::Templates)
}

fn page(place: ListPlace) -> impl IntoView {
    provide_context(place);
    let params = use_query_map();
    let query = Memo::new(move |_| {
        let query = params.with(super::query_of);
        match place.kind() {
            None => query,
            kind => EntityListQuery {
                kind: kind.map(str::to_owned),
                ..query
            },
        }
    });
    let list = Resource::<_, InPage>::new_with_options(
        move || query.get(),
        move |query| list_entities(query, place),
        false,
    );
    let kind = move || query.with(|query| query.kind.as_deref().map(kind::plural));
    let heading = match place {
        ListPlace::Catalog => "Catalog",
        ListPlace::ApiDocs => "APIs",
        ListPlace::Templates => "Create",
    };
    view! {
        <Title text=move || kind().unwrap_or_else(|| "Catalog".to_owned()) />
        <div class="catalog-head">
            <h1 class="page-title">{heading}</h1>
            <Load resource=list skeleton=|| view! { <div class="tabs h-[37px]"></div> } let:list>
                <Heads place query=query.get_untracked() facets=list.facets />
            </Load>
        </div>
        <div class="catalog-filters">
            <TextFilter query />
            <Scopes query />
            <Load resource=list let:list>
                <FilterBar place query=query.get_untracked() list />
            </Load>
            {(place == ListPlace::Templates).then(|| view! {
                <a class="btn" href=use_links().tasks()>"Tasks"</a>
                <a class="btn" href=use_links().actions()>"Actions"</a>
                <a class="btn" href=use_links().edit_template(None)>"Write a template"</a>
            })}
            <a class="btn" href=use_links().register()>"Register"</a>
        </div>
        <Load resource=list skeleton=|| view! { <SkeletonRows rows=18 /> } let:list>
            <Results place query=query.get_untracked() list />
        </Load>
    }
}

/// The kinds as tabs, or the types of APIs. A filter that another kind does not know is dropped on the
/// way there.
#[component]
fn Heads(place: ListPlace, query: EntityListQuery, facets: Facets) -> impl IntoView {
    let links = use_links();
    let tab = |asked: EntityListQuery, label: String, count: usize| Tab {
        label,
        count: Some(count),
        current: query.kind == asked.kind
            && (place == ListPlace::Catalog || query.types == asked.types),
        href: links.catalog(&asked),
    };
    let of_kind = |kind: Option<String>| EntityListQuery {
        kind,
        types: Vec::new(),
        columns: None,
        page: 1,
        ..query.clone()
    };
    let of_types = |types: Vec<String>| EntityListQuery {
        types,
        page: 1,
        ..query.clone()
    };
    let sum = |values: &[FacetValue]| values.iter().map(|value| value.count).sum();
    if place != ListPlace::Catalog {
        let values = facets.types.values;
        let mut tabs = vec![tab(of_types(Vec::new()), "All".to_owned(), sum(&values))];
        tabs.extend(
            values
                .into_iter()
                .map(|value| tab(of_types(vec![value.value]), value.label, value.count)),
        );
        return view! { <Tabs label="Type" tabs /> };
    }
    let mut kinds = facets.kinds;
    let mut tabs = vec![tab(of_kind(None), "All".to_owned(), sum(&kinds))];
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
        tabs.push(tab(
            of_kind(Some(name)),
            kind::plural(&value.label),
            value.count,
        ));
    }
    view! { <Tabs label="Kind" tabs /> }
}

#[component]
fn Results(place: ListPlace, query: EntityListQuery, list: ListView) -> impl IntoView {
    let links = use_links();
    if list.is_empty {
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
    let rows = if place == ListPlace::Templates {
        Either::Left(
            view! { <div inner_html=list.rows on:submit=move |event| star::submit(&event)></div> },
        )
    } else {
        Either::Right(view! { <EntityTable query columns=list.columns rows=list.rows /> })
    };
    Either::Right(view! {
        {rows}
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

//! The line of filters over a list: each a menu of links, so that it works without scripts.

use super::filter::{Filter, is_narrowed};
use super::list_menus::ListMenus;
use crate::catalog::{EntityListQuery, Facets, ListView, Scope};
use crate::routes::use_links;
use crate::ui::{Icon, Menu};
use leptos::either::Either;
use leptos::prelude::*;

/// Whose entities: all, mine, starred.
#[component]
pub(super) fn Scopes(query: Memo<EntityListQuery>) -> impl IntoView {
    let links = use_links();
    let segment = |scope: Scope, label: &'static str| {
        let links = links.clone();
        let href = move || {
            query.with(|query| {
                links.catalog(&EntityListQuery {
                    scope,
                    page: 1,
                    ..query.clone()
                })
            })
        };
        let current = move || query.with(|query| query.scope == scope).then_some("page");
        view! { <a class="segment" href=href aria-current=current>{label}</a> }
    };
    view! {
        <nav class="segments" aria-label="Whose">
            {segment(Scope::All, "All")} {segment(Scope::Owned, "Owned")} {segment(Scope::Starred, "Starred")}
        </nav>
    }
}

/// The menus, a way to clear them, how many entities are left, and what to do with them all.
#[component]
pub(super) fn FilterBar(query: EntityListQuery, list: ListView) -> impl IntoView {
    let (total, facets) = (list.total, list.facets);
    let links = use_links();
    // All of them, always: a menu that went would close another that is open in its place.
    let menus = Filter::ALL
        .into_iter()
        .map(|filter| {
            let options = options(filter, &query, &facets);
            let summary = summary(filter, &query, &options);
            let clear = links.catalog(&filter.cleared(&query));
            let more = filter.choices(&facets).more;
            view! { <FilterMenu filter summary options more clear /> }
        })
        .collect_view();
    let clear = is_narrowed(&query).then(|| {
        let all = EntityListQuery {
            kind: query.kind.clone(),
            scope: query.scope,
            columns: query.columns.clone(),
            ..EntityListQuery::default()
        };
        view! { <a class="btn btn-quiet" href=links.catalog(&all)>{Icon::X.small()} "Clear"</a> }
    });
    let noun = if total == 1 { "entity" } else { "entities" };
    view! {
        <div class="filters">
            {menus} {clear}
            <p class="count result-count" role="status">{format!("{total} {noun}")}</p>
            <ListMenus query kept=list.kept shown=list.columns />
        </div>
    }
}

/// One value of a filter.
#[derive(Debug, Clone, PartialEq, Eq)]
struct FilterOption {
    label: String,
    count: Option<usize>,
    href: String,
    chosen: bool,
}

/// What is chosen first, for it may have left the facets, then the rest.
fn options(filter: Filter, query: &EntityListQuery, facets: &Facets) -> Vec<FilterOption> {
    let links = use_links();
    let option = |value: &str, label: &str, count: Option<usize>| FilterOption {
        label: label.to_owned(),
        count,
        href: links.catalog(&filter.toggled(query, value)),
        chosen: filter.is_chosen(query, value),
    };
    let values = &filter.choices(facets).values;
    let gone = filter
        .chosen(query)
        .iter()
        .filter(|chosen| {
            !values
                .iter()
                .any(|value| value.value.eq_ignore_ascii_case(chosen))
        })
        .map(|chosen| option(chosen, chosen, None));
    gone.chain(
        values
            .iter()
            .map(|value| option(&value.value, &value.label, Some(value.count))),
    )
    .collect()
}

/// "Type", "Type: service", "Type: 2".
fn summary(filter: Filter, query: &EntityListQuery, options: &[FilterOption]) -> String {
    match filter.chosen(query).len() {
        0 => filter.label().to_owned(),
        1 => {
            let label = options
                .iter()
                .find(|option| option.chosen)
                .map_or("1", |option| option.label.as_str());
            format!("{}: {label}", filter.label())
        }
        several => format!("{}: {several}", filter.label()),
    }
}

#[component]
fn FilterMenu(
    filter: Filter,
    summary: String,
    options: Vec<FilterOption>,
    more: usize,
    clear: String,
) -> impl IntoView {
    let chosen = options.iter().any(|option| option.chosen);
    let empty = options.is_empty();
    let class = if chosen {
        "filter filter-set"
    } else {
        "filter"
    };
    let items = options
        .into_iter()
        .map(|option| view! { <FilterItem option /> })
        .collect_view();
    view! {
        <Menu class stays=true button=move || view! {
            <span class="clip max-w-[180px]">{summary.clone()}</span>
            <span class="text-faint flex-none">{Icon::ChevronDown.small()}</span>
        }>
            {if empty {
                Either::Left(view! { <p class="meta px-2 py-1">"Nothing to choose from in this list"</p> })
            } else {
                Either::Right(view! { <ul aria-label=filter.label()>{items}</ul> })
            }}
            {(more > 0).then(|| view! { <p class="meta px-2 py-1">{more} " more: narrow the list by text first"</p> })}
            {if chosen {
                Either::Left(view! { <div class="menu-rule"></div> <a class="menu-item text-muted" href=clear>{Icon::X.small()} "Any"</a> })
            } else {
                Either::Right(())
            }}
        </Menu>
    }
    .into_any()
}

#[component]
fn FilterItem(option: FilterOption) -> impl IntoView {
    view! {
        <li>
            <a class="menu-item" href=option.href aria-current=option.chosen.then_some("true")>
                <span class="pressed-mark">{option.chosen.then(|| Icon::Check.small())}</span>
                <span class="clip grow">{option.label}</span>
                <span class="count">{option.count}</span>
            </a>
        </li>
    }
}

//! The line of filters over a list: each a menu of links, so that it works without scripts.

use super::filter::{Filter, is_narrowed};
use super::list_menus::ListMenus;
use crate::catalog::{EntityListQuery, Facets, ListView, Scope};
use crate::routes::{ListPlace, use_links};
use crate::ui::{ChoiceMenu, Icon, MenuChoice, counted_as};
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
pub(super) fn FilterBar(place: ListPlace, query: EntityListQuery, list: ListView) -> impl IntoView {
    let (total, facets) = (list.total, list.facets);
    let (one, several) = match place {
        ListPlace::Templates => ("template", "templates"),
        _ => ("entity", "entities"),
    };
    let links = use_links();
    // All of them, always: a menu that went would close another that is open in its place.
    let menus = Filter::ALL
        .into_iter()
        .map(|filter| {
            let options = options(filter, &query, &facets);
            let summary = summary(filter, &query, &options);
            let note = match filter.choices(&facets).more {
                _ if options.is_empty() => Some("Nothing to choose from in this list".to_owned()),
                0 => None,
                more => Some(format!("{more} more: narrow the list by text first")),
            };
            let is_set = options.iter().any(|option| option.chosen);
            let clear = is_set.then(|| (links.catalog(&filter.cleared(&query)), "Any"));
            view! { <ChoiceMenu label=filter.label() summary choices=options note clear stays=true /> }
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
    view! {
        <div class="filters">
            {menus} {clear}
            <div class="filters-end">
                <p class="count" role="status">{counted_as(total, one, several)}</p>
                {(place != ListPlace::Templates).then(|| view! { <ListMenus query kept=list.kept shown=list.columns /> })}
            </div>
        </div>
    }
}

/// What is chosen first, for it may have left the facets, then the rest.
fn options(filter: Filter, query: &EntityListQuery, facets: &Facets) -> Vec<MenuChoice> {
    let links = use_links();
    let option = |value: &str, label: &str, count: Option<usize>| MenuChoice {
        word: label.to_owned(),
        icon: None,
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
fn summary(filter: Filter, query: &EntityListQuery, options: &[MenuChoice]) -> String {
    match filter.chosen(query).len() {
        0 => filter.label().to_owned(),
        1 => {
            let label = options
                .iter()
                .find(|option| option.chosen)
                .map_or("1", |option| option.word.as_str());
            format!("{}: {label}", filter.label())
        }
        several => format!("{}: {several}", filter.label()),
    }
}

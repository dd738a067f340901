//! What stands where no page is, with ways on.

use super::search::use_search;
use crate::catalog::EntityListQuery;
use crate::error::ApiError;
use crate::routes::use_links;
use crate::ui::{EmptyState, Icon};
use leptos::html::Input;
use leptos::prelude::*;
use leptos_meta::Title;

/// The page of an address that leads nowhere.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    ApiError::NotFound(String::new()).set_status();
    view! {
        <Title text="Nothing here" />
        <Missing
            title="Nothing here"
            text="This address leads to no page. It may have been mistyped, or what it showed has gone."
            search=String::new()
        />
    }
}

/// Says what is missing and offers to look for it.
#[component]
pub(super) fn Missing(
    title: &'static str,
    #[prop(into)] text: String,
    /** What the search begins with. */
    search: String,
) -> impl IntoView {
    let links = use_links();
    let input = NodeRef::<Input>::new();
    let send = use_search(input);
    view! {
        <h1 class="hidden-label">{title}</h1>
        <EmptyState icon=Icon::Search title text>
            <form method="get" action=links.path("/catalog") class="flex gap-2 basis-full min-w-0 justify-center" on:submit=send>
                <label class="field w-64 min-w-0">
                    <span class="hidden-label">"Search the catalog"</span>
                    <input r#type="search" name="q" value=search placeholder="Search the catalog" node_ref=input />
                </label>
                <button r#type="submit" class="btn btn-primary">"Search"</button>
            </form>
            <a class="btn" href=links.catalog(&EntityListQuery::default())>"Open the catalog"</a>
            <a class="btn" href=links.home()>"Home"</a>
        </EmptyState>
    }
}

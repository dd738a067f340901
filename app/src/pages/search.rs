//! A search that leads to the list: a GET form without scripts, a navigation with them.

use crate::catalog::EntityListQuery;
use crate::routes::use_links;
use leptos::ev::SubmitEvent;
use leptos::html::Input;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

/// What a search form does when it is sent: goes to the list that `input` asks for, and leaves the
/// field empty for the next search.
pub(crate) fn use_search(input: NodeRef<Input>) -> impl Fn(SubmitEvent) + Clone + 'static {
    let links = use_links();
    let navigate = use_navigate();
    move |event| {
        event.prevent_default();
        let Some(input) = input.get_untracked() else {
            return;
        };
        let url = links.catalog(&EntityListQuery {
            text: input.value().trim().to_owned(),
            ..EntityListQuery::default()
        });
        input.set_value("");
        let options = NavigateOptions {
            resolve: false,
            ..NavigateOptions::default()
        };
        navigate(&url, options);
    }
}

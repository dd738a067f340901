//! The page that registers a location: a URL, what it would bring, and the button; or the form for a
//! catalog file where a repository has none.

use super::refusal::Refusal;
use super::told::told;
use crate::catalog::api::look_at_location;
use crate::routes::use_links;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

#[component]
pub fn RegisterPage() -> impl IntoView {
    let params = use_query_map();
    let url = move || params.with(|params| params.get("url").unwrap_or_default());
    view! {
        <Title text="Register a location" />
        <h1 class="page-title">"Register a location"</h1>
        <p class="ui text-muted mt-1 mb-4">
            "The URL of a repository, or of a catalog file in it. First you see what it would bring."
        </p>
        <Refusal />
        <form method="get" action=use_links().register() class="flex flex-wrap gap-2 max-w-[720px]">
            <label class="field grow min-w-0">
                <span class="hidden-label">"URL of a repository or a catalog file"</span>
                <input r#type="url" name="url" required placeholder="https://github.com/…" value=url />
            </label>
            <button r#type="submit" class="btn">"Look at it"</button>
        </form>
        <div class="mt-4 max-w-[720px]">{told(look_at_location)}</div>
    }
}

//! The inbox of everything that is wrong in the catalog: by owner, then file by file.

use super::told::told;
use crate::catalog::api::list_problems;
use crate::routes::use_links;
use leptos::prelude::*;
use leptos_meta::Title;

#[component]
pub fn ProblemsPage() -> impl IntoView {
    view! {
        <Title text="Problems" />
        <div class="flex items-center justify-between gap-2">
            <h1 class="page-title">"Problems"</h1>
            <a class="btn" href=use_links().kept_out()>"Kept out"</a>
        </div>
        {told(list_problems)}
    }
}

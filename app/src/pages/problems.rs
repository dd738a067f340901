//! The inbox of everything that is wrong in the catalog: by owner, then file by file.

use super::told::told;
use crate::catalog::api::list_problems;
use crate::routes::use_links;
use leptos::prelude::*;
use leptos_meta::Title;

/// What stands where the first reading has brought nothing yet.
pub(super) const STILL_READING: &str =
    "The sources are being read for the first time. Load the page again in a moment.";

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

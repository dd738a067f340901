//! The names that are kept out of the catalog, each with a way to let it in again.

use super::refusal::Refusal;
use super::told::told;
use crate::catalog::api::list_kept_out;
use leptos::prelude::*;
use leptos_meta::Title;

#[component]
pub fn KeptOutPage() -> impl IntoView {
    view! {
        <Title text="Kept out" />
        <h1 class="page-title">"Kept out"</h1>
        <p class="ui text-muted mt-1 mb-4">
            "Names that somebody has deleted so that they stay out of the catalog, whatever claims them."
        </p>
        <Refusal />
        {told(list_kept_out)}
    }
}

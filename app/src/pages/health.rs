//! The page of how the catalog and what keeps it stand.

use super::told::told;
use crate::operations::api::get_health;
use leptos::prelude::*;
use leptos_meta::Title;

#[component]
pub fn HealthPage() -> impl IntoView {
    view! {
        <Title text="Catalog health" />
        <h1 class="page-title">"Catalog health"</h1>
        {told(get_health)}
    }
}

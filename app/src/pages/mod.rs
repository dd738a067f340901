//! The pages, a folder each: `mod.rs` loads, the files beside it are its parts.

use crate::catalog::api::get_home;
use crate::error::ApiError;
use crate::ui::Load;
use leptos::prelude::*;
use leptos_meta::Title;

#[component]
pub fn HomePage() -> impl IntoView {
    let home = Resource::new(|| (), |()| get_home());
    view! {
        <Title text="Home" />
        <h1>"Home"</h1>
        <Load resource=home let:home>
            <p>{home.entities_total}" entities"</p>
        </Load>
    }
}

#[component]
pub fn CatalogPage() -> impl IntoView {
    view! { <h1>"Catalog"</h1> }
}

#[component]
pub fn EntityPage() -> impl IntoView {
    view! { <h1>"Entity"</h1> }
}

#[component]
pub fn ProblemsPage() -> impl IntoView {
    view! { <h1>"Problems"</h1> }
}

/// What stands where no page is.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    ApiError::NotFound(String::new()).set_status();
    view! {
        <Title text="Nothing here" />
        <h1>"Nothing here"</h1>
    }
}

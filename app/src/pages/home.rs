//! The home page: what needs me, what my teams own, what I keep.

use super::told::told;
use crate::catalog::api::get_home;
use leptos::prelude::*;
use leptos_meta::Title;

#[component]
pub fn HomePage() -> impl IntoView {
    view! {
        <Title text="Home" />
        <h1 class="page-title">"Home"</h1>
        {told(get_home)}
    }
}

//! The page of settings: who one is here, how the pages look, and what counts as one's own.

use super::told::told;
use crate::catalog::api::get_settings;
use leptos::prelude::*;
use leptos_meta::Title;

#[component]
pub fn SettingsPage() -> impl IntoView {
    view! {
        <Title text="Settings" />
        <h1 class="page-title">"Settings"</h1>
        {told(get_settings)}
    }
}

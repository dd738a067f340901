//! The page of all actions.

use super::super::told::told;
use crate::scaffolder::api::list_actions;
use leptos::prelude::*;
use leptos_meta::Title;

#[component]
pub fn ActionsPage() -> impl IntoView {
    view! {
        <Title text="Actions" />
        <h1 class="page-title">"Actions"</h1>
        {told(list_actions)}
    }
}

//! A form that changes something, with scripts or without.

use leptos::prelude::*;

/// Posts its fields to `action` and comes back to the page; once scripts have run it calls
/// `on_send` instead and stays.
#[component]
pub fn PostForm<F>(
    action: String,
    on_send: F,
    #[prop(optional)] class: &'static str,
    children: Children,
) -> impl IntoView
where
    F: Fn() + 'static,
{
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        on_send();
    };
    view! { <form method="post" action=action class=class on:submit=send>{children()}</form> }
}

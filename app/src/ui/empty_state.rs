//! What stands where there is nothing: one sentence, one action.

use super::Icon;
use leptos::prelude::*;

/// An empty place with its sentence; children are the action.
#[component]
pub fn EmptyState(
    icon: Icon,
    #[prop(into)] title: String,
    #[prop(into, optional)] text: String,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            {icon.large()}
            <p class="card-title">{title}</p>
            {(!text.is_empty()).then(|| view! { <p class="ui text-muted max-w-[56ch]">{text}</p> })}
            {children.map(|children| view! { <div class="mt-2 max-w-full flex flex-wrap justify-center gap-2">{children()}</div> })}
        </div>
    }
}

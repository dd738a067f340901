//! How far along something is: a dot and its word.

use leptos::prelude::*;

/// The lifecycle as its file writes it.
#[component]
pub(crate) fn Lifecycle(#[prop(into)] word: String) -> impl IntoView {
    let dot = match word.to_lowercase().as_str() {
        "production" => "dot dot-ok",
        "experimental" => "dot dot-note",
        "deprecated" => "dot dot-warn",
        _ => "dot",
    };
    view! {
        <span class="inline-flex items-center gap-2 min-w-0">
            <span class=dot aria-hidden="true"></span>
            <span class="clip">{word}</span>
        </span>
    }
}

//! How far along something is: a dot and its word.

use leptos::prelude::*;

/// The lifecycle as its file writes it.
#[component]
pub(crate) fn Lifecycle(#[prop(into)] word: String) -> impl IntoView {
    view! { <span class=word_class(&word)>{word.clone()}</span> }
}

/// The class that gives a word its dot.
pub(crate) fn word_class(word: &str) -> &'static str {
    match word.to_lowercase().as_str() {
        "production" => "life life-ok",
        "experimental" => "life life-note",
        "deprecated" => "life life-warn",
        _ => "life",
    }
}

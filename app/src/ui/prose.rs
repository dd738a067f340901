//! Running text that comes as HTML, set to be read.

use leptos::prelude::*;

/// Shows `html`, which the server has made from Markdown and let nothing through that runs.
#[component]
pub fn Prose(#[prop(into)] html: String) -> impl IntoView {
    view! { <div class="prose" inner_html=html></div> }
}

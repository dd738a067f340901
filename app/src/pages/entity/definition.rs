//! The definition of an API as its file writes it.

use crate::catalog::EntityDetails;
use crate::ui::CopyButton;
use leptos::prelude::*;

#[component]
pub(super) fn Definition(details: EntityDetails) -> impl IntoView {
    let text = details.definition.unwrap_or_default();
    let lines = text.lines().count();
    let what = details
        .summary
        .spec_type
        .unwrap_or_else(|| "text".to_owned());
    view! {
        <section aria-label="Definition">
            <div class="flex items-center gap-2 min-h-[36px]">
                <h2 class="card-title">"Definition"</h2>
                <span class="meta num">{format!("{what} · {lines} lines")}</span>
                <CopyButton text=text.clone() label="Copy the definition" />
            </div>
            <pre class="code" tabindex="0">{text}</pre>
        </section>
    }
}

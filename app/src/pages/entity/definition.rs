//! The definition of an API as its file writes it.

use crate::catalog::EntityDetails;
use crate::ui::{CopyButton, EmptyState, Icon, YamlHint};
use leptos::prelude::*;

#[component]
pub(super) fn Definition(details: EntityDetails) -> impl IntoView {
    let Some(text) = details.definition else {
        let yaml = "spec:\n  type: openapi\n  definition:\n    $text: ./openapi.yaml\n";
        return view! {
            <EmptyState icon=Icon::FileText title="No definition" text="Its file holds no spec.definition, so there is nothing to show of it.">
                <YamlHint summary="How to add one" yaml />
            </EmptyState>
        }
        .into_any();
    };
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
    .into_any()
}

//! What to write into a file so that an empty place fills.

use super::{CopyButton, Icon};
use leptos::prelude::*;

/// A line that opens to the YAML that is missing, ready to be copied.
#[component]
pub fn YamlHint(#[prop(into)] summary: String, #[prop(into)] yaml: String) -> impl IntoView {
    view! {
        <details class="fold hint">
            <summary>{Icon::ChevronRight.svg()} {summary}</summary>
            <div class="hint-code">
                <pre class="code" tabindex="0">{yaml}</pre>
                <CopyButton label="Copy the YAML" />
            </div>
        </details>
    }
    .into_any()
}

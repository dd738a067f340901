//! A button that copies a text; there for those whose browser runs scripts and has a clipboard for
//! them. `layout::copy` does it, so that a page made on the server needs nothing more.

use super::Icon;
use leptos::prelude::*;

/// A small button that copies `text`, or what stands right before it when there is none; `label` says
/// what that is, for example "Copy the reference".
#[component]
pub fn CopyButton(
    #[prop(into, optional)] text: String,
    #[prop(into)] label: String,
) -> impl IntoView {
    view! {
        <button r#type="button" class="btn btn-quiet btn-icon btn-small tip needs-script"
            aria-label=label.clone() data-tip=label data-copy=text>
            <span class="when-new">{Icon::Copy.small()}</span>
            <span class="when-copied">{Icon::Check.small()}</span>
        </button>
        <span class="hidden-label" role="status"></span>
    }
}

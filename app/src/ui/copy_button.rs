//! Copies a text; there for those whose browser runs scripts.

use super::Icon;
use leptos::either::Either;
use leptos::prelude::*;

/// A small button that copies `text`; `label` says what that is, for example "Copy reference".
#[component]
pub fn CopyButton(#[prop(into)] text: String, #[prop(into)] label: String) -> impl IntoView {
    let copied = RwSignal::new(false);
    let copy = move |_| {
        let _ = window().navigator().clipboard().write_text(&text);
        copied.set(true);
        set_timeout(
            move || {
                copied.try_set(false);
            },
            std::time::Duration::from_millis(1600),
        );
    };
    view! {
        <button r#type="button" class="btn btn-quiet btn-icon btn-small tip needs-script" aria-label=label.clone()
            data-tip=move || if copied.get() { "Copied".to_owned() } else { label.clone() } on:click=copy>
            {move || if copied.get() { Either::Left(Icon::Check.small()) } else { Either::Right(Icon::Copy.small()) }}
        </button>
    }
}

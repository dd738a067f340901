//! Copies a text; there for those whose browser runs scripts and has a clipboard for them.

use super::Icon;
use leptos::either::Either;
use leptos::prelude::*;
use std::time::Duration;
use wasm_bindgen_futures::JsFuture;

/// How long the button says that it has copied.
const SAID: Duration = Duration::from_millis(1600);

/// A small button that copies `text`; `label` says what that is, for example "Copy reference".
#[component]
pub fn CopyButton(#[prop(into)] text: String, #[prop(into)] label: String) -> impl IntoView {
    let copied = RwSignal::new(false);
    let unavailable = RwSignal::new(false);
    // Over plain HTTP browsers keep the clipboard to themselves; only the browser knows.
    Effect::new(move |_| unavailable.set(!window().is_secure_context()));
    let copy = move |_| {
        let written = window().navigator().clipboard().write_text(&text);
        leptos::task::spawn_local(async move {
            // Refused by the reader or by a policy: then nothing is said to be copied.
            if JsFuture::from(written).await.is_ok() {
                copied.try_set(true);
                let silence = move || {
                    copied.try_set(false);
                };
                set_timeout(silence, SAID);
            }
        });
    };
    view! {
        <button r#type="button" class="btn btn-quiet btn-icon btn-small tip needs-script" aria-label=label.clone() hidden=move || unavailable.get()
            data-tip=move || if copied.get() { "Copied".to_owned() } else { label.clone() } on:click=copy>
            {move || if copied.get() { Either::Left(Icon::Check.small()) } else { Either::Right(Icon::Copy.small()) }}
        </button>
        <span class="hidden-label" role="status">{move || copied.get().then_some("Copied")}</span>
    }
}

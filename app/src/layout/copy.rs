//! Copies what a button says: one listener for all of them, also for those in HTML that the server
//! has made.

use leptos::ev;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::Element;
use std::time::Duration;
use wasm_bindgen_futures::JsFuture;

/// How long a button says that it has copied.
const SAID: Duration = Duration::from_millis(1600);

/// Listens for buttons with `data-copy`: its text, or that of the element before where it is empty.
pub(super) fn copy_on_click() {
    Effect::new(|_| {
        // Over plain HTTP browsers keep the clipboard to themselves.
        if !window().is_secure_context()
            && let Some(html) = document().document_element()
        {
            let _ = html.set_attribute("data-insecure", "");
        }
        let click = window_event_listener(ev::click, |event| {
            let target = event.target().and_then(|it| it.dyn_into::<Element>().ok());
            if let Some(Ok(Some(button))) = target.map(|it| it.closest("[data-copy]")) {
                copy(button);
            }
        });
        on_cleanup(move || click.remove());
    });
}

fn copy(button: Element) {
    let text = button.get_attribute("data-copy").unwrap_or_default();
    let before = || button.previous_element_sibling()?.text_content();
    let text = if text.is_empty() {
        before().unwrap_or_default()
    } else {
        text
    };
    let written = window().navigator().clipboard().write_text(&text);
    leptos::task::spawn_local(async move {
        // Refused by the reader or by a policy: then nothing is said to be copied.
        if JsFuture::from(written).await.is_ok() {
            say(&button, true);
            set_timeout(move || say(&button, false), SAID);
        }
    });
}

fn say(button: &Element, copied: bool) {
    let _ = button.toggle_attribute_with_force("data-copied", copied);
    if let Some(status) = button.next_element_sibling()
        && status.matches("[role=status]").unwrap_or_default()
    {
        status.set_text_content(copied.then_some("Copied"));
    }
}

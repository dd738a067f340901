//! Moves the focus to the page that a link within the application has led to.
//!
//! A browser does that where it loads a document; here what had the focus may be gone, and who does
//! not see the page would not learn that it is another.

use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{FocusOptions, HtmlElement};
use leptos_router::hooks::use_location;

/// Focuses `#content` when the path changes. A change of the query alone narrows or sorts what is
/// shown, and leaves the focus where the reader works.
pub(super) fn focus_each_page() {
    let path = use_location().pathname;
    Effect::new(move |before: Option<String>| {
        let path = path.get();
        if before.is_some_and(|before| before != path) {
            focus_content();
        }
        path
    });
}

fn focus_content() {
    if let Some(content) = document().get_element_by_id("content")
        && let Ok(content) = content.dyn_into::<HtmlElement>()
    {
        // Where the page is scrolled to is the router's to say, or the browser's on the way back.
        let options = FocusOptions::new();
        options.set_prevent_scroll(true);
        let _ = content.focus_with_options(&options);
    }
}

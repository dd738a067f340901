//! What the browser runs: takes over the page that the server has rendered.

use app::App;
use app::site::Site;
use leptos::prelude::*;
use leptos::server_fn::client::set_server_url;
use wasm_bindgen::prelude::wasm_bindgen;

/// Hydrates the document, then marks it as `data-hydrated`.
#[wasm_bindgen]
pub fn hydrate() {
    // Server functions are asked below the same base as the pages are.
    let base: &'static str = Site::of_document().base.leak();
    set_server_url(base);
    hydrate_body(App);
    if let Some(html) = document().document_element() {
        let _ = html.set_attribute("data-hydrated", "");
    }
}

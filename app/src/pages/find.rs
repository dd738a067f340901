//! What scripts add to the definition of an API: a search that narrows while one types, and the
//! operation that the address names.

use leptos::ev::Event;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{Element, HtmlElement, HtmlInputElement};

/// Opens what the address names, where the browser has not done so: it looks before the HTML is there
/// when a link within the application has led here.
pub(super) fn open_place(place: &Element) {
    let hash = window().location().hash().unwrap_or_default();
    let Some(wanted) = hash
        .strip_prefix('#')
        .and_then(|id| document().get_element_by_id(id))
        .filter(|wanted| place.contains(Some(wanted)))
    else {
        return;
    };
    if let Ok(Some(fold)) = wanted.closest("details:not([open])") {
        let _ = fold.set_attribute("open", "");
        wanted.scroll_into_view();
    }
}

/// Hides what has not all the words that are typed into the search of a definition.
pub(super) fn narrow(event: Event) {
    let input = event.target();
    let Some(input) = input.and_then(|it| it.dyn_into::<HtmlInputElement>().ok()) else {
        return;
    };
    let Ok(Some(definition)) = input.closest(".definition") else {
        return;
    };
    let text = input.value().to_lowercase();
    let words: Vec<&str> = text.split_whitespace().collect();
    let heads = ".operation > summary, a.index-item";
    let Ok(heads) = definition.query_selector_all(heads) else {
        return;
    };
    for at in 0..heads.length() {
        let Some(head) = heads
            .get(at)
            .and_then(|it| it.dyn_into::<HtmlElement>().ok())
        else {
            continue;
        };
        let said = head.text_content().unwrap_or_default().to_lowercase();
        let hidden = !words.iter().all(|word| said.contains(word));
        let item = head
            .parent_element()
            .and_then(|it| it.dyn_into::<HtmlElement>().ok());
        if let Some(item) = item {
            item.set_hidden(hidden);
        }
    }
}

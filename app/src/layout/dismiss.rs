//! Closes menus and the side sheet when the reader turns elsewhere.
//!
//! They open and close without scripts; this is what a script can add.

use leptos::ev;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{Element, HtmlElement, NodeList};

/// Listens for clicks outside, links followed inside, and Escape.
pub(super) fn dismiss_on_leaving() {
    Effect::new(|_| {
        let click = window_event_listener(ev::click, |event| {
            let target = event
                .target()
                .and_then(|target| target.dyn_into::<Element>().ok());
            close_menus(target.as_ref());
            close_side(target.as_ref());
        });
        let key = window_event_listener(ev::keydown, |event| {
            if event.key() == "Escape" {
                close_menus_to_their_buttons();
            }
        });
        on_cleanup(move || {
            click.remove();
            key.remove();
        });
    });
}

fn open_menus() -> impl Iterator<Item = Element> {
    let list = document().query_selector_all("details.menu[open]").ok();
    let length = list.as_ref().map_or(0, NodeList::length);
    (0..length).filter_map(move |index| list.as_ref()?.item(index)?.dyn_into().ok())
}

/// Closes each open menu, unless `target` is in it; following a link in one closes it too.
fn close_menus(target: Option<&Element>) {
    let on_link = target.is_some_and(|target| matches!(target.closest("a"), Ok(Some(_))));
    for menu in open_menus() {
        let inside = target.is_some_and(|target| menu.contains(Some(target)));
        if !inside || (on_link && !menu.has_attribute("data-stays")) {
            let _ = menu.remove_attribute("open");
        }
    }
}

fn close_menus_to_their_buttons() {
    for menu in open_menus() {
        let _ = menu.remove_attribute("open");
        if let Ok(Some(button)) = menu.query_selector("summary")
            && let Ok(button) = button.dyn_into::<HtmlElement>()
        {
            let _ = button.focus();
        }
    }
}

/// The side sheet gives way to the page that was chosen in it.
fn close_side(target: Option<&Element>) {
    if target.is_some_and(|target| matches!(target.closest("#side a"), Ok(Some(_))))
        && let Some(side) = document().get_element_by_id("side")
        && let Ok(side) = side.dyn_into::<HtmlElement>()
    {
        let _ = side.hide_popover();
    }
}

//! The keys that work on every page, and the dialog that lists them.

use super::palette::Palette;
use crate::catalog::{EntityListQuery, Scope};
use crate::routes::{Links, use_links};
use leptos::ev::{self, KeyboardEvent};
use leptos::html::Dialog;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{Element, HtmlElement};
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

/// The keys after `g`, and where they lead.
const PLACES: [(&str, &str); 9] = [
    ("h", "Home"),
    ("c", "Catalog"),
    ("n", "Create something new"),
    ("o", "Owned by me"),
    ("s", "Starred"),
    ("a", "APIs"),
    ("g", "Graph"),
    ("p", "Problems"),
    ("d", "Documentation"),
];

fn place(key: &str, links: &Links) -> Option<String> {
    let list = |query: EntityListQuery| Some(links.catalog(&query));
    let scope = |scope| {
        list(EntityListQuery {
            scope,
            ..EntityListQuery::default()
        })
    };
    match key {
        "h" => Some(links.home()),
        "c" => scope(Scope::All),
        "o" => scope(Scope::Owned),
        "s" => scope(Scope::Starred),
        "n" => Some(links.templates()),
        "a" => Some(links.api_docs()),
        "g" => Some(links.graph(None)),
        "p" => Some(links.problems()),
        "d" => Some(links.guide("")),
        _ => None,
    }
}

/// Listens for the keys, and holds their list.
#[component]
pub(super) fn Keys(palette: Palette) -> impl IntoView {
    let list = NodeRef::<Dialog>::new();
    let links = use_links();
    let navigate = use_navigate();
    let after_g = StoredValue::new(false);
    Effect::new(move |_| {
        let (links, navigate) = (links.clone(), navigate.clone());
        let press = move |event: KeyboardEvent| {
            let was_g = after_g.get_value();
            after_g.set_value(false);
            let with_control = event.ctrl_key() || event.meta_key();
            if with_control && !event.alt_key() && event.key().eq_ignore_ascii_case("k") {
                event.prevent_default();
                palette.open();
                return;
            }
            if with_control || event.alt_key() || is_typing(&event) || is_in_dialog() {
                return;
            }
            let key = event.key();
            if was_g && let Some(url) = place(&key, &links) {
                event.prevent_default();
                let options = NavigateOptions {
                    resolve: false,
                    ..NavigateOptions::default()
                };
                navigate(&url, options);
                return;
            }
            match key.as_str() {
                "g" => after_g.set_value(true),
                "/" => {
                    event.prevent_default();
                    focus_search();
                }
                "j" | "ArrowDown" | "k" | "ArrowUp"
                    if step_row(matches!(key.as_str(), "j" | "ArrowDown"), key.len() == 1) =>
                {
                    event.prevent_default();
                }
                "?" => {
                    event.prevent_default();
                    if let Some(list) = list.get_untracked() {
                        let _ = list.show_modal();
                    }
                }
                _ => {}
            }
        };
        let listening = window_event_listener(ev::keydown, press);
        on_cleanup(move || listening.remove());
    });
    view! {
        <dialog class="keys" aria-labelledby="keys-title" node_ref=list>
            <form method="dialog">
                <h2 class="card-title" id="keys-title">"Keys"</h2>
                <dl class="keys-list">
                    {key_line(&["Ctrl", "K"], "The palette: entities, pages, actions")}
                    {key_line(&["/"], "Search")}
                    {key_line(&["j", "k"], "Down and up in a list, Enter to open")}
                    {PLACES.into_iter().map(|(key, word)| key_line(&["g", key], word)).collect_view()}
                    {key_line(&["?"], "These keys")}
                    {key_line(&["Esc"], "Close what is open")}
                </dl>
                <button type="submit" class="btn">"Close"</button>
            </form>
        </dialog>
    }
    .into_any()
}

fn key_line(keys: &[&'static str], word: &'static str) -> impl IntoView + use<> {
    let keys = keys
        .iter()
        .map(|key| view! { <kbd class="key">{*key}</kbd> })
        .collect_view();
    view! {
        <div>
            <dt>{keys}</dt>
            <dd>{word}</dd>
        </div>
    }
}

/// Moves the focus from row to row of a list. Where none has it, it goes to the first if `from_outside`
/// says so: an arrow scrolls the page then. Returns whether there was a row to go to.
fn step_row(down: bool, from_outside: bool) -> bool {
    let Ok(titles) = document().query_selector_all(".row-title") else {
        return false;
    };
    let row = |element: &Element| element.closest("tr").ok().flatten();
    let here = document().active_element().and_then(|active| row(&active));
    let titles: Vec<HtmlElement> = (0..titles.length())
        .filter_map(|at| titles.get(at)?.dyn_into().ok())
        .collect();
    let at = here.and_then(|here| {
        titles
            .iter()
            .position(|title| row(title).as_ref() == Some(&here))
    });
    let next = match at {
        Some(at) if down => at + 1,
        Some(at) => at.saturating_sub(1),
        None if from_outside => 0,
        None => return false,
    };
    titles.get(next).is_some_and(|title| title.focus().is_ok())
}

/// Whether the key goes into a field.
fn is_typing(event: &KeyboardEvent) -> bool {
    let target = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok());
    target.is_some_and(|element| {
        matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT")
            || element.has_attribute("contenteditable")
    })
}

/// Whether a dialog stands before the page.
fn is_in_dialog() -> bool {
    matches!(document().query_selector("dialog[open]"), Ok(Some(_)))
}

/// The filter of the page where there is one, otherwise the search of the top bar.
fn focus_search() {
    for field in ["main input[type=search]", "[role=search] input"] {
        if let Ok(Some(field)) = document().query_selector(field)
            && let Ok(field) = field.dyn_into::<HtmlElement>()
        {
            let _ = field.focus();
            return;
        }
    }
}

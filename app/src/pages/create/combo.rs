//! Fields that offer what fits as one types, by the pattern of a combobox with a list: the focus stays
//! in the field, the arrows move what is chosen.

use super::wizard::{Wizard, target};
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{Element, Event, HtmlInputElement, KeyboardEvent};
use std::time::Duration;

/// Long enough to finish a syllable.
const PAUSE: Duration = Duration::from_millis(120);

/// The field that an event is about, if it offers something.
fn combo(event: &Event) -> Option<HtmlInputElement> {
    let target = target(event)?;
    let is_combo = target.get_attribute("role").as_deref() == Some("combobox");
    target.dyn_into().ok().filter(|_| is_combo)
}

fn list(input: &HtmlInputElement) -> Option<Element> {
    document().get_element_by_id(&input.get_attribute("aria-controls")?)
}

/// Where the value of what was chosen stands.
fn known(input: &HtmlInputElement) -> Option<HtmlInputElement> {
    let around = input.closest(".combo").ok()??;
    around
        .query_selector("[type=hidden]")
        .ok()??
        .dyn_into()
        .ok()
}

pub(super) fn typed(wizard: Wizard, event: &Event) {
    let Some(input) = combo(event) else { return };
    if let Some(known) = known(&input) {
        known.set_value("");
    }
    let text = input.value();
    set_timeout(
        move || {
            // Whoever types on asks again, and whoever has turned the page asks nothing.
            if input.value() == text && input.is_connected() {
                offer(wizard, input, text);
            }
        },
        PAUSE,
    );
}

pub(super) fn opened(wizard: Wizard, event: &Event) {
    if let Some(input) = combo(event) {
        offer(wizard, input, String::new());
    }
}

fn offer(wizard: Wizard, input: HtmlInputElement, text: String) {
    if input.read_only() {
        return;
    }
    let Some(sent) = wizard.whole("show") else {
        return;
    };
    leptos::task::spawn_local(async move {
        let asked = Some((input.name(), text));
        let Ok(offers) = wizard.fill(sent, asked).await else {
            return;
        };
        let active = document().active_element();
        let is_here = active.is_some_and(|active| active.is_same_node(Some(&input)));
        if let Some(list) = list(&input).filter(|_| is_here) {
            list.set_inner_html(&offers.html);
            let _ = list.remove_attribute("hidden");
            let _ = input.set_attribute("aria-expanded", "true");
            let _ = input.remove_attribute("aria-activedescendant");
        }
    });
}

/// Closes what is open.
pub(super) fn close(wizard: Wizard) {
    let _ = wizard;
    let Ok(Some(input)) = document().query_selector("[role=combobox][aria-expanded=true]") else {
        return;
    };
    let _ = input.set_attribute("aria-expanded", "false");
    let _ = input.remove_attribute("aria-activedescendant");
    if let Some(list) = input.dyn_ref().and_then(list) {
        let _ = list.set_attribute("hidden", "");
    }
}

pub(super) fn pressed(wizard: Wizard, event: &KeyboardEvent) {
    let Some(input) = combo(event) else { return };
    let is_open = input.get_attribute("aria-expanded").as_deref() == Some("true");
    let key = event.key();
    match key.as_str() {
        "ArrowDown" | "ArrowUp" => {
            event.prevent_default();
            if is_open {
                step(&input, key == "ArrowDown");
            } else {
                offer(wizard, input, String::new());
            }
        }
        "Enter" if is_open => {
            event.prevent_default();
            let chosen = input.get_attribute("aria-activedescendant");
            match chosen.and_then(|id| document().get_element_by_id(&id)) {
                Some(option) => take(wizard, &input, &option),
                None => close(wizard),
            }
        }
        "Escape" if is_open => {
            event.prevent_default();
            close(wizard);
        }
        _ => {}
    }
}

fn step(input: &HtmlInputElement, down: bool) {
    let Some(options) = list(input).and_then(|list| list.query_selector_all("[role=option]").ok())
    else {
        return;
    };
    let options: Vec<Element> = (0..options.length())
        .filter_map(|at| options.get(at)?.dyn_into().ok())
        .collect();
    let chosen = input.get_attribute("aria-activedescendant");
    let at = options
        .iter()
        .position(|option| Some(option.id()) == chosen);
    let next = match at {
        Some(at) if down => (at + 1) % options.len(),
        Some(0) | None if !down => options.len().saturating_sub(1),
        Some(at) => at - 1,
        None => 0,
    };
    for (at, option) in options.iter().enumerate() {
        let _ = option.set_attribute("aria-selected", if at == next { "true" } else { "false" });
    }
    if let Some(option) = options.get(next) {
        let _ = input.set_attribute("aria-activedescendant", &option.id());
        option.scroll_into_view_with_bool(false);
    }
}

/// A press on an option; the field keeps the focus.
pub(super) fn taken(wizard: Wizard, event: &Event) {
    let Some(target) = target(event) else { return };
    let Ok(Some(list)) = target.closest("[role=listbox]") else {
        return;
    };
    event.prevent_default();
    let around = list.closest(".combo").ok().flatten();
    let input = around.and_then(|it| it.query_selector("[role=combobox]").ok()?);
    if let (Ok(Some(option)), Some(input)) = (target.closest("[role=option]"), input)
        && let Ok(input) = input.dyn_into()
    {
        take(wizard, &input, &option);
    }
}

fn take(wizard: Wizard, input: &HtmlInputElement, option: &Element) {
    input.set_value(&option.get_attribute("data-label").unwrap_or_default());
    if let Some(known) = known(input) {
        known.set_value(&option.get_attribute("data-value").unwrap_or_default());
    }
    close(wizard);
    wizard.send(&format!("changed:{}", input.name()));
}

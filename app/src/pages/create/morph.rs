//! Puts newer HTML in place and leaves alone what is the same, so that whoever types is not disturbed.

use leptos::prelude::document;
use leptos::wasm_bindgen::{JsCast, JsValue};
use leptos::web_sys::{Element, HtmlInputElement};

/// Elements that are gone into; others are replaced as a whole.
const HOLDERS: [&str; 7] = ["DIV", "FORM", "FIELDSET", "UL", "LI", "NAV", "INPUT"];

/// Makes `old` what `new` is.
pub(super) fn morph(old: &Element, new: &Element) {
    if old.is_equal_node(Some(new)) {
        return;
    }
    let tag = old.tag_name();
    let is_same = tag == new.tag_name()
        && old.id() == new.id()
        && old.child_element_count() == new.child_element_count()
        && HOLDERS.contains(&tag.as_str());
    if !is_same {
        let _ = old.replace_with_with_node_1(new);
        return;
    }
    copy_attributes(old, new);
    if let Some(input) = old.dyn_ref::<HtmlInputElement>() {
        take_value(input, new);
        return;
    }
    let (olds, news) = (old.children(), new.children());
    if olds.length() == 0 {
        old.set_text_content(new.text_content().as_deref());
        return;
    }
    let pairs: Vec<_> = (0..olds.length())
        .filter_map(|at| Some((olds.item(at)?, news.item(at)?)))
        .collect();
    for (old, new) in pairs {
        morph(&old, &new);
    }
}

fn copy_attributes(old: &Element, new: &Element) {
    let names = |element: &Element| -> Vec<String> {
        let names = element.get_attribute_names().to_vec();
        names.iter().filter_map(JsValue::as_string).collect()
    };
    for name in names(old) {
        if !new.has_attribute(&name) {
            let _ = old.remove_attribute(&name);
        }
    }
    for name in names(new) {
        if let Some(value) = new.get_attribute(&name) {
            let _ = old.set_attribute(&name, &value);
        }
    }
}

/// What the server says stands in a field, unless somebody types there.
fn take_value(input: &HtmlInputElement, new: &Element) {
    let active = document().active_element();
    let is_active = active.is_some_and(|active| active.is_same_node(Some(input)));
    match input.type_().as_str() {
        "checkbox" | "radio" => input.set_checked(new.has_attribute("checked")),
        // Of what is concealed the server knows nothing; of what is hidden the attribute is the value.
        "password" | "hidden" => {}
        _ if is_active => {}
        _ => input.set_value(&new.get_attribute("value").unwrap_or_default()),
    }
}

//! Puts newer HTML in place and leaves alone what is the same, so that whoever types is not disturbed.

use leptos::prelude::document;
use leptos::wasm_bindgen::{JsCast, JsValue};
use leptos::web_sys::{Element, HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement, Node};

/// Elements that are gone into; others are replaced as a whole.
const HOLDERS: [&str; 7] = ["DIV", "FORM", "FIELDSET", "UL", "LI", "NAV", "SECTION"];
/// What tells elements of one place apart.
const NAMES: [&str; 4] = ["id", "data-ask", "name", "class"];

/// Makes `old` what `new` is.
pub(super) fn morph(old: &Element, new: &Element) {
    if old.is_equal_node(Some(new)) && !holds_value(old) {
        return;
    }
    let tag = old.tag_name();
    if let Some(input) = old.dyn_ref::<HtmlInputElement>() {
        copy_attributes(old, new);
        take_value(input, new);
    } else if let Some(area) = old.dyn_ref::<HtmlTextAreaElement>() {
        copy_attributes(old, new);
        if !is_active(old) {
            area.set_value(&new.text_content().unwrap_or_default());
        }
    } else if let (Some(menu), Some(newer)) = (old.dyn_ref(), new.dyn_ref()) {
        copy_attributes(old, new);
        take_choice(menu, newer);
    } else if old.class_list().contains("combo") && is_open(old) {
        // What is offered and half chosen there is the browser's own.
        take_verdict(old, new);
    } else if HOLDERS.contains(&tag.as_str()) && !has_words(old) && !has_words(new) {
        copy_attributes(old, new);
        morph_children(old, new);
    } else {
        let _ = old.replace_with_with_node_1(new);
    }
}

/// Keeps the children that are still there, in their order, and puts the new ones between them.
fn morph_children(old: &Element, new: &Element) {
    let list = |of: &Element| -> Vec<Element> {
        let children = of.children();
        (0..children.length())
            .filter_map(|at| children.item(at))
            .collect()
    };
    let (olds, mut at) = (list(old), 0);
    for new in list(new) {
        if let Some(further) = olds[at..].iter().position(|old| is_same(old, &new)) {
            olds[at..at + further].iter().for_each(Element::remove);
            at += further + 1;
            morph(&olds[at - 1], &new);
        } else {
            let before = olds.get(at).map(AsRef::as_ref);
            let _ = old.insert_before(&new, before);
        }
    }
    olds[at..].iter().for_each(Element::remove);
}

fn is_same(old: &Element, new: &Element) -> bool {
    old.tag_name() == new.tag_name()
        && NAMES
            .iter()
            .all(|name| old.get_attribute(name) == new.get_attribute(name))
}

/// Whether words stand in it beside its elements.
fn has_words(element: &Element) -> bool {
    let nodes = element.child_nodes();
    let words = |node: Node| {
        node.node_type() == Node::TEXT_NODE
            && node
                .node_value()
                .is_some_and(|text| !text.trim().is_empty())
    };
    (0..nodes.length())
        .filter_map(|at| nodes.item(at))
        .any(words)
}

fn is_active(element: &Element) -> bool {
    let active = document().active_element();
    active.is_some_and(|active| element.contains(Some(&active)))
}

/// Whether somebody types in a field that offers something.
fn is_open(combo: &Element) -> bool {
    let open = combo.query_selector("[role=combobox]");
    open.is_ok_and(|input| input.is_some_and(|input| is_active(&input)))
}

/// Elements, and what is in them, may hold a value that their HTML does not tell.
fn holds_value(element: &Element) -> bool {
    let held = "input, textarea, select";
    element.matches(held).unwrap_or(false)
        || element.query_selector(held).is_ok_and(|it| it.is_some())
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
        if let Some(value) = new.get_attribute(&name)
            && old.get_attribute(&name).as_ref() != Some(&value)
        {
            let _ = old.set_attribute(&name, &value);
        }
    }
}

/// What the server says of an open field: whether it is wrong, and where that is told.
fn take_verdict(old: &Element, new: &Element) {
    let input = |of: &Element| of.query_selector("[role=combobox]").ok().flatten();
    let (Some(old), Some(new)) = (input(old), input(new)) else {
        return;
    };
    for name in ["aria-invalid", "aria-describedby"] {
        let _ = match new.get_attribute(name) {
            Some(value) => old.set_attribute(name, &value),
            None => old.remove_attribute(name),
        };
    }
}

/// What the server says stands in a field, unless somebody types there.
fn take_value(input: &HtmlInputElement, new: &Element) {
    match input.type_().as_str() {
        "checkbox" | "radio" => input.set_checked(new.has_attribute("checked")),
        // Of what is concealed the server knows nothing; of what is hidden the attribute is the value.
        "password" | "hidden" => {}
        _ if is_active(input) => {}
        _ => input.set_value(&new.get_attribute("value").unwrap_or_default()),
    }
}

fn take_choice(menu: &HtmlSelectElement, new: &HtmlSelectElement) {
    if menu.inner_html() != new.inner_html() {
        menu.set_inner_html(&new.inner_html());
    }
    menu.set_selected_index(new.selected_index());
}

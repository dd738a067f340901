//! What scripts add to the star by which a reader keeps an entity.

use crate::catalog::EntityRef;
use crate::catalog::api::set_starred;
use leptos::ev::SubmitEvent;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::Element;

/// Stars by a form that the server has written: says so at once, and takes it back when the
/// server refuses.
pub(crate) fn submit(event: &SubmitEvent) {
    let form = event.target().and_then(|it| it.dyn_into::<Element>().ok());
    let Some(form) = form.filter(|form| form.class_name() == "star-form") else {
        return;
    };
    event.prevent_default();
    let part = |selector| form.query_selector(selector).ok().flatten();
    let (Some(name), Some(wanted), Some(button)) = (
        part("[name=entity_ref]"),
        part("[name=starred]"),
        part("button"),
    ) else {
        return;
    };
    let value = |input: &Element| input.get_attribute("value").unwrap_or_default();
    let Ok(entity_ref) = value(&name).parse::<EntityRef>() else {
        return;
    };
    // Two requests under way could arrive in either order.
    if button.has_attribute("aria-busy") {
        return;
    }
    let starred = value(&wanted) == "true";
    if let Some(alert) = part("[role=alert]") {
        alert.remove();
    }
    let _ = button.remove_attribute("title");
    let show = move |button: &Element, starred: bool| {
        let _ = button.set_attribute("aria-pressed", if starred { "true" } else { "false" });
        let _ = wanted.set_attribute("value", if starred { "false" } else { "true" });
    };
    show(&button, starred);
    let _ = button.set_attribute("aria-busy", "true");
    leptos::task::spawn_local(async move {
        if let Err(error) = set_starred(entity_ref, starred).await {
            show(&button, !starred);
            let why = format!("This was not kept. {error}");
            let _ = button.set_attribute("title", &why);
            let said = "<span class=\"hidden-label\" role=\"alert\"></span>";
            let _ = form.insert_adjacent_html("beforeend", said);
            if let Some(said) = form.last_element_child() {
                said.set_text_content(Some(&why));
            }
        }
        let _ = button.remove_attribute("aria-busy");
    });
}

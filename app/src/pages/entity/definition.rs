//! The definition of an API: it loads by itself, and brings its own HTML.

use crate::catalog::{EntityDetails, EntityRef};
use crate::definition::api::get_definition;
use crate::definition::{DefinitionQuery, DefinitionView};
use crate::ui::{EmptyState, Icon, InPage, Load, SkeletonLines, YamlHint};
use leptos::either::Either;
use leptos::ev::Event;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{Element, HtmlElement, HtmlInputElement};
use leptos_router::hooks::use_query_map;

/// The definition of an API, or how to give it one.
#[component]
pub(super) fn Definition(details: EntityDetails) -> impl IntoView {
    if details.has_definition {
        let entity_ref = details.summary.entity_ref;
        return Either::Left(view! { <ApiDefinition entity_ref /> });
    }
    let yaml = "spec:\n  type: openapi\n  definition:\n    $text: ./openapi.yaml\n";
    Either::Right(view! {
        <EmptyState icon=Icon::FileText title="No definition" text="Its file holds no spec.definition, so there is nothing to show of it.">
            <YamlHint summary="How to add one" yaml />
        </EmptyState>
    })
}

/// The definition of `entity_ref` as the URL asks for it.
#[component]
pub fn ApiDefinition(entity_ref: EntityRef) -> impl IntoView {
    let params = use_query_map();
    let query = Memo::new(move |_| {
        params.with(|params| DefinitionQuery {
            raw: params.get_str("raw").is_some(),
            text: params.get("find").unwrap_or_default(),
            item: params.get("item").unwrap_or_default(),
        })
    });
    let view = Resource::<_, InPage>::new_with_options(
        move || (entity_ref.clone(), query.get()),
        |(entity_ref, query)| get_definition(entity_ref, query),
        false,
    );
    view! {
        <section aria-label="Definition">
            <Load resource=view skeleton=|| view! { <SkeletonLines lines=9 /> } let:view>
                <Shown view />
            </Load>
        </section>
    }
}

#[component]
fn Shown(view: DefinitionView) -> impl IntoView {
    let place = NodeRef::<leptos::html::Div>::new();
    Effect::new(move |_| {
        if let Some(place) = place.get() {
            open_place(&place);
        }
    });
    view! { <div node_ref=place inner_html=view.html on:input=find></div> }
}

/// Opens the operation that the address names, where the browser has not done so: it looks before
/// the definition is there when a link within the application has led here.
fn open_place(place: &Element) {
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

/// Hides what has not all the words that are typed.
fn find(event: Event) {
    let Some(input) = event
        .target()
        .and_then(|it| it.dyn_into::<HtmlInputElement>().ok())
    else {
        return;
    };
    let text = input.value().to_lowercase();
    let words: Vec<&str> = text.split_whitespace().collect();
    let Ok(heads) = document().query_selector_all(".operation > summary, a.index-item") else {
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

//! What a page only tells comes as HTML from the server, so that browsers need no program for it.
//!
//! Every such page shares one way of asking and one place for the answer; what scripts add to the
//! HTML, they add by listening around it.

use super::{canvas, find, star};
use crate::error::ApiError;
use crate::ui::{Fragment, InPage, Load, SkeletonRows};
use leptos::html::Div;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{Element, FocusOptions, HtmlElement};
use leptos_meta::Title;
use leptos_router::hooks::{use_navigate, use_params_map, use_query_map};
use leptos_router::params::ParamsMap;
use std::pin::Pin;
use std::sync::Arc;

/// What is asked: the parameters of the page's URL, and those of its path by their names.
pub(crate) type Params = Vec<(String, String)>;

/// What `ask` answers to the parameters of the URL.
pub(super) fn told<F>(ask: fn(Params) -> F) -> AnyView
where
    F: Future<Output = Result<Fragment, ApiError>> + Send + 'static,
{
    asking(use_query_params(), ask, None)
}

/// The parameters of the URL.
pub(super) fn use_query_params() -> Memo<Params> {
    pairs(use_query_map())
}

/// The parameters of the path, by their names in the route.
pub(super) fn use_path_params() -> Memo<Params> {
    pairs(use_params_map())
}

fn pairs(params: Memo<ParamsMap>) -> Memo<Params> {
    Memo::new(move |_| {
        let pairs = params.get().into_iter();
        pairs
            .map(|(name, value)| (name.into_owned(), value))
            .collect()
    })
}

/// What `ask` answers to `params`; `missing` is shown where there is no such thing.
pub(super) fn asking<F>(
    params: Memo<Params>,
    ask: fn(Params) -> F,
    missing: Option<ViewFn>,
) -> AnyView
where
    F: Future<Output = Result<Fragment, ApiError>> + Send + 'static,
{
    shown(
        params,
        Arc::new(move |params| Box::pin(ask(params))),
        missing,
    )
}

/// The question, whichever it is: browsers download once what waits for its answer.
pub(super) type Ask = Arc<
    dyn Fn(Params) -> Pin<Box<dyn Future<Output = Result<Fragment, ApiError>> + Send>>
        + Send
        + Sync,
>;

fn shown(params: Memo<Params>, ask: Ask, missing: Option<ViewFn>) -> AnyView {
    let is_first = StoredValue::new(true);
    let show = move |html| view! { <Place html is_first /> }.into_any();
    answered(params, ask, missing, Arc::new(show))
}

/// How the HTML of an answer is put into the page.
pub(super) type Show = Arc<dyn Fn(String) -> AnyView + Send + Sync>;

/// What `ask` answers to `params`, under its title, as `show` puts it into the page.
pub(super) fn answered(
    params: Memo<Params>,
    ask: Ask,
    missing: Option<ViewFn>,
    show: Show,
) -> AnyView {
    let fragment = Resource::<_, InPage>::new_with_options(
        move || params.get(),
        move |params| ask(params),
        false,
    );
    let show = move |fragment: Fragment| {
        let title = Some(fragment.title).filter(|title| !title.is_empty());
        view! {
            {title.map(|text| view! { <Title text /> })}
            {show(fragment.html)}
        }
        .into_any()
    };
    let skeleton: ViewFn = (|| view! { <SkeletonRows rows=12 /> }).into();
    view! { <Load resource=fragment skeleton missing children=show /> }.into_any()
}

#[component]
fn Place(html: String, is_first: StoredValue<bool>) -> impl IntoView {
    let place = NodeRef::<Div>::new();
    Effect::new(move |_| {
        let Some(place) = place.get() else { return };
        canvas::centre(&place);
        find::open_place(&place);
        if !is_first.get_value() {
            focus_if_lost(&place);
        }
        is_first.set_value(false);
    });
    let hand = canvas::Hand::new(use_navigate());
    view! {
        <div class="told" tabindex="-1" node_ref=place inner_html=html
            on:submit=move |event| star::submit(&event)
            on:input=find::narrow
            on:click=move |event| hand.click(event)
            on:pointerdown=move |_| hand.down()
            on:pointermove=move |event| hand.drag(event)
            on:wheel=canvas::wheel
            on:keydown=canvas::key
            on:mouseover=move |event| canvas::point(event.into())
            on:focusin=move |event| canvas::point(event.into())
            on:dragstart=canvas::hold></div>
    }
    .into_any()
}

/// What had the focus may have gone with the former HTML.
fn focus_if_lost(place: &Element) {
    let body = document().body();
    let is_lost = document()
        .active_element()
        .is_none_or(|active| body.is_some_and(|body| active.is_same_node(Some(&body))));
    if let Some(place) = place.dyn_ref::<HtmlElement>()
        && is_lost
    {
        let options = FocusOptions::new();
        options.set_prevent_scroll(true);
        let _ = place.focus_with_options(&options);
    }
}

/// A view as HTML.
#[cfg(feature = "ssr")]
pub(crate) fn html(view: impl FnOnce() -> AnyView) -> Fragment {
    let owner = Owner::new();
    Fragment {
        title: String::new(),
        html: owner.with(|| view().to_html()),
    }
}

/// The first parameter of that name; empty without one.
pub(crate) fn text<'a>(params: &'a Params, name: &str) -> &'a str {
    let found = params.iter().find(|(key, _)| key == name);
    found.map_or("", |(_, value)| value.trim())
}

//! The graph of what hangs together: its page, and the card and tab of an entity.

mod canvas;

use super::not_found::Missing;
use crate::graph::api::get_graph;
use crate::graph::{GraphOf, GraphView};
use crate::ui::{Card, InPage, Load, SkeletonLines};
use canvas::Canvas;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

#[component]
pub fn GraphPage() -> impl IntoView {
    let params = use_query_map();
    let missing = move || {
        let root = params.with_untracked(|params| params.get("root").unwrap_or_default());
        let name = root.rsplit('/').next().unwrap_or_default().to_owned();
        view! {
            <Title text="Nothing here" />
            <Missing title="Nothing of this name" search=name
                text=format!("The catalog holds no {root}, so there is no graph to begin there.") />
        }
        .into_any()
    };
    view! { <Drawing of=GraphOf::Page missing /> }
}

/// The graph on the page of an entity: a card, or all of a tab.
#[component]
pub(super) fn GraphCard(of: GraphOf, title: String) -> impl IntoView {
    let is_tab = matches!(of, GraphOf::Tab(..));
    let drawing = view! { <Drawing of /> };
    if is_tab {
        return view! { <section aria-label=title>{drawing}</section> }.into_any();
    }
    view! { <Card title>{drawing}</Card> }.into_any()
}

/// The graph as the URL asks for it. It loads by itself, and brings its own HTML.
#[component]
fn Drawing(of: GraphOf, #[prop(into, optional)] missing: ViewFn) -> impl IntoView {
    let params = use_query_map();
    let is_page = of == GraphOf::Page;
    let is_fixed = matches!(of, GraphOf::Card(..) | GraphOf::Diagram(_));
    let params = Memo::new(move |_| {
        let pairs = params.get().into_iter();
        let pairs = pairs.map(|(key, value)| (key.into_owned(), value));
        // What is always the same need not be asked again when the URL changes.
        if is_fixed {
            Vec::new()
        } else {
            pairs.collect()
        }
    });
    let drawn = Resource::<_, InPage>::new_with_options(
        move || (of.clone(), params.get()),
        |(of, params)| get_graph(of, params),
        false,
    );
    let show = move |drawn: GraphView| {
        let title = is_page.then(|| view! { <Title text=drawn.title /> });
        view! { {title} <Canvas html=drawn.html /> }.into_any()
    };
    let skeleton = || view! { <SkeletonLines lines=9 /> };
    view! { <Load resource=drawn missing skeleton children=show /> }.into_any()
}

//! The page of what hangs together.

use super::not_found::Missing;
use super::told::{asking, use_query_params};
use crate::graph::api::get_graph;
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
    asking(use_query_params(), get_graph, Some(missing.into()))
}

//! A box with a title, for what belongs together.

use leptos::prelude::*;

/// A card; its children bring their own padding, so that lists can reach the edge.
#[component]
pub fn Card(
    #[prop(into)] title: String,
    /** How many things it holds; none is not said. */
    #[prop(optional)]
    count: usize,
    children: Children,
) -> impl IntoView {
    view! {
        <section class="card" aria-label=title.clone()>
            <CardTitle title=title.clone() count=count />
            {children()}
        </section>
    }
}

/// The head of a card; also for cards whose head holds more.
#[component]
pub fn CardTitle(#[prop(into)] title: String, count: usize) -> impl IntoView {
    view! {
        <div class="card-head">
            <h2 class="card-title">{title}</h2>
            {(count > 0).then(|| view! { <span class="count">{count}</span> })}
        </div>
    }
}

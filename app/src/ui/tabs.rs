//! Tabs that are links: each is a URL of its own.

use leptos::prelude::*;

/// One tab.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tab {
    pub label: String,
    pub count: Option<usize>,
    pub href: String,
    pub current: bool,
}

/// A row of tabs; `label` says what they choose.
#[component]
pub fn Tabs(#[prop(into)] label: String, tabs: Vec<Tab>) -> impl IntoView {
    let tab = |tab: Tab| {
        view! {
            <li>
                <a class="tab" href=tab.href aria-current=tab.current.then_some("page")>
                    {tab.label}
                    {tab.count.map(|count| view! { <span class="count">{count}</span> })}
                </a>
            </li>
        }
    };
    view! {
        <nav aria-label=label class="min-w-0">
            <ul class="tabs">{tabs.into_iter().map(tab).collect_view()}</ul>
        </nav>
    }
}

//! The inside of the documentation, made on the server alone: its pages at the left, the text, its
//! headings at the right.

use super::told;
use crate::guide::port::{GuideHeading, GuideLink, GuidePage};
use crate::routes::use_links;
use crate::ui::{Fragment, Icon, Prose};
use leptos::prelude::*;

/// One page, as its page takes it.
pub(crate) fn html(page: GuidePage) -> Fragment {
    Fragment {
        title: page.title.clone(),
        ..told::html(|| view! { <Guide page /> }.into_any())
    }
}

#[component]
fn Guide(page: GuidePage) -> impl IntoView {
    let link = |at: Option<usize>| at.and_then(|at| page.pages.get(at).cloned());
    let (before, after) = (link(page.here.checked_sub(1)), link(Some(page.here + 1)));
    view! {
        <div class="guide">
            <Pages pages=page.pages.clone() here=page.here />
            <article class="guide-text">
                <Prose html=page.html />
                <nav class="guide-turn" aria-label="Pages beside this one">
                    {before.map(|page| turn(page, "Before", "guide-before"))}
                    {after.map(|page| turn(page, "Next", "guide-after"))}
                </nav>
            </article>
            <Headings headings=page.headings />
        </div>
    }
    .into_any()
}

/// The pages; folded where there is no room for them.
#[component]
fn Pages(pages: Vec<GuideLink>, here: usize) -> impl IntoView {
    let links = use_links();
    let items = pages.into_iter().enumerate().map(move |(at, page)| {
        let current = (at == here).then_some("page");
        view! { <li><a class="guide-item" href=links.guide(&page.path) aria-current=current>{page.title}</a></li> }
    });
    view! { <nav class="guide-pages" aria-label="Documentation"><ul>{items.collect_view()}</ul></nav> }
}

#[component]
fn Headings(headings: Vec<GuideHeading>) -> impl IntoView {
    let items = headings.into_iter().map(|heading| {
        let class = if heading.nested {
            "guide-item guide-nested"
        } else {
            "guide-item"
        };
        view! { <li><a class=class href=format!("#{}", heading.id)>{heading.text}</a></li> }
    });
    view! {
        <nav class="guide-headings" aria-label="On this page">
            <p class="guide-head">"On this page"</p>
            <ul>{items.collect_view()}</ul>
        </nav>
    }
}

fn turn(page: GuideLink, word: &'static str, class: &'static str) -> impl IntoView {
    view! {
        <a class=class href=use_links().guide(&page.path)>
            <span class="meta flex items-center gap-1">{word} {Icon::ChevronRight.small()}</span>
            <span class="link">{page.title}</span>
        </a>
    }
}

//! From page to page of a list.

use super::Icon;
use leptos::either::Either;
use leptos::prelude::*;

/// Where a list stands and the links to its neighbours; nothing when all is on one page.
#[component]
pub fn Pagination<F>(
    page: usize,
    pages: usize,
    total: usize,
    page_size: usize,
    href: F,
) -> impl IntoView
where
    F: Fn(usize) -> String,
{
    (pages > 1).then(|| {
        let first = (page - 1) * page_size + 1;
        let last = (page * page_size).min(total);
        view! {
            <nav class="mt-3 flex items-center justify-end gap-3" aria-label="Pages">
                <span class="meta num">{format!("{first}–{last} of {total}")}</span>
                <span class="flex gap-1">
                    {step("Previous page", Icon::ChevronLeft, (page > 1).then(|| href(page - 1)))}
                    <span class="meta num self-center px-1">{format!("{page} / {pages}")}</span>
                    {step("Next page", Icon::ChevronRight, (page < pages).then(|| href(page + 1)))}
                </span>
            </nav>
        }
    })
}

fn step(label: &'static str, icon: Icon, href: Option<String>) -> impl IntoView {
    match href {
        Some(href) => Either::Left(view! {
            <a class="btn btn-icon" href=href aria-label=label>{icon.svg()}</a>
        }),
        None => Either::Right(
            view! { <span class="btn btn-icon opacity-40" aria-hidden="true">{icon.svg()}</span> },
        ),
    }
}

//! What stands where something will be, in its size.

use leptos::prelude::*;

/// The widths by turns, so that a skeleton looks like text and not like a fence.
const WIDTHS: [&str; 5] = [
    "skeleton w-48",
    "skeleton w-64",
    "skeleton w-40",
    "skeleton w-56",
    "skeleton w-32",
];

/// As many rows of a table as will come.
#[component]
pub fn SkeletonRows(rows: usize) -> impl IntoView {
    let row = |index: usize| {
        view! {
            <div class="skeleton-row">
                <span class=WIDTHS[index % WIDTHS.len()]></span>
            </div>
        }
    };
    view! { <div aria-hidden="true">{(0..rows).map(row).collect_view()}</div> }
}

//! What is said for machines: labels and annotations, folded.

use crate::ui::Icon;
use leptos::prelude::*;

#[component]
pub(super) fn Labels(
    labels: Vec<(String, String)>,
    annotations: Vec<(String, String)>,
) -> impl IntoView {
    let any = !labels.is_empty() || !annotations.is_empty();
    any.then(|| {
        view! {
            <div class="grid gap-1 px-4">
                <Fold title="Labels" pairs=labels />
                <Fold title="Annotations" pairs=annotations />
            </div>
        }
    })
}

#[component]
fn Fold(title: &'static str, pairs: Vec<(String, String)>) -> impl IntoView {
    (!pairs.is_empty()).then(|| {
        let count = pairs.len();
        let pair = |(key, value): (String, String)| {
            view! { <div class="py-1"><dt class="meta break-anywhere">{key}</dt><dd class="mono break-anywhere">{value}</dd></div> }
        };
        view! {
            <details class="fold">
                <summary>{Icon::ChevronRight.svg()} {title} <span class="count">{count}</span></summary>
                <dl class="lines-ruled pt-1">{pairs.into_iter().map(pair).collect_view()}</dl>
            </details>
        }
    })
}

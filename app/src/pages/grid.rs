//! Cards in twelve columns, as a layout places them.

use crate::catalog::Placed;
use crate::catalog::layout::bands;
use leptos::prelude::*;

/// Shows the cards in their places; on a narrow screen they stand below each other.
#[component]
pub(crate) fn Grid<F>(cards: Vec<Placed>, show: F) -> impl IntoView
where
    F: Fn(Placed) -> AnyView,
{
    let bands = bands(&cards).into_iter().map(|band| {
        let stacks = band.into_iter().map(|(width, cards)| {
            let cards = cards.into_iter().map(&show).collect_view();
            view! { <div class=span(width)>{cards}</div> }
        });
        view! { <div class="band">{stacks.collect_view()}</div> }
    });
    view! { <div class="stack">{bands.collect_view()}</div> }.into_any()
}

fn span(width: u8) -> &'static str {
    match width {
        3 => "stack span-3",
        4 => "stack span-4",
        6 => "stack span-6",
        8 => "stack span-8",
        9 => "stack span-9",
        _ => "stack span-12",
    }
}

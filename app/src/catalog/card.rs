//! What a reader sees who stops at a link: the server makes it into HTML, so that browsers need no
//! program for it.

use super::{EntityCard, relation};
use crate::pages::kind;
use leptos::prelude::*;

/// The inside of the card.
pub(super) fn html(card: EntityCard) -> String {
    let owner = Owner::new();
    owner.with(|| inside(card).into_any().to_html())
}

fn inside(card: EntityCard) -> impl IntoView {
    let entity_ref = card.link.entity_ref.to_string();
    let label = card.link.label().to_owned();
    let said = [
        Some(kind::singular(&card.link.entity_ref.kind)),
        card.spec_type,
        card.lifecycle,
    ];
    let said: Vec<String> = said.into_iter().flatten().collect();
    let counted = |(kind, count): (String, usize)| {
        view! { <div><dt>{relation::label(&kind).to_owned()}</dt><dd class="num">{count}</dd></div> }
    };
    view! {
        <p class="hover-title">{label}</p>
        <p class="meta mono clip">{entity_ref}</p>
        <p class="meta">{said.join(" · ")}</p>
        {card.description.map(|text| view! { <p class="hover-text">{text}</p> })}
        <dl class="hover-facts">
            {card.owner.map(|owner| view! { <div><dt>"Owner"</dt><dd>{owner.label().to_owned()}</dd></div> })}
            {card.counts.into_iter().map(counted).collect_view()}
        </dl>
    }
}

//! What a team needs of others, or others need of it, by who owns it.

use super::super::entity_line::EntityLine;
use super::super::entity_link::QuietLink;
use crate::catalog::Need;
use crate::ui::Card;
use leptos::prelude::*;

/// `nothing` is said where there is none.
#[component]
pub(super) fn Needs(needs: Vec<Need>, title: String, nothing: &'static str) -> impl IntoView {
    let total: usize = needs.iter().map(|need| need.total).sum();
    let nothing = needs
        .is_empty()
        .then(|| view! { <p class="card-body ui text-muted">{nothing}</p> });
    let parts = needs.into_iter().map(|need| view! { <OfOwner need /> });
    view! { <Card title count=total><div>{nothing} {parts.collect_view()}</div></Card> }.into_any()
}

#[component]
fn OfOwner(need: Need) -> impl IntoView {
    let owner = match need.owner {
        Some(link) => view! { <QuietLink link /> }.into_any(),
        None => "Nobody’s".into_any(),
    };
    let more = need.total - need.entities.len();
    let more = (more > 0).then(|| view! { <p class="line meta">{format!("and {more} more")}</p> });
    let lines = need
        .entities
        .into_iter()
        .map(|entity| view! { <EntityLine line=entity.into() /> });
    view! {
        <section class="billing">
            <h3 class="billing-part">{owner} " " <span class="count">{need.total}</span></h3>
            <div class="min-w-0"><ul>{lines.collect_view()}</ul> {more}</div>
        </section>
    }
}

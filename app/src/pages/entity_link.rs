//! Another entity as a link.

use super::kind;
use crate::catalog::EntityLink;
use crate::routes::use_links;
use crate::ui::Icon;
use leptos::either::Either;
use leptos::prelude::*;

/// A quiet link; what the catalog does not hold is text that says so.
#[component]
pub(crate) fn QuietLink(link: EntityLink) -> impl IntoView {
    let label = link.label().to_owned();
    let full = link.entity_ref.to_string();
    if link.known {
        let href = use_links().entity(&link.entity_ref);
        Either::Left(view! { <a class="cell quiet" href=href title=full>{label}</a> })
    } else {
        Either::Right(view! { <Unknown label full /> })
    }
}

/// The same with the icon of its kind in front.
#[component]
pub(crate) fn IconLink(link: EntityLink) -> impl IntoView {
    view! {
        <span class="inline-flex items-center gap-2 min-w-0">
            <span class="text-faint flex-none">{kind::icon(&link.entity_ref.kind).small()}</span>
            <QuietLink link />
        </span>
    }
}

#[component]
fn Unknown(label: String, full: String) -> impl IntoView {
    view! {
        <span class="inline-flex items-center gap-1 min-w-0 max-w-full text-muted" title=format!("{full} is not in the catalog")>
            <span class="cell">{label}</span>
            {Icon::CircleHelp.small()}
            <span class="hidden-label">"(not in the catalog)"</span>
        </span>
    }
}

//! The star by which a reader keeps an entity: a form, which `star` hastens.

use crate::catalog::EntityRef;
use crate::routes::use_links;
use crate::ui::Icon;
use leptos::prelude::*;

/// Stars and unstars.
#[component]
pub(crate) fn StarButton(entity_ref: EntityRef, label: String, starred: bool) -> impl IntoView {
    view! {
        <form class="star-form" method="post" action=use_links().path("/_fn/set_starred")>
            <input r#type="hidden" name="entity_ref" value=entity_ref.to_string() />
            <input r#type="hidden" name="starred" value=(!starred).to_string() />
            <button r#type="submit" class="star" aria-pressed=starred.to_string() aria-label=format!("Star {label}")>
                {Icon::Star.used()}
            </button>
        </form>
    }
    .into_any()
}

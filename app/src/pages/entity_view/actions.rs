//! What can be done to the entity.

use crate::catalog::EntityRef;
use crate::routes::use_links;
use crate::ui::{Icon, Menu, MenuSide};
use leptos::prelude::*;

/// The menu behind the buttons: read it again, or remove it.
#[component]
pub(super) fn MoreActions(entity_ref: EntityRef) -> impl IntoView {
    let links = use_links();
    let remove = links.remove(&entity_ref);
    view! {
        <Menu class="btn btn-icon" label="More actions" side=MenuSide::End button=|| Icon::ChevronDown.svg()>
            <form method="post" action=links.path("/_fn/refresh_entity")>
                <input r#type="hidden" name="entity_ref" value=entity_ref.to_string() />
                <button r#type="submit" class="menu-item">{Icon::RefreshCw.small()} "Read it again"</button>
            </form>
            <a class="menu-item" href=remove>{Icon::X.small()} "Remove…"</a>
        </Menu>
    }
    .into_any()
}

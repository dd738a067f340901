//! What can be done to the entity.

use crate::catalog::EntityRef;
use crate::permission::refusal;
use crate::routes::{Permission, use_links};
use crate::ui::{Icon, Menu, MenuSide};
use leptos::either::Either;
use leptos::prelude::*;

/// The menu behind the buttons: read it again, or remove it.
#[component]
pub(super) fn MoreActions(entity_ref: EntityRef) -> impl IntoView {
    let links = use_links();
    let remove = links.remove(&entity_ref);
    let refresh = match refusal(Permission::CatalogEntityRefresh, Some(&entity_ref)) {
        None => Either::Left(view! {
            <form method="post" action=links.path("/_fn/refresh_entity")>
                <input r#type="hidden" name="entity_ref" value=entity_ref.to_string() />
                <button r#type="submit" class="menu-item">{Icon::RefreshCw.small()} "Read it again"</button>
            </form>
        }),
        Some(why) => {
            let said = why.clone();
            Either::Right(view! {
                <p class="menu-item text-faint" title=why>
                    {Icon::RefreshCw.small()} <span>"Read it again"</span> <span class="hidden-label">{said}</span>
                </p>
            })
        }
    };
    view! {
        <Menu class="btn btn-icon" label="More actions" side=MenuSide::End button=|| Icon::ChevronDown.svg()>
            {refresh}
            <a class="menu-item" href=remove>{Icon::X.small()} "Remove…"</a>
        </Menu>
    }
    .into_any()
}

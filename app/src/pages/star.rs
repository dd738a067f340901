//! The star by which a reader keeps an entity.

use crate::catalog::EntityRef;
use crate::catalog::api::set_starred;
use crate::routes::use_links;
use crate::ui::{Icon, PostForm};
use leptos::prelude::*;

/// Stars and unstars; says so at once and takes it back when the server refuses.
#[component]
pub(crate) fn StarButton(entity_ref: EntityRef, label: String, starred: bool) -> impl IntoView {
    let starred = RwSignal::new(starred);
    let name = entity_ref.to_string();
    let send = move || {
        let wanted = !starred.get_untracked();
        starred.set(wanted);
        let entity_ref = entity_ref.clone();
        leptos::task::spawn_local(async move {
            if set_starred(entity_ref, wanted).await.is_err() {
                starred.try_set(!wanted);
            }
        });
    };
    view! {
        <PostForm action=use_links().path("/_fn/set_starred") on_send=send>
            <input r#type="hidden" name="entity_ref" value=name />
            <input r#type="hidden" name="starred" value=move || (!starred.get()).to_string() />
            <button r#type="submit" class="star" aria-pressed=move || starred.get().to_string() aria-label=format!("Star {label}")>
                {Icon::Star.svg()}
            </button>
        </PostForm>
    }
    .into_any()
}

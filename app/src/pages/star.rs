//! The star by which a reader keeps an entity.

use crate::catalog::EntityRef;
use crate::catalog::api::set_starred;
use crate::routes::use_links;
use crate::ui::{Icon, PostForm};
use leptos::prelude::*;

const REFUSED: &str = "The server did not keep this: try again in a moment";

/// Stars and unstars; says so at once and takes it back when the server refuses.
#[component]
pub(crate) fn StarButton(entity_ref: EntityRef, label: String, starred: bool) -> impl IntoView {
    let starred = RwSignal::new(starred);
    let sending = StoredValue::new(false);
    let refused = RwSignal::new(false);
    let name = entity_ref.to_string();
    let send = move || {
        // Two requests under way could arrive in either order.
        if sending.get_value() {
            return;
        }
        let wanted = !starred.get_untracked();
        sending.set_value(true);
        refused.set(false);
        starred.set(wanted);
        let entity_ref = entity_ref.clone();
        leptos::task::spawn_local(async move {
            if set_starred(entity_ref, wanted).await.is_err() {
                starred.try_set(!wanted);
                refused.try_set(true);
            }
            sending.try_set_value(false);
        });
    };
    view! {
        <PostForm action=use_links().path("/_fn/set_starred") on_send=send>
            <input r#type="hidden" name="entity_ref" value=name />
            <input r#type="hidden" name="starred" value=move || (!starred.get()).to_string() />
            <button r#type="submit" class="star" aria-pressed=move || starred.get().to_string() aria-label=format!("Star {label}")
                title=move || refused.get().then_some(REFUSED)>
                {Icon::Star.svg()}
            </button>
            {move || refused.get().then(|| view! { <span class="hidden-label" role="alert">{REFUSED}</span> })}
        </PostForm>
    }
    .into_any()
}

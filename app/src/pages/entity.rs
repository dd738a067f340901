//! The page of one entity: what it is, who answers for it, what it hangs together with, and why it
//! is in the catalog.

use super::not_found::Missing;
use super::refusal::Refusal;
use super::told::{Params, asking, use_query_params};
use crate::catalog::EntityRef;
use crate::catalog::api::get_entity;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

#[component]
pub fn EntityPage() -> impl IntoView {
    let entity_ref = use_entity_ref();
    let missing = missing(
        entity_ref,
        "It may have been renamed or removed, or its file could not be read: the page of problems would say so.",
    );
    view! {
        <Refusal />
        {asking(use_entity_params(entity_ref), get_entity, Some(missing))}
    }
}

/// The entity that the path names.
pub(super) fn use_entity_ref() -> Memo<EntityRef> {
    let params = use_params_map();
    Memo::new(move |_| {
        let part = |name| params.with(|params| params.get(name).unwrap_or_default());
        EntityRef::new(part("kind"), part("namespace"), part("name"))
    })
}

/// The entity, which comes first, and the parameters of the URL.
pub(super) fn use_entity_params(entity_ref: Memo<EntityRef>) -> Memo<Params> {
    let query = use_query_params();
    Memo::new(move |_| {
        let entity_ref = ("entity_ref".to_owned(), entity_ref.get().to_string());
        let mut params = vec![entity_ref];
        params.extend(query.get());
        params
    })
}

/// What stands where the catalog holds no such entity, and why that may be.
pub(super) fn missing(entity_ref: Memo<EntityRef>, why: &'static str) -> ViewFn {
    let view = move || {
        let entity_ref = entity_ref.get_untracked();
        view! {
            <Title text="Nothing here" />
            <Missing title="Nothing of this name" text=format!("The catalog holds no {entity_ref}. {why}") search=entity_ref.name />
        }
    };
    view.into()
}

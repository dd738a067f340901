//! The page that asks before an entity goes, and says what goes with it.

use super::entity::{missing, use_entity_params, use_entity_ref};
use super::refusal::Refusal;
use super::told::asking;
use crate::catalog::api::get_removal;
use leptos::prelude::*;

#[component]
pub fn RemovePage() -> impl IntoView {
    let entity_ref = use_entity_ref();
    let missing = missing(entity_ref, "It may be gone already.");
    view! {
        <Refusal />
        {asking(use_entity_params(entity_ref), get_removal, Some(missing))}
    }
}

//! Callboard's own documentation.

use super::not_found::Missing;
use super::told::{Params, asking};
use crate::guide::api::get_guide_page;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

#[component]
pub fn GuidePage() -> impl IntoView {
    let path = use_params_map();
    let params = Memo::new(move |_| -> Params {
        let page = path.with(|params| params.get("page").unwrap_or_default());
        vec![("page".to_owned(), page)]
    });
    let missing = || {
        view! {
            <Title text="Nothing here" />
            <Missing title="No such page" text="The documentation of this version has no page at this address." search=String::new() />
        }
    };
    asking(params, get_guide_page, Some(missing.into()))
}

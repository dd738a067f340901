//! The pages for those who see to the installation.

use super::not_found::Missing;
use super::told::{Params, asking, use_query_params};
use crate::admin::api::get_admin;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

#[component]
pub fn AdminPage() -> impl IntoView {
    let (path, query) = (use_params_map(), use_query_params());
    let params = Memo::new(move |_| -> Params {
        let tab = path.with(|params| params.get("tab").unwrap_or_default());
        let step = path.with(|params| params.get("step").unwrap_or_default());
        let mut params = vec![("tab".to_owned(), tab), ("step".to_owned(), step)];
        params.extend(query.get());
        params
    });
    let missing = || {
        view! {
            <Title text="Nothing here" />
            <Missing title="Nothing here" text="There is no such page here, or no such role." search=String::new() />
        }
    };
    asking(params, get_admin, Some(missing.into()))
}

//! The server function of permissions: ask the port, hand over.

use crate::error::ApiError;
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use {
    super::{VIEW_AS, port::Permissions},
    crate::catalog::{EntityRef, RefDefaults},
    crate::cookie,
    crate::routes::use_links,
    crate::viewer::Viewer,
    std::sync::Arc,
};

/// Lets an administrator look at the portal as somebody else; without a name it is their own again.
#[server(prefix = "/_fn", endpoint = "view_as")]
pub async fn view_as(#[server(default)] person: String) -> Result<(), ApiError> {
    let links = use_links();
    let permissions = expect_context::<Arc<dyn Permissions>>();
    if person.is_empty() {
        permissions.viewed_as(None);
        cookie::keep_for_now(VIEW_AS, "");
        leptos_axum::redirect(&links.admin());
        return Ok(());
    }
    if !permissions.is_administrator(&expect_context::<Viewer>()) {
        return Err(ApiError::Forbidden(
            "Administrators alone can look at the portal as somebody else.".to_owned(),
        ));
    }
    let person = EntityRef::parse(&person, RefDefaults::default());
    let person = person.map_err(|error| ApiError::Invalid {
        field: "person".to_owned(),
        message: error.to_string(),
    })?;
    permissions.viewed_as(Some(&person));
    cookie::keep_for_now(VIEW_AS, &person.to_string());
    leptos_axum::redirect(&links.home());
    Ok(())
}

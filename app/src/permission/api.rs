//! The server function of permissions, and what the pages of roles show: ask the port, hand over.

use crate::error::ApiError;
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use {
    super::roles::{Done, RoleForm},
    super::{VIEW_AS, check, port::Permissions, port::Roles},
    crate::catalog::{EntityRef, RefDefaults},
    crate::cookie,
    crate::pages::{Params, param, role_form_view, roles_view},
    crate::routes::{Permission, use_links},
    crate::ui::Fragment,
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
    let person = person.map_err(|error| ApiError::invalid("person", error.to_string()))?;
    permissions.viewed_as(Some(&person));
    cookie::keep_for_now(VIEW_AS, &person.to_string());
    leptos_axum::redirect(&links.home());
    Ok(())
}

/// The list of roles as HTML, with what was just done.
#[cfg(feature = "ssr")]
pub(crate) fn get_roles(params: &Params) -> Fragment {
    let roles = expect_context::<Arc<dyn Roles>>();
    let list = roles.list(&expect_context::<Viewer>());
    let done = Done::read(|key| param(params, key), &list);
    roles_view::list(list, done)
}

/// A step of roles as HTML: one in a form, or the question before one is deleted.
///
/// # Errors
/// [`ApiError::Forbidden`] for who may not change roles, and what the port fails with.
#[cfg(feature = "ssr")]
pub(crate) fn get_role_form(step: &str, name: &str) -> Result<Fragment, ApiError> {
    check(Permission::AdminRolesUpdate)?;
    let roles = expect_context::<Arc<dyn Roles>>();
    let viewer = expect_context::<Viewer>();
    match step {
        "new" | "edit" => {
            let form = match use_context::<RoleForm>() {
                Some(sent) => sent,
                None if step == "new" => RoleForm::new_one(),
                None => roles.form(name)?,
            };
            Ok(role_form_view::form(form, roles.offers(&viewer)))
        }
        "delete" => {
            let form = roles.form(name)?;
            let rows = roles.list(&viewer).rows;
            let row = rows.into_iter().find(|row| row.name == form.name);
            Ok(roles_view::delete(row.unwrap_or_default(), form.version))
        }
        _ => Err(ApiError::NotFound(format!(
            "There is no page /admin/roles/{step}."
        ))),
    }
}

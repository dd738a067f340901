//! What somebody may do, and why.

pub mod api;
#[cfg(feature = "ssr")]
pub mod port;
#[cfg(feature = "ssr")]
pub mod roles;

#[cfg(feature = "ssr")]
use {
    crate::catalog::EntityRef, crate::routes::Permission, crate::viewer::Viewer,
    leptos::prelude::use_context, std::sync::Arc,
};

/// The cookie that names the person as whom an administrator looks at the portal.
#[cfg(feature = "ssr")]
pub const VIEW_AS: &str = "callboard_view_as";

/// Whether the viewer of the page that is made is looked through by an administrator.
#[cfg(feature = "ssr")]
pub(crate) fn is_viewed_as(viewer: &Viewer) -> bool {
    let named = crate::cookie::of_request(VIEW_AS);
    named.is_some_and(|named| named == viewer.user_ref.to_string())
}

/// Refuses what the viewer may not do at all: a page asks its server functions without a request of
/// their own.
///
/// # Errors
/// [`crate::error::ApiError::Forbidden`].
#[cfg(feature = "ssr")]
pub(crate) fn check(permission: Permission) -> Result<(), crate::error::ApiError> {
    match refusal(permission, None) {
        Some(why) => Err(crate::error::ApiError::Forbidden(why)),
        None => Ok(()),
    }
}

/// Why the viewer of the page that is made may not do something, to an entity where one is named; none
/// when they may.
#[cfg(feature = "ssr")]
pub(crate) fn refusal(permission: Permission, entity: Option<&EntityRef>) -> Option<String> {
    let permissions = use_context::<Arc<dyn port::Permissions>>()?;
    permissions.refusal(&use_context::<Viewer>()?, permission, entity)
}

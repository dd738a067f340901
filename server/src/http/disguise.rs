//! An administrator who looks at the portal as somebody else: they see what that person sees, and write
//! nothing.

use super::AppState;
use app::catalog::EntityRef;
use app::cookie;
use app::error::ApiError;
use app::permission::VIEW_AS;
use app::routes::Permission;
use app::viewer::Viewer;
use axum::http::HeaderMap;

/// The person as whom the request is to be answered, if it is an administrator who asks for it.
pub(super) fn worn(state: &AppState, headers: &HeaderMap, viewer: &Viewer) -> Option<Viewer> {
    let person: EntityRef = cookie::read(headers, VIEW_AS)?.parse().ok()?;
    // A program is nobody to look as: it may do what no person may.
    let is_person = person.kind.eq_ignore_ascii_case("user");
    let is_administrator = is_person && state.catalog.policy().is_administrator(viewer);
    is_administrator.then(|| state.catalog.viewer(&person))
}

/// On a request: it is answered as somebody else than who has sent it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Disguised;

/// Refuses to do in somebody else's name what changes anything.
///
/// # Errors
/// [`ApiError::Forbidden`].
pub(super) fn check(viewer: &Viewer, permission: Permission) -> Result<(), ApiError> {
    if permission == Permission::Public || permission.action() == Some("read") {
        return Ok(());
    }
    Err(ApiError::Forbidden(format!(
        "You look at the portal as {}, so nothing was done. Stop that first.",
        viewer.display_name
    )))
}

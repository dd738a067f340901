//! An administrator who looks at the portal as somebody else: they see what that person sees, and write
//! nothing.

use super::AppState;
use super::caller::{By, Caller};
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

/// Whether somebody who has signed in, or the guest, is answered as somebody else.
pub(super) fn is_worn(state: &AppState, headers: &HeaderMap, caller: &Caller) -> bool {
    let named = cookie::read(headers, VIEW_AS).and_then(|it| it.parse::<EntityRef>().ok());
    let own = match &caller.by {
        By::Session(session) => Some(session.user.clone()),
        By::Guest => {
            let guest = state.viewers.guest(&state.catalog.whole());
            guest.map(|guest| guest.user_ref)
        }
        _ => None,
    };
    named.as_ref() == Some(&caller.viewer.user_ref) && own != named
}

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

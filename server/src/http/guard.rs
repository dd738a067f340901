//! Who asks, and whether they may.

use super::AppState;
use super::answer::Failure;
use app::error::ApiError;
use app::routes::{Permission, ROUTES};
use app::viewer::Viewer;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// Finds out who asks, and refuses what the route table does not grant them.
pub(super) async fn authorise(
    State(state): State<AppState>,
    mut request: Request,
    next: Next,
) -> Response {
    let viewer = state.viewers.identify(&state.catalog.model());
    let path = request
        .extensions()
        .get::<MatchedPath>()
        .map(|path| path.as_str().to_owned());
    let permission = required(path.as_deref(), request.uri().path());
    let verdict = allowed(&viewer, permission).and_then(|()| own_page(&request));
    if let Err(error) = verdict {
        let (parts, _) = request.into_parts();
        return Failure {
            error,
            method: parts.method,
            uri: parts.uri,
        }
        .into_response();
    }
    request.extensions_mut().insert(viewer);
    next.run(request).await
}

/// Refuses what a page of another site makes a browser send. Reading is left alone: such a page
/// cannot see the answer.
fn own_page(request: &Request) -> Result<(), ApiError> {
    if request.method().is_safe() {
        return Ok(());
    }
    let text = |name: HeaderName| request.headers().get(name).and_then(|it| it.to_str().ok());
    let foreign = match text(HeaderName::from_static("sec-fetch-site")) {
        Some(site) => !matches!(site, "same-origin" | "none"),
        // Older browsers say only where they come from, and other clients nothing at all.
        None => text(header::ORIGIN).is_some_and(|origin| {
            let host = origin.split_once("://").map(|(_, host)| host);
            host != text(header::HOST)
        }),
    };
    if foreign {
        return Err(ApiError::Forbidden(
            "This came from a page of another site, so nothing was done. Open Callboard and try again there."
                .to_owned(),
        ));
    }
    Ok(())
}

/// The permission of the route; `None` for one that the table does not know.
///
/// Server functions share a matched path and are told apart by the real one. Pages have no matched
/// path, for the router of `app` finds them: what it does not find is a page that says so.
fn required(matched: Option<&str>, path: &str) -> Option<Permission> {
    match matched {
        None | Some("/api/{*rest}") => Some(Permission::CatalogEntityRead),
        Some("/_fn/{name}") => permission_of(path),
        Some(matched) => permission_of(matched),
    }
}

fn permission_of(path: &str) -> Option<Permission> {
    ROUTES
        .iter()
        .find(|route| route.path == path)
        .map(|route| route.permission)
}

/// Everyone may do everything that a route names; what names nothing is refused.
fn allowed(viewer: &Viewer, permission: Option<Permission>) -> Result<(), ApiError> {
    match permission {
        Some(_) => Ok(()),
        None => Err(ApiError::Forbidden(format!(
            "{} may not do this: the route names no permission",
            viewer.display_name
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_route_that_the_table_does_not_know_is_refused() {
        assert_eq!(required(Some("/api/forgotten"), "/api/forgotten"), None);
        assert_eq!(required(Some("/_fn/{name}"), "/_fn/forgotten"), None);
        assert_eq!(
            required(Some("/_fn/{name}"), "/_fn/set_starred"),
            Some(Permission::UserSettingsUpdate)
        );
    }
}

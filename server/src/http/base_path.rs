//! Serving below a path, behind a proxy that strips it and behind one that does not.

use axum::Router;
use axum::extract::Request;
use axum::http::Uri;
use axum::response::Response;
use std::convert::Infallible;
use std::task::{Context, Poll};
use tower::Service;

/// Hands requests below `base` to `inner` as if they were made at the root; others stay as they are.
pub(super) fn strip(base: String, inner: Router) -> Strip {
    Strip { base, inner }
}

/// See [`strip`].
#[derive(Debug, Clone)]
pub(super) struct Strip {
    base: String,
    inner: Router,
}

impl Service<Request> for Strip {
    type Response = Response;
    type Error = Infallible;
    type Future = axum::routing::future::RouteFuture<Infallible>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        if let Some(uri) = stripped(&self.base, request.uri()) {
            *request.uri_mut() = uri;
        }
        Service::call(&mut self.inner.clone(), request)
    }
}

/// The URI without `base`; `None` when it does not begin with it.
fn stripped(base: &str, uri: &Uri) -> Option<Uri> {
    let rest = uri.path_and_query()?.as_str().strip_prefix(base)?;
    let rest = match rest.chars().next() {
        _ if base.is_empty() => return None,
        Some('/') => rest.to_owned(),
        None | Some('?') => format!("/{rest}"),
        Some(_) => return None,
    };
    rest.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(base: &str, path: &str, expected: Option<&str>) {
        let uri: Uri = path.parse().expect(path);
        let stripped = stripped(base, &uri).map(|uri| uri.to_string());
        assert_eq!(stripped.as_deref(), expected, "{path} below {base}");
    }

    #[test]
    fn only_whole_segments_are_stripped() {
        check("/portal", "/portal/catalog?q=a", Some("/catalog?q=a"));
        check("/portal", "/portal", Some("/"));
        check("/portal", "/portal?q=a", Some("/?q=a"));
        check("/portal", "/portals", None);
        check("/portal", "/catalog", None);
        check("", "/catalog", None);
    }
}

//! Which route a request is counted for: never its path, which anyone may choose.

use app::routes::{Answers, ROUTES};
use axum::http::Method;

/// A method and the template of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Route {
    pub method: &'static str,
    pub template: &'static str,
}

/// What no row of the route table knows.
const OTHER: &str = "other";

impl Route {
    /// The route that the router has `matched`; what it leaves to pages and server functions is
    /// looked up by the path.
    pub fn of(method: &Method, matched: Option<&str>, path: &str) -> Self {
        Self {
            method: method_word(method),
            template: template(matched, path),
        }
    }
}

fn template(matched: Option<&str>, path: &str) -> &'static str {
    let mut rows = ROUTES.iter();
    let row = match matched {
        Some("/_fn/{name}") => rows.find(|row| row.path == path),
        Some(matched) => rows.find(|row| row.path == matched),
        None => rows.find(|row| row.answers == Answers::Page && fits(row.path, path)),
    };
    row.map_or(OTHER, |row| row.path)
}

/// Whether the path has the segments of the template.
fn fits(template: &str, path: &str) -> bool {
    let mut segments = path.trim_end_matches('/').split('/');
    let mut expected = template.trim_end_matches('/').split('/');
    loop {
        match (expected.next(), segments.next()) {
            (None, None) => return true,
            (Some(expected), Some(segment))
                if expected == segment || (expected.starts_with('{') && !segment.is_empty()) => {}
            _ => return false,
        }
    }
}

fn method_word(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        Method::PATCH => "PATCH",
        Method::OPTIONS => "OPTIONS",
        _ => OTHER,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_request_falls_under_a_template() {
        let check = |matched, path, expected| assert_eq!(template(matched, path), expected);
        let by_name = "/api/catalog/entities/by-name/{kind}/{namespace}/{name}";
        check(
            Some(by_name),
            "/api/catalog/entities/by-name/a/b/c",
            by_name,
        );
        check(Some("/api/{*rest}"), "/api/none", OTHER);
        check(
            Some("/_fn/{name}"),
            "/_fn/list_entities",
            "/_fn/list_entities",
        );
        check(Some("/_fn/{name}"), "/_fn/forgotten", OTHER);
        check(None, "/", "/");
        check(None, "/catalog/", "/catalog");
        check(
            None,
            "/catalog/default/component/orders",
            "/catalog/{namespace}/{kind}/{name}",
        );
        check(None, "/catalog/default//orders", OTHER);
        check(None, "/wp-login.php", OTHER);
        assert_eq!(
            Route::of(&Method::from_bytes(b"BREW").unwrap(), None, "/").method,
            OTHER
        );
    }
}

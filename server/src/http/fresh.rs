//! Whoever has changed something sees it changed, whichever replica answers.
//!
//! The answer to a change carries its number, in a header for programs and in a cookie for browsers;
//! a request that brings one waits a little for the replica to know that change.

use super::AppState;
use app::cookie;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::Response;
use std::time::Duration;

/// The header for programs.
const HEADER: HeaderName = HeaderName::from_static("callboard-change");
/// The cookie for browsers.
const COOKIE: &str = "callboard_change";
/// How long a request waits; it is answered all the same.
const LIMIT: Duration = Duration::from_secs(2);
/// How long a browser brings the number along, in seconds.
const KEPT: u32 = 30;

/// Waits until this replica knows the change that the request brings.
pub(super) async fn wait(state: &AppState, headers: &HeaderMap) {
    if let Some(change) = brought(headers)
        && change > state.catalog.whole().change
    {
        state.catalog.reached(change, LIMIT).await;
    }
}

/// Lets the answer say what this replica knows, which is the change just made.
pub(super) fn mark(state: &AppState, response: &mut Response) {
    let change = state.catalog.whole().change;
    let base = &state.site.base;
    let headers = response.headers_mut();
    headers.insert(HEADER, HeaderValue::from(change));
    let cookie = format!("{COOKIE}={change}; Path={base}/; Max-Age={KEPT}; HttpOnly; SameSite=Lax");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        headers.append(header::SET_COOKIE, cookie);
    }
}

fn brought(headers: &HeaderMap) -> Option<i64> {
    let header = headers.get(HEADER).and_then(|it| it.to_str().ok());
    if let Some(text) = header {
        return text.trim().parse().ok();
    }
    cookie::read(headers, COOKIE).and_then(|text| text.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: HeaderName, value: &'static str, expected: Option<i64>) {
        let headers = HeaderMap::from_iter([(name, HeaderValue::from_static(value))]);
        assert_eq!(brought(&headers), expected, "{value}");
    }

    #[test]
    fn a_number_is_brought_in_a_header_or_a_cookie() {
        check(HEADER, "12", Some(12));
        check(HEADER, "x", None);
        check(header::COOKIE, "a=1; callboard_change=7; b=2", Some(7));
        check(header::COOKIE, "callboard_changes=7", None);
        check(header::COOKIE, "a=callboard_change=7", None);
    }
}

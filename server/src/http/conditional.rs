//! Answers that need not be sent again to who has them.

use crate::query::Model;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::hash::{DefaultHasher, Hash, Hasher};

/// What tells an answer from any other.
pub(super) struct Version(HeaderValue);

impl Version {
    /// Of an answer that is made of a model and of what was asked.
    pub(super) fn of_question(model: &Model, question: impl Hash) -> Self {
        Self::of(&(model.fingerprint, question))
    }

    /// Of something that knows its own state.
    pub(super) fn of_state(state: u64) -> Self {
        Self::of(&state)
    }

    /// Of an answer by its content.
    pub(super) fn of_content(content: &[u8]) -> Self {
        Self::of(&content)
    }

    fn of(what: &impl Hash) -> Self {
        let mut hasher = DefaultHasher::new();
        // Another release may give the same entities in another form.
        (env!("CARGO_PKG_VERSION"), what).hash(&mut hasher);
        let etag = format!("W/\"{:016x}\"", hasher.finish());
        Self(HeaderValue::from_str(&etag).expect("hexadecimal digits may stand in a header"))
    }

    /// The answer, or word that who asks already has it.
    pub(super) fn answer(self, asked: &HeaderMap, answer: impl FnOnce() -> Response) -> Response {
        let mut response = if self.is_known(asked) {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            answer()
        };
        let headers = response.headers_mut();
        headers.insert(header::ETAG, self.0);
        // To be kept by browsers but not by proxies between, and asked for again each time.
        let policy = HeaderValue::from_static("private, no-cache");
        headers.insert(header::CACHE_CONTROL, policy);
        response
    }

    /// Weak comparison, as RFC 9110 asks for it here.
    fn is_known(&self, asked: &HeaderMap) -> bool {
        let ours = self.0.as_bytes().strip_prefix(b"W/").unwrap_or_default();
        let known = asked.get_all(header::IF_NONE_MATCH).iter();
        let known = known.filter_map(|value| value.to_str().ok());
        known
            .flat_map(|list| list.split(','))
            .map(str::trim)
            .any(|etag| etag.strip_prefix("W/").unwrap_or(etag).as_bytes() == ours)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(if_none_match: &str, expected: StatusCode) {
        let headers = HeaderMap::from_iter([(
            header::IF_NONE_MATCH,
            HeaderValue::from_str(if_none_match).unwrap(),
        )]);
        let answer = Version::of_content(b"x").answer(&headers, || StatusCode::OK.into_response());
        assert_eq!(answer.status(), expected, "{if_none_match}");
        assert!(answer.headers().contains_key(header::ETAG));
    }

    #[test]
    fn an_answer_is_sent_once() {
        let etag = Version::of_content(b"x").0;
        let etag = etag.to_str().unwrap();
        check(etag, StatusCode::NOT_MODIFIED);
        check(etag.trim_start_matches("W/"), StatusCode::NOT_MODIFIED);
        check(&format!("\"a\", {etag}"), StatusCode::NOT_MODIFIED);
        check("\"a\"", StatusCode::OK);
        check("", StatusCode::OK);
    }
}

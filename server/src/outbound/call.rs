//! What is asked of another service, and what it answers.

use super::body::Body;
use crate::config::Secret;
use bytes::Bytes;
use reqwest::header::{ACCEPT, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, StatusCode};
use std::time::Duration;
use url::Url;

const TIME_LIMIT: Duration = Duration::from_secs(10);
const MAX_BYTES: usize = 10 * 1024 * 1024;

/// One request.
#[derive(Debug, Clone)]
pub struct Call {
    pub method: Method,
    pub url: Url,
    /// Headers that hold no secret; of these only `accept` follows a redirect to another server.
    pub headers: HeaderMap,
    /// Goes to the server of `url` and to no other.
    pub credential: Option<Credential>,
    pub body: Option<Body>,
    /// The content that the caller has already.
    pub etag: Option<String>,
    /// The largest answer that is read, counted after it is unpacked.
    pub max_bytes: usize,
    /// For everything until the answer is complete.
    pub time_limit: Duration,
}

/// A header that says who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credential {
    pub header: HeaderName,
    pub value: Secret,
}

/// An answer, its body unpacked.
#[derive(Debug, Clone)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

/// The content of a URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fetched {
    /// The content still has the etag that was sent along.
    Unchanged,
    Content {
        bytes: Bytes,
        etag: Option<String>,
    },
}

impl Call {
    pub fn new(method: Method, url: Url) -> Self {
        Self {
            method,
            url,
            headers: HeaderMap::new(),
            credential: None,
            body: None,
            etag: None,
            max_bytes: MAX_BYTES,
            time_limit: TIME_LIMIT,
        }
    }

    pub fn get(url: Url) -> Self {
        Self::new(Method::GET, url)
    }

    /// Asks for a media type.
    #[must_use]
    pub fn accept(mut self, media_type: &'static str) -> Self {
        self.headers
            .insert(ACCEPT, HeaderValue::from_static(media_type));
        self
    }
}

impl Credential {
    /// `authorization: <scheme> <secret>`.
    pub fn authorization(scheme: &str, secret: &str) -> Self {
        Self {
            header: reqwest::header::AUTHORIZATION,
            value: Secret::new(format!("{scheme} {secret}")),
        }
    }
}

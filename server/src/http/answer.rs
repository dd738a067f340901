//! How an error looks to a client of the API.

use app::error::ApiError;
use axum::body::Body;
use axum::http::{HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use serde_json::{Value, json};
use std::any::Any;

/// Where server functions are.
pub(super) const FUNCTIONS: &str = "/_fn/";

/// An error on its way to a client of the API.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) error: ApiError,
    pub(super) method: Method,
    pub(super) uri: Uri,
}

/// On an answer that is an error: which. For those on its way who do not read bodies.
#[derive(Debug, Clone)]
pub(super) struct Refusal(pub(super) ApiError);

/// The request an answer belongs to; error answers repeat it.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    method: Method,
    uri: Uri,
}

impl Asked {
    pub(super) fn failed(&self, error: ApiError) -> Failure {
        Failure {
            error,
            method: self.method.clone(),
            uri: self.uri.clone(),
        }
    }
}

impl<S: Sync> axum::extract::FromRequestParts<S> for Asked {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(
        parts: &mut axum::http::request::Parts,
        _state: &S,
    ) -> Result<Self, Self::Rejection> {
        Ok(Self {
            method: parts.method.clone(),
            uri: parts.uri.clone(),
        })
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        self.with(None)
    }
}

impl Failure {
    /// The answer, with one more field.
    pub(super) fn with(self, more: Option<(&str, Value)>) -> Response {
        let status = status(&self.error);
        let url = self.uri.path_and_query().map_or("/", |path| path.as_str());
        // Pages know errors as they know answers.
        if url.starts_with(FUNCTIONS) {
            let body = serde_json::to_string(&self.error).unwrap_or_default();
            return self.told(status, body);
        }
        // Clients know the URL as the plugin sees it.
        let of_plugin = ["/api/catalog", "/api/scaffolder", "/api/permission"]
            .iter()
            .find_map(|prefix| url.strip_prefix(prefix));
        let url = of_plugin.unwrap_or(url);
        let mut body = json!({
            "error": { "name": self.error.name(), "message": self.error.to_string() },
            "request": { "method": self.method.as_str(), "url": url },
            "response": { "statusCode": status.as_u16() },
        });
        if let Some((name, value)) = more {
            body[name] = value;
        }
        self.told(status, body.to_string())
    }

    /// The answer with this body, and with what went wrong beside it.
    fn told(self, status: StatusCode, body: String) -> Response {
        let mut response = json_answer(status, body);
        response.extensions_mut().insert(Refusal(self.error));
        response
    }
}

/// The same answer, which nobody on the way may keep.
pub(super) fn never_kept(mut response: Response) -> Response {
    let never = HeaderValue::from_static("no-store");
    response.headers_mut().insert(header::CACHE_CONTROL, never);
    response
}

/// A finished JSON text as an answer.
pub(super) fn json_answer(status: StatusCode, body: impl Into<Body>) -> Response {
    let content_type = [(header::CONTENT_TYPE, "application/json; charset=utf-8")];
    (status, content_type, body.into()).into_response()
}

/// JSON that is ready to be sent.
pub(super) fn json_bytes(body: Bytes) -> Response {
    json_answer(StatusCode::OK, body)
}

pub(super) fn status(error: &ApiError) -> StatusCode {
    StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// The answer of a handler that has panicked: logged once, here, and told to nobody.
pub(super) fn panicked(panic: Box<dyn Any + Send>) -> Response {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
    tracing::error!(panic = text.unwrap_or("unknown"), "a handler panicked");
    let error = ApiError::Internal;
    let body = json!({ "error": { "name": error.name(), "message": error.to_string() } });
    json_answer(status(&error), body.to_string())
}

//! Answers, before they are sent.

use axum::body::{Body, Bytes};
use axum::http::{HeaderName, HeaderValue, Response, StatusCode, header};
use serde_json::{Value, json};
use sha1::{Digest, Sha1};

#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) content: Content,
    headers: Vec<(&'static str, String)>,
    /// Whether the connection ends in the middle of it.
    is_cut: bool,
}

#[derive(Debug, Clone)]
pub(crate) enum Content {
    Nothing,
    Json(Value),
    Bytes(&'static str, Vec<u8>),
}

impl Answer {
    pub(crate) fn json(status: StatusCode, body: Value) -> Self {
        Self {
            status,
            content: Content::Json(body),
            headers: Vec::new(),
            is_cut: false,
        }
    }

    pub(crate) fn ok(body: Value) -> Self {
        Self::json(StatusCode::OK, body)
    }

    pub(crate) fn created(body: Value) -> Self {
        Self::json(StatusCode::CREATED, body)
    }

    pub(crate) fn nothing() -> Self {
        Self {
            content: Content::Nothing,
            ..Self::json(StatusCode::NO_CONTENT, Value::Null)
        }
    }

    pub(crate) fn bytes(kind: &'static str, bytes: Vec<u8>) -> Self {
        Self {
            content: Content::Bytes(kind, bytes),
            ..Self::ok(Value::Null)
        }
    }

    #[must_use]
    pub(crate) fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    /// Half of it is sent, then the connection ends.
    #[must_use]
    pub(crate) fn cut(mut self) -> Self {
        self.is_cut = true;
        self
    }

    pub(crate) fn response(self) -> Response<Body> {
        let (kind, bytes) = match self.content {
            Content::Nothing => (None, Vec::new()),
            Content::Json(value) => (
                Some("application/json; charset=utf-8"),
                value.to_string().into_bytes(),
            ),
            Content::Bytes(kind, bytes) => (Some(kind), bytes),
        };
        let mut response = Response::new(Body::empty());
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        if let Some(kind) = kind {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
            let etag = format!("\"{}\"", digest(&bytes));
            headers.insert(header::ETAG, etag.parse().unwrap());
        }
        for (name, value) in self.headers {
            headers.insert(HeaderName::from_static(name), value.parse().unwrap());
        }
        if self.is_cut {
            // The length that is promised never comes.
            headers.insert(header::CONTENT_LENGTH, (bytes.len() + 1000).into());
            let half = Bytes::from(bytes).slice(..1);
            let end = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
            let parts = futures::stream::iter([Ok(half), Err(end)]);
            *response.body_mut() = Body::from_stream(parts);
        } else {
            *response.body_mut() = Body::from(bytes);
        }
        response
    }
}

/// The error of GitHub's REST API.
pub(crate) fn refusal(status: StatusCode, text: &str) -> Answer {
    let body = json!({
        "message": text,
        "documentation_url": "https://docs.github.com/rest",
        "status": status.as_u16().to_string(),
    });
    Answer::json(status, body)
}

pub(crate) fn not_found() -> Answer {
    refusal(StatusCode::NOT_FOUND, "Not Found")
}

/// 422: what was asked is well-formed, and cannot be.
pub(crate) fn unprocessable(text: &str) -> Answer {
    refusal(StatusCode::UNPROCESSABLE_ENTITY, text)
}

/// 422, with what is wrong about a field.
pub(crate) fn invalid(resource: &str, field: &str, message: &str) -> Answer {
    let mistake = json!({
        "resource": resource, "code": "custom", "field": field, "message": message,
    });
    Answer::json(
        StatusCode::UNPROCESSABLE_ENTITY,
        json!({
            "message": "Validation Failed",
            "errors": [mistake],
            "documentation_url": "https://docs.github.com/rest",
            "status": "422",
        }),
    )
}

fn digest(bytes: &[u8]) -> String {
    let digest = Sha1::digest(bytes);
    digest
        .iter()
        .fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"))
}

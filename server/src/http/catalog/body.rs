//! Bodies of requests and answers.

use crate::http::answer::{Asked, json_answer};
use crate::query::fields::project;
use crate::query::{Model, Piece};
use app::error::ApiError;
use axum::body::Body;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http_body::{Frame, SizeHint};
use serde::de::DeserializeOwned;
use serde_json::json;
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

/// Answers up to this size are sent in one piece: copying them costs less than sending many.
const ONE_PIECE: usize = 64 * 1024;

/// The body of a request. Where there is none to be had, the handler is not asked.
pub(super) struct Received(Bytes);

impl Received {
    /// The body as it came.
    pub(super) fn bytes(self) -> Bytes {
        self.0
    }
}

/// Pieces of an answer that are sent one after the other.
struct Pieces {
    pieces: std::vec::IntoIter<Piece>,
    left: u64,
}

/// The entities as they stand between the brackets of a list: their stored bodies, or the parts that
/// were asked for.
pub(super) fn list(model: &Model, ids: &[u32], fields: Option<&[String]>) -> Vec<Piece> {
    let Some(fields) = fields else {
        return model.joined(ids);
    };
    let mut text = Vec::new();
    for (position, &id) in ids.iter().enumerate() {
        if position > 0 {
            text.push(b',');
        }
        put_projected(model, id, fields, &mut text);
    }
    vec![Piece::Ready(Bytes::from(text))]
}

/// One entity: its stored body, or the parts that were asked for.
pub(super) fn one(model: &Model, id: u32, fields: Option<&[String]>) -> Bytes {
    let Some(fields) = fields else {
        return model.body(model.entry(id));
    };
    let mut text = Vec::new();
    put_projected(model, id, fields, &mut text);
    Bytes::from(text)
}

/// Adds the parts of an entity that were asked for.
fn put_projected(model: &Model, id: u32, fields: &[String], text: &mut Vec<u8>) {
    let entity = model.entity(model.entry(id));
    let parts = project(&entity, fields);
    serde_json::to_writer(text, &parts).expect("memory can be written");
}

/// The answer that consists of these pieces of JSON.
pub(super) fn answer(pieces: Vec<impl Into<Piece>>) -> Response {
    let pieces: Vec<Piece> = pieces.into_iter().map(Into::into).collect();
    let size: usize = pieces.iter().map(Piece::len).sum();
    let body = if size <= ONE_PIECE {
        let mut text = Vec::with_capacity(size);
        for piece in pieces {
            text.extend_from_slice(&piece.open());
        }
        Body::from(text)
    } else {
        Body::new(Pieces {
            pieces: pieces.into_iter(),
            left: size as u64,
        })
    };
    json_answer(StatusCode::OK, body)
}

/// Reads a JSON body; an empty one is an empty object.
///
/// # Errors
/// [`ApiError::Invalid`] when it is no JSON, or not what is expected.
pub(super) fn read<T: DeserializeOwned>(Received(bytes): Received) -> Result<T, ApiError> {
    let text: &[u8] = if bytes.is_empty() { b"{}" } else { &bytes };
    if !text.trim_ascii_start().starts_with(b"{") {
        let message = "Invalid request body: it must be a JSON object";
        return Err(ApiError::invalid("body", message));
    }
    serde_json::from_slice(text)
        .map_err(|error| ApiError::invalid("body", format!("Invalid request body: {error}")))
}

impl<S: Send + Sync> FromRequest<S> for Received {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let Ok(asked) = Asked::from_request_parts(&mut parts, state).await;
        let received = Bytes::from_request(Request::from_parts(parts, body), state).await;
        received
            .map(Self)
            .map_err(|error| not_received(&asked, &error))
    }
}

/// What is said of a body that cannot be had: it is too large, or has broken off.
fn not_received(asked: &Asked, error: &BytesRejection) -> Response {
    let message = format!("Invalid request body: {error}; send the request again");
    let failure = asked.failed(ApiError::invalid("body", message));
    if error.status() != StatusCode::PAYLOAD_TOO_LARGE {
        return failure.into_response();
    }
    let url = failure.uri.path_and_query().map_or("/", |url| url.as_str());
    let body = json!({
        "error": {
            "name": "PayloadTooLargeError",
            "message": "The request body is larger than this server takes; ask in several requests",
        },
        "request": {
            "method": failure.method.as_str(),
            "url": url.strip_prefix("/api/catalog").unwrap_or(url),
        },
        "response": { "statusCode": error.status().as_u16() },
    });
    json_answer(error.status(), body.to_string())
}

impl http_body::Body for Pieces {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let piece = self.pieces.next().map(Piece::open);
        self.left -= piece.as_ref().map_or(0, |piece| piece.len() as u64);
        Poll::Ready(piece.map(|piece| Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}

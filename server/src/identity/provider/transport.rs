//! Lets the libraries that speak `OAuth` and `OpenID` Connect use the one outbound client.

use crate::config::Secret;
use crate::outbound::{Call, Credential, FetchError, Outbound};
use axum::http::header::AUTHORIZATION;
use oauth2::{HttpRequest, HttpResponse};
use url::Url;

/// Larger answers than any provider gives, in bytes.
const MOST: usize = 1024 * 1024;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum TransportError {
    #[error("'{0}' is no URL")]
    Url(String),
    #[error(transparent)]
    Fetch(#[from] FetchError),
    #[error("the answer makes no sense")]
    Answer,
}

/// Sends a request of such a library.
pub(super) async fn send(
    outbound: Outbound,
    request: HttpRequest,
) -> Result<HttpResponse, TransportError> {
    let (parts, body) = request.into_parts();
    let url = parts.uri.to_string();
    let url = Url::parse(&url).map_err(|_| TransportError::Url(url))?;
    let mut call = Call::new(parts.method, url);
    call.max_bytes = MOST;
    for (name, value) in &parts.headers {
        if name == AUTHORIZATION {
            let value = value.to_str().unwrap_or_default();
            call.credential = Some(Credential {
                header: AUTHORIZATION,
                value: Secret::new(value),
            });
        } else {
            call.headers.insert(name, value.clone());
        }
    }
    if !body.is_empty() {
        call.body = Some(body.into());
    }
    let reply = outbound.send(call).await?;
    let mut answer = axum::http::Response::builder().status(reply.status);
    for (name, value) in &reply.headers {
        answer = answer.header(name, value);
    }
    answer
        .body(reply.body.to_vec())
        .map_err(|_| TransportError::Answer)
}

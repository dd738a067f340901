//! The two clients beneath: one for hosts that the operator has named, one for all others.

use super::address::Reach;
use super::body::Body;
use super::call::Reply;
use super::error::{FetchError, shown};
use super::redirect::Step;
use super::resolver::{self, Checked, Lookup};
use crate::trace;
use bytes::{Bytes, BytesMut};
use futures::stream::{self, StreamExt};
use reqwest::Response;
use reqwest::header::{CONTENT_LENGTH, HeaderValue, IF_NONE_MATCH};
use reqwest::redirect::Policy;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;
use url::{Host, Url};

const CONNECT_LIMIT: Duration = Duration::from_secs(5);

pub(super) struct Clients {
    named: Client,
    others: Client,
}

/// The reason when this machine lacks what a client needs.
type Client = Result<reqwest::Client, FetchError>;

impl Clients {
    pub(super) fn new(lookup: &Lookup) -> Self {
        // Fails when a provider is installed already, which is as good.
        let _installed = rustls::crypto::ring::default_provider().install_default();
        Self {
            named: client(lookup, reach_of(true)),
            others: client(lookup, reach_of(false)),
        }
    }

    pub(super) async fn send(&self, step: &Step, is_named: bool) -> Result<Response, FetchError> {
        let client = if is_named { &self.named } else { &self.others };
        let client = client.as_ref().map_err(Clone::clone)?;
        let mut request = client
            .request(step.method.clone(), step.url.clone())
            .headers(step.headers.clone());
        if let Some(credential) = &step.credential {
            let value = HeaderValue::from_str(credential.value.expose());
            let mut value = value.map_err(|_| {
                let reason = "the configured credential holds characters that cannot be sent";
                FetchError::Unreachable(reason.to_owned())
            })?;
            value.set_sensitive(true);
            request = request.header(&credential.header, value);
        }
        if let Some(etag) = &step.etag {
            request = request.header(IF_NONE_MATCH, etag);
        }
        // Whom the operator has named may know of our traces, nobody else.
        if is_named && let Some(trace) = trace::traceparent() {
            request = request.header("traceparent", trace);
        }
        if let Some(body) = &step.body {
            request = send_along(request, body)?;
        }
        let response = request.send().await;
        response.map_err(|error| FetchError::of_client(&error))
    }
}

/// A file is of a known length too: some servers take nothing whose end they cannot see.
fn send_along(
    request: reqwest::RequestBuilder,
    body: &Body,
) -> Result<reqwest::RequestBuilder, FetchError> {
    let content = body.to_client().map_err(|error| {
        FetchError::Unreachable(format!("what is to be sent cannot be read: {error}"))
    })?;
    let request = match body {
        Body::Bytes(_) => request,
        Body::File { .. } => request.header(CONTENT_LENGTH, body.size()),
    };
    Ok(request.body(content))
}

#[expect(
    clippy::disallowed_methods,
    reason = "this is the one client that the lint sends everybody to"
)]
fn client(lookup: &Lookup, allowed: Reach) -> Client {
    let client = reqwest::Client::builder()
        .connect_timeout(CONNECT_LIMIT)
        .user_agent(concat!("callboard/", env!("CARGO_PKG_VERSION")))
        // Followed step by step instead, see `redirect`.
        .redirect(Policy::none())
        // A proxy would look names up by itself, where nobody checks what they mean.
        .no_proxy()
        .referer(false)
        .dns_resolver(Arc::new(Checked {
            lookup: Arc::clone(lookup),
            allowed,
        }))
        .build();
    client.map_err(|error| FetchError::of_client(&error))
}

fn reach_of(is_named: bool) -> Reach {
    if is_named {
        Reach::Local
    } else {
        Reach::Global
    }
}

/// What can be said of a URL before connecting. It may name an address itself, past any look-up.
pub(super) fn check(url: &Url, is_named: bool) -> Result<(), FetchError> {
    if !["http", "https"].contains(&url.scheme()) || url.host_str().is_none_or(str::is_empty) {
        return Err(FetchError::NotAUrl(shown(url)));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(FetchError::Userinfo(shown(url)));
    }
    let address = match url.host() {
        Some(Host::Ipv4(address)) => Some(IpAddr::V4(address)),
        Some(Host::Ipv6(address)) => Some(IpAddr::V6(address)),
        _ => None,
    };
    if let Some(address) = address {
        resolver::check(address, reach_of(is_named), &address.to_string())?;
    }
    if !is_named && !has_usual_port(url) {
        return Err(FetchError::Port(shown(url), url.port().unwrap_or_default()));
    }
    Ok(())
}

/// Below 1024 other services than those of the web listen: a host that nobody has named could be
/// asked to lead us to the mail server of another.
fn has_usual_port(url: &Url) -> bool {
    url.port()
        .is_none_or(|port| [80, 443].contains(&port) || port >= 1024)
}

/// The whole answer. It is unpacked as it comes in, so no more is ever held than is allowed.
pub(super) async fn read(mut response: Response, max_bytes: usize) -> Result<Reply, FetchError> {
    let limit = u64::try_from(max_bytes).unwrap_or(u64::MAX);
    if response
        .content_length()
        .is_some_and(|length| length > limit)
    {
        return Err(FetchError::TooLarge(max_bytes));
    }
    let mut body = BytesMut::new();
    while let Some(chunk) = chunk(&mut response).await? {
        if body.len() + chunk.len() > max_bytes {
            return Err(FetchError::TooLarge(max_bytes));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Reply {
        status: response.status(),
        headers: response.headers().clone(),
        body: body.freeze(),
    })
}

pub(super) async fn chunk(response: &mut Response) -> Result<Option<Bytes>, FetchError> {
    let chunk = response.chunk().await;
    chunk.map_err(|error| FetchError::of_client(&error))
}

/// The first part of an answer's body, and the answer with all of it.
pub(super) async fn peek(mut response: Response) -> Result<(Bytes, Response), FetchError> {
    let start = chunk(&mut response).await?.unwrap_or_default();
    let mut again = axum::http::Response::new(());
    *again.status_mut() = response.status();
    *again.headers_mut() = std::mem::take(response.headers_mut());
    let first = start.clone();
    let first = stream::once(async move { Ok(first) });
    let body = reqwest::Body::wrap_stream(first.chain(response.bytes_stream()));
    Ok((start, again.map(|()| body).into()))
}

//! What every request and answer has in common.
//!
//! One function and not a layer for each thing: each layer costs every request an allocation or two.

use super::{AppState, answer, catalog, events, guard, scaffolder};
use crate::metrics::{self, Route};
use crate::trace;
use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures::FutureExt;
use http_body::{Body as HttpBody, Frame, SizeHint};
use http_body_util::Limited;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};
use tracing::{Instrument, Span, field};

/// How long an answer may take to begin.
const TIME_LIMIT: Duration = Duration::from_secs(30);
/// How large most requests may be, in bytes.
const BODY_LIMIT: usize = 1024 * 1024;
/// The trace that a request is part of (W3C Trace Context).
const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");
/// What a request is known by in the log; who asks may choose it.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// A longer one is replaced: it goes into every line of the log.
const MAX_ID: usize = 128;
/// What answers say unless they say otherwise.
const HEADERS: [(HeaderName, HeaderValue); 3] = [
    (
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    ),
    (
        header::REFERRER_POLICY,
        HeaderValue::from_static("same-origin"),
    ),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
];

/// Browsers that have come by TLS once come by it for a year.
const HSTS: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// Answers within bounds, and logs what was asked, the status and how long it took; all of it under
/// the request id.
pub(super) async fn frame(state: State<AppState>, request: Request, next: Next) -> Response {
    let id = id_of(&request);
    let path = request.uri().path();
    let matched = request.extensions().get::<MatchedPath>();
    let matched = matched.map(MatchedPath::as_str);
    let route = Route::of(request.method(), matched, path);
    let limit = body_limit(route.template);
    let span = tracing::info_span!(
        "request",
        id = id.to_str().unwrap_or_default(),
        method = %request.method(),
        path,
        route = route.template,
        status = field::Empty
    );
    if trace::is_on()
        && let Some(theirs) = request.headers().get(TRACEPARENT)
        && let Ok(theirs) = theirs.to_str()
    {
        trace::adopt(&span, theirs);
    }
    let is_secure = state.identity.is_secure();
    let of_request = id.clone();
    let answered = async move {
        let start = Instant::now();
        let response = within(limit, state, &of_request, request, next).await;
        told(route, response.status(), start.elapsed());
        response
    };
    let mut response = answered.instrument(span).await;
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.entry(name).or_insert(value);
    }
    if is_secure {
        headers
            .entry(header::STRICT_TRANSPORT_SECURITY)
            .or_insert(HSTS);
    }
    headers.insert(REQUEST_ID, id);
    measured(response, route)
}

/// How large a request to a route may be, in bytes.
fn body_limit(template: &str) -> usize {
    match template {
        catalog::PUSHED => catalog::PUSHED_LIMIT,
        events::GITHUB => events::BODY_LIMIT,
        scaffolder::DRY_RUN | super::TRIAL => scaffolder::DRY_RUN_LIMIT,
        scaffolder::TASKS => scaffolder::TASKS_LIMIT,
        _ => BODY_LIMIT,
    }
}

fn id_of(request: &Request) -> HeaderValue {
    let theirs = request.headers().get(REQUEST_ID);
    let usable = |id: &&HeaderValue| id.len() <= MAX_ID && id.to_str().is_ok();
    theirs.filter(usable).cloned().unwrap_or_else(|| {
        let id = uuid::Uuid::new_v4().to_string();
        HeaderValue::try_from(id).expect("a uuid is plain text")
    })
}

/// The answer, or what there is to say when it takes too long, asks for too much, or panics.
async fn within(
    limit: usize,
    state: State<AppState>,
    id: &HeaderValue,
    request: Request,
    next: Next,
) -> Response {
    let announced = request.headers().get(header::CONTENT_LENGTH);
    let announced = announced.and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| length > u64::try_from(limit).unwrap_or(u64::MAX)) {
        return (StatusCode::PAYLOAD_TOO_LARGE, "length limit exceeded").into_response();
    }
    let request = if request.body().is_end_stream() {
        request
    } else {
        request.map(|body| Body::new(Limited::new(body, limit)))
    };
    let answer = async { guard::authorise(state, id, request, next).await };
    let answer = AssertUnwindSafe(answer).catch_unwind();
    match tokio::time::timeout(TIME_LIMIT, answer).await {
        Ok(Ok(response)) => response,
        Ok(Err(panic)) => answer::panicked(panic),
        Err(_late) => StatusCode::GATEWAY_TIMEOUT.into_response(),
    }
}

/// Counts an answer and writes its line.
fn told(route: Route, status: StatusCode, took: Duration) {
    let number = status.as_u16();
    metrics::requested(route, number, took);
    // A log line says it by itself.
    if trace::is_on() {
        Span::current().record("status", number);
    }
    let took_ms = took.as_secs_f64() * 1000.0;
    // 503 is an answer by intent, to probes while starting above all.
    if status.is_server_error() && status != StatusCode::SERVICE_UNAVAILABLE {
        tracing::error!(status = number, took_ms, "answered");
    } else {
        tracing::debug!(status = number, took_ms, "answered");
    }
}

/// The same answer, whose length is counted: now when it is known, else as it is sent.
fn measured(response: Response, route: Route) -> Response {
    if let Some(length) = response.body().size_hint().exact() {
        metrics::body_sent(route, length);
        return response;
    }
    response.map(|body| {
        Body::new(Measured {
            body,
            sent: 0,
            route,
        })
    })
}

/// Counts what is sent, and tells when it ends or the client goes away.
struct Measured {
    body: Body,
    sent: u64,
    route: Route,
}

impl HttpBody for Measured {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let frame = Pin::new(&mut self.body).poll_frame(context);
        if let Poll::Ready(Some(Ok(frame))) = &frame
            && let Some(data) = frame.data_ref()
        {
            self.sent += u64::try_from(data.len()).unwrap_or_default();
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Measured {
    fn drop(&mut self) {
        metrics::body_sent(self.route, self.sent);
    }
}

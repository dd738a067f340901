//! One structured line for each request, and what its answer counts for.

use crate::metrics::{self, Route};
use crate::trace;
use axum::body::Body;
use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderName, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Instant;
use tower_http::request_id::RequestId;
use tracing::{Instrument, field};

/// The trace that a request is part of (W3C Trace Context).
const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

/// Logs what was asked, the status and how long the answer took; all of it under the request id.
pub(super) async fn log(request: Request, next: Next) -> Response {
    let id = request.extensions().get::<RequestId>();
    let id = id
        .and_then(|id| id.header_value().to_str().ok())
        .unwrap_or_default();
    let path = request.uri().path();
    let matched = request.extensions().get::<MatchedPath>();
    let route = Route::of(request.method(), matched.map(MatchedPath::as_str), path);
    let span = tracing::info_span!(
        "request",
        id,
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
    async move {
        let start = Instant::now();
        let response = next.run(request).await;
        let took = start.elapsed();
        let status = response.status().as_u16();
        metrics::requested(route, status, took);
        // A log line says it by itself.
        if trace::is_on() {
            tracing::Span::current().record("status", status);
        }
        let took_ms = took.as_secs_f64() * 1000.0;
        // 503 is an answer by intent, to probes while starting above all.
        let unintended = status != StatusCode::SERVICE_UNAVAILABLE.as_u16();
        if response.status().is_server_error() && unintended {
            tracing::error!(status, took_ms, "answered");
        } else {
            tracing::debug!(status, took_ms, "answered");
        }
        measured(response, route)
    }
    .instrument(span)
    .await
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

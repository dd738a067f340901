//! What OpenTelemetry calls our spans and their fields.

/// As OTLP numbers them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SpanKind {
    Internal = 1,
    Server = 2,
    Client = 3,
}

/// The kind of a span by its name in the code.
pub(super) fn kind(name: &str) -> SpanKind {
    match name {
        "request" => SpanKind::Server,
        "outbound request" => SpanKind::Client,
        _ => SpanKind::Internal,
    }
}

/// The name of an attribute: the semantic conventions for HTTP, version 1.23 and later.
pub(super) fn attribute(kind: SpanKind, field: &str) -> &str {
    match (kind, field) {
        (SpanKind::Server | SpanKind::Client, "method") => "http.request.method",
        (SpanKind::Server | SpanKind::Client, "status") => "http.response.status_code",
        (SpanKind::Server, "route") => "http.route",
        (SpanKind::Server, "path") => "url.path",
        (SpanKind::Server, "id") => "callboard.request_id",
        (SpanKind::Client, "host") => "server.address",
        (_, field) => field,
    }
}

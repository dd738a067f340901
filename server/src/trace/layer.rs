//! Makes records of spans while they run.

use super::context::Context;
use super::kinds::{SpanKind, attribute, kind};
use super::settings::Sampler;
use crate::clock::Clock;
use std::fmt;
use std::time::Instant;
use tokio::sync::mpsc;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id};
use tracing::{Event, Level, Span, Subscriber};
use tracing_subscriber::Registry;
use tracing_subscriber::layer::{Context as Layers, Layer};
use tracing_subscriber::registry::LookupSpan;

/// More are not kept of one span.
const MAX_EVENTS: usize = 32;

/// A finished span.
#[derive(Debug, Clone)]
pub(super) struct Record {
    pub(super) context: Context,
    pub(super) parent: Option<u64>,
    pub(super) name: String,
    pub(super) kind: SpanKind,
    /// Nanoseconds since 1970.
    pub(super) start_ns: u64,
    pub(super) end_ns: u64,
    pub(super) attributes: Vec<(String, Value)>,
    pub(super) events: Vec<Told>,
    pub(super) failed: bool,
}

/// A warning or an error within a span.
#[derive(Debug, Clone)]
pub(super) struct Told {
    pub(super) at_ns: u64,
    pub(super) name: String,
    pub(super) attributes: Vec<(String, Value)>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Text(String),
    Flag(bool),
    Whole(i64),
    Real(f64),
}

/// Records the spans of this program.
#[derive(Debug)]
pub struct TraceLayer {
    sampler: Sampler,
    finished: mpsc::Sender<Record>,
    /// The same moment in both: what is recorded never jumps with the clock of the machine.
    began: Instant,
    began_ns: u64,
}

impl TraceLayer {
    pub(super) fn new(sampler: Sampler, clock: &Clock, finished: mpsc::Sender<Record>) -> Self {
        let began_ms = u64::try_from(clock.now()).unwrap_or_default();
        Self {
            sampler,
            finished,
            began: Instant::now(),
            began_ns: began_ms.saturating_mul(1_000_000),
        }
    }

    fn now_ns(&self) -> u64 {
        let since = u64::try_from(self.began.elapsed().as_nanos()).unwrap_or(u64::MAX);
        self.began_ns.saturating_add(since)
    }
}

/// A new number for a trace or a span.
fn random() -> u128 {
    uuid::Uuid::new_v4().as_u128()
}

fn random_span() -> u64 {
    // The lower half is random but for two bits.
    uuid::Uuid::new_v4().as_u64_pair().1
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for TraceLayer {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, layers: Layers<'_, S>) {
        let Some(span) = layers.span(id) else { return };
        let above = span.parent().and_then(|parent| {
            let extensions = parent.extensions();
            extensions.get::<Record>().map(|record| record.context)
        });
        let trace = above.map_or_else(random, |above| above.trace);
        let name = span.name();
        let mut record = Record {
            context: Context {
                trace,
                span: random_span(),
                sampled: above.map_or_else(|| self.sampler.takes(trace), |above| above.sampled),
            },
            parent: above.map(|above| above.span),
            name: name.to_owned(),
            kind: kind(name),
            start_ns: self.now_ns(),
            end_ns: 0,
            attributes: Vec::new(),
            events: Vec::new(),
            failed: false,
        };
        // Who calls may still say that it is to be recorded.
        if record.context.sampled || record.kind == SpanKind::Server {
            attributes.record(&mut Fields(record.kind, &mut record.attributes));
        }
        span.extensions_mut().insert(record);
    }

    fn on_record(&self, id: &Id, values: &tracing::span::Record<'_>, layers: Layers<'_, S>) {
        let Some(span) = layers.span(id) else { return };
        if let Some(record) = span.extensions_mut().get_mut::<Record>()
            && record.context.sampled
        {
            values.record(&mut Fields(record.kind, &mut record.attributes));
        }
    }

    fn on_event(&self, event: &Event<'_>, layers: Layers<'_, S>) {
        if *event.metadata().level() > Level::WARN {
            return;
        }
        let Some(span) = layers.event_span(event) else {
            return;
        };
        let mut extensions = span.extensions_mut();
        let Some(record) = extensions.get_mut::<Record>() else {
            return;
        };
        record.failed |= *event.metadata().level() == Level::ERROR;
        if !record.context.sampled || record.events.len() >= MAX_EVENTS {
            return;
        }
        let mut attributes = Vec::new();
        event.record(&mut Fields(SpanKind::Internal, &mut attributes));
        let message = attributes.iter().position(|(key, _)| key == "message");
        let name = match message.map(|at| attributes.remove(at).1) {
            Some(Value::Text(text)) => text,
            _ => event.metadata().name().to_owned(),
        };
        record.events.push(Told {
            at_ns: self.now_ns(),
            name,
            attributes,
        });
    }

    fn on_close(&self, id: Id, layers: Layers<'_, S>) {
        let Some(span) = layers.span(&id) else { return };
        let Some(mut record) = span.extensions_mut().remove::<Record>() else {
            return;
        };
        if !record.context.sampled {
            return;
        }
        record.end_ns = self.now_ns();
        record.settle();
        // When the collector is away, what it would have been told is lost, and nothing else.
        if self.finished.try_send(record).is_err() {
            crate::metrics::spans_dropped(1);
        }
    }
}

impl Record {
    /// What is known once the span has ended: a request is named by its route, and what the server
    /// could not answer has failed.
    fn settle(&mut self) {
        let find = |key: &str| self.attributes.iter().find(|(known, _)| known == key);
        let text = |key: &str| match find(key) {
            Some((_, Value::Text(text))) => Some(text.as_str()),
            _ => None,
        };
        let status = match find("http.response.status_code") {
            Some((_, Value::Whole(status))) => *status,
            _ => 0,
        };
        let name = match self.kind {
            SpanKind::Internal => None,
            SpanKind::Server | SpanKind::Client => {
                let method = text("http.request.method").unwrap_or("HTTP");
                let route = text("http.route").map(|route| format!("{method} {route}"));
                Some(route.unwrap_or_else(|| method.to_owned()))
            }
        };
        self.failed |= match self.kind {
            SpanKind::Internal => false,
            SpanKind::Server => status >= 500,
            SpanKind::Client => status == 0 || status >= 400,
        };
        if let Some(name) = name {
            self.name = name;
        }
    }
}

/// Makes a span part of the trace that a `traceparent` header names, if it is one.
pub fn adopt(span: &Span, header: &str) {
    let Some(theirs) = Context::parse(header) else {
        return;
    };
    span.with_subscriber(|(id, dispatch)| {
        let follows = dispatch
            .downcast_ref::<TraceLayer>()
            .is_some_and(|layer| layer.sampler.follows_parent);
        let span = dispatch
            .downcast_ref::<Registry>()
            .and_then(|registry| registry.span(id));
        let Some(span) = span else { return };
        if let Some(record) = span.extensions_mut().get_mut::<Record>() {
            record.context.trace = theirs.trace;
            record.parent = Some(theirs.span);
            if follows {
                record.context.sampled = theirs.sampled;
            }
        }
    });
}

/// The `traceparent` header for what is called from within the current span; `None` when it is not
/// recorded.
pub fn traceparent() -> Option<String> {
    if !super::is_on() {
        return None;
    }
    let found = Span::current().with_subscriber(|(id, dispatch)| {
        let span = dispatch.downcast_ref::<Registry>()?.span(id)?;
        let extensions = span.extensions();
        let context = extensions.get::<Record>()?.context;
        context.sampled.then(|| context.to_string())
    });
    found.flatten()
}

/// Collects fields under the names that OpenTelemetry has for them.
struct Fields<'a>(SpanKind, &'a mut Vec<(String, Value)>);

impl Fields<'_> {
    fn put(&mut self, field: &Field, value: Value) {
        let name = attribute(self.0, field.name()).to_owned();
        self.1.retain(|(known, _)| *known != name);
        self.1.push((name, value));
    }
}

impl Visit for Fields<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field, Value::Text(value.to_owned()));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, Value::Flag(value));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, Value::Whole(value));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(
            field,
            Value::Whole(i64::try_from(value).unwrap_or(i64::MAX)),
        );
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.put(field, Value::Real(value));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.put(field, Value::Text(format!("{value:?}")));
    }
}

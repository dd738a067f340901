//! OpenTelemetry traces, for those who name a place to send them to.
//!
//! Spans are those of `tracing`, told apart by their names: see `kinds`. `settings` reads the
//! environment variables that every OpenTelemetry program reads, `context` is the W3C header,
//! `layer` makes records of spans, `encode` writes them as OTLP, `export` sends them through the one
//! outbound client. Without a configured place nothing of this is built and spans cost as ever.
//!
//! To trace something more: a `tracing::info_span!` where it happens; if it is no internal step, or
//! its fields have names in OpenTelemetry's conventions, a row in `kinds`.

mod context;
mod encode;
mod export;
mod kinds;
mod layer;
mod settings;

pub use export::Exporter;
pub use layer::{TraceLayer, adopt, traceparent};
pub use settings::Settings;

use crate::clock::Clock;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::mpsc;

/// Finished spans that wait to be sent; more are dropped and counted.
const QUEUE: usize = 4096;

static IS_ON: AtomicBool = AtomicBool::new(false);

/// Whether spans are recorded at all: what is recorded for them alone can be left out otherwise.
pub fn is_on() -> bool {
    IS_ON.load(Ordering::Relaxed)
}

/// The two halves of tracing: what records spans, and what sends them.
pub fn halves(settings: Settings, clock: &Clock) -> (TraceLayer, Exporter) {
    IS_ON.store(true, Ordering::Relaxed);
    let (sender, finished) = mpsc::channel(QUEUE);
    let layer = TraceLayer::new(settings.sampler, clock, sender);
    (layer, Exporter::new(settings, finished))
}

//! Structured logs, and traces where the operator wants them.

use crate::cli::LogFormat;
use crate::clock::Clock;
use crate::trace::{self, Exporter, Settings, TraceLayer};
use std::io::IsTerminal;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;

/// Begins to log to standard output; `RUST_LOG` narrows or widens it. Returns what is to send traces,
/// when the environment says where to.
pub fn start(format: Option<LogFormat>) -> Option<Exporter> {
    let settings = Settings::read(|name| std::env::var(name).ok());
    let (settings, mistake) = match settings {
        Ok(settings) => (settings, None),
        Err(mistake) => (None, Some(mistake)),
    };
    let halves = settings.map(|settings| trace::halves(settings, &Clock::system()));
    let (layer, exporter) = halves.unzip();
    log(format, layer);
    // Said as late as this, for before nothing could be said. Traces are no reason not to start.
    if let Some(mistake) = mistake {
        tracing::warn!("{mistake}; no traces are sent");
    }
    if let Some(exporter) = &exporter {
        let endpoint = exporter.settings().endpoint().origin();
        tracing::info!(endpoint = endpoint.ascii_serialization(), "traces are sent");
    }
    exporter
}

fn log(format: Option<LogFormat>, traces: Option<TraceLayer>) {
    let filter = EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn,hyper=warn"));
    let pretty = match format {
        Some(format) => format == LogFormat::Pretty,
        None => std::io::stdout().is_terminal(),
    };
    let Some(traces) = traces else {
        let logs = tracing_subscriber::fmt().with_env_filter(filter);
        if pretty {
            logs.with_target(false).init();
        } else {
            logs.json().flatten_event(true).init();
        }
        return;
    };
    // A filter for each: one for both would let `RUST_LOG=warn` take the spans out of the traces.
    let lines = tracing_subscriber::fmt::layer();
    let lines = if pretty {
        lines.with_target(false).with_filter(filter).boxed()
    } else {
        let lines = lines.json().flatten_event(true);
        lines.with_filter(filter).boxed()
    };
    let ours = Targets::new().with_target("server", LevelFilter::INFO);
    tracing_subscriber::registry()
        .with(lines)
        .with(traces.with_filter(ours))
        .init();
}

//! Structured logs.

use crate::cli::LogFormat;
use std::io::IsTerminal;
use tracing_subscriber::EnvFilter;

/// Begins to log to standard output; `RUST_LOG` narrows or widens it.
pub fn start(format: Option<LogFormat>) {
    let filter = EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn,hyper=warn"));
    let logs = tracing_subscriber::fmt().with_env_filter(filter);
    let pretty = std::io::stdout().is_terminal();
    match format {
        Some(LogFormat::Pretty) => logs.with_target(false).init(),
        None if pretty => logs.with_target(false).init(),
        _ => logs.json().flatten_event(true).init(),
    }
}

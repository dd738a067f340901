//! `backend.server`: how many connections there may be, and how slow.

use std::time::Duration;

use serde_json::Value;

use crate::config::node::Node;
use crate::config::section::Section;

/// The limits of connections. None of them bounds how long an answer may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Server {
    /// `backend.server.headersTimeout`: how long the head of a request may take to come in. Default 10
    /// seconds.
    pub headers_timeout: Duration,
    /// `backend.server.keepAliveTimeout`: how long a connection may be idle. Default 75 seconds, which
    /// is more than proxies wait, so that it is they who close it.
    pub keep_alive_timeout: Duration,
    /// `backend.server.timeout`: how long a client may take nothing of its answer. Default 30 seconds.
    pub timeout: Duration,
    /// `backend.server.maxConnections`: at the same time. Default 10,000.
    pub max_connections: usize,
}

impl Default for Server {
    fn default() -> Self {
        Self {
            headers_timeout: Duration::from_secs(10),
            keep_alive_timeout: Duration::from_secs(75),
            timeout: Duration::from_secs(30),
            max_connections: 10_000,
        }
    }
}

impl Server {
    pub(super) fn read(backend: &Section<'_>) -> Self {
        let usual = Self::default();
        let Some(server) = backend.section("server") else {
            return usual;
        };
        let time = |key: &str, usual: Duration| read_time(&server, key).unwrap_or(usual);
        Self {
            headers_timeout: time("headersTimeout", usual.headers_timeout),
            keep_alive_timeout: time("keepAliveTimeout", usual.keep_alive_timeout),
            timeout: time("timeout", usual.timeout),
            max_connections: server
                .count("maxConnections")
                .unwrap_or(usual.max_connections),
        }
    }
}

/// A duration, or a number of milliseconds.
pub(super) fn read_time(server: &Section<'_>, key: &str) -> Option<Duration> {
    let time = match server.node(key).map(Node::to_json) {
        Some(Value::Number(_)) => {
            let milliseconds = server.count(key)?;
            Duration::from_millis(u64::try_from(milliseconds).unwrap_or(u64::MAX))
        }
        _ => server.duration(key)?,
    };
    if time.is_zero() {
        server.refuse(key, "should be more than nothing");
        return None;
    }
    Some(time)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::load::tests::load_text;

    #[test]
    fn limits_are_durations_or_milliseconds() {
        let text = "backend:\n  server:\n    headersTimeout: 5000\n    keepAliveTimeout: {minutes: 2}\n    maxConnections: 20\n";
        let server = load_text(text).unwrap().config.backend.server;
        let expected = Server {
            headers_timeout: Duration::from_secs(5),
            keep_alive_timeout: Duration::from_mins(2),
            timeout: Duration::from_secs(30),
            max_connections: 20,
        };
        assert_eq!(server, expected);
        for text in ["timeout: 0", "maxConnections: 0", "maxConnections: 1.5"] {
            let text = format!("backend:\n  server:\n    {text}");
            let error = load_text(&text).unwrap_err();
            assert_eq!(error.problems[0].line, Some(3), "{text}");
        }
    }
}

//! `backend.listen`: the address the server binds.

use std::fmt;
use std::str::FromStr;

use crate::config::node::NodeValue;
use crate::config::section::Section;

/// A host and port. The default is `127.0.0.1:7007`; a configured address without a host means all
/// interfaces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listen {
    /// None means all interfaces.
    pub host: Option<String>,
    pub port: u16,
}

const DEFAULT_PORT: u16 = 7007;

impl Default for Listen {
    fn default() -> Self {
        Self {
            host: Some("127.0.0.1".to_owned()),
            port: DEFAULT_PORT,
        }
    }
}

impl Listen {
    /// The addresses to try in turn. All interfaces means IPv6 and IPv4 together where the machine
    /// has both, else IPv4 alone.
    pub fn candidates(&self) -> Vec<String> {
        match &self.host {
            Some(host) => vec![address(host, self.port)],
            None => vec![address("::", self.port), address("0.0.0.0", self.port)],
        }
    }

    /// Text `host:port`, `:port` or `port`, a number, or a map of host and port.
    pub(super) fn read(backend: &Section<'_>) -> Self {
        let key = "listen";
        match backend.node(key).map(|node| &node.value) {
            None => {
                // Notes that the key is known.
                let _ = backend.section(key);
                Self::default()
            }
            Some(NodeValue::Map(_)) => match backend.section(key) {
                Some(listen) => Self {
                    host: listen.string("host"),
                    port: listen.port("port").unwrap_or(DEFAULT_PORT),
                },
                None => Self::default(),
            },
            Some(NodeValue::Number(_)) => Self {
                host: None,
                port: backend.port(key).unwrap_or(DEFAULT_PORT),
            },
            Some(_) => match backend.string(key).map(|text| text.parse()) {
                Some(Ok(listen)) => listen,
                Some(Err(reason)) => {
                    backend.refuse(key, reason);
                    Self::default()
                }
                None => Self::default(),
            },
        }
    }
}

impl FromStr for Listen {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (host, port) = text.rsplit_once(':').unwrap_or(("", text));
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let port = port
            .parse()
            .map_err(|_| "should be an address such as ':7007' or '127.0.0.1:7007'")?;
        Ok(Self {
            host: Some(host)
                .filter(|host| !host.is_empty() && *host != "*")
                .map(str::to_owned),
            port,
        })
    }
}

impl fmt::Display for Listen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.host {
            Some(host) => f.write_str(&address(host, self.port)),
            None => write!(f, ":{}", self.port),
        }
    }
}

fn address(host: &str, port: u16) -> String {
    if host.contains(':') {
        format!("[{host}]:{port}")
    } else {
        format!("{host}:{port}")
    }
}

#[cfg(test)]
mod tests {
    use crate::config::load::tests::load_text;

    fn check(listen: &str, expected: &str) {
        let config = load_text(&format!("backend: {{{listen}}}")).unwrap().config;
        assert_eq!(config.backend.listen.to_string(), expected, "{listen}");
    }

    #[test]
    fn addresses_have_many_forms() {
        check("", "127.0.0.1:7007");
        check("listen: ':7007'", ":7007");
        check("listen: 8080", ":8080");
        check("listen: '8080'", ":8080");
        check("listen: 'localhost:80'", "localhost:80");
        check("listen: '[::1]:80'", "[::1]:80");
        check("listen: {port: '8080'}", ":8080");
        check("listen: {port: '${PORT}'}", ":7007");
        check("listen: {host: 127.0.0.1, port: 1}", "127.0.0.1:1");
    }

    #[test]
    fn a_bad_port_is_an_error_at_its_line() {
        for text in ["a:99999", "{port: 70000}", "true", "'no port'"] {
            let error = load_text(&format!("backend:\n  listen: {text}")).unwrap_err();
            assert_eq!(error.problems[0].line, Some(2), "{text}: {error}");
        }
    }
}

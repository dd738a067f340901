//! The hosts that the operator has named: those may be on the operator's own networks.

use crate::config::{Config, Integration, ReadingTarget};
use serde_json::Value;
use url::Url;

/// What the operator has named. Everything else is reached only where anyone could reach it.
#[derive(Debug, Clone, Default)]
pub struct Hosts {
    /// Exact, with the port where it is not the usual one of the scheme.
    named: Vec<String>,
    reading: Vec<ReadingTarget>,
}

impl Hosts {
    /// The hosts of `integrations` and `backend.reading.allow`.
    pub fn configured(config: &Config) -> Self {
        let mut hosts = Self {
            named: Vec::new(),
            reading: config.backend.reading.clone(),
        };
        for integration in &config.integrations {
            hosts.add_integration(integration);
        }
        hosts
    }

    fn add_integration(&mut self, integration: &Integration) {
        self.named.push(integration.host.to_lowercase());
        let urls = [
            &integration.base_url,
            &integration.api_base_url,
            &integration.raw_base_url,
        ];
        for url in urls.into_iter().flatten() {
            self.name(url);
        }
    }

    /// Names the host of a URL that the operator wrote. What is no URL names nothing.
    pub fn name(&mut self, url: &str) {
        if let Some(host) = Url::parse(url).ok().and_then(|url| authority(&url)) {
            self.named.push(host);
        }
    }

    /// Names the host of every URL below a part of the configuration, such as `auth.providers`.
    pub fn name_all(&mut self, value: &Value) {
        match value {
            Value::String(text) if text.contains("://") => self.name(text),
            Value::Array(items) => items.iter().for_each(|item| self.name_all(item)),
            Value::Object(entries) => entries.values().for_each(|entry| self.name_all(entry)),
            _ => {}
        }
    }

    /// Whether the operator has named the host, and for `backend.reading.allow` also the path.
    pub fn names(&self, url: &Url) -> bool {
        let Some(host) = authority(url) else {
            return false;
        };
        self.named.contains(&host) || self.reading.iter().any(|it| allows(it, &host, url.path()))
    }
}

/// The host of a URL, with its port where that is not the usual one.
pub(crate) fn authority(url: &Url) -> Option<String> {
    let host = url.host_str()?;
    Some(match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    })
}

fn allows(target: &ReadingTarget, host: &str, path: &str) -> bool {
    let allowed = target.host.to_lowercase();
    let is_host = match allowed.strip_prefix('*') {
        Some(suffix) if suffix.starts_with('.') => {
            host.len() > suffix.len() && host.ends_with(suffix)
        }
        _ => allowed == host,
    };
    is_host
        && target
            .paths
            .as_ref()
            .is_none_or(|paths| paths.iter().any(|it| is_below(path, it)))
}

/// Whether a path of a URL is the allowed one or below it; an allowed one with a slash at its end is
/// only what is below. Encoded separators and dots could mean
/// another path to the server than they do here.
fn is_below(path: &str, allowed: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    if ["%2e", "%2f", "%5c", "%25"]
        .iter()
        .any(|it| lower.contains(it))
    {
        return false;
    }
    let (folder, is_folder) = match allowed.strip_suffix('/') {
        Some(folder) => (folder, true),
        None => (allowed, false),
    };
    let rest = path.strip_prefix(folder);
    rest.is_some_and(|rest| rest.starts_with('/') || (rest.is_empty() && !is_folder))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(hosts: &Hosts, url: &str, expected: bool) {
        assert_eq!(hosts.names(&Url::parse(url).unwrap()), expected, "{url}");
    }

    #[test]
    fn what_the_operator_wrote_is_named_with_its_port() {
        let mut hosts = Hosts::default();
        hosts.name("https://Ghe.Example.com/o/r");
        hosts.name("http://files.internal:8080/a");
        hosts.name("no url");
        hosts.name_all(&json!({"okta": [{"metadataUrl": "https://idp.internal/x", "id": "a"}]}));
        check(&hosts, "https://ghe.example.com/anything", true);
        check(&hosts, "https://ghe.example.com:444/anything", false);
        check(&hosts, "https://ghe.example.com@evil.com/", false);
        check(&hosts, "https://evil.com/ghe.example.com", false);
        check(&hosts, "http://files.internal:8080/b", true);
        check(&hosts, "http://files.internal/b", false);
        check(&hosts, "https://idp.internal/token", true);
    }

    #[test]
    fn reading_is_allowed_by_host_pattern_and_path() {
        let target = |host: &str, paths: Option<&[&str]>| ReadingTarget {
            host: host.to_owned(),
            paths: paths.map(|paths| paths.iter().map(|it| (*it).to_owned()).collect()),
        };
        let hosts = Hosts {
            reading: vec![
                target("*.example.com", None),
                target("example.org:8443", Some(&["/a/", "/b"])),
            ],
            ..Hosts::default()
        };
        check(&hosts, "https://x.y.example.com/", true);
        check(&hosts, "https://example.com/", false);
        check(&hosts, "https://badexample.com/", false);
        check(&hosts, "https://example.org:8443/a/x", true);
        check(&hosts, "https://example.org:8443/a/", true);
        check(&hosts, "https://example.org:8443/a", false);
        check(&hosts, "https://example.org:8443/b", true);
        check(&hosts, "https://example.org:8443/bc", false);
        check(&hosts, "https://example.org:8443/a/../c", false);
        check(&hosts, "https://example.org:8443/a/%2e%2e/c", false);
        check(&hosts, "https://example.org:8443/a/%252e%252e/c", false);
        check(&hosts, "https://example.org:8443/a/..%2fc", false);
        check(&hosts, "https://example.org/a/x", false);
    }
}

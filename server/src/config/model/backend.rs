//! `backend`: how the server is reached, what it may reach, and where it keeps its data.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use serde_json::Value;
use url::Url;

use super::app::{App, read_url};
use super::{ClassLimits, Database, ExternalAccess, Listen, RateLimits, Server, TrustProxy};
use crate::config::section::Section;

/// How long the entries of the audit log are kept unless something else is said.
const AUDITED: Duration = Duration::from_hours(90 * 24);

#[derive(Debug, Clone, PartialEq)]
pub struct Backend {
    /// `backend.baseUrl`: where API clients find the server. Default: `app.baseUrl`.
    pub base_url: Url,
    /// `backend.listen`.
    pub listen: Listen,
    /// `backend.server`.
    pub server: Server,
    /// `backend.database`.
    pub database: Database,
    /// `backend.reading.allow`: hosts that may be read beside those of the integrations.
    pub reading: Vec<ReadingTarget>,
    /// `backend.csp`: directives of the Content-Security-Policy that replace the built-in ones;
    /// None removes a directive.
    pub csp: BTreeMap<String, Option<Vec<String>>>,
    /// `backend.workingDirectory`: where the files of templates that run are. Default: where the system
    /// keeps what is temporary.
    pub working_directory: Option<PathBuf>,
    /// `backend.auth.externalAccess`, and the deprecated `backend.auth.keys`: the tokens of other programs.
    pub external_access: ExternalAccess,
    /// `backend.audit.retention`: for how long the entries of the audit log are kept, `false` for ever.
    /// Default 90 days.
    pub audit_retention: Option<Duration>,
    /// `backend.trustProxy`: whose word counts on where a request comes from.
    pub trust_proxy: TrustProxy,
    /// `backend.limits`: how much one may ask.
    pub limits: ClassLimits,
    /// `backend.rateLimit`: the same as existing installations have it.
    pub rate_limits: RateLimits,
}

/// An entry of `backend.reading.allow`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadingTarget {
    /// A host, with its port if it is not the usual one; `*.example.com` means every host below.
    pub host: String,
    /// Paths that may be read with everything below them; None means all.
    pub paths: Option<Vec<String>>,
}

impl Default for Backend {
    fn default() -> Self {
        Self {
            base_url: App::default().base_url,
            listen: Listen::default(),
            server: Server::default(),
            database: Database::default(),
            reading: Vec::new(),
            csp: BTreeMap::new(),
            working_directory: None,
            external_access: ExternalAccess::default(),
            audit_retention: Some(AUDITED),
            trust_proxy: TrustProxy::default(),
            limits: ClassLimits::default(),
            rate_limits: RateLimits::default(),
        }
    }
}

impl Backend {
    pub(super) fn read(root: &Section<'_>, app: &App) -> Self {
        let Some(backend) = root.section("backend") else {
            return Self {
                base_url: app.base_url.clone(),
                ..Self::default()
            };
        };
        let targets = backend.sections("reading.allow").unwrap_or_default();
        Self {
            base_url: read_url(&backend, "baseUrl").unwrap_or_else(|| app.base_url.clone()),
            listen: Listen::read(&backend),
            server: Server::read(&backend),
            database: Database::read(&backend),
            reading: targets.iter().filter_map(read_target).collect(),
            csp: read_csp(&backend),
            working_directory: backend.string("workingDirectory").map(PathBuf::from),
            external_access: ExternalAccess::read(&backend),
            audit_retention: read_retention(&backend),
            trust_proxy: TrustProxy::read(&backend),
            limits: ClassLimits::read(&backend),
            rate_limits: RateLimits::read(&backend),
        }
    }
}

fn read_retention(backend: &Section<'_>) -> Option<Duration> {
    let key = "audit.retention";
    match backend.node(key).map(crate::config::node::Node::to_json) {
        Some(Value::Bool(on)) => {
            backend.boolean(key);
            Some(AUDITED).filter(|_| on)
        }
        _ => backend.duration(key).or(Some(AUDITED)),
    }
}

/// A host that comes from an unset variable allows nothing, and is no reason not to start.
fn read_target(target: &Section<'_>) -> Option<ReadingTarget> {
    let paths = target.strings("paths");
    let host = target.string("host");
    if target.node("host").is_none() {
        target.warn("host", "is not set, so this entry allows nothing");
    }
    Some(ReadingTarget { host: host?, paths })
}

fn read_csp(backend: &Section<'_>) -> BTreeMap<String, Option<Vec<String>>> {
    let Some(csp) = backend.section("csp") else {
        return BTreeMap::new();
    };
    let directives = csp.keys().into_iter().filter_map(|name| {
        let sources = match csp.node(&name).map(crate::config::node::Node::to_json) {
            Some(Value::Bool(false)) => {
                csp.boolean(&name);
                None
            }
            Some(Value::String(_)) => Some(vec![csp.string(&name)?]),
            _ => Some(csp.strings(&name)?),
        };
        Some((name, sources))
    });
    directives.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::load::tests::load_text;

    #[test]
    fn the_audit_log_is_kept_for_a_time_or_for_ever() {
        let kept = |text: &str| {
            let text = format!("backend: {{audit: {{retention: {text}}}}}");
            load_text(&text).unwrap().config.backend.audit_retention
        };
        assert_eq!(kept("1 year"), Some(Duration::from_hours(365 * 24)));
        assert_eq!(kept("false"), None);
        assert_eq!(kept("true"), Some(AUDITED));
        assert_eq!(
            load_text("{}").unwrap().config.backend.audit_retention,
            Some(AUDITED)
        );
    }

    #[test]
    fn reading_and_csp() {
        let text = "
app: {baseUrl: 'https://portal.example.com'}
backend:
  reading:
    allow:
      - host: '*.example.com'
      - {host: example.org, paths: [/a]}
      - host: ${UNSET}
  csp:
    img-src: [\"'self'\", 'https:']
    upgrade-insecure-requests: false
";
        let loaded = load_text(text).unwrap();
        assert_eq!(loaded.warnings.len(), 1);
        assert_eq!(loaded.warnings[0].path, "backend.reading.allow[2].host");
        let backend = loaded.config.backend;
        assert_eq!(backend.reading.len(), 2);
        assert_eq!(backend.base_url.as_str(), "https://portal.example.com/");
        assert_eq!(backend.reading[0].host, "*.example.com");
        assert_eq!(backend.reading[1].paths, Some(vec!["/a".to_owned()]));
        assert_eq!(
            backend.csp["img-src"].as_deref(),
            Some(["'self'".to_owned(), "https:".to_owned()].as_slice())
        );
        assert_eq!(backend.csp["upgrade-insecure-requests"], None);
    }
}

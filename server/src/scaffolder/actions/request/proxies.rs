//! The services under `proxy`, each asked below its target alone.

use super::{Answer, Asked, LARGEST};
use crate::clock::Clock;
use crate::config::ProxyEndpoint;
use crate::outbound::{Call, Credential, Hosts, Outbound};
use crate::scaffolder::actions::ActionError;
use axum::http::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use std::sync::Arc;
use url::Url;

/// What may be sent to any of them.
const HEADERS: [&str; 6] = [
    "accept",
    "accept-language",
    "cache-control",
    "content-language",
    "content-type",
    "pragma",
];

/// See the head of this file.
#[derive(Clone)]
pub struct Proxies {
    endpoints: Arc<[ProxyEndpoint]>,
    /// Trusts their hosts and no others; nobody else sends with it.
    outbound: Outbound,
}

impl Proxies {
    /// Those of the configuration.
    pub fn new(endpoints: Vec<ProxyEndpoint>, clock: Clock) -> Self {
        let mut hosts = Hosts::default();
        for endpoint in &endpoints {
            hosts.name(endpoint.target.as_str());
        }
        Self {
            endpoints: endpoints.into(),
            outbound: Outbound::new(hosts, clock),
        }
    }

    pub(super) async fn send(&self, path: &str, asked: &Asked) -> Result<Answer, ActionError> {
        let (endpoint, rest) = self.find(path).ok_or_else(|| {
            ActionError::NotFound(format!(
                "Nothing of the configuration stands under /proxy{path}; write it under proxy.endpoints"
            ))
        })?;
        let method = asked.method.as_str();
        let methods = endpoint.methods.as_ref();
        if methods.is_some_and(|all| !all.iter().any(|it| it.eq_ignore_ascii_case(method))) {
            return Err(ActionError::NotAllowed(format!(
                "{} may not be asked with {method}; see its allowedMethods",
                endpoint.path
            )));
        }
        let mut call = Call::new(asked.method.clone(), target(endpoint, rest)?);
        call.headers = allowed(endpoint, &asked.headers);
        call.credential = add_own(endpoint, &mut call.headers)?;
        call.body = (!asked.body.is_empty()).then(|| asked.body.clone().into());
        call.max_bytes = LARGEST;
        call.time_limit = asked.time_limit;
        let reply = self.outbound.send(call).await;
        let reply = reply.map_err(|error| ActionError::Failed(error.to_string()))?;
        Ok(Answer {
            status: reply.status,
            headers: reply.headers,
            body: reply.body,
        })
    }

    /// The service of a path, the one with the longest path of its own, and what is behind that.
    fn find<'a>(&self, path: &'a str) -> Option<(&ProxyEndpoint, &'a str)> {
        let found = self.endpoints.iter().filter_map(|endpoint| {
            let rest = path.strip_prefix(&*endpoint.path)?;
            let is_below = rest.is_empty() || rest.starts_with(['/', '?']);
            is_below.then_some((endpoint, rest))
        });
        found.max_by_key(|(endpoint, _)| endpoint.path.len())
    }
}

/// What is asked of a service, which lies below its target.
fn target(endpoint: &ProxyEndpoint, rest: &str) -> Result<Url, ActionError> {
    let base = endpoint.target.as_str().trim_end_matches('/');
    let url = Url::parse(&format!("{base}{rest}")).ok();
    let below = endpoint.target.path().trim_end_matches('/');
    let is_below = |url: &Url| {
        let rest = url.path().strip_prefix(below);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            && url.origin() == endpoint.target.origin()
    };
    url.filter(is_below).ok_or_else(|| {
        ActionError::Input(format!(
            "{rest} leads out of what {} stands for",
            endpoint.path
        ))
    })
}

/// Of what the template sends along, what may be.
fn allowed(endpoint: &ProxyEndpoint, given: &HeaderMap) -> HeaderMap {
    let may = |name: &HeaderName| {
        let allowed = endpoint.allowed_headers.iter();
        HEADERS.contains(&name.as_str())
            || allowed
                .clone()
                .any(|it| it.eq_ignore_ascii_case(name.as_str()))
    };
    let kept = given.iter().filter(|(name, _)| may(name));
    kept.map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

/// Adds what the configuration sends along; the one that says who asks is the credential.
fn add_own(
    endpoint: &ProxyEndpoint,
    headers: &mut HeaderMap,
) -> Result<Option<Credential>, ActionError> {
    let mut credential = None;
    for (name, secret) in &endpoint.headers {
        let refused = || {
            ActionError::Failed(format!(
                "the header {name} of {} in the configuration cannot be sent",
                endpoint.path
            ))
        };
        let header: HeaderName = name.parse().map_err(|_| refused())?;
        headers.remove(&header);
        if header == AUTHORIZATION || credential.is_none() && endpoint.headers.len() == 1 {
            let value = secret.clone();
            credential = Some(Credential { header, value });
            continue;
        }
        let mut value = HeaderValue::from_str(secret.expose()).map_err(|_| refused())?;
        value.set_sensitive(true);
        headers.insert(header, value);
    }
    Ok(credential)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn endpoint(path: &str, target: &str) -> ProxyEndpoint {
        ProxyEndpoint {
            path: path.to_owned(),
            target: Url::parse(target).unwrap(),
            headers: BTreeMap::new(),
            methods: None,
            allowed_headers: vec!["X-Trace".to_owned()],
        }
    }

    #[test]
    fn a_path_is_asked_below_the_target_of_the_longest_name() {
        let endpoints = vec![
            endpoint("/ci", "https://ci.example.com"),
            endpoint("/ci/api", "https://api.example.com/v1/"),
        ];
        let proxies = Proxies::new(endpoints, Clock::system());
        let asked = |path: &str| {
            let (endpoint, rest) = proxies.find(path)?;
            target(endpoint, rest).ok().map(String::from)
        };
        let check = |path: &str, expected: Option<&str>| {
            assert_eq!(asked(path).as_deref(), expected, "{path}");
        };
        check("/ci/x?y=1", Some("https://ci.example.com/x?y=1"));
        check("/ci/api/x", Some("https://api.example.com/v1/x"));
        check("/ci/api?y", Some("https://api.example.com/v1?y"));
        check("/cio/x", None);
        check("/ci/api/../x", None);
        check("/ci/api/%2e%2e/v2", None);
        check("/ci@evil.example.com", None);
        check("/other", None);
    }

    #[test]
    fn what_says_who_asks_is_the_configurations_alone() {
        let mut endpoint = endpoint("/ci", "https://ci.example.com");
        let own = [("authorization", "Bearer own"), ("x-own", "1")];
        endpoint.headers = own
            .map(|(name, value)| (name.to_owned(), crate::config::Secret::new(value)))
            .into();
        let mut given = HeaderMap::new();
        for name in ["authorization", "cookie", "x-trace", "x-own", "accept"] {
            given.insert(name, HeaderValue::from_static("given"));
        }
        let mut sent = allowed(&endpoint, &given);
        let credential = add_own(&endpoint, &mut sent).unwrap().unwrap();
        assert_eq!(credential.value.expose(), "Bearer own");
        let mut names: Vec<(&str, &str)> = sent
            .iter()
            .map(|(name, value)| (name.as_str(), value.to_str().unwrap()))
            .collect();
        names.sort_unstable();
        assert_eq!(
            names,
            [("accept", "given"), ("x-own", "1"), ("x-trace", "given")]
        );
    }
}

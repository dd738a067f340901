//! `proxy`: other services that templates may ask through the portal.

use crate::config::Secret;
use crate::config::section::Section;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use url::Url;

/// One service under a path of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProxyEndpoint {
    /// Below `/proxy`, such as `/circleci/api`.
    pub path: String,
    /// `target`: what is asked instead of the path.
    pub target: Url,
    /// `headers`: what is sent along, such as a token.
    pub headers: BTreeMap<String, Secret>,
    /// `allowedMethods`: how it may be asked. Default: any
    pub methods: Option<Vec<String>>,
    /// `allowedHeaders`: what may be sent along beside what says of which type something is.
    pub allowed_headers: Vec<String>,
}

/// As it is written: its target alone, or with what is sent there.
#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Target(String),
    Endpoint(Box<Endpoint>),
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Endpoint {
    target: String,
    headers: BTreeMap<String, String>,
    allowed_methods: Option<Vec<String>>,
    allowed_headers: Vec<String>,
    path_rewrite: Option<Value>,
}

/// `proxy.endpoints`, and those that older configurations have in `proxy` itself. Their paths are no keys
/// as others are, so all of it is read as one value.
pub(super) fn read(root: &Section<'_>) -> Vec<ProxyEndpoint> {
    let Some(Value::Object(mut proxy)) = root.value("proxy") else {
        return Vec::new();
    };
    let endpoints = match proxy.remove("endpoints") {
        Some(Value::Object(endpoints)) => endpoints,
        _ => Map::new(),
    };
    let old = proxy.into_iter().filter(|(key, _)| key.starts_with('/'));
    let all = old.chain(endpoints);
    all.filter_map(|(key, value)| read_one(root, &key, value))
        .collect()
}

fn read_one(root: &Section<'_>, key: &str, value: Value) -> Option<ProxyEndpoint> {
    let warn = |what: &str| root.warn("proxy", &format!("has '{key}', {what}"));
    let endpoint = match serde_json::from_value(value) {
        Ok(Written::Target(target)) => Endpoint {
            target,
            ..Endpoint::default()
        },
        Ok(Written::Endpoint(endpoint)) => *endpoint,
        Err(_) => {
            warn("which is neither a URL nor a target with headers and what is allowed");
            return None;
        }
    };
    if endpoint.path_rewrite.is_some() {
        warn("whose pathRewrite is not read: what is behind the path is asked behind the target");
    }
    let url = Url::parse(&endpoint.target).ok();
    let url = url.filter(|url| matches!(url.scheme(), "http" | "https") && url.query().is_none());
    let Some(target) = url else {
        // An unset variable is no reason not to start.
        warn("whose target is no URL of http or https, so nothing is asked there");
        return None;
    };
    let headers = endpoint.headers.into_iter();
    Some(ProxyEndpoint {
        path: format!("/{}", key.trim_matches('/')),
        target,
        headers: headers
            .map(|(name, value)| (name.to_lowercase(), Secret::new(value)))
            .collect(),
        methods: endpoint.allowed_methods,
        allowed_headers: endpoint.allowed_headers,
    })
}

#[cfg(test)]
mod tests {
    use crate::config::load::tests::load_text;

    #[test]
    fn endpoints_are_read_where_they_stand_now_and_where_they_stood() {
        let loaded = load_text(
            "proxy:
  skipInvalidProxies: true
  /old: https://old.example.com
  endpoints:
    circleci/api/:
      target: https://circleci.com/api/v1.1
      changeOrigin: true
      headers: { Circle-Token: s3cr3t }
      allowedMethods: [GET]
      allowedHeaders: [X-Trace]
      pathRewrite: { '^/x': / }
    /nowhere: { target: 'not a URL' }
",
        )
        .unwrap();
        let [old, new] = &loaded.config.proxy[..] else {
            panic!("{:?}", loaded.config.proxy);
        };
        assert_eq!(
            (&*old.path, old.target.as_str()),
            ("/old", "https://old.example.com/")
        );
        assert_eq!(new.path, "/circleci/api");
        assert_eq!(new.headers["circle-token"].expose(), "s3cr3t");
        assert_eq!(new.methods.as_deref(), Some(&["GET".to_owned()][..]));
        assert_eq!(new.allowed_headers, ["X-Trace"]);
        let warnings: Vec<String> = loaded.warnings.iter().map(ToString::to_string).collect();
        let warned = |words: &str| warnings.iter().any(|it| it.contains(words));
        assert!(warned("pathRewrite is not read"), "{warnings:?}");
        assert!(warned("'/nowhere', whose target"), "{warnings:?}");
        assert_eq!(warnings.len(), 2, "{warnings:?}");
    }
}

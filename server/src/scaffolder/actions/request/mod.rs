//! `http:backstage:request`: asks the portal's own API, or a service that stands under `proxy`.
//!
//! `own_api` hands a request to the portal without a connection, as the person who runs the template;
//! `proxies` sends one to a service that the operator has named, and to nowhere else.

mod own_api;
mod proxies;

pub use own_api::{Inside, OwnApi};
pub use proxies::Proxies;

use super::{Action, ActionError, Call};
use app::catalog::EntityRef;
use axum::http::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use axum::http::{Method, StatusCode};
use bytes::Bytes;
use futures::future::BoxFuture;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::time::Duration;
use url::Url;
use url::form_urlencoded::Serializer;

/// For an answer, where the template does not say, and at most; in milliseconds.
const TIME_LIMIT: u64 = 60_000;
const LONGEST: u64 = 600_000;
/// The largest answer, in bytes.
const LARGEST: usize = 10 << 20;
/// Parts of the names of headers whose values nobody should read.
const SECRET: [&str; 6] = ["auth", "token", "key", "secret", "cookie", "password"];

/// See the head of this file.
pub(super) struct Request {
    pub(super) own_api: OwnApi,
    pub(super) proxies: Proxies,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Input {
    path: String,
    method: String,
    #[serde(default)]
    headers: Map<String, Value>,
    #[serde(default)]
    params: Map<String, Value>,
    body: Option<Value>,
    log_request_path: Option<bool>,
    #[serde(default)]
    continue_on_bad_response: bool,
    timeout: Option<u64>,
    idempotency_key: Option<String>,
}

/// What is asked.
struct Asked {
    method: Method,
    /// With its query, below the API or below `proxy`.
    place: Place,
    headers: HeaderMap,
    body: Bytes,
    time_limit: Duration,
}

/// Where it is asked.
#[derive(Debug, PartialEq, Eq)]
enum Place {
    /// With `/api` in front.
    Own(String),
    /// Behind `/proxy`.
    Proxy(String),
}

/// What was answered.
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl Action for Request {
    fn run<'a>(&'a self, call: &'a mut Call<'_>) -> BoxFuture<'a, Result<(), ActionError>> {
        Box::pin(async move {
            let input: Input = call.read()?;
            let asked = Asked::of(&input)?;
            hide(call, &input.headers);
            let shown = match input.log_request_path {
                Some(false) => String::new(),
                _ => format!(" {}", input.path),
            };
            if call.is_dry_run && !asked.method.is_safe() {
                let told = format!("{}{shown} is not sent in a dry run", asked.method);
                call.log.info(&told);
                return Ok(());
            }
            call.log.info(&format!("Asking {}{shown}", asked.method));
            let work = async {
                let answer = self.send(call, &asked).await?;
                told(call, &answer, input.continue_on_bad_response)
            };
            let answer = match &input.idempotency_key {
                Some(key) => call.once(&format!("request.{key}"), work).await?,
                None => work.await?,
            };
            for name in ["code", "headers", "body"] {
                call.output(name, answer[name].clone());
            }
            Ok(())
        })
    }
}

impl Request {
    async fn send(&self, call: &Call<'_>, asked: &Asked) -> Result<Answer, ActionError> {
        match &asked.place {
            Place::Proxy(path) => self.proxies.send(path, asked).await,
            Place::Own(path) => {
                let user = call.user.and_then(|user| user.user_ref.parse().ok());
                let user: EntityRef = user.ok_or_else(|| {
                    ActionError::NotAllowed("nobody is known to ask for this".to_owned())
                })?;
                self.own_api.send(user, path, asked).await
            }
        }
    }
}

impl Asked {
    fn of(input: &Input) -> Result<Self, ActionError> {
        let method = Method::from_bytes(input.method.as_bytes())
            .map_err(|_| ActionError::Input(format!("'{}' is no method", input.method)))?;
        let mut headers = headers(&input.headers)?;
        let body = match &input.body {
            None | Some(Value::Null) => Bytes::new(),
            Some(Value::String(text)) => text.clone().into(),
            Some(value) => {
                let json = HeaderValue::from_static("application/json");
                headers.entry(CONTENT_TYPE).or_insert(json);
                value.to_string().into()
            }
        };
        Ok(Self {
            method,
            place: place(&input.path, &input.params)?,
            headers,
            body,
            time_limit: Duration::from_millis(input.timeout.unwrap_or(TIME_LIMIT).min(LONGEST)),
        })
    }
}

/// Where a path leads. What is below `/api` is the portal's own; anything else of the portal is not asked.
fn place(path: &str, params: &Map<String, Value>) -> Result<Place, ActionError> {
    let refused = || {
        ActionError::Input(format!(
            "'{path}' is no path of the API; write one such as /catalog/entities or /proxy/NAME/…"
        ))
    };
    let below = path.strip_prefix('/').unwrap_or(path);
    let below = below.strip_prefix("api/").unwrap_or(below);
    // Resolves what leads up, and encodes what a URL cannot hold.
    let mut url = Url::parse("http://portal.invalid/api/").map_err(|_| refused())?;
    let (path_alone, query) = match below.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (below, None),
    };
    if path_alone.contains(['\\', '#', '\0'])
        || path_alone.contains("//")
        || path_alone.starts_with('/')
    {
        return Err(refused());
    }
    url.set_path(&format!("/api/{path_alone}"));
    let mut all = Serializer::new(query.unwrap_or_default().to_owned());
    for (name, value) in params {
        all.append_pair(name, &text(value));
    }
    let all = all.finish();
    url.set_query(Some(&*all).filter(|all| !all.is_empty()));
    let below = url.path().strip_prefix("/api/").filter(|it| !it.is_empty());
    let below = below.ok_or_else(refused)?;
    let query = url.query().map(|query| format!("?{query}"));
    let query = query.unwrap_or_default();
    Ok(match below.strip_prefix("proxy/") {
        Some(rest) => Place::Proxy(format!("/{rest}{query}")),
        None => Place::Own(format!("/api/{below}{query}")),
    })
}

/// A parameter or header as text; what is in a list stands behind commas.
fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(text).collect::<Vec<_>>().join(","),
        other => other.to_string(),
    }
}

fn headers(given: &Map<String, Value>) -> Result<HeaderMap, ActionError> {
    let mut headers = HeaderMap::new();
    for (name, value) in given {
        let refused = || ActionError::Input(format!("'{name}' cannot be sent as a header"));
        let parsed: HeaderName = name.parse().map_err(|_| refused())?;
        let mut value = HeaderValue::from_str(&text(value)).map_err(|_| refused())?;
        value.set_sensitive(true);
        headers.insert(parsed, value);
    }
    Ok(headers)
}

/// Hides the values of headers that say who asks, wherever they come from.
fn hide(call: &Call<'_>, given: &Map<String, Value>) {
    for (name, value) in given {
        let name = name.to_lowercase();
        if SECRET.iter().any(|part| name.contains(part)) {
            let value = text(value);
            let bare = value.split_once(' ').map_or("", |(_, secret)| secret);
            call.log.mask.add([&*value, bare]);
        }
    }
}

/// What an answer hands on.
///
/// # Errors
/// [`ActionError::Failed`] when it is a failure, unless the template goes on with those.
fn told(call: &Call<'_>, answer: &Answer, goes_on: bool) -> Result<Value, ActionError> {
    let is_json = |it: &HeaderValue| it.to_str().is_ok_and(|it| it.contains("json"));
    let parsed = || serde_json::from_slice(&answer.body).ok();
    let body = answer.headers.get(CONTENT_TYPE).filter(|it| is_json(it));
    let body: Value = body
        .and_then(|_| parsed())
        .unwrap_or_else(|| json!({ "message": String::from_utf8_lossy(&answer.body) }));
    let status = answer.status;
    if status.as_u16() >= 400 && !goes_on {
        let told: String = body.to_string().chars().take(2_000).collect();
        call.log.at(
            super::Level::Error,
            &format!("There was an issue with your request. Status code: {status}, body: {told}"),
        );
        return Err(ActionError::Failed(format!(
            "Unable to complete request: it was answered with {status}"
        )));
    }
    let headers = answer.headers.iter();
    let headers: Map<String, Value> = headers
        .map(|(name, value)| {
            let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
            (name.as_str().to_owned(), value.into())
        })
        .collect();
    Ok(json!({ "code": status.as_u16(), "headers": headers, "body": body }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, expected: Option<Place>) {
        let params = json!({ "filter": "kind=api", "a b": [1, "&"] });
        let params = if path.contains("params") {
            params.as_object().cloned().unwrap_or_default()
        } else {
            Map::new()
        };
        assert_eq!(place(path, &params).ok(), expected, "{path}");
    }

    #[test]
    fn a_path_leads_to_the_api_and_nowhere_else() {
        let own = |path: &str| Some(Place::Own(path.to_owned()));
        let proxy = |path: &str| Some(Place::Proxy(path.to_owned()));
        check("/catalog/entities", own("/api/catalog/entities"));
        check(
            "api/catalog/entities?limit=1",
            own("/api/catalog/entities?limit=1"),
        );
        check(
            "catalog/params?limit=1",
            own("/api/catalog/params?limit=1&filter=kind%3Dapi&a+b=1%2C%26"),
        );
        check("catalog/a b", own("/api/catalog/a%20b"));
        check("/proxy/ci/x?y=1", proxy("/ci/x?y=1"));
        for path in [
            "",
            "/",
            "../_fn/start_task",
            "/../_fn/start_task",
            "catalog/../../_fn/x",
            "catalog/%2e%2e/%2e%2e/_fn/x",
            "//example.com/x",
            "https://example.com/x",
            "catalog\\..\\..\\x",
        ] {
            let outside = |it: &Place| match it {
                Place::Own(path) => !path.starts_with("/api/"),
                Place::Proxy(_) => true,
            };
            let found = place(path, &Map::new()).ok();
            assert!(!found.as_ref().is_some_and(outside), "{path}: {found:?}");
        }
        check("https://example.com/x", None);
        check("//example.com/x", None);
        check("/..", None);
    }
}

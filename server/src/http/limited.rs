//! Refuses who asks too much, before anything is done for them.
//!
//! Who is signed in or shows a token is counted by their name, everybody else by their address; an address
//! that many share so keeps nobody out who is known.

use super::AppState;
use super::address::{self, Peer};
use super::answer::{Failure, never_kept};
use super::auth::show_wait;
use super::caller::{By, Caller};
use crate::limits::{General, Limits, Standing, Wait, Who};
use crate::metrics;
use app::error::ApiError;
use app::routes::Limit;
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use std::net::IpAddr;

const LIMIT: HeaderName = HeaderName::from_static("ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("ratelimit-remaining");
const RESET: HeaderName = HeaderName::from_static("ratelimit-reset");
const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// Why a request is refused.
#[derive(Debug, Clone, Copy)]
pub(super) struct TooMany {
    /// What there was too much of, for the metric and the reader.
    what: &'static str,
    wait: Wait,
}

impl TooMany {
    fn new(what: &'static str, wait: Wait) -> Self {
        metrics::request_refused(what);
        Self { what, wait }
    }

    /// Signing in failed too often from there, whichever replica was asked.
    pub(super) fn failed_sign_ins(seconds: u64) -> Self {
        let rate = None;
        Self::new("signInFailures", Wait { rate, seconds })
    }
}

/// The client of a request, behind the proxies that are trusted.
pub(super) fn client(state: &AppState, request: &Parts) -> Option<IpAddr> {
    let peer = request.extensions.get::<Peer>().copied();
    address::client(peer, &request.headers, &state.trust_proxy)
}

/// A request that is counted once its answer is known.
#[derive(Clone)]
pub(super) struct Pending {
    limits: Limits,
    plugin: Option<String>,
    address: Option<IpAddr>,
}

/// Counts a request against the limits that hold whoever asks and whatever for.
pub(super) fn general(
    state: &AppState,
    request: &Parts,
    plugin: Option<&str>,
) -> Result<Option<Pending>, TooMany> {
    let limits = &state.limits;
    if !limits.has_general() || is_free(request.uri.path()) {
        return Ok(None);
    }
    let address = client(state, request);
    let who = limits.address(address);
    let mut depends = false;
    for general in limits.general(plugin, address) {
        depends |= general.depends();
        let standing = if general.depends() {
            general.limiter.look(who)
        } else {
            general.limiter.take(who)
        };
        standing.map_err(|wait| TooMany::new("requests", wait))?;
    }
    Ok(depends.then(|| Pending {
        limits: limits.clone(),
        plugin: plugin.map(str::to_owned),
        address,
    }))
}

impl Pending {
    /// Counts the request if what was answered is what counts.
    pub(super) fn answered(&self, status: StatusCode) {
        let is_failure = status.is_client_error() || status.is_server_error();
        let who = self.limits.address(self.address);
        let counts = |it: &&General| it.depends() && it.counts(is_failure);
        let all = self.limits.general(self.plugin.as_deref(), self.address);
        for general in all.filter(counts) {
            // It has been answered; who asks next finds out.
            let _ = general.limiter.take(who);
        }
    }
}

/// What tells whether the server is well, and files that are sent as they are.
fn is_free(path: &str) -> bool {
    let below = |start: &str| path.starts_with(start);
    below("/.backstage/health/") || below("/static/") || below("/theme/") || path == "/favicon.ico"
}

/// Counts a request against the limit of its class. Returns how who asks stands, if there is one.
pub(super) fn by_class(
    state: &AppState,
    request: &Parts,
    caller: &Caller,
    class: Limit,
) -> Result<Option<Standing>, TooMany> {
    if class == Limit::None || (class == Limit::Listing && has_end(&request.uri)) {
        return Ok(None);
    }
    let Some(limiter) = state.limits.of(class) else {
        return Ok(None);
    };
    // What a task asks was counted with the task.
    let Some(who) = name_of(state, request, caller) else {
        return Ok(None);
    };
    let standing = limiter.take(who);
    standing
        .map(Some)
        .map_err(|wait| TooMany::new(what(class), wait))
}

/// Counts that something was not good which was to let somebody in. Returns whether it was too much.
pub(super) fn failed(state: &AppState, address: Option<IpAddr>) -> Result<(), TooMany> {
    let Some(limiter) = state.limits.failures() else {
        return Ok(());
    };
    let taken = limiter.take(state.limits.address(address));
    taken
        .map(|_| ())
        .map_err(|wait| TooMany::new("failures", wait))
}

/// How many rows of a list are a page of it.
const PAGE: u32 = 1_000;

/// Whether a list says how much of it is to come, and that is not the whole again.
fn has_end(uri: &Uri) -> bool {
    let query = uri.query().unwrap_or_default();
    let mut params = url::form_urlencoded::parse(query.as_bytes());
    params.any(|(name, value)| name == "limit" && value.parse().is_ok_and(|it: u32| it <= PAGE))
}

fn name_of(state: &AppState, request: &Parts, caller: &Caller) -> Option<Who> {
    let limits = &state.limits;
    let user = |kind| Some(limits.named(kind, &caller.viewer.user_ref.to_string()));
    match &caller.by {
        By::Portal => None,
        By::Session(_) | By::UserToken => user("user"),
        By::PersonalToken(token) => Some(limits.named("token", &token.id)),
        By::ServiceToken(service) => Some(limits.named("service", &service.subject)),
        By::Guest | By::Nobody => Some(limits.address(client(state, request))),
    }
}

fn what(class: Limit) -> &'static str {
    match class {
        Limit::None => "requests",
        Limit::SignIn => "signIns",
        Limit::Write => "writes",
        Limit::Task => "tasks",
        Limit::Query | Limit::Listing => "queries",
        Limit::Event => "events",
    }
}

/// Says with an answer how who asks stands.
pub(super) fn say(response: &mut Response, standing: Standing) {
    let headers = response.headers_mut();
    headers.insert(LIMIT, standing.rate.most.get().into());
    headers.insert(REMAINING, standing.remaining.into());
    headers.insert(RESET, standing.reset.into());
}

/// The answer to who has asked too much: JSON for programs, what a script can show, or a page.
pub(super) fn refused(state: &AppState, request: &Parts, too_many: TooMany) -> Response {
    let Wait { rate, seconds } = too_many.wait;
    let message = message(too_many.what, seconds);
    let mut response = if wants_page(request) {
        let again = request.method.is_safe().then(|| {
            request
                .uri
                .path_and_query()
                .map(|it| it.as_str().to_owned())
        });
        show_wait(state, request, message, again.flatten())
    } else {
        Failure {
            error: ApiError::TooMany(message),
            method: request.method.clone(),
            uri: request.uri.clone(),
        }
        .into_response()
    };
    let headers = response.headers_mut();
    headers.insert(header::RETRY_AFTER, seconds.into());
    if let Some(rate) = rate {
        headers.insert(LIMIT, rate.most.get().into());
        headers.insert(REMAINING, 0.into());
        headers.insert(RESET, seconds.into());
        let policy = format!("{};w={}", rate.most, rate.window.as_secs().max(1));
        if let Ok(policy) = HeaderValue::from_str(&policy) {
            headers.insert(POLICY, policy);
        }
    }
    never_kept(response)
}

/// Whether a person looks at the answer in a browser.
pub(super) fn wants_page(request: &Parts) -> bool {
    let accepts = request.headers.get(header::ACCEPT);
    let is_html = accepts.is_some_and(|it| it.to_str().is_ok_and(|it| it.contains("text/html")));
    let path = request.uri.path();
    is_html && (!path.starts_with("/api/") || path.starts_with("/api/auth/"))
}

fn message(what: &str, seconds: u64) -> String {
    let what = match what {
        "signIns" => "Signing in was begun too often from here",
        "failures" => "Too much that is not good came from here, such as tokens that nobody has",
        "signInFailures" => "Too many returns from nowhere came from here",
        "writes" => "Too much was changed in a short time",
        "tasks" => "Too many tasks were started or tried in a short time",
        "queries" => "Too much that is expensive to answer was asked in a short time",
        "events" => "Too much was told in a short time",
        _ => "Too much was asked in a short time",
    };
    let time = match seconds {
        ..=1 => "a second".to_owned(),
        2..=90 => format!("{seconds} seconds"),
        _ => format!("{} minutes", seconds.div_ceil(60)),
    };
    format!("{what}. Nothing was done; wait {time}, then try again.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_long_to_wait_is_said_as_people_say_it() {
        assert!(message("writes", 1).ends_with("wait a second, then try again."));
        assert!(message("tasks", 59).contains("59 seconds"));
        assert!(message("signInFailures", 601).contains("11 minutes"));
    }

    #[test]
    fn health_and_files_are_free() {
        for path in [
            "/.backstage/health/v1/liveness",
            "/static/a.js",
            "/favicon.ico",
            "/theme/a.css",
        ] {
            assert!(is_free(path), "{path}");
        }
        for path in ["/", "/metrics", "/staticky", "/api/static/x"] {
            assert!(!is_free(path), "{path}");
        }
    }
}

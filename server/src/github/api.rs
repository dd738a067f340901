//! One GitHub as one owner's credential sees it: its REST API, asked through the one outbound client.

use super::error::GithubError;
use crate::clock::Millis;
use crate::outbound::{Call, Credential, FetchError, Outbound, Reply};
use axum::http::header::{CONTENT_TYPE, DATE, HeaderName};
use axum::http::{HeaderValue, Method, StatusCode};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;
use url::Url;

const MEDIA_TYPE: &str = "application/vnd.github+json";
const VERSION: &str = "2022-11-28";
/// For one answer.
pub(crate) const TIME_LIMIT: Duration = Duration::from_secs(30);
/// How often something that can be repeated is tried, and how long between.
const PAUSES: [Duration; 2] = [Duration::from_millis(300), Duration::from_millis(1_500)];
/// How long it is waited at most when GitHub asks to, once and over all.
const PATIENCE: Duration = Duration::from_secs(90);
/// How often GitHub may ask to wait before an answer.
const WAITS: usize = 3;

/// What stands for itself in a segment of a path.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// Told when it is waited.
pub type Notice<'a> = Box<dyn Fn(&str) + Send + Sync + 'a>;

/// See the head of this file.
pub struct Api<'a> {
    pub outbound: &'a Outbound,
    /// Such as `https://api.github.com`.
    pub base: &'a str,
    pub credential: Credential,
    pub notice: Notice<'a>,
    /// When GitHub gave its last answer, by its own clock.
    last: AtomicI64,
}

/// One question.
struct Question<'a> {
    method: Method,
    path: &'a str,
    body: Option<&'a Value>,
    /// What it is for, after "GitHub refused to".
    purpose: &'a str,
}

impl<'a> Api<'a> {
    /// Asks with this credential.
    pub fn new(
        outbound: &'a Outbound,
        base: &'a str,
        credential: Credential,
        notice: Notice<'a>,
    ) -> Self {
        Self {
            outbound,
            base,
            credential,
            notice,
            last: AtomicI64::new(0),
        }
    }

    /// The time at GitHub when it last answered; ours before it has.
    pub fn now(&self) -> Millis {
        match self.last.load(Ordering::Relaxed) {
            0 => self.outbound.now(),
            last => last,
        }
    }

    /// Reads something. `purpose` completes "GitHub refused to …".
    ///
    /// # Errors
    /// [`GithubError`].
    pub async fn get(&self, path: &str, purpose: &str) -> Result<Value, GithubError> {
        self.repeat(Method::GET, path, None, purpose).await
    }

    /// The same; None when there is no such thing, or it may not be seen.
    ///
    /// # Errors
    /// [`GithubError`], but for "not found".
    pub async fn find(&self, path: &str, purpose: &str) -> Result<Option<Value>, GithubError> {
        match self.get(path, purpose).await {
            Ok(found) => Ok(Some(found)),
            Err(error) if error.is_missing() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Makes something what the body says; may be repeated without harm.
    ///
    /// # Errors
    /// [`GithubError`].
    pub async fn put(&self, path: &str, body: &Value, purpose: &str) -> Result<Value, GithubError> {
        self.repeat(Method::PUT, path, Some(body), purpose).await
    }

    /// Changes something to what the body says; may be repeated without harm.
    ///
    /// # Errors
    /// [`GithubError`].
    pub async fn patch(
        &self,
        path: &str,
        body: &Value,
        purpose: &str,
    ) -> Result<Value, GithubError> {
        self.repeat(Method::PATCH, path, Some(body), purpose).await
    }

    /// Adds something that may be added twice without harm, as GitHub keeps it by what it holds. Null
    /// is no body.
    ///
    /// # Errors
    /// [`GithubError`].
    pub async fn post_again(
        &self,
        path: &str,
        body: &Value,
        purpose: &str,
    ) -> Result<Value, GithubError> {
        self.repeat(Method::POST, path, Some(body), purpose).await
    }

    /// Makes something new; never repeated, for then there might be two.
    ///
    /// # Errors
    /// [`GithubError`], which says whether it may have been made all the same.
    pub async fn post(
        &self,
        path: &str,
        body: &Value,
        purpose: &str,
    ) -> Result<Value, GithubError> {
        let question = Question {
            method: Method::POST,
            path,
            body: Some(body),
            purpose,
        };
        self.ask(&question).await
    }

    async fn repeat(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
        purpose: &str,
    ) -> Result<Value, GithubError> {
        let question = Question {
            method,
            path,
            body,
            purpose,
        };
        for pause in PAUSES {
            match self.ask(&question).await {
                Err(error) if error.is_unknown() => {
                    (self.notice)(&format!("{error} It is tried again."));
                    tokio::time::sleep(pause).await;
                }
                other => return other,
            }
        }
        self.ask(&question).await
    }

    /// Asks once; when GitHub asks to wait, and not for too long, after that again: then nothing has
    /// been done yet.
    async fn ask(&self, question: &Question<'_>) -> Result<Value, GithubError> {
        let mut patience = PATIENCE;
        for _ in 0..WAITS {
            let limited = match self.outbound.send(self.call(question)?).await {
                Ok(reply) => return self.answer(&reply, question),
                Err(error @ FetchError::RateLimited { .. }) => error,
                Err(error) => return Err(GithubError::of_fetch(error, question.purpose)),
            };
            let wait = wait_for(&limited, self.outbound.now()).filter(|wait| *wait <= patience);
            let Some(wait) = wait else {
                return Err(GithubError::of_fetch(limited, question.purpose));
            };
            (self.notice)(&format!("{limited}; waiting for {} s", wait.as_secs()));
            tokio::time::sleep(wait).await;
            patience -= wait;
        }
        let error = self.outbound.send(self.call(question)?).await;
        match error {
            Ok(reply) => self.answer(&reply, question),
            Err(error) => Err(GithubError::of_fetch(error, question.purpose)),
        }
    }

    fn call(&self, question: &Question<'_>) -> Result<Call, GithubError> {
        let url = Url::parse(&format!("{}/{}", self.base, question.path));
        let url = url.map_err(|_| {
            let error = FetchError::NotAUrl(self.base.to_owned());
            GithubError::of_fetch(error, question.purpose)
        })?;
        let mut call = Call::new(question.method.clone(), url).accept(MEDIA_TYPE);
        let version = HeaderName::from_static("x-github-api-version");
        call.headers
            .insert(version, HeaderValue::from_static(VERSION));
        if let Some(body) = question.body.filter(|body| !body.is_null()) {
            let json = HeaderValue::from_static("application/json");
            call.headers.insert(CONTENT_TYPE, json);
            call.body = Some(body.to_string().into());
        }
        call.credential = Some(self.credential.clone());
        call.time_limit = TIME_LIMIT;
        Ok(call)
    }

    fn answer(&self, reply: &Reply, question: &Question<'_>) -> Result<Value, GithubError> {
        let date = reply.headers.get(DATE).and_then(|it| it.to_str().ok());
        let date = date.and_then(|it| OffsetDateTime::parse(it, &Rfc2822).ok());
        if let Some(date) = date {
            let now = date.unix_timestamp() * 1000;
            self.last.store(now, Ordering::Relaxed);
        }
        if !reply.status.is_success() {
            return Err(GithubError::of_reply(reply, question.purpose));
        }
        if reply.body.is_empty() || reply.status == StatusCode::NO_CONTENT {
            return Ok(Value::Null);
        }
        let answer = serde_json::from_slice(&reply.body);
        answer.map_err(|error| GithubError::unreadable(&error, question.purpose))
    }
}

/// A name as one segment of a path, whatever it holds.
pub fn segment(name: &str) -> String {
    // As a segment of its own, either would mean another folder.
    match name {
        "." => "%2E".to_owned(),
        ".." => "%2E%2E".to_owned(),
        name => utf8_percent_encode(name, PLAIN).to_string(),
    }
}

/// A path as several of them.
pub fn segments(path: &str) -> String {
    path.split('/').map(segment).collect::<Vec<_>>().join("/")
}

/// A path of the API below a repository.
pub fn below(owner: &str, repo: &str, rest: &str) -> String {
    let (owner, repo) = (segment(owner), segment(repo));
    let slash = if rest.is_empty() { "" } else { "/" };
    format!("repos/{owner}/{repo}{slash}{rest}")
}

fn wait_for(error: &FetchError, now: Millis) -> Option<Duration> {
    let FetchError::RateLimited { until, .. } = error else {
        return None;
    };
    let wait = u64::try_from(until.saturating_sub(now)).unwrap_or(0);
    Some(Duration::from_millis(wait + 100))
}

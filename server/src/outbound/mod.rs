//! The client for everything that is fetched from elsewhere; nothing else makes requests.
//!
//! Reading order: [`Call`] is what is asked, [`Outbound`] sends it. On the way stand `hosts` and
//! `address` (who may be connected to), `resolver` (checked when connecting, so that a name cannot
//! change what it means in between), `redirect` (every step checked anew), `budget` (how much at
//! once, and when a service asks to wait) and `etags` (what has not changed is not sent again).
//!
//! To reach a new kind of service: name its host in [`Hosts`] if it is configured, so that it may
//! be on the operator's own network, and give its credential to the [`Call`], not to the URL.

mod address;
mod body;
mod budget;
mod call;
mod client;
mod error;
mod etags;
mod hosts;
mod redirect;
mod resolver;
#[cfg(test)]
mod tests;

pub use body::Body;
pub use call::{Call, Credential, Fetched, Reply};
pub use error::FetchError;
pub use hosts::Hosts;
pub(crate) use hosts::authority;

use crate::clock::{Clock, Millis};
use crate::metrics;
use client::Clients;
use etags::Etags;
use redirect::Step;
use reqwest::StatusCode;
use reqwest::header::{ETAG, HeaderMap};
use resolver::Lookup;
use std::fmt;
use std::sync::Arc;
use std::time::Instant;
use tracing::{Instrument, field};
use url::Url;

/// Sends calls, within bounds of time, size and number, and only to where they may go. Clones share
/// their budgets.
#[derive(Clone)]
pub struct Outbound(Arc<Inner>);

struct Inner {
    hosts: Hosts,
    clients: Clients,
    budgets: budget::Budgets,
    etags: Etags,
    clock: Clock,
}

impl Outbound {
    /// A client that trusts `hosts`.
    pub fn new(hosts: Hosts, clock: Clock) -> Self {
        Self::with_lookup(hosts, clock, &resolver::system())
    }

    fn with_lookup(hosts: Hosts, clock: Clock, lookup: &Lookup) -> Self {
        Self(Arc::new(Inner {
            hosts,
            clients: Clients::new(lookup),
            budgets: budget::Budgets::default(),
            etags: Etags::default(),
            clock,
        }))
    }

    /// Whether the operator has named the host of a URL.
    pub fn names(&self, url: &Url) -> bool {
        self.0.hosts.names(url)
    }

    pub(crate) fn now(&self) -> Millis {
        self.0.clock.now()
    }

    /// The content of a URL. An etag of the call makes "unchanged" a possible answer.
    ///
    /// # Errors
    /// [`FetchError`], also for every answer that is no success.
    pub async fn fetch(&self, call: Call) -> Result<Fetched, FetchError> {
        let asked_for_change = call.etag.is_some();
        let reply = self.send(call).await?;
        match reply.status {
            StatusCode::NOT_MODIFIED if asked_for_change => return Ok(Fetched::Unchanged),
            status @ (StatusCode::NOT_FOUND | StatusCode::GONE) => {
                return Err(FetchError::NotFound(status));
            }
            status @ (StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) => {
                return Err(FetchError::Denied(status));
            }
            status if !status.is_success() => return Err(FetchError::Status(status)),
            _ => {}
        }
        Ok(Fetched::Content {
            etag: header(&reply.headers, ETAG.as_str()).map(str::to_owned),
            bytes: reply.body,
        })
    }

    /// The answer to a call, whatever its status. What a service answered before and says to be
    /// unchanged is answered from memory.
    ///
    /// # Errors
    /// [`FetchError`] when there is no answer, or when the service asks to wait; nothing is tried
    /// twice.
    pub async fn send(&self, call: Call) -> Result<Reply, FetchError> {
        let limit = call.time_limit;
        let budget = self.0.budgets.of(&call.url, call.credential.as_ref());
        let named = authority(&call.url).filter(|_| self.names(&call.url));
        let _permit = budget.permit().await;
        let start = Instant::now();
        let span = tracing::info_span!(
            "outbound request",
            method = %call.method,
            host = call.url.host_str(),
            status = field::Empty,
            outcome = field::Empty
        );
        let exchange = self.0.exchange(call).instrument(span.clone());
        let answer = tokio::time::timeout(limit, exchange).await;
        let answer = answer.unwrap_or(Err(FetchError::TooSlow(limit)));
        let outcome = match &answer {
            Ok(reply) => {
                span.record("status", reply.status.as_u16());
                status_word(reply.status)
            }
            Err(error) => error.word(),
        };
        span.record("outcome", outcome);
        metrics::outbound_call(named.as_deref(), outcome, start.elapsed());
        answer
    }
}

impl fmt::Debug for Outbound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Outbound").field(&self.0.hosts).finish()
    }
}

impl Inner {
    async fn exchange(&self, mut call: Call) -> Result<Reply, FetchError> {
        let key = etags::key(&call);
        let known = key.and_then(|key| self.etags.get(&key));
        if let Some(known) = &known {
            call.etag = Some(known.etag.clone());
        }
        let max_bytes = call.max_bytes;
        let mut step = Step::first(call);
        let reply = loop {
            let response = self.step(&step).await?;
            match step.next(&response)? {
                Some(next) => step = next,
                None => break client::read(response, max_bytes).await?,
            }
        };
        if let (StatusCode::NOT_MODIFIED, Some(known)) = (reply.status, known) {
            return Ok(known.reply());
        }
        if let Some(key) = key {
            self.etags.put(key, &reply);
        }
        Ok(reply)
    }

    /// One request, to a place that is checked now, unless its service has asked to wait.
    async fn step(&self, step: &Step) -> Result<reqwest::Response, FetchError> {
        let is_named = self.hosts.names(&step.url);
        client::check(&step.url, is_named)?;
        let budget = self.budgets.of(&step.url, step.credential.as_ref());
        budget.check(&step.url, self.clock.now())?;
        let response = self.clients.send(step, is_named).await?;
        budget.heed(step, response, self.clock.now()).await
    }
}

/// What metrics count an answer as.
fn status_word(status: StatusCode) -> &'static str {
    match status {
        StatusCode::NOT_MODIFIED => "unchanged",
        StatusCode::NOT_FOUND | StatusCode::GONE => "not_found",
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => "denied",
        status if status.is_success() => "ok",
        _ => "failed",
    }
}

/// A header as text.
fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

//! Tokens that somebody has signed whose public keys are fetched: JSON Web Key Sets (RFC 7517).
//!
//! Only signatures with two halves count. Whoever knows the public half could make one with a shared secret of
//! it, and `none` is no signature.

use super::{Refusal, Service};
use crate::clock::{Clock, Millis};
use crate::config::RemoteKeys;
use crate::outbound::{Call, Fetched, Outbound};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::{Jwk, KeyOperations, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde::Deserialize;
use serde_json::Value;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// How long keys are believed before they are fetched again.
const FRESH: Millis = 10 * 60 * 1000;
/// How long they are believed while they cannot be fetched.
const BELIEVED: Millis = 60 * 60 * 1000;
/// How soon they are fetched again, for a key that nobody knows or after a failure.
const COOL_DOWN: Millis = 30 * 1000;
/// How large a set may be, in bytes and keys, and how long it may take.
const MOST: usize = 256 * 1024;
const MOST_KEYS: usize = 100;
const PATIENCE: Duration = Duration::from_secs(5);
/// How long the name of a program may be, in bytes.
const LONGEST_SUBJECT: usize = 256;
/// How far clocks may be apart, in seconds.
const SKEW: f64 = 30.0;

/// The keys of one address.
pub(super) struct KeySet {
    settings: RemoteKeys,
    outbound: Outbound,
    clock: Clock,
    fetched: Mutex<Held>,
    /// Held while they are fetched, so that it is done once.
    fetching: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct Held {
    keys: Vec<Jwk>,
    /// When they were fetched; none when they never were.
    at: Option<Millis>,
    tried_at: Option<Millis>,
}

#[derive(Deserialize)]
struct Claims {
    #[serde(default)]
    sub: Value,
    #[serde(default)]
    exp: Value,
    #[serde(default)]
    nbf: Value,
}

impl KeySet {
    pub(super) fn new(settings: RemoteKeys, outbound: Outbound, clock: Clock) -> Self {
        Self {
            settings,
            outbound,
            clock,
            fetched: Mutex::default(),
            fetching: tokio::sync::Mutex::default(),
        }
    }

    pub(super) async fn verify(&self, token: &str, now: i64) -> Result<Service, Refusal> {
        let header = jsonwebtoken::decode_header(token)
            .map_err(|_| Refusal::Foreign("its head cannot be read"))?;
        if !self.settings.algorithms.contains(&header.alg) {
            return Err(Refusal::Foreign("its algorithm does not count"));
        }
        // What says that it is of somebody else needs no keys.
        if !self.is_of_issuer(token) {
            return Err(Refusal::Foreign("another issuer has signed it"));
        }
        let key = self.key(header.kid.as_deref(), header.alg).await?;
        let claims = self.claims(token, &key, header.alg)?;
        in_time(claims.exp.as_f64(), claims.nbf.as_f64(), now)?;
        if !claims.exp.is_null() && claims.exp.as_f64().is_none() {
            return Err(Refusal::Foreign("its end is no time"));
        }
        let subject = claims.sub.as_str().filter(|it| is_name(it));
        let subject = subject.ok_or(Refusal::Foreign("it names nobody"))?;
        let subject = match &self.settings.subject_prefix {
            Some(prefix) => format!("{prefix}:{subject}"),
            None => subject.to_owned(),
        };
        let restrictions = self.settings.restrictions.as_deref();
        Ok(Service::new(subject, restrictions))
    }

    fn claims(&self, token: &str, key: &Jwk, algorithm: Algorithm) -> Result<Claims, Refusal> {
        let key =
            DecodingKey::from_jwk(key).map_err(|_| Refusal::Foreign("its key cannot be used"))?;
        let mut rules = Validation::new(algorithm);
        let mut required = Vec::new();
        if self.settings.issuers.is_empty() {
            rules.iss = None;
        } else {
            rules.set_issuer(&self.settings.issuers);
            required.push("iss");
        }
        if self.settings.audiences.is_empty() {
            rules.validate_aud = false;
        } else {
            rules.set_audience(&self.settings.audiences);
            required.push("aud");
        }
        rules.set_required_spec_claims(&required);
        // The time is asked of the server's own clock.
        rules.validate_exp = false;
        let verified = jsonwebtoken::decode::<Claims>(token, &key, &rules);
        verified.map(|it| it.claims).map_err(|error| {
            tracing::debug!(%error, "a token does not hold");
            Refusal::Foreign("its signature, issuer or audience is another")
        })
    }

    /// Whether a token says to be of one of the issuers, true or not.
    fn is_of_issuer(&self, token: &str) -> bool {
        let payload = token.split('.').nth(1).unwrap_or_default();
        let claims = URL_SAFE_NO_PAD.decode(payload).unwrap_or_default();
        let claims: Value = serde_json::from_slice(&claims).unwrap_or_default();
        let issuers = &self.settings.issuers;
        issuers.is_empty() || issuers.iter().any(|known| claims["iss"] == known.as_str())
    }

    /// The key that a token names. One that is not known may be new.
    async fn key(&self, id: Option<&str>, algorithm: Algorithm) -> Result<Jwk, Refusal> {
        let now = self.clock.now();
        if let Some(key) = self.known(id, algorithm, now, FRESH) {
            return Ok(key);
        }
        self.fetch(now).await;
        if let Some(key) = self.known(id, algorithm, now, BELIEVED) {
            return Ok(key);
        }
        let keys = self.fetched.lock().unwrap_or_else(PoisonError::into_inner);
        if keys.at.is_some_and(|at| now - at < BELIEVED) {
            Err(Refusal::Foreign("its key is not in the set"))
        } else {
            let host = self.settings.url.host_str().unwrap_or_default();
            Err(Refusal::Away(host.to_owned()))
        }
    }

    fn known(
        &self,
        id: Option<&str>,
        algorithm: Algorithm,
        now: Millis,
        age: Millis,
    ) -> Option<Jwk> {
        let keys = self.fetched.lock().unwrap_or_else(PoisonError::into_inner);
        keys.at.filter(|at| now - at < age)?;
        let mut fitting = keys.keys.iter().filter(|key| {
            (id.is_none() || key.common.key_id.as_deref() == id) && fits(key, algorithm)
        });
        let key = fitting.next()?;
        // Of several nobody can say which is meant.
        fitting.next().is_none().then(|| key.clone())
    }

    /// Fetches the keys, unless that was tried just now.
    async fn fetch(&self, now: Millis) {
        let is_hot = || {
            let keys = self.fetched.lock().unwrap_or_else(PoisonError::into_inner);
            keys.tried_at.is_some_and(|at| now - at < COOL_DOWN)
        };
        if is_hot() {
            return;
        }
        let _one = self.fetching.lock().await;
        if is_hot() {
            return;
        }
        self.fetched
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .tried_at = Some(now);
        let mut call = Call::get(self.settings.url.clone());
        call.max_bytes = MOST;
        call.time_limit = PATIENCE;
        let host = self.settings.url.host_str().unwrap_or_default();
        match self.outbound.fetch(call).await {
            Ok(Fetched::Content { bytes, .. }) => {
                let Some(found) = read(&bytes) else {
                    tracing::warn!(host, "what should be a JSON Web Key Set is none");
                    return;
                };
                let mut held = self.fetched.lock().unwrap_or_else(PoisonError::into_inner);
                (held.keys, held.at) = (found, Some(now));
            }
            Ok(Fetched::Unchanged) => {}
            Err(error) => {
                tracing::warn!(host, %error, "the keys that sign tokens of programs cannot be fetched");
            }
        }
    }
}

/// The keys of a set that can be used; a key of a kind that is not known is passed over.
fn read(bytes: &[u8]) -> Option<Vec<Jwk>> {
    let set: Value = serde_json::from_slice(bytes).ok()?;
    let keys = set["keys"].as_array()?.iter().take(MOST_KEYS);
    Some(
        keys.filter_map(|key| serde_json::from_value(key.clone()).ok())
            .collect(),
    )
}

/// Whether a key is one for such signatures.
fn fits(key: &Jwk, algorithm: Algorithm) -> bool {
    let common = &key.common;
    let signs = common
        .public_key_use
        .as_ref()
        .is_none_or(|it| *it == PublicKeyUse::Signature);
    let verifies = common
        .key_operations
        .as_ref()
        .is_none_or(|it| it.contains(&KeyOperations::Verify));
    let named = common
        .key_algorithm
        .is_none_or(|it| it.to_string() == format!("{algorithm:?}"));
    let family = DecodingKey::from_jwk(key).is_ok_and(|it| it.family() == algorithm.family());
    signs && verifies && named && family
}

/// Whether a token is good at a time, in Unix seconds.
pub(super) fn in_time(end: Option<f64>, start: Option<f64>, now: i64) -> Result<(), Refusal> {
    #[expect(clippy::cast_precision_loss, reason = "seconds are far below 2^52")]
    let now = now as f64;
    if end.is_some_and(|end| now >= end) {
        return Err(Refusal::Expired);
    }
    if start.is_some_and(|start| now + SKEW < start) {
        return Err(Refusal::Foreign("its time has not come"));
    }
    Ok(())
}

fn is_name(subject: &str) -> bool {
    let is_plain = !subject.contains(|it: char| it.is_whitespace() || it.is_control());
    !subject.is_empty() && subject.len() <= LONGEST_SUBJECT && is_plain
}

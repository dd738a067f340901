//! One sign-in, from leaving for the provider to coming back.

use super::provider::{Provider, ProviderError, Tokens};
use super::resolve::{self, Report};
use super::sessions::{NewSession, Profile};
use super::{Identity, claims, token};
use crate::clock::{Millis, millis};
use crate::query::Claimed;
use crate::query::Model;
use crate::store::StoreError;
use crate::store::identity::{
    FailedSignIn, PendingSignIn, StoredClaims, list_failures, nth_failure, put_failure,
    put_sign_in, put_sign_in_claims, take_sign_in,
};
use app::catalog::EntityRef;
use app::viewer::SignInClaim;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use url::Url;

/// How long somebody may be at their provider.
const PATIENCE: Millis = 10 * 60 * 1000;
/// How often signing in may fail from one network within [`WINDOW`], over all replicas.
const FAILURES: i64 = 20;
const WINDOW: Millis = 10 * 60 * 1000;
/// How many failures are shown.
const SHOWN: i64 = 100;

/// How somebody goes on who has signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Onward {
    /// To a path of the portal.
    Page(String),
    /// A front end of this origin waits for word from the window it has opened.
    Popup(String),
    /// To an address that was found to be the portal's or a front end's.
    Redirect(String),
}

impl Onward {
    /// The page to show a way to when somebody could not sign in.
    pub fn page(&self) -> &str {
        match self {
            Self::Page(path) => path,
            Self::Popup(_) | Self::Redirect(_) => "/",
        }
    }
}

/// Who comes, as far as the request tells.
#[derive(Debug, Clone, Default)]
pub struct Visitor {
    pub address: String,
    /// The address, or the network that an IPv6 client can choose its address from.
    pub network: String,
    pub agent: String,
}

/// What a browser needs to leave.
#[derive(Debug)]
pub struct Leaving {
    pub url: Url,
    /// What the browser has to show when it comes back.
    pub browser: String,
}

/// What a browser brings back.
#[derive(Debug, Clone, Copy)]
pub struct Return<'a> {
    pub state: &'a str,
    pub browser: &'a str,
    pub code: &'a str,
}

/// Somebody who has signed in.
#[derive(Debug)]
pub struct SignedIn {
    /// What the browser shows from now on, and for how long at most.
    pub secret: String,
    pub lifetime: Duration,
    pub session_id: String,
    pub user: EntityRef,
    pub profile: Profile,
    pub onward: Onward,
    /// What the provider claims of them; none where nothing is kept.
    pub claimed: Option<Claimed>,
}

/// Why somebody was not let in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// Nobody left from this browser, or too long ago, or they have come back before.
    #[error("this sign-in was not begun in this browser, or is too old, or is done already")]
    Unknown,
    #[error("{}", .0.reason)]
    Refused(Report, Onward),
    /// Too many returns from nowhere came from there. How many seconds it takes until the next is looked at.
    #[error("too many returns from nowhere came from here")]
    TooMany(u64),
    #[error(transparent)]
    Store(#[from] StoreError),
}

#[derive(Serialize, Deserialize)]
struct Flow {
    verifier: String,
    nonce: String,
    onward: Onward,
}

impl Identity {
    /// Lets a browser leave for a provider, to agree there to `scopes` beside what is always asked for.
    ///
    /// # Errors
    /// [`SignInError`]; then it stays.
    pub async fn leave(
        &self,
        provider: &Provider,
        scopes: &[String],
        onward: Onward,
        visitor: &Visitor,
    ) -> Result<Leaving, SignInError> {
        let (state, browser) = (token::random(), token::random());
        let begun = match provider.begin(&state, scopes).await {
            Ok(begun) => begun,
            Err(error) => return Err(self.failed(provider, &error, onward, visitor).await),
        };
        let state_hash = token::hash(&state);
        let flow = Flow {
            verifier: begun.verifier,
            nonce: begun.nonce,
            onward,
        };
        let flow = serde_json::to_string(&flow).unwrap_or_default();
        let pending = PendingSignIn {
            flow: self.seal.seal_text(&state_hash, &flow),
            state_hash,
            browser_hash: token::hash(&browser),
            provider: provider.settings.id.clone(),
            expires_at: self.clock.now() + PATIENCE,
        };
        put_sign_in(&self.db, &pending).await?;
        Ok(Leaving {
            url: begun.url,
            browser,
        })
    }

    /// Signs in who comes back.
    ///
    /// # Errors
    /// [`SignInError`]; then nobody is signed in.
    pub async fn come_back(
        &self,
        provider: &Provider,
        back: Return<'_>,
        visitor: &Visitor,
        model: impl Fn() -> std::sync::Arc<Model> + Send,
    ) -> Result<SignedIn, SignInError> {
        let flow = self
            .take(provider, back.state, back.browser, visitor)
            .await?;
        let finished = provider
            .finish(back.code, &flow.verifier, &flow.nonce)
            .await;
        let received = match finished {
            Ok(received) => received,
            Err(error) => return Err(self.failed(provider, &error, flow.onward, visitor).await),
        };
        let rules = &provider.settings.resolvers;
        let resolved = match resolve::resolve(rules, &received, &model()) {
            Ok(resolved) => resolved,
            Err(report) => return Err(self.refused(provider, report, flow.onward, visitor).await),
        };
        let profile = Profile {
            display_name: received.display_name,
            email: received.email,
            picture: received.picture,
        };
        let session_id = uuid::Uuid::new_v4().to_string();
        let lifetime = provider.settings.session_lifetime;
        let new = NewSession {
            user: resolved.user.clone(),
            needs_entity: resolved.needs_entity,
            provider: provider.settings.id.clone(),
            profile: profile.clone(),
            token: self.sealed(&session_id, &received.tokens),
            lifetime: lifetime.unwrap_or_else(|| self.sessions.lifetime()),
            address: visitor.address.clone(),
            agent: visitor.agent.clone(),
        };
        let lifetime = new.lifetime;
        // Before the session: without it one would go by what was claimed before.
        let claimed = self.keep_claims(provider, &resolved.user, &received.claims, lifetime);
        let claimed = claimed.await?;
        let secret = self.sessions.begin(session_id.clone(), new).await?;
        Ok(SignedIn {
            secret,
            lifetime,
            session_id,
            user: resolved.user,
            profile,
            onward: flow.onward,
            claimed,
        })
    }

    /// Keeps what a provider claims of somebody, for as long as they may stay signed in.
    async fn keep_claims(
        &self,
        provider: &Provider,
        user: &EntityRef,
        told: &[SignInClaim],
        lifetime: Duration,
    ) -> Result<Option<Claimed>, StoreError> {
        if provider.settings.claims.is_empty() {
            return Ok(None);
        }
        let now = self.clock.now();
        let lifetime = millis(lifetime);
        let stored = StoredClaims {
            user_ref: user.to_string(),
            provider: provider.settings.id.clone(),
            claims: claims::to_text(told),
            signed_in_at: now,
            expires_at: now.saturating_add(lifetime),
        };
        put_sign_in_claims(&self.db, &stored).await?;
        Ok(Some(claims::claimed(stored)))
    }

    /// Takes note that the provider has sent somebody back with a refusal.
    ///
    /// # Errors
    /// Always: the refusal, or [`SignInError::Unknown`] when nobody is waited for.
    pub async fn come_back_refused(
        &self,
        provider: &Provider,
        state: &str,
        browser: &str,
        said: &str,
        visitor: &Visitor,
    ) -> Result<SignedIn, SignInError> {
        let flow = self.take(provider, state, browser, visitor).await?;
        let error = ProviderError::Refused(provider.settings.title.clone(), said.to_owned());
        Err(self.failed(provider, &error, flow.onward, visitor).await)
    }

    async fn take(
        &self,
        provider: &Provider,
        state: &str,
        browser: &str,
        visitor: &Visitor,
    ) -> Result<Flow, SignInError> {
        let state_hash = token::hash(state);
        let browser_hash = token::hash(browser);
        let id = &provider.settings.id;
        let now = self.clock.now();
        // Without what the browser was given nothing needs to be looked up.
        let taken = if browser.is_empty() {
            None
        } else {
            take_sign_in(&self.db, &state_hash, &browser_hash, id, now).await?
        };
        let flow = taken.and_then(|flow| {
            let flow = self.seal.open_text(&state_hash, &flow).ok()?;
            serde_json::from_str(&flow).ok()
        });
        if let Some(flow) = flow {
            return Ok(flow);
        }
        // Whoever guesses is stopped, and nobody else from the same address.
        self.refuse_too_many(visitor).await?;
        let report = Report {
            reason: SignInError::Unknown.to_string(),
            ..Report::default()
        };
        self.keep(provider, &report, visitor).await;
        Err(SignInError::Unknown)
    }

    async fn refuse_too_many(&self, visitor: &Visitor) -> Result<(), SignInError> {
        match self.seconds_to_wait(visitor).await? {
            Some(seconds) => Err(SignInError::TooMany(seconds)),
            None => Ok(()),
        }
    }

    /// How long it takes until as much has not failed from there any more; none when it has not.
    async fn seconds_to_wait(&self, visitor: &Visitor) -> Result<Option<u64>, StoreError> {
        let now = self.clock.now();
        let last_but = nth_failure(&self.db, &visitor.network, now - WINDOW, FAILURES - 1).await?;
        Ok(last_but.map(|at| (at + WINDOW - now).max(1).unsigned_abs().div_ceil(1000)))
    }

    async fn failed(
        &self,
        provider: &Provider,
        error: &ProviderError,
        onward: Onward,
        visitor: &Visitor,
    ) -> SignInError {
        let report = Report {
            reason: error.to_string(),
            ..Report::default()
        };
        self.refused(provider, report, onward, visitor).await
    }

    async fn refused(
        &self,
        provider: &Provider,
        report: Report,
        onward: Onward,
        visitor: &Visitor,
    ) -> SignInError {
        self.keep(provider, &report, visitor).await;
        SignInError::Refused(report, onward)
    }

    /// Keeps a failure for those who are asked about it.
    async fn keep(&self, provider: &Provider, report: &Report, visitor: &Visitor) {
        tracing::warn!(
            provider = provider.settings.id,
            address = visitor.address,
            reason = report.reason,
            "somebody was not let in"
        );
        let failed = FailedSignIn {
            id: uuid::Uuid::new_v4().to_string(),
            failed_at: self.clock.now(),
            provider: provider.settings.id.clone(),
            report: serde_json::to_string(report).unwrap_or_default(),
            address: visitor.network.clone(),
        };
        // Whoever fails on and on fills no table.
        if let Ok(Some(_)) = self.seconds_to_wait(visitor).await {
            return;
        }
        if let Err(error) = put_failure(&self.db, &failed).await {
            tracing::warn!(%error, "a failed sign-in could not be kept");
        }
    }

    /// The last sign-ins that failed, the latest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn failures(&self) -> Result<Vec<FailedSignIn>, StoreError> {
        list_failures(&self.db, SHOWN).await
    }

    /// What a provider lets the server do as somebody, as it is kept with their session.
    pub(super) fn sealed(&self, session_id: &str, tokens: &Tokens) -> Option<String> {
        let text = serde_json::to_string(tokens).ok()?;
        Some(self.seal.seal_text(session_id, &text))
    }

    /// What a provider lets the server do as somebody who is signed in.
    pub fn tokens_of(&self, session: &super::sessions::Session) -> Option<Tokens> {
        self.open_tokens(&session.id, session.token.as_deref()?)
    }

    pub(super) fn open_tokens(&self, session_id: &str, sealed: &str) -> Option<Tokens> {
        let text = self.seal.open_text(session_id, sealed).ok()?;
        serde_json::from_str(&text).ok()
    }
}

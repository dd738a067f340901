//! Those who say who somebody is.
//!
//! A provider is asked in two steps: [`Provider::begin`] says where the browser is sent to, and
//! [`Provider::finish`] turns what it brings back into what the provider knows of the person.

mod github;
mod oidc;
mod transport;

use crate::clock::{Clock, Millis};
use crate::config::{ProviderKind, SignInProvider};
use crate::outbound::Outbound;
use crate::scm::Scm;
use app::viewer::SignInClaim;
use github::GithubSignIn;
use oauth2::{ErrorResponseType, RequestTokenError, StandardErrorResponse};
use oidc::OidcSignIn;
use serde::{Deserialize, Serialize};
use std::fmt::Display;
use std::sync::Arc;
use transport::TransportError;
use url::Url;

/// What a provider knows of somebody.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Received {
    /// The provider's own identifier.
    pub subject: String,
    /// The same person under another identifier, where the provider has two.
    pub second_subject: Option<String>,
    /// What the provider calls them.
    pub username: Option<String>,
    pub email: Option<String>,
    /// An address that the provider has not verified: nobody is found by it.
    pub unverified_email: Option<String>,
    pub display_name: Option<String>,
    pub picture: Option<String>,
    /// Those that are kept.
    pub claims: Vec<SignInClaim>,
    pub tokens: Tokens,
}

/// What a provider lets the server do as somebody.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Tokens {
    pub access: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh: Option<String>,
    /// Hints a provider of `OpenID` Connect at the session to end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// What was agreed to, where the provider names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scopes: Option<Vec<String>>,
    /// When `access` ends, if it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Millis>,
}

impl Tokens {
    /// Whether these scopes are among what was agreed to. What the users of a GitHub App may do is said
    /// by the app alone.
    pub fn cover(&self, scopes: &[String]) -> bool {
        match &self.scopes {
            Some(granted) => scopes.iter().all(|it| github::is_covered(it, granted)),
            None => self.access.starts_with(github::APP_USER),
        }
    }
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tokens(…)")
    }
}

/// Where a browser is sent to, and what is needed when it returns.
#[derive(Debug)]
pub struct Begun {
    pub url: Url,
    /// PKCE (RFC 7636).
    pub verifier: String,
    pub nonce: String,
}

/// Why a provider did not say who somebody is.
#[derive(Debug, thiserror::Error)]
pub enum ProviderError {
    #[error("{0} does not answer: {1}")]
    Unreachable(String, String),
    #[error("{0} refused: {1}")]
    Refused(String, String),
    #[error("what {0} answered cannot be used: {1}")]
    Unusable(String, String),
}

impl ProviderError {
    fn unreachable(provider: &SignInProvider, why: &impl Display) -> Self {
        Self::Unreachable(provider.title.clone(), why.to_string())
    }

    fn unusable(provider: &SignInProvider, why: &impl Display) -> Self {
        Self::Unusable(provider.title.clone(), why.to_string())
    }

    /// Why a code was not exchanged for a token.
    fn of_exchange<T: ErrorResponseType + Display>(
        provider: &SignInProvider,
        error: RequestTokenError<TransportError, StandardErrorResponse<T>>,
    ) -> Self {
        match error {
            RequestTokenError::ServerResponse(said) => {
                let said = said
                    .error_description()
                    .cloned()
                    .unwrap_or_else(|| said.error().to_string());
                Self::Refused(provider.title.clone(), said)
            }
            RequestTokenError::Request(error) => Self::unreachable(provider, &error),
            RequestTokenError::Parse(error, _) => Self::unusable(provider, &error),
            RequestTokenError::Other(error) => Self::unusable(provider, &error),
        }
    }
}

/// One provider.
#[derive(Clone)]
pub struct Provider {
    pub settings: Arc<SignInProvider>,
    speaks: Speaks,
}

#[derive(Clone)]
enum Speaks {
    Github(Arc<GithubSignIn>),
    Oidc(Arc<OidcSignIn>),
}

impl Provider {
    /// A provider that sends people back to `callback` unless its settings say otherwise.
    pub fn new(
        settings: SignInProvider,
        callback: Url,
        outbound: Outbound,
        scm: &Scm,
        clock: Clock,
    ) -> Self {
        let settings = Arc::new(settings);
        let callback = settings.callback_url.clone().unwrap_or(callback);
        let speaks = match &settings.kind {
            ProviderKind::Github { instance } => {
                let github =
                    GithubSignIn::new(Arc::clone(&settings), instance, scm, callback, outbound);
                Speaks::Github(Arc::new(github))
            }
            ProviderKind::Oidc { .. } => {
                let oidc = OidcSignIn::new(Arc::clone(&settings), callback, outbound, clock);
                Speaks::Oidc(Arc::new(oidc))
            }
        };
        Self { settings, speaks }
    }

    /// Where to send a browser, which brings `state` back. `scopes` are asked for beside the usual ones,
    /// where there is something to be done in somebody's name.
    ///
    /// # Errors
    /// [`ProviderError`] when the provider does not say where.
    pub async fn begin(&self, state: &str, scopes: &[String]) -> Result<Begun, ProviderError> {
        match &self.speaks {
            Speaks::Github(github) => Ok(github.begin(state, scopes)),
            Speaks::Oidc(oidc) => oidc.begin(state).await,
        }
    }

    /// Who has come back with `code`.
    ///
    /// # Errors
    /// [`ProviderError`].
    pub async fn finish(
        &self,
        code: &str,
        verifier: &str,
        nonce: &str,
    ) -> Result<Received, ProviderError> {
        match &self.speaks {
            Speaks::Github(github) => github.finish(code, verifier).await,
            Speaks::Oidc(oidc) => oidc.finish(code, verifier, nonce).await,
        }
    }

    /// Whether things can be done at a host, for example `github.com`, in the name of who has signed in.
    pub fn is_at(&self, host: &str) -> bool {
        match &self.speaks {
            Speaks::Github(github) => github.is_at(host),
            Speaks::Oidc(_) => false,
        }
    }

    /// New tokens for old.
    ///
    /// # Errors
    /// [`ProviderError`]; then the old may be used up all the same.
    pub async fn renew(&self, refresh: &str) -> Result<Tokens, ProviderError> {
        match &self.speaks {
            Speaks::Github(github) => github.renew(refresh).await,
            Speaks::Oidc(_) => Err(ProviderError::unusable(
                &self.settings,
                &"nothing is done there in anybody's name",
            )),
        }
    }

    /// Where somebody ends their session at the provider too, and comes back to `back`.
    pub async fn logout(&self, tokens: &Tokens, back: &Url) -> Option<Url> {
        match &self.speaks {
            Speaks::Github(_) => None,
            Speaks::Oidc(oidc) => oidc.logout(tokens, back).await,
        }
    }
}

//! Signing in with a provider of `OpenID` Connect.
//!
//! <https://openid.net/specs/openid-connect-core-1_0.html>, by the library `openidconnect`.

use super::super::claims::kept;
use super::transport::{self, TransportError};
use super::{Begun, ProviderError, Received, Tokens};
use crate::clock::{Clock, Millis};
use crate::config::{ProviderKind, SignInProvider};
use crate::outbound::Outbound;
use crate::permission::property;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::DateTime;
use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreClientAuthMethod, CoreGenderClaim, CoreIdToken,
    CoreIdTokenClaims, CoreIdTokenVerifier, CoreJwsSigningAlgorithm,
};
use openidconnect::{
    AccessToken, AdditionalClaims, AuthType, AuthorizationCode, ClaimsVerificationError, ClientId,
    ClientSecret, CsrfToken, DiscoveryError, EndpointMaybeSet, EndpointNotSet, EndpointSet,
    IssuerUrl, LogoutRequest, Nonce, OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier,
    PostLogoutRedirectUrl, ProviderMetadataWithLogout, RedirectUrl, Scope,
    SignatureVerificationError, TokenResponse, UserInfoClaims,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::fmt::Display;
use std::sync::{Arc, Mutex, PoisonError};
use url::Url;

const DESCRIPTION: &str = "/.well-known/openid-configuration";
/// How long a description of the provider is believed.
const BELIEVED: Millis = 60 * 60 * 1000;
/// How soon it is asked again when a key is not in it.
const ASKED_AGAIN: Millis = 10_000;
/// Signatures that count. Not among them: none at all.
const SIGNATURES: [CoreJwsSigningAlgorithm; 11] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
    CoreJwsSigningAlgorithm::HmacSha256,
    CoreJwsSigningAlgorithm::HmacSha512,
];

/// What a provider tells of somebody beside the claims that every provider knows.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct More(Map<String, Value>);

impl AdditionalClaims for More {}

type Told = UserInfoClaims<More, CoreGenderClaim>;

type Client = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// See the head of this file.
pub(super) struct OidcSignIn {
    settings: Arc<SignInProvider>,
    callback: RedirectUrl,
    outbound: Outbound,
    clock: Clock,
    described: Mutex<Option<(Millis, ProviderMetadataWithLogout)>>,
}

impl OidcSignIn {
    pub(super) fn new(
        settings: Arc<SignInProvider>,
        callback: Url,
        outbound: Outbound,
        clock: Clock,
    ) -> Self {
        Self {
            settings,
            callback: RedirectUrl::from_url(callback),
            outbound,
            clock,
            described: Mutex::default(),
        }
    }

    /// How the provider describes itself, its keys included, asked at most `age` milliseconds ago.
    async fn description(&self, age: Millis) -> Result<ProviderMetadataWithLogout, ProviderError> {
        let now = self.clock.now();
        let known = self
            .described
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        if let Some((at, known)) = known
            && now - at <= age
        {
            return Ok(known);
        }
        let ProviderKind::Oidc { metadata, .. } = &self.settings.kind else {
            return Err(self.unusable(&"it does not speak OpenID Connect"));
        };
        let issuer = metadata.as_str().trim_end_matches(DESCRIPTION).to_owned();
        let http = |request| transport::send(self.outbound.clone(), request);
        // Some issuers end in a slash, which the address of their description does not tell.
        let mut found = self.discover(&issuer, &http).await;
        if matches!(&found, Err(DiscoveryError::Validation(_))) {
            found = self.discover(&format!("{issuer}/"), &http).await;
        }
        let found = found.map_err(|error| match error {
            DiscoveryError::Request(error) => ProviderError::unreachable(&self.settings, &error),
            error => self.unusable(&format!("its description at {metadata}: {error}")),
        })?;
        let kept = Some((now, found.clone()));
        *self
            .described
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = kept;
        Ok(found)
    }

    async fn discover<H, F>(
        &self,
        issuer: &str,
        http: &H,
    ) -> Result<ProviderMetadataWithLogout, DiscoveryError<TransportError>>
    where
        H: Fn(oauth2::HttpRequest) -> F + Sync,
        F: Future<Output = Result<oauth2::HttpResponse, TransportError>> + Send,
    {
        let issuer = IssuerUrl::new(issuer.to_owned()).map_err(DiscoveryError::UrlParse)?;
        ProviderMetadataWithLogout::discover_async(issuer, http).await
    }

    fn client(&self, description: &ProviderMetadataWithLogout) -> Client {
        let secret = ClientSecret::new(self.settings.client_secret.expose().to_owned());
        let id = ClientId::new(self.settings.client_id.clone());
        let client = CoreClient::from_provider_metadata(description.clone(), id, Some(secret));
        let takes = description.token_endpoint_auth_methods_supported();
        let takes = |method| takes.is_none_or(|all| all.contains(&method));
        let how = if takes(CoreClientAuthMethod::ClientSecretBasic) {
            AuthType::BasicAuth
        } else {
            AuthType::RequestBody
        };
        client
            .set_auth_type(how)
            .set_redirect_uri(self.callback.clone())
    }

    pub(super) async fn begin(&self, state: &str) -> Result<Begun, ProviderError> {
        let description = self.description(BELIEVED).await?;
        let client = self.client(&description);
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let state = state.to_owned();
        let own = ["profile", "email"].map(str::to_owned).into_iter();
        let scopes = own.chain(self.settings.additional_scopes.iter().cloned());
        let scopes = scopes.filter(|scope| scope != "openid").map(Scope::new);
        let mut request = client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                move || CsrfToken::new(state),
                Nonce::new_random,
            )
            .add_scopes(scopes)
            .set_pkce_challenge(challenge);
        if let ProviderKind::Oidc {
            prompt: Some(prompt),
            ..
        } = &self.settings.kind
        {
            request = request.add_extra_param("prompt", prompt.clone());
        }
        let (url, _, nonce) = request.url();
        Ok(Begun {
            url,
            verifier: verifier.secret().clone(),
            nonce: nonce.secret().clone(),
        })
    }

    pub(super) async fn finish(
        &self,
        code: &str,
        verifier: &str,
        nonce: &str,
    ) -> Result<Received, ProviderError> {
        let description = self.description(BELIEVED).await?;
        let client = self.client(&description);
        let http = |request| transport::send(self.outbound.clone(), request);
        let answer = client
            .exchange_code(AuthorizationCode::new(code.to_owned()))
            .map_err(|error| self.unusable(&error))?
            .set_pkce_verifier(PkceCodeVerifier::new(verifier.to_owned()))
            .request_async(&http)
            .await
            .map_err(|error| ProviderError::of_exchange(&self.settings, error))?;
        let id_token = answer.id_token();
        let id_token = id_token.ok_or_else(|| self.unusable(&"it holds no ID token"))?;
        let nonce = Nonce::new(nonce.to_owned());
        let claims = self.claims(id_token, &client, &nonce).await?;
        let access = answer.access_token();
        let told = payload(&id_token.to_string());
        let more = self.user_info(&client, access, &claims, &told).await;
        let mut kept_claims = kept(&self.settings.claims, &told);
        if let Some(more) = &more {
            let more = Value::Object(more.additional_claims().0.clone());
            let missing = self.settings.claims.iter();
            let missing = missing
                .filter(|name| property(&told, name).is_none())
                .cloned();
            kept_claims.extend(kept(&missing.collect::<Vec<_>>(), &more));
        }
        let received = received(
            &claims,
            more.as_ref(),
            Tokens {
                access: access.secret().clone(),
                refresh: answer.refresh_token().map(|token| token.secret().clone()),
                id: Some(id_token.to_string()),
                ..Tokens::default()
            },
        );
        Ok(Received {
            claims: kept_claims,
            ..received
        })
    }

    /// What an ID token says, when its signature, issuer, audience, times and nonce are right. A key
    /// that is not known may be new.
    async fn claims(
        &self,
        id_token: &CoreIdToken,
        client: &Client,
        nonce: &Nonce,
    ) -> Result<CoreIdTokenClaims, ProviderError> {
        let first = id_token.claims(&self.verifier(client), nonce);
        let claims = match first {
            Err(ClaimsVerificationError::SignatureVerification(
                SignatureVerificationError::NoMatchingKey
                | SignatureVerificationError::CryptoError(_),
            )) => {
                let description = self.description(ASKED_AGAIN).await?;
                let client = self.client(&description);
                id_token.claims(&self.verifier(&client), nonce).cloned()
            }
            first => first.cloned(),
        };
        claims.map_err(|error| self.unusable(&format!("its ID token: {}", with_source(&error))))
    }

    fn verifier<'a>(&'a self, client: &'a Client) -> CoreIdTokenVerifier<'a> {
        let now = move || DateTime::from_timestamp_millis(self.clock.now()).unwrap_or_default();
        client
            .id_token_verifier()
            .set_allowed_algs(SIGNATURES)
            .set_time_fn(now)
    }

    /// What the provider tells of the same person beside the token, when something is missing there.
    async fn user_info(
        &self,
        client: &Client,
        access: &AccessToken,
        claims: &CoreIdTokenClaims,
        told: &Value,
    ) -> Option<Told> {
        let is_complete = self
            .settings
            .claims
            .iter()
            .all(|name| property(told, name).is_some());
        if claims.email().is_some() && claims.preferred_username().is_some() && is_complete {
            return None;
        }
        let subject = claims.subject().clone();
        let request = client.user_info(access.clone(), Some(subject)).ok()?;
        let http = |request| transport::send(self.outbound.clone(), request);
        match request.request_async(&http).await {
            Ok(more) => Some(more),
            Err(error) => {
                tracing::warn!(provider = self.settings.id, %error, "a provider does not tell more of a person");
                None
            }
        }
    }

    pub(super) async fn logout(&self, tokens: &Tokens, back: &Url) -> Option<Url> {
        let description = self.description(BELIEVED).await.ok()?;
        let end = description
            .additional_metadata()
            .end_session_endpoint
            .clone()?;
        let request = LogoutRequest::from(end)
            .set_client_id(ClientId::new(self.settings.client_id.clone()))
            .set_post_logout_redirect_uri(PostLogoutRedirectUrl::from_url(back.clone()));
        let hint = tokens
            .id
            .as_deref()
            .and_then(|text| text.parse::<CoreIdToken>().ok());
        let request = match &hint {
            Some(hint) => request.set_id_token_hint(hint),
            None => request,
        };
        Some(request.http_get_url())
    }

    fn unusable(&self, why: &impl Display) -> ProviderError {
        ProviderError::unusable(&self.settings, why)
    }
}

/// What an ID token says that has been verified, as it says it.
fn payload(id_token: &str) -> Value {
    let payload = id_token.split('.').nth(1).unwrap_or_default();
    let payload = URL_SAFE_NO_PAD.decode(payload).unwrap_or_default();
    serde_json::from_slice(&payload).unwrap_or_default()
}

/// What is known of somebody, from the token first.
fn received(claims: &CoreIdTokenClaims, more: Option<&Told>, tokens: Tokens) -> Received {
    let username = claims
        .preferred_username()
        .or_else(|| more?.preferred_username());
    let name = claims
        .name()
        .or_else(|| more?.name())
        .and_then(|name| name.get(None));
    let picture = claims
        .picture()
        .or_else(|| more?.picture())
        .and_then(|it| it.get(None));
    let (email, verified) = match claims.email() {
        Some(email) => (Some(email), claims.email_verified()),
        None => (
            more.and_then(|it| it.email()),
            more.and_then(Told::email_verified),
        ),
    };
    let email = email.map(|email| email.to_string());
    // Who verifies no addresses does not say so: only a plain no counts.
    let (email, unverified_email) = match verified {
        Some(false) => (None, email),
        _ => (email, None),
    };
    Received {
        subject: claims.subject().to_string(),
        second_subject: None,
        username: username.map(|name| name.to_string()),
        email,
        unverified_email,
        display_name: name.map(|name| name.to_string()),
        picture: picture.map(|url| url.to_string()),
        claims: Vec::new(),
        tokens,
    }
}

fn with_source(error: &ClaimsVerificationError) -> String {
    match std::error::Error::source(error) {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}

//! Signing in with GitHub: an OAuth App, or the users of a GitHub App.
//!
//! <https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps>

use super::super::claims::kept;
use super::transport::{self, TransportError};
use super::{Begun, ProviderError, Received, Tokens};
use crate::clock::Millis;
use crate::config::{Integration, Match, SignInProvider};
use crate::outbound::{Call, Credential, Outbound, authority};
use crate::scm::Scm;
use oauth2::basic::{BasicClient, BasicTokenResponse};
use oauth2::{
    AuthUrl, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointNotSet, EndpointSet,
    PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RefreshToken, RequestTokenError, Scope,
    TokenResponse, TokenUrl,
};
use serde_json::{Map, Value};
use std::fmt::Display;
use std::sync::Arc;
use url::Url;

/// What can be kept of a person, and where it is asked for.
const MEMBERSHIPS: [(&str, &str); 2] = [
    ("orgs", "/user/orgs?per_page=100"),
    ("teams", "/user/teams?per_page=100"),
];
/// What the tokens of users of a GitHub App begin with.
pub(super) const APP_USER: &str = "ghu_";
const MEDIA_TYPE: &str = "application/vnd.github+json";

/// What asks for tokens.
type Client =
    BasicClient<EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointSet>;

/// See the head of this file.
pub(super) struct GithubSignIn {
    settings: Arc<SignInProvider>,
    authorize: AuthUrl,
    token: TokenUrl,
    /// Of the REST API.
    api: Url,
    /// Whose repositories that API has, for example `github.com`.
    hosts: Vec<String>,
    callback: RedirectUrl,
    outbound: Outbound,
}

/// Where an instance answers its API: as its integration says, else where GitHub puts it.
fn api(instance: &Url, scm: &Scm) -> Url {
    let host = authority(instance).unwrap_or_default();
    let configured = scm.github(&host).and_then(|it| it.api_base_url.as_deref());
    let configured = configured.and_then(|url| Url::parse(url).ok());
    let usual = match instance.host_str() {
        Some("github.com") | None => "https://api.github.com".to_owned(),
        Some(_) => format!("{}/api/v3", instance.as_str().trim_end_matches('/')),
    };
    configured.unwrap_or_else(|| Url::parse(&usual).unwrap_or_else(|_| instance.clone()))
}

/// The hosts of an API: that of the instance, and those whose integrations have the same.
fn hosts(instance: &Url, api: &Url, scm: &Scm) -> Vec<String> {
    let is_same = |it: &&Integration| {
        let base = it
            .api_base_url
            .as_deref()
            .and_then(|it| Url::parse(it).ok());
        base.as_ref() == Some(api)
    };
    let configured = scm.integrations().iter().filter(is_same);
    let configured = configured.map(|it| it.host.to_lowercase());
    authority(instance).into_iter().chain(configured).collect()
}

impl GithubSignIn {
    pub(super) fn new(
        settings: Arc<SignInProvider>,
        instance: &Url,
        scm: &Scm,
        callback: Url,
        outbound: Outbound,
    ) -> Self {
        let api = api(instance, scm);
        let below = |path: &str| {
            let mut url = instance.clone();
            url.set_path(&format!("{}{path}", instance.path().trim_end_matches('/')));
            url
        };
        Self {
            authorize: AuthUrl::from_url(below("/login/oauth/authorize")),
            token: TokenUrl::from_url(below("/login/oauth/access_token")),
            hosts: hosts(instance, &api, scm),
            api,
            callback: RedirectUrl::from_url(callback),
            outbound,
            settings,
        }
    }

    /// Whether repositories at a host are reached there.
    pub(super) fn is_at(&self, host: &str) -> bool {
        self.hosts.iter().any(|own| own.eq_ignore_ascii_case(host))
    }

    /// What is asked for: to see who somebody is, and their addresses where a rule needs them.
    fn scopes(&self) -> impl Iterator<Item = Scope> {
        let own = ["read:user"]
            .into_iter()
            .chain(self.needs_email().then_some("user:email"))
            .chain(self.needs_organizations().then_some("read:org"));
        let more = self.settings.additional_scopes.iter().cloned();
        own.map(str::to_owned).chain(more).map(Scope::new)
    }

    /// Whether a rule looks at addresses.
    fn needs_email(&self) -> bool {
        self.settings
            .resolvers
            .iter()
            .any(|rule| matches!(rule.matching, Match::Email | Match::EmailLocalPart))
    }

    /// Whether organisations or teams are kept: what else GitHub tells of people they say themselves.
    fn needs_organizations(&self) -> bool {
        let mut names = self.settings.claims.iter();
        names.any(|name| MEMBERSHIPS.iter().any(|(known, _)| known == name))
    }

    /// The organisations and teams of somebody, those that are kept; of what GitHub does not tell none.
    async fn memberships(&self, access: &str) -> Value {
        let mut told = Map::new();
        for (name, path) in MEMBERSHIPS {
            if !self.settings.claims.iter().any(|it| it == name) {
                continue;
            }
            match self.ask(path, access).await {
                Ok(list) => {
                    let list = list.as_array().into_iter().flatten();
                    told.insert(name.to_owned(), list.filter_map(membership).collect());
                }
                Err(error) => {
                    tracing::warn!(provider = self.settings.id, %error, "GitHub does not tell the {name} of a person");
                }
            }
        }
        Value::Object(told)
    }

    pub(super) fn begin(&self, state: &str, scopes: &[String]) -> Begun {
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let client = BasicClient::new(ClientId::new(self.settings.client_id.clone()))
            .set_auth_uri(self.authorize.clone())
            .set_redirect_uri(self.callback.clone());
        let state = state.to_owned();
        let (url, _) = client
            .authorize_url(move || CsrfToken::new(state))
            .add_scopes(self.scopes())
            .add_scopes(scopes.iter().cloned().map(Scope::new))
            .set_pkce_challenge(challenge)
            .url();
        Begun {
            url,
            verifier: verifier.secret().clone(),
            nonce: String::new(),
        }
    }

    pub(super) async fn finish(
        &self,
        code: &str,
        verifier: &str,
    ) -> Result<Received, ProviderError> {
        let client = self.client().set_redirect_uri(self.callback.clone());
        let http = |request| transport::send(self.outbound.clone(), request);
        let answer = client
            .exchange_code(AuthorizationCode::new(code.to_owned()))
            .set_pkce_verifier(PkceCodeVerifier::new(verifier.to_owned()))
            .request_async(&http)
            .await
            .map_err(|error| self.refusal(error))?;
        let access = answer.access_token().secret().clone();
        let user = self.ask("/user", &access).await?;
        let text = |name: &str| user[name].as_str().map(str::to_owned);
        let (Some(number), Some(login)) = (user["id"].as_i64(), text("login")) else {
            return Err(self.unusable(&"it names no user"));
        };
        let number = number.to_string();
        // The address that is public is verified too; without the scope there is no other.
        let email = if self.needs_email() {
            self.ask("/user/emails", &access).await.ok()
        } else {
            None
        };
        let email = email.as_ref().and_then(primary);
        let memberships = self.memberships(&access).await;
        Ok(Received {
            // Sources of users keep the one, hand-written files often the other.
            second_subject: text("node_id").is_some().then(|| number.clone()),
            subject: text("node_id").unwrap_or(number),
            username: Some(login),
            email: email.or_else(|| text("email")),
            unverified_email: None,
            display_name: text("name"),
            picture: text("avatar_url"),
            claims: kept(&self.settings.claims, &memberships),
            tokens: self.tokens(&answer),
        })
    }

    /// New tokens for old.
    pub(super) async fn renew(&self, refresh: &str) -> Result<Tokens, ProviderError> {
        let http = |request| transport::send(self.outbound.clone(), request);
        let answer = self
            .client()
            .exchange_refresh_token(&RefreshToken::new(refresh.to_owned()))
            .request_async(&http)
            .await
            .map_err(|error| self.refusal(error))?;
        Ok(self.tokens(&answer))
    }

    fn client(&self) -> Client {
        BasicClient::new(ClientId::new(self.settings.client_id.clone()))
            .set_client_secret(ClientSecret::new(
                self.settings.client_secret.expose().to_owned(),
            ))
            .set_auth_type(oauth2::AuthType::RequestBody)
            .set_token_uri(self.token.clone())
    }

    fn tokens(&self, answer: &BasicTokenResponse) -> Tokens {
        let lasts = answer.expires_in().map(|it| it.as_millis());
        let lasts = lasts.and_then(|it| Millis::try_from(it).ok());
        // GitHub separates them by commas.
        let scopes = answer.scopes().map(|scopes| {
            let names = scopes.iter().flat_map(|scope| scope.split([',', ' ']));
            let names = names.filter(|name| !name.is_empty());
            names.map(str::to_owned).collect::<Vec<_>>()
        });
        Tokens {
            access: answer.access_token().secret().clone(),
            refresh: answer.refresh_token().map(|token| token.secret().clone()),
            id: None,
            scopes: scopes.filter(|it| !it.is_empty()),
            expires_at: lasts.map(|lasts| self.outbound.now().saturating_add(lasts)),
        }
    }

    /// Asks the API as the person.
    async fn ask(&self, path: &str, access: &str) -> Result<Value, ProviderError> {
        let mut url = self.api.clone();
        let (below, query) = path
            .split_once('?')
            .map_or((path, None), |(below, query)| (below, Some(query)));
        url.set_path(&format!("{}{below}", self.api.path().trim_end_matches('/')));
        url.set_query(query);
        let mut call = Call::get(url).accept(MEDIA_TYPE);
        call.credential = Some(Credential::authorization("Bearer", access));
        let reply = self.outbound.send(call).await;
        let reply = reply.map_err(|error| ProviderError::unreachable(&self.settings, &error))?;
        if !reply.status.is_success() {
            return Err(ProviderError::Refused(
                self.settings.title.clone(),
                format!("{path} answers {}", reply.status),
            ));
        }
        serde_json::from_slice(&reply.body).map_err(|error| self.unusable(&error))
    }

    fn refusal(
        &self,
        error: RequestTokenError<TransportError, oauth2::basic::BasicErrorResponse>,
    ) -> ProviderError {
        // GitHub refuses with the status of a success.
        if let RequestTokenError::Parse(_, body) = &error {
            let said: Value = serde_json::from_slice(body).unwrap_or_default();
            let said = said["error_description"]
                .as_str()
                .or(said["error"].as_str());
            if let Some(said) = said {
                return ProviderError::Refused(self.settings.title.clone(), said.to_owned());
            }
        }
        ProviderError::of_exchange(&self.settings, error)
    }

    fn unusable(&self, why: &impl Display) -> ProviderError {
        ProviderError::unusable(&self.settings, why)
    }
}

/// Whether a scope is granted, by itself or by one that holds it.
///
/// <https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/scopes-for-oauth-apps#available-scopes>
pub(super) fn is_covered(scope: &str, granted: &[String]) -> bool {
    let has = |name: &str| granted.iter().any(|it| it == name);
    if has(scope) {
        return true;
    }
    match scope.split_once(':') {
        Some(("read", what)) => {
            has(&format!("write:{what}"))
                || has(&format!("admin:{what}"))
                || (what == "user" && has("user"))
        }
        Some(("write", what)) => has(&format!("admin:{what}")),
        Some((all @ ("user" | "repo"), _)) => has(all),
        _ => scope == "public_repo" && has("repo"),
    }
}

/// `playhouse` of an organisation, `playhouse/crew` of a team.
fn membership(it: &Value) -> Option<Value> {
    let text = |pointer: &str| it.pointer(pointer).and_then(Value::as_str);
    let found = match (text("/slug"), text("/organization/login")) {
        (Some(slug), Some(organization)) => format!("{organization}/{slug}"),
        (None, _) => text("/login")?.to_owned(),
        _ => return None,
    };
    Some(found.to_lowercase().into())
}

/// The address that somebody has chosen and GitHub has verified.
fn primary(emails: &Value) -> Option<String> {
    let emails = emails.as_array()?.iter();
    let mut verified = emails.filter(|it| it["verified"] == true && it["primary"] == true);
    verified.next()?["email"].as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_scope_holds_what_is_below_it() {
        let granted = ["repo", "admin:org", "user"].map(str::to_owned);
        for scope in [
            "repo",
            "public_repo",
            "repo:status",
            "read:org",
            "write:org",
            "read:user",
            "user:email",
        ] {
            assert!(is_covered(scope, &granted), "{scope}");
        }
        for scope in [
            "workflow",
            "delete_repo",
            "read:packages",
            "admin:repo_hook",
            "",
        ] {
            assert!(!is_covered(scope, &granted), "{scope}");
        }
        assert!(!is_covered("repo", &["public_repo".to_owned()]));
    }

    #[test]
    fn only_a_verified_address_counts() {
        let emails = |verified| {
            json!([
                { "email": "old@example.com", "primary": false, "verified": true },
                { "email": "ben@example.com", "primary": true, "verified": verified },
            ])
        };
        assert_eq!(primary(&emails(true)).as_deref(), Some("ben@example.com"));
        assert_eq!(primary(&emails(false)), None);
        assert_eq!(primary(&json!({ "message": "no" })), None);
    }
}

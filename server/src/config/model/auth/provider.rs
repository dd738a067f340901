//! `auth.providers`: with whom people sign in.

use std::time::Duration;

use serde_json::Value;
use url::Url;

use super::resolver::{self, Resolver};
use crate::config::node::Node;
use crate::config::secret::Secret;
use crate::config::section::Section;

/// A provider, with the settings of the environment that applies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignInProvider {
    /// Its segment of the path, as the configuration names it.
    pub id: String,
    /// What people know it as.
    pub title: String,
    pub kind: ProviderKind,
    pub client_id: String,
    pub client_secret: Secret,
    /// `callbackUrl`: where the provider sends people back to. Default
    /// `<app.baseUrl>/api/auth/<id>/handler/frame`.
    pub callback_url: Option<Url>,
    /// `additionalScopes`: asked for beside what signing in needs.
    pub additional_scopes: Vec<String>,
    /// `sessionDuration`: instead of `auth.session.lifetime`.
    pub session_lifetime: Option<Duration>,
    pub resolvers: Vec<Resolver>,
    /// `permission.claims`: what is kept of what it says of people.
    pub claims: Vec<String>,
}

/// What a provider speaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProviderKind {
    /// GitHub's OAuth, for an OAuth App or a GitHub App.
    Github {
        /// `enterpriseInstanceUrl`. Default `https://github.com`.
        instance: Url,
    },
    /// OpenID Connect.
    Oidc {
        /// Where its description is, or the issuer above it.
        metadata: Url,
        /// `prompt`: what the provider is to ask. Default what it asks by itself.
        prompt: Option<String>,
    },
}

/// Providers that speak OpenID Connect, the names that people know them by, and what their settings
/// call the place of their description.
const OIDC: [(&str, &str); 7] = [
    ("oidc", "single sign-on"),
    ("google", "Google"),
    ("microsoft", "Microsoft"),
    ("okta", "Okta"),
    ("auth0", "Auth0"),
    ("gitlab", "GitLab"),
    ("onelogin", "OneLogin"),
];
const DESCRIPTION: &str = ".well-known/openid-configuration";

/// The providers that are configured for `environment`, in the order of their names.
pub(super) fn read(root: &Section<'_>, environment: &str) -> Vec<SignInProvider> {
    let Some(providers) = root.section("auth.providers") else {
        return Vec::new();
    };
    let mut ids = providers.keys();
    ids.sort();
    ids.retain(|id| id != "guest");
    let permission = root.section("permission");
    let claims = permission.and_then(|section| section.strings("claims"));
    let claims = claims.unwrap_or_default();
    let read = |id: String| read_one(&providers, &id, environment);
    let providers = ids.into_iter().filter_map(read);
    providers
        .map(|provider| SignInProvider {
            claims: claims.clone(),
            ..provider
        })
        .collect()
}

fn read_one(providers: &Section<'_>, id: &str, environment: &str) -> Option<SignInProvider> {
    let title = match OIDC.iter().find(|(known, _)| *known == id) {
        Some((_, title)) => title,
        None if id == "github" => "GitHub",
        None => {
            providers.value(id);
            providers.warn(
                id,
                "is no provider that Callboard signs in with; use 'github', 'oidc' or another that speaks \
                 OpenID Connect",
            );
            return None;
        }
    };
    let all = providers.section(id)?;
    let settings = environment_of(&all, environment);
    let Some(settings) = settings else {
        providers.warn(
            id,
            &format!("has no settings for '{environment}', which is 'auth.environment'"),
        );
        return None;
    };
    let secret = secret(&settings, "clientSecret");
    let client_id = text(&settings, "clientId");
    let kind = kind(&settings, id);
    let resolvers = resolver::read(&settings, id);
    if settings.node("signIn.resolvers").is_none() {
        settings.warn(
            "signIn.resolvers",
            "is not set, so nobody can sign in here; name the rule that finds their user",
        );
    }
    Some(SignInProvider {
        id: id.to_owned(),
        title: (*title).to_owned(),
        callback_url: settings
            .node("callbackUrl")
            .and_then(|_| super::super::app::read_url(&settings, "callbackUrl")),
        additional_scopes: scopes(&settings),
        session_lifetime: settings.duration("sessionDuration"),
        client_id: client_id?,
        client_secret: secret?,
        kind: kind?,
        resolvers,
        claims: Vec::new(),
    })
}

/// The settings of an environment, and a note that those of the others were seen.
fn environment_of<'a>(provider: &Section<'a>, environment: &str) -> Option<Section<'a>> {
    for other in provider.keys() {
        if other != environment {
            provider.value(&other);
        }
    }
    provider.node(environment)?;
    provider.section(environment)
}

/// Notes a key that nobody can sign in without. It comes from an unset variable more often than not, which
/// is no reason not to start.
fn miss(settings: &Section<'_>, key: &str) {
    if settings.node(key).is_none() {
        settings.warn(key, "is not set, so nobody can sign in here");
    }
}

fn secret(settings: &Section<'_>, key: &str) -> Option<Secret> {
    let secret = settings.secret(key);
    miss(settings, key);
    secret
}

fn text(settings: &Section<'_>, key: &str) -> Option<String> {
    let text = settings.string(key);
    miss(settings, key);
    text
}

fn kind(settings: &Section<'_>, id: &str) -> Option<ProviderKind> {
    if id == "github" {
        let instance = settings
            .node("enterpriseInstanceUrl")
            .and_then(|_| super::super::app::read_url(settings, "enterpriseInstanceUrl"));
        return Some(ProviderKind::Github {
            instance: instance.unwrap_or_else(github),
        });
    }
    let prompt = settings.string("prompt");
    let prompt = prompt.filter(|it| it != "auto");
    let metadata = metadata(settings, id)?;
    Some(ProviderKind::Oidc { metadata, prompt })
}

/// Where a provider describes itself.
fn metadata(settings: &Section<'_>, id: &str) -> Option<Url> {
    let (key, text) = match id {
        "google" => ("clientId", "https://accounts.google.com".to_owned()),
        "microsoft" => {
            let tenant = text(settings, "tenantId")?;
            let url = format!("https://login.microsoftonline.com/{tenant}/v2.0");
            ("tenantId", url)
        }
        "okta" => {
            let host = text(settings, "audience")?;
            let server = settings.string("authServerId");
            let url = match server {
                Some(server) => format!("{}/oauth2/{server}", host.trim_end_matches('/')),
                None => host,
            };
            ("audience", url)
        }
        "auth0" => {
            let domain = text(settings, "domain")?;
            ("domain", format!("https://{domain}"))
        }
        "gitlab" => {
            let url = settings.string("audience");
            (
                "audience",
                url.unwrap_or_else(|| "https://gitlab.com".to_owned()),
            )
        }
        "onelogin" => ("issuer", text(settings, "issuer")?),
        _ => ("metadataUrl", text(settings, "metadataUrl")?),
    };
    let text = if text.ends_with(DESCRIPTION) {
        text
    } else {
        format!("{}/{DESCRIPTION}", text.trim_end_matches('/'))
    };
    match Url::parse(&text) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => Some(url),
        _ => {
            settings.refuse(key, "should lead to a provider of OpenID Connect");
            None
        }
    }
}

fn github() -> Url {
    Url::parse("https://github.com").expect("a fixed URL")
}

/// A list of scopes, or one text with spaces between them.
fn scopes(settings: &Section<'_>) -> Vec<String> {
    const KEY: &str = "additionalScopes";
    if let Some(Value::String(_)) = settings.node(KEY).map(Node::to_json) {
        let text = settings.string(KEY).unwrap_or_default();
        return text.split_whitespace().map(str::to_owned).collect();
    }
    settings.strings(KEY).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::{Claim, Match};
    use super::*;
    use crate::config::load::tests::load_text;

    const RESOLVERS: &str =
        "signIn: {resolvers: [{resolver: emailMatchingUserEntityProfileEmail}]}";

    fn load(provider: &str) -> (Vec<SignInProvider>, Vec<String>) {
        let text = format!("auth: {{environment: production, providers: {{{provider}}}}}");
        let loaded = load_text(&text).unwrap();
        let warnings = loaded.warnings.iter().map(ToString::to_string);
        (loaded.config.auth.providers, warnings.collect())
    }

    #[test]
    fn the_settings_of_the_environment_apply() {
        let (providers, warnings) = load(
            "github: {development: {clientId: dev, clientSecret: dev}, production: {clientId: id, clientSecret: s, \
             additionalScopes: [repo], signIn: {resolvers: [{resolver: userIdMatchingUserEntityAnnotation}, \
             {resolver: emailLocalPartMatchingUserEntityName, allowedDomains: [example.com], \
             dangerouslyAllowSignInWithoutUserInCatalog: true}]}}}",
        );
        assert_eq!(warnings, Vec::<String>::new());
        let [github] = &*providers else {
            panic!("{providers:?}")
        };
        assert_eq!(github.client_id, "id");
        assert_eq!(github.additional_scopes, ["repo"]);
        assert_eq!(
            github.kind,
            ProviderKind::Github {
                instance: self::github()
            }
        );
        let matching: Vec<Match> = github.resolvers.iter().map(|it| it.matching).collect();
        let by_id = Match::Annotation("github.com/user-id", Claim::Subject);
        assert_eq!(matching, [by_id, Match::EmailLocalPart]);
        assert!(github.resolvers[1].without_entity);
        assert_eq!(github.resolvers[1].allowed_domains, ["example.com"]);
    }

    #[test]
    fn where_providers_describe_themselves() {
        let check = |id: &str, settings: &str, expected: &str| {
            let text = format!(
                "{id}: {{production: {{clientId: a, clientSecret: b, {settings} {RESOLVERS}}}}}"
            );
            let (providers, warnings) = load(&text);
            assert_eq!(warnings, Vec::<String>::new(), "{id}");
            let ProviderKind::Oidc { metadata, .. } = &providers[0].kind else {
                panic!("{id}")
            };
            assert_eq!(metadata.as_str(), expected);
        };
        let end = "/.well-known/openid-configuration";
        check("google", "", &format!("https://accounts.google.com{end}"));
        check(
            "microsoft",
            "tenantId: t,",
            &format!("https://login.microsoftonline.com/t/v2.0{end}"),
        );
        check(
            "okta",
            "audience: 'https://a.okta.com/', authServerId: default,",
            &format!("https://a.okta.com/oauth2/default{end}"),
        );
        check(
            "auth0",
            "domain: a.auth0.com,",
            &format!("https://a.auth0.com{end}"),
        );
        let whole = format!("https://sso.example.com/realms/x{end}");
        check(
            "oidc",
            "metadataUrl: 'https://sso.example.com/realms/x',",
            &whole,
        );
        check("oidc", &format!("metadataUrl: '{whole}',"), &whole);
    }

    #[test]
    fn what_is_missing_is_told() {
        let (providers, warnings) = load("myidp: {production: {}}, github: {staging: {}}");
        assert_eq!(providers, []);
        // The third: nobody can sign in.
        assert_eq!(warnings.len(), 3, "{warnings:?}");
        let check = |settings: &str, expected: &str| {
            let (_, warnings) = load(&format!("github: {{production: {{{settings}}}}}"));
            assert!(
                warnings.iter().any(|it| it.contains(expected)),
                "{warnings:?}"
            );
        };
        check("clientId: a", "clientSecret");
        let wrong = "clientId: a, clientSecret: b, signIn: {resolvers: [{resolver: any}]}";
        check(wrong, "usernameMatchingUserEntityName");
    }
}

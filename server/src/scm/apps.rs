//! Tokens of GitHub Apps: each is for the repositories of one owner, and lasts an hour.

use super::error::ScmError;
use super::name::encode;
use super::place::below;
use crate::clock::Millis;
use crate::config::{GithubApp, Integration};
use crate::outbound::{Call, Credential, FetchError, Outbound};
use axum::http::{Method, StatusCode};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};

/// GitHub's tokens last an hour; they are renewed before a slow clock would find them expired.
const TOKEN_LIFE: Millis = 50 * 60_000;
/// How long an owner without an installation is taken to have none.
const NO_TOKEN_LIFE: Millis = 5 * 60_000;

/// Installations in one answer, the most that GitHub gives.
const PAGE: usize = 100;

/// The tokens that were asked for, by API, app and owner.
#[derive(Default)]
pub(super) struct AppTokens(Mutex<HashMap<Key, Known>>);

type Key = (String, String, String);

#[derive(Clone)]
struct Known {
    credential: Option<Credential>,
    until: Millis,
}

impl fmt::Debug for AppTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AppTokens")
    }
}

impl AppTokens {
    /// The credential of the first app that is installed for an owner; none when none is.
    pub(super) async fn of(
        &self,
        integration: &Integration,
        owner: &str,
        outbound: &Outbound,
    ) -> Result<Option<Credential>, ScmError> {
        let api = integration.api_base_url.as_deref().unwrap_or_default();
        let owner = owner.to_lowercase();
        for app in &integration.apps {
            let key = (api.to_owned(), app.app_id.clone(), owner.clone());
            let now = outbound.now();
            let known = self.lock().get(&key).filter(|it| now < it.until).cloned();
            let credential = if let Some(known) = known {
                known.credential
            } else {
                let asked = ask(api, app, &owner, outbound).await;
                let credential = asked.map_err(|reason| ScmError::App {
                    app: app.app_id.clone(),
                    owner: owner.clone(),
                    reason,
                })?;
                let life = credential.as_ref().map_or(NO_TOKEN_LIFE, |_| TOKEN_LIFE);
                let known = Known {
                    credential: credential.clone(),
                    until: now.saturating_add(life),
                };
                let mut all = self.lock();
                all.retain(|_, known| now < known.until);
                all.insert(key, known);
                credential
            };
            if credential.is_some() {
                return Ok(credential);
            }
        }
        Ok(None)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<Key, Known>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The owners that have installed an app, organisations and people, in the order of the host.
pub(super) async fn owners(
    integration: &Integration,
    app: &GithubApp,
    outbound: &Outbound,
) -> Result<Vec<String>, String> {
    let api = integration.api_base_url.as_deref().unwrap_or_default();
    let jwt = Credential::authorization("Bearer", &jwt(app, outbound.now())?);
    let mut owners = Vec::new();
    for page in 1.. {
        let path = format!("app/installations?per_page={PAGE}&page={page}");
        let found = send(Method::GET, api, &path, &jwt, outbound).await?;
        let found = found.ok_or("GitHub does not know the app")?;
        let found = found.as_array().ok_or("GitHub answered without a list")?;
        for installation in found {
            let owner = installation["account"]["login"].as_str();
            if let Some(owner) = owner
                && installation["suspended_at"].is_null()
                && may_ask_for(app, &owner.to_lowercase())
            {
                owners.push(owner.to_owned());
            }
        }
        if found.len() < PAGE {
            break;
        }
    }
    Ok(owners)
}

fn may_ask_for(app: &GithubApp, owner: &str) -> bool {
    let allowed = app.allowed_installation_owners.as_ref();
    allowed.is_none_or(|allowed| allowed.iter().any(|it| it.to_lowercase() == owner))
}

/// A new token from the installation of an app for an owner, or for public access from any.
async fn ask(
    api: &str,
    app: &GithubApp,
    owner: &str,
    outbound: &Outbound,
) -> Result<Option<Credential>, String> {
    let mut paths = Vec::new();
    if may_ask_for(app, owner) {
        let owner = encode(owner);
        paths.push(format!("orgs/{owner}/installation"));
        paths.push(format!("users/{owner}/installation"));
    }
    if app.public_access {
        paths.push("app/installations?per_page=1".to_owned());
    }
    if paths.is_empty() {
        return Ok(None);
    }
    let jwt = Credential::authorization("Bearer", &jwt(app, outbound.now())?);
    for path in paths {
        let Some(found) = send(Method::GET, api, &path, &jwt, outbound).await? else {
            continue;
        };
        let Some(id) = found["id"].as_u64().or_else(|| found[0]["id"].as_u64()) else {
            continue;
        };
        let path = format!("app/installations/{id}/access_tokens");
        let made = send(Method::POST, api, &path, &jwt, outbound).await?;
        let made = made.unwrap_or_default();
        let token = made["token"]
            .as_str()
            .ok_or("GitHub answered without one")?;
        return Ok(Some(Credential::authorization("Bearer", token)));
    }
    Ok(None)
}

/// None when there is no such thing.
async fn send(
    method: Method,
    api: &str,
    path: &str,
    jwt: &Credential,
    outbound: &Outbound,
) -> Result<Option<Value>, String> {
    let url = below(api, path).map_err(|error| error.to_string())?;
    let mut call = Call::new(method, url).accept("application/vnd.github+json");
    call.credential = Some(jwt.clone());
    let reply = outbound.send(call).await.map_err(|it| it.to_string())?;
    match reply.status {
        StatusCode::NOT_FOUND => Ok(None),
        status if status.is_success() => {
            serde_json::from_slice(&reply.body).map_err(|error| error.to_string())
        }
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
            Err(FetchError::Denied(reply.status).to_string())
        }
        status => Err(FetchError::Status(status).to_string()),
    }
}

/// Says for a few minutes that the bearer is the app (RFC 7519). It begins a minute ago, for clocks
/// that differ.
fn jwt(app: &GithubApp, now: Millis) -> Result<String, String> {
    let seconds = now.div_euclid(1000);
    let claims = json!({"iat": seconds - 60, "exp": seconds + 540, "iss": app.app_id});
    let [header, claims] = [json!({"alg": "RS256", "typ": "JWT"}), claims]
        .map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
    let text = format!("{header}.{claims}");
    let key = key(app.private_key.expose()).ok_or(
        "its privateKey is no RSA key in PEM form; copy it whole, with the lines BEGIN and END",
    )?;
    let mut signature = vec![0; key.public().modulus_len()];
    key.sign(
        &RSA_PKCS1_SHA256,
        &SystemRandom::new(),
        text.as_bytes(),
        &mut signature,
    )
    .map_err(|_| "nothing can be signed with its privateKey")?;
    Ok(format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature)))
}

/// Variables of the environment often hold `\n` in place of line breaks.
pub(super) fn key(pem: &str) -> Option<RsaKeyPair> {
    let pem = pem.replace("\\n", "\n");
    let lines = pem.lines().map(str::trim);
    let body: String = lines.filter(|line| !line.starts_with("-----")).collect();
    let der = STANDARD.decode(body).ok()?;
    let key = RsaKeyPair::from_der(&der);
    key.or_else(|_| RsaKeyPair::from_pkcs8(&der)).ok()
}

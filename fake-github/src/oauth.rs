//! Signing in: an `OAuth` App, with PKCE, as GitHub's documentation has it.
//!
//! <https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps>

use crate::answer::Answer;
use crate::identity::Who;
use crate::pages::{escape, shown};
use crate::serve::Asking;
use crate::world::World;
use axum::http::{Method, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use url::Url;

const AUTHORIZE: &str = "/login/oauth/authorize";
const TOKEN: &str = "/login/oauth/access_token";

/// An app that people sign in to.
#[derive(Debug, Clone)]
pub(crate) struct OauthApp {
    pub(crate) secret: String,
    /// Where it may send people back to, exactly.
    pub(crate) callback: String,
    /// It is a GitHub App: what its users' tokens may do is said by the app, and they end after eight
    /// hours.
    pub(crate) is_app: bool,
}

/// How long the token of a user of a GitHub App is good for, in seconds.
const APP_LIFETIME: u64 = 8 * 60 * 60;

/// What a code stands for, until it is used.
#[derive(Debug, Clone)]
pub(crate) struct Grant {
    client: String,
    login: String,
    redirect: String,
    scope: String,
    /// Of PKCE, S256.
    challenge: Option<String>,
}

type Fields = BTreeMap<String, String>;

/// The answer to what is about signing in; none for all else.
pub(crate) fn answer(world: &mut World, asking: &Asking) -> Option<Answer> {
    match (&asking.method, asking.path.as_str()) {
        (&Method::GET, AUTHORIZE) => Some(authorize(world, &asking.parameters())),
        (&Method::POST, TOKEN) => {
            let fields = url::form_urlencoded::parse(&asking.body);
            Some(exchange(world, &fields.into_owned().collect()))
        }
        _ => None,
    }
}

/// Asks who it is, and sends whoever has chosen back with a code.
fn authorize(world: &mut World, asked: &Fields) -> Answer {
    let of = |name: &str| asked.get(name).map(String::as_str).unwrap_or_default();
    let Some(app) = world.oauth_apps.get(of("client_id")) else {
        return refused("There is no application with this client_id.");
    };
    let redirect = match of("redirect_uri") {
        "" => app.callback.clone(),
        redirect if is_registered(&app.callback, redirect) => redirect.to_owned(),
        _ => {
            return refused("The redirect_uri is not associated with this application.");
        }
    };
    let Ok(back) = Url::parse(&redirect) else {
        return refused("The redirect_uri is no URL.");
    };
    let login = of("login").to_lowercase();
    if login.is_empty() {
        return choose(world, asked);
    }
    let send =
        |back: Url| Answer::json(StatusCode::FOUND, Value::Null).with("location", back.as_str());
    let with = |pairs: &[(&str, &str)]| {
        let mut back = back.clone();
        back.query_pairs_mut()
            .extend_pairs(pairs)
            .append_pair("state", of("state"));
        back
    };
    if login == "nobody" {
        return send(with(&[
            ("error", "access_denied"),
            (
                "error_description",
                "The user has denied your application access.",
            ),
        ]));
    }
    if world
        .find_account(&login)
        .is_none_or(|it| it.is_organization)
    {
        return refused("There is no such person.");
    }
    let challenge = Some(of("code_challenge")).filter(|it| !it.is_empty());
    if challenge.is_some() && of("code_challenge_method") != "S256" {
        return refused("code_challenge_method must be S256.");
    }
    let grant = Grant {
        client: of("client_id").to_owned(),
        redirect,
        scope: of("scope").replace(' ', ","),
        challenge: challenge.map(str::to_owned),
        login,
    };
    let code = format!("code-{}", world.next_id());
    world.grants.insert(code.clone(), grant);
    send(with(&[("code", &code)]))
}

/// Whether an application may send people back there. On the machine itself the port may be any.
fn is_registered(callback: &str, redirect: &str) -> bool {
    let plain = |text: &str| {
        let mut url = Url::parse(text).ok()?;
        let is_here = matches!(url.host_str(), Some("localhost" | "127.0.0.1"));
        if is_here {
            url.set_port(None).ok()?;
        }
        Some(url)
    };
    callback == redirect || plain(callback).is_some_and(|it| plain(redirect) == Some(it))
}

/// The page on which somebody says who they are.
fn choose(world: &World, asked: &Fields) -> Answer {
    let people = world.accounts.values().filter(|it| !it.is_organization);
    let choices = people
        .map(|it| it.login.as_str())
        .chain(["nobody"])
        .map(|login| {
            let mut query = url::form_urlencoded::Serializer::new(String::new());
            query.extend_pairs(asked).append_pair("login", login);
            let shown_as = if login == "nobody" { "Deny" } else { login };
            format!(
                "<li><a href=\"{AUTHORIZE}?{}\">{}</a></li>",
                escape(&query.finish()),
                escape(shown_as)
            )
        });
    let choices: Vec<String> = choices.collect();
    shown("Who are you?", &format!("<ul>{}</ul>", choices.concat()))
}

/// Gives a token for a code. GitHub tells of a mistake with the status of a success.
fn exchange(world: &mut World, asked: &Fields) -> Answer {
    let of = |name: &str| asked.get(name).map(String::as_str).unwrap_or_default();
    let mistake = |error: &str, description: &str| {
        Answer::ok(json!({ "error": error, "error_description": description }))
    };
    let is_app = world
        .oauth_apps
        .get(of("client_id"))
        .is_some_and(|app| app.secret == of("client_secret"));
    if !is_app {
        let text = "The client_id and/or client_secret passed are incorrect.";
        return mistake("incorrect_client_credentials", text);
    }
    if of("grant_type") == "refresh_token" {
        // It is good for once too.
        return match world.refresh_tokens.remove(of("refresh_token")) {
            Some((client, login)) if client == of("client_id") => {
                of_app_user(world, &client, login)
            }
            _ => mistake(
                "bad_refresh_token",
                "The refresh token passed is incorrect or expired.",
            ),
        };
    }
    // A code is good for once, whatever comes of it.
    let grant = world.grants.remove(of("code"));
    let grant = grant.filter(|grant| {
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(of("code_verifier")));
        grant.client == of("client_id")
            && grant.redirect == of("redirect_uri")
            && grant.challenge.as_ref().is_none_or(|it| *it == challenge)
    });
    let Some(grant) = grant else {
        let text = "The code passed is incorrect or expired.";
        return mistake("bad_verification_code", text);
    };
    if world
        .oauth_apps
        .get(&grant.client)
        .is_some_and(|app| app.is_app)
    {
        return of_app_user(world, &grant.client, grant.login);
    }
    let token = format!("gho_{}", world.next_id());
    world.tokens.insert(token.clone(), Who::Person(grant.login));
    Answer::ok(json!({ "access_token": token, "scope": grant.scope, "token_type": "bearer" }))
}

/// Tokens for a user of a GitHub App; those from before are good for nothing any more.
fn of_app_user(world: &mut World, client: &str, login: String) -> Answer {
    let is_former =
        |token: &str, who: &Who| token.starts_with("ghu_") && *who == Who::Person(login.clone());
    world.tokens.retain(|token, who| !is_former(token, who));
    let token = format!("ghu_{}", world.next_id());
    let refresh = format!("ghr_{}", world.next_id());
    world
        .tokens
        .insert(token.clone(), Who::Person(login.clone()));
    world
        .refresh_tokens
        .insert(refresh.clone(), (client.to_owned(), login));
    Answer::ok(json!({
        "access_token": token, "expires_in": APP_LIFETIME, "refresh_token": refresh,
        "refresh_token_expires_in": 15_897_600, "scope": "", "token_type": "bearer",
    }))
}

fn refused(why: &str) -> Answer {
    let mut answer = shown("This does not work", &format!("<p>{}</p>", escape(why)));
    answer.status = StatusCode::BAD_REQUEST;
    answer
}

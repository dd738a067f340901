//! Leaving for a provider, and leaving the portal.

use super::super::AppState;
use super::super::answer::{Asked, Failure, never_kept};
use super::super::caller::{self, By, Caller};
use super::super::params::Params;
use super::{SIGN_IN, onward, page};
use crate::audit;
use crate::identity::sign_in::SignInError;
use app::error::ApiError;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};

/// The beginning of the name of the cookie that binds a sign-in to the browser in which it began. Each
/// has one of its own, so that two tabs do not disturb each other.
const COOKIE: &str = "callboard-sign-in-";
/// How many scopes may be asked for.
const MOST_SCOPES: usize = 20;
/// How long it is kept, in seconds.
const KEPT: u64 = 600;

/// The name of the cookie of a sign-in.
pub(super) fn sign_in_cookie(state: &str) -> String {
    let tag: String = state
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .take(12)
        .collect();
    format!("{COOKIE}{tag}")
}

/// `GET /api/auth/{provider}/start`.
pub(super) async fn start(
    State(state): State<AppState>,
    Path(provider): Path<String>,
    asked: Asked,
    request: Request,
) -> Result<Response, Failure> {
    let found = state.identity.provider(&provider);
    let provider = found.ok_or_else(|| asked.failed(unknown(&provider)))?;
    let params = Params::of(request.uri());
    let onward = onward::read(&state.identity, &params).map_err(|error| asked.failed(error))?;
    let scopes = scopes(&params).map_err(|error| asked.failed(error))?;
    let (parts, _) = request.into_parts();
    let visitor = caller::visitor(&state, &parts);
    let back = onward.page().to_owned();
    let title = format!("{} cannot be asked just now", provider.settings.title);
    match state
        .identity
        .leave(provider, &scopes, onward, &visitor)
        .await
    {
        Ok(leaving) => {
            let mut response = Redirect::to(leaving.url.as_str()).into_response();
            let id = leaving.url.query_pairs().find(|(name, _)| name == "state");
            let name = sign_in_cookie(&id.map(|(_, id)| id.into_owned()).unwrap_or_default());
            let cookie = caller::set_cookie(&state, &name, &leaving.browser, Some(KEPT));
            if let Some(cookie) = cookie {
                response.headers_mut().append(header::SET_COOKIE, cookie);
            }
            Ok(never_kept(response))
        }
        Err(SignInError::Refused(report, _)) => {
            let notice = page::failure(&title, report);
            let status = StatusCode::BAD_GATEWAY;
            Ok(page::show(&state, &parts, status, &back, Some(notice)))
        }
        Err(error) => Ok(refused(&state, &parts, &back, &error)),
    }
}

/// What is to be agreed to at the provider beside what is always asked for.
fn scopes(params: &Params) -> Result<Vec<String>, ApiError> {
    let text = params.one("scope")?.unwrap_or_default();
    let scopes: Vec<&str> = text
        .split([' ', ','])
        .filter(|scope| !scope.is_empty())
        .collect();
    let is_name = |scope: &&str| {
        let is_part = |it: char| it.is_ascii_alphanumeric() || "_:.-/".contains(it);
        scope.len() <= 100 && scope.chars().all(is_part)
    };
    if scopes.len() > MOST_SCOPES || !scopes.iter().all(is_name) {
        let message = format!("Invalid scope, must be {MOST_SCOPES} names of scopes at most");
        return Err(ApiError::invalid("scope", message));
    }
    Ok(scopes.into_iter().map(str::to_owned).collect())
}

/// The page that tells of what is no provider's fault.
pub(super) fn refused(
    state: &AppState,
    parts: &axum::http::request::Parts,
    back: &str,
    error: &SignInError,
) -> Response {
    let (status, title, text) = match error {
        SignInError::Store(error) => {
            tracing::error!(%error, "nobody can sign in");
            (
                StatusCode::SERVICE_UNAVAILABLE,
                "Not available just now",
                "Nobody can sign in: the database does not answer. Try again in a minute.".to_owned(),
            )
        }
        _ => (
            StatusCode::BAD_REQUEST,
            "Begin once more",
            "This sign-in was not begun in this browser, or too long ago, or is done already. Cookies have to be allowed."
                .to_owned(),
        ),
    };
    let report = crate::identity::resolve::Report {
        reason: text,
        ..Default::default()
    };
    page::show(
        state,
        parts,
        status,
        back,
        Some(page::failure(title, report)),
    )
}

/// `POST /sign-out`: a form of the portal. Where the provider has a page for it, somebody signs out there
/// too.
pub(super) async fn sign_out(
    State(state): State<AppState>,
    caller: Caller,
    request: Request,
) -> Response {
    let (parts, _) = request.into_parts();
    let mut response = match end(&state, &caller).await {
        Ok(Some(provider_page)) => {
            // A redirect would be part of sending the form, which the policy of pages lets nowhere else.
            let notice = Some(page::signed_out());
            let mut response = page::show(&state, &parts, StatusCode::OK, "/", notice);
            if let Ok(refresh) = HeaderValue::from_str(&format!("0; url={provider_page}")) {
                response.headers_mut().insert(header::REFRESH, refresh);
            }
            response
        }
        Ok(None) => {
            let here = format!("{}{SIGN_IN}?signed_out=1", state.site.base);
            Redirect::to(&here).into_response()
        }
        Err(error) => return error.into_response(),
    };
    forget(&state, &mut response);
    response
}

/// `POST /api/auth/{provider}/logout`, as other front ends ask it.
pub(super) async fn logout(
    State(state): State<AppState>,
    Path(provider): Path<String>,
    caller: Caller,
    asked: Asked,
) -> Result<Response, Failure> {
    if provider != "guest" && state.identity.provider(&provider).is_none() {
        return Err(asked.failed(unknown(&provider)));
    }
    let is_of_provider = matches!(&caller.by, By::Session(session) if session.provider == provider);
    if is_of_provider && let Err(response) = end(&state, &caller).await {
        return Ok(response.into_response());
    }
    let mut response = StatusCode::OK.into_response();
    if is_of_provider {
        forget(&state, &mut response);
    }
    Ok(response)
}

/// Ends the session of who asks. Returns where their provider has them sign out too.
async fn end(
    state: &AppState,
    caller: &Caller,
) -> Result<Option<url::Url>, (StatusCode, &'static str)> {
    let By::Session(session) = &caller.by else {
        return Ok(None);
    };
    let user = session.user.to_string();
    audit::about(&session.id);
    audit::with("provider", &session.provider);
    if let Err(error) = state.identity.sessions.end(&session.id, &user).await {
        tracing::error!(%error, "a session could not be ended");
        let why = "You are still signed in: the database does not answer. Try again in a minute.";
        return Err((StatusCode::SERVICE_UNAVAILABLE, why));
    }
    let provider = state.identity.provider(&session.provider);
    let tokens = state.identity.tokens_of(session);
    let back = state.identity.url(&format!("{SIGN_IN}?signed_out=1"));
    Ok(match (provider, tokens) {
        (Some(provider), Some(tokens)) => provider.logout(&tokens, &back).await,
        _ => None,
    })
}

/// Lets the browser forget who was signed in.
fn forget(state: &AppState, response: &mut Response) {
    if let Some(cookie) = caller::set_cookie(state, caller::session_cookie(state), "", Some(0)) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}

pub(super) fn unknown(provider: &str) -> ApiError {
    let shown: String = provider.chars().take(60).collect();
    ApiError::NotFound(format!("Unknown auth provider '{shown}'"))
}

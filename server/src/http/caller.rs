//! Who asks: the portal itself, a program with a token, somebody who is signed in, the guest, or nobody.

use super::AppState;
use super::guard::OnBehalf;
use super::limited;
use crate::access::{NoProgram, Service, bearer};
use crate::identity::claims::claimed;
use crate::identity::personal::{self, Known};
use crate::identity::sessions::Session;
use crate::identity::sign_in::Visitor;
use crate::identity::user_token::TokenError;
use crate::limits::network;
use crate::store::StoreError;
use crate::store::identity::get_sign_in_claims;
use app::catalog::EntityRef;
use app::cookie;
use app::error::ApiError;
use app::viewer::Viewer;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use std::fmt::Write;
use std::net::IpAddr;
use std::sync::Arc;

/// How long a session is new, in milliseconds: so long others may know more of it.
const JUST_BEGUN: i64 = 60_000;

/// Somebody who asks.
#[derive(Debug, Clone)]
pub(super) struct Caller {
    pub(super) viewer: Viewer,
    pub(super) by: By,
}

/// By what one is known.
#[derive(Debug, Clone)]
pub(super) enum By {
    /// The portal asks in the name of somebody.
    Portal,
    /// The cookie of somebody who is signed in.
    Session(Arc<Session>),
    /// The token of a user, which this server has signed.
    UserToken,
    PersonalToken(Known),
    ServiceToken(Service),
    /// Not signed in, where one need not be.
    Guest,
    /// Not signed in, where one has to be.
    Nobody,
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        let viewer = parts.extensions.get::<Viewer>().cloned();
        let by = parts.extensions.get::<By>().cloned();
        match (viewer, by) {
            (Some(viewer), Some(by)) => Ok(Self { viewer, by }),
            _ => Err(StatusCode::INTERNAL_SERVER_ERROR),
        }
    }
}

/// Who asks, and the cookie that the answer is to set.
pub(super) struct Identified {
    pub(super) caller: Caller,
    pub(super) renewed: Option<HeaderValue>,
}

/// Why it is not known who asks.
#[derive(Debug)]
pub(super) struct NotKnown {
    pub(super) error: ApiError,
    /// Whether a token was shown that nobody ever had.
    pub(super) is_guess: bool,
}

impl From<ApiError> for NotKnown {
    fn from(error: ApiError) -> Self {
        let is_guess = matches!(error, ApiError::Unauthenticated(_));
        Self { error, is_guess }
    }
}

impl NotKnown {
    /// A token that was good once.
    fn expired() -> Self {
        Self {
            error: ApiError::Unauthenticated(TokenError::Expired.to_string()),
            is_guess: false,
        }
    }
}

/// The name of the cookie of a session. Where people come by TLS, no other host and no part of this one
/// can set it.
pub(super) fn session_cookie(state: &AppState) -> &'static str {
    if state.identity.is_secure() && state.site.base.is_empty() {
        "__Host-callboard-session"
    } else {
        "callboard-session"
    }
}

/// Lets a browser keep a cookie that no script can read and no other site sends along with a change.
/// Without seconds it is kept until the browser closes; with 0 it is forgotten.
pub(super) fn set_cookie(
    state: &AppState,
    name: &str,
    value: &str,
    seconds: Option<u64>,
) -> Option<HeaderValue> {
    let base = &state.site.base;
    let mut cookie = format!("{name}={value}; Path={base}/; HttpOnly; SameSite=Lax");
    if let Some(seconds) = seconds {
        let _ = write!(cookie, "; Max-Age={seconds}");
    }
    if state.identity.is_secure() {
        cookie.push_str("; Secure");
    }
    HeaderValue::from_str(&cookie).ok()
}

/// Lets a browser keep the secret of a session that ends in so many seconds. It is shown a week longer,
/// worth nothing then, so that who comes back is told what has ended.
pub(super) fn keep_session(state: &AppState, secret: &str, seconds: u64) -> Option<HeaderValue> {
    const LONGER: u64 = 7 * 24 * 60 * 60;
    let kept = seconds.saturating_add(LONGER);
    set_cookie(state, session_cookie(state), secret, Some(kept))
}

/// Where a request comes from, as far as it can be told.
pub(super) fn visitor(state: &AppState, request: &Parts) -> Visitor {
    let address = limited::client(state, request);
    let agent = request
        .headers
        .get(header::USER_AGENT)
        .and_then(|it| it.to_str().ok());
    Visitor {
        network: address.map(network_of).unwrap_or_default(),
        address: address.map(|it| it.to_string()).unwrap_or_default(),
        agent: agent.unwrap_or_default().to_owned(),
    }
}

/// The address, or the network that an IPv6 client can choose its address from.
fn network_of(address: IpAddr) -> String {
    match network(address) {
        IpAddr::V6(it) => format!("{it}/64"),
        it @ IpAddr::V4(_) => it.to_string(),
    }
}

/// Who asks.
///
/// # Errors
/// [`NotKnown`] for a token that is not good, and when it cannot be looked up.
pub(super) async fn identify(
    state: &AppState,
    request: &Parts,
    is_api: bool,
) -> Result<Identified, NotKnown> {
    let known = |viewer, by| Identified {
        caller: Caller { viewer, by },
        renewed: None,
    };
    let named = |user: &EntityRef| named(state, user);
    if let Some(OnBehalf(user)) = request.extensions.get::<OnBehalf>() {
        return Ok(known(named(user), By::Portal));
    }
    let headers = &request.headers;
    // Pages are made for people; a proxy in front may well send a token of its own along.
    if is_api && let Some(presented) = bearer(headers) {
        let (viewer, by) = program(state, request, presented).await?;
        return Ok(known(viewer, by));
    }
    if let Some(secret) = cookie::read(headers, session_cookie(state)) {
        let shown = state
            .identity
            .sessions
            .find(secret)
            .await
            .map_err(unavailable)?;
        // Whom a provider vouched for that is trusted no more is not let in any more.
        let shown = shown.filter(|it| state.identity.provider(&it.session.provider).is_some());
        if let Some(shown) = &shown {
            learn_claims(state, &shown.session).await;
        }
        if let Some(shown) = shown
            && let Some(viewer) = person(state, &shown.session.user, shown.session.needs_entity)
        {
            let viewer = with_profile(viewer, &shown.session);
            let renewed = shown.renewed.and_then(|secret| {
                let left = shown.session.expires_at - state.registry.clock.now();
                keep_session(state, &secret, u64::try_from(left / 1000).ok()?)
            });
            let by = By::Session(shown.session);
            return Ok(Identified {
                caller: Caller { viewer, by },
                renewed,
            });
        }
    }
    Ok(match state.viewers.guest(&state.catalog.whole()) {
        Some(guest) => known(guest, By::Guest),
        None => known(nobody(), By::Nobody),
    })
}

/// The program that shows a token.
async fn program(
    state: &AppState,
    request: &Parts,
    presented: &[u8],
) -> Result<(Viewer, By), NotKnown> {
    let illegal = || {
        ApiError::Unauthenticated("Illegal token; it is not known here, or not any more".to_owned())
    };
    let text = std::str::from_utf8(presented).map_err(|_| illegal())?;
    if text.starts_with(personal::PREFIX) {
        let found = state.identity.personal_tokens.find(text).await;
        let found = found.map_err(unavailable)?.ok_or_else(illegal)?;
        let viewer = person(state, &found.user, found.needs_entity).ok_or_else(illegal)?;
        return Ok((viewer, By::PersonalToken(found)));
    }
    if text.split('.').count() == 3 {
        match state.identity.user_tokens.verify(text).await {
            Ok(claims) => {
                let user = claims.sub.parse().map_err(|_| illegal())?;
                return Ok((named(state, &user), By::UserToken));
            }
            Err(TokenError::Expired) => {
                return Err(NotKnown::expired());
            }
            Err(TokenError::Store(error)) => return Err(unavailable(error).into()),
            // It may be the token of a program.
            Err(TokenError::Illegal(why)) => {
                tracing::debug!(why, "a token is of no user");
            }
        }
    }
    let is_guessing = state.limits.is_guessing(limited::client(state, request));
    match state.access.program(text, is_guessing).await {
        Ok(service) => Ok((viewer_of(&service), By::ServiceToken(service))),
        Err(NoProgram::Illegal) => Err(illegal().into()),
        Err(NoProgram::Expired) => Err(NotKnown::expired()),
        Err(NoProgram::Away(host)) => Err(away(&host).into()),
    }
}

/// Somebody who has signed in; none when the catalog has to know them and does not any more.
fn person(state: &AppState, user: &EntityRef, needs_entity: bool) -> Option<Viewer> {
    let model = state.catalog.whole();
    let is_gone = needs_entity && model.followed && model.get(user).is_none();
    (!is_gone).then(|| Viewer {
        guest: false,
        ..named(state, user)
    })
}

/// Somebody by name, with what is kept of what their provider claims.
fn named(state: &AppState, user: &EntityRef) -> Viewer {
    let viewer = state.viewers.named(user, &state.catalog.whole());
    state.catalog.with_claims(viewer)
}

/// Looks up what came with a session that has only just begun: another replica may have kept it.
async fn learn_claims(state: &AppState, session: &Session) {
    let is_new = state.registry.clock.now() - session.created_at < JUST_BEGUN;
    if !is_new || state.catalog.policy().claims().is_empty() {
        return;
    }
    let known = state.catalog.claimed_at(&session.user, &session.provider);
    if known.is_some_and(|at| at > session.created_at - JUST_BEGUN) {
        return;
    }
    let user = session.user.to_string();
    match get_sign_in_claims(&state.registry.db, &user).await {
        Ok(stored) => {
            for stored in stored {
                state.catalog.set_claimed(&user, claimed(stored));
            }
        }
        Err(error) => tracing::warn!(%error, "what is claimed of somebody cannot be looked up"),
    }
}

/// Whom the catalog does not know is called what the provider calls them.
fn with_profile(mut viewer: Viewer, session: &Session) -> Viewer {
    if !session.needs_entity
        && viewer.display_name == viewer.user_ref.name
        && let Some(name) = &session.profile.display_name
    {
        viewer.display_name.clone_from(name);
    }
    viewer
}

/// A program, where a person is expected.
fn viewer_of(service: &Service) -> Viewer {
    Viewer {
        user_ref: EntityRef::new("external", "default", &service.subject),
        display_name: service.subject.clone(),
        ownership: Vec::new(),
        guest: false,
        claims: Vec::new(),
    }
}

/// Somebody who has to sign in first.
fn nobody() -> Viewer {
    Viewer {
        user_ref: EntityRef::new("user", "default", "nobody"),
        display_name: "Nobody".to_owned(),
        ownership: Vec::new(),
        guest: true,
        claims: Vec::new(),
    }
}

fn away(host: &str) -> ApiError {
    ApiError::Unavailable(format!(
        "The keys of {host} cannot be fetched, so nobody can tell whether the token is good. Try again in a minute."
    ))
}

fn unavailable(error: StoreError) -> ApiError {
    tracing::error!(%error, "who asks could not be looked up");
    ApiError::Unavailable(
        "Who you are cannot be looked up: the database does not answer. Try again in a minute."
            .to_owned(),
    )
}

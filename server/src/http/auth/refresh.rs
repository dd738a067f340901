//! The token of whoever is signed in, as other front ends ask for it.

use super::super::AppState;
use super::super::answer::{Asked, Failure, json_answer, never_kept};
use super::super::caller::{By, Caller};
use super::super::disguise::Disguised;
use super::leave::unknown;
use crate::identity::sessions::Profile;
use app::catalog::EntityRef;
use app::error::ApiError;
use app::viewer::Viewer;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde_json::{Value, json};

/// Pages of other sites cannot send it without being allowed to.
const REQUESTED_WITH: &str = "x-requested-with";

/// `GET /api/auth/{provider}/refresh`.
pub(super) async fn refresh(
    State(state): State<AppState>,
    Path(provider): Path<String>,
    caller: Caller,
    asked: Asked,
    request: Request,
) -> Result<Response, Failure> {
    if !is_by_script(request.headers()) {
        let message = "Invalid X-Requested-With header".to_owned();
        return Err(asked.failed(ApiError::Unauthenticated(message)));
    }
    if request.extensions().get::<Disguised>().is_some() {
        // A token would be good beyond what they look at, and in the other's name.
        let message = "You look at the portal as somebody else. Stop that first.".to_owned();
        return Err(asked.failed(ApiError::Forbidden(message)));
    }
    let found = match (&caller.by, &*provider) {
        (By::Guest, "guest") => identity(&state, &caller.viewer, &Profile::default()).await,
        (By::Session(session), id) if session.provider == id => {
            identity(&state, &caller.viewer, &session.profile).await
        }
        (_, "guest") => Err(ApiError::Forbidden(
            "Guests are not let in here; see auth.providers.guest".to_owned(),
        )),
        (_, id) if state.identity.provider(id).is_none() => {
            Err(ApiError::NotFound(unknown(id).to_string()))
        }
        _ => Err(ApiError::Unauthenticated(
            "Missing session cookie".to_owned(),
        )),
    };
    let answer = found.map_err(|error| asked.failed(error))?;
    Ok(never_kept(json_answer(StatusCode::OK, answer.to_string())))
}

/// `GET /api/auth/v1/userinfo`: what a token of a user stands for.
pub(super) async fn user_info(caller: Caller, asked: Asked) -> Result<Response, Failure> {
    if !matches!(
        caller.by,
        By::UserToken | By::Session(_) | By::PersonalToken(_)
    ) {
        let message = "Send the token of a user".to_owned();
        return Err(asked.failed(ApiError::Unauthenticated(message)));
    }
    let claims = json!({
        "claims": {
            "sub": caller.viewer.user_ref.to_string(),
            "ent": refs(&caller.viewer.ownership),
        },
    });
    Ok(never_kept(json_answer(StatusCode::OK, claims.to_string())))
}

/// Who somebody is, with a fresh token, in the form that front ends know. What the provider lets the
/// server do in their name stays here.
pub(super) async fn identity(
    state: &AppState,
    viewer: &Viewer,
    profile: &Profile,
) -> Result<Value, ApiError> {
    let issued = state.identity.user_tokens.issue(viewer).await;
    let (token, seconds) = issued.map_err(|error| {
        tracing::error!(%error, "a token could not be made");
        ApiError::Unavailable("No token can be made: the database does not answer.".to_owned())
    })?;
    Ok(json!({
        "providerInfo": {},
        "profile": profile,
        "backstageIdentity": {
            "token": token,
            "expiresInSeconds": seconds,
            "identity": {
                "type": "user",
                "userEntityRef": viewer.user_ref.to_string(),
                "ownershipEntityRefs": refs(&viewer.ownership),
            },
        },
    }))
}

fn refs(ownership: &[EntityRef]) -> Vec<String> {
    ownership.iter().map(EntityRef::to_string).collect()
}

fn is_by_script(headers: &HeaderMap) -> bool {
    headers
        .get(REQUESTED_WITH)
        .is_some_and(|value| value == "XMLHttpRequest")
}

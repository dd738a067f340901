//! `/api/scaffolder/v2/autocomplete/…`: what hosts of repositories offer to the fields of a form.

use crate::github::{Api, GithubError, Listed, Reason};
use crate::http::AppState;
use crate::http::answer::{Asked, Failure, json_answer};
use crate::outbound::Credential;
use app::error::ApiError;
use axum::body::Bytes;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const GITHUB: &str = "github.com";

/// With whose token is asked, and what is known of the place.
#[derive(Deserialize)]
struct Wanted {
    token: String,
    context: BTreeMap<String, String>,
}

/// `POST`: the resources of a provider, as whoever has the token sees them. Only GitHub is asked.
pub(super) async fn complete(
    State(state): State<AppState>,
    named: Result<Path<(String, String)>, PathRejection>,
    asked: Asked,
    body: Bytes,
) -> Result<Response, Failure> {
    let found = found(&state, named, &body).await;
    let found = found.map_err(|error| asked.failed(error))?;
    let results: Value = found
        .into_iter()
        .map(|name| json!({ "id": name }))
        .collect();
    let body = json!({ "results": results });
    Ok(json_answer(StatusCode::OK, body.to_string()))
}

async fn found(
    state: &AppState,
    named: Result<Path<(String, String)>, PathRejection>,
    body: &[u8],
) -> Result<Vec<String>, ApiError> {
    let Path((provider, resource)) =
        named.map_err(|error| ApiError::invalid("path", format!("Invalid path: {error}")))?;
    let wanted: Wanted = serde_json::from_slice(body)
        .map_err(|error| ApiError::invalid("body", error.to_string()))?;
    if provider != "github" {
        return Err(ApiError::invalid(
            "provider",
            format!("Unsupported provider: {provider}"),
        ));
    }
    let listed = listed(&resource, &wanted.context)?;
    if wanted.token.is_empty() {
        let message = "The token is empty; ask with the one that GitHub gave the user";
        return Err(ApiError::invalid("token", message.to_owned()));
    }
    let host = wanted.context.get("host").map_or(GITHUB, String::as_str);
    let context = &state.registry.context;
    let base = context.scm.github(host);
    let base = base.and_then(|it| it.api_base_url.as_deref());
    let base = base.ok_or_else(|| {
        let message =
            format!("No GitHub of the configuration is at {host}; see integrations.github");
        ApiError::invalid("host", message)
    })?;
    let credential = Credential::authorization("Bearer", &wanted.token);
    let api = Api::new(&context.outbound, base, credential, Box::new(|_| ()));
    api.list(listed).await.map_err(|error| refused(&error))
}

fn listed<'a>(
    resource: &str,
    context: &'a BTreeMap<String, String>,
) -> Result<Listed<'a>, ApiError> {
    let known = |key: &str| context.get(key).filter(|it| !it.is_empty());
    match resource {
        "owners" => Ok(Listed::Organizations),
        "repositoriesWithOwner" => Ok(Listed::Repositories),
        "branches" => {
            let place = known("owner").zip(known("repository"));
            let (owner, repo) = place.ok_or_else(|| {
                let message = "Missing owner and/or repository context parameter";
                ApiError::invalid("context", message.to_owned())
            })?;
            Ok(Listed::Branches { owner, repo })
        }
        other => Err(ApiError::invalid(
            "resource",
            format!("Invalid resource: {other}"),
        )),
    }
}

/// What GitHub did not answer: by whom that can be mended.
fn refused(error: &GithubError) -> ApiError {
    let message = error.to_string();
    match error.reason {
        Reason::Credential => ApiError::invalid("token", message),
        Reason::Permission | Reason::SingleSignOn(_) | Reason::Suspended => {
            ApiError::Forbidden(message)
        }
        Reason::Missing => ApiError::NotFound(message),
        _ => ApiError::Unavailable(message),
    }
}

//! `/api/catalog/pushed/{name}`: entities that programs hand over.

use super::body::{self, Received};
use super::entity::unreadable;
use crate::http::AppState;
use crate::http::answer::{Asked, Failure, json_answer};
use crate::http::conditional::Version;
use crate::registry::{Push, Verdict};
use app::error::ApiError;
use app::viewer::Viewer;
use axum::extract::rejection::PathRejection;
use axum::extract::{Extension, Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use serde_json::{Value, json};

type Name = Result<Path<String>, PathRejection>;

/// `PUT`: replaces the set of that name, all of it or nothing, and says what has become of each
/// document.
pub(super) async fn put(
    State(state): State<AppState>,
    name: Name,
    asked: Asked,
    received: Received,
) -> Result<Response, Failure> {
    let answer = async {
        let Path(name) = name.map_err(|error| unreadable(&error))?;
        let push = state.registry.push(&name, &received.bytes()).await?;
        Ok((name, push))
    };
    let (name, push) = answer
        .await
        .map_err(|error: ApiError| asked.failed(error))?;
    let documents: Vec<Value> = push.verdicts.iter().map(shown).collect();
    if push.stored {
        let body = json!({ "name": name, "documents": documents });
        return Ok(json_answer(StatusCode::OK, body.to_string()));
    }
    let failure = asked.failed(refused(&push));
    Ok(failure.with(Some(("documents", documents.into()))))
}

/// `GET`: the entities of the set that the catalog shows.
pub(super) async fn get(
    State(state): State<AppState>,
    Extension(viewer): Extension<Viewer>,
    name: Name,
    asked: Asked,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let answer = || {
        let Path(name) = name.map_err(|error| unreadable(&error))?;
        let entities = state.registry.pushed(&viewer, &name)?;
        let mut pieces = vec![Bytes::from(format!(
            "{{\"name\":{},\"items\":[",
            json!(name)
        ))];
        for (position, entity) in entities.into_iter().enumerate() {
            if position > 0 {
                pieces.push(Bytes::from_static(b","));
            }
            pieces.push(entity);
        }
        pieces.push(Bytes::from_static(b"]}"));
        let version = Version::of_content(&pieces.concat());
        Ok(version.answer(&headers, || body::answer(pieces)))
    };
    answer().map_err(|error: ApiError| asked.failed(error))
}

/// `DELETE`: forgets the set.
pub(super) async fn remove(
    State(state): State<AppState>,
    name: Name,
    asked: Asked,
) -> Result<Response, Failure> {
    let answer = async {
        let Path(name) = name.map_err(|error| unreadable(&error))?;
        state.registry.remove_pushed(&name).await?;
        Ok(StatusCode::NO_CONTENT.into_response())
    };
    answer.await.map_err(|error: ApiError| asked.failed(error))
}

fn shown(verdict: &Verdict) -> Value {
    let status = match (&verdict.claimed_by, verdict.errors.is_empty()) {
        (_, false) => "invalid",
        (Some(_), true) => "waiting",
        (None, true) => "accepted",
    };
    let mut shown = json!({ "entityRef": verdict.entity_ref, "status": status });
    if let Some(line) = verdict.line {
        shown["line"] = line.into();
    }
    if !verdict.errors.is_empty() {
        shown["errors"] = verdict.errors.clone().into();
    }
    if !verdict.warnings.is_empty() {
        shown["warnings"] = verdict.warnings.clone().into();
    }
    if let Some(location) = &verdict.claimed_by {
        shown["claimedBy"] = location.clone().into();
    }
    shown
}

fn refused(push: &Push) -> ApiError {
    let wrong = push
        .verdicts
        .iter()
        .filter(|it| !it.errors.is_empty())
        .count();
    let of = push.verdicts.len();
    ApiError::invalid(
        "body",
        format!("{wrong} of {of} documents cannot be taken, so nothing was changed; see documents"),
    )
}

//! `/api/permission/roles`: the roles there are, and those of the portal kept by programs.

use crate::http::AppState;
use crate::http::answer::{Asked, Failure, json_answer};
use crate::http::params::Params;
use crate::permission::{RoleError, RoleKeeper, read_role, role_json};
use app::error::ApiError;
use app::viewer::Viewer;
use axum::extract::{Extension, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use serde_json::{Value, json};

/// `GET …/roles`: all of them, those of the configuration first.
pub(super) async fn list(State(state): State<AppState>) -> Response {
    let policy = state.catalog.policy();
    let items: Vec<Value> = policy.roles().map(role_json).collect();
    let body = json!({ "items": items, "enabled": policy.is_enabled() });
    json_answer(StatusCode::OK, body.to_string())
}

/// `POST …/roles`: makes one.
pub(super) async fn create(
    State(state): State<AppState>,
    Extension(viewer): Extension<Viewer>,
    asked: Asked,
    body: Bytes,
) -> Result<Response, Failure> {
    let create = async {
        let role = read_role(&parse(&body)?).map_err(RoleError::Faults)?;
        let role = keeper(&state).create(role, &viewer.user_ref).await?;
        Ok(json_answer(
            StatusCode::CREATED,
            role_json(&role).to_string(),
        ))
    };
    create.await.map_err(|error: ApiError| asked.failed(error))
}

/// `GET …/roles/{name}`.
pub(super) async fn get(
    State(state): State<AppState>,
    Path(name): Path<String>,
    asked: Asked,
) -> Result<Response, Failure> {
    let role = keeper(&state).find(&name);
    let role = role.ok_or_else(|| asked.failed(RoleError::Missing(name).into()))?;
    Ok(json_answer(StatusCode::OK, role_json(&role).to_string()))
}

/// `PUT …/roles/{name}`: puts another in the place of the one whose `version` is sent along.
pub(super) async fn put(
    State(state): State<AppState>,
    Extension(viewer): Extension<Viewer>,
    Path(name): Path<String>,
    asked: Asked,
    body: Bytes,
) -> Result<Response, Failure> {
    let change = async {
        let mut value = parse(&body)?;
        let version = value.as_object_mut().and_then(|fields| {
            // What it was given with, of which it says nothing itself.
            for name in ["source", "changedAt", "changedBy"] {
                fields.remove(name);
            }
            fields.remove("version")?.as_i64()
        });
        let version = version.ok_or_else(|| {
            let message = "version is missing: say which version of the role you have seen";
            ApiError::invalid("version", message)
        })?;
        let role = read_role(&value).map_err(RoleError::Faults)?;
        let by = &viewer.user_ref;
        let role = keeper(&state).change(&name, version, role, by).await?;
        Ok(json_answer(StatusCode::OK, role_json(&role).to_string()))
    };
    change.await.map_err(|error: ApiError| asked.failed(error))
}

/// `DELETE …/roles/{name}`, of the `version` that the query names, if it does.
pub(super) async fn remove(
    State(state): State<AppState>,
    Path(name): Path<String>,
    params: Params,
    asked: Asked,
) -> Result<Response, Failure> {
    let remove = async {
        let version = params.integer("version")?;
        keeper(&state).remove(&name, version).await?;
        Ok(StatusCode::NO_CONTENT.into_response())
    };
    remove.await.map_err(|error: ApiError| asked.failed(error))
}

fn parse(body: &[u8]) -> Result<Value, ApiError> {
    serde_json::from_slice(body).map_err(|error| ApiError::invalid("body", error.to_string()))
}

/// What keeps the roles of this server.
pub(in crate::http) fn keeper(state: &AppState) -> RoleKeeper {
    RoleKeeper {
        db: state.registry.db.clone(),
        catalog: state.catalog.clone(),
        clock: state.registry.clock.clone(),
    }
}

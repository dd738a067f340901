//! `/api/scaffolder/v2/tasks`: starting tasks and looking at them.

use crate::clock::{Millis, rfc3339_millis};
use crate::http::AppState;
use crate::http::answer::{Asked, Failure, json_answer};
use crate::http::params::Params;
use crate::scaffolder::task::{Asked as AskedTask, Refused, Tasks};
use crate::store::{StoredTask, TaskQuery};
use app::catalog::{EntityRef, RefDefaults};
use app::error::ApiError;
use app::viewer::Viewer;
use axum::Extension;
use axum::body::Bytes;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The id in a path, or why it is none.
pub(super) type TaskId = Result<Path<String>, PathRejection>;

const STATUSES: [&str; 6] = [
    "open",
    "processing",
    "completed",
    "failed",
    "cancelled",
    "skipped",
];
/// Tasks of one answer, when nobody says how many.
const LIMIT: u32 = 1000;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Start {
    template_ref: String,
    #[serde(default)]
    values: Value,
    #[serde(default)]
    secrets: BTreeMap<String, String>,
}

/// `POST`: starts a task.
pub(super) async fn create(
    State(state): State<AppState>,
    Extension(viewer): Extension<Viewer>,
    asked: Asked,
    body: Bytes,
) -> Result<Response, Failure> {
    let start: Start = match serde_json::from_slice(&body) {
        Ok(start) => start,
        Err(error) => return Err(asked.failed(ApiError::invalid("body", error.to_string()))),
    };
    let defaults = RefDefaults {
        kind: Some("template"),
        namespace: None,
    };
    let template = EntityRef::parse(&start.template_ref, defaults);
    let template = template
        .map_err(|error| asked.failed(ApiError::invalid("templateRef", error.to_string())))?;
    let values = match start.values {
        Value::Null => json!({}),
        values => values,
    };
    let tasks = tasks(&state).map_err(|error| asked.failed(error))?;
    let started = tasks
        .start(&AskedTask {
            template: &template,
            values: &values,
            secrets: &start.secrets,
            viewer: &viewer,
        })
        .await;
    match started {
        Ok(id) => Ok(json_answer(
            StatusCode::CREATED,
            json!({ "id": id }).to_string(),
        )),
        Err(Refused::Values(errors)) => Ok(json_answer(
            StatusCode::BAD_REQUEST,
            json!({ "errors": errors }).to_string(),
        )),
        Err(Refused::Error(error)) => Err(asked.failed(error)),
    }
}

/// `GET`: tasks, the newest first.
pub(super) async fn list(
    State(state): State<AppState>,
    Extension(viewer): Extension<Viewer>,
    params: Params,
    asked: Asked,
) -> Result<Response, Failure> {
    let answer = async {
        let query = query(&params)?;
        let (found, total) = tasks(&state)?.list(&viewer, &query).await?;
        let found: Vec<Value> = found.iter().map(listed).collect();
        let body = json!({ "tasks": found, "totalTasks": total });
        Ok(json_answer(StatusCode::OK, body.to_string()))
    };
    answer.await.map_err(|error| asked.failed(error))
}

fn query(params: &Params) -> Result<TaskQuery, ApiError> {
    let status = params.all("status");
    if let Some(unknown) = status.iter().find(|it| !STATUSES.contains(&it.as_str())) {
        return Err(ApiError::invalid(
            "status",
            format!("'{unknown}' is no status of a task"),
        ));
    }
    let created_by = params.all("createdBy");
    for text in &created_by {
        EntityRef::parse(text, RefDefaults::default())
            .map_err(|error| ApiError::invalid("createdBy", error.to_string()))?;
    }
    let mut oldest_first = false;
    for order in params.all("order") {
        match order.as_str() {
            "asc:created_at" => oldest_first = true,
            "desc:created_at" => oldest_first = false,
            _ => {
                let message =
                    format!("'{order}' is no order; say asc:created_at or desc:created_at");
                return Err(ApiError::invalid("order", message));
            }
        }
    }
    let number = |name: &str| -> Result<Option<u32>, ApiError> {
        let number = params.number(name, 0)?;
        Ok(number.map(|it| u32::try_from(it).unwrap_or(u32::MAX)))
    };
    Ok(TaskQuery {
        created_by: created_by.iter().map(|it| it.to_lowercase()).collect(),
        status,
        template_ref: None,
        oldest_first,
        limit: Some(number("limit")?.unwrap_or(LIMIT).min(LIMIT)),
        offset: number("offset")?.unwrap_or(0),
    })
}

/// `GET …/{taskId}`.
pub(super) async fn get(
    State(state): State<AppState>,
    Extension(viewer): Extension<Viewer>,
    id: TaskId,
    asked: Asked,
) -> Result<Response, Failure> {
    let answer = async {
        let task = tasks(&state)?.get(&viewer, &task_id(id)?).await?;
        Ok(json_answer(StatusCode::OK, listed(&task).to_string()))
    };
    answer.await.map_err(|error| asked.failed(error))
}

/// `POST …/{taskId}/cancel`.
pub(super) async fn cancel(
    State(state): State<AppState>,
    Extension(viewer): Extension<Viewer>,
    id: TaskId,
    asked: Asked,
) -> Result<Response, Failure> {
    let answer = async {
        tasks(&state)?.cancel(&viewer, &task_id(id)?).await?;
        let body = json!({ "status": "cancelled" });
        Ok(json_answer(StatusCode::OK, body.to_string()))
    };
    answer.await.map_err(|error| asked.failed(error))
}

#[derive(Deserialize, Default)]
struct Retry {
    #[serde(default)]
    secrets: BTreeMap<String, String>,
}

/// `POST …/{taskId}/retry`.
pub(super) async fn retry(
    State(state): State<AppState>,
    Extension(viewer): Extension<Viewer>,
    id: TaskId,
    asked: Asked,
    body: Bytes,
) -> Result<Response, Failure> {
    let answer = async {
        let retry: Retry = if body.is_empty() {
            Retry::default()
        } else {
            serde_json::from_slice(&body)
                .map_err(|error| ApiError::invalid("body", error.to_string()))?
        };
        let id = task_id(id)?;
        let tasks = tasks(&state)?;
        tasks.retry(&viewer, &id, &retry.secrets, false).await?;
        Ok(json_answer(
            StatusCode::CREATED,
            json!({ "id": id }).to_string(),
        ))
    };
    answer.await.map_err(|error| asked.failed(error))
}

/// A task as clients read it.
fn listed(task: &StoredTask) -> Value {
    let mut listed = Map::new();
    listed.insert("id".to_owned(), task.id.as_str().into());
    let spec = serde_json::from_str(&task.spec).unwrap_or(Value::Null);
    listed.insert("spec".to_owned(), spec);
    listed.insert("status".to_owned(), task.status.as_str().into());
    listed.insert("createdAt".to_owned(), time(task.created_at));
    listed.insert("createdBy".to_owned(), task.created_by.as_str().into());
    if let Some(at) = task.heartbeat_at {
        listed.insert("lastHeartbeatAt".to_owned(), time(at));
    }
    Value::Object(listed)
}

pub(super) fn time(at: Millis) -> Value {
    rfc3339_millis(at).into()
}

/// The tasks of this installation.
pub(super) fn tasks(state: &AppState) -> Result<&Tasks, ApiError> {
    let missing = || ApiError::Unavailable("Tasks cannot be run here.".to_owned());
    state.tasks.as_ref().ok_or_else(missing)
}

pub(super) fn task_id(id: TaskId) -> Result<String, ApiError> {
    let id = id.map_err(|error| ApiError::invalid("path", format!("Invalid path: {error}")))?;
    Ok(id.0)
}

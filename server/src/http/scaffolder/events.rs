//! `/api/scaffolder/v2/tasks/{taskId}/events` and `eventstream`: what a task tells.

use super::tasks::{TaskId, task_id, tasks, time};
use crate::http::AppState;
use crate::http::answer::{Asked, Failure, json_answer};
use crate::http::params::Params;
use crate::scaffolder::task::Tasks;
use crate::store::StoredEvent;
use app::error::ApiError;
use app::viewer::Viewer;
use axum::extract::{Extension, State};
use axum::http::StatusCode;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures::stream::{self, Stream};
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::convert::Infallible;
use std::time::Duration;

/// How long a request waits for something new; less than any request may take.
const LONGEST: Duration = Duration::from_secs(25);
/// How often a stream without news says that it is there.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// `GET …/events?after=`: what is new after an event; waits for it, for half a minute at most.
pub(super) async fn list(
    State(state): State<AppState>,
    Extension(viewer): Extension<Viewer>,
    id: TaskId,
    params: Params,
    asked: Asked,
) -> Result<Response, Failure> {
    let answer = async {
        let (id, after) = (task_id(id)?, after(&params)?);
        let tasks = tasks(&state)?;
        tasks.get(&viewer, &id).await?;
        let mut watcher = tasks.watchers().watch(&id);
        let news = async {
            loop {
                let events = tasks.events(&id, after.unwrap_or(0)).await?;
                // Who has seen nothing yet is answered at once.
                let is_over = tasks.watchers().is_closed() || tasks.is_over(&id).await?;
                if after.is_none() || !events.is_empty() || is_over {
                    return Ok::<_, ApiError>(events);
                }
                watcher.changed().await;
            }
        };
        let events = tokio::time::timeout(LONGEST, news).await;
        let events = events.unwrap_or_else(|_| Ok(Vec::new()))?;
        let events: Vec<Value> = events.iter().map(|event| listed(&id, event)).collect();
        Ok(json_answer(StatusCode::OK, json!(events).to_string()))
    };
    answer.await.map_err(|error| asked.failed(error))
}

/// `GET …/eventstream?after=`: the same as it happens, as server-sent events, until the task ends.
pub(super) async fn stream(
    State(state): State<AppState>,
    Extension(viewer): Extension<Viewer>,
    id: TaskId,
    params: Params,
    asked: Asked,
) -> Result<Response, Failure> {
    let answer = async {
        let (id, after) = (task_id(id)?, after(&params)?);
        let tasks = tasks(&state)?.clone();
        tasks.get(&viewer, &id).await?;
        let events = follow(tasks, id, after.unwrap_or(0));
        let keep_alive = KeepAlive::new().interval(KEEP_ALIVE);
        let mut response = Sse::new(events).keep_alive(keep_alive).into_response();
        // Proxies that gather answers before they hand them on are told not to.
        let unbuffered = axum::http::HeaderValue::from_static("no");
        response
            .headers_mut()
            .insert("x-accel-buffering", unbuffered);
        Ok(response)
    };
    answer.await.map_err(|error| asked.failed(error))
}

/// Everything that a task tells, until it has ended.
fn follow(tasks: Tasks, id: String, after: i64) -> impl Stream<Item = Result<Event, Infallible>> {
    struct Following {
        tasks: Tasks,
        id: String,
        after: i64,
        waiting: VecDeque<StoredEvent>,
        watcher: crate::scaffolder::task::Watcher,
        is_over: bool,
    }
    let watcher = tasks.watchers().watch(&id);
    let following = Following {
        tasks,
        id,
        after,
        waiting: VecDeque::new(),
        watcher,
        is_over: false,
    };
    stream::unfold(following, |mut it| async move {
        loop {
            if let Some(event) = it.waiting.pop_front() {
                it.after = event.number;
                let sent = Event::default()
                    .event(&event.kind)
                    .id(event.number.to_string())
                    .data(listed(&it.id, &event).to_string());
                return Some((Ok(sent), it));
            }
            if it.is_over || it.tasks.watchers().is_closed() {
                return None;
            }
            // Asked in this order: what is told before the end is seen before the end.
            let ended = it.tasks.is_over(&it.id).await.unwrap_or(false);
            let events = it.tasks.events(&it.id, it.after).await;
            it.waiting = events.unwrap_or_default().into();
            it.is_over = ended;
            if it.waiting.is_empty() && !ended {
                it.watcher.changed().await;
            }
        }
    })
}

fn after(params: &Params) -> Result<Option<i64>, ApiError> {
    let after = params.integer("after")?;
    if after.is_some_and(|it| it < 0) {
        return Err(ApiError::invalid(
            "after",
            "request/query/after must be >= 0".to_owned(),
        ));
    }
    Ok(after)
}

/// An event as clients read it.
fn listed(task: &str, event: &StoredEvent) -> Value {
    json!({
        "id": event.number,
        "taskId": task,
        "body": serde_json::from_str::<Value>(&event.body).unwrap_or_default(),
        "type": event.kind,
        "createdAt": time(event.created_at),
    })
}

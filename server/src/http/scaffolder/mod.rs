//! The scaffolder's HTTP API, as existing clients know it; one file per family of endpoints.

mod actions;
mod dry_run;
mod events;
mod parameter_schema;
mod tasks;

use super::AppState;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};

/// The routes; each has its row in `app::routes::ROUTES`.
pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route(
            "/api/scaffolder/v2/templates/{namespace}/{kind}/{name}/parameter-schema",
            get(parameter_schema::get),
        )
        .route("/api/scaffolder/v2/actions", get(actions::list))
        .route(
            "/api/scaffolder/v2/tasks",
            get(tasks::list).post(tasks::create),
        )
        .route("/api/scaffolder/v2/tasks/{taskId}", get(tasks::get))
        .route(
            "/api/scaffolder/v2/tasks/{taskId}/cancel",
            post(tasks::cancel),
        )
        .route(
            "/api/scaffolder/v2/tasks/{taskId}/retry",
            post(tasks::retry),
        )
        .route(
            "/api/scaffolder/v2/tasks/{taskId}/events",
            get(events::list),
        )
        .route(
            "/api/scaffolder/v2/tasks/{taskId}/eventstream",
            get(events::stream),
        )
        .route(
            "/api/scaffolder/v2/dry-run",
            post(dry_run::run).layer(DefaultBodyLimit::max(dry_run::LIMIT)),
        )
}

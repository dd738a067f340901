//! The scaffolder's HTTP API, as existing clients know it; one file per family of endpoints.

mod actions;
mod autocomplete;
mod dry_run;
mod events;
mod extensions;
mod parameter_schema;
mod tasks;

use super::AppState;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};

pub(super) const TASKS: &str = "/api/scaffolder/v2/tasks";
/// How large a request for a task may be, in bytes: answers and secrets come with it.
pub(super) const TASKS_LIMIT: usize = 12 << 20;
pub(super) const DRY_RUN: &str = "/api/scaffolder/v2/dry-run";
/// The same for a dry run, with which files come.
pub(super) const DRY_RUN_LIMIT: usize = 32 << 20;

/// The routes; each has its row in `app::routes::ROUTES`.
pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route(
            "/api/scaffolder/v2/templates/{namespace}/{kind}/{name}/parameter-schema",
            get(parameter_schema::get),
        )
        .route("/api/scaffolder/v2/actions", get(actions::list))
        .route(
            "/api/scaffolder/v2/templating-extensions",
            get(extensions::list),
        )
        .route(
            "/api/scaffolder/v2/autocomplete/{provider}/{resource}",
            post(autocomplete::complete),
        )
        .route(
            TASKS,
            get(tasks::list)
                .post(tasks::create)
                .layer(DefaultBodyLimit::max(TASKS_LIMIT)),
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
            DRY_RUN,
            post(dry_run::run).layer(DefaultBodyLimit::max(DRY_RUN_LIMIT)),
        )
}

//! The scaffolder's HTTP API, as existing clients know it; one file per family of endpoints.

mod parameter_schema;

use super::AppState;
use axum::Router;
use axum::routing::get;

/// The routes; each has its row in `app::routes::ROUTES`.
pub(super) fn routes() -> Router<AppState> {
    Router::new().route(
        "/api/scaffolder/v2/templates/{namespace}/{kind}/{name}/parameter-schema",
        get(parameter_schema::get),
    )
}

//! The catalog's HTTP API, as existing clients know it; one file per family of endpoints.

mod analyze;
mod ancestry;
mod body;
mod by_query;
mod by_refs;
mod entities;
mod entity;
mod export;
mod facets;
mod locations;
mod locations_query;
mod pushed;
mod refresh;
mod removal;
mod unprocessed;
mod validate;

use super::AppState;
use super::answer::Asked;
use crate::ingest::parse::MAX_BYTES;
use app::error::ApiError;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::response::{IntoResponse, Response};
use axum::routing::{any, delete, get, post};

/// The route of all API paths that no other answers.
pub(super) const NOTHING: &str = "/api/{*rest}";

/// The route that takes what other programs push, which may be as large as a file that is read.
pub(super) const PUSHED: &str = "/api/catalog/pushed/{name}";
/// In bytes.
pub(super) const PUSHED_LIMIT: usize = MAX_BYTES;

/// The routes; each has its row in `app::routes::ROUTES`.
pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/api/catalog/entities", get(entities::list_entities))
        .route(
            "/api/catalog/entities/by-query",
            get(by_query::get).post(by_query::post),
        )
        .route("/api/catalog/entities/by-refs", post(by_refs::list))
        .route(
            "/api/catalog/entities/by-name/{kind}/{namespace}/{name}",
            get(entity::get_by_name),
        )
        .route(
            "/api/catalog/entities/by-name/{kind}/{namespace}/{name}/ancestry",
            get(ancestry::get_ancestry),
        )
        .route(
            "/api/catalog/entities/by-name/{kind}/{namespace}/{name}/definition",
            get(entity::get_definition),
        )
        .route(
            "/api/catalog/entities/by-uid/{uid}",
            get(entity::get_by_uid).delete(removal::delete),
        )
        .route(
            "/api/catalog/entity-facets",
            get(facets::get).post(facets::post),
        )
        .route(
            "/api/catalog/entities/unprocessed/failed",
            get(unprocessed::list_failed),
        )
        .route(
            "/api/catalog/entities/unprocessed/pending",
            get(unprocessed::list_pending),
        )
        .route(
            "/api/catalog/entities/unprocessed/delete/{id}",
            delete(unprocessed::remove),
        )
        .route("/api/catalog/export/{format}", get(export::get))
        .route("/api/catalog/refresh", post(refresh::refresh))
        .route(
            "/api/catalog/locations",
            get(locations::list).post(locations::create),
        )
        .route(
            "/api/catalog/locations/by-query",
            post(locations_query::query),
        )
        .route(
            "/api/catalog/locations/by-entity/{kind}/{namespace}/{name}",
            get(locations::get_by_entity),
        )
        .route(
            "/api/catalog/locations/{id}",
            get(locations::get)
                .put(locations::change)
                .delete(locations::remove),
        )
        .route("/api/catalog/tombstones", get(removal::list_tombstones))
        .route(
            "/api/catalog/tombstones/{kind}/{namespace}/{name}",
            delete(removal::lift_tombstone),
        )
        .route("/api/catalog/validate-entity", post(validate::validate))
        .route("/api/catalog/analyze-location", post(analyze::analyze))
        .route(
            PUSHED,
            get(pushed::get)
                .put(pushed::put)
                .delete(pushed::remove)
                .layer(DefaultBodyLimit::disable()),
        )
        .route(NOTHING, any(no_such_endpoint))
}

/// What stands at an API path that nothing answers.
async fn no_such_endpoint(asked: Asked) -> Response {
    let error =
        ApiError::NotFound("There is no such endpoint; see the API documentation".to_owned());
    asked.failed(error).into_response()
}

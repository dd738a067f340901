//! `/api/permission` and what each part of the API tells of its permissions.

mod apply;
mod authorize;
mod metadata;
mod pages;
mod roles;
mod sent;

pub(super) use roles::keeper;

use super::AppState;
use app::error::ApiError;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use serde::{Deserialize, Serialize};

/// Questions in one request.
const MOST_ITEMS: usize = 1000;
/// In bytes.
const LIMIT: usize = 1024 * 1024;

/// One resource, or several.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Refs {
    One(String),
    Many(Vec<String>),
}

/// An answer for one resource, or for several.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Results {
    One(&'static str),
    Many(Vec<&'static str>),
}

/// The routes; each has its row in `app::routes::ROUTES`.
pub(super) fn routes() -> Router<AppState> {
    let metadata = "/.well-known/backstage/permissions/metadata";
    let apply = "/.well-known/backstage/permissions/apply-conditions";
    let limit = DefaultBodyLimit::max(LIMIT);
    let of = |plugin: &str, path: &str| format!("/api/{plugin}{path}");
    Router::new()
        .route("/api/permission/authorize", post(authorize::authorize))
        .route(
            "/admin/roles/{step}",
            get(super::pages::page).post(pages::post),
        )
        .route(
            "/api/permission/roles",
            get(roles::list).post(roles::create),
        )
        .route(
            "/api/permission/roles/{name}",
            get(roles::get).put(roles::put).delete(roles::remove),
        )
        .route(&of("catalog", metadata), get(metadata::of_catalog))
        .route(&of("scaffolder", metadata), get(metadata::of_scaffolder))
        .route(&of("catalog", apply), post(apply::of_catalog))
        .route(&of("scaffolder", apply), post(apply::of_scaffolder))
        .layer(limit)
}

fn word(is_allowed: bool) -> &'static str {
    if is_allowed { "ALLOW" } else { "DENY" }
}

/// Refuses more questions than anyone has: all of a request together, a question about several resources
/// counted for each.
fn few<'a>(questions: impl Iterator<Item = Option<&'a Refs>>) -> Result<(), ApiError> {
    let count = questions.map(|refs| match refs {
        Some(Refs::Many(refs)) => refs.len().max(1),
        _ => 1,
    });
    if count.sum::<usize>() <= MOST_ITEMS {
        return Ok(());
    }
    let message = format!("more than {MOST_ITEMS} items; ask in several requests");
    Err(ApiError::invalid("items", message))
}

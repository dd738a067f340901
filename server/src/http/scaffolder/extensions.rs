//! `/api/scaffolder/v2/templating-extensions`: what templates have beside the language itself.

use crate::http::answer::json_answer;
use crate::scaffolder::extensions::listed;
use axum::http::StatusCode;
use axum::response::Response;

/// `GET`: the filters and functions, each with its schema and examples.
pub(super) async fn list() -> Response {
    json_answer(StatusCode::OK, listed().to_string())
}

//! `/api/scaffolder/v2/templates/…/parameter-schema`: what a template asks.

use crate::http::AppState;
use crate::http::answer::{Asked, Failure, json_answer};
use crate::http::conditional::Version;
use crate::http::seen::Seen;
use crate::scaffolder::parameters::{find, parameter_schema};
use crate::scaffolder::permitted::of_template;
use app::catalog::EntityRef;
use app::error::ApiError;
use app::viewer::Viewer;
use axum::extract::rejection::PathRejection;
use axum::extract::{Extension, Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

/// `GET`: the pages of a template's form, each with its schema.
pub(super) async fn get(
    State(state): State<AppState>,
    Extension(viewer): Extension<Viewer>,
    Seen(model): Seen,
    named: Result<Path<(String, String, String)>, PathRejection>,
    asked: Asked,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let answer = || {
        let Path((namespace, kind, name)) =
            named.map_err(|error| ApiError::invalid("path", format!("Invalid path: {error}")))?;
        let template = find(&model, &EntityRef::new(kind, namespace, name))?;
        let template = of_template(&state.catalog.policy(), &viewer, template);
        let body = parameter_schema(&template).to_string();
        let version = Version::of_content(body.as_bytes());
        Ok(version.answer(&headers, || json_answer(StatusCode::OK, body)))
    };
    answer().map_err(|error| asked.failed(error))
}

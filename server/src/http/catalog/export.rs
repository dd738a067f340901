//! `/api/catalog/export/{format}`: what a list shows, as a file to keep.

use crate::http::AppState;
use crate::http::answer::{Asked, Failure};
use crate::http::params::Params;
use crate::http::seen::Seen;
use crate::query::export::{Format, export};
use app::catalog::EntityListQuery;
use app::error::ApiError;
use app::viewer::Viewer;
use axum::body::Body;
use axum::extract::{Extension, Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use std::convert::Infallible;

/// `GET`: every entity that the parameters of a list leave.
pub(super) async fn get(
    State(state): State<AppState>,
    Seen(model): Seen,
    Extension(viewer): Extension<Viewer>,
    asked: Asked,
    Path(format): Path<String>,
    params: Params,
) -> Result<Response, Failure> {
    let (format, content_type) = match format.as_str() {
        "csv" => (Format::Csv, "text/csv; charset=utf-8; header=present"),
        "json" => (Format::Json, "application/json; charset=utf-8"),
        _ => {
            let there_are = "An export is `csv` or `json`".to_owned();
            return Err(asked.failed(ApiError::NotFound(there_are)));
        }
    };
    let pairs = params.pairs().iter();
    let query = EntityListQuery::from_params(pairs.map(|(key, value)| (&**key, &**value)));
    let stars = state.catalog.stars(&viewer.user_ref);
    let parts = export(model, &viewer, &stars, &query, format);
    let body = Body::from_stream(futures::stream::iter(parts.map(Ok::<_, Infallible>)));
    let name = match format {
        Format::Csv => "catalog.csv",
        Format::Json => "catalog.json",
    };
    let headers = [
        (header::CONTENT_TYPE, content_type.to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ),
        (header::CACHE_CONTROL, "private, no-cache".to_owned()),
    ];
    Ok((headers, body).into_response())
}

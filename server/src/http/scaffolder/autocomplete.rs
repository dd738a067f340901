//! `/api/scaffolder/v2/autocomplete/…`: what hosts of repositories offer to the fields of a form.

use super::tasks::invalid;
use crate::http::answer::{Asked, Failure};
use app::error::ApiError;
use axum::body::Bytes;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::response::Response;
use serde::Deserialize;
use std::collections::BTreeMap;

/// With whose token is asked, and what is known of the place.
#[derive(Deserialize)]
#[expect(
    dead_code,
    reason = "no host is asked yet; what is sent has to be right all the same"
)]
struct Wanted {
    token: String,
    context: BTreeMap<String, String>,
}

/// `POST`: the resources of a provider. There is none that is asked yet.
pub(super) async fn complete(
    named: Result<Path<(String, String)>, PathRejection>,
    asked: Asked,
    body: Bytes,
) -> Result<Response, Failure> {
    let refused = || -> ApiError {
        let Path((provider, _)) = match named {
            Ok(named) => named,
            Err(error) => return invalid("path", format!("Invalid path: {error}")),
        };
        if let Err(error) = serde_json::from_slice::<Wanted>(&body) {
            return invalid("body", error.to_string());
        }
        invalid("provider", format!("Unsupported provider: {provider}"))
    };
    Err(asked.failed(refused()))
}

//! `/api/catalog/validate-entity`: whether an entity would be taken.

use super::body::{self, Received};
use crate::http::AppState;
use crate::http::answer::json_answer;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Map, Value, json};

#[derive(Deserialize)]
struct ValidateQuery {
    entity: Map<String, Value>,
    location: String,
}

/// `POST`: 200 without a word when it would, else 400 with everything that is wrong.
pub(super) async fn validate(State(state): State<AppState>, received: Received) -> Response {
    let errors = match body::read(received) {
        Ok(ValidateQuery { entity, location }) => {
            let entity = Value::Object(entity);
            state.registry.validate(&entity, &location).await
        }
        Err(error) => vec![error.to_string()],
    };
    if errors.is_empty() {
        return StatusCode::OK.into_response();
    }
    let errors = errors.into_iter();
    let errors = errors.map(|message| json!({ "name": "InputError", "message": message }));
    let errors: Vec<Value> = errors.collect();
    json_answer(
        StatusCode::BAD_REQUEST,
        json!({ "errors": errors }).to_string(),
    )
}

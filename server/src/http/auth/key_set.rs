//! What others need to verify the tokens of users.

use super::super::AppState;
use super::super::answer::{Asked, Failure, json_answer};
use app::error::ApiError;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::json;

/// `GET /api/auth/.well-known/jwks.json` (RFC 7517).
pub(super) async fn key_set(
    State(state): State<AppState>,
    asked: Asked,
) -> Result<Response, Failure> {
    let keys = state.identity.user_tokens.key_set().await;
    let keys = keys.map_err(|error| {
        tracing::error!(%error, "the public keys could not be read");
        let message = "The keys cannot be read: the database does not answer.";
        asked.failed(ApiError::Unavailable(message.to_owned()))
    })?;
    Ok(json_answer(StatusCode::OK, keys.to_string()))
}

/// `GET /api/auth/.well-known/openid-configuration`.
pub(super) async fn description(State(state): State<AppState>) -> Response {
    let url = |path: &str| state.identity.url(&format!("/api/auth{path}")).to_string();
    let issuer = url("");
    let description = json!({
        "issuer": issuer,
        "token_endpoint": url("/v1/token"),
        "userinfo_endpoint": url("/v1/userinfo"),
        "jwks_uri": url("/.well-known/jwks.json"),
        "response_types_supported": ["id_token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"],
        "scopes_supported": ["openid"],
        "token_endpoint_auth_methods_supported": [],
        "claims_supported": ["sub", "ent"],
        "grant_types_supported": [],
    });
    json_answer(StatusCode::OK, description.to_string())
}

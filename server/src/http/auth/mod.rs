//! Signing in and out, and the tokens that say who somebody is.
//!
//! `start` sends a browser to its provider, `frame` takes it back, `page` is what people see of it;
//! `refresh` and `key_set` are what other front ends and other services ask.

mod account;
mod frame;
mod key_set;
mod leave;
mod onward;
mod page;
mod refresh;
mod settings;

pub(super) use account::LiveAccounts;
pub(super) use page::{show_refusal, show_wait};

use super::AppState;
use axum::Router;
use axum::routing::{get, post};

/// The page on which people sign in.
pub(super) const SIGN_IN: &str = "/sign-in";

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route(SIGN_IN, get(page::sign_in))
        .route("/settings/tokens", post(account::make_token))
        .route("/sign-out", post(leave::sign_out))
        .route("/api/auth/{provider}/start", get(leave::start))
        .route("/api/auth/{provider}/handler/frame", get(frame::frame))
        .route("/api/auth/{provider}/refresh", get(refresh::refresh))
        .route("/api/auth/{provider}/logout", post(leave::logout))
        .route("/api/auth/.well-known/jwks.json", get(key_set::key_set))
        .route(
            "/api/auth/.well-known/openid-configuration",
            get(key_set::description),
        )
        .route("/api/auth/v1/userinfo", get(refresh::user_info))
        .route("/api/user-settings", get(settings::list))
        .route(
            "/api/user-settings/buckets/{bucket}/keys/{key}",
            get(settings::get)
                .put(settings::put)
                .delete(settings::remove),
        )
}

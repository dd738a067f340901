//! The server functions of an account; the forms of the settings post to them and come back.

use crate::error::ApiError;
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use {super::port::Accounts, std::sync::Arc};

/// Signs the viewer out in another browser.
#[server(prefix = "/_fn", endpoint = "end_session")]
pub async fn end_session(id: String) -> Result<(), ApiError> {
    expect_context::<Arc<dyn Accounts>>().end_session(&id).await
}

/// Signs the viewer out everywhere else.
#[server(prefix = "/_fn", endpoint = "end_other_sessions")]
pub async fn end_other_sessions() -> Result<(), ApiError> {
    expect_context::<Arc<dyn Accounts>>()
        .end_other_sessions()
        .await
}

/// Takes a token of the viewer back.
#[server(prefix = "/_fn", endpoint = "revoke_token")]
pub async fn revoke_token(id: String) -> Result<(), ApiError> {
    expect_context::<Arc<dyn Accounts>>()
        .revoke_token(&id)
        .await
}

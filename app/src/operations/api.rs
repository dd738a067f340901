//! The server function of the page of health: ask the port, hand over.

use crate::error::ApiError;
use crate::pages::Params;
use crate::ui::Fragment;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;

#[cfg(feature = "ssr")]
use {super::HealthQuery, super::port::Operations, crate::pages::health_view, std::sync::Arc};

/// How the catalog and what keeps it stand, as HTML.
#[server(prefix = "/_fn", endpoint = "get_health", input = Json)]
pub async fn get_health(params: Params) -> Result<Fragment, ApiError> {
    let pairs = params.iter().map(|(name, value)| (&**name, &**value));
    let query = HealthQuery::from_params(pairs);
    let health = expect_context::<Arc<dyn Operations>>()
        .health(&query)
        .await?;
    Ok(health_view::html(query, health))
}

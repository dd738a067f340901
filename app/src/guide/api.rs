//! The server function of the documentation.

use super::GuidePage;
use crate::error::ApiError;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;

#[cfg(feature = "ssr")]
use {super::port::Guide, crate::routes::use_links, std::sync::Arc};

/// One page of Callboard's own documentation; an empty path is the first.
#[server(prefix = "/_fn", endpoint = "get_guide_page", input = Json)]
pub async fn get_guide_page(path: String) -> Result<GuidePage, ApiError> {
    expect_context::<Arc<dyn Guide>>().get_page(&use_links().guide(""), &path)
}

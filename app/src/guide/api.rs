//! The server function of the documentation.

use crate::error::ApiError;
use crate::pages::Params;
use crate::ui::Fragment;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;

#[cfg(feature = "ssr")]
use {
    super::port::Guide,
    crate::pages::{guide_view, param},
    crate::routes::use_links,
    std::sync::Arc,
};

/// One page of Callboard's own documentation, as HTML; an empty path is the first.
#[server(prefix = "/_fn", endpoint = "get_guide_page", input = Json)]
pub async fn get_guide_page(params: Params) -> Result<Fragment, ApiError> {
    let guide = expect_context::<Arc<dyn Guide>>();
    let page = guide.get_page(&use_links().guide(""), param(&params, "page"))?;
    Ok(guide_view::html(page))
}

//! The server function of the pages for those who see to the installation.

use crate::error::ApiError;
use crate::pages::Params;
use crate::ui::Fragment;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;

#[cfg(feature = "ssr")]
use {
    super::AdminTab,
    crate::operations::api::get_health,
    crate::pages::{admin_view, param},
    crate::permission::check,
    crate::routes::Permission,
};

/// The tab that the parameter `tab` names, as HTML.
#[server(prefix = "/_fn", endpoint = "get_admin", input = Json)]
pub async fn get_admin(params: Params) -> Result<Fragment, ApiError> {
    check(Permission::AdminRead)?;
    let path = param(&params, "tab");
    let tab = AdminTab::at(path)
        .ok_or_else(|| ApiError::NotFound(format!("There is no page /admin/{path}.")))?;
    let inside = match tab {
        AdminTab::Health => get_health(&params).await?,
    };
    Ok(admin_view::html(tab, &inside))
}

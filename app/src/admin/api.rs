//! The server function of the pages for those who see to the installation.

use crate::error::ApiError;
use crate::pages::Params;
use crate::ui::Fragment;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;

#[cfg(feature = "ssr")]
use {
    super::AdminTab,
    crate::audit::{AuditQuery, port::AuditLog},
    crate::operations::api::get_health,
    crate::pages::{admin_view, audit_view, param},
    crate::permission::api::{get_role_form, get_roles},
    crate::permission::check,
    crate::routes::Permission,
    std::sync::Arc,
};

/// The tab that the parameter `tab` names, as HTML.
#[server(prefix = "/_fn", endpoint = "get_admin", input = Json)]
pub async fn get_admin(params: Params) -> Result<Fragment, ApiError> {
    check(Permission::AdminRead)?;
    let step = param(&params, "step");
    if !step.is_empty() {
        return get_role_form(step, param(&params, "role"));
    }
    let path = param(&params, "tab");
    let tab = AdminTab::at(path)
        .ok_or_else(|| ApiError::NotFound(format!("There is no page /admin/{path}.")))?;
    let inside = match tab {
        AdminTab::Health => get_health(&params).await?,
        AdminTab::Roles => get_roles(&params),
        AdminTab::Audit => list_audit(&params).await?,
    };
    Ok(admin_view::html(tab, &inside))
}

/// The entries that the parameters ask for, as HTML.
#[cfg(feature = "ssr")]
async fn list_audit(params: &Params) -> Result<Fragment, ApiError> {
    let pairs = params.iter().map(|(name, value)| (&**name, &**value));
    let query = AuditQuery::from_params(pairs);
    let log = expect_context::<Arc<dyn AuditLog>>();
    let page = log.list(&query).await?;
    Ok(audit_view::html(query, page))
}

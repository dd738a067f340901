//! The server function of the page of health: ask the port, hand over.

use crate::error::ApiError;
use crate::pages::Params;
use crate::ui::Fragment;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;

#[cfg(feature = "ssr")]
use {
    super::HealthQuery,
    super::port::Operations,
    crate::pages::{explain_view::Explained, health_view, param},
    crate::permission::check,
    crate::permission::port::{Permissions, Question},
    crate::routes::Permission,
    crate::viewer::Viewer,
    std::sync::Arc,
};

/// How the catalog and what keeps it stand, as HTML.
#[server(prefix = "/_fn", endpoint = "get_health", input = Json)]
pub async fn get_health(params: Params) -> Result<Fragment, ApiError> {
    check(Permission::AdminRead)?;
    let pairs = params.iter().map(|(name, value)| (&**name, &**value));
    let query = HealthQuery::from_params(pairs);
    let health = expect_context::<Arc<dyn Operations>>()
        .health(&query)
        .await?;
    let question = Question {
        person: param(&params, "person").to_owned(),
        permission: param(&params, "permission").to_owned(),
        entity: param(&params, "entity").to_owned(),
    };
    let permissions = expect_context::<Arc<dyn Permissions>>();
    let answer = (!question.person.is_empty()).then(|| permissions.explain(&question));
    let can_view_as = permissions.is_administrator(&expect_context::<Viewer>());
    let explained = Explained {
        question,
        answer,
        can_view_as,
    };
    Ok(health_view::html(query, health, explained))
}

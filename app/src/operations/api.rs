//! What the page of health shows: ask the port, hand over.

use super::HealthQuery;
use super::port::Operations;
use crate::error::ApiError;
use crate::pages::{Params, explain_view::Explained, health_view, param};
use crate::permission::port::{Permissions, Question};
use crate::ui::Fragment;
use crate::viewer::Viewer;
use leptos::prelude::*;
use std::sync::Arc;

/// How the catalog and what keeps it stand, as HTML.
///
/// # Errors
/// What the port fails with.
pub(crate) async fn get_health(params: &Params) -> Result<Fragment, ApiError> {
    let pairs = params.iter().map(|(name, value)| (&**name, &**value));
    let query = HealthQuery::from_params(pairs);
    let health = expect_context::<Arc<dyn Operations>>()
        .health(&query)
        .await?;
    let question = Question {
        person: param(params, "person").to_owned(),
        permission: param(params, "permission").to_owned(),
        entity: param(params, "entity").to_owned(),
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

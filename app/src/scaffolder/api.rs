//! The server functions of templates: ask the port, hand over.

use crate::catalog::EntityRef;
use crate::error::ApiError;
use crate::ui::Fragment;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use std::collections::BTreeMap;

#[cfg(feature = "ssr")]
use {
    super::port::{Forms, Tasks},
    crate::pages::form_view,
    crate::routes::use_links,
    crate::viewer::Viewer,
    std::sync::Arc,
};

/// The form of a template after what was sent of it, a query string; or, when `asked` names a field,
/// what its picker offers to the text behind the name. As HTML.
#[server(prefix = "/_fn", endpoint = "fill_form", input = Json)]
pub async fn fill_form(
    template: EntityRef,
    sent: String,
    asked: Option<(String, String)>,
) -> Result<Fragment, ApiError> {
    let forms = expect_context::<Arc<dyn Forms>>();
    let viewer = expect_context::<Viewer>();
    if let Some((path, text)) = asked {
        let offers = forms.offer(&viewer, &template, &sent, &path, &text)?;
        return Ok(form_view::offers(&path, offers));
    }
    Ok(form_view::html(forms.fill(&viewer, &template, &sent)?))
}

/// Starts a task with all answers, and leads to its page.
#[server(prefix = "/_fn", endpoint = "start_task")]
pub async fn start_task(
    template: EntityRef,
    values: String,
    #[server(default)] concealed: BTreeMap<String, String>,
) -> Result<(), ApiError> {
    let viewer = expect_context::<Viewer>();
    let forms = expect_context::<Arc<dyn Forms>>();
    let task = forms.finish(&viewer, &template, &values, &concealed)?;
    let id = expect_context::<Arc<dyn Tasks>>()
        .start(&viewer, task)
        .await?;
    leptos_axum::redirect(&use_links().task(&id));
    Ok(())
}

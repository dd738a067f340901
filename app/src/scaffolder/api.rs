//! The server functions of templates: ask the port, hand over.

use super::DraftView;
use crate::catalog::EntityRef;
use crate::error::ApiError;
use crate::pages::Params;
use crate::ui::Fragment;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use std::collections::BTreeMap;

#[cfg(feature = "ssr")]
use {
    super::Of,
    super::port::{Forms, Tasks},
    super::trial::NewTrial,
    crate::account::port::Accounts,
    crate::catalog::RefDefaults,
    crate::pages::{actions_view, form_view, param, task_view, trial_view},
    crate::permission::check,
    crate::routes::{Permission, use_links},
    crate::viewer::Viewer,
    std::sync::Arc,
};

/// The form of a template of the catalog, or of the text of one, after what was sent of it, a query
/// string; or, when `asked` names a field, what its picker offers to the text behind the name. As HTML.
#[server(prefix = "/_fn", endpoint = "fill_form", input = Json)]
pub async fn fill_form(
    template: Option<EntityRef>,
    text: Option<String>,
    sent: String,
    asked: Option<(String, String)>,
) -> Result<Fragment, ApiError> {
    let forms = expect_context::<Arc<dyn Forms>>();
    check(Permission::ScaffolderParameterRead)?;
    let viewer = expect_context::<Viewer>();
    let of = match &template {
        Some(template) => Of::Catalog(template),
        None => Of::Text(text.as_deref().unwrap_or_default()),
    };
    if let Some((path, text)) = asked {
        let accounts = expect_context::<Arc<dyn Accounts>>();
        let lender = &*accounts;
        let offers = forms
            .offer(&viewer, of, &sent, &path, &text, lender)
            .await?;
        return Ok(form_view::offers(&path, offers));
    }
    Ok(form_view::html(forms.fill(&viewer, of, &sent)?))
}

/// A template to be edited, as `namespace/name`, or a new one; with its form.
#[server(prefix = "/_fn", endpoint = "edit_template", input = Json)]
pub async fn edit_template(template: Option<String>) -> Result<DraftView, ApiError> {
    check(Permission::ScaffolderParameterRead)?;
    let forms = expect_context::<Arc<dyn Forms>>();
    let template = named(template)?;
    let viewer = expect_context::<Viewer>();
    let draft = forms.draft(&viewer, template.as_ref())?;
    let form = forms.fill(&viewer, Of::Text(&draft.text), "")?;
    Ok(DraftView {
        head: form_view::editor_head(&draft),
        form: form_view::html(form).html,
        text: draft.text,
    })
}

/// The template that a parameter names.
#[cfg(feature = "ssr")]
fn named(template: Option<String>) -> Result<Option<EntityRef>, ApiError> {
    let defaults = RefDefaults {
        kind: Some("template"),
        namespace: None,
    };
    let template = template.filter(|template| !template.is_empty());
    let template = template.map(|template| EntityRef::parse(&template, defaults));
    template
        .transpose()
        .map_err(|error| ApiError::invalid("template", error.to_string()))
}

/// Tries the text of a template with all answers, without any effect elsewhere. `began_as` is the template
/// of the catalog beside which it lies, unless `files` come along, by their paths, as base64. `before` is
/// what the trial before has sent along. As HTML.
#[server(prefix = "/_fn", endpoint = "try_template", input = Json)]
pub async fn try_template(
    text: String,
    began_as: Option<String>,
    values: String,
    concealed: BTreeMap<String, String>,
    files: Vec<(String, String)>,
    before: String,
) -> Result<Fragment, ApiError> {
    let viewer = expect_context::<Viewer>();
    let forms = expect_context::<Arc<dyn Forms>>();
    let trial = NewTrial {
        task: forms.finish(&viewer, Of::Text(&text), &values, &concealed)?,
        began_as: named(began_as)?,
        files,
        before: serde_json::from_str(&before).ok(),
        text,
    };
    let tried = expect_context::<Arc<dyn Tasks>>()
        .try_out(&viewer, trial)
        .await?;
    Ok(trial_view::html(tried))
}

/// A task with its steps and log, as HTML; its title is that of its template.
#[server(prefix = "/_fn", endpoint = "show_task", input = Json)]
pub async fn show_task(id: String) -> Result<Fragment, ApiError> {
    let tasks = expect_context::<Arc<dyn Tasks>>();
    let task = tasks.view(&expect_context::<Viewer>(), &id).await?;
    Ok(task_view::html(task))
}

/// The newest tasks, as HTML.
#[server(prefix = "/_fn", endpoint = "list_tasks", input = Json)]
pub async fn list_tasks(params: Params) -> Result<Fragment, ApiError> {
    let viewer = expect_context::<Viewer>();
    let everybody = params
        .iter()
        .any(|(name, value)| name == "of" && value == "all");
    let tasks = expect_context::<Arc<dyn Tasks>>();
    let rows = tasks.list(&viewer, everybody).await?;
    Ok(task_view::list(rows, everybody))
}

/// Every action, or those that have the words of `find`, as HTML.
#[server(prefix = "/_fn", endpoint = "list_actions", input = Json)]
pub async fn list_actions(params: Params) -> Result<Fragment, ApiError> {
    let actions = expect_context::<Arc<dyn Tasks>>().actions();
    let words = param(&params, "find");
    Ok(actions_view::html(&use_links(), &actions, words))
}

/// Asks for the end of a task.
#[server(prefix = "/_fn", endpoint = "cancel_task")]
pub async fn cancel_task(id: String) -> Result<(), ApiError> {
    let tasks = expect_context::<Arc<dyn Tasks>>();
    tasks.cancel(&expect_context::<Viewer>(), &id).await?;
    leptos_axum::redirect(&use_links().task(&id));
    Ok(())
}

/// Has a task that has failed go on with the step that has failed.
#[server(prefix = "/_fn", endpoint = "retry_task")]
pub async fn retry_task(id: String) -> Result<(), ApiError> {
    let tasks = expect_context::<Arc<dyn Tasks>>();
    tasks.go_on(&expect_context::<Viewer>(), &id).await?;
    leptos_axum::redirect(&use_links().task(&id));
    Ok(())
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
    let mut task = forms.finish(&viewer, Of::Catalog(&template), &values, &concealed)?;
    let accounts = expect_context::<Arc<dyn Accounts>>();
    for asked in std::mem::take(&mut task.credentials) {
        let credential = accounts.credential(&asked).await?;
        task.secrets.insert(asked.secret, credential);
    }
    let id = expect_context::<Arc<dyn Tasks>>()
        .start(&viewer, task)
        .await?;
    leptos_axum::redirect(&use_links().task(&id));
    Ok(())
}

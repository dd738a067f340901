//! `POST /admin/roles/{step}`: what the forms of roles send. What comes back is the page, or the list
//! once something has been done.

use super::roles::keeper;
use super::sent::{Sent, read};
use crate::config::Role;
use crate::http::answer::{Asked, Failure, status};
use crate::http::caller::Caller;
use crate::http::{AppState, pages};
use crate::permission::{Fault, RoleError, preview, read_role, role_of_form};
use app::error::ApiError;
use app::permission::roles::{Done, FormFault, RoleForm};
use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use http_body_util::BodyExt;

/// `POST`, of `new`, `edit` and `delete`.
pub(super) async fn post(
    State(state): State<AppState>,
    Path(step): Path<String>,
    caller: Caller,
    asked: Asked,
    request: Request,
) -> Result<Response, Failure> {
    let (mut parts, body) = request.into_parts();
    let body = body.collect().await;
    let body = body.map(http_body_util::Collected::to_bytes);
    let body = body.unwrap_or_default();
    if step == "delete" {
        let deleted = delete(&state, &body).await;
        return deleted.map_err(|error| asked.failed(error));
    }
    let Sent { mut form, wish } = read(&body);
    let answered = match wish.as_str() {
        "save" => match save(&state, &caller, &mut form).await {
            Ok(done) => return Ok(done),
            Err(status) => status,
        },
        "preview" => show_preview(&state, &mut form),
        _ => StatusCode::OK,
    };
    parts.method = Method::GET;
    let request = Request::from_parts(parts, Body::empty());
    let mut response = pages::page_with(state, caller, request, form).await;
    *response.status_mut() = answered;
    Ok(response)
}

async fn delete(state: &AppState, body: &[u8]) -> Result<Response, ApiError> {
    let Sent { form, .. } = read(body);
    let name = form.of.unwrap_or_default();
    keeper(state).remove(&name, Some(form.version)).await?;
    Ok(back(state, Done::Deleted(name)))
}

/// Keeps the role; else the form says what is wrong, and the answer has this status.
async fn save(
    state: &AppState,
    caller: &Caller,
    form: &mut RoleForm,
) -> Result<Response, StatusCode> {
    let role = role_in(form).map_err(|faults| {
        form.faults = faults;
        StatusCode::BAD_REQUEST
    })?;
    let (keeper, by) = (keeper(state), &caller.viewer.user_ref);
    let kept = match &form.of {
        Some(name) => keeper.change(name, form.version, role, by).await,
        None => keeper.create(role, by).await,
    };
    match kept {
        Ok(role) => Ok(back(state, Done::Kept(role.name))),
        Err(RoleError::Faults(faults)) => {
            form.faults = shown(faults);
            Err(StatusCode::BAD_REQUEST)
        }
        Err(error) => {
            let field = if matches!(error, RoleError::Taken(_)) {
                "name"
            } else {
                ""
            };
            if let RoleError::Changed { version, .. } = &error {
                // Who saves once more has been told whose role they replace.
                form.overtaken = Some(*version);
            }
            let error = ApiError::from(error);
            form.faults = vec![FormFault {
                field: field.to_owned(),
                message: error.to_string(),
            }];
            Err(status(&error))
        }
    }
}

fn show_preview(state: &AppState, form: &mut RoleForm) -> StatusCode {
    match role_in(form) {
        Ok(role) => {
            let of = form.of.as_deref();
            form.preview = Some(preview(&state.catalog, of, &role, &form.person));
            StatusCode::OK
        }
        // Nothing was to be kept, so nothing has failed.
        Err(faults) => {
            form.faults = faults;
            StatusCode::OK
        }
    }
}

fn role_in(form: &RoleForm) -> Result<Role, Vec<FormFault>> {
    role_of_form(form).and_then(|value| read_role(&value).map_err(shown))
}

fn shown(faults: Vec<Fault>) -> Vec<FormFault> {
    let faults = faults.into_iter().map(|fault| FormFault {
        field: fault.path,
        message: fault.message,
    });
    faults.collect()
}

/// To the list, which says what was done.
fn back(state: &AppState, done: Done) -> Response {
    let (key, name) = done.into_param();
    let query: String = url::form_urlencoded::Serializer::new(String::new())
        .append_pair(key, &name)
        .finish();
    Redirect::to(&format!("{}/admin/roles?{query}", state.site.base)).into_response()
}

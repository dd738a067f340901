//! Pages and the server functions they ask.

use super::AppState;
use super::answer::{Refusal, status};
use super::audit::LiveAudit;
use super::auth::LiveAccounts;
use super::caller::Caller;
use super::permission::keeper;
use crate::guide::Guide;
use crate::permission::Explainer;
use app::audit::port::AuditLog;
use app::catalog::port;
use app::cookie;
use app::error::ApiError;
use app::permission::port::{Permissions, Roles};
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use http_body_util::BodyExt;
use leptos::prelude::provide_context;
use leptos::server_fn::error::ServerFnUrlError;
use std::sync::Arc;

/// Any page, rendered whole: it can be read and used before a script has run.
pub(super) async fn page(
    State(state): State<AppState>,
    caller: Caller,
    request: Request,
) -> Response {
    rendered(state, caller, request, || ()).await
}

/// The same page, which finds one thing more in its context.
pub(super) async fn page_with<T: Clone + Send + Sync + 'static>(
    state: AppState,
    caller: Caller,
    request: Request,
    more: T,
) -> Response {
    rendered(state, caller, request, move || {
        provide_context(more.clone());
    })
    .await
}

async fn rendered(
    state: AppState,
    caller: Caller,
    mut request: Request,
    more: impl Fn() + Clone + Send + Sync + 'static,
) -> Response {
    // The router of `app` matches below the base path, wherever a proxy has stripped it.
    if let Some(uri) = below(&state.site.base, request.uri()) {
        *request.uri_mut() = uri;
    }
    let context = state.context(caller, request.headers());
    let context = move || {
        context();
        more();
    };
    let render = leptos_axum::render_app_async_with_context(context, app::shell);
    let mut response = render(request).await;
    // A page shows what is so now, for one viewer.
    let fresh = HeaderValue::from_static("private, no-cache");
    response
        .headers_mut()
        .entry(header::CACHE_CONTROL)
        .or_insert(fresh);
    response
}

/// A server function, asked by a script or by a form.
pub(super) async fn server_function(
    State(state): State<AppState>,
    caller: Caller,
    request: Request,
) -> Response {
    let context = state.context(caller, request.headers());
    let response = leptos_axum::handle_server_fns_with_context(context, request).await;
    let mut response = response.into_response();
    if response.status() == StatusCode::INTERNAL_SERVER_ERROR {
        return with_own_status(response).await;
    }
    if let Some(error) = led_back_with(&response) {
        response.extensions_mut().insert(Refusal(error));
    }
    response
}

/// The error with which a form without scripts leads back to its page.
fn led_back_with(response: &Response) -> Option<ApiError> {
    let location = response.headers().get(header::LOCATION)?.to_str().ok()?;
    let (_, query) = location.split_once('?')?;
    let mut pairs = url::form_urlencoded::parse(query.as_bytes());
    let (_, error) = pairs.find(|(name, _)| name == "__err")?;
    Some(ServerFnUrlError::decode_err(&error))
}

impl AppState {
    /// What every page and server function finds in its context.
    fn context(
        &self,
        caller: Caller,
        headers: &HeaderMap,
    ) -> impl Fn() + Clone + Send + Sync + 'static {
        let state = self.clone();
        let chosen = cookie::read(headers, app::THEME_COOKIE);
        let (site, assets) = self.themes.dressed(&self.site, &self.assets, chosen);
        move || {
            provide_context(site.clone());
            provide_context(assets.clone());
            provide_context(state.policy.clone());
            provide_context(state.portal.clone());
            provide_context(state.users.clone());
            provide_context(state.operations.clone());
            provide_context(state.definitions.clone());
            provide_context(state.forms.clone());
            provide_context(state.task_port.clone());
            provide_context::<Arc<dyn app::guide::port::Guide>>(Arc::new(Guide));
            provide_context::<Arc<dyn port::Registry>>(Arc::new(state.registry.clone()));
            provide_context::<Arc<dyn Permissions>>(Arc::new(Explainer {
                catalog: state.catalog.clone(),
            }));
            provide_context::<Arc<dyn AuditLog>>(Arc::new(LiveAudit {
                audit: state.audit.clone(),
                catalog: state.catalog.clone(),
                viewer: caller.viewer.clone(),
                clock: state.registry.clock.clone(),
            }));
            provide_context::<Arc<dyn Roles>>(Arc::new(keeper(&state)));
            provide_context(caller.viewer.clone());
            provide_context::<Arc<dyn app::account::port::Accounts>>(Arc::new(LiveAccounts {
                identity: state.identity.clone(),
                caller: caller.clone(),
            }));
        }
    }
}

/// A failed server function answers 500 whatever failed: this gives it the status of its error.
async fn with_own_status(response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    let Ok(body) = body.collect().await else {
        return status(&ApiError::Internal).into_response();
    };
    let body = body.to_bytes();
    if let Ok(error) = serde_json::from_slice::<ApiError>(&body) {
        parts.status = status(&error);
        parts.extensions.insert(Refusal(error));
    }
    Response::from_parts(parts, Body::from(body))
}

fn below(base: &str, uri: &Uri) -> Option<Uri> {
    let path = uri.path_and_query()?.as_str();
    (!base.is_empty()).then(|| format!("{base}{path}").parse().ok())?
}

//! Everything the server answers over HTTP.
//!
//! To add an endpoint: 1. a handler file here, 2. its route in `router`, 3. its row with the
//! permission it needs in `app::routes::ROUTES`; without the row the request is refused,
//! 4. its place in `openapi.yaml`, and in `docs/api.md`.

mod answer;
mod assets;
mod base_path;
mod catalog;
mod conditional;
mod events;
mod fresh;
mod guard;
mod health;
mod metrics;
mod openapi;
mod pages;
mod params;
mod policy;
mod request_log;

pub use assets::SiteFiles;
pub use policy::policy;

use crate::access::Access;
use crate::events::Github;
use crate::query::{Catalog, Portal};
use crate::readiness::Readiness;
use crate::registry::Registry;
use crate::users::StoredUsers;
use crate::viewers::Viewers;
use app::catalog::port;
use app::site::{Assets, Policy, Site};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{get, post};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::TimeoutLayer;

/// How long an answer may take to begin.
const TIME_LIMIT: Duration = Duration::from_secs(30);
/// How large a request may be, in bytes.
const BODY_LIMIT: usize = 1024 * 1024;

/// What handlers and pages are given.
#[derive(Clone)]
pub struct AppState {
    pub site: Site,
    pub assets: Assets,
    pub policy: Policy,
    pub files: SiteFiles,
    pub catalog: Catalog,
    pub portal: Arc<dyn port::Catalog>,
    pub users: Arc<dyn port::Users>,
    pub viewers: Viewers,
    pub access: Access,
    pub registry: Registry,
    pub readiness: Readiness,
    /// None where nobody may tell of anything.
    pub events: Option<Arc<Github>>,
}

impl AppState {
    /// The state of a server whose pages are below `site`.
    pub fn new(
        site: Site,
        files: SiteFiles,
        registry: Registry,
        viewers: Viewers,
        readiness: Readiness,
    ) -> Self {
        let (catalog, clock) = (registry.catalog.clone(), registry.clock.clone());
        let users = StoredUsers::new(registry.db.clone(), catalog.clone(), clock.clone());
        Self {
            assets: files.assets(&site.base),
            policy: policy(&BTreeMap::new()),
            portal: Arc::new(Portal::new(catalog.clone(), clock, readiness.clone())),
            site,
            files,
            catalog,
            users: Arc::new(users),
            viewers,
            access: Access::default(),
            registry,
            readiness,
            events: None,
        }
    }

    /// The same with the tokens of other programs.
    #[must_use]
    pub fn with_access(self, access: Access) -> Self {
        Self { access, ..self }
    }

    /// The same with ears for what GitHub tells.
    #[must_use]
    pub fn with_events(self, events: Github) -> Self {
        let events = Some(Arc::new(events));
        Self { events, ..self }
    }

    /// The same with the operator's say in the Content-Security-Policy.
    #[must_use]
    pub fn with_policy(self, policy: Policy) -> Self {
        Self { policy, ..self }
    }
}

/// The whole service, below the base path and at the root alike.
pub fn service(state: AppState) -> Router {
    // Pages spawn their work on Tokio. It is an error to say so twice, and tests do.
    let _ = any_spawner::Executor::init_tokio();
    let base = state.site.base.clone();
    let inner = router(state);
    Router::new().fallback_service(base_path::strip(base, inner))
}

fn router(state: AppState) -> Router {
    let request_id = HeaderName::from_static("x-request-id");
    Router::new()
        .route("/.backstage/health/v1/liveness", get(health::liveness))
        .route("/.backstage/health/v1/readiness", get(health::readiness))
        .route("/metrics", get(metrics::scrape))
        .route("/static/{*file}", get(assets::serve))
        .route("/favicon.ico", get(assets::icon))
        .route("/api/openapi.json", get(openapi::document))
        .merge(catalog::routes())
        .route("/_fn/{name}", post(pages::server_function))
        .fallback(get(pages::page))
        .layer(RequestBodyLimitLayer::new(BODY_LIMIT))
        .merge(catalog::large_routes())
        .merge(told())
        .layer(from_fn_with_state(state.clone(), guard::authorise))
        .layer(CompressionLayer::new())
        .layer(TimeoutLayer::with_status_code(
            StatusCode::GATEWAY_TIMEOUT,
            TIME_LIMIT,
        ))
        .layer(CatchPanicLayer::custom(answer::panicked))
        .layer(fixed(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(fixed(header::REFERRER_POLICY, "same-origin"))
        .layer(fixed(header::X_FRAME_OPTIONS, "DENY"))
        .layer(from_fn(request_log::log))
        .layer(PropagateRequestIdLayer::new(request_id.clone()))
        .layer(SetRequestIdLayer::new(request_id, MakeRequestUuid))
        .with_state(state)
}

/// What others tell, which may be larger than what people ask.
fn told() -> Router<AppState> {
    Router::new()
        .route("/api/events/http/github", post(events::github))
        .layer(DefaultBodyLimit::max(events::BODY_LIMIT))
        .layer(RequestBodyLimitLayer::new(events::BODY_LIMIT))
}

/// Sets a header on every answer that has not set it.
fn fixed(name: HeaderName, value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
}

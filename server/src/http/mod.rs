//! Everything the server answers over HTTP.
//!
//! To add an endpoint: 1. a handler file here, 2. its route in `router`, 3. its row with the
//! permission it needs in `app::routes::ROUTES`; without the row the request is refused,
//! 4. its place in `openapi.yaml`, and in `docs/api.md`.

mod address;
mod answer;
mod assets;
mod audit;
mod auth;
mod base_path;
mod caller;
mod catalog;
mod conditional;
mod disguise;
mod events;
mod frame;
mod fresh;
mod guard;
mod health;
mod limited;
mod metrics;
mod openapi;
mod pages;
mod params;
mod permission;
mod policy;
mod scaffolder;
mod seen;

pub use address::Peer;
pub use assets::SiteFiles;
pub use policy::policy;

use crate::access::Access;
use crate::audit::Audit;
use crate::config::{App, Auth, Layouts, ThemeSettings, TrustProxy};
use crate::definition::CatalogDefinitions;
use crate::events::Github;
use crate::identity::{Identity, Setup};
use crate::limits::Limits;
use crate::operations::LiveOperations;
use crate::query::{Catalog, Portal};
use crate::readiness::Readiness;
use crate::registry::Registry;
use crate::scaffolder::actions::Inside;
use crate::scaffolder::form::{Forms, Hubs};
use crate::scaffolder::no_tasks::NoTasks;
use crate::scaffolder::task::Tasks;
use crate::seal::{Purpose, Seal};
use crate::theme::Themes;
use crate::users::StoredUsers;
use crate::viewers::Viewers;
use app::catalog::port;
use app::site::{Assets, Policy, Site};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use std::collections::BTreeMap;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use tower::ServiceExt;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, Predicate, SizeAbove};

/// What a packet holds beside the headers, in bytes.
const PACKET: u64 = 1024;

/// What handlers and pages are given. A request takes several copies of it, which share one.
#[derive(Clone)]
pub struct AppState(Arc<Shared>);

/// See [`AppState`].
#[derive(Clone)]
pub struct Shared {
    pub site: Site,
    pub assets: Assets,
    pub policy: Policy,
    pub files: SiteFiles,
    pub catalog: Catalog,
    pub portal: Arc<dyn port::Catalog>,
    pub users: Arc<dyn port::Users>,
    pub operations: Arc<dyn app::operations::port::Operations>,
    pub definitions: Arc<dyn app::definition::port::Definitions>,
    pub viewers: Viewers,
    pub access: Access,
    pub audit: Audit,
    pub identity: Identity,
    pub trust_proxy: TrustProxy,
    /// How much one may ask.
    pub limits: Limits,
    pub registry: Registry,
    pub readiness: Readiness,
    /// None where nobody may tell of anything.
    pub events: Option<Arc<Github>>,
    pub themes: Arc<Themes>,
    pub forms: Arc<dyn app::scaffolder::port::Forms>,
    /// What pages ask of tasks.
    pub task_port: Arc<dyn app::scaffolder::port::Tasks>,
    /// None where no templates are run.
    pub tasks: Option<Tasks>,
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
        let operations = LiveOperations {
            db: registry.db.clone(),
            catalog: catalog.clone(),
            clock: clock.clone(),
            readiness: readiness.clone(),
            since: clock.now(),
        };
        let users = StoredUsers::new(
            registry.db.clone(),
            catalog.clone(),
            clock.clone(),
            readiness.clone(),
        );
        Self(Arc::new(Shared {
            assets: files.assets(&site.base),
            policy: policy(&BTreeMap::new()),
            portal: Arc::new(Portal::new(catalog.clone(), clock, readiness.clone())),
            definitions: Arc::new(CatalogDefinitions::new(catalog.clone())),
            forms: Arc::new(forms(&registry)),
            task_port: Arc::new(NoTasks),
            site,
            files,
            catalog,
            users: Arc::new(users),
            operations: Arc::new(operations),
            viewers,
            access: Access::default(),
            audit: registry.audit.clone(),
            identity: unconfigured(&registry),
            trust_proxy: TrustProxy::default(),
            limits: Limits::default(),
            registry,
            readiness,
            events: None,
            themes: Arc::new(Themes::new(&ThemeSettings::default())),
            tasks: None,
        }))
    }

    /// The same with tasks.
    #[must_use]
    pub fn with_tasks(mut self, tasks: Tasks) -> Self {
        self.task_port = Arc::new(tasks.clone());
        self.tasks = Some(tasks);
        self
    }

    /// The same with the tokens of other programs.
    #[must_use]
    pub fn with_access(mut self, access: Access) -> Self {
        self.access = access;
        self
    }

    /// The same with people who sign in, and the proxies they come through.
    #[must_use]
    pub fn with_identity(mut self, identity: Identity, trust_proxy: TrustProxy) -> Self {
        self.identity = identity;
        self.trust_proxy = trust_proxy;
        self
    }

    /// The same with limits.
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// The same with ears for what GitHub tells.
    #[must_use]
    pub fn with_events(mut self, events: Github) -> Self {
        self.events = Some(Arc::new(events));
        self
    }

    /// The same with the operator's layouts.
    #[must_use]
    pub fn with_layouts(mut self, layouts: Layouts) -> Self {
        let portal = Portal::new(
            self.catalog.clone(),
            self.registry.clock.clone(),
            self.readiness.clone(),
        );
        self.portal = Arc::new(portal.with_layouts(layouts));
        self
    }

    /// The same with the operator's themes.
    #[must_use]
    pub fn with_themes(mut self, settings: &ThemeSettings) -> Self {
        self.themes = Arc::new(Themes::new(settings));
        self
    }

    /// The same with the operator's say in the Content-Security-Policy.
    #[must_use]
    pub fn with_policy(mut self, policy: Policy) -> Self {
        self.policy = policy;
        self
    }
}

impl Deref for AppState {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

/// Whoever changes it has a copy from then on; to be done before requests come.
impl DerefMut for AppState {
    fn deref_mut(&mut self) -> &mut Shared {
        Arc::make_mut(&mut self.0)
    }
}

/// The server function that files come to, as many as to a dry run.
const TRIAL: &str = "/_fn/try_template";

/// The whole service, below the base path and at the root alike.
pub fn service(state: AppState) -> Router {
    // Pages spawn their work on Tokio. It is an error to say so twice, and tests do.
    let _ = any_spawner::Executor::init_tokio();
    let base = state.site.base.clone();
    let inner = router(state);
    Router::new().fallback_service(base_path::strip(base, inner))
}

/// The service as the portal itself asks it, for somebody.
pub fn inside(service: Router) -> Inside {
    Arc::new(move |user, mut request| {
        request.extensions_mut().insert(guard::OnBehalf(user));
        let service = service.clone();
        Box::pin(async move { service.oneshot(request).await.into_response() })
    })
}

fn router(state: AppState) -> Router {
    Router::new()
        .route("/.backstage/health/v1/liveness", get(health::liveness))
        .route("/.backstage/health/v1/readiness", get(health::readiness))
        .route("/metrics", get(metrics::scrape))
        .route("/static/{*file}", get(assets::serve))
        .route("/theme/{file}", get(assets::of_theme))
        .route("/favicon.ico", get(assets::icon))
        .route("/api/openapi.json", get(openapi::document))
        .merge(auth::routes())
        .merge(catalog::routes())
        .merge(scaffolder::routes())
        .merge(permission::routes())
        .route("/api/audit", get(audit::list))
        .route("/api/audit/export", get(audit::export))
        .route(
            events::GITHUB,
            post(events::github).layer(DefaultBodyLimit::disable()),
        )
        .route("/_fn/{name}", post(pages::server_function))
        .route(
            TRIAL,
            post(pages::server_function).layer(DefaultBodyLimit::disable()),
        )
        .fallback(get(pages::page))
        .layer(CompressionLayer::new().compress_when(worth_packing()))
        .layer(from_fn_with_state(state.clone(), frame::frame))
        .with_state(state)
}

/// Identity without a provider: everyone is the guest.
fn unconfigured(registry: &Registry) -> Identity {
    Identity::new(Setup {
        auth: Auth::default(),
        base_url: App::default().base_url,
        db: registry.db.clone(),
        clock: registry.clock.clone(),
        outbound: registry.context.outbound.clone(),
        scm: Arc::clone(&registry.context.scm),
        seal: Seal::new(Purpose::Identity, &[]),
        audit: registry.audit.clone(),
    })
}

/// The forms of templates, with what GitHub offers to their fields.
fn forms(registry: &Registry) -> Forms {
    let context = &registry.context;
    let hubs = Hubs::new(context.outbound.clone(), Arc::clone(&context.scm));
    Forms::new(registry.catalog.clone(), context.scm.hosts()).with_hubs(hubs)
}

/// What is worth the time to compress: a small answer fits into one packet either way.
fn worth_packing() -> impl Predicate {
    DefaultPredicate::new().and(SizeAbove::new(PACKET))
}

//! Every URL of the product, what each needs, and the builders of links.

use crate::admin::AdminTab;
#[cfg(feature = "ssr")]
use crate::audit::AuditQuery;
use crate::catalog::{Draft, EntityListQuery, EntityRef, InboxQuery, Proposal, Proposed};
use crate::operations::HealthQuery;
use crate::site::Site;
use leptos::prelude::{use_context, with_context};
use serde::{Deserialize, Serialize};
use std::fmt::Write;

/// What a request may need to be allowed. The names are the field's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Permission {
    /// Anyone: health, static files.
    Public,
    CatalogEntityRead,
    /// Putting entities in without a location that holds them.
    CatalogEntityCreate,
    CatalogEntityDelete,
    CatalogEntityRefresh,
    CatalogEntityValidate,
    CatalogLocationRead,
    CatalogLocationCreate,
    CatalogLocationDelete,
    CatalogLocationAnalyze,
    /// What a template asks.
    ScaffolderParameterRead,
    /// What a template does.
    ScaffolderStepRead,
    /// What the steps of a task may do, and with what.
    ScaffolderActionExecute,
    ScaffolderTaskCreate,
    ScaffolderTaskRead,
    ScaffolderTaskCancel,
    ScaffolderDryRun,
    MetricsRead,
    /// Looking at how the installation does.
    AdminRead,
    /// Making, changing and deleting roles: whoever may do that can let themselves do everything.
    AdminRolesUpdate,
    /// Writing what is kept of the viewer alone.
    UserSettingsUpdate,
}

/// How a route answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answers {
    Page,
    ServerFunction,
    Endpoint,
}

/// What a request counts against, so that nobody takes what others need: `backend.limits`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// Ordinary reading.
    None,
    /// Beginning to sign in, and the token of a session.
    SignIn,
    /// What changes something, or makes the server ask others.
    Write,
    /// What runs a template.
    Task,
    /// What is expensive to answer.
    Query,
    /// The same, unless `limit` says how much of it comes.
    Listing,
    /// What other services tell.
    Event,
}

/// One row of the route table.
#[derive(Debug, Clone, Copy)]
pub struct Route {
    /// `GET` stands for `HEAD` too.
    pub method: &'static str,
    pub path: &'static str,
    pub answers: Answers,
    pub permission: Permission,
    pub limit: Limit,
}

impl Route {
    const fn limited(mut self, limit: Limit) -> Self {
        self.limit = limit;
        self
    }
}

impl Permission {
    /// Every permission, in the order in which people read of them.
    pub const ALL: [Self; 21] = [
        Self::Public,
        Self::CatalogEntityRead,
        Self::CatalogEntityCreate,
        Self::CatalogEntityDelete,
        Self::CatalogEntityRefresh,
        Self::CatalogEntityValidate,
        Self::CatalogLocationRead,
        Self::CatalogLocationCreate,
        Self::CatalogLocationDelete,
        Self::CatalogLocationAnalyze,
        Self::ScaffolderParameterRead,
        Self::ScaffolderStepRead,
        Self::ScaffolderActionExecute,
        Self::ScaffolderTaskCreate,
        Self::ScaffolderTaskRead,
        Self::ScaffolderTaskCancel,
        Self::ScaffolderDryRun,
        Self::MetricsRead,
        Self::AdminRead,
        Self::AdminRolesUpdate,
        Self::UserSettingsUpdate,
    ];

    /// The permission of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.name() == name)
    }

    /// The name by which rules and logs know it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::CatalogEntityRead => "catalog.entity.read",
            Self::CatalogEntityCreate => "catalog.entity.create",
            Self::CatalogEntityDelete => "catalog.entity.delete",
            Self::CatalogEntityRefresh => "catalog.entity.refresh",
            Self::CatalogEntityValidate => "catalog.entity.validate",
            Self::CatalogLocationRead => "catalog.location.read",
            Self::CatalogLocationCreate => "catalog.location.create",
            Self::CatalogLocationDelete => "catalog.location.delete",
            Self::CatalogLocationAnalyze => "catalog.location.analyze",
            Self::ScaffolderParameterRead => "scaffolder.template.parameter.read",
            Self::ScaffolderStepRead => "scaffolder.template.step.read",
            Self::ScaffolderActionExecute => "scaffolder.action.execute",
            Self::ScaffolderTaskCreate => "scaffolder.task.create",
            Self::ScaffolderTaskRead => "scaffolder.task.read",
            Self::ScaffolderTaskCancel => "scaffolder.task.cancel",
            Self::ScaffolderDryRun => "scaffolder.template.dry-run",
            Self::MetricsRead => "metrics.read",
            Self::AdminRead => "admin.read",
            Self::AdminRolesUpdate => "admin.roles.update",
            Self::UserSettingsUpdate => "user.settings.update",
        }
    }

    /// Whether it only lets look: what is tried and thrown away counts as looking.
    pub fn is_read(self) -> bool {
        matches!(self.action(), Some("read"))
            || matches!(
                self,
                Self::Public | Self::CatalogEntityValidate | Self::CatalogLocationAnalyze
            )
    }

    /// What kind of thing it lets do, `create`, `read`, `update` or `delete`; none for what is
    /// none of these.
    pub fn action(self) -> Option<&'static str> {
        match self {
            Self::CatalogEntityRead
            | Self::CatalogLocationRead
            | Self::ScaffolderParameterRead
            | Self::ScaffolderStepRead
            | Self::ScaffolderTaskRead
            | Self::MetricsRead
            | Self::AdminRead => Some("read"),
            Self::CatalogEntityCreate
            | Self::CatalogLocationCreate
            | Self::ScaffolderTaskCreate => Some("create"),
            Self::CatalogEntityRefresh | Self::AdminRolesUpdate | Self::UserSettingsUpdate => {
                Some("update")
            }
            Self::CatalogEntityDelete | Self::CatalogLocationDelete => Some("delete"),
            Self::Public
            | Self::CatalogEntityValidate
            | Self::CatalogLocationAnalyze
            | Self::ScaffolderActionExecute
            | Self::ScaffolderTaskCancel
            | Self::ScaffolderDryRun => None,
        }
    }
}

/// How long a link may be that takes answers along, in bytes: encoded once more it still has to pass
/// proxies, which often refuse a request line of over 8 kB.
const MAX_CARRIED: usize = 4_000;

const fn page(path: &'static str, permission: Permission) -> Route {
    Route {
        method: "GET",
        path,
        answers: Answers::Page,
        permission,
        limit: Limit::None,
    }
}

const fn function(path: &'static str, permission: Permission) -> Route {
    Route {
        method: "POST",
        path,
        answers: Answers::ServerFunction,
        permission,
        limit: Limit::None,
    }
}

const fn endpoint(method: &'static str, path: &'static str, permission: Permission) -> Route {
    Route {
        method,
        path,
        answers: Answers::Endpoint,
        permission,
        limit: Limit::None,
    }
}

/// Everything the server answers. What is not here is refused, and a test sees to it that every
/// page, server function and endpoint is.
#[rustfmt::skip]
pub const ROUTES: &[Route] = &[
    page("/", Permission::CatalogEntityRead),
    page("/catalog", Permission::CatalogEntityRead),
    page("/catalog/{namespace}/{kind}/{name}", Permission::CatalogEntityRead),
    page("/catalog/{namespace}/{kind}/{name}/remove", Permission::CatalogEntityRead),
    page("/api-docs", Permission::CatalogEntityRead),
    page("/graph", Permission::CatalogEntityRead).limited(Limit::Query),
    page("/problems", Permission::CatalogEntityRead),
    page("/settings", Permission::CatalogEntityRead),
    page("/admin", Permission::AdminRead),
    page("/admin/{tab}", Permission::AdminRead),
    page("/admin/roles/{step}", Permission::AdminRolesUpdate),
    page("/kept-out", Permission::CatalogEntityRead),
    page("/docs/callboard", Permission::CatalogEntityRead),
    page("/docs/callboard/{*page}", Permission::CatalogEntityRead),
    page("/register", Permission::CatalogLocationAnalyze).limited(Limit::Query),
    page("/create", Permission::CatalogEntityRead),
    page("/create/actions", Permission::ScaffolderTaskRead),
    page("/create/tasks", Permission::ScaffolderTaskRead),
    page("/create/tasks/{id}", Permission::ScaffolderTaskRead),
    page("/create/templates/{namespace}/{name}", Permission::ScaffolderParameterRead),
    page("/create/edit", Permission::ScaffolderParameterRead),
    function("/_fn/list_entities", Permission::CatalogEntityRead),
    function("/_fn/keep_columns", Permission::Public).limited(Limit::Write),
    function("/_fn/get_card", Permission::CatalogEntityRead),
    function("/_fn/get_entity", Permission::CatalogEntityRead),
    function("/_fn/get_graph", Permission::CatalogEntityRead).limited(Limit::Query),
    function("/_fn/get_guide_page", Permission::CatalogEntityRead),
    function("/_fn/get_home", Permission::CatalogEntityRead),
    function("/_fn/find_entities", Permission::CatalogEntityRead).limited(Limit::Query),
    function("/_fn/list_problems", Permission::CatalogEntityRead),
    function("/_fn/get_settings", Permission::CatalogEntityRead),
    // It asks for more where roles are changed.
    function("/_fn/get_admin", Permission::AdminRead),
    function("/_fn/get_viewer", Permission::CatalogEntityRead),
    function("/_fn/get_removal", Permission::CatalogEntityRead),
    function("/_fn/refresh_entity", Permission::CatalogEntityRefresh).limited(Limit::Write),
    function("/_fn/unregister_location", Permission::CatalogLocationDelete).limited(Limit::Write),
    function("/_fn/delete_entity", Permission::CatalogEntityDelete).limited(Limit::Write),
    function("/_fn/list_kept_out", Permission::CatalogEntityRead),
    function("/_fn/let_in", Permission::CatalogEntityDelete).limited(Limit::Write),
    function("/_fn/look_at_location", Permission::CatalogLocationAnalyze).limited(Limit::Write),
    function("/_fn/register_location", Permission::CatalogLocationCreate).limited(Limit::Write),
    function("/_fn/propose_file", Permission::CatalogLocationCreate).limited(Limit::Write),
    function("/_fn/fill_form", Permission::ScaffolderParameterRead).limited(Limit::Query),
    function("/_fn/show_task", Permission::ScaffolderTaskRead),
    function("/_fn/list_tasks", Permission::ScaffolderTaskRead),
    function("/_fn/list_actions", Permission::ScaffolderTaskRead),
    function("/_fn/cancel_task", Permission::ScaffolderTaskCancel).limited(Limit::Write),
    function("/_fn/retry_task", Permission::ScaffolderTaskCreate).limited(Limit::Task),
    function("/_fn/edit_template", Permission::ScaffolderParameterRead).limited(Limit::Query),
    function("/_fn/start_task", Permission::ScaffolderTaskCreate).limited(Limit::Task),
    function("/_fn/try_template", Permission::ScaffolderDryRun).limited(Limit::Task),
    function("/_fn/set_starred", Permission::UserSettingsUpdate).limited(Limit::Write),
    function("/_fn/end_session", Permission::UserSettingsUpdate).limited(Limit::Write),
    function("/_fn/end_other_sessions", Permission::UserSettingsUpdate).limited(Limit::Write),
    function("/_fn/revoke_token", Permission::UserSettingsUpdate).limited(Limit::Write),
    function("/_fn/set_appearance", Permission::Public).limited(Limit::Write),
    function("/_fn/set_theme", Permission::Public).limited(Limit::Write),
    // It asks by itself whether who asks is an administrator, and lets everybody stop.
    function("/_fn/view_as", Permission::Public).limited(Limit::Write),
    endpoint("GET", "/.backstage/health/v1/liveness", Permission::Public),
    endpoint("GET", "/.backstage/health/v1/readiness", Permission::Public),
    endpoint("GET", "/metrics", Permission::MetricsRead),
    endpoint("GET", "/static/{*file}", Permission::Public),
    endpoint("GET", "/theme/{file}", Permission::Public),
    endpoint("GET", "/favicon.ico", Permission::Public),
    endpoint("GET", "/api/openapi.json", Permission::Public),
    endpoint("GET", "/sign-in", Permission::Public),
    endpoint("POST", "/settings/tokens", Permission::UserSettingsUpdate).limited(Limit::Write),
    endpoint("POST", "/sign-out", Permission::Public).limited(Limit::Write),
    endpoint("POST", "/admin/roles/{step}", Permission::AdminRolesUpdate).limited(Limit::Write),
    endpoint("GET", "/api/auth/{provider}/start", Permission::Public).limited(Limit::SignIn),
    endpoint("GET", "/api/auth/{provider}/handler/frame", Permission::Public),
    endpoint("GET", "/api/auth/{provider}/refresh", Permission::Public).limited(Limit::SignIn),
    endpoint("POST", "/api/auth/{provider}/logout", Permission::Public).limited(Limit::Write),
    endpoint("GET", "/api/auth/.well-known/jwks.json", Permission::Public),
    endpoint("GET", "/api/auth/.well-known/openid-configuration", Permission::Public),
    endpoint("GET", "/api/auth/v1/userinfo", Permission::Public),
    endpoint("GET", "/api/user-settings", Permission::UserSettingsUpdate),
    endpoint("GET", "/api/user-settings/buckets/{bucket}/keys/{key}", Permission::UserSettingsUpdate),
    endpoint("PUT", "/api/user-settings/buckets/{bucket}/keys/{key}", Permission::UserSettingsUpdate).limited(Limit::Write),
    endpoint("DELETE", "/api/user-settings/buckets/{bucket}/keys/{key}", Permission::UserSettingsUpdate).limited(Limit::Write),
    // Whoever tells something signs it.
    endpoint("POST", "/api/events/http/github", Permission::Public).limited(Limit::Event),
    endpoint("GET", "/api/audit", Permission::AdminRead).limited(Limit::Query),
    endpoint("GET", "/api/audit/export", Permission::AdminRead).limited(Limit::Query),
    // Answers what whoever asks may do, and what there is to be granted.
    endpoint("POST", "/api/permission/authorize", Permission::Public),
    endpoint("GET", "/api/permission/roles", Permission::AdminRead),
    endpoint("POST", "/api/permission/roles", Permission::AdminRolesUpdate).limited(Limit::Write),
    endpoint("GET", "/api/permission/roles/{name}", Permission::AdminRead),
    endpoint("PUT", "/api/permission/roles/{name}", Permission::AdminRolesUpdate).limited(Limit::Write),
    endpoint("DELETE", "/api/permission/roles/{name}", Permission::AdminRolesUpdate).limited(Limit::Write),
    endpoint("GET", "/api/catalog/.well-known/backstage/permissions/metadata", Permission::Public),
    endpoint("POST", "/api/catalog/.well-known/backstage/permissions/apply-conditions", Permission::CatalogEntityRead),
    endpoint("GET", "/api/scaffolder/.well-known/backstage/permissions/metadata", Permission::Public),
    endpoint("POST", "/api/scaffolder/.well-known/backstage/permissions/apply-conditions", Permission::ScaffolderTaskRead),
    endpoint("GET", "/api/catalog/entities", Permission::CatalogEntityRead).limited(Limit::Listing),
    endpoint("GET", "/api/catalog/entities/by-name/{kind}/{namespace}/{name}", Permission::CatalogEntityRead),
    endpoint("GET", "/api/catalog/entities/by-name/{kind}/{namespace}/{name}/ancestry", Permission::CatalogEntityRead),
    endpoint("GET", "/api/catalog/entities/by-name/{kind}/{namespace}/{name}/definition", Permission::CatalogEntityRead),
    endpoint("GET", "/api/catalog/entities/by-uid/{uid}", Permission::CatalogEntityRead),
    endpoint("DELETE", "/api/catalog/entities/by-uid/{uid}", Permission::CatalogEntityDelete).limited(Limit::Write),
    endpoint("GET", "/api/catalog/entities/by-query", Permission::CatalogEntityRead),
    endpoint("POST", "/api/catalog/entities/by-query", Permission::CatalogEntityRead),
    endpoint("POST", "/api/catalog/entities/by-refs", Permission::CatalogEntityRead),
    endpoint("GET", "/api/catalog/entity-facets", Permission::CatalogEntityRead),
    endpoint("POST", "/api/catalog/entity-facets", Permission::CatalogEntityRead),
    endpoint("GET", "/api/catalog/export/{format}", Permission::CatalogEntityRead).limited(Limit::Query),
    endpoint("POST", "/api/catalog/validate-entity", Permission::CatalogEntityValidate).limited(Limit::Query),
    endpoint("GET", "/api/catalog/entities/unprocessed/failed", Permission::CatalogEntityRead),
    endpoint("GET", "/api/catalog/entities/unprocessed/pending", Permission::CatalogEntityRead),
    endpoint("DELETE", "/api/catalog/entities/unprocessed/delete/{id}", Permission::CatalogEntityDelete).limited(Limit::Write),
    endpoint("POST", "/api/catalog/refresh", Permission::CatalogEntityRefresh).limited(Limit::Write),
    endpoint("POST", "/api/catalog/analyze-location", Permission::CatalogLocationAnalyze).limited(Limit::Write),
    endpoint("GET", "/api/catalog/locations", Permission::CatalogLocationRead),
    endpoint("POST", "/api/catalog/locations", Permission::CatalogLocationCreate).limited(Limit::Write),
    endpoint("POST", "/api/catalog/locations/by-query", Permission::CatalogLocationRead),
    endpoint("GET", "/api/catalog/locations/by-entity/{kind}/{namespace}/{name}", Permission::CatalogLocationRead),
    endpoint("GET", "/api/catalog/locations/{id}", Permission::CatalogLocationRead),
    endpoint("PUT", "/api/catalog/locations/{id}", Permission::CatalogLocationCreate).limited(Limit::Write),
    endpoint("DELETE", "/api/catalog/locations/{id}", Permission::CatalogLocationDelete).limited(Limit::Write),
    endpoint("GET", "/api/catalog/pushed/{name}", Permission::CatalogEntityRead),
    endpoint("PUT", "/api/catalog/pushed/{name}", Permission::CatalogEntityCreate).limited(Limit::Write),
    endpoint("DELETE", "/api/catalog/pushed/{name}", Permission::CatalogEntityCreate).limited(Limit::Write),
    endpoint("GET", "/api/catalog/tombstones", Permission::CatalogEntityRead),
    endpoint("DELETE", "/api/catalog/tombstones/{kind}/{namespace}/{name}", Permission::CatalogEntityDelete).limited(Limit::Write),
    endpoint("GET", "/api/scaffolder/v2/actions", Permission::ScaffolderTaskRead),
    endpoint("GET", "/api/scaffolder/v2/tasks", Permission::ScaffolderTaskRead),
    endpoint("POST", "/api/scaffolder/v2/tasks", Permission::ScaffolderTaskCreate).limited(Limit::Task),
    endpoint("GET", "/api/scaffolder/v2/tasks/{taskId}", Permission::ScaffolderTaskRead),
    endpoint("POST", "/api/scaffolder/v2/tasks/{taskId}/cancel", Permission::ScaffolderTaskCancel).limited(Limit::Write),
    endpoint("POST", "/api/scaffolder/v2/tasks/{taskId}/retry", Permission::ScaffolderTaskCreate).limited(Limit::Task),
    endpoint("GET", "/api/scaffolder/v2/tasks/{taskId}/events", Permission::ScaffolderTaskRead),
    endpoint("GET", "/api/scaffolder/v2/tasks/{taskId}/eventstream", Permission::ScaffolderTaskRead),
    endpoint("GET", "/api/scaffolder/v2/templating-extensions", Permission::ScaffolderTaskRead),
    endpoint("POST", "/api/scaffolder/v2/autocomplete/{provider}/{resource}", Permission::ScaffolderTaskCreate).limited(Limit::Query),
    endpoint("POST", "/api/scaffolder/v2/dry-run", Permission::ScaffolderDryRun).limited(Limit::Task),
    endpoint("GET", "/api/scaffolder/v2/templates/{namespace}/{kind}/{name}/parameter-schema", Permission::ScaffolderParameterRead),
];

/// Builds the links of this installation.
#[derive(Debug, Clone)]
pub struct Links {
    base: String,
    list: ListPlace,
}

/// The page that shows a list; its filters stay on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum ListPlace {
    #[default]
    Catalog,
    /// APIs alone, whose kind needs no saying.
    ApiDocs,
    /// Templates alone, to create something from.
    Templates,
}

impl ListPlace {
    /// The one kind that it lists.
    pub(crate) fn kind(self) -> Option<&'static str> {
        match self {
            Self::Catalog => None,
            Self::ApiDocs => Some("api"),
            Self::Templates => Some("template"),
        }
    }
}

/// The links of the site in whose pages the caller is.
pub fn use_links() -> Links {
    Links {
        base: with_context(|site: &Site| site.base.clone()).expect("a page has its site"),
        list: use_context().unwrap_or_default(),
    }
}

impl Links {
    /// Links below `base`, `""` or `/portal`.
    pub fn below(base: impl Into<String>) -> Self {
        Self {
            base: base.into(),
            list: ListPlace::Catalog,
        }
    }

    pub fn home(&self) -> String {
        format!("{}/", self.base)
    }

    pub fn catalog(&self, query: &EntityListQuery) -> String {
        let kind = self.list.kind();
        let is_here = kind.is_some() && query.kind.as_deref() == kind;
        let mut url = match self.list {
            ListPlace::ApiDocs if is_here => self.api_docs(),
            ListPlace::Templates if is_here => self.templates(),
            _ => format!("{}/catalog", self.base),
        };
        let params = query.to_params().into_iter();
        add_params(
            &mut url,
            params.filter(|(key, _)| !(is_here && *key == "kind")),
        );
        url
    }

    /// The list as a file, `csv` or `json`.
    pub fn export(&self, query: &EntityListQuery, format: &str) -> String {
        let mut url = format!("{}/api/catalog/export/{format}", self.base);
        let whole = EntityListQuery {
            page: 1,
            ..query.clone()
        };
        add_params(&mut url, whole.to_params().into_iter());
        url
    }

    /// The graph from one place on; without one, of the whole landscape.
    pub fn graph(&self, root: Option<&EntityRef>) -> String {
        let mut url = format!("{}/graph", self.base);
        let root = root.map(|root| ("root", root.to_string()));
        add_params(&mut url, root.into_iter());
        url
    }

    pub fn entity(&self, entity_ref: &EntityRef) -> String {
        let mut url = format!("{}/catalog", self.base);
        for part in [&entity_ref.namespace, &entity_ref.kind, &entity_ref.name] {
            url.push('/');
            encode(&mut url, &part.to_lowercase());
        }
        url
    }

    /// The tab of an entity's page that holds its definition.
    pub fn entity_definition(&self, entity_ref: &EntityRef) -> String {
        format!("{}?tab=definition", self.entity(entity_ref))
    }

    /// The list of everything of a kind, in lower case.
    pub fn kind(&self, kind: &str) -> String {
        if kind == "api" {
            return self.api_docs();
        }
        self.catalog(&EntityListQuery {
            kind: Some(kind.to_owned()),
            ..EntityListQuery::default()
        })
    }

    /// The list of APIs.
    pub fn api_docs(&self) -> String {
        format!("{}/api-docs", self.base)
    }

    /// The templates to create something from.
    pub fn templates(&self) -> String {
        format!("{}/create", self.base)
    }

    /// The form of a template.
    pub fn template(&self, template: &EntityRef) -> String {
        let mut url = format!("{}/create/templates", self.base);
        for part in [&template.namespace, &template.name] {
            url.push('/');
            encode(&mut url, &part.to_lowercase());
        }
        url
    }

    /// The form of a template with `values`, its answers as JSON, filled in; at a page of it, from zero.
    /// The form alone where the answers are more than a URL can carry.
    pub fn template_filled(&self, template: &EntityRef, page: usize, values: &str) -> String {
        let form = self.template(template);
        let mut url = format!("{form}?page={page}&values=");
        encode(&mut url, values);
        if url.len() > MAX_CARRIED { form } else { url }
    }

    /// What the steps of templates can do.
    pub fn actions(&self) -> String {
        format!("{}/create/actions", self.base)
    }

    /// The tasks that were started.
    pub fn tasks(&self) -> String {
        format!("{}/create/tasks", self.base)
    }

    /// The editor of templates, with one of the catalog or a new one.
    pub fn edit_template(&self, template: Option<&EntityRef>) -> String {
        let mut url = format!("{}/create/edit", self.base);
        let template = template.map(|it| ("template", it.short(Some(&it.kind))));
        add_params(&mut url, template.into_iter());
        url
    }

    /// What has become of a task.
    pub fn task(&self, id: &str) -> String {
        let mut url = format!("{}/create/tasks/", self.base);
        encode(&mut url, id);
        url
    }

    pub fn problems(&self) -> String {
        format!("{}/problems", self.base)
    }

    /// The inbox, narrowed.
    pub fn inbox(&self, query: &InboxQuery) -> String {
        let mut url = self.problems();
        add_params(&mut url, query.to_params().into_iter());
        url
    }

    pub fn settings(&self) -> String {
        format!("{}/settings", self.base)
    }

    /// How the installation does.
    pub fn admin(&self) -> String {
        format!("{}/admin", self.base)
    }

    /// A tab for those who see to the installation.
    pub fn admin_tab(&self, tab: AdminTab) -> String {
        match tab.path() {
            "" => self.admin(),
            path => format!("{}/{path}", self.admin()),
        }
    }

    /// The audit log, narrowed.
    #[cfg(feature = "ssr")]
    pub fn audit(&self, query: &AuditQuery) -> String {
        let mut url = self.admin_tab(AdminTab::Audit);
        add_params(&mut url, query.to_params().into_iter());
        url
    }

    /// The audit log as a file, narrowed.
    #[cfg(feature = "ssr")]
    pub fn audit_export(&self, query: &AuditQuery) -> String {
        let mut url = format!("{}/api/audit/export", self.base);
        add_params(&mut url, query.to_params().into_iter());
        url
    }

    /// A step of roles: `new`, or what is done to the role of a name.
    pub fn role_step(&self, step: &str, role: &str) -> String {
        let mut url = format!("{}/admin/roles/{step}", self.base);
        let role = (!role.is_empty()).then(|| ("role", role.to_owned()));
        add_params(&mut url, role.into_iter());
        url
    }

    /// The same, narrowed.
    pub fn health(&self, query: &HealthQuery) -> String {
        let mut url = self.admin();
        add_params(&mut url, query.to_params().into_iter());
        url
    }

    /// The page that asks before an entity goes.
    pub fn remove(&self, entity_ref: &EntityRef) -> String {
        format!("{}/remove", self.entity(entity_ref))
    }

    /// The names that are kept out of the catalog.
    pub fn kept_out(&self) -> String {
        format!("{}/kept-out", self.base)
    }

    /// The page that registers a location.
    pub fn register(&self) -> String {
        format!("{}/register", self.base)
    }

    /// The same, looking at a URL.
    pub fn register_at(&self, location: &str) -> String {
        let mut url = self.register();
        add_params(&mut url, [("url", location.to_owned())].into_iter());
        url
    }

    /// A draft of a catalog file for the repository of a URL, with what came of offering it; and with
    /// what was to be said then, where it is to be said again.
    pub fn draft(
        &self,
        location: &str,
        branch: Option<&str>,
        draft: &Draft,
        again: Option<&Proposal>,
        proposed: Proposed,
    ) -> String {
        let mut url = self.register();
        let params = [("url", location.to_owned())].into_iter();
        let params = params.chain(branch.map(|branch| ("branch", branch.to_owned())));
        let params = params.chain(draft.to_params());
        let params = params.chain(again.into_iter().flat_map(Proposal::to_params));
        add_params(&mut url, params.chain([proposed.to_param()]));
        url
    }

    /// A page of Callboard's own documentation; an empty path is the first.
    pub fn guide(&self, path: &str) -> String {
        let slash = if path.is_empty() { "" } else { "/" };
        format!("{}/docs/callboard{slash}{path}", self.base)
    }

    /// The entity as the API gives it.
    pub fn entity_json(&self, entity_ref: &EntityRef) -> String {
        let mut url = format!("{}/api/catalog/entities/by-name", self.base);
        for part in [&entity_ref.kind, &entity_ref.namespace, &entity_ref.name] {
            url.push('/');
            encode(&mut url, &part.to_lowercase());
        }
        url
    }

    /// The definition of an API as a file.
    pub fn definition(&self, entity_ref: &EntityRef) -> String {
        format!("{}/definition", self.entity_json(entity_ref))
    }

    /// Where one signs in, and goes on to a page of the site afterwards.
    pub fn sign_in(&self, back: &str) -> String {
        self.and_back("/sign-in", back)
    }

    /// Where one agrees to something at a provider, and comes back to a page of the site afterwards.
    pub fn agree(&self, path: &str, scope: &str, back: &str) -> String {
        let mut url = self.and_back(path, back);
        url.push_str("&scope=");
        encode(&mut url, scope);
        url
    }

    /// A path of the server that leads back to a page of the site.
    fn and_back(&self, path: &str, back: &str) -> String {
        let mut url = self.path(path);
        url.push_str("?return_to=");
        encode(&mut url, back.strip_prefix(&self.base).unwrap_or(back));
        url
    }

    /// A path of the server, for example the one a form posts to.
    pub fn path(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }
}

/// Adds parameters to a URL that has none.
pub(crate) fn add_params(url: &mut String, params: impl Iterator<Item = (&'static str, String)>) {
    for (index, (key, value)) in params.enumerate() {
        url.push(if index == 0 { '?' } else { '&' });
        url.push_str(key);
        url.push('=');
        encode(url, &value);
    }
}

/// Percent-encodes all but RFC 3986's unreserved characters, and `:` and `,` which a path and a query hold.
fn encode(url: &mut String, text: &str) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~:,".contains(&byte) {
            url.push(char::from(byte));
        } else {
            write!(url, "%{byte:02X}").expect("writing into a string cannot fail");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_hold_the_base_and_escape_names() {
        let links = Links::below("/portal");
        let entity_ref = EntityRef::new("API", "Box", "a b/ü?");
        assert_eq!(
            links.entity(&entity_ref),
            "/portal/catalog/box/api/a%20b%2F%C3%BC%3F"
        );
        let apis = Links {
            list: ListPlace::ApiDocs,
            ..links.clone()
        };
        let query = EntityListQuery::from_params([("kind", "api"), ("type", "grpc")]);
        assert_eq!(apis.catalog(&query), "/portal/api-docs?type=grpc");
        let query = EntityListQuery::from_params([("owner", "group:default/lights"), ("q", "a&b")]);
        assert_eq!(
            links.catalog(&query),
            "/portal/catalog?owner=group:default%2Flights&q=a%26b"
        );
    }

    #[test]
    fn a_link_carries_answers_as_far_as_a_url_can() {
        let links = Links::below("/portal");
        let template = EntityRef::new("Template", "default", "Stage");
        assert_eq!(
            links.template_filled(&template, 2, r#"{"a":"b&c"}"#),
            "/portal/create/templates/default/stage?page=2&values=%7B%22a%22:%22b%26c%22%7D"
        );
        let long = format!(r#"{{"a":"{}"}}"#, "x".repeat(MAX_CARRIED));
        assert_eq!(
            links.template_filled(&template, 2, &long),
            "/portal/create/templates/default/stage"
        );
    }
}

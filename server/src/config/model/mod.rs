//! The configuration as the rest of the server sees it: one struct, every value checked.
//!
//! To add a key: add the field with its meaning and default, read it in the file's `read`, write it
//! into `app-config.sample.yaml`, and expect it in the test of that file.

mod app;
mod auth;
mod backend;
mod catalog;
mod database;
mod events;
mod external_access;
mod integrations;
mod kinds;
mod layouts;
mod limits;
mod listen;
mod organizations;
mod permission;
mod providers;
mod proxy;
mod repositories;
mod scaffolder;
mod schedule;
mod server;
mod themes;
mod trust_proxy;

pub use app::{App, Organization};
pub use auth::{Auth, Claim, Guest, Match, ProviderKind, Resolver, SessionTimes, SignInProvider};
pub use backend::{Backend, ReadingTarget};
pub use catalog::{
    AllowedKind, Catalog, CatalogRule, Import, LocationPattern, OnConflict, OrphanStrategy,
    StaticLocation,
};
pub use database::{Database, PostgresDatabase};
pub use events::Events;
pub use external_access::{AccessRestriction, ExternalAccess, LegacyKey, RemoteKeys, ServiceToken};
pub use integrations::{
    GithubApp, Integration, OrganizationToken, Provider, is_valid_host, read_integrations,
};
pub use kinds::{CustomKind, CustomRelation};
pub use layouts::Layouts;
pub use limits::{AddressLimit, ClassLimits, Rate, RateLimits};
pub use listen::Listen;
pub use organizations::{GithubOrganizations, OrganizationPages, organization_of};
pub use permission::{Grant, Made, Origin, PermissionSettings, Role};
pub use providers::{GithubDiscovery, RepositoryFilters, read_github_discovery};
pub use proxy::ProxyEndpoint;
pub use repositories::{Freedom, ProtectionRules, RepositoryRules, TeamAccess, Visibility};
pub use scaffolder::Scaffolder;
pub use schedule::{Frequency, Schedule};
pub use server::Server;
pub use themes::{Theme, ThemeSettings};
pub use trust_proxy::TrustProxy;

use super::section::Section;

/// Everything that can be configured. The default is what an empty configuration means.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Config {
    pub app: App,
    pub organization: Organization,
    pub backend: Backend,
    pub catalog: Catalog,
    /// Hosts whose repositories can be read, in the order of their providers' names.
    pub integrations: Vec<Integration>,
    pub auth: Auth,
    pub permission: PermissionSettings,
    pub events: Events,
    pub layouts: Layouts,
    pub themes: ThemeSettings,
    pub scaffolder: Scaffolder,
    /// Services that templates may ask, by their paths.
    pub proxy: Vec<ProxyEndpoint>,
}

impl Config {
    pub(crate) fn read(root: &Section<'_>) -> Self {
        let app = App::read(root);
        Self {
            organization: Organization::read(root),
            backend: Backend::read(root, &app),
            catalog: Catalog::read(root),
            integrations: integrations::read(root),
            auth: Auth::read(root),
            permission: PermissionSettings::read(root),
            events: Events::read(root),
            layouts: Layouts::read(root),
            themes: ThemeSettings::read(root),
            scaffolder: Scaffolder::read(root),
            proxy: proxy::read(root),
            app,
        }
    }

    /// The path below which everything is served, such as `/portal`; empty at the top of a host.
    pub fn base_path(&self) -> String {
        self.app.base_url.path().trim_end_matches('/').to_owned()
    }

    /// What is allowed but probably not meant: pairs of a key and what to do about it.
    pub fn validate(&self) -> Vec<(String, String)> {
        let mut concerns = Vec::new();
        let mut concern = |key: &str, message: String| concerns.push((key.to_owned(), message));

        let (app, backend) = (&self.app.base_url, &self.backend.base_url);
        let path = |url: &url::Url| url.path().trim_end_matches('/').to_owned();
        if path(app) != path(backend) {
            concern(
                "backend.baseUrl",
                format!(
                    "'backend.baseUrl' has the path '{}' but 'app.baseUrl' has '{}'; pages and API are served \
                     together below the path of 'app.baseUrl'",
                    backend.path(),
                    app.path()
                ),
            );
        }
        if self.auth.guest.is_some() && self.auth.admitted_guest().is_none() {
            concern(
                "auth.providers.guest",
                format!(
                    "guests are not let in, for 'auth.environment' is '{}'; say that they are meant to be with \
                     'auth.providers.guest.dangerouslyAllowOutsideDevelopment: true'",
                    self.auth.environment
                ),
            );
        }
        if self.auth.providers.is_empty()
            && self.auth.guest.is_none()
            && self.auth.admitted_guest().is_none()
        {
            concern(
                "auth.environment",
                "nobody can sign in, and guests are not let in: configure a provider below 'auth.providers', \
                 such as 'github' or 'oidc'"
                    .to_owned(),
            );
        }
        for (index, integration) in self.integrations.iter().enumerate() {
            let same = |other: &Integration| {
                other.host == integration.host && other.provider == integration.provider
            };
            if self.integrations[..index].iter().any(same) {
                let provider = integration.provider.name();
                concern(
                    &format!("integrations.{provider}"),
                    format!(
                        "'integrations.{provider}' lists the host '{}' twice; the first entry is used",
                        integration.host
                    ),
                );
            }
        }
        concerns
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::load::tests::load_text;

    #[test]
    fn an_empty_configuration_is_the_default() {
        assert_eq!(load_text("{}").unwrap().config, Config::default());
    }

    #[test]
    fn the_base_path_is_that_of_the_app() {
        let base_path = |url: &str| {
            let text = format!("app: {{baseUrl: '{url}'}}");
            load_text(&text).unwrap().config.base_path()
        };
        assert_eq!(base_path("https://example.com"), "");
        assert_eq!(base_path("https://example.com/portal/"), "/portal");
        assert_eq!(base_path("https://example.com/a/b"), "/a/b");
    }

    #[test]
    fn contradictions_are_warnings_with_a_place() {
        let text = "app:\n  baseUrl: http://x/portal\nbackend:\n  baseUrl: http://x\n\
                    auth:\n  environment: production\n  providers:\n    guest: {}\n\
                    integrations:\n  github: [{host: a}, {host: a}]\n";
        let warnings = load_text(text).unwrap().warnings;
        let lines: Vec<_> = warnings.iter().map(|warning| warning.line).collect();
        assert_eq!(lines, [Some(4), Some(8), Some(10)], "{warnings:#?}");
    }
}

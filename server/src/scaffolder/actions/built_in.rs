//! The actions that every installation has.

use super::catalog::{Fetch, Register, Write as WriteEntity};
use super::debug::{Wait, Write as WriteLog};
use super::fetch::{Plain, PlainFile, Source};
use super::files::{Delete, ReadFolder, Rename};
use super::github::{self, Hub};
use super::request::{OwnApi, Proxies, Request};
use super::roadie;
use super::template::{Fetch as FetchTemplate, FetchFile, Render, RenderFile};
use super::{Actions, Manifest};
use crate::config::Scaffolder;
use crate::registry::Registry;
use std::sync::Arc;

/// The manifest of an action.
macro_rules! manifest {
    ($name:literal) => {
        Manifest::read(include_str!(concat!("manifests/", $name, ".yaml")))
    };
}

impl Actions {
    /// The actions that every installation has, with the settings that hold when nothing is configured.
    pub fn built_in(registry: &Registry, source: &Source) -> Self {
        Self::configured(registry, source, Scaffolder::default())
    }

    /// The same as `scaffolder` of the configuration has them.
    pub fn configured(registry: &Registry, source: &Source, settings: Scaffolder) -> Self {
        let hub = Hub {
            outbound: source.outbound.clone(),
            scm: Arc::clone(&source.scm),
            catalog: registry.catalog.clone(),
            folder: source.folder.clone(),
            settings: Arc::new(settings),
        };
        Self::of_files_and_catalog(registry, source)
            .with_github(&hub)
            .with_roadie()
            .asking(
                OwnApi::default(),
                Proxies::new(Vec::new(), registry.clock.clone()),
            )
    }

    /// The same, asking this API and these services.
    #[must_use]
    pub fn asking(self, own_api: OwnApi, proxies: Proxies) -> Self {
        let request = Request { own_api, proxies };
        self.with(manifest!("http_backstage_request"), request)
    }

    fn of_files_and_catalog(registry: &Registry, source: &Source) -> Self {
        let fetch = Fetch {
            catalog: registry.catalog.clone(),
        };
        let register = Register {
            registry: registry.clone(),
            scm: Arc::clone(&source.scm),
        };
        Self::default()
            .with(manifest!("catalog_fetch"), fetch)
            .with(manifest!("catalog_register"), register)
            .with(manifest!("catalog_write"), WriteEntity)
            .with(manifest!("debug_log"), WriteLog)
            .with(manifest!("debug_wait"), Wait)
            .with(manifest!("fetch_plain"), Plain(source.clone()))
            .with(manifest!("fetch_plain_file"), PlainFile(source.clone()))
            .with(manifest!("fetch_template"), FetchTemplate(source.clone()))
            .with(manifest!("fetch_template_file"), FetchFile(source.clone()))
            .with(manifest!("fs_delete"), Delete)
            .with(manifest!("fs_readdir"), ReadFolder)
            .with(manifest!("fs_rename"), Rename)
            .with(
                manifest!("workspace_template"),
                Render(Arc::clone(&source.scm)),
            )
            .with(
                manifest!("workspace_template_file"),
                RenderFile(Arc::clone(&source.scm)),
            )
    }

    fn with_github(self, hub: &Hub) -> Self {
        self.with(manifest!("publish_github"), github::Publish(hub.clone()))
            .with(
                manifest!("publish_github_pull_request"),
                github::PullRequest(hub.clone()),
            )
            .with(
                manifest!("github_repo_create"),
                github::CreateRepository(hub.clone()),
            )
            .with(
                manifest!("github_repo_push"),
                github::PushRepository(hub.clone()),
            )
            .with(
                manifest!("github_actions_dispatch"),
                github::Dispatch(hub.clone()),
            )
            .with(
                manifest!("github_autolinks_create"),
                github::Autolinks(hub.clone()),
            )
            .with(
                manifest!("github_branch_protection_create"),
                github::ProtectBranch(hub.clone()),
            )
            .with(
                manifest!("github_deploy_key_create"),
                github::DeployKey(hub.clone()),
            )
            .with(
                manifest!("github_environment_create"),
                github::Environment(hub.clone()),
            )
            .with(
                manifest!("github_issues_create"),
                github::CreateIssue(hub.clone()),
            )
            .with(
                manifest!("github_issues_label"),
                github::LabelIssue(hub.clone()),
            )
            .with(
                manifest!("github_pages_enable"),
                github::EnablePages(hub.clone()),
            )
            .with(manifest!("github_webhook"), github::Webhook(hub.clone()))
    }

    /// What many public templates use beside what is Backstage's own.
    fn with_roadie(self) -> Self {
        self.with(manifest!("roadiehq_utils_fs_append"), roadie::Append)
            .with(manifest!("roadiehq_utils_fs_parse"), roadie::Parse)
            .with(manifest!("roadiehq_utils_fs_replace"), roadie::Replace)
            .with(manifest!("roadiehq_utils_fs_write"), roadie::Write)
            .with(manifest!("roadiehq_utils_json_merge"), roadie::MergeJson)
            .with(manifest!("roadiehq_utils_merge"), roadie::Merge)
            .with(
                manifest!("roadiehq_utils_serialize_json"),
                roadie::SerializeJson,
            )
            .with(
                manifest!("roadiehq_utils_serialize_yaml"),
                roadie::SerializeYaml,
            )
            .with(manifest!("roadiehq_utils_sleep"), roadie::Sleep)
            .with(manifest!("roadiehq_utils_zip"), roadie::Zip)
    }
}

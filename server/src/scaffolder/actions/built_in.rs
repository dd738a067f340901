//! The actions that every installation has.

use super::catalog::{Fetch, Register, Write as WriteEntity};
use super::debug::{Wait, Write as WriteLog};
use super::fetch::{Plain, PlainFile, Source};
use super::files::{Delete, ReadFolder, Rename};
use super::template::{Fetch as FetchTemplate, FetchFile, Render, RenderFile};
use super::{Actions, Manifest};
use crate::registry::Registry;
use std::sync::Arc;

/// The manifest of an action.
macro_rules! manifest {
    ($name:literal) => {
        Manifest::read(include_str!(concat!("manifests/", $name, ".yaml")))
    };
}

impl Actions {
    /// The actions that every installation has.
    pub fn built_in(registry: &Registry, source: &Source) -> Self {
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
}

//! The PostgreSQL that the tests use: one that is given, or a private one for this run.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use super::cluster::{Cluster, Durability};
use super::debian;
use crate::progress::note;

/// A database server to test with. A private one stops when this is dropped.
pub(super) enum Database {
    Given(String),
    Private(Cluster),
}

impl Database {
    pub(super) fn url(&self) -> &str {
        match self {
            Self::Given(url) => url,
            Self::Private(cluster) => cluster.url(),
        }
    }
}

/// What `TEST_DATABASE_URL` names, else a private cluster, for which Debian's package is installed
/// if it is missing.
pub(super) fn database() -> Result<Database> {
    if let Ok(url) = env::var("TEST_DATABASE_URL") {
        note("PostgreSQL: what TEST_DATABASE_URL names");
        return Ok(Database::Given(url));
    }
    let programs = programs_or_install().context(
        "the tests need PostgreSQL's server programs, or an address in TEST_DATABASE_URL",
    )?;
    let cluster = Cluster::start(&programs, Durability::None)?;
    note(&format!(
        "PostgreSQL: a private one of {}",
        programs.display()
    ));
    Ok(Database::Private(cluster))
}

/// The folder of the server programs, for which Debian's package is installed if it is missing.
pub(crate) fn programs_or_install() -> Result<PathBuf> {
    programs().map_or_else(install, Ok)
}

/// The folder of `initdb` and `postgres`. Debian keeps one for each version and none on the path.
fn programs() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
    let mut folders: Vec<(u32, PathBuf)> = versions
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            let version = path.file_name()?.to_str()?.parse().ok()?;
            Some((version, path.join("bin")))
        })
        .collect();
    folders.sort();
    let newest_first = folders.into_iter().rev().map(|(_, folder)| folder);
    let path = env::var_os("PATH").unwrap_or_default();
    newest_first
        .chain(env::split_paths(&path))
        .find(|folder| folder.join("initdb").exists() && folder.join("postgres").exists())
}

/// Debian's package, without the cluster that it would make and start.
fn install() -> Result<PathBuf> {
    let settings = Path::new("/etc/postgresql-common/createcluster.conf");
    let first = debian::can_install() && !settings.exists();
    if first {
        fs::create_dir_all("/etc/postgresql-common")?;
        fs::write(settings, "create_main_cluster = false\n")?;
    }
    let installed = debian::install(&["postgresql"]);
    if first {
        // Whoever makes a cluster later finds what the package ships, which was put beside ours.
        fs::rename(settings.with_extension("conf.ucf-dist"), settings).ok();
    }
    installed?;
    programs().context("Debian's `postgresql` was installed, but brought no initdb")
}

//! `cargo deny`: every dependency has an accepted licence, comes from crates.io and is not banned.
//!
//! What it accepts and bans stands in `deny.toml`. Known vulnerabilities are not asked for: that
//! list is a download which not every machine can make.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use super::Tally;
use crate::process;
use crate::progress::note;
use crate::workspace::Workspace;

const VERSION: &str = "0.20.2";

pub(super) fn check(workspace: &Workspace) -> Result<Tally> {
    let cargo_deny = ensure(workspace)?;
    let mut command = Command::new(cargo_deny);
    command
        .current_dir(&workspace.root)
        .args(["--workspace", "check", "--hide-inclusion-graph"])
        .args(["bans", "licenses", "sources"]);
    process::run(&mut command)?;
    Ok(Tally::one_passed())
}

/// The tool in `target/tools`, built there when it is missing or of another version.
fn ensure(workspace: &Workspace) -> Result<PathBuf> {
    let home = workspace.root.join("target/tools");
    let binary = home.join("bin/cargo-deny");
    if version_of(&binary).is_some_and(|version| version == VERSION) {
        return Ok(binary);
    }
    note(&format!(
        "building cargo-deny {VERSION} into target/tools, once"
    ));
    let mut command = workspace.cargo();
    command
        .args(["install", "cargo-deny", "--locked", "--force", "--quiet"])
        .args(["--version", VERSION])
        .arg("--root")
        .arg(&home)
        // It runs for a second: what counts is how long it takes to build.
        .env("CARGO_PROFILE_RELEASE_LTO", "false")
        .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1");
    process::run(&mut command).context("cargo-deny cannot be built from crates.io")?;
    Ok(binary)
}

fn version_of(binary: &Path) -> Option<String> {
    let output = Command::new(binary).arg("--version").output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    Some(text.trim().strip_prefix("cargo-deny ")?.to_owned())
}

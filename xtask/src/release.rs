//! `cargo xtask build` and `cargo xtask run`: the one binary with everything in it.

use std::fs;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::demo_github;
use crate::process;
use crate::progress::{human_size, note, step};
use crate::site::{self, Profile};
use crate::workspace::Workspace;

/// Sets up what is missing and builds the release binary. Returns its path.
pub(crate) fn build(workspace: &Workspace) -> Result<PathBuf> {
    build_with(workspace, &[])
}

/// The same, with other programs beside it.
fn build_with(workspace: &Workspace, others: &[&str]) -> Result<PathBuf> {
    site::build(workspace, Profile::Release)?;
    let mut command = workspace.cargo();
    command.args(["build", "--release", "--package", "callboard"]);
    for other in others {
        command.args(["--package", other]);
    }
    step("Server (release build)", || process::run(&mut command))?;
    Ok(workspace.target.join("release/callboard"))
}

/// Builds, then becomes the server, so that signals and the exit code are the server's own.
pub(crate) fn run(workspace: &Workspace, args: &[String]) -> Result<()> {
    let (binary, args) = if demo_github::is_wanted(args) {
        let binary = build_with(workspace, &[demo_github::PACKAGE])?;
        let args = demo_github::start(workspace, &binary, args)?;
        (binary, args)
    } else {
        (build(workspace)?, args.to_vec())
    };
    eprintln!("▸ Starting {}", binary.display());
    let error = Command::new(&binary)
        .args(args)
        .current_dir(&workspace.root)
        .exec();
    Err(error).with_context(|| format!("cannot start {}", binary.display()))
}

/// Says what was built.
pub(crate) fn describe(binary: &Path) -> Result<()> {
    let size = fs::metadata(binary)
        .with_context(|| format!("the build left no {}", binary.display()))?
        .len();
    note(&format!("{} ({})", binary.display(), human_size(size)));
    Ok(())
}

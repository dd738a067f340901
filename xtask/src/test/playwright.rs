//! Playwright in `end2end`: its packages, its types and its runs.

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result};

use super::{Tally, node, stream};
use crate::process;
use crate::workspace::Workspace;

/// The projects of `playwright.config.ts`.
#[derive(Clone, Copy)]
pub(super) enum Project {
    Journeys,
    Screenshots,
}

/// Installs exactly what `package-lock.json` names.
pub(super) fn install(workspace: &Workspace) -> Result<()> {
    node::install(&workspace.root.join("end2end"))
}

pub(super) fn check_types(workspace: &Workspace) -> Result<()> {
    process::run(&mut in_end2end(workspace, "node_modules/.bin/tsc"))
}

/// Runs one project against a server that Playwright starts and stops, and adds its counts.
pub(super) fn run(
    workspace: &Workspace,
    project: Project,
    chromium: &Path,
    tally: &mut Tally,
) -> Result<()> {
    let report = workspace.root.join("target/end2end/report.json");
    // A run that dies must not leave the last run's counts to us.
    fs::remove_file(&report).ok();
    let mut command = in_end2end(workspace, "node_modules/.bin/playwright");
    command
        // A test that was left alone must not stand for all.
        .args(["test", "--forbid-only"])
        .arg(match project {
            Project::Journeys => "--project=journeys",
            Project::Screenshots => "--project=screenshots",
        })
        .env("CALLBOARD_CHROMIUM", chromium)
        .env("CALLBOARD_END2END_PORT", free_port()?.to_string())
        .env("CARGO_TARGET_DIR", &workspace.target);
    let known = tally.failed;
    let status = stream::lines(&mut command, |line| {
        if let Some(name) = line.trim_start().strip_prefix('✘') {
            tally.failures.push(name.trim().to_owned());
        }
    })?;
    let report =
        fs::read(&report).with_context(|| format!("Playwright left no report ({status})"))?;
    tally.read_playwright(&report)?;
    if !status.success() && tally.failed == known {
        tally.fail(&format!("Playwright ended with {status}"));
    }
    Ok(())
}

fn in_end2end(workspace: &Workspace, program: &str) -> Command {
    let folder = workspace.root.join("end2end");
    let program = if program.contains('/') {
        folder.join(program)
    } else {
        program.into()
    };
    let mut command = Command::new(program);
    command.current_dir(folder);
    command
}

/// A port that nobody listens on right now.
fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

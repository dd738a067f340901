//! Journeys and pictures: a real browser on the development server.

use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};

use super::playwright::{self, Project};
use super::{Tally, debian, node, rust};
use crate::progress::note;
use crate::site::{self, Profile};
use crate::workspace::Workspace;

/// Runs the journeys in `end2end/tests`. The site has to be built.
pub(super) fn journeys(workspace: &Workspace) -> Result<Tally> {
    rust::build(workspace)?;
    playwright::install(workspace)?;
    let chromium = chromium()?;

    let mut tally = Tally::default();
    match playwright::check_types(workspace) {
        Ok(()) => tally.passed += 1,
        Err(error) => tally.fail(&format!("types of end2end: {error:#}")),
    }
    playwright::run(workspace, Project::Journeys, &chromium, &mut tally)?;
    Ok(tally)
}

/// `cargo xtask screenshots`: pictures of every page in `target/screenshots`.
pub(crate) fn screenshots(workspace: &Workspace) -> Result<()> {
    site::build(workspace, Profile::Release)?;
    rust::build(workspace)?;
    playwright::install(workspace)?;
    let mut tally = Tally::default();
    playwright::run(workspace, Project::Screenshots, &chromium()?, &mut tally)?;
    if tally.failed > 0 {
        bail!("{} pages could not be pictured: see above", tally.failed);
    }
    note(&format!(
        "{} pages are pictured in target/screenshots, light and dark",
        tally.passed
    ));
    Ok(())
}

/// The browser of the machine, and the folder of what drives it to measure, with its packages.
///
/// # Errors
/// When there is no browser, or no Node.js for the packages.
pub(crate) fn browser_to_measure_with(workspace: &Workspace) -> Result<(PathBuf, PathBuf)> {
    let folder = workspace.root.join("end2end/lighthouse");
    let browser = chromium()?;
    node::install(&folder)?;
    Ok((browser, folder))
}

/// The browser of the machine; where there is none, Debian's.
fn chromium() -> Result<PathBuf> {
    if let Some(path) = installed() {
        return Ok(path);
    }
    debian::install(&["chromium", "fonts-liberation"]).context("browser tests need Chromium")?;
    installed().context("Debian's `chromium` was installed, but brought no program of that name")
}

fn installed() -> Option<PathBuf> {
    debian::program("chromium")
        .or_else(|| debian::program("chromium-browser"))
        .or_else(|| debian::program("google-chrome"))
}

//! Node.js and the packages that a folder of `end2end` names.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::process;

/// Installs exactly what `package-lock.json` in `folder` names.
pub(super) fn install(folder: &Path) -> Result<()> {
    require()?;
    let mut command = Command::new("npm");
    command
        .current_dir(folder)
        .args([
            "ci",
            "--prefer-offline",
            "--no-audit",
            "--no-fund",
            "--loglevel=error",
        ])
        // The browser is the machine's own.
        .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
    process::run(&mut command)
        .with_context(|| format!("the packages of {} cannot be installed", folder.display()))
}

fn require() -> Result<()> {
    const ADVICE: &str = "the tests in end2end need Node.js 20 or newer with npm: install it";
    let output = Command::new("node")
        .arg("--version")
        .output()
        .context(ADVICE)?;
    let version = String::from_utf8_lossy(&output.stdout);
    let major = version.trim().trim_start_matches('v').split('.').next();
    match major.and_then(|major| major.parse::<u32>().ok()) {
        Some(20..) => Ok(()),
        _ => bail!("{ADVICE} (`node --version` says {})", version.trim()),
    }
}

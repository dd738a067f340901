//! Debian packages that the tests need, installed where we may and named where we may not.

use std::env;
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::process;
use crate::progress::note;

/// Installs `packages`, when this is a Debian and we are root.
pub(super) fn install(packages: &[&str]) -> Result<()> {
    let names = packages.join(" ");
    if !can_install() {
        bail!(
            "install Debian's `{names}` (`apt-get install {names}`), or your system's counterpart"
        );
    }
    note(&format!("installing Debian's {names}"));
    process::run(apt().args(["--quiet", "update"]))?;
    process::run(
        apt()
            .args(["--quiet", "--yes", "--no-install-recommends", "install"])
            .args(packages),
    )
    .with_context(|| format!("Debian's `{names}` cannot be installed"))
}

/// Whether [`install`] can do anything.
pub(super) fn can_install() -> bool {
    is_root() && Path::new("/usr/bin/apt-get").exists()
}

/// A program on the path.
pub(super) fn program(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
}

fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}

fn apt() -> Command {
    let mut command = Command::new("apt-get");
    command
        .env("DEBIAN_FRONTEND", "noninteractive")
        .env("UCF_FORCE_CONFFOLD", "1");
    command
}

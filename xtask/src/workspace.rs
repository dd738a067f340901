//! Where this repository and its build output are.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

/// The repository that this program was built from.
pub(crate) struct Workspace {
    /// The folder of the top `Cargo.toml`.
    pub(crate) root: PathBuf,
    /// Where cargo writes: `CARGO_TARGET_DIR` and cargo's configuration are respected.
    pub(crate) target: PathBuf,
}

impl Workspace {
    /// Asks cargo where things are.
    pub(crate) fn find() -> Result<Self> {
        let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
        let root = manifest
            .parent()
            .context("xtask stands in a folder of the workspace")?
            .to_owned();
        let output = Command::new(cargo())
            .args(["metadata", "--no-deps", "--format-version", "1"])
            .current_dir(&root)
            .output()
            .context("cannot start cargo")?;
        anyhow::ensure!(
            output.status.success(),
            "`cargo metadata` failed in {}:\n{}",
            root.display(),
            String::from_utf8_lossy(&output.stderr)
        );
        let metadata: serde_json::Value = serde_json::from_slice(&output.stdout)?;
        let target = metadata["target_directory"]
            .as_str()
            .context("`cargo metadata` names no target directory")?
            .into();
        Ok(Self { root, target })
    }

    /// The finished browser files. The server embeds this folder, so it does not move with
    /// `CARGO_TARGET_DIR`.
    pub(crate) fn site(&self) -> PathBuf {
        self.root.join("target/site")
    }

    /// A `cargo` command that runs in the workspace.
    pub(crate) fn cargo(&self) -> Command {
        let mut command = Command::new(cargo());
        command.current_dir(&self.root);
        command
    }
}

/// The cargo that started this program, else the one on the path.
pub(crate) fn cargo() -> OsString {
    env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

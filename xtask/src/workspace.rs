//! Where this repository and its build output are.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

/// What .cargo/config.toml sets for every target.
const CFG: &str = "erase_components";

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
        // What the environment says hides the flags of .cargo/config.toml, and `app` needs one.
        for (name, separator) in [("CARGO_ENCODED_RUSTFLAGS", "\u{1f}"), ("RUSTFLAGS", " ")] {
            if let Ok(flags) = env::var(name) {
                command.env(name, with_cfg(&flags, separator));
            }
        }
        command
    }
}

/// The flags with the one that `app` is built with.
fn with_cfg(flags: &str, separator: &str) -> String {
    if flags.contains(CFG) {
        return flags.to_owned();
    }
    [flags, "--cfg", CFG]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(separator)
}

/// The cargo that started this program, else the one on the path.
pub(crate) fn cargo() -> OsString {
    env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

#[cfg(test)]
mod tests {
    use super::with_cfg;

    #[test]
    fn flags_of_the_environment_keep_the_one_that_pages_need() {
        assert_eq!(with_cfg("", " "), "--cfg erase_components");
        assert_eq!(
            with_cfg("-D warnings", " "),
            "-D warnings --cfg erase_components"
        );
        let set = "--cfg\u{1f}erase_components";
        assert_eq!(with_cfg(set, "\u{1f}"), set);
    }
}

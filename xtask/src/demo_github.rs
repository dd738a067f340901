//! `cargo xtask run -- --demo-github`: a GitHub on this machine, which the server is configured for, so
//! that a person creates repositories without an account.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};

use crate::progress::note;
use crate::workspace::Workspace;

const FLAG: &str = "--demo-github";

/// The package that is the GitHub.
pub(crate) const PACKAGE: &str = "fake-github";

/// Whether the one who runs the server asks for it.
pub(crate) fn is_wanted(args: &[String]) -> bool {
    args.iter().any(|it| it == FLAG)
}

/// Starts it beside the binary of the server, and returns what the server is started with. It ends with
/// this process, or what this process becomes.
pub(crate) fn start(workspace: &Workspace, server: &Path, args: &[String]) -> Result<Vec<String>> {
    let program = server.with_file_name(PACKAGE);
    let folder = workspace.target.join("demo-github");
    fs::create_dir_all(&folder)?;
    let path = folder.join("app-config.yaml");
    let mut child = Command::new(&program)
        .arg("127.0.0.1:0")
        .arg(&path)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start {}", program.display()))?;
    let mut address = String::new();
    let output = child.stdout.take().context("it has an output")?;
    BufReader::new(output).read_line(&mut address)?;
    let address = address.trim();
    if address.is_empty() {
        bail!("{} did not start", program.display());
    }
    note(&format!(
        "{address} stands in for github.com: what is created there, in “playhouse”, ends with the server"
    ));
    Ok(with_config(workspace, args, &path))
}

/// The arguments of the server, with this configuration behind all others.
fn with_config(workspace: &Workspace, args: &[String], last: &Path) -> Vec<String> {
    let mut all: Vec<String> = args.iter().filter(|it| *it != FLAG).cloned().collect();
    let mut files = Vec::new();
    if !all.iter().any(|it| it.starts_with("--config")) {
        // Naming one file is to name all.
        files.extend(standing(workspace));
    }
    files.push(last.to_owned());
    for file in files {
        all.push("--config".to_owned());
        all.push(file.display().to_string());
    }
    all
}

/// What the server reads when no file is named.
fn standing(workspace: &Workspace) -> Vec<PathBuf> {
    if let Ok(named) = std::env::var("CALLBOARD_CONFIG") {
        return named.split(',').map(PathBuf::from).collect();
    }
    ["app-config.yaml", "app-config.local.yaml"]
        .into_iter()
        .map(|it| workspace.root.join(it))
        .filter(|it| it.exists())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{is_wanted, with_config};
    use crate::workspace::Workspace;
    use std::path::Path;

    #[test]
    fn its_configuration_comes_last() {
        let folder = std::env::temp_dir();
        let workspace = Workspace {
            root: folder.clone(),
            target: folder,
        };
        let args = |all: &[&str]| all.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
        let given = args(&["--demo-github", "--config", "mine.yaml", "--listen", "x"]);
        assert!(is_wanted(&given) && !is_wanted(&args(&["--config", "mine.yaml"])));
        let expected = args(&[
            "--config",
            "mine.yaml",
            "--listen",
            "x",
            "--config",
            "demo.yaml",
        ]);
        let all = with_config(&workspace, &given, Path::new("demo.yaml"));
        assert_eq!(all, expected);
    }
}

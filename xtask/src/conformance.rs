//! `cargo xtask conformance`: hands over to the runner that lives beside the code it checks.

use std::env;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;

use crate::workspace::Workspace;

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Folder of recorded cases [default: ../shared/corpus]
    #[arg(long, value_name = "DIR")]
    corpus: Option<PathBuf>,
    /// Show what was expected and what came of each failed case
    #[arg(long)]
    verbose: bool,
    /// Write the counts per file as JSON
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

/// Runs the cases. The exit code is the runner's own.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<ExitCode> {
    let mut command = workspace.cargo();
    command.args([
        "run",
        "--quiet",
        "--package",
        "callboard",
        "--example",
        "conformance",
        "--",
    ]);
    // The runner starts in the workspace, the paths were typed somewhere else.
    let here = env::current_dir()?;
    if let Some(corpus) = &options.corpus {
        command.arg("--corpus").arg(here.join(corpus));
    }
    if let Some(json) = &options.json {
        command.arg("--json").arg(here.join(json));
    }
    if options.verbose {
        command.arg("--verbose");
    }
    let code = command.status()?.code().unwrap_or(1);
    Ok(ExitCode::from(u8::try_from(code).unwrap_or(1)))
}

//! Requests made up from descriptions of the API: no fault of the server, answers as described.

use std::process::Command;

use anyhow::{Context as _, Result};

use super::{Tally, debian, node, rust, stream};
use crate::process;
use crate::progress::note;
use crate::workspace::Workspace;

/// The recorded description of existing installations, which is not part of this repository.
const RECORDED: &str = "../shared/corpus/openapi/plugin-catalog-backend.openapi.json";

/// Holds the development server against its own description, and against the recorded one where that
/// is at hand.
pub(super) fn run(workspace: &Workspace) -> Result<Tally> {
    rust::build(workspace)?;
    let folder = workspace.root.join("end2end/api");
    node::install(&folder)?;
    let program = schemathesis(workspace)?;
    let mut command = Command::new("node");
    command
        .current_dir(&folder)
        .arg("fuzz.js")
        .arg(program)
        .env("CARGO_TARGET_DIR", &workspace.target);
    let recorded = workspace.root.join(RECORDED);
    if recorded.is_file() {
        command.arg(recorded);
    } else {
        note("passed over: the recorded description (../shared/corpus/openapi) is not here");
    }
    let mut tally = Tally::default();
    let status = stream::lines(&mut command, |line| tally.read_tap(line))?;
    if !status.success() && tally.failed == 0 {
        tally.fail(&format!("the run ended with {status}"));
    }
    Ok(tally)
}

/// The program, installed below the target folder in the versions that `requirements.txt` names.
fn schemathesis(workspace: &Workspace) -> Result<std::path::PathBuf> {
    const ADVICE: &str = "schemathesis needs Python 3.11 or newer with its venv module";
    let requirements = workspace.root.join("end2end/api/requirements.txt");
    let environment = workspace.target.join("schemathesis");
    let program = environment.join("bin/schemathesis");
    let installed = environment.join("requirements.txt");
    let wanted = std::fs::read(&requirements)?;
    if program.is_file() && std::fs::read(&installed).is_ok_and(|it| it == wanted) {
        return Ok(program);
    }
    let make = || {
        let mut command = Command::new("python3");
        command.args(["-m", "venv", "--clear"]).arg(&environment);
        process::run(&mut command)
    };
    if make().is_err() {
        debian::install(&["python3-venv"]).context(ADVICE)?;
        make().context(ADVICE)?;
    }
    let mut command = Command::new(environment.join("bin/pip"));
    command
        .args(["install", "--quiet", "--disable-pip-version-check"])
        .arg("--requirement")
        .arg(&requirements);
    process::run(&mut command).context("schemathesis cannot be installed")?;
    std::fs::write(installed, wanted)?;
    Ok(program)
}

//! The recorded cases, where they are at hand: they are not part of this repository.

use std::fs;
use std::process::Command;

use anyhow::{Context as _, Result};

use super::{Tally, rust, stream};
use crate::progress::note;
use crate::workspace::Workspace;

pub(super) fn run(workspace: &Workspace) -> Result<Tally> {
    if !workspace.root.join("../shared/corpus").is_dir() {
        let reason = "the recorded cases (../shared/corpus) are not here";
        note(&format!("passed over: {reason}"));
        return Ok(Tally::passed_over(reason));
    }
    rust::build(workspace)?;
    let json = workspace.target.join("conformance.json");
    // A runner that dies must not leave the last run's counts to us.
    fs::remove_file(&json).ok();
    let mut command = Command::new(workspace.target.join("debug/examples/conformance"));
    command
        .current_dir(&workspace.root)
        .arg("--json")
        .arg(&json);
    let status = stream::lines(&mut command, |_| ())?;

    let report = fs::read(&json)
        .with_context(|| format!("the conformance runner left no counts ({status})"))?;
    let mut tally = Tally::default();
    tally.read_conformance(&report)?;
    if !status.success() && tally.failed == 0 {
        tally.fail(&format!("the conformance runner ended with {status}"));
    }
    Ok(tally)
}

//! The published client of the catalog API against the real server, without a browser.

use std::process::Command;

use anyhow::Result;

use super::{Tally, node, rust, stream};
use crate::workspace::Workspace;

/// Runs `end2end/api/*.test.js` on the development server.
pub(super) fn run(workspace: &Workspace) -> Result<Tally> {
    rust::build(workspace)?;
    let folder = workspace.root.join("end2end/api");
    node::install(&folder)?;
    let mut command = Command::new("node");
    command
        .current_dir(&folder)
        .args(["--test", "--test-reporter=tap"])
        .env("CARGO_TARGET_DIR", &workspace.target);
    let mut tally = Tally::default();
    let status = stream::lines(&mut command, |line| tally.read_tap(line))?;
    if !status.success() && tally.failed == 0 {
        tally.fail(&format!("the client test ended with {status}"));
    }
    Ok(tally)
}

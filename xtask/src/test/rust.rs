//! What cargo checks: format, lints, tests and documentation.
//!
//! All native steps select the same packages, so that features unify in the same way and a
//! dependency is compiled once. `frontend` stands apart: the features of both sides in one build
//! would make a crate that is neither.

use std::process::Command;

use anyhow::Result;

use super::{Tally, postgres, stream};
use crate::process;
use crate::progress::report_error;
use crate::setup::wasm_target;
use crate::workspace::Workspace;

const NATIVE: [&str; 3] = ["--workspace", "--exclude", "frontend"];
const DENY_WARNINGS: [&str; 3] = ["--", "-D", "warnings"];

pub(super) fn format(workspace: &Workspace) -> Result<Tally> {
    check(workspace.cargo().args(["fmt", "--all", "--check"]))
}

pub(super) fn clippy(workspace: &Workspace) -> Result<Tally> {
    let mut command = workspace.cargo();
    command
        .args(["clippy", "--keep-going", "--all-targets"])
        .args(NATIVE);
    check(command.args(DENY_WARNINGS))
}

pub(super) fn clippy_wasm(workspace: &Workspace) -> Result<Tally> {
    let mut command = workspace.cargo();
    command.args(["clippy", "--keep-going", "--package", "frontend"]);
    command.args(["--target", wasm_target::TRIPLE]);
    wasm_target::ensure(workspace)?.configure(&mut command);
    check(command.args(DENY_WARNINGS))
}

pub(super) fn doc(workspace: &Workspace) -> Result<Tally> {
    let mut command = workspace.cargo();
    command.args(["doc", "--no-deps"]).args(NATIVE);
    check(command.env("RUSTDOCFLAGS", "-D warnings"))
}

/// Runs every test. Without PostgreSQL half of the proof is missing: that counts as a failure, and
/// the tests on SQLite run all the same.
pub(super) fn tests(workspace: &Workspace) -> Result<Tally> {
    let mut tally = Tally::default();
    let mut command = workspace.cargo();
    command.arg("test").args(NATIVE).arg("--no-fail-fast");
    let database = postgres::database();
    match &database {
        Ok(database) => command
            .env("TEST_DATABASE_URL", database.url())
            .env("CALLBOARD_REQUIRE_POSTGRES", "1"),
        Err(error) => {
            report_error(error);
            tally.fail("PostgreSQL could not be had, the tests ran on SQLite only");
            command.env_remove("TEST_DATABASE_URL")
        }
    };
    let known = tally.failed;
    let status = stream::lines(&mut command, |line| tally.read_libtest(line))?;
    if !status.success() && tally.failed == known {
        tally.fail(&format!("`cargo test` ended with {status}"));
    }
    Ok(tally)
}

/// Builds what `tests` builds: the server, its examples and every test. Instant after `tests`.
pub(super) fn build(workspace: &Workspace) -> Result<()> {
    let mut command = workspace.cargo();
    command.args(["test", "--no-run", "--quiet"]).args(NATIVE);
    process::run(&mut command)
}

fn check(command: &mut Command) -> Result<Tally> {
    process::run(command)?;
    Ok(Tally::one_passed())
}

//! `cargo xtask dev`: build, start, and start over whenever a source changes.

use std::path::Path;
use std::process::{Child, Command};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use anyhow::{Context as _, Result};
use walkdir::WalkDir;

use crate::process;
use crate::progress::{note, report_error, step};
use crate::site::{self, Profile};
use crate::workspace::Workspace;

const POLL: Duration = Duration::from_millis(400);

/// How long a server may take to finish what it is doing.
const GRACE: Duration = Duration::from_secs(5);

/// What goes into the browser's files.
const SITE: &[&str] = &["app", "frontend", "style", "public", "Cargo.lock"];
/// What goes into the server.
const SERVER: &[&str] = &["app", "server", "migrations", "Cargo.lock"];
/// What the server reads when it starts.
const START: &[&str] = &["app-config.yaml", "app-config.local.yaml"];

/// Runs until it is interrupted; the terminal interrupts the server along with it.
pub(crate) fn run(workspace: &Workspace, args: &[String]) -> Result<()> {
    let root = &workspace.root;
    let mut seen = [None; 3];
    let mut stale = Stale::default();
    let mut server: Option<Child> = None;
    loop {
        let now = [SITE, SERVER, START].map(|names| newest(root, names));
        if now != seen {
            stale.site |= now[0] != seen[0];
            stale.server |= now[1] != seen[1];
            seen = now;
            match build(workspace, &mut stale) {
                Ok(()) => {
                    if let Some(old) = server.take() {
                        stop(old)?;
                    }
                    server = Some(start(workspace, args)?);
                }
                // The old server goes on; the next change is the next try.
                Err(error) => report_error(&error),
            }
            note("watching the sources, Ctrl-C ends");
        }
        thread::sleep(POLL);
    }
}

/// What is older than its sources, or could not be built from them.
#[derive(Default)]
struct Stale {
    site: bool,
    server: bool,
}

fn build(workspace: &Workspace, stale: &mut Stale) -> Result<()> {
    if stale.site {
        site::build(workspace, Profile::Dev)?;
        stale.site = false;
    }
    if stale.server {
        step("Server", || {
            process::run(workspace.cargo().args(["build", "--package", "callboard"]))
        })?;
        stale.server = false;
    }
    Ok(())
}

fn start(workspace: &Workspace, args: &[String]) -> Result<Child> {
    let binary = workspace.target.join("debug/callboard");
    Command::new(&binary)
        .args(args)
        .current_dir(&workspace.root)
        .spawn()
        .with_context(|| format!("cannot start {}", binary.display()))
}

/// Asks the server to end, as a supervisor would, and ends it when it does not.
fn stop(mut server: Child) -> Result<()> {
    let asked = Command::new("kill").arg(server.id().to_string()).status();
    let since = Instant::now();
    while asked.is_ok() && since.elapsed() < GRACE {
        if server.try_wait()?.is_some() {
            return Ok(());
        }
        thread::sleep(Duration::from_millis(30));
    }
    server.kill()?;
    server.wait()?;
    Ok(())
}

/// When the youngest of these files was written; a file that was removed touches its folder.
fn newest(root: &Path, names: &[&str]) -> Option<SystemTime> {
    names
        .iter()
        .flat_map(|name| WalkDir::new(root.join(name)))
        .filter_map(|entry| entry.ok()?.metadata().ok()?.modified().ok())
        .max()
}

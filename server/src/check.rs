//! `callboard check`: validates entity files without a server, for CI.

use crate::ingest::validate::custom::Kinds;
use crate::ingest::{Context, Outcome, Root, ingest_all};
use anyhow::Context as _;
use app::counted;
use std::collections::HashMap;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use tokio::sync::mpsc;

/// Checks files and folders, in which `kinds` may be beside those the catalog knows; prints each
/// problem as `file:line: message`. Fails when there is one.
///
/// # Errors
/// When the check itself cannot be made.
pub fn run(paths: &[PathBuf], kinds: Kinds, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let folder = std::env::current_dir().context("the working folder is gone")?;
    let roots = paths
        .iter()
        .map(|path| Root::catalog(&folder.join(path).display().to_string()));
    let (problems, entities) = runtime.block_on(check(roots.collect(), kinds))?;
    for problem in &problems {
        let problem = problem
            .strip_prefix(&format!("{}/", folder.display()))
            .unwrap_or(problem);
        writeln!(out, "{problem}")?;
    }
    let told = counted(problems.len(), "problem");
    writeln!(out, "{entities} entities, {told}")?;
    let failed = !problems.is_empty();
    Ok(if failed {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

/// What is wrong below the roots, and how many entities are there.
async fn check(roots: Vec<Root>, kinds: Kinds) -> anyhow::Result<(Vec<String>, usize)> {
    let (sender, mut updates) = mpsc::channel(64);
    let context = Context {
        kinds: Arc::new(kinds),
        ..Context::fresh()
    };
    let walk = tokio::spawn(ingest_all(roots, context, sender));
    let mut problems = Vec::new();
    let mut claimed: HashMap<String, String> = HashMap::new();
    while let Some(update) = updates.recv().await {
        let file = &update.location.target;
        for problem in update.problems {
            let line = problem
                .line
                .map_or(String::new(), |line| format!("{line}:"));
            problems.push(format!("{file}:{line} {}", problem.message));
        }
        let Outcome::Read { claims, .. } = update.outcome else {
            continue;
        };
        for claim in claims {
            let place = format!("{file}:{}", claim.line);
            let entity_ref = claim.entity_ref.to_string();
            match claimed.get(&entity_ref) {
                Some(first) => problems.push(format!(
                    "{place}: {entity_ref} is already claimed at {first}"
                )),
                None => {
                    claimed.insert(entity_ref, place);
                }
            }
        }
    }
    walk.await
        .context("the check was cut short by a fault in Callboard; please report it")?;
    Ok((problems, claimed.len()))
}

//! Running other programs: in sight, or quietly with a time limit.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

/// Runs a program whose output the person at the terminal sees.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command
        .status()
        .with_context(|| format!("cannot start `{}`", shown(command)))?;
    if !status.success() {
        bail!("`{}` failed ({status})", shown(command));
    }
    Ok(())
}

/// Runs a program with its output kept in the file `log` and returns what it wrote.
///
/// # Errors
/// When it cannot be started, fails, or is still running after `limit`; then it is ended and the
/// error carries its last lines.
pub(crate) fn run_quietly(command: &mut Command, limit: Duration, log: &Path) -> Result<String> {
    let out = File::create(log).with_context(|| format!("cannot write {}", log.display()))?;
    let mut child = command
        .stdin(Stdio::null())
        .stderr(out.try_clone()?)
        .stdout(out)
        .spawn()
        .with_context(|| format!("cannot start `{}`", shown(command)))?;

    let started = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        if started.elapsed() > limit {
            child.kill()?;
            child.wait()?;
            bail!(
                "`{}` gave no result within {} s\n{}",
                shown(command),
                limit.as_secs(),
                last_lines(log)
            );
        }
        thread::sleep(Duration::from_millis(30));
    };
    if !status.success() {
        bail!(
            "`{}` failed ({status})\n{}",
            shown(command),
            last_lines(log)
        );
    }
    Ok(String::from_utf8_lossy(&fs::read(log)?).into_owned())
}

/// The program and its arguments without the options in between that only name our folders.
fn shown(command: &Command) -> String {
    let program = command.get_program().to_string_lossy();
    let name = program.rsplit('/').next().unwrap_or(&program).to_owned();
    let mut words = vec![name];
    let mut arguments = command.get_args().map(|a| a.to_string_lossy());
    while let Some(argument) = arguments.next() {
        if argument == "-o" {
            arguments.next();
        } else {
            words.push(argument.into_owned());
        }
    }
    words.join(" ")
}

fn last_lines(log: &Path) -> String {
    let text = fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<&str> = text.lines().filter(|l| !l.trim().is_empty()).collect();
    lines[lines.len().saturating_sub(8)..].join("\n")
}

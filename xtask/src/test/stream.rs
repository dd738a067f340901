//! Running a program whose lines are shown at once and read as well.

use std::io::{BufRead as _, BufReader, Write as _, stdout};
use std::process::{Command, ExitStatus, Stdio};

use anyhow::{Context as _, Result};

/// Shows each line of the program's standard output and hands it to `read`.
pub(super) fn lines(command: &mut Command, mut read: impl FnMut(&str)) -> Result<ExitStatus> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start `{}`", command.get_program().display()))?;
    let output = child.stdout.take().expect("standard output is piped");
    let mut output = BufReader::new(output);
    let mut line = Vec::new();
    while output.read_until(b'\n', &mut line)? > 0 {
        stdout().write_all(&line)?;
        read(String::from_utf8_lossy(&line).trim_end());
        line.clear();
    }
    Ok(child.wait()?)
}

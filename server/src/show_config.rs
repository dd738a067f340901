//! `callboard config`: what is configured, and what is wrong with it.

use crate::cli::{ConfigArgs, ConfigCommand};
use crate::config::{ConfigError, Loaded, redact};
use std::io::Write;
use std::process::ExitCode;

impl ConfigCommand {
    pub fn args(&self) -> &ConfigArgs {
        match self {
            Self::Check(args) | Self::Print(args) => args,
        }
    }
}

/// Prints what was asked for; fails when the configuration cannot be used.
pub fn run(
    command: &ConfigCommand,
    loaded: Result<Loaded, ConfigError>,
    out: &mut impl Write,
) -> ExitCode {
    let text = match (command, &loaded) {
        (_, Err(error)) => format!("{error}\n"),
        (ConfigCommand::Print(_), Ok(loaded)) => {
            format!("{:#}\n", redact(&loaded.value))
        }
        (ConfigCommand::Check(_), Ok(loaded)) => checked(loaded),
    };
    // A reader that has gone away, such as `head`, is no error of ours.
    let _ = out.write_all(text.as_bytes());
    if loaded.is_ok() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn checked(loaded: &Loaded) -> String {
    let mut text = String::new();
    for warning in &loaded.warnings {
        text.push_str(&format!("{warning}\n"));
    }
    let files: Vec<String> = loaded
        .files
        .iter()
        .map(|file| file.display().to_string())
        .collect();
    let files = if files.is_empty() {
        "no files".to_owned()
    } else {
        files.join(", ")
    };
    text.push_str(&format!(
        "The configuration can be used ({files}; {} remarks).\n",
        loaded.warnings.len()
    ));
    text
}

//! `callboard template check`: looks templates over without a server, for CI.

use super::{Finding, KnownActions, Severity, check, is_template};
use crate::ingest::parse::{MAX_BYTES, parse_data};
use anyhow::Context;
use app::counted;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use walkdir::{DirEntry, WalkDir};

/// Folders that hold what others made.
const PASSED_OVER: [&str; 3] = ["node_modules", "target", "dist"];

/// Checks files, and the templates in folders; prints each finding as `file:line: error: message`.
/// Fails when there is an error.
///
/// # Errors
/// When a file cannot be read or nothing can be written.
pub fn run(
    paths: &[PathBuf],
    known: &KnownActions,
    out: &mut impl Write,
) -> anyhow::Result<ExitCode> {
    let (mut templates, mut errors, mut warnings) = (0, 0, 0);
    for file in files(paths)? {
        let bytes = std::fs::read(&file.path);
        let bytes = bytes.with_context(|| format!("cannot read {}", file.path.display()))?;
        let folder = file.path.parent().unwrap_or(Path::new(""));
        for document in parse_data(&bytes, MAX_BYTES) {
            let findings = match document {
                Ok(document) if is_template(&document.value) => {
                    templates += 1;
                    check(&document, known, Some(folder))
                }
                Ok(_) if file.is_named => vec![Finding {
                    file: None,
                    line: 1,
                    severity: Severity::Error,
                    message: "this is no template; its kind is not Template".to_owned(),
                }],
                Err(broken) if file.is_named || file.is_called_template() => vec![Finding {
                    file: None,
                    line: broken.line,
                    severity: Severity::Error,
                    message: broken.message,
                }],
                // In folders much is YAML that is no template, or a skeleton of some.
                Ok(_) | Err(_) => continue,
            };
            for finding in findings {
                let path = match &finding.file {
                    Some(inner) => folder.join(inner),
                    None => file.path.clone(),
                };
                let severity = match finding.severity {
                    Severity::Error => {
                        errors += 1;
                        "error"
                    }
                    Severity::Warning => {
                        warnings += 1;
                        "warning"
                    }
                };
                let place = format!("{}:{}", path.display(), finding.line);
                writeln!(out, "{place}: {severity}: {}", finding.message)?;
            }
        }
    }
    writeln!(
        out,
        "{}, {}, {}",
        counted(templates, "template"),
        counted(errors, "error"),
        counted(warnings, "warning")
    )?;
    Ok(if errors > 0 {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

/// A file to look at.
struct Checked {
    path: PathBuf,
    /// Whether it was asked for by its name, and so has to be a template.
    is_named: bool,
}

impl Checked {
    fn is_called_template(&self) -> bool {
        let stem = self.path.file_stem().and_then(|it| it.to_str());
        stem.is_some_and(|stem| stem == "template" || stem.ends_with("-template"))
    }
}

fn files(paths: &[PathBuf]) -> anyhow::Result<Vec<Checked>> {
    let mut files = Vec::new();
    for path in paths {
        if path.is_file() {
            files.push(Checked {
                path: path.clone(),
                is_named: true,
            });
            continue;
        }
        let is_looked_into = |entry: &DirEntry| {
            let name = entry.file_name().to_string_lossy();
            // What is named is looked into, whatever it is called.
            entry.depth() == 0 || !name.starts_with('.') && !PASSED_OVER.contains(&&*name)
        };
        let entries = WalkDir::new(path).sort_by_file_name().into_iter();
        for entry in entries.filter_entry(is_looked_into) {
            let entry = entry.with_context(|| format!("cannot look into {}", path.display()))?;
            let is_yaml = matches!(
                entry.path().extension().and_then(|it| it.to_str()),
                Some("yaml" | "yml")
            );
            if entry.file_type().is_file() && is_yaml {
                files.push(Checked {
                    path: entry.into_path(),
                    is_named: false,
                });
            }
        }
    }
    Ok(files)
}

//! `roadiehq:utils:fs:*`.

use super::{documents, json, yaml};
use crate::scaffolder::actions::files::matching;
use crate::scaffolder::actions::{Action, ActionError, Call};
use crate::scaffolder::language::Replacer;
use crate::scaffolder::workspace::{Inside, Kind, Workspace};
use futures::future::BoxFuture;
use serde::Deserialize;

/// `roadiehq:utils:fs:write`.
pub(in super::super) struct Write;

/// `roadiehq:utils:fs:append`.
pub(in super::super) struct Append;

/// `roadiehq:utils:fs:parse`.
pub(in super::super) struct Parse;

/// `roadiehq:utils:fs:replace`.
pub(in super::super) struct Replace;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WriteInput {
    path: String,
    content: String,
}

impl Action for Write {
    fn run<'a>(&'a self, call: &'a mut Call<'_>) -> BoxFuture<'a, Result<(), ActionError>> {
        Box::pin(async move {
            let input: WriteInput = call.read()?;
            let path = Inside::parse(&input.path)?;
            let at = path.clone();
            call.blocking(move |files| {
                let executable = files.find(&at)?.is_some_and(|it| it.executable);
                Ok(files.write(&at, input.content.as_bytes(), executable)?)
            })
            .await?;
            call.output("path", path.as_str());
            Ok(())
        })
    }
}

impl Action for Append {
    fn run<'a>(&'a self, call: &'a mut Call<'_>) -> BoxFuture<'a, Result<(), ActionError>> {
        Box::pin(async move {
            let input: WriteInput = call.read()?;
            let path = Inside::parse(&input.path)?;
            let at = path.clone();
            // A step that is repeated has its files as they were before it.
            call.blocking(move |files| {
                let known = files.find(&at)?;
                let mut content = match &known {
                    Some(_) => files.read(&at)?,
                    None => Vec::new(),
                };
                content.extend_from_slice(input.content.as_bytes());
                let executable = known.is_some_and(|it| it.executable);
                Ok(files.write(&at, &content, executable)?)
            })
            .await?;
            call.output("path", path.as_str());
            Ok(())
        })
    }
}

#[derive(Deserialize)]
struct ParseInput {
    path: String,
    parser: Option<String>,
}

impl Action for Parse {
    fn run<'a>(&'a self, call: &'a mut Call<'_>) -> BoxFuture<'a, Result<(), ActionError>> {
        Box::pin(async move {
            let input: ParseInput = call.read()?;
            let path = Inside::parse(&input.path)?;
            let text = call.blocking(move |files| read(files, &path)).await?;
            let what = format!("'{}'", input.path);
            let content = match input.parser.as_deref() {
                Some("json") => json(&text, &what)?,
                Some("yaml") => yaml(&text, &what)?,
                Some("multiyaml") => documents(&text, &what)?.into(),
                _ => text.into(),
            };
            call.output("content", content);
            Ok(())
        })
    }
}

/// The text of a file.
pub(super) fn read(files: &Workspace, path: &Inside) -> Result<String, ActionError> {
    let text = String::from_utf8(files.read(path)?);
    text.map_err(|_| ActionError::Input(format!("'{path}' is no text")))
}

#[derive(Deserialize)]
struct ReplaceInput {
    files: Vec<Replacement>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Replacement {
    file: Option<String>,
    find: Option<String>,
    #[serde(default)]
    match_regex: bool,
    replace_with: Option<String>,
    #[serde(default)]
    include_dot_files: bool,
}

impl Action for Replace {
    fn run<'a>(&'a self, call: &'a mut Call<'_>) -> BoxFuture<'a, Result<(), ActionError>> {
        Box::pin(async move {
            let input: ReplaceInput = call.read()?;
            let told = call.blocking(move |files| {
                let mut told = Vec::new();
                for replacement in &input.files {
                    replace(files, replacement, &mut told)?;
                }
                Ok(told)
            });
            for line in told.await? {
                call.log.info(&line);
            }
            Ok(())
        })
    }
}

fn replace(
    files: &Workspace,
    replacement: &Replacement,
    told: &mut Vec<String>,
) -> Result<(), ActionError> {
    let missing = |what: &str| ActionError::Input(format!("each of 'files' needs '{what}'"));
    let pattern = replacement.file.as_deref().ok_or_else(|| missing("file"))?;
    let find = replacement.find.as_deref().unwrap_or_default();
    if find.is_empty() {
        return Err(missing("find"));
    }
    let by = replacement.replace_with.as_deref();
    let by = by.ok_or_else(|| missing("replaceWith"))?;
    let refused = |error| ActionError::Input(format!("'{find}': {error}"));
    let replacer = Replacer::new(find, replacement.match_regex, by).map_err(refused)?;
    let path = Inside::parse(pattern)?;
    let mut changed = 0;
    let entries = match files.find(&path)? {
        Some(entry) => vec![entry],
        None => matching(files, path.as_str())?,
    };
    for entry in entries.into_iter().filter(|entry| entry.kind == Kind::File) {
        let is_hidden = entry.path.names().any(|name| name.starts_with('.'));
        if is_hidden && !replacement.include_dot_files && entry.path != path {
            continue;
        }
        let text = read(files, &entry.path)?;
        let with = replacer.all(&text).map_err(refused)?;
        if with != text {
            files.write(&entry.path, with.as_bytes(), entry.executable)?;
            changed += 1;
        }
    }
    told.push(format!(
        "Replaced '{find}' in {changed} files of '{pattern}'"
    ));
    Ok(())
}

//! `fs:*`: files of the workspace.

use super::{Action, ActionError, Call};
use crate::scaffolder::workspace::{Entry, Inside, Kind, Workspace};
use futures::future::BoxFuture;
use globset::GlobBuilder;
use serde::Deserialize;
use serde_json::{Value, json};

/// `fs:delete`.
pub(super) struct Delete;

#[derive(Deserialize)]
struct DeleteInput {
    files: Vec<String>,
}

impl Action for Delete {
    fn run<'a>(&'a self, call: &'a mut Call<'_>) -> BoxFuture<'a, Result<(), ActionError>> {
        Box::pin(async move {
            let input: DeleteInput = call.read()?;
            let told = call
                .blocking(move |workspace| {
                    let mut told = Vec::new();
                    for pattern in &input.files {
                        delete(workspace, pattern, &mut told)?;
                    }
                    Ok(told)
                })
                .await?;
            for line in told {
                call.log.info(&line);
            }
            Ok(())
        })
    }
}

/// Deletes what a path or pattern names.
fn delete(workspace: &Workspace, pattern: &str, told: &mut Vec<String>) -> Result<(), ActionError> {
    // The path is checked before anything is looked for.
    let path = Inside::parse(pattern)?;
    if workspace.find(&path)?.is_some() {
        workspace.remove(&path)?;
        told.push(format!("File {path} deleted successfully"));
        return Ok(());
    }
    let found = matching(workspace, path.as_str())?;
    if found.is_empty() {
        told.push(format!(
            "File {pattern} does not exist, so there is nothing to delete"
        ));
    }
    for entry in found {
        // What was in a folder went with it.
        if workspace.find(&entry.path)?.is_some() {
            workspace.remove(&entry.path)?;
            told.push(format!("File {} deleted successfully", entry.path));
        }
    }
    Ok(())
}

/// What a glob pattern names.
pub(super) fn matching(workspace: &Workspace, pattern: &str) -> Result<Vec<Entry>, ActionError> {
    let glob = GlobBuilder::new(pattern).literal_separator(true).build();
    let glob = glob.map_err(|error| ActionError::Input(format!("'{pattern}': {error}")))?;
    let glob = glob.compile_matcher();
    let entries = workspace.walk(&Inside::root())?;
    Ok(entries
        .into_iter()
        .filter(|entry| glob.is_match(entry.path.as_str()))
        .collect())
}

/// `fs:rename`.
pub(super) struct Rename;

#[derive(Deserialize)]
struct RenameInput {
    files: Vec<Move>,
}

#[derive(Deserialize)]
struct Move {
    from: String,
    to: String,
    #[serde(default)]
    overwrite: bool,
}

impl Action for Rename {
    fn run<'a>(&'a self, call: &'a mut Call<'_>) -> BoxFuture<'a, Result<(), ActionError>> {
        Box::pin(async move {
            let input: RenameInput = call.read()?;
            let told = call
                .blocking(move |workspace| {
                    let mut told = Vec::new();
                    for file in &input.files {
                        let (from, to) = (Inside::parse(&file.from)?, Inside::parse(&file.to)?);
                        if file.overwrite && from != to && workspace.find(&from)?.is_some() {
                            replace(workspace, &from, &to)?;
                        }
                        workspace.rename(&from, &to)?;
                        told.push(format!("File {from} renamed to {to} successfully"));
                    }
                    Ok(told)
                })
                .await?;
            for line in told {
                call.log.info(&line);
            }
            Ok(())
        })
    }
}

/// Makes room at `to`, unless what is moved lies in it.
fn replace(workspace: &Workspace, from: &Inside, to: &Inside) -> Result<(), ActionError> {
    if from.is_within(to) {
        return Err(ActionError::Input(format!(
            "'{to}' cannot be replaced by '{from}', which is in it"
        )));
    }
    if workspace.find(to)?.is_some() {
        workspace.remove(to)?;
    }
    Ok(())
}

/// `fs:readdir`.
pub(super) struct ReadFolder;

#[derive(Deserialize)]
struct ReadFolderInput {
    paths: Vec<String>,
    #[serde(default)]
    recursive: bool,
}

impl Action for ReadFolder {
    fn run<'a>(&'a self, call: &'a mut Call<'_>) -> BoxFuture<'a, Result<(), ActionError>> {
        Box::pin(async move {
            let input: ReadFolderInput = call.read()?;
            let found = call
                .blocking(move |workspace| {
                    let mut found = Vec::new();
                    for path in &input.paths {
                        let path = Inside::parse(path)?;
                        found.extend(if input.recursive {
                            workspace.walk(&path)?
                        } else {
                            workspace.list(&path)?
                        });
                    }
                    Ok(found)
                })
                .await?;
            let (folders, files): (Vec<_>, Vec<_>) =
                found.iter().partition(|entry| entry.kind == Kind::Folder);
            call.output("files", files.into_iter().map(listed).collect::<Value>());
            call.output(
                "folders",
                folders.into_iter().map(listed).collect::<Value>(),
            );
            Ok(())
        })
    }
}

fn listed(entry: &Entry) -> Value {
    let folder = entry.path.parent().unwrap_or_default();
    json!({
        "name": entry.path.names().last().unwrap_or_default(),
        "path": folder.as_str(),
        "fullPath": entry.path.as_str(),
    })
}

//! `debug:*`: what helps authors of templates.

use super::{Action, ActionError, Call};
use crate::scaffolder::workspace::{Inside, Kind, Workspace};
use futures::future::BoxFuture;
use serde::Deserialize;
use std::fmt::Write as _;
use std::time::Duration;

/// The longest wait.
const LONGEST: Duration = Duration::from_mins(10);
/// How much of the files is told, in bytes.
const TOLD: usize = 32 << 10;

/// `debug:log`.
pub(super) struct Write;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WriteInput {
    message: Option<String>,
    list_workspace: Option<ListWorkspace>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum ListWorkspace {
    Wanted(bool),
    How(String),
}

impl Action for Write {
    fn run<'a>(&'a self, call: &'a mut Call<'_>) -> BoxFuture<'a, Result<(), ActionError>> {
        Box::pin(async move {
            let input: WriteInput = call.read()?;
            if let Some(message) = &input.message {
                call.log.info(message);
            }
            let with_contents = match &input.list_workspace {
                None | Some(ListWorkspace::Wanted(false)) => return Ok(()),
                Some(ListWorkspace::Wanted(true)) => false,
                Some(ListWorkspace::How(how)) => how == "with-contents",
            };
            let listed = call
                .blocking(move |files| list(files, with_contents))
                .await?;
            call.log.info(&listed);
            Ok(())
        })
    }
}

fn list(workspace: &Workspace, with_contents: bool) -> Result<String, ActionError> {
    let mut text = "Workspace:".to_owned();
    for entry in workspace.walk(&Inside::root())? {
        if entry.kind == Kind::Folder {
            continue;
        }
        if text.len() > TOLD {
            text.push_str("\n  … and more");
            break;
        }
        if !with_contents || entry.kind == Kind::Link {
            let _ = write!(text, "\n  - {}", entry.path);
            continue;
        }
        let content = workspace.read(&entry.path)?;
        let _ = write!(text, "\n  - {}:\n\n", entry.path);
        match std::str::from_utf8(&content) {
            Ok(content) => text.extend(content.chars().take(TOLD)),
            Err(_) => {
                let _ = write!(text, "({} bytes that are no text)", content.len());
            }
        }
    }
    Ok(text)
}

/// `debug:wait`.
pub(super) struct Wait;

#[derive(Deserialize)]
struct WaitInput {
    #[serde(default)]
    minutes: f64,
    #[serde(default)]
    seconds: f64,
    #[serde(default)]
    milliseconds: f64,
}

impl Action for Wait {
    fn run<'a>(&'a self, call: &'a mut Call<'_>) -> BoxFuture<'a, Result<(), ActionError>> {
        Box::pin(async move {
            let input: WaitInput = call.read()?;
            let seconds = input.minutes * 60.0 + input.seconds + input.milliseconds / 1000.0;
            let wait = Duration::try_from_secs_f64(seconds)
                .map_err(|_| ActionError::Input(format!("{seconds} s is no time to wait")))?;
            if wait > LONGEST {
                return Err(ActionError::Input(format!(
                    "Waiting duration is longer than the maximum threshold of {} minutes",
                    LONGEST.as_secs() / 60
                )));
            }
            call.log.info(&format!("Waiting for {seconds} seconds"));
            tokio::time::sleep(wait).await;
            Ok(())
        })
    }
}

//! What a pull request changes: the files of the workspace that are not in the branch like that.

use super::head::Head;
use super::{Input, Target};
use crate::git::{Id, Kind, Mode};
use crate::github::{segment, segments};
use crate::scaffolder::actions::{ActionError, Call};
use crate::scaffolder::snapshot::{SnapshotFile, snapshot};
use crate::scaffolder::workspace::Inside;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Texts up to this size are sent with the folder that lists them, as long as all together are not more
/// than that; others by themselves. In bytes.
const ALONG: usize = 64 << 10;
const ALONG_TOGETHER: usize = 1 << 20;
/// How many files one pull request may change.
const MOST_FILES: usize = 3_000;
/// The largest file that GitHub takes, in bytes.
const LARGEST: usize = 40 << 20;

/// A file as it is to be.
pub(super) struct File {
    path: String,
    mode: Mode,
    id: Id,
    content: Vec<u8>,
}

/// The branch that changes are offered to.
pub(super) struct Base {
    pub(super) commit: String,
    pub(super) tree: String,
    /// Mode and name of each file; None when there are too many to be listed.
    files: Option<BTreeMap<String, (String, String)>>,
}

/// The files of the workspace that are offered, under their paths in the repository.
pub(super) async fn files(call: &Call<'_>, input: &Input) -> Result<Vec<File>, ActionError> {
    let source = Inside::parse(input.source_path.as_deref().unwrap_or("."))?;
    let below = Inside::parse(input.target_path.as_deref().unwrap_or("."))?;
    let read = call.blocking(move |workspace| {
        let found = snapshot(workspace, &source)?;
        if found.len() > MOST_FILES {
            return Err(ActionError::Input(format!(
                "A pull request changes at most {MOST_FILES} files; there are {}",
                found.len()
            )));
        }
        let read = |file: SnapshotFile| {
            let content = file.content(workspace)?;
            if content.len() > LARGEST {
                return Err(ActionError::Input(format!(
                    "'{}' is larger than GitHub takes",
                    file.path
                )));
            }
            Ok(File {
                path: below.join(&file.path)?.as_str().to_owned(),
                mode: file.mode,
                id: Id::of(Kind::Blob, &content),
                content,
            })
        };
        found.into_iter().map(read).collect()
    });
    read.await
}

impl Base {
    /// Reads what is on a branch.
    pub(super) async fn read(target: &Target<'_>, branch: &str) -> Result<Self, ActionError> {
        let purpose = format!("say what is on the branch {branch} of {}", target.name());
        let read = async |path: String| target.api.get(&target.path(&path), &purpose).await;
        let branch = segments(branch);
        let found = read(format!("git/ref/heads/{branch}")).await?;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let commit = text(&found["object"]["sha"]);
        let found = read(format!("git/commits/{}", segment(&commit))).await?;
        let tree = text(&found["tree"]["sha"]);
        let listed = read(format!("git/trees/{}?recursive=1", segment(&tree))).await?;
        let files = (listed["truncated"] != true).then(|| {
            let entries = listed["tree"].as_array().into_iter().flatten();
            let files = entries.filter(|entry| entry["type"] == "blob");
            files
                .map(|entry| {
                    let known = (text(&entry["mode"]), text(&entry["sha"]));
                    (text(&entry["path"]), known)
                })
                .collect()
        });
        Ok(Self {
            commit,
            tree,
            files,
        })
    }

    fn has(&self, file: &File) -> bool {
        let known = self.files.as_ref().and_then(|files| files.get(&file.path));
        known.is_some_and(|(mode, id)| mode == file.mode.digits() && *id == file.id.to_string())
    }

    /// Whether there is a file; what is not listed is asked for.
    async fn has_path(&self, target: &Target<'_>, path: &str) -> Result<bool, ActionError> {
        if let Some(files) = &self.files {
            return Ok(files.contains_key(path));
        }
        let encoded = segments(path);
        let url = target.path(&format!("contents/{encoded}?ref={}", segment(&self.commit)));
        let purpose = format!("say whether there is {path}");
        Ok(target.api.find(&url, &purpose).await?.is_some())
    }
}

/// The name of the folder with the changes in it; that of the branch when there are none.
pub(super) async fn tree(
    target: &Target<'_>,
    head: &Head,
    base: &Base,
    files: Vec<File>,
    input: &Input,
) -> Result<String, ActionError> {
    let mut entries = deletions(target, base, &files, input).await?;
    let deleted = entries.len();
    let mut together = 0;
    for file in files {
        if base.has(&file) {
            continue;
        }
        let mut entry = json!({ "path": file.path, "mode": file.mode.digits(), "type": "blob" });
        let text = std::str::from_utf8(&file.content).ok();
        let text = text.filter(|text| {
            let fits = text.len() <= ALONG && together + text.len() <= ALONG_TOGETHER;
            fits && !text.contains('\0')
        });
        if let Some(text) = text {
            together += text.len();
            entry["content"] = text.into();
        } else {
            entry["sha"] = upload(target, head, &file).await?.into();
        }
        entries.push(entry);
    }
    if entries.is_empty() {
        return Ok(base.tree.clone());
    }
    target.log.info(&format!(
        "Changing {} files, deleting {deleted}",
        entries.len() - deleted
    ));
    let body = json!({ "base_tree": base.tree, "tree": entries });
    let purpose = format!("put the changes together in {}", target.name());
    let path = head.path("git/trees");
    let made = target.api.post_again(&path, &body, &purpose).await?;
    let made = made["sha"].as_str().unwrap_or_default();
    Ok(made.to_owned())
}

/// What is to be deleted and is there, unless it is written as well.
async fn deletions(
    target: &Target<'_>,
    base: &Base,
    files: &[File],
    input: &Input,
) -> Result<Vec<Value>, ActionError> {
    let below = Inside::parse(input.target_path.as_deref().unwrap_or("."))?;
    let mut entries = Vec::new();
    for path in &input.files_to_delete {
        let path = below.join(path)?;
        let path = path.as_str();
        if files.iter().any(|file| file.path == path) {
            continue;
        }
        if !base.has_path(target, path).await? {
            target
                .log
                .warn(&format!("{path} is not there, so it is not deleted"));
            continue;
        }
        entries.push(json!({ "path": path, "mode": "100644", "type": "blob", "sha": null }));
    }
    Ok(entries)
}

/// Sends a file by itself and returns its name: the same twice is one at GitHub.
async fn upload(target: &Target<'_>, head: &Head, file: &File) -> Result<String, ActionError> {
    let body = json!({ "content": STANDARD.encode(&file.content), "encoding": "base64" });
    let purpose = format!("take the file {}", file.path);
    let path = head.path("git/blobs");
    target.api.post_again(&path, &body, &purpose).await?;
    Ok(file.id.to_string())
}

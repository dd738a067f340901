//! Files by their paths.

use super::commits::author;
use super::{Call, Done};
use crate::answer::{Answer, not_found, refusal, unprocessable};
use crate::git::{Entry, Kind, is_valid_path};
use crate::repository::Repository;
use crate::world::World;
use axum::http::StatusCode;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::process::Command;

/// `ref` of the query, or the default branch.
fn revision(call: &Call<'_>) -> String {
    call.query
        .get("ref")
        .cloned()
        .unwrap_or_else(|| "HEAD".to_owned())
}

pub(super) fn get(call: &mut Call<'_>) -> Done {
    let path = call.part("path").trim_matches('/').to_owned();
    let revision = revision(call);
    let repository = call.repository()?;
    let files = repository.tree(&revision);
    if let Some(entry) = files.get(&path) {
        let content = repository.git.blob(&entry.sha).ok_or_else(not_found)?;
        if call.accept.contains("raw") {
            return Ok(Answer::bytes("application/vnd.github.raw+json", content));
        }
        let mut told = describe(call.world, repository, &revision, &path, entry);
        told["encoding"] = "base64".into();
        told["content"] = lines(&STANDARD.encode(&content)).into();
        told["size"] = content.len().into();
        return Ok(Answer::ok(told));
    }
    let folder = if path.is_empty() {
        String::new()
    } else {
        format!("{path}/")
    };
    let mut inside: BTreeMap<String, Entry> = BTreeMap::new();
    for (path, entry) in files.range(folder.clone()..) {
        let Some(rest) = path.strip_prefix(&folder) else {
            break;
        };
        let (name, entry) = match rest.split_once('/') {
            Some((name, _)) => (name, Entry::folder("0".repeat(40))),
            None => (rest, entry.clone()),
        };
        inside.insert(format!("{folder}{name}"), entry);
    }
    if inside.is_empty() {
        let text = if repository.git.branches().is_empty() {
            "This repository is empty."
        } else {
            "Not Found"
        };
        return Err(refusal(StatusCode::NOT_FOUND, text));
    }
    let all = inside.iter();
    let all = all.map(|(path, it)| describe(call.world, repository, &revision, path, it));
    Ok(Answer::ok(all.collect()))
}

/// As GitHub sends it.
fn lines(encoded: &str) -> String {
    let mut text = String::new();
    for (at, letter) in encoded.chars().enumerate() {
        if at > 0 && at % 60 == 0 {
            text.push('\n');
        }
        text.push(letter);
    }
    text.push('\n');
    text
}

/// A file or a folder, without what is in it.
fn describe(
    world: &World,
    repository: &Repository,
    revision: &str,
    path: &str,
    entry: &Entry,
) -> Value {
    let (api, page) = (world.url_of(repository), world.page_of(repository));
    let branch = match revision {
        "HEAD" => &repository.default_branch,
        other => other,
    };
    let (kind, shown) = match entry.kind() {
        "tree" => ("dir", "tree"),
        "commit" => ("submodule", "tree"),
        _ if entry.mode == "120000" => ("symlink", "blob"),
        _ => ("file", "blob"),
    };
    let url = format!("{api}/contents/{path}?ref={branch}");
    let html = format!("{page}/{shown}/{branch}/{path}");
    let git = match kind {
        "dir" => format!("{api}/git/trees/{}", entry.sha),
        _ => format!("{api}/git/blobs/{}", entry.sha),
    };
    let download = format!(
        "http://{}/raw/{}/{branch}/{path}",
        world.host,
        repository.full_name()
    );
    let size = repository.git.blob(&entry.sha).map_or(0, |it| it.len());
    json!({
        "type": kind, "size": size, "sha": entry.sha,
        "name": path.rsplit('/').next(), "path": path,
        "url": url, "html_url": html, "git_url": git,
        "download_url": (kind == "file").then_some(download),
        "_links": {"self": url, "git": git, "html": html},
    })
}

pub(super) fn readme(call: &mut Call<'_>) -> Done {
    let files = call.repository()?.tree(&revision(call));
    let mut names = files.into_keys();
    let name = names.find(|it| it.to_lowercase().starts_with("readme"));
    let name = name.ok_or_else(not_found)?;
    call.parameters.insert("path".to_owned(), name);
    get(call)
}

pub(super) fn put(call: &mut Call<'_>) -> Done {
    let content = call.text("content").unwrap_or_default();
    let content: String = content.chars().filter(|it| !it.is_whitespace()).collect();
    let content = STANDARD.decode(content);
    let content = content.map_err(|_| unprocessable("content is not valid Base64"))?;
    change(call, Some(content))
}

pub(super) fn remove(call: &mut Call<'_>) -> Done {
    change(call, None)
}

/// A commit that changes one file.
fn change(call: &mut Call<'_>, content: Option<Vec<u8>>) -> Done {
    let path = call.part("path").to_owned();
    if !is_valid_path(&path) {
        return Err(unprocessable("path is malformed"));
    }
    let now = call.world.tick();
    let person = author(call, "author", now);
    let (message, sha) = (call.text("message").unwrap_or_default(), call.text("sha"));
    let branch = call.text("branch");
    let is_admin = call.world.may_administer(&call.who, call.repository()?);
    let repository = call.write()?;
    let branch = branch.unwrap_or_else(|| repository.default_branch.clone());
    let is_there = repository.git.reference(&format!("refs/heads/{branch}"));
    if is_there.is_none() && !repository.git.branches().is_empty() {
        let text = format!("Branch {branch} not found");
        return Err(refusal(StatusCode::NOT_FOUND, &text));
    }
    if !repository.may_push(&branch, is_admin) {
        let text =
            "Repository rule violations found\n\nChanges must be made through a pull request.\n";
        return Err(refusal(StatusCode::CONFLICT, text));
    }
    let mut files = repository.tree(&branch);
    let old = files.get(&path).map(|it| it.sha.clone());
    let is_new = old.is_none();
    match (&old, &sha) {
        (Some(_), None) => {
            let text = "Invalid request.\n\n\"sha\" wasn't supplied.";
            return Err(unprocessable(text));
        }
        (Some(old), Some(sha)) if old != sha => {
            let text = format!("{path} does not match {sha}");
            return Err(refusal(StatusCode::CONFLICT, &text));
        }
        (None, Some(_)) if content.is_none() => return Err(not_found()),
        _ => {}
    }
    if let Some(content) = &content {
        let sha = repository.git.write(Kind::Blob, content);
        let mode = files.get(&path).map(|it| it.mode.clone());
        let mut entry = Entry::file(sha);
        entry.mode = mode.unwrap_or(entry.mode);
        files.insert(path.clone(), entry);
    } else {
        files.remove(&path);
    }
    let commit = repository
        .git
        .commit_files(&branch, &files, &person, &message);
    repository.pushed = now;
    repository.settle();
    let repository = call.repository()?;
    let entry = files.get(&path);
    let told = entry.map(|it| describe(call.world, repository, &branch, &path, it));
    let commit = super::git_data::describe_commit(call.world, repository, &commit);
    let answer = json!({"content": told, "commit": commit.ok_or_else(not_found)?});
    let is_created = is_new && content.is_some();
    Ok(if is_created {
        Answer::created(answer)
    } else {
        Answer::ok(answer)
    })
}

/// The files of a revision, as git packs them.
pub(super) fn tarball(call: &mut Call<'_>) -> Done {
    let repository = call.repository()?;
    let commit = repository.commit(call.part("ref")).ok_or_else(not_found)?;
    let folder = format!("{}-{}-{}/", repository.owner, repository.name, &commit[..7]);
    let packed = Command::new("git")
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .arg("--git-dir")
        .arg(repository.git.folder())
        .args(["archive", "--format=tar.gz"])
        .arg(format!("--prefix={folder}"))
        .arg(&commit)
        .output();
    match packed {
        Ok(packed) if packed.status.success() => {
            Ok(Answer::bytes("application/x-gzip", packed.stdout))
        }
        _ => Err(refusal(
            StatusCode::INTERNAL_SERVER_ERROR,
            "git archive failed",
        )),
    }
}

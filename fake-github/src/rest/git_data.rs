//! Blobs, trees, commits and references, one by one.

use super::commits::{author, person, unsigned};
use super::{Call, Done};
use crate::answer::{Answer, not_found, refusal, unprocessable};
use crate::git::{Commit, Entry, Kind, is_sha, is_valid, is_valid_path};
use crate::repository::Repository;
use crate::world::World;
use axum::http::StatusCode;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

/// Nothing can be put into a repository without any commit this way.
fn refuse_empty(repository: &Repository) -> Result<(), Answer> {
    if repository.git.branches().is_empty() {
        return Err(refusal(StatusCode::CONFLICT, "Git Repository is empty."));
    }
    Ok(())
}

pub(super) fn create_blob(call: &mut Call<'_>) -> Done {
    let text = call.text("content").unwrap_or_default();
    let content = match call.text("encoding").as_deref() {
        Some("base64") => {
            let text: String = text.chars().filter(|it| !it.is_whitespace()).collect();
            STANDARD
                .decode(text)
                .map_err(|_| unprocessable("content is not valid Base64"))?
        }
        _ => text.into_bytes(),
    };
    let repository = call.write()?;
    refuse_empty(repository)?;
    let sha = repository.git.write(Kind::Blob, &content);
    let url = format!("{}/git/blobs/{sha}", call.world.url_of(call.repository()?));
    Ok(Answer::created(json!({"sha": sha, "url": url})))
}

pub(super) fn blob(call: &mut Call<'_>) -> Done {
    let repository = call.repository()?;
    let sha = call.part("file_sha");
    let content = repository.git.blob(sha).ok_or_else(not_found)?;
    if call.accept.contains("raw") {
        return Ok(Answer::bytes("application/vnd.github.raw+json", content));
    }
    Ok(Answer::ok(json!({
        "sha": sha, "node_id": format!("B_{sha}"), "size": content.len(),
        "url": format!("{}/git/blobs/{sha}", call.world.url_of(repository)),
        "encoding": "base64", "content": STANDARD.encode(&content),
    })))
}

/// On top of another tree, or from nothing; an entry without an object takes a file away.
pub(super) fn create_tree(call: &mut Call<'_>) -> Done {
    let base = call.text("base_tree");
    let entries = call.body["tree"].as_array().cloned().unwrap_or_default();
    let repository = call.write()?;
    refuse_empty(repository)?;
    let git = &repository.git;
    let mut files = match &base {
        None => crate::git::Files::new(),
        Some(sha) => {
            // A commit stands for its tree.
            let tree = git.commit(sha).map_or_else(|| sha.clone(), |it| it.tree);
            git.tree(&tree)
                .ok_or_else(|| refusal(StatusCode::NOT_FOUND, "base_tree is not a valid tree"))?;
            git.flat(&tree)
        }
    };
    for entry in &entries {
        let path = entry["path"].as_str().unwrap_or_default();
        if !is_valid_path(path) {
            return Err(unprocessable(&format!("tree.path {path} is malformed")));
        }
        let mode = entry["mode"].as_str().unwrap_or("100644");
        let content = entry["content"].as_str();
        let sha = content.map(|it| git.write(Kind::Blob, it.as_bytes()));
        let sha = sha.or_else(|| entry["sha"].as_str().map(str::to_owned));
        let folder = format!("{path}/");
        files.retain(|it, _| it != path && !it.starts_with(&folder));
        let Some(sha) = sha else { continue };
        match git.read(&sha) {
            Some((Kind::Tree, _)) if mode == "040000" => {
                let inner = git.flat(&sha).into_iter();
                files.extend(inner.map(|(name, entry)| (format!("{folder}{name}"), entry)));
            }
            Some((Kind::Blob, _)) if mode.starts_with("10") || mode == "120000" => {
                let mode = mode.to_owned();
                files.insert(path.to_owned(), Entry { mode, sha });
            }
            _ => {
                let text = format!("tree.sha {sha} is not a valid object of mode {mode}");
                return Err(unprocessable(&text));
            }
        }
    }
    let sha = git.write_tree(&files);
    let told = describe_tree(call.world, call.repository()?, &sha, false);
    Ok(Answer::created(told.ok_or_else(not_found)?))
}

pub(super) fn tree(call: &mut Call<'_>) -> Done {
    let repository = call.repository()?;
    let name = call.part("tree_sha");
    let commit = repository.commit(name);
    let commit = commit.and_then(|it| repository.git.commit(&it));
    let tree = commit.map_or_else(|| name.to_owned(), |it| it.tree);
    let is_deep = call.query.contains_key("recursive");
    let told = describe_tree(call.world, repository, &tree, is_deep);
    Ok(Answer::ok(told.ok_or_else(not_found)?))
}

fn describe_tree(
    world: &World,
    repository: &Repository,
    sha: &str,
    is_deep: bool,
) -> Option<Value> {
    let api = format!("{}/git", world.url_of(repository));
    let mut entries = Vec::new();
    collect(repository, sha, "", is_deep, &mut |path, entry| {
        let size = repository.git.blob(&entry.sha).map(|it| it.len());
        let kind = entry.kind();
        let mut told = json!({
            "path": path, "mode": entry.mode, "type": kind, "sha": entry.sha,
            "url": format!("{api}/{kind}s/{}", entry.sha),
        });
        if let Some(size) = size {
            told["size"] = size.into();
        }
        entries.push(told);
    })?;
    if world.truncates {
        entries.truncate(1);
    }
    Some(json!({
        "sha": sha, "url": format!("{api}/trees/{sha}"), "tree": entries,
        "truncated": world.truncates,
    }))
}

fn collect(
    repository: &Repository,
    sha: &str,
    folder: &str,
    is_deep: bool,
    take: &mut dyn FnMut(String, &Entry),
) -> Option<()> {
    for (name, entry) in repository.git.tree(sha)? {
        let path = format!("{folder}{name}");
        take(path.clone(), &entry);
        if is_deep && entry.kind() == "tree" {
            collect(repository, &entry.sha, &format!("{path}/"), true, take);
        }
    }
    Some(())
}

pub(super) fn create_commit(call: &mut Call<'_>) -> Done {
    let now = call.world.tick();
    let by = author(call, "author", now);
    // Who writes is who committed it, unless said otherwise.
    let field = if call.body["committer"].is_null() {
        "author"
    } else {
        "committer"
    };
    let commit = Commit {
        tree: call.text("tree").unwrap_or_default(),
        parents: call.texts("parents"),
        committer: author(call, field, now),
        author: by,
        message: call.text("message").unwrap_or_default(),
    };
    let repository = call.write()?;
    refuse_empty(repository)?;
    let git = &repository.git;
    if git.tree(&commit.tree).is_none() {
        return Err(unprocessable("Tree SHA does not exist"));
    }
    if !commit.parents.iter().all(|it| git.commit(it).is_some()) {
        return Err(unprocessable(
            "Parent SHA does not exist or is not a commit object",
        ));
    }
    let sha = git.write_commit(&commit);
    let told = describe_commit(call.world, call.repository()?, &sha);
    Ok(Answer::created(told.ok_or_else(not_found)?))
}

pub(super) fn commit(call: &mut Call<'_>) -> Done {
    let told = describe_commit(call.world, call.repository()?, call.part("commit_sha"));
    Ok(Answer::ok(told.ok_or_else(not_found)?))
}

/// `git-commit`.
pub(super) fn describe_commit(world: &World, repository: &Repository, sha: &str) -> Option<Value> {
    let commit = repository.git.commit(sha)?;
    let (api, page) = (world.url_of(repository), world.page_of(repository));
    let parents = commit.parents.iter().map(|it| {
        json!({
            "sha": it, "url": format!("{api}/git/commits/{it}"),
            "html_url": format!("{page}/commit/{it}"),
        })
    });
    Some(json!({
        "sha": sha, "node_id": format!("C_{sha}"), "url": format!("{api}/git/commits/{sha}"),
        "html_url": format!("{page}/commit/{sha}"),
        "author": person(&commit.author), "committer": person(&commit.committer),
        "message": commit.message,
        "tree": {"sha": commit.tree, "url": format!("{api}/git/trees/{}", commit.tree)},
        "parents": parents.collect::<Vec<_>>(), "verification": unsigned(),
    }))
}

/// `git-ref`.
fn describe_reference(world: &World, repository: &Repository, name: &str, sha: &str) -> Value {
    let api = format!("{}/git", world.url_of(repository));
    let kind = repository
        .git
        .read(sha)
        .map_or("commit", |(it, _)| it.name());
    json!({
        "ref": name, "node_id": format!("REF_{name}"), "url": format!("{api}/{name}"),
        "object": {"type": kind, "sha": sha, "url": format!("{api}/{kind}s/{sha}")},
    })
}

pub(super) fn reference(call: &mut Call<'_>) -> Done {
    let repository = call.repository()?;
    let name = format!("refs/{}", call.part("ref"));
    let sha = repository.git.reference(&name).ok_or_else(not_found)?;
    Ok(Answer::ok(describe_reference(
        call.world, repository, &name, &sha,
    )))
}

pub(super) fn references(call: &mut Call<'_>) -> Done {
    let repository = call.repository()?;
    let all = repository
        .git
        .references(&format!("refs/{}", call.part("ref")));
    let all = all.iter();
    let all = all.map(|(name, sha)| describe_reference(call.world, repository, name, sha));
    Ok(Answer::ok(all.collect()))
}

/// Refuses changes to what only pull requests may change.
fn refuse_protected(repository: &Repository, name: &str, is_admin: bool) -> Result<(), Answer> {
    let branch = name.strip_prefix("refs/heads/").unwrap_or_default();
    if repository.may_push(branch, is_admin) {
        return Ok(());
    }
    let text = "Changes must be made through a pull request.";
    Err(unprocessable(text))
}

pub(super) fn create_reference(call: &mut Call<'_>) -> Done {
    let name = call.text("ref").unwrap_or_default();
    let sha = call.text("sha").unwrap_or_default();
    let repository = call.write()?;
    refuse_empty(repository)?;
    if !is_valid(&name) {
        return Err(unprocessable(&format!("{name} is not a valid ref name.")));
    }
    if !is_sha(&sha) || repository.git.read(&sha).is_none() {
        return Err(unprocessable("Object does not exist"));
    }
    if repository.git.reference(&name).is_some() {
        return Err(unprocessable("Reference already exists"));
    }
    if !repository.git.set_reference(&name, &sha) {
        return Err(unprocessable("Reference cannot be created"));
    }
    let told = describe_reference(call.world, call.repository()?, &name, &sha);
    Ok(Answer::created(told))
}

pub(super) fn change_reference(call: &mut Call<'_>) -> Done {
    let name = format!("refs/{}", call.part("ref"));
    let sha = call.text("sha").unwrap_or_default();
    let is_forced = call.body["force"] == json!(true);
    let is_admin = call.world.may_administer(&call.who, call.repository()?);
    let repository = call.write()?;
    let Some(old) = repository.git.reference(&name) else {
        return Err(unprocessable("Reference does not exist"));
    };
    if repository.git.commit(&sha).is_none() {
        return Err(unprocessable("Object does not exist"));
    }
    refuse_protected(repository, &name, is_admin)?;
    if !is_forced && !repository.git.is_ancestor(&old, &sha) {
        return Err(unprocessable("Update is not a fast forward"));
    }
    if !repository.git.set_reference(&name, &sha) {
        return Err(refusal(StatusCode::CONFLICT, "Reference cannot be updated"));
    }
    repository.pushed = repository.updated;
    let told = describe_reference(call.world, call.repository()?, &name, &sha);
    Ok(Answer::ok(told))
}

pub(super) fn remove_reference(call: &mut Call<'_>) -> Done {
    let name = format!("refs/{}", call.part("ref"));
    let is_admin = call.world.may_administer(&call.who, call.repository()?);
    let repository = call.write()?;
    if repository.git.reference(&name).is_none() {
        return Err(unprocessable("Reference does not exist"));
    }
    refuse_protected(repository, &name, is_admin)?;
    if name == format!("refs/heads/{}", repository.default_branch) {
        return Err(unprocessable("Cannot delete the default branch"));
    }
    repository.git.remove_reference(&name);
    Ok(Answer::nothing())
}

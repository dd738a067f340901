//! What is different between two commits.

use super::commits::describe;
use super::{Call, Done};
use crate::answer::{Answer, not_found};
use crate::git::Files;
use crate::repository::Repository;
use crate::world::World;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The paths that two sets of files do not have in common, with what became of each.
pub(crate) fn changes(old: &Files, new: &Files) -> Vec<(String, &'static str)> {
    let paths: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let changed = paths.into_iter().filter_map(|path| {
        let what = match (old.get(path), new.get(path)) {
            (None, Some(_)) => "added",
            (Some(_), None) => "removed",
            (old, new) if old != new => "modified",
            _ => return None,
        };
        Some((path.clone(), what))
    });
    changed.collect()
}

/// `diff-entry` for each file between two commits; without an old one all are new. Lines are counted
/// as if all of a file were new or gone.
pub(super) fn files(world: &World, repository: &Repository, old: Option<&str>, new: &str) -> Value {
    let old = old.map_or_else(Files::new, |it| repository.git.files(it));
    let files = repository.git.files(new);
    let (api, page) = (world.url_of(repository), world.page_of(repository));
    let lines = |files: &Files, path: &str| {
        let content = files.get(path).and_then(|it| repository.git.blob(&it.sha));
        content.map_or(0, |it| it.split(|byte| *byte == b'\n').count())
    };
    let all = changes(&old, &files).into_iter().map(|(path, status)| {
        let (gone, come) = (lines(&old, &path), lines(&files, &path));
        let entry = files.get(&path).or_else(|| old.get(&path));
        json!({
            "sha": entry.map(|it| it.sha.clone()), "filename": path, "status": status,
            "additions": come, "deletions": gone, "changes": come + gone,
            "blob_url": format!("{page}/blob/{new}/{path}"),
            "raw_url": format!("http://{}/raw/{}/{new}/{path}", world.host, repository.full_name()),
            "contents_url": format!("{api}/contents/{path}?ref={new}"),
        })
    });
    all.collect()
}

/// `base...head`; either may be a branch of a fork, as `owner:branch`.
pub(super) fn compare(call: &mut Call<'_>) -> Done {
    let repository = call.repository()?;
    let (base, head) = call
        .part("basehead")
        .split_once("...")
        .ok_or_else(not_found)?;
    let find = |name: &str| {
        let name = name.rsplit_once(':').map_or(name, |(_, branch)| branch);
        repository.commit(name).ok_or_else(not_found)
    };
    let (base, head) = (find(base)?, find(head)?);
    let git = &repository.git;
    let middle = git.merge_base(&base, &head).ok_or_else(not_found)?;
    let (ahead, behind) = (git.ahead(&base, &head), git.ahead(&head, &base));
    let status = match (ahead.len(), behind.len()) {
        (0, 0) => "identical",
        (_, 0) => "ahead",
        (0, _) => "behind",
        _ => "diverged",
    };
    let commit = |sha: &String| describe(call.world, repository, sha);
    let url = format!("{}/compare/{base}...{head}", call.world.url_of(repository));
    let page = format!("{}/compare/{base}...{head}", call.world.page_of(repository));
    Ok(Answer::ok(json!({
        "url": url, "html_url": page, "permalink_url": page,
        "diff_url": format!("{page}.diff"), "patch_url": format!("{page}.patch"),
        "base_commit": commit(&base), "merge_base_commit": commit(&middle),
        "status": status, "ahead_by": ahead.len(), "behind_by": behind.len(),
        "total_commits": ahead.len(),
        "commits": ahead.iter().filter_map(commit).collect::<Vec<_>>(),
        "files": files(call.world, repository, Some(&middle), &head),
    })))
}

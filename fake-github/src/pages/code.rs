//! Files, folders and commits.

use super::html::{escape, list};
use super::link;
use crate::git::Files;
use crate::repository::Repository;
use crate::rest::changes;
use std::collections::BTreeSet;

/// The longest text that is shown.
const LONGEST: usize = 200 * 1024;
/// So many commits are listed.
const COMMITS: usize = 50;

/// A branch or a commit, and the path behind it.
fn split<'a>(repository: &Repository, rest: &'a str) -> Option<(&'a str, &'a str)> {
    let ends = rest.match_indices('/').map(|(at, _)| at);
    let ends = ends.chain([rest.len()]);
    let mut all = ends.map(|at| (&rest[..at], rest[at..].trim_matches('/')));
    all.find(|(revision, _)| repository.commit(revision).is_some())
}

/// What is in a folder: `branch/path`.
pub(super) fn folder(repository: &Repository, rest: &str) -> Option<String> {
    let (revision, path) = split(repository, rest)?;
    let start = if path.is_empty() {
        String::new()
    } else {
        format!("{path}/")
    };
    let files = repository.tree(revision);
    let inside = files.keys().filter_map(|it| it.strip_prefix(&start));
    let (folders, files): (Vec<&str>, Vec<&str>) = inside.partition(|it| it.contains('/'));
    let folders: BTreeSet<&str> = folders
        .iter()
        .filter_map(|it| it.split('/').next())
        .collect();
    let folders = folders.into_iter().map(|name| {
        let target = format!("tree/{revision}/{start}{name}");
        link(repository, &target, &format!("{name}/"))
    });
    let files = files.into_iter().map(|name| {
        let target = format!("blob/{revision}/{start}{name}");
        link(repository, &target, name)
    });
    let rows: Vec<String> = folders.chain(files).collect();
    if rows.is_empty() && !path.is_empty() {
        return None;
    }
    Some(way(repository, revision, path) + &list(rows, "No file."))
}

/// Where one is, with links to what is above.
fn way(repository: &Repository, revision: &str, path: &str) -> String {
    if path.is_empty() {
        return String::new();
    }
    let mut way = link(repository, &format!("tree/{revision}"), revision);
    let mut above = String::new();
    for part in path.split('/') {
        above = format!("{above}/{part}");
        let target = format!("tree/{revision}{above}");
        way.push_str(&format!(" / {}", link(repository, &target, part)));
    }
    format!("<p>{way}</p>")
}

/// The text of a file: `branch/path`.
pub(super) fn file(repository: &Repository, rest: &str) -> Option<String> {
    let (revision, path) = split(repository, rest)?;
    let entry = repository.tree(revision).remove(path)?;
    let content = repository.git.blob(&entry.sha)?;
    let (above, name) = path.rsplit_once('/').unwrap_or(("", path));
    let head = way(repository, revision, above);
    Some(format!(
        "{head}<h2>{}</h2>{}",
        escape(name),
        shown(&content)
    ))
}

fn shown(content: &[u8]) -> String {
    match std::str::from_utf8(content) {
        Ok(text) if text.len() <= LONGEST => format!("<pre>{}</pre>", escape(text)),
        _ => format!("<p class=\"muted\">{} bytes</p>", content.len()),
    }
}

/// The commits of a branch, the latest first.
pub(super) fn commits(repository: &Repository, rest: &str) -> Option<String> {
    let sha = repository.commit(rest)?;
    let all = repository.git.history(&sha).into_iter().take(COMMITS);
    Some(list(all.filter_map(|it| row(repository, &it)), "None."))
}

fn row(repository: &Repository, sha: &str) -> Option<String> {
    let commit = repository.git.commit(sha)?;
    let name = link(repository, &format!("commit/{sha}"), commit.subject());
    let by = escape(&commit.author.name);
    Some(format!(
        "{name} <span class=\"muted\">{by} · {}</span>",
        &sha[..7]
    ))
}

pub(super) fn commit(repository: &Repository, sha: &str) -> Option<String> {
    let commit = repository.git.commit(sha)?;
    let parent = commit.parents.first();
    let old = parent.map_or_else(Files::new, |it| repository.git.files(it));
    let files = repository.git.files(sha);
    Some(format!(
        "<h2>{}</h2><pre>{}</pre><p>{} &lt;{}&gt;</p>{}",
        escape(commit.subject()),
        escape(&commit.message),
        escape(&commit.author.name),
        escape(&commit.author.email),
        difference(repository, &old, &files)
    ))
}

/// What is new and what has gone, file by file.
pub(super) fn difference(repository: &Repository, old: &Files, new: &Files) -> String {
    let changed = changes(old, new).into_iter().map(|(path, what)| {
        let class = if what == "removed" { "gone" } else { "add" };
        let entry = new.get(&path);
        let content = entry.and_then(|it| repository.git.blob(&it.sha));
        let content = content.map_or_else(String::new, |it| shown(&it));
        format!(
            "<span class=\"{class}\">{what}</span> <code>{}</code>{content}",
            escape(&path)
        )
    });
    list(changed, "Nothing changed.")
}

//! Branches and tags: names for commits.

use super::{Git, Kind, is_sha};
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Whether git takes this for the name of a branch or a tag, with `refs/heads/` before it.
pub(crate) fn is_valid(name: &str) -> bool {
    let Some(short) = ["refs/heads/", "refs/tags/"]
        .into_iter()
        .find_map(|it| name.strip_prefix(it))
    else {
        return false;
    };
    let is_part = |it: &str| {
        let ends_badly = it.ends_with('.') || it.strip_suffix(".lock").is_some();
        !it.is_empty() && !it.starts_with('.') && !ends_badly
    };
    short.len() < 200
        && !short.starts_with('-')
        && short.split('/').all(is_part)
        && !short.contains("..")
        && !short.contains("@{")
        && !short.contains(|it: char| it.is_control() || " ~^:?*[\\\u{7f}".contains(it))
}

impl Git {
    /// The object that a full name (`refs/heads/main`) stands for.
    pub(crate) fn reference(&self, name: &str) -> Option<String> {
        if !is_valid(name) {
            return None;
        }
        let text = std::fs::read_to_string(self.folder.join(name)).ok()?;
        let sha = text.trim();
        is_sha(sha).then(|| sha.to_owned())
    }

    /// Points a name at an object; `false` where the name cannot be, or somebody else is at it.
    pub(crate) fn set_reference(&self, name: &str, sha: &str) -> bool {
        self.while_locked(name, |path, mut lock| {
            if writeln!(lock, "{sha}").is_err() {
                return false;
            }
            std::fs::rename(lock_of(path), path).is_ok()
        })
    }

    /// Forgets a name; `false` where there was none.
    pub(crate) fn remove_reference(&self, name: &str) -> bool {
        self.reference(name).is_some()
            && self.while_locked(name, |path, _| {
                let gone = std::fs::remove_file(path).is_ok();
                gone & std::fs::remove_file(lock_of(path)).is_ok()
            })
    }

    /// As git does, so that a push at the same time is told to try again.
    fn while_locked(&self, name: &str, then: impl FnOnce(&Path, File) -> bool) -> bool {
        let path = self.folder.join(name);
        if !is_valid(name) || std::fs::create_dir_all(path.parent().unwrap()).is_err() {
            return false;
        }
        let mut options = OpenOptions::new();
        let lock = options.write(true).create_new(true);
        match lock.open(lock_of(&path)) {
            Ok(lock) => {
                then(&path, lock) || {
                    let _ = std::fs::remove_file(lock_of(&path));
                    false
                }
            }
            Err(_) => false,
        }
    }

    /// Full names that begin with a text, and what they stand for, by name.
    pub(crate) fn references(&self, beginning: &str) -> Vec<(String, String)> {
        let mut names = Vec::new();
        collect(&self.folder, "refs", &mut names);
        names.sort();
        let known = names.into_iter().filter(|it| it.starts_with(beginning));
        known
            .filter_map(|name| Some((name.clone(), self.reference(&name)?)))
            .collect()
    }

    /// The branches by their short names.
    pub(crate) fn branches(&self) -> Vec<(String, String)> {
        let all = self.references("refs/heads/").into_iter();
        all.map(|(name, sha)| (name["refs/heads/".len()..].to_owned(), sha))
            .collect()
    }

    /// The commit that a branch, a tag, a full name or the name of a commit stands for.
    pub(crate) fn resolve(&self, revision: &str) -> Option<String> {
        let names = [
            revision.to_owned(),
            format!("refs/heads/{revision}"),
            format!("refs/tags/{revision}"),
            format!("refs/{revision}"),
        ];
        let target = names.iter().find_map(|it| self.reference(it));
        let mut sha = target.unwrap_or_else(|| revision.to_lowercase());
        loop {
            match self.read(&sha)? {
                (Kind::Commit, _) => return Some(sha),
                (Kind::Tag, content) => {
                    let text = String::from_utf8_lossy(&content).into_owned();
                    let line = text.lines().next()?;
                    line.strip_prefix("object ")?.clone_into(&mut sha);
                }
                _ => return None,
            }
        }
    }
}

fn collect(folder: &Path, name: &str, names: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder.join(name)).into_iter().flatten() {
        let Ok(entry) = entry else { continue };
        let inner = format!("{name}/{}", entry.file_name().to_string_lossy());
        if entry.file_type().is_ok_and(|it| it.is_dir()) {
            collect(folder, &inner, names);
        } else {
            names.push(inner);
        }
    }
}

/// Where git says that somebody is at a name.
fn lock_of(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    name.into()
}

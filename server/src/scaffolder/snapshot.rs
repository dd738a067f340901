//! What of a workspace goes into a repository: every file and link, without what its `.gitignore` files
//! leave out and without a history of its own.

use super::workspace::{Entry, Inside, Kind, Workspace, WorkspaceError};
use crate::git::Mode;
use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use std::collections::{BTreeMap, HashSet};

const IGNORE_FILE: &str = ".gitignore";

/// One file of a snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SnapshotFile {
    /// From the folder that was looked at.
    pub path: String,
    pub mode: Mode,
    /// In the workspace.
    at: Inside,
}

/// Everything below a folder that a repository would hold, by path.
///
/// # Errors
/// [`WorkspaceError`] when something cannot be listed.
pub fn snapshot(
    workspace: &Workspace,
    folder: &Inside,
) -> Result<Vec<SnapshotFile>, WorkspaceError> {
    let entries = workspace.walk(folder)?;
    let mut ignored = Ignored::read(workspace, folder, &entries)?;
    let mut files = Vec::new();
    for entry in entries {
        let Some(path) = entry.path.below(folder).map(ToOwned::to_owned) else {
            continue;
        };
        if ignored.leaves_out(&path, entry.kind == Kind::Folder) {
            continue;
        }
        let mode = match entry.kind {
            Kind::Folder => continue,
            Kind::Link => Mode::Link,
            Kind::File if entry.executable => Mode::Program,
            Kind::File => Mode::File,
        };
        files.push(SnapshotFile {
            path,
            mode,
            at: entry.path,
        });
    }
    Ok(files)
}

impl SnapshotFile {
    /// What git keeps of it: of a link, where it leads.
    ///
    /// # Errors
    /// [`WorkspaceError`] when it cannot be read.
    pub fn content(&self, workspace: &Workspace) -> Result<Vec<u8>, WorkspaceError> {
        match self.mode {
            Mode::Link => Ok(workspace.read_link(&self.at)?.into_bytes()),
            _ => workspace.read(&self.at),
        }
    }
}

/// What the `.gitignore` files say.
struct Ignored {
    /// By the folder they are in.
    files: BTreeMap<String, Gitignore>,
    /// Folders of which nothing is taken.
    folders: HashSet<String>,
}

impl Ignored {
    fn read(
        workspace: &Workspace,
        folder: &Inside,
        entries: &[Entry],
    ) -> Result<Self, WorkspaceError> {
        let mut files = BTreeMap::new();
        for entry in entries.iter().filter(|it| it.kind == Kind::File) {
            let path = entry.path.below(folder).unwrap_or_default();
            let (parent, name) = path.rsplit_once('/').unwrap_or(("", path));
            if name != IGNORE_FILE {
                continue;
            }
            let text = workspace.read(&entry.path)?;
            let mut rules = GitignoreBuilder::new("");
            for line in String::from_utf8_lossy(&text).lines() {
                // What is no pattern leaves nothing out, as with git.
                let _unusable = rules.add_line(None, line);
            }
            if let Ok(rules) = rules.build() {
                files.insert(parent.to_owned(), rules);
            }
        }
        Ok(Self {
            files,
            folders: HashSet::new(),
        })
    }

    /// Whether something is left out. Folders are asked for before what is in them.
    fn leaves_out(&mut self, path: &str, is_folder: bool) -> bool {
        let (parent, name) = path.rsplit_once('/').unwrap_or(("", path));
        let is_out = self.folders.contains(parent)
            || name.eq_ignore_ascii_case(".git")
            || self.is_ignored(path, is_folder);
        if is_out && is_folder {
            self.folders.insert(path.to_owned());
        }
        is_out
    }

    /// The file that is nearest decides.
    fn is_ignored(&self, path: &str, is_folder: bool) -> bool {
        if self.files.is_empty() {
            return false;
        }
        let mut end = path.len();
        loop {
            let folder = path[..end].rfind('/').map_or("", |at| &path[..at]);
            if let Some(rules) = self.files.get(folder) {
                let below = path[folder.len()..].trim_start_matches('/');
                match rules.matched(below, is_folder) {
                    Match::Ignore(_) => return true,
                    Match::Whitelist(_) => return false,
                    Match::None => {}
                }
            }
            if folder.is_empty() {
                return false;
            }
            end = folder.len();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scaffolder::workspace::Limits;

    fn check(files: &[(&str, &str)], expected: &[&str]) {
        let folder = tempfile::tempdir().unwrap();
        let workspace = Workspace::create(folder.path(), Limits::default()).unwrap();
        for (path, content) in files {
            let path = Inside::parse(path).unwrap();
            workspace.write(&path, content.as_bytes(), false).unwrap();
        }
        let found = snapshot(&workspace, &Inside::root()).unwrap();
        let found: Vec<_> = found.iter().map(|it| it.path.as_str()).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn what_git_would_not_add_is_left_out() {
        check(
            &[
                (
                    ".gitignore",
                    "node_modules/\n*.log\n!keep.log\n/dist\n# not\n",
                ),
                ("a.log", ""),
                ("keep.log", ""),
                ("dist/x", ""),
                ("sub/dist/x", ""),
                ("sub/node_modules/y/z", ""),
                ("sub/.gitignore", "!b.log\nsecret"),
                ("sub/b.log", ""),
                ("sub/secret", ""),
                ("secret", ""),
                (".git/config", ""),
                ("sub/.GIT/config", ""),
            ],
            &[
                ".gitignore",
                "keep.log",
                "secret",
                "sub/.gitignore",
                "sub/b.log",
                "sub/dist/x",
            ],
        );
        check(&[("a.b", ""), ("a/b", "")], &["a.b", "a/b"]);
    }

    #[test]
    fn links_hold_where_they_lead_and_programs_stay_programs() {
        let folder = tempfile::tempdir().unwrap();
        let workspace = Workspace::create(folder.path(), Limits::default()).unwrap();
        let at = |path: &str| Inside::parse(path).unwrap();
        workspace.write(&at("app/run.sh"), b"#!", true).unwrap();
        workspace.link(&at("app/again"), "run.sh").unwrap();
        let found = snapshot(&workspace, &at("app")).unwrap();
        let found: Vec<_> = found
            .iter()
            .map(|it| (it.path.as_str(), it.mode, it.content(&workspace).unwrap()))
            .collect();
        let expected = [
            ("again", Mode::Link, b"run.sh".to_vec()),
            ("run.sh", Mode::Program, b"#!".to_vec()),
        ];
        assert_eq!(found, expected);
    }
}

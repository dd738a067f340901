//! The files of a workspace as a commit without a history, packed to be pushed.

use crate::git::{Commit, Id, Kind, Mode, Pack, PackError, PackWriter, Person, TreeEntry, object};
use crate::scaffolder::actions::ActionError;
use crate::scaffolder::snapshot::{SnapshotFile, snapshot};
use crate::scaffolder::workspace::{Inside, Workspace};
use std::collections::BTreeMap;
use std::path::Path;

/// A commit and everything in it.
#[derive(Debug, Clone)]
pub(super) struct Prepared {
    pub(super) id: Id,
    pub(super) pack: Pack,
    pub(super) files: usize,
}

/// What is said about a commit.
#[derive(Debug, Clone)]
pub(super) struct About {
    pub(super) author: Person,
    /// Seconds since 1970.
    pub(super) time: i64,
    pub(super) message: String,
}

/// Makes a commit of a folder of a workspace; the same of the same, so that one that was pushed before is
/// known again. The pack is written into `temporary`.
pub(super) fn prepare(
    workspace: &Workspace,
    folder: &Inside,
    about: &About,
    temporary: &Path,
) -> Result<Prepared, ActionError> {
    let mut writer = PackWriter::new(temporary)?;
    let files = snapshot(workspace, folder)?;
    let tree = write_files(workspace, &files, &mut writer)?;
    let commit = Commit {
        tree,
        parents: &[],
        author: &about.author,
        time: about.time,
        message: &about.message,
    };
    let id = writer.add(Kind::Commit, &commit.content())?;
    Ok(Prepared {
        id,
        pack: writer.finish()?,
        files: files.len(),
    })
}

/// Writes all files and the folders they are in, and returns the name of the outermost.
fn write_files(
    workspace: &Workspace,
    files: &[SnapshotFile],
    writer: &mut PackWriter,
) -> Result<Id, ActionError> {
    let mut folders: BTreeMap<&str, Vec<TreeEntry>> = BTreeMap::from([("", Vec::new())]);
    for file in files {
        let id = writer.add(Kind::Blob, &file.content(workspace)?)?;
        let (folder, name) = file.path.rsplit_once('/').unwrap_or(("", &file.path));
        let mut above = folder;
        while !above.is_empty() && !folders.contains_key(above) {
            folders.insert(above, Vec::new());
            above = above.rsplit_once('/').map_or("", |(parent, _)| parent);
        }
        folders.entry(folder).or_default().push(TreeEntry {
            name: name.to_owned(),
            mode: file.mode,
            id,
        });
    }
    // Each folder before the one it is in.
    let mut order: Vec<&str> = folders.keys().copied().collect();
    order.sort_by_key(|folder| std::cmp::Reverse(folder.matches('/').count()));
    let mut root = Id::NONE;
    for folder in order.into_iter().filter(|it| !it.is_empty()).chain([""]) {
        let mut entries = folders.remove(folder).unwrap_or_default();
        let id = writer.add(Kind::Tree, &object::tree(&mut entries))?;
        if folder.is_empty() {
            root = id;
            continue;
        }
        let (parent, name) = folder.rsplit_once('/').unwrap_or(("", folder));
        folders.entry(parent).or_default().push(TreeEntry {
            name: name.to_owned(),
            mode: Mode::Folder,
            id,
        });
    }
    Ok(root)
}

impl From<PackError> for ActionError {
    fn from(error: PackError) -> Self {
        match error {
            PackError::TooLarge => Self::Input(error.to_string()),
            PackError::Io(_) => Self::Failed(error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scaffolder::workspace::Limits;
    use std::process::{Command, Output};

    fn git(folder: &Path, args: &[&str]) -> Output {
        let output = Command::new("git").args(args).current_dir(folder).output();
        output.expect("git is installed where tests run")
    }

    fn told(folder: &Path, args: &[&str]) -> String {
        let output = git(folder, args);
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "git {args:?}: {error}");
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    fn about() -> About {
        About {
            author: Person::new("Ann", "ann@example.com").unwrap(),
            time: 1_700_000_000,
            message: "first\n\nwith a body\n\n".to_owned(),
        }
    }

    #[test]
    fn git_reads_what_was_written() {
        let folder = tempfile::tempdir().unwrap();
        let workspace = Workspace::create(folder.path(), Limits::default()).unwrap();
        let at = |path: &str| Inside::parse(path).unwrap();
        let write = |path: &str, content: &[u8], executable| {
            workspace.write(&at(path), content, executable).unwrap();
        };
        write("app/README.md", b"# Hello\n", false);
        write("app/same.md", b"# Hello\n", false);
        write("app/run.sh", b"#!/bin/sh\n", true);
        write("app/a/b/c.txt", b"deep", false);
        write("app/a.txt", b"", false);
        write("app/a0/x", &vec![7; 300_000], false);
        write("outside", b"not this", false);
        workspace.link(&at("app/link"), "README.md").unwrap();
        workspace.create_folder(&at("app/empty")).unwrap();
        let made = prepare(&workspace, &at("app"), &about(), folder.path()).unwrap();
        assert_eq!(made.files, 7);

        let repository = tempfile::tempdir().unwrap();
        told(repository.path(), &["init", "-q", "--bare", "."]);
        let pack = made.pack.file.path().to_str().unwrap().to_owned();
        let input = std::fs::File::open(&pack).unwrap();
        let indexed = Command::new("git")
            .args(["index-pack", "--stdin", "--strict", "--fix-thin"])
            .current_dir(repository.path())
            .stdin(input)
            .output()
            .unwrap();
        let error = String::from_utf8_lossy(&indexed.stderr);
        assert!(indexed.status.success(), "{error}");
        let id = made.id.to_string();
        told(repository.path(), &["update-ref", "refs/heads/main", &id]);
        let checked = git(repository.path(), &["fsck", "--strict", "--full"]);
        assert!(checked.status.success(), "{checked:?}");
        let listed = told(
            repository.path(),
            &["ls-tree", "-r", "main", "--format=%(objectmode) %(path)"],
        );
        let expected = "100644 README.md\n100644 a.txt\n100644 a/b/c.txt\n100644 a0/x\n120000 link\n\
                        100755 run.sh\n100644 same.md";
        assert_eq!(listed, expected);
        let shown = told(
            repository.path(),
            &["log", "--format=%an <%ae> %at %B", "main"],
        );
        assert_eq!(
            shown,
            "Ann <ann@example.com> 1700000000 first\n\nwith a body"
        );
        let again = prepare(&workspace, &at("app"), &about(), folder.path()).unwrap();
        assert_eq!(again.id, made.id, "the same is the same again");
    }

    #[test]
    fn nothing_is_a_commit_too() {
        let folder = tempfile::tempdir().unwrap();
        let workspace = Workspace::create(folder.path(), Limits::default()).unwrap();
        let made = prepare(&workspace, &Inside::root(), &about(), folder.path()).unwrap();
        assert_eq!((made.files, made.pack.objects), (0, 2));
    }
}

//! Real git: every repository is a bare one in a folder, which `git` itself serves to whoever clones
//! and pushes.
//!
//! Objects are read and written here as git keeps them before it packs them, each in a file of its own.
//! What is pushed is unpacked on arrival and never packed again (see [`Git::init`]), so that whichever
//! way an object came, it is found.

mod backend;
mod commit;
mod history;
mod object;
mod references;
mod tree;

pub(crate) use backend::Request;
pub(crate) use commit::{Commit, Person};
pub(crate) use history::merge;
pub(crate) use object::{Kind, is_sha};
pub(crate) use references::is_valid;
pub(crate) use tree::{Entry, Files, is_valid_path};

use std::path::{Path, PathBuf};

/// A bare repository.
#[derive(Debug, Clone)]
pub(crate) struct Git {
    folder: PathBuf,
}

/// Nothing is packed: objects are read here one by one. Pushes are checked as strictly as git can.
const CONFIG: &str = "\
[core]
\trepositoryformatversion = 0
\tfilemode = true
\tbare = true
\tlogAllRefUpdates = false
[gc]
\tauto = 0
[http]
\treceivepack = true
[receive]
\tautogc = false
\tdenyDeleteCurrent = refuse
\tfsckObjects = true
\tunpackLimit = 10000000
[uploadpack]
\tallowFilter = true
\tallowReachableSHA1InWant = true
";

impl Git {
    /// A new one, without any commit.
    pub(crate) fn init(folder: PathBuf, default_branch: &str) -> Self {
        for name in ["objects", "refs/heads", "refs/tags"] {
            std::fs::create_dir_all(folder.join(name)).unwrap();
        }
        std::fs::write(folder.join("config"), CONFIG).unwrap();
        let git = Self { folder };
        git.set_head(default_branch);
        git
    }

    /// The same objects, branches and tags in another folder.
    pub(crate) fn copy(&self, folder: PathBuf, default_branch: &str) -> Self {
        let copy = Self::init(folder, default_branch);
        for name in ["objects", "refs"] {
            copy_folder(&self.folder.join(name), &copy.folder.join(name));
        }
        copy
    }

    /// Takes over all objects of another repository, such as those of a fork.
    pub(crate) fn take_objects(&self, other: &Self) {
        let folders = [&other.folder, &self.folder].map(|it| it.join("objects"));
        copy_folder(&folders[0], &folders[1]);
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Which branch those who clone get.
    pub(crate) fn set_head(&self, branch: &str) {
        let head = format!("ref: refs/heads/{branch}\n");
        std::fs::write(self.folder.join("HEAD"), head).unwrap();
    }

    /// The files of a commit.
    pub(crate) fn files(&self, commit: &str) -> Files {
        let commit = self.commit(commit);
        commit.map_or_else(Files::new, |it| self.flat(&it.tree))
    }

    /// A commit of these files on top of a branch, which it moves; returns the commit.
    pub(crate) fn commit_files(
        &self,
        branch: &str,
        files: &Files,
        author: &Person,
        message: &str,
    ) -> String {
        let name = format!("refs/heads/{branch}");
        let commit = Commit {
            tree: self.write_tree(files),
            parents: self.reference(&name).into_iter().collect(),
            author: author.clone(),
            committer: author.clone(),
            message: message.to_owned(),
        };
        let sha = self.write_commit(&commit);
        self.set_reference(&name, &sha);
        sha
    }
}

fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_folder(&entry.path(), &target);
        } else if !target.exists() {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

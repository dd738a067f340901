//! Folders, as trees one in the other and as a flat list of paths.

use super::object::hex;
use super::{Git, Kind};
use std::collections::BTreeMap;

/// What stands under a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// `100644`, `100755`, `120000`, `160000` or `040000`.
    pub(crate) mode: String,
    pub(crate) sha: String,
}

/// Everything but folders, by its path.
pub(crate) type Files = BTreeMap<String, Entry>;

impl Entry {
    pub(crate) fn file(sha: String) -> Self {
        Self {
            mode: "100644".to_owned(),
            sha,
        }
    }

    pub(crate) fn folder(sha: String) -> Self {
        Self {
            mode: "040000".to_owned(),
            sha,
        }
    }

    /// `blob`, `tree` or `commit`.
    pub(crate) fn kind(&self) -> &'static str {
        match self.mode.as_str() {
            "040000" => "tree",
            "160000" => "commit",
            _ => "blob",
        }
    }
}

impl Git {
    /// What stands directly in a tree, in the order of git.
    pub(crate) fn tree(&self, sha: &str) -> Option<Vec<(String, Entry)>> {
        let Some((Kind::Tree, content)) = self.read(sha) else {
            return None;
        };
        let mut entries = Vec::new();
        let mut rest = content.as_slice();
        while !rest.is_empty() {
            let end = rest.iter().position(|it| *it == 0)?;
            let head = std::str::from_utf8(&rest[..end]).ok()?;
            let (mode, name) = head.split_once(' ')?;
            let sha = hex(rest.get(end + 1..end + 21)?);
            let mode = format!("{mode:0>6}");
            entries.push((name.to_owned(), Entry { mode, sha }));
            rest = &rest[end + 21..];
        }
        Some(entries)
    }

    /// All files below a tree.
    pub(crate) fn flat(&self, sha: &str) -> Files {
        let mut files = Files::new();
        self.flatten(sha, "", &mut files);
        files
    }

    fn flatten(&self, sha: &str, folder: &str, files: &mut Files) {
        for (name, entry) in self.tree(sha).unwrap_or_default() {
            let path = format!("{folder}{name}");
            if entry.kind() == "tree" {
                self.flatten(&entry.sha, &format!("{path}/"), files);
            } else {
                files.insert(path, entry);
            }
        }
    }

    /// Keeps the trees of these files and returns the top one.
    pub(crate) fn write_tree(&self, files: &Files) -> String {
        let mut entries: BTreeMap<String, Entry> = BTreeMap::new();
        let mut folders: BTreeMap<&str, Files> = BTreeMap::new();
        for (path, entry) in files {
            match path.split_once('/') {
                Some((folder, rest)) => {
                    let inner = folders.entry(folder).or_default();
                    inner.insert(rest.to_owned(), entry.clone());
                }
                None => {
                    entries.insert(path.clone(), entry.clone());
                }
            }
        }
        for (name, inner) in folders {
            // git sorts folders as if their names ended in a slash.
            entries.insert(format!("{name}/"), Entry::folder(self.write_tree(&inner)));
        }
        let mut content = Vec::new();
        for (name, entry) in entries {
            let mode = entry.mode.trim_start_matches('0');
            let name = name.trim_end_matches('/');
            content.extend_from_slice(format!("{mode} {name}\0").as_bytes());
            let bytes = (0..20).map(|at| u8::from_str_radix(&entry.sha[2 * at..2 * at + 2], 16));
            content.extend(bytes.map(Result::unwrap));
        }
        self.write(Kind::Tree, &content)
    }
}

/// Whether git and every file system take this for the path of a file.
pub(crate) fn is_valid_path(path: &str) -> bool {
    path.split('/').all(|it| {
        !it.is_empty()
            && it != "."
            && it != ".."
            && !it.eq_ignore_ascii_case(".git")
            && !it.contains('\0')
    })
}

//! Trees of files: what a skeleton is read from and written to, and one in memory.

use std::collections::BTreeMap;
use std::io;

/// Something in a tree, by its path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Relative, without a slash at its ends.
    pub path: String,
    pub kind: EntryKind,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EntryKind {
    Folder,
    File { is_executable: bool },
    Link(String),
}

/// Where a skeleton is read from.
pub trait Source {
    /// Everything in it, folders and hidden files included, links not followed, by path.
    ///
    /// # Errors
    /// When it cannot be listed.
    fn entries(&self) -> io::Result<Vec<Entry>>;

    /// The content of a file.
    ///
    /// # Errors
    /// When it cannot be read.
    fn read(&self, path: &str) -> io::Result<Vec<u8>>;
}

/// Where files are written to. Folders on the way are made.
pub trait Target {
    /// Whether something is there; a link counts as what it leads to.
    fn exists(&self, path: &str) -> bool;

    /// Makes a folder, unless it is there.
    ///
    /// # Errors
    /// When it cannot be made.
    fn folder(&mut self, path: &str) -> io::Result<()>;

    /// Writes a file, in place of one that is there.
    ///
    /// # Errors
    /// When it cannot be written.
    fn file(&mut self, path: &str, bytes: &[u8], is_executable: bool) -> io::Result<()>;

    /// Makes a link, in place of one that is there.
    ///
    /// # Errors
    /// When it cannot be made.
    fn link(&mut self, path: &str, to: &str) -> io::Result<()>;
}

/// What is at a path of a tree in memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node {
    Folder,
    File { bytes: Vec<u8>, is_executable: bool },
    Link(String),
}

/// A tree in memory, for dry runs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MemoryTree {
    nodes: BTreeMap<String, Node>,
}

impl MemoryTree {
    /// Everything in it, by path.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Node)> {
        self.nodes.iter().map(|(path, node)| (path.as_str(), node))
    }

    /// Puts something at a path, and folders on the way there.
    pub fn put(&mut self, path: &str, node: Node) {
        let mut end = 0;
        while let Some(slash) = path[end..].find('/') {
            end += slash;
            let folder = self.nodes.entry(path[..end].to_owned());
            folder.or_insert(Node::Folder);
            end += 1;
        }
        self.nodes.insert(path.to_owned(), node);
    }

    pub fn get(&self, path: &str) -> Option<&Node> {
        self.nodes.get(path)
    }
}

impl Source for MemoryTree {
    fn entries(&self) -> io::Result<Vec<Entry>> {
        let entries = self.nodes.iter().map(|(path, node)| Entry {
            path: path.clone(),
            kind: match node {
                Node::Folder => EntryKind::Folder,
                Node::File { is_executable, .. } => EntryKind::File {
                    is_executable: *is_executable,
                },
                Node::Link(to) => EntryKind::Link(to.clone()),
            },
        });
        Ok(entries.collect())
    }

    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        match self.nodes.get(path) {
            Some(Node::File { bytes, .. }) => Ok(bytes.clone()),
            _ => Err(io::ErrorKind::NotFound.into()),
        }
    }
}

impl Target for MemoryTree {
    fn exists(&self, path: &str) -> bool {
        self.nodes.contains_key(path)
    }

    fn folder(&mut self, path: &str) -> io::Result<()> {
        match self.nodes.get(path) {
            Some(Node::Folder) => Ok(()),
            Some(_) => Err(io::ErrorKind::NotADirectory.into()),
            None => {
                self.put(path, Node::Folder);
                Ok(())
            }
        }
    }

    fn file(&mut self, path: &str, bytes: &[u8], is_executable: bool) -> io::Result<()> {
        if self.nodes.get(path) == Some(&Node::Folder) {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        let bytes = bytes.to_vec();
        let node = Node::File {
            bytes,
            is_executable,
        };
        self.put(path, node);
        Ok(())
    }

    fn link(&mut self, path: &str, to: &str) -> io::Result<()> {
        self.put(path, Node::Link(to.to_owned()));
        Ok(())
    }
}

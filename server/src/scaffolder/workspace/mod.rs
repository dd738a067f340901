//! The files of one run of a template. Every action reaches them through [`Workspace`] alone.
//!
//! A handle on a folder (`cap-std`) that resolves every path itself: neither `..`, nor an absolute
//! path, nor a link, nor a chain of links leads out of it, whatever another process does meanwhile.
//! What is in it is bounded in size, number and depth.

mod archive;
mod path;

pub use archive::Wanted;
pub use path::{Inside, PathError};

use cap_std::ambient_authority;
use cap_std::fs::{Dir, OpenOptions, PermissionsExt};
use std::collections::VecDeque;
use std::io::{self, Read, Write};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How much a workspace may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Of all files together.
    pub bytes: u64,
    /// Of one file.
    pub file: u64,
    /// Files, folders and links.
    pub entries: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 256 << 20,
            file: 64 << 20,
            entries: 50_000,
        }
    }
}

/// Why something could not be done in a workspace.
#[derive(Debug, thiserror::Error)]
pub enum WorkspaceError {
    #[error(transparent)]
    Path(#[from] PathError),
    #[error("'{0}' does not exist in the workspace")]
    Missing(Inside),
    #[error("'{0}' exists in the workspace already")]
    Exists(Inside),
    #[error("'{0}' is a folder")]
    IsFolder(Inside),
    #[error("'{0}' is a symbolic link, or is reached through one that leads out of the workspace")]
    Link(Inside),
    #[error("the link '{from}' to '{to}' would lead out of the workspace")]
    LinkOutside { from: Inside, to: String },
    #[error("'{path}' has {size} bytes, more than the {most} that a file may have")]
    TooLarge { path: Inside, size: u64, most: u64 },
    #[error("the workspace would hold more than {0} bytes")]
    TooMuch(u64),
    #[error("the workspace would hold more than {0} files and folders")]
    TooMany(usize),
    #[error("this folder is only read")]
    ReadOnly,
    #[error("the archive cannot be used: {0}")]
    Archive(String),
    #[error("'{0}' cannot be written: the disk of the server's working folder is full")]
    Full(Inside),
    #[error("'{path}': {source}")]
    Io { path: Inside, source: io::Error },
}

impl WorkspaceError {
    fn io(path: &Inside, source: io::Error) -> Self {
        match source.kind() {
            io::ErrorKind::NotFound => Self::Missing(path.clone()),
            // What the handle says when a link leads out.
            io::ErrorKind::PermissionDenied => Self::Link(path.clone()),
            io::ErrorKind::IsADirectory => Self::IsFolder(path.clone()),
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full(path.clone()),
            _ => Self::Io {
                path: path.clone(),
                source,
            },
        }
    }
}

/// What something in a workspace is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    File,
    Folder,
    Link,
}

/// One thing in a workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub path: Inside,
    pub kind: Kind,
    /// In bytes; 0 for what is no file.
    pub size: u64,
    pub executable: bool,
}

/// What a workspace holds at the moment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Used {
    bytes: u64,
    entries: usize,
}

/// The folder of one run. It is removed with the last handle on it.
#[derive(Debug)]
pub struct Workspace {
    dir: Dir,
    limits: Limits,
    used: Mutex<Used>,
    /// Holds the folder in the file system; None for a folder that is only read.
    folder: Option<tempfile::TempDir>,
}

impl Workspace {
    /// An empty workspace, as a folder of its own below `base`.
    ///
    /// # Errors
    /// [`WorkspaceError::Io`] when the folder cannot be made.
    pub fn create(base: &Path, limits: Limits) -> Result<Self, WorkspaceError> {
        let failed = |source| WorkspaceError::Io {
            path: Inside::root(),
            source,
        };
        let folder = tempfile::Builder::new()
            .prefix("callboard-")
            .tempdir_in(base)
            .map_err(failed)?;
        let dir = Dir::open_ambient_dir(folder.path(), ambient_authority()).map_err(failed)?;
        Ok(Self {
            dir,
            limits,
            used: Mutex::default(),
            folder: Some(folder),
        })
    }

    /// A folder that is there already, to be read and never changed.
    ///
    /// # Errors
    /// [`WorkspaceError::Missing`] when there is none.
    pub fn read_only(folder: &Path, limits: Limits) -> Result<Self, WorkspaceError> {
        let dir = Dir::open_ambient_dir(folder, ambient_authority());
        Ok(Self {
            dir: dir.map_err(|error| WorkspaceError::io(&Inside::root(), error))?,
            limits,
            used: Mutex::default(),
            folder: None,
        })
    }

    /// Where it is in the file system; None for one that is only read.
    pub fn folder(&self) -> Option<&Path> {
        self.folder.as_ref().map(tempfile::TempDir::path)
    }

    fn may_change(&self) -> Result<(), WorkspaceError> {
        if self.folder.is_none() {
            return Err(WorkspaceError::ReadOnly);
        }
        Ok(())
    }

    fn used(&self) -> MutexGuard<'_, Used> {
        self.used.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is at a path, links not followed; None when there is nothing.
    ///
    /// # Errors
    /// [`WorkspaceError`] when it cannot be told.
    pub fn find(&self, path: &Inside) -> Result<Option<Entry>, WorkspaceError> {
        match self.dir.symlink_metadata(path.as_path()) {
            Ok(metadata) => Ok(Some(entry(path.clone(), &metadata))),
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
                ) =>
            {
                Ok(None)
            }
            Err(error) => Err(WorkspaceError::io(path, error)),
        }
    }

    /// The content of a file. Links inside the workspace are followed.
    ///
    /// # Errors
    /// [`WorkspaceError`] when it is missing, no file, or too large.
    pub fn read(&self, path: &Inside) -> Result<Vec<u8>, WorkspaceError> {
        let failed = |error| WorkspaceError::io(path, error);
        let file = self.dir.open(path.as_path()).map_err(failed)?;
        let metadata = file.metadata().map_err(failed)?;
        if metadata.is_dir() {
            return Err(WorkspaceError::IsFolder(path.clone()));
        }
        let most = self.limits.file;
        let mut content = Vec::new();
        file.take(most + 1)
            .read_to_end(&mut content)
            .map_err(failed)?;
        if content.len() as u64 > most {
            return Err(WorkspaceError::TooLarge {
                path: path.clone(),
                size: metadata.len(),
                most,
            });
        }
        Ok(content)
    }

    /// Where a link says it leads.
    ///
    /// # Errors
    /// [`WorkspaceError`] when there is none.
    pub fn read_link(&self, path: &Inside) -> Result<String, WorkspaceError> {
        let target = self
            .dir
            .read_link_contents(path.as_path())
            .map_err(|error| WorkspaceError::io(path, error))?;
        let target = target.into_os_string().into_string();
        target.map_err(|_| WorkspaceError::Link(path.clone()))
    }

    /// Whether a file of `size` bytes still has room at `path`.
    ///
    /// # Errors
    /// [`WorkspaceError`] that says which limit it would exceed.
    pub fn fits(&self, path: &Inside, size: u64) -> Result<(), WorkspaceError> {
        if size > self.limits.file {
            return Err(WorkspaceError::TooLarge {
                path: path.clone(),
                size,
                most: self.limits.file,
            });
        }
        let old = self.find(path)?.map_or(0, |entry| entry.size);
        if self.used().bytes.saturating_sub(old) + size > self.limits.bytes {
            return Err(WorkspaceError::TooMuch(self.limits.bytes));
        }
        Ok(())
    }

    /// Writes a file, with the folders it is in; what was there before is replaced, unless it is a
    /// folder or a link.
    ///
    /// # Errors
    /// [`WorkspaceError`]; then the file may be there in part.
    pub fn write(
        &self,
        path: &Inside,
        content: &[u8],
        executable: bool,
    ) -> Result<(), WorkspaceError> {
        self.may_change()?;
        let size = content.len() as u64;
        self.fits(path, size)?;
        let old = self.find(path)?;
        match old.as_ref().map(|entry| entry.kind) {
            Some(Kind::Folder) => return Err(WorkspaceError::IsFolder(path.clone())),
            Some(Kind::Link) => return Err(WorkspaceError::Link(path.clone())),
            Some(Kind::File) | None => {}
        }
        if path.is_root() {
            return Err(WorkspaceError::IsFolder(path.clone()));
        }
        if let Some(parent) = path.parent() {
            self.create_folder(&parent)?;
        }
        if old.is_none() {
            self.count(1)?;
        }
        let failed = |error| WorkspaceError::io(path, error);
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        let mut file = self
            .dir
            .open_with(path.as_path(), &options)
            .map_err(failed)?;
        file.write_all(content).map_err(failed)?;
        if executable || old.as_ref().is_some_and(|old| old.executable) {
            let mode = if executable { 0o755 } else { 0o644 };
            let permissions = cap_std::fs::Permissions::from_mode(mode);
            file.set_permissions(permissions).map_err(failed)?;
        }
        let mut used = self.used();
        used.bytes = used.bytes.saturating_sub(old.map_or(0, |old| old.size)) + size;
        Ok(())
    }

    /// Makes a folder and those above it, where they are missing.
    ///
    /// # Errors
    /// [`WorkspaceError`] when something else is in the way.
    pub fn create_folder(&self, path: &Inside) -> Result<(), WorkspaceError> {
        if path.is_root() {
            return Ok(());
        }
        self.may_change()?;
        // Most often it is there already.
        if let Some(there) = self.find(path)? {
            return match there.kind {
                Kind::Folder => Ok(()),
                Kind::File => Err(WorkspaceError::Exists(path.clone())),
                Kind::Link => Err(WorkspaceError::Link(path.clone())),
            };
        }
        let mut folder = Inside::root();
        for name in path.names() {
            folder = folder.child(name);
            match self.find(&folder)?.map(|entry| entry.kind) {
                Some(Kind::Folder) => {}
                Some(Kind::File) => return Err(WorkspaceError::Exists(folder)),
                Some(Kind::Link) => return Err(WorkspaceError::Link(folder)),
                None => {
                    self.count(1)?;
                    self.dir
                        .create_dir(folder.as_path())
                        .map_err(|error| WorkspaceError::io(&folder, error))?;
                }
            }
        }
        Ok(())
    }

    /// Makes a symbolic link, as long as it leads to somewhere inside.
    ///
    /// # Errors
    /// [`WorkspaceError::LinkOutside`], and [`WorkspaceError::Exists`] when something is there.
    pub fn link(&self, path: &Inside, target: &str) -> Result<(), WorkspaceError> {
        self.may_change()?;
        let parent = path.parent().ok_or_else(|| {
            let root = Inside::root();
            WorkspaceError::IsFolder(root)
        })?;
        if parent.join(target).is_err() || target.is_empty() {
            return Err(WorkspaceError::LinkOutside {
                from: path.clone(),
                to: target.to_owned(),
            });
        }
        if self.find(path)?.is_some() {
            return Err(WorkspaceError::Exists(path.clone()));
        }
        self.create_folder(&parent)?;
        self.count(1)?;
        self.dir
            .symlink(target, path.as_path())
            .map_err(|error| WorkspaceError::io(path, error))
    }

    /// Removes a file, a link, or a folder with everything in it.
    ///
    /// # Errors
    /// [`WorkspaceError::Missing`] when there is nothing.
    pub fn remove(&self, path: &Inside) -> Result<(), WorkspaceError> {
        self.may_change()?;
        let failed = |error| WorkspaceError::io(path, error);
        let Some(there) = self.find(path)? else {
            return Err(WorkspaceError::Missing(path.clone()));
        };
        let gone = match there.kind {
            Kind::Folder => self.walk(path)?,
            Kind::File | Kind::Link => Vec::new(),
        };
        match there.kind {
            Kind::Folder if path.is_root() => {
                for entry in self.list(path)? {
                    self.remove(&entry.path)?;
                }
                return Ok(());
            }
            Kind::Folder => self.dir.remove_dir_all(path.as_path()).map_err(failed)?,
            Kind::File | Kind::Link => self.dir.remove_file(path.as_path()).map_err(failed)?,
        }
        let mut used = self.used();
        for entry in gone.iter().chain([&there]) {
            used.bytes = used.bytes.saturating_sub(entry.size);
            used.entries = used.entries.saturating_sub(1);
        }
        Ok(())
    }

    /// Moves a file, link or folder to where nothing is yet.
    ///
    /// # Errors
    /// [`WorkspaceError::Missing`], [`WorkspaceError::Exists`].
    pub fn rename(&self, from: &Inside, to: &Inside) -> Result<(), WorkspaceError> {
        self.may_change()?;
        if self.find(from)?.is_none() {
            return Err(WorkspaceError::Missing(from.clone()));
        }
        if self.find(to)?.is_some() {
            return Err(WorkspaceError::Exists(to.clone()));
        }
        if let Some(parent) = to.parent() {
            self.create_folder(&parent)?;
        }
        self.dir
            .rename(from.as_path(), &self.dir, to.as_path())
            .map_err(|error| WorkspaceError::io(from, error))
    }

    /// What is directly in a folder, by name.
    ///
    /// # Errors
    /// [`WorkspaceError`] when it is none.
    pub fn list(&self, path: &Inside) -> Result<Vec<Entry>, WorkspaceError> {
        let failed = |error| WorkspaceError::io(path, error);
        let mut entries = Vec::new();
        for found in self.dir.read_dir(path.as_path()).map_err(failed)? {
            let found = found.map_err(failed)?;
            let name = found.file_name().into_string().map_err(|_| {
                WorkspaceError::io(path, io::Error::other("it holds a name that is no UTF-8"))
            })?;
            let metadata = found.metadata().map_err(failed)?;
            entries.push(entry(path.child(&name), &metadata));
        }
        entries.sort_by(|one, other| one.path.cmp(&other.path));
        Ok(entries)
    }

    /// Everything below a folder, each folder before what is in it. Links are not followed.
    ///
    /// # Errors
    /// [`WorkspaceError`] when something cannot be listed.
    pub fn walk(&self, path: &Inside) -> Result<Vec<Entry>, WorkspaceError> {
        let mut found = Vec::new();
        let mut waiting = VecDeque::from([path.clone()]);
        while let Some(folder) = waiting.pop_front() {
            for entry in self.list(&folder)? {
                if entry.kind == Kind::Folder {
                    waiting.push_back(entry.path.clone());
                }
                found.push(entry);
            }
        }
        found.sort_by(|one, other| one.path.cmp(&other.path));
        Ok(found)
    }

    fn count(&self, more: usize) -> Result<(), WorkspaceError> {
        let mut used = self.used();
        if used.entries + more > self.limits.entries {
            return Err(WorkspaceError::TooMany(self.limits.entries));
        }
        used.entries += more;
        Ok(())
    }
}

fn entry(path: Inside, metadata: &cap_std::fs::Metadata) -> Entry {
    let kind = if metadata.is_symlink() {
        Kind::Link
    } else if metadata.is_dir() {
        Kind::Folder
    } else {
        Kind::File
    };
    let is_file = kind == Kind::File;
    Entry {
        path,
        kind,
        size: if is_file { metadata.len() } else { 0 },
        executable: is_file && metadata.permissions().mode() & 0o111 != 0,
    }
}

//! A workspace as one block of bytes, and archives from elsewhere put into one.

use super::path::{Inside, PathError};
use super::{Kind, Limits, Workspace, WorkspaceError};
use std::io::{self, Read};
use tar::{Archive, Builder, EntryType, Header};

/// What an archive takes for each of its entries beside the content, in bytes.
const OVERHEAD: u64 = 1024;
const FILE: u32 = 0o644;
const PROGRAM: u32 = 0o755;

/// What of an archive is wanted.
#[derive(Debug, Clone, Default)]
pub struct Wanted<'a> {
    /// How many names at the beginning of each path are left away: archives of repositories have
    /// everything in one folder.
    pub skip: usize,
    /// Only what is below this, after that.
    pub below: Option<&'a Inside>,
}

/// Counts what is read, and ends with an error when it is more than allowed: a small archive may
/// hold a lot of nothing.
struct Bounded<R> {
    inner: R,
    left: u64,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.left = self
            .left
            .checked_sub(read as u64)
            .ok_or_else(|| io::Error::other("the archive holds more than a workspace may"))?;
        Ok(read)
    }
}

/// How much an archive of a workspace within `limits` may hold.
fn most(limits: &Limits) -> u64 {
    limits.bytes + limits.entries as u64 * OVERHEAD * 2 + OVERHEAD
}

impl Workspace {
    /// Everything in it as a packed archive, the same bytes for the same files.
    ///
    /// # Errors
    /// [`WorkspaceError`] when something in it cannot be read.
    pub fn pack(&self) -> Result<Vec<u8>, WorkspaceError> {
        let mut builder = Builder::new(Vec::new());
        let failed = |error| WorkspaceError::io(&Inside::root(), error);
        for entry in self.walk(&Inside::root())? {
            let mut header = Header::new_gnu();
            header.set_mtime(0);
            match entry.kind {
                Kind::Folder => {
                    header.set_entry_type(EntryType::Directory);
                    header.set_mode(PROGRAM);
                    header.set_size(0);
                    let empty = io::empty();
                    builder
                        .append_data(&mut header, entry.path.as_path(), empty)
                        .map_err(failed)?;
                }
                Kind::File => {
                    let content = self.read(&entry.path)?;
                    header.set_entry_type(EntryType::Regular);
                    header.set_mode(if entry.executable { PROGRAM } else { FILE });
                    header.set_size(content.len() as u64);
                    builder
                        .append_data(&mut header, entry.path.as_path(), &*content)
                        .map_err(failed)?;
                }
                Kind::Link => {
                    header.set_entry_type(EntryType::Symlink);
                    header.set_mode(FILE);
                    header.set_size(0);
                    let target = self.read_link(&entry.path)?;
                    builder
                        .append_link(&mut header, entry.path.as_path(), target)
                        .map_err(failed)?;
                }
            }
        }
        let archive = builder.into_inner().map_err(failed)?;
        Ok(lz4_flex::compress_prepend_size(&archive))
    }

    /// Puts back what [`Workspace::pack`] has packed.
    ///
    /// # Errors
    /// [`WorkspaceError::Archive`] when the bytes are none, and when there is more in them than a
    /// workspace may hold.
    pub fn unpack(&self, packed: &[u8]) -> Result<(), WorkspaceError> {
        let broken = |reason: String| WorkspaceError::Archive(reason);
        let (size, rest) = lz4_flex::block::uncompressed_size(packed)
            .map_err(|error| broken(error.to_string()))?;
        if size as u64 > most(&self.limits) {
            return Err(WorkspaceError::TooMuch(self.limits.bytes));
        }
        let archive =
            lz4_flex::block::decompress(rest, size).map_err(|error| broken(error.to_string()))?;
        self.extract(&*archive, &Inside::root(), &Wanted::default())
    }

    /// Puts the files of a tar archive below `target`. What is no file, folder or link inside the
    /// workspace is refused: devices, hard links, absolute names, names that lead out.
    ///
    /// # Errors
    /// [`WorkspaceError`]; then some of it may have been put there.
    pub fn extract(
        &self,
        archive: impl Read,
        target: &Inside,
        wanted: &Wanted<'_>,
    ) -> Result<(), WorkspaceError> {
        let left = most(&self.limits);
        let mut archive = Archive::new(Bounded {
            inner: archive,
            left,
        });
        let broken = |error: io::Error| WorkspaceError::Archive(error.to_string());
        for entry in archive.entries().map_err(broken)? {
            let mut entry = entry.map_err(broken)?;
            let kind = entry.header().entry_type();
            // Notes of git and of pax about the archive itself.
            if matches!(kind, EntryType::XGlobalHeader | EntryType::XHeader) {
                continue;
            }
            let name = entry.path_bytes().into_owned();
            let name = String::from_utf8(name)
                .map_err(|_| WorkspaceError::Archive("a name is no UTF-8".to_owned()))?;
            let Some(path) = place(&name, target, wanted)? else {
                continue;
            };
            match kind {
                EntryType::Directory => self.create_folder(&path)?,
                EntryType::Regular | EntryType::Continuous => {
                    let size = entry.header().size().map_err(broken)?;
                    self.fits(&path, size)?;
                    let mut content = Vec::new();
                    entry.read_to_end(&mut content).map_err(broken)?;
                    let mode = entry.header().mode().map_err(broken)?;
                    self.write(&path, &content, mode & 0o111 != 0)?;
                }
                EntryType::Symlink => {
                    let link = entry.link_name_bytes().unwrap_or_default().into_owned();
                    let link = String::from_utf8(link)
                        .map_err(|_| WorkspaceError::Archive("a link is no UTF-8".to_owned()))?;
                    self.link(&path, &link)?;
                }
                other => {
                    return Err(WorkspaceError::Archive(format!(
                        "'{name}' is neither file, folder nor link, but {other:?}"
                    )));
                }
            }
        }
        Ok(())
    }
}

/// Where an entry of an archive goes; None when it is not wanted.
fn place(name: &str, target: &Inside, wanted: &Wanted<'_>) -> Result<Option<Inside>, PathError> {
    let path = Inside::parse(name)?;
    let rest: Vec<&str> = path.names().skip(wanted.skip).collect();
    let path = Inside::parse(&rest.join("/"))?;
    let path = match wanted.below {
        None => Some(path.as_str()),
        Some(below) => path.below(below),
    };
    match path {
        None | Some("") => Ok(None),
        Some(path) => target.join(path).map(Some),
    }
}

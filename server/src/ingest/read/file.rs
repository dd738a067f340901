//! Files and patterns of files. Blocking.

use super::folder::{self, Search};
use super::{Content, ReadError};
use crate::ingest::location::LocationRef;
use crate::ingest::parse::too_large;
use globset::GlobBuilder;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::path::{Component, Path, PathBuf};

/// Reads an absolute path, which may be a pattern. A folder is searched if `search` says so.
pub(super) fn read(path: &Path, search: bool, max_bytes: usize) -> Result<Content, ReadError> {
    let metadata = match fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == ErrorKind::NotFound && is_pattern(path) => {
            return matching(path);
        }
        Err(error) => return Err(failure(&error)),
    };
    if metadata.is_dir() {
        if !search {
            let message = "it is a folder, but a file is expected; name a file, or a pattern such as folder/*.yaml";
            return Err(ReadError::Failed(message.to_owned()));
        }
        return folder::files(path, Search::CatalogFiles);
    }
    let bytes = regular_file(path, max_bytes)?;
    Ok(Content::Bytes { bytes, etag: None })
}

/// The bytes of a regular file; pipes and devices are refused, for they may never end.
pub(crate) fn regular_file(path: &Path, max_bytes: usize) -> Result<Vec<u8>, ReadError> {
    let metadata = fs::metadata(path).map_err(|error| failure(&error))?;
    if !metadata.is_file() {
        let message = "it is not a regular file; pipes, devices and sockets are not read";
        return Err(ReadError::Failed(message.to_owned()));
    }
    let limit = u64::try_from(max_bytes).unwrap_or(u64::MAX);
    let too_large = || ReadError::Failed(too_large(max_bytes));
    if metadata.len() > limit {
        return Err(too_large());
    }
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(|error| failure(&error))?;
    // The file may have grown since it was measured.
    let read = file.take(limit.saturating_add(1)).read_to_end(&mut bytes);
    read.map_err(|error| failure(&error))?;
    if bytes.len() > max_bytes {
        return Err(too_large());
    }
    Ok(bytes)
}

pub(super) fn failure(error: &io::Error) -> ReadError {
    match error.kind() {
        ErrorKind::NotFound => ReadError::NotFound("it does not exist; check the path".to_owned()),
        ErrorKind::PermissionDenied => {
            ReadError::Failed("the server has no permission to read it".to_owned())
        }
        _ => ReadError::Failed(format!("it cannot be read: {error}")),
    }
}

fn is_pattern(path: &Path) -> bool {
    path.to_string_lossy().contains(['*', '?', '[', '{'])
}

/// The files a pattern names, in path order.
fn matching(pattern: &Path) -> Result<Content, ReadError> {
    let fixed: PathBuf = pattern
        .components()
        .take_while(|part| !is_pattern(Path::new(part.as_os_str())))
        .collect();
    let matcher = GlobBuilder::new(&pattern.to_string_lossy())
        .literal_separator(true)
        .build()
        .map_err(|error| ReadError::Failed(format!("the pattern cannot be read: {error}")))?
        .compile_matcher();
    if !fixed.exists() {
        let message = format!("the folder {} does not exist", fixed.display());
        return Err(ReadError::NotFound(message));
    }
    let Content::Files {
        mut files,
        passed_over,
        incomplete,
    } = folder::files(&fixed, Search::Everything)?
    else {
        return Err(ReadError::Failed("it is no folder".to_owned()));
    };
    files.retain(|file: &LocationRef| matcher.is_match(&file.target));
    if files.is_empty() && !incomplete {
        let message = "no file matches the pattern; check the path";
        return Err(ReadError::NotFound(message.to_owned()));
    }
    Ok(Content::Files {
        files,
        passed_over,
        incomplete,
    })
}

/// An absolute path without `.` and `..`, whether or not it exists.
pub(crate) fn clean(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut cleaned = PathBuf::new();
    for part in absolute.components() {
        match part {
            Component::ParentDir => {
                cleaned.pop();
            }
            Component::CurDir => {}
            part => cleaned.push(part),
        }
    }
    cleaned
}

/// A target of `file` beside it: relative ones count from its folder.
pub(crate) fn resolve(target: &str, file: &str) -> String {
    clean(&parent_of(file).join(target)).display().to_string()
}

pub(crate) fn parent_of(file: &str) -> &Path {
    Path::new(file).parent().unwrap_or(Path::new("/"))
}

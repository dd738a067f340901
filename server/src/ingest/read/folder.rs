//! The files in a folder and below, safe with loops of links. Blocking.

use super::{Content, ReadError, file};
use crate::ingest::document::MAX_TARGET;
use crate::ingest::location::LocationRef;
use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use walkdir::{DirEntry, WalkDir};

/// More files than any catalog has; beyond this a folder was probably named by mistake.
const MAX_FILES: usize = 500_000;
const MAX_DEPTH: usize = 64;

/// Which files count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Search {
    /// YAML files outside of folders where no catalog is: build output, packages of others, and
    /// the skeletons of templates, whose files become entities only when filled in.
    CatalogFiles,
    Everything,
}

/// The files below a folder in path order. Hidden ones do not count, links to folders are not
/// followed. A search follows links to files only when these lie in the folder too.
pub(super) fn files(folder: &Path, search: Search) -> Result<Content, ReadError> {
    let real = fs::canonicalize(folder).map_err(|error| file::failure(&error))?;
    let walk = WalkDir::new(folder)
        .max_depth(MAX_DEPTH)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(|entry| entry.depth() == 0 || is_wanted(entry, search));
    let mut files = Vec::new();
    let mut passed_over = Vec::new();
    let mut incomplete = false;
    for entry in walk {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) if error.depth() == 0 => return Err(failure(&error)),
            Err(error) => {
                incomplete = true;
                let path = error.path().unwrap_or(folder).display();
                passed_over.push(format!("{path} was passed over: {}", failure(&error)));
                continue;
            }
        };
        let path = entry.path();
        if entry.path_is_symlink()
            && search == Search::CatalogFiles
            && let Some(reason) = why_not_followed(path, &real)
        {
            passed_over.push(format!("{} was passed over: {reason}", path.display()));
            continue;
        }
        let is_file = entry.file_type().is_file() || (entry.path_is_symlink() && path.is_file());
        let is_other = search == Search::CatalogFiles && (!is_yaml(path) || is_fixture(path));
        if !is_file || is_other {
            continue;
        }
        if files.len() == MAX_FILES {
            let message =
                format!("the folder holds more than {MAX_FILES} files; name a smaller one");
            return Err(ReadError::Failed(message));
        }
        match path.to_str() {
            Some(path) if path.len() > MAX_TARGET => passed_over.push(format!(
                "{} was passed over: a path below it is longer than {MAX_TARGET} bytes",
                folder.display()
            )),
            Some(path) => files.push(LocationRef::file(path)),
            None => passed_over.push(format!(
                "{} was passed over: its name is not UTF-8",
                path.display()
            )),
        }
    }
    Ok(Content::Files {
        files,
        passed_over,
        incomplete,
    })
}

fn is_wanted(entry: &DirEntry, search: Search) -> bool {
    const ELSEWHERE: [&str; 4] = ["node_modules", "target", "skeleton", "skeletons"];
    let name = entry.file_name().to_string_lossy();
    let is_elsewhere = search == Search::CatalogFiles
        && entry.depth() > 0
        && !entry.file_type().is_file()
        && ELSEWHERE.contains(&name.as_ref());
    !name.starts_with('.') && !is_elsewhere
}

/// Whether a file is called as the fixtures of templates are: it holds no entities.
pub(crate) fn is_fixture(path: &Path) -> bool {
    let name = path.file_name().and_then(OsStr::to_str);
    name.is_some_and(|name| name.ends_with(".test.yaml") || name.ends_with(".test.yml"))
}

fn is_yaml(path: &Path) -> bool {
    let extension = path.extension().and_then(OsStr::to_str);
    extension.is_some_and(|it| it.eq_ignore_ascii_case("yaml") || it.eq_ignore_ascii_case("yml"))
}

/// Why a link is not followed, if it leads to what would be looked at otherwise.
fn why_not_followed(link: &Path, folder: &Path) -> Option<String> {
    let real = match fs::canonicalize(link) {
        Ok(real) => real,
        Err(error) => return Some(format!("it is a link that leads nowhere ({error})")),
    };
    if real.is_dir() {
        let message = if folder.starts_with(&real) {
            "it is a link to a folder it lies in, a loop"
        } else {
            "links to folders are not followed; name the folder itself"
        };
        return Some(message.to_owned());
    }
    (is_yaml(link) && !real.starts_with(folder))
        .then(|| "it is a link to a file outside of the folder".to_owned())
}

fn failure(error: &walkdir::Error) -> ReadError {
    match error.io_error() {
        Some(error) => file::failure(error),
        None => ReadError::Failed(error.to_string()),
    }
}

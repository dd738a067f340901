//! Reads the files that placeholders of an entity stand for, from nowhere but its own repository.

use super::document::MAX_TARGET;
use super::location::LocationRef;
use super::parse::too_large;
use super::placeholder::{Placeholder, find, replace};
use super::read::{blocking, clean, fetch, parent_of, regular_file};
use super::validate::Fault;
use crate::outbound::{Fetched, Outbound};
use crate::scm::Scm;
use serde_json::Value;
use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

/// More than any entity needs; a bound on how much reading one document causes.
const MAX_PLACEHOLDERS: usize = 100;

/// Where the files beside an entity are read from.
pub(super) struct Beside<'a> {
    pub(super) location: &'a LocationRef,
    /// For files: the folder of the root by whose way the entity came in.
    pub(super) folder: Option<&'a Path>,
    pub(super) outbound: &'a Outbound,
    pub(super) scm: &'a Scm,
}

/// The files that the documents of one source have included so far, each read once.
pub(super) struct Included {
    /// How many bytes may still be included; a file that is included twice counts twice, for it
    /// takes its memory twice.
    left: usize,
    read: HashMap<String, Result<Vec<u8>, String>>,
    locations: BTreeSet<LocationRef>,
}

impl Included {
    pub(super) fn new(max_bytes: usize) -> Self {
        Self {
            left: max_bytes,
            read: HashMap::new(),
            locations: BTreeSet::new(),
        }
    }

    /// The files that were asked for, whether or not they could be had.
    pub(super) fn locations(self) -> Vec<LocationRef> {
        self.locations.into_iter().collect()
    }

    async fn content(
        &mut self,
        placeholder: &Placeholder,
        beside: &Beside<'_>,
    ) -> Result<&[u8], String> {
        const TOO_MUCH: &str =
            "what the file includes is too large together; split the file, or include less";
        let target = &placeholder.target;
        if !self.read.contains_key(target) {
            let mut content = read(placeholder, beside, self.left).await;
            if content
                .as_ref()
                .is_err_and(|it| *it == too_large(self.left))
            {
                content = Err(TOO_MUCH.to_owned());
            }
            self.read.insert(target.clone(), content);
            let location = included_location(target, beside.location, beside.scm);
            self.locations
                .extend(location.filter(|it| it.target.len() <= MAX_TARGET));
        }
        let content = self.read[target].as_ref().map_err(String::clone)?;
        self.left = match self.left.checked_sub(content.len()) {
            Some(left) => left,
            None => return Err(TOO_MUCH.to_owned()),
        };
        Ok(content)
    }
}

/// Replaces the placeholders of an entity, and returns a fault for each whose file cannot be had.
/// Every content, or why it could not be had, is also handed to `seen`.
pub(super) async fn include(
    entity: &mut Value,
    beside: &Beside<'_>,
    files: &mut Included,
    seen: &mut impl FnMut(Result<&[u8], &str>),
) -> Vec<Fault> {
    let mut contents = Vec::new();
    for (index, placeholder) in find(entity).into_iter().enumerate() {
        let content = if index < MAX_PLACEHOLDERS {
            files.content(&placeholder, beside).await
        } else {
            Err(format!(
                "more than {MAX_PLACEHOLDERS} files are not read for one entity"
            ))
        };
        seen(content.as_deref().map_err(String::as_str));
        let value = content.and_then(|content| placeholder.format.value(content));
        contents.push((placeholder, value));
    }
    replace(entity, contents)
}

/// Where the file is that an entity at `location` includes as `target`, if it can be told.
pub fn included_location(target: &str, location: &LocationRef, scm: &Scm) -> Option<LocationRef> {
    let base = &location.target;
    if location.kind == "file" {
        let path = clean(&parent_of(base).join(target));
        return Some(LocationRef::file(path.display().to_string()));
    }
    Some(LocationRef::url(scm.resolve(target, base).ok()?))
}

async fn read(
    placeholder: &Placeholder,
    beside: &Beside<'_>,
    max_bytes: usize,
) -> Result<Vec<u8>, String> {
    let base = &beside.location.target;
    if beside.location.kind == "file" {
        let path = clean(&parent_of(base).join(&placeholder.target));
        let allowed = allowed_folder(base, beside.folder);
        return blocking(move || read_within(&path, &allowed, max_bytes)).await;
    }
    let scm = beside.scm;
    let target = scm.resolve(&placeholder.target, base);
    let target = target.map_err(|error| error.to_string())?;
    if !scm.is_same_repository(&target, base) {
        return Err("only files of the same repository are read".to_owned());
    }
    match fetch(&target, None, max_bytes, scm, beside.outbound).await {
        Ok(Fetched::Content { bytes, .. }) => Ok(bytes.into()),
        Ok(Fetched::Unchanged) => Err("the server says that it is unchanged".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

/// The repository that a file is in, else the folder of its root, else its own folder.
fn allowed_folder(file: &str, root: Option<&Path>) -> PathBuf {
    let folder = parent_of(file);
    let repository = folder.ancestors().find(|it| it.join(".git").exists());
    let root = root.filter(|root| folder.starts_with(root));
    repository.or(root).unwrap_or(folder).to_owned()
}

/// Checks that a file may lead to another: both lie in one repository, or in the folder of their
/// root, whichever is larger. The path may be a pattern, and need not exist.
pub(super) fn confined(path: &Path, file: &str, root: Option<&Path>) -> Result<(), String> {
    let beside = parent_of(file);
    let repository = beside.ancestors().find(|it| it.join(".git").exists());
    let root = root.filter(|root| beside.starts_with(root));
    let folders = [repository, root].into_iter().flatten();
    let folder = folders.min_by_key(|it| it.components().count());
    let folder = folder.unwrap_or(beside);
    let real = |path: &Path| path.ancestors().find_map(|it| fs::canonicalize(it).ok());
    let is_inside = path.starts_with(folder)
        && real(path).is_some_and(|real_path| {
            real(folder).is_some_and(|folder| real_path.starts_with(folder))
                && !real_path.components().any(|it| it.as_os_str() == ".git")
        });
    if is_inside {
        return Ok(());
    }
    Err(format!(
        "from here only files in {} can be named; name others in catalog.locations",
        folder.display()
    ))
}

fn read_within(path: &Path, folder: &Path, max_bytes: usize) -> Result<Vec<u8>, String> {
    let outside = || {
        let folder = folder.display();
        format!("only files in {folder} are read; copy it there, or link to it")
    };
    // Looked at before the disk is, so that nobody learns which files exist elsewhere.
    if !path.starts_with(folder) {
        return Err(outside());
    }
    let real =
        fs::canonicalize(path).map_err(|_| "it does not exist; check the path".to_owned())?;
    let folder = fs::canonicalize(folder).map_err(|error| error.to_string())?;
    // What git keeps there may hold credentials.
    if !real.starts_with(&folder) || real.components().any(|part| part.as_os_str() == ".git") {
        return Err(outside());
    }
    regular_file(&real, max_bytes).map_err(|error| error.to_string())
}

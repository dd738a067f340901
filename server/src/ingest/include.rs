//! Reads the files that placeholders of an entity stand for, from nowhere but its own repository.

use super::location::LocationRef;
use super::placeholder::{Placeholder, find, replace};
use super::read::{blocking, clean, fetch, parent_of, regular_file};
use super::validate::Fault;
use crate::outbound::{Fetched, Outbound};
use crate::scm::Scm;
use serde_json::Value;
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
    pub(super) max_bytes: usize,
}

/// Replaces the placeholders of an entity, and returns a fault for each whose file cannot be had.
/// Every content that was read is also handed to `seen`.
pub(super) async fn include(
    entity: &mut Value,
    beside: &Beside<'_>,
    seen: &mut impl FnMut(&[u8]),
) -> Vec<Fault> {
    let mut contents = Vec::new();
    for (index, placeholder) in find(entity).into_iter().enumerate() {
        let content = if index < MAX_PLACEHOLDERS {
            read(&placeholder, beside).await
        } else {
            Err(format!(
                "more than {MAX_PLACEHOLDERS} files are not read for one entity"
            ))
        };
        let value = content.and_then(|content| {
            seen(&content);
            placeholder.format.value(&content)
        });
        contents.push((placeholder, value));
    }
    replace(entity, contents)
}

async fn read(placeholder: &Placeholder, beside: &Beside<'_>) -> Result<Vec<u8>, String> {
    let (base, max_bytes) = (&beside.location.target, beside.max_bytes);
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

//! Where ingest begins: the locations an operator has named.

use super::location::LocationRef;
use super::read::clean;
use super::rules::Allow;
use std::path::{Path, PathBuf};

/// A registered location, and what may come in by its way.
#[derive(Debug, Clone)]
pub struct Root {
    /// Also the origin of everything that is reached from it.
    pub location: LocationRef,
    pub allow: Allow,
    /// A folder is searched for catalog files, and files in it that are none are passed over.
    pub search: bool,
}

impl Root {
    /// A location named at start: a file, a folder or a URL, from which everything is allowed.
    pub fn catalog(path_or_url: &str) -> Self {
        let is_url = ["http://", "https://"]
            .iter()
            .any(|it| path_or_url.starts_with(it));
        let location = if is_url {
            LocationRef::url(path_or_url)
        } else {
            file(&clean(Path::new(path_or_url)))
        };
        Self {
            location,
            allow: Allow::Everything,
            search: true,
        }
    }

    /// An entry of `catalog.locations`.
    pub fn configured(location: LocationRef, allow: Allow) -> Self {
        Self {
            location,
            allow,
            search: false,
        }
    }
}

impl LocationRef {
    /// An entry of `catalog.locations`, with a path made absolute: a relative one counts from the
    /// first of `bases` in which it exists, from the first of all when it exists in none.
    ///
    /// The bases are the working folder, the folder of the configuration, and `packages/backend`
    /// below that, where the installations that the files are written for have their working folder.
    pub fn configured(kind: &str, target: &str, bases: &[PathBuf]) -> Self {
        if kind != "file" {
            return Self {
                kind: kind.to_owned(),
                target: target.to_owned(),
            };
        }
        let candidates: Vec<PathBuf> = bases.iter().map(|base| clean(&base.join(target))).collect();
        let found = candidates.iter().find(|path| fixed_part(path).exists());
        match found.or(candidates.first()) {
            Some(path) => file(path),
            None => file(&clean(Path::new(target))),
        }
    }
}

fn file(path: &Path) -> LocationRef {
    LocationRef::file(path.display().to_string())
}

/// The path up to its first part that is a pattern.
fn fixed_part(path: &Path) -> PathBuf {
    let is_pattern = |part: &str| part.contains(['*', '?', '[', '{']);
    path.components()
        .take_while(|part| !is_pattern(&part.as_os_str().to_string_lossy()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn a_relative_path_counts_from_where_it_exists() {
        let folder = tempfile::tempdir().unwrap();
        let folder = fs::canonicalize(folder.path()).unwrap();
        fs::create_dir_all(folder.join("packages/backend")).unwrap();
        fs::create_dir(folder.join("catalog")).unwrap();
        fs::write(folder.join("catalog/a.yaml"), "").unwrap();
        let bases = [folder.join("packages"), folder.join("packages/backend")];
        let check = |target: &str, expected: &str| {
            let expected = folder.join(expected).display().to_string();
            assert_eq!(
                LocationRef::configured("file", target, &bases).target,
                expected
            );
        };
        check("../catalog/a.yaml", "catalog/a.yaml");
        check("../../catalog/a.yaml", "catalog/a.yaml");
        check("../../catalog/*.yaml", "catalog/*.yaml");
        check("./none.yaml", "packages/none.yaml");
        let url = LocationRef::configured("url", "https://a/b", &bases);
        assert_eq!(url.to_string(), "url:https://a/b");
    }
}

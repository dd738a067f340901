//! Which file of which repository a URL shows, whatever form it has. Pure.

use super::Scm;
use super::listing::Matcher;

/// A file or folder of a repository, to be compared with another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepositoryFile {
    pub host: String,
    /// The names that lead to the repository in small letters, for hosts do not tell them apart.
    pub repository: String,
    /// None means the default branch.
    pub revision: Option<String>,
    /// From the root of the repository, decoded, without a slash in front.
    pub path: String,
}

impl Scm {
    /// What a URL shows; none when it shows no file of a repository.
    pub fn repository_file(&self, url: &str) -> Option<RepositoryFile> {
        let (integration, place) = self.place(url).ok()?;
        let revision = place.revision.map(|it| it.name);
        Some(RepositoryFile {
            host: integration.host.clone(),
            repository: place.repository.join("/").to_lowercase(),
            revision: revision.filter(|it| it != "HEAD"),
            path: place.path.join("/"),
        })
    }
}

impl RepositoryFile {
    /// Whether the path is, or as a pattern names, that of a file in the same repository.
    pub fn names(&self, path: &str) -> bool {
        if !self.path.contains('*') {
            return self.path == path;
        }
        let names: Vec<String> = self.path.split('/').map(str::to_owned).collect();
        Matcher::new(&names).is_ok_and(|matcher| matcher.matches(path))
    }
}

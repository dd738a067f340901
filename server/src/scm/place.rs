//! A URL of a repository, taken apart.

use super::error::ScmError;
use super::name::{encode, name, revision};
use super::{azure, bitbucket_cloud, bitbucket_server, gitea, github, gitlab};
use crate::config::{Integration, Provider};
use url::Url;

/// A file or folder in a repository, as the URL of a page names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    url: Url,
    stands: Stands,
    /// The names that lead to the repository, such as owner and repository.
    pub(super) repository: Vec<String>,
    /// None means the default branch.
    pub(super) revision: Option<Revision>,
    /// From the root of the repository.
    pub(super) path: Vec<String>,
    /// The URL ends with a slash.
    is_folder: bool,
}

/// Where in the URL the path is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stands {
    /// At the end, behind so many segments, of which one says how the file is shown.
    Behind { segments: usize, view: usize },
    /// In the parameter `path`.
    InQuery,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Revision {
    pub(super) kind: RevisionKind,
    pub(super) name: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RevisionKind {
    Branch,
    Tag,
    Commit,
    /// The URL does not say which.
    Any,
}

/// What the file of a provider has found in a URL, in the letters of the URL.
pub(super) struct Parts {
    pub(super) repository: Vec<String>,
    pub(super) revision: Option<(RevisionKind, String)>,
    pub(super) path: Vec<String>,
    pub(super) stands: Stands,
}

impl Place {
    /// What a URL of the host of `integration` stands for.
    ///
    /// # Errors
    /// When it has not the shape of a file or folder there, or holds names that are none.
    pub(super) fn of(integration: &Integration, url: &Url) -> Result<Self, ScmError> {
        let segments: Vec<&str> = url.path_segments().into_iter().flatten().collect();
        let base = integration
            .base_url
            .as_deref()
            .and_then(|it| Url::parse(it).ok());
        let below = base.map_or(0, |base| prefix(&base, &segments));
        let found = match integration.provider {
            Provider::Azure => azure::place(url, &segments),
            Provider::BitbucketCloud => bitbucket_cloud::place(&segments),
            Provider::BitbucketServer => bitbucket_server::place(url, &segments),
            Provider::Gerrit => return Err(ScmError::Unsupported("Gerrit")),
            Provider::Gitea => gitea::place(&segments, below),
            Provider::Github => github::place(&segments),
            Provider::Gitlab => gitlab::place(&segments, below),
        };
        let parts = found.ok_or_else(|| ScmError::Shape {
            url: url.to_string(),
            example: example(integration),
        })?;
        let refused = || ScmError::Unsafe(url.to_string());
        let names = |segments: &[String]| {
            let names = segments.iter().filter(|it| !it.is_empty());
            names.map(|it| name(it)).collect::<Option<Vec<String>>>()
        };
        let revision = match &parts.revision {
            Some((kind, text)) => Some(Revision {
                kind: *kind,
                name: revision(text).ok_or_else(refused)?,
            }),
            None => None,
        };
        if parts.repository.iter().any(String::is_empty) {
            return Err(refused());
        }
        Ok(Self {
            url: url.clone(),
            stands: parts.stands,
            repository: names(&parts.repository).ok_or_else(refused)?,
            revision,
            path: names(&parts.path).ok_or_else(refused)?,
            is_folder: parts.path.last().is_none_or(String::is_empty),
        })
    }

    /// The path of the folder that the file lies in; a folder's own.
    pub(super) fn folder(&self) -> &[String] {
        match self.path.split_last() {
            Some((_, folder)) if !self.is_folder => folder,
            _ => &self.path,
        }
    }

    /// The page of another path in the same repository and revision.
    pub(super) fn with_path(&self, path: &[String], is_folder: bool) -> Url {
        let mut url = self.url.clone();
        let end = if is_folder && !path.is_empty() {
            "/"
        } else {
            ""
        };
        match self.stands {
            Stands::Behind { segments, .. } => {
                let head: Vec<&str> = self.segments().take(segments).collect();
                url.set_path(&format!("/{}/{}{end}", head.join("/"), encoded(path)));
            }
            Stands::InQuery => {
                let path = format!("/{}{end}", path.join("/"));
                set_parameter(&mut url, "path", &path);
            }
        }
        url
    }

    /// The same place, shown in another way.
    pub(super) fn with_view(&self, word: &str) -> Url {
        let mut url = self.url.clone();
        if let Stands::Behind { view, .. } = self.stands {
            let segments = self.segments().enumerate();
            let segments = segments.map(|(index, it)| if index == view { word } else { it });
            url.set_path(&format!("/{}", segments.collect::<Vec<_>>().join("/")));
        }
        url
    }

    /// The same place in the editor that both kinds of Bitbucket have.
    pub(super) fn in_bitbucket_editor(&self) -> Url {
        let mut url = self.url.clone();
        set_parameter(&mut url, "mode", "edit");
        set_parameter(&mut url, "spa", "0");
        let revision = self.revision.as_ref().map_or("", |it| it.name.as_str());
        set_parameter(&mut url, "at", revision);
        url
    }

    fn segments(&self) -> impl Iterator<Item = &str> {
        self.url.path_segments().into_iter().flatten()
    }
}

/// How many segments of a URL are those of the base URL of its host.
fn prefix(base: &Url, segments: &[&str]) -> usize {
    let base = base.path_segments().into_iter().flatten();
    let base: Vec<&str> = base.filter(|it| !it.is_empty()).collect();
    if segments.starts_with(&base) {
        base.len()
    } else {
        0
    }
}

fn example(integration: &Integration) -> String {
    let base = web(integration);
    let path = match integration.provider {
        Provider::Azure => "ORGANIZATION/PROJECT/_git/REPOSITORY?path=/FILE",
        Provider::BitbucketCloud => "WORKSPACE/REPOSITORY/src/BRANCH/FILE",
        Provider::BitbucketServer => "projects/PROJECT/repos/REPOSITORY/browse/FILE",
        Provider::Gitea => "OWNER/REPOSITORY/src/branch/BRANCH/FILE",
        Provider::Github => "OWNER/REPOSITORY/blob/BRANCH/FILE",
        Provider::Gerrit | Provider::Gitlab => "GROUP/PROJECT/-/blob/BRANCH/FILE",
    };
    format!("{base}/{path}")
}

/// Where the pages of a host are.
pub(super) fn web(integration: &Integration) -> String {
    let base = integration.base_url.clone();
    base.unwrap_or_else(|| format!("https://{}", integration.host))
}

/// The names of a path, as they stand in a URL.
pub(super) fn encoded(path: &[String]) -> String {
    let segments: Vec<String> = path.iter().map(|it| encode(it)).collect();
    segments.join("/")
}

/// A URL below a configured one.
pub(super) fn below(base: &str, path: &str) -> Result<Url, ScmError> {
    let url = Url::parse(&format!("{base}/{path}"));
    url.map_err(|_| ScmError::Configuration(base.to_owned()))
}

/// Puts a parameter in the place of those of the same name.
pub(super) fn set_parameter(url: &mut Url, name: &str, value: &str) {
    let pairs: Vec<(String, String)> = url
        .query_pairs()
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect();
    let mut is_set = false;
    let mut query = url.query_pairs_mut();
    query.clear();
    for (other, old) in &pairs {
        if other == name {
            if !is_set {
                query.append_pair(name, value);
            }
            is_set = true;
        } else {
            query.append_pair(other, old);
        }
    }
    if !is_set {
        query.append_pair(name, value);
    }
}

/// The value of a parameter, unless it is empty.
pub(super) fn parameter(url: &Url, name: &str) -> Option<String> {
    let mut values = url.query_pairs().filter(|(key, _)| key == name);
    let value = values.next()?.1.into_owned();
    (!value.is_empty()).then_some(value)
}

/// Segments as owned text.
pub(super) fn owned(segments: &[&str]) -> Vec<String> {
    segments.iter().map(|it| (*it).to_owned()).collect()
}

//! The files of a repository that a pattern names, such as `…/blob/main/**/catalog-info.yaml`.

use super::name::encode;
use super::place::{Place, below, encoded, parameter, set_parameter, web};
use super::{Scm, ScmError, azure, credential};
use crate::config::{Integration, Provider};
use crate::outbound::{Call, FetchError, Fetched, Outbound};
use globset::{GlobBuilder, GlobMatcher};
use serde_json::Value;
use std::time::Duration;
use url::Url;

/// Services take their time for a large repository.
const TIME_LIMIT: Duration = Duration::from_mins(1);
/// A hundred thousand files with long paths.
const MAX_BYTES: usize = 32 * 1024 * 1024;
/// Answers for one repository.
const MAX_PAGES: usize = 500;

/// What a pattern names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Files {
    /// URLs of the same form as the pattern, in the order of their paths.
    pub urls: Vec<String>,
    /// The repository holds more files than its host has told of.
    pub incomplete: bool,
}

/// Why it is not known what a pattern names.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ListingError {
    #[error("{0}")]
    Scm(#[from] ScmError),
    #[error("{0}")]
    Fetch(#[from] FetchError),
    #[error("the pattern cannot be read: {0}")]
    Pattern(String),
    #[error("the list of files in the repository cannot be read: {0}")]
    Answer(String),
}

/// Part of a listing, and where it goes on.
#[derive(Default)]
struct Page {
    paths: Vec<String>,
    incomplete: bool,
    next: Option<Url>,
}

impl Scm {
    /// The files of a repository that a URL with `*` in its path names, as the URL of each.
    ///
    /// # Errors
    /// [`ListingError`], also for hosts of which nothing is known: they do not list what they have.
    pub async fn files(&self, pattern: &str, outbound: &Outbound) -> Result<Files, ListingError> {
        let (integration, place) = self.place(pattern)?;
        let matcher = Matcher::new(&place.path)?;
        let token = self.token(integration, &place, outbound).await?;
        let credential = token.or_else(|| credential::of(integration, &place.repository));
        let mut next = Some(first(integration, &place)?);
        let mut paths = Vec::new();
        let mut incomplete = false;
        for _ in 0..MAX_PAGES {
            let Some(url) = next.take() else { break };
            // Where a listing goes on is said by its host, which is not led elsewhere by that.
            let start = url.origin();
            let mut call = Call::get(url.clone()).accept("application/json");
            call.credential.clone_from(&credential);
            call.time_limit = TIME_LIMIT;
            call.max_bytes = MAX_BYTES;
            let Fetched::Content { bytes, .. } = outbound.fetch(call).await? else {
                return Err(ListingError::Answer(
                    "the host says that it is unchanged".to_owned(),
                ));
            };
            let answer: Value = serde_json::from_slice(&bytes)
                .map_err(|error| ListingError::Answer(error.to_string()))?;
            let page = page(integration.provider, &url, &answer)
                .ok_or_else(|| ListingError::Answer("it holds no list".to_owned()))?;
            paths.extend(page.paths.into_iter().filter(|path| matcher.matches(path)));
            incomplete |= page.incomplete;
            next = page.next.filter(|next| next.origin() == start);
        }
        incomplete |= next.is_some();
        paths.sort();
        paths.dedup();
        let url = |path: &String| {
            let names: Vec<String> = path.split('/').map(str::to_owned).collect();
            place.with_path(&names, false).into()
        };
        Ok(Files {
            urls: paths.iter().map(url).collect(),
            incomplete,
        })
    }
}

/// Tells which paths a pattern means: `*` stays within a folder, `**` does not, and neither means
/// what begins with a dot.
pub(super) struct Matcher {
    glob: GlobMatcher,
    names_hidden: bool,
}

impl Matcher {
    pub(super) fn new(path: &[String]) -> Result<Self, ListingError> {
        let pattern = path.join("/");
        let glob = GlobBuilder::new(&pattern)
            .literal_separator(true)
            .build()
            .map_err(|error| ListingError::Pattern(error.to_string()))?;
        Ok(Self {
            glob: glob.compile_matcher(),
            names_hidden: path.iter().any(|it| it.starts_with('.')),
        })
    }

    pub(super) fn matches(&self, path: &str) -> bool {
        let is_hidden = || path.split('/').any(|it| it.starts_with('.'));
        self.glob.is_match(path) && (self.names_hidden || !is_hidden())
    }
}

/// What to ask for first.
fn first(integration: &Integration, place: &Place) -> Result<Url, ScmError> {
    let repository = encoded(&place.repository);
    let revision = place.revision.as_ref();
    let name = revision.map_or("HEAD", |it| it.name.as_str());
    let api = || {
        let api = integration.api_base_url.as_deref();
        api.ok_or_else(|| ScmError::Configuration(format!("apiBaseUrl of {}", integration.host)))
    };
    let with = |mut url: Url, pairs: &[(&str, &str)]| {
        url.query_pairs_mut().extend_pairs(pairs);
        url
    };
    match integration.provider {
        Provider::Github => {
            let path = format!("repos/{repository}/git/trees/{}", encode(name));
            Ok(with(below(api()?, &path)?, &[("recursive", "1")]))
        }
        Provider::Gitlab => {
            let api = integration.api_base_url.clone();
            let api = api.unwrap_or_else(|| format!("{}/api/v4", web(integration)));
            let project = encode(&place.repository.join("/"));
            let url = below(&api, &format!("projects/{project}/repository/tree"))?;
            let pairs = [("recursive", "true"), ("per_page", "100"), ("page", "1")];
            Ok(with(with(url, &pairs), &[("ref", name)]))
        }
        Provider::Gitea => {
            let path = format!("api/v1/repos/{repository}/git/trees/{}", encode(name));
            let url = below(&web(integration), &path)?;
            Ok(with(
                url,
                &[("recursive", "true"), ("per_page", "1000"), ("page", "1")],
            ))
        }
        Provider::BitbucketServer => {
            let [project, repository] = [0, 1].map(|it| encoded(&place.repository[it..=it]));
            let path = format!("projects/{project}/repos/{repository}/files");
            let url = with(below(api()?, &path)?, &[("limit", "1000"), ("start", "0")]);
            Ok(match revision {
                Some(_) => with(url, &[("at", name)]),
                None => url,
            })
        }
        Provider::BitbucketCloud => {
            let path = format!("repositories/{repository}/src/{}/", encode(name));
            let url = below(api()?, &path)?;
            Ok(with(url, &[("max_depth", "20"), ("pagelen", "100")]))
        }
        Provider::Azure => {
            let what = [("recursionLevel", "Full"), ("scopePath", "/")];
            azure::items(integration, place, &what)
        }
        Provider::Gerrit => Err(ScmError::Unsupported(integration.provider.name())),
    }
}

/// The files in one answer of a provider; none when it has another shape.
fn page(provider: Provider, url: &Url, answer: &Value) -> Option<Page> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    // Entries of which a field says that they are files.
    let files = |list: &Value, field: &str, file: &str| -> Option<Vec<String>> {
        let files = list.as_array()?.iter().filter(|it| it[field] == file);
        Some(files.filter_map(|it| text(&it["path"])).collect())
    };
    let following = |key: &str, value: u64| {
        let mut next = url.clone();
        set_parameter(&mut next, key, &value.to_string());
        Some(next)
    };
    let number = || parameter(url, "page")?.parse::<u64>().ok();
    match provider {
        Provider::Github => Some(Page {
            paths: files(&answer["tree"], "type", "blob")?,
            incomplete: answer["truncated"] == true,
            next: None,
        }),
        Provider::Gitlab => {
            let is_full = answer.as_array()?.len() == 100;
            Some(Page {
                paths: files(answer, "type", "blob")?,
                next: is_full.then(|| following("page", number()? + 1)).flatten(),
                ..Page::default()
            })
        }
        Provider::Gitea => Some(Page {
            paths: files(&answer["tree"], "type", "blob")?,
            next: (answer["truncated"] == true && !answer["tree"].as_array()?.is_empty())
                .then(|| following("page", number()? + 1))
                .flatten(),
            ..Page::default()
        }),
        Provider::BitbucketServer => Some(Page {
            paths: answer["values"]
                .as_array()?
                .iter()
                .filter_map(text)
                .collect(),
            next: answer["nextPageStart"]
                .as_u64()
                .filter(|_| answer["isLastPage"] == false)
                .and_then(|start| following("start", start)),
            ..Page::default()
        }),
        Provider::BitbucketCloud => Some(Page {
            paths: files(&answer["values"], "type", "commit_file")?,
            next: answer["next"].as_str().and_then(|it| Url::parse(it).ok()),
            ..Page::default()
        }),
        Provider::Azure => {
            let paths = files(&answer["value"], "gitObjectType", "blob")?;
            let paths = paths.iter().map(|it| it.trim_start_matches('/').to_owned());
            Some(Page {
                paths: paths.collect(),
                ..Page::default()
            })
        }
        Provider::Gerrit => None,
    }
}

/// What is asked for first, for the tables of URLs.
#[cfg(test)]
pub(super) fn first_url(scm: &Scm, pattern: &str) -> Result<Url, ScmError> {
    let (integration, place) = scm.place(pattern)?;
    first(integration, &place)
}

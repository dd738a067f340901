//! `fetch:plain` and `fetch:plain:file`, and how all actions read what lies beside a template.

use super::{Action, ActionError, Call};
use crate::outbound::{Credential, FetchError, Fetched, Outbound};
use crate::scaffolder::workspace::{Inside, Kind, Limits, Wanted, Workspace};
use crate::scm::Scm;
use flate2::read::GzDecoder;
use futures::future::BoxFuture;
use serde::Deserialize;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use url::Url;

/// Reads folders and files from where a template is, or from a URL.
#[derive(Clone)]
pub struct Source {
    pub outbound: Outbound,
    pub scm: Arc<Scm>,
    /// Where archives are unpacked.
    pub folder: PathBuf,
    pub limits: Limits,
}

/// What is to be read.
enum Place {
    /// A folder of this machine, and a path in it.
    Disk(PathBuf, Inside),
    Url(String),
}

/// Files that were read, and the folder among them that was meant.
pub(super) struct Folder {
    pub(super) files: Workspace,
    pub(super) at: Inside,
}

impl Source {
    /// Where something is: a URL, or a path from the template, which does not lead out of its folder.
    fn place(&self, url: &str, base: Option<&str>) -> Result<Place, ActionError> {
        if Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https")) {
            return Ok(Place::Url(url.to_owned()));
        }
        let base = base.ok_or_else(|| {
            ActionError::Input(format!(
                "'{url}' is a path from the template, but where the template is, is not known; name a URL"
            ))
        })?;
        if let Some(file) = base.strip_prefix("file://") {
            let folder = Path::new(file).parent().unwrap_or(Path::new("/"));
            return Ok(Place::Disk(folder.to_owned(), Inside::parse(url)?));
        }
        let resolved = self.scm.resolve(url, base);
        let resolved = resolved.map_err(|error| ActionError::Input(error.to_string()))?;
        Ok(Place::Url(resolved))
    }

    /// A folder with everything in it.
    pub(super) async fn folder(
        &self,
        url: &str,
        base: Option<&str>,
        token: Option<&str>,
    ) -> Result<Folder, ActionError> {
        let limits = self.limits;
        let url = match self.place(url, base)? {
            Place::Disk(folder, at) => {
                let files = Workspace::read_only(&folder, limits)?;
                return Ok(Folder { files, at });
            }
            Place::Url(url) => url,
        };
        let archive = self.scm.archive(&url, &self.outbound).await;
        let mut archive = archive.map_err(|error| ActionError::Input(error.to_string()))?;
        if let Some(token) = token {
            archive.call.credential = Some(Credential::authorization("Bearer", token));
        }
        let bytes = self.bytes(archive.call, &url).await?;
        let (base, skip) = (self.folder.clone(), archive.skip);
        let at = Inside::parse(&archive.folder)?;
        let unpacked = tokio::task::spawn_blocking(move || {
            let files = Workspace::create(&base, limits)?;
            let wanted = Wanted {
                skip,
                below: Some(&at),
            };
            files.extract(GzDecoder::new(&*bytes), &Inside::root(), &wanted)?;
            Ok(Folder {
                files,
                at: Inside::root(),
            })
        });
        let unpacked = unpacked.await;
        unpacked
            .unwrap_or_else(|_| Err(ActionError::Failed("the archive cannot be read".to_owned())))
    }

    /// One file, and whether it can be run.
    pub(super) async fn file(
        &self,
        url: &str,
        base: Option<&str>,
        token: Option<&str>,
    ) -> Result<(Vec<u8>, bool), ActionError> {
        let url = match self.place(url, base)? {
            Place::Disk(folder, at) => {
                let files = Workspace::read_only(&folder, self.limits)?;
                let executable = files.find(&at)?.is_some_and(|entry| entry.executable);
                return Ok((files.read(&at)?, executable));
            }
            Place::Url(url) => url,
        };
        let call = self.scm.signed_call(&url, &self.outbound).await;
        let mut call = call.map_err(|error| ActionError::Input(error.to_string()))?;
        if let Some(token) = token {
            call.credential = Some(Credential::authorization("Bearer", token));
        }
        Ok((self.bytes(call, &url).await?, false))
    }

    async fn bytes(&self, call: crate::outbound::Call, url: &str) -> Result<Vec<u8>, ActionError> {
        match self.outbound.fetch(call).await {
            Ok(Fetched::Content { bytes, .. }) => Ok(bytes.to_vec()),
            Ok(Fetched::Unchanged) => Err(ActionError::Failed(format!("{url} has no content"))),
            Err(FetchError::NotFound(_)) => Err(ActionError::NotFound(format!(
                "{url} does not exist, or may not be seen"
            ))),
            Err(error) => Err(ActionError::Failed(format!("{url}: {error}"))),
        }
    }
}

/// `fetch:plain`.
pub(super) struct Plain(pub(super) Source);

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PlainInput {
    url: String,
    target_path: Option<String>,
    token: Option<String>,
}

impl Action for Plain {
    fn run<'a>(&'a self, call: &'a mut Call<'_>) -> BoxFuture<'a, Result<(), ActionError>> {
        Box::pin(async move {
            let input: PlainInput = call.read()?;
            let target = Inside::parse(input.target_path.as_deref().unwrap_or("./"))?;
            call.log.info("Fetching plain content from remote URL");
            let base = call.template.and_then(|it| it.base_url.as_deref());
            let folder = self
                .0
                .folder(&input.url, base, input.token.as_deref())
                .await?;
            call.blocking(move |workspace| copy(&folder, workspace, &target))
                .await
        })
    }
}

/// Copies everything in a folder.
fn copy(folder: &Folder, workspace: &Workspace, target: &Inside) -> Result<(), ActionError> {
    workspace.create_folder(target)?;
    for entry in folder.files.walk(&folder.at)? {
        let Some(path) = entry.path.below(&folder.at) else {
            continue;
        };
        let to = target.join(path)?;
        match entry.kind {
            Kind::Folder => workspace.create_folder(&to)?,
            Kind::File => {
                let content = folder.files.read(&entry.path)?;
                workspace.write(&to, &content, entry.executable)?;
            }
            Kind::Link => {
                if workspace.find(&to)?.is_some() {
                    workspace.remove(&to)?;
                }
                workspace.link(&to, &folder.files.read_link(&entry.path)?)?;
            }
        }
    }
    Ok(())
}

/// `fetch:plain:file`.
pub(super) struct PlainFile(pub(super) Source);

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PlainFileInput {
    url: String,
    target_path: String,
    token: Option<String>,
}

impl Action for PlainFile {
    fn run<'a>(&'a self, call: &'a mut Call<'_>) -> BoxFuture<'a, Result<(), ActionError>> {
        Box::pin(async move {
            let input: PlainFileInput = call.read()?;
            let target = Inside::parse(&input.target_path)?;
            call.log.info("Fetching plain content from remote URL");
            let base = call.template.and_then(|it| it.base_url.as_deref());
            let read = self.0.file(&input.url, base, input.token.as_deref()).await;
            let (content, executable) = read?;
            call.blocking(move |files| Ok(files.write(&target, &content, executable)?))
                .await
        })
    }
}

//! URLs of repositories: what a page of a file stands for, and where its bytes, its folder and its
//! editor are. Pure, but for `apps` and `listing`, which ask for tokens and for the files of a
//! repository.
//!
//! Reading order: `place` takes a URL apart, with one file for the shapes of each provider beside
//! it; `resolve` finds what lies beside a file; `listing` finds what a pattern names; `file`
//! tells whether two URLs show the same file; `credential` says who asks.
//!
//! To add a provider: name it in [`Provider`] and read its entry there, write its file here with
//! `place`, `call` and what differs of `edit`, and add its rows to the tables in `tests`.

mod apps;
mod archive;
mod azure;
mod bitbucket_cloud;
mod bitbucket_server;
mod credential;
mod error;
mod file;
mod gitea;
mod github;
mod gitlab;
mod listing;
mod name;
mod new_file;
mod place;
mod repository;
mod resolve;
#[cfg(test)]
mod tests;

pub use archive::ArchiveCall;
pub use error::ScmError;
pub use file::RepositoryFile;
pub use listing::{Files, ListingError};
pub use new_file::{NewFilePage, branch_name};
pub use repository::Repository;

use crate::config::{Integration, Provider};
use crate::outbound::{Call, Credential, Outbound, authority};
use apps::AppTokens;
use place::Place;
use std::sync::Arc;
use url::Url;

/// The hosts whose URLs are understood.
#[derive(Debug, Clone)]
pub struct Scm {
    integrations: Vec<Integration>,
    apps: Arc<AppTokens>,
}

impl Default for Scm {
    /// Only the public services.
    fn default() -> Self {
        Self::new(&[])
    }
}

impl Scm {
    /// The configured hosts, and the public services where they are not configured.
    pub fn new(configured: &[Integration]) -> Self {
        let mut integrations = configured.to_vec();
        for provider in Provider::ALL {
            let Some(host) = provider.default_host() else {
                continue;
            };
            let is_known = |it: &Integration| it.provider == provider && it.host == host;
            if !configured.iter().any(is_known) {
                integrations.push(Integration::new(provider, host));
            }
        }
        Self {
            integrations,
            apps: Arc::default(),
        }
    }

    pub fn integrations(&self) -> &[Integration] {
        &self.integrations
    }

    /// The integration for the host of a URL. With two for one host the first counts.
    pub fn integration(&self, url: &Url) -> Option<&Integration> {
        let host = authority(url)?;
        self.integrations.iter().find(|it| it.host == host)
    }

    /// The hosts of repositories, those of GitHub first.
    pub fn hosts(&self) -> Vec<(String, Provider)> {
        let mut hosts: Vec<(String, Provider)> = Vec::new();
        for it in &self.integrations {
            if !hosts.iter().any(|(host, _)| *host == it.host) {
                hosts.push((it.host.clone(), it.provider));
            }
        }
        hosts.sort_by_key(|(_, provider)| *provider != Provider::Github);
        hosts
    }

    /// Whether a URL is one of a known host.
    pub fn knows(&self, url: &str) -> bool {
        parse(url).is_ok_and(|url| self.integration(&url).is_some())
    }

    /// The GitHub of a host, as `integrations.github` names it.
    pub fn github(&self, host: &str) -> Option<&Integration> {
        let mut found = self.integrations.iter();
        found.find(|it| it.provider == Provider::Github && it.host == host)
    }

    /// Who asks a GitHub for what an owner has; none when nothing is configured for it.
    ///
    /// # Errors
    /// When GitHub gives no token although an app is installed.
    pub async fn owner_credential(
        &self,
        host: &str,
        owner: &str,
        outbound: &Outbound,
    ) -> Result<Option<Credential>, ScmError> {
        let token = self.app_credential(host, owner, outbound).await?;
        Ok(token.or_else(|| self.token_credential(host, owner)))
    }

    /// An app in the name of an owner who has installed it; none when no app is, or no one has.
    ///
    /// # Errors
    /// When GitHub gives no token although an app is installed.
    pub async fn app_credential(
        &self,
        host: &str,
        owner: &str,
        outbound: &Outbound,
    ) -> Result<Option<Credential>, ScmError> {
        match self.github(host) {
            Some(integration) => self.apps.of(integration, owner, outbound).await,
            None => Ok(None),
        }
    }

    /// The token that is configured for a GitHub.
    pub fn token_credential(&self, host: &str, owner: &str) -> Option<Credential> {
        credential::of(self.github(host)?, &[owner.to_owned()])
    }

    /// The owners that have installed an app of a GitHub.
    ///
    /// # Errors
    /// When the app is not configured, or GitHub does not say.
    pub async fn installations(
        &self,
        host: &str,
        app_id: &str,
        outbound: &Outbound,
    ) -> Result<Vec<String>, ScmError> {
        let failed = |reason: String| ScmError::Installations {
            app: app_id.to_owned(),
            reason,
        };
        let integration = self.github(host);
        let apps = integration.map_or(&[][..], |it| &it.apps);
        let app = apps.iter().find(|it| it.app_id == app_id);
        let (Some(integration), Some(app)) = (integration, app) else {
            let reason = format!("it is not among the apps of {host} under integrations.github");
            return Err(failed(reason));
        };
        let owners = apps::owners(integration, app, outbound).await;
        owners.map_err(failed)
    }

    /// How to read the file that a URL shows: at a known host its bytes, elsewhere the URL itself.
    ///
    /// # Errors
    /// When the URL is none, or does not show a file of a repository although its host has nothing
    /// else.
    pub fn call(&self, url: &str) -> Result<Call, ScmError> {
        self.call_as(url, None)
    }

    /// The same, with the token of a GitHub App where that is what is configured.
    ///
    /// # Errors
    /// Also when GitHub gives no token although the app is installed.
    pub async fn signed_call(&self, url: &str, outbound: &Outbound) -> Result<Call, ScmError> {
        let token = match self.place(url) {
            Ok((integration, place)) => self.token(integration, &place, outbound).await?,
            Err(_) => None,
        };
        self.call_as(url, token)
    }

    async fn token(
        &self,
        integration: &Integration,
        place: &Place,
        outbound: &Outbound,
    ) -> Result<Option<Credential>, ScmError> {
        match place.repository.first() {
            Some(owner) if !integration.apps.is_empty() => {
                self.apps.of(integration, owner, outbound).await
            }
            _ => Ok(None),
        }
    }

    fn call_as(&self, url: &str, token: Option<Credential>) -> Result<Call, ScmError> {
        let parsed = parse(url)?;
        let Some(integration) = self.integration(&parsed) else {
            return Ok(Call::get(parsed));
        };
        let place = Place::of(integration, &parsed)?;
        let credential = token.or_else(|| credential::of(integration, &place.repository));
        let (url, media_type) = match integration.provider {
            Provider::Azure => azure::file(integration, &place)?,
            Provider::BitbucketCloud => bitbucket_cloud::file(integration, &place)?,
            Provider::BitbucketServer => bitbucket_server::file(integration, &place)?,
            Provider::Gerrit => return Err(ScmError::Unsupported(integration.provider.name())),
            Provider::Gitea => gitea::file(integration, &place)?,
            Provider::Github => github::file(integration, &place, credential.is_some())?,
            Provider::Gitlab => gitlab::file(integration, &place)?,
        };
        let mut call = Call::get(url);
        if let Some(media_type) = media_type {
            call = call.accept(media_type);
        }
        call.credential = credential;
        Ok(call)
    }

    /// Where a person edits what a URL shows; none when the URL names a commit or a tag, which cannot
    /// change. A URL of an unknown host is its own answer.
    pub fn edit_url(&self, url: &str) -> Option<String> {
        let names_commit = url
            .split(|c: char| !c.is_ascii_hexdigit())
            .any(|it| it.len() >= 40);
        if names_commit {
            return None;
        }
        let Ok((integration, place)) = self.place(url) else {
            return Some(url.to_owned());
        };
        match integration.provider {
            Provider::Azure | Provider::Gerrit => Some(url.to_owned()),
            Provider::BitbucketCloud | Provider::BitbucketServer => {
                Some(place.in_bitbucket_editor().into())
            }
            Provider::Gitea => gitea::edit(integration, &place),
            Provider::Github | Provider::Gitlab => Some(place.with_view("edit").into()),
        }
    }

    /// The page of the folder that a file lies in, with a slash at its end.
    pub fn folder_url(&self, url: &str) -> Option<String> {
        let Ok((integration, place)) = self.place(url) else {
            return Some(Url::parse(url).ok()?.join("./").ok()?.into());
        };
        let folder = place.with_path(place.folder(), true);
        let has_views = [Provider::Github, Provider::Gitlab].contains(&integration.provider);
        let folder = match Place::of(integration, &folder) {
            Ok(folder) if has_views => folder.with_view("tree"),
            _ => folder,
        };
        Some(folder.into())
    }

    /// The page of a file at a line of it.
    pub fn line_url(&self, url: &str, line: u32) -> String {
        let Ok(mut parsed) = Url::parse(url) else {
            return url.to_owned();
        };
        let provider = self.integration(&parsed).map(|it| it.provider);
        match provider {
            Some(Provider::Azure) => azure::mark_line(&mut parsed, line),
            Some(Provider::BitbucketCloud) => parsed.set_fragment(Some(&format!("lines-{line}"))),
            Some(Provider::BitbucketServer) => parsed.set_fragment(Some(&line.to_string())),
            _ => parsed.set_fragment(Some(&format!("L{line}"))),
        }
        parsed.into()
    }

    fn place(&self, url: &str) -> Result<(&Integration, Place), ScmError> {
        let parsed = parse(url)?;
        let integration = self.integration(&parsed);
        let integration = integration.ok_or_else(|| ScmError::UnknownHost(url.to_owned()))?;
        Ok((integration, Place::of(integration, &parsed)?))
    }
}

fn parse(url: &str) -> Result<Url, ScmError> {
    let mut parsed = Url::parse(url).map_err(|_| ScmError::NotAUrl(url.to_owned()))?;
    if !["http", "https"].contains(&parsed.scheme()) {
        return Err(ScmError::NotAUrl(url.to_owned()));
    }
    if !parsed.username().is_empty() || parsed.password().is_some() {
        return Err(ScmError::Userinfo);
    }
    parsed.set_fragment(None);
    Ok(parsed)
}

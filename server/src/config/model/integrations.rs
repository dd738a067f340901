//! `integrations`: the hosts whose repositories can be read, and the credentials for them.

use crate::config::reader::ConfigReader;
use crate::config::section::{Section, Trace};
use crate::config::{ConfigProblem, Secret};
use url::Url;

/// One entry of `integrations.<provider>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Integration {
    pub provider: Provider,
    /// `host`: such as `github.com`, with its port if that is not the usual one.
    pub host: String,
    /// `baseUrl`: where the pages of a GitLab, Gitea or Gerrit are. Like all URLs here without a
    /// slash at its end.
    pub base_url: Option<String>,
    /// `apiBaseUrl`: where the host's API is; filled in where that is known.
    pub api_base_url: Option<String>,
    /// `rawBaseUrl`: where a GitHub serves plain files, if it does.
    pub raw_base_url: Option<String>,
    /// `token`, and for Azure the personal access token without organisations: without any
    /// credential only what is public can be read.
    pub token: Option<Secret>,
    /// `username`: together with a password, or with the token of Bitbucket Cloud.
    pub username: Option<Secret>,
    /// `password`, for Bitbucket Cloud `appPassword`.
    pub password: Option<Secret>,
    /// `apps`: GitHub Apps to use in place of a token.
    pub apps: Vec<GithubApp>,
    /// `credentials` (Azure): personal access tokens for certain organisations.
    pub organizations: Vec<OrganizationToken>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Provider {
    Azure,
    BitbucketCloud,
    BitbucketServer,
    /// Known, so that its URLs are told from others, but not read.
    Gerrit,
    Gitea,
    Github,
    Gitlab,
}

/// An entry of `integrations.github[].apps`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GithubApp {
    pub app_id: String,
    pub private_key: Secret,
    pub webhook_secret: Option<Secret>,
    pub client_id: Option<String>,
    pub client_secret: Option<Secret>,
    /// Owners whose installations may be used; None means all.
    pub allowed_installation_owners: Option<Vec<String>>,
    /// Whether the app's token is used for public repositories of others.
    pub public_access: bool,
}

/// An entry of `integrations.azure[].credentials` that names organisations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrganizationToken {
    pub organizations: Vec<String>,
    pub token: Secret,
}

impl Provider {
    pub const ALL: [Self; 7] = [
        Self::Azure,
        Self::BitbucketCloud,
        Self::BitbucketServer,
        Self::Gerrit,
        Self::Gitea,
        Self::Github,
        Self::Gitlab,
    ];

    /// The key below `integrations`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Azure => "azure",
            Self::BitbucketCloud => "bitbucketCloud",
            Self::BitbucketServer => "bitbucketServer",
            Self::Gerrit => "gerrit",
            Self::Gitea => "gitea",
            Self::Github => "github",
            Self::Gitlab => "gitlab",
        }
    }

    /// The public service, whose public repositories are read without any configuration.
    pub fn default_host(self) -> Option<&'static str> {
        match self {
            Self::Azure => Some("dev.azure.com"),
            Self::BitbucketCloud => Some("bitbucket.org"),
            Self::Github => Some("github.com"),
            Self::Gitlab => Some("gitlab.com"),
            Self::BitbucketServer | Self::Gerrit | Self::Gitea => None,
        }
    }
}

impl Integration {
    /// A host without credentials, its API in the usual place.
    pub fn new(provider: Provider, host: &str) -> Self {
        let api_base_url = match provider {
            Provider::Github if host == "github.com" => Some("https://api.github.com".to_owned()),
            // GitHub Enterprise Cloud with data residency.
            Provider::Github if host.ends_with(".ghe.com") => Some(format!("https://api.{host}")),
            Provider::Github => Some(format!("https://{host}/api/v3")),
            Provider::BitbucketCloud => Some("https://api.bitbucket.org/2.0".to_owned()),
            Provider::BitbucketServer => Some(format!("https://{host}/rest/api/1.0")),
            // Below `baseUrl`, or in the URL of a repository itself.
            Provider::Azure | Provider::Gerrit | Provider::Gitea | Provider::Gitlab => None,
        };
        let is_public_github = provider == Provider::Github && host == "github.com";
        Self {
            provider,
            host: host.to_owned(),
            base_url: None,
            api_base_url,
            raw_base_url: is_public_github.then(|| "https://raw.githubusercontent.com".to_owned()),
            token: None,
            username: None,
            password: None,
            apps: Vec::new(),
            organizations: Vec::new(),
        }
    }

    /// Whether there is an API and somebody to ask it as.
    pub fn can_be_asked(&self) -> bool {
        self.api_base_url.is_some() && (self.token.is_some() || !self.apps.is_empty())
    }
}

/// Reads `integrations` alone, from a configuration that holds them.
///
/// # Errors
/// What is wrong with them.
pub fn read_integrations(reader: ConfigReader<'_>) -> Result<Vec<Integration>, Vec<ConfigProblem>> {
    let trace = Trace::default();
    let found = read(&Section::new(reader, &trace));
    let problems = trace.problems.into_inner();
    if problems.is_empty() {
        Ok(found)
    } else {
        Err(problems)
    }
}

pub(super) fn read(root: &Section<'_>) -> Vec<Integration> {
    let mut found = Vec::new();
    for provider in Provider::ALL {
        let key = format!("integrations.{}", provider.name());
        for entry in root.sections(&key).unwrap_or_default() {
            found.extend(read_entry(provider, &entry));
        }
    }
    found
}

fn read_entry(provider: Provider, entry: &Section<'_>) -> Option<Integration> {
    let host = read_host(provider, entry)?;
    let mut found = Integration::new(provider, &host);
    match provider {
        Provider::Azure => read_azure(entry, &mut found),
        Provider::BitbucketCloud => {
            found.token = secret(entry, "token");
            found.username = secret(entry, "username");
            found.password = secret(entry, "appPassword");
        }
        Provider::BitbucketServer => {
            found.token = secret(entry, "token");
            found.username = secret(entry, "username");
            found.password = secret(entry, "password");
            found.api_base_url = base_url(entry, "apiBaseUrl").or(found.api_base_url);
        }
        Provider::Gerrit => {
            found.base_url = base_url(entry, "baseUrl");
            entry.warn("", "is not used: repositories of Gerrit cannot be read yet");
        }
        Provider::Gitea => {
            found.base_url = base_url(entry, "baseUrl");
            found.username = secret(entry, "username");
            found.password = secret(entry, "password");
        }
        Provider::Github => {
            found.token = secret(entry, "token");
            let (api, raw) = (base_url(entry, "apiBaseUrl"), base_url(entry, "rawBaseUrl"));
            // Where only plain files are said to be, nobody has said where the API is.
            if api.is_some() || raw.is_none() || host == "github.com" {
                found.api_base_url = api.or(found.api_base_url);
            } else {
                found.api_base_url = None;
            }
            found.raw_base_url = raw.or(found.raw_base_url);
            let apps = entry.sections("apps").unwrap_or_default();
            found.apps = apps.iter().filter_map(read_app).collect();
        }
        Provider::Gitlab => {
            found.token = secret(entry, "token");
            found.base_url = base_url(entry, "baseUrl");
            found.api_base_url = base_url(entry, "apiBaseUrl");
        }
    }
    Some(found)
}

fn read_host(provider: Provider, entry: &Section<'_>) -> Option<String> {
    let host = match provider.default_host() {
        Some(default) if provider == Provider::BitbucketCloud => default.to_owned(),
        Some(default) => entry.string("host").unwrap_or_else(|| default.to_owned()),
        None => entry.required_string("host")?,
    };
    if !is_valid_host(&host) {
        entry.refuse(
            "host",
            &format!("is '{host}', should be a host name in small letters, such as git.example.com or git.example.com:8443"),
        );
        return None;
    }
    Some(host)
}

/// Whether a text is a host as it stands in a URL: in small letters, without a scheme, with a port
/// only where that is not the usual one.
pub fn is_valid_host(host: &str) -> bool {
    let Ok(url) = Url::parse(&format!("https://{host}/")) else {
        return false;
    };
    let name = url.host_str().unwrap_or_default();
    let printed = match url.port() {
        Some(port) => format!("{name}:{port}"),
        None => name.to_owned(),
    };
    printed == host && url.path() == "/" && url.username().is_empty()
}

/// Text only, as the installations that share the file expect it. Line breaks around it come from
/// files that hold it.
fn secret(entry: &Section<'_>, key: &str) -> Option<Secret> {
    let text = entry.string(key)?;
    Some(Secret::new(text.trim()))
}

/// What cannot be used is as good as absent: installations hold placeholders for hosts they never
/// ask.
fn base_url(entry: &Section<'_>, key: &str) -> Option<String> {
    let text = entry.string(key)?;
    let url = Url::parse(&text).ok();
    let usable = url.filter(|url| {
        let is_http = ["http", "https"].contains(&url.scheme());
        is_http && url.username().is_empty() && url.password().is_none() && url.query().is_none()
    });
    if usable.is_none() {
        entry.warn(
            key,
            "is not used, for it is no http or https URL without a user and a query",
        );
        return None;
    }
    Some(text.trim_end_matches('/').to_owned())
}

/// Of `credentials`, personal access tokens are used; `token` is their older form.
fn read_azure(entry: &Section<'_>, found: &mut Integration) {
    found.token = secret(entry, "token");
    for credential in entry.sections("credentials").unwrap_or_default() {
        let Some(token) = secret(&credential, "personalAccessToken") else {
            credential.warn("", "is not used: only those with a personalAccessToken are");
            continue;
        };
        match credential.strings("organizations") {
            Some(organizations) => found.organizations.push(OrganizationToken {
                organizations,
                token,
            }),
            None => found.token = found.token.take().or(Some(token)),
        }
    }
}

/// An app whose id or key is an unset variable is as good as absent.
fn read_app(app: &Section<'_>) -> Option<GithubApp> {
    let (app_id, private_key) = (app.text("appId"), app.secret("privateKey"));
    Some(GithubApp {
        webhook_secret: app.secret("webhookSecret"),
        client_id: app.string("clientId"),
        client_secret: app.secret("clientSecret"),
        allowed_installation_owners: app.strings("allowedInstallationOwners"),
        public_access: app.boolean("publicAccess").unwrap_or_default(),
        app_id: app_id?,
        private_key: private_key?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::load::tests::load_text;

    #[test]
    fn hosts_with_and_without_a_token() {
        let loaded = load_text(
            "
integrations:
  github:
    - token: \" ghp_abc\\n\"
    - host: ghe.example.com
      apiBaseUrl: https://ghe.example.com/api/v3/
      token: ${UNSET}
      apps: [{appId: 7, privateKey: pem}, {appId: '${UNSET}', privateKey: pem}]
  gitlab:
    - {host: gitlab.example.com, token: '12345'}
",
        )
        .unwrap();
        assert_eq!(loaded.warnings, []);
        let [public, enterprise, gitlab] = loaded.config.integrations.as_slice() else {
            panic!("three integrations expected");
        };
        assert_eq!(public.host, "github.com");
        assert_eq!(public.token.as_ref().map(Secret::expose), Some("ghp_abc"));
        assert_eq!(
            public.api_base_url.as_deref(),
            Some("https://api.github.com")
        );
        assert_eq!(
            enterprise.api_base_url.as_deref(),
            Some("https://ghe.example.com/api/v3")
        );
        assert_eq!(enterprise.token, None);
        assert_eq!(enterprise.apps.len(), 1);
        assert_eq!(enterprise.apps[0].app_id, "7");
        assert_eq!(gitlab.token.as_ref().map(Secret::expose), Some("12345"));
        assert!(!format!("{public:?}").contains("ghp_abc"));
    }

    #[test]
    fn every_provider_has_its_credentials() {
        let loaded = load_text(
            "
integrations:
  azure:
    - credentials:
        - {organizations: [a, b], personalAccessToken: pat-ab}
        - personalAccessToken: pat
    - {host: tfs.example.com, credentials: [{clientId: c, clientSecret: s, tenantId: t}]}
  bitbucketCloud: [{username: u, appPassword: p}]
  bitbucketServer: [{host: bb.example.com, username: u, password: p}]
  gerrit: [{host: gerrit.example.com}]
  gitea: [{host: gitea.example.com, password: p, baseUrl: https://gitea.example.com/git/}]
",
        )
        .unwrap();
        let warned: Vec<_> = loaded.warnings.iter().map(|it| it.path.as_str()).collect();
        assert!(warned.contains(&"integrations.gerrit[0]"), "{warned:?}");
        assert!(
            warned.contains(&"integrations.azure[1].credentials[0]"),
            "{warned:?}"
        );
        let all = &loaded.config.integrations;
        let exposed = |secret: &Option<Secret>| secret.as_ref().map(|it| it.expose().to_owned());
        assert_eq!(all[0].organizations[0].organizations, ["a", "b"]);
        assert_eq!(exposed(&all[0].token).as_deref(), Some("pat"));
        assert_eq!(all[1].token, None);
        assert_eq!(all[2].host, "bitbucket.org");
        assert_eq!(exposed(&all[2].password).as_deref(), Some("p"));
        assert_eq!(
            all[3].api_base_url.as_deref(),
            Some("https://bb.example.com/rest/api/1.0")
        );
        assert_eq!(
            all[5].base_url.as_deref(),
            Some("https://gitea.example.com/git")
        );
        assert!(!format!("{all:?}").contains("pat"));
    }

    #[test]
    fn what_cannot_be_a_host_or_a_url_is_refused() {
        for entry in [
            "{host: https://ghe.example.com}",
            "{host: GHE.example.com}",
            "{host: ghe.example.com, token: 7}",
        ] {
            let error = load_text(&format!("integrations: {{github: [{entry}]}}")).unwrap_err();
            let error = error.to_string();
            assert!(error.contains("integrations.github[0]."), "{error}");
        }
        for url in ["ghe.example.com/api", "https://me:secret@ghe.example.com"] {
            let entry = format!("{{host: ghe.example.com, apiBaseUrl: '{url}'}}");
            let loaded = load_text(&format!("integrations: {{github: [{entry}]}}")).unwrap();
            let [warning] = loaded.warnings.as_slice() else {
                panic!("{:?}", loaded.warnings);
            };
            assert_eq!(warning.path, "integrations.github[0].apiBaseUrl");
            assert!(!warning.message.contains("secret"), "{warning}");
            let api = loaded.config.integrations[0].api_base_url.as_deref();
            assert_eq!(api, Some("https://ghe.example.com/api/v3"));
        }
    }
}

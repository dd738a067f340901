//! `integrations`: the hosts whose repositories can be read, and the tokens for them.

use crate::config::Secret;
use crate::config::section::Section;

/// One entry of `integrations.<provider>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Integration {
    pub provider: Provider,
    /// `host`: such as `github.com`.
    pub host: String,
    /// `token`: without one only what is public can be read.
    pub token: Option<Secret>,
    /// `apiBaseUrl`: where the host's API is, if not in the usual place.
    pub api_base_url: Option<String>,
    /// `rawBaseUrl`: where the host serves plain files (GitHub), if not in the usual place.
    pub raw_base_url: Option<String>,
    /// `apps`: GitHub Apps to use in place of a token.
    pub apps: Vec<GithubApp>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Provider {
    BitbucketServer,
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

impl Provider {
    const ALL: [Self; 3] = [Self::BitbucketServer, Self::Github, Self::Gitlab];

    /// The key below `integrations`.
    pub fn name(self) -> &'static str {
        match self {
            Self::BitbucketServer => "bitbucketServer",
            Self::Github => "github",
            Self::Gitlab => "gitlab",
        }
    }

    fn default_host(self) -> Option<&'static str> {
        match self {
            Self::BitbucketServer => None,
            Self::Github => Some("github.com"),
            Self::Gitlab => Some("gitlab.com"),
        }
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
    let host = match provider.default_host() {
        Some(default) => entry.string("host").unwrap_or_else(|| default.to_owned()),
        None => entry.required_string("host")?,
    };
    let is_github = provider == Provider::Github;
    let apps = is_github.then(|| entry.sections("apps")).flatten();
    Some(Integration {
        provider,
        host,
        token: entry.secret("token"),
        api_base_url: entry.string("apiBaseUrl"),
        raw_base_url: is_github.then(|| entry.string("rawBaseUrl")).flatten(),
        apps: apps.iter().flatten().filter_map(read_app).collect(),
    })
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
    - token: ghp_abc
    - host: ghe.example.com
      apiBaseUrl: https://ghe.example.com/api/v3
      token: ${UNSET}
      apps: [{appId: 7, privateKey: pem}, {appId: '${UNSET}', privateKey: pem}]
  gitlab:
    - {host: gitlab.example.com, token: 12345}
",
        )
        .unwrap();
        assert_eq!(loaded.warnings, []);
        let [public, enterprise, gitlab] = loaded.config.integrations.as_slice() else {
            panic!("three integrations expected");
        };
        assert_eq!(public.host, "github.com");
        assert_eq!(public.token.as_ref().map(Secret::expose), Some("ghp_abc"));
        assert_eq!(enterprise.token, None);
        assert_eq!(enterprise.apps.len(), 1);
        assert_eq!(enterprise.apps[0].app_id, "7");
        assert_eq!(gitlab.token.as_ref().map(Secret::expose), Some("12345"));
        assert!(!format!("{public:?}").contains("ghp_abc"));
    }
}

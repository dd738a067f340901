//! Where code is kept, as a template is told: `github.com?owner=o&repo=r`.

use super::fields::{Around, Asked, shown};
use super::ui::Ui;
use crate::config::Provider;
use app::account::CredentialRequest;
use app::scaffolder::form::{Repository, RepositoryPart};
use serde_json::Value;
use url::{Url, form_urlencoded};

/// The parts of an address in the order in which they are written.
const WRITTEN: [&str; 5] = ["owner", "repo", "organization", "workspace", "project"];

/// The control for an address.
pub(super) fn control(around: &Around<'_>, asked: &Asked<'_>, ui: Ui<'_>) -> Repository {
    let known = Address::parse(&shown(asked.value));
    let mut hosts = ui.words("allowedHosts");
    if hosts.is_empty() {
        hosts = around.hosts.iter().map(|(host, _)| host.clone()).collect();
    }
    let host = known.host.clone().filter(|host| hosts.contains(host));
    let host = host.or_else(|| hosts.first().cloned()).unwrap_or_default();
    let provider = around.hosts.iter().find(|(known, _)| *known == host);
    let provider = provider.map_or(Provider::Github, |(_, provider)| *provider);
    let parts = of_provider(provider).iter().map(|&(key, label, list)| {
        let options = ui.words(list);
        let mut value = known.get(key);
        if !options.is_empty() && !options.contains(&value) {
            // With one there is nothing to choose.
            value = options
                .first()
                .filter(|_| options.len() == 1)
                .cloned()
                .unwrap_or_default();
        }
        RepositoryPart {
            key,
            label: named(ui, key).unwrap_or(label).to_owned(),
            value,
            offers: key == "owner" && options.is_empty() && (around.offers)(&host),
            options,
            optional: provider == Provider::Gerrit && key == "owner",
        }
    });
    Repository {
        parts: parts.collect(),
        credential: credential(ui, provider, &host),
        hosts,
        host,
    }
}

/// What lets the template work there in the name of whoever starts it, if it asks for that.
fn credential(ui: Ui<'_>, provider: Provider, host: &str) -> Option<CredentialRequest> {
    let asked = ui.get("requestUserCredentials")?;
    let secret = asked.get("secretsKey")?.as_str()?;
    // People sign in with no other.
    if provider != Provider::Github || host.is_empty() {
        return None;
    }
    let more = asked.pointer("/additionalScopes/github");
    let more = more.and_then(Value::as_array).into_iter().flatten();
    let more = more.filter_map(Value::as_str);
    let mut scopes: Vec<String> = ["repo"]
        .into_iter()
        .chain(more)
        .map(str::to_owned)
        .collect();
    scopes.dedup();
    Some(CredentialRequest {
        host: host.to_owned(),
        scopes,
        secret: secret.to_owned(),
    })
}

/// What a template calls a part, for example with `ownerLabel`.
fn named<'a>(ui: Ui<'a>, key: &str) -> Option<&'a str> {
    ui.text(&format!("{key}Label"))
}

/// The parts of an address at a provider: as they are written, called, and restricted.
fn of_provider(provider: Provider) -> &'static [(&'static str, &'static str, &'static str)] {
    const OWNER: (&str, &str, &str) = ("owner", "Owner", "allowedOwners");
    const REPO: (&str, &str, &str) = ("repo", "Repository", "allowedRepos");
    const PROJECT: (&str, &str, &str) = ("project", "Project", "allowedProjects");
    match provider {
        Provider::Github | Provider::Gitea | Provider::Gerrit => &[OWNER, REPO],
        Provider::Gitlab => &[("owner", "Group", "allowedOwners"), REPO],
        Provider::BitbucketCloud => &[("workspace", "Workspace", "allowedOwners"), PROJECT, REPO],
        Provider::BitbucketServer => &[PROJECT, REPO],
        Provider::Azure => &[
            ("organization", "Organisation", "allowedOrganizations"),
            PROJECT,
            REPO,
        ],
    }
}

/// The address of what has been filled in: host first, then parts by their keys. None while the
/// repository has no name and nothing has been typed.
pub(super) fn written(control: &Repository, host: &str, parts: &[(&str, &str)]) -> Option<String> {
    let typed = |(key, value): &(&str, &str)| {
        let part = control.parts.iter().find(|part| part.key == *key);
        let is_given = part.is_some_and(|part| part.options.len() == 1);
        !value.trim().is_empty() && !is_given
    };
    if host.is_empty() || !parts.iter().any(typed) {
        return None;
    }
    let start = format!("{host}?");
    let length = start.len();
    let mut address = form_urlencoded::Serializer::for_suffix(start, length);
    for key in WRITTEN {
        let part = parts.iter().find(|(known, _)| *known == key);
        if let Some((_, value)) = part.filter(|(_, value)| !value.trim().is_empty()) {
            address.append_pair(key, value.trim());
        }
    }
    Some(address.finish())
}

/// The repository of an address, when it names one: host, owner and name.
pub(super) fn place(address: &str) -> Option<(String, String, String)> {
    let address = Address::parse(address);
    let (owner, repo) = (address.get("owner"), address.get("repo"));
    let is_whole = !owner.is_empty() && !repo.is_empty();
    address
        .host
        .filter(|_| is_whole)
        .map(|host| (host, owner, repo))
}

/// What is missing in an address.
pub(super) fn mistake(address: &str) -> Option<String> {
    let address = Address::parse(address);
    if address.host.is_none() {
        return Some("This is not the address of a repository.".to_owned());
    }
    let missing = |key: &str| address.get(key).is_empty();
    if missing("repo") {
        return Some("The repository has no name yet.".to_owned());
    }
    let places = ["owner", "organization", "workspace", "project"];
    let is_nowhere = places.iter().all(|key| missing(key));
    is_nowhere.then(|| "It is not said whose repository it is.".to_owned())
}

/// An address, taken apart.
struct Address {
    host: Option<String>,
    parts: Vec<(String, String)>,
}

impl Address {
    fn parse(text: &str) -> Self {
        let url = Url::parse(&format!("https://{text}")).ok();
        let url = url.filter(|_| !text.is_empty());
        let host = url.as_ref().and_then(|url| {
            let host = url.host_str()?;
            Some(match url.port() {
                Some(port) => format!("{host}:{port}"),
                None => host.to_owned(),
            })
        });
        let parts = url.iter().flat_map(Url::query_pairs);
        Self {
            parts: parts
                .map(|(key, value)| (key.into_owned(), value.into_owned()))
                .collect(),
            host,
        }
    }

    fn get(&self, key: &str) -> String {
        let part = self.parts.iter().find(|(known, _)| known == key);
        part.map(|(_, value)| value.clone()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_written_in_one_order_and_read_back() {
        let control = Repository::default();
        let parts = [("repo", "a b&c"), ("owner", "play house ")];
        let address = written(&control, "github.com", &parts).unwrap();
        assert_eq!(address, "github.com?owner=play+house&repo=a+b%26c");
        let read = Address::parse(&address);
        assert_eq!(read.host.as_deref(), Some("github.com"));
        assert_eq!(
            (read.get("owner"), read.get("repo")),
            ("play house".to_owned(), "a b&c".to_owned())
        );
        assert_eq!(
            Address::parse("ghe.example:8443?repo=x").host.as_deref(),
            Some("ghe.example:8443")
        );
    }

    #[test]
    fn what_there_is_no_choice_about_is_no_answer() {
        let control = Repository {
            parts: vec![RepositoryPart {
                key: "owner",
                options: vec!["playhouse".to_owned()],
                ..RepositoryPart::default()
            }],
            ..Repository::default()
        };
        let write = |repo| {
            written(
                &control,
                "github.com",
                &[("owner", "playhouse"), ("repo", repo)],
            )
        };
        assert_eq!(write(""), None);
        assert_eq!(
            write("seats").as_deref(),
            Some("github.com?owner=playhouse&repo=seats")
        );
    }

    #[test]
    fn an_address_that_leads_nowhere_is_a_mistake() {
        assert_eq!(mistake("github.com?owner=a&repo=b"), None);
        assert_eq!(
            mistake("dev.azure.com?organization=a&project=p&repo=b"),
            None
        );
        for wrong in [
            "",
            "github.com",
            "github.com?owner=a",
            "github.com?repo=b",
            "a b?repo=x",
        ] {
            assert!(mistake(wrong).is_some(), "{wrong}");
        }
    }
}

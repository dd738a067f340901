//! The filters that templates have beside those of the language: about repositories and entities.

use super::language::{Data, Function};
use crate::config::Provider;
use crate::scm::Scm;
use app::catalog::{EntityRef, RefDefaults};
use indexmap::IndexMap;
use std::sync::Arc;
use url::Url;

/// The names of all of them.
pub const NAMES: &[&str] = &["parseRepoUrl", "parseEntityRef", "pick", "projectSlug"];

/// All of them, for repositories of these hosts.
pub fn filters(scm: &Scm) -> IndexMap<String, Function> {
    let (scm, for_slug) = (scm.clone(), scm.clone());
    let functions: [(&str, Function); 4] = [
        (
            "parseRepoUrl",
            Arc::new(move |given| parse_repo_url(text(given)?, &scm).map(|it| Some(it.to_data()))),
        ),
        ("parseEntityRef", Arc::new(parse_entity_ref)),
        ("pick", Arc::new(pick)),
        (
            "projectSlug",
            Arc::new(move |given| {
                let location = parse_repo_url(text(given)?, &for_slug)?;
                let owner = location.owner.unwrap_or_default();
                Ok(Some(format!("{owner}/{}", location.repo).into()))
            }),
        ),
    ];
    let functions = functions.into_iter();
    functions
        .map(|(name, function)| (name.to_owned(), function))
        .collect()
}

/// Where a repository is or will be, as `github.com?owner=a&repo=b` says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepoLocation {
    pub host: String,
    pub owner: Option<String>,
    pub repo: String,
    pub organization: Option<String>,
    pub workspace: Option<String>,
    pub project: Option<String>,
}

impl RepoLocation {
    fn to_data(&self) -> Data {
        let entries = [
            ("host", Some(&self.host)),
            ("owner", self.owner.as_ref()),
            ("repo", Some(&self.repo)),
            ("organization", self.organization.as_ref()),
            ("workspace", self.workspace.as_ref()),
            ("project", self.project.as_ref()),
        ];
        let entries = entries.into_iter();
        let given = entries.filter_map(|(key, value)| Some((key, Data::from(value?.as_str()))));
        given.collect()
    }
}

/// Reads where a repository is.
///
/// # Errors
/// When this is no such location, its host is none that is configured, or something is missing that
/// the host needs.
pub fn parse_repo_url(text: &str, scm: &Scm) -> Result<RepoLocation, String> {
    let invalid = |why: String| format!("Invalid repo URL passed to publisher, got {text}, {why}");
    let url = Url::parse(&format!("https://{text}")).map_err(|error| invalid(error.to_string()))?;
    let Some(integration) = scm.integration(&url) else {
        return Err(format!(
            "No matching integration configuration for host {}, please check your integrations config",
            url.host_str().unwrap_or_default()
        ));
    };
    let part = |name: &str| {
        let mut pairs = url.query_pairs();
        let value = pairs.find(|(key, _)| key == name).map(|(_, value)| value);
        value.map(std::borrow::Cow::into_owned)
    };
    let project = part("project");
    let needed: &[&str] = match integration.provider {
        Provider::BitbucketCloud | Provider::BitbucketServer | Provider::Azure => {
            &["project", "repo"]
        }
        Provider::Gitlab if project.as_ref().is_some_and(|it| !it.is_empty()) => &[],
        Provider::Gerrit | Provider::Gitea => &["repo"],
        Provider::Github | Provider::Gitlab => &["repo", "owner"],
    };
    for name in needed {
        if part(name).is_none_or(|value| value.is_empty()) {
            return Err(format!(
                "Invalid repo URL passed to publisher: {url}, missing {name}"
            ));
        }
    }
    Ok(RepoLocation {
        host: integration.host.clone(),
        owner: part("owner"),
        repo: part("repo").unwrap_or_default(),
        organization: part("organization"),
        workspace: part("workspace"),
        project,
    })
}

fn text(given: &[Data]) -> Result<&str, String> {
    let text = given.first().and_then(Data::as_str);
    text.ok_or_else(|| "this works on text".to_owned())
}

/// Kind, namespace and name of a reference; what it leaves out comes from the argument.
fn parse_entity_ref(given: &[Data]) -> Result<Option<Data>, String> {
    let default = |name: &str| given.get(1)?.get(name)?.as_str();
    let defaults = RefDefaults {
        kind: default("defaultKind"),
        namespace: default("defaultNamespace"),
    };
    let entity_ref = match given.first() {
        Some(parts @ Data::Map(_)) => {
            let part = |name: &str| parts.get(name).and_then(Data::as_str);
            EntityRef::from_parts(part("kind"), part("namespace"), part("name"), defaults)
        }
        _ => EntityRef::parse(text(given)?, defaults),
    };
    let entity_ref = entity_ref.map_err(|error| error.to_string())?;
    let parts = [
        ("kind", entity_ref.kind),
        ("namespace", entity_ref.namespace),
        ("name", entity_ref.name),
    ];
    Ok(Some(
        parts
            .into_iter()
            .map(|(key, value)| (key, value.into()))
            .collect(),
    ))
}

/// What is found along `a.b[0].c`, or nothing.
fn pick(given: &[Data]) -> Result<Option<Data>, String> {
    let path = match given.get(1) {
        Some(Data::Text(path)) => path.clone(),
        Some(Data::Number(index)) => index.to_string(),
        _ => return Err("this needs the path to what is picked".to_owned()),
    };
    let mut found = given.first();
    // Both ways to write an index mean the same.
    for key in path.split(['.', '[']).map(|key| key.trim_end_matches(']')) {
        found = match found {
            Some(Data::Map(entries)) => entries.get(key),
            Some(Data::List(items)) => key.parse().ok().and_then(|index: usize| items.get(index)),
            _ => None,
        };
    }
    Ok(found.cloned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scaffolder::language::{Context, Engine, Options};

    fn check(template: &str, expected: Result<&str, &str>) {
        let engine = Engine::new(Options {
            filters: filters(&Scm::default()),
            ..Options::default()
        });
        match (engine.render(template, &Context::new()), expected) {
            (Ok(rendered), Ok(expected)) => assert_eq!(rendered.text, expected, "{template}"),
            (Err(error), Err(words)) => assert!(error.message.contains(words), "{error}"),
            (rendered, _) => panic!("{template}: {rendered:?}"),
        }
    }

    #[test]
    fn repositories_are_read() {
        check(
            "${{ 'github.com?repo=b&owner=a' | parseRepoUrl | dump }}",
            Ok(r#"{"host":"github.com","owner":"a","repo":"b"}"#),
        );
        check(
            "${{ 'github.com?repo=b&owner=a' | projectSlug }}",
            Ok("a/b"),
        );
        check(
            "${{ 'gitlab.com?project=7' | parseRepoUrl | pick('project') }}",
            Ok("7"),
        );
        check(
            "${{ 'github.com?repo=b' | parseRepoUrl }}",
            Err("missing owner"),
        );
        check(
            "${{ 'git.example.com?repo=b' | parseRepoUrl }}",
            Err("No matching integration"),
        );
        check("${{ '' | parseRepoUrl }}", Err("Invalid repo URL"));
        check("${{ 1 | parseRepoUrl }}", Err("works on text"));
    }

    #[test]
    fn references_are_read() {
        check(
            "${{ 'user:ben' | parseEntityRef({defaultNamespace: 'b'}) | dump }}",
            Ok(r#"{"kind":"user","namespace":"b","name":"ben"}"#),
        );
        check("${{ 'a:b/c' | parseEntityRef(0) | pick('name') }}", Ok("c"));
        check("${{ 'ben' | parseEntityRef }}", Err("kind"));
    }

    #[test]
    fn every_filter_has_its_name() {
        let filters = filters(&Scm::default());
        let names: Vec<&str> = filters.keys().map(String::as_str).collect();
        assert_eq!(names, NAMES);
    }

    #[test]
    fn what_stands_deep_is_picked() {
        check("${{ {a: [{b: 1}]} | pick('a[0].b') }}", Ok("1"));
        check(
            "${{ {a: [{b: 1}]} | pick('a.0.b') }}|${{ {} | pick('x.y') }}",
            Ok("1|"),
        );
    }
}

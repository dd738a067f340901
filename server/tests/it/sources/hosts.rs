//! Patterns at the hosts beside GitHub: each lists its files in its own way, page by page, and hands
//! out each by its own URL. The answers are those of the published descriptions of their APIs.

use super::{Reader, component, names, problems};
use axum::Json;
use axum::extract::Request;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};
use server::config::{Config, Integration, Provider, Secret};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// Entries in one answer, whatever is asked for; GitLab gives as many as it is asked for.
const PAGE: usize = 40;

/// A host with one repository on this machine, until it is dropped.
struct Host {
    provider: Provider,
    /// `127.0.0.1:1234`.
    name: String,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Host {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// What the repository holds, and who may read it.
struct World {
    provider: Provider,
    base: String,
    files: BTreeMap<String, String>,
    authorization: &'static str,
}

impl Host {
    /// The repository `all` on the branch `main`, with more files than one answer lists.
    async fn start(provider: Provider) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let name = listener.local_addr().unwrap().to_string();
        let mut files: BTreeMap<String, String> = (0..150)
            .map(|number| (format!("docs/{number:03}.md"), "Text".to_owned()))
            .collect();
        for (path, text) in [
            ("catalog-info.yaml", component("root")),
            ("a b/catalog-info.yaml", component("a")),
            ("z/catalog-info.yaml", component("z")),
            ("z/c/catalog-info.yaml", component("c")),
            ("z/other.yaml", component("other")),
            (".hidden/catalog-info.yaml", component("hidden")),
            (
                "all.yaml",
                "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {name: all}\n\
                spec: {targets: ['./z/*.yaml']}\n"
                    .to_owned(),
            ),
        ] {
            files.insert(path.to_owned(), text);
        }
        let world = Arc::new(World {
            provider,
            base: format!("http://{name}"),
            files,
            authorization: match provider {
                Provider::Azure => "Basic OnNlY3JldA==",
                Provider::BitbucketCloud => "Basic YW5uOnNlY3JldA==",
                Provider::Gitea => "token secret",
                _ => "Bearer secret",
            },
        });
        let app = axum::Router::new().fallback(move |request: Request| {
            let world = Arc::clone(&world);
            async move { world.answer(&request) }
        });
        let task = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self {
            provider,
            name,
            task,
        }
    }

    fn config(&self) -> Config {
        let base = format!("http://{}", self.name);
        let mut integration = Integration::new(self.provider, &self.name);
        let secret = || Some(Secret::new("secret"));
        match self.provider {
            Provider::Gitea => integration.password = secret(),
            Provider::BitbucketCloud => {
                integration.username = Some(Secret::new("ann"));
                integration.password = secret();
                integration.api_base_url = Some(format!("{base}/2.0"));
            }
            Provider::BitbucketServer => {
                integration.token = secret();
                integration.api_base_url = Some(format!("{base}/rest/api/1.0"));
            }
            _ => integration.token = secret(),
        }
        integration.base_url = Some(base);
        Config {
            integrations: vec![integration],
            ..Config::default()
        }
    }

    /// The page of a file.
    fn url(&self, path: &str) -> String {
        let base = format!("http://{}", self.name);
        match self.provider {
            Provider::Azure => {
                format!("{base}/stage/crew/_git/all?path=/{path}&version=GBmain")
            }
            Provider::BitbucketCloud => format!("{base}/crew/all/src/main/{path}"),
            Provider::BitbucketServer => {
                format!("{base}/projects/CREW/repos/all/browse/{path}?at=main")
            }
            Provider::Gitea => format!("{base}/crew/all/src/branch/main/{path}"),
            _ => format!("{base}/stage/crew/all/-/blob/main/{path}"),
        }
    }
}

impl World {
    fn answer(&self, request: &Request) -> Response {
        let path = request.uri().path().to_owned();
        let query = request.uri().query().unwrap_or_default();
        let query: HashMap<String, String> = url::form_urlencoded::parse(query.as_bytes())
            .into_owned()
            .collect();
        let sent = request.headers().get(header::AUTHORIZATION);
        if sent.is_none_or(|it| it != self.authorization) {
            return StatusCode::UNAUTHORIZED.into_response();
        }
        let get = |name: &str| query.get(name).map(String::as_str);
        let (is_main, listing, file) = match self.provider {
            Provider::Gitlab => {
                let below = "/api/v4/projects/stage%2Fcrew%2Fall/repository/";
                let rest = path.strip_prefix(below).unwrap_or_default();
                let file = rest.strip_prefix("files/");
                let file = file.and_then(|it| it.strip_suffix("/raw"));
                (get("ref") == Some("main"), rest == "tree", file)
            }
            Provider::Gitea => {
                let rest = path
                    .strip_prefix("/api/v1/repos/crew/all/")
                    .unwrap_or_default();
                let listing = rest == "git/trees/main" && get("recursive") == Some("true");
                let file = rest.strip_prefix("raw/");
                (listing || get("ref") == Some("main"), listing, file)
            }
            Provider::BitbucketServer => {
                let below = "/rest/api/1.0/projects/CREW/repos/all/";
                let rest = path.strip_prefix(below).unwrap_or_default();
                let file = rest.strip_prefix("raw/");
                (get("at") == Some("main"), rest == "files", file)
            }
            Provider::BitbucketCloud => {
                let below = "/2.0/repositories/crew/all/src/main/";
                let rest = path.strip_prefix(below);
                (rest.is_some(), rest == Some(""), rest)
            }
            _ => {
                let is_items = path == "/stage/crew/_apis/git/repositories/all/items";
                let version = ["versionDescriptor.version", "versionDescriptor.versionType"];
                let is_main = version.map(get) == [Some("main"), Some("branch")];
                let listing =
                    get("scopePath") == Some("/") && get("recursionLevel") == Some("Full");
                (is_main && is_items, listing, get("path").map(|it| &it[1..]))
            }
        };
        if !is_main {
            return StatusCode::NOT_FOUND.into_response();
        }
        if listing {
            return Json(self.list(&path, &query)).into_response();
        }
        let file = file.unwrap_or_default();
        let file = percent_decode_str(file).decode_utf8_lossy();
        match self.files.get(&*file) {
            Some(text) => text.clone().into_response(),
            None => StatusCode::NOT_FOUND.into_response(),
        }
    }

    /// One page of the list of files and, where the host lists them, folders.
    fn list(&self, path: &str, query: &HashMap<String, String>) -> Value {
        let number = |name: &str| query.get(name).and_then(|it| it.parse::<usize>().ok());
        let mut entries: Vec<(&str, bool)> =
            self.files.keys().map(|it| (it.as_str(), true)).collect();
        entries.push(("docs", false));
        let page = number("page").unwrap_or(1);
        let at = |size: usize, page: usize| {
            let rest = entries.iter().skip(size * (page - 1));
            rest.take(size).copied().collect::<Vec<_>>()
        };
        let word = |is_file: bool| if is_file { "blob" } else { "tree" };
        let all = entries.len();
        match self.provider {
            Provider::Gitlab => {
                let found = at(number("per_page").unwrap().min(100), page).into_iter();
                let found = found.map(|(path, is_file)| {
                    let name = path.rsplit('/').next();
                    json!({"id": "1", "name": name, "type": word(is_file), "path": path, "mode": "100644"})
                });
                found.collect()
            }
            Provider::Gitea => {
                let found = at(PAGE, page).into_iter();
                let found = found.map(|(path, is_file)| {
                    json!({"path": path, "mode": "100644", "type": word(is_file), "size": 1, "sha": "1", "url": ""})
                });
                json!({
                    "sha": "1", "url": "", "tree": found.collect::<Vec<_>>(),
                    "truncated": page * PAGE < all, "page": page, "total_count": all,
                })
            }
            Provider::BitbucketServer => {
                let start = number("start").unwrap_or(0);
                let files: Vec<&String> = self.files.keys().skip(start).take(PAGE).collect();
                let end = start + files.len();
                let is_last = end == self.files.len();
                json!({
                    "values": files, "size": files.len(), "limit": PAGE, "start": start,
                    "isLastPage": is_last, "nextPageStart": (!is_last).then_some(end),
                })
            }
            Provider::BitbucketCloud => {
                let found = at(PAGE, page).into_iter();
                let found = found.map(|(path, is_file)| {
                    let kind = if is_file { "commit_file" } else { "commit_directory" };
                    json!({"path": path, "type": kind, "size": 1, "commit": {"type": "commit", "hash": "1"}})
                });
                let mut answer =
                    json!({"pagelen": PAGE, "page": page, "values": found.collect::<Vec<_>>()});
                if page * PAGE < all {
                    answer["next"] =
                        format!("{}{path}?pagelen={PAGE}&page={}", self.base, page + 1).into();
                }
                answer
            }
            _ => {
                let found = entries.iter().map(|(path, is_file)| {
                    let mut entry = json!({
                        "objectId": "1", "gitObjectType": word(*is_file), "commitId": "1",
                        "path": format!("/{path}"), "url": "",
                    });
                    if !is_file {
                        entry["isFolder"] = true.into();
                    }
                    entry
                });
                json!({ "count": all, "value": found.collect::<Vec<_>>() })
            }
        }
    }
}

async fn check(provider: Provider) {
    let host = Host::start(provider).await;
    let reader = Reader::on(&host.config());
    let read = async |path: &str, expected: &[&str]| {
        let updates = reader.read(&host.url(path)).await;
        let problems = problems(&updates);
        assert_eq!(names(&updates), expected, "{provider:?} {path}: {problems}");
        assert_eq!(problems, "", "{provider:?} {path}");
        updates
    };
    let found = read("**/catalog-info.yaml", &["a", "c", "root", "z"]).await;
    read("*/catalog-info.yaml", &["a", "z"]).await;
    read("z/**/*.yaml", &["c", "other", "z"]).await;
    read(".hidden/*.yaml", &["hidden"]).await;
    read("all.yaml", &["all", "other", "z"]).await;
    // Each is read by its own page, so it can be registered and refreshed by itself.
    let pages: Vec<&str> = found.iter().map(|it| it.location.target.as_str()).collect();
    let file = pages
        .iter()
        .find(|it| it.contains("z/c/") || it.contains("z%2Fc%2F"));
    let again = reader.read(file.unwrap()).await;
    assert_eq!(names(&again), ["c"], "{pages:?}");
    let none = reader.read(&host.url("none/*.yaml")).await;
    assert!(
        problems(&none).contains("no file of the repository matches"),
        "{none:?}"
    );
    let elsewhere = host.url("*.yaml").replace("main", "next");
    let gone = reader.read(&elsewhere).await;
    assert!(problems(&gone).contains("404"), "{gone:?}");
}

#[tokio::test]
async fn gitlab_lists_what_a_pattern_names() {
    check(Provider::Gitlab).await;
}

#[tokio::test]
async fn gitea_lists_what_a_pattern_names() {
    check(Provider::Gitea).await;
}

#[tokio::test]
async fn bitbucket_cloud_lists_what_a_pattern_names() {
    check(Provider::BitbucketCloud).await;
}

#[tokio::test]
async fn bitbucket_server_lists_what_a_pattern_names() {
    check(Provider::BitbucketServer).await;
}

#[tokio::test]
async fn azure_lists_what_a_pattern_names() {
    check(Provider::Azure).await;
}

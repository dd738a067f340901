//! Folders, files and what they lead to, from the outside.

mod hostile;

use super::*;
use crate::config::{Config, Integration, Provider};
use crate::ingest::{Outcome, annotate};
use app::catalog::Severity;
use std::fs;
use std::os::unix::fs::symlink;
use tempfile::TempDir;
use tokio::sync::mpsc;

const SEARCHED: fn(&TempDir) -> Root = |folder| Root::catalog(folder.path().to_str().unwrap());

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn component(name: &str) -> String {
    format!(
        "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: {name}\n\
         spec: {{type: service, lifecycle: production, owner: stage}}\n"
    )
}

fn leads_to(name: &str, targets: &str) -> String {
    format!(
        "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {{name: {name}}}\n\
         spec: {{targets: [{targets}]}}\n"
    )
}

async fn walk(root: Root, context: Context) -> Vec<SourceUpdate> {
    let (sender, mut receiver) = mpsc::channel(4);
    let walk = tokio::spawn(ingest_all(vec![root], context, sender));
    let mut updates = Vec::new();
    while let Some(update) = receiver.recv().await {
        updates.push(update);
    }
    walk.await.unwrap();
    updates
}

fn claimed(updates: &[SourceUpdate]) -> Vec<String> {
    let claims = updates.iter().flat_map(|update| match &update.outcome {
        Outcome::Read { claims, .. } => claims.as_slice(),
        _ => &[],
    });
    claims.map(|claim| claim.entity_ref.to_string()).collect()
}

/// The problems as `file:line: message`, with the folder left out.
fn problems(updates: &[SourceUpdate], folder: &TempDir) -> Vec<String> {
    let folder = format!("{}", folder.path().display());
    let problems = updates.iter().flat_map(|update| &update.problems);
    problems
        .map(|problem| {
            let line = problem
                .line
                .map_or_else(|| "-".to_owned(), |line| line.to_string());
            format!("{}:{line}: {}", problem.source, problem.message).replace(&folder, "")
        })
        .collect()
}

/// What a searched folder comes to: names, and the beginnings of problems.
async fn check(folder: &TempDir, names: &[&str], expected: &[&str]) {
    let updates = walk(SEARCHED(folder), Context::fresh()).await;
    assert_eq!(claimed(&updates), names);
    let actual = problems(&updates, folder);
    assert_eq!(actual.len(), expected.len(), "{actual:#?}");
    for (actual, expected) in actual.iter().zip(expected) {
        assert!(actual.starts_with(expected), "{actual} is not {expected}");
    }
}

#[tokio::test]
async fn a_folder_is_searched_in_path_order() {
    let folder = folder(&[
        ("b/catalog-info.yaml", &component("b")),
        (
            "a.yml",
            &format!("{}---\n{}", component("a2"), component("a1")),
        ),
        ("z.yaml", &component("z")),
        ("notes.txt", "nothing"),
        (".hidden/c.yaml", &component("c")),
        ("node_modules/d.yaml", &component("d")),
        ("t/skeleton/e.yaml", &component("e")),
    ]);
    let names = [
        "component:default/a2",
        "component:default/a1",
        "component:default/b",
        "component:default/z",
    ];
    check(&folder, &names, &[]).await;
}

#[tokio::test]
async fn other_yaml_in_a_folder_is_no_problem_but_broken_entities_are() {
    let folder = folder(&[
        (
            "deploy.yaml",
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x}\n",
        ),
        ("helm.yaml", "a: {{ .Values.a }}\nb: {{- if }}\n"),
        ("list.yaml", "- 1\n"),
        ("mkdocs.yml", "site_name: x\nplugins: [techdocs-core\n"),
        (
            "t/template/catalog-info.yaml",
            &component("${{ values.name }}"),
        ),
        ("u/catalog-info.yaml", "a: 1\n"),
        ("v.yaml", &component("bad name")),
        ("w.yaml", &component("x").replace("type: service, ", "")),
        ("x.yaml", "apiVersion: backstage.io/v1alpha1\nkind: [\n"),
        ("y.yaml", &component("y")),
    ]);
    check(
        &folder,
        &["component:default/y"],
        &[
            "file:/u/catalog-info.yaml:1: apiVersion is required",
            "file:/u/catalog-info.yaml:1: kind is required",
            "file:/u/catalog-info.yaml:1: metadata is required",
            "file:/v.yaml:4: metadata.name is not valid",
            "file:/w.yaml:5: spec.type is required",
            "file:/x.yaml:2: YAML error",
        ],
    )
    .await;
}

#[tokio::test]
async fn locations_lead_on_and_loops_end() {
    let folder = folder(&[
        (
            "all.yaml",
            &leads_to("all", "./sub/*.yaml, ./none.yaml, ./all.yaml"),
        ),
        ("sub/a.yaml", &component("a")),
        (
            "sub/back.yaml",
            &leads_to("back", "../all.yaml, ../other/b.yaml"),
        ),
        ("other/b.yaml", &component("b")),
    ]);
    let all = folder.path().join("all.yaml").display().to_string();
    let updates = walk(Root::catalog(&all), Context::fresh()).await;
    let names = [
        "location:default/all",
        "component:default/a",
        "location:default/back",
        "component:default/b",
    ];
    assert_eq!(claimed(&updates), names);
    let problems = problems(&updates, &folder);
    assert_eq!(
        problems,
        [
            "file:/none.yaml:-: cannot be read: it does not exist; check the path (named in file:/all.yaml)"
        ]
    );
    let last = updates.last().unwrap();
    assert_eq!(last.origin, LocationRef::file(&all));
    assert!(last.parent.as_ref().unwrap().target.ends_with("back.yaml"));
    let Outcome::Read { claims, .. } = &last.outcome else {
        panic!("{last:?}");
    };
    let mut expected = claims[0].document.clone();
    annotate(&mut expected, &last.location, &last.origin, &Scm::default());
    assert_eq!(claims[0].document, expected);
}

#[tokio::test]
async fn an_optional_location_may_be_missing() {
    let text = leads_to("all", "./none.yaml").replace("spec: {", "spec: {presence: optional, ");
    let folder = folder(&[("all.yaml", &text)]);
    check(&folder, &["location:default/all"], &[]).await;
}

#[tokio::test]
async fn kinds_that_the_rules_do_not_allow_stay_out() {
    let user = "apiVersion: backstage.io/v1alpha1\nkind: User\nmetadata: {name: u}\nspec: {memberOf: []}\n";
    let folder = folder(&[("a.yaml", &format!("{user}---\n{}", component("c")))]);
    let location = LocationRef::file(folder.path().join("a.yaml").display().to_string());
    let allow = crate::ingest::rules::Allow::rules(None, []);
    let updates = walk(Root::configured(location, allow), Context::fresh()).await;
    assert_eq!(claimed(&updates), ["component:default/c"]);
    let problems = problems(&updates, &folder);
    assert!(
        problems[0].starts_with("file:/a.yaml:2: entities of kind User may not"),
        "{problems:?}"
    );
}

#[tokio::test]
async fn an_invalid_document_keeps_its_name_and_a_broken_one_keeps_all() {
    let text = format!(
        "{}---\n{}",
        component("good"),
        component("bad").replace("stage}", "''}")
    );
    let folder = folder(&[
        ("a.yaml", &text),
        ("b.yaml", &format!("{text}---\nbackstage.io/: [")),
    ]);
    let updates = walk(SEARCHED(&folder), Context::fresh()).await;
    let outcome = |index: usize| match &updates[index].outcome {
        Outcome::Read {
            kept, incomplete, ..
        } => {
            let kept: Vec<String> = kept.iter().map(ToString::to_string).collect();
            (kept.join(" "), *incomplete)
        }
        other => panic!("{other:?}"),
    };
    assert_eq!(outcome(1), ("component:default/bad".to_owned(), false));
    assert_eq!(outcome(2), ("component:default/bad".to_owned(), true));
}

/// What is known after a walk, for the next one.
fn remember(updates: &[SourceUpdate]) -> Context {
    let known: std::collections::HashMap<LocationRef, Fingerprint> = updates
        .iter()
        .map(|update| {
            let fingerprint = Fingerprint {
                etag: update.etag.clone(),
                content_hash: update.content_hash.clone(),
            };
            (update.location.clone(), fingerprint)
        })
        .collect();
    Context {
        previous: Arc::new(move |location| known.get(location).cloned()),
        ..Context::fresh()
    }
}

#[tokio::test]
async fn unchanged_files_are_nothing_new() {
    let with_text = component("a").replace("spec: {", "spec: {note: {$text: ./a.txt}, ");
    let folder = folder(&[
        ("all.yaml", &leads_to("all", "./sub/a.yaml")),
        ("sub/a.yaml", &with_text),
        ("sub/a.txt", "one"),
    ]);
    let all = folder.path().join("all.yaml").display().to_string();
    let first = walk(Root::catalog(&all), Context::fresh()).await;
    let second = walk(Root::catalog(&all), remember(&first)).await;
    assert_eq!(second[0].outcome, Outcome::Unchanged);
    let a = folder.path().join("sub/a.yaml").display().to_string();
    let before = walk(Root::catalog(&a), Context::fresh()).await;
    let again = walk(Root::catalog(&a), remember(&before)).await;
    assert_eq!(again[0].outcome, Outcome::Unchanged);

    fs::write(folder.path().join("sub/a.txt"), "two").unwrap();
    let third = walk(Root::catalog(&a), remember(&before)).await;
    assert_eq!(claimed(&third), ["component:default/a"]);
    let Outcome::Read { claims, .. } = &third[0].outcome else {
        panic!("{third:?}");
    };
    assert_eq!(claims[0].document["spec"]["note"], "two");

    let stricter = Root {
        allow: crate::ingest::rules::Allow::rules(Some(Vec::new()), []),
        ..Root::catalog(&all)
    };
    let fourth = walk(stricter, remember(&first)).await;
    assert_eq!(fourth[0].problems.len(), 1);
}

/// A real repository; passed over where the recorded cases are not at hand.
#[tokio::test]
async fn a_real_repository_shows_its_entities_a_conflict_and_an_invalid_document() {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../shared/corpus/catalog-entities/khulnasoft__devtools-mapped-back");
    if !repository.is_dir() {
        println!("passed over: {} is not here", repository.display());
        return;
    }
    let updates = walk(
        Root::catalog(repository.to_str().unwrap()),
        Context::fresh(),
    )
    .await;
    let mut names = claimed(&updates);
    assert_eq!(names.len(), 197);
    names.sort();
    let twice: Vec<&str> = names
        .windows(2)
        .filter(|pair| pair[0] == pair[1])
        .map(|pair| pair[0].as_str())
        .collect();
    assert_eq!(twice.len(), 1, "{twice:?}");
    names.dedup();
    assert_eq!(names.len(), 196);
    let problems = updates.iter().flat_map(|update| &update.problems);
    let (errors, warnings): (Vec<_>, Vec<_>) =
        problems.partition(|problem| problem.severity == Severity::Error);
    assert_eq!(errors.len(), 1, "{errors:#?}");
    assert!(errors[0].message.starts_with("metadata.name is not valid"));
    assert_eq!(errors[0].line, Some(4));
    // A definition that an API refers to is not kept there.
    assert_eq!(warnings.len(), 1, "{warnings:#?}");
}

/// Answers each request with what stands at its path, until dropped.
async fn serve(pages: Vec<(&'static str, String)>) -> String {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = vec![0; 4096];
            let read = stream.read(&mut request).await.unwrap();
            let request = String::from_utf8_lossy(&request[..read]).into_owned();
            let path = request.split(' ').nth(1).unwrap().to_owned();
            let page = pages.iter().find(|(at, _)| *at == path);
            let answer = match page {
                Some(_) if request.contains("if-none-match: \"1\"") => {
                    "HTTP/1.1 304 Not Modified\r\nconnection: close\r\n\r\n".to_owned()
                }
                Some((_, text)) => {
                    format!("HTTP/1.1 200 OK\r\netag: \"1\"\r\nconnection: close\r\n\r\n{text}")
                }
                None => "HTTP/1.1 404 Not Found\r\nconnection: close\r\n\r\n".to_owned(),
            };
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
    });
    format!("http://{address}")
}

#[tokio::test]
async fn urls_lead_to_what_stands_beside_them() {
    let with_text = component("b").replace("spec: {", "spec: {note: {$text: ./b.txt}, ");
    let server = serve(vec![
        (
            "/c/all.yaml",
            leads_to("all", "./a.yaml, b/b.yaml, ./none.yaml"),
        ),
        ("/c/a.yaml", component("a")),
        ("/c/b/b.yaml", with_text),
        ("/c/b/b.txt", "text".to_owned()),
    ])
    .await;
    let root = || Root::catalog(&format!("{server}/c/all.yaml"));
    let context = |context: Context| {
        let mut hosts = Hosts::default();
        hosts.name(&server);
        let outbound = Outbound::new(hosts, Clock::system());
        Context {
            outbound,
            ..context
        }
    };
    let updates = walk(root(), context(Context::fresh())).await;
    let names = [
        "location:default/all",
        "component:default/a",
        "component:default/b",
    ];
    assert_eq!(claimed(&updates), names);
    let Outcome::Read { claims, .. } = &updates[2].outcome else {
        panic!("{updates:?}");
    };
    assert_eq!(claims[0].document["spec"]["note"], "text");
    assert_eq!(updates[3].outcome, Outcome::Unreadable);
    assert!(updates[3].problems[0].message.contains("404"));

    // An etag says nothing of what placeholders stand for.
    let etags: Vec<bool> = updates.iter().map(|update| update.etag.is_some()).collect();
    assert_eq!(etags, [true, true, false, false]);
    let again = walk(root(), context(remember(&updates))).await;
    assert_eq!(again.len(), 1, "where it leads is known to whoever asks");
    assert_eq!(again[0].outcome, Outcome::Unchanged);

    // An etag vouches for the content, not for what is made of it.
    let stricter = Root {
        allow: crate::ingest::rules::Allow::rules(Some(Vec::new()), []),
        ..Root::catalog(&format!("{server}/c/a.yaml"))
    };
    let same = Root {
        location: stricter.location.clone(),
        ..Root::catalog("/")
    };
    let first = walk(same.clone(), context(Context::fresh())).await;
    let again = walk(same, context(remember(&first))).await;
    assert_eq!(again[0].outcome, Outcome::Unchanged);
    let refused = walk(stricter, context(remember(&first))).await;
    assert_eq!(claimed(&refused), [""; 0]);
    assert_eq!(refused[0].problems.len(), 1);
}

#[tokio::test]
async fn a_host_that_only_a_file_names_is_not_read() {
    let elsewhere = serve(vec![("/a.yaml", component("a"))]).await;
    let folder = folder(&[(
        "all.yaml",
        &leads_to("all", &format!("'{elsewhere}/a.yaml'")).replace("spec: {", "spec: {type: url, "),
    )]);
    let updates = walk(SEARCHED(&folder), Context::fresh()).await;
    assert_eq!(claimed(&updates), ["location:default/all"]);
    let message = &updates.last().unwrap().problems[0].message;
    assert!(message.contains("backend.reading.allow"), "{message}");
}

/// A server that stands for the API of a GitHub Enterprise.
#[tokio::test]
async fn a_repository_is_read_through_the_api_of_its_host() {
    let server = serve(vec![
        (
            "/repos/o/r/contents/c/all.yaml?ref=main",
            leads_to("all", "../a.yaml, ../../../x/r/blob/main/b.yaml"),
        ),
        (
            "/repos/o/r/contents/a.yaml?ref=main",
            component("a").replace("spec: {", "spec: {note: {$text: /b.txt}, "),
        ),
        ("/repos/o/r/contents/b.txt?ref=main", "text".to_owned()),
    ])
    .await;
    let mut integration = Integration::new(Provider::Github, "ghe.test");
    integration.api_base_url = Some(server);
    let config = Config {
        integrations: vec![integration],
        ..Config::default()
    };
    let context = Context {
        outbound: Outbound::new(Hosts::configured(&config), Clock::system()),
        scm: Arc::new(Scm::new(&config.integrations)),
        ..Context::fresh()
    };
    let root = Root::catalog("https://ghe.test/o/r/blob/main/c/all.yaml");
    let updates = walk(root, context).await;
    let Outcome::Read { claims, .. } = &updates[1].outcome else {
        panic!("{updates:?}");
    };
    let document = &claims[0].document;
    assert_eq!(document["spec"]["note"], "text");
    assert_eq!(
        document["metadata"]["annotations"]["backstage.io/source-location"],
        "url:https://ghe.test/o/r/tree/main/"
    );
    let message = &updates[0].problems[0].message;
    assert!(message.contains("out of the repository"), "{message}");
}

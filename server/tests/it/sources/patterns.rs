//! URLs that name many files of a repository.

use super::{Reader, component, names, problems};
use crate::support::github::Github;
use server::ingest::Outcome;

async fn monorepo() -> Github {
    let github = Github::start().await;
    github.repository("playhouse/all", |it| {
        it.file("catalog-info.yaml", component("root"))
            .file("a/catalog-info.yaml", component("a"))
            .file("b/catalog-info.yaml", component("b"))
            .file("b/c/catalog-info.yaml", component("c"))
            .file("b/other.yaml", component("other"))
            .file(".hidden/catalog-info.yaml", component("hidden"))
    });
    github
}

#[tokio::test]
async fn a_pattern_stands_for_the_files_it_matches() {
    let github = monorepo().await;
    let reader = Reader::of(&github);
    let check = async |pattern: &str, expected: &[&str]| {
        let updates = reader.read(&github.url("playhouse/all", pattern)).await;
        assert_eq!(
            names(&updates),
            expected,
            "{pattern}: {}",
            problems(&updates)
        );
    };
    check("*/catalog-info.yaml", &["a", "b"]).await;
    check("**/catalog-info.yaml", &["a", "b", "c", "root"]).await;
    check("b/**/*.yaml", &["b", "c", "other"]).await;
    check(".hidden/*.yaml", &["hidden"]).await;
}

#[tokio::test]
async fn what_matches_is_read_by_its_own_url() {
    let github = monorepo().await;
    let reader = Reader::of(&github);
    let pattern = github.url("playhouse/all", "*/catalog-info.yaml");
    let updates = reader.read(&pattern).await;
    let read: Vec<String> = updates
        .iter()
        .map(|it| it.location.target.clone())
        .collect();
    let url = |path: &str| github.url("playhouse/all", path);
    assert_eq!(
        read,
        [
            pattern.clone(),
            url("a/catalog-info.yaml"),
            url("b/catalog-info.yaml")
        ]
    );
    // Reading again costs a question for each, and no content.
    github.asked();
    let again = reader.read_again(&pattern, &updates).await;
    let unchanged = again[1..].iter().all(|it| it.outcome == Outcome::Unchanged);
    assert!(unchanged, "{again:?}");
    let asked = github.asked();
    assert!(asked.iter().all(|it| it.status == 304), "{asked:?}");
    assert_eq!(asked.len(), 3);
}

#[tokio::test]
async fn a_location_entity_may_lead_to_a_pattern() {
    let github = monorepo().await;
    github.change("playhouse/all", |it| {
        let location = "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {name: all}\n\
                        spec: {targets: ['./b/*.yaml', '../outside/*.yaml']}\n";
        it.put("all.yaml", location);
    });
    let reader = Reader::of(&github);
    let updates = reader.read(&github.url("playhouse/all", "all.yaml")).await;
    assert_eq!(names(&updates), ["all", "b", "other"]);
    assert!(
        problems(&updates).contains("leads out of the repository"),
        "{updates:?}"
    );
}

#[tokio::test]
async fn a_pattern_that_matches_nothing_or_not_all_says_so() {
    let github = monorepo().await;
    let reader = Reader::of(&github);
    let none = reader
        .read(&github.url("playhouse/all", "none/*.yaml"))
        .await;
    assert!(problems(&none).contains("no file of the repository matches"));
    let gone = reader.read(&github.url("playhouse/gone", "*.yaml")).await;
    assert!(problems(&gone).contains("404"));
    github.truncate_trees();
    let some = reader.read(&github.url("playhouse/all", "**/*.yaml")).await;
    assert!(problems(&some).contains("some may be missing"));
    let Outcome::Read { incomplete, .. } = some[0].outcome else {
        panic!("{some:?}");
    };
    assert!(incomplete, "what is missing may still be there");
}

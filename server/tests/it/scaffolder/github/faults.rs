//! A GitHub that refuses, is silent, slow or broken.

use super::{Studio, github, publish, write};
use crate::support::github::Fault;
use serde_json::json;
use std::time::Duration;

const CREATE: &str = "/orgs/{org}/repos";
const PUSH: &str = "/playhouse/fog.git/git-receive-pack";

async fn studio(faults: Vec<(&str, &str, Fault, usize)>) -> Studio {
    let github = github().await;
    for (method, path, fault, times) in faults {
        github.fail(method, path, fault, times);
    }
    let steps = vec![
        write("a.yaml"),
        publish(&github, json!({ "secrets": { "K": "v" } })),
    ];
    Studio::new(github, steps).await
}

fn check_whole(studio: &Studio) {
    let made = studio.github.find("playhouse/fog").expect("a repository");
    assert_eq!(made.log("main").len(), 1);
    assert_eq!(made.files("main").len(), 1);
    assert_eq!(made.secrets.len(), 1);
    assert!(made.protection.contains_key("main"));
    assert_eq!(studio.github.names(), ["playhouse/fog"]);
}

#[tokio::test]
async fn what_passes_is_waited_out_and_nothing_is_done_twice() {
    let faults = vec![
        ("POST", CREATE, Fault::Lost, 1),
        (
            "PUT",
            "/repos/{owner}/{repo}/actions/secrets/{name}",
            Fault::Failing,
            2,
        ),
        (
            "PUT",
            "/repos/{owner}/{repo}/branches/{branch}/protection",
            Fault::Cut,
            1,
        ),
        (
            "GET",
            "/users/{username}",
            Fault::Secondary {
                retry_after: Some(1),
            },
            1,
        ),
        ("POST", PUSH, Fault::Lost, 1),
    ];
    let studio = studio(faults).await;
    let ended = studio.run().await;
    assert!(
        ended.output()["last"]["commitHash"].is_string(),
        "{:?}",
        ended.end
    );
    check_whole(&studio);
    let asked = studio.github.asked();
    let count = |end: &str| {
        let of = asked
            .iter()
            .filter(|it| it.method == "POST" && it.path.ends_with(end));
        of.count()
    };
    assert_eq!(
        (count("/orgs/playhouse/repos"), count("git-receive-pack")),
        (1, 1)
    );
    for told in [
        "this task has made it",
        "asks to wait",
        "The commit is there",
    ] {
        assert!(
            ended.log.iter().any(|line| line.contains(told)),
            "{told}: {:?}",
            ended.log
        );
    }
}

#[tokio::test]
async fn what_was_not_done_is_done_again() {
    let faults = vec![
        ("POST", CREATE, Fault::Failing, 1),
        ("POST", PUSH, Fault::Cut, 1),
    ];
    let studio = studio(faults).await;
    studio.run().await.output();
    check_whole(&studio);
}

#[tokio::test]
async fn what_does_not_pass_is_told_and_goes_on_later() {
    let studio = studio(vec![("POST", PUSH, Fault::Broken, 3)]).await;
    let failed = studio.run().await;
    let error = failed.error();
    assert!(
        error.contains("502") && error.contains("The repository is there"),
        "{error}"
    );
    let ended = studio.go_on(&failed).await;
    assert!(ended.output()["last"]["commitHash"].is_string());
    check_whole(&studio);
    assert_eq!(studio.count("POST", "/orgs/playhouse/repos"), 1);
}

#[tokio::test]
async fn each_refusal_says_what_to_do() {
    for (fault, words) in [
        (Fault::NameExists, "Choose another name"),
        (Fault::SsoRequired, "single sign-on"),
        (Fault::Suspended, "suspended"),
        (Fault::NotAllowed, "give it the permission"),
        (
            Fault::Primary {
                reset: 4_102_444_800,
            },
            "asked again from",
        ),
    ] {
        let shown = format!("{fault:?}");
        let studio = studio(vec![("POST", CREATE, fault, 1)]).await;
        let ended = studio.run().await;
        assert!(ended.error().contains(words), "{shown}: {}", ended.error());
        assert!(studio.github.names().is_empty(), "{shown}");
        assert_eq!(studio.count("POST", "/orgs/playhouse/repos"), 1, "{shown}");
    }
}

#[tokio::test]
async fn a_taken_name_is_never_somebody_elses_repository() {
    let studio = studio(Vec::new()).await;
    studio
        .github
        .repository("playhouse/fog", |it| it.file("README.md", "# Ours"));
    let ended = studio.run().await;
    assert!(
        ended.error().contains("already exists"),
        "{}",
        ended.error()
    );
    let theirs = studio.github.find("playhouse/fog").unwrap();
    assert!(theirs.secrets.is_empty() && theirs.protection.is_empty());
}

#[tokio::test]
async fn a_slow_github_is_waited_for_and_a_cancelled_task_does_not_wait() {
    let studio_ = studio(vec![(
        "POST",
        CREATE,
        Fault::Slow(Duration::from_millis(300)),
        1,
    )])
    .await;
    studio_.run().await.output();
    check_whole(&studio_);

    let studio = studio(vec![("POST", CREATE, Fault::Silent, 1)]).await;
    let id = studio.workshop.begin(super::NAME, json!({})).await;
    while studio.count("POST", "/orgs/playhouse/repos") == 0 {
        tokio::task::yield_now().await;
    }
    let path = format!("/api/scaffolder/v2/tasks/{id}/cancel");
    studio.workshop.app.post(&path, &json!({})).await;
    let ended = studio.workshop.end_after(&id, 0).await;
    assert_eq!(ended.end["type"], "cancelled", "{:?}", ended.end);
}

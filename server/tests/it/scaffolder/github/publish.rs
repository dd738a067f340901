//! `publish:github`, and its two halves.

use super::{Studio, github, publish, repo_url, write};
use crate::scaffolder::workshop::step;
use serde_json::json;

#[tokio::test]
async fn a_repository_is_made_with_everything_that_was_asked_for() {
    let github = github().await;
    github.user("cleo");
    let more = json!({
        "description": "Fog on stage",
        "homepage": "https://fog.example.com",
        "repoVisibility": "private",
        "access": "playhouse/lights",
        "collaborators": [
            { "access": "push", "user": "user:default/cleo" },
            { "access": "pull", "team": "nobody" },
        ],
        "topics": ["Fog", "stage"],
        "hasWiki": false,
        "allowRebaseMerge": false,
        "deleteBranchOnMerge": true,
        "allowUpdateBranch": true,
        "repoVariables": { "STAGE": "left" },
        "secrets": { "KEY": "hunter2" },
        "oidcCustomization": { "useDefault": false, "includeClaimKeys": ["repo"] },
        "subscribe": true,
        "requiredApprovingReviewCount": 3,
        "requiredStatusCheckContexts": ["test"],
        "requiredCommitSigning": true,
        "gitCommitMessage": "First night",
        "gitAuthorName": "Nora",
        "gitAuthorEmail": "nora@example.com",
    });
    let steps = vec![
        write("a/one.yaml"),
        write("two.yaml"),
        publish(&github, more),
    ];
    let studio = Studio::new(github, steps).await;
    let ended = studio.run().await;
    let host = &studio.github.host;
    let output = &ended.output()["last"];
    let remote = format!("http://{host}/playhouse/fog.git");
    assert_eq!(output["remoteUrl"], remote.as_str(), "{:?}", ended.end);
    let contents = output["repoContentsUrl"].as_str().unwrap();
    assert!(contents.ends_with("/playhouse/fog/blob/main"), "{contents}");

    let made = studio.github.find("playhouse/fog").unwrap();
    assert_eq!(output["commitHash"], made.commit("main").unwrap().as_str());
    let files: Vec<_> = made.files("main").into_keys().collect();
    assert_eq!(files, ["a/one.yaml", "two.yaml"]);
    assert_eq!(made.log("main"), ["First night"]);
    assert_eq!(made.description.as_deref(), Some("Fog on stage"));
    assert_eq!(
        (made.visibility.as_str(), made.default_branch.as_str()),
        ("private", "main")
    );
    assert_eq!(made.topics, ["fog", "stage"]);
    assert!(!made.has("has_wiki") && !made.has("allow_rebase_merge"));
    assert!(made.has("delete_branch_on_merge") && made.has("allow_update_branch"));
    assert_eq!(made.variables["STAGE"], "left");
    let sealed = made.secrets["KEY"].to_string();
    assert!(!sealed.contains("hunter2"), "{sealed}");
    assert_eq!(made.approvals("main"), 3);
    assert!(made.signed.contains("main"), "{:?}", ended.log);
    assert_eq!(made.collaborators["cleo"], "push");
    let access = studio
        .github
        .team_may("playhouse", "lights", "playhouse/fog");
    assert_eq!(access.as_deref(), Some("admin"));
    let skipped = ended.log.iter().find(|line| line.contains("nobody"));
    assert!(skipped.is_some_and(|line| line.contains("Skipping pull access")));
    assert!(!ended.log.join("\n").contains("hunter2"), "{:?}", ended.log);
}

#[tokio::test]
async fn making_and_pushing_can_be_two_steps() {
    let github = github().await;
    let url = repo_url(&github, "fog");
    let steps = vec![
        write("a.yaml"),
        step(
            "create",
            "github:repo:create",
            json!({ "repoUrl": url, "workflowAccess": "organization" }),
        ),
        step(
            "push",
            "github:repo:push",
            json!({ "repoUrl": url, "protectDefaultBranch": false }),
        ),
    ];
    let studio = Studio::new(github, steps).await;
    let ended = studio.run().await;
    let made = studio.github.find("playhouse/fog").unwrap();
    let commit = made.commit("master").unwrap();
    assert_eq!(ended.output()["last"]["commitHash"], commit.as_str());
    assert_eq!(made.default_branch, "master");
    assert_eq!(made.workflow_access, "organization");
    assert!(made.protection.is_empty());
}

#[tokio::test]
async fn a_branch_with_a_history_is_left_alone() {
    let github = github().await;
    github.repository("playhouse/fog", |it| it.file("README.md", "# Fog"));
    let url = repo_url(&github, "fog");
    let push = json!({ "repoUrl": url, "defaultBranch": "main" });
    let steps = vec![write("a.yaml"), step("push", "github:repo:push", push)];
    let studio = Studio::new(github, steps).await;
    let ended = studio.run().await;
    assert!(
        ended.error().contains("has a history already"),
        "{}",
        ended.error()
    );
    let files = studio.github.find("playhouse/fog").unwrap().files("main");
    assert_eq!(files.into_keys().collect::<Vec<_>>(), ["README.md"]);
}

#[tokio::test]
async fn what_would_be_taken_for_something_else_is_refused_before_anything_is_made() {
    for (input, words) in [
        (
            json!({ "defaultBranch": "--upload-pack=touch /tmp/x" }),
            "begins with a dash",
        ),
        (json!({ "defaultBranch": "a b" }), "git does not allow"),
        (json!({ "gitAuthorName": "a\nparent 1" }), "line break"),
        (json!({ "gitAuthorEmail": "a@b> 0 +0000" }), "angle bracket"),
        (
            json!({ "repoUrl": "github.com?owner=a/../b&repo=c" }),
            "cannot be the name",
        ),
        (
            json!({ "repoUrl": "evil.example.com?owner=a&repo=c" }),
            "No matching integration",
        ),
        (json!({ "sourcePath": "../outside" }), "leads out"),
    ] {
        let github = github().await;
        let steps = vec![publish(&github, input.clone())];
        let studio = Studio::new(github, steps).await;
        let ended = studio.run().await;
        assert!(ended.error().contains(words), "{input}: {}", ended.error());
        let made = studio.github.find("playhouse/fog").is_some();
        assert!(!made, "{input} has made a repository");
    }
}

//! `publish:github:pull-request`.

use super::{Studio, github, repo_url, write};
use crate::scaffolder::workshop::step;
use crate::support::github::{Fault, Github, Repository};
use serde_json::{Value, json};

fn offer(github: &Github, more: Value) -> Value {
    let mut input = json!({
        "repoUrl": repo_url(github, "fog"),
        "branchName": "add-x",
        "title": "Add x",
        "description": "For the catalog.",
    });
    let more = more.as_object().cloned().unwrap_or_default();
    input.as_object_mut().unwrap().extend(more);
    step("offer", "publish:github:pull-request", input)
}

async fn stage() -> Github {
    let github = github().await;
    github.repository("playhouse/fog", |it| {
        it.file("README.md", "# Fog")
            .file("docs/old.md", "old")
            .file("docs/keep.md", "keep")
    });
    github
}

#[tokio::test]
async fn files_are_offered_and_others_deleted() {
    let github = stage().await;
    github.user("cleo");
    let more = json!({
        "targetPath": "docs",
        "filesToDelete": ["old.md", "never.md"],
        "draft": true,
        "reviewers": ["ben"],
        "teamReviewers": ["lights", "lights"],
        "assignees": ["ben"],
        "commitMessage": "A commit",
        "gitAuthorName": "Nora",
        "gitAuthorEmail": "nora@example.com",
    });
    let steps = vec![write("x.yaml"), offer(&github, more)];
    let studio = Studio::new(github, steps).await;
    let ended = studio.run().await;
    let output = &ended.output()["last"];
    assert_eq!(output["targetBranchName"], "main", "{:?}", ended.end);
    assert_eq!(output["pullRequestNumber"], 1);
    let there = studio.github.find("playhouse/fog").unwrap();
    let files: Vec<_> = there.files("add-x").into_keys().collect();
    assert_eq!(files, ["README.md", "docs/keep.md", "docs/x.yaml"]);
    assert_eq!(there.log("add-x")[0], "A commit");
    let pulls = there.pulls();
    let pull = pulls[0].pull.as_ref().unwrap();
    assert_eq!(
        (pull.branch.as_str(), pull.base.as_str()),
        ("add-x", "main")
    );
    assert!(pull.is_draft);
    assert_eq!(pulls[0].title, "Add x");
    assert!(
        ended
            .log
            .iter()
            .any(|line| line.contains("docs/never.md is not there"))
    );
}

/// Runs to the end of the task. Returns the repository, with the one pull request that is open.
async fn the_first_is_the_only_one(studio: &Studio) -> Repository {
    let ended = studio.run().await;
    assert_eq!(
        ended.output()["last"]["pullRequestNumber"],
        1,
        "{:?}",
        ended.end
    );
    let there = studio.github.find("playhouse/fog").unwrap();
    assert_eq!(there.pulls().len(), 1);
    there
}

#[tokio::test]
async fn nothing_is_offered_twice() {
    let github = stage().await;
    github.fail("POST", "/repos/{owner}/{repo}/git/refs", Fault::Lost, 1);
    github.fail("POST", "/repos/{owner}/{repo}/pulls", Fault::Lost, 1);
    github.fail("POST", "/repos/{owner}/{repo}/git/trees", Fault::Failing, 1);
    let steps = vec![write("x.yaml"), offer(&github, json!({}))];
    let studio = Studio::new(github, steps).await;
    let there = the_first_is_the_only_one(&studio).await;
    assert_eq!(there.log("add-x").len(), there.log("main").len() + 1);
}

#[tokio::test]
async fn a_branch_that_is_there_is_replaced_only_when_asked() {
    let github = stage().await;
    let steps = vec![write("x.yaml"), offer(&github, json!({}))];
    let studio = Studio::new(github, steps).await;
    studio.run().await.output();
    let again = studio.run().await;
    assert!(again.error().contains("update: true"), "{}", again.error());

    let github = stage().await;
    let more = json!({ "update": true, "title": "Again" });
    let steps = vec![
        write("x.yaml"),
        offer(&github, json!({})),
        write("y.yaml"),
        {
            let mut second = offer(&github, more);
            second["id"] = "second".into();
            second
        },
    ];
    let studio = Studio::new(github, steps).await;
    let there = the_first_is_the_only_one(&studio).await;
    assert_eq!(there.pulls()[0].title, "Again");
    assert!(there.files("add-x").contains_key("y.yaml"));
}

#[tokio::test]
async fn nothing_to_change_can_be_no_pull_request() {
    let github = stage().await;
    let steps = vec![offer(&github, json!({ "createWhenEmpty": false }))];
    let studio = Studio::new(github, steps).await;
    let ended = studio.run().await;
    assert!(
        ended.output()["last"]["pullRequestNumber"].is_null(),
        "{:?}",
        ended.end
    );
    assert!(
        studio
            .github
            .find("playhouse/fog")
            .unwrap()
            .pulls()
            .is_empty()
    );
}

//! The smaller things that templates do at GitHub.

use super::{Studio, github, repo_url};
use crate::scaffolder::workshop::step;
use crate::support::github::{Fault, Github};
use serde_json::{Value, json};

async fn stage() -> Github {
    let github = github().await;
    let workflow = "on: workflow_dispatch\njobs: {}\n";
    github.repository("playhouse/fog", |it| {
        it.file("README.md", "# Fog")
            .file(".github/workflows/go.yml", workflow)
    });
    github
}

fn act(github: &Github, action: &str, more: Value) -> Value {
    let mut input = json!({ "repoUrl": repo_url(github, "fog") });
    let more = more.as_object().cloned().unwrap_or_default();
    input.as_object_mut().unwrap().extend(more);
    step("act", action, input)
}

async fn run(github: Github, action: &str, input: Value) -> (Studio, Value) {
    let steps = vec![act(&github, action, input)];
    let studio = Studio::new(github, steps).await;
    let ended = studio.run().await;
    assert!(ended.end["body"]["error"].is_null(), "{:?}", ended.end);
    let output = ended.output()["last"].clone();
    (studio, output)
}

#[tokio::test]
async fn issues_are_made_once_and_labelled() {
    let github = stage().await;
    github.fail("POST", "/repos/{owner}/{repo}/issues", Fault::Lost, 1);
    let input = json!({ "title": "A budget", "body": "Agree on one.", "labels": ["bug"], "assignees": ["ben"] });
    let (studio, output) = run(github, "github:issues:create", input).await;
    assert_eq!(output["issueNumber"], 1);
    let there = studio.github.find("playhouse/fog").unwrap();
    assert_eq!(there.issues.len(), 1);
    assert_eq!(there.issues[0].title, "A budget");

    let github = studio.github;
    let label = json!({ "number": 1, "labels": ["enhancement"] });
    let (studio, _) = run(github, "github:issues:label", label).await;
    let labels = &studio.github.find("playhouse/fog").unwrap().issues[0].labels;
    assert!(
        labels.iter().any(|it| it.as_str() == "enhancement"),
        "{labels:?}"
    );
}

#[tokio::test]
async fn workflows_are_started_once() {
    let github = stage().await;
    let path = "/repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches";
    github.fail("POST", path, Fault::Lost, 1);
    let input = json!({
        "workflowId": "go.yml",
        "branchOrTagName": "main",
        "workflowInputs": {},
        "returnWorkflowRunDetails": true,
    });
    let (studio, output) = run(github, "github:actions:dispatch", input).await;
    let there = studio.github.find("playhouse/fog").unwrap();
    assert_eq!(there.dispatches.len(), 1);
    assert_eq!(output["workflowRunId"], there.dispatches[0]["id"]);
}

#[tokio::test]
async fn webhooks_are_added_once() {
    let github = stage().await;
    github.fail("POST", "/repos/{owner}/{repo}/hooks", Fault::Lost, 1);
    let input = json!({
        "webhookUrl": "https://ci.example.com/hook",
        "webhookSecret": "hunter2",
        "events": ["push", "pull_request"],
        "contentType": "json",
    });
    let (studio, _) = run(github, "github:webhook", input).await;
    let hooks = studio.github.find("playhouse/fog").unwrap().hooks;
    assert_eq!(hooks.len(), 1);
    assert_eq!(hooks[0]["config"]["url"], "https://ci.example.com/hook");
    assert_eq!(hooks[0]["events"], json!(["push", "pull_request"]));
}

#[tokio::test]
async fn a_key_is_added_and_its_private_half_a_secret() {
    let github = stage().await;
    github.fail("POST", "/repos/{owner}/{repo}/keys", Fault::Lost, 1);
    let input = json!({
        "publicKey": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA== ann@example.com",
        "privateKey": "-----BEGIN-----\nsecret\n-----END-----",
        "deployKeyName": "Stage door",
    });
    let (studio, output) = run(github, "github:deployKey:create", input).await;
    assert_eq!(output["privateKeySecretName"], "STAGE_DOOR_PRIVATE_KEY");
    let there = studio.github.find("playhouse/fog").unwrap();
    assert_eq!(there.keys.len(), 1);
    assert!(there.secrets.contains_key("STAGE_DOOR_PRIVATE_KEY"));
}

#[tokio::test]
async fn an_environment_has_policies_variables_and_secrets() {
    let github = stage().await;
    let input = json!({
        "name": "on stage",
        "deploymentBranchPolicy": { "protected_branches": false, "custom_branch_policies": true },
        "customBranchPolicyNames": ["main", "release/*"],
        "customTagPolicyNames": ["v*"],
        "environmentVariables": { "SIDE": "left" },
        "secrets": { "KEY": "hunter2" },
        "waitTimer": 5,
        "reviewers": ["user:default/ben", "group:default/lights", "user:default/nobody"],
    });
    let (studio, _) = run(github, "github:environment:create", input).await;
    let there = studio.github.find("playhouse/fog").unwrap();
    let made = &there.environments["on stage"];
    assert_eq!(made.policies.len(), 3);
    assert_eq!(made.variables["SIDE"], "left");
    assert!(made.secrets.contains_key("KEY"));
    assert_eq!(made.asked["wait_timer"], 5);
    assert_eq!(made.asked["reviewers"].as_array().map(Vec::len), Some(2));
}

#[tokio::test]
async fn links_pages_and_protection_may_be_said_again() {
    let github = stage().await;
    let link = json!({ "keyPrefix": "TICKET-", "urlTemplate": "https://t.example.com/<num>" });
    let (studio, _) = run(github, "github:autolinks:create", link.clone()).await;
    let (studio, _) = run(studio.github, "github:autolinks:create", link).await;
    assert_eq!(
        studio.github.find("playhouse/fog").unwrap().autolinks.len(),
        1
    );

    let pages = json!({ "buildType": "legacy", "sourcePath": "/docs" });
    let (studio, _) = run(studio.github, "github:pages:enable", pages.clone()).await;
    let (studio, _) = run(studio.github, "github:pages:enable", pages).await;
    assert!(studio.github.find("playhouse/fog").unwrap().pages.is_some());

    let protect = json!({ "requiredApprovingReviewCount": 2, "requiredLinearHistory": true });
    let (studio, _) = run(studio.github, "github:branch-protection:create", protect).await;
    assert_eq!(
        studio
            .github
            .find("playhouse/fog")
            .unwrap()
            .approvals("main"),
        2
    );
}

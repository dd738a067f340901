//! Inputs that would be taken for something else: paths that lead out, names that git or GitHub read as
//! options or as more than one name. Each is refused before anything is made.

use super::{Studio, github, repo_url};
use crate::scaffolder::workshop::step;
use crate::support::github::Github;
use serde_json::{Value, json};
use server::scaffolder::actions::Manifest;

const OUT: [&str; 6] = ["../x", "..", "a/../../x", "/etc", "/", "x\u{0}y"];
const BRANCHES: [&str; 8] = [
    "--upload-pack=touch /tmp/x",
    "-d",
    "a..b",
    "a b",
    "refs/heads/x",
    "HEAD",
    "a\nb",
    "a/.git",
];
const PEOPLE: [(&str, &str); 3] = [
    ("gitAuthorName", "a\nparent 1"),
    ("gitAuthorName", "a <b>"),
    ("gitAuthorEmail", "a@b> 0 +0000"),
];

/// What an action needs to be run at all.
fn whole(github: &Github, action: &str) -> Value {
    let is_new = matches!(action, "publish:github" | "github:repo:create");
    let mut input = json!({ "repoUrl": repo_url(github, if is_new { "new" } else { "fog" }) });
    let more = match action {
        "publish:github:pull-request" => {
            json!({ "branchName": "more", "title": "More", "description": "x" })
        }
        "github:actions:dispatch" => json!({ "workflowId": "go.yml", "branchOrTagName": "main" }),
        "github:autolinks:create" => {
            json!({ "keyPrefix": "X-", "urlTemplate": "https://example.com/<num>" })
        }
        "github:deployKey:create" => {
            json!({ "publicKey": "ssh-ed25519 AAAA", "privateKey": "x", "deployKeyName": "x" })
        }
        "github:environment:create" => json!({ "name": "stage" }),
        "github:issues:create" => json!({ "title": "x" }),
        "github:issues:label" => json!({ "number": 1, "labels": ["x"] }),
        "github:webhook" => json!({ "webhookUrl": "https://example.com" }),
        _ => json!({}),
    };
    let more = more.as_object().cloned().unwrap_or_default();
    input.as_object_mut().unwrap().extend(more);
    input
}

/// Runs actions, each with one input changed, and expects that every one says why it does nothing.
async fn refused(github: Github, cases: Vec<(&str, &str, Value)>, words: &[&str]) {
    github.repository("playhouse/fog", |it| it.file("README.md", "# Fog"));
    let steps = cases.iter().enumerate().map(|(at, (action, key, value))| {
        let mut input = whole(&github, action);
        input[*key] = value.clone();
        let mut step = step(&format!("case-{at}"), action, input);
        step["if"] = "${{ always() }}".into();
        step
    });
    let steps = steps.collect();
    let studio = Studio::new(github, steps).await;
    let log = studio.run().await.log.join("\n");
    for (at, (action, key, value)) in cases.iter().enumerate() {
        let begun = format!("Beginning step case-{at}\n");
        let told = log.split(&begun).nth(1).unwrap();
        let told = told.split("Beginning step ").next().unwrap();
        let is_meant = words.iter().any(|words| told.contains(words));
        assert!(is_meant, "{action}, {key}: {value}: {told}");
    }
    let asked = studio.github.asked().into_iter();
    let made: Vec<String> = asked
        .filter(|it| it.method != "GET")
        .map(|it| format!("{} {}", it.method, it.path))
        .collect();
    assert!(made.is_empty(), "{made:?}");
}

const PUSHING: [&str; 3] = [
    "publish:github",
    "github:repo:push",
    "publish:github:pull-request",
];

#[tokio::test]
async fn no_path_leads_out() {
    let mut cases = Vec::new();
    for path in OUT {
        cases.extend(PUSHING.map(|action| (action, "sourcePath", json!(path))));
        cases.push(("publish:github:pull-request", "targetPath", json!(path)));
        cases.push((
            "publish:github:pull-request",
            "filesToDelete",
            json!([path]),
        ));
    }
    let words = [
        "leads out of the workspace",
        "is an absolute path",
        "holds a character that no file name may have",
    ];
    refused(github().await, cases, &words).await;
}

#[tokio::test]
async fn no_branch_is_an_option_or_another_name() {
    let mut cases = Vec::new();
    for branch in BRANCHES {
        cases.push(("publish:github", "defaultBranch", json!(branch)));
        cases.push(("github:repo:push", "defaultBranch", json!(branch)));
        cases.push(("publish:github:pull-request", "branchName", json!(branch)));
        cases.push((
            "publish:github:pull-request",
            "targetBranchName",
            json!(branch),
        ));
    }
    refused(github().await, cases, &["cannot be the name of a branch"]).await;
}

#[tokio::test]
async fn no_author_adds_lines_to_a_commit() {
    let mut cases = Vec::new();
    for (key, text) in PEOPLE {
        cases.extend(PUSHING.map(|action| (action, key, json!(text))));
    }
    refused(github().await, cases, &["of the author holds"]).await;
}

#[tokio::test]
async fn no_action_is_told_of_another_place_by_its_repository() {
    let github = github().await;
    let manifests = Manifest::built_in();
    let actions = manifests.iter().filter(|it| {
        let input = it.input.as_ref();
        input.is_some_and(|input| input["properties"]["repoUrl"].is_object())
    });
    let mut cases = Vec::new();
    for action in actions {
        for url in [
            format!("{}?owner=a/../b&repo=fog", github.host),
            format!("{}?owner=playhouse&repo=../../user", github.host),
            format!("{}?owner=--help&repo=fog", github.host),
            "evil.example.com?owner=playhouse&repo=fog".to_owned(),
        ] {
            cases.push((action.id.as_str(), "repoUrl", json!(url)));
        }
    }
    assert!(cases.len() > 40, "{} cases", cases.len());
    let words = [
        "cannot be the name",
        "No matching integration",
        "Invalid repo URL",
    ];
    refused(github, cases, &words).await;
}

//! What an organisation asks of its repositories.

use super::{Studio, github, publish, repo_url, write};
use crate::scaffolder::workshop::step;
use crate::support::github::Fault;
use serde_json::json;
use server::config::{
    Freedom, ProtectionRules, RepositoryRules, Scaffolder, TeamAccess, Visibility,
};

fn asked(templates_may_change: Vec<Freedom>) -> Scaffolder {
    let rules = RepositoryRules {
        owners: vec!["playhouse".to_owned()],
        visibility: Some(Visibility::Private),
        default_branch: Some("main".to_owned()),
        topics: vec!["managed".to_owned()],
        wiki: Some(false),
        teams: vec![TeamAccess {
            team: "lights".to_owned(),
            access: "maintain".to_owned(),
        }],
        protection: Some(ProtectionRules {
            status_checks: vec!["test".to_owned()],
            ..ProtectionRules::default()
        }),
        templates_may_change,
        ..RepositoryRules::default()
    };
    Scaffolder {
        repositories: vec![rules],
        ..Scaffolder::default()
    }
}

/// A template that wants less in every way.
fn lax() -> serde_json::Value {
    json!({
        "defaultBranch": "trunk",
        "repoVisibility": "public",
        "hasWiki": true,
        "protectDefaultBranch": false,
        "requiredApprovingReviewCount": 0,
        "protectEnforceAdmins": false,
        "bypassPullRequestAllowances": { "users": ["ben"] },
        "topics": ["own"],
        "collaborators": [{ "team": "lights", "access": "pull" }],
    })
}

#[tokio::test]
async fn a_template_cannot_ask_for_less() {
    let github = github().await;
    let steps = vec![write("a.yaml"), publish(&github, lax())];
    let studio = Studio::with(github, steps, asked(Vec::new())).await;
    let ended = studio.run().await;
    assert_eq!(ended.end["type"], "completion", "{:?}", ended.end);
    let made = studio.github.find("playhouse/fog").unwrap();
    assert_eq!(
        (made.visibility.as_str(), made.default_branch.as_str()),
        ("private", "main")
    );
    assert!(!made.has("has_wiki"));
    assert_eq!(made.topics, ["own", "managed"]);
    assert_eq!(made.approvals("main"), 2);
    let protection = &made.protection["main"];
    assert_eq!(protection["enforce_admins"], true);
    assert_eq!(
        protection["required_status_checks"]["contexts"],
        json!(["test"])
    );
    let bypass = &protection["required_pull_request_reviews"]["bypass_pull_request_allowances"];
    assert!(bypass.is_null(), "{bypass}");
    let access = studio
        .github
        .team_may("playhouse", "lights", "playhouse/fog");
    assert_eq!(access.as_deref(), Some("maintain"));
    for told in [
        "repoVisibility: public",
        "hasWiki: true",
        "defaultBranch: trunk",
        "protectDefaultBranch: false",
    ] {
        assert!(
            ended.log.iter().any(|line| line.contains(told)),
            "{told}: {:?}",
            ended.log
        );
    }
}

#[tokio::test]
async fn what_templates_may_change_they_change() {
    let github = github().await;
    let steps = vec![write("a.yaml"), publish(&github, lax())];
    let free = vec![
        Freedom::DefaultBranch,
        Freedom::Visibility,
        Freedom::Wiki,
        Freedom::Protection,
    ];
    let studio = Studio::with(github, steps, asked(free)).await;
    studio.run().await.output();
    let made = studio.github.find("playhouse/fog").unwrap();
    assert_eq!(
        (made.visibility.as_str(), made.default_branch.as_str()),
        ("public", "trunk")
    );
    assert!(made.has("has_wiki") && made.protection.is_empty());
    assert_eq!(made.topics, ["own", "managed"]);
}

#[tokio::test]
async fn a_template_that_says_nothing_gets_all_of_it() {
    let github = github().await;
    let url = repo_url(&github, "fog");
    let steps = vec![
        write("a.yaml"),
        step("publish", "publish:github", json!({ "repoUrl": url })),
    ];
    let studio = Studio::with(github, steps, asked(Vec::new())).await;
    studio.run().await.output();
    let made = studio.github.find("playhouse/fog").unwrap();
    assert_eq!(made.default_branch, "main");
    assert_eq!(made.approvals("main"), 2);
    assert!(!made.has("has_wiki"));
}

#[tokio::test]
async fn a_later_step_does_not_take_protection_away() {
    let github = github().await;
    let url = repo_url(&github, "fog");
    let weaker =
        json!({ "repoUrl": url, "requiredApprovingReviewCount": 1, "enforceAdmins": false });
    let steps = vec![
        write("a.yaml"),
        publish(&github, json!({})),
        step("weaken", "github:branch-protection:create", weaker),
    ];
    let studio = Studio::with(github, steps, asked(Vec::new())).await;
    studio.run().await.output();
    let made = studio.github.find("playhouse/fog").unwrap();
    assert_eq!(made.approvals("main"), 2);
    assert_eq!(made.protection["main"]["enforce_admins"], true);
}

#[tokio::test]
async fn protection_that_cannot_be_is_told_and_fails_only_where_the_organisation_asks_for_it() {
    let path = "/repos/{owner}/{repo}/branches/{branch}/protection";
    let github_ = github().await;
    github_.fail("PUT", path, Fault::NotInPlan, 1);
    let steps = vec![write("a.yaml"), publish(&github_, json!({}))];
    let studio = Studio::new(github_, steps).await;
    let ended = studio.run().await;
    assert!(ended.output()["last"]["commitHash"].is_string());
    assert!(
        ended.log.iter().any(|line| line.contains("not protected")),
        "{:?}",
        ended.log
    );

    let github_ = github().await;
    github_.fail("PUT", path, Fault::NotInPlan, 1);
    let steps = vec![write("a.yaml"), publish(&github_, json!({}))];
    let studio = Studio::with(github_, steps, asked(Vec::new())).await;
    let failed = studio.run().await;
    assert!(failed.error().contains("plan"), "{}", failed.error());
    // Nothing is made twice when it goes on.
    let ended = studio.go_on(&failed).await;
    assert!(ended.output()["last"]["commitHash"].is_string());
    assert_eq!(studio.count("POST", "/orgs/playhouse/repos"), 1);
}

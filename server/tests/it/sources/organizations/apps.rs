//! GitHub Apps list those who have installed them.

use super::{playhouse, portal_of};
use crate::support::github::Github;
use server::config::{Config, GithubApp, Secret};
use std::sync::atomic::Ordering;

/// Configured with an app in place of a token.
fn with_app(github: &Github) -> Config {
    let mut config = github.config();
    config.integrations[0].token = None;
    config.integrations[0].apps.push(GithubApp {
        app_id: "7".to_owned(),
        private_key: Secret::new(include_str!("../../../../src/scm/tests/app-key.pem")),
        webhook_secret: None,
        client_id: None,
        client_secret: None,
        allowed_installation_owners: None,
        public_access: false,
    });
    config
}

#[tokio::test]
async fn an_app_lists_all_organisations_that_have_installed_it() {
    let github = playhouse().await;
    github.organization("opera", &["fay"]);
    for owner in ["playhouse", "opera", "gus"] {
        github.user("gus");
        github.install(owner);
    }
    let portal = portal_of(&github, with_app(&github), &[]).await;
    assert!(portal.look().await);
    assert_eq!(portal.everybody().await.len(), 6 + 3);
    assert!(
        portal.problems().await.contains("Nothing is wrong"),
        "{}",
        portal.problems().await
    );
    // Addresses are not for apps.
    let ben = portal.entity("user:default:ben").await;
    assert_eq!(ben["spec"]["profile"].get("email"), None);
}

#[tokio::test]
async fn an_app_that_is_suspended_loses_nobody() {
    let github = playhouse().await;
    github.install("playhouse");
    let portal = portal_of(&github, with_app(&github), &["playhouse"]).await;
    assert!(portal.look().await);
    assert_eq!(portal.everybody().await.len(), 8);
    github.suspend("playhouse", true);
    github.leave("playhouse", "eve");
    // The token of the app lasts an hour.
    portal.now.fetch_add(3_600_000, Ordering::Relaxed);
    portal.again().await;
    assert_eq!(portal.everybody().await.len(), 8);
    let problems = portal.problems().await;
    assert!(problems.contains("GitHub App 7"), "{problems}");
    github.suspend("playhouse", false);
    portal.now.fetch_add(3_600_000, Ordering::Relaxed);
    portal.again().await;
    assert_eq!(portal.everybody().await.len(), 7);
}

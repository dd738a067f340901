//! A listing that fails takes nobody away, and says what is wrong.

use super::{Portal, playhouse, portal_of};
use crate::support::github::Fault;
use crate::support::on_each_engine;
use serde_json::{Value, json};

on_each_engine! {
    async fn a_listing_that_fails_takes_nobody_away_and_is_told_of(db: TestDb) {
        let github = playhouse().await;
        let portal = Portal::of(&github, db, &["playhouse"]).await;
        assert!(portal.look().await);
        let everybody = portal.everybody().await;
        github.leave("playhouse", "eve");
        let answer = |body: Value| Fault::Answer(200, body);
        let no_list = json!({"data": {"organization": {"login": "playhouse"}}});
        let endless = json!({"hasNextPage": true, "endCursor": null});
        let no_end = json!({"data": {"organization": {
            "teams": {"nodes": [], "pageInfo": endless}, "membersWithRole": {"nodes": [], "pageInfo": endless},
        }}});
        for (fault, said) in [
            (Fault::Broken, "502"),
            (Fault::Secondary { retry_after: Some(1) }, "asks to wait"),
            (Fault::NotAllowed, "403"),
            (answer(json!("no answer")), "knows no playhouse"),
            (answer(no_list), "without a list"),
            (answer(no_end), "without a list"),
            (answer(json!({"data": {"organization": null}})), "knows no playhouse"),
        ] {
            github.fail("POST", "/graphql", fault, 10);
            portal.again().await;
            assert_eq!(portal.everybody().await, everybody, "{said}");
            let problems = portal.problems().await;
            assert!(problems.contains(said), "{said}: {problems}");
            let failing = portal.app.get("/admin?state=failing").await;
            let rows = failing.texts("section[aria-label=Sources] li");
            assert!(rows.len() == 1 && rows[0].contains("github-org:a"), "{rows:?}");
            github.heal();
        }
        github.fail_graphql("RATE_LIMITED", "API rate limit exceeded");
        portal.again().await;
        assert_eq!(portal.everybody().await, everybody);
        github.heal();
        // Who is counted and not shown may still be there; who is new comes in.
        github.hide(1);
        github.organization("playhouse", &["ben", "cleo", "dan", "gus"]);
        portal.again().await;
        assert_eq!(portal.everybody().await.len(), everybody.len() + 1);
        let problems = portal.problems().await;
        assert!(problems.contains("counts more people or teams than it shows"), "{problems}");
        github.heal();
        portal.again().await;
        assert_eq!(portal.everybody().await.len(), everybody.len());
        let problems = portal.problems().await;
        assert!(!problems.contains("github-org"), "{problems}");
        let failing = portal.app.get("/admin?state=failing").await;
        assert!(failing.texts("section[aria-label=Sources] li").is_empty());
    }
}

#[tokio::test]
async fn without_organisations_and_without_an_app_it_is_said_what_is_missing() {
    let github = playhouse().await;
    let portal = portal_of(&github, github.config(), &[]).await;
    assert!(portal.look().await);
    let problems = portal.problems().await;
    assert!(problems.contains("name them under orgs"), "{problems}");
}

#[tokio::test]
async fn a_page_that_github_cannot_give_is_asked_for_in_parts() {
    let github = playhouse().await;
    github.fail("POST", "/graphql", Fault::Broken, 2);
    let portal = portal_of(&github, github.config(), &["playhouse"]).await;
    assert!(portal.look().await);
    assert_eq!(portal.everybody().await.len(), 8);
    let sizes: Vec<u64> = github
        .asked()
        .iter()
        .filter_map(|it| it.body["variables"]["first"].as_u64())
        .collect();
    assert!(sizes.contains(&1) && sizes.contains(&2), "{sizes:?}");
}

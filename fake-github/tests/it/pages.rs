//! What people see.

use crate::ask::{ask, see, send};
use fake_github::Github;
use serde_json::json;

#[tokio::test]
async fn a_person_looks_at_what_was_made() {
    let github = Github::start().await;
    github.demonstrate();
    let body =
        json!({"name": "fog", "description": "<b>Fog</b>", "has_wiki": false, "auto_init": true});
    ask(&github, "POST /orgs/playhouse/repos", body)
        .await
        .is(201);
    let protection = json!({
        "required_status_checks": null, "enforce_admins": true, "restrictions": null,
        "required_pull_request_reviews": {"required_approving_review_count": 2},
    });
    let path = "PUT /repos/playhouse/fog/branches/main/protection";
    ask(&github, path, protection).await.is(200);
    assert!(
        see(&github, "/")
            .await
            .is(200)
            .text
            .contains("href=\"/playhouse/fog/\"")
    );
    let page = see(&github, "/playhouse/fog").await.is(200);
    for words in [
        "&lt;b&gt;Fog&lt;/b&gt;",
        "<th scope=\"row\">Wiki</th><td>off</td>",
        "2 approving reviews required · administrators too",
        "href=\"/playhouse/fog/blob/main/README.md\"",
        "public",
    ] {
        assert!(page.text.contains(words), "{words}: {}", page.text);
    }
    assert!(
        page.head
            .contains("content-security-policy: default-src 'none'")
    );
    let file = see(&github, "/playhouse/fog/blob/main/README.md")
        .await
        .is(200);
    assert!(file.text.contains("<pre># fog"), "{}", file.text);
    see(&github, "/playhouse/box-office/tree/main/src")
        .await
        .is(200);
    for missing in [
        "/playhouse/none",
        "/playhouse/fog/blob/main/none",
        "/playhouse/fog/pull/1",
    ] {
        see(&github, missing).await.is(404);
    }
}

#[tokio::test]
async fn a_person_merges_a_pull_request() {
    let github = Github::start().await;
    github.repository("playhouse/fog", |it| it.file("README.md", "# Fog"));
    let main = github.find("playhouse/fog").unwrap().commit("main");
    let body = json!({"ref": "refs/heads/add/file", "sha": main});
    ask(&github, "POST /repos/playhouse/fog/git/refs", body)
        .await
        .is(201);
    let body = json!({"message": "Add", "content": "YQ==", "branch": "add/file"});
    ask(&github, "PUT /repos/playhouse/fog/contents/a/b.txt", body)
        .await
        .is(201);
    let body = json!({"title": "Add a file", "head": "add/file", "base": "main"});
    ask(&github, "POST /repos/playhouse/fog/pulls", body)
        .await
        .is(201);
    see(&github, "/playhouse/fog/blob/add/file/a/b.txt")
        .await
        .is(200);
    let page = see(&github, "/playhouse/fog/pull/1").await.is(200);
    assert!(
        page.text.contains("Add a file") && page.text.contains("a/b.txt"),
        "{}",
        page.text
    );
    let pressed = send(&github, "POST /playhouse/fog/pull/1/merge", "", "")
        .await
        .unwrap();
    assert_eq!(pressed.status, 303);
    assert!(
        github
            .find("playhouse/fog")
            .unwrap()
            .files("main")
            .contains_key("a/b.txt")
    );
    let page = see(&github, "/playhouse/fog/pull/1").await.is(200);
    assert!(page.text.contains("Merged as"), "{}", page.text);
}

//! Making repositories, and writing into them through the API.

use crate::ask::{ask, ask_as};
use fake_github::Github;
use serde_json::{Value, json};

async fn playhouse() -> Github {
    let github = Github::start().await;
    github.organization("playhouse", &["ben"]);
    github
}

#[tokio::test]
async fn a_repository_is_made_changed_and_removed() {
    let github = playhouse().await;
    let body = json!({
        "name": "fog", "description": "Fog machine", "private": true, "has_wiki": false,
        "allow_squash_merge": false,
    });
    let made = ask(&github, "POST /orgs/playhouse/repos", body)
        .await
        .is(201);
    assert_eq!(made.json()["full_name"], "playhouse/fog");
    assert_eq!(made.json()["permissions"]["admin"], true);
    let kept = github.find("playhouse/fog").unwrap();
    assert_eq!(kept.visibility, "private");
    assert!(!kept.has("has_wiki") && kept.has("has_issues") && !kept.has("allow_squash_merge"));
    assert_eq!(kept.branches(), [""; 0], "nothing was pushed");

    let again = ask(
        &github,
        "POST /orgs/playhouse/repos",
        json!({"name": "Fog"}),
    )
    .await
    .is(422);
    assert_eq!(
        again.json()["errors"][0]["message"],
        "name already exists on this account"
    );

    let topics = json!({"names": ["stage", "smoke"]});
    ask(&github, "PUT /repos/playhouse/fog/topics", topics)
        .await
        .is(200);
    let change =
        json!({"has_wiki": true, "homepage": "https://example.com", "visibility": "public"});
    let changed = ask(&github, "PATCH /repos/playhouse/fog", change)
        .await
        .is(200)
        .json();
    assert_eq!(changed["topics"], json!(["stage", "smoke"]));
    assert_eq!([&changed["has_wiki"], &changed["private"]], [true, false]);

    ask(&github, "DELETE /repos/playhouse/fog", Value::Null)
        .await
        .is(204);
    ask(&github, "GET /repos/playhouse/fog", Value::Null)
        .await
        .is(404);
}

#[tokio::test]
async fn only_those_who_may_write_do() {
    let github = playhouse().await;
    github.token("ghp_eve", "eve");
    github.repository("playhouse/open", |it| it);
    github.repository("playhouse/secret", |mut it| {
        it.visibility = "private".to_owned();
        it
    });
    let eve = async |request, body| ask_as(&github, "token ghp_eve", request, body).await;
    eve("POST /orgs/playhouse/repos", json!({"name": "x"}))
        .await
        .is(403);
    eve("GET /repos/playhouse/open", Value::Null).await.is(200);
    eve("PATCH /repos/playhouse/open", json!({"has_wiki": true}))
        .await
        .is(403);
    eve("GET /repos/playhouse/secret", Value::Null)
        .await
        .is(404);
    eve("POST /user/repos", json!({"name": "mine"}))
        .await
        .is(201);
    let may = json!({"permission": "push"});
    ask(
        &github,
        "PUT /repos/playhouse/secret/collaborators/eve",
        may,
    )
    .await
    .is(204);
    eve("GET /repos/playhouse/secret", Value::Null)
        .await
        .is(200);
    let unknown = "GET /repos/playhouse/open";
    ask_as(&github, "Bearer nonsense", unknown, Value::Null)
        .await
        .is(401);
}

#[tokio::test]
async fn files_are_written_one_by_one() {
    let github = playhouse().await;
    let empty = json!({"name": "fog"});
    ask(&github, "POST /orgs/playhouse/repos", empty)
        .await
        .is(201);
    let path = "/repos/playhouse/fog/contents/docs/a.md";
    let put = |sha: Option<&str>| {
        let mut body = json!({"message": "Say a", "content": "YQ=="});
        if let Some(sha) = sha {
            body["sha"] = sha.into();
        }
        body
    };
    let made = ask(&github, &format!("PUT {path}"), put(None))
        .await
        .is(201)
        .json();
    ask(&github, &format!("PUT {path}"), put(None))
        .await
        .is(422);
    ask(&github, &format!("PUT {path}"), put(Some(&"0".repeat(40))))
        .await
        .is(409);
    let sha = made["content"]["sha"].as_str().unwrap();
    let mut change = put(Some(sha));
    change["content"] = "Yg==".into();
    ask(&github, &format!("PUT {path}"), change).await.is(200);
    let read = ask(&github, &format!("GET {path}"), Value::Null)
        .await
        .is(200)
        .json();
    assert_eq!(read["content"], "Yg==\n");
    let folder = ask(&github, "GET /repos/playhouse/fog/contents/", Value::Null)
        .await
        .is(200);
    assert_eq!(folder.json()[0]["type"], "dir");
    let kept = github.find("playhouse/fog").unwrap();
    assert_eq!(
        kept.files("main").into_iter().collect::<Vec<_>>(),
        [("docs/a.md".to_owned(), "b".to_owned())]
    );
    assert_eq!(kept.log("main"), ["Say a", "Say a"]);
    let gone = json!({"message": "Say nothing", "sha": read["sha"]});
    ask(&github, &format!("DELETE {path}"), gone).await.is(200);
    assert!(
        github
            .find("playhouse/fog")
            .unwrap()
            .files("main")
            .is_empty()
    );
    let outside = "PUT /repos/playhouse/fog/contents/a/..%2F..%2Fb";
    ask(&github, outside, put(None)).await.is(422);
}

#[tokio::test]
async fn a_commit_is_made_of_its_parts() {
    let github = playhouse().await;
    github.repository("playhouse/empty", fake_github::Repository::empty);
    let blob = json!({"content": "a"});
    let refused = ask(
        &github,
        "POST /repos/playhouse/empty/git/blobs",
        blob.clone(),
    )
    .await
    .is(409);
    assert_eq!(refused.message(), "Git Repository is empty.");

    github.repository("playhouse/fog", |it| {
        it.file("README.md", "# Fog").file("old/x", "x")
    });
    let git = "/repos/playhouse/fog/git";
    let sha = |it: Value| it["sha"].as_str().unwrap().to_owned();
    let base = github
        .find("playhouse/fog")
        .unwrap()
        .commit("main")
        .unwrap();
    let blob = sha(ask(&github, &format!("POST {git}/blobs"), blob)
        .await
        .is(201)
        .json());
    let tree = json!({"base_tree": base, "tree": [
        {"path": "new/a", "mode": "100755", "type": "blob", "sha": blob},
        {"path": "b", "mode": "100644", "type": "blob", "content": "b"},
        {"path": "old/x", "mode": "100644", "type": "blob", "sha": null},
    ]});
    let tree = sha(ask(&github, &format!("POST {git}/trees"), tree)
        .await
        .is(201)
        .json());
    let commit = json!({
        "message": "Renew", "tree": tree, "parents": [base],
        "author": {"name": "Robot", "email": "robot@example.com"},
    });
    let commit = sha(ask(&github, &format!("POST {git}/commits"), commit)
        .await
        .is(201)
        .json());
    let reference = json!({"ref": "refs/heads/renew", "sha": commit});
    ask(&github, &format!("POST {git}/refs"), reference.clone())
        .await
        .is(201);
    let again = ask(&github, &format!("POST {git}/refs"), reference)
        .await
        .is(422);
    assert_eq!(again.message(), "Reference already exists");
    let fog = github.find("playhouse/fog").unwrap();
    let files: Vec<String> = fog.files("renew").into_keys().collect();
    assert_eq!(files, ["README.md", "b", "new/a"]);
    assert_eq!(fog.author("renew").unwrap().0, "Robot");

    let back = json!({"sha": base});
    let refused = ask(
        &github,
        &format!("PATCH {git}/refs/heads/renew"),
        back.clone(),
    )
    .await
    .is(422);
    assert_eq!(refused.message(), "Update is not a fast forward");
    let forward = json!({"sha": commit});
    ask(&github, &format!("PATCH {git}/refs/heads/main"), forward)
        .await
        .is(200);
    ask(
        &github,
        &format!("DELETE {git}/refs/heads/renew"),
        Value::Null,
    )
    .await
    .is(204);
    ask(&github, &format!("GET {git}/ref/heads/renew"), Value::Null)
        .await
        .is(404);
    for wrong in [
        "refs/heads/../x",
        "refs/heads/a..b",
        "main",
        "refs/heads/x.lock",
    ] {
        let body = json!({"ref": wrong, "sha": commit});
        ask(&github, &format!("POST {git}/refs"), body)
            .await
            .is(422);
    }
}

#[tokio::test]
async fn an_organisation_keeps_things_to_itself() {
    let github = playhouse().await;
    let body = json!({"name": "fog", "visibility": "internal"});
    let made = ask(&github, "POST /orgs/playhouse/repos", body)
        .await
        .is(201);
    assert_eq!(made.json()["visibility"], "internal");
    assert_eq!(github.find("playhouse/fog").unwrap().visibility, "internal");
}

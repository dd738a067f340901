//! Pull requests and issues.

use crate::ask::ask;
use fake_github::Github;
use serde_json::{Value, json};

/// A repository with a branch that is ahead of `main`.
async fn ahead() -> Github {
    let github = Github::start().await;
    github.organization("playhouse", &["ben"]);
    github.team("playhouse", "lights", &["ben"]);
    github.repository("playhouse/fog", |it| it.file("README.md", "# Fog"));
    let main = github
        .find("playhouse/fog")
        .unwrap()
        .commit("main")
        .unwrap();
    let body = json!({"ref": "refs/heads/add", "sha": main});
    ask(&github, "POST /repos/playhouse/fog/git/refs", body)
        .await
        .is(201);
    github
}

async fn add(github: &Github) {
    let path = "PUT /repos/playhouse/fog/contents/catalog-info.yaml";
    let body = json!({"message": "Add", "content": "YQ==", "branch": "add"});
    ask(github, path, body).await.is(201);
}

#[tokio::test]
async fn a_pull_request_is_made_once_and_merged() {
    let github = ahead().await;
    let body = json!({"title": "Add", "body": "So that", "head": "add", "base": "main"});
    let propose = async || ask(&github, "POST /repos/playhouse/fog/pulls", body.clone()).await;
    let none = propose().await.is(422).json();
    assert_eq!(
        none["errors"][0]["message"],
        "No commits between main and add"
    );
    add(&github).await;
    let made = propose().await.is(201).json();
    assert_eq!([&made["number"], &made["changed_files"]], [1, 1]);
    let again = propose().await.is(422).json();
    let text = again["errors"][0]["message"].as_str().unwrap();
    assert_eq!(text, "A pull request already exists for playhouse:add.");
    let list = async |query: &str| {
        let request = format!("GET /repos/playhouse/fog/pulls?{query}");
        ask(&github, &request, Value::Null)
            .await
            .is(200)
            .json()
            .as_array()
            .unwrap()
            .len()
    };
    assert_eq!(list("head=playhouse:add").await, 1);
    assert_eq!(list("head=playhouse:other").await, 0);
    assert_eq!(list("head=playhouse:add&state=closed").await, 0);

    let path = "/repos/playhouse/fog/pulls/1";
    let ask_for = json!({"reviewers": ["ben"], "team_reviewers": ["lights"]});
    ask(
        &github,
        &format!("POST {path}/requested_reviewers"),
        ask_for,
    )
    .await
    .is(201);
    let unknown = json!({"reviewers": ["nobody"]});
    ask(
        &github,
        &format!("POST {path}/requested_reviewers"),
        unknown,
    )
    .await
    .is(422);
    let labels = json!({"labels": ["catalog"]});
    ask(&github, "POST /repos/playhouse/fog/issues/1/labels", labels)
        .await
        .is(200);
    let people = json!({"assignees": ["ben", "nobody"]});
    ask(
        &github,
        "POST /repos/playhouse/fog/issues/1/assignees",
        people,
    )
    .await
    .is(201);
    let kept = github.find("playhouse/fog").unwrap();
    let issue = kept.pulls()[0];
    assert_eq!(
        (issue.labels.as_slice(), issue.assignees.as_slice()),
        (&["catalog".to_owned()][..], &["ben".to_owned()][..])
    );
    let pull = issue.pull.as_ref().unwrap();
    assert_eq!(
        (pull.reviewers[0].as_str(), pull.team_reviewers[0].as_str()),
        ("ben", "lights")
    );

    let files = ask(&github, &format!("GET {path}/files"), Value::Null)
        .await
        .is(200)
        .json();
    assert_eq!(files[0]["filename"], "catalog-info.yaml");
    ask(&github, &format!("GET {path}/commits"), Value::Null)
        .await
        .is(200);
    ask(
        &github,
        &format!("GET {path}/requested_reviewers"),
        Value::Null,
    )
    .await
    .is(200);
    // Somebody else changes something else meanwhile.
    github.change("playhouse/fog", |it| it.put("other", "o"));
    ask(&github, &format!("PUT {path}/merge"), json!({}))
        .await
        .is(200);
    ask(&github, &format!("PUT {path}/merge"), json!({}))
        .await
        .is(405);
    let files: Vec<String> = github
        .find("playhouse/fog")
        .unwrap()
        .files("main")
        .into_keys()
        .collect();
    assert_eq!(files, ["README.md", "catalog-info.yaml", "other"]);
    let after = ask(&github, &format!("GET {path}"), Value::Null)
        .await
        .is(200)
        .json();
    assert_eq!(
        [&after["merged"], &after["state"]],
        [&json!(true), &json!("closed")]
    );
}

#[tokio::test]
async fn a_fork_asks_its_parent() {
    let github = ahead().await;
    github.token("ghp_eve", "eve");
    let eve = async |request: &str, body| {
        crate::ask::ask_as(&github, "token ghp_eve", request, body).await
    };
    let fork = eve("POST /repos/playhouse/fog/forks", json!({}))
        .await
        .is(202)
        .json();
    assert_eq!(
        [&fork["full_name"], &fork["parent"]["full_name"]],
        ["eve/fog", "playhouse/fog"]
    );
    let body = json!({"message": "Add", "content": "YQ==", "branch": "add"});
    eve("PUT /repos/eve/fog/contents/new", body).await.is(201);
    let body = json!({"title": "From afar", "head": "eve:add", "base": "main"});
    let made = eve("POST /repos/playhouse/fog/pulls", body)
        .await
        .is(201)
        .json();
    assert_eq!(made["head"]["repo"]["full_name"], "eve/fog");
    github.merge("playhouse/fog", 1).unwrap();
    assert!(
        github
            .find("playhouse/fog")
            .unwrap()
            .files("main")
            .contains_key("new")
    );
}

#[tokio::test]
async fn issues_have_labels_and_people() {
    let github = ahead().await;
    let body = json!({"title": "Smoke", "body": "Too much", "labels": ["bug", "new"], "assignees": ["ben"]});
    let made = ask(&github, "POST /repos/playhouse/fog/issues", body)
        .await
        .is(201)
        .json();
    assert_eq!(made["labels"][1]["name"], "new");
    let stranger = json!({"title": "x", "assignees": ["nobody"]});
    ask(&github, "POST /repos/playhouse/fog/issues", stranger)
        .await
        .is(422);
    let add = json!({"labels": ["bug", "urgent"]});
    let labels = ask(&github, "POST /repos/playhouse/fog/issues/1/labels", add)
        .await
        .is(200)
        .json();
    assert_eq!(labels.as_array().unwrap().len(), 3);
    ask(
        &github,
        "POST /repos/playhouse/fog/issues/7/labels",
        json!({"labels": ["x"]}),
    )
    .await
    .is(404);
    let comment = json!({"body": "Seen"});
    ask(
        &github,
        "POST /repos/playhouse/fog/issues/1/comments",
        comment,
    )
    .await
    .is(201);
    let closed = json!({"state": "closed"});
    ask(&github, "PATCH /repos/playhouse/fog/issues/1", closed)
        .await
        .is(200);
    let open = ask(&github, "GET /repos/playhouse/fog/issues", Value::Null)
        .await
        .is(200)
        .json();
    assert_eq!(open, json!([]));
    github.change("playhouse/fog", |it| {
        it.settings.insert("has_issues".to_owned(), false.into());
    });
    ask(
        &github,
        "POST /repos/playhouse/fog/issues",
        json!({"title": "x"}),
    )
    .await
    .is(410);
}

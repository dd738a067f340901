//! All that is set beside the files of a repository.

use crate::ask::ask;
use fake_github::Github;
use serde_json::{Value, json};

const FOG: &str = "/repos/playhouse/fog";

async fn fog() -> Github {
    let github = Github::start().await;
    github.organization("playhouse", &["ben"]);
    github.team("playhouse", "lights", &["ben"]);
    github.repository("playhouse/fog", |mut it| {
        "private".clone_into(&mut it.visibility);
        it.file(".github/workflows/ci.yml", "on: workflow_dispatch")
    });
    github
}

/// A request to the repository, as Ann.
async fn put(github: &Github, request: &str, body: Value, status: u16) -> Value {
    let (method, path) = request.split_once(' ').unwrap();
    let request = format!("{method} {FOG}{path}");
    ask(github, &request, body).await.is(status).json()
}

#[tokio::test]
async fn branches_are_protected() {
    let github = fog().await;
    let path = "/branches/main/protection";
    put(&github, &format!("GET {path}"), Value::Null, 404).await;
    let body = json!({
        "required_status_checks": {"strict": true, "contexts": ["test"]}, "enforce_admins": true,
        "required_pull_request_reviews": {
            "required_approving_review_count": 2, "require_code_owner_reviews": true,
            "dismiss_stale_reviews": true, "require_last_push_approval": true,
            "bypass_pull_request_allowances": {"users": ["ben"], "teams": ["lights"]},
        },
        "restrictions": {"users": [], "teams": ["lights"]}, "required_linear_history": true,
        "required_conversation_resolution": true,
    });
    put(&github, &format!("PUT {path}"), body.clone(), 200).await;
    let told = put(&github, &format!("GET {path}"), Value::Null, 200).await;
    let reviews = &told["required_pull_request_reviews"];
    assert_eq!(reviews["required_approving_review_count"], 2);
    assert_eq!(told["required_status_checks"]["contexts"], json!(["test"]));
    assert_eq!(told["restrictions"]["teams"][0]["slug"], "lights");
    assert_eq!(github.find("playhouse/fog").unwrap().approvals("main"), 2);
    put(
        &github,
        &format!("POST {path}/required_signatures"),
        Value::Null,
        200,
    )
    .await;
    let branch = put(&github, "GET /branches/main", Value::Null, 200).await;
    assert_eq!(branch["protected"], true);
    put(&github, "PUT /branches/none/protection", body, 404).await;
    put(&github, &format!("DELETE {path}"), Value::Null, 204).await;
    put(&github, &format!("GET {path}"), Value::Null, 404).await;
}

#[tokio::test]
async fn people_and_teams_are_let_in() {
    let github = fog().await;
    let push = json!({"permission": "push"});
    put(&github, "PUT /collaborators/ben", push.clone(), 204).await;
    put(&github, "PUT /collaborators/nobody", push.clone(), 404).await;
    put(&github, "GET /collaborators", Value::Null, 200).await;
    let ben = put(
        &github,
        "GET /collaborators/ben/permission",
        Value::Null,
        200,
    )
    .await;
    assert_eq!(ben["permission"], "write");
    let team = "/orgs/playhouse/teams/lights";
    let request = format!("PUT {team}/repos/playhouse/fog");
    ask(&github, &request, json!({"permission": "maintain"}))
        .await
        .is(204);
    let may = github.team_may("playhouse", "lights", "playhouse/fog");
    assert_eq!(may.as_deref(), Some("maintain"));
    let unknown = "PUT /orgs/playhouse/teams/nobody/repos/playhouse/fog";
    ask(&github, unknown, push).await.is(404);
    for path in ["", "/members", "/repos"] {
        ask(&github, &format!("GET {team}{path}"), Value::Null)
            .await
            .is(200);
    }
    for path in [
        "/orgs/playhouse",
        "/orgs/playhouse/members",
        "/orgs/playhouse/teams",
        "/user",
        "/users/ben",
        "/user/memberships/orgs/playhouse",
    ] {
        ask(&github, &format!("GET {path}"), Value::Null)
            .await
            .is(200);
    }
    put(&github, "GET /teams", Value::Null, 200).await;
}

#[tokio::test]
async fn hooks_keys_and_links_are_added_once() {
    let github = fog().await;
    let hook = json!({
        "name": "web", "active": true, "events": ["push"],
        "config": {"url": "https://example.com/hook", "content_type": "json", "insecure_ssl": "0", "secret": "s"},
    });
    let told = put(&github, "POST /hooks", hook.clone(), 201).await;
    assert_eq!(told["config"]["secret"], "********");
    put(&github, "POST /hooks", hook, 422).await;
    assert_eq!(
        github.find("playhouse/fog").unwrap().hooks[0]["config"]["secret"],
        "s"
    );
    put(&github, "GET /hooks", Value::Null, 200).await;
    put(
        &github,
        &format!("DELETE /hooks/{}", told["id"]),
        Value::Null,
        204,
    )
    .await;
    let key = json!({"title": "deploy", "key": "ssh-ed25519 AAAAC3Nz robot@example.com"});
    put(&github, "POST /keys", key.clone(), 201).await;
    put(&github, "POST /keys", key, 422).await;
    put(
        &github,
        "POST /keys",
        json!({"title": "deploy", "key": "nonsense"}),
        422,
    )
    .await;
    put(&github, "GET /keys", Value::Null, 200).await;
    let link = json!({"key_prefix": "FOG-", "url_template": "https://example.com/<num>"});
    put(&github, "POST /autolinks", link.clone(), 201).await;
    put(&github, "POST /autolinks", link, 422).await;
    put(&github, "GET /autolinks", Value::Null, 200).await;
    let ruleset = json!({
        "name": "main", "enforcement": "active", "target": "branch",
        "conditions": {"ref_name": {"include": ["~DEFAULT_BRANCH"], "exclude": []}},
        "rules": [{"type": "deletion"}],
    });
    put(&github, "POST /rulesets", ruleset, 201).await;
    put(&github, "GET /rulesets", Value::Null, 200).await;
}

#[tokio::test]
async fn environments_have_variables_and_secrets() {
    let github = fog().await;
    let ben = ask(&github, "GET /users/ben", Value::Null)
        .await
        .is(200)
        .json()["id"]
        .clone();
    let path = "/environments/production";
    let body = json!({
        "wait_timer": 30, "prevent_self_review": true, "reviewers": [{"type": "User", "id": ben}],
        "deployment_branch_policy": {"protected_branches": false, "custom_branch_policies": true},
    });
    put(&github, &format!("PUT {path}"), body, 200).await;
    let both = json!({"deployment_branch_policy": {"protected_branches": true, "custom_branch_policies": true}});
    put(&github, &format!("PUT {path}"), both, 422).await;
    put(
        &github,
        &format!("POST {path}/deployment-branch-policies"),
        json!({"name": "main"}),
        200,
    )
    .await;
    put(
        &github,
        &format!("GET {path}/deployment-branch-policies"),
        Value::Null,
        200,
    )
    .await;
    for of in [path, "/actions"] {
        let variable = json!({"name": "stage", "value": "one"});
        put(
            &github,
            &format!("POST {of}/variables"),
            variable.clone(),
            201,
        )
        .await;
        put(&github, &format!("POST {of}/variables"), variable, 409).await;
        put(
            &github,
            &format!("PATCH {of}/variables/STAGE"),
            json!({"value": "two"}),
            204,
        )
        .await;
        let told = put(
            &github,
            &format!("GET {of}/variables/STAGE"),
            Value::Null,
            200,
        )
        .await;
        assert_eq!(told["value"], "two");
        put(
            &github,
            &format!("PATCH {of}/variables/NONE"),
            json!({"value": "x"}),
            404,
        )
        .await;
        let key = put(
            &github,
            &format!("GET {of}/secrets/public-key"),
            Value::Null,
            200,
        )
        .await;
        let secret = json!({"encrypted_value": "AAAA", "key_id": key["key_id"]});
        put(
            &github,
            &format!("PUT {of}/secrets/TOKEN"),
            secret.clone(),
            201,
        )
        .await;
        put(&github, &format!("PUT {of}/secrets/TOKEN"), secret, 204).await;
        let wrong = json!({"encrypted_value": "AAAA", "key_id": "1"});
        put(&github, &format!("PUT {of}/secrets/TOKEN"), wrong, 422).await;
        for path in ["variables", "secrets"] {
            let told = put(&github, &format!("GET {of}/{path}"), Value::Null, 200).await;
            assert_eq!(told["total_count"], 1);
        }
    }
    put(&github, "GET /environments", Value::Null, 200).await;
    let kept = github.find("playhouse/fog").unwrap();
    assert_eq!(kept.environments["production"].variables["STAGE"], "two");
    assert_eq!(kept.secrets["TOKEN"]["encrypted_value"], "AAAA");
}

#[tokio::test]
async fn workflows_pages_and_the_rest_are_set() {
    let github = fog().await;
    let path = "POST /actions/workflows/ci.yml/dispatches";
    put(
        &github,
        path,
        json!({"ref": "main", "inputs": {"stage": "one"}}),
        204,
    )
    .await;
    let told = put(
        &github,
        path,
        json!({"ref": "main", "return_run_details": true}),
        200,
    )
    .await;
    assert!(told["workflow_run_id"].is_u64());
    put(&github, path, json!({"ref": "none"}), 422).await;
    put(
        &github,
        "POST /actions/workflows/none.yml/dispatches",
        json!({"ref": "main"}),
        404,
    )
    .await;
    let runs = put(&github, "GET /actions/runs", Value::Null, 200).await;
    assert_eq!(runs["total_count"], 2);
    assert_eq!(
        github.find("playhouse/fog").unwrap().dispatches[0]["inputs"]["stage"],
        "one"
    );

    put(
        &github,
        "POST /pages",
        json!({"source": {"branch": "none"}}),
        422,
    )
    .await;
    put(
        &github,
        "POST /pages",
        json!({"build_type": "workflow"}),
        201,
    )
    .await;
    put(
        &github,
        "POST /pages",
        json!({"build_type": "workflow"}),
        409,
    )
    .await;
    put(
        &github,
        "PUT /pages",
        json!({"build_type": "legacy", "source": {"branch": "main", "path": "/docs"}}),
        204,
    )
    .await;
    let pages = put(&github, "GET /pages", Value::Null, 200).await;
    assert_eq!(pages["source"]["path"], "/docs");

    let access = json!({"access_level": "organization"});
    put(&github, "PUT /actions/permissions/access", access, 204).await;
    put(&github, "GET /actions/permissions/access", Value::Null, 200).await;
    let oidc = json!({"use_default": false, "include_claim_keys": ["repo"]});
    put(&github, "PUT /actions/oidc/customization/sub", oidc, 201).await;
    put(
        &github,
        "GET /actions/oidc/customization/sub",
        Value::Null,
        200,
    )
    .await;
    let properties = json!({"properties": [{"property_name": "tier", "value": "gold"}]});
    put(&github, "PATCH /properties/values", properties, 204).await;
    put(&github, "GET /properties/values", Value::Null, 200).await;
    put(
        &github,
        "PUT /subscription",
        json!({"subscribed": true, "ignored": false}),
        200,
    )
    .await;
    put(&github, "GET /subscription", Value::Null, 200).await;
    let kept = github.find("playhouse/fog").unwrap();
    assert_eq!(
        (kept.workflow_access.as_str(), &kept.properties["tier"]),
        ("organization", &json!("gold"))
    );
    assert!(kept.subscribers.contains("ann"));
}

#[tokio::test]
async fn everything_that_is_read_is_as_described() {
    let github = fog().await;
    for path in [
        "",
        "/topics",
        "/forks",
        "/branches",
        "/commits",
        "/commits/main",
        "/compare/main...main",
        "/git/trees/main?recursive=1",
        "/git/ref/heads/main",
        "/git/matching-refs/heads/",
        "/labels",
        "/milestones",
        "/pulls?state=all",
        "/issues",
        "/tarball/main",
    ] {
        put(&github, &format!("GET {path}"), Value::Null, 200).await;
    }
    let renamed = put(
        &github,
        "POST /branches/main/rename",
        json!({"new_name": "trunk"}),
        201,
    )
    .await;
    assert_eq!(renamed["name"], "trunk");
    put(&github, "PATCH ", json!({"default_branch": "none"}), 422).await;
    for path in [
        "/orgs/playhouse/repos",
        "/user/repos",
        "/users/playhouse/repos",
        "/rate_limit",
        "/search/repositories?q=fog",
        "/search/code?q=filename:ci.yml%20org:playhouse",
    ] {
        ask(&github, &format!("GET {path}"), Value::Null)
            .await
            .is(200);
    }
}

#[tokio::test]
async fn lists_come_page_by_page() {
    let github = Github::start().await;
    for at in 0..5 {
        github.repository(&format!("playhouse/r{at}"), |it| it);
    }
    let request = "GET /orgs/playhouse/repos?per_page=2&page=";
    for (page, names, has_next) in [(1, 2, true), (2, 2, true), (3, 1, false)] {
        let reply = ask(&github, &format!("{request}{page}"), Value::Null)
            .await
            .is(200);
        assert_eq!(reply.json().as_array().unwrap().len(), names);
        let next = format!(
            "/orgs/playhouse/repos?page={}&per_page=2>; rel=\"next\"",
            page + 1
        );
        assert_eq!(reply.head.contains(&next), has_next, "{}", reply.head);
    }
}

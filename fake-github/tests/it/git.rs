//! Cloning and pushing with git itself.

use crate::ask::ask;
use fake_github::{Github, TOKEN};
use serde_json::{Value, json};
use std::path::Path;
use tokio::process::Command;

/// Runs git in a folder; what it said, and whether it went well.
async fn git(folder: &Path, arguments: &[&str]) -> (bool, String) {
    let done = Command::new("git")
        .current_dir(folder)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", folder)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_TERMINAL_PROMPT", "0")
        .args([
            "-c",
            "user.name=Robot",
            "-c",
            "user.email=robot@example.com",
        ])
        .args(arguments)
        .output()
        .await
        .unwrap();
    let said = [done.stdout, done.stderr].concat();
    (
        done.status.success(),
        String::from_utf8_lossy(&said).into_owned(),
    )
}

#[track_caller]
fn well((is_well, said): (bool, String)) -> String {
    assert!(is_well, "{said}");
    said
}

fn url(github: &Github, full_name: &str) -> String {
    format!(
        "http://x-access-token:{TOKEN}@{}/{full_name}.git",
        github.host
    )
}

/// A folder with a commit on a branch.
async fn work(branch: &str, files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    well(
        git(
            folder.path(),
            &["init", "--quiet", "--initial-branch", branch],
        )
        .await,
    );
    for (path, text) in files {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    well(git(folder.path(), &["add", "--all"]).await);
    well(git(folder.path(), &["commit", "--quiet", "--message", "Begin"]).await);
    folder
}

#[tokio::test]
async fn what_is_pushed_is_there() {
    let github = Github::start().await;
    github.organization("playhouse", &[]);
    ask(
        &github,
        "POST /orgs/playhouse/repos",
        json!({"name": "fog"}),
    )
    .await
    .is(201);
    // More than what git would keep packed.
    let many: Vec<(String, String)> = (0..150)
        .map(|it| (format!("src/{it}.txt"), format!("{it}")))
        .collect();
    let many: Vec<(&str, &str)> = many.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    let folder = work("trunk", &many).await;
    let target = url(&github, "playhouse/fog");
    well(git(folder.path(), &["push", &target, "trunk"]).await);
    let fog = github.find("playhouse/fog").unwrap();
    assert_eq!(
        fog.default_branch, "trunk",
        "the first branch becomes the default one"
    );
    assert_eq!(fog.files("trunk").len(), 150);
    assert_eq!(fog.author("trunk").unwrap().1, "robot@example.com");
    let read = ask(
        &github,
        "GET /repos/playhouse/fog/contents/src/7.txt",
        Value::Null,
    )
    .await;
    assert_eq!(read.is(200).json()["content"], "Nw==\n");

    // And what is written through the API is cloned.
    github.change("playhouse/fog", |it| it.put("new/file", "new"));
    let clone = folder.path().join("clone");
    well(git(folder.path(), &["clone", "--quiet", &target, "clone"]).await);
    assert_eq!(
        std::fs::read_to_string(clone.join("new/file")).unwrap(),
        "new"
    );
    well(git(&clone, &["fsck", "--strict"]).await);
}

#[tokio::test]
async fn nobody_pushes_without_a_name() {
    let github = Github::start().await;
    github.repository("playhouse/fog", |it| it.file("a", "a"));
    github.token("ghp_eve", "eve");
    let folder = work("other", &[("b", "b")]).await;
    let open = format!("http://{}/playhouse/fog.git", github.host);
    well(git(folder.path(), &["clone", "--quiet", &open, "clone"]).await);
    let (is_well, _) = git(folder.path(), &["push", &open, "other"]).await;
    assert!(!is_well);
    let eve = format!("http://eve:ghp_eve@{}/playhouse/fog.git", github.host);
    let (is_well, said) = git(folder.path(), &["push", &eve, "other"]).await;
    assert!(!is_well && said.contains("403"), "{said}");
    assert_eq!(github.find("playhouse/fog").unwrap().branches(), ["main"]);
    github.change("playhouse/fog", |it| it.visibility = "private".to_owned());
    let (is_well, _) = git(folder.path(), &["clone", "--quiet", &open, "again"]).await;
    assert!(!is_well);
    let (is_well, said) = git(folder.path(), &["clone", "--quiet", &eve, "again"]).await;
    assert!(!is_well && said.contains("not found"), "{said}");
}

#[tokio::test]
async fn a_protected_branch_takes_pull_requests_only() {
    let github = Github::start().await;
    github.repository("playhouse/fog", |it| it.file("a", "a"));
    let protection = json!({
        "required_status_checks": null, "enforce_admins": true, "restrictions": null,
        "required_pull_request_reviews": {"required_approving_review_count": 2},
    });
    let path = "PUT /repos/playhouse/fog/branches/main/protection";
    ask(&github, path, protection).await.is(200);
    let folder = tempfile::tempdir().unwrap();
    let target = url(&github, "playhouse/fog");
    well(git(folder.path(), &["clone", "--quiet", &target, "fog"]).await);
    let clone = folder.path().join("fog");
    well(
        git(
            &clone,
            &["commit", "--quiet", "--allow-empty", "--message", "Sneak"],
        )
        .await,
    );
    let (is_well, said) = git(&clone, &["push", "origin", "HEAD:main"]).await;
    assert!(!is_well, "{said}");
    assert!(said.contains("protected branch hook declined"), "{said}");
    assert!(said.contains("GH006"), "{said}");
    well(git(&clone, &["push", "origin", "HEAD:sneak"]).await);
    assert_eq!(
        github.find("playhouse/fog").unwrap().branches(),
        ["main", "sneak"]
    );
}

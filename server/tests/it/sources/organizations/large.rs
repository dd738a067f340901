//! A group of thousands.

use super::Portal;
use crate::support::Engine;
use crate::support::github::Github;
use axum::http::StatusCode;
use server::config::{GithubOrganizations, OrganizationPages};

#[tokio::test]
async fn a_group_of_thousands_has_a_page() {
    let github = Github::start().await;
    let names: Vec<String> = (0..6_000)
        .map(|number| format!("person-{number}"))
        .collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    github.organization("playhouse", &names);
    github.team("playhouse", "everybody", &names);
    let db = Engine::Sqlite.open().await.unwrap();
    let set = |it: &mut GithubOrganizations| {
        it.pages = OrganizationPages {
            teams: 100,
            team_members: 100,
            members: 100,
        };
    };
    let portal = Portal::with(github.config(), &github, db, &["playhouse"], set).await;
    assert!(portal.look().await);
    let page = portal.app.get("/catalog/default/group/everybody").await;
    assert_eq!(page.status, StatusCode::OK);
    let main = page.texts("main").join(" ");

    assert!(
        main.contains("Members6000") && main.contains("and 5800 more"),
        "{main}"
    );
    assert!(page.body.len() < 1_000_000, "{} bytes", page.body.len());
    let person = portal.app.get("/catalog/default/user/person-5999").await;
    assert_eq!(person.status, StatusCode::OK);
    assert!(person.texts("main").join(" ").contains("everybody"));
}

//! When GitHub says to wait, nothing is asked until then, and nothing is lost.

use super::{Reader, component, names, problems};
use crate::support::github::{Fault, Github};
use server::ingest::Outcome;

async fn waits(refusal: Fault, until: i64) {
    let github = Github::start().await;
    github.repository("playhouse/orders", |it| {
        it.file("catalog-info.yaml", component("orders"))
    });
    let url = github.url("playhouse/orders", "catalog-info.yaml");
    let reader = Reader::of(&github);
    github.refuse([refusal.clone()]);
    let refused = reader.read(&url).await;
    assert_eq!(refused[0].outcome, Outcome::Unreadable);
    assert!(
        problems(&refused).contains("asks to wait"),
        "{}",
        problems(&refused)
    );
    assert_eq!(github.asked().len(), 1);
    reader.at(until - 1);
    assert_eq!(reader.read(&url).await[0].outcome, Outcome::Unreadable);
    assert_eq!(github.asked(), [], "{refusal:?}");
    reader.at(until);
    assert_eq!(names(&reader.read(&url).await), ["orders"]);
}

#[tokio::test]
async fn every_way_to_say_wait_is_heeded() {
    waits(Fault::Primary { reset: 1800 }, 1800).await;
    waits(
        Fault::Secondary {
            retry_after: Some(30),
        },
        30,
    )
    .await;
    waits(Fault::Secondary { retry_after: None }, 60).await;
    waits(Fault::TooMany { retry_after: 7 }, 7).await;
}

#[tokio::test]
async fn what_has_not_changed_costs_a_question_and_no_content() {
    let github = Github::start().await;
    github.repository("playhouse/orders", |it| {
        it.file("catalog-info.yaml", component("orders"))
    });
    let url = github.url("playhouse/orders", "catalog-info.yaml");
    let reader = Reader::of(&github);
    let first = reader.read(&url).await;
    github.asked();
    let again = reader.read_again(&url, &first).await;
    assert_eq!(again[0].outcome, Outcome::Unchanged);
    assert_eq!(github.asked()[0].status, 304);
    github.change("playhouse/orders", |it| {
        it.put("catalog-info.yaml", component("tickets"));
    });
    assert_eq!(names(&reader.read_again(&url, &first).await), ["tickets"]);
}

#[tokio::test]
async fn placeholders_are_read_from_the_same_repository_only() {
    let github = Github::start().await;
    let host = github.host.clone();
    github.repository("playhouse/api", |it| {
        let text = component("api") + "---\n" + &component("thief").replace(
            "name: thief",
            &format!("name: thief, description: {{$text: 'http://{host}/playhouse/secret/blob/main/a.txt'}}"),
        );
        it.file("catalog-info.yaml", text.replacen("name: api", "name: api, description: {$text: ./docs/a.txt}", 1))
            .file("docs/a.txt", "what it does")
    });
    github.repository("playhouse/secret", |it| it.file("a.txt", "s3cret"));
    let reader = Reader::of(&github);
    let updates = reader
        .read(&github.url("playhouse/api", "catalog-info.yaml"))
        .await;
    let Outcome::Read { claims, .. } = &updates[0].outcome else {
        panic!("{updates:?}");
    };
    assert_eq!(
        claims[0].document["metadata"]["description"],
        "what it does"
    );
    assert!(!format!("{claims:?}").contains("s3cret"));
    assert!(
        problems(&updates).contains("only files of the same repository"),
        "{updates:?}"
    );
    let asked = github.asked();
    assert!(
        !asked.iter().any(|it| it.path.contains("secret")),
        "{asked:?}"
    );
}

//! Tasks that are cancelled while something is asked for at GitHub, and go on later.

use super::{NAME, Studio, github, publish, write};
use crate::support::github::Fault;
use serde_json::{Value, json};
use std::time::Duration;

async fn studio() -> Studio {
    let github = github().await;
    let steps = vec![
        write("a.yaml"),
        publish(
            &github,
            json!({ "secrets": { "K": "v" }, "topics": ["fog"] }),
        ),
    ];
    Studio::new(github, steps).await
}

/// What one whole task leaves behind, and nothing twice.
fn check_whole(studio: &Studio, at: &str) {
    let made = studio.github.find("playhouse/fog");
    let made = made.unwrap_or_else(|| panic!("no repository after {at}"));
    assert_eq!(made.log("main").len(), 1, "{at}");
    assert_eq!(made.files("main").len(), 1, "{at}");
    assert_eq!(made.secrets.len(), 1, "{at}");
    assert!(made.protection.contains_key("main"), "{at}");
    assert_eq!(studio.github.names(), ["playhouse/fog"], "{at}");
}

#[tokio::test]
async fn a_task_can_be_cancelled_at_every_request_and_goes_on_from_there() {
    let whole = studio().await;
    whole.run().await.output();
    check_whole(&whole, "no cancelling");
    let requests = whole.github.asked();
    assert!(requests.len() > 5, "{requests:?}");
    for (number, request) in requests.iter().enumerate() {
        let at = format!("{} {}", request.method, request.path);
        let studio = studio().await;
        let passing = std::iter::repeat_n(Fault::Slow(Duration::ZERO), number);
        studio.github.refuse(passing.chain([Fault::Silent]));
        let id = studio.workshop.begin(NAME, json!({})).await;
        let mut asked = 0;
        while asked <= number {
            asked += studio.github.asked().len();
            tokio::task::yield_now().await;
        }
        let path = format!("/api/scaffolder/v2/tasks/{id}/cancel");
        studio.workshop.app.post(&path, &json!({})).await;
        let cancelled = studio.workshop.end_after(&id, 0).await;
        assert_eq!(
            cancelled.end["type"], "cancelled",
            "{at}: {:?}",
            cancelled.end
        );
        let task = studio.workshop.task(&id).await;
        assert_eq!(task["status"], "cancelled", "{at}");
        let page = studio
            .workshop
            .app
            .get(&format!("/create/tasks/{id}"))
            .await;
        assert!(page.body.contains("Go on from here"), "{at}");
        studio.github.heal();
        let ended = studio.go_on(&cancelled).await;
        assert_eq!(
            ended.end["body"]["error"],
            Value::Null,
            "{at}: {:?}",
            ended.log
        );
        check_whole(&studio, &at);
        let again = |line: &String| line.contains("Beginning step a-yaml");
        assert!(!ended.log.iter().any(again), "{at}: {:?}", ended.log);
    }
}

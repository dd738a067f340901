//! When people and teams are listed, and when they go.

use super::{Portal, SECRET, playhouse};
use crate::support::github::Webhook;
use crate::support::on_each_engine;
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use server::config::{Catalog, OrphanStrategy};
use server::providers::remove_orphans;
use server::store::{Refresh, request_refresh, start_reading};
use server::work::follow;

on_each_engine! {
    async fn what_github_tells_is_looked_at_soon(db: TestDb) {
        let github = playhouse().await;
        let portal = Portal::of(&github, db, &["playhouse"]).await;
        assert!(portal.look().await);
        let told = async |webhook: Webhook, is_heeded: bool| {
            let answer = portal.app.send(webhook.signed(SECRET)).await;
            assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.body);
            assert_eq!(portal.look().await, is_heeded, "{}", answer.body);
        };
        github.leave("playhouse", "eve");
        told(github.told_of_member("playhouse", "member_removed", "eve"), true).await;
        assert_eq!(portal.entity("user:default:eve").await, Value::Null);
        github.staff_team("playhouse", "sound", &["cleo", "dan"]);
        told(github.told_of_membership("playhouse", "sound", "added", "dan"), true).await;
        let teams = ["group:default/lights", "group:default/sound"];
        assert_eq!(portal.related("user:default:dan", "memberOf").await, teams);
        github.remove_team("playhouse", "sound");
        told(github.told_of_team("playhouse", "sound", "deleted"), true).await;
        assert_eq!(portal.entity("group:default:sound").await, Value::Null);
        told(github.told_of_team("playhouse", "lights", "added_to_repository"), false).await;
        github.organization("opera", &[]);
        told(github.told_of_member("opera", "member_added", "ben"), false).await;
    }

    async fn nobody_reads_what_is_listed(db: TestDb) {
        let github = playhouse().await;
        let portal = Portal::of(&github, db, &["playhouse"]).await;
        assert!(portal.look().await);
        start_reading(&portal.db, true, 1_000_000).await.unwrap();
        assert_eq!(request_refresh(&portal.db, Refresh::Everything, 1_000_000).await.unwrap(), 0);
        assert!(!portal.look().await);
        // Who asks for one of them has all of them listed.
        let refresh = json!({"entityRef": "user:default/ben"});
        let answer = portal.app.post("/api/catalog/refresh", &refresh).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        assert!(portal.look().await);
    }

    async fn who_is_deleted_comes_back_with_the_next_listing(db: TestDb) {
        let github = playhouse().await;
        let portal = Portal::of(&github, db, &["playhouse"]).await;
        assert!(portal.look().await);
        let ben = portal.entity("user:default:ben").await;
        let uid = ben["metadata"]["uid"].as_str().unwrap();
        let path = format!("/api/catalog/entities/by-uid/{uid}");
        let deleted = portal.app.put_json(Method::DELETE, &path, &Value::Null).await;
        assert_eq!(deleted.status, StatusCode::NO_CONTENT, "{}", deleted.body);
        follow(&portal.db, &portal.app.catalog).await.unwrap();
        assert_eq!(portal.entity("user:default:ben").await, Value::Null);
        portal.again().await;
        assert_eq!(portal.entity("user:default:ben").await["spec"], ben["spec"]);
    }

    async fn the_page_of_health_says_when_they_are_listed_next(db: TestDb) {
        let github = playhouse().await;
        let portal = Portal::of(&github, db, &["playhouse"]).await;
        assert!(portal.look().await);
        let page = portal.app.get("/admin").await;
        let rows = page.texts("section[aria-label=Sources] li");
        assert!(rows.len() == 1 && rows[0].contains("8 entities"), "{rows:?}");
        assert!(!rows[0].contains("not by itself"), "{rows:?}");
    }

    async fn what_was_listed_goes_with_its_configuration(db: TestDb) {
        let github = playhouse().await;
        let portal = Portal::of(&github, db, &["playhouse"]).await;
        assert!(portal.look().await);
        for (ids, strategy, left) in [
            (&["a"][..], OrphanStrategy::Delete, 8),
            (&[], OrphanStrategy::Keep, 8),
            (&["b"], OrphanStrategy::Delete, 0),
        ] {
            let catalog = Catalog {
                github_organization_ids: ids.iter().map(|it| (*it).to_owned()).collect(),
                orphan_providers: strategy,
                ..Catalog::default()
            };
            remove_orphans(&portal.db, &catalog, 1_000_000).await.unwrap();
            follow(&portal.db, &portal.app.catalog).await.unwrap();
            assert_eq!(portal.everybody().await.len(), left, "{ids:?}");
        }
    }
}

//! What a request to read again reaches.

use super::put;
use crate::support::{on_each_engine, seed};
use app::catalog::EntityRef;
use serde_json::json;
use server::ingest::{LocationRef, Outcome};
use server::store::{Db, Refresh, put_pushed, request_refresh};

async fn fill(db: &Db) {
    let all = seed()
        .file("/all.yaml")
        .leads_to("/x/a.yaml")
        .leads_to("/x/b.yaml");
    let all = all.location("all", json!({ "targets": ["./x/*.yaml"] }));
    put(db, &all.update()).await;
    let mut a = seed()
        .file("/x/a.yaml")
        .below("/all.yaml")
        .component("a", |it| it)
        .update();
    if let Outcome::Read { includes, .. } = &mut a.outcome {
        includes.push(LocationRef::file("/x/api.json"));
    }
    put(db, &a).await;
    put(
        db,
        &seed()
            .file("/x/b.yaml")
            .below("/all.yaml")
            .component("b", |it| it)
            .update(),
    )
    .await;
    let pushed = [seed().file("/ci").component("c", |it| it).update()];
    let mut pushed = pushed.map(|it| it);
    pushed[0].location = "push:ci".parse().unwrap();
    put_pushed(db, "push:ci", &pushed, 1, super::new_id)
        .await
        .unwrap();
}

on_each_engine! {
    async fn a_refresh_reaches_sources_and_what_led_to_them(db: TestDb) {
        let db = db.db;
        fill(&db).await;
        let entities = |names: &[&str]| -> Vec<EntityRef> {
            names.iter().map(|name| name.parse().unwrap()).collect()
        };
        let check = async |what: Refresh<'_>, expected: u64| {
            assert_eq!(request_refresh(&db, what, 5).await.unwrap(), expected, "{what:?}");
        };
        check(Refresh::Entities(&entities(&["component:default/a"])), 2).await;
        check(Refresh::Entities(&entities(&["location:default/all"])), 3).await;
        check(Refresh::Entities(&entities(&["component:default/none"])), 0).await;
        check(Refresh::Entities(&entities(&["component:default/c"])), 0).await;
        check(Refresh::Locations(&[LocationRef::file("/x/b.yaml")]), 1).await;
        check(Refresh::Locations(&[LocationRef::file("/x/api.json")]), 1).await;
        check(Refresh::Everything, 3).await;
    }
}

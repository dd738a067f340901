//! What becomes of sources that nothing leads to any more.

use super::leases::{claim, finish, holder, roots};
use super::model;
use crate::support::{on_each_engine, seed};
use server::store::{
    Db, Orphans, Refresh, delete_entity, remove_lost, request_refresh, source_states,
};

const A: &str = "component:default/a";

/// A root that leads to `/a.yaml` with a component, which leads to `/b.yaml` with another; then a
/// root that leads nowhere.
async fn lose(db: &Db, orphans: Orphans) {
    let holder = holder("x", 3_600_000);
    roots(db, &["/root.yaml"]).await;
    for leads_on in [true, false] {
        request_refresh(db, Refresh::Everything, 1).await.unwrap();
        loop {
            let leased = claim(db, &holder).await;
            if leased.is_empty() {
                break;
            }
            let found = leased.into_iter().map(|leased| {
                let update = match leased.due.location.target.as_str() {
                    "/root.yaml" if leads_on => seed().file("/root.yaml").leads_to("/a.yaml"),
                    "/a.yaml" => seed()
                        .file("/a.yaml")
                        .below("/root.yaml")
                        .component("a", |it| it)
                        .leads_to("/b.yaml"),
                    "/b.yaml" => seed()
                        .file("/b.yaml")
                        .below("/a.yaml")
                        .component("b", |it| it),
                    other => seed().file(other),
                };
                (leased, update.update())
            });
            finish(db, &holder, found.collect(), orphans).await;
        }
    }
}

on_each_engine! {
    async fn orphans_are_deleted_with_all_that_they_led_to(db: TestDb) {
        let db = db.db;
        lose(&db, Orphans::Delete).await;
        assert_eq!(source_states(&db).await.unwrap().len(), 1);
        assert_eq!(model(&db).await.entries.len(), 1);
    }

    async fn orphans_are_kept_where_that_is_wanted_and_read_no_more(db: TestDb) {
        let db = db.db;
        lose(&db, Orphans::Keep).await;
        let stored = model(&db).await;
        assert_eq!(stored.sources.get("file:/a.yaml").unwrap().parent, None);
        assert_eq!(stored.sources.get("file:/b.yaml").unwrap().parent.as_deref(), Some("file:/a.yaml"));
        assert_eq!(request_refresh(&db, Refresh::Everything, 1).await.unwrap(), 2);
        // Led to again, it is none any more.
        let x = holder("x", 3_600_000);
        let found = claim(&db, &x).await.into_iter().filter(|it| it.due.parent.is_none());
        let root = seed().file("/root.yaml").leads_to("/a.yaml").update();
        finish(&db, &x, found.map(|it| (it, root.clone())).collect(), Orphans::Keep).await;
        let stored = model(&db).await;
        assert_eq!(stored.sources.get("file:/a.yaml").unwrap().parent.as_deref(), Some("file:/root.yaml"));
        assert_eq!(claim(&db, &x).await.len(), 1);
    }

    async fn orphans_go_when_the_setting_changes(db: TestDb) {
        let db = db.db;
        lose(&db, Orphans::Keep).await;
        remove_lost(&db, Orphans::Keep, 1).await.unwrap();
        assert!(model(&db).await.get_key(A).is_some());
        remove_lost(&db, Orphans::Delete, 1).await.unwrap();
        assert_eq!(source_states(&db).await.unwrap().len(), 1);
    }

    async fn a_deleted_orphan_is_gone_for_good(db: TestDb) {
        let db = db.db;
        lose(&db, Orphans::Keep).await;
        let uid = model(&db).await.get_key(A).unwrap().uid.to_string();
        delete_entity(&db, &uid, None, Orphans::Keep, 2).await.unwrap().unwrap();
        let stored = model(&db).await;
        assert!(stored.sources.get("file:/a.yaml").is_none());
        assert_eq!(stored.sources.get("file:/b.yaml").unwrap().parent, None, "it is an orphan now");
    }
}

//! What has not become an entity.

use super::{model, new_id, put};
use crate::support::{on_each_engine, seed};
use server::ingest::LocationRef;
use server::query::{failed, pending};
use server::store::{ProviderLocation, due_times, forget_problems, put_location};

on_each_engine! {
    async fn what_has_never_been_valid_is_listed_until_it_is_removed(db: TestDb) {
        let db = db.db;
        let file = seed()
            .component("good", |it| it)
            .problem(3, Some("component:default/bad"), "spec.owner is missing")
            .problem(4, Some("component:default/bad"), "spec.type is missing")
            .problem(9, Some("component:default/good"), "odd")
            .problem(1, None, "no YAML");
        put(&db, &file.update()).await;
        let found = failed(model(&db).await.as_ref());
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].entity_ref, "component:default/bad");
        let messages: Vec<&str> = found[0].errors.iter().map(|(_, it)| it.as_str()).collect();
        assert_eq!(messages, ["spec.owner is missing", "spec.type is missing"]);
        let id = found[0].id();
        assert!(uuid::Uuid::parse_str(&id).is_ok(), "{id}");
        let forget = async || {
            let (location, name) = (&found[0].location, &found[0].entity_ref);
            forget_problems(&db, location, name, 2).await.unwrap()
        };
        assert!(forget().await.is_some());
        assert_eq!(forget().await, None);
        assert_eq!(failed(model(&db).await.as_ref()), []);
    }

    async fn what_is_still_to_be_read_is_pending(db: TestDb) {
        let db = db.db;
        let location = ProviderLocation::of(&LocationRef::file("/a.yaml"));
        put_location(&db, &location, 1, new_id).await.unwrap();
        let found = pending(model(&db).await.as_ref());
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].location, "file:/a.yaml");
        assert!(found[0].entity_ref.starts_with("location:default/generated-"));
        let times = due_times(&db, ["file:/a.yaml", "file:/b.yaml"]).await.unwrap();
        // PostgreSQL has a clock of its own.
        assert!(times["file:/a.yaml"] > 0 && times.len() == 1, "{times:?}");
        put(&db, &seed().file("/a.yaml").update()).await;
        assert_eq!(pending(model(&db).await.as_ref()), []);
    }
}

//! What has not become an entity.

use super::{new_id, put};
use crate::support::{on_each_engine, seed};
use server::ingest::LocationRef;
use server::store::{
    ProviderLocation, list_failed, list_pending, put_location, remove_unprocessed,
};

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
        let failed = list_failed(&db).await.unwrap();
        assert_eq!(failed.len(), 1, "{failed:?}");
        assert_eq!(failed[0].entity_ref, "component:default/bad");
        let messages: Vec<&str> = failed[0].errors.iter().map(|(_, it)| it.as_str()).collect();
        assert_eq!(messages, ["spec.owner is missing", "spec.type is missing"]);
        let id = &failed[0].id;
        assert!(uuid::Uuid::parse_str(id).is_ok(), "{id}");
        assert!(remove_unprocessed(&db, id, 2).await.unwrap().is_some());
        assert_eq!(remove_unprocessed(&db, id, 2).await.unwrap(), None);
        assert_eq!(list_failed(&db).await.unwrap(), []);
    }

    async fn what_is_still_to_be_read_is_pending(db: TestDb) {
        let db = db.db;
        let location = ProviderLocation::of(&LocationRef::file("/a.yaml"));
        put_location(&db, &location, 1, new_id).await.unwrap();
        let pending = list_pending(&db).await.unwrap();
        assert_eq!(pending.len(), 1);
        assert_eq!(pending[0].location, "file:/a.yaml");
        assert!(pending[0].entity_ref.starts_with("location:default/generated-"));
        put(&db, &seed().file("/a.yaml").update()).await;
        assert_eq!(list_pending(&db).await.unwrap(), []);
    }
}

//! Deleting entities.

use super::{model, new_id, put};
use crate::support::{Seed, on_each_engine, seed};
use server::ingest::{LocationRef, SourceUpdate};
use server::store::{
    CONFIG, Db, Orphans, ProviderLocation, delete_entity, put_provider_locations, source_states,
};

const ORDERS: &str = "component:default/orders";

fn orders() -> Seed {
    seed()
        .file("/a.yaml")
        .component("orders", |entity| entity)
        .component("other", |entity| entity)
}

async fn uid(db: &Db, key: &str) -> Option<String> {
    model(db)
        .await
        .get_key(key)
        .map(|entry| entry.uid.to_string())
}

on_each_engine! {
    async fn what_is_still_emitted_comes_back_at_the_next_reading(db: TestDb) {
        let db = db.db;
        put(&db, &seed().file("/all.yaml").leads_to("/a.yaml").update()).await;
        let update = orders().below("/all.yaml").update();
        let update = SourceUpdate { content_hash: Some("abc".to_owned()), ..update };
        put(&db, &update).await;
        let before = uid(&db, ORDERS).await.unwrap();
        let change = delete_entity(&db, &before, None, Orphans::Delete, 2).await.unwrap();
        assert_eq!(model(&db).await.change, change.unwrap());
        assert_eq!(uid(&db, ORDERS).await, None);
        assert!(uid(&db, "component:default/other").await.is_some());
        let states = source_states(&db).await.unwrap();
        assert!(states.iter().all(|state| state.content_hash.is_none()), "{states:?}");
        put(&db, &update).await;
        let after = uid(&db, ORDERS).await.unwrap();
        assert_ne!(before, after, "it is another entity");
        assert_eq!(delete_entity(&db, "none", None, Orphans::Delete, 2).await.unwrap(), None);
    }

    async fn the_entity_of_a_location_comes_back_too(db: TestDb) {
        let db = db.db;
        let root = ProviderLocation::of(&LocationRef::file("/a.yaml"));
        put_provider_locations(&db, CONFIG, &[root], 1, new_id).await.unwrap();
        let model_before = model(&db).await;
        let generated = model_before.entries.iter().next().unwrap();
        delete_entity(&db, &generated.uid.to_string(), None, Orphans::Delete, 2).await.unwrap().unwrap();
        assert!(model(&db).await.entries.is_empty());
        put(&db, &orders().update()).await;
        assert!(uid(&db, &generated.key).await.is_some());
    }
}

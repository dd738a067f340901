//! Read models that keep up with a store.

mod random;

use crate::support::{on_each_engine, seed};
use server::follow::Follower;
use server::ingest::{Outcome, SourceUpdate};
use server::query::Catalog;
use server::store::{get_last_change, put_sources};
use std::time::Duration;

on_each_engine! {
    async fn whoever_waits_for_a_change_sees_it(db: TestDb) {
        let db = db.db;
        let catalog = Catalog::default();
        let follower = Follower::new(db.clone(), catalog.clone());
        seed().component("orders", |entity| entity).into_store(&db).await;
        let change = get_last_change(&db).await.unwrap();
        assert!(!catalog.reached(change, Duration::ZERO).await);
        let waiting = tokio::spawn({
            let catalog = catalog.clone();
            async move { catalog.reached(change, Duration::from_mins(1)).await }
        });
        assert_eq!(follower.catch_up().await.unwrap(), change);
        assert!(waiting.await.unwrap());
        assert!(catalog.whole().get_key("component:default/orders").is_some());
        let model = catalog.whole();
        assert_eq!(follower.catch_up().await.unwrap(), change);
        assert!(std::sync::Arc::ptr_eq(&model, &catalog.whole()), "nothing is made anew for nothing");
    }

    async fn reading_what_has_not_changed_moves_the_time_alone(db: TestDb) {
        let db = db.db;
        let catalog = Catalog::default();
        let follower = Follower::new(db.clone(), catalog.clone());
        let update = seed().component("orders", |entity| entity).update();
        put_sources(&db, std::slice::from_ref(&update), 1000, || "1".to_owned()).await.unwrap();
        follower.catch_up().await.unwrap();
        let model = catalog.whole();
        let read_at = || model.sources.get("file:/catalog/all.yaml").unwrap().read_at();
        assert_eq!(read_at(), 1000);
        let unchanged = SourceUpdate { outcome: Outcome::Unchanged, ..update };
        put_sources(&db, &[unchanged], 2000, || "1".to_owned()).await.unwrap();
        follower.read_times().await.unwrap();
        assert_eq!(read_at(), 2000);
    }
}

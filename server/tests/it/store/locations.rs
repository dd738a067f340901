//! Registered locations, and what comes and goes with them.

use super::{model, new_id, put};
use crate::support::{on_each_engine, seed};
use app::catalog::EntityRef;
use server::ingest::{LocationRef, generated_ref};
use server::query::{kept_out, registered_as, registered_at};
use server::store::{
    CONFIG, Db, Orphans, ProviderLocation, REGISTERED, Registered, StoredLocation, Tombstone,
    change_location, change_provider_locations, delete_entity, get_location, lift_tombstone,
    list_locations, put_location, put_provider_locations, put_pushed, remove_location,
    remove_pushed,
};

fn file(path: &str) -> ProviderLocation {
    ProviderLocation::of(&LocationRef::file(path))
}

fn generated(path: &str) -> String {
    generated_ref(&LocationRef::file(path)).to_string()
}

async fn register(db: &Db, path: &str) -> StoredLocation {
    match put_location(db, &file(path), 1, new_id).await.unwrap() {
        Registered::New(location, _) => location,
        Registered::Exists(location) => panic!("{location:?} was there"),
    }
}

async fn keys(db: &Db) -> Vec<String> {
    let model = model(db).await;
    model.entries.iter().map(|it| it.key.to_string()).collect()
}

async fn tombstones(db: &Db) -> Vec<Tombstone> {
    let model = model(db).await;
    kept_out(&model).into_iter().cloned().collect()
}

const ORDERS: &str = "component:default/orders";

on_each_engine! {
    async fn a_registered_location_has_an_entity_before_it_is_read(db: TestDb) {
        let db = db.db;
        let location = register(&db, "/a.yaml").await;
        assert_eq!(keys(&db).await, [generated("/a.yaml")]);
        assert_eq!(location.entity_ref().to_string(), generated("/a.yaml"));
        assert_eq!(get_location(&db, &location.id).await.unwrap(), Some(location.clone()));
        assert_eq!(list_locations(&db, REGISTERED).await.unwrap(), std::slice::from_ref(&location));
        let model = model(&db).await;
        let place = LocationRef::file("/a.yaml");
        assert_eq!(registered_at(&model, &place), Some(&location));
        assert_eq!(registered_as(&model, &location.id), Some(&location));
        let again = put_location(&db, &file("/a.yaml"), 1, new_id).await.unwrap();
        assert_eq!(again, Registered::Exists(location));
        put(&db, &seed().file("/a.yaml").component("orders", |it| it).update()).await;
        assert_eq!(keys(&db).await, [ORDERS.to_owned(), generated("/a.yaml")]);
    }

    async fn what_came_by_a_location_alone_goes_with_it(db: TestDb) {
        let db = db.db;
        let [a, b] = [register(&db, "/a.yaml").await, register(&db, "/b.yaml").await];
        put(&db, &seed().file("/a.yaml").leads_to("/c.yaml").leads_to("/d.yaml").update()).await;
        put(&db, &seed().file("/b.yaml").leads_to("/c.yaml").update()).await;
        put(&db, &seed().file("/c.yaml").below("/a.yaml").component("c", |it| it).update()).await;
        put(&db, &seed().file("/d.yaml").below("/a.yaml").component("d", |it| it).update()).await;
        assert_eq!(keys(&db).await.len(), 4);
        assert!(remove_location(&db, &a.id, 2).await.unwrap().is_some());
        assert_eq!(keys(&db).await, ["component:default/c".to_owned(), generated("/b.yaml")]);
        let sources = model(&db).await.sources.clone();
        assert_eq!(sources.get("file:/c.yaml").unwrap().origin, "file:/b.yaml");
        assert_eq!(sources.get("file:/c.yaml").unwrap().parent.as_deref(), Some("file:/b.yaml"));
        assert!(remove_location(&db, &a.id, 2).await.unwrap().is_none());
        assert!(remove_location(&db, &b.id, 2).await.unwrap().is_some());
        assert_eq!(keys(&db).await, Vec::<String>::new());
        assert!(model(&db).await.sources.is_empty());
    }

    async fn a_location_stays_while_somebody_else_names_it(db: TestDb) {
        let db = db.db;
        let a = register(&db, "/a.yaml").await;
        put_provider_locations(&db, CONFIG, &[file("/a.yaml"), file("/b.yaml")], 1, new_id).await.unwrap();
        put(&db, &seed().file("/a.yaml").component("orders", |it| it).update()).await;
        assert!(remove_location(&db, &a.id, 2).await.unwrap().is_some());
        assert!(keys(&db).await.contains(&ORDERS.to_owned()));
        // The configuration is not changed by id.
        let configured = list_locations(&db, CONFIG).await.unwrap();
        assert_eq!(remove_location(&db, &configured[0].id, 2).await.unwrap(), None);
        put_provider_locations(&db, CONFIG, &[file("/b.yaml")], 1, new_id).await.unwrap();
        assert_eq!(keys(&db).await, [generated("/b.yaml")]);
    }

    async fn a_set_that_is_the_same_is_no_change(db: TestDb) {
        let db = db.db;
        let all: Vec<ProviderLocation> = (0..1200).map(|at| file(&format!("/{at}.yaml"))).collect();
        assert!(put_provider_locations(&db, "github:x", &all, 1, new_id).await.unwrap().is_some());
        assert_eq!(put_provider_locations(&db, "github:x", &all, 1, new_id).await.unwrap(), None);
        let named = list_locations(&db, "github:x").await.unwrap();
        assert_eq!(named.len(), 1200);
        assert_eq!(named[7].target, "/7.yaml");
        let removed = [LocationRef::file("/0.yaml"), LocationRef::file("/none.yaml")];
        change_provider_locations(&db, "github:x", &[file("/new.yaml")], &removed, 1, new_id).await.unwrap();
        assert_eq!(list_locations(&db, "github:x").await.unwrap().len(), 1200);
        let keys = keys(&db).await;
        assert!(keys.contains(&generated("/new.yaml")) && !keys.contains(&generated("/0.yaml")));
        assert!(put_provider_locations(&db, "github:x", &[], 1, new_id).await.unwrap().is_some());
        assert!(model(&db).await.entries.is_empty());
    }

    async fn circles_do_not_keep_themselves(db: TestDb) {
        let db = db.db;
        let a = register(&db, "/a.yaml").await;
        put(&db, &seed().file("/a.yaml").leads_to("/b.yaml").update()).await;
        put(&db, &seed().file("/b.yaml").below("/a.yaml").leads_to("/c.yaml").update()).await;
        put(&db, &seed().file("/c.yaml").below("/b.yaml").leads_to("/b.yaml").component("c", |it| it).update()).await;
        put(&db, &seed().file("/a.yaml").update()).await;
        assert_eq!(keys(&db).await, [generated("/a.yaml")]);
        assert!(remove_location(&db, &a.id, 2).await.unwrap().is_some());
    }

    async fn a_location_can_be_pointed_elsewhere(db: TestDb) {
        let db = db.db;
        let a = register(&db, "/a.yaml").await;
        register(&db, "/taken.yaml").await;
        put(&db, &seed().file("/a.yaml").component("orders", |it| it).update()).await;
        assert!(change_location(&db, &a.id, &file("/b.yaml"), 1, new_id).await.unwrap().is_some());
        assert_eq!(get_location(&db, &a.id).await.unwrap().unwrap().target, "/b.yaml");
        let mut expected = [generated("/b.yaml"), generated("/taken.yaml")];
        expected.sort();
        assert_eq!(keys(&db).await, expected);
        assert_eq!(change_location(&db, "none", &file("/c.yaml"), 1, new_id).await.unwrap(), None);
        let refused = change_location(&db, &a.id, &file("/taken.yaml"), 1, new_id).await;
        assert!(refused.unwrap_err().is_refusal());
    }

    async fn registering_lifts_the_tombstones_of_what_a_location_holds(db: TestDb) {
        let db = db.db;
        put_provider_locations(&db, CONFIG, &[file("/a.yaml")], 1, new_id).await.unwrap();
        put(&db, &seed().file("/a.yaml").component("orders", |it| it).update()).await;
        let uid = model(&db).await.get_key(ORDERS).unwrap().uid.to_string();
        delete_entity(&db, &uid, Some("user:default/nora"), Orphans::Delete, 7).await.unwrap().unwrap();
        let kept_out = tombstones(&db).await;
        assert_eq!(kept_out[0].entity_ref, ORDERS);
        assert_eq!((kept_out[0].created_by.as_str(), kept_out[0].created_at), ("user:default/nora", 7));
        register(&db, "/other.yaml").await;
        put(&db, &seed().file("/other.yaml").leads_to("/b.yaml").update()).await;
        assert_eq!(tombstones(&db).await.len(), 1);
        put(&db, &seed().file("/b.yaml").below("/other.yaml").component("orders", |it| it).update()).await;
        assert_eq!(tombstones(&db).await, []);
    }

    async fn a_tombstone_is_lifted_by_hand_once(db: TestDb) {
        let db = db.db;
        put(&db, &seed().component("orders", |it| it).update()).await;
        let uid = model(&db).await.get_key(ORDERS).unwrap().uid.to_string();
        delete_entity(&db, &uid, Some("nora"), Orphans::Delete, 7).await.unwrap().unwrap();
        let orders: EntityRef = ORDERS.parse().unwrap();
        assert!(lift_tombstone(&db, &orders, 8).await.unwrap().is_some());
        assert_eq!(lift_tombstone(&db, &orders, 8).await.unwrap(), None);
        assert_eq!(model(&db).await.get_key(ORDERS).unwrap().uid.to_string(), uid);
    }

    async fn a_pushed_set_replaces_the_one_before(db: TestDb) {
        let db = db.db;
        let of = |path: &str, name: &str| seed().file(path).component(name, |it| it).update();
        put_pushed(&db, "push:ci", &[of("/1", "a"), of("/2", "b")], 1, new_id).await.unwrap().unwrap();
        put_pushed(&db, "push:other", &[of("/3", "c")], 1, new_id).await.unwrap().unwrap();
        assert_eq!(keys(&db).await.len(), 3);
        put_pushed(&db, "push:ci", &[of("/1", "d")], 1, new_id).await.unwrap().unwrap();
        assert_eq!(keys(&db).await, ["component:default/c", "component:default/d"]);
        assert!(remove_pushed(&db, "push:ci", 1).await.unwrap().is_some());
        assert_eq!(remove_pushed(&db, "push:ci", 1).await.unwrap(), None);
        assert_eq!(keys(&db).await, ["component:default/c"]);
    }
}

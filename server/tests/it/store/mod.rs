//! What the store keeps, on both engines.

mod backup;
mod below;
mod deletion;
mod descent;
mod jobs;
mod leases;
mod locations;
mod refresh;
mod unprocessed;

use crate::support::{Seed, on_each_engine, seed};
use app::catalog::EntityRef;
use server::follow::Follower;
use server::ingest::{Outcome, SourceUpdate};
use server::query::{Catalog, Model};
use server::store::{
    Db, Visit, get_last_change, list_stars, list_visits, put_sources, put_star, put_visits,
    source_states,
};
use std::sync::Arc;

fn new_id() -> String {
    uuid::Uuid::new_v4().to_string()
}

async fn put(db: &Db, update: &SourceUpdate) -> bool {
    put_sources(db, std::slice::from_ref(update), 1, new_id)
        .await
        .unwrap()
}

async fn model(db: &Db) -> Arc<Model> {
    let catalog = Catalog::default();
    let follower = Follower::new(db.clone(), catalog.clone());
    follower.catch_up().await.unwrap();
    catalog.whole()
}

fn orders(path: &str, title: &str) -> Seed {
    seed()
        .file(path)
        .component("orders", |entity| entity.titled(title))
}

fn title(model: &Model) -> Option<String> {
    let entry = model.get(&EntityRef::new("component", "default", "orders"))?;
    let title = model.entity(entry)["metadata"]["title"]
        .as_str()?
        .to_owned();
    Some(title)
}

on_each_engine! {
    async fn the_first_claim_of_a_name_stays_and_both_are_shown(db: TestDb) {
        let db = db.db;
        put(&db, &orders("/a.yaml", "First").update()).await;
        put(&db, &orders("/b.yaml", "Second").update()).await;
        // Reading the first again does not make it the younger.
        put(&db, &orders("/a.yaml", "First, changed").update()).await;
        let model = model(&db).await;
        assert_eq!(title(&model).as_deref(), Some("First, changed"));
        let entry = model.get_key("component:default/orders").unwrap();
        assert_eq!(model.also_claimed_by(entry), ["file:/b.yaml"]);
        assert_eq!(model.problems.len(), 1);
        assert_eq!(model.problems[0].source, "file:/b.yaml");
        assert!(model.problems[0].message.contains("file:/a.yaml"), "{:?}", model.problems);
    }

    async fn of_claims_written_together_the_first_read_stays(db: TestDb) {
        let db = db.db;
        let both = [orders("/z.yaml", "First").update(), orders("/a.yaml", "Second").update()];
        put_sources(&db, &both, 1, new_id).await.unwrap();
        let model = model(&db).await;
        assert_eq!(title(&model).as_deref(), Some("First"));
    }

    async fn a_thousand_entities_are_written_at_once(db: TestDb) {
        let db = db.db;
        let many = (0..1001).fold(seed(), |seed, number| {
            seed.component(&format!("c{number}"), |entity| entity).problem(1, None, "odd")
        });
        put(&db, &many.update()).await;
        let model = model(&db).await;
        assert_eq!((model.entries.len(), model.problems.len()), (1001, 1001));
        assert!(model.entries.iter().all(|entry| entry.uid.to_string().len() == 36));
    }

    async fn the_second_claim_takes_over_when_the_first_goes(db: TestDb) {
        let db = db.db;
        put(&db, &seed().file("/all.yaml").leads_to("/a.yaml").update()).await;
        put(&db, &orders("/a.yaml", "First").below("/all.yaml").update()).await;
        put(&db, &orders("/b.yaml", "Second").update()).await;
        let uid = model(&db).await.get_key("component:default/orders").unwrap().uid.clone();
        put(&db, &seed().file("/all.yaml").update()).await;
        let model = model(&db).await;
        assert_eq!(title(&model).as_deref(), Some("Second"));
        assert!(model.problems.is_empty());
        assert_eq!(model.get_key("component:default/orders").unwrap().uid, uid);
    }

    async fn an_invalid_update_keeps_the_last_good_version(db: TestDb) {
        let db = db.db;
        put(&db, &orders("/a.yaml", "Good").update()).await;
        let broken = seed()
            .file("/a.yaml")
            .component("other", |entity| entity)
            .problem(3, Some("component:default/orders"), "spec.owner is missing");
        let mut broken = broken.update();
        if let Outcome::Read { kept, .. } = &mut broken.outcome {
            kept.push(EntityRef::new("component", "default", "orders"));
        }
        put(&db, &broken).await;
        let model = model(&db).await;
        assert_eq!(title(&model).as_deref(), Some("Good"));
        let entry = model.get_key("component:default/orders").unwrap();
        assert_eq!(model.problems_of(&entry.key).count(), 1);
        let entity = model.entity(entry);
        assert_eq!(entity["status"]["items"][0]["message"], "InputError: spec.owner is missing");
        assert!(model.get_key("component:default/other").is_some());
    }

    async fn a_source_that_cannot_be_read_keeps_what_it_held(db: TestDb) {
        let db = db.db;
        put(&db, &orders("/a.yaml", "Good").update()).await;
        let unreadable = seed().file("/a.yaml").problem(1, None, "permission denied").update();
        put(&db, &SourceUpdate { outcome: Outcome::Unreadable, ..unreadable }).await;
        let model = model(&db).await;
        assert_eq!(title(&model).as_deref(), Some("Good"));
        assert_eq!(model.problems[0].message, "permission denied");
    }

    async fn unchanged_content_is_no_change(db: TestDb) {
        let db = db.db;
        let update = orders("/a.yaml", "Good").update();
        let update = SourceUpdate { content_hash: Some("abc".to_owned()), ..update };
        assert!(put(&db, &update).await);
        let before = get_last_change(&db).await.unwrap();
        assert!(!put(&db, &SourceUpdate { outcome: Outcome::Unchanged, ..update }).await);
        assert_eq!(get_last_change(&db).await.unwrap(), before);
        assert_eq!(model(&db).await.entries.len(), 1);
        let states = source_states(&db).await.unwrap();
        assert_eq!(states[0].content_hash.as_deref(), Some("abc"));
    }

    async fn what_a_source_no_longer_holds_is_gone(db: TestDb) {
        let db = db.db;
        put(&db, &orders("/a.yaml", "Good").update()).await;
        put(&db, &seed().file("/a.yaml").component("other", |entity| entity).update()).await;
        let model = model(&db).await;
        assert_eq!(title(&model), None);
        assert_eq!(model.entries.len(), 1);
    }

    async fn the_last_visits_of_each_person_are_kept(db: TestDb) {
        let db = db.db;
        let visit = |user: &str, entity: &str, at| Visit {
            user_ref: user.to_owned(),
            entity_ref: entity.to_owned(),
            at,
        };
        let first = [visit("nora", "a", 1), visit("nora", "b", 2), visit("ole", "a", 1)];
        put_visits(&db, &first, 2).await.unwrap();
        // An earlier visit that becomes known late takes nothing back.
        put_visits(&db, &[visit("nora", "c", 3), visit("nora", "b", 1)], 2).await.unwrap();
        let kept = [visit("ole", "a", 1), visit("nora", "b", 2), visit("nora", "c", 3)];
        assert_eq!(list_visits(&db, 0).await.unwrap(), kept);
        assert_eq!(list_visits(&db, 3).await.unwrap(), kept[2..]);

        let catalog = Catalog::default();
        Follower::new(db.clone(), catalog.clone()).visits().await.unwrap();
        let nora = EntityRef::new("user", "default", "nora");
        catalog.set_visit(&nora.to_string(), "d", 9);
        assert_eq!(catalog.visits(&nora), ["d"]);
    }

    async fn stars_are_kept_once_and_forgotten(db: TestDb) {
        let db = db.db;
        let user = EntityRef::new("User", "default", "Nora");
        let [a, b] = ["a", "b"].map(|name| EntityRef::new("Component", "default", name));
        for (entity, starred, at) in [(&a, true, 2), (&b, true, 1), (&a, true, 3), (&b, false, 4)] {
            put_star(&db, &user, entity, starred, at).await.unwrap();
        }
        let expected = ("user:default/nora".to_owned(), "component:default/a".to_owned());
        assert_eq!(list_stars(&db).await.unwrap(), [expected]);
    }
}

//! Reading real files into a store, again and again.

mod ancestry;

use crate::support::{TestDb, on_each_engine};
use app::catalog::ErrorName;
use server::clock::Clock;
use server::ingest::rules::Allow;
use server::ingest::{Context, LocationRef, Root};
use server::query::{Catalog, failed};
use server::store::{Refresh, request_refresh};
use server::work::{Round, Timing, Worker, follow};
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio::sync::watch;

const ROOT: &str = "
apiVersion: backstage.io/v1alpha1
kind: Location
metadata: {name: root}
spec: {targets: [./orders.yaml]}
";

fn component(name: &str) -> String {
    format!(
        "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {{name: {name}}}\n\
         spec: {{type: service, lifecycle: production, owner: lights}}\n---\n"
    )
}

/// A folder with a root that leads to a file with `orders`.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    write(&folder, "root.yaml", ROOT);
    write(&folder, "orders.yaml", &component("orders"));
    folder
}

fn write(folder: &TempDir, name: &str, text: &str) {
    fs::write(folder.path().join(name), text).unwrap();
}

fn worker(db: &TestDb, path: &Path) -> Worker {
    let roots = vec![Root::catalog(path.to_str().unwrap())];
    let clock = Clock::from_fn(|| 1_000);
    Worker::new(db.db.clone(), Catalog::default(), clock, Context::fresh())
        .with_roots(roots, Allow::rules(None, []))
}

fn uid(worker: &Worker, key: &str) -> Option<String> {
    let model = worker.catalog.whole();
    model.get_key(key).map(|entry| entry.uid.to_string())
}

/// What the status of an entity says.
fn status(catalog: &Catalog, key: &str) -> Vec<serde_json::Value> {
    let model = catalog.whole();
    let entity = model.entity(model.get_key(key).unwrap());
    let items = entity.pointer("/status/items").and_then(|it| it.as_array());
    items.cloned().unwrap_or_default()
}

const LOCATION: &str = "location:default/root";
const ORDERS: &str = "component:default/orders";

on_each_engine! {
    async fn a_broken_root_takes_nothing_away(db: TestDb) {
        let folder = folder();
        let worker = worker(&db, &folder.path().join("root.yaml"));
        worker.pass().await.unwrap();
        let before = uid(&worker, ORDERS);
        assert!(before.is_some());
        for broken in [
            "kind: [never closed",
            &ROOT.replace("name: root", "name: root, title: 7"),
            "\u{0}binary",
        ] {
            write(&folder, "root.yaml", broken);
            worker.pass().await.unwrap();
            assert_eq!(uid(&worker, ORDERS), before, "{broken:?}");
            assert!(!worker.catalog.whole().problems.is_empty(), "{broken:?}");
        }
        write(&folder, "root.yaml", ROOT);
        worker.pass().await.unwrap();
        assert_eq!(uid(&worker, ORDERS), before);
        assert!(worker.catalog.whole().problems.is_empty());
        write(&folder, "root.yaml", &ROOT.replace("./orders.yaml", ""));
        worker.pass().await.unwrap();
        assert_eq!(uid(&worker, ORDERS), None, "what nothing leads to any more goes");
    }

    async fn one_source_that_cannot_be_stored_keeps_no_other_out(db: TestDb) {
        let folder = folder();
        write(&folder, "a.yaml", &component("a\\0\", title: \"\\0").replace("{name: a", "{name: \"a"));
        write(&folder, "z.yaml", &component("z"));
        let worker = worker(&db, folder.path());
        worker.pass().await.unwrap();
        assert!(uid(&worker, ORDERS).is_some() && uid(&worker, "component:default/z").is_some());
        let problems = &worker.catalog.whole().problems;
        assert!(problems.iter().any(|problem| problem.source.ends_with("/a.yaml")), "{problems:?}");
    }

    async fn replicas_share_what_is_due(db: TestDb) {
        let folder = tempfile::tempdir().unwrap();
        for number in 0..300 {
            write(&folder, &format!("{number}.yaml"), &component(&format!("c{number}")));
        }
        let one = worker(&db, folder.path());
        let other = worker(&db, folder.path());
        one.prepare().await.unwrap();
        let (first, second) = tokio::join!(one.drain(), other.drain());
        let rest = other.drain().await;
        assert_eq!(first.sources + second.sources + rest.sources, 301, "each is read once");
        follow(&db.db, &one.catalog).await.unwrap();
        assert_eq!(one.catalog.whole().entries.len(), 301);
        assert_eq!(one.drain().await, Round::default());
    }

    async fn what_has_not_changed_is_no_work(db: TestDb) {
        let folder = folder();
        let worker = worker(&db, &folder.path().join("root.yaml"));
        let first = worker.pass().await.unwrap();
        assert_eq!((first.sources, first.changed), (2, 2));
        let change = worker.catalog.whole().change;
        let second = worker.pass().await.unwrap();
        assert_eq!((second.sources, second.changed), (2, 0));
        assert_eq!(worker.catalog.whole().change, change);
    }

    async fn the_first_to_claim_a_name_is_always_the_same(db: TestDb) {
        let folder = tempfile::tempdir().unwrap();
        let names: Vec<String> = (0..150).map(|number| format!("./{:03}.yaml", 149 - number)).collect();
        for name in &names {
            write(&folder, name, &component("orders"));
        }
        write(&folder, "root.yaml", &ROOT.replace("./orders.yaml", &names.join(", ")));
        let worker = worker(&db, &folder.path().join("root.yaml"));
        worker.pass().await.unwrap();
        let model = worker.catalog.whole();
        let orders = model.get_key(ORDERS).unwrap();
        assert!(orders.location.ends_with("/149.yaml"), "{}", orders.location);
        let others = model.also_claimed_by(orders);
        assert_eq!(others.len(), 149);
        assert!(others[0].ends_with("/148.yaml"));
    }

    async fn a_root_that_cannot_be_read_says_so(db: TestDb) {
        let worker = worker(&db, Path::new("/nowhere/root.yaml"));
        worker.pass().await.unwrap();
        let model = worker.catalog.whole();
        assert_eq!(model.entries.len(), 1);
        let entity = model.entity(model.entries.iter().next().unwrap());
        let message = entity["status"]["items"][0]["message"].as_str().unwrap();
        assert!(message.contains("cannot be read"), "{message}");
    }

    async fn what_cannot_be_read_is_told_to_the_location_that_names_it(db: TestDb) {
        let folder = folder();
        write(&folder, "root.yaml", &ROOT.replace("./orders.yaml", "./orders.yaml, ./gone.yaml, ./dir"));
        fs::create_dir(folder.path().join("dir")).unwrap();
        let worker = worker(&db, &folder.path().join("root.yaml"));
        worker.pass().await.unwrap();
        let items = status(&worker.catalog, LOCATION);
        let names: Vec<_> = items.iter().map(|it| it["error"]["name"].as_str().unwrap()).collect();
        assert_eq!(names, ["InputError", "NotFoundError"], "{items:?}");
        let message = items[1]["message"].as_str().unwrap();
        assert!(message.starts_with("NotFoundError: file:/"), "{message}");
        assert!(message.contains("/gone.yaml: cannot be read: "), "{message}");
        let change = worker.catalog.whole().change;
        worker.pass().await.unwrap();
        assert_eq!(worker.catalog.whole().change, change, "the same again is no change");
        let whole = Catalog::default();
        follow(&db.db, &whole).await.unwrap();
        assert_eq!(status(&whole, LOCATION), items);
        write(&folder, "gone.yaml", &component("back"));
        worker.pass().await.unwrap();
        assert_eq!(status(&worker.catalog, LOCATION).len(), 1);
        write(&folder, "root.yaml", ROOT);
        worker.pass().await.unwrap();
        assert_eq!(status(&worker.catalog, LOCATION), [serde_json::Value::Null; 0]);
        assert_eq!(failed(&worker.catalog.whole()), []);
    }

    async fn what_the_rules_refuse_is_not_allowed(db: TestDb) {
        let folder = folder();
        let system = component("lights").replace("kind: Component", "kind: System");
        write(&folder, "orders.yaml", &system);
        let root = LocationRef::file(folder.path().join("root.yaml").to_str().unwrap());
        let roots = vec![Root::configured(root, Allow::rules(None, []))];
        let worker = worker(&db, folder.path()).with_roots(roots, Allow::rules(None, []));
        worker.pass().await.unwrap();
        let found = failed(&worker.catalog.whole());
        assert_eq!(found[0].entity_ref, "system:default/lights");
        let [(name, message)] = &found[0].errors[..] else {
            panic!("{found:?}");
        };
        assert_eq!(*name, ErrorName::NotAllowed, "{message}");
    }

    async fn a_file_that_becomes_a_link_to_elsewhere_is_not_followed(db: TestDb) {
        let elsewhere = tempfile::tempdir().unwrap();
        write(&elsewhere, "secret.yaml", &component("secret"));
        let folder = folder();
        let worker = worker(&db, &folder.path().join("root.yaml"));
        worker.pass().await.unwrap();
        let orders = folder.path().join("orders.yaml");
        fs::remove_file(&orders).unwrap();
        std::os::unix::fs::symlink(elsewhere.path().join("secret.yaml"), &orders).unwrap();
        worker.pass().await.unwrap();
        assert!(uid(&worker, "component:default/secret").is_none());
        assert!(uid(&worker, ORDERS).is_some(), "the last good version stays");
    }

    async fn a_removed_root_takes_along_what_came_by_it(db: TestDb) {
        let folder = folder();
        let path = folder.path().join("root.yaml");
        worker(&db, &path).pass().await.unwrap();
        let other = worker(&db, &folder.path().join("orders.yaml"));
        other.pass().await.unwrap();
        assert!(uid(&other, ORDERS).is_some());
        assert_eq!(other.catalog.whole().sources.len(), 1);
    }

    async fn what_is_asked_for_is_read_at_once(db: TestDb) {
        let folder = folder();
        let worker = worker(&db, &folder.path().join("root.yaml"));
        let (catalog, wake) = (worker.catalog.clone(), worker.wake.clone());
        let (stop, stopping) = watch::channel(false);
        let work = tokio::spawn(worker.run(stopping));
        let shows = async |key: &str| {
            let start = Instant::now();
            while catalog.whole().get_key(key).is_none() {
                assert!(start.elapsed() < Duration::from_mins(1), "{key} does not show");
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        shows(ORDERS).await;
        write(&folder, "orders.yaml", &component("changed"));
        let orders = [ORDERS.parse().unwrap()];
        request_refresh(&db.db, Refresh::Entities(&orders), 1_000).await.unwrap();
        wake.wake();
        shows("component:default/changed").await;
        stop.send_replace(true);
        work.await.unwrap();
    }

    async fn sources_can_be_read_once(db: TestDb) {
        let folder = folder();
        let once = Worker {
            timing: Timing { interval: None },
            ..worker(&db, &folder.path().join("root.yaml"))
        };
        once.prepare().await.unwrap();
        assert_eq!(once.drain().await.sources, 2);
        assert_eq!(once.drain().await.sources, 0);
        once.prepare().await.unwrap();
        assert_eq!(once.drain().await.sources, 2, "at the next start they are read again");
    }
}

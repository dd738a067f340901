//! Reading real files into a store, again and again.

use crate::support::{TestDb, on_each_engine};
use server::clock::Clock;
use server::config::Config;
use server::ingest::Root;
use server::outbound::{Hosts, Outbound};
use server::query::Catalog;
use server::readiness::Readiness;
use server::scm::Scm;
use server::work::Worker;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use tempfile::TempDir;

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
    let config = Config::default();
    Worker {
        db: db.db.clone(),
        catalog: Catalog::default(),
        clock: Clock::from_fn(|| 0),
        readiness: Readiness::default(),
        outbound: Outbound::new(Hosts::configured(&config), Clock::from_fn(|| 0)),
        scm: Arc::new(Scm::new(&config.integrations)),
        kinds: Arc::default(),
        roots: vec![Root::catalog(path.to_str().unwrap())],
    }
}

fn uid(worker: &Worker, key: &str) -> Option<String> {
    let model = worker.catalog.model();
    model.get_key(key).map(|entry| entry.uid.to_string())
}

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
            assert!(!worker.catalog.model().problems.is_empty(), "{broken:?}");
        }
        write(&folder, "root.yaml", ROOT);
        worker.pass().await.unwrap();
        assert_eq!(uid(&worker, ORDERS), before);
        assert!(worker.catalog.model().problems.is_empty());
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
        let problems = &worker.catalog.model().problems;
        assert!(problems.iter().any(|problem| problem.source.ends_with("/a.yaml")), "{problems:?}");
    }
}

//! Which entities led to which, from files that are really read: the cases of `ancestry.txt`.

use crate::support::{Engine, TestDb};
use server::clock::Clock;
use server::ingest::rules::Allow;
use server::ingest::{Context, Root, generated_ref};
use server::query::Catalog;
use server::query::ancestry::ancestry;
use server::work::Worker;
use std::collections::BTreeMap;
use std::fs;

const TABLE: &str = include_str!("ancestry.txt");

/// A case as it stands in the table.
#[derive(Default)]
struct Case<'a> {
    name: &'a str,
    files: BTreeMap<&'a str, String>,
    root: &'a str,
    ask: &'a str,
    items: Vec<&'a str>,
}

fn document(words: &str) -> String {
    let (kind, rest) = words.split_once(' ').unwrap();
    let (name, targets) = rest.split_once(' ').unwrap_or((rest, ""));
    let head = |kind: &str| {
        format!("apiVersion: backstage.io/v1alpha1\nkind: {kind}\nmetadata: {{name: {name}}}\n")
    };
    if kind == "component" {
        let spec = "spec: {type: service, lifecycle: production, owner: lights}\n---\n";
        return head("Component") + spec;
    }
    let targets: Vec<String> = targets
        .split_whitespace()
        .map(|it| format!("'{it}'"))
        .collect();
    head("Location") + &format!("spec: {{targets: [{}]}}\n---\n", targets.join(", "))
}

fn cases() -> Vec<Case<'static>> {
    let mut cases: Vec<Case> = Vec::new();
    let mut file = "";
    for line in TABLE.lines().filter(|line| !line.starts_with('#')) {
        let Some((word, rest)) = line.split_once(' ') else {
            continue;
        };
        let rest = rest.trim();
        if word == "case" {
            cases.push(Case {
                name: rest,
                ..Case::default()
            });
        }
        let case = cases.last_mut().unwrap();
        match word {
            "case" => {}
            "file" => file = rest,
            "root" => case.root = rest,
            "ask" => case.ask = rest,
            "is" => case.items.push(rest),
            _ => case
                .files
                .entry(file)
                .or_default()
                .push_str(&document(line)),
        }
    }
    cases
}

async fn check(case: &Case<'_>, db: TestDb) {
    let folder = tempfile::tempdir().unwrap();
    let folder = fs::canonicalize(folder.path()).unwrap();
    for (path, text) in &case.files {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let root = Root::catalog(folder.join(case.root).to_str().unwrap());
    let registered = generated_ref(&root.location).to_string();
    let clock = Clock::from_fn(|| 1_000);
    let worker = Worker::new(db.db, Catalog::default(), clock, Context::fresh());
    let worker = worker.with_roots(vec![root], Allow::rules(None, []));
    worker.pass().await.unwrap();
    let model = worker.catalog.whole();
    let key = |id: u32| model.entry(id).key.to_string();
    let found: Vec<String> = ancestry(&model, case.ask)
        .into_iter()
        .map(|it| match it.parents.join(" ") {
            parents if parents.is_empty() => key(it.id),
            parents => format!("{} < {parents}", key(it.id)),
        })
        .map(|item| item.replace(&registered, "registered"))
        .collect();
    assert_eq!(found, case.items, "{}: {:?}", case.name, model.problems);
}

#[tokio::test]
async fn every_case_of_the_table() {
    let cases = cases();
    assert!(cases.len() >= 10, "only {} were read", cases.len());
    for case in &cases {
        check(case, Engine::Sqlite.open().await.unwrap()).await;
    }
}

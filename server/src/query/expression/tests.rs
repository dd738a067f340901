//! What a query can say, and what it cannot.

use super::*;
use crate::query::Model;
use serde_json::json;

fn catalog() -> Model {
    let entity = |kind: &str, name: &str, rest: Value| {
        let mut entity = json!({
            "apiVersion": "v1",
            "kind": kind,
            "metadata": { "name": name, "tags": rest["tags"] },
            "spec": rest["spec"],
        });
        if let Some(relations) = rest.get("relations") {
            entity["relations"] = relations.clone();
        }
        (format!("uid-{name}"), entity)
    };
    Model::of_entities(vec![
        entity(
            "Component",
            "a",
            json!({
                "spec": { "type": "service", "replicas": 2, "public": true },
                "tags": ["Java", "db"],
                "relations": [{ "type": "ownedBy", "targetRef": "group:default/x" }],
            }),
        ),
        entity(
            "Component",
            "ab",
            json!({
                "spec": { "type": "Website" },
                "relations": [{ "type": "ownedBy", "targetRef": "group:default/y" }],
            }),
        ),
        entity("API", "b", json!({ "spec": { "type": "openapi" } })),
    ])
}

fn check(query: Value, expected: &[&str]) {
    let model = catalog();
    let predicate = Predicate::from_query(&query).unwrap();
    let read_again = Predicate::from_query(&predicate.to_query()).unwrap();
    for predicate in [predicate, read_again] {
        let found = predicate.select(&model);
        let name = |id| model.entry(id).key.rsplit('/').next().unwrap();
        let mut names: Vec<&str> = found.iter().map(name).collect();
        names.sort_unstable();
        assert_eq!(names, expected, "{query}");
    }
}

fn refuse(query: Value, reason: &str) {
    let error = Predicate::from_query(&query)
        .expect_err(&shown(&query))
        .to_string();
    assert!(
        error.starts_with("Invalid query: ") && error.contains(reason),
        "{error}"
    );
    assert!(error.len() < 500, "{error}");
}

#[test]
fn fields_are_compared_whatever_their_case() {
    check(json!({}), &["a", "ab", "b"]);
    check(json!({ "KIND": "component" }), &["a", "ab"]);
    check(
        json!({ "kind": "component", "spec.type": "WEBSITE" }),
        &["ab"],
    );
    check(json!({ "spec.replicas": 2 }), &["a"]);
    check(json!({ "spec.replicas": 2.0 }), &["a"]);
    check(json!({ "spec.public": true }), &["a"]);
    check(json!({ "metadata.tags.java": "true" }), &["a"]);
    check(json!({ "__proto__": "x" }), &[]);
    check(json!({ "kind": "x".repeat(10_000) }), &[]);
    check(json!({ "kind": "\0" }), &[]);
}

#[test]
fn operators_combine() {
    check(json!({ "$all": [] }), &["a", "ab", "b"]);
    check(json!({ "$any": [] }), &[]);
    check(json!({ "$not": {} }), &[]);
    check(
        json!({ "$any": [{ "metadata.name": "a" }, { "kind": "api" }] }),
        &["a", "b"],
    );
    check(
        json!({ "$all": [{ "kind": "component" }, { "$not": { "spec.type": "service" } }] }),
        &["ab"],
    );
}

#[test]
fn values_are_looked_for() {
    check(
        json!({ "spec.type": { "$in": ["service", "OpenAPI"] } }),
        &["a", "b"],
    );
    check(json!({ "spec.type": { "$in": [] } }), &[]);
    check(json!({ "spec.public": { "$exists": true } }), &["a"]);
    check(json!({ "spec.public": { "$exists": false } }), &["ab", "b"]);
    check(
        json!({ "metadata.name": { "$hasPrefix": "A" } }),
        &["a", "ab"],
    );
    check(
        json!({ "metadata.name": { "$hasPrefix": "" } }),
        &["a", "ab", "b"],
    );
    check(json!({ "metadata.name": { "$hasPrefix": "%" } }), &[]);
}

#[test]
fn lists_contain() {
    let relations = |relation: Value| json!({ "relations": { "$contains": relation } });
    check(json!({ "metadata.tags": { "$contains": "java" } }), &["a"]);
    check(relations(json!({ "type": "OwnedBy" })), &["a", "ab"]);
    check(
        relations(json!({ "type": "ownedBy", "targetRef": "group:default/y" })),
        &["ab"],
    );
    check(
        relations(json!({
            "type": "ownedBy",
            "targetRef": { "$in": ["group:default/x", "group:default/z"] },
        })),
        &["a"],
    );
}

#[test]
fn what_is_no_query_is_refused() {
    refuse(json!("component"), "top-level primitive");
    refuse(json!([]), "top-level primitive");
    refuse(json!(null), "top-level primitive");
    refuse(json!({ "$all": {} }), "$all must be a list");
    refuse(json!({ "$any": [1] }), "top-level primitive");
    refuse(json!({ "$where": "1" }), "$where");
    refuse(json!({ "$not": {}, "kind": "api" }), "$not stands beside");
    refuse(json!({ "kind": null }), "\"kind\"");
    refuse(json!({ "kind": ["api"] }), "\"kind\"");
    refuse(json!({ "kind": { "$regex": "." } }), "\"kind\"");
    refuse(json!({ "kind": { "a": "b" } }), "\"kind\"");
    refuse(json!({ "kind": { "$in": "api" } }), "$in of \"kind\"");
    refuse(json!({ "kind": { "$in": [{}] } }), "$in of \"kind\"");
    refuse(
        json!({ "kind": { "$exists": "yes" } }),
        "$exists of \"kind\"",
    );
    refuse(
        json!({ "kind": { "$hasPrefix": 1 } }),
        "$hasPrefix of \"kind\"",
    );
    refuse(
        json!({ "kind": { "$contains": {} } }),
        "$contains of \"kind\"",
    );
    refuse(json!({ "relations": { "$contains": {} } }), "needs a type");
    refuse(
        json!({ "relations": { "$contains": { "type": "a", "other": "b" } } }),
        "needs a type",
    );
    refuse(json!({ "kind": { "x": "y".repeat(10_000) } }), "\"kind\"");
}

#[test]
fn queries_are_bounded() {
    let mut deep = json!({ "kind": "api" });
    for _ in 0..MAX_DEPTH {
        deep = json!({ "$not": deep });
    }
    refuse(deep, "nested more than");
    refuse(
        json!({ "kind": { "$in": vec!["x"; 10_001] } }),
        "more than 10000",
    );
    refuse(
        json!({ "$any": vec![json!({}); 10_001] }),
        "more than 10000",
    );
    let prefixes =
        |count: usize| json!({ "$any": vec![json!({ "kind": { "$hasPrefix": "" } }); count] });
    check(prefixes(50), &["a", "ab", "b"]);
    refuse(prefixes(100), "each $hasPrefix counts for 100");
}

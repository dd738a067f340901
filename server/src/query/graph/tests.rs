//! Who is a neighbour of whom, and how far one sees.

use super::net::MOST_LINES;
use super::*;
use crate::query::Model;
use app::catalog::EntityRef;
use app::graph::port::{Direction, GraphQuery};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// A catalog of these relations, each with its reverse.
fn model(relations: &[(&str, &str, &str)]) -> Model {
    let mut entities: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for (from, kind, to) in relations {
        let reverse = app::catalog::relation::reverse_of(kind).unwrap();
        let mut add = |of: &str, kind: &str, other: &str| {
            let known = entities.entry(of.to_owned()).or_default();
            known.push(json!({ "type": kind, "targetRef": other }));
        };
        add(from, kind, to);
        add(to, reverse, from);
    }
    let entities = entities.into_iter().map(|(key, relations)| {
        let entity_ref: EntityRef = key.parse().unwrap();
        let entity = json!({
            "kind": entity_ref.kind,
            "metadata": { "name": entity_ref.name, "namespace": entity_ref.namespace },
            "spec": { "type": "service" },
            "relations": relations,
        });
        (key, entity)
    });
    Model::of_entities(entities.collect())
}

fn theatre() -> Model {
    model(&[
        (
            "component:default/orders",
            "dependsOn",
            "resource:default/tickets",
        ),
        (
            "component:default/orders",
            "providesApi",
            "api:default/orders",
        ),
        (
            "component:default/shop",
            "consumesApi",
            "api:default/orders",
        ),
        ("component:default/orders", "ownedBy", "group:default/crew"),
        ("component:default/lights", "ownedBy", "group:default/crew"),
        (
            "component:default/orders",
            "partOf",
            "system:default/ticketing",
        ),
        ("api:default/orders", "partOf", "system:default/ticketing"),
        ("component:default/shop", "partOf", "system:default/web"),
        (
            "component:default/scanner",
            "partOf",
            "system:default/ticketing",
        ),
        (
            "resource:default/tickets",
            "partOf",
            "system:default/ticketing",
        ),
        (
            "component:default/scanner",
            "dependsOn",
            "component:default/orders",
        ),
        (
            "system:default/ticketing",
            "partOf",
            "domain:default/audience",
        ),
        ("system:default/web", "partOf", "domain:default/audience"),
    ])
}

fn query(root: &str, depth: Option<usize>) -> GraphQuery {
    GraphQuery {
        roots: vec![root.parse().unwrap()],
        depth,
        ..GraphQuery::default()
    }
}

fn names(net: &net::Net) -> Vec<&str> {
    let mut names: Vec<&str> = net.nodes.iter().map(|node| node.key.as_str()).collect();
    names.sort_unstable();
    names
}

fn check(query: &GraphQuery, expected: &[&str]) {
    let model = theatre();
    let net = neighbourhood(&model, query);
    let mut expected = expected.to_vec();
    expected.sort_unstable();
    assert_eq!(names(&net), expected, "{query:?}");
}

#[test]
fn an_owner_and_a_system_are_shown_but_not_all_they_have() {
    let near = [
        "component:default/orders",
        "api:default/orders",
        "component:default/scanner",
        "group:default/crew",
        "resource:default/tickets",
        "system:default/ticketing",
    ];
    let orders = "component:default/orders";
    check(&query(orders, Some(1)), &near);
    // Two steps lead to who uses the API and to the domain, but not to the lights of the same crew.
    let mut far = near.to_vec();
    far.extend(["component:default/shop", "domain:default/audience"]);
    check(&query(orders, Some(2)), &far);
    check(&query(orders, None), &far);
    // Whoever asks for systems by name gets those of all.
    let asked = GraphQuery {
        relations: vec![
            "consumesApi".to_owned(),
            "hasPart".to_owned(),
            "providesApi".to_owned(),
        ],
        ..query(orders, None)
    };
    check(
        &asked,
        &[
            orders,
            "api:default/orders",
            "component:default/shop",
            "domain:default/audience",
            "system:default/ticketing",
            "system:default/web",
        ],
    );
    check(
        &query("group:default/crew", Some(1)),
        &["group:default/crew", orders, "component:default/lights"],
    );
}

#[test]
fn direction_relations_and_kinds_narrow() {
    let orders = "component:default/orders";
    let only = |change: fn(&mut GraphQuery)| {
        let mut query = query(orders, Some(2));
        change(&mut query);
        query
    };
    check(
        &only(|query| query.direction = Direction::Out),
        &[orders, "api:default/orders", "resource:default/tickets"],
    );
    check(
        &only(|query| query.relations = vec!["ownerOf".to_owned()]),
        &[orders, "group:default/crew"],
    );
    check(
        &only(|query| query.kinds = vec!["api".to_owned()]),
        &[orders, "api:default/orders"],
    );
}

#[test]
fn a_pair_of_relations_is_one_line() {
    let model = theatre();
    let net = neighbourhood(&model, &query("component:default/orders", Some(1)));
    let (crew, orders) = (
        net.at["group:default/crew"],
        net.at["component:default/orders"],
    );
    assert_eq!(
        net.links[&(crew, orders)].keys().collect::<Vec<_>>(),
        ["ownerOf"]
    );
    assert!(!net.links.contains_key(&(orders, crew)));
    // The API is in the same system, which is no news beside the one of the root.
    let api = net.at["api:default/orders"];
    assert!(
        !net.links
            .contains_key(&(net.at["system:default/ticketing"], api))
    );
}

#[test]
fn what_would_be_too_large_says_how_much_is_left_out() {
    let names: Vec<String> = (0..500)
        .map(|at| format!("component:default/c{at:03}"))
        .collect();
    let relations: Vec<(&str, &str, &str)> = names
        .iter()
        .map(|name| (name.as_str(), "ownedBy", "group:default/crew"))
        .collect();
    let model = model(&relations);
    let net = neighbourhood(&model, &query("group:default/crew", None));
    assert_eq!((net.nodes.len(), net.left_out), (MOST, 201));
    let drawing = drawing(&model, &net);
    assert_eq!((drawing.left_out, drawing.frames.len()), (201, 1));
}

#[test]
fn of_too_many_lines_those_stay_that_lead_to_each_entity() {
    let names: Vec<String> = (0..80)
        .map(|at| format!("component:default/c{at:02}"))
        .collect();
    let pairs = names.iter().flat_map(|from| {
        let others = names.iter().filter(move |to| *to != from);
        others.map(move |to| (from.as_str(), "dependsOn", to.as_str()))
    });
    let model = model(&pairs.collect::<Vec<_>>());
    let net = neighbourhood(&model, &query("component:default/c40", None));
    let all = 80 * 79;
    assert_eq!(
        (net.nodes.len(), net.links.len(), net.links_left_out),
        (80, MOST_LINES, all - MOST_LINES)
    );
    let root = net.at["component:default/c40"];
    for at in (0..80).filter(|at| *at != root) {
        assert!(net.links.contains_key(&(root, at)) && net.links.contains_key(&(at, root)));
    }
    let drawing = drawing(&model, &net);
    assert_eq!(
        (drawing.edges.len(), drawing.lines_left_out),
        (MOST_LINES, all - MOST_LINES)
    );
}

#[test]
fn a_system_shows_its_parts_and_who_outside_needs_them() {
    let model = theatre();
    let number = model.number("system:default/ticketing").unwrap();
    let net = diagram(&model, number);
    assert_eq!(
        names(&net),
        [
            "api:default/orders",
            "component:default/orders",
            "component:default/scanner",
            "resource:default/tickets",
            "system:default/web",
        ]
    );
    let web = net.at["system:default/web"];
    assert_eq!(net.nodes[web].outside, Some(crate::graph::Side::Left));
    let api = net.at["api:default/orders"];
    assert_eq!(net.links[&(web, api)]["consumesApi"], 1);
}

#[test]
fn a_domain_shows_its_systems_and_counts_what_is_between_them() {
    let model = theatre();
    let number = model.number("domain:default/audience").unwrap();
    let net = diagram(&model, number);
    assert_eq!(
        names(&net),
        ["system:default/ticketing", "system:default/web"]
    );
    let (web, ticketing) = (
        net.at["system:default/web"],
        net.at["system:default/ticketing"],
    );
    let links: Vec<_> = net.links.keys().copied().collect();
    assert_eq!(links, [(web, ticketing)]);
    let net = landscape(&model);
    assert_eq!((net.nodes.len(), net.links.len()), (3, 2));
}

#[test]
fn ten_thousand_entities_are_looked_through_at_once() {
    let names: Vec<[String; 3]> = (0..10_000_usize)
        .map(|at| {
            let other = |by: usize| format!("component:default/c{}", at * by % 10_000);
            [
                other(1),
                other(7919),
                format!("group:default/g{}", at % 100),
            ]
        })
        .collect();
    let relations: Vec<(&str, &str, &str)> = names
        .iter()
        .flat_map(|[one, other, group]| {
            let one = one.as_str();
            [
                (one, "dependsOn", other.as_str()),
                (one, "ownedBy", group.as_str()),
            ]
        })
        .filter(|(from, _, to)| from != to)
        .collect();
    let model = model(&relations);
    let start = Instant::now();
    let net = neighbourhood(&model, &query("group:default/g7", Some(2)));
    let found = start.elapsed();
    let drawing = drawing(&model, &net);
    let drawn = start.elapsed();
    println!(
        "{} nodes, {} lines: {found:?}, drawn {drawn:?}",
        drawing.nodes.len(),
        drawing.edges.len()
    );
    // A tenth of it in a release build.
    assert!(found < Duration::from_millis(500), "{found:?}");
}

//! From the text of a file to entities and their relations.

use crate::report::{Outcome, Verdict, outcomes, text};
use app::catalog::EntityRef;
use serde_json::{Value, json};
use server::ingest::parse::{MAX_BYTES, parse};
use server::ingest::relate::relate;
use server::ingest::rules::{Allow, AllowedKind, LocationMatch, Rule};
use server::ingest::validate::custom::Kinds;
use server::ingest::{LocationRef, annotate};
use server::scm::Scm;

pub(crate) fn cases(file: &str, cases: &[Value]) -> Option<Vec<Outcome>> {
    match file {
        "catalog-processing/yaml-parse.json" => Some(outcomes(cases, yaml)),
        "catalog-processing/rules-allow.json" => Some(outcomes(cases, rules)),
        "catalog-processing/annotate-location.json" => Some(outcomes(cases, annotations)),
        "catalog-processing/relations.json" => Some(outcomes(cases, relations)),
        _ => None,
    }
}

fn yaml(case: &Value) -> Verdict {
    let documents = parse(&bytes(&case["args"][0]), MAX_BYTES);
    let actual: Value = documents
        .into_iter()
        .map(|document| match document {
            Ok(document) => json!({"entity": document.value}),
            Err(broken) => json!({"error": root_error(&broken.message)}),
        })
        .collect();
    let recorded = case["result"].as_array().into_iter().flatten();
    let expected: Value = recorded
        .map(|item| match text(&item["type"]) {
            "entity" => json!({"entity": item["entity"]}),
            _ => json!({"error": root_error(text(&item["error"]["message"]))}),
        })
        .collect();
    Verdict::equal(&expected, &actual)
}

/// The words of a parser are its own; that the root must be an object is said by the catalog.
fn root_error(message: &str) -> &str {
    if message.contains("Expected object at root") {
        message
    } else {
        "syntax"
    }
}

/// A recorded buffer: its bytes by position.
fn bytes(buffer: &Value) -> Vec<u8> {
    (0..)
        .map_while(|index: usize| buffer.get(index.to_string())?.as_u64())
        .filter_map(|byte| u8::try_from(byte).ok())
        .collect()
}

fn relations(case: &Value) -> Verdict {
    let actual = match relate(&case["entity"], &Kinds::default()) {
        Ok(relations) => relations
            .iter()
            .map(|it| json!({"source": parts(&it.source), "type": it.kind, "target": parts(&it.target)}))
            .collect(),
        Err(_) if !case["error"].is_null() => return Verdict::Passed,
        Err(faults) => json!(format!("{faults:?}")),
    };
    Verdict::equal(&case["relations"], &actual)
}

fn parts(entity_ref: &EntityRef) -> Value {
    json!({
        "kind": entity_ref.kind,
        "namespace": entity_ref.namespace,
        "name": entity_ref.name,
    })
}

/// The rules of a case, given as rules or as a configuration.
fn rules(case: &Value) -> Verdict {
    let catalog = &case["config"]["catalog"];
    let configured = case.get("rules").or_else(|| catalog.get("rules"));
    let locations = catalog["locations"].as_array().into_iter().flatten();
    let locations = locations.map(|it| (location(it), rule_list(&it["rules"])));
    let allow = Allow::rules(configured.map(rule_list), locations);
    let (entity, origin) = (&case["args"][0], location(&case["args"][1]));
    let actual = allow.allows(entity, &origin);
    Verdict::equal(&case["result"], &Value::from(actual))
}

fn rule_list(rules: &Value) -> Vec<Rule> {
    let rules = rules.as_array().into_iter().flatten();
    rules.map(rule).collect()
}

fn rule(rule: &Value) -> Rule {
    let kinds = |kinds: &Vec<Value>| kinds.iter().map(allowed_kind).collect();
    let matches = |matches: &Vec<Value>| matches.iter().filter_map(location_match).collect();
    Rule {
        allow: rule["allow"].as_array().map(kinds),
        locations: rule["locations"].as_array().map(matches),
    }
}

fn allowed_kind(kind: &Value) -> AllowedKind {
    AllowedKind {
        kind: text(kind.get("kind").unwrap_or(kind)).to_owned(),
        spec_type: kind["spec.type"].as_str().map(str::to_owned),
    }
}

fn location_match(it: &Value) -> Option<LocationMatch> {
    LocationMatch::new(
        text(&it["type"]),
        it["exact"].as_str(),
        it["pattern"].as_str(),
        &[],
    )
    .ok()
}

fn location(value: &Value) -> LocationRef {
    LocationRef {
        kind: text(&value["type"]).to_owned(),
        target: text(&value["target"]).to_owned(),
    }
}

fn annotations(case: &Value) -> Verdict {
    let mut entity = case["args"][0].clone();
    annotate(
        &mut entity,
        &location(&case["args"][1]),
        &location(&case["args"][3]),
        &Scm::default(),
    );
    Verdict::equal(&case["result"], &entity)
}

//! From the text of a file to entities and their relations.

use crate::report::{Outcome, Verdict, outcomes, same_result, text};
use app::catalog::EntityRef;
use serde_json::{Value, json};
use server::ingest::parse::{MAX_BYTES, parse};
use server::ingest::placeholder::{find, replace};
use server::ingest::relate::relate;
use server::ingest::rules::{Allow, AllowedKind, LocationMatch, Rule};
use server::ingest::validate::custom::Kinds;
use server::ingest::{LocationRef, annotate, included_location};
use server::scm::Scm;

pub(crate) fn cases(file: &str, cases: &[Value]) -> Option<Vec<Outcome>> {
    match file {
        "catalog-processing/yaml-parse.json" => Some(outcomes(cases, yaml)),
        "catalog-processing/rules-allow.json" => Some(outcomes(cases, rules)),
        "catalog-processing/annotate-location.json" => Some(outcomes(cases, annotations)),
        "catalog-processing/placeholders.json" => Some(outcomes(cases, placeholders)),
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

/// What an entity becomes, and of which files a change is a change of it. What a case does not
/// say about a file is that it is not there.
fn placeholders(case: &Value) -> Verdict {
    let (mut entity, location) = (case["entity"].clone(), location(&case["location"]));
    let found = find(&entity).into_iter();
    let found = found.map(|it| {
        let file = included_location(&it.target, &location, &Scm::default());
        (it, file)
    });
    let found: Vec<_> = found.collect();
    let included = found.iter().filter_map(|(_, file)| file.as_ref());
    let included = included.map(|file| json!({ "type": "refresh", "key": file.to_string() }));
    let included: Value = included.collect();
    let contents = found.into_iter().map(|(placeholder, file)| {
        let read = file.and_then(|file| case["reads"][&file.target].as_str());
        let content = read.ok_or_else(|| "it is not there".to_owned());
        let content = content.and_then(|text| placeholder.format.value(text.as_bytes()));
        (placeholder, content)
    });
    let contents: Vec<_> = contents.collect();
    let faults = replace(&mut entity, contents);
    if !faults.is_empty() {
        let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
        return same_result(case, Err(faults.join("; ")));
    }
    let expected = json!({ "entity": case["result"], "included": case["emitted"] });
    Verdict::equal(
        &expected,
        &json!({ "entity": entity, "included": included }),
    )
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

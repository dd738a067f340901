//! From the text of a file to entities and their relations.

use crate::report::{Outcome, Verdict, outcomes, text};
use app::catalog::EntityRef;
use serde_json::{Value, json};
use server::ingest::parse::{MAX_BYTES, parse};
use server::ingest::relate::relate;

pub(crate) fn cases(file: &str, cases: &[Value]) -> Option<Vec<Outcome>> {
    match file {
        "catalog-processing/yaml-parse.json" => Some(outcomes(cases, yaml)),
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
    let actual = match relate(&case["entity"]) {
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

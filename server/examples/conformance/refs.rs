//! Entity and location references.

use crate::report::{Outcome, Verdict, outcomes, same_result, text};
use app::catalog::{EntityRef, RefDefaults};
use serde_json::{Value, json};
use server::ingest::location::LocationRef;

pub(crate) fn cases(file: &str, cases: &[Value]) -> Option<Vec<Outcome>> {
    match file {
        "refs/entity-refs.json" => Some(outcomes(cases, entity_ref)),
        "refs/location-refs.json" => Some(outcomes(cases, location_ref)),
        _ => None,
    }
}

fn entity_ref(case: &Value) -> Verdict {
    let (function, input, context) = (&case["fn"], &case["args"][0], &case["args"][1]);
    let defaults = RefDefaults {
        kind: context["defaultKind"].as_str(),
        namespace: context["defaultNamespace"].as_str(),
    };
    let part = |name: &str| input[name].as_str();
    let parsed = match input {
        Value::String(text) => EntityRef::parse(text, defaults),
        Value::Object(_) => {
            EntityRef::from_parts(part("kind"), part("namespace"), part("name"), defaults)
        }
        _ => return Verdict::NotApplicable("references are text or parts of text".to_owned()),
    };
    let actual = parsed.map(|parsed| {
        if function == "stringifyEntityRef" {
            json!(parsed.to_string())
        } else {
            json!({"kind": parsed.kind, "namespace": parsed.namespace, "name": parsed.name})
        }
    });
    same_result(case, actual.map_err(|error| error.to_string()))
}

fn location_ref(case: &Value) -> Verdict {
    let input = &case["args"][0];
    let parts = |location: LocationRef| json!({"type": location.kind, "target": location.target});
    let actual = match text(&case["fn"]) {
        "parseLocationRef" => match input {
            Value::String(text) => text.parse().map(parts),
            _ => return Verdict::NotApplicable("location references are text".to_owned()),
        },
        "stringifyLocationRef" => {
            LocationRef::checked(text(&input["type"]), text(&input["target"]))
                .map(|location| json!(location.to_string()))
        }
        "getEntitySourceLocation" => LocationRef::source_of(input).map(parts),
        other => return Verdict::NotApplicable(format!("{other} has no counterpart")),
    };
    same_result(case, actual.map_err(|error| error.to_string()))
}

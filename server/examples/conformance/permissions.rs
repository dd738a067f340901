//! Permission rules: of which resources they hold, and what they ask the catalog for.

use crate::report::{Outcome, Verdict, outcomes, same_result, text};
use serde_json::{Value, json};
use server::permission::Rule;
use server::query::Predicate;

pub(crate) fn cases(file: &str, cases: &[Value]) -> Option<Vec<Outcome>> {
    match file {
        "permissions/catalog-rules.json" | "permissions/scaffolder-rules.json" => {
            Some(outcomes(cases, rule))
        }
        _ => None,
    }
}

fn rule(case: &Value) -> Verdict {
    let Some((name, asked)) = text(&case["fn"]).split_once('.') else {
        return Verdict::NotApplicable("the recorded call names no rule".to_owned());
    };
    let args = &case["args"];
    let (resource, params) = match asked {
        "apply" => (Some(&args[0]), &args[1]),
        _ => (None, &args[0]),
    };
    let actual = Rule::read(&snake(name), params).map(|rule| match resource {
        Some(resource) => json!(rule.apply(resource)),
        None => asked_for(rule.query()),
    });
    same_result(case, actual)
}

/// `hasLabel` and `HAS_LABEL` are the same rule.
fn snake(name: &str) -> String {
    if name.contains('_') {
        return name.to_owned();
    }
    let letters = name.chars().flat_map(|letter| {
        let split = letter.is_uppercase().then_some('_');
        split.into_iter().chain(letter.to_uppercase())
    });
    letters.collect()
}

/// A query as those who recorded it write it: a key, and values where some are wanted.
fn asked_for(query: Option<Predicate>) -> Value {
    match query {
        Some(Predicate::Exists(key)) => json!({ "key": key }),
        Some(Predicate::In(key, values)) => json!({ "key": key, "values": values }),
        other => json!(other.map(|query| query.to_query())),
    }
}

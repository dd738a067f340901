//! Formats of fields, policies, the envelope and the kinds.

use crate::report::{Outcome, Verdict, outcomes, text};
use app::catalog::{EntityRef, RefDefaults};
use serde_json::Value;
use server::ingest::validate::field::{self, Format};
use server::ingest::validate::kind::{KINDS, Recognition};
use server::ingest::validate::{Fault, envelope, policy, schema};

pub(crate) fn cases(file: &str, cases: &[Value]) -> Option<Vec<Outcome>> {
    match file {
        "validation/validator-functions.json" => Some(outcomes(cases, function)),
        "validation/entity-policies.json" => Some(outcomes(cases, policies)),
        "validation/entity-schema.json" => Some(outcomes(cases, schemas)),
        "validation/kinds.json" => Some(outcomes(cases, kinds)),
        _ => None,
    }
}

fn function(case: &Value) -> Verdict {
    let input = &case["args"][0];
    let function = text(&case["fn"]).rsplit('.').next().unwrap_or_default();
    if input.get("__type").is_some() {
        return Verdict::NotApplicable("the input cannot be written in YAML or JSON".to_owned());
    }
    let format = match function {
        "isValidApiVersion" => Format::ApiVersion,
        "isValidKind" => Format::Kind,
        "isValidObjectName" => Format::ObjectName,
        "isValidNamespace" => Format::Namespace,
        "isValidLabelKey" => Format::LabelKey,
        "isValidLabelValue" => Format::LabelValue,
        "isValidAnnotationKey" => Format::AnnotationKey,
        "isValidAnnotationValue" => Format::AnnotationValue,
        "isValidTag" => Format::Tag,
        "isValidUrl" => Format::Url,
        "isNonEmptyString" => Format::NonEmpty,
        "isValidDnsLabel" => return same(case, input.as_str().is_some_and(field::is_dns_label)),
        "isValidDnsSubdomain" => {
            return same(case, input.as_str().is_some_and(field::is_dns_subdomain));
        }
        "isValidPrefixAndOrSuffix" => {
            let reason = "the rules of prefix and suffix are functions, which are not recorded";
            return Verdict::NotApplicable(reason.to_owned());
        }
        "isJsonSafe" => {
            let reason = "every value here is JSON by its type";
            return Verdict::NotApplicable(reason.to_owned());
        }
        other => return Verdict::NotApplicable(format!("{other} has no counterpart")),
    };
    same(
        case,
        input.as_str().is_some_and(|text| format.accepts(text)),
    )
}

fn same(case: &Value, actual: bool) -> Verdict {
    Verdict::equal(&case["result"], &Value::from(actual))
}

fn policies(case: &Value) -> Verdict {
    let mut entity = case["entity"].clone();
    let faults = match text(&case["policy"]) {
        "FieldFormatEntityPolicy" => policy::field_format(&entity),
        "NoForeignRootFieldsEntityPolicy" => policy::no_foreign_root_fields(&entity),
        "SchemaValidEntityPolicy" => schema(&entity),
        "DefaultNamespaceEntityPolicy" => {
            policy::default_namespace(&mut entity);
            Vec::new()
        }
        "GroupDefaultParentEntityPolicy" => {
            let defaults = RefDefaults {
                kind: Some("Group"),
                namespace: None,
            };
            match EntityRef::parse(text(&case["ctor"][0]), defaults) {
                Ok(parent) => policy::default_group_parent(&mut entity, &parent),
                Err(error) => return Verdict::NotApplicable(error.to_string()),
            }
            Vec::new()
        }
        other => return Verdict::NotApplicable(format!("{other} has no counterpart")),
    };
    match validity(case, "yes", &faults) {
        Verdict::Passed if case["valid"] == "yes" => Verdict::equal(&case["output"], &entity),
        verdict => verdict,
    }
}

fn schemas(case: &Value) -> Verdict {
    let faults = match text(&case["validator"]) {
        "entityEnvelopeSchemaValidator" => envelope(&case["entity"]),
        _ => schema(&case["entity"]),
    };
    validity(case, "yes", &faults)
}

fn kinds(case: &Value) -> Verdict {
    let validator = text(&case["validator"]);
    let kind = KINDS
        .iter()
        .find(|kind| validator.starts_with(&format!("{}Entity", kind.name.to_lowercase())));
    match kind.map(|kind| kind.recognise(&case["entity"])) {
        Some(Recognition::Valid) => validity(case, "yes", &[]),
        Some(Recognition::Foreign) => validity(case, "unrecognised", &[]),
        Some(Recognition::Invalid(faults)) => validity(case, "no", &faults),
        None => Verdict::NotApplicable(format!("{validator} has no counterpart")),
    }
}

/// Compares the verdict, and whether the field of the recorded reason is among those at fault.
fn validity(case: &Value, sound: &str, faults: &[Fault]) -> Verdict {
    let shown: Vec<String> = faults.iter().map(Fault::to_string).collect();
    let actual = if faults.is_empty() { sound } else { "no" };
    let reason = text(&case["reason"]);
    let field = field_of(reason);
    let named = |field: &str| faults.iter().any(|fault| names(fault, field));
    if case["valid"] == actual && (faults.is_empty() || field.as_deref().is_none_or(named)) {
        return Verdict::Passed;
    }
    Verdict::Failed {
        expected: format!("{} {reason} ({})", case["valid"], field.unwrap_or_default()),
        actual: format!("{actual} {}", shown.join("; ")),
    }
}

fn names(fault: &Fault, field: &str) -> bool {
    let path = fault.path.replace("~1", "/");
    path == field || path == format!("/metadata{field}")
}

/// The field that a recorded reason is about, as a JSON pointer.
fn field_of(reason: &str) -> Option<String> {
    // "labels.a" is not valid; expected …
    let format = reason
        .strip_prefix('"')
        .and_then(|rest| rest.split_once("\" is not valid"));
    if let Some((field, _)) = format {
        return Some(format!("/{}", field.replace('.', "/")));
    }
    if let Some((field, _)) = reason.split_once(" must have a value") {
        return Some(format!("/{}", field.replace('.', "/")));
    }
    // /spec must have required property 'owner' - missingProperty: owner
    let reason = reason
        .strip_prefix("Malformed envelope, ")
        .unwrap_or(reason);
    let (path, rest) = reason.split_once(" must ")?;
    let path = if path == "<root>" { "" } else { path };
    let below = match rest.split_once("required property '") {
        Some((_, rest)) => rest.split('\'').next(),
        None => rest
            .split_once("additionalProperty: ")
            .map(|(_, field)| field),
    };
    Some(match below {
        Some(field) => format!("{path}/{field}"),
        None => path.to_owned(),
    })
}

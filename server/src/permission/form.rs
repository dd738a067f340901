//! A role as the fields of a form, and back.

use super::condition::Condition;
use super::rule::{Kind, RULES, row_of};
use crate::config::{Grant, Origin, Role};
use app::permission::roles::{
    ConditionForm, FormFault, GrantForm, ParamOffer, RoleForm, RuleForm, RuleOffer,
};
use serde_json::{Map, Number, Value, json};

/// The form of a role.
pub(super) fn form_of(role: &Role) -> RoleForm {
    let version = match &role.origin {
        Origin::Made(made) => made.version,
        Origin::Configuration | Origin::Standard => 0,
    };
    RoleForm {
        of: Some(role.name.clone()),
        version,
        name: role.name.clone(),
        description: role.description.clone(),
        signed_in: role.signed_in,
        guests: role.guests,
        members: role.members.iter().map(ToString::to_string).collect(),
        claims: role.claims.iter().map(ToString::to_string).collect(),
        grants: role.grants.iter().map(grant_form).collect(),
        ..RoleForm::default()
    }
}

fn grant_form(grant: &Grant) -> GrantForm {
    let names = grant.permissions.iter().map(|it| it.name().to_owned());
    GrantForm {
        permissions: names.collect(),
        condition: grant
            .condition
            .as_ref()
            .map(condition_form)
            .unwrap_or_default(),
    }
}

fn condition_form(condition: &Condition) -> ConditionForm {
    rules_of(&condition.to_json()).unwrap_or_else(|| ConditionForm::Json(pretty(condition)))
}

fn pretty(condition: &Condition) -> String {
    serde_json::to_string_pretty(&condition.to_json()).unwrap_or_default()
}

/// A condition as rules that are joined in one way; none where it is deeper.
fn rules_of(condition: &Value) -> Option<ConditionForm> {
    let (is_any, parts) = match (condition.get("allOf"), condition.get("anyOf")) {
        (Some(Value::Array(parts)), _) => (false, parts.as_slice()),
        (_, Some(Value::Array(parts))) => (true, parts.as_slice()),
        _ => (false, std::slice::from_ref(condition)),
    };
    let rules = parts.iter().map(rule_form).collect::<Option<Vec<_>>>()?;
    Some(ConditionForm::Rules { is_any, rules })
}

fn rule_form(part: &Value) -> Option<RuleForm> {
    let (is_not, rule) = match part.get("not") {
        Some(rule) => (true, rule),
        None => (false, part),
    };
    let params = rule.get("params").and_then(Value::as_object);
    let text = |value: &Value| match value {
        Value::Array(items) => {
            let texts = items
                .iter()
                .map(|it| it.as_str().filter(|it| !it.contains(',')));
            texts
                .collect::<Option<Vec<_>>>()
                .map(|texts| texts.join(", "))
        }
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    };
    let params = params.into_iter().flatten();
    let params = params.map(|(name, value)| Some((name.clone(), text(value)?)));
    Some(RuleForm {
        is_not,
        rule: rule.get("rule")?.as_str()?.to_owned(),
        params: params.collect::<Option<_>>()?,
    })
}

/// The role that a form holds, as JSON that says nothing of its own.
///
/// # Errors
/// What cannot be read as JSON, with its place.
pub fn role_of_form(form: &RoleForm) -> Result<Value, Vec<FormFault>> {
    let mut faults = Vec::new();
    let mut grants = Vec::new();
    for (at, grant) in form.grants.iter().enumerate() {
        let mut value = json!({ "permissions": grant.permissions });
        match conditions(&grant.condition) {
            Ok(Some(condition)) => value["conditions"] = condition,
            Ok(None) => {}
            Err(message) => faults.push(FormFault {
                field: format!("grants[{at}].conditions"),
                message,
            }),
        }
        grants.push(value);
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    // The words come last, so that a place in the list is one in the form.
    let words = [(form.signed_in, "signed-in"), (form.guests, "guests")];
    let words = words.into_iter().filter(|(is_said, _)| *is_said);
    let words = words.map(|(_, word)| word.to_owned());
    let members: Vec<String> = form.members.iter().cloned().chain(words).collect();
    Ok(json!({
        "name": form.name,
        "description": form.description,
        "members": members,
        "claims": form.claims,
        "grants": grants,
    }))
}

/// The condition of a form as JSON; none where it is granted without one.
fn conditions(condition: &ConditionForm) -> Result<Option<Value>, String> {
    match condition {
        ConditionForm::Json(text) if text.trim().is_empty() => Ok(None),
        ConditionForm::Json(text) => serde_json::from_str(text)
            .map(Some)
            .map_err(|error| format!("is no JSON: {error}")),
        ConditionForm::Rules { is_any, rules } => {
            let mut parts: Vec<Value> = rules.iter().map(rule_value).collect();
            let key = if *is_any { "anyOf" } else { "allOf" };
            Ok(match parts.len() {
                0 => None,
                1 => parts.pop(),
                _ => Some(json!({ key: parts })),
            })
        }
    }
}

fn rule_value(form: &RuleForm) -> Value {
    let kinds = row_of(&form.rule).map(|row| row.params).unwrap_or_default();
    let mut params = Map::new();
    for (name, text) in &form.params {
        let kind = kinds.iter().find(|(known, ..)| known == name);
        let Some((_, kind, _)) = kind.filter(|_| !text.trim().is_empty()) else {
            continue;
        };
        let text = text.trim();
        let value = match kind {
            Kind::Text => json!(text),
            Kind::Texts => {
                let items = text.split(',').map(str::trim).filter(|it| !it.is_empty());
                json!(items.collect::<Vec<_>>())
            }
            // What is neither is refused with its place, as what it is: a text.
            Kind::Boolean => text
                .parse::<bool>()
                .map_or_else(|_| json!(text), Value::Bool),
            Kind::Number => text
                .parse::<Number>()
                .map_or_else(|_| json!(text), Value::Number),
        };
        params.insert(name.clone(), value);
    }
    let rule = json!({ "rule": form.rule, "params": params });
    if form.is_not {
        json!({ "not": rule })
    } else {
        rule
    }
}

/// The same condition written as JSON.
pub fn as_json(condition: &ConditionForm) -> ConditionForm {
    let value = conditions(condition).ok().flatten();
    let text = value.map(|value| serde_json::to_string_pretty(&value).unwrap_or_default());
    ConditionForm::Json(text.unwrap_or_default())
}

/// The same condition as rules.
///
/// # Errors
/// Why it cannot be shown so.
pub fn as_rules(condition: &ConditionForm) -> Result<ConditionForm, String> {
    match conditions(condition)? {
        None => Ok(ConditionForm::default()),
        Some(value) => rules_of(&value).ok_or_else(|| {
            "is deeper than rules joined in one way, so it stays as JSON".to_owned()
        }),
    }
}

/// The rules that a form offers.
pub(super) fn rule_offers() -> Vec<RuleOffer> {
    let param = |&(name, kind, is_required): &(&'static str, Kind, bool)| ParamOffer {
        name,
        is_required,
        hint: match (name, kind) {
            ("claims" | "createdBy", _) => "$ownerRefs, group:default/…",
            ("kinds", _) => "API, Component",
            (_, Kind::Texts) => "several separated by commas",
            (_, Kind::Boolean) => "true or false",
            (_, Kind::Number) => "a number",
            (_, Kind::Text) => "",
        },
    };
    let offer = |row: &super::rule::Row| RuleOffer {
        name: row.name,
        words: row.description,
        about: row.resource.name(),
        params: row.params.iter().map(param).collect(),
    };
    RULES.iter().map(offer).collect()
}

#[cfg(test)]
mod tests {
    use super::super::read_role;
    use super::*;

    #[test]
    fn a_role_survives_its_form() {
        let rule = |rule: &str, params: Value| json!({ "rule": rule, "params": params });
        let owner = rule(
            "IS_ENTITY_OWNER",
            json!({ "claims": ["$ownerRefs", "group:default/crew"] }),
        );
        let label = rule("HAS_LABEL", json!({ "label": "secret" }));
        let check = |permission: &str, condition: Value, is_json: bool| {
            let value = json!({
                "name": "Crew", "members": ["group:default/crew", "guests"], "claims": ["roles=stage"],
                "grants": [{ "permissions": [permission], "conditions": condition }],
            });
            let before = read_role(&value).unwrap();
            let form = form_of(&before);
            let shown = matches!(form.grants[0].condition, ConditionForm::Json(_));
            assert_eq!(shown, is_json, "{form:?}");
            let again = read_role(&role_of_form(&form).unwrap()).unwrap();
            assert_eq!(before, again);
        };
        let read = "catalog.entity.read";
        check(read, owner.clone(), false);
        check(read, json!({ "not": label.clone() }), false);
        check(
            read,
            json!({ "anyOf": [owner.clone(), { "not": label.clone() }] }),
            false,
        );
        check(
            read,
            json!({ "anyOf": [owner, { "allOf": [label.clone(), label] }] }),
            true,
        );
        check(
            read,
            rule("IS_ENTITY_KIND", json!({ "kinds": ["a,b"] })),
            true,
        );
        let number = rule(
            "HAS_NUMBER_PROPERTY",
            json!({ "key": "replicas", "value": 3 }),
        );
        check("scaffolder.action.execute", number, false);
    }

    #[test]
    fn a_condition_goes_from_rules_to_json_and_back_where_it_can() {
        let rules = ConditionForm::Rules {
            is_any: true,
            rules: ["HAS_LABEL", "HAS_SPEC"]
                .map(|rule| RuleForm {
                    rule: rule.to_owned(),
                    ..RuleForm::default()
                })
                .into(),
        };
        let json = as_json(&rules);
        assert_eq!(as_rules(&json).unwrap(), rules);
        let deep = ConditionForm::Json(r#"{"not":{"not":{"rule":"HAS_LABEL"}}}"#.to_owned());
        assert!(as_rules(&deep).unwrap_err().contains("deeper"));
        let wrong = ConditionForm::Json("{".to_owned());
        assert!(as_rules(&wrong).unwrap_err().contains("is no JSON"));
        assert_eq!(
            as_rules(&ConditionForm::Json(String::new())).unwrap(),
            ConditionForm::default()
        );
    }
}

//! Grants in words, for people who do not read rules.

use super::condition::Condition;
use super::rule::{Pair, Rule};
use crate::config::{Grant, Role};
use app::permission::roles::words;

/// Who has a role: "everybody who has signed in", "group:default/crew", "whoever claims roles=admin".
pub(super) fn members(role: &Role) -> Vec<String> {
    let signed_in = role
        .signed_in
        .then(|| "everybody who has signed in".to_owned());
    let guests = role.guests.then(|| "guests".to_owned());
    let members = role.members.iter().map(ToString::to_string);
    let claims = role
        .claims
        .iter()
        .map(|claim| format!("whoever signs in with {claim}"));
    signed_in
        .into_iter()
        .chain(guests)
        .chain(members)
        .chain(claims)
        .collect()
}

/// A role in one line: "Crew: group:default/crew may see entities; delete entities: of kind API".
pub(super) fn role(role: &Role) -> String {
    let grants: Vec<String> = role.grants.iter().map(grant).collect();
    format!(
        "{}: {} may {}",
        role.name,
        members(role).join(", "),
        grants.join("; ")
    )
}

/// What a grant lets do: "see entities, delete entities: of kind API".
pub(super) fn grant(grant: &Grant) -> String {
    let may: Vec<&str> = grant.permissions.iter().map(|it| words(*it)).collect();
    let may = may.join(", ");
    match &grant.condition {
        None => may,
        Some(condition) => format!("{may}: {}", condition_words(condition)),
    }
}

fn condition_words(condition: &Condition) -> String {
    let joined = |parts: &[Condition], word: &str| {
        let parts: Vec<String> = parts.iter().map(within).collect();
        parts.join(word)
    };
    match condition {
        Condition::All(parts) => joined(parts, " and "),
        Condition::Any(parts) => joined(parts, " or "),
        Condition::Not(part) => format!("not {}", within(part)),
        Condition::Rule(rule) => rule_words(rule),
    }
}

fn within(part: &Condition) -> String {
    match part {
        Condition::All(parts) | Condition::Any(parts) if parts.len() > 1 => {
            format!("({})", condition_words(part))
        }
        part => condition_words(part),
    }
}

fn rule_words(rule: &Rule) -> String {
    let pair = |what: &str, pair: &Pair| match &pair.value {
        Some(value) => format!("with the {what} {} = {value}", pair.key),
        None => format!("with the {what} {}", pair.key),
    };
    let input = |key: &str, value: Option<String>| match value {
        Some(value) => format!("with the input {key} = {value}"),
        None => format!("with the input {key}"),
    };
    match rule {
        Rule::IsEntityKind(kinds) => format!("of kind {}", kinds.join(" or ")),
        Rule::IsEntityOwner(claims) => format!("owned by {}", people(claims)),
        Rule::HasAnnotation(it) => pair("annotation", it),
        Rule::HasLabel(it) => pair("label", it),
        Rule::HasMetadata(it) => pair("metadata", it),
        Rule::HasSpec(it) => pair("spec", it),
        Rule::HasTag(tag) => format!("with the tag {tag}"),
        Rule::HasActionId(id) => format!("the action {id}"),
        Rule::HasProperty(key) => input(key, None),
        Rule::HasBooleanProperty(key, value) => input(key, value.map(|it| it.to_string())),
        Rule::HasNumberProperty(key, value) => input(key, value.as_ref().map(ToString::to_string)),
        Rule::HasStringProperty(it) => input(&it.key, it.value.clone()),
        Rule::IsTaskOwner(refs) => format!("started by {}", people(refs)),
        Rule::HasTemplateEntityRefs(refs) => format!("of {}", refs.join(" or ")),
    }
}

fn people(refs: &[String]) -> String {
    let said = refs.iter().map(|it| match it.as_str() {
        "$currentUser" => "themselves",
        "$ownerRefs" => "them or their groups",
        other => other,
    });
    said.collect::<Vec<_>>().join(" or ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use app::routes::Permission;
    use serde_json::json;

    #[test]
    fn a_grant_is_told_in_words() {
        let owner = json!({ "rule": "IS_ENTITY_OWNER", "params": { "claims": ["$ownerRefs"] } });
        let kind = json!({ "rule": "IS_ENTITY_KIND", "params": { "kinds": ["API", "Group"] } });
        let label = json!({ "rule": "HAS_LABEL", "params": { "label": "secret", "value": "yes" } });
        let check = |condition: Option<serde_json::Value>, expected: &str| {
            let condition = condition.map(|it| Condition::read(&it, None).unwrap());
            let permissions = vec![
                Permission::CatalogEntityRead,
                Permission::CatalogEntityDelete,
            ];
            let told = grant(&Grant {
                permissions,
                condition,
            });
            assert_eq!(told, format!("see entities, delete entities{expected}"));
        };
        check(None, "");
        check(Some(owner.clone()), ": owned by them or their groups");
        check(
            Some(json!({ "allOf": [{ "anyOf": [owner, kind] }, { "not": label }] })),
            ": (owned by them or their groups or of kind API or Group) and not with the label secret = yes",
        );
    }
}

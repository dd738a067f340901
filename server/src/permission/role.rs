//! Roles as JSON: as programs send them and are given them, and as they are kept.

use super::condition::{Condition, Fault};
use super::grant::{fitting, permissions_of};
use crate::clock::rfc3339_millis;
use crate::config::{Grant, Made, Origin, Role};
use crate::store::StoredRole;
use app::catalog::{EntityRef, RefDefaults};
use app::permission::roles::{NAME, SIGNS, is_of_name};
use app::routes::Permission;
use app::viewer::SignInClaim;
use serde_json::{Map, Value, json};

/// Of a description, a reference and a claim, in characters.
const DESCRIPTION: usize = 500;
const TEXT: usize = 300;
/// Of one role.
const MEMBERS: usize = 200;
const CLAIMS: usize = 50;
const GRANTS: usize = 50;
const NAMES: usize = 50;
/// Of one role as it is kept, in bytes.
const DOCUMENT: usize = 64 * 1024;
/// The words that stand for people who are not named.
const SIGNED_IN: &str = "signed-in";
const GUESTS: &str = "guests";
/// What a role may say.
const FIELDS: [&str; 5] = ["name", "description", "members", "claims", "grants"];

/// Reads a role that is to be made or changed.
///
/// # Errors
/// All that is wrong with it, each with its place, such as `grants[0].conditions.anyOf[1]`.
pub fn read_role(value: &Value) -> Result<Role, Vec<Fault>> {
    let mut reading = Reading::default();
    let Value::Object(fields) = value else {
        reading.fault("", "must be an object");
        return Err(reading.faults);
    };
    if let Some(other) = fields.keys().find(|key| !FIELDS.contains(&key.as_str())) {
        reading.fault(
            other,
            &format!("is no field of a role; these are {}", FIELDS.join(", ")),
        );
    }
    let mut role = Role {
        name: reading.name(fields),
        description: reading.description(fields),
        ..Role::default()
    };
    reading.members(fields, &mut role);
    role.claims = reading.claims(fields);
    role.grants = reading.grants(fields);
    let of_members =
        |fault: &Fault| fault.path.starts_with("members") || fault.path.starts_with("claims");
    if role.is_nobodys() && !reading.faults.iter().any(of_members) {
        reading.fault("members", "is empty, so nobody would have the role");
    }
    if reading.faults.is_empty() && document(&role).to_string().len() > DOCUMENT {
        reading.fault("grants", "are more than 64 kB; make several roles of them");
    }
    if reading.faults.is_empty() {
        Ok(role)
    } else {
        Err(reading.faults)
    }
}

/// A role that is kept; none when this release cannot read it: then it grants nothing.
pub fn stored_role(stored: &StoredRole) -> Option<Role> {
    let value: Value = serde_json::from_str(&stored.document).unwrap_or_default();
    match read_role(&value) {
        Ok(role) => Some(Role {
            origin: Origin::Made(Made {
                version: stored.version,
                at: stored.changed_at,
                by: stored.changed_by.clone(),
            }),
            ..role
        }),
        Err(faults) => {
            let fault = faults.first().map(ToString::to_string);
            tracing::warn!(
                role = stored.key,
                fault,
                "a role cannot be read, so it grants nothing"
            );
            None
        }
    }
}

/// What is kept of a role.
pub(super) fn document(role: &Role) -> Value {
    let grants = role.grants.iter().map(|grant| {
        let names = grant.permissions.iter().map(|it| it.name());
        let mut value = json!({ "permissions": names.collect::<Vec<_>>() });
        if let Some(condition) = &grant.condition {
            value["conditions"] = condition.to_json();
        }
        value
    });
    let words = [(role.signed_in, SIGNED_IN), (role.guests, GUESTS)];
    let words = words.into_iter().filter(|(is_said, _)| *is_said);
    let words = words.map(|(_, word)| word.to_owned());
    let members = words.chain(role.members.iter().map(EntityRef::to_string));
    json!({
        "name": role.name,
        "description": role.description,
        "members": members.collect::<Vec<_>>(),
        "claims": role.claims.iter().map(SignInClaim::to_string).collect::<Vec<_>>(),
        "grants": grants.collect::<Vec<_>>(),
    })
}

/// A role as programs are given it.
pub fn role_json(role: &Role) -> Value {
    let mut value = document(role);
    value["source"] = match &role.origin {
        Origin::Configuration => "configuration",
        Origin::Standard => "standard",
        Origin::Made(_) => "portal",
    }
    .into();
    if let Origin::Made(made) = &role.origin {
        value["version"] = made.version.into();
        value["changedAt"] = rfc3339_millis(made.at).into();
        value["changedBy"] = made.by.as_str().into();
    }
    value
}

/// Reads, and remembers what is wrong.
#[derive(Default)]
struct Reading {
    faults: Vec<Fault>,
}

impl Reading {
    fn fault(&mut self, path: &str, message: &str) {
        self.faults.push(Fault {
            path: path.to_owned(),
            message: message.to_owned(),
        });
    }

    fn name(&mut self, fields: &Map<String, Value>) -> String {
        let name = fields.get("name").and_then(Value::as_str);
        let name = name.unwrap_or_default().trim();
        if name.is_empty() {
            self.fault("name", "is missing");
        } else if name.chars().count() > NAME {
            self.fault("name", &format!("is longer than {NAME} characters"));
        } else if let Some(other) = name.chars().find(|it| !is_of_name(*it)) {
            let other = other.escape_default();
            let message = format!(
                "holds '{other}'; it is made of letters, digits, spaces and {}",
                SIGNS.trim()
            );
            self.fault("name", &message);
        }
        name.to_owned()
    }

    fn description(&mut self, fields: &Map<String, Value>) -> String {
        let text = match fields.get("description") {
            None | Some(Value::Null) => "",
            Some(Value::String(text)) => text.trim(),
            Some(_) => {
                self.fault("description", "must be a text");
                ""
            }
        };
        if text.chars().count() > DESCRIPTION {
            self.fault(
                "description",
                &format!("is longer than {DESCRIPTION} characters"),
            );
        }
        text.to_owned()
    }

    /// The texts of a list, each with its place.
    fn texts<'a>(
        &mut self,
        value: Option<&'a Value>,
        path: &str,
        most: usize,
    ) -> Vec<(String, &'a str)> {
        let items = match value {
            None | Some(Value::Null) => return Vec::new(),
            Some(Value::Array(items)) if items.len() <= most => items,
            Some(Value::Array(_)) => {
                self.fault(path, &format!("holds more than {most}"));
                return Vec::new();
            }
            Some(_) => {
                self.fault(path, "must be a list of texts");
                return Vec::new();
            }
        };
        let mut texts = Vec::new();
        for (at, item) in items.iter().enumerate() {
            let path = format!("{path}[{at}]");
            match item.as_str() {
                Some(text) if text.chars().count() <= TEXT => texts.push((path, text.trim())),
                Some(_) => self.fault(&path, &format!("is longer than {TEXT} characters")),
                None => self.fault(&path, "must be a text"),
            }
        }
        texts
    }

    fn members(&mut self, fields: &Map<String, Value>, role: &mut Role) {
        for (path, text) in self.texts(fields.get("members"), "members", MEMBERS) {
            match text {
                SIGNED_IN => role.signed_in = true,
                GUESTS => role.guests = true,
                text => match person(text) {
                    Some(member) if role.members.contains(&member) => {}
                    Some(member) => role.members.push(member),
                    None => self.fault(
                        &path,
                        &format!("is '{text}'; it should be a person or a group such as user:default/alice"),
                    ),
                },
            }
        }
    }

    fn claims(&mut self, fields: &Map<String, Value>) -> Vec<SignInClaim> {
        let mut claims = Vec::new();
        for (path, text) in self.texts(fields.get("claims"), "claims", CLAIMS) {
            match SignInClaim::parse(text) {
                Some(claim) if claims.contains(&claim) => {}
                Some(claim) => claims.push(claim),
                None => self.fault(
                    &path,
                    &format!("is '{text}'; it should be a claim and its value such as roles=admin"),
                ),
            }
        }
        claims
    }

    fn grants(&mut self, fields: &Map<String, Value>) -> Vec<Grant> {
        let grants = match fields.get("grants") {
            Some(Value::Array(grants)) if grants.len() > GRANTS => {
                self.fault("grants", &format!("are more than {GRANTS}"));
                return Vec::new();
            }
            Some(Value::Array(grants)) if !grants.is_empty() => grants,
            _ => {
                self.fault("grants", "must be a list, with one at least");
                return Vec::new();
            }
        };
        let read = |(at, grant)| self.grant(&format!("grants[{at}]"), grant);
        grants.iter().enumerate().filter_map(read).collect()
    }

    fn grant(&mut self, path: &str, grant: &Value) -> Option<Grant> {
        let Value::Object(fields) = grant else {
            self.fault(path, "must be an object");
            return None;
        };
        let known = ["permissions", "conditions"];
        if let Some(other) = fields.keys().find(|key| !known.contains(&key.as_str())) {
            self.fault(
                &format!("{path}.{other}"),
                "is no field of a grant; these are permissions and conditions",
            );
        }
        let at = format!("{path}.permissions");
        let names = self.texts(fields.get("permissions"), &at, NAMES);
        let before = self.faults.len();
        let mut permissions: Vec<Permission> = Vec::new();
        for (path, name) in &names {
            let meant = permissions_of(name);
            if meant.is_empty() {
                self.fault(
                    path,
                    &format!("names '{name}', which is no permission of Callboard"),
                );
            }
            for permission in meant {
                if !permissions.contains(&permission) {
                    permissions.push(permission);
                }
            }
        }
        if names.is_empty() && self.faults.len() == before {
            self.fault(&at, "should name one permission at least");
        }
        let condition = match fields.get("conditions") {
            None | Some(Value::Null) => None,
            Some(value) => {
                let at = format!("{path}.conditions");
                let condition = Condition::read(value, None).map_err(|fault| {
                    let within = match fault.path.as_str() {
                        "" => at.clone(),
                        path => format!("{at}.{path}"),
                    };
                    (within, fault.message)
                });
                let is_wild = names.iter().any(|(_, name)| name.contains('*'));
                let fits = |condition: Condition| match fitting(&permissions, is_wild, &condition) {
                    Ok(fitting) => Ok((fitting, condition)),
                    Err(_) if permissions.is_empty() => Ok((Vec::new(), condition)),
                    Err(message) => Err((at.clone(), message)),
                };
                match condition.and_then(fits) {
                    Ok((fitting, condition)) => {
                        permissions = fitting;
                        Some(condition)
                    }
                    Err((path, message)) => {
                        self.fault(&path, &message);
                        return None;
                    }
                }
            }
        };
        (!permissions.is_empty()).then_some(Grant {
            permissions,
            condition,
        })
    }
}

/// A reference to a person or a group.
fn person(text: &str) -> Option<EntityRef> {
    let parsed = EntityRef::parse(text, RefDefaults::default()).ok()?;
    ["user", "group"]
        .iter()
        .any(|kind| parsed.kind.eq_ignore_ascii_case(kind))
        .then_some(parsed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn role() -> Value {
        json!({
            "name": "Stage hands", "description": "They move things.",
            "members": ["signed-in", "group:default/Crew"], "claims": ["roles=stage"],
            "grants": [{ "permissions": ["catalog.entity.read", "catalog.entity.refresh"],
                         "conditions": { "rule": "IS_ENTITY_OWNER", "resourceType": "catalog-entity",
                                         "params": { "claims": ["$ownerRefs"] } } },
                       { "permissions": ["scaffolder.task.create"] }],
        })
    }

    #[test]
    fn a_role_is_kept_as_it_was_sent() {
        let sent = role();
        let read = read_role(&sent).unwrap();
        let mut expected = sent;
        expected["members"][1] = json!("group:default/crew");
        assert_eq!(document(&read), expected);
        assert_eq!(read_role(&document(&read)).unwrap(), read);
        let given = role_json(&read);
        assert_eq!(given["source"], "configuration");
        assert_eq!(given["version"], Value::Null);
    }

    #[test]
    fn a_name_with_a_star_means_what_the_condition_can_be_about() {
        let mut sent = role();
        sent["grants"][0]["permissions"] = json!(["catalog.*"]);
        let read = read_role(&sent).unwrap();
        assert_eq!(read.grants[0].permissions.len(), 3);
    }

    #[test]
    fn all_that_is_wrong_is_told_with_its_place() {
        let check = |change: &dyn Fn(&mut Value), expected: &[(&str, &str)]| {
            let mut sent = role();
            change(&mut sent);
            let faults = read_role(&sent).unwrap_err();
            let paths: Vec<&str> = faults.iter().map(|fault| fault.path.as_str()).collect();
            let wanted: Vec<&str> = expected.iter().map(|(path, _)| *path).collect();
            assert_eq!(paths, wanted, "{faults:?}");
            for (fault, (_, said)) in faults.iter().zip(expected) {
                assert!(fault.message.contains(said), "{fault:?}");
            }
        };
        check(&|it| *it = json!([]), &[("", "an object")]);
        check(&|it| it["name"] = json!(" "), &[("name", "missing")]);
        check(&|it| it["name"] = json!("x".repeat(81)), &[("name", "80")]);
        check(&|it| it["name"] = json!("a/b"), &[("name", "'/'")]);
        check(&|it| it["name"] = json!("a\u{202e}b"), &[("name", "202e")]);
        check(&|it| it["colour"] = json!("red"), &[("colour", "no field")]);
        check(
            &|it| it["members"] = json!(["component:a", 7]),
            &[("members[1]", "a text"), ("members[0]", "component:a")],
        );
        check(
            &|it| it["claims"] = json!(["roles"]),
            &[("claims[0]", "roles=admin")],
        );
        check(
            &|it| it["members"] = json!(vec!["signed-in"; 201]),
            &[("members", "200")],
        );
        check(
            &|it| it["grants"] = json!([]),
            &[("grants", "one at least")],
        );
        check(
            &|it| it["grants"][1]["permissions"] = json!(["kubernetes.proxy"]),
            &[("grants[1].permissions[0]", "no permission of Callboard")],
        );
        check(
            &|it| it["grants"][0]["conditions"] = json!({ "anyOf": [{ "rule": "IS_OWNER" }] }),
            &[("grants[0].conditions.anyOf[0]", "no rule IS_OWNER")],
        );
        check(
            &|it| it["grants"][1]["conditions"] = it["grants"][0]["conditions"].clone(),
            &[("grants[1].conditions", "about a catalog-entity")],
        );
        check(
            &|it| {
                it["members"] = json!([]);
                it["claims"] = json!([]);
            },
            &[("members", "nobody")],
        );
        let huge = json!({ "rule": "HAS_LABEL", "params": { "label": "x".repeat(70_000) } });
        check(
            &|it| it["grants"][0]["conditions"] = huge.clone(),
            &[("grants", "64 kB")],
        );
        let mut deep = json!({ "rule": "HAS_LABEL", "params": { "label": "x" } });
        for _ in 0..40 {
            deep = json!({ "not": deep });
        }
        let deep = move |it: &mut Value| it["grants"][0]["conditions"] = deep.clone();
        let place = format!("grants[0].conditions{}", ".not".repeat(32));
        check(&deep, &[(&place, "nested")]);
    }
}

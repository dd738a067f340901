//! `permission`: who may do what.

use app::catalog::{EntityRef, RefDefaults};
use app::routes::Permission;

use crate::config::section::Section;
use crate::permission::{Condition, resource_of};

#[derive(Debug, Clone, Default, PartialEq)]
pub struct PermissionSettings {
    /// `enabled`: whether anybody is asked what they may do. Default false: whoever has signed in may do
    /// everything.
    pub enabled: bool,
    /// `rbac.admin.users` and `rbac.admin.superUsers`: those who may do everything, people and groups.
    pub administrators: Vec<EntityRef>,
    /// `roles`: who may do what; None for the policy that holds where nothing is said.
    pub roles: Option<Vec<Role>>,
}

/// An entry of `permission.roles`.
#[derive(Debug, Clone, PartialEq)]
pub struct Role {
    /// `name`: what explanations call it.
    pub name: String,
    /// `members` and `claims`: the people and groups that have it.
    pub members: Vec<EntityRef>,
    /// `signed-in` among the members: everybody who has signed in.
    pub signed_in: bool,
    /// `guests` among the members: whoever has not.
    pub guests: bool,
    pub grants: Vec<Grant>,
}

/// Something that a role lets do.
#[derive(Debug, Clone, PartialEq)]
pub struct Grant {
    /// `permissions` or `permission`: never empty.
    pub permissions: Vec<Permission>,
    /// `conditions`: of which resources; all without it.
    pub condition: Option<Condition>,
}

impl PermissionSettings {
    pub(super) fn read(root: &Section<'_>) -> Self {
        let Some(section) = root.section("permission") else {
            return Self::default();
        };
        let mut administrators = Vec::new();
        for key in ["rbac.admin.users", "rbac.admin.superUsers"] {
            for entry in section.sections(key).unwrap_or_default() {
                let name = entry.required_string("name");
                administrators.extend(name.and_then(|name| member(&entry, "name", &name)));
            }
        }
        let roles = section.sections("roles");
        let settings = Self {
            enabled: section.boolean("enabled").unwrap_or_default(),
            administrators,
            roles: roles.map(|roles| roles.iter().filter_map(Role::read).collect()),
        };
        if settings.enabled && settings.administrators.is_empty() {
            section.warn(
                "enabled",
                "is true and nobody is an administrator; name somebody in \
                 'permission.rbac.admin.users', or nobody can see to what goes wrong",
            );
        }
        settings
    }
}

impl Role {
    fn read(section: &Section<'_>) -> Option<Self> {
        let name = section.required_string("name");
        let mut role = Self {
            name: String::new(),
            members: Vec::new(),
            signed_in: false,
            guests: false,
            grants: Vec::new(),
        };
        for key in ["members", "claims"] {
            for (at, text) in section.strings(key).unwrap_or_default().iter().enumerate() {
                match text.as_str() {
                    "signed-in" => role.signed_in = true,
                    "guests" => role.guests = true,
                    text => role
                        .members
                        .extend(member(section, &format!("{key}[{at}]"), text)),
                }
            }
        }
        let grants = section.sections("grants").unwrap_or_default();
        role.grants = grants.iter().filter_map(Grant::read).collect();
        if role.grants.is_empty() {
            section.warn("grants", "is empty, so the role lets nobody do anything");
        }
        if role.members.is_empty() && !role.signed_in && !role.guests {
            section.warn("members", "is empty, so nobody has the role");
        }
        role.name = name?;
        Some(role)
    }
}

impl Grant {
    fn read(section: &Section<'_>) -> Option<Self> {
        let key = if section.node("permission").is_some() {
            "permission"
        } else {
            "permissions"
        };
        let names = match key {
            "permission" => section.string(key).into_iter().collect(),
            _ => section.strings(key).unwrap_or_default(),
        };
        let mut permissions = Vec::new();
        for name in &names {
            let meant = permissions_of(name);
            if meant.is_empty() {
                let reason = format!(
                    "names '{name}', which is no permission of Callboard; it grants nothing"
                );
                section.warn(key, &reason);
            }
            permissions.extend(meant);
        }
        if names.is_empty() {
            section.refuse("permissions", "should name one permission at least");
        }
        let condition = match section.value("conditions") {
            None => None,
            Some(value) => {
                let condition = match Condition::read(&value, None) {
                    Ok(condition) => condition,
                    Err(fault) => {
                        let key = match fault.path.as_str() {
                            "" => "conditions".to_owned(),
                            path => format!("conditions.{path}"),
                        };
                        section.refuse(&key, &fault.message);
                        return None;
                    }
                };
                let resources: Vec<_> = condition
                    .rules()
                    .iter()
                    .map(|rule| rule.resource())
                    .collect();
                let (first, others) = resources.split_first()?;
                if let Some(other) = others.iter().find(|other| *other != first) {
                    let reason = format!(
                        "asks for a {} and a {} at once, which nothing is; make two grants of it",
                        first.name(),
                        other.name()
                    );
                    section.refuse("conditions", &reason);
                    return None;
                }
                let asked = permissions.len();
                permissions.retain(|permission| resource_of(*permission) == Some(*first));
                let is_wild = names.iter().any(|name| name.contains('*'));
                if permissions.is_empty() || (permissions.len() < asked && !is_wild) {
                    let reason = format!(
                        "are about a {}, but not every permission of this grant is; grant the others by \
                         themselves",
                        first.name()
                    );
                    section.refuse("conditions", &reason);
                    return None;
                }
                Some(condition)
            }
        };
        (!permissions.is_empty()).then_some(Self {
            permissions,
            condition,
        })
    }
}

/// The permissions of that name, or of a beginning such as `catalog.*`.
fn permissions_of(name: &str) -> Vec<Permission> {
    let all = Permission::ALL.into_iter();
    let all = all.filter(|permission| *permission != Permission::Public);
    match name.strip_suffix('*') {
        Some(beginning) => all
            .filter(|permission| permission.name().starts_with(beginning))
            .collect(),
        None => all.filter(|permission| permission.name() == name).collect(),
    }
}

fn member(section: &Section<'_>, key: &str, text: &str) -> Option<EntityRef> {
    let parsed = EntityRef::parse(text, RefDefaults::default()).ok();
    let is_person = |it: &EntityRef| {
        it.kind.eq_ignore_ascii_case("user") || it.kind.eq_ignore_ascii_case("group")
    };
    let found = parsed.filter(is_person);
    if found.is_none() {
        let reason = format!(
            "is '{text}', should be a person or a group such as user:default/alice, or one of the words \
             signed-in and guests"
        );
        section.refuse(key, &reason);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::load::tests::load_text;

    #[test]
    fn roles_say_who_may_do_what() {
        let text = "
permission:
  enabled: true
  rbac:
    admin:
      users: [{name: 'user:default/alice'}]
      superUsers: [{name: 'group:default/admins'}]
  roles:
    - name: readers
      members: [signed-in, group:default/partners]
      grants:
        - permission: catalog.entity.read
          conditions:
            anyOf:
              - {rule: IS_ENTITY_OWNER, resourceType: catalog-entity, params: {claims: [$ownerRefs]}}
              - {rule: IS_ENTITY_KIND, params: {kinds: [API]}}
        - permissions: [catalog.location.*, policy-entity.read]
";
        let loaded = load_text(text).unwrap();
        let settings = loaded.config.permission;
        assert!(settings.enabled);
        let names: Vec<String> = settings
            .administrators
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(names, ["user:default/alice", "group:default/admins"]);
        let roles = settings.roles.unwrap();
        let [role] = roles.as_slice() else {
            panic!("one role");
        };
        assert!(role.signed_in && !role.guests);
        assert_eq!(role.members.len(), 1);
        assert_eq!(role.grants[0].permissions, [Permission::CatalogEntityRead]);
        assert_eq!(role.grants[0].condition.as_ref().unwrap().rules().len(), 2);
        assert_eq!(role.grants[1].permissions.len(), 4);
        let warned: Vec<&str> = loaded.warnings.iter().map(|it| it.path.as_str()).collect();
        assert_eq!(warned, ["permission.roles[0].grants[1].permissions"]);
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        let check = |grant: &str, path: &str, said: &str| {
            let text = format!(
                "permission:\n  roles:\n    - name: x\n      members: [signed-in]\n      grants:\n        - {grant}\n"
            );
            let error = load_text(&text).unwrap_err();
            let problem = &error.problems[0];
            assert_eq!(
                problem.path,
                format!("permission.roles[0].grants[0].{path}")
            );
            assert!(problem.message.contains(said), "{}", problem.message);
            assert_eq!(problem.line, Some(6));
        };
        check(
            "{permission: catalog.entity.read, conditions: {allOf: [{rule: IS_ENTITY_KIND}]}}",
            "conditions.allOf[0]",
            "needs params.kinds",
        );
        check(
            "{permission: catalog.location.create, conditions: {rule: HAS_LABEL, params: {label: x}}}",
            "conditions",
            "about a catalog-entity",
        );
        check("{conditions: {}}", "permissions", "one permission at least");
        let text = "permission: {roles: [{name: x, members: ['component:a'], grants: []}]}";
        let error = load_text(text).unwrap_err();
        assert_eq!(error.problems[0].path, "permission.roles[0].members[0]");
    }

    #[test]
    fn permissions_without_an_administrator_are_told_of() {
        let loaded = load_text("permission: {enabled: true}").unwrap();
        assert_eq!(loaded.warnings[0].path, "permission.enabled");
        assert_eq!(loaded.config.permission.roles, None);
    }
}

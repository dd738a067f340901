//! `permission`: who may do what.

use app::catalog::{EntityRef, RefDefaults};
use app::routes::Permission;
use app::viewer::SignInClaim;

use crate::clock::Millis;
use crate::config::section::Section;
use crate::permission::{Condition, fitting, permissions_of};

/// Claims that are kept of each sign-in.
const MOST_CLAIMS: usize = 10;

#[derive(Debug, Clone, Default, PartialEq)]
pub struct PermissionSettings {
    /// `enabled`: whether anybody is asked what they may do. Default false: whoever has signed in may do
    /// everything.
    pub enabled: bool,
    /// `rbac.admin.users` and `rbac.admin.superUsers`: those who may do everything, people and groups.
    pub administrators: Vec<EntityRef>,
    /// `roles`: who may do what; None for the policy that holds where nothing is said.
    pub roles: Option<Vec<Role>>,
    /// `claims`: the claims of providers that are kept when somebody signs in, by which roles can be given.
    pub claims: Vec<String>,
}

/// Where a role comes from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Origin {
    #[default]
    Configuration,
    /// It is of the policy that holds where no roles are configured.
    Standard,
    /// It was made in the portal.
    Made(Made),
}

/// How a role was last changed in the portal.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Made {
    /// Whoever changes it says which version they have seen.
    pub version: i64,
    pub at: Millis,
    /// A reference.
    pub by: String,
}

/// An entry of `permission.roles`, or a role that was made in the portal.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Role {
    pub origin: Origin,
    /// `name`: what explanations call it.
    pub name: String,
    /// `description`: what it is for.
    pub description: String,
    /// `members` and `claims`: the people and groups that have it.
    pub members: Vec<EntityRef>,
    /// The same, as `name=value`: those of whom their provider claims that.
    pub claims: Vec<SignInClaim>,
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
            claims: section.strings("claims").unwrap_or_default(),
        };
        settings.check_claims(&section);
        if settings.enabled && settings.administrators.is_empty() {
            section.warn(
                "enabled",
                "is true and nobody is an administrator; name somebody in \
                 'permission.rbac.admin.users', or nobody can see to what goes wrong",
            );
        }
        settings
    }

    /// A role is given by claims that are kept, or by none.
    fn check_claims(&self, section: &Section<'_>) {
        if self.claims.len() > MOST_CLAIMS {
            let reason =
                format!("names more than {MOST_CLAIMS} claims, which is the most that are kept");
            section.refuse("claims", &reason);
        }
        let roles = self.roles.iter().flatten();
        let given = roles.flat_map(|role| role.claims.iter().map(move |claim| (role, claim)));
        for (role, claim) in given.filter(|(_, claim)| !self.claims.contains(&claim.name)) {
            let reason = format!(
                "gives '{}' by the claim '{claim}', which is not kept; name '{}' in 'permission.claims'",
                role.name, claim.name
            );
            section.warn("roles", &reason);
        }
    }
}

impl Role {
    fn read(section: &Section<'_>) -> Option<Self> {
        let name = section.required_string("name");
        let mut role = Self {
            description: section.string("description").unwrap_or_default(),
            ..Self::default()
        };
        for key in ["members", "claims"] {
            for (at, text) in section.strings(key).unwrap_or_default().iter().enumerate() {
                match text.as_str() {
                    "signed-in" => role.signed_in = true,
                    "guests" => role.guests = true,
                    text if text.contains('=') => match SignInClaim::parse(text) {
                        Some(claim) => role.claims.push(claim),
                        None => section.refuse(
                            &format!("{key}[{at}]"),
                            &format!(
                                "is '{text}', should be a claim and its value such as roles=admin"
                            ),
                        ),
                    },
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
        if role.is_nobodys() {
            section.warn("members", "is empty, so nobody has the role");
        }
        role.name = name?;
        Some(role)
    }

    /// Whether nobody can have it.
    pub fn is_nobodys(&self) -> bool {
        let by_name = !self.members.is_empty() || !self.claims.is_empty();
        !by_name && !self.signed_in && !self.guests
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
                let is_wild = names.iter().any(|name| name.contains('*'));
                match fitting(&permissions, is_wild, &condition) {
                    Ok(fitting) => permissions = fitting,
                    Err(reason) => {
                        section.refuse("conditions", &reason);
                        return None;
                    }
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

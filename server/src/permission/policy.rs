//! The policy of an installation: what somebody may do.

use super::condition::Condition;
use super::rule::Resource;
use super::standard;
use crate::config::{Config, Grant, Role};
use app::catalog::EntityRef;
use app::error::ApiError;
use app::routes::Permission;
use app::viewer::Viewer;
use serde_json::Value;

/// What programs with a token count as, in the place of a kind.
const PROGRAM: &str = "external";

/// Whether somebody may do something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    Allow,
    Deny,
    /// To those resources of which it holds.
    If(Condition),
}

/// Decides. The default lets everybody do everything.
#[derive(Debug, Clone, Default)]
pub struct Policy {
    /// None where nobody is asked.
    rules: Option<Rules>,
    /// Whoever has not signed in may do no more than read.
    guests_only_read: bool,
    /// What a group owns belongs to the members of the groups within it, too.
    inherits_ownership: bool,
}

#[derive(Debug, Clone)]
struct Rules {
    administrators: Vec<EntityRef>,
    roles: Vec<Role>,
}

/// A grant that somebody has, with the role that it is of and its number there.
#[derive(Debug, Clone, Copy)]
pub struct Granted<'a> {
    pub role: &'a Role,
    pub number: usize,
    pub grant: &'a Grant,
}

/// What a permission is about, where it is about one thing of many.
pub fn resource_of(permission: Permission) -> Option<Resource> {
    match permission {
        Permission::CatalogEntityRead
        | Permission::CatalogEntityDelete
        | Permission::CatalogEntityRefresh => Some(Resource::CatalogEntity),
        Permission::ScaffolderParameterRead | Permission::ScaffolderStepRead => {
            Some(Resource::ScaffolderTemplate)
        }
        Permission::ScaffolderActionExecute => Some(Resource::ScaffolderAction),
        Permission::ScaffolderTaskRead | Permission::ScaffolderTaskCancel => {
            Some(Resource::ScaffolderTask)
        }
        _ => None,
    }
}

impl Policy {
    /// What the configuration says.
    pub fn of(config: &Config) -> Self {
        let settings = &config.permission;
        let rules = settings.enabled.then(|| Rules {
            administrators: settings.administrators.clone(),
            roles: settings.roles.clone().unwrap_or_else(standard::roles),
        });
        Self {
            rules,
            guests_only_read: config.auth.environment != "development",
            inherits_ownership: config.auth.inherits_ownership,
        }
    }

    /// Whether what a group owns belongs to the members of the groups within it, too.
    pub fn inherits_ownership(&self) -> bool {
        self.inherits_ownership
    }

    /// Whether anybody is asked what they may do.
    pub fn is_enabled(&self) -> bool {
        self.rules.is_some()
    }

    /// Whether nobody can be kept from seeing anything.
    pub(crate) fn shows_everything(&self) -> bool {
        self.rules.is_none()
    }

    /// What somebody may do.
    pub fn decide(&self, viewer: &Viewer, permission: Permission) -> Decision {
        if let Some(decision) = self.beforehand(viewer, permission) {
            return if decision {
                Decision::Allow
            } else {
                Decision::Deny
            };
        }
        let mut conditions = Vec::new();
        for granted in self.granted(viewer, permission) {
            match &granted.grant.condition {
                None => return Decision::Allow,
                Some(condition) => conditions.push(condition.resolved(viewer)),
            }
        }
        match conditions.len() {
            0 => Decision::Deny,
            1 => Decision::If(conditions.swap_remove(0)),
            _ => Decision::If(Condition::Any(conditions)),
        }
    }

    /// Whether somebody may do it at all, be it to some things only.
    pub fn may_at_all(&self, viewer: &Viewer, permission: Permission) -> bool {
        self.beforehand(viewer, permission)
            .unwrap_or_else(|| self.granted(viewer, permission).next().is_some())
    }

    /// Whether somebody may do it to a resource, as JSON.
    pub fn may_to(&self, viewer: &Viewer, permission: Permission, resource: &Value) -> bool {
        match self.decide(viewer, permission) {
            Decision::Allow => true,
            Decision::Deny => false,
            Decision::If(condition) => condition.apply(resource),
        }
    }

    /// Whether somebody sees to everything here.
    pub fn is_administrator(&self, viewer: &Viewer) -> bool {
        let rules = self.rules.as_ref();
        rules.is_some_and(|rules| viewer.is_among(&rules.administrators))
    }

    /// What is decided without looking at any role.
    fn beforehand(&self, viewer: &Viewer, permission: Permission) -> Option<bool> {
        // Tokens have restrictions of their own, and what needs one is asked for elsewhere.
        let is_program = viewer.user_ref.kind == PROGRAM;
        let is_elsewhere = matches!(
            permission,
            Permission::Public | Permission::MetricsRead | Permission::CatalogEntityCreate
        );
        if is_program || is_elsewhere {
            return Some(true);
        }
        if self.guests_only_read && viewer.guest && permission.action() != Some("read") {
            return Some(false);
        }
        let Some(rules) = &self.rules else {
            return Some(true);
        };
        if viewer.is_among(&rules.administrators) {
            return Some(true);
        }
        // What is kept of somebody alone is theirs.
        (permission == Permission::UserSettingsUpdate).then_some(true)
    }

    /// The grants of a permission that somebody has.
    pub fn granted<'a>(
        &'a self,
        viewer: &'a Viewer,
        permission: Permission,
    ) -> impl Iterator<Item = Granted<'a>> {
        let roles = self.rules.iter().flat_map(|rules| &rules.roles);
        let roles = roles.filter(|role| self.has(viewer, role));
        let granted = roles.flat_map(|role| {
            let grants = role.grants.iter().enumerate();
            grants.map(move |(number, grant)| Granted {
                role,
                number,
                grant,
            })
        });
        granted.filter(move |granted| granted.grant.permissions.contains(&permission))
    }

    fn has(&self, viewer: &Viewer, role: &Role) -> bool {
        // The guest of a development start is a person of the example organisation like any other.
        let is_guest = viewer.guest && self.guests_only_read;
        (role.signed_in && !is_guest)
            || (role.guests && viewer.guest)
            || viewer.is_among(&role.members)
    }
}

/// The error for what somebody may not do.
pub fn refused(viewer: &Viewer, permission: Permission) -> ApiError {
    let why = if viewer.guest {
        "sign in, or ask whoever runs Callboard"
    } else {
        "whoever runs Callboard can grant it"
    };
    ApiError::Forbidden(format!(
        "{} may not do this: it needs {}, and no role of theirs grants it here; {why}.",
        viewer.display_name,
        permission.name()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::load::tests::load_text;
    use serde_json::json;

    fn policy(text: &str) -> Policy {
        Policy::of(&load_text(text).unwrap().config)
    }

    fn viewer(user: &str, groups: &[&str]) -> Viewer {
        let user_ref: EntityRef = user.parse().unwrap();
        let mut ownership = vec![user_ref.clone()];
        ownership.extend(groups.iter().map(|group| group.parse().unwrap()));
        Viewer {
            display_name: user_ref.name.clone(),
            user_ref,
            ownership,
            guest: false,
        }
    }

    fn guest() -> Viewer {
        Viewer {
            guest: true,
            ..viewer("user:default/guest", &[])
        }
    }

    #[test]
    fn without_permissions_the_signed_in_may_do_everything_and_a_guest_in_production_reads() {
        for environment in ["development", "production"] {
            let policy = policy(&format!("auth: {{environment: {environment}}}"));
            for permission in Permission::ALL {
                let ada = viewer("user:default/ada", &[]);
                assert_eq!(policy.decide(&ada, permission), Decision::Allow);
            }
            let delete = policy.decide(&guest(), Permission::CatalogEntityDelete);
            assert_eq!(delete == Decision::Allow, environment == "development");
            let read = policy.decide(&guest(), Permission::CatalogEntityRead);
            assert_eq!(read, Decision::Allow);
        }
    }

    #[test]
    fn where_no_roles_are_given_owners_and_administrators_write() {
        let policy = policy(
            "permission: {enabled: true, rbac: {admin: {users: [{name: 'user:default/boss'}]}}}\n\
             auth: {environment: production}",
        );
        let ada = viewer("user:default/ada", &["group:default/crew"]);
        let delete = Permission::CatalogEntityDelete;
        assert_eq!(
            policy.decide(&ada, Permission::CatalogEntityRead),
            Decision::Allow
        );
        let owned =
            |owner: &str| json!({ "relations": [{ "type": "ownedBy", "targetRef": owner }] });
        assert!(policy.may_to(&ada, delete, &owned("group:default/crew")));
        assert!(!policy.may_to(&ada, delete, &owned("group:default/other")));
        for permission in [
            Permission::CatalogLocationCreate,
            Permission::CatalogLocationDelete,
            Permission::ScaffolderTaskCreate,
            Permission::AdminRead,
        ] {
            assert_eq!(policy.decide(&ada, permission), Decision::Deny);
            let boss = viewer("user:default/boss", &[]);
            assert_eq!(policy.decide(&boss, permission), Decision::Allow);
        }
        assert!(policy.may_at_all(&ada, Permission::UserSettingsUpdate));
        // Nothing is granted to who has not signed in.
        assert!(!policy.may_at_all(&guest(), Permission::CatalogEntityRead));
        let program = viewer("external:default/ci", &[]);
        assert_eq!(policy.decide(&program, delete), Decision::Allow);
    }

    #[test]
    fn grants_of_several_roles_add_up() {
        let policy = policy(
            "
auth: {environment: production}
permission:
  enabled: true
  rbac: {admin: {users: [{name: 'user:default/boss'}]}}
  roles:
    - name: all
      members: [signed-in, guests]
      grants:
        - permission: catalog.entity.read
          conditions: {rule: IS_ENTITY_KIND, params: {kinds: [API]}}
        - permission: catalog.entity.refresh
    - name: crew
      members: [group:default/crew]
      grants:
        - permission: catalog.entity.read
          conditions: {rule: IS_ENTITY_OWNER, params: {claims: [$currentUser]}}
    - name: ops
      claims: [user:default/olga]
      grants: [{permission: catalog.*}]
",
        );
        let read = |viewer: &Viewer| policy.decide(viewer, Permission::CatalogEntityRead);
        let said = |viewer: &Viewer| match read(viewer) {
            Decision::If(condition) => condition.to_json(),
            other => json!(format!("{other:?}")),
        };
        let kinds = json!({ "rule": "IS_ENTITY_KIND", "resourceType": "catalog-entity",
                            "params": { "kinds": ["API"] } });
        let owner = json!({ "rule": "IS_ENTITY_OWNER", "resourceType": "catalog-entity",
                            "params": { "claims": ["user:default/ada"] } });
        assert_eq!(said(&guest()), kinds);
        assert_eq!(
            said(&viewer("user:default/ada", &["group:default/crew"])),
            json!({ "anyOf": [kinds, owner] })
        );
        assert_eq!(read(&viewer("user:default/olga", &[])), Decision::Allow);
        // A guest in production writes nothing, whatever is granted.
        assert!(!policy.may_at_all(&guest(), Permission::CatalogEntityRefresh));
    }
}

//! The policy of an installation: what somebody may do.

use super::condition::Condition;
use super::rule::Resource;
use super::standard;
use crate::config::{Config, Grant, Role};
use app::catalog::EntityRef;
use app::error::ApiError;
use app::routes::Permission;
use app::viewer::{SignInClaim, Viewer};
use serde_json::Value;
use std::fmt;
use std::sync::Arc;

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
    /// Whether anybody is asked.
    is_enabled: bool,
    administrators: Arc<[EntityRef]>,
    /// The roles of the configuration, or those that stand for them.
    configured: Arc<[Role]>,
    /// Those that were made in the portal.
    made: Arc<[Role]>,
    /// The claims that are kept of people.
    claims: Arc<[String]>,
    /// The providers whom they are believed.
    providers: Arc<[String]>,
    /// Whoever has not signed in may do no more than read.
    guests_only_read: bool,
    /// What a group owns belongs to the members of the groups within it, too.
    inherits_ownership: bool,
}

/// A grant that somebody has, with the role that it is of and its number there.
#[derive(Debug, Clone, Copy)]
pub struct Granted<'a> {
    pub role: &'a Role,
    /// By what they have the role.
    pub by: HeldBy<'a>,
    pub number: usize,
    pub grant: &'a Grant,
}

/// By what somebody has a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeldBy<'a> {
    SignedIn,
    Guest,
    /// Named themselves, or a member of a group that is named.
    Member(&'a EntityRef),
    Claim(&'a SignInClaim),
}

impl fmt::Display for HeldBy<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SignedIn => f.write_str("as everybody who has signed in"),
            Self::Guest => f.write_str("as a guest"),
            Self::Member(group) if group.kind.eq_ignore_ascii_case("group") => {
                write!(f, "as a member of {group}")
            }
            Self::Member(_) => f.write_str("by their own name"),
            Self::Claim(claim) => write!(f, "by the claim {claim} of their sign-in"),
        }
    }
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
        let roles = settings.roles.clone().unwrap_or_else(standard::roles);
        Self {
            is_enabled: settings.enabled,
            administrators: settings.administrators.clone().into(),
            configured: roles.into(),
            made: Arc::default(),
            claims: settings.claims.clone().into(),
            providers: config
                .auth
                .providers
                .iter()
                .map(|it| it.id.clone())
                .collect(),
            guests_only_read: config.auth.environment != "development",
            inherits_ownership: config.auth.inherits_ownership,
        }
    }

    /// The same with these roles in the place of those that were made before. The configuration stays: a
    /// made role takes nothing from anybody, for what roles grant adds up.
    #[must_use]
    pub fn with_made(&self, made: Vec<Role>) -> Self {
        Self {
            made: made.into(),
            ..self.clone()
        }
    }

    /// Every role, those of the configuration first.
    pub fn roles(&self) -> impl Iterator<Item = &Role> {
        self.configured.iter().chain(self.made.iter())
    }

    /// The roles that were made in the portal.
    pub fn made(&self) -> &[Role] {
        &self.made
    }

    /// Those who may do everything, people and groups.
    pub fn administrators(&self) -> &[EntityRef] {
        &self.administrators
    }

    /// The claims that are kept of people when they sign in.
    pub fn claims(&self) -> &[String] {
        &self.claims
    }

    /// Whether a claim of a provider is kept and believed.
    pub(crate) fn keeps(&self, provider: &str, name: &str) -> bool {
        self.claims.iter().any(|it| it == name) && self.providers.iter().any(|it| it == provider)
    }

    /// Whether what a group owns belongs to the members of the groups within it, too.
    pub fn inherits_ownership(&self) -> bool {
        self.inherits_ownership
    }

    /// Whether anybody is asked what they may do.
    pub fn is_enabled(&self) -> bool {
        self.is_enabled
    }

    /// Whether nobody can be kept from seeing anything.
    pub(crate) fn shows_everything(&self) -> bool {
        !self.is_enabled
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
        self.is_enabled && viewer.is_among(&self.administrators)
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
        if viewer.is_among(&self.administrators) {
            return Some(true);
        }
        if !self.is_enabled {
            // Whoever made a role before roles count would have it once they do.
            return Some(permission != Permission::AdminRolesUpdate);
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
        let held = self
            .roles()
            .filter_map(|role| Some((role, self.held_by(viewer, role)?)));
        let granted = held.flat_map(|(role, by)| {
            let grants = role.grants.iter().enumerate();
            grants.map(move |(number, grant)| Granted {
                role,
                by,
                number,
                grant,
            })
        });
        granted.filter(move |granted| granted.grant.permissions.contains(&permission))
    }

    /// By what somebody has a role; none when they do not have it.
    pub fn held_by<'a>(&self, viewer: &Viewer, role: &'a Role) -> Option<HeldBy<'a>> {
        // The guest of a development start is a person of the example organisation like any other.
        let is_guest = viewer.guest && self.guests_only_read;
        if role.signed_in && !is_guest {
            return Some(HeldBy::SignedIn);
        }
        if role.guests && viewer.guest {
            return Some(HeldBy::Guest);
        }
        let is_theirs = |member: &&EntityRef| **member == viewer.user_ref || viewer.owns(member);
        let member = role.members.iter().find(is_theirs).map(HeldBy::Member);
        member.or_else(|| {
            let mut claims = role.claims.iter();
            claims
                .find(|claim| viewer.claims.contains(claim))
                .map(HeldBy::Claim)
        })
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
            claims: Vec::new(),
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
                // Nobody can prepare a role for themselves.
                let expected = match permission {
                    Permission::AdminRolesUpdate => Decision::Deny,
                    _ => Decision::Allow,
                };
                assert_eq!(policy.decide(&ada, permission), expected);
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
            Permission::AdminRolesUpdate,
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

    #[test]
    fn what_is_made_adds_to_the_configuration_and_a_name_with_a_star_changes_no_roles() {
        let configured = policy(
            "
permission:
  enabled: true
  claims: [roles]
  rbac: {admin: {users: [{name: 'user:default/boss'}]}}
  roles:
    - name: all
      members: [signed-in]
      grants: [{permission: catalog.entity.read}, {permission: 'admin.*'}]
",
        );
        let ada = viewer("user:default/ada", &["group:default/crew"]);
        assert!(configured.may_at_all(&ada, Permission::AdminRead));
        assert!(!configured.may_at_all(&ada, Permission::AdminRolesUpdate));
        let role = Role {
            name: "made".to_owned(),
            claims: vec![SignInClaim::parse("roles=admin").unwrap()],
            grants: vec![Grant {
                permissions: vec![Permission::CatalogEntityDelete],
                condition: None,
            }],
            ..Role::default()
        };
        let both = configured.with_made(vec![role]);
        let delete = Permission::CatalogEntityDelete;
        assert_eq!(both.decide(&ada, delete), Decision::Deny);
        let claiming = |value: &str| Viewer {
            claims: vec![SignInClaim::parse(value).unwrap()],
            ..ada.clone()
        };
        assert_eq!(both.decide(&claiming("roles=dev"), delete), Decision::Deny);
        let admin = claiming("roles=admin");
        assert_eq!(both.decide(&admin, delete), Decision::Allow);
        let by = both.granted(&admin, delete).next().unwrap().by.to_string();
        assert_eq!(by, "by the claim roles=admin of their sign-in");
        assert_eq!(
            both.decide(&ada, Permission::CatalogEntityRead),
            Decision::Allow
        );
        assert_eq!(
            both.with_made(Vec::new()).decide(&admin, delete),
            Decision::Deny
        );
        let boss = viewer("user:default/boss", &[]);
        assert!(both.may_at_all(&boss, Permission::AdminRolesUpdate));
    }
}

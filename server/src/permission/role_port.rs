//! The port of `app`: what pages ask about roles.

use super::form::{form_of, rule_offers};
use super::policy::refused;
use super::preview::Persons;
use super::{RoleError, RoleKeeper, words};
use crate::clock::rfc3339;
use crate::config::{Origin, Role};
use app::error::ApiError;
use app::permission::port::Roles;
use app::permission::roles::{RoleForm, RoleList, RoleOffers, RoleRow, RoleSource};
use app::routes::Permission;
use app::viewer::Viewer;

/// Groups and people that a form suggests.
const SUGGESTED: usize = 300;

impl Roles for RoleKeeper {
    fn list(&self, viewer: &Viewer) -> RoleList {
        let policy = self.catalog.policy();
        let persons = Persons::of(&self.catalog);
        let rows = policy.roles().map(|role| RoleRow {
            people: persons.having(&policy, role),
            ..row(role)
        });
        let may = policy.may_at_all(viewer, Permission::AdminRolesUpdate);
        RoleList {
            rows: rows.collect(),
            is_enabled: policy.is_enabled(),
            administrators: policy.administrators().to_vec(),
            refusal: (!may).then(|| {
                if policy.is_enabled() {
                    refused(viewer, Permission::AdminRolesUpdate).to_string()
                } else {
                    "Until roles apply, only those whom permission.rbac.admin of the configuration \
                     names can prepare some."
                        .to_owned()
                }
            }),
        }
    }

    fn form(&self, name: &str) -> Result<RoleForm, ApiError> {
        let role = self.find(name);
        let role = role.ok_or_else(|| RoleError::Missing(name.to_owned()))?;
        match &role.origin {
            Origin::Made(_) => Ok(form_of(&role)),
            Origin::Configuration | Origin::Standard => Err(ApiError::Conflict(format!(
                "The role “{}” is of the configuration, and can be changed there alone",
                role.name
            ))),
        }
    }

    fn offers(&self, viewer: &Viewer) -> RoleOffers {
        let model = self.catalog.seen_by(viewer);
        let mut people = Vec::new();
        for kind in ["group", "user"] {
            for number in &model.index.matching("kind", kind) {
                if people.len() < SUGGESTED {
                    let link = model.entry(number).key.parse().ok();
                    let link = link.map(|it| crate::query::link(&model, &it));
                    people
                        .extend(link.map(|it| (it.entity_ref.to_string(), it.label().to_owned())));
                }
            }
        }
        RoleOffers {
            people,
            claims: self.catalog.policy().claims().to_vec(),
            rules: rule_offers(),
        }
    }
}

/// Where a role comes from.
pub(super) fn source(role: &Role) -> RoleSource {
    match role.origin {
        Origin::Configuration => RoleSource::Configuration,
        Origin::Standard => RoleSource::Standard,
        Origin::Made(_) => RoleSource::Portal,
    }
}

fn row(role: &Role) -> RoleRow {
    let changed = match &role.origin {
        Origin::Made(made) => {
            let at = rfc3339(made.at).replace('T', " ");
            let at = at.get(..16).unwrap_or_default();
            Some(format!("By {}, {at} UTC", made.by))
        }
        Origin::Configuration | Origin::Standard => None,
    };
    RoleRow {
        name: role.name.clone(),
        description: role.description.clone(),
        source: source(role),
        members: words::members(role),
        grants: role.grants.iter().map(words::grant).collect(),
        changed,
        ..RoleRow::default()
    }
}

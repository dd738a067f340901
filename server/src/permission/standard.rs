//! The policy that holds where no roles are given: whoever has signed in reads, and owners write what
//! is theirs.

use super::condition::Condition;
use super::rule::Rule;
use crate::config::{Grant, Origin, Role};
use app::routes::Permission;

/// The roles of that policy.
pub(super) fn roles() -> Vec<Role> {
    let mine = || vec!["$ownerRefs".to_owned()];
    let of = |permissions: &[Permission], rule: Option<Rule>| Grant {
        permissions: permissions.to_vec(),
        condition: rule.map(Condition::Rule),
    };
    vec![Role {
        origin: Origin::Standard,
        name: "standard policy".to_owned(),
        description: "Whoever has signed in reads, and owners write what is theirs.".to_owned(),
        signed_in: true,
        grants: vec![
            of(
                &[
                    Permission::CatalogEntityRead,
                    Permission::CatalogEntityValidate,
                    Permission::CatalogLocationRead,
                    Permission::CatalogLocationAnalyze,
                    Permission::ScaffolderParameterRead,
                    Permission::ScaffolderStepRead,
                    Permission::ScaffolderActionExecute,
                    Permission::ScaffolderTaskRead,
                ],
                None,
            ),
            of(
                &[
                    Permission::CatalogEntityDelete,
                    Permission::CatalogEntityRefresh,
                ],
                Some(Rule::IsEntityOwner(mine())),
            ),
            of(
                &[Permission::ScaffolderTaskCancel],
                Some(Rule::IsTaskOwner(mine())),
            ),
        ],
        ..Role::default()
    }]
}

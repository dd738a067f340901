//! Which permissions a grant names, and whether its condition can be about them.

use super::condition::Condition;
use super::policy::resource_of;
use app::routes::Permission;

/// The permissions of that name, or of a beginning such as `catalog.*`. What lets somebody change roles
/// is meant by its own name alone.
pub fn permissions_of(name: &str) -> Vec<Permission> {
    let all = Permission::ALL.into_iter();
    let all = all.filter(|permission| *permission != Permission::Public);
    match name.strip_suffix('*') {
        Some(beginning) => all
            .filter(|permission| *permission != Permission::AdminRolesUpdate)
            .filter(|permission| permission.name().starts_with(beginning))
            .collect(),
        None => all.filter(|permission| permission.name() == name).collect(),
    }
}

/// Those of the permissions that a condition can be about: all of them, unless a name with `*` stood for
/// some.
///
/// # Errors
/// Why the condition cannot be about them.
pub fn fitting(
    permissions: &[Permission],
    is_wild: bool,
    condition: &Condition,
) -> Result<Vec<Permission>, String> {
    let rules = condition.rules();
    let mut resources = rules.iter().map(|rule| rule.resource());
    let Some(first) = resources.next() else {
        return Err("hold no rule".to_owned());
    };
    if let Some(other) = resources.find(|other| *other != first) {
        return Err(format!(
            "asks for a {} and a {} at once, which nothing is; make two grants of it",
            first.name(),
            other.name()
        ));
    }
    let about = permissions.iter().copied();
    let about: Vec<_> = about.filter(|it| resource_of(*it) == Some(first)).collect();
    if about.is_empty() || (about.len() < permissions.len() && !is_wild) {
        return Err(format!(
            "are about a {}, but not every permission of this grant is; grant the others by themselves",
            first.name()
        ));
    }
    Ok(about)
}

//! Whom a role is of, and what would be another one with it.

use super::policy::{Decision, Policy};
use crate::config::Role;
use crate::query::Catalog;
use app::catalog::{EntityRef, RefDefaults};
use app::permission::roles::{People, PermissionChange, PersonPreview, Preview, grantable};
use app::viewer::Viewer;

/// People that are looked at.
const MOST: usize = 5_000;

/// People of the catalog, as who they are.
pub(super) struct Persons {
    viewers: Vec<Viewer>,
    is_least: bool,
}

impl Persons {
    pub(super) fn of(catalog: &Catalog) -> Self {
        let model = catalog.whole();
        let users = model.index.matching("kind", "user");
        let refs = users.iter().take(MOST);
        let refs = refs.filter_map(|number| model.entry(number).key.parse::<EntityRef>().ok());
        Self {
            viewers: refs.map(|user| catalog.viewer(&user)).collect(),
            is_least: users.len() > u64::try_from(MOST).unwrap_or(u64::MAX),
        }
    }

    /// How many have a role.
    pub(super) fn having(&self, policy: &Policy, role: &Role) -> People {
        let having = self.viewers.iter();
        People {
            count: having
                .filter(|it| policy.held_by(it, role).is_some())
                .count(),
            is_least: self.is_least,
        }
    }
}

/// What would be another one with `role` in the place of the one of the name `of`; `person` is told more.
pub fn preview(catalog: &Catalog, of: Option<&str>, role: &Role, person: &str) -> Preview {
    let now = catalog.policy();
    let is_other = |it: &&Role| of.is_none_or(|of| it.name != of);
    let made = now.made().iter().filter(is_other).cloned();
    let then = now.with_made(made.chain([role.clone()]).collect());
    let persons = Persons::of(catalog);
    let person = person.trim();
    Preview {
        people: persons.having(&then, role),
        changes: changes(&persons.viewers, &now, &then),
        person: (!person.is_empty()).then(|| of_person(catalog, person, &now, &then, role)),
    }
}

fn changes(people: &[Viewer], now: &Policy, then: &Policy) -> Vec<PermissionChange> {
    let change = |permission| {
        let mut change = PermissionChange {
            permission,
            more: 0,
            fewer: 0,
            other: 0,
        };
        for person in people {
            let before = now.decide(person, permission);
            let after = then.decide(person, permission);
            if before == after {
                continue;
            }
            match (&before, &after) {
                (Decision::Deny, _) | (_, Decision::Allow) => change.more += 1,
                (_, Decision::Deny) | (Decision::Allow, _) => change.fewer += 1,
                _ => change.other += 1,
            }
        }
        change
    };
    let all = grantable().map(change);
    all.filter(|it| it.more + it.fewer + it.other > 0).collect()
}

fn of_person(
    catalog: &Catalog,
    person: &str,
    now: &Policy,
    then: &Policy,
    role: &Role,
) -> Result<PersonPreview, String> {
    let defaults = RefDefaults {
        kind: Some("user"),
        namespace: None,
    };
    let user = EntityRef::parse(person, defaults).map_err(|error| error.to_string())?;
    let viewer = catalog.viewer(&user);
    let lines = grantable().map(|permission| {
        let before = word(&now.decide(&viewer, permission));
        (permission, before, word(&then.decide(&viewer, permission)))
    });
    Ok(PersonPreview {
        person: viewer.display_name.clone(),
        by: then.held_by(&viewer, role).map(|by| by.to_string()),
        lines: lines
            .filter(|(_, before, after)| *before != "no" || *after != "no")
            .collect(),
    })
}

fn word(decision: &Decision) -> &'static str {
    match decision {
        Decision::Allow => "yes",
        Decision::Deny => "no",
        Decision::If(_) => "under conditions",
    }
}

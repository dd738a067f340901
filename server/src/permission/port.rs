//! The port of `app`: what pages ask about permissions.

use super::condition::Condition;
use super::policy::{Decision, refused, resource_of};
use super::role_port::source;
use super::rule::Resource;
use crate::audit;
use crate::query::{Catalog, Model, link};
use app::audit::Action;
use app::catalog::{EntityRef, RefDefaults};
use app::error::ApiError;
use app::permission::port::{self, ExplainedGrant, ExplainedPart, Explanation, Question};
use app::routes::Permission;
use app::viewer::Viewer;

/// Explains what the policy of a catalog decides.
#[derive(Debug, Clone)]
pub struct Explainer {
    pub catalog: Catalog,
}

impl port::Permissions for Explainer {
    fn refusal(
        &self,
        viewer: &Viewer,
        permission: Permission,
        entity: Option<&EntityRef>,
    ) -> Option<String> {
        let verdict = match entity {
            Some(entity) => self.catalog.check(viewer, permission, entity),
            None if self.catalog.policy().may_at_all(viewer, permission) => Ok(()),
            None => Err(refused(viewer, permission)),
        };
        verdict.err().map(|error| error.to_string())
    }

    fn explain(&self, question: &Question) -> Result<Explanation, ApiError> {
        let model = self.catalog.whole();
        let person = reference("person", &question.person, "user")?;
        let permission = Permission::named(&question.permission);
        let permission = permission.ok_or_else(|| {
            ApiError::invalid(
                "permission",
                format!("There is no permission {}", question.permission),
            )
        })?;
        let text = question.entity.trim();
        let about = resource_of(permission) == Some(Resource::CatalogEntity);
        let entity = (about && !text.is_empty())
            .then(|| reference("entity", text, "component"))
            .transpose()?;
        let number = entity
            .as_ref()
            .map(|entity| {
                let number = model.number(&entity.to_string());
                number.ok_or_else(|| {
                    ApiError::invalid("entity", format!("The catalog holds no {entity}"))
                })
            })
            .transpose()?;
        let viewer = self.catalog.viewer(&person);
        let policy = self.catalog.policy();
        let grants: Vec<ExplainedGrant> = policy
            .granted(&viewer, permission)
            .map(|granted| {
                let condition = granted.grant.condition.as_ref();
                let condition = condition.map(|condition| condition.resolved(&viewer));
                let mut parts = Vec::new();
                let holds = match &condition {
                    None => Some(true),
                    Some(condition) => explain(condition, &model, number, 0, &mut parts),
                };
                ExplainedGrant {
                    role: granted.role.name.clone(),
                    source: source(granted.role),
                    by: granted.by.to_string(),
                    number: granted.number + 1,
                    parts,
                    holds,
                }
            })
            .collect();
        let decision = policy.decide(&viewer, permission);
        let is_allowed = match (&decision, entity.as_ref()) {
            (Decision::Deny, _) => false,
            (Decision::If(_), Some(entity)) => {
                self.catalog.check(&viewer, permission, entity).is_ok()
            }
            (Decision::Allow, _) | (Decision::If(_), None) => true,
        };
        Ok(Explanation {
            because: because(&policy, &viewer, permission, &decision, &grants),
            claims: viewer.ownership.iter().map(ToString::to_string).collect(),
            person: link(&model, &viewer.user_ref),
            entity: entity.map(|entity| link(&model, &entity)),
            permission,
            is_allowed,
            grants,
        })
    }

    fn is_administrator(&self, viewer: &Viewer) -> bool {
        self.catalog.policy().is_administrator(viewer)
    }

    fn viewed_as(&self, person: Option<&EntityRef>) {
        audit::note(|entry| {
            if let Some(person) = person {
                entry.subject = person.to_string();
            } else {
                entry.action = Action::ViewAsStop;
                entry.subject = entry.who.on_behalf.clone().unwrap_or_default();
            }
        });
    }
}

fn because(
    policy: &super::Policy,
    viewer: &Viewer,
    permission: Permission,
    decision: &Decision,
    grants: &[ExplainedGrant],
) -> String {
    let name = permission.name();
    if !policy.is_enabled() {
        return "Permissions are not enabled, so whoever has signed in may do everything."
            .to_owned();
    }
    if policy.is_administrator(viewer) {
        return "They are an administrator, who may do everything.".to_owned();
    }
    let holding = grants.iter().find(|grant| grant.holds == Some(true));
    match (decision, holding) {
        (Decision::Allow | Decision::If(_), Some(grant)) => {
            format!(
                "The role “{}” ({}) grants {name} to them, by its grant {}; they have it {}.",
                grant.role,
                grant.source.words(),
                grant.number,
                grant.by
            )
        }
        (Decision::Allow, None) => {
            format!("{name} is not for roles to grant, and nobody is kept from it.")
        }
        (Decision::If(_), None) if grants.iter().any(|grant| grant.holds.is_none()) => {
            format!(
                "{name} is granted to them under conditions. Name an entity to see whether they hold of it."
            )
        }
        (Decision::If(_), None) => {
            format!("{name} is granted to them under conditions, none of which holds here.")
        }
        (Decision::Deny, _) => format!("No role of theirs grants {name}."),
    }
}

/// Adds the lines of a condition, and returns whether it holds of the entity of a number.
fn explain(
    condition: &Condition,
    model: &Model,
    number: Option<u32>,
    depth: usize,
    parts: &mut Vec<ExplainedPart>,
) -> Option<bool> {
    let held = |condition: &Condition| {
        let holding = condition.query()?.select(model);
        Some(holding.contains(number?))
    };
    let holds = held(condition);
    let said = match condition {
        Condition::All(_) => "all of".to_owned(),
        Condition::Any(_) => "any of".to_owned(),
        Condition::Not(_) => "not".to_owned(),
        Condition::Rule(rule) => rule.said(),
    };
    parts.push(ExplainedPart { depth, said, holds });
    match condition {
        Condition::All(within) | Condition::Any(within) => {
            for part in within {
                explain(part, model, number, depth + 1, parts);
            }
        }
        Condition::Not(within) => {
            explain(within, model, number, depth + 1, parts);
        }
        Condition::Rule(_) => {}
    }
    holds
}

fn reference(field: &str, text: &str, kind: &str) -> Result<EntityRef, ApiError> {
    let defaults = RefDefaults {
        kind: Some(kind),
        namespace: None,
    };
    EntityRef::parse(text.trim(), defaults)
        .map_err(|error| ApiError::invalid(field, error.to_string()))
}

//! From what a provider says of somebody to their user in the catalog.
//!
//! The rules of the provider are tried in their order; the first that finds one user decides. When none
//! does, the report says what was received, what each rule looked for, and what it found.

use super::provider::Received;
use crate::config::{Claim, Match, Resolver};
use crate::query::Model;
use app::catalog::EntityRef;
use roaring::RoaringBitmap;
use serde::{Deserialize, Serialize};

/// Users that are named when there are too many, or when they are nearly right.
const NAMED: usize = 3;

/// The user that somebody is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolved {
    pub user: EntityRef,
    /// Whether the catalog has to know them.
    pub needs_entity: bool,
}

/// Why nobody was let in.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Report {
    /// In one sentence.
    pub reason: String,
    /// What the provider told, as names and values.
    pub received: Vec<(String, String)>,
    pub tried: Vec<Tried>,
}

/// A rule that found nobody.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Tried {
    pub rule: String,
    /// What it looked for.
    pub looked_for: String,
    /// What came of it.
    pub outcome: String,
}

/// The user of somebody.
///
/// # Errors
/// A [`Report`] when no rule finds one.
pub fn resolve(rules: &[Resolver], received: &Received, model: &Model) -> Result<Resolved, Report> {
    let mut tried = Vec::new();
    for rule in rules {
        match find(rule, received, model) {
            Ok(resolved) => return Ok(resolved),
            Err(failed) => tried.push(failed),
        }
    }
    let reason = match rules.len() {
        0 => "No rule is configured that finds users by what this provider says.",
        1 => "The rule that is configured found no user of the catalog.",
        _ => "None of the rules that are configured found a user of the catalog.",
    };
    Err(Report {
        reason: reason.to_owned(),
        received: told(received),
        tried,
    })
}

/// What a provider told, for the eye.
pub fn told(received: &Received) -> Vec<(String, String)> {
    let known = [
        ("id", Some(received.subject.clone())),
        ("id, as a number", received.second_subject.clone()),
        ("username", received.username.clone()),
        ("email", received.email.clone()),
        ("email, not verified", received.unverified_email.clone()),
        ("name", received.display_name.clone()),
    ];
    let known = known.into_iter();
    known
        .filter_map(|(name, value)| Some((name.to_owned(), value?)))
        .collect()
}

fn find(rule: &Resolver, received: &Received, model: &Model) -> Result<Resolved, Tried> {
    let failed = |looked_for: &str, outcome: String| Tried {
        rule: rule.name.clone(),
        looked_for: looked_for.to_owned(),
        outcome,
    };
    match rule.matching {
        Match::Name => {
            let Some(username) = &received.username else {
                return Err(failed("a user of that name", missing("username")));
            };
            by_name(rule, username, model)
        }
        Match::EmailLocalPart => {
            let email = email_of(rule, received)
                .map_err(|why| failed("a user of the name before the @", why))?;
            let local = email.split('@').next().unwrap_or_default();
            by_name(rule, local, model)
        }
        Match::Email => {
            let email =
                email_of(rule, received).map_err(|why| failed("a user with that address", why))?;
            let mut missed = Vec::new();
            for email in [email.to_owned(), without_tag(email)] {
                match only(model, "spec.profile.email", &email) {
                    Ok(user) => return Ok(found(user)),
                    Err(why) => missed.push(why),
                }
            }
            let is_free = missed.iter().all(|why| *why == Missed::Nobody);
            let local = email.split('@').next().filter(|_| is_free);
            let newcomer = local.and_then(|local| newcomer(rule, local, model));
            newcomer.ok_or_else(|| {
                let looked_for = format!("spec.profile.email = {email}");
                failed(&looked_for, missed.swap_remove(0).to_string())
            })
        }
        Match::Annotation(annotation, claim) => {
            let value = match claim {
                Claim::Subject => Some(received.subject.as_str()),
                Claim::Email => received.email.as_deref(),
            };
            let Some(value) = value else {
                return Err(failed(
                    &format!("the annotation {annotation}"),
                    missing("email"),
                ));
            };
            let key = format!("metadata.annotations.{annotation}");
            let second = received.second_subject.as_deref();
            let second = second.filter(|_| claim == Claim::Subject);
            let second = second.and_then(|second| only(model, &key, second).ok());
            let missed = match only(model, &key, value).or_else(|why| second.ok_or(why)) {
                Ok(user) => return Ok(found(user)),
                Err(missed) => missed,
            };
            let name = received.username.as_deref();
            let name = name.filter(|_| missed == Missed::Nobody);
            let newcomer = name.and_then(|name| newcomer(rule, name, model));
            newcomer.ok_or_else(|| {
                let looked_for = format!("the annotation {annotation} = {value}");
                failed(&looked_for, missed.to_string())
            })
        }
    }
}

fn by_name(rule: &Resolver, name: &str, model: &Model) -> Result<Resolved, Tried> {
    let failed = |looked_for: String, outcome: String| Tried {
        rule: rule.name.clone(),
        looked_for,
        outcome,
    };
    let Some(user) = user_named(name) else {
        let outcome = "No entity can have this name.".to_owned();
        return Err(failed(format!("a user named {name}"), outcome));
    };
    if model.get(&user).is_some() {
        return Ok(found(user));
    }
    if let Some(newcomer) = newcomer(rule, name, model) {
        return Ok(newcomer);
    }
    let others = namesakes(model, &user);
    let outcome = match others.as_slice() {
        [] => "There is none.".to_owned(),
        others => format!("There is none, but {} exists.", others.join(" and ")),
    };
    Err(failed(user.to_string(), outcome))
}

/// An address that the rule looks at.
fn email_of<'a>(rule: &Resolver, received: &'a Received) -> Result<&'a str, String> {
    let Some(email) = received.email.as_deref() else {
        return Err(match received.unverified_email {
            Some(_) => "The provider has not verified the address, so it says nothing.".to_owned(),
            None => missing("email"),
        });
    };
    let domain = email
        .rsplit_once('@')
        .map(|(_, domain)| domain)
        .unwrap_or_default();
    let is_allowed = rule.allowed_domains.is_empty()
        || rule
            .allowed_domains
            .iter()
            .any(|it| it.eq_ignore_ascii_case(domain));
    if is_allowed {
        Ok(email)
    } else {
        Err(format!(
            "Addresses at {domain} do not count: allowedDomains lists {}.",
            rule.allowed_domains.join(", ")
        ))
    }
}

fn missing(what: &str) -> String {
    format!("The provider told no {what}.")
}

fn found(user: EntityRef) -> Resolved {
    Resolved {
        user,
        needs_entity: true,
    }
}

/// A user of the default namespace; none for what no entity can be named.
fn user_named(name: &str) -> Option<EntityRef> {
    format!("user:default/{name}").to_lowercase().parse().ok()
}

/// `ben@example.com` for `ben+work@example.com`.
fn without_tag(email: &str) -> String {
    let parts = email.split_once('@').and_then(|(local, domain)| {
        let (name, _) = local.split_once('+')?;
        Some(format!("{name}@{domain}"))
    });
    parts.unwrap_or_else(|| email.to_owned())
}

/// Why no one user has a value. Only where nobody has it somebody new can be meant.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
enum Missed {
    #[error("No user has it.")]
    Nobody,
    #[error("{0} users have it: {1}. Nobody can tell who is meant.")]
    Several(u64, String),
}

/// The only user with a value.
fn only(model: &Model, key: &str, value: &str) -> Result<EntityRef, Missed> {
    let users = users(model)
        & model
            .index
            .matching(&key.to_lowercase(), &value.to_lowercase());
    let mut refs = users
        .iter()
        .filter_map(|number| model.entry(number).key.parse().ok());
    match users.len() {
        0 => Err(Missed::Nobody),
        1 => refs.next().ok_or(Missed::Nobody),
        many => {
            let names: Vec<String> = refs
                .take(NAMED)
                .map(|it: EntityRef| it.to_string())
                .collect();
            Err(Missed::Several(many, names.join(", ")))
        }
    }
}

/// Somebody whom the catalog does not know, where the rule lets such people in: never somebody of whom it
/// knows an entity of that name, who may be another.
fn newcomer(rule: &Resolver, name: &str, model: &Model) -> Option<Resolved> {
    let user = user_named(name)?;
    let is_let_in = rule.without_entity && model.get(&user).is_none();
    is_let_in.then_some(Resolved {
        user,
        needs_entity: false,
    })
}

fn users(model: &Model) -> RoaringBitmap {
    model.index.matching("kind", "user")
}

/// Users of the same name in other namespaces.
fn namesakes(model: &Model, user: &EntityRef) -> Vec<String> {
    let same = users(model)
        & model
            .index
            .matching("metadata.name", &user.name.to_lowercase());
    let same = same.iter().take(NAMED);
    same.map(|number| model.entry(number).key.to_string())
        .collect()
}
